//! Missing SDs: from what the row prints, else from other studies.

use super::{Candidate, Measure, State, is_of_means, num};
use crate::language::conversions::{Borrowed, Impute, SdSource};
use crate::stats::arms::{sd_from_difference, se_from_interval, t_of_p};
use crate::stats::effect::{Bound, Groups, Input};
use crate::stats::math::sqrt;

/// Fills in SDs, in the order of the rule.
pub(super) fn impute(rule: &Impute, measure: Measure, candidates: &mut [Candidate], state: &State) {
    if measure.groups() == Groups::Paired {
        for candidate in candidates {
            of_change(rule, candidate, state);
        }
        return;
    }
    if !is_of_means(measure) {
        return;
    }
    for candidate in candidates.iter_mut() {
        own(rule, candidate, state);
    }
    if let Some(how) = rule.borrow {
        let donors = donors(candidates, state);
        for candidate in candidates {
            borrow(how, &donors, candidate, state);
        }
    }
}

/// The t that a row prints between its groups, with its words, and what is to be said of a bound.
fn printed_t(input: &Input, source: SdSource, df: f64) -> Option<(f64, String, &'static str)> {
    let found = match source {
        SdSource::T => match (input.t, input.f) {
            (Some(t), _) => (t.abs(), format!("t {}", num(t)), ""),
            (None, Some(f)) => (sqrt(f.abs()), format!("F {}", num(f)), ""),
            _ => return None,
        },
        SdSource::P => {
            let p = input.p?;
            let value = p.value.abs();
            let (sign, bound) = match p.bound {
                Bound::Exact => ("", ""),
                Bound::Below => ("<", ", a bound: the SD is at most this"),
                Bound::Above => (">", ", a bound: the SD is at least this"),
            };
            let sensible = value > 0.0 && value < 1.0 && df > 0.0;
            (if sensible { t_of_p(value, df) } else { 0.0 }, format!("p {sign}{}", num(value)), bound)
        }
        SdSource::Se | SdSource::Ci => return None,
    };
    (found.0 > 0.0).then_some(found)
}

/// The standard error of the difference of means, from one source.
fn difference_se(input: &Input, difference: f64, source: SdSource, n1: f64, n2: f64) -> Option<(f64, String)> {
    let df = input.df.unwrap_or(n1 + n2 - 2.0);
    match source {
        SdSource::Se => input.md_se.map(|se| (se, format!("SE {} of the difference", num(se)))),
        SdSource::Ci => {
            let (lower, upper) = input.md_ci_lower.zip(input.md_ci_upper)?;
            let se = se_from_interval(lower, upper, input.ci_level.unwrap_or(95.0), df);
            Some((se, format!("CI {} to {} of the difference", num(lower), num(upper))))
        }
        SdSource::T | SdSource::P => {
            let (t, words, bound) = printed_t(input, source, df)?;
            (difference != 0.0).then(|| (difference.abs() / t, format!("{words} of the difference {}{bound}", num(difference))))
        }
    }
}

/// The SDs of a row from its own numbers; what the rule does not name is not used.
fn own(rule: &Impute, candidate: &mut Candidate, state: &State) {
    let input = candidate.input(state);
    let (Some(n1), Some(n2)) = (input.n1, input.n2) else { return };
    if let (None, None, Some(md)) = (input.mean1, input.mean2, input.md) {
        // A difference without its groups: what is wanted is its standard error.
        if input.md_se.is_none() && input.md_ci_lower.is_none() && input.sd1.is_none() {
            let found = rule.from.iter().find_map(|s| difference_se(&input, md, *s, n1, n2));
            if let Some((se, words)) = found.filter(|f| f.0.is_finite() && f.0 > 0.0) {
                candidate.converting(state).step("impute", format!("SE {} from {words}", num(se)), |i| i.md_se = Some(se));
            }
        }
        return;
    }
    for group in [1, 2] {
        let input = candidate.input(state);
        let (sd, se, lower, upper) = match group {
            1 => (input.sd1, input.se1, input.ci_lower1, input.ci_upper1),
            _ => (input.sd2, input.se2, input.ci_lower2, input.ci_upper2),
        };
        if sd.is_some() {
            continue;
        }
        let columns: [&'static str; 4] =
            if group == 1 { ["sd1", "se1", "ci_lower1", "ci_upper1"] } else { ["sd2", "se2", "ci_lower2", "ci_upper2"] };
        let keep = rule.from.iter().find_map(|source| match source {
            SdSource::Se if se.is_some() => Some((*source, None)),
            SdSource::Ci if lower.is_some() && upper.is_some() => Some((*source, None)),
            _ => {
                let difference = input.mean1? - input.mean2?;
                let (se, words) = difference_se(&input, difference, *source, n1, n2)?;
                let sd = sd_from_difference(se, n1, n2);
                (sd.is_finite() && sd > 0.0).then_some((*source, Some((sd, words))))
            }
        });
        let drop = |i: &mut Input, names: &[&str]| {
            for name in names {
                i.set(name, None);
            }
        };
        match keep {
            Some((_, Some((sd, words)))) => {
                candidate.converting(state).step("impute", format!("SD {} of group {group} from {words}", num(sd)), |i| {
                    drop(i, &columns[1..]);
                    i.set(columns[0], Some(sd));
                });
            }
            // The effect makes the SD of these itself, and says so.
            Some((SdSource::Se, None)) if lower.is_some() => drop(&mut candidate.converting(state).input, &columns[2..]),
            Some((SdSource::Ci, None)) if se.is_some() => drop(&mut candidate.converting(state).input, &columns[1..2]),
            Some(_) => {}
            None if se.is_some() || lower.is_some() => {
                let text = format!("`impute` does not name the source of the SD of group {group}");
                candidate.converting(state).step("impute", text, |i| drop(i, &columns[1..]));
            }
            None => {}
        }
    }
}

/// The SD of a change of one group, from the t or p of the change (Handbook 6.5.2.3).
fn of_change(rule: &Impute, candidate: &mut Candidate, state: &State) {
    let input = candidate.input(state);
    let (Some(n), Some(pre), Some(post)) = (input.n, input.mean_pre, input.mean_post) else { return };
    if input.sd_change.is_some() || input.r.is_some() || n <= 1.0 || pre == post {
        return;
    }
    let found = rule.from.iter().find_map(|s| printed_t(&input, *s, input.df.unwrap_or(n - 1.0)));
    if let Some((t, words, bound)) = found {
        let sd = (post - pre).abs() * sqrt(n) / t;
        candidate.converting(state).step("impute", format!("SD {} of the change from {words}{bound}", num(sd)), |i| i.sd_change = Some(sd));
    }
}

/// An SD that another study may borrow.
struct Donor {
    instrument: String,
    score: Option<String>,
    trial: String,
    study: String,
    sd: f64,
    n: f64,
}

/// The SDs of all rows of the estimand, also of those left out by a filter, so that leaving a study
/// out changes one thing.
fn donors(candidates: &[Candidate], state: &State) -> Vec<Donor> {
    let mut out = Vec::new();
    for candidate in candidates {
        let Some(row) = state.store.rows.get(candidate.row) else { continue };
        let Some(instrument) = row.instrument.clone() else { continue };
        let input = candidate.input(state);
        if input.mean1.is_none() || input.mean2.is_none() {
            continue;
        }
        let Ok(Some(groups)) = crate::stats::effect::two_groups(&input, crate::stats::effect::Medians::None) else { continue };
        for group in groups.into_iter().filter(|g| g.sd > 0.0 && g.n > 1.0) {
            // A group that several rows of a study share counts once.
            if out
                .iter()
                .rev()
                .take(8)
                .any(|d: &Donor| d.study == candidate.study && d.instrument == instrument && d.sd == group.sd && d.n == group.n)
            {
                continue;
            }
            out.push(Donor {
                instrument: instrument.clone(),
                score: state.store.said_of(row, &["score", "score_type"]),
                trial: candidate.trial.clone(),
                study: candidate.study.clone(),
                sd: group.sd,
                n: group.n,
            });
        }
    }
    out
}

/// Fills in what is still missing from other trials with the same instrument.
fn borrow(how: Borrowed, donors: &[Donor], candidate: &mut Candidate, state: &State) {
    let Some(row) = state.store.rows.get(candidate.row) else { return };
    let input = candidate.input(state);
    let lacking = |mean: Option<f64>, sd: Option<f64>, se: Option<f64>, ci: Option<f64>, spread: Option<f64>| {
        mean.is_some() && sd.is_none() && se.is_none() && ci.is_none() && spread.is_none()
    };
    let first = lacking(input.mean1, input.sd1, input.se1, input.ci_lower1, input.lq1.or(input.min1));
    let second = lacking(input.mean2, input.sd2, input.se2, input.ci_lower2, input.lq2.or(input.min2));
    if !first && !second || input.n1.is_none() || input.n2.is_none() {
        return;
    }
    let Some(instrument) = row.instrument.as_deref() else {
        candidate.remarks.push("no SD can be borrowed: the row names no instrument".into());
        return;
    };
    let score = state.store.said_of(row, &["score", "score_type"]);
    let from: Vec<&Donor> =
        donors.iter().filter(|d| d.instrument == instrument && d.score == score && d.trial != candidate.trial).collect();
    let (sd, source) = if from.is_empty() {
        let declared = state.store.instruments.get(instrument).and_then(|i| i.reference_sd.as_ref()).map(|c| c.value);
        let Some(sd) = declared.filter(|sd| *sd > 0.0) else {
            candidate.remarks.push(format!("no SD can be borrowed: no other trial with {instrument} has one"));
            return;
        };
        (sd, format!("the declared SD of {instrument}"))
    } else {
        let mut studies: Vec<&str> = from.iter().map(|d| d.study.as_str()).collect();
        studies.dedup();
        let shown = crate::language::suggest::and_list(&studies, 6);
        (borrowed(how, &from), format!("{} of {} SDs of {instrument} ({shown})", how.name(), from.len()))
    };
    let which = match (first, second) {
        (true, true) => "both groups",
        (true, false) => "group 1",
        _ => "group 2",
    };
    candidate.converting(state).step("impute", format!("SD {} of {which} borrowed: {source}", num(sd)), |i| {
        i.sd1 = i.sd1.or(first.then_some(sd));
        i.sd2 = i.sd2.or(second.then_some(sd));
    });
}

fn borrowed(how: Borrowed, from: &[&Donor]) -> f64 {
    match how {
        Borrowed::Largest => from.iter().fold(0.0, |m, d| m.max(d.sd)),
        Borrowed::Pooled => {
            let squares: f64 = from.iter().map(|d| (d.n - 1.0) * d.sd * d.sd).sum();
            sqrt(squares / from.iter().map(|d| d.n - 1.0).sum::<f64>())
        }
        Borrowed::Median => {
            let mut sds: Vec<f64> = from.iter().map(|d| d.sd).collect();
            sds.sort_unstable_by(f64::total_cmp);
            let middle = sds.len() / 2;
            if sds.len() % 2 == 1 { sds[middle] } else { 0.5 * (sds[middle - 1] + sds[middle]) }
        }
    }
}
