//! At the end of a run: what was executed against what was planned.

use super::recorded::facts;
use super::state::Following;
use crate::eval::outcome::{
    AdditionRow, ConditionRow, DifferenceRow, EffectShown, NotDoneRow, Outcome, PlanReport, PlannedRow, SimilarRow,
};
use crate::eval::plan::{Asked, PlannedStatement};
use crate::eval::walk::Walk;
use crate::protocol::account::Row;
use crate::protocol::matching::Known;
use crate::protocol::obstacle::Source;
use crate::protocol::{Account, Code, Deviation, Effect, Executed, Facts, Field, Key, Label, Status, account};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What came of following a plan.
#[derive(Debug, Clone)]
pub struct Reported {
    /// For people and programs.
    pub report: Arc<PlanReport>,
    /// The account it is made from.
    pub account: Account,
}

impl Walk<'_, '_> {
    /// Compares what was run with the plan, and labels the results of this run. None if no plan is followed.
    /// `stopped` is the line of the script at which it ended early.
    pub fn account(&mut self, stopped: Option<usize>) -> Option<Reported> {
        let following = self.state.follow.plan.clone()?;
        let mut by_data = BTreeMap::new();
        let known = self.known(&following, &mut by_data);
        let beyond = self.beyond_the_plan(&following, &known);
        let versions = following.versions.filled(&by_data);
        let claims = |e: &Executed| super::recorded::claimed_role(&e.record, &self.state.store, &following);
        let executed = self.state.follow.executed.iter().map(|e| {
            let mut executed = Executed { claims: claims(e), ..(**e).clone() };
            executed.settle_question(&versions, &known);
            executed
        });
        let executed: Vec<Executed> = executed.collect();
        let mut account = account(&executed, &versions, &known, &following.criteria, &self.state.follow.omitted);
        self.effects_of_amendments(&following, &mut account, &executed);
        self.effects_of_further(&mut account);
        for recorded in std::mem::take(&mut self.recorded) {
            let (Some(outcome), Some(label)) = (self.outcomes.get_mut(recorded.outcome), account.labels.get(recorded.executed)) else {
                continue;
            };
            outcome.stand(label);
            if outcome.head_id().is_none() {
                self.label_pictures(recorded.outcome, label);
            }
        }
        self.label_names(&account, &executed);
        self.label_planned(&versions);
        let report = Arc::new(PlanReport { stopped, beyond, ..self.report_of(&following, &account, &executed, &known) });
        for outcome in &mut self.outcomes {
            match outcome {
                Outcome::Differences(slot) | Outcome::PlanStatus(slot) => *slot = Some(report.clone()),
                _ => {}
            }
        }
        Some(Reported { report, account })
    }

    /// Labels pictures of planned analyses that were computed for them alone: they are as registered.
    fn label_planned(&mut self, versions: &crate::protocol::Versions) {
        for outcome in &mut self.outcomes {
            let Some(subject) = outcome.pictured() else { continue };
            let planned = subject.head_id().and_then(|id| versions.planned(id)).filter(|_| subject.is_unregistered());
            if let Some(label) = planned.map(crate::protocol::label::registered) {
                subject.stand(&label);
            }
        }
    }

    /// Labels the pictures of a result without a name, such as one in parentheses: those drawn after it from its line.
    fn label_pictures(&mut self, of: usize, label: &Label) {
        let Some(line) = self.outcomes.get(of).and_then(Outcome::line) else { return };
        for outcome in self.outcomes.iter_mut().skip(of + 1) {
            if let Some(subject) = outcome.pictured()
                && subject.head_id().is_none()
                && subject.line() == Some(line)
            {
                subject.stand(label);
            }
        }
    }

    /// Labels what names are bound to, and what of it has been shown.
    // A guard can't borrow what it matches.
    #[allow(clippy::collapsible_match)]
    fn label_names(&mut self, account: &Account, executed: &[Executed]) {
        for (run, label) in executed.iter().zip(&account.labels) {
            let Some(name) = &run.name else { continue };
            if let Some(analysis) = self.state.analyses.get_mut(name)
                && let Some(result) = &mut Arc::make_mut(analysis).result
            {
                let mut outcome = Outcome::Pool(Box::new(result.clone()));
                outcome.stand(label);
                if let Outcome::Pool(labelled) = outcome {
                    *result = *labelled;
                }
            }
            if let Some(finding) = self.state.findings.get_mut(name)
                && let Some(outcome) = &mut Arc::make_mut(finding).outcome
            {
                outcome.stand(label);
            }
            for outcome in &mut self.outcomes {
                match outcome {
                    Outcome::Show(result) | Outcome::Explain(result) if result.id.as_ref() == Some(name) => {
                        let mut shown = Outcome::Pool(result.clone());
                        shown.stand(label);
                        if let Outcome::Pool(labelled) = shown {
                            *result = labelled;
                        }
                    }
                    Outcome::Composition(_) => {
                        let Some(subject) = outcome.pictured() else { continue };
                        if subject.head_id() == Some(name) {
                            subject.stand(label);
                        }
                    }
                    Outcome::ShowFinding(inner) | Outcome::ExplainFinding(inner) => {
                        if inner.head_mut().is_some_and(|h| h.id.as_ref() == Some(name)) {
                            inner.stand(label);
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// What each planned analysis gives on today's data: of those that were run from the run, of the others computed now.
    /// What the data filled in of their questions goes into `by_data`.
    fn known(&mut self, following: &Following, by_data: &mut BTreeMap<String, Vec<Field>>) -> Known {
        let mut known = Known::new();
        let planned: Vec<Arc<PlannedStatement>> = following.plan.plan.planned.values().cloned().collect();
        for statement in &planned {
            let run = self.state.follow.executed.iter().rev().find(|e| e.ran.as_deref() == Some(&statement.id));
            let ran = run.is_some();
            if let Some(run) = run {
                by_data.insert(statement.id.clone(), run.record.root().fields.clone());
            }
            let mut facts = match (run.map(|e| e.facts.clone()), &statement.asked) {
                (Some(facts), _) => facts,
                (None, Asked::Pool(_)) => match self.silently(&statement.id) {
                    Ok(Some(result)) => {
                        let record = crate::eval::record::of_analysis(&result.spec, &following.plan);
                        by_data.insert(statement.id.clone(), record.fields);
                        facts(&result, self.state)
                    }
                    Ok(None) => Facts::default(),
                    Err(why) => Facts { impossible: Some(why), ..Facts::default() },
                },
                (None, _) => Facts::default(),
            };
            if facts.impossible.is_some() && self.settled(&statement.id).is_some() {
                facts.impossible = None;
            }
            if facts.impossible.as_ref().is_some_and(|why| why.from == Source::NoStudy)
                && let Some(why) = self.absent(statement)
            {
                facts.impossible = Some(why);
            }
            if let Some(why) = self.lacks_columns(statement).filter(|_| !ran) {
                facts.impossible = Some(why);
            }
            if let Some(why) = self.state.follow.impossible.get(&statement.id) {
                facts.impossible = Some(why.clone());
            }
            if let Some(parent) = statement.parent.as_ref().and_then(|p| known.get(p)) {
                let by_rows = !matches!(statement.asked, Asked::Pool(_));
                if by_rows && facts.impossible.is_none() {
                    facts.impossible.clone_from(&parent.impossible);
                }
                facts.empty = selects_nothing(following, &statement.id, parent, &facts);
            }
            facts.gate = match self.state.follow.idle.get(&statement.id) {
                Some(words) => Some((false, words.clone())),
                None => self.gate_of(statement).ok().flatten(),
            };
            known.insert(statement.id.clone(), facts);
        }
        known
    }

    /// What analyses that were amended give as the first lock has them, beside what they give now.
    fn effects_of_amendments(&mut self, following: &Following, account: &mut Account, executed: &[Executed]) {
        let Some(first) = &following.first else { return };
        for (label, run) in account.labels.iter_mut().zip(executed).filter(|(l, _)| l.status == Status::Amended) {
            let Some(id) = label.plan.as_deref() else { continue };
            let was = self.under(following, first, |walk| walk.silently(id).ok().flatten().map(|r| facts(&r, walk.state)));
            let effect = Effect { what: None, registered: was.and_then(|f| f.result), executed: run.facts.result };
            for deviation in label.deviations.iter_mut().filter(|d| d.effect.is_none()) {
                deviation.effect = Some(effect);
            }
        }
    }

    /// What planned analyses of results give as registered, beside what was run in their place.
    fn effects_of_further(&mut self, account: &mut Account) {
        for label in account.labels.iter_mut().filter(|l| l.status == Status::Deviation) {
            let Some(id) = label.plan.clone() else { continue };
            let mut open = label.deviations.iter_mut().filter_map(|d| d.effect.as_mut()).filter(|e| e.registered.is_none()).peekable();
            if open.peek().is_some() {
                let registered = self.headline_silently(&id);
                open.for_each(|effect| effect.registered = registered);
            }
        }
    }

    /// Does something under another version of the plan.
    fn under<T>(&mut self, following: &Following, plan: &Arc<crate::eval::state::State>, act: impl FnOnce(&mut Self) -> T) -> T {
        let version = Following { plan: (**plan).clone(), ..following.clone() };
        let own = self.state.follow.plan.replace(Arc::new(version));
        let (locked, silent) = (self.state.follow.locked_store.take(), self.state.follow.silent.take());
        let (analyses, findings) = (self.state.analyses.clone(), self.state.findings.clone());
        let done = act(self);
        self.state.follow.plan = own;
        (self.state.follow.locked_store, self.state.follow.silent) = (locked, silent);
        (self.state.analyses, self.state.findings) = (analyses, findings);
        done
    }

    fn report_of(&mut self, following: &Following, account: &Account, executed: &[Executed], known: &Known) -> PlanReport {
        let taken_together = self.taken_together(following);
        let mut differences: Vec<DifferenceRow> = account
            .differences(executed, &following.versions)
            .into_iter()
            .map(|row| match row {
                Row::Deviation { plan, status, line, deviation } => self.difference(following, plan, status, line, deviation),
                Row::Amended(a) => DifferenceRow {
                    plan: a.planned.id.clone(),
                    role: Some(a.planned.role.name()),
                    status: "amended",
                    line: None,
                    code: a.code.name(),
                    severity: a.code.severity().name(),
                    item: "analysis".into(),
                    registered: if a.added { "not planned".into() } else { a.planned.statement.clone() },
                    executed: if a.added { a.planned.statement.clone() } else { "no longer planned".into() },
                    when: Some(if a.amendment.after_results { "after results" } else { "before results" }),
                    seen: None,
                    reason_code: a.amendment.code.map(crate::protocol::ReasonCode::name),
                    reason: Some(a.amendment.words()),
                    effect: None,
                    shown: None,
                    studies: Vec::new(),
                    details: Vec::new(),
                    unexplained: false,
                },
                Row::NotDone(n) => DifferenceRow {
                    plan: n.id.clone(),
                    role: Some(n.role.name()),
                    status: "not_done",
                    line: None,
                    code: n.code.name(),
                    severity: "N",
                    item: "analysis".into(),
                    registered: following.versions.planned(&n.id).map(|p| p.statement.clone()).unwrap_or_default(),
                    executed: n.obstacle.as_ref().map_or_else(|| "not run".to_owned(), |why| format!("not run: {why}")),
                    when: n.when.map(crate::protocol::Timing::words),
                    seen: n.when.filter(|w| *w != crate::protocol::Timing::AfterResults).and_then(|_| following.seen.get(&n.id).cloned()),
                    reason_code: n.reason_code.map(crate::protocol::ReasonCode::name),
                    reason: n.reason.clone(),
                    effect: None,
                    shown: None,
                    studies: Vec::new(),
                    details: Vec::new(),
                    unexplained: n.is_unexplained(),
                },
            })
            .chain(super::practice::differences(self.state, following, account, executed))
            .chain(taken_together)
            .chain(self.technical(following))
            .collect();
        differences.sort_by_key(DifferenceRow::rank);
        let data_events = self.data_events(following);
        let asked = differences.iter().any(|d| d.unexplained) || data_events.iter().any(|e| e.unexplained);
        let complete = following.versions.all.is_empty() || account.is_complete() && !asked;
        let additions = account
            .additions(executed)
            .into_iter()
            .map(|a| AdditionRow {
                code: a.code.name(),
                role: a.role.name(),
                plan: a.plan.map(str::to_owned),
                lines: a.runs.iter().map(|r| r.line).collect(),
                statements: a.runs.iter().map(|r| r.statement.clone()).collect(),
            })
            .collect();
        let similar = account
            .similar
            .iter()
            .map(|s| SimilarRow {
                plan: s.planned.clone(),
                field: s.field.words(),
                registered: s.registered.clone(),
                executed: s.run.clone(),
                line: executed.get(s.executed).map_or(0, |e| e.line),
                statement: executed.get(s.executed).map(|e| e.statement.clone()).unwrap_or_default(),
            })
            .collect();
        PlanReport {
            path: following.path.clone(),
            locked: following.locked.clone(),
            fingerprint: following.fingerprint.clone(),
            reconstructed: following.reconstructed.clone(),
            draft: following.draft,
            verified: following.verified,
            locks: following.locks.clone(),
            registrations: following.registrations.clone(),
            amendments: following.versions.all.iter().filter_map(|v| v.amendment.clone()).collect(),
            planned: self.planned_rows(following, account, executed, known),
            not_done: account
                .not_done
                .iter()
                .map(|n| NotDoneRow {
                    id: n.id.clone(),
                    role: n.role.name(),
                    code: n.code.name(),
                    reason: n.reason.clone(),
                    obstacle: n.obstacle.clone(),
                    reason_code: n.reason_code.map(crate::protocol::ReasonCode::name),
                })
                .collect(),
            planned_condition_false: account
                .condition_false
                .iter()
                .map(|(id, reason)| ConditionRow { id: id.clone(), reason: reason.clone() })
                .collect(),
            similar,
            differences,
            additions,
            data_events,
            criteria: self.criteria_applied(following, account, executed, known),
            beyond: Vec::new(),
            stopped: None,
            complete,
        }
    }

    fn difference(&self, following: &Following, plan: &str, status: Status, line: usize, d: &Deviation) -> DifferenceRow {
        DifferenceRow {
            plan: plan.to_owned(),
            role: following.versions.planned(plan).map(|p| p.role.name()),
            status: status.name(),
            line: Some(line),
            code: d.code.name(),
            severity: d.severity.name(),
            item: d.field.clone(),
            registered: d.registered.clone(),
            executed: d.executed.clone(),
            when: d.when,
            seen: d.when.filter(|when| when.starts_with("before")).and_then(|_| following.seen.get(plan).cloned()),
            reason_code: d.reason_code.map(crate::protocol::ReasonCode::name),
            reason: d.reason.clone(),
            effect: d.effect,
            shown: d.effect.map(|e| self.shown(following, plan, e)),
            studies: d.studies.clone(),
            details: d.details.clone(),
            unexplained: status == Status::Deviation && d.is_unexplained(),
        }
    }

    /// An effect on the scale that is displayed.
    pub fn shown(&self, following: &Following, plan: &str, effect: Effect) -> EffectShown {
        let measure = following.plan.plan.planned.get(plan).map(|p| p.spec().measure.value);
        let back = |x: Option<[f64; 3]>| {
            x.map(|x| {
                x.map(|x| {
                    let natural = measure.map_or(x, |m| m.display(x, None));
                    if natural.is_nan() { x } else { natural }
                })
            })
        };
        let null = measure.and_then(crate::stats::effect::Measure::null_value);
        EffectShown {
            effect: Effect { what: effect.what, registered: back(effect.registered), executed: back(effect.executed) },
            includes_null: null.and_then(|null| effect.includes(null)),
        }
    }

    /// The version of the numerics, where it is not that of the lock.
    fn technical(&self, following: &Following) -> Option<DifferenceRow> {
        let locked = following.numerics.as_deref()?;
        let now = crate::protocol::lock::NUMERICS;
        (locked != now).then(|| DifferenceRow {
            plan: "all".into(),
            role: None,
            status: "pre_specified",
            line: None,
            code: Code::Tool.name(),
            severity: "T",
            item: "numerics".into(),
            registered: locked.to_owned(),
            executed: now.to_owned(),
            when: None,
            seen: None,
            reason_code: None,
            reason: None,
            effect: None,
            shown: None,
            studies: Vec::new(),
            details: Vec::new(),
            unexplained: false,
        })
    }

    /// What became of each planned analysis.
    fn planned_rows(&self, following: &Following, account: &Account, executed: &[Executed], known: &Known) -> Vec<PlannedRow> {
        let mut rows = Vec::new();
        for planned in following.plan.plan.planned.values() {
            let run = account.labels.iter().zip(executed).find(|(l, _)| l.stands_for() == Some(planned.id.as_str()));
            let not_done = account.not_done.iter().find(|n| n.id == planned.id);
            let condition = account.condition_false.iter().find(|c| c.0 == planned.id);
            let (status, detail) = match (run, condition, not_done) {
                (Some((label, _)), ..) => {
                    (label.status.name(), known.get(&planned.id).and_then(|k| k.impossible.as_ref()).map(|o| o.words.clone()))
                }
                (None, Some(condition), _) => ("planned_condition_false", Some(condition.1.clone())),
                (None, None, Some(n)) => {
                    let by_hand = rows_by_hand(account, executed, &planned.id);
                    ("not_done", n.reason.clone().or_else(|| n.obstacle.clone()).or(by_hand))
                }
                (None, None, None) => ("not_done", None),
            };
            rows.push(PlannedRow {
                id: planned.id.clone(),
                role: planned.role.name(),
                parent: planned.parent.clone(),
                expects: planned.expects.clone(),
                status,
                line: run.map(|(_, e)| e.line),
                label: match run {
                    Some((label, _)) => label.text.clone(),
                    None if status == "not_done" => match &detail {
                        Some(detail) => format!("[NOT DONE · {} · {detail}]", planned.id),
                        None => format!("[NOT DONE · {}]", planned.id),
                    },
                    None => format!("[PLANNED · {} · condition false]", planned.id),
                },
                detail,
            });
        }
        rows
    }
}

/// The rows of a planned leave-one-out that were run by hand, where it was not run as a whole.
fn rows_by_hand(account: &Account, executed: &[Executed], id: &str) -> Option<String> {
    let of = |l: &Label| l.plan.as_deref() == Some(id) && l.note.as_deref().is_some_and(|n| n.starts_with("row of "));
    let lines: Vec<String> = account.labels.iter().zip(executed).filter(|(l, _)| of(l)).map(|(_, e)| e.line.to_string()).collect();
    (!lines.is_empty()).then(|| {
        format!("as a whole; {} of it by hand, line {}", crate::language::suggest::count(lines.len(), "row", "rows"), lines.join(", "))
    })
}

/// A condition of a planned analysis that no study meets.
fn selects_nothing(following: &Following, id: &str, parent: &Facts, own: &Facts) -> Option<String> {
    let planned = following.versions.planned(id)?;
    let above = following.versions.planned(planned.parent.as_deref()?)?;
    let criteria = |p: &crate::protocol::Planned| p.record.field(Key::Criteria).map(|f| f.value.clone());
    let added = planned.record.kind == "pool" && criteria(planned) != criteria(above);
    let words = planned.record.field(Key::Criteria)?.words.clone();
    (added && own.same_studies(parent)? && own.impossible.is_none()).then(|| format!("no study meets the condition of `{words}`"))
}
