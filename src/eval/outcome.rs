//! What evaluation gives back: typed results, whose serialised form is the public JSON.

use crate::language::spec::{AnalysisSpec, RuleTaken};
use crate::protocol::Deviation;
use crate::source::Span;
use crate::stats::mh::ChiSquared;
use serde::Serialize;

mod composition;
mod decision;
mod exported;
mod followed;
mod further;
mod infer;
mod multilevel;
mod picture;
mod plan;
mod regression;
mod reproduce;
mod rule;
mod selection;
mod sensitivity;
mod small_study;
mod standing;
mod unanswered;

pub use crate::eval::follow::Happened;
pub use composition::{Composed, Composition, FindingRow, Information, RobRequest, SECTIONS, Section, Sought};
pub use decision::{AbsoluteResult, AbsoluteRow, Ends, Nnt, NntEnd, ProbabilityResult, ReExpressResult, ReExpressed};
pub use exported::{DataForm, Effects, ExportedEffect, ResultForm};
pub use followed::{
    AdditionRow, BeyondRow, ConditionRow, CriterionRow, DifferenceRow, EffectShown, EventEffect, EventRow, NotDoneRow, PlanReport,
    PlannedRow, SimilarRow,
};
pub use further::{Bare, BeggResult, EggerResult, FailSafeResult, Filled, Head, Line, RowResult, RowsResult, TrimAndFillResult};
pub use infer::{Decision, DecisionSet, Fit, InferResult};
pub use multilevel::{LevelErrors, LevelProfile, LevelProfileResult, Levels, RobustResult, WildResult, WildRow};
pub use picture::{BiasDomain, Drawn, Fact, Format, Layout, NotDrawn, PictureRequest, Plot, RowFacts};
pub use plan::SyntheticResult;
pub use regression::{
    ContrastResult, PermuteResult, PermuteRow, PredictResult, PredictRow, RegressResult, RegressStudy, RobustRegression, TestResult,
    VifResult,
};
pub use reproduce::{ReproduceResult, Reproduced};
pub use rule::{
    BranchFact, BranchResult, Checked, CollapseFact, Directions, OverlapFact, PlaneRow, PlaneTable, RuleAnalysis, RuleRunResult,
    TriggerFact,
};
pub use selection::{SelectionResult, SelectionRow};
pub use sensitivity::{
    BaujatResult, BlupResult, BlupRow, BootstrapResult, BootstrapRow, GoshDistribution, GoshPoints, GoshResult, GoshRow, InfluenceLimits,
    InfluenceResult, Intervals, Mid, OfStudy, ProfileResult, Range, RobustnessResult, RobustnessRow,
};

pub use small_study::{
    CountTestResult, ExcessResult, HenmiCopasResult, PetPeeseDisplay, PetPeeseResult, Powered, RueckerResult, Shown, Tested,
};
pub use unanswered::{NoResult, UnansweredResult};

/// A result of one statement.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outcome {
    /// A pooled analysis.
    Pool(Box<PoolResult>),
    /// `leave-one-out of`.
    LeaveOneOut(Box<RowsResult>),
    /// `cumulative of`.
    Cumulative(Box<RowsResult>),
    /// `egger of`.
    Egger(Box<EggerResult>),
    /// `begg of`.
    Begg(Box<BeggResult>),
    /// `trim-and-fill of`.
    TrimAndFill(Box<TrimAndFillResult>),
    /// `fail-safe of`.
    FailSafe(Box<FailSafeResult>),
    /// `influence of`.
    Influence(Box<InfluenceResult>),
    /// `blup of`.
    Blup(Box<BlupResult>),
    /// `baujat of`.
    Baujat(Box<BaujatResult>),
    /// `gosh of`.
    Gosh(Box<GoshResult>),
    /// `selection of`.
    Selection(Box<SelectionResult>),
    /// `bootstrap of`.
    Bootstrap(Box<BootstrapResult>),
    /// `bootstrap of … method wild`.
    #[serde(rename = "bootstrap")]
    Wild(Box<WildResult>),
    /// `profile of`.
    Profile(Box<ProfileResult>),
    /// `profile of` a multilevel model.
    #[serde(rename = "profile")]
    LevelProfile(Box<LevelProfileResult>),
    /// `robustness of`.
    Robustness(Box<RobustnessResult>),
    /// `harbord of`.
    Harbord(Box<CountTestResult>),
    /// `peters of`.
    Peters(Box<CountTestResult>),
    /// `macaskill of`.
    Macaskill(Box<CountTestResult>),
    /// `deeks of`.
    Deeks(Box<CountTestResult>),
    /// `ruecker of`.
    Ruecker(Box<RueckerResult>),
    /// `pet-peese of`.
    PetPeese(Box<PetPeeseResult>),
    /// `excess-significance of`.
    ExcessSignificance(Box<ExcessResult>),
    /// `henmi-copas of`.
    HenmiCopas(Box<HenmiCopasResult>),
    /// `probability of`.
    Probability(Box<ProbabilityResult>),
    /// `absolute of`.
    Absolute(Box<AbsoluteResult>),
    /// `re-express of`.
    ReExpress(Box<ReExpressResult>),
    /// `regress`.
    Regress(Box<RegressResult>),
    /// `predict`.
    Predict(Box<PredictResult>),
    /// `contrast`.
    Contrast(Box<ContrastResult>),
    /// `test`.
    Test(Box<TestResult>),
    /// `vif of`.
    Vif(Box<VifResult>),
    /// `permute`.
    Permute(Box<PermuteResult>),
    /// A comparison with printed values.
    Expect(ExpectResult),
    /// `describe RULE`: what can be said of a rule before there are data.
    RuleAnalysis(Box<RuleAnalysis>),
    /// `apply RULE to`: which analyses a rule runs on a result.
    RuleRun(RuleRunResult),
    /// `reproduce`.
    Reproduce(Box<ReproduceResult>),
    /// `infer rule`.
    Infer(Box<InferResult>),
    /// `dry run`: the shell of a result, made of synthetic rows.
    Synthetic(Box<SyntheticResult>),
    /// A printed or composed text (`print`, `methods of`, `help`).
    Text(TextResult),
    /// A list (`list studies`, `describe`, `check data`).
    Table(TableResult),
    /// A written file.
    File(FileResult),
    /// What the session composes at the end of the run, and puts in its place.
    #[serde(skip)]
    Composition(Box<Composition>),
    /// `show NAME`: printed, not in the JSON.
    #[serde(skip)]
    Show(Box<PoolResult>),
    /// `show NAME` of another result: printed, not in the JSON.
    #[serde(skip)]
    ShowFinding(Box<Outcome>),
    /// `explain NAME`: printed, not in the JSON.
    #[serde(skip)]
    Explain(Box<PoolResult>),
    /// `explain RULE`: printed, not in the JSON.
    #[serde(skip)]
    ExplainRule(Box<RuleAnalysis>),
    /// `explain NAME` of a regression: printed, not in the JSON.
    #[serde(skip)]
    ExplainFinding(Box<Outcome>),
    /// `methods of NAME`; the session puts the text in its place.
    #[serde(skip)]
    Methods(Box<PoolResult>),
    /// `methods of NAME` of a regression; the session puts the text in its place.
    #[serde(skip)]
    MethodsFinding(Box<RegressResult>),
    /// `differences`: printed, in the JSON it stands under `plan`.
    #[serde(skip)]
    Differences(Option<std::sync::Arc<PlanReport>>),
    /// `status of plan`: printed, in the JSON it stands under `plan`.
    #[serde(skip)]
    PlanStatus(Option<std::sync::Arc<PlanReport>>),
    /// A value typed at the REPL: printed, not in the JSON.
    #[serde(skip)]
    Value(String),
    /// A verb whose question has no answer in these data; it serialises its own `kind`.
    #[serde(untagged)]
    Unanswered(Box<UnansweredResult>),
}

impl Outcome {
    /// Whether it stands in the JSON document.
    pub fn is_public(&self) -> bool {
        !matches!(
            self,
            Outcome::Composition(_)
                | Outcome::Show(_)
                | Outcome::ShowFinding(_)
                | Outcome::Explain(_)
                | Outcome::ExplainFinding(_)
                | Outcome::ExplainRule(_)
                | Outcome::MethodsFinding(_)
                | Outcome::Value(_)
                | Outcome::Differences(_)
                | Outcome::PlanStatus(_)
                | Outcome::Methods(_)
        )
    }
}

impl Outcome {
    /// The notes of a result that one verb may leave and another must add to.
    pub fn notes_mut(&mut self) -> Option<&mut Vec<NoteResult>> {
        Some(match self {
            Outcome::Egger(r) => &mut r.notes,
            Outcome::Begg(r) => &mut r.notes,
            Outcome::TrimAndFill(r) => &mut r.notes,
            Outcome::FailSafe(r) => &mut r.notes,
            Outcome::Influence(r) => &mut r.notes,
            Outcome::Blup(r) => &mut r.notes,
            Outcome::Baujat(r) => &mut r.notes,
            Outcome::Gosh(r) => &mut r.notes,
            Outcome::Selection(r) => &mut r.notes,
            Outcome::Bootstrap(r) => &mut r.notes,
            Outcome::Profile(r) => &mut r.notes,
            Outcome::Permute(r) => &mut r.notes,
            Outcome::Vif(r) => &mut r.notes,
            _ => return None,
        })
    }
}

/// A text.
#[derive(Debug, Clone, Serialize)]
pub struct TextResult {
    /// The text.
    pub text: String,
    /// Whether its lines are paragraphs, which a terminal may break.
    #[serde(skip)]
    pub prose: bool,
}

/// A written file.
#[derive(Debug, Clone, Serialize)]
pub struct FileResult {
    /// Its path as written in the script.
    pub path: String,
    /// What a picture draws: its title, its size and every number in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figure: Option<serde_json::Value>,
}

/// A list with columns.
#[derive(Debug, Clone, Serialize)]
pub struct TableResult {
    /// What it shows.
    pub title: String,
    /// Column heads.
    pub columns: Vec<String>,
    /// Cells as texts.
    pub rows: Vec<Vec<String>>,
    /// Lines below.
    pub notes: Vec<String>,
}

/// A pooled analysis (contract: `kind: "pool"`).
#[derive(Debug, Clone, Serialize)]
pub struct PoolResult {
    /// The name it is bound to.
    pub id: Option<String>,
    /// The statement in canonical form.
    pub statement: String,
    /// Its line in the script, from 1.
    pub line: usize,
    /// Registration status; `unregistered` without a plan.
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
    /// `multilevel` for several variance components.
    pub structure: Option<&'static str>,
    /// The subgroup, in `groups`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
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
    /// Analysis scale: `identity`, `log`, `logit`, `fisher_z`, …
    pub scale: &'static str,
    /// Model word used; null where nothing was pooled by a model.
    pub model: Option<String>,
    /// Interval used.
    pub ci_method: &'static str,
    /// Interval asked for.
    pub ci_requested: &'static str,
    /// Prediction interval.
    pub pi_method: &'static str,
    /// Independent units pooled (trials, after combining).
    pub k: usize,
    /// People, where every pooled effect has group sizes; one trial counts once.
    pub participants: Option<u64>,
    /// Why nothing was pooled.
    pub not_pooled: Option<NotPooled>,
    /// Pooled effect on the analysis scale.
    pub estimate: Option<f64>,
    /// Its standard error.
    pub se: Option<f64>,
    /// z or t.
    pub statistic: Option<f64>,
    /// Degrees of freedom of t; null for z.
    pub df: Option<f64>,
    /// Two-sided.
    pub p: Option<f64>,
    /// Percent.
    pub level: f64,
    /// Confidence interval.
    pub ci: Option<[f64; 2]>,
    /// Prediction interval.
    pub pi: Option<[f64; 2]>,
    /// The same back-transformed.
    pub display: Option<Display>,
    /// The trials the effects come from, where these are kept apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trials: Option<usize>,
    /// Cluster-robust inference, where asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub robust: Option<RobustResult>,
    /// Heterogeneity; null for k < 2.
    pub heterogeneity: Option<HeterogeneityResult>,
    /// The tests that Mantel-Haenszel comes with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tests: Option<CountTests>,
    /// For ML and REML.
    pub log_likelihood: Option<f64>,
    /// Every effect looked at, in file order, those left out too.
    pub studies: Vec<StudyEffect>,
    /// Subgroups.
    pub groups: Option<Vec<PoolResult>>,
    /// Test between subgroups.
    pub between: Option<Between>,
    /// The rule that chose, its branch and its values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleTaken>,
    /// The directions of effects, where a rule asks for them in place of a pool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directions: Option<Directions>,
    /// What the branches of its rule that were not taken would give; for `explain`.
    #[serde(skip)]
    pub alternatives: Vec<BranchResult>,
    /// Notes.
    pub notes: Vec<NoteResult>,
    /// What effects left and right of no effect favour, where the outcome's direction is known.
    #[serde(skip)]
    pub sides: Option<[String; 2]>,
    /// The resolved specification.
    #[serde(skip)]
    pub spec: AnalysisSpec,
    /// The multilevel model as fitted.
    #[serde(skip)]
    pub multilevel: Option<std::sync::Arc<crate::stats::multilevel::Multilevel>>,
    /// How tau2 was found.
    #[serde(skip)]
    pub certificate: Option<crate::stats::pool::Certificate>,
}

/// Why nothing was pooled.
#[derive(Debug, Clone, Serialize)]
pub struct NotPooled {
    /// `no_studies`, `rule`, `no_estimate`.
    pub code: &'static str,
    /// In words.
    pub reason: String,
}

/// Back-transformed values.
#[derive(Debug, Clone, Serialize)]
pub struct Display {
    /// Estimate.
    pub estimate: Option<f64>,
    /// Interval.
    pub ci: Option<[f64; 2]>,
    /// Prediction interval.
    pub pi: Option<[f64; 2]>,
}

/// Heterogeneity as the JSON has it. I2 in percent.
#[derive(Debug, Clone, Serialize)]
pub struct HeterogeneityResult {
    /// Cochran's Q.
    pub q: f64,
    /// Its degrees of freedom.
    pub df: f64,
    /// Its p.
    pub p: f64,
    /// Between-study variance; null under common effect, the sum of the variances of a multilevel model.
    pub tau2: Option<f64>,
    /// Its standard error.
    pub tau2_se: Option<f64>,
    /// Q-profile interval; null where the set is empty or not computed, an open upper bound is null.
    pub tau2_ci: Option<[Option<f64>; 2]>,
    /// The I2 of the definition named.
    pub i2: f64,
    /// Its interval.
    pub i2_ci: Option<[Option<f64>; 2]>,
    /// `q` or `tau2`.
    pub i2_definition: &'static str,
    /// Q-based I2.
    pub i2_q: f64,
    /// Its interval (test-based, Higgins & Thompson 2002).
    pub i2_q_ci: Option<[Option<f64>; 2]>,
    /// tau2-based I2; null under common effect.
    pub i2_tau2: Option<f64>,
    /// H2 of the definition named.
    pub h2: f64,
    /// The variances and shares of a multilevel model.
    #[serde(flatten)]
    pub levels: Option<Levels>,
}

/// One effect.
#[derive(Debug, Clone, Serialize)]
pub struct StudyEffect {
    /// Study label.
    pub study: String,
    /// What follows it where the study has several effects: `, RAS`.
    #[serde(skip)]
    pub told: String,
    /// Analysis scale; null where it can't be computed.
    pub yi: Option<f64>,
    /// Sampling variance.
    pub vi: Option<f64>,
    /// Percent; null if not included.
    pub weight: Option<f64>,
    /// Interval at the analysis' level (normal quantile).
    pub ci: Option<[f64; 2]>,
    /// Whether it entered the pool.
    pub included: bool,
    /// Why not.
    pub reason: Option<String>,
    /// What the effect was computed from.
    pub from: Option<String>,
    /// People in group 1 (all, for one-group measures).
    pub n1: Option<f64>,
    /// People in group 2.
    pub n2: Option<f64>,
    /// Where the numbers stand: the source stated in the store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Back-transformed effect and interval.
    #[serde(skip)]
    pub display: Option<(f64, [f64; 2])>,
    /// Which side of no effect it lies on, where it has no variance.
    #[serde(skip)]
    pub leaning: Option<super::Leaning>,
    /// Notes on its derivation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    /// What was done to its numbers by the declared rules, step by step.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conversions: Vec<super::convert::Conversion>,
    /// Studies behind it where several rows were combined.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub combined: Vec<String>,
    /// The rows of the store behind it.
    #[serde(skip)]
    pub rows: Vec<usize>,
}

impl StudyEffect {
    /// The study, with what tells this effect of it from others.
    pub fn name(&self) -> String {
        format!("{}{}", self.study, self.told)
    }

    /// Whether it was left out of the pool: neither pooled itself nor part of a combined effect.
    pub fn is_left_out(&self) -> bool {
        !self.included && !self.reason.as_deref().is_some_and(|r| r.starts_with(COMBINED))
    }
}

/// How the reason of an effect begins that went into a combined one.
pub const COMBINED: &str = "combined into ";

/// Tests made of the counts of all studies.
#[derive(Debug, Clone, Serialize)]
pub struct CountTests {
    /// Cochran-Mantel-Haenszel test of no association, with continuity correction.
    pub cmh: Option<ChiSquared>,
    /// The same without continuity correction.
    pub cmh_uncorrected: Option<ChiSquared>,
    /// Tarone's test of equal odds ratios.
    pub tarone: Option<ChiSquared>,
}

/// The test between subgroups.
#[derive(Debug, Clone, Serialize)]
pub struct Between {
    /// Statistic.
    pub q: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// p.
    pub p: f64,
    /// `separate` or `common`.
    pub tau2: &'static str,
    /// Of two factors: each given the other, and their interaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factors: Option<Vec<FactorTest>>,
    /// Within the groups, under a common tau2: the residual heterogeneity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heterogeneity: Option<HeterogeneityResult>,
    /// The robust test (HTZ), of a multilevel analysis under common variances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub robust: Option<crate::stats::regression::WaldTest>,
}

/// The test of one of two factors given the other, or of their interaction.
#[derive(Debug, Clone, Serialize)]
pub struct FactorTest {
    /// `alloc`, or `alloc:region` for the interaction.
    pub factor: String,
    /// Statistic.
    pub q: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// p.
    pub p: f64,
}

/// A note with its code.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct NoteResult {
    /// Code.
    pub code: &'static str,
    /// Sentence.
    pub text: String,
}

/// A comparison with printed values (contract: `kind: "expect"`).
#[derive(Debug, Clone, Serialize)]
pub struct ExpectResult {
    /// The statement.
    pub statement: String,
    /// Its line.
    pub line: usize,
    /// The analysis' name.
    pub target: String,
    /// Where the printed values stand.
    pub from: Option<String>,
    /// Never fails the run.
    pub report_only: bool,
    /// Field by field.
    pub fields: Vec<ExpectField>,
    /// `reproduced`, `reproduced_under_other_conventions`, `not_reproduced`.
    pub verdict: &'static str,
    /// The conventions under which all fields agree.
    pub under: Option<String>,
    /// Place, for the diagnostic.
    #[serde(skip)]
    pub span: Span,
}

/// One compared field.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExpectField {
    /// `estimate`, `ci lower`, `i2(q)`, `k`, …
    pub field: String,
    /// As printed.
    pub expected: f64,
    /// As typed: its digits set the tolerance.
    pub expected_text: String,
    /// As computed; null if it does not exist.
    pub actual: Option<f64>,
    /// Half a unit of the last printed digit.
    pub tolerance: f64,
    /// `reproduced` or `not_reproduced`.
    pub verdict: &'static str,
}
