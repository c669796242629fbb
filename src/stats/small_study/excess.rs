//! The test of excess significance: are more results significant than their power allows?

use super::check;
use super::fail_safe::check_alpha;
use super::notes::SmallStudyNote;
use crate::stats::dist::{beta_cdf, chi2_sf, norm_isf, norm_sf};
use crate::stats::error::StatsError;
use crate::stats::math::{exp, lgamma, ln, ln_1p, sqrt, sum};
use crate::stats::pool::{Model, PoolOptions, pool};
use crate::stats::root::falling_root;
use serde::{Deserialize, Serialize};

/// How observed and expected numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExcessTest {
    /// The distribution of a sum of events with a probability each: cost k times the number of
    /// significant results.
    #[default]
    Exact,
    /// Binomial, with the mean power.
    Binomial,
    /// Chi-squared with 1 degree of freedom.
    ChiSquared,
}

/// What is held against chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExcessAlternative {
    /// More significant results than expected.
    #[default]
    Greater,
    /// More or fewer.
    TwoSided,
}

/// Everything that [`excess_significance`] is asked.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ExcessOptions {
    /// The comparison.
    pub test: ExcessTest,
    /// The alternative of the comparison.
    pub alternative: ExcessAlternative,
    /// Level of the two-sided Wald tests of the studies.
    pub alpha: f64,
    /// The effect under the null hypothesis of the studies.
    pub null: f64,
    /// The true effect that power is computed for; `None` for the common-effect mean.
    pub theta: Option<f64>,
    /// The variance of true effects about it.
    pub tau2: f64,
    /// The p-value that the limit estimate has.
    pub limit_alpha: f64,
}

impl Default for ExcessOptions {
    /// Exact, greater, studies tested at 0.05 against 0, power at the common-effect mean
    /// without heterogeneity, limit estimate at 0.10.
    fn default() -> Self {
        Self {
            test: ExcessTest::Exact,
            alternative: ExcessAlternative::Greater,
            alpha: 0.05,
            null: 0.0,
            theta: None,
            tau2: 0.0,
            limit_alpha: 0.10,
        }
    }
}

/// The test of excess significance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Excess {
    /// Number of studies.
    pub k: usize,
    /// How many are significant.
    pub observed: usize,
    /// How many are expected to be: the sum of the powers.
    pub expected: f64,
    /// Power of each study.
    pub power: Vec<f64>,
    /// The comparison.
    pub test: ExcessTest,
    /// Its statistic (chi-squared).
    pub statistic: Option<f64>,
    /// Its p-value.
    pub p: f64,
    /// The true effect supposed.
    pub theta: f64,
    /// Its variance between studies.
    pub tau2: f64,
    /// The true effect nearest to the null at which p reaches `limit_alpha`, towards `theta`.
    pub limit: Option<f64>,
    /// Remarks.
    pub notes: Vec<SmallStudyNote>,
}

/// Compares the number O of significant studies with the number expected, E = sum of powers.
///
/// A study is significant where |y - null| / s reaches the normal quantile z. Its power is
/// P(|Y - null| / s >= z) for Y normal with mean theta and variance v + tau2. Then
///
/// - chi-squared: (O - E)^2 / E + (O - E)^2 / (k - E), 1 df, one-sided through its signed root;
/// - binomial: P(X >= O) with k draws of probability E / k;
/// - exact: P(X >= O) for independent draws, each with its own power.
///
/// Two-sided, the binomial and exact p add up all outcomes that are no more probable than O.
/// The limit estimate is the theta at which the one-sided p is `limit_alpha`.
///
/// Errors: effects or variances out of range, `alpha` or `limit_alpha` not between 0 and 1, a
/// theta, null or tau2 that is not finite (tau2 at least 0).
///
/// Sources: Ioannidis and Trikalinos 2007, Clin Trials 4:245-253; Francis 2013, J Math Psychol
/// 57:153-169 (exact).
pub fn excess_significance(y: &[f64], v: &[f64], o: &ExcessOptions) -> Result<Excess, StatsError> {
    check(y, v)?;
    check_alpha(o.alpha)?;
    check_alpha(o.limit_alpha)?;
    if !(o.tau2.is_finite() && o.tau2 >= 0.0) {
        return Err(StatsError::Tau2 { value: o.tau2 });
    }
    let common = pool(y, v, &PoolOptions { model: Model::Common, tau2_ci: false, ..PoolOptions::default() })?;
    let theta = o.theta.unwrap_or(common.estimate);
    if !(theta.is_finite() && o.null.is_finite()) {
        return Err(StatsError::Range);
    }
    let z = norm_isf(0.5 * o.alpha);
    let observed = y.iter().zip(v).filter(|(y, v)| (**y - o.null).abs() >= z * sqrt(**v)).count();
    let power = powers(v, z, o.tau2, theta - o.null);
    let expected = sum(power.iter().copied());
    let statistic = (o.test == ExcessTest::ChiSquared).then(|| chi_squared(observed, expected, y.len()));
    let p = p_value(o.test, o.alternative, observed, &power);
    let limit = limit_estimate(v, z, o, observed, theta - o.null).map(|d| o.null + d);
    let mut notes = Vec::from_iter(SmallStudyNote::few(y.len()));
    if common.heterogeneity.i2_q > 50.0 || o.tau2 > 0.0 {
        notes.push(SmallStudyNote::ExcessHeterogeneity);
    }
    if limit.is_none() {
        notes.push(SmallStudyNote::NoLimitEstimate);
    }
    Ok(Excess { k: y.len(), observed, expected, power, test: o.test, statistic, p, theta, tau2: o.tau2, limit, notes })
}

/// The power of each study at a true effect `d` away from the null.
fn powers(v: &[f64], z: f64, tau2: f64, d: f64) -> Vec<f64> {
    v.iter()
        .map(|v| {
            let (critical, sd) = (z * sqrt(*v), sqrt(v + tau2));
            norm_sf((critical - d) / sd) + norm_sf((critical + d) / sd)
        })
        .collect()
}

fn chi_squared(observed: usize, expected: f64, k: usize) -> f64 {
    let difference = observed as f64 - expected;
    if difference == 0.0 { 0.0 } else { difference * difference / expected + difference * difference / (k as f64 - expected) }
}

fn p_value(test: ExcessTest, alternative: ExcessAlternative, observed: usize, power: &[f64]) -> f64 {
    let k = power.len();
    let expected = sum(power.iter().copied());
    match (test, alternative) {
        (ExcessTest::ChiSquared, ExcessAlternative::TwoSided) => chi2_sf(chi_squared(observed, expected, k), 1.0),
        (ExcessTest::ChiSquared, ExcessAlternative::Greater) => {
            let root = sqrt(chi_squared(observed, expected, k));
            norm_sf(if observed as f64 >= expected { root } else { -root })
        }
        (ExcessTest::Binomial, ExcessAlternative::Greater) => {
            let (o, k) = (observed as f64, k as f64);
            if observed == 0 { 1.0 } else { beta_cdf(expected / k, o, k - o + 1.0) }
        }
        (ExcessTest::Binomial, ExcessAlternative::TwoSided) => no_more_probable(&binomial(k, expected / k as f64), observed),
        (ExcessTest::Exact, ExcessAlternative::Greater) => at_least(power, observed),
        (ExcessTest::Exact, ExcessAlternative::TwoSided) => no_more_probable(&distribution(power), observed),
    }
}

/// P(X >= `observed`) for a sum of independent events; only sums of positive terms.
///
/// Probabilities below 1e-290 at the lower end are dropped, so that for many studies only the
/// width of the distribution is gone through.
fn at_least(power: &[f64], observed: usize) -> f64 {
    let mut chance = vec![0.0; observed + 1];
    chance[0] = 1.0;
    let mut low = 0;
    for (i, p) in power.iter().enumerate() {
        for s in (low..=observed.min(i + 1)).rev() {
            // The last place holds "so many or more", which is not left again.
            let stays = if s == observed { chance[s] } else { chance[s] * (1.0 - p) };
            chance[s] = stays + if s > low { chance[s - 1] * p } else { 0.0 };
        }
        while low < observed && chance[low] < 1e-290 && chance[low + 1] > chance[low] {
            low += 1;
        }
    }
    chance[observed].min(1.0)
}

/// Probabilities of 0 to k events.
fn distribution(power: &[f64]) -> Vec<f64> {
    let mut chance = vec![0.0; power.len() + 1];
    chance[0] = 1.0;
    for (i, p) in power.iter().enumerate() {
        for s in (0..=i + 1).rev() {
            chance[s] = chance[s] * (1.0 - p) + if s > 0 { chance[s - 1] * p } else { 0.0 };
        }
    }
    chance
}

fn binomial(k: usize, p: f64) -> Vec<f64> {
    let n = k as f64;
    (0..=k)
        .map(|s| {
            let s = s as f64;
            let of = |times: f64, ln_p: f64| if times == 0.0 { 0.0 } else { times * ln_p };
            exp(lgamma(n + 1.0) - lgamma(s + 1.0) - lgamma(n - s + 1.0) + of(s, ln(p)) + of(n - s, ln_1p(-p)))
        })
        .collect()
}

/// The summed probability of all outcomes that are no more probable than `observed`.
fn no_more_probable(chance: &[f64], observed: usize) -> f64 {
    let bar = chance[observed] * (1.0 + 1e-7);
    sum(chance.iter().copied().filter(|p| *p <= bar)).min(1.0)
}

/// The distance from the null, in the direction of `d`, at which p reaches `limit_alpha`.
fn limit_estimate(v: &[f64], z: f64, o: &ExcessOptions, observed: usize, d: f64) -> Option<f64> {
    let direction = if d < 0.0 { -1.0 } else { 1.0 };
    // Power, and with it p, grows with the distance.
    let below = |distance: f64| o.limit_alpha - p_value(o.test, ExcessAlternative::Greater, observed, &powers(v, z, o.tau2, distance));
    if below(0.0) < 0.0 {
        return None;
    }
    let largest = v.iter().fold(0.0, |a: f64, b| a.max(*b));
    let mut upper = sqrt(largest + o.tau2);
    for _ in 0..60 {
        if below(upper) <= 0.0 {
            // Secant steps from the last two points, kept in the bracket.
            let mut last: Option<(f64, f64)> = None;
            let with_step = |x: f64| {
                let value = below(x);
                let step = match last {
                    Some((x0, value0)) if value0 != value => -value * (x - x0) / (value - value0),
                    _ => f64::NAN,
                };
                last = Some((x, value));
                (value, step)
            };
            let root = falling_root(with_step, 0.0, upper, 0.5 * upper, 0.0);
            return Some(direction * root.x);
        }
        upper *= 2.0;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_coins_by_hand() {
        let power = [0.2, 0.5, 0.9];
        // P(at least 2) = .2*.5*.1 + .2*.5*.9 + .8*.5*.9 + .2*.5*.9.
        assert!((at_least(&power, 2) - 0.55).abs() < 1e-15);
        assert!((at_least(&power, 3) - 0.09).abs() < 1e-15);
        assert_eq!(at_least(&power, 0), 1.0);
        // Thousands of equal draws: the binomial distribution.
        let many = at_least(&[0.3; 4_000], 1_300);
        assert!((many / beta_cdf(0.3, 1_300.0, 2_701.0) - 1.0).abs() < 1e-11, "{many}");
        let all = distribution(&power);
        assert!((all[0] - 0.04).abs() < 1e-15 && (all[1] - 0.41).abs() < 1e-15);
        assert!((no_more_probable(&all, 3) - 0.13).abs() < 1e-15);
        let even = binomial(4, 0.5);
        assert!((even[2] - 0.375).abs() < 1e-14);
        assert!((binomial(3, 1.0)[3] - 1.0).abs() < 1e-15);
    }
}
