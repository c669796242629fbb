//! Statements that compose: reports, flow diagrams, figures and tables of the whole review.

mod bias;
mod certainty;

pub use certainty::DOMAINS;

use super::outcome::{Composed, Composition, Outcome, PredictResult, SECTIONS, Section};
use super::state::Analysis;
use super::walk::{Halt, Mode, Step, Walk};
use super::words::{unexpected, usage};
use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, text_of, word_of};
use crate::language::expr::interpolate;
use crate::language::suggest::nearest;
use crate::source::Span;
use crate::syntax::ast::{Command, ExprKind, ItemKind};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The endings of pictures.
const PICTURES: &[&str] = &["svg", "png", "pdf"];
/// The endings of reports.
const REPORTS: &[&str] = &["html", "htm", "md", "docx"];

impl Walk<'_, '_> {
    /// Keeps what the session composes at the end of the run.
    pub fn compose(&mut self, what: Composed, to: Option<String>, command: &Command) -> Step {
        self.compose_with(what, to, None, command)
    }

    /// The same, with a font for pictures.
    fn compose_with(&mut self, what: Composed, to: Option<String>, font: Option<Vec<u8>>, command: &Command) -> Step {
        if self.mode == Mode::Run {
            if let Some(path) = &to {
                self.told_if_twice(path, command.span);
            }
            let (curves, findings) = if matches!(what, Composed::Report) { (self.curves(), self.findings()) } else { Default::default() };
            self.outcomes.push(Outcome::Composition(Box::new(Composition {
                what,
                to,
                font,
                curves,
                store: self.state.store.clone(),
                sections: self.state.sections.clone(),
                findings,
                span: command.span,
                source: self.source.clone(),
                at: self.at,
            })));
        }
        Ok(())
    }

    /// Tells that a file was asked for before, in the same run.
    pub fn told_if_twice(&mut self, path: &str, at: Span) {
        let same = |outcome: &Outcome| match outcome {
            Outcome::Composition(asked) => asked.to.as_deref() == Some(path),
            Outcome::File(file) => file.path == path,
            _ => false,
        };
        if self.outcomes.iter().any(same) {
            self.report(
                Problem::note("W336", format!("`{path}` is written twice: this statement's file takes the place of the one before"))
                    .at(at, "written again")
                    .help("give one of them another name"),
            );
        }
    }

    /// The lines of named regressions, for the bubble plots of a report.
    fn curves(&self) -> BTreeMap<String, (String, PredictResult)> {
        let mut out = BTreeMap::new();
        for (name, finding) in &self.state.findings {
            if let Some(Outcome::Regress(result)) = &finding.outcome
                && let Ok(Some(curve)) = self.curve(&finding.spec, result, None)
            {
                out.insert(name.clone(), curve);
            }
        }
        out
    }

    /// The file after `to`, which has one of these endings.
    pub fn target_file(&mut self, cursor: &mut Cursor, at: Span, endings: &[&str]) -> Result<String, Halt> {
        let item = cursor.advance();
        let path = text_of(item, "to", at);
        let path = self.attempt(path)?;
        let ending = path.rsplit_once('.').map(|(stem, e)| (stem, e.to_ascii_lowercase()));
        let fits = ending.is_some_and(|(stem, e)| !stem.is_empty() && !stem.ends_with('/') && endings.contains(&e.as_str()));
        if !fits {
            self.fail(
                Problem::error("E331", format!("`{path}` does not end in what is written here"))
                    .at(item.map_or(at, |i| i.span), "which kind of file?")
                    .help(format!("the file ends in .{}", endings.join(", ."))),
            )?;
        }
        Ok(path)
    }

    /// `font "FILE"`, if it stands next; the bytes, in a run.
    fn font_after(&mut self, cursor: &mut Cursor) -> Result<Option<Vec<u8>>, Halt> {
        let Some(at) = cursor.take_word("font") else { return Ok(None) };
        let item = cursor.advance();
        let span = item.map_or(at, |i| i.span);
        let path = text_of(item, "font", at);
        let path = self.attempt(path)?;
        if self.mode == Mode::Check {
            return Ok(None);
        }
        let read = self.env.files.read(&path).map_err(|p| p.at_least(span, "read as a font"));
        Ok(Some(self.attempt(read)?))
    }

    /// `report to "FILE"`, `report bundle to "FILE.zip"`
    pub fn report_to(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let bundle = cursor.take_word("bundle").is_some();
        let Some(at) = cursor.take_word("to") else {
            return self.fail(
                Problem::error("E211", "`report` lacks the file it is written to")
                    .at(command.span, "no `to`")
                    .help(format!("write `{}`", usage(command))),
            );
        };
        let path = self.target_file(&mut cursor, at, if bundle { &["zip"] } else { REPORTS })?;
        let font = if bundle { None } else { self.font_after(&mut cursor)? };
        self.finish(&mut cursor, command)?;
        self.compose_with(if bundle { Composed::Bundle } else { Composed::Report }, Some(path), font, command)
    }

    /// `section NAME "TEXT"`
    pub fn section(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let item = cursor.advance();
        let word = item.and_then(word_of).unwrap_or_default();
        let names = SECTIONS.iter().map(|s| s.0);
        let Some((name, ..)) = SECTIONS.iter().find(|s| s.0.eq_ignore_ascii_case(word)) else {
            let list = names.clone().collect::<Vec<_>>().join(", ");
            let problem = Problem::error("E331", format!("`{word}` is no section of a report"))
                .at(item.map_or(command.head.span, |i| i.span), "which section?");
            return self.fail(match nearest(word, names) {
                Some(near) if !word.is_empty() => problem.help(format!("did you mean `{near}`? The sections are {list}")),
                _ => problem.help(format!("the sections are {list}")),
            });
        };
        let next = cursor.advance();
        let Some(ItemKind::Text(text)) = next.map(|i| &i.kind) else {
            return self.fail(
                Problem::error("E209", format!("section `{name}` takes a text in quotes"))
                    .at(next.map_or(command.span, |i| i.span), "no text")
                    .help("numbers come from results: `section interpretation \"The effect was {a.estimate:.2}.\"`"),
            );
        };
        let filled = interpolate(text, self);
        let filled = self.attempt_reported(filled)?;
        self.finish(&mut cursor, command)?;
        let reported = |o: &Outcome| matches!(o, Outcome::Composition(asked) if matches!(asked.what, Composed::Report));
        if self.outcomes.iter().any(reported) {
            self.report(
                Problem::warning("W335", format!("section `{name}` stands after `report to`, and is not in that report"))
                    .at(command.span, "too late")
                    .help("write sections above `report to`"),
            );
        }
        self.state.sections.push(Section { name, text: filled });
        Ok(())
    }

    /// Turns a refusal that may have reported for itself into a failure.
    fn attempt_reported<T>(&mut self, result: Result<T, Problem>) -> Result<T, Halt> {
        result.map_err(|problem| {
            if !problem.is_already_reported() {
                self.report(problem);
            }
            Halt::Error
        })
    }

    /// `flow [to "FILE"]`
    pub fn flow(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let to = match cursor.take_word("to") {
            Some(at) => Some(self.target_file(&mut cursor, at, PICTURES)?),
            None => None,
        };
        let font = if to.is_some() { self.font_after(&mut cursor)? } else { None };
        self.finish(&mut cursor, command)?;
        self.compose_with(Composed::Flow, to, font, command)
    }

    /// `characteristics [COLUMN, …]`
    pub fn characteristics(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let mut columns = Vec::new();
        for item in cursor.values() {
            let name = match &item.kind {
                ItemKind::Word(w) => w.clone(),
                ItemKind::Text(t) => t.plain().unwrap_or_default(),
                _ => return self.fail(unexpected(item, usage(command))),
            };
            let known = self.state.store.studies.values().any(|s| s.characteristics.contains_key(&name) || s.field(&name).is_some());
            if !known && !self.state.no_data {
                let names: Vec<&str> =
                    self.state.store.studies.values().flat_map(|s| s.characteristics.keys()).map(String::as_str).collect();
                let problem = Problem::error("E201", format!("no study has a characteristic `{name}`")).at(item.span, "unknown");
                return self.fail(match nearest(&name, names) {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => problem.help("`list columns` shows what there is"),
                });
            }
            columns.push(name);
        }
        self.finish(&mut cursor, command)?;
        self.compose(Composed::Characteristics(columns), None, command)
    }

    /// What `list` composes of the whole review, if the word is one of these.
    pub fn list_composed(&mut self, word: &str, command: &Command) -> Option<Step> {
        let what = match word {
            "results" => Composed::Results,
            "exclusions" => Composed::Exclusions,
            "dispositions" => Composed::Dispositions,
            _ => return None,
        };
        Some(self.compose(what, None, command))
    }

    /// A pooled analysis, by name or in parentheses, and what it is called; no result while only checking.
    fn pooled(&mut self, cursor: &mut Cursor, after: &str, command: &Command) -> Result<(String, Arc<Analysis>), Halt> {
        let item = cursor.advance();
        if let Some(ItemKind::Paren(expr)) = item.map(|i| &i.kind)
            && let ExprKind::Command(inner) = &expr.kind
        {
            return Ok((inner.to_string(), self.in_parentheses(inner)?));
        }
        let word = item.and_then(|i| word_of(i).map(|w| (self.meant(w), i.span)));
        let named = word.as_ref().map(|(w, at)| (w.as_str(), *at));
        let analysis = self.named_analysis(named, after, item.map_or(command.head.span, |i| i.span))?;
        let name = word.map(|w| w.0).or_else(|| analysis.spec.name.clone());
        Ok((name.unwrap_or_else(|| analysis.spec.statement.clone()), analysis))
    }

    /// `swim of NAME [to "FILE"]`
    pub fn swim(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let _ = cursor.take_word("of");
        let at = cursor.peek().map_or(command.head.span, |i| i.span);
        let (_, analysis) = self.pooled(&mut cursor, "swim", command)?;
        if let Some(result) = analysis.result.as_ref().filter(|r| r.spec.measure.value.null_value().is_none()) {
            return self.fail(
                Problem::error("E480", format!("`swim` counts directions, and a {} has none", result.spec.measure.value.full_name()))
                    .at(at, "no value of it means no effect")
                    .help("`show` lists what the studies found; comparisons of two groups have directions"),
            );
        }
        let to = match cursor.take_word("to") {
            Some(at) => Some(self.target_file(&mut cursor, at, PICTURES)?),
            None => None,
        };
        let font = if to.is_some() { self.font_after(&mut cursor)? } else { None };
        self.finish(&mut cursor, command)?;
        match analysis.result.clone() {
            Some(mut result) => {
                let measure = result.spec.measure.value;
                let all = crate::eval::directed(&result).into_iter().map(|(_, y)| y);
                let found = super::rule::directions(measure, all, result.level);
                result.directions = found;
                self.compose_with(Composed::Directions(Box::new(Outcome::Pool(Box::new(result)))), to, font, command)
            }
            None => Ok(()),
        }
    }
}
