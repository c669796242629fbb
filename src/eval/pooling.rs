//! From a specification to a result.

use super::candidates::Candidate;
use super::outcome::{Display, HeterogeneityResult, NotPooled, NoteResult, PoolResult, StudyEffect};
use super::settle::settle;
use super::state::State;
use crate::diagnostic::Problem;
use crate::language::spec::{AnalysisSpec, I2Definition, ModelChoice, Origin, PoolModel};
use crate::stats::dist::norm_quantile;
use crate::stats::effect::Effect;
use crate::stats::heterogeneity::Tau2Interval;
use crate::stats::pool::{CiMethod, Model, PoolNote, PoolOptions, Pooled, first_that_applies, pool};
use indexmap::IndexMap;

/// An effect that is in, with its candidate.
pub type Included<'a> = (&'a Candidate, &'a Effect);

/// The candidates that are in.
pub fn included(candidates: &[Candidate]) -> Vec<Included<'_>> {
    candidates.iter().filter(|c| c.is_in()).filter_map(|c| c.effect.as_ref().map(|e| (c, e))).collect()
}

/// Pools the candidates that are in.
pub fn of_candidates(spec: &AnalysisSpec, candidates: &[Candidate], state: &State, line: usize) -> Result<PoolResult, Problem> {
    let included = included(candidates);
    let settled = settle(spec, &included, state)?;
    let mut result = empty(&settled.spec, line, &included);
    result.studies = candidates.iter().map(|c| study(c, &settled.spec)).collect();
    result.rule = settled.rule;
    result.notes = settled.notes;
    if let Some(reason) = settled.not_pooled {
        result.not_pooled = Some(NotPooled { code: "rule", reason });
        let (y, v) = values(&included);
        finish_heterogeneity_only(&mut result, &y, &v, &settled.spec);
    } else if included.is_empty() {
        let reason = if candidates.is_empty() { "no row belongs to this estimand" } else { "no study is left with an effect" };
        result.not_pooled = Some(NotPooled { code: "no_studies", reason: reason.into() });
    } else {
        pool_into(&mut result, &included, state)?;
    }
    Ok(result)
}

/// Effects and variances.
pub fn values(included: &[Included]) -> (Vec<f64>, Vec<f64>) {
    included.iter().map(|(_, e)| (e.yi, e.vi)).unzip()
}

/// Pools under the result's own specification, whose rule, if it has one, has spoken.
fn pool_into(result: &mut PoolResult, included: &[Included], state: &State) -> Result<(), Problem> {
    let spec = result.spec.clone();
    if let ModelChoice::One(model @ (PoolModel::MantelHaenszel | PoolModel::Peto)) = spec.model.value {
        return super::classic::pool(result, &spec, model, included, state);
    }
    let (y, v) = values(included);
    let (pooled, model) = fit(&spec, included, &y, &v, &mut result.notes)?;
    fill(result, &pooled, model, &spec, included);
    result.notes.extend(pooled.notes.iter().filter(|n| !matches!(n, PoolNote::WaldForCommonEffect { .. })).map(super::notes::of_pool));
    Ok(())
}

/// The options of the core under a specification.
pub fn options(spec: &AnalysisSpec, model: Model) -> PoolOptions {
    PoolOptions {
        model,
        ci: spec.ci.value.method,
        guard: spec.ci.value.guarded,
        pi: spec.pi.value,
        pi_requires_three: !matches!(spec.pi.origin, Origin::Stated | Origin::Conventions(_)),
        level: spec.level.value,
        tau2_ci: true,
    }
}

fn core_model(model: PoolModel) -> Model {
    match model {
        PoolModel::Random(estimator) => Model::Random(estimator),
        PoolModel::Given(tau2) => Model::Given(tau2),
        _ => Model::Common,
    }
}

fn fit(
    spec: &AnalysisSpec,
    included: &[Included],
    y: &[f64],
    v: &[f64],
    notes: &mut Vec<NoteResult>,
) -> Result<(Pooled, PoolModel), Problem> {
    let stats = |e: crate::stats::error::StatsError| -> Problem {
        use crate::stats::error::StatsError as E;
        let study = match e {
            E::Effect { index, .. } | E::Variance { index, .. } => included.get(index).map(|(c, _)| c.study.clone()),
            _ => None,
        };
        let message = study.map_or_else(|| e.to_string(), |s| format!("study `{s}`: {e}"));
        Problem::error("E401", message)
            .at(spec.span, "in this analysis")
            .help("look for an effect or a variance in another unit: `list rows` shows the data, `exclude` leaves a study out")
    };
    match &spec.model.value {
        ModelChoice::FirstOf(models) => {
            let core: Vec<Model> = models.iter().map(|m| core_model(*m)).collect();
            let chosen = match first_that_applies(y, v, &core, &options(spec, Model::Common)) {
                // One study has its own result whatever the model.
                Err(_) if y.len() == 1 && !core.is_empty() => {
                    let pooled = pool(y, v, &options(spec, core[0])).map_err(stats)?;
                    return Ok((pooled, models[0]));
                }
                chosen => chosen.map_err(stats)?,
            };
            for passed in &chosen.passed_over {
                notes.push(NoteResult {
                    code: "W411",
                    text: format!("model {} does not apply here ({}), the next of the list was tried", passed.model.name(), passed.reason),
                });
            }
            let model = models.get(chosen.index).copied().unwrap_or(PoolModel::Common);
            Ok((chosen.pooled, model))
        }
        ModelChoice::One(model) => {
            let pooled = pool(y, v, &options(spec, core_model(*model))).map_err(stats)?;
            Ok((pooled, *model))
        }
        ModelChoice::Rule(_) => Err(Problem::error("E401", "a rule chose another rule").at(spec.span, "this analysis")),
    }
}

/// Everything of a result but its numbers and studies.
fn empty(spec: &AnalysisSpec, line: usize, included: &[Included]) -> PoolResult {
    let measure = spec.measure.value;
    PoolResult {
        id: spec.name.clone(),
        statement: spec.statement.clone(),
        line,
        status: "unregistered",
        role: None,
        plan: None,
        structure: None,
        group: None,
        outcome: spec.estimand.outcome.clone(),
        timepoint: spec.estimand.timepoint.clone(),
        analysis: spec.estimand.analysis.clone(),
        comparison: spec.estimand.comparison.clone(),
        measure: measure.name(),
        scale: measure.scale().name(),
        model: None,
        ci_method: spec.ci.value.method.name(),
        ci_requested: spec.ci.value.method.name(),
        pi_method: spec.pi.value.name(),
        k: included.len(),
        participants: participants(included),
        not_pooled: None,
        estimate: None,
        se: None,
        statistic: None,
        df: None,
        p: None,
        level: spec.level.value,
        ci: None,
        pi: None,
        display: None,
        heterogeneity: None,
        log_likelihood: None,
        studies: Vec::new(),
        groups: None,
        between: None,
        rule: None,
        notes: Vec::new(),
        sides: None,
        spec: spec.clone(),
        certificate: None,
    }
}

fn study(candidate: &Candidate, spec: &AnalysisSpec) -> StudyEffect {
    let effect = candidate.effect.as_ref();
    let z = norm_quantile(0.5 + spec.level.value / 200.0);
    let interval = effect.map(|e| {
        let half = z * e.vi.sqrt();
        [e.yi - half, e.yi + half]
    });
    let measure = spec.measure.value;
    let back = |x: f64| measure.display(x, effect.and_then(|e| e.n));
    StudyEffect {
        study: candidate.study.clone(),
        yi: effect.map(|e| e.yi),
        vi: effect.map(|e| e.vi),
        weight: None,
        ci: interval,
        included: candidate.is_in(),
        reason: candidate.reason.clone(),
        from: effect.map(|e| e.from.text().to_owned()),
        n1: effect.and_then(|e| e.n1.or(e.n)),
        n2: effect.and_then(|e| e.n2),
        source: None,
        display: effect.zip(interval).map(|(e, [a, b])| (back(e.yi), [back(a), back(b)])),
        remarks: candidate.remarks.iter().cloned().chain(effect.into_iter().flat_map(|e| e.notes.iter().map(|n| n.text()))).collect(),
        combined: candidate.combined.clone(),
    }
}

/// People of the pooled effects: those of one trial count once, the most of any of its effects.
pub fn participants(included: &[Included]) -> Option<u64> {
    let mut per_unit: IndexMap<&str, f64> = IndexMap::new();
    for (candidate, effect) in included {
        let n = match (effect.n1, effect.n2) {
            (Some(a), Some(b)) => Some(a + b),
            _ => effect.n,
        }?;
        let most = per_unit.entry(candidate.unit.as_str()).or_insert(0.0);
        *most = most.max(n);
    }
    let total: f64 = per_unit.values().sum();
    (!included.is_empty()).then_some(total.round() as u64)
}

/// The harmonic mean of the sizes, which Freeman-Tukey's back-transformation needs.
fn harmonic_n(included: &[Included]) -> Option<f64> {
    let mut sum = 0.0;
    for (_, effect) in included {
        sum += 1.0 / effect.n?;
    }
    (!included.is_empty()).then(|| included.len() as f64 / sum)
}

fn fill(result: &mut PoolResult, pooled: &Pooled, model: PoolModel, spec: &AnalysisSpec, included: &[Included]) {
    let finite = |x: f64| x.is_finite().then_some(x);
    result.model = Some(model.name());
    result.ci_method = pooled.ci_used.name();
    // The edition asks for hksj where several effects are pooled under random effects, else for wald.
    let asked = if spec.ci.value.guarded && (!model.is_random() || result.k < 2) { CiMethod::Wald } else { spec.ci.value.method };
    result.ci_requested = asked.name();
    result.pi_method = pooled.pi_used.name();
    result.level = spec.level.value;
    result.estimate = finite(pooled.estimate);
    result.se = finite(pooled.se);
    result.statistic = finite(pooled.statistic);
    result.df = pooled.df;
    result.p = finite(pooled.p);
    result.ci = Some(pooled.ci);
    result.pi = pooled.pi;
    result.log_likelihood = pooled.log_likelihood;
    result.certificate = pooled.certificate;
    let harmonic = harmonic_n(included);
    let back = |x: f64| spec.measure.value.display(x, harmonic);
    result.display =
        Some(Display { estimate: finite(back(pooled.estimate)), ci: Some(pooled.ci.map(back)), pi: pooled.pi.map(|pi| pi.map(back)) });
    for (study, weight) in result.studies.iter_mut().filter(|s| s.included).zip(&pooled.weights) {
        study.weight = Some(*weight);
    }
    if result.k >= 2 {
        result.heterogeneity = Some(heterogeneity(pooled, model, spec));
    }
}

/// Under `not_pooled`, Q and I2 are still worth reading.
fn finish_heterogeneity_only(result: &mut PoolResult, y: &[f64], v: &[f64], spec: &AnalysisSpec) {
    let fit = (y.len() >= 2).then(|| pool(y, v, &options(spec, Model::Common)).ok()).flatten();
    result.heterogeneity = fit.map(|p| heterogeneity(&p, PoolModel::Common, spec));
}

fn heterogeneity(pooled: &Pooled, model: PoolModel, spec: &AnalysisSpec) -> HeterogeneityResult {
    let h = &pooled.heterogeneity;
    let random = model.is_random();
    let by_tau2 = match spec.i2.value {
        I2Definition::ByModel => random,
        I2Definition::Q => false,
        I2Definition::Tau2 => random,
    };
    let some = |ci: Option<[f64; 2]>| ci.map(|[a, b]| [Some(a), b.is_finite().then_some(b)]);
    let tau2_ci = match &h.tau2_ci {
        // A stated tau2 is not estimated: the data's interval is not its own.
        _ if matches!(model, PoolModel::Given(_)) => None,
        Tau2Interval::Empty | Tau2Interval::NotComputed => None,
        interval => interval.bounds().map(|[a, b]| [Some(a), b.is_finite().then_some(b)]),
    };
    HeterogeneityResult {
        q: h.q,
        df: h.df,
        p: h.p,
        tau2: random.then_some(h.tau2),
        tau2_se: h.tau2_se.filter(|_| random),
        tau2_ci: tau2_ci.filter(|_| random),
        i2: if by_tau2 { h.i2_tau2.unwrap_or(h.i2_q) } else { h.i2_q },
        i2_ci: if by_tau2 { some(h.i2_tau2_ci.filter(|_| !matches!(model, PoolModel::Given(_)))) } else { some(h.i2_q_ci) },
        i2_definition: if by_tau2 { "tau2" } else { "q" },
        i2_q: h.i2_q,
        i2_q_ci: some(h.i2_q_ci),
        i2_tau2: h.i2_tau2.filter(|_| random),
        h2: if by_tau2 {
            h.h2
        } else if h.df > 0.0 {
            h.q / h.df
        } else {
            h.h2
        },
    }
}
