//! The journal: what was done after a plan was locked, each entry bound to the one before.
//!
//! One JSON object a line. The first line holds the number of entries and the digest of the
//! last, so that entries cut off the end are missed too. It is evidence, not proof: whoever
//! can write the file can write all of it anew.

use super::canonical::{Domain, digest};
use super::stored::plain;
use crate::diagnostic::{Place, Problem};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The newest format. The first kept a digest of each row alone; from the third on the digest of the whole file lies
/// beside it, so that an end that was written anew with its digests is missed too.
pub const JOURNAL_FORMAT: u32 = 3;

/// What is kept of a result row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Seen {
    /// The digest of the row, in journals of the first format.
    Digest(String),
    /// What it said, by column: its keys, numbers and moderators, and what was known of its study.
    Says(BTreeMap<String, String>),
}

/// Result rows by their keys.
pub type SeenRows = IndexMap<String, Seen>;

/// A journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Journal {
    /// The format it was last written in.
    pub format: u32,
    /// Its entries, oldest first.
    pub entries: Vec<Entry>,
}

impl Default for Journal {
    fn default() -> Self {
        Journal { format: JOURNAL_FORMAT, entries: Vec::new() }
    }
}

/// The first line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    journal_format: u32,
    entries: usize,
    head: Option<String>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// 1 for the first.
    pub number: usize,
    /// When, UTC, as the clock of the machine said: `2024-05-01T09:30:00Z`.
    pub time: String,
    /// Who, as the machine calls them.
    pub user: String,
    /// The version of Weald.
    pub tool: String,
    /// The command.
    pub command: String,
    /// What happened.
    pub event: Event,
    /// The digest of the entry before; none for the first.
    pub previous: Option<String>,
    /// The digest of this entry.
    pub sha256: String,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// A lock was written.
    Lock {
        /// Its file.
        file: String,
        /// The SHA-256 of its bytes.
        file_sha256: String,
        /// The meaning of the plan.
        plan_sha256: String,
        /// The digest of the data at that time; none if there were none.
        store_sha256: Option<String>,
    },
    /// A registration was entered into the receipt.
    Register {
        /// The registry.
        registry: String,
        /// The number there.
        id: String,
        /// The SHA-256 of the receipt's bytes.
        file_sha256: String,
    },
    /// A time stamp was asked for.
    Stamp {
        /// The request's file.
        file: String,
        /// The SHA-256 of its bytes.
        file_sha256: String,
        /// The digest that is to be stamped.
        imprint: String,
        /// The number that the token has to repeat, in hexadecimal digits.
        nonce: String,
    },
    /// Results became visible that had not been.
    Results {
        /// The digest of the data.
        store_sha256: String,
        /// Which planned analyses became visible, by id.
        analyses: Vec<String>,
        /// The result rows of the data, where none was known before.
        rows: SeenRows,
    },
    /// The data differ from those of the last entry.
    Data {
        /// The digest of the data.
        store_sha256: String,
        /// Rows that are new.
        added: SeenRows,
        /// Rows that say something else than when they were last seen.
        changed: SeenRows,
        /// Rows that are gone.
        removed: Vec<String>,
    },
    /// Planned estimates are shown before the lock.
    Unseal {
        /// Why.
        reason: String,
        /// The digest of the data; none if there were none.
        store_sha256: Option<String>,
        /// Which planned analyses may be seen from now on; empty for all.
        analyses: Vec<String>,
    },
}

/// What an entry says beside its place in the chain.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// When.
    pub time: String,
    /// Who.
    pub user: String,
    /// The version of Weald.
    pub tool: String,
    /// The command.
    pub command: String,
}

impl Entry {
    fn digest(&self) -> String {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        if let Value::Object(fields) = &mut value {
            fields.shift_remove("sha256");
        }
        digest(Domain::Entry, &value)
    }
}

impl Journal {
    /// The digest of its last entry.
    pub fn head(&self) -> Option<&str> {
        self.entries.last().map(|e| e.sha256.as_str())
    }

    /// Adds an entry.
    pub fn add(&mut self, said: Said, event: Event) {
        let Said { time, user, tool, command } = said;
        let (number, previous) = (self.entries.len() + 1, self.head().map(str::to_owned));
        let mut entry = Entry { number, time, user, tool, command, event, previous, sha256: String::new() };
        entry.sha256 = entry.digest();
        self.entries.push(entry);
        self.format = JOURNAL_FORMAT;
    }

    /// The oldest format that holds its entries.
    fn oldest_format(&self) -> u32 {
        let says = |rows: &SeenRows| rows.values().any(|row| matches!(row, Seen::Says(_)));
        let needs_the_second = self.entries.iter().any(|e| match &e.event {
            Event::Results { rows, .. } => says(rows),
            Event::Data { added, changed, .. } => says(added) || says(changed),
            _ => false,
        });
        if needs_the_second { 2 } else { 1 }
    }

    /// Whether the digest of the whole file lies beside it.
    pub fn has_digest(&self) -> bool {
        self.format >= 3
    }

    /// The file's text.
    pub fn to_text(&self) -> String {
        let head = Head { journal_format: self.format, entries: self.entries.len(), head: self.head().map(str::to_owned) };
        // Serialising into memory can't fail: keys are texts.
        let line = |text: Result<String, _>| text.unwrap_or_default() + "\n";
        let entries = self.entries.iter().map(|e| line(serde_json::to_string(e)));
        std::iter::once(line(serde_json::to_string(&head))).chain(entries).collect()
    }

    /// Reads a journal and all that is wrong with it; `file` is what messages call it.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, Vec<Problem>> {
        let place = |line: usize| Place { file: file.to_owned(), row: Some(line), column: None };
        let archived = "take it back from where it was archived; nothing here repairs it";
        let unreadable = |line: usize, message: &str| {
            Problem::error("E550", format!("`{file}` can't be read as a journal: {message}")).place(place(line)).help(archived)
        };
        let changed =
            |line: usize, message: String| Problem::error("E553", format!("`{file}`: {message}")).place(place(line)).help(archived);
        let text = std::str::from_utf8(bytes).map_err(|_| vec![unreadable(1, "it is not UTF-8 text")])?;
        let mut lines = text.lines().enumerate();
        let head: Head = match lines.next() {
            None => return Err(vec![unreadable(1, "it is empty")]),
            Some((_, line)) => {
                let format = serde_json::from_str::<Value>(line).ok().and_then(|v| v.get("journal_format").and_then(Value::as_u64));
                if format.is_some_and(|n| n > u64::from(JOURNAL_FORMAT)) {
                    let message =
                        format!("`{file}` is of a later format, and this version of Weald reads journals up to format {JOURNAL_FORMAT}");
                    return Err(vec![
                        Problem::error("E551", message).place(place(1)).help("use the version of Weald that made it, or a later one"),
                    ]);
                }
                serde_json::from_str(line).map_err(|e| vec![unreadable(1, &plain(&e))])?
            }
        };
        let (mut problems, mut entries) = (Vec::new(), Vec::<Entry>::new());
        for (at, line) in lines {
            match serde_json::from_str::<Entry>(line) {
                Err(e) => problems.push(unreadable(at + 1, &plain(&e))),
                Ok(entry) => {
                    if entry.digest() != entry.sha256 {
                        problems.push(changed(at + 1, format!("entry {} was changed since it was written", entry.number)));
                    }
                    entries.push(entry);
                }
            }
        }
        if problems.is_empty() {
            for (at, entry) in entries.iter().enumerate() {
                let before = at.checked_sub(1).and_then(|i| entries.get(i)).map(|e| &e.sha256);
                if entry.number != at + 1 || entry.previous.as_ref() != before {
                    let message = format!("there is a gap before entry {}: it does not follow on the entry above it", entry.number);
                    problems.push(changed(at + 2, message));
                    break;
                }
            }
        }
        if problems.is_empty() && (head.entries != entries.len() || head.head.as_deref() != entries.last().map(|e| e.sha256.as_str())) {
            let message = match head.entries.saturating_sub(entries.len()) {
                0 => "its first line speaks of another last entry".to_owned(),
                1 => "the last entry is missing".to_owned(),
                n => format!("the last {n} entries are missing"),
            };
            problems.push(changed(1, message));
        }
        let journal = Journal { format: head.journal_format, entries };
        if problems.is_empty() && head.journal_format < journal.oldest_format() {
            problems.push(changed(1, format!("its first line says format {}, and its entries are of a later one", head.journal_format)));
        }
        if problems.is_empty() {
            // A blank or a line end more changes no digest of an entry, and no entry may be written anew because of it.
            let written = journal.to_text();
            if written != text {
                let same = written.split_inclusive('\n').zip(text.split_inclusive('\n')).take_while(|(a, b)| a == b).count();
                problems.push(changed(same + 1, "it says the same in other characters than were written".to_owned()));
            }
        }
        if problems.is_empty() { Ok(journal) } else { Err(problems) }
    }

    /// All rows as they were first seen: what was changed or taken out later among them.
    pub fn first_seen(&self) -> SeenRows {
        let mut out = SeenRows::new();
        for entry in &self.entries {
            let (Event::Results { rows: seen, .. } | Event::Data { added: seen, .. }) = &entry.event else { continue };
            for (key, row) in seen {
                out.entry(key.clone()).or_insert_with(|| row.clone());
            }
        }
        out
    }

    /// The keys of the rows that were not there when results were first seen.
    pub fn late(&self) -> BTreeSet<String> {
        let mut early = BTreeSet::new();
        let mut late = BTreeSet::new();
        for entry in &self.entries {
            match &entry.event {
                Event::Results { rows, .. } => early.extend(rows.keys()),
                Event::Data { added, .. } => late.extend(added.keys().filter(|key| !early.contains(key)).cloned()),
                _ => {}
            }
        }
        late
    }

    /// All rows as the journal last knew them.
    pub fn rows(&self) -> IndexMap<&str, &Seen> {
        let mut known = IndexMap::new();
        for entry in &self.entries {
            match &entry.event {
                Event::Results { rows, .. } => known.extend(rows.iter().map(|(k, row)| (k.as_str(), row))),
                Event::Data { added, changed, removed, .. } => {
                    known.extend(added.iter().chain(changed).map(|(k, row)| (k.as_str(), row)));
                    for key in removed {
                        known.shift_remove(key.as_str());
                    }
                }
                _ => {}
            }
        }
        known
    }

    /// The digest of the data as the journal last knew them.
    pub fn store(&self) -> Option<&str> {
        self.entries.iter().rev().find_map(|e| match &e.event {
            Event::Results { store_sha256, .. } | Event::Data { store_sha256, .. } => Some(store_sha256.as_str()),
            Event::Lock { store_sha256, .. } | Event::Unseal { store_sha256, .. } => store_sha256.as_deref(),
            _ => None,
        })
    }

    /// The planned analyses whose results have been seen, each with the entry that says so.
    pub fn seen(&self) -> IndexMap<&str, &Entry> {
        let mut seen = IndexMap::new();
        for entry in &self.entries {
            if let Event::Results { analyses, .. } = &entry.event {
                for id in analyses {
                    seen.entry(id.as_str()).or_insert(entry);
                }
            }
        }
        seen
    }

    /// The day on which results were first seen, where that stands before the entry of a lock; the first has number 0.
    pub fn results_before_lock(&self, at: usize) -> Option<&str> {
        let lock = self.entries.iter().enumerate().filter(|(_, e)| matches!(e.event, Event::Lock { .. })).nth(at)?.0;
        let first = self.entries.get(..lock)?.iter().find(|e| matches!(e.event, Event::Results { .. }))?;
        Some(first.time.get(..10).unwrap_or(&first.time))
    }

    /// When results were first seen.
    pub fn first_results(&self) -> Option<&Entry> {
        self.entries.iter().find(|e| matches!(&e.event, Event::Results { .. }))
    }
}
