//! The sums over studies of which every likelihood, score and information is made.
//!
//! For one study, in its rotated form (see `clustered`), W = (diag(a) + sb uu')^-1 with
//! a = d + sw. With t = 1/a, S = sum t u^2 and, for a column x, m = sum t u x / S:
//!
//! - Wx = t (x - u m) + t u m / (1 + sb S), x'Wy = sum t (x - u m)(y - u m') + m m' h,
//!   h = u'Wu = 1 / (1/S + sb). Nothing is subtracted that is nearly equal.
//! - the diagonal of W is t (1 + sb (S - t u^2)) / (1 + sb S).
//!
//! K_b = uu' and K_w = I are the derivatives of the covariance.

use super::clustered::Clustered;
use crate::stats::math::{CompensatedSum, ln};
use rayon::prelude::*;
use std::cell::RefCell;
use std::ops::Range;

/// Studies whose sums are made in one go, on one thread.
const CHUNK: usize = 512;

/// Number of matrices, and of scalars after them.
const MATRICES: usize = 6;
const SCALARS: usize = 6;

/// Which matrix of `Z = [X y]`.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    /// Z'W Z.
    W,
    /// Z'W K_b W Z.
    Between,
    /// Z'W K_w W Z.
    Within,
    /// Z'W K_b W K_b W Z.
    BetweenBetween,
    /// Z'W K_b W K_w W Z, symmetrised.
    BetweenWithin,
    /// Z'W K_w W K_w W Z.
    WithinWithin,
}

/// Sums over all studies at one pair of variances.
#[derive(Debug, Clone)]
pub(crate) struct Sums {
    c: usize,
    values: Vec<f64>,
}

impl Sums {
    /// A matrix by row, `c` = p + 1 wide.
    pub fn form(&self, form: Form) -> &[f64] {
        let size = self.c * self.c;
        &self.values[form as usize * size..(form as usize + 1) * size]
    }

    fn scalar(&self, i: usize) -> f64 {
        self.values[MATRICES * self.c * self.c + i]
    }

    /// ln det of the marginal covariance.
    pub fn ln_det(&self) -> f64 {
        self.scalar(0)
    }

    /// tr(W K_b), tr(W K_w).
    pub fn traces(&self) -> [f64; 2] {
        [self.scalar(1), self.scalar(2)]
    }

    /// tr(W K W K'): both between, mixed, both within.
    pub fn double_traces(&self) -> [f64; 3] {
        [self.scalar(3), self.scalar(4), self.scalar(5)]
    }
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Working memory of one thread: what is in it counts for one study only.
#[derive(Default)]
struct Scratch {
    t: Vec<f64>,
    wz: Vec<f64>,
    m: Vec<f64>,
    m2: Vec<f64>,
}

impl Clustered {
    /// The sums at scaled variances; those of [`Form::W`] and the determinant only unless `all`.
    pub(crate) fn sums(&self, theta: [f64; 2], all: bool) -> Sums {
        let (m, c) = (self.studies(), self.p + 1);
        let size = MATRICES * c * c + SCALARS;
        let chunk = |i: usize| {
            let mut values = vec![0.0; size];
            let range = i * CHUNK..m.min((i + 1) * CHUNK);
            SCRATCH.with_borrow_mut(|scratch| {
                // The width is made known to the compiler where it is small.
                match c {
                    1 => self.add(range, theta, all, 1, &mut values, scratch),
                    2 => self.add(range, theta, all, 2, &mut values, scratch),
                    3 => self.add(range, theta, all, 3, &mut values, scratch),
                    _ => self.add(range, theta, all, c, &mut values, scratch),
                }
            });
            values
        };
        let chunks = m.div_ceil(CHUNK);
        let mut values = if chunks == 1 {
            chunk(0)
        } else {
            let parts: Vec<Vec<f64>> = (0..chunks).into_par_iter().map(chunk).collect();
            (0..size).map(|j| parts.iter().map(|part| part[j]).collect::<CompensatedSum>().value()).collect()
        };
        for form in values[..MATRICES * c * c].chunks_exact_mut(c * c) {
            for i in 0..c {
                for j in 0..i {
                    form[j * c + i] = form[i * c + j];
                }
            }
        }
        Sums { c, values }
    }

    /// Adds the studies of a range to lower triangles and scalars.
    #[inline(always)]
    fn add(&self, studies: Range<usize>, [sb, sw]: [f64; 2], all: bool, c: usize, out: &mut [f64], scratch: &mut Scratch) {
        let size = c * c;
        let (forms, scalars) = out.split_at_mut(MATRICES * size);
        let mut determinant = Determinant::default();
        for study in studies {
            let range = self.of(study);
            let n = range.len();
            let (d, u, z) = (&self.d[range.clone()], &self.u[range.clone()], &self.z[range.start * c..range.end * c]);
            scratch.t.clear();
            scratch.t.extend(d.iter().map(|d| 1.0 / (d + sw)));
            let t = &scratch.t;
            let (mut s, mut largest, mut rest, mut at) = (0.0, -1.0, 0.0, 0);
            for i in 0..n {
                let x = t[i] * u[i] * u[i];
                s += x;
                if x > largest {
                    rest += if largest < 0.0 { 0.0 } else { largest };
                    (largest, at) = (x, i);
                } else {
                    rest += x;
                }
                determinant.multiply(d[i] + sw);
            }
            let denominator = 1.0 + sb * s;
            let h = s / denominator;
            determinant.multiply(denominator);
            // Weighted means of the columns along u, then the columns without them.
            projections(&mut scratch.m, z, t, u, s, c);
            scratch.wz.clear();
            scratch.wz.extend_from_slice(z);
            for (row, u) in scratch.wz.chunks_exact_mut(c).zip(u) {
                for (x, m) in row.iter_mut().zip(&scratch.m) {
                    *x -= u * m;
                }
            }
            add_products(&mut forms[..size], &scratch.wz, t, c);
            add_outer(&mut forms[..size], &scratch.m, &scratch.m, h, c);
            if !all {
                continue;
            }
            // Wz, and what of it lies along u.
            for i in 0..n {
                for j in 0..c {
                    let x = scratch.wz[i * c + j];
                    scratch.wz[i * c + j] = t[i] * (x + u[i] * scratch.m[j] / denominator);
                }
            }
            projections(&mut scratch.m2, &scratch.wz, t, u, s, c);
            let (m, m2) = (&scratch.m, &scratch.m2);
            // u'Wz = h m and u'WWz = h m2.
            add_outer(&mut forms[size..2 * size], m, m, h * h, c);
            for row in scratch.wz.chunks_exact(c) {
                for i in 0..c {
                    for j in 0..=i {
                        forms[2 * size + i * c + j] += row[i] * row[j];
                    }
                }
            }
            add_outer(&mut forms[3 * size..4 * size], m, m, h * h * h, c);
            add_outer(&mut forms[4 * size..5 * size], m, m2, 0.5 * h * h, c);
            add_outer(&mut forms[4 * size..5 * size], m2, m, 0.5 * h * h, c);
            add_outer(&mut forms[5 * size..6 * size], m2, m2, h, c);
            for (row, u) in scratch.wz.chunks_exact_mut(c).zip(u) {
                for (x, m) in row.iter_mut().zip(&scratch.m2) {
                    *x -= u * m;
                }
            }
            add_products(&mut forms[5 * size..6 * size], &scratch.wz, t, c);
            // Traces.
            let (mut diagonal, mut squares, mut b1, mut b2) = (0.0, 0.0, 0.0, 0.0);
            for i in 0..n {
                let x = t[i] * u[i] * u[i];
                let others = if i == at { rest } else { s - x };
                let w = t[i] * ((1.0 + sb * others) / denominator);
                diagonal += w;
                squares += w * w;
                b1 += t[i] * x;
                b2 += t[i] * x * t[i] * x;
            }
            let g = sb / denominator;
            scalars[1] += h;
            scalars[2] += diagonal;
            scalars[3] += h * h;
            scalars[4] += b1 / (denominator * denominator);
            scalars[5] += squares + g * g * (b1 * b1 - b2).max(0.0);
        }
        scalars[0] += determinant.ln_det();
    }
}

/// m_j = sum t u z_j / s.
#[inline(always)]
fn projections(m: &mut Vec<f64>, z: &[f64], t: &[f64], u: &[f64], s: f64, c: usize) {
    m.clear();
    m.resize(c, 0.0);
    for (i, row) in z.chunks_exact(c).enumerate() {
        let tu = t[i] * u[i];
        for j in 0..c {
            m[j] += tu * row[j];
        }
    }
    m.iter_mut().for_each(|m| *m /= s);
}

/// The lower triangle of sum t row row'.
#[inline(always)]
fn add_products(form: &mut [f64], rows: &[f64], t: &[f64], c: usize) {
    for (row, t) in rows.chunks_exact(c).zip(t) {
        for i in 0..c {
            let x = t * row[i];
            for j in 0..=i {
                form[i * c + j] += x * row[j];
            }
        }
    }
}

/// The lower triangle of factor a b'.
#[inline(always)]
fn add_outer(form: &mut [f64], a: &[f64], b: &[f64], factor: f64, c: usize) {
    for i in 0..c {
        let x = factor * a[i];
        for j in 0..=i {
            form[i * c + j] += x * b[j];
        }
    }
}

/// The logarithm of a product of positive numbers, with few logarithms.
struct Determinant {
    product: f64,
    sum: CompensatedSum,
}

impl Default for Determinant {
    fn default() -> Self {
        Self { product: 1.0, sum: CompensatedSum::new() }
    }
}

impl Determinant {
    #[inline(always)]
    fn multiply(&mut self, x: f64) {
        let next = self.product * x;
        if (1e-280..1e280).contains(&next) {
            self.product = next;
        } else {
            self.sum.add(ln(self.product));
            self.product = x;
        }
    }

    fn ln_det(mut self) -> f64 {
        self.sum.add(ln(self.product));
        self.sum.value()
    }
}
