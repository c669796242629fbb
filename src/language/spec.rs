//! The resolved form of an analysis: every name looked up, every default filled
//! in, and for each setting where it came from.
//!
//! A [`AnalysisSpec`] is what is checked, computed, explained, inherited by a
//! derived analysis and (in a plan) locked and compared.

use super::conversions::Conversions;
use crate::source::Span;
use crate::stats::effect::{Measure, SmdVariance, ZeroPolicy};
use crate::stats::multilevel::RobustKind;
use crate::stats::pool::{CiMethod, PiMethod, Tau2Estimator};
use crate::syntax::ast::Expr;
use serde::Serialize;

/// Where the value of a setting came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Written on the statement.
    Stated,
    /// From a `set` statement.
    Set,
    /// From the outcome's declaration.
    Outcome,
    /// From the analysis this one derives from, and where that had it from.
    Inherited(String, Box<Origin>),
    /// From the branch a rule took.
    Rule(String),
    /// The data leave one possibility.
    Data,
    /// From the named set of another program's defaults.
    Conventions(Conventions),
    /// From the edition.
    Edition(u16),
}

impl Origin {
    /// Where an inherited value came from in the first place.
    pub fn root(&self) -> &Origin {
        match self {
            Origin::Inherited(_, root) => root.root(),
            own => own,
        }
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Origin::Stated => f.write_str("stated"),
            Origin::Set => f.write_str("set"),
            Origin::Outcome => f.write_str("outcome"),
            Origin::Inherited(from, root) => write!(f, "inherited from {from} ({root})"),
            Origin::Rule(name) => write!(f, "rule {name}"),
            Origin::Data => f.write_str("the data"),
            Origin::Conventions(c) => write!(f, "conventions {}", c.name()),
            Origin::Edition(year) => write!(f, "edition {year}"),
        }
    }
}

/// A value and its origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

impl<T> Setting<T> {
    /// A setting.
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }
}

/// Named sets of another program's defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Conventions {
    /// metafor 5.1.
    Metafor,
    /// RevMan 5.4.
    Revman5,
}

impl Conventions {
    /// The word in scripts and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Conventions::Metafor => "metafor",
            Conventions::Revman5 => "revman5",
        }
    }

    /// With the version whose defaults are meant.
    pub fn versioned(self) -> &'static str {
        match self {
            Conventions::Metafor => "metafor 5.1",
            Conventions::Revman5 => "RevMan 5.4",
        }
    }
}

/// How effects are pooled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PoolModel {
    /// Inverse variance, one true effect.
    Common,
    /// Inverse variance, random effects, tau2 by this estimator.
    Random(Tau2Estimator),
    /// Inverse variance with a stated tau2.
    Given(f64),
    /// Mantel-Haenszel.
    MantelHaenszel,
    /// Peto's one-step odds ratio.
    Peto,
}

impl PoolModel {
    /// The word of scripts and JSON.
    pub fn name(self) -> String {
        match self {
            PoolModel::Common => "common".into(),
            PoolModel::Random(e) => e.name().into(),
            PoolModel::Given(_) => "given".into(),
            PoolModel::MantelHaenszel => "mh".into(),
            PoolModel::Peto => "peto".into(),
        }
    }

    /// Whether it has a between-study variance.
    pub fn is_random(self) -> bool {
        matches!(self, PoolModel::Random(_) | PoolModel::Given(_))
    }
}

/// The model as asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum ModelChoice {
    /// One model.
    One(PoolModel),
    /// The first that applies.
    FirstOf(Vec<PoolModel>),
    /// As a rule decides.
    Rule(String),
}

/// The confidence interval as asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CiChoice {
    /// The method.
    pub method: CiMethod,
    /// The edition's reading of hksj: never narrower than wald, wald at k = 2 and for common effects.
    pub guarded: bool,
}

/// Which I2 is the result's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum I2Definition {
    /// tau2-based for random effects, Q-based for common effect.
    ByModel,
    /// Always from Q.
    Q,
    /// Always from tau2.
    Tau2,
}

/// What the analysis is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Estimand {
    /// Outcome id.
    pub outcome: String,
    /// Timepoint, where the data have any.
    pub timepoint: Option<String>,
    /// Analysis set, where the data have any.
    pub analysis: Option<String>,
    /// Comparison `a vs b`, where stated.
    pub comparison: Option<String>,
}

impl AnalysisSpec {
    /// Whether effects of one trial stay apart in a multilevel model.
    pub fn is_multilevel(&self) -> bool {
        matches!(self.dependence.value, Dependence::Multilevel { .. })
    }
}

impl std::fmt::Display for Estimand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.outcome)?;
        if let Some(t) = &self.timepoint {
            write!(f, " at {t}")?;
        }
        if let Some(a) = &self.analysis {
            write!(f, " {a}")?;
        }
        if let Some(c) = &self.comparison {
            write!(f, " {c}")?;
        }
        Ok(())
    }
}

/// What is done with several effects of one trial.
#[derive(Debug, Clone, PartialEq)]
pub enum Dependence {
    /// They stop the pool.
    Refuse,
    /// One effect per trial first.
    Combine {
        /// Assumed correlation between effects of one trial.
        rho: f64,
        /// Plain mean in place of inverse-variance weights.
        equal: bool,
    },
    /// All of them, in a model with a variance between trials and one within.
    Multilevel {
        /// Assumed correlation between the sampling errors of one trial.
        rho: Option<f64>,
    },
    /// One row per trial, the best by these rankings, one after the other.
    Prefer(Vec<Preference>),
    /// Pooled as if independent.
    Keep {
        /// Why.
        because: String,
    },
}

/// A ranking of the values of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preference {
    /// `instrument`, `rater`, `study`, `analysis`, or any row variable.
    pub key: String,
    /// Best first.
    pub ranking: Vec<String>,
}

/// One step of the selection of rows, in the order written.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// `exclude A, B because "…"`
    Exclude {
        /// Study ids, resolved.
        studies: Vec<String>,
        /// The reason given.
        because: Option<String>,
    },
    /// `only A, B`
    Only {
        /// Study ids, resolved.
        studies: Vec<String>,
        /// The reason given.
        because: Option<String>,
    },
    /// `where condition`: keeps rows for which it holds; a missing value drops the row.
    Where {
        /// The condition.
        condition: Box<Expr>,
        /// As written.
        text: String,
        /// The reason given.
        because: Option<String>,
    },
    /// `exclude where condition`: drops rows for which it holds; a missing value keeps the row.
    ExcludeWhere {
        /// The condition.
        condition: Box<Expr>,
        /// As written.
        text: String,
        /// The reason given.
        because: Option<String>,
    },
}

/// A pooled analysis, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct AnalysisSpec {
    /// The name it is bound to.
    pub name: Option<String>,
    /// The statement in canonical form.
    pub statement: String,
    /// The statement's place.
    pub span: Span,
    /// The analysis it derives from.
    pub parent: Option<String>,
    /// What it is about.
    pub estimand: Estimand,
    /// Which rows enter, step by step (inherited steps first).
    pub filters: Vec<Filter>,
    /// Effect measure.
    pub measure: Setting<Measure>,
    /// Variance of a standardised mean difference.
    pub variance: Setting<SmdVariance>,
    /// Zero cells.
    pub zero: Setting<ZeroPolicy>,
    /// Model as asked.
    pub model: Setting<ModelChoice>,
    /// Confidence interval as asked.
    pub ci: Setting<CiChoice>,
    /// Prediction interval as asked.
    pub pi: Setting<PiMethod>,
    /// Confidence level, percent.
    pub level: Setting<f64>,
    /// I2 definition.
    pub i2: Setting<I2Definition>,
    /// How rows are converted before effects are made of them.
    pub conversions: Conversions,
    /// Several effects of one trial.
    pub dependence: Setting<Dependence>,
    /// A cluster-robust standard error beside the model's.
    pub robust: Setting<Option<RobustKind>>,
    /// Subgroup factors.
    pub by: Vec<String>,
    /// Whether subgroups share tau2.
    pub tau2_common: Setting<bool>,
    /// Rule and branch a derived analysis stands on: what the parent's rule chose.
    pub rule_branch: Option<RuleTaken>,
    /// Defaults of another program, if set.
    pub conventions: Option<Conventions>,
    /// The edition of the language.
    pub edition: u16,
}

/// A rule's decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleTaken {
    /// The rule.
    pub rule: String,
    /// Which branch, from 1; `otherwise` is the last.
    pub branch: usize,
    /// The condition as written, `otherwise` for the last.
    pub condition: String,
    /// What it chose, as written.
    pub then: String,
    /// The statistics the conditions read and their values, in order of reading.
    pub values: Vec<(String, f64)>,
    /// The human judgements the conditions read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub judgements: Vec<JudgementRead>,
    /// The branches gone through, in order, to the one taken.
    pub steps: Vec<TraceStep>,
    /// Studies the branch left out, one after another.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dropped: Vec<DropStep>,
    /// In a derived analysis: the decision is the parent's, kept.
    pub inherited: bool,
}

/// One branch of a rule as it was gone through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TraceStep {
    /// From 1.
    pub branch: usize,
    /// As written.
    pub condition: String,
    /// Whether it holds; null where it rests on a statistic that does not exist.
    pub holds: Option<bool>,
}

/// A judgement that a rule has read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JudgementRead {
    /// What was judged.
    pub name: String,
    /// The answer.
    pub answer: String,
    /// By whom.
    pub by: Vec<String>,
    /// When.
    pub on: Option<String>,
    /// Why.
    pub because: Option<String>,
}

/// A step of an outlier loop.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DropStep {
    /// The study left out.
    pub study: String,
    /// What it was chosen by.
    pub by: &'static str,
    /// Its value.
    pub value: f64,
    /// How much of the data has gone with this step, percent.
    pub gone: f64,
    /// The statistics of the stopping condition, without the studies that have gone.
    pub then: Vec<(String, f64)>,
    /// Whether the condition for stopping holds.
    pub stops: bool,
}
