//! Bootstrap intervals.

use super::effect::digits;
use super::frame::{close, fact, open};
use crate::eval::outcome::{BootstrapResult, BootstrapRow, Intervals};
use crate::report::document::{Align, Block, Cell, Column, Document, Table};
use crate::report::number::{self, Digits};
use crate::report::words;

/// The report.
pub fn document(result: &BootstrapResult) -> Document {
    let mut out = open(&result.head, &result.base);
    if !result.rows.is_empty() {
        let level = number::level(result.head.level);
        let columns = vec![
            Column::new("", Align::Left),
            Column::new("value", Align::Decimal),
            Column::dispensable("bias", Align::Decimal, 2),
            Column::dispensable("SE", Align::Decimal, 1),
            Column::new(format!("percentile {level}"), Align::Left),
            Column::new(format!("basic {level}"), Align::Left),
            Column::new(format!("BCa {level}"), Align::Left),
        ];
        let mut rows = Vec::new();
        for row in &result.rows {
            rows.extend(lines(row, result));
        }
        out.push(Block::Table(Table { columns, rows }));
    }
    let mut facts = Vec::new();
    if !result.rows.is_empty() {
        facts.push(fact("draws", format!("{} with seed {}", number::count(result.draws as u64), result.seed)));
        if let Some(tau2) = result.rows.iter().find(|r| r.parameter == "tau2") {
            facts.push(fact("tau2", format!("at its smallest in {} of the draws", number::percent(100.0 * tau2.share_at_smallest))));
        }
    }
    close(out, facts, &result.notes, &result.base, how(result))
}

/// The parameter on the scale of the analysis and, where it has another, as displayed.
fn lines(row: &BootstrapRow, result: &BootstrapResult) -> Vec<Vec<Cell>> {
    let base = &result.base;
    let scale = base.scale.replace('_', " ");
    let of_tau2 = row.parameter == "tau2";
    let transformed = words::transformed(base) && !of_tau2;
    let places = |xs: [f64; 2]| number::decimals([row.observed, xs[0], xs[1]]);
    let interval = |ends: [f64; 2], d: Digits| Cell::Interval(number::interval(None, Some(ends), d));
    let places = if of_tau2 { 4 } else { places(row.intervals.percentile) };
    let cells = |label: String, value: f64, i: &Intervals, d: Digits| {
        vec![
            Cell::text(label),
            Cell::text(d.show(value)),
            Cell::Empty,
            Cell::Empty,
            interval(i.percentile, d),
            interval(i.basic, d),
            i.bca.map_or(Cell::Empty, |b| interval(b, d)),
        ]
    };
    let label = match (of_tau2, transformed) {
        (true, _) => "tau2".to_owned(),
        (false, true) => format!("{scale} {}", words::label(base)),
        (false, false) => words::label(base),
    };
    let mut first = cells(label, row.observed, &row.intervals, places.into());
    first[2] = Cell::text(number::fixed(row.bias, places + 1));
    first[3] = Cell::text(number::fixed(row.se, places + 1));
    let mut out = vec![first];
    if let (Some(display), Some(value), true) = (&row.display, base.display.as_ref().and_then(|d| d.estimate), transformed) {
        out.push(cells(words::label(base), value, display, digits(base)));
    }
    out
}

fn how(result: &BootstrapResult) -> &'static str {
    match (result.rows.is_empty(), result.method) {
        (true, _) => "",
        (_, "parametric") => {
            "Bootstrap: effects simulated from the fitted model, pooled anew each time (Van den Noortgate & Onghena 2005); percentile and basic intervals (Davison & Hinkley 1997)."
        }
        _ => {
            "Bootstrap: studies drawn with replacement, pooled anew each time (Van den Noortgate & Onghena 2005); percentile, basic and BCa intervals (Davison & Hinkley 1997; Efron 1987)."
        }
    }
}
