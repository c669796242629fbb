//! Reading the clauses of a statement, one after the other.

use super::dependence::{combine, keep, multilevel, prefer, robust};
use super::estimand::{analysis_set, comparison, timepoint};
use super::selection::{because, by, selection};
use super::{Context, Said};
use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, Lookup, word_of};
use crate::language::settings::{Reading, nothing_follows, read_tau2};
use crate::language::spec::{Filter, ModelChoice};
use crate::language::suggest::and_list;
use crate::language::value::Value;
use crate::language::vocabulary::{self, ChoiceValue, ClauseId, TAU2_SHARING, clause_of};
use crate::source::Span;
use crate::syntax::ast::{Item, ItemKind};

/// Reads a verb's own clause, its word already taken; `None` where the clause is not its own.
pub(super) type Own<'o> = dyn FnMut(&vocabulary::Clause, Span, &mut Cursor) -> Option<Result<(), Problem>> + 'o;

/// Reads the clauses of an analysis. After a mistake it goes on with the next clause.
pub(super) fn read(said: &mut Said, cursor: &mut Cursor, outcome: Option<&str>, context: &Context, problems: &mut Vec<Problem>) {
    read_with(said, cursor, outcome, context, &mut |_, _, _| None, problems);
}

/// Reads the clauses of an analysis and a verb's own.
pub(super) fn read_with(
    said: &mut Said,
    cursor: &mut Cursor,
    outcome: Option<&str>,
    context: &Context,
    own: &mut Own,
    problems: &mut Vec<Problem>,
) {
    let clauses: Vec<_> = vocabulary::CLAUSES.iter().map(|c| c.id).collect();
    let reading =
        Reading { lookup: context.lookup, rules: &|name| context.rules.iter().any(|r| r == name), rule_names: context.rules.clone() };
    while !cursor.is_done() {
        if let Err(problem) = one(said, cursor, outcome, context, &reading, own, problems) {
            // Where the value itself is wrong it has been taken, and what follows stands for itself.
            let taken = matches!(problem.code, "E205" | "E206" | "E207" | "E208");
            problems.push(*problem);
            if !taken {
                cursor.recover(&clauses, |word| is_set(word, outcome, context));
            }
        }
    }
}

/// Whether a word names an analysis set of the outcome, so that reading can go on with it.
fn is_set(word: &str, outcome: Option<&str>, context: &Context) -> bool {
    let entry = outcome.and_then(|o| context.catalogue.outcomes.get(o));
    entry.is_some_and(|e| e.analyses.iter().flatten().any(|s| s.eq_ignore_ascii_case(word)))
}

pub(super) type Step = Result<(), Box<Problem>>;

/// One clause, or one word of the estimand.
pub(super) fn one(
    said: &mut Said,
    cursor: &mut Cursor,
    outcome: Option<&str>,
    context: &Context,
    reading: &Reading,
    own: &mut Own,
    problems: &mut Vec<Problem>,
) -> Step {
    let Some(item) = cursor.advance() else { return Ok(()) };
    let word = match &item.kind {
        ItemKind::Where(condition) => {
            problems.extend((context.check_condition)(condition));
            said.filters.push(Filter::Where { condition: condition.clone(), text: condition.to_string(), because: None });
            return Ok(());
        }
        ItemKind::Word(word) => word,
        ItemKind::Text(text) if text.plain().is_some_and(|t| is_set(&t, outcome, context)) => {
            let set = text.plain().unwrap_or_default();
            return analysis_set(said, &set, item.span, outcome, context).map_err(Box::new);
        }
        _ => return Err(Box::new(stray(item, context))),
    };
    if cursor.peek_word().is_some_and(|w| w.eq_ignore_ascii_case("vs")) {
        return comparison(said, item, cursor, outcome, context).map_err(Box::new);
    }
    let Some(clause) = vocabulary::clause(word) else {
        return analysis_set(said, word, item.span, outcome, context).map_err(Box::new);
    };
    if let Some(step) = own(clause, item.span, cursor) {
        return step.map_err(Box::new);
    }
    if clause.id == ClauseId::Tau2 {
        return tau2(said, clause, item.span, cursor, context).map_err(Box::new);
    }
    if said.overrides.read(clause.id, item.span, cursor, reading).map_err(Box::new)? {
        return Ok(());
    }
    match clause.id {
        ClauseId::At => timepoint(said, item.span, cursor, outcome, context),
        ClauseId::Exclude | ClauseId::Only => selection(said, clause.id, item.span, cursor, context, problems),
        ClauseId::Because => because(said, item.span, cursor),
        ClauseId::By => by(said, item.span, cursor, context),
        ClauseId::Combine => combine(said, item.span, cursor, context),
        ClauseId::Multilevel => multilevel(said, item.span, cursor, context),
        ClauseId::Robust => robust(said, item.span, cursor, context, |word| is_set(word, outcome, context)),
        ClauseId::Prefer => prefer(said, item.span, cursor, context),
        ClauseId::Keep => keep(said, item.span, cursor),
        ClauseId::ReportOnly => {
            let only = cursor.take_word("only").unwrap_or(item.span);
            Err(does_not_fit(clause, item.span.to(only)))
        }
        _ => Err(does_not_fit(clause, item.span)),
    }
    .map_err(Box::new)
}

pub(super) fn does_not_fit(clause: &vocabulary::Clause, span: Span) -> Problem {
    let names: Vec<&str> = vocabulary::verb("pool").map_or(&[][..], |v| v.clauses).iter().map(|id| clause_of(*id).name).collect();
    Problem::error("E214", format!("`{}` does not fit an analysis", clause.name))
        .at(span, "not here")
        .help(format!("the clauses that fit are {}", and_list(&names, 40)))
}

/// A value where a clause word is expected.
pub(super) fn stray(item: &Item, context: &Context) -> Problem {
    let problem = Problem::error("E215", "a value stands where a clause begins").at(item.span, "belongs to no clause");
    match &item.kind {
        ItemKind::Quantity(q) if q.unit.as_deref() == Some("%") => {
            problem.help(format!("for the confidence level write `level {}%`", q.text))
        }
        ItemKind::Quantity(_) => problem.help("a stated between-study variance is written `tau2 NUMBER`"),
        ItemKind::Text(t) if t.plain().is_some_and(|name| !context.catalogue.studies(context.store, &name).is_empty()) => {
            let name = t.plain().unwrap_or_default();
            problem.help(format!("write `exclude \"{name}\"` or `only \"{name}\"`; between studies stand commas"))
        }
        ItemKind::Text(_) => problem.help("a study is left out with `exclude \"…\"`, a reason follows `because`"),
        ItemKind::Comma => Problem::error("E215", "a comma stands between clauses")
            .at(item.span, "not needed")
            .help("leave it out: a comma separates values of one clause, as in `exclude A, B`"),
        ItemKind::On(_) => problem.help("`on` belongs to `regress`"),
        _ => problem.help("clauses are a word and what it takes, such as `model reml`"),
    }
}

pub(super) fn word_or_text(item: &Item) -> Option<String> {
    match &item.kind {
        ItemKind::Word(w) => Some(w.clone()),
        ItemKind::Text(t) => t.plain(),
        // `3m` reads as a number with a unit, and names a timepoint all the same.
        ItemKind::Quantity(q) => Some(format!("{}{}", q.text, q.unit.as_deref().unwrap_or(""))),
        _ => None,
    }
}

/// A word, a text, or the text a variable holds; `None` where it waits for the data.
pub(super) fn named(item: &Item, lookup: &Lookup, prefer_variable: impl Fn(&str) -> bool) -> Option<Vec<String>> {
    match &item.kind {
        ItemKind::Word(w) if prefer_variable(w) => match lookup(w) {
            Some(Value::Text(t) | Value::Word(t)) => Some(vec![t]),
            Some(Value::List(items)) => Some(items.iter().filter_map(|v| v.as_text().map(str::to_owned)).collect()),
            Some(Value::Unknown(_)) => None,
            _ => Some(vec![w.clone()]),
        },
        _ => Some(word_or_text(item).into_iter().collect()),
    }
}

pub(super) fn tau2(
    said: &mut Said,
    clause: &vocabulary::Clause,
    word: Span,
    cursor: &mut Cursor,
    context: &Context,
) -> Result<(), Problem> {
    let Some(item) = cursor.advance() else { return Err(nothing_follows(clause, word)) };
    if let Some(choice) = word_of(item).and_then(|w| vocabulary::choice(TAU2_SHARING, w)) {
        let common = choice.value == ChoiceValue::SharedTau2(true);
        return crate::language::settings::repeated(&mut said.tau2_common, Some(common), "tau2", word);
    }
    let model = read_tau2(item, context.lookup).map_err(|p| p.help("write `tau2 0.1`, or with `by` `tau2 separate`"))?;
    if let (Some(_), Some(ModelChoice::One(_))) = (&said.overrides.model, &model) {
        return Err(Problem::error("E212", "a stated tau2 takes the place of a model")
            .at(word.to(item.span), "beside `model`")
            .help("leave out `model`, or leave out `tau2` to have it estimated"));
    }
    crate::language::settings::repeated(&mut said.overrides.model, model, "tau2", word)
}
