//! Incomplete gamma and beta functions, both tails, with their logarithms.
//!
//! The densities in front are Loader's saddle-point forms (Loader 2000, "Fast and accurate
//! computation of binomial probabilities"), which do not cancel at large parameters. The
//! gamma tails: power series (DLMF 8.11.4) below the mean, continued fraction (DLMF 8.9.2)
//! above. The beta tails: the continued fraction of DiDonato & Morris 1992 (ACM Trans Math
//! Softw 18:360, eq. 9). Every loop is capped; without convergence the result is NaN.

use crate::stats::math::{exp, ln, ln_1p, sqrt, stirling_remainder};
use std::f64::consts::PI;

const MAX_TERMS: usize = 400_000;
const EPS: f64 = 1e-17;

/// Both tails of a distribution at a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tails {
    /// P(X <= x) and its logarithm.
    pub lower: f64,
    pub ln_lower: f64,
    /// P(X > x) and its logarithm.
    pub upper: f64,
    pub ln_upper: f64,
    /// Logarithm of the density with respect to ln x (gamma) or logit x (beta).
    pub ln_density: f64,
}

impl Tails {
    const NAN: Tails = Tails { lower: f64::NAN, ln_lower: f64::NAN, upper: f64::NAN, ln_upper: f64::NAN, ln_density: f64::NAN };
    pub(super) const AT_START: Tails =
        Tails { lower: 0.0, ln_lower: f64::NEG_INFINITY, upper: 1.0, ln_upper: 0.0, ln_density: f64::NEG_INFINITY };
    pub(super) const AT_END: Tails =
        Tails { lower: 1.0, ln_lower: 0.0, upper: 0.0, ln_upper: f64::NEG_INFINITY, ln_density: f64::NEG_INFINITY };

    /// From the lower tail `e^ln_density * factor`.
    fn from_lower(ln_density: f64, factor: f64) -> Tails {
        let lower = (exp(ln_density) * factor).min(1.0);
        Tails { lower, ln_lower: (ln_density + ln(factor)).min(0.0), upper: 1.0 - lower, ln_upper: ln_1p(-lower), ln_density }
    }

    pub(super) fn swapped(self) -> Tails {
        Tails { lower: self.upper, ln_lower: self.ln_upper, upper: self.lower, ln_upper: self.ln_lower, ln_density: self.ln_density }
    }
}

/// `x ln(x / m) + m - x >= 0`, the deviance part (Loader 2000, eq. 5).
fn deviance(x: f64, m: f64) -> f64 {
    let d = x - m;
    if d.abs() < 0.1 * (x + m) {
        let v = d / (x + m);
        let v2 = v * v;
        let mut sum = d * v;
        let mut term = 2.0 * x * v;
        for j in 1..1000 {
            term *= v2;
            let next = sum + term / f64::from(2 * j + 1);
            if next == sum {
                break;
            }
            sum = next;
        }
        sum
    } else {
        x * ln(x / m) + m - x
    }
}

/// Regularised incomplete gamma functions P(a, x), Q(a, x); `a > 0`, `x >= 0`.
pub(super) fn gamma_tails(a: f64, x: f64) -> Tails {
    if a.is_nan() || x.is_nan() || a <= 0.0 || a == f64::INFINITY || x < 0.0 {
        return Tails::NAN;
    }
    if x == 0.0 {
        return Tails::AT_START;
    }
    if x == f64::INFINITY {
        return Tails::AT_END;
    }
    // x^a e^-x / gamma(a)
    let ln_density = 0.5 * ln(a / (2.0 * PI)) - stirling_remainder(a) - deviance(a, x);
    if x < a + 1.0 {
        let (mut term, mut sum, mut k) = (1.0 / a, 1.0 / a, a);
        for _ in 0..MAX_TERMS {
            k += 1.0;
            term *= x / k;
            sum += term;
            if term < sum * EPS {
                return Tails::from_lower(ln_density, sum);
            }
        }
        return Tails::NAN;
    }
    let mut b = x + 1.0 - a;
    let mut c = f64::INFINITY;
    let mut d = 1.0 / b;
    let mut h = d;
    for i in 1..MAX_TERMS {
        let i = i as f64;
        let an = -i * (i - a);
        b += 2.0;
        d = 1.0 / (an * d + b);
        c = b + an / c;
        let step = c * d;
        h *= step;
        if (step - 1.0).abs() < 2e-16 {
            return Tails::from_lower(ln_density, h).swapped();
        }
    }
    Tails::NAN
}

/// Regularised incomplete beta function I_x(a, b) and its complement, at `x` with
/// `y = 1 - x` given apart, so that neither loses digits; `a, b > 0`.
pub(super) fn beta_tails(a: f64, b: f64, x: f64, y: f64) -> Tails {
    let finite_shape = |s: f64| s > 0.0 && s < f64::INFINITY;
    if !(finite_shape(a) && finite_shape(b) && x >= 0.0 && y >= 0.0) {
        return Tails::NAN;
    }
    if x == 0.0 {
        return Tails::AT_START;
    }
    if y == 0.0 {
        return Tails::AT_END;
    }
    let n = a + b;
    // x^a y^b / B(a, b)
    let ln_density = 0.5 * ln(a / n * b / (2.0 * PI)) + stirling_remainder(n)
        - stirling_remainder(a)
        - stirling_remainder(b)
        - deviance(a, n * x)
        - deviance(b, n * y);
    // Below the mode the fraction in x converges fast, above it the one in y.
    if a * y - b * x + (y - x) >= 0.0 {
        match beta_fraction(a, b, x, y) {
            Some(f) => Tails::from_lower(ln_density, f),
            None => Tails::NAN,
        }
    } else {
        match beta_fraction(b, a, y, x) {
            Some(f) => Tails::from_lower(ln_density, f).swapped(),
            None => Tails::NAN,
        }
    }
}

/// The continued fraction of I_x(a, b) B(a, b) / (x^a y^b), by the modified Lentz method.
fn beta_fraction(a: f64, b: f64, x: f64, y: f64) -> Option<f64> {
    let tiny = 1e-300;
    let lambda = a * y - b * x;
    let b1 = a * (lambda + 1.0) / (a + 1.0);
    let mut f = if b1 == 0.0 { tiny } else { b1 };
    let (mut c, mut d) = (f, 0.0);
    for n in 1..MAX_TERMS {
        let n = n as f64;
        let q = a + 2.0 * n - 1.0;
        let num = (a + n - 1.0) / q * ((a + b + n - 1.0) / q) * n * (b - n) * x * x;
        let den = n + n * (b - n) * x / q + (a + n) / (q + 2.0) * (lambda + 1.0 + n * (1.0 + y));
        d = den + num * d;
        if d == 0.0 {
            d = tiny;
        }
        c = den + num / c;
        if c == 0.0 {
            c = tiny;
        }
        d = 1.0 / d;
        let step = c * d;
        f *= step;
        if (step - 1.0).abs() < 2e-16 {
            return Some(1.0 / f);
        }
    }
    None
}

/// Solves for the point `s` on the log (gamma) or logit (beta) scale at which the lower
/// (`lower = true`) or upper tail is `p`.
///
/// On these scales the density is log-concave, hence so are both tails, and Newton's
/// method on the logarithm of the tail approaches the root from one side, from any start.
pub(super) fn solve_tail(p: f64, lower: bool, start: f64, tails: impl Fn(f64) -> Tails) -> f64 {
    let target = ln(p);
    let mut s = start;
    for _ in 0..200 {
        let t = tails(s);
        let (value, sign) = if lower { (t.ln_lower, 1.0) } else { (t.ln_upper, -1.0) };
        if value.is_nan() {
            return f64::NAN;
        }
        let slope = sign * exp(t.ln_density - value);
        let step = (value - target) / slope;
        let step = if step.is_finite() {
            step.clamp(-40.0, 40.0)
        } else {
            // The tail is 0 or 1 to double precision here: walk back towards the mass.
            let towards = if value > target { sign } else { -sign };
            2.0 * towards
        };
        s -= step;
        if step.abs() <= 4e-16 * (1.0 + s.abs()) {
            break;
        }
        if s.abs() > 1e4 {
            break;
        }
    }
    s
}

/// Square root of the variance of the logit of a beta variate, roughly: for a start.
pub(super) fn logit_beta_start(z: f64, a: f64, b: f64) -> f64 {
    ln(a / b) + z * sqrt(1.0 / a + 1.0 / b)
}
