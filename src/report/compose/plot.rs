//! The table of studies with its forest.

use super::Hints;
use super::effect::{digits, has_estimate, head, included, shown, study_shown};
use crate::eval::outcome::{PoolResult, StudyEffect};
use crate::report::document::{Align, Axis, Block, Cell, Column, Forest, ForestRow, RowKind};
use crate::report::number::{self, Digits};
use crate::report::words;
use std::collections::BTreeMap;

/// Studies, subgroups, the pooled effect and its prediction interval; nothing without effects.
pub fn forest(result: &PoolResult, hints: &Hints) -> Option<Block> {
    included(result).next()?;
    let columns = Columns::of(result);
    let largest = included(result).filter_map(|s| s.weight).fold(0.0, f64::max);
    let row = |s: &StudyEffect, weight: Option<f64>| columns.study(result, s, weight, largest);
    let mut rows = Vec::new();
    match &result.groups {
        Some(groups) if groups.iter().any(|g| !g.studies.is_empty()) => {
            let whole = weights(result);
            for group in groups {
                rows.push(ForestRow {
                    kind: RowKind::Heading,
                    cells: vec![Cell::text(group_name(group))],
                    estimate: None,
                    ends: None,
                    share: 0.0,
                });
                rows.extend(included(group).map(|s| row(s, whole.get(&key(s)).map_or(s.weight, |w| *w))));
                rows.extend(columns.pooled(group, digits(result), RowKind::Group));
            }
        }
        _ => rows.extend(included(result).map(|s| row(s, s.weight))),
    }
    rows.extend(columns.pooled(result, digits(result), RowKind::Pooled));
    rows.extend(columns.robust(result));
    rows.extend(columns.prediction(result));
    let axis = Axis { log: words::on_log_axis(result), null: words::null(result), sides: hints.sides.clone() };
    Some(Block::Forest(Forest { axis, columns: columns.columns(result), rows }))
}

/// What tells an effect listed in a subgroup from the others.
type Key<'a> = (&'a str, Option<u64>, Option<u64>);

fn key(study: &StudyEffect) -> Key<'_> {
    (&study.study, study.yi.map(f64::to_bits), study.vi.map(f64::to_bits))
}

/// The weights in the whole analysis, for studies that are listed in subgroups.
fn weights(result: &PoolResult) -> BTreeMap<Key<'_>, Option<f64>> {
    result.studies.iter().rev().map(|s| (key(s), s.weight)).collect()
}

/// The subgroup's name.
fn group_name(group: &PoolResult) -> String {
    group.group.clone().unwrap_or_else(|| number::MISSING.into())
}

/// Which columns the studies fill.
struct Columns {
    sizes: usize,
    weights: bool,
    from: bool,
}

impl Columns {
    fn of(result: &PoolResult) -> Self {
        let two = included(result).any(|s| s.n2.is_some());
        let one = included(result).any(|s| s.n1.is_some());
        let mut from = included(result).map(|s| &s.from);
        let first = from.next();
        Self {
            sizes: if two { 2 } else { usize::from(one) },
            weights: included(result).any(|s| s.weight.is_some()),
            from: from.any(|f| Some(f) != first),
        }
    }

    /// The columns themselves; where room is short, `from` goes first, then sizes, then weights.
    fn columns(&self, result: &PoolResult) -> Vec<Column> {
        let mut out = vec![Column::new("study", Align::Left)];
        let sizes: &[&str] = if self.sizes == 2 { &["n1", "n2"] } else { &["n"] };
        out.extend(sizes.iter().take(self.sizes).map(|n| Column::dispensable(*n, Align::Decimal, 2)));
        out.push(Column::new(head(result), Align::Left));
        if self.weights {
            out.push(Column::dispensable("weight", Align::Decimal, 1));
        }
        if self.from {
            out.push(Column::dispensable("from", Align::Left, 3));
        }
        out
    }

    fn study(&self, result: &PoolResult, study: &StudyEffect, weight: Option<f64>, largest: f64) -> ForestRow {
        let (estimate, ends) = study_shown(result, study);
        let sizes = [study.n1, study.n2].map(|n| Cell::maybe(n.map(number::size)));
        let mut cells = vec![Cell::text(study.name())];
        cells.extend(sizes.into_iter().take(self.sizes));
        cells.push(Cell::Interval(number::interval(estimate.or(Some(f64::NAN)), ends, digits(result))));
        if self.weights {
            cells.push(Cell::maybe(weight.map(number::percent)));
        }
        if self.from {
            cells.push(Cell::maybe(study.from.clone()));
        }
        let share = if largest > 0.0 { weight.unwrap_or(0.0) / largest } else { 0.5 };
        ForestRow { kind: RowKind::Study, cells, estimate, ends, share }
    }

    /// The row of a pooled effect; a single study needs none.
    fn pooled(&self, result: &PoolResult, digits: Digits, kind: RowKind) -> Option<ForestRow> {
        if !has_estimate(result) || (result.k < 2 && kind == RowKind::Pooled) {
            return None;
        }
        let pooled = shown(result);
        let by = result.model.as_deref().map(|m| format!(", {m}")).unwrap_or_default();
        let name = if kind == RowKind::Pooled { format!("pooled{by}") } else { format!("pooled, {}", group_name(result)) };
        let mut cells = vec![Cell::text(name)];
        cells.extend((0..self.sizes).map(|_| Cell::Empty));
        cells.push(Cell::Interval(number::interval(pooled.estimate, pooled.ci, digits)));
        if self.weights && kind == RowKind::Pooled {
            cells.push(Cell::text(number::percent(100.0)));
        }
        Some(ForestRow { kind, cells, estimate: pooled.estimate, ends: pooled.ci, share: 1.0 })
    }

    /// The same effect with its robust interval.
    fn robust(&self, result: &PoolResult) -> Option<ForestRow> {
        let robust = result.robust.as_ref().filter(|_| has_estimate(result))?;
        let ends = robust.display_ci.filter(|_| words::transformed(result)).or(robust.ci)?;
        let estimate = shown(result).estimate;
        let mut cells = vec![Cell::text(format!("pooled, {}", robust.kind))];
        cells.extend((0..self.sizes).map(|_| Cell::Empty));
        cells.push(Cell::Interval(number::interval(estimate, Some(ends), digits(result))));
        Some(ForestRow { kind: RowKind::Pooled, cells, estimate, ends: Some(ends), share: 1.0 })
    }

    fn prediction(&self, result: &PoolResult) -> Option<ForestRow> {
        let ends = shown(result).pi.filter(|_| has_estimate(result))?;
        let mut cells = vec![Cell::text(format!("{} prediction", number::level(result.level)))];
        cells.extend((0..self.sizes).map(|_| Cell::Empty));
        cells.push(Cell::Interval(number::interval(None, Some(ends), digits(result))));
        Some(ForestRow { kind: RowKind::Prediction, cells, estimate: None, ends: Some(ends), share: 0.0 })
    }
}
