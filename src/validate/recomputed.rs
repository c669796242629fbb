//! Rule 9, its other half: printed statistics, differences and standard errors against the
//! numbers of their row that they are computed from, each for all numbers that are rounded to it.

use super::context::{Context, Facts};
use super::finding::{Sink, warning};
use super::words::{range, sig};
use crate::stats::consistency::{Printed, Range, d_from_means, difference, se_from_sds, t_from_means};
use crate::stats::dist::{norm_isf, t_quantile};
use crate::stats::math::{exp, ln};
use crate::store::Row;

const HELP: &str = "compare both with the report: a digit, a sign or a row may be wrong, or the number come from an adjusted model";

/// Compares what one row prints twice. Adjusted numbers never match raw means and counts, so
/// these need `adjusted no`.
pub(crate) fn numbers(c: &Context, index: usize, out: &mut Sink) {
    let Some(facts) = c.get(index) else { return };
    let mut told = of_limits(facts.row);
    if facts.adjusted == Some(false) {
        told.extend(of_means(facts));
        told.extend(of_counts(facts.row));
    }
    for (column, message) in told {
        out.at(index, column, warning(9, message, HELP));
    }
}

fn cell(row: &Row, name: &str) -> Option<Printed> {
    row.values.get(name).and_then(|c| Printed::parse(&c.text))
}

fn text<'a>(row: &'a Row, name: &str) -> &'a str {
    row.values.get(name).map_or("", |c| c.text.as_str())
}

/// Half the width of a printed interval.
fn half_width(lower: Printed, upper: Printed) -> Range {
    let (l, u) = (lower.range(), upper.range());
    Range { low: 0.5 * (u.low - l.high), high: 0.5 * (u.high - l.low) }
}

/// How many standard errors wide half an interval is: by the normal distribution, or by t.
fn widths(row: &Row, least_df: Option<f64>) -> Range {
    let tail = 0.5 * (1.0 - row.number("ci_level").unwrap_or(95.0) / 100.0);
    let z = norm_isf(tail);
    Range { low: z, high: least_df.filter(|df| *df >= 1.0).map_or(z, |df| t_quantile(1.0 - tail, df)) }
}

/// A standard error and limits that stand beside it.
fn of_limits(row: &Row) -> Vec<(&'static str, String)> {
    let people = cell(row, "n1").zip(cell(row, "n2")).map(|(a, b)| a.value.min(b.value) - 1.0);
    let mut told = Vec::new();
    for [se, lower, upper] in [["sei", "ci_lower", "ci_upper"], ["md_se", "md_ci_lower", "md_ci_upper"]] {
        let (Some(s), Some(l), Some(u)) = (cell(row, se), cell(row, lower), cell(row, upper)) else { continue };
        let (width, half) = (widths(row, people), half_width(l, u));
        let expected = Range { low: s.range_from_zero().low * width.low, high: s.range_from_zero().high * width.high };
        if !expected.meets(&half) && width.low > 0.0 {
            let implied = Range { low: half.low / width.high, high: half.high / width.low };
            let message = format!(
                "`{se}` is {}, and the limits {} and {} imply {}",
                text(row, se),
                text(row, lower),
                text(row, upper),
                range(&implied)
            );
            told.push((se, message));
        }
    }
    told
}

/// t, F, the difference, its standard error and interval, and d or g against means and SDs.
fn of_means(facts: &Facts) -> Vec<(&'static str, String)> {
    let row = facts.row;
    let [a, b] = facts.groups.as_slice() else { return Vec::new() };
    let (Some(m1), Some(m2), Some(s1), Some(s2), Some(n1), Some(n2)) = (a.mean, b.mean, a.sd, b.sd, a.n, b.n) else { return Vec::new() };
    if a.mean_column != "mean1" {
        return Vec::new();
    }
    let (means, sds, n) = ([m1, m2], [s1, s2], [n1, n2]);
    let (apart, t, se, d) = (difference(means), t_from_means(means, sds, n), se_from_sds(sds, n), d_from_means(means, sds, n));
    let mut told: Vec<(&'static str, String)> = Vec::new();
    let mut differs = |column: &'static str, printed: Range, found: Range| {
        if !printed.meets(&found) {
            told.push((column, format!("`{column}` is {}, and the means and SDs give {}", text(row, column), range(&found))));
        }
    };
    if let (Some(printed), Some(t)) = (cell(row, "t"), t) {
        differs("t", printed.range().abs(), t);
    }
    if let (Some(printed), Some(t)) = (cell(row, "F").filter(|_| facts.df1 == 1.0), t) {
        // The sign of F tells the direction.
        differs("F", printed.range().abs(), Range { low: t.low * t.low, high: t.high * t.high });
    }
    for column in ["d", "g"] {
        if let (Some(printed), Some(d)) = (cell(row, column), d) {
            differs(column, printed.range().abs(), d);
        }
    }
    if let (Some(printed), Some(se)) = (cell(row, "md_se"), se) {
        differs("md_se", printed.range_from_zero(), se);
    }
    if let Some(printed) = cell(row, "md") {
        differs("md", printed.range().abs(), apart.abs());
    }
    if let (Some(l), Some(u), Some(se)) = (cell(row, "md_ci_lower"), cell(row, "md_ci_upper"), se) {
        let width = widths(row, Some(n1.min(n2) - 1.0));
        let expected = Range { low: se.low * width.low, high: se.high * width.high };
        if !half_width(l, u).meets(&expected) {
            let (l, u) = (text(row, "md_ci_lower"), text(row, "md_ci_upper"));
            told.push(("md_ci_lower", format!("the limits are {l} and {u}, and the SDs give a half-width of {}", range(&expected))));
        }
    }
    // A printed test often has no sign; a minus, and the sign of a difference, are meant.
    for column in ["md", "t", "d", "g"] {
        let Some(printed) = row.number(column) else { continue };
        let against = (printed < 0.0 && apart.low > 0.0) || (printed > 0.0 && apart.high < 0.0 && column == "md");
        if against && !told.iter().any(|(c, _)| *c == column) {
            told.push((
                column,
                format!("`{column}` is {}, and the mean of group 1 less that of group 2 is {}", text(row, column), range(&apart)),
            ));
        }
    }
    told
}

/// A printed effect against counts: an odds ratio, a risk ratio or a risk difference, either way round.
fn of_counts(row: &Row) -> Vec<(&'static str, String)> {
    let number = |name: &str| row.number(name);
    let (Some(e1), Some(n1), Some(e2), Some(n2), Some(effect)) =
        (number("events1"), number("n1"), number("events2"), number("n2"), cell(row, "effect"))
    else {
        return Vec::new();
    };
    if !(e1 > 0.0 && e2 > 0.0 && e1 < n1 && e2 < n2) {
        return Vec::new();
    }
    let (or, rr, rd) = (e1 * (n2 - e2) / (e2 * (n1 - e1)), (e1 / n1) / (e2 / n2), e1 / n1 - e2 / n2);
    // A Mantel-Haenszel, Peto or exact estimate is a little off: a tenth of its logarithm is left to it.
    let room = |ratio: f64| {
        let log = ln(ratio);
        Range::new(exp(0.9 * log), exp(1.1 * log))
    };
    let printed = effect.range();
    let could = [room(or), room(rr), Range::new(rd, rd), Range::new(100.0 * rd, 100.0 * rd)];
    if could.iter().any(|found| printed.meets(found)) {
        return Vec::new();
    }
    let turned = [room(1.0 / or), room(1.0 / rr), Range::new(-rd, -rd)].iter().any(|found| printed.meets(found));
    let way = if turned { "; the other way round it fits" } else { "" };
    let message = format!(
        "`effect` is {}, and the counts give an odds ratio of {}, a risk ratio of {}, a risk difference of {}{way}",
        text(row, "effect"),
        sig(or),
        sig(rr),
        sig(rd)
    );
    vec![("effect", message)]
}
