//! Bootstrap intervals of the mean effect and of tau2.
//!
//! Source: Van den Noortgate and Onghena 2005, Behav Res Methods 37:11-22.

use super::fit::{fit, gather};
use super::replicates::Replicates;
use super::watch::{Watch, each_or_error};
use crate::stats::error::StatsError;
use crate::stats::math::sqrt;
use crate::stats::pool::{Model, PoolOptions, pool, tail};
use crate::stats::random::Random;
use serde::Serialize;

/// How a draw is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Resampling {
    /// k studies drawn from the k studies, each as likely each time, with their variances.
    Studies,
    /// Effects simulated from the fitted model: normal about the mean with variance v + tau2,
    /// each study with its own v.
    Model,
}

/// How many draws, from which seed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BootstrapOptions {
    /// How each draw is made.
    pub resampling: Resampling,
    /// Number of draws; (draws + 1) (1 - level / 100) / 2 must be at least 1.
    pub draws: usize,
    /// Of the random numbers: draw i has the stream i of it.
    pub seed: u64,
    /// Of the intervals, in percent.
    pub level: f64,
}

/// Bootstrap distributions of one analysis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bootstrapped {
    /// Number of studies.
    pub k: usize,
    /// The options, seed included.
    pub options: BootstrapOptions,
    /// Of the mean effect.
    pub estimate: Replicates,
    /// Of tau2; `None` where the model does not estimate it.
    pub tau2: Option<Replicates>,
}

/// Draws the data anew, pools every draw by the model, and reads intervals from the results.
///
/// Errors: those of `pool`; fewer than two studies; a level not between 0 and 100; too few
/// draws for it; [`StatsError::Stopped`].
pub fn bootstrap(y: &[f64], v: &[f64], model: Model, o: &BootstrapOptions, watch: Watch<'_>) -> Result<Bootstrapped, StatsError> {
    let tail = tail(o.level)?;
    pool(y, v, &PoolOptions { model, ..PoolOptions::default() })?;
    let k = y.len();
    if k < 2 {
        return Err(StatsError::TooFewStudies { model: "the bootstrap", k, needed: 2 });
    }
    let too_few = StatsError::Undefined { model: "the bootstrap", reason: "the draws are too few for the level" };
    if (o.draws as f64 + 1.0) * tail < 1.0 - 1e-9 {
        return Err(too_few);
    }
    let full = fit(y, v, model)?;
    let fits = each_or_error(o.draws, watch, <[Vec<f64>; 2]>::default, |buffer, index| {
        let mut random = Random::stream(o.seed, index as u64);
        match o.resampling {
            Resampling::Studies => gather(buffer, y, v, (0..k).map(|_| random.below(k))),
            Resampling::Model => {
                buffer[0].clear();
                buffer[0].extend(v.iter().map(|v| full.estimate + sqrt(v + full.tau2) * random.normal()));
            }
        }
        let variances = if o.resampling == Resampling::Model { v } else { &buffer[1] };
        fit(&buffer[0], variances, model).map(|fit| (fit.estimate, fit.tau2))
    })?;
    let jackknife = match o.resampling {
        Resampling::Model => None,
        Resampling::Studies => Some(each_or_error(k, Watch { progress: &|_, _| {}, ..watch }, Default::default, |buffer, i| {
            gather(buffer, y, v, (0..k).filter(|j| *j != i));
            fit(&buffer[0], &buffer[1], model).map(|fit| (fit.estimate, fit.tau2))
        })?),
    };
    let (estimates, tau2s): (Vec<f64>, Vec<f64>) = fits.into_iter().unzip();
    let (of_estimate, of_tau2): (Option<Vec<f64>>, Option<Vec<f64>>) =
        jackknife.map(|pairs| pairs.into_iter().unzip()).map_or((None, None), |(a, b)| (Some(a), Some(b)));
    let estimate = Replicates::new(full.estimate, estimates, of_estimate.as_deref(), tail, f64::NEG_INFINITY).ok_or(too_few)?;
    let tau2 = match model {
        Model::Random(_) => Some(Replicates::new(full.tau2, tau2s, of_tau2.as_deref(), tail, 0.0).ok_or(too_few)?),
        Model::Common | Model::Given(_) => None,
    };
    Ok(Bootstrapped { k, options: *o, estimate, tau2 })
}
