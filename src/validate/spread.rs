//! Rules 2, 3 and 4: standard errors and standard deviations taken for one another, and arms
//! whose spreads differ.

use super::context::{Context, Quick};
use super::finding::{Repair, Sink, error, warning};
use super::words::{num, p_range, sig};
use crate::stats::consistency::{Printed, PrintedP, Range, SpreadReading, median, p_from_means, reading, sd_ratio_unlikely};
use crate::stats::math::sqrt;
use indexmap::IndexMap;
use std::collections::{HashMap, HashSet};

/// An arm's SD with what it is compared by.
#[derive(Clone, Copy)]
struct Arm {
    row: usize,
    group: usize,
    sd: f64,
    n: f64,
    from_se: bool,
}

/// Fewer people say too little about an SD.
const LEAST_N: f64 = 10.0;
/// Fewer rows without an instrument's name don't show what is usual.
const LEAST_ROWS: usize = 5;

/// Rules 2 and 3, by instrument.
pub(crate) fn spreads(c: &Context, out: &mut Sink) {
    for (scale, arms) in by_instrument(c) {
        let suspects: HashSet<(usize, usize)> = suspects(&arms).into_iter().collect();
        let mut sorted = Vec::new();
        let mut own: HashMap<usize, Vec<f64>> = HashMap::new();
        for arm in arms.iter().filter(|a| !suspects.contains(&(a.row, a.group))) {
            sorted.push(arm.sd);
            own.entry(arm.row).or_default().push(arm.sd);
        }
        sorted.sort_by(f64::total_cmp);
        let mut told: HashSet<usize> = HashSet::new();
        for arm in &arms {
            if told.contains(&arm.row) {
                continue;
            }
            let Some(usual) = median_without(&sorted, own.get(&arm.row).map_or(&[], Vec::as_slice)) else { continue };
            match (reading(arm.sd, arm.n, usual), arm.from_se) {
                (SpreadReading::StandardError, false) => {
                    told.insert(arm.row);
                    se_as_sd(c, out, arm, usual, &scale);
                }
                // An SD in the column of standard errors becomes sqrt(n) times too large.
                (SpreadReading::TooLarge { derived_twice: true }, true) => {
                    told.insert(arm.row);
                    sd_as_se(c, out, arm, usual, &scale);
                }
                (SpreadReading::TooLarge { derived_twice }, _) => {
                    told.insert(arm.row);
                    too_large(c, out, arm, usual, derived_twice, &scale);
                }
                _ => {}
            }
        }
    }
}

/// The median of a sorted list without some of its values, in logarithmic time.
fn median_without(sorted: &[f64], without: &[f64]) -> Option<f64> {
    let mut skipped: Vec<usize> = without
        .iter()
        .enumerate()
        .map(|(i, v)| sorted.partition_point(|x| x < v) + without[..i].iter().filter(|u| *u == v).count())
        .collect();
    skipped.sort_unstable();
    let left = sorted.len().checked_sub(skipped.len()).filter(|n| *n > 0)?;
    let at = |rank: usize| sorted.get(skipped.iter().fold(rank, |place, s| if place >= *s { place + 1 } else { place })).copied();
    if left.is_multiple_of(2) { Some(0.5 * (at(left / 2 - 1)? + at(left / 2)?)) } else { at(left / 2) }
}

/// The arms of each instrument. Rows of an outcome that never names one are taken together if
/// their SDs are of one size.
fn by_instrument(c: &Context) -> IndexMap<String, Vec<Arm>> {
    let mut of_instrument: Quick<&str, Vec<Arm>> = Quick::default();
    let mut unnamed: Quick<&str, Vec<Arm>> = Quick::default();
    for (index, facts) in c.rows.iter().enumerate() {
        for (group, g) in facts.groups.iter().enumerate() {
            let (Some(sd), Some(n)) = (g.spread(), g.n.filter(|n| *n >= LEAST_N)) else { continue };
            let arm = Arm { row: index, group, sd, n, from_se: g.sd.is_none() };
            match facts.row.instrument.as_deref() {
                Some(instrument) => of_instrument.entry(instrument).or_default().push(arm),
                None => unnamed.entry(facts.row.outcome.as_str()).or_default().push(arm),
            }
        }
    }
    let mut named: IndexMap<String, Vec<Arm>> = of_instrument.into_iter().map(|(name, arms)| (format!("`{name}`"), arms)).collect();
    for (outcome, arms) in unnamed {
        let suspects: HashSet<(usize, usize)> = suspects(&arms).into_iter().collect();
        let usual: Vec<f64> = arms.iter().filter(|a| !suspects.contains(&(a.row, a.group))).map(|a| a.sd).collect();
        let one_size = median(&usual).is_some_and(|m| usual.iter().all(|sd| *sd > m / 2.0 && *sd < m * 2.0));
        let rows: std::collections::BTreeSet<usize> = arms.iter().map(|a| a.row).collect();
        if one_size && rows.len() >= LEAST_ROWS && suspects.len() * 2 < arms.len() {
            named.insert(format!("outcome `{outcome}`"), arms);
        }
    }
    named
}

/// Arms whose SD reads as a standard error, or as far too large, beside the rest: they are left
/// out of what is usual. Several standard errors would hide one another beside the median, so
/// the upper quartile is tried first, and kept unless most rows were suspect by it.
fn suspects(arms: &[Arm]) -> Vec<(usize, usize)> {
    let mut sds: Vec<f64> = arms.iter().map(|a| a.sd).collect();
    sds.sort_by(f64::total_cmp);
    let Some(upper) = sds.get((3 * sds.len()) / 4).or(sds.last()).copied() else { return Vec::new() };
    let rows = |of: &mut dyn Iterator<Item = usize>| of.collect::<std::collections::BTreeSet<usize>>().len();
    let by_upper = beside(arms, upper);
    if 2 * rows(&mut by_upper.iter().map(|s| s.0)) <= rows(&mut arms.iter().map(|a| a.row)) {
        return by_upper;
    }
    median(&sds).map_or(by_upper, |middle| beside(arms, middle))
}

/// The suspects beside an SD that is taken for usual, which is then found anew from the rest.
fn beside(arms: &[Arm], mut usual: f64) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for _ in 0..4 {
        let odd = |a: &&Arm| reading(a.sd, a.n, usual) != SpreadReading::Usual;
        found = arms.iter().filter(odd).map(|a| (a.row, a.group)).collect();
        let rest: Vec<f64> = arms.iter().filter(|a| !odd(a)).map(|a| a.sd).collect();
        match median(&rest) {
            Some(next) if next != usual => usual = next,
            _ => break,
        }
    }
    found
}

fn se_as_sd(c: &Context, out: &mut Sink, arm: &Arm, usual: f64, scale: &str) {
    let Some(facts) = c.get(arm.row) else { return };
    let Some(g) = facts.groups.get(arm.group) else { return };
    let message = format!(
        "`{}` is {} with n {}, {} of the usual SD of {scale} ({}); times the root of n it is {}, as a standard error would be",
        g.sd_column,
        num(arm.sd),
        num(arm.n),
        sig(arm.sd / usual),
        sig(usual),
        sig(arm.sd * sqrt(arm.n))
    );
    let help = "look at the heading of the table in the report: if it says standard error, move the numbers to `se1` and `se2`";
    let (draft, fits) = match printed_p_fits(c, arm.row) {
        Some((as_se, as_sd)) => {
            let more = format!("; the printed p fits this reading (p {}) and not that as SDs (p {})", p_range(&as_se), p_range(&as_sd));
            (error(2, message + &more, help), true)
        }
        None => (warning(2, message, help), false),
    };
    let column = g.sd_column;
    if let Some(found) = out.at(arm.row, column, draft) {
        found.repair = Some(Repair::SdIsSe);
        if fits {
            found.help.push_str("; the p of the row speaks for it");
        }
    }
}

/// The p-values of both readings, if the row's printed p fits its spreads as standard errors
/// and does not fit them as SDs.
fn printed_p_fits(c: &Context, row: usize) -> Option<(Range, Range)> {
    let facts = c.get(row)?;
    let p = facts.p.filter(|p| matches!(p, PrintedP::Exact(_)))?;
    let [a, b] = facts.groups.as_slice() else { return None };
    let (means, n) = ([a.mean?, b.mean?], [a.n?, b.n?]);
    let (s1, s2) = (a.sd?, b.sd?);
    let as_sd = p_from_means(means, [s1, s2], n)?;
    // An SE times sqrt(n) with the rounding of the SE.
    let widened = |s: Printed, n: f64| -> [Printed; 2] {
        let r = s.range_from_zero();
        [Printed::exact(r.low * sqrt(n)), Printed::exact(r.high * sqrt(n))]
    };
    let (w1, w2) = (widened(s1, n[0]), widened(s2, n[1]));
    let as_se = p_from_means(means, [w1[0], w2[0]], n)?.with(&p_from_means(means, [w1[1], w2[1]], n)?);
    (p.fits(&as_se) && !p.fits(&as_sd)).then_some((as_se, as_sd))
}

fn sd_as_se(c: &Context, out: &mut Sink, arm: &Arm, usual: f64, scale: &str) {
    let Some(g) = c.get(arm.row).and_then(|f| f.groups.get(arm.group)) else { return };
    let stated = g.se.map_or(0.0, |se| se.value);
    let message = format!(
        "`{}` is {}, which gives an SD of {} where {} of {scale} is usual: the number itself is of the size of an SD",
        g.se_column,
        num(stated),
        sig(arm.sd),
        sig(usual)
    );
    let column = g.se_column;
    let draft = warning(
        3,
        message,
        "look at the heading of the table in the report: if it says standard deviation, move the numbers to `sd1` and `sd2`",
    );
    if let Some(found) = out.at(arm.row, column, draft) {
        found.repair = Some(Repair::SeIsSd);
    }
}

fn too_large(c: &Context, out: &mut Sink, arm: &Arm, usual: f64, derived_twice: bool, scale: &str) {
    let Some(g) = c.get(arm.row).and_then(|f| f.groups.get(arm.group)) else { return };
    let column = if arm.from_se { g.se_column } else { g.sd_column };
    let size = format!("the SD is {}, {} times the usual SD of {scale} ({})", sig(arm.sd), sig(arm.sd / usual), sig(usual));
    let (message, help) = if derived_twice {
        (
            format!("{size}; divided by the root of n it is usual"),
            "an SD may have been multiplied by the root of n, as a standard error would be, or the others be standard errors; compare with the reports",
        )
    } else {
        (size, "compare with the report: a variance, another metric of the scale, or a misplaced decimal point")
    };
    out.at(arm.row, column, warning(3, message, help));
}

/// Arms' SDs that differ more than this, and more than chance, are doubtful.
const ARMS: f64 = 2.0;
/// So rarely by chance.
const ALPHA: f64 = 0.01;

/// Rule 4: SDs of the arms, and of changes.
pub(crate) fn arms(c: &Context, out: &mut Sink) {
    for (index, facts) in c.rows.iter().enumerate() {
        if let [a, b] = facts.groups.as_slice()
            && a.mean_column == "mean1"
            && let (Some(s1), Some(s2), Some(n1), Some(n2)) = (a.spread(), b.spread(), a.n, b.n)
            && sd_ratio_unlikely(s1, n1, s2, n2, ARMS, ALPHA)
        {
            let text = |g: &super::context::Group, s: f64| {
                g.sd.and(facts.row.values.get(g.sd_column)).map_or_else(|| sig(s), |cell| cell.text.clone())
            };
            let message = format!("the SDs of the groups are {} and {}, a ratio of {}", text(a, s1), text(b, s2), sig(s1 / s2));
            let column = if a.sd.is_some() { a.sd_column } else { a.se_column };
            out.at(
                index,
                column,
                warning(
                    4,
                    message,
                    "compare with the report: one may be a standard error or the SD of a change, or the groups may be very unlike",
                ),
            );
        }
        change_sd(c, index, out);
    }
}

/// The SDs of changes, of one group and of each of two: against those before and after, and
/// against the correlation that is stated.
fn change_sd(c: &Context, index: usize, out: &mut Sink) {
    const COLUMNS: &[[&str; 5]] = &[
        ["sd_change", "sd_pre", "sd_post", "sd_post", "r"],
        ["sd_change1", "sd_pre1", "sd_post1", "sd1", "r1"],
        ["sd_change2", "sd_pre2", "sd_post2", "sd2", "r2"],
    ];
    let Some(facts) = c.get(index) else { return };
    let value = |name: &str| facts.row.values.get(name).map(|cell| cell.value).or_else(|| c.number(facts.row, &[name]));
    for (column, before, after) in [("sd_change1", "mean_pre1", "mean_post1"), ("sd_change2", "mean_pre2", "mean_post2")] {
        let has = |name: &str| facts.row.values.contains_key(name);
        if has(column) && !(has(before) && has(after)) {
            let message = format!("`{column}` is given without `{before}` and `{after}`, and nothing is computed from it");
            let help = "give the means before and after (`corr` compares their changes); the mean and SD of a change, given as such, go into `mean1` and `sd1` with a column `score` that says `change`";
            out.at(index, column, warning(4, message, help));
        }
    }
    for [change_column, pre, post, sd, correlation] in COLUMNS {
        let (Some(change), Some(pre), Some(post)) = (value(change_column), value(pre), value(post).or_else(|| value(sd))) else { continue };
        if !(change > 0.0 && pre > 0.0 && post > 0.0) {
            continue;
        }
        // r between -1 and 1 bounds the SD of the change.
        let r = (pre * pre + post * post - change * change) / (2.0 * pre * post);
        let stated = value(correlation).or_else(|| facts.row.number("r").filter(|_| facts.row.number("r1").is_none()));
        let implies = format!("the SD of the change ({}) implies a correlation of {} between before and after", sig(change), sig(r));
        let doubtful: Option<String> = if change > (pre + post) * 1.01 || change < (pre - post).abs() * 0.99 {
            let ends = format!("{} to {}", sig((pre - post).abs()), sig(pre + post));
            Some(format!("the SD of the change is {}: with {} before and {} after it lies within {ends}", sig(change), sig(pre), sig(post)))
        } else if r < 0.0 {
            Some(implies)
        } else {
            stated.filter(|s| (s - r).abs() > APART).map(|s| format!("{implies}, and `{correlation}` is {}", num(s)))
        };
        if let Some(message) = doubtful {
            let help = "compare with the report: the SD may be of another group, or of scores instead of changes";
            out.at(index, change_column, warning(4, message, help));
        }
    }
}

/// A stated correlation is rounded, and may come from another group: this far off it contradicts.
const APART: f64 = 0.2;
