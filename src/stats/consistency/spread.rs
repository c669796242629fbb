//! Standard errors taken for standard deviations, and the reverse.

use crate::stats::dist::f_sf;
use crate::stats::math::sqrt;

/// How a standard deviation stands beside those of other studies with the same instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpreadReading {
    /// Like the others.
    Usual,
    /// Far too small, and of the right size once multiplied by sqrt(n): probably a standard error.
    StandardError,
    /// Far too large.
    TooLarge {
        /// Of the right size once divided by sqrt(n): probably multiplied by sqrt(n) twice.
        derived_twice: bool,
    },
}

/// Below this share of the usual SD, an SD may be a standard error.
const SMALL: f64 = 0.4;
/// An SE times sqrt(n) lies within this factor of the usual SD.
const NEAR: f64 = 1.6;
/// Above this multiple of the usual SD, an SD is doubtful.
const LARGE: f64 = 2.5;

/// Reads a standard deviation of `n` people beside the usual SD of its instrument.
#[must_use]
pub fn reading(sd: f64, n: f64, usual: f64) -> SpreadReading {
    let near = |x: f64| x > usual / NEAR && x < usual * NEAR;
    if !(sd > 0.0 && usual > 0.0 && n >= 1.0) {
        SpreadReading::Usual
    } else if sd < SMALL * usual && near(sd * sqrt(n)) {
        SpreadReading::StandardError
    } else if sd > LARGE * usual {
        SpreadReading::TooLarge { derived_twice: near(sd / sqrt(n)) }
    } else {
        SpreadReading::Usual
    }
}

/// The median; `None` of nothing.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    let lower = if sorted.len().is_multiple_of(2) { *sorted.get(middle.checked_sub(1)?)? } else { upper };
    Some(0.5 * (lower + upper))
}

/// Whether two arms' SDs differ by more than `factor` and by more than chance: the two-sided
/// F test of equal variances has a p below `alpha`.
#[must_use]
pub fn sd_ratio_unlikely(sd1: f64, n1: f64, sd2: f64, n2: f64, factor: f64, alpha: f64) -> bool {
    let positive = sd1 > 0.0 && sd2 > 0.0 && n1 >= 2.0 && n2 >= 2.0;
    let ratio = sd1 / sd2;
    if !positive || (ratio <= factor && ratio >= 1.0 / factor) {
        return false;
    }
    let (f, d1, d2) = if ratio > 1.0 { (ratio * ratio, n1 - 1.0, n2 - 1.0) } else { (1.0 / (ratio * ratio), n2 - 1.0, n1 - 1.0) };
    2.0 * f_sf(f, d1, d2) < alpha
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings() {
        assert_eq!(reading(2.0, 99.0, 16.85), SpreadReading::StandardError);
        assert_eq!(reading(1.14, 99.0, 7.59), SpreadReading::StandardError);
        assert_eq!(reading(12.0, 99.0, 16.85), SpreadReading::Usual);
        // Small, but no standard error either.
        assert_eq!(reading(0.5, 99.0, 16.85), SpreadReading::Usual);
        assert_eq!(reading(160.0, 99.0, 16.85), SpreadReading::TooLarge { derived_twice: true });
        assert_eq!(reading(60.0, 400.0, 16.85), SpreadReading::TooLarge { derived_twice: false });
    }

    #[test]
    fn medians() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn a_ratio_by_chance_is_none() {
        assert!(!sd_ratio_unlikely(10.0, 4.0, 4.5, 4.0, 2.0, 0.01));
        assert!(sd_ratio_unlikely(10.0, 60.0, 4.2, 52.0, 2.0, 0.01));
        assert!(!sd_ratio_unlikely(10.0, 600.0, 6.0, 520.0, 2.0, 0.01));
    }
}
