//! Evaluation of expressions, and at the same time their check: with
//! [`Value::Unknown`] in place of what only the data can tell, the same walk
//! finds kinds that do not fit.

use super::suggest::nearest;
use super::value::{Kind, Value};
use super::vocabulary;
use crate::diagnostic::Problem;
use crate::source::Span;
use crate::syntax::ast::{BinaryOp, Command, Expr, ExprKind, Text, TextPart, UnaryOp, Word};

/// What names mean where an expression stands.
pub trait Scope {
    /// The value of a name.
    fn name(&self, name: &str) -> Option<Value>;
    /// The value of a call that is not one of the language's functions, such as `i2(q)` in a rule.
    fn call(&self, name: &Word, args: &[Expr], span: Span) -> Option<Result<Value, Problem>>;
    /// A field of a value.
    fn field(&self, of: &Value, name: &Word, args: Option<&[Expr]>, span: Span) -> Result<Value, Problem>;
    /// A statement in parentheses.
    fn command(&mut self, command: &Command) -> Result<Value, Problem>;
    /// Names to suggest.
    fn names(&self) -> Vec<String>;
    /// The levels of a categorical column, for the check of texts it is compared with.
    fn levels(&self, _name: &str) -> Option<Vec<String>> {
        None
    }
    /// What to say about a name that means nothing, where the scope knows better than the general words.
    fn unknown(&self, _name: &str, _span: Span) -> Option<Problem> {
        None
    }
    /// Something worth saying that does not stop the evaluation.
    fn warn(&mut self, _problem: Problem) {}
}

/// The value of an expression.
pub fn eval(expr: &Expr, scope: &mut dyn Scope) -> Result<Value, Problem> {
    match &expr.kind {
        ExprKind::Number(q) => match q.unit.as_deref() {
            None => Ok(Value::Number(q.value)),
            Some("%") => Ok(Value::Percent(q.value)),
            Some(unit) => Err(Problem::error("E221", format!("a number in an expression can't have the unit `{unit}`"))
                .at(expr.span, "only `%` is a unit here")
                .help("write the number alone")),
        },
        ExprKind::Text(text) => Ok(Value::Text(interpolate(text, scope)?)),
        ExprKind::Name(name) => name_value(name, expr.span, scope),
        ExprKind::List(items) => items.iter().map(|item| element(item, scope)).collect::<Result<Vec<_>, _>>().map(Value::List),
        ExprKind::Call(name, args) => call(name, args, expr.span, scope),
        ExprKind::Field { of, name, args } => {
            let of = eval(of, scope)?;
            if of == Value::Unknown(Kind::Any) {
                return Ok(Value::Unknown(Kind::Any));
            }
            scope.field(&of, name, args.as_deref(), expr.span)
        }
        ExprKind::Index(of, index) => index_value(of, index, expr.span, scope),
        ExprKind::Unary(op, of) => unary(*op, of, expr.span, scope),
        ExprKind::Binary(op, left, right) => binary(*op, left, right, expr.span, scope),
        ExprKind::Command(command) => scope.command(command),
    }
}

/// The value of a condition: true, false, or `None` where it rests on a missing or unknown value.
pub fn condition(expr: &Expr, scope: &mut dyn Scope) -> Result<Option<bool>, Problem> {
    match eval(expr, scope)? {
        Value::Bool(b) => Ok(Some(b)),
        Value::Missing | Value::Unknown(Kind::Bool | Kind::Any) => Ok(None),
        other => Err(Problem::error("E222", format!("a condition is true or false, and this is {}", other.kind().noun()))
            .at(expr.span, other.kind().noun())
            .help("compare it with something, as in `k >= 10` or `alloc == \"random\"`")),
    }
}

/// The text, with its values filled in.
pub fn interpolate(text: &Text, scope: &mut dyn Scope) -> Result<String, Problem> {
    let mut out = String::new();
    for part in &text.parts {
        match part {
            TextPart::Literal(s) => out.push_str(s),
            TextPart::Value { expr, width, digits } => out.push_str(&eval(expr, scope)?.filled(*width, *digits)),
        }
    }
    Ok(out)
}

/// A list element: one word is a variable where there is one, else that word.
fn element(expr: &Expr, scope: &mut dyn Scope) -> Result<Value, Problem> {
    match &expr.kind {
        ExprKind::Name(name) => Ok(constant(name).or_else(|| scope.name(name)).unwrap_or_else(|| Value::Word(name.clone()))),
        _ => eval(expr, scope),
    }
}

fn constant(name: &str) -> Option<Value> {
    match name.to_ascii_lowercase().as_str() {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        "na" => Some(Value::Missing),
        _ => None,
    }
}

fn name_value(name: &str, span: Span, scope: &dyn Scope) -> Result<Value, Problem> {
    if let Some(value) = scope.name(name).or_else(|| constant(name)) {
        return Ok(value);
    }
    if let Some(problem) = scope.unknown(name, span) {
        return Err(problem);
    }
    let names = scope.names();
    let problem = Problem::error("E201", format!("nothing is called `{name}`")).at(span, "unknown name");
    Err(match nearest(name, names.iter().map(String::as_str)) {
        Some(near) => problem.help(format!("did you mean `{near}`? A text stands in quotes: `\"{name}\"`")),
        None => problem.help(format!("a text stands in quotes: `\"{name}\"`; a value gets a name with `let {name} = …`")),
    })
}

fn index_value(of: &Expr, index: &Expr, span: Span, scope: &mut dyn Scope) -> Result<Value, Problem> {
    let list = eval(of, scope)?;
    let at = eval(index, scope)?;
    match (&list, &at) {
        (Value::List(items), Value::Number(n)) => {
            let fits = *n >= 1.0 && *n <= items.len() as f64 && *n == libm::trunc(*n);
            match items.get((*n as usize).wrapping_sub(1)) {
                Some(item) if fits => Ok(item.clone()),
                _ => {
                    let problem = Problem::error("E223", format!("the list has no element {at}")).at(index.span, "no such element");
                    Err(match items.len() {
                        0 => problem.help("the list is empty"),
                        1 => problem.help("the list has one element, number 1"),
                        n => problem.help(format!("elements are numbered from 1 to {n}")),
                    })
                }
            }
        }
        (Value::Unknown(Kind::List | Kind::Any), _) | (_, Value::Unknown(_)) => Ok(Value::Unknown(Kind::Any)),
        (Value::Missing, _) => Ok(Value::Missing),
        (Value::List(_), other) => Err(wrong(other, "a whole number", index.span)),
        (other, _) => Err(wrong(other, "a list", span)),
    }
}

fn unary(op: UnaryOp, of: &Expr, span: Span, scope: &mut dyn Scope) -> Result<Value, Problem> {
    let value = eval(of, scope)?;
    match (op, value) {
        (_, Value::Missing) => Ok(Value::Missing),
        (UnaryOp::Neg, Value::Number(x)) => Ok(Value::Number(-x)),
        (UnaryOp::Neg, Value::Percent(x)) => Ok(Value::Percent(-x)),
        (UnaryOp::Not, Value::Bool(b)) => Ok(Value::Bool(!b)),
        (UnaryOp::Neg, v @ Value::Unknown(Kind::Number | Kind::Percent | Kind::Any)) => Ok(v),
        (UnaryOp::Not, v @ Value::Unknown(Kind::Bool | Kind::Any)) => Ok(v),
        (UnaryOp::Neg, other) => Err(wrong(&other, "a number", span)),
        (UnaryOp::Not, other) => Err(wrong(&other, "true or false", span)),
    }
}

/// Longest chain of one operator that is walked; the parser refuses longer ones.
fn binary(op: BinaryOp, left: &Expr, right: &Expr, span: Span, scope: &mut dyn Scope) -> Result<Value, Problem> {
    if matches!(op, BinaryOp::And | BinaryOp::Or) {
        return logical(op, left, right, scope);
    }
    let a = eval(left, scope)?;
    let b = eval(right, scope)?;
    match op {
        BinaryOp::In | BinaryOp::NotIn => contained(op, &a, &b, right.span),
        BinaryOp::Eq | BinaryOp::Ne => {
            known_level(left, right, &b, scope);
            known_level(right, left, &a, scope);
            equal(op, &a, &b, left, right, span)
        }
        BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => ordered(op, &a, &b, left, right, span),
        _ => arithmetic(op, &a, &b, left, right, span),
    }
}

fn logical(op: BinaryOp, left: &Expr, right: &Expr, scope: &mut dyn Scope) -> Result<Value, Problem> {
    let decisive = op == BinaryOp::Or;
    let a = condition(left, scope)?;
    // The right side is looked at even where the left decides only if it can't fail on it:
    // `k >= 2 and i2(q) > 50%` must not ask for an I2 that does not exist.
    if a == Some(decisive) {
        return Ok(Value::Bool(decisive));
    }
    let b = condition(right, scope)?;
    Ok(match (a, b) {
        (_, Some(b)) if b == decisive => Value::Bool(decisive),
        (Some(_), Some(_)) => Value::Bool(!decisive),
        _ => Value::Missing,
    })
}

fn contained(op: BinaryOp, a: &Value, b: &Value, span: Span) -> Result<Value, Problem> {
    match b {
        Value::List(items) if !a.is_unknown() && *a != Value::Missing => {
            let found = items.iter().any(|item| same(a, item) == Some(true));
            Ok(Value::Bool(found == (op == BinaryOp::In)))
        }
        Value::List(_) | Value::Unknown(Kind::List | Kind::Any) => {
            Ok(Value::Unknown(Kind::Bool)).map(|v| if *a == Value::Missing { Value::Missing } else { v })
        }
        Value::Missing => Ok(Value::Missing),
        other => Err(wrong(other, "a list", span).help("what follows `in` stands in brackets: `in [\"a\", \"b\"]`")),
    }
}

/// Warns when a column is compared with a text that none of its cells holds.
fn known_level(column: &Expr, text: &Expr, value: &Value, scope: &mut dyn Scope) {
    let (ExprKind::Name(name), Value::Text(level)) = (&column.kind, value) else { return };
    let Some(levels) = scope.levels(name) else { return };
    if levels.iter().any(|l| l == level) {
        return;
    }
    let problem =
        Problem::warning("W204", format!("no row has `{name}` equal to \"{level}\"")).at(text.span, "not among the values of the column");
    let help = match nearest(level, levels.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `\"{near}\"`? The values are {}", super::suggest::and_list(&levels, 8)),
        None => format!("the values are {}", super::suggest::and_list(&levels, 8)),
    };
    scope.warn(problem.help(help));
}

/// Equality where both can be compared.
fn same(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) | (Value::Percent(x), Value::Percent(y)) => Some(x == y),
        (Value::Bool(x), Value::Bool(y)) => Some(x == y),
        _ => Some(a.as_text()? == b.as_text()?),
    }
}

fn equal(op: BinaryOp, a: &Value, b: &Value, left: &Expr, right: &Expr, span: Span) -> Result<Value, Problem> {
    if *a == Value::Missing || *b == Value::Missing {
        return Ok(Value::Missing);
    }
    comparable(a, b, left, right, span)?;
    if a.is_unknown() || b.is_unknown() {
        return Ok(Value::Unknown(Kind::Bool));
    }
    match same(a, b) {
        Some(equal) => Ok(Value::Bool(equal == (op == BinaryOp::Eq))),
        None => Err(mismatch(a, b, span)),
    }
}

fn ordered(op: BinaryOp, a: &Value, b: &Value, left: &Expr, right: &Expr, span: Span) -> Result<Value, Problem> {
    if *a == Value::Missing || *b == Value::Missing {
        return Ok(Value::Missing);
    }
    comparable(a, b, left, right, span)?;
    if a.is_unknown() || b.is_unknown() {
        return Ok(Value::Unknown(Kind::Bool));
    }
    let order = match (a, b) {
        (Value::Number(x), Value::Number(y)) | (Value::Percent(x), Value::Percent(y)) => x.partial_cmp(y),
        _ => match (a.as_text(), b.as_text()) {
            (Some(x), Some(y)) => Some(x.cmp(y)),
            _ => return Err(mismatch(a, b, span)),
        },
    };
    let Some(order) = order else { return Ok(Value::Missing) };
    Ok(Value::Bool(match op {
        BinaryOp::Lt => order.is_lt(),
        BinaryOp::Le => order.is_le(),
        BinaryOp::Gt => order.is_gt(),
        _ => order.is_ge(),
    }))
}

/// Two kinds that can stand on the two sides of a comparison.
fn comparable(a: &Value, b: &Value, left: &Expr, right: &Expr, span: Span) -> Result<(), Problem> {
    use Kind::{Any, Number, Percent, Text, Word};
    match (a.kind(), b.kind()) {
        (Any, _) | (_, Any) => Ok(()),
        (x, y) if x == y && !matches!(x, Kind::List | Kind::Analysis) => Ok(()),
        (Text, Word) | (Word, Text) => Ok(()),
        (Percent, Number) => Err(bare_percentage(b, right.span)),
        (Number, Percent) => Err(bare_percentage(a, left.span)),
        _ => Err(mismatch(a, b, span)),
    }
}

fn bare_percentage(number: &Value, span: Span) -> Problem {
    let problem = Problem::error("E220", "a percentage is compared with a bare number").at(span, "without `%`");
    match number {
        Value::Number(x) if *x > 0.0 && *x <= 1.0 => problem.help(format!("write `{}%`", crate::number::plain(x * 100.0))),
        Value::Number(x) => problem.help(format!("write `{}%`", crate::number::plain(*x))),
        _ => problem.help("percentages are compared with percentages, such as `50%`"),
    }
}

fn arithmetic(op: BinaryOp, a: &Value, b: &Value, left: &Expr, right: &Expr, span: Span) -> Result<Value, Problem> {
    use Value::{Missing, Number, Percent, Text, Unknown};
    match (op, a, b) {
        (_, Missing, _) | (_, _, Missing) => Ok(Missing),
        (_, Unknown(Kind::Any), _) | (_, _, Unknown(Kind::Any)) => Ok(Unknown(Kind::Any)),
        (BinaryOp::Add, Text(x), Text(y)) => Ok(Text(format!("{x}{y}"))),
        (_, Number(x), Number(y)) => Ok(Value::from_f64(compute(op, *x, *y))),
        (BinaryOp::Add | BinaryOp::Sub, Percent(x), Percent(y)) => Ok(Percent(compute(op, *x, *y))),
        (BinaryOp::Mul, Percent(x), Number(y)) | (BinaryOp::Mul, Number(x), Percent(y)) => Ok(Percent(x * y)),
        (BinaryOp::Div, Percent(x), Number(y)) => Ok(Percent(x / y)),
        (BinaryOp::Div, Percent(x), Percent(y)) => Ok(Value::from_f64(x / y)),
        (_, Unknown(x), y) | (_, y, Unknown(x)) if *x == y.kind() && matches!(x, Kind::Number | Kind::Percent) => Ok(Unknown(*x)),
        (_, x, y) => {
            let (odd, at) = if matches!(x.kind(), Kind::Number | Kind::Percent) { (y, right.span) } else { (x, left.span) };
            if matches!(odd.kind(), Kind::Number | Kind::Percent) {
                return Err(Problem::error("E220", "a percentage and a bare number don't add up")
                    .at(span, "one side has `%`, the other has not")
                    .help("write both with `%` or both without, such as `50% + 1%`"));
            }
            Err(wrong(odd, "a number", at))
        }
    }
}

fn compute(op: BinaryOp, x: f64, y: f64) -> f64 {
    match op {
        BinaryOp::Add => x + y,
        BinaryOp::Sub => x - y,
        BinaryOp::Mul => x * y,
        BinaryOp::Div => x / y,
        _ => libm::pow(x, y),
    }
}

fn wrong(found: &Value, expected: &str, span: Span) -> Problem {
    let problem = Problem::error("E224", format!("expected {expected} and found {}", found.kind().noun())).at(span, found.kind().noun());
    match found.kind() {
        Kind::Text if expected == "a number" => problem.help("a number stands without quotes; `number(x)` reads the number in a text"),
        Kind::Analysis => problem.help("a field of the result is a value, such as `NAME.estimate` or `NAME.k`"),
        Kind::List if expected == "a number" => problem.help("an element of a list is taken by its position, such as `x[1]`"),
        _ => problem.help(format!("put {expected} here")),
    }
}

fn mismatch(a: &Value, b: &Value, span: Span) -> Problem {
    Problem::error("E225", format!("{} can't be compared with {}", a.kind().noun(), b.kind().noun())).at(span, "two kinds of value").help(
        match (a.kind(), b.kind()) {
            (Kind::Analysis, _) | (_, Kind::Analysis) => "compare a field of the result, such as `NAME.estimate`".to_owned(),
            (Kind::List, _) | (_, Kind::List) => "`in` asks whether a value is in a list: `x in [1, 2]`".to_owned(),
            (Kind::Text | Kind::Word, Kind::Number) | (Kind::Number, Kind::Text | Kind::Word) => {
                "numbers stand without quotes, texts in quotes; a column with words is compared with a text".to_owned()
            }
            _ => "compare values of one kind".to_owned(),
        },
    )
}

fn call(name: &Word, args: &[Expr], span: Span, scope: &mut dyn Scope) -> Result<Value, Problem> {
    if let Some(answer) = scope.call(name, args, span) {
        return answer;
    }
    let Some(function) = vocabulary::function(&name.text) else {
        let names: Vec<&str> = vocabulary::FUNCTIONS.iter().map(|f| f.name).collect();
        let problem = Problem::error("E202", format!("there is no function `{}`", name.text)).at(name.span, "unknown function");
        return Err(match nearest(&name.text, names.iter().copied()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("the functions are {}", super::suggest::and_list(&names, 30))),
        });
    };
    let (least, most) = function.arity;
    if args.len() < least || args.len() > most {
        return Err(Problem::error("E203", format!("`{}` is called as `{}`", function.name, function.usage))
            .at(span, format!("{} given", super::suggest::count(args.len(), "value", "values")))
            .help(function.summary));
    }
    let values = args.iter().map(|a| element(a, scope)).collect::<Result<Vec<_>, _>>()?;
    super::functions::apply(function.name, &values, args, span)
}
