//! Verbs on a result.

mod fields;
mod repool;
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
        _ => Err(Problem::error("E213", format!("`{}` is not in this version yet", spec.verb)).at(spec.base.span, "comes later")),
    }
}
