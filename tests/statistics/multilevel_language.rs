//! Dependent effects through the language: every multilevel and robust value of the reference,
//! multi-arm trials, the verbs that answer for several levels, and what they cost.

use crate::reference::{Worst, document, number, text};
use crate::scripts::{file, json, run_on};
use serde_json::Value;
use std::fmt::Write as _;
use std::time::{Duration, Instant};
use weald::eval::outcome::Outcome;
use weald::report::{Hints, Style, csv, to_markdown, to_text};

const TOLERANCE: f64 = 1e-6;

/// Results of a script on a reference data set under metafor's defaults.
fn results(dataset: &str, script: &str) -> Vec<Value> {
    let name = format!("{dataset}.csv");
    json(&run_on(&name, file(&name), &format!("set conventions metafor\nuse \"{name}\"\n{script}")))
}

fn edition(dataset: &str, script: &str) -> Vec<Value> {
    let name = format!("{dataset}.csv");
    json(&run_on(&name, file(&name), &format!("use \"{name}\"\n{script}")))
}

fn rho(case: &Value, key: &str) -> String {
    match number(case, key) {
        Some(rho) if rho != 0.0 => format!(" rho {rho}"),
        _ => String::new(),
    }
}

#[test]
fn every_multilevel_and_robust_value_of_the_reference() {
    let mut worst = Worst::default();
    let (mut fits, mut errors) = (0, 0);
    for dataset in ["konstantopoulos2011", "assink2016"] {
        for case in document(dataset)["cases"].as_array().expect("cases") {
            if text(case, "structure").starts_with("aggregate") {
                continue;
            }
            let (model, rho) = (text(case, "model"), rho(case, "assumed_rho"));
            let place = format!("{dataset} {model}{rho}");
            let mut script = format!("let a = pool outcome measure generic multilevel{rho} model {model}\n");
            if case.get("formula").is_some() {
                script.push_str("regress a on year\n");
                let found = results(dataset, &script);
                let r = &found[1];
                assert_eq!(r["structure"], "multilevel");
                for (j, c) in r["coefficients"].as_array().expect("coefficients").iter().enumerate() {
                    for (key, actual) in
                        [("coef", &c["estimate"]), ("se", &c["se"]), ("p", &c["p"]), ("ci_lower", &c["ci"][0]), ("ci_upper", &c["ci"][1])]
                    {
                        worst.check(&place, key, case[key][j].as_f64(), actual.as_f64(), TOLERANCE);
                    }
                }
                variances(&mut worst, &place, case, r);
                fits += 1;
                continue;
            }
            for kind in ["cr0", "cr1", "cr1p", "cr2"] {
                writeln!(script, "a robust {kind}").expect("a line");
            }
            let found = results(dataset, &script);
            let a = &found[0];
            for (key, actual) in [
                ("coef", &a["estimate"]),
                ("se", &a["se"]),
                ("p", &a["p"]),
                ("ci_lower", &a["ci"][0]),
                ("ci_upper", &a["ci"][1]),
                ("k", &a["k"]),
            ] {
                worst.check(&place, key, number(case, key), actual.as_f64(), TOLERANCE);
            }
            variances(&mut worst, &place, case, a);
            assert_eq!((&a["structure"], &a["model"], &a["ci_method"]), (&"multilevel".into(), &model.into(), &"wald".into()));
            fits += 1;
            for (result, key) in found[1..].iter().zip(["CR0", "CR1", "CR1p", "CR2"]) {
                let (e, r) = (&case["robust"][key], &result["robust"]);
                for field in ["se", "df", "p"] {
                    worst.check(&format!("{place} {key}"), field, number(e, field), r[field].as_f64(), TOLERANCE);
                }
                assert_eq!(r["type"], key.to_lowercase());
                assert_eq!(result["se"], a["se"], "the model's own standard error stands beside it");
                errors += 1;
            }
        }
    }
    assert_eq!((fits, errors), (7, 24));
    worst.report("multilevel through the language");
}

fn variances(worst: &mut Worst, place: &str, case: &Value, result: &Value) {
    let h = &result["heterogeneity"];
    let sigma2 = case["sigma2"].as_array().expect("sigma2");
    worst.check(place, "between", sigma2[0].as_f64(), h["sigma2"]["between"].as_f64(), TOLERANCE);
    worst.check(place, "within", sigma2[1].as_f64(), h["sigma2"]["within"].as_f64(), TOLERANCE);
    worst.check(place, "q", number(case, "q"), h["q"].as_f64(), TOLERANCE);
    worst.check(place, "q_p", number(case, "q_p"), h["p"].as_f64(), TOLERANCE);
    worst.check(place, "ll", number(case, "ll"), result["log_likelihood"].as_f64(), TOLERANCE);
}

#[test]
fn moderators_in_all_of_them() {
    let mut worst = Worst::default();
    let mut compared = 0;
    let dependent = document("dependent");
    for case in dependent["cases"].as_array().expect("cases") {
        let (e, dataset) = (&case["fit"], text(case, "data"));
        let p = e["x"][0].as_array().map_or(1, Vec::len);
        let on = match (p, dataset) {
            (1, _) => continue,
            (2, _) => "year",
            _ => "deltype + year",
        };
        let ci = if text(case, "test") == "t" { "t" } else { "wald" };
        let mut script = format!(
            "let a = pool outcome measure generic multilevel{} model {} ci {ci}\nregress a on {on}\n",
            rho(case, "rho"),
            text(case, "model")
        );
        for kind in ["cr0", "cr1", "cr1p", "cr2"] {
            writeln!(script, "regress (a robust {kind}) on {on}").expect("a line");
        }
        let found: Vec<Value> = results(dataset, &script).into_iter().filter(|r| r["kind"] == "regress").collect();
        let place = format!("{dataset} {} {}", text(case, "model"), rho(case, "rho"));
        let r = &found[0];
        for (j, c) in r["coefficients"].as_array().expect("coefficients").iter().enumerate() {
            worst.check(&place, "coef", e["coef"][j].as_f64(), c["estimate"].as_f64(), TOLERANCE);
            worst.check(&place, "se", e["se"][j].as_f64(), c["se"].as_f64(), TOLERANCE);
        }
        variances(&mut worst, &place, e, r);
        worst.check(&place, "qm", number(e, "qm"), r["moderators"]["qm"].as_f64(), TOLERANCE);
        for (r, key) in found[1..].iter().zip(["CR0", "CR1", "CR1p", "CR2"]) {
            compared += robust(&mut worst, &format!("{place} {key}"), &e["robust"][key], &r["robust"]);
        }
    }
    for case in dependent["plain"].as_array().expect("cases") {
        let p = case["x"][0].as_array().map_or(1, Vec::len);
        let on = [None, None, Some("year"), Some("deltype")][p];
        let model = if text(case, "model") == "fe" { "common" } else { text(case, "model") };
        let mut script = String::new();
        for kind in ["cr0", "cr1", "cr1p", "cr2"] {
            match on {
                Some(on) => writeln!(script, "regress (pool outcome measure generic model {model} robust {kind}) on {on}").expect("a line"),
                None => writeln!(script, "pool outcome measure generic model {model} robust {kind}").expect("a line"),
            }
        }
        for (r, key) in results(text(case, "data"), &script).iter().zip(["CR0", "CR1", "CR1p", "CR2"]) {
            let (place, e) = (format!("{model} {on:?} {key}"), &case["robust"][key]);
            if on.is_some() {
                compared += robust(&mut worst, &place, e, &r["robust"]);
            } else {
                for field in ["se", "df", "p"] {
                    worst.check(&place, field, number(e, field), r["robust"][field].as_f64(), TOLERANCE);
                    compared += 1;
                }
                assert!(r["notes"].as_array().expect("notes").iter().any(|n| n["code"] == "W476"), "{place}");
            }
        }
    }
    println!("{compared} robust values");
    assert!(compared > 400, "{compared}");
    worst.report("regressions");
}

/// Robust coefficients and the joint test; values that clubSandwich has only by rounding are null.
fn robust(worst: &mut Worst, place: &str, e: &Value, r: &Value) -> usize {
    let mut compared = 0;
    for (j, c) in r["coefficients"].as_array().unwrap_or_else(|| panic!("{place}")).iter().enumerate() {
        if c["se"].is_null() {
            assert!(e["se"][j].as_f64().is_none_or(|se| se < 1e-7), "{place}");
            continue;
        }
        for field in ["se", "df", "p"] {
            if let Some(expected) = e[field][j].as_f64() {
                worst.check(place, field, Some(expected), c[field].as_f64(), TOLERANCE);
                compared += 1;
            }
        }
    }
    if let (Some(f), Some(actual)) = (e["htz"]["f"].as_f64(), r["moderators"]["qm"].as_f64()) {
        worst.check(place, "htz f", Some(f), Some(actual), TOLERANCE);
        worst.check(place, "htz df", e["htz"]["df"].as_f64(), r["moderators"]["df2"].as_f64(), TOLERANCE);
        worst.check(place, "htz p", e["htz"]["p"].as_f64(), r["moderators"]["p"].as_f64(), TOLERANCE);
        compared += 3;
    }
    compared
}

#[test]
fn profiles_and_wild_bootstraps() {
    let mut worst = Worst::default();
    for case in document("dependent")["profiles"].as_array().expect("profiles") {
        let script = format!("profile of (pool outcome measure generic multilevel model {})", text(case, "model"));
        let found = &results(text(case, "data"), &script)[0];
        assert_eq!((&found["kind"], &found["structure"]), (&"profile".into(), &"multilevel".into()));
        for (component, level) in found["components"].as_array().expect("components").iter().zip(["between", "within"]) {
            assert_eq!(component["level"], level);
            for side in 0..2 {
                worst.check(level, "ci", case[level][side].as_f64(), component["ci"][side].as_f64(), TOLERANCE);
            }
        }
    }
    worst.report("profiles");
    let wild = document("wild");
    let script = "let a = pool outcome measure generic multilevel\nbootstrap of a method wild";
    let found = &edition("konstantopoulos2011", script)[1];
    assert_eq!((&found["kind"], &found["exact"], &found["draws"]), (&"bootstrap".into(), &true.into(), &1024.into()));
    let row = &found["rows"][0];
    assert_eq!(row["as_large"], wild["intercept"]["as_large"]);
    let expected = number(&wild["intercept"], "observed").expect("observed");
    assert!((row["statistic"].as_f64().expect("a statistic") - expected).abs() < 1e-6 * expected);
    // Draws have a seed, and the same one gives the same numbers; a regression is tested term by term.
    let script = "let a = pool outcome measure generic multilevel robust\nlet r = regress a on year\nbootstrap of r method webb draws 99 seed 4\nbootstrap of r method webb draws 99 seed 4\nbootstrap of r method webb draws 99 seed 5";
    let found = edition("assink2016", script);
    assert_eq!(found[2]["rows"], found[3]["rows"]);
    assert_ne!(found[2]["rows"], found[4]["rows"]);
    assert_eq!((&found[2]["seed"], &found[2]["rows"][0]["term"]), (&4.into(), &"year".into()));
}

#[test]
fn arms_that_rows_share() {
    let reference = document("arms");
    let rows = reference["comparisons"].as_array().expect("rows");
    let table = |columns: &[(&str, &str)], extra: Option<&Value>| -> Vec<u8> {
        let head: Vec<&str> = columns.iter().map(|c| c.1).collect();
        let mut csv = format!("study,{}{}\n", head.join(","), if extra.is_some() { ",yi,vi" } else { "" });
        for (i, row) in rows.iter().enumerate() {
            let cell = |c: &str| row[c].as_str().map_or_else(|| row[c].to_string(), str::to_owned);
            let cells: Vec<String> = columns.iter().map(|c| cell(c.0)).collect();
            write!(csv, "{},{}", row["trial"].as_str().expect("trial"), cells.join(",")).expect("a row");
            if let Some(e) = extra {
                write!(csv, ",{},{}", e["yi"][i], e["vi"][i]).expect("a row");
            }
            csv.push('\n');
        }
        csv.into_bytes()
    };
    let arms = [("arm1", "arm1"), ("arm2", "arm2"), ("n1", "n1"), ("n2", "n2")];
    let means: Vec<_> = arms.into_iter().chain(["mean1", "sd1", "mean2", "sd2"].map(|c| (c, c))).collect();
    let counts: Vec<_> = arms.into_iter().chain([("x1", "events1"), ("x2", "events2")]).collect();
    let mut worst = Worst::default();
    for measure in ["md", "smd", "or", "rr", "generic"] {
        let e = &reference[measure];
        let bytes = match measure {
            "md" | "smd" => table(&means, None),
            "generic" => table(&arms, Some(e)),
            _ => table(&counts, None),
        };
        let script = format!("set conventions metafor\nuse \"arms.csv\"\npool outcome measure {measure} multilevel robust");
        let found = json(&run_on("arms.csv", bytes, &script));
        let a = &found[0];
        for (key, actual) in [("coef", &a["estimate"]), ("se", &a["se"]), ("q", &a["heterogeneity"]["q"]), ("ll", &a["log_likelihood"])] {
            worst.check(measure, key, number(e, key), actual.as_f64(), TOLERANCE);
        }
        for (i, level) in ["between", "within"].into_iter().enumerate() {
            let (expected, actual) = (e["sigma2"][i].as_f64(), a["heterogeneity"]["sigma2"][level].as_f64());
            // Where metafor stops next to 0, 0 it is.
            let expected = expected.map(|x| if x < 1e-7 { 0.0 } else { x });
            worst.check(measure, level, expected, actual, TOLERANCE);
        }
        worst.check(measure, "robust se", number(&e["robust"], "se"), a["robust"]["se"].as_f64(), TOLERANCE);
        worst.check(measure, "robust df", number(&e["robust"], "df"), a["robust"]["df"].as_f64(), TOLERANCE);
        let note = a["notes"].as_array().expect("notes").iter().find(|n| n["code"] == "W473").expect("a note");
        assert!(text(note, "text").starts_with("in 3 trials effects share an arm"), "{note}");
        assert_eq!(text(note, "text").contains("by the sizes"), measure == "generic", "{note}");
    }
    worst.report("arms");
}

#[test]
fn defaults_and_inheritance() {
    let found = edition(
        "assink2016",
        "let a = pool outcome measure generic multilevel\nlet b = a multilevel rho 0.6 robust\nlet c = b model ml\nlet d = c combine rho 0.5\nlet e = b robust none\nlet f = pool outcome measure generic combine rho 0.5 robust cr2",
    );
    let [a, b, c, d, e, f] = found.as_slice() else { panic!("six") };
    assert_eq!((&a["ci_method"], &a["ci_requested"], a["df"].as_f64()), (&"t".into(), &"t".into(), Some(16.0)));
    assert_eq!((&a["k"], &a["trials"]), (&100.into(), &17.into()));
    // The prediction interval adds both variances.
    let at = |v: &Value| v.as_f64().expect("a number");
    let h = &a["heterogeneity"];
    let half = (at(&a["pi"][1]) - at(&a["pi"][0])) / 2.0;
    let quantile = (at(&a["ci"][1]) - at(&a["ci"][0])) / 2.0 / at(&a["se"]);
    let total = at(&h["sigma2"]["between"]) + at(&h["sigma2"]["within"]);
    assert!((half - quantile * (at(&a["se"]).powi(2) + total).sqrt()).abs() < 1e-9);
    assert!((at(&h["i2_between"]) + at(&h["i2_within"]) - at(&h["i2"])).abs() < 1e-9 && at(&h["tau2"]) == total);
    let weights: f64 = a["studies"].as_array().expect("studies").iter().filter_map(|s| s["weight"].as_f64()).sum();
    assert!((weights - 100.0).abs() < 1e-9);
    let mean: f64 = a["studies"].as_array().expect("studies").iter().map(|s| at(&s["weight"]) * at(&s["yi"]) / 100.0).sum();
    assert!((mean - at(&a["estimate"])).abs() < 1e-9, "the weights are those of the estimate");
    assert_eq!((&b["robust"]["type"], &c["robust"]["type"], &c["model"]), (&"cr2".into(), &"cr2".into(), &"ml".into()));
    assert_eq!((&d["structure"], &d["k"], &d["robust"]["type"]), (&Value::Null, &17.into(), &"cr2".into()));
    assert!(e["robust"].is_null() && e["structure"] == "multilevel");
    // One effect per trial: robust works there, too, without a note on dependence.
    assert!(f["robust"]["se"].as_f64().is_some() && !f["notes"].as_array().expect("notes").iter().any(|n| n["code"] == "W476"));
}

#[test]
fn variance_inflation_with_levels() {
    // metafor 5.1: vif(rma.mv(yi, vi, mods = ~ year + row, random = ~ 1 | study/effect_id)).
    let found = edition("konstantopoulos2011", "vif of (regress (pool outcome measure generic multilevel) on year + row)");
    let vif = found.last().expect("a result");
    assert_eq!((&vif["trials"], &vif["k"]), (&11.into(), &56.into()));
    for row in vif["rows"].as_array().expect("rows") {
        assert!((row["vif"].as_f64().expect("a number") - 1.431_557_20).abs() < 1e-6, "{row}");
    }
}

#[test]
fn verbs_on_levels() {
    let script = "let a = pool outcome measure generic multilevel robust
leave-one-out of a by trial
leave-one-out of a
cumulative of a order year ties together
robustness of a over rho [0.4, 0.6, 0.8]
egger of a
egger of a predictor vi
a by deltype
a by deltype tau2 common
a only s1, s2 multilevel rho 0.4
a exclude s1";
    let found = edition("assink2016", script);
    let [_, trials, effects, cumulative, grid, egger, vi, separate, common, some, without] = found.as_slice() else {
        panic!("{}", found.len())
    };
    assert_eq!((trials["rows"].as_array().map(Vec::len), effects["rows"].as_array().map(Vec::len)), (Some(17), Some(100)));
    assert_eq!(effects["rows"][1]["study"], "s1 (2)");
    assert_eq!(trials["rows"][0]["study"], "s1");
    assert_eq!(trials["rows"][0]["estimate"], without["estimate"]);
    assert_eq!(trials["rows"][0]["robust"]["se"], without["robust"]["se"]);
    assert_eq!(cumulative["rows"].as_array().expect("rows").last().expect("a row")["k"], 100);
    let reference = document("assink2016");
    let che = |rho: f64| {
        let case = reference["cases"]
            .as_array()
            .expect("cases")
            .iter()
            .find(|c| number(c, "assumed_rho") == Some(rho) && c.get("sigma2").is_some());
        number(case.expect("a case"), "coef").expect("coef")
    };
    for (i, rho) in [0.4, 0.6].into_iter().enumerate() {
        assert!((grid["rows"][i]["estimate"].as_f64().expect("an estimate") - che(rho)).abs() < 1e-6 * che(rho));
    }
    assert_eq!((&egger["method"], egger["df"].as_f64()), (&"multilevel".into(), Some(15.0)));
    assert!(egger["robust"]["df"].as_f64().is_some_and(|df| df < 15.0) && egger["p"] != vi["p"]);
    // Groups under common variances are a regression on the group.
    assert_eq!(separate["between"]["tau2"], "separate");
    let at = |v: &Value| v.as_f64().expect("a number");
    let regressed = edition("assink2016", "let a = pool outcome measure generic multilevel ci wald robust\nregress a on deltype");
    assert!((at(&common["between"]["q"]) - at(&regressed[1]["moderators"]["qm"])).abs() < 1e-9 * at(&common["between"]["q"]));
    assert!((at(&common["groups"][0]["estimate"]) - at(&regressed[1]["coefficients"][0]["estimate"])).abs() < 1e-10);
    assert!((at(&common["groups"][0]["robust"]["se"]) - at(&regressed[1]["robust"]["coefficients"][0]["se"])).abs() < 1e-10);
    assert_eq!(some["trials"], 2);
    assert!(some["pi"].is_null() && some["notes"].to_string().contains("W471"), "{}", some["notes"]);
}

#[test]
fn fields_and_every_format() {
    let script = "use \"assink2016.csv\"
let a = pool outcome measure generic multilevel rho 0.6 robust
let r = regress a on year
let e = egger of a
let p = profile of a
let w = bootstrap of a method wild draws 99
print \"{a.trials} {a.sigma2(between):.5} {a.sigma2(within):.5} {a.se(robust):.6} {a.p(robust):.6} {a.df(robust):.3} {a.ci(robust)} {a.i2(between)} {a.i2(within)}\"
print \"{r.trials} {r.sigma2(within):.5} {r.robust_p(year):.5} {r.robust_se(year):.5} {r.robust_ci(year)} {r.p(robust):.5}\"
print \"{e.robust_p:.5} {p.between:.5} {p.between_ci} {p.within:.5} {w.p} {w.statistic:.3} {w.draws}\"
expect a se(robust) 0.09697 df(robust) 14.53 sigma2(between) 0.0807 i2(within) 62.8% ci(robust) [0.160, 0.575]
predict r at year 5
contrast r on year
test r
explain a
methods of a";
    let run = run_on("assink2016.csv", file("assink2016.csv"), script);
    let texts: Vec<&str> =
        run.outcomes.iter().filter_map(|o| if let Outcome::Text(t) = o { Some(t.text.as_str()) } else { None }).collect();
    assert!(texts.iter().take(3).all(|t| !t.contains("NA")), "{texts:?}");
    assert!(texts[0].starts_with("17 0.08073 0.15454 0.096972 0.001863 14.533 "), "{}", texts[0]);
    let found = json(&run);
    assert_eq!(found.iter().find(|r| r["kind"] == "expect").expect("expect")["verdict"], "reproduced");
    let slope = &found[1]["robust"]["coefficients"][1];
    let contrast = found.iter().find(|r| r["kind"] == "contrast").expect("a contrast");
    let near = |a: &Value, b: &Value| assert!((a.as_f64().expect("a") - b.as_f64().expect("b")).abs() < 1e-9, "{a} {b}");
    near(&contrast["rows"][0]["se"], &slope["se"]);
    near(&contrast["rows"][0]["df"], &slope["df"]);
    let test = found.iter().find(|r| r["kind"] == "test").expect("a test");
    near(&test["p"], &slope["p"]);
    for outcome in &run.outcomes {
        for shown in [to_text(outcome, &Hints::default(), &Style::default()), to_markdown(outcome, &Hints::default())] {
            assert!(!shown.contains("NaN") && !shown.contains("inf"), "{shown}");
        }
    }
    let table = csv::render(run.outcomes.iter()).expect("CSV");
    let head = table.lines().next().expect("a head");
    assert!(head.contains("sigma2_between,sigma2_within,robust_type,robust_se"), "{head}");
    assert!(table.contains(",cr2,0.0969720"), "{}", table.lines().nth(1).unwrap_or(""));
    assert!(table.contains("level,value,other,log_likelihood"));
}

/// 20,000 studies of five effects from a CSV: rows, trials, model, robust errors.
#[test]
fn cost_grows_with_the_number_of_studies() {
    let made = |studies: usize| -> Vec<u8> {
        let mut random = weald::stats::random::Random::new(5);
        let mut csv = "study,yi,vi,year\n".to_owned();
        for s in 0..studies {
            let level = 0.2 + 0.25 * random.normal();
            for _ in 0..5 {
                let v = 0.01 + 0.2 * random.uniform();
                writeln!(csv, "s{s},{:.6},{v:.6},{}", level + 0.17 * random.normal() + v.sqrt() * random.normal(), s % 30).expect("a line");
            }
        }
        csv.into_bytes()
    };
    let script = "use \"big.csv\"\nlet a = pool outcome measure generic multilevel rho 0.4 robust\nregress a on year";
    let time = |studies: usize| {
        let bytes = made(studies);
        let start = Instant::now();
        let run = run_on("big.csv", bytes, script);
        assert_eq!(run.outcomes.len(), 2);
        start.elapsed()
    };
    let (small, large) = (time(2_000), time(16_000));
    println!("2,000 studies {small:?}, 16,000 studies {large:?}");
    assert!(large < 40 * small.max(Duration::from_millis(20)), "{small:?} {large:?}");
}
