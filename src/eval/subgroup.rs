//! Subgroups with separate tau2, and the test between them.

use super::candidates::Candidate;
use super::outcome::{Between, NoteResult, PoolResult};
use super::pooling::of_candidates;
use super::row_scope::value_of;
use super::state::State;
use crate::diagnostic::Problem;
use crate::language::spec::AnalysisSpec;
use crate::language::value::Value;
use crate::stats::dist::chi2_sf;
use indexmap::IndexMap;

/// Adds the groups and the test between them to the overall result.
pub fn add(result: &mut PoolResult, candidates: &[Candidate], state: &State) -> Result<(), Problem> {
    let Some(column) = result.spec.by.first().cloned() else { return Ok(()) };
    let mut groups: IndexMap<String, Vec<Candidate>> = IndexMap::new();
    let mut without: Vec<&str> = Vec::new();
    for candidate in candidates {
        let value = state.store.rows.get(candidate.row).map(|row| value_of(&state.store.row_value(row, &column)));
        match value {
            None | Some(Value::Missing) => {
                if candidate.is_in() {
                    without.push(&candidate.study);
                }
            }
            Some(value) => groups.entry(value.to_string()).or_default().push(candidate.clone()),
        }
    }
    groups.retain(|_, members| members.iter().any(Candidate::is_in));
    groups.sort_keys();
    if !without.is_empty() {
        result.notes.push(NoteResult {
            code: "W420",
            text: format!(
                "{} without a value of `{column}` in no subgroup: {}",
                crate::language::suggest::count(without.len(), "study is", "studies are"),
                without.join(", ")
            ),
        });
    }
    // A group is pooled as the whole is: by the branch the rule took for the whole.
    let spec = AnalysisSpec { by: Vec::new(), rule_branch: None, ..result.spec.clone() };
    let mut pooled = Vec::new();
    for (level, mut members) in groups {
        let mut group = of_candidates(&spec, &mut members, state, result.line)?;
        group.group = Some(level);
        group.id = None;
        pooled.push(group);
    }
    result.between = between(&pooled);
    if result.between.is_none() {
        result.notes.push(NoteResult {
            code: "W421",
            text: "no test between subgroups: fewer than two have an estimate of their own with a tau2".into(),
        });
    }
    let without_tau2 = |g: &&PoolResult| g.k == 1 && !matches!(g.model.as_deref(), Some("common" | "mh" | "peto"));
    let single: Vec<&str> = pooled.iter().filter(without_tau2).filter_map(|g| g.group.as_deref()).collect();
    if !single.is_empty() {
        result.notes.push(NoteResult {
            code: "W422",
            text: format!("a subgroup of one study has no tau2 of its own and is not in the test between subgroups: {}", single.join(", ")),
        });
    }
    result.groups = Some(pooled);
    Ok(())
}

/// Cochran's Q between the groups' estimates, from model-based standard errors (Borenstein
/// & Higgins 2013): sum of w_g (theta_g - theta)^2 with w_g = 1 / se_g^2, chi-squared with G - 1 df.
fn between(groups: &[PoolResult]) -> Option<Between> {
    let mut estimates = Vec::new();
    for group in groups {
        let model = group.model.as_deref();
        // Pooled counts have a standard error of their own, which the weights of single effects don't give.
        if matches!(model, Some("mh" | "peto")) {
            estimates.extend(group.estimate.zip(group.se).map(|(estimate, se)| (estimate, 1.0 / (se * se))));
            continue;
        }
        if group.k < 2 && model != Some("common") {
            continue;
        }
        let tau2 = group.heterogeneity.as_ref().and_then(|h| h.tau2).unwrap_or(0.0);
        let weight: f64 = group.studies.iter().filter(|s| s.included).filter_map(|s| s.vi).map(|v| 1.0 / (v + tau2)).sum();
        estimates.extend(group.estimate.map(|estimate| (estimate, weight)));
    }
    if estimates.len() < 2 {
        return None;
    }
    let total: f64 = estimates.iter().map(|(_, w)| w).sum();
    let mean = estimates.iter().map(|(e, w)| w * e).sum::<f64>() / total;
    let q: f64 = estimates.iter().map(|(e, w)| w * (e - mean) * (e - mean)).sum();
    let df = (estimates.len() - 1) as f64;
    Some(Between { q, df, p: chi2_sf(q, df), tau2: "separate" })
}
