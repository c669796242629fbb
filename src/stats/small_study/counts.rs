//! Tests of small-study effects from the counts of two groups.
//!
//! Group 1 has a events among n1 people, group 2 c among n2; N = n1 + n2, e = a + c.

use super::begg::{Begg, begg};
use super::egger::{Egger, EggerOptions, egger, weighted};
use super::line::Coefficient;
use super::notes::SmallStudyNote;
use super::{at_least, check_sizes};
use crate::stats::error::StatsError;
use crate::stats::math::{asin, sqrt};
use crate::stats::mh::TwoGroups;
use crate::stats::pool::tail;
use serde::{Deserialize, Serialize};

/// Which test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountTest {
    /// Score over information on the standard error of the score.
    Harbord,
    /// Effect on 1 / N, weights of the pooled risk.
    Peters,
    /// Effect on N, weights of the pooled risk.
    Macaskill,
    /// Log diagnostic odds ratio on 1 / sqrt(effective sample size).
    Deeks,
}

impl CountTest {
    /// The word for it: `harbord`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Harbord => "harbord",
            Self::Peters => "peters",
            Self::Macaskill => "macaskill",
            Self::Deeks => "deeks",
        }
    }

    /// The paper that defines it.
    #[must_use]
    pub const fn citation(self) -> &'static str {
        match self {
            Self::Harbord => "Harbord RM, Egger M, Sterne JAC. Stat Med 2006;25:3443-3457",
            Self::Peters => "Peters JL, Sutton AJ, Jones DR, Abrams KR, Rushton L. JAMA 2006;295:676-680",
            Self::Macaskill => "Macaskill P, Walter SD, Irwig L. Stat Med 2001;20:641-654",
            Self::Deeks => "Deeks JJ, Macaskill P, Irwig L. J Clin Epidemiol 2005;58:882-893",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Harbord => "Harbord's test",
            Self::Peters => "Peters' test",
            Self::Macaskill => "Macaskill's test",
            Self::Deeks => "Deeks' test",
        }
    }
}

/// The ratio that Harbord's score is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HarbordMeasure {
    /// Odds ratio.
    Or,
    /// Risk ratio.
    Rr,
}

/// A weighted regression of effects on a function of sizes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CountTestResult {
    /// The test.
    pub test: CountTest,
    /// Studies that entered.
    pub k: usize,
    /// Index of each study that could not.
    pub left_out: Vec<usize>,
    /// t of the slope.
    pub statistic: f64,
    /// Its degrees of freedom, k - 2.
    pub df: Option<f64>,
    /// Two-sided.
    pub p: f64,
    /// The slope.
    pub slope: Coefficient,
    /// The line at a predictor of 0: with unlimited size, except for Macaskill's test.
    pub intercept: Coefficient,
    /// Of the intervals, in percent.
    pub level: f64,
    /// Remarks.
    pub notes: Vec<SmallStudyNote>,
}

/// Harbord's modified test: Z / V on 1 / sqrt(V), weights V, t with k - 2 df.
///
/// - odds ratio: Z = a - n1 e / N, V = n1 n2 e (N - e) / (N^2 (N - 1))
/// - risk ratio: Z = (a N - n1 e) / (N - e), V = n1 n2 e / (N (N - e))
///
/// No cell is corrected; a study with no event, or nothing but events, is left out.
///
/// Errors: counts out of range, fewer than three studies left, V the same in all of them, a
/// level not between 0 and 100.
///
/// Sources: Harbord et al. 2006, Stat Med 25:3443-3457; Harbord et al. 2009, Stata J 9:197-210
/// (risk ratio).
pub fn harbord(counts: &TwoGroups<'_>, measure: HarbordMeasure, level: f64) -> Result<CountTestResult, StatsError> {
    counts.check(false)?;
    let score = |[a, n1, c, n2]: [f64; 4]| {
        let (n, e) = (n1 + n2, a + c);
        let (z, v) = match measure {
            // Of 2 x 2 products, so that equal risks give exactly 0.
            HarbordMeasure::Or => ((a * n2 - c * n1) / n, (n1 / n) * (n2 / n) * e * ((n - e) / (n - 1.0))),
            HarbordMeasure::Rr => ((a * n2 - c * n1) / (n - e), (n1 / n) * n2 * (e / (n - e))),
        };
        (z / v, 1.0 / sqrt(v), v)
    };
    regression(CountTest::Harbord, counts.k(), level, |i| informative(counts.row(i)).then(|| score(counts.row(i))))
}

/// Peters' test: effects on 1 / N with weights e (N - e) / N, t with k - 2 df.
///
/// `y` are log odds ratios (or log risk ratios), one per study, with whatever correction they
/// were computed; that of a study with no event, or nothing but events, is not used.
///
/// Errors: as [`harbord`], and an effect used that is not finite. Source: Peters et al. 2006,
/// JAMA 295:676-680.
pub fn peters(y: &[f64], counts: &TwoGroups<'_>, level: f64) -> Result<CountTestResult, StatsError> {
    pooled_risk(CountTest::Peters, y, counts, level, |n| 1.0 / n)
}

/// Macaskill's test: effects on N with weights e (N - e) / N ("funnel plot regression, pooled
/// variance"), t with k - 2 df.
///
/// `y` and errors as for [`peters`]. Source: Macaskill et al. 2001, Stat Med 20:641-654.
pub fn macaskill(y: &[f64], counts: &TwoGroups<'_>, level: f64) -> Result<CountTestResult, StatsError> {
    pooled_risk(CountTest::Macaskill, y, counts, level, |n| n)
}

fn pooled_risk(
    test: CountTest,
    y: &[f64],
    counts: &TwoGroups<'_>,
    level: f64,
    x: impl Fn(f64) -> f64,
) -> Result<CountTestResult, StatsError> {
    counts.check(false)?;
    same_length(y, counts.k())?;
    for (index, value) in y.iter().enumerate() {
        if informative(counts.row(index)) && !value.is_finite() {
            return Err(StatsError::Effect { index, value: *value });
        }
    }
    regression(test, counts.k(), level, |i| {
        let [a, n1, c, n2] = counts.row(i);
        let (n, e) = (n1 + n2, a + c);
        informative(counts.row(i)).then(|| (y[i], x(n), e * ((n - e) / n)))
    })
}

/// Deeks' test for diagnostic accuracy: log diagnostic odds ratios on 1 / sqrt(ESS), weights
/// ESS = 4 n1 n2 / (n1 + n2), t with k - 2 df; n1 with the disease, n2 without.
///
/// Errors: unequal lengths, an effect that is not finite, a size not positive, fewer than three
/// studies, ESS the same in all. Source: Deeks et al. 2005, J Clin Epidemiol 58:882-893.
pub fn deeks(y: &[f64], n1: &[f64], n2: &[f64], level: f64) -> Result<CountTestResult, StatsError> {
    let k = y.len();
    check_sizes("people with the disease", n1, k)?;
    check_sizes("people without the disease", n2, k)?;
    if let Some(index) = y.iter().position(|y| !y.is_finite()) {
        return Err(StatsError::Effect { index, value: y[index] });
    }
    regression(CountTest::Deeks, k, level, |i| {
        let ess = 4.0 * n1[i] * (n2[i] / (n1[i] + n2[i]));
        Some((y[i], 1.0 / sqrt(ess), ess))
    })
}

/// Ruecker's arcsine test: [`egger`] on asin sqrt(a / n1) - asin sqrt(c / n2) with variance
/// 1 / (4 n1) + 1 / (4 n2), which does not depend on the effect; no correction for zero cells.
///
/// Classical options give their "AS-Egger", mixed ones (DL, t) their "AS-Thompson".
/// Errors: counts out of range, and those of [`egger`].
///
/// Source: Ruecker et al. 2008, Stat Med 27:746-763.
pub fn ruecker(counts: &TwoGroups<'_>, o: &EggerOptions<'_>) -> Result<Egger, StatsError> {
    let (y, v) = arcsine(counts)?;
    egger(&y, &v, o).map_err(own)
}

/// Ruecker's arcsine test by ranks, their "AS-Begg": [`begg`] on the same differences.
pub fn ruecker_rank(counts: &TwoGroups<'_>) -> Result<Begg, StatsError> {
    let (y, v) = arcsine(counts)?;
    begg(&y, &v).map_err(own)
}

/// What a regression or a rank test says against the differences, in the name of the test asked for.
fn own(error: StatsError) -> StatsError {
    let model = "Ruecker's test";
    match error {
        StatsError::TooFewStudies { k, needed, .. } => StatsError::TooFewStudies { model, k, needed },
        StatsError::Undefined { reason, .. } => StatsError::Undefined { model, reason },
        other => other,
    }
}

fn arcsine(counts: &TwoGroups<'_>) -> Result<(Vec<f64>, Vec<f64>), StatsError> {
    counts.check(false)?;
    Ok((0..counts.k())
        .map(|i| {
            let [a, n1, c, n2] = counts.row(i);
            (asin(sqrt(a / n1)) - asin(sqrt(c / n2)), 0.25 / n1 + 0.25 / n2)
        })
        .unzip())
}

/// Whether a study has events, and people without.
fn informative([a, n1, c, n2]: [f64; 4]) -> bool {
    let e = a + c;
    e > 0.0 && e < n1 + n2
}

fn same_length(y: &[f64], k: usize) -> Result<(), StatsError> {
    if y.len() == k { Ok(()) } else { Err(StatsError::LengthMismatch { what: "effects and counts", left: y.len(), right: k }) }
}

/// The regression of the points (effect, predictor, weight) that exist.
fn regression(
    test: CountTest,
    k: usize,
    level: f64,
    point: impl Fn(usize) -> Option<(f64, f64, f64)>,
) -> Result<CountTestResult, StatsError> {
    let tail = tail(level)?;
    let (mut y, mut x, mut w) = (Vec::new(), Vec::new(), Vec::new());
    let mut left_out = Vec::new();
    for i in 0..k {
        match point(i) {
            Some((yi, xi, wi)) => {
                y.push(yi);
                x.push(xi);
                w.push(wi);
            }
            None => left_out.push(i),
        }
    }
    at_least(3, y.len(), test.title())?;
    let [intercept, slope] = weighted(&y, &x, &w, tail, test.title())?;
    let mut notes = Vec::from_iter(SmallStudyNote::few(y.len()));
    if !left_out.is_empty() {
        notes.push(SmallStudyNote::LeftOut { count: left_out.len() });
    }
    Ok(CountTestResult { test, k: y.len(), left_out, statistic: slope.statistic, df: slope.df, p: slope.p, slope, intercept, level, notes })
}
