//! How many studies are missing: the estimators L0, R0 and Q0 of Duval and Tweedie.

use crate::stats::error::StatsError;
use crate::stats::math::{pow, sqrt};
use serde::{Deserialize, Serialize};

/// An estimator of the number of missing studies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingEstimator {
    /// Linear in the rank sum.
    #[default]
    L0,
    /// From the run of most extreme studies on one side.
    R0,
    /// Quadratic in the rank sum.
    Q0,
}

impl MissingEstimator {
    /// The word for it: `l0`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::L0 => "l0",
            Self::R0 => "r0",
            Self::Q0 => "q0",
        }
    }
}

/// An estimate of the number of missing studies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Missing {
    /// Rounded to a whole number (halves to the even one), at least 0.
    pub k0: usize,
    /// Its standard error; `None` where the formula gives a negative variance.
    pub se: Option<f64>,
}

/// The estimate from deviations from the centre, ascending; studies are missing below it.
///
/// Absolute deviations are ranked 1 to k, ties by place (the study on the side of the missing
/// ranks lower). With T the sum of ranks of the deviations above 0 and r the largest rank of
/// one below 0:
///
/// - R0 = k - r - 1, SE sqrt(2 max(0, R0) + 2)
/// - L0 = (4 T - k (k + 1)) / (2 k - 1), SE 4 sd(T) / (2 k - 1)
/// - Q0 = k - 1/2 - sqrt(2 k^2 - 4 T + 1/4), SE 2 sd(T) / sqrt((k - 1/2)^2 - Q0 (2 k - Q0 - 1))
///
/// Var(T) = (k (k+1) (2k+1) + 10 k0^3 + 27 k0^2 + 17 k0 - 18 k k0^2 - 18 k k0 + 6 k^2 k0) / 24,
/// at the estimate before rounding, where it can be negative: then there is no SE.
///
/// Errors: Q0 where T exceeds what it admits. Sources: Duval and Tweedie 2000, J Am Stat Assoc
/// 95:89-98; 2000, Biometrics 56:455-463.
pub(super) fn missing(deviations: &[f64], estimator: MissingEstimator) -> Result<Missing, StatsError> {
    let k = deviations.len() as f64;
    let mut order: Vec<usize> = (0..deviations.len()).collect();
    order.sort_by(|a, b| deviations[*a].abs().total_cmp(&deviations[*b].abs()).then(a.cmp(b)));
    let (mut above, mut largest_below) = (0.0, 0.0);
    for (rank, index) in order.into_iter().enumerate() {
        let rank = (rank + 1) as f64;
        if deviations[index] > 0.0 {
            above += rank;
        } else if deviations[index] < 0.0 {
            largest_below = rank;
        }
    }
    let sd = |k0: f64| {
        let cubic = k * (k + 1.0) * (2.0 * k + 1.0) + k0 * (17.0 + k0 * (27.0 + 10.0 * k0)) + 6.0 * k * k0 * (k - 3.0 * k0 - 3.0);
        sqrt(cubic / 24.0)
    };
    let (raw, se) = match estimator {
        MissingEstimator::R0 => {
            let raw = k - largest_below - 1.0;
            (raw, sqrt(2.0 * raw.max(0.0) + 2.0))
        }
        MissingEstimator::L0 => {
            let raw = (4.0 * above - k * (k + 1.0)) / (2.0 * k - 1.0);
            (raw, 4.0 * sd(raw) / (2.0 * k - 1.0))
        }
        MissingEstimator::Q0 => {
            let inner = 2.0 * k * k - 4.0 * above + 0.25;
            if inner < 0.0 {
                return Err(StatsError::Undefined {
                    model: "the estimator Q0 of trim-and-fill",
                    reason: "the rank sum is beyond the largest that it admits; L0 and R0 exist",
                });
            }
            let raw = k - 0.5 - sqrt(inner);
            let under = (k - 0.5) * (k - 0.5) - raw * (2.0 * k - raw - 1.0);
            (raw, 2.0 * sd(raw) / sqrt(under))
        }
    };
    // No more than k - 1: one study is left to stand on.
    let k0 = libm::rint(raw).clamp(0.0, k - 1.0) as usize;
    Ok(Missing { k0, se: se.is_finite().then_some(se) })
}

/// P(R0 >= k0) where nothing is missing: the run of the k0 + 1 most extreme all on one side.
///
/// Source: Duval and Tweedie 2000, Biometrics 56:455-463.
pub(super) fn p_of_run(k0: usize) -> f64 {
    pow(0.5, k0 as f64 + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // Ranks of |d|: -1:1, -2:2, 3:3, 4:4, 5:5. T = 12, largest rank below 2.
        let d = [-2.0, -1.0, 3.0, 4.0, 5.0];
        let found = |e| missing(&d, e).map(|m| m.k0);
        assert_eq!(found(MissingEstimator::R0), Ok(2));
        // (48 - 30) / 9 = 2.
        assert_eq!(found(MissingEstimator::L0), Ok(2));
        // 4.5 - sqrt(50 - 48 + 0.25) = 3.
        assert_eq!(found(MissingEstimator::Q0), Ok(3));
    }

    #[test]
    fn q0_beyond_its_range_is_refused() {
        assert!(matches!(missing(&[1.0, 2.0, 3.0, 4.0], MissingEstimator::Q0), Err(StatsError::Undefined { .. })));
        assert_eq!(missing(&[1.0, 2.0, 3.0, 4.0], MissingEstimator::R0).map(|m| m.k0), Ok(3));
    }
}
