//! The choice of one result per trial, and what the others would have given.

use super::effect::digits;
use super::frame::{close, fact, open};
use crate::eval::outcome::SelectionResult;
use crate::report::document::{Align, Block, Cell, Column, Document, Table};
use crate::report::number;
use crate::report::words;

/// The report.
pub fn document(result: &SelectionResult) -> Document {
    let mut out = open(&result.head, &result.base);
    if !result.rows.is_empty() {
        out.push(Block::Table(trials(result)));
    }
    close(out, facts(result), &result.notes, &result.base, &how(result))
}

fn shown(result: &SelectionResult, x: f64) -> String {
    let x = if words::on_log_axis(&result.base) { libm::exp(x) } else { x };
    digits(&result.base).show(x)
}

fn trials(result: &SelectionResult) -> Table {
    let label = if words::on_log_axis(&result.base) || result.base.scale == "identity" {
        words::label(&result.base)
    } else {
        format!("effect ({})", result.base.scale.replace('_', " "))
    };
    let columns = vec![
        Column::new("trial", Align::Left),
        Column::new("eligible", Align::Decimal),
        Column::new("taken", Align::Left),
        Column::new(label, Align::Decimal),
        Column::new("smallest", Align::Decimal),
        Column::new("largest", Align::Decimal),
        Column::new("rank", Align::Left),
    ];
    let rows = result.rows.iter().map(|row| {
        let v = &row.values;
        let several = v.eligible > 1;
        let taken = match (&v.chosen, several) {
            (Some(chosen), _) => chosen.clone(),
            (None, true) => "several, or their combination".into(),
            (None, false) => "the only one".into(),
        };
        let rank = v.rank.map(|rank| format!("{} of {}", number::plain(rank), v.eligible));
        vec![
            Cell::text(&row.study),
            Cell::text(v.eligible.to_string()),
            Cell::text(taken),
            Cell::maybe(v.effect.map(|x| shown(result, x))),
            Cell::maybe(several.then(|| shown(result, v.smallest))),
            Cell::maybe(several.then(|| shown(result, v.largest))),
            Cell::maybe(rank),
        ]
    });
    Table { columns, rows: rows.collect() }
}

fn facts(result: &SelectionResult) -> Vec<(String, String)> {
    let mut out = Vec::new();
    if result.rows.is_empty() {
        return out;
    }
    let trials = number::plural(result.rows.len(), "trial", "trials");
    let left = match result.with_a_choice {
        0 => "none leaves a choice".to_owned(),
        1 => "1 of them leaves a choice".to_owned(),
        n => format!("{n} of them leave a choice"),
    };
    out.push(fact("eligible", format!("{} of {trials}; {left}", number::plural(result.eligible, "result", "results"))));
    out.push(fact("chosen by", result.chosen_by.clone()));
    if let Some(pbi) = result.pbi {
        let mut text = number::fixed(pbi, 2);
        if let Some([a, b]) = result.pbi_ci {
            text.push_str(&format!(" [{}, {}]", number::fixed(a, 2), number::fixed(b, 2)));
        }
        text.push_str("; 0.5 is what choice at random leads to expect, 1 is the most favourable result always");
        if let Some(weighted) = result.pbi_weighted {
            text.push_str(&format!("; {} with trials weighted by their eligible results", number::fixed(weighted, 2)));
        }
        out.push(fact("bias index", text));
    }
    if let (Some(smallest), Some(median), Some(largest)) = (result.smallest, result.median, result.largest) {
        let count = if result.selections < 1e15 { number::count(result.selections as u64) } else { format!("{:.1e}", result.selections) };
        let which = if result.exact {
            format!("all {count} choices")
        } else {
            format!(
                "{count} choices: the ends were searched for, the median is that of {} drawn with seed {}",
                number::count(result.pooled as u64),
                result.seed.unwrap_or_default()
            )
        };
        let own = result.base.estimate.map(|x| format!(" (as analysed {})", shown(result, x))).unwrap_or_default();
        out.push(fact(
            "pooled",
            format!("from {} to {}, median {}{own}, over {which}", shown(result, smallest), shown(result, largest), shown(result, median)),
        ));
    }
    if let Some(share) = result.less_favourable {
        let which = if result.exact { "choices" } else { "choices drawn" };
        let mut text = format!("{} of the {which} give a less favourable result", number::percent(100.0 * share));
        if let Some(other) = result.other_side {
            text.push_str(&format!(", {} one on the other side of no effect", number::percent(100.0 * other)));
        }
        out.push(fact("place", text));
    }
    out
}

fn how(result: &SelectionResult) -> String {
    if result.smallest.is_none() {
        return String::new();
    }
    let across = if result.across.is_empty() { String::new() } else { format!(", of any {}", result.across.join(" and ")) };
    format!(
        "Selection: one eligible result of each trial{across}, pooled by the model of the analysis; the Potential Bias Index is the mean relative rank of the results taken (Page et al. 2016), its interval a percentile bootstrap over trials."
    )
}
