//! `weald unseal`: planned estimates may be seen before the lock, and the journal says so.

use super::{evidence, say};
use crate::diagnostic::Problem;
use crate::protocol::journal::Event;
use std::path::Path;

/// `weald unseal PLAN --reason TEXT`
pub fn plan(path: &Path, reason: &str) -> u8 {
    let plan = path.display().to_string();
    let entered = if reason.trim().is_empty() {
        Err(Problem::error("E561", "unsealing lacks its reason").help("write `--reason \"…\"`"))
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
