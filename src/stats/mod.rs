//! The statistics core: plain functions over numbers and slices, with no language in it.
pub mod dist;
pub mod effect;
pub mod math;
