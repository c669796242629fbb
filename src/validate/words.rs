//! Numbers and lists in messages.

use crate::number;

/// A number that was typed: shortest form.
pub(crate) fn num(x: f64) -> String {
    number::plain(x)
}

/// A computed number, to three significant digits.
pub(crate) fn sig(x: f64) -> String {
    number::significant(x, 3)
}

/// A range of p-values.
pub(crate) fn p_range(range: &crate::stats::consistency::Range) -> String {
    let p = |x: f64| if x < 0.0005 { "<0.001".to_owned() } else { number::significant(x, 2) };
    let (low, high) = (p(range.low), p(range.high));
    if low == high { low } else { format!("{low} to {high}") }
}

/// `A, B and C`, at most `most` of them.
pub(crate) fn list(names: &[String], most: usize) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        many if many.len() > most => format!("{} and {} more", many[..most].join(", "), many.len() - most),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
