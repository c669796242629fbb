//! Other programs' files in, other programs' files out, and audits of both.

#[path = "formats/audit.rs"]
mod audit;
#[path = "formats/exports.rs"]
mod exports;
#[path = "formats/revman.rs"]
mod revman;
#[path = "formats/round_trips.rs"]
mod round_trips;
#[path = "formats/tables.rs"]
mod tables;
#[path = "formats/workbooks.rs"]
mod workbooks;

use weald::Problem;
use weald::store::{Memory, Store, open};

/// A fixture of `tests/formats`.
fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats").join(name)).expect("a fixture can be read")
}

/// Reads bytes as the file of this name; the store and all problems.
fn read(name: &str, bytes: impl Into<Vec<u8>>) -> (Option<Store>, Vec<Problem>) {
    let loaded = open(&Memory::new().with(name, bytes), name);
    (loaded.store, loaded.problems)
}

/// Reads bytes that hold a store without an error.
fn store(name: &str, bytes: impl Into<Vec<u8>>) -> Store {
    let (store, problems) = read(name, bytes);
    store.unwrap_or_else(|| panic!("{name}: {problems:?}"))
}

/// A ZIP of files.
fn zip(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a file can begin");
        writer.write_all(bytes).expect("a file can be written");
    }
    writer.finish().expect("the ZIP ends").into_inner()
}
