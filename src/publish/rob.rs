//! Judgements of risk of bias.

use super::paper::Paper;
use crate::eval::outcome::PoolResult;
use crate::store::Store;

/// Item 11: which tools the judgements are of.
pub fn tools(_paper: &mut Paper, _store: &Store) {}

/// Item 18.
pub fn write(paper: &mut Paper, store: &Store) {
    if store.risk_of_bias.is_empty() {
        paper.gap(
            "18",
            "assessments of risk of bias for each included study. The data hold none: they stand in `risk_of_bias.csv` of the store",
        );
    }
}

/// How the studies of a synthesis are judged.
pub fn contributing(_store: &Store, _pool: &PoolResult) -> Option<String> {
    None
}

/// Item 21: judgements about missing evidence.
pub fn missing_evidence(_paper: &mut Paper, _store: &Store) {}
