//! Small-study effects against the reference, metafor 3.8, base R and mpmath.
//!
//! `NAME.json`: Egger's and Begg's test, trim-and-fill, fail-safe N by metafor 5.1.
//! `small_study.json`: by `small_study.R`; `small_study_precise.json`: by `small_study.py`.

mod against_r;
mod behaviour;
mod precise;

use crate::reference::{Case, Worst, cases, csv, number, text};
use serde_json::Value;
use weald::stats::error::StatsError;
use weald::stats::pool::{CiMethod, Model, PiMethod, PoolOptions, Tau2Estimator};
use weald::stats::small_study::{
    EggerMethod, EggerOptions, FailSafeMethod, FailSafeOptions, MissingEstimator, OrwinMean, Predictor, Side, TrimAndFillOptions, begg,
    egger, fail_safe, trim_and_fill,
};

fn model(name: &str) -> Model {
    if name == "ee" {
        return Model::Common;
    }
    Model::Random(Tau2Estimator::ALL.into_iter().find(|e| e.name() == name).expect("a model"))
}

fn literal(model: Model) -> PoolOptions {
    PoolOptions { model, ci: CiMethod::Wald, guard: false, pi: PiMethod::Matches, pi_requires_three: false, level: 95.0, tau2_ci: false }
}

fn mixed(model: Model, ci: CiMethod) -> EggerMethod {
    EggerMethod::Mixed { model, ci, guard: false }
}

/// People of each study that has an effect, where the data say.
fn people(case: &Case) -> Option<Vec<f64>> {
    let rows = csv(&case.dataset);
    let value = |row: &std::collections::BTreeMap<String, String>, column: &str| row.get(column)?.parse::<f64>().ok();
    let all = case.json["yi"].as_array().expect("yi").iter().zip(&rows);
    all.filter(|(y, _)| !y.is_null())
        .map(|(_, row)| match (value(row, "n1"), value(row, "n2")) {
            (Some(a), Some(b)) => Some(a + b),
            _ => value(row, "n"),
        })
        .collect()
}

#[test]
fn egger_of_every_data_set() {
    let mut worst = Worst::default();
    let mut tests = 0;
    for case in cases() {
        let Some(all) = case.json.get("regtest").and_then(Value::as_object) else { continue };
        let n = people(&case);
        for (name, expected) in all {
            let (method, predictor) = name.split_once('_').expect("two words");
            let predictor = match (predictor, &n) {
                ("sei", _) => Predictor::Se,
                ("vi", _) => Predictor::Vi,
                ("ni", Some(n)) => Predictor::N(n),
                ("ninv", Some(n)) => Predictor::Ninv(n),
                _ => panic!("no sizes for {} {name}", case.dataset),
            };
            let method = if method == "lm" { EggerMethod::Classical } else { mixed(model("reml"), CiMethod::Wald) };
            let place = format!("{} {} {name}", case.dataset, case.measure);
            let e = egger(&case.y, &case.v, &EggerOptions { predictor, method, level: 95.0 }).unwrap_or_else(|e| panic!("{place}: {e}"));
            worst.check(&place, "stat", number(expected, "stat"), Some(e.statistic), 1e-6);
            worst.check(&place, "df", number(expected, "df"), e.df, 0.0);
            worst.check(&place, "p", number(expected, "p"), Some(e.p), 1e-6);
            worst.check(&place, "limit", number(expected, "limit"), e.limit.map(|l| l.estimate), 1e-6);
            worst.check(&place, "limit_lower", number(expected, "limit_lower"), e.limit.map(|l| l.ci[0]), 1e-6);
            worst.check(&place, "limit_upper", number(expected, "limit_upper"), e.limit.map(|l| l.ci[1]), 1e-6);
            tests += 1;
        }
    }
    assert_eq!(tests, 247);
    worst.report("Egger");
}

#[test]
fn begg_of_every_data_set() {
    let mut worst = Worst::default();
    let mut tests = 0;
    for case in cases() {
        let Some(expected) = case.json.get("ranktest") else { continue };
        let place = format!("{} {}", case.dataset, case.measure);
        let b = begg(&case.y, &case.v).unwrap_or_else(|e| panic!("{place}: {e}"));
        worst.check(&place, "tau", number(expected, "tau"), Some(b.tau), 1e-8);
        worst.check(&place, "p", number(expected, "p"), Some(b.p), 1e-8);
        tests += 1;
    }
    assert_eq!(tests, 34);
    worst.report("Begg");
}

fn estimator(name: &str) -> MissingEstimator {
    match name.to_lowercase().as_str() {
        "l0" => MissingEstimator::L0,
        "r0" => MissingEstimator::R0,
        "q0" => MissingEstimator::Q0,
        other => panic!("unknown estimator {other}"),
    }
}

#[test]
fn trim_and_fill_of_every_data_set() {
    let mut worst = Worst::default();
    let (mut found, mut undefined) = (0, 0);
    for case in cases() {
        let Some(all) = case.json.get("trimfill") else { continue };
        for base in ["reml", "ee"] {
            for name in ["L0", "R0", "Q0"] {
                let key = format!("{base}_{name}");
                let place = format!("{} {} {key}", case.dataset, case.measure);
                let options = TrimAndFillOptions { estimator: estimator(name), ..TrimAndFillOptions::default() };
                let result = trim_and_fill(&case.y, &case.v, &literal(model(base)), &options);
                let Some(expected) = all.get(&key) else {
                    // Where metafor fails, the root of Q0 is of a negative number.
                    assert!(matches!(result, Err(StatsError::Undefined { .. })), "{place}: {result:?}");
                    undefined += 1;
                    continue;
                };
                let t = result.unwrap_or_else(|e| panic!("{place}: {e}"));
                assert_eq!(t.side.name(), text(expected, "side"), "{place}");
                worst.check(&place, "k0", number(expected, "k0"), Some(t.k0 as f64), 0.0);
                worst.check(&place, "se_k0", number(expected, "se_k0"), t.k0_se, 1e-8);
                worst.check(&place, "estimate", number(expected, "estimate"), Some(t.filled.estimate), 1e-8);
                worst.check(&place, "se", number(expected, "se"), Some(t.filled.se), 1e-8);
                worst.check(&place, "ci_lower", number(expected, "ci_lower"), Some(t.filled.ci[0]), 1e-8);
                // A bound near 0 that rests on 12 decimals of tau2; its parts are in `precise`.
                let tolerance = if place == "nielweise2007 rd reml_R0" { 1e-7 } else { 1e-8 };
                worst.check(&place, "ci_upper", number(expected, "ci_upper"), Some(t.filled.ci[1]), tolerance);
                worst.check(&place, "tau2", number(expected, "tau2"), Some(t.filled.heterogeneity.tau2), 1e-8);
                found += 1;
            }
        }
    }
    assert_eq!((found, undefined), (197, 7));
    worst.report("trim-and-fill");
}

#[test]
fn fail_safe_numbers_of_every_data_set() {
    let mut numbers = 0;
    for case in cases() {
        let Some(expected) = case.json.get("failsafe") else { continue };
        let place = format!("{} {}", case.dataset, case.measure);
        // The reference's target for Orwin is half the mean, which gives k.
        let mean = case.y.iter().sum::<f64>() / case.y.len() as f64;
        let orwin = FailSafeMethod::Orwin { target: 0.5 * mean, mean: OrwinMean::Plain };
        for method in [FailSafeMethod::Rosenthal, FailSafeMethod::Rosenberg, orwin] {
            let f = fail_safe(&case.y, &case.v, &FailSafeOptions { method, alpha: 0.05 }).unwrap_or_else(|e| panic!("{place}: {e}"));
            let n = number(expected, method.name()).expect("a number");
            // Twice half a mean is k but for its last digit.
            let allowed = if matches!(method, FailSafeMethod::Orwin { .. }) { 1.0 } else { 0.0 };
            assert!((f.n as f64 - n).abs() <= allowed, "{place} {}: {} for {n}", method.name(), f.n);
            numbers += 1;
        }
    }
    assert_eq!(numbers, 102);
}

#[test]
fn the_side_given_is_the_side_used() {
    let case = cases().into_iter().find(|c| c.dataset == "hackshaw1998").expect("a case");
    for side in [Side::Left, Side::Right] {
        let options = TrimAndFillOptions { side: Some(side), ..TrimAndFillOptions::default() };
        let t = trim_and_fill(&case.y, &case.v, &literal(model("ee")), &options).expect("a result");
        assert_eq!((t.side, t.side_from_regression), (side, false));
        assert!(t.studies.iter().all(|s| (s.effect < t.centre) == (side == Side::Left)), "{:?}", t.studies);
    }
}
