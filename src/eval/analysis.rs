//! An analysis from beginning to end: rows, effects, dependence, pool, subgroups, notes.

use super::candidates::{Candidate, gather};
use super::outcome::PoolResult;
use super::pooling::{Included, included, of_candidates};
use super::state::State;
use super::{dependence, notes, rule, subgroup, told};
use crate::diagnostic::Problem;
use crate::language::spec::AnalysisSpec;
use crate::stats::effect::Groups;
use crate::store::Direction;

/// An analysis with the candidates behind it.
pub struct Analysed {
    /// The result; its specification is the settled one.
    pub result: PoolResult,
    /// Every row looked at.
    pub candidates: Vec<Candidate>,
}

impl Analysed {
    /// The effects that were pooled.
    pub fn included(&self) -> Vec<Included<'_>> {
        included(&self.candidates)
    }
}

/// Runs an analysis on the data of a state. `line` is that of its statement.
pub fn run(spec: &AnalysisSpec, state: &State, line: usize) -> Result<PoolResult, Vec<Problem>> {
    analyse(spec, state, line).map(|a| a.result)
}

/// Runs an analysis and keeps what it was made from.
pub fn analyse(spec: &AnalysisSpec, state: &State, line: usize) -> Result<Analysed, Vec<Problem>> {
    let mut candidates = gather(spec, state)?;
    dependence::settle(spec, &mut candidates, state).map_err(|p| vec![p])?;
    let mut result = of_candidates(spec, &mut candidates, state, line).map_err(|p| vec![p])?;
    result.sides = sides(spec, &candidates, state);
    if !spec.by.is_empty() && state.follow.sealed(spec).is_none() {
        subgroup::add(&mut result, &candidates, state).map_err(|p| vec![p])?;
    }
    if result.directions.is_some() {
        result.directions = rule::directions(spec.measure.value, super::directed(&result).into_iter().map(|(_, y)| y), result.level);
    }
    told::apart(&mut result, &state.store);
    notes::about_selection(&mut result, spec, &candidates, state);
    Ok(Analysed { result, candidates })
}

/// What effects left and right of no effect favour: the arms, where all rows name the same.
fn sides(spec: &AnalysisSpec, candidates: &[Candidate], state: &State) -> Option<[String; 2]> {
    if spec.measure.value.groups() != Groups::Two || spec.measure.value.null_value().is_none() {
        return None;
    }
    let direction = state.store.outcomes.get(&spec.estimand.outcome)?.direction?;
    let arm = |key: &str| {
        let mut names = candidates.iter().filter_map(|c| state.store.rows.get(c.row)).map(|r| r.key(key));
        let first = names.next()??;
        names.all(|n| n == Some(first)).then_some(first)
    };
    let one = format!("favours {}", arm("arm1").unwrap_or("intervention"));
    let two = format!("favours {}", arm("arm2").unwrap_or("comparator"));
    Some(if direction == Direction::HigherBetter { [two, one] } else { [one, two] })
}
