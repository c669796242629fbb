//! tau2 by any estimator, in the caller's units.

use super::certificate::Certificate;
use super::evidence::{Evidence, Moments};
use super::options::Tau2Estimator;
use super::sums::Sums;
use super::{estimating, likelihood, moment};
use crate::stats::error::StatsError;
use crate::stats::heterogeneity::Tau2Interval;
use serde::Serialize;

/// An estimate of the variance between studies.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Tau2Estimate {
    /// tau2, in squared units of the effect, at least 0; an exact 0 where 0 is the estimate.
    pub value: f64,
    /// Its standard error.
    pub se: f64,
    /// The closed-form value before truncation at 0 (DL, HE, HS, HSk, SJ).
    pub untruncated: Option<f64>,
    /// How the root was found (ML, REML, EB, PM, PMM).
    pub certificate: Option<Certificate>,
}

/// tau2 of the effects `y` with sampling variances `v`.
///
/// Formulas and papers: see [`Tau2Estimator`]; truncated at 0; where all effects are equal,
/// 0. The iterative estimators are found by a bracketed search over the whole range and
/// always return; ML and REML are the global maximum of the likelihood.
///
/// Errors: no studies, one study (tau2 needs two), unequal lengths, an effect that is not
/// finite, a variance that is not finite and positive, numbers out of range.
pub fn tau2(y: &[f64], v: &[f64], estimator: Tau2Estimator) -> Result<Tau2Estimate, StatsError> {
    let evidence = Evidence::new(y, v)?;
    if evidence.k() < 2 {
        return Err(StatsError::TooFewStudies { model: estimator.title(), k: 1, needed: 2 });
    }
    let zero = evidence.moments(0.0, 0.0);
    Ok(scaled(&evidence, &zero, estimator).out(&evidence))
}

/// Q-profile interval of tau2, `level` in percent.
///
/// The bounds are the tau2 at which the generalised Q statistic equals the upper and the
/// lower chi-squared quantile with k - 1 df; a bound of 0 is exact.
///
/// Source: Viechtbauer 2007, Stat Med 26:37-52. Errors as [`tau2`], and a level not between
/// 0 and 100.
pub fn q_profile(y: &[f64], v: &[f64], level: f64) -> Result<Tau2Interval, StatsError> {
    let evidence = Evidence::new(y, v)?;
    let tail = tail(level)?;
    if evidence.k() < 2 {
        return Err(StatsError::TooFewStudies { model: "the Q-profile", k: 1, needed: 2 });
    }
    Ok(interval_out(&evidence, estimating::q_profile(&evidence, tail, 0.0)))
}

/// The probability of one tail outside an interval of a level in percent.
pub(crate) fn tail(level: f64) -> Result<f64, StatsError> {
    if level > 0.0 && level < 100.0 { Ok(0.5 * (1.0 - level / 100.0)) } else { Err(StatsError::Level { value: level }) }
}

/// A scaled interval in the caller's units.
pub(crate) fn interval_out(evidence: &Evidence, interval: Tau2Interval) -> Tau2Interval {
    match interval {
        Tau2Interval::Interval { lower, upper } => {
            let (lower, upper) = (evidence.square_out(lower), evidence.square_out(upper));
            if upper.is_finite() { Tau2Interval::Interval { lower, upper } } else { Tau2Interval::Open { lower } }
        }
        Tau2Interval::Open { lower } => Tau2Interval::Open { lower: evidence.square_out(lower) },
        other => other,
    }
}

/// An estimate in scaled units, k > p; `zero` holds the sums at tau2 = 0.
pub(crate) fn scaled(evidence: &impl Sums, zero: &Moments, estimator: Tau2Estimator) -> Tau2Estimate {
    if let Some(closed) = moment::closed_form(evidence, zero, estimator) {
        return Tau2Estimate { value: closed.value(), se: closed.se, untruncated: Some(closed.raw), certificate: None };
    }
    let (value, certificate) = match estimator {
        Tau2Estimator::Ml => likelihood::maximise(evidence, false, zero.mu),
        Tau2Estimator::Reml => likelihood::maximise(evidence, true, zero.mu),
        _ => estimating::estimate(evidence, estimator, zero.mu),
    };
    let at = evidence.moments(value, zero.mu);
    Tau2Estimate { value, se: moment::iterative_se(evidence, &at, estimator), untruncated: None, certificate: Some(certificate) }
}

/// The estimate of [`scaled`] alone, for many fits.
pub(crate) fn scaled_value(evidence: &impl Sums, estimator: Tau2Estimator) -> f64 {
    match estimator {
        Tau2Estimator::Ml => likelihood::maximum(evidence, false, 0.0),
        Tau2Estimator::Reml => likelihood::maximum(evidence, true, 0.0),
        Tau2Estimator::Eb | Tau2Estimator::Pm | Tau2Estimator::Pmm => estimating::estimate(evidence, estimator, 0.0).0,
        _ => moment::closed_form(evidence, &evidence.moments(0.0, 0.0), estimator).map_or(0.0, |e| e.value()),
    }
}

impl Tau2Estimate {
    /// From scaled units to the caller's.
    pub(crate) fn out(self, evidence: &Evidence) -> Self {
        let square = |x: f64| evidence.square_out(x);
        Self {
            value: square(self.value),
            se: square(self.se),
            untruncated: self.untruncated.map(square),
            certificate: self.certificate.map(|c| Certificate {
                bracket: c.bracket.map(square),
                // The score of a likelihood is per unit of tau2; Q has no unit.
                score_at_root: if c.log_likelihood_at_zero.is_some() { evidence.square_in(c.score_at_root) } else { c.score_at_root },
                ..c
            }),
        }
    }
}
