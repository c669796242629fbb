//! How a store is kept: its digest, its schema, editing, and what survives.

#[path = "keeping/digest.rs"]
mod digest;
#[path = "keeping/model.rs"]
mod model;
