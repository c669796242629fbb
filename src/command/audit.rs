//! `weald audit`.

use super::say;
use crate::audit::audit;
use crate::cli::CheckFormat;
use crate::diagnostic::Problem;
use crate::report::audit::{AuditJson, audit_text};
use crate::store::{Disk, open};
use std::path::Path;

/// `weald audit FILE`: 1 if a stored result is not what its data give, or an error is open.
pub fn file(path: &Path, format: CheckFormat) -> u8 {
    let disk = Disk::new(".", ".", true);
    let name = path.display().to_string();
    let loaded = open(&disk, &name);
    let problems = loaded.problems.clone();
    let Some(store) = loaded.store.or(loaded.draft) else {
        say::problems(&crate::session::in_data(&disk, problems));
        return 1;
    };
    let found = audit(&store);
    match format {
        CheckFormat::Text => {
            say::out(&audit_text(&name, &found, &say::style_out(None)));
            say::problems(&crate::session::in_data(&disk, problems.clone()));
        }
        CheckFormat::Json => {
            say::out(&AuditJson::of(&name, &found, &problems).render());
            say::out("\n");
        }
    }
    u8::from(found.has_errors() || problems.iter().any(Problem::is_error))
}
