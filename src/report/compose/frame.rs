//! What the report of every verb on a result begins and ends with.

use super::pool::title;
use crate::eval::outcome::{Head, NoteResult, PoolResult};
use crate::report::document::{Block, Document};
use crate::report::methods;

/// The title and the statement.
pub fn open(head: &Head, base: &PoolResult) -> Document {
    let mut out = Document::default();
    out.push(Block::Heading(1, title(&PoolResult { id: head.id.clone(), ..base.clone() })));
    out.push(Block::Code(head.statement.clone()));
    out
}

/// Facts, notes, and how it was done: the analysis, then what was asked of it.
pub fn close(mut out: Document, facts: Vec<(String, String)>, notes: &[NoteResult], base: &PoolResult, how: &str) -> Document {
    if !facts.is_empty() {
        out.push(Block::Facts(facts));
    }
    for note in notes {
        out.push(Block::Note { code: note.code.into(), text: note.text.clone() });
    }
    let line = methods::line(base);
    out.push(Block::Paragraph(if how.is_empty() { line } else { format!("{line} {how}") }));
    out
}

/// A fact.
pub fn fact(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}
