//! What an analysis is about: outcome, timepoint, analysis set, comparison, measure.

use super::clauses::{named, word_or_text};
use super::{Context, Said};
use crate::diagnostic::Problem;
use crate::language::catalogue::OutcomeEntry;
use crate::language::cursor::Cursor;
use crate::language::settings::nothing_follows;
use crate::language::spec::{Estimand, Origin, Setting};
use crate::language::suggest::{and_list, as_written, nearest, or_list, the_names};
use crate::language::value::Value;
use crate::language::vocabulary::{self, Choice, ChoiceValue, ClauseId, clause_of};
use crate::source::Span;
use crate::stats::effect::Measure;
use crate::syntax::ast::{Command, Item, ItemKind};
use indexmap::IndexSet;

/// The first item of `pool`.
pub(super) fn outcome_name(cursor: &mut Cursor, command: &Command, context: &Context, problems: &mut Vec<Problem>) -> Option<String> {
    // Made for messages alone: there may be thousands.
    let known = || -> Vec<&str> { context.catalogue.outcomes.keys().map(String::as_str).collect() };
    if context.catalogue.outcomes.is_empty() && context.catalogue.before_data {
        problems.push(
            Problem::error("E231", "the plan declares no outcome")
                .at(command.head.span, "nothing to pool")
                .help("declare it above: `outcome recovery \"Personal recovery\" primary higher better measure smd`"),
        );
        return None;
    }
    if context.catalogue.outcomes.is_empty() {
        problems.push(
            Problem::error("E240", "there are no data yet")
                .at(command.head.span, "nothing to pool")
                .help("take a data file with `use \"FILE.csv\"`, or write studies into the script with `study NAME`"),
        );
        return None;
    }
    let is_outcome = |w: &str| context.catalogue.outcome(context.store, w).is_some();
    let clause_first = |item: &Item| match &item.kind {
        ItemKind::Word(w) => (vocabulary::clause(w).is_some() || w.eq_ignore_ascii_case("of")) && !is_outcome(w),
        ItemKind::Text(_) => false,
        _ => true,
    };
    let item = cursor.peek();
    let Some(item) = item.filter(|i| !clause_first(i)) else {
        let stands = item.and_then(word_or_text);
        let span = item.map_or(command.head.span, |i| i.span);
        let label = stands.map_or_else(|| "an outcome stands here".to_owned(), |w| format!("an outcome stands before `{w}`"));
        if item.is_some_and(|i| {
            !matches!(&i.kind, ItemKind::Word(w) if vocabulary::clause(w).is_some()) && !matches!(i.kind, ItemKind::Where(_))
        }) {
            cursor.advance();
        }
        let example = format!("write `pool {}`", as_written(known().first().copied().unwrap_or_default()));
        problems.push(
            Problem::error("E230", "`pool` lacks its outcome")
                .at(span, label)
                .help(format!("{}: {example}", the_names("outcome", "outcomes", &known(), 20))),
        );
        return None;
    };
    cursor.advance();
    let name = match &item.kind {
        ItemKind::Word(w) => match (is_outcome(w), (context.lookup)(w)) {
            (true, _) => w.clone(),
            (false, Some(Value::Text(t) | Value::Word(t))) => t,
            (false, Some(Value::Unknown(_))) => known().first().map(|s| (*s).to_owned())?,
            _ => w.clone(),
        },
        _ => match word_or_text(item) {
            Some(name) => name,
            None => {
                problems.push(
                    Problem::error("E209", "the name of an outcome can't hold `{values}`")
                        .at(item.span, "an interpolation")
                        .help("a variable that holds the name stands without quotes"),
                );
                return None;
            }
        },
    };
    let found = context.catalogue.outcome(context.store, &name);
    if found.is_none() {
        let problem = Problem::error("E231", format!("there is no outcome `{name}`")).at(item.span, "unknown outcome");
        let labels = context.store.outcomes.values().filter_map(|o| o.label.as_deref());
        let known = known();
        problems.push(match nearest(&name, known.iter().copied().chain(labels)) {
            Some(near) if known.len() == 1 => problem.help(format!("did you mean `{near}`? It is the only outcome")),
            Some(near) => problem.help(format!("did you mean `{near}`? The outcomes are {}", and_list(&known, 20))),
            None if known == ["outcome"] => {
                problem.help("the data name no outcome (no column `outcome`), so theirs is called `outcome`: write `pool outcome`")
            }
            None => problem.help(the_names("outcome", "outcomes", &known, 20)),
        });
    }
    found
}

/// Timepoint and analysis set: stated, or the only ones of the rows that the rest of the estimand leaves.
pub(super) fn open_keys(
    said: &mut Said,
    entry: &OutcomeEntry,
    outcome: &str,
    command: &Command,
    context: &Context,
    problems: &mut Vec<Problem>,
) -> (Option<String>, Option<String>) {
    let (timepoint, analysis) = (said.timepoint.take(), said.analysis.take());
    if entry.planned {
        return before_data(timepoint, analysis, entry, outcome, command, problems);
    }
    let fits = |wanted: &Option<String>, have: &Option<String>| wanted.is_none() || wanted == have;
    let rows = || {
        entry
            .rows
            .iter()
            .filter_map(|i| context.store.rows.get(*i))
            .filter(|r| fits(&timepoint, &r.timepoint) && fits(&analysis, &r.analysis))
    };
    let mut timepoints: IndexSet<Option<&str>> = IndexSet::new();
    let mut analyses: IndexSet<Option<&str>> = IndexSet::new();
    for row in rows() {
        timepoints.insert(row.timepoint.as_deref());
        analyses.insert(row.analysis.as_deref());
    }
    let mut open = Vec::new();
    let mut example = format!("pool {}", as_written(outcome));
    for (noun, nouns, word, stated, known) in
        [("timepoint", "timepoints", "at ", &timepoint, &timepoints), ("analysis set", "analysis sets", "", &analysis, &analyses)]
    {
        let known = || known.iter().flatten().copied();
        if let Some(stated) = stated {
            example.push_str(&format!(" {word}{}", as_written(stated)));
        } else if let Some(first) = known()
            .next()
            .filter(|_| known().count() > 1 || !rows().all(|r| if word.is_empty() { r.analysis.is_some() } else { r.timepoint.is_some() }))
        {
            let mut names: Vec<&str> = known().collect();
            example.push_str(&format!(" {word}{}", as_written(first)));
            if rows().any(|r| if word.is_empty() { r.analysis.is_none() } else { r.timepoint.is_none() }) {
                names.push("(not stated)");
            }
            open.push((noun, format!("several {nouns} ({})", and_list(&names, 20))));
        }
    }
    if !open.is_empty() {
        let what: Vec<&str> = open.iter().map(|o| o.1.as_str()).collect();
        let nouns: Vec<&str> = open.iter().map(|o| o.0).collect();
        problems.push(
            Problem::error("E232", format!("`{outcome}` has results for {}", what.join(" and for ")))
                .at(command.items.first().map_or(command.span, |i| i.span), format!("which {}?", nouns.join(", which ")))
                .help(format!("say which, as in `{example}`")),
        );
    }
    let only =
        |stated: Option<String>, known: &IndexSet<Option<&str>>| stated.or_else(|| known.first().copied().flatten().map(str::to_owned));
    let analysis = only(analysis.clone(), &analyses);
    (only(timepoint.clone(), &timepoints), analysis)
}

/// The same before there are data: of several timepoints the plan says which, and an analysis
/// set that it does not state stays open.
fn before_data(
    timepoint: Option<String>,
    analysis: Option<String>,
    entry: &OutcomeEntry,
    outcome: &str,
    command: &Command,
    problems: &mut Vec<Problem>,
) -> (Option<String>, Option<String>) {
    let known: Vec<&str> = entry.timepoints.iter().flatten().map(String::as_str).collect();
    if timepoint.is_none() && known.len() > 1 {
        problems.push(
            Problem::error("E232", format!("the plan declares several timepoints ({})", and_list(&known, 20)))
                .at(command.items.first().map_or(command.span, |i| i.span), "which timepoint?")
                .help(format!("say which, as in `pool {} at {}`", as_written(outcome), as_written(known[0]))),
        );
    }
    (timepoint.or_else(|| known.first().map(|t| (*t).to_owned())), analysis)
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
        let converted = context.settings.set.conversions.make_effects() || said.overrides.conversions.make_effects();
        // An effect with its precision, as given, serves whatever measure it is said to be.
        let holds = converted || (context.some_row_allows)(entry, &[measure, Measure::Generic]);
        let possible = if holds { Vec::new() } else { (context.measures_possible)(entry) };
        if !possible.is_empty() {
            let names: Vec<&str> = possible.iter().map(|m| m.name()).collect();
            problems.push(
                Problem::warning("W210", format!("no row of `{}` holds what `{}` is computed from", estimand.outcome, measure.name()))
                    .at(super::clause_span(command, "measure"), "nothing will be pooled")
                    .help(format!("the data allow {}", and_list(&names, 40))),
            );
        }
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
    let at = command.items.first().map_or(command.span, |i| i.span);
    let problem = Problem::error("E233", "no effect measure is stated").at(at, "pooled by which measure?");
    problems.push(if entry.planned {
        problem.help(format!("write `measure smd` here, or with the outcome: `outcome {} … measure smd`", as_written(&estimand.outcome)))
    } else if names.is_empty() {
        problem.help("the rows of this outcome hold no numbers from which an effect could be computed; `describe` shows what they hold")
    } else {
        problem.help(format!(
            "the data allow {}; write `measure {}` here, or `set measure {}` once for all",
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
        return Err(Problem::error("E218", "`at` takes a timepoint").at(item.span, "not a name").help(the_names(
            "timepoint",
            "timepoints",
            &known,
            20,
        )));
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
        Some(near) => problem.help(format!("did you mean `{near}`? {}", upper(&the_names("timepoint", "timepoints", &known, 20)))),
        None if known.is_empty() => problem.help("the rows state no timepoint (column `timepoint`): leave `at` out"),
        None => problem.help(the_names("timepoint", "timepoints", &known, 20)),
    })
}

/// With a capital.
fn upper(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

pub(super) fn comparison(
    said: &mut Said,
    first: &Item,
    cursor: &mut Cursor,
    outcome: Option<&str>,
    context: &Context,
) -> Result<(), Problem> {
    let vs = cursor.advance().map_or(first.span, |i| i.span);
    let entry = outcome.and_then(|o| context.catalogue.outcomes.get(o));
    let known: Vec<&str> = entry.map(|e| e.comparisons.iter().map(String::as_str).collect()).unwrap_or_default();
    let example = format!("write `{}`", known.first().copied().unwrap_or("imr vs tau"));
    let Some(second) = cursor.advance() else {
        return Err(Problem::error("E211", "`vs` lacks the second arm").at(vs, "nothing follows").help(example));
    };
    let (Some(a), Some(b)) = (word_or_text(first), word_or_text(second)) else {
        return Err(Problem::error("E218", "a comparison is two arms").at(second.span, "not an arm").help(example));
    };
    if outcome.is_none() {
        return Ok(());
    }
    let wanted = format!("{a} vs {b}");
    let comparisons = &context.store.comparisons;
    // What is declared goes before what rows happen to be called: arms declared as one side stay together.
    let exact = comparisons.get(&wanted);
    let named = || comparisons.values().find(|c| c.label.as_ref().is_some_and(|l| l.eq_ignore_ascii_case(&wanted)));
    let holds = || comparisons.values().find(|c| c.arm1.contains(&a) && c.arm2.contains(&b));
    let declared = exact.or_else(named).or_else(holds).map(|c| c.id.clone());
    let found = declared.or_else(|| known.iter().find(|k| k.eq_ignore_ascii_case(&wanted)).map(|k| (*k).to_owned()));
    match found {
        Some(found) => crate::language::settings::repeated(&mut said.comparison, Some(found), "the comparison", vs),
        None if known.is_empty() => Err(Problem::error("E235", format!("the rows state no comparison, so `{wanted}` finds none"))
            .at(first.span.to(second.span), "no such comparison")
            .help("comparisons come from the columns `comparison`, or `arm1` and `arm2`")),
        None => Err(Problem::error("E235", format!("there is no comparison `{wanted}`"))
            .at(first.span.to(second.span), "no such comparison")
            .help(the_names("comparison", "comparisons", &known, 20))),
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
    if outcome.is_none() {
        // What the word may be depends on the outcome, which is not known.
        let elsewhere = |e: &OutcomeEntry| e.timepoints.iter().chain(&e.analyses).flatten().any(|k| k.eq_ignore_ascii_case(word));
        let known_set = crate::store::ANALYSIS_SETS.iter().any(|s| s.eq_ignore_ascii_case(word));
        if known_set || context.catalogue.outcomes.contains_key(word) || context.catalogue.outcomes.values().any(elsewhere) {
            return Ok(());
        }
    }
    if crate::store::ANALYSIS_SETS.iter().any(|s| s.eq_ignore_ascii_case(word)) {
        let name = outcome.unwrap_or("the outcome");
        let problem = Problem::error("E234", format!("`{name}` has no rows of the analysis set `{word}`")).at(span, "no such rows");
        return Err(if sets.is_empty() {
            problem.help("the rows state no analysis set (column `analysis`): leave the word out")
        } else {
            problem.help(the_names("set", "sets", &sets, 20))
        });
    }
    let clauses: Vec<&str> = vocabulary::verb("pool").map_or(&[][..], |v| v.clauses).iter().map(|id| clause_of(*id).name).collect();
    let timepoints: Vec<&str> = entry.map(|e| e.timepoints.iter().flatten().map(String::as_str).collect()).unwrap_or_default();
    if timepoints.iter().any(|t| t.eq_ignore_ascii_case(word)) {
        return Err(Problem::error("E216", format!("`{word}` is a timepoint")).at(span, "without `at`").help(format!("write `at {word}`")));
    }
    if entry.is_some_and(|e| e.comparisons.iter().any(|c| c.split(" vs ").any(|arm| arm.eq_ignore_ascii_case(word)))) {
        let known: Vec<&str> = entry.map(|e| e.comparisons.iter().map(String::as_str).collect()).unwrap_or_default();
        return Err(Problem::error("E216", format!("`{word}` is an arm"))
            .at(span, "without `vs`")
            .help(format!("write {}", or_list(&known, 20))));
    }
    let said_already = |clause: &str| match clause {
        "measure" => said.overrides.measure.is_some(),
        "model" => said.overrides.model.is_some(),
        "ci" => said.overrides.ci.is_some(),
        "pi" => said.overrides.pi.is_some(),
        _ => false,
    };
    if let Some(choice_clause) = clause_with_choice(word) {
        if said_already(choice_clause) {
            let list = if choice_clause == "model" {
                format!("; models to be tried in order stand in brackets, as in `model [reml, {word}]`")
            } else {
                String::new()
            };
            return Err(Problem::error("E216", format!("`{word}` is a second value of `{choice_clause}`"))
                .at(span, "one too many")
                .help(format!("`{choice_clause}` takes one value: keep one of them{list}")));
        }
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
    if vocabulary::verb(word).is_some() {
        return Err(Problem::error("E217", format!("`{word}` begins a statement of its own"))
            .at(span, "in the middle of another")
            .help("one statement a line; a line that is indented more than the one above goes on with its statement"));
    }
    let problem = Problem::error("E217", format!("`{word}` is no clause")).at(span, "unknown clause");
    if let Some(help) = in_plain_words(word) {
        return Err(problem.help(help));
    }
    Err(match nearest(word, clauses.iter().copied().chain(sets.iter().copied())) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("the clauses that fit are {}", and_list(&clauses, 40))),
    })
}

/// What is written for a word that one would use in speaking.
fn in_plain_words(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "and" => "clauses follow one another without `and`; several values of a clause stand with commas, as in `exclude A, B`",
        "with" | "using" | "for" | "in" => "clauses follow one another, each with its own word, as in `measure rr model reml ci hksj`",
        "without" | "omit" | "omitting" | "drop" | "remove" | "minus" | "except" | "not" => "studies are left out with `exclude STUDY`",
        "subgroup" | "subgroups" | "group" | "split" | "strata" => "subgroups are made with `by COLUMN`",
        "effects" | "effect" | "model's" => "leave it out: `model common` and `model random` say it all",
        "method" | "estimator" | "tau" => "the model and its estimator are one word, as in `model reml`; a stated tau2 is `tau2 0.1`",
        "confidence" | "interval" | "conf" => "the interval's method is `ci hksj`, its level `level 95%`",
        "if" | "when" | "having" | "filter" | "subset" => "rows are chosen with `where CONDITION`, studies with `only STUDY, …`",
        "is" | "equals" => "`==` compares, as in `alloc == \"random\"`",
        "between" => "a range is two comparisons, as in `year >= 1950 and year <= 1960`",
        "outcome" => "the outcome stands directly after `pool`",
        "timepoint" | "time" => "a timepoint is written `at TIMEPOINT`",
        "weights" | "weight" | "weighted" => "weights follow from the model: `model common`, `model reml`, `model mh`",
        _ => return None,
    })
}

/// The clause that has this word among its choices.
pub(super) fn clause_with_choice(word: &str) -> Option<&'static str> {
    vocabulary::CLAUSES.iter().find_map(|c| match c.takes {
        vocabulary::Takes::Choice(list) if vocabulary::choice(list, word).is_some() => Some(c.name),
        _ => None,
    })
}
