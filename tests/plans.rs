//! Plans before data: statements, records, gaps, locks, dry runs.

#[path = "plans/edits.rs"]
mod edits;
#[path = "plans/gaps.rs"]
mod gaps;
#[path = "plans/locking.rs"]
mod locking;
#[path = "plans/meaning.rs"]
mod meaning;
#[path = "plans/proof.rs"]
mod proof;
#[path = "plans/stated.rs"]
mod stated;
#[path = "plans/tampering.rs"]
mod tampering;
#[path = "plans/windows.rs"]
mod windows;
