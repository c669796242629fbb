//! Leave-one-out and cumulative analyses: a pooled effect a row, with a forest.

use super::effect::{digits, head, shown};
use super::pool::title;
use crate::eval::outcome::{PoolResult, RowsResult};
use crate::report::document::{Align, Axis, Block, Cell, Column, Document, Forest, ForestRow, RowKind};
use crate::report::methods;
use crate::report::number::{self, Digits};
use crate::report::words;

/// The report; `word` stands before each study: `without`, `with`.
pub fn document(word: &str, result: &RowsResult) -> Document {
    let base = &result.base;
    let mut out = Document::default();
    let name = result.head.id.as_ref().map(|id| format!("{id}: ")).unwrap_or_default();
    out.push(Block::Heading(1, format!("{name}{}", title(&PoolResult { id: None, ..base.clone() }))));
    out.push(Block::Code(result.head.statement.clone()));
    if result.rows.iter().any(|r| r.pool.estimate.is_some()) {
        out.push(Block::Forest(forest(word, result)));
    }
    out.push(Block::Facts(facts(result)));
    for note in &result.notes {
        out.push(Block::Note { code: note.code.into(), text: note.text.clone() });
    }
    out.push(Block::Paragraph(methods::line(base)));
    out
}

fn forest(word: &str, result: &RowsResult) -> Forest {
    let base = &result.base;
    let columns = vec![
        Column::new(word, Align::Left),
        Column::dispensable("k", Align::Right, 3),
        Column::new(head(base), Align::Left),
        Column::dispensable("p", Align::Decimal, 2),
        Column::dispensable("tau2", Align::Decimal, 4),
        Column::dispensable("I2", Align::Decimal, 1),
    ];
    let mut rows: Vec<ForestRow> = result.rows.iter().map(|r| row(&r.study, &r.pool, digits(base), RowKind::Study)).collect();
    rows.push(row("all", base, digits(base), RowKind::Pooled));
    let axis = Axis { log: words::on_log_axis(base), null: words::null(base), sides: base.sides.clone() };
    Forest { axis, columns, rows }
}

fn row(name: &str, pool: &PoolResult, digits: Digits, kind: RowKind) -> ForestRow {
    let pooled = shown(pool);
    let h = pool.heterogeneity.as_ref();
    let cells = vec![
        Cell::text(name),
        Cell::text(number::count(pool.k as u64)),
        Cell::Interval(number::interval(pooled.estimate.or(Some(f64::NAN)), pooled.ci, digits)),
        Cell::maybe(pool.p.map(number::p_cell)),
        Cell::maybe(h.and_then(|h| h.tau2).map(number::variance)),
        Cell::maybe(h.map(|h| number::percent(h.i2))),
    ];
    ForestRow { kind, cells, estimate: pooled.estimate, ends: pooled.ci, share: 0.5 }
}

/// The range of the estimates, and how often the interval takes in no effect.
fn facts(result: &RowsResult) -> Vec<(String, String)> {
    let base = &result.base;
    let pools: Vec<&PoolResult> = result.rows.iter().map(|r| &r.pool).filter(|p| p.estimate.is_some()).collect();
    let estimates: Vec<f64> = pools.iter().filter_map(|p| shown(p).estimate).collect();
    let mut out = Vec::new();
    if let (Some(low), Some(high)) = (estimates.iter().copied().reduce(f64::min), estimates.iter().copied().reduce(f64::max)) {
        let d = digits(base);
        out.push(("range".to_owned(), format!("{} {} to {}", words::label(base), d.show(low), d.show(high))));
    }
    if let Some(null) = words::null(base).filter(|_| !pools.is_empty()) {
        let inside = pools.iter().filter(|p| shown(p).ci.is_some_and(|[a, b]| a <= null && null <= b)).count();
        out.push(("no effect".to_owned(), format!("within the interval of {} of {}", inside, number::plural(pools.len(), "row", "rows"))));
    }
    out
}
