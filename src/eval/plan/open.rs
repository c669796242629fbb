//! What a plan leaves open: found before there are data.

use super::state::{Asked, PlannedStatement};
use crate::eval::state::State;
use crate::language::spec::{AnalysisSpec, Dependence};
use crate::language::suggest::and_list;
use crate::protocol::Role;
use crate::source::{Source, Span};
use crate::stats::effect::Groups;
use std::collections::BTreeSet;

/// Something that a plan leaves open.
#[derive(Debug, Clone)]
pub struct Gap {
    /// What, in a sentence without its final stop.
    pub text: String,
    /// What to write.
    pub help: String,
    /// Whether a plan with it can only be locked as a draft.
    pub stops: bool,
    /// The statement it is about.
    pub at: Option<(Source, Span)>,
}

/// Everything that a plan leaves open, what stops a lock first.
pub fn gaps(state: &State) -> Vec<Gap> {
    let mut out = Gaps { state, gaps: Vec::new(), told: BTreeSet::new() };
    out.of_the_whole();
    for planned in state.plan.planned.values() {
        out.of_one(planned);
    }
    out.of_outcomes();
    out.gaps.sort_by_key(|g| !g.stops);
    out.gaps
}

struct Gaps<'s> {
    state: &'s State,
    gaps: Vec<Gap>,
    told: BTreeSet<String>,
}

impl Gaps<'_> {
    fn add(&mut self, stops: bool, at: Option<&PlannedStatement>, text: String, help: impl Into<String>) {
        if self.told.insert(text.clone()) {
            let at = at.map(|p| (p.source.clone(), p.span));
            self.gaps.push(Gap { text, help: help.into(), stops, at });
        }
    }

    fn of_the_whole(&mut self) {
        let draft = &*self.state.plan;
        if draft.planned.is_empty() {
            self.add(true, None, "no analysis is planned".into(), "write `plan P1 primary: pool OUTCOME …`");
        } else if !draft.planned.values().any(|p| p.role == Role::Primary) {
            self.add(true, None, "no primary analysis is planned".into(), "write `plan P1 primary: pool OUTCOME …`");
        }
        if draft.declaration.is_none() {
            self.add(
                false,
                None,
                "the plan does not say how much of the results was known when it was written".into(),
                "write `declare results_seen none by \"NAME\" date \"2024-05-01\"`",
            );
        }
        if self.state.script_store().review.as_ref().is_none_or(|r| r.stage.is_none()) {
            self.add(false, None, "the plan does not say how far the review is".into(), "write `stage search`");
        }
        let announced: Vec<String> = self.state.judgements.iter().filter(|j| j.answer.is_none()).map(|j| j.name.clone()).collect();
        for name in announced {
            self.add(
                false,
                None,
                format!("judgement `{name}` is recorded later"),
                format!("`judge {name} … answer …` records it in the script that follows the plan"),
            );
        }
    }

    fn of_one(&mut self, planned: &PlannedStatement) {
        let spec = planned.spec();
        let store = self.state.script_store().clone();
        let outcome = &spec.estimand.outcome;
        let declared = store.outcomes.get(outcome);
        if spec.measure.value.groups() == Groups::Two && declared.is_some_and(|o| o.direction.is_none()) {
            self.add(
                true,
                Some(planned),
                format!("outcome `{outcome}` has no direction"),
                format!("write `outcome {outcome} … higher better`, or `lower better`"),
            );
        }
        self.instruments(planned, spec);
        if spec.estimand.timepoint.is_none() {
            self.add(
                false,
                Some(planned),
                format!("no timepoint is stated for `{outcome}`"),
                "declare `timepoint posttest window -2w..4w pick nearest`, and write `at posttest`",
            );
        }
        if let Some(t) = spec.estimand.timepoint.as_ref().and_then(|t| store.timepoints.get(t)).filter(|t| t.from.is_none()) {
            let text = format!("timepoint `{}` has no window", t.id);
            self.add(false, Some(planned), text, format!("write `timepoint {} window -2w..4w pick nearest`", t.id));
        }
        if spec.estimand.analysis.is_none() {
            let sets = self.sets(spec);
            if sets.len() > 1 {
                let text = format!("`{}` does not say which analysis set, and others name {}", planned.id, and_list(&sets, 9));
                self.add(true, Some(planned), text, format!("write `itt` or another after `pool {outcome}`"));
            } else if sets.is_empty() {
                self.add(
                    false,
                    Some(planned),
                    format!("no analysis set is stated for `{outcome}`"),
                    format!("write `pool {outcome} itt`, or another of itt, mitt, cc, pp"),
                );
            }
        }
        let role = declared.and_then(|o| o.role.as_deref());
        let other = match planned.role {
            Role::Primary => role == Some("secondary"),
            Role::Secondary => role == Some("primary"),
            _ => false,
        };
        if other && let Some(role) = role {
            let text = format!("`{}` is planned as {}, and its outcome `{outcome}` is {role}", planned.id, planned.role.name());
            self.add(false, Some(planned), text, "say the same in both places, unless that is meant");
        }
    }

    /// Which of several instruments, and which way they run.
    fn instruments(&mut self, planned: &PlannedStatement, spec: &AnalysisSpec) {
        let store = self.state.script_store().clone();
        let outcome = &spec.estimand.outcome;
        let instruments: Vec<_> = store.instruments.values().filter(|i| i.outcome.as_ref() == Some(outcome)).collect();
        let ids: Vec<&str> = instruments.iter().map(|i| i.id.as_str()).collect();
        let ranked: Vec<&str> = match &spec.dependence.value {
            Dependence::Refuse | Dependence::Keep { .. } => Vec::new(),
            Dependence::Prefer(ranked) => ranked
                .iter()
                .filter(|p| p.key.eq_ignore_ascii_case("instrument"))
                .flat_map(|p| p.ranking.iter().map(String::as_str))
                .collect(),
            // Every effect of a trial enters.
            Dependence::Combine { .. } | Dependence::Multilevel { .. } => return,
        };
        if ids.len() > 1 && ranked.is_empty() {
            let text =
                format!("`{outcome}` can be measured by {}, and nothing says which is taken where a trial has several", and_list(&ids, 9));
            self.add(true, Some(planned), text, format!("write `prefer instrument {}`", ids.join(" > ")));
        }
        let left: Vec<&str> = ids.iter().copied().filter(|i| ids.len() > 1 && !ranked.is_empty() && !ranked.contains(i)).collect();
        if !left.is_empty() {
            let text = format!("the hierarchy of instruments does not rank {}", and_list(&left, 9));
            self.add(true, Some(planned), text, format!("write `prefer instrument {}`", ids.join(" > ")));
        }
        for i in instruments.iter().filter(|i| i.direction.is_none()) {
            let text = format!("instrument `{}` has no direction", i.id);
            self.add(true, Some(planned), text, format!("write `instrument {} for {outcome} higher better`, or `lower better`", i.id));
        }
    }

    /// The analysis sets that planned analyses of the same outcome and timepoint name.
    fn sets(&self, spec: &AnalysisSpec) -> Vec<String> {
        let same = |s: &AnalysisSpec| s.estimand.outcome == spec.estimand.outcome && s.estimand.timepoint == spec.estimand.timepoint;
        let specs = self.state.plan.planned.values().map(|p| p.spec());
        let sets: BTreeSet<String> = specs.filter(|s| same(s)).filter_map(|s| s.estimand.analysis.clone()).collect();
        sets.into_iter().collect()
    }

    fn of_outcomes(&mut self) {
        let pools = self.state.plan.planned.values().filter(|p| matches!(p.asked, Asked::Pool(_)));
        let planned: BTreeSet<String> = pools.map(|p| p.spec().estimand.outcome.clone()).collect();
        let store = self.state.script_store().clone();
        for outcome in store.outcomes.values().filter(|o| !planned.contains(&o.id)) {
            let primary = outcome.role.as_deref() == Some("primary");
            let text = format!("no analysis of the declared outcome `{}` is planned", outcome.id);
            self.add(primary, None, text, format!("write `plan … secondary: pool {}`, or leave the outcome out", outcome.id));
        }
    }
}
