//! Conditions on rows.

use super::state::State;
use crate::diagnostic::Problem;
use crate::language::expr::{self, Scope};
use crate::language::value::{Kind, Value};
use crate::source::Span;
use crate::store::{self, ColumnKind, Row};
use crate::syntax::ast::{Command, Expr, Word};

/// Names are columns first, variables second. Without a row, columns are unknown values of their kind.
pub struct RowScope<'a> {
    state: &'a State,
    row: Option<&'a Row>,
    warnings: Vec<Problem>,
}

/// Whether a condition holds for a row; `None` where it rests on a missing value.
pub fn holds(condition: &Expr, row: &Row, state: &State) -> Result<Option<bool>, Problem> {
    expr::condition(condition, &mut RowScope { state, row: Some(row), warnings: Vec::new() })
}

/// What is wrong with a condition, whatever the rows hold.
pub fn check(condition: &Expr, state: &State) -> Vec<Problem> {
    let mut scope = RowScope { state, row: None, warnings: Vec::new() };
    let error = expr::condition(condition, &mut scope).err();
    scope.warnings.into_iter().chain(error).collect()
}

/// A cell as a value of the language.
pub fn value_of(cell: &store::Value) -> Value {
    match cell {
        store::Value::Number { value, .. } => Value::Number(*value),
        store::Value::Text(text) => Value::Text(text.clone()),
        store::Value::Missing => Value::Missing,
    }
}

impl Scope for RowScope<'_> {
    fn name(&self, name: &str) -> Option<Value> {
        match self.row {
            Some(row) => {
                let value = value_of(&self.state.store.row_value(row, name));
                if value != Value::Missing {
                    // Risk of bias and columns alike: a value found is the value meant.
                    return Some(value);
                }
                if self.state.column(name).is_some() || is_rob(self.state, name) {
                    return Some(rob_of(self.state, row, name));
                }
                self.state.value(name)
            }
            None => match self.state.column(name).as_deref() {
                Some(ColumnKind::Numeric) => Some(Value::Unknown(Kind::Number)),
                Some(ColumnKind::Categorical(_)) => Some(Value::Unknown(Kind::Text)),
                None if is_rob(self.state, name) => Some(Value::Unknown(Kind::Text)),
                None => self.state.value(name),
            },
        }
    }

    fn call(&self, _: &Word, _: &[Expr], _: Span) -> Option<Result<Value, Problem>> {
        None
    }

    fn field(&self, of: &Value, name: &Word, args: Option<&[Expr]>, span: Span) -> Result<Value, Problem> {
        super::scope::field(self.state, of, name, args, span)
    }

    fn command(&mut self, command: &Command) -> Result<Value, Problem> {
        Err(Problem::error("E222", "a condition on rows holds no statements")
            .at(command.span, "a statement")
            .help("bind its result with `let` first"))
    }

    fn names(&self) -> Vec<String> {
        let mut names = crate::language::resolve::column_names(&self.state.store);
        names.extend(self.state.variables.keys().cloned());
        names
    }

    fn levels(&self, name: &str) -> Option<Vec<String>> {
        match self.state.column(name).as_deref() {
            Some(ColumnKind::Categorical(levels)) if !levels.is_empty() => Some(levels.clone()),
            _ => None,
        }
    }

    fn unknown(&self, name: &str, span: Span) -> Option<Problem> {
        let store = &self.state.store;
        let columns = crate::language::resolve::column_names(store);
        let is_level = |c: &&String| matches!(store.column(c), Some(ColumnKind::Categorical(levels)) if levels.iter().any(|l| l == name));
        if let Some(column) = columns.iter().find(is_level) {
            return Some(
                Problem::error("E201", format!("`{name}` is a value of `{column}`, and a value stands in quotes"))
                    .at(span, "read as a name")
                    .help(format!("write `\"{name}\"`")),
            );
        }
        let problem = crate::language::resolve::unknown_column(name, span, store);
        let help = problem.help.clone().unwrap_or_default();
        let quoted = if help.starts_with("did you mean") { String::new() } else { format!("; a text stands in quotes: `\"{name}\"`") };
        Some(problem.help(format!("{help}{quoted}")))
    }

    fn warn(&mut self, problem: Problem) {
        self.warnings.push(problem);
    }
}

/// `rob` is the overall judgement, `rob_DOMAIN` that of a domain.
fn is_rob(state: &State, name: &str) -> bool {
    !state.store.risk_of_bias.is_empty() && (name == "rob" || name.starts_with("rob_"))
}

fn rob_of(state: &State, row: &Row, name: &str) -> Value {
    let domain = name.strip_prefix("rob_").unwrap_or("overall");
    if !is_rob(state, name) {
        return Value::Missing;
    }
    state.store.risk_of_bias_of(row, domain).map_or(Value::Missing, |j| Value::Text(j.judgement.clone()))
}
