//! PET-PEESE: the regression lines on the standard error and on the variance, read at 0.

use super::egger::classical;
use super::line::Coefficient;
use super::notes::SmallStudyNote;
use super::{at_least, check};
use crate::stats::dist::t_sf;
use crate::stats::error::StatsError;
use crate::stats::math::sqrt;
use crate::stats::pool::{Model, PoolOptions, pool, tail};
use serde::{Deserialize, Serialize};

/// The direction in which an effect is expected, for the one-sided test of PET.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// That of the common-effect mean.
    #[default]
    Observed,
    /// Above 0.
    Positive,
    /// Below 0.
    Negative,
}

/// Which of the two estimates the rule takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PetOrPeese {
    /// The intercept of the regression on the standard error.
    Pet,
    /// The intercept of the regression on the variance.
    Peese,
}

/// Everything that [`pet_peese`] is asked.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PetPeeseOptions {
    /// PEESE is taken where the one-sided p of PET is below it.
    pub alpha: f64,
    /// The side of that test.
    pub expected: Expected,
    /// Of the intervals, in percent.
    pub level: f64,
}

impl Default for PetPeeseOptions {
    /// 0.05, in the observed direction, 95%.
    fn default() -> Self {
        Self { alpha: 0.05, expected: Expected::Observed, level: 95.0 }
    }
}

/// Both regressions, and the one that the rule takes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PetPeese {
    /// Number of studies.
    pub k: usize,
    /// PET: the effect at a standard error of 0.
    pub pet: Coefficient,
    /// Its slope on the standard error (the funnel-asymmetry test, Egger's).
    pub pet_slope: Coefficient,
    /// PEESE: the effect at a variance of 0.
    pub peese: Coefficient,
    /// Its slope on the variance.
    pub peese_slope: Coefficient,
    /// P that PET's t lies further in the expected direction.
    pub p_one_sided: f64,
    /// Whether that direction is upwards.
    pub expected_positive: bool,
    /// The limit that `p_one_sided` was held against.
    pub alpha: f64,
    /// The one taken.
    pub chosen: PetOrPeese,
    /// Of the intervals, in percent.
    pub level: f64,
    /// Remarks.
    pub notes: Vec<SmallStudyNote>,
}

impl PetPeese {
    /// The estimate taken.
    #[must_use]
    pub fn estimate(&self) -> &Coefficient {
        match self.chosen {
            PetOrPeese::Pet => &self.pet,
            PetOrPeese::Peese => &self.peese,
        }
    }
}

/// Precision-effect test and precision-effect estimate with standard error.
///
/// Weighted least squares with weights 1/v, t with k - 2 df: y = a + b s (PET) and
/// y = a + b v (PEESE). PEESE is taken where PET's one-sided p is below `alpha`, else PET.
///
/// Errors: fewer than three studies, effects or variances out of range, all variances equal,
/// an `alpha` not between 0 and 1, a level not between 0 and 100.
///
/// Source: Stanley and Doucouliagos 2014, Res Synth Methods 5:60-78.
pub fn pet_peese(y: &[f64], v: &[f64], o: &PetPeeseOptions) -> Result<PetPeese, StatsError> {
    const NAME: &str = "PET-PEESE";
    let tail = tail(o.level)?;
    super::fail_safe::check_alpha(o.alpha)?;
    check(y, v)?;
    let k = y.len();
    at_least(3, k, NAME)?;
    let s: Vec<f64> = v.iter().map(|v| sqrt(*v)).collect();
    let [pet, pet_slope] = classical(y, v, &s, tail, NAME)?;
    let [peese, peese_slope] = classical(y, v, v, tail, NAME)?;
    let common = pool(y, v, &PoolOptions { model: Model::Common, tau2_ci: false, ..PoolOptions::default() })?;
    let expected_positive = match o.expected {
        Expected::Observed => common.estimate >= 0.0,
        Expected::Positive => true,
        Expected::Negative => false,
    };
    let t = if expected_positive { pet.statistic } else { -pet.statistic };
    let p_one_sided = t_sf(t, k as f64 - 2.0);
    let chosen = if p_one_sided < o.alpha { PetOrPeese::Peese } else { PetOrPeese::Pet };
    let mut notes = Vec::from_iter(SmallStudyNote::few(k));
    let i2 = common.heterogeneity.i2_q;
    if k < 20 || i2 > 80.0 {
        notes.push(SmallStudyNote::PetPeeseFragile { k, i2 });
    }
    Ok(PetPeese { k, pet, pet_slope, peese, peese_slope, p_one_sided, expected_positive, alpha: o.alpha, chosen, level: o.level, notes })
}
