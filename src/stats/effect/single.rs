//! Correlations, one group's mean, and one group before and after.

use super::input::Input;
use super::means::j;
use super::measure::Measure;
use super::options::Options;
use super::outcome::{EffectNote, NoEffect, Route};
use crate::stats::math::{CompensatedSum, atanh, ln, sqrt};

/// A correlation of `n` pairs. Raw and unbiased: `(1 - r^2)^2 / (n - 1)`; Fisher's z:
/// `1 / (n - 3)`.
pub(super) fn correlation(measure: Measure, r: f64, n: f64) -> Result<(f64, f64), NoEffect> {
    let at_least = |least: f64| {
        if n > least {
            Ok(())
        } else {
            let why = format!("is {n}: {} needs more than {least}", measure.name());
            Err(NoEffect::invalid("n", why))
        }
    };
    let (yi, vi) = match measure {
        Measure::Cor => {
            at_least(1.0)?;
            (r, (1.0 - r * r) * (1.0 - r * r) / (n - 1.0))
        }
        Measure::Ucor => {
            at_least(4.0)?;
            let g = unbiased_correlation(r, n);
            (g, (1.0 - g * g) * (1.0 - g * g) / (n - 1.0))
        }
        Measure::Zcor => {
            at_least(3.0)?;
            (atanh(r), 1.0 / (n - 3.0))
        }
        _ => return Err(NoEffect::not_for(measure, "not a measure of a correlation")),
    };
    if r.abs() >= 1.0 {
        let why = format!("is {r}: a perfect correlation has no sampling variance");
        return Err(NoEffect::invalid("r", why));
    }
    Ok((yi, vi))
}

/// Olkin & Pratt 1958 (Ann Math Stat 29:201, eq. 2.3):
/// `r 2F1(1/2, 1/2; (n - 2)/2; 1 - r^2)`, by its power series, for n > 4.
///
/// At most two million terms, which is exact to 1e-12 unless |r| < 0.01 and n < 8.
#[must_use]
pub(super) fn unbiased_correlation(r: f64, n: f64) -> f64 {
    let z = 1.0 - r * r;
    let c = (n - 2.0) / 2.0;
    let mut sum = CompensatedSum::new();
    let mut term = 1.0;
    for k in 0..2_000_000_u32 {
        sum.add(term);
        let k = f64::from(k);
        term *= (k + 0.5) * (k + 0.5) * z / ((c + k) * (k + 1.0));
        if term < 1e-18 {
            break;
        }
    }
    r * sum.value()
}

/// One group's mean: `s^2 / n`; its logarithm: `s^2 / (n m^2)` (Hedges et al. 1999).
pub(super) fn one_mean(measure: Measure, mean: f64, sd: f64, n: f64) -> Result<(f64, f64), NoEffect> {
    if sd == 0.0 {
        return Err(NoEffect::invalid("sd", "is 0: no sampling variance"));
    }
    match measure {
        Measure::Mn => Ok((mean, sd * sd / n)),
        Measure::Mnln if mean > 0.0 => Ok((ln(mean), sd * sd / (n * mean * mean))),
        Measure::Mnln => Err(NoEffect::not_for(measure, "the mean is not above 0")),
        _ => Err(NoEffect::not_for(measure, "not a measure of one mean")),
    }
}

/// One group before and after, the effect being after minus before (or over before).
///
/// mc: variance of the change over n. smcc: `J(n - 1)` times change over SD of the change,
/// `1/n + g^2 / (2n)` (Gibbons et al. 1993). smcr: over the SD before,
/// `2 (1 - r) / n + g^2 / (2n)` (Becker 1988, eq. 13). romc: log ratio of the means with
/// variance of correlated means (Lajeunesse 2011; bias term of Lajeunesse 2015).
/// The SD of the change is `sd_change`, or follows from both SDs and `r`; the other way
/// round for `r`.
pub(super) fn pre_post(measure: Measure, row: &Input, options: &Options) -> Result<(f64, f64, Route, Vec<EffectNote>), NoEffect> {
    let (Some(n), Some(pre), Some(post)) = (row.n, row.mean_pre, row.mean_post) else {
        return Err(missing(measure, row));
    };
    if n <= 2.0 && measure != Measure::Mc && measure != Measure::Romc {
        let why = format!("is {n}: {} needs more than 2 people", measure.name());
        return Err(NoEffect::invalid("n", why));
    }
    let sds = row.sd_pre.zip(row.sd_post);
    let mut notes = Vec::new();
    let change_sd = || -> Result<(f64, Route), NoEffect> {
        if let Some(sd) = row.sd_change {
            return Ok((sd, Route::ChangeSd));
        }
        let (Some((s0, s1)), Some(r)) = (sds, row.r) else {
            return Err(missing(measure, row));
        };
        Ok((sqrt(s0 * s0 + s1 * s1 - 2.0 * r * s0 * s1), Route::PrePost))
    };
    let mut correlation = || -> Result<f64, NoEffect> {
        if let Some(r) = row.r {
            return Ok(r);
        }
        let (Some((s0, s1)), Some(sd)) = (sds, row.sd_change) else {
            return Err(missing(measure, row));
        };
        let r = (s0 * s0 + s1 * s1 - sd * sd) / (2.0 * s0 * s1);
        if r.is_nan() || r.abs() > 1.0 {
            let why = format!("is {sd}: impossible with SDs {s0} and {s1}");
            return Err(NoEffect::invalid("sd_change", why));
        }
        notes.push(EffectNote::CorrelationFromChange(r));
        Ok(r)
    };
    let change = post - pre;
    let (yi, vi, route) = match measure {
        Measure::Mc => {
            let (sd, route) = change_sd()?;
            (change, sd * sd / n, route)
        }
        Measure::Smcc => {
            let (sd, route) = change_sd()?;
            if sd == 0.0 {
                let column = if row.sd_change.is_some() { "sd_change" } else { "r" };
                return Err(NoEffect::invalid(column, "makes the SD of the change 0"));
            }
            let g = j(n - 1.0, options) * change / sd;
            (g, 1.0 / n + g * g / (2.0 * n), route)
        }
        Measure::Smcr => {
            let Some(s0) = row.sd_pre else {
                return Err(missing(measure, row));
            };
            if s0 == 0.0 {
                return Err(NoEffect::invalid("sd_pre", "is 0: nothing to standardise by"));
            }
            let r = correlation()?;
            let g = j(n - 1.0, options) * change / s0;
            (g, 2.0 * (1.0 - r) / n + g * g / (2.0 * n), Route::PrePost)
        }
        Measure::Romc => {
            let Some((s0, s1)) = sds else {
                return Err(missing(measure, row));
            };
            let r = correlation()?;
            let ratio = post / pre;
            if ratio.is_nan() || ratio <= 0.0 || ratio.is_infinite() {
                let why = "a ratio of means needs means above 0, on a scale with a true zero";
                return Err(NoEffect::not_for(measure, why));
            }
            let (c1, c0) = (s1 / post, s0 / pre);
            let bias = if options.rom_bias_correction { 0.5 * (c1 * c1 - c0 * c0) / n } else { 0.0 };
            let vi = (c1 * c1 + c0 * c0 - 2.0 * r * c1 * c0) / n;
            (ln(ratio) + bias, vi, Route::PrePost)
        }
        _ => return Err(NoEffect::not_for(measure, "not a measure of change")),
    };
    if vi.is_nan() || vi <= 0.0 {
        return Err(NoEffect::invalid("sd_pre", "and `sd_post` leave no sampling variance"));
    }
    Ok((yi, vi, route, notes))
}

fn missing(measure: Measure, row: &Input) -> NoEffect {
    let mut needed = Vec::new();
    let mut need = |absent: bool, column| {
        if absent {
            needed.push(column);
        }
    };
    need(row.n.is_none(), "n");
    need(row.mean_pre.is_none(), "mean_pre");
    need(row.mean_post.is_none(), "mean_post");
    let changes = row.sd_change.is_some() && matches!(measure, Measure::Mc | Measure::Smcc);
    need(row.sd_pre.is_none() && !changes, "sd_pre");
    let needs_post = measure != Measure::Smcr || row.sd_change.is_some() && row.r.is_none();
    need(row.sd_post.is_none() && needs_post && !changes, "sd_post");
    need(row.r.is_none() && row.sd_change.is_none(), "r");
    NoEffect::Missing { needed }
}
