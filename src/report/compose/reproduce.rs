//! Which settings give printed numbers.

use crate::eval::outcome::{ExpectField, ReproduceResult, Reproduced};
use crate::report::document::{Align, Block, Cell, Column, Document, Table};
use crate::report::number;

/// How many matches a report shows; the JSON holds more.
const SHOWN: usize = 12;

/// The report.
pub fn document(result: &ReproduceResult) -> Document {
    let mut out = Document::default();
    let from = result.from.as_ref().map(|f| format!(" ({f})")).unwrap_or_default();
    out.push(Block::Heading(1, format!("{}: settings that give the printed values{from}", result.target)));
    out.push(Block::Code(result.statement.clone()));
    let mut facts = vec![("gone through".to_owned(), gone_through(result))];
    facts.push(("verdict".to_owned(), verdict(result)));
    if result.matched > 1 && !result.in_common.is_empty() {
        let common: Vec<String> = result.in_common.iter().map(|(name, value)| format!("{name} {value}")).collect();
        facts.push(("in common".to_owned(), common.join(", ")));
    }
    if !result.left_out.is_empty() {
        facts.push(("not gone through".to_owned(), result.left_out.join("; ")));
    }
    out.push(Block::Facts(facts));
    let rows = if result.matches.is_empty() { &result.nearest } else { &result.matches };
    if !rows.is_empty() {
        let title = if result.matches.is_empty() { "Nearest" } else { "Matching settings" };
        out.push(Block::Heading(2, title.into()));
        out.push(table(result, rows));
        if result.matched > SHOWN {
            out.push(Block::Paragraph(format!(
                "and {} more, those that differ more from the settings stated last",
                result.matched - SHOWN
            )));
        }
    }
    out.push(Block::Paragraph(
        "A setting that gives the printed values is consistent with them; others that were not gone through may be too. The published text decides which was used.".into(),
    ));
    out
}

fn gone_through(result: &ReproduceResult) -> String {
    let over: Vec<String> = result.over.iter().map(|(name, values)| format!("{} ({})", name, values.len())).collect();
    let done = if result.computed == result.combinations {
        String::new()
    } else {
        format!(", {} with a result", number::count(result.computed as u64))
    };
    let of = if over.is_empty() { String::new() } else { format!(" of {}", over.join(", ")) };
    format!("{}{of}{done}", number::plural(result.combinations, "combination", "combinations"))
}

fn verdict(result: &ReproduceResult) -> String {
    match result.verdict {
        "reproduced" => format!(
            "reproduced under the settings stated, and under {} in all",
            number::plural(result.matched, "combination", "combinations")
        ),
        "reproduced_under_other_conventions" => {
            format!("reproduced under other conventions: {}", number::plural(result.matched, "combination gives", "combinations give"))
                + " every printed value"
        }
        _ => "not reproduced by any of them; the nearest follow".into(),
    }
}

fn table(result: &ReproduceResult, rows: &[Reproduced]) -> Block {
    let mut columns = vec![Column::new("other than stated", Align::Left)];
    columns.extend(result.as_stated.iter().map(|f| Column::new(format!("{} ({})", f.field, f.expected_text), Align::Decimal)));
    if result.matches.is_empty() {
        columns.push(Column::dispensable("furthest, in tolerances", Align::Decimal, 1));
    }
    let cell = |f: &ExpectField| {
        let mark = if f.verdict == "reproduced" || result.matched > 0 { "" } else { " *" };
        Cell::text(f.actual.map_or_else(|| number::MISSING.into(), |a| format!("{}{mark}", number::fixed(a, decimals(f)))))
    };
    let row = |r: &Reproduced| {
        let mut cells = vec![Cell::text(other(r, result))];
        cells.extend(r.fields.iter().map(cell));
        if result.matches.is_empty() {
            cells.push(Cell::maybe(r.distance.map(|d| number::fixed(d, 1))));
        }
        cells
    };
    Block::Table(Table { columns, rows: rows.iter().take(SHOWN).map(row).collect() })
}

/// The choices in which a combination differs from the settings stated; what all matches share is said once.
fn other(row: &Reproduced, result: &ReproduceResult) -> String {
    let shared = |name: &str| result.matched > 1 && result.in_common.contains_key(name);
    let named: Vec<String> =
        row.differs.iter().filter(|n| !shared(n)).filter_map(|n| row.settings.get(n).map(|v| format!("{n} {v}"))).collect();
    match (named.is_empty(), row.differs.is_empty()) {
        (false, _) => named.join("; "),
        (true, true) => "nothing".into(),
        (true, false) => "nothing more".into(),
    }
}

/// Two more decimals than printed, none for whole numbers such as k.
fn decimals(field: &ExpectField) -> usize {
    let printed = field.expected_text.split_once('.').map_or(0, |(_, d)| d.chars().take_while(char::is_ascii_digit).count());
    let whole = |x: f64| x.fract() == 0.0;
    if printed == 0 && whole(field.expected) && field.actual.is_some_and(whole) { 0 } else { (printed + 2).min(12) }
}
