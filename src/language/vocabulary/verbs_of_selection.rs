//! The statement word about the choice of results.

use super::clauses::ClauseId as C;
use super::{Group, Subject, Verb, VerbId, verb_row as verb};

/// This verb.
pub const OF_SELECTION: &[Verb] = &[verb!(
    Selection,
    "selection",
    Analysis,
    OfAnalysis,
    &[C::Across, C::Draws, C::Seed],
    false,
    "selection of NAME [across timepoint, analysis] [draws NUMBER] [seed NUMBER] [CLAUSES]",
    "Which of several eligible results of a trial were taken, and what the other choices would have given",
    "selection of vaccine"
)];
