//! The whole review: report, checklist, flow diagram, risk of bias, tables, and the archive that
//! reproduces them.
//!
//! It gets what a statement asked for ([`Composition`]) and the results so far, and gives a
//! document, a picture or bytes. No number is computed here that is not in a result or in the
//! data, but for sums and the arithmetic of absolute effects, which `stats` holds.

mod bundle;
mod certainty;
mod characteristics;
mod export;
mod figures;
mod findings;
pub mod flow;
mod methods;
mod paper;
mod planned;
pub mod prisma;
mod results;
pub mod rob;
mod roles;
pub mod swim;
mod tables;
mod whole;

use crate::diagnostic::Problem;
use crate::eval::Located;
use crate::eval::outcome::{Composed, Composition, FileResult, Format, Outcome, PictureRequest, PlanReport, RobRequest, TableResult};
use crate::figure::font::Fonts;
use crate::figure::{self, Figure, render};
use crate::language::spec::Conventions;
use crate::report::document::{Block, Document};
use crate::report::{docx, html, markdown};
use crate::store::Entry;
use std::collections::BTreeMap;

/// What there is to compose from.
pub struct Material<'a> {
    /// The results so far, in order, each with its label.
    pub results: Vec<&'a Outcome>,
    /// The script.
    pub script: &'a str,
    /// Files that the run has read so far, by path.
    pub read: &'a BTreeMap<String, Vec<u8>>,
    /// Files that it has written so far.
    pub written: &'a BTreeMap<String, Vec<u8>>,
    /// The archive that the script writes, if it writes one.
    pub archive: Option<String>,
    /// What became of the plan, where one is followed.
    pub plan: Option<&'a PlanReport>,
    /// The change logs of the stores that were used, by path.
    pub logs: Vec<(String, Vec<Entry>)>,
    /// Another program's defaults, if set.
    pub conventions: Option<Conventions>,
    /// Errors, warnings and notes so far.
    pub problems: &'a [Located],
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
        (Composed::Picture(request), Some(path)) => drawn(request, path),
        (Composed::Report, Some(path)) => report(asked, material, path),
        (Composed::Bundle, Some(path)) => bundle::write(asked, material, path),
        (Composed::Flow, Some(path)) => {
            let drawn =
                picture("flow", asked, path, "the data hold no counts of the flow diagram", |fonts| flow::figure(&asked.store, fonts));
            with(flow_problems(asked, material), drawn)
        }
        (Composed::TrafficLight(request), to) => rob(asked, request, false, to),
        (Composed::RobSummary(request), to) => rob(asked, request, true, to),
        (Composed::SummaryOfFindings(rows), _) => table(findings::table(&asked.store, rows, &material.results)),
        (Composed::Directions(result), to) => match (&**result, to) {
            (Outcome::Pool(pool), Some(path)) => {
                let pool = &**pool;
                let fingerprint = material.plan.and_then(|p| p.fingerprint.as_deref());
                picture("effect_direction", asked, path, "", |fonts| Some(swim::figure(&asked.store, pool, fingerprint, fonts)))
            }
            (Outcome::Pool(pool), None) => table(swim::table(&asked.store, pool.as_ref())),
            _ => Published::default(),
        },
        (Composed::Flow, None) => {
            Published { problems: flow_problems(asked, material), ..table(flow::table(&asked.store, &material.results)) }
        }
        (Composed::Characteristics(columns), _) => table(characteristics::table(&asked.store, columns)),
        (Composed::Exclusions, _) => table(tables::exclusions(&asked.store, &material.results)),
        (Composed::Dispositions, _) => table(tables::dispositions(&asked.store)),
        (Composed::Results, _) => table(results::table(&asked.store, &material.results)),
        (
            Composed::Report | Composed::Bundle | Composed::ExportData { .. } | Composed::ExportResult { .. } | Composed::Picture(_),
            None,
        ) => Published::default(),
    }
}

/// The whole report as a file of the kind that its name says.
fn report(asked: &Composition, material: &Material, path: &str) -> Published {
    let ending = path.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
    let fonts = match Fonts::new(asked.font.as_deref()) {
        Ok(fonts) => fonts,
        Err(_) => return Published { problems: vec![no_font()], ..Published::default() },
    };
    let mark = material.plan.and_then(|p| crate::eval::follow::mark(p.fingerprint.as_deref(), p.reconstructed.is_some()));
    let fingerprint = mark.as_deref();
    let figures = figures::Figures { fonts, store: &asked.store, pixels: ending == "docx", curves: &asked.curves, fingerprint };
    let (title, mut document) = whole::document(asked, material, &figures);
    let beside = if ending == "md" { beside(&mut document, path) } else { Vec::new() };
    let bytes = match ending.as_str() {
        "md" => Ok(markdown::render(&document).into_bytes()),
        "docx" => docx::render(&title, &document).map_err(|e| Problem::error("E332", format!("the file can't be made: {e}"))),
        _ => Ok(html::page(&title, &document).into_bytes()),
    };
    match bytes {
        Ok(bytes) => {
            let mut out = written(path, bytes);
            out.files.extend(beside);
            out
        }
        Err(problem) => Published { problems: vec![problem], ..Published::default() },
    }
}

/// The pictures of a document as files beside it, for a format that can't hold them: `review-1.svg`.
fn beside(document: &mut Document, path: &str) -> Vec<(String, Vec<u8>)> {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let mut out = Vec::new();
    for block in &mut document.blocks {
        if let Block::Figure(figure) = block {
            let file = format!("{stem}-{}.svg", out.len() + 1);
            figure.file = file.rsplit('/').next().map(str::to_owned);
            out.push((file, figure.svg.clone().into_bytes()));
        }
    }
    out
}

/// What does not add up in the flow diagram.
fn flow_problems(asked: &Composition, material: &Material) -> Vec<Problem> {
    let warn = |text: String| Problem::warning("W331", text).help("correct the count in the data, or say there why it differs");
    flow::faults(&asked.store, &material.results).into_iter().map(warn).collect()
}

/// Judgements of risk of bias as a table or a picture.
fn rob(asked: &Composition, request: &RobRequest, summary: bool, to: Option<&str>) -> Published {
    let name = if summary { "rob_summary" } else { "traffic_light" };
    let (mut out, faults) = match to {
        Some(path) => {
            let missing = "the data hold no such judgements of risk of bias";
            let mut faults = Vec::new();
            let drawn = picture(name, asked, path, missing, |fonts| {
                let (figure, found) = rob::figure(&asked.store, request, summary, fonts);
                faults = found;
                figure
            });
            (drawn, faults)
        }
        None => {
            let (found, faults) = rob::table(&asked.store, request, summary);
            (table(found), faults)
        }
    };
    let warn = |text| Problem::warning("W332", text).help("correct it in the `risk_of_bias.csv` of the store");
    out.problems.extend(faults.into_iter().map(warn));
    out
}

fn no_font() -> Problem {
    Problem::error("E482", "the file after `font` is no font that can be read")
        .help("name a font file of type TrueType or OpenType (.ttf, .otf)")
}

/// What was composed, with problems before its own.
fn with(mut problems: Vec<Problem>, mut published: Published) -> Published {
    problems.append(&mut published.problems);
    Published { problems, ..published }
}

/// A picture with its numbers beside it.
fn picture(plot: &str, asked: &Composition, path: &str, missing: &str, draw: impl FnOnce(&Fonts) -> Option<Figure>) -> Published {
    let refused = |why: String| Published { problems: vec![Problem::error("E332", why)], ..Published::default() };
    let fonts = match Fonts::new(asked.font.as_deref()) {
        Ok(fonts) => fonts,
        Err(_) => return Published { problems: vec![no_font()], ..Published::default() },
    };
    let Some(mut figure) = draw(&fonts) else { return refused(missing.to_owned()) };
    figure::name_fonts(&mut figure, &fonts);
    let format = Format::of(path).unwrap_or(Format::Svg);
    match render::bytes(&figure.scene, format, &fonts) {
        Ok(bytes) => {
            let scene = &figure.scene;
            let value = serde_json::json!({
                "plot": plot, "title": scene.title, "description": scene.description,
                "width": scene.width, "height": scene.height, "rows": figure.twin.json(),
            });
            Published {
                outcome: Some(Outcome::File(FileResult { path: path.to_owned(), figure: Some(value) })),
                files: vec![(path.to_owned(), bytes), (format!("{path}.csv"), figure.twin.csv())],
                problems: figure.notes.into_iter().map(|text| Problem::note("W487", text)).collect(),
            }
        }
        Err(e) => refused(e.to_string()),
    }
}

/// A picture of a result, as `forest of` and the like draw it; a warning where there is nothing to draw.
fn drawn(request: &PictureRequest, path: &str) -> Published {
    match figure::draw(request) {
        Ok(drawn) => Published {
            outcome: Some(Outcome::File(FileResult { path: path.to_owned(), figure: Some(drawn.figure) })),
            files: vec![(path.to_owned(), drawn.picture), (format!("{path}.csv"), drawn.numbers)],
            problems: drawn.notes.into_iter().map(|text| Problem::note("W487", text)).collect(),
        },
        Err(why) if why.of_font => Published { problems: vec![no_font()], ..Published::default() },
        Err(why) => {
            let problem = Problem::warning("W488", format!("`{path}` is not written: {}", why.message));
            let problem = match why.help {
                Some(help) => problem.help(help),
                None => problem,
            };
            Published { problems: vec![problem], ..Published::default() }
        }
    }
}

/// One file.
fn written(path: &str, bytes: Vec<u8>) -> Published {
    let outcome = Outcome::File(FileResult { path: path.to_owned(), figure: None });
    Published { outcome: Some(outcome), files: vec![(path.to_owned(), bytes)], problems: Vec::new() }
}

/// One table.
fn table(table: TableResult) -> Published {
    Published { outcome: Some(Outcome::Table(table)), ..Published::default() }
}
