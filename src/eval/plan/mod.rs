//! Plans before data: `plan P1 primary: pool …` and what else a plan states, resolved
//! against its own declarations.

mod declared;
mod expand;
mod generic;
mod names;
mod open;
pub mod state;
mod statement;

pub use declared::plan;
pub use open::{Gap, gaps};
pub use state::{Asked, Draft, PlannedStatement};
