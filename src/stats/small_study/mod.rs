//! Small-study effects: is what small studies find different from what large ones find?
//!
//! Plain functions over effects `y`, sampling variances `v` and, where a test needs them,
//! counts or sizes. Asymmetry has many causes besides missing studies (Sterne et al. 2011,
//! BMJ 343:d4002); nothing here tells them apart.
//!
//! - [`egger`]: regression on a measure of precision; [`pet_peese`]: the same line, read at
//!   perfect precision; [`begg`]: rank correlation.
//! - [`harbord`], [`peters`], [`macaskill`], [`ruecker`], [`deeks`]: tests from counts.
//! - [`trim_and_fill`], [`fail_safe`], [`excess_significance`], [`henmi_copas`].
//!
//! Every one of them runs at any k at which it exists, with a [`SmallStudyNote`] below 10.

mod begg;
mod counts;
mod egger;
mod excess;
mod fail_safe;
mod henmi_copas;
mod kendall;
mod line;
mod mixed;
mod notes;
mod pet_peese;
mod rank_estimators;
mod trim_and_fill;

pub use begg::{Begg, begg};
pub use counts::{CountTest, CountTestResult, HarbordMeasure, deeks, harbord, macaskill, peters, ruecker, ruecker_rank};
pub use egger::{Egger, EggerMethod, EggerOptions, Limit, Predictor, PredictorKind, egger};
pub use excess::{Excess, ExcessAlternative, ExcessOptions, ExcessTest, excess_significance};
pub use fail_safe::{FailSafe, FailSafeMethod, FailSafeOptions, OrwinMean, fail_safe};
pub use henmi_copas::{HenmiCopas, henmi_copas};
pub use kendall::{Kendall, KendallP, kendall};
pub use line::Coefficient;
pub use notes::SmallStudyNote;
pub use pet_peese::{Expected, PetOrPeese, PetPeese, PetPeeseOptions, pet_peese};
pub use rank_estimators::MissingEstimator;
pub use trim_and_fill::{FilledStudy, Side, TieRule, TrimAndFill, TrimAndFillOptions, TrimStop, trim_and_fill};

use super::error::StatsError;

/// Checks effects and variances: equal lengths, finite, variances positive.
fn check(y: &[f64], v: &[f64]) -> Result<(), StatsError> {
    if y.len() != v.len() {
        return Err(StatsError::LengthMismatch { what: "effects and variances", left: y.len(), right: v.len() });
    }
    if let Some(index) = y.iter().position(|x| !x.is_finite()) {
        return Err(StatsError::Effect { index, value: y[index] });
    }
    if let Some(index) = v.iter().position(|x| !(x.is_finite() && *x > 0.0)) {
        return Err(StatsError::Variance { index, value: v[index] });
    }
    if y.is_empty() { Err(StatsError::NoStudies) } else { Ok(()) }
}

/// Fails below the number of studies that a method needs.
fn at_least(needed: usize, k: usize, model: &'static str) -> Result<(), StatsError> {
    if k < needed { Err(StatsError::TooFewStudies { model, k, needed }) } else { Ok(()) }
}

/// Checks sizes: one positive finite number per study.
fn check_sizes(what: &'static str, sizes: &[f64], k: usize) -> Result<(), StatsError> {
    if sizes.len() != k {
        return Err(StatsError::LengthMismatch { what, left: k, right: sizes.len() });
    }
    match sizes.iter().position(|x| !(x.is_finite() && *x > 0.0)) {
        Some(index) => Err(StatsError::Count { what, index, value: sizes[index] }),
        None => Ok(()),
    }
}
