//! Verbs on a result.

mod ask;
mod baujat;
mod blup;
mod bootstrap;
pub mod design;
mod fields;
mod gosh;
mod influence;
mod material;
mod permute;
mod profile;
mod regress;
mod regression_fields;
mod repool;
mod robustness;
mod small_study;
mod statement;

pub use fields::{kind_of, names_of, values_of};
pub use regression_fields::of_regression;

use super::analysis::Analysed;
use super::outcome::Outcome;
use super::state::State;
use super::work::Work;
use crate::diagnostic::Problem;
use crate::language::further::{Further, FurtherSpec};

/// Runs a verb on the analysis its specification names.
pub fn run(spec: &FurtherSpec, analysed: &Analysed, state: &State, work: &Work) -> Result<Outcome, Problem> {
    match &spec.what {
        Further::Egger { predictor, mixed } => small_study::egger(spec, predictor, *mixed, analysed),
        Further::Begg => small_study::begg(spec, analysed),
        Further::TrimAndFill { estimator, side } => small_study::trim_and_fill(spec, estimator, *side, analysed),
        Further::FailSafe { method, target } => small_study::fail_safe(spec, method, *target, analysed),
        Further::Baujat => baujat::run(spec, analysed, state, work),
        Further::Blup => blup::run(spec, analysed),
        Further::Bootstrap { draws, parametric } => bootstrap::run(spec, *draws, *parametric, analysed, work),
        Further::Cumulative(order) => repool::cumulative(spec, order, analysed, state, work),
        Further::Gosh(draws) => gosh::run(spec, *draws, analysed, state, work),
        Further::Influence => influence::run(spec, analysed, work),
        Further::LeaveOneOut { unit } => repool::leave_one_out(spec, *unit, analysed, state, work),
        Further::Permute { formula, draws } => permute::run(spec, formula.as_ref(), *draws, analysed, state, work),
        Further::Regress(formula) => regress::run(spec, formula, analysed, state),
        Further::Predict { formula, points } => ask::predict(spec, formula, points, analysed, state),
        Further::Contrast { formula, rows } => ask::contrast(spec, formula, rows, analysed, state),
        Further::Test { formula, terms } => ask::test(spec, formula, terms, analysed, state),
        Further::Vif(formula) => ask::vif(spec, formula, analysed, state),
        Further::Profile => profile::run(spec, analysed),
        Further::Robustness(grid) => robustness::run(spec, grid, analysed, state, work),
    }
}
