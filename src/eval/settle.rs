//! What a rule chooses becomes part of the specification.

use super::outcome::NoteResult;
use super::pooling::{Included, participants, values};
use super::rule;
use super::state::State;
use crate::diagnostic::Problem;
use crate::language::settings::Overrides;
use crate::language::spec::{AnalysisSpec, CiChoice, ModelChoice, Origin, RuleTaken, Setting};

/// A specification whose rule has spoken.
pub struct Settled {
    /// With the branch's settings in their places.
    pub spec: AnalysisSpec,
    /// The decision.
    pub rule: Option<RuleTaken>,
    /// The branch says not to pool: why.
    pub not_pooled: Option<String>,
    /// What there is to say about it.
    pub notes: Vec<NoteResult>,
}

/// Asks the rule, if the specification names one.
pub fn settle(spec: &AnalysisSpec, included: &[Included], state: &State) -> Result<Settled, Problem> {
    let mut settled = Settled { spec: spec.clone(), rule: None, not_pooled: None, notes: Vec::new() };
    if let ModelChoice::Rule(name) = &spec.model.value {
        let (y, v) = values(included);
        let (taken, not_pooled) = apply_rule(name, &mut settled.spec, &y, &v, participants(included), state, &mut settled.notes)?;
        let when = if taken.condition == "otherwise" { "otherwise".to_owned() } else { format!("when {}", taken.condition) };
        settled.not_pooled = not_pooled.then(|| format!("rule {}: {when}", taken.rule));
        settled.rule = Some(taken);
    }
    Ok(settled)
}

/// Chooses by the rule, or keeps what the parent's rule chose; puts the branch's settings into the spec.
fn apply_rule(
    name: &str,
    spec: &mut AnalysisSpec,
    y: &[f64],
    v: &[f64],
    participants: Option<u64>,
    state: &State,
    notes: &mut Vec<NoteResult>,
) -> Result<(RuleTaken, bool), Problem> {
    let Some(rule) = state.rules.get(name).cloned() else {
        return Err(Problem::error("E205", format!("rule `{name}` is gone")).at(spec.span, "its model"));
    };
    let fresh = rule::decide(&rule, y, v, participants, state);
    let (branch, taken) = match (&spec.rule_branch, fresh) {
        (None, fresh) => {
            let (branch, taken) = fresh.map_err(|p| p.at_least(spec.span, "here"))?;
            (branch, taken)
        }
        (Some(kept), fresh) => {
            let Some(branch) = rule.branches.get(kept.branch.saturating_sub(1)).or(rule.branches.last()) else {
                return Err(Problem::error("E205", format!("rule `{name}` has no branches")).at(spec.span, "its model"));
            };
            let now = match fresh {
                Ok((_, now)) if now.branch != kept.branch => Some(format!("`{}`", now.then)),
                Ok(_) => None,
                Err(_) => Some("no branch, for want of a statistic".to_owned()),
            };
            if let Some(now) = now {
                notes.push(NoteResult {
                    code: "W410",
                    text: format!("the branch of rule {name} is kept from the analysis this one derives from (`{}`); applied anew, the rule gives {now}: `model {name}` applies it anew", kept.then),
                });
            }
            (branch, RuleTaken { inherited: true, ..kept.clone() })
        }
    };
    let origin = || Origin::Rule(name.to_owned());
    let not_pooled = branch.not_pooled;
    let Overrides { model, ci, pi, level, i2, .. } = branch.overrides.clone();
    if let Some(model) = model {
        spec.model = Setting::new(model, origin());
    }
    // A clause on the statement beats a rule's.
    let stated = |o: &Origin| matches!(o, Origin::Stated);
    if let Some(method) = ci.filter(|_| !stated(&spec.ci.origin)) {
        spec.ci = Setting::new(CiChoice { method, guarded: false }, origin());
    }
    if let Some(method) = pi.filter(|_| !stated(&spec.pi.origin)) {
        spec.pi = Setting::new(method, origin());
    }
    if let Some(x) = level.filter(|_| !stated(&spec.level.origin)) {
        spec.level = Setting::new(x, origin());
    }
    if let Some(x) = i2.filter(|_| !stated(&spec.i2.origin)) {
        spec.i2 = Setting::new(x, origin());
    }
    Ok((taken, not_pooled))
}
