//! The review around the data: what was registered, read, left out and judged.

use super::is_default;
use serde::{Deserialize, Serialize};

/// The review.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Review {
    /// A short name.
    #[serde(skip_serializing_if = "is_default")]
    pub id: Option<String>,
    /// Its title.
    #[serde(skip_serializing_if = "is_default")]
    pub title: Option<String>,
    /// Its question.
    #[serde(skip_serializing_if = "is_default")]
    pub question: Option<String>,
    /// How far it is: `protocol`, `search`, `extraction` and so on.
    #[serde(skip_serializing_if = "is_default")]
    pub stage: Option<String>,
    /// Where it is registered.
    #[serde(skip_serializing_if = "is_default")]
    pub registrations: Vec<Registration>,
    /// Plans that were locked for it.
    #[serde(skip_serializing_if = "is_default")]
    pub locks: Vec<Lock>,
    /// The original review and its updates.
    #[serde(skip_serializing_if = "is_default")]
    pub epochs: Vec<Epoch>,
    /// When which source was searched.
    #[serde(skip_serializing_if = "is_default")]
    pub searches: Vec<Search>,
    /// What the review says of itself and where, to see whether it says the same everywhere.
    #[serde(skip_serializing_if = "is_default")]
    pub statements: Vec<Statement>,
}

/// One fact as it is stated in one place.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Statement {
    /// What it is about, such as `minimum age`.
    pub fact: String,
    /// What is said.
    pub value: String,
    /// Where.
    #[serde(skip_serializing_if = "is_default")]
    pub from: Option<String>,
}

/// One registration of the review.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Registration {
    /// INPLASY, PROSPERO, OSF.
    #[serde(skip_serializing_if = "is_default")]
    pub registry: Option<String>,
    /// Its number there.
    #[serde(skip_serializing_if = "is_default")]
    pub id: Option<String>,
    /// When it was registered.
    #[serde(skip_serializing_if = "is_default")]
    pub date: Option<String>,
    /// Where it can be read.
    #[serde(skip_serializing_if = "is_default")]
    pub url: Option<String>,
    /// The registry's receipt.
    #[serde(skip_serializing_if = "is_default")]
    pub receipt: Option<String>,
}

/// A locked plan of the review.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Lock {
    /// The file of the plan.
    #[serde(skip_serializing_if = "is_default")]
    pub plan: String,
    /// The SHA-256 that its lock states.
    #[serde(skip_serializing_if = "is_default")]
    pub sha256: Option<String>,
    /// When it was locked.
    #[serde(skip_serializing_if = "is_default")]
    pub date: Option<String>,
}

/// One round of a review: the original, or an update.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Epoch {
    /// Its name, such as `original` or `update 2026`.
    pub name: String,
    /// From which date on records were sought.
    #[serde(skip_serializing_if = "is_default")]
    pub from: Option<String>,
    /// Up to which date.
    #[serde(skip_serializing_if = "is_default")]
    pub to: Option<String>,
    /// When its results were published.
    #[serde(skip_serializing_if = "is_default")]
    pub published: Option<String>,
    /// A remark.
    #[serde(skip_serializing_if = "is_default")]
    pub note: Option<String>,
}

/// One search, or its update.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Search {
    /// The database.
    #[serde(skip_serializing_if = "is_default")]
    pub source: Option<String>,
    /// When it ended.
    #[serde(skip_serializing_if = "is_default")]
    pub date: Option<String>,
    /// The round of the review it belongs to.
    #[serde(skip_serializing_if = "is_default")]
    pub epoch: Option<String>,
    /// How many records it found.
    #[serde(skip_serializing_if = "is_default")]
    pub records: Option<u64>,
    /// A remark.
    #[serde(skip_serializing_if = "is_default")]
    pub note: Option<String>,
}

/// One report of a study, with what was decided on it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Report {
    /// Its name, the key it is stored under.
    #[serde(skip)]
    pub id: String,
    /// The study it reports.
    #[serde(skip_serializing_if = "is_default")]
    pub study: Option<String>,
    /// The reference.
    #[serde(skip_serializing_if = "is_default")]
    pub citation: Option<String>,
    /// Its DOI.
    #[serde(skip_serializing_if = "is_default")]
    pub doi: Option<String>,
    /// Its PubMed number.
    #[serde(skip_serializing_if = "is_default")]
    pub pmid: Option<String>,
    /// Article, thesis, register entry.
    #[serde(skip_serializing_if = "is_default")]
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The language it is in.
    #[serde(skip_serializing_if = "is_default")]
    pub language: Option<String>,
    /// Whether the full text was found.
    #[serde(skip_serializing_if = "is_default")]
    pub retrieval: Option<String>,
    /// The round of the review in which it was found.
    #[serde(skip_serializing_if = "is_default")]
    pub epoch: Option<String>,
    /// The screening decisions: at each stage one of each reviewer, and one they agreed on.
    #[serde(skip_serializing_if = "is_default")]
    pub screening: Vec<Screening>,
    /// Why it was left out.
    #[serde(skip_serializing_if = "is_default")]
    pub reason: Option<String>,
}

/// What one reviewer decided about one report.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Screening {
    /// `title and abstract` or `full text`.
    #[serde(skip_serializing_if = "is_default")]
    pub stage: Option<String>,
    /// Who decided; `consensus` is what they agreed on.
    #[serde(skip_serializing_if = "is_default")]
    pub by: Option<String>,
    /// `include`, `exclude` or `unclear`.
    pub decision: String,
    /// Why.
    #[serde(skip_serializing_if = "is_default")]
    pub reason: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "is_default")]
    pub date: Option<String>,
}

/// Something left out, and why.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Exclusion {
    /// The study, report or row.
    #[serde(skip_serializing_if = "is_default")]
    pub what: String,
    /// `report`, `study` or `row`.
    #[serde(skip_serializing_if = "is_default")]
    pub level: Option<String>,
    /// Screening, full text, extraction, analysis.
    #[serde(skip_serializing_if = "is_default")]
    pub stage: Option<String>,
    /// The reason's code.
    #[serde(skip_serializing_if = "is_default")]
    pub reason: Option<String>,
    /// The reason in words.
    #[serde(skip_serializing_if = "is_default")]
    pub text: Option<String>,
    /// Who decided.
    #[serde(skip_serializing_if = "is_default")]
    pub by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "is_default")]
    pub date: Option<String>,
}

/// A question somebody answered, such as whether two studies overlap.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Judgement {
    /// What was asked.
    #[serde(skip_serializing_if = "is_default")]
    pub question: String,
    /// The answer.
    #[serde(skip_serializing_if = "is_default")]
    pub answer: String,
    /// Why.
    #[serde(skip_serializing_if = "is_default")]
    pub reason: Option<String>,
    /// Who answered.
    #[serde(skip_serializing_if = "is_default")]
    pub by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "is_default")]
    pub date: Option<String>,
}

/// One step of rating the certainty of evidence.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Grade {
    /// The analysis that is rated.
    #[serde(skip_serializing_if = "is_default")]
    pub analysis: String,
    /// Risk of bias, inconsistency, indirectness, imprecision, publication bias.
    #[serde(skip_serializing_if = "is_default")]
    pub domain: String,
    /// The level, or the step down.
    #[serde(skip_serializing_if = "is_default")]
    pub level: String,
    /// Why.
    #[serde(skip_serializing_if = "is_default")]
    pub reason: Option<String>,
    /// Who rated.
    #[serde(skip_serializing_if = "is_default")]
    pub rater: Option<String>,
}

/// One box of the flow diagram.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct FlowCount {
    /// What was counted.
    #[serde(skip_serializing_if = "is_default")]
    pub stage: String,
    /// Databases, registers, other.
    #[serde(skip_serializing_if = "is_default")]
    pub stream: Option<String>,
    /// How many.
    #[serde(skip_serializing_if = "is_default")]
    pub count: u64,
    /// Why they were left out.
    #[serde(skip_serializing_if = "is_default")]
    pub reason: Option<String>,
}

impl RobJudgement {
    /// The tool it was made with; RoB 2 where the data do not say.
    pub fn tool_name(&self) -> &str {
        self.tool.as_deref().unwrap_or("RoB 2")
    }

    /// Whether it is about results that are missing from a synthesis (ROB-ME): then `study` names
    /// the synthesis.
    pub fn is_of_synthesis(&self) -> bool {
        let tool = self.tool.as_deref().unwrap_or_default();
        let letters: String = tool.chars().take_while(|c| !matches!(c, '(' | ',')).filter(|c| c.is_alphanumeric()).collect();
        letters.eq_ignore_ascii_case("robme")
    }
}

/// One judgement of the risk of bias.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct RobJudgement {
    /// The study.
    #[serde(skip_serializing_if = "is_default")]
    pub study: String,
    /// The outcome, if the judgement is about one.
    #[serde(skip_serializing_if = "is_default")]
    pub outcome: Option<String>,
    /// The time, if it is about one.
    #[serde(skip_serializing_if = "is_default")]
    pub timepoint: Option<String>,
    /// The analysis set, if it is about one.
    #[serde(skip_serializing_if = "is_default")]
    pub analysis: Option<String>,
    /// The comparison, if it is about one.
    #[serde(skip_serializing_if = "is_default")]
    pub comparison: Option<String>,
    /// RoB 2, ROBINS-I and so on, with its version.
    #[serde(skip_serializing_if = "is_default")]
    pub tool: Option<String>,
    /// The effect of interest: assignment or adherence.
    #[serde(skip_serializing_if = "is_default")]
    pub effect: Option<String>,
    /// The domain; `overall` is the overall judgement.
    #[serde(skip_serializing_if = "is_default")]
    pub domain: String,
    /// `low`, `some`, `high` or the tool's own word.
    #[serde(skip_serializing_if = "is_default")]
    pub judgement: String,
    /// What supports it.
    #[serde(skip_serializing_if = "is_default")]
    pub support: Option<String>,
    /// Where the bias points.
    #[serde(skip_serializing_if = "is_default")]
    pub direction: Option<String>,
    /// Who judged.
    #[serde(skip_serializing_if = "is_default")]
    pub assessor: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "is_default")]
    pub date: Option<String>,
}
