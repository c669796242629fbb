//! The statistics core: plain functions over numbers and slices, with no language in it.
pub mod dist;
pub mod effect;
pub mod math;
pub mod combine;
pub mod error;
pub mod heterogeneity;
pub mod mh;
pub mod peto;
pub mod pool;
pub mod root;
