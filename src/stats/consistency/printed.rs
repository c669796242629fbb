//! Printed numbers and the intervals they stand for.

/// A number as printed: its value and how many decimals were printed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Printed {
    /// The number.
    pub value: f64,
    /// Decimals as printed, trailing zeros included; negative where even units were rounded.
    pub decimals: i32,
}

/// A closed interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Range {
    /// From two ends in any order.
    #[must_use]
    pub fn new(a: f64, b: f64) -> Self {
        Range { low: a.min(b), high: a.max(b) }
    }

    /// Whether two intervals have a point in common.
    #[must_use]
    pub fn meets(&self, other: &Range) -> bool {
        self.low <= other.high && other.low <= self.high
    }

    /// The smallest interval that holds both.
    #[must_use]
    pub fn with(&self, other: &Range) -> Range {
        Range { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// The absolute values of its points.
    #[must_use]
    pub fn abs(&self) -> Range {
        let (a, b) = (self.low.abs(), self.high.abs());
        if self.low <= 0.0 && self.high >= 0.0 { Range { low: 0.0, high: a.max(b) } } else { Range::new(a, b) }
    }
}

impl Printed {
    /// Reads a plain decimal number such as `3.470`, `-0.5` or `1e-3`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let value: f64 = text.parse().ok()?;
        if !value.is_finite() {
            return None;
        }
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let decimals = mantissa.split_once('.').map_or(0, |(_, fraction)| i32::try_from(fraction.len()).unwrap_or(i32::MAX));
        Some(Printed { value, decimals: decimals.saturating_sub(exponent).clamp(-300, 300) })
    }

    /// A number that is known exactly, such as a count.
    #[must_use]
    pub fn exact(value: f64) -> Self {
        Printed { value, decimals: 300 }
    }

    /// Half a unit of the last printed digit.
    #[must_use]
    pub fn half(&self) -> f64 {
        if self.decimals >= 300 { 0.0 } else { 0.5 * crate::stats::math::pow(10.0, -f64::from(self.decimals)) }
    }

    /// The numbers that are printed like this, both ends included (rounding up or to even),
    /// a hair wider so that arithmetic in doubles never narrows it.
    #[must_use]
    pub fn range(&self) -> Range {
        let half = self.half() + 4.0 * f64::EPSILON * self.value.abs();
        Range { low: self.value - half, high: self.value + half }
    }

    /// As [`Printed::range`], for a number that can't be negative.
    #[must_use]
    pub fn range_from_zero(&self) -> Range {
        let range = self.range();
        Range { low: range.low.max(0.0), high: range.high.max(0.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailing_zeros_count() {
        for (text, decimals) in [("3.4", 1), ("3.40", 2), ("12", 0), ("-.5", 1), ("1e-3", 3), ("1.50e2", 0), ("2e3", -3)] {
            assert_eq!(Printed::parse(text).map(|p| p.decimals), Some(decimals), "{text}");
        }
        assert_eq!(Printed::parse("x"), None);
    }

    #[test]
    fn the_interval_is_half_a_unit_to_each_side() {
        let range = Printed::parse("3.40").map(|p| p.range()).unwrap_or(Range { low: 0.0, high: 0.0 });
        assert!((range.low - 3.395).abs() < 1e-12 && (range.high - 3.405).abs() < 1e-12);
        assert_eq!(Range { low: -2.0, high: 1.0 }.abs(), Range { low: 0.0, high: 2.0 });
        assert_eq!(Range { low: -2.0, high: -1.0 }.abs(), Range { low: 1.0, high: 2.0 });
    }
}
