//! The resolved form of one analysis, as a list of fields that two analyses are compared by.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One analysis, every default filled in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The verb: `pool`, `regress`, `leave_one_out`, … (the `kind` of its result in JSON).
    pub kind: String,
    /// What a verb on a result works on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub of: Option<Box<Record>>,
    /// Its fields, each key once, in the order of [`Key`].
    pub fields: Vec<Field>,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Which.
    pub key: Key,
    /// Its value: canonical, numbers as exact decimal text, sets sorted, order kept where it means something.
    pub value: Value,
    /// The same in the words of the language, for people.
    pub words: String,
    /// `stated`, `edition 2026`, `conventions metafor`, `rule pooling`, …; not part of what is compared.
    pub origin: String,
}

/// The parts of a specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Outcome, timepoint, comparison by stable id: two analyses with the same of these are of the same question.
    Key,
    /// What else the question says: analysis set, instruments, measure, direction, window.
    Estimand,
    /// Which results and studies enter.
    Selection,
    /// How they are pooled.
    Method,
    /// Seeds, draws, numerics.
    Numerics,
}

/// The fields of a specification. A field that does not exist for a verb is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// Outcome id.
    Outcome,
    /// Timepoint id.
    Timepoint,
    /// The arms compared.
    Comparison,
    /// `itt`, `mitt`, `cc`, `pp`, or null where open.
    AnalysisSet,
    /// Instruments of the outcome with their ranges.
    Instruments,
    /// Direction of the outcome, and minimal important difference.
    Direction,
    /// Direction of each instrument: which are turned round.
    Orientation,
    /// Window and choice of the timepoint.
    Window,
    /// Effect measure and its variant.
    Measure,
    /// Criteria for studies: `where`, `exclude where`, in order.
    Criteria,
    /// Studies left out or kept by name.
    Named,
    /// Which of several results is taken, ordered.
    Hierarchy,
    /// Several effects of one trial; arms, clusters, crossover.
    UnitOfAnalysis,
    /// Missing standard deviations, assumed correlations, medians.
    MissingData,
    /// Which reports are one trial.
    Overlap,
    /// Zero cells.
    Zero,
    /// Model: common, random, three-level; `rule NAME` where a rule decides.
    Model,
    /// Estimator of tau2.
    Tau2Estimator,
    /// Confidence interval and its correction.
    Ci,
    /// Prediction interval.
    Pi,
    /// Confidence level.
    Level,
    /// Definition of I2.
    I2,
    /// Cluster-robust standard errors.
    Robust,
    /// The rule in canonical form, branches in order.
    Rule,
    /// Whether anything is pooled at all.
    Pooling,
    /// Subgroup factors and levels, and how tau2 is shared.
    Subgroups,
    /// Moderators.
    Formula,
    /// What else a verb on a result was asked.
    Options,
    /// Under which condition it is run: `when k >= 10`.
    Gate,
    /// Tool and use of risk of bias.
    RiskOfBias,
    /// Thresholds and inputs of certainty ratings.
    Grading,
    /// Seeds and draws.
    Numerics,
}

/// Codes of the taxonomy of deviations (docs/plans.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Code {
    #[serde(rename = "ROLE")]
    Role,
    #[serde(rename = "OUT+")]
    OutAdded,
    #[serde(rename = "OUT-")]
    OutDropped,
    #[serde(rename = "OUT~")]
    OutChanged,
    #[serde(rename = "TIM+")]
    TimAdded,
    #[serde(rename = "TIM-")]
    TimDropped,
    #[serde(rename = "TIM~")]
    TimChanged,
    #[serde(rename = "CMP+")]
    CmpAdded,
    #[serde(rename = "CMP-")]
    CmpDropped,
    #[serde(rename = "CMP~")]
    CmpChanged,
    #[serde(rename = "SET")]
    Set,
    #[serde(rename = "MEAS")]
    Meas,
    #[serde(rename = "SIGN")]
    Sign,
    #[serde(rename = "ELIG")]
    Elig,
    #[serde(rename = "SEL")]
    Sel,
    #[serde(rename = "MOD")]
    Mod,
    #[serde(rename = "EST")]
    Est,
    #[serde(rename = "CI")]
    Ci,
    #[serde(rename = "PI")]
    Pi,
    #[serde(rename = "LVL")]
    Lvl,
    #[serde(rename = "I2D")]
    I2d,
    #[serde(rename = "HET")]
    Het,
    #[serde(rename = "OVR")]
    Ovr,
    #[serde(rename = "EXC+")]
    ExcAdded,
    #[serde(rename = "EXC-")]
    ExcDropped,
    #[serde(rename = "SUB+")]
    SubAdded,
    #[serde(rename = "SUB-")]
    SubDropped,
    #[serde(rename = "SUB~")]
    SubChanged,
    #[serde(rename = "REG+")]
    RegAdded,
    #[serde(rename = "REG-")]
    RegDropped,
    #[serde(rename = "REG~")]
    RegChanged,
    #[serde(rename = "SEN+")]
    SenAdded,
    #[serde(rename = "SEN-")]
    SenDropped,
    #[serde(rename = "SEN~")]
    SenChanged,
    #[serde(rename = "UOA")]
    Uoa,
    #[serde(rename = "IMP")]
    Imp,
    #[serde(rename = "ROB")]
    Rob,
    #[serde(rename = "SSE")]
    Sse,
    #[serde(rename = "GRD")]
    Grd,
    #[serde(rename = "FALL")]
    Fall,
    #[serde(rename = "DAT")]
    Dat,
    #[serde(rename = "DAT+")]
    DatAdded,
    #[serde(rename = "DUP")]
    Dup,
    #[serde(rename = "GAP")]
    Gap,
    #[serde(rename = "TOOL")]
    Tool,
}

/// How grave a difference is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Grade {
    /// Changes the question.
    E,
    /// Material: can move estimate or inference.
    M,
    /// Planned and not done.
    N,
    /// Settles what was open.
    C,
    /// Technical.
    T,
}

impl Record {
    /// A field.
    pub fn field(&self, key: Key) -> Option<&Field> {
        self.fields.iter().find(|f| f.key == key)
    }
}

impl Key {
    /// The part it belongs to.
    pub fn part(self) -> Part {
        use Key as K;
        match self {
            K::Outcome | K::Timepoint | K::Comparison => Part::Key,
            K::AnalysisSet | K::Instruments | K::Direction | K::Orientation | K::Window | K::Measure => Part::Estimand,
            K::Criteria | K::Named | K::Hierarchy | K::UnitOfAnalysis | K::MissingData | K::Overlap => Part::Selection,
            K::Numerics => Part::Numerics,
            _ => Part::Method,
        }
    }
}
