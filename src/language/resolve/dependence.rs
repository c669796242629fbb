//! What is done with several effects of one trial: `combine`, `prefer`, `keep dependent`.

use super::clauses::word_or_text;
use super::{Context, Said};
use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, number_of, text_of, word_of};
use crate::language::settings::EDITION;
use crate::language::spec::{Dependence, Origin, Preference, Setting};
use crate::language::suggest::or_list;
use crate::source::Span;
use crate::syntax::ast::{Item, ItemKind};

/// The preference declared for the review, if there is one.
pub(super) fn declared_preference(context: &Context) -> Setting<Dependence> {
    let declared: Vec<Preference> =
        context.store.preferences.iter().map(|(key, ranking)| Preference { key: key.clone(), ranking: ranking.clone() }).collect();
    if declared.is_empty() {
        Setting::new(Dependence::Refuse, Origin::Edition(EDITION))
    } else {
        Setting::new(Dependence::Prefer(declared), Origin::Set)
    }
}

pub(super) fn combine(said: &mut Said, word: Span, cursor: &mut Cursor, context: &Context) -> Result<(), Problem> {
    let mut rho = None;
    let mut equal = false;
    loop {
        if cursor.take_word("rho").is_some() {
            let Some(item) = cursor.advance() else {
                return Err(Problem::error("E211", "`rho` lacks its value").at(cursor.end(), "no number").help("write `combine rho 0.5`"));
            };
            let number = number_of(item, "`rho`", -1.0, 1.0, context.lookup);
            let help = "`rho` is the correlation between the effects of one trial, such as `combine rho 0.5`";
            rho = Some(number.map_err(|p| p.help(help))?.unwrap_or(0.5));
        } else if cursor.take_word("equal").is_some() {
            equal = true;
        } else {
            break;
        }
    }
    let Some(rho) = rho else {
        return Err(Problem::error("E211", "`combine` needs the correlation between effects of one trial")
            .at(word, "no `rho`")
            .help("write `combine rho 0.5`; the value is an assumption, so try others too"));
    };
    dependence(said, Dependence::Combine { rho, equal }, word)
}

pub(super) fn prefer(said: &mut Said, word: Span, cursor: &mut Cursor, context: &Context) -> Result<(), Problem> {
    let at = cursor.peek().map_or(word, |i| i.span);
    let (key, ranking) = read_preference(cursor, word)?;
    let known =
        |name: &str| crate::store::COLUMNS.iter().any(|c| c.name.eq_ignore_ascii_case(name)) || context.store.column(name).is_some();
    if !known(&key) {
        return Err(super::unknown_column(&key, at, context.store));
    }
    dependence(said, Dependence::Prefer(vec![Preference { key, ranking }]), word)
}

/// `KEY A > B > C`, of the clause and of the statement.
pub fn read_preference(cursor: &mut Cursor, word: Span) -> Result<(String, Vec<String>), Problem> {
    let wrong = |span| {
        Problem::error("E218", "`prefer` takes a key and a ranking")
            .at(span, "expected `KEY A > B`")
            .help("write `prefer instrument RAS > QPR`, the first choice first; the key is `instrument`, `rater`, `analysis`, `study` or another column")
    };
    let key = cursor.advance().and_then(word_of).ok_or_else(|| wrong(word))?.to_owned();
    match cursor.advance() {
        Some(Item { kind: ItemKind::Ranking(words), .. }) => Ok((key, words.iter().map(|w| w.text.clone()).collect())),
        Some(item) => match word_or_text(item) {
            Some(one) => Ok((key, vec![one])),
            None => Err(wrong(item.span)),
        },
        None => Err(wrong(cursor.end())),
    }
}

pub(super) fn keep(said: &mut Said, word: Span, cursor: &mut Cursor) -> Result<(), Problem> {
    if cursor.take_word("dependent").is_none() {
        return Err(Problem::error("E218", "`keep` is followed by `dependent` and a reason")
            .at(word, "no `dependent`")
            .help("write `keep dependent because \"as published\"`"));
    }
    if cursor.take_word("because").is_none() {
        return Err(Problem::error("E219", "`keep dependent` needs a reason")
            .at(word, "no `because`")
            .help("write `keep dependent because \"as published\"`"));
    }
    let item = cursor.advance();
    let because = text_of(item, "because", word)?;
    dependence(said, Dependence::Keep { because }, word)
}

pub(super) fn dependence(said: &mut Said, value: Dependence, word: Span) -> Result<(), Problem> {
    if said.dependence.is_some() {
        return Err(Problem::error("E210", "two ways with dependent effects")
            .at(word, "a second one")
            .help(format!("keep one of {}", or_list(&["combine", "prefer", "keep dependent"], 5))));
    }
    said.dependence = Some(value);
    Ok(())
}
