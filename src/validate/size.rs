//! Rules 13 and 25: effects of unusual size, and conversions that a skewed sample does not bear.

use super::context::{Context, Facts};
use super::finding::{Sink, warning};
use super::input::input_of;
use super::words::{num, sig};
use crate::stats::consistency::PrintedP;
use crate::stats::effect::{EffectNote, Measure, Options, effect};
use crate::stats::math::sqrt;

/// Larger standardised effects are rare.
const LARGE: f64 = 2.0;

/// Rule 13: standardised effects beyond 2.
pub(crate) fn large(c: &Context, out: &mut Sink) {
    for (index, facts) in c.rows.iter().enumerate() {
        let Some((g, column, assumed)) = standardised(facts) else { continue };
        if g.abs() <= LARGE {
            continue;
        }
        let how = if assumed {
            format!(" (with {} people in two groups of one size)", num(facts.df.unwrap_or(0.0) + 2.0))
        } else {
            String::new()
        };
        let source = match column {
            "F" => format!(", from F({}, {})", num(facts.df1), facts.df.map_or_else(|| "not given".to_owned(), num)),
            "t" => ", from t".to_owned(),
            _ => String::new(),
        };
        let message = format!("the standardised mean difference is {}{source}{how}", sig(g));
        let help = match column {
            "F" => "an F of repeated measures, or over all waves, is no contrast at one time and gives no SMD; compare with the report",
            _ => "few treatments do this: compare means and SDs with the report; an SE in place of an SD makes effects large",
        };
        out.at(index, column, warning(13, message, help));
    }
}

/// The standardised mean difference of a row, the column it comes from, and whether its
/// people were taken from the degrees of freedom.
fn standardised(facts: &Facts) -> Option<(f64, &'static str, bool)> {
    let row = facts.row;
    let means = row.values.contains_key("mean1");
    let has = |name: &str| row.values.contains_key(name);
    let column = match () {
        () if means => "mean1",
        () if has("t") => "t",
        () if has("F") => "F",
        () if has("d") => "d",
        () if has("g") => "g",
        () if has("md") => "md",
        () => return None,
    };
    let bound = matches!(facts.p, Some(PrintedP::Below(_) | PrintedP::Above(_)));
    if column == "F" && facts.df1 != 1.0 {
        return None;
    }
    if !means && column != "md" && !has("n1") {
        // t and F of two groups of one size: d = 2 t / sqrt(df + 2).
        let t = row.number("t").or_else(|| row.number("F").map(|f| sqrt(f.abs()) * f.signum()))?;
        return Some((2.0 * t / sqrt(facts.df? + 2.0), column, true));
    }
    let mut input = input_of(row);
    if bound {
        input.p = None;
    }
    // Effects given as such, and ratios, are judged on other grounds.
    (input.yi, input.effect) = (None, None);
    effect(Measure::Smd, &input, &Options::default()).ok().map(|e| (e.yi, column, false))
}

/// Rule 25: medians turned into means though the sample looks skewed.
pub(crate) fn skewed(c: &Context, out: &mut Sink) {
    for (index, facts) in c.rows.iter().enumerate() {
        if !facts.row.values.contains_key("median1") && !facts.row.values.contains_key("median2") {
            continue;
        }
        let Ok(found) = effect(Measure::Md, &input_of(facts.row), &Options::default()) else { continue };
        for note in &found.notes {
            if let EffectNote::Skewed { group, statistic, critical } = note {
                let column = if *group == 1 { "median1" } else { "median2" };
                let message =
                    format!("group {group} looks skewed (test of Shi et al. 2023: {} against {})", sig(*statistic), sig(*critical));
                let help = "a mean from this median is doubtful: ask the authors for it, or say how the result changes without the row";
                out.at(index, column, warning(25, message, help));
            }
        }
    }
}
