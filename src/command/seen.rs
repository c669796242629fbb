//! What a run of a locked plan has shown goes into the plan's journal: which analyses, on which data.

use super::evidence;
use crate::diagnostic::Problem;
use crate::eval::follow::digests;
use crate::protocol::journal::{Event, Journal};
use crate::protocol::lock::journal_path;
use crate::session::{Run, Session};
use indexmap::IndexMap;
use std::path::Path;

/// Adds to the journal what has not been seen before, or has changed. A plan without a journal gets none here.
pub fn record(session: &Session, run: &Run, folder: &Path) -> Result<(), Problem> {
    let Some(followed) = run.followed.as_ref().filter(|f| f.report.fingerprint.is_some()) else { return Ok(()) };
    let plan = folder.join(&followed.report.path).display().to_string();
    let path = journal_path(&plan);
    let Some(bytes) = evidence::read(&path) else { return Ok(()) };
    // A journal that does not hold is never written to.
    let Ok(journal) = Journal::read(&path, &bytes) else { return Ok(()) };
    let store = &session.state().store;
    let now = digests(store);
    let known = journal.rows();
    let seen = journal.seen();
    let shown = followed.report.planned.iter().filter(|p| p.line.is_some() && !seen.contains_key(p.id.as_str()));
    let analyses: Vec<String> = shown.map(|p| p.id.clone()).collect();
    let pick = |keep: &dyn Fn(&str, &str) -> bool| -> IndexMap<String, String> {
        now.iter().filter(|(k, d)| keep(k, d)).map(|(k, d)| (k.clone(), d.clone())).collect()
    };
    if !known.is_empty() {
        let added = pick(&|k, _| !known.contains_key(k));
        let changed = pick(&|k, d| known.get(k).is_some_and(|before| *before != d));
        let removed: Vec<String> = known.keys().filter(|k| !now.contains_key(**k)).map(|k| (*k).to_owned()).collect();
        if !(added.is_empty() && changed.is_empty() && removed.is_empty()) {
            let event = Event::Data { store_sha256: store.sha256(), added, changed, removed };
            evidence::record(&plan, "weald run", event)?;
        }
    }
    if !analyses.is_empty() {
        let rows = if known.is_empty() { now } else { IndexMap::new() };
        evidence::record(&plan, "weald run", Event::Results { store_sha256: store.sha256(), analyses, rows })?;
    }
    Ok(())
}
