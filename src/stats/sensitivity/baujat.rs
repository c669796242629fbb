//! Coordinates of the plot of Baujat: which studies make the heterogeneity, and which the mean.

use super::fit::gather;
use super::watch::{Watch, each_or_error};
use crate::stats::error::StatsError;
use crate::stats::pool::{PiMethod, PoolOptions, pool};
use serde::Serialize;

/// The place of one study.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BaujatPoint {
    /// (y - mu)^2 / (v + tau2): under the common-effect model the study's share of Q.
    pub heterogeneity: f64,
    /// (mu - mu(-i))^2 / se(-i)^2, (-i) without the study.
    pub influence: f64,
}

/// One point per study, in the order given, under the options given. Baujat's own plot is that
/// of the common-effect model (tau2 = 0) with `wald`; under random effects both axes are those
/// of the random-effects fit.
///
/// Errors: those of `pool`, fewer than two studies, [`StatsError::Stopped`].
///
/// Source: Baujat et al. 2002, Stat Med 21:2641-2652.
pub fn baujat(y: &[f64], v: &[f64], o: &PoolOptions, watch: Watch<'_>) -> Result<Vec<BaujatPoint>, StatsError> {
    let o = PoolOptions { pi: PiMethod::None, tau2_ci: false, ..*o };
    let full = pool(y, v, &o)?;
    let k = y.len();
    if k < 2 {
        return Err(StatsError::TooFewStudies { model: "the plot of Baujat", k, needed: 2 });
    }
    let tau2 = full.heterogeneity.tau2;
    each_or_error(k, watch, Default::default, |buffer, i| {
        gather(buffer, y, v, (0..k).filter(|j| *j != i));
        let without = pool(&buffer[0], &buffer[1], &o)?;
        let (residual, change) = (y[i] - full.estimate, full.estimate - without.estimate);
        let influence = if change == 0.0 { 0.0 } else { change * change / (without.se * without.se) };
        Ok(BaujatPoint { heterogeneity: residual * residual / (v[i] + tau2), influence })
    })
}
