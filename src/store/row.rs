//! One result as extracted.

use super::cell::{Cell, Style};
use super::columns::{ANALYSIS_SETS, Column, Kind, find};
use super::maps::unique;
use super::numbers::Numbers;
use super::origin::Origin;
use super::revman::name_in;
use super::value::Value;
use super::{checks, is_default, near_miss};
use crate::diagnostic::{Place, Problem};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// What provenance begins with in a row read from a RevMan analysis.
pub(super) const REVMAN_ANALYSIS: &str = "RevMan analysis ";

/// One row: what it is about, its numbers, and where they came from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Row {
    /// The study.
    pub study: String,
    /// The outcome.
    pub outcome: String,
    /// When it was measured.
    #[serde(skip_serializing_if = "is_default")]
    pub timepoint: Option<String>,
    /// The analysis set.
    #[serde(skip_serializing_if = "is_default")]
    pub analysis: Option<String>,
    /// What it was measured with.
    #[serde(skip_serializing_if = "is_default")]
    pub instrument: Option<String>,
    /// Who rated it.
    #[serde(skip_serializing_if = "is_default")]
    pub rater: Option<String>,
    /// The comparison.
    #[serde(skip_serializing_if = "is_default")]
    pub comparison: Option<String>,
    /// The intervention's arm.
    #[serde(skip_serializing_if = "is_default")]
    pub arm1: Option<String>,
    /// The comparator's arm.
    #[serde(skip_serializing_if = "is_default")]
    pub arm2: Option<String>,
    /// The trial, where it is not the study's.
    #[serde(skip_serializing_if = "is_default")]
    pub trial: Option<String>,
    /// Disjoint people of one study.
    #[serde(skip_serializing_if = "is_default")]
    pub subgroup: Option<String>,
    /// The numbers, by the canonical name of their column; a missing one is not there.
    #[serde(skip_serializing_if = "is_default")]
    #[cfg_attr(test, schemars(with = "IndexMap<String, Cell>"))]
    pub values: Numbers,
    /// What else is known about the row, by name.
    #[serde(skip_serializing_if = "is_default", deserialize_with = "unique")]
    pub moderators: IndexMap<String, Value>,
    /// Where the numbers were found, such as `Table 3`.
    #[serde(skip_serializing_if = "is_default")]
    pub from: Option<String>,
    /// The report the numbers were taken from.
    #[serde(skip_serializing_if = "is_default")]
    pub report: Option<String>,
    /// The page of that report.
    #[serde(skip_serializing_if = "is_default")]
    pub page: Option<String>,
    /// The words of the report.
    #[serde(skip_serializing_if = "is_default")]
    pub quote: Option<String>,
    /// The unit of the numbers, such as mmHg.
    #[serde(skip_serializing_if = "is_default")]
    pub unit: Option<String>,
    /// Whether the numbers are adjusted: `yes` or `no`.
    #[serde(skip_serializing_if = "is_default")]
    pub adjusted: Option<String>,
    /// For what they are adjusted.
    #[serde(skip_serializing_if = "is_default")]
    pub covariates: Option<String>,
    /// What is known where no number is: `direction only`, `not significant`.
    #[serde(skip_serializing_if = "is_default")]
    pub reported: Option<String>,
    /// Who extracted it; several are separated by `;`.
    #[serde(skip_serializing_if = "is_default")]
    pub extractor: Option<String>,
    /// Who decided where extractors differed.
    #[serde(skip_serializing_if = "is_default")]
    pub consensus: Option<String>,
    /// How the numbers were made from those of the report.
    #[serde(skip_serializing_if = "is_default")]
    pub conversion: Option<String>,
    /// A remark.
    #[serde(skip_serializing_if = "is_default")]
    pub note: Option<String>,
    /// The file and line it was read from; not stored.
    #[serde(skip)]
    pub origin: Origin,
}

/// The outcome of a file or row that names none.
pub const DEFAULT_OUTCOME: &str = "outcome";

impl Row {
    /// The keys that make two rows the same result, whoever extracted them.
    pub const RESULT: [&'static str; 11] =
        ["study", "trial", "outcome", "timepoint", "analysis", "instrument", "rater", "comparison", "arm1", "arm2", "subgroup"];

    /// Whether it is what several extractors agreed on: its extractor is `consensus`, or `consensus`
    /// says who decided.
    #[must_use]
    pub fn is_consensus(&self) -> bool {
        self.consensus.is_some() || self.extractor.as_ref().is_some_and(|who| who.to_lowercase().contains("consensus"))
    }

    /// A row without numbers.
    pub fn new(study: impl Into<String>, outcome: impl Into<String>) -> Self {
        Row { study: study.into(), outcome: outcome.into(), ..Row::default() }
    }

    /// A row written in a script: names and texts as in a CSV, through the same reading and
    /// the same checks. Every problem comes with the index of the pair it is about, so that
    /// the caller can point at it; the row is usable only if none of them is an error.
    pub fn from_pairs<'a>(study: &str, outcome: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Row, Vec<(usize, Problem)>) {
        let mut row = Row::new(study.trim(), outcome.trim());
        let mut problems = Vec::new();
        let mut positions: IndexMap<String, usize> = IndexMap::new();
        for (index, (name, text)) in pairs.into_iter().enumerate() {
            let canonical = find(name).map_or(name.trim(), |c| c.name).to_owned();
            if positions.insert(canonical.clone(), index).is_some() {
                let problem = Problem::error("E305", format!("`{canonical}` is given twice")).help("give each value once");
                problems.push((index, problem));
            } else if let Err(problem) = row.set(&canonical, text, Style::default()) {
                problems.push((index, problem));
            } else if let Some(meant) = near_miss::suggest(name).filter(|_| !near_miss::is_known(name)) {
                problems.push((index, near_miss_warning(name, meant)));
            }
        }
        for (column, problem) in checks::impossible(&row) {
            problems.push((positions.get(column).copied().unwrap_or(0), problem));
        }
        problems.sort_by_key(|(index, _)| *index);
        (row, problems)
    }

    /// Sets a key, a number or a moderator from its text. A missing text sets nothing
    /// (but a moderator is then known to be missing).
    pub(crate) fn set(&mut self, name: &str, text: &str, style: Style) -> Result<(), Problem> {
        match find(name) {
            Some(column) => self.set_column(column, text, style),
            None => {
                self.moderators.insert(name.trim().to_owned(), Value::infer(text));
                Ok(())
            }
        }
    }

    /// Sets a key or a number from its text, as [`set`](Self::set) does.
    pub(crate) fn set_column(&mut self, column: &'static Column, text: &str, style: Style) -> Result<(), Problem> {
        if super::cell::is_missing(text) {
            return Ok(());
        }
        let name = column.name;
        match column.kind {
            Kind::Key => self.set_key(name, text.trim()),
            Kind::Number(_) => {
                let style = Style { bounds: name == "p", ..style };
                let cell = Cell::parse(text, style).map_err(|e| {
                    let place = Place { column: Some(name.to_owned()), ..Place::default() };
                    let help = if name == "time" { format!("{}; a time of measurement belongs in `timepoint`", e.help) } else { e.help };
                    Problem::error("E308", e.message).help(help).place(place)
                })?;
                self.values.insert_known(name, cell);
            }
        }
        Ok(())
    }

    /// A key by the name of its column.
    pub fn key(&self, name: &str) -> Option<&str> {
        match name {
            "study" => Some(&self.study),
            "outcome" => Some(&self.outcome),
            "timepoint" => self.timepoint.as_deref(),
            "analysis" => self.analysis.as_deref(),
            "instrument" => self.instrument.as_deref(),
            "rater" => self.rater.as_deref(),
            "comparison" => self.comparison.as_deref(),
            "arm1" => self.arm1.as_deref(),
            "arm2" => self.arm2.as_deref(),
            "trial" => self.trial.as_deref(),
            "subgroup" => self.subgroup.as_deref(),
            "from" => self.from.as_deref(),
            "report" => self.report.as_deref(),
            "page" => self.page.as_deref(),
            "quote" => self.quote.as_deref(),
            "unit" => self.unit.as_deref(),
            "adjusted" => self.adjusted.as_deref(),
            "covariates" => self.covariates.as_deref(),
            "reported" => self.reported.as_deref(),
            "extractor" => self.extractor.as_deref(),
            "consensus" => self.consensus.as_deref(),
            "conversion" => self.conversion.as_deref(),
            "note" => self.note.as_deref(),
            _ => None,
        }
    }

    /// Sets a key by the name of its column; the known analysis sets are lower-cased.
    pub fn set_key(&mut self, name: &str, text: &str) {
        let some = Some(text.to_owned());
        match name {
            "study" => self.study = text.to_owned(),
            "outcome" => self.outcome = text.to_owned(),
            "timepoint" => self.timepoint = some,
            "analysis" => {
                let known = ANALYSIS_SETS.iter().find(|set| set.eq_ignore_ascii_case(text));
                self.analysis = Some(known.map_or(text, |set| set).to_owned());
            }
            "instrument" => self.instrument = some,
            "rater" => self.rater = some,
            "comparison" => self.comparison = some,
            "arm1" => self.arm1 = some,
            "arm2" => self.arm2 = some,
            "trial" => self.trial = some,
            "subgroup" => self.subgroup = some,
            "from" => self.from = some,
            "report" => self.report = some,
            "page" => self.page = some,
            "quote" => self.quote = some,
            "unit" => self.unit = some,
            "adjusted" => self.adjusted = some,
            "covariates" => self.covariates = some,
            "reported" => self.reported = some,
            "extractor" => self.extractor = some,
            "consensus" => self.consensus = some,
            "conversion" => self.conversion = some,
            "note" => self.note = some,
            _ => {}
        }
    }

    /// A number by the canonical name of its column.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.values.get(name).map(|cell| cell.value)
    }

    /// The place of one of its columns in the file it came from, under the name it has there.
    pub fn place(&self, column: &str) -> Place {
        let place = self.origin.place();
        let name = name_in(&place.file, column).unwrap_or(column).to_owned();
        Place { column: Some(name), ..place }
    }

    /// The number of the RevMan analysis it was read from, such as `1.2`.
    pub fn revman_analysis(&self) -> Option<&str> {
        self.from.as_deref()?.strip_prefix(REVMAN_ANALYSIS)
    }
}

/// Says that a column looks like another.
pub(crate) fn near_miss_warning(name: &str, meant: &str) -> Problem {
    Problem::warning("W310", format!("`{name}` is no column with a meaning of its own, and is read as a moderator"))
        .help(format!("did you mean `{meant}`? If so, rename the column"))
}
