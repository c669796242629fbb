//! What each effect contributes to a pooled effect.

use super::clustered::grouped;
use super::dense::{cholesky, inverse};
use super::input::{DependentEffects, Sampling};
use super::options::Variances;
use crate::stats::error::StatsError;
use crate::stats::math::sqrt;
use std::collections::HashMap;

/// The weights of the effects in a pooled effect (an intercept alone), in percent: the row sums
/// of M^-1, M the marginal covariance, which multiply the effects in the generalised
/// least-squares estimate. With correlated sampling errors a weight can be negative.
///
/// Cost: O(k) with independent sampling errors, else n^3 for each study of n effects.
///
/// Errors: those of the effects as [`super::Clustered::new`] has them; a marginal covariance
/// that is not positive definite.
pub fn weights(input: &DependentEffects<'_>, sigma2: Variances) -> Result<Vec<f64>, StatsError> {
    input.check()?;
    let (order, starts) = grouped(input.study);
    let block_of: HashMap<usize, (usize, usize)> = match input.sampling {
        Sampling::Blocks(blocks) => {
            blocks.iter().enumerate().flat_map(|(b, block)| block.effects.iter().enumerate().map(move |(i, e)| (*e, (b, i)))).collect()
        }
        _ => HashMap::new(),
    };
    let covariance = |i: usize, j: usize| -> f64 {
        match input.sampling {
            Sampling::Independent => 0.0,
            Sampling::Correlated(rho) => rho * sqrt(input.v[i]) * sqrt(input.v[j]),
            Sampling::Blocks(blocks) => match (block_of.get(&i), block_of.get(&j)) {
                (Some((a, row)), Some((b, column))) if a == b => blocks[*a].covariance[row * blocks[*a].effects.len() + column],
                _ => 0.0,
            },
        }
    };
    let mut out = vec![0.0; input.y.len()];
    for (study, range) in starts.windows(2).enumerate() {
        let of = &order[range[0]..range[1]];
        let n = of.len();
        if matches!(input.sampling, Sampling::Independent) {
            let sum: f64 = of.iter().map(|i| 1.0 / (input.v[*i] + sigma2.within)).sum();
            for i in of {
                out[*i] = 1.0 / (input.v[*i] + sigma2.within) / (1.0 + sigma2.between * sum);
            }
            continue;
        }
        let entry = |r: usize, c: usize| {
            let own = if r == c { input.v[of[r]] + sigma2.within } else { covariance(of[r], of[c]) };
            own + sigma2.between
        };
        let m: Vec<f64> = (0..n * n).map(|e| entry(e / n, e % n)).collect();
        let Some(l) = cholesky(&m, n) else {
            return Err(StatsError::Covariance { block: study, reason: "it is not positive definite" });
        };
        let w = inverse(&l, n);
        for (r, i) in of.iter().enumerate() {
            out[*i] = w[r * n..(r + 1) * n].iter().sum();
        }
    }
    let total: f64 = out.iter().sum();
    out.iter_mut().for_each(|w| *w *= 100.0 / total);
    Ok(out)
}
