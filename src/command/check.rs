//! `weald check`.

use super::run::{diagnostics, folder_of, read_script};
use super::say;
use crate::cli::CheckFormat;
use crate::session::Session;
use crate::store::Disk;
use std::path::Path;

/// `weald check SCRIPT`
pub fn script(path: &Path, format: CheckFormat) -> u8 {
    let source = match read_script(path) {
        Ok(source) => source,
        Err(problem) => {
            say::problem(problem);
            return 1;
        }
    };
    let base = folder_of(path);
    let mut session = Session::with_files(Disk::new(base.clone(), base, false));
    let run = session.check(&source);
    match format {
        CheckFormat::Text => {
            say::problems(&run.problems);
            if run.problems.is_empty() {
                say::out(&format!("{}: no problems\n", path.display()));
            }
        }
        CheckFormat::Json => {
            let mut document = crate::report::DocumentJson::new(crate::language::settings::EDITION, None, &source, &[], []);
            document.diagnostics = diagnostics(&run.problems);
            document.ok = run.ok();
            say::out(&document.render().unwrap_or_default());
            say::out("\n");
        }
    }
    u8::from(!run.ok())
}
