//! Names, texts and numbers that statements take.

use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, word_of};
use crate::language::vocabulary;
use crate::store::{self, Cell};
use crate::syntax::ast::{Command, Item, ItemKind};

/// An item that is not expected, with what is.
pub fn unexpected(item: &Item, usage: &str) -> Problem {
    if let Some(word) = word_of(item).filter(|w| vocabulary::verb(w).is_some()) {
        return Problem::error("E217", format!("`{word}` begins a statement of its own"))
            .at(item.span, "in the middle of another")
            .help("one statement a line; a line that is indented more than the one above goes on with its statement");
    }
    let word = word_of(item).map_or_else(|| "this".to_owned(), |w| format!("`{w}`"));
    Problem::error("E217", format!("{word} does not fit here")).at(item.span, "not expected").help(format!("write `{usage}`"))
}

/// How the statement is written.
pub fn usage(command: &Command) -> &'static str {
    vocabulary::verb(&command.head.text).map_or("", |v| v.usage)
}

/// A number as typed.
pub fn cell_of(text: &str) -> Cell {
    Cell { text: text.to_owned(), value: text.parse().unwrap_or(f64::NAN), bound: store::Bound::Exact }
}

/// The new name after a verb.
pub fn new_id(cursor: &mut Cursor, command: &Command) -> Result<String, Problem> {
    let item = cursor.advance();
    match item.map(|i| &i.kind) {
        Some(ItemKind::Word(w)) if !w.ends_with('*') => Ok(w.clone()),
        // `3m` reads as a number with a unit, and names a timepoint all the same.
        Some(ItemKind::Quantity(q)) if q.unit.as_deref().is_some_and(|u| u != "%") => {
            Ok(format!("{}{}", q.text, q.unit.as_deref().unwrap_or("")))
        }
        Some(ItemKind::Text(t)) => t.plain().ok_or_else(|| {
            Problem::error("E218", "a name can't hold `{values}`")
                .at(item.map_or(command.span, |i| i.span), "an interpolation")
                .help(format!("write `{}`", usage(command)))
        }),
        _ => Err(Problem::error("E218", format!("`{}` lacks a name", command.head.text))
            .at(item.map_or(command.head.span, |i| i.span), "a name stands here")
            .help(format!("write `{}`", usage(command)))),
    }
}

/// A quoted text, if one stands here.
pub fn take_text(cursor: &mut Cursor) -> Option<String> {
    let ItemKind::Text(text) = &cursor.peek()?.kind else { return None };
    cursor.advance();
    text.plain()
}

/// Arms, with commas between them.
pub fn arms(cursor: &mut Cursor) -> Vec<String> {
    cursor
        .values()
        .into_iter()
        .filter_map(|item| match &item.kind {
            ItemKind::Word(w) => Some(w.clone()),
            ItemKind::Text(t) => t.plain(),
            _ => None,
        })
        .collect()
}
