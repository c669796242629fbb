//! Values of expressions.

use std::fmt;
use unicode_width::UnicodeWidthStr;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Not there: an empty cell, a statistic that does not exist.
    Missing,
    /// A number.
    Number(f64),
    /// A percentage; `50%` is 50.
    Percent(f64),
    /// Text.
    Text(String),
    /// True or false.
    Bool(bool),
    /// A word of the language, such as `reml` in `[dl, reml]`.
    Word(String),
    /// A list.
    List(Vec<Value>),
    /// A result, by the key it is kept under.
    Analysis(String),
    /// Not known before the data are looked at (check only).
    Unknown(Kind),
}

/// The kind of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any.
    Any,
    /// A number.
    Number,
    /// A percentage.
    Percent,
    /// Text.
    Text,
    /// True or false.
    Bool,
    /// A word.
    Word,
    /// A list.
    List,
    /// A result.
    Analysis,
}

impl Kind {
    /// What to call it.
    pub fn noun(self) -> &'static str {
        match self {
            Kind::Any => "a value",
            Kind::Number => "a number",
            Kind::Percent => "a percentage",
            Kind::Text => "text",
            Kind::Bool => "true or false",
            Kind::Word => "a word",
            Kind::List => "a list",
            Kind::Analysis => "a result",
        }
    }
}

impl Value {
    /// Its kind; a missing value could be any.
    pub fn kind(&self) -> Kind {
        match self {
            Value::Missing => Kind::Any,
            Value::Number(_) => Kind::Number,
            Value::Percent(_) => Kind::Percent,
            Value::Text(_) => Kind::Text,
            Value::Bool(_) => Kind::Bool,
            Value::Word(_) => Kind::Word,
            Value::List(_) => Kind::List,
            Value::Analysis(_) => Kind::Analysis,
            Value::Unknown(kind) => *kind,
        }
    }

    /// Whether it waits for the data.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Value::Unknown(_))
    }

    /// A number, missing where it is none.
    pub fn from_f64(x: f64) -> Value {
        if x.is_nan() { Value::Missing } else { Value::Number(x) }
    }

    /// Text or word.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(s) | Value::Word(s) => Some(s),
            _ => None,
        }
    }

    /// With this many digits after the point, where it is a number.
    pub fn display(&self, digits: Option<u8>) -> String {
        match (self, digits) {
            (Value::Number(x), Some(d)) => crate::number::fixed(*x, usize::from(d)),
            (Value::Percent(x), Some(d)) => format!("{}%", crate::number::fixed(*x, usize::from(d))),
            (Value::List(items), digits) => {
                let inner: Vec<String> = items.iter().map(|v| v.display(digits)).collect();
                format!("[{}]", inner.join(", "))
            }
            _ => self.to_string(),
        }
    }
}

impl Value {
    /// The same in at least `width` columns: texts begin at the left, everything else ends at the right.
    pub fn filled(&self, width: Option<u8>, digits: Option<u8>) -> String {
        let text = self.display(digits);
        let space = " ".repeat(usize::from(width.unwrap_or(0)).saturating_sub(text.width()));
        if self.as_text().is_some() { text + &space } else { space + &text }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Missing => f.write_str("NA"),
            Value::Number(x) => f.write_str(&crate::number::plain(*x)),
            Value::Percent(x) => write!(f, "{}%", crate::number::plain(*x)),
            Value::Text(s) | Value::Word(s) | Value::Analysis(s) => f.write_str(s),
            Value::Bool(b) => write!(f, "{b}"),
            Value::List(_) => f.write_str(&self.display(None)),
            Value::Unknown(kind) => write!(f, "<{}>", kind.noun()),
        }
    }
}
