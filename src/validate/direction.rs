//! Rules 11, 12 and 20: which way is good, whether signs fit the words, and what is mixed.

use super::context::{Context, Quick, Score};
use super::finding::{Sink, error, warning};
use super::people::in_order;
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
        let Some(words) = c.said(facts.row, &["conclusion"]).map(|t| t.to_lowercase()) else { continue };
        let Some(favoured) = favoured(&words, facts.row.arm1.as_deref(), facts.row.arm2.as_deref()) else { continue };
        let Some((column, what, group1_higher)) = higher(facts.row) else { continue };
        let Some(higher_is_better) = better(c, index) else { continue };
        let better = if group1_higher == higher_is_better { 1 } else { 2 };
        if better != favoured {
            let message = format!("the report is said to favour group {favoured}, and {what} group {better}");
            let draft = warning(12, message, "the groups may be swapped, or the scale run the other way; compare with the report");
            out.at(index, column, draft);
        }
    }
    reversed(c, out);
}

/// Whether group 1 has more than group 2, by what stands in a row, and what says so.
fn higher(row: &crate::store::Row) -> Option<(&'static str, &'static str, bool)> {
    let number = |name: &str| row.number(name);
    let over = |a: f64, b: f64| (a != b).then_some(a > b);
    if let (Some(a), Some(b)) = (number("mean1"), number("mean2")) {
        return over(a, b).map(|h| ("mean1", "the means favour", h));
    }
    if let (Some(a), Some(b), Some(m), Some(n)) = (number("events1"), number("events2"), number("n1"), number("n2")) {
        return over(a * n, b * m).map(|h| ("events1", "the events favour", h));
    }
    for column in ["md", "g", "d", "yi"] {
        if let Some(x) = number(column) {
            let what = match column {
                "md" => "`md` favours",
                "g" => "`g` favours",
                "d" => "`d` favours",
                _ => "`yi` favours",
            };
            return over(x, 0.0).map(|h| (column, what, h));
        }
    }
    // A printed effect is a ratio or a difference: its sign is known only where both readings agree.
    let x = number("effect")?;
    let agree = (!(0.0..=1.0).contains(&x)).then_some(x > 1.0)?;
    Some(("effect", "`effect` favours", agree))
}

/// Whether a higher score is better: of the instrument, else of the outcome.
fn better(c: &Context, index: usize) -> Option<bool> {
    let row = c.get(index)?.row;
    let instrument = row.instrument.as_ref().and_then(|id| c.store.instruments.get(id)).and_then(|i| i.direction);
    let direction = instrument.or_else(|| c.store.outcomes.get(&row.outcome).and_then(|o| o.direction))?;
    Some(direction == Direction::HigherBetter)
}

/// The group that a text favours: what follows `favours`, `favoured`, `favouring`, `in favour of`
/// is the name of an arm, or a usual word for one.
fn favoured(words: &str, arm1: Option<&str>, arm2: Option<&str>) -> Option<u8> {
    let at = ["favour", "favor"].iter().filter_map(|stem| words.find(stem).map(|at| at + stem.len())).min()?;
    // The rest of the word itself ends at the first blank.
    let after = words.get(at..)?.split_once(char::is_whitespace)?.1.trim_start();
    let after = after.strip_prefix("of ").unwrap_or(after);
    let after = after.strip_prefix("the ").unwrap_or(after);
    let begins = |name: &str| {
        let next = after.strip_prefix(name).map(|rest| rest.chars().next());
        !name.is_empty() && next.is_some_and(|next| next.is_none_or(|ch| !ch.is_alphanumeric()))
    };
    let any = |names: &[&str], arm: Option<&str>| names.iter().any(|n| begins(n)) || arm.is_some_and(|arm| begins(&arm.to_lowercase()));
    // The longer name first: `cbt plus` is not `cbt`.
    let length = |arm: Option<&str>| arm.map_or(0, str::len);
    let first = any(&["1", "group 1", "arm 1", "intervention", "experimental", "treatment", "treated"], arm1);
    let second = any(&["2", "group 2", "arm 2", "control", "controls", "comparator", "comparison", "usual", "placebo", "waitlist"], arm2);
    match (first, second) {
        (true, true) => Some(if length(arm2) > length(arm1) { 2 } else { 1 }),
        (true, false) => Some(1),
        (false, true) => Some(2),
        _ => None,
    }
}

/// Both groups far worse after treatment than at baseline, which is a row of its own or stands
/// beside in `mean_pre1`, `sd_pre1` and those of group 2.
fn reversed(c: &Context, out: &mut Sink) {
    let mut series: Quick<[Option<&str>; 5], Vec<usize>> = Quick::default();
    for (index, facts) in c.rows.iter().enumerate() {
        let row = facts.row;
        if facts.score == Score::Change {
            continue;
        }
        let value = |name: &str| row.number(name);
        let before: Vec<f64> = [["mean1", "mean_post1", "mean_pre1", "sd_pre1"], ["mean2", "mean_post2", "mean_pre2", "sd_pre2"]]
            .iter()
            .filter_map(|[mean, post, pre, sd]| {
                Some((value(post).or_else(|| value(mean))? - value(pre)?) / value(sd).filter(|sd| *sd > 0.0)?)
            })
            .collect();
        worse(c, index, &before, None, out);
        if row.instrument.is_some() && facts.groups.len() == 2 {
            let key = [
                Some(row.study.as_str()),
                Some(row.outcome.as_str()),
                row.instrument.as_deref(),
                row.rater.as_deref(),
                row.subgroup.as_deref(),
            ];
            series.entry(key).or_default().push(index);
        }
    }
    for rows in series.values() {
        let ordered = in_order(c, rows);
        let Some((_, base)) = ordered.iter().find(|(at, _)| *at == 0.0) else { continue };
        for (_, later) in ordered.iter().filter(|(at, _)| *at > 0.0) {
            let (Some(before), Some(after)) = (c.get(*base), c.get(*later)) else { continue };
            let pairs = before.groups.iter().zip(&after.groups);
            let moves: Vec<f64> = pairs.filter_map(|(b, a)| Some((a.mean?.value - b.mean?.value) / b.spread()?)).collect();
            worse(c, *later, &moves, Some(*base), out);
        }
    }
}

/// Says it where both groups moved the wrong way by more than half an SD.
fn worse(c: &Context, index: usize, moves: &[f64], base: Option<usize>, out: &mut Sink) {
    let ([_, _], Some(up)) = (moves, better(c, index)) else { return };
    let moves: Vec<f64> = moves.iter().map(|m| if up { *m } else { -*m }).collect();
    if moves.iter().all(|m| *m < -0.5) {
        let message = format!("both groups are worse than at baseline, by {} and {} SD", sig(-moves[0]), sig(-moves[1]));
        let help = "the scale may run the other way than declared, or the times be swapped; compare with the report";
        if let Some(found) = out.at(index, "mean1", warning(12, message, help)) {
            found.with.extend(base);
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

#[cfg(test)]
mod tests {
    use super::favoured;

    #[test]
    fn what_stands_after_favours() {
        for (words, arms, group) in [
            ("favours intervention", [None, None], Some(1)),
            ("favoured the experimental group", [None, None], Some(1)),
            ("results favouring treatment", [None, None], Some(1)),
            ("in favor of the control", [None, None], Some(2)),
            ("favours usual care", [None, None], Some(2)),
            ("favours imr", [Some("IMR"), Some("TAU")], Some(1)),
            ("favours gabapentin", [Some("Gabapentin"), Some("Placebo")], Some(1)),
            ("favours exercise", [Some("sertraline"), Some("exercise")], Some(2)),
            ("favours cbt plus", [Some("CBT"), Some("CBT plus")], Some(2)),
            ("favours neither", [None, None], None),
            ("favourable", [None, None], None),
            ("no difference", [None, None], None),
        ] {
            assert_eq!(favoured(words, arms[0], arms[1]), group, "{words}");
        }
    }
}
