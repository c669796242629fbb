//! Rules 9 and 10: tests and intervals that agree with themselves.

use super::context::{Context, Facts};
use super::finding::{Sink, error, warning};
use super::words::{num, p_range, sig};
use crate::stats::consistency::{
    Printed, PrintedP, Range, centre, p_from_counts, p_from_f, p_from_interval, p_from_means, p_from_ratio, p_from_t,
};

/// A p recomputed from something in its row.
struct Recomputed {
    column: &'static str,
    from: String,
    p: Range,
    /// Whether degrees of freedom stand beside it.
    df: bool,
}

impl Recomputed {
    /// "the means and SDs give", "t(18) = 2.1 gives".
    fn verb(&self) -> &'static str {
        if self.from.starts_with("the ") { "give" } else { "gives" }
    }
}

/// Rule 9: the printed p against the printed test, interval or means.
pub(crate) fn tests(c: &Context, out: &mut Sink) {
    for (index, facts) in c.rows.iter().enumerate() {
        super::recomputed::numbers(c, index, out);
        let Some(again) = recomputed(facts) else { continue };
        if let Some(p) = facts.p
            && !p.fits(&again.p)
        {
            out.at(index, "p", warning(9, told(facts, &p, &again), advice(&p, &again)));
            continue;
        }
        conclusion(c, index, &again, out);
    }
}

/// What the row's p can be compared with: its t or F, its interval, or its means if nothing was
/// adjusted. A p from an adjusted model never matches raw means, so these need `adjusted no`.
fn recomputed(facts: &Facts) -> Option<Recomputed> {
    let row = facts.row;
    let cell = |name: &str| row.values.get(name).and_then(|c| Printed::parse(&c.text));
    if let Some(t) = cell("t") {
        let p = p_from_t(t, facts.df);
        let from = match facts.df {
            Some(df) => format!("t({}) = {}", num(df), row.values.get("t")?.text),
            None => format!("t = {} with any degrees of freedom", row.values.get("t")?.text),
        };
        return Some(Recomputed { column: "t", from, p, df: facts.df.is_some() });
    }
    if let (Some(f), Some(df)) = (cell("F"), facts.df) {
        let f = Printed { value: f.value.abs(), ..f };
        let from = format!("F({}, {}) = {}", num(facts.df1), num(df), row.values.get("F")?.text);
        return Some(Recomputed { column: "F", from, p: p_from_f(f, facts.df1, df), df: true });
    }
    let people = cell("n1").zip(cell("n2")).map(|(a, b)| a.value + b.value - 2.0);
    let level = row.number("ci_level").unwrap_or(95.0);
    for [estimate, lower, upper] in [["md", "md_ci_lower", "md_ci_upper"], ["yi", "ci_lower", "ci_upper"]] {
        if let (Some(e), Some(l), Some(u)) = (cell(estimate), cell(lower), cell(upper))
            && let Some(p) = p_from_interval(e, l, u, level, people)
        {
            let column = if estimate == "md" { "md" } else { "yi" };
            let from = format!("{} [{}, {}]", row.values.get(estimate)?.text, row.values.get(lower)?.text, row.values.get(upper)?.text);
            return Some(Recomputed { column, from, p, df: true });
        }
    }
    if let (Some(e), Some(l), Some(u)) = (cell("effect"), cell("effect_lower"), cell("effect_upper"))
        && let Some(at) = centre(e, l, u)
    {
        // A ratio or a difference, whichever scale has the effect in the middle.
        let ratio = at.share_log.is_some_and(|log| log < at.share);
        let p = if ratio { p_from_ratio(e, l, u, level) } else { p_from_interval(e, l, u, level, people) };
        if let Some(p) = p.filter(|_| at.inside) {
            let text = |name: &str| row.values.get(name).map_or("", |c| c.text.as_str());
            let from = format!("{} [{}, {}]", text("effect"), text("effect_lower"), text("effect_upper"));
            return Some(Recomputed { column: "effect", from, p, df: true });
        }
    }
    if facts.adjusted == Some(false)
        && let (Some(e1), Some(n1), Some(e2), Some(n2)) = (cell("events1"), cell("n1"), cell("events2"), cell("n2"))
        && let Some(p) = p_from_counts([e1.value, e2.value], [n1.value, n2.value])
    {
        return Some(Recomputed { column: "events1", from: "the counts".to_owned(), p, df: true });
    }
    if facts.adjusted == Some(false)
        && let [a, b] = facts.groups.as_slice()
        && let (Some(m1), Some(m2), Some(s1), Some(s2), Some(n1), Some(n2)) = (a.mean, b.mean, a.sd, b.sd, a.n, b.n)
        && let Some(p) = p_from_means([m1, m2], [s1, s2], [n1, n2])
    {
        return Some(Recomputed { column: "mean1", from: "the means and SDs".to_owned(), p, df: true });
    }
    None
}

fn told(facts: &Facts, p: &PrintedP, again: &Recomputed) -> String {
    let printed = match p {
        PrintedP::Exact(_) => format!("p = {}", facts.row.values.get("p").map_or("", |c| c.text.as_str())),
        PrintedP::Below(x) => format!("p < {}", num(*x)),
        PrintedP::Above(x) => format!("p > {}", num(*x)),
    };
    let mut message = format!("{printed} is printed, and {} {} {}", again.from, again.verb(), p_range(&again.p));
    let alpha = 0.05;
    let recomputed = match (again.p.high < alpha, again.p.low > alpha) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    };
    if let (Some(said), Some(found)) = (p.significant(alpha), recomputed)
        && said != found
    {
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
            again.verb(),
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
            let shown = format!("{} [{}, {}]", num(e.value), num(l.value), num(u.value));
            if !at.inside {
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
                    out.at(
                        index,
                        estimate,
                        error(10, message, "a ratio on its natural scale belongs in `effect`, `effect_lower`, `effect_upper`"),
                    );
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
