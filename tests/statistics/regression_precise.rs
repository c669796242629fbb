//! Meta-regression against 40 decimal digits: all estimators, the designs of the reference and
//! hard ones (`tests/reference/regressions.py`).

use serde_json::Value as Json;
use weald::stats::pool::{CiMethod, Model, Tau2Estimator};
use weald::stats::regression::{Design, RegressOptions, regress};

use crate::reference::{document, text};

fn digits(json: &Json) -> Option<f64> {
    json.as_str().map(|s| s.parse().expect("a number"))
}

fn numbers(json: &Json) -> Vec<f64> {
    json.as_array().expect("a list").iter().map(|x| x.as_f64().or_else(|| digits(x)).expect("a number")).collect()
}

#[derive(Default)]
struct Furthest(Vec<(String, f64, String)>);

impl Furthest {
    /// `scale` is the size that the digits of the value are counted from.
    fn near(&mut self, field: &str, place: &str, actual: f64, expected: f64, scale: f64) {
        let error = if actual == expected { 0.0 } else { (actual - expected).abs() / scale };
        assert!(error <= 1e-12, "{place} {field}: {actual:e}, expected {expected:e}, error {error:e}");
        match self.0.iter_mut().find(|(f, _, _)| f == field) {
            Some(entry) if entry.1 >= error => {}
            Some(entry) => (entry.1, entry.2) = (error, place.to_owned()),
            None => self.0.push((field.to_owned(), error, place.to_owned())),
        }
    }
}

#[test]
fn every_estimator_to_many_digits() {
    let mut worst = Furthest::default();
    let mut fits = 0;
    for case in document("regressions").as_array().expect("cases") {
        let (y, v) = (numbers(&case["y"]), numbers(&case["v"]));
        let x: Vec<f64> = case["x"].as_array().expect("rows").iter().flat_map(numbers).collect();
        let names = case["names"].as_array().expect("names").iter().map(|n| n.as_str().expect("a name").to_owned()).collect();
        let design = Design::new(names, x, y.len()).expect("a design");
        let vmin = v.iter().copied().fold(f64::INFINITY, f64::min);
        for (name, expected) in case["models"].as_object().expect("models") {
            let model = Tau2Estimator::ALL.iter().find(|e| e.name() == name).map_or(Model::Common, |e| Model::Random(*e));
            let o = RegressOptions { model, ci: CiMethod::Wald, guard: false, ..RegressOptions::default() };
            let place = format!("{} {name}", text(case, "name"));
            let fit = regress(&y, &v, &design, &o).unwrap_or_else(|e| panic!("{place}: {e}"));
            fits += 1;
            let h = &fit.heterogeneity;
            let of = |key: &str| digits(&expected[key]).expect("a number");
            worst.near("tau2", &place, h.tau2, of("tau2"), of("tau2") + vmin);
            assert_eq!(h.tau2 == 0.0, of("tau2") == 0.0, "{place}");
            if let Some(se) = digits(&expected["se_tau2"]) {
                worst.near("se_tau2", &place, h.tau2_se.expect("a standard error"), se, se);
            }
            for ((c, b), se) in fit.coefficients.iter().zip(numbers(&expected["coef"])).zip(numbers(&expected["se"])) {
                worst.near("coef", &place, c.estimate, b, se.max(1e-3 * b.abs()));
                worst.near("se", &place, c.se, se, se);
            }
            worst.near("qm", &place, fit.moderators.as_ref().expect("a test").qm, of("qm"), of("qm"));
            if let Some(ll) = digits(&expected["ll"]) {
                worst.near("ll", &place, fit.log_likelihood.expect("a likelihood"), ll, 1.0 + ll.abs());
            }
            let common = |key: &str| digits(&case[key]).expect("a number");
            worst.near("q", &place, h.q, common("q"), common("q"));
            if common("q_p") > 1e-300 {
                worst.near("q_p", &place, h.p, common("q_p"), common("q_p") * (1.0 + common("q")));
            }
            let typical = h.typical_variance.expect("a variance");
            worst.near("typical", &place, typical, common("typical_variance"), typical);
            match (&case["q_profile"], h.tau2_ci.bounds()) {
                (Json::Null, None) => {}
                (bounds, Some(found)) => {
                    for (a, b) in found.iter().zip(numbers(bounds)) {
                        worst.near("q_profile", &place, *a, b, b + vmin);
                    }
                }
                other => panic!("{place}: {other:?}"),
            }
        }
    }
    println!("{fits} fits");
    for (field, error, place) in worst.0 {
        println!("  {field:10} {error:.1e} {place}");
    }
    assert_eq!(fits, 396);
}
