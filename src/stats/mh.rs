//! Mantel-Haenszel pooling of counts, with the Cochran-Mantel-Haenszel and Tarone tests.
//!
//! Group 1 has a events among n1 people, group 2 c among n2; N = n1 + n2, b = n1 - a,
//! d = n2 - c. With person-time, n1 and n2 are times, N their sum. Zero cells need no
//! correction; studies without information drop out of every sum by themselves.

use super::dist::{chi2_sf, norm_isf, two_sided_norm};
use super::error::StatsError;
use super::heterogeneity::i2_from_q;
use super::math::{ln, sqrt, sum};
use super::pool::tail;
use serde::{Deserialize, Serialize};

/// What is pooled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MhMeasure {
    /// Log odds ratio.
    Or,
    /// Log risk ratio.
    Rr,
    /// Risk difference.
    Rd,
    /// Log incidence rate ratio; sizes are person-times.
    Irr,
    /// Incidence rate difference, per unit of person-time.
    Ird,
}

impl MhMeasure {
    /// Whether group sizes are person-times.
    pub const fn is_rate(self) -> bool {
        matches!(self, Self::Irr | Self::Ird)
    }
}

/// Counts of two groups in each study, as parallel slices.
#[derive(Debug, Clone, Copy)]
pub struct TwoGroups<'a> {
    /// Events of group 1, at least 0.
    pub events1: &'a [f64],
    /// People (at least the events) or person-time of group 1, above 0.
    pub size1: &'a [f64],
    /// Events of group 2.
    pub events2: &'a [f64],
    /// People or person-time of group 2.
    pub size2: &'a [f64],
}

impl TwoGroups<'_> {
    /// Number of studies.
    pub fn k(&self) -> usize {
        self.events1.len()
    }

    /// Checks lengths and ranges; `rate`: sizes are person-times.
    pub(crate) fn check(&self, rate: bool) -> Result<(), StatsError> {
        let k = self.k();
        for (what, other) in [
            ("events of group 1 and sizes of group 1", self.size1),
            ("events of group 1 and events of group 2", self.events2),
            ("events of group 1 and sizes of group 2", self.size2),
        ] {
            if other.len() != k {
                return Err(StatsError::LengthMismatch { what, left: k, right: other.len() });
            }
        }
        if k == 0 {
            return Err(StatsError::NoStudies);
        }
        let groups = [
            ("the events of group 1", "the size of group 1", self.events1, self.size1),
            ("the events of group 2", "the size of group 2", self.events2, self.size2),
        ];
        for (events_name, size_name, events, size) in groups {
            for index in 0..k {
                let (e, n) = (events[index], size[index]);
                if !(n.is_finite() && n > 0.0) {
                    return Err(StatsError::Count { what: size_name, index, value: n });
                }
                if !(e.is_finite() && e >= 0.0 && (rate || e <= n)) {
                    return Err(StatsError::Count { what: events_name, index, value: e });
                }
            }
        }
        Ok(())
    }

    pub(crate) fn row(&self, i: usize) -> [f64; 4] {
        [self.events1[i], self.size1[i], self.events2[i], self.size2[i]]
    }

    /// Compensated sum over studies.
    pub(crate) fn sum(&self, f: impl Fn([f64; 4]) -> f64) -> f64 {
        sum((0..self.k()).map(|i| f(self.row(i))))
    }
}

/// A chi-squared test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ChiSquared {
    /// The statistic.
    pub statistic: f64,
    /// Its degrees of freedom.
    pub df: f64,
    /// P(chi2 > statistic).
    pub p: f64,
}

impl ChiSquared {
    pub(crate) fn new(statistic: f64, df: f64) -> Self {
        let p = if df > 0.0 { chi2_sf(statistic, df) } else { 1.0 };
        Self { statistic, df, p }
    }
}

/// Why there is no pooled estimate although there are data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoEstimate {
    /// No study has an event in either group.
    NoEvents,
    /// No study has anyone without the event.
    NoNonEvents,
    /// No event in group 1 where group 2 has people without (the ratio would be 0).
    NumeratorZero,
    /// The ratio would be infinite.
    DenominatorZero,
    /// The sampling variance is 0.
    NoVariance,
}

impl NoEstimate {
    /// As a sentence without its final stop.
    pub const fn text(self) -> &'static str {
        match self {
            Self::NoEvents => "no study has an event in either group",
            Self::NoNonEvents => "every participant of every study has the event",
            Self::NumeratorZero => "the ratio is 0: its logarithm does not exist",
            Self::DenominatorZero => "the ratio is infinite",
            Self::NoVariance => "its standard error is 0 or does not exist",
        }
    }
}

/// A pooled estimate of counts, on the analysis scale (log for ratios).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ClassicEstimate {
    /// The estimate.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// estimate / se.
    pub statistic: f64,
    /// Two-sided, standard normal.
    pub p: f64,
    /// Wald interval.
    pub ci: [f64; 2],
}

impl ClassicEstimate {
    pub(crate) fn new(estimate: f64, se: f64, tail: f64) -> Self {
        let half = norm_isf(tail) * se;
        let statistic = estimate / se;
        let ci = [estimate - half, estimate + half];
        Self { estimate, se, statistic, p: two_sided_norm(statistic), ci }
    }
}

/// A Mantel-Haenszel analysis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MantelHaenszel {
    /// Number of studies given.
    pub k: usize,
    /// The estimate, or why there is none; the tests below can exist without it.
    pub result: Result<ClassicEstimate, NoEstimate>,
    /// Weights in percent (OR: b c / N; RR: c n1 / N; RD, IRD: n1 n2 / N; IRR: c n1 / N);
    /// empty where all are 0.
    pub weights: Vec<f64>,
    /// Test of no effect: Cochran-Mantel-Haenszel (OR, RR, RD: the same tables), or its form
    /// for person-time (IRR, IRD). `None` where the variance is 0.
    pub cmh: Option<ChiSquared>,
    /// The same without continuity correction.
    pub cmh_uncorrected: Option<ChiSquared>,
    /// Tarone's test of equal odds ratios (OR).
    pub tarone: Option<ChiSquared>,
    /// Heterogeneity: sum (y - estimate)^2 / v over studies with an effect of their own, as
    /// [`MantelHaenszel::q_studies`] says. `None` without an estimate.
    pub q: Option<ChiSquared>,
    /// I2 in percent from `q`.
    pub i2: Option<f64>,
    /// How many studies are in `q`.
    pub q_studies: usize,
}

/// Pools counts by the method of Mantel and Haenszel; `level` in percent.
///
/// - OR: ln(sum a d / N / sum b c / N), variance of Robins, Breslow and Greenland 1986.
/// - RR: ln(sum a n2 / N / sum c n1 / N), variance of Greenland and Robins 1985.
/// - RD: sum (a n2 - c n1) / N / sum n1 n2 / N, variance of Sato, Greenland and Robins 1989.
/// - IRR, IRD: the same forms over person-time, variances of Greenland and Robins 1985.
///
/// Q uses each study's own effect with 0.5 added to every cell of a study with a zero cell
/// (to both counts with person-time); studies without events, or without non-events, in both
/// groups have no effect of their own and do not count.
///
/// Errors: no studies, unequal lengths, events below 0 or above the group size, sizes not
/// above 0, a level out of range. No estimate where a margin is empty is a value, not an error.
///
/// Sources: Mantel and Haenszel 1959, J Natl Cancer Inst 22:719-748; Robins, Breslow and
/// Greenland 1986, Biometrics 42:311-323; Greenland and Robins 1985, Biometrics 41:55-68;
/// Sato, Greenland and Robins 1989, Biometrics 45:1323-1324; Cochran 1954, Biometrics
/// 10:417-451; Tarone 1985, Biometrika 72:91-95; Rothman, Greenland and Lash 2008, Modern
/// Epidemiology, 3rd ed., ch. 15.
pub fn mantel_haenszel(measure: MhMeasure, data: &TwoGroups<'_>, level: f64) -> Result<MantelHaenszel, StatsError> {
    mantel_haenszel_with(measure, data, level, OwnEffects::Corrected)
}

/// Which studies have an effect of their own, and so a part in Q.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OwnEffects {
    /// 0.5 is added to every cell of a study with a zero.
    Corrected,
    /// Nothing is added: a study whose effect or variance does not exist so has no part in Q.
    Raw,
}

/// [`mantel_haenszel`], with the correction of the effects of single studies stated.
///
/// Errors: as there.
pub fn mantel_haenszel_with(measure: MhMeasure, data: &TwoGroups<'_>, level: f64, own: OwnEffects) -> Result<MantelHaenszel, StatsError> {
    let tail = tail(level)?;
    data.check(measure.is_rate())?;
    let result = match point(measure, data) {
        Ok((estimate, variance)) if variance > 0.0 && variance.is_finite() => Ok(ClassicEstimate::new(estimate, sqrt(variance), tail)),
        Ok(_) => Err(NoEstimate::NoVariance),
        Err(reason) => Err(reason),
    };
    let (q, q_studies) = match &result {
        Ok(e) => heterogeneity(measure, data, e.estimate, own),
        Err(_) => (None, 0),
    };
    let tarone = match &result {
        Ok(e) if measure == MhMeasure::Or => tarone(data, e.estimate),
        _ => None,
    };
    Ok(MantelHaenszel {
        k: data.k(),
        result,
        weights: weights(measure, data),
        cmh: cmh(measure.is_rate(), data, true),
        cmh_uncorrected: cmh(measure.is_rate(), data, false),
        tarone,
        i2: q.map(|q| i2_from_q(q.statistic, q.df)),
        q,
        q_studies,
    })
}

/// The estimate and its variance.
fn point(measure: MhMeasure, data: &TwoGroups<'_>) -> Result<(f64, f64), NoEstimate> {
    let events = data.sum(|[a, _, c, _]| a + c);
    if events == 0.0 && !matches!(measure, MhMeasure::Rd | MhMeasure::Ird) {
        return Err(NoEstimate::NoEvents);
    }
    if measure == MhMeasure::Or && data.sum(|[a, n1, c, n2]| (n1 - a) + (n2 - c)) == 0.0 {
        return Err(NoEstimate::NoNonEvents);
    }
    let ratio = |r: f64, s: f64| match (r > 0.0, s > 0.0) {
        (true, true) => Ok(ln(r / s)),
        (false, true) => Err(NoEstimate::NumeratorZero),
        (true, false) => Err(NoEstimate::DenominatorZero),
        (false, false) => Err(NoEstimate::NoEvents),
    };
    let size = data.sum(|[_, n1, _, n2]| n1 * (n2 / (n1 + n2)));
    match measure {
        MhMeasure::Or => {
            let r = data.sum(|[a, n1, c, n2]| a * (n2 - c) / (n1 + n2));
            let s = data.sum(|[a, n1, c, n2]| (n1 - a) * c / (n1 + n2));
            // P = (a + d) / N, Q = (b + c) / N; R = a d / N, S = b c / N.
            let pr = data.sum(|[a, n1, c, n2]| {
                let n = n1 + n2;
                (a + (n2 - c)) / n * (a * (n2 - c) / n)
            });
            let qs = data.sum(|[a, n1, c, n2]| {
                let n = n1 + n2;
                ((n1 - a) + c) / n * ((n1 - a) * c / n)
            });
            let mixed = data.sum(|[a, n1, c, n2]| {
                let n = n1 + n2;
                (a + (n2 - c)) / n * ((n1 - a) * c / n) + ((n1 - a) + c) / n * (a * (n2 - c) / n)
            });
            let estimate = ratio(r, s)?;
            Ok((estimate, 0.5 * (pr / (r * r) + mixed / (r * s) + qs / (s * s))))
        }
        MhMeasure::Rr => {
            let r = data.sum(|[a, n1, _, n2]| a * (n2 / (n1 + n2)));
            let s = data.sum(|[_, n1, c, n2]| c * (n1 / (n1 + n2)));
            // n1 n2 (a + c) - a c N, written without a difference: a n1 d + c n2 b.
            let t = data.sum(|[a, n1, c, n2]| {
                let n = n1 + n2;
                (a * n1 * (n2 - c) + c * n2 * (n1 - a)) / (n * n)
            });
            Ok((ratio(r, s)?, t / (r * s)))
        }
        MhMeasure::Rd => {
            let estimate = data.sum(|[a, n1, c, n2]| (a * n2 - c * n1) / (n1 + n2)) / size;
            let p = data.sum(|[a, n1, c, n2]| {
                let n = n1 + n2;
                let (f1, f2) = (n1 / n, n2 / n);
                c * f1 * f1 - a * f2 * f2 + f1 * f2 * (n2 - n1) / 2.0
            });
            let q = data.sum(|[a, n1, c, n2]| (a * (n2 - c) + c * (n1 - a)) / (n1 + n2) / 2.0);
            Ok((estimate, (estimate * p + q) / (size * size)))
        }
        MhMeasure::Irr => {
            let r = data.sum(|[a, n1, _, n2]| a * (n2 / (n1 + n2)));
            let s = data.sum(|[_, n1, c, n2]| c * (n1 / (n1 + n2)));
            let t = data.sum(|[a, n1, c, n2]| {
                let n = n1 + n2;
                (n1 / n) * (n2 / n) * (a + c)
            });
            Ok((ratio(r, s)?, t / (r * s)))
        }
        MhMeasure::Ird => {
            let estimate = data.sum(|[a, n1, c, n2]| (a * n2 - c * n1) / (n1 + n2)) / size;
            let t = data.sum(|[a, n1, c, n2]| {
                let n = n1 + n2;
                (n2 / n) * (n2 / n) * a + (n1 / n) * (n1 / n) * c
            });
            Ok((estimate, t / (size * size)))
        }
    }
}

fn weights(measure: MhMeasure, data: &TwoGroups<'_>) -> Vec<f64> {
    let weight = |i: usize| {
        let [a, n1, c, n2] = data.row(i);
        match measure {
            MhMeasure::Or => (n1 - a) * c / (n1 + n2),
            MhMeasure::Rr | MhMeasure::Irr => c * n1 / (n1 + n2),
            MhMeasure::Rd | MhMeasure::Ird => n1 * (n2 / (n1 + n2)),
        }
    };
    let total = sum((0..data.k()).map(weight));
    if total > 0.0 { (0..data.k()).map(|i| 100.0 * weight(i) / total).collect() } else { Vec::new() }
}

/// (|sum (a - E)| - 1/2)^2 / sum V. Tables: E = n1 m / N, V = n1 n2 m (N - m) / (N^2 (N - 1)),
/// m = a + c. Person-time: E = n1 m / N, V = m n1 n2 / N^2. Never below 0 before squaring.
fn cmh(rate: bool, data: &TwoGroups<'_>, correct: bool) -> Option<ChiSquared> {
    let difference = data.sum(|[a, n1, c, n2]| (a * n2 - c * n1) / (n1 + n2));
    let variance = data.sum(|row| if rate { rate_variance(row) } else { hypergeometric_variance(row) });
    if variance.is_nan() || variance <= 0.0 {
        return None;
    }
    let distance = difference.abs() - if correct { 0.5 } else { 0.0 };
    Some(ChiSquared::new(distance * distance / variance, 1.0))
}

fn rate_variance([a, n1, c, n2]: [f64; 4]) -> f64 {
    let n = n1 + n2;
    (a + c) * (n1 / n) * (n2 / n)
}

/// Variance of a, all margins fixed; 0 for a study of one person.
pub(crate) fn hypergeometric_variance([a, n1, c, n2]: [f64; 4]) -> f64 {
    let n = n1 + n2;
    let (m, rest) = (a + c, (n1 - a) + (n2 - c));
    if n > 1.0 { n1 * (n2 / n) * (m / n) * rest / (n - 1.0) } else { 0.0 }
}

/// Tarone's test: sum (a - A)^2 / var - (sum (a - A))^2 / sum var, A the count expected under
/// the common odds ratio, 1 / var = 1/A + 1/(n1 - A) + 1/(m - A) + 1/(n2 - m + A).
fn tarone(data: &TwoGroups<'_>, log_odds_ratio: f64) -> Option<ChiSquared> {
    let informative = |[a, n1, c, n2]: [f64; 4]| a + c > 0.0 && (n1 - a) + (n2 - c) > 0.0;
    let k = (0..data.k()).filter(|&i| informative(data.row(i))).count();
    let psi = super::math::exp(log_odds_ratio);
    let term = |row: [f64; 4]| {
        if !informative(row) {
            return (0.0, 0.0);
        }
        let [a, n1, c, n2] = row;
        let fitted = expected_count(psi, n1, n2, a + c);
        let [w, x, y, z] = [fitted, n1 - fitted, a + c - fitted, n2 - (a + c) + fitted];
        (a - fitted, 1.0 / (1.0 / w + 1.0 / x + 1.0 / y + 1.0 / z))
    };
    if k < 2 {
        return None;
    }
    let squares = data.sum(|row| {
        let (d, v) = term(row);
        if v > 0.0 { d * d / v } else { 0.0 }
    });
    let difference = data.sum(|row| term(row).0);
    let variance = data.sum(|row| term(row).1);
    if !(variance > 0.0 && squares.is_finite()) {
        return None;
    }
    let statistic = squares - difference * difference / variance;
    Some(ChiSquared::new(statistic.max(0.0), (k - 1) as f64))
}

/// The A with A (n2 - m + A) = psi (n1 - A)(m - A): the root of the quadratic that lies
/// within the margins, in the form that does not cancel.
fn expected_count(psi: f64, n1: f64, n2: f64, m: f64) -> f64 {
    // (1 - psi) A^2 + (n2 - m + psi (n1 + m)) A - psi n1 m = 0.
    let (a, b, c) = (1.0 - psi, n2 - m + psi * (n1 + m), -psi * n1 * m);
    let root = sqrt((b * b - 4.0 * a * c).max(0.0));
    // b can be negative only if psi < 1, where the root wanted is (-b + root) / 2a.
    if b >= 0.0 { -2.0 * c / (b + root) } else { (root - b) / (2.0 * a) }
}

/// Q about the pooled estimate, and the number of studies in it.
fn heterogeneity(measure: MhMeasure, data: &TwoGroups<'_>, estimate: f64, corrected: OwnEffects) -> (Option<ChiSquared>, usize) {
    let own = |i: usize| {
        let [a, n1, c, n2] = data.row(i);
        let rate = measure.is_rate();
        let (b, d) = (n1 - a, n2 - c);
        let raw = corrected == OwnEffects::Raw;
        if !raw && (a + c == 0.0 || (!rate && b + d == 0.0)) {
            return None;
        }
        let zero = a == 0.0 || c == 0.0 || (!rate && (b == 0.0 || d == 0.0));
        let h = if zero && !raw { 0.5 } else { 0.0 };
        let (a, b, c, d) = (a + h, b + h, c + h, d + h);
        let (n1, n2) = if rate { (n1, n2) } else { (a + b, c + d) };
        let effect = match measure {
            MhMeasure::Or => (ln(a / b * (d / c)), 1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d),
            MhMeasure::Rr => (ln(a / n1 * (n2 / c)), b / (a * n1) + d / (c * n2)),
            MhMeasure::Rd => (a / n1 - c / n2, a * b / (n1 * n1 * n1) + c * d / (n2 * n2 * n2)),
            MhMeasure::Irr => (ln(a / n1 * (n2 / c)), 1.0 / a + 1.0 / c),
            MhMeasure::Ird => (a / n1 - c / n2, a / (n1 * n1) + c / (n2 * n2)),
        };
        (effect.0.is_finite() && effect.1.is_finite() && effect.1 > 0.0).then_some(effect)
    };
    let k = (0..data.k()).filter(|&i| own(i).is_some()).count();
    if k == 0 {
        return (None, 0);
    }
    let q = sum((0..data.k()).filter_map(own).map(|(y, v)| (y - estimate) * (y - estimate) / v));
    (Some(ChiSquared::new(q, (k - 1) as f64)), k)
}
