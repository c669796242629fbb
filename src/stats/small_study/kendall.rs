//! Kendall's rank correlation: exact without ties, normal with a correction for ties else.

use crate::stats::dist::two_sided_norm;
use crate::stats::math::sqrt;
use serde::Serialize;

/// Up to this many pairs without ties the exact distribution is used.
pub(super) const EXACT_UP_TO: usize = 150;

/// How the p-value came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KendallP {
    /// From the exact distribution: no ties.
    Exact,
    /// From the normal distribution, its variance corrected for ties.
    NormalTies,
    /// From the normal distribution: no ties, but more than 150 pairs.
    Normal,
}

/// A rank correlation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Kendall {
    /// tau-b, -1 to 1 (tau-a without ties).
    pub tau: f64,
    /// Concordant minus discordant pairs.
    pub score: f64,
    /// Two-sided.
    pub p: f64,
    /// How p came about.
    pub method: KendallP,
    /// z of the normal approximation.
    pub z: Option<f64>,
    /// Values that share their rank with another, in the list that has more of them.
    pub tied: usize,
}

/// Kendall's tau-b of two lists of equal length with its two-sided test.
///
/// O(k log k), plus at most k^3 / 12 additions for the exact distribution, k up to 150. Values
/// within four units in the last place are ties, so that a tie does not hang on the rounding
/// of a sum. `None` for fewer than two pairs or where one list is all one value.
///
/// Sources: Kendall 1970, Rank Correlation Methods, 4th ed., ch. 1, 3 and 5; Knight 1966, J Am
/// Stat Assoc 61:436-439 (algorithm); Kaarsemaker and van Wijngaarden 1953, Stat Neerl 7:41-54
/// (exact distribution).
#[must_use]
pub fn kendall(x: &[f64], y: &[f64]) -> Option<Kendall> {
    let k = x.len();
    if k < 2 || y.len() != k || x.iter().chain(y).any(|v| !v.is_finite()) {
        return None;
    }
    let (rx, ry) = (ranks(x), ranks(y));
    let mut pairs: Vec<(usize, usize)> = rx.iter().copied().zip(ry.iter().copied()).collect();
    pairs.sort_unstable();
    let (tx, ty) = (Ties::of(&rx), Ties::of(&ry));
    let joint = tied_pairs(&pairs);
    let mut second: Vec<usize> = pairs.iter().map(|p| p.1).collect();
    let swaps = inversions(&mut second);
    let n = k as f64;
    let total = 0.5 * n * (n - 1.0);
    // Pairs tied in neither = concordant + discordant; discordant ones are the inversions.
    let score = total - tx.pairs - ty.pairs + joint - 2.0 * swaps;
    let scale = sqrt(total - tx.pairs) * sqrt(total - ty.pairs);
    if scale == 0.0 {
        return None;
    }
    let ties = tx.pairs > 0.0 || ty.pairs > 0.0;
    let (p, method, z) = if ties || k > EXACT_UP_TO {
        let z = score / sqrt(variance(n, &tx, &ty));
        (two_sided_norm(z), if ties { KendallP::NormalTies } else { KendallP::Normal }, Some(z))
    } else {
        (exact_p(k, swaps.min(total - swaps) as usize), KendallP::Exact, None)
    };
    Some(Kendall { tau: (score / scale).clamp(-1.0, 1.0), score, p, method, z, tied: tx.values.max(ty.values) })
}

/// Dense ranks from 0; neighbours within four units in the last place share one.
fn ranks(x: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|a, b| x[*a].total_cmp(&x[*b]));
    let mut ranks = vec![0; x.len()];
    let mut rank = 0;
    for pair in order.windows(2) {
        let (a, b) = (x[pair[0]], x[pair[1]]);
        if b - a > 4.0 * f64::EPSILON * a.abs().max(b.abs()) {
            rank += 1;
        }
        ranks[pair[1]] = rank;
    }
    ranks
}

/// Groups of equal ranks in one list.
struct Ties {
    /// Pairs within groups.
    pairs: f64,
    /// Values in groups of two or more.
    values: usize,
    /// sum t (t - 1)(2 t + 5), and sum t (t - 1)(t - 2).
    cubic: f64,
    triples: f64,
}

impl Ties {
    fn of(ranks: &[usize]) -> Self {
        let mut sizes = vec![0_usize; ranks.len()];
        for rank in ranks {
            sizes[*rank] += 1;
        }
        let mut ties = Self { pairs: 0.0, values: 0, cubic: 0.0, triples: 0.0 };
        for size in sizes.into_iter().filter(|t| *t > 1) {
            let t = size as f64;
            ties.values += size;
            ties.pairs += 0.5 * t * (t - 1.0);
            ties.cubic += t * (t - 1.0) * (2.0 * t + 5.0);
            ties.triples += t * (t - 1.0) * (t - 2.0);
        }
        ties
    }
}

/// Pairs equal in both lists, of sorted pairs of ranks.
fn tied_pairs(sorted: &[(usize, usize)]) -> f64 {
    let mut total = 0.0;
    for group in sorted.chunk_by(|a, b| a == b) {
        let t = group.len() as f64;
        total += 0.5 * t * (t - 1.0);
    }
    total
}

/// Variance of the score under independence, given the ties (Kendall 1970, eq. 4.4).
fn variance(n: f64, x: &Ties, y: &Ties) -> f64 {
    let pairs = n * (n - 1.0);
    let mut variance = (pairs * (2.0 * n + 5.0) - x.cubic - y.cubic) / 18.0;
    if n > 2.0 {
        variance += x.triples * y.triples / (9.0 * pairs * (n - 2.0));
    }
    variance + 2.0 * x.pairs * y.pairs / pairs
}

/// Pairs out of order, by merge sort (bottom-up); the list ends sorted.
fn inversions(list: &mut Vec<usize>) -> f64 {
    let k = list.len();
    let mut buffer = vec![0; k];
    let mut count = 0.0;
    let mut width = 1;
    while width < k {
        for start in (0..k).step_by(2 * width) {
            let (middle, end) = ((start + width).min(k), (start + 2 * width).min(k));
            let (mut a, mut b) = (start, middle);
            for slot in &mut buffer[start..end] {
                if b >= end || a < middle && list[a] <= list[b] {
                    *slot = list[a];
                    a += 1;
                } else {
                    count += (middle - a) as f64;
                    *slot = list[b];
                    b += 1;
                }
            }
        }
        std::mem::swap(list, &mut buffer);
        width *= 2;
    }
    count
}

/// 2 P(inversions <= `few`) of a random order of `k`, at most 1; `few` is at most half of all.
fn exact_p(k: usize, few: usize) -> f64 {
    // Probabilities of 0 to `few` inversions, one more element at a time: each new element adds
    // 0 to j inversions with equal chance, so that a window of the last is summed.
    let mut chance = vec![0.0; few + 1];
    chance[0] = 1.0;
    let mut next = chance.clone();
    for j in 2..=k {
        let mut window = 0.0;
        for s in 0..=few {
            window += chance[s];
            if s >= j {
                window -= chance[s - j];
            }
            next[s] = window / j as f64;
        }
        std::mem::swap(&mut chance, &mut next);
    }
    (2.0 * crate::stats::math::sum(chance)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_in_order() {
        let k = kendall(&[1.0, 2.0, 3.0, 4.0], &[10.0, 20.0, 30.0, 40.0]).expect("a result");
        assert_eq!((k.tau, k.method, k.score), (1.0, KendallP::Exact, 6.0));
        assert!((k.p - 2.0 / 24.0).abs() < 1e-16);
    }

    #[test]
    fn the_distribution_is_that_of_all_orders() {
        // 120 orders of five: 1, 4, 9, 15, 20, 22 of them have 0 to 5 inversions.
        let counts = [1.0, 4.0, 9.0, 15.0, 20.0, 22.0];
        let mut total = 0.0;
        for (few, count) in counts.into_iter().enumerate() {
            total += count;
            let expected = (2.0 * total / 120.0_f64).min(1.0);
            assert!((exact_p(5, few) - expected).abs() < 1e-15, "{few}");
        }
    }

    #[test]
    fn far_tails_keep_their_digits() {
        // The reversed order of 100: 2 / 100!.
        let x: Vec<f64> = (0..100).map(f64::from).collect();
        let y: Vec<f64> = x.iter().map(|x| -x).collect();
        let k = kendall(&x, &y).expect("a result");
        assert_eq!(k.tau, -1.0);
        let expected = 2.0 * crate::stats::math::exp(-crate::stats::math::lgamma(101.0));
        assert!((k.p / expected - 1.0).abs() < 1e-12, "{}", k.p);
        // Two inversions among 100: 1 + 99 + (100 * 99 / 2 - 1) orders have at most two.
        let p = exact_p(100, 2);
        assert!((p / (expected * (1.0 + 99.0 + 4949.0)) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn rounding_makes_no_rank() {
        let k = kendall(&[0.1 + 0.2, 0.3, 1.0], &[1.0, 2.0, 3.0]).expect("a result");
        assert_eq!((k.method, k.tied), (KendallP::NormalTies, 2));
        assert_eq!(kendall(&[1.0, 1.0], &[1.0, 2.0]), None);
    }
}
