//! `weald import`.

use super::say;
use crate::diagnostic::Problem;
use crate::language::suggest::count;
use crate::store::{Disk, Files, ReadAs, Store, open, open_as, save};
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
pub fn file(path: &Path, to: &Path, how: &ReadAs, existing: To) -> u8 {
    let disk = Disk::new(".", ".", true);
    let loaded = open_as(&disk, &path.display().to_string(), how);
    say::problems(&crate::session::in_data(&disk, loaded.problems));
    let Some(store) = loaded.store else { return 1 };
    let target = to.display().to_string();
    let store = match joined(store, &target, existing) {
        Ok(store) => store,
        Err(problems) => {
            problems.into_iter().for_each(say::problem);
            return 1;
        }
    };
    if let Err(problem) = save(&disk, &store, &target) {
        say::problem(problem);
        return 1;
    }
    say::out(&format!("{target}: {}\n", held(&store)));
    0
}

/// The store with what is there already.
fn joined(new: Store, target: &str, existing: To) -> Result<Store, Vec<Problem>> {
    // It is read by other means than what is imported: only that must not be overwritten.
    let disk = Disk::new(".", ".", true);
    if existing == To::Replace || !disk.exists(target) || disk.list(target).is_some_and(|names| names.is_empty()) {
        return Ok(new);
    }
    if existing == To::New && !new.rows.is_empty() {
        let problem = Problem::error("E327", format!("`{target}` exists"));
        return Err(vec![problem.help("`--add` adds to it, `--replace` writes it anew; or name another")]);
    }
    let loaded = open(&disk, target);
    let Some(mut store) = loaded.store else { return Err(loaded.problems) };
    let twice = store.rows.iter().filter(|row| new.rows.contains(row)).count();
    if twice > 0 {
        let what = count(twice, "row is", "rows are");
        let problem = Problem::error("E329", format!("{what} in `{target}` already"));
        return Err(vec![problem.help("the file may have been imported before; `--replace` writes the store anew")]);
    }
    let conflicts = store.merge(new);
    if conflicts.is_empty() { Ok(store) } else { Err(conflicts) }
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
