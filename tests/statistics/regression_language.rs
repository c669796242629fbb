//! Meta-regression and subgroups through the language: every regression and subgroup of the
//! reference in the words of a script, and the answers to questions about them.

use crate::reference::{Worst, cases, document, number, text};
use crate::scripts::{file, json, measure, run_on};
use serde_json::Value;
use std::fmt::Write as _;

fn results(name: &str, bytes: impl Into<Vec<u8>>, script: &str) -> Vec<Value> {
    json(&run_on(name, bytes, script))
}

/// Where metafor loses digits; `regression.rs` says why.
fn loses_digits(dataset: &str, measure: &str, r: &Value) -> bool {
    let design = (dataset, measure, text(r, "formula"), text(r, "model"));
    matches!(design, ("bcg", _, "ablat + year", _) | ("bcg", "rd", "ablat * alloc", "ml") | ("bcg", "or", "ablat", "ml"))
}

/// `allocrandom` of R as `alloc[random]`.
fn name(r: &str, columns: &[&str]) -> String {
    if r == "intrcpt" {
        return "intercept".to_owned();
    }
    let piece = |piece: &str| {
        let piece = piece.replace("factor(", "").replace(')', "");
        let column = columns.iter().find(|c| piece.starts_with(**c)).unwrap_or_else(|| panic!("{piece}"));
        let level = &piece[column.len()..];
        if level.is_empty() { (*column).to_owned() } else { format!("{column}[{level}]") }
    };
    r.split(':').map(piece).collect::<Vec<_>>().join(":")
}

fn compare(worst: &mut Worst, place: &str, r: &Value, found: &Value, tolerance: f64) {
    let list = |key: &str| -> Vec<Option<f64>> {
        match &r[key] {
            Value::Array(a) => a.iter().map(Value::as_f64).collect(),
            other => vec![other.as_f64()],
        }
    };
    assert_eq!(found["k"], r["k"], "{place}");
    let coefficients = found["coefficients"].as_array().expect("coefficients");
    let names: Vec<&str> = match &r["names"] {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect(),
    };
    let columns = ["ablat", "alloc", "year", "grade", "length", "meanage", "quality", "weeks", "setting"];
    assert_eq!(coefficients.len(), names.len(), "{place}");
    for (i, c) in coefficients.iter().enumerate() {
        assert_eq!(c["term"], name(names[i], &columns), "{place}");
        let place = format!("{place} {}", c["term"]);
        let fields = [("coef", "estimate"), ("se", "se"), ("stat", "statistic"), ("p", "p")];
        for (theirs, ours) in fields {
            worst.check(&place, theirs, list(theirs)[i], c[ours].as_f64(), tolerance);
        }
        worst.check(&place, "ci_lower", list("ci_lower")[i], c["ci"][0].as_f64(), tolerance);
        worst.check(&place, "ci_upper", list("ci_upper")[i], c["ci"][1].as_f64(), tolerance);
        worst.check(&place, "ddf", number(r, "ddf"), c["df"].as_f64(), 0.0);
    }
    let h = &found["heterogeneity"];
    // A common effect has no tau2.
    let random = text(r, "model") != "ee";
    worst.check(place, "tau2", number(r, "tau2").filter(|_| random), h["tau2"].as_f64(), tolerance);
    worst.check(place, "se_tau2", number(r, "se_tau2"), h["tau2_se"].as_f64(), tolerance);
    for (theirs, ours) in [("i2", "i2"), ("h2", "h2"), ("q", "q"), ("q_p", "p"), ("q_df", "df")] {
        worst.check(place, theirs, number(r, theirs), h[ours].as_f64(), tolerance);
    }
    worst.check(place, "r2", number(r, "r2").map(|x| 100.0 + x), found["r2"].as_f64().map(|x| 100.0 + x), tolerance);
    worst.check(place, "ll", number(r, "ll"), found["log_likelihood"].as_f64(), tolerance);
    let m = &found["moderators"];
    worst.check(place, "qm", number(r, "qm"), m["qm"].as_f64(), tolerance);
    worst.check(place, "qm_p", number(r, "qm_p"), m["p"].as_f64(), tolerance);
    let df = list("qm_df");
    worst.check(place, "qm_df", df[0], m["df"].as_f64(), 0.0);
    worst.check(place, "qm_df2", df.get(1).copied().flatten(), m["df2"].as_f64(), 0.0);
}

#[test]
fn every_regression_in_the_words_of_a_script() {
    let mut worst = Worst::default();
    let mut count = 0;
    for case in cases() {
        let regressions: Vec<&Value> = case.json["regressions"].as_array().into_iter().flatten().collect();
        if regressions.is_empty() {
            continue;
        }
        let mut script = format!("edition 2026\nset conventions metafor\nuse \"{}.csv\"\n", case.dataset);
        writeln!(script, "let a = pool outcome measure {}", measure(&case.measure)).expect("a line");
        for r in &regressions {
            let test = if text(r, "test") == "knha" { "hksj" } else { "wald" };
            let model = if text(r, "model") == "ee" { "common" } else { text(r, "model") };
            writeln!(script, "regress a on {} model {model} ci {test}", text(r, "formula")).expect("a line");
        }
        let found = results(&format!("{}.csv", case.dataset), file(&format!("{}.csv", case.dataset)), &script);
        assert_eq!(found.len(), regressions.len() + 1);
        for (r, found) in regressions.iter().zip(&found[1..]) {
            let place = format!("{} {} {} {} {}", case.dataset, case.measure, text(r, "formula"), text(r, "model"), text(r, "test"));
            assert_eq!(found["kind"], "regress", "{place}");
            compare(&mut worst, &place, r, found, if loses_digits(&case.dataset, &case.measure, r) { 1e-6 } else { 1e-8 });
            count += 1;
        }
    }
    assert_eq!(count, 310);
    worst.report("regressions through the language");
}

#[test]
fn every_subgroup_in_the_words_of_a_script() {
    let mut worst = Worst::default();
    let mut count = 0;
    for case in cases() {
        for s in case.json["subgroups"].as_array().into_iter().flatten() {
            let model = if text(s, "model") == "ee" { "common" } else { text(s, "model") };
            let common = text(s, "tau2") == "common";
            let script = format!(
                "edition 2026\nset conventions metafor\nuse \"{}.csv\"\npool outcome measure {} model {model} by {}{}",
                case.dataset,
                measure(&case.measure),
                text(s, "by"),
                if common { " tau2 common" } else { "" }
            );
            let found = results(&format!("{}.csv", case.dataset), file(&format!("{}.csv", case.dataset)), &script);
            let place = format!("{} {} {model} by {} {}", case.dataset, case.measure, text(s, "by"), text(s, "tau2"));
            let groups = found[0]["groups"].as_array().expect("groups");
            let between = &found[0]["between"];
            assert_eq!(between["tau2"], text(s, "tau2"), "{place}");
            worst.check(&place, "q_between", number(s, "q_between"), between["q"].as_f64(), 1e-8);
            worst.check(&place, "df", number(s, "df"), between["df"].as_f64(), 0.0);
            worst.check(&place, "p", number(s, "p"), between["p"].as_f64(), 1e-8);
            if common {
                let list = |key: &str| -> Vec<Option<f64>> { s[key].as_array().expect(key).iter().map(Value::as_f64).collect() };
                assert_eq!(groups.len(), list("coef").len(), "{place}");
                for (i, group) in groups.iter().enumerate() {
                    let place = format!("{place} {}", group["group"]);
                    worst.check(&place, "coef", list("coef")[i], group["estimate"].as_f64(), 1e-8);
                    worst.check(&place, "se", list("se")[i], group["se"].as_f64(), 1e-8);
                    if group["k"].as_u64() > Some(1) {
                        worst.check(&place, "tau2", number(s, "tau2_value"), group["heterogeneity"]["tau2"].as_f64(), 1e-8);
                    }
                }
                worst.check(&place, "tau2", number(s, "tau2_value"), between["heterogeneity"]["tau2"].as_f64(), 1e-8);
            } else {
                let levels = s["levels"].as_array().expect("levels");
                assert_eq!(groups.len(), levels.len(), "{place}");
                for level in levels {
                    let name = level["level"].as_str().map_or_else(|| level["level"].to_string(), str::to_owned);
                    let group = groups.iter().find(|g| g["group"] == name.as_str()).unwrap_or_else(|| panic!("{place} {name}"));
                    let place = format!("{place} {name}");
                    assert_eq!(group["k"], level["k"], "{place}");
                    let h = &group["heterogeneity"];
                    worst.check(&place, "coef", number(level, "coef"), group["estimate"].as_f64(), 1e-8);
                    worst.check(&place, "se", number(level, "se"), group["se"].as_f64(), 1e-8);
                    worst.check(&place, "p", number(level, "p"), group["p"].as_f64(), 1e-8);
                    worst.check(&place, "ci_lower", number(level, "ci_lower"), group["ci"][0].as_f64(), 1e-8);
                    worst.check(&place, "ci_upper", number(level, "ci_upper"), group["ci"][1].as_f64(), 1e-8);
                    if group["k"].as_u64() > Some(1) {
                        worst.check(&place, "q", number(level, "q"), h["q"].as_f64(), 1e-8);
                        worst.check(&place, "q_p", number(level, "q_p"), h["p"].as_f64(), 1e-8);
                        worst.check(&place, "tau2", number(level, "tau2").filter(|_| model != "common"), h["tau2"].as_f64(), 1e-8);
                        worst.check(&place, "pi_lower", number(level, "pi_lower"), group["pi"][0].as_f64(), 1e-8);
                    }
                }
            }
            count += 1;
        }
    }
    assert_eq!(count, 44);
    worst.report("subgroups through the language");
}

/// BCG risk ratios with literal hksj, as metafor's.
fn bcg(script: &str) -> Vec<Value> {
    let head = "edition 2026\nset conventions metafor\nset ci hksj\nuse \"bcg.csv\"\nlet a = pool outcome measure rr\n";
    results("bcg.csv", file("bcg.csv"), &format!("{head}{script}"))
}

#[test]
fn predictions_contrasts_and_inflation_as_metafor() {
    let more = document("regression_more");
    let q = &more["questions"];
    let mut worst = Worst::default();
    let found = bcg("let r = regress a on ablat + alloc\n\
         predict r at ablat 0, alloc alternate at ablat 33, alloc random at ablat 55, alloc systematic\n\
         contrast r alloc random vs systematic\n\
         contrast r on alloc[random] - alloc[systematic]\n\
         contrast r on intercept + 30 * ablat\n\
         contrast r alloc random vs alternate, alloc systematic vs alternate\n\
         test r alloc\n\
         test r alloc[random], alloc[systematic]\n\
         vif of r\n\
         vif of (regress a on ablat + year)");
    let list = |of: &Value, key: &str, i: usize| of[key][i].as_f64();
    let rows = found[2]["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 3);
    for (i, row) in rows.iter().enumerate() {
        let place = format!("prediction {i}");
        worst.check(&place, "pred", list(q, "pred", i), row["estimate"].as_f64(), 1e-8);
        worst.check(&place, "se", list(q, "se", i), row["se"].as_f64(), 1e-8);
        worst.check(&place, "ci", list(q, "ci_lower", i), row["ci"][0].as_f64(), 1e-8);
        worst.check(&place, "pi", list(q, "pi_upper", i), row["pi"][1].as_f64(), 1e-8);
        let back = row["display"]["estimate"].as_f64().expect("a ratio");
        assert!((back.ln() - row["estimate"].as_f64().expect("a log")).abs() < 1e-12);
    }
    for (result, i) in [(&found[3], 0), (&found[4], 0), (&found[5], 1)] {
        let row = &result["rows"][0];
        let place = format!("contrast {}", row["term"]);
        worst.check(&place, "c_est", list(q, "c_est", i), row["estimate"].as_f64(), 1e-8);
        worst.check(&place, "c_se", list(q, "c_se", i), row["se"].as_f64(), 1e-8);
        worst.check(&place, "c_stat", list(q, "c_stat", i), row["statistic"].as_f64(), 1e-8);
        worst.check(&place, "c_p", list(q, "c_p", i), row["p"].as_f64(), 1e-8);
        assert!(result["joint"].is_null());
    }
    assert_eq!(found[3]["rows"][0]["term"], "alloc random vs systematic");
    // Two contrasts that span a factor are its test.
    for test in [&found[6]["joint"], &found[7], &found[8]] {
        worst.check("alloc", "qm", number(&q["alloc"], "qm"), test["qm"].as_f64(), 1e-8);
        worst.check("alloc", "p", number(&q["alloc"], "p"), test["p"].as_f64(), 1e-8);
    }
    let vif = &more["vif"];
    worst.check("vif", "ablat", number(vif, "ablat"), found[9]["rows"][0]["vif"].as_f64(), 1e-8);
    worst.check("vif", "alloc", number(vif, "alloc"), found[9]["rows"][1]["vif"].as_f64(), 1e-8);
    assert_eq!(found[9]["rows"][1]["columns"], 2);
    worst.report("questions");
}

#[test]
fn permutations_as_metafor() {
    let more = document("regression_more");
    for case in more["permutations"].as_array().expect("cases") {
        let (model, test) = (text(case, "model"), text(case, "test"));
        let model = if model == "ee" { "common" } else { model };
        let ci = if test == "knha" { "hksj" } else { "wald" };
        let first = "only \"Aronson 1948\", \"Ferguson & Simes 1949\", \"Rosenthal et al 1960\", \"Hart & Sutherland 1977\", \
                     \"Frimodt-Moller et al 1973\", \"Stein & Aronson 1953\", \"Vandiviere et al 1973\"";
        let only = if case["k"] == 7 { first } else { "" };
        let on = match text(case, "design") {
            "intercept" => String::new(),
            formula => format!("on {formula}"),
        };
        let found = bcg(&format!("permute a {on} model {model} ci {ci} {only}"));
        let result = &found[1];
        assert_eq!(result["exact"], true, "{case}");
        assert_eq!(result["k"], case["k"], "{case}");
        let ps: Vec<f64> = result["coefficients"].as_array().expect("rows").iter().filter_map(|c| c["p"].as_f64()).collect();
        let theirs: Vec<f64> = match &case["p"] {
            Value::Array(p) => p.iter().filter_map(Value::as_f64).collect(),
            p => p.as_f64().into_iter().collect(),
        };
        assert_eq!(ps.len(), theirs.len(), "{case}");
        for (p, theirs) in ps.iter().zip(&theirs) {
            assert!((p - theirs).abs() < 1e-9, "{case}: {p}");
        }
        if let Some(p) = result["moderators"]["p"].as_f64() {
            assert!((p - number(case, "qm_p").expect("p")).abs() < 1e-9, "{case}");
        }
    }
}

/// BCG with two factors of two levels, as in `regression_more.R`.
fn two_factors() -> Vec<u8> {
    let text = String::from_utf8(file("bcg.csv")).expect("text");
    let mut lines = text.lines();
    let head = lines.next().expect("a head");
    let names: Vec<&str> = head.split(',').map(|h| h.trim_matches('"')).collect();
    let at = |name: &str| names.iter().position(|n| *n == name).unwrap_or_else(|| panic!("{name}"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut out = format!("{head},far,late\n");
    for (line, row) in lines.zip(reader.records()) {
        let row = row.expect("a row");
        let far = if &row[at("alloc")] == "random" { "random" } else { "other" };
        let late = if row[at("year")].parse::<u32>().expect("a year") >= 1960 { "late" } else { "early" };
        writeln!(out, "{line},{far},{late}").expect("a line");
    }
    out.into_bytes()
}

#[test]
fn two_factors_as_metafor() {
    let more = &document("regression_more")["two_factors"];
    let script = "edition 2026\nset conventions metafor\nuse \"b.csv\"\npool outcome measure rr by far, late tau2 common\n\
                  pool outcome measure rr by far, late";
    let found = results("b.csv", two_factors(), script);
    let mut worst = Worst::default();
    let result = &found[0];
    for (i, cell) in more["cells"].as_array().expect("cells").iter().enumerate() {
        let groups = result["groups"].as_array().expect("groups");
        let group = groups.iter().find(|g| g["group"] == *cell).unwrap_or_else(|| panic!("{cell}"));
        worst.check("cell", "mean", more["means"][i].as_f64(), group["estimate"].as_f64(), 1e-8);
        worst.check("cell", "se", more["se"][i].as_f64(), group["se"].as_f64(), 1e-8);
    }
    let factors = result["between"]["factors"].as_array().expect("factors");
    for (i, (factor, key)) in [("far", "far_qm"), ("late", "late_qm"), ("far:late", "interaction_qm")].iter().enumerate() {
        assert_eq!(factors[i]["factor"], *factor);
        assert_eq!(factors[i]["df"], 1);
        let tolerance = if *key == "interaction_qm" { 1e-4 } else { 1e-8 };
        worst.check("factor", key, number(more, key), factors[i]["q"].as_f64(), tolerance);
    }
    worst.report("two factors");

    // With a tau2 of its own in each cell, the cells' means with their variances say the same
    // as Cochran's Q: of the cells together, and of the interaction by hand.
    let apart = &found[1];
    let groups = apart["groups"].as_array().expect("groups");
    assert_eq!(groups.len(), 4);
    let single: Vec<_> = groups.iter().filter(|g| g["k"] == 1).collect();
    assert_eq!(single.len(), 1, "one cell holds one study");
    assert_eq!(apart["between"]["df"], 2, "it is in no test");
    assert!(apart["notes"].as_array().expect("notes").iter().any(|n| n["code"] == "W422"));
    assert_eq!(result["between"]["df"], 3, "under a common tau2 it is in the test");
}
