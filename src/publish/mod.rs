//! The whole review: report, checklist, flow diagram, risk of bias, tables, and the archive that
//! reproduces them.
//!
//! It gets what a statement asked for ([`Composition`]) and the results so far, and gives a
//! document, a picture or bytes. No number is computed here that is not in a result or in the
//! data, but for sums and the arithmetic of absolute effects, which `stats` holds.

mod certainty;
mod characteristics;
mod export;
mod findings;
mod flow;
mod methods;
mod paper;
pub mod prisma;
mod results;
mod rob;
mod roles;
mod tables;
mod whole;

use crate::diagnostic::Problem;
use crate::eval::outcome::{Composed, Composition, FileResult, Outcome, TableResult};
use crate::report::{docx, html, markdown};

/// What there is to compose from.
pub struct Material<'a> {
    /// The results so far, in order, each with its label.
    pub results: Vec<&'a Outcome>,
    /// The script.
    pub script: &'a str,
}

/// What came of a composition.
#[derive(Debug, Default)]
pub struct Published {
    /// What stands in its place among the results.
    pub outcome: Option<Outcome>,
    /// Files to write: path and bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// Problems, without a place.
    pub problems: Vec<Problem>,
}

/// Composes what was asked for.
pub fn publish(asked: &Composition, material: &Material) -> Published {
    match (&asked.what, asked.to.as_deref()) {
        (Composed::ExportData { form, tool }, Some(path)) => export::data(asked, *form, tool.as_deref(), path),
        (Composed::ExportResult { outcome, effects, form }, Some(path)) => export::result(asked, outcome, effects.as_ref(), *form, path),
        (Composed::Report, Some(path)) => report(asked, material, path),
        (Composed::Flow, None) => {
            Published { problems: flow_problems(asked, material), ..table(flow::table(&asked.store, &material.results)) }
        }
        (Composed::Characteristics(columns), _) => table(characteristics::table(&asked.store, columns)),
        (Composed::Exclusions, _) => table(tables::exclusions(&asked.store, &material.results)),
        (Composed::Dispositions, _) => table(tables::dispositions(&asked.store)),
        (Composed::Results, _) => table(results::table(&asked.store, &material.results)),
        _ => Published::default(),
    }
}

/// The whole report as a file of the kind that its name says.
fn report(asked: &Composition, material: &Material, path: &str) -> Published {
    let (title, document) = whole::document(asked, material);
    let ending = path.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
    let bytes = match ending.as_str() {
        "md" => Ok(markdown::render(&document).into_bytes()),
        "docx" => docx::render(&title, &document).map_err(|e| Problem::error("E332", format!("the file can't be made: {e}"))),
        _ => Ok(html::page(&title, &document).into_bytes()),
    };
    match bytes {
        Ok(bytes) => written(path, bytes),
        Err(problem) => Published { problems: vec![problem], ..Published::default() },
    }
}

/// What does not add up in the flow diagram.
fn flow_problems(asked: &Composition, material: &Material) -> Vec<Problem> {
    let warn = |text: String| Problem::warning("W331", text).help("correct the count in the data, or say there why it differs");
    flow::faults(&asked.store, &material.results).into_iter().map(warn).collect()
}

/// One file.
fn written(path: &str, bytes: Vec<u8>) -> Published {
    let outcome = Outcome::File(FileResult { path: path.to_owned() });
    Published { outcome: Some(outcome), files: vec![(path.to_owned(), bytes)], problems: Vec::new() }
}

/// One table.
fn table(table: TableResult) -> Published {
    Published { outcome: Some(Outcome::Table(table)), ..Published::default() }
}
