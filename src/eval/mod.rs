//! From statements to results. The same walk checks (nothing is computed, unknown
//! values stand for what only the data tell) and runs.

mod analysis;
pub mod candidates;
mod checked;
mod classic;
mod columns;
mod consensus;
mod control;
pub mod convert;
mod dependence;
mod editing;
mod expect;
mod exporting;
mod fields;
pub mod follow;
mod further;
mod infer;
mod input;
mod leaning;
mod located;
mod look;
mod multilevel;
mod named;
mod notes;
pub mod outcome;
mod picture;
pub mod plan;
mod pooling;
mod read_as;
pub mod record;
mod reporting;
mod reproduce;
mod row_scope;
mod rule;
mod scope;
mod settle;
mod setup;
pub mod state;
mod study;
mod subgroup;
mod timepoint;
mod told;

mod walk;
mod words;
mod work;

pub use crate::language::settings::EDITION;
pub use further::fields_of;
pub use input::measures_allowed;
pub use leaning::{Leaning, directed};
pub use located::{DataTexts, Located};
pub use picture::{labelled, picture_of};
pub use reporting::DOMAINS as GRADE_DOMAINS;
pub use rule::directions;
pub use walk::{Environment, Halt, Mode, Walk};
pub use work::{DEFAULT_SEED, Work};
