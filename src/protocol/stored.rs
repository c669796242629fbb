//! What the files of a plan have in common: a format's number, a digest of their own content,
//! and that nothing unknown stands in them.

use super::canonical::{Domain, digest};
use crate::diagnostic::{Place, Problem};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A file with a format and a digest of its own.
pub trait Stored: Serialize + DeserializeOwned {
    /// `a lock`.
    const KIND: &'static str;
    /// The field that holds the format's number.
    const FORMAT_FIELD: &'static str;
    /// The newest format that is read.
    const NEWEST: u32;
    /// The field that holds the digest of all others.
    const DIGEST_FIELD: &'static str;
    /// What the digest is of.
    const DOMAIN: Domain;
}

/// The digest of a file's content, without the field that holds it.
pub fn own_digest<T: Stored>(file: &T) -> String {
    // Serialising into memory can't fail: keys are texts.
    own_digest_of::<T>(serde_json::to_value(file).unwrap_or_default())
}

fn own_digest_of<T: Stored>(mut value: Value) -> String {
    if let Value::Object(fields) = &mut value {
        fields.shift_remove(T::DIGEST_FIELD);
    }
    digest(T::DOMAIN, &value)
}

/// The text of a file, indented, with a final newline.
pub fn to_text<T: Stored>(file: &T) -> String {
    let mut text = serde_json::to_string_pretty(file).unwrap_or_default();
    text.push('\n');
    text
}

/// Reads a file. Its digest is taken of what stands in it, not of what this version would write:
/// so a file of an older version keeps its digest.
pub fn read<T: Stored>(file: &str, bytes: &[u8]) -> Result<T, Problem> {
    let at = |line: usize| Place { file: file.to_owned(), row: Some(line).filter(|l| *l > 0), column: None };
    let unreadable = |message: String| Problem::error("E550", format!("`{file}` can't be read as {}: {message}", T::KIND));
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let line = bytes[..e.valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
        unreadable("it is not UTF-8 text".to_owned()).place(at(line)).help("take it back from where it was archived")
    })?;
    let raw: Value = serde_json::from_str(text).map_err(|e| {
        unreadable(plain(&e))
            .place(at(e.line()))
            .help("the file is written by Weald and never edited: take it back from where it was archived")
    })?;
    match raw.get(T::FORMAT_FIELD).and_then(Value::as_u64) {
        None => {
            return Err(unreadable(format!("it has no `{}`", T::FORMAT_FIELD)).place(at(1)).help(format!("it is not {}", T::KIND)));
        }
        Some(n) if n > u64::from(T::NEWEST) => {
            let message = format!("`{file}` is of format {n}, and this version of Weald reads {} up to format {}", T::KIND, T::NEWEST);
            return Err(Problem::error("E551", message).place(at(1)).help("use the version of Weald that made it, or a later one"));
        }
        Some(_) => {}
    }
    let parsed: T = serde_json::from_str(text).map_err(|e| {
        unreadable(plain(&e))
            .place(at(e.line()))
            .help("the file is written by Weald and never edited: take it back from where it was archived")
    })?;
    let claimed = raw.get(T::DIGEST_FIELD).and_then(Value::as_str).unwrap_or_default().to_owned();
    let found = own_digest_of::<T>(raw);
    if claimed != found {
        let message = format!("`{file}` was changed since it was written: its content has another digest than its `{}`", T::DIGEST_FIELD);
        return Err(Problem::error("E552", message)
            .place(at(1))
            .help("take it back from where it was archived; nothing here repairs it")
            .details([format!("written {claimed}"), format!("found   {found}")]));
    }
    Ok(parsed)
}

/// What serde says, without its own words for places.
pub(super) fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split_once(" at line ").map_or(text.clone(), |(message, _)| message.to_owned())
}
