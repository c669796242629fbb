//! Problems: what is wrong, where, and what to do.
//!
//! A [`Problem`] is data. It is built deep in the house and travels outwards
//! unchanged; only `report::problem` turns it into a miette report.

use crate::source::Span;
use serde::Serialize;

/// How bad it is. An error stops the statement, a warning and a note do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Probably wrong.
    Warning,
    /// Certainly wrong.
    Error,
}

/// Where in a data file a problem lies.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Place {
    /// The file, as the user named it.
    pub file: String,
    /// Line of the file, header = 1.
    pub row: Option<usize>,
    /// Column name.
    pub column: Option<String>,
}

impl Place {
    /// Whether it lies in XML, which has lines and attributes for rows and columns.
    fn is_xml(&self) -> bool {
        self.file.to_lowercase().ends_with(".rm5")
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.file)?;
        if let Some(row) = self.row {
            let noun = if self.file.ends_with(".json") || self.is_xml() { "line" } else { "row" };
            write!(f, ", {noun} {row}")?;
        }
        if let Some(column) = &self.column {
            let noun = if self.is_xml() { "attribute" } else { "column" };
            write!(f, ", {noun} `{column}`")?;
        }
        Ok(())
    }
}

/// One thing to tell the user.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// How bad.
    pub severity: Severity,
    /// Stable code: `E1xx` syntax, `E2xx` names and clauses, `E3xx` data, `E4xx` statistics, `E5xx` plans, `Wxxx` likewise.
    pub code: &'static str,
    /// One sentence: what is wrong. No final full stop.
    pub message: String,
    /// Labelled places in the source; the first is the main one.
    pub labels: Vec<(Span, String)>,
    /// What to do about it.
    pub help: Option<String>,
    /// Where in a data file, if it lies in data.
    pub place: Option<Place>,
    /// The lines of the data file, or other detail, one entry a line.
    pub details: Vec<String>,
}

impl Problem {
    /// An error with a code and a message.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A warning.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A note.
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    /// Stands for problems that have been reported already where they arose.
    pub fn already_reported() -> Self {
        Self {
            severity: Severity::Error,
            code: "",
            message: String::new(),
            labels: Vec::new(),
            help: None,
            place: None,
            details: Vec::new(),
        }
    }

    /// Whether it only stands for problems reported before.
    pub fn is_already_reported(&self) -> bool {
        self.code.is_empty()
    }

    fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        debug_assert!(crate::diagnostic::codes::CODES.iter().any(|c| c.code == code), "unlisted code {code}");
        Self { severity, code, message: bounded(message.into()), labels: Vec::new(), help: None, place: None, details: Vec::new() }
    }

    /// Adds a label at a place in the source.
    #[must_use]
    pub fn at(mut self, span: Span, label: impl Into<String>) -> Self {
        self.labels.push((span, bounded(label.into())));
        self
    }

    /// Adds a label only if there is none yet.
    #[must_use]
    pub fn at_least(self, span: Span, label: impl Into<String>) -> Self {
        if self.labels.is_empty() { self.at(span, label) } else { self }
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(bounded(help.into()));
        self
    }

    /// Says where in the data; data written in a script lie in no file.
    #[must_use]
    pub fn place(mut self, place: Place) -> Self {
        self.place = Some(place).filter(|p| !p.file.is_empty());
        self
    }

    /// Adds lines of detail.
    #[must_use]
    pub fn details(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.details.extend(lines);
        self
    }

    /// Whether it stops the statement.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The main span, if it lies in the source.
    pub fn span(&self) -> Option<Span> {
        self.labels.first().map(|l| l.0)
    }
}

/// Longest word that a message repeats.
const LONGEST_WORD: usize = 200;

/// A text with words of absurd length cut.
fn bounded(text: String) -> String {
    if text.split_whitespace().all(|word| word.len() <= LONGEST_WORD) {
        return text;
    }
    let (mut out, mut run) = (String::new(), 0);
    for c in text.chars() {
        run = if c.is_whitespace() { 0 } else { run + 1 };
        match run {
            n if n < LONGEST_WORD / 2 || c == '`' => out.push(c),
            n if n == LONGEST_WORD / 2 => out.push('…'),
            _ => {}
        }
    }
    out
}

pub mod codes;
mod codes_after_pooling;
mod codes_of_data;
mod codes_of_following;
mod codes_of_formats;
mod codes_of_keeping;
mod codes_of_pictures;
mod codes_of_plans;
mod codes_of_proof;
mod codes_of_reports;
mod codes_of_rules;
mod codes_of_syntax;
