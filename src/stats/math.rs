//! Elementary functions, compensated sums and the small-sample factor of Hedges.
//!
//! Every transcendental function of the statistics core goes through this file, and from
//! here to `libm`: the same bits on every platform, which `std` does not promise.

/// `e^x`.
#[must_use]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// Natural logarithm; NaN below 0, minus infinity at 0.
#[must_use]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// `ln(1 + x)` without cancellation near 0.
#[must_use]
pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// `e^x - 1` without cancellation near 0.
#[must_use]
pub fn exp_m1(x: f64) -> f64 {
    libm::expm1(x)
}

/// Square root (correctly rounded); NaN below 0.
#[must_use]
pub fn sqrt(x: f64) -> f64 {
    libm::sqrt(x)
}

/// `x` to the power `y`.
#[must_use]
pub fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}

/// `ln |gamma(x)|`.
#[must_use]
pub fn lgamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// Hyperbolic tangent: Fisher's z back to a correlation.
#[must_use]
pub fn tanh(x: f64) -> f64 {
    libm::tanh(x)
}

/// Inverse hyperbolic tangent: a correlation to Fisher's z. NaN outside [-1, 1].
#[must_use]
pub fn atanh(x: f64) -> f64 {
    libm::atanh(x)
}

/// Sine (radians).
#[must_use]
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

/// Cosine (radians).
#[must_use]
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// Arcsine (radians); NaN outside [-1, 1].
#[must_use]
pub fn asin(x: f64) -> f64 {
    libm::asin(x)
}

/// Arccosine (radians); NaN outside [-1, 1].
#[must_use]
pub fn acos(x: f64) -> f64 {
    libm::acos(x)
}

/// Error function.
#[must_use]
pub fn erf(x: f64) -> f64 {
    libm::erf(x)
}

/// Complementary error function, accurate in the tail.
#[must_use]
pub fn erfc(x: f64) -> f64 {
    libm::erfc(x)
}

/// Log-odds `ln(p / (1 - p))`; infinite at 0 and 1, NaN outside.
#[must_use]
pub fn logit(p: f64) -> f64 {
    ln(p) - ln_1p(-p)
}

/// Inverse of [`logit`]: `1 / (1 + e^-x)`, without overflow in either tail.
#[must_use]
pub fn expit(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + exp(-x))
    } else {
        let e = exp(x);
        e / (1.0 + e)
    }
}

/// Remainder of Stirling's series:
/// `delta(x) = ln gamma(x) - (x - 1/2) ln x + x - ln(2 pi) / 2`, for `x > 0`.
///
/// Absolute error near 1e-16. Series of Abramowitz & Stegun 6.1.42 from 15 upwards;
/// below, `delta(x) = delta(x + 1) + (x + 1/2) ln(1 + 1/x) - 1`. NaN for `x <= 0`.
#[must_use]
pub fn stirling_remainder(x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return f64::NAN;
    }
    let mut x = x;
    let mut shift = 0.0;
    while x < 15.0 {
        shift += (x + 0.5) * ln_1p(1.0 / x) - 1.0;
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    let series = [1.0 / 156.0, -691.0 / 360_360.0, 1.0 / 1188.0, -1.0 / 1680.0, 1.0 / 1260.0, -1.0 / 360.0, 1.0 / 12.0];
    shift + series.iter().fold(0.0, |s, c| s * r + c) / x
}

/// Hedges' small-sample factor, exact:
/// `J(m) = gamma(m/2) / (sqrt(m/2) gamma((m-1)/2))`, `m` the degrees of freedom of the
/// standardiser (Hedges 1981, J Educ Stat 6:107, eq. 6e).
///
/// Computed through the remainders of Stirling's series, so neither overflow nor
/// cancellation at any `m`. NaN for `m <= 1`; 1 for `m` infinite.
#[must_use]
pub fn hedges_j(m: f64) -> f64 {
    if m.is_nan() || m <= 1.0 {
        return f64::NAN;
    }
    if m == f64::INFINITY {
        return 1.0;
    }
    let a = (m - 1.0) / 2.0;
    let log_j = (a - 0.5) * ln_1p(0.5 / a) - 0.5 + stirling_remainder(a + 0.5) - stirling_remainder(a);
    exp(log_j)
}

/// Hedges' factor, approximate: `1 - 3 / (4m - 1)` (Hedges 1981, eq. 6g).
#[must_use]
pub fn hedges_j_approx(m: f64) -> f64 {
    1.0 - 3.0 / (4.0 * m - 1.0)
}

/// Neumaier's compensated sum (Z Angew Math Mech 54:39, 1974): the error does not grow
/// with the number of terms unless the terms themselves cancel to below 1e-32.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct CompensatedSum {
    sum: f64,
    lost: f64,
}

impl CompensatedSum {
    /// An empty sum.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one term.
    pub fn add(&mut self, x: f64) {
        let t = self.sum + x;
        if t.is_finite() {
            self.lost += if self.sum.abs() >= x.abs() { (self.sum - t) + x } else { (x - t) + self.sum };
        }
        self.sum = t;
    }

    /// The sum so far.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.sum + self.lost
    }
}

impl Extend<f64> for CompensatedSum {
    fn extend<I: IntoIterator<Item = f64>>(&mut self, iter: I) {
        for x in iter {
            self.add(x);
        }
    }
}

impl FromIterator<f64> for CompensatedSum {
    fn from_iter<I: IntoIterator<Item = f64>>(iter: I) -> Self {
        let mut sum = Self::new();
        sum.extend(iter);
        sum
    }
}

/// Compensated sum of the terms, in their order; 0 of none.
pub fn sum(terms: impl IntoIterator<Item = f64>) -> f64 {
    terms.into_iter().collect::<CompensatedSum>().value()
}
