//! Reading of the reference values, and comparison to the agreement their README states.
#![allow(dead_code)]

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Data sets whose JSON holds cases of one effect-size measure each.
pub const DATASETS: [&str; 10] = [
    "bangertdrowns2004",
    "bcg",
    "hackshaw1998",
    "hart1999",
    "molloy2014",
    "nielweise2007",
    "normand1999",
    "pritz1997",
    "raudenbush1985",
    "yusuf1985",
];

/// One measure of one data set: effects and variances without the pairs that are null.
pub struct Case {
    pub dataset: String,
    pub measure: String,
    pub y: Vec<f64>,
    pub v: Vec<f64>,
    pub json: Value,
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(name)
}

pub fn document(name: &str) -> Value {
    let file = path(&format!("{name}.json"));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
}

pub fn csv(name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path(&format!("{name}.csv"))).expect("a CSV");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

pub fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    for name in DATASETS {
        let document = document(name);
        for json in document["cases"].as_array().expect("cases") {
            let list = |key: &str| -> Vec<Option<f64>> { json[key].as_array().expect(key).iter().map(Value::as_f64).collect() };
            let pairs = list("yi").into_iter().zip(list("vi"));
            let (y, v) = pairs.filter_map(|(y, v)| Some((y?, v?))).unzip();
            let measure = text(json, "measure").to_owned();
            all.push(Case { dataset: name.to_owned(), measure, y, v, json: json.clone() });
        }
    }
    assert_eq!(all.len(), 35);
    all
}

pub fn number(json: &Value, key: &str) -> Option<f64> {
    json.get(key).and_then(Value::as_f64)
}

pub fn text<'a>(json: &'a Value, key: &str) -> &'a str {
    json.get(key).and_then(Value::as_str).unwrap_or_else(|| panic!("no text {key} in {json}"))
}

/// The worst disagreement of each field.
#[derive(Default)]
pub struct Worst {
    fields: BTreeMap<String, (f64, String)>,
    failures: Vec<String>,
    compared: usize,
}

impl Worst {
    /// Compares a value with what is expected; both absent agree.
    pub fn check(&mut self, place: &str, field: &str, expected: Option<f64>, actual: Option<f64>, tolerance: f64) {
        self.compared += 1;
        let (e, a) = match (expected, actual) {
            (None, None) => return,
            (Some(e), Some(a)) => (e, a),
            _ => {
                self.failures.push(format!("{place} {field}: {actual:?}, expected {expected:?}"));
                return;
            }
        };
        let stands_for_zero = field.contains("tau2") && !field.starts_with("se") && e < 1e-10 || field == "i2" && e < 1e-6 || e == 0.0;
        let error = if stands_for_zero { if a.abs() <= 1e-10 { 0.0 } else { f64::INFINITY } } else { (a - e).abs() / e.abs() };
        if error.is_nan() || error > tolerance {
            self.failures.push(format!("{place} {field}: {a:e}, expected {e:e}, error {error:e}"));
        }
        let entry = self.fields.entry(field.to_owned()).or_insert((0.0, String::new()));
        if error > entry.0 {
            *entry = (error, place.to_owned());
        }
    }

    /// Prints the worst of each field and fails if any is out of tolerance.
    pub fn report(self, name: &str) {
        println!("{name}: {} comparisons", self.compared);
        for (field, (error, place)) in &self.fields {
            println!("  {field:10} {error:.2e}  {place}");
        }
        let n = self.failures.len();
        let shown: Vec<_> = self.failures.iter().take(60).cloned().collect();
        assert!(n == 0, "{n} of {} out of tolerance:\n{}", self.compared, shown.join("\n"));
    }
}
