//! Rules 21 and 22: numbers that stand twice, and groups that differed from the start.

use super::context::{Context, Facts};
use super::finding::{Sink, warning};
use super::words::sig;
use crate::stats::consistency::{Printed, p_from_means};
use crate::stats::math::sqrt;
use indexmap::IndexMap;

/// So many digits don't agree by chance: of both groups' means and SDs, and of one group's.
const ROW_DIGITS: usize = 9;
const GROUP_DIGITS: usize = 8;

/// Rule 21: identical means and SDs in two studies, or at two times.
pub(crate) fn repeated(c: &Context, out: &mut Sink) {
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

/// Rule 22: groups far apart at baseline.
pub(crate) fn imbalance(c: &Context, out: &mut Sink) {
    for (index, facts) in c.rows.iter().enumerate() {
        let Some(([m1, m2], [s1, s2], [n1, n2], column)) = baseline(facts) else { continue };
        let d = (m1.value - m2.value) / sqrt(0.5 * (s1 * s1 + s2 * s2));
        let by_chance = p_from_means([m1, m2], [Printed::exact(s1), Printed::exact(s2)], [n1, n2]).is_none_or(|p| p.high > ALPHA);
        if d.abs() > IMBALANCE && !by_chance {
            let message = format!("the groups differ by {} SD at baseline", sig(d.abs()));
            let help = "compare with the report; randomisation rarely does this, and item 3 of INSPECT-SR asks about it";
            out.at(index, column, warning(22, message, help));
        }
    }
}

/// Means, SDs and people of both groups before the trial: of a row at baseline, or of a row that
/// has scores before beside those after; and the column they begin in.
fn baseline(facts: &Facts) -> Option<([Printed; 2], [f64; 2], [f64; 2], &'static str)> {
    let row = facts.row;
    let base = row.timepoint.as_deref().is_some_and(|t| t.to_lowercase().starts_with("base") || t.eq_ignore_ascii_case("pre"));
    if let ([a, b], true) = (facts.groups.as_slice(), base) {
        return Some(([a.mean?, b.mean?], [a.spread()?, b.spread()?], [a.n?, b.n?], "mean1"));
    }
    let cell = |name: &str| row.values.get(name).and_then(|cell| Printed::parse(&cell.text));
    let means = [cell("mean_pre1")?, cell("mean_pre2")?];
    let sds = [row.number("sd_pre1")?, row.number("sd_pre2")?];
    Some((means, sds, [row.number("n1")?, row.number("n2")?], "mean_pre1"))
}
