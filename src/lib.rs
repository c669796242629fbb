//! Weald: a small language for meta-analysis.
pub mod source;
pub mod diagnostic;
pub mod syntax;
pub mod language;
pub mod store;
pub mod stats;
pub mod eval;
pub mod report;
pub mod session;
pub mod cli;
pub mod repl;
