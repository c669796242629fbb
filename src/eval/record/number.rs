//! Numbers as exact decimal text: `0.10`, `0.1` and `1e-1` are one number.

/// The shortest decimal text of the same number, without an exponent. A text that is no number stays as it is.
///
/// ```
/// use weald::eval::record::decimal;
/// assert_eq!(decimal("0.10"), "0.1");
/// assert_eq!(decimal("-1.50e2"), "-150");
/// assert_eq!(decimal("-0.0"), "0");
/// ```
pub fn decimal(text: &str) -> String {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let plain = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let exponent: Option<i32> = exponent.parse().ok().filter(|e: &i32| e.abs() < 400);
    let (Some(exponent), true) = (exponent, plain(whole) && plain(fraction) && !(whole.is_empty() && fraction.is_empty())) else {
        return text.to_owned();
    };
    let digits: String = format!("{whole}{fraction}");
    let point = whole.len() as i32 + exponent;
    let (before, after) = match usize::try_from(point) {
        Ok(p) if p >= digits.len() => (format!("{digits}{}", "0".repeat(p - digits.len())), String::new()),
        Ok(p) => (digits[..p].to_owned(), digits[p..].to_owned()),
        Err(_) => ("0".to_owned(), format!("{}{digits}", "0".repeat(point.unsigned_abs() as usize))),
    };
    let before = before.trim_start_matches('0');
    let before = if before.is_empty() { "0" } else { before };
    let after = after.trim_end_matches('0');
    match (before, after) {
        ("0", "") => "0".to_owned(),
        (b, "") => format!("{sign}{b}"),
        (b, a) => format!("{sign}{b}.{a}"),
    }
}

/// A number that was computed or read as a double.
pub(super) fn of_float(x: f64) -> String {
    decimal(&crate::number::full(x))
}

/// A stretch of time, its number in one spelling: `8.0w` is `8w`.
pub(super) fn duration(text: &str) -> String {
    let unit = text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
    format!("{}{}", decimal(&text[..unit]), &text[unit..])
}
