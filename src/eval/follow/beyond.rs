//! What the data hold that the plan does not name, and that enters its analyses all the same: results of other
//! instruments, levels of a subgroup factor. The plan selects by rule, so that this is no deviation; it is worth knowing.

use super::data::Pools;
use super::state::Following;
use crate::diagnostic::Problem;
use crate::eval::outcome::{BeyondRow, CriterionRow, DifferenceRow, EventEffect};
use crate::eval::walk::Walk;
use crate::language::suggest::{and_list, nearest};
use crate::protocol::matching::{Known, REGISTERED_CRITERION};
use crate::protocol::{Account, Code, Effect, Executed, Label};
use crate::store::{Row, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl Walk<'_, '_> {
    /// What the data hold that the plan does not name, each told of once, and the names that the script gives.
    pub fn beyond_the_plan(&mut self, following: &Following, known: &Known) -> Vec<BeyondRow> {
        if following.versions.all.is_empty() || self.state.store.rows.is_empty() {
            return Vec::new();
        }
        let Some(store) = self.planned_store() else { return Vec::new() };
        let mut found: BTreeMap<Unknown, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
        for planned in following.plan.plan.planned.values() {
            let studies = known.get(&planned.id).map(|facts| facts.studies()).unwrap_or_default();
            let (spec, declared) = (planned.spec(), &following.plan.store);
            let asked = &spec.estimand;
            let instruments: BTreeSet<&str> =
                declared.instruments.values().filter(|i| i.outcome.as_deref() == Some(&asked.outcome)).map(|i| i.id.as_str()).collect();
            let arms: BTreeSet<&String> = declared.comparisons.values().flat_map(|c| c.arm1.iter().chain(&c.arm2)).collect();
            let at = |row: &Row| asked.timepoint.is_none() || row.timepoint == asked.timepoint;
            let enters = |row: &&Row| row.outcome == asked.outcome && at(row) && studies.contains(&row.study.as_str());
            for row in store.rows.iter().filter(enters) {
                let mut note = |unknown: Unknown| {
                    let (plans, studies) = found.entry(unknown).or_default();
                    plans.insert(&planned.id);
                    studies.insert(&row.study);
                };
                if let Some(instrument) = row.instrument.as_deref().filter(|i| !instruments.is_empty() && !instruments.contains(i)) {
                    note(Unknown { what: "instrument", of: asked.outcome.clone(), name: instrument.to_owned() });
                }
                for arm in [&row.arm1, &row.arm2].into_iter().flatten().filter(|arm| !arms.is_empty() && !arms.contains(arm)) {
                    note(Unknown { what: "arm", of: asked.outcome.clone(), name: arm.clone() });
                }
                for factor in &spec.by {
                    let levels = declared.characteristics.get(factor).map_or(&[][..], |c| &c.levels);
                    let level = level_of(&store, row, factor);
                    let stranger = |level: &&str| !levels.is_empty() && !levels.iter().any(|l| l.eq_ignore_ascii_case(level));
                    if let Some(level) = level.as_deref().filter(stranger) {
                        note(Unknown { what: "level", of: factor.clone(), name: level.to_owned() });
                    }
                }
            }
        }
        let names = self.state.follow.renamed.iter().map(|(new, old)| BeyondRow {
            kind: "name",
            words: format!("`{new}` in data and script is `{old}` of the plan, as the script says"),
            studies: Vec::new(),
            plans: Vec::new(),
            effects: Vec::new(),
        });
        let mut rows: Vec<BeyondRow> = names.collect();
        for (unknown, (plans, studies)) in &found {
            let problem = unknown.told(plans, studies, &following.plan.store);
            let effects = if unknown.what == "instrument" { self.effects_of_instrument(following, unknown) } else { Vec::new() };
            let own = |names: &BTreeSet<&str>| names.iter().map(|n| (*n).to_owned()).collect();
            rows.push(BeyondRow { kind: unknown.what, words: problem.message.clone(), studies: own(studies), plans: own(plans), effects });
            if self.state.follow.told.insert(problem.message.clone()) {
                self.report(problem);
            }
        }
        rows
    }

    /// What the planned pools give without the results of an instrument, and with them.
    fn effects_of_instrument(&mut self, following: &Following, unknown: &Unknown) -> Vec<EventEffect> {
        let renamed = &self.state.follow.renamed;
        let outcome = renamed.iter().find(|(_, old)| **old == unknown.of).map_or(unknown.of.as_str(), |(new, _)| new.as_str());
        let mut without = (*self.state.store).clone();
        without.rows.retain(|row| row.outcome != outcome || row.instrument.as_deref() != Some(&unknown.name));
        without.settle();
        Pools { following, with: None }.effects(self, Arc::new(without))
    }

    /// Names of the plan that the data hold beside the names that the script says are the same: then two are taken for one.
    pub fn taken_together(&mut self, following: &Following) -> Vec<DifferenceRow> {
        let (store, renamed) = (self.state.store.clone(), self.state.follow.renamed.clone());
        let held = |of: fn(&Row) -> [Option<&str>; 2], name: &str| store.rows.iter().any(|row| of(row).contains(&Some(name)));
        type Column = (fn(&Row) -> [Option<&str>; 2], Code, &'static str);
        let columns: [Column; 4] = [
            (|row| [Some(&row.outcome), None], Code::OutChanged, "outcome"),
            (|row| [row.instrument.as_deref(), None], Code::OutChanged, "instrument"),
            (|row| [row.timepoint.as_deref(), None], Code::TimChanged, "timepoint"),
            (|row| [row.arm1.as_deref(), row.arm2.as_deref()], Code::CmpChanged, "arm"),
        ];
        let mut rows = Vec::new();
        for (new, old) in &renamed {
            let reason = self.state.follow.reasons_of_names.get(new).cloned();
            for (of, code, what) in columns.iter().filter(|(of, ..)| held(*of, new) && held(*of, old)) {
                let studies: BTreeSet<&str> =
                    store.rows.iter().filter(|row| of(row).contains(&Some(new))).map(|row| row.study.as_str()).collect();
                let mut without = (*store).clone();
                without.rows.retain(|row| !of(row).contains(&Some(new)));
                without.settle();
                let effects = Pools { following, with: None }.effects(self, Arc::new(without));
                // Two names are taken for one only where a planned pool takes results of both.
                let mut other = (*store).clone();
                other.rows.retain(|row| !of(row).contains(&Some(old)));
                other.settle();
                let of_old = Pools { following, with: None }.effects(self, Arc::new(other));
                let meet = |e: &EventEffect| of_old.iter().any(|o| o.plan == e.plan);
                let effects: Vec<EventEffect> = effects.into_iter().filter(meet).collect();
                if effects.is_empty() {
                    continue;
                }
                let k = |e: &EventEffect| format!("{}: k {} → {}", e.plan, e.k_before, e.k_after);
                rows.push(DifferenceRow {
                    plan: "all".into(),
                    role: None,
                    status: "deviation",
                    line: None,
                    code: code.name(),
                    severity: code.severity().name(),
                    item: (*what).to_owned(),
                    registered: format!("`{old}`"),
                    executed: format!("`{old}` and `{new}`, both in the data, taken for one"),
                    seen: None,
                    when: reason.as_ref().and_then(|r| r.when).map(crate::protocol::Timing::words),
                    reason_code: reason.as_ref().and_then(|r| r.code).map(crate::protocol::ReasonCode::name),
                    unexplained: reason.is_none(),
                    reason: reason.as_ref().map(|r| r.text.clone()),
                    effect: effects.first().map(|e| Effect { what: None, registered: e.before, executed: e.after }),
                    shown: effects.first().map(|e| e.shown),
                    studies: studies.into_iter().map(str::to_owned).collect(),
                    details: effects.iter().map(k).collect(),
                });
            }
        }
        rows
    }

    /// Registered criteria that people applied, each with the planned analysis without it and with it.
    pub fn criteria_applied(&self, following: &Following, account: &Account, executed: &[Executed], known: &Known) -> Vec<CriterionRow> {
        let texts = following.versions.latest().map(|p| &p.declared["criteria"]);
        let row = |(label, run): (&Label, &Executed)| {
            let criterion = run.cites.clone()?;
            label.note.as_ref().filter(|n| n.starts_with(REGISTERED_CRITERION))?;
            let plan = label.plan.clone()?;
            // What the statement itself left out: of the analysis it derives from, or of the planned one.
            let place = executed.iter().position(|e| std::ptr::eq(e, run)).unwrap_or_default();
            let base = run.base_among(executed[..place].iter()).map(|e| &e.facts);
            let (whole, own) = (base.or_else(|| known.get(&plan))?, run.facts.studies());
            let studies = match &whole.effects {
                Some(_) => whole.studies().into_iter().filter(|s| !own.contains(s)).map(str::to_owned).collect(),
                // Of what could not be pooled before it was settled: those that are named.
                None => run.named_out(),
            };
            let reason = run.steps.first();
            let effect = Effect { what: None, registered: whole.result, executed: run.facts.result };
            Some(CriterionRow {
                text: texts.and_then(|t| t[&criterion].as_str()).unwrap_or_default().to_owned(),
                criterion,
                studies,
                by: run.judged_by.clone(),
                reason: reason.map(|r| r.text.clone()),
                when: reason.and_then(|r| r.when).map(crate::protocol::Timing::words),
                seen: reason
                    .and_then(|r| r.when)
                    .filter(|w| *w != crate::protocol::Timing::AfterResults)
                    .and_then(|_| following.seen.get(&plan).cloned()),
                line: run.line,
                effect,
                shown: self.shown(following, &plan, effect),
                plan,
            })
        };
        account.labels.iter().zip(executed).filter_map(row).collect()
    }
}

/// A name that the plan does not declare.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Unknown {
    what: &'static str,
    of: String,
    name: String,
}

impl Unknown {
    fn told(&self, plans: &BTreeSet<&str>, studies: &BTreeSet<&str>, declared: &Store) -> Problem {
        let Unknown { what, of, name } = self;
        let list = |names: &BTreeSet<&str>| and_list(&names.iter().copied().collect::<Vec<_>>(), 4);
        let message = format!(
            "the plan names no {what} `{name}` of `{of}`, and {} with it {} {}",
            list(studies),
            if studies.len() == 1 { "enters" } else { "enter" },
            list(plans)
        );
        let problem = Problem::warning("W524", message);
        match *what {
            "instrument" => match nearest(name, declared.instruments.keys().map(String::as_str)) {
                Some(near) => problem.help(format!("if it is `{near}`, write `instrument {name} was {near}`; else say it in the review")),
                None => problem.help("what the plan does not name its rules can't rank or turn; say in the review that it was taken"),
            },
            "arm" => problem.help(format!(
                "if it is one of the plan's, write `compare {name} vs … was … vs …`; else say in the review that it was taken"
            )),
            _ => problem.help("its studies are a group of their own; say in the review how it came about"),
        }
    }
}

/// What a row or its study says of a factor.
fn level_of(store: &Store, row: &Row, factor: &str) -> Option<String> {
    let own = row.moderators.get(factor).and_then(|v| v.text());
    own.or_else(|| store.studies.get(&row.study)?.characteristics.get(factor)?.text()).map(str::to_owned)
}
