//! Results of verbs on a result.

use super::{NoteResult, PoolResult};
use crate::protocol::Deviation;
use serde::{Serialize, Serializer};

/// What every such result begins with.
#[derive(Debug, Clone, Serialize)]
pub struct Head {
    /// The name it is bound to.
    pub id: Option<String>,
    /// The statement in canonical form.
    pub statement: String,
    /// Its line in the script, from 1.
    pub line: usize,
    /// Registration status.
    pub status: &'static str,
    /// Role in the plan.
    pub role: Option<&'static str>,
    /// Matched id of the plan.
    pub plan: Option<String>,
    /// How it differs from what was registered; only in scripts that follow a plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deviations: Option<Vec<Deviation>>,
    /// The label of the plan: `[PRE-SPECIFIED · primary P1]`.
    #[serde(skip)]
    pub label: Option<String>,
    /// The analysis it works on.
    pub of: String,
    /// Outcome id.
    pub outcome: String,
    /// Timepoint id.
    pub timepoint: Option<String>,
    /// Analysis set.
    pub analysis: Option<String>,
    /// Comparison.
    pub comparison: Option<String>,
    /// Measure word.
    pub measure: &'static str,
    /// Analysis scale.
    pub scale: &'static str,
    /// Model word of the analysis it works on.
    pub model: Option<String>,
    /// Independent effects of that analysis.
    pub k: usize,
    /// The trials these come from, for questions to a regression that keeps them apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trials: Option<usize>,
    /// Confidence level, percent.
    pub level: f64,
}

impl Head {
    /// The head of a result that works on `base`.
    pub fn of(base: &PoolResult, of: &str, id: Option<String>) -> Self {
        Self {
            id,
            statement: base.statement.clone(),
            line: base.line,
            status: base.status,
            role: base.role,
            plan: base.plan.clone(),
            deviations: base.deviations.clone(),
            label: base.label.clone(),
            of: of.to_owned(),
            outcome: base.outcome.clone(),
            timepoint: base.timepoint.clone(),
            analysis: base.analysis.clone(),
            comparison: base.comparison.clone(),
            measure: base.measure,
            scale: base.scale,
            model: base.model.clone(),
            k: base.k,
            trials: None,
            level: base.level,
        }
    }
}

/// `leave_one_out` and `cumulative`: pool results, one a row.
#[derive(Debug, Clone, Serialize)]
pub struct RowsResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// In order.
    pub rows: Vec<RowResult>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis itself.
    #[serde(skip)]
    pub base: PoolResult,
}

/// `egger`.
#[derive(Debug, Clone, Serialize)]
pub struct EggerResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// `se`, `vi`, `n`, `ninv`, `modified`.
    pub predictor: &'static str,
    /// `classical` or `mixed`.
    pub method: &'static str,
    /// Of the slope.
    pub statistic: f64,
    /// Of t; null for z.
    pub df: Option<f64>,
    /// Two-sided.
    pub p: f64,
    /// The slope, Egger's bias.
    pub slope: Line,
    /// The effect of a study of unlimited precision; null with predictor `n`.
    pub limit: Option<Line>,
    /// Residual tau2 of the mixed regression; of a multilevel one the sum of its variances.
    pub tau2: Option<f64>,
    /// Cluster-robust inference about the slope, where the analysis asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub robust: Option<super::RobustResult>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis itself.
    #[serde(skip)]
    pub base: PoolResult,
}

/// An estimate with its interval.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// The estimate.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Its interval.
    pub ci: [f64; 2],
}

/// `begg`.
#[derive(Debug, Clone, Serialize)]
pub struct BeggResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// Kendall's tau.
    pub tau: f64,
    /// Two-sided.
    pub p: f64,
    /// `exact`, or `normal` with or without ties.
    pub method: &'static str,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis itself.
    #[serde(skip)]
    pub base: PoolResult,
}

/// `trim_and_fill`.
#[derive(Debug, Clone, Serialize)]
pub struct TrimAndFillResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// `l0`, `r0`, `q0`.
    pub estimator: &'static str,
    /// Studies filled in.
    pub k0: usize,
    /// The standard error of their number.
    pub k0_se: Option<f64>,
    /// `left` or `right`.
    pub side: &'static str,
    /// The analysis as it is.
    pub observed: Bare,
    /// With the studies filled in.
    pub filled: Bare,
    /// The studies filled in.
    pub studies: Vec<Filled>,
    /// Notes.
    pub notes: Vec<NoteResult>,
}

/// A study filled in.
#[derive(Debug, Clone, Serialize)]
pub struct Filled {
    /// The study it mirrors.
    pub mirrors: String,
    /// Its effect.
    pub yi: f64,
    /// Its variance.
    pub vi: f64,
}

/// `fail_safe`.
#[derive(Debug, Clone, Serialize)]
pub struct FailSafeResult {
    /// What it is.
    #[serde(flatten)]
    pub head: Head,
    /// `rosenthal`, `orwin`, `rosenberg`.
    pub method: &'static str,
    /// The number.
    pub n: u64,
    /// Orwin's target.
    pub target: Option<f64>,
    /// `plain` or `weighted`: the mean that Orwin's number brings down.
    pub mean: Option<&'static str>,
    /// The significance level.
    pub alpha: f64,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// The analysis itself.
    #[serde(skip)]
    pub base: PoolResult,
}

/// A pool result without its studies.
#[derive(Debug, Clone)]
pub struct Bare(pub PoolResult);

impl Serialize for Bare {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        row_value(&self.0).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

/// A pool result without `studies`, with the study it is about.
#[derive(Debug, Clone)]
pub struct RowResult {
    /// The study left out, or added.
    pub study: String,
    /// The pool.
    pub pool: PoolResult,
}

/// A pool result as a row of another: what it shares with the others left out.
pub(super) fn row_value(pool: &PoolResult) -> Result<serde_json::Value, serde_json::Error> {
    let mut value = serde_json::to_value(pool)?;
    if let Some(object) = value.as_object_mut() {
        for key in ["studies", "groups", "between", "id", "statement", "line"] {
            object.shift_remove(key);
        }
    }
    Ok(value)
}

impl Serialize for RowResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut value = row_value(&self.pool).map_err(serde::ser::Error::custom)?;
        if let Some(object) = value.as_object_mut() {
            object.shift_insert(0, "study".to_owned(), self.study.clone().into());
        }
        value.serialize(serializer)
    }
}
