//! What both formats have in common: from analyses to a store.

use crate::diagnostic::Problem;
use crate::store::Origin;
use crate::store::cell::{Cell, Style};
use crate::store::entities::{Comparison, OutcomeDef};
use crate::store::model::Store;
use crate::store::row::{REVMAN_ANALYSIS, Row};
use crate::store::stored_analysis::{DataKind, StoredAnalysis, StoredStudy};
use crate::store::value::Value;
use indexmap::IndexMap;

/// A number of a file; blanks and words are none. For what was read, and told, before.
pub(super) fn cell(text: Option<&str>) -> Option<Cell> {
    Cell::parse(text?.trim(), Style::default()).ok()
}

/// A problem of a row, which begins with its analysis and study: what an author sees in RevMan.
pub(super) fn about(row: &Row, mut problem: Problem) -> Problem {
    let analysis = row.revman_analysis().map_or_else(String::new, |id| format!("{id}, "));
    problem.message = format!("{analysis}{}: {}", row.study, problem.message);
    problem
}

/// An id from a title: letters and digits, words joined by `_`, not too long, and not taken.
pub(super) fn id_of(title: &str, fallback: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut id = String::new();
    for c in title.to_lowercase().chars() {
        if c.is_alphanumeric() {
            id.push(c);
        } else if !id.is_empty() && !id.ends_with('_') {
            id.push('_');
        }
        if id.chars().count() >= 40 && id.ends_with('_') {
            break;
        }
    }
    let id = id.trim_matches('_').to_owned();
    let id =
        if id.chars().next().is_some_and(char::is_alphabetic) { id } else { format!("{fallback}_{id}").trim_end_matches('_').to_owned() };
    if !taken(&id) {
        return id;
    }
    (2..).map(|k| format!("{id}_{k}")).find(|next| !taken(next)).unwrap_or(id)
}

/// An analysis as read, before it has ids.
#[derive(Default)]
pub(super) struct Read {
    pub(super) analysis: StoredAnalysis,
    pub(super) comparison_title: String,
    /// The groups' names.
    pub(super) labels: [String; 2],
    pub(super) rows: Vec<ReadRow>,
}

/// A study's line as read.
#[derive(Default)]
pub(super) struct ReadRow {
    pub(super) study: String,
    pub(super) group: Option<String>,
    pub(super) values: Vec<(&'static str, Option<Cell>)>,
    pub(super) results: IndexMap<String, Cell>,
    pub(super) left_out: bool,
    pub(super) note: Option<String>,
    pub(super) line: usize,
}

/// Adds an analysis to the store: its comparison, outcome, rows and stored results.
pub(super) fn add(store: &mut Store, file: &str, read: Read) {
    let mut analysis = read.analysis;
    let known = store.comparisons.values().find(|c| c.label.as_deref() == Some(read.comparison_title.as_str())).map(|c| c.id.clone());
    analysis.comparison = known.unwrap_or_else(|| {
        let id = id_of(&read.comparison_title, "comparison", |id| store.comparisons.contains_key(id));
        let comparison = Comparison { id: id.clone(), label: Some(read.comparison_title.clone()), ..Comparison::default() };
        store.comparisons.insert(id.clone(), comparison);
        id
    });
    let title = analysis.title.clone().unwrap_or_default();
    analysis.outcome = id_of(&title, "outcome", |id| store.outcomes.contains_key(id));
    let outcome =
        OutcomeDef { id: analysis.outcome.clone(), label: Some(title), measure: measure_word(&analysis), ..OutcomeDef::default() };
    store.outcomes.insert(analysis.outcome.clone(), outcome);
    let grouped = read.rows.iter().any(|r| r.group.is_some());
    for line in read.rows {
        store.ensure_study(&line.study);
        let mut row = Row::new(line.study.clone(), analysis.outcome.clone());
        row.comparison = Some(analysis.comparison.clone());
        let [arm1, arm2] = &read.labels;
        row.arm1 = Some(arm1.clone()).filter(|a| !a.is_empty());
        row.arm2 = Some(arm2.clone()).filter(|a| !a.is_empty());
        row.from = Some(format!("{REVMAN_ANALYSIS}{}", analysis.id));
        row.note = line.note;
        row.origin = Origin { file: file.into(), row: Some(line.line) };
        for (name, value) in line.values {
            if let Some(value) = value {
                row.values.insert(name, value);
            }
        }
        if grouped {
            row.moderators.insert("revman_subgroup".to_owned(), line.group.clone().map_or(Value::Missing, Value::Text));
        }
        store.rows.push(row);
        analysis.studies.push(StoredStudy { study: line.study, group: line.group, left_out: line.left_out, results: line.results });
    }
    store.stored_analyses.push(analysis);
}

/// The word of the language for a measure, where it has one.
fn measure_word(analysis: &StoredAnalysis) -> Option<String> {
    let word = match (analysis.measure.as_str(), analysis.data) {
        ("PETO_OR", DataKind::Dichotomous) => "peto",
        (_, DataKind::GenericInverseVariance) => "generic",
        ("OR", _) => "or",
        ("RR", _) => "rr",
        ("RD", _) => "rd",
        ("HR", _) => "hr",
        ("MD", _) => "md",
        ("SMD", _) => "smd",
        _ => return None,
    };
    Some(word.to_owned())
}
