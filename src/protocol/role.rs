//! What an analysis is for, and how it stands to the plan: two tags that every result carries.

use serde::{Deserialize, Serialize};

/// What an analysis is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers the review's question.
    Primary,
    /// Of a secondary outcome.
    Secondary,
    /// Asks how far a result hangs on a choice.
    Sensitivity,
    /// Compares groups of studies.
    Subgroup,
    /// Regresses effects on moderators.
    MetaRegression,
    /// Looks for small-study effects.
    SmallStudy,
    /// None of these.
    Exploratory,
}

impl Role {
    /// All of them.
    pub const ALL: [Role; 7] =
        [Role::Primary, Role::Secondary, Role::Sensitivity, Role::Subgroup, Role::MetaRegression, Role::SmallStudy, Role::Exploratory];

    /// The word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Role::Primary => "primary",
            Role::Secondary => "secondary",
            Role::Sensitivity => "sensitivity",
            Role::Subgroup => "subgroup",
            Role::MetaRegression => "meta_regression",
            Role::SmallStudy => "small_study",
            Role::Exploratory => "exploratory",
        }
    }
}

/// How a result stands to the registered plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Locked, and run as locked.
    PreSpecified,
    /// As an amendment of the plan has it.
    Amended,
    /// Settles what the plan left open.
    Clarified,
    /// In no plan, and in the place of nothing planned.
    PostHoc,
    /// In the place of a planned analysis, and different.
    Deviation,
    /// There is no lock.
    Unregistered,
}

impl Status {
    /// The word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Status::PreSpecified => "pre_specified",
            Status::Amended => "amended",
            Status::Clarified => "clarified",
            Status::PostHoc => "post_hoc",
            Status::Deviation => "deviation",
            Status::Unregistered => "unregistered",
        }
    }
}

/// The name of a status as people read it: `pre-specified`, `post hoc`, `not done`.
pub fn status_words(name: &str) -> String {
    match name {
        "pre_specified" => "pre-specified".to_owned(),
        other => other.replace('_', " "),
    }
}
