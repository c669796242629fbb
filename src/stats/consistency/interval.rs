//! Estimates and their printed intervals.

use super::printed::{Printed, Range};
use crate::stats::dist::{norm_isf, two_sided_norm, two_sided_t};
use crate::stats::math::ln;

/// Where an estimate lies in its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Centre {
    /// Whether the interval holds the estimate, within rounding.
    pub inside: bool,
    /// How far the estimate lies from the middle, as a share of half the width, once rounding
    /// is used in its favour: 0 in the middle, 1 at a limit.
    pub share: f64,
    /// The same on the log; `None` where a value is not above 0.
    pub share_log: Option<f64>,
}

/// Where a printed estimate lies between its printed limits. `None` if the interval is empty.
#[must_use]
pub fn centre(estimate: Printed, lower: Printed, upper: Printed) -> Option<Centre> {
    let (e, l, u) = (estimate.range(), lower.range(), upper.range());
    let inside = e.high >= l.low && e.low <= u.high;
    let share = off_centre(e, l, u)?;
    let logs = |r: Range| (r.low > 0.0).then(|| Range { low: ln(r.low), high: ln(r.high) });
    let share_log = match (logs(e), logs(l), logs(u)) {
        (Some(e), Some(l), Some(u)) => off_centre(e, l, u),
        _ => None,
    };
    Some(Centre { inside, share, share_log })
}

/// The distance of an estimate from the middle of its limits over half their width.
fn off_centre(e: Range, l: Range, u: Range) -> Option<f64> {
    let middle = Range { low: 0.5 * (l.low + u.low), high: 0.5 * (l.high + u.high) };
    let half = 0.5 * (u.high - l.low);
    if half.is_nan() || half <= 0.0 {
        return None;
    }
    let gap = (e.low - middle.high).max(middle.low - e.high).max(0.0);
    Some(gap / half)
}

/// Two-sided p-values of an estimate with printed limits at `level` percent: by the normal
/// distribution; where a range of degrees of freedom is known (Welch's least and Student's), by t
/// with either of them too, and by t beside normal limits, which many programs print together.
#[must_use]
pub fn p_from_interval(estimate: Printed, lower: Printed, upper: Printed, level: f64, df: Option<Range>) -> Option<Range> {
    p_from_limits(estimate.range(), lower.range(), upper.range(), level, df)
}

/// The same for a ratio, on the log; `None` where a value is not above 0.
#[must_use]
pub fn p_from_ratio(estimate: Printed, lower: Printed, upper: Printed, level: f64) -> Option<Range> {
    let log = |p: Printed| Some(p.range()).filter(|r| r.low > 0.0).map(|r| Range { low: ln(r.low), high: ln(r.high) });
    p_from_limits(log(estimate)?, log(lower)?, log(upper)?, level, None)
}

/// The standard error that printed limits stand for, by the normal distribution and by t.
#[must_use]
pub fn se_from_interval(lower: Printed, upper: Printed, level: f64, df: Option<f64>) -> Option<Range> {
    let (l, u) = (lower.range(), upper.range());
    let half = Range { low: 0.5 * (u.low - l.high).max(0.0), high: 0.5 * (u.high - l.low) };
    if !(half.high > 0.0 && level > 0.0 && level < 100.0) {
        return None;
    }
    let tail = 0.5 * (1.0 - level / 100.0);
    let z = norm_isf(tail);
    let t = df.filter(|df| *df >= 1.0).map_or(z, |df| crate::stats::dist::t_quantile(1.0 - tail, df));
    Some(Range { low: half.low / t.max(z), high: half.high / z.min(t) })
}

fn p_from_limits(estimate: Range, l: Range, u: Range, level: f64, df: Option<Range>) -> Option<Range> {
    let e = estimate.abs();
    let (least, most) = (0.5 * (u.low - l.high), 0.5 * (u.high - l.low));
    if !(least > 0.0 && level > 0.0 && level < 100.0) {
        return None;
    }
    let tail = 0.5 * (1.0 - level / 100.0);
    let z = norm_isf(tail);
    let mut all = Range::new(two_sided_norm(e.high * z / least), two_sided_norm(e.low * z / most));
    for df in df.into_iter().flat_map(|df| [df.low, df.high]).filter(|df| *df >= 1.0) {
        for quantile in [z, crate::stats::dist::t_quantile(1.0 - tail, df)] {
            all = all.with(&Range::new(two_sided_t(e.high * quantile / least, df), two_sided_t(e.low * quantile / most, df)));
        }
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(text: &str) -> Printed {
        Printed::parse(text).unwrap_or(Printed::exact(f64::NAN))
    }

    #[test]
    fn a_ratio_is_in_the_middle_on_the_log_only() {
        let c = centre(p("0.90"), p("0.84"), p("0.96")).unwrap_or(Centre { inside: false, share: 9.0, share_log: None });
        assert!(c.inside && c.share_log.is_some_and(|s| s == 0.0));
        let c = centre(p("2.00"), p("0.50"), p("8.00")).unwrap_or(Centre { inside: false, share: 9.0, share_log: None });
        assert!(c.inside && c.share > 0.5 && c.share_log.is_some_and(|s| s < 0.01), "{c:?}");
        let outside = centre(p("0.5"), p("0.7"), p("1.1"));
        assert!(outside.is_some_and(|c| !c.inside));
    }

    #[test]
    fn a_difference_called_significant() {
        // 1.90 [-0.85, 4.65]: z = 1.354, p = 0.176.
        let range = p_from_interval(p("1.90"), p("-0.85"), p("4.65"), 95.0, None).unwrap_or(Range::new(9.0, 9.0));
        assert!(range.low < 0.1757 && range.high > 0.1757 && range.high - range.low < 0.01, "{range:?}");
    }
}
