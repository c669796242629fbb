//! What a rule chooses becomes part of the specification.

use super::outcome::{Directions, NoteResult};
use super::pooling::Included;
use super::rule::{self, Material};
use super::state::{RuleBranch, State};
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
    /// Effects that an outlier loop leaves out, by their position, with the reason.
    pub dropped: Vec<(usize, String)>,
    /// The directions of effects, where the branch asks for them in place of a pool.
    pub directions: Option<Directions>,
    /// What there is to say about it.
    pub notes: Vec<NoteResult>,
}

/// Asks the rule, if the specification names one.
pub fn settle(spec: &AnalysisSpec, included: &[Included], state: &State) -> Result<Settled, Problem> {
    let mut settled =
        Settled { spec: spec.clone(), rule: None, not_pooled: None, dropped: Vec::new(), directions: None, notes: Vec::new() };
    if let ModelChoice::Rule(name) = &spec.model.value {
        apply_rule(name, &mut settled, included, state)?;
    }
    Ok(settled)
}

/// Chooses by the rule, or keeps what the parent's rule chose; puts the branch's settings into the spec.
fn apply_rule(name: &str, settled: &mut Settled, included: &[Included], state: &State) -> Result<(), Problem> {
    let span = settled.spec.span;
    let Some(rule) = state.rules.get(name).cloned() else {
        return Err(Problem::error("E205", format!("rule `{name}` is gone")).at(span, "its model"));
    };
    let default = rule::default_model(state, settled.spec.measure.value);
    let analysis = settled.spec.name.clone();
    let fresh = rule::decide(&rule, &Material { included, analysis: analysis.as_deref(), default }, state);
    let (branch, mut taken) = match (&settled.spec.rule_branch, fresh) {
        (None, fresh) => fresh.map_err(|p| p.at_least(span, "here"))?,
        (Some(kept), fresh) => {
            let Some(branch) = rule.branches.get(kept.branch.saturating_sub(1)).or(rule.branches.last()) else {
                return Err(Problem::error("E205", format!("rule `{name}` has no branches")).at(span, "its model"));
            };
            let now = match fresh {
                Ok((_, now)) if now.branch != kept.branch => Some(format!("`{}`", now.then)),
                Ok(_) => None,
                Err(_) => Some("no branch, for want of a statistic".to_owned()),
            };
            if let Some(now) = now {
                settled.notes.push(NoteResult {
                    code: "W410",
                    text: format!("the branch of rule {name} is kept from the analysis this one derives from (`{}`); applied anew, the rule gives {now}: `model {name}` applies it anew", kept.then),
                });
            }
            (branch, RuleTaken { inherited: true, dropped: Vec::new(), ..kept.clone() })
        }
    };
    if branch.runs.is_some() {
        return Err(rule::no_model(name, &settled.spec));
    }
    if rule.by_heterogeneity && rule::read_heterogeneity(&rule, taken.branch, state) {
        settled.notes.push(rule::note_on(name, analysis.as_deref(), state));
    }
    let of_default = match state.settings.model(settled.spec.measure.value) {
        Setting { value: ModelChoice::Rule(_), .. } => Origin::Edition(crate::language::settings::EDITION),
        set => set.origin,
    };
    override_settings(&mut settled.spec, branch, name, Setting::new(ModelChoice::One(default), of_default));
    let mut not_pooled = branch.not_pooled;
    let when = if taken.condition == "otherwise" { "otherwise".to_owned() } else { format!("when {}", taken.condition) };
    let mut reason = format!("rule {name}: {when}");
    if let Some(saying) = &branch.saying {
        reason = format!("{reason} ({saying})");
    }
    if let Some(outliers) = &branch.outliers {
        let found = rule::drop_outliers(outliers, &settled.spec, included, state).map_err(|p| p.at_least(span, "in this analysis"))?;
        settled.notes.push(rule::outlier_note(name, outliers, &found));
        taken.dropped.clone_from(&found.steps);
        if found.met {
            settled.dropped = found
                .gone
                .iter()
                .zip(&found.steps)
                .enumerate()
                .map(|(i, (at, step))| {
                    (*at, format!("rule {name}, step {}: largest {} ({})", i + 1, step.by, crate::number::fixed(step.value, 3)))
                })
                .collect();
        } else if outliers.else_not_pooled {
            not_pooled = true;
            reason = format!("{reason}: `{}` is not reached within {}%", outliers.until_text, crate::number::plain(outliers.at_most));
        }
    }
    if not_pooled && branch.swim {
        let effects = included.iter().map(|(_, e)| e.yi);
        settled.directions = rule::directions(settled.spec.measure.value, effects, settled.spec.level.value);
    }
    settled.not_pooled = not_pooled.then_some(reason);
    settled.rule = Some(taken);
    Ok(())
}

/// Puts a branch's settings into a specification. A clause on the statement beats a rule's.
fn override_settings(spec: &mut AnalysisSpec, branch: &RuleBranch, rule: &str, default: Setting<ModelChoice>) {
    let origin = || Origin::Rule(rule.to_owned());
    let Overrides { model, ci, pi, level, i2, .. } = branch.overrides.clone();
    match model {
        Some(model) => spec.model = Setting::new(model, origin()),
        // The rule sets something else: the model is the one of analyses that name none.
        None if !branch.not_pooled => {
            spec.model = default;
        }
        None => {}
    }
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
}
