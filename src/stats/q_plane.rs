//! Q, its p and the I2 computed from it: three readings of one number once k is given.
//!
//! P(Q) is the upper tail of chi-squared with k - 1 degrees of freedom, I2 is (Q - df) / Q.
//! Both change with Q in one direction only, so that a threshold on either is a threshold
//! on Q, and rules that combine them can be analysed exactly.

use super::dist::{chi2_isf, chi2_sf};

/// The axis of Q for k effects.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QPlane {
    df: f64,
}

impl QPlane {
    /// For k effects; none for k < 2, where Q says nothing.
    pub fn of(k: usize) -> Option<Self> {
        (k >= 2).then(|| Self { df: (k - 1) as f64 })
    }

    /// Degrees of freedom.
    pub fn df(self) -> f64 {
        self.df
    }

    /// The p of Q.
    pub fn p(self, q: f64) -> f64 {
        if q <= 0.0 { 1.0 } else { chi2_sf(q, self.df) }
    }

    /// I2 from Q, in percent.
    pub fn i2(self, q: f64) -> f64 {
        if q <= self.df { 0.0 } else { 100.0 * (q - self.df) / q }
    }

    /// The Q whose p this is, for p between 0 and 1.
    pub fn q_at_p(self, p: f64) -> f64 {
        if p >= 1.0 { 0.0 } else { chi2_isf(p, self.df) }
    }

    /// The Q whose I2 this is, for percentages from 0 to below 100; 0% is that of every Q up to df.
    pub fn q_at_i2(self, percent: f64) -> f64 {
        self.df / (1.0 - percent / 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for k in [2, 3, 7, 40, 200] {
            let Some(plane) = QPlane::of(k) else { continue };
            for p in [0.9, 0.5, 0.1, 0.05, 1e-4] {
                assert!((plane.p(plane.q_at_p(p)) - p).abs() < 1e-9 * p.max(1e-3), "k {k}, p {p}");
            }
            for i2 in [1.0, 25.0, 50.0, 75.0, 99.0] {
                assert!((plane.i2(plane.q_at_i2(i2)) - i2).abs() < 1e-9);
            }
        }
        assert!(QPlane::of(1).is_none());
    }
}
