//! The statistics: the core alone, and the same numbers through scripts, against reference values
//! and independent routes. One binary, because each would link the whole crate again.

#[path = "../reference/mod.rs"]
mod reference;
mod scripts;

mod dist;
mod effects;
mod multilevel;
mod multilevel_cases;
mod multilevel_language;
mod pooling;
mod pooling_counts;
mod pooling_results;
mod properties;
mod reference_further;
mod reference_language;
mod reference_sensitivity;
mod reference_small_study;
mod regression;
mod regression_language;
mod regression_more;
mod regression_precise;
mod regression_verbs;
mod sensitivity;
mod sensitivity_behaviour;
mod sensitivity_verbs;
mod small_study;
mod subgroups;
mod tau2;
mod zero_cells;
