//! A rule gone through case by case: where each branch decides, what is left open, what
//! overlaps, what says no more than a part of it, what can't be decided.

use super::condition::Cond;
use super::region::{Region, merged, regions, words};
use super::space::{CellOf, MOST_CELLS, Space};
use super::table;
use super::trigger::{Stat, Trigger};
use crate::eval::outcome::{BranchFact, Checked, CollapseFact, NoteResult, OverlapFact, RuleAnalysis, TriggerFact};
use crate::eval::state::{Rule, RuleBranch, State};

/// The numbers of effects gone through, unless a threshold on k lies beyond.
const LARGEST_K: usize = 200;

/// One branch, taken apart.
struct Case<'r> {
    number: usize,
    branch: &'r RuleBranch,
    /// `None` for `otherwise`.
    condition: Option<Cond>,
}

/// What decides in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    /// A branch, by position.
    Branch(usize),
    /// No branch holds.
    Nothing,
    /// This branch's condition can't be decided, and no branch is for that.
    Undefined(usize),
}

/// Analyses a rule.
pub fn analyse(rule: &Rule, state: &State) -> RuleAnalysis {
    let cases: Vec<Case> = rule
        .branches
        .iter()
        .enumerate()
        .filter(|(_, b)| !b.undefined)
        .map(|(i, branch)| Case { number: i + 1, branch, condition: branch.condition.as_ref().map(|c| Cond::of(c, state)) })
        .collect();
    let for_undefined = rule.branches.iter().any(|b| b.undefined);
    let conditions: Vec<&Cond> = cases.iter().filter_map(|c| c.condition.as_ref()).collect();
    let triggers = triggers(&conditions);
    let last = largest_k(&conditions);
    let mut all_cases = true;
    let spaces: Vec<Space> = (0..=last)
        .map(|k| Space::of(k, &conditions))
        .filter(|s| {
            let fits = s.free_cells().saturating_mul(s.q_cells()) <= MOST_CELLS;
            all_cases &= fits;
            fits
        })
        .collect();
    let decide = |space: &Space, cell: &CellOf| -> Decision {
        for (i, case) in cases.iter().enumerate() {
            match case.condition.as_ref().map_or(Some(true), |c| space.holds(c, cell)) {
                Some(true) => return Decision::Branch(i),
                Some(false) => {}
                None => return Decision::Undefined(i),
            }
        }
        Decision::Nothing
    };
    let where_ = |test: &dyn Fn(&Space, &CellOf) -> bool| -> Vec<Region> {
        merged(spaces.iter().map(|space| regions(space, |cell| test(space, cell))).collect())
    };
    let texts = |found: &[Region]| found.iter().map(|r| words(r, last)).collect::<Vec<_>>();
    let mut findings = Vec::new();
    let mut branches = Vec::new();
    let mut decided: Vec<Vec<Region>> = Vec::new();
    for (i, case) in cases.iter().enumerate() {
        let found = where_(&|s, c| decide(s, c) == Decision::Branch(i));
        branches.push(BranchFact {
            branch: case.number,
            condition: case.branch.condition_text.clone(),
            then: case.branch.then_text.clone(),
            decides: texts(&found),
        });
        decided.push(found);
    }
    let undefined_at = where_(&|s, c| matches!(decide(s, c), Decision::Undefined(_)));
    if for_undefined {
        for (i, branch) in rule.branches.iter().enumerate().filter(|(_, b)| b.undefined) {
            branches.insert(
                i.min(branches.len()),
                BranchFact { branch: i + 1, condition: "undefined".into(), then: branch.then_text.clone(), decides: texts(&undefined_at) },
            );
        }
    }
    let undefined = if for_undefined { Vec::new() } else { texts(&undefined_at) };
    let gaps = where_(&|space, cell| {
        let mut any_unknown = false;
        let holds = cases.iter().filter_map(|c| c.condition.as_ref()).any(|c| {
            let holds = space.holds(c, cell);
            any_unknown |= holds.is_none();
            holds == Some(true)
        });
        !holds && !any_unknown
    });
    if all_cases {
        unreached(&cases, &decided, &mut findings);
        one_value_only(&cases, &decided, last, &mut findings);
    }
    let overlaps = overlaps(&cases, &where_, &texts);
    let collapses = super::collapse::collapses(cases.iter().filter_map(|c| Some((c.number, c.condition.as_ref()?))), &spaces, last);
    findings.extend(collapse_notes(&rule.name, &collapses));
    RuleAnalysis {
        rule: rule.name.clone(),
        sets: rule.sets(),
        triggers: triggers.iter().map(|t| TriggerFact { name: t.name.clone(), definition: t.definition() }).collect(),
        branches,
        gaps: texts(&gaps),
        overlaps,
        collapses,
        undefined,
        table: table::of(&conditions),
        checked: Checked { from: 0, to: last, all_cases },
        findings,
    }
}

/// The statistics that conditions read, each once.
fn triggers(conditions: &[&Cond]) -> Vec<Trigger> {
    let mut out: Vec<Trigger> = Vec::new();
    for trigger in conditions.iter().flat_map(|c| c.triggers()) {
        if !out.contains(&trigger) {
            out.push(trigger);
        }
    }
    out
}

/// The largest k to look at: beyond every threshold on k.
fn largest_k(conditions: &[&Cond]) -> usize {
    fn thresholds(condition: &Cond, out: &mut Vec<f64>) {
        match condition {
            Cond::Atom(a) if a.trigger.stat == Stat::K => out.push(a.threshold),
            Cond::Not(inner) => thresholds(inner, out),
            Cond::And(parts) | Cond::Or(parts) => parts.iter().for_each(|(p, _)| thresholds(p, out)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    conditions.iter().for_each(|c| thresholds(c, &mut found));
    let most = found.into_iter().filter(|t| t.is_finite() && *t < 10_000.0).fold(0.0_f64, f64::max);
    LARGEST_K.max(most as usize + 2)
}

fn unreached(cases: &[Case], decided: &[Vec<Region>], findings: &mut Vec<NoteResult>) {
    for (case, regions) in cases.iter().zip(decided) {
        if regions.is_empty() {
            let text = match &case.condition {
                Some(_) => format!(
                    "branch {} (when {}) is never reached: wherever it holds, a branch before it does",
                    case.number, case.branch.condition_text
                ),
                None => "`otherwise` is never reached: the branches before it hold in every case".to_owned(),
            };
            findings.push(NoteResult { code: "W302", text });
        }
    }
}

/// Branches that hold at single values of a continuous statistic only: a boundary left out of two ranges.
fn one_value_only(cases: &[Case], decided: &[Vec<Region>], last: usize, findings: &mut Vec<NoteResult>) {
    for (case, regions) in cases.iter().zip(decided) {
        let (points, others): (Vec<&Region>, Vec<&Region>) = regions.iter().partition(|r| r.point);
        if points.is_empty() || !others.is_empty() {
            continue;
        }
        let at: Vec<String> = points.iter().map(|r| words(r, last)).collect();
        let name = if case.condition.is_some() { format!("branch {}", case.number) } else { "`otherwise`".into() };
        findings.push(NoteResult {
            code: "W304",
            text: format!(
                "{name} decides only at a single value that data hardly ever take ({}): `>=` or `<=` would put that value into one of the branches beside it",
                at.join("; ")
            ),
        });
    }
}

/// Pairs of branches that do different things and both hold somewhere.
fn overlaps(
    cases: &[Case],
    where_: &dyn Fn(&dyn Fn(&Space, &CellOf) -> bool) -> Vec<Region>,
    texts: &dyn Fn(&[Region]) -> Vec<String>,
) -> Vec<OverlapFact> {
    let mut out = Vec::new();
    for (i, first) in cases.iter().enumerate() {
        for second in &cases[i + 1..] {
            let (Some(a), Some(b)) = (&first.condition, &second.condition) else { continue };
            if first.branch.does_the_same(second.branch) {
                continue;
            }
            let found = where_(&|s, c| s.holds(a, c) == Some(true) && s.holds(b, c) == Some(true));
            if !found.is_empty() {
                out.push(OverlapFact { branches: [first.number, second.number], at: texts(&found) });
            }
        }
    }
    out
}

/// One note for each condition that collapses.
fn collapse_notes(rule: &str, collapses: &[CollapseFact]) -> Vec<NoteResult> {
    let mut by_condition: indexmap::IndexMap<(usize, &str), Vec<&str>> = indexmap::IndexMap::new();
    for c in collapses {
        by_condition.entry((c.branch, &c.condition)).or_default().push(&c.text);
    }
    by_condition
        .into_iter()
        .map(|((branch, condition), texts)| NoteResult {
            code: "W303",
            text: format!("rule {rule}, branch {branch}: `{condition}` says no more than a part of it: {}", texts.join("; ")),
        })
        .collect()
}
