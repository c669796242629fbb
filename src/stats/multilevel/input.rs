//! Dependent effects as a caller hands them over.

use crate::stats::error::StatsError;
use serde::{Deserialize, Serialize};

/// Effects of which several can come from one study.
#[derive(Debug, Clone, Copy)]
pub struct DependentEffects<'a> {
    /// Effects, on the scale of the analysis.
    pub y: &'a [f64],
    /// Their sampling variances.
    pub v: &'a [f64],
    /// The study of each effect: any numbers, equal for effects of one study.
    pub study: &'a [usize],
    /// The design: by row, one row per effect, `x.len() / y.len()` columns, the intercept
    /// among them. `None` for an intercept alone.
    pub x: Option<&'a [f64]>,
    /// How the sampling errors of one study's effects go together.
    pub sampling: Sampling<'a>,
}

/// Covariance of the sampling errors within a study; those of different studies are
/// independent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sampling<'a> {
    /// Independent: only true effects are alike.
    Independent,
    /// One correlation between any two effects of a study: V_ij = rho sqrt(v_i v_j).
    Correlated(f64),
    /// Given covariances; effects in no block are independent of the others.
    Blocks(&'a [CovarianceBlock]),
}

/// The covariance matrix of the sampling errors of some effects of one study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CovarianceBlock {
    /// Which effects, from 0, in the order of the matrix.
    pub effects: Vec<usize>,
    /// Their covariance matrix, by row; its diagonal holds their variances.
    pub covariance: Vec<f64>,
}

impl DependentEffects<'_> {
    /// Number of columns of the design.
    pub(crate) fn columns(&self) -> usize {
        self.x.map_or(1, |x| x.len().checked_div(self.y.len()).unwrap_or(0))
    }

    pub(crate) fn check(&self) -> Result<(), StatsError> {
        let k = self.y.len();
        if k == 0 {
            return Err(StatsError::NoStudies);
        }
        for (what, right) in [("effects and variances", self.v.len()), ("effects and studies", self.study.len())] {
            if right != k {
                return Err(StatsError::LengthMismatch { what, left: k, right });
            }
        }
        if let Some(index) = self.y.iter().position(|x| !x.is_finite()) {
            return Err(StatsError::Effect { index, value: self.y[index] });
        }
        if let Some(index) = self.v.iter().position(|x| !(x.is_finite() && *x > 0.0)) {
            return Err(StatsError::Variance { index, value: self.v[index] });
        }
        if let Some(x) = self.x {
            if !x.len().is_multiple_of(k) {
                return Err(StatsError::LengthMismatch { what: "effects and values of the design", left: k, right: x.len() });
            }
            if let Some(at) = x.iter().position(|x| !(x.is_finite() && x.abs() < 1e150)) {
                return Err(StatsError::Count { what: "a moderator", index: at * k / x.len(), value: x[at] });
            }
        }
        if let Sampling::Blocks(blocks) = self.sampling {
            self.check_blocks(blocks)?;
        }
        Ok(())
    }

    fn check_blocks(&self, blocks: &[CovarianceBlock]) -> Result<(), StatsError> {
        let mut used = vec![false; self.y.len()];
        for (block, b) in blocks.iter().enumerate() {
            let n = b.effects.len();
            let fault = |reason| Err(StatsError::Covariance { block, reason });
            if n == 0 || b.covariance.len() != n * n {
                return fault("the number of entries is not the square of the number of effects");
            }
            for (i, &e) in b.effects.iter().enumerate() {
                if e >= used.len() {
                    return fault("it names an effect that does not exist");
                }
                if std::mem::replace(&mut used[e], true) {
                    return fault("it names an effect twice, or one that another covariance holds");
                }
                if self.study[e] != self.study[b.effects[0]] {
                    return fault("its effects are not all of one study");
                }
                if ((b.covariance[i * n + i] - self.v[e]) / self.v[e]).abs() > 1e-8 {
                    return fault("its diagonal is not the sampling variances of its effects");
                }
            }
            let symmetric = |i: usize, j: usize| {
                let (a, b, scale) = (b.covariance[i * n + j], b.covariance[j * n + i], b.covariance[i * n + i] * b.covariance[j * n + j]);
                (a - b) * (a - b) <= 1e-20 * scale
            };
            if !(0..n).all(|i| (0..i).all(|j| symmetric(i, j))) {
                return fault("it is not symmetric");
            }
        }
        Ok(())
    }
}
