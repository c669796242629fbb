//! Cluster wild bootstrap: a test of coefficients that needs neither normal effects nor many
//! studies.
//!
//! The model is fitted under the hypothesis, and every draw multiplies the residuals of each
//! study by one random number of mean 0 and variance 1, refits the whole model, variances
//! included, and takes the robust Wald statistic. With Rademacher weights and few enough
//! studies all sign patterns are used, and the p-value is exact.
//!
//! Sources: Cameron, Gelbach and Miller 2008, Rev Econ Stat 90:414-427; Joshi, Pustejovsky and
//! Beretvas 2022, Res Synth Methods 13:457-477; Webb 2023, Can J Econ 56:839-858 (six-point
//! weights).

use super::clustered::Clustered;
use super::infer::wald;
use super::input::DependentEffects;
use super::maximise::maximise;
use super::options::{MultilevelOptions, Variances};
use super::robust::{RobustKind, sandwich_covariance};
use crate::stats::error::StatsError;
use crate::stats::random::Random;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// The random number of each study.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WildWeights {
    /// -1 or 1.
    Rademacher,
    /// Six values, -/+ sqrt(1/2), 1, sqrt(3/2): more patterns where studies are few.
    Webb,
}

impl WildWeights {
    fn draw(self, random: &mut Random) -> f64 {
        let sign = |x: f64, odd: bool| if odd { -x } else { x };
        match self {
            Self::Rademacher => sign(1.0, random.below(2) == 1),
            Self::Webb => {
                let i = random.below(6);
                sign([std::f64::consts::FRAC_1_SQRT_2, 1.0, 1.224_744_871_391_589][i / 2], i % 2 == 1)
            }
        }
    }
}

/// What a wild bootstrap is asked.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WildOptions {
    /// The random numbers.
    pub weights: WildWeights,
    /// Number of draws.
    pub draws: usize,
    /// Of the random numbers: draw i has the stream i of it.
    pub seed: u64,
    /// The covariance in the statistic.
    pub statistic: RobustKind,
    /// Whether the residuals are corrected as by CR2, or used as they are.
    pub corrected_residuals: bool,
}

impl Default for WildOptions {
    /// Rademacher, 1,999 draws, CR0 in the statistic, residuals as they are (Joshi et al.).
    fn default() -> Self {
        Self { weights: WildWeights::Rademacher, draws: 1999, seed: 1, statistic: RobustKind::Cr0, corrected_residuals: false }
    }
}

/// The result of a wild bootstrap.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WildBootstrap {
    /// The options, seed included.
    pub options: WildOptions,
    /// The columns of the design whose coefficients are tested to be 0.
    pub columns: Vec<usize>,
    /// Number of studies.
    pub studies: usize,
    /// The observed statistic: the robust Wald statistic divided by the number of columns.
    pub statistic: f64,
    /// Whether all sign patterns were used in place of random draws.
    pub exact: bool,
    /// Number of statistics: draws, or patterns (up to a common sign), less `failed`.
    pub draws: usize,
    /// Draws without a statistic.
    pub failed: usize,
    /// How many statistics were at least the observed one.
    pub as_large: usize,
    /// `as_large` / `draws` where exact (the observed pattern is among them), else
    /// (`as_large` + 1) / (`draws` + 1).
    pub p: f64,
    /// The statistics, in the order of the draws.
    #[serde(skip)]
    pub statistics: Vec<f64>,
}

/// Tests that the coefficients of some columns are 0. `stop` is asked before every draw.
///
/// Errors: those of [`Clustered::fit`] and [`Clustered::robust`], no column, a column twice or
/// beyond the design, no draws, [`StatsError::Stopped`].
pub fn wild_bootstrap(
    effects: &DependentEffects<'_>,
    o: &MultilevelOptions,
    columns: &[usize],
    w: &WildOptions,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<WildBootstrap, StatsError> {
    let undefined = |reason| StatsError::Undefined { model: "a wild bootstrap", reason };
    let full = Clustered::new(effects)?;
    let (k, p, m) = (full.k, full.p, full.studies());
    let mut tested = vec![false; p];
    for column in columns {
        match tested.get_mut(*column) {
            Some(t) if !*t => *t = true,
            _ => return Err(undefined("a column is named twice or does not exist")),
        }
    }
    if columns.is_empty() || w.draws == 0 {
        return Err(undefined(if columns.is_empty() { "no coefficient is named" } else { "no draws are asked for" }));
    }
    let fit = full.fit(o)?;
    let near = [full.square_in(fit.heterogeneity.sigma2.between), full.square_in(fit.heterogeneity.sigma2.within)];
    let observed = statistic(&full, o, near, w.statistic, columns)?.ok_or(undefined("the robust covariance is singular"))?;
    // The model under the hypothesis, and its residuals in the same rotated form.
    let ones = [1.0].repeat(k);
    let x = effects.x.unwrap_or(&ones);
    let kept: Vec<usize> = (0..p).filter(|j| !tested[*j]).collect();
    let reduced: Vec<f64> = (0..k).flat_map(|i| kept.iter().map(move |j| x[i * p + j])).collect();
    let null = Clustered::with_design(effects, &reduced, kept.len())?;
    let residuals = null_residuals(&null, o, w.corrected_residuals)?;
    let patterns = 1_usize.checked_shl(m.saturating_sub(1) as u32).unwrap_or(usize::MAX);
    let exact = w.weights == WildWeights::Rademacher && m < 40 && patterns <= w.draws;
    let draws = if exact { patterns } else { w.draws };
    let one = |index: usize| -> Option<Result<Option<f64>, StatsError>> {
        if stop() {
            return None;
        }
        let factors: Vec<f64> = if exact {
            (0..m).map(|i| if i > 0 && index >> (i - 1) & 1 == 1 { -1.0 } else { 1.0 }).collect()
        } else {
            let mut random = Random::stream(w.seed, index as u64);
            (0..m).map(|_| w.weights.draw(&mut random)).collect()
        };
        let y = factors.iter().zip(&residuals).flat_map(|(f, e)| e.iter().map(move |e| f * e));
        Some(statistic(&full.with_effects(y), o, near, w.statistic, columns))
    };
    let results: Option<Vec<_>> = (0..draws).into_par_iter().map(one).collect();
    let statistics: Vec<f64> = results.ok_or(StatsError::Stopped)?.into_iter().filter_map(|r| r.ok().flatten()).collect();
    let done = statistics.len();
    // Patterns that differ by a common sign give the same statistic up to rounding.
    let as_large = statistics.iter().filter(|s| **s >= observed * (1.0 - 1e-9)).count();
    let p = if exact { as_large as f64 / done as f64 } else { (as_large + 1) as f64 / (done + 1) as f64 };
    Ok(WildBootstrap {
        options: *w,
        columns: columns.to_vec(),
        studies: m,
        statistic: observed,
        exact,
        draws: done,
        failed: draws - done,
        as_large,
        p,
        statistics,
    })
}

/// The robust Wald statistic of a full fit, divided by the number of columns; `None` where the
/// covariance is singular.
fn statistic(
    data: &Clustered,
    o: &MultilevelOptions,
    near: [f64; 2],
    kind: RobustKind,
    columns: &[usize],
) -> Result<Option<f64>, StatsError> {
    let found = maximise(data, o, Some(near))?;
    let [between, within] = found.best.theta.map(|t| data.square_out(t));
    let (at, slices) = data.sandwich(Variances { between, within }, kind)?;
    let of_q = sandwich_covariance(&at, &slices, kind.factor(data.studies(), data.p), data.p);
    let covariance: Vec<f64> = data.design.covariance(&of_q).iter().map(|x| data.square_out(*x)).collect();
    let wald = wald(&data.coefficients_out(&at.b), &covariance, data.p, columns);
    Ok(wald.map(|w| w / columns.len() as f64).filter(|w| w.is_finite()))
}

/// The residuals of every study under the hypothesis, rotated and scaled.
fn null_residuals(null: &Clustered, o: &MultilevelOptions, corrected: bool) -> Result<Vec<Vec<f64>>, StatsError> {
    let found = maximise(null, o, None)?;
    let at = null.point(found.best.theta, true).ok_or(StatsError::Range)?;
    Ok((0..null.studies())
        .map(|i| {
            let e = null.residuals(i, &at.b);
            if corrected { null.corrected_residuals(i, &at, &e) } else { e }
        })
        .collect())
}
