//! Files in memory, for tests and browsers.

use super::files::{Files, Held, is_locked, leaves, not_found, stays_within, was_read};
use crate::diagnostic::Problem;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Files by path, with the same rules as on disk.
#[derive(Debug, Default)]
pub struct Memory {
    files: Mutex<BTreeMap<String, Vec<u8>>>,
    read: Mutex<BTreeSet<String>>,
    locked: Arc<Mutex<BTreeSet<String>>>,
}

impl Memory {
    /// No files.
    pub fn new() -> Self {
        Memory::default()
    }

    /// With one more file.
    #[must_use]
    pub fn with(self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.all().insert(plain(path), bytes.into());
        self
    }

    /// The bytes of a file, without marking it as read.
    pub fn peek(&self, path: &str) -> Option<Vec<u8>> {
        self.all().get(&plain(path)).cloned()
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A path without `./` and a final `/`; the folder of all is empty.
fn plain(path: &str) -> String {
    path.split('/').filter(|part| !part.is_empty() && *part != ".").collect::<Vec<_>>().join("/")
}

impl Files for Memory {
    fn read(&self, path: &str) -> Result<Vec<u8>, Problem> {
        let bytes = self.peek(path).ok_or_else(|| not_found(self, path))?;
        self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(plain(path));
        Ok(bytes)
    }

    fn may_write(&self, path: &str) -> Result<(), Problem> {
        if !stays_within(path) {
            return Err(leaves(path));
        }
        if self.read.lock().unwrap_or_else(PoisonError::into_inner).contains(&plain(path)) {
            return Err(was_read(path));
        }
        Ok(())
    }

    fn replace(&self, path: &str, bytes: &[u8]) -> Result<(), Problem> {
        if !stays_within(path) {
            return Err(leaves(path));
        }
        if self.is_dir(path) {
            return Err(Problem::error("E327", format!("`{path}` can't be written: it is a folder")).help("give a file name"));
        }
        self.all().insert(plain(path), bytes.to_vec());
        Ok(())
    }

    fn remove(&self, path: &str) -> Result<(), Problem> {
        self.all().remove(&plain(path));
        Ok(())
    }

    fn peek(&self, path: &str) -> Option<Vec<u8>> {
        Memory::peek(self, path)
    }

    fn stored(&self, path: &str) -> Option<Vec<u8>> {
        Memory::peek(self, path)
    }

    fn lock(&self, path: &str) -> Result<Held, Problem> {
        let name = plain(path);
        if !self.locked.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone()) {
            return Err(is_locked(path));
        }
        Ok(Box::new(Locked { all: self.locked.clone(), name }))
    }

    fn exists(&self, path: &str) -> bool {
        self.peek(path).is_some() || self.is_dir(path)
    }

    fn is_dir(&self, path: &str) -> bool {
        self.list(path).is_some()
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        let folder = plain(path);
        let prefix = if folder.is_empty() { folder } else { format!("{folder}/") };
        let all = self.all();
        let inside = all.keys().filter_map(|name| name.strip_prefix(&prefix));
        let names: BTreeSet<String> = inside.filter_map(|rest| rest.split('/').next()).map(str::to_owned).collect();
        (!names.is_empty()).then(|| names.into_iter().collect())
    }
}

/// A lock in memory.
struct Locked {
    all: Arc<Mutex<BTreeSet<String>>>,
    name: String,
}

impl Drop for Locked {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.name);
    }
}
