//! From a row of the store to the numbers an effect is computed from.

use crate::stats::effect::{self, Input, Measure};
use crate::store::Store;

pub use crate::validate::input_of;

/// Whether any row of an outcome allows one of some measures: the first that does ends the search.
pub fn some_row_allows(store: &Store, rows: &[usize], measures: &[Measure]) -> bool {
    rows.iter().filter_map(|i| store.rows.get(*i)).any(|row| !effect::measures_among(&input_of(row), measures).is_empty())
}

/// The measures that any row of an outcome allows.
pub fn measures_possible(store: &Store, rows: &[usize]) -> Vec<Measure> {
    let mut any: Vec<Measure> = Vec::new();
    for row in rows.iter().filter_map(|i| store.rows.get(*i)) {
        for measure in effect::measures_for(&input_of(row)) {
            if !any.contains(&measure) {
                any.push(measure);
            }
        }
    }
    any
}

/// The measures that every row of an outcome allows, else those that any row allows.
pub fn measures_allowed(store: &Store, rows: &[usize]) -> Vec<Measure> {
    let inputs = || rows.iter().filter_map(|i| store.rows.get(*i)).map(input_of);
    let mut all = Measure::ALL.to_vec();
    let mut any_row = false;
    for input in inputs() {
        let kept = effect::measures_among(&input, &all);
        if !kept.is_empty() {
            (all, any_row) = (kept, true);
        } else if !effect::measures_for(&input).is_empty() {
            return of_some_row(inputs());
        }
    }
    if any_row { all } else { Vec::new() }
}

/// The measures that any row allows, in order of appearance.
fn of_some_row(inputs: impl Iterator<Item = Input>) -> Vec<Measure> {
    let mut any: Vec<Measure> = Vec::new();
    for measure in inputs.flat_map(|input| effect::measures_for(&input)) {
        if !any.contains(&measure) {
            any.push(measure);
        }
    }
    any
}
