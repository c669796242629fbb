//! Small dense matrices, by row: Cholesky factors, eigenvalues, orthonormal columns.
//!
//! Sizes are the number of coefficients or of effects in one study, both small.

use crate::stats::math::sqrt;

/// The lower factor L of a symmetric positive definite n x n matrix, L L' = A; zeros above the
/// diagonal. `None` where A is not positive definite to machine precision.
pub(crate) fn cholesky(a: &[f64], n: usize) -> Option<Vec<f64>> {
    let mut l = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let mut rest = a[i * n + j];
            for m in 0..j {
                rest -= l[i * n + m] * l[j * n + m];
            }
            if i == j {
                if !(rest > f64::EPSILON * n as f64 * a[i * n + i] && rest.is_finite()) {
                    return None;
                }
                l[i * n + i] = sqrt(rest);
            } else {
                l[i * n + j] = rest / l[j * n + j];
            }
        }
    }
    Some(l)
}

/// The inverse of A = L L' from its lower factor.
pub(crate) fn inverse(l: &[f64], n: usize) -> Vec<f64> {
    // M = L^-1, then A^-1 = M' M.
    let mut m = vec![0.0; n * n];
    for j in 0..n {
        m[j * n + j] = 1.0 / l[j * n + j];
        for i in j + 1..n {
            let mut rest = 0.0;
            for t in j..i {
                rest -= l[i * n + t] * m[t * n + j];
            }
            m[i * n + j] = rest / l[i * n + i];
        }
    }
    let mut out = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let mut x = 0.0;
            for t in i..n {
                x += m[t * n + i] * m[t * n + j];
            }
            out[i * n + j] = x;
            out[j * n + i] = x;
        }
    }
    out
}

/// x'A y for an n x n matrix.
pub(crate) fn form(a: &[f64], n: usize, x: &[f64], y: &[f64]) -> f64 {
    (0..n).map(|i| x[i] * (0..n).map(|j| a[i * n + j] * y[j]).sum::<f64>()).sum()
}

/// The product of an r x m and an m x c matrix.
pub(crate) fn product(a: &[f64], b: &[f64], r: usize, m: usize, c: usize) -> Vec<f64> {
    let mut out = vec![0.0; r * c];
    for i in 0..r {
        for t in 0..m {
            let x = a[i * m + t];
            for j in 0..c {
                out[i * c + j] += x * b[t * c + j];
            }
        }
    }
    out
}

/// The trace of the product of two n x n matrices.
pub(crate) fn trace_of_product(a: &[f64], b: &[f64], n: usize) -> f64 {
    (0..n).map(|i| (0..n).map(|j| a[i * n + j] * b[j * n + i]).sum::<f64>()).sum()
}

/// Eigenvalues, and eigenvectors as rows of the second matrix, of a symmetric n x n matrix (which
/// is overwritten). A = U' diag(values) U; in no particular order.
///
/// Cyclic Jacobi rotations, stopped where every off-diagonal entry is below machine precision
/// times the square root of the two diagonal entries beside it: for a positive definite matrix
/// even small eigenvalues are then relatively accurate, as far as the matrix scaled to a unit
/// diagonal is well conditioned (Demmel and Veselic 1992, SIAM J Matrix Anal Appl 13:1204).
pub(crate) fn eigen(a: &mut [f64], n: usize) -> (Vec<f64>, Vec<f64>) {
    let mut u = vec![0.0; n * n];
    for i in 0..n {
        u[i * n + i] = 1.0;
    }
    for _ in 0..60 {
        let mut rotated = false;
        for i in 0..n {
            for j in i + 1..n {
                let off = a[i * n + j];
                let (x, y) = (a[i * n + i], a[j * n + j]);
                if off == 0.0 || off.abs() <= 0.5 * f64::EPSILON * sqrt((x * y).abs()) {
                    continue;
                }
                rotated = true;
                rotate(a, &mut u, n, i, j);
            }
        }
        if !rotated {
            break;
        }
    }
    ((0..n).map(|i| a[i * n + i]).collect(), u)
}

/// The rotation in the plane of i < j that makes the entry (i, j) 0.
fn rotate(a: &mut [f64], u: &mut [f64], n: usize, i: usize, j: usize) {
    let (off, x, y) = (a[i * n + j], a[i * n + i], a[j * n + j]);
    let theta = (y - x) / (2.0 * off);
    let t = if theta.abs() > 1e150 { 0.5 / theta } else { 1.0f64.copysign(theta) / (theta.abs() + sqrt(1.0 + theta * theta)) };
    let c = 1.0 / sqrt(1.0 + t * t);
    let s = t * c;
    for matrix in [&mut *a, u] {
        let (above, below) = matrix.split_at_mut(j * n);
        for (p, q) in above[i * n..(i + 1) * n].iter_mut().zip(&mut below[..n]) {
            (*p, *q) = (c * *p - s * *q, s * *p + c * *q);
        }
    }
    for m in 0..n {
        a[m * n + i] = a[i * n + m];
        a[m * n + j] = a[j * n + m];
    }
    a[i * n + i] = x - t * off;
    a[j * n + j] = y + t * off;
    a[i * n + j] = 0.0;
    a[j * n + i] = 0.0;
}

/// X = Q R of n rows and p columns, all by row: Q orthonormal, R upper triangular.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Orthonormal {
    pub q: Vec<f64>,
    pub r: Vec<f64>,
    pub p: usize,
}

impl Orthonormal {
    /// Gram-Schmidt, every column twice (Giraud, Langou and Rozloznik 2005, Comput Math Appl
    /// 50:1069). `Err` names the first column of which less than 1e-9 is left over by the
    /// columns before it (of its spread about its mean, where a constant precedes it).
    pub fn new(x: &[f64], n: usize, p: usize) -> Result<Self, usize> {
        let mut columns: Vec<Vec<f64>> = Vec::with_capacity(p);
        let mut r = vec![0.0; p * p];
        let mut constant = false;
        for j in 0..p {
            let mut column: Vec<f64> = (0..n).map(|i| x[i * p + j]).collect();
            let largest = column.iter().fold(0.0, |a: f64, x| a.max(x.abs()));
            if largest == 0.0 || j >= n {
                return Err(j);
            }
            let exponent = libm::ilogb(largest);
            column.iter_mut().for_each(|x| *x = libm::scalbn(*x, -exponent));
            let mut length = norm(&column);
            if constant {
                let mean = column.iter().sum::<f64>() / n as f64;
                let raw = length;
                length = sqrt(column.iter().map(|x| (x - mean) * (x - mean)).sum());
                if length <= 1e-13 * raw {
                    return Err(j);
                }
            }
            constant |= column.iter().all(|x| *x == column[0]);
            for _ in 0..2 {
                for (i, q) in columns.iter().enumerate() {
                    let along: f64 = q.iter().zip(&column).map(|(a, b)| a * b).sum();
                    r[i * p + j] += libm::scalbn(along, exponent);
                    column.iter_mut().zip(q).for_each(|(x, q)| *x -= along * q);
                }
            }
            let rest = norm(&column);
            if rest <= 1e-9 * length {
                return Err(j);
            }
            r[j * p + j] = libm::scalbn(rest, exponent);
            column.iter_mut().for_each(|x| *x /= rest);
            columns.push(column);
        }
        let q = (0..n).flat_map(|i| columns.iter().map(move |c| c[i])).collect();
        Ok(Self { q, r, p })
    }

    /// R^-1 b in place.
    pub fn solve(&self, b: &mut [f64]) {
        let p = self.p;
        for i in (0..p).rev() {
            for j in i + 1..p {
                b[i] -= self.r[i * p + j] * b[j];
            }
            b[i] /= self.r[i * p + i];
        }
    }

    /// R'^-1 b in place: the contrast b of the caller's coefficients in terms of Q's.
    pub fn solve_transposed(&self, b: &mut [f64]) {
        let p = self.p;
        for i in 0..p {
            for j in 0..i {
                b[i] -= self.r[j * p + i] * b[j];
            }
            b[i] /= self.r[i * p + i];
        }
    }

    /// R^-1 M R'^-1 of a symmetric p x p matrix.
    pub fn covariance(&self, m: &[f64]) -> Vec<f64> {
        let p = self.p;
        // Columns first, then, by symmetry of the result's transpose, rows.
        let mut half = vec![0.0; p * p];
        for j in 0..p {
            let mut column: Vec<f64> = (0..p).map(|i| m[i * p + j]).collect();
            self.solve(&mut column);
            for i in 0..p {
                half[j * p + i] = column[i];
            }
        }
        let mut out = vec![0.0; p * p];
        for j in 0..p {
            let mut column: Vec<f64> = (0..p).map(|i| half[i * p + j]).collect();
            self.solve(&mut column);
            for i in 0..p {
                out[i * p + j] = column[i];
            }
        }
        for i in 0..p {
            for j in 0..i {
                let mean = 0.5 * (out[i * p + j] + out[j * p + i]);
                out[i * p + j] = mean;
                out[j * p + i] = mean;
            }
        }
        out
    }
}

fn norm(x: &[f64]) -> f64 {
    sqrt(x.iter().map(|x| x * x).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hilbert(n: usize) -> Vec<f64> {
        (0..n * n).map(|i| 1.0 / (i / n + i % n + 1) as f64).collect()
    }

    #[test]
    fn an_eigensystem_gives_its_matrix_back() {
        for n in [1, 2, 3, 7, 20] {
            let a = hilbert(n);
            let (values, u) = eigen(&mut a.clone(), n);
            for i in 0..n {
                for j in 0..n {
                    let back: f64 = (0..n).map(|m| u[m * n + i] * values[m] * u[m * n + j]).sum();
                    assert!((back - a[i * n + j]).abs() < 4e-15, "{n} {i} {j}");
                    let dot: f64 = (0..n).map(|m| u[i * n + m] * u[j * n + m]).sum();
                    assert!((dot - f64::from(u8::from(i == j))).abs() < 1e-14);
                }
            }
        }
    }

    #[test]
    fn small_eigenvalues_of_a_graded_matrix_are_relatively_accurate() {
        // [[1, r s], [r s, s^2]] with s = 1e-6: the smaller eigenvalue is det / larger.
        let (r, s) = (0.5, 1e-6);
        let (values, _) = eigen(&mut [1.0, r * s, r * s, s * s], 2);
        let (small, large) = (values[0].min(values[1]), values[0].max(values[1]));
        let det = s * s * (1.0 - r * r);
        assert!((small * large / det - 1.0).abs() < 1e-14, "{small} {large}");
    }

    #[test]
    fn an_inverse_times_its_matrix() {
        let n = 4;
        let a = hilbert(n);
        let inverse = inverse(&cholesky(&a, n).unwrap_or_default(), n);
        let one = product(&inverse, &a, n, n, n);
        for (i, x) in one.iter().enumerate() {
            assert!((x - f64::from(u8::from(i % (n + 1) == 0))).abs() < 1e-11);
        }
        assert_eq!(cholesky(&[1.0, 2.0, 2.0, 1.0], 2), None);
    }

    #[test]
    fn a_redundant_column_is_named() {
        let x = [1.0, 1976.0, 3952.0, 1.0, 1980.0, 3960.0, 1.0, 1990.0, 3980.0, 1.0, 1991.0, 3982.0];
        assert_eq!(Orthonormal::new(&x, 4, 3).map(|_| ()), Err(2));
        assert!(Orthonormal::new(&x[..6], 3, 2).is_ok());
    }
}
