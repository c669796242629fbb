//! What the rows of a store refer to: arms, outcomes, instruments, times.

use super::cell::Cell;
use super::is_default;
use serde::{Deserialize, Serialize};

/// Which way of an outcome or instrument is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better.
    HigherBetter,
    /// Less is better.
    LowerBetter,
}

impl Direction {
    /// The words for it in a script.
    pub fn words(self) -> &'static str {
        match self {
            Direction::HigherBetter => "higher better",
            Direction::LowerBetter => "lower better",
        }
    }
}

/// A minimal important difference.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Mid {
    /// Its size.
    #[serde(skip_serializing_if = "is_default")]
    pub value: Option<Cell>,
    /// The unit it is in.
    #[serde(skip_serializing_if = "is_default")]
    pub unit: Option<String>,
    /// Who says so.
    #[serde(skip_serializing_if = "is_default")]
    pub source: Option<String>,
}

/// One arm, or a class of arms.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Arm {
    /// Its name, the key it is stored under.
    #[serde(skip)]
    pub id: String,
    /// How it is printed.
    #[serde(skip_serializing_if = "is_default")]
    pub label: Option<String>,
    /// Intervention or comparator class.
    #[serde(skip_serializing_if = "is_default")]
    pub class: Option<String>,
    /// What it consists of.
    #[serde(skip_serializing_if = "is_default")]
    pub components: Vec<String>,
    /// How much of it.
    #[serde(skip_serializing_if = "is_default")]
    pub dose: Option<String>,
    /// How it is given.
    #[serde(skip_serializing_if = "is_default")]
    pub format: Option<String>,
    /// The study whose arm it is; none for a class of arms that several studies have.
    #[serde(skip_serializing_if = "is_default")]
    pub study: Option<String>,
    /// How many people were randomised to it.
    #[serde(skip_serializing_if = "is_default")]
    pub n_randomised: Option<Cell>,
    /// How many clusters were randomised to it.
    #[serde(skip_serializing_if = "is_default")]
    pub n_clusters: Option<Cell>,
}

/// Which arms are compared; each side may join several.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Comparison {
    /// Its name, the key it is stored under.
    #[serde(skip)]
    pub id: String,
    /// How it is printed.
    #[serde(skip_serializing_if = "is_default")]
    pub label: Option<String>,
    /// The intervention's arms.
    #[serde(skip_serializing_if = "is_default")]
    pub arm1: Vec<String>,
    /// The comparator's arms.
    #[serde(skip_serializing_if = "is_default")]
    pub arm2: Vec<String>,
}

/// An outcome.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct OutcomeDef {
    /// Its name, the key it is stored under.
    #[serde(skip)]
    pub id: String,
    /// How it is printed.
    #[serde(skip_serializing_if = "is_default")]
    pub label: Option<String>,
    /// Which way is good.
    #[serde(skip_serializing_if = "is_default")]
    pub direction: Option<Direction>,
    /// `primary`, `secondary` or another word.
    #[serde(skip_serializing_if = "is_default")]
    pub role: Option<String>,
    /// The domain it belongs to.
    #[serde(skip_serializing_if = "is_default")]
    pub domain: Option<String>,
    /// `continuous`, `dichotomous`, `count`, `time to event`, `ordinal`.
    #[serde(rename = "type", skip_serializing_if = "is_default")]
    pub kind: Option<String>,
    /// How much it matters to patients.
    #[serde(skip_serializing_if = "is_default")]
    pub importance: Option<String>,
    /// The effect measure it is pooled in.
    #[serde(skip_serializing_if = "is_default")]
    pub measure: Option<String>,
    /// The smallest difference that matters.
    #[serde(skip_serializing_if = "is_default")]
    pub mid: Option<Mid>,
}

/// A scale, test or questionnaire.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Instrument {
    /// Its name, the key it is stored under.
    #[serde(skip)]
    pub id: String,
    /// How it is printed.
    #[serde(skip_serializing_if = "is_default")]
    pub label: Option<String>,
    /// The outcome it measures.
    #[serde(skip_serializing_if = "is_default")]
    pub outcome: Option<String>,
    /// Which way is good.
    #[serde(skip_serializing_if = "is_default")]
    pub direction: Option<Direction>,
    /// How many items, 1 for sum scores.
    #[serde(skip_serializing_if = "is_default")]
    pub items: Option<Cell>,
    /// Smallest possible score.
    #[serde(skip_serializing_if = "is_default")]
    pub min: Option<Cell>,
    /// Largest possible score.
    #[serde(skip_serializing_if = "is_default")]
    pub max: Option<Cell>,
    /// Smallest difference between two scores.
    #[serde(skip_serializing_if = "is_default")]
    pub step: Option<Cell>,
    /// The names of its subscales.
    #[serde(skip_serializing_if = "is_default")]
    pub subscales: Vec<String>,
    /// A standard deviation to express results in.
    #[serde(skip_serializing_if = "is_default")]
    pub reference_sd: Option<Cell>,
    /// Where that was found.
    #[serde(skip_serializing_if = "is_default")]
    pub reference_source: Option<String>,
    /// The smallest difference that matters.
    #[serde(skip_serializing_if = "is_default")]
    pub mid: Option<Mid>,
}

/// A time of measurement, or a window of times.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Timepoint {
    /// Its name, the key it is stored under.
    #[serde(skip)]
    pub id: String,
    /// How it is printed.
    #[serde(skip_serializing_if = "is_default")]
    pub label: Option<String>,
    /// What time is counted from.
    #[serde(skip_serializing_if = "is_default")]
    pub anchor: Option<String>,
    /// The time aimed at.
    #[serde(skip_serializing_if = "is_default")]
    pub target: Option<String>,
    /// The earliest time.
    #[serde(skip_serializing_if = "is_default")]
    pub from: Option<String>,
    /// The latest time.
    #[serde(skip_serializing_if = "is_default")]
    pub to: Option<String>,
    /// Which measurement is taken if several fit.
    #[serde(skip_serializing_if = "is_default")]
    pub pick: Option<String>,
}

/// An analysis set beside the known `itt`, `mitt`, `cc` and `pp`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct AnalysisSet {
    /// Its name, the key it is stored under.
    #[serde(skip)]
    pub id: String,
    /// How it is printed.
    #[serde(skip_serializing_if = "is_default")]
    pub label: Option<String>,
    /// Who is in it.
    #[serde(skip_serializing_if = "is_default")]
    pub description: Option<String>,
}

/// A study characteristic and what it may be.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Characteristic {
    /// Its name, the key it is stored under.
    #[serde(skip)]
    pub id: String,
    /// How it is printed.
    #[serde(skip_serializing_if = "is_default")]
    pub label: Option<String>,
    /// The values it may have; empty means any.
    #[serde(skip_serializing_if = "is_default")]
    pub levels: Vec<String>,
}
