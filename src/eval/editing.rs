//! `add`, `edit`, `remove` and `undo edit`: the store in use is changed where it lies, through
//! the same keeper as the commands of the same names.
//!
//! They work at a prompt only. A script is run again and again, and has to give the same each time.

use super::outcome::{Outcome, TextResult};
use super::walk::{Mode, Step, Walk};
use super::words::{take_text, unexpected, usage};
use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, text_of, word_of};
use crate::language::vocabulary::VerbId;
use crate::source::Span;
use crate::store::edit::{AtField, Kind, Which, add, edit, kind, remove};
use crate::store::{Author, Keeper, Saved, Store, change_lines, open};
use crate::syntax::ast::{BinaryOp, Command, Expr, ExprKind, Item, ItemKind};
use std::sync::Arc;

/// What is asked for.
struct Request {
    kind: &'static Kind,
    name: Option<String>,
    which: Which,
    /// Where the record is named.
    at: Span,
    /// Fields with their texts and places.
    fields: Vec<(String, String, Span)>,
    because: Option<String>,
}

impl Walk<'_, '_> {
    /// `add KIND …`, `edit KIND …`, `remove KIND …`
    pub fn change_record(&mut self, verb: VerbId, command: &Command) -> Step {
        let edited = self.store_to_edit(command);
        let (path, author) = self.attempt(edited)?;
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let read = request(verb, command, &mut cursor);
        let request = self.attempt(read)?;
        self.finish(&mut cursor, command)?;
        if self.mode == Mode::Check {
            // The change is tried on a copy, so that what is wrong is told before anything is written.
            let mut trial = (*self.state.store).clone();
            let tried = apply(&mut trial, verb, &request);
            if let Err(problems) = tried {
                return self.fail_all(problems);
            }
            trial.settle();
            let problems = self.state.take_store(Arc::new(trial));
            return self.fail_all(problems);
        }
        let action = command.head.text.to_lowercase();
        let mut placed = Vec::new();
        let saved = Keeper::open(self.env.files, &path, author).and_then(|keeper| {
            keeper.save(&action, request.because.as_deref(), |store| {
                apply(store, verb, &request).map_err(|problems| {
                    placed = problems;
                    Vec::new()
                })
            })
        });
        match saved {
            Ok(saved) => self.edited_to(&path, &saved, command),
            Err(_) if !placed.is_empty() => self.fail_all(placed),
            Err(problems) => self.fail_all(problems.into_iter().map(|p| p.at_least(command.span, "not done")).collect()),
        }
    }

    /// `undo edit`
    pub fn undo_edit(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        if cursor.take_word("edit").is_none() {
            return self.fail(
                Problem::error("E242", "`undo` works in a session")
                    .at(command.span, "in a script")
                    .help("leave the statement out of the script"),
            );
        }
        let edited = self.store_to_edit(command);
        let (path, author) = self.attempt(edited)?;
        let because = because(&mut cursor);
        let because = self.attempt(because)?;
        self.finish(&mut cursor, command)?;
        if self.mode == Mode::Check {
            return Ok(());
        }
        let undone = Keeper::open(self.env.files, &path, author).and_then(|keeper| keeper.undo(because.as_deref()));
        match undone {
            Ok(saved) => self.edited_to(&path, &saved, command),
            Err(problems) => self.fail_all(problems.into_iter().map(|p| p.at_least(command.span, "not done")).collect()),
        }
    }

    /// The store that is edited, the one in use, and who does it.
    fn store_to_edit(&self, command: &Command) -> Result<(String, Author), Problem> {
        let word = command.head.text.to_lowercase();
        let Some(author) = self.env.editing.clone() else {
            let (what, way) = if word == "undo" { ("undo edit", "undo".to_owned()) } else { (word.as_str(), word.clone()) };
            return Err(Problem::error("E242", format!("`{what}` works at the prompt")).at(command.span, "in a script").help(format!(
                "a script gives the same whenever it is run, and leaves its data alone: use `weald {way} STORE …`, or type it in a session"
            )));
        };
        self.state.data_path.clone().map(|path| (path, author)).ok_or_else(|| {
            Problem::error("E242", format!("there is no store that `{word}` could change"))
                .at(command.head.span, "no file is in use")
                .help("open one with `use \"FILE\"` first; rows written by `study` belong to the session")
        })
    }

    /// Takes the store as it is now, and tells what changed.
    fn edited_to(&mut self, path: &str, saved: &Saved, command: &Command) -> Step {
        self.state.edits += 1;
        self.env.loaded.retain(|key, _| key != path && !key.starts_with(&format!("{path}\0")));
        // Read again: rows know the lines they stand on now.
        let loaded = open(self.env.files, path);
        for problem in loaded.problems.into_iter().filter(Problem::is_error) {
            self.report_data(problem, command.span, "read again");
        }
        let store = Arc::new(loaded.store.unwrap_or_else(|| saved.store.clone()));
        self.env.loaded.insert(path.to_owned(), store.clone());
        for problem in self.state.take_store(store) {
            self.report(problem.at_least(command.span, "differs from what the session says"));
        }
        for problem in saved.problems.iter().cloned() {
            self.report(problem.at_least(command.span, "written here"));
        }
        let entry = &saved.entry;
        let what = match entry.undoes {
            Some(n) => format!("change {} of {path} takes back change {n}", entry.n),
            None => format!("change {} of {path}; `undo edit` takes it back", entry.n),
        };
        let text = format!("{}{what}", change_lines(entry));
        self.outcomes.push(Outcome::Text(TextResult { text, prose: false }));
        Ok(())
    }

    /// Records problems; the statement fails if one of them is an error.
    fn fail_all(&mut self, problems: Vec<Problem>) -> Step {
        let mut end = Ok(());
        for problem in problems {
            if problem.is_error() {
                end = self.fail(problem);
            } else {
                self.report(problem);
            }
        }
        end
    }
}

/// Makes the change.
fn apply(store: &mut Store, verb: VerbId, request: &Request) -> Result<(), Vec<Problem>> {
    let given: Vec<(&str, &str)> = request.fields.iter().map(|(name, text, _)| (name.as_str(), text.as_str())).collect();
    let done = match verb {
        VerbId::Add => add(store, request.kind, request.name.as_deref(), &given),
        VerbId::Remove => remove(store, request.kind, &request.which),
        _ => edit(store, request.kind, &request.which, &given),
    };
    let at = |field: Option<usize>| field.and_then(|i| request.fields.get(i)).map_or(request.at, |(_, _, span)| *span);
    done.map_err(|problems: Vec<AtField>| problems.into_iter().map(|(field, p)| p.at_least(at(field), "given here")).collect())
}

/// Reads what the statement asks for.
fn request(verb: VerbId, command: &Command, cursor: &mut Cursor) -> Result<Request, Problem> {
    let Some(item) = cursor.advance() else {
        return Err(Problem::error("E211", format!("`{}` lacks the kind of the record", command.head.text))
            .at(command.head.span, "nothing follows")
            .help(format!("write `{}`", usage(command))));
    };
    let word = word_of(item).ok_or_else(|| unexpected(item, usage(command)))?;
    let kind = kind(word).map_err(|p| p.at_least(item.span, "not a kind"))?;
    let mut found = Request { kind, name: None, which: Which::Unsaid, at: item.span, fields: Vec::new(), because: None };
    which(verb, cursor, &mut found)?;
    while let Some(item) = cursor.peek() {
        if matches!(item.kind, ItemKind::Comma) {
            cursor.advance();
            continue;
        }
        let Some(name) = word_of(item) else { return Err(unexpected(item, usage(command))) };
        if name.eq_ignore_ascii_case("because") {
            break;
        }
        cursor.advance();
        if verb == VerbId::Remove {
            return Err(Problem::error("E384", "`remove` takes no fields")
                .at(item.span, "a field")
                .help("point at the record by its name, or by `where FIELD == VALUE`"));
        }
        let Some(value) = cursor.advance() else {
            return Err(Problem::error("E211", format!("`{name}` lacks its value"))
                .at(item.span, "nothing follows")
                .help(format!("write `{name} VALUE`; an empty text (`\"\"`) empties the field")));
        };
        let text = plain(value).ok_or_else(|| {
            Problem::error("E218", format!("the value of `{name}` is a word, a number or a text"))
                .at(value.span, "none of these")
                .help(format!("write `{name} VALUE`, a value of several words in quotes"))
        })?;
        found.fields.push((name.to_owned(), text, item.span.to(value.span)));
    }
    found.because = because(cursor)?;
    Ok(found)
}

/// Which record: its name or line, or `where FIELD == VALUE`.
fn which(verb: VerbId, cursor: &mut Cursor, found: &mut Request) -> Result<(), Problem> {
    let Some(item) = cursor.peek() else { return Ok(()) };
    if let ItemKind::Where(condition) = &item.kind {
        if verb == VerbId::Add {
            return Err(Problem::error("E383", "`where` points at what is there already")
                .at(item.span, "in `add`")
                .help("give the fields of the new record as `FIELD VALUE`"));
        }
        cursor.advance();
        let mut wanted = Vec::new();
        equalities(condition, &mut wanted)?;
        found.at = item.span;
        found.which = Which::Where(wanted);
        return Ok(());
    }
    // A row, and an entry of another list, is named by `edit` and `remove` only.
    let named = !(verb == VerbId::Add && matches!(found.kind.word, "row" | "bias" | "exclusion" | "judgement" | "grade" | "flow"));
    if !named || found.kind.word == "review" || word_of(item).is_some_and(|w| w.eq_ignore_ascii_case("because")) {
        return Ok(());
    }
    let Some(name) = plain(item) else { return Ok(()) };
    found.at = item.span;
    cursor.advance();
    found.which = Which::Name(name.clone());
    found.name = Some(name);
    Ok(())
}

/// The fields and values of `a == "x" and b == 2`.
fn equalities(condition: &Expr, out: &mut Vec<(String, String)>) -> Result<(), Problem> {
    let wrong = |at: Span| {
        Problem::error("E383", "a record is pointed at by what its fields are")
            .at(at, "not of the form FIELD == VALUE")
            .help("write `where study == \"Jensen 2019\" and timepoint == \"posttest\"`")
    };
    match &condition.kind {
        ExprKind::Binary(BinaryOp::And, a, b) => {
            equalities(a, out)?;
            equalities(b, out)
        }
        ExprKind::Binary(BinaryOp::Eq, field, value) => {
            let ExprKind::Name(name) = &field.kind else { return Err(wrong(field.span)) };
            let text = match &value.kind {
                ExprKind::Text(text) => text.plain(),
                ExprKind::Name(word) => Some(word.clone()),
                ExprKind::Number(q) => Some(q.text.clone()),
                _ => None,
            };
            out.push((name.clone(), text.ok_or_else(|| wrong(value.span))?));
            Ok(())
        }
        _ => Err(wrong(condition.span)),
    }
}

/// `because "TEXT"`, if it stands here.
fn because(cursor: &mut Cursor) -> Result<Option<String>, Problem> {
    let Some(at) = cursor.take_word("because") else { return Ok(None) };
    match take_text(cursor) {
        Some(text) => Ok(Some(text)),
        None => text_of(cursor.peek(), "because", at).map(Some),
    }
}

/// A value as text.
fn plain(item: &Item) -> Option<String> {
    match &item.kind {
        ItemKind::Word(word) => Some(word.clone()),
        ItemKind::Text(text) => text.plain(),
        ItemKind::Quantity(q) => Some(format!("{}{}", q.text, q.unit.as_deref().unwrap_or(""))),
        _ => None,
    }
}
