//! `let`, `if`, `for`, `print`.

use super::outcome::{Outcome, TextResult};
use super::state::Analysis;
use super::walk::{Halt, Mode, Step, Walk};
use crate::diagnostic::Problem;
use crate::language::value::{Kind, Value};
use crate::language::vocabulary::{self, Takes, VerbId};
use crate::syntax::ast::{Block, Bound, Expr, ExprKind, Word};
use std::sync::Arc;

impl Walk<'_, '_> {
    /// Whether a new name may be taken.
    pub fn new_name(&mut self, name: &Word, what: &str) -> Step {
        let text = name.text.as_str();
        if vocabulary::verb(text).is_some() {
            return self.fail(
                Problem::error("E244", format!("`{text}` is a statement word, and can't name a {what}"))
                    .at(name.span, "means something else")
                    .help(format!("choose another name, such as `{text}_1`")),
            );
        }
        if self.state.is_planned(text) {
            return self.fail(
                Problem::error("E525", format!("`{text}` is the id of a planned analysis"))
                    .at(name.span, "belongs to the plan")
                    .help(format!("choose another name, such as `{text}_1`")),
            );
        }
        if text.eq_ignore_ascii_case("it") {
            return self.fail(
                Problem::error("E244", "`it` always means the last result")
                    .at(name.span, "means something else")
                    .help("choose another name, such as `main`"),
            );
        }
        if matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "na" | "and" | "or" | "not" | "in") {
            return self.fail(
                Problem::error("E244", format!("`{text}` has a meaning of its own in expressions"))
                    .at(name.span, "means something else")
                    .help(format!("choose another name, such as `{text}_1`")),
            );
        }
        let choice = vocabulary::CLAUSES.iter().find_map(|c| match c.takes {
            Takes::Choice(list) if vocabulary::choice(list, text).is_some() => Some(c.name),
            _ => None,
        });
        if let Some(clause) = choice {
            self.report(
                Problem::warning("W205", format!("`{text}` is also a word of `{clause}`, where that word comes first"))
                    .at(name.span, "two meanings")
                    .help(format!("after `{clause}` it always means that word, never this {what}; another name avoids the doubt")),
            );
        }
        Ok(())
    }

    /// `let name = …`
    pub fn bind(&mut self, name: &Word, value: &Bound) -> Step {
        let end = self.bind_value(name, value);
        if end.is_err() && self.mode == Mode::Check {
            self.state.forgive(&name.text);
        }
        end
    }

    fn bind_value(&mut self, name: &Word, value: &Bound) -> Step {
        if let Bound::Command(command) = value
            && let Some(VerbId::Explore | VerbId::Sensitivity) = vocabulary::verb(&command.head.text).map(|v| v.id)
        {
            return self.explore(command, Some(name));
        }
        let named = self.new_name(name, "value or result");
        if let Bound::Command(command) = value {
            self.name_planned(&command.head.text);
        }
        match value {
            Bound::Command(command) if vocabulary::verb(&command.head.text).is_some_and(vocabulary::Verb::is_further) => {
                if let Some(verb) = vocabulary::verb(&command.head.text) {
                    self.further(verb, command, Some(&name.text))?;
                }
                named?;
                self.state.variables.shift_remove(&name.text);
                self.state.analyses.shift_remove(&name.text);
            }
            Bound::Command(command)
                if vocabulary::verb(&command.head.text).is_none()
                    && self.state.findings.get(&command.head.text).is_some_and(|f| f.verb == "regress") =>
            {
                self.regress_again(command, Some(&name.text))?;
                named?;
                self.state.variables.shift_remove(&name.text);
                self.state.analyses.shift_remove(&name.text);
            }
            Bound::Command(command) => {
                let is_analysis = command.head.text.eq_ignore_ascii_case("pool")
                    || vocabulary::verb(&command.head.text).is_none() && self.state.analysis(&command.head.text).is_some();
                if !is_analysis && vocabulary::verb(&command.head.text).is_some() {
                    return self.fail(
                        Problem::error("E245", format!("`{}` has no result to name", command.head.text))
                            .at(command.span, "not an analysis")
                            .help("`let` names a value, or the result of `pool …` or `NAME clauses…`"),
                    );
                }
                if !is_analysis {
                    return self.statement(&crate::syntax::ast::Statement {
                        kind: crate::syntax::ast::StatementKind::Command(command.clone()),
                        span: command.span,
                    });
                }
                let analysis = self.analyse(command, Some(&name.text))?;
                named?;
                self.keep(&name.text, analysis);
            }
            Bound::Expr(Expr { kind: ExprKind::Command(command), .. }) => {
                let analysis = self.analyse(command, Some(&name.text))?;
                named?;
                self.keep(&name.text, analysis);
            }
            Bound::Expr(Expr { kind: ExprKind::Name(word), span })
                if vocabulary::verb(word).is_some() && self.state.value(word).is_none() && !word.eq_ignore_ascii_case("pool") =>
            {
                return self.fail(
                    Problem::error("E245", format!("`{word}` has no result to name"))
                        .at(*span, "not an analysis")
                        .help("`let` names a value, or the result of `pool …` or `NAME clauses…`"),
                );
            }
            Bound::Expr(Expr { kind: ExprKind::Name(word), span }) if word.eq_ignore_ascii_case("pool") => {
                return self.fail(
                    Problem::error("E230", "`pool` lacks its outcome")
                        .at(*span, "an outcome follows")
                        .help(format!("write `let {} = pool OUTCOME …`", name.text)),
                );
            }
            Bound::Expr(expr) => {
                let value = self.value(expr)?;
                named?;
                match value {
                    Value::Analysis(key) => {
                        if let Some(analysis) = self.state.analysis(&key).cloned() {
                            self.keep(&name.text, analysis);
                        }
                    }
                    value => {
                        self.state.analyses.shift_remove(&name.text);
                        self.state.findings.shift_remove(&name.text);
                        self.state.variables.insert(name.text.clone(), value);
                    }
                }
            }
        }
        Ok(())
    }

    fn keep(&mut self, name: &str, analysis: Arc<Analysis>) {
        self.state.variables.shift_remove(name);
        self.state.findings.shift_remove(name);
        self.state.analyses.insert(name.to_owned(), analysis);
    }

    /// `if condition { … } else { … }`
    pub fn branch(&mut self, condition: &Expr, then: &Block, otherwise: Option<&Block>) -> Step {
        let holds = match crate::language::expr::condition(condition, self) {
            Ok(holds) => holds,
            Err(problem) => {
                if !problem.is_already_reported() {
                    self.report(problem);
                }
                if self.mode == Mode::Check {
                    let _ = self.lines(&then.lines);
                    let _ = otherwise.map(|b| self.lines(&b.lines));
                }
                return Err(Halt::Error);
            }
        };
        if self.mode == Mode::Check {
            let first = self.lines(&then.lines);
            let second = otherwise.map_or(Ok(()), |b| self.lines(&b.lines));
            return first.and(second);
        }
        match (holds, otherwise) {
            (Some(true), _) => self.lines(&then.lines),
            (Some(false), Some(block)) => self.lines(&block.lines),
            (Some(false), None) => Ok(()),
            (None, _) => {
                self.report(
                    Problem::warning("W206", "the condition rests on a value that does not exist, so neither branch runs")
                        .at(condition.span, "missing")
                        .help("`missing(x)` asks whether a value is missing"),
                );
                Ok(())
            }
        }
    }

    /// `for name in list { … }`
    pub fn repeat(&mut self, name: &Word, list: &Expr, body: &Block) -> Step {
        self.new_name(name, "loop variable")?;
        let items = match self.value(list)? {
            Value::List(items) => items,
            Value::Unknown(Kind::List | Kind::Any) => vec![Value::Unknown(Kind::Any)],
            Value::Missing => Vec::new(),
            other => {
                return self.fail(
                    Problem::error("E224", format!("`for` goes through a list, and this is {}", other.kind().noun()))
                        .at(list.span, other.kind().noun())
                        .help(match &other {
                            Value::Number(n) if *n >= 1.0 => format!("write `for {} in range(1, {}) {{ … }}`", name.text, other),
                            _ => format!("a list stands in brackets: `for {} in [dl, reml] {{ … }}`", name.text),
                        }),
                );
            }
        };
        // A check looks at a few elements: the others would say the same.
        let most = if self.mode == Mode::Check { 50 } else { usize::MAX };
        let before = self.state.variables.get(&name.text).cloned();
        let mut end = Ok(());
        for item in items.into_iter().take(most) {
            match item {
                Value::Analysis(key) => {
                    if let Some(analysis) = self.state.analysis(&key).cloned() {
                        self.keep(&name.text, analysis);
                    }
                }
                item => {
                    self.state.analyses.shift_remove(&name.text);
                    self.state.variables.insert(name.text.clone(), item);
                }
            }
            end = self.lines(&body.lines);
            if end.is_err() {
                break;
            }
        }
        self.state.analyses.shift_remove(&name.text);
        match before {
            Some(value) => {
                self.state.variables.insert(name.text.clone(), value);
            }
            None => {
                self.state.variables.shift_remove(&name.text);
            }
        }
        end
    }

    /// `print …`
    pub fn print(&mut self, expr: &Expr) -> Step {
        let value = self.value(expr)?;
        if self.mode == Mode::Run {
            if let Value::Analysis(key) = &value
                && let Some(result) = self.state.analysis(key).and_then(|a| a.result.clone())
            {
                self.outcomes.push(Outcome::Show(Box::new(result)));
                return Ok(());
            }
            self.outcomes.push(Outcome::Text(TextResult { text: value.to_string(), prose: false }));
        }
        Ok(())
    }
}
