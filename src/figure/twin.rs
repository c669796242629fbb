//! The numbers of a picture: a CSV beside it and a value in the JSON.

use crate::number;
use serde_json::{Map, Value, json};

/// Every number that a picture draws, row by row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Twin {
    /// Names of the numbers.
    pub columns: Vec<&'static str>,
    /// In order of drawing.
    pub rows: Vec<TwinRow>,
}

/// What one part of a picture draws.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TwinRow {
    /// What it is: `study`, `pooled`, `axis`, `text`.
    pub part: &'static str,
    /// Whose.
    pub label: String,
    /// With every digit, as many as there are columns or fewer.
    pub values: Vec<Option<f64>>,
    /// The texts drawn for it, rounded as drawn, ` | ` between them.
    pub shown: String,
}

impl Twin {
    /// Adds a row.
    pub fn row(&mut self, part: &'static str, label: impl Into<String>, values: Vec<Option<f64>>, shown: impl Into<String>) {
        self.rows.push(TwinRow { part, label: label.into(), values, shown: shown.into() });
    }

    /// Adds a line of text.
    pub fn text(&mut self, text: impl Into<String>) {
        self.row("text", "", Vec::new(), text);
    }

    /// Adds the labels at an axis.
    pub fn axis(&mut self, name: &str, ticks: &[(f64, String)]) {
        for (value, shown) in ticks {
            let mut values = vec![None; self.columns.len()];
            if let Some(first) = values.first_mut() {
                *first = Some(*value);
            }
            self.row("axis", name, values, shown.clone());
        }
    }

    /// As CSV; numbers with every digit.
    pub fn csv(&self) -> Vec<u8> {
        let mut out = csv::Writer::from_writer(Vec::new());
        let head = ["part", "label"].into_iter().chain(self.columns.iter().copied()).chain(["shown"]);
        let mut written = out.write_record(head);
        for row in &self.rows {
            let values = (0..self.columns.len()).map(|i| row.values.get(i).copied().flatten().map(number::full).unwrap_or_default());
            let cells: Vec<String> =
                [row.part.to_owned(), row.label.clone()].into_iter().chain(values).chain([row.shown.clone()]).collect();
            written = written.and_then(|()| out.write_record(cells));
        }
        // Memory does not fail, and every record has the same length.
        written.ok().and_then(|()| out.into_inner().ok()).unwrap_or_default()
    }

    /// As JSON: an object a row; what is not there is `null`.
    pub fn json(&self) -> Value {
        let row = |row: &TwinRow| {
            let mut object = Map::new();
            object.insert("part".into(), row.part.into());
            object.insert("label".into(), row.label.clone().into());
            for (i, name) in self.columns.iter().enumerate() {
                object.insert((*name).to_owned(), json!(row.values.get(i).copied().flatten().filter(|x| x.is_finite())));
            }
            object.insert("shown".into(), row.shown.clone().into());
            Value::Object(object)
        };
        Value::Array(self.rows.iter().map(row).collect())
    }
}
