//! The statistics core: plain functions over numbers and slices, with no language in it.
pub mod combine;
pub mod decision;
pub mod dist;
pub mod effect;
pub mod error;
pub mod heterogeneity;
pub mod math;
pub mod mh;
pub mod multilevel;
pub mod peto;
pub mod pool;
pub mod random;
pub mod regression;
pub mod root;
pub mod sensitivity;
pub mod small_study;
