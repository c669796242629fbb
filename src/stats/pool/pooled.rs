//! The whole analysis: estimate, interval, prediction, heterogeneity, weights and notes.

use super::certificate::Certificate;
use super::evidence::{Evidence, Moments};
use super::interval::{Inference, inference, prediction};
use super::notes::PoolNote;
use super::options::{CiMethod, Model, PiMethod, PoolOptions, Tau2Estimator};
use super::tau2::{Tau2Estimate, interval_out, scaled, tail};
use super::{estimating, likelihood};
use crate::stats::error::StatsError;
use crate::stats::heterogeneity::{Heterogeneity, Tau2Interval};
use crate::stats::math::sqrt;
use serde::Serialize;

/// A pooled effect and all that belongs to it, in the units of the effects.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pooled {
    /// Number of studies.
    pub k: usize,
    /// The model, as asked.
    pub model: Model,
    /// The mean effect: sum w y / sum w, w = 1 / (v + tau2).
    pub estimate: f64,
    /// Its standard error, by the interval method used.
    pub se: f64,
    /// estimate / se; infinite where se is 0.
    pub statistic: f64,
    /// Degrees of freedom of the t distribution; `None` for the normal.
    pub df: Option<f64>,
    /// Two-sided.
    pub p: f64,
    /// Confidence interval of the mean at `level`.
    pub ci: [f64; 2],
    /// The method of `ci`, which the guard can make another than asked.
    pub ci_used: CiMethod,
    /// Prediction interval of a new study's true effect.
    pub pi: Option<[f64; 2]>,
    /// Its method, `Matches` resolved; `None` (the method) where there is no interval.
    pub pi_used: PiMethod,
    /// Of all intervals, in percent.
    pub level: f64,
    /// Weight of each study in percent, in the order given; they sum to 100.
    pub weights: Vec<f64>,
    /// Heterogeneity.
    pub heterogeneity: Heterogeneity,
    /// Log-likelihood with all constants (ML, REML).
    pub log_likelihood: Option<f64>,
    /// How tau2 was found (ML, REML, EB, PM, PMM).
    pub certificate: Option<Certificate>,
    /// Remarks.
    pub notes: Vec<PoolNote>,
}

/// Pools effects `y` with sampling variances `v`.
///
/// mu = sum w y / sum w with w = 1 / (v + tau2), SE = 1 / sqrt(sum w); tau2 = 0 under the
/// common-effect model. Intervals: [`CiMethod`], [`PiMethod`]; heterogeneity:
/// [`Heterogeneity`]. One study gives its own result (Wald, no tau2, no prediction interval).
///
/// Errors: no studies, unequal lengths, an effect that is not finite, a variance that is not
/// finite and positive (with its index), a level not between 0 and 100, a stated tau2 that is
/// negative or not finite, numbers out of range.
///
/// Sources: Cochran 1954, Biometrics 10:101-129; DerSimonian and Laird 1986, Control Clin
/// Trials 7:177-188; Viechtbauer 2005, J Educ Behav Stat 30:261-293.
pub fn pool(y: &[f64], v: &[f64], o: &PoolOptions) -> Result<Pooled, StatsError> {
    let tail = tail(o.level)?;
    if let Model::Given(value) = o.model
        && !(value.is_finite() && value >= 0.0)
    {
        return Err(StatsError::Tau2 { value });
    }
    let evidence = Evidence::new(y, v)?;
    if evidence.k() == 1 {
        return Ok(single(y[0], v[0], o, tail));
    }
    let zero = evidence.moments(0.0, 0.0);
    let (tau2, stated) = match o.model {
        Model::Common => (0.0, None),
        Model::Given(value) => (evidence.square_in(value), None),
        Model::Random(estimator) => {
            let estimate = scaled(&evidence, &zero, estimator);
            (estimate.value, Some(estimate))
        }
    };
    let at = if tau2 == 0.0 { zero } else { evidence.moments(tau2, zero.mu) };
    let pooled = assemble(&evidence, o, tail, &zero, tau2, &at, stated);
    let finite = pooled.estimate.is_finite() && pooled.se.is_finite() && at.s1 > 0.0;
    if finite { Ok(pooled) } else { Err(StatsError::Range) }
}

fn assemble(
    evidence: &Evidence,
    o: &PoolOptions,
    tail: f64,
    zero: &Moments,
    tau2: f64,
    at: &Moments,
    estimated: Option<Tau2Estimate>,
) -> Pooled {
    let k = evidence.k();
    let random = o.model != Model::Common;
    let mut notes = data_notes(evidence);
    let estimate = evidence.location_out(at.mu);
    let se = evidence.length_out(1.0 / sqrt(at.s1));
    let result = guarded(o, estimate, se, at.q, k, tail, &mut notes);

    let tau2_out = match o.model {
        Model::Given(value) => value,
        _ => evidence.square_out(tau2),
    };
    let out = estimated.map(|e| e.out(evidence));
    let pi = if random { predict(o, &result, estimate, tau2_out, k, tail, &mut notes) } else { None };
    let tau2_ci =
        if o.tau2_ci { interval_out(evidence, estimating::q_profile(evidence, tail, zero.mu)) } else { Tau2Interval::NotComputed };
    let typical = evidence.square_out((k - 1) as f64 / zero.tr_p);
    let of_tau2 = random.then_some((tau2_out, out.map(|e| e.se)));
    let heterogeneity = Heterogeneity::new(k, zero.q, typical, of_tau2, tau2_ci, o.level);
    if let Some(e) = &out {
        if e.value == 0.0 && !evidence.all_equal() {
            notes.push(PoolNote::Tau2AtZero);
        }
        if let Some(c) = e.certificate.filter(|c| c.roots_found > 1) {
            notes.push(PoolNote::SeveralMaxima { count: c.roots_found });
        }
    }
    profile_notes(&heterogeneity, out.is_some(), &mut notes);
    let log_likelihood = match o.model {
        Model::Random(Tau2Estimator::Ml) => Some(false),
        Model::Random(Tau2Estimator::Reml) => Some(true),
        _ => None,
    };
    Pooled {
        k,
        model: o.model,
        estimate,
        se: result.se,
        statistic: result.statistic,
        df: result.df,
        p: result.p,
        ci: result.ci,
        ci_used: result.method,
        pi: pi.map(|(_, pi)| pi),
        pi_used: pi.map_or(PiMethod::None, |(method, _)| method),
        level: o.level,
        weights: evidence.weights(tau2, at.s1),
        heterogeneity,
        log_likelihood: log_likelihood.map(|r| likelihood::log_likelihood(evidence, r, tau2, at)),
        certificate: out.and_then(|e| e.certificate),
        notes,
    }
}

/// The interval asked for, or Wald's where the guard of edition 2026 puts it in its place.
fn guarded(o: &PoolOptions, estimate: f64, se: f64, q: f64, k: usize, tail: f64, notes: &mut Vec<PoolNote>) -> Inference {
    let asked = inference(o.ci, estimate, se, q, k, tail);
    if !matches!(o.ci, CiMethod::Hksj | CiMethod::Mhksj) {
        return asked;
    }
    let wald = inference(CiMethod::Wald, estimate, se, q, k, tail);
    // Half-widths from the standard errors: the bounds themselves may be large numbers.
    let half = |i: &Inference| super::interval::critical(tail, i.df) * i.se;
    let (half_width, wald_half_width) = (half(&asked), half(&wald));
    let narrower = half_width < wald_half_width;
    if !o.guard {
        if narrower {
            notes.push(PoolNote::LiteralHksjNarrower { half_width, wald_half_width });
        }
        return asked;
    }
    if o.model == Model::Common {
        notes.push(PoolNote::WaldForCommonEffect { asked: o.ci });
    } else if k == 2 {
        notes.push(PoolNote::WaldForTwoStudies { asked: o.ci });
    } else if narrower {
        notes.push(PoolNote::NarrowerThanWald { asked: o.ci, half_width, wald_half_width });
    } else {
        return asked;
    }
    wald
}

fn predict(
    o: &PoolOptions,
    result: &Inference,
    estimate: f64,
    tau2: f64,
    k: usize,
    tail: f64,
    notes: &mut Vec<PoolNote>,
) -> Option<(PiMethod, [f64; 2])> {
    if o.pi == PiMethod::None {
        return None;
    }
    if k < 3 && o.pi_requires_three {
        notes.push(PoolNote::PredictionNeedsThree { k });
        return None;
    }
    if k < 5 {
        notes.push(PoolNote::PredictionFewStudies { k });
    }
    if k == 2 && o.pi == PiMethod::Riley {
        notes.push(PoolNote::PredictionDfFloored);
    }
    prediction(o.pi, result, estimate, tau2, k, tail)
}

fn data_notes(evidence: &Evidence) -> Vec<PoolNote> {
    let mut notes = Vec::new();
    if evidence.k() == 2 {
        notes.push(PoolNote::TwoStudies);
    }
    if evidence.all_equal() {
        notes.push(PoolNote::AllEffectsEqual);
    }
    let ratio = evidence.vmax / evidence.vmin();
    if ratio >= 1e7 {
        notes.push(PoolNote::VariancesFarApart { ratio });
    }
    notes
}

pub(crate) fn profile_notes(h: &Heterogeneity, estimated: bool, notes: &mut Vec<PoolNote>) {
    match h.tau2_ci {
        Tau2Interval::Empty => notes.push(PoolNote::QProfileEmpty),
        Tau2Interval::Open { .. } => notes.push(PoolNote::QProfileOpen),
        Tau2Interval::Interval { lower, upper } if estimated && (h.tau2 < lower || h.tau2 > upper) => {
            notes.push(PoolNote::QProfileExcludesEstimate { tau2: h.tau2, lower, upper });
        }
        Tau2Interval::Interval { .. } | Tau2Interval::NotComputed => {}
    }
}

/// k = 1: the study's own result.
fn single(y: f64, v: f64, o: &PoolOptions, tail: f64) -> Pooled {
    let i = inference(CiMethod::Wald, y, sqrt(v), 1.0, 2, tail);
    Pooled {
        k: 1,
        model: o.model,
        estimate: y,
        se: i.se,
        statistic: i.statistic,
        df: None,
        p: i.p,
        ci: i.ci,
        ci_used: CiMethod::Wald,
        pi: None,
        pi_used: PiMethod::None,
        level: o.level,
        weights: vec![100.0],
        heterogeneity: Heterogeneity::single(),
        log_likelihood: None,
        certificate: None,
        notes: vec![PoolNote::SingleStudy],
    }
}
