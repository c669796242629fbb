//! Pictures: `forest of NAME to "FILE.svg"`. What is drawn is asked of the environment, which
//! knows the layer that draws.

mod clauses;
mod curve;
mod facts;
mod labels;

use super::outcome::{Composed, FileResult, Format, NotDrawn, Outcome, PictureRequest, Plot, PredictResult};
use super::state::{Analysis, State};
use super::walk::{Halt, Mode, Step, Walk};
use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, word_of};
use crate::language::further::FurtherSpec;
use crate::language::suggest::or_list;
use crate::language::value::Value;
use crate::language::vocabulary::{Verb, VerbId};
use crate::source::Span;
use crate::store::Store;
use crate::syntax::ast::{Command, ExprKind, ItemKind};
use clauses::Asked;
pub use labels::labelled;
use std::sync::Arc;

/// The picture of a result by default, for reports.
pub fn picture_of(
    plot: Plot,
    subject: Outcome,
    store: &Store,
    fingerprint: Option<&str>,
    curve: Option<(String, PredictResult)>,
) -> PictureRequest {
    let mut request = facts::request(plot, subject, &Asked::default(), None, store, fingerprint.map(str::to_owned));
    facts::add_column(&mut request, curve.as_ref().map(|c| c.0.as_str()), store);
    PictureRequest { curve, ..request }
}

/// The subject of a picture.
struct Subject {
    /// The verb that made it.
    verb: &'static str,
    /// The result; absent while only checking.
    outcome: Option<Outcome>,
    /// What was asked, of a verb on a result.
    spec: Option<FurtherSpec>,
}

/// The results that a statement draws, each with the plot that it gives.
fn drawn_by(verb: VerbId) -> &'static [(&'static str, Plot)] {
    match verb {
        VerbId::Forest => &[("pool", Plot::Forest), ("leave-one-out", Plot::Forest), ("cumulative", Plot::Forest)],
        VerbId::Funnel => &[("pool", Plot::Funnel), ("trim-and-fill", Plot::Funnel)],
        VerbId::Bubble => &[("regress", Plot::Bubble)],
        VerbId::Radial => &[("pool", Plot::Radial)],
        VerbId::Labbe => &[("pool", Plot::Labbe)],
        VerbId::Qq => &[("pool", Plot::Qq)],
        VerbId::Drapery => &[("pool", Plot::Drapery)],
        VerbId::Orchard => &[("pool", Plot::Orchard)],
        VerbId::Plot => &[
            ("pool", Plot::Forest),
            ("leave-one-out", Plot::Forest),
            ("cumulative", Plot::Forest),
            ("trim-and-fill", Plot::Funnel),
            ("regress", Plot::Bubble),
            ("baujat", Plot::Baujat),
            ("gosh", Plot::Gosh),
            ("influence", Plot::Influence),
            ("profile", Plot::Profile),
            ("robustness", Plot::Specification),
        ],
        _ => &[],
    }
}

impl Walk<'_, '_> {
    /// `VERB of NAME to "FILE" clauses…`
    pub fn picture(&mut self, verb: &'static Verb, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        if cursor.take_word("of").is_none() {
            return self.fail(
                Problem::error("E218", format!("`{}` is followed by `of` and the name of a result", verb.name))
                    .at(cursor.peek().map_or(command.head.span, |i| i.span), "no `of`")
                    .help(format!("write `{} of NAME to \"{}.svg\"`", verb.name, verb.name)),
            );
        }
        let at = cursor.peek().map_or(command.head.span, |i| i.span);
        let subject = match self.subject(&mut cursor, verb, command) {
            Ok(subject) => subject,
            Err(halt) => return Err(self.with_clauses(halt, verb, &mut cursor, command)),
        };
        let plot = match drawn_by(verb.id).iter().find(|(made_by, _)| *made_by == subject.verb) {
            Some((_, plot)) => *plot,
            None => {
                let problem = unfit(verb, subject.verb, at);
                return self.fail(problem).map_err(|halt| self.with_clauses(halt, verb, &mut cursor, command));
            }
        };
        // Without a file a forest is the text that `show` prints.
        if plot == Plot::Forest && cursor.peek().is_none() {
            if self.mode == Mode::Run {
                self.outcomes.extend(subject.outcome.map(|outcome| match outcome {
                    Outcome::Pool(pool) => Outcome::Show(pool),
                    other => Outcome::ShowFinding(Box::new(other)),
                }));
            }
            return Ok(());
        }
        let asked = self.picture_clauses(verb, &mut cursor, command)?;
        if self.mode == Mode::Check {
            return Ok(());
        }
        let Some(outcome) = subject.outcome else { return Ok(()) };
        if let Outcome::Unanswered(result) = &outcome {
            return self.not_drawn(&asked, NotDrawn { of_font: false, message: result.no_result.reason.clone(), help: None }, at);
        }
        let font = match &asked.font {
            None => None,
            Some((path, at)) => {
                let read = self.env.files.read(path).map_err(|p| p.at_least(*at, "read as a font"));
                Some(self.attempt(read)?)
            }
        };
        let fingerprint = self.state.follow.plan.as_ref().and_then(|p| p.mark());
        let mut request = facts::request(plot, outcome, &asked, font, &self.state.store, fingerprint);
        if let Some((tool, at)) = asked.tool.filter(|(tool, _)| !request.bias_tools.contains(&tool.name)) {
            let problem = Problem::error("E201", format!("no study drawn is judged by {}", tool.name)).at(at, "no judgements");
            return self.fail(match request.bias_tools.as_slice() {
                [] => problem.help("the data hold no judgements of these studies: a store folder has them in `risk_of_bias.csv`"),
                tools => problem.help(format!("they are judged by {}", crate::language::suggest::and_list(tools, 6))),
            });
        }
        if let (Plot::Bubble, Some(spec), Outcome::Regress(result)) = (plot, &subject.spec, &request.subject) {
            match self.curve(spec, result, asked.on.as_deref()) {
                Ok(curve) => {
                    facts::add_column(&mut request, curve.as_ref().map(|c| c.0.as_str()), &self.state.store);
                    request.curve = curve;
                }
                Err(problems) => return Err(self.refused(problems, command.span)),
            }
        }
        if self.state.follow.plan.is_some() {
            return self.compose(Composed::Picture(Box::new(request)), Some(asked.path), command);
        }
        match (self.env.draw)(&request) {
            Ok(drawn) => {
                self.told_if_twice(&asked.path, asked.at);
                let numbers = format!("{}.csv", asked.path);
                // Both or none, and what is said names the picture.
                let may = [&asked.path, &numbers].into_iter().try_for_each(|path| self.env.files.may_write(path));
                let written = may.and_then(|()| self.env.files.write(&asked.path, &drawn.picture));
                let written = written.and_then(|()| self.env.files.write(&numbers, &drawn.numbers));
                let written = written.map_err(|p| p.at_least(asked.at, "not written"));
                self.attempt(written)?;
                for text in drawn.notes {
                    self.report(Problem::note("W487", text).at(asked.at, "in this picture"));
                }
                self.outcomes.push(Outcome::File(FileResult { path: asked.path, figure: Some(drawn.figure) }));
                Ok(())
            }
            Err(why) => self.not_drawn(&asked, why, at),
        }
    }

    /// Tells what is wrong with the clauses too, where what they follow is wrong already.
    fn with_clauses(&mut self, halt: Halt, verb: &Verb, cursor: &mut Cursor, command: &Command) -> Halt {
        let follow = cursor.peek().and_then(word_of).is_some_and(|w| w.eq_ignore_ascii_case("to"));
        if matches!(halt, Halt::Error) && follow {
            // Either way the statement has failed.
            let _ = self.picture_clauses(verb, cursor, command);
        }
        halt
    }

    /// A picture without anything in it is not written; the script goes on.
    fn not_drawn(&mut self, asked: &Asked, why: NotDrawn, at: Span) -> Step {
        if let Some((path, span)) = asked.font.as_ref().filter(|_| why.of_font) {
            let problem = Problem::error("E482", format!("`{path}` is no font that can be read")).at(*span, "not a font");
            return self.fail(problem.help(why.help.unwrap_or_default()));
        }
        let problem = Problem::warning("W488", format!("`{}` is not written: {}", asked.path, why.message)).at(at, "nothing to draw");
        self.fail(match why.help {
            Some(help) => problem.help(help),
            None => problem,
        })
    }

    /// The result after `of`: a name, or a statement in parentheses.
    fn subject(&mut self, cursor: &mut Cursor, verb: &Verb, command: &Command) -> Result<Subject, Halt> {
        let item = cursor.peek();
        if let Some(ItemKind::Paren(expr)) = item.map(|i| &i.kind)
            && let ExprKind::Command(inner) = &expr.kind
        {
            cursor.advance();
            let further = crate::language::vocabulary::verb(&inner.head.text).filter(|v| v.is_further());
            return match further {
                Some(verb) => {
                    let finding = self.further(verb, inner, None)?;
                    Ok(Subject { verb: finding.verb, outcome: finding.outcome.clone(), spec: Some(finding.spec.clone()) })
                }
                None => {
                    let analysis = self.in_parentheses(inner)?;
                    Ok(Subject { verb: "pool", outcome: analysis.result.clone().map(|r| Outcome::Pool(Box::new(r))), spec: None })
                }
            };
        }
        let name = item.and_then(|i| word_of(i).map(|w| (w.to_owned(), i.span))).filter(|(w, _)| !w.eq_ignore_ascii_case("to"));
        if name.is_some() {
            cursor.advance();
        } else if let Some(item) = item.filter(|i| !matches!(&i.kind, ItemKind::Word(_))) {
            self.fail(
                Problem::error("E218", format!("`{}` takes the name of a result", verb.name))
                    .at(item.span, "not a name")
                    .help("a result gets its name with `let NAME = pool …`"),
            )?;
        }
        let word = name.as_ref().map(|(word, at)| (self.meant(word), *at));
        if let Some(finding) = word.as_ref().and_then(|(w, _)| self.state.findings.get(w)) {
            return Ok(Subject { verb: finding.verb, outcome: finding.outcome.clone(), spec: Some(finding.spec.clone()) });
        }
        let analysis = self.named_analysis(word.as_ref().map(|(w, at)| (w.as_str(), *at)), verb.name, command.head.span)?;
        Ok(Subject { verb: "pool", outcome: analysis.result.clone().map(|r| Outcome::Pool(Box::new(r))), spec: None })
    }

    /// A pooled analysis that stands in parentheses: `(NAME clauses…)`, `(pool …)`.
    pub(super) fn in_parentheses(&mut self, inner: &Command) -> Result<Arc<Analysis>, Halt> {
        let is_analysis = inner.head.text.eq_ignore_ascii_case("pool") || self.state.analysis(&inner.head.text).is_some();
        if !is_analysis {
            self.fail(
                Problem::error("E222", "in parentheses stands a statement with a result")
                    .at(inner.span, "no result")
                    .help("write `(leave-one-out of NAME)`, `(NAME clauses…)` or `(pool …)`"),
            )?;
        }
        self.analyse(inner, None)
    }

    /// The name of a result that a variable, such as that of a loop, stands for.
    pub(super) fn meant(&self, word: &str) -> String {
        match self.state.variables.get(word) {
            Some(Value::Analysis(name)) => name.clone(),
            _ => word.to_owned(),
        }
    }
}

/// A statement that does not draw such a result, and what does.
fn unfit(verb: &Verb, made_by: &str, at: Span) -> Problem {
    let what = if made_by == "pool" { "a pooled effect".to_owned() } else { format!("what `{made_by}` found") };
    let all: Vec<&str> = drawn_by(verb.id).iter().map(|(made_by, _)| *made_by).collect();
    Problem::error("E480", format!("`{}` does not draw {what}", verb.name))
        .at(at, "no such picture")
        .help(format!("it draws results of {}", or_list(&all, 20)))
}

/// What a column is called in messages, and whether a forest has it.
pub(super) fn knows_column(state: &State, name: &str) -> bool {
    clauses::OWN_COLUMNS.contains(&name) || state.store.column(name).is_some()
}

/// The kind of file a path names.
pub(super) fn format_of(path: &str) -> Option<Format> {
    Format::of(path)
}
