//! Effects as they are displayed: back-transformed where the measure has a natural scale.

use crate::eval::outcome::{PoolResult, StudyEffect};
use crate::report::number::{self, Digits, Interval};
use crate::report::words;

pub use super::facts::{heterogeneity, unit};
pub use crate::report::words::{label, null};

/// A pooled effect in displayed units.
pub struct Shown {
    /// The estimate.
    pub estimate: Option<f64>,
    /// Its confidence interval.
    pub ci: Option<[f64; 2]>,
    /// The prediction interval.
    pub pi: Option<[f64; 2]>,
}

/// The pooled effect of a result.
pub fn shown(result: &PoolResult) -> Shown {
    match &result.display {
        Some(d) => Shown { estimate: d.estimate, ci: d.ci, pi: d.pi },
        None => Shown { estimate: result.estimate, ci: result.ci, pi: result.pi },
    }
}

/// A study's effect and interval in the same units.
pub fn study_shown(result: &PoolResult, study: &StudyEffect) -> (Option<f64>, Option<[f64; 2]>) {
    match study.display {
        Some((estimate, ci)) if words::transformed(result) => (Some(estimate), Some(ci)),
        _ => (study.yi, study.ci),
    }
}

/// Digits for all effects of a result. Of differences the pooled one decides, without it the
/// typical study; ratios have digits of their own.
pub fn digits(result: &PoolResult) -> Digits {
    if words::on_log_axis(result) {
        return Digits::Ratios;
    }
    let pooled = shown(result);
    if let Some(estimate) = pooled.estimate {
        let ends = pooled.ci.into_iter().flatten().filter(|x| x.abs() < 1e6);
        return number::decimals([estimate].into_iter().chain(ends)).into();
    }
    let size = |s: &StudyEffect| {
        let (estimate, ci) = study_shown(result, s);
        ci.into_iter().flatten().chain(estimate).map(f64::abs).filter(|x| x.is_finite()).reduce(f64::max)
    };
    let mut sizes: Vec<f64> = result.studies.iter().filter_map(size).collect();
    sizes.sort_by(f64::total_cmp);
    number::decimals(sizes.get(sizes.len() / 2).copied()).into()
}

/// The pooled effect with its interval.
pub fn interval(result: &PoolResult) -> Interval {
    let pooled = shown(result);
    number::interval(pooled.estimate, pooled.ci, digits(result))
}

/// `SMD [95% CI]`.
pub fn head(result: &PoolResult) -> String {
    format!("{} [{} CI]", words::label(result), number::level(result.level))
}

/// `the value of no effect (RR 1)`: "no effect" alone reads as an interval that holds nothing.
pub fn no_effect(result: &PoolResult) -> String {
    let value = null(result).map_or_else(String::new, |null| format!(" ({} {})", label(result), number::plain(null)));
    format!("the value of no effect{value}")
}

/// Whether something was pooled, or a single study stands for itself.
pub fn has_estimate(result: &PoolResult) -> bool {
    result.estimate.is_some() && result.not_pooled.is_none()
}

/// Studies that entered.
pub fn included(result: &PoolResult) -> impl Iterator<Item = &StudyEffect> {
    result.studies.iter().filter(|s| s.included)
}
