//! Locks: each as it was written, and each the successor of the one before.

use super::{Check, LockFile, Subject, Surroundings, Verification, short};
use crate::diagnostic::Problem;
use crate::digest::sha256;
use crate::protocol::canonical::{Domain, digest};
use crate::protocol::lock::{Lock, lock_path};
use crate::protocol::plan::{meaning, meaning_of};

/// How far beyond a missing lock a later one is looked for.
const BEYOND: usize = 8;

/// Checks all locks of a plan.
pub fn check(plan: &str, around: &Surroundings, found: &mut Verification) -> Vec<LockFile> {
    let mut files: Vec<LockFile> = Vec::new();
    let (mut missing, mut n) = (Vec::new(), 1);
    while missing.len() < BEYOND {
        let path = lock_path(plan, n);
        match (around.read)(&path) {
            Some(bytes) => {
                found.checks.extend(missing.drain(..).map(|path: String| gap(&path)));
                let file = one(path, bytes, files.last(), n, found);
                files.push(file);
            }
            None => missing.push(path),
        }
        n += 1;
    }
    if files.is_empty() {
        let path = lock_path(plan, 1);
        let problem = Problem::error(super::NOT_LOCKED, format!("`{plan}` is not locked: there is no `{path}`"))
            .help(format!("`weald lock {plan}` locks it; if it was locked, take its lock back from where it was archived"));
        found.checks.push(Check::new(Subject::Lock, path, "there is no lock").with([problem]));
    }
    files
}

fn gap(path: &str) -> Check {
    let problem =
        Problem::error("E555", format!("`{path}` is missing, and a later lock is there")).help("take it back from where it was archived");
    Check::new(Subject::Chain, path, "missing").with([problem])
}

fn one(path: String, bytes: Vec<u8>, before: Option<&LockFile>, n: usize, found: &mut Verification) -> LockFile {
    let digest = sha256(&bytes);
    let lock = match Lock::read(&path, &bytes) {
        Err(problem) => {
            found.checks.push(Check::new(Subject::Lock, &path, "not as it was written").with([problem]));
            None
        }
        Ok(lock) => {
            let problems = contradictions(&path, &lock);
            let by = format!("{} {}", lock.tool.name, lock.tool.version);
            let draft = if lock.draft { ", a draft" } else { "" };
            let words = match problems.len() {
                0 => format!("as {by} wrote it{draft}, plan {}", lock.fingerprint()),
                _ => "contradicts itself".into(),
            };
            found.checks.push(Check::new(Subject::Lock, &path, words).with(problems));
            found.locks.push(lock.clone());
            Some(lock)
        }
    };
    if let Some(lock) = &lock {
        let expected = before.map(|b| b.sha256.as_str());
        if lock.previous_lock.as_deref() != expected {
            let message = match (&lock.previous_lock, before) {
                (Some(said), Some(before)) => format!(
                    "`{path}` was made after another file than this `{}`: it names {}…, and the file is {}…",
                    before.path,
                    short(said),
                    short(&before.sha256)
                ),
                (Some(_), None) => format!("`{path}` names a lock before it, and none is there"),
                (None, _) => format!("`{path}` is lock {n}, and names no lock before it"),
            };
            let problem = Problem::error("E555", message).help("one of the two was replaced: take them back from where they were archived");
            found.checks.push(Check::new(Subject::Chain, &path, "does not follow on the lock before").with([problem]));
        } else if let Some(before) = before {
            found.checks.push(Check::new(Subject::Chain, &path, format!("follows on `{}`", before.path)));
        }
    }
    LockFile { path, sha256: digest, lock }
}

/// Where a lock that is whole does not fit itself.
fn contradictions(path: &str, lock: &Lock) -> Vec<Problem> {
    let problem = |what: String| {
        Problem::error("E552", format!("`{path}`: {what}")).help("take it back from where it was archived; nothing here repairs it")
    };
    let mut problems = Vec::new();
    if digest(Domain::Plan, &meaning(&lock.plan)) != lock.plan_sha256 {
        problems.push(problem("its plan has another digest than its `plan_sha256`".into()));
    }
    let same = lock.plan.analyses.len() == lock.analyses.len()
        && lock.plan.analyses.iter().all(|a| lock.analyses.get(&a.id) == Some(&digest(Domain::Analysis, &meaning_of(a))));
    if !same {
        problems.push(problem("an analysis has another digest than `analyses` says".into()));
    }
    for source in &lock.sources {
        if source.bytes != source.text.len() || sha256(source.text.as_bytes()) != source.sha256 {
            problems.push(problem(format!("the text of `{}` in it has another digest than it says", source.path)));
        }
    }
    if lock.sources.is_empty() {
        problems.push(problem("it holds no text of the plan".into()));
    }
    problems
}
