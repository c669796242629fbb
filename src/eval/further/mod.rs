//! Verbs on a result.

mod absolute;
pub mod ask;
mod baujat;
mod blup;
mod bootstrap;
mod count_tests;
pub mod design;
mod fields;
mod fit;
mod further_fields;
mod gosh;
mod influence;
mod material;
mod permute;
mod probability;
mod profile;
mod re_express;
pub mod refusal;
pub mod regress;
mod regression_fields;
mod repool;
mod robustness;
mod selection;
mod significance;
mod small_study;
mod statement;

pub use fields::{kind_of, names_of, values_of};
pub use regression_fields::{fields_of, of_regression};
pub use robustness::mid_half_width;

use self::refusal::Refusal;
use super::analysis::Analysed;
use super::multilevel;
use super::outcome::{NoResult, NoteResult, Outcome};
use super::state::State;
use super::work::Work;
use crate::diagnostic::Problem;
use crate::language::further::{Further, FurtherSpec};

/// Runs a verb on the analysis its specification names.
pub fn run(spec: &FurtherSpec, analysed: &Analysed, state: &State, work: &Work) -> Result<Outcome, Problem> {
    if let Some(hidden) = analysed.result.not_pooled.as_ref().filter(|n| n.code == super::follow::SEALED) {
        let why = NoResult { code: hidden.code, reason: hidden.reason.clone() };
        return Refusal::NoResult(why).outcome(spec, analysed);
    }
    let mut outcome = answer(spec, analysed, state, work).or_else(|refusal| refusal.outcome(spec, analysed))?;
    let result = &analysed.result;
    // A robust analysis without levels: its verbs take its effects one by one.
    let dependent = result.trials.is_some_and(|trials| trials < result.k) && result.structure.is_none();
    if dependent && let Some(notes) = outcome.notes_mut() {
        notes.push(NoteResult {
            code: "W477",
            text: format!("`{}` takes the several effects of one trial for independent; only standard errors are robust", spec.verb),
        });
    }
    Ok(outcome)
}

fn answer(spec: &FurtherSpec, analysed: &Analysed, state: &State, work: &Work) -> Result<Outcome, Refusal> {
    let levels = analysed.result.spec.is_multilevel();
    let robust = analysed.result.spec.robust.value.is_some();
    Ok(match &spec.what {
        Further::Wild { draws, webb, formula } => multilevel::wild(spec, formula.as_ref(), *draws, *webb, analysed, state, work)?,
        Further::Profile if levels => multilevel::profile(spec, analysed, state)?,
        Further::Egger { predictor, .. } if levels => multilevel::egger(spec, predictor, analysed, state)?,
        Further::Egger { predictor, mixed } => small_study::egger(spec, predictor, *mixed, analysed)?,
        Further::Begg => small_study::begg(spec, analysed)?,
        Further::TrimAndFill { estimator, side } => small_study::trim_and_fill(spec, estimator, *side, analysed)?,
        Further::FailSafe { method, target, weighted } => small_study::fail_safe(spec, method, *target, *weighted, analysed)?,
        Further::CountTest(test) => count_tests::regression(spec, test, analysed, state)?,
        Further::Ruecker(method) => count_tests::ruecker(spec, method, analysed, state)?,
        Further::PetPeese { expected } => significance::pet_peese(spec, *expected, analysed, state)?,
        Further::ExcessSignificance { method, alternative } => significance::excess(spec, method, alternative, analysed)?,
        Further::HenmiCopas => significance::henmi_copas(spec, analysed)?,
        Further::Probability(threshold) => probability::run(spec, *threshold, analysed, state)?,
        Further::Absolute(risks) => absolute::run(spec, risks, analysed, state)?,
        Further::ReExpress(units) => re_express::run(spec, units, analysed, state)?,
        Further::Baujat => baujat::run(spec, analysed, state, work)?,
        Further::Blup => blup::run(spec, analysed)?,
        Further::Bootstrap { draws, parametric } => bootstrap::run(spec, *draws, *parametric, analysed, work)?,
        Further::Cumulative(order) => repool::cumulative(spec, order, analysed, state, work)?,
        Further::Gosh(draws) => gosh::run(spec, *draws, analysed, state, work)?,
        Further::Selection { draws, across } => selection::run(spec, *draws, across, analysed, state, work)?,
        Further::Influence => influence::run(spec, analysed, work)?,
        Further::LeaveOneOut { unit } => repool::leave_one_out(spec, *unit, analysed, state, work)?,
        Further::Permute { formula, draws } => permute::run(spec, formula.as_ref(), *draws, analysed, state, work)?,
        Further::Regress(formula) if levels => multilevel::regress(spec, formula, analysed, state)?,
        Further::Predict { formula, points } if levels || robust => multilevel::predict(spec, formula, points, analysed, state)?,
        Further::Contrast { formula, rows } if levels || robust => multilevel::contrast(spec, formula, rows, analysed, state)?,
        Further::Test { formula, terms } if levels || robust => multilevel::test(spec, formula, terms, analysed, state)?,
        Further::Vif(formula) if levels => multilevel::vif(spec, formula, analysed, state)?,
        Further::Regress(formula) => regress::run(spec, formula, analysed, state)?,
        Further::Predict { formula, points } => ask::predict(spec, formula, points, analysed, state)?,
        Further::Contrast { formula, rows } => ask::contrast(spec, formula, rows, analysed, state)?,
        Further::Test { formula, terms } => ask::test(spec, formula, terms, analysed, state)?,
        Further::Vif(formula) => ask::vif(spec, formula, analysed, state)?,
        Further::Profile => profile::run(spec, analysed)?,
        Further::Robustness(grid) => robustness::run(spec, grid, analysed, state, work)?,
    })
}
