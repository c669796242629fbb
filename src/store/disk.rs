//! Files on disk.

use super::files::{Author, Files, Held, is_locked, leaves, not_found, stays_within, was_read};
use crate::diagnostic::{Place, Problem};
use std::collections::BTreeSet;
use std::fs::TryLockError;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Reads relative to one folder, writes relative to another.
#[derive(Debug)]
pub struct Disk {
    base: PathBuf,
    out: PathBuf,
    allow_write: bool,
    read: Mutex<BTreeSet<PathBuf>>,
    author: Author,
}

impl Disk {
    /// Reads relative to `base` and writes relative to `out`; absolute paths and `..` are
    /// written to only with `allow_write`.
    pub fn new(base: impl Into<PathBuf>, out: impl Into<PathBuf>, allow_write: bool) -> Self {
        let here = |folder: PathBuf| if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder };
        Disk { base: here(base.into()), out: here(out.into()), allow_write, read: Mutex::default(), author: Author::default() }
    }

    /// Signs what is logged of its writing.
    #[must_use]
    pub fn signed(self, author: Author) -> Self {
        Disk { author, ..self }
    }

    /// Protects a file that was read by other means, such as the script itself.
    pub fn protect(&self, path: &Path) {
        if let Ok(real) = path.canonicalize() {
            self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(real);
        }
    }

    /// Where a path to be read lies.
    fn from(&self, path: &str) -> PathBuf {
        self.base.join(path)
    }

    /// Whether a folder, which may not exist yet, lies below the output folder once links are followed.
    fn holds(&self, folder: &Path) -> bool {
        let real = folder.ancestors().find_map(|known| known.canonicalize().ok());
        let out = self.out.canonicalize().ok();
        real.zip(out).is_some_and(|(real, out)| real.starts_with(out))
    }

    /// Writes beside the target and moves it into place.
    fn replace(target: &Path, bytes: &[u8]) -> std::io::Result<()> {
        let folder = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let mut file = tempfile::Builder::new().prefix(&format!("{TEMPORARY}{name}-")).tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(target).map_or(0o644, |old| old.permissions().mode());
            file.as_file().set_permissions(std::fs::Permissions::from_mode(mode))?;
        }
        file.persist(target).map_err(|e| e.error)?;
        // The new name itself must reach the disk, or a power cut could bring the old one back.
        #[cfg(unix)]
        std::fs::File::open(folder)?.sync_all()?;
        Ok(())
    }

    /// Where a path is written, if it may lie there.
    fn target(&self, path: &str) -> Result<PathBuf, Problem> {
        if !self.allow_write && !stays_within(path) {
            return Err(leaves(path));
        }
        let target = self.out.join(path);
        if target.is_dir() || target.file_name().is_none() {
            return Err(Problem::error("E327", format!("`{path}` can't be written: it is a folder")).help("give a file name"));
        }
        if let Some(folder) = target.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(&self.out).map_err(|e| unwritten(path, &e))?;
            if !self.allow_write && !self.holds(folder) {
                return Err(leaves(path));
            }
        }
        Ok(target)
    }
}

/// What the names of files begin with that are being written.
const TEMPORARY: &str = ".weald-";

/// Says that a file can't be written.
fn unwritten(path: &str, error: &std::io::Error) -> Problem {
    Problem::error("E327", format!("`{path}` can't be written: {}", reason(error))).help("check the folder, or name another with `--out`")
}

/// What the system says, in a few words.
fn reason(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::NotFound => "not found".to_owned(),
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => "a file stands where its folder should be".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        _ => error.to_string(),
    }
}

impl Files for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, Problem> {
        let real = self.from(path);
        if !real.exists() {
            return Err(not_found(self, path));
        }
        let bytes = std::fs::read(&real).map_err(|e| {
            let place = Place { file: path.to_owned(), ..Place::default() };
            Problem::error("E300", format!("`{path}` can't be read: {}", reason(&e)))
                .help("check that it is a file and that you may read it")
                .place(place)
        })?;
        self.protect(&real);
        Ok(bytes)
    }

    fn may_write(&self, path: &str) -> Result<(), Problem> {
        let target = self.target(path)?;
        match target.canonicalize() {
            Ok(real) if self.read.lock().unwrap_or_else(PoisonError::into_inner).contains(&real) => Err(was_read(path)),
            _ => Ok(()),
        }
    }

    fn replace(&self, path: &str, bytes: &[u8]) -> Result<(), Problem> {
        let target = self.target(path)?;
        if let Some(folder) = target.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|e| unwritten(path, &e))?;
        }
        Self::replace(&target, bytes).map_err(|e| unwritten(path, &e))
    }

    fn remove(&self, path: &str) -> Result<(), Problem> {
        match std::fs::remove_file(self.target(path)?) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(unwritten(path, &e)),
            _ => Ok(()),
        }
    }

    fn peek(&self, path: &str) -> Option<Vec<u8>> {
        std::fs::read(self.from(path)).ok()
    }

    fn stored(&self, path: &str) -> Option<Vec<u8>> {
        std::fs::read(self.out.join(path)).ok()
    }

    fn lock(&self, path: &str) -> Result<Held, Problem> {
        // Messages name the store.
        let store = path.strip_suffix("/.weald.lock").or(path.strip_suffix(".lock")).unwrap_or(path);
        let target = self.target(path)?;
        if let Some(folder) = target.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|e| unwritten(store, &e))?;
        }
        // The system frees the lock when the program ends, however it ends.
        let file = std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(&target).map_err(|e| unwritten(store, &e))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(is_locked(store)),
            Err(TryLockError::Error(e)) => return Err(unwritten(store, &e)),
        }
        // Another may have removed the file between opening and locking: then it locks another one.
        if !is_same(&file, &target) {
            return Err(is_locked(store));
        }
        left_over(&target);
        Ok(Box::new(Locked { target, _file: file }))
    }

    fn author(&self) -> Author {
        self.author.clone()
    }

    fn exists(&self, path: &str) -> bool {
        self.from(path).exists()
    }

    fn is_dir(&self, path: &str) -> bool {
        self.from(path).is_dir()
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        let entries = std::fs::read_dir(self.from(path)).ok()?;
        let mut names: Vec<String> = entries.filter_map(|e| e.ok()?.file_name().into_string().ok()).collect();
        names.sort();
        Some(names)
    }
}

/// A lock on disk: the file goes with it.
struct Locked {
    target: PathBuf,
    _file: std::fs::File,
}

impl Drop for Locked {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.target);
    }
}

/// Whether an open file is still the one of this name.
#[cfg(unix)]
fn is_same(file: &std::fs::File, target: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |m: std::fs::Metadata| (m.dev(), m.ino());
    file.metadata().map(id).ok() == std::fs::metadata(target).map(id).ok()
}

/// Elsewhere an open file can't be removed.
#[cfg(not(unix))]
fn is_same(_: &std::fs::File, target: &Path) -> bool {
    target.exists()
}

/// Removes what a killed program had begun to write for the store of this lock.
fn left_over(lock: &Path) {
    let (Some(folder), Some(name)) = (lock.parent(), lock.file_name().map(|n| n.to_string_lossy().into_owned())) else { return };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let of_file = name.strip_suffix(".lock").filter(|stem| *stem != ".weald").map(|stem| format!("{TEMPORARY}{stem}"));
    let whole = of_file.is_none();
    let begins = of_file.unwrap_or_else(|| TEMPORARY.to_owned());
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let ours = name.strip_prefix(&begins).is_some_and(|rest| whole || rest.starts_with(['-', '.']));
        if ours {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
