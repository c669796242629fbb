//! What can be said of a rule before there are data.

use super::{NoteResult, PoolResult};
use crate::language::spec::RuleTaken;
use serde::Serialize;

/// The analysis of a rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleAnalysis {
    /// Its name.
    pub rule: String,
    /// What its branches set.
    pub sets: Vec<&'static str>,
    /// The statistics it reads.
    pub triggers: Vec<TriggerFact>,
    /// Its branches in order, with where each decides.
    pub branches: Vec<BranchFact>,
    /// Where no `when` holds, so that `otherwise` decides or, without one, nothing does.
    pub gaps: Vec<String>,
    /// Where two branches that do different things both hold; the first decides.
    pub overlaps: Vec<OverlapFact>,
    /// Conditions that say no more than a part of them does.
    pub collapses: Vec<CollapseFact>,
    /// Where a condition rests on a statistic that does not exist.
    pub undefined: Vec<String>,
    /// P(Q) beside I2, where the rule has a threshold on each.
    pub table: Option<PlaneTable>,
    /// The numbers of effects gone through, and whether all cases of each.
    pub checked: Checked,
    /// Findings with their codes.
    pub findings: Vec<NoteResult>,
}

/// A statistic and its definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TriggerFact {
    /// As conditions write it.
    pub name: String,
    /// Definition, model and study set.
    pub definition: String,
}

/// A branch and where it decides.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BranchFact {
    /// From 1.
    pub branch: usize,
    /// As written; `otherwise` for the last.
    pub condition: String,
    /// As written.
    pub then: String,
    /// Where it is the first that holds; empty where it is never reached.
    pub decides: Vec<String>,
}

/// Two branches that both hold somewhere.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OverlapFact {
    /// Their numbers.
    pub branches: [usize; 2],
    /// Where.
    pub at: Vec<String>,
}

/// A condition that says no more than a part of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CollapseFact {
    /// The branch.
    pub branch: usize,
    /// The condition.
    pub condition: String,
    /// The numbers of effects, first and last; the last of all stands for `or more`.
    pub k: [usize; 2],
    /// The part that says the same; none where the condition never holds.
    pub same_as: Option<String>,
    /// In words.
    pub text: String,
}

/// P(Q) and I2 against each other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlaneTable {
    /// The threshold of I2, percent.
    pub i2: f64,
    /// The threshold of p.
    pub p: f64,
    /// Rows.
    pub rows: Vec<PlaneRow>,
}

/// One k.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlaneRow {
    /// How many effects.
    pub k: usize,
    /// The p of Q where I2 is at its threshold.
    pub p_at_i2: f64,
    /// I2 where p is at its threshold.
    pub i2_at_p: f64,
    /// I2 between the two thresholds, where the two statistics disagree.
    pub between: [f64; 2],
    /// Which of the two says there is heterogeneity in between.
    pub disagree: &'static str,
}

/// What has been gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// From this k.
    pub from: usize,
    /// To this k.
    pub to: usize,
    /// Whether every case of each was.
    pub all_cases: bool,
}

/// What a branch that was not taken would give.
#[derive(Debug, Clone)]
pub struct BranchResult {
    /// From 1.
    pub branch: usize,
    /// As written.
    pub condition: String,
    /// As written.
    pub then: String,
    /// The result, if it can be computed.
    pub pool: Option<PoolResult>,
    /// Why it can't.
    pub reason: Option<String>,
}

/// A rule that chose which analyses of a result are run.
#[derive(Debug, Clone, Serialize)]
pub struct RuleRunResult {
    /// The statement.
    pub statement: String,
    /// Its line.
    pub line: usize,
    /// The result it was asked about.
    pub of: String,
    /// The decision.
    pub rule: RuleTaken,
    /// The verbs that follow.
    pub runs: Vec<&'static str>,
    /// What the branch says for itself.
    pub saying: Option<String>,
}

/// How many effects point each way.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Directions {
    /// Above no effect.
    pub above: usize,
    /// Below no effect.
    pub below: usize,
    /// Exactly no effect.
    pub none: usize,
    /// The proportion above, among those not exactly at no effect.
    pub share: f64,
    /// Its Wilson interval at the analysis' level.
    pub ci: [f64; 2],
    /// The two-sided sign test.
    pub p: f64,
}
