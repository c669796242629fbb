//! The sums of a model with moderators at one tau2, in O(k p^2) and without cancellation.
//!
//! p studies of great weight and independent moderators, the basis B, are kept apart. With
//! X the design, M = X_N X_B^-1 and z = y_N - M y_B of the other studies N, and fitted values
//! of the basis y_B + d,
//!
//! - G = W_B + M'W_N M, d = G^-1 M'W_N z; residuals z - M d and -d
//! - P_NN = W_N - W_N M G^-1 M'W_N, P_NB = -W_N M G^-1 W_B, P_BB = W_B - W_B G^-1 W_B
//!
//! As each study of N weighs, in the directions of the basis, no more than the basis itself,
//! no term above subtracts nearly equal numbers, even where p studies hold all the weight: the
//! form for p coefficients of setting the most precise study apart in `stats::pool`. The basis
//! is found by greedy choice of the largest volume (Businger and Golub 1965, Numer Math
//! 7:269; Goreinov and Tyrtyshnikov 2001, Contemp Math 280:47).

use super::small::{Orthonormal, backward, cholesky, forward, inverse};
use crate::stats::math::{CompensatedSum, ln, sqrt};
use crate::stats::pool::Moments;

const BLOCK: usize = 32;

/// A basis with everything relative to it.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// Used from this tau2 upwards.
    pub from: f64,
    /// Number of coefficients.
    p: usize,
    /// Studies of the basis.
    pub basis: Vec<usize>,
    /// The other studies.
    pub others: Vec<usize>,
    /// Variances of the basis.
    v_basis: Vec<f64>,
    /// Variances of the others.
    v: Vec<f64>,
    /// M, by column.
    m: Vec<f64>,
    /// z.
    z: Vec<f64>,
    /// The working effects of the basis.
    e_basis: Vec<f64>,
    /// The inverse of the rows of the basis in orthonormal coordinates.
    to_coordinates: Vec<f64>,
}

/// Traces of P diag(m).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Traces {
    /// sum w.
    pub s1: f64,
    /// sum w^2.
    pub s2: f64,
    /// tr(P M).
    pub tr_pm: f64,
    /// tr(P M P M).
    pub tr_pmpm: f64,
}

/// The weighted fit.
#[derive(Debug, Clone)]
pub(crate) struct Solution {
    /// Coefficients of the orthonormal columns.
    pub coordinates: Vec<f64>,
    /// N with N N' their covariance, by row.
    pub root: Vec<f64>,
    /// Working effects minus fitted, by study.
    pub residuals: Vec<f64>,
    /// Leverages, by study.
    pub hat: Vec<f64>,
}

/// Room for the sums of one evaluation.
struct Room<'a> {
    sums: &'a mut [CompensatedSum],
    square: &'a mut [f64],
}

impl Frame {
    /// The basis of greatest volume at weights 1 / (v + tau2). `order[i]` is the row of study i.
    /// `None` where the design has fewer than p independent rows.
    pub fn new(x: &Orthonormal, order: &[usize], e: &[f64], v: &[f64], tau2: f64) -> Option<Self> {
        let (p, n) = (x.p, v.len());
        let row = |i: usize, j: usize| x.q[j * n + order[i]];
        let mut scaled: Vec<f64> = Vec::with_capacity(n * p);
        for (i, v) in v.iter().enumerate() {
            let root = 1.0 / sqrt(v + tau2);
            scaled.extend((0..p).map(|j| root * row(i, j)));
        }
        let mut basis: Vec<usize> = Vec::with_capacity(p);
        for _ in 0..p {
            let (mut best, mut most) = (usize::MAX, 0.0);
            for i in (0..n).filter(|i| !basis.contains(i)) {
                let length: f64 = scaled[i * p..(i + 1) * p].iter().map(|x| x * x).sum();
                if length > most {
                    (best, most) = (i, length);
                }
            }
            if best == usize::MAX {
                return None;
            }
            let length = sqrt(most);
            let direction: Vec<f64> = scaled[best * p..(best + 1) * p].iter().map(|x| x / length).collect();
            for row in scaled.chunks_exact_mut(p) {
                let along: f64 = row.iter().zip(&direction).map(|(a, b)| a * b).sum();
                for (x, d) in row.iter_mut().zip(&direction) {
                    *x -= along * d;
                }
            }
            basis.push(best);
        }
        let rows: Vec<f64> = basis.iter().flat_map(|i| (0..p).map(|j| row(*i, j))).collect();
        let to_coordinates = inverse(&rows, p)?;
        let others: Vec<usize> = (0..n).filter(|i| !basis.contains(i)).collect();
        let mut m = Vec::with_capacity(others.len() * p);
        for j in 0..p {
            m.extend(others.iter().map(|i| {
                let terms = (0..p).map(|l| row(*i, l) * to_coordinates[l * p + j]);
                let (sum, size) = terms.fold((0.0, 0.0), |(sum, size): (f64, f64), x| (sum + x, size + x.abs()));
                // What is only rounding must not act on the direction of a light study through
                // the weight of a heavy one: rows alike to one of the basis are exactly so.
                if sum.abs() <= 8.0 * f64::EPSILON * size { 0.0 } else { sum }
            }));
        }
        let e_basis: Vec<f64> = basis.iter().map(|i| e[*i]).collect();
        let count = others.len();
        let z = others.iter().enumerate().map(|(at, i)| (0..p).fold(e[*i], |z, j| z - m[j * count + at] * e_basis[j])).collect();
        let v_basis = basis.iter().map(|i| v[*i]).collect();
        let v = others.iter().map(|i| v[*i]).collect();
        Some(Self { from: tau2, p, basis, others, v_basis, v, m, z, e_basis, to_coordinates })
    }

    fn column(&self, j: usize) -> &[f64] {
        &self.m[j * self.v.len()..(j + 1) * self.v.len()]
    }

    /// Runs `work` with room for its sums: on the stack for few coefficients. The number of
    /// coefficients is given back as a literal where it is small, so that loops over it unroll.
    #[inline(always)]
    fn with_room<T>(&self, work: impl Fn(usize, Room) -> T) -> T {
        let p = self.p;
        let none = CompensatedSum::new();
        if p == 1 {
            work(1, Room { sums: &mut [none; 8], square: &mut [0.0; 8] })
        } else if p == 2 {
            work(2, Room { sums: &mut [none; 16], square: &mut [0.0; 24] })
        } else if p == 3 {
            work(3, Room { sums: &mut [none; 28], square: &mut [0.0; 48] })
        } else if p == 4 {
            work(4, Room { sums: &mut [none; 40], square: &mut [0.0; 96] })
        } else {
            let mut sums = vec![none; 3 * p * (p + 1) / 2 + p + 6];
            work(p, Room { sums: &mut sums, square: &mut vec![0.0; 5 * p * p + 2 * p] })
        }
    }

    /// One pass over the others: M'WM, M'W^2 m M, M'W^3 m^2 M (lower halves), M'Wz, and sum w,
    /// w^2, w m, w^2 m^2, in this order.
    #[inline(always)]
    fn pass(&self, p: usize, w: impl Fn(f64) -> f64, m: impl Fn(f64) -> f64, sums: &mut [CompensatedSum]) {
        let pairs = p * (p + 1) / 2;
        let [mut w1, mut w2, mut w3] = [[0.0; BLOCK]; 3];
        let [mut x1, mut x2, mut x3] = [[0.0; BLOCK]; 3];
        for start in (0..self.v.len()).step_by(BLOCK) {
            let end = self.v.len().min(start + BLOCK);
            let size = end - start;
            let mut totals = [0.0; 4];
            for (i, v) in self.v[start..end].iter().enumerate() {
                let (w, m) = (w(*v), m(*v));
                let wm = w * m;
                w1[i] = w;
                w2[i] = w * wm;
                w3[i] = w * wm * wm;
                for (total, term) in totals.iter_mut().zip([w, w * w, wm, wm * wm]) {
                    *total += term;
                }
            }
            for (i, total) in totals.into_iter().enumerate() {
                sums[3 * pairs + p + i].add(total);
            }
            let mut pair = 0;
            for a in 0..p {
                let column = &self.column(a)[start..end];
                for i in 0..size {
                    x1[i] = w1[i] * column[i];
                    x2[i] = w2[i] * column[i];
                    x3[i] = w3[i] * column[i];
                }
                sums[3 * pairs + a].add(lanes(&x1[..size], &self.z[start..end]));
                for b in 0..=a {
                    let other = &self.column(b)[start..end];
                    let [s1, s2, s3] = three_lanes(&x1[..size], &x2[..size], &x3[..size], other);
                    sums[pair].add(s1);
                    sums[pairs + pair].add(s2);
                    sums[2 * pairs + pair].add(s3);
                    pair += 1;
                }
            }
        }
    }

    /// Traces for weights w(v) and multipliers m(v).
    pub fn traces(&self, w: impl Fn(f64) -> f64, m: impl Fn(f64) -> f64) -> Traces {
        self.with_room(|p, room| self.traces_in(p, &w, &m, room))
    }

    /// Leaves in `room.square`: L of G~ = I + S A1 S (S = W_B^-1/2) first, then S.
    #[inline(always)]
    fn traces_in(&self, p: usize, w: &impl Fn(f64) -> f64, m: &impl Fn(f64) -> f64, room: Room) -> Traces {
        let pairs = p * (p + 1) / 2;
        self.pass(p, w, m, room.sums);
        let sums = &room.sums;
        let (l, rest) = room.square.split_at_mut(p * p);
        let (s, rest) = rest.split_at_mut(p);
        let (f, rest) = rest.split_at_mut(p * p);
        let (x, h) = rest.split_at_mut(p * p);
        for (s, v) in s.iter_mut().zip(&self.v_basis) {
            *s = 1.0 / sqrt(w(*v));
        }
        let at = |set: usize, a: usize, b: usize| {
            let (a, b) = if a >= b { (a, b) } else { (b, a) };
            sums[set * pairs + a * (a + 1) / 2 + b].value()
        };
        for a in 0..p {
            for b in 0..p {
                f[b * p + a] = s[a] * s[b] * at(0, a, b);
                // By column, so that a column is a slice.
                x[b * p + a] = s[a] * s[b] * at(1, a, b);
                l[a * p + b] = f[b * p + a] + if a == b { 1.0 } else { 0.0 };
            }
        }
        // G~ is at least the identity: the factor exists unless a number is not finite.
        if !cholesky(l, p) {
            l.fill(f64::NAN);
        }
        for column in f.chunks_exact_mut(p) {
            forward(l, p, column);
            backward(l, p, column);
        }
        // X2 = L^-1 S A2 S L'^-1.
        for column in x.chunks_exact_mut(p) {
            forward(l, p, column);
        }
        transpose(x, p);
        for column in x.chunks_exact_mut(p) {
            forward(l, p, column);
        }
        // H = L'^-1 X2 L^-1.
        let h = &mut h[..p * p];
        h.copy_from_slice(x);
        for column in h.chunks_exact_mut(p) {
            backward(l, p, column);
        }
        transpose(h, p);
        for column in h.chunks_exact_mut(p) {
            backward(l, p, column);
        }
        let total = |i: usize| sums[3 * pairs + p + i].value();
        let [mut s1, mut s2, mut tr_pm, mut tr_pmpm] = [total(0), total(1), total(2), total(3)];
        for i in 0..p {
            let weight = w(self.v_basis[i]);
            let weighed = weight * m(self.v_basis[i]);
            s1 += weight;
            s2 += weight * weight;
            tr_pm += weighed * f[i * p + i] - x[i * p + i];
            tr_pmpm += 2.0 * weighed * h[i * p + i];
            for j in 0..p {
                let other = w(self.v_basis[j]) * m(self.v_basis[j]);
                tr_pmpm += x[i * p + j] * x[i * p + j] + weighed * other * f[i * p + j] * f[j * p + i];
            }
        }
        // tr(G^-1 A3), with h as its workplace.
        for a in 0..p {
            for b in 0..p {
                h[b * p + a] = s[a] * s[b] * at(2, a, b);
            }
        }
        for (j, column) in h.chunks_exact_mut(p).enumerate() {
            forward(l, p, column);
            backward(l, p, column);
            tr_pmpm -= 2.0 * column[j];
        }
        Traces { s1, s2, tr_pm: tr_pm.max(0.0), tr_pmpm: tr_pmpm.max(0.0) }
    }

    /// All sums at one tau2.
    pub fn moments(&self, tau2: f64) -> Moments {
        let weight = |v: f64| 1.0 / (v + tau2);
        self.with_room(|p, room| {
            let Room { sums, square } = room;
            let traces = self.traces_in(p, &weight, &|_| 1.0, Room { sums, square });
            let pairs = p * (p + 1) / 2;
            let (l, rest) = square.split_at_mut(p * p);
            let (s, rest) = rest.split_at_mut(p);
            let (d, rest) = rest.split_at_mut(p);
            let u = |a: usize| sums[3 * pairs + a].value();
            let [q, ypp, yppp] = self.residual_moments(p, tau2, l, s, u, d, &mut rest[..p]);
            let Traces { s1, s2, tr_pm: tr_p, tr_pmpm: tr_pp } = traces;
            Moments { s1, s2, tr_p, tr_pp, mu: 0.0, q, ypp, yppp }
        })
    }

    /// y'Py and y'PPy alone.
    pub fn squares_at(&self, tau2: f64) -> Moments {
        self.with_room(|p, room| {
            let Room { sums, square } = room;
            let mut w1 = [0.0; BLOCK];
            let pairs = p * (p + 1) / 2;
            for start in (0..self.v.len()).step_by(BLOCK) {
                let end = self.v.len().min(start + BLOCK);
                let mut pair = 0;
                for a in 0..p {
                    let column = &self.column(a)[start..end];
                    for ((w, v), m) in w1.iter_mut().zip(&self.v[start..end]).zip(column) {
                        *w = m / (v + tau2);
                    }
                    let w = &w1[..end - start];
                    sums[pairs + a].add(lanes(w, &self.z[start..end]));
                    for b in 0..=a {
                        sums[pair].add(lanes(w, &self.column(b)[start..end]));
                        pair += 1;
                    }
                }
            }
            let (l, rest) = square.split_at_mut(p * p);
            let (s, rest) = rest.split_at_mut(p);
            let (d, rest) = rest.split_at_mut(p);
            for (s, v) in s.iter_mut().zip(&self.v_basis) {
                *s = sqrt(v + tau2);
            }
            for a in 0..p {
                for b in 0..=a {
                    l[a * p + b] = s[a] * s[b] * sums[a * (a + 1) / 2 + b].value() + if a == b { 1.0 } else { 0.0 };
                }
            }
            if !cholesky(l, p) {
                l.fill(f64::NAN);
            }
            let u = |a: usize| sums[pairs + a].value();
            let [q, ypp, yppp] = self.residual_moments(p, tau2, l, s, u, d, &mut rest[..p]);
            Moments { q, ypp, yppp, ..Moments::default() }
        })
    }

    /// y'Py, y'PPy and y'PPPy, given L, S and M'Wz; `d` and `c` are room.
    #[inline(always)]
    fn residual_moments(
        &self,
        p: usize,
        tau2: f64,
        l: &[f64],
        s: &[f64],
        u: impl Fn(usize) -> f64,
        d: &mut [f64],
        c: &mut [f64],
    ) -> [f64; 3] {
        for a in 0..p {
            d[a] = s[a] * u(a);
        }
        forward(l, p, d);
        backward(l, p, d);
        for a in 0..p {
            d[a] *= s[a];
        }
        let [mut q, mut ypp, mut y3] = self.residual_sums(tau2, d, c);
        for a in 0..p {
            let (w, square) = (1.0 / (self.v_basis[a] + tau2), d[a] * d[a]);
            q += w * square;
            ypp += w * w * square;
            y3 += w * w * w * square;
            c[a] = s[a] * (c[a] - w * w * d[a]);
        }
        forward(l, p, c);
        let lost: f64 = c.iter().map(|c| c * c).sum();
        [q, ypp, (y3 - lost).max(0.0)]
    }

    /// sum w r^2, w^2 r^2, w^3 r^2 over the others, and M'W^2 r in `c`.
    #[inline(always)]
    fn residual_sums(&self, tau2: f64, d: &[f64], c: &mut [f64]) -> [f64; 3] {
        c.fill(0.0);
        let mut sums = [CompensatedSum::new(); 3];
        let mut r = [0.0; BLOCK];
        for start in (0..self.v.len()).step_by(BLOCK) {
            let end = self.v.len().min(start + BLOCK);
            let r = &mut r[..end - start];
            r.copy_from_slice(&self.z[start..end]);
            for (j, d) in d.iter().enumerate() {
                for (r, m) in r.iter_mut().zip(&self.column(j)[start..end]) {
                    *r -= d * m;
                }
            }
            let mut total = [0.0; 3];
            for (r, v) in r.iter_mut().zip(&self.v[start..end]) {
                let w = 1.0 / (v + tau2);
                let wr = w * *r;
                total[0] += wr * *r;
                total[1] += wr * wr;
                total[2] += w * (wr * wr);
                *r = w * wr;
            }
            for (sum, total) in sums.iter_mut().zip(total) {
                sum.add(total);
            }
            for (j, c) in c.iter_mut().enumerate() {
                *c += lanes(r, &self.column(j)[start..end]);
            }
        }
        sums.map(|s| s.value())
    }

    /// ln |X'WX| - 2 ln |X_B|.
    pub fn ln_det(&self, w: impl Fn(f64) -> f64) -> f64 {
        self.with_room(|p, room| {
            let Room { sums, square } = room;
            self.traces_in(p, &w, &|_| 1.0, Room { sums, square });
            (0..p).map(|i| 2.0 * ln(square[i * p + i]) + ln(w(self.v_basis[i]))).sum()
        })
    }

    /// The fit at one tau2.
    pub fn solve(&self, tau2: f64) -> Solution {
        let p = self.p;
        let weight = |v: f64| 1.0 / (v + tau2);
        let (l, s, d) = self.with_room(|p, room| {
            let Room { sums, square } = room;
            self.traces_in(p, &weight, &|_| 1.0, Room { sums, square });
            let pairs = p * (p + 1) / 2;
            let l = square[..p * p].to_vec();
            let s = square[p * p..p * p + p].to_vec();
            let mut d: Vec<f64> = (0..p).map(|a| s[a] * sums[3 * pairs + a].value()).collect();
            forward(&l, p, &mut d);
            backward(&l, p, &mut d);
            for (d, s) in d.iter_mut().zip(&s) {
                *d *= s;
            }
            (l, s, d)
        });
        let n = self.basis.len() + self.others.len();
        let (mut residuals, mut hat) = (vec![0.0; n], vec![0.0; n]);
        let mut row = vec![0.0; p];
        for (at, i) in self.others.iter().enumerate() {
            let mut r = self.z[at];
            for j in 0..p {
                let m = self.column(j)[at];
                r -= d[j] * m;
                row[j] = s[j] * m;
            }
            residuals[*i] = r;
            forward(&l, p, &mut row);
            hat[*i] = weight(self.v[at]) * row.iter().map(|x| x * x).sum::<f64>();
        }
        // Columns of L'^-1 are rows of L^-1: root = X_B^-1 S L'^-1 in orthonormal coordinates.
        let mut root = vec![0.0; p * p];
        for j in 0..p {
            let mut unit = vec![0.0; p];
            unit[j] = 1.0;
            forward(&l, p, &mut unit);
            hat[self.basis[j]] = unit.iter().map(|x| x * x).sum();
            residuals[self.basis[j]] = -d[j];
            // unit holds column j of L^-1, that is row j of L'^-1.
            for a in 0..p {
                for (b, x) in unit.iter().enumerate() {
                    root[a * p + b] += self.to_coordinates[a * p + j] * s[j] * x;
                }
            }
        }
        let coordinates = (0..p).map(|a| (0..p).map(|j| self.to_coordinates[a * p + j] * (self.e_basis[j] + d[j])).sum()).collect();
        Solution { coordinates, root, residuals, hat }
    }
}

#[inline(always)]
fn transpose(a: &mut [f64], p: usize) {
    for i in 0..p {
        for j in 0..i {
            a.swap(i * p + j, j * p + i);
        }
    }
}

/// Sum of products in four lanes.
#[inline(always)]
fn lanes(a: &[f64], b: &[f64]) -> f64 {
    let (ac, bc) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = ac.remainder().iter().zip(bc.remainder()).map(|(a, b)| a * b).sum();
    let mut sum = [0.0; 4];
    for (a, b) in ac.zip(bc) {
        for i in 0..4 {
            sum[i] += a[i] * b[i];
        }
    }
    (sum[0] + sum[1]) + (sum[2] + sum[3]) + rest
}

/// Three sums of products with one column.
#[inline(always)]
fn three_lanes(a: &[f64], b: &[f64], c: &[f64], x: &[f64]) -> [f64; 3] {
    let whole = x.len() - x.len() % 2;
    let mut sum = [[0.0; 2]; 3];
    for i in (0..whole).step_by(2) {
        let (x, a, b, c) = (&x[i..i + 2], &a[i..i + 2], &b[i..i + 2], &c[i..i + 2]);
        for l in 0..2 {
            sum[0][l] += a[l] * x[l];
            sum[1][l] += b[l] * x[l];
            sum[2][l] += c[l] * x[l];
        }
    }
    if whole < x.len() {
        sum[0][0] += a[whole] * x[whole];
        sum[1][0] += b[whole] * x[whole];
        sum[2][0] += c[whole] * x[whole];
    }
    sum.map(|s| s[0] + s[1])
}
