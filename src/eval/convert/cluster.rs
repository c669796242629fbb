//! Trials that randomised whole clusters.

use super::{Candidate, Measure, State, is_of_counts, is_of_means, is_of_rates, num, write_groups};
use crate::stats::arms::{Group, design_effect};
use crate::stats::effect::{Options, two_groups};
use crate::store::{Design, Row};

/// What is declared.
pub(super) struct Rule<'a> {
    pub icc: Option<f64>,
    pub inflate: bool,
    pub from: Option<&'a str>,
}

/// The design effect of a row, with its words; else why there is none.
fn effect_of(row: &Row, rule: &Rule, state: &State) -> Result<(f64, String), String> {
    let store = &state.store;
    if let Some(effect) = store.number_of(row, &["design_effect"]).filter(|d| *d > 0.0) {
        return Ok((effect, format!("design effect {} (stated)", num(effect))));
    }
    let own = store.number_of(row, &["icc"]);
    let set = || rule.from.map_or("set".to_owned(), |from| format!("set, {from}"));
    let Some((icc, source)) = own.map(|icc| (icc, "stated".to_owned())).or_else(|| rule.icc.map(|icc| (icc, set()))) else {
        return Err("it states no ICC".into());
    };
    let Some(size) = store.cluster_size(row) else {
        return Err("nothing says how large its clusters are (`cluster_size`, or `clusters`)".into());
    };
    let effect = design_effect(icc, size);
    let words = format!("design effect {} = 1 + ({} - 1) {} (ICC {source})", num(effect), num(size), num(icc));
    if effect > 0.0 {
        Ok((effect, words))
    } else {
        Err(format!("an ICC of {} and clusters of {} give no design effect above 0", num(icc), num(size)))
    }
}

/// Divides people by the design effect, or multiplies variances (Handbook 23.1.4, 23.1.5).
pub(super) fn adjust(rule: &Rule, options: &Options, measure: Measure, candidates: &mut [Candidate], state: &State) {
    for candidate in candidates {
        let Some(row) = state.store.rows.get(candidate.row) else { continue };
        if !matches!(state.store.design_of(row), Design::Cluster { .. }) || state.store.allows_for_clusters(row) {
            continue;
        }
        let (effect, words) = match effect_of(row, rule, state) {
            Ok(found) => found,
            Err(why) => {
                candidate.remarks.push(format!("cluster trial, not adjusted: {why}"));
                continue;
            }
        };
        let input = candidate.input(state);
        let raw = if rule.inflate { None } else { divided(measure, &input, effect, options) };
        let converted = candidate.converting(state);
        match raw {
            Some((what, after)) => converted.step("cluster", format!("cluster trial, {words}: {what} divided by it"), |i| *i = after),
            None => {
                converted.inflation *= effect;
                converted.step("cluster", format!("cluster trial, {words}: variance multiplied by it"), |_| {});
            }
        }
    }
}

/// The row with effective numbers of people, where it has what the measure is computed from.
fn divided(
    measure: Measure,
    input: &crate::stats::effect::Input,
    effect: f64,
    options: &Options,
) -> Option<(&'static str, crate::stats::effect::Input)> {
    let mut after = *input;
    let divide = |x: &mut Option<f64>| *x = x.map(|x| x / effect);
    if is_of_means(measure) {
        let groups = two_groups(input, options.medians).ok().flatten()?;
        let fewer = |g: Group| Group { n: g.n / effect, ..g };
        write_groups(&mut after, groups.map(fewer));
        return Some(("people", after));
    }
    if is_of_counts(measure) {
        (input.events1.is_some() && input.events2.is_some() && input.n1.is_some() && input.n2.is_some()).then_some(())?;
        for x in [&mut after.events1, &mut after.n1, &mut after.events2, &mut after.n2] {
            divide(x);
        }
        return Some(("events and people", after));
    }
    if is_of_rates(measure) {
        (input.events1.is_some() && input.events2.is_some() && input.time1.is_some() && input.time2.is_some()).then_some(())?;
        for x in [&mut after.events1, &mut after.time1, &mut after.events2, &mut after.time2] {
            divide(x);
        }
        return Some(("events and person-time", after));
    }
    None
}

/// Cluster trials in the pool that state what an adjustment needs, and stand as they are.
pub fn unused<'a>(candidates: &'a [Candidate], state: &State) -> Vec<&'a str> {
    let known = |row: &Row| {
        let store = &state.store;
        store.number_of(row, &["design_effect"]).is_some() || store.number_of(row, &["icc"]).is_some() && store.cluster_size(row).is_some()
    };
    let mut out: Vec<&str> = Vec::new();
    for candidate in candidates.iter().filter(|c| c.is_in() && !c.history().iter().any(|h| h.rule == "cluster")) {
        let Some(row) = state.store.rows.get(candidate.row) else { continue };
        let open = matches!(state.store.design_of(row), Design::Cluster { .. }) && !state.store.allows_for_clusters(row) && known(row);
        if open && !out.contains(&candidate.study.as_str()) {
            out.push(&candidate.study);
        }
    }
    out
}
