//! Standardised differences from a reported test or effect, and the check of a reported
//! test against the data of its row.

use super::input::{Bound, Input};
use super::means::{Arm, enough_for_smd, g_from_d, g_variance, j, pooled_sd};
use super::options::Options;
use super::outcome::{EffectNote, NoEffect, Route};
use super::supplied::Supplied;
use crate::stats::dist::{norm_isf, t_quantile};
use crate::stats::math::sqrt;

/// The sign of an unsigned statistic: its own if negative, else from `favours`.
fn signed(column: &'static str, value: f64, row: &Input, options: &Options, notes: &mut Vec<EffectNote>) -> f64 {
    if value < 0.0 {
        return -1.0;
    }
    match row.favours {
        Some(group) if (group == 2) != options.lower_is_better => -1.0,
        Some(_) => 1.0,
        None => {
            notes.push(EffectNote::SignAssumed { column });
            1.0
        }
    }
}

fn bound_note(row: &Input) -> Option<EffectNote> {
    let p = row.p?;
    match p.bound {
        Bound::Exact => None,
        Bound::Below => Some(EffectNote::PAtMost(p.value.abs())),
        Bound::Above => Some(EffectNote::PAtLeast(p.value.abs())),
    }
}

/// Hedges' g from `d`, `g`, `t`, `z`, `F` (1 numerator df) or `p` (two-sided), with n1 and n2; from `d` or `g` with its
/// own standard error (`sei`) or limits where the sizes of the groups are not known.
///
/// `t = sqrt(F)`, or the t with `df` (n1 + n2 - 2 unless given) degrees of freedom whose
/// two-sided p it is; `d = t sqrt(1/n1 + 1/n2)` (Borenstein et al. 2009, table 4.3);
/// `g = J d`. The first of d, g, t, z, F, p that is there is used; z is taken for the t of large groups. Without sizes J is
/// not known: a printed d stands as it is, with its own error.
pub(super) fn smd(row: &Input, options: &Options) -> Result<Option<Supplied>, NoEffect> {
    let Some((n1, n2)) = row.n1.zip(row.n2) else {
        let route = if row.g.is_some() { Route::GSe } else { Route::DSe };
        return Ok(row.g.or(row.d).zip(own_se(row)).map(|(x, se)| (x, se * se, route, Vec::new())));
    };
    let mut notes = Vec::new();
    let per_t = sqrt(1.0 / n1 + 1.0 / n2);
    let df = row.df.unwrap_or(n1 + n2 - 2.0);
    let (d, route) = if let Some(d) = row.d {
        (d, Route::D)
    } else if let Some(g) = row.g {
        enough_for_smd(n1, n2)?;
        let vi = g_variance(g, n1, n2, options);
        return Ok(Some((g, vi, Route::G, notes)));
    } else if let Some(t) = row.t {
        (t * per_t, Route::T)
    } else if let Some(z) = row.z {
        (z * per_t, Route::Z)
    } else if let Some(f) = row.f {
        let sign = signed("F", f, row, options, &mut notes);
        (sign * sqrt(f.abs()) * per_t, Route::F)
    } else if let Some(p) = row.p {
        enough_for_smd(n1, n2)?;
        let sign = signed("p", p.value, row, options, &mut notes);
        let t = t_quantile(p.value.abs() / 2.0, df).abs();
        notes.extend(bound_note(row));
        let route = match p.bound {
            Bound::Exact => Route::P,
            _ => Route::PBound,
        };
        (sign * t * per_t, route)
    } else {
        return Ok(None);
    };
    let (g, vi) = g_from_d(d, n1, n2, options)?;
    Ok(Some((g, vi, route, notes)))
}

/// The standard error printed with a standardised difference, or that of its limits.
fn own_se(row: &Input) -> Option<f64> {
    let level = row.ci_level.unwrap_or(95.0);
    let of_limits = || Some((row.ci_upper? - row.ci_lower?) / (2.0 * norm_isf((1.0 - level / 100.0) / 2.0)));
    row.sei.or_else(of_limits).filter(|se| *se > 0.0)
}

/// Tests reported beside means: notes for those that do not fit.
///
/// The t from the means is pooled or Welch's, whichever is nearer; allowed for rounding is
/// a tenth of it, at least 0.15 (for d and g: a tenth, at least 0.05).
pub(super) fn check_means(row: &Input, one: Arm, two: Arm, options: &Options) -> Vec<EffectNote> {
    let mut notes = Vec::new();
    let sd = pooled_sd(one.n, one.sd, two.n, two.sd);
    let diff = one.mean - two.mean;
    let pooled = diff / (sd * sqrt(1.0 / one.n + 1.0 / two.n));
    let welch = diff / sqrt(one.sd * one.sd / one.n + two.sd * two.sd / two.n);
    if !pooled.is_finite() || !welch.is_finite() {
        return notes;
    }
    let df = row.df.unwrap_or(one.n + two.n - 2.0);
    check_tests(row, &[pooled, welch], |p| t_quantile(p / 2.0, df).abs(), &mut notes);
    let d = diff / sd;
    let computed = [("d", row.d, d), ("g", row.g, j(one.n + two.n - 2.0, options) * d)];
    for (column, reported, computed) in computed {
        if let Some(reported) = reported
            && (reported - computed).abs() > (0.1 * computed.abs()).max(0.05)
        {
            notes.push(EffectNote::TestDisagrees { column, reported, computed });
        }
    }
    notes
}

/// Tests reported beside counts, against `z = yi / sqrt(vi)`: the tests of a 2x2 table
/// differ among themselves, so twice the tolerance of [`check_means`].
pub(super) fn check_counts(row: &Input, yi: f64, vi: f64) -> Vec<EffectNote> {
    let mut notes = Vec::new();
    let z = yi / sqrt(vi);
    check_tests(row, &[z, 0.8 * z, 1.25 * z], |p| norm_isf(p / 2.0), &mut notes);
    notes
}

fn check_tests(row: &Input, computed: &[f64], t_of_p: impl Fn(f64) -> f64, notes: &mut Vec<EffectNote>) {
    let tolerance = |t: f64| (0.1 * t.abs()).max(0.15);
    let mut compare = |column, reported: f64, bound: Bound| {
        let fits = computed.iter().any(|t| {
            let (size, tol) = (t.abs(), tolerance(*t));
            let same_size = match bound {
                Bound::Exact => (reported.abs() - size).abs() <= tol,
                Bound::Below => size >= reported.abs() - tol,
                Bound::Above => size <= reported.abs() + tol,
            };
            // F and p are unsigned unless negative; a t or z near 0 may have either sign.
            let opposite = reported * t < 0.0 && size > tol;
            same_size && !(opposite && (matches!(column, "t" | "z") || reported < 0.0))
        });
        if !fits && let Some(&computed) = computed.first() {
            notes.push(EffectNote::TestDisagrees { column, reported, computed });
        }
    };
    if let Some(t) = row.t {
        compare("t", t, Bound::Exact);
    }
    if let Some(z) = row.z {
        compare("z", z, Bound::Exact);
    }
    if let Some(f) = row.f {
        compare("F", sqrt(f.abs()).copysign(f), Bound::Exact);
    }
    if let Some(p) = row.p {
        compare("p", t_of_p(p.value.abs()).copysign(p.value), p.bound);
    }
}
