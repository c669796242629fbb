//! Verbs on a result: `leave-one-out of a`, `regress a on x`, `egger of (pool …)`.

use super::clauses::read_with;
use super::decision;
use super::grid::{self, Dimension};
use super::{Context, Said, as_run::as_run, derive, fits, inherited, pool};
use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, choice_of, number_of};
use crate::language::further::{Cumulate, Draws, Further, FurtherSpec, Unit};
use crate::language::settings::{nothing_follows, repeated};
use crate::language::spec::AnalysisSpec;
use crate::language::vocabulary::{self, ChoiceValue, Clause, ClauseId, Takes, Verb, VerbId};
use crate::source::Span;
use crate::syntax::ast::{Command, ExprKind, ItemKind};

/// What a verb's own clauses say.
#[derive(Default)]
pub(super) struct Own {
    unit: Option<Unit>,
    order: Option<(String, bool)>,
    together: Option<bool>,
    words: Vec<(ClauseId, &'static str, Span)>,
    numbers: Vec<(ClauseId, f64)>,
    over: Vec<Dimension>,
    pub(super) risks: Option<Vec<f64>>,
    pub(super) instrument: Option<String>,
}

impl Own {
    pub(super) fn word(&self, id: ClauseId) -> Option<&'static str> {
        self.words.iter().find(|(i, ..)| *i == id).map(|(_, w, _)| *w)
    }

    pub(super) fn number(&self, id: ClauseId) -> Option<f64> {
        self.numbers.iter().find(|(i, _)| *i == id).map(|(_, x)| *x)
    }
}

/// Finds the specification of a named result.
pub type Named<'a> = dyn Fn(&str) -> Option<(AnalysisSpec, String)> + 'a;

/// Resolves `VERB of RESULT clauses…`.
pub fn further(verb: &Verb, command: &Command, named: &Named, context: &Context, problems: &mut Vec<Problem>) -> Option<FurtherSpec> {
    let before = problems.len();
    let mut cursor = Cursor::new(&command.items, command.head.span);
    if verb.subject == vocabulary::Subject::OfAnalysis && cursor.take_word("of").is_none() {
        problems.push(
            Problem::error("E218", format!("`{}` is followed by `of` and the name of a result", verb.name))
                .at(cursor.peek().map_or(command.head.span, |i| i.span), "no `of`")
                .help(format!("write `{}`", verb.usage)),
        );
        return None;
    }
    let (parent, parent_name) = target(verb, command, &mut cursor, named, context, problems)?;
    let mut said = Said::default();
    let mut own = Own::default();
    let mut read_own = |clause: &Clause, span: Span, cursor: &mut Cursor| {
        verb.clauses.contains(&clause.id).then(|| own_clause(&mut own, clause, span, cursor, context))
    };
    read_with(&mut said, &mut cursor, Some(&parent.estimand.outcome), context, &mut read_own, problems);
    if problems[before..].iter().any(Problem::is_error) {
        return None;
    }
    let mut base = inherited(said, &parent, &parent_name);
    base.by = Vec::new();
    base.statement = as_run(command, context);
    base.span = command.span;
    let what = what(verb, command, &own, &base, context, problems)?;
    fits(&base, command, problems).then_some(FurtherSpec { name: None, verb: verb.name, base, of: parent_name, what })
}

/// The result a verb works on: a name, or a statement in parentheses.
fn target(
    verb: &Verb,
    command: &Command,
    cursor: &mut Cursor,
    named: &Named,
    context: &Context,
    problems: &mut Vec<Problem>,
) -> Option<(AnalysisSpec, String)> {
    let lacking = |span: Span| {
        Problem::error("E230", format!("`{}` lacks the name of a result", verb.name))
            .at(span, "which one?")
            .help(format!("write `{}`", verb.usage))
    };
    let Some(item) = cursor.advance() else {
        problems.push(lacking(command.head.span));
        return None;
    };
    match &item.kind {
        ItemKind::Word(word) => {
            let found = named(word);
            if found.is_none() {
                let problem = Problem::error("E243", format!("there is no result `{word}`")).at(item.span, "unknown result");
                problems.push(if context.catalogue.outcomes.contains_key(word.as_str()) {
                    problem.help(format!(
                        "`{word}` is an outcome: write `{} {}(pool {word})`",
                        verb.name,
                        if verb.subject == vocabulary::Subject::OfAnalysis { "of " } else { "" }
                    ))
                } else {
                    problem.help("a result gets a name with `let NAME = pool …`")
                });
            }
            found
        }
        ItemKind::Paren(expr) => match &expr.kind {
            ExprKind::Command(inner) => {
                let spec = match named(&inner.head.text) {
                    Some((parent, name)) if vocabulary::verb(&inner.head.text).is_none() => {
                        derive(inner, &parent, &name, context, problems)
                    }
                    _ => pool(inner, context, problems),
                };
                spec.map(|spec| {
                    let name = spec.statement.clone();
                    (spec, name)
                })
            }
            ExprKind::Name(word) => named(word),
            _ => {
                problems.push(lacking(item.span));
                None
            }
        },
        _ => {
            problems.push(lacking(item.span));
            None
        }
    }
}

fn own_clause(own: &mut Own, clause: &Clause, span: Span, cursor: &mut Cursor, context: &Context) -> Result<(), Problem> {
    match (clause.id, clause.takes) {
        (ClauseId::By, _) => {
            let unit = if cursor.take_word("trial").is_some() {
                Unit::Trial
            } else if cursor.take_word("study").is_some() {
                Unit::Study
            } else {
                return Err(Problem::error("E205", "`by` takes `study` or `trial` here")
                    .at(span, "not one of them")
                    .help("write `by trial`"));
            };
            repeated(&mut own.unit, Some(unit), "by", span)
        }
        (ClauseId::Order, _) => {
            let Some(item) = cursor.advance() else { return Err(nothing_follows(clause, span)) };
            let Some(name) = super::clauses::word_or_text(item) else {
                return Err(Problem::error("E218", "`order` takes a column").at(item.span, "not a name"));
            };
            if context.store.column(&name).is_none() {
                return Err(super::unknown_column(&name, item.span, context.store));
            }
            let descending = cursor.take_word("descending").is_some();
            repeated(&mut own.order, Some((name, descending)), "order", span)
        }
        (ClauseId::Ties, _) => {
            if cursor.take_word("together").is_none() {
                return Err(Problem::error("E217", "`ties` is written `ties together`")
                    .at(span, "no `together`")
                    .help("write `ties together`"));
            }
            repeated(&mut own.together, Some(true), "ties", span)
        }
        (ClauseId::Over, _) => grid::over(&mut own.over, span, cursor, context),
        (ClauseId::Risk, _) => decision::risks(own, clause, span, cursor, context),
        (ClauseId::OnInstrument, _) => decision::instrument(own, clause, span, cursor, context),
        (id, Takes::Choice(list)) => {
            let Some(item) = cursor.advance() else { return Err(nothing_follows(clause, span)) };
            if own.word(id).is_some() {
                return Err(Problem::error("E210", format!("`{}` stands twice", clause.name)).at(span, "again").help("keep one of them"));
            }
            if let Some(ChoiceValue::Word(word)) = choice_of(item, clause, list, context.lookup)?.map(|c| c.value) {
                own.words.push((id, word, item.span));
            }
            Ok(())
        }
        (id, Takes::Number { min, max }) => {
            let Some(item) = cursor.advance() else { return Err(nothing_follows(clause, span)) };
            if own.number(id).is_some() {
                return Err(Problem::error("E210", format!("`{}` stands twice", clause.name)).at(span, "again").help("keep one of them"));
            }
            if let Some(x) = number_of(item, &format!("`{}`", clause.name), min, max, context.lookup)? {
                own.numbers.push((id, x));
            }
            Ok(())
        }
        _ => Err(super::clauses::does_not_fit(clause, span)),
    }
}

/// The words of `method` that belong to a verb, the first being the default.
fn method(own: &Own, verb: &Verb, words: &[&'static str], problems: &mut Vec<Problem>) -> Option<&'static str> {
    one_of(own, ClauseId::Method, verb, words, problems).map(|word| word.unwrap_or(words[0]))
}

/// The word of a clause, where it is one of those that belong to a verb.
fn one_of(own: &Own, clause: ClauseId, verb: &Verb, words: &[&'static str], problems: &mut Vec<Problem>) -> Option<Option<&'static str>> {
    let Some((_, word, span)) = own.words.iter().find(|(id, ..)| *id == clause) else { return Some(None) };
    if words.contains(word) {
        return Some(Some(word));
    }
    let noun = if clause == ClauseId::Method { "a method" } else { "an alternative" };
    problems.push(
        Problem::error("E205", format!("`{word}` is not {noun} of `{}`", verb.name))
            .at(*span, format!("another verb's {}", vocabulary::clause_of(clause).name))
            .help(format!("it has {}", crate::language::suggest::and_list(words, 5))),
    );
    None
}

/// `draws N seed N`, both whole.
fn draws(own: &Own, command: &Command, problems: &mut Vec<Problem>) -> Option<Draws> {
    let mut whole = |id: ClauseId| match own.number(id) {
        Some(x) if x != libm::trunc(x) => {
            let name = vocabulary::clause_of(id).name;
            problems.push(
                Problem::error("E207", format!("`{name}` is a whole number"))
                    .at(command.span, format!("`{name} {}`", crate::number::plain(x)))
                    .help(format!("write `{name} {}`", crate::number::plain(libm::ceil(x)))),
            );
            None
        }
        x => Some(x.map(|x| x as u64)),
    };
    let (draws, seed) = (whole(ClauseId::Draws), whole(ClauseId::Seed));
    Some(Draws { draws: draws?.map(|n| n as usize), seed: seed? })
}

fn what(verb: &Verb, command: &Command, own: &Own, base: &AnalysisSpec, context: &Context, problems: &mut Vec<Problem>) -> Option<Further> {
    match verb.id {
        VerbId::LeaveOneOut => Some(Further::LeaveOneOut { unit: own.unit.unwrap_or(Unit::Study) }),
        VerbId::Cumulative => match &own.order {
            Some((column, descending)) => Some(Further::Cumulative(Cumulate {
                column: column.clone(),
                descending: *descending,
                together: own.together.unwrap_or(false),
            })),
            None => {
                problems.push(
                    Problem::error("E211", "`cumulative` lacks the order in which studies are added")
                        .at(command.span, "no `order`")
                        .help("write `cumulative of NAME order year`"),
                );
                None
            }
        },
        VerbId::Influence => Some(Further::Influence),
        VerbId::Blup => Some(Further::Blup),
        VerbId::Baujat => Some(Further::Baujat),
        VerbId::Gosh => draws(own, command, problems).map(Further::Gosh),
        VerbId::Bootstrap => {
            let method = method(own, verb, &["nonparametric", "parametric"], problems)?;
            Some(Further::Bootstrap { draws: draws(own, command, problems)?, parametric: method == "parametric" })
        }
        VerbId::Profile => Some(Further::Profile),
        VerbId::Robustness => grid::grid(&own.over, base, command, problems).map(Further::Robustness),
        VerbId::Egger => {
            let method = method(own, verb, &["classical", "mixed"], problems)?;
            Some(Further::Egger { predictor: own.word(ClauseId::Predictor).unwrap_or("se"), mixed: method == "mixed" })
        }
        VerbId::Begg => Some(Further::Begg),
        VerbId::TrimAndFill => {
            Some(Further::TrimAndFill { estimator: own.word(ClauseId::Estimator).unwrap_or("l0"), side: own.word(ClauseId::Side) })
        }
        VerbId::FailSafe => {
            let method = method(own, verb, &["rosenthal", "orwin", "rosenberg"], problems)?;
            let target = own.number(ClauseId::Target);
            if (method == "orwin") != target.is_some() {
                let problem = Problem::error(
                    "E211",
                    if target.is_some() { "`target` belongs to `method orwin`" } else { "`method orwin` needs a `target`" },
                )
                .at(command.span, "these two go together");
                problems.push(
                    problem.help("write `fail-safe of NAME method orwin target 0.1`: the effect below which the result would not matter"),
                );
                return None;
            }
            let mean = own.word(ClauseId::Mean);
            if method != "orwin" && mean.is_some() {
                problems.push(
                    Problem::error("E211", "`mean` belongs to `method orwin`")
                        .at(command.span, "these two go together")
                        .help("leave out `mean`, or write `fail-safe of NAME method orwin target 0.1 mean weighted`"),
                );
                return None;
            }
            Some(Further::FailSafe { method, target, weighted: mean == Some("weighted") })
        }
        VerbId::Harbord | VerbId::Peters | VerbId::Macaskill | VerbId::Deeks => Some(Further::CountTest(verb.name)),
        VerbId::Ruecker => method(own, verb, &["classical", "mixed", "rank"], problems).map(Further::Ruecker),
        VerbId::PetPeese => {
            one_of(own, ClauseId::Alternative, verb, &["greater", "less"], problems).map(|expected| Further::PetPeese { expected })
        }
        VerbId::ExcessSignificance => {
            let method = method(own, verb, &["exact", "binomial", "chi-squared"], problems)?;
            let alternative = one_of(own, ClauseId::Alternative, verb, &["greater", "two-sided"], problems)?;
            Some(Further::ExcessSignificance { method, alternative: alternative.unwrap_or("greater") })
        }
        VerbId::HenmiCopas => Some(Further::HenmiCopas),
        VerbId::Probability => decision::probability(own, command, base, context, problems),
        VerbId::Absolute => decision::absolute(own, command, problems),
        VerbId::ReExpress => decision::re_express(own, command, problems),
        _ => None,
    }
}
