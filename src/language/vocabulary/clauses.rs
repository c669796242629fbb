//! Clauses.

use super::choices::{
    ALTERNATIVES, CI, CONVENTIONS, I2, LAYOUTS, MEANS, MEASURES, MEDIANS, METHODS, MODELS, PI, PREDICTORS, ROBUST, SIDES, TRIM_ESTIMATORS,
    VARIANCES, ZERO,
};
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
    Multilevel,
    Robust,
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
    Mean,
    Alternative,
    Beyond,
    Above,
    Below,
    Risk,
    OnInstrument,
    Sd,
    Draws,
    Seed,
    Over,
    On,
    NoIntercept,
    Across,
    MultiArm,
    Cluster,
    Crossover,
    Impute,
    Corr,
    Medians,
    Layout,
    Columns,
    Title,
    Font,
    Labels,
    Tool,
}

/// A row of the table.
macro_rules! clause {
    ($id:ident, $name:literal, $takes:expr, $settable:literal, $usage:literal, $summary:literal) => {
        Clause { id: ClauseId::$id, name: $name, usage: $usage, summary: $summary, takes: $takes, settable: $settable }
    };
}

/// All clauses, in order of listing.
pub const CLAUSES: &[Clause] = &[
    clause!(
        At,
        "at",
        Takes::Timepoint,
        false,
        "at TIMEPOINT",
        "The timepoint of the estimand; for `predict` and `contrast` the values of moderators: `at year 1970`"
    ),
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
    clause!(
        Multilevel,
        "multilevel",
        Takes::Special,
        false,
        "multilevel [rho NUMBER]",
        "All effects, a variance between trials and one within; with `rho` the sampling errors of a trial correlate as well"
    ),
    clause!(
        Robust,
        "robust",
        Takes::Choice(ROBUST),
        false,
        "robust [cr0 | cr1 | cr1p | cr2 | none]",
        "Standard error, test and interval that hold whatever the dependence within trials; cr2 unless said"
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
        "The order in which studies are added, or stand in a forest; ties stay in file order"
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
    clause!(Mean, "mean", Takes::Choice(MEANS), false, "mean plain | weighted", "The mean that Orwin's fail-safe number brings down"),
    clause!(Alternative, "alternative", Takes::Choice(ALTERNATIVES), false, "alternative greater | less | two-sided", "The side of a test"),
    clause!(
        Beyond,
        "beyond",
        Takes::Number { min: f64::MIN, max: f64::MAX },
        false,
        "beyond NUMBER",
        "A threshold, as displayed, and what is further from no effect"
    ),
    clause!(
        Above,
        "above",
        Takes::Number { min: f64::MIN, max: f64::MAX },
        false,
        "above NUMBER",
        "A threshold, as displayed, and what is above it"
    ),
    clause!(
        Below,
        "below",
        Takes::Number { min: f64::MIN, max: f64::MAX },
        false,
        "below NUMBER",
        "A threshold, as displayed, and what is below it"
    ),
    clause!(Risk, "risk", Takes::Special, false, "risk PERCENT, PERCENT, …", "The risk without the intervention, one or several"),
    clause!(OnInstrument, "instrument", Takes::Special, false, "instrument ID", "The instrument in whose units an effect is re-expressed"),
    clause!(
        Sd,
        "sd",
        Takes::Number { min: 0.0, max: f64::MAX },
        false,
        "sd NUMBER",
        "The standard deviation of scores, which turns standardised effects into units"
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
    clause!(
        NoIntercept,
        "no",
        Takes::Special,
        false,
        "no intercept",
        "The regression has no intercept: its first factor has a mean for each level"
    ),
    clause!(
        Across,
        "across",
        Takes::Special,
        false,
        "across timepoint, analysis",
        "Results of other timepoints or analysis sets count as eligible too"
    ),
    clause!(
        MultiArm,
        "multiarm",
        Takes::Special,
        true,
        "multiarm combine | split | as_given",
        "Several groups of a study compared with one: they become one group, or the people of the shared group are divided"
    ),
    clause!(
        Cluster,
        "cluster",
        Takes::Special,
        true,
        "cluster icc NUMBER | own [inflate] [from \"SOURCE\"]",
        "People of cluster trials divided by the design effect, or (`inflate`) variances multiplied by it"
    ),
    clause!(
        Crossover,
        "crossover",
        Takes::Special,
        true,
        "crossover first_period | paired [r NUMBER] | as_given",
        "Crossover trials: the first period alone, or a paired analysis with this correlation where none is reported"
    ),
    clause!(
        Impute,
        "impute",
        Takes::Special,
        true,
        "impute sd [from REPORTED, …] [else not_pooled | borrow same_instrument] [median | largest | pooled]",
        "Where a missing SD comes from, in this order: se, ci, t, p, or the SDs of other studies"
    ),
    clause!(
        Corr,
        "corr",
        Takes::Special,
        true,
        "corr NUMBER | none [from \"SOURCE\"]",
        "The correlation between scores before and after, where none is reported"
    ),
    clause!(Medians, "medians", Takes::Choice(MEDIANS), true, "medians luo | wan | unskewed | none", "How medians become means"),
    clause!(Layout, "layout", Takes::Choice(LAYOUTS), false, "layout weald | revman | jama | bmj", "How a forest is laid out"),
    clause!(
        Columns,
        "columns",
        Takes::Columns,
        false,
        "columns COLUMN, COLUMN, …",
        "The columns of a forest: study, plot, effect, weight, se, rob, or columns of the data"
    ),
    clause!(Title, "title", Takes::Text, false, "title \"TEXT\"", "A heading in a picture"),
    clause!(Font, "font", Takes::Text, false, "font \"FILE.ttf\"", "A font for letters that the bundled one lacks"),
    clause!(Labels, "labels", Takes::Special, false, "labels", "Names of studies beside the points of a picture"),
    clause!(Tool, "tool", Takes::Text, false, "tool \"NAME\"", "The tool of risk of bias whose judgements a forest shows"),
];
