//! A statement as it ran, its variables replaced by their values.

use super::Context;
use super::estimand::clause_with_choice;
use crate::language::value::Value;
use crate::language::vocabulary;
use crate::source::Span;
use crate::syntax::ast::{Command, Expr, ExprKind, ItemKind, Quantity, Text, TextPart};

/// The statement in canonical form, with the values of the variables it reads in their places,
/// so that a result of a loop says what it is.
pub(super) fn as_run(command: &Command, context: &Context) -> String {
    let is_own = |word: &str| {
        vocabulary::clause(word).is_some()
            || clause_with_choice(word).is_some()
            || context.catalogue.outcome(context.store, word).is_some()
            || !context.catalogue.studies(context.store, word).is_empty()
            || context.catalogue.column(context.store, word).is_some()
    };
    let mut command = command.clone();
    for item in &mut command.items {
        if let ItemKind::On(formula) = &mut item.kind {
            held_columns(formula, &|word| column_held(word, context));
            continue;
        }
        let ItemKind::Word(word) = &item.kind else { continue };
        let value = (context.lookup)(word);
        if value.is_none() || is_own(word) {
            continue;
        }
        match value {
            Some(Value::Word(value)) => item.kind = ItemKind::Word(value),
            Some(Value::Text(value)) => item.kind = ItemKind::Text(Text { parts: vec![TextPart::Literal(value)] }),
            Some(Value::Number(value)) => item.kind = quantity(value, None, item.span),
            Some(Value::Percent(value)) => item.kind = quantity(value, Some("%".to_owned()), item.span),
            _ => {}
        }
    }
    command.to_string()
}

/// The text of a formula as it ran.
pub(in crate::language) fn formula_as_run(formula: &Expr, context: &Context) -> String {
    let mut formula = formula.clone();
    held_columns(&mut formula, &|word| column_held(word, context));
    formula.to_string()
}

/// The column whose name a variable holds.
fn column_held(word: &str, context: &Context) -> Option<String> {
    let is_column = |word: &str| context.catalogue.column(context.store, word).is_some();
    match (context.lookup)(word) {
        Some(Value::Text(held) | Value::Word(held)) if !is_column(word) && is_column(&held) => Some(held),
        _ => None,
    }
}

/// Puts columns in the places of variables that hold their names.
fn held_columns(expr: &mut Expr, held: &dyn Fn(&str) -> Option<String>) {
    match &mut expr.kind {
        ExprKind::Name(name) => {
            if let Some(column) = held(name) {
                *name = column;
            }
        }
        ExprKind::Call(_, args) => args.iter_mut().for_each(|arg| held_columns(arg, held)),
        ExprKind::Unary(_, of) => held_columns(of, held),
        ExprKind::Binary(_, a, b) => {
            held_columns(a, held);
            held_columns(b, held);
        }
        _ => {}
    }
}

fn quantity(value: f64, unit: Option<String>, span: Span) -> ItemKind {
    ItemKind::Quantity(Quantity { value, text: crate::number::full(value), unit, span })
}
