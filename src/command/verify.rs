//! `weald verify`.

use super::{evidence, say};
use crate::cli::PlanFormat;
use crate::protocol::verify::Verdict;
use crate::report::verification::{VerificationJson, document};
use std::path::Path;

/// `weald verify PLAN`
pub fn plan(path: &Path, authorities: Option<&Path>, format: PlanFormat) -> u8 {
    let name = path.display().to_string();
    let bytes = match authorities.map(|file| super::run::read_bytes(file, "the certificates")).transpose() {
        Ok(bytes) => bytes,
        Err(problem) => {
            say::problem(problem);
            return 1;
        }
    };
    let found = evidence::verified(&name, bytes.as_deref());
    if found.verdict() == Verdict::NotLocked
        && let Err(problem) = super::run::read_script(path)
    {
        say::problem(problem);
        return 1;
    }
    match format {
        PlanFormat::Markdown => say::out(&crate::report::markdown::render(&document(&name, &found))),
        PlanFormat::Text => say::out(&crate::report::text::render(&document(&name, &found), &say::style_out(None))),
        PlanFormat::Json => {
            say::out(&VerificationJson::of(&name, &found).render());
            say::out("\n");
        }
    }
    u8::from(!found.holds())
}
