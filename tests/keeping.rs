//! How a store is kept: its digest, its schema, editing, and what survives.

#[path = "keeping/digest.rs"]
mod digest;
#[path = "keeping/guarded.rs"]
mod guarded;
#[path = "keeping/killed.rs"]
mod killed;
#[path = "keeping/model.rs"]
mod model;
#[path = "keeping/statements.rs"]
mod statements;
