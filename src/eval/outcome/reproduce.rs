//! Settings that give printed numbers.

use super::ExpectField;
use indexmap::IndexMap;
use serde::Serialize;

/// The search for the settings behind printed numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReproduceResult {
    /// The statement.
    pub statement: String,
    /// Its line.
    pub line: usize,
    /// The analysis' name.
    pub target: String,
    /// Where the printed values stand.
    pub from: Option<String>,
    /// The printed values beside those under the settings stated.
    pub as_stated: Vec<ExpectField>,
    /// Every choice that was varied, with its values.
    pub over: IndexMap<&'static str, Vec<String>>,
    /// How many combinations there are.
    pub combinations: usize,
    /// How many of them have a result.
    pub computed: usize,
    /// How many give every printed value.
    pub matched: usize,
    /// Those, at most a hundred, nearest to the settings stated first.
    pub matches: Vec<Reproduced>,
    /// Where none does, the nearest.
    pub nearest: Vec<Reproduced>,
    /// What every match has in common; a choice that is free does not stand here.
    pub in_common: IndexMap<&'static str, String>,
    /// Choices that were left out so that the search stays bounded.
    pub left_out: Vec<String>,
    /// `reproduced`, `reproduced_under_other_conventions`, `not_reproduced`.
    pub verdict: &'static str,
}

/// One combination.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reproduced {
    /// Its choices.
    pub settings: IndexMap<&'static str, String>,
    /// The choices in which it differs from the settings stated.
    pub differs: Vec<&'static str>,
    /// Field by field.
    pub fields: Vec<ExpectField>,
    /// The largest difference, in units of the tolerance; null where a field does not exist.
    pub distance: Option<f64>,
}
