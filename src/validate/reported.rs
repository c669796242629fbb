//! Rules 9 and 10: tests and intervals that agree with themselves. What means, counts and limits
//! give beside the other numbers of their row stands in `recomputed`.

use super::context::{Context, Facts};
use super::finding::{Sink, error, warning};
use super::recomputed::{means, two_groups};
use super::words::{list, num, p_range, sig};
use crate::stats::consistency::{
    Printed, PrintedP, Range, centre, degrees, p_from_f, p_from_interval, p_from_means, p_from_ratio, p_from_t,
};

/// A p recomputed from something in its row.
struct Recomputed {
    column: &'static str,
    from: String,
    p: Range,
    /// Whether degrees of freedom stand beside it.
    df: bool,
}

/// Rule 9: the printed p against the printed test, interval, means and counts.
pub(crate) fn tests(c: &Context, out: &mut Sink) {
    for (index, facts) in c.rows.iter().enumerate() {
        let all = recomputed(facts);
        if let Some(p) = facts.p {
            let unlike: Vec<&Recomputed> = all.iter().filter(|again| !p.fits(&again.p)).collect();
            if let Some(first) = unlike.first() {
                out.at(index, "p", warning(9, told(facts, &p, &unlike), advice(&p, first)));
            }
        }
        if let Some(first) = all.first().filter(|a| facts.p.is_none_or(|p| p.fits(&a.p))) {
            conclusion(c, index, first, out);
        }
        super::recomputed::contradictions(facts, index, out);
    }
}

/// What the row's p can be compared with: its t or F, its interval, and, if nothing was adjusted,
/// its means or counts. A p from an adjusted model never matches these, so they need `adjusted no`.
fn recomputed(facts: &Facts) -> Vec<Recomputed> {
    let row = facts.row;
    let cell = |name: &str| row.values.get(name).and_then(|c| Printed::parse(&c.text));
    let text = |name: &str| row.values.get(name).map_or("", |c| c.text.as_str());
    let mut all = Vec::new();
    if let Some(t) = cell("t") {
        let from = match facts.df {
            Some(df) => format!("t({}) = {}", num(df), text("t")),
            None => format!("t = {} with any degrees of freedom", text("t")),
        };
        all.push(Recomputed { column: "t", from, p: p_from_t(t, facts.df), df: facts.df.is_some() });
    }
    if let (Some(f), Some(df)) = (cell("F"), facts.df) {
        let f = Printed { value: f.value.abs(), ..f };
        let from = format!("F({}, {}) = {}", num(facts.df1), num(df), text("F"));
        all.push(Recomputed { column: "F", from, p: p_from_f(f, facts.df1, df), df: true });
    }
    let tested = !all.is_empty();
    let people = cell("n1").zip(cell("n2")).map(|(a, b)| degrees([a.value, b.value]));
    let level = row.number("ci_level").unwrap_or(95.0);
    let of_means = means(facts).and_then(|(m, s, n)| p_from_means(m, s, n));
    let of_counts = two_groups(row).and_then(|counts| counts.p());
    let own = [of_means, of_counts];
    // Where a test is printed, an interval may belong to another model: the test goes before it.
    let intervals: &[[&'static str; 3]] =
        &[["md", "md_ci_lower", "md_ci_upper"], ["yi", "ci_lower", "ci_upper"], ["effect", "effect_lower", "effect_upper"]];
    for [estimate, lower, upper] in intervals.iter().filter(|_| !tested || facts.adjusted == Some(false)) {
        let (Some(e), Some(l), Some(u)) = (cell(estimate), cell(lower), cell(upper)) else { continue };
        let p = match *estimate {
            "effect" => of_either_scale(e, l, u, level, people),
            _ => p_from_interval(e, l, u, level, people),
        };
        if let Some(p) = p.filter(|p| !(explained(facts, p, &own) || *estimate == "effect" && exact(facts, of_counts, l, u, level))) {
            let from = format!("{} [{}, {}]", text(estimate), text(lower), text(upper));
            all.push(Recomputed { column: estimate, from, p, df: true });
        }
    }
    if facts.adjusted == Some(false) {
        if let Some(p) = of_means {
            all.push(Recomputed { column: "mean1", from: "the means and SDs".to_owned(), p, df: true });
        }
        if let Some(p) = of_counts {
            let from = format!("{}/{} v {}/{}", text("events1"), text("n1"), text("events2"), text("n2"));
            all.push(Recomputed { column: "events1", from, p, df: true });
        }
    }
    all
}

/// Whether the row's own means or counts give both the printed p and an interval of that p. A table
/// often prints the p of one test (Fisher, Welch) beside the interval of another (Wald, Student).
fn explained(facts: &Facts, of_interval: &Range, own: &[Option<Range>]) -> bool {
    let fits = |own: &Range| own.meets(of_interval) && facts.p.is_some_and(|p| p.fits(own));
    facts.adjusted != Some(true) && own.iter().flatten().any(fits)
}

/// Whether the counts give the printed p and the limits are those of the exact interval.
fn exact(facts: &Facts, of_counts: Option<Range>, l: Printed, u: Printed, level: f64) -> bool {
    let given = facts.p.zip(of_counts).is_some_and(|(p, own)| p.fits(&own));
    given && facts.adjusted != Some(true) && two_groups(facts.row).is_some_and(|counts| counts.exact_limits(l.range(), u.range(), level))
}

/// The p of a printed effect, which is a ratio or a difference: on the scale on which it is in the
/// middle of its interval, or on both where the digits do not tell.
fn of_either_scale(e: Printed, l: Printed, u: Printed, level: f64, people: Option<Range>) -> Option<Range> {
    let at = centre(e, l, u).filter(|at| at.inside)?;
    let log = at.share_log.filter(|s| *s < OFF).and_then(|_| p_from_ratio(e, l, u, level));
    let plain = (at.share < OFF && (log.is_none() || at.share <= at.share_log.unwrap_or(f64::INFINITY)))
        .then(|| p_from_interval(e, l, u, level, people))
        .flatten();
    match (log, plain) {
        (Some(a), Some(b)) => Some(a.with(&b)),
        (a, b) => a.or(b),
    }
}

fn told(facts: &Facts, p: &PrintedP, unlike: &[&Recomputed]) -> String {
    let printed = match p {
        PrintedP::Exact(_) => format!("p = {}", facts.row.values.get("p").map_or("", |c| c.text.as_str())),
        PrintedP::Below(x) => format!("p < {}", num(*x)),
        PrintedP::Above(x) => format!("p > {}", num(*x)),
    };
    let gives = |r: &&Recomputed| {
        let many = matches!(r.column, "mean1" | "events1");
        format!("{} {} {}", r.from, if many { "give" } else { "gives" }, p_range(&r.p))
    };
    let mut message = format!("{printed} is printed, and {}", list(&unlike.iter().map(gives).collect::<Vec<_>>(), 4));
    let alpha = 0.05;
    let flips = unlike.iter().any(|again| match p.significant(alpha) {
        Some(true) => again.p.low > alpha,
        Some(false) => again.p.high < alpha,
        None => false,
    });
    if flips {
        message.push_str("; this changes which side of 0.05 it is on");
    }
    message
}

/// What may explain a p that does not fit.
fn advice(p: &PrintedP, again: &Recomputed) -> String {
    let half = Range { low: 0.5 * again.p.low, high: 0.5 * again.p.high };
    let below = matches!(p, PrintedP::Exact(x) if again.p.high < x.value.abs());
    if p.fits(&half) {
        "half of it fits: the printed p is consistent with a one-sided test; compare with the report".to_owned()
    } else if again.column == "t" && again.df {
        "the degrees of freedom, t or p may be misprinted, or the p come from another model; compare with the report".to_owned()
    } else if below {
        "the printed value may be a bound (`<`); compare with the report".to_owned()
    } else {
        "the statistic or p may be misprinted or stand in another row, or the p come from another model; compare with the report".to_owned()
    }
}

/// A conclusion in words (a column `conclusion`: significant, not significant) against the test.
fn conclusion(c: &Context, index: usize, again: &Recomputed, out: &mut Sink) {
    let Some(facts) = c.get(index) else { return };
    let Some(words) = c.said(facts.row, &["conclusion"]).map(|t| t.to_lowercase()) else { return };
    let negated =
        ["not significant", "non-significant", "nonsignificant", "no significant", "insignificant"].iter().any(|w| words.contains(w));
    let claims = match (words.contains("significant"), negated) {
        (false, _) => return,
        (true, negated) => !negated,
    };
    if (claims && again.p.low > 0.05) || (!claims && again.p.high < 0.05) {
        let message = format!(
            "it is called {}, and {} {} p {}",
            if claims { "significant" } else { "not significant" },
            again.from,
            if matches!(again.column, "mean1" | "events1") { "give" } else { "gives" },
            p_range(&again.p)
        );
        out.at(
            index,
            again.column,
            warning(9, message, "compare the interval and the words with the report; another level may have been used"),
        );
    }
}

/// An estimate this far off the middle of its interval is worth a look.
const OFF: f64 = 0.15;

/// Rule 10: estimates inside their intervals, and in their middle on the right scale.
pub(crate) fn intervals(c: &Context, out: &mut Sink) {
    const ESTIMATES: &[[&str; 3]] = &[
        ["yi", "ci_lower", "ci_upper"],
        ["effect", "effect_lower", "effect_upper"],
        ["md", "md_ci_lower", "md_ci_upper"],
        ["mean1", "ci_lower1", "ci_upper1"],
        ["mean2", "ci_lower2", "ci_upper2"],
    ];
    for (index, facts) in c.rows.iter().enumerate() {
        let cell = |name: &str| facts.row.values.get(name).and_then(|c| Printed::parse(&c.text));
        for [estimate, lower, upper] in ESTIMATES {
            let (Some(e), Some(l), Some(u)) = (cell(estimate), cell(lower), cell(upper)) else { continue };
            let Some(at) = centre(e, l, u) else { continue };
            let text = |name: &str| facts.row.values.get(name).map_or("", |c| c.text.as_str());
            let shown = format!("{} [{}, {}]", text(estimate), text(lower), text(upper));
            // Rounding may bring an estimate to its limit, and no estimate lies there.
            let beyond = (e.value < l.value || e.value > u.value) && at.share > 0.5;
            if !at.inside || beyond {
                let message = format!("`{estimate}` lies outside its interval: {shown}");
                out.at(
                    index,
                    estimate,
                    error(10, message, "a sign, a decimal point or a row may be wrong, or a ratio stand beside limits of its logarithm"),
                );
                continue;
            }
            let near_log = at.share_log.is_some_and(|s| s < 0.05);
            match *estimate {
                // Printed effects are ratios or differences: the middle of either scale will do.
                "effect" if at.share > OFF && at.share_log.is_none_or(|s| s > OFF) => {
                    let message = format!("`effect` is not in the middle of its interval, neither as it is nor on the log: {shown}");
                    out.at(
                        index,
                        estimate,
                        warning(
                            10,
                            message,
                            "compare with the report; exact and profile intervals can be lopsided, and then this is no error",
                        ),
                    );
                }
                "effect" => {}
                "yi" if at.share > OFF && near_log => {
                    let message = format!("`yi` is in the middle of its interval on the log only: {shown}");
                    let help = "a ratio on its natural scale belongs in `effect`, `effect_lower`, `effect_upper`";
                    // The log must place the very numbers that are printed, not only some that round to them.
                    let exact = [e, l, u].map(|p| Printed::exact(p.value));
                    let sure = centre(exact[0], exact[1], exact[2]).and_then(|at| at.share_log).is_some_and(|s| s < OFF);
                    let draft =
                        if sure { error(10, message, help) } else { warning(10, format!("{message}, as far as so few digits tell"), help) };
                    out.at(index, estimate, draft);
                }
                _ if at.share > OFF => {
                    let message = format!("`{estimate}` lies {} of the half-width off the middle of its interval: {shown}", sig(at.share));
                    out.at(
                        index,
                        estimate,
                        warning(
                            10,
                            message,
                            "compare estimate and limits with the report: a sign or digit may be wrong, or the scale another",
                        ),
                    );
                }
                _ => {}
            }
        }
    }
}
