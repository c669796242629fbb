//! Expressions outside rows: variables and results.

use super::fields;
use super::further;
use super::state::{Finding, State};
use crate::diagnostic::Problem;
use crate::language::value::{Kind, Value};
use crate::source::Span;
use crate::syntax::ast::{Expr, Word};

/// A field of a value.
pub fn field(state: &State, of: &Value, name: &Word, args: Option<&[Expr]>, span: Span) -> Result<Value, Problem> {
    match of {
        Value::Analysis(key) if state.findings.contains_key(key) => of_finding(&state.findings[key], name, args, span),
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

/// A field of the result of a verb on a result.
fn of_finding(finding: &Finding, name: &Word, args: Option<&[Expr]>, span: Span) -> Result<Value, Problem> {
    if let Some(field) = further::of_regression(finding, name, args, span) {
        return field;
    }
    let names = further::names_of(finding.verb);
    let Some(field) = names.iter().find(|f| args.is_none() && f.eq_ignore_ascii_case(&name.text)) else {
        let problem =
            Problem::error("E229", format!("the result of `{}` has no field `{}`", finding.verb, name.text)).at(span, "unknown field");
        return Err(problem.help(format!("its fields are {}", crate::language::suggest::and_list(names, 20))));
    };
    Ok(match &finding.outcome {
        Some(outcome) => further::values_of(outcome, field),
        None => Value::Unknown(further::kind_of(field)),
    })
}
