//! Natural cubic splines and orthogonal polynomials: columns made of one number.

use super::small::dot;
use crate::stats::math::sqrt;

/// A natural cubic spline without constant: linear beyond its boundary knots.
///
/// Cubic B-splines on the knots (de Boor 1978, A Practical Guide to Splines, chapters IX and
/// X), the first left out, turned by two Householder reflections so that the two directions
/// with a second derivative at the boundary come first, which are left out too. The columns
/// are those of `splines::ns` in R.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NaturalSpline {
    /// Interior knots between four copies of each boundary knot.
    knots: Vec<f64>,
    /// The two reflections u: x becomes x - u (u'x) / u[at].
    reflections: [Vec<f64>; 2],
}

impl NaturalSpline {
    /// From interior knots, rising, within the boundary.
    pub fn new(interior: &[f64], boundary: [f64; 2]) -> Self {
        let mut knots = vec![boundary[0]; 4];
        knots.extend(interior);
        knots.extend([boundary[1]; 4]);
        let mut spline = Self { knots, reflections: [Vec::new(), Vec::new()] };
        let mut ends = boundary.map(|b| spline.b_splines(b, 2));
        for at in 0..2 {
            let mut u = ends[at].clone();
            u[..at].fill(0.0);
            let length = sqrt(dot(&u, &u));
            let length = if u[at] < 0.0 { -length } else { length };
            for x in &mut u {
                *x /= length;
            }
            u[at] += 1.0;
            for end in &mut ends[at..] {
                reflect(end, &u, at);
            }
            spline.reflections[at] = u;
        }
        spline
    }

    /// Interior knots at quantiles (as R's type 7) for `df` columns, boundary knots at the
    /// ends of the data; `None` where the data have too few different values.
    pub fn of_data(values: &[f64], df: usize) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (first, last) = (*sorted.first()?, *sorted.last()?);
        let interior: Vec<f64> = (1..df).map(|i| quantile(&sorted, i as f64 / df as f64)).collect();
        let rising = interior.windows(2).all(|w| w[0] < w[1]);
        let inside = interior.iter().all(|k| first < *k && *k < last);
        let mut different = sorted.clone();
        different.dedup();
        (df >= 1 && df < different.len() && rising && inside).then(|| Self::new(&interior, [first, last]))
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.knots.len() - 7
    }

    /// The columns at x.
    pub fn at(&self, x: f64) -> Vec<f64> {
        let [low, high] = [self.knots[0], self.knots[self.knots.len() - 1]];
        let inside = x.clamp(low, high);
        let mut row = self.b_splines(inside, 0);
        if inside != x {
            for (value, slope) in row.iter_mut().zip(self.b_splines(inside, 1)) {
                *value += (x - inside) * slope;
            }
        }
        for (at, u) in self.reflections.iter().enumerate() {
            reflect(&mut row, u, at);
        }
        row.split_off(2)
    }

    /// The B-splines but the first, or their derivatives, at x within the boundary.
    fn b_splines(&self, x: f64, derivative: usize) -> Vec<f64> {
        let t = &self.knots;
        // The interval that holds x; the last one is closed.
        let j = (3..t.len() - 4).rev().find(|j| t[*j] <= x).unwrap_or(3);
        let ratio = |a: f64, b: f64| if b > 0.0 { a / b } else { 0.0 };
        let mut b = vec![0.0; t.len() - 1];
        b[j] = 1.0;
        for order in 2..=4 {
            let steps = order > 4 - derivative;
            let next = |i: usize| {
                let (left, right) = (t[i + order - 1] - t[i], t[i + order] - t[i + 1]);
                if steps {
                    (order as f64 - 1.0) * (ratio(b[i], left) - ratio(b[i + 1], right))
                } else {
                    ratio((x - t[i]) * b[i], left) + ratio((t[i + order] - x) * b[i + 1], right)
                }
            };
            b = (0..t.len() - order).map(next).collect();
        }
        b.split_off(1)
    }
}

fn reflect(x: &mut [f64], u: &[f64], at: usize) {
    let along = dot(u, x) / u[at];
    for (x, u) in x.iter_mut().zip(u) {
        *x -= along * u;
    }
}

/// Hyndman and Fan's type 7 of sorted values.
fn quantile(sorted: &[f64], p: f64) -> f64 {
    let at = p * (sorted.len() - 1) as f64;
    let low = libm::floor(at);
    let i = low as usize;
    match sorted.get(i + 1) {
        Some(next) => sorted[i] + (at - low) * (next - sorted[i]),
        None => sorted[i],
    }
}

/// Polynomials orthonormal over the data (Forsythe 1957, J SIAM 5:74), as R's `poly`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OrthogonalPolynomial {
    /// Centres of the recurrence.
    alpha: Vec<f64>,
    /// Squared lengths, from that of the constant.
    squares: Vec<f64>,
}

impl OrthogonalPolynomial {
    /// Of a degree; `None` where the data have no more different values than that.
    pub fn of_data(values: &[f64], degree: usize) -> Option<Self> {
        let mut different = values.to_vec();
        different.sort_by(f64::total_cmp);
        different.dedup();
        if degree == 0 || different.len() <= degree {
            return None;
        }
        let n = values.len();
        let mut it = Self { alpha: Vec::new(), squares: vec![n as f64] };
        let mut before = vec![0.0; n];
        let mut last = vec![1.0; n];
        for _ in 0..degree {
            let square: f64 = dot(&last, &last);
            let weighted: Vec<f64> = last.iter().zip(values).map(|(p, x)| p * x).collect();
            let alpha = dot(&last, &weighted) / square;
            let beta = match it.squares.len() {
                1 => 0.0,
                l => square / it.squares[l - 2],
            };
            let next: Vec<f64> = values.iter().zip(&last).zip(&before).map(|((x, p), b)| (x - alpha) * p - beta * b).collect();
            it.alpha.push(alpha);
            it.squares.push(dot(&next, &next));
            before = std::mem::replace(&mut last, next);
        }
        Some(it)
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.alpha.len()
    }

    /// The columns at x.
    pub fn at(&self, x: f64) -> Vec<f64> {
        let (mut before, mut last) = (0.0, 1.0);
        let mut row = Vec::with_capacity(self.alpha.len());
        for (i, alpha) in self.alpha.iter().enumerate() {
            let beta = if i == 0 { 0.0 } else { self.squares[i] / self.squares[i - 1] };
            let next = (x - alpha) * last - beta * before;
            (before, last) = (last, next);
            row.push(next / sqrt(self.squares[i + 1]));
        }
        row
    }
}
