//! Rules that fit published decisions.

use super::NoteResult;
use serde::Serialize;

/// The search for rules behind published decisions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InferResult {
    /// The statement.
    pub statement: String,
    /// Its line.
    pub line: usize,
    /// The file of the decisions.
    pub file: String,
    /// The condition on its rows, if there is one.
    pub condition: Option<String>,
    /// The decisions read.
    pub decisions: Vec<Decision>,
    /// What is asked of them, each with the rules that fit.
    pub questions: Vec<DecisionSet>,
    /// What a reader should know.
    pub notes: Vec<NoteResult>,
}

/// A published decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decision {
    /// What the publication calls the pool.
    pub id: String,
    /// How many effects.
    pub k: usize,
    /// I2 from Q, the values that the printed one can stand for, percent.
    pub i2: Option<[f64; 2]>,
    /// P(Q), likewise, narrowed by I2 and k.
    pub p: Option<[f64; 2]>,
    /// `not_pooled`, `common`, `random`.
    pub decision: &'static str,
}

/// One question put to the decisions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DecisionSet {
    /// `pool or not`, `random or common`.
    pub question: &'static str,
    /// The decisions of the first kind: not pooled, or random effects.
    pub first: Vec<String>,
    /// Those of the other kind.
    pub second: Vec<String>,
    /// Rules with one threshold that fit all.
    pub one: Vec<Fit>,
    /// Rules with two thresholds that fit all, looked for where none with one does.
    pub two: Vec<Fit>,
    /// Why one threshold does not suffice, a pair of decisions for each statistic.
    pub against: Vec<String>,
    /// In words.
    pub verdict: String,
}

/// A rule that fits.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fit {
    /// In the language: `i2(q) >= 50%`.
    pub condition: String,
    /// For each threshold, the values that fit too, above the first and up to the second.
    pub ranges: Vec<[f64; 2]>,
    /// Whether it fits whatever the printed values were before rounding.
    pub whatever_rounding: bool,
}
