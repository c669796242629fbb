//! From a specification to a result.

use super::candidates::Candidate;
use super::multilevel::{self, Dependent, add_robust};
use super::outcome::{Display, HeterogeneityResult, NotPooled, NoteResult, PoolResult, StudyEffect};
use super::settle::settle;
use super::state::State;
use crate::diagnostic::Problem;
use crate::language::spec::{AnalysisSpec, I2Definition, ModelChoice, Origin, PoolModel};
use crate::stats::dist::norm_quantile;
use crate::stats::effect::Effect;
use crate::stats::error::StatsError;
use crate::stats::heterogeneity::{Heterogeneity, Tau2Interval};
use crate::stats::multilevel::Variances;
use crate::stats::pool::{CiMethod, Model, PoolNote, PoolOptions, Pooled, first_that_applies, pool};
use indexmap::IndexMap;

/// An effect that is in, with its candidate.
pub type Included<'a> = (&'a Candidate, &'a Effect);

/// The candidates that are in.
pub fn included(candidates: &[Candidate]) -> Vec<Included<'_>> {
    candidates.iter().filter(|c| c.is_in()).filter_map(|c| c.effect.as_ref().map(|e| (c, e))).collect()
}

/// Pools the candidates that are in.
///
/// Those that an outlier loop of a rule leaves out get their reason.
pub fn of_candidates(spec: &AnalysisSpec, candidates: &mut [Candidate], state: &State, line: usize) -> Result<PoolResult, Problem> {
    if let Some(reason) = state.follow.sealed(spec) {
        let included = included(candidates);
        let not_pooled = Some(NotPooled { code: super::follow::SEALED, reason: reason.to_owned() });
        let studies = candidates.iter().map(|c| study(c, spec)).collect();
        return Ok(PoolResult { not_pooled, studies, ..empty(spec, line, included.len(), participants(&included)) });
    }
    let settled = settle(spec, &included(candidates), state)?;
    if !settled.dropped.is_empty() {
        let places: Vec<usize> = candidates.iter().enumerate().filter(|(_, c)| c.is_in()).map(|(i, _)| i).collect();
        for (at, reason) in &settled.dropped {
            candidates[places[*at]].reason = Some(reason.clone());
        }
    }
    let candidates = &*candidates;
    let included = included(candidates);
    let mut result = empty(&settled.spec, line, included.len(), participants(&included));
    result.studies = candidates.iter().map(|c| study(c, &settled.spec)).collect();
    result.rule = settled.rule;
    result.notes = settled.notes;
    result.directions = settled.directions;
    if let Some(reason) = settled.not_pooled {
        result.not_pooled = Some(NotPooled { code: "rule", reason });
        let (y, v) = values(&included);
        finish_heterogeneity_only(&mut result, &y, &v, &settled.spec);
    } else if included.is_empty() {
        let reason = if candidates.is_empty() { "no row belongs to this estimand" } else { "no study is left with an effect" };
        result.not_pooled = Some(NotPooled { code: "no_studies", reason: reason.into() });
    } else {
        if let Some(problem) = super::checked::refuse(spec, &included, state) {
            return Err(problem);
        }
        pool_into(&mut result, &included, state)?;
    }
    Ok(result)
}

/// A further pool under a settled specification, without its list of studies: a row of a
/// leave-one-out or cumulative analysis.
///
/// The people are counted by the caller, who has numbered their trials once.
pub fn again(
    spec: &AnalysisSpec,
    included: &[Included],
    participants: Option<u64>,
    state: &State,
    line: usize,
) -> Result<PoolResult, Problem> {
    let mut result = empty(spec, line, included.len(), participants);
    if included.is_empty() {
        result.not_pooled = Some(NotPooled { code: "no_studies", reason: "no study is left with an effect".into() });
    } else {
        pool_into(&mut result, included, state)?;
    }
    Ok(result)
}

/// What the core found, as a result without a list of studies.
pub fn of_pooled(spec: &AnalysisSpec, pooled: &Pooled, model: PoolModel, included: &[Included], line: usize) -> PoolResult {
    let mut result = empty(spec, line, pooled.k, participants(included));
    fill(&mut result, pooled, model, spec, included);
    result
}

/// The inverse-variance model of a settled specification; `None` for Mantel-Haenszel and Peto.
pub fn inverse_variance(spec: &AnalysisSpec, result: &PoolResult) -> Option<(PoolModel, Model)> {
    let model = match &spec.model.value {
        ModelChoice::One(PoolModel::MantelHaenszel | PoolModel::Peto) | ModelChoice::Rule(_) => return None,
        ModelChoice::One(model) => *model,
        ModelChoice::FirstOf(models) => *models.iter().find(|m| Some(m.name()) == result.model)?,
    };
    Some((model, core_model(model)))
}

/// A result without numbers: the analysis could not be done.
pub fn not_done(spec: &AnalysisSpec, line: usize, reason: String) -> PoolResult {
    let not_pooled = Some(NotPooled { code: "no_estimate", reason });
    PoolResult { not_pooled, ..empty(spec, line, 0, None) }
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
    // One effect has its own result whatever the structure.
    if spec.is_multilevel() && included.len() > 1 {
        return multilevel::pool(result, &spec, included, state);
    }
    let (y, v) = values(included);
    let (pooled, model) = fit(&spec, included, &y, &v, &mut result.notes)?;
    fill(result, &pooled, model, &spec, included);
    result.notes.extend(pooled.notes.iter().filter(|n| !matches!(n, PoolNote::WaldForCommonEffect { .. })).map(super::notes::of_pool));
    if spec.robust.value.is_some() && included.len() > 1 {
        let effects = Dependent::of(&spec, included, state);
        let clustered = effects.clustered(None, &spec, included)?;
        let sigma2 = Variances { between: 0.0, within: if model.is_random() { pooled.heterogeneity.tau2 } else { 0.0 } };
        add_robust(result, &spec, &effects, &clustered, sigma2, included);
    }
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

/// The model of the core.
pub fn core_model(model: PoolModel) -> Model {
    match model {
        PoolModel::Random(estimator) => Model::Random(estimator),
        PoolModel::Given(tau2) => Model::Given(tau2),
        _ => Model::Common,
    }
}

/// What the core says against an analysis, with the study it is about.
pub fn refused(e: StatsError, included: &[Included], spec: &AnalysisSpec) -> Problem {
    let study = match e {
        StatsError::Effect { index, .. } | StatsError::Variance { index, .. } => included.get(index).map(|(c, _)| c.study.clone()),
        _ => None,
    };
    let few = matches!(e, StatsError::TooFewStudies { .. });
    let message = study.map_or_else(|| e.to_string(), |s| format!("study `{s}`: {e}"));
    let help = if few {
        "ask for a method that fewer studies can carry, or keep more studies"
    } else {
        "look for an effect or a variance in another unit: `list rows` shows the data, `exclude` leaves a study out"
    };
    Problem::error("E401", message).at(spec.span, "in this analysis").help(help)
}

fn fit(
    spec: &AnalysisSpec,
    included: &[Included],
    y: &[f64],
    v: &[f64],
    notes: &mut Vec<NoteResult>,
) -> Result<(Pooled, PoolModel), Problem> {
    let stats = |e| refused(e, included, spec);
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
        ModelChoice::Rule(_) => {
            Err(Problem::error("E401", "its rule pools nothing here, so that there is no model to go on with")
                .at(spec.span, "this analysis"))
        }
    }
}

/// Everything of a result but its numbers and studies.
fn empty(spec: &AnalysisSpec, line: usize, k: usize, participants: Option<u64>) -> PoolResult {
    let measure = spec.measure.value;
    PoolResult {
        id: spec.name.clone(),
        statement: spec.statement.clone(),
        line,
        status: "unregistered",
        role: None,
        plan: None,
        deviations: None,
        label: None,
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
        k,
        participants,
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
        trials: None,
        robust: None,
        heterogeneity: None,
        tests: None,
        log_likelihood: None,
        studies: Vec::new(),
        groups: None,
        between: None,
        rule: None,
        directions: None,
        alternatives: Vec::new(),
        notes: Vec::new(),
        sides: None,
        spec: spec.clone(),
        multilevel: None,
        certificate: None,
    }
}

fn study(candidate: &Candidate, spec: &AnalysisSpec) -> StudyEffect {
    let all = candidate.effect.as_ref();
    // What a stated `zero none` leaves without an effect of its own is pooled by its counts.
    let bare = all.is_some_and(|e| e.zero_adjusted) && super::classic::is_uncorrected(spec);
    let effect = all.filter(|_| !bare);
    let z = norm_quantile(0.5 + spec.level.value / 200.0);
    let interval = effect.map(|e| {
        let half = z * e.vi.sqrt();
        [e.yi - half, e.yi + half]
    });
    let measure = spec.measure.value;
    let back = |x: f64| measure.display(x, effect.and_then(|e| e.n));
    StudyEffect {
        study: candidate.study.clone(),
        told: String::new(),
        yi: effect.map(|e| e.yi),
        vi: effect.map(|e| e.vi),
        weight: None,
        ci: interval,
        included: candidate.is_in(),
        reason: candidate.reason.clone(),
        from: all.map(|e| e.from.text().to_owned()),
        n1: all.and_then(|e| e.n1.or(e.n)),
        n2: all.and_then(|e| e.n2),
        source: None,
        display: effect.zip(interval).map(|(e, [a, b])| (back(e.yi), [back(a), back(b)])),
        leaning: candidate.leaning,
        remarks: remarks(candidate, bare),
        conversions: candidate.history().to_vec(),
        combined: candidate.combined.clone(),
        rows: candidate.rows().collect(),
    }
}

fn remarks(candidate: &Candidate, bare: bool) -> Vec<String> {
    let mut out = candidate.remarks.clone();
    if bare {
        out.push("a cell is zero: pooled by its counts, without an effect of its own".into());
    } else {
        out.extend(candidate.effect.iter().flat_map(|e| e.notes.iter().map(|n| n.text())));
    }
    out
}

/// People of the pooled effects: those of one trial count once, the most of any of its effects.
pub fn participants(included: &[Included]) -> Option<u64> {
    People::of(included).among(0..included.len())
}

/// The people of effects, their trials numbered, so that those of many subsets are counted fast.
pub struct People {
    /// The number of each effect's trial, and its people.
    of: Vec<(usize, Option<f64>)>,
    trials: usize,
}

impl People {
    /// Numbers the trials of the effects.
    pub fn of(included: &[Included]) -> Self {
        let mut trials: IndexMap<&str, ()> = IndexMap::new();
        let people = |effect: &Effect| match (effect.n1, effect.n2) {
            (Some(a), Some(b)) => Some(a + b),
            _ => effect.n,
        };
        let of = included.iter().map(|(c, effect)| (trials.insert_full(c.unit.as_str(), ()).0, people(effect))).collect();
        Self { of, trials: trials.len() }
    }

    /// The people of some of the effects; none where an effect does not say how many.
    pub fn among(&self, effects: impl ExactSizeIterator<Item = usize>) -> Option<u64> {
        let any = effects.len() > 0;
        let mut most = vec![0.0_f64; self.trials];
        for i in effects {
            let (trial, people) = *self.of.get(i)?;
            most[trial] = most[trial].max(people?);
        }
        any.then(|| most.iter().sum::<f64>().round() as u64)
    }
}

/// The harmonic mean of the sizes, which Freeman-Tukey's back-transformation needs.
pub fn harmonic_n(included: &[Included]) -> Option<f64> {
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
        result.heterogeneity = Some(of_heterogeneity(&pooled.heterogeneity, model, spec));
    }
}

/// Under `not_pooled`, Q and I2 are still worth reading.
fn finish_heterogeneity_only(result: &mut PoolResult, y: &[f64], v: &[f64], spec: &AnalysisSpec) {
    let fit = (y.len() >= 2).then(|| pool(y, v, &options(spec, Model::Common)).ok()).flatten();
    result.heterogeneity = fit.map(|p| of_heterogeneity(&p.heterogeneity, PoolModel::Common, spec));
}

/// Heterogeneity as results have it, of a mean or residual.
pub fn of_heterogeneity(h: &Heterogeneity, model: PoolModel, spec: &AnalysisSpec) -> HeterogeneityResult {
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
        levels: None,
    }
}
