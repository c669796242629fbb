//! The data of one analysis, checked, centred and scaled, and the sums every estimator needs.
//!
//! Weights at a given tau2 are w = 1 / (v + tau2). With one coefficient (the mean), every
//! quantity of the model is a function of a few sums, so nothing larger than k numbers is kept:
//!
//! - S1 = sum w, mu = sum w y / S1, r = y - mu
//! - tr P = S1 - S2 / S1 and tr PP = S2 - 2 S3 / S1 + (S2 / S1)^2, with Sn = sum w^n
//! - y'Py = sum w r^2, y'PPy = sum w^2 r^2, y'PPPy = sum w^3 r^2 - (sum w^2 r)^2 / S1
//!
//! Source: Viechtbauer 2005, J Educ Behav Stat 30:261-293, in matrix form; here for a model
//! with an intercept only.
//!
//! # Cancellation
//!
//! The most precise study is kept apart, and effects are taken relative to its effect. Its
//! weight is the only one that can exceed half of S1, so with it apart no sum above subtracts
//! two nearly equal numbers, even where one study holds all the weight. Effects are scaled by
//! a power of two (exact) so that the smallest variance is near 1 and no power of a weight
//! overflows.

use super::moment::{self, MomentEstimate};
use crate::stats::error::StatsError;
use crate::stats::math::{CompensatedSum, ln};

const LANES: usize = 4;
const BLOCK: usize = 256;
const SUMS: usize = 9;

/// Studies in the form used inside: see the module.
pub(crate) struct Evidence {
    /// Effects minus that of the most precise study, scaled; that study comes first.
    d: Vec<f64>,
    /// Sampling variances, scaled.
    v: Vec<f64>,
    /// Index, in the caller's order, of the most precise study.
    first: usize,
    /// Effect of the most precise study, in the caller's units.
    centre: f64,
    /// Effects were divided by 2^exponent, variances by 4^exponent.
    exponent: i32,
    /// The largest scaled variance.
    pub vmax: f64,
    /// Sum of squares of the effects about their plain mean, scaled.
    pub sum_of_squares: f64,
}

/// The model's sums at one tau2, all in scaled units.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Moments {
    /// Sum of weights.
    pub s1: f64,
    /// Sum of squared weights.
    pub s2: f64,
    /// tr P.
    pub tr_p: f64,
    /// tr PP.
    pub tr_pp: f64,
    /// The weighted mean, relative to the centre.
    pub mu: f64,
    /// y'Py, the generalised Q statistic.
    pub q: f64,
    /// y'PPy.
    pub ypp: f64,
    /// y'PPPy.
    pub yppp: f64,
}

impl Evidence {
    /// Checks, centres and scales.
    ///
    /// Errors: no studies, unequal lengths, an effect that is not finite, a variance that is
    /// not finite and positive, numbers too far apart for double precision.
    pub fn new(y: &[f64], v: &[f64]) -> Result<Self, StatsError> {
        if y.len() != v.len() {
            return Err(StatsError::LengthMismatch { what: "effects and variances", left: y.len(), right: v.len() });
        }
        if let Some(index) = y.iter().position(|x| !x.is_finite()) {
            return Err(StatsError::Effect { index, value: y[index] });
        }
        if let Some(index) = v.iter().position(|x| !(x.is_finite() && *x > 0.0)) {
            return Err(StatsError::Variance { index, value: v[index] });
        }
        let Some(first) = (0..v.len()).reduce(|a, b| if v[b] < v[a] { b } else { a }) else {
            return Err(StatsError::NoStudies);
        };
        let centre = y[first];
        let exponent = libm::ilogb(v[first]).div_euclid(2);
        let mut d: Vec<f64> = y.iter().map(|x| libm::scalbn(x - centre, -exponent)).collect();
        let mut v: Vec<f64> = v.iter().map(|x| scale_twice(*x, -exponent)).collect();
        d.swap(0, first);
        v.swap(0, first);
        let vmax = v.iter().fold(0.0, |a: f64, b| a.max(*b));
        let mut evidence = Self { d, v, first, centre, exponent, vmax, sum_of_squares: 0.0 };
        evidence.sum_of_squares = evidence.about_mean();
        let largest = evidence.d.iter().fold(0.0, |a: f64, b| a.max(b.abs()));
        if !(largest < 1e150 && vmax < 1e300 && evidence.sum_of_squares.is_finite()) {
            return Err(StatsError::Range);
        }
        Ok(evidence)
    }

    /// Number of studies.
    pub fn k(&self) -> usize {
        self.d.len()
    }

    /// The smallest scaled variance, between 1 and 4.
    pub fn vmin(&self) -> f64 {
        self.v[0]
    }

    /// Scaled variances, in the order of [`Self::effects`].
    pub fn variances(&self) -> &[f64] {
        &self.v
    }

    /// Whether all effects are the same number.
    pub fn all_equal(&self) -> bool {
        self.d.iter().all(|d| *d == 0.0)
    }

    /// A scaled squared quantity (tau2, variance) in the caller's units.
    pub fn square_out(&self, x: f64) -> f64 {
        scale_twice(x, self.exponent)
    }

    /// A squared quantity in the caller's units, scaled.
    pub fn square_in(&self, x: f64) -> f64 {
        scale_twice(x, -self.exponent)
    }

    /// A scaled length (standard error) in the caller's units.
    pub fn length_out(&self, x: f64) -> f64 {
        libm::scalbn(x, self.exponent)
    }

    /// A scaled location in the caller's units and place.
    pub fn location_out(&self, mu: f64) -> f64 {
        self.centre + self.length_out(mu)
    }

    /// ln of the factor by which lengths were divided.
    pub fn ln_scale(&self) -> f64 {
        f64::from(self.exponent) * std::f64::consts::LN_2
    }

    /// Effects relative to the effect of `first`, scaled, and their variances; in the caller's order.
    pub fn in_order(&self) -> (Vec<f64>, Vec<f64>) {
        let (mut d, mut v) = (self.d.clone(), self.v.clone());
        d.swap(0, self.first);
        v.swap(0, self.first);
        (d, v)
    }

    /// The effect of the most precise study, in the caller's units.
    pub fn centre(&self) -> f64 {
        self.centre
    }

    /// A length in the caller's units, scaled.
    pub fn length_in(&self, x: f64) -> f64 {
        libm::scalbn(x, -self.exponent)
    }

    /// Weights in percent of their sum, in the caller's order, at a scaled tau2.
    pub fn weights(&self, tau2: f64, s1: f64) -> Vec<f64> {
        let mut weights: Vec<f64> = self.v.iter().map(|v| 100.0 / ((v + tau2) * s1)).collect();
        weights.swap(0, self.first);
        weights
    }

    /// Sum of squares about the plain mean.
    fn about_mean(&self) -> f64 {
        let mean = block_sum(self.k(), |i| self.d[i]) / self.k() as f64;
        block_sum(self.k(), |i| (self.d[i] - mean) * (self.d[i] - mean))
    }

    /// The sums at a scaled tau2. `hint` is a guess of mu (that of a nearby tau2); where it is
    /// too far off for full precision the pass is repeated about the mean found.
    pub fn moments(&self, tau2: f64, hint: f64) -> Moments {
        let mut about = hint;
        for _ in 0..4 {
            let (moments, exact) = self.pass(tau2, about);
            if exact {
                return moments;
            }
            about = moments.mu;
        }
        self.pass(tau2, about).0
    }

    /// One pass about a given centre, and whether the correction to the true mean was small
    /// enough to lose no digits.
    fn pass(&self, tau2: f64, about: f64) -> (Moments, bool) {
        let [r1, r2, r3, b1, b2, b3, q, a, g] = weighted_sums(&self.d[1..], &self.v[1..], tau2, about);
        let w0 = 1.0 / (self.v[0] + tau2);
        let d0 = self.d[0] - about;
        let s1 = r1 + w0;
        let s2 = r2 + w0 * w0;
        let s3 = r3 + w0 * w0 * w0;
        // The mean is `about + shift`; what was summed about `about` is moved there.
        let shift = (b1 + w0 * d0) / s1;
        let b2 = b2 + w0 * w0 * d0;
        let b3 = b3 + w0 * w0 * w0 * d0;
        let q = q + w0 * d0 * d0;
        let a = a + w0 * w0 * d0 * d0;
        let g = g + w0 * w0 * w0 * d0 * d0;
        let sq = shift * shift;
        let exact = sq * s1 <= 1e-4 * q && sq * s2 <= 1e-4 * a;
        let c = b2 - shift * s2;
        let h0 = r1 / s1;
        let moments = Moments {
            s1,
            s2,
            tr_p: (r1 - r2 / s1) + w0 * h0,
            tr_pp: w0 * w0 * (h0 * h0 + r2 / s1 / s1) + (r2 - 2.0 * r3 / s1 + r2 / s1 * (s2 / s1)),
            mu: about + shift,
            q: (q - sq * s1).max(0.0),
            ypp: (a - 2.0 * shift * b2 + sq * s2).max(0.0),
            yppp: (g - 2.0 * shift * b3 + sq * s3 - c * c / s1).max(0.0),
        };
        (moments, exact)
    }
}

impl super::sums::Sums for Evidence {
    fn k(&self) -> usize {
        self.d.len()
    }
    fn p(&self) -> usize {
        1
    }
    fn variances(&self) -> &[f64] {
        &self.v
    }
    fn vmin(&self) -> f64 {
        self.v[0]
    }
    fn vmax(&self) -> f64 {
        self.vmax
    }
    fn squares(&self) -> f64 {
        self.sum_of_squares
    }
    fn moments(&self, tau2: f64, hint: f64) -> Moments {
        Self::moments(self, tau2, hint)
    }
    fn ln_det(&self, _: f64, at: &Moments) -> f64 {
        ln(at.s1) - ln(self.k() as f64)
    }
    fn ln_scale(&self) -> f64 {
        Self::ln_scale(self)
    }
    fn hedges(&self, _: f64) -> MomentEstimate {
        moment::hedges(self)
    }
    fn sidik_jonkman(&self, zero: &Moments, _: f64) -> MomentEstimate {
        moment::sidik_jonkman(self, zero)
    }
}

/// x * 4^exponent, without overflow of the factor.
fn scale_twice(x: f64, exponent: i32) -> f64 {
    libm::scalbn(libm::scalbn(x, exponent), exponent)
}

/// sum w, w^2, w^3, w d, w^2 d, w^3 d, w d^2, w^2 d^2, w^3 d^2, with d about a centre:
/// lanes within a block (so that it runs in vector registers), compensated across blocks.
fn weighted_sums(d: &[f64], v: &[f64], tau2: f64, about: f64) -> [f64; SUMS] {
    let mut total = [CompensatedSum::new(); SUMS];
    for (d, v) in d.chunks(BLOCK).zip(v.chunks(BLOCK)) {
        let mut lanes = [[0.0; LANES]; SUMS];
        let (dx, vx) = (d.chunks_exact(LANES), v.chunks_exact(LANES));
        let (d_rest, v_rest) = (dx.remainder(), vx.remainder());
        for (d, v) in dx.zip(vx) {
            for lane in 0..LANES {
                let w = 1.0 / (v[lane] + tau2);
                let x = d[lane] - about;
                let (w2, wx) = (w * w, w * x);
                lanes[0][lane] += w;
                lanes[1][lane] += w2;
                lanes[2][lane] += w2 * w;
                lanes[3][lane] += wx;
                lanes[4][lane] += w * wx;
                lanes[5][lane] += w2 * wx;
                lanes[6][lane] += wx * x;
                lanes[7][lane] += wx * wx;
                lanes[8][lane] += w * (wx * wx);
            }
        }
        for (d, v) in d_rest.iter().zip(v_rest) {
            let w = 1.0 / (v + tau2);
            let x = d - about;
            let (w2, wx) = (w * w, w * x);
            let terms = [w, w2, w2 * w, wx, w * wx, w2 * wx, wx * x, wx * wx, w * (wx * wx)];
            for (lane, term) in lanes.iter_mut().zip(terms) {
                lane[0] += term;
            }
        }
        for s in 0..SUMS {
            let [a, b, c, e] = lanes[s];
            total[s].add((a + b) + (c + e));
        }
    }
    total.map(|sum| sum.value())
}

/// The sum of k terms: plain within blocks, compensated across them, in a fixed order.
pub(crate) fn block_sum(k: usize, term: impl Fn(usize) -> f64) -> f64 {
    let mut total = CompensatedSum::new();
    let mut start = 0;
    while start < k {
        let end = k.min(start + BLOCK);
        let mut lanes = [0.0; LANES];
        for i in start..end {
            lanes[i % LANES] += term(i);
        }
        total.add((lanes[0] + lanes[1]) + (lanes[2] + lanes[3]));
        start = end;
    }
    total.value()
}
