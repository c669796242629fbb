//! Egger's test: regression of the effects on a measure of their precision.

use super::line::{Coefficient, Line};
use super::notes::SmallStudyNote;
use super::{at_least, check, check_sizes, mixed};
use crate::stats::error::StatsError;
use crate::stats::math::sqrt;
use crate::stats::pool::{CiMethod, Model, tail};
use serde::{Deserialize, Serialize};

/// What the effects are regressed on, with the sizes that it needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Predictor<'a> {
    /// The standard error.
    Se,
    /// The sampling variance.
    Vi,
    /// The number of people; the effect of an infinitely large study is not a value of the
    /// line, so there is no limit estimate.
    N(&'a [f64]),
    /// One over the number of people.
    Ninv(&'a [f64]),
    /// sqrt(1 / n1 + 1 / n2), which unlike the standard error of a standardised mean
    /// difference does not depend on the effect (Pustejovsky and Rodgers 2019). The weights
    /// stay those of the sampling variances.
    Modified {
        /// People in group 1.
        n1: &'a [f64],
        /// People in group 2.
        n2: &'a [f64],
    },
}

/// The name of a [`Predictor`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PredictorKind {
    /// The standard error.
    Se,
    /// The sampling variance.
    Vi,
    /// The number of people.
    N,
    /// One over the number of people.
    Ninv,
    /// sqrt(1 / n1 + 1 / n2).
    Modified,
}

impl PredictorKind {
    /// The word for it: `se`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Se => "se",
            Self::Vi => "vi",
            Self::N => "n",
            Self::Ninv => "ninv",
            Self::Modified => "modified",
        }
    }
}

impl Predictor<'_> {
    /// Its name.
    #[must_use]
    pub const fn kind(&self) -> PredictorKind {
        match self {
            Self::Se => PredictorKind::Se,
            Self::Vi => PredictorKind::Vi,
            Self::N(_) => PredictorKind::N,
            Self::Ninv(_) => PredictorKind::Ninv,
            Self::Modified { .. } => PredictorKind::Modified,
        }
    }

    fn values(&self, v: &[f64]) -> Result<Vec<f64>, StatsError> {
        let k = v.len();
        Ok(match self {
            Self::Se => v.iter().map(|v| sqrt(*v)).collect(),
            Self::Vi => v.to_vec(),
            Self::N(n) => {
                check_sizes("the number of people", n, k)?;
                n.to_vec()
            }
            Self::Ninv(n) => {
                check_sizes("the number of people", n, k)?;
                n.iter().map(|n| 1.0 / n).collect()
            }
            Self::Modified { n1, n2 } => {
                check_sizes("the size of group 1", n1, k)?;
                check_sizes("the size of group 2", n2, k)?;
                n1.iter().zip(*n2).map(|(a, b)| sqrt(1.0 / a + 1.0 / b)).collect()
            }
        })
    }
}

/// How the line is fitted and tested.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum EggerMethod {
    /// Weighted least squares, weights 1/v, residual variance estimated, t with k - 2 df.
    Classical,
    /// Mixed-effects regression: weights 1 / (v + tau2), tau2 by `model`.
    Mixed {
        /// How the residual tau2 is found; `Common` for none.
        model: Model,
        /// How the coefficients are tested: degrees of freedom are k - 2.
        ci: CiMethod,
        /// Wald's interval and p where `ci` is `Hksj` or `Mhksj` and would give a narrower one,
        /// and under the common-effect model, as when effects are pooled.
        guard: bool,
    },
}

/// Everything that [`egger`] is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EggerOptions<'a> {
    /// The predictor.
    pub predictor: Predictor<'a>,
    /// The method.
    pub method: EggerMethod,
    /// Of the intervals, in percent.
    pub level: f64,
}

impl Default for EggerOptions<'_> {
    /// Classical, on the standard error, 95%.
    fn default() -> Self {
        Self { predictor: Predictor::Se, method: EggerMethod::Classical, level: 95.0 }
    }
}

/// The effect that the line gives for a study of unlimited precision.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Limit {
    /// The estimate.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Its interval.
    pub ci: [f64; 2],
}

/// Egger's test.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Egger {
    /// Number of studies.
    pub k: usize,
    /// The method.
    pub method: EggerMethod,
    /// The predictor.
    pub predictor: PredictorKind,
    /// Test statistic of the slope: t, or z where `df` is `None`.
    pub statistic: f64,
    /// Its degrees of freedom.
    pub df: Option<f64>,
    /// Two-sided.
    pub p: f64,
    /// The slope: with the standard error as the predictor, Egger's "bias".
    pub slope: Coefficient,
    /// The line at 0.
    pub intercept: Coefficient,
    /// The limit estimate; none with predictor `n`.
    pub limit: Option<Limit>,
    /// Residual tau2 of the mixed regression.
    pub tau2: Option<f64>,
    /// How the coefficients of the mixed regression were tested.
    pub ci_used: Option<CiMethod>,
    /// Of the intervals, in percent.
    pub level: f64,
    /// Remarks.
    pub notes: Vec<SmallStudyNote>,
}

/// Regression test of funnel-plot asymmetry: y = a + b x, is b = 0?
///
/// Egger et al. regress y / s on 1 / s with equal weights; that is this regression of y on s
/// with weights 1/v, their intercept being b. Units: those of `y`; `b` per unit of x.
///
/// Errors: fewer than three studies, effects or variances out of range, sizes that are missing
/// or not positive, a predictor that does not differ between studies, a level not between 0
/// and 100.
///
/// Sources: Egger et al. 1997, BMJ 315:629-634; Sterne and Egger 2005, in Rothstein et al.,
/// Publication Bias in Meta-Analysis, ch. 6; Thompson and Sharp 1999, Stat Med 18:2693-2708
/// (mixed); Moreno et al. 2009, BMC Med Res Methodol 9:2 (limit); Pustejovsky and Rodgers 2019,
/// Res Synth Methods 10:57-71 (modified predictor).
pub fn egger(y: &[f64], v: &[f64], o: &EggerOptions<'_>) -> Result<Egger, StatsError> {
    const NAME: &str = "Egger's test";
    let tail = tail(o.level)?;
    check(y, v)?;
    let k = y.len();
    at_least(3, k, NAME)?;
    let x = o.predictor.values(v)?;
    let mut notes = Vec::from_iter(SmallStudyNote::few(k));
    let (coefficients, tau2, ci_used) = match o.method {
        EggerMethod::Classical => (classical(y, v, &x, tail, NAME)?, None, None),
        EggerMethod::Mixed { model, ci, guard } => {
            let fit = mixed::fit(y, v, &x, model, NAME)?;
            if fit.tau2 == 0.0 && matches!(model, Model::Random(_)) {
                notes.push(SmallStudyNote::Tau2AtZero);
            }
            let (coefficients, used) = tested(&fit.line, model, ci, guard, tail);
            if used != ci && model != Model::Common {
                notes.push(SmallStudyNote::NarrowerThanWald);
            }
            (coefficients, Some(fit.tau2), Some(used))
        }
    };
    let [intercept, slope] = coefficients;
    let kind = o.predictor.kind();
    let limit = (kind != PredictorKind::N).then_some(Limit { estimate: intercept.estimate, se: intercept.se, ci: intercept.ci });
    Ok(Egger {
        k,
        method: o.method,
        predictor: kind,
        statistic: slope.statistic,
        df: slope.df,
        p: slope.p,
        slope,
        intercept,
        limit,
        tau2,
        ci_used,
        level: o.level,
        notes,
    })
}

/// Weighted least squares with weights 1/v: intercept and slope.
pub(super) fn classical(y: &[f64], v: &[f64], x: &[f64], tail: f64, name: &'static str) -> Result<[Coefficient; 2], StatsError> {
    let w: Vec<f64> = v.iter().map(|v| 1.0 / v).collect();
    weighted(y, x, &w, tail, name)
}

/// Weighted least squares: intercept and slope, t with k - 2 df.
pub(super) fn weighted(y: &[f64], x: &[f64], w: &[f64], tail: f64, name: &'static str) -> Result<[Coefficient; 2], StatsError> {
    let line =
        Line::fit(y, x, w).ok_or(StatsError::Undefined { model: name, reason: "its predictor does not differ between the studies" })?;
    Ok(line.classical(tail))
}

/// The coefficients of a mixed regression by a method of inference, and the method used.
fn tested(line: &Line, model: Model, ci: CiMethod, guard: bool, tail: f64) -> ([Coefficient; 2], CiMethod) {
    let df = line.k as f64 - 2.0;
    let by = |method: CiMethod| {
        let (scale, df) = match method {
            CiMethod::Wald => (1.0, None),
            CiMethod::T => (1.0, Some(df)),
            CiMethod::Hksj => (line.rss / df, Some(df)),
            CiMethod::Mhksj => ((line.rss / df).max(1.0), Some(df)),
        };
        line.coefficients(scale, df, tail)
    };
    let asked = by(ci);
    if !(guard && matches!(ci, CiMethod::Hksj | CiMethod::Mhksj)) {
        return (asked, ci);
    }
    let wald = by(CiMethod::Wald);
    let width = |c: &[Coefficient; 2]| c[1].ci[1] - c[1].ci[0];
    if model == Model::Common || width(&asked) < width(&wald) { (wald, CiMethod::Wald) } else { (asked, ci) }
}
