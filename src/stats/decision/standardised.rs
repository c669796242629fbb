//! Between standardised mean differences and log odds ratios.

/// sqrt(3) / pi: the standard deviation of the standard logistic distribution is pi / sqrt(3).
const SQRT3_OVER_PI: f64 = 0.551_328_895_421_792_1;

/// The log odds ratio of a standardised mean difference: d pi / sqrt(3).
///
/// Supposes that scores follow logistic distributions of equal spread in both groups; the odds
/// are those of a score above a cut-off, any cut-off.
///
/// Sources: Hasselblad and Hedges 1995, Psychol Bull 117:167-178; Chinn 2000, Stat Med
/// 19:3127-3131.
#[must_use]
pub fn smd_to_log_odds(d: f64) -> f64 {
    d / SQRT3_OVER_PI
}

/// The standardised mean difference of a log odds ratio, the other way round.
#[must_use]
pub fn log_odds_to_smd(y: f64) -> f64 {
    y * SQRT3_OVER_PI
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constant() {
        assert!((SQRT3_OVER_PI - 3.0_f64.sqrt() / std::f64::consts::PI).abs() < 1e-16);
        // Chinn: 1.81 to two decimals.
        assert!((smd_to_log_odds(1.0) - 1.81).abs() < 0.005);
        assert!((log_odds_to_smd(smd_to_log_odds(-0.37)) + 0.37).abs() < 1e-15);
    }
}
