//! Robust test of several coefficients, or combinations of them, at once.

use super::clustered::Clustered;
use super::dense::{form, product};
use super::infer::{Coefficient, critical, quadratic};
use super::options::Variances;
use super::robust::{RobustKind, sandwich_covariance};
use super::satterthwaite::Moments;
use crate::stats::dist::{chi2_sf, f_sf};
use crate::stats::error::StatsError;
use crate::stats::math::sqrt;
use crate::stats::pool::tail;
use serde::Serialize;

/// Tests that q combinations of the coefficients are all 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RobustTest {
    /// The correction of the covariance.
    pub kind: RobustKind,
    /// Number of combinations.
    pub q: usize,
    /// The Wald statistic r'V^-1 r of the combinations r.
    pub wald: f64,
    /// P of a larger chi-squared with q df: too small with few studies.
    pub wald_p: f64,
    /// Degrees of freedom of Hotelling's T^2.
    pub eta: f64,
    /// The HTZ statistic (eta - q + 1) / (eta q) times `wald`; `None` for eta <= q - 1, where
    /// the studies are too few for the test.
    pub f: Option<f64>,
    /// Its denominator df, eta - q + 1.
    pub df2: Option<f64>,
    /// P of a larger F with q and `df2` degrees of freedom.
    pub p: Option<f64>,
}

impl Clustered {
    /// Combinations of the coefficients, one in each of `rows` (a number per coefficient), each
    /// with its robust standard error and Satterthwaite df; NaN but for the estimate where there
    /// is none. Cost: O(studies) for each row.
    ///
    /// Errors: those of [`Clustered::robust`], rows of another length.
    pub fn robust_combinations(
        &self,
        sigma2: Variances,
        kind: RobustKind,
        rows: &[Vec<f64>],
        level: f64,
    ) -> Result<Vec<Coefficient>, StatsError> {
        let tail = tail(level)?;
        let p = self.p;
        if let Some(row) = rows.iter().find(|r| r.len() != p) {
            return Err(StatsError::LengthMismatch { what: "values of a row and coefficients", left: row.len(), right: p });
        }
        let (at, slices) = self.sandwich(sigma2, kind)?;
        let estimates = self.coefficients_out(&at.b);
        let v = sandwich_covariance(&at, &slices, kind.factor(self.studies(), p), p);
        let one = |row: &Vec<f64>| {
            let estimate: f64 = row.iter().zip(&estimates).map(|(x, b)| x * b).sum();
            let mut of_q = row.clone();
            self.design.solve_transposed(&mut of_q);
            let Some(df) = Moments::new(&at.c, &slices, &of_q, p, 1).df() else { return Coefficient::unknown(estimate) };
            let se = sqrt(self.square_out(form(&v, p, &of_q, &of_q)).max(0.0));
            Coefficient::new(estimate, se, Some(df), critical(tail, Some(df)))
        };
        Ok(rows.iter().map(one).collect())
    }

    /// Tests that the combinations in `rows` (by row, one number per coefficient) are all 0, by
    /// a robust covariance and Hotelling's T^2 with estimated degrees of freedom (HTZ). For one
    /// row it is the t test with Satterthwaite df, squared.
    ///
    /// Errors: those of [`Clustered::robust`], rows of another length, no row, combinations
    /// of which one follows from the others.
    ///
    /// Source: Tipton and Pustejovsky 2015, J Educ Behav Stat 40:604-634.
    pub fn robust_test(&self, sigma2: Variances, kind: RobustKind, rows: &[Vec<f64>]) -> Result<RobustTest, StatsError> {
        let (p, q) = (self.p, rows.len());
        if let Some(row) = rows.iter().find(|r| r.len() != p) {
            return Err(StatsError::LengthMismatch { what: "values of a row and coefficients", left: row.len(), right: p });
        }
        let singular = StatsError::Undefined { model: "a robust test", reason: "one of its combinations follows from the others" };
        if q == 0 || q > p {
            return Err(singular);
        }
        let (at, slices) = self.sandwich(sigma2, kind)?;
        let estimates = self.coefficients_out(&at.b);
        let mut of_q = Vec::with_capacity(q * p);
        let mut values = Vec::with_capacity(q);
        for row in rows {
            let mut row_q = row.clone();
            self.design.solve_transposed(&mut row_q);
            of_q.extend(row_q);
            values.push(libm::scalbn(row.iter().zip(&estimates).map(|(x, b)| x * b).sum::<f64>(), -self.exponent));
        }
        let v = sandwich_covariance(&at, &slices, kind.factor(self.studies(), p), p);
        let vr = product(&of_q, &v, q, p, p);
        let covariance: Vec<f64> = (0..q * q).map(|e| (0..p).map(|j| vr[e / q * p + j] * of_q[e % q * p + j]).sum()).collect();
        let wald = quadratic(&values, &covariance).ok_or(singular)?;
        let eta = Moments::new(&at.c, &slices, &of_q, p, q).eta().ok_or(singular)?;
        let df2 = eta - q as f64 + 1.0;
        let f = (df2 > 0.0).then(|| df2 / (eta * q as f64) * wald);
        Ok(RobustTest {
            kind,
            q,
            wald,
            wald_p: chi2_sf(wald, q as f64),
            eta,
            f,
            df2: (df2 > 0.0).then_some(df2),
            p: f.map(|f| f_sf(f, q as f64, df2)),
        })
    }
}
