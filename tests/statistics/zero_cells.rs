//! The policies for zero cells beside metafor, through the language: every measure of counts,
//! inverse variance, Mantel-Haenszel and Peto.

use crate::reference::{Worst, document, number, text};
use serde_json::Value;
use weald::report::DocumentJson;
use weald::store::Memory;
use weald::{Session, Source};

const ZEROS: &[u8] = include_bytes!("../reference/zero_cells.csv");

fn result(csv: &[u8], statement: &str) -> Value {
    let mut session = Session::with_files(Memory::new().with("d.csv", csv));
    let source = Source::new("script", format!("use \"d.csv\"\n{statement}"));
    let run = session.run(&source);
    assert!(run.ok(), "{statement}: {:?}", run.problems);
    let text = DocumentJson::new(2026, None, &source, &[], run.outcomes.iter()).render().expect("JSON");
    serde_json::from_str::<Value>(&text).expect("JSON")["results"][0].clone()
}

#[test]
fn every_policy_beside_metafor() {
    let mut worst = Worst::default();
    let (mut values, mut seen) = (0, Vec::new());
    for expected in document("zero_cells").as_array().expect("entries") {
        let (zero, measure, model) = (text(expected, "zero"), text(expected, "measure"), text(expected, "model"));
        let place = format!("{zero} {measure} {model}");
        let found = result(ZEROS, &format!("pool outcome measure {measure} model {model} zero {zero}"));
        let pairs = [
            ("estimate", &found["estimate"]),
            ("se", &found["se"]),
            ("p", &found["p"]),
            ("q", &found["heterogeneity"]["q"]),
            ("cmh", &found["tests"]["cmh"]["statistic"]),
            ("tarone", &found["tests"]["tarone"]["statistic"]),
        ];
        for (field, actual) in pairs {
            if let Some(value) = number(expected, field) {
                worst.check(&place, field, Some(value), actual.as_f64(), 1e-8);
                values += 1;
            }
        }
        seen.push((measure.to_owned(), model.to_owned(), zero.to_owned(), found["estimate"].as_f64().expect("an estimate")));
    }
    assert_eq!((seen.len(), values), (53, 216));
    worst.report("zero cells");
    // A setting that changed nothing under any model would be no setting.
    for zero in ["none", "only-zero-studies", "all-studies", "drop-double-zero", "tacc"] {
        let of = |z: &str| -> Vec<f64> { seen.iter().filter(|s| s.2 == z && s.1 == "common" && s.0 == "or").map(|s| s.3).collect() };
        for other in ["none", "only-zero-studies", "all-studies", "drop-double-zero", "tacc"] {
            assert!(zero == other || of(zero) != of(other), "{zero} is {other}");
        }
    }
}

#[test]
fn who_leaves_and_why() {
    let left = |statement: &str| -> Vec<(String, String)> {
        let found = result(ZEROS, statement);
        let studies = found["studies"].as_array().expect("studies").clone();
        let out = studies.iter().filter(|s| s["included"] == false);
        out.map(|s| (s["study"].as_str().unwrap_or("").to_owned(), s["reason"].as_str().unwrap_or("").to_owned())).collect()
    };
    let double = |names: &[(&str, &str)]| -> Vec<(String, String)> { names.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect() };
    let both = double(&[("C", "no events in either group"), ("D", "all people of both groups have the event")]);
    for model in ["common", "mh", "peto"] {
        assert_eq!(left(&format!("pool outcome measure or model {model}")), both, "{model}");
        assert_eq!(left(&format!("pool outcome measure or model {model} zero all-studies")), [], "{model}");
    }
    assert_eq!(left("pool outcome measure rd model mh"), []);
    assert_eq!(left("pool outcome measure rd model mh zero drop-double-zero"), both);
    // Counts are pooled without an effect of each study.
    assert_eq!(left("pool outcome measure or model mh zero none"), both);
    assert_eq!(left("pool outcome measure or model common zero none").len(), 4);
    let found = result(ZEROS, "pool outcome measure or model mh zero none");
    assert_eq!((&found["studies"][0]["included"], &found["studies"][0]["yi"]), (&true.into(), &Value::Null));
    assert!(found["studies"][0]["weight"].as_f64().is_some_and(|w| w > 0.0), "{found}");
}

/// One group without an event in any study: a test, and a reason in place of the estimate
/// (tests in `pooling_counts` hold the numbers beside metafor's).
#[test]
fn an_empty_margin() {
    let csv = b"study,events1,n1,events2,n2\nA,0,20,5,20\nB,0,40,4,38\nC,0,15,2,16\n";
    for (measure, model) in [("or", "mh"), ("rr", "mh")] {
        let found = result(csv, &format!("pool outcome measure {measure} model {model}"));
        assert_eq!(found["estimate"], Value::Null);
        assert_eq!(found["not_pooled"]["code"], "no_estimate", "{measure}");
        let cmh = &found["tests"]["cmh"];
        assert!(cmh["p"].as_f64().is_some_and(|p| p > 0.0 && p < 0.01), "{cmh}");
        assert_eq!(found["notes"][0]["code"], "W413", "{measure}");
    }
    let printed = result(csv, "let a = pool outcome measure or model mh\nprint \"{a.p(cmh):.6}\"");
    assert_eq!(printed["tests"]["cmh"]["df"], 1.0);
}
