//! The only place that turns numbers into text for people.
//!
//! Decimals are rounded from the exact binary value, a tie away from zero, and
//! zero has no sign. What is missing or undefined is `NA`. The minus is the ASCII
//! hyphen, so that every number can be pasted back into a script or a spreadsheet.

/// What stands for a number that does not exist.
pub const MISSING: &str = "NA";

/// Above this a fixed number of decimals says nothing.
const HUGE: f64 = 1e9;

/// `x` with this many decimals.
pub fn fixed(x: f64, decimals: usize) -> String {
    if x.is_nan() {
        return MISSING.into();
    }
    if x.is_infinite() {
        return if x > 0.0 { "Inf".into() } else { "-Inf".into() };
    }
    if x.abs() >= HUGE {
        return scientific(x, 3);
    }
    unsigned_zero(format!("{:.decimals$}", away_from_tie(x, decimals)))
}

/// `x`, moved by one unit in the last place if it lies exactly between two decimals.
///
/// A double that is not the tie itself differs from it within 20 further digits.
fn away_from_tie(x: f64, decimals: usize) -> f64 {
    // A tie times 2 10^decimals is a whole number. Each factor of 10 is off by half a unit in the
    // last place at most: what is farther from every whole number is no tie, and most are not.
    let doubled = (0..decimals).fold(2.0 * x, |product, _| product * 10.0);
    if (doubled - doubled.round()).abs() > doubled.abs() * 1.2e-16 * (decimals + 1) as f64 {
        return x;
    }
    let long = format!("{:.*}", decimals + 22, x);
    let tail = &long[long.len() - 22..];
    let tie = tail.strip_prefix('5').is_some_and(|rest| rest.bytes().all(|b| b == b'0'));
    match tie {
        true if x > 0.0 => x.next_up(),
        true => x.next_down(),
        false => x,
    }
}

/// `-0.00` is `0.00`.
fn unsigned_zero(text: String) -> String {
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|b| b == b'0' || b == b'.') => rest.to_owned(),
        _ => text,
    }
}

/// `1.23e-7`, with this many significant digits.
fn scientific(x: f64, digits: usize) -> String {
    format!("{:.*e}", digits.saturating_sub(1), x)
}

/// `x` with this many significant digits, trailing zeros of the fraction removed.
pub fn significant(x: f64, digits: usize) -> String {
    if !x.is_finite() {
        return fixed(x, 0);
    }
    if x == 0.0 {
        return "0".into();
    }
    let magnitude = exponent(x);
    if !(-6..9).contains(&magnitude) {
        return scientific(x, digits);
    }
    let decimals = usize::try_from(digits as i32 - 1 - magnitude).unwrap_or(0);
    trimmed(fixed(x, decimals))
}

/// Without trailing zeros of the fraction.
fn trimmed(text: String) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// The power of ten of the first digit.
fn exponent(x: f64) -> i32 {
    let text = format!("{:e}", x.abs());
    text.split_once('e').and_then(|(_, e)| e.parse().ok()).unwrap_or(0)
}

/// Decimals for effects of this size: two, three significant digits below 0.1, fewer for large ones.
///
/// The largest absolute value decides, so an interval around zero keeps its digits.
pub fn decimals(values: impl IntoIterator<Item = f64>) -> usize {
    let largest = values.into_iter().filter(|x| x.is_finite()).fold(0.0_f64, |a, x| a.max(x.abs()));
    match largest {
        0.0 => 2,
        x if x < 0.1 => usize::try_from(2 - exponent(x)).unwrap_or(2).min(8),
        x if x < 1000.0 => 2,
        x if x < 10_000.0 => 1,
        _ => 0,
    }
}

/// How the numbers of one result are written, its estimates and all their limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digits {
    /// The same decimals for all: differences, whose distance counts.
    Decimals(usize),
    /// Each with digits of its own: ratios, of which 0.007 is as far from 1 as 140 is.
    Ratios,
}

impl From<usize> for Digits {
    fn from(decimals: usize) -> Self {
        Digits::Decimals(decimals)
    }
}

impl Digits {
    /// A number in these digits.
    pub fn show(self, x: f64) -> String {
        match self {
            Digits::Decimals(decimals) => fixed(x, decimals),
            Digits::Ratios => ratio(x),
        }
    }
}

/// A ratio: two decimals, and never fewer than two significant digits.
///
/// From 0.1 to 1000 two decimals, below that two significant digits, above it none; what is smaller
/// than 0.0001 or larger than 100,000 stands as a power of ten, such as `5.9e-6` and `1.7e6`.
pub fn ratio(x: f64) -> String {
    match x.abs() {
        m if !m.is_finite() || m == 0.0 => fixed(x, 2),
        m if !(0.000_099_5..99_999.5).contains(&m) => scientific(x, 2),
        m if m < 0.0995 => fixed(x, usize::try_from(1 - exponent(x)).unwrap_or(2)),
        m if m < 999.995 => fixed(x, 2),
        _ => fixed(x, 0),
    }
}

/// The three parts of `0.89 [-0.03, 1.81]`, so that a column of them can be aligned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    /// The point, empty for an interval without one.
    pub estimate: String,
    /// Lower end.
    pub lower: String,
    /// Upper end.
    pub upper: String,
}

impl std::fmt::Display for Interval {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.estimate.is_empty() {
            write!(f, "{} ", self.estimate)?;
        }
        write!(f, "[{}, {}]", self.lower, self.upper)
    }
}

/// An estimate with its interval, all in the same digits.
pub fn interval(estimate: Option<f64>, ends: Option<[f64; 2]>, digits: impl Into<Digits>) -> Interval {
    let digits = digits.into();
    let [lower, upper] = ends.unwrap_or([f64::NAN; 2]);
    // Where one of them needs a power of ten all have it: two notations in one interval can't be compared.
    let huge = digits != Digits::Ratios && [estimate.unwrap_or(0.0), lower, upper].into_iter().any(|x| x.is_finite() && x.abs() >= HUGE);
    let show = |x: f64| if huge && x.is_finite() && x != 0.0 { scientific(x, 3) } else { digits.show(x) };
    Interval { estimate: estimate.map_or_else(String::new, show), lower: show(lower), upper: show(upper) }
}

/// Ends of which the upper may be open: `[0.130, 1.181]`, `[0.130, open]`.
pub fn open_interval(ends: [Option<f64>; 2], show: impl Fn(f64) -> String) -> String {
    let side = |x: Option<f64>| x.filter(|x| x.is_finite()).map_or_else(|| "open".to_owned(), &show);
    format!("[{}, {}]", side(ends[0]), side(ends[1]))
}

/// `p = 0.034`, `p < 0.001`, `p > 0.999`.
pub fn p_value(p: f64) -> String {
    match p_cell(p) {
        cell if cell.starts_with(['<', '>']) => format!("p {} {}", &cell[..1], &cell[1..]),
        cell => format!("p = {cell}"),
    }
}

/// The same for a table: `0.034`, `<0.001`.
pub fn p_cell(p: f64) -> String {
    match p {
        p if p.is_nan() => MISSING.into(),
        p if p < 0.001 => "<0.001".into(),
        p if p > 0.999 && p < 1.0 => ">0.999".into(),
        p => fixed(p, 3),
    }
}

/// A variance such as tau2: four decimals, three significant digits where it is tiny or large.
pub fn variance(x: f64) -> String {
    match x.abs() {
        0.0 => "0".into(),
        m if m < 0.001 => significant(x, 3),
        m if m < 10.0 => fixed(x, 4),
        m if m < 1000.0 => fixed(x, 2),
        _ => fixed(x, 0),
    }
}

/// `92.1%`, from 92.1.
pub fn percent(x: f64) -> String {
    if x.is_finite() { format!("{}%", fixed(x, 1)) } else { fixed(x, 1) }
}

/// A level or percentage as set: `95%`, `97.5%`.
pub fn level(x: f64) -> String {
    format!("{}%", significant(x, 6))
}

/// A statistic such as z, t or Q.
pub fn statistic(x: f64) -> String {
    fixed(x, 2)
}

/// Degrees of freedom: whole ones without decimals.
pub fn df(x: f64) -> String {
    if x.fract() == 0.0 { fixed(x, 0) } else { fixed(x, 2) }
}

/// A whole number with separators: `357,347`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A group size, which may be an effective one with a fraction.
pub fn size(n: f64) -> String {
    match n {
        n if !n.is_finite() || n < 0.0 => MISSING.into(),
        n if n.fract() == 0.0 && n < 1e15 => count(n as u64),
        n => fixed(n, 1),
    }
}

/// Every digit, for files: the shortest text that reads back as the same double; empty if not finite.
pub fn full(x: f64) -> String {
    match x.abs() {
        m if !m.is_finite() => String::new(),
        0.0 => "0".into(),
        m if (1e-5..1e16).contains(&m) => format!("{x}"),
        _ => format!("{x:e}"),
    }
}

/// `1 study`, `2 studies`.
pub fn plural(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(n as u64), if n == 1 { one } else { many })
}

/// A number as an expression prints it: whole numbers whole, others to four significant digits.
pub fn plain(x: f64) -> String {
    if x == libm::trunc(x) && libm::fabs(x) < 1e15 { fixed(x, 0) } else { significant(x, 4) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding() {
        let table: &[(f64, usize, &str)] = &[
            (-0.0004, 2, "0.00"),
            (-0.0, 0, "0"),
            (0.125, 2, "0.13"),
            (-0.125, 2, "-0.13"),
            (0.375, 2, "0.38"),
            (2.5, 0, "3"),
            (-0.5, 0, "-1"),
            (0.5, 0, "1"),
            (0.045, 2, "0.04"), // the double lies below the tie
            (1.005, 2, "1.00"),
            (0.995, 2, "0.99"),
            (9.996, 2, "10.00"),
            (f64::NAN, 2, "NA"),
            (f64::NEG_INFINITY, 2, "-Inf"),
            (1e300, 2, "1.00e300"),
            (5e-324, 2, "0.00"),
        ];
        for &(x, decimals, text) in table {
            assert_eq!(fixed(x, decimals), text, "{x}");
        }
    }

    #[test]
    fn quantities() {
        assert_eq!(p_value(0.0342), "p = 0.034");
        assert_eq!(p_value(1e-28), "p < 0.001");
        assert_eq!(p_value(0.9996), "p > 0.999");
        assert_eq!(p_value(1.0), "p = 1.000");
        assert_eq!(variance(0.33799), "0.3380");
        assert_eq!(variance(0.000_012_34), "0.0000123");
        assert_eq!(variance(1234.5), "1235");
        assert_eq!(count(1_016), "1,016");
        assert_eq!(count(357_347), "357,347");
        assert_eq!(size(12.5), "12.5");
        assert_eq!(level(95.0), "95%");
        assert_eq!(level(97.5), "97.5%");
        assert_eq!(df(9.86), "9.86");
        assert_eq!(significant(0.000_312_3, 2), "0.00031");
        assert_eq!(significant(-745.2, 2), "-745");
        assert_eq!(full(0.1 + 0.2), "0.30000000000000004");
        assert_eq!(full(1e-28), "1e-28");
        assert_eq!(plural(1, "study", "studies"), "1 study");
        assert_eq!(open_interval([Some(0.13), None], variance), "[0.1300, open]");
    }

    #[test]
    fn decimals_follow_the_size() {
        assert_eq!(decimals([0.89, -0.03, 1.81]), 2);
        assert_eq!(decimals([0.003, 0.001, 0.005]), 5);
        assert_eq!(decimals([0.05]), 4);
        assert_eq!(decimals([1500.0]), 1);
        assert_eq!(decimals([f64::NAN, 1e8]), 0);
        assert_eq!(decimals([]), 2);
        let ratios = [
            (1.0, "1.00"),
            (0.4915, "0.49"),
            (0.0996, "0.10"),
            (0.0521, "0.052"),
            (0.001_04, "0.0010"),
            (0.000_1, "0.00010"),
            (5.94e-6, "5.9e-6"),
            (999.994, "999.99"),
            (999.996, "1000"),
            (11_032.4, "11032"),
            (99_999.7, "1.0e5"),
            (1_695_026.2, "1.7e6"),
            (0.0, "0.00"),
            (f64::INFINITY, "Inf"),
            (f64::NAN, "NA"),
        ];
        for (x, text) in ratios {
            assert_eq!(ratio(x), text, "{x}");
        }
        assert_eq!(interval(Some(1.0e9), Some([919_984_805.0, 1.08e9]), 0).to_string(), "1.00e9 [9.20e8, 1.08e9]");
        assert_eq!(interval(Some(22.1), Some([0.04, 11_032.0]), Digits::Ratios).to_string(), "22.10 [0.040, 11032]");
        assert_eq!(interval(Some(0.89), Some([-0.03, 1.81]), 2).to_string(), "0.89 [-0.03, 1.81]");
    }
}
