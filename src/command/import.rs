//! `weald import`.

use super::change::author;
use super::say;
use crate::cli::Signed;
use crate::diagnostic::Problem;
use crate::language::suggest::count;
use crate::store::{Disk, Files, Keeper, ReadAs, Row, Store, open_as, save_imported, sha256};
use std::collections::HashSet;
use std::path::Path;

/// What becomes of a store that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// There is none yet; what has no rows of its own is added all the same.
    New,
    /// It is added to.
    Add,
    /// It is written anew.
    Replace,
}

/// `weald import FILE --to STORE`
pub fn file(path: &Path, to: &Path, how: &ReadAs, existing: To, signed: &Signed) -> u8 {
    let disk = Disk::new(".", ".", true);
    let name = path.display().to_string();
    let loaded = open_as(&disk, &name, how);
    say::problems(&crate::session::in_data(&disk, loaded.problems));
    let Some(store) = loaded.store else { return 1 };
    let source = match disk.peek(&name) {
        Some(bytes) => format!("{name}, SHA-256 {}", sha256(&bytes)),
        // A folder is known by the digest of what it says.
        None => format!("{name}, digest {}", store.sha256()),
    };
    match taken(store, &to.display().to_string(), existing, &source, signed) {
        Ok(store) => {
            say::out(&format!("{}: {}\n", to.display(), held(&store)));
            0
        }
        Err(problems) => {
            say::problems(&crate::session::in_data(&Disk::new(".", ".", true), problems));
            1
        }
    }
}

/// Takes what was read into the target; the store that came of it.
fn taken(new: Store, target: &str, existing: To, source: &str, signed: &Signed) -> Result<Store, Vec<Problem>> {
    // It is read by other means than what is imported: only that must not be overwritten.
    let disk = Disk::new(".", ".", true);
    let author = author(signed.by.as_deref());
    if !disk.exists(target) || disk.list(target).is_some_and(|names| names.is_empty()) {
        save_imported(&disk, &new, target, source, author).map_err(|p| vec![p])?;
        return Ok(new);
    }
    if existing == To::New && !new.rows.is_empty() {
        let problem = Problem::error("E327", format!("`{target}` exists"));
        return Err(vec![problem.help("`--add` adds to it, `--replace` writes it anew; or name another")]);
    }
    let because = signed.because.as_deref();
    let change = |store: &mut Store| {
        if existing == To::Replace {
            *store = new;
            return Ok(());
        }
        added(store, new, target)
    };
    Ok(Keeper::open(&disk, target, author)?.import(source, because, change)?.store)
}

/// Adds to a store what it does not hold yet.
fn added(store: &mut Store, new: Store, target: &str) -> Result<(), Vec<Problem>> {
    // By what they say: the file and line of a row differ.
    let there: HashSet<String> = store.rows.iter().map(Row::sha256).collect();
    let twice = [
        (new.rows.iter().filter(|row| there.contains(&row.sha256())).count(), "row is", "rows are"),
        (store.risk_of_bias.iter().filter(|j| new.risk_of_bias.contains(j)).count(), "judgement is", "judgements are"),
        (store.flow.iter().filter(|f| new.flow.contains(f)).count(), "count of the flow is", "counts of the flow are"),
    ];
    if let Some((n, one, many)) = twice.into_iter().find(|(n, _, _)| *n > 0) {
        let problem = Problem::error("E329", format!("{} in `{target}` already", count(n, one, many)));
        return Err(vec![problem.help("the file may have been imported before; `--replace` writes the store anew")]);
    }
    let empty = new.rows.iter().filter(|row| row.values.is_empty() && row.reported.is_none()).count();
    if empty == new.rows.len() && empty > 0 {
        let problem = Problem::error("E329", format!("{} to be added, and none holds a number", count(empty, "row is", "rows are")));
        return Err(vec![problem.help("the file may be something else: `--as robvis`, `prisma` or `metapsy` says how it is read")]);
    }
    let conflicts = store.merge(new);
    if conflicts.is_empty() { Ok(()) } else { Err(conflicts) }
}

/// What a store holds, in a line.
fn held(store: &Store) -> String {
    let mut parts = vec![format!("{} of {}", count(store.rows.len(), "row", "rows"), count(store.study_names().len(), "study", "studies"))];
    for (n, one, many) in [
        (store.reports.len(), "report", "reports"),
        (store.risk_of_bias.len(), "judgement", "judgements"),
        (store.flow.len(), "count of the flow", "counts of the flow"),
        (store.stored_analyses.len(), "stored analysis", "stored analyses"),
    ] {
        if n > 0 {
            parts.push(count(n, one, many));
        }
    }
    parts.join(", ")
}
