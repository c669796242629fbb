//! The optimal information size: people that one sufficiently large trial would need.
//!
//! Sources: Guyatt GH et al. J Clin Epidemiol 2011;64:1283-1293 (GRADE: imprecision); the two
//! formulas, Julious SA. Stat Med 2004;23:1921-1986 (normal approximation, groups of one size).

use crate::stats::dist::norm_quantile;

/// People in both groups together to find a standardised difference `delta` above 0; two-sided
/// `alpha`, `power`. Infinite or NaN where an input is.
#[must_use]
pub fn people_for_means(delta: f64, alpha: f64, power: f64) -> f64 {
    let z = z(alpha, power);
    2.0 * (2.0 * z * z / (delta * delta)).ceil()
}

/// People in both groups together to tell two risks apart.
#[must_use]
pub fn people_for_risks(risks: [f64; 2], alpha: f64, power: f64) -> f64 {
    let z = z(alpha, power);
    let [a, b] = risks;
    2.0 * (z * z * (a * (1.0 - a) + b * (1.0 - b)) / ((a - b) * (a - b))).ceil()
}

fn z(alpha: f64, power: f64) -> f64 {
    norm_quantile(1.0 - alpha / 2.0) + norm_quantile(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_textbooks() {
        // 2 * (1.95996 + 0.84162)^2 / 0.2^2 = 392.4, so 393 in each group.
        assert_eq!(people_for_means(0.2, 0.05, 0.8), 786.0);
        // 7.8489 * (0.2 * 0.8 + 0.15 * 0.85) / 0.05^2 = 902.6.
        assert_eq!(people_for_risks([0.2, 0.15], 0.05, 0.8), 1806.0);
        // A smaller alpha and more power ask for more: 2 * (2.57583 + 1.28155)^2 / 0.3^2 = 330.7.
        assert_eq!(people_for_means(0.3, 0.01, 0.9), 662.0);
    }
}
