//! Which rows enter: `exclude`, `only`, `where`, `by`, and the reasons given.

use super::clauses::{named, word_or_text};
use super::{Context, Said};
use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, text_of};
use crate::language::settings::nothing_follows;
use crate::language::spec::Filter;
use crate::language::suggest::{and_list, as_written, nearest, or_list, the_names};
use crate::language::vocabulary::{ClauseId, clause_of};
use crate::source::Span;
use crate::store::Store;
use crate::syntax::ast::{Item, ItemKind};

pub(super) fn selection(
    said: &mut Said,
    id: ClauseId,
    word: Span,
    cursor: &mut Cursor,
    context: &Context,
    problems: &mut Vec<Problem>,
) -> Result<(), Problem> {
    if let Some(Item { kind: ItemKind::Where(condition), .. }) = cursor.peek() {
        cursor.advance();
        problems.extend((context.check_condition)(condition));
        let (condition, text) = (condition.clone(), condition.to_string());
        said.filters.push(match id {
            ClauseId::Exclude => Filter::ExcludeWhere { condition, text, because: None },
            _ => Filter::Where { condition, text, because: None },
        });
        return Ok(());
    }
    let items = cursor.values();
    if items.is_empty() {
        return Err(nothing_follows(clause_of(id), word));
    }
    let mut studies: Vec<String> = Vec::new();
    if let Some(problem) = name_without_quotes(&items, cursor, clause_of(id).name, context) {
        return Err(problem);
    }
    for item in items {
        let is_study = |w: &str| !context.catalogue.studies(context.store, w).is_empty();
        let Some(names) = named(item, context.lookup, |w| !is_study(w)) else { continue };
        let is_number = matches!(item.kind, ItemKind::Quantity(_));
        let strange = names.is_empty() && !matches!(item.kind, ItemKind::Word(_));
        if strange || is_number && !names.iter().any(|n| is_study(n)) {
            problems.push(
                Problem::error("E218", format!("`{}` takes studies", clause_of(id).name))
                    .at(item.span, "not a study")
                    .help(format!("write `{0} STUDY`, a name with spaces in quotes, or `{0} where CONDITION`", clause_of(id).name)),
            );
            continue;
        }
        for name in names {
            let found = context.catalogue.studies(context.store, &name);
            if found.is_empty() && context.catalogue.before_data {
                problems.push(named_before_data(&name, item.span, clause_of(id).name));
                studies.push(name);
                continue;
            }
            if found.is_empty() {
                problems.push(unknown_study(&name, item.span, context));
            }
            for study in found {
                if !studies.contains(&study) {
                    studies.push(study);
                }
            }
        }
    }
    said.filters.push(match id {
        ClauseId::Exclude => Filter::Exclude { studies, because: None },
        _ => Filter::Only { studies, because: None },
    });
    Ok(())
}

/// A study that a plan names, before there are data.
fn named_before_data(name: &str, span: Span, clause: &str) -> Problem {
    Problem::warning("W511", format!("the plan names the study `{name}` before there are data"))
        .at(span, "known already?")
        .help(format!("state the criterion that it meets: `{clause} where CONDITION`"))
}

/// A study that is not there.
pub fn unknown_study(name: &str, span: Span, context: &Context) -> Problem {
    let ids: Vec<&str> = context.catalogue.studies.iter().map(String::as_str).collect();
    let labels = context.store.studies.values().filter_map(|s| s.label.as_deref());
    let problem = Problem::error("E237", format!("there is no study `{name}`")).at(span, "unknown study");
    let first = |s: &str| s.split([' ', '*', '_']).next().unwrap_or_default().to_lowercase();
    let same_first: Vec<&str> = ids.iter().copied().filter(|id| first(id).len() > 2 && first(id) == first(name)).collect();
    match (nearest(name, ids.iter().copied().chain(labels)), same_first.as_slice()) {
        (Some(near), _) => problem.help(format!("did you mean `{}`?", as_written(near))),
        (None, [_, ..]) => {
            let written: Vec<String> = same_first.iter().map(|s| as_written(s)).collect();
            problem.help(format!("did you mean {}?", or_list(&written, 6)))
        }
        (None, []) if ids.len() > 12 => problem.help(format!("`list studies` shows the {} studies", ids.len())),
        (None, []) => {
            let written: Vec<String> = ids.iter().map(|s| as_written(s)).collect();
            problem.help(the_names("study", "studies", &written, 12))
        }
    }
}

/// A study's name of several words that stands without quotes.
fn name_without_quotes(items: &[&Item], cursor: &mut Cursor, clause: &str, context: &Context) -> Option<Problem> {
    let last = items.last()?;
    let mut name = word_or_text(last).filter(|w| context.catalogue.studies(context.store, w).is_empty())?;
    let mut rest = cursor.clone();
    for _ in 0..12 {
        let next = rest.advance()?;
        name.push(' ');
        name.push_str(&word_or_text(next)?);
        if let [study] = context.catalogue.studies(context.store, &name).as_slice() {
            *cursor = rest;
            return Some(
                Problem::error("E237", format!("the name of the study `{study}` stands without quotes"))
                    .at(last.span.to(next.span), "several words")
                    .help(format!("write `{clause} \"{study}\"`")),
            );
        }
    }
    None
}

pub(super) fn because(said: &mut Said, word: Span, cursor: &mut Cursor) -> Result<(), Problem> {
    let item = cursor.advance();
    let reason = text_of(item, "because", word)?;
    let slot = match said.filters.last_mut() {
        Some(
            Filter::Exclude { because, .. }
            | Filter::Only { because, .. }
            | Filter::Where { because, .. }
            | Filter::ExcludeWhere { because, .. },
        ) => because,
        None => {
            return Err(Problem::error("E219", "`because` gives a reason for what stands before it, and nothing here takes one")
                .at(word, "no `exclude`, `only` or `where` before it")
                .help("write `exclude STUDY because \"…\"`"));
        }
    };
    crate::language::settings::repeated(slot, Some(reason), "because", word)
}

pub(super) fn by(said: &mut Said, word: Span, cursor: &mut Cursor, context: &Context) -> Result<(), Problem> {
    let items = cursor.values();
    if items.is_empty() {
        return Err(nothing_follows(clause_of(ClauseId::By), word));
    }
    if let Some(third) = items.get(2) {
        return Err(Problem::error("E217", "`by` takes one column or two")
            .at(third.span, "a third column")
            .help("write `by A, B`, or regress on more: `regress NAME on A + B + C`"));
    }
    for item in items {
        let Some(names) = named(item, context.lookup, |w| context.catalogue.column(context.store, w).is_none()) else { continue };
        let Some(name) = names.first() else {
            return Err(Problem::error("E218", "`by` takes a column").at(item.span, "not a name").help(column_help(context.store)));
        };
        if context.catalogue.column(context.store, name).is_none() {
            return Err(unknown_column(name, item.span, context.store));
        }
        if said.by.contains(name) {
            return Err(Problem::error("E210", format!("`{name}` stands twice")).at(item.span, "again").help("keep one of them"));
        }
        said.by.push(name.clone());
    }
    Ok(())
}

/// A column that is not there.
pub fn unknown_column(name: &str, span: Span, store: &Store) -> Problem {
    let names = column_names(store);
    let nothing_yet = store.rows.is_empty() && store.studies.is_empty();
    let whose = if nothing_yet { "no characteristic is declared as" } else { "the data have no column" };
    let problem = Problem::error("E238", format!("{whose} `{name}`")).at(span, "unknown column");
    if nothing_yet && nearest(name, names.iter().map(String::as_str)).is_none() {
        return problem.help(format!("declare it above: `characteristic {name} LEVEL, LEVEL`, without levels if it holds numbers"));
    }
    match nearest(name, names.iter().map(String::as_str)) {
        Some(near) if is_a_name(near) => problem.help(format!("did you mean `{near}`?")),
        Some(near) => problem.help(format!(
            "a script names columns by letters, digits and `_`, which `{near}` is not made of: rename it in the file, such as to `{}`",
            as_a_name(near)
        )),
        None => problem.help(column_help(store)),
    }
}

/// Whether a script can name such a column.
fn is_a_name(column: &str) -> bool {
    column.chars().all(|c| c.is_alphanumeric() || c == '_') && !column.starts_with(|c: char| c.is_ascii_digit())
}

/// `my dose (mg)` as a script could name it: `my_dose_mg`.
fn as_a_name(column: &str) -> String {
    let parts: Vec<&str> = column.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|part| !part.is_empty()).collect();
    let joined = parts.join("_");
    if joined.starts_with(|c: char| c.is_ascii_digit()) { format!("x{joined}") } else { joined }
}

fn column_help(store: &Store) -> String {
    format!("the columns are {}", and_list(&column_names(store), 30))
}

/// Every name that `where`, `by`, `on` and `order` can read.
pub fn column_names(store: &Store) -> Vec<String> {
    let mut names: Vec<String> = store.moderator_names().into_iter().map(str::to_owned).collect();
    for column in crate::store::COLUMNS {
        if store.column(column.name).is_some() && !names.iter().any(|n| n == column.name) {
            names.push(column.name.to_owned());
        }
    }
    names
}
