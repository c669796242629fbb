//! Robust (sandwich) covariance of coefficients, clustered by study.
//!
//! With M_i the marginal covariance of study i under the working model, W_i its inverse,
//! C = (X'WX)^-1 and e the residuals,
//!
//! V = factor * C (sum X_i'W_i A_i e_i e_i'A_i'W_i X_i) C.
//!
//! - CR0: A = I, factor 1. CR1: factor m / (m - 1). CR1p: factor m / (m - p).
//! - CR2: A_i = D_i' B_i^{+1/2} D_i with D_i'D_i = M_i and
//!   B_i = D_i (M_i - X_i C X_i') D_i', which makes V unbiased where the working model holds.
//!   The pseudo-inverse leaves out as many directions as the study has leverages of 1, counted
//!   on the p x p matrix C X_i'W_i X_i, where the count is certain.
//!
//! Sources: Liang and Zeger 1986, Biometrika 73:13-22 (CR0); Bell and McCaffrey 2002, Surv
//! Methodol 28:169-181 (CR2); Hedges, Tipton and Johnson 2010, Res Synth Methods 1:39-65;
//! Tipton and Pustejovsky 2015, J Educ Behav Stat 40:604-634; Pustejovsky and Tipton 2018,
//! J Bus Econ Stat 36:672-683.

use super::clustered::Clustered;
use super::dense::{cholesky, eigen, product};
use super::infer::{Coefficient, critical};
use super::likelihood::Point;
use super::notes::MultilevelNote;
use super::options::Variances;
use super::satterthwaite::Moments;
use crate::stats::error::StatsError;
use crate::stats::math::sqrt;
use crate::stats::pool::tail;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// A leverage that counts as 1.
const FULL: f64 = 1.0 - 1e-10;

/// The small-sample correction of a robust covariance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RobustKind {
    /// None.
    Cr0,
    /// m / (m - 1), m the number of studies.
    Cr1,
    /// m / (m - p), p the number of coefficients.
    Cr1p,
    /// Bias-reduced linearisation.
    Cr2,
}

impl RobustKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Cr0, Self::Cr1, Self::Cr1p, Self::Cr2];

    /// The word for it: `cr2`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cr0 => "cr0",
            Self::Cr1 => "cr1",
            Self::Cr1p => "cr1p",
            Self::Cr2 => "cr2",
        }
    }

    /// The paper that defines it.
    #[must_use]
    pub const fn citation(self) -> &'static str {
        match self {
            Self::Cr0 => "Liang KY, Zeger SL. Biometrika 1986;73:13-22",
            Self::Cr1 | Self::Cr1p => "Hedges LV, Tipton E, Johnson MC. Res Synth Methods 2010;1:39-65",
            Self::Cr2 => {
                "Bell RM, McCaffrey DF. Surv Methodol 2002;28:169-181; Tipton E, Pustejovsky JE. J Educ Behav Stat 2015;40:604-634"
            }
        }
    }

    pub(crate) fn factor(self, m: usize, p: usize) -> f64 {
        let m = m as f64;
        match self {
            Self::Cr0 | Self::Cr2 => 1.0,
            Self::Cr1 => m / (m - 1.0),
            Self::Cr1p => m / (m - p as f64),
        }
    }
}

/// Coefficients with robust standard errors and Satterthwaite degrees of freedom.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Robust {
    /// The correction.
    pub kind: RobustKind,
    /// Number of studies.
    pub studies: usize,
    /// The coefficients, t with Satterthwaite df each; NaN but for the estimate where a note
    /// says that a coefficient has no robust standard error.
    pub coefficients: Vec<Coefficient>,
    /// Their robust covariance matrix, by row.
    pub covariance: Vec<f64>,
    /// Of the intervals, in percent.
    pub level: f64,
    /// Remarks.
    pub notes: Vec<MultilevelNote>,
}

/// What the sandwich holds of one study, in terms of Q.
#[derive(Debug, Clone)]
pub(crate) struct Slice {
    /// X'W A e, a vector of p.
    pub score: Vec<f64>,
    /// X'A W X, p x p: what the study contributes to the bread, corrected.
    pub bread: Vec<f64>,
    /// X'W A M A W X, p x p.
    pub meat: Vec<f64>,
    /// Number of leverages of 1.
    pub full: usize,
}

impl Clustered {
    /// Robust inference about the coefficients of the working model that has these variances:
    /// those of a multilevel fit, or 0 between and tau2 within for a pooled analysis or a
    /// regression whose effects are clustered by study.
    ///
    /// Cost: linear in the number of studies; CR2 takes n^3 for a study of n effects.
    ///
    /// Errors: a level not between 0 and 100, variances that are negative or not finite, fewer
    /// studies than coefficients + 1, numbers out of range.
    pub fn robust(&self, sigma2: Variances, kind: RobustKind, level: f64) -> Result<Robust, StatsError> {
        let tail = tail(level)?;
        let (at, slices) = self.sandwich(sigma2, kind)?;
        let (m, p) = (self.studies(), self.p);
        let estimates = self.coefficients_out(&at.b);
        let of_q = sandwich_covariance(&at, &slices, kind.factor(m, p), p);
        let covariance: Vec<f64> = self.design.covariance(&of_q).iter().map(|x| self.square_out(*x)).collect();
        let mut notes = Vec::new();
        let mut coefficients = Vec::with_capacity(p);
        for j in 0..p {
            let mut contrast = vec![0.0; p];
            contrast[j] = 1.0;
            self.design.solve_transposed(&mut contrast);
            let Some(df) = Moments::new(&at.c, &slices, &contrast, p, 1).df() else {
                notes.push(MultilevelNote::NoRobustError { coefficient: j });
                coefficients.push(Coefficient::unknown(estimates[j]));
                continue;
            };
            if df < 4.0 {
                notes.push(MultilevelNote::FewDf { coefficient: j, df });
            }
            coefficients.push(Coefficient::new(estimates[j], sqrt(covariance[j * p + j].max(0.0)), Some(df), critical(tail, Some(df))));
        }
        let full = slices.iter().filter(|s| s.full > 0).count();
        if full > 0 {
            notes.push(MultilevelNote::FullLeverage { studies: full });
        }
        if kind != RobustKind::Cr2 && m < 10 {
            notes.push(MultilevelNote::RobustFewStudies { studies: m });
        }
        if !estimates.iter().chain(&covariance).all(|x| x.is_finite()) {
            return Err(StatsError::Range);
        }
        Ok(Robust { kind, studies: m, coefficients, covariance, level, notes })
    }

    /// The fit of the working model and every study's slice of the sandwich.
    pub(crate) fn sandwich(&self, sigma2: Variances, kind: RobustKind) -> Result<(Point, Vec<Slice>), StatsError> {
        if let Some(value) = [sigma2.between, sigma2.within].into_iter().find(|x| !(x.is_finite() && *x >= 0.0)) {
            return Err(StatsError::Tau2 { value });
        }
        let (m, p) = (self.studies(), self.p);
        if m <= p {
            return Err(StatsError::TooFewStudies { model: "a robust standard error", k: m, needed: p + 1 });
        }
        let theta = [self.square_in(sigma2.between), self.square_in(sigma2.within)];
        let at = self.point(theta, true).ok_or(StatsError::Range)?;
        let slices = (0..m).into_par_iter().with_min_len(256).map(|i| self.slice(i, &at, kind)).collect();
        Ok((at, slices))
    }

    /// The residuals of study i, rotated.
    pub(crate) fn residuals(&self, i: usize, b: &[f64]) -> Vec<f64> {
        let c = self.p + 1;
        let rows = self.z[self.starts[i] * c..self.starts[i + 1] * c].chunks_exact(c);
        rows.map(|row| row[self.p] - row.iter().zip(b).map(|(x, b)| x * b).sum::<f64>()).collect()
    }

    fn slice(&self, i: usize, at: &Point, kind: RobustKind) -> Slice {
        let p = self.p;
        let n = self.of(i).len();
        let x = self.rows(i);
        let e = self.residuals(i, &at.b);
        let wx = self.weighted(i, at.theta, &x, p);
        let xwx = transposed_product(&x, &wx, n, p, p);
        let full = full_leverages(&at.c, &xwx, p);
        if kind != RobustKind::Cr2 {
            return Slice { score: transposed_product(&wx, &e, n, p, 1), bread: xwx.clone(), meat: xwx, full: 0 };
        }
        // A symmetric: X'W A e = (A W X)'e.
        let awx = self.corrected(i, at, &x, &wx, p, full);
        let bread = transposed_product(&x, &awx, n, p, p);
        let meat = transposed_product(&awx, &self.marginal_times(i, at.theta, &awx, p), n, p, p);
        Slice { score: transposed_product(&awx, &e, n, p, 1), bread, meat, full }
    }

    /// W_i times an n x q matrix by row.
    fn weighted(&self, i: usize, [sb, sw]: [f64; 2], x: &[f64], q: usize) -> Vec<f64> {
        let range = self.of(i);
        let (d, u) = (&self.d[range.clone()], &self.u[range]);
        let s: f64 = d.iter().zip(u).map(|(d, u)| u * u / (d + sw)).sum();
        let mut out = x.to_vec();
        for j in 0..q {
            let along: f64 = d.iter().zip(u).enumerate().map(|(r, (d, u))| u / (d + sw) * x[r * q + j]).sum::<f64>() / s;
            for (r, (d, u)) in d.iter().zip(u).enumerate() {
                out[r * q + j] = (x[r * q + j] - u * along + u * along / (1.0 + sb * s)) / (d + sw);
            }
        }
        out
    }

    /// M_i times an n x q matrix by row.
    fn marginal_times(&self, i: usize, [sb, sw]: [f64; 2], x: &[f64], q: usize) -> Vec<f64> {
        let range = self.of(i);
        let (d, u) = (&self.d[range.clone()], &self.u[range]);
        let mut out = vec![0.0; x.len()];
        for j in 0..q {
            let along: f64 = u.iter().enumerate().map(|(r, u)| u * x[r * q + j]).sum();
            for (r, (d, u)) in d.iter().zip(u).enumerate() {
                out[r * q + j] = (d + sw) * x[r * q + j] + sb * u * along;
            }
        }
        out
    }

    /// The rows of the rotated design of study i.
    fn rows(&self, i: usize) -> Vec<f64> {
        let c = self.p + 1;
        let rows = self.z[self.starts[i] * c..self.starts[i + 1] * c].chunks_exact(c);
        rows.flat_map(|row| row[..self.p].iter().copied()).collect()
    }

    /// A_i e of CR2, e the residuals of study i.
    pub(crate) fn corrected_residuals(&self, i: usize, at: &Point, e: &[f64]) -> Vec<f64> {
        let x = self.rows(i);
        let xwx = transposed_product(&x, &self.weighted(i, at.theta, &x, self.p), e.len(), self.p, self.p);
        self.corrected(i, at, &x, e, 1, full_leverages(&at.c, &xwx, self.p))
    }

    /// A_i of CR2 times an n x q matrix by row.
    fn corrected(&self, i: usize, at: &Point, x: &[f64], right: &[f64], q: usize, full: usize) -> Vec<f64> {
        let p = self.p;
        let range = self.of(i);
        let n = range.len();
        let (d, u) = (&self.d[range.clone()], &self.u[range]);
        let [sb, sw] = at.theta;
        let marginal = |r: usize, s: usize| sb * u[r] * u[s] + if r == s { d[r] + sw } else { 0.0 };
        let xc = product(x, &at.c, n, p, p);
        let rest = |r: usize, s: usize| marginal(r, s) - (0..p).map(|j| xc[r * p + j] * x[s * p + j]).sum::<f64>();
        if n == 1 {
            let a = if full > 0 { 0.0 } else { sqrt(marginal(0, 0) / rest(0, 0)) };
            return right.iter().map(|x| a * x).collect();
        }
        let m: Vec<f64> = (0..n * n).map(|e| marginal(e / n, e % n)).collect();
        // M = L L', so that D = L'.
        let Some(l) = cholesky(&m, n) else { return right.to_vec() };
        let g: Vec<f64> = (0..n * n).map(|e| rest(e / n, e % n)).collect();
        // B = L'G L.
        let gl = product(&g, &l, n, n, n);
        let mut b = transposed_product(&l, &gl, n, n, n);
        let (values, vectors) = eigen(&mut b, n);
        let kept = above_smallest(&values, full);
        // A = L U' diag(values)^{-1/2} U L'.
        let mut inner = product(&vectors, &transposed_product(&l, right, n, n, q), n, n, q);
        for r in 0..n {
            let factor = if kept[r] { 1.0 / sqrt(values[r]) } else { 0.0 };
            inner[r * q..(r + 1) * q].iter_mut().for_each(|x| *x *= factor);
        }
        product(&l, &transposed_product(&vectors, &inner, n, n, q), n, n, q)
    }
}

/// X'Y of an n x a and an n x b matrix.
pub(crate) fn transposed_product(x: &[f64], y: &[f64], n: usize, a: usize, b: usize) -> Vec<f64> {
    let mut out = vec![0.0; a * b];
    for r in 0..n {
        for i in 0..a {
            let f = x[r * a + i];
            for j in 0..b {
                out[i * b + j] += f * y[r * b + j];
            }
        }
    }
    out
}

/// Which eigenvalues stay when the smallest `drop`, and any that are not positive, are left out.
fn above_smallest(values: &[f64], drop: usize) -> Vec<bool> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut kept: Vec<bool> = values.iter().map(|v| *v > 0.0).collect();
    order.iter().take(drop).for_each(|i| kept[*i] = false);
    kept
}

/// How many eigenvalues of C X_i'W_i X_i are 1.
fn full_leverages(c: &[f64], xwx: &[f64], p: usize) -> usize {
    // Cheap where no leverage can reach 1: their sum is the trace.
    let trace: f64 = (0..p).map(|i| (0..p).map(|j| c[i * p + j] * xwx[j * p + i]).sum::<f64>()).sum();
    if trace < FULL {
        return 0;
    }
    let Some(l) = cholesky(c, p) else { return 0 };
    let mut h = transposed_product(&l, &product(xwx, &l, p, p, p), p, p, p);
    eigen(&mut h, p).0.iter().filter(|x| **x >= FULL).count()
}

/// factor * C (sum of scores' squares) C, in terms of Q.
pub(crate) fn sandwich_covariance(at: &Point, slices: &[Slice], factor: f64, p: usize) -> Vec<f64> {
    let mut meat = vec![0.0; p * p];
    for slice in slices {
        for i in 0..p {
            for j in 0..p {
                meat[i * p + j] += slice.score[i] * slice.score[j];
            }
        }
    }
    let v = product(&product(&at.c, &meat, p, p, p), &at.c, p, p, p);
    v.iter().map(|x| factor * x).collect()
}
