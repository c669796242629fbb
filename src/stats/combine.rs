//! Dependent effects of one study combined into one.

use super::error::StatsError;
use super::math::{CompensatedSum, sqrt, sum};
use serde::{Deserialize, Serialize};

/// How the effects of one study are weighted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weighting {
    /// Generalised least squares with the compound-symmetric covariance.
    InverseVariance,
    /// The plain mean.
    Equal,
}

/// The one effect of a study with effects `y`, sampling variances `v` and a correlation `rho`
/// between the sampling errors of any two: `(effect, variance)`.
///
/// V_ij = rho s_i s_j, V_ii = s_i^2 = v_i.
///
/// - `InverseVariance`: variance 1 / (1' V^-1 1), effect 1' V^-1 y times it. In units of s,
///   with x = 1 / s, the inverse of the correlation matrix gives
///   1' V^-1 y (1 - rho) = sum (x - mean x)(z - mean z) + (1 - rho) sum x sum z / (m c),
///   z = y / s, c = 1 + (m - 1) rho.
/// - `Equal`: mean y, variance ((1 - rho) sum v + rho (sum s)^2) / m^2.
///
/// `rho` from -1 / (m - 1) to 1, both excluded, except that `Equal` admits 1. One effect is
/// returned as it is, whatever `rho`.
///
/// Errors: no effects, unequal lengths, an effect or variance that is not finite (positive),
/// a correlation out of range.
///
/// Sources: Gleser and Olkin 2009, in Cooper et al., The Handbook of Research Synthesis, 2nd
/// ed., ch. 19 (generalised least squares); Borenstein et al. 2009, Introduction to
/// Meta-Analysis, ch. 24 (plain mean).
pub fn combine(y: &[f64], v: &[f64], rho: f64, weighting: Weighting) -> Result<(f64, f64), StatsError> {
    if y.len() != v.len() {
        return Err(StatsError::LengthMismatch { what: "effects and variances", left: y.len(), right: v.len() });
    }
    if let Some(index) = y.iter().position(|x| !x.is_finite()) {
        return Err(StatsError::Effect { index, value: y[index] });
    }
    if let Some(index) = v.iter().position(|x| !(x.is_finite() && *x > 0.0)) {
        return Err(StatsError::Variance { index, value: v[index] });
    }
    match y.len() {
        0 => return Err(StatsError::NoStudies),
        1 => return Ok((y[0], v[0])),
        _ => {}
    }
    let size = y.len();
    let m = size as f64;
    let minimum = -1.0 / (m - 1.0);
    let allowed = rho > minimum && (rho < 1.0 || rho == 1.0 && weighting == Weighting::Equal);
    if !allowed {
        return Err(StatsError::Correlation { value: rho, size, minimum });
    }
    let centre = y[0];
    let (effect, variance) = match weighting {
        Weighting::Equal => {
            let s = sum(v.iter().map(|v| sqrt(*v)));
            let total = sum(v.iter().copied());
            let mean = sum(y.iter().map(|y| y - centre)) / m;
            // With c >= 0 both terms are positive for rho >= 0; below, the sum of v is the
            // spread of s about its mean plus s^2 / m, so that the smaller part is kept.
            let spread = sum(v.iter().map(|v| {
                let d = sqrt(*v) - s / m;
                d * d
            }));
            let c = 1.0 + (m - 1.0) * rho;
            let sum_of_all = if rho >= 0.0 { (1.0 - rho) * total + rho * s * s } else { (1.0 - rho) * spread + c * s * s / m };
            (mean, sum_of_all / (m * m))
        }
        Weighting::InverseVariance => {
            let x = |i: usize| 1.0 / sqrt(v[i]);
            let z = |i: usize| (y[i] - centre) / sqrt(v[i]);
            let (sx, sz) = (sum((0..size).map(x)), sum((0..size).map(z)));
            let (mut xx, mut xz) = (CompensatedSum::new(), CompensatedSum::new());
            for i in 0..size {
                let d = x(i) - sx / m;
                xx.add(d * d);
                xz.add(d * (z(i) - sz / m));
            }
            let common = (1.0 - rho) / (m * (1.0 + (m - 1.0) * rho));
            let denominator = xx.value() + common * sx * sx;
            ((xz.value() + common * sx * sz) / denominator, (1.0 - rho) / denominator)
        }
    };
    let result = (centre + effect, variance);
    if result.0.is_finite() && result.1.is_finite() && result.1 > 0.0 { Ok(result) } else { Err(StatsError::Range) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_effects_of_equal_variance_by_hand() {
        for weighting in [Weighting::InverseVariance, Weighting::Equal] {
            let (y, v) = combine(&[0.2, 0.6], &[0.04, 0.04], 0.5, weighting).unwrap_or_default();
            assert!((y - 0.4).abs() < 1e-15, "{weighting:?} {y}");
            assert!((v - 0.03).abs() < 1e-15, "{weighting:?} {v}");
        }
    }

    #[test]
    fn a_negative_weight_is_possible() {
        // V = [[1, .9 * 3], [.9 * 3, 9]]: inverse-variance weights (9 - 2.7, 1 - 2.7) / 4.6.
        let (y, v) = combine(&[1.0, 2.0], &[1.0, 9.0], 0.9, Weighting::InverseVariance).unwrap_or_default();
        assert!((y - (6.3 - 2.0 * 1.7) / 4.6).abs() < 1e-14);
        assert!((v - (9.0 - 2.7 * 2.7) / 4.6).abs() < 1e-14);
    }

    #[test]
    fn a_single_effect_needs_no_correlation() {
        assert_eq!(combine(&[0.3], &[0.1], f64::NAN, Weighting::Equal), Ok((0.3, 0.1)));
    }

    #[test]
    fn correlations_out_of_range_are_refused() {
        for rho in [1.0, -0.5, 1.5, f64::NAN] {
            let result = combine(&[0.1; 3], &[0.1; 3], rho, Weighting::InverseVariance);
            assert!(matches!(result, Err(StatsError::Correlation { .. })), "{rho}");
        }
        assert!(combine(&[0.1; 3], &[0.1; 3], 1.0, Weighting::Equal).is_ok());
    }
}
