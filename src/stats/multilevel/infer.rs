//! Tests and intervals of coefficients from estimates and their covariance.

use super::dense::cholesky;
use crate::stats::dist::{chi2_sf, f_sf, norm_isf, t_quantile, two_sided_norm, two_sided_t};
use crate::stats::math::sqrt;
use serde::Serialize;

/// One coefficient with its test and interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Coefficient {
    /// The estimate, in units of the effect per unit of the column.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// estimate / se; infinite where se is 0, 0 where both are.
    pub statistic: f64,
    /// Degrees of freedom of t; `None` for the normal.
    pub df: Option<f64>,
    /// Two-sided.
    pub p: f64,
    /// Confidence interval.
    pub ci: [f64; 2],
}

impl Coefficient {
    /// An estimate of unknown precision.
    pub(crate) const fn unknown(estimate: f64) -> Self {
        Self { estimate, se: f64::NAN, statistic: f64::NAN, df: None, p: f64::NAN, ci: [f64::NAN; 2] }
    }

    /// `critical` is the upper quantile of t with `df`, or of the normal without.
    pub(crate) fn new(estimate: f64, se: f64, df: Option<f64>, critical: f64) -> Self {
        let statistic = if se == 0.0 && estimate == 0.0 { 0.0 } else { estimate / se };
        let p = df.map_or_else(|| two_sided_norm(statistic), |df| two_sided_t(statistic, df));
        let half = critical * se;
        Self { estimate, se, statistic, df, p, ci: [estimate - half, estimate + half] }
    }
}

/// The upper quantile of t with `df`, or of the normal without.
pub(crate) fn critical(tail: f64, df: Option<f64>) -> f64 {
    df.map_or_else(|| norm_isf(tail), |df| -t_quantile(tail, df))
}

/// A test that several coefficients, or combinations of them, are 0.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JointTest {
    /// Which columns of the design; empty for general combinations.
    pub columns: Vec<usize>,
    /// F with two degrees of freedom, chi-squared with one.
    pub statistic: f64,
    /// Number of constraints.
    pub df: f64,
    /// Denominator degrees of freedom; `None` for chi-squared.
    pub df2: Option<f64>,
    /// P of a larger statistic.
    pub p: f64,
}

impl JointTest {
    /// From the quadratic form b'V^-1 b of q constraints; F = form / q with `df2`.
    pub(crate) fn new(columns: Vec<usize>, form: f64, q: usize, df2: Option<f64>) -> Self {
        let df = q as f64;
        let (statistic, p) = match df2 {
            Some(df2) => (form / df, f_sf(form / df, df, df2)),
            None => (form, chi2_sf(form, df)),
        };
        Self { columns, statistic, df, df2, p }
    }
}

/// b'V^-1 b over the columns; `None` where V is singular there.
pub(crate) fn wald(b: &[f64], v: &[f64], p: usize, columns: &[usize]) -> Option<f64> {
    let q = columns.len();
    let part: Vec<f64> = (0..q * q).map(|i| v[columns[i / q] * p + columns[i % q]]).collect();
    quadratic(&columns.iter().map(|c| b[*c]).collect::<Vec<_>>(), &part)
}

/// b'V^-1 b, on the scale on which V has a unit diagonal; `None` where V is singular.
pub(crate) fn quadratic(b: &[f64], v: &[f64]) -> Option<f64> {
    let q = b.len();
    let s: Vec<f64> = (0..q).map(|i| sqrt(v[i * q + i])).collect();
    if !s.iter().all(|s| *s > 0.0 && s.is_finite()) {
        return None;
    }
    let l = cholesky(&(0..q * q).map(|i| v[i] / s[i / q] / s[i % q]).collect::<Vec<_>>(), q)?;
    // L x = b / s.
    let mut x = vec![0.0; q];
    for i in 0..q {
        let rest = b[i] / s[i] - (0..i).map(|j| l[i * q + j] * x[j]).sum::<f64>();
        x[i] = rest / l[i * q + i];
    }
    Some(x.iter().map(|x| x * x).sum())
}
