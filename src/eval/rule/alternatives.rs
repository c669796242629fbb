//! What the branches that were not taken would give.

use crate::eval::analysis;
use crate::eval::outcome::{BranchResult, PoolResult};
use crate::eval::state::State;
use crate::language::spec::{ModelChoice, RuleTaken};

/// The result under each other branch that does something else.
pub fn alternatives(result: &PoolResult, spec: &crate::language::spec::AnalysisSpec, state: &State) -> Vec<BranchResult> {
    let (ModelChoice::Rule(name), Some(taken)) = (&spec.model.value, &result.rule) else { return Vec::new() };
    let Some(rule) = state.rules.get(name) else { return Vec::new() };
    let Some(own) = rule.branches.get(taken.branch.saturating_sub(1)) else { return Vec::new() };
    let mut shown = vec![own];
    let mut out = Vec::new();
    for (i, branch) in rule.branches.iter().enumerate() {
        if shown.iter().any(|s| s.does_the_same(branch)) {
            continue;
        }
        shown.push(branch);
        let mut other = spec.clone();
        other.by = Vec::new();
        other.rule_branch =
            Some(RuleTaken { branch: i + 1, condition: branch.condition_text.clone(), then: branch.then_text.clone(), ..taken.clone() });
        let pool = analysis::run(&other, state, result.line);
        let (pool, reason) = match pool {
            Ok(pool) => (Some(PoolResult { studies: Vec::new(), notes: Vec::new(), ..pool }), None),
            Err(problems) => (None, problems.into_iter().next().map(|p| p.message)),
        };
        out.push(BranchResult { branch: i + 1, condition: branch.condition_text.clone(), then: branch.then_text.clone(), pool, reason });
    }
    out
}
