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
            "p_sides" => {}
            name => {
                input.set(name, Some(cell.value));
            }
        }
    }
    if row.values.get("p_sides").is_some_and(|cell| cell.value == 1.0) {
        input.p = input.p.map(two_sided);
    }
    input
}

/// The two-sided p of a one-sided one: beyond one half the effect is on the other side.
fn two_sided(p: PValue) -> PValue {
    let size = p.value.abs();
    let (value, turns) = if size > 0.5 { (2.0 * (1.0 - size), true) } else { (2.0 * size, false) };
    let negative = (p.value < 0.0) != turns;
    let bound = match (p.bound, turns) {
        (Bound::Below, true) => Bound::Above,
        (Bound::Above, true) => Bound::Below,
        (bound, _) => bound,
    };
    PValue { value: if negative { -value } else { value }, bound }
}
