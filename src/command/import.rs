//! `weald import`.

use super::say;
use crate::language::suggest::count;
use crate::store::{Disk, open, save};
use std::path::Path;

/// `weald import FILE --to STORE`
pub fn file(path: &Path, to: &Path) -> u8 {
    let disk = Disk::new(".", ".", true);
    let loaded = open(&disk, &path.display().to_string());
    let located = crate::session::in_data(&disk, loaded.problems);
    say::problems(&located);
    let Some(store) = loaded.store else { return 1 };
    if let Err(problem) = save(&disk, &store, &to.display().to_string()) {
        say::problem(problem);
        return 1;
    }
    say::out(&format!(
        "{}: {} of {}\n",
        to.display(),
        count(store.rows.len(), "row", "rows"),
        count(store.study_names().len(), "study", "studies")
    ));
    0
}
