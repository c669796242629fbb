//! One study.

use super::is_default;
use super::maps::unique;
use super::origin::Whence;
use super::value::Value;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A study and what is known about it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Study {
    /// Its label in the data, the key it is stored under.
    #[serde(skip)]
    pub id: String,
    /// How it is printed, if not by its id.
    #[serde(skip_serializing_if = "is_default")]
    pub label: Option<String>,
    /// The trial it reports, if several studies do.
    #[serde(skip_serializing_if = "is_default")]
    pub trial: Option<String>,
    /// The reference.
    #[serde(skip_serializing_if = "is_default")]
    pub citation: Option<String>,
    /// Registration numbers, separated by `;`.
    #[serde(skip_serializing_if = "is_default")]
    pub registrations: Option<String>,
    /// Studies of one group are known to share people.
    #[serde(skip_serializing_if = "is_default")]
    pub overlap_group: Option<String>,
    /// Retraction, expression of concern.
    #[serde(skip_serializing_if = "is_default")]
    pub retraction: Option<String>,
    /// Everything else, by name: year, country, design, comparator.
    #[serde(skip_serializing_if = "is_default", deserialize_with = "unique")]
    pub characteristics: IndexMap<String, Value>,
    /// Its line in `studies.csv`; not stored.
    #[serde(skip)]
    pub whence: Whence,
}

/// The columns of `studies.csv` that are fields of a study, beside `study` itself.
pub const STUDY_FIELDS: &[&str] = &["label", "trial", "citation", "registrations", "overlap_group", "retraction"];

impl Study {
    /// A study of which only the label is known.
    pub fn new(id: impl Into<String>) -> Self {
        Study { id: id.into(), ..Study::default() }
    }

    /// The label to print.
    pub fn label(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.id)
    }

    /// One of [`STUDY_FIELDS`] by name.
    pub fn field(&self, name: &str) -> Option<&str> {
        match name {
            "label" => self.label.as_deref(),
            "trial" => self.trial.as_deref(),
            "citation" => self.citation.as_deref(),
            "registrations" => self.registrations.as_deref(),
            "overlap_group" => self.overlap_group.as_deref(),
            "retraction" => self.retraction.as_deref(),
            _ => None,
        }
    }

    /// The place of one of [`STUDY_FIELDS`], to be set.
    pub fn field_mut(&mut self, name: &str) -> Option<&mut Option<String>> {
        match name {
            "label" => Some(&mut self.label),
            "trial" => Some(&mut self.trial),
            "citation" => Some(&mut self.citation),
            "registrations" => Some(&mut self.registrations),
            "overlap_group" => Some(&mut self.overlap_group),
            "retraction" => Some(&mut self.retraction),
            _ => None,
        }
    }
}
