//! Begg and Mazumdar's rank correlation test.

use super::kendall::{Kendall, KendallP, kendall};
use super::notes::SmallStudyNote;
use super::{at_least, check};
use crate::stats::error::StatsError;
use crate::stats::math::{sqrt, sum};
use serde::Serialize;

/// Begg and Mazumdar's test.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Begg {
    /// Number of studies.
    pub k: usize,
    /// Kendall's tau-b of the standardised effects and the sampling variances.
    pub tau: f64,
    /// Concordant minus discordant pairs.
    pub score: f64,
    /// Two-sided.
    pub p: f64,
    /// How p came about: exactly, or from the normal distribution.
    pub method: KendallP,
    /// z of the normal approximation, without continuity correction.
    pub z: Option<f64>,
    /// Remarks.
    pub notes: Vec<SmallStudyNote>,
}

impl Begg {
    fn new(k: usize, found: Kendall) -> Self {
        let mut notes = Vec::from_iter(SmallStudyNote::few(k));
        match found.method {
            KendallP::Exact => {}
            KendallP::NormalTies => notes.push(SmallStudyNote::TiesNormal { tied: found.tied }),
            KendallP::Normal => notes.push(SmallStudyNote::ManyNormal { k }),
        }
        Self { k, tau: found.tau, score: found.score, p: found.p, method: found.method, z: found.z, notes }
    }
}

/// Rank correlation between (y - mu) / sqrt(v - 1 / sum w) and v, where w = 1/v and mu is the
/// common-effect mean.
///
/// The test is [`kendall`]'s: exact up to 150 studies without ties, normal else.
///
/// Errors: fewer than two studies, effects or variances out of range, all variances or all
/// standardised effects equal.
///
/// Source: Begg and Mazumdar 1994, Biometrics 50:1088-1101.
pub fn begg(y: &[f64], v: &[f64]) -> Result<Begg, StatsError> {
    const NAME: &str = "the rank correlation test of Begg and Mazumdar";
    check(y, v)?;
    let k = y.len();
    at_least(2, k, NAME)?;
    let standardised = standardised(y, v);
    if standardised.iter().any(|z| !z.is_finite()) {
        return Err(StatsError::Range);
    }
    let found = kendall(&standardised, v)
        .ok_or(StatsError::Undefined { model: NAME, reason: "all variances or all standardised effects are the same number" })?;
    Ok(Begg::new(k, found))
}

/// The standardised effects; nothing cancels where one study has nearly all the weight.
fn standardised(y: &[f64], v: &[f64]) -> Vec<f64> {
    let first = (1..v.len()).fold(0, |a, b| if v[b] < v[a] { b } else { a });
    let (vmin, y0) = (v[first], y[first]);
    let w = |i: usize| vmin / v[i];
    let others = || (0..v.len()).filter(|i| *i != first);
    let rest = sum(others().map(w));
    let total = 1.0 + rest;
    let shift = sum(others().map(|i| w(i) * (y[i] - y0))) / total;
    (0..v.len())
        .map(|i| {
            let without = if i == first { rest } else { total - w(i) };
            ((y[i] - y0) - shift) / sqrt(v[i] * (without / total))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_studies_say_nothing() {
        let b = begg(&[0.1, 0.5], &[0.1, 0.2]).expect("a result");
        assert_eq!((b.tau, b.p), (1.0, 1.0));
        assert_eq!(b.notes, [SmallStudyNote::FewStudies { k: 2 }]);
    }

    #[test]
    fn equal_variances_have_no_rank() {
        assert!(matches!(begg(&[0.1, 0.2, 0.3], &[0.1; 3]), Err(StatsError::Undefined { .. })));
    }
}
