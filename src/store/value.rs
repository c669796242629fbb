//! Values of moderators and characteristics.

use super::cell::{is_missing, json_number, number};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a moderator or a characteristic holds for one row or study.
///
/// In JSON a number is a number (or `{"number": "1.50"}` where its text says more than
/// its value), a text is a text and a missing value is `null`.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// A number, with the text it was written as.
    Number {
        /// Its value.
        value: f64,
        /// Its text, `1.50` for instance.
        text: String,
    },
    /// A word or a phrase.
    Text(String),
    /// Not reported.
    #[default]
    Missing,
}

impl Value {
    /// Reads a cell: missing, a number if it looks like one, else text.
    pub fn infer(text: &str) -> Self {
        let text = text.trim();
        if is_missing(text) {
            return Value::Missing;
        }
        match number(text, false) {
            Some((text, value)) => Value::Number { value, text },
            None => Value::Text(text.to_owned()),
        }
    }

    /// A text, or missing where the cell says so.
    pub fn of_text(text: &str) -> Self {
        let text = text.trim();
        if is_missing(text) { Value::Missing } else { Value::Text(text.to_owned()) }
    }

    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Number { value, .. } => Some(*value),
            _ => None,
        }
    }

    /// The text as written, if there is a value.
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Number { text, .. } | Value::Text(text) => Some(text),
            Value::Missing => None,
        }
    }

    /// Whether nothing is known.
    pub fn is_missing(&self) -> bool {
        matches!(self, Value::Missing)
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.text().unwrap_or("NA"))
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Missing => serializer.serialize_none(),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Number { text, .. } => match json_number(text) {
                Some(number) => number.serialize(serializer),
                None => serializer.collect_map([("number", text)]),
            },
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        use serde_json::Value as Json;
        let wrong = || D::Error::custom("expected a number, a text, null or {\"number\": \"1.50\"}");
        match Json::deserialize(deserializer)? {
            Json::Null => Ok(Value::Missing),
            Json::String(text) => Ok(Value::of_text(&text)),
            Json::Bool(truth) => Ok(Value::Text(truth.to_string())),
            Json::Number(n) => Ok(Value::infer(&n.to_string())),
            Json::Object(fields) if fields.len() == 1 => {
                let text = fields.get("number").and_then(Json::as_str).ok_or_else(wrong)?;
                let (text, value) = number(text, false).ok_or_else(wrong)?;
                Ok(Value::Number { value, text })
            }
            _ => Err(wrong()),
        }
    }
}
