//! The receipt: where a plan was registered. It lies beside the plan and outside its digest,
//! as the registry's number exists only after the plan was sent in.

use super::canonical::Domain;
use super::stored::{self, Stored};
use crate::diagnostic::Problem;
use serde::{Deserialize, Serialize};

/// The format that is written, and the newest that is read.
pub const RECEIPT_FORMAT: u32 = 1;

/// The receipt file of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The version of this format.
    pub receipt_format: u32,
    /// One for each registration, in the order they were entered.
    pub registrations: Vec<Registration>,
    /// The digest of the journal's last entry when the receipt was written.
    pub journal_head: Option<String>,
    /// The digest of all the above.
    pub receipt_sha256: String,
}

/// One registration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// `inplasy`, `prospero`, `osf`, or another in lower case.
    pub registry: String,
    /// Its number there.
    pub id: String,
    /// The date of registration, as the registry gives it: `2022-10-03`.
    pub date: String,
    /// Where it can be read.
    pub url: Option<String>,
    /// The meaning of the plan that was registered.
    pub plan_sha256: String,
    /// The lock that was registered, by the SHA-256 of its bytes.
    pub lock_file_sha256: String,
    /// A copy of the registry's page, by name and the SHA-256 of its bytes.
    pub retrieved: Option<Retrieved>,
}

/// A copy of what a registry shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retrieved {
    /// The file's path, relative to the receipt.
    pub path: String,
    /// The SHA-256 of its bytes.
    pub sha256: String,
}

impl Receipt {
    /// A receipt with its digest.
    pub fn new(registrations: Vec<Registration>, journal_head: Option<String>) -> Self {
        let mut receipt = Receipt { receipt_format: RECEIPT_FORMAT, registrations, journal_head, receipt_sha256: String::new() };
        receipt.receipt_sha256 = stored::own_digest(&receipt);
        receipt
    }

    /// The file's text.
    pub fn to_text(&self) -> String {
        stored::to_text(self)
    }

    /// Reads a receipt; `file` is what messages call it.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, Problem> {
        stored::read(file, bytes)
    }
}

impl Stored for Receipt {
    const KIND: &'static str = "a receipt";
    const FORMAT_FIELD: &'static str = "receipt_format";
    const NEWEST: u32 = RECEIPT_FORMAT;
    const DIGEST_FIELD: &'static str = "receipt_sha256";
    const DOMAIN: Domain = Domain::Receipt;
}
