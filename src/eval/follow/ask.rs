//! `omit`, `differences`, `status of plan`; reasons of any analysis.

use super::reasons::{self, Said};
use super::state::Following;
use crate::diagnostic::Problem;
use crate::eval::outcome::Outcome;
use crate::eval::plan::PlannedStatement;
use crate::eval::walk::{Halt, Mode, Step, Walk};
use crate::language::cursor::{Cursor, word_of};
use crate::language::suggest::{and_list, nearest};
use crate::language::vocabulary::{self, VerbId};
use crate::source::Span;
use crate::syntax::ast::{Command, ItemKind};

impl Walk<'_, '_> {
    /// Takes the reasons out of a statement.
    pub fn reasons(&mut self, command: &Command) -> Result<(Command, Said), Halt> {
        let follows = self.state.follow.plan.is_some();
        let taken = reasons::take(command, follows);
        let (command, said) = self.attempt(taken)?;
        if let (Some(cited), Some(following)) = (&said.cites, self.state.follow.plan.clone()) {
            if !following.criteria.contains(cited) {
                self.citable(cited, command.span, &following)?;
            } else if said.judged_by.is_none() {
                self.fail(
                    Problem::error("E521", format!("nobody is named who judged that criterion `{cited}` applies"))
                        .at(command.span, "judged by whom?")
                        .help(format!("write `because criterion {cited} \"…\" by \"NAME\"`")),
                )?;
            }
        }
        if said.needs_a_plan && !follows {
            self.report(
                Problem::warning("W523", "a reason code or criterion explains a difference from a plan, and the script follows none")
                    .at(command.span, "no plan")
                    .help("write `follow \"NAME.plan.weald\"` above it, or leave the code out"),
            );
        }
        Ok((command, said))
    }

    /// `omit ID, … because [CODE] "REASON"`
    pub fn omit(&mut self, command: &Command) -> Step {
        let following = self.needs_a_plan(command)?;
        let (rest, said) = self.reasons(command)?;
        let Some(reason) = said.because else {
            return self.fail(
                Problem::error("E211", "`omit` lacks its reason")
                    .at(command.span, "no `because`")
                    .help("write `omit P4 because not_applicable_data \"no trial reports it\"`"),
            );
        };
        for item in rest.items.iter().filter(|i| i.kind != ItemKind::Comma) {
            let word = word_of(item).unwrap_or_default();
            for id in self.planned_ids(word, item.span, &following)? {
                self.state.follow.omitted.insert(id, reason.clone());
            }
        }
        Ok(())
    }

    /// The planned analyses that an id names: one, or every instance of a statement such as `leave-one-out of P*`.
    fn planned_ids(&mut self, word: &str, at: Span, following: &Following) -> Result<Vec<String>, Halt> {
        let planned = &following.plan.plan.planned;
        let is = |p: &&std::sync::Arc<PlannedStatement>| p.id == word || p.generic.as_deref() == Some(word);
        let ids: Vec<String> = planned.values().filter(is).map(|p| p.id.clone()).collect();
        if ids.is_empty() {
            let known: Vec<&str> = planned.keys().map(String::as_str).collect();
            let problem = Problem::error("E524", format!("the plan has no analysis `{word}`")).at(at, "not planned");
            self.report(match nearest(word, known.iter().copied()) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help(format!("it has {}", and_list(&known, 20))),
            });
            return Err(Halt::Error);
        }
        Ok(ids)
    }

    /// A criterion that a reason cites: a planned analysis, where it is none of the plan's criteria.
    fn citable(&mut self, id: &str, at: Span, following: &Following) -> Step {
        let is = |p: &std::sync::Arc<PlannedStatement>| p.id == id || p.generic.as_deref() == Some(id);
        if following.plan.plan.planned.values().any(is) {
            return Ok(());
        }
        let planned = following.plan.plan.planned.keys().map(String::as_str);
        let known: Vec<&str> = following.criteria.iter().map(String::as_str).chain(planned).collect();
        let problem = Problem::error("E524", format!("the plan has no criterion `{id}`")).at(at, "not planned");
        self.fail(match nearest(id, known.iter().copied()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("a reason can cite {}", and_list(&known, 20))),
        })
    }

    /// A planned analysis that is read before it is run.
    pub fn not_yet_run(&self, name: &str, span: Span) -> Problem {
        Problem::error("E201", format!("`{name}` is planned, and has not been run"))
            .at(span, "not run yet")
            .help(format!("write `run {name}`, or `run plan` for all that is planned, above this line"))
    }

    /// `differences`, `status of plan`: answered when all of the script is known.
    pub fn ask_of_plan(&mut self, command: &Command) -> Step {
        self.needs_a_plan(command)?;
        let differences = vocabulary::verb(&command.head.text).is_some_and(|v| v.id == VerbId::Differences);
        let mut cursor = Cursor::new(&command.items, command.head.span);
        if !differences && (cursor.take_word("of").is_none() || cursor.take_word("plan").is_none()) {
            return self.fail(
                Problem::error("E211", "`status` shows the state of the plan").at(command.span, "of what?").help("write `status of plan`"),
            );
        }
        self.finish(&mut cursor, command)?;
        if self.mode == Mode::Run {
            self.outcomes.push(if differences { Outcome::Differences(None) } else { Outcome::PlanStatus(None) });
        }
        Ok(())
    }
}
