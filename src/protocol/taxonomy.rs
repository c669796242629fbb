//! The taxonomy of deviations: which code a differing field has, how grave it is, what it is called.

use super::deviation::ReasonCode;
use super::record::{Code, Grade, Key};
use super::role::Role;

impl Code {
    /// All of them, in the order of the table in `docs/plans.md`.
    pub const ALL: [Code; 45] = [
        Code::Role,
        Code::OutAdded,
        Code::OutDropped,
        Code::OutChanged,
        Code::TimAdded,
        Code::TimDropped,
        Code::TimChanged,
        Code::CmpAdded,
        Code::CmpDropped,
        Code::CmpChanged,
        Code::Set,
        Code::Meas,
        Code::Sign,
        Code::Elig,
        Code::Sel,
        Code::Mod,
        Code::Est,
        Code::Ci,
        Code::Pi,
        Code::Lvl,
        Code::I2d,
        Code::Het,
        Code::Ovr,
        Code::ExcAdded,
        Code::ExcDropped,
        Code::SubAdded,
        Code::SubDropped,
        Code::SubChanged,
        Code::RegAdded,
        Code::RegDropped,
        Code::RegChanged,
        Code::SenAdded,
        Code::SenDropped,
        Code::SenChanged,
        Code::Uoa,
        Code::Imp,
        Code::Rob,
        Code::Sse,
        Code::Grd,
        Code::Fall,
        Code::Dat,
        Code::DatAdded,
        Code::Dup,
        Code::Gap,
        Code::Tool,
    ];

    /// As JSON and labels have it.
    pub fn name(self) -> &'static str {
        match self {
            Code::Role => "ROLE",
            Code::OutAdded => "OUT+",
            Code::OutDropped => "OUT-",
            Code::OutChanged => "OUT~",
            Code::TimAdded => "TIM+",
            Code::TimDropped => "TIM-",
            Code::TimChanged => "TIM~",
            Code::CmpAdded => "CMP+",
            Code::CmpDropped => "CMP-",
            Code::CmpChanged => "CMP~",
            Code::Set => "SET",
            Code::Meas => "MEAS",
            Code::Sign => "SIGN",
            Code::Elig => "ELIG",
            Code::Sel => "SEL",
            Code::Mod => "MOD",
            Code::Est => "EST",
            Code::Ci => "CI",
            Code::Pi => "PI",
            Code::Lvl => "LVL",
            Code::I2d => "I2D",
            Code::Het => "HET",
            Code::Ovr => "OVR",
            Code::ExcAdded => "EXC+",
            Code::ExcDropped => "EXC-",
            Code::SubAdded => "SUB+",
            Code::SubDropped => "SUB-",
            Code::SubChanged => "SUB~",
            Code::RegAdded => "REG+",
            Code::RegDropped => "REG-",
            Code::RegChanged => "REG~",
            Code::SenAdded => "SEN+",
            Code::SenDropped => "SEN-",
            Code::SenChanged => "SEN~",
            Code::Uoa => "UOA",
            Code::Imp => "IMP",
            Code::Rob => "ROB",
            Code::Sse => "SSE",
            Code::Grd => "GRD",
            Code::Fall => "FALL",
            Code::Dat => "DAT",
            Code::DatAdded => "DAT+",
            Code::Dup => "DUP",
            Code::Gap => "GAP",
            Code::Tool => "TOOL",
        }
    }

    /// What it stands for, in words.
    pub fn meaning(self) -> &'static str {
        match self {
            Code::Role => "role of the outcome changed",
            Code::OutAdded => "outcome added",
            Code::OutDropped => "planned outcome not analysed",
            Code::OutChanged => "definition of the outcome changed",
            Code::TimAdded => "timepoint added",
            Code::TimDropped => "planned timepoint not analysed",
            Code::TimChanged => "window of the timepoint changed",
            Code::CmpAdded => "comparison added",
            Code::CmpDropped => "planned comparison not analysed",
            Code::CmpChanged => "arms of the comparison changed",
            Code::Set => "analysis set changed",
            Code::Meas => "effect measure changed",
            Code::Sign => "orientation of an instrument changed",
            Code::Elig => "eligibility criteria changed",
            Code::Sel => "choice among several results changed",
            Code::Mod => "model changed",
            Code::Est => "estimator changed",
            Code::Ci => "confidence interval changed",
            Code::Pi => "prediction interval changed",
            Code::Lvl => "confidence level changed",
            Code::I2d => "definition of I2 changed",
            Code::Het => "text of a rule changed",
            Code::Ovr => "branch of a rule overridden by hand",
            Code::ExcAdded => "studies left out",
            Code::ExcDropped => "studies taken in again",
            Code::SubAdded => "subgroup analysis added",
            Code::SubDropped => "planned subgroup analysis not done",
            Code::SubChanged => "subgroup analysis changed",
            Code::RegAdded => "meta-regression added",
            Code::RegDropped => "planned meta-regression not done",
            Code::RegChanged => "meta-regression changed",
            Code::SenAdded => "sensitivity analysis added",
            Code::SenDropped => "planned sensitivity analysis not done",
            Code::SenChanged => "sensitivity analysis changed",
            Code::Uoa => "unit of analysis changed",
            Code::Imp => "handling of missing data changed",
            Code::Rob => "use of risk of bias changed",
            Code::Sse => "small-study test added, changed, or run where its condition does not hold",
            Code::Grd => "inputs of the certainty rating changed",
            Code::Fall => "pooled where a narrative was planned, or the reverse",
            Code::Dat => "result edited, with no record of the edit",
            Code::DatAdded => "study or result added by an update",
            Code::Dup => "reports counted as one trial changed",
            Code::Gap => "value the plan left open settled",
            Code::Tool => "version of the numerics, seed or draws changed",
        }
    }

    /// How grave it is where nothing more is known.
    pub fn severity(self) -> Grade {
        use Code as C;
        match self {
            C::Role | C::OutAdded | C::OutChanged | C::TimAdded | C::TimChanged | C::CmpAdded | C::CmpChanged => Grade::E,
            C::Set | C::Meas | C::Sign | C::Elig => Grade::E,
            C::OutDropped | C::TimDropped | C::CmpDropped | C::SubDropped | C::RegDropped | C::SenDropped => Grade::N,
            C::Gap => Grade::C,
            C::Tool => Grade::T,
            _ => Grade::M,
        }
    }

    /// The code of a planned analysis that was not done.
    pub fn dropped(role: Role, question: Key) -> Code {
        match role {
            Role::Sensitivity => Code::SenDropped,
            Role::Subgroup => Code::SubDropped,
            Role::MetaRegression => Code::RegDropped,
            Role::SmallStudy => Code::Sse,
            _ => match question {
                Key::Timepoint => Code::TimDropped,
                Key::Comparison => Code::CmpDropped,
                _ => Code::OutDropped,
            },
        }
    }

    /// The code of an analysis that stands in no plan, by what it is for and where its question first differs.
    pub fn added(role: Role, question: Option<Key>) -> Code {
        match question {
            Some(Key::Timepoint) => Code::TimAdded,
            Some(Key::Comparison) => Code::CmpAdded,
            Some(_) => Code::OutAdded,
            None => match role {
                Role::Subgroup => Code::SubAdded,
                Role::MetaRegression => Code::RegAdded,
                Role::SmallStudy => Code::Sse,
                _ => Code::SenAdded,
            },
        }
    }
}

impl Grade {
    /// As JSON and tables have it.
    pub fn name(self) -> &'static str {
        match self {
            Grade::E => "E",
            Grade::M => "M",
            Grade::N => "N",
            Grade::C => "C",
            Grade::T => "T",
        }
    }
}

impl Key {
    /// The code of a change in this field; `role` is that of the planned analysis.
    pub fn code(self, role: Role) -> Code {
        match self {
            Key::Outcome | Key::Instruments | Key::Direction => Code::OutChanged,
            Key::Timepoint | Key::Window => Code::TimChanged,
            Key::Comparison => Code::CmpChanged,
            Key::AnalysisSet => Code::Set,
            Key::Orientation => Code::Sign,
            Key::Measure => Code::Meas,
            Key::Criteria if role == Role::Sensitivity => Code::SenChanged,
            Key::Criteria | Key::Named => Code::ExcAdded,
            Key::Hierarchy => Code::Sel,
            Key::UnitOfAnalysis => Code::Uoa,
            Key::MissingData => Code::Imp,
            Key::Overlap => Code::Dup,
            Key::Zero | Key::Tau2Estimator => Code::Est,
            Key::Model => Code::Mod,
            Key::Ci | Key::Robust => Code::Ci,
            Key::Pi => Code::Pi,
            Key::Level => Code::Lvl,
            Key::I2 => Code::I2d,
            Key::Rule => Code::Het,
            Key::Pooling => Code::Fall,
            Key::Subgroups => Code::SubChanged,
            Key::Formula => Code::RegChanged,
            Key::Options | Key::Gate => match role {
                Role::SmallStudy => Code::Sse,
                Role::Subgroup => Code::SubChanged,
                Role::MetaRegression => Code::RegChanged,
                _ => Code::SenChanged,
            },
            Key::RiskOfBias => Code::Rob,
            Key::Grading => Code::Grd,
            Key::Numerics => Code::Tool,
        }
    }

    /// The field in words, as labels and tables have it.
    pub fn words(self) -> &'static str {
        match self {
            Key::Outcome => "outcome",
            Key::Timepoint => "timepoint",
            Key::Comparison => "comparison",
            Key::AnalysisSet => "set",
            Key::Instruments => "instruments",
            Key::Direction => "definition",
            Key::Orientation => "orientation",
            Key::Window => "window",
            Key::Measure => "measure",
            Key::Criteria => "criteria",
            Key::Named => "studies",
            Key::Hierarchy => "hierarchy",
            Key::UnitOfAnalysis => "unit of analysis",
            Key::MissingData => "missing data",
            Key::Overlap => "overlap",
            Key::Zero => "zero cells",
            Key::Model => "model",
            Key::Tau2Estimator => "tau2",
            Key::Ci => "ci",
            Key::Pi => "pi",
            Key::Level => "level",
            Key::I2 => "i2",
            Key::Robust => "robust",
            Key::Rule => "rule",
            Key::Pooling => "pooling",
            Key::Subgroups => "subgroups",
            Key::Formula => "moderators",
            Key::Options => "options",
            Key::Gate => "condition",
            Key::RiskOfBias => "risk of bias",
            Key::Grading => "grading",
            Key::Numerics => "numerics",
        }
    }
}

impl ReasonCode {
    /// All of them.
    pub const ALL: [ReasonCode; 9] = [
        ReasonCode::NotSpecified,
        ReasonCode::NotApplicableData,
        ReasonCode::BetterMethod,
        ReasonCode::Unforeseen,
        ReasonCode::ProtocolError,
        ReasonCode::MissingInfo,
        ReasonCode::AssumptionViolated,
        ReasonCode::PeerReview,
        ReasonCode::RegistryLimit,
    ];

    /// The word in scripts and JSON.
    pub fn name(self) -> &'static str {
        match self {
            ReasonCode::NotSpecified => "not_specified",
            ReasonCode::NotApplicableData => "not_applicable_data",
            ReasonCode::BetterMethod => "better_method",
            ReasonCode::Unforeseen => "unforeseen",
            ReasonCode::ProtocolError => "protocol_error",
            ReasonCode::MissingInfo => "missing_info",
            ReasonCode::AssumptionViolated => "assumption_violated",
            ReasonCode::PeerReview => "peer_review",
            ReasonCode::RegistryLimit => "registry_limit",
        }
    }

    /// The code a word names.
    pub fn of(word: &str) -> Option<ReasonCode> {
        ReasonCode::ALL.into_iter().find(|c| c.name().eq_ignore_ascii_case(word))
    }
}
