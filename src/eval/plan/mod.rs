//! Plans before data: `plan P1 primary: pool …` and what else a plan states, resolved
//! against its own declarations.

mod declare;
mod declared;
mod dry;
mod expand;
mod generic;
mod items;
mod names;
mod open;
pub mod state;
mod stated;
mod statement;
mod synthetic;

pub use declared::plan;
pub(in crate::eval) use declared::practice;
pub use dry::Shell;
pub use items::{items, registry};
pub use open::{Gap, gaps};
pub use state::DryRun;
pub use state::{Asked, Draft, Grading, PlannedStatement, SampleSize};
pub use stated::is_date;

use crate::eval::outcome::RuleAnalysis;
use crate::eval::state::State;

/// What can be said of each rule before there are data.
pub fn rules(state: &State) -> Vec<RuleAnalysis> {
    let before = state.before_data();
    state.rules.values().map(|rule| super::rule::analyse(rule, &before)).collect()
}
