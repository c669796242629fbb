//! The studies' own effects, drawn towards the mean.

use super::effect::{digits, head, shown};
use super::frame::{close, fact, open};
use crate::eval::outcome::BlupResult;
use crate::report::document::{Align, Axis, Block, Cell, Column, Document, Forest, ForestRow, RowKind};
use crate::report::number;
use crate::report::words;

/// The report.
pub fn document(result: &BlupResult) -> Document {
    let mut out = open(&result.head, &result.base);
    if !result.rows.is_empty() {
        out.push(Block::Forest(forest(result)));
    }
    let mut facts = Vec::new();
    if let Some(tau2) = result.base.heterogeneity.as_ref().and_then(|h| h.tau2).filter(|_| !result.rows.is_empty()) {
        let what = if tau2 == 0.0 { "0: all studies have the pooled effect".to_owned() } else { number::variance(tau2) };
        facts.push(fact("tau2", what));
    }
    close(out, facts, &result.notes, &result.base, HOW)
}

const HOW: &str = "Study effects: best linear unbiased predictions, tau2 taken as known (Raudenbush & Bryk 1985); the share is the weight of the study's own data.";

fn forest(result: &BlupResult) -> Forest {
    let base = &result.base;
    let d = digits(base);
    let columns = vec![
        Column::new("study", Align::Left),
        Column::dispensable("own data", Align::Decimal, 2),
        Column::new(format!("predicted {}", head(base)), Align::Left),
        Column::dispensable("share", Align::Decimal, 1),
    ];
    let of_study = |name: &str| base.studies.iter().find(|s| s.included && s.study == name);
    let mut rows: Vec<ForestRow> = Vec::with_capacity(result.rows.len() + 1);
    // Rows stand in the order of the pooled effects, of which several can share a name.
    let mut pooled = base.studies.iter().filter(|s| s.included);
    for row in &result.rows {
        let own = pooled.next().or_else(|| of_study(&row.study)).and_then(|s| super::effect::study_shown(base, s).0);
        let v = &row.values;
        rows.push(ForestRow {
            kind: RowKind::Study,
            cells: vec![
                Cell::text(&row.study),
                Cell::maybe(own.map(|x| d.show(x))),
                Cell::Interval(number::interval(Some(v.display), Some(v.display_ci), d)),
                Cell::text(number::percent(100.0 * v.blup.own_share)),
            ],
            estimate: Some(v.display),
            ends: Some(v.display_ci),
            share: v.blup.own_share.max(0.1),
        });
    }
    let all = shown(base);
    rows.push(ForestRow {
        kind: RowKind::Pooled,
        cells: vec![Cell::text("pooled"), Cell::Empty, Cell::Interval(number::interval(all.estimate, all.ci, d))],
        estimate: all.estimate,
        ends: all.ci,
        share: 1.0,
    });
    Forest { axis: Axis { log: words::on_log_axis(base), null: words::null(base), sides: base.sides.clone() }, columns, rows }
}
