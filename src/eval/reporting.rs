//! Statements that compose: reports, flow diagrams, figures and tables of the whole review.

use super::follow::Finding;
use super::outcome::{
    Composed, Composition, FindingRow, InformationSize, Outcome, PoolResult, PredictResult, RobRequest, SECTIONS, Section,
};
use super::plan::SampleSize;
use super::record::decimal;
use super::walk::{Halt, Mode, Step, Walk};
use super::words::{unexpected, usage};
use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, text_of, word_of};
use crate::language::expr::interpolate;
use crate::language::suggest::nearest;
use crate::source::Span;
use crate::store::{Grade, Store};
use crate::syntax::ast::{Command, ExprKind, ItemKind};
use std::collections::BTreeMap;

/// The domains of GRADE that a person rates, in their order.
pub const DOMAINS: &[&str] = &[
    "risk_of_bias",
    "inconsistency",
    "indirectness",
    "imprecision",
    "publication_bias",
    "large_effect",
    "dose_response",
    "opposing_confounding",
];

/// The endings of pictures.
const PICTURES: &[&str] = &["svg", "png", "pdf"];
/// The endings of reports.
const REPORTS: &[&str] = &["html", "htm", "md", "docx"];

/// The smallest difference that matters, where the outcome of a result declares one.
pub fn mid_of(store: &Store, result: &PoolResult) -> Option<f64> {
    let outcome = store.outcomes.get(&result.outcome)?;
    super::further::mid_half_width(outcome, result.spec.measure.value, result.measure)
}

impl Walk<'_, '_> {
    /// Keeps what the session composes at the end of the run.
    pub fn compose(&mut self, what: Composed, to: Option<String>, command: &Command) -> Step {
        self.compose_with(what, to, None, command)
    }

    /// The same, with a font for pictures.
    fn compose_with(&mut self, what: Composed, to: Option<String>, font: Option<Vec<u8>>, command: &Command) -> Step {
        if self.mode == Mode::Run {
            let curves = if matches!(what, Composed::Report) { self.curves() } else { BTreeMap::new() };
            self.outcomes.push(Outcome::Composition(Box::new(Composition {
                what,
                to,
                font,
                curves,
                store: self.state.store.clone(),
                sections: self.state.sections.clone(),
                span: command.span,
                source: self.source.clone(),
                at: self.at,
            })));
        }
        Ok(())
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

    /// `rob traffic-light | summary …`
    pub fn rob(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let item = cursor.advance();
        let summary = match item.and_then(word_of).map(str::to_ascii_lowercase).as_deref() {
            Some("traffic-light") => false,
            Some("summary") => true,
            _ => {
                return self.fail(
                    Problem::error("E218", "`rob` is followed by `traffic-light` or `summary`")
                        .at(item.map_or(command.head.span, |i| i.span), "which figure?")
                        .help(format!("write `{}`", usage(command))),
                );
            }
        };
        let (mut request, mut to, mut font) = (RobRequest::default(), None, None);
        while let Some(item) = cursor.advance() {
            match word_of(item).map(str::to_ascii_lowercase).as_deref() {
                Some("to") => {
                    to = Some(self.target_file(&mut cursor, item.span, PICTURES)?);
                    font = self.font_after(&mut cursor)?;
                }
                Some("tool") => {
                    let text = text_of(cursor.advance(), "tool", item.span);
                    request.tool = Some(self.attempt(text)?);
                }
                Some("for") => request.outcome = cursor.advance().and_then(word_of).map(str::to_owned),
                Some("at") => request.timepoint = cursor.advance().and_then(word_of).map(str::to_owned),
                Some("palette") => match cursor.advance().and_then(word_of) {
                    Some("cochrane") => request.colour_blind = false,
                    Some("colour-blind") => request.colour_blind = true,
                    _ => {
                        return self
                            .fail(Problem::error("E218", "`palette` takes `cochrane` or `colour-blind`").at(item.span, "which colours?"));
                    }
                },
                Some("weights") => {
                    let _ = cursor.take_word("of");
                    request.weights = self.pooled(&mut cursor, "weights of", command)?.map(|(_, r)| Box::new(r));
                }
                _ => return self.fail(unexpected(item, usage(command))),
            }
        }
        self.compose_with(if summary { Composed::RobSummary(request) } else { Composed::TrafficLight(request) }, to, font, command)
    }

    /// The name and result of a pooled analysis; no result while only checking.
    fn pooled(&mut self, cursor: &mut Cursor, after: &str, command: &Command) -> Result<Option<(String, PoolResult)>, Halt> {
        let item = cursor.advance();
        if let Some(ItemKind::Paren(expr)) = item.map(|i| &i.kind)
            && let ExprKind::Command(inner) = &expr.kind
        {
            let analysis = self.analyse(inner, None)?;
            let name = inner.head.text.clone();
            return Ok(analysis.result.clone().map(|r| (name, r)));
        }
        let word = item.and_then(|i| word_of(i).map(|w| (w, i.span)));
        let analysis = self.named_analysis(word, after, item.map_or(command.head.span, |i| i.span))?;
        let name = word.map_or_else(|| "it".to_owned(), |(w, _)| w.to_owned());
        Ok(analysis.result.clone().map(|r| (name, r)))
    }

    /// `swim of NAME [to "FILE"]`
    pub fn swim(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let _ = cursor.take_word("of");
        let result = self.pooled(&mut cursor, "swim", command)?;
        let to = match cursor.take_word("to") {
            Some(at) => Some(self.target_file(&mut cursor, at, PICTURES)?),
            None => None,
        };
        let font = if to.is_some() { self.font_after(&mut cursor)? } else { None };
        self.finish(&mut cursor, command)?;
        match result {
            Some((_, mut result)) => {
                let measure = result.spec.measure.value;
                let included = result.studies.iter().filter(|s| s.included).filter_map(|s| s.yi);
                let found = super::rule::directions(measure, included, result.level);
                result.directions = found;
                self.compose_with(Composed::Directions(Box::new(result)), to, font, command)
            }
            None => Ok(()),
        }
    }

    /// `summary-of-findings of NAME [risk R from "SOURCE"] [delta D], … [because …]`
    pub fn summary_of_findings(&mut self, command: &Command) -> Step {
        let (command, said) = if self.state.follow.plan.is_some() { self.reasons(command)? } else { (command.clone(), Default::default()) };
        let command = &command;
        let line = self.source.line_column(command.span.start).0;
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let _ = cursor.take_word("of");
        let mut rows = Vec::new();
        loop {
            let found = self.pooled(&mut cursor, "summary-of-findings", command)?;
            let (mut risk, mut from, mut delta) = (None, None, None);
            let mut more = false;
            while let Some(item) = cursor.advance() {
                match (&item.kind, word_of(item).map(str::to_ascii_lowercase).as_deref()) {
                    (ItemKind::Comma, _) => {
                        more = true;
                        break;
                    }
                    (_, Some("risk")) => risk = Some(self.share(&mut cursor, item.span)?),
                    (_, Some("from")) => {
                        let text = text_of(cursor.advance(), "from", item.span);
                        from = Some(self.attempt(text)?);
                    }
                    (_, Some("delta")) => match cursor.advance().map(|i| &i.kind) {
                        Some(ItemKind::Quantity(q)) if q.unit.is_none() && q.value > 0.0 => {
                            delta = Some(SampleSize { delta: Some(decimal(&q.text)), ..SampleSize::default() });
                        }
                        _ => {
                            return self.fail(
                                Problem::error("E218", "`delta` takes a difference in standard deviations above 0")
                                    .at(item.span, "no such number")
                                    .help("write `delta 0.2`"),
                            );
                        }
                    },
                    _ => return self.fail(unexpected(item, usage(command))),
                }
            }
            if from.is_some() && risk.is_none() {
                return self.fail(
                    Problem::error("E211", "`from` says where the risk was found, and there is no `risk`")
                        .at(command.span, "no `risk`")
                        .help("write `risk 12% from \"SOURCE\"`"),
                );
            }
            if let Some((name, result)) = found {
                let risk = risk.map(|r| (r, from.unwrap_or_else(|| "source not stated".into())));
                rows.push(self.row_of_findings(name, result, risk, delta, (line, said.because.clone())));
            }
            if !more {
                break;
            }
        }
        // `a, b risk 2%`: a risk is of the names before it that have none of their own.
        let mut next = None;
        for row in rows.iter_mut().rev() {
            match &row.risk {
                Some(_) => next.clone_from(&row.risk),
                None => row.risk.clone_from(&next),
            }
        }
        self.compose(Composed::SummaryOfFindings(rows), None, command)
    }

    /// A row of the table: threshold and information size as the statement has them, else as they are planned.
    fn row_of_findings(
        &mut self,
        name: String,
        result: PoolResult,
        risk: Option<(f64, String)>,
        delta: Option<SampleSize>,
        (line, reason): (usize, Option<crate::protocol::Reason>),
    ) -> FindingRow {
        let of_plan = self.state.follow.plan.as_ref().map(|f| f.plan.plan.clone());
        let planned = |draft: &crate::eval::plan::Draft| draft.grades.get(&name).cloned();
        let grading = planned(&self.state.plan).or_else(|| of_plan.as_deref().and_then(planned)).unwrap_or_default();
        let size = match (&delta, grading.ois.clone()) {
            (Some(stated), planned) => Some(SampleSize { delta: stated.delta.clone(), ..planned.unwrap_or_default() }),
            (None, planned) => planned,
        };
        self.state.follow.findings.push(Finding { name: name.clone(), size: delta, line, reason });
        let number = |text: &Option<String>| text.as_ref().and_then(|t| t.parse::<f64>().ok());
        let size = size.and_then(|s| {
            let delta = number(&s.delta)?;
            Some(InformationSize { delta, alpha: number(&s.alpha).unwrap_or(0.05), power: number(&s.power).unwrap_or(0.8) })
        });
        let mid = match grading.threshold.as_deref() {
            None | Some("mid") => mid_of(&self.state.store, &result),
            Some("null") => None,
            // A ratio is stated as a ratio.
            Some(number) => {
                number.parse::<f64>().ok().map(|x| if result.spec.measure.value.is_ratio() { libm::log(x).abs() } else { x.abs() })
            }
        };
        FindingRow { name, result: Box::new(result), risk, mid, against_null: grading.threshold.as_deref() == Some("null"), size }
    }

    /// A share of people: `12%` or `0.12`.
    fn share(&mut self, cursor: &mut Cursor, at: Span) -> Result<f64, Halt> {
        let item = cursor.advance();
        let value = match item.map(|i| &i.kind) {
            Some(ItemKind::Quantity(q)) if q.unit.as_deref() == Some("%") => Some(q.value / 100.0),
            Some(ItemKind::Quantity(q)) if q.unit.is_none() => Some(q.value),
            _ => None,
        };
        match value.filter(|v| *v > 0.0 && *v < 1.0) {
            Some(v) => Ok(v),
            None => {
                self.fail(
                    Problem::error("E218", "`risk` takes a share of people between 0 and 1")
                        .at(item.map_or(at, |i| i.span), "not a share")
                        .help("write `risk 12%` or `risk 0.12`"),
                )?;
                Err(Halt::Error)
            }
        }
    }

    /// `grade NAME DOMAIN LEVEL by "PERSON" because "REASON"`, or a plan's `grade NAME threshold …`
    pub fn grade(&mut self, command: &Command) -> Step {
        // What a plan says beforehand is another half of the same statement.
        let planned = |word: &str| word.eq_ignore_ascii_case("threshold") || word.eq_ignore_ascii_case("ois");
        if command.items.get(1).and_then(word_of).is_some_and(planned) {
            return self.grade_by(command);
        }
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let item = cursor.advance();
        let word = item.and_then(|i| word_of(i).map(|w| (w, i.span)));
        self.named_analysis(word, "grade", item.map_or(command.head.span, |i| i.span))?;
        let mut grade = Grade { analysis: word.map(|w| w.0.to_owned()).unwrap_or_default(), ..Grade::default() };
        let item = cursor.advance();
        let domain = item.and_then(word_of).unwrap_or_default().to_ascii_lowercase();
        let starts = domain == "start";
        if !DOMAINS.contains(&domain.as_str()) && !starts {
            return self.fail(
                Problem::error("E333", format!("`{domain}` is no domain of GRADE"))
                    .at(item.map_or(command.span, |i| i.span), "which domain?")
                    .help(format!("the domains are {}; `start` says where the rating starts", DOMAINS.join(", "))),
            );
        }
        let item = cursor.advance();
        let level = match item.map(|i| &i.kind) {
            Some(ItemKind::Quantity(q)) if !starts && q.unit.is_none() && q.value.fract() == 0.0 => Some(q.value as i64),
            Some(ItemKind::Word(w)) if starts => match w.to_ascii_lowercase().as_str() {
                "high" => Some(4),
                "low" => Some(2),
                _ => None,
            },
            _ => None,
        };
        let up = DOMAINS.iter().position(|d| *d == domain).is_some_and(|i| i >= 5);
        let fits = |l: &i64| starts || if up { (0..=2).contains(l) } else { (-3..=0).contains(l) };
        let Some(level) = level.filter(fits) else {
            let what = if starts {
                "`high` or `low`"
            } else if up {
                "0, 1 or 2"
            } else {
                "0, -1, -2 or -3"
            };
            return self.fail(
                Problem::error("E333", format!("`{domain}` takes {what}")).at(item.map_or(command.span, |i| i.span), "no such level"),
            );
        };
        grade.domain = domain;
        grade.level = level.to_string();
        while let Some(item) = cursor.advance() {
            match word_of(item).map(str::to_ascii_lowercase).as_deref() {
                Some("by") => {
                    let text = text_of(cursor.advance(), "by", item.span);
                    grade.rater = Some(self.attempt(text)?);
                }
                Some("because") => {
                    let text = text_of(cursor.advance(), "because", item.span);
                    grade.reason = Some(self.attempt(text)?);
                }
                _ => return self.fail(unexpected(item, usage(command))),
            }
        }
        let empty = |t: &Option<String>| t.as_deref().is_none_or(|t| t.trim().is_empty());
        if empty(&grade.rater) || empty(&grade.reason) {
            return self.fail(
                Problem::error("E333", "a rating is a person's, and has a reason")
                    .at(command.span, if empty(&grade.rater) { "no `by`" } else { "no `because`" })
                    .help(format!("write `grade {} {} {} by \"NAME\" because \"…\"`", grade.analysis, grade.domain, grade.level)),
            );
        }
        self.state.change_store(|store| {
            store.grades.retain(|g| g.analysis != grade.analysis || g.domain != grade.domain);
            store.grades.push(grade.clone());
        });
        Ok(())
    }
}
