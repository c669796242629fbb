//! The coordinates of the plot of Baujat.

use super::frame::{close, open};
use crate::eval::outcome::BaujatResult;
use crate::report::document::{Align, Block, Cell, Column, Document, Table};
use crate::report::number;

/// The report.
pub fn document(result: &BaujatResult) -> Document {
    let mut out = open(&result.head, &result.base);
    if !result.rows.is_empty() {
        let columns = vec![
            Column::new("study", Align::Left),
            Column::new("heterogeneity", Align::Decimal),
            Column::dispensable("share", Align::Decimal, 1),
            Column::new("influence", Align::Decimal),
        ];
        let total: f64 = result.rows.iter().map(|r| r.values.heterogeneity).sum();
        let share = |x: f64| if total > 0.0 { Cell::text(number::percent(100.0 * x / total)) } else { Cell::Empty };
        let rows = result.rows.iter().map(|row| {
            let v = &row.values;
            vec![
                Cell::text(&row.study),
                Cell::text(number::fixed(v.heterogeneity, 3)),
                share(v.heterogeneity),
                Cell::text(number::fixed(v.influence, 3)),
            ]
        });
        out.push(Block::Table(Table { columns, rows: rows.collect() }));
    }
    close(out, Vec::new(), &result.notes, &result.base, HOW)
}

const HOW: &str = "Coordinates: the squared standardised residual of each study, and the squared change of the pooled effect without it over its variance (Baujat et al. 2002).";
