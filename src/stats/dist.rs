//! Normal, t, chi-squared, F and beta distributions.
//!
//! Total functions: outside the stated domain they return NaN, they never panic and every
//! loop is capped. Tails are computed as tails, never as one minus the other side, so that
//! p-values are good to 1e-12 relative down to 1e-300; below about 1e-308 they are 0.
//! Degrees of freedom are real and positive, up to infinity for t and F.
//! Checked against 60-digit values in `tests/dist.rs`.
//!
//! The normal quantile, and the tails of the others wherever its values have been verified,
//! are those of statrs (`dist/library.rs` says where, and why not elsewhere); the normal
//! tails, the far tails, large degrees of freedom and the other quantiles are own code.

mod incomplete;
mod library;

use crate::stats::math::{erf, erfc, exp, expit, lgamma, ln, ln_1p, pow, sqrt};
use incomplete::{beta_tails, gamma_tails, logit_beta_start, solve_tail};
use std::f64::consts::{FRAC_1_SQRT_2, LN_2, PI};

const SQRT_2PI: f64 = 2.506_628_274_631_000_7;

fn bad_df(df: f64) -> bool {
    df.is_nan() || df <= 0.0
}

/// `x / 2`, negative x taken as 0, NaN kept.
fn half_of_positive(x: f64) -> f64 {
    if x < 0.0 { 0.0 } else { x / 2.0 }
}

/// `ln(a B(a, 1/2))` with `a = df / 2`: the scale of the far tail of t.
fn ln_t_tail_scale(df: f64) -> f64 {
    let a = df / 2.0;
    ln(a) + lgamma(a) + 0.5 * ln(PI) - lgamma(a + 0.5)
}

/// Density of the standard normal distribution.
#[must_use]
pub fn norm_pdf(z: f64) -> f64 {
    exp(-0.5 * z * z) / SQRT_2PI
}

/// P(Z <= z), standard normal.
#[must_use]
pub fn norm_cdf(z: f64) -> f64 {
    0.5 * erfc(-z * FRAC_1_SQRT_2)
}

/// P(Z > z), standard normal.
#[must_use]
pub fn norm_sf(z: f64) -> f64 {
    norm_cdf(-z)
}

/// P(|Z| > |z|), standard normal: the two-sided p of a Wald test.
#[must_use]
pub fn two_sided_norm(z: f64) -> f64 {
    erfc(z.abs() * FRAC_1_SQRT_2)
}

/// The z with P(Z <= z) = p; infinite at 0 and 1, NaN outside [0, 1].
#[must_use]
pub fn norm_quantile(p: f64) -> f64 {
    if (0.0..=1.0).contains(&p) { library::norm_quantile(p) } else { f64::NAN }
}

/// The z with P(Z > z) = q, accurate for q down to 1e-300; NaN outside [0, 1].
#[must_use]
pub fn norm_isf(q: f64) -> f64 {
    -norm_quantile(q)
}

/// P(|T| > |t|) and P(|T| <= |t|) for t with `df` degrees of freedom.
fn t_two_tails(t: f64, df: f64) -> (f64, f64) {
    if t.is_nan() || bad_df(df) {
        return (f64::NAN, f64::NAN);
    }
    let t = t.abs();
    if let Some(outer) = library::two_sided_t(t, df) {
        return (outer, 1.0 - outer);
    }
    if df > 1e15 {
        return (erfc(t * FRAC_1_SQRT_2), erf(t * FRAC_1_SQRT_2));
    }
    let r = t / sqrt(df);
    let r2 = r * r;
    if r2 > 1e290 {
        // x^a / (a B(a, 1/2)) with x = 1 / r^2: every further term is below 1e-290.
        return (exp(-df * ln(r) - ln_t_tail_scale(df)), 1.0);
    }
    let s = beta_tails(0.5, df / 2.0, r2 / (1.0 + r2), 1.0 / (1.0 + r2));
    (s.upper, s.lower)
}

/// P(|T| > |t|): the two-sided p of a t test with `df` degrees of freedom (real, up to
/// infinity, which is the normal). NaN for `df <= 0`.
#[must_use]
pub fn two_sided_t(t: f64, df: f64) -> f64 {
    t_two_tails(t, df).0
}

/// P(T > t) with `df` degrees of freedom. NaN for `df <= 0`.
#[must_use]
pub fn t_sf(t: f64, df: f64) -> f64 {
    let (outer, inner) = t_two_tails(t, df);
    if t >= 0.0 { 0.5 * outer } else { 0.5 + 0.5 * inner }
}

/// P(T <= t) with `df` degrees of freedom. NaN for `df <= 0`.
#[must_use]
pub fn t_cdf(t: f64, df: f64) -> f64 {
    t_sf(-t, df)
}

/// The t with P(T <= t) = p; `df` real, up to infinity. Infinite at p = 0 and 1; NaN for
/// p outside [0, 1] or `df <= 0`.
///
/// t^2 / df is the odds of a beta variate with shapes 1/2 and df/2; solved on their log.
#[must_use]
pub fn t_quantile(p: f64, df: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) || bad_df(df) {
        return f64::NAN;
    }
    if df > 1e15 {
        return norm_quantile(p);
    }
    let centre = p - 0.5;
    if centre == 0.0 {
        return 0.0;
    }
    if p == 0.0 || p == 1.0 {
        return f64::INFINITY.copysign(centre);
    }
    let (a, b) = (0.5, df / 2.0);
    let tail = if p < 0.5 { p } else { 1.0 - p };
    let (prob, lower) = if centre.abs() <= 0.25 { (2.0 * centre.abs(), true) } else { (2.0 * tail, false) };
    let start = 2.0 * ln(near_t(norm_isf(tail).abs().max(1e-300), df)) - ln(df);
    let s = solve_tail(prob, lower, start, |s| logit_tails(a, b, s));
    // Where t^2 would overflow, the leading term of the tail is exact to double precision.
    let ln_r = if s > 650.0 { -(ln(prob) + ln_t_tail_scale(df)) / df } else { 0.5 * s };
    (sqrt(df) * exp(ln_r)).copysign(centre)
}

/// A start for the quantile of t: the normal one, which t lies beyond, by the expansion of
/// Abramowitz & Stegun 26.7.5 where `df` is large enough for it.
fn near_t(z: f64, df: f64) -> f64 {
    let z2 = z * z;
    if df < 2.0 * z2 {
        return z;
    }
    let terms = [(z2 + 1.0) / 4.0, ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0, (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0];
    z * (1.0 + (terms[0] + (terms[1] + terms[2] / df) / df) / df)
}

/// Beta tails at the point whose logit is `s`.
fn logit_tails(a: f64, b: f64, s: f64) -> incomplete::Tails {
    beta_tails(a, b, expit(s), expit(-s))
}

/// P(X <= x) for chi-squared with `df` degrees of freedom (positive, finite, up to 1e9);
/// 0 for x < 0. NaN outside.
#[must_use]
pub fn chi2_cdf(x: f64, df: f64) -> f64 {
    library::chi2_cdf(x, df).unwrap_or_else(|| gamma_tails(df / 2.0, half_of_positive(x)).lower)
}

/// P(X > x) for chi-squared with `df` degrees of freedom; 1 for x < 0. NaN for a `df`
/// that is not positive and finite.
#[must_use]
pub fn chi2_sf(x: f64, df: f64) -> f64 {
    library::chi2_sf(x, df).unwrap_or_else(|| gamma_tails(df / 2.0, half_of_positive(x)).upper)
}

/// The x with P(X <= x) = p for chi-squared; NaN for p outside [0, 1] or a bad `df`.
#[must_use]
pub fn chi2_quantile(p: f64, df: f64) -> f64 {
    if p <= 0.5 { chi2_solve(p, true, df) } else { chi2_solve(1.0 - p, false, df) }
}

/// The x with P(X > x) = q for chi-squared, accurate for small q.
#[must_use]
pub fn chi2_isf(q: f64, df: f64) -> f64 {
    if q <= 0.5 { chi2_solve(q, false, df) } else { chi2_solve(1.0 - q, true, df) }
}

fn chi2_solve(tail: f64, lower: bool, df: f64) -> f64 {
    if !(0.0..=1.0).contains(&tail) || bad_df(df) || df == f64::INFINITY {
        return f64::NAN;
    }
    if tail == 0.0 {
        return if lower { 0.0 } else { f64::INFINITY };
    }
    if df == 2.0 {
        return -2.0 * if lower { ln_1p(-tail) } else { ln(tail) };
    }
    let a = df / 2.0;
    let z = if lower { -norm_isf(tail) } else { norm_isf(tail) };
    // Wilson & Hilferty 1931, or the first term of the series in the far lower tail.
    let h = 2.0 / (9.0 * df);
    let w = 1.0 - h + z * sqrt(h);
    let start = if w > 0.2 { ln(a) + 3.0 * ln(w) } else { (ln(tail) + lgamma(a + 1.0)) / a };
    let s = solve_tail(tail, lower, start, |s| gamma_tails(a, exp(s)));
    exp(s + LN_2)
}

/// P(F > x) with `d1` and `d2` degrees of freedom, either real up to infinity; 1 for
/// x <= 0. NaN for degrees of freedom that are not positive, or both infinite.
#[must_use]
pub fn f_sf(x: f64, d1: f64, d2: f64) -> f64 {
    if x.is_nan() || bad_df(d1) || bad_df(d2) || (d1.is_infinite() && d2.is_infinite()) {
        return f64::NAN;
    }
    if x <= 0.0 {
        return 1.0;
    }
    if d2 == f64::INFINITY {
        return chi2_sf(x * d1, d1);
    }
    if d1 == f64::INFINITY {
        return chi2_cdf(d2 / x, d2);
    }
    if x == f64::INFINITY {
        return 0.0;
    }
    if let Some(upper) = library::f_sf(x, d1, d2) {
        return upper;
    }
    let odds = x * (d1 / d2);
    if odds > 1e300 {
        return beta_tails(d1 / 2.0, d2 / 2.0, 1.0, 1.0 / odds).upper;
    }
    beta_tails(d1 / 2.0, d2 / 2.0, odds / (1.0 + odds), 1.0 / (1.0 + odds)).upper
}

/// The x with P(F <= x) = p; degrees of freedom as in [`f_sf`].
#[must_use]
pub fn f_quantile(p: f64, d1: f64, d2: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) || bad_df(d1) || bad_df(d2) {
        return f64::NAN;
    }
    match (d1.is_infinite(), d2.is_infinite()) {
        (true, true) => f64::NAN,
        (false, true) => chi2_quantile(p, d1) / d1,
        (true, false) => d2 / chi2_isf(p, d2),
        (false, false) if p == 0.0 => 0.0,
        (false, false) if p == 1.0 => f64::INFINITY,
        (false, false) => d2 / d1 * exp(beta_logit_quantile(p, d1 / 2.0, d2 / 2.0)),
    }
}

/// P(X <= x) for a beta variate with shapes `a`, `b` > 0; 0 below 0, 1 above 1.
#[must_use]
pub fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    let x = if x.is_nan() { x } else { x.clamp(0.0, 1.0) };
    library::beta_cdf(x, a, b).unwrap_or_else(|| beta_tails(a, b, x, 1.0 - x).lower)
}

/// The x with P(X <= x) = p for a beta variate; NaN for p outside [0, 1] or shapes that
/// are not positive and finite.
#[must_use]
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) || bad_df(a) || bad_df(b) || a.is_infinite() || b.is_infinite() {
        return f64::NAN;
    }
    if p == 0.0 || p == 1.0 {
        return p;
    }
    if b == 1.0 {
        return pow(p, 1.0 / a);
    }
    expit(beta_logit_quantile(p, a, b))
}

fn beta_logit_quantile(p: f64, a: f64, b: f64) -> f64 {
    let start = logit_beta_start(norm_quantile(p), a, b);
    if p <= 0.5 {
        solve_tail(p, true, start, |s| logit_tails(a, b, s))
    } else {
        solve_tail(1.0 - p, false, start, |s| logit_tails(a, b, s))
    }
}
