//! Trials in which people cross over.

use super::{Candidate, Measure, State, is_of_counts, is_of_rates, num};
use crate::stats::arms::{correlation_of_change, paired_difference, paired_smd, se_from_interval, t_of_p};
use crate::stats::effect::{Bound, Effect, Input, Options, Route, two_groups};
use crate::stats::math::sqrt;
use crate::store::Design;

/// Whether a row is of a crossover trial.
fn crossed(candidate: &Candidate, state: &State) -> bool {
    state.store.rows.get(candidate.row).is_some_and(|row| state.store.design_of(row) == Design::Crossover)
}

/// Keeps results of the first period alone (column `period`).
pub(super) fn first_period(candidates: &mut [Candidate], state: &State) {
    for candidate in candidates.iter_mut().filter(|c| c.reason.is_none()) {
        if !crossed(candidate, state) {
            continue;
        }
        let period = state.store.rows.get(candidate.row).and_then(|row| state.store.said_of(row, &["period"]));
        match period.as_deref() {
            Some("1" | "first" | "first period" | "i") => {
                candidate.converting(state).step("crossover", "crossover trial, first period alone".into(), |_| {});
            }
            Some(period) => candidate.reason = Some(format!("crossover trial: not of the first period ({period})")),
            None => candidate.reason = Some("crossover trial: nothing says that this is of the first period (column `period`)".into()),
        }
    }
}

/// A paired analysis, with the reported or the declared correlation (Handbook 23.2.7).
pub(super) fn paired(declared: Option<f64>, options: &Options, measure: Measure, candidates: &mut [Candidate], state: &State) {
    for candidate in candidates.iter_mut().filter(|c| c.reason.is_none()) {
        if !crossed(candidate, state) {
            continue;
        }
        let input = candidate.input(state);
        if (is_of_counts(measure) && input.events1.is_some()) || (is_of_rates(measure) && input.events1.is_some()) {
            candidate.reason =
                Some("crossover trial: counts of two groups are not paired; a paired effect (`yi`, `vi`) or its interval can enter".into());
            continue;
        }
        if !matches!(measure, Measure::Md | Measure::Smd) {
            continue;
        }
        // A difference with its own standard error is paired as it stands.
        let Ok(Some([one, two])) = two_groups(&input, options.medians) else { continue };
        let (mut one, mut two) = (one, two);
        let n = one.n.min(two.n);
        (one.n, two.n) = (n, n);
        if n <= 1.0 || one.sd <= 0.0 || two.sd <= 0.0 {
            continue;
        }
        let Some((r, source)) = correlation(&input, one.mean - two.mean, [one.sd, two.sd], n, declared) else {
            candidate.reason = Some("crossover trial: no paired result and no correlation (`crossover paired r NUMBER`)".into());
            continue;
        };
        let (yi, vi) = match measure {
            Measure::Smd => {
                let (g, v, _) = paired_smd(one, two, r);
                (g, v)
            }
            _ => paired_difference(one, two, r),
        };
        if !(yi.is_finite() && vi.is_finite() && vi > 0.0) {
            candidate.reason = Some(format!("crossover trial: a correlation of {} leaves no variance", num(r)));
            continue;
        }
        let route = Route::Crossover;
        let effect = Effect { yi, vi, from: route, n1: None, n2: None, n: Some(n), zero_adjusted: false, notes: Vec::new() };
        let people = if input.n1 == input.n2 {
            String::new()
        } else {
            format!(", the smaller of {} and {}", num(one.n.max(input.n1.unwrap_or(n))), num(input.n2.unwrap_or(n)))
        };
        let text = format!("crossover trial, paired analysis of {} people{people}, r {} ({source})", num(n), num(r));
        let converted = candidate.converting(state);
        converted.step("crossover", text, |i| i.r = Some(r));
        converted.effect = Some(effect);
    }
}

/// The correlation between the results of a person: reported, implied by what is reported, or declared.
fn correlation(input: &Input, difference: f64, sds: [f64; 2], n: f64, declared: Option<f64>) -> Option<(f64, String)> {
    if let Some(r) = input.r {
        return Some((r, "reported".into()));
    }
    let df = input.df.unwrap_or(n - 1.0);
    let of_difference = || {
        if let Some(sd) = input.sd_change {
            return Some((sd, "from the SD of the differences".to_owned()));
        }
        if let Some(se) = input.md_se {
            return Some((se * sqrt(n), "from the SE of the difference".to_owned()));
        }
        if let Some((lower, upper)) = input.md_ci_lower.zip(input.md_ci_upper) {
            let se = se_from_interval(lower, upper, input.ci_level.unwrap_or(95.0), df);
            return Some((se * sqrt(n), "from the CI of the difference".to_owned()));
        }
        let t = input.t.map(|t| (t.abs(), format!("from the paired t {}", num(t)))).or_else(|| {
            let p = input.p.filter(|p| p.bound == Bound::Exact && p.value.abs() > 0.0 && p.value.abs() < 1.0)?;
            Some((t_of_p(p.value.abs(), df), format!("from the paired p {}", num(p.value.abs()))))
        })?;
        (t.0 > 0.0 && difference != 0.0).then(|| (difference.abs() / t.0 * sqrt(n), t.1))
    };
    if let Some((sd, words)) = of_difference() {
        let r = correlation_of_change(sds[0], sds[1], sd);
        // Beyond 1 the numbers don't fit each other, and nothing is implied.
        if r.is_finite() && r.abs() < 1.0 {
            return Some((r, words));
        }
    }
    declared.map(|r| (r, "set".to_owned()))
}
