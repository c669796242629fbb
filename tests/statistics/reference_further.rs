//! Verbs on results, through the language, beside metafor: the tests of small-study effects,
//! trim-and-fill and fail-safe N of every data set and measure.

use crate::reference::{DATASETS, Worst, document, number, text};
use crate::scripts::results;
use serde_json::Value;
use std::fmt::Write as _;

/// Where metafor has values, and the statement that gives the same.
fn statements(case: &Value) -> Vec<(String, &Value, String)> {
    let mut out = Vec::new();
    for (key, test) in case["regtest"].as_object().into_iter().flatten() {
        let (method, predictor) = key.split_once('_').expect("a method and a predictor");
        let method = if method == "lm" { "classical" } else { "mixed" };
        let predictor = match predictor {
            "sei" => "se",
            "ni" => "n",
            other => other,
        };
        out.push((key.clone(), test, format!("egger of a predictor {predictor} method {method}")));
    }
    if !case["ranktest"].is_null() {
        out.push(("ranktest".into(), &case["ranktest"], "begg of a".into()));
    }
    for (key, test) in case["trimfill"].as_object().into_iter().flatten() {
        let (model, estimator) = key.split_once('_').expect("a model and an estimator");
        out.push((key.clone(), test, format!("trim-and-fill of a model {model} estimator {}", estimator.to_lowercase())));
    }
    for method in ["rosenthal", "rosenberg"] {
        if !case["failsafe"][method].is_null() {
            out.push((method.into(), &case["failsafe"][method], format!("fail-safe of a method {method}")));
        }
    }
    out
}

#[test]
fn small_study_effects_as_metafor_has_them() {
    let mut worst = Worst::default();
    let mut compared = 0;
    for dataset in DATASETS {
        let document = document(dataset);
        for case in document["cases"].as_array().expect("cases") {
            let label = text(case, "measure").replace(':', " variance ");
            let statements = statements(case);
            let mut script =
                format!("set conventions metafor\nuse \"{dataset}.csv\"\nlet a = pool outcome measure {label} model reml ci wald\n");
            for (.., statement) in &statements {
                writeln!(script, "{statement}").expect("a line");
            }
            if statements.is_empty() {
                continue;
            }
            let found = results(dataset, &script);
            assert_eq!(found.len(), statements.len() + 1, "{dataset} {label}");
            for ((key, expected, statement), result) in statements.iter().zip(&found[1..]) {
                let place = format!("{dataset} {label} {statement}");
                compared += 1;
                match text(result, "kind") {
                    "egger" => {
                        for (field, actual) in [
                            ("stat", &result["statistic"]),
                            ("df", &result["df"]),
                            ("p", &result["p"]),
                            ("limit", &result["limit"]["estimate"]),
                            ("limit_lower", &result["limit"]["ci"][0]),
                            ("limit_upper", &result["limit"]["ci"][1]),
                        ] {
                            // With predictor n metafor gives no limit either.
                            if !expected[field].is_null() {
                                worst.check(&place, field, number(expected, field), actual.as_f64(), 1e-6);
                            }
                        }
                    }
                    "begg" => {
                        worst.check(&place, "tau", number(expected, "tau"), result["tau"].as_f64(), 1e-8);
                        worst.check(&place, "p", number(expected, "p"), result["p"].as_f64(), 1e-8);
                    }
                    "trim_and_fill" => {
                        assert_eq!(result["k0"], expected["k0"], "{place}");
                        assert_eq!(result["side"], expected["side"], "{place}");
                        for (field, actual) in [
                            ("estimate", &result["filled"]["estimate"]),
                            ("se", &result["filled"]["se"]),
                            ("ci_lower", &result["filled"]["ci"][0]),
                            ("ci_upper", &result["filled"]["ci"][1]),
                        ] {
                            worst.check(&place, field, number(expected, field), actual.as_f64(), 1e-6);
                        }
                    }
                    _ => assert_eq!(result["n"].as_f64(), expected.as_f64(), "{place} {key}"),
                }
            }
        }
    }
    assert!(compared > 300, "{compared}");
    worst.report(&format!("{compared} verbs"));
}
