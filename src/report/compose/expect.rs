//! Printed values beside computed ones.

use crate::eval::outcome::{ExpectField, ExpectResult};
use crate::report::document::{Align, Block, Cell, Column, Document, Table};
use crate::report::number;

/// The report of a comparison, in neutral words.
pub fn document(result: &ExpectResult) -> Document {
    let mut out = Document::default();
    let from = result.from.as_ref().map(|f| format!(" ({f})")).unwrap_or_default();
    out.push(Block::Heading(1, format!("{}: printed and computed values{from}", result.target)));
    out.push(Block::Code(result.statement.clone()));
    let columns = vec![
        Column::new("value", Align::Left),
        Column::new("printed", Align::Decimal),
        Column::new("computed", Align::Decimal),
        Column::dispensable("difference", Align::Decimal, 2),
        Column::dispensable("tolerance", Align::Decimal, 1),
        Column::new("", Align::Left),
    ];
    out.push(Block::Table(Table { columns, rows: result.fields.iter().map(row).collect() }));
    out.push(Block::Paragraph(verdict(result)));
    out
}

fn row(field: &ExpectField) -> Vec<Cell> {
    let decimals = shown_decimals(field);
    let difference = field.actual.map(|a| a - field.expected).filter(|d| d.is_finite());
    vec![
        Cell::text(&field.field),
        Cell::text(&field.expected_text),
        Cell::text(field.actual.map_or_else(|| number::MISSING.into(), |a| number::fixed(a, decimals))),
        Cell::maybe(difference.map(|d| number::fixed(d, decimals))),
        Cell::text(number::significant(field.tolerance, 3)),
        Cell::text(words(field.verdict)),
    ]
}

/// Two more decimals than printed, none for whole numbers such as k.
fn shown_decimals(field: &ExpectField) -> usize {
    let printed = field.expected_text.trim_end_matches('%');
    let decimals = printed.split_once('.').map_or(0, |(_, d)| d.chars().take_while(char::is_ascii_digit).count());
    let whole = |x: f64| x.fract() == 0.0;
    if decimals == 0 && whole(field.expected) && field.actual.is_some_and(whole) { 0 } else { (decimals + 2).min(12) }
}

/// A verdict in words.
fn words(verdict: &str) -> String {
    verdict.replace('_', " ")
}

/// The sentence below the table.
fn verdict(result: &ExpectResult) -> String {
    let agreeing = result.fields.iter().filter(|f| f.verdict == "reproduced").count();
    let all = number::plural(result.fields.len(), "printed value", "printed values");
    let agree = if result.fields.len() == 1 { "agrees" } else { "agree" };
    let sentence = match (result.verdict, &result.under) {
        ("reproduced", _) => format!("Reproduced: {all} {agree} with the data."),
        ("reproduced_under_other_conventions", Some(under)) => {
            format!("Reproduced under other conventions: {all} {agree} under {under}, {agreeing} under the settings stated.")
        }
        ("reproduced_under_other_conventions", None) => format!("Reproduced under other conventions: {all} {agree}."),
        _ => format!("Not reproduced from these data and settings: {agreeing} of {all} {agree}."),
    };
    if result.report_only { format!("{sentence} Reported only; the run does not fail on it.") } else { sentence }
}
