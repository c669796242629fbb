//! Pooling against metafor: every fit of every data set and measure in `tests/reference`.

mod reference;

use reference::{Case, Worst, cases, number, text};
use serde_json::Value;
use weald::stats::combine::{Weighting, combine};
use weald::stats::heterogeneity::Tau2Interval;
use weald::stats::pool::{CiMethod, Model, PiMethod, PoolOptions, Pooled, Tau2Estimator, pool};

fn model(name: &str) -> Model {
    if name == "ee" {
        return Model::Common;
    }
    let estimator = Tau2Estimator::ALL.into_iter().find(|e| e.name() == name);
    Model::Random(estimator.unwrap_or_else(|| panic!("unknown model {name}")))
}

fn literal(fit: &Value) -> PoolOptions {
    let ci = match text(fit, "test") {
        "z" => CiMethod::Wald,
        "t" => CiMethod::T,
        "knha" => CiMethod::Hksj,
        "adhoc" => CiMethod::Mhksj,
        other => panic!("unknown test {other}"),
    };
    PoolOptions {
        model: model(text(fit, "model")),
        ci,
        guard: false,
        pi: PiMethod::Matches,
        pi_requires_three: false,
        level: 95.0,
        tau2_ci: false,
    }
}

fn compare(worst: &mut Worst, place: &str, fit: &Value, p: &Pooled, tolerance: f64) {
    let h = &p.heterogeneity;
    let mut check = |field: &str, actual: Option<f64>| {
        worst.check(place, field, number(fit, field), actual, tolerance);
    };
    check("coef", Some(p.estimate));
    check("se", Some(p.se));
    check("stat", Some(p.statistic));
    check("ddf", p.df);
    check("p", Some(p.p));
    check("ci_lower", Some(p.ci[0]));
    check("ci_upper", Some(p.ci[1]));
    check("tau2", Some(h.tau2));
    check("se_tau2", h.tau2_se);
    check("i2", Some(h.i2));
    check("h2", Some(h.h2));
    check("q", Some(h.q));
    check("q_p", Some(h.p));
    check("q_df", Some(h.df));
    check("pi_lower", p.pi.map(|pi| pi[0]));
    check("pi_upper", p.pi.map(|pi| pi[1]));
    check("ll", p.log_likelihood);
    assert_eq!(p.k as f64, number(fit, "k").unwrap_or(f64::NAN), "{place} k");
    let total: f64 = p.weights.iter().sum();
    assert!((total - 100.0).abs() < 1e-10, "{place}: weights sum to {total}");
}

#[test]
fn every_fit_of_the_reference() {
    let mut worst = Worst::default();
    let mut fits = 0;
    for Case { dataset, measure, y, v, json } in cases() {
        for fit in json["fits"].as_array().expect("fits") {
            let place = format!("{dataset} {measure} {} {}", text(fit, "model"), text(fit, "test"));
            let pooled = pool(&y, &v, &literal(fit)).unwrap_or_else(|e| panic!("{place}: {e}"));
            let flat = text(fit, "model") == "ml"
                && [("hart1999", "ird"), ("nielweise2007", "rd")]
                    .contains(&(dataset.as_str(), measure.as_str()));
            compare(&mut worst, &place, fit, &pooled, if flat { 1e-6 } else { 1e-8 });
            fits += 1;
        }
    }
    assert_eq!(fits, 1540);
    worst.report("fits");
}

#[test]
fn every_q_profile_of_the_reference() {
    let mut worst = Worst::default();
    let (mut intervals, mut empty) = (0, 0);
    for Case { dataset, measure, y, v, json } in cases() {
        let expected = &json["tau2_ci_qprofile"];
        let place = format!("{dataset} {measure}");
        let o = PoolOptions { guard: false, ..PoolOptions::default() };
        let p = pool(&y, &v, &o).unwrap_or_else(|e| panic!("{place}: {e}"));
        let h = &p.heterogeneity;
        if expected["empty"] == true {
            assert_eq!(h.tau2_ci, Tau2Interval::Empty, "{place}");
            assert_eq!(h.i2_ci, None, "{place}");
            empty += 1;
            continue;
        }
        let bounds = [("tau2", h.tau2_ci.bounds()), ("i2", h.i2_ci), ("h2", h.h2_ci)];
        for (field, actual) in bounds {
            for side in 0..2 {
                let e = expected[field][side].as_f64();
                worst.check(&place, field, e, actual.map(|a| a[side]), 1e-6);
            }
        }
        intervals += 1;
    }
    assert_eq!((intervals, empty), (33, 2));
    worst.report("Q-profile");
}

#[test]
fn aggregated_effects_of_one_study() {
    let document = reference::document("assink2016");
    let rows = reference::csv("assink2016");
    let mut worst = Worst::default();
    let mut studies = 0;
    for case in document["cases"].as_array().expect("cases") {
        if !text(case, "structure").starts_with("aggregate") {
            continue;
        }
        let rho = number(case, "assumed_rho").expect("rho");
        let (mut y, mut v) = (Vec::new(), Vec::new());
        for (i, name) in case["study"].as_array().expect("study").iter().enumerate() {
            let of = |column: &str| -> Vec<f64> {
                rows.iter()
                    .filter(|r| Some(r["study"].as_str()) == name.as_str())
                    .map(|r| r[column].parse().expect("a number"))
                    .collect()
            };
            let (yi, vi) = combine(&of("yi"), &of("vi"), rho, Weighting::InverseVariance)
                .unwrap_or_else(|e| panic!("{name}: {e}"));
            let place = format!("rho {rho} {name}");
            worst.check(&place, "yi", case["yi"][i].as_f64(), Some(yi), 1e-8);
            worst.check(&place, "vi", case["vi"][i].as_f64(), Some(vi), 1e-8);
            y.push(yi);
            v.push(vi);
            studies += 1;
        }
        let mut fit = case["reml"].clone();
        fit["model"] = "reml".into();
        fit["test"] = "z".into();
        let pooled = pool(&y, &v, &literal(&fit)).unwrap_or_else(|e| panic!("{e}"));
        compare(&mut worst, &format!("rho {rho}"), &fit, &pooled, 1e-8);
    }
    assert_eq!(studies, 51);
    worst.report("aggregated");
}
