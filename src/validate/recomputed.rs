//! Rule 9: the numbers of a row that its means, counts and limits give too. Every number stands for
//! all numbers that are rounded to it; what none of them gives is named.

use super::context::Facts;
use super::finding::{Draft, Sink, warning};
use super::words::{list, sig};
use crate::stats::consistency::{Counts, Printed, Range, d_from_means, difference, se_from_interval, se_of_difference, t_from_means};
use crate::stats::math::{exp, ln, sqrt};
use crate::store::Row;

/// The means, SDs and sizes of a row's two groups.
pub(super) fn means(facts: &Facts) -> Option<([Printed; 2], [Printed; 2], [f64; 2])> {
    let [a, b] = facts.groups.as_slice() else { return None };
    (a.mean_column == "mean1" && b.mean_column == "mean2").then_some(())?;
    Some(([a.mean?, b.mean?], [a.sd?, b.sd?], [a.n?, b.n?]))
}

/// The counts of a row's two groups.
pub(super) fn two_groups(row: &Row) -> Option<Counts> {
    let counts = Counts { first: [row.number("events1")?, row.number("n1")?], second: [row.number("events2")?, row.number("n2")?] };
    counts.log_ratios().map(|_| counts)
}

/// All contradictions of a row.
pub(super) fn contradictions(facts: &Facts, index: usize, out: &mut Sink) {
    standard_error(facts, index, out);
    if facts.adjusted == Some(false) {
        of_means(facts, index, out);
        of_counts(facts, index, out);
    }
    if facts.adjusted != Some(true) {
        estimate(facts, index, out);
    }
}

fn cell(facts: &Facts, name: &str) -> Option<Printed> {
    facts.row.values.get(name).and_then(|c| Printed::parse(&c.text))
}

fn text<'a>(facts: &'a Facts, name: &str) -> &'a str {
    facts.row.values.get(name).map_or("", |c| c.text.as_str())
}

/// `1.94`, or `1.9 to 2`.
fn range(r: &Range) -> String {
    let (low, high) = (sig(r.low), sig(r.high));
    if low == high { low } else { format!("{low} to {high}") }
}

const COMPARE: &str = "compare the numbers with the report: one may be misprinted, stand in another row, or come from an adjusted model";

/// What contradicts a base, column by column; the finding stands at the first.
fn tell(index: usize, base: &str, found: &[(&'static str, String)], out: &mut Sink) {
    if let Some((column, _)) = found.first() {
        let all: Vec<String> = found.iter().map(|(_, what)| what.clone()).collect();
        out.at(index, column, warning(9, format!("{base} {}", list(&all, 6)), COMPARE));
    }
}

/// t, F, difference, its interval, and the standardised difference beside the means and SDs.
fn of_means(facts: &Facts, index: usize, out: &mut Sink) {
    let Some((means, sds, n)) = means(facts) else { return };
    let (Some(t), Some(se)) = (t_from_means(means, sds, n), se_of_difference(sds, n)) else { return };
    let gap = difference(means);
    let mut found = Vec::new();
    let mut say = |column: &'static str, name: &str, given: &Range| {
        found.push((column, format!("{name} {}, and `{column}` is {}", range(given), text(facts, column))));
    };
    if let Some(printed) = cell(facts, "t") {
        if !printed.range().abs().meets(&t) {
            say("t", "t", &t);
        } else if printed.value < 0.0 && gap.low > 0.0 {
            say("t", "t above 0,", &t);
        }
    }
    if let Some(printed) = cell(facts, "F").filter(|_| facts.df1 == 1.0) {
        let f = Range { low: t.low * t.low, high: t.high * t.high };
        if !printed.range().abs().meets(&f) {
            say("F", "F", &f);
        }
    }
    let md = cell(facts, "md");
    if let Some(printed) = md.filter(|p| !p.range().meets(&gap)) {
        let turned = printed.range().meets(&Range { low: -gap.high, high: -gap.low });
        say("md", if turned { "with the other sign the difference" } else { "the difference" }, &gap);
    }
    let df = Some(n[0].min(n[1]) - 1.0);
    let level = facts.row.number("ci_level").unwrap_or(95.0);
    if let (Some(l), Some(u)) = (cell(facts, "md_ci_lower"), cell(facts, "md_ci_upper"))
        && let Some(printed) = se_from_interval(l, u, level, df).filter(|p| !p.meets(&se))
    {
        let limits = format!("[{}, {}]", text(facts, "md_ci_lower"), text(facts, "md_ci_upper"));
        found.push((
            "md_ci_lower",
            format!("a standard error of the difference {}, and {limits} stand for {}", range(&se), range(&printed)),
        ));
    }
    let mut say = |column: &'static str, name: &str, given: &Range| {
        found.push((column, format!("{name} {}, and `{column}` is {}", range(given), text(facts, column))));
    };
    if cell(facts, "md_se").is_some_and(|p| !p.range().meets(&se)) {
        say("md_se", "a standard error of the difference", &se);
    }
    if let Some(d) = d_from_means(means, sds, n) {
        for column in ["d", "g"] {
            if cell(facts, column).is_some_and(|p| !p.range().abs().meets(&d.abs())) {
                say(column, "a standardised difference", &d);
            }
        }
    }
    let group = |g: u8| format!("{} ({})", text(facts, &format!("mean{g}")), text(facts, &format!("sd{g}")));
    tell(index, &format!("{} v {} give", group(1), group(2)), &found, out);
}

/// How far an effect of another kind (a hazard ratio, a rate ratio) may lie from those of the counts.
const OTHER_KIND: f64 = 1.25;
/// How far the width of exact and other intervals may be from Wald's.
const WIDTH: f64 = 1.5;

/// A printed effect and its interval beside the counts.
fn of_counts(facts: &Facts, index: usize, out: &mut Sink) {
    let Some(counts) = two_groups(facts.row) else { return };
    let (Some([or, rr]), Some(rd), Some(printed)) = (counts.log_ratios(), counts.difference(), cell(facts, "effect")) else { return };
    let given = printed.range();
    let near = |x: f64| given.low <= x + 1e-9 * x.abs() && given.high >= x - 1e-9 * x.abs();
    let percent = rd.0 * 100.0;
    if near(rd.0) || near(percent) {
        return;
    }
    let (ror, rrr) = (exp(or.0), exp(rr.0));
    let base = format!(
        "{}/{} v {}/{} give an odds ratio of {} and a risk ratio of {}",
        text(facts, "events1"),
        text(facts, "n1"),
        text(facts, "events2"),
        text(facts, "n2"),
        sig(ror),
        sig(rrr)
    );
    let inside = |x: f64| {
        let (low, high) = (ror.min(rrr) / OTHER_KIND, ror.max(rrr) * OTHER_KIND);
        x >= low && x <= high
    };
    let kind = if near(ror) {
        Some(or)
    } else if near(rrr) {
        Some(rr)
    } else {
        None
    };
    if kind.is_none() && !inside(printed.value) {
        let turned = printed.value > 0.0 && inside(1.0 / printed.value);
        let more = if turned { " (which fits group 2 over group 1)" } else { "" };
        out.at(index, "effect", warning(9, format!("{base}, and `effect` is {}{more}", text(facts, "effect")), COMPARE));
        return;
    }
    let se = kind.unwrap_or(or).1;
    let level = facts.row.number("ci_level").unwrap_or(95.0);
    if let (Some(l), Some(u)) = (cell(facts, "effect_lower"), cell(facts, "effect_upper"))
        && l.range().low > 0.0
    {
        let logs = [l.range(), u.range()].map(|r| [ln(r.low), ln(r.high)]);
        let z = crate::stats::dist::norm_isf(0.5 * (1.0 - level / 100.0));
        let printed = Range { low: 0.5 * (logs[1][0] - logs[0][1]).max(0.0) / z, high: 0.5 * (logs[1][1] - logs[0][0]) / z };
        let usual = Range { low: se.min(rr.1) / WIDTH, high: se.max(or.1) * WIDTH };
        if printed.high > 0.0 && !printed.meets(&usual) {
            let message = format!(
                "{base}, with a standard error of the logarithm about {}, and [{}, {}] stand for {}",
                sig(se),
                text(facts, "effect_lower"),
                text(facts, "effect_upper"),
                range(&printed)
            );
            out.at(index, "effect_lower", warning(9, message, COMPARE));
        }
    }
}

/// `sei` and `vi` beside the limits of `yi`, and `md_se` beside those of `md`.
fn standard_error(facts: &Facts, index: usize, out: &mut Sink) {
    let df = cell(facts, "n1").zip(cell(facts, "n2")).map(|(a, b)| a.value.min(b.value) - 1.0);
    let level = facts.row.number("ci_level").unwrap_or(95.0);
    for (column, lower, upper) in [("sei", "ci_lower", "ci_upper"), ("vi", "ci_lower", "ci_upper"), ("md_se", "md_ci_lower", "md_ci_upper")]
    {
        let (Some(printed), Some(l), Some(u)) = (cell(facts, column), cell(facts, lower), cell(facts, upper)) else { continue };
        let own = printed.range_from_zero();
        let own = if column == "vi" { Range { low: sqrt(own.low), high: sqrt(own.high) } } else { own };
        let Some(of_limits) = se_from_interval(l, u, level, df) else { continue };
        if !own.meets(&of_limits) {
            let root = if column == "vi" { format!(", a standard error of {},", range(&own)) } else { String::new() };
            let message = format!(
                "`{column}` is {}{root} and the limits {} and {} stand for a standard error of {}",
                text(facts, column),
                text(facts, lower),
                text(facts, upper),
                range(&of_limits)
            );
            let help = "compare with the report: the limits may be of another level (`ci_level`), or stand in another row";
            out.at(index, column, warning(9, message, help));
            return;
        }
    }
}

/// `yi` beside the counts or means of its row: of no usual measure, and outside the interval that
/// they give. Where nothing says that it is not adjusted, only so gross a difference is told.
fn estimate(facts: &Facts, index: usize, out: &mut Sink) {
    let Some(yi) = cell(facts, "yi") else { return };
    let draft = match (two_groups(facts.row), means(facts)) {
        (Some(counts), _) => beside_counts(facts, yi, &counts),
        (None, Some((m, s, n))) => beside_means(facts, yi, m, s, n),
        _ => None,
    };
    if let Some(draft) = draft {
        out.at(index, "yi", draft);
    }
}

fn beside_counts(facts: &Facts, yi: Printed, counts: &Counts) -> Option<Draft> {
    let [or, rr] = counts.log_ratios()?;
    let rd = counts.difference()?;
    let far = |(estimate, se): (f64, f64)| yi.range().high < estimate - 2.0 * se || yi.range().low > estimate + 2.0 * se;
    if !(far(or) && far(rr) && far(rd) && far(counts.arcsine())) {
        return None;
    }
    let message = format!(
        "`yi` is {}, and {}/{} v {}/{} give a log odds ratio of {}, a log risk ratio of {} and a risk difference of {}",
        text(facts, "yi"),
        text(facts, "events1"),
        text(facts, "n1"),
        text(facts, "events2"),
        text(facts, "n2"),
        sig(or.0),
        sig(rr.0),
        sig(rd.0)
    );
    Some(warning(
        9,
        message,
        "the counts are pooled unless the measure is `generic`: compare both with the report; one may belong to another row",
    ))
}

fn beside_means(facts: &Facts, yi: Printed, means: [Printed; 2], sds: [Printed; 2], n: [f64; 2]) -> Option<Draft> {
    let (gap, se, d) = (difference(means), se_of_difference(sds, n)?, d_from_means(means, sds, n)?);
    let se_d = sqrt(1.0 / n[0] + 1.0 / n[1] + d.abs().high * d.abs().high / (2.0 * (n[0] + n[1])));
    let ratio = (means[0].value > 0.0 && means[1].value > 0.0).then(|| ln(means[0].value / means[1].value));
    let outside = |r: &Range, se: f64| yi.range().high < r.low - 2.0 * se || yi.range().low > r.high + 2.0 * se;
    let se_ratio = sqrt(square(sds[0].value / means[0].value) / n[0] + square(sds[1].value / means[1].value) / n[1]);
    let far = outside(&gap, se.high) && outside(&d, se_d) && ratio.is_none_or(|r| outside(&Range { low: r, high: r }, se_ratio));
    if !far {
        return None;
    }
    let message = format!(
        "`yi` is {}, and the means and SDs give a difference of {} and a standardised difference of {}",
        text(facts, "yi"),
        range(&gap),
        range(&d)
    );
    Some(warning(
        9,
        message,
        "the means are pooled unless the measure is `generic`: compare both with the report; one may belong to another row, or run the other way",
    ))
}

fn square(x: f64) -> f64 {
    x * x
}
