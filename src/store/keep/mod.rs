//! How a store is kept: saved as a whole or not at all, guarded by digests, its changes logged.
//!
//! Beside the data stand `digests.json` (what every file held when it was saved),
//! `changes.jsonl` (who changed what, when and why) and, while a save is under way, a file
//! with everything that is to be written. A store that was made by hand has none of them, and
//! gets them with its first change.

mod commit;
mod digests;
mod keeper;
mod log;
mod names;
mod pending;

pub(crate) use commit::{first, save};
pub use keeper::{Keeper, Saved, read_log};
pub use log::Entry;
pub(crate) use names::Names;

use super::Loaded;
use super::files::Files;

/// Opens a store through `read`: with what an unfinished save would have written, and with
/// warnings where a file is not as it was saved.
pub(crate) fn guarded(files: &dyn Files, path: &str, read: impl Fn(&dyn Files) -> Loaded) -> Loaded {
    let names = Names::of(path, files.is_dir(path));
    // A save that ends while this reads leaves files of two states: then it is read again.
    let mut tries = 4;
    loop {
        let guard = |files: &dyn Files| (files.peek(&names.pending()), files.peek(&names.digests()));
        let before = guard(files);
        let mut told = Vec::new();
        let loaded = match &before.0 {
            Some(bytes) => match pending::Pending::parse(bytes) {
                Some(pending) => {
                    let seen = pending.over(files, &names);
                    told.extend(digests::verify(&seen, &names));
                    read(&seen)
                }
                None => {
                    told.push(pending::damaged(&names));
                    told.extend(digests::verify(files, &names));
                    read(files)
                }
            },
            None => {
                told.extend(digests::verify(files, &names));
                read(files)
            }
        };
        tries -= 1;
        if tries > 0 && guard(files) != before {
            continue;
        }
        let problems = told.into_iter().chain(loaded.problems).collect();
        return Loaded { problems, ..loaded };
    }
}
