//! One refit and no more than that: what the loops need, with the digits of `pool`.

use crate::stats::error::StatsError;
use crate::stats::heterogeneity::i2_from_q;
use crate::stats::pool::{Evidence, Model, Tau2Estimator, scaled};

/// A pooled effect, in the units of the effects.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Fit {
    /// The mean effect.
    pub estimate: f64,
    /// tau2; 0 under the common-effect model and for a single study.
    pub tau2: f64,
    /// Cochran's Q, weights 1/v.
    pub q: f64,
    /// I2 in percent: by Q under the common-effect model, else by tau2.
    pub i2: f64,
}

/// Pools without intervals, tests and notes. Estimate, tau2, Q and I2 are bit for bit those of
/// `pool`. Errors as there.
pub(crate) fn fit(y: &[f64], v: &[f64], model: Model) -> Result<Fit, StatsError> {
    let evidence = Evidence::new(y, v)?;
    if evidence.k() == 1 {
        return Ok(Fit { estimate: y[0], tau2: 0.0, q: 0.0, i2: 0.0 });
    }
    let zero = evidence.moments(0.0, 0.0);
    let tau2 = match model {
        Model::Common => 0.0,
        Model::Given(value) => evidence.square_in(value),
        Model::Random(estimator) => scaled(&evidence, &zero, estimator).value,
    };
    let at = if tau2 == 0.0 { zero } else { evidence.moments(tau2, zero.mu) };
    let df = (evidence.k() - 1) as f64;
    let (tau2, i2) = match model {
        Model::Common => (0.0, i2_from_q(zero.q, df)),
        Model::Given(value) => (value, 0.0),
        Model::Random(_) => (evidence.square_out(tau2), 0.0),
    };
    let typical = evidence.square_out(df / zero.tr_p);
    let i2 = if model == Model::Common { i2 } else { 100.0 * tau2 / (tau2 + typical) };
    let estimate = evidence.location_out(at.mu);
    if estimate.is_finite() && at.s1 > 0.0 { Ok(Fit { estimate, tau2, q: zero.q, i2 }) } else { Err(StatsError::Range) }
}

/// Whether a model estimates tau2 by likelihood, and by which: the restricted one or not.
pub(crate) fn restricted(model: Model) -> Option<bool> {
    match model {
        Model::Random(Tau2Estimator::Reml) => Some(true),
        Model::Random(Tau2Estimator::Ml) => Some(false),
        _ => None,
    }
}

/// Writes the chosen elements over what a buffer held.
pub(crate) fn gather(into: &mut [Vec<f64>; 2], y: &[f64], v: &[f64], rows: impl Iterator<Item = usize>) {
    let [ys, vs] = into;
    ys.clear();
    vs.clear();
    for i in rows {
        ys.push(y[i]);
        vs.push(v[i]);
    }
}
