//! `record update`, `record late`, `record correction`: what happened to the data since the lock.

use crate::diagnostic::Problem;
use crate::eval::walk::{Halt, Step, Walk};
use crate::eval::words::{cell_of, unexpected};
use crate::language::cursor::{Cursor, text_of, word_of};
use crate::language::vocabulary;
use crate::store::{Row, Store};
use crate::syntax::ast::{Command, ItemKind};
use serde::Serialize;
use std::sync::Arc;

/// What happened to the data.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DataEvent {
    /// `update`, `late`, `correction`.
    pub kind: &'static str,
    /// The studies it brought or changed.
    pub studies: Vec<String>,
    /// The column a correction changed.
    pub field: Option<String>,
    /// Its value before.
    pub before: Option<String>,
    /// Its value after.
    pub after: Option<String>,
    /// By whom.
    pub by: Option<String>,
    /// When.
    pub date: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

const KINDS: [&str; 3] = ["update", "late", "correction"];

impl Walk<'_, '_> {
    /// `record update | late | correction "STUDY", … [field NAME] [from VALUE to VALUE] [by PERSON] [date DATE] [because REASON]`
    pub fn record_event(&mut self, command: &Command) -> Step {
        self.needs_a_plan(command)?;
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let item = cursor.advance();
        let kind = item.and_then(word_of).and_then(|w| KINDS.into_iter().find(|k| k.eq_ignore_ascii_case(w)));
        let Some(kind) = kind else {
            return self.fail(
                Problem::error("E526", "`record` lacks the kind of event")
                    .at(item.map_or(command.head.span, |i| i.span), "`update`, `late` or `correction` stands here")
                    .help("an update is a declared search, a late result came from authors, a correction changes a number that was there"),
            );
        };
        let mut event = DataEvent {
            kind,
            studies: self.event_studies(&mut cursor)?,
            field: None,
            before: None,
            after: None,
            by: None,
            date: None,
            reason: None,
        };
        while let Some(item) = cursor.advance() {
            let word = word_of(item).map(str::to_ascii_lowercase);
            match word.as_deref() {
                Some("field") => event.field = Some(self.event_value(&mut cursor, "field", item.span)?),
                Some("from") => event.before = Some(self.event_value(&mut cursor, "from", item.span)?),
                Some("to") => event.after = Some(self.event_value(&mut cursor, "to", item.span)?),
                Some(word @ ("by" | "date" | "because")) => {
                    let text = text_of(cursor.advance(), word, item.span);
                    let text = Some(self.attempt(text)?);
                    match word {
                        "by" => event.by = text,
                        "date" => event.date = text,
                        _ => event.reason = text,
                    }
                }
                _ => return self.fail(unexpected(item, vocabulary::verb("record").map_or("", |v| v.usage))),
            }
        }
        if kind == "correction" && (event.by.is_none() || event.reason.is_none()) {
            return self.fail(
                Problem::error("E526", "a correction says by whom and why")
                    .at(command.span, if event.by.is_none() { "no `by`" } else { "no `because`" })
                    .help("write `record correction \"STUDY\" field sd1 from 1.55 to 15.4 by \"NAME\" date \"2024-05-01\" because \"…\"`"),
            );
        }
        self.state.follow.events.push(event);
        Ok(())
    }

    fn event_studies(&mut self, cursor: &mut Cursor) -> Result<Vec<String>, Halt> {
        let mut studies = Vec::new();
        for item in cursor.values() {
            let name = match &item.kind {
                ItemKind::Text(text) => text.plain(),
                ItemKind::Word(word) => Some(word.clone()),
                _ => None,
            };
            let found = name.as_ref().map(|n| self.state.catalogue.studies(&self.state.store, n)).unwrap_or_default();
            if found.is_empty() && !self.state.no_data && !self.state.store.rows.is_empty() {
                let name = name.unwrap_or_default();
                let problem = self.with_context(|context| crate::language::resolve::unknown_study(&name, item.span, context));
                self.report(problem);
                return Err(Halt::Error);
            }
            studies.extend(found);
        }
        if studies.is_empty() && !self.state.store.rows.is_empty() {
            self.report(
                Problem::error("E526", "the event names no study")
                    .at(cursor.peek().map_or(crate::source::Span::default(), |i| i.span), "which studies?")
                    .help("write `record update \"Smith 2024\", \"Lee 2025\" date \"2025-03-01\"`"),
            );
            return Err(Halt::Error);
        }
        Ok(studies)
    }

    fn event_value(&mut self, cursor: &mut Cursor, word: &str, span: crate::source::Span) -> Result<String, Halt> {
        let item = cursor.advance();
        let value = item.and_then(|item| match &item.kind {
            ItemKind::Word(word) => Some(word.clone()),
            ItemKind::Text(text) => text.plain(),
            ItemKind::Quantity(q) => Some(q.text.clone()),
            _ => None,
        });
        value.ok_or_else(|| {
            self.report(
                Problem::error("E526", format!("`{word}` lacks its value"))
                    .at(item.map_or(span, |i| i.span), "a word, a number or a text stands here")
                    .help("write `field sd1 from 1.55 to 15.4`"),
            );
            Halt::Error
        })
    }
}

impl DataEvent {
    /// The data as they would be without the event; none where that can't be told.
    pub fn undone(&self, store: &Arc<Store>) -> Option<Arc<Store>> {
        let mut before = (**store).clone();
        let touches = |study: &str| self.studies.iter().any(|s| s == study);
        match self.kind {
            "correction" => {
                let (field, value) = (self.field.as_ref()?, self.before.as_ref()?);
                let column = crate::store::find_column(field)?.name;
                value.parse::<f64>().ok()?;
                let corrected = |row: &&mut Row| {
                    let now = row.number(column);
                    touches(&row.study) && now.is_some() && self.after.as_ref().is_none_or(|a| a.parse::<f64>().ok() == now)
                };
                let mut any = false;
                for row in before.rows.iter_mut().filter(corrected) {
                    row.values.insert(column.to_owned(), cell_of(value));
                    any = true;
                }
                any.then_some(())?;
            }
            _ => before.rows.retain(|r| !touches(&r.study)),
        }
        Some(Arc::new(before))
    }
}
