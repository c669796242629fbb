//! Against the values of `small_study.py`: 20 of 30 digits, by explicit matrices.

use super::{literal, mixed, model};
use crate::reference::{Case, Worst, cases, number, text};
use serde_json::Value;
use weald::stats::pool::CiMethod;
use weald::stats::small_study::{EggerOptions, MissingEstimator, Side, TrimAndFillOptions, egger, henmi_copas, trim_and_fill};

fn digits(json: &Value, key: &str) -> Option<f64> {
    Some(json[key].as_str()?.parse().expect("a number"))
}

fn case(json: &Value) -> Case {
    let (dataset, measure) = (text(json, "dataset"), text(json, "measure"));
    cases().into_iter().find(|c| c.dataset == dataset && c.measure == measure).expect("a case")
}

#[test]
fn henmi_and_copas_to_many_digits() {
    let mut worst = Worst::default();
    let document = crate::reference::document("small_study_precise");
    let all = document["henmi_copas"].as_array().expect("a list");
    for e in all {
        let level = number(e, "level").expect("a level");
        let (y, v) = match e.get("y") {
            Some(_) => {
                let list = |key: &str| -> Vec<f64> { e[key].as_array().expect(key).iter().filter_map(Value::as_f64).collect() };
                (list("y"), list("v"))
            }
            None => {
                let case = case(e);
                (case.y, case.v)
            }
        };
        let h = henmi_copas(&y, &v, level).expect("a result");
        let place = format!("{} {} {level}", text(e, "dataset"), e["measure"]);
        worst.check(&place, "estimate", digits(e, "estimate"), Some(h.estimate), 1e-12);
        worst.check(&place, "se", digits(e, "se"), Some(h.se), 1e-12);
        worst.check(&place, "tau2", digits(e, "tau2"), Some(h.tau2), 1e-11);
        worst.check(&place, "critical", digits(e, "critical"), Some(h.critical), 1e-11);
    }
    assert!(all.len() > 20);
    worst.report("Henmi-Copas, 20 digits");
}

#[test]
fn mixed_regressions_to_many_digits() {
    let mut worst = Worst::default();
    let document = crate::reference::document("small_study_precise");
    for e in document["mixed"].as_array().expect("a list") {
        let case = case(e);
        let place = format!("{} {} {}", case.dataset, case.measure, text(e, "model"));
        let method = mixed(model(text(e, "model")), CiMethod::Wald);
        let r = egger(&case.y, &case.v, &EggerOptions { method, ..EggerOptions::default() }).expect("a result");
        worst.check(&place, "tau2", digits(e, "tau2"), r.tau2, 1e-10);
        worst.check(&place, "intercept", digits(e, "intercept"), Some(r.intercept.estimate), 1e-10);
        worst.check(&place, "slope", digits(e, "slope"), Some(r.slope.estimate), 1e-10);
        worst.check(&place, "se", digits(e, "slope_se"), Some(r.slope.se), 1e-10);
    }
    worst.report("mixed regressions, 20 digits");
}

/// The one value of the reference off by more than 1e-8: a bound near 0, which rests on a tau2
/// that metafor has to 12 decimals.
#[test]
fn trim_and_fill_where_the_reference_has_too_few_digits() {
    let mut worst = Worst::default();
    let document = crate::reference::document("small_study_precise");
    let case = cases().into_iter().find(|c| c.dataset == "nielweise2007" && c.measure == "rd").expect("a case");
    let right = &document["trim_r0"];
    for (side, e) in [(Side::Right, right), (Side::Left, &right["left"])] {
        let options = TrimAndFillOptions { estimator: MissingEstimator::R0, side: Some(side), ..TrimAndFillOptions::default() };
        let t = trim_and_fill(&case.y, &case.v, &literal(model("reml")), &options).expect("a result");
        let place = side.name();
        worst.check(place, "k0", number(e, "k0"), Some(t.k0 as f64), 0.0);
        worst.check(place, "estimate", digits(e, "estimate"), Some(t.filled.estimate), 1e-11);
        worst.check(place, "se", digits(e, "se"), Some(t.filled.se), 1e-11);
        worst.check(place, "tau2", digits(e, "tau2"), Some(t.filled.heterogeneity.tau2), 1e-10);
    }
    worst.report("trim-and-fill, 20 digits");
}
