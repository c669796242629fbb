//! `record update`, `late`, `correction`, `removal`: what happened to the data since the lock.

use crate::diagnostic::Problem;
use crate::eval::walk::{Halt, Step, Walk};
use crate::eval::words::unexpected;
use crate::language::cursor::{Cursor, text_of, word_of};
use crate::language::vocabulary;
use crate::store::{Row, Store};
use crate::syntax::ast::{Command, ItemKind};
use serde::Serialize;
use std::sync::Arc;

/// What kind of thing happened to the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Happened {
    /// A declared update of the search brought studies.
    Update,
    /// A result came late.
    Late,
    /// Something was corrected.
    Correction,
    /// A study had to leave the data.
    Removal,
    /// A result is not what it was, and no record says so.
    Edited,
    /// A result is gone, and no record says so.
    Gone,
    /// A result was not there when results were first seen, and no record says where it came from.
    Appeared,
}

impl Happened {
    /// What a script can record.
    pub const RECORDED: [Happened; 4] = [Happened::Update, Happened::Late, Happened::Correction, Happened::Removal];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Happened::Update => "update",
            Happened::Late => "late",
            Happened::Correction => "correction",
            Happened::Removal => "removal",
            Happened::Edited => "edited",
            Happened::Gone => "gone",
            Happened::Appeared => "appeared",
        }
    }
}

/// What happened to the data.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DataEvent {
    /// What kind of thing.
    pub kind: Happened,
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
    /// Whether it says by whom and why; without that it explains nothing.
    #[serde(skip)]
    pub signed: bool,
    /// Whether it stands in the change log of a store, and not in the script.
    pub logged: bool,
    /// The one result it is about, by its keys; none for all of its studies.
    #[serde(skip)]
    pub row: Option<String>,
}

impl Walk<'_, '_> {
    /// `record update | late | correction | removal "STUDY", … [field NAME] [from VALUE to VALUE] [by PERSON] [date DATE] [because REASON]`
    pub fn record_event(&mut self, command: &Command) -> Step {
        self.needs_a_plan(command)?;
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let item = cursor.advance();
        let kind = item.and_then(word_of).and_then(|w| Happened::RECORDED.into_iter().find(|k| k.word().eq_ignore_ascii_case(w)));
        let Some(kind) = kind else {
            return self.fail(
                Problem::error("E526", "`record` lacks the kind of event")
                    .at(item.map_or(command.head.span, |i| i.span), "`update`, `late`, `correction` or `removal` stands here")
                    .help("an update is a declared search, a late result came from authors, a correction changes what was there, a removal takes a study out"),
            );
        };
        let mut event = DataEvent { signed: true, ..DataEvent::found(kind, self.event_studies(kind, &mut cursor)?) };
        while let Some(item) = cursor.advance() {
            let word = word_of(item).map(str::to_ascii_lowercase);
            match word.as_deref() {
                Some("field") => {
                    let at = cursor.peek().map_or(item.span, |i| i.span);
                    let name = self.event_value(&mut cursor, "field", item.span)?;
                    event.field = Some(self.event_field(&name, at)?);
                }
                Some("from") => event.before = Some(self.event_value(&mut cursor, "from", item.span)?),
                Some("to") => event.after = Some(self.event_value(&mut cursor, "to", item.span)?),
                Some(word @ ("by" | "date" | "because")) => {
                    let at = cursor.peek().map_or(item.span, |i| i.span);
                    let text = text_of(cursor.advance(), word, item.span);
                    let text = Some(self.attempt(text)?);
                    if word == "date" && !text.as_deref().is_some_and(crate::eval::plan::is_date) {
                        let problem = Problem::error("E526", "the date can't be read").at(at, "no date");
                        return self.fail(problem.help("write it as `2024-05-01`"));
                    }
                    if text.as_deref().is_none_or(|t| t.trim().is_empty()) {
                        let problem = Problem::error("E526", format!("`{word}` says nothing")).at(at, "no words");
                        return self.fail(problem.help("say it in a few words; the table of data events prints them"));
                    }
                    match word {
                        "by" => event.by = text,
                        "date" => event.date = text,
                        _ => event.reason = text,
                    }
                }
                _ => return self.fail(unexpected(item, vocabulary::verb("record").map_or("", |v| v.usage))),
            }
        }
        let (changes, lacks) = (matches!(kind, Happened::Correction | Happened::Removal), event.by.is_none() || event.reason.is_none());
        if changes && lacks {
            let example = match kind {
                Happened::Removal => "record removal \"STUDY\" by \"NAME\" date \"2024-05-01\" because \"retracted\"",
                _ => "record correction \"STUDY\" field sd1 from 1.55 to 15.4 by \"NAME\" date \"2024-05-01\" because \"…\"",
            };
            return self.fail(
                Problem::error("E526", format!("a {} says by whom and why", kind.word()))
                    .at(command.span, if event.by.is_none() { "no `by`" } else { "no `because`" })
                    .help(format!("write `{example}`")),
            );
        }
        if kind != Happened::Correction && (event.field.is_some() || event.before.is_some() || event.after.is_some()) {
            return self.fail(
                Problem::error("E526", format!("`field`, `from` and `to` belong to a correction, not to `{}`", kind.word()))
                    .at(command.span, "no single value changed")
                    .help("leave them out, or write `record correction`"),
            );
        }
        self.state.follow.events.push(event);
        Ok(())
    }

    fn event_studies(&mut self, kind: Happened, cursor: &mut Cursor) -> Result<Vec<String>, Halt> {
        let mut studies = Vec::new();
        for item in cursor.values() {
            let name = match &item.kind {
                ItemKind::Text(text) => text.plain(),
                ItemKind::Word(word) => Some(word.clone()),
                _ => None,
            };
            let found = name.as_ref().map(|n| self.state.catalogue.studies(&self.state.store, n)).unwrap_or_default();
            if kind == Happened::Removal && found.is_empty() {
                // It is known to the journal only.
                studies.extend(name);
                continue;
            }
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

    /// The column that a correction changed, by its canonical name.
    fn event_field(&mut self, name: &str, at: crate::source::Span) -> Result<String, Halt> {
        let store = &self.state.store;
        let known =
            store.rows.iter().flat_map(|r| r.moderators.keys()).chain(store.studies.values().flat_map(|s| s.characteristics.keys()));
        let known: std::collections::BTreeSet<&str> = known.map(String::as_str).collect();
        let found =
            crate::store::find_column(name).map(|c| c.name).or_else(|| known.iter().copied().find(|k| k.eq_ignore_ascii_case(name)));
        if let Some(found) = found {
            return Ok(found.to_owned());
        }
        if store.rows.is_empty() {
            return Ok(name.to_owned());
        }
        let columns = crate::store::COLUMNS.iter().map(|c| c.name).chain(known.iter().copied());
        let problem = Problem::error("E526", format!("the data have no column `{name}`")).at(at, "no column");
        let near = crate::language::suggest::nearest(name, columns).map(|near| format!("did you mean `{near}`?"));
        self.report(problem.help(near.unwrap_or_else(|| "`field` names a column of the data, such as `sd1`, `year` or `study`".into())));
        Err(Halt::Error)
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
    /// What a person did not record.
    pub fn found(kind: Happened, studies: Vec<String>) -> Self {
        DataEvent {
            kind,
            studies,
            field: None,
            before: None,
            after: None,
            by: None,
            date: None,
            reason: None,
            signed: false,
            logged: false,
            row: None,
        }
    }

    /// Whether it is about a result. What names no study is about all.
    pub fn is_about(&self, study: &str, key: &str) -> bool {
        let counted = |row: &String| key == row || key.strip_prefix(row.as_str()).is_some_and(|rest| rest.starts_with(" ("));
        (self.studies.is_empty() || self.studies.iter().any(|s| s == study)) && self.row.as_ref().is_none_or(counted)
    }

    /// Whether it corrects a column of a result.
    pub fn corrects(&self, study: &str, key: &str, field: &str) -> bool {
        self.kind == Happened::Correction
            && self.signed
            && self.is_about(study, key)
            && self.field.as_ref().is_none_or(|f| f.eq_ignore_ascii_case(field))
    }

    /// The data as they would be without the event, where no journal knows what they were; none where that can't be told.
    pub fn undone(&self, store: &Arc<Store>) -> Option<Arc<Store>> {
        let mut before = (**store).clone();
        let touches = |row: &Row| self.studies.contains(&row.study);
        match self.kind {
            Happened::Correction => {
                let (field, value, after) = (self.field.as_ref()?, self.before.as_ref()?, self.after.as_ref()?);
                let says = |row: &Row| {
                    let cell = row.values.get(field).map(|c| c.text.as_str());
                    cell.or_else(|| row.key(field))
                        .or_else(|| row.moderators.get(field).and_then(crate::store::Value::text))
                        .map(str::to_owned)
                };
                let of_study = |row: &Row| store.studies.get(&row.study)?.characteristics.get(field)?.text().map(str::to_owned);
                let holds = |row: &Row| says(row).or_else(|| of_study(row)).is_some_and(|now| super::results::same(&now, after));
                let rows: Vec<usize> = store.rows.iter().enumerate().filter(|(_, r)| touches(r) && holds(r)).map(|(i, _)| i).collect();
                (!rows.is_empty()).then_some(())?;
                for at in rows {
                    super::results::put_back(&mut before, at, field, Some(value));
                }
            }
            Happened::Update | Happened::Late => before.rows.retain(|r| !touches(r)),
            _ => return None,
        }
        before.settle();
        Some(Arc::new(before))
    }
}
