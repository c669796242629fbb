//! `let`, `if`, `for`, `rule`, `print`.

use super::outcome::{Outcome, TextResult};
use super::state::{Analysis, Rule, RuleBranch};
use super::walk::{Halt, Mode, Step, Walk};
use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, word_of};
use crate::language::settings::{Overrides, Reading, is_not_pooled, model_of, read_tau2};
use crate::language::spec::ModelChoice;
use crate::language::value::{Kind, Value};
use crate::language::vocabulary::{self, ClauseId, MODELS, Takes};
use crate::source::Span;
use crate::syntax::ast::{Block, Bound, Branch, Expr, ExprKind, Item, Word};
use std::sync::Arc;

/// Words in front of which a branch's clauses are looked for after a mistake.
const RULE_CLAUSES: &[ClauseId] = &[ClauseId::Model, ClauseId::Ci, ClauseId::Pi, ClauseId::Level, ClauseId::I2, ClauseId::Tau2];

impl Walk<'_, '_> {
    /// Whether a new name may be taken.
    fn new_name(&mut self, name: &Word, what: &str) -> Step {
        let text = name.text.as_str();
        if vocabulary::verb(text).is_some() || vocabulary::LATER.iter().any(|(w, _)| w.eq_ignore_ascii_case(text)) {
            return self.fail(
                Problem::error("E244", format!("`{text}` is a statement word, and can't name a {what}"))
                    .at(name.span, "means something else")
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
        let named = self.new_name(name, "value or result");
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

    /// `rule NAME` with its branches.
    pub fn rule(&mut self, name: &Word, branches: &[Branch], otherwise: Option<&[Item]>, items: &[Item], span: Span) -> Step {
        let end = self.declare_rule(name, branches, otherwise, items, span);
        if end.is_err() && self.mode == Mode::Check {
            self.state.forgive_rule(&name.text);
        }
        end
    }

    fn declare_rule(&mut self, name: &Word, branches: &[Branch], otherwise: Option<&[Item]>, items: &[Item], span: Span) -> Step {
        let mut end = self.new_name(name, "rule");
        if let Some(item) = items.first() {
            end = self.fail(
                Problem::error("E215", "a rule's header is its name alone")
                    .at(item.span, "not needed")
                    .help("leave it out; the branches follow on indented lines: `when … then …`, at last `otherwise …`"),
            );
        }
        let mut built = Vec::new();
        for branch in branches {
            if let Some(problem) = super::rule::check(&branch.condition, self.state) {
                end = self.fail(problem);
            }
            match self.rule_action(&branch.then, branch.span) {
                Ok((not_pooled, overrides)) => built.push(RuleBranch {
                    condition: Some(branch.condition.clone()),
                    condition_text: branch.condition.to_string(),
                    not_pooled,
                    overrides,
                    then_text: words(&branch.then),
                }),
                Err(halt) => end = Err(halt),
            }
        }
        let Some(otherwise) = otherwise else {
            return self.fail(if branches.is_empty() {
                Problem::error("E246", format!("rule `{}` has no branches", name.text))
                    .at(name.span, "nothing indented below it")
                    .help("indent its lines below it: `when k < 2 then not_pooled`, and at last `otherwise reml`")
            } else {
                Problem::error("E246", format!("rule `{}` lacks `otherwise`", name.text))
                    .at(name.span, "what holds in all other cases?")
                    .help("end it with a line `otherwise reml`, or whatever holds in all other cases")
            });
        };
        let at = otherwise.first().map_or(span, |i| i.span);
        match self.rule_action(otherwise, at) {
            Ok((not_pooled, overrides)) => {
                built.push(RuleBranch {
                    condition: None,
                    condition_text: "otherwise".into(),
                    not_pooled,
                    overrides,
                    then_text: words(otherwise),
                });
            }
            Err(halt) => end = Err(halt),
        }
        end?;
        if chooses_by_heterogeneity(&built) {
            self.report(
                Problem::warning("W301", format!("rule `{}` chooses the model by a heterogeneity statistic", name.text))
                    .at(name.span, "model by heterogeneity")
                    .help("the Cochrane standards (MECIR C63) advise against it: choose the model in advance, and read heterogeneity as a result"),
            );
        }
        self.state.rules.insert(name.text.clone(), Arc::new(Rule { name: name.text.clone(), branches: built }));
        Ok(())
    }

    /// What a branch does: `not_pooled`, or a model word and clauses.
    fn rule_action(&mut self, items: &[Item], span: Span) -> Result<(bool, Overrides), Halt> {
        let mut overrides = Overrides::default();
        let mut cursor = Cursor::new(items, span);
        let mut end = Ok(());
        if items.is_empty() {
            self.fail(
                Problem::error("E211", "a branch lacks its model")
                    .at(span, "a model or `not_pooled` belongs here")
                    .help("write `then reml`, `then common` or `then not_pooled`"),
            )?;
        }
        if items.first().is_some_and(is_not_pooled) {
            cursor.advance();
            if let Some(item) = cursor.advance() {
                self.fail(
                    Problem::error("E212", "`not_pooled` stands alone")
                        .at(item.span, "beside it")
                        .help("leave this out: what is not pooled has no interval"),
                )?;
            }
            return Ok((true, overrides));
        }
        while let Some(item) = cursor.advance() {
            let lookup_state = self.state.variables.clone();
            let lookup = |name: &str| lookup_state.get(name).cloned();
            let reading = Reading { lookup: &lookup, rules: &|_| false, rule_names: Vec::new() };
            let word = word_of(item);
            let model = word.and_then(|w| vocabulary::choice(MODELS, w));
            let clause = word.and_then(vocabulary::clause);
            let step = match (model, clause) {
                (Some(choice), _) if overrides.model.is_none() => {
                    overrides.model = Some(ModelChoice::One(model_of(choice.value)));
                    Ok(true)
                }
                (_, Some(clause)) if clause.id == ClauseId::Tau2 => match cursor.advance() {
                    Some(value) => read_tau2(value, &lookup).map(|model| {
                        overrides.model = model;
                        true
                    }),
                    None => Err(crate::language::settings::nothing_follows(clause, item.span)),
                },
                (_, Some(clause)) if RULE_CLAUSES.contains(&clause.id) => overrides.read(clause.id, item.span, &mut cursor, &reading),
                (_, Some(clause)) => Err(Problem::error("E214", format!("`{}` does not fit a rule", clause.name))
                    .at(item.span, "not here")
                    .help("a branch takes a model, `ci`, `pi`, `level`, `i2`, or `not_pooled`")),
                _ => {
                    let name = word.unwrap_or("this");
                    let problem = Problem::error("E205", format!("`{name}` is not a model")).at(item.span, "unknown model");
                    let names: Vec<&str> = MODELS.iter().map(|c| c.name).chain(["not_pooled"]).collect();
                    let all = names.iter().copied().chain(MODELS.iter().flat_map(|c| c.aliases.iter().copied()));
                    Err(match crate::language::suggest::nearest(name, all) {
                        Some(near) => problem.help(format!("did you mean `{near}`?")),
                        None => problem.help(format!("a branch takes {}", crate::language::suggest::or_list(&names, 40))),
                    })
                }
            };
            if let Err(problem) = step {
                end = self.fail(problem).and(end);
                if end.is_err() {
                    cursor.recover(RULE_CLAUSES, |_| false);
                }
            }
        }
        end.map(|()| (false, overrides))
    }
}

/// Items as written.
fn words(items: &[Item]) -> String {
    crate::syntax::joined(items)
}

/// Whether a condition that decides between models reads Q, I2, tau2 or H2.
fn chooses_by_heterogeneity(branches: &[RuleBranch]) -> bool {
    let models: Vec<&Option<ModelChoice>> = branches.iter().filter(|b| !b.not_pooled).map(|b| &b.overrides.model).collect();
    let differ = models.windows(2).any(|w| w[0] != w[1]);
    let reads = |text: &str| {
        ["q", "i2", "tau2", "tau", "h2"].iter().any(|s| text.split(|c: char| !c.is_alphanumeric()).any(|w| w.eq_ignore_ascii_case(s)))
    };
    differ && branches.iter().any(|b| b.condition.is_some() && reads(&b.condition_text))
}
