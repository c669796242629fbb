//! Effect sizes: from the columns of a row to an estimate and its sampling variance.
//!
//! [`effect`] takes the best of what a row offers: raw data (means, counts, a correlation)
//! before supplied effects (`yi`, then `effect`, `md`, `oe`), those before a reported test.
//! Where raw data and a reported test stand in one row, the test is checked against them.

mod check;
mod counts;
pub mod five_number;
mod input;
mod means;
mod measure;
mod options;
mod outcome;
mod pre_post_control;
mod reported;
mod single;
mod supplied;

pub use counts::pooled_counts;
pub use input::{Bound, Input, PValue};
pub use means::two_groups;
pub use measure::{Groups, Measure, Scale};
pub use options::{Medians, Options, SmallSample, SmdVariance, ZeroPolicy};
pub use outcome::{Effect, EffectNote, NoEffect, Route, SpreadSource};

use counts::Counted;
use supplied::Supplied;

/// The effect of `measure` in a row, on the analysis scale ([`Measure::scale`]).
///
/// Formulas and sources: [`Measure::citation`], [`SmdVariance`], [`ZeroPolicy`],
/// [`five_number`]. Group 1 minus (over) group 2; after minus (over) before.
///
/// # Errors
/// [`NoEffect`] when columns are missing, a value cannot be, or the measure does not exist
/// for the data (no events in either group, means of opposite sign).
pub fn effect(measure: Measure, row: &Input, options: &Options) -> Result<Effect, NoEffect> {
    check::check(measure, row)?;
    if let Some(found) = raw(measure, row, options)? {
        return usable(measure, found);
    }
    let supplied = match supplied::from_yi(row)? {
        Some(found) => Some(found),
        None => match supplied::from_effect(measure, row)? {
            Some(found) => Some(found),
            None => match supplied::from_md(measure, row, options)? {
                Some(found) => Some(found),
                None => match supplied::from_oe(measure, row) {
                    Some(found) => Some(found),
                    None if measure == Measure::Smd => reported::smd(row, options)?,
                    None => None,
                },
            },
        },
    };
    match supplied {
        Some(found) => usable(measure, with_people(measure, row, found)),
        None => Err(NoEffect::Missing { needed: missing(measure, row) }),
    }
}

/// Refuses what overflowed: numbers at the edge of double precision.
fn usable(measure: Measure, found: Effect) -> Result<Effect, NoEffect> {
    if found.yi.is_finite() && found.vi.is_finite() && found.vi > 0.0 {
        Ok(found)
    } else {
        let why = "the numbers are too large or too small for an effect with a variance";
        Err(NoEffect::not_for(measure, why))
    }
}

/// The measures that the columns of a row allow, in the order of [`Measure::ALL`].
///
/// Raw data and tests count for every measure they give (also where only zero cells stand
/// in the way); a bare `yi` counts as `generic`, a printed `effect` as the ratios or
/// `generic`.
#[must_use]
pub fn measures_for(row: &Input) -> Vec<Measure> {
    measures_among(row, Measure::ALL)
}

/// Those of the measures `among` that [`measures_for`] names.
#[must_use]
pub fn measures_among(row: &Input, among: &[Measure]) -> Vec<Measure> {
    let options = Options::default();
    let data = Input { yi: None, effect: None, ..*row };
    let has_yi = supplied::from_yi(row).is_ok_and(|found| found.is_some());
    let printed = row.effect.is_some() && row.effect_lower.is_some() && row.effect_upper.is_some();
    let ratio = printed && row.effect_lower.is_some_and(|x| x > 0.0);
    let allowed = |measure: &Measure| match effect(*measure, &data, &options) {
        Ok(_) | Err(NoEffect::DoubleZero | NoEffect::AllEvents | NoEffect::ZeroCell) => true,
        Err(_) => match measure {
            Measure::Generic => has_yi || printed,
            Measure::Or | Measure::Rr | Measure::Hr | Measure::Irr => ratio,
            _ => false,
        },
    };
    among.iter().copied().filter(allowed).collect()
}

/// The effect from raw data, if its columns are there.
fn raw(measure: Measure, row: &Input, options: &Options) -> Result<Option<Effect>, NoEffect> {
    use Measure as M;
    match measure {
        M::Md | M::Smd | M::Smd1 | M::Smdh | M::Rom => {
            let Some(arms) = means::arms(row, options.medians)? else {
                return Ok(None);
            };
            let (one, two, mut notes) = (arms.one, arms.two, arms.notes);
            let (yi, vi) = means::two_means(measure, one, two, options)?;
            notes.extend(reported::check_means(row, one, two, options));
            Ok(Some(Effect {
                yi,
                vi,
                from: arms.route,
                n1: Some(one.n),
                n2: Some(two.n),
                n: Some(one.n + two.n),
                zero_adjusted: false,
                notes,
            }))
        }
        M::Or | M::Rr | M::Rd | M::As | M::Peto => {
            let (Some(x1), Some(n1), Some(x2), Some(n2)) = (row.events1, row.n1, row.events2, row.n2) else {
                return Ok(None);
            };
            let counted = counts::two_by_two(measure, [x1, n1, x2, n2], options.zero)?;
            Ok(Some(two_counts(row, counted, Route::Events)))
        }
        M::Irr | M::Ird | M::Irsd => {
            let (Some(x1), Some(t1), Some(x2), Some(t2)) = (row.events1, row.time1, row.events2, row.time2) else {
                return Ok(None);
            };
            let counted = counts::person_time(measure, [x1, t1, x2, t2], options.zero)?;
            Ok(Some(two_counts(row, counted, Route::PersonTime)))
        }
        M::Cor | M::Zcor | M::Ucor => {
            let Some((r, n)) = row.r.zip(row.n) else {
                return Ok(None);
            };
            let (yi, vi) = single::correlation(measure, r, n)?;
            Ok(Some(one_group(row, (yi, vi, None), Route::Correlation)))
        }
        M::Pr | M::Pln | M::Plo | M::Pas | M::Pft => {
            let Some((x, n)) = row.events.zip(row.n) else {
                return Ok(None);
            };
            let counted = counts::proportion(measure, x, n, options.zero)?;
            Ok(Some(one_group(row, counted, Route::Proportion)))
        }
        M::Ir | M::Irln | M::Irs | M::Irft => {
            let Some((x, t)) = row.events.zip(row.time) else {
                return Ok(None);
            };
            let counted = counts::rate(measure, x, t, options.zero)?;
            Ok(Some(one_group(row, counted, Route::Rate)))
        }
        M::Mn | M::Mnln => {
            let (Some(mean), Some(sd), Some(n)) = (row.mean, row.sd, row.n) else {
                return Ok(None);
            };
            let (yi, vi) = single::one_mean(measure, mean, sd, n)?;
            Ok(Some(one_group(row, (yi, vi, None), Route::Mean)))
        }
        M::Mc | M::Smcc | M::Smcr | M::Romc => {
            match single::pre_post(measure, row, options) {
                Ok((yi, vi, from, notes)) => {
                    let mut found = one_group(row, (yi, vi, None), from);
                    found.notes = notes;
                    Ok(Some(found))
                }
                // Something else in the row may do.
                Err(NoEffect::Missing { .. }) => Ok(None),
                Err(other) => Err(other),
            }
        }
        M::Dppc => match pre_post_control::dppc(row, options) {
            Ok((yi, vi, notes)) => {
                let people = row.n1.zip(row.n2).map(|(a, b)| a + b);
                let from = Route::TwoPrePost;
                Ok(Some(Effect { yi, vi, from, n1: row.n1, n2: row.n2, n: people, zero_adjusted: false, notes }))
            }
            Err(NoEffect::Missing { .. }) => Ok(None),
            Err(other) => Err(other),
        },
        M::Hr | M::Generic => Ok(None),
    }
}

fn two_counts(row: &Input, (yi, vi, note): Counted, from: Route) -> Effect {
    let zero_adjusted = note.is_some();
    let mut notes = Vec::from_iter(note);
    if !zero_adjusted {
        notes.extend(reported::check_counts(row, yi, vi));
    }
    Effect { yi, vi, from, n1: row.n1, n2: row.n2, n: row.n1.zip(row.n2).map(|(a, b)| a + b), zero_adjusted, notes }
}

fn one_group(row: &Input, (yi, vi, note): Counted, from: Route) -> Effect {
    Effect { yi, vi, from, n1: None, n2: None, n: row.n, zero_adjusted: note.is_some(), notes: Vec::from_iter(note) }
}

fn with_people(measure: Measure, row: &Input, (yi, vi, from, notes): Supplied) -> Effect {
    let single = matches!(measure.groups(), Groups::One | Groups::Paired);
    let (n1, n2) = if single { (None, None) } else { (row.n1, row.n2) };
    Effect { yi, vi, from, n1, n2, n: n1.zip(n2).map(|(a, b)| a + b).or(row.n), zero_adjusted: false, notes }
}

/// The columns lacking for the way that is nearest to what the row has.
fn missing(measure: Measure, row: &Input) -> Vec<&'static str> {
    use Measure as M;
    let lacking = |columns: &[&'static str]| -> Vec<&'static str> { columns.iter().copied().filter(|c| row.get(c).is_none()).collect() };
    if row.yi.is_some() {
        return vec!["vi"];
    }
    if row.effect.is_some() {
        return lacking(&["effect_lower", "effect_upper"]);
    }
    if row.md.is_some() && matches!(measure, M::Md | M::Smd) {
        let precise = row.md_ci_lower.and(row.md_ci_upper).or(row.md_se).is_some();
        let mut needed = if precise { vec![] } else { vec!["md_se"] };
        if measure == M::Smd {
            needed.extend(lacking(&["n1", "n2"]));
        }
        return needed;
    }
    let tested = row.d.or(row.g).or(row.t).or(row.z).or(row.f).is_some() || row.p.is_some();
    match measure {
        M::Smd if tested && row.mean1.is_none() => lacking(&["n1", "n2"]),
        M::Md | M::Smd | M::Smd1 | M::Smdh | M::Rom => means::missing(row),
        M::Or | M::Rr | M::Rd | M::As | M::Peto => lacking(&["events1", "n1", "events2", "n2"]),
        M::Irr | M::Ird | M::Irsd => lacking(&["events1", "time1", "events2", "time2"]),
        M::Cor | M::Zcor | M::Ucor => lacking(&["r", "n"]),
        M::Pr | M::Pln | M::Plo | M::Pas | M::Pft => lacking(&["events", "n"]),
        M::Ir | M::Irln | M::Irs | M::Irft => lacking(&["events", "time"]),
        M::Mn | M::Mnln => lacking(&["n", "mean", "sd"]),
        M::Mc | M::Smcc | M::Smcr | M::Romc => match single::pre_post(measure, row, &Options::default()) {
            Err(NoEffect::Missing { needed }) => needed,
            _ => lacking(&["n", "mean_pre", "sd_pre", "mean_post", "sd_post", "r"]),
        },
        M::Dppc => pre_post_control::missing(row),
        M::Hr => lacking(&["effect", "effect_lower", "effect_upper"]),
        M::Generic => lacking(&["yi", "vi"]),
    }
}
