//! `weald fmt`.

use super::run::read_script;
use super::say;
use crate::diagnostic::Problem;
use crate::eval::Located;
use std::io::Write;
use std::path::{Path, PathBuf};

/// `weald fmt [--check] SCRIPT…`
pub fn scripts(paths: &[PathBuf], check: bool) -> u8 {
    let mut status = 0;
    for path in paths {
        status = status.max(script(path, check));
    }
    status
}

fn script(path: &Path, check: bool) -> u8 {
    let source = match read_script(path) {
        Ok(source) => source,
        Err(problem) => {
            say::problem(problem);
            return 1;
        }
    };
    let formatted = match crate::syntax::format(&source) {
        Ok(text) => text,
        Err(problems) => {
            let located: Vec<Located> = problems.into_iter().map(|problem| Located { source: source.clone(), at: 0, problem }).collect();
            say::problems(&located);
            return 1;
        }
    };
    let raw = std::fs::read_to_string(path).unwrap_or_default();
    if formatted == raw {
        return 0;
    }
    if check {
        say::out(&format!("{} would change\n", path.display()));
        return 1;
    }
    match replace(path, &formatted) {
        Ok(()) => {
            say::out(&format!("{} formatted\n", path.display()));
            0
        }
        Err(e) => {
            say::problem(Problem::error("E327", format!("`{}` can't be written: {e}", path.display())));
            1
        }
    }
}

/// Writes beside, then renames.
pub fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(super::run::folder_of(path))?;
    file.write_all(text.as_bytes())?;
    if let Ok(metadata) = std::fs::metadata(path) {
        file.as_file().set_permissions(metadata.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}
