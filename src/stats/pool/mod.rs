//! Pooling of effects by inverse variance: common and random effects.
//!
//! Plain functions over slices of effects `y` and sampling variances `v`. O(k) throughout.
//!
//! - [`pool`] is the whole analysis; [`tau2`](fn@tau2) and [`q_profile`] its parts.
//! - [`first_that_applies`] walks down a list of models.

mod certificate;
mod estimating;
mod evidence;
mod fallback;
mod interval;
mod likelihood;
mod moment;
mod notes;
mod options;
mod pooled;
mod sums;
mod tau2;

pub use certificate::Certificate;
pub(crate) use estimating::q_profile as scaled_q_profile;
pub(crate) use evidence::{Evidence, Moments, block_sum};
pub use fallback::{Chosen, PassedOver, first_that_applies};
pub(crate) use interval::{Inference, critical, inference, prediction};
pub(crate) use likelihood::{log_likelihood, upper_bound as likelihood_bound};
pub(crate) use moment::MomentEstimate;
pub use notes::PoolNote;
pub use options::{CiMethod, Model, PiMethod, PoolOptions, Tau2Estimator};
pub(crate) use pooled::profile_notes;
pub use pooled::{Pooled, pool};
pub(crate) use sums::Sums;
pub use tau2::{Tau2Estimate, q_profile, tau2};
pub(crate) use tau2::{interval_out, scaled, scaled_value, tail};
