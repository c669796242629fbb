//! Clauses.

use super::choices::{CI, CONVENTIONS, I2, MEASURES, METHODS, MODELS, PI, PREDICTORS, SIDES, TRIM_ESTIMATORS, VARIANCES, ZERO};
use super::{Clause, Takes};

/// Every clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ClauseId {
    At,
    Measure,
    Variance,
    Model,
    Tau2,
    Ci,
    Pi,
    Level,
    I2,
    Zero,
    Exclude,
    Only,
    Where,
    Because,
    By,
    Combine,
    Prefer,
    Keep,
    From,
    ReportOnly,
    Conventions,
    Mid,
    Items,
    Range,
    Window,
    Order,
    Ties,
    Predictor,
    Method,
    Estimator,
    Side,
    Target,
    Draws,
    Seed,
    Over,
    On,
    NoIntercept,
}

/// A row of the table.
macro_rules! clause {
    ($id:ident, $name:literal, $takes:expr, $settable:literal, $usage:literal, $summary:literal) => {
        Clause { id: ClauseId::$id, name: $name, usage: $usage, summary: $summary, takes: $takes, settable: $settable }
    };
}

/// All clauses, in order of listing.
pub const CLAUSES: &[Clause] = &[
    clause!(At, "at", Takes::Timepoint, false, "at TIMEPOINT", "The timepoint of the estimand"),
    clause!(Measure, "measure", Takes::Choice(MEASURES), true, "measure MEASURE", "The effect measure"),
    clause!(
        Variance,
        "variance",
        Takes::Choice(VARIANCES),
        true,
        "variance ls | ub",
        "The sampling variance of a standardised mean difference"
    ),
    clause!(
        Model,
        "model",
        Takes::Choice(MODELS),
        true,
        "model MODEL | [MODEL, MODEL …] | RULE",
        "How effects are pooled; of a list, the first that applies"
    ),
    clause!(
        Tau2,
        "tau2",
        Takes::Special,
        false,
        "tau2 NUMBER | separate | common",
        "A stated between-study variance, or (with `by`) whether subgroups share it"
    ),
    clause!(Ci, "ci", Takes::Choice(CI), true, "ci wald | t | hksj | mhksj", "The confidence interval"),
    clause!(Pi, "pi", Takes::Choice(PI), true, "pi t | riley | normal | matches | none", "The prediction interval"),
    clause!(Level, "level", Takes::Percent { min: 50.0, max: 99.999 }, true, "level 95%", "The confidence level"),
    clause!(I2, "i2", Takes::Choice(I2), true, "i2 q | tau2", "The definition of I2 that counts as the result's own"),
    clause!(Zero, "zero", Takes::Choice(ZERO), true, "zero POLICY", "What is done with zero cells"),
    clause!(
        Exclude,
        "exclude",
        Takes::Studies,
        false,
        "exclude STUDY, … | exclude where CONDITION",
        "Leaves studies out; with `where`, rows for which the condition holds (a missing value keeps the row)"
    ),
    clause!(Only, "only", Takes::Studies, false, "only STUDY, …", "Keeps these studies alone"),
    clause!(
        Where,
        "where",
        Takes::Condition,
        false,
        "where CONDITION",
        "Keeps the rows for which the condition holds (a missing value drops the row)"
    ),
    clause!(Because, "because", Takes::Text, false, "because \"REASON\"", "The reason for the exclusion or choice before it"),
    clause!(By, "by", Takes::Columns, false, "by COLUMN", "Subgroups"),
    clause!(
        Combine,
        "combine",
        Takes::Special,
        false,
        "combine [rho NUMBER] [equal]",
        "One effect per trial first, by inverse variance or (`equal`) the plain mean, with an assumed correlation"
    ),
    clause!(Prefer, "prefer", Takes::Special, false, "prefer KEY A > B > …", "One effect per trial, the best by this ranking"),
    clause!(
        Keep,
        "keep",
        Takes::Special,
        false,
        "keep dependent because \"REASON\"",
        "Pools several effects of one trial as if they were independent, and marks the result"
    ),
    clause!(From, "from", Takes::Text, false, "from \"SOURCE\"", "Where a number stands in print"),
    clause!(ReportOnly, "report", Takes::Special, false, "report only", "Compares without failing the run"),
    clause!(
        Conventions,
        "conventions",
        Takes::Choice(CONVENTIONS),
        true,
        "conventions metafor | revman5 | none",
        "Replaces the edition's defaults by those of another program"
    ),
    clause!(Mid, "mid", Takes::Number { min: 0.0, max: f64::MAX }, false, "mid NUMBER", "The minimal important difference"),
    clause!(Items, "items", Takes::Number { min: 1.0, max: 10_000.0 }, false, "items NUMBER", "How many items an instrument has"),
    clause!(Range, "range", Takes::Special, false, "range A..B", "The lowest and highest score of an instrument"),
    clause!(Window, "window", Takes::Special, false, "window A..B", "When a timepoint is measured"),
    clause!(
        Order,
        "order",
        Takes::Columns,
        false,
        "order COLUMN [descending]",
        "The order in which studies are added; ties stay in file order"
    ),
    clause!(Ties, "ties", Takes::Special, false, "ties together", "Studies of equal order are added at once"),
    clause!(
        Predictor,
        "predictor",
        Takes::Choice(PREDICTORS),
        false,
        "predictor se | vi | n | ninv | modified",
        "What the effects are regressed on"
    ),
    clause!(Method, "method", Takes::Choice(METHODS), false, "method WORD", "The variant of the test"),
    clause!(
        Estimator,
        "estimator",
        Takes::Choice(TRIM_ESTIMATORS),
        false,
        "estimator l0 | r0 | q0",
        "The estimator of the number of missing studies"
    ),
    clause!(
        Side,
        "side",
        Takes::Choice(SIDES),
        false,
        "side left | right",
        "The side on which studies are missing; by default as the regression says"
    ),
    clause!(
        Target,
        "target",
        Takes::Number { min: f64::MIN, max: f64::MAX },
        false,
        "target NUMBER",
        "The effect below which the pooled effect would not matter"
    ),
    clause!(Draws, "draws", Takes::Number { min: 1.0, max: 10_000_000.0 }, false, "draws NUMBER", "How many random draws are made"),
    clause!(
        Seed,
        "seed",
        Takes::Number { min: 0.0, max: 9_007_199_254_740_991.0 },
        false,
        "seed NUMBER",
        "The seed of the random draws; it stands in the output"
    ),
    clause!(
        Over,
        "over",
        Takes::Special,
        false,
        "over model [dl, reml] ci [wald, hksj] measure [rr, or] rho [0.3, 0.7] exclude [none, STUDY]",
        "The choices of a robustness analysis: model, ci, measure, variance, zero, rho, exclude, each with a list"
    ),
    clause!(
        On,
        "on",
        Takes::Special,
        false,
        "on FORMULA",
        "The moderators: columns, factor(x), center(x), powers(x, 2), poly(x, 2), spline(x, 3), x * z"
    ),
    clause!(NoIntercept, "no", Takes::Special, false, "no intercept", "The regression has no intercept: its first factor has a mean for each level"),
];
