//! Effects of one trial kept apart: multilevel models, cluster-robust inference, shared arms.

mod fit;
mod material;
mod robust;
mod shared_arms;

pub use fit::{asked, pool};
pub use material::{Dependent, notes_of};
pub use robust::{add_robust, result_of};
