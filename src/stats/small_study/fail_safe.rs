//! Fail-safe numbers: how many unseen null results would undo a finding.

use super::check;
use super::notes::SmallStudyNote;
use crate::stats::dist::{norm_isf, norm_sf, two_sided_norm};
use crate::stats::error::StatsError;
use crate::stats::math::{sqrt, sum};
use crate::stats::pool::{Model, PoolOptions, pool};
use serde::{Deserialize, Serialize};

/// The mean that Orwin's number starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrwinMean {
    /// The plain mean of the effects, as in Orwin's paper.
    Plain,
    /// The inverse-variance weighted mean.
    Weighted,
}

/// Which fail-safe number.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum FailSafeMethod {
    /// Null results until Stouffer's combined test is not significant, one-tailed.
    Rosenthal,
    /// Null effects until the mean comes down to a target.
    Orwin {
        /// The target, in units of the effects; not 0, on the side of the mean.
        target: f64,
        /// The mean.
        mean: OrwinMean,
    },
    /// Null effects of average weight until the weighted mean is not significant, two-tailed.
    Rosenberg,
}

impl FailSafeMethod {
    /// The word for it: `rosenthal`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rosenthal => "rosenthal",
            Self::Orwin { .. } => "orwin",
            Self::Rosenberg => "rosenberg",
        }
    }

    /// The paper that defines it.
    #[must_use]
    pub const fn citation(self) -> &'static str {
        match self {
            Self::Rosenthal => "Rosenthal R. Psychol Bull 1979;86:638-641",
            Self::Orwin { .. } => "Orwin RG. J Educ Stat 1983;8:157-159",
            Self::Rosenberg => "Rosenberg MS. Evolution 2005;59:464-468",
        }
    }
}

/// Everything that [`fail_safe`] is asked.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FailSafeOptions {
    /// The method.
    pub method: FailSafeMethod,
    /// What counts as significant: one-tailed for Rosenthal, two-tailed for Rosenberg.
    pub alpha: f64,
}

impl Default for FailSafeOptions {
    /// Rosenthal, 0.05.
    fn default() -> Self {
        Self { method: FailSafeMethod::Rosenthal, alpha: 0.05 }
    }
}

/// A fail-safe number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FailSafe {
    /// Number of studies.
    pub k: usize,
    /// The method.
    pub method: FailSafeMethod,
    /// The number, rounded up.
    pub n: u64,
    /// The mean that it starts from: the weighted one, or for Orwin the one asked for.
    pub mean: f64,
    /// The p-value of the combined test (Rosenthal one-tailed, Rosenberg two-tailed).
    pub p: Option<f64>,
    /// Rosenthal: 5 k + 10, the number above which he called a finding safe.
    pub tolerance: Option<u64>,
    /// What counts as significant.
    pub alpha: f64,
    /// Remarks.
    pub notes: Vec<SmallStudyNote>,
}

/// The fail-safe number of effects `y` with sampling variances `v`.
///
/// - Rosenthal: (sum y / s)^2 / z^2 - k, z one-tailed; the sign of the sum does not matter.
/// - Orwin: k (mean - target) / target.
/// - Rosenberg: k / sum w ((sum w y / z)^2 - sum w) with w = 1/v, z two-tailed.
///
/// Rounded up, at least 0.
///
/// Errors: effects or variances out of range, `alpha` not between 0 and 1, a target that is 0,
/// not finite or on the other side of 0 than the mean, a number beyond 2^53.
///
/// Sources: [`FailSafeMethod::citation`].
pub fn fail_safe(y: &[f64], v: &[f64], o: &FailSafeOptions) -> Result<FailSafe, StatsError> {
    check(y, v)?;
    check_alpha(o.alpha)?;
    let count = y.len();
    let k = count as f64;
    let common = pool(y, v, &PoolOptions { model: Model::Common, tau2_ci: false, ..PoolOptions::default() })?;
    let mut notes = Vec::from_iter(SmallStudyNote::few(count));
    let weighted = common.estimate;
    let (raw, mean, p) = match o.method {
        FailSafeMethod::Rosenthal => {
            let z = sum(y.iter().zip(v).map(|(y, v)| y / sqrt(*v)));
            let ratio = z / norm_isf(o.alpha);
            (ratio * ratio - k, weighted, Some(norm_sf(z.abs() / sqrt(k))))
        }
        FailSafeMethod::Orwin { target, mean } => {
            let mean = match mean {
                OrwinMean::Plain => y[0] + sum(y.iter().map(|x| x - y[0])) / k,
                OrwinMean::Weighted => weighted,
            };
            if !(target.is_finite() && target != 0.0) {
                return Err(undefined_orwin("a target is a finite number other than 0, which no number of null effects reaches"));
            }
            if mean * target < 0.0 {
                return Err(undefined_orwin("the target lies on the other side of 0 than the mean, where null effects do not lead"));
            }
            if mean.abs() <= target.abs() {
                notes.push(SmallStudyNote::WithinTarget { mean });
            }
            (k * ((mean - target) / target), mean, None)
        }
        FailSafeMethod::Rosenberg => {
            let w = 1.0 / (common.se * common.se);
            let z = weighted / common.se;
            let ratio = z / norm_isf(0.5 * o.alpha);
            // k / W ((W mean / z_alpha)^2 - W) = k (W mean^2 / z_alpha^2 - 1).
            let raw = if w.is_finite() { k * (ratio * ratio - 1.0) } else { f64::NAN };
            (raw, weighted, Some(two_sided_norm(z)))
        }
    };
    if let Some(p) = p.filter(|p| *p > o.alpha) {
        notes.push(SmallStudyNote::NotSignificant { p });
    }
    notes.push(SmallStudyNote::FailSafeReading);
    let n = libm::ceil(raw).max(0.0);
    if n.is_nan() || n > 9e15 {
        return Err(StatsError::Range);
    }
    let tolerance = matches!(o.method, FailSafeMethod::Rosenthal).then_some(5 * count as u64 + 10);
    Ok(FailSafe { k: count, method: o.method, n: n as u64, mean, p, tolerance, alpha: o.alpha, notes })
}

fn undefined_orwin(reason: &'static str) -> StatsError {
    StatsError::Undefined { model: "Orwin's fail-safe number", reason }
}

/// A probability of error strictly between 0 and 1.
pub(super) fn check_alpha(alpha: f64) -> Result<(), StatsError> {
    if alpha > 0.0 && alpha < 1.0 { Ok(()) } else { Err(StatsError::Level { value: 100.0 * (1.0 - alpha) }) }
}
