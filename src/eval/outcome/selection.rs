//! `selection of`: what the choice of one result per trial rests on.

use super::{Head, NoteResult, OfStudy, PoolResult};
use serde::Serialize;

/// Eligible results, the place of the chosen ones, and the results of all choices.
#[derive(Debug, Clone, Serialize)]
pub struct SelectionResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// How one result per trial was chosen, in words.
    pub chosen_by: String,
    /// Keys over which results count as eligible beside those of the analysis itself.
    pub across: Vec<String>,
    /// Eligible results in all.
    pub eligible: usize,
    /// Trials with more than one.
    pub with_a_choice: usize,
    /// The Potential Bias Index, every trial alike; null where no one result was chosen.
    pub pbi: Option<f64>,
    /// The same, trials weighted by the number of their eligible results.
    pub pbi_weighted: Option<f64>,
    /// Percentile interval of `pbi` by a bootstrap over trials.
    pub pbi_ci: Option<[f64; 2]>,
    /// How many choices there are: the product of the eligible results of each trial.
    pub selections: f64,
    /// How many of them were pooled.
    pub pooled: usize,
    /// Whether these are all.
    pub exact: bool,
    /// The seed, where choices or the bootstrap were drawn.
    pub seed: Option<u64>,
    /// The smallest, the median and the largest pooled effect, on the analysis scale; of choices that
    /// were drawn the smallest and the largest come from a search (`stats::selection::climb`).
    pub smallest: Option<f64>,
    /// See there.
    pub median: Option<f64>,
    /// See there.
    pub largest: Option<f64>,
    /// The three as displayed.
    pub display: Option<[f64; 3]>,
    /// The share of choices whose result is less favourable than that of the analysis.
    pub less_favourable: Option<f64>,
    /// The share of choices whose result lies on the other side of no effect.
    pub other_side: Option<f64>,
    /// Trial by trial.
    pub rows: Vec<OfStudy<SelectionRow>>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis itself.
    #[serde(skip)]
    pub base: PoolResult,
}

/// The choice that one trial leaves.
#[derive(Debug, Clone, Serialize)]
pub struct SelectionRow {
    /// Results that could have been taken.
    pub eligible: usize,
    /// The one that was; null where several were, or a combination of them.
    pub chosen: Option<String>,
    /// Its rank, 1 the most favourable.
    pub rank: Option<f64>,
    /// 0 the least, 1 the most favourable.
    pub position: Option<f64>,
    /// The effect taken, on the analysis scale.
    pub effect: Option<f64>,
    /// The smallest eligible effect.
    pub smallest: f64,
    /// The largest.
    pub largest: f64,
}
