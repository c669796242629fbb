//! `weald fmt`: the canonical layout of a script.

use super::parse;
use crate::diagnostic::Problem;
use crate::source::Source;

/// The script in canonical layout, comments kept; formatting twice changes nothing. A
/// comment inside a statement of several lines moves above it.
///
/// # Errors
///
/// The problems of a script that can't be read: nothing is formatted then.
pub fn format(source: &Source) -> Result<String, Vec<Problem>> {
    let parsed = parse(source);
    if parsed.problems.iter().any(Problem::is_error) { Err(parsed.problems) } else { Ok(parsed.script.to_string()) }
}
