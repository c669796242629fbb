//! What the ends of a scale allow.

use super::printed::{Printed, Range};
use crate::stats::math::sqrt;

/// Whether a printed mean can lie within a scale.
#[must_use]
pub fn mean_within(mean: Printed, scale: Range) -> bool {
    mean.range().meets(&scale)
}

/// The largest standard deviation (denominator n - 1) that `n` scores within a scale can have
/// around a printed mean: `sqrt((M - min)(max - M) n / (n - 1))`, all of them at the two ends
/// (Bhatia and Davis 2000, Am Math Mon 107:353-357). The mean's rounding is used in favour of
/// the data. `None` for fewer than two scores or a mean outside the scale.
#[must_use]
pub fn largest_sd(mean: Printed, n: f64, scale: Range) -> Option<f64> {
    if n.is_nan() || n < 2.0 || !mean_within(mean, scale) {
        return None;
    }
    let range = mean.range();
    let middle = 0.5 * (scale.low + scale.high);
    let best = middle.clamp(range.low.max(scale.low), range.high.min(scale.high));
    Some(sqrt((best - scale.low) * (scale.high - best) * n / (n - 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_at_each_end_is_the_widest() {
        let scale = Range { low: 1.0, high: 5.0 };
        // Five times 1 and five times 5: mean 3, SD sqrt(40 / 9 * 10 / 10 * 4) computed by hand.
        let sd = largest_sd(Printed { value: 3.0, decimals: 2 }, 10.0, scale).unwrap_or(0.0);
        assert!((sd - (4.0f64 * 10.0 / 9.0).sqrt()).abs() < 1e-12, "{sd}");
        assert_eq!(largest_sd(Printed { value: 6.0, decimals: 2 }, 10.0, scale), None);
    }
}
