//! Results of meta-regressions and of questions to them.

use super::{Head, HeterogeneityResult, NoteResult, PoolResult, StudyEffect};
use crate::language::formula::Formula;
use crate::stats::regression::{Coefficient, Inflation, Value, WaldTest};
use serde::Serialize;
use std::collections::BTreeMap;

/// `regress`.
#[derive(Debug, Clone, Serialize)]
pub struct RegressResult {
    /// What it is; `k` counts the studies in the regression.
    #[serde(flatten)]
    pub head: Head,
    /// As written after `on`.
    pub formula: String,
    /// Whether there is an intercept.
    pub intercept: bool,
    /// Tests and intervals used.
    pub ci_method: &'static str,
    /// Those asked for.
    pub ci_requested: &'static str,
    /// Prediction intervals of `predict`.
    pub pi_method: &'static str,
    /// People, where every study says.
    pub participants: Option<u64>,
    /// One a column of the design.
    pub coefficients: Vec<Coefficient>,
    /// The omnibus test; null without moderators.
    pub moderators: Option<WaldTest>,
    /// `multilevel` for several variance components.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub structure: Option<&'static str>,
    /// The trials the effects come from, where these are kept apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trials: Option<usize>,
    /// Cluster-robust inference, where the analysis asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub robust: Option<RobustRegression>,
    /// Share of heterogeneity accounted for, percent.
    pub r2: Option<f64>,
    /// Residual heterogeneity.
    pub heterogeneity: Option<HeterogeneityResult>,
    /// tau2 by the same estimator without moderators.
    pub tau2_without: Option<f64>,
    /// For ML and REML.
    pub log_likelihood: Option<f64>,
    /// Every effect looked at, in file order.
    pub studies: Vec<RegressStudy>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The formula, read.
    #[serde(skip)]
    pub terms: Formula,
    /// The analysis without moderators.
    #[serde(skip)]
    pub base: PoolResult,
}

/// Cluster-robust inference about the coefficients of a regression.
#[derive(Debug, Clone, Serialize)]
pub struct RobustRegression {
    /// `cr0`, `cr1`, `cr1p`, `cr2`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The clusters.
    pub trials: usize,
    /// Each with its Satterthwaite degrees of freedom; numbers that do not exist are null.
    pub coefficients: Vec<Coefficient>,
    /// The omnibus test by Hotelling's T2 (HTZ): F, its degrees of freedom and p; null where the
    /// trials are too few for it.
    pub moderators: Option<WaldTest>,
}

/// One effect in a regression.
#[derive(Debug, Clone, Serialize)]
pub struct RegressStudy {
    /// As in the analysis, with its weight and reason in the regression.
    #[serde(flatten)]
    pub study: StudyEffect,
    /// What the model says of it; null where it is left out.
    pub fitted: Option<f64>,
    /// Effect less fitted value.
    pub residual: Option<f64>,
    /// Leverage, 0 to 1.
    pub hat: Option<f64>,
}

/// `predict`.
#[derive(Debug, Clone, Serialize)]
pub struct PredictResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// As written after `on`.
    pub formula: String,
    /// Of the confidence intervals.
    pub ci_method: &'static str,
    /// Of the prediction intervals.
    pub pi_method: &'static str,
    /// One a point.
    pub rows: Vec<PredictRow>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis without moderators.
    #[serde(skip)]
    pub base: PoolResult,
}

/// The mean effect at one point.
#[derive(Debug, Clone, Serialize)]
pub struct PredictRow {
    /// The study whose values these are, where none were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub study: Option<String>,
    /// The values of the moderators.
    pub at: BTreeMap<String, Value>,
    /// On the analysis scale.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Of the mean effect.
    pub ci: [f64; 2],
    /// Of the true effect of a new study.
    pub pi: Option<[f64; 2]>,
    /// Back-transformed.
    pub display: super::Display,
}

/// `contrast`.
#[derive(Debug, Clone, Serialize)]
pub struct ContrastResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// As written after `on`.
    pub formula: String,
    /// Of tests and intervals.
    pub ci_method: &'static str,
    /// Each by itself.
    pub rows: Vec<Coefficient>,
    /// That all are 0; null for one, and where some follow from others.
    pub joint: Option<WaldTest>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis without moderators.
    #[serde(skip)]
    pub base: PoolResult,
}

/// `test`.
#[derive(Debug, Clone, Serialize)]
pub struct TestResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// As written after `on`.
    pub formula: String,
    /// Of the test.
    pub ci_method: &'static str,
    /// The coefficients tested.
    pub coefficients: Vec<String>,
    /// That all of them are 0.
    #[serde(flatten)]
    pub test: WaldTest,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis without moderators.
    #[serde(skip)]
    pub base: PoolResult,
}

/// `vif of`.
#[derive(Debug, Clone, Serialize)]
pub struct VifResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// As written after `on`.
    pub formula: String,
    /// One a term.
    pub rows: Vec<Inflation>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis without moderators.
    #[serde(skip)]
    pub base: PoolResult,
}

/// `permute`.
#[derive(Debug, Clone, Serialize)]
pub struct PermuteResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// As written after `on`; null for a pooled effect.
    pub formula: Option<String>,
    /// Of the statistics.
    pub ci_method: &'static str,
    /// Whether all arrangements were tried.
    pub exact: bool,
    /// How many were tried, or drawn, the observed one included.
    pub draws: u64,
    /// How many there are; null beyond 2^64.
    pub possible: Option<u64>,
    /// Of the draws; null where all were tried.
    pub seed: Option<u64>,
    /// The coefficients; `intercept` is the pooled effect where there is no formula.
    pub coefficients: Vec<PermuteRow>,
    /// The omnibus test.
    pub moderators: Option<PermuteRow>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis without moderators.
    #[serde(skip)]
    pub base: PoolResult,
}

/// One coefficient under permutation.
#[derive(Debug, Clone, Serialize)]
pub struct PermuteRow {
    /// Its name.
    pub term: String,
    /// The observed statistic.
    pub statistic: f64,
    /// Share of arrangements with a statistic as far from 0 or further.
    pub p: f64,
    /// The p of the model, for comparison.
    pub p_model: f64,
}
