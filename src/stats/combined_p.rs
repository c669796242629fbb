//! p-values of several studies combined, where effects can't be.

use super::dist::chi2_sf;
use super::math::ln;

/// A test of p-values taken together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CombinedP {
    /// Chi-squared.
    pub statistic: f64,
    /// Twice the number of p-values.
    pub df: f64,
    /// Small where at least one study has an effect in the direction of the p-values.
    pub p: f64,
}

/// Fisher's combination of one-sided p-values: `-2 sum ln p`, chi-squared with `2 k` degrees of
/// freedom if no study has an effect. None without p-values, or with one outside (0, 1].
///
/// Fisher 1932, *Statistical Methods for Research Workers*, 4th edition.
#[must_use]
pub fn fisher(p: &[f64]) -> Option<CombinedP> {
    if p.is_empty() || !p.iter().all(|p| *p > 0.0 && *p <= 1.0) {
        return None;
    }
    let statistic = -2.0 * p.iter().map(|p| ln(*p)).sum::<f64>();
    let df = 2.0 * p.len() as f64;
    Some(CombinedP { statistic, df, p: chi2_sf(statistic, df) })
}

#[cfg(test)]
mod tests {
    use super::fisher;

    #[test]
    fn three_p_values_and_what_is_none() {
        // For an even df the tail is exp(-x/2) (1 + x/2 + (x/2)^2/2), with x/2 = -ln 0.006.
        let found = fisher(&[0.1, 0.2, 0.3]).expect("p-values");
        let half: f64 = -(0.006_f64.ln());
        assert!((found.statistic - 2.0 * half).abs() < 1e-12);
        assert!((found.p - 0.006 * (1.0 + half + half * half / 2.0)).abs() < 1e-14);
        assert!((fisher(&[0.4]).expect("one").p - 0.4).abs() < 1e-14);
        assert_eq!(fisher(&[]), None);
        assert_eq!(fisher(&[0.2, 0.0]), None);
        assert_eq!(fisher(&[0.2, f64::NAN]), None);
    }
}
