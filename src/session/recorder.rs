//! Files that a run reads and writes, kept for the archive that reproduces it.

use crate::diagnostic::Problem;
use crate::store::{Author, Files, Held};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Bytes by path.
pub type Kept = BTreeMap<String, Vec<u8>>;

/// Reads and writes through other files, and keeps what went through.
pub struct Recorder<'a> {
    files: &'a dyn Files,
    kept: &'a RefCell<(Kept, Kept)>,
}

impl<'a> Recorder<'a> {
    /// Over other files; what was read and what was written is kept in `kept`.
    pub fn new(files: &'a dyn Files, kept: &'a RefCell<(Kept, Kept)>) -> Self {
        Self { files, kept }
    }
}

impl Files for Recorder<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, Problem> {
        let bytes = self.files.read(path)?;
        self.kept.borrow_mut().0.insert(path.to_owned(), bytes.clone());
        Ok(bytes)
    }

    fn may_write(&self, path: &str) -> Result<(), Problem> {
        self.files.may_write(path)
    }

    fn replace(&self, path: &str, bytes: &[u8]) -> Result<(), Problem> {
        self.files.replace(path, bytes)?;
        self.kept.borrow_mut().1.insert(path.to_owned(), bytes.to_vec());
        Ok(())
    }

    fn remove(&self, path: &str) -> Result<(), Problem> {
        self.files.remove(path)?;
        self.kept.borrow_mut().1.remove(path);
        Ok(())
    }

    fn peek(&self, path: &str) -> Option<Vec<u8>> {
        self.files.peek(path)
    }

    fn stored(&self, path: &str) -> Option<Vec<u8>> {
        self.files.stored(path)
    }

    fn lock(&self, path: &str) -> Result<Held, Problem> {
        self.files.lock(path)
    }

    fn author(&self) -> Author {
        self.files.author()
    }

    fn exists(&self, path: &str) -> bool {
        self.files.exists(path)
    }

    fn is_dir(&self, path: &str) -> bool {
        self.files.is_dir(path)
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        self.files.list(path)
    }
}
