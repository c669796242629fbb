//! Results of plans before there are data.

use super::Outcome;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// A result made of synthetic rows: it shows the shape of a report, and says nothing. Written out, it holds no number.
#[derive(Debug, Clone, Serialize)]
pub struct SyntheticResult {
    /// The planned analysis.
    pub id: String,
    /// What it is for.
    pub role: &'static str,
    /// Its statement.
    pub statement: String,
    /// How many studies were made up.
    pub studies: usize,
    /// What its result will look like.
    #[serde(serialize_with = "without_numbers")]
    pub shell: Box<Outcome>,
}

fn without_numbers<S: Serializer>(shell: &Outcome, to: S) -> Result<S::Ok, S::Error> {
    let mut value = serde_json::to_value(shell).map_err(serde::ser::Error::custom)?;
    empty(&mut value);
    value.serialize(to)
}

/// Numbers become null, and so do the sentences about them.
fn empty(value: &mut Value) {
    match value {
        Value::Number(_) => *value = Value::Null,
        Value::Array(items) => items.iter_mut().for_each(empty),
        Value::Object(fields) => {
            for (name, field) in fields {
                match name.as_str() {
                    "notes" => *field = Value::Array(Vec::new()),
                    "reason" | "excluded" | "values" | "steps" => *field = Value::Null,
                    _ => empty(field),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}
