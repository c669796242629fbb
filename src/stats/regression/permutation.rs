//! Permutation tests of the coefficients.

use super::arrangement::Arrangements;
use super::design::Design;
use super::evidence::{Factored, MixedEvidence};
use super::fit::columns_tested;
use super::options::RegressOptions;
use super::small::{Orthonormal, dot, norm};
use crate::stats::error::StatsError;
use crate::stats::pool::{CiMethod, Evidence, Model, Sums, scaled_value, tail};
use crate::stats::random::Random;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Statistics that differ by less than this share are equal: the same arrangement seen in
/// another order of rounding.
const TIE: f64 = 1e-8;

/// What a permutation test is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermutationOptions {
    /// Number of arrangements drawn where not all are tried, the observed one included.
    pub draws: u64,
    /// Seed of the draws.
    pub seed: u64,
    /// All arrangements are tried where there are at most so many.
    pub exact_up_to: u64,
}

impl Default for PermutationOptions {
    /// 10,000 draws, all of up to 2^17 arrangements.
    fn default() -> Self {
        Self { draws: 10_000, seed: 1, exact_up_to: 1 << 17 }
    }
}

/// One coefficient under permutation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Permuted {
    /// Its name.
    pub term: String,
    /// The observed statistic, estimate / se.
    pub statistic: f64,
    /// Share of arrangements with a statistic as far from 0 or further.
    pub p: f64,
}

/// A permutation test.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Permutation {
    /// Whether all arrangements were tried.
    pub exact: bool,
    /// How many were tried (exact), or drawn, the observed one included.
    pub draws: u64,
    /// How many there are; `None` beyond 2^64.
    pub possible: Option<u64>,
    /// The seed, where arrangements were drawn.
    pub seed: Option<u64>,
    /// The method of the statistics.
    pub ci: CiMethod,
    /// The coefficients.
    pub coefficients: Vec<Permuted>,
    /// The omnibus statistic (chi-squared, or F) and its p; `None` without moderators.
    pub moderators: Option<Permuted>,
}

/// The statistics of one arrangement, and what they need of the design.
struct Statistics<'a> {
    design: &'a Factored,
    o: &'a RegressOptions,
    /// R'^-1 of each unit vector.
    units: Vec<Vec<f64>>,
    tested: Vec<usize>,
}

impl Statistics<'_> {
    /// |statistic| of each coefficient, then the omnibus statistic.
    fn of(&self, mean: &Evidence, order: &[usize], out: &mut Vec<f64>) -> Result<(), StatsError> {
        let evidence = MixedEvidence::new(mean, self.design, order)?;
        let tau2 = match self.o.model {
            Model::Common => 0.0,
            Model::Given(value) => mean.square_in(value),
            Model::Random(estimator) => scaled_value(&evidence, estimator),
        };
        let solution = evidence.solve(tau2);
        let p = self.design.x.p;
        let ratio = || if evidence.fits_exactly() { 0.0 } else { evidence.squares_at(tau2, 0.0).q / evidence.df() };
        let factor = match self.o.ci {
            CiMethod::Wald | CiMethod::T => 1.0,
            CiMethod::Hksj => ratio(),
            CiMethod::Mhksj => ratio().max(1.0),
        };
        out.clear();
        let mut tested = Vec::with_capacity(self.tested.len() * p);
        let mut estimates = Vec::with_capacity(self.tested.len());
        for (j, g) in self.units.iter().enumerate() {
            let shift = self.design.constant.filter(|(c, _)| *c == j).map_or(0.0, |(_, value)| mean.length_in(evidence.centre()) / value);
            let estimate = dot(g, &solution.coordinates) + shift;
            let root: Vec<f64> = (0..p).map(|b| (0..p).map(|a| g[a] * solution.root[a * p + b]).sum()).collect();
            let statistic = estimate.abs() / (norm(&root) * crate::stats::math::sqrt(factor));
            out.push(if estimate == 0.0 { 0.0 } else { statistic });
            if self.tested.contains(&j) {
                estimates.push(estimate);
                tested.extend(root);
            }
        }
        if let [only] = self.tested[..] {
            out.push(out[only] * out[only]);
        } else if !self.tested.is_empty() {
            let m = estimates.len();
            let f = Orthonormal::new(&tested, p, m, None).map_err(|column| StatsError::Redundant { column: self.tested[column] })?;
            f.solve_transposed(&mut estimates);
            let square = dot(&estimates, &estimates);
            out.push(if square == 0.0 { 0.0 } else { square / factor });
        }
        Ok(())
    }
}

/// Tests the coefficients of a regression by permutation.
///
/// With moderators the rows of the design change places among the studies (effects stay with
/// their variances); with a column of ones alone the effects change their signs. tau2 is
/// estimated anew each time; the statistic is estimate / se by the method of the options,
/// taken literally, two-sided by its absolute value, and the omnibus statistic. Exact where
/// there are at most `exact_up_to` different arrangements (rows that are alike change places
/// with no effect; a change of all signs has none on |statistic|), otherwise drawn: the
/// first is the observed one, so that p is never 0. The result is the same for any number of
/// threads. `stop` is asked before every arrangement.
///
/// Errors: as [`super::regress`]; [`StatsError::Stopped`].
///
/// Sources: Higgins and Thompson 2004, Stat Med 23:1663-1682; Follmann and Proschan 1999,
/// Biometrics 55:732-737.
pub fn permute(
    y: &[f64],
    v: &[f64],
    design: &Design,
    o: &RegressOptions,
    how: &PermutationOptions,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Permutation, StatsError> {
    tail(o.level)?;
    let (k, p) = (y.len(), design.columns());
    if design.rows() != k {
        return Err(StatsError::LengthMismatch { what: "rows of the design and effects", left: design.rows(), right: k });
    }
    if k <= p {
        return Err(StatsError::TooFewStudies { model: "a regression with these moderators", k, needed: p + 1 });
    }
    let factored = Factored::new(design)?;
    let units = (0..p)
        .map(|j| {
            let mut unit: Vec<f64> = (0..p).map(|i| if i == j { 1.0 } else { 0.0 }).collect();
            factored.x.solve_transposed(&mut unit);
            unit
        })
        .collect();
    let statistics = Statistics { design: &factored, o, units, tested: columns_tested(o, &factored, p)? };
    let identity: Vec<usize> = (0..k).collect();
    let mut observed = Vec::new();
    // Also refuses a model that is none.
    let signed = super::fit::regress(y, v, design, &RegressOptions { guard: false, tau2_ci: false, ..o.clone() })?;
    let mean = Evidence::new(y, v)?;
    statistics.of(&mean, &identity, &mut observed)?;

    let signs = p == 1 && factored.constant.is_some();
    let arrangements = (!signs).then(|| Arrangements::new(k, |i| design.row(i)));
    let possible = match &arrangements {
        Some(a) => a.total(),
        None => 1_u64.checked_shl(k as u32).filter(|_| k < 64),
    };
    let exact = possible.filter(|n| *n <= how.exact_up_to);
    // Half of all changes of sign: the other half mirrors them.
    let tries = exact.map_or(how.draws.max(1), |n| if signs { n / 2 } else { n });
    let bounds: Vec<f64> = observed.iter().map(|x| x * (1.0 - TIE)).collect();
    let counts = (0..tries)
        .into_par_iter()
        .map_init(
            || (identity.clone(), y.to_vec(), Vec::new()),
            |(order, effects, found), index| {
                if stop() {
                    return Err(StatsError::Stopped);
                }
                let mut random = Random::stream(how.seed, index);
                if let Some(arrangements) = &arrangements {
                    if let Some(total) = exact {
                        arrangements.nth(index, total, order);
                    } else {
                        order.copy_from_slice(&identity);
                        if index > 0 {
                            random.shuffle(order);
                        }
                    }
                    statistics.of(&mean, order, found)?;
                } else {
                    for (i, (effect, y)) in effects.iter_mut().zip(y).enumerate() {
                        let flipped = if exact.is_some() { index >> i & 1 == 1 } else { index > 0 && random.bits() >> 63 == 1 };
                        *effect = if flipped { -y } else { *y };
                    }
                    statistics.of(&Evidence::new(effects, v)?, &identity, found)?;
                }
                Ok(found.iter().zip(&bounds).map(|(x, bound)| u64::from(x >= bound)).collect::<Vec<u64>>())
            },
        )
        .try_reduce(
            || vec![0; observed.len()],
            |mut a, b| {
                for (a, b) in a.iter_mut().zip(b) {
                    *a += b;
                }
                Ok(a)
            },
        )?;
    let share = |i: usize| counts[i] as f64 / tries as f64;
    Ok(Permutation {
        exact: exact.is_some(),
        draws: exact.unwrap_or(tries),
        possible,
        seed: exact.is_none().then_some(how.seed),
        ci: o.ci,
        coefficients: signed
            .coefficients
            .iter()
            .enumerate()
            .map(|(i, c)| Permuted { term: c.term.clone(), statistic: c.statistic, p: share(i) })
            .collect(),
        moderators: signed.moderators.map(|m| Permuted { term: "moderators".to_owned(), statistic: m.qm, p: share(p) }),
    })
}
