//! `declare …`: what people say of their plan.

use super::state::Declaration;
use crate::diagnostic::Problem;
use crate::eval::walk::{Halt, Step, Walk};
use crate::eval::words::{unexpected, usage};
use crate::language::cursor::{Cursor, text_of};
use crate::source::Span;
use crate::syntax::ast::{Command, Expr, ExprKind, ItemKind};

/// How much of the results was known.
const SEEN: &[&str] = &["none", "some", "all"];

impl Walk<'_, '_> {
    /// `declare results_seen none by "NAME", … date "DATE"`
    pub fn declare(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        match cursor.peek_word().map(str::to_ascii_lowercase).as_deref() {
            Some("results_seen") => {
                cursor.advance();
                self.results_seen(&mut cursor, command)
            }
            Some("amendments") => {
                let word = cursor.advance();
                let text = self.said(&mut cursor, "amendments", word.map_or(command.span, |i| i.span))?;
                self.finish(&mut cursor, command)?;
                self.draft().amending = Some(text);
                Ok(())
            }
            Some("reconstructed") => {
                let word = cursor.advance();
                cursor.take_word("from");
                let text = self.said(&mut cursor, "reconstructed from", word.map_or(command.span, |i| i.span))?;
                self.finish(&mut cursor, command)?;
                self.draft().reconstructed = Some(text);
                Ok(())
            }
            _ => self.fail(
                Problem::error("E218", "`declare` says how much of the results was known, how amendments are documented, or what a plan was reconstructed from")
                    .at(command.span, "none of these")
                    .help(format!("write `{}`", usage(command))),
            ),
        }
    }

    /// The words of a declaration.
    fn said(&mut self, cursor: &mut Cursor, word: &str, at: Span) -> Result<String, Halt> {
        let text = text_of(cursor.advance(), word, at);
        self.attempt(text)
    }

    fn results_seen(&mut self, cursor: &mut Cursor, command: &Command) -> Step {
        let at = cursor.end();
        let seen = self.one_of(cursor.advance(), SEEN, "answer to how much was seen", at)?;
        let mut declaration = Declaration { results_seen: seen.to_owned(), by: Vec::new(), on: None };
        while let Some(item) = cursor.advance() {
            match &item.kind {
                ItemKind::Word(w) if w.eq_ignore_ascii_case("by") => declaration.by = self.names(cursor, "`by`", item.span)?,
                ItemKind::Word(w) if w.eq_ignore_ascii_case("date") => {
                    let text = text_of(cursor.advance(), "date", item.span);
                    declaration.on = Some(self.date(text, item.span)?);
                }
                // `on "2022-10-01"`: the grammar reads what follows `on` as an expression.
                ItemKind::On(date) => match plain(date) {
                    Some(text) => declaration.on = Some(self.date(Ok(text), date.span)?),
                    None => return self.fail(unexpected(item, usage(command))),
                },
                _ => return self.fail(unexpected(item, usage(command))),
            }
        }
        if declaration.by.is_empty() {
            return self.fail(
                Problem::error("E287", "nobody is named who declares this")
                    .at(command.span, "no `by`")
                    .help("a declaration is a person's: write `by \"NAME\"`, with commas between several"),
            );
        }
        self.draft().declaration = Some(declaration);
        Ok(())
    }
}

fn plain(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Text(text) => text.plain(),
        _ => None,
    }
}
