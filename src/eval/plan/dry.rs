//! A dry run: the plan on synthetic rows, so that what can't run is found before there are data.

use super::state::{Asked, DryRun, PlannedStatement};
use super::synthetic;
use crate::diagnostic::Problem;
use crate::eval::located::Located;
use crate::eval::outcome::{Outcome, SyntheticResult};
use crate::eval::rule::state::Judgement;
use crate::eval::state::State;
use crate::eval::walk::{Halt, Mode, Step, Walk};
use crate::language::value::Value;
use crate::source::Span;
use crate::syntax::ast::{Bound, Word};
use std::sync::Arc;

/// What came of trying one planned analysis.
#[derive(Debug, Clone)]
pub struct Shell {
    /// Its id.
    pub id: String,
    /// Its results, made of synthetic rows.
    pub results: Vec<SyntheticResult>,
    /// Why it can't run, if it can't.
    pub failed: Vec<Located>,
}

impl Walk<'_, '_> {
    /// Runs what has been planned so far on synthetic rows, and gives the results marked as such.
    pub fn dry_run(&mut self, dry: DryRun, span: Span) -> Step {
        if self.state.plan.planned.is_empty() {
            return self.fail(
                Problem::error("E507", "nothing is planned yet, so that there is nothing to try")
                    .at(span, "a dry run of nothing")
                    .help("`dry run` stands after the `plan` statements"),
            );
        }
        let mut failed = false;
        for shell in self.shells(dry)? {
            failed |= shell.failed.iter().any(|p| p.problem.is_error());
            for located in shell.failed {
                self.report(located.problem);
            }
            self.outcomes.extend(shell.results.into_iter().map(|r| Outcome::Synthetic(Box::new(r))));
        }
        if failed { Err(Halt::Error) } else { Ok(()) }
    }

    /// Every planned analysis on synthetic rows. Gates are left open, so that each is tried.
    pub fn shells(&mut self, dry: DryRun) -> Result<Vec<Shell>, Halt> {
        let own = std::mem::take(self.state);
        *self.state = on_synthetic_rows(&own, dry);
        let mode = std::mem::replace(&mut self.mode, Mode::Run);
        let outcomes = std::mem::take(&mut self.outcomes);
        let problems = std::mem::take(&mut self.problems);
        let (source, told) = (self.source.clone(), std::mem::take(&mut self.told));
        let mut shells = Vec::new();
        let mut halted = None;
        let mut failed_ids: Vec<&str> = Vec::new();
        for planned in own.plan.planned.values() {
            // What rests on an analysis that can't run is not blamed for it.
            if planned.parent.as_deref().is_some_and(|p| failed_ids.contains(&p)) {
                failed_ids.push(&planned.id);
                continue;
            }
            self.source = planned.source.clone();
            let end = self.try_one(planned);
            let results = std::mem::take(&mut self.outcomes);
            let failed: Vec<Located> = std::mem::take(&mut self.problems).into_iter().filter(|p| p.problem.is_error()).collect();
            if !failed.is_empty() {
                failed_ids.push(&planned.id);
            }
            let marked = |outcome: Outcome| SyntheticResult {
                id: planned.id.clone(),
                role: planned.role.name(),
                statement: planned.command.to_string(),
                studies: dry.k,
                shell: Box::new(outcome),
            };
            shells.push(Shell { id: planned.id.clone(), results: results.into_iter().map(marked).collect(), failed });
            if let Err(halt @ (Halt::Interrupted | Halt::OutOfTime)) = end {
                halted = Some(halt);
                break;
            }
        }
        self.source = source;
        self.mode = mode;
        self.outcomes = outcomes;
        self.problems = problems;
        self.told = told;
        *self.state = own;
        halted.map_or(Ok(shells), Err)
    }

    fn try_one(&mut self, planned: &PlannedStatement) -> Step {
        let command = &planned.command;
        if matches!(planned.asked, Asked::Apply { .. }) {
            return self.apply_rule(command);
        }
        self.bind(&Word { text: planned.id.clone(), span: planned.span }, &Bound::Command(command.clone()))
    }
}

/// The state of a script that has the plan's declarations, and synthetic rows as its data.
fn on_synthetic_rows(own: &State, dry: DryRun) -> State {
    let mut state = own.before_data();
    state.analyses.clear();
    state.findings.clear();
    let mut store = (*state.store).clone();
    let _ = store.merge(synthetic::store(own, dry));
    state.take_store(Arc::new(store));
    // What people will judge is not known: the rows are as good as any.
    let open: Vec<Judgement> = own.judgements.iter().filter(|j| j.answer.is_none()).cloned().collect();
    for judgement in open {
        state.judgements.push(Judgement { answer: Some(Value::Bool(true)), ..judgement });
    }
    state
}
