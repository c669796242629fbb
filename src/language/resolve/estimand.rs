//! What an analysis is about: outcome, timepoint, analysis set, comparison, measure.

use super::clauses::{named, word_or_text};
use super::{Context, Said};
use crate::diagnostic::Problem;
use crate::language::catalogue::OutcomeEntry;
use crate::language::cursor::Cursor;
use crate::language::settings::nothing_follows;
use crate::language::spec::{Estimand, Origin, Setting};
use crate::language::suggest::{and_list, nearest};
use crate::language::value::Value;
use crate::language::vocabulary::{self, Choice, ChoiceValue, ClauseId, clause_of};
use crate::source::Span;
use crate::stats::effect::Measure;
use crate::syntax::ast::{Command, Item, ItemKind};

/// The first item of `pool`.
pub(super) fn outcome_name(cursor: &mut Cursor, command: &Command, context: &Context, problems: &mut Vec<Problem>) -> Option<String> {
    let known: Vec<&str> = context.catalogue.outcomes.keys().map(String::as_str).collect();
    if known.is_empty() {
        problems.push(
            Problem::error("E240", "there are no data yet")
                .at(command.head.span, "nothing to pool")
                .help("take a data file with `use \"FILE.csv\"`, or write studies into the script with `study NAME`"),
        );
        return None;
    }
    let item = cursor.advance();
    let name = match item.map(|i| &i.kind) {
        Some(ItemKind::Word(w)) => match (context.catalogue.outcome(context.store, w), (context.lookup)(w)) {
            (Some(_), _) => w.clone(),
            (None, Some(Value::Text(t) | Value::Word(t))) => t,
            (None, Some(Value::Unknown(_))) => known.first().map(|s| (*s).to_owned())?,
            _ => w.clone(),
        },
        Some(ItemKind::Text(t)) => t.plain()?,
        _ => {
            let span = item.map_or(command.head.span, |i| i.span);
            problems.push(
                Problem::error("E230", "`pool` lacks its outcome")
                    .at(span, "an outcome stands here")
                    .help(format!("the outcomes are {}", and_list(&known, 20))),
            );
            return None;
        }
    };
    let span = item.map_or(command.head.span, |i| i.span);
    let found = context.catalogue.outcome(context.store, &name);
    if found.is_none() {
        let problem = Problem::error("E231", format!("there is no outcome `{name}`")).at(span, "unknown outcome");
        let labels = context.store.outcomes.values().filter_map(|o| o.label.as_deref());
        problems.push(match nearest(&name, known.iter().copied().chain(labels)) {
            Some(near) => problem.help(format!("did you mean `{near}`? The outcomes are {}", and_list(&known, 20))),
            None if known == ["outcome"] => {
                problem.help("the data name no outcome (no column `outcome`), so theirs is called `outcome`: write `pool outcome`")
            }
            None => problem.help(format!("the outcomes are {}", and_list(&known, 20))),
        });
    }
    found
}

/// A key of the estimand: stated, or the only one the data have.
pub(super) fn open_key<'a>(
    stated: Option<String>,
    known: impl Iterator<Item = &'a Option<String>>,
    noun: &str,
    word: &str,
    command: &Command,
    outcome: &str,
    problems: &mut Vec<Problem>,
) -> Option<String> {
    if stated.is_some() {
        return stated;
    }
    let known: Vec<&Option<String>> = known.collect();
    match known.as_slice() {
        [] => None,
        [one] => (*one).clone(),
        several => {
            let names: Vec<&str> = several.iter().map(|k| k.as_deref().unwrap_or("(not stated)")).collect();
            let first = names.iter().find(|n| **n != "(not stated)").copied().unwrap_or_default();
            problems.push(
                Problem::error("E232", format!("`{outcome}` has results for several {noun}s: {}", and_list(&names, 20)))
                    .at(command.span, format!("no {noun} stated"))
                    .help(format!("say which, as in `pool {outcome} {word}{first}`")),
            );
            None
        }
    }
}

/// The measure: stated, the outcome's, by `set`, or the only one the data allow.
pub(super) fn measure(
    said: &Said,
    estimand: &Estimand,
    entry: &OutcomeEntry,
    command: &Command,
    context: &Context,
    problems: &mut Vec<Problem>,
) -> Option<Setting<Measure>> {
    if let Some(measure) = said.overrides.measure {
        return Some(Setting::new(measure, Origin::Stated));
    }
    let declared = context.store.outcomes.get(&estimand.outcome).and_then(|o| o.measure.as_deref());
    if let Some(Choice { value: ChoiceValue::Measure(m), .. }) = declared.and_then(|m| vocabulary::choice(vocabulary::MEASURES, m)) {
        if let Some(set) = context.settings.set.measure.filter(|set| set != m) {
            problems.push(
                Problem::note(
                    "W209",
                    format!("`{}` is declared with measure {}, which goes before `set measure {}`", estimand.outcome, m.name(), set.name()),
                )
                .at(command.span, format!("in {}", m.name()))
                .help(format!("write `measure {}` on the statement to pool in it", set.name())),
            );
        }
        return Some(Setting::new(*m, Origin::Outcome));
    }
    if let Some(measure) = context.settings.set.measure {
        return Some(Setting::new(measure, Origin::Set));
    }
    let allowed = (context.measures_allowed)(entry);
    if allowed == [Measure::Generic] {
        return Some(Setting::new(Measure::Generic, Origin::Data));
    }
    let names: Vec<&str> = allowed.iter().map(|m| m.name()).collect();
    let problem = Problem::error("E233", "no effect measure is stated").at(command.span, "add `measure …`");
    problems.push(if names.is_empty() {
        problem.help("the rows hold no numbers from which an effect could be computed; `describe` shows what they hold")
    } else {
        problem.help(format!(
            "the data allow {}; write `measure {}` here, or once with `set measure {}`",
            and_list(&names, 40),
            names[0],
            names[0]
        ))
    });
    None
}

pub(super) fn timepoint(said: &mut Said, word: Span, cursor: &mut Cursor, outcome: Option<&str>, context: &Context) -> Result<(), Problem> {
    let Some(item) = cursor.advance() else { return Err(nothing_follows(clause_of(ClauseId::At), word)) };
    let entry = outcome.and_then(|o| context.catalogue.outcomes.get(o));
    let known: Vec<&str> = entry.map(|e| e.timepoints.iter().flatten().map(String::as_str).collect()).unwrap_or_default();
    let Some(names) = named(item, context.lookup, |w| !known.iter().any(|k| k.eq_ignore_ascii_case(w))) else { return Ok(()) };
    let Some(name) = names.first() else {
        return Err(Problem::error("E218", "`at` takes a timepoint")
            .at(item.span, "not a name")
            .help(format!("the timepoints are {}", and_list(&known, 20))));
    };
    if outcome.is_none() {
        return Ok(());
    }
    let label = |id: &&&str| context.store.timepoints.get(**id).and_then(|t| t.label.as_deref()) == Some(name.as_str());
    if let Some(found) = known.iter().find(|k| k.eq_ignore_ascii_case(name)).or_else(|| known.iter().find(label)) {
        return crate::language::settings::repeated(&mut said.timepoint, Some((*found).to_owned()), "at", word);
    }
    let problem = Problem::error("E236", format!("there is no timepoint `{name}` for this outcome")).at(item.span, "unknown timepoint");
    Err(match nearest(name, known.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`? It has {}", and_list(&known, 20))),
        None if known.is_empty() => problem.help("the rows state no timepoint (column `timepoint`): leave `at` out"),
        None => problem.help(format!("it has {}", and_list(&known, 20))),
    })
}

pub(super) fn comparison(
    said: &mut Said,
    first: &Item,
    cursor: &mut Cursor,
    outcome: Option<&str>,
    context: &Context,
) -> Result<(), Problem> {
    let vs = cursor.advance().map_or(first.span, |i| i.span);
    let Some(second) = cursor.advance() else {
        return Err(Problem::error("E211", "`vs` lacks the second arm").at(vs, "nothing follows").help("write `imr vs tau`"));
    };
    let (Some(a), Some(b)) = (word_or_text(first), word_or_text(second)) else {
        return Err(Problem::error("E218", "a comparison is two arms").at(second.span, "not an arm").help("write `imr vs tau`"));
    };
    let wanted = format!("{a} vs {b}");
    let entry = outcome.and_then(|o| context.catalogue.outcomes.get(o));
    let known: Vec<&str> = entry.map(|e| e.comparisons.iter().map(String::as_str).collect()).unwrap_or_default();
    let declared = context.store.comparisons.values().find(|c| c.arm1.contains(&a) && c.arm2.contains(&b)).map(|c| c.id.clone());
    let found = known.iter().find(|k| k.eq_ignore_ascii_case(&wanted)).map(|k| (*k).to_owned()).or(declared);
    match found {
        Some(found) => crate::language::settings::repeated(&mut said.comparison, Some(found), "the comparison", vs),
        None if known.is_empty() => Err(Problem::error("E235", format!("the rows state no comparison, so `{wanted}` finds none"))
            .at(first.span.to(second.span), "no such comparison")
            .help("comparisons come from the columns `comparison`, or `arm1` and `arm2`")),
        None => Err(Problem::error("E235", format!("there is no comparison `{wanted}`"))
            .at(first.span.to(second.span), "no such comparison")
            .help(format!("the comparisons are {}", and_list(&known, 20)))),
    }
}

/// A bare word: an analysis set, or a mistake.
pub(super) fn analysis_set(said: &mut Said, word: &str, span: Span, outcome: Option<&str>, context: &Context) -> Result<(), Problem> {
    let entry = outcome.and_then(|o| context.catalogue.outcomes.get(o));
    let sets: Vec<&str> = entry.map(|e| e.analyses.iter().flatten().map(String::as_str).collect()).unwrap_or_default();
    if let Some(set) = sets.iter().find(|s| s.eq_ignore_ascii_case(word)) {
        return crate::language::settings::repeated(&mut said.analysis, Some((*set).to_owned()), "the analysis set", span);
    }
    if let Some(Value::Text(t) | Value::Word(t)) = (context.lookup)(word)
        && let Some(set) = sets.iter().find(|s| s.eq_ignore_ascii_case(&t))
    {
        return crate::language::settings::repeated(&mut said.analysis, Some((*set).to_owned()), "the analysis set", span);
    }
    if matches!((context.lookup)(word), Some(Value::Unknown(_))) {
        return Ok(());
    }
    if crate::store::ANALYSIS_SETS.iter().any(|s| s.eq_ignore_ascii_case(word)) {
        let name = outcome.unwrap_or("the outcome");
        let problem = Problem::error("E234", format!("`{name}` has no rows of the analysis set `{word}`")).at(span, "no such rows");
        return Err(if sets.is_empty() {
            problem.help("the rows state no analysis set (column `analysis`): leave the word out")
        } else {
            problem.help(format!("it has {}", and_list(&sets, 20)))
        });
    }
    let clauses: Vec<&str> = vocabulary::verb("pool").map_or(&[][..], |v| v.clauses).iter().map(|id| clause_of(*id).name).collect();
    let later = ["multilevel", "robust", "rho", "equal", "on"];
    if later.iter().take(2).any(|l| l.eq_ignore_ascii_case(word)) {
        return Err(Problem::error("E213", format!("`{word}` is not in this version yet")).at(span, "comes later").help(
            "`combine rho 0.5`, `prefer KEY A > B` and `keep dependent because \"…\"` are the ways with dependent effects that work now",
        ));
    }
    let timepoints: Vec<&str> = entry.map(|e| e.timepoints.iter().flatten().map(String::as_str).collect()).unwrap_or_default();
    if timepoints.iter().any(|t| t.eq_ignore_ascii_case(word)) {
        return Err(Problem::error("E216", format!("`{word}` is a timepoint")).at(span, "without `at`").help(format!("write `at {word}`")));
    }
    if let Some(choice_clause) = clause_with_choice(word) {
        return Err(Problem::error("E216", format!("`{word}` is a value of `{choice_clause}`"))
            .at(span, format!("without `{choice_clause}`"))
            .help(format!("write `{choice_clause} {word}`")));
    }
    let studies = context.catalogue.studies(context.store, word);
    if !studies.is_empty() {
        return Err(Problem::error("E216", format!("`{word}` is a study"))
            .at(span, "no clause before it")
            .help(format!("write `exclude {word}` or `only {word}`; commas stand between studies")));
    }
    let problem = Problem::error("E217", format!("`{word}` is no clause")).at(span, "unknown clause");
    Err(match nearest(word, clauses.iter().copied().chain(sets.iter().copied())) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("the clauses that fit are {}", and_list(&clauses, 40))),
    })
}

/// The clause that has this word among its choices.
pub(super) fn clause_with_choice(word: &str) -> Option<&'static str> {
    vocabulary::CLAUSES.iter().find_map(|c| match c.takes {
        vocabulary::Takes::Choice(list) if vocabulary::choice(list, word).is_some() => Some(c.name),
        _ => None,
    })
}
