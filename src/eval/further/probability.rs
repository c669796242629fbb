//! How probable an effect beyond a threshold is.

use super::fit;
use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::outcome::{Head, NoteResult, Outcome, PoolResult, ProbabilityResult};
use crate::eval::pooling::harmonic_n;
use crate::eval::state::State;
use crate::language::further::{FurtherSpec, Threshold, ThresholdSide};
use crate::stats::decision::Predictive;
use crate::stats::effect::Measure;

/// What is asked: a side of a value on the analysis scale.
struct Asked {
    above: bool,
    threshold: f64,
    from: &'static str,
    because: Option<&'static str>,
}

/// The probability of the effect in a new setting, and of the mean effect.
pub fn run(spec: &FurtherSpec, threshold: Option<Threshold>, analysed: &Analysed, state: &State) -> Result<Outcome, Problem> {
    let base = analysed.result.clone();
    let estimate = fit::estimate_of(spec, &base)?;
    let asked = match threshold {
        Some(threshold) => stated(spec, threshold, &base, state)?,
        None => important(spec, estimate, &base, state)?,
    };
    let Some(ci) = base.ci else { return Err(no_interval(spec)) };
    let probability = |d: &Predictive| if asked.above { d.above(asked.threshold) } else { d.below(asked.threshold) };
    let mean = Predictive::of_interval(ci, base.df, base.level);
    let effects = base.pi.map(|pi| Predictive::of_interval(pi, prediction_df(&base), base.level));
    let back = |x: f64| base.spec.measure.value.display(x, harmonic_n(&analysed.included()));
    let mut notes = vec![NoteResult {
        code: "W480",
        text: "these read the confidence and the prediction distribution as what is known of the effect: that supposes no prior knowledge, and a tau2 that is known".into(),
    }];
    if effects.is_none() {
        notes.push(NoteResult { code: "W481", text: without_prediction(&base) });
    } else if base.k < 10 {
        notes.push(NoteResult {
            code: "W480",
            text: format!(
                "a share of settings from {} studies is imprecise: tau2 is, and the shape of its distribution is supposed",
                base.k
            ),
        });
    }
    Ok(Outcome::Probability(Box::new(ProbabilityResult {
        head: Head::of(&base, &spec.of, spec.name.clone()),
        side: if asked.above { "above" } else { "below" },
        threshold: asked.threshold,
        display_threshold: threshold.map_or_else(|| back(asked.threshold), |t| t.value),
        threshold_from: asked.from,
        effect: effects.as_ref().map(probability),
        effect_df: effects.and_then(|e| e.df),
        mean: probability(&mean),
        mean_df: mean.df,
        because: asked.because,
        notes,
        base,
    })))
}

fn no_interval(spec: &FurtherSpec) -> Problem {
    Problem::error("E413", format!("`{}` has no result here: there is no interval", spec.verb)).at(spec.base.span, "no interval")
}

/// Degrees of freedom of the prediction interval.
fn prediction_df(base: &PoolResult) -> Option<f64> {
    match base.pi_method {
        "normal" => None,
        "riley" => Some((base.k as f64 - 2.0).max(1.0)),
        "matches" => base.df,
        _ => Some((base.k as f64 - 1.0).max(1.0)),
    }
}

fn without_prediction(base: &PoolResult) -> String {
    if base.k == 1 {
        return "one study says nothing of the effect in another setting: only its own effect has a probability".to_owned();
    }
    let random = base.heterogeneity.as_ref().is_some_and(|h| h.tau2.is_some());
    if random {
        "there is no prediction interval here, so that nothing is said of the effect in a new setting: `pi t` gives one".to_owned()
    } else {
        "without a between-study variance the effect is the same everywhere: only the mean has a probability".to_owned()
    }
}

/// The threshold of the statement, on the analysis scale.
fn stated(spec: &FurtherSpec, stated: Threshold, base: &PoolResult, state: &State) -> Result<Asked, Problem> {
    let measure = base.spec.measure.value;
    let threshold = measure.scale().forward(stated.value);
    let shown = crate::number::plain(stated.value);
    if !threshold.is_finite() {
        let help = if measure.is_ratio() { "a ratio is above 0: write `beyond 0.8`" } else { "state the threshold on the scale displayed" };
        return Err(Problem::error("E417", format!("{shown} is not a value of a {}", measure.full_name()))
            .at(spec.base.span, "outside the scale")
            .help(help));
    }
    let (above, because) = match (stated.side, measure.null_value()) {
        (ThresholdSide::Above, _) => (true, None),
        (ThresholdSide::Below, _) => (false, None),
        (ThresholdSide::Beyond, Some(null)) if threshold != null => (threshold > null, None),
        (ThresholdSide::Beyond, null) => match fit::larger_is_better(spec, state).filter(|_| null.is_some()) {
            Some(larger) => (larger, Some("the better side")),
            None => {
                let why =
                    if null.is_some() { "is no effect itself" } else { "has no side: a measure of one group has no value of no effect" };
                return Err(Problem::error("E417", format!("`beyond {shown}` {why}"))
                    .at(spec.base.span, "beyond to which side?")
                    .help(format!("write `above {shown}` or `below {shown}`")));
            }
        },
    };
    Ok(Asked { above, threshold, from: "clause", because })
}

/// The minimal important difference of the outcome.
fn important(spec: &FurtherSpec, estimate: f64, base: &PoolResult, state: &State) -> Result<Asked, Problem> {
    let measure = base.spec.measure.value;
    let lacking = |why: String| {
        Problem::error("E417", format!("the minimal important difference of the outcome {why}"))
            .at(spec.base.span, "no threshold")
            .help("state the threshold: `probability of NAME beyond 0.2`")
    };
    let outcome = state.store.outcomes.get(&spec.base.estimand.outcome);
    let mid = outcome.and_then(|o| o.mid.as_ref());
    let Some(value) = mid.and_then(|m| m.value.as_ref()).map(|c| c.value) else { return Err(lacking("is not declared".to_owned())) };
    let in_sd = mid.and_then(|m| m.unit.as_deref()) == Some("sd");
    let own = outcome.and_then(|o| o.measure.clone()).unwrap_or_else(|| base.measure.to_owned());
    let standardised = matches!(measure, Measure::Smd | Measure::Smd1 | Measure::Smdh | Measure::Dppc);
    if !(if in_sd { standardised } else { measure.name() == own }) {
        let unit = if in_sd { "standard deviations".to_owned() } else { format!("the unit of `{own}`") };
        return Err(lacking(format!("is in {unit}, and the measure here is `{}`", measure.name())));
    }
    let Some(null) = measure.null_value() else { return Err(lacking("has no side in a measure of one group".to_owned())) };
    let size = if measure.is_ratio() { crate::stats::math::ln(value).abs() } else { value.abs() };
    let (above, because) = match fit::larger_is_better(spec, state) {
        Some(larger) => (larger, "the better side"),
        None => (estimate > null, "the side of the pooled effect"),
    };
    Ok(Asked { above, threshold: if above { null + size } else { null - size }, from: "outcome", because: Some(because) })
}
