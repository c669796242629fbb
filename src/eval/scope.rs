//! Expressions outside rows: variables and results.

use super::fields;
use super::state::State;
use crate::diagnostic::Problem;
use crate::language::value::{Kind, Value};
use crate::source::Span;
use crate::syntax::ast::{Expr, Word};

/// A field of a value.
pub fn field(state: &State, of: &Value, name: &Word, args: Option<&[Expr]>, span: Span) -> Result<Value, Problem> {
    match of {
        Value::Analysis(key) => {
            let field = fields::canonical(name, args, span)?;
            match state.analysis(key) {
                Some(analysis) => Ok(match &analysis.result {
                    Some(result) => fields::value_of(result, field),
                    None => Value::Unknown(fields::kind_of(field)),
                }),
                None => Ok(Value::Missing),
            }
        }
        Value::Unknown(Kind::Analysis) => fields::canonical(name, args, span).map(|f| Value::Unknown(fields::kind_of(f))),
        Value::Missing => Ok(Value::Missing),
        other => {
            let problem = Problem::error("E224", format!("`.{}` is a field of a result, and this is {}", name.text, other.kind().noun()));
            let help = match other.kind() {
                Kind::List => "a list has elements: `x[1]` is the first",
                _ => "results come from `pool …`, and have fields such as `estimate`, `ci` and `k`",
            };
            Err(problem.at(span, other.kind().noun()).help(help))
        }
    }
}
