//! A store in somebody's hands: locked, read, changed, saved with an entry in its log.

use super::commit::{commit, finish};
use super::digests::{last_saved, lines_as_they_are, verify};
use super::log::{Entry, parse};
use super::names::Names;
use crate::diagnostic::{Problem, Severity};
use crate::store::change::{self, Change};
use crate::store::files::{Author, Files, Held};
use crate::store::model::Store;
use crate::store::open::{self, open};

/// A store that is being edited. Nobody else can edit it meanwhile.
pub struct Keeper<'a> {
    files: &'a dyn Files,
    names: Names,
    author: Author,
    store: Store,
    /// What is doubtful about it.
    pub problems: Vec<Problem>,
    changed_by_hand: Vec<Problem>,
    _held: Held,
}

/// What came of a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Saved {
    /// Its entry in the log.
    pub entry: Entry,
    /// The store after it.
    pub store: Store,
    /// What is doubtful about what is new in it.
    pub problems: Vec<Problem>,
}

impl<'a> Keeper<'a> {
    /// Locks a store and reads it. One with errors, or that is not as it was saved, is not
    /// edited; the latter can be [adopted](Self::adopt).
    pub fn open(files: &'a dyn Files, path: &str, author: Author) -> Result<Self, Vec<Problem>> {
        let names = Names::of(path, files.is_dir(path));
        if !files.exists(path) {
            return Err(open(files, path).problems);
        }
        if !names.folder && !matches!(open::extension(path).as_str(), "json" | "csv") {
            let problem = Problem::error("E301", format!("`{path}` is not edited in place"));
            return Err(vec![problem.help(format!("take it into a store first: `weald import {path} --to STORE`"))]);
        }
        let held = files.lock(&names.lock()).map_err(|p| vec![p])?;
        finish(files, &names).map_err(|p| vec![p])?;
        let changed_by_hand = verify(files, &names);
        let loaded = open(files, path);
        let problems: Vec<Problem> = loaded.problems.into_iter().filter(|p| !changed_by_hand.contains(p)).collect();
        match loaded.store {
            Some(store) => Ok(Keeper { files, names, author, store, problems, changed_by_hand, _held: held }),
            None => Err(problems),
        }
    }

    /// The store as it is.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What differs from the store as it was saved, as errors.
    fn as_saved(&self) -> Result<(), Vec<Problem>> {
        if self.changed_by_hand.is_empty() {
            return Ok(());
        }
        Err(self.changed_by_hand.iter().map(|p| Problem { severity: Severity::Error, code: "E381", ..p.clone() }).collect())
    }

    /// Saves the store as `change` makes it, as [`save`](Self::save) does; `source` says where
    /// what is new comes from.
    pub fn import(
        self,
        source: &str,
        because: Option<&str>,
        change: impl FnOnce(&mut Store) -> Result<(), Vec<Problem>>,
    ) -> Result<Saved, Vec<Problem>> {
        let entry = Entry { source: Some(source.to_owned()), ..self.entry("import", because) };
        self.changed(entry, change)
    }

    /// Saves the store as `change` makes it. What it refers to must be there afterwards.
    pub fn save(
        self,
        action: &str,
        because: Option<&str>,
        change: impl FnOnce(&mut Store) -> Result<(), Vec<Problem>>,
    ) -> Result<Saved, Vec<Problem>> {
        let entry = self.entry(action, because);
        self.changed(entry, change)
    }

    fn changed(self, entry: Entry, change: impl FnOnce(&mut Store) -> Result<(), Vec<Problem>>) -> Result<Saved, Vec<Problem>> {
        self.as_saved()?;
        let mut after = self.store.clone();
        change(&mut after)?;
        let before = self.store.clone();
        self.write(&before, after, entry)
    }

    /// Takes back the last change that was not taken back yet.
    pub fn undo(self, because: Option<&str>) -> Result<Saved, Vec<Problem>> {
        self.as_saved()?;
        let entries = self.change_log()?;
        let undone: Vec<u64> = entries.iter().filter_map(|e| e.undoes).collect();
        let nothing = |message: String, help: &str| Err(vec![Problem::error("E385", message).help(help)]);
        let open: Vec<&Entry> = entries.iter().rev().filter(|e| e.undoes.is_none() && !undone.contains(&e.n)).collect();
        // What was adopted without a copy of the store stays: nobody knows what stood there before.
        // The changes before it can be taken back all the same, if their records are as they left them.
        let Some(last) = open.iter().find(|e| !e.changes.is_empty()) else {
            return match open.first() {
                Some(last) => {
                    nothing(format!("change {} ({}) can't be undone", last.n, last.action), "what stood there before is not in the log")
                }
                None => nothing(
                    format!("`{}` has no change that could be undone", self.names.path),
                    "its change log is empty, or everything in it was undone",
                ),
            };
        };
        let mut after = self.store.clone();
        for one in last.changes.iter().rev() {
            let back = one.reversed();
            if let Err(message) = back.apply(&mut after) {
                return nothing(format!("change {} can't be undone: {message}", last.n), "the store was changed since, past its log");
            }
        }
        let entry = Entry { undoes: Some(last.n), ..self.entry("undo", because) };
        let before = self.store.clone();
        self.write(&before, after, entry)
    }

    /// Takes the files as they stand, with what was changed by hand.
    pub fn adopt(self, because: &str) -> Result<Saved, Vec<Problem>> {
        if self.changed_by_hand.is_empty() {
            let problem = Problem::error("E385", format!("`{}` is as it was saved: there is nothing to adopt", self.names.path));
            return Err(vec![problem.help("`weald adopt` takes what was changed by hand, past the commands of Weald")]);
        }
        let mut adopted: Vec<String> = self.changed_by_hand.iter().map(|p| p.message.clone()).collect();
        let log = self.change_log();
        let before = last_saved(self.files, &self.names, log.as_deref().unwrap_or_default());
        if before.is_none() {
            adopted.extend(lines_as_they_are(self.files, &self.names));
        }
        if log.is_err() {
            adopted.push(format!("the change log was damaged; what is left of it is kept as `{}.damaged`", self.names.change_log()));
        }
        let entry = Entry { adopted, ..self.entry("adopt", Some(because)) };
        let store = self.store.clone();
        let before = before.unwrap_or_else(|| store.clone());
        self.write(&before, store, entry)
    }

    fn entry(&self, action: &str, because: Option<&str>) -> Entry {
        let Author { by, at } = self.author.clone();
        Entry { action: action.to_owned(), because: because.map(str::to_owned), by, at, ..Entry::default() }
    }

    fn change_log(&self) -> Result<Vec<Entry>, Vec<Problem>> {
        read_log(self.files, &self.names.path).map_err(|p| vec![p])
    }

    fn write(self, before: &Store, mut after: Store, entry: Entry) -> Result<Saved, Vec<Problem>> {
        // A log that is broken is not added to.
        if !entry.adopted.is_empty() && self.change_log().is_err() {
            let log = self.names.change_log();
            if let Some(bytes) = self.files.stored(&log) {
                self.files.replace(&format!("{log}.damaged"), &bytes).and_then(|()| self.files.remove(&log)).map_err(|p| vec![p])?;
            }
        } else {
            self.change_log()?;
        }
        let mut wanted = Vec::new();
        if open::extension(&self.names.path) == "csv" {
            // A tidy CSV declares nothing but by its rows.
            wanted = change::between(before, &after);
            after.declare_anew();
        }
        after.restore_ids();
        after.settle();
        let broken: Vec<Problem> = after.validate_links().into_iter().filter(Problem::is_error).collect();
        if !broken.is_empty() {
            return Err(broken);
        }
        let changes: Vec<Change> = change::between(before, &after);
        if changes.is_empty() && !wanted.is_empty() {
            let problem = Problem::error("E328", "a CSV holds rows, and studies with their rows: there is no place for this");
            return Err(vec![problem.help(format!("take it into a store first: `weald import {} --to STORE`", self.names.path))]);
        }
        if changes.is_empty() && entry.adopted.is_empty() {
            let problem = Problem::error("E384", format!("`{}` says that already: nothing has changed", self.names.path));
            return Err(vec![problem.help("look at the value given")]);
        }
        let entry = Entry { changes, ..entry };
        let saved = commit(self.files, &after, &self.names, Some(entry)).map_err(|p| vec![p])?;
        let known = self.store.misfits();
        let problems = after.misfits().into_iter().filter(|p| !known.contains(p)).collect();
        Ok(Saved { entry: saved.unwrap_or_default(), store: after, problems })
    }
}

/// The change log of a store; empty if it has none.
pub fn read_log(files: &dyn Files, path: &str) -> Result<Vec<Entry>, Problem> {
    let names = Names::of(path, files.is_dir(path));
    let file = names.change_log();
    files.peek(&file).map_or(Ok(Vec::new()), |bytes| parse(&file, &bytes))
}
