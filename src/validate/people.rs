//! Rules 7 and 8: numbers of people.

use super::context::Context;
use super::finding::{Sink, error, warning};
use super::words::num;
use indexmap::IndexMap;

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
    let mut sets: IndexMap<(&str, Option<&str>, Option<&str>, Option<&str>), Vec<(usize, f64, f64)>> = IndexMap::new();
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
        let mut counts: Vec<(f64, f64)> = rows.iter().map(|(_, a, b)| (*a, *b)).collect();
        counts.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.total_cmp(&y.1)));
        counts.dedup();
        let (Some(first), true) = (rows.first(), counts.len() > 1) else { continue };
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
        ("followup", 3.0),
        ("follow-up", 3.0),
        ("long-term", 4.0),
    ];
    let lower = timepoint.to_lowercase();
    if let Some((_, place)) = WORDS.iter().find(|(word, _)| *word == lower) {
        return Some(*place);
    }
    let target = c.store.timepoints.get(timepoint).and_then(|t| t.target.as_deref());
    let text = target.unwrap_or(timepoint);
    let digits: String = text.chars().take_while(|ch| ch.is_ascii_digit() || *ch == '.').collect();
    let unit = text[digits.len()..].trim().to_lowercase();
    let weeks = match unit.as_str() {
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
    /// When by name and in weeks, the row, its people.
    type At = (Option<f64>, Option<f64>, usize, f64);
    let mut series: IndexMap<[Option<&str>; 7], Vec<At>> = IndexMap::new();
    for (index, facts) in c.rows.iter().enumerate() {
        let row = facts.row;
        let at = row.timepoint.as_deref().and_then(|t| position(c, t));
        let people = row.values.get("n1").zip(row.values.get("n2"));
        let weeks = row.number("actual_weeks");
        if let (true, Some((n1, n2)), true) = (at.is_some() || weeks.is_some(), people, row.instrument.is_some()) {
            let key = [
                Some(row.study.as_str()),
                Some(row.outcome.as_str()),
                row.analysis.as_deref(),
                row.instrument.as_deref(),
                row.rater.as_deref(),
                row.arm1.as_deref(),
                row.subgroup.as_deref(),
            ];
            series.entry(key).or_default().push((at, weeks, index, n1.value + n2.value));
        }
    }
    for rows in series.into_values() {
        // The weeks order them where all rows state them, else what the times are called.
        let by_weeks = rows.iter().all(|r| r.1.is_some());
        let mut rows: Vec<(f64, usize, f64)> =
            rows.into_iter().filter_map(|(at, weeks, row, n)| Some((if by_weeks { weeks } else { at }?, row, n))).collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        for pair in rows.windows(2) {
            if let [(before, first, n), (after, later, more)] = pair
                && before < after
                && more > n
            {
                let (early, late) = (time(c, *first), time(c, *later));
                let message = format!("{} people at {late}, {} at {early}", num(*more), num(*n));
                let draft = warning(8, message, "people rarely come back: the numbers of another row or column may stand here");
                if let Some(found) = out.at(*later, "n1", draft) {
                    found.with.push(*first);
                }
            }
        }
    }
}

fn time<'a>(c: &'a Context, row: usize) -> &'a str {
    c.get(row).and_then(|f| f.row.timepoint.as_deref()).unwrap_or("")
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
