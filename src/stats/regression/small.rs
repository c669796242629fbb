//! Linear algebra of a few columns: orthonormal columns, triangular systems, Cholesky, LU.
//!
//! Matrices of p x p are slices by row; designs of n rows are slices by column. p is the
//! number of coefficients, small; n the number of studies.

use crate::stats::math::sqrt;
use crate::stats::pool::block_sum;

/// A column that is longer than this times the rest of it that earlier columns leave over is
/// a combination of them.
const REDUNDANT: f64 = 1e-9;

/// X = Q R: orthonormal columns and an upper triangle.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Orthonormal {
    /// Number of rows.
    pub n: usize,
    /// Number of columns.
    pub p: usize,
    /// Q, by column.
    pub q: Vec<f64>,
    /// R, by row; zeros below the diagonal.
    pub r: Vec<f64>,
}

impl Orthonormal {
    /// Column j of Q.
    pub fn column(&self, j: usize) -> &[f64] {
        &self.q[j * self.n..(j + 1) * self.n]
    }

    /// Factors `p` columns of `n` finite numbers; `constant` is the index of a column whose
    /// entries are all equal and not 0. `Err` names the first redundant column.
    ///
    /// Gram-Schmidt, each column twice, which keeps Q orthonormal to machine precision
    /// (Giraud, Langou and Rozloznik 2005, Comput Math Appl 50:1069). A column is redundant
    /// where less than 1e-9 of its length (about its mean, where a constant column precedes
    /// it) is left over.
    pub fn new(columns: &[f64], n: usize, p: usize, constant: Option<usize>) -> Result<Self, usize> {
        let mut it = Self { n, p, q: Vec::with_capacity(n * p), r: vec![0.0; p * p] };
        for j in 0..p {
            let given = &columns[j * n..(j + 1) * n];
            let largest = given.iter().fold(0.0, |a: f64, x| a.max(x.abs()));
            if largest == 0.0 || j >= n {
                return Err(j);
            }
            // A power of two: no digit is lost, and no square leaves the range.
            let exponent = libm::ilogb(largest);
            let mut x: Vec<f64> = given.iter().map(|x| libm::scalbn(*x, -exponent)).collect();
            let mut length = norm(&x);
            if constant.is_some_and(|c| c < j) {
                let raw = length;
                let mean = block_sum(n, |i| x[i]) / n as f64;
                length = sqrt(block_sum(n, |i| (x[i] - mean) * (x[i] - mean)));
                if length <= 1e-13 * raw {
                    return Err(j);
                }
            }
            for _ in 0..2 {
                for i in 0..j {
                    let q = &it.q[i * n..(i + 1) * n];
                    let along = dot(q, &x);
                    it.r[i * p + j] += libm::scalbn(along, exponent);
                    for (x, q) in x.iter_mut().zip(q) {
                        *x -= along * q;
                    }
                }
            }
            let rest = norm(&x);
            if rest <= REDUNDANT * length {
                return Err(j);
            }
            it.r[j * p + j] = libm::scalbn(rest, exponent);
            it.q.extend(x.iter().map(|x| x / rest));
        }
        Ok(it)
    }

    /// R alone.
    pub fn without_q(&self) -> Self {
        Self { n: 0, p: self.p, q: Vec::new(), r: self.r.clone() }
    }

    /// R^-1 b.
    pub fn solve(&self, b: &mut [f64]) {
        let p = self.p;
        for i in (0..p).rev() {
            for j in i + 1..p {
                b[i] -= self.r[i * p + j] * b[j];
            }
            b[i] /= self.r[i * p + i];
        }
    }

    /// R'^-1 b.
    pub fn solve_transposed(&self, b: &mut [f64]) {
        let p = self.p;
        for i in 0..p {
            for j in 0..i {
                b[i] -= self.r[j * p + i] * b[j];
            }
            b[i] /= self.r[i * p + i];
        }
    }

    /// Q' x.
    pub fn coordinates(&self, x: &[f64]) -> Vec<f64> {
        (0..self.p).map(|j| dot(self.column(j), x)).collect()
    }
}

/// The sum of products, in a fixed order.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    block_sum(a.len().min(b.len()), |i| a[i] * b[i])
}

/// The Euclidean length.
pub(crate) fn norm(x: &[f64]) -> f64 {
    sqrt(dot(x, x))
}

/// The lower Cholesky factor of a symmetric matrix of which the lower half is given, in its
/// place; false where it is not positive definite.
#[inline(always)]
pub(crate) fn cholesky(a: &mut [f64], p: usize) -> bool {
    for j in 0..p {
        for i in j..p {
            let mut x = a[i * p + j];
            for l in 0..j {
                x -= a[i * p + l] * a[j * p + l];
            }
            if i > j {
                a[i * p + j] = x / a[j * p + j];
            } else if x > 0.0 {
                a[j * p + j] = sqrt(x);
            } else {
                return false;
            }
        }
    }
    true
}

/// L^-1 b in place.
#[inline(always)]
pub(crate) fn forward(l: &[f64], p: usize, b: &mut [f64]) {
    for i in 0..p {
        let mut x = b[i];
        for j in 0..i {
            x -= l[i * p + j] * b[j];
        }
        b[i] = x / l[i * p + i];
    }
}

/// L'^-1 b in place.
#[inline(always)]
pub(crate) fn backward(l: &[f64], p: usize, b: &mut [f64]) {
    for i in (0..p).rev() {
        let mut x = b[i];
        for j in i + 1..p {
            x -= l[j * p + i] * b[j];
        }
        b[i] = x / l[i * p + i];
    }
}

/// The inverse by Gauss and Jordan with row pivots; `None` where it does not exist.
pub(crate) fn inverse(a: &[f64], p: usize) -> Option<Vec<f64>> {
    let mut a = a.to_vec();
    let mut b = vec![0.0; p * p];
    for i in 0..p {
        b[i * p + i] = 1.0;
    }
    for j in 0..p {
        let pivot = (j..p).reduce(|x, y| if a[y * p + j].abs() > a[x * p + j].abs() { y } else { x })?;
        if a[pivot * p + j] == 0.0 {
            return None;
        }
        for l in 0..p {
            a.swap(pivot * p + l, j * p + l);
            b.swap(pivot * p + l, j * p + l);
        }
        let d = a[j * p + j];
        for l in 0..p {
            a[j * p + l] /= d;
            b[j * p + l] /= d;
        }
        for i in (0..p).filter(|i| *i != j) {
            let f = a[i * p + j];
            if f != 0.0 {
                for l in 0..p {
                    a[i * p + l] -= f * a[j * p + l];
                    b[i * p + l] -= f * b[j * p + l];
                }
            }
        }
    }
    Some(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redundant_column_is_named() {
        let year: Vec<f64> = (0..9).map(|i| 1990.0 + f64::from(i * i)).collect();
        let mut x = vec![1.0; 9];
        x.extend(&year);
        x.extend(year.iter().map(|y| 0.1 * y - 7.0));
        assert_eq!(Orthonormal::new(&x, 9, 3, Some(0)), Err(2));
        x.truncate(18);
        x.extend(year.iter().map(|y| y * y));
        let f = Orthonormal::new(&x, 9, 3, Some(0)).expect("three columns");
        for i in 0..3 {
            for j in 0..3 {
                let expected = if i == j { 1.0 } else { 0.0 };
                assert!((dot(f.column(i), f.column(j)) - expected).abs() < 1e-15);
            }
        }
        x[18..].fill(5.0);
        assert_eq!(Orthonormal::new(&x, 9, 3, Some(0)), Err(2));
    }

    #[test]
    fn an_inverse_is_one() {
        let a = [0.0, 2.0, 1.0, 4.0, -1.0, 0.5, 3.0, 3.0, 9.0];
        let b = inverse(&a, 3).expect("an inverse");
        for i in 0..3 {
            for j in 0..3 {
                let x: f64 = (0..3).map(|l| a[i * 3 + l] * b[l * 3 + j]).sum();
                assert!((x - if i == j { 1.0 } else { 0.0 }).abs() < 1e-15);
            }
        }
        assert_eq!(inverse(&[1.0, 2.0, 2.0, 4.0], 2), None);
    }
}
