//! One difference between plan and run, as JSON, tables and labels show it.

use super::record::{Code, Grade};
use serde::{Deserialize, Serialize};

/// One difference.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Deviation {
    /// Its code.
    pub code: Code,
    /// How grave.
    pub severity: Grade,
    /// The field, in words.
    pub field: String,
    /// As registered, in words.
    pub registered: String,
    /// As run, in words.
    pub executed: String,
    /// The reason's code.
    pub reason_code: Option<ReasonCode>,
    /// The reason.
    pub reason: Option<String>,
    /// What it does to the result.
    pub effect: Option<Effect>,
    /// The studies it concerns: moved in or out, or with another effect.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub studies: Vec<String>,
    /// What it comes to, study by study: signs that turned, ranks of chosen results.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
    /// When it was decided, where that is stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<&'static str>,
}

impl Deviation {
    /// Whether a reason is still asked for.
    pub fn is_unexplained(&self) -> bool {
        matches!(self.severity, Grade::E | Grade::M) && self.reason.is_none()
    }
}

/// The registered result beside the reported one: estimate, lower and upper limit, on the analysis scale.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Effect {
    /// What the limits are, where they are not those of the confidence interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what: Option<&'static str>,
    /// As registered; null where it can't be computed.
    pub registered: Option<[f64; 3]>,
    /// As run.
    pub executed: Option<[f64; 3]>,
}

/// Why a plan was not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ReasonCode {
    NotSpecified,
    NotApplicableData,
    BetterMethod,
    Unforeseen,
    ProtocolError,
    MissingInfo,
    AssumptionViolated,
    PeerReview,
    RegistryLimit,
}
