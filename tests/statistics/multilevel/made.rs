//! Small data sets made from a seed, with their dense twin.

use super::brute::Dense;
use weald::stats::multilevel::{CovarianceBlock, DependentEffects, Sampling};
use weald::stats::random::Random;

pub struct Made {
    pub y: Vec<f64>,
    pub v: Vec<f64>,
    pub study: Vec<usize>,
    pub x: Vec<f64>,
    pub rho: f64,
    pub blocks: Option<Vec<CovarianceBlock>>,
}

/// The kind of sampling covariance, by seed: none, one correlation, blocks.
pub fn made(seed: u64) -> Made {
    let mut r = Random::stream(2026, seed);
    let m = 3 + r.below(7);
    let p = 1 + r.below(3).min(m - 2);
    let (between, within): (f64, f64) = ([0.0, 0.05, 0.5][r.below(3)], [0.0, 0.1, 1.0][r.below(3)]);
    let (mut y, mut v, mut study, mut x) = (vec![], vec![], vec![], vec![]);
    for s in 0..m {
        let n = 1 + r.below(5);
        let truth = between.sqrt() * r.normal();
        let level = r.normal();
        for _ in 0..n {
            let vi: f64 = 0.02 + 0.3 * r.uniform() * r.uniform();
            v.push(vi);
            study.push(s);
            x.extend([1.0, level, r.normal()].iter().take(p));
            y.push(0.4 + truth + within.sqrt() * r.normal() + vi.sqrt() * r.normal());
        }
    }
    let mut it = Made { y, v, study, x, rho: 0.0, blocks: None };
    match seed % 3 {
        1 => it.rho = [0.3, 0.6, 0.9, -0.1][r.below(4)],
        2 => it.blocks = Some(blocks(&it, &mut r)),
        _ => {}
    }
    // Effects of a study need not stand together.
    it.shuffled(&mut r)
}

/// A random positive definite covariance of the first effects of every study.
fn blocks(it: &Made, r: &mut Random) -> Vec<CovarianceBlock> {
    let m = it.study.iter().max().map_or(0, |m| m + 1);
    let mut out = Vec::new();
    for s in 0..m {
        let all: Vec<usize> = (0..it.y.len()).filter(|i| it.study[*i] == s).collect();
        let effects: Vec<usize> = all.iter().copied().take(3).collect();
        let n = effects.len();
        if n < 2 {
            continue;
        }
        let shared: Vec<f64> = (0..n).map(|_| r.uniform()).collect();
        let entry = |i: usize, j: usize| {
            let c = if i == j { 1.0 } else { 0.9 * shared[i] * shared[j] };
            c * (it.v[effects[i]] * it.v[effects[j]]).sqrt()
        };
        let covariance = (0..n * n).map(|e| entry(e / n, e % n)).collect();
        out.push(CovarianceBlock { effects, covariance });
    }
    out
}

impl Made {
    fn shuffled(self, r: &mut Random) -> Self {
        let (k, p) = (self.y.len(), self.x.len() / self.y.len());
        let mut order: Vec<usize> = (0..k).collect();
        r.shuffle(&mut order);
        let place = |old: usize| order.iter().position(|o| *o == old).expect("itself");
        Self {
            y: order.iter().map(|i| self.y[*i]).collect(),
            v: order.iter().map(|i| self.v[*i]).collect(),
            study: order.iter().map(|i| self.study[*i]).collect(),
            x: order.iter().flat_map(|i| self.x[i * p..(i + 1) * p].to_vec()).collect(),
            blocks: self
                .blocks
                .map(|b| b.into_iter().map(|b| CovarianceBlock { effects: b.effects.iter().map(|e| place(*e)).collect(), ..b }).collect()),
            rho: self.rho,
        }
    }

    pub fn effects(&self) -> DependentEffects<'_> {
        let sampling = match &self.blocks {
            Some(blocks) => Sampling::Blocks(blocks),
            None => Sampling::Correlated(self.rho),
        };
        DependentEffects { y: &self.y, v: &self.v, study: &self.study, x: Some(&self.x), sampling }
    }

    pub fn dense(&self) -> Dense {
        let (k, p) = (self.y.len(), self.x.len() / self.y.len());
        let mut v: Vec<Vec<f64>> = (0..k)
            .map(|i| {
                (0..k)
                    .map(|j| match (i == j, self.study[i] == self.study[j]) {
                        (true, _) => self.v[i],
                        (_, true) => self.rho * (self.v[i] * self.v[j]).sqrt(),
                        _ => 0.0,
                    })
                    .collect()
            })
            .collect();
        for b in self.blocks.iter().flatten() {
            let n = b.effects.len();
            for i in 0..n {
                for j in 0..n {
                    v[b.effects[i]][b.effects[j]] = b.covariance[i * n + j];
                }
            }
        }
        Dense { y: self.y.clone(), v, study: self.study.clone(), x: self.x.chunks(p).map(<[f64]>::to_vec).collect() }
    }
}
