//! `weald add`, `edit`, `remove`, `undo`, `adopt` and `log`.

use super::say;
use super::today::now;
use crate::cli::{CheckFormat, RecordArgs, Signed};
use crate::diagnostic::Problem;
use crate::language::suggest::count;
use crate::report::changes::log_text;
use crate::store::edit::{AtField, Kind, Which, add, edit, kind, remove};
use crate::store::{Author, Disk, Entry, Keeper, Saved, change_lines, read_log};
use std::path::Path;

/// What is done to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// A new one.
    Add,
    /// Other values.
    Edit,
    /// None any more.
    Remove,
}

/// `weald add|edit|remove STORE KIND [WHICH] FIELD=VALUE...`
pub fn record(deed: Deed, path: &Path, given: &RecordArgs, signed: &Signed) -> u8 {
    match request(deed, given) {
        Ok(request) => finish(path, keep(path, signed, |keeper| change(keeper, deed, &request, signed))),
        Err(problem) => {
            say::problem(problem);
            2
        }
    }
}

/// What the command line asks for.
struct Request {
    kind: &'static Kind,
    name: Option<String>,
    which: Which,
    fields: Vec<(String, String)>,
}

/// Reads kind, name and fields off the words of the command line.
fn request(deed: Deed, given: &RecordArgs) -> Result<Request, Problem> {
    let kind = kind(&given.kind)?;
    let (mut name, mut fields) = (None, Vec::new());
    for (at, word) in given.words.iter().enumerate() {
        match word.split_once('=') {
            Some((field, text)) if !field.trim().is_empty() => fields.push((field.to_owned(), text.to_owned())),
            None if at == 0 => name = Some(word.clone()),
            _ => {
                let problem = Problem::error("E384", format!("`{word}` is no field"));
                return Err(problem.help("fields are written `NAME=VALUE`, after the name of what is meant; quote a value with blanks"));
            }
        }
    }
    let mut wanted = Vec::new();
    for word in &given.r#where {
        let Some((field, text)) = word.split_once('=') else {
            return Err(Problem::error("E384", format!("`--where {word}` lacks its value")).help("write `--where NAME=VALUE`"));
        };
        wanted.push((field.trim().to_owned(), text.trim().to_owned()));
    }
    let which = match (&name, wanted.is_empty()) {
        (_, false) if deed == Deed::Add || name.is_some() => {
            return Err(
                Problem::error("E383", "`--where` says what a name says already, or what is not there yet").help("leave one of them out")
            );
        }
        (_, false) => Which::Where(wanted),
        (Some(name), true) => Which::Name(name.clone()),
        (None, true) => Which::Unsaid,
    };
    if deed == Deed::Remove && !fields.is_empty() {
        return Err(Problem::error("E384", "`weald remove` takes no fields").help("point at the record by `--where NAME=VALUE`"));
    }
    Ok(Request { kind, name, which, fields })
}

/// Makes the change in a store that is held.
fn change(keeper: Keeper, deed: Deed, request: &Request, signed: &Signed) -> Result<Saved, Vec<Problem>> {
    let fields: Vec<(&str, &str)> = request.fields.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let plain = |problems: Vec<AtField>| problems.into_iter().map(|(_, problem)| problem).collect::<Vec<_>>();
    let action = match deed {
        Deed::Add => "add",
        Deed::Edit => "edit",
        Deed::Remove => "remove",
    };
    keeper.save(action, signed.because.as_deref(), |store| {
        match deed {
            Deed::Add => add(store, request.kind, request.name.as_deref(), &fields),
            Deed::Edit => edit(store, request.kind, &request.which, &fields),
            Deed::Remove => remove(store, request.kind, &request.which),
        }
        .map_err(plain)?;
        Ok(())
    })
}

/// `weald undo STORE`
pub fn undo(path: &Path, signed: &Signed) -> u8 {
    finish(path, keep(path, signed, |keeper| keeper.undo(signed.because.as_deref())))
}

/// `weald adopt STORE --because TEXT`
pub fn adopt(path: &Path, signed: &Signed) -> u8 {
    finish(path, keep(path, signed, |keeper| keeper.adopt(signed.because.as_deref().unwrap_or_default())))
}

/// `weald log STORE`
pub fn log(path: &Path, format: CheckFormat) -> u8 {
    let disk = Disk::new(".", ".", true);
    let name = path.display().to_string();
    match read_log(&disk, &name) {
        Ok(entries) if format == CheckFormat::Json => {
            let json = serde_json::to_string_pretty(&entries).unwrap_or_default();
            say::out(&format!("{json}\n"));
            0
        }
        Ok(entries) if entries.is_empty() => {
            if !path.exists() {
                say::problem(
                    crate::store::open(&disk, &name).problems.into_iter().next().unwrap_or_else(|| Problem::error("E300", "no store")),
                );
                return 1;
            }
            say::out(&format!("{name}: nothing was changed through Weald yet\n"));
            0
        }
        Ok(entries) => {
            say::out(&log_text(&entries, change_lines, &say::style_out(None)));
            0
        }
        Err(problem) => {
            say::problem(problem);
            1
        }
    }
}

/// Who signs: `--by`, `WEALD_AUTHOR`, or the name of the account.
pub fn author(by: Option<&str>) -> Author {
    let named = || {
        ["WEALD_AUTHOR", "USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.trim().is_empty()))
    };
    Author { by: by.map(str::to_owned).or_else(named).or_else(account), at: Some(now()) }
}

/// The name of the account where the environment has none, as under cron or in a container.
fn account() -> Option<String> {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::MetadataExt;
        let uid = std::fs::metadata("/proc/self").ok()?.uid().to_string();
        let accounts = std::fs::read_to_string("/etc/passwd").ok()?;
        let own = accounts.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|parts| parts.get(2) == Some(&uid.as_str()))?;
        own.first().filter(|name| !name.is_empty()).map(|name| (*name).to_owned())
    }
    #[cfg(not(target_os = "linux"))]
    None
}

/// Opens a store for a change.
fn keep(path: &Path, signed: &Signed, work: impl FnOnce(Keeper) -> Result<Saved, Vec<Problem>>) -> Result<Saved, Vec<Problem>> {
    let disk = Disk::new(".", ".", true);
    let name = path.display().to_string();
    let keeper = Keeper::open(&disk, &name, author(signed.by.as_deref()))?;
    say::problems(&crate::session::in_data(&disk, keeper.problems.clone()));
    work(keeper)
}

/// Tells what came of it.
fn finish(path: &Path, done: Result<Saved, Vec<Problem>>) -> u8 {
    match done {
        Ok(saved) => {
            say::out(&told(&path.display().to_string(), &saved.entry));
            say::problems(&crate::session::in_data(&Disk::new(".", ".", true), saved.problems));
            0
        }
        Err(problems) => {
            let disk = Disk::new(".", ".", true);
            say::problems(&crate::session::in_data(&disk, problems));
            1
        }
    }
}

fn told(path: &str, entry: &Entry) -> String {
    let mut text = change_lines(entry);
    let what = match entry.undoes {
        Some(n) => format!("change {} takes back change {n}", entry.n),
        None => format!("change {} of {path}", entry.n),
    };
    let way_back =
        if entry.changes.is_empty() || entry.undoes.is_some() { String::new() } else { format!("; `weald undo {path}` takes it back") };
    let more = count(entry.changes.len().max(entry.adopted.len()), "record", "records");
    text.push_str(&format!("{what}, {more}{way_back}\n"));
    text
}
