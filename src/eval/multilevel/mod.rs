//! Effects of one trial kept apart: multilevel models, cluster-robust inference, shared arms.

mod egger;
mod fit;
mod material;
mod profile;
mod questions;
mod regress;
mod robust;
mod shared_arms;
mod wild;

pub use egger::egger;
pub use fit::{asked, heterogeneity, pool};
pub use material::Dependent;
pub use profile::profile;
pub use questions::{contrast, predict, test};
pub use regress::{Levelled, regress};
pub use robust::{add_robust, robust_of};
pub use wild::wild;
