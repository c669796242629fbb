//! Rules 11, 12 and 20: which way is good, whether signs fit the words, and what is mixed.

use super::context::{Context, Score};
use super::finding::{Sink, error, warning};
use super::people::position;
use super::words::{list, sig};
use crate::diagnostic::Severity;
use crate::store::Direction;
use indexmap::{IndexMap, IndexSet};

/// Rule 11: outcomes of several instruments, and their instruments, have a direction.
pub(crate) fn stated(c: &Context, out: &mut Sink) {
    let declared = c.store.outcomes.values().any(|o| o.direction.is_some()) || c.store.instruments.values().any(|i| i.direction.is_some());
    let mut instruments: IndexMap<&str, (usize, IndexSet<&str>)> = IndexMap::new();
    for (index, facts) in c.rows.iter().enumerate() {
        if let Some(instrument) = facts.row.instrument.as_deref().filter(|_| !facts.groups.is_empty()) {
            instruments.entry(facts.row.outcome.as_str()).or_insert((index, IndexSet::new())).1.insert(instrument);
        }
    }
    for (outcome, (first, used)) in instruments.iter().filter(|(_, (_, used))| used.len() > 1) {
        let has = c.store.outcomes.get(*outcome).is_some_and(|o| o.direction.is_some());
        if has {
            continue;
        }
        let names: Vec<String> = used.iter().map(|n| format!("`{n}`")).collect();
        let message = format!("the outcome is measured with {}, and it is not said which way is good", list(&names, 4));
        let help = "state a direction for the outcome, and for every instrument that runs the other way";
        let draft = error(11, message, help).with_severity(if declared { Severity::Error } else { Severity::Note });
        out.at(*first, "instrument", draft);
    }
}

/// Rule 12: signs against words, and against the course of both groups.
pub(crate) fn signs(c: &Context, out: &mut Sink) {
    for (index, facts) in c.rows.iter().enumerate() {
        let [a, b] = facts.groups.as_slice() else { continue };
        let (Some(m1), Some(m2)) = (a.mean, b.mean) else { continue };
        let Some(words) = c.said(facts.row, &["conclusion"]).map(|t| t.to_lowercase()) else { continue };
        let Some(favoured) = favoured(&words, facts.row.arm1.as_deref(), facts.row.arm2.as_deref()) else { continue };
        let Some(higher_is_better) = better(c, index) else { continue };
        let better = if (m1.value > m2.value) == higher_is_better { 1 } else { 2 };
        if m1.value != m2.value && better != favoured {
            let message = format!("the report is said to favour group {favoured}, and the means favour group {better}");
            out.at(
                index,
                a.mean_column,
                warning(12, message, "the groups may be swapped, or the scale run the other way; compare with the report"),
            );
        }
    }
    reversed(c, out);
}

/// Whether a higher score is better: of the instrument, else of the outcome.
fn better(c: &Context, index: usize) -> Option<bool> {
    let row = c.get(index)?.row;
    let instrument = row.instrument.as_ref().and_then(|id| c.store.instruments.get(id)).and_then(|i| i.direction);
    let direction = instrument.or_else(|| c.store.outcomes.get(&row.outcome).and_then(|o| o.direction))?;
    Some(direction == Direction::HigherBetter)
}

/// The group that a text favours.
fn favoured(words: &str, arm1: Option<&str>, arm2: Option<&str>) -> Option<u8> {
    let after = words.split("favour").nth(1).or_else(|| words.split("favor").nth(1))?;
    let after = after.trim_start_matches(['s', 'e', 'd', 'i', 'n', 'g', ' ']);
    let after = after.strip_prefix("the ").unwrap_or(after);
    let starts = |names: &[Option<String>]| names.iter().flatten().any(|n| !n.is_empty() && after.starts_with(n.as_str()));
    let lower = |arm: Option<&str>| arm.map(str::to_lowercase);
    if starts(&[Some("1".into()), Some("intervention".into()), Some("experimental".into()), Some("treatment".into()), lower(arm1)]) {
        Some(1)
    } else if starts(&[Some("2".into()), Some("control".into()), Some("comparator".into()), Some("usual".into()), lower(arm2)]) {
        Some(2)
    } else {
        None
    }
}

/// Both groups far worse after treatment than at baseline.
fn reversed(c: &Context, out: &mut Sink) {
    let mut series: IndexMap<[Option<&str>; 5], Vec<(f64, usize)>> = IndexMap::new();
    for (index, facts) in c.rows.iter().enumerate() {
        let row = facts.row;
        let Some(at) = row.timepoint.as_deref().and_then(|t| position(c, t)) else { continue };
        if facts.groups.len() == 2 && row.instrument.is_some() && facts.score != Score::Change {
            let key = [
                Some(row.study.as_str()),
                Some(row.outcome.as_str()),
                row.instrument.as_deref(),
                row.rater.as_deref(),
                row.subgroup.as_deref(),
            ];
            series.entry(key).or_default().push((at, index));
        }
    }
    for rows in series.values() {
        let Some((_, base)) = rows.iter().find(|(at, _)| *at == 0.0) else { continue };
        for (_, later) in rows.iter().filter(|(at, _)| *at > 0.0) {
            let (Some(before), Some(after), Some(up)) = (c.get(*base), c.get(*later), better(c, *later)) else { continue };
            let moves: Vec<f64> = before
                .groups
                .iter()
                .zip(&after.groups)
                .filter_map(|(b, a)| Some((a.mean?.value - b.mean?.value) / b.spread()? * if up { 1.0 } else { -1.0 }))
                .collect();
            if moves.len() == 2 && moves.iter().all(|m| *m < -0.5) {
                let message = format!("both groups are worse than at baseline, by {} and {} SD", sig(-moves[0]), sig(-moves[1]));
                let draft =
                    warning(12, message, "the scale may run the other way than declared, or the times be swapped; compare with the report");
                if let Some(found) = out.at(*later, "mean1", draft) {
                    found.with.push(*base);
                }
            }
        }
    }
}

/// Rule 20: changes and scores after treatment in one standardised synthesis.
pub(crate) fn mixed_scores(c: &Context, out: &mut Sink) {
    for rows in c.syntheses.values() {
        let of = |score: Score| {
            rows.iter().copied().filter(|i| c.get(*i).is_some_and(|f| f.score == score && !f.groups.is_empty())).collect::<Vec<_>>()
        };
        let changes = of(Score::Change);
        let others = rows.iter().filter(|i| c.get(**i).is_some_and(|f| f.score != Score::Change && !f.groups.is_empty())).count();
        let Some(first) = changes.first() else { continue };
        let standardised = c.get(*first).is_some_and(|f| {
            let measure = c.store.outcomes.get(&f.row.outcome).and_then(|o| o.measure.as_deref());
            let names: IndexSet<Option<&str>> = rows.iter().filter_map(|i| c.get(*i)).map(|f| f.row.instrument.as_deref()).collect();
            matches!(measure, Some("smd" | "smd1" | "smdh")) || names.len() > 1
        });
        if others > 0 && standardised {
            let message = format!(
                "{} of {} rows of this outcome and time are changes from baseline, the others scores after it",
                changes.len(),
                rows.len()
            );
            let help = "standardised, the two have different units (the SD of a change depends on the correlation): pool them apart, or as mean differences";
            if let Some(found) = out.at(*first, "mean1", warning(20, message, help)) {
                found.with = rows.iter().copied().filter(|i| i != first).collect();
            }
        }
    }
}
