//! Analyses of an analysis: what a verb on a result asks, resolved.

use super::formula::Formula;
use super::spec::AnalysisSpec;
use crate::stats::regression::Value;
use indexmap::IndexMap;
use std::collections::BTreeMap;

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
    /// Who makes the heterogeneity, and who moves the result.
    Baujat,
    /// Every subset of the studies, or a sample of them.
    Gosh(Draws),
    /// Every choice of one eligible result per trial, or a sample of them.
    Selection {
        /// How many, from which seed, where they are drawn.
        draws: Draws,
        /// `timepoint`, `analysis`: results of others count as eligible.
        across: Vec<&'static str>,
    },
    /// Bootstrap intervals.
    Bootstrap {
        /// How many, from which seed.
        draws: Draws,
        /// Effects simulated from the model in place of studies drawn anew.
        parametric: bool,
    },
    /// Cluster wild bootstrap test.
    Wild {
        /// How many, from which seed.
        draws: Draws,
        /// Webb's six-point weights in place of signs.
        webb: bool,
        /// Of a regression.
        formula: Option<Formula>,
    },
    /// The likelihood of tau2, or of each variance of a multilevel model.
    Profile,
    /// Every combination of choices.
    Robustness(Grid),
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
        /// For Orwin's: the inverse-variance weighted mean in place of the plain one.
        weighted: bool,
    },
    /// Regression test from counts or sizes of two groups: `harbord`, `peters`, `macaskill`, `deeks`.
    CountTest(&'static str),
    /// Tests on arcsine differences: `classical`, `mixed`, `rank`.
    Ruecker(&'static str),
    /// PET-PEESE.
    PetPeese {
        /// `greater`, `less`, or as the outcome or the effects say.
        expected: Option<&'static str>,
    },
    /// Observed against expected significant studies.
    ExcessSignificance {
        /// `exact`, `binomial`, `chi-squared`.
        method: &'static str,
        /// `greater`, `two-sided`.
        alternative: &'static str,
    },
    /// Henmi and Copas' interval.
    HenmiCopas,
    /// The probability of an effect beyond a threshold; without one, the outcome's minimal important difference.
    Probability(Option<Threshold>),
    /// Absolute effects at risks without the intervention, as proportions.
    Absolute(Vec<f64>),
    /// Other units for an effect.
    ReExpress(Units),
    /// Meta-regression.
    Regress(Formula),
    /// The mean effect at given values of the moderators; without points, at those of each study.
    Predict {
        /// The regression.
        formula: Formula,
        /// Where.
        points: Vec<Point>,
    },
    /// Differences of mean effects, or linear combinations of coefficients.
    Contrast {
        /// The regression.
        formula: Formula,
        /// What is compared.
        rows: Vec<ContrastRow>,
    },
    /// A joint test of terms or coefficients; of all where none is named.
    Test {
        /// The regression.
        formula: Formula,
        /// Names of terms or coefficients.
        terms: Vec<String>,
    },
    /// Variance inflation.
    Vif(Formula),
    /// A permutation test of a pooled effect, or of a regression.
    Permute {
        /// The regression, if it is one.
        formula: Option<Formula>,
        /// How many, from which seed.
        draws: Draws,
    },
}

impl Further {
    /// The formula of a regression, or of a question to one.
    pub fn formula(&self) -> Option<&Formula> {
        match self {
            Self::Regress(formula)
            | Self::Predict { formula, .. }
            | Self::Contrast { formula, .. }
            | Self::Test { formula, .. }
            | Self::Vif(formula) => Some(formula),
            Self::Permute { formula, .. } => formula.as_ref(),
            _ => None,
        }
    }
}

/// A threshold, on the scale displayed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// Which side of it is asked for.
    pub side: ThresholdSide,
    /// As stated.
    pub value: f64,
}

/// A side of a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThresholdSide {
    /// Further from no effect.
    Beyond,
    /// Above.
    Above,
    /// Below.
    Below,
}

/// The units an effect is re-expressed in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Units {
    /// The instrument.
    pub instrument: Option<String>,
    /// A standard deviation of scores.
    pub sd: Option<f64>,
    /// The minimal important difference.
    pub mid: Option<f64>,
}

/// Values of moderators.
pub type Point = BTreeMap<String, Value>;

/// One line of a contrast.
#[derive(Debug, Clone, PartialEq)]
pub enum ContrastRow {
    /// The mean effect at one point less that at another.
    Difference {
        /// As the result names it.
        name: String,
        /// Where, and less where; moderators that stand in neither are equal.
        points: [Point; 2],
    },
    /// A sum of multiples of coefficients.
    Combination {
        /// As written.
        name: String,
        /// Coefficients by name.
        of: BTreeMap<String, f64>,
    },
}

/// Random draws; what is not stated has a default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Draws {
    /// How many.
    pub draws: Option<usize>,
    /// From which seed.
    pub seed: Option<u64>,
}

/// Every combination of the choices listed.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// The clauses varied, each with its values.
    pub over: IndexMap<&'static str, Vec<String>>,
    /// Every combination, the last clause varying fastest.
    pub cells: Vec<GridCell>,
}

/// One combination.
#[derive(Debug, Clone, PartialEq)]
pub struct GridCell {
    /// The value of each clause.
    pub settings: IndexMap<&'static str, String>,
    /// The analysis.
    pub spec: AnalysisSpec,
    /// Why the values don't go together, if they don't.
    pub unfit: Option<String>,
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
