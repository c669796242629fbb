//! Further tests of small-study effects: from counts, PET-PEESE, excess significance, Henmi-Copas.

use super::effect::digits;
use super::small_study::{Fact, fact, line, page};
use crate::eval::outcome::{
    CountTestResult, ExcessResult, HenmiCopasResult, Line, PetPeeseResult, PoolResult, RueckerResult, Shown, Tested,
};
use crate::report::document::Document;
use crate::report::number;
use crate::report::words;

fn studies(k: usize) -> String {
    format!("k = {}", number::plural(k, "study", "studies"))
}

/// A regression's test and slope.
fn regression(statistic: f64, df: Option<f64>, p: f64, k: usize, slope: &Line) -> Vec<Fact> {
    let name = df.map_or_else(|| "z".to_owned(), |df| format!("t({})", number::df(df)));
    let d = number::decimals([slope.estimate, slope.ci[0], slope.ci[1]]);
    vec![
        fact("test", format!("{name} = {}, {}, {}", number::statistic(statistic), number::p_value(p), studies(k))),
        fact("slope", format!("{}, SE {}", line(slope, d), number::significant(slope.se, 3))),
    ]
}

/// A value of the analysis scale with its interval, as displayed.
fn on_display(base: &PoolResult, estimate: f64, ci: [f64; 2]) -> String {
    let back = |x: f64| words::back(base, x);
    format!("{} {}", words::label(base), number::interval(Some(back(estimate)), Some(ci.map(back)), digits(base)))
}

fn displayed(base: &PoolResult, shown: &Shown) -> String {
    format!("{} {}", words::label(base), number::interval(Some(shown.estimate), Some(shown.ci), digits(base)))
}

/// Harbord's, Peters', Macaskill's and Deeks' tests.
pub fn count_test(result: &CountTestResult) -> Document {
    let base = &result.base;
    let mut facts = regression(result.statistic, result.df, result.p, result.head.k, &result.slope);
    if let Some(limit) = &result.limit {
        facts.push(fact("limit", format!("{}, the effect of a study of unlimited size", on_display(base, limit.estimate, limit.ci))));
    }
    if !result.left_out.is_empty() {
        facts.push(fact("left out", result.left_out.join(", ")));
    }
    let method = match result.test {
        "harbord" => {
            "Harbord's test, regression of the score over its information on one over the root of that, t with k - 2 df (Harbord et al. 2006)"
        }
        "peters" => {
            "Peters' test, regression of the effects on one over the number of people, weighted by the pooled risk, t with k - 2 df (Peters et al. 2006)"
        }
        "macaskill" => {
            "Macaskill's test, regression of the effects on the number of people, weighted by the pooled risk, t with k - 2 df (Macaskill et al. 2001)"
        }
        _ => {
            "Deeks' test, regression of log odds ratios on one over the root of the effective sample size, weighted by that, t with k - 2 df (Deeks et al. 2005)"
        }
    };
    page(&result.head, base, facts, &result.notes, format!("Method: {method}."))
}

/// Ruecker's tests.
pub fn ruecker(result: &RueckerResult) -> Document {
    let k = result.head.k;
    let mut facts = match (&result.slope, result.statistic, result.tau) {
        (Some(slope), Some(statistic), _) => regression(statistic, result.df, result.p, k, slope),
        (_, _, tau) => vec![fact(
            "test",
            format!(
                "Kendall's tau = {}, {} ({}), {}",
                number::fixed(tau.unwrap_or(f64::NAN), 3),
                number::p_value(result.p),
                result.distribution.unwrap_or(""),
                studies(k)
            ),
        )],
    };
    if let Some(limit) = &result.limit {
        let d = number::decimals([limit.estimate, limit.ci[0], limit.ci[1]]);
        facts.push(fact("limit", format!("arcsine difference {}, that of a study of unlimited size", line(limit, d))));
    }
    facts.extend(result.tau2.map(|t| fact("tau2", format!("{}, residual, of arcsine differences", number::variance(t)))));
    let method = match result.method {
        "rank" => "rank correlation of arcsine differences and their variances (AS-Begg of",
        "mixed" => {
            "mixed-effects regression of arcsine differences on their standard errors, tau2 by DerSimonian and Laird, t with k - 2 df (AS-Thompson of"
        }
        _ => "weighted regression of arcsine differences on their standard errors, t with k - 2 df (AS-Egger of",
    };
    page(&result.head, &result.base, facts, &result.notes, format!("Method: {method} Rücker et al. 2008)."))
}

/// PET-PEESE.
pub fn pet_peese(result: &PetPeeseResult) -> Document {
    let base = &result.base;
    let t = |c: &Tested| format!("t({}) = {}, {}", number::df(result.df), number::statistic(c.statistic), number::p_value(c.p));
    let slope = |c: &Tested| {
        let d = number::decimals([c.estimate, c.ci[0], c.ci[1]]);
        format!("{}, {}", number::interval(Some(c.estimate), Some(c.ci), d), t(c))
    };
    let name = |word: &str| if word == "pet" { "PET" } else { "PEESE" };
    let side = if result.alternative == "greater" { "above" } else { "below" };
    let says = match result.alternative_from {
        "clause" => "as the statement says",
        "outcome" => "as the outcome's direction says",
        _ => "as the effects themselves lie",
    };
    let against = if result.chosen == "pet" { "not below" } else { "below" };
    let facts = vec![
        fact("estimate", format!("{}, by {}, {}", displayed(base, &result.display.chosen), name(result.chosen), studies(result.head.k))),
        fact("PET", format!("{}, {}", displayed(base, &result.display.pet), t(&result.pet))),
        fact("PEESE", format!("{}, {}", displayed(base, &result.display.peese), t(&result.peese))),
        fact("slope of PET", slope(&result.pet_slope)),
        fact("slope of PEESE", slope(&result.peese_slope)),
        fact(
            "rule",
            format!(
                "one-sided {} of PET is {against} {}, so that {} is taken; effects {side} no effect expected, {says}",
                number::p_value(result.p_one_sided),
                number::plain(result.alpha),
                name(result.chosen)
            ),
        ),
    ];
    let method = "Method: weighted regression of the effects on their standard errors (PET) and on their variances (PEESE), read at 0, t with k - 2 df; PEESE where PET is significant (Stanley & Doucouliagos 2014).";
    page(&result.head, base, facts, &result.notes, method.into())
}

/// The test of excess significance.
pub fn excess(result: &ExcessResult) -> Document {
    let base = &result.base;
    let shown = |x: f64| format!("{} {}", words::label(base), digits(base).show(words::back(base, x)));
    let statistic = result.statistic.map(|x| format!("chi-squared(1) = {}, ", number::statistic(x))).unwrap_or_default();
    let side = if result.alternative == "greater" { "more than expected" } else { "more or fewer than expected" };
    let mut facts = vec![
        fact(
            "significant",
            format!(
                "{} of {}, {} expected",
                result.observed,
                number::plural(result.head.k, "study", "studies"),
                number::fixed(result.expected, 2)
            ),
        ),
        fact("test", format!("{statistic}{}, {side}, {}", number::p_value(result.p), result.method)),
        fact("power at", format!("{}, tau2 = {}: those of the analysis", shown(result.theta), number::variance(result.tau2))),
    ];
    facts.extend(result.limit.map(|x| {
        fact("limit", format!("{}, the true effect nearest to no effect under which so many significant studies have p = 0.10", shown(x)))
    }));
    let method = format!(
        "Method: test of excess significance, studies significant at {} two-sided (Ioannidis & Trikalinos 2007{}).",
        number::plain(result.alpha),
        if result.method == "exact" { "; exact, Francis 2013" } else { "" }
    );
    page(&result.head, base, facts, &result.notes, method)
}

/// Henmi and Copas' interval.
pub fn henmi_copas(result: &HenmiCopasResult) -> Document {
    let base = &result.base;
    let mut facts = vec![fact("mean", format!("{}, {}", displayed(base, &result.display), studies(result.head.k)))];
    if base.estimate.is_some() {
        let own = super::effect::interval(base);
        facts.push(fact("analysis", format!("{} {own}, as pooled", words::label(base))));
    }
    facts.push(fact(
        "tau2",
        format!(
            "{} (DerSimonian-Laird); interval {} standard errors of {} to each side",
            number::variance(result.tau2),
            number::fixed(result.critical, 3),
            number::significant(result.se, 4)
        ),
    ));
    let method = "Method: common-effect mean, with an interval under random effects (Henmi & Copas 2010).";
    page(&result.head, base, facts, &result.notes, method.into())
}
