//! Stored results beside recomputed ones, digit by digit.

use super::repool::Repooled;
use crate::stats::consistency::Printed;
use crate::store::{Cell, STORED_RESULTS};
use indexmap::IndexMap;

/// One number, as stored and as computed.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// Its name.
    pub name: &'static str,
    /// As the file has it.
    pub stored: String,
    /// As computed here.
    pub computed: f64,
    /// Whether they agree to the last stored digit, or to 1e-8 where more digits are stored.
    pub agrees: bool,
    /// The absolute difference.
    pub difference: f64,
    /// Whether they agree only as far as RevMan computes this number: the p of Q to 1e-6.
    pub near: bool,
}

/// Doubles computed in another order agree to this, relative to their size.
const CLOSE: f64 = 1e-8;

/// Whether a stored number can be the computed one.
#[must_use]
pub fn agrees(stored: &Cell, computed: f64) -> bool {
    let half = Printed::parse(&stored.text).map_or(0.0, |p| p.half());
    let slack = (1.0 + 1e-9) * half.max(CLOSE * computed.abs().max(1.0));
    (stored.value - computed).abs() <= slack
}

/// All results that the file stores and that exist here.
pub fn compare(stored: &IndexMap<String, Cell>, found: &Repooled) -> Vec<Compared> {
    let of = |name: &str| match name {
        "effect" => Some(found.effect),
        "ci_lower" => Some(found.ci[0]),
        "ci_upper" => Some(found.ci[1]),
        "q" => found.q,
        "df" => found.q.map(|_| found.df),
        "p_q" => found.p_q,
        "i2" => found.i2,
        "tau2" => found.tau2,
        "z" => Some(found.z),
        "p" => Some(found.p),
        _ => None,
    };
    STORED_RESULTS.iter().filter_map(|name| one(name, stored.get(*name)?, of(name)?)).collect()
}

/// One pair; the sign of z is not stored.
pub fn one(name: &'static str, stored: &Cell, computed: f64) -> Option<Compared> {
    if !computed.is_finite() {
        return None;
    }
    let value = if name == "z" { Cell { value: stored.value.abs(), ..stored.clone() } } else { stored.clone() };
    // RevMan computes the tails of chi-squared to about seven digits.
    let near = name.starts_with("p_") && (value.value - computed).abs() < 1e-6;
    let exact = agrees(&value, computed);
    Some(Compared {
        name,
        stored: stored.text.clone(),
        computed,
        agrees: near || exact,
        near: near && !exact,
        difference: (value.value - computed).abs(),
    })
}

/// A count of the file, beside those that may be meant: studies that are not estimable, and
/// studies in several subgroups, may be counted or not. The first stands for the others.
pub(super) fn count(name: &'static str, stored: Option<&Cell>, may_be: &[f64]) -> Option<Compared> {
    let stored = stored.filter(|cell| cell.value > 0.0)?;
    let first = may_be.first().copied().filter(|n| *n > 0.0)?;
    one(name, stored, may_be.iter().copied().find(|n| *n == stored.value).unwrap_or(first))
}
