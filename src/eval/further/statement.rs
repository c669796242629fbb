//! The statements: resolving, running, keeping.

use super::run;
use crate::diagnostic::Problem;
use crate::eval::analysis;
use crate::eval::outcome::Outcome;
use crate::eval::state::Finding;
use crate::eval::walk::{Halt, Mode, Walk};
use crate::eval::work::Work;
use crate::language::further::FurtherSpec;
use crate::language::resolve;
use crate::language::spec::ModelChoice;
use crate::language::vocabulary::Verb;
use crate::stats::sensitivity::Watch;
use crate::syntax::ast::Command;
use std::sync::Arc;

impl Walk<'_, '_> {
    /// `VERB of RESULT clauses…`
    pub fn further(&mut self, verb: &Verb, command: &Command, name: Option<&str>) -> Result<Arc<Finding>, Halt> {
        let (command, said) = self.reasons(command)?;
        let before = std::mem::replace(&mut self.asking.said, said);
        let end = self.further_said(verb, &command, name);
        self.asking.said = before;
        end
    }

    fn further_said(&mut self, verb: &Verb, command: &Command, name: Option<&str>) -> Result<Arc<Finding>, Halt> {
        for word in command.items.iter().filter_map(crate::language::cursor::word_of) {
            self.name_planned(word);
        }
        let mut problems: Vec<Problem> = Vec::new();
        let forgiven = |name: &str| self.is_forgiven(name);
        if self.mode == Mode::Check
            && (self.state.no_data || command.items.iter().filter_map(crate::language::cursor::word_of).any(forgiven))
        {
            return Err(Halt::Error);
        }
        let named = resolve::Named { pooled: &|name| self.parent(name), further: &|name| self.further_of(name) };
        let spec = self.with_context(|context| resolve::further(verb, command, &named, context, &mut problems));
        self.answer(spec, problems, name)
    }

    /// `NAME clauses…`, where the name is that of a regression.
    pub fn regress_again(&mut self, command: &Command, name: Option<&str>) -> Result<Arc<Finding>, Halt> {
        let (command, said) = self.reasons(command)?;
        let before = std::mem::replace(&mut self.asking.said, said);
        let end = self.regress_again_said(&command, name);
        self.asking.said = before;
        end
    }

    fn regress_again_said(&mut self, command: &Command, name: Option<&str>) -> Result<Arc<Finding>, Halt> {
        let mut problems: Vec<Problem> = Vec::new();
        let Some(parent) = self.further_of(&command.head.text) else { return Err(Halt::Error) };
        let spec = self.with_context(|context| resolve::derived_regression(command, &parent, &command.head.text, context, &mut problems));
        self.answer(spec, problems, name)
    }

    /// What the verb behind a name was asked, with what the rule of its analysis chose.
    fn further_of(&self, name: &str) -> Option<FurtherSpec> {
        let finding = self.state.findings.get(name)?;
        let mut spec = finding.spec.clone();
        if let (ModelChoice::Rule(_), Some(Outcome::Regress(result))) = (&spec.base.model.value, &finding.outcome) {
            spec.base.rule_branch.clone_from(&result.base.rule);
        }
        Some(spec)
    }

    /// Runs what has been resolved, and keeps it.
    fn answer(&mut self, spec: Option<FurtherSpec>, problems: Vec<Problem>, name: Option<&str>) -> Result<Arc<Finding>, Halt> {
        for problem in problems {
            self.report(problem);
        }
        let mut spec = spec.ok_or(Halt::Error)?;
        spec.name = name.map(str::to_owned);
        let mut base = None;
        let outcome = match self.mode {
            Mode::Check => None,
            Mode::Run => {
                let line = self.source.line_column(spec.base.span.start).0;
                let analysed = match analysis::analyse(&spec.base, self.state, line) {
                    Ok(analysed) => analysed,
                    Err(problems) => return Err(self.refused(problems, spec.base.span)),
                };
                let stop = self.env.stop;
                let stopped = || stop().is_some();
                let work = Work { watch: Watch { stop: &stopped, progress: self.env.progress }, seed: self.env.seed };
                let outcome = run(&spec, &analysed, self.state, &work);
                (self.env.progress)(0, 0);
                base = Some(analysed.result);
                match (outcome, stop()) {
                    (Ok(outcome), _) => Some(outcome),
                    (Err(_), Some(halt)) => return Err(self.halted(halt, spec.base.span, "stopped in this")),
                    (Err(problem), None) => return Err(self.refused(vec![problem], spec.base.span)),
                }
            }
        };
        if let (Some(outcome), Some(base)) = (&outcome, &base) {
            self.record_further(&spec, base, outcome);
            self.outcomes.push(outcome.clone());
        }
        let finding = Arc::new(Finding { verb: spec.verb, spec, outcome });
        if let Some(name) = name {
            self.state.findings.insert(name.to_owned(), finding.clone());
        }
        Ok(finding)
    }
}
