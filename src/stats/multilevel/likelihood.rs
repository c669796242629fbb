//! The log-likelihood of the two variances, its score and its second derivatives.
//!
//! With W the inverse of the marginal covariance, C = (X'WX)^-1, P = W - WXCX'W and e the
//! residuals:
//!
//! - l = -(k ln 2 pi + ln det M + e'We) / 2; restricted: with k - p in place of k, and
//!   ln det X'WX - ln det X'X added inside.
//! - score_a = -(tr(P K_a) - e'W K_a W e) / 2, with W for P where not restricted.
//! - second derivatives tr(P K_a P K_b) / 2 - e'W K_a P K_b W e; expected information
//!   tr(P K_a P K_b) / 2 (W for P where not restricted).
//!
//! Sources: Harville 1977, J Am Stat Assoc 72:320-338; Van den Noortgate et al. 2013, Behav
//! Res Methods 45:576-594 (the three-level model).

use super::clustered::Clustered;
use super::dense::{cholesky, form, inverse, product, trace_of_product};
use super::sums::{Form, Sums};
use crate::stats::math::ln;

/// The likelihood at one pair of variances, all in scaled units.
#[derive(Debug, Clone)]
pub(crate) struct Point {
    /// Variances between and within.
    pub theta: [f64; 2],
    /// Log-likelihood of the scaled effects, constants included.
    pub ll: f64,
    /// Its derivatives.
    pub score: [f64; 2],
    /// Minus its second derivatives.
    pub observed: [[f64; 2]; 2],
    /// Their expectation.
    pub expected: [[f64; 2]; 2],
    /// Coefficients with respect to Q, about the offset.
    pub b: Vec<f64>,
    /// (Q'WQ)^-1.
    pub c: Vec<f64>,
    /// e'We.
    pub q: f64,
    /// tr P K_w, whatever the likelihood.
    pub trace_p: f64,
}

impl Clustered {
    /// The likelihood and its derivatives; `None` where Q'WQ is not positive definite to
    /// machine precision.
    pub(crate) fn point(&self, theta: [f64; 2], restricted: bool) -> Option<Point> {
        let sums = self.sums(theta, true);
        if self.p == 1 {
            return self.point_of_mean(theta, &sums, restricted);
        }
        let (p, c) = (self.p, self.p + 1);
        let (b, inv, ll, q) = self.solve(sums.form(Form::W), sums.ln_det(), restricted)?;
        // e = Z (-b, 1).
        let to_e: Vec<f64> = b.iter().map(|b| -b).chain([1.0]).collect();
        let quadratic = |f: Form| form(sums.form(f), c, &to_e, &to_e);
        let corner = |f: Form| -> Vec<f64> { (0..p * p).map(|i| sums.form(f)[i / p * c + i % p]).collect() };
        let cross = |f: Form| -> Vec<f64> { (0..p).map(|i| (0..c).map(|j| sums.form(f)[i * c + j] * to_e[j]).sum()).collect() };
        let single = [Form::Between, Form::Within];
        let half: Vec<Vec<f64>> = single.iter().map(|f| product(&inv, &corner(*f), p, p, p)).collect();
        let towards: Vec<Vec<f64>> = single.iter().map(|f| cross(*f)).collect();
        let trace = |m: &[f64]| (0..p).map(|i| m[i * p + i]).sum::<f64>();
        let traces = sums.traces();
        let of_p = [0, 1].map(|a| traces[a] - trace(&half[a]));
        let used = if restricted { of_p } else { traces };
        let score = [0, 1].map(|a| -0.5 * (used[a] - quadratic(single[a])));
        let double = |a: usize, b: usize| [Form::BetweenBetween, Form::BetweenWithin, Form::WithinWithin][a + b];
        let (mut observed, mut expected) = ([[0.0; 2]; 2], [[0.0; 2]; 2]);
        for a in 0..2 {
            for b in 0..=a {
                let whole = sums.double_traces()[a + b];
                let trace_pp =
                    whole - 2.0 * trace(&product(&inv, &corner(double(a, b)), p, p, p)) + trace_of_product(&half[a], &half[b], p);
                let t = 0.5 * if restricted { trace_pp } else { whole };
                let of_e = quadratic(double(a, b)) - form(&inv, p, &towards[a], &towards[b]);
                expected[a][b] = t;
                expected[b][a] = t;
                observed[a][b] = of_e - t;
                observed[b][a] = of_e - t;
            }
        }
        Some(Point { theta, ll, score, observed, expected, b, c: inv, q, trace_p: of_p[1] })
    }

    /// [`Clustered::point`] with one coefficient, where every matrix is a number.
    fn point_of_mean(&self, theta: [f64; 2], sums: &Sums, restricted: bool) -> Option<Point> {
        let w = sums.form(Form::W);
        let c = 1.0 / w[0];
        let b = c * w[1];
        let (ll, q) = self.mean_log_likelihood(w, sums.ln_det(), restricted)?;
        // X'FX, X'Fe and e'Fe.
        let parts = |f: Form| {
            let m = sums.form(f);
            [m[0], m[1] - b * m[0], m[3] - b * m[1] - b * (m[1] - b * m[0])]
        };
        let single = [parts(Form::Between), parts(Form::Within)];
        let double = [parts(Form::BetweenBetween), parts(Form::BetweenWithin), parts(Form::WithinWithin)];
        let traces = sums.traces();
        let of_p = [0, 1].map(|a| traces[a] - c * single[a][0]);
        let used = if restricted { of_p } else { traces };
        let score = [0, 1].map(|a| -0.5 * (used[a] - single[a][2]));
        let (mut observed, mut expected) = ([[0.0; 2]; 2], [[0.0; 2]; 2]);
        for a in 0..2 {
            for b in 0..2 {
                let whole = sums.double_traces()[a + b];
                let trace_pp = whole - 2.0 * c * double[a + b][0] + c * single[a][0] * (c * single[b][0]);
                expected[a][b] = 0.5 * if restricted { trace_pp } else { whole };
                observed[a][b] = double[a + b][2] - c * single[a][1] * single[b][1] - expected[a][b];
            }
        }
        Some(Point { theta, ll, score, observed, expected, b: vec![b], c: vec![c], q, trace_p: of_p[1] })
    }

    /// Log-likelihood and e'We with one coefficient.
    fn mean_log_likelihood(&self, w: &[f64], ln_det: f64, restricted: bool) -> Option<(f64, f64)> {
        let q = (w[3] - w[1] / w[0] * w[1]).max(0.0);
        let (n, rest) = if restricted { (self.k - 1, ln(w[0])) } else { (self.k, 0.0) };
        let ll = -0.5 * (n as f64 * ln(2.0 * std::f64::consts::PI) + ln_det + rest + q);
        ll.is_finite().then_some((ll, q))
    }

    /// The log-likelihood alone; minus infinity where it cannot be computed.
    pub(crate) fn log_likelihood(&self, theta: [f64; 2], restricted: bool) -> f64 {
        let sums = self.sums(theta, false);
        if self.p == 1 {
            let found = self.mean_log_likelihood(sums.form(Form::W), sums.ln_det(), restricted);
            return found.map_or(f64::NEG_INFINITY, |(ll, _)| ll);
        }
        self.solve(sums.form(Form::W), sums.ln_det(), restricted).map_or(f64::NEG_INFINITY, |(_, _, ll, _)| ll)
    }

    /// Coefficients, (Q'WQ)^-1, log-likelihood and e'We.
    fn solve(&self, w: &[f64], ln_det: f64, restricted: bool) -> Option<(Vec<f64>, Vec<f64>, f64, f64)> {
        let (p, c) = (self.p, self.p + 1);
        let xx: Vec<f64> = (0..p * p).map(|i| w[i / p * c + i % p]).collect();
        let l = cholesky(&xx, p)?;
        let inv = inverse(&l, p);
        let b: Vec<f64> = (0..p).map(|i| (0..p).map(|j| inv[i * p + j] * w[j * c + p]).sum()).collect();
        let to_e: Vec<f64> = b.iter().map(|b| -b).chain([1.0]).collect();
        let q = form(w, c, &to_e, &to_e).max(0.0);
        let (n, rest) = if restricted { (self.k - p, 2.0 * (0..p).map(|i| ln(l[i * p + i])).sum::<f64>()) } else { (self.k, 0.0) };
        let ll = -0.5 * (n as f64 * ln(2.0 * std::f64::consts::PI) + ln_det + rest + q);
        ll.is_finite().then_some((b, inv, ll, q))
    }

    /// A log-likelihood of the caller's effects from one of the scaled effects.
    pub(crate) fn log_likelihood_out(&self, ll: f64, restricted: bool) -> f64 {
        let n = if restricted { self.k - self.p } else { self.k };
        ll - n as f64 * f64::from(self.exponent) * std::f64::consts::LN_2
    }
}
