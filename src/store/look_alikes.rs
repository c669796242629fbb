//! Names that differ only in case or blanks, and so count as two.

use super::model::Store;
use super::row::Row;
use crate::diagnostic::Problem;
use foldhash::fast::RandomState;
use std::collections::{HashMap, HashSet};
use unicode_normalization::UnicodeNormalization;

/// Warnings about studies, outcomes, times, sets, instruments and levels of moderators.
pub(crate) fn warnings(store: &Store) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (key, noun) in [
        ("study", "studies"),
        ("outcome", "outcomes"),
        ("timepoint", "timepoints"),
        ("analysis", "analysis sets"),
        ("instrument", "instruments"),
    ] {
        let cells = store.rows.iter().filter_map(|row| Some((row.key(key)?, row)));
        find(cells, key, noun, &mut problems);
    }
    for name in store.moderator_names() {
        let of_row = |row: &Row| match store.row_value(row, name) {
            super::Value::Text(text) => Some(text),
            _ => None,
        };
        let cells: Vec<(String, &Row)> = store.rows.iter().filter_map(|row| Some((of_row(row)?, row))).collect();
        find(cells.iter().map(|(text, row)| (text.as_str(), *row)), name, "levels", &mut problems);
    }
    problems
}

/// Reports every second spelling of a name once.
fn find<'a>(cells: impl Iterator<Item = (&'a str, &'a Row)>, column: &str, noun: &str, problems: &mut Vec<Problem>) {
    let mut seen: HashMap<String, Vec<&str>, RandomState> = HashMap::default();
    let mut exact: HashSet<&str, RandomState> = HashSet::default();
    let mut before = None;
    for (text, row) in cells {
        // Rows of one name stand together, mostly.
        if before.replace(text) == Some(text) || !exact.insert(text) {
            continue;
        }
        let spellings = seen.entry(plain(text)).or_default();
        if let Some(first) = spellings.first() {
            let composed = |text: &str| text.nfc().eq(text.chars());
            let how = if composed(first) == composed(text) { "case or spaces" } else { "how their accents are encoded" };
            let message = format!("`{first}` and `{text}` differ only in {how}, and count as two {noun}");
            let problem = Problem::warning("W311", message).help(format!("write them alike in column `{column}` if they are one"));
            problems.push(problem.place(row.place(column)));
        }
        spellings.push(text);
    }
}

/// A name without case and blanks, an accent and its letter as one character: Macs write them as two.
fn plain(text: &str) -> String {
    let plain: String = text.to_lowercase().split_whitespace().collect();
    if plain.is_ascii() { plain } else { plain.nfc().collect() }
}
