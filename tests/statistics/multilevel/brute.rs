//! The multilevel model by brute force: k x k matrices, nothing shared with the library.

pub type Matrix = Vec<Vec<f64>>;

pub fn multiply(a: &Matrix, b: &Matrix) -> Matrix {
    a.iter().map(|r| (0..b[0].len()).map(|j| r.iter().zip(b).map(|(x, b)| x * b[j]).sum()).collect()).collect()
}

pub fn transpose(a: &Matrix) -> Matrix {
    (0..a[0].len()).map(|j| a.iter().map(|r| r[j]).collect()).collect()
}

/// Inverse and ln |det| by Gauss-Jordan elimination with pivots.
pub fn inverse(a: &Matrix) -> (Matrix, f64) {
    let n = a.len();
    let mut m: Matrix =
        a.iter().enumerate().map(|(i, r)| r.iter().copied().chain((0..n).map(|j| f64::from(u8::from(i == j)))).collect()).collect();
    let mut ln_det = 0.0;
    for c in 0..n {
        let pivot = (c..n).max_by(|i, j| m[*i][c].abs().total_cmp(&m[*j][c].abs())).expect("rows");
        m.swap(c, pivot);
        let x = m[c][c];
        ln_det += x.abs().ln();
        m[c].iter_mut().for_each(|v| *v /= x);
        let row = m[c].clone();
        for (i, other) in m.iter_mut().enumerate() {
            if i != c {
                let f = other[c];
                other.iter_mut().zip(&row).for_each(|(v, r)| *v -= f * r);
            }
        }
    }
    (m.into_iter().map(|r| r[n..].to_vec()).collect(), ln_det)
}

/// X^{-1/2} of a symmetric positive definite matrix by the coupled Newton iteration of Denman
/// and Beavers.
pub fn inverse_root(a: &Matrix) -> Matrix {
    let n = a.len();
    let mut y = a.clone();
    let mut z: Matrix = (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    for _ in 0..100 {
        let (yi, zi) = (inverse(&y).0, inverse(&z).0);
        let mean = |a: &Matrix, b: &Matrix| -> Matrix {
            a.iter().zip(b).map(|(r, s)| r.iter().zip(s).map(|(x, y)| 0.5 * (x + y)).collect()).collect()
        };
        let next = mean(&z, &yi);
        y = mean(&y, &zi);
        let change = next
            .iter()
            .flatten()
            .zip(z.iter().flatten())
            .fold(0.0, |m: f64, (a, b)| m.max(((a - b) / (1e-300 + b.abs().max(1e-12))).abs()));
        z = next;
        if change < 1e-13 {
            break;
        }
    }
    z
}

/// One data set: effects, sampling covariance of all of them, studies, design by row.
pub struct Dense {
    pub y: Vec<f64>,
    pub v: Matrix,
    pub study: Vec<usize>,
    pub x: Matrix,
}

pub struct Solved {
    pub ll: f64,
    pub beta: Vec<f64>,
    pub c: Matrix,
    pub w: Matrix,
    pub m: Matrix,
    pub e: Matrix,
}

impl Dense {
    pub fn marginal(&self, between: f64, within: f64) -> Matrix {
        let k = self.y.len();
        (0..k)
            .map(|i| {
                (0..k)
                    .map(|j| {
                        let b = if self.study[i] == self.study[j] { between } else { 0.0 };
                        self.v[i][j] + b + if i == j { within } else { 0.0 }
                    })
                    .collect()
            })
            .collect()
    }

    pub fn solve(&self, between: f64, within: f64, restricted: bool) -> Solved {
        let (k, p) = (self.y.len(), self.x[0].len());
        let m = self.marginal(between, within);
        let (w, ln_det) = inverse(&m);
        let xt = transpose(&self.x);
        let xw = multiply(&xt, &w);
        let (c, minus_ln) = inverse(&multiply(&xw, &self.x));
        let y: Matrix = self.y.iter().map(|y| vec![*y]).collect();
        let beta = multiply(&c, &multiply(&xw, &y));
        let fitted = multiply(&self.x, &beta);
        let e: Matrix = y.iter().zip(&fitted).map(|(y, f)| vec![y[0] - f[0]]).collect();
        let q = multiply(&transpose(&e), &multiply(&w, &e))[0][0];
        let (n, rest) = if restricted { (k - p, minus_ln - inverse(&multiply(&xt, &self.x)).1) } else { (k, 0.0) };
        let ll = -0.5 * (n as f64 * (2.0 * std::f64::consts::PI).ln() + ln_det + rest + q);
        Solved { ll, beta: beta.into_iter().map(|b| b[0]).collect(), c, w, m, e }
    }

    /// CR2 covariance, and the df of each coefficient and of the test of all of them, by the
    /// whole matrix I - H and the full double sum over studies.
    pub fn cr2(&self, between: f64, within: f64) -> (Matrix, Vec<f64>, f64) {
        let (k, p) = (self.y.len(), self.x[0].len());
        let s = self.solve(between, within, true);
        let studies = self.study.iter().max().expect("studies") + 1;
        let hat = multiply(&self.x, &multiply(&s.c, &multiply(&transpose(&self.x), &s.w)));
        let rest: Matrix = (0..k).map(|i| (0..k).map(|j| f64::from(u8::from(i == j)) - hat[i][j]).collect()).collect();
        let of: Vec<Vec<usize>> = (0..studies).map(|s| (0..k).filter(|i| self.study[*i] == s).collect()).collect();
        let pick = |m: &Matrix, rows: &[usize], columns: &[usize]| -> Matrix {
            rows.iter().map(|i| columns.iter().map(|j| m[*i][*j]).collect()).collect()
        };
        let all: Vec<usize> = (0..k).collect();
        let mut meat = vec![vec![0.0; p]; p];
        // p_i = (I - H)_i' A_i W_i X_i C, k x p.
        let mut parts: Vec<Matrix> = Vec::new();
        for g in &of {
            let phi = pick(&s.m, g, g);
            let rows = pick(&rest, g, &all);
            let residual = multiply(&rows, &multiply(&s.m, &transpose(&rows)));
            // The symmetric root in place of Cholesky's: A does not depend on the choice.
            let root = inverse(&inverse_root(&phi)).0;
            let b = multiply(&root, &multiply(&residual, &root));
            let a = multiply(&root, &multiply(&inverse_root(&b), &root));
            let x: Matrix = g.iter().map(|i| self.x[*i].clone()).collect();
            let w = inverse(&phi).0;
            let awx = multiply(&a, &multiply(&w, &x));
            let e: Matrix = g.iter().map(|i| s.e[*i].clone()).collect();
            let score = multiply(&transpose(&awx), &e);
            for i in 0..p {
                for j in 0..p {
                    meat[i][j] += score[i][0] * score[j][0];
                }
            }
            parts.push(multiply(&transpose(&rows), &multiply(&awx, &s.c)));
        }
        let v = multiply(&s.c, &multiply(&meat, &s.c));
        let mp: Vec<Matrix> = parts.iter().map(|q| multiply(&s.m, q)).collect();
        let n: Vec<Vec<Matrix>> = parts.iter().map(|a| mp.iter().map(|b| multiply(&transpose(a), b)).collect()).collect();
        let df = (0..p)
            .map(|j| {
                let trace: f64 = (0..studies).map(|i| n[i][i][j][j]).sum();
                trace * trace / n.iter().flatten().map(|m| m[j][j] * m[j][j]).sum::<f64>()
            })
            .collect();
        let mut omega = vec![vec![0.0; p]; p];
        for (i, row) in n.iter().enumerate() {
            for a in 0..p {
                for b in 0..p {
                    omega[a][b] += row[i][a][b];
                }
            }
        }
        let root = inverse_root(&omega);
        let mut sum = 0.0;
        for m in n.iter().flatten() {
            let m = multiply(&root, &multiply(m, &root));
            let trace: f64 = (0..p).map(|i| m[i][i]).sum();
            let square = multiply(&m, &m);
            sum += trace * trace + (0..p).map(|i| square[i][i]).sum::<f64>();
        }
        (v, df, (p * (p + 1)) as f64 / sum)
    }
}
