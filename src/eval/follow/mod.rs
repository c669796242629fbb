//! Following a locked plan: its analyses run as registered, and whatever else is run compared with it.

mod account;
mod ask;
mod beyond;
mod changes;
mod data;
mod events;
mod evidence;
mod explore;
mod logged;
mod obstacle;
mod overlay;
mod places;
mod practice;
mod reasons;
mod recorded;
mod renamed;
mod results;
mod run;
mod state;
mod statement;

pub use account::Reported;
pub use events::{DataEvent, Happened};
pub use evidence::{SEALED, sealed};
pub use practice::{Finding, Restated};
pub use recorded::{Asking, Recorded};
pub use results::{Names, Today, differences, results, seen};
pub use state::{Followed, Following, mark};
