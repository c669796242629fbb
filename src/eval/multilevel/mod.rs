//! Effects of one trial kept apart: multilevel models, cluster-robust inference, shared arms.

mod egger;
mod fit;
mod material;
mod profile;
mod robust;
mod shared_arms;
mod wild;

pub use egger::egger;
pub use fit::{asked, pool};
pub use material::{Dependent, notes_of};
pub use profile::profile;
pub use robust::{add_robust, result_of};
pub use wild::wild;
