//! The likelihood of tau2.

use super::frame::{close, fact, open};
use crate::eval::outcome::ProfileResult;
use crate::report::document::{Align, Block, Cell, Column, Document, Table};
use crate::report::number;

/// The report.
pub fn document(result: &ProfileResult) -> Document {
    let mut out = open(&result.head, &result.base);
    let mut facts = Vec::new();
    if let (Some(best), Some(ci)) = (&result.best, result.tau2_ci) {
        let level = number::level(result.head.level);
        let interval = number::open_interval(ci, number::variance);
        facts.push(fact("tau2", format!("{} {interval} ({level} profile likelihood)", number::variance(best.tau2))));
        if result.pieces.len() > 1 {
            let pieces: Vec<String> = result.pieces.iter().map(|p| number::open_interval(*p, number::variance)).collect();
            facts.push(fact("pieces", pieces.join(" and ")));
        }
        facts.push(fact("log-likelihood", format!("{} at its maximum", number::fixed(best.log_likelihood, 4))));
        out.push(Block::Table(points(result, best.log_likelihood)));
    }
    let how = match result.likelihood {
        Some("restricted") => {
            "Profile: the restricted likelihood of tau2, the mean at its best for each; its interval holds what a likelihood-ratio test at that level does not reject (Hardy & Thompson 1996; Viechtbauer 2007)."
        }
        Some(_) => {
            "Profile: the likelihood of tau2, the mean at its best for each; its interval holds what a likelihood-ratio test at that level does not reject (Hardy & Thompson 1996)."
        }
        None => "",
    };
    close(out, facts, &result.notes, &result.base, how)
}

/// Every fifth point; a picture and the JSON have them all.
fn points(result: &ProfileResult, highest: f64) -> Table {
    let columns = vec![
        Column::new("tau2", Align::Decimal),
        Column::new("log-likelihood", Align::Decimal),
        Column::new("below maximum", Align::Decimal),
        Column::new("pooled effect", Align::Decimal),
        Column::new("SE", Align::Decimal),
    ];
    let rows = result.points.iter().step_by(5).map(|p| {
        vec![
            Cell::text(number::variance(p.tau2)),
            Cell::text(number::fixed(p.log_likelihood, 3)),
            Cell::text(number::fixed(highest - p.log_likelihood, 3)),
            Cell::text(number::fixed(p.estimate, 4)),
            Cell::text(number::fixed(p.se, 4)),
        ]
    });
    Table { columns, rows: rows.collect() }
}
