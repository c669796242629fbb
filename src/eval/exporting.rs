//! `export`: results and data as files of other programs.

use super::analysis::analyse;
use super::further::design::design;
use super::outcome::{Composed, DataForm, Effects, ExportedEffect, Outcome, ResultForm};
use super::pooling::Included;
use super::walk::{Halt, Mode, Step, Walk};
use super::words::usage;
use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, text_of, word_of};
use crate::language::further::Further;
use crate::language::spec::AnalysisSpec;
use crate::language::suggest::{nearest, or_list};
use crate::source::Span;
use crate::syntax::ast::Command;

impl Walk<'_, '_> {
    /// `export NAME to "FILE"`, `export data [as FORMAT] [tool "NAME"] to "FILE"`
    pub fn export(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let item = cursor.advance();
        let Some(name) = item.and_then(word_of) else {
            return self.fail(
                Problem::error("E211", "`export` lacks what it exports")
                    .at(command.span, "what?")
                    .help(format!("write `{}`", usage(command))),
            );
        };
        let at = item.map_or(command.span, |i| i.span);
        if name.eq_ignore_ascii_case("data") && self.state.analysis("data").is_none() {
            return self.export_data(&mut cursor, command);
        }
        let (to, form) = self.result_file(&mut cursor, command)?;
        self.finish(&mut cursor, command)?;
        let found = match self.state.findings.get(name).cloned() {
            Some(finding) => Some((finding.outcome.clone(), finding.spec.base.clone(), Some(finding.spec.what.clone()))),
            None => {
                let analysis = self.named_analysis(Some((name, at)), "export", command.span)?;
                Some((analysis.result.clone().map(|r| Outcome::Pool(Box::new(r))), analysis.spec.clone(), None))
            }
        };
        let Some((Some(outcome), spec, what)) = found.filter(|_| self.mode == Mode::Run) else { return Ok(()) };
        let effects = if form == ResultForm::R { Some(self.effects(&spec, what.as_ref(), command.span)?) } else { None };
        self.compose(Composed::ExportResult { outcome: Box::new(outcome), effects, form }, Some(to), command)
    }

    /// `export data …`
    fn export_data(&mut self, cursor: &mut Cursor, command: &Command) -> Step {
        let mut form = None;
        let mut tool = None;
        if let Some(word) = cursor.take_word("as") {
            let item = cursor.advance();
            let found = item.and_then(word_of).unwrap_or_default();
            form = DataForm::of(found);
            if form.is_none() {
                let names = DataForm::NAMES;
                let problem = Problem::error("E209", "`as` takes the name of a format").at(item.map_or(word, |i| i.span), "not a format");
                return self.fail(problem.help(match nearest(found, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("write {}, or leave `as` out and let the file's ending decide", or_list(names, 8)),
                }));
            }
        }
        if cursor.take_word("tool").is_some() {
            let text = text_of(cursor.advance(), "tool", command.span);
            tool = Some(self.attempt(text)?);
        }
        let at = self.to(cursor, command)?;
        let endings: &[&str] = if form.is_some() { &["csv"] } else { &["csv", "xlsx", "json"] };
        let to = self.target_file(cursor, at, endings)?;
        self.finish(cursor, command)?;
        let by_ending = match to.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).as_deref() {
            Some("xlsx") => DataForm::Xlsx,
            Some("json") => DataForm::Json,
            _ => DataForm::Tidy,
        };
        self.compose(Composed::ExportData { form: form.unwrap_or(by_ending), tool }, Some(to), command)
    }

    fn to(&mut self, cursor: &mut Cursor, command: &Command) -> Result<Span, Halt> {
        if let Some(at) = cursor.take_word("to") {
            return Ok(at);
        }
        let problem = Problem::error("E211", "`export` lacks the file it writes").at(command.span, "no `to`");
        self.report(problem.help(format!("write `{}`", usage(command))));
        Err(Halt::Error)
    }

    /// The file of a result, whose ending says what is written.
    fn result_file(&mut self, cursor: &mut Cursor, command: &Command) -> Result<(String, ResultForm), Halt> {
        let at = self.to(cursor, command)?;
        let to = self.target_file(cursor, at, &["csv", "xlsx", "json", "r"])?;
        let form = match to.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).as_deref() {
            Some("r") => ResultForm::R,
            Some("xlsx") => ResultForm::Xlsx,
            Some("json") => ResultForm::Json,
            _ => ResultForm::Csv,
        };
        Ok((to, form))
    }

    /// The effects behind a result, with what a script of another program needs of them.
    fn effects(&mut self, spec: &AnalysisSpec, what: Option<&Further>, span: Span) -> Result<Effects, Halt> {
        let line = self.source.line_column(span.start).0;
        let analysed = analyse(spec, self.state, line).map_err(|problems| self.refused(problems, span))?;
        let included = analysed.included();
        let Some(Further::Regress(formula)) = what else {
            return Ok(Effects { rows: included.iter().map(|i| self.exported(i)).collect(), design: Vec::new() });
        };
        let designed = design(&included, formula, self.state, span);
        let designed = self.attempt(designed)?;
        let matrix = &designed.built.design;
        let columns = matrix.names().iter().enumerate().map(|(c, name)| {
            let values = (0..matrix.rows()).map(|r| matrix.row(r).get(c).copied().unwrap_or(f64::NAN)).collect();
            (name.clone(), values)
        });
        Ok(Effects { rows: designed.included.iter().map(|i| self.exported(i)).collect(), design: columns.collect() })
    }

    fn exported(&self, (candidate, effect): &Included) -> ExportedEffect {
        // What a rule has converted enters as it was converted.
        let number = |name: &str| candidate.combined.is_empty().then(|| candidate.number(name, self.state)).flatten();
        let four = |names: [&str; 4]| Some([number(names[0])?, number(names[1])?, number(names[2])?, number(names[3])?]);
        ExportedEffect {
            study: candidate.study.clone(),
            trial: candidate.trial.clone(),
            yi: effect.yi,
            vi: effect.vi,
            counts: four(["events1", "n1", "events2", "n2"]),
            rates: four(["events1", "time1", "events2", "time2"]),
            oe: number("oe").is_some(),
        }
    }
}
