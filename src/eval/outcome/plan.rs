//! Results of plans before there are data.

use super::Outcome;
use serde::Serialize;

/// A result made of synthetic rows: it shows the shape of a report, and says nothing.
#[derive(Debug, Clone, Serialize)]
pub struct SyntheticResult {
    /// The planned analysis.
    pub id: String,
    /// What it is for.
    pub role: &'static str,
    /// Its statement.
    pub statement: String,
    /// How many studies were made up.
    pub studies: usize,
    /// What its result will look like.
    pub shell: Box<Outcome>,
}
