//! A grid of analyses: a row for each combination, and what they say together.

use super::effect::{digits, shown};
use super::frame::{close, fact, open};
use crate::eval::outcome::{PoolResult, RobustnessResult, RobustnessRow};
use crate::report::document::{Align, Axis, Block, Cell, Column, Document, Forest, ForestRow, RowKind, Table};
use crate::report::number;
use crate::report::words;

/// The report.
pub fn document(result: &RobustnessResult) -> Document {
    let mut out = open(&result.head, &result.base);
    let columns = columns(result);
    if one_axis(result) {
        let mut rows: Vec<ForestRow> = result.rows.iter().map(|r| drawn(cells(r, result), &r.pool, RowKind::Study)).collect();
        rows.push(drawn(own_cells(result), &result.base, RowKind::Pooled));
        let base = &result.base;
        let axis = Axis { log: words::on_log_axis(base), null: words::null(base), sides: base.sides.clone() };
        out.push(Block::Forest(Forest { axis, columns, rows }));
    } else if !result.rows.is_empty() {
        let rows = result.rows.iter().map(|r| cells(r, result)).chain([own_cells(result)]).collect();
        out.push(Block::Table(Table { columns, rows }));
    }
    close(out, facts(result), &result.notes, &result.base, HOW)
}

const HOW: &str = "Robustness: this analysis again under every combination of the choices listed.";

/// Whether all effects can stand on one axis: in one measure, or all of them ratios.
fn one_axis(result: &RobustnessResult) -> bool {
    let base = &result.base;
    let same = |p: &PoolResult| p.measure == base.measure || words::on_log_axis(p) && words::on_log_axis(base);
    let mut done = result.rows.iter().map(|r| &r.pool).filter(|p| p.estimate.is_some()).peekable();
    done.peek().is_some() && done.all(same)
}

fn columns(result: &RobustnessResult) -> Vec<Column> {
    let effect = match result.ranges.as_slice() {
        [one] if one.measure == result.base.measure => super::effect::head(&result.base),
        _ => format!("effect [{} CI]", number::level(result.base.level)),
    };
    let mut out: Vec<Column> = result.over.keys().map(|clause| Column::new(*clause, Align::Left)).collect();
    out.extend([
        Column::dispensable("k", Align::Right, 3),
        Column::new(effect, Align::Left),
        Column::dispensable("p", Align::Decimal, 1),
        Column::dispensable("tau2", Align::Decimal, 2),
    ]);
    out
}

fn cells(row: &RobustnessRow, result: &RobustnessResult) -> Vec<Cell> {
    let settings = result.over.keys().map(|clause| row.settings.get(clause).map_or(Cell::Empty, Cell::text));
    settings.chain(numbers(&row.pool)).collect()
}

/// The analysis itself, at the foot.
fn own_cells(result: &RobustnessResult) -> Vec<Cell> {
    let first = std::iter::once(Cell::text("as asked"));
    let rest = (1..result.over.len()).map(|_| Cell::Empty);
    first.chain(rest).chain(numbers(&result.base)).collect()
}

fn numbers(pool: &PoolResult) -> Vec<Cell> {
    let effect = shown(pool);
    let interval = match effect.estimate {
        Some(estimate) => Cell::Interval(number::interval(Some(estimate), effect.ci, digits(pool))),
        None => Cell::text("no result"),
    };
    let tau2 = pool.heterogeneity.as_ref().and_then(|h| h.tau2);
    vec![
        if pool.estimate.is_some() { Cell::text(number::count(pool.k as u64)) } else { Cell::Empty },
        interval,
        Cell::maybe(pool.p.map(number::p_cell)),
        Cell::maybe(tau2.map(number::variance)),
    ]
}

fn drawn(cells: Vec<Cell>, pool: &PoolResult, kind: RowKind) -> ForestRow {
    let effect = shown(pool);
    ForestRow { kind, cells, estimate: effect.estimate, ends: effect.ci, share: 0.5 }
}

fn facts(result: &RobustnessResult) -> Vec<(String, String)> {
    let mut out = vec![fact("analyses", analyses(result))];
    for range in &result.ranges {
        let of = result.rows.iter().map(|r| &r.pool).find(|p| p.measure == range.measure && p.estimate.is_some());
        let label = of.map_or_else(|| range.measure.to_owned(), words::label);
        let d = of.map_or(number::Digits::Decimals(2), digits);
        let ends = format!("{} to {}", d.show(range.display[0]), d.show(range.display[1]));
        out.push(fact("range", format!("{label} {ends} in {}", number::plural(range.analyses, "analysis", "analyses"))));
    }
    if let Some(changes) = result.sign_changes {
        let text = if changes == 0 { "none".to_owned() } else { format!("{changes} of {}", result.computed) };
        out.push(fact("changes of sign", text));
    }
    if let (Some(n), Some(share)) = (result.null_included, result.null_share) {
        out.push(fact("no effect", format!("within {n} of {} intervals ({})", result.computed, number::percent(100.0 * share))));
    }
    if let Some(mid) = result.mid.as_ref().filter(|m| m.intervals > 0) {
        let unit = mid.unit.as_deref().map(|u| format!(" {u}")).unwrap_or_default();
        let share = mid.share.map(|s| format!(" ({})", number::percent(100.0 * s))).unwrap_or_default();
        let name = number::significant(mid.value, 6);
        out.push(fact("important difference", format!("{name}{unit}: within {} of {} intervals{share}", mid.included, mid.intervals)));
    }
    out
}

fn analyses(result: &RobustnessResult) -> String {
    let over: Vec<String> = result.over.iter().map(|(clause, values)| format!("{} {clause}", values.len())).collect();
    let all = result.rows.len();
    let done = if result.computed == all { String::new() } else { format!(", {} with a result", result.computed) };
    format!("{} = {}{done}", over.join(" x "), number::count(all as u64))
}
