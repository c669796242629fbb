//! What expressions read of further tests of small-study effects, and of the decision verbs.

use super::fields::{number, pair};
use crate::eval::outcome::{AbsoluteResult, AbsoluteRow, Ends, Outcome, ReExpressResult};
use crate::language::value::Value;

/// The value of a field.
pub fn values_of(outcome: &Outcome, field: &str) -> Value {
    let count = |n: usize| Value::Number(n as f64);
    match outcome {
        Outcome::Harbord(t) | Outcome::Peters(t) | Outcome::Macaskill(t) | Outcome::Deeks(t) => match field {
            "statistic" => Value::from_f64(t.statistic),
            "df" => number(t.df),
            "p" => Value::from_f64(t.p),
            "slope" => Value::from_f64(t.slope.estimate),
            "limit" => number(t.limit.as_ref().map(|l| l.estimate)),
            "limit_ci" => pair(t.limit.as_ref().map(|l| l.ci)),
            "left_out" => Value::List(t.left_out.iter().cloned().map(Value::Text).collect()),
            _ => count(t.head.k),
        },
        Outcome::Ruecker(t) => match field {
            "statistic" => number(t.statistic),
            "df" => number(t.df),
            "p" => Value::from_f64(t.p),
            "slope" => number(t.slope.as_ref().map(|l| l.estimate)),
            "tau" => number(t.tau),
            _ => count(t.head.k),
        },
        Outcome::PetPeese(t) => match field {
            "estimate" => Value::from_f64(t.estimate),
            "se" => Value::from_f64(t.se),
            "ci" => pair(Some(t.ci)),
            "p" => Value::from_f64(t.p),
            "chosen" => Value::Word(t.chosen.to_owned()),
            "p_one_sided" => Value::from_f64(t.p_one_sided),
            "pet" => Value::from_f64(t.pet.estimate),
            "pet_ci" => pair(Some(t.pet.ci)),
            "peese" => Value::from_f64(t.peese.estimate),
            "peese_ci" => pair(Some(t.peese.ci)),
            "display" => Value::from_f64(t.display.chosen.estimate),
            "display_ci" => pair(Some(t.display.chosen.ci)),
            _ => count(t.head.k),
        },
        Outcome::ExcessSignificance(t) => match field {
            "observed" => count(t.observed),
            "expected" => Value::from_f64(t.expected),
            "p" => Value::from_f64(t.p),
            "theta" => Value::from_f64(t.theta),
            "tau2" => Value::from_f64(t.tau2),
            "limit" => number(t.limit),
            "power" => Value::List(t.studies.iter().map(|s| Value::from_f64(s.power)).collect()),
            _ => count(t.head.k),
        },
        Outcome::HenmiCopas(t) => match field {
            "estimate" => Value::from_f64(t.estimate),
            "se" => Value::from_f64(t.se),
            "ci" => pair(Some(t.ci)),
            "tau2" => Value::from_f64(t.tau2),
            "display" => Value::from_f64(t.display.estimate),
            "display_ci" => pair(Some(t.display.ci)),
            _ => count(t.head.k),
        },
        Outcome::Probability(t) => match field {
            "effect" => number(t.effect),
            "mean" => Value::from_f64(t.mean),
            "threshold" => Value::from_f64(t.display_threshold),
            _ => count(t.head.k),
        },
        Outcome::Absolute(t) => of_absolute(t, field),
        Outcome::ReExpress(t) => of_units(t, field),
        _ => Value::Missing,
    }
}

/// Lists over the risks, and the same of the first risk under names of their own.
fn of_absolute(result: &AbsoluteResult, field: &str) -> Value {
    let list = |get: &dyn Fn(&AbsoluteRow) -> Option<f64>| Value::List(result.rows.iter().map(|r| number(get(r))).collect());
    let first = |get: &dyn Fn(&AbsoluteRow) -> Option<f64>| number(result.rows.first().and_then(get));
    match field {
        "risks" => list(&|r| Some(r.risk)),
        "with" => list(&|r| Some(r.with.estimate)),
        "lower" => list(&|r| r.with.ci.map(|c| c[0])),
        "upper" => list(&|r| r.with.ci.map(|c| c[1])),
        "differences" => list(&|r| Some(r.difference.estimate)),
        "difference_lower" => list(&|r| r.difference.ci.map(|c| c[0])),
        "difference_upper" => list(&|r| r.difference.ci.map(|c| c[1])),
        "nnts" => list(&|r| r.nnt.number.number),
        "risk" => first(&|r| Some(r.with.estimate)),
        "difference" => first(&|r| Some(r.difference.estimate)),
        "nnt" => first(&|r| r.nnt.number.number),
        _ => Value::Number(result.head.k as f64),
    }
}

fn of_units(result: &ReExpressResult, field: &str) -> Value {
    let ends = |unit: &str| -> Option<&Ends> { result.rows.iter().find(|r| r.unit == unit).map(|r| &r.ends) };
    let estimate = |unit: &str| number(ends(unit).map(|e| e.estimate));
    let ci = |unit: &str| pair(ends(unit).and_then(|e| e.ci));
    match field {
        "smd" | "units" | "odds_ratio" => estimate(field),
        "mids" => estimate("mid"),
        "smd_ci" | "units_ci" | "odds_ratio_ci" => ci(field.trim_end_matches("_ci")),
        "mids_ci" => ci("mid"),
        "sd" => number(result.sd),
        "mid" => number(result.mid),
        _ => Value::Number(result.head.k as f64),
    }
}
