//! What a multilevel or cluster-robust analysis has beside the numbers of any other.

use super::{Head, NoteResult, PoolResult};
use crate::stats::multilevel::{ComponentProfilePoint, Variances};
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

/// `bootstrap of … method wild`: a test of each coefficient, and of all together.
#[derive(Debug, Clone, Serialize)]
pub struct WildResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// `wild` (signs) or `webb` (six-point weights).
    pub method: &'static str,
    /// As written after `on`; null for a pooled effect.
    pub formula: Option<String>,
    /// The clusters.
    pub trials: usize,
    /// Whether all sign patterns were used.
    pub exact: bool,
    /// How many draws, or patterns.
    pub draws: usize,
    /// Of the draws; null where all patterns were used.
    pub seed: Option<u64>,
    /// `intercept` is the pooled effect where there is no formula; `all` tests every moderator.
    pub rows: Vec<WildRow>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis without moderators.
    #[serde(skip)]
    pub base: PoolResult,
}

/// One hypothesis.
#[derive(Debug, Clone, Serialize)]
pub struct WildRow {
    /// The coefficient, or `all`.
    pub term: String,
    /// The robust Wald statistic over the number of coefficients.
    pub statistic: f64,
    /// How many draws had one at least as large.
    pub as_large: usize,
    /// Draws without a statistic.
    pub failed: usize,
    /// Their share.
    pub p: f64,
}

/// `profile of` a multilevel model: the likelihood of each variance.
#[derive(Debug, Clone, Serialize)]
pub struct LevelProfileResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// `multilevel`.
    pub structure: &'static str,
    /// `restricted` (REML) or `full` (ML).
    pub likelihood: &'static str,
    /// The highest log-likelihood.
    pub log_likelihood: f64,
    /// Between trials, then within.
    pub components: Vec<LevelProfile>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis itself.
    #[serde(skip)]
    pub base: PoolResult,
}

/// The likelihood of one variance.
#[derive(Debug, Clone, Serialize)]
pub struct LevelProfile {
    /// `between`, `within`.
    pub level: &'static str,
    /// Its estimate.
    pub estimate: f64,
    /// The profile-likelihood interval; an end beyond double precision is null.
    pub ci: [Option<f64>; 2],
    /// Points along the axis.
    pub points: Vec<ComponentProfilePoint>,
}
