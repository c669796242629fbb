//! Remarks on a result, with their codes.

use super::candidates::Candidate;
use super::outcome::{NoteResult, PoolResult};
use super::state::State;
use crate::language::spec::{AnalysisSpec, Dependence, Filter};
use crate::stats::effect::{EffectNote, Measure, Route};
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
    if let Some(because) = keeps_dependent(spec) {
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
    let bounds = studies(candidates, |c| c.effect.as_ref().is_some_and(|e| e.from == Route::PBound));
    if !bounds.is_empty() {
        notes.push(NoteResult {
            code: "W432",
            text: format!("an effect computed from a p given as a bound is itself a bound: {}", bounds.join(", ")),
        });
    }
    let assumed = studies(candidates, has(|n| matches!(n, EffectNote::SignAssumed { .. })));
    if !assumed.is_empty() {
        notes.push(NoteResult {
            code: "W433",
            text: format!(
                "an effect from an unsigned F or p is taken as positive, a column `favours` (1 or 2) states its direction: {}",
                assumed.join(", ")
            ),
        });
    }
    let disagree = studies(candidates, has(|n| matches!(n, EffectNote::TestDisagrees { .. })));
    if !disagree.is_empty() {
        notes.push(NoteResult {
            code: "W434",
            text: format!("the reported test does not fit the data of its row: {}", disagree.join(", ")),
        });
    }
    let skewed = studies(candidates, has(|n| matches!(n, EffectNote::Skewed { .. })));
    if !skewed.is_empty() {
        notes.push(NoteResult {
            code: "W435",
            text: format!("medians that look skewed (Shi et al. 2023) were converted to means: {}", skewed.join(", ")),
        });
    }
    if matches!(spec.measure.value, Measure::Pft | Measure::Irft) && candidates.iter().any(Candidate::is_in) {
        notes.push(NoteResult {
            code: "W437",
            text: "the Freeman-Tukey scale turns back through one sample size for all studies, and can mislead (Schwarzer et al. 2019; Röver & Friede 2022): `plo` or `irln` does not".into(),
        });
    }
    let unused = super::convert::unused(candidates, state);
    if !unused.is_empty() {
        notes.push(NoteResult {
            code: "W490",
            text: format!(
                "cluster trials are pooled as if people had been randomised, though their design effect is known: {}; `cluster icc own` uses it",
                unused.join(", ")
            ),
        });
    }
    notes.extend(super::checked::settled(candidates, state));
    notes.extend(super::checked::note(candidates, state));
    let turned = studies(candidates, |c| c.remarks.iter().any(|r| r.starts_with("turned:")));
    if !turned.is_empty() {
        notes.push(NoteResult {
            code: "W436",
            text: format!("effects of instruments that run against the outcome are turned: {}", turned.join(", ")),
        });
    }
}

/// The studies in the pool of which something holds, each once.
fn studies(candidates: &[Candidate], test: impl Fn(&Candidate) -> bool) -> Vec<&str> {
    let mut out: Vec<&str> = Vec::new();
    for candidate in candidates.iter().filter(|c| c.is_in() && test(c)) {
        if !out.contains(&candidate.study.as_str()) {
            out.push(&candidate.study);
        }
    }
    out
}

/// Whether an effect carries such a note.
fn has(test: impl Fn(&EffectNote) -> bool) -> impl Fn(&Candidate) -> bool {
    move |c| c.effect.as_ref().is_some_and(|e| e.notes.iter().any(&test))
}

/// Whether several effects of one trial were pooled as independent.
fn keeps_dependent(spec: &AnalysisSpec) -> Option<&str> {
    match &spec.dependence.value {
        Dependence::Keep { because } => Some(because),
        _ => None,
    }
}
