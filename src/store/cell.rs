//! One number as it was written: the only place that turns text into a statistic.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A reported number with its text: `1.50` stays `1.50`, and `<0.001` is a bound.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cell {
    /// The text, with a decimal point and an ASCII minus.
    pub text: String,
    /// The number in it.
    pub value: f64,
    /// Whether it is the number itself or a bound on it.
    pub bound: Bound,
}

/// How a reported number relates to the true one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bound {
    /// It is the number.
    #[default]
    Exact,
    /// The true number is below, as in `<0.001`.
    Below,
    /// The true number is above, as in `>0.05`.
    Above,
}

/// How numbers are written in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// `0,5` is a half.
    pub decimal_comma: bool,
    /// `<0.001` is allowed, as it is for `p`.
    pub bounds: bool,
}

/// Why a text is no number, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// What is wrong, for instance "`12%` is a percentage, not a number".
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Cell {
    /// A cell from a number that was computed, not typed.
    pub fn exact(value: f64) -> Self {
        let text = if value == value.trunc() && value.abs() < 1e15 { format!("{value:.0}") } else { value.to_string() };
        Cell { text, value, bound: Bound::Exact }
    }

    /// Reads a text that is not missing.
    pub fn parse(text: &str, style: Style) -> Result<Self, Unreadable> {
        let text = text.trim();
        let (bound, body) = if style.bounds { split_bound(text) } else { (Bound::Exact, text) };
        match number(body, style.decimal_comma) {
            Some((plain, value)) => {
                let text = match bound {
                    Bound::Exact => plain,
                    Bound::Below => format!("<{plain}"),
                    Bound::Above => format!(">{plain}"),
                };
                Ok(Cell { text, value, bound })
            }
            None => Err(super::unreadable::explain(text, style)),
        }
    }
}

/// Whether a cell says that nothing is known: empty, `NA` or `.`.
pub fn is_missing(text: &str) -> bool {
    matches!(text.trim(), "" | "NA" | ".")
}

/// Splits `p < .001` into its bound and the number's text.
fn split_bound(text: &str) -> (Bound, &str) {
    let body = match text.strip_prefix(['p', 'P']) {
        Some(rest) if rest.trim_start().starts_with(['<', '>', '=', '≤', '≥']) => rest.trim_start(),
        _ => text,
    };
    for (sign, bound) in [
        ("<=", Bound::Below),
        (">=", Bound::Above),
        ("<", Bound::Below),
        ("≤", Bound::Below),
        (">", Bound::Above),
        ("≥", Bound::Above),
        ("=", Bound::Exact),
    ] {
        if let Some(rest) = body.strip_prefix(sign) {
            return (bound, rest.trim_start());
        }
    }
    (Bound::Exact, body)
}

/// The normalised text and the value of a plain finite number such as `-0.5`, `.5` or `1e-3`.
pub(crate) fn number(text: &str, decimal_comma: bool) -> Option<(String, f64)> {
    // Most cells are written so already: no text is made before it is known to be a number.
    if !decimal_comma && text.is_ascii() {
        let value: f64 = if is_decimal(text) { text.parse().ok()? } else { return None };
        return value.is_finite().then(|| (text.to_owned(), value));
    }
    let mut plain = text.replace('\u{2212}', "-");
    if decimal_comma {
        if plain.contains('.') {
            return None;
        }
        plain = plain.replace(',', ".");
    }
    if !is_decimal(&plain) {
        return None;
    }
    let value: f64 = plain.parse().ok()?;
    value.is_finite().then_some((plain, value))
}

/// Whether a text is a sign, digits with at most one point, and an exponent.
fn is_decimal(text: &str) -> bool {
    let body = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (body, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let exponent_holds = exponent.is_none_or(|e| {
        let e = e.strip_prefix(['+', '-']).unwrap_or(e);
        !e.is_empty() && digits(e)
    });
    digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty()) && exponent_holds
}

/// The JSON number that prints exactly as this text, if there is one.
pub(crate) fn json_number(text: &str) -> Option<serde_json::Number> {
    let number: serde_json::Number = match text.parse::<i64>() {
        Ok(whole) => whole.into(),
        Err(_) => serde_json::Number::from_f64(text.parse().ok()?)?,
    };
    (number.to_string() == text).then_some(number)
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match json_number(&self.text) {
            Some(number) if self.bound == Bound::Exact => number.serialize(serializer),
            _ => serializer.serialize_str(&self.text),
        }
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        use serde_json::Value as Json;
        let text = match Json::deserialize(deserializer)? {
            Json::String(text) => text,
            Json::Number(number) => number.to_string(),
            other => {
                return Err(D::Error::custom(format!("`{other}` is not a number; leave the field out if it is missing")));
            }
        };
        let style = Style { bounds: true, ..Style::default() };
        Cell::parse(&text, style).map_err(|e| D::Error::custom(format!("{}; {}", e.message, e.help)))
    }
}
