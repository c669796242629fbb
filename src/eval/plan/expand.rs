//! The statement after the colon: what of it is the plan's own, and what a short form leaves out.

use super::state::PlannedStatement;
use crate::diagnostic::Problem;
use crate::language::cursor::word_of;
use crate::language::vocabulary::{self, Subject, VerbId};
use crate::source::Span;
use crate::syntax::ast::{Command, Expr, Item, ItemKind, Word};
use indexmap::IndexMap;
use std::sync::Arc;

/// A statement, taken apart.
pub struct Body {
    pub command: Command,
    /// `when k >= 10`
    pub gate: Option<Expr>,
    /// `because "…"` of the plan, not of an exclusion.
    pub because: Option<String>,
    /// `expects waitlist > tau`
    pub expects: Option<String>,
}

/// Takes a statement apart, and writes it out: `: by control` is `P1 by control`, `: egger` is `egger of P1`.
pub fn body(command: &Command, parent: Option<&str>, planned: &IndexMap<String, Arc<PlannedStatement>>) -> Result<Body, Problem> {
    let mut command = command.clone();
    let gate = take_gate(&mut command)?;
    let expects = take_expectation(&mut command)?;
    let because = take_reason(&mut command);
    let name = command.head.text.clone();
    let at = command.head.span;
    let item = |text: &str| Item { kind: ItemKind::Word(text.to_owned()), span: at };
    match (vocabulary::verb(&name), parent) {
        (Some(verb), Some(parent)) if verb.subject == Subject::OfAnalysis && !is(&command.items, "of") => {
            command.items.splice(0..0, [item("of"), item(parent)]);
        }
        (_, Some(parent)) if name.is_empty() => command.head = Word { text: parent.to_owned(), span: at },
        (_, None) if name.is_empty() => {
            return Err(Problem::error("E503", "`where` selects the studies of a planned analysis, and none is named")
                .at(at, "of which analysis?")
                .help("write `plan S1 sensitivity of P1: where …`, or `pool OUTCOME where …`"));
        }
        (verb, Some(parent)) if is_clause(verb, &name) && !planned.contains_key(&name) => {
            command.items.insert(0, Item { kind: ItemKind::Word(name), span: at });
            command.head = Word { text: parent.to_owned(), span: at };
        }
        _ => {}
    }
    Ok(Body { command, gate, because, expects })
}

/// Whether a word begins a clause and no analysis: `by`, and `corr` or `prefer`, which are statements as well.
fn is_clause(verb: Option<&vocabulary::Verb>, name: &str) -> bool {
    vocabulary::clause(name).is_some() && verb.is_none_or(|v| !v.is_further() && v.id != VerbId::Pool)
}

fn is(items: &[Item], word: &str) -> bool {
    items.first().and_then(word_of).is_some_and(|w| w.eq_ignore_ascii_case(word))
}

fn take_gate(command: &mut Command) -> Result<Option<Expr>, Problem> {
    let mut gates: Vec<(Expr, Span)> = Vec::new();
    command.items.retain(|item| match &item.kind {
        ItemKind::When(gate) => {
            gates.push(((**gate).clone(), item.span));
            false
        }
        _ => true,
    });
    match gates.get(1) {
        Some((_, span)) => Err(Problem::error("E210", "`when` stands twice").at(*span, "again").help("join the conditions with `and`")),
        None => Ok(gates.pop().map(|g| g.0)),
    }
}

/// `expects waitlist > tau`, `expects "larger effects at high risk"`.
fn take_expectation(command: &mut Command) -> Result<Option<String>, Problem> {
    let Some(at) = command.items.iter().position(|i| word_of(i).is_some_and(|w| w.eq_ignore_ascii_case("expects"))) else {
        return Ok(None);
    };
    let word = command.items.remove(at);
    let wrong = |span| {
        Problem::error("E218", "`expects` takes an order of groups, or a text")
            .at(span, "no expectation")
            .help("write `expects waitlist > tau`, or `expects \"larger effects in trials at high risk\"`")
    };
    if at >= command.items.len() {
        return Err(wrong(word.span));
    }
    let value = command.items.remove(at);
    match &value.kind {
        ItemKind::Ranking(words) => Ok(Some(words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" > "))),
        ItemKind::Text(text) => Ok(text.plain()),
        ItemKind::Word(text) => Ok(Some(text.clone())),
        _ => Err(wrong(value.span)),
    }
}

/// `because "…"` at the end, unless it gives the reason for a selection of studies.
fn take_reason(command: &mut Command) -> Option<String> {
    let n = command.items.len();
    let selects = |item: &Item| {
        matches!(item.kind, ItemKind::Where(_))
            || word_of(item).is_some_and(|w| ["exclude", "only", "dependent"].iter().any(|x| x.eq_ignore_ascii_case(w)))
    };
    if n < 2 || !word_of(&command.items[n - 2]).is_some_and(|w| w.eq_ignore_ascii_case("because")) || command.items.iter().any(selects) {
        return None;
    }
    let ItemKind::Text(text) = &command.items[n - 1].kind else { return None };
    let reason = text.plain()?;
    command.items.truncate(n - 2);
    Some(reason)
}
