//! Peto's one-step pooling of odds ratios.

use super::error::StatsError;
use super::heterogeneity::i2_from_q;
use super::math::{sqrt, sum};
use super::mh::{ChiSquared, ClassicEstimate, NoEstimate, TwoGroups, hypergeometric_variance};
use super::pool::tail;
use serde::Serialize;

/// A Peto analysis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Peto {
    /// Number of studies given.
    pub k: usize,
    /// The pooled log odds ratio, or why there is none.
    pub result: Result<ClassicEstimate, NoEstimate>,
    /// Weights in percent (V); 0 for studies without events or without non-events; empty
    /// where there is no estimate.
    pub weights: Vec<f64>,
    /// Heterogeneity: sum (O - E)^2 / V - (sum (O - E))^2 / sum V, over studies with V > 0.
    pub q: Option<ChiSquared>,
    /// I2 in percent from `q`.
    pub i2: Option<f64>,
    /// How many studies have V > 0.
    pub informative: usize,
}

/// Pools log odds ratios from counts: sum (O - E) / sum V, SE 1 / sqrt(sum V).
///
/// O = a, E = n1 (a + c) / N, V = n1 n2 (a + c)(b + d) / (N^2 (N - 1)); no correction of
/// zeros. `level` in percent.
///
/// Errors: no studies, unequal lengths, impossible counts, a level out of range.
///
/// Source: Yusuf, Peto, Lewis, Collins and Sleight 1985, Prog Cardiovasc Dis 27:335-371.
pub fn peto(data: &TwoGroups<'_>, level: f64) -> Result<Peto, StatsError> {
    tail(level)?;
    data.check(false)?;
    let (oe, v): (Vec<f64>, Vec<f64>) = (0..data.k())
        .map(|i| {
            let row @ [a, n1, c, n2] = data.row(i);
            // O - E = (a n2 - c n1) / N, which loses no digits.
            ((a * n2 - c * n1) / (n1 + n2), hypergeometric_variance(row))
        })
        .unzip();
    pool(&oe, &v, level, || if data.sum(|[a, _, c, _]| a + c) == 0.0 { NoEstimate::NoEvents } else { NoEstimate::NoNonEvents })
}

/// Pools observed minus expected events `oe` with variances `v` as published (log odds or
/// hazard ratios): sum (O - E) / sum V, SE 1 / sqrt(sum V). `level` in percent.
///
/// Errors: no studies, unequal lengths, a difference that is not finite, a variance that is
/// negative or not finite (0: no information), a level out of range.
///
/// Source: as [`peto`].
pub fn pool_oe(oe: &[f64], v: &[f64], level: f64) -> Result<Peto, StatsError> {
    if oe.len() != v.len() {
        return Err(StatsError::LengthMismatch { what: "observed minus expected and variances", left: oe.len(), right: v.len() });
    }
    if oe.is_empty() {
        return Err(StatsError::NoStudies);
    }
    if let Some(index) = oe.iter().position(|x| !x.is_finite()) {
        return Err(StatsError::Effect { index, value: oe[index] });
    }
    if let Some(index) = v.iter().position(|x| !(x.is_finite() && *x >= 0.0)) {
        return Err(StatsError::Variance { index, value: v[index] });
    }
    pool(oe, v, level, || NoEstimate::NoVariance)
}

fn pool(oe: &[f64], v: &[f64], level: f64, reason: impl Fn() -> NoEstimate) -> Result<Peto, StatsError> {
    let tail = tail(level)?;
    let k = oe.len();
    let informative = v.iter().filter(|v| **v > 0.0).count();
    if informative == 0 {
        let result = Err(reason());
        return Ok(Peto { k, result, weights: Vec::new(), q: None, i2: None, informative });
    }
    let used = || (0..k).filter(|&i| v[i] > 0.0);
    let total = sum(used().map(|i| v[i]));
    let estimate = sum(used().map(|i| oe[i])) / total;
    let q = sum(used().map(|i| {
        let d = oe[i] / v[i] - estimate;
        v[i] * d * d
    }));
    let q = ChiSquared::new(q, (informative - 1) as f64);
    Ok(Peto {
        k,
        result: Ok(ClassicEstimate::new(estimate, 1.0 / sqrt(total), tail)),
        weights: v.iter().map(|v| 100.0 * v / total).collect(),
        i2: Some(i2_from_q(q.statistic, q.df)),
        q: Some(q),
        informative,
    })
}
