//! What a run has shown of a locked plan, entered into its journal: which planned results became visible, and which
//! rows of the data have changed since. A run that shows nothing new leaves the journal as it is.

use super::{evidence, say};
use crate::diagnostic::Problem;
use crate::eval::follow::{Names, Today, differences, results, seen};
use crate::protocol::Status;
use crate::protocol::journal::{Event, Journal, Seen, SeenRows};
use crate::protocol::lock::journal_path;
use crate::session::{Run, Session};
use std::collections::BTreeSet;
use std::path::Path;

/// Enters what is new. What keeps it from being written is a warning.
pub fn record(session: &Session, run: &Run, folder: &Path, command: &str) {
    if let Err(problem) = enter(session, run, folder, command) {
        let message = format!("the journal of the plan could not be written: {}", problem.message);
        let warning = Problem::warning("W556", message).help("the results are not touched by it");
        say::problem(warning);
    }
}

fn enter(session: &Session, run: &Run, folder: &Path, command: &str) -> Result<(), Problem> {
    let follow = &session.state().follow;
    let (Some(plan), Some(followed)) = (&follow.plan, &run.followed) else { return Ok(()) };
    // Only what is locked has a journal to be continued; a broken one is told of where the plan is followed.
    if plan.versions.all.is_empty() || plan.sealed.is_some() {
        return Ok(());
    }
    let path = if folder == Path::new(".") { plan.path.clone() } else { folder.join(&plan.path).display().to_string() };
    let file = journal_path(&path);
    let Some(journal) = evidence::read(&file).and_then(|bytes| Journal::read(&file, &bytes).ok()) else { return Ok(()) };
    let stands = |status| matches!(status, Status::PreSpecified | Status::Amended | Status::Clarified | Status::Deviation);
    let shown: BTreeSet<&str> = followed.account.labels.iter().filter(|l| stands(l.status)).filter_map(|l| l.plan.as_deref()).collect();
    let shown_before = journal.seen();
    let analyses: Vec<String> = shown.into_iter().filter(|id| !shown_before.contains_key(id)).map(str::to_owned).collect();
    let store = &session.state().store;
    let names = Names { of_plan: Some(&follow.renamed), ..Names::default() };
    let (store_sha256, now) = (store.sha256(), results(store, &names));
    let first = journal.first_results().is_none();
    if !first && journal.store() != Some(store_sha256.as_str()) {
        let before = journal.rows();
        let says = |today: &Today| Seen::Says(today.says.clone());
        let is_new = |key: &str| !before.contains_key(key);
        let differs =
            |key: &str, today: &Today| before.get(key).is_some_and(|s| differences(s, today, store).is_none_or(|d| !d.is_empty()));
        let added = now.iter().filter(|(key, _)| is_new(key)).map(|(key, today)| (key.clone(), says(today))).collect();
        let changed = now.iter().filter(|(key, today)| differs(key, today)).map(|(key, today)| (key.clone(), says(today))).collect();
        let removed = before.keys().filter(|key| !now.contains_key(**key)).map(|key| (*key).to_owned()).collect();
        evidence::record(&path, command, Event::Data { store_sha256: store_sha256.clone(), added, changed, removed })?;
    }
    if !analyses.is_empty() {
        let rows = if first { seen(&now) } else { SeenRows::new() };
        evidence::record(&path, command, Event::Results { store_sha256, analyses, rows })?;
    }
    Ok(())
}
