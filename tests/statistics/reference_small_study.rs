//! Further tests of small-study effects, through the language, beside R: the tests from
//! counts, PET-PEESE, excess significance and Henmi-Copas.

use crate::reference::{Worst, document, number, text};
use crate::scripts::{file, json, run_on};
use serde_json::Value;
use std::fmt::Write as _;

/// A line of R: estimate, SE, t and p of intercept and slope.
fn check_line(worst: &mut Worst, place: &str, expected: &Value, result: &Value, tolerance: f64) {
    let slope = |i: usize| expected["slope"][i].as_f64();
    worst.check(place, "slope", slope(0), result["slope"]["estimate"].as_f64(), tolerance);
    worst.check(place, "slope se", slope(1), result["slope"]["se"].as_f64(), tolerance);
    worst.check(place, "statistic", slope(2), result["statistic"].as_f64(), tolerance);
    worst.check(place, "p", slope(3), result["p"].as_f64(), tolerance);
    worst.check(place, "slope lower", expected["slope_ci"][0].as_f64(), result["slope"]["ci"][0].as_f64(), tolerance);
    if !result["limit"].is_null() {
        worst.check(place, "limit", expected["intercept"][0].as_f64(), result["limit"]["estimate"].as_f64(), tolerance);
        worst.check(place, "limit upper", expected["intercept_ci"][1].as_f64(), result["limit"]["ci"][1].as_f64(), tolerance);
    }
}

#[test]
fn tests_from_counts() {
    let reference = document("small_study");
    let mut worst = Worst::default();
    for (name, expected) in reference["counts"].as_object().expect("sets") {
        let bytes = match expected.get("events1") {
            Some(_) => {
                let column = |key: &str, i: usize| expected[key][i].as_f64().expect("a count");
                let k = expected["events1"].as_array().expect("counts").len();
                let rows = (0..k).map(|i| {
                    let [a, n1, c, n2] = ["events1", "n1", "events2", "n2"].map(|key| column(key, i));
                    format!("S{i},{a},{n1},{c},{n2}\n")
                });
                format!("study,events1,n1,events2,n2\n{}", rows.collect::<String>()).into_bytes()
            }
            None => file(&format!("{name}.csv")),
        };
        let script = "set conventions metafor\nuse \"data.csv\"\nlet a = pool outcome measure or\nharbord of a\nharbord of a measure rr\npeters of a\nmacaskill of a\ndeeks of a\nruecker of a\nruecker of a method mixed\nruecker of a method rank\n";
        let found = json(&run_on("data.csv", bytes, script));
        for (key, result) in ["harbord_or", "harbord_rr", "peters", "macaskill", "deeks", "ruecker"].iter().zip(&found[1..]) {
            check_line(&mut worst, &format!("{name} {key}"), &expected[*key], result, 1e-8);
            assert_eq!(result["limit"].is_null(), *key == "macaskill");
        }
        let mixed = &expected["ruecker_mixed"];
        worst.check(name, "mixed slope", mixed["estimate"][1].as_f64(), found[7]["slope"]["estimate"].as_f64(), 1e-8);
        worst.check(name, "mixed p", mixed["p"][1].as_f64(), found[7]["p"].as_f64(), 1e-8);
        worst.check(name, "mixed tau2", number(mixed, "tau2"), found[7]["tau2"].as_f64(), 1e-8);
        assert!(found[8]["tau"].as_f64().is_some_and(|t| t.abs() <= 1.0) && found[8]["slope"].is_null());
    }
    worst.report("tests from counts");
}

/// The statements of a data set and measure, and the entry of the reference behind each.
fn statements(null: bool) -> Vec<(String, &'static str, usize)> {
    let mut out = vec![("henmi-copas of a".to_owned(), "henmi_copas", 0)];
    if null {
        out.push(("pet-peese of a".to_owned(), "pet", 0));
        for (at, model) in ["common", "reml"].into_iter().enumerate() {
            for (method, alternative, key) in [
                ("chi-squared", "greater", "chi2"),
                ("chi-squared", "two-sided", "chi2_two"),
                ("binomial", "greater", "binom"),
                ("binomial", "two-sided", "binom_two"),
                ("exact", "greater", "exact"),
                ("exact", "two-sided", "exact_two"),
            ] {
                out.push((format!("excess-significance of a model {model} method {method} alternative {alternative}"), key, at));
            }
        }
    }
    out
}

#[test]
fn univariate_tests() {
    let reference = document("small_study");
    let (mut worst, mut compared) = (Worst::default(), 0);
    for case in reference["cases"].as_array().expect("cases") {
        let (name, measure) = (text(case, "dataset"), text(case, "measure"));
        let null = !matches!(measure, "pr" | "pln" | "plo" | "pas" | "pft");
        let statements = statements(null);
        let mut script =
            format!("set conventions metafor\nuse \"data.csv\"\nlet a = pool outcome measure {}\n", measure.replace(':', " variance "));
        for (statement, ..) in &statements {
            writeln!(script, "{statement}").expect("a line");
        }
        let found = json(&run_on("data.csv", file(&format!("{name}.csv")), &script));
        for ((statement, key, at), result) in statements.iter().zip(&found[1..]) {
            let place = format!("{name} {measure} {statement}");
            let n = |field: &str| result[field].as_f64();
            compared += 1;
            match text(result, "kind") {
                "henmi_copas" if case["henmi_copas"].is_null() => {}
                "henmi_copas" => {
                    let e = &case["henmi_copas"];
                    worst.check(&place, "estimate", number(e, "estimate"), n("estimate"), 1e-8);
                    worst.check(&place, "se", number(e, "se"), n("se"), 1e-8);
                    worst.check(&place, "tau2", number(e, "tau2"), n("tau2"), 1e-8);
                    // The half-width is what metafor's root finder reaches.
                    let half = |ci: &Value| Some(0.5 * (ci[1].as_f64()? - ci[0].as_f64()?));
                    worst.check(&place, "half-width", half(&e["ci"]), half(&result["ci"]), 1e-6);
                }
                "pet_peese" => {
                    for (word, slope) in [("pet", "pet_slope"), ("peese", "peese_slope")] {
                        let e = &case[word];
                        for (i, field) in ["estimate", "se", "statistic", "p"].into_iter().enumerate() {
                            worst.check(&place, field, e["intercept"][i].as_f64(), result[word][field].as_f64(), 1e-8);
                            worst.check(&place, field, e["slope"][i].as_f64(), result[slope][field].as_f64(), 1e-8);
                        }
                        worst.check(&place, "lower", e["intercept_ci"][0].as_f64(), result[word]["ci"][0].as_f64(), 1e-8);
                    }
                    let p = n("p_one_sided").expect("p");
                    assert_eq!(text(result, "chosen"), if p < 0.05 { "peese" } else { "pet" }, "{place}");
                    assert_eq!(result["estimate"], result[text(result, "chosen")]["estimate"], "{place}");
                    assert_eq!(text(result, "alternative_from"), "effects");
                }
                "excess_significance" => {
                    let e = &case["excess"][*at];
                    if e.is_null() {
                        continue;
                    }
                    // With a tau2 metafor integrates the power numerically, which goes wrong where power is
                    // nearly a step (bcg rd); the closed form is held against a fine sum with the core's tests.
                    let tolerance = if number(e, "tau2") == Some(0.0) { 1e-8 } else { 1e-5 };
                    let step = name == "bcg" && measure == "rd" && *at == 1;
                    assert_eq!(result["observed"], e["observed"], "{place}");
                    worst.check(&place, "theta", number(e, "theta"), n("theta"), 1e-6);
                    worst.check(&place, "tau2", number(e, "tau2"), n("tau2"), 1e-6);
                    if step {
                        continue;
                    }
                    worst.check(&place, "expected", number(e, "expected"), n("expected"), tolerance);
                    if let Some(p) = number(&e[*key], "p") {
                        worst.check(&place, "p", Some(p), n("p"), 10.0 * tolerance);
                    }
                }
                other => panic!("{other}"),
            }
        }
    }
    assert!(compared > 300, "{compared}");
    worst.report(&format!("{compared} verbs"));
}

#[test]
fn the_bcg_trials() {
    let reference = document("decisions");
    let script = "use \"bcg.csv\"\nlet a = pool outcome measure rr\nexcess-significance of a\npet-peese of a alternative less\nhenmi-copas of a\nfail-safe of a method orwin target -0.1\nfail-safe of a method orwin target -0.1 mean weighted\nfail-safe of a method rosenberg\nfail-safe of a\n";
    let found = json(&run_on("bcg.csv", file("bcg.csv"), script));
    let mut worst = Worst::default();
    let e = &reference["excess"];
    worst.check("excess", "p", number(e, "p"), found[1]["p"].as_f64(), 1e-5);
    // Metafor's numerical integral of the power is the less precise.
    worst.check("excess", "expected", number(e, "expected"), found[1]["expected"].as_f64(), 1e-5);
    let e = &reference["pet_peese"];
    worst.check("PET", "one-sided p", number(e, "one_sided_less"), found[2]["p_one_sided"].as_f64(), 1e-10);
    assert_eq!(found[2]["alternative_from"], "clause");
    worst.report("BCG");
    // statistics of metafor's documentation: hc -.4303 [-1.1555, .2949].
    let ci = &found[3]["ci"];
    assert!((ci[0].as_f64().expect("a limit") + 1.1555).abs() < 1e-4 && (ci[1].as_f64().expect("a limit") - 0.2949).abs() < 1e-4);
    assert_eq!(found[4..].iter().map(|f| f["n"].as_u64().expect("a number")).collect::<Vec<_>>(), [84, 43, 370, 598]);
    assert_eq!([&found[4]["mean"], &found[5]["mean"]], ["plain", "weighted"]);
    assert!(found[6]["mean"].is_null());
}
