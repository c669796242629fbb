//! Files on disk.

use super::files::{Files, leaves, not_found, stays_within, was_read};
use crate::diagnostic::{Place, Problem};
use std::collections::BTreeSet;
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
}

impl Disk {
    /// Reads relative to `base` and writes relative to `out`; absolute paths and `..` are
    /// written to only with `allow_write`.
    pub fn new(base: impl Into<PathBuf>, out: impl Into<PathBuf>, allow_write: bool) -> Self {
        let here = |folder: PathBuf| if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder };
        Disk { base: here(base.into()), out: here(out.into()), allow_write, read: Mutex::default() }
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
        let mut file = tempfile::Builder::new().prefix(".weald-").tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(target).map_or(0o644, |old| old.permissions().mode());
            file.as_file().set_permissions(std::fs::Permissions::from_mode(mode))?;
        }
        file.persist(target).map_err(|e| e.error)?;
        Ok(())
    }
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

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), Problem> {
        if !self.allow_write && !stays_within(path) {
            return Err(leaves(path));
        }
        let target = self.out.join(path);
        let failed = |e: std::io::Error| {
            Problem::error("E327", format!("`{path}` can't be written: {}", reason(&e)))
                .help("check the folder, or name another with `--out`")
        };
        if target.is_dir() || target.file_name().is_none() {
            return Err(Problem::error("E327", format!("`{path}` can't be written: it is a folder")).help("give a file name"));
        }
        if let Some(folder) = target.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(&self.out).map_err(failed)?;
            if !self.allow_write && !self.holds(folder) {
                return Err(leaves(path));
            }
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        if let Ok(real) = target.canonicalize()
            && self.read.lock().unwrap_or_else(PoisonError::into_inner).contains(&real)
        {
            return Err(was_read(path));
        }
        Self::replace(&target, bytes).map_err(failed)
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
