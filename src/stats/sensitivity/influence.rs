//! What each study does to a pooled result: deletion diagnostics.
//!
//! Source: Viechtbauer and Cheung 2010, Res Synth Methods 1:112-125, for a model with one
//! coefficient, the mean.

use super::fit::gather;
use super::watch::{Watch, each_or_error};
use crate::stats::dist::chi2_quantile;
use crate::stats::error::StatsError;
use crate::stats::math::{sqrt, sum};
use crate::stats::pool::{PiMethod, PoolOptions, Pooled, pool};
use serde::Serialize;

/// The diagnostics of one study. With (-i) for the results without it, w = 1 / (v + tau2),
/// h = w / sum w, and the standard errors of the intervals in use (`ci`):
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct InfluenceRow {
    /// Externally standardised residual (y - mu(-i)) / sqrt(s2 (v + tau2(-i)) + se(-i)^2).
    pub rstudent: f64,
    /// (mu - mu(-i)) / sqrt(s2 h (v + tau2(-i))).
    pub dffits: f64,
    /// Cook's distance (mu - mu(-i))^2 / se^2.
    pub cook_d: f64,
    /// Covariance ratio se(-i)^2 / se^2: below 1 where the study makes the mean less precise.
    pub cov_r: f64,
    /// tau2 without the study, in squared units of the effect.
    pub tau2_del: f64,
    /// Cochran's Q without the study.
    pub q_del: f64,
    /// h: 0 to 1, they sum to 1.
    pub hat: f64,
    /// 100 h.
    pub weight: f64,
    /// (mu - mu(-i)) / sqrt(s2 / sum w(-i)), the sum over all studies, with tau2(-i).
    pub dfbetas: f64,
    /// Whether one of the rules of [`influence`] marks it.
    pub influential: bool,
}

/// The diagnostics of all studies, and the limits they were held against.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Influence {
    /// One row per study, in the order given.
    pub rows: Vec<InfluenceRow>,
    /// 3 sqrt(p / (k - p)), p = 1.
    pub dffits_limit: f64,
    /// The median of chi-squared with p df.
    pub cook_d_limit: f64,
    /// 3 p / k.
    pub hat_limit: f64,
    /// 1.
    pub dfbetas_limit: f64,
}

/// Deletion diagnostics of each study under the options given.
///
/// s2 is the factor by which the interval method (hksj, mhksj) multiplies the model-based
/// variance of the mean without the study, 1 for the others. A study is influential where
/// |DFFITS| > 3 sqrt(p / (k - p)), P(chi2 with p df <= Cook's distance) > 0.5,
/// h > 3 p / k or |DFBETAS| > 1, with p = 1. Where a standard error is 0 (hksj, equal
/// effects), ratios are infinite, or 0 where the study changes nothing.
///
/// Errors: those of `pool`, fewer than two studies, [`StatsError::Stopped`].
pub fn influence(y: &[f64], v: &[f64], o: &PoolOptions, watch: Watch<'_>) -> Result<Influence, StatsError> {
    let o = PoolOptions { pi: PiMethod::None, tau2_ci: false, ..*o };
    let full = pool(y, v, &o)?;
    let k = y.len();
    if k < 2 {
        return Err(StatsError::TooFewStudies { model: "the influence of a study", k, needed: 2 });
    }
    let mut result = Influence {
        rows: Vec::new(),
        dffits_limit: 3.0 * sqrt(1.0 / (k as f64 - 1.0)),
        cook_d_limit: chi2_quantile(0.5, 1.0),
        hat_limit: 3.0 / k as f64,
        dfbetas_limit: 1.0,
    };
    result.rows = each_or_error(k, watch, Default::default, |buffer, i| {
        gather(buffer, y, v, (0..k).filter(|j| *j != i));
        let without = pool(&buffer[0], &buffer[1], &o)?;
        let mut row = row(y[i], v[i], full.weights[i], &buffer[1], &full, &without);
        row.influential = row.dffits.abs() > result.dffits_limit
            || row.cook_d > result.cook_d_limit
            || row.hat > result.hat_limit
            || row.dfbetas.abs() > result.dfbetas_limit;
        Ok(row)
    })?;
    Ok(result)
}

/// The diagnostics of the study (y, v), `others` being the variances of the others.
fn row(y: f64, v: f64, weight: f64, others: &[f64], full: &Pooled, without: &Pooled) -> InfluenceRow {
    let tau2 = without.heterogeneity.tau2;
    let change = full.estimate - without.estimate;
    let of_others = sum(others.iter().map(|v| 1.0 / (v + tau2)));
    let s2 = without.se * without.se * of_others;
    let hat = weight / 100.0;
    InfluenceRow {
        rstudent: ratio(y - without.estimate, sqrt(s2 * (v + tau2) + without.se * without.se)),
        dffits: ratio(change, sqrt(s2 * hat * (v + tau2))),
        cook_d: ratio(change * change, full.se * full.se),
        cov_r: ratio(without.se * without.se, full.se * full.se),
        tau2_del: tau2,
        q_del: without.heterogeneity.q,
        hat,
        weight,
        dfbetas: ratio(change, sqrt(s2 / (of_others + 1.0 / (v + tau2)))),
        influential: false,
    }
}

/// a / b, and 0 where both are 0.
fn ratio(a: f64, b: f64) -> f64 {
    if a == 0.0 && b == 0.0 { 0.0 } else { a / b }
}
