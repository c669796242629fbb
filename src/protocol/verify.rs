//! Whether a plan, its locks, its receipt and its journal still fit one another.
//!
//! Nothing is repaired. A change to one of them, the others left as they are, is found; who
//! deletes all of them or writes all of them anew is not, and the report says so.

mod beside;
mod locks;
mod text;

use super::journal::Journal;
use super::lock::{Lock, LockedSource};
use super::plan::Plan;
use super::receipt::Receipt;
use crate::diagnostic::{Problem, Severity};
use serde::Serialize;

/// What is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The plan file and what it includes.
    Plan,
    /// A lock.
    Lock,
    /// The chain of locks.
    Chain,
    /// The receipt of a registry.
    Receipt,
    /// The journal.
    Journal,
    /// A time stamp.
    Stamp,
}

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it was.
    Holds,
    /// It holds, and something is worth knowing.
    Warning,
    /// There is no lock, and no sign that there was one.
    NotLocked,
    /// It does not hold.
    Changed,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// What kind of thing.
    pub subject: Subject,
    /// The file.
    pub file: String,
    /// What was found, in words.
    pub words: String,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Verification {
    /// Each thing that was looked at.
    pub checks: Vec<Check>,
    /// The locks that could be read, in order.
    pub locks: Vec<Lock>,
    /// The receipt.
    pub receipt: Option<Receipt>,
    /// The journal.
    pub journal: Option<Journal>,
}

/// What stands around a plan: its files and its language, neither of which this layer knows.
pub struct Surroundings<'a> {
    /// The bytes of a file, by its path from the folder the plan's path is given from; none if there is no such file.
    pub read: &'a dyn Fn(&str) -> Option<Vec<u8>>,
    /// What sources mean, the plan first; or what is wrong with them, in a sentence.
    pub resolve: &'a mut dyn FnMut(&[LockedSource]) -> Result<Plan, String>,
    /// Certificates that time stamps may be traced to, as PEM or DER.
    pub authorities: Option<&'a [u8]>,
}

/// The code of a plan without a lock.
const NOT_LOCKED: &str = "E554";

/// What a verification shows, in sentences.
pub const PROVES: [&str; 3] = [
    "The plan, its locks, its receipt and its journal fit one another: none of them was changed alone since it was written.",
    "Results of a script that follows the plan are compared with what the locks hold.",
    "A time stamp that holds shows that the lock existed at the time it gives.",
];

/// What it does not show.
pub const DOES_NOT_PROVE: [&str; 4] = [
    "It does not show when the files were written: dates are those of the machine and of the people, unless a registry or a time stamp confirms them.",
    "It does not show that nobody had seen results, or that this was the only plan.",
    "Whoever can write the folder can delete all of these files, or write all of them anew, without a trace here.",
    "What was done outside Weald, or in a copy of the folder, is not in the journal.",
];

/// Verifies a plan and what lies beside it.
pub fn verify(plan: &str, around: &mut Surroundings) -> Verification {
    let mut found = Verification::default();
    let files = locks::check(plan, around, &mut found);
    if !files.is_empty() {
        text::check(plan, around, &mut found);
    }
    beside::journal(plan, around, &files, &mut found);
    beside::receipt(plan, around, &files, &mut found);
    beside::stamps(plan, around, &files, &mut found);
    found
}

/// A lock file as it lies there.
struct LockFile {
    path: String,
    sha256: String,
    lock: Option<Lock>,
}

impl Check {
    fn new(subject: Subject, file: impl Into<String>, words: impl Into<String>) -> Self {
        Check { subject, file: file.into(), words: words.into(), problems: Vec::new() }
    }

    fn with(mut self, problems: impl IntoIterator<Item = Problem>) -> Self {
        self.problems.extend(problems);
        self
    }

    /// How it stands.
    pub fn verdict(&self) -> Verdict {
        match self.problems.iter().map(|p| p.severity).max() {
            Some(Severity::Error) if self.problems.iter().all(|p| p.code == NOT_LOCKED) => Verdict::NotLocked,
            Some(Severity::Error) => Verdict::Changed,
            Some(_) => Verdict::Warning,
            None => Verdict::Holds,
        }
    }
}

impl Verification {
    /// Whether everything holds.
    pub fn holds(&self) -> bool {
        self.verdict() < Verdict::NotLocked
    }

    /// The gravest of all verdicts.
    pub fn verdict(&self) -> Verdict {
        self.checks.iter().map(Check::verdict).max().unwrap_or(Verdict::Holds)
    }

    /// What to paste into a registry.
    pub fn fingerprint(&self) -> Option<String> {
        self.locks.last().map(Lock::fingerprint)
    }
}

/// The folder a path lies in, with its final slash.
fn folder(path: &str) -> &str {
    path.rfind('/').map_or("", |at| &path[..=at])
}

/// The start of a digest, for people.
fn short(sha256: &str) -> &str {
    sha256.get(..12).unwrap_or(sha256)
}
