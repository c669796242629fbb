//! `weald verify`.

use super::{evidence, say};
use crate::cli::CheckFormat;
use crate::report::verification::{VerificationJson, document};
use std::path::Path;

/// `weald verify PLAN`
pub fn plan(path: &Path, authorities: Option<&Path>, format: CheckFormat) -> u8 {
    let name = path.display().to_string();
    let bytes = match authorities.map(|file| super::run::read_bytes(file, "the certificates")).transpose() {
        Ok(bytes) => bytes,
        Err(problem) => {
            say::problem(problem);
            return 1;
        }
    };
    let found = evidence::verified(&name, bytes.as_deref());
    match format {
        CheckFormat::Text => say::out(&crate::report::text::render(&document(&name, &found), &say::style_out(None))),
        CheckFormat::Json => {
            say::out(&VerificationJson::of(&name, &found).render());
            say::out("\n");
        }
    }
    u8::from(!found.holds())
}
