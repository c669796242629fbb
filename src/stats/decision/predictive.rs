//! Where a mean, or the effect in a new setting, is likely to lie.

use crate::stats::dist::{norm_sf, t_sf};
use crate::stats::pool::critical;

/// A t distribution (normal without `df`) about `centre`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Predictive {
    /// Its middle.
    pub centre: f64,
    /// Its scale: the standard error of the mean, or sqrt(se^2 + tau2). At least 0.
    pub scale: f64,
    /// Degrees of freedom.
    pub df: Option<f64>,
}

impl Predictive {
    /// The distribution whose central interval of `level` percent is `ends`: what a confidence
    /// or prediction interval was read from.
    #[must_use]
    pub fn of_interval(ends: [f64; 2], df: Option<f64>, level: f64) -> Self {
        let tail = 0.5 * (1.0 - level / 100.0);
        Self { centre: 0.5 * (ends[0] + ends[1]), scale: 0.5 * (ends[1] - ends[0]) / critical(tail, df), df }
    }

    /// The probability of a value above `threshold`. Without spread it is 0, 1, or, at the
    /// centre itself, a half.
    ///
    /// Sources: Higgins, Thompson and Spiegelhalter 2009, J R Stat Soc A 172:137-159 (the
    /// predictive t distribution); Mathur and VanderWeele 2019, Stat Med 38:1336-1342 (the
    /// question).
    #[must_use]
    pub fn above(&self, threshold: f64) -> f64 {
        self.tail(threshold - self.centre)
    }

    /// The probability of a value below `threshold`.
    #[must_use]
    pub fn below(&self, threshold: f64) -> f64 {
        self.tail(self.centre - threshold)
    }

    /// The probability of lying more than `distance` away from the centre on one side.
    fn tail(&self, distance: f64) -> f64 {
        if distance == 0.0 {
            return 0.5;
        }
        let z = distance / self.scale;
        self.df.map_or_else(|| norm_sf(z), |df| if z.is_infinite() { f64::from(u8::from(z < 0.0)) } else { t_sf(z, df) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_gives_its_own_tails() {
        for df in [None, Some(1.0), Some(12.0)] {
            let d = Predictive::of_interval([-1.5, 0.25], df, 90.0);
            assert!((d.below(-1.5) - 0.05).abs() < 1e-12, "{df:?}");
            assert!((d.above(0.25) - 0.05).abs() < 1e-12, "{df:?}");
            assert!((d.above(-0.3) + d.below(-0.3) - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn without_spread_it_is_all_or_nothing() {
        for df in [None, Some(3.0)] {
            let d = Predictive { centre: 0.2, scale: 0.0, df };
            assert_eq!((d.above(0.1), d.above(0.3), d.above(0.2)), (1.0, 0.0, 0.5));
        }
    }
}
