//! Remarks on a result, with their codes.

use super::candidates::Candidate;
use super::outcome::{NoteResult, PoolResult};
use super::state::State;
use crate::language::spec::{AnalysisSpec, Filter};
use crate::stats::pool::PoolNote;

/// The code of a note of the core.
pub fn of_pool(note: &PoolNote) -> NoteResult {
    let code = match note {
        PoolNote::SingleStudy => "W401",
        PoolNote::TwoStudies | PoolNote::WaldForTwoStudies { .. } => "W402",
        PoolNote::WaldForCommonEffect { .. } => "W403",
        PoolNote::NarrowerThanWald { .. } | PoolNote::LiteralHksjNarrower { .. } => "W404",
        PoolNote::AllEffectsEqual => "W405",
        PoolNote::Tau2AtZero => "W406",
        PoolNote::SeveralMaxima { .. } => "W407",
        PoolNote::PredictionNeedsThree { .. } | PoolNote::PredictionFewStudies { .. } | PoolNote::PredictionDfFloored => "W408",
        PoolNote::QProfileEmpty | PoolNote::QProfileOpen | PoolNote::QProfileExcludesEstimate { .. } => "W409",
        PoolNote::VariancesFarApart { .. } => "W412",
    };
    NoteResult { code, text: note.text() }
}

/// What the selection of rows and the making of effects leave to say.
pub fn about_selection(result: &mut PoolResult, spec: &AnalysisSpec, candidates: &[Candidate], state: &State) {
    let notes = &mut result.notes;
    if let Some(because) = super::pooling::keeps_dependent(spec) {
        let crowded = super::dependence::crowded(candidates);
        if !crowded.is_empty() {
            let units: Vec<&str> = crowded.keys().map(String::as_str).collect();
            notes.push(NoteResult {
                code: "W430",
                text: format!("several effects of one trial are pooled as if independent ({}): {because}", units.join(", ")),
            });
        }
    }
    for filter in &spec.filters {
        if let Filter::Exclude { studies, .. } = filter {
            let idle: Vec<&str> = studies
                .iter()
                .filter(|s| !candidates.iter().any(|c| state.store.rows.get(c.row).is_some_and(|r| &r.study == *s)))
                .map(String::as_str)
                .collect();
            if !idle.is_empty() {
                notes.push(NoteResult { code: "W431", text: format!("excluded, but without a row in this analysis: {}", idle.join(", ")) });
            }
        }
    }
    let bounds = count(candidates, |c| c.effect.as_ref().is_some_and(|e| e.from == crate::stats::effect::Route::PBound));
    if bounds > 0 {
        notes.push(NoteResult {
            code: "W432",
            text: format!(
                "{} from a p given as a bound",
                crate::language::suggest::count(bounds, "effect rests on a value", "effects rest on values")
            ),
        });
    }
    let assumed = count(candidates, |c| {
        c.effect.as_ref().is_some_and(|e| e.notes.iter().any(|n| matches!(n, crate::stats::effect::EffectNote::SignAssumed { .. })))
    });
    if assumed > 0 {
        notes.push(NoteResult {
            code: "W433",
            text: format!(
                "the sign of {} is assumed: a column `favours` (1 or 2) states it",
                crate::language::suggest::count(assumed, "effect", "effects")
            ),
        });
    }
    let disagree: Vec<&str> = candidates
        .iter()
        .filter(|c| {
            c.is_in()
                && c.effect
                    .as_ref()
                    .is_some_and(|e| e.notes.iter().any(|n| matches!(n, crate::stats::effect::EffectNote::TestDisagrees { .. })))
        })
        .map(|c| c.study.as_str())
        .collect();
    if !disagree.is_empty() {
        notes.push(NoteResult {
            code: "W434",
            text: format!("the reported test does not fit the data of its row: {}", disagree.join(", ")),
        });
    }
    let skewed: Vec<&str> = candidates
        .iter()
        .filter(|c| {
            c.is_in()
                && c.effect.as_ref().is_some_and(|e| e.notes.iter().any(|n| matches!(n, crate::stats::effect::EffectNote::Skewed { .. })))
        })
        .map(|c| c.study.as_str())
        .collect();
    if !skewed.is_empty() {
        notes.push(NoteResult {
            code: "W435",
            text: format!("medians that look skewed (Shi et al. 2023) were converted to means: {}", skewed.join(", ")),
        });
    }
    let turned: Vec<&str> =
        candidates.iter().filter(|c| c.is_in() && c.remarks.iter().any(|r| r.starts_with("turned:"))).map(|c| c.study.as_str()).collect();
    if !turned.is_empty() {
        notes.push(NoteResult {
            code: "W436",
            text: format!("effects of instruments that run against the outcome are turned: {}", turned.join(", ")),
        });
    }
}

fn count(candidates: &[Candidate], test: impl Fn(&Candidate) -> bool) -> usize {
    candidates.iter().filter(|c| c.is_in() && test(c)).count()
}
