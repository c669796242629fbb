//! `infer rule from "FILE.csv"`: which simple rules fit published decisions.

mod decisions;
mod fit;

use super::outcome::{Decision, DecisionSet, InferResult, NoteResult, Outcome};
use super::walk::{Mode, Step, Walk};
use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, text_of};
use crate::syntax::ast::{Command, Expr, ItemKind};

impl Walk<'_, '_> {
    /// `infer rule from "FILE.csv" [where CONDITION]`
    pub fn infer(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let shape = |at| {
            Problem::error("E218", "`infer` is followed by `rule from` and a file")
                .at(at, "not this")
                .help("write `infer rule from \"decisions.csv\"`")
        };
        let rule = matches!(cursor.peek_word(), Some(w) if w.eq_ignore_ascii_case("rule"));
        if !rule {
            return self.fail(shape(cursor.peek().map_or(command.head.span, |i| i.span)));
        }
        cursor.advance();
        let Some(from) = cursor.take_word("from") else {
            return self.fail(shape(cursor.peek().map_or(command.span, |i| i.span)));
        };
        let item = cursor.advance();
        let at = item.map_or(from, |i| i.span);
        let path = text_of(item, "from", from).map_err(|p| p.help("write `infer rule from \"decisions.csv\"`"));
        let path = self.attempt(path)?;
        let mut condition: Option<Expr> = None;
        if let Some(ItemKind::Where(expr)) = cursor.peek().map(|i| &i.kind) {
            condition = Some((**expr).clone());
            cursor.advance();
        }
        self.finish(&mut cursor, command)?;
        let bytes = self.env.files.read(&path).map_err(|p| p.at_least(at, "read here"));
        let bytes = self.attempt(bytes)?;
        let table = decisions::read(&path, &bytes).map_err(|p| p.at_least(at, "read here"));
        let table = self.attempt(table)?;
        let chosen = decisions::chosen(table, condition.as_ref(), self.state).map_err(|p| p.at_least(at, "in this file"));
        let (found, notes) = self.attempt(chosen)?;
        if self.mode == Mode::Check {
            return Ok(());
        }
        self.outcomes.push(Outcome::Infer(Box::new(InferResult {
            statement: command.to_string(),
            line: self.source.line_column(command.span.start).0,
            file: path,
            condition: condition.map(|c| c.to_string()),
            questions: questions(&found),
            decisions: found,
            notes,
        })));
        Ok(())
    }
}

/// Whether to pool, and by which model.
fn questions(all: &[Decision]) -> Vec<DecisionSet> {
    let of = |word: &str| all.iter().filter(|d| d.decision == word).collect::<Vec<_>>();
    let (not_pooled, random, common) = (of("not_pooled"), of("random"), of("common"));
    let pooled: Vec<&Decision> = all.iter().filter(|d| d.decision != "not_pooled").collect();
    let mut out = Vec::new();
    if !not_pooled.is_empty() && !pooled.is_empty() {
        out.push(fit::question("pool or not", ["not pooled", "pooled"], &not_pooled, &pooled));
    }
    if !random.is_empty() && !common.is_empty() {
        out.push(fit::question("random or common effect", ["random effects", "common effect"], &random, &common));
    }
    out
}

/// Notes that concern every such search.
fn caution() -> NoteResult {
    NoteResult {
        code: "W305",
        text: "several rules can fit the same decisions, and a rule that fits is consistent with them: it is not evidence that it was used, nor is one that does not fit evidence against the authors' own account".into(),
    }
}
