//! A weighted straight line: two coefficients in O(k).

use crate::stats::dist::{norm_isf, t_quantile, two_sided_norm, two_sided_t};
use crate::stats::math::{sqrt, sum};
use serde::Serialize;

/// A coefficient with its test and interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Coefficient {
    /// The estimate.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// estimate / se; infinite where se is 0.
    pub statistic: f64,
    /// Degrees of freedom of t; `None` for the normal.
    pub df: Option<f64>,
    /// Two-sided.
    pub p: f64,
    /// Confidence interval.
    pub ci: [f64; 2],
}

impl Coefficient {
    /// From an estimate and its standard error; `tail` is half of 1 - level / 100.
    pub(super) fn new(estimate: f64, se: f64, df: Option<f64>, tail: f64) -> Self {
        let statistic = if se == 0.0 && estimate == 0.0 { 0.0 } else { estimate / se };
        let p = df.map_or_else(|| two_sided_norm(statistic), |df| two_sided_t(statistic, df));
        let half = se * df.map_or_else(|| norm_isf(tail), |df| -t_quantile(tail, df));
        Self { estimate, se, statistic, df, p, ci: [estimate - half, estimate + half] }
    }
}

/// y = intercept + slope x, fitted by least squares with weights w.
///
/// The moments are kept relative to the heaviest study, so that nothing cancels where it
/// holds nearly all the weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    /// Value of the line at x = 0.
    pub intercept: f64,
    /// Slope.
    pub slope: f64,
    /// Diagonal of (X'WX)^-1.
    pub unit_variance: [f64; 2],
    /// sum w (y - fitted)^2.
    pub rss: f64,
    /// Number of points with weight.
    pub k: usize,
    /// Sum of weights, sum of w (x - x_mean)^2, and the weighted mean of x.
    pub s1: f64,
    pub sxx: f64,
    pub x_mean: f64,
    /// Weighted mean of y.
    pub y_mean: f64,
}

impl Line {
    /// The line through points with weights at least 0; `None` where x does not vary among the
    /// points with weight (spread below 1e-12 of its size), or a sum is out of range.
    pub fn fit(y: &[f64], x: &[f64], w: &[f64]) -> Option<Self> {
        let all = || (0..y.len()).filter(|i| w[*i] > 0.0);
        let k = all().count();
        let first = all().reduce(|a, b| if w[b] > w[a] { b } else { a })?;
        let (x0, y0) = (x[first], y[first]);
        let s1 = sum(all().map(|i| w[i]));
        let dx = sum(all().map(|i| w[i] * (x[i] - x0))) / s1;
        let dy = sum(all().map(|i| w[i] * (y[i] - y0))) / s1;
        let cx = |i: usize| (x[i] - x0) - dx;
        let cy = |i: usize| (y[i] - y0) - dy;
        let sxx = sum(all().map(|i| w[i] * cx(i) * cx(i)));
        let sxy = sum(all().map(|i| w[i] * cx(i) * cy(i)));
        let size = all().fold(0.0, |a: f64, i| a.max(x[i].abs()));
        let spread = all().fold(0.0, |a: f64, i| a.max((x[i] - x0).abs()));
        let slope = sxy / sxx;
        let (x_mean, y_mean) = (x0 + dx, y0 + dy);
        let rss = sum(all().map(|i| {
            let r = cy(i) - slope * cx(i);
            w[i] * r * r
        }));
        let line = Self {
            intercept: y_mean - slope * x_mean,
            slope,
            unit_variance: [1.0 / s1 + x_mean * (x_mean / sxx), 1.0 / sxx],
            rss,
            k,
            s1,
            sxx,
            x_mean,
            y_mean,
        };
        let sound = spread > 1e-12 * size && line.intercept.is_finite() && line.unit_variance.iter().all(|v| v.is_finite());
        sound.then_some(line)
    }

    /// What is left of a point.
    pub fn residual(&self, y: f64, x: f64) -> f64 {
        (y - self.y_mean) - self.slope * (x - self.x_mean)
    }

    /// Both coefficients (intercept, slope) with a variance of `scale` in units of the weights.
    pub fn coefficients(&self, scale: f64, df: Option<f64>, tail: f64) -> [Coefficient; 2] {
        let of = |estimate: f64, unit: f64| Coefficient::new(estimate, sqrt(scale * unit), df, tail);
        [of(self.intercept, self.unit_variance[0]), of(self.slope, self.unit_variance[1])]
    }

    /// Both coefficients as of ordinary weighted least squares: the variance is estimated from
    /// the residuals, t with k - 2 degrees of freedom. Needs k of at least 3.
    pub fn classical(&self, tail: f64) -> [Coefficient; 2] {
        let df = self.k as f64 - 2.0;
        self.coefficients(self.rss / df, Some(df), tail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_by_hand() {
        // Weights 1, 2, 1 at x = 0, 1, 2: mean x 1, mean y 2.25, Sxx 2, Sxy 4.
        let line = Line::fit(&[0.0, 2.5, 4.0], &[0.0, 1.0, 2.0], &[1.0, 2.0, 1.0]).expect("a line");
        assert!((line.slope - 2.0).abs() < 1e-15);
        assert!((line.intercept - 0.25).abs() < 1e-15);
        assert!((line.rss - 0.25).abs() < 1e-15, "{}", line.rss);
        assert!((line.unit_variance[0] - 0.75).abs() < 1e-15);
    }

    #[test]
    fn a_predictor_without_spread_has_no_line() {
        assert_eq!(Line::fit(&[0.0, 1.0, 2.0], &[0.3; 3], &[1.0; 3]), None);
        assert_eq!(Line::fit(&[0.0, 1.0, 2.0], &[0.3, 0.3, 0.9], &[1.0, 1.0, 0.0]), None);
    }
}
