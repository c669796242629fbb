//! A statement as it ran, its variables replaced by their values.

use super::Context;
use super::estimand::clause_with_choice;
use crate::language::value::Value;
use crate::language::vocabulary;
use crate::source::Span;
use crate::syntax::ast::{Command, ItemKind, Quantity, Text, TextPart};

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

fn quantity(value: f64, unit: Option<String>, span: Span) -> ItemKind {
    ItemKind::Quantity(Quantity { value, text: crate::number::full(value), unit, span })
}
