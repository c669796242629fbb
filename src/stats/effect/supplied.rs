//! Effects that come with a measure of their precision: yi, effect, md, oe.

use super::input::Input;
use super::means::{g_from_d, pooled_sd};
use super::measure::{Groups, Measure, Scale};
use super::options::Options;
use super::outcome::{EffectNote, NoEffect, Route};
use crate::stats::dist::norm_isf;
use crate::stats::math::{ln, sqrt};

/// Estimate, variance, way and notes.
pub(super) type Supplied = (f64, f64, Route, Vec<EffectNote>);

/// Share of the half-width off the middle from which an interval counts as not symmetric.
const OFF_CENTRE: f64 = 0.1;

/// Standard normal quantile of the row's level: 1.959964 for 95.
pub(super) fn z_of_level(row: &Input) -> f64 {
    norm_isf((100.0 - row.ci_level.unwrap_or(95.0)) / 200.0)
}

/// Distance of the estimate from the middle of its interval over half the width.
fn off_centre(estimate: f64, lower: f64, upper: f64) -> f64 {
    let half = (upper - lower) / 2.0;
    ((estimate - lower - half) / half).abs()
}

fn off_centre_note(column: &'static str, share: f64) -> Vec<EffectNote> {
    if share > OFF_CENTRE { vec![EffectNote::OffCentre { column, share }] } else { Vec::new() }
}

/// `yi` on the analysis scale, with `vi`, else `sei`, else `ci_lower` and `ci_upper`:
/// `((upper - lower) / (2 z))^2`, `z` the exact normal quantile of the level.
pub(super) fn from_yi(row: &Input) -> Result<Option<Supplied>, NoEffect> {
    let Some(yi) = row.yi else { return Ok(None) };
    let mut notes = Vec::new();
    let mut from_ci = None;
    if let Some((lower, upper)) = row.ci_lower.zip(row.ci_upper) {
        if lower >= upper {
            return Err(NoEffect::invalid("ci_lower", "equals `ci_upper`"));
        }
        let share = off_centre(yi, lower, upper);
        if share > OFF_CENTRE && lower > 0.0 {
            let on_log = off_centre(ln(yi), ln(lower), ln(upper));
            if on_log < 0.05 && on_log < share / 2.0 {
                return Err(NoEffect::YiLooksNatural { yi, lower, upper });
            }
        }
        notes = off_centre_note("yi", share);
        let se = (upper - lower) / (2.0 * z_of_level(row));
        from_ci = Some((se * se, Route::YiCi));
    }
    let given = row.vi.map(|v| (v, Route::YiVariance)).or(row.sei.map(|s| (s * s, Route::YiSe))).or(from_ci);
    Ok(given.map(|(vi, route)| (yi, vi, route, notes)))
}

/// `effect` with its limits on the natural scale, brought to the analysis scale: ratios
/// logged, correlations for `zcor` by Fisher's z, proportions for `plo` by the logit.
/// `SE = (f(upper) - f(lower)) / (2 z)`.
pub(super) fn from_effect(measure: Measure, row: &Input) -> Result<Option<Supplied>, NoEffect> {
    let (Some(e), Some(lower), Some(upper)) = (row.effect, row.effect_lower, row.effect_upper) else {
        return Ok(None);
    };
    let scale = measure.scale();
    let route = match scale {
        Scale::Identity => Route::NaturalCi,
        Scale::Log => Route::LogCi,
        Scale::FisherZ => Route::FisherCi,
        Scale::Logit => Route::LogitCi,
        Scale::Arcsine | Scale::Sqrt => Route::TransformedCi,
        Scale::FreemanTukey | Scale::FreemanTukeyRate => {
            let why = "a printed effect with limits has no exact Freeman-Tukey counterpart";
            return Err(NoEffect::not_for(measure, why));
        }
    };
    let on_scale = |column, x: f64| {
        let y = scale.forward(x);
        if y.is_finite() {
            Ok(y)
        } else {
            let why = match scale {
                Scale::Log => format!("is {x}: a ratio and its limits are above 0"),
                _ => format!("is {x}: outside what {} can be", measure.name()),
            };
            Err(NoEffect::invalid(column, why))
        }
    };
    let yi = on_scale("effect", e)?;
    let lo = on_scale("effect_lower", lower)?;
    let hi = on_scale("effect_upper", upper)?;
    if hi <= lo {
        return Err(NoEffect::invalid("effect_lower", "equals `effect_upper`"));
    }
    let se = (hi - lo) / (2.0 * z_of_level(row));
    let notes = off_centre_note("effect", off_centre(yi, lo, hi));
    Ok(Some((yi, se * se, route, notes)))
}

/// The variance of `md`, with the way it was had; SDs come before SE, SE before limits.
fn md_variance(row: &Input) -> Result<Option<(f64, Route, Vec<EffectNote>)>, NoEffect> {
    if let Some(se) = row.md_se {
        return Ok(Some((se * se, Route::MdSe, Vec::new())));
    }
    if let (Some(md), Some((lower, upper))) = (row.md, row.md_ci_lower.zip(row.md_ci_upper)) {
        if lower >= upper {
            return Err(NoEffect::invalid("md_ci_lower", "equals `md_ci_upper`"));
        }
        let se = (upper - lower) / (2.0 * z_of_level(row));
        let notes = off_centre_note("md", off_centre(md, lower, upper));
        return Ok(Some((se * se, Route::MdCi, notes)));
    }
    Ok(None)
}

/// A raw mean difference, as `md` itself or standardised.
///
/// For `md`: its SE, its limits (normal quantile), or both SDs with n. For `smd`, with
/// n1 and n2: over the pooled SD where both SDs are there, else
/// `d = md/SE sqrt(1/n1 + 1/n2)`, which is the t of the difference made a d.
pub(super) fn from_md(measure: Measure, row: &Input, options: &Options) -> Result<Option<Supplied>, NoEffect> {
    let Some(md) = row.md else { return Ok(None) };
    let sizes = row.n1.zip(row.n2);
    let sds = row.sd1.zip(row.sd2).zip(sizes);
    match measure {
        Measure::Md => {
            if let Some((vi, route, notes)) = md_variance(row)? {
                return Ok(Some((md, vi, route, notes)));
            }
            Ok(sds.and_then(|((s1, s2), (n1, n2))| {
                let vi = s1 * s1 / n1 + s2 * s2 / n2;
                (vi > 0.0).then_some((md, vi, Route::MdSds, Vec::new()))
            }))
        }
        Measure::Smd => {
            let Some((n1, n2)) = sizes else {
                return Ok(None);
            };
            if let Some(((s1, s2), _)) = sds {
                let sd = pooled_sd(n1, s1, n2, s2);
                if sd > 0.0 {
                    let (g, vi) = g_from_d(md / sd, n1, n2, options)?;
                    return Ok(Some((g, vi, Route::MdSdsToSmd, Vec::new())));
                }
            }
            let Some((v, route, mut notes)) = md_variance(row)? else {
                return Ok(None);
            };
            let route = match route {
                Route::MdSe => Route::MdSeToSmd,
                _ => Route::MdCiToSmd,
            };
            let d = md / sqrt(v) * sqrt(1.0 / n1 + 1.0 / n2);
            let (g, vi) = g_from_d(d, n1, n2, options)?;
            notes.push(EffectNote::MdStandardised);
            Ok(Some((g, vi, route, notes)))
        }
        _ => Ok(None),
    }
}

/// Observed minus expected with its variance: `oe / v`, `1 / v`, a log ratio (Yusuf et
/// al. 1985), for peto, or, hr and generic.
pub(super) fn from_oe(measure: Measure, row: &Input) -> Option<Supplied> {
    let (oe, v) = row.oe.zip(row.v)?;
    let fits = matches!(measure, Measure::Peto | Measure::Or | Measure::Hr) || measure.groups() == Groups::Any;
    fits.then_some((oe / v, 1.0 / v, Route::OeV, Vec::new()))
}
