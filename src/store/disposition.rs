//! What was decided about a finding of the data checks.

use super::is_default;
use serde::{Deserialize, Serialize};

/// One decision about one finding.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Disposition {
    /// The finding, as `weald validate` prints it: it stands for the rule, the row's keys and the
    /// values it is about, so that a changed value raises the finding anew.
    pub finding: String,
    /// The rule's number.
    #[serde(skip_serializing_if = "is_default")]
    pub rule: u8,
    /// The study it is about.
    #[serde(skip_serializing_if = "is_default")]
    pub study: Option<String>,
    /// What was decided.
    pub disposition: Decision,
    /// Who decided.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When, as `2026-05-31`.
    #[serde(skip_serializing_if = "is_default")]
    pub date: Option<String>,
}

/// The three ways a finding is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// The data were corrected; if it is found again, it is open again.
    Fixed,
    /// The data are right, and the reason says why they look odd.
    Explained,
    /// The data may be wrong, and are used as they are.
    #[default]
    Accepted,
}

impl Decision {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Decision::Fixed => "fixed",
            Decision::Explained => "explained",
            Decision::Accepted => "accepted",
        }
    }
}
