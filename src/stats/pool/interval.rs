//! Confidence interval, test and prediction interval of a mean.

use super::options::{CiMethod, PiMethod};
use crate::stats::dist::{norm_isf, t_quantile, two_sided_norm, two_sided_t};
use crate::stats::math::sqrt;

/// An interval with its test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Inference {
    pub method: CiMethod,
    pub se: f64,
    pub statistic: f64,
    pub df: Option<f64>,
    pub p: f64,
    pub ci: [f64; 2],
}

/// The upper quantile of t with `df`, or of the normal without.
pub(crate) fn critical(tail: f64, df: Option<f64>) -> f64 {
    df.map_or_else(|| norm_isf(tail), |df| -t_quantile(tail, df))
}

/// The interval and test of a mean by one method, k >= 2.
///
/// `se` is the model-based standard error 1 / sqrt(sum w), `q` the generalised Q at the tau2
/// in use. HKSJ multiplies `se` by sqrt(q / (k - 1)), MHKSJ by at least 1. A standard error
/// of 0 gives an infinite statistic and p = 0, or 0 and 1 where the estimate is 0.
///
/// Sources: Hartung and Knapp 2001, Stat Med 20:3875-3889; Sidik and Jonkman 2002, Stat Med
/// 21:3153-3159; Knapp and Hartung 2003, Stat Med 22:2693-2710 (MHKSJ).
pub(crate) fn inference(method: CiMethod, estimate: f64, se: f64, q: f64, k: usize, tail: f64) -> Inference {
    let df = (k - 1) as f64;
    let factor = q / df;
    let (se, df) = match method {
        CiMethod::Wald => (se, None),
        CiMethod::T => (se, Some(df)),
        CiMethod::Hksj => (se * sqrt(factor), Some(df)),
        CiMethod::Mhksj => (se * sqrt(factor.max(1.0)), Some(df)),
    };
    let statistic = if se == 0.0 && estimate == 0.0 { 0.0 } else { estimate / se };
    let p = df.map_or_else(|| two_sided_norm(statistic), |df| two_sided_t(statistic, df));
    let half = critical(tail, df) * se;
    Inference { method, se, statistic, df, p, ci: [estimate - half, estimate + half] }
}

/// estimate -/+ critical value * sqrt(se^2 + tau2), with `se` that of the interval in use.
/// Returns the method that `Matches` stands for; `None` where there is none.
pub(crate) fn prediction(
    method: PiMethod,
    inference: &Inference,
    estimate: f64,
    tau2: f64,
    k: usize,
    tail: f64,
) -> Option<(PiMethod, [f64; 2])> {
    let method = match method {
        PiMethod::Matches if inference.df.is_none() => PiMethod::Normal,
        PiMethod::Matches => PiMethod::T,
        other => other,
    };
    let df = match method {
        PiMethod::None | PiMethod::Matches => return None,
        PiMethod::Normal => None,
        PiMethod::T => Some((k as f64 - 1.0).max(1.0)),
        PiMethod::Riley => Some((k as f64 - 2.0).max(1.0)),
    };
    let half = critical(tail, df) * sqrt(inference.se * inference.se + tau2);
    Some((method, [estimate - half, estimate + half]))
}
