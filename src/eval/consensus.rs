//! Rows of several extractors: the one that they agreed on is pooled.

use super::candidates::Candidate;
use super::state::State;
use crate::store::Row;
use indexmap::IndexMap;

/// Leaves out the rows of single extractors where a consensus row of the same result is in.
pub(super) fn decide(candidates: &mut [Candidate], state: &State) {
    let row_of = |candidate: &Candidate| state.store.rows.get(candidate.row);
    if !candidates.iter().filter_map(row_of).any(Row::is_consensus) {
        return;
    }
    let mut same: IndexMap<[Option<&str>; 11], (bool, Vec<usize>)> = IndexMap::new();
    for (at, candidate) in candidates.iter().enumerate().filter(|(_, c)| c.reason.is_none()) {
        let Some(row) = row_of(candidate) else { continue };
        let (decided, singles) = same.entry(Row::RESULT.map(|key| row.key(key))).or_default();
        if row.is_consensus() {
            *decided = true;
        } else if row.extractor.is_some() {
            singles.push(at);
        }
    }
    let overruled: Vec<usize> = same.into_values().filter(|(decided, _)| *decided).flat_map(|(_, singles)| singles).collect();
    for at in overruled {
        if let Some(candidate) = candidates.get_mut(at) {
            candidate.reason = Some("the row of one extractor: the consensus row is taken".into());
        }
    }
}

/// Whether effects of one trial differ by their extractor alone.
pub(super) fn undecided(rows: &[&Row]) -> bool {
    let [first, rest @ ..] = rows else { return false };
    let alike = |row: &&Row| Row::RESULT.iter().all(|key| row.key(key) == first.key(key)) && row.extractor.is_some();
    first.extractor.is_some() && !rest.is_empty() && rest.iter().all(alike) && rest.iter().any(|row| row.extractor != first.extractor)
}
