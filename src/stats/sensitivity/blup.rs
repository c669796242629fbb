//! Best linear unbiased predictions: each study's true effect, drawn towards the mean.

use crate::stats::error::StatsError;
use crate::stats::math::sqrt;
use crate::stats::pool::{Model, PoolOptions, Pooled, critical, pool, tail};
use serde::Serialize;

/// The prediction of one study's true effect. With l = tau2 / (tau2 + v), the weight of the
/// study's own effect:
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Blup {
    /// l y + (1 - l) mu.
    pub estimate: f64,
    /// sqrt(l v + (1 - l)^2 se^2).
    pub se: f64,
    /// estimate -/+ c se, c from the t or normal distribution of the analysis.
    pub ci: [f64; 2],
    /// l: 0 where the study says what all say, 1 where it stands for itself.
    pub own_share: f64,
    /// l (y - mu): the study's deviation from the mean.
    pub deviation: f64,
    /// sqrt(l v + l^2 se^2): the standard error of the deviation as a prediction.
    pub deviation_se: f64,
    /// deviation -/+ c times its standard error.
    pub deviation_ci: [f64; 2],
}

/// The predictions of all studies, and the result they are drawn towards.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Blups {
    /// One per study, in the order given.
    pub rows: Vec<Blup>,
    /// The analysis.
    pub pooled: Pooled,
}

/// Best linear unbiased predictions of the studies' true effects, se and c being those of the
/// interval that the options give. Where tau2 is 0 all are the mean. They take tau2 as known.
///
/// Errors: those of `pool`; a common-effect model, which has one true effect for all.
///
/// Sources: Raudenbush and Bryk 1985, J Educ Stat 10:75-98; Robinson 1991, Stat Sci 6:15-32.
pub fn blups(y: &[f64], v: &[f64], o: &PoolOptions) -> Result<Blups, StatsError> {
    if o.model == Model::Common {
        return Err(StatsError::Undefined {
            model: "the prediction of a study's own effect",
            reason: "under a common effect all studies have the same",
        });
    }
    let pooled = pool(y, v, o)?;
    let (tau2, mu, variance) = (pooled.heterogeneity.tau2, pooled.estimate, pooled.se * pooled.se);
    let c = critical(tail(o.level)?, pooled.df);
    let around = |x: f64, se: f64| [x - c * se, x + c * se];
    let one = |(y, v): (&f64, &f64)| {
        let (own, mean) = (tau2 / (tau2 + v), v / (tau2 + v));
        let (estimate, deviation) = (own * y + mean * mu, own * (y - mu));
        let se = sqrt(own * v + mean * mean * variance);
        let deviation_se = sqrt(own * v + own * own * variance);
        Blup {
            estimate,
            se,
            ci: around(estimate, se),
            own_share: own,
            deviation,
            deviation_se,
            deviation_ci: around(deviation, deviation_se),
        }
    };
    Ok(Blups { rows: y.iter().zip(v).map(one).collect(), pooled })
}
