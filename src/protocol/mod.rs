//! Registered plans: what was locked, what was run, and how the two differ.
//!
//! A plan is a script of the same language. Its declarations, rules and analyses are
//! resolved into [`Record`]s with every default filled in; a lock keeps these and their
//! digest. After the data are in, the records of what was run are compared with them field
//! by field. Nothing here computes a result or reads a file: `eval` makes the records,
//! `command` and `session` read and write.

pub mod account;
pub mod amendments;
pub mod anchor;
pub mod canonical;
pub mod compare;
pub mod completeness;
mod details;
pub mod deviation;
pub mod executed;
pub mod journal;
pub mod judge;
pub mod label;
pub mod lock;
pub mod matching;
pub mod obstacle;
mod options;
pub mod plan;
pub mod receipt;
pub mod record;
pub mod role;
mod ruled;
pub mod stamp;
mod stored;
pub mod taxonomy;
mod unit;
pub mod verify;
pub mod version;

pub use account::{Account, account};
pub use deviation::{Deviation, Effect, ReasonCode};
pub use executed::{Executed, Facts, Reason, Timing, UsedEffect};
pub use journal::Journal;
pub use label::Label;
pub use lock::Lock;
pub use obstacle::Obstacle;
pub use plan::{Plan, Planned};
pub use receipt::Receipt;
pub use record::{Code, Field, Grade, Key, Part, Record};
pub use role::{Role, Status};
pub use version::{Amendment, Version, Versions};
