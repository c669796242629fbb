//! The functions of expressions. Their names and arities stand in the vocabulary.

use super::value::{Kind, Value};
use crate::diagnostic::Problem;
use crate::source::Span;
use crate::syntax::ast::Expr;

/// Longest list that `range` makes.
const LONGEST: f64 = 100_000.0;

/// Applies a function of the vocabulary to as many values as it takes.
pub fn apply(name: &str, values: &[Value], args: &[Expr], span: Span) -> Result<Value, Problem> {
    let at = |i: usize| args.get(i).map_or(span, |a| a.span);
    match name {
        "missing" => Ok(match &values[0] {
            Value::Unknown(_) => Value::Unknown(Kind::Bool),
            v => Value::Bool(*v == Value::Missing),
        }),
        "text" => Ok(match &values[0] {
            Value::Unknown(_) => Value::Unknown(Kind::Text),
            v => Value::Text(v.to_string()),
        }),
        "number" => Ok(match &values[0] {
            Value::Unknown(_) => Value::Unknown(Kind::Number),
            Value::Number(x) | Value::Percent(x) => Value::Number(*x),
            v => v.as_text().and_then(|t| t.trim().parse::<f64>().ok()).filter(|x| x.is_finite()).map_or(Value::Missing, Value::Number),
        }),
        "length" => match &values[0] {
            Value::List(items) => Ok(Value::Number(items.len() as f64)),
            Value::Unknown(_) => Ok(Value::Unknown(Kind::Number)),
            v => match v.as_text() {
                Some(t) => Ok(Value::Number(t.chars().count() as f64)),
                None => Err(wrong(v, "a list or a text", at(0))),
            },
        },
        "min" | "max" | "sum" | "mean" => fold(name, values, at),
        "round" => match (number(&values[0], at(0))?, values.get(1).map(|v| number(v, at(1))).transpose()?.unwrap_or(Some(0.0))) {
            (Some(x), Some(digits)) if (0.0..=15.0).contains(&digits) && digits == libm::trunc(digits) => {
                let rounded: f64 = crate::number::fixed(x, digits as usize).parse().unwrap_or(x);
                Ok(Value::Number(rounded))
            }
            (Some(_), Some(_)) => {
                Err(Problem::error("E224", "`round` takes 0 to 15 digits").at(at(1), "not such a number").help("write `round(x, 2)`"))
            }
            _ => Ok(hold(values)),
        },
        "range" => range(values, span, at),
        _ => {
            let Some(x) = number(&values[0], at(0))? else { return Ok(hold(values)) };
            let y = match name {
                "abs" => libm::fabs(x),
                "exp" => libm::exp(x),
                "log" => libm::log(x),
                "sqrt" => libm::sqrt(x),
                "logit" => libm::log(x / (1.0 - x)),
                "expit" => 1.0 / (1.0 + libm::exp(-x)),
                "tanh" => libm::tanh(x),
                _ => libm::atanh(x),
            };
            Ok(Value::from_f64(y))
        }
    }
}

/// Missing if any value is, else waiting for the data.
fn hold(values: &[Value]) -> Value {
    if values.contains(&Value::Missing) { Value::Missing } else { Value::Unknown(Kind::Number) }
}

fn number(value: &Value, span: Span) -> Result<Option<f64>, Problem> {
    match value {
        Value::Number(x) => Ok(Some(*x)),
        Value::Missing | Value::Unknown(Kind::Number | Kind::Any) => Ok(None),
        other => Err(wrong(other, "a number", span)),
    }
}

fn wrong(found: &Value, expected: &str, span: Span) -> Problem {
    Problem::error("E224", format!("expected {expected} and found {}", found.kind().noun())).at(span, found.kind().noun())
}

fn fold(name: &str, values: &[Value], at: impl Fn(usize) -> Span) -> Result<Value, Problem> {
    let mut numbers = Vec::new();
    for (i, value) in values.iter().enumerate() {
        let items = if let Value::List(items) = value { items.as_slice() } else { std::slice::from_ref(value) };
        for item in items {
            match item {
                Value::Unknown(Kind::List) => return Ok(Value::Unknown(Kind::Number)),
                item => match number(item, at(i))? {
                    Some(x) => numbers.push(x),
                    None => return Ok(hold(std::slice::from_ref(item))),
                },
            }
        }
    }
    if numbers.is_empty() {
        return Ok(if name == "sum" { Value::Number(0.0) } else { Value::Missing });
    }
    let total: f64 = numbers.iter().sum();
    Ok(Value::from_f64(match name {
        "min" => numbers.iter().copied().fold(f64::INFINITY, f64::min),
        "max" => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        "sum" => total,
        _ => total / numbers.len() as f64,
    }))
}

fn range(values: &[Value], span: Span, at: impl Fn(usize) -> Span) -> Result<Value, Problem> {
    let (Some(a), Some(b)) = (number(&values[0], at(0))?, number(&values[1], at(1))?) else { return Ok(Value::Unknown(Kind::List)) };
    if a != libm::trunc(a) || b != libm::trunc(b) {
        return Err(Problem::error("E224", "`range` takes whole numbers").at(span, "not whole"));
    }
    if b - a > LONGEST {
        return Err(Problem::error("E226", "the list would be too long").at(span, format!("more than {LONGEST} elements")));
    }
    let length = if b < a { 0 } else { (b - a) as usize + 1 };
    Ok(Value::List((0..length).map(|i| Value::Number(a + i as f64)).collect()))
}
