//! Rules 7 and 8: numbers of people.

use super::context::{Context, Quick};
use super::finding::{Sink, error, warning};
use super::words::num;

/// Rule 7: no more analysed than randomised, arms that make the total.
pub(crate) fn within_randomised(c: &Context, out: &mut Sink) {
    for (index, facts) in c.rows.iter().enumerate() {
        let value = |name: &str| facts.row.values.get(name).map(|cell| cell.value);
        for (n, randomised) in [("n1", "randomised1"), ("n2", "randomised2")] {
            if let (Some(analysed), Some(all)) = (value(n), value(randomised))
                && analysed > all
            {
                let message = format!("`{n}` is {} and `{randomised}` {}: more people analysed than randomised", num(analysed), num(all));
                out.at(index, n, error(7, message, "compare both with the report; the total may stand in the place of a group"));
            }
        }
        let (Some(n1), Some(n2)) = (value("n1"), value("n2")) else { continue };
        if let Some(n) = value("n").filter(|n| *n != n1 + n2) {
            let message = format!("`n` is {}, and the groups have {} and {}: {} in all", num(n), num(n1), num(n2), num(n1 + n2));
            out.at(index, "n", error(7, message, "compare with the report: people of a third arm, or missing people"));
        }
        let randomised = c.number(facts.row, &["n_randomised", "randomised", "n_randomized", "randomized"]);
        if let Some(all) = randomised.filter(|all| n1 + n2 > *all && facts.row.values.get("randomised1").is_none()) {
            let message = format!("{} people are analysed, and {} were randomised", num(n1 + n2), num(all));
            out.at(index, "n1", error(7, message, "compare both with the report"));
        }
    }
}

/// Rule 8: the same people throughout a set, no more later than before, as many as the degrees of freedom imply.
pub(crate) fn constant(c: &Context, out: &mut Sink) {
    full_sets(c, out);
    rising(c, out);
    degrees_of_freedom(c, out);
}

/// An intention-to-treat set holds everybody: its size does not depend on the outcome.
fn full_sets(c: &Context, out: &mut Sink) {
    let mut sets: Quick<(&str, Option<&str>, Option<&str>, Option<&str>), Vec<(usize, f64, f64)>> = Quick::default();
    for (index, facts) in c.rows.iter().enumerate() {
        let row = facts.row;
        let full = matches!(row.analysis.as_deref(), Some("itt"));
        let people = row.values.get("n1").zip(row.values.get("n2"));
        if let Some((n1, n2)) = people.filter(|_| full && row.subgroup.is_none()) {
            let key = (row.study.as_str(), row.timepoint.as_deref(), row.arm1.as_deref(), row.arm2.as_deref());
            sets.entry(key).or_default().push((index, n1.value, n2.value));
        }
    }
    for rows in sets.values() {
        let Some(first) = rows.first() else { continue };
        if let Some(other) = rows.iter().find(|r| (r.1, r.2) != (first.1, first.2)) {
            let message = format!(
                "{} and {} people here, {} and {} in another row of the same set and time",
                num(other.1),
                num(other.2),
                num(first.1),
                num(first.2)
            );
            let draft = warning(
                8,
                message,
                "an intention-to-treat set has one size; compare with the report, and name the set `mitt` or `cc` if people are missing",
            );
            if let Some(found) = out.at(other.0, "n1", draft) {
                found.with.push(first.0);
            }
        }
    }
}

/// Units that may stand before their number, as in `week 12`.
const UNITS: &[&str] = &["day", "week", "month", "year"];

/// The actual time of a row in weeks.
pub(crate) fn actual_weeks(c: &Context, index: usize) -> Option<f64> {
    let row = c.get(index)?.row;
    row.number("actual_weeks").or_else(|| c.number(row, &["weeks", "time_weeks"]))
}

/// Rows of one series in the order of time: by their actual weeks where all have them, else by
/// the names of their times; those without either are left out.
pub(crate) fn in_order(c: &Context, rows: &[usize]) -> Vec<(f64, usize)> {
    let named = |i: usize| c.get(i).and_then(|f| f.row.timepoint.as_deref()).and_then(|t| position(c, t));
    let weeks = |i: usize| if named(i) == Some(0.0) { Some(0.0) } else { actual_weeks(c, i).filter(|w| *w > 0.0) };
    let by_weeks: Vec<(f64, usize)> = rows.iter().filter_map(|i| Some((weeks(*i)?, *i))).collect();
    let mut ordered = if by_weeks.len() == rows.len() { by_weeks } else { rows.iter().filter_map(|i| Some((named(*i)?, *i))).collect() };
    ordered.sort_by(|a, b| a.0.total_cmp(&b.0));
    ordered
}

/// The place of a time in the order of a trial: declared, a number of weeks, or a usual word.
pub(crate) fn position(c: &Context, timepoint: &str) -> Option<f64> {
    const WORDS: &[(&str, f64)] = &[
        ("baseline", 0.0),
        ("pre", 0.0),
        ("pretest", 0.0),
        ("mid", 1.0),
        ("midtest", 1.0),
        ("post", 2.0),
        ("posttest", 2.0),
        ("post-test", 2.0),
        ("endpoint", 2.0),
        ("post-treatment", 2.0),
        ("posttreatment", 2.0),
        ("post treatment", 2.0),
        ("end of treatment", 2.0),
        ("followup", 3.0),
        ("follow-up", 3.0),
        ("follow up", 3.0),
        ("fu", 3.0),
        ("long-term", 4.0),
    ];
    let lower = timepoint.to_lowercase();
    if let Some((_, place)) = WORDS.iter().find(|(word, _)| *word == lower) {
        return Some(*place);
    }
    let target = c.store.timepoints.get(timepoint).and_then(|t| t.target.as_deref());
    let text = target.unwrap_or(timepoint).to_lowercase();
    // T0, T1, T2 tell an order and no distance.
    if let Some(k) = text.strip_prefix('t').and_then(|k| k.parse::<u32>().ok()).filter(|k| *k < 100) {
        return Some(if k == 0 { 0.0 } else { 1.0 + 0.01 * f64::from(k) });
    }
    let turned = UNITS.iter().find_map(|unit| Some((text.strip_prefix(unit)?.trim_start_matches([' ', '-', '_']), *unit)));
    let (number, unit) = turned.unwrap_or((&text, ""));
    let digits: String = number.chars().take_while(|ch| ch.is_ascii_digit() || *ch == '.').collect();
    let unit = if unit.is_empty() { number[digits.len()..].trim_start_matches([' ', '-', '_']) } else { unit };
    let weeks = match unit {
        "" => return None,
        u if u.starts_with('d') => 1.0 / 7.0,
        u if u.starts_with('w') => 1.0,
        u if u.starts_with('m') => 4.348,
        u if u.starts_with('y') => 52.18,
        _ => return None,
    };
    digits.parse::<f64>().ok().map(|x| 100.0 + x * weeks)
}

/// People do not come back: n falls or stays over follow-up.
fn rising(c: &Context, out: &mut Sink) {
    let mut series: Quick<[Option<&str>; 9], Vec<usize>> = Quick::default();
    for (index, facts) in c.rows.iter().enumerate() {
        let row = facts.row;
        if people(c, index).is_some() {
            let key = [
                Some(row.study.as_str()),
                Some(row.outcome.as_str()),
                row.analysis.as_deref(),
                row.instrument.as_deref(),
                row.rater.as_deref(),
                row.comparison.as_deref(),
                row.arm1.as_deref(),
                row.arm2.as_deref(),
                row.subgroup.as_deref(),
            ];
            series.entry(key).or_default().push(index);
        }
    }
    for rows in series.into_values().filter(|rows| rows.len() > 1) {
        for pair in in_order(c, &rows).windows(2) {
            if let [(before, first), (after, later)] = pair
                && before < after
                && let (Some(n), Some(more)) = (people(c, *first), people(c, *later))
                && let Some((which, column)) = risen(n, more)
            {
                let (early, late) = (time(c, *first), time(c, *later));
                let sum = |[a, b]: [f64; 2]| match which {
                    None => num(a + b),
                    Some(1) => num(a),
                    Some(_) => num(b),
                };
                let of = which.map_or_else(String::new, |group| format!(" of group {group}"));
                let message = format!("{} people{of} at {late}, {} at {early}", sum(more), sum(n));
                let help = match which {
                    None => "people rarely come back: the numbers of another row or column may stand here",
                    Some(_) => {
                        "people rarely come back or change groups: the two numbers may be swapped, or stand in another row or column"
                    }
                };
                let draft = warning(8, message, help);
                if let Some(found) = out.at(*later, column, draft) {
                    found.with.push(*first);
                }
            }
        }
    }
}

/// What has more people later: both groups together (`None`), else one of them; and where it stands.
///
/// One person of a group who missed a visit and came to the next is no rarity.
fn risen(before: [f64; 2], after: [f64; 2]) -> Option<(Option<u8>, &'static str)> {
    if after[0] + after[1] > before[0] + before[1] {
        Some((None, "n1"))
    } else if after[0] > before[0] + 1.0 {
        Some((Some(1), "n1"))
    } else {
        (after[1] > before[1] + 1.0).then_some((Some(2), "n2"))
    }
}

/// The people of the two groups.
fn people(c: &Context, index: usize) -> Option<[f64; 2]> {
    let row = c.get(index)?.row;
    Some([row.number("n1")?, row.number("n2")?])
}

/// A row's time in words.
fn time(c: &Context, row: usize) -> String {
    let name = c.get(row).and_then(|f| f.row.timepoint.clone());
    let weeks = actual_weeks(c, row).map(|w| format!("{} weeks", num(w)));
    name.or(weeks).unwrap_or_default()
}

/// The degrees of freedom of a test tell how many people it holds.
fn degrees_of_freedom(c: &Context, out: &mut Sink) {
    // A report that lost people says so in each of its tests: once is enough.
    let mut told: std::collections::BTreeSet<(String, String)> = std::collections::BTreeSet::new();
    for (index, facts) in c.rows.iter().enumerate() {
        let column = if facts.row.values.contains_key("t") { "t" } else { "F" };
        // Repeated measures and several numerator df imply other numbers.
        let (Some(df), true) = (facts.df, facts.df1 == 1.0 && facts.row.values.contains_key(column)) else { continue };
        let implied = df + 2.0;
        let Some((stated, other)) = stated_people(c, index) else { continue };
        if implied < 4.0 {
            // What no test of two groups has: told with the test itself.
            continue;
        }
        let far = implied > stated || stated - implied > (0.05 * stated).max(5.0);
        if far && df.fract() == 0.0 && told.insert((facts.row.study.clone(), format!("{implied} {stated}"))) {
            let place = if other == index {
                "the row says".to_owned()
            } else {
                format!("another row of the study ({}) says", c.get(other).map(|f| f.row.origin.to_string()).unwrap_or_default())
            };
            let message = format!(
                "{} error degrees of freedom imply {} people if the model had no covariates; {place} {}",
                num(df),
                num(implied),
                num(stated)
            );
            let draft =
                warning(8, message, "fewer people may have been analysed than the report says, or the test may belong to another model");
            if let Some(found) = out.at(index, column, draft) {
                found.with.push(other);
            }
        }
    }
}

/// How many people a row says it holds, else another row of its study and set.
fn stated_people(c: &Context, index: usize) -> Option<(f64, usize)> {
    let own = |i: usize| {
        let row = c.get(i)?.row;
        Some(row.values.get("n1")?.value + row.values.get("n2")?.value)
    };
    if let Some(n) = own(index) {
        return Some((n, index));
    }
    let row = c.get(index)?.row;
    let others = c.studies.get(row.study.as_str())?;
    others.iter().filter(|i| c.get(**i).is_some_and(|f| f.row.analysis == row.analysis)).find_map(|i| own(*i).map(|n| (n, *i)))
}
