//! Dependent effects against metafor 5.1 and clubSandwich, to the stated agreement.

mod reference;

use reference::{Worst, csv, document, number, text};
use serde_json::Value;
use weald::stats::multilevel::*;

const TOLERANCE: f64 = 1e-6;

struct Data {
    y: Vec<f64>,
    v: Vec<f64>,
    study: Vec<usize>,
    year: Vec<f64>,
}

fn data(name: &str) -> Data {
    let rows = csv(name);
    let column = |c: &str| -> Vec<f64> { rows.iter().map(|r| r[c].parse().expect("a number")).collect() };
    let labels: Vec<&String> = rows.iter().map(|r| &r["study"]).collect();
    let study = labels.iter().map(|l| labels.iter().position(|x| x == l).expect("itself")).collect();
    Data { y: column("yi"), v: column("vi"), study, year: column("year") }
}

impl Data {
    fn effects<'a>(&'a self, x: Option<&'a [f64]>, sampling: Sampling<'a>) -> DependentEffects<'a> {
        DependentEffects { y: &self.y, v: &self.v, study: &self.study, x, sampling }
    }

    fn with_year(&self) -> Vec<f64> {
        self.year.iter().flat_map(|y| [1.0, *y]).collect()
    }
}

fn list(json: &Value, key: &str) -> Vec<f64> {
    match &json[key] {
        Value::Array(a) => a.iter().filter_map(Value::as_f64).collect(),
        other => other.as_f64().into_iter().collect(),
    }
}

#[test]
fn fits_of_the_reference() {
    let mut worst = Worst::default();
    let mut fits = 0;
    for name in ["konstantopoulos2011", "assink2016"] {
        let d = data(name);
        for case in document(name)["cases"].as_array().expect("cases") {
            if text(case, "structure").starts_with("aggregate") {
                continue;
            }
            fits += 1;
            let rho = number(case, "assumed_rho").unwrap_or(0.0);
            let x = case.get("formula").map(|_| d.with_year());
            let method = if text(case, "model") == "ml" { Likelihood::Ml } else { Likelihood::Reml };
            let place = format!("{name} {} {} {rho}", text(case, "structure"), text(case, "model"));
            let clustered = Clustered::new(&d.effects(x.as_deref(), Sampling::Correlated(rho))).expect("data");
            let options = MultilevelOptions { method, test: CoefficientTest::Wald, ..MultilevelOptions::default() };
            let fit = clustered.fit(&options).expect("a fit");
            let mut check = |field: &str, e: Option<f64>, a: f64| worst.check(&place, field, e, Some(a), TOLERANCE);
            check("k", number(case, "k"), fit.k as f64);
            for (key, field) in [("coef", 0), ("se", 1), ("p", 2), ("ci_lower", 3), ("ci_upper", 4)] {
                let expected = list(case, key);
                assert_eq!(expected.len(), fit.coefficients.len());
                for (e, c) in expected.iter().zip(&fit.coefficients) {
                    check(key, Some(*e), [c.estimate, c.se, c.p, c.ci[0], c.ci[1]][field]);
                }
            }
            let sigma2 = list(case, "sigma2");
            check("sigma2", Some(sigma2[0]), fit.heterogeneity.sigma2.between);
            check("sigma2", Some(sigma2[1]), fit.heterogeneity.sigma2.within);
            check("q", number(case, "q"), fit.heterogeneity.q);
            check("q_p", number(case, "q_p"), fit.heterogeneity.p);
            check("ll", number(case, "ll"), fit.log_likelihood);
            assert!(fit.certificate.maximum && fit.certificate.last_step < 1e-11, "{place} {:?}", fit.certificate);
            println!("{place}: {:?} {:?}", fit.certificate, fit.edges);
        }
    }
    assert_eq!(fits, 7);
    worst.report("multilevel fits");
}
