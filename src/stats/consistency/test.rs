//! Printed tests, recomputed within rounding.

use super::printed::{Printed, Range};
use crate::stats::dist::{f_sf, two_sided_norm, two_sided_t};
use crate::stats::math::sqrt;

/// A printed p: exact, or a bound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PrintedP {
    /// `p = 0.03`.
    Exact(Printed),
    /// `p < 0.05`.
    Below(f64),
    /// `p > 0.05`.
    Above(f64),
}

impl PrintedP {
    /// The p-values that are printed like this.
    #[must_use]
    pub fn range(&self) -> Range {
        match self {
            PrintedP::Exact(p) => {
                let range = Printed { value: p.value.abs(), ..*p }.range_from_zero();
                Range { low: range.low, high: range.high.min(1.0) }
            }
            PrintedP::Below(x) => Range { low: 0.0, high: x.abs() },
            PrintedP::Above(x) => Range { low: x.abs(), high: 1.0 },
        }
    }

    /// Whether a p from a range can be printed like this.
    #[must_use]
    pub fn fits(&self, computed: &Range) -> bool {
        let range = self.range();
        // Both distributions are accurate to more digits than any p is printed with.
        let hair = 1e-9;
        range.meets(&Range { low: computed.low - hair, high: computed.high + hair })
    }

    /// Which side of a level it is on, if it says.
    #[must_use]
    pub fn significant(&self, alpha: f64) -> Option<bool> {
        match self {
            PrintedP::Exact(p) if p.value.abs() < alpha => Some(true),
            PrintedP::Exact(p) if p.value.abs() > alpha => Some(false),
            PrintedP::Below(x) if x.abs() <= alpha => Some(true),
            PrintedP::Above(x) if x.abs() >= alpha => Some(false),
            _ => None,
        }
    }
}

/// Two-sided p-values of a printed t. Without degrees of freedom, of any from 1 upwards: p falls
/// as they grow, so a printed p outside this range fits none.
#[must_use]
pub fn p_from_t(t: Printed, df: Option<f64>) -> Range {
    let t = t.range().abs();
    match df {
        Some(df) => Range::new(two_sided_t(t.high, df), two_sided_t(t.low, df)),
        None => Range::new(two_sided_norm(t.high), two_sided_t(t.low, 1.0)),
    }
}

/// p-values of a printed F.
#[must_use]
pub fn p_from_f(f: Printed, df1: f64, df2: f64) -> Range {
    let f = f.range_from_zero();
    Range::new(f_sf(f.high, df1, df2), f_sf(f.low, df1, df2))
}

/// The difference of two printed means.
#[must_use]
pub fn difference(means: [Printed; 2]) -> Range {
    let (a, b) = (means[0].range(), means[1].range());
    Range { low: a.low - b.high, high: a.high - b.low }
}

/// The standard error of the difference of two means: with the pooled SD (Student) and without
/// (Welch), both ways in one range.
#[must_use]
pub fn se_of_difference(sds: [Printed; 2], n: [f64; 2]) -> Option<Range> {
    if !n.iter().all(|n| *n >= 2.0) {
        return None;
    }
    let [s1, s2] = sds.map(|sd| sd.range_from_zero());
    let student = |s1: f64, s2: f64| {
        let pooled = ((n[0] - 1.0) * s1 * s1 + (n[1] - 1.0) * s2 * s2) / (n[0] + n[1] - 2.0);
        sqrt(pooled * (1.0 / n[0] + 1.0 / n[1]))
    };
    let welch = |s1: f64, s2: f64| sqrt(s1 * s1 / n[0] + s2 * s2 / n[1]);
    let low = student(s1.low, s2.low).min(welch(s1.low, s2.low));
    let high = student(s1.high, s2.high).max(welch(s1.high, s2.high));
    (high > 0.0).then_some(Range { low, high })
}

/// The absolute t of two printed means, by Student or Welch.
#[must_use]
pub fn t_from_means(means: [Printed; 2], sds: [Printed; 2], n: [f64; 2]) -> Option<Range> {
    let se = se_of_difference(sds, n)?;
    let difference = difference(means).abs();
    Some(Range { low: difference.low / se.high, high: if se.low > 0.0 { difference.high / se.low } else { f64::INFINITY } })
}

/// The standardised difference of two printed means, whichever of the two SDs, or what lies
/// between them, standardises it, and with or without Hedges's correction.
#[must_use]
pub fn d_from_means(means: [Printed; 2], sds: [Printed; 2], n: [f64; 2]) -> Option<Range> {
    let df = n[0] + n[1] - 2.0;
    let [s1, s2] = sds.map(|sd| sd.range_from_zero());
    let (least, most) = (s1.low.min(s2.low), s1.high.max(s2.high));
    if least.is_nan() || least <= 0.0 || df < 2.0 {
        return None;
    }
    let j = 1.0 - 3.0 / (4.0 * df - 1.0);
    let gap = difference(means);
    Some(Range {
        low: if gap.low >= 0.0 { gap.low * j / most } else { gap.low / least },
        high: if gap.high >= 0.0 { gap.high / least } else { gap.high * j / most },
    })
}

/// Two-sided p-values of the difference between two printed means, by Student's or Welch's t or by z.
#[must_use]
pub fn p_from_means(means: [Printed; 2], sds: [Printed; 2], n: [f64; 2]) -> Option<Range> {
    let t = t_from_means(means, sds, n)?;
    let low = if t.high.is_finite() { two_sided_norm(t.high) } else { 0.0 };
    Some(Range::new(low, two_sided_t(t.low, degrees(n).low)))
}

/// The degrees of freedom that a comparison of two groups may have: Welch's lie between the smaller
/// group's own and Student's.
#[must_use]
pub fn degrees(n: [f64; 2]) -> Range {
    Range { low: n[0].min(n[1]) - 1.0, high: n[0] + n[1] - 2.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(text: &str) -> Printed {
        Printed::parse(text).unwrap_or(Printed::exact(f64::NAN))
    }

    #[test]
    fn printed_tests_of_a_review() {
        // Values recomputed with R: pt, pf.
        let cases = [
            (p_from_t(p("1.49"), Some(1.0)), "0.14", false),
            (p_from_t(p("1.49"), Some(196.0)), "0.14", true),
            (p_from_t(p("-0.42"), Some(196.0)), "0.45", false),
            (p_from_t(p("-0.42"), None), "0.45", false),
            (p_from_t(p("-0.42"), None), "0.67", true),
            (p_from_f(p("8.68"), 1.0, 89.0), "0.002", false),
            (p_from_f(p("12.52"), 1.0, 93.0), "0.001", true),
            (p_from_f(p("3.55"), 2.0, 80.0), "0.05", false),
            (p_from_f(p("375.23"), 1.0, 42.0), "0.000", true),
        ];
        for (computed, printed, fits) in cases {
            assert_eq!(PrintedP::Exact(p(printed)).fits(&computed), fits, "{printed} in {computed:?}");
        }
        assert!(PrintedP::Below(0.05).fits(&p_from_f(p("3.55"), 2.0, 80.0)));
        assert!(PrintedP::Below(0.001).fits(&p_from_f(p("7.42"), 2.0, 188.0)));
        assert!(!PrintedP::Above(0.05).fits(&p_from_f(p("3.55"), 2.0, 80.0)));
    }

    #[test]
    fn standard_errors_read_as_such() {
        let n = [99.0, 99.0];
        let as_sd = p_from_means([p("50.6"), p("49.8")], [p("1.38"), p("1.4")], n).unwrap_or(Range::new(2.0, 2.0));
        assert!(as_sd.high < 0.01, "{as_sd:?}");
        assert!(!PrintedP::Exact(p("0.67")).fits(&as_sd));
    }
}
