//! `weald unseal`: planned estimates may be seen before the lock, and the journal says so.

use super::{evidence, say};
use crate::diagnostic::Problem;
use crate::protocol::journal::Event;
use crate::session::Session;
use crate::source::Source;
use crate::store::Disk;
use std::path::Path;

/// Whether planned estimates are hidden now.
fn is_sealed(path: &Path) -> bool {
    let disk = Disk::new(".", ".", true);
    let Ok(source) = super::run::read_script(path) else { return false };
    let locks = evidence::verified(&source.name, None).locks;
    let source = locks.last().map_or(source.clone(), |l| Source::new(&*source.name, l.text()));
    let state = Session::with_files(Disk::new(super::run::folder_of(path), ".", false)).read_plan(&source).state;
    crate::eval::follow::sealed(&disk, &source.name, &state, &locks).is_some()
}

/// `weald unseal PLAN --reason TEXT`
pub fn plan(path: &Path, reason: &str) -> u8 {
    let plan = path.display().to_string();
    let entered = if reason.trim().is_empty() {
        Err(Problem::error("E561", "unsealing lacks its reason").help("write `--reason \"…\"`"))
    } else if path.is_file() && !is_sealed(path) {
        Err(Problem::error("E562", format!("planned estimates of `{plan}` are not sealed, so that there is nothing to unseal"))
            .help("a plan that says `seal` is sealed until its lock, a lock made with `--seal` until it is unsealed"))
    } else if path.is_file() {
        let event = Event::Unseal { reason: reason.to_owned(), store_sha256: None, analyses: Vec::new() };
        evidence::record(&plan, "weald unseal", event)
    } else {
        super::run::read_script(path).map(|_| crate::protocol::Journal::default())
    };
    match entered {
        Ok(journal) => {
            let path = crate::protocol::lock::journal_path(&plan);
            say::out(&format!("{path}: entry {}, planned estimates of `{plan}` are shown from now on\n", journal.entries.len()));
            0
        }
        Err(problem) => {
            say::problem(problem);
            1
        }
    }
}
