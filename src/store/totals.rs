//! Lines of totals that stand below a table and would count as studies.

use super::model::Store;
use crate::diagnostic::Problem;

/// What such a line is called in the column of the studies.
const NAMES: [&str; 8] = ["total", "totals", "sum", "subtotal", "overall", "pooled", "mean", "average"];

/// Warnings about rows whose study is named as a total is.
pub(crate) fn warnings(store: &Store) -> Vec<Problem> {
    let is_total = |name: &str| NAMES.contains(&name.trim().trim_end_matches([':', '.']).to_lowercase().as_str());
    let rows = store.rows.iter().filter(|row| is_total(&row.study));
    rows.map(|row| {
        Problem::warning("W316", format!("`{}` looks like a line of totals, and counts as a study", row.study.trim()))
            .help("delete the line; what is pooled is computed from the studies")
            .place(row.place("study"))
    })
    .collect()
}
