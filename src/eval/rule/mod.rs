//! Rules: what they say before there are data, and which branch holds for the effects at hand.

mod accept;
mod action;
mod alternatives;
mod analysis;
mod apply;
mod collapse;
mod condition;
mod declare;
mod judge;
mod look;
mod outliers;
mod region;
mod scope;
mod space;
pub mod state;
mod swim;
pub mod table;
mod trigger;

pub use accept::{note_on, read_heterogeneity};
pub use alternatives::alternatives;
pub use analysis::analyse;
pub use apply::no_model;
pub use outliers::{drop_outliers, outlier_note};
pub use scope::{Material, default_model};
pub use swim::directions;

use super::state::{Rule, RuleBranch, State};
use crate::diagnostic::Problem;
use crate::language::expr;
use crate::language::spec::{JudgementRead, RuleTaken, TraceStep};
use crate::source::Span;
use crate::syntax::ast::Expr;
use scope::RuleScope;

/// What is wrong with a rule's condition.
pub fn check(condition: &Expr, state: &State) -> Option<Problem> {
    expr::condition(condition, &mut RuleScope::unread(state)).err()
}

/// A value that a rule read, as people write it: `61.2%` of an I2.
pub fn value_words(name: &str, x: f64) -> String {
    let statistic = name.rsplit('.').next().unwrap_or(name);
    let percent = if statistic.starts_with("i2") { "%" } else { "" };
    format!("{}{percent}", crate::number::significant(x, 3))
}

/// Whether a condition holds of an analysis, with the values it read, in words.
pub fn holds(condition: &Expr, spec: &crate::language::spec::AnalysisSpec, state: &State) -> Result<(Option<bool>, Vec<String>), Problem> {
    let first = |mut problems: Vec<Problem>| problems.pop().unwrap_or_else(|| Problem::error("E401", "its analysis can't be run"));
    let analysed = super::analysis::analyse(spec, state, 0).map_err(first)?;
    let included = analysed.included();
    let default = default_model(state, spec.measure.value);
    let material = Material { included: &included, analysis: spec.name.as_deref(), default };
    let mut scope = RuleScope::on(state, &material);
    let holds = expr::condition(condition, &mut scope)?;
    let values = scope.read().values.iter().map(|(name, x)| format!("{name} = {}", value_words(name, *x))).collect();
    Ok((holds, values))
}

/// The first branch that holds, and what was read on the way.
pub fn decide<'r>(rule: &'r Rule, material: &Material, state: &State) -> Result<(&'r RuleBranch, RuleTaken), Problem> {
    let mut scope = RuleScope::on(state, material);
    let mut steps: Vec<TraceStep> = Vec::new();
    for (i, branch) in rule.branches.iter().enumerate().filter(|(_, b)| !b.undefined) {
        let holds = match &branch.condition {
            None => Some(true),
            Some(condition) => expr::condition(condition, &mut scope)?,
        };
        steps.push(TraceStep { branch: i + 1, condition: branch.condition_text.clone(), holds });
        match holds {
            Some(true) => return Ok((branch, taken(rule, i, &scope, steps))),
            Some(false) => {}
            None => {
                if let Some((i, branch)) = rule.branches.iter().enumerate().find(|(_, b)| b.undefined) {
                    steps.push(TraceStep { branch: i + 1, condition: branch.condition_text.clone(), holds: Some(true) });
                    return Ok((branch, taken(rule, i, &scope, steps)));
                }
                return Err(undecided(rule, branch, material, &scope, state));
            }
        }
    }
    Err(Problem::error("E410", format!("no branch of rule `{}` holds", rule.name)).help("end the rule with `otherwise …`"))
}

fn taken(rule: &Rule, at: usize, scope: &RuleScope, steps: Vec<TraceStep>) -> RuleTaken {
    let read = scope.read();
    let branch = &rule.branches[at];
    RuleTaken {
        rule: rule.name.clone(),
        branch: at + 1,
        condition: branch.condition_text.clone(),
        then: branch.then_text.clone(),
        values: read.values,
        judgements: read
            .judgements
            .into_iter()
            .map(|j| JudgementRead {
                name: j.name,
                answer: j.answer.as_ref().map(judge::answer_words).unwrap_or_default(),
                by: j.by,
                on: j.on,
                because: j.because,
            })
            .collect(),
        steps,
        dropped: Vec::new(),
        inherited: false,
    }
}

/// A condition that rests on what does not exist here.
fn undecided(rule: &Rule, branch: &RuleBranch, material: &Material, scope: &RuleScope, state: &State) -> Problem {
    let at = branch.condition.as_ref().map_or(Span::default(), |c| c.span);
    let missing = scope.read().missing;
    let judged = missing.iter().find(|m| state.judgements.iter().any(|j| j.name == **m));
    if let Some(name) = judged {
        let of = material.analysis.map(|a| format!(" for {a}")).unwrap_or_default();
        return Problem::error("E450", format!("rule `{}` reads the judgement `{name}`, which is not recorded{of}", rule.name))
            .at(at, "waits for a person")
            .help(format!("record it before this statement: `judge {name}{of} by \"NAME\" answer yes date \"DATE\" because \"…\"`"));
    }
    let k = material.included.len();
    let problem = Problem::error("E410", format!("rule `{}` asks for a statistic that does not exist here", rule.name))
        .at(at, format!("undefined for k = {k}"));
    match missing.iter().find(|m| matches!(m.as_str(), "n" | "participants")) {
        Some(n) => problem.help(format!(
            "not every study says how many people it has, so that `{n}` is unknown: a branch `when undefined then …` says what holds then"
        )),
        None => problem
            .help("put a branch before it that catches the case, such as `when k < 2 then not_pooled`, or add `when undefined then …`"),
    }
}
