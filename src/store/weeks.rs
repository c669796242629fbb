//! Stretches of time as texts.

/// A time in weeks, from texts such as `12 weeks`, `-2w`, `3 months`, or a bare number of weeks.
///
/// ```
/// use weald::store::weeks;
/// assert_eq!(weeks("-2w"), Some(-2.0));
/// assert_eq!(weeks("14 days"), Some(2.0));
/// assert_eq!(weeks("soon"), None);
/// ```
pub fn weeks(text: &str) -> Option<f64> {
    let text = text.trim().to_lowercase();
    let (sign, rest) = text.strip_prefix('-').map_or((1.0, text.as_str()), |rest| (-1.0, rest.trim_start()));
    let digits = rest.find(|ch: char| !ch.is_ascii_digit() && ch != '.').unwrap_or(rest.len());
    let x = sign * rest[..digits].parse::<f64>().ok()?;
    match rest[digits..].trim() {
        "" => Some(x),
        u if u.starts_with('d') => Some(x / 7.0),
        u if u.starts_with('w') => Some(x),
        u if u.starts_with('m') => Some(x * 4.348),
        u if u.starts_with('y') => Some(x * 52.18),
        _ => None,
    }
}
