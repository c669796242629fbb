//! Plans before data: statements, records, gaps, locks, dry runs.

#[path = "plans/meaning.rs"]
mod meaning;
