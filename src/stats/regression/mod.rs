//! Mixed-effects meta-regression and what is built on it.
//!
//! - [`DesignBuilder`] makes a [`Design`] from named columns; [`regress`] fits it.
//! - A [`Regression`] answers contrasts, predictions and variance inflation.
//! - [`subgroups`] and [`two_factors`] compare groups under a common tau2.
//! - [`permute`] tests the coefficients by permutation.

mod arrangement;
mod builder;
mod coding;
mod contrast;
mod design;
mod evidence;
mod fit;
mod frame;
mod notes;
mod options;
mod permutation;
mod small;
mod space;
mod spline;
mod subgroup;

pub use builder::{Built, Centre, DesignBuilder, DesignError, LeftOut, Part, Value};
pub use contrast::{Contrasts, Inflation, Prediction, inflation};
pub use design::{Design, Redundancy, Term};
pub use fit::{Regression, regress};
pub use notes::{OwnNote, RegressNote};
pub use options::RegressOptions;
pub use permutation::{Permutation, PermutationOptions, Permuted, permute};
pub use space::{Coefficient, WaldTest};
pub use subgroup::{Subgroup, Subgroups, TwoFactors, subgroups, two_factors};
