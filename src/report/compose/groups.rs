//! Subgroups in one compact table.

use super::effect::{digits, has_estimate, head, shown};
use crate::eval::outcome::PoolResult;
use crate::report::document::{Align, Block, Cell, Column, Table};
use crate::report::number::{self, Digits};
use crate::report::words;

/// A row for each subgroup.
pub fn table(result: &PoolResult) -> Option<Block> {
    let groups = result.groups.as_ref()?;
    let columns = vec![
        Column::new(result.spec.by.join(", "), Align::Left),
        Column::new("k", Align::Right),
        Column::new(head(result), Align::Left),
        Column::dispensable(format!("{} prediction", number::level(result.level)), Align::Left, 3),
        Column::dispensable("tau2", Align::Decimal, 2),
        Column::dispensable(i2_head(groups), Align::Decimal, 1),
    ];
    let rows = groups.iter().map(|g| row(g, digits(result))).collect();
    Some(Block::Table(Table { columns, rows }))
}

/// `I2 (tau2-based)`, if that holds for all.
fn i2_head(groups: &[PoolResult]) -> String {
    let mut definitions = groups.iter().filter_map(|g| g.heterogeneity.as_ref()).map(|h| h.i2_definition);
    match definitions.next() {
        Some(first) if definitions.all(|d| d == first) => format!("I2 ({})", words::i2(first)),
        _ => "I2".into(),
    }
}

fn row(group: &PoolResult, digits: Digits) -> Vec<Cell> {
    let pooled = shown(group);
    let h = group.heterogeneity.as_ref();
    let effect = if has_estimate(group) {
        Cell::Interval(number::interval(pooled.estimate, pooled.ci, digits))
    } else {
        Cell::text(group.not_pooled.as_ref().map_or("not pooled", |n| n.reason.as_str()))
    };
    vec![
        Cell::text(group.group.as_deref().unwrap_or(number::MISSING)),
        Cell::text(number::count(group.k as u64)),
        effect,
        pooled.pi.map_or(Cell::Empty, |pi| Cell::Interval(number::interval(None, Some(pi), digits))),
        Cell::maybe(h.and_then(|h| h.tau2).map(number::variance)),
        Cell::maybe(h.map(|h| number::percent(h.i2))),
    ]
}
