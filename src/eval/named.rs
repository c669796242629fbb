//! Words that shall name a statement or a result, and what may have been meant where they name none.

use super::state::Analysis;
use super::walk::{Halt, Walk};
use crate::diagnostic::Problem;
use crate::language::suggest::nearest;
use crate::language::vocabulary::{self, COMMANDS, VERBS};
use crate::source::Span;
use crate::syntax::ast::Command;
use std::sync::Arc;

impl Walk<'_, '_> {
    /// The problem with a statement whose first word means nothing.
    pub(super) fn unknown_statement(&self, command: &Command) -> Problem {
        let word = &command.head.text;
        let span = command.head.span;
        if let Some((_, usage)) = COMMANDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)) {
            return Problem::error("E213", format!("`{word}` is a command, and no statement"))
                .at(span, "not in a script")
                .help(format!("call it on the command line: `{usage}`"));
        }
        if let Some(help) = crate::syntax::foreign(word) {
            return Problem::error("E110", format!("`{word}` belongs to another language")).at(span, "not a statement").help(help);
        }
        let analyses = self.state.analysis_names();
        let problem = Problem::error("E200", format!("`{word}` is no statement")).at(span, "unknown statement");
        let numbers = command.items.first().is_some_and(|i| matches!(i.kind, crate::syntax::ast::ItemKind::Quantity(_)));
        if numbers && crate::store::find_column(word).is_some() {
            return problem.help("a result stands indented below its `study`, after the outcome and a colon: `recovery: yi 0.1 vi 0.2`");
        }
        if self.state.catalogue.outcomes.contains_key(word.as_str()) {
            return problem.help(format!("`{word}` is an outcome: write `pool {word}`"));
        }
        if let Some(clause) = vocabulary::clause(word) {
            let usage = if clause.settable { format!("`set {}`", clause.usage) } else { format!("`NAME {}`", clause.usage) };
            return problem.help(format!("`{word}` is a clause: indent the line if it goes on with the statement above, or write {usage}"));
        }
        let known = VERBS.iter().map(|v| v.name).chain(analyses.iter().copied()).chain(self.state.variables.keys().map(String::as_str));
        match nearest(word, known) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None if analyses.is_empty() => {
                problem.help("a statement begins with a verb such as `use`, `pool` or `show`; `help` lists them")
            }
            None => problem.help(format!(
                "a statement begins with a verb such as `pool` or with the name of a result ({})",
                crate::language::suggest::and_list(&analyses, 8)
            )),
        }
    }

    /// The result that a word names.
    pub fn named_analysis(&mut self, word: Option<(&str, Span)>, verb: &str, span: Span) -> Result<Arc<Analysis>, Halt> {
        if let Some((name, _)) = word {
            self.name_planned(name);
        }
        let known = self.state.analysis_names();
        let problem = match word {
            None if self.state.last.is_some() => return self.state.last.clone().ok_or(Halt::Error),
            Some((name, _)) if self.is_forgiven(name) => return Err(Halt::Error),
            None => Problem::error("E230", format!("`{verb}` lacks the name of a result")).at(span, "which one?"),
            Some((name, at)) => match (self.state.analysis(name), self.state.findings.get(name)) {
                (Some(analysis), _) => return Ok(analysis.clone()),
                (None, Some(finding)) => {
                    Problem::error("E263", format!("`{verb}` reads a pooled effect, and `{name}` is what `{}` found", finding.verb))
                        .at(at, "not a pooled effect")
                        .help(format!("expressions read it: `print \"{{{name}.p}}\"` or `if {name}.p < 0.05 {{ … }}`"))
                }
                (None, None) => {
                    let problem = Problem::error("E243", format!("there is no result `{name}`")).at(at, "unknown result");
                    match nearest(name, known.iter().copied()) {
                        Some(near) => problem.help(format!("did you mean `{near}`?")),
                        None if self.state.catalogue.outcomes.contains_key(name) => {
                            problem.help(format!("`{name}` is an outcome: `let r = pool {name}` makes a result of it"))
                        }
                        None => problem,
                    }
                }
            },
        };
        let problem = if problem.help.is_some() {
            problem
        } else if known.is_empty() {
            problem.help("a result gets a name with `let NAME = pool …`")
        } else {
            problem.help(format!("the results are {}", crate::language::suggest::and_list(&known, 12)))
        };
        self.report(problem);
        Err(Halt::Error)
    }
}
