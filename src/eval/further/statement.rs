//! The statements: resolving, running, keeping.

use super::run;
use crate::diagnostic::Problem;
use crate::eval::analysis;
use crate::eval::state::Finding;
use crate::eval::walk::{Halt, Mode, Walk};
use crate::eval::work::Work;
use crate::language::resolve;
use crate::language::spec::AnalysisSpec;
use crate::language::vocabulary::Verb;
use crate::stats::sensitivity::Watch;
use crate::syntax::ast::Command;
use std::sync::Arc;

impl Walk<'_, '_> {
    /// `VERB of RESULT clauses…`
    pub fn further(&mut self, verb: &Verb, command: &Command, name: Option<&str>) -> Result<Arc<Finding>, Halt> {
        let mut problems: Vec<Problem> = Vec::new();
        let forgiven = |name: &str| self.is_forgiven(name);
        if self.mode == Mode::Check
            && (self.state.no_data || command.items.iter().filter_map(crate::language::cursor::word_of).any(forgiven))
        {
            return Err(Halt::Error);
        }
        let named = |name: &str| -> Option<(AnalysisSpec, String)> { self.parent(name) };
        let spec = self.with_context(|context| resolve::further(verb, command, &named, context, &mut problems));
        for problem in problems {
            self.report(problem);
        }
        let mut spec = spec.ok_or(Halt::Error)?;
        spec.name = name.map(str::to_owned);
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
                match (outcome, stop()) {
                    (Ok(outcome), _) => Some(outcome),
                    (Err(_), Some(halt)) => return Err(self.halted(halt, spec.base.span, "stopped in this")),
                    (Err(problem), None) => return Err(self.refused(vec![problem], spec.base.span)),
                }
            }
        };
        if let Some(outcome) = &outcome {
            self.outcomes.push(outcome.clone());
        }
        let finding = Arc::new(Finding { verb: spec.verb, outcome });
        if let Some(name) = name {
            self.state.findings.insert(name.to_owned(), finding.clone());
        }
        Ok(finding)
    }
}
