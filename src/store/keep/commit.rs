//! Writing a store: all its files, or none.

use super::digests::Digests;
use super::log::Entry;
use super::names::Names;
use super::pending::{Pending, damaged};
use crate::diagnostic::Problem;
use crate::store::change;
use crate::store::files::{Files, Held};
use crate::store::model::{SCHEMA, Store};
use crate::store::{dialect, folder, json, open};

/// The files of a store by name; without a text one goes. A CSV that is `edited` keeps its way of writing.
fn texts(files: &dyn Files, store: &Store, names: &Names, edited: bool) -> Result<Vec<(String, Option<String>)>, Problem> {
    if names.folder {
        return Ok(folder::texts(store, |name| files.stored(&names.file(name)).is_some()));
    }
    let name = names.parts().remove(0);
    match open::extension(&names.path).as_str() {
        "json" => Ok(vec![(name, Some(json::to_json(store)))]),
        "csv" => match open::beyond_rows(store) {
            lost if lost.is_empty() => {
                let old = files.stored(&names.file(&name)).filter(|_| edited);
                Ok(vec![(name, Some(dialect::to_csv_like(store, old.as_deref())))])
            }
            lost => Err(Problem::error("E328", format!("a CSV holds rows and studies only; this store also has {}", lost.join(", ")))
                .help("save it as .json or as a folder (a path without extension)")),
        },
        other => Err(Problem::error("E301", format!("a store is not saved as `.{other}`"))
            .help("save it as .json, .csv or a folder (a path without extension)")),
    }
}

/// Saves a store from a script or an import. It is guarded by digests if it is a folder, or
/// already was; it is logged if there is a log.
pub(crate) fn save(files: &dyn Files, store: &Store, path: &str) -> Result<(), Problem> {
    let names = Names::of(path, open::extension(path).is_empty());
    for name in names.parts() {
        files.may_write(&names.file(&name))?;
    }
    texts(files, store, &names, false)?;
    let _held = files.lock(&names.lock())?;
    finish(files, &names)?;
    let author = files.author();
    let entry = Entry { action: "save".to_owned(), at: author.at, by: author.by, ..Entry::default() };
    let logged = files.stored(&names.change_log()).is_some();
    let entry = logged.then(|| {
        let before = open::open(&AsStored { files, names: &names }, path).store.unwrap_or_default();
        Entry { changes: change::between(&before, store), ..entry }
    });
    commit(files, store, &names, entry).map(|_| ())
}

/// Saves a store that was imported to where there was none. A folder begins its change log with it.
pub(crate) fn first(files: &dyn Files, store: &Store, path: &str, entry: Entry) -> Result<(), Problem> {
    let names = Names::of(path, open::extension(path).is_empty());
    if !names.folder {
        return save(files, store, path);
    }
    let _held = files.lock(&names.lock())?;
    finish(files, &names)?;
    // What stood there goes, with its log.
    if files.stored(&names.change_log()).is_some() {
        files.remove(&names.change_log())?;
    }
    commit(files, store, &names, Some(entry)).map(|_| ())
}

/// The files of a store where writing would put them, read without marking them as read.
struct AsStored<'a> {
    files: &'a dyn Files,
    names: &'a Names,
}

impl Files for AsStored<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, Problem> {
        self.files.stored(path).ok_or_else(|| Problem::error("E300", format!("there is no file `{path}`")))
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
    fn peek(&self, path: &str) -> Option<Vec<u8>> {
        self.files.stored(path)
    }
    fn stored(&self, path: &str) -> Option<Vec<u8>> {
        self.files.stored(path)
    }
    fn lock(&self, path: &str) -> Result<Held, Problem> {
        self.files.lock(path)
    }
    fn exists(&self, path: &str) -> bool {
        self.is_dir(path) || self.files.stored(path).is_some()
    }
    fn is_dir(&self, path: &str) -> bool {
        self.names.folder && path == self.names.path
    }
    fn list(&self, _: &str) -> Option<Vec<String>> {
        None
    }
}

/// Ends what a save that was killed had begun. The caller holds the lock.
pub(crate) fn finish(files: &dyn Files, names: &Names) -> Result<(), Problem> {
    let Some(bytes) = files.stored(&names.pending()) else { return Ok(()) };
    match Pending::parse(&bytes) {
        Some(pending) => pending.apply(files, names),
        None => {
            let told = damaged(names);
            Err(Problem { severity: crate::diagnostic::Severity::Error, code: "E381", ..told })
        }
    }
}

/// Writes the store with its entry in the log. The caller holds the lock.
pub(crate) fn commit(files: &dyn Files, store: &Store, names: &Names, entry: Option<Entry>) -> Result<Option<Entry>, Problem> {
    let edited = entry.as_ref().is_some_and(|e| !matches!(e.action.as_str(), "save" | "import"));
    let mut writes = texts(files, store, names, edited)?;
    back_up(files, names)?;
    let guards = names.folder || entry.is_some() || files.stored(&names.digests()).is_some();
    let mut logged = None;
    if guards {
        let digest = store.sha256();
        let mut log = files.stored(&names.change_log()).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        if let Some(entry) = entry {
            let text = log.get_or_insert_default();
            let entry = Entry { store: digest.clone(), ..entry }.chained(text);
            text.push_str(&entry.line());
            logged = Some(entry);
        }
        writes.extend(log.map(|text| (names.log_name(), Some(text))));
        writes.push((names.saved_name(), Some(json::to_json_line(store))));
        let kept = writes.iter().filter_map(|(name, text)| Some((name.as_str(), text.as_deref()?.as_bytes())));
        let digests = Digests::of(digest, kept).text();
        writes.push((names.digests_name(), Some(digests)));
    }
    writes.retain(|(name, text)| files.stored(&names.file(name)).as_deref() != text.as_deref().map(str::as_bytes));
    let pending = Pending { files: writes };
    match pending.files.as_slice() {
        [] => {}
        // One file is whole or not at all by itself.
        [(name, Some(text))] => files.replace(&names.file(name), text.as_bytes())?,
        _ => {
            files.replace(&names.pending(), &pending.bytes())?;
            pending.apply(files, names)?;
        }
    }
    Ok(logged)
}

/// Keeps the files of a store of an earlier version, as `NAME.v1.bak`, before they are written anew.
fn back_up(files: &dyn Files, names: &Names) -> Result<(), Problem> {
    #[derive(serde::Deserialize)]
    struct Version {
        schema: u32,
    }
    let holds_it = if names.folder { names.file(folder::MANIFEST) } else { names.path.clone() };
    let version = files.stored(&holds_it).and_then(|bytes| serde_json::from_slice::<Version>(&bytes).ok());
    let Some(version) = version.map(|v| v.schema).filter(|v| *v < SCHEMA) else { return Ok(()) };
    for name in names.parts() {
        let backup = names.file(&format!("{name}.v{version}.bak"));
        if let Some(bytes) = files.stored(&names.file(&name)).filter(|_| files.stored(&backup).is_none()) {
            files.replace(&backup, &bytes)?;
        }
    }
    Ok(())
}
