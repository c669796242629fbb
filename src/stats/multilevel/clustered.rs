//! Dependent effects checked, grouped by study, centred, scaled and rotated.
//!
//! The marginal covariance of one study's effects is M = V + sw I + sb 11', with V the sampling
//! covariance, sw the variance within and sb that between studies. With V = U diag(d) U',
//!
//! U'M U = diag(d + sw) + sb uu', u = U'1,
//!
//! so that after one rotation per study (none where V is diagonal) every likelihood costs
//! O(n p) per study whatever V is. Effects are taken about an unweighted and then a weighted fit,
//! the design is replaced by orthonormal columns, and effects are scaled by a power of two
//! so that the smallest sampling variance is near 1.

use super::dense::{Orthonormal, cholesky, eigen, product};
use super::input::{CovarianceBlock, DependentEffects, Sampling};
use crate::stats::error::StatsError;
use crate::stats::math::sqrt;
use rayon::prelude::*;
use std::collections::HashMap;
use std::ops::Range;

/// Dependent effects in the form used inside; see the module.
#[derive(Debug, Clone)]
pub struct Clustered {
    /// Number of effects.
    pub(crate) k: usize,
    /// Number of coefficients.
    pub(crate) p: usize,
    /// X = Q R; only R is kept here, the rows of Q stand in `z`.
    pub(crate) design: Orthonormal,
    /// The first column of the design that is constant.
    pub(crate) constant: Option<usize>,
    /// Effects were divided by 2^exponent, variances by 4^exponent.
    pub(crate) exponent: i32,
    /// Coordinates, with respect to Q, of what was subtracted from the scaled effects.
    pub(crate) offset: Vec<f64>,
    /// Where the effects of each study begin, and the end of the last.
    pub(crate) starts: Vec<usize>,
    /// The caller's index of each effect in the order used here. After a rotation only the
    /// study is meant.
    pub(crate) effects: Vec<usize>,
    /// Eigenvalues of the sampling covariance, scaled.
    pub(crate) d: Vec<f64>,
    /// Rotated ones.
    pub(crate) u: Vec<f64>,
    /// By effect: the rotated row of Q and, last, the rotated effect.
    pub(crate) z: Vec<f64>,
}

impl Clustered {
    /// Checks and prepares. Cost: O(k p^2), and n^3 for each study of n effects whose sampling
    /// errors are correlated.
    ///
    /// Errors: no effects, unequal lengths, numbers that are not finite, a variance that is
    /// not positive, a redundant column of the design, a correlation or a covariance matrix
    /// that is not positive definite, numbers out of range.
    pub fn new(input: &DependentEffects<'_>) -> Result<Self, StatsError> {
        input.check()?;
        let p = input.columns();
        let ones;
        let x = match input.x {
            Some(x) => x,
            None => {
                ones = vec![1.0; input.y.len()];
                &ones
            }
        };
        Self::with_design(input, x, p)
    }

    /// As [`Clustered::new`] for checked input, with a design of its own, which can have no
    /// column.
    pub(crate) fn with_design(input: &DependentEffects<'_>, x: &[f64], p: usize) -> Result<Self, StatsError> {
        let (effects, starts) = grouped(input.study);
        let k = effects.len();
        let design = Orthonormal::new(x, k, p).map_err(|column| StatsError::Redundant { column })?;
        let constant = (0..p).find(|j| x[*j] != 0.0 && (1..k).all(|i| x[i * p + j] == x[*j]));
        let smallest = input.v.iter().fold(f64::INFINITY, |a, b| a.min(*b));
        let exponent = libm::ilogb(smallest).div_euclid(2);
        let first = if constant.is_some() { input.y[effects[0]] } else { 0.0 };
        let mut y: Vec<f64> = input.y.iter().map(|y| libm::scalbn(y - first, -exponent)).collect();
        let mut offset = constant.map_or_else(
            || vec![0.0; p],
            |j| {
                // first * 1 = first / x_j * column j of X = that times column j of R, in terms of Q.
                let factor = libm::scalbn(first, -exponent) / x[j];
                (0..p).map(|i| factor * design.r[i * p + j]).collect()
            },
        );
        for _ in 0..2 {
            let along: Vec<f64> = (0..p).map(|j| (0..k).map(|i| design.q[i * p + j] * y[i]).sum()).collect();
            for (i, y) in y.iter_mut().enumerate() {
                *y -= (0..p).map(|j| design.q[i * p + j] * along[j]).sum::<f64>();
            }
            offset.iter_mut().zip(&along).for_each(|(o, a)| *o += a);
        }
        let largest = y.iter().chain(&offset).fold(0.0, |a: f64, b| a.max(b.abs()));
        let vmax = input.v.iter().fold(0.0, |a: f64, b| a.max(libm::scalbn(*b, -2 * exponent)));
        if !(largest < 1e140 && vmax < 1e280) {
            return Err(StatsError::Range);
        }
        let c = p + 1;
        let mut it = Self {
            k,
            p,
            constant,
            exponent,
            offset,
            d: effects.iter().map(|i| libm::scalbn(libm::scalbn(input.v[*i], -exponent), -exponent)).collect(),
            u: vec![1.0; k],
            z: effects.iter().flat_map(|i| design.q[i * p..(i + 1) * p].iter().copied().chain([y[*i]])).collect(),
            design: Orthonormal { q: Vec::new(), r: design.r, p },
            starts,
            effects,
        };
        debug_assert_eq!(it.z.len(), k * c);
        it.rotate(input)?;
        it.centre();
        Ok(it)
    }

    /// Number of studies.
    #[must_use]
    pub fn studies(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of effects.
    #[must_use]
    pub const fn effects(&self) -> usize {
        self.k
    }

    /// Number of coefficients.
    #[must_use]
    pub const fn coefficients(&self) -> usize {
        self.p
    }

    /// The effects of study i.
    pub(crate) fn of(&self, i: usize) -> Range<usize> {
        self.starts[i]..self.starts[i + 1]
    }

    /// Column `j` of the rotated design (p for the effects) at effect `i`.
    pub(crate) fn at(&self, i: usize, j: usize) -> f64 {
        self.z[i * (self.p + 1) + j]
    }

    /// A scaled squared quantity in the caller's units.
    pub(crate) fn square_out(&self, x: f64) -> f64 {
        libm::scalbn(libm::scalbn(x, self.exponent), self.exponent)
    }

    /// A squared quantity in the caller's units, scaled.
    pub(crate) fn square_in(&self, x: f64) -> f64 {
        libm::scalbn(libm::scalbn(x, -self.exponent), -self.exponent)
    }

    /// The same studies and design with other rotated, scaled effects.
    pub(crate) fn with_effects(&self, y: impl Iterator<Item = f64>) -> Self {
        let mut other = self.clone();
        other.offset.iter_mut().for_each(|o| *o = 0.0);
        for (row, y) in other.z.chunks_exact_mut(self.p + 1).zip(y) {
            row[self.p] = y;
        }
        other.centre();
        other
    }

    /// Diagonalises the sampling covariance of every study that has one.
    fn rotate(&mut self, input: &DependentEffects<'_>) -> Result<(), StatsError> {
        let block_of: HashMap<usize, (usize, usize)> = match input.sampling {
            Sampling::Independent => return Ok(()),
            Sampling::Correlated(rho) => {
                self.check_correlation(rho)?;
                if rho == 0.0 {
                    return Ok(());
                }
                HashMap::new()
            }
            Sampling::Blocks(blocks) => {
                blocks.iter().enumerate().flat_map(|(b, block)| block.effects.iter().enumerate().map(move |(i, e)| (*e, (b, i)))).collect()
            }
        };
        let rotated: Result<Vec<_>, StatsError> = (0..self.studies())
            .into_par_iter()
            .map(|study| {
                let range = self.of(study);
                let v = match input.sampling {
                    Sampling::Correlated(rho) => self.compound_symmetric(range.clone(), rho),
                    Sampling::Blocks(blocks) => self.assembled(range.clone(), blocks, &block_of)?,
                    Sampling::Independent => None,
                };
                Ok(v.map(|v| (range.clone(), self.rotated_study(range, v))))
            })
            .collect();
        let c = self.p + 1;
        for (range, (d, u, z)) in rotated?.into_iter().flatten() {
            self.d[range.clone()].copy_from_slice(&d);
            self.u[range.clone()].copy_from_slice(&u);
            self.z[range.start * c..range.end * c].copy_from_slice(&z);
        }
        Ok(())
    }

    fn check_correlation(&self, value: f64) -> Result<(), StatsError> {
        let size = (0..self.studies()).map(|i| self.of(i).len()).max().unwrap_or(1);
        let minimum = if size > 1 { -1.0 / (size as f64 - 1.0) } else { -1.0 };
        if value > minimum && value < 1.0 { Ok(()) } else { Err(StatsError::Correlation { value, size, minimum }) }
    }

    fn compound_symmetric(&self, range: Range<usize>, rho: f64) -> Option<Vec<f64>> {
        let n = range.len();
        let s: Vec<f64> = self.d[range].iter().map(|v| sqrt(*v)).collect();
        (n > 1).then(|| (0..n * n).map(|e| if e / n == e % n { s[e / n] * s[e % n] } else { rho * s[e / n] * s[e % n] }).collect())
    }

    /// The scaled sampling covariance of a study; `None` where it is diagonal.
    fn assembled(
        &self,
        range: Range<usize>,
        blocks: &[CovarianceBlock],
        block_of: &HashMap<usize, (usize, usize)>,
    ) -> Result<Option<Vec<f64>>, StatsError> {
        let n = range.len();
        let place: Vec<Option<&(usize, usize)>> = self.effects[range.clone()].iter().map(|e| block_of.get(e)).collect();
        let mut v = vec![0.0; n * n];
        let mut diagonal = true;
        let mut last = 0;
        for i in 0..n {
            v[i * n + i] = self.d[range.start + i];
            for j in 0..i {
                let (Some(&(a, row)), Some(&(b, column))) = (place[i], place[j]) else { continue };
                if a == b {
                    let size = blocks[a].effects.len();
                    let value = self.square_in(blocks[a].covariance[row * size + column]);
                    v[i * n + j] = value;
                    v[j * n + i] = value;
                    diagonal &= value == 0.0;
                    last = a;
                }
            }
        }
        if diagonal {
            return Ok(None);
        }
        if cholesky(&v, n).is_none() {
            return Err(StatsError::Covariance { block: last, reason: "it is not positive definite" });
        }
        Ok(Some(v))
    }

    /// Eigenvalues, rotated ones and rotated rows of a study with this sampling covariance.
    fn rotated_study(&self, range: Range<usize>, mut v: Vec<f64>) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
        let (n, c) = (range.len(), self.p + 1);
        let (values, vectors) = eigen(&mut v, n);
        let ones = vectors.chunks_exact(n).map(|row| row.iter().sum()).collect();
        (values, ones, product(&vectors, &self.z[range.start * c..range.end * c], n, n, c))
    }

    /// Takes the effects about the generalised least-squares fit without true variance.
    fn centre(&mut self) {
        let Some(b) = self.point([0.0; 2], true).map(|p| p.b) else { return };
        let (p, c) = (self.p, self.p + 1);
        for row in self.z.chunks_exact_mut(c) {
            row[p] -= (0..p).map(|j| row[j] * b[j]).sum::<f64>();
        }
        self.offset.iter_mut().zip(&b).for_each(|(o, b)| *o += b);
    }
}

/// Effects by study, studies in the order of their first effect.
pub(crate) fn grouped(study: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let mut number: HashMap<usize, usize> = HashMap::new();
    let of: Vec<usize> = study
        .iter()
        .map(|s| {
            let next = number.len();
            *number.entry(*s).or_insert(next)
        })
        .collect();
    let mut starts = vec![0; number.len() + 1];
    for s in &of {
        starts[s + 1] += 1;
    }
    for i in 0..number.len() {
        starts[i + 1] += starts[i];
    }
    let mut place = starts.clone();
    let mut effects = vec![0; study.len()];
    for (i, s) in of.iter().enumerate() {
        effects[place[*s]] = i;
        place[*s] += 1;
    }
    (effects, starts)
}
