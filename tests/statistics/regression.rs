//! Meta-regression against metafor 5.1: every regression and subgroup of the reference.

use serde_json::Value as Json;
use std::collections::BTreeMap;
use weald::stats::pool::{CiMethod, Model, PoolOptions, Tau2Estimator, pool};
use weald::stats::regression::{Built, Design, DesignBuilder, Part, RegressOptions, Regression, regress};

use crate::reference::{Case, Worst, cases, csv, number, text};

fn model(name: &str) -> Model {
    match name {
        "ee" => Model::Common,
        other => Model::Random(*Tau2Estimator::ALL.iter().find(|e| e.name() == other).expect("an estimator")),
    }
}

fn method(test: &str) -> CiMethod {
    match test {
        "z" => CiMethod::Wald,
        "t" => CiMethod::T,
        "knha" => CiMethod::Hksj,
        "adhoc" => CiMethod::Mhksj,
        other => panic!("{other}"),
    }
}

fn literal(model: Model, ci: CiMethod) -> RegressOptions {
    RegressOptions { model, ci, guard: false, ..RegressOptions::default() }
}

/// A builder with the columns of the data set whose pairs exist.
fn builder(case: &Case) -> DesignBuilder {
    let rows = csv(&case.dataset);
    let list = |key: &str| -> Vec<bool> { case.json[key].as_array().expect(key).iter().map(|x| !x.is_null()).collect() };
    let kept: Vec<&BTreeMap<String, String>> =
        rows.iter().zip(list("yi").into_iter().zip(list("vi"))).filter(|(_, (a, b))| *a && *b).map(|(row, _)| row).collect();
    assert_eq!(kept.len(), case.y.len());
    let mut builder = DesignBuilder::new(kept.len());
    for name in kept[0].keys() {
        let cells: Vec<&str> = kept.iter().map(|row| row[name].as_str()).collect();
        let missing = |cell: &&&str| cell.is_empty() || **cell == "NA";
        let numeric = cells.iter().filter(|c| !missing(c)).all(|c| c.parse::<f64>().is_ok());
        builder = if numeric {
            builder.numbers(name, cells.iter().map(|c| c.parse().ok()))
        } else {
            builder.levels(name, cells.iter().map(|c| Some(*c).filter(|c| !missing(&c)).map(str::to_owned)))
        };
    }
    builder
}

fn formula(builder: DesignBuilder, formula: &str) -> Built {
    let part = |word: &str| match word.strip_prefix("factor(") {
        Some(rest) => Part::Factor(rest.trim_end_matches(')').to_owned(), None),
        None => Part::Plain(word.to_owned()),
    };
    let mut b = builder;
    for term in formula.split(" + ") {
        b = b.crossed(&term.split(" * ").map(part).collect::<Vec<_>>());
    }
    b.build().expect("a design")
}

fn fit(case: &Case, built: &Built, o: &RegressOptions) -> Regression {
    let y: Vec<f64> = built.studies.iter().map(|i| case.y[*i]).collect();
    let v: Vec<f64> = built.studies.iter().map(|i| case.v[*i]).collect();
    regress(&y, &v, &built.design, o).expect("a regression")
}

fn compare(worst: &mut Worst, place: &str, r: &Json, fit: &Regression, tolerance: f64) {
    let list = |key: &str| -> Vec<Option<f64>> {
        match &r[key] {
            Json::Array(a) => a.iter().map(Json::as_f64).collect(),
            other => vec![other.as_f64()],
        }
    };
    assert_eq!(number(r, "k"), Some(fit.k as f64), "{place}");
    assert_eq!(list("coef").len(), fit.p, "{place}");
    for (i, c) in fit.coefficients.iter().enumerate() {
        let place = format!("{place} {}", c.term);
        for (field, value) in
            [("coef", c.estimate), ("se", c.se), ("stat", c.statistic), ("p", c.p), ("ci_lower", c.ci[0]), ("ci_upper", c.ci[1])]
        {
            worst.check(&place, field, list(field)[i], Some(value), tolerance);
        }
        worst.check(&place, "ddf", number(r, "ddf"), c.df, 0.0);
    }
    let h = &fit.heterogeneity;
    worst.check(place, "tau2", number(r, "tau2"), Some(h.tau2), tolerance);
    worst.check(place, "se_tau2", number(r, "se_tau2"), h.tau2_se, tolerance);
    worst.check(place, "i2", number(r, "i2"), Some(h.i2), tolerance);
    worst.check(place, "h2", number(r, "h2"), Some(h.h2), tolerance);
    worst.check(place, "q", number(r, "q"), Some(h.q), tolerance);
    worst.check(place, "q_p", number(r, "q_p"), Some(h.p), tolerance);
    worst.check(place, "q_df", number(r, "q_df"), Some(h.df), 0.0);
    // A share of nearly nothing is the difference of two nearly equal tau2.
    worst.check(place, "r2", number(r, "r2").map(|x| 100.0 + x), fit.r2.map(|x| 100.0 + x), tolerance);
    worst.check(place, "ll", number(r, "ll"), fit.log_likelihood, tolerance);
    let test = fit.moderators.as_ref().expect("an omnibus test");
    worst.check(place, "qm", number(r, "qm"), Some(test.qm), tolerance);
    worst.check(place, "qm_p", number(r, "qm_p"), Some(test.p), tolerance);
    let df = list("qm_df");
    worst.check(place, "qm_df", df[0], Some(test.df), 0.0);
    worst.check(place, "qm_df2", df.get(1).copied().flatten(), test.df2, 0.0);
}

/// Where metafor, which forms X'WX about 0, loses digits: years near 1960 beside their
/// intercept, and an interaction on the flat likelihood of risk differences. 40 digits
/// (`regression_precise.rs`) give the values of Weald.
fn loses_digits(case: &Case, r: &Json) -> bool {
    let design = (case.dataset.as_str(), case.measure.as_str(), text(r, "formula"), text(r, "model"));
    matches!(design, ("bcg", _, "ablat + year", _) | ("bcg", "rd", "ablat * alloc", "ml") | ("bcg", "or", "ablat", "ml"))
}

#[test]
fn every_regression_of_the_reference() {
    let mut worst = Worst::default();
    let mut count = 0;
    for case in cases() {
        for r in case.json["regressions"].as_array().into_iter().flatten() {
            let built = formula(builder(&case), text(r, "formula"));
            let fit = fit(&case, &built, &literal(model(text(r, "model")), method(text(r, "test"))));
            let place = format!("{} {} {} {} {}", case.dataset, case.measure, text(r, "formula"), text(r, "model"), text(r, "test"));
            compare(&mut worst, &place, r, &fit, if loses_digits(&case, r) { 1e-6 } else { 1e-8 });
            count += 1;
        }
    }
    assert_eq!(count, 310);
    worst.report("regressions");
}

/// One column of ones is the pooled mean, by every estimator, to the last digits.
#[test]
fn an_intercept_alone_is_the_pooled_mean() {
    let mut furthest: f64 = 0.0;
    for case in cases() {
        for estimator in Tau2Estimator::ALL {
            for ci in [CiMethod::Wald, CiMethod::T, CiMethod::Hksj, CiMethod::Mhksj] {
                let model = Model::Random(estimator);
                let pooled = pool(&case.y, &case.v, &PoolOptions { model, ci, guard: false, ..PoolOptions::default() }).expect("a mean");
                let fit = regress(&case.y, &case.v, &Design::intercept(case.y.len()), &literal(model, ci)).expect("a regression");
                let c = &fit.coefficients[0];
                let vmin = case.v.iter().copied().fold(f64::INFINITY, f64::min);
                let h = (&fit.heterogeneity, &pooled.heterogeneity);
                let mut near = |a: f64, b: f64, scale: f64, what: &str| {
                    let error = (a - b).abs() / scale;
                    furthest = furthest.max(error);
                    assert!(error <= 2e-13, "{} {} {} {what}: {a:e} and {b:e}", case.dataset, case.measure, estimator.name());
                };
                near(c.estimate, pooled.estimate, pooled.se, "estimate");
                near(c.se, pooled.se, pooled.se, "se");
                near(c.ci[0], pooled.ci[0], pooled.se, "ci");
                near(c.ci[1], pooled.ci[1], pooled.se, "ci");
                near(h.0.tau2, h.1.tau2, h.1.tau2 + vmin, "tau2");
                near(h.0.q, h.1.q, h.1.q, "q");
                near(h.0.i2, h.1.i2, 100.0, "i2");
                if let (Some(a), Some(b)) = (h.0.tau2_se, h.1.tau2_se) {
                    near(a, b, b, "tau2 se");
                }
                if let (Some(a), Some(b)) = (h.0.tau2_ci.bounds(), h.1.tau2_ci.bounds()) {
                    near(a[0], b[0], b[0] + vmin, "tau2 ci");
                    near(a[1], b[1], b[1] + vmin, "tau2 ci");
                }
                if let (Some(a), Some(b)) = (fit.log_likelihood, pooled.log_likelihood) {
                    near(a, b, 1.0 + b.abs(), "ll");
                }
                for (a, b) in fit
                    .weights
                    .iter()
                    .zip(&pooled.weights)
                    .chain(fit.hat.iter().zip(pooled.weights.iter().map(|w| w / 100.0).collect::<Vec<_>>().iter()))
                {
                    near(*a, *b, 100.0, "weight");
                }
                assert_eq!(fit.certificate.map(|c| (c.roots_found, c.boundary)), pooled.certificate.map(|c| (c.roots_found, c.boundary)));
            }
        }
    }
    println!("worst {furthest:e}");
}
