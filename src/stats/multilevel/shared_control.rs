//! Covariance of the effects of a multi-arm trial that share their control group.
//!
//! Two comparisons with one control are correlated through the control's sampling error: for
//! an effect f(treated) - f(control), the covariance is the part of the variance that stems
//! from the control. Standardised differences share, besides, all or part of the standard
//! deviation.
//!
//! Source: Gleser and Olkin 2009, Stochastically dependent effect sizes, in Cooper, Hedges and
//! Valentine (eds), The Handbook of Research Synthesis, 2nd ed., ch. 19.

use super::dense::cholesky;
use super::input::CovarianceBlock;
use crate::stats::error::StatsError;
use serde::{Deserialize, Serialize};

/// What a standardised mean difference was divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standardiser {
    /// The pooled SD of the two arms compared.
    Pairwise,
    /// One SD pooled over all arms of the trial.
    AllArms,
    /// The control's SD (Glass).
    Control,
}

/// The control group that the comparisons of a trial share, by measure. Effects on the scale of
/// the analysis: log ratios, raw differences.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SharedControl<'a> {
    /// Mean difference: s^2 / n.
    MeanDifference { sd: f64, n: f64 },
    /// Log ratio of means: s^2 / (n mean^2).
    RatioOfMeans { mean: f64, sd: f64, n: f64 },
    /// Standardised mean difference, with the effects and the sizes of the treated arms:
    ///
    /// - all arms: 1/n + d_i d_j / (2 N), N the size of all arms (Gleser and Olkin 2009, eq.
    ///   19.19);
    /// - control: 1/n + d_i d_j / (2 n);
    /// - pairwise: 1/n + d_i d_j n / (2 N_i N_j), N_i = n_i + n: two pooled variances have
    ///   only the control's part in common (delta method, large samples as in the others).
    StandardisedMeanDifference { effects: &'a [f64], treated: &'a [f64], n: f64, standardiser: Standardiser },
    /// Log odds ratio: 1/x + 1/(n - x).
    OddsRatio { events: f64, n: f64 },
    /// Log risk ratio: 1/x - 1/n.
    RiskRatio { events: f64, n: f64 },
    /// Risk difference: x (n - x) / n^3.
    RiskDifference { events: f64, n: f64 },
    /// Arcsine difference: 1 / (4 n).
    Arcsine { n: f64 },
    /// Log incidence rate ratio: 1/x.
    RateRatio { events: f64 },
    /// Incidence rate difference: x / t^2.
    RateDifference { events: f64, time: f64 },
}

impl SharedControl<'_> {
    /// The covariance of the effects of comparisons i and j, i != j (from 0; only the
    /// standardised mean difference depends on them).
    ///
    /// Errors: a size, an SD, a count or a person-time that is impossible, or for which the
    /// effect's variance does not exist (a control without events in a log ratio: the
    /// correction that the effects had belongs here, too).
    pub fn covariance(&self, i: usize, j: usize) -> Result<f64, StatsError> {
        let positive = |what: &'static str, value: f64| {
            if value.is_finite() && value > 0.0 { Ok(value) } else { Err(StatsError::Count { what, index: 0, value }) }
        };
        let size = |n: f64| positive("the size of the control group", n);
        let events = |x: f64| positive("the number of events in the control group", x);
        let value = match *self {
            Self::MeanDifference { sd, n } => positive("the SD of the control group", sd)? * sd / size(n)?,
            Self::RatioOfMeans { mean, sd, n } => {
                let cv = positive("the SD of the control group", sd)? / positive("the mean of the control group", mean)?;
                cv * cv / size(n)?
            }
            Self::StandardisedMeanDifference { effects, treated, n, standardiser } => {
                let of = |list: &[f64], index: usize, what: &'static str| match list.get(index) {
                    Some(x) if x.is_finite() => Ok(*x),
                    other => Err(StatsError::Count { what, index, value: other.copied().unwrap_or(f64::NAN) }),
                };
                let arm = |index: usize| positive("the size of a treated arm", of(treated, index, "the size of the treated arm")?);
                let product = of(effects, i, "the effect")? * of(effects, j, "the effect")?;
                let n = size(n)?;
                let shared = match standardiser {
                    Standardiser::Control => 1.0 / n,
                    Standardiser::Pairwise => n / ((arm(i)? + n) * (arm(j)? + n)),
                    Standardiser::AllArms => {
                        let mut all = n;
                        for index in 0..treated.len() {
                            all += arm(index)?;
                        }
                        1.0 / all
                    }
                };
                1.0 / n + 0.5 * product * shared
            }
            Self::OddsRatio { events: x, n } => 1.0 / events(x)? + 1.0 / positive("the number without events in the control group", n - x)?,
            Self::RiskRatio { events: x, n } if x > n => {
                return Err(StatsError::Count { what: "the number without events in the control group", index: 0, value: n - x });
            }
            Self::RiskRatio { events: x, n } => 1.0 / events(x)? - 1.0 / size(n)?,
            Self::RiskDifference { events: x, n } => {
                let n = size(n)?;
                if !(0.0..=n).contains(&x) {
                    return Err(StatsError::Count { what: "the number of events in the control group", index: 0, value: x });
                }
                x / n * ((n - x) / n) / n
            }
            Self::Arcsine { n } => 0.25 / size(n)?,
            Self::RateRatio { events: x } => 1.0 / events(x)?,
            Self::RateDifference { events: x, time } => {
                let time = positive("the person-time of the control group", time)?;
                if !(x.is_finite() && x >= 0.0) {
                    return Err(StatsError::Count { what: "the number of events in the control group", index: 0, value: x });
                }
                x / time / time
            }
        };
        Ok(value)
    }

    /// The covariance matrix of a trial's comparisons: the variances `v` on its diagonal, the
    /// shared control off it. `effects` are the places of the comparisons among all effects.
    ///
    /// Errors: those of [`SharedControl::covariance`], unequal lengths, variances with which
    /// the matrix is not positive definite (they are not those of these groups).
    pub fn block(&self, effects: &[usize], v: &[f64]) -> Result<CovarianceBlock, StatsError> {
        let n = effects.len();
        if v.len() != n {
            return Err(StatsError::LengthMismatch { what: "comparisons and variances", left: n, right: v.len() });
        }
        let mut covariance = vec![0.0; n * n];
        for i in 0..n {
            covariance[i * n + i] = v[i];
            for j in 0..i {
                let shared = self.covariance(i, j)?;
                covariance[i * n + j] = shared;
                covariance[j * n + i] = shared;
            }
        }
        if cholesky(&covariance, n).is_none() {
            return Err(StatsError::Covariance { block: 0, reason: "it is not positive definite" });
        }
        Ok(CovarianceBlock { effects: effects.to_vec(), covariance })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The covariance of two effects through a shared control, by the delta method with
    /// numerical derivatives with respect to the control's statistics of known variance.
    fn delta(f: impl Fn(f64) -> f64, g: impl Fn(f64) -> f64, at: f64, variance: f64) -> f64 {
        let h = 1e-5 * at;
        let slope = |f: &dyn Fn(f64) -> f64| (f(at + h) - f(at - h)) / (2.0 * h);
        slope(&f) * slope(&g) * variance
    }

    fn close(a: f64, b: f64) {
        assert!(((a - b) / b).abs() < 1e-8, "{a} {b}");
    }

    #[test]
    fn counts_by_the_delta_method() {
        let (x, n, t) = (12.0, 40.0, 310.0);
        let p = x / n;
        let v = p * (1.0 - p) / n;
        let c = |s: SharedControl| s.covariance(0, 1).expect("a covariance");
        close(c(SharedControl::OddsRatio { events: x, n }), delta(|p| -(p / (1.0 - p)).ln(), |p| -(p / (1.0 - p)).ln(), p, v));
        close(c(SharedControl::RiskRatio { events: x, n }), delta(|p| -p.ln(), |p| -p.ln(), p, v));
        close(c(SharedControl::RiskDifference { events: x, n }), v);
        close(c(SharedControl::Arcsine { n }), delta(|p| -p.sqrt().asin(), |p| -p.sqrt().asin(), p, v));
        close(c(SharedControl::RateRatio { events: x }), delta(|r| -r.ln(), |r| -r.ln(), x / t, x / t / t));
        close(c(SharedControl::RateDifference { events: x, time: t }), x / (t * t));
    }

    #[test]
    fn means_by_the_delta_method() {
        let (mean, sd, n) = (20.0, 4.0, 30.0);
        let c = |s: SharedControl| s.covariance(0, 1).expect("a covariance");
        close(c(SharedControl::MeanDifference { sd, n }), sd * sd / n);
        close(c(SharedControl::RatioOfMeans { mean, sd, n }), delta(|m| -m.ln(), |m| -m.ln(), mean, sd * sd / n));
        // Standardised: through the mean, and through the variance s^2 of variance 2 s^4 / n.
        let (treated, tops) = ([25.0, 60.0], [24.0, 22.5]);
        let pooled = |s2: f64, i: usize| ((treated[i] * sd * sd + n * s2) / (treated[i] + n)).sqrt();
        let d = |m: f64, s2: f64, i: usize, by: Standardiser| {
            let spread = match by {
                Standardiser::Pairwise => pooled(s2, i),
                _ => s2.sqrt(),
            };
            (tops[i] - m) / spread
        };
        for by in [Standardiser::Pairwise, Standardiser::Control] {
            let effects = [0, 1].map(|i| d(mean, sd * sd, i, by));
            let expected = delta(|m| d(m, sd * sd, 0, by), |m| d(m, sd * sd, 1, by), mean, sd * sd / n)
                + delta(|s| d(mean, s, 0, by), |s| d(mean, s, 1, by), sd * sd, 2.0 * sd.powi(4) / n);
            close(c(SharedControl::StandardisedMeanDifference { effects: &effects, treated: &treated, n, standardiser: by }), expected);
        }
        // One SD from all arms: its square has variance 2 s^4 / N.
        let (all, effects) = (115.0, [1.0, 0.625]);
        let expected = 1.0 / n + delta(|s| 4.0 / s.sqrt(), |s| 2.5 / s.sqrt(), sd * sd, 2.0 * sd.powi(4) / all);
        close(
            c(SharedControl::StandardisedMeanDifference { effects: &effects, treated: &treated, n, standardiser: Standardiser::AllArms }),
            expected,
        );
    }

    #[test]
    fn a_block_and_what_it_refuses() {
        // 3 arms: control 12/40, treated 8/38 and 5/41.
        let v = [1.0 / 8.0 + 1.0 / 30.0 + 1.0 / 12.0 + 1.0 / 28.0, 1.0 / 5.0 + 1.0 / 36.0 + 1.0 / 12.0 + 1.0 / 28.0];
        let control = SharedControl::OddsRatio { events: 12.0, n: 40.0 };
        let block = control.block(&[4, 7], &v).expect("a block");
        close(block.covariance[1], 1.0 / 12.0 + 1.0 / 28.0);
        assert_eq!(block.effects, [4, 7]);
        assert!(matches!(control.block(&[4, 7], &[0.1, 0.1]), Err(StatsError::Covariance { .. })));
        assert!(matches!(SharedControl::OddsRatio { events: 0.0, n: 40.0 }.covariance(0, 1), Err(StatsError::Count { .. })));
        assert!(matches!(SharedControl::RiskRatio { events: 41.0, n: 40.0 }.covariance(0, 1), Err(StatsError::Count { .. })));
        let smd = SharedControl::StandardisedMeanDifference {
            effects: &[0.2],
            treated: &[20.0, 20.0],
            n: 20.0,
            standardiser: Standardiser::Pairwise,
        };
        assert!(matches!(smd.covariance(0, 1), Err(StatsError::Count { .. })));
    }
}
