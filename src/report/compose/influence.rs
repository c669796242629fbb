//! Deletion diagnostics: a row a study, those beyond a limit marked.

use super::frame::{close, fact, open};
use crate::eval::outcome::InfluenceResult;
use crate::report::document::{Align, Block, Cell, Column, Document, Table};
use crate::report::number;

/// The report.
pub fn document(result: &InfluenceResult) -> Document {
    let mut out = open(&result.head, &result.base);
    let column = |head: &str, rank: u8| Column::dispensable(head, Align::Decimal, rank);
    if !result.rows.is_empty() {
        let columns = vec![
            Column::new("study", Align::Left),
            column("rstudent", 0),
            column("DFFITS", 0),
            column("Cook's d", 0),
            column("cov ratio", 3),
            column("tau2 without", 4),
            column("Q without", 6),
            column("hat", 5),
            column("weight", 7),
            column("DFBETAS", 2),
            Column::new("", Align::Left),
        ];
        let rows = result.rows.iter().map(|row| {
            let v = &row.values;
            let three = |x: f64| Cell::text(number::fixed(x, 3));
            vec![
                Cell::text(&row.study),
                three(v.rstudent),
                three(v.dffits),
                three(v.cook_d),
                three(v.cov_r),
                Cell::text(number::variance(v.tau2_del)),
                Cell::text(number::statistic(v.q_del)),
                three(v.hat),
                Cell::text(number::percent(v.weight)),
                three(v.dfbetas),
                if v.influential { Cell::text("influential") } else { Cell::Empty },
            ]
        });
        out.push(Block::Table(Table { columns, rows: rows.collect() }));
    }
    close(out, facts(result), &result.notes, &result.base, HOW)
}

const HOW: &str = "Influence: each study left out in turn (Viechtbauer & Cheung 2010).";

fn facts(result: &InfluenceResult) -> Vec<(String, String)> {
    let limits = &result.limits;
    let (Some(dffits), Some(cook), Some(hat), Some(dfbetas)) = (limits.dffits, limits.cook_d, limits.hat, limits.dfbetas) else {
        return Vec::new();
    };
    let marked: Vec<&str> = result.rows.iter().filter(|r| r.values.influential).map(|r| r.study.as_str()).collect();
    let three = |x: f64| number::fixed(x, 3);
    let limits =
        format!("|DFFITS| > {}, Cook's d > {}, hat > {} or |DFBETAS| > {}", three(dffits), three(cook), three(hat), three(dfbetas));
    vec![fact("influential", if marked.is_empty() { "none".to_owned() } else { marked.join(", ") }), fact("limits", limits)]
}
