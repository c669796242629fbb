//! Estimates, covariances and tests of linear combinations of the coefficients.
//!
//! Everything is taken from orthonormal coordinates, not from the printed covariance matrix,
//! whose entries can be far larger than what is left of them (a raw year and its square).

use super::small::{Orthonormal, dot};
use crate::stats::dist::{chi2_sf, f_sf};
use crate::stats::error::StatsError;
use crate::stats::pool::{CiMethod, Inference, inference, tail};
use serde::Serialize;

/// A linear combination of coefficients (a coefficient itself is one), with its test.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coefficient {
    /// Name: `intercept`, `ablat`, `alloc[random]`.
    pub term: String,
    /// Estimate, per unit of the moderator.
    pub estimate: f64,
    /// Standard error, by the method used.
    pub se: f64,
    /// estimate / se.
    pub statistic: f64,
    /// Degrees of freedom of t; `None` for the normal.
    pub df: Option<f64>,
    /// Two-sided.
    pub p: f64,
    /// Confidence interval.
    pub ci: [f64; 2],
}

/// A test that several linear combinations are 0.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WaldTest {
    /// Chi-squared, or F where `df2` exists.
    pub qm: f64,
    /// How many combinations.
    pub df: f64,
    /// Residual degrees of freedom of F; `None` for chi-squared.
    pub df2: Option<f64>,
    /// Upper tail.
    pub p: f64,
}

/// The coefficients as a whole.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Space {
    /// R of the design; its Q is dropped.
    pub factor: Orthonormal,
    /// Index and value of the constant column.
    pub constant: Option<(usize, f64)>,
    /// What was subtracted from the effects.
    pub centre: f64,
    /// Coefficients of the orthonormal columns, without `centre`, in units of the effect.
    pub coordinates: Vec<f64>,
    /// N with N N' their model-based covariance.
    pub root: Vec<f64>,
    /// Generalised Q at the tau2 in use.
    pub q: f64,
    /// Residual degrees of freedom.
    pub df: usize,
    /// The method in use.
    pub method: CiMethod,
    /// Level in percent.
    pub level: f64,
}

impl Space {
    /// Estimate and root of the model-based variance of l'b.
    pub fn combination(&self, l: &[f64]) -> (f64, Vec<f64>) {
        let p = self.factor.p;
        let mut g = l.to_vec();
        self.factor.solve_transposed(&mut g);
        let shift = self.constant.map_or(0.0, |(j, value)| self.centre / value * l[j]);
        let root = (0..p).map(|b| (0..p).map(|a| g[a] * self.root[a * p + b]).sum()).collect();
        (dot(&g, &self.coordinates) + shift, root)
    }

    /// The factor of HKSJ and MHKSJ on a variance; 1 for the others.
    pub fn variance_factor(&self) -> f64 {
        let ratio = self.q / self.df as f64;
        match self.method {
            CiMethod::Wald | CiMethod::T => 1.0,
            CiMethod::Hksj => ratio,
            CiMethod::Mhksj => ratio.max(1.0),
        }
    }

    /// Test and interval of an estimate with a model-based standard error.
    pub fn inference(&self, estimate: f64, se: f64) -> Inference {
        // The level was checked when the regression was made.
        let tail = tail(self.level).unwrap_or(f64::NAN);
        inference(self.method, estimate, se, self.q, self.df + 1, tail)
    }

    /// One combination with its test.
    pub fn coefficient(&self, term: String, l: &[f64]) -> Coefficient {
        let (estimate, root) = self.combination(l);
        let i = self.inference(estimate, super::small::norm(&root));
        Coefficient { term, estimate, se: i.se, statistic: i.statistic, df: i.df, p: i.p, ci: i.ci }
    }

    /// The joint test of combinations. Errors: one that follows from those before it.
    pub fn test(&self, combinations: &[(f64, Vec<f64>)]) -> Result<WaldTest, StatsError> {
        let (p, m) = (self.factor.p, combinations.len());
        let columns: Vec<f64> = combinations.iter().flat_map(|(_, root)| root.iter().copied()).collect();
        let factor = Orthonormal::new(&columns, p, m, None).map_err(|column| StatsError::Redundant { column })?;
        let mut standard: Vec<f64> = combinations.iter().map(|(estimate, _)| *estimate).collect();
        factor.solve_transposed(&mut standard);
        let square = dot(&standard, &standard);
        let qm = if square == 0.0 { 0.0 } else { square / self.variance_factor() };
        let df = m as f64;
        Ok(match self.method {
            CiMethod::Wald => WaldTest { qm, df, df2: None, p: chi2_sf(qm, df) },
            _ => WaldTest { qm: qm / df, df, df2: Some(self.df as f64), p: f_sf(qm / df, df, self.df as f64) },
        })
    }
}
