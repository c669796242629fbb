//! What stands beside a store, and where.

use crate::store::files::{join, split};

/// A store's path, and whether it is a folder.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    pub(crate) path: String,
    pub(crate) folder: bool,
}

impl Names {
    pub(crate) fn of(path: &str, folder: bool) -> Self {
        Names { path: path.to_owned(), folder }
    }

    /// The path of a file of the store.
    pub(crate) fn file(&self, name: &str) -> String {
        match self.path.rfind('/').filter(|_| !self.folder) {
            _ if self.folder => join(&self.path, name),
            Some(at) => format!("{}{name}", &self.path[..=at]),
            None => name.to_owned(),
        }
    }

    /// The name in the folder of something that is kept beside the data.
    fn own(&self, name: &str) -> String {
        if self.folder { name.to_owned() } else { format!("{}.{name}", split(&self.path).1) }
    }

    pub(crate) fn digests_name(&self) -> String {
        self.own("digests.json")
    }

    pub(crate) fn log_name(&self) -> String {
        self.own("changes.jsonl")
    }

    /// The store as it was last saved, to tell what a hand edit changed.
    pub(crate) fn saved_name(&self) -> String {
        self.own("saved.json")
    }

    pub(crate) fn digests(&self) -> String {
        self.file(&self.digests_name())
    }

    pub(crate) fn change_log(&self) -> String {
        self.file(&self.log_name())
    }

    /// What a save under way writes.
    pub(crate) fn pending(&self) -> String {
        self.file(&if self.folder { ".weald.pending".to_owned() } else { self.own("pending") })
    }

    /// The file that a writer locks.
    pub(crate) fn lock(&self) -> String {
        self.file(&if self.folder { ".weald.lock".to_owned() } else { self.own("lock") })
    }

    /// The data files that the store may have, by name.
    pub(crate) fn parts(&self) -> Vec<String> {
        if self.folder {
            crate::store::folder::PARTS.iter().map(|name| (*name).to_owned()).collect()
        } else {
            vec![split(&self.path).1.to_owned()]
        }
    }
}
