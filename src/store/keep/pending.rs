//! A save as one file: once it is there, the save has happened.

use super::names::Names;
use crate::diagnostic::{Place, Problem};
use crate::digest::sha256;
use crate::store::files::{Author, Files, Held};
use serde::{Deserialize, Serialize};

/// Everything that a save writes, by name in the store's folder; a file without text goes.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(crate) files: Vec<(String, Option<String>)>,
}

impl Pending {
    /// A line with the digest of the rest, and the rest.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        // Texts in a list can't fail to serialise.
        let body = serde_json::to_string(self).unwrap_or_default();
        format!("{}\n{body}\n", sha256(body.as_bytes())).into_bytes()
    }

    /// Reads it, if its digest holds.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let (digest, body) = text.split_once('\n')?;
        let body = body.strip_suffix('\n')?;
        (sha256(body.as_bytes()) == digest).then(|| serde_json::from_str(body).ok()).flatten()
    }

    /// Writes what is to be written. Doing it twice does no harm.
    pub(crate) fn apply(&self, files: &dyn Files, names: &Names) -> Result<(), Problem> {
        for (name, text) in &self.files {
            let path = names.file(name);
            match text {
                Some(text) => files.replace(&path, text.as_bytes())?,
                None => files.remove(&path)?,
            }
        }
        files.remove(&names.pending())
    }

    /// The files as they will be.
    pub(crate) fn over<'a>(&'a self, files: &'a dyn Files, names: &'a Names) -> Over<'a> {
        Over { files, names, pending: self }
    }
}

/// Says that an unfinished save can't be read.
pub(crate) fn damaged(names: &Names) -> Problem {
    let file = names.pending();
    Problem::warning("W382", format!("a save was not finished, and `{file}` is damaged"))
        .help("the files are read as they stand; compare them with a copy, delete that file, and adopt them with `weald adopt`")
        .place(Place { file, ..Place::default() })
}

/// Files with those of an unfinished save over them.
pub(crate) struct Over<'a> {
    files: &'a dyn Files,
    names: &'a Names,
    pending: &'a Pending,
}

impl Over<'_> {
    fn find(&self, path: &str) -> Option<&Option<String>> {
        self.pending.files.iter().find(|(name, _)| self.names.file(name) == path).map(|(_, text)| text)
    }
}

impl Files for Over<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, Problem> {
        match self.find(path) {
            Some(Some(text)) => Ok(text.clone().into_bytes()),
            _ => self.files.read(path),
        }
    }

    fn exists(&self, path: &str) -> bool {
        self.find(path).map_or_else(|| self.files.exists(path), Option::is_some)
    }

    fn is_dir(&self, path: &str) -> bool {
        self.files.is_dir(path)
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        self.files.list(path)
    }

    fn peek(&self, path: &str) -> Option<Vec<u8>> {
        match self.find(path) {
            Some(text) => text.clone().map(String::into_bytes),
            None => self.files.peek(path),
        }
    }

    fn stored(&self, path: &str) -> Option<Vec<u8>> {
        self.files.stored(path)
    }

    fn may_write(&self, path: &str) -> Result<(), Problem> {
        self.files.may_write(path)
    }

    fn replace(&self, path: &str, bytes: &[u8]) -> Result<(), Problem> {
        self.files.replace(path, bytes)
    }

    fn remove(&self, path: &str) -> Result<(), Problem> {
        self.files.remove(path)
    }

    fn lock(&self, path: &str) -> Result<Held, Problem> {
        self.files.lock(path)
    }

    fn author(&self) -> Author {
        self.files.author()
    }
}
