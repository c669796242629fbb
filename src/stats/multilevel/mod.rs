//! Dependent effects: several of one study, alike in truth, in sampling error, or both.
//!
//! [`Clustered::new`] takes effects, variances, studies, an optional design and the covariance
//! of sampling errors ([`Sampling`]); then
//!
//! - [`Clustered::fit`]: effects within studies (three levels), correlated and hierarchical
//!   effects, or a working model with fixed variances.

mod climb;
mod clustered;
mod dense;
mod fit;
mod infer;
mod input;
mod likelihood;
mod maximise;
mod notes;
mod options;
mod sums;

pub use clustered::Clustered;
pub use fit::{Multilevel, MultilevelHeterogeneity, MultilevelPrediction, prediction_interval};
pub use infer::{Coefficient, JointTest};
pub use input::{CovarianceBlock, DependentEffects, Sampling};
pub use maximise::{Restricted, VarianceCertificate};
pub use notes::MultilevelNote;
pub use options::{CoefficientTest, Component, Level, Likelihood, MultilevelOptions, Variances};
