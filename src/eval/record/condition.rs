//! Conditions in canonical form.

use super::number::{decimal, of_float};
use crate::eval::state::State;
use crate::language::value::Value;
use crate::syntax::ast::{Command, Expr, ExprKind, Item, ItemKind, Quantity, Text, TextPart};

/// A condition as text: layout gone, numbers in one spelling, variables replaced by what they hold.
pub fn condition(expr: &Expr, state: &State) -> String {
    let mut expr = expr.clone();
    settle(&mut expr, state);
    expr.to_string()
}

/// A statement's words with its numbers in one spelling, for people.
pub fn in_words(command: &Command, state: &State) -> String {
    let mut command = command.clone();
    for item in &mut command.items {
        settle_item(item, state);
    }
    command.to_string()
}

fn settle_item(item: &mut Item, state: &State) {
    match &mut item.kind {
        ItemKind::Quantity(q) => settle_quantity(q),
        ItemKind::Range(a, b) => {
            settle_quantity(a);
            settle_quantity(b);
        }
        ItemKind::List(items) | ItemKind::Call(_, items) => items.iter_mut().for_each(|e| settle(e, state)),
        ItemKind::Paren(e) | ItemKind::Where(e) | ItemKind::When(e) | ItemKind::Until(e) | ItemKind::On(e) | ItemKind::Assign(e) => {
            settle(e, state);
        }
        ItemKind::Word(_) | ItemKind::Text(_) | ItemKind::Ranking(_) | ItemKind::Comma => {}
    }
}

fn settle_quantity(q: &mut Quantity) {
    q.text = decimal(&q.text);
}

fn settle(expr: &mut Expr, state: &State) {
    match &mut expr.kind {
        ExprKind::Number(q) => settle_quantity(q),
        ExprKind::Text(_) => {}
        ExprKind::Name(name) => {
            if state.column(name).is_none()
                && let Some(value) = state.variables.get(name)
                && let Some(kind) = literal(value, expr.span)
            {
                expr.kind = kind;
            }
        }
        ExprKind::List(items) | ExprKind::Call(_, items) => items.iter_mut().for_each(|e| settle(e, state)),
        ExprKind::Field { of, args, .. } => {
            settle(of, state);
            args.iter_mut().flatten().for_each(|e| settle(e, state));
        }
        ExprKind::Index(a, b) | ExprKind::Binary(_, a, b) => {
            settle(a, state);
            settle(b, state);
        }
        ExprKind::Unary(_, a) => settle(a, state),
        ExprKind::Command(command) => command.items.iter_mut().for_each(|i| settle_item(i, state)),
    }
}

/// The value of a variable as one would write it.
fn literal(value: &Value, span: crate::source::Span) -> Option<ExprKind> {
    let number =
        |x: f64, unit: Option<&str>| ExprKind::Number(Quantity { value: x, text: of_float(x), unit: unit.map(str::to_owned), span });
    Some(match value {
        Value::Number(x) => number(*x, None),
        Value::Percent(x) => number(*x, Some("%")),
        Value::Text(t) => ExprKind::Text(Text { parts: vec![TextPart::Literal(t.clone())] }),
        Value::Word(w) => ExprKind::Name(w.clone()),
        Value::Bool(b) => ExprKind::Name(b.to_string()),
        Value::List(items) => {
            let items: Option<Vec<Expr>> = items.iter().map(|v| literal(v, span).map(|kind| Expr { kind, span })).collect();
            ExprKind::List(items?)
        }
        _ => return None,
    })
}
