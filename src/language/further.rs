//! Analyses of an analysis: what a verb on a result asks, resolved.

use super::formula::Formula;
use super::spec::AnalysisSpec;

/// A verb on a result.
#[derive(Debug, Clone, PartialEq)]
pub struct FurtherSpec {
    /// The name it is bound to.
    pub name: Option<String>,
    /// The verb's word.
    pub verb: &'static str,
    /// The analysis it works on, with the clauses of the statement in their places.
    pub base: AnalysisSpec,
    /// The name of that analysis, or its statement.
    pub of: String,
    /// What is asked.
    pub what: Further,
}

/// What a verb asks.
#[derive(Debug, Clone, PartialEq)]
pub enum Further {
    /// Pool again without each study or trial.
    LeaveOneOut {
        /// What is left out at a time.
        unit: Unit,
    },
    /// Pool again as studies are added.
    Cumulative(Cumulate),
    /// Influence of each study.
    Influence,
    /// Best linear unbiased predictions.
    Blup,
    /// Regression test.
    Egger {
        /// `se`, `vi`, `n`, `ninv`, `modified`.
        predictor: &'static str,
        /// Meta-regression in place of the classical weighted regression.
        mixed: bool,
    },
    /// Rank test.
    Begg,
    /// Trim and fill.
    TrimAndFill {
        /// `l0`, `r0`, `q0`.
        estimator: &'static str,
        /// `left`, `right`, or as the regression says.
        side: Option<&'static str>,
    },
    /// Fail-safe N.
    FailSafe {
        /// `rosenthal`, `orwin`, `rosenberg`.
        method: &'static str,
        /// For Orwin's.
        target: Option<f64>,
    },
    /// Meta-regression.
    Regress(Formula),
}

/// What is left out at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// One effect of the pool.
    Study,
    /// All effects of a trial.
    Trial,
}

/// The order of a cumulative analysis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cumulate {
    /// By this column.
    pub column: String,
    /// Largest first.
    pub descending: bool,
    /// Studies of equal order at once.
    pub together: bool,
}
