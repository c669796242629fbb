//! The change log: a line for every change, each naming the digest of the line before.

use crate::diagnostic::{Place, Problem};
use crate::digest::sha256;
use crate::store::change::Change;
use serde::{Deserialize, Serialize};

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its number, from 1.
    pub n: u64,
    /// When, as `2026-05-31T12:00:00Z`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Who.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What was done: `add`, `edit`, `remove`, `undo`, `adopt`, `settle`, `save`, `import`.
    pub action: String,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// The number of the entry that it takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<u64>,
    /// The file that was imported, with its SHA-256.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What changed, with its value before and after.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// What a hand edit changed, file by file; what stood there before is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adopted: Vec<String>,
    /// The digest of the store after it.
    pub store: String,
    /// The digest of the line before; empty in the first.
    pub prev: String,
}

impl Entry {
    /// The line of the log.
    pub(crate) fn line(&self) -> String {
        // Texts and values of JSON can't fail to serialise.
        format!("{}\n", serde_json::to_string(self).unwrap_or_default())
    }

    /// Gives it its number and its place in the chain after the text of a log.
    pub(crate) fn chained(mut self, log: &str) -> Self {
        let last = log.lines().next_back();
        self.n = log.lines().count() as u64 + 1;
        self.prev = last.map_or_else(String::new, |line| sha256(line.as_bytes()));
        self
    }
}

/// Reads a log, and holds every line to the digest of the one before.
pub(crate) fn parse(file: &str, bytes: &[u8]) -> Result<Vec<Entry>, Problem> {
    let wrong = |line: usize, message: String| {
        Problem::error("E386", message)
            .help("bring the log back from a copy; without it nothing can be undone, and the data stand as they are")
            .place(Place { file: file.to_owned(), row: Some(line), column: None })
    };
    let text = std::str::from_utf8(bytes).map_err(|_| wrong(1, format!("`{file}` is not UTF-8 text")))?;
    let mut entries: Vec<Entry> = Vec::new();
    let mut prev = String::new();
    for (at, line) in text.lines().enumerate() {
        let entry: Entry =
            serde_json::from_str(line).map_err(|_| wrong(at + 1, format!("line {} of `{file}` is no entry of a change log", at + 1)))?;
        if entry.prev != prev || entry.n != at as u64 + 1 {
            return Err(wrong(at + 1, format!("line {} of `{file}` does not follow the line before it", at + 1)));
        }
        prev = sha256(line.as_bytes());
        entries.push(entry);
    }
    Ok(entries)
}
