//! Rules 1, 5 and 6: scores within their scale, and means and SDs that whole scores can have.

use super::context::{Context, Facts, Score};
use super::finding::{Sink, error, warning};
use super::words::{num, sig};
use crate::stats::consistency::{Granularity, Printed, Range, debit, grim, grimmer, largest_sd, mean_within};

/// Rule 1: a mean within the scale, and an SD that scores within it can have.
pub(crate) fn range(c: &Context, out: &mut Sink) {
    for (index, facts) in c.rows.iter().enumerate() {
        let Some(scale) = facts.scale else { continue };
        let width = scale.high - scale.low;
        let scale = if facts.score == Score::Change { Range { low: -width, high: width } } else { scale };
        for g in &facts.groups {
            let Some(mean) = g.mean else { continue };
            if !mean_within(mean, scale) {
                let help = format!("{}; a change score is marked by a column `score` that says `change`", metric(mean, scale, facts.items));
                let draft = error(
                    1,
                    format!("`{}` is {}, outside the scale {} to {}", g.mean_column, num(mean.value), num(scale.low), num(scale.high)),
                    help,
                );
                out.at(index, g.mean_column, draft);
                continue;
            }
            let (Some(sd), Some(n)) = (g.sd, g.n) else { continue };
            if let Some(most) = largest_sd(mean, n, scale).filter(|most| sd.range().low > *most * (1.0 + 1e-12)) {
                let message = format!(
                    "`{}` is {}, and {} scores between {} and {} with mean {} have an SD of {} at most",
                    g.sd_column,
                    num(sd.value),
                    num(n),
                    num(scale.low),
                    num(scale.high),
                    num(mean.value),
                    sig(most)
                );
                out.at(
                    index,
                    g.sd_column,
                    error(
                        1,
                        message,
                        "compare scale, mean, SD and n with the report; the SD may belong to a total score, or be a variance",
                    ),
                );
            }
        }
    }
}

/// What else a mean outside the scale may be.
fn metric(mean: Printed, scale: Range, items: Option<f64>) -> String {
    match items.filter(|i| *i > 1.0) {
        Some(i) if mean_within(Printed { value: mean.value / i, decimals: mean.decimals }, scale) => {
            format!("divided by {} items it lies inside: the report may print sums, and the scale is one of item means", num(i))
        }
        Some(i) if mean_within(Printed { value: mean.value * i, decimals: mean.decimals }, scale) => {
            format!("times {} items it lies inside: the report may print item means, and the scale is one of sums", num(i))
        }
        _ => "compare the scale with the report: total or subscale, sum or mean of items".to_owned(),
    }
}

/// Rule 5, GRIM: a mean that whole scores can have.
pub(crate) fn whole_means(c: &Context, out: &mut Sink) {
    for (index, facts) in c.rows.iter().enumerate() {
        let Some((items, grain)) = grain(facts) else { continue };
        for g in &facts.groups {
            let (Some(mean), Some(n)) = (g.mean, g.n) else { continue };
            if let Granularity::Impossible { below, above } = grim(mean, n, grain) {
                let message = format!(
                    "`{}` is {}: {} people{} scored in whole steps can have {} or {}, nothing between",
                    g.mean_column,
                    text(facts.row, g.mean_column),
                    num(n),
                    of_items(items),
                    fine(below),
                    fine(above)
                );
                out.at(index, g.mean_column, warning(5, message, "compare mean and n with the report; n may be smaller here than elsewhere, or missing answers may have been imputed"));
            }
        }
    }
}

/// Rule 6, GRIMMER and DEBIT: an SD that whole scores can have.
pub(crate) fn whole_spreads(c: &Context, out: &mut Sink) {
    for (index, facts) in c.rows.iter().enumerate() {
        let Some((items, grain)) = grain(facts) else { continue };
        let binary = items == 1.0 && facts.scale == Some(Range { low: 0.0, high: 1.0 });
        for g in &facts.groups {
            let (Some(mean), Some(sd), Some(n)) = (g.mean, g.sd, g.n) else { continue };
            let verdict = if binary { debit(mean, sd, n) } else { grimmer(mean, sd, n, grain) };
            if let Granularity::Impossible { below, above } = verdict {
                let [low, high] = [fine(below), fine(above)];
                let near = match (binary, below.is_finite()) {
                    (true, _) if low == high => format!("it would be {low}"),
                    (true, _) => format!("it would lie between {low} and {high}"),
                    (false, true) => format!("the nearest are {low} and {high}"),
                    // Nothing below: the smallest that such a mean leaves.
                    (false, false) => format!("the smallest is {high}"),
                };
                let population = if binary && with_n(sd, n, below, above) { "; with n in the denominator it fits" } else { "" };
                let message = format!(
                    "`{}` is {}: {} people{} with mean {} can't have it; {near}{population}",
                    g.sd_column,
                    text(facts.row, g.sd_column),
                    num(n),
                    of_items(items),
                    text(facts.row, g.mean_column)
                );
                out.at(
                    index,
                    g.sd_column,
                    warning(
                        6,
                        message,
                        "compare mean, SD and n with the report; the SD may be a standard error or have n in its denominator",
                    ),
                );
            }
        }
    }
}

/// Whether an SD is that of these answers with n, not n - 1, in its denominator.
fn with_n(sd: Printed, n: f64, below: f64, above: f64) -> bool {
    let shrink = crate::stats::math::sqrt((n - 1.0) / n);
    sd.range().meets(&Range { low: below * shrink, high: above * shrink })
}

/// The items of a row's scale, and into how many parts a whole score divides a mean: items over
/// the step between two scores. `None` where the scores are not whole in this sense, or adjusted.
fn grain(facts: &Facts) -> Option<(f64, f64)> {
    let items = facts.items.filter(|_| facts.adjusted != Some(true))?;
    let grain = items / facts.step;
    (grain >= 1.0 && grain.fract() == 0.0).then_some((items, grain))
}

/// A possible mean or SD, fine enough to be told from its neighbours.
fn fine(x: f64) -> String {
    crate::number::significant(x, 5)
}

fn of_items(items: f64) -> String {
    if items > 1.0 { format!(" on {} items", num(items)) } else { String::new() }
}

/// A number as written.
fn text<'a>(row: &'a crate::store::Row, column: &str) -> &'a str {
    row.values.get(column).map_or("", |c| c.text.as_str())
}
