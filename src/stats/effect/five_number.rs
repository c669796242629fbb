//! Mean and SD from a median with quartiles, range or both, and tests of skewness.
//!
//! Luo et al. 2018 (Stat Methods Med Res 27:1785) for the mean, Wan et al. 2014 (BMC Med
//! Res Methodol 14:135) and Shi et al. 2020 (Res Synth Methods 11:641) for the SD, Shi et
//! al. 2023 (Stat Methods Med Res 32:1338) for the tests. The normal constants come from
//! the quantile function at every n, not from the rounded tables of Wan et al.

use crate::stats::dist::norm_quantile;
use crate::stats::math::{ln, pow, sqrt};

/// What was reported besides the median.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Spread {
    /// Lower and upper quartile.
    Quartiles(f64, f64),
    /// Minimum and maximum.
    Range(f64, f64),
    /// Minimum, lower quartile, upper quartile, maximum.
    Both(f64, f64, f64, f64),
}

/// Estimated mean and SD.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimated {
    /// Mean, in the units of the data.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
    /// Statistic of the skewness test and its critical value at the 5% level.
    pub skewness: (f64, f64),
}

impl Estimated {
    /// Whether the test finds the distribution skewed, so that the estimates are doubtful.
    #[must_use]
    pub fn skewed(&self) -> bool {
        self.skewness.0 > self.skewness.1
    }
}

/// Expected range of n normal observations: `2 Phi^-1((n - 0.375) / (n + 0.25))` (Wan et
/// al., eq. 9).
fn range_width(n: f64) -> f64 {
    2.0 * norm_quantile((n - 0.375) / (n + 0.25))
}

/// Expected interquartile range: `2 Phi^-1((0.75 n - 0.125) / (n + 0.25))` (eq. 16).
fn quartile_width(n: f64) -> f64 {
    2.0 * norm_quantile((0.75 * n - 0.125) / (n + 0.25))
}

/// Mean (Luo et al., eq. 7, 11, 15) and SD (Wan et al., eq. 9, 16; Shi et al. 2020, eq. 10)
/// of `n` people, assuming normality. The caller has put the numbers in order; n > 1.
#[must_use]
pub fn mean_sd(median: f64, spread: Spread, n: f64) -> Estimated {
    match spread {
        Spread::Range(a, b) => {
            let w = 4.0 / (4.0 + pow(n, 0.75));
            Estimated {
                mean: w * (a + b) / 2.0 + (1.0 - w) * median,
                sd: (b - a) / range_width(n),
                skewness: (skew(a, median, b), 1.0 / ln(n + 9.0) + 2.5 / (n + 1.0)),
            }
        }
        Spread::Quartiles(q1, q3) => {
            let w = 0.7 + 0.39 / n;
            Estimated {
                mean: w * (q1 + q3) / 2.0 + (1.0 - w) * median,
                sd: (q3 - q1) / quartile_width(n),
                skewness: (skew(q1, median, q3), 2.65 / sqrt(n) - 6.0 / (n * n)),
            }
        }
        Spread::Both(a, q1, q3, b) => {
            let w1 = 2.2 / (2.2 + pow(n, 0.75));
            let w2 = 0.7 - 0.72 / pow(n, 0.55);
            let w3 = 1.0 / (1.0 + 0.07 * pow(n, 0.6));
            let outer = 2.65 * ln(0.6 * n) / sqrt(n) * skew(a, median, b);
            Estimated {
                mean: w1 * (a + b) / 2.0 + w2 * (q1 + q3) / 2.0 + (1.0 - w1 - w2) * median,
                sd: w3 * (b - a) / range_width(n) + (1.0 - w3) * (q3 - q1) / quartile_width(n),
                skewness: (outer.max(skew(q1, median, q3)), 3.0 / sqrt(n) - 40.0 / (n * n * n)),
            }
        }
    }
}

/// Mean and SD of Wan et al. 2014: scenarios C1 (range; eq. 2, 9), C2 (quartiles and range;
/// eq. 10, 13) and C3 (quartiles; eq. 14, 16). The test of skewness is that of [`mean_sd`].
#[must_use]
pub fn mean_sd_wan(median: f64, spread: Spread, n: f64) -> Estimated {
    let (mean, sd) = match spread {
        Spread::Range(a, b) => ((a + 2.0 * median + b) / 4.0, (b - a) / range_width(n)),
        Spread::Quartiles(q1, q3) => ((q1 + median + q3) / 3.0, (q3 - q1) / quartile_width(n)),
        Spread::Both(a, q1, q3, b) => {
            ((a + 2.0 * q1 + 2.0 * median + 2.0 * q3 + b) / 8.0, 0.5 * ((b - a) / range_width(n) + (q3 - q1) / quartile_width(n)))
        }
    };
    Estimated { mean, sd, ..mean_sd(median, spread, n) }
}

/// `|a + b - 2m| / (b - a)`; 0 for an interval without width.
fn skew(a: f64, m: f64, b: f64) -> f64 {
    if b > a { (a + b - 2.0 * m).abs() / (b - a) } else { 0.0 }
}
