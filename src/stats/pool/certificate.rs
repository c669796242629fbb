//! Evidence that an iterative tau2 is the right root, for `explain` to show.

use serde::Serialize;

/// How the tau2 of an equation was found. tau2 in squared units of the effect.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Certificate {
    /// The last bracket of the root: the score is >= 0 at its lower and <= 0 at its upper end.
    /// `[0, 0]` where the estimate is on the boundary.
    pub bracket: [f64; 2],
    /// The score at the estimate. ML, REML: derivative of the log-likelihood with respect to
    /// tau2, (y'PPy - tr P) / 2 for REML. EB, PM, PMM: Q minus its target. At an estimate of 0
    /// on the boundary it is at most 0, or another local maximum was lower.
    pub score_at_root: f64,
    /// How many local maxima the whole range of tau2 holds, 0 included where it is one.
    pub roots_found: usize,
    /// ML, REML: the log-likelihood at tau2 = 0.
    pub log_likelihood_at_zero: Option<f64>,
    /// Whether the estimate is 0 because the maximum is at the boundary.
    pub boundary: bool,
    /// How often the sums over all studies were computed.
    pub evaluations: usize,
}

impl Certificate {
    pub(crate) fn at_boundary(score: f64, ll_zero: Option<f64>, evaluations: usize) -> Self {
        Self { bracket: [0.0, 0.0], score_at_root: score, roots_found: 1, log_likelihood_at_zero: ll_zero, boundary: true, evaluations }
    }

    /// Whether the certificate proves its estimate: a finite bracket, or a boundary.
    pub fn holds(&self) -> bool {
        self.score_at_root.is_finite()
            && self.bracket.iter().all(|b| b.is_finite())
            && self.bracket[0] <= self.bracket[1]
            && self.roots_found >= 1
    }
}
