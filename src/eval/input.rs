//! From a row of the store to the numbers an effect is computed from.

use crate::stats::effect::{self, Bound, Input, Measure, PValue};
use crate::store::{self, Row, Store};

/// The row's numbers.
pub fn input_of(row: &Row) -> Input {
    let mut input = Input::default();
    for (name, cell) in &row.values {
        match name.as_str() {
            "p" => {
                let bound = match cell.bound {
                    store::Bound::Exact => Bound::Exact,
                    store::Bound::Below => Bound::Below,
                    store::Bound::Above => Bound::Above,
                };
                input.p = Some(PValue { value: cell.value, bound });
            }
            "favours" => input.favours = [1u8, 2].into_iter().find(|f| f64::from(*f) == cell.value),
            name => {
                input.set(name, Some(cell.value));
            }
        }
    }
    input
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
    let per_row: Vec<Vec<Measure>> =
        rows.iter().filter_map(|i| store.rows.get(*i)).map(|row| effect::measures_for(&input_of(row))).filter(|m| !m.is_empty()).collect();
    let Some((first, rest)) = per_row.split_first() else { return Vec::new() };
    let all: Vec<Measure> = first.iter().copied().filter(|m| rest.iter().all(|r| r.contains(m))).collect();
    if !all.is_empty() {
        return all;
    }
    let mut any: Vec<Measure> = Vec::new();
    for measure in per_row.into_iter().flatten() {
        if !any.contains(&measure) {
            any.push(measure);
        }
    }
    any
}
