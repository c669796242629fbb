//! The reference values through the language: scripts that read the CSV files, and the JSON
//! that comes out, compared with metafor to the agreement stated in `tests/reference`.

use crate::reference::{DATASETS, Worst, document, number, text};
use crate::scripts::{json, measure, results, run_on};
use serde_json::Value;
use std::fmt::Write as _;

fn head(dataset: &str) -> String {
    format!("edition 2026\nset conventions metafor\nuse \"{dataset}.csv\"\n")
}

fn tolerance(dataset: &str, measure: &str, model: &str) -> f64 {
    // The likelihood is flat there; tests/reference/README.md.
    let flat = model == "ml" && [("hart1999", "ird"), ("nielweise2007", "rd")].contains(&(dataset, measure));
    if flat { 1e-6 } else { 1e-8 }
}

/// One fit of metafor and one result of the language.
fn compare(worst: &mut Worst, place: &str, fit: &Value, result: &Value, tolerance: f64) {
    let random = fit["model"] != "ee";
    let h = &result["heterogeneity"];
    let pairs = [
        ("coef", &result["estimate"]),
        ("se", &result["se"]),
        ("stat", &result["statistic"]),
        ("ddf", &result["df"]),
        ("p", &result["p"]),
        ("ci_lower", &result["ci"][0]),
        ("ci_upper", &result["ci"][1]),
        ("i2", &h["i2"]),
        ("h2", &h["h2"]),
        ("q", &h["q"]),
        ("q_p", &h["p"]),
        ("q_df", &h["df"]),
        ("pi_lower", &result["pi"][0]),
        ("pi_upper", &result["pi"][1]),
        ("ll", &result["log_likelihood"]),
        ("tau2", &h["tau2"]),
        ("se_tau2", &h["tau2_se"]),
    ];
    for (field, actual) in pairs {
        // metafor writes a tau2 of 0 for the common effect, Weald that it has none.
        let expected = number(fit, field).filter(|_| random || field != "tau2");
        worst.check(place, field, expected, actual.as_f64(), tolerance);
    }
    assert_eq!(result["k"], fit["k"], "{place} k");
    let weights: f64 = result["studies"].as_array().expect("studies").iter().filter_map(|s| s["weight"].as_f64()).sum();
    assert!((weights - 100.0).abs() < 1e-9, "{place}: weights sum to {weights}");
}

#[test]
fn every_effect_and_fit_in_the_words_of_a_script() {
    let mut worst = Worst::default();
    let (mut fits, mut effects) = (0, 0);
    let precise = document("precise");
    let hart = precise.as_array().expect("cases").iter().find(|c| c["name"] == "hart1999 ird").expect("case");
    for dataset in DATASETS {
        let document = document(dataset);
        for case in document["cases"].as_array().expect("cases") {
            let label = text(case, "measure");
            let mut script = head(dataset);
            let expected = case["fits"].as_array().expect("fits");
            for (i, fit) in expected.iter().enumerate() {
                let (model, test) = (text(fit, "model"), text(fit, "test"));
                writeln!(script, "let r{i} = pool outcome measure {} model {model} ci {test}", measure(label)).expect("a line");
            }
            let found = results(dataset, &script);
            assert_eq!(found.len(), expected.len(), "{dataset} {label}");
            for (fit, result) in expected.iter().zip(&found) {
                let place = format!("{dataset} {label} {} {}", text(fit, "model"), text(fit, "test"));
                let mut fit = fit.clone();
                if place == "hart1999 ird reml z" {
                    // Where metafor stopped iterating leaves these two off by 1.5e-8; 50 digits take their place.
                    let digits = |v: &Value| -> f64 { v.as_str().expect("digits").parse().expect("a number") };
                    fit["p"] = digits(&hart["reml"]["p"]).into();
                    fit["pi_upper"] = digits(&hart["reml"]["pi_normal"][1]).into();
                }
                compare(&mut worst, &place, &fit, result, tolerance(dataset, label, text(&fit, "model")));
                fits += 1;
            }
            let studies = found[0]["studies"].as_array().expect("studies");
            let (yi, vi) = (case["yi"].as_array().expect("yi"), case["vi"].as_array().expect("vi"));
            assert_eq!(studies.len(), yi.len(), "{dataset} {label}");
            for (study, (y, v)) in studies.iter().zip(yi.iter().zip(vi)) {
                let place = format!("{dataset} {label} {}", study["study"]);
                worst.check(&place, "yi", y.as_f64(), study["yi"].as_f64(), 1e-8);
                worst.check(&place, "vi", v.as_f64(), study["vi"].as_f64(), 1e-8);
                assert_eq!(study["included"].as_bool(), Some(!y.is_null()), "{place}");
                assert_eq!(study["reason"].is_null(), !y.is_null(), "{place}");
                effects += usize::from(!y.is_null());
            }
        }
    }
    assert_eq!((fits, effects), (1540, 554));
    worst.report("fits");
}

#[test]
fn every_q_profile_interval() {
    let mut worst = Worst::default();
    let mut empty = 0;
    for dataset in DATASETS {
        for case in document(dataset)["cases"].as_array().expect("cases") {
            let label = text(case, "measure");
            let script = format!("{}pool outcome measure {} model reml", head(dataset), measure(label));
            let found = results(dataset, &script);
            let h = &found[0]["heterogeneity"];
            let expected = &case["tau2_ci_qprofile"];
            let place = format!("{dataset} {label}");
            if expected["empty"] == true {
                assert!(h["tau2_ci"].is_null() && h["i2_ci"].is_null(), "{place}: {h}");
                let notes = found[0]["notes"].as_array().expect("notes");
                assert!(notes.iter().any(|n| text(n, "text").contains("empty")), "{place}: {notes:?}");
                empty += 1;
                continue;
            }
            for side in [0, 1] {
                for (field, actual) in [("tau2", &h["tau2_ci"]), ("i2", &h["i2_ci"])] {
                    worst.check(&place, field, expected[field][side].as_f64(), actual[side].as_f64(), 1e-6);
                }
            }
        }
    }
    assert_eq!(empty, 2);
    worst.report("Q-profile");
}

#[test]
fn mantel_haenszel_and_peto() {
    let mut worst = Worst::default();
    let (mut entries, mut tests) = (0, 0);
    for dataset in ["bcg", "nielweise2007", "yusuf1985", "hart1999"] {
        for expected in document(dataset)["classic"].as_array().expect("classic") {
            let (method, label) = (text(expected, "method"), expected["measure"].as_str().unwrap_or("peto"));
            let script = format!("{}pool outcome measure {label} model {method}", head(dataset));
            let result = &results(dataset, &script)[0];
            let place = format!("{dataset} {method} {label}");
            let h = &result["heterogeneity"];
            let pairs = [
                ("estimate", &result["estimate"]),
                ("se", &result["se"]),
                ("p", &result["p"]),
                ("ci_lower", &result["ci"][0]),
                ("ci_upper", &result["ci"][1]),
                ("q", &h["q"]),
                ("q_p", &h["p"]),
                ("i2", &h["i2"]),
                ("mh", &result["tests"]["cmh"]["statistic"]),
                ("mh_p", &result["tests"]["cmh"]["p"]),
                ("ta", &result["tests"]["tarone"]["statistic"]),
                ("ta_p", &result["tests"]["tarone"]["p"]),
            ];
            for (field, actual) in pairs {
                if let Some(value) = number(expected, field) {
                    tests += usize::from(field == "mh" || field == "ta");
                    worst.check(&place, field, Some(value), actual.as_f64(), 1e-8);
                }
            }
            assert_eq!(result["model"], method, "{place}");
            entries += 1;
        }
    }
    assert_eq!((entries, tests), (14, 6));
    worst.report("classic");
}

#[test]
fn effects_combined_within_studies() {
    let mut worst = Worst::default();
    let mut studies = 0;
    for case in document("assink2016")["cases"].as_array().expect("cases") {
        if !text(case, "structure").starts_with("aggregate") {
            continue;
        }
        let rho = number(case, "assumed_rho").expect("rho");
        let script = format!("{}pool outcome measure generic combine rho {rho} model reml ci wald", head("assink2016"));
        let result = &results("assink2016", &script)[0];
        let mut fit = case["reml"].clone();
        fit["model"] = "reml".into();
        compare(&mut worst, &format!("rho {rho}"), &fit, result, 1e-8);
        let included: Vec<&Value> = result["studies"].as_array().expect("studies").iter().filter(|s| s["included"] == true).collect();
        let names = case["study"].as_array().expect("study");
        assert_eq!(included.len(), names.len());
        for (i, name) in names.iter().enumerate() {
            let own = included.iter().find(|s| s["study"] == *name).unwrap_or_else(|| panic!("no {name}"));
            worst.check(&format!("rho {rho} {name}"), "yi", case["yi"][i].as_f64(), own["yi"].as_f64(), 1e-8);
            worst.check(&format!("rho {rho} {name}"), "vi", case["vi"][i].as_f64(), own["vi"].as_f64(), 1e-8);
            studies += 1;
        }
    }
    assert_eq!(studies, 51);
    worst.report("combined");
}

/// A table of `conversions.json` as a tidy CSV; a row per value of its columns.
fn tidy(table: &Value, columns: &[&str]) -> Vec<u8> {
    let mut out = format!("study,{}\n", columns.join(","));
    let rows = table[columns[0]].as_array().expect("a column").len();
    for i in 0..rows {
        let cells: Vec<String> = columns.iter().map(|c| table[c][i].to_string()).collect();
        writeln!(out, "S{i},{}", cells.join(",")).expect("a line");
    }
    out.into_bytes()
}

#[test]
fn conversions_from_a_data_file() {
    let mut worst = Worst::default();
    let all = document("conversions");
    let script = |measure: &str| format!("set conventions metafor\nuse \"c.csv\"\npool outcome measure {measure} model common");
    let mut compare = |place: &str, measure: &str, csv: Vec<u8>, yi: &Value, vi: &Value| {
        let found = json(&run_on("c.csv", csv, &script(measure)));
        let studies = found[0]["studies"].as_array().expect("studies");
        assert_eq!(studies.len(), vi.as_array().expect("vi").len(), "{place}");
        for (i, study) in studies.iter().enumerate() {
            let place = format!("{place} {i}");
            worst.check(&place, "yi", yi[i].as_f64(), study["yi"].as_f64(), 1e-8);
            worst.check(&place, "vi", vi[i].as_f64(), study["vi"].as_f64(), 1e-8);
        }
    };
    for (key, column) in [("smd_from_t", "t"), ("smd_from_d", "d")] {
        let table = &all[key];
        compare(key, "smd", tidy(table, &["n1", "n2", column]), &table["yi"], &table["vi"]);
    }
    // A file's p and F carry no sign; the table's do, so the group that they favour takes it over.
    for (key, column) in [("smd_from_p", "p"), ("smd_from_F", "F")] {
        let mut table = all[key].clone();
        let signs: Vec<f64> = table[column].as_array().expect("values").iter().filter_map(Value::as_f64).collect();
        table["favours"] = signs.iter().map(|x| if *x < 0.0 { 2 } else { 1 }).collect();
        table[column] = signs.iter().map(|x| x.abs()).collect();
        compare(key, "smd", tidy(&table, &["n1", "n2", column, "favours"]), &table["yi"], &table["vi"]);
    }
    let table = &all["from_ci"];
    compare("from_ci", "md", tidy(table, &["yi", "ci_lower", "ci_upper"]), &table["yi"], &table["vi"]);
    let table = &all["pre_post"];
    for measure in ["smcr", "smcc", "mc", "romc"] {
        let csv = tidy(table, &["n", "mean_pre", "sd_pre", "mean_post", "sd_post", "r"]);
        compare(measure, measure, csv, &table[measure]["yi"], &table[measure]["vi"]);
    }
    worst.report("conversions");
}

#[test]
fn means_and_sds_from_five_numbers_in_a_data_file() {
    let all = document("conversions");
    let mut worst = Worst::default();
    for (key, wanted) in
        [("five_number", &all["five_number"]["methods"][0]), ("median_iqr", &all["median_iqr"]), ("median_range", &all["median_range"])]
    {
        let rows = all[key]["input"].as_array().expect("rows");
        let columns: Vec<&String> = rows[0].as_object().expect("a row").keys().collect();
        let head: Vec<String> = columns.iter().map(|c| format!("{c}1")).collect();
        let mut csv = format!("study,{},n2,mean2,sd2\n", head.join(","));
        for (i, row) in rows.iter().enumerate() {
            let cells: Vec<String> = columns.iter().map(|c| row[c.as_str()].to_string()).collect();
            writeln!(csv, "S{i},{},50,10,3", cells.join(",")).expect("a line");
        }
        let found = json(&run_on("f.csv", csv.into_bytes(), "use \"f.csv\"\npool outcome measure md model common"));
        let studies = found[0]["studies"].as_array().expect("studies");
        assert_eq!(studies.len(), rows.len(), "{key}");
        for (i, study) in studies.iter().enumerate() {
            let place = format!("{key} {i}");
            let (n, sd) = (number(&rows[i], "n").expect("n"), wanted["sd"][i].as_f64().expect("sd"));
            worst.check(&place, "mean", wanted["mean"][i].as_f64(), study["yi"].as_f64().map(|y| y + 10.0), 1e-8);
            worst.check(&place, "vi", Some(sd * sd / n + 9.0 / 50.0), study["vi"].as_f64(), 1e-8);
            assert!(study["remarks"].to_string().contains("median"), "{study}");
        }
    }
    worst.report("five numbers");
}
