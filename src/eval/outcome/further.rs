//! Results of verbs on a result.

use super::{NoteResult, PoolResult};
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
            of: of.to_owned(),
            outcome: base.outcome.clone(),
            timepoint: base.timepoint.clone(),
            analysis: base.analysis.clone(),
            comparison: base.comparison.clone(),
            measure: base.measure,
            scale: base.scale,
            model: base.model.clone(),
            k: base.k,
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
