//! Rules 21 and 22: numbers that stand twice, and groups that differed from the start.

use super::context::Context;
use super::finding::{Sink, warning};
use super::words::sig;
use crate::stats::consistency::{Printed, p_from_means};
use crate::stats::math::sqrt;
use indexmap::IndexMap;

/// So many digits don't agree by chance: of both groups' means and SDs, and of one group's.
const ROW_DIGITS: usize = 9;
const GROUP_DIGITS: usize = 8;

/// One group's digits that don't agree with the other's by chance.
const ARM_DIGITS: usize = 6;

/// Rule 21: identical numbers in two studies, groups or times, and rows that were entered twice.
pub(crate) fn repeated(c: &Context, out: &mut Sink) {
    both_groups(c, out);
    entered_twice(c, out);
    other_numbers(c, out);
    let mut rows: IndexMap<String, Vec<usize>> = IndexMap::new();
    let mut groups: IndexMap<String, Vec<(usize, usize)>> = IndexMap::new();
    for (index, facts) in c.rows.iter().enumerate() {
        let text = |name: &str| facts.row.values.get(name).map(|cell| cell.text.as_str());
        let pairs: Vec<String> =
            facts.groups.iter().filter_map(|g| Some(format!("{} ({})", text(g.mean_column)?, text(g.sd_column)?))).collect();
        if pairs.len() == 2 && digits(&pairs.join("")) >= ROW_DIGITS {
            rows.entry(pairs.join(" and ")).or_default().push(index);
        }
        for (at, pair) in pairs.iter().enumerate().filter(|(_, p)| digits(p) >= GROUP_DIGITS) {
            groups.entry(pair.clone()).or_default().push((index, at));
        }
    }
    let mut told: Vec<(usize, usize)> = Vec::new();
    for (pair, same) in &rows {
        let Some(first) = same.first() else { continue };
        for other in same.iter().skip(1).filter(|i| apart(c, *first, **i)) {
            told.push((*first, *other));
            let message = format!("means and SDs of both groups, {pair}, are those of another row ({})", place(c, *first));
            if let Some(found) = out.at(*other, "mean1", warning(21, message, HELP)) {
                found.with.push(*first);
            }
        }
    }
    for (pair, same) in &groups {
        let Some((first, group)) = same.first() else { continue };
        for (other, at) in same.iter().skip(1).filter(|(i, _)| apart(c, *first, *i)) {
            if told.contains(&(*first, *other)) {
                continue;
            }
            let message =
                format!("mean and SD of group {}, {pair}, are those of group {} of another row ({})", at + 1, group + 1, place(c, *first));
            let column = c.get(*other).and_then(|f| f.groups.get(*at)).map_or("mean1", |g| g.mean_column);
            if let Some(found) = out.at(*other, column, warning(21, message, HELP)) {
                found.with.push(*first);
            }
        }
    }
}

/// Mean and SD of one group that are those of the other.
fn both_groups(c: &Context, out: &mut Sink) {
    for (index, facts) in c.rows.iter().enumerate() {
        let [a, b] = facts.groups.as_slice() else { continue };
        let pair = |g: &super::context::Group| {
            let text = |name: &str| facts.row.values.get(name).map(|cell| cell.text.as_str());
            Some(format!("{} ({})", text(g.mean_column)?, text(g.sd_column)?))
        };
        if let (Some(first), Some(second)) = (pair(a), pair(b))
            && first == second
            && digits(&first) >= ARM_DIGITS
        {
            let message = format!("mean and SD of both groups are {first}");
            let help = "one group may have been copied and not filled in anew; compare with the report";
            out.at(index, b.mean_column, warning(21, message, help));
        }
    }
}

/// The same row twice: study, keys and numbers.
fn entered_twice(c: &Context, out: &mut Sink) {
    let mut seen: IndexMap<String, usize> = IndexMap::new();
    for (index, facts) in c.rows.iter().enumerate() {
        let row = facts.row;
        let mut numbers: Vec<String> = row.values.iter().map(|(name, cell)| format!("{name} {}", cell.text)).collect();
        numbers.sort();
        let numbers = numbers.join(" ");
        if digits(&numbers) < ARM_DIGITS {
            continue;
        }
        let other = [&row.arm1, &row.arm2, &row.extractor, &row.timepoint];
        let moderators: Vec<String> = row.moderators.iter().map(|(name, value)| format!("{name} {value:?}")).collect();
        let key = format!("{}|{other:?}|{}|{numbers}", super::finding::label(row), moderators.join(" "));
        match seen.get(&key) {
            None => {
                seen.insert(key, index);
            }
            Some(first) => {
                let message = format!("the row says what another says ({}): it was entered twice", place(c, *first));
                if let Some(found) =
                    out.at(index, "study", warning(21, message, "remove one of them, or say in a key what tells them apart"))
                {
                    found.with.push(*first);
                }
            }
        }
    }
}

/// Counts, effects with variances, and effects with limits, of two trials or at two times.
fn other_numbers(c: &Context, out: &mut Sink) {
    const SETS: &[&[&str]] = &[
        &["events1", "n1", "events2", "n2"],
        &["yi", "vi"],
        &["yi", "sei"],
        &["effect", "effect_lower", "effect_upper"],
        &["md", "md_ci_lower", "md_ci_upper"],
    ];
    for set in SETS {
        let mut seen: IndexMap<String, usize> = IndexMap::new();
        for (index, facts) in c.rows.iter().enumerate() {
            let texts: Option<Vec<&str>> = set.iter().map(|name| facts.row.values.get(name).map(|cell| cell.text.as_str())).collect();
            let Some(texts) = texts else { continue };
            // Round numbers of people say little.
            let telling: usize = texts.iter().map(|t| if t.contains('.') { digits(t) } else { digits(t.trim_end_matches('0')) }).sum();
            if telling < ROW_DIGITS {
                continue;
            }
            let key = texts.join(" ");
            match seen.get(&key).copied() {
                None => {
                    seen.insert(key, index);
                }
                Some(first) if apart(c, first, index) => {
                    let names = set.iter().zip(&texts).map(|(name, text)| format!("{name} {text}")).collect::<Vec<_>>().join(", ");
                    let message = format!("{names} are those of another row ({})", place(c, first));
                    if let Some(found) = out.at(index, set[0], warning(21, message, HELP)) {
                        found.with.push(first);
                    }
                }
                Some(_) => {}
            }
        }
    }
}

const HELP: &str = "a row may have been copied and not filled in anew; compare both with their reports";

fn place(c: &Context, index: usize) -> String {
    c.get(index).map(|f| format!("{} in {}", f.row.study, f.row.origin)).unwrap_or_default()
}

/// Rows of two studies, or of one study at two times: there equal numbers are odd. One trial's
/// reports, analysis sets and comparisons repeat numbers rightly.
fn apart(c: &Context, a: usize, b: usize) -> bool {
    let (Some(a), Some(b)) = (c.get(a).map(|f| f.row), c.get(b).map(|f| f.row)) else { return false };
    let other_trial = c.store.trial_of(a) != c.store.trial_of(b);
    other_trial || (a.timepoint != b.timepoint && a.instrument == b.instrument && a.outcome == b.outcome)
}

/// How many digits a text has, leading zeros left out.
fn digits(text: &str) -> usize {
    text.split([' ', '(', ')']).map(|t| t.trim_start_matches(['-', '0', '.']).chars().filter(char::is_ascii_digit).count()).sum()
}

/// Groups that differ by this many SDs at baseline, and not by chance.
const IMBALANCE: f64 = 0.5;
const ALPHA: f64 = 0.005;

/// Rule 22: groups far apart at baseline, in a row of its own or in the columns `mean_pre1` and so on.
pub(crate) fn imbalance(c: &Context, out: &mut Sink) {
    for (index, facts) in c.rows.iter().enumerate() {
        let base = facts.row.timepoint.as_deref().is_some_and(|t| t.to_lowercase().starts_with("base") || t.eq_ignore_ascii_case("pre"));
        if let ([a, b], true) = (facts.groups.as_slice(), base)
            && let (Some(m1), Some(m2), Some(s1), Some(s2), Some(n1), Some(n2)) = (a.mean, b.mean, a.spread(), b.spread(), a.n, b.n)
        {
            unlike(index, "mean1", [m1, m2], [s1, s2], [n1, n2], out);
        }
        let cell = |name: &str| facts.row.values.get(name).and_then(|c| Printed::parse(&c.text));
        let value = |name: &str| facts.row.number(name);
        if let (Some(m1), Some(m2), Some(s1), Some(s2), Some(n1), Some(n2)) =
            (cell("mean_pre1"), cell("mean_pre2"), value("sd_pre1"), value("sd_pre2"), value("n1"), value("n2"))
        {
            unlike(index, "mean_pre1", [m1, m2], [s1, s2], [n1, n2], out);
        }
    }
}

fn unlike(index: usize, column: &str, means: [Printed; 2], sds: [f64; 2], n: [f64; 2], out: &mut Sink) {
    let spread = sqrt(0.5 * (sds[0] * sds[0] + sds[1] * sds[1]));
    if spread.is_nan() || spread <= 0.0 {
        return;
    }
    let d = (means[0].value - means[1].value) / spread;
    let by_chance = p_from_means(means, sds.map(Printed::exact), n).is_none_or(|p| p.high > ALPHA);
    if d.abs() > IMBALANCE && !by_chance {
        let message = format!("the groups differ by {} SD at baseline", sig(d.abs()));
        let help = "compare with the report; randomisation rarely does this, and item 3 of INSPECT-SR asks about it";
        out.at(index, column, warning(22, message, help));
    }
}
