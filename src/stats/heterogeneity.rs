//! Heterogeneity between studies: Cochran's Q, tau2, I2 by two definitions, H2, intervals.

use crate::stats::dist::{chi2_sf, norm_isf};
use crate::stats::math::{exp, ln, sqrt};
use serde::Serialize;

/// An interval for tau2 in squared units of the effect.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Tau2Interval {
    /// Both bounds exist; a lower bound of 0 is exact.
    Interval { lower: f64, upper: f64 },
    /// The upper bound is beyond double precision.
    Open { lower: f64 },
    /// No tau2 is compatible with the data: the effects lie closer together than chance allows.
    Empty,
    /// Not asked for, or a single study.
    NotComputed,
}

impl Tau2Interval {
    /// Both bounds, where both exist.
    pub fn bounds(&self) -> Option<[f64; 2]> {
        match *self {
            Self::Interval { lower, upper } => Some([lower, upper]),
            _ => None,
        }
    }

    /// Whether a value lies in it; `None` where there is no interval.
    pub fn contains(&self, x: f64) -> Option<bool> {
        match *self {
            Self::Interval { lower, upper } => Some(lower <= x && x <= upper),
            Self::Open { lower } => Some(lower <= x),
            Self::Empty => Some(false),
            Self::NotComputed => None,
        }
    }
}

/// Which I2: the two agree for the DerSimonian-Laird estimate only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum I2Definition {
    /// 100 tau2 / (tau2 + typical sampling variance).
    Tau2,
    /// 100 (Q - df) / Q, at least 0.
    Q,
}

/// What the data say of heterogeneity. Percentages are 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Heterogeneity {
    /// Cochran's Q, weights 1/v.
    pub q: f64,
    /// Its degrees of freedom, k - 1.
    pub df: f64,
    /// P(chi2 with df > Q); 1 for a single study.
    pub p: f64,
    /// Variance of true effects, in squared units of the effect; 0 under the common-effect
    /// model and for a single study, which do not estimate it.
    pub tau2: f64,
    /// Standard error of tau2.
    pub tau2_se: Option<f64>,
    /// Q-profile interval of tau2.
    pub tau2_ci: Tau2Interval,
    /// The definition of `i2` and `h2`: by tau2 for random effects, by Q for a common effect.
    pub i2_definition: I2Definition,
    /// I2 in percent, by `i2_definition`.
    pub i2: f64,
    /// Its interval: `i2_tau2_ci` or `i2_q_ci`.
    pub i2_ci: Option<[f64; 2]>,
    /// H2, by `i2_definition`: (tau2 + typical variance) / typical variance, or Q / df.
    pub h2: f64,
    /// Its interval.
    pub h2_ci: Option<[f64; 2]>,
    /// I2 by Q.
    pub i2_q: f64,
    /// Test-based interval of `i2_q`.
    pub i2_q_ci: Option<[f64; 2]>,
    /// I2 by tau2; `None` under the common-effect model and for a single study.
    pub i2_tau2: Option<f64>,
    /// `i2_tau2` at the bounds of `tau2_ci`; `None` where one bound does not exist.
    pub i2_tau2_ci: Option<[f64; 2]>,
    /// The 'typical' sampling variance (k - 1) / tr P, weights 1/v; `None` for one study.
    pub typical_variance: Option<f64>,
}

impl Heterogeneity {
    /// Of a single study, which has none.
    pub(crate) fn single() -> Self {
        Self {
            q: 0.0,
            df: 0.0,
            p: 1.0,
            tau2: 0.0,
            tau2_se: None,
            tau2_ci: Tau2Interval::NotComputed,
            i2_definition: I2Definition::Q,
            i2: 0.0,
            i2_ci: None,
            h2: 1.0,
            h2_ci: None,
            i2_q: 0.0,
            i2_q_ci: None,
            i2_tau2: None,
            i2_tau2_ci: None,
            typical_variance: None,
        }
    }

    /// From Q, the typical variance and, for random effects, tau2 with its standard error.
    /// `k` >= 2; `level` in percent.
    pub(crate) fn new(k: usize, q: f64, typical: f64, tau2: Option<(f64, Option<f64>)>, tau2_ci: Tau2Interval, level: f64) -> Self {
        let df = (k - 1) as f64;
        let i2_q = i2_from_q(q, df);
        let h2_q_ci = h2_test_based(q, k, level);
        let i2_q_ci = h2_q_ci.map(|ci| ci.map(i2_from_h2));
        let share = |t: f64| 100.0 * t / (t + typical);
        let ratio = |t: f64| (t + typical) / typical;
        let mut result = Self {
            q,
            df,
            p: chi2_sf(q, df),
            tau2: 0.0,
            tau2_se: None,
            tau2_ci,
            i2_definition: I2Definition::Q,
            i2: i2_q,
            i2_ci: i2_q_ci,
            h2: q / df,
            h2_ci: h2_q_ci,
            i2_q,
            i2_q_ci,
            i2_tau2: None,
            i2_tau2_ci: None,
            typical_variance: Some(typical),
        };
        if let Some((tau2, se)) = tau2 {
            result.tau2 = tau2;
            result.tau2_se = se;
            result.i2_definition = I2Definition::Tau2;
            result.i2 = share(tau2);
            result.i2_ci = tau2_ci.bounds().map(|ci| ci.map(share));
            result.h2 = ratio(tau2);
            result.h2_ci = tau2_ci.bounds().map(|ci| ci.map(ratio));
            result.i2_tau2 = Some(result.i2);
            result.i2_tau2_ci = result.i2_ci;
        }
        result
    }
}

/// I2 = 100 (Q - df) / Q in percent, 0 where Q <= df.
///
/// Source: Higgins and Thompson 2002, Stat Med 21:1539-1558.
pub fn i2_from_q(q: f64, df: f64) -> f64 {
    if q > df { 100.0 * (q - df) / q } else { 0.0 }
}

/// I2 = 100 (H2 - 1) / H2 in percent, 0 where H2 <= 1.
pub fn i2_from_h2(h2: f64) -> f64 {
    if h2 > 1.0 { 100.0 * (h2 - 1.0) / h2 } else { 0.0 }
}

/// Test-based interval of H2 = Q / df, both bounds at least 1; `level` in percent.
///
/// ln H -/+ z SE(ln H), with SE = (ln Q - ln df) / (2 (sqrt(2 Q) - sqrt(2 k - 3))) where
/// Q > k, else sqrt((1 - 1 / (3 (k - 2)^2)) / (2 (k - 2))). `None` for k < 3 with Q <= k,
/// where the second form does not exist.
///
/// Source: Higgins and Thompson 2002, Stat Med 21:1539-1558, appendix A2.
pub fn h2_test_based(q: f64, k: usize, level: f64) -> Option<[f64; 2]> {
    if k < 2 || (k < 3 && q <= k as f64) {
        return None;
    }
    let z = norm_isf(0.5 * (1.0 - level / 100.0));
    let (k, df) = (k as f64, (k - 1) as f64);
    if q <= 0.0 {
        return Some([1.0, 1.0]);
    }
    let ln_h = 0.5 * ln(q / df);
    let se = if q > k {
        0.5 * (ln(q) - ln(df)) / (sqrt(2.0 * q) - sqrt(2.0 * k - 3.0))
    } else {
        let m = k - 2.0;
        sqrt((1.0 - 1.0 / (3.0 * m * m)) / (2.0 * m))
    };
    Some([-z, z].map(|z| exp(2.0 * (ln_h + z * se)).max(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bcg_trials_as_published_for_the_package_meta() {
        // Log risk ratios: I2 92.1% [88.3%; 94.7%], H 3.56.
        let q = 152.233_008_1;
        let h2 = h2_test_based(q, 13, 95.0).unwrap_or([0.0; 2]);
        assert!((i2_from_h2(h2[0]) - 88.3).abs() < 0.05, "{h2:?}");
        assert!((i2_from_h2(h2[1]) - 94.7).abs() < 0.05, "{h2:?}");
        assert!((i2_from_q(q, 12.0) - 92.1).abs() < 0.05);
    }

    #[test]
    fn two_studies_without_excess_have_no_test_based_interval() {
        assert_eq!(h2_test_based(1.0, 2, 95.0), None);
        assert!(h2_test_based(9.0, 2, 95.0).is_some());
    }
}
