//! Whether a verb fits the measure of a result, and if not, why.

use super::material::short;
use crate::diagnostic::Problem;
use crate::eval::outcome::PoolResult;
use crate::language::further::FurtherSpec;
use crate::stats::effect::Measure;
use crate::store::Direction;

/// The value of no effect, which a test against it needs.
pub fn null_of(spec: &FurtherSpec, base: &PoolResult) -> Result<f64, Problem> {
    base.spec.measure.value.null_value().ok_or_else(|| {
        Problem::error(
            "E414",
            format!("`{}` asks about no effect, and a {} has no value of no effect", spec.verb, base.spec.measure.value.full_name()),
        )
        .at(spec.base.span, "compares nothing")
        .help(format!("`egger of {}` and `begg of {}` ask no such thing", short(&spec.of), short(&spec.of)))
    })
}

/// An error where the measure is none of those that a verb is defined for.
pub fn one_of(spec: &FurtherSpec, base: &PoolResult, measures: &[Measure], why: &str, instead: &str) -> Result<(), Problem> {
    let measure = base.spec.measure.value;
    if measures.contains(&measure) {
        return Ok(());
    }
    Err(Problem::error("E414", format!("`{}` {why}, and the measure here is `{}`", spec.verb, measure.name()))
        .at(spec.base.span, "another measure")
        .help(instead.replace("NAME", short(&spec.of))))
}

/// The estimate of a result, without which a verb has nothing to say.
pub fn estimate_of(spec: &FurtherSpec, base: &PoolResult) -> Result<f64, Problem> {
    base.estimate.ok_or_else(|| {
        let why = base.not_pooled.as_ref().map_or_else(|| "there is no estimate".to_owned(), |n| n.reason.clone());
        Problem::error("E413", format!("`{}` has no result here: nothing was pooled, as {why}", spec.verb))
            .at(spec.base.span, "nothing was pooled")
    })
}

/// Whether larger is better, where the outcome says so.
pub fn larger_is_better(spec: &FurtherSpec, state: &crate::eval::state::State) -> Option<bool> {
    state.store.outcomes.get(&spec.base.estimand.outcome)?.direction.map(|d| d == Direction::HigherBetter)
}
