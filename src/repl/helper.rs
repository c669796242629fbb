//! What rustyline asks while a line is typed.

use super::colours::{grey, painted};
use super::snapshot::Seen;
use crate::language::complete::{self, Names};
use crate::language::vocabulary::takes_entries;
use crate::report::width::{cut, left, width};
use crate::syntax::{Completeness, completeness};
use rustyline::completion::{Completer, Pair};
use rustyline::config::CompletionType;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};
use std::borrow::Cow;

/// Completes, hints, paints, and knows when an entry is whole.
#[derive(Helper)]
pub struct Assistant {
    /// What the session knew after the last entry.
    pub names: Names,
    /// The data it was read from.
    pub seen: Seen,
    colour: bool,
    list: Box<dyn Fn(&str) -> Vec<String>>,
}

/// Columns of the prompt.
const PROMPT: usize = 7;

impl Assistant {
    /// One that knows no names yet. `list` names what is in a folder.
    pub fn new(colour: bool, list: Box<dyn Fn(&str) -> Vec<String>>) -> Self {
        Self { names: Names::default(), seen: None, colour, list }
    }
}

/// Columns of the terminal.
fn columns() -> usize {
    terminal_size::terminal_size().map_or(80, |(w, _)| usize::from(w.0)).max(20)
}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let found = complete::complete(line, pos, &self.names, &*self.list);
        let widest = found.candidates.iter().map(|c| width(&c.text)).max().unwrap_or(0);
        let room = columns().saturating_sub(1);
        let shown = |c: &complete::Candidate| {
            if c.note.is_empty() {
                return c.text.clone();
            }
            let gap = " ".repeat(widest - width(&c.text) + 2);
            // More than half the columns, so that each stands on a line of its own.
            let shown = cut(&format!("{}{gap}{}", c.text, c.note), room);
            left(&shown, width(&shown).max(room / 2 + 1))
        };
        Ok((found.start, found.candidates.iter().map(|c| Pair { display: shown(c), replacement: c.text.clone() }).collect()))
    }
}

/// A hint as rustyline shows it.
pub struct Shown(complete::Hint);

impl rustyline::hint::Hint for Shown {
    fn display(&self) -> &str {
        &self.0.shown
    }

    fn completion(&self) -> Option<&str> {
        self.0.taken.as_deref()
    }
}

impl Hinter for Assistant {
    type Hint = Shown;

    fn hint(&self, line: &str, pos: usize, _: &Context<'_>) -> Option<Shown> {
        // Without colour a hint could not be told from what is typed.
        if pos < line.len() || !self.colour {
            return None;
        }
        let mut hint = complete::hint(line, &self.names)?;
        let last = line.rsplit('\n').next().unwrap_or_default();
        let prompt = if line.contains('\n') { 0 } else { PROMPT };
        let room = columns().saturating_sub(prompt + width(last) + 1);
        hint.shown = cut(&hint.shown, room);
        (!hint.shown.trim().is_empty()).then_some(Shown(hint))
    }
}

impl Highlighter for Assistant {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if self.colour { Cow::Owned(painted(line, &self.names)) } else { Cow::Borrowed(line) }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(grey(hint))
    }

    fn highlight_candidate<'c>(&self, candidate: &'c str, _: CompletionType) -> Cow<'c, str> {
        match candidate.find("  ").filter(|_| self.colour) {
            Some(gap) => Cow::Owned(format!("{}{}", &candidate[..gap], grey(&candidate[gap..]))),
            None => Cow::Borrowed(candidate),
        }
    }

    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        true
    }
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext) -> rustyline::Result<ValidationResult> {
        Ok(match whole(context.input()) {
            true => ValidationResult::Valid(None),
            false => ValidationResult::Incomplete,
        })
    }
}

/// Whether Enter ends the entry. Enter on an empty line ends one that takes lines.
fn whole(input: &str) -> bool {
    let text = format!("{}\n", super::entry::indented(input));
    completeness(&text, &takes_entries) == Completeness::Complete
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enter_ends_what_is_whole() {
        for (typed, expected) in [
            ("pool recovery", true),
            ("", true),
            ("let a = pool recovery [", false),
            ("let a =", false),
            ("pool recovery exclude A,", false),
            ("print \"open", true),
            ("study A", false),
            ("study A\n  main: yi 1 vi 2", false),
            ("study A\n  main: yi 1 vi 2\n", true),
            ("rule r\nwhen k < 2 then dl", false),
            ("rule r\nwhen k < 2 then dl\notherwise reml", false),
            ("rule r\nwhen k < 2 then dl\notherwise reml\n", true),
            ("if a.k > 1 {", false),
            ("if a.k > 1 { show a\n}", true),
            ("pool recovery )", true),
        ] {
            assert_eq!(whole(typed), expected, "{typed:?}");
        }
    }
}
