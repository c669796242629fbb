//! Problems with the texts they lie in.

use crate::diagnostic::Problem;
use crate::source::{Source, Span};
use crate::store::{Files, shown_text, span_of};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A problem and the text it lies in.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// The text: a script, or a data file.
    pub source: Source,
    /// Byte of the text that is run at which it arose: there stands the statement that reads another text.
    pub at: u32,
    /// The problem.
    pub problem: Problem,
}

impl Located {
    /// The same for problems that say the same about the same place.
    pub fn key(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let p = &self.problem;
        (&self.source.name, p.code, &p.message, &p.labels, &p.help, &p.details).hash(&mut hasher);
        p.place.as_ref().map(|place| (&place.file, place.row, &place.column)).hash(&mut hasher);
        hasher.finish()
    }
}

/// Data files as messages show them, each read once.
#[derive(Debug, Default)]
pub struct DataTexts(BTreeMap<String, Option<Source>>);

impl DataTexts {
    /// The problem at its cell of the data file; the problem alone where there is none to show.
    pub fn show(&mut self, files: &dyn Files, problem: Problem, at: u32) -> Result<Located, Problem> {
        let Some(place) = problem.place.clone().filter(|p| p.row.is_some()) else { return Err(problem) };
        // A workbook or a package has rows, and no text to show them in.
        let is_text = |bytes: &Vec<u8>| !bytes.starts_with(b"PK\x03\x04");
        let read = |file: &str| files.read(file).ok().filter(is_text).map(|bytes| Source::new(file, shown_text(&bytes)));
        let source = self.0.entry(place.file.clone()).or_insert_with(|| read(&place.file)).clone();
        let cell = source.as_ref().and_then(|s| span_of(&s.text, &place));
        let (Some(source), Some(cell)) = (source, cell) else { return Err(problem) };
        let label = place.column.map_or_else(|| "this row".to_owned(), |c| format!("column `{c}`"));
        Ok(Located { source, at, problem: problem.at_least(Span::new(cell.start, cell.end), label) })
    }
}
