//! Closed-form estimators of tau2 (DL, HE, HS, HSk, SJ), and the standard errors of all.
//!
//! A quadratic form y'Ay with A1 = 0 has variance 2 tr(A M A M), M = diag(v + tau2); every
//! standard error of this file is that expression at the (truncated) estimate. All values are
//! in the scaled units of [`Evidence`].

use super::evidence::{Evidence, Moments, block_sum};
use super::options::Tau2Estimator;
use super::sums::Sums;
use crate::stats::math::sqrt;

/// A closed-form estimate, before truncation at 0, with its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct MomentEstimate {
    pub raw: f64,
    pub se: f64,
}

impl MomentEstimate {
    /// The estimate itself: never negative.
    pub fn value(&self) -> f64 {
        self.raw.max(0.0)
    }
}

/// The closed-form estimate, or `None` for an estimator that is the root of an equation.
///
/// `zero` holds the sums at tau2 = 0. With Q = y'Py, k studies and p coefficients (1: the mean):
///
/// - DL: (Q - (k - p)) / tr P. DerSimonian and Laird 1986.
/// - HE: (SS - tr(P0 v)) / (k - p), SS and P0 of the unweighted fit. Hedges 1983.
/// - HS: (Q - k) / sum w. Hunter and Schmidt 2004; Viechtbauer 2005.
/// - HSk: (Q k / (k - p) - k) / sum w. Brannick et al. 2019.
/// - SJ: t0 y'Py / (k - p) with w = 1 / (v + t0), t0 = sum (y - mean)^2 / k.
///   Sidik and Jonkman 2005. Never negative.
///
/// Where all effects are equal SJ is 0, its limit as they draw together.
pub(crate) fn closed_form(evidence: &impl Sums, zero: &Moments, estimator: Tau2Estimator) -> Option<MomentEstimate> {
    let k = evidence.k() as f64;
    let df = evidence.df();
    let with = |raw: f64, variance: &dyn Fn(f64) -> f64| Some(MomentEstimate { raw, se: sqrt(variance(raw.max(0.0))) });
    // tr(P M P M) for weights 1/v, where P V P = P.
    let about_q = |t: f64| 2.0 * (df + t * (2.0 * zero.tr_p + t * zero.tr_pp));
    match estimator {
        Tau2Estimator::Dl => with((zero.q - df) / zero.tr_p, &|t| about_q(t) / (zero.tr_p * zero.tr_p)),
        Tau2Estimator::Hs => with((zero.q - k) / zero.s1, &|t| about_q(t) / (zero.s1 * zero.s1)),
        Tau2Estimator::Hsk => with((zero.q * (k / df) - k) / zero.s1, &|t| about_q(t) * (k / df) * (k / df) / (zero.s1 * zero.s1)),
        Tau2Estimator::He => Some(evidence.hedges(df)),
        Tau2Estimator::Sj => Some(evidence.sidik_jonkman(zero, df)),
        _ => None,
    }
}

/// Hedges' estimate for a mean.
pub(super) fn hedges(evidence: &Evidence) -> MomentEstimate {
    let k = evidence.k() as f64;
    let df = k - 1.0;
    let v = evidence.variances();
    let mean_v = block_sum(v.len(), |i| v[i]) / k;
    let raw = evidence.sum_of_squares / df - mean_v;
    let t = raw.max(0.0);
    let m = block_sum(v.len(), |i| v[i] + t);
    let m2 = block_sum(v.len(), |i| (v[i] + t) * (v[i] + t));
    MomentEstimate { raw, se: sqrt(2.0 * (m2 * (1.0 - 2.0 / k) + m * (m / k) / k) / (df * df)) }
}

/// Sidik and Jonkman's estimate for a mean.
pub(super) fn sidik_jonkman(evidence: &Evidence, zero: &Moments) -> MomentEstimate {
    let k = evidence.k() as f64;
    let start = evidence.sum_of_squares / k;
    if start <= 0.0 {
        return MomentEstimate { raw: 0.0, se: 0.0 };
    }
    let at_start = evidence.moments(start, zero.mu);
    let raw = start * at_start.q / (k - 1.0);
    // tr(P M P M) = sum P_ii^2 m_i^2 + sum over i /= j of P_ij^2 m_i m_j, the most precise
    // study (index 0) apart, so that nothing cancels.
    let v = evidence.variances();
    let s1 = at_start.s1;
    let rest = block_sum(v.len() - 1, |i| 1.0 / (v[i + 1] + start));
    let x = |i: usize| {
        let w = 1.0 / (v[i] + start);
        w * w * (v[i] + raw)
    };
    let x_rest = block_sum(v.len() - 1, |i| x(i + 1));
    let diagonal = |i: usize| {
        let w = 1.0 / (v[i] + start);
        let other = if i == 0 { rest } else { s1 - w };
        let m = w * (other / s1) * (v[i] + raw);
        m * m
    };
    let off = |i: usize| x(i) * if i == 0 { x_rest } else { x_rest + x(0) - x(i) };
    let trace = block_sum(v.len(), diagonal) + block_sum(v.len(), off) / (s1 * s1);
    MomentEstimate { raw, se: start / (k - 1.0) * sqrt(2.0 * trace) }
}

/// Standard error of an estimate that is the root of an equation; `at` holds the sums there.
///
/// - ML: sqrt(2 / sum w^2); REML: sqrt(2 / tr PP): inverse expected information.
///   Viechtbauer 2005.
/// - EB, PM, PMM: sqrt(2 k^2 / (k - p)) / sum w. Morris 1983; Viechtbauer 2005.
pub(crate) fn iterative_se(evidence: &impl Sums, at: &Moments, estimator: Tau2Estimator) -> f64 {
    let k = evidence.k() as f64;
    match estimator {
        Tau2Estimator::Ml => sqrt(2.0 / at.s2),
        Tau2Estimator::Reml => sqrt(2.0 / at.tr_pp),
        _ => sqrt(2.0 * k * k / evidence.df()) / at.s1,
    }
}
