//! What a report says about a result, and in which order.

mod asymmetry;
mod baujat;
mod blup;
mod bootstrap;
mod decision;
pub mod effect;
mod expect;
mod explain;
mod facts;
pub mod followed;
mod frame;
mod gosh;
mod groups;
mod infer;
mod influence;
mod multilevel;
mod plot;
mod pool;
mod profile;
mod regression;
mod reproduce;
mod robustness;
mod rows;
mod rule;
mod selection;
mod shell;
mod small_study;
mod standing;

pub use rule::directions;

use super::document::{Align, Block, Cell, Column, Document, Table};
use crate::eval::outcome::{Outcome, SyntheticResult, TableResult};

/// What a report can use beside the result itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hints {
    /// What effects left and right of no effect favour, where the outcome's direction is known:
    /// `favours IMR`, `favours usual care`.
    pub sides: Option<[String; 2]>,
}

/// The report of one result.
pub fn document(outcome: &Outcome, hints: &Hints) -> Document {
    let mut document = of_outcome(outcome, hints);
    if !matches!(outcome, Outcome::ShowFinding(_)) {
        standing::add(&mut document, outcome);
    }
    document
}

fn of_outcome(outcome: &Outcome, hints: &Hints) -> Document {
    match outcome {
        Outcome::Pool(result) | Outcome::Show(result) => pool::document(result, hints),
        Outcome::ShowFinding(outcome) => document(outcome, hints),
        Outcome::LeaveOneOut(rows) => rows::document("without", rows),
        Outcome::Cumulative(rows) => rows::document("with", rows),
        Outcome::Egger(result) => small_study::egger(result),
        Outcome::Begg(result) => small_study::begg(result),
        Outcome::TrimAndFill(result) => small_study::trim_and_fill(result),
        Outcome::FailSafe(result) => small_study::fail_safe(result),
        Outcome::Harbord(result) | Outcome::Peters(result) | Outcome::Macaskill(result) | Outcome::Deeks(result) => {
            asymmetry::count_test(result)
        }
        Outcome::Ruecker(result) => asymmetry::ruecker(result),
        Outcome::PetPeese(result) => asymmetry::pet_peese(result),
        Outcome::ExcessSignificance(result) => asymmetry::excess(result),
        Outcome::HenmiCopas(result) => asymmetry::henmi_copas(result),
        Outcome::Unanswered(result) => small_study::unanswered(result),
        Outcome::Probability(result) => decision::probability(result),
        Outcome::Absolute(result) => decision::absolute(result),
        Outcome::ReExpress(result) => decision::re_express(result),
        Outcome::Baujat(result) => baujat::document(result),
        Outcome::Blup(result) => blup::document(result),
        Outcome::Bootstrap(result) => bootstrap::document(result),
        Outcome::Gosh(result) => gosh::document(result),
        Outcome::Selection(result) => selection::document(result),
        Outcome::Influence(result) => influence::document(result),
        Outcome::Profile(result) => profile::document(result),
        Outcome::LevelProfile(result) => multilevel::profile(result),
        Outcome::Wild(result) => multilevel::wild(result),
        Outcome::Robustness(result) => robustness::document(result),
        Outcome::Regress(result) => regression::regress(result),
        Outcome::Predict(result) => regression::predict(result),
        Outcome::Contrast(result) => regression::contrast(result),
        Outcome::Test(result) => regression::test(result),
        Outcome::Vif(result) => regression::vif(result),
        Outcome::Permute(result) => regression::permute(result),
        Outcome::ExplainFinding(outcome) => regression::explain(outcome, hints),
        Outcome::Explain(result) => explain::document(result),
        Outcome::ExplainRule(rule) | Outcome::RuleAnalysis(rule) => rule::analysis(rule),
        Outcome::RuleRun(result) => rule::run(result),
        Outcome::Reproduce(result) => reproduce::document(result),
        Outcome::Infer(result) => infer::document(result),
        Outcome::Expect(result) => expect::document(result),
        Outcome::Synthetic(result) => synthetic(result, hints),
        Outcome::Table(table) => list(table),
        Outcome::Text(text) if text.prose => prose(&text.text),
        Outcome::Text(text) => single(Block::Text(text.text.clone())),
        Outcome::File(file) => single(Block::Paragraph(format!("wrote {}", file.path))),
        Outcome::Methods(result) => prose(&super::methods::methods(result)),
        Outcome::MethodsFinding(result) => prose(&super::methods::regression(result)),
        Outcome::Composition(_) => Document::default(),
        Outcome::Differences(report) => report.as_deref().map(followed::differences).unwrap_or_default(),
        Outcome::PlanStatus(report) => report.as_deref().map(followed::status).unwrap_or_default(),
        Outcome::Value(value) => single(Block::Text(value.clone())),
    }
}

/// The shell of a result, filled with nothing: marked above and below, so that no excerpt of it looks like a result.
fn synthetic(result: &SyntheticResult, hints: &Hints) -> Document {
    let mut out = Document::default();
    out.push(Block::Heading(1, format!("{}, {}: SYNTHETIC ROWS, NO RESULT", result.id, result.role.replace('_', "-"))));
    out.blocks.extend(shell::empty(document(&result.shell, hints)).blocks);
    out.push(Block::Note {
        code: "W513".into(),
        text: format!("an empty shell, tried on {} synthetic studies: it shows what will be reported, and holds no number", result.studies),
    });
    out
}

/// A document of one block.
fn single(block: Block) -> Document {
    Document { blocks: vec![block] }
}

/// Paragraphs, and lines that begin with `- ` as a list.
fn prose(text: &str) -> Document {
    let mut document = Document::default();
    for part in text.split("\n\n") {
        let (items, lines): (Vec<&str>, Vec<&str>) = part.lines().partition(|l| l.starts_with("- "));
        if !lines.is_empty() {
            document.push(Block::Paragraph(lines.join(" ")));
        }
        document.push_list(items.iter().map(|l| l.trim_start_matches("- ").to_owned()).collect());
    }
    document
}

/// Columns of the wide table of all results that a narrow terminal does without, these first; an
/// estimate that is cut says nothing.
const DISPENSABLE: &[&str] =
    &["Q (df), p", "model, CI", "certainty", "tau2", "comparison", "set", "for", "people", "prediction", "I2", "measure"];

/// A list with columns: those that hold only numbers stand right.
fn list(table: &TableResult) -> Document {
    let mut document = Document::default();
    document.push(Block::Heading(1, table.title.clone()));
    let number = |i: usize| {
        let mut cells = table.rows.iter().filter_map(|r| r.get(i)).map(|c| c.trim()).filter(|c| !matches!(*c, "" | "NA"));
        let mut any = false;
        cells.all(|c| {
            any = true;
            c.trim_end_matches('%').replace(',', "").parse::<f64>().is_ok()
        }) && any
    };
    let align = |i: usize| if number(i) { Align::Decimal } else { Align::Left };
    let wide = table.columns.iter().any(|c| c == DISPENSABLE[0]);
    let rank = |head: &str| DISPENSABLE.iter().position(|d| wide && *d == head).map_or(0, |at| (DISPENSABLE.len() - at) as u8);
    let columns = table.columns.iter().enumerate().map(|(i, head)| Column::dispensable(head, align(i), rank(head))).collect();
    let rows: Vec<Vec<Cell>> = table.rows.iter().map(|row| row.iter().map(Cell::text).collect()).collect();
    if rows.is_empty() {
        document.push(Block::Paragraph("none".into()));
    } else {
        document.push(Block::Table(Table { columns, rows }));
    }
    for text in &table.notes {
        document.push(Block::Note { code: String::new(), text: text.clone() });
    }
    document
}
