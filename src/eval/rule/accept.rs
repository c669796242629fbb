//! `accept CODE because "…"`: a warning that stands, and why it is lived with.

use super::condition::Cond;
use super::state::{Accepted, Rule};
use crate::diagnostic::codes::CODES;
use crate::diagnostic::{Problem, Severity};
use crate::eval::outcome::NoteResult;
use crate::eval::state::State;
use crate::eval::walk::{Step, Walk};
use crate::language::cursor::{Cursor, text_of, word_of};
use crate::syntax::ast::{Command, ItemKind, Word};

/// What the literature says of a model chosen by heterogeneity.
const SOURCES: &str = "MECIR C63 asks for simple thresholds of heterogeneity to be avoided; the Cochrane Handbook (10.10.4) advises against choosing the model by a test for heterogeneity; JBI would not rest the decision to pool on it alone";

impl Walk<'_, '_> {
    /// `accept CODE [for NAME] because "REASON" [by "PERSON"]`
    pub fn accept(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let item = cursor.advance();
        let code = item.and_then(word_of).map(str::to_ascii_uppercase).unwrap_or_default();
        let at = item.map_or(command.head.span, |i| i.span);
        let usage = "write `accept W301 because \"…\"`";
        if !CODES.iter().any(|c| c.code == code) {
            return self.fail(
                Problem::error(
                    "E286",
                    if item.is_some() {
                        format!("`{code}` is no code of a warning")
                    } else {
                        "`accept` lacks the code of a warning".into()
                    },
                )
                .at(at, "which warning?")
                .help(format!("{usage}; every message begins with its code")),
            );
        }
        if code.starts_with('E') {
            return self.fail(
                Problem::error("E286", format!("{code} is an error, and an error can't be accepted"))
                    .at(at, "stops its statement")
                    .help("only warnings and notes, whose codes begin with W, can be accepted"),
            );
        }
        let (mut of, mut because, mut by) = (None, None, None);
        while let Some(item) = cursor.advance() {
            match word_of(item).map(str::to_ascii_lowercase).as_deref() {
                Some("for") | Some("of") => match cursor.advance().map(|i| &i.kind) {
                    Some(ItemKind::Word(name)) => of = Some(name.clone()),
                    _ => {
                        return self.fail(
                            Problem::error("E211", "`for` lacks the name of a rule or result")
                                .at(item.span, "nothing it can name")
                                .help(usage),
                        );
                    }
                },
                Some("because") => {
                    let text = text_of(cursor.advance(), "because", item.span);
                    because = Some(self.attempt(text)?);
                }
                Some("by") => {
                    let text = text_of(cursor.advance(), "by", item.span);
                    by = Some(self.attempt(text)?);
                }
                _ => return self.fail(crate::eval::words::unexpected(item, crate::eval::words::usage(command))),
            }
        }
        let Some(because) = because.filter(|b| !b.trim().is_empty()) else {
            return self.fail(
                Problem::error("E286", format!("{code} is accepted without a reason"))
                    .at(command.span, "no `because`")
                    .help(format!("write `accept {code} because \"…\"`: the reason stands in the output")),
            );
        };
        let accepted = Accepted { code, of, because, by };
        for located in &mut self.problems {
            soften(&mut located.problem, &accepted);
        }
        self.state.accepted.push(accepted);
        Ok(())
    }

    /// W301 for a rule.
    pub(super) fn warn_of_heterogeneity(&mut self, name: &Word) {
        let mut problem = Problem::warning("W301", format!("rule `{}` chooses the model by a heterogeneity statistic", name.text))
            .at(name.span, "model by heterogeneity")
            .details([SOURCES.to_owned()])
            .help("alternatives: one model fixed in advance, such as `reml`; both models side by side with `robustness of NAME over model [common, reml]`; a prediction interval. `accept W301 because \"…\"` says why it is done all the same");
        for accepted in &self.state.accepted {
            soften(&mut problem, accepted);
        }
        self.report(problem);
    }
}

/// Turns an accepted warning into a note with the reason.
fn soften(problem: &mut Problem, accepted: &Accepted) {
    let names_it = |name: &str| problem.message.contains(&format!("`{name}`"));
    if problem.code == accepted.code && problem.severity == Severity::Warning && accepted.of.as_deref().is_none_or(names_it) {
        problem.severity = Severity::Note;
        problem.help = Some(accepted.words());
    }
}

/// Whether a heterogeneity statistic led to a branch (from 1): its condition reads one, or that of a branch before
/// it. A model that a branch on the number of studies chose before any is not chosen by heterogeneity.
pub fn read_heterogeneity(rule: &Rule, branch: usize, state: &State) -> bool {
    let conditions = rule.branches.iter().take(branch).filter_map(|b| b.condition.as_ref());
    conditions.flat_map(|c| Cond::of(c, state).triggers()).any(|t| t.is_heterogeneity())
}

/// The note on a result whose model a rule chose by heterogeneity.
pub fn note_on(rule: &str, analysis: Option<&str>, state: &State) -> NoteResult {
    let fits = |a: &&super::state::Accepted| {
        a.code == "W301" && a.of.as_deref().is_none_or(|of| of == rule || analysis.is_some_and(|name| name == of))
    };
    let accepted = state.accepted.iter().rev().find(fits).map(|a| format!("; {}", a.words()));
    NoteResult {
        code: "W301",
        text: format!(
            "the model was chosen by a heterogeneity statistic (rule {rule}), which MECIR C63 advises against{}",
            accepted.unwrap_or_default()
        ),
    }
}
