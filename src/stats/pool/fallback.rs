//! A list of models, of which the first that applies is used, and named.

use super::options::{Model, PoolOptions, Tau2Estimator};
use super::pooled::{Pooled, pool};
use crate::stats::error::StatsError;
use serde::Serialize;

/// A model of the list that did not apply, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PassedOver {
    /// The model.
    pub model: Model,
    /// Why it does not apply to these data.
    pub reason: StatsError,
}

/// The result of the first model that applies.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chosen {
    /// Its place in the list, from 0.
    pub index: usize,
    /// The model.
    pub model: Model,
    /// The models before it, each with its reason.
    pub passed_over: Vec<PassedOver>,
    /// The result.
    pub pooled: Pooled,
}

/// Pools by the first model of a list that applies to the data.
///
/// A model applies where its estimator exists (a tau2 needs two studies; Sidik-Jonkman needs
/// effects that are not all equal), where an iterative tau2 has a certificate that holds, and
/// where estimate and standard error are finite. A tau2 of 0, truncated or not, applies.
/// Other options are those of `o`, whose model is ignored.
///
/// Errors: those of [`pool`] that concern the data or the options; of the last model, where
/// none applies; [`StatsError::Undefined`] for an empty list.
pub fn first_that_applies(y: &[f64], v: &[f64], models: &[Model], o: &PoolOptions) -> Result<Chosen, StatsError> {
    let mut passed_over: Vec<PassedOver> = Vec::new();
    for (index, &model) in models.iter().enumerate() {
        match applied(y, v, model, o) {
            Ok(pooled) => {
                return Ok(Chosen { index, model, passed_over, pooled });
            }
            Err(reason @ (StatsError::TooFewStudies { .. } | StatsError::Undefined { .. } | StatsError::Range)) => {
                passed_over.push(PassedOver { model, reason })
            }
            Err(other) => return Err(other),
        }
    }
    Err(passed_over.pop().map_or(StatsError::Undefined { model: "the list of models", reason: "it is empty" }, |last| last.reason))
}

fn applied(y: &[f64], v: &[f64], model: Model, o: &PoolOptions) -> Result<Pooled, StatsError> {
    let pooled = pool(y, v, &PoolOptions { model, ..*o })?;
    if let Model::Random(estimator) = model {
        if pooled.k < 2 {
            return Err(StatsError::TooFewStudies { model: estimator.title(), k: 1, needed: 2 });
        }
        if estimator == Tau2Estimator::Sj && y.iter().all(|x| *x == y[0]) {
            return Err(StatsError::Undefined {
                model: estimator.title(),
                reason: "all effects are equal, so that its starting value is 0",
            });
        }
        if pooled.certificate.is_some_and(|c| !c.holds()) {
            return Err(StatsError::Undefined { model: estimator.title(), reason: "its equation has no root in double precision" });
        }
    }
    Ok(pooled)
}
