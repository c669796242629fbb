//! `weald fmt`: the canonical layout of a script.

use super::parse;
use super::print::laid_out;
use crate::diagnostic::Problem;
use crate::source::Source;

/// The script in canonical layout, comments kept; formatting twice changes nothing. A statement
/// keeps the line breaks between its words, and a list those between its elements; a comment
/// inside a statement of several lines moves above it.
///
/// # Errors
///
/// The problems of a script that can't be read: nothing is formatted then.
pub fn format(source: &Source) -> Result<String, Vec<Problem>> {
    let parsed = parse(source);
    if parsed.problems.iter().any(Problem::is_error) { Err(parsed.problems) } else { Ok(laid_out(&parsed.script, &source.text)) }
}
