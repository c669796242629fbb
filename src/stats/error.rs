//! The one error type of the statistical core: what was wrong, and where in the slices.

use serde::Serialize;

/// Why a statistical function has no result. Indices count from 0 in the slices given.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum StatsError {
    /// No study has data: there is nothing to pool.
    #[error("there are no studies to pool")]
    NoStudies,
    /// Two slices that belong together differ in length.
    #[error("{what}: {left} and {right} values, where there must be one each per study")]
    LengthMismatch { what: &'static str, left: usize, right: usize },
    /// An effect is not a finite number.
    #[error("the effect of study {} is {value}, not a finite number", index + 1)]
    Effect { index: usize, value: f64 },
    /// A sampling variance is zero, negative or not finite.
    #[error("the sampling variance of study {} is {value}: it must be finite and above 0", index + 1)]
    Variance { index: usize, value: f64 },
    /// A count, a group size or a person-time is impossible.
    #[error("{what} of study {} is {value}, which is impossible", index + 1)]
    Count { what: &'static str, index: usize, value: f64 },
    /// A confidence level is not between 0 and 100 percent.
    #[error("a level of {value}% is not between 0% and 100%")]
    Level { value: f64 },
    /// A stated tau2 is negative or not finite.
    #[error("a stated tau2 of {value} is not a finite number of at least 0")]
    Tau2 { value: f64 },
    /// A correlation is outside the range in which the covariance matrix is positive definite.
    #[error("a correlation of {value} among {size} effects is outside ({minimum}, 1)")]
    Correlation { value: f64, size: usize, minimum: f64 },
    /// A covariance matrix of sampling errors is not positive definite, not symmetric, reaches
    /// over two studies or disagrees with a variance. Matrices count from 0 in their list.
    #[error("sampling covariance {}: {reason}", block + 1)]
    Covariance { block: usize, reason: &'static str },
    /// A model needs more studies than there are.
    #[error("{model} needs at least {needed} studies, and there {}", are(*k))]
    TooFewStudies { model: &'static str, k: usize, needed: usize },
    /// An estimator does not exist for these data.
    #[error("{model} is not defined here: {reason}")]
    Undefined { model: &'static str, reason: &'static str },
    /// A column of a design is a combination of the columns before it. Columns count from 0.
    #[error("column {} of the design is a combination of the columns before it", column + 1)]
    Redundant { column: usize },
    /// The effects and variances are so far apart that squares leave the range of a double.
    #[error("effects and variances are so far apart that their squares leave the range of double precision")]
    Range,
    /// The caller's flag ended the work.
    #[error("the work was stopped before its end")]
    Stopped,
}

/// `is one`, `are 2`.
fn are(k: usize) -> String {
    match k {
        1 => "is one".to_owned(),
        0 => "is none".to_owned(),
        _ => format!("are {k}"),
    }
}
