//! The files beside a plan, on disk: they are read as they lie there, written whole, and never repaired.

use crate::diagnostic::Problem;
use crate::protocol::Plan;
use crate::protocol::anchor;
use crate::protocol::journal::{Event, Journal, Said};
use crate::protocol::lock::{LockedSource, journal_digest_path, journal_path};
use crate::protocol::verify::{Subject, Surroundings, Verdict, Verification, verify};
use crate::session::Session;
use crate::source::Source;
use crate::store::{Disk, Files, Held, Memory};
use std::io::Write;
use std::path::Path;
use std::time::SystemTime;

/// The bytes of a file; none if there is none.
pub fn read(path: &str) -> Option<Vec<u8>> {
    std::fs::read(path).ok()
}

/// Verifies a plan and what lies beside it.
pub fn verified(plan: &str, authorities: Option<&[u8]>) -> Verification {
    let base = super::run::folder_of(Path::new(plan));
    let mut resolve = |sources: &[LockedSource]| resolved(sources, Disk::new(base.clone(), base.clone(), false));
    verify(plan, &mut Surroundings { read: &read, resolve: &mut resolve, authorities })
}

/// What sources mean: the first is the plan, the others what it includes. A file that is not among them is read from the disk.
fn resolved(sources: &[LockedSource], disk: Disk) -> Result<Plan, String> {
    let Some(first) = sources.first() else { return Err("there is no text".to_owned()) };
    let texts = sources.iter().fold(Memory::new(), |files, s| files.with(&s.path, s.text.as_bytes()));
    let mut session = Session::with_files(Layered { texts, disk });
    let read = session.read_plan(&Source::new(first.path.clone(), first.text.clone()));
    match read.problems.iter().find(|p| p.problem.is_error()) {
        Some(located) => Err(located.problem.message.clone()),
        None => Ok(read.plan),
    }
}

/// Texts in memory over files on disk.
struct Layered {
    texts: Memory,
    disk: Disk,
}

impl Layered {
    fn of(&self, path: &str) -> &dyn Files {
        if self.texts.exists(path) { &self.texts } else { &self.disk }
    }
}

impl Files for Layered {
    fn read(&self, path: &str) -> Result<Vec<u8>, Problem> {
        self.of(path).read(path)
    }
    fn may_write(&self, path: &str) -> Result<(), Problem> {
        Err(Problem::error("E327", format!("`{path}` can't be written: a plan writes nothing")).help("write it from a script"))
    }
    fn replace(&self, path: &str, _: &[u8]) -> Result<(), Problem> {
        self.may_write(path)
    }
    fn remove(&self, path: &str) -> Result<(), Problem> {
        self.may_write(path)
    }
    fn peek(&self, path: &str) -> Option<Vec<u8>> {
        self.of(path).peek(path)
    }
    fn stored(&self, path: &str) -> Option<Vec<u8>> {
        self.of(path).stored(path)
    }
    fn lock(&self, path: &str) -> Result<Held, Problem> {
        self.may_write(path)?;
        self.disk.lock(path)
    }
    fn exists(&self, path: &str) -> bool {
        self.of(path).exists(path)
    }
    fn is_dir(&self, path: &str) -> bool {
        self.of(path).is_dir(path)
    }
    fn list(&self, path: &str) -> Option<Vec<String>> {
        self.disk.list(path)
    }
}

/// The first thing that keeps more from being written beside a plan: what was changed is not built upon.
/// A plan file that was changed since is no such thing.
pub fn unsound(found: &Verification) -> Option<Problem> {
    let of = |verdict| {
        let broken = found.checks.iter().filter(move |c| c.subject != Subject::Plan && c.verdict() == verdict);
        broken.flat_map(|c| &c.problems).find(|p| p.is_error()).cloned()
    };
    of(Verdict::Changed).or_else(|| of(Verdict::NotLocked))
}

/// Adds an entry to a plan's journal, and begins the journal if there is none. One program at a time: entries of two
/// would hang on the same one before.
pub fn record(plan: &str, command: &str, event: Event) -> Result<Journal, Problem> {
    let path = journal_path(plan);
    let _held = held(&path)?;
    let (beside, before) = (journal_digest_path(plan), read(&path));
    let mut journal = match &before {
        None => Journal::default(),
        Some(bytes) => {
            let gap = || Problem::error("E553", format!("`{path}` has a gap"));
            let journal = Journal::read(&path, bytes).map_err(|problems| problems.into_iter().next().unwrap_or_else(gap))?;
            if let Some(problem) = anchor::check(&path, bytes, &journal, &beside, read(&beside).as_deref()) {
                return Err(problem);
            }
            journal
        }
    };
    journal.add(said(command), event);
    let after = journal.to_text();
    let states: Vec<&[u8]> = before.as_deref().into_iter().chain([after.as_bytes()]).collect();
    write(&beside, anchor::text(&path, &states).as_bytes(), true)?;
    write(&path, after.as_bytes(), true)?;
    write(&beside, anchor::text(&path, &[after.as_bytes()]).as_bytes(), true)?;
    Ok(journal)
}

/// Waits a moment for another program that writes the journal.
fn held(journal: &str) -> Result<Held, Problem> {
    let disk = Disk::new(".", ".", true);
    for _ in 0..50 {
        match disk.lock(&format!("{journal}.lock")) {
            Err(problem) if problem.code == "E382" => std::thread::sleep(std::time::Duration::from_millis(20)),
            other => return other,
        }
    }
    disk.lock(&format!("{journal}.lock"))
}

/// Who does what, when, as the machine knows it.
fn said(command: &str) -> Said {
    let user = ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    Said {
        time: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
        user: user.unwrap_or_else(|| "unknown".to_owned()),
        tool: format!("weald {}", env!("CARGO_PKG_VERSION")),
        command: command.to_owned(),
    }
}

/// Writes a file whole or not at all; one that is there stays unless it is to be replaced.
pub fn write(path: &str, bytes: &[u8], replace: bool) -> Result<(), Problem> {
    let target = Path::new(path);
    let failed = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Problem::error("E327", format!("`{path}` is there already, and is never written over")).help("move it away if it is not needed")
        }
        _ => Problem::error("E327", format!("`{path}` can't be written: {e}")).help("check that you may write in this folder"),
    };
    let mut file = tempfile::Builder::new().prefix(".weald-").tempfile_in(super::run::folder_of(target)).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644)).map_err(failed)?;
    }
    let kept = if replace { file.persist(target) } else { file.persist_noclobber(target) };
    kept.map(|_| ()).map_err(|e| failed(e.error))
}
