//! Text to syntax tree. Depends on `source` and `diagnostic` only, knows shapes and no
//! verbs, never panics and never prints.
//!
//! Two passes: `split` cuts the text into logical lines and can't fail; then each line is
//! parsed alone by the grammar (`grammar/weald.pest`), so that ten broken lines are ten
//! problems. Slips that the tokens show (an open text, a curly quote, a decimal comma) are
//! said before the grammar is asked.

pub mod ast;
mod brackets;
mod build;
mod complete;
mod error;
mod expr;
mod fmt;
mod lex;
mod lines;
mod paint;
mod print;
mod rules;
mod slips;
mod special;
mod split;

pub use complete::{Completeness, completeness};
pub use fmt::format;
pub(crate) use lex::{Kind, Token, tokens};
pub use paint::{Tag, paint};
pub use print::joined;
pub(crate) use special::foreign;

use crate::diagnostic::Problem;
use crate::source::{Source, Span};
use ast::{Line, Script};

/// What [`parse`] returns: every statement that can be read, every problem found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parsed {
    /// The readable statements, with comments and blank lines.
    pub script: Script,
    /// In order of the text.
    pub problems: Vec<Problem>,
}

/// Parses a source.
///
/// ```
/// use weald::{source::Source, syntax};
/// let parsed = syntax::parse(&Source::new("demo", "let main = pool recovery measure or\nprint main.k"));
/// assert!(parsed.problems.is_empty());
/// assert_eq!(parsed.script.to_string(), "let main = pool recovery measure or\nprint main.k\n");
/// ```
pub fn parse(source: &Source) -> Parsed {
    let split = split::Split::new(&source.text);
    let chunks = split.lines(0, split.tokens.len());
    let mut reader = lines::Lines { split: &split, problems: Vec::new() };
    let mut lines = reader.lines(&chunks);
    while lines.last() == Some(&Line::Blank) {
        lines.pop();
    }
    let mut problems = reader.problems;
    for problem in &mut problems {
        for (span, _) in &mut problem.labels {
            *span = Span::clamp(*span, &source.text);
        }
    }
    problems.sort_by_key(|problem| problem.span());
    Parsed { script: Script { lines }, problems }
}

/// The words that can't name anything, for the vocabulary: everywhere, at the start of a statement, in expressions.
pub const RESERVED: [&[&str]; 3] =
    [&["let", "where", "when", "until", "then", "otherwise", "on", "if", "else"], &["for", "rule", "print"], &["and", "or", "not", "in"]];
