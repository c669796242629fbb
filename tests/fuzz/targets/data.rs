//! Any bytes as a data file: read or refused, never a panic; and what was read can be saved
//! and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use weald::store::{Memory, open, save};

fuzz_target!(|bytes: &[u8]| {
    for name in ["data.csv", "data.json"] {
        let Some(store) = open(&Memory::new().with(name, bytes), name).store else { continue };
        let files = Memory::new();
        save(&files, &store, "saved.json").expect("a store that was read can be saved");
        assert!(open(&files, "saved.json").store.is_some(), "saved, and not read again");
    }
});
