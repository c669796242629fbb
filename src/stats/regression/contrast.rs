//! Questions to a fitted regression: contrasts, predictions, inflation of variances.

use super::design::Term;
use super::fit::Regression;
use super::small::{Orthonormal, norm};
use super::space::{Coefficient, WaldTest};
use crate::stats::error::StatsError;
use crate::stats::math::{exp, ln, sqrt};
use crate::stats::pool::{Model, PiMethod, prediction, tail};
use serde::Serialize;

/// Linear combinations of coefficients.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contrasts {
    /// Each combination by itself.
    pub rows: Vec<Coefficient>,
    /// The test that all are 0; `None` where some follow from others.
    pub joint: Option<WaldTest>,
}

/// The mean effect at given values of the moderators.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Prediction {
    /// x'b.
    pub estimate: f64,
    /// Its standard error, by the method of the regression.
    pub se: f64,
    /// Confidence interval of the mean effect at these values.
    pub ci: [f64; 2],
    /// Prediction interval of a new study's true effect at these values (random effects).
    pub pi: Option<[f64; 2]>,
    /// Its method; `None` (the method) where there is no interval.
    pub pi_used: PiMethod,
}

/// How much larger the variance of a term's coefficients is than it would be if it were
/// uncorrelated with the other terms.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inflation {
    /// The term.
    pub term: String,
    /// Number of its columns.
    pub columns: usize,
    /// VIF for one column, generalised (GVIF) for several.
    pub vif: f64,
    /// VIF to the power 1 / (2 columns): the factor on a standard error, comparable
    /// between terms of different size.
    pub sif: f64,
}

impl Regression {
    fn checked(&self, row: &[f64]) -> Result<(), StatsError> {
        if row.len() != self.p {
            return Err(StatsError::LengthMismatch { what: "values of a row and coefficients", left: row.len(), right: self.p });
        }
        match row.iter().position(|x| !x.is_finite()) {
            Some(index) => Err(StatsError::Count { what: "a value for the coefficient", index, value: row[index] }),
            None => Ok(()),
        }
    }

    /// Estimates and tests of L b, one (name, row of L) each, and the joint test that all are
    /// 0: chi-squared under Wald, F otherwise.
    ///
    /// Errors: no row, rows that are not of p finite numbers.
    pub fn contrasts(&self, rows: &[(String, Vec<f64>)]) -> Result<Contrasts, StatsError> {
        if rows.is_empty() {
            return Err(StatsError::Undefined { model: "a contrast", reason: "no combination was given" });
        }
        for (_, row) in rows {
            self.checked(row)?;
        }
        let joint = if rows.len() > self.p {
            None
        } else {
            let combinations: Vec<_> = rows.iter().map(|(_, row)| self.space.combination(row)).collect();
            self.space.test(&combinations).ok()
        };
        Ok(Contrasts { rows: rows.iter().map(|(name, row)| self.space.coefficient(name.clone(), row)).collect(), joint })
    }

    /// The joint test that some coefficients are 0. Errors: no column, one that is not there,
    /// the same one twice.
    pub fn test(&self, columns: &[usize]) -> Result<WaldTest, StatsError> {
        let mut combinations = Vec::new();
        for &j in columns {
            if j >= self.p {
                return Err(StatsError::LengthMismatch { what: "a column to test and the columns", left: j, right: self.p });
            }
            let unit: Vec<f64> = (0..self.p).map(|i| if i == j { 1.0 } else { 0.0 }).collect();
            combinations.push(self.space.combination(&unit));
        }
        if combinations.is_empty() {
            return Err(StatsError::Undefined { model: "a test of coefficients", reason: "no column was given" });
        }
        self.space.test(&combinations)
    }

    /// The mean effect where the design has the row `x`, with its confidence interval and a
    /// prediction interval: t with k - p df (`T`), k - p - 1, at least 1 (`Riley`), normal, or
    /// as the confidence interval (`Matches`).
    ///
    /// Errors: a row that is not of p finite numbers.
    pub fn predict(&self, x: &[f64], pi: PiMethod) -> Result<Prediction, StatsError> {
        self.checked(x)?;
        let (estimate, root) = self.space.combination(x);
        let i = self.space.inference(estimate, norm(&root));
        let found = if self.model == Model::Common || self.space.df == 0 {
            None
        } else {
            prediction(pi, &i, estimate, self.heterogeneity.tau2, self.space.df + 1, tail(self.level)?)
        };
        Ok(Prediction {
            estimate,
            se: i.se,
            ci: i.ci,
            pi: found.map(|(_, pi)| pi),
            pi_used: found.map_or(PiMethod::None, |(method, _)| method),
        })
    }

    /// Variance inflation of each term but the constant: |R11| |R22| / |R| with R the
    /// correlation matrix of the coefficients (the constant apart), R11 that of the term and
    /// R22 that of the others. At least 1. Empty without a moderator.
    ///
    /// Source: Fox and Monette 1992, J Am Stat Assoc 87:178-183.
    pub fn inflation(&self) -> Vec<Inflation> {
        let constant = self.space.constant.map(|(j, _)| j);
        let roots: Vec<Vec<f64>> = (0..self.p)
            .map(|j| {
                let unit: Vec<f64> = (0..self.p).map(|i| if i == j { 1.0 } else { 0.0 }).collect();
                self.space.combination(&unit).1
            })
            .collect();
        inflation(&roots, constant, &self.terms)
    }
}

/// Variance inflation of each term but the constant, from a root of the covariance matrix of the
/// coefficients: the products of its vectors, one a coefficient, are their covariances.
pub fn inflation(roots: &[Vec<f64>], constant: Option<usize>, terms: &[Term]) -> Vec<Inflation> {
    let p = roots.len();
    let unit = |root: &Vec<f64>| {
        let length = norm(root);
        root.iter().map(|x| x / length).collect::<Vec<f64>>()
    };
    let roots: Vec<Vec<f64>> = roots.iter().map(unit).collect();
    let ln_det = |columns: &[usize]| -> f64 {
        let all: Vec<f64> = columns.iter().flat_map(|j| roots[*j].iter().copied()).collect();
        Orthonormal::new(&all, p, columns.len(), None).map_or(f64::NEG_INFINITY, |f| (0..f.p).map(|i| 2.0 * ln(f.r[i * f.p + i])).sum())
    };
    let of: Vec<usize> = (0..p).filter(|j| Some(*j) != constant).collect();
    let whole = ln_det(&of);
    let mut all = Vec::new();
    for term in terms {
        let own: Vec<usize> = term.columns.iter().copied().filter(|j| Some(*j) != constant).collect();
        if own.is_empty() {
            continue;
        }
        let rest: Vec<usize> = of.iter().copied().filter(|j| !own.contains(j)).collect();
        let ln_vif = (ln_det(&own) + ln_det(&rest) - whole).max(0.0);
        let columns = own.len();
        let sif = if columns == 1 { sqrt(exp(ln_vif)) } else { exp(ln_vif / (2.0 * columns as f64)) };
        all.push(Inflation { term: term.name.clone(), columns, vif: exp(ln_vif), sif });
    }
    all
}
