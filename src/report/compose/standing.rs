//! How a result stands to the registered plan: its label, and its differences below it.

use crate::eval::outcome::{Outcome, PoolResult};
use crate::number;
use crate::protocol::Deviation;
use crate::report::document::{Block, Document};
use crate::report::words;

/// Puts the label below the statement, with the differences one by one.
pub fn add(document: &mut Document, outcome: &Outcome) {
    let (label, deviations, base) = match outcome {
        Outcome::Pool(r) | Outcome::Show(r) | Outcome::Explain(r) => (r.label.clone(), r.deviations.clone(), Some(&**r)),
        other => {
            let mut other = other.clone();
            match other.head_mut() {
                Some(head) => (head.label.clone(), head.deviations.clone(), None),
                None => return,
            }
        }
    };
    let Some(label) = label else { return };
    let at = document.blocks.iter().position(|b| matches!(b, Block::Code(_))).map_or(document.blocks.len().min(1), |i| i + 1);
    let lines: Vec<String> = deviations.iter().flatten().map(|d| line(d, base)).collect();
    let rest = document.blocks.split_off(at);
    document.push(Block::Paragraph(label));
    document.push_list(lines);
    document.blocks.extend(rest);
}

/// `EST: tau2 reml → dl; better_method: "…"; SMD 0.51 [0.12, 0.90] → 0.49 [0.15, 0.83]`
fn line(deviation: &Deviation, base: Option<&PoolResult>) -> String {
    let mut out = format!("{}: {} {} → {}", deviation.code.name(), deviation.field, deviation.registered, deviation.executed);
    out.push_str(&super::followed::concerned(&deviation.studies, &deviation.details));
    if let Some(when) = deviation.when {
        out.push_str(&format!("; {when}"));
    }
    out.push_str(&reason(deviation));
    if let (Some(effect), Some(base)) = (deviation.effect, base) {
        let show = |x: Option<[f64; 3]>| match x {
            Some(x) => interval(x.map(|x| words::back(base, x))),
            None => "no estimate".to_owned(),
        };
        out.push_str(&format!("; {} registered, {} as run", show(effect.registered), show(effect.executed)));
    }
    out
}

/// The reason, with its code.
pub fn reason(deviation: &Deviation) -> String {
    match (deviation.reason_code, &deviation.reason) {
        (Some(code), Some(text)) => format!("; {}: “{text}”", code.name()),
        (None, Some(text)) => format!("; “{text}”"),
        _ if deviation.is_unexplained() => "; no reason stated".to_owned(),
        _ => String::new(),
    }
}

/// `0.51 [0.12, 0.90]`
pub fn interval([estimate, low, high]: [f64; 3]) -> String {
    let decimals = number::decimals([estimate, low, high]);
    number::interval(Some(estimate), Some([low, high]), decimals).to_string()
}
