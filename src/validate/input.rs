//! From a row of the store to the numbers an effect is computed from.

use crate::stats::effect::{Bound, Input, PValue};
use crate::store::{self, Row};

/// The row's numbers.
pub fn input_of(row: &Row) -> Input {
    let mut input = Input::default();
    for (name, cell) in &row.values {
        match name {
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
