//! What a multilevel or cluster-robust analysis has beside the numbers of any other.

use crate::stats::multilevel::Variances;
use serde::Serialize;

/// Cluster-robust inference about the pooled effect; null where it does not exist.
#[derive(Debug, Clone, Serialize)]
pub struct RobustResult {
    /// `cr0`, `cr1`, `cr1p`, `cr2`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The clusters.
    pub trials: usize,
    /// The standard error.
    pub se: Option<f64>,
    /// t.
    pub statistic: Option<f64>,
    /// Satterthwaite degrees of freedom.
    pub df: Option<f64>,
    /// Two-sided.
    pub p: Option<f64>,
    /// At the level of the analysis.
    pub ci: Option<[f64; 2]>,
    /// The same back-transformed.
    pub display_ci: Option<[f64; 2]>,
}

/// The variances of true effects, level by level, and their shares.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Levels {
    /// Between trials, and within them.
    pub sigma2: Variances,
    /// Their standard errors; null where a variance is 0 or not estimated.
    pub sigma2_se: LevelErrors,
    /// The share between trials of the sum of all variances, percent.
    pub i2_between: Option<f64>,
    /// The share within trials.
    pub i2_within: Option<f64>,
    /// sigma2 between / sum of both: how alike the true effects of one trial are.
    pub icc: Option<f64>,
}

/// Standard errors of the two variances.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct LevelErrors {
    /// Of that between trials.
    pub between: Option<f64>,
    /// Of that within trials.
    pub within: Option<f64>,
}
