//! Graphical display of study heterogeneity: the analysis of every subset of the studies.
//!
//! Source: Olkin, Dahabreh and Trikalinos 2012, Res Synth Methods 3:214-223.

use super::fit::{fit, gather};
use super::watch::{Watch, each, each_or_error};
use crate::stats::error::StatsError;
use crate::stats::pool::{Model, PoolOptions, pool};
use crate::stats::random::Random;
use serde::Serialize;

/// Up to this many studies all subsets are taken: 2^20 - 1.
const COMPLETE: usize = 20;

/// Which subsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GoshSampling {
    /// All 2^k - 1, each once.
    Complete,
    /// A sample of all subsets but the empty one, each as likely: a picture of the complete plot.
    EachSubset,
    /// First a size from 1 to k, each as likely, then a subset of it, each as likely: more of
    /// the small and the large ones, where single studies show.
    EachSize,
}

/// How many subsets are drawn where there are too many to take all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct GoshOptions {
    /// Subsets drawn if there are more than 20 studies.
    pub draws: usize,
    /// Of the random numbers.
    pub seed: u64,
    /// How they are drawn; `Complete` is refused beyond 20 studies.
    pub sampling: GoshSampling,
}

/// The result of one subset.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct GoshPoint {
    /// Number of studies.
    pub k: usize,
    /// The pooled effect; of one study, its own.
    pub estimate: f64,
    /// tau2; 0 of one study.
    pub tau2: f64,
    /// I2 in percent, by the definition of the model; 0 of one study.
    pub i2: f64,
    /// Cochran's Q.
    pub q: f64,
}

/// The results of many subsets.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gosh<T = GoshPoint> {
    /// Number of studies.
    pub k: usize,
    /// Which subsets these are.
    pub sampling: GoshSampling,
    /// The seed, where they were drawn.
    pub seed: Option<u64>,
    /// One result per subset; `members` tells which.
    pub points: Vec<T>,
}

impl<T> Gosh<T> {
    /// The studies of point number `index`, ascending.
    ///
    /// Of a complete set, study i is in where bit i of index + 1 is set; a drawn subset is
    /// drawn anew from the seed, so that they need no space.
    #[must_use]
    pub fn members(&self, index: usize) -> Vec<usize> {
        let mut rows = Vec::new();
        members(&mut rows, self.k, self.sampling, self.seed.unwrap_or(0), index);
        rows
    }
}

/// Pools every subset of the studies, or a sample of them beyond 20 studies.
///
/// Every point has the digits of `pool` on its subset. Errors: those of `pool`, for all studies
/// or for some subset; no draws; [`StatsError::Stopped`].
pub fn gosh(y: &[f64], v: &[f64], model: Model, o: &GoshOptions, watch: Watch<'_>) -> Result<Gosh, StatsError> {
    pool(y, v, &PoolOptions { model, ..PoolOptions::default() })?;
    let k = y.len();
    let (sampling, n) = plan(k, o)?;
    let points = each_or_error(n, watch, <(Vec<usize>, [Vec<f64>; 2])>::default, |(rows, buffer), index| {
        members(rows, k, sampling, o.seed, index);
        gather(buffer, y, v, rows.iter().copied());
        let fit = fit(&buffer[0], &buffer[1], model)?;
        Ok(GoshPoint { k: rows.len(), estimate: fit.estimate, tau2: fit.tau2, i2: fit.i2, q: fit.q })
    })?;
    Ok(Gosh { k, sampling, seed: seed(sampling, o), points })
}

/// Any analysis of every subset, or of a sample: `fit` is given the rows of the subset,
/// ascending, and may return an error of its own as part of `T`.
///
/// Errors: no studies, no draws, [`StatsError::Stopped`].
pub fn gosh_with<T: Send>(
    k: usize,
    o: &GoshOptions,
    watch: Watch<'_>,
    fit: impl Fn(&[usize]) -> T + Sync + Send,
) -> Result<Gosh<T>, StatsError> {
    let (sampling, n) = plan(k, o)?;
    let points = each(n, watch, Vec::new, |rows, index| {
        members(rows, k, sampling, o.seed, index);
        fit(rows)
    })?;
    Ok(Gosh { k, sampling, seed: seed(sampling, o), points })
}

fn plan(k: usize, o: &GoshOptions) -> Result<(GoshSampling, usize), StatsError> {
    match k {
        0 => Err(StatsError::NoStudies),
        _ if k <= COMPLETE => Ok((GoshSampling::Complete, (1 << k) - 1)),
        _ if o.draws == 0 => Err(StatsError::Undefined { model: "a sample of subsets", reason: "none is to be drawn" }),
        _ if o.sampling == GoshSampling::Complete => Err(StatsError::Undefined {
            model: "the set of all subsets",
            reason: "beyond 20 studies there are too many: a sample is drawn",
        }),
        _ => Ok((o.sampling, o.draws)),
    }
}

fn seed(sampling: GoshSampling, o: &GoshOptions) -> Option<u64> {
    (sampling != GoshSampling::Complete).then_some(o.seed)
}

/// The rows of subset number `index`, ascending.
fn members(rows: &mut Vec<usize>, k: usize, sampling: GoshSampling, seed: u64, index: usize) {
    rows.clear();
    match sampling {
        GoshSampling::Complete => rows.extend((0..k).filter(|i| (index + 1) >> i & 1 == 1)),
        GoshSampling::EachSubset => {
            let mut random = Random::stream(seed, index as u64);
            while rows.is_empty() {
                let mut bits = 0;
                for i in 0..k {
                    if i % 64 == 0 {
                        bits = random.bits();
                    }
                    if bits >> (i % 64) & 1 == 1 {
                        rows.push(i);
                    }
                }
            }
        }
        GoshSampling::EachSize => {
            // Selection sampling: Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S.
            let mut random = Random::stream(seed, index as u64);
            let mut wanted = 1 + random.below(k);
            for i in 0..k {
                if random.below(k - i) < wanted {
                    rows.push(i);
                    wanted -= 1;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_complete_set_holds_each_subset_once() {
        let o = GoshOptions { draws: 0, seed: 0, sampling: GoshSampling::Complete };
        let all = gosh_with(5, &o, Watch::NONE, <[usize]>::to_vec).expect("subsets");
        let mut sets = all.points.clone();
        sets.sort();
        sets.dedup();
        assert_eq!((sets.len(), all.seed), (31, None));
        assert!(all.points.iter().enumerate().all(|(i, rows)| *rows == all.members(i)));
        assert!(plan(21, &o).is_err() && plan(0, &o).is_err());
    }

    /// Chi-squared over the sizes against their distribution, and how often each study is in.
    #[test]
    fn both_samples_have_their_distribution() {
        let k = 30;
        let n = 30_000;
        for sampling in [GoshSampling::EachSubset, GoshSampling::EachSize] {
            let o = GoshOptions { draws: n, seed: 5, sampling };
            let drawn = gosh_with(k, &o, Watch::NONE, <[usize]>::to_vec).expect("subsets");
            let (mut sizes, mut counts) = (vec![0.0; k + 1], vec![0.0; k]);
            for (i, rows) in drawn.points.iter().enumerate() {
                assert!(rows.is_sorted() && !rows.is_empty());
                assert!(i % 1000 != 0 || *rows == drawn.members(i));
                sizes[rows.len()] += 1.0;
                rows.iter().for_each(|row| counts[*row] += 1.0);
            }
            let mut chosen = 1.0;
            let mut chi2 = 0.0;
            for (size, count) in sizes.iter().enumerate().skip(1) {
                chosen *= (k - size + 1) as f64 / size as f64;
                let share = if sampling == GoshSampling::EachSize { 1.0 / k as f64 } else { chosen / (1_u64 << k) as f64 };
                let expected = share * n as f64;
                chi2 += if expected > 5.0 { (count - expected) * (count - expected) / expected } else { 0.0 };
            }
            assert!(chi2 < 65.0, "{sampling:?}: {chi2}");
            let share = if sampling == GoshSampling::EachSize { 31.0 / 60.0 } else { 0.5 };
            assert!(counts.iter().all(|c| (c / n as f64 - share).abs() < 0.015), "{counts:?}");
        }
    }
}
