//! What lies beside a plan and its locks: journal, receipt, time stamps.

use super::{Check, LockFile, Subject, Surroundings, Verification, folder, short};
use crate::diagnostic::{Place, Problem};
use crate::digest::sha256;
use crate::protocol::anchor;
use crate::protocol::journal::{Event, Journal};
use crate::protocol::lock::{journal_digest_path, journal_path, receipt_path};
use crate::protocol::receipt::Receipt;
use crate::protocol::stamp;
use std::collections::BTreeSet;

const ARCHIVED: &str = "take it back from where it was archived; nothing here repairs it";

/// The journal: whole, and of the same locks and receipt.
pub fn journal(plan: &str, around: &Surroundings, files: &[LockFile], found: &mut Verification) {
    let path = journal_path(plan);
    let Some(bytes) = (around.read)(&path) else {
        if !files.is_empty() {
            let problem = Problem::error("E557", format!("`{path}` is missing: locking a plan begins its journal")).help(ARCHIVED);
            found.checks.push(Check::new(Subject::Journal, path, "missing").with([problem]));
        }
        return;
    };
    let journal = match Journal::read(&path, &bytes) {
        Ok(journal) => journal,
        Err(problems) => {
            found.checks.push(Check::new(Subject::Journal, path, "there is a gap, or an entry was changed").with(problems));
            return;
        }
    };
    let changed = |entry: usize, message: String| {
        let place = Place { file: path.clone(), row: Some(entry + 1), column: None };
        Problem::error("E553", message).place(place).help(ARCHIVED)
    };
    let anchor = journal_digest_path(plan);
    let mut problems: Vec<Problem> =
        anchor::check(&path, &bytes, &journal, &anchor, (around.read)(&anchor).as_deref()).into_iter().collect();
    let mut written = BTreeSet::new();
    for entry in &journal.entries {
        let Event::Lock { file, file_sha256, .. } = &entry.event else { continue };
        let path = format!("{}{file}", folder(plan));
        match files.iter().find(|f| f.path == path) {
            None => problems.push(changed(entry.number, format!("the journal says that `{path}` was written, and it is not there"))),
            Some(lock) if lock.sha256 != *file_sha256 => problems.push(changed(
                entry.number,
                format!(
                    "`{path}` is not the file that the journal says was written: {}… then, {}… now",
                    short(file_sha256),
                    short(&lock.sha256)
                ),
            )),
            Some(lock) => {
                // The lock names the entry before its own: entries before it can't be written anew alone.
                if lock.lock.as_ref().is_some_and(|l| l.journal_head != entry.previous) {
                    problems.push(changed(entry.number, format!("the journal before `{path}` is not the one that the lock names")));
                }
                written.insert(path);
            }
        }
    }
    let known = |f: &&LockFile| !written.contains(&f.path) && !problems.iter().any(|p| p.message.contains(&f.path));
    let unknown: Vec<Problem> = files
        .iter()
        .filter(known)
        .map(|f| {
            changed(
                0,
                format!("the journal does not know `{}`: it was not written by `weald lock`, or the journal is an older copy", f.path),
            )
        })
        .collect();
    problems.extend(unknown);
    let words = match problems.len() {
        0 => format!("continuous, {} {}", journal.entries.len(), if journal.entries.len() == 1 { "entry" } else { "entries" }),
        _ => "does not fit what lies beside it".to_owned(),
    };
    found.checks.push(Check::new(Subject::Journal, &path, words).with(problems));
    found.journal = Some(journal);
}

/// The receipt: as it was written, and of these locks.
pub fn receipt(plan: &str, around: &Surroundings, files: &[LockFile], found: &mut Verification) {
    let path = receipt_path(plan);
    let entries = found.journal.as_ref().map_or(&[][..], |j| &j.entries);
    let registered = entries.iter().rev().find_map(|e| match &e.event {
        Event::Register { registry, id, file_sha256 } => Some((e, registry, id, file_sha256)),
        _ => None,
    });
    let Some(bytes) = (around.read)(&path) else {
        if let Some((_, registry, id, _)) = registered {
            let problem =
                Problem::error("E558", format!("`{path}` is missing, and the journal says that {registry} {id} was entered there"));
            found.checks.push(Check::new(Subject::Receipt, path, "missing").with([problem.help(ARCHIVED)]));
        }
        return;
    };
    let receipt = match Receipt::read(&path, &bytes) {
        Ok(receipt) => receipt,
        Err(problem) => {
            found.checks.push(Check::new(Subject::Receipt, path, "not as it was written").with([problem]));
            return;
        }
    };
    let mut problems = Vec::new();
    let other = |message: String| Problem::error("E558", message).help(ARCHIVED);
    match registered {
        Some((entry, _, _, digest)) if *digest != sha256(&bytes) => {
            problems.push(other(format!("`{path}` is not the file that entry {} of the journal says was written", entry.number)));
        }
        Some((entry, ..)) if entry.previous != receipt.journal_head => {
            problems.push(other(format!("the journal before entry {} is not the one that `{path}` names", entry.number)));
        }
        None if found.journal.is_some() => problems.push(other(format!("the journal does not know of `{path}`"))),
        _ => {}
    }
    let mut words = Vec::new();
    for registration in &receipt.registrations {
        let name = format!("{} {}", registration.registry, registration.id);
        match files.iter().find(|f| f.sha256 == registration.lock_file_sha256) {
            None => problems
                .push(other(format!("{name} was registered for a lock that is not there ({}…)", short(&registration.lock_file_sha256)))),
            Some(file) if file.lock.as_ref().is_some_and(|l| l.plan_sha256 != registration.plan_sha256) => {
                problems.push(other(format!("{name} was registered for another plan than `{}` holds", file.path)));
            }
            Some(file) => words.push(format!("{name} of {} is bound to `{}`", registration.date, file.path)),
        }
        if let Some(copy) = &registration.retrieved {
            match (around.read)(&format!("{}{}", folder(plan), copy.path)) {
                None => problems.push(
                    Problem::warning("W552", format!("the copy `{}` of what {name} shows is not there", copy.path))
                        .help("the receipt holds its digest, so that it can be put back"),
                ),
                Some(bytes) if sha256(&bytes) != copy.sha256 => {
                    problems.push(other(format!("the copy `{}` of what {name} shows was changed", copy.path)));
                }
                Some(_) => {}
            }
        }
    }
    let whole = problems.iter().all(|p| !p.is_error());
    let words = if whole { words.join("; ") } else { "does not fit the locks or the journal".to_owned() };
    found.checks.push(Check::new(Subject::Receipt, path, words).with(problems));
    found.receipt = Some(receipt);
}

/// Time stamps of locks: the answer beside the request.
pub fn stamps(plan: &str, around: &Surroundings, files: &[LockFile], found: &mut Verification) {
    let entries = found.journal.as_ref().map_or(&[][..], |j| &j.entries);
    let mut checks = Vec::new();
    for file in files {
        let (request, answer) = (stamp::request_path(&file.path), stamp::token_path(&file.path));
        let asked = entries.iter().rev().find_map(|e| match &e.event {
            Event::Stamp { file, file_sha256, nonce, .. } if format!("{}{file}", folder(plan)) == request => Some((file_sha256, nonce)),
            _ => None,
        });
        let bytes = (around.read)(&request);
        let nonce = asked.map(|(_, nonce)| nonce.clone()).or_else(|| stamp::asked(bytes.as_ref()?)?.nonce);
        if let (Some((digest, _)), Some(bytes)) = (asked, &bytes)
            && *digest != sha256(bytes)
        {
            let problem = Problem::error("E560", format!("`{request}` is not the file that the journal says was written")).help(ARCHIVED);
            checks.push(Check::new(Subject::Stamp, &request, "not as it was written").with([problem]));
        }
        let Some(token) = (around.read)(&answer) else {
            if bytes.is_some() {
                checks.push(Check::new(Subject::Stamp, &request, format!("asked for; the answer is saved as `{answer}`")));
            }
            continue;
        };
        checks.push(match stamp::check(&token, &file.sha256, nonce.as_deref(), around.authorities) {
            Err(why) => {
                let problem = Problem::error("E560", format!("the time stamp `{answer}` does not hold: {why}"))
                    .help(format!("`{}` is what has to be stamped; ask for a new stamp, or take the answer back", file.path));
                Check::new(Subject::Stamp, &answer, "does not hold").with([problem])
            }
            Ok(stamp) => {
                let words = format!("`{}` existed on {}, signed by {}", file.path, stamp.time, stamp.signer);
                match stamp.traced {
                    Some(authority) => Check::new(Subject::Stamp, &answer, format!("{words}, traced to {authority}")),
                    None => Check::new(Subject::Stamp, &answer, words).with([Problem::warning(
                        "W554",
                        format!("the signature of `{answer}` fits the certificate in it, and nothing here says whose that is"),
                    )
                    .help("give the authority's certificates with `--authorities FILE`; whether one was revoked is not asked here")]),
                }
            }
        });
    }
    found.checks.extend(checks);
}
