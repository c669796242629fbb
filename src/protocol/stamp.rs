//! Time stamps by RFC 3161: the request for one, and the check of the token that an authority
//! gives back. Nothing here goes to the network: the request is sent and the answer fetched by people.

mod request;
mod signature;
mod token;
mod trace;

pub use request::{asked, request};
pub use token::check;

/// The name of the request beside a lock: `imr.plan.lock.tsq`.
pub fn request_path(lock: &str) -> String {
    format!("{}.tsq", lock.strip_suffix(".json").unwrap_or(lock))
}

/// The name of the answer beside a lock: `imr.plan.lock.tsr`.
pub fn token_path(lock: &str) -> String {
    format!("{}.tsr", lock.strip_suffix(".json").unwrap_or(lock))
}

/// A time stamp that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// When, UTC: `2022-10-03T12:00:00Z`.
    pub time: String,
    /// Who signed, by the name in the certificate.
    pub signer: String,
    /// The authority the signer's certificate was traced to; none if none was given.
    pub traced: Option<String>,
    /// Whether the token repeats the request's number; none if no request was there to compare.
    pub repeats: Option<bool>,
}

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The digest to be stamped, in hexadecimal digits.
    pub imprint: String,
    /// The number that the token has to repeat, in hexadecimal digits.
    pub nonce: Option<String>,
}
