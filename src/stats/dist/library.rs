//! The part of the distributions that statrs computes: the boxes in which its values have
//! been verified. The rest is own code, for these reasons (statrs 0.19.1, relative errors
//! against the 60-digit table of `tests/reference/dist.json` and the own code it verifies):
//!
//! | function of statrs | where it is used | worst there | elsewhere |
//! | --- | --- | --- | --- |
//! | `Normal::inverse_cdf` | everywhere | 2.2e-16 | |
//! | `ChiSquared::cdf`, `sf` | 1 to 200 degrees of freedom, x from 0.01 to 1000 | 3.4e-13 | 5e-10 at 1e6 degrees of freedom: the prefix cancels |
//! | `StudentsT::sf` | 1 to 16 degrees of freedom, t from 0.1 to 40 | 3.6e-13 | 1e-12 from 30 on, 3e-7 at 1e8; 8e-9 near t = 0 |
//! | `FisherSnedecor::sf` | 1 to 16 of both, x from 0.01 to 100 | 2.2e-13 | 1.3e-12 at 30, 9e-9 at 1e6 or small x |
//! | `Beta::cdf` | shapes from 0.5 to 12 | 3.6e-13 | 1.5e-12 at 25 |
//! | `erf`, `erfc`, `Normal::cdf` | nowhere | | 1e-10: its constants have ten digits |
//! | quantiles of t, chi-squared, F, beta | nowhere | | 1e-9 at everyday arguments; some calls never return |
//!
//! statrs takes `exp` and `ln` from the platform, so that the last bit of a p-value may
//! differ between platforms; what is printed is rounded far above it.

use statrs::distribution::{Beta, ChiSquared, ContinuousCDF, FisherSnedecor, Normal, StudentsT};

/// The z with P(Z <= z) = p, for p in [0, 1].
pub(super) fn norm_quantile(p: f64) -> f64 {
    Normal::standard().inverse_cdf(p)
}

fn chi2(x: f64, df: f64) -> Option<ChiSquared> {
    let inside = (1.0..=200.0).contains(&df) && (0.01..=1000.0).contains(&x);
    if inside { ChiSquared::new(df).ok() } else { None }
}

/// P(X <= x) for chi-squared.
pub(super) fn chi2_cdf(x: f64, df: f64) -> Option<f64> {
    chi2(x, df).map(|d| d.cdf(x))
}

/// P(X > x) for chi-squared.
pub(super) fn chi2_sf(x: f64, df: f64) -> Option<f64> {
    chi2(x, df).map(|d| d.sf(x))
}

/// P(|T| > t), for t in the box.
pub(super) fn two_sided_t(t: f64, df: f64) -> Option<f64> {
    let inside = (1.0..=16.0).contains(&df) && (0.1..=40.0).contains(&t);
    let d = if inside { StudentsT::new(0.0, 1.0, df).ok() } else { None };
    d.map(|d| 2.0 * d.sf(t))
}

/// P(F > x).
pub(super) fn f_sf(x: f64, d1: f64, d2: f64) -> Option<f64> {
    let inside = (1.0..=16.0).contains(&d1) && (1.0..=16.0).contains(&d2) && (0.01..=100.0).contains(&x);
    let d = if inside { FisherSnedecor::new(d1, d2).ok() } else { None };
    d.map(|d| d.sf(x))
}

/// P(X <= x) for a beta variate.
pub(super) fn beta_cdf(x: f64, a: f64, b: f64) -> Option<f64> {
    let shape = 0.5..=12.0;
    let inside = shape.contains(&a) && shape.contains(&b) && (1e-6..=1.0 - 1e-6).contains(&x);
    let d = if inside { Beta::new(a, b).ok() } else { None };
    d.map(|d| d.cdf(x))
}

#[cfg(test)]
mod tests {
    use super::super::incomplete::{beta_tails, gamma_tails};
    use super::*;

    /// Points of [0, 1), the same everywhere (additive recurrence of the plastic number).
    fn points() -> impl Iterator<Item = [f64; 3]> {
        let g = 1.220_744_084_605_76_f64;
        (1..=20_000).map(move |i| [1.0, 2.0, 3.0].map(|j| (f64::from(i) / libm::pow(g, j)).fract()))
    }

    fn log_between(low: f64, high: f64, u: f64) -> f64 {
        low * libm::pow(high / low, u)
    }

    /// Library and own code agree all over the boxes, so both are right there.
    #[test]
    fn the_boxes_hold() {
        let mut worst: [(f64, [f64; 3]); 5] = [(0.0, [0.0; 3]); 5];
        let mut compare = |i: usize, args: [f64; 3], library: Option<f64>, own: f64| {
            let library = library.expect("inside the box");
            let error = if own < 1e-300 { (library - own).abs() } else { ((library - own) / own).abs() };
            if error.is_nan() || error > worst[i].0 {
                worst[i] = (error, args);
            }
        };
        for [u, v, w] in points() {
            let (x, df) = (log_between(0.01, 1000.0, u), log_between(1.0, 200.0, v));
            let t = gamma_tails(df / 2.0, x / 2.0);
            compare(0, [x, df, 0.0], chi2_cdf(x, df), t.lower);
            compare(1, [x, df, 0.0], chi2_sf(x, df), t.upper);
            let (x, df) = (log_between(0.1, 40.0, u), log_between(1.0, 16.0, v));
            let r = x * x / df;
            compare(2, [x, df, 0.0], two_sided_t(x, df), beta_tails(0.5, df / 2.0, r / (1.0 + r), 1.0 / (1.0 + r)).upper);
            let (x, d1, d2) = (log_between(0.01, 100.0, u), log_between(1.0, 16.0, v), log_between(1.0, 16.0, w));
            let r = x * d1 / d2;
            compare(3, [x, d1, d2], f_sf(x, d1, d2), beta_tails(d1 / 2.0, d2 / 2.0, r / (1.0 + r), 1.0 / (1.0 + r)).upper);
            let (a, b) = (log_between(0.5, 12.0, u), log_between(0.5, 12.0, v));
            let x = w.clamp(1e-6, 1.0 - 1e-6);
            compare(4, [x, a, b], beta_cdf(x, a, b), beta_tails(a, b, x, 1.0 - x).lower);
        }
        for (name, (error, args)) in ["chi2_cdf", "chi2_sf", "two_sided_t", "f_sf", "beta_cdf"].iter().zip(worst) {
            println!("{name}: {error:.1e} at {args:?}");
            assert!(error < 5e-13, "{name}: {error:.1e} at {args:?}; all: {worst:?}");
        }
    }
}
