//! One finding of the checks.

use crate::diagnostic::{Place, Severity};
use crate::store::{Decision, Disposition, Row, Store, find_column, join};
use std::collections::HashMap;

/// What a rule found, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule's number.
    pub rule: u8,
    /// How bad.
    pub severity: Severity,
    /// Where in the data.
    pub place: Place,
    /// The study, if it is about one.
    pub study: Option<String>,
    /// The row of the store, by index, if it is about one.
    pub row: Option<usize>,
    /// Other rows that it is about.
    pub with: Vec<usize>,
    /// What is wrong, one sentence without a final full stop.
    pub message: String,
    /// What to do.
    pub help: String,
    /// How the row would read if the suspicion holds.
    pub repair: Option<Repair>,
    /// Eight characters that stand for the rule, the keys of the row and the values it is about.
    pub id: String,
    /// What was decided about it.
    pub disposition: Option<Disposition>,
}

/// Another reading of a row, to show what depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repair {
    /// Its SDs are standard errors.
    SdIsSe,
    /// Its standard errors are SDs.
    SeIsSd,
}

impl Finding {
    /// `E351`, `W352`: the severity's letter and 350 + the rule's number.
    pub fn code(&self) -> String {
        let letter = if self.severity == Severity::Error { 'E' } else { 'W' };
        format!("{letter}{}", 350 + u32::from(self.rule))
    }

    /// Whether it still waits for a decision: none was made, or it was called fixed and is still there.
    pub fn is_open(&self) -> bool {
        self.disposition.as_ref().is_none_or(|d| d.disposition == Decision::Fixed)
    }

    /// Whether it is an open error.
    pub fn is_open_error(&self) -> bool {
        self.severity == Severity::Error && self.is_open()
    }
}

/// Collects findings.
pub(crate) struct Sink<'a> {
    pub(crate) store: &'a Store,
    pub(crate) found: Vec<Finding>,
    /// The first row of each study.
    first: &'a HashMap<&'a str, usize>,
}

/// The first row of each study.
pub(crate) fn first_rows(store: &Store) -> HashMap<&str, usize> {
    let mut first = HashMap::new();
    for (index, row) in store.rows.iter().enumerate() {
        first.entry(row.study.as_str()).or_insert(index);
    }
    first
}

impl<'a> Sink<'a> {
    /// Nothing found yet.
    pub(crate) fn new(store: &'a Store, first: &'a HashMap<&'a str, usize>) -> Self {
        Sink { store, found: Vec::new(), first }
    }
}

/// A finding in the making.
pub(crate) struct Draft {
    pub(crate) rule: u8,
    pub(crate) severity: Severity,
    pub(crate) message: String,
    pub(crate) help: String,
}

/// An error of a rule.
pub(crate) fn error(rule: u8, message: impl Into<String>, help: impl Into<String>) -> Draft {
    Draft { rule, severity: Severity::Error, message: message.into(), help: help.into() }
}

/// A warning of a rule.
pub(crate) fn warning(rule: u8, message: impl Into<String>, help: impl Into<String>) -> Draft {
    Draft { severity: Severity::Warning, ..error(rule, message, help) }
}

impl Draft {
    /// The same with another severity.
    pub(crate) fn with_severity(self, severity: Severity) -> Self {
        Draft { severity, ..self }
    }
}

impl Sink<'_> {
    /// Adds a finding at a column of a row; gives it back to be completed.
    pub(crate) fn at(&mut self, row: usize, column: &str, draft: Draft) -> Option<&mut Finding> {
        let source = self.store.rows.get(row)?;
        let about = [column, source.values.get(column).map_or("", |cell| cell.text.as_str())];
        let id = id_of(draft.rule, source, &about);
        let place = self.of_study(&source.study, column).filter(|_| !in_row(source, column)).unwrap_or_else(|| source.place(column));
        let message = format!("{}: {}", label(source), draft.message);
        self.push(Finding { study: Some(source.study.clone()), row: Some(row), place, id, ..blank(draft, message) })
    }

    /// Adds a finding about a study, shown at its first row.
    pub(crate) fn study(&mut self, study: &str, column: &str, draft: Draft) -> Option<&mut Finding> {
        let first = self.first.get(study).copied();
        let of_row = || first.and_then(|i| self.store.rows.get(i)).map(|row| row.place(column));
        let place = self.of_study(study, column).or_else(of_row).unwrap_or_default();
        let id = hash(&format!("{}|{study}|{column}", draft.rule));
        let message = format!("{study}: {}", draft.message);
        self.push(Finding { study: Some(study.to_owned()), row: first, place, id, ..blank(draft, message) })
    }

    /// Where something is said of a study: its line in `studies.csv`, if it has one.
    fn of_study(&self, study: &str, column: &str) -> Option<Place> {
        let place = self.store.studies.get(study)?.whence.0.place();
        (!place.file.is_empty()).then(|| Place { column: Some(column.to_owned()), ..place })
    }

    /// Adds a finding about something that a file of the folder holds, or that a CSV would hold with the rows.
    pub(crate) fn in_file(&mut self, name: &str, about: &str, draft: Draft) -> Option<&mut Finding> {
        let place = self.file(name);
        let found = self.whole(about, draft)?;
        found.place = place.unwrap_or_else(|| found.place.clone());
        Some(found)
    }

    /// A file of the folder that the store was read from, if it was one.
    pub(crate) fn file(&self, name: &str) -> Option<Place> {
        let folder = &self.store.whence.0.file;
        (!folder.is_empty()).then(|| Place { file: join(folder, name), ..Place::default() })
    }

    /// Adds a finding about the data as a whole.
    pub(crate) fn whole(&mut self, about: &str, draft: Draft) -> Option<&mut Finding> {
        let file = self.store.rows.first().map(|row| row.origin.file.to_string()).unwrap_or_default();
        let place = Place { file, ..Place::default() };
        let id = hash(&format!("{}|{about}", draft.rule));
        let message = draft.message.clone();
        self.push(Finding { place, id, ..blank(draft, message) })
    }

    fn push(&mut self, finding: Finding) -> Option<&mut Finding> {
        self.found.push(finding);
        self.found.last_mut()
    }
}

/// Whether a column stands with the rows: a key or number, or a moderator.
fn in_row(row: &Row, column: &str) -> bool {
    row.moderators.contains_key(column) || find_column(column).is_some()
}

fn blank(draft: Draft, message: String) -> Finding {
    Finding {
        rule: draft.rule,
        severity: draft.severity,
        place: Place::default(),
        study: None,
        row: None,
        with: Vec::new(),
        message,
        help: draft.help,
        repair: None,
        id: String::new(),
        disposition: None,
    }
}

/// A row in words: study, outcome, time, set, instrument, rater; of RevMan the number of the analysis, and the study.
pub(crate) fn label(row: &Row) -> String {
    // Authors of a RevMan review know their analyses by number.
    if let Some(analysis) = row.revman_analysis() {
        return format!("{analysis}, {}", row.study);
    }
    let mut out = row.study.clone();
    if row.outcome != crate::store::DEFAULT_OUTCOME {
        out.push_str(&format!(", {}", row.outcome));
    }
    if let Some(timepoint) = &row.timepoint {
        out.push_str(&format!(" at {timepoint}"));
    }
    for key in ["analysis", "instrument", "rater", "comparison", "subgroup"] {
        if let Some(text) = row.key(key) {
            out.push_str(&format!(", {text}"));
        }
    }
    out
}

/// A row's keys and all its numbers as written.
fn id_of(rule: u8, row: &Row, about: &[&str]) -> String {
    let mut text =
        format!("{rule}|{}|{}|{}|{}", label(row), row.arm1.as_deref().unwrap_or(""), row.arm2.as_deref().unwrap_or(""), about.join("="));
    for (name, cell) in &row.values {
        text.push_str(&format!("|{name}={}", cell.text));
    }
    hash(&text)
}

/// Gives each finding an id of its own: a second finding of a rule at one cell takes its words in, so
/// that a decision on the one is none on the other.
pub(crate) fn tell_apart(found: &mut [Finding]) {
    let mut seen: std::collections::HashSet<String> = std::collections::HashSet::with_capacity(found.len());
    for finding in found {
        while !seen.insert(finding.id.clone()) {
            finding.id = hash(&format!("{}|{}", finding.id, finding.message));
        }
    }
}

/// FNV-1a over 64 bits, its upper half folded in: eight hexadecimal digits.
fn hash(text: &str) -> String {
    let mut h: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in text.bytes() {
        h = (h ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{:08x}", (h >> 32) ^ (h & 0xffff_ffff))
}
