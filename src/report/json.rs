//! The JSON of the contract: what a run gave, for programs.
//!
//! Results serialise themselves (`eval::outcome`); this adds the frame around them.
//! Numbers keep every digit; what is not finite is `null`.

use crate::diagnostic::{Problem, Severity};
use crate::eval::outcome::Outcome;
use crate::language::spec::Conventions;
use crate::source::Source;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter};
use std::io;

/// The version written into every document.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The document of a run. The order of the fields is the order of the keys.
#[derive(Debug, Serialize)]
pub struct DocumentJson<'a> {
    /// Weald's version.
    pub weald: &'static str,
    /// Edition of the language.
    pub edition: u16,
    /// Another program's defaults, if set.
    pub conventions: Option<Conventions>,
    /// The script as named.
    pub script: &'a str,
    /// No error.
    pub ok: bool,
    /// Errors, warnings and notes.
    pub diagnostics: Vec<DiagnosticJson>,
    /// What the plan asked for and what became of it; only in scripts that follow one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<serde_json::Value>,
    /// In order of evaluation.
    pub results: Vec<&'a Outcome>,
}

impl<'a> DocumentJson<'a> {
    /// The document of a run: what is printed only (`show`, `explain`, values) is left out.
    pub fn new(
        edition: u16,
        conventions: Option<Conventions>,
        source: &'a Source,
        problems: &[Problem],
        results: impl IntoIterator<Item = &'a Outcome>,
    ) -> Self {
        Self {
            weald: VERSION,
            edition,
            conventions,
            script: &source.name,
            ok: !problems.iter().any(Problem::is_error),
            diagnostics: diagnostics(problems, source),
            plan: None,
            results: results.into_iter().filter(|o| o.is_public()).collect(),
        }
    }

    /// As text, indented, ended by a line feed.
    pub fn render(&self) -> Result<String, serde_json::Error> {
        let frame = pretty(&DocumentJson { results: Vec::new(), diagnostics: self.diagnostics.clone(), plan: self.plan.clone(), ..*self })?;
        // The results are the last key. Each is written by itself, on all cores.
        let Some(head) = frame.strip_suffix("[]\n}").filter(|_| !self.results.is_empty()) else {
            return Ok(frame + "\n");
        };
        let results = self.results.par_iter().map(|result| Ok(pretty(result)?.replace('\n', "\n    ")));
        let results: Vec<String> = results.collect::<Result<_, serde_json::Error>>()?;
        let mut out = String::with_capacity(head.len() + results.iter().map(|r| r.len() + 6).sum::<usize>() + 10);
        out.push_str(head);
        for (i, result) in results.iter().enumerate() {
            out.push_str(if i == 0 { "[\n    " } else { ",\n    " });
            out.push_str(result);
        }
        out.push_str("\n  ]\n}\n");
        Ok(out)
    }
}

/// Indented, as a text of its own. No line feed stands within a value.
fn pretty(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::new();
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, Layout(PrettyFormatter::new())))?;
    String::from_utf8(bytes).map_err(|e| serde_json::Error::io(io::Error::other(e)))
}

/// Indented; whole numbers without a fraction (`95`, not `95.0`), so that strict readers take them as such.
struct Layout(PrettyFormatter<'static>);

impl Formatter for Layout {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        if value.fract() == 0.0 && value.abs() < 1e15 { write!(writer, "{}", value as i64) } else { self.0.write_f64(writer, value) }
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

/// A problem, located.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DiagnosticJson {
    /// How bad.
    pub severity: Severity,
    /// Stable code.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The script, or the data file.
    pub file: String,
    /// Line, from 1.
    pub line: Option<usize>,
    /// Column: a number in a script, a column's name in data.
    pub column: Option<ColumnJson>,
    /// More about it, line by line.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
}

/// Where in the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum ColumnJson {
    /// Characters from 1.
    Number(usize),
    /// A column of a data file.
    Name(String),
}

/// Problems as the document has them.
pub fn diagnostics(problems: &[Problem], source: &Source) -> Vec<DiagnosticJson> {
    problems.iter().map(|p| diagnostic(p, source)).collect()
}

fn diagnostic(problem: &Problem, source: &Source) -> DiagnosticJson {
    let (file, line, column) = match (&problem.place, problem.span()) {
        (Some(place), _) => (place.file.clone(), place.row, place.column.clone().map(ColumnJson::Name)),
        (None, Some(span)) => {
            let (line, column) = source.line_column(span.start);
            (source.name.to_string(), Some(line), Some(ColumnJson::Number(column)))
        }
        (None, None) => (source.name.to_string(), None, None),
    };
    DiagnosticJson {
        severity: problem.severity,
        code: problem.code,
        message: problem.message.clone(),
        help: problem.help.clone(),
        file,
        line,
        column,
        details: problem.details.clone(),
    }
}
