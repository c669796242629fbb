//! The lock file: what a plan meant when it was locked, and what was known then.
//!
//! One file for each lock, never rewritten. It embeds the text of every source, so that the
//! plan can be run as it was locked whatever became of the file since.

use super::canonical::{Domain, digest, fingerprint};
use super::deviation::ReasonCode;
use super::plan::{Plan, meaning, meaning_of};
use super::stored::{self, Stored};
use crate::diagnostic::Problem;
use crate::digest::sha256;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The format that is written, and the newest that is read.
pub const LOCK_FORMAT: u32 = 1;

/// The version of the numerics: it changes where a result may change in a printed digit.
pub const NUMERICS: &str = "2026.1";

/// A lock file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// The version of this format.
    pub lock_format: u32,
    /// What made it.
    pub tool: Tool,
    /// The edition of the language the plan is written in.
    pub edition: u32,
    /// The conventions of the plan; none for the edition's own.
    pub conventions: Option<Conventions>,
    /// The plan file first, then what it includes, each with its text.
    pub sources: Vec<LockedSource>,
    /// The digest of the plan's meaning: comments, layout, spelling of numbers and order of independent statements do not enter.
    pub plan_sha256: String,
    /// The digest of each analysis's meaning.
    pub analyses: IndexMap<String, String>,
    /// The plan, every default filled in with its origin.
    pub plan: Plan,
    /// What the data held when the plan was locked.
    pub store_at_lock: StoreAtLock,
    /// What the people who locked it declare.
    pub declared: Declared,
    /// Whether it was locked although it can't run as it stands.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
    /// Whether planned estimates were hidden before it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sealed: bool,
    /// Whether `weald lock --seal` asked that they stay hidden after it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sealed_after: bool,
    /// The digest of the last entry of the journal before this lock; none if the journal began with it.
    pub journal_head: Option<String>,
    /// The SHA-256 of the bytes of the lock before.
    pub previous_lock: Option<String>,
    /// What is amended, and why; none for the first.
    pub amendment: Option<Amendment>,
    /// The digest of all the above, [`Lock::with_digests`] makes it.
    pub lock_sha256: String,
}

/// What made a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// `weald`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The version of its numerics: changes where a result may change in a printed digit.
    pub numerics: String,
}

impl Tool {
    /// This version of Weald.
    pub fn this() -> Self {
        Tool { name: "weald".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned(), numerics: NUMERICS.to_owned() }
    }
}

/// A named set of defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conventions {
    /// `metafor`, `revman5`.
    pub name: String,
    /// The version of the program they follow.
    pub version: String,
}

/// A source as it was locked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedSource {
    /// The path, relative to the lock.
    pub path: String,
    /// Its length.
    pub bytes: usize,
    /// The SHA-256 of its bytes.
    pub sha256: String,
    /// Its text.
    pub text: String,
}

/// What the data held.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreAtLock {
    /// The digest of the store; none if there was no store.
    pub snapshot_sha256: Option<String>,
    /// Studies.
    pub studies: usize,
    /// Reports.
    pub reports: usize,
    /// Result rows of each outcome.
    pub result_rows: BTreeMap<String, usize>,
}

/// What people declare.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// The stage of the review: `search`, `extraction`, …
    pub stage: Option<String>,
    /// What of the results was known: `none`, `some`, `all`.
    pub results_seen: Option<String>,
    /// By whom.
    pub by: Vec<String>,
    /// The date they give.
    pub on: Option<String>,
    /// What the plan was reconstructed from, after its results were known; none for a plan of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconstructed: Option<String>,
}

/// A change of the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amendment {
    /// `A1`.
    pub id: String,
    /// The date it gives.
    pub date: String,
    /// The reason's code.
    pub reason_code: ReasonCode,
    /// The reason.
    pub reason: String,
    /// Whether results had been seen.
    pub after_data: bool,
}

impl LockedSource {
    /// A source with its digest.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        LockedSource { path: path.into(), bytes: text.len(), sha256: sha256(text.as_bytes()), text }
    }
}

/// What stands on every page of a plan that was reconstructed.
pub fn reconstructed(from: &str) -> String {
    format!("reconstructed from {from}: results known, registry record not seen")
}

impl Lock {
    /// Fills in the digests: of the plan, of each analysis and of the lock itself.
    #[must_use]
    pub fn with_digests(mut self) -> Self {
        self.plan_sha256 = digest(Domain::Plan, &meaning(&self.plan));
        self.analyses = self.plan.analyses.iter().map(|a| (a.id.clone(), digest(Domain::Analysis, &meaning_of(a)))).collect();
        self.lock_sha256 = stored::own_digest(&self);
        self
    }

    /// The file's text.
    pub fn to_text(&self) -> String {
        stored::to_text(self)
    }

    /// Reads a lock; `file` is what messages call it.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, Problem> {
        stored::read(file, bytes)
    }

    /// What to paste into a registry.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.plan_sha256)
    }

    /// The plan file as it was locked.
    pub fn text(&self) -> &str {
        self.sources.first().map_or("", |s| &s.text)
    }
}

impl Stored for Lock {
    const KIND: &'static str = "a lock";
    const FORMAT_FIELD: &'static str = "lock_format";
    const NEWEST: u32 = LOCK_FORMAT;
    const DIGEST_FIELD: &'static str = "lock_sha256";
    const DOMAIN: Domain = Domain::Lock;
}

/// The name of a plan's `n`th lock: `imr.plan.lock.json`, then `imr.plan.lock.2.json`.
pub fn lock_path(plan: &str, n: usize) -> String {
    let stem = plan_stem(plan);
    if n <= 1 { format!("{stem}.lock.json") } else { format!("{stem}.lock.{n}.json") }
}

/// The name of its receipt.
pub fn receipt_path(plan: &str) -> String {
    format!("{}.receipt.json", plan_stem(plan))
}

/// The name of its journal.
pub fn journal_path(plan: &str) -> String {
    format!("{}.journal.jsonl", plan_stem(plan))
}

/// The name of the file that holds the digest of the journal, as `sha256sum` writes and checks it.
pub fn journal_digest_path(plan: &str) -> String {
    format!("{}.journal.sha256", plan_stem(plan))
}

/// `imr.plan.weald` without its ending.
pub fn plan_stem(plan: &str) -> &str {
    plan.strip_suffix(".weald").unwrap_or(plan)
}
