//! Mantel-Haenszel and Peto: pooling of the counts themselves.

use super::outcome::{CountTests, Display, HeterogeneityResult, NotPooled, NoteResult, PoolResult};
use super::pooling::Included;
use super::state::State;
use crate::diagnostic::Problem;
use crate::language::spec::{AnalysisSpec, ModelChoice, PoolModel};
use crate::stats::effect::{Measure, ZeroPolicy, pooled_counts};
use crate::stats::error::StatsError;
use crate::stats::heterogeneity::{h2_test_based, i2_from_h2};
use crate::stats::mh::{ChiSquared, ClassicEstimate, MhMeasure, NoEstimate, OwnEffects, TwoGroups, mantel_haenszel_with};
use crate::stats::peto::{peto, pool_oe};

/// The numbers of a row, or what it lacks.
fn numbers<const N: usize>(names: [&str; N], included: &[Included], state: &State, spec: &AnalysisSpec) -> Result<[Vec<f64>; N], Problem> {
    let mut out: [Vec<f64>; N] = std::array::from_fn(|_| Vec::with_capacity(included.len()));
    for (candidate, _) in included {
        if !candidate.combined.is_empty() {
            return Err(Problem::error("E412", format!("the effects of `{}` were combined, and this model pools counts", candidate.study))
                .at(spec.span, "counts can't be combined so")
                .help("take one of them with `prefer KEY A > B`, or another model"));
        }
        for (i, name) in names.iter().enumerate() {
            match candidate.number(name, state) {
                Some(x) => out[i].push(x),
                None => {
                    return Err(Problem::error(
                        "E412",
                        format!("study `{}` has no `{name}`, and this model pools counts", candidate.study),
                    )
                    .at(spec.span, "needs counts of both groups")
                    .help("leave the study out with `exclude`, or pool by inverse variance (`model common`, `model reml`)"));
                }
            }
        }
    }
    Ok(out)
}

/// Whether a specification pools counts and asks for no correction even in the effects of single
/// studies: a study with a zero is then in without an effect of its own.
pub fn is_uncorrected(spec: &AnalysisSpec) -> bool {
    spec.zero.value == ZeroPolicy::None && matches!(spec.model.value, ModelChoice::One(PoolModel::MantelHaenszel | PoolModel::Peto))
}

/// What both methods give.
struct Classic {
    estimate: Result<ClassicEstimate, NoEstimate>,
    weights: Vec<f64>,
    q: Option<ChiSquared>,
    i2: Option<f64>,
    tests: Option<CountTests>,
}

/// Events and sizes of both groups, corrected where the specification says so.
fn counts(sizes: [&str; 2], included: &[Included], state: &State, spec: &AnalysisSpec) -> Result<[Vec<f64>; 4], Problem> {
    let mut out = numbers(["events1", sizes[0], "events2", sizes[1]], included, state, spec)?;
    for i in 0..included.len() {
        let row = pooled_counts(spec.measure.value, [out[0][i], out[1][i], out[2][i], out[3][i]], spec.zero.value);
        for (column, x) in out.iter_mut().zip(row) {
            column[i] = x;
        }
    }
    Ok(out)
}

/// Pools the counts of the included rows into `result`.
pub fn pool(result: &mut PoolResult, spec: &AnalysisSpec, model: PoolModel, included: &[Included], state: &State) -> Result<(), Problem> {
    let failed = |e: StatsError| Problem::error("E401", e.to_string()).at(spec.span, "this analysis");
    let level = spec.level.value;
    let classic = if model == PoolModel::Peto {
        let from_oe = included.iter().all(|(c, _)| c.number("oe", state).is_some() && c.number("events1", state).is_none());
        let pooled = if from_oe {
            let [oe, v] = numbers(["oe", "v"], included, state, spec)?;
            pool_oe(&oe, &v, level).map_err(failed)?
        } else {
            let [events1, size1, events2, size2] = counts(["n1", "n2"], included, state, spec)?;
            peto(&TwoGroups { events1: &events1, size1: &size1, events2: &events2, size2: &size2 }, level).map_err(failed)?
        };
        Classic { estimate: pooled.result, weights: pooled.weights, q: pooled.q, i2: pooled.i2, tests: None }
    } else {
        let (measure, sizes) = match spec.measure.value {
            Measure::Rr => (MhMeasure::Rr, ["n1", "n2"]),
            Measure::Rd => (MhMeasure::Rd, ["n1", "n2"]),
            Measure::Irr => (MhMeasure::Irr, ["time1", "time2"]),
            Measure::Ird => (MhMeasure::Ird, ["time1", "time2"]),
            _ => (MhMeasure::Or, ["n1", "n2"]),
        };
        let [events1, size1, events2, size2] = counts(sizes, included, state, spec)?;
        let groups = TwoGroups { events1: &events1, size1: &size1, events2: &events2, size2: &size2 };
        let own = if spec.zero.value == ZeroPolicy::None { OwnEffects::Raw } else { OwnEffects::Corrected };
        let pooled = mantel_haenszel_with(measure, &groups, level, own).map_err(failed)?;
        let tests = CountTests { cmh: pooled.cmh, cmh_uncorrected: pooled.cmh_uncorrected, tarone: pooled.tarone };
        let some = tests.cmh.is_some() || tests.tarone.is_some();
        Classic { estimate: pooled.result, weights: pooled.weights, q: pooled.q, i2: pooled.i2, tests: some.then_some(tests) }
    };
    fill(result, spec, model, classic);
    Ok(())
}

fn fill(result: &mut PoolResult, spec: &AnalysisSpec, model: PoolModel, classic: Classic) {
    result.model = Some(model.name());
    result.ci_method = "wald";
    if spec.ci.value.guarded {
        result.ci_requested = "wald";
    }
    result.pi_method = "none";
    result.tests = classic.tests;
    for (study, weight) in result.studies.iter_mut().filter(|s| s.included).zip(&classic.weights) {
        study.weight = weight.is_finite().then_some(*weight);
    }
    if let (Some(q), true) = (classic.q, result.k >= 2) {
        let h2 = if q.df > 0.0 { q.statistic / q.df } else { 1.0 };
        let interval =
            h2_test_based(q.statistic, q.df as usize + 1, spec.level.value).map(|[a, b]| [Some(i2_from_h2(a)), Some(i2_from_h2(b))]);
        let i2 = classic.i2.unwrap_or(0.0);
        result.heterogeneity = Some(HeterogeneityResult {
            q: q.statistic,
            df: q.df,
            p: q.p,
            tau2: None,
            tau2_se: None,
            tau2_ci: None,
            i2,
            i2_ci: interval,
            i2_definition: "q",
            i2_q: i2,
            i2_q_ci: interval,
            i2_tau2: None,
            h2,
            levels: None,
        });
    }
    match classic.estimate {
        Ok(e) => {
            let back = |x: f64| spec.measure.value.display(x, None);
            result.estimate = Some(e.estimate);
            result.se = Some(e.se);
            result.statistic = Some(e.statistic);
            result.p = Some(e.p);
            result.ci = Some(e.ci);
            result.display = Some(Display { estimate: Some(back(e.estimate)), ci: Some(e.ci.map(back)), pi: None });
        }
        Err(why) => {
            result.not_pooled = Some(NotPooled { code: "no_estimate", reason: why.text().to_owned() });
            let tested = result.tests.as_ref().is_some_and(|t| t.cmh.is_some());
            if tested && matches!(why, NoEstimate::NumeratorZero | NoEstimate::DenominatorZero) {
                let text = "the Cochran-Mantel-Haenszel test exists where a pooled ratio does not, since one group has no event, or nothing but events, in all studies; a risk difference exists too, and inverse variance gives a ratio that rests on its correction of the zeros".into();
                result.notes.push(NoteResult { code: "W413", text });
            }
        }
    }
}
