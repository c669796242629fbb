//! Two groups, means: md, smd, smd1, smdh, rom.

use super::five_number::{Spread, mean_sd, mean_sd_wan};
use super::input::Input;
use super::measure::Measure;
use super::options::{Medians, Options, SmallSample, SmdVariance};
use super::outcome::{EffectNote, NoEffect, Route, SpreadSource};
use crate::stats::arms::Group;
use crate::stats::dist::t_quantile;
use crate::stats::math::{hedges_j, hedges_j_approx, ln, sqrt};

/// Mean and SD of one group of `n` people.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Arm {
    pub n: f64,
    pub mean: f64,
    pub sd: f64,
}

/// Both groups, the way they were had, and what to know about it.
pub(super) struct Arms {
    pub one: Arm,
    pub two: Arm,
    pub route: Route,
    pub notes: Vec<EffectNote>,
}

/// What one group's columns say.
struct Columns {
    group: u8,
    n: Option<f64>,
    mean: Option<f64>,
    sd: Option<f64>,
    se: Option<f64>,
    ci: Option<(f64, f64)>,
    median: Option<f64>,
    quartiles: Option<(f64, f64)>,
    range: Option<(f64, f64)>,
}

fn columns(row: &Input, group: u8) -> Columns {
    if group == 1 {
        Columns {
            group,
            n: row.n1,
            mean: row.mean1,
            sd: row.sd1,
            se: row.se1,
            ci: row.ci_lower1.zip(row.ci_upper1),
            median: row.median1,
            quartiles: row.lq1.zip(row.uq1),
            range: row.min1.zip(row.max1),
        }
    } else {
        Columns {
            group,
            n: row.n2,
            mean: row.mean2,
            sd: row.sd2,
            se: row.se2,
            ci: row.ci_lower2.zip(row.ci_upper2),
            median: row.median2,
            quartiles: row.lq2.zip(row.uq2),
            range: row.min2.zip(row.max2),
        }
    }
}

/// Both groups from the row, if their columns suffice.
pub(super) fn arms(row: &Input, medians: Medians) -> Result<Option<Arms>, NoEffect> {
    let mut notes = Vec::new();
    let Some((one, s1)) = arm(&columns(row, 1), row.ci_level, medians, &mut notes)? else {
        return Ok(None);
    };
    let Some((two, s2)) = arm(&columns(row, 2), row.ci_level, medians, &mut notes)? else {
        return Ok(None);
    };
    let route = if s1 == s2 { Route::Means(s1) } else { Route::MeansMixed };
    Ok(Some(Arms { one, two, route, notes }))
}

/// People, mean and SD of both groups, by the way an effect takes: SD, SE, CI, median.
///
/// # Errors
/// [`NoEffect`] where a value cannot be; `None` where columns are missing.
pub fn two_groups(row: &Input, medians: Medians) -> Result<Option<[Group; 2]>, NoEffect> {
    let group = |arm: Arm| Group { n: arm.n, mean: arm.mean, sd: arm.sd };
    Ok(arms(row, medians)?.map(|arms| [group(arms.one), group(arms.two)]))
}

/// The columns that the means of two groups still lack.
pub(super) fn missing(row: &Input) -> Vec<&'static str> {
    let names = [["n1", "mean1", "sd1"], ["n2", "mean2", "sd2"]];
    let mut needed = Vec::new();
    for (group, [n, mean, sd]) in [1, 2].into_iter().zip(names) {
        let c = columns(row, group);
        let spread = c.quartiles.is_some() || c.range.is_some();
        if c.n.is_none() {
            needed.push(n);
        }
        if c.mean.is_none() && !(c.median.is_some() && spread) {
            needed.push(mean);
        }
        if c.sd.is_none() && c.se.is_none() && c.ci.is_none() && !spread {
            needed.push(sd);
        }
    }
    needed
}

/// One group: SD, else SE sqrt(n), else the CI (t, n - 1 df), else median and spread.
fn arm(c: &Columns, level: Option<f64>, medians: Medians, notes: &mut Vec<EffectNote>) -> Result<Option<(Arm, SpreadSource)>, NoEffect> {
    let Some(n) = c.n else { return Ok(None) };
    let group = c.group;
    let spread = match (c.range, c.quartiles) {
        (Some((a, b)), Some((q1, q3))) => Some((Spread::Both(a, q1, q3, b), SpreadSource::FiveNumber)),
        (None, Some((q1, q3))) => Some((Spread::Quartiles(q1, q3), SpreadSource::Quartiles)),
        (Some((a, b)), None) => Some((Spread::Range(a, b), SpreadSource::Range)),
        (None, None) => None,
    };
    let sd = if let Some(sd) = c.sd {
        Some((sd, SpreadSource::Sd))
    } else if let Some(se) = c.se {
        notes.push(EffectNote::SeConverted { group });
        Some((se * sqrt(n), SpreadSource::Se))
    } else if let (Some((lower, upper)), true) = (c.ci, c.mean.is_some()) {
        if n <= 1.0 {
            let column = if group == 1 { "n1" } else { "n2" };
            return Err(NoEffect::invalid(column, format!("is {n}: no SD from an interval")));
        }
        let t = -t_quantile((100.0 - level.unwrap_or(95.0)) / 200.0, n - 1.0);
        notes.push(EffectNote::CiConverted { group });
        Some(((upper - lower) / (2.0 * t) * sqrt(n), SpreadSource::Ci))
    } else {
        None
    };
    if let (Some(mean), Some((sd, source))) = (c.mean, sd) {
        return Ok(Some((Arm { n, mean, sd }, source)));
    }
    let (Some((spread, source)), Some(middle)) = (spread, c.median.or(c.mean)) else {
        return Ok(None);
    };
    if medians == Medians::None {
        return Err(NoEffect::NotForThisMeasure { why: "its means would come from medians, and `medians none` leaves those out".into() });
    }
    if c.median.is_none() && c.mean.is_none() {
        return Ok(None);
    }
    let (n_column, low_column) = match (group, source) {
        (1, SpreadSource::Quartiles) => ("n1", "lq1"),
        (1, _) => ("n1", "min1"),
        (_, SpreadSource::Quartiles) => ("n2", "lq2"),
        (_, _) => ("n2", "min2"),
    };
    if n < 3.0 {
        return Err(NoEffect::invalid(n_column, format!("is {n}: too few people for a mean and SD from median and spread")));
    }
    let e = if medians == Medians::Wan { mean_sd_wan(middle, spread, n) } else { mean_sd(middle, spread, n) };
    if sd.is_none() && e.sd <= 0.0 {
        return Err(NoEffect::invalid(low_column, "equals the upper end: no spread"));
    }
    notes.push(EffectNote::FromMedian { group });
    if c.median.is_some() && e.skewed() {
        let (statistic, critical) = e.skewness;
        if medians == Medians::Unskewed {
            let why = format!("group {group} looks skewed ({statistic:.3} > {critical:.3}), and `medians unskewed` leaves such rows out");
            return Err(NoEffect::NotForThisMeasure { why });
        }
        notes.push(EffectNote::Skewed { group, statistic, critical });
    }
    let arm = Arm { n, mean: c.mean.unwrap_or(e.mean), sd: sd.map_or(e.sd, |(sd, _)| sd) };
    Ok(Some((arm, source)))
}

/// Pooled SD of two groups (Borenstein et al. 2009, eq. 4.6).
pub(super) fn pooled_sd(n1: f64, sd1: f64, n2: f64, sd2: f64) -> f64 {
    let ss = (n1 - 1.0) * sd1 * sd1 + (n2 - 1.0) * sd2 * sd2;
    sqrt(ss / (n1 + n2 - 2.0))
}

/// Hedges' factor as the options want it.
pub(super) fn j(m: f64, options: &Options) -> f64 {
    match options.j {
        SmallSample::Exact => hedges_j(m),
        SmallSample::Approx => hedges_j_approx(m),
    }
}

/// Refuses a standardised difference of too few people.
pub(super) fn enough_for_smd(n1: f64, n2: f64) -> Result<(), NoEffect> {
    if n1 + n2 > 3.0 {
        return Ok(());
    }
    let column = if n1 <= n2 { "n1" } else { "n2" };
    let why = format!("leaves {} people in all: g needs more than 3", n1 + n2);
    Err(NoEffect::invalid(column, why))
}

/// Hedges' g and its variance from an uncorrected d: `g = J(m) d`, `m = n1 + n2 - 2`.
pub(super) fn g_from_d(d: f64, n1: f64, n2: f64, options: &Options) -> Result<(f64, f64), NoEffect> {
    enough_for_smd(n1, n2)?;
    let g = j(n1 + n2 - 2.0, options) * d;
    Ok((g, g_variance(g, n1, n2, options)))
}

/// Variance of g by the chosen formula ([`SmdVariance`]).
pub(super) fn g_variance(g: f64, n1: f64, n2: f64, options: &Options) -> f64 {
    let n = n1 + n2;
    let m = n - 2.0;
    let base = 1.0 / n1 + 1.0 / n2;
    match options.smd_variance {
        SmdVariance::Ls => base + g * g / (2.0 * n),
        SmdVariance::Ub => {
            let j = j(m, options);
            base + (1.0 - (m - 2.0) / (m * j * j)) * g * g
        }
        SmdVariance::Revman5 => base + g * g / (2.0 * (n - 3.94)),
    }
}

/// Effect and variance of two groups' means and SDs.
pub(super) fn two_means(measure: Measure, one: Arm, two: Arm, options: &Options) -> Result<(f64, f64), NoEffect> {
    let (v1, v2) = (one.sd * one.sd / one.n, two.sd * two.sd / two.n);
    let diff = one.mean - two.mean;
    let (yi, vi) = match measure {
        Measure::Md => (diff, v1 + v2),
        Measure::Smd => {
            enough_for_smd(one.n, two.n)?;
            let sd = pooled_sd(one.n, one.sd, two.n, two.sd);
            positive_sd(sd, "sd1")?;
            g_from_d(diff / sd, one.n, two.n, options)?
        }
        Measure::Smd1 => {
            if two.n <= 2.0 {
                let why = format!("is {}: Glass' delta needs more than 2 people", two.n);
                return Err(NoEffect::invalid("n2", why));
            }
            positive_sd(two.sd, "sd2")?;
            let g = j(two.n - 1.0, options) * diff / two.sd;
            (g, 1.0 / one.n + 1.0 / two.n + g * g / (2.0 * two.n))
        }
        Measure::Smdh => {
            enough_for_smd(one.n, two.n)?;
            for (n, column) in [(one.n, "n1"), (two.n, "n2")] {
                if n <= 1.0 {
                    let why = format!("is {n}: more than 1 person is needed");
                    return Err(NoEffect::invalid(column, why));
                }
            }
            let (s1, s2) = (one.sd * one.sd, two.sd * two.sd);
            let mean_square = (s1 + s2) / 2.0;
            positive_sd(mean_square, "sd1")?;
            let g = j(one.n + two.n - 2.0, options) * diff / sqrt(mean_square);
            let (m1, m2) = (one.n - 1.0, two.n - 1.0);
            let fourth = s1 * s1 / m1 + s2 * s2 / m2;
            let vi = g * g * fourth / (8.0 * mean_square * mean_square) + (s1 / m1 + s2 / m2) / mean_square;
            (g, vi)
        }
        Measure::Rom => {
            let ratio = one.mean / two.mean;
            if ratio.is_nan() || ratio <= 0.0 || ratio.is_infinite() {
                return Err(NoEffect::not_for(measure, "a ratio of means needs means above 0, on a scale with a true zero"));
            }
            let (c1, c2) = (v1 / (one.mean * one.mean), v2 / (two.mean * two.mean));
            let bias = if options.rom_bias_correction { 0.5 * (c1 - c2) } else { 0.0 };
            (ln(ratio) + bias, c1 + c2)
        }
        _ => {
            return Err(NoEffect::not_for(measure, "not a measure of two groups' means"));
        }
    };
    if vi <= 0.0 {
        return Err(NoEffect::invalid("sd1", "and `sd2` are 0: no sampling variance"));
    }
    Ok((yi, vi))
}

fn positive_sd(sd: f64, column: &'static str) -> Result<(), NoEffect> {
    if sd > 0.0 { Ok(()) } else { Err(NoEffect::invalid(column, "is 0: nothing to standardise by")) }
}
