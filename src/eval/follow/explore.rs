//! `explore STATEMENT`, `sensitivity STATEMENT`: an analysis that stands in the place of nothing planned.

use crate::diagnostic::Problem;
use crate::eval::walk::{Halt, Step, Walk};
use crate::language::cursor::word_of;
use crate::language::vocabulary::{self, VerbId};
use crate::protocol::Role;
use crate::syntax::ast::{Bound, Command, Word};

impl Walk<'_, '_> {
    /// `explore STATEMENT`, `sensitivity STATEMENT`; with a name, `let NAME = explore …`.
    pub fn explore(&mut self, command: &Command, name: Option<&Word>) -> Step {
        let sensitivity = command.head.text.eq_ignore_ascii_case("sensitivity");
        let inner = match inner(command) {
            Ok(inner) => inner,
            Err(problem) => return self.fail(problem),
        };
        let role = if sensitivity { Role::Sensitivity } else { Role::Exploratory };
        let before = self.asking.declared.replace(role);
        let end = match name {
            Some(name) => self.bind(name, &Bound::Command(inner)),
            None => self.command(&inner),
        };
        self.asking.declared = before;
        end
    }

    /// What is asked of a plan only where one is followed.
    pub fn needs_a_plan(&mut self, command: &Command) -> Result<std::sync::Arc<super::Following>, Halt> {
        match self.state.follow.plan.clone() {
            Some(plan) => Ok(plan),
            None if self.state.follow.refused => Err(Halt::Error),
            None => {
                let word = &command.head.text;
                self.report(
                    Problem::error("E520", format!("`{word}` asks for a plan, and the script follows none"))
                        .at(command.head.span, "of which plan?")
                        .help("write `follow \"NAME.plan.weald\"` above it"),
                );
                Err(Halt::Error)
            }
        }
    }
}

/// The statement after the word.
fn inner(command: &Command) -> Result<Command, Problem> {
    let word = &command.head.text;
    let Some((first, rest)) = command.items.split_first() else {
        return Err(Problem::error("E211", format!("`{word}` lacks the analysis"))
            .at(command.head.span, "nothing follows")
            .help(format!("write `{word} pool OUTCOME …`, or any other analysis")));
    };
    let head = word_of(first).ok_or_else(|| not_an_analysis(word, first.span))?;
    if let Some(verb) = vocabulary::verb(head)
        && verb.id != VerbId::Pool
        && !verb.is_further()
    {
        return Err(not_an_analysis(word, first.span));
    }
    Ok(Command {
        head: Word { text: head.to_owned(), span: first.span },
        items: rest.to_vec(),
        body: command.body.clone(),
        entries: command.entries.clone(),
        span: first.span.to(command.span),
    })
}

fn not_an_analysis(word: &str, span: crate::source::Span) -> Problem {
    Problem::error("E522", format!("`{word}` stands before an analysis"))
        .at(span, "not an analysis")
        .help(format!("write `{word} pool OUTCOME …`, `{word} NAME clauses…` or `{word} leave-one-out of NAME`"))
}
