//! The distribution of a robust covariance under the working model: degrees of freedom.
//!
//! For q combinations R b of the coefficients, V_R = sum u_i u_i' with u_i = G_i'e_i and
//! G_i = A_i W_i X_i C R'. Under the working model cov(u_i, u_j) = N_ij, where
//!
//! - N_ii = G_i'M_i G_i - w_i'C w_i and N_ij = -w_i'C w_j for i != j, w_i = X_i'G_i.
//!
//! For q = 1 the Satterthwaite df are (sum N_ii)^2 / sum_ij N_ij^2. For several, with
//! Omega = sum N_ii and everything multiplied by Omega^{-1/2}, Hotelling's T^2 has
//!
//! - eta = q (q + 1) / sum_ij ((tr N_ij)^2 + tr(N_ij N_ij)).
//!
//! The double sums are products of sums over single studies: T = sum of vec(w_i) vec(w_i)' holds
//! all that they need, so that the cost is linear in the number of studies.
//!
//! Sources: Bell and McCaffrey 2002, Surv Methodol 28:169-181; Tipton and Pustejovsky 2015, J
//! Educ Behav Stat 40:604-634, eq. 12 to 14 (HTZ, after Zhang 2012).

use super::dense::{eigen, form, product};
use super::robust::{Slice, transposed_product};
use crate::stats::math::sqrt;

/// The parts of each study's N_ii and w_i.
pub(crate) struct Moments<'a> {
    c: &'a [f64],
    p: usize,
    q: usize,
    /// w_i, p x q.
    w: Vec<Vec<f64>>,
    /// G_i'M_i G_i, q x q.
    g: Vec<Vec<f64>>,
}

impl<'a> Moments<'a> {
    /// For `q` combinations by row, in terms of Q; `c` is (X'WX)^-1.
    pub fn new(c: &'a [f64], slices: &[Slice], rows: &[f64], p: usize, q: usize) -> Self {
        // C R', p x q.
        let right: Vec<f64> = (0..p * q).map(|e| (0..p).map(|j| c[e / q * p + j] * rows[e % q * p + j]).sum()).collect();
        let w = slices.iter().map(|s| product(&s.bread, &right, p, p, q)).collect();
        let g = slices.iter().map(|s| transposed_product(&right, &product(&s.meat, &right, p, p, q), p, q, q)).collect();
        Self { c, p, q, w, g }
    }

    /// w_i'C w_i.
    fn own(&self, i: usize) -> Vec<f64> {
        transposed_product(&self.w[i], &product(self.c, &self.w[i], self.p, self.p, self.q), self.p, self.q, self.q)
    }

    /// Sum of N_ii: the expectation of V_R under the working model, before its factor.
    pub fn expectation(&self) -> Vec<f64> {
        let mut out = vec![0.0; self.q * self.q];
        for i in 0..self.w.len() {
            let own = self.own(i);
            out.iter_mut().zip(&self.g[i]).zip(own).for_each(|((o, g), own)| *o += g - own);
        }
        out
    }

    /// Satterthwaite's df (q = 1); `None` where the residuals that matter are 0 whatever the
    /// data, so that there is no variance to estimate.
    pub fn df(&self) -> Option<f64> {
        let (mut trace, mut squares, mut whole) = (0.0, 0.0, 0.0);
        let mut t = vec![0.0; self.p * self.p];
        for (w, g) in self.w.iter().zip(&self.g) {
            let own = form(self.c, self.p, w, w);
            trace += g[0] - own;
            whole += g[0];
            squares += (g[0] - own) * (g[0] - own) - own * own;
            for i in 0..self.p {
                for j in 0..self.p {
                    t[i * self.p + j] += w[i] * w[j];
                }
            }
        }
        let ct = product(self.c, &t, self.p, self.p, self.p);
        let all: f64 = (0..self.p).map(|i| (0..self.p).map(|j| ct[i * self.p + j] * ct[j * self.p + i]).sum::<f64>()).sum();
        (trace > 1e-10 * whole).then(|| trace * trace / (squares + all))
    }

    /// The df eta of Hotelling's T^2; `None` where the expectation is singular.
    pub fn eta(&self) -> Option<f64> {
        let (p, q) = (self.p, self.q);
        let mut expectation = self.expectation();
        let whole = self.g.iter().fold(vec![0.0; q * q], |sum, g| sum.iter().zip(g).map(|(a, b)| a + b).collect());
        if !(0..q).all(|i| expectation[i * q + i] > 1e-10 * whole[i * q + i]) {
            return None;
        }
        let (values, vectors) = eigen(&mut expectation, q);
        let largest = values.iter().fold(0.0, |a: f64, b| a.max(*b));
        if !values.iter().all(|v| *v > 1e-12 * largest) {
            return None;
        }
        // Omega^{-1/2}, symmetric.
        let root: Vec<f64> =
            (0..q * q).map(|e| (0..q).map(|m| vectors[m * q + e / q] * vectors[m * q + e % q] / sqrt(values[m])).sum()).collect();
        let size = p * q;
        let mut t = vec![0.0; size * size];
        let mut sum = 0.0;
        for i in 0..self.w.len() {
            let w = product(&self.w[i], &root, p, q, q);
            let own = transposed_product(&w, &product(self.c, &w, p, p, q), p, q, q);
            let g = product(&product(&root, &self.g[i], q, q, q), &root, q, q, q);
            let n: Vec<f64> = g.iter().zip(&own).map(|(g, o)| g - o).collect();
            sum += double(&n, q) - double(&own, q);
            for (a, x) in w.iter().enumerate() {
                for (b, y) in w.iter().enumerate() {
                    t[a * size + b] += x * y;
                }
            }
        }
        sum += self.over_pairs(&t);
        Some((q * (q + 1)) as f64 / sum)
    }

    /// The sum over all pairs, i = j included, of (tr w_i'C w_j)^2 + tr(w_i'C w_j w_i'C w_j),
    /// with T[(a, s), (b, t)] = sum of w_i[a, s] w_i[b, t].
    fn over_pairs(&self, t: &[f64]) -> f64 {
        let (p, q) = (self.p, self.q);
        let size = p * q;
        let at = |a: usize, s: usize, b: usize, r: usize| t[(a * q + s) * size + b * q + r];
        let mut sum = 0.0;
        for s in 0..q {
            for r in 0..q {
                // C T[., s; ., r] as p x p matrices, and with the combinations exchanged.
                let block = |s: usize, r: usize| -> Vec<f64> {
                    let m: Vec<f64> = (0..p * p).map(|e| at(e / p, s, e % p, r)).collect();
                    product(self.c, &m, p, p, p)
                };
                let (sr, rs) = (block(s, r), block(r, s));
                for a in 0..p {
                    for b in 0..p {
                        sum += sr[a * p + b] * (rs[b * p + a] + sr[b * p + a]);
                    }
                }
            }
        }
        sum
    }
}

/// (tr N)^2 + tr(N N).
fn double(n: &[f64], q: usize) -> f64 {
    let trace: f64 = (0..q).map(|i| n[i * q + i]).sum();
    let squares: f64 = (0..q).map(|i| (0..q).map(|j| n[i * q + j] * n[j * q + i]).sum::<f64>()).sum();
    trace * trace + squares
}
