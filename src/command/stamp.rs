//! `weald stamp`: the request for a time stamp of a lock, to be sent by hand.

use super::{evidence, say};
use crate::diagnostic::Problem;
use crate::digest::sha256;
use crate::protocol::journal::Event;
use crate::protocol::lock::lock_path;
use crate::protocol::stamp::{asked, request, request_path, token_path};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::Path;

/// `weald stamp PLAN`
pub fn plan(path: &Path) -> u8 {
    match ask(&path.display().to_string()) {
        Ok(text) => {
            say::out(&text);
            0
        }
        Err(problem) => {
            say::problem(problem);
            1
        }
    }
}

fn ask(plan: &str) -> Result<String, Problem> {
    let found = evidence::verified(plan, None);
    if let Some(problem) = evidence::unsound(&found) {
        return Err(problem);
    }
    let lock = lock_path(plan, found.locks.len());
    let imprint = sha256(&super::run::read_bytes(Path::new(&lock), "the lock")?);
    // A number that no one can know beforehand: the answer has to repeat it.
    let nonce = RandomState::new().build_hasher().finish();
    let unusable = || Problem::error("E560", "the request can't be made").help("report this with the lock");
    let bytes = request(&imprint, nonce).ok_or_else(unusable)?;
    let nonce = asked(&bytes).and_then(|a| a.nonce).ok_or_else(unusable)?;
    let draft = if found.locks.last().is_some_and(|l| l.draft) { ", the lock of a draft" } else { "" };
    let (path, answer) = (request_path(&lock), token_path(&lock));
    evidence::write(&path, &bytes, false)?;
    let name = Path::new(&path).file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    evidence::record(plan, "weald stamp", Event::Stamp { file: name, file_sha256: sha256(&bytes), imprint, nonce })?;
    Ok(format!(
        "{path}: asks for a time stamp (RFC 3161) of `{lock}`{draft}\n\
         send it to an authority and save the answer as `{answer}`, for example\n  \
         curl -H 'Content-Type: application/timestamp-query' --data-binary @{path} https://freetsa.org/tsr -o {answer}\n\
         then `weald verify {plan}` checks the answer\n"
    ))
}
