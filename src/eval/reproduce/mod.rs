//! `reproduce NAME FIELD VALUE …`: which settings give printed numbers.

mod grid;
mod overlap;
mod search;
mod sources;

pub use search::conventions;

use super::expect::{Printed, field};
use super::outcome::Outcome;
use super::walk::{Halt, Mode, Step, Walk};
use super::work::Work;
use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, text_of, word_of};
use crate::language::spec::ModelChoice;
use crate::stats::sensitivity::Watch;
use crate::syntax::ast::{Command, ItemKind};

impl Walk<'_, '_> {
    /// `reproduce NAME FIELD VALUE … [from "SOURCE"]`
    pub fn reproduce(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let name = cursor.advance().and_then(|i| word_of(i).map(|w| (w.to_owned(), i.span)));
        let Some((name, at)) = name else {
            return self.fail(
                Problem::error("E230", "`reproduce` lacks the name of a result")
                    .at(command.span, "which one?")
                    .help("write `reproduce NAME estimate 0.89 ci [-0.03, 1.81] k 11`"),
            );
        };
        let analysis = self.named_analysis(Some((&name, at)), "reproduce", command.head.span);
        let mut printed: Vec<Printed> = Vec::new();
        let mut from = None;
        while let Some(item) = cursor.advance() {
            let step = match word_of(item).map(str::to_ascii_lowercase).as_deref() {
                Some("from") => text_of(cursor.advance(), "from", item.span).map(|text| from = Some(text)),
                Some("i2") => either_i2(&mut cursor, item.span).map(|one| printed.push(one)),
                _ => field(item, &mut cursor).map(|new| printed.extend(new)),
            };
            if let Err(problem) = step {
                return self.fail(problem);
            }
        }
        let analysis = analysis?;
        if printed.is_empty() {
            return self.fail(
                Problem::error("E289", "`reproduce` lacks the printed values")
                    .at(command.span, "no field")
                    .help(format!("write `reproduce {name} estimate 0.89 ci [-0.03, 1.81] i2(q) 91% k 11`")),
            );
        }
        if self.mode == Mode::Check {
            return Ok(());
        }
        let Some(result) = analysis.result.clone() else { return Err(Halt::Error) };
        if self.stays_sealed(&result, "reproduce", command.span) {
            return Ok(());
        }
        // What a rule chose is where the search starts from.
        let mut spec = if matches!(analysis.spec.model.value, ModelChoice::Rule(_)) { result.spec.clone() } else { analysis.spec.clone() };
        spec.rule_branch = None;
        spec.by = Vec::new();
        let stop = self.env.stop;
        let stopped = || stop().is_some();
        let work = Work { watch: Watch { stop: &stopped, progress: self.env.progress }, seed: self.env.seed };
        let found = search::search(&spec, &result, &printed, self.state, &work);
        (self.env.progress)(0, 0);
        let mut found = match (found, stop()) {
            (Ok(found), _) => found,
            (Err(_), Some(halt)) => return Err(self.halted(halt, command.span, "stopped in this")),
            (Err(problem), None) => return self.fail(problem.at_least(command.span, "this search")),
        };
        found.statement = command.to_string();
        found.line = self.source.line_column(command.span.start).0;
        found.target = name;
        found.from = from;
        self.outcomes.push(Outcome::Reproduce(Box::new(found)));
        Ok(())
    }
}

/// `i2 91%`, the definition left open: it becomes one of the choices.
fn either_i2(cursor: &mut Cursor, at: crate::source::Span) -> Result<Printed, Problem> {
    match cursor.advance().map(|i| &i.kind) {
        Some(ItemKind::Quantity(q)) if q.unit.as_deref() == Some("%") => {
            Ok(Printed { field: "i2", limit: None, value: q.value, text: q.text.clone() })
        }
        _ => Err(Problem::error("E206", "`i2` is a percentage")
            .at(at, "no percentage follows")
            .help("write `i2 91%` where the definition is not known, else `i2(q) 91%` or `i2(tau2) 91%`")),
    }
}
