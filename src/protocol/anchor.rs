//! The digest of a journal, in a file of its own beside it: an end of the journal that was written anew, with digests
//! that fit one another, is missed by it. `sha256sum --check` reads the file.

use super::journal::Journal;
use crate::diagnostic::Problem;
use crate::digest::sha256;
use std::path::Path;

/// The file's text. While an entry is written it holds two digests, of the journal before and after: a program that
/// ends in between leaves nothing that does not verify.
pub fn text(journal: &str, states: &[&[u8]]) -> String {
    let name = Path::new(journal).file_name().unwrap_or_default().to_string_lossy();
    states.iter().map(|bytes| format!("{}  {name}\n", sha256(bytes))).collect()
}

/// What is wrong, if the journal is not the one whose digest was kept. Journals of earlier formats had none.
pub fn check(path: &str, bytes: &[u8], journal: &Journal, digest_path: &str, kept: Option<&[u8]>) -> Option<Problem> {
    let problem = |code, message: String| {
        Some(Problem::error(code, message).help("take both back from where they were archived; nothing here repairs them"))
    };
    let Some(kept) = kept else {
        return if journal.has_digest() {
            problem("E557", format!("`{digest_path}`, the digest of the journal, is missing"))
        } else {
            None
        };
    };
    let own = text(path, &[bytes]);
    let kept = String::from_utf8_lossy(kept);
    let between = kept.len() == 2 * own.len() && kept.starts_with(&own) != kept.ends_with(&own);
    let holds = kept == own || between;
    if holds { None } else { problem("E553", format!("`{path}` is not the journal whose digest `{digest_path}` holds")) }
}
