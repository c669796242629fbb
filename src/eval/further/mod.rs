//! Verbs on a result.

mod fields;
mod repool;
mod small_study;
mod statement;

pub use fields::{kind_of, names_of, values_of};

use super::analysis::Analysed;
use super::outcome::Outcome;
use super::state::State;
use crate::diagnostic::Problem;
use crate::language::further::{Further, FurtherSpec};

/// Runs a verb on the analysis its specification names.
pub fn run(spec: &FurtherSpec, analysed: &Analysed, state: &State) -> Result<Outcome, Problem> {
    match &spec.what {
        Further::LeaveOneOut { unit } => repool::leave_one_out(spec, *unit, analysed, state),
        Further::Cumulative(order) => repool::cumulative(spec, order, analysed, state),
        Further::Egger { predictor, mixed } => small_study::egger(spec, predictor, *mixed, analysed),
        Further::Begg => small_study::begg(spec, analysed),
        Further::TrimAndFill { estimator, side } => small_study::trim_and_fill(spec, estimator, *side, analysed),
        Further::FailSafe { method, target } => small_study::fail_safe(spec, method, *target, analysed),
        _ => Err(Problem::error("E213", format!("`{}` is not in this version yet", spec.verb)).at(spec.base.span, "comes later")),
    }
}
