//! Henmi and Copas: the common-effect mean with an interval that allows for heterogeneity.

use super::check;
use super::notes::SmallStudyNote;
use crate::stats::dist::{chi2_cdf, norm_isf, norm_pdf};
use crate::stats::error::StatsError;
use crate::stats::math::{sqrt, sum};
use crate::stats::pool::{Model, PoolOptions, pool, tail};
use crate::stats::root::falling_root;
use serde::Serialize;

/// The interval of Henmi and Copas.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HenmiCopas {
    /// Number of studies.
    pub k: usize,
    /// The common-effect mean, weights 1/v.
    pub estimate: f64,
    /// Its standard error with the heterogeneity: sqrt(1 + tau2 W2) / sqrt(sum w).
    pub se: f64,
    /// tau2 of DerSimonian and Laird.
    pub tau2: f64,
    /// Half-width of the interval in units of `se`.
    pub critical: f64,
    /// The interval.
    pub ci: [f64; 2],
    /// Its level, in percent.
    pub level: f64,
    /// Remarks.
    pub notes: Vec<SmallStudyNote>,
}

/// Parts of the integral; the test below holds them against twelve times as many.
const PARTS: usize = 8;

/// What the distribution of the pivot depends on, with weights in units of the largest.
struct Pivot {
    df: f64,
    /// tau2 in units of the smallest variance.
    tau2: f64,
    /// sum w^2 / sum w.
    w2: f64,
    /// tr P = S1 - S2 / S1, tr PP.
    tr_p: f64,
    tr_pp: f64,
    /// w'Pw / S1 = sum w (w - W2)^2 / S1, and w'PPw / S1 = sum w^2 (w - W2)^2 / S1.
    a: f64,
    b: f64,
}

/// Confidence interval around the common-effect mean, which small studies move little.
///
/// With w = 1/v, Wr = sum w^r / sum w, V = (1 + tau2 W2) / sum w and tau2 by DerSimonian and
/// Laird, the pivot is U = (mean - theta) / sqrt(V). Its quantile u solves
///
/// P(|U| > u) = 2 int_u^inf P(Q < k - 1 + (S1 / W2 - 1)(r^2 / u^2 - 1) | r) phi(r) dr,
///
/// where r = sqrt(S1) (mean - theta) is normal with variance 1 + tau2 W2 and Q given r is taken
/// for a gamma variate with the mean and variance that a quadratic form in normal variates has.
///
/// One study gives its own Wald interval. Errors: effects or variances out of range, a level
/// not between 0 and 100.
///
/// Source: Henmi and Copas 2010, Stat Med 29:2969-2983.
pub fn henmi_copas(y: &[f64], v: &[f64], level: f64) -> Result<HenmiCopas, StatsError> {
    let tail = tail(level)?;
    check(y, v)?;
    let k = y.len();
    let common = pool(y, v, &PoolOptions { model: Model::Common, level, tau2_ci: false, ..PoolOptions::default() })?;
    let estimate = common.estimate;
    if k == 1 {
        let critical = norm_isf(tail);
        let notes = vec![SmallStudyNote::SingleStudy];
        let half = critical * common.se;
        return Ok(HenmiCopas { k, estimate, se: common.se, tau2: 0.0, critical, ci: [estimate - half, estimate + half], level, notes });
    }
    let vmin = v.iter().fold(f64::INFINITY, |a: f64, b| a.min(*b));
    let h = &common.heterogeneity;
    // 1 / tr P is the typical variance over k - 1.
    let excess = (h.q - h.df).max(0.0);
    let pivot = Pivot::new(v, vmin, excess);
    let tau2 = pivot.tau2 * vmin;
    let se = common.se * sqrt(1.0 + pivot.tau2 * pivot.w2);
    let critical = pivot.quantile(tail);
    if !(se.is_finite() && critical.is_finite() && tau2.is_finite()) {
        return Err(StatsError::Range);
    }
    let half = critical * se;
    let notes = Vec::from_iter(SmallStudyNote::few(k));
    Ok(HenmiCopas { k, estimate, se, tau2, critical, ci: [estimate - half, estimate + half], level, notes })
}

impl Pivot {
    /// `excess` is Q - (k - 1), at least 0.
    fn new(v: &[f64], vmin: f64, excess: f64) -> Self {
        let w: Vec<f64> = v.iter().map(|v| vmin / v).collect();
        let first = (1..w.len()).fold(0, |a, b| if w[b] > w[a] { b } else { a });
        let rest = sum((0..w.len()).filter(|i| *i != first).map(|i| w[i]));
        let s1 = w[first] + rest;
        // P_ii = w (S1 - w) / S1, the heaviest from the sum of the others.
        let diagonal = |i: usize| w[i] * (if i == first { rest } else { s1 - w[i] }) / s1;
        let s2 = sum(w.iter().map(|w| w * w));
        let w2 = s2 / s1;
        let tr_p = sum((0..w.len()).map(diagonal));
        // Off the diagonal P_ij = -w_i w_j / S1, so the squares in row i sum to w_i^2 (S2 - w_i^2) / S1^2.
        let squares_rest = sum((0..w.len()).filter(|i| *i != first).map(|i| w[i] * w[i]));
        let tr_pp = sum((0..w.len()).map(|i| {
            let others = if i == first { squares_rest } else { s2 - w[i] * w[i] };
            diagonal(i) * diagonal(i) + w[i] * w[i] * others / (s1 * s1)
        }));
        let spread = |power: i32| {
            sum((0..w.len()).map(|i| {
                let d = w[i] - w2;
                w[i] * if power == 2 { w[i] } else { 1.0 } * d * d
            })) / s1
        };
        Self { df: w.len() as f64 - 1.0, tau2: excess / tr_p, w2, tr_p, tr_pp, a: spread(1), b: spread(2) }
    }

    /// P(Q < q | r), r^2 in units of its variance being `r2`.
    fn q_below(&self, q: f64, r2: f64) -> f64 {
        let t = self.tau2;
        let ratio = 1.0 + t * self.w2;
        // Along the direction that r takes out of the covariance: c'Pc, c'PDPc in units of its variance.
        let c1 = t * t * self.a / ratio;
        let c2 = t * t * (self.a + t * self.b) / ratio;
        let mean = self.df + t * self.tr_p + (r2 - 1.0) * c1;
        let variance = 2.0 * (self.df + 2.0 * t * self.tr_p + t * t * self.tr_pp - 2.0 * c2 + c1 * c1) + 4.0 * r2 * (c2 - c1 * c1);
        chi2_cdf(2.0 * q * mean / variance, 2.0 * mean * mean / variance)
    }

    /// P(|U| > u).
    fn exceeds(&self, u: f64, top: f64, parts: usize) -> f64 {
        let sd = sqrt(1.0 + self.tau2 * self.w2);
        let from = u / sd;
        let factor = self.tr_p / self.w2;
        let integrand = |x: f64| {
            let s = x / from;
            self.q_below(self.df + factor * (s * s - 1.0), x * x) * norm_pdf(x)
        };
        2.0 * integral(integrand, from, top.max(from + 1.0), parts)
    }

    /// The u with P(|U| > u) = 2 `tail`.
    fn quantile(&self, tail: f64) -> f64 {
        let z = norm_isf(tail);
        let sd = sqrt(1.0 + self.tau2 * self.w2);
        // The probability is at most 2 P(Z > u / sd).
        let upper = z * sd * (1.0 + 1e-9);
        let f = |u: f64| if u > 0.0 { self.exceeds(u, z + 9.0, PARTS) - 2.0 * tail } else { 1.0 };
        // Secant steps from the last two points, kept in the bracket.
        let mut last: Option<(f64, f64)> = None;
        let root = falling_root(
            |u| {
                let value = f(u);
                let step = match last {
                    Some((x, y)) if y != value => -value * (u - x) / (value - y),
                    _ => f64::NAN,
                };
                last = Some((u, value));
                (value, step)
            },
            0.0,
            upper,
            0.9 * upper,
            0.0,
        );
        root.x
    }
}

/// Gauss-Legendre, 16 points on each of some parts that widen from the lower end.
fn integral(f: impl Fn(f64) -> f64, from: f64, to: f64, parts: usize) -> f64 {
    const NODES: [(f64, f64); 8] = [
        (0.095_012_509_837_637_44, 0.189_450_610_455_068_5),
        (0.281_603_550_779_258_9, 0.182_603_415_044_923_6),
        (0.458_016_777_657_227_4, 0.169_156_519_395_002_54),
        (0.617_876_244_402_643_7, 0.149_595_988_816_576_73),
        (0.755_404_408_355_003, 0.124_628_971_255_533_87),
        (0.865_631_202_387_831_7, 0.095_158_511_682_492_78),
        (0.944_575_023_073_232_6, 0.062_253_523_938_647_89),
        (0.989_400_934_991_649_9, 0.027_152_459_411_754_095),
    ];
    let edge = |i: usize| {
        let share = i as f64 / parts as f64;
        from + (to - from) * share * share
    };
    sum((0..parts).flat_map(|part| {
        let (a, b) = (edge(part), edge(part + 1));
        let (middle, half) = (0.5 * (a + b), 0.5 * (b - a));
        let f = &f;
        NODES.into_iter().map(move |(x, w)| half * w * (f(middle - half * x) + f(middle + half * x)))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_parts_change_nothing() {
        let spread: Vec<f64> = (0..40).map(|i| crate::stats::math::exp(f64::from(i) / 2.5)).collect();
        for v in [vec![0.01, 0.02], vec![1e-7, 1.0, 1.0, 2.0], vec![0.1; 30], spread] {
            let vmin = v.iter().fold(f64::INFINITY, |a: f64, b| a.min(*b));
            for excess in [0.0, 0.5, 30.0, 5_000.0] {
                let pivot = Pivot::new(&v, vmin, excess);
                for tail in [0.1, 0.025, 1e-4] {
                    let u = pivot.quantile(tail);
                    let top = norm_isf(tail) + 9.0;
                    let (few, many) = (pivot.exceeds(u, top, PARTS), pivot.exceeds(u, top, 12 * PARTS));
                    assert!((few / many - 1.0).abs() < 1e-9, "k {} excess {excess} tail {tail}: {few} {many}", v.len());
                    assert!((few / (2.0 * tail) - 1.0).abs() < 1e-9, "k {} excess {excess} tail {tail}: {few}", v.len());
                }
            }
        }
    }
}
