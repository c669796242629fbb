//! Subgroups by one factor or two, with separate tau2 or a common one, and the tests between them.

mod common;
mod levels;

use super::candidates::Candidate;
use super::outcome::{Between, FactorTest, NoteResult, PoolResult};
use super::pooling::of_candidates;
use super::row_scope::value_of;
use super::state::State;
use crate::diagnostic::Problem;
use crate::language::spec::AnalysisSpec;
use crate::language::value::Value;
use crate::stats::dist::chi2_sf;
use crate::stats::error::StatsError;
use crate::stats::pool::{CiMethod, Model, PiMethod};
use crate::stats::regression::{RegressOptions, TwoFactors, WaldTest, two_factors};
use indexmap::IndexMap;

/// A subgroup: its levels, one a factor, and its candidates.
type Groups = IndexMap<Vec<String>, Vec<Candidate>>;

/// Adds the groups and the test between them to the overall result.
pub fn add(result: &mut PoolResult, candidates: &[Candidate], state: &State) -> Result<(), Problem> {
    let columns = result.spec.by.clone();
    if columns.is_empty() {
        return Ok(());
    }
    let mut groups = Groups::new();
    let mut without: Vec<&str> = Vec::new();
    for candidate in candidates {
        let levels: Option<Vec<String>> = columns.iter().map(|column| level(candidate, column, state)).collect();
        match levels {
            Some(levels) => groups.entry(levels).or_default().push(candidate.clone()),
            None if candidate.is_in() => without.push(&candidate.study),
            None => {}
        }
    }
    groups.retain(|_, members| members.iter().any(Candidate::is_in));
    groups.sort_keys();
    if !without.is_empty() {
        result.notes.push(NoteResult {
            code: "W420",
            text: format!(
                "{} without a value of {} in no subgroup: {}",
                crate::language::suggest::count(without.len(), "study is", "studies are"),
                crate::language::suggest::or_list(&columns, 2),
                without.join(", ")
            ),
        });
    }
    if result.spec.tau2_common.value && !groups.is_empty() && result.not_pooled.is_none() {
        return if result.structure.is_some() { levels::add(result, &groups, state) } else { common::add(result, &groups, state) };
    }
    if result.trials.is_some() {
        across(result, &groups);
    }
    separate(result, &groups, state)
}

/// Trials with effects in several groups make the groups' estimates dependent.
fn across(result: &mut PoolResult, groups: &Groups) {
    let mut group_of: IndexMap<&str, usize> = IndexMap::new();
    let mut several: indexmap::IndexSet<&str> = indexmap::IndexSet::new();
    for (number, members) in groups.values().enumerate() {
        for candidate in members.iter().filter(|c| c.is_in()) {
            if *group_of.entry(&candidate.trial).or_insert(number) != number {
                several.insert(&candidate.trial);
            }
        }
    }
    if !several.is_empty() {
        let names: Vec<&str> = several.into_iter().collect();
        result.notes.push(NoteResult {
            code: "W479",
            text: format!(
                "{} effects in several subgroups, which the test between separate subgroups takes for independent: `tau2 common` compares them in one model ({})",
                crate::language::suggest::count(names.len(), "trial has", "trials have"),
                crate::language::suggest::and_list(&names, 20)
            ),
        });
    }
}

/// The level of a candidate; none where a value is missing, or combined effects differ in it.
fn level(candidate: &Candidate, column: &str, state: &State) -> Option<String> {
    let mut found: Option<String> = None;
    for row in candidate.rows() {
        let level = match value_of(&state.store.row_value(state.store.rows.get(row)?, column)) {
            Value::Missing => return None,
            value => value.to_string(),
        };
        if found.as_ref().is_some_and(|known| *known != level) {
            return None;
        }
        found = Some(level);
    }
    found
}

/// How a group is called.
fn name(levels: &[String]) -> String {
    levels.join(", ")
}

/// Each group pooled by itself.
fn separate(result: &mut PoolResult, groups: &Groups, state: &State) -> Result<(), Problem> {
    // A group is pooled as the whole is: by the branch the rule took for the whole.
    let spec = AnalysisSpec { by: Vec::new(), rule_branch: None, ..result.spec.clone() };
    let mut pooled = Vec::new();
    for (levels, members) in groups {
        let mut group = of_candidates(&spec, members, state, result.line)?;
        group.group = Some(name(levels));
        group.id = None;
        pooled.push(group);
    }
    let tested: Vec<(&Vec<String>, f64, f64)> =
        groups.keys().zip(&pooled).filter_map(|(levels, g)| weighed(g).map(|(estimate, weight)| (levels, estimate, weight))).collect();
    result.between = between(&tested);
    if result.between.is_none() {
        result.notes.push(NoteResult {
            code: "W421",
            text: "no test between subgroups: fewer than two have an estimate of their own with a tau2".into(),
        });
    }
    if let (Some(between), [first, second]) = (&mut result.between, result.spec.by.as_slice()) {
        let y: Vec<f64> = tested.iter().map(|(_, estimate, _)| *estimate).collect();
        let v: Vec<f64> = tested.iter().map(|(_, _, weight)| 1.0 / weight).collect();
        let levels: Vec<&Vec<String>> = tested.iter().map(|(levels, ..)| *levels).collect();
        // The groups' means, their variances known, on both factors.
        let found = by_factors(&y, &v, &levels, [first, second], Model::Common);
        between.factors = tests(found, [first, second], &mut result.notes);
    }
    let without_tau2 = |g: &&PoolResult| g.k == 1 && !matches!(g.model.as_deref(), Some("common" | "mh" | "peto"));
    let single: Vec<&str> = pooled.iter().filter(without_tau2).filter_map(|g| g.group.as_deref()).collect();
    if !single.is_empty() {
        result.notes.push(NoteResult {
            code: "W422",
            text: format!(
                "a subgroup of one study has no tau2 of its own and is not in the test between subgroups: {}",
                single.join(if result.spec.by.len() > 1 { "; " } else { ", " })
            ),
        });
    }
    result.groups = Some(pooled);
    Ok(())
}

/// A group's estimate and the weight of its model-based standard error; nothing where it has no tau2 of its own.
fn weighed(group: &PoolResult) -> Option<(f64, f64)> {
    let model = group.model.as_deref();
    // Pooled counts have a standard error of their own, which the weights of single effects don't give.
    if matches!(model, Some("mh" | "peto")) {
        return group.estimate.zip(group.se).map(|(estimate, se)| (estimate, 1.0 / (se * se)));
    }
    if group.k < 2 && model != Some("common") {
        return None;
    }
    if group.structure.is_some() {
        return group.estimate.zip(group.se).map(|(estimate, se)| (estimate, 1.0 / (se * se)));
    }
    let tau2 = group.heterogeneity.as_ref().and_then(|h| h.tau2).unwrap_or(0.0);
    let weight: f64 = group.studies.iter().filter(|s| s.included).filter_map(|s| s.vi).map(|v| 1.0 / (v + tau2)).sum();
    group.estimate.map(|estimate| (estimate, weight))
}

/// Cochran's Q between the groups' estimates, from model-based standard errors (Borenstein
/// & Higgins 2013): sum of w_g (theta_g - theta)^2 with w_g = 1 / se_g^2, chi-squared with G - 1 df.
fn between(estimates: &[(&Vec<String>, f64, f64)]) -> Option<Between> {
    if estimates.len() < 2 {
        return None;
    }
    let total: f64 = estimates.iter().map(|(_, _, w)| w).sum();
    let mean = estimates.iter().map(|(_, e, w)| w * e).sum::<f64>() / total;
    let q: f64 = estimates.iter().map(|(_, e, w)| w * (e - mean) * (e - mean)).sum();
    let df = (estimates.len() - 1) as f64;
    Some(Between { q, df, p: chi2_sf(q, df), tau2: "separate", factors: None, heterogeneity: None, robust: None })
}

/// Two factors at once, tested by chi-squared from model-based standard errors.
fn by_factors(y: &[f64], v: &[f64], levels: &[&Vec<String>], columns: [&String; 2], model: Model) -> Result<TwoFactors, StatsError> {
    let of = |at: usize| -> Vec<String> { levels.iter().filter_map(|l| l.get(at).cloned()).collect() };
    let (first, second) = (of(0), of(1));
    let o = RegressOptions { model, ci: CiMethod::Wald, guard: false, tau2_ci: false, ..RegressOptions::default() };
    two_factors(y, v, (columns[0], &first), (columns[1], &second), PiMethod::None, &o)
}

/// The tests of two factors, each given the other, and of their interaction.
fn tests(found: Result<TwoFactors, StatsError>, columns: [&String; 2], notes: &mut Vec<NoteResult>) -> Option<Vec<FactorTest>> {
    let test = |factor: String, test: Option<WaldTest>| test.map(|t| FactorTest { factor, q: t.qm, df: t.df, p: t.p });
    match found {
        Ok(found) => {
            let all = [
                test(columns[0].clone(), found.first),
                test(columns[1].clone(), found.second),
                test(format!("{}:{}", columns[0], columns[1]), found.interaction),
            ];
            Some(all.into_iter().flatten().collect())
        }
        Err(_) => {
            let text =
                format!("`{}` and `{}` can't be told apart in these studies: neither is tested given the other", columns[0], columns[1]);
            notes.push(NoteResult { code: "W424", text });
            None
        }
    }
}
