//! Estimators and intervals that solve Q(tau2) = constant: EB, PM, PMM and the Q-profile.
//!
//! Q(tau2) = sum w r^2 falls strictly with tau2, so there is one root or none. With
//! equal variances 1/Q is linear in tau2, so Newton's method on 1/Q needs few steps.

use super::certificate::Certificate;
use super::options::Tau2Estimator;
use super::sums::Sums;
use crate::stats::dist::{chi2_isf, chi2_quantile};
use crate::stats::heterogeneity::Tau2Interval;
use crate::stats::root::falling_root;

/// The scaled tau2 at which Q = target, if Q(0) >= target.
pub(crate) fn solve(evidence: &impl Sums, target: f64, hint: f64) -> Option<(f64, Certificate)> {
    let zero = evidence.squares_at(0.0, hint);
    if zero.q < target {
        return None;
    }
    // Q(t) <= SS / (vmin + t), SS that of the unweighted fit, so the root lies below this.
    let vmin = evidence.vmin();
    let upper = (evidence.squares() / target - vmin).max(0.0) * (1.0 + 1e-12) + 1e-12 * vmin;
    let mut hint = zero.mu;
    let mut value = zero.q - target;
    let root = falling_root(
        |t| {
            let m = evidence.squares_at(t, hint);
            hint = m.mu;
            value = m.q - target;
            (value, value * m.q / (target * m.ypp))
        },
        0.0,
        upper,
        0.0,
        vmin,
    );
    let certificate = Certificate {
        bracket: root.bracket,
        score_at_root: value,
        roots_found: 1,
        log_likelihood_at_zero: None,
        boundary: false,
        evaluations: root.evaluations + 1,
    };
    Some((root.x, certificate))
}

/// EB, PM (Q = k - p) and PMM (Q = median of chi2 with k - p df), p coefficients.
///
/// Sources: Paule and Mandel 1982; Morris 1983, whose empirical Bayes equation is the same
/// (Viechtbauer et al. 2015, Psychol Methods 20:360-374); Viechtbauer 2021.
pub(crate) fn estimate(evidence: &impl Sums, estimator: Tau2Estimator, hint: f64) -> (f64, Certificate) {
    let df = evidence.df();
    let target = if estimator == Tau2Estimator::Pmm { chi2_quantile(0.5, df) } else { df };
    solve(evidence, target, hint).unwrap_or_else(|| {
        let zero = evidence.squares_at(0.0, hint);
        (0.0, Certificate::at_boundary(zero.q - target, None, 1))
    })
}

/// Q-profile interval in scaled units, `tail` being half of 1 - level / 100.
///
/// The bounds are where Q reaches the upper and the lower chi2 quantile with k - p df.
/// Source: Viechtbauer 2007, Stat Med 26:37-52.
pub(crate) fn q_profile(evidence: &impl Sums, tail: f64, hint: f64) -> Tau2Interval {
    let df = evidence.df();
    let Some((upper, _)) = solve(evidence, chi2_quantile(tail, df), hint) else {
        return Tau2Interval::Empty;
    };
    let lower = solve(evidence, chi2_isf(tail, df), hint).map_or(0.0, |(t, _)| t);
    if upper.is_finite() { Tau2Interval::Interval { lower, upper } } else { Tau2Interval::Open { lower } }
}
