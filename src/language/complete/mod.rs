//! What can be typed next: for TAB, and for the grey hint.
//!
//! Nothing here computes or reads data. [`Names`] is a snapshot of what the session
//! knows; everything else comes from the vocabulary's usages, read as patterns.

mod candidates;
mod hint;
mod names;
mod place;
mod usage;
mod walk;

pub use candidates::{Candidate, Completion, complete};
pub use hint::{Hint, hint};
pub use names::{ColumnNames, FindingName, Names, OutcomeNames, ResultName};

use crate::language::vocabulary::{self, Group, Subject, Verb, VerbId};
use place::{Item, Place, Shape};
use usage::Part;
use walk::{Ahead, Next};

/// What is expected at a place, and of whom.
struct Expected<'t> {
    /// The verb of the statement, if it has one.
    verb: Option<&'static Verb>,
    /// The result that heads it, if one does.
    result: Option<&'t str>,
    /// The outcome it is about, as far as it is known.
    outcome: Option<String>,
    /// The items before, for values that depend on them.
    items: Vec<Item<'t>>,
    /// What may come.
    next: Next,
}

/// What is expected at a place.
fn expected<'t>(place: &Place<'t>, names: &Names) -> Expected<'t> {
    let mut found = Expected { verb: None, result: None, outcome: None, items: Vec::new(), next: Next::default() };
    match &place.inside {
        // `( pool …`, `exp(`: a statement or a value
        Some((b'(', inside)) => found.inner(inside.clone(), names),
        // `model [dl, `: what the clause takes; else a value
        Some((_, inside)) => {
            found.outer(place, names);
            if matches!(inside.last().map(|i| i.shape), Some(s) if s != Shape::Comma) {
                found.next = Next::default();
            }
        }
        None => found.outer(place, names),
    }
    found
}

impl<'t> Expected<'t> {
    fn outer(&mut self, place: &Place<'t>, names: &Names) {
        match &place.entry {
            Some(entry) => {
                self.verb = place.items.first().and_then(|i| vocabulary::verb(i.text));
                let patterns = self.verb.map(usage::of_entries).unwrap_or_default();
                self.next = walk::next(&patterns, entry, names);
                self.outcome = entry.first().map(Item::plain).filter(|o| names.outcome(o).is_some());
                self.items.clone_from(entry);
            }
            None => self.statement(place.items.clone(), names),
        }
    }

    /// In parentheses: what stands there begins a statement if it can, else it is a value.
    fn inner(&mut self, items: Vec<Item<'t>>, names: &Names) {
        let head = items.first().filter(|i| i.shape == Shape::Word).map(|i| i.text);
        if head
            .is_some_and(|h| h.eq_ignore_ascii_case("pool") || names.is_result(h) && items.get(1).is_some_and(|i| i.shape == Shape::Word))
        {
            return self.statement(items, names);
        }
        self.expression(items);
    }

    fn expression(&mut self, items: Vec<Item<'t>>) {
        let due = items.last().is_none_or(|i| matches!(i.shape, Shape::Operator | Shape::Comma));
        self.next.operator = !due;
        if due {
            self.next.ways.push(vec![Ahead::one(vec![Part::Slot("EXPRESSION")])]);
            self.next.in_expression = true;
        }
        self.items = items;
    }

    fn statement(&mut self, items: Vec<Item<'t>>, names: &Names) {
        let Some(head) = items.first().copied() else {
            self.next.ways.push(vec![Ahead::one(vec![Part::Slot("STATEMENT")])]);
            return;
        };
        // `let NAME = STATEMENT`
        if head.is("let") && items.len() > 3 && items[2].is("=") && items[3].shape == Shape::Word {
            let inner = items[3];
            let pool = vocabulary::verb(inner.text).is_some_and(|v| v.subject == Subject::Estimand);
            if pool || names.is_result(inner.text) && items.get(4).is_none_or(|i| i.shape == Shape::Word) {
                return self.statement(items[3..].to_vec(), names);
            }
        }
        if let Some(verb) = vocabulary::verb(head.text) {
            self.verb = Some(verb);
            self.next = walk::next(&usage::of_verb(verb), &items[1..], names);
            self.outcome = match verb.subject {
                Subject::Estimand | Subject::NewName => items.get(1).map(Item::plain),
                _ => None,
            };
        } else if head.shape == Shape::Word && names.is_result(head.text) && items.get(1).is_none_or(|i| i.shape != Shape::Operator) {
            self.result = Some(head.text);
            self.outcome = names.outcome_of(head.text).map(str::to_owned);
            self.next = walk::next(&usage::of_result(), &items[1..], names);
        } else {
            return self.expression(items);
        }
        self.items = items;
    }

    /// The verbs that a statement may begin with.
    fn verbs() -> impl Iterator<Item = &'static Verb> {
        let order = [Group::Analysis, Group::Pictures, Group::Looking, Group::SettingUp, Group::Programming, Group::Session];
        order.into_iter().flat_map(|group| vocabulary::VERBS.iter().filter(move |v| v.group == group))
    }

    /// What a placeholder stands for, as this verb means it.
    fn meaning(&self, slot: &'static str) -> &'static str {
        match (self.verb.map(|v| v.id), slot) {
            (Some(VerbId::Outcome), "ID") => "OUTCOME",
            (Some(VerbId::Instrument), "ID") => "INSTRUMENT",
            (Some(VerbId::Timepoint), "ID") => "TIMEPOINT",
            (Some(VerbId::Characteristic), "ID") => "COLUMN",
            (Some(VerbId::Characteristic), "LEVEL") => "VALUE",
            (Some(VerbId::Let | VerbId::For | VerbId::Rule), "NAME") => "NEW",
            (Some(_), "NAME") => "RESULT",
            (_, slot) => slot,
        }
    }
}
