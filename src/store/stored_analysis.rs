//! Analyses as another program stored them: its settings, and the results it printed.

use super::cell::Cell;
use super::is_default;
use super::maps::unique;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// One analysis of a RevMan file. Its rows are those of its comparison and outcome.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct StoredAnalysis {
    /// Its number, such as `1.1`.
    pub id: String,
    /// Its title.
    #[serde(skip_serializing_if = "is_default")]
    pub title: Option<String>,
    /// The comparison, as the rows name it.
    pub comparison: String,
    /// The outcome, as the rows name it.
    pub outcome: String,
    /// What kind of data it holds.
    pub data: DataKind,
    /// `MH`, `IV`, `PETO`, `EXP_O_E_VAR`, as the program writes it.
    pub method: String,
    /// `OR`, `RR`, `RD`, `PETO_OR`, `MD`, `SMD`, `HR` or another.
    pub measure: String,
    /// Whether the model has random effects.
    pub random: bool,
    /// How tau2 is estimated, in the file's words, where it says so.
    #[serde(skip_serializing_if = "is_default")]
    pub estimator: Option<String>,
    /// The method of the total's interval, likewise.
    #[serde(skip_serializing_if = "is_default")]
    pub interval: Option<String>,
    /// Whether estimates and standard errors were entered as logarithms.
    #[serde(skip_serializing_if = "is_default")]
    pub log_data: bool,
    /// Whether events and non-events are swapped.
    #[serde(skip_serializing_if = "is_default")]
    pub swap_events: bool,
    /// Whether there is a total over all studies.
    #[serde(skip_serializing_if = "is_default")]
    pub totals: Totals,
    /// Level of the studies' intervals in percent.
    #[serde(skip_serializing_if = "is_default")]
    pub level_study: Option<Cell>,
    /// Level of the total's interval in percent.
    #[serde(skip_serializing_if = "is_default")]
    pub level_total: Option<Cell>,
    /// The printed results of the whole, by name (see [`RESULTS`]).
    #[serde(skip_serializing_if = "is_default", deserialize_with = "unique")]
    pub results: IndexMap<String, Cell>,
    /// The subgroups, in order.
    #[serde(skip_serializing_if = "is_default")]
    pub subgroups: Vec<StoredGroup>,
    /// The studies' lines, in the order of the rows.
    #[serde(skip_serializing_if = "is_default")]
    pub studies: Vec<StoredStudy>,
}

/// The names of results, in the order in which they are compared. Effects of ratios are on
/// the natural scale; `k`, `n1` and `n2` count studies and people.
pub const RESULTS: &[&str] = &[
    "k",
    "n1",
    "n2",
    "effect",
    "ci_lower",
    "ci_upper",
    "q",
    "df",
    "p_q",
    "i2",
    "tau2",
    "z",
    "p",
    "q_between",
    "df_between",
    "p_between",
    "i2_between",
];

/// What kind of data an analysis holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DataKind {
    /// Events and people.
    #[default]
    Dichotomous,
    /// Means and SDs.
    Continuous,
    /// Observed minus expected events, and variance.
    OeVariance,
    /// An estimate and its standard error.
    GenericInverseVariance,
}

/// Which totals are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Totals {
    /// A total, and subtotals where there are subgroups.
    #[default]
    All,
    /// Subtotals only.
    Subgroups,
    /// None.
    None,
}

/// A subgroup and its printed results.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct StoredGroup {
    /// Its name.
    pub name: String,
    /// Its results, as those of the whole.
    #[serde(skip_serializing_if = "is_default", deserialize_with = "unique")]
    pub results: IndexMap<String, Cell>,
}

/// A study's line in an analysis.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct StoredStudy {
    /// The study.
    pub study: String,
    /// The subgroup it stands in.
    #[serde(skip_serializing_if = "is_default")]
    pub group: Option<String>,
    /// Whether it enters the total.
    #[serde(skip_serializing_if = "is_default")]
    pub left_out: bool,
    /// Its printed results: `effect`, `ci_lower`, `ci_upper`, `se` (of the logarithm for ratios), `weight`.
    #[serde(skip_serializing_if = "is_default", deserialize_with = "unique")]
    pub results: IndexMap<String, Cell>,
}
