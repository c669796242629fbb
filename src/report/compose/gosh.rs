//! The spread of results over subsets of the studies.

use super::effect::digits;
use super::frame::{close, fact, open};
use crate::eval::outcome::GoshResult;
use crate::report::document::{Align, Block, Cell, Column, Document, Table};
use crate::report::number::{self, Digits};
use crate::report::words;

/// The report.
pub fn document(result: &GoshResult) -> Document {
    let mut out = open(&result.head, &result.base);
    let back = Back::of(result);
    if !result.distribution.is_empty() {
        out.push(Block::Table(distribution(result, &back)));
        out.push(Block::Table(studies(result, &back)));
    }
    close(out, facts(result), &result.notes, &result.base, &how(result))
}

/// How estimates are shown: as ratios where the analysis is.
struct Back {
    log: bool,
    digits: Digits,
    head: String,
}

impl Back {
    fn of(result: &GoshResult) -> Self {
        let log = words::on_log_axis(&result.base);
        let head = if log || result.base.scale == "identity" {
            words::label(&result.base)
        } else {
            format!("estimate ({})", result.base.scale.replace('_', " "))
        };
        Self { log, digits: digits(&result.base), head }
    }

    fn cell(&self, x: f64) -> Cell {
        Cell::text(self.digits.show(if self.log { libm::exp(x) } else { x }))
    }
}

fn distribution(result: &GoshResult, back: &Back) -> Table {
    let head = |text: &str| Column::new(text, Align::Decimal);
    let columns = vec![
        Column::new(if result.complete { "all subsets" } else { "sampled subsets" }, Align::Left),
        head("smallest"),
        head("1st quartile"),
        head("median"),
        head("3rd quartile"),
        head("largest"),
    ];
    let rows = result.distribution.iter().filter(|(name, d)| **name != "tau2" || d.largest > 0.0).map(|(name, d)| {
        let (label, show): (&str, &dyn Fn(f64) -> Cell) = match *name {
            "tau2" => ("tau2", &|x| Cell::text(number::variance(x))),
            "i2" => ("I2", &|x| Cell::text(number::percent(x))),
            _ => (back.head.as_str(), &|x| back.cell(x)),
        };
        let values = [d.smallest, d.lower_quartile, d.median, d.upper_quartile, d.largest];
        std::iter::once(Cell::text(label)).chain(values.into_iter().map(show)).collect()
    });
    Table { columns, rows: rows.collect() }
}

fn studies(result: &GoshResult, back: &Back) -> Table {
    let columns = vec![
        Column::new("study", Align::Left),
        Column::new(format!("{} with", back.head), Align::Decimal),
        Column::new("without", Align::Decimal),
        Column::new("I2 with", Align::Decimal),
        Column::new("without", Align::Decimal),
    ];
    let estimate = |x: Option<f64>| x.map_or(Cell::Empty, |x| back.cell(x));
    let percent = |x: Option<f64>| Cell::maybe(x.map(number::percent));
    let rows = result.rows.iter().map(|row| {
        let v = &row.values;
        vec![Cell::text(&row.study), estimate(v.estimate_with), estimate(v.estimate_without), percent(v.i2_with), percent(v.i2_without)]
    });
    Table { columns, rows: rows.collect() }
}

fn facts(result: &GoshResult) -> Vec<(String, String)> {
    if result.subsets == 0 {
        return Vec::new();
    }
    let mut subsets = number::plural(result.subsets, "subset", "subsets");
    if let Some(seed) = result.seed {
        subsets.push_str(&format!(", drawn with seed {seed}"));
    }
    let mut out = vec![fact("pooled", subsets)];
    if let Some(share) = result.other_side {
        out.push(fact("other side", format!("{} of them on the other side of no effect", number::percent(100.0 * share))));
    }
    out
}

fn how(result: &GoshResult) -> String {
    let which = match (result.subsets, result.complete) {
        (0, _) => return String::new(),
        (_, true) => "every subset of the studies pooled by this model",
        (_, false) => "a sample of all subsets of the studies, each as likely, pooled by this model",
    };
    format!("GOSH: {which} (Olkin et al. 2012); the values of a study are means over the subsets with and without it.")
}
