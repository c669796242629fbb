//! What a pooled result rests on: the same analysis with other studies, other draws, other tau2.
//!
//! - [`leave_one_out`] and [`leave_groups_out`]: without each study, or each group of rows.
//! - [`cumulative`]: study after study, in an [`Order`].
//! - [`influence`], [`baujat`]: what each study does to the result.
//! - [`blups`]: the studies' own effects, drawn towards the mean.
//! - [`gosh`]: all subsets of the studies, or a sample of them.
//! - [`bootstrap`]: intervals from resampled studies or simulated effects.
//! - [`profile`]: the likelihood of tau2 along its axis, and the interval it gives.
//!
//! Each refit is `pool`'s own, with the same digits as that analysis run by itself. For other
//! methods (Mantel-Haenszel, Peto, several levels) [`leave_out`] and [`accumulate`] take any
//! fit of some rows. Refits run on all threads; results stand in a fixed order and do not
//! depend on the number of threads.

mod baujat;
mod blup;
mod bootstrap;
mod cumulative;
mod fit;
mod gosh;
mod influence;
mod leave_out;
mod profile;
mod replicates;
mod watch;

pub use baujat::{BaujatPoint, baujat};
pub use blup::{Blup, Blups, blups};
pub use bootstrap::{BootstrapOptions, Bootstrapped, Resampling, bootstrap};
pub use cumulative::{Accumulated, Order, Ties, accumulate, cumulative};
pub use gosh::{Gosh, GoshOptions, GoshPoint, GoshSampling, gosh, gosh_with};
pub use influence::{Influence, InfluenceRow, influence};
pub use leave_out::{LeftOut, leave_groups_out, leave_one_out, leave_out};
pub use profile::{Profile, ProfileInterval, ProfileOptions, ProfilePoint, profile};
pub use replicates::Replicates;
pub use watch::Watch;
pub(crate) use watch::each;
