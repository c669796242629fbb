//! Joining two stores.

use super::model::Store;
use crate::diagnostic::Problem;
use indexmap::IndexMap;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value as Json};

impl Store {
    /// Adds what another store holds. Rows and judgements are appended; an entity that both
    /// know is completed, and one fact with two values is an error (the first is kept).
    pub fn merge(&mut self, other: Store) -> Vec<Problem> {
        let mut conflicts = Vec::new();
        if let Some(theirs) = other.review {
            let mine = self.review.take().unwrap_or_default();
            self.review = Some(join("the review", &mine, &theirs, &mut conflicts).unwrap_or(mine));
        }
        entities("outcome", &mut self.outcomes, other.outcomes, &mut conflicts);
        entities("instrument", &mut self.instruments, other.instruments, &mut conflicts);
        entities("timepoint", &mut self.timepoints, other.timepoints, &mut conflicts);
        entities("analysis set", &mut self.analysis_sets, other.analysis_sets, &mut conflicts);
        entities("arm", &mut self.arms, other.arms, &mut conflicts);
        entities("comparison", &mut self.comparisons, other.comparisons, &mut conflicts);
        entities("characteristic", &mut self.characteristics, other.characteristics, &mut conflicts);
        entities("preference", &mut self.preferences, other.preferences, &mut conflicts);
        entities("report", &mut self.reports, other.reports, &mut conflicts);
        entities("study", &mut self.studies, other.studies, &mut conflicts);
        self.rows.extend(other.rows);
        self.risk_of_bias.extend(other.risk_of_bias);
        self.exclusions.extend(other.exclusions);
        self.judgements.extend(other.judgements);
        self.grades.extend(other.grades);
        self.flow.extend(other.flow);
        self.dispositions.extend(other.dispositions);
        self.stored_analyses.extend(other.stored_analyses);
        self.restore_ids();
        self.settle();
        conflicts
    }
}

/// Joins two maps of entities.
fn entities<T: Serialize + DeserializeOwned>(
    noun: &str,
    mine: &mut IndexMap<String, T>,
    theirs: IndexMap<String, T>,
    conflicts: &mut Vec<Problem>,
) {
    for (id, new) in theirs {
        match mine.get_mut(&id) {
            None => {
                mine.insert(id, new);
            }
            Some(old) => {
                if let Some(joined) = join(&format!("{noun} `{id}`"), old, &new, conflicts) {
                    *old = joined;
                }
            }
        }
    }
}

/// Joins two descriptions of one thing, field by field.
fn join<T: Serialize + DeserializeOwned>(what: &str, mine: &T, theirs: &T, conflicts: &mut Vec<Problem>) -> Option<T> {
    let mut joined = serde_json::to_value(mine).ok()?;
    let theirs = serde_json::to_value(theirs).ok()?;
    fill(what, &mut joined, theirs, conflicts);
    serde_json::from_value(joined).ok()
}

/// Fills what one side leaves open with what the other says.
fn fill(what: &str, mine: &mut Json, theirs: Json, conflicts: &mut Vec<Problem>) {
    match (mine, theirs) {
        (Json::Object(mine), Json::Object(theirs)) if !is_number(mine) && !is_number(&theirs) => {
            for (field, value) in theirs {
                match mine.get_mut(&field) {
                    None | Some(Json::Null) => {
                        mine.insert(field, value);
                    }
                    Some(old) => fill(&format!("{field} of {what}"), old, value, conflicts),
                }
            }
        }
        (mine, theirs) if *mine == theirs || theirs.is_null() || same_number(mine, &theirs) => {}
        (mine, theirs) => conflicts.push(
            Problem::error("E324", format!("{what} has two values: {} and {}", show(mine), show(&theirs)))
                .help("the first is kept; correct one of the two sources"),
        ),
    }
}

/// Whether an object stands for a number with its text.
fn is_number(object: &Map<String, Json>) -> bool {
    object.len() == 1 && object.contains_key("number")
}

/// Whether both are the same number, whatever their text.
fn same_number(a: &Json, b: &Json) -> bool {
    let number = |j: &Json| match j {
        Json::Object(object) => object.get("number").and_then(Json::as_str).and_then(|t| t.parse::<f64>().ok()),
        other => other.as_f64(),
    };
    number(a).is_some_and(|a| number(b) == Some(a))
}

/// A value as a reader would write it.
fn show(value: &Json) -> String {
    match value {
        Json::String(text) => format!("`{text}`"),
        Json::Object(object) if is_number(object) => object.get("number").and_then(Json::as_str).unwrap_or("").to_owned(),
        other => other.to_string(),
    }
}
