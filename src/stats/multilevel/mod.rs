//! Dependent effects: several of one study, alike in truth, in sampling error, or both.
//!
//! [`Clustered::new`] takes effects, variances, studies, an optional design and the covariance
//! of sampling errors ([`Sampling`]); then
//!
//! - [`Clustered::fit`]: effects within studies (three levels), correlated and hierarchical
//!   effects, or a working model with fixed variances.
//! - [`Clustered::robust`] and [`Clustered::robust_test`]: robust inference for any of them, or
//!   for a pooled analysis or a regression, clustered by study.
//! - [`Clustered::profile`]: the likelihood of one variance, and its interval.
//! - [`wild_bootstrap`]: a test of coefficients by resampling whole studies' residuals.
//! - [`weights`]: what each effect contributes.
//! - [`SharedControl`]: the sampling covariance of a multi-arm trial.

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
mod profile;
mod robust;
mod robust_test;
mod satterthwaite;
mod shared_control;
mod sums;
mod weights;
mod wild;

pub use clustered::Clustered;
pub use fit::{Multilevel, MultilevelHeterogeneity, MultilevelPrediction, prediction_interval};
pub use infer::{Coefficient, JointTest};
pub use input::{CovarianceBlock, DependentEffects, Sampling};
pub use maximise::{Restricted, VarianceCertificate};
pub use notes::MultilevelNote;
pub use options::{CoefficientTest, Component, Level, Likelihood, MultilevelOptions, Variances};
pub use profile::{ComponentProfile, ComponentProfileOptions, ComponentProfilePoint};
pub use robust::{Robust, RobustKind};
pub use robust_test::RobustTest;
pub use shared_control::{SharedControl, Standardiser};
pub use weights::weights;
pub use wild::{WildBootstrap, WildOptions, WildWeights, wild_bootstrap};
