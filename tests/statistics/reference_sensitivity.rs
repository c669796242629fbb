//! Sensitivity analyses through the language, beside metafor: leave-one-out, cumulative,
//! influence, Baujat, BLUPs, GOSH and the profile likelihood of every data set.

use crate::reference::{DATASETS, Worst, document, number, text};
use crate::scripts::{self, json, measure, run_on};
use serde_json::Value;
use std::fmt::Write as _;

fn run(file: &str, bytes: Vec<u8>, script: &str) -> Vec<Value> {
    json(&run_on(file, bytes, script))
}

/// Under metafor's conventions.
fn results(dataset: &str, script: &str) -> Vec<Value> {
    scripts::results(dataset, &format!("set conventions metafor\nuse \"{dataset}.csv\"\n{script}"))
}

fn rows(result: &Value) -> &[Value] {
    result["rows"].as_array().unwrap_or_else(|| panic!("no rows in {result}"))
}

fn at(json: &Value, field: &str, i: usize) -> Option<f64> {
    json[field][i].as_f64()
}

/// One row of metafor's leave-one-out or cumulative table.
fn row(worst: &mut Worst, place: &str, json: &Value, i: usize, row: &Value, tolerance: f64) {
    let h = &row["heterogeneity"];
    let fields = [
        ("estimate", &row["estimate"]),
        ("se", &row["se"]),
        ("zval", &row["statistic"]),
        ("pval", &row["p"]),
        ("ci.lb", &row["ci"][0]),
        ("ci.ub", &row["ci"][1]),
        ("Q", &h["q"]),
        ("Qp", &h["p"]),
        ("tau2", &h["tau2"]),
        ("I2", &h["i2"]),
        ("H2", &h["h2"]),
    ];
    for (field, actual) in fields {
        let of_heterogeneity = matches!(field, "Q" | "Qp" | "tau2" | "I2" | "H2");
        // One study has no heterogeneity here, and zeros in metafor; a common effect has no tau2.
        let none = of_heterogeneity && h.is_null() || field == "tau2" && row["model"] == "common";
        let Some(expected) = at(json, field, i).filter(|_| !none) else { continue };
        let expected = if field == "I2" && expected < 1e-6 || field == "tau2" && expected < 1e-10 { 0.0 } else { expected };
        worst.check(&format!("{place} {i}"), field, Some(expected), actual.as_f64(), tolerance);
    }
}

/// Every case with one of these tables: the data set, its measure and the case.
fn cases_with(key: &str, mut of_case: impl FnMut(&str, &str, &Value)) {
    for dataset in DATASETS {
        for case in document(dataset)["cases"].as_array().expect("cases") {
            if !case[key].is_null() {
                of_case(dataset, text(case, "measure"), case);
            }
        }
    }
}

#[test]
fn leave_one_out_by_study_and_by_trial() {
    let mut worst = Worst::default();
    let mut compared = 0;
    cases_with("leave_one_out_reml", |dataset, label, case| {
        let script = format!(
            "let a = pool outcome measure {}\nleave-one-out of a model reml\nleave-one-out of a model reml by trial\nleave-one-out of a model common",
            measure(label)
        );
        let found = results(dataset, &script);
        assert_eq!(found[1]["kind"], "leave_one_out");
        // Without a column `trial` every study is a trial of its own.
        assert_eq!(found[1]["rows"], found[2]["rows"], "{dataset} {label}");
        let flat = (dataset, label) == ("nielweise2007", "rd");
        for (result, key, tolerance) in
            [(&found[1], "leave_one_out_reml", if flat { 1e-6 } else { 1e-8 }), (&found[3], "leave_one_out_ee", 1e-8)]
        {
            assert_eq!(Some(rows(result).len()), case[key]["estimate"].as_array().map(Vec::len), "{dataset} {label} {key}");
            for (i, found) in rows(result).iter().enumerate() {
                row(&mut worst, &format!("{dataset} {label} {key}"), &case[key], i, found, tolerance);
                assert_eq!(found["k"].as_u64(), result["k"].as_u64().map(|k| k - 1));
                compared += 1;
            }
        }
    });
    assert_eq!(compared, 1090);
    worst.report("leave-one-out");
}

#[test]
fn cumulative_and_ties_together() {
    let mut worst = Worst::default();
    let (mut compared, mut tied) = (0, 0);
    cases_with("cumulative_reml", |dataset, label, case| {
        let table = &case["cumulative_reml"];
        let column = text(table, "order_by");
        let script = format!(
            "let a = pool outcome measure {} model reml\ncumulative of a order {column}\ncumulative of a order {column} ties together",
            measure(label)
        );
        let found = results(dataset, &script);
        let (single, together) = (rows(&found[1]), rows(&found[2]));
        let included: Vec<&Value> =
            found[0]["studies"].as_array().expect("studies").iter().filter(|s| s["included"] == true).map(|s| &s["study"]).collect();
        for (i, found) in single.iter().enumerate() {
            let study = table["order"][i].as_u64().expect("a row") as usize - 1;
            assert_eq!((&found["study"], found["k"].as_u64()), (included[study], Some(i as u64 + 1)), "{dataset} {label} {i}");
            row(&mut worst, &format!("{dataset} {label}"), table, i, found, 1e-6);
            compared += 1;
        }
        // A step of several studies is the last of the single steps it stands for.
        let noted = found[1]["notes"].as_array().expect("notes").iter().any(|n| n["code"] == "W423");
        assert_eq!(noted, together.len() < single.len(), "{dataset} {label}");
        let mut taken = 0;
        for step in together {
            let k = step["k"].as_u64().expect("k") as usize;
            let names: Vec<&str> = single[taken..k].iter().map(|r| text(r, "study")).collect();
            assert_eq!(text(step, "study"), names.join(", "), "{dataset} {label}");
            row(&mut worst, &format!("{dataset} {label} together"), table, k - 1, step, 1e-6);
            tied += usize::from(names.len() > 1);
            taken = k;
        }
        assert_eq!(taken, single.len());
    });
    assert_eq!(compared, 307);
    assert!(tied > 20, "{tied} steps of several studies");
    worst.report("cumulative");
}

const INFLUENCE: [(&str, &str); 10] = [
    ("rstudent", "rstudent"),
    ("dffits", "dffits"),
    ("cook_d", "cook_d"),
    ("cov_r", "cov_r"),
    ("tau2_del", "tau2_del"),
    ("qe_del", "q_del"),
    ("q_del", "q_del"),
    ("hat", "hat"),
    ("weight", "weight"),
    ("dfbetas", "dfbetas"),
];

fn influence(worst: &mut Worst, place: &str, json: &Value, result: &Value) -> (usize, usize) {
    let mut flagged = 0;
    for (i, found) in rows(result).iter().enumerate() {
        for (field, own) in INFLUENCE {
            if json[field].is_array() {
                worst.check(&format!("{place} {i}"), own, at(json, field, i), found[own].as_f64(), 1e-6);
            }
        }
        if let Some(flag) = json["influential"][i].as_bool() {
            assert_eq!(found["influential"], flag, "{place} {i}: {found}");
            flagged += usize::from(flag);
        }
    }
    (rows(result).len(), flagged)
}

#[test]
fn influence_and_blups_of_every_measure() {
    let mut worst = Worst::default();
    let mut compared = 0;
    cases_with("influence_reml", |dataset, label, case| {
        let script = format!("let a = pool outcome measure {} model reml\ninfluence of a\nblup of a", measure(label));
        let found = results(dataset, &script);
        let place = format!("{dataset} {label}");
        compared += influence(&mut worst, &place, &case["influence_reml"], &found[1]).0;
        for (i, found) in rows(&found[2]).iter().enumerate() {
            let table = &case["blup_reml"];
            worst.check(&format!("{place} {i}"), "pred", at(table, "pred", i), number(found, "estimate"), 1e-8);
            worst.check(&format!("{place} {i}"), "se", at(table, "se", i), number(found, "se"), 1e-8);
        }
    });
    assert_eq!(compared, 545);
    worst.report("influence and BLUPs");
}

/// The cases of `sensitivity.json` as tidy CSV: three effects to a trial, and an order.
fn tidy(y: &[f64], v: &[f64]) -> Vec<u8> {
    let mut out = "study,trial,yi,vi,place,pair\n".to_owned();
    for (i, (y, v)) in y.iter().zip(v).enumerate() {
        writeln!(out, "S{i},T{},{y},{v},{i},{}", i / 3, i / 2).expect("a line");
    }
    out.into_bytes()
}

#[test]
fn other_estimators_and_intervals() {
    let mut worst = Worst::default();
    let (mut influential, mut points) = (0, 0);
    for case in document("sensitivity")["cases"].as_array().expect("cases") {
        let list = |key: &str| -> Vec<f64> { case[key].as_array().expect(key).iter().filter_map(Value::as_f64).collect() };
        let (y, v) = (list("y"), list("v"));
        let head = "set conventions metafor\nuse \"s.csv\"\nlet a = pool outcome keep dependent because \"as metafor\"\n";
        for fit in case["fits"].as_array().expect("fits") {
            let (model, test) = (text(fit, "model"), text(fit, "test"));
            let clauses = format!("model {model} ci {test}");
            let place = format!("{} {model} {test}", text(case, "dataset"));
            let blup = if model == "ee" { String::new() } else { format!("blup of a {clauses}\n") };
            let script = format!(
                "{head}leave-one-out of a {clauses}\ncumulative of a {clauses} order place descending\ncumulative of a {clauses} order pair ties together\ninfluence of a {clauses}\nbaujat of a {clauses}\n{blup}"
            );
            let found = run("s.csv", tidy(&y, &v), &script);
            for (i, one) in rows(&found[1]).iter().enumerate() {
                row(&mut worst, &format!("{place} without"), &fit["leave_one_out"], i, one, 1e-8);
            }
            for (i, one) in rows(&found[2]).iter().enumerate() {
                row(&mut worst, &format!("{place} step"), &fit["cumulative_reversed"], i, one, 1e-8);
            }
            // All of them at the end, whatever the order and the ties.
            assert_eq!(rows(&found[3]).len(), y.len().div_ceil(2));
            let last = rows(&found[3]).last().expect("a step");
            row(&mut worst, &format!("{place} together"), &fit["cumulative_reversed"], y.len() - 1, last, 1e-8);
            influential += influence(&mut worst, &place, &fit["influence"], &found[4]).1;
            for (i, one) in rows(&found[5]).iter().enumerate() {
                worst.check(&format!("{place} {i}"), "baujat x", at(&fit["baujat"], "x", i), number(one, "heterogeneity"), 1e-6);
                worst.check(&format!("{place} {i}"), "baujat y", at(&fit["baujat"], "y", i), number(one, "influence"), 1e-6);
            }
            for (i, one) in found.get(6).map_or(&[][..], rows).iter().enumerate() {
                let place = format!("{place} {i}");
                for (name, prefix) in [("blup", ""), ("ranef", "deviation_")] {
                    let own = |field: &str| if prefix.is_empty() { one[field].clone() } else { one[format!("{prefix}{field}")].clone() };
                    let middle = if prefix.is_empty() { one["estimate"].clone() } else { one["deviation"].clone() };
                    let values = [middle, own("se"), own("ci")[0].clone(), own("ci")[1].clone()];
                    for (field, actual) in ["pred", "se", "lower", "upper"].into_iter().zip(values) {
                        worst.check(&place, &format!("{name} {field}"), at(&fit[name], field, i), actual.as_f64(), 1e-8);
                    }
                }
            }
        }
        let found = run("s.csv", tidy(&y, &v), &format!("{head}leave-one-out of a model reml ci wald by trial"));
        for (i, (expected, one)) in case["left_out_by_three"].as_array().expect("rows").iter().zip(rows(&found[1])).enumerate() {
            let place = format!("{} without trial {i}", text(case, "dataset"));
            assert_eq!(text(one, "study"), format!("T{i}"));
            for (field, actual) in [
                ("estimate", &one["estimate"]),
                ("se", &one["se"]),
                ("tau2", &one["heterogeneity"]["tau2"]),
                ("q", &one["heterogeneity"]["q"]),
            ] {
                worst.check(&place, field, number(expected, field), actual.as_f64(), 1e-8);
            }
        }
        assert_eq!(rows(&found[1]).len(), y.len().div_ceil(3));
        for expected in case["gosh"].as_array().expect("gosh") {
            let sets = expected["members"].as_array().expect("members");
            let k = (sets.len() + 1).ilog2() as usize;
            let model = text(expected, "model");
            let found = run("s.csv", tidy(&y[..k], &v[..k]), &format!("{head}gosh of a model {model}"));
            let all = &found[1];
            assert_eq!((all["subsets"].as_u64(), &all["complete"]), (Some(sets.len() as u64), &Value::Bool(true)));
            for (i, members) in sets.iter().enumerate() {
                let p = members.as_u64().expect("a set") as usize - 1;
                let place = format!("{} {model} {members}", text(case, "dataset"));
                let several = at(expected, "k", i) > Some(1.0);
                for field in ["k", "estimate", "tau2", "i2", "q"] {
                    // metafor gives one study the Q and I2 of rounding.
                    let expected = at(expected, field, i).filter(|_| several || !matches!(field, "q" | "i2")).or(Some(0.0));
                    worst.check(&place, field, expected, at(&all["points"], field, p), 1e-8);
                }
                points += 1;
            }
        }
    }
    assert_eq!(points, 4 * (127 + 7 + 127));
    assert!(influential > 0, "no study is influential: the flag is not tested");
    worst.report("other estimators and intervals");
}

#[test]
fn mantel_haenszel_and_peto() {
    let mut worst = Worst::default();
    let document = document("sensitivity");
    let entries = document["mh"].as_array().expect("measures").iter().chain([&document["peto"]]);
    let mut compared = 0;
    for expected in entries {
        let measure = text(expected, "measure");
        let model = if measure == "peto" { "peto" } else { "mh" };
        let script = format!("let a = pool outcome measure {measure} model {model}\nleave-one-out of a\ncumulative of a order year");
        let found = results("bcg", &script);
        for (result, key) in [(&found[1], "leave_one_out"), (&found[2], "cumulative_by_year")] {
            for (i, one) in rows(result).iter().enumerate().filter(|_| !expected[key].is_null()) {
                row(&mut worst, &format!("{measure} {key}"), &expected[key], i, one, 1e-8);
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 13 * 7);
    worst.report("Mantel-Haenszel and Peto");
}

#[test]
fn profile_likelihood() {
    let mut worst = Worst::default();
    // The language has levels from 50%; below, and in pieces, the core is tested.
    let mut intervals = 0;
    for case in document("profile")["profiles"].as_array().expect("cases") {
        let list = |key: &str| -> Vec<f64> { case[key].as_array().expect(key).iter().filter_map(Value::as_f64).collect() };
        let (y, v) = (list("y"), list("v"));
        let smallest = v.iter().copied().fold(f64::INFINITY, f64::min);
        let of_level = |e: &&Value| number(e, "level").is_some_and(|level| level >= 50.0);
        for expected in case["profiles"].as_array().expect("profiles").iter().filter(of_level) {
            let model = if expected["restricted"] == true { "reml" } else { "ml" };
            let level = number(expected, "level").expect("a level");
            let head = "use \"s.csv\"\nlet a = pool outcome keep dependent because \"as computed\"\n";
            let result = &run("s.csv", tidy(&y, &v), &format!("{head}profile of a model {model} level {level}%"))[1];
            let digits = |value: &Value| -> f64 { value.as_str().expect("digits").parse().expect("a number") };
            let place = format!("{} {model} {level}", text(case, "name"));
            let best = &result["best"];
            worst.check(&place, "ll", Some(digits(&expected["log_likelihood"])), number(best, "log_likelihood"), 1e-11);
            worst.check(&place, "v + t", Some(smallest + digits(&expected["tau2"])), number(best, "tau2").map(|t| smallest + t), 1e-11);
            let pieces = expected["pieces"].as_array().expect("pieces");
            let found = result["pieces"].as_array().expect("pieces");
            assert_eq!(found.len(), pieces.len(), "{place}: {result}");
            for (piece, found) in pieces.iter().zip(found) {
                worst.check(&place, "lower", Some(smallest + digits(&piece[0])), found[0].as_f64().map(|t| smallest + t), 1e-10);
                worst.check(&place, "upper", Some(digits(&piece[1])), found[1].as_f64(), 1e-10);
            }
            assert_eq!(result["tau2_ci"], serde_json::json!([found[0][0], found[found.len() - 1][1]]));
            intervals += 1;
        }
    }
    assert_eq!(intervals, 32);
    worst.report("profile likelihood");
}
