//! Where bytes come from and go to: a disk, or memory in tests and browsers.

use crate::diagnostic::Problem;

/// What holds a lock while it lives.
pub type Held = Box<dyn std::any::Any>;

/// Who signs a change, and when.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Author {
    /// A name.
    pub by: Option<String>,
    /// The time, as `2026-05-31T12:00:00Z`.
    pub at: Option<String>,
}

/// Says that another program writes a store.
pub(crate) fn is_locked(path: &str) -> Problem {
    Problem::error("E382", format!("another program is writing `{path}`"))
        .help("wait until it is done, or end it; a lock whose program has ended is free by itself")
}

/// Reading and writing by the paths that users write.
pub trait Files {
    /// The bytes of a file. From then on nothing may overwrite it.
    fn read(&self, path: &str) -> Result<Vec<u8>, Problem>;
    /// Writes a whole file or nothing, with the folders it needs. A file that was read stays.
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), Problem> {
        self.may_write(path)?;
        self.replace(path, bytes)
    }
    /// Whether a file may be written: it lies where writing is allowed, and was not read.
    fn may_write(&self, path: &str) -> Result<(), Problem>;
    /// Writes a whole file or nothing, though it was read: a store that is edited is both.
    fn replace(&self, path: &str, bytes: &[u8]) -> Result<(), Problem>;
    /// Removes a file, if it is there.
    fn remove(&self, path: &str) -> Result<(), Problem>;
    /// The bytes of a file to be read, which may be overwritten all the same.
    fn peek(&self, path: &str) -> Option<Vec<u8>>;
    /// The bytes of a file where writing would put it.
    fn stored(&self, path: &str) -> Option<Vec<u8>>;
    /// Keeps other writers away until the result is dropped; fails if another is at work.
    fn lock(&self, path: &str) -> Result<Held, Problem>;
    /// Who writes, and when, for the change log.
    fn author(&self) -> Author {
        Author::default()
    }
    /// Whether there is a file or folder to read.
    fn exists(&self, path: &str) -> bool;
    /// Whether there is a folder to read.
    fn is_dir(&self, path: &str) -> bool;
    /// The names in a folder, sorted; `None` if it is none.
    fn list(&self, path: &str) -> Option<Vec<String>>;
}

/// A name within a folder.
pub fn join(folder: &str, name: &str) -> String {
    match folder.trim_end_matches(['/', '\\']) {
        "" if folder.is_empty() => name.to_owned(),
        trimmed => format!("{trimmed}/{name}"),
    }
}

/// The folder and the name of a path.
pub(crate) fn split(path: &str) -> (&str, &str) {
    match path.trim_end_matches('/').rsplit_once('/') {
        Some((folder, name)) => (folder, name),
        None => ("", path.trim_end_matches('/')),
    }
}

/// Says that there is no such file, and which may be meant.
pub(crate) fn not_found(files: &dyn Files, path: &str) -> Problem {
    let problem = Problem::error("E300", format!("there is no file or folder `{path}`"));
    let (folder, name) = split(path);
    let names = files.list(if folder.is_empty() { "." } else { folder }).unwrap_or_default();
    let stem = |n: &str| n.rsplit_once('.').map_or(n, |(stem, _)| stem).to_lowercase();
    let readable = |n: &&String| n.ends_with(".csv") || n.ends_with(".json") || n.ends_with(".tsv");
    let same = names.iter().filter(readable).find(|n| stem(n) == stem(name));
    let near = same.map(String::as_str).or_else(|| super::near_miss::nearest(name, names.iter().map(String::as_str)));
    match near {
        Some(near) if folder.is_empty() => problem.help(format!("did you mean `{near}`?")),
        Some(near) => problem.help(format!("did you mean `{folder}/{near}`?")),
        None if !folder.is_empty() && files.exists(name) => problem.help(format!("did you mean `{name}`?")),
        None => {
            problem.help("check the spelling and the folder: a path is read relative to the script, or to the current folder without one")
        }
    }
}

/// Says that a file that was read would be overwritten.
pub(crate) fn was_read(path: &str) -> Problem {
    Problem::error("E326", format!("`{path}` was read in this run, and is not overwritten")).help("write to a file of another name")
}

/// Says that a path leaves the output folder.
pub(crate) fn leaves(path: &str) -> Problem {
    Problem::error("E325", format!("`{path}` lies outside the output folder"))
        .help("write below it, name another folder with `--out DIR`, or allow any path with `--allow-write`")
}

/// Whether a path is relative and has no `..`.
pub(crate) fn stays_within(path: &str) -> bool {
    use std::path::{Component, Path};
    let drive = path.as_bytes().get(1) == Some(&b':');
    !drive && !path.contains('\\') && Path::new(path).components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir))
}
