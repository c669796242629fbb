//! Which of a trial's eligible results an analysis took, where a rule chose one.

use crate::eval::candidates::gather;
use crate::eval::outcome::PoolResult;
use crate::eval::state::State;
use crate::language::spec::Dependence;
use crate::protocol::executed::ChosenPlace;
use crate::stats::selection::place;
use crate::store::Direction;
use indexmap::IndexMap;

/// The place of the chosen result of each trial that left a choice.
pub fn places(result: &PoolResult, state: &State) -> Vec<ChosenPlace> {
    if !matches!(result.spec.dependence.value, Dependence::Prefer(_)) {
        return Vec::new();
    }
    let Ok(eligible) = gather(&result.spec, state) else { return Vec::new() };
    let mut trials: IndexMap<&str, Vec<(usize, f64)>> = IndexMap::new();
    for candidate in eligible.iter().filter(|c| c.is_in()) {
        let Some(effect) = &candidate.effect else { continue };
        trials.entry(&candidate.unit).or_default().push((candidate.row, effect.yi));
    }
    let larger = state.store.outcomes.get(&result.spec.estimand.outcome).and_then(|o| o.direction) != Some(Direction::LowerBetter);
    let taken = |row: &usize| result.studies.iter().any(|s| s.included && s.combined.is_empty() && s.rows.contains(row));
    let of = |(trial, results): (&str, Vec<(usize, f64)>)| {
        let chosen = results.iter().position(|(row, _)| taken(row))?;
        let effects: Vec<f64> = results.iter().map(|(_, yi)| *yi).collect();
        let found = place(&effects, chosen, larger)?;
        Some(ChosenPlace { trial: trial.to_owned(), eligible: found.eligible, rank: found.rank, position: found.position })
    };
    trials.into_iter().filter_map(of).collect()
}
