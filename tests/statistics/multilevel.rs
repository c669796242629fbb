//! Dependent effects against metafor and clubSandwich, to the stated agreement; against values of
//! 40 digits; and against brute force with dense matrices.

pub mod brute;
pub mod made;

use crate::reference::{Worst, csv, document, number, text};
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

#[test]
fn robust_errors_of_the_reference() {
    let mut worst = Worst::default();
    let mut compared = 0;
    for name in ["konstantopoulos2011", "assink2016"] {
        let d = data(name);
        for case in document(name)["cases"].as_array().expect("cases") {
            let Some(robust) = case.get("robust") else { continue };
            let rho = number(case, "assumed_rho").unwrap_or(0.0);
            let method = if text(case, "model") == "ml" { Likelihood::Ml } else { Likelihood::Reml };
            let clustered = Clustered::new(&d.effects(None, Sampling::Correlated(rho))).expect("data");
            let fit = clustered.fit(&MultilevelOptions { method, ..MultilevelOptions::default() }).expect("a fit");
            for (kind, key) in RobustKind::ALL.into_iter().zip(["CR0", "CR1", "CR1p", "CR2"]) {
                let result = clustered.robust(fit.heterogeneity.sigma2, kind, 95.0).expect("robust");
                let (expected, c) = (&robust[key], result.coefficients[0]);
                let place = format!("{name} {method:?} {rho} {key}");
                worst.check(&place, "se", number(expected, "se"), Some(c.se), TOLERANCE);
                worst.check(&place, "df", number(expected, "df"), c.df, TOLERANCE);
                worst.check(&place, "p", number(expected, "p"), Some(c.p), TOLERANCE);
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 24);
    worst.report("robust");
}

/// A design from the JSON, by row.
fn design(json: &Value) -> Vec<f64> {
    let rows = json["x"].as_array().expect("a design");
    rows.iter()
        .flat_map(|r| {
            r.as_array().map_or_else(|| vec![r.as_f64().expect("a number")], |a| a.iter().map(|x| x.as_f64().expect("a number")).collect())
        })
        .collect()
}

/// Compares robust errors; values that clubSandwich does not have (NaN) are left out.
fn check_robust(worst: &mut Worst, place: &str, expected: &Value, clustered: &Clustered, sigma2: Variances, tolerance: f64) -> usize {
    let mut compared = 0;
    let p = clustered.coefficients();
    for (kind, key) in RobustKind::ALL.into_iter().zip(["CR0", "CR1", "CR1p", "CR2"]) {
        let result = clustered.robust(sigma2, kind, 95.0).expect("robust");
        let place = format!("{place} {key}");
        let expected = &expected[key];
        let of = |field: &str, j: usize| match &expected[field] {
            Value::Array(a) => a[j].as_f64(),
            one => one.as_f64(),
        };
        for (j, c) in result.coefficients.iter().enumerate() {
            if c.se.is_nan() {
                // clubSandwich has rounding errors here: a standard error below 1e-7, or NaN.
                assert!(of("se", j).is_none_or(|se| se < 1e-7), "{place}");
                assert!(result.notes.contains(&MultilevelNote::NoRobustError { coefficient: j }));
                continue;
            }
            for (field, actual) in [("se", Some(c.se)), ("df", c.df), ("p", Some(c.p))] {
                if let Some(e) = of(field, j) {
                    worst.check(&format!("{place} {j}"), field, Some(e), actual, tolerance);
                    compared += 1;
                }
            }
        }
        if let Some(htz) = expected.get("htz") {
            let rows: Vec<Vec<f64>> = (1..p).map(|j| (0..p).map(|i| f64::from(u8::from(i == j))).collect()).collect();
            let test = clustered.robust_test(sigma2, kind, &rows).expect("a test");
            for (field, actual) in [("f", test.f), ("df", test.df2), ("p", test.p)] {
                if number(htz, field).is_some() {
                    worst.check(&format!("{place} htz"), &format!("htz {field}"), number(htz, field), actual, tolerance);
                    compared += 1;
                }
            }
        }
    }
    compared
}

fn check_fit(worst: &mut Worst, place: &str, e: &Value, clustered: &Clustered, o: &MultilevelOptions) -> Multilevel {
    let fit = clustered.fit(o).expect("a fit");
    let sigma2 = fit.heterogeneity.sigma2;
    for (j, c) in fit.coefficients.iter().enumerate() {
        for (key, actual) in [("coef", c.estimate), ("se", c.se), ("stat", c.statistic)] {
            worst.check(place, key, list(e, key).get(j).copied(), Some(actual), TOLERANCE);
        }
    }
    for (expected, actual) in list(e, "sigma2").into_iter().zip([sigma2.between, sigma2.within]) {
        // Where metafor stops next to 0, 0 it is.
        if expected < 1e-7 {
            assert_eq!(actual, 0.0, "{place}");
        } else {
            worst.check(place, "sigma2", Some(expected), Some(actual), TOLERANCE);
        }
    }
    worst.check(place, "ll", number(e, "ll"), Some(fit.log_likelihood), TOLERANCE);
    worst.check(place, "q", number(e, "q"), Some(fit.heterogeneity.q), TOLERANCE);
    worst.check(place, "q_p", number(e, "q_p"), Some(fit.heterogeneity.p), TOLERANCE);
    fit
}

#[test]
fn moderators_and_correlations_with_robust_errors() {
    let json = document("dependent");
    let mut worst = Worst::default();
    let mut compared = 0;
    for case in json["cases"].as_array().expect("cases") {
        let d = data(text(case, "data"));
        let e = &case["fit"];
        let x = design(e);
        let rho = number(case, "rho").expect("rho");
        let test = if text(case, "test") == "t" { CoefficientTest::T } else { CoefficientTest::Wald };
        let method = if text(case, "model") == "ml" { Likelihood::Ml } else { Likelihood::Reml };
        let place = format!("{} {method:?} {rho} p={}", text(case, "data"), x.len() / d.y.len());
        let clustered = Clustered::new(&d.effects(Some(&x), Sampling::Correlated(rho))).expect("data");
        let fit = check_fit(&mut worst, &place, e, &clustered, &MultilevelOptions { method, test, ..MultilevelOptions::default() });
        if let Some(m) = &fit.moderators {
            worst.check(&place, "qm", number(e, "qm"), Some(m.statistic), TOLERANCE);
            if m.df2.is_none() {
                worst.check(&place, "qm_p", number(e, "qm_p"), Some(m.p), TOLERANCE);
            } else {
                assert_eq!(m.df2, Some((fit.studies - fit.coefficients.len()) as f64));
            }
        }
        compared += check_robust(&mut worst, &place, &e["robust"], &clustered, fit.heterogeneity.sigma2, TOLERANCE);
    }
    println!("{compared} robust values");
    assert!(compared > 250);
    worst.report("moderators");
}

#[test]
fn given_covariances_of_two_outcomes() {
    let json = document("dependent");
    let b = &json["berkey"];
    let (y, v) = (list(b, "yi"), list(b, "vi"));
    let study: Vec<usize> = list(b, "study").iter().map(|s| *s as usize).collect();
    let full: Vec<Vec<f64>> = b["covariance"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|r| r.as_array().expect("a row").iter().filter_map(Value::as_f64).collect())
        .collect();
    let blocks: Vec<CovarianceBlock> = (0..5)
        // The second of a trial first: order in a block is free.
        .map(|t| vec![2 * t + 1, 2 * t])
        .map(|e| CovarianceBlock { covariance: e.iter().flat_map(|i| e.iter().map(|j| full[*i][*j])).collect(), effects: e })
        .collect();
    let mut worst = Worst::default();
    for case in json["given"].as_array().expect("cases") {
        let e = &case["fit"];
        let x = design(e);
        let method = if text(case, "model") == "ml" { Likelihood::Ml } else { Likelihood::Reml };
        let place = format!("berkey {method:?} p={}", x.len() / y.len());
        let effects = DependentEffects { y: &y, v: &v, study: &study, x: Some(&x), sampling: Sampling::Blocks(&blocks) };
        let clustered = Clustered::new(&effects).expect("data");
        let o = MultilevelOptions { method, test: CoefficientTest::Wald, ..MultilevelOptions::default() };
        let fit = check_fit(&mut worst, &place, e, &clustered, &o);
        check_robust(&mut worst, &place, &e["robust"], &clustered, fit.heterogeneity.sigma2, TOLERANCE);
    }
    worst.report("given covariances");
}

#[test]
fn robust_errors_of_pooled_analyses_and_regressions() {
    let json = document("dependent");
    let mut worst = Worst::default();
    let mut compared = 0;
    for case in json["plain"].as_array().expect("cases") {
        let d = data(text(case, "data"));
        let x = design(case);
        let tau2 = number(case, "tau2").expect("tau2");
        let clustered = Clustered::new(&d.effects(Some(&x), Sampling::Independent)).expect("data");
        let sigma2 = Variances { between: 0.0, within: tau2 };
        let place = format!("{} p={}", text(case, "model"), clustered.coefficients());
        let robust = clustered.robust(sigma2, RobustKind::Cr0, 95.0).expect("robust");
        for (e, c) in list(case, "coef").into_iter().zip(&robust.coefficients) {
            worst.check(&place, "coef", Some(e), Some(c.estimate), 1e-10);
        }
        compared += check_robust(&mut worst, &place, &case["robust"], &clustered, sigma2, 1e-8);
    }
    println!("{compared} robust values");
    assert!(compared > 255);
    worst.report("plain");
}

#[test]
fn profile_likelihood_intervals() {
    let mut worst = Worst::default();
    for case in document("dependent")["profiles"].as_array().expect("profiles") {
        let d = data(text(case, "data"));
        let method = if text(case, "model") == "ml" { Likelihood::Ml } else { Likelihood::Reml };
        let clustered = Clustered::new(&d.effects(None, Sampling::Independent)).expect("data");
        let fit = clustered.fit(&MultilevelOptions { method, ..MultilevelOptions::default() }).expect("a fit");
        for (level, key) in [(Level::Between, "between"), (Level::Within, "within")] {
            let o = ComponentProfileOptions { points: 8, range: None, level: 95.0 };
            let profile = clustered.profile(&fit, level, &o).expect("a profile");
            let expected = list(case, key);
            let place = format!("{} {method:?} {key}", text(case, "data"));
            worst.check(&place, "lower", Some(expected[0]), Some(profile.lower), TOLERANCE);
            worst.check(&place, "upper", Some(expected[1]), profile.upper, TOLERANCE);
            assert_eq!(profile.points.len(), 8);
            assert!(profile.points.iter().all(|p| p.log_likelihood <= profile.log_likelihood));
            // Inside the interval the curve is above the threshold, outside below.
            for p in &profile.points {
                let inside = p.value >= profile.lower && p.value <= expected[1];
                assert_eq!(inside, p.log_likelihood >= profile.log_likelihood - 0.5 * 3.841_458_820_694_124, "{place} {}", p.value);
            }
        }
    }
    worst.report("profiles");
}

#[test]
fn values_of_forty_digits() {
    let mut worst = Worst::default();
    for case in document("dependent_precise")["cases"].as_array().expect("cases") {
        let d = data(text(case, "data"));
        let x = case["year"].as_bool().expect("year").then(|| d.with_year());
        let rho = number(case, "rho").expect("rho");
        let method = if text(case, "model") == "ml" { Likelihood::Ml } else { Likelihood::Reml };
        let place = format!("{} {method:?} {rho} {}", text(case, "data"), x.is_some());
        let clustered = Clustered::new(&d.effects(x.as_deref(), Sampling::Correlated(rho))).expect("data");
        let fit = clustered.fit(&MultilevelOptions { method, ..MultilevelOptions::default() }).expect("a fit");
        let sigma2 = fit.heterogeneity.sigma2;
        let mut check = |field: &str, e: f64, a: f64, tolerance: f64| worst.check(&place, field, Some(e), Some(a), tolerance);
        for (e, a) in list(case, "sigma2").into_iter().zip([sigma2.between, sigma2.within]) {
            check("sigma2", e, a, 1e-12);
        }
        check("ll", number(case, "ll").expect("ll"), fit.log_likelihood, 1e-13);
        for (j, c) in fit.coefficients.iter().enumerate() {
            check("coef", list(case, "coef")[j], c.estimate, 1e-11);
            check("se", list(case, "se")[j], c.se, 1e-11);
        }
        for (kind, key) in [(RobustKind::Cr0, "cr0"), (RobustKind::Cr2, "cr2")] {
            let robust = clustered.robust(sigma2, kind, 95.0).expect("robust");
            for (j, c) in robust.coefficients.iter().enumerate() {
                check("robust se", list(&case[key], "se")[j], c.se, 1e-10);
                check("robust df", list(&case[key], "df")[j], c.df.expect("df"), 1e-10);
            }
        }
    }
    worst.report("forty digits");
}

/// The estimate is the global maximum (a fine grid finds nothing higher), and everything at it
/// is what dense matrices give.
#[test]
fn brute_force_on_small_sets() {
    let mut worst = Worst::default();
    let mut zeros = [0; 4];
    for seed in 0..300 {
        let set = made::made(seed);
        let dense = set.dense();
        let clustered = Clustered::new(&set.effects()).expect("data");
        let (k, p) = (clustered.effects(), clustered.coefficients());
        if k <= p + 1 || clustered.studies() <= p {
            continue;
        }
        let method = if seed % 2 == 0 { Likelihood::Reml } else { Likelihood::Ml };
        let fit = clustered.fit(&MultilevelOptions { method, ..MultilevelOptions::default() }).expect("a fit");
        let sigma2 = fit.heterogeneity.sigma2;
        zeros[usize::from(sigma2.between == 0.0) + 2 * usize::from(sigma2.within == 0.0)] += 1;
        let restricted = method == Likelihood::Reml;
        let at = dense.solve(sigma2.between, sigma2.within, restricted);
        let place = format!("seed {seed}");
        worst.check(&place, "ll", Some(at.ll), Some(fit.log_likelihood), 1e-10);
        let scale = at.beta.iter().fold(0.0, |a: f64, b| a.max(b.abs()));
        for (j, c) in fit.coefficients.iter().enumerate() {
            assert!((at.beta[j] - c.estimate).abs() <= 1e-9 * scale, "{place} {} {}", at.beta[j], c.estimate);
            worst.check(&place, "se", Some(at.c[j][j].sqrt()), Some(c.se), 1e-9);
        }
        let zero = dense.solve(0.0, 0.0, true);
        let q = brute::multiply(&brute::transpose(&zero.e), &brute::multiply(&zero.w, &zero.e))[0][0];
        worst.check(&place, "q", Some(q), Some(fit.heterogeneity.q), 1e-8);
        // The global maximum, on a grid (every tenth set, for the time it takes) ...
        if seed % 10 < 3 {
            let axis: Vec<f64> = std::iter::once(0.0).chain((0..22).map(|i| 1e-3 * 1.6_f64.powi(i))).collect();
            for b in &axis {
                for w in &axis {
                    let ll = dense.solve(*b, *w, restricted).ll;
                    assert!(ll <= fit.log_likelihood + 1e-9, "{place}: {ll} at {b} {w}, {} at {sigma2:?}", fit.log_likelihood);
                }
            }
        }
        // ... and close by.
        let step = 1e-3 * (sigma2.total() + 0.05);
        for (b, w) in [(step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step), (step, -step), (-step, step)] {
            let (b, w) = (sigma2.between + b, sigma2.within + w);
            if b >= 0.0 && w >= 0.0 {
                assert!(dense.solve(b, w, restricted).ll <= fit.log_likelihood + 1e-10, "{place}");
            }
        }
        let i2 = fit.heterogeneity;
        let parts = i2.i2_between.expect("i2") + i2.i2_within.expect("i2");
        assert!((parts - i2.i2.expect("i2")).abs() < 1e-9);
        // Typical variance: (k - p) / tr P, P with V alone.
        let xw = brute::multiply(&brute::transpose(&dense.x), &zero.w);
        let hat = brute::multiply(&brute::transpose(&xw), &brute::multiply(&zero.c, &xw));
        let trace: f64 = (0..k).map(|i| zero.w[i][i] - hat[i][i]).sum();
        worst.check(&place, "typical", Some((k - p) as f64 / trace), i2.typical_variance, 1e-8);
    }
    println!("both positive, between 0, within 0, both 0: {zeros:?}");
    assert!(zeros.iter().all(|n| *n >= 10));
    worst.report("brute force");
}

#[test]
fn robust_errors_by_brute_force() {
    let mut worst = Worst::default();
    let mut compared = 0;
    for seed in 0..150 {
        let set = made::made(seed);
        let dense = set.dense();
        let clustered = Clustered::new(&set.effects()).expect("data");
        let p = clustered.coefficients();
        let sigma2 = Variances { between: 0.1, within: 0.05 };
        if clustered.studies() < p + 2 {
            continue;
        }
        let robust = clustered.robust(sigma2, RobustKind::Cr2, 95.0).expect("robust");
        if robust.notes.iter().any(|n| matches!(n, MultilevelNote::FullLeverage { .. })) {
            continue;
        }
        let (v, df, eta) = dense.cr2(0.1, 0.05);
        let place = format!("seed {seed} p={p}");
        for j in 0..p {
            worst.check(&place, "se", Some(v[j][j].sqrt()), Some(robust.coefficients[j].se), 1e-7);
            worst.check(&place, "df", Some(df[j]), robust.coefficients[j].df, 1e-7);
        }
        let rows: Vec<Vec<f64>> = (0..p).map(|j| (0..p).map(|i| f64::from(u8::from(i == j))).collect()).collect();
        let test = clustered.robust_test(sigma2, RobustKind::Cr2, &rows).expect("a test");
        worst.check(&place, "eta", Some(eta), Some(test.eta), 1e-7);
        compared += 1;
    }
    assert!(compared > 90, "{compared}");
    worst.report("robust by brute force");
}
