//! From a statement's words to an [`AnalysisSpec`].

use super::catalogue::{Catalogue, OutcomeEntry};
use super::cursor::{Cursor, Lookup, number_of, text_of, word_of};
use super::settings::{EDITION, Overrides, Reading, Settings, nothing_follows, read_tau2};
use super::spec::{AnalysisSpec, CiChoice, Dependence, Estimand, Filter, ModelChoice, Origin, PoolModel, Preference, Setting};
use super::suggest::{and_list, nearest, or_list};
use super::value::Value;
use super::vocabulary::{self, Choice, ChoiceValue, ClauseId, TAU2_SHARING, clause_of};
use crate::diagnostic::Problem;
use crate::source::Span;
use crate::stats::effect::Measure;
use crate::store::Store;
use crate::syntax::ast::{Command, Expr, Item, ItemKind, Quantity, Text, TextPart};

/// Everything a statement is resolved against.
pub struct Context<'a> {
    /// The data.
    pub store: &'a Store,
    /// Their names.
    pub catalogue: &'a Catalogue,
    /// Defaults.
    pub settings: &'a Settings,
    /// Variables.
    pub lookup: &'a Lookup<'a>,
    /// Rules, by name.
    pub rules: Vec<String>,
    /// Checks a row condition; its problems.
    pub check_condition: &'a dyn Fn(&Expr) -> Vec<Problem>,
    /// The measures that the rows of an outcome allow.
    pub measures_allowed: &'a dyn Fn(&OutcomeEntry) -> Vec<Measure>,
}

/// What a statement says, before defaults.
#[derive(Default)]
struct Said {
    timepoint: Option<String>,
    analysis: Option<String>,
    comparison: Option<String>,
    overrides: Overrides,
    filters: Vec<Filter>,
    dependence: Option<Dependence>,
    by: Vec<String>,
    tau2_common: Option<bool>,
}

/// `pool OUTCOME …`
pub fn pool(command: &Command, context: &Context, problems: &mut Vec<Problem>) -> Option<AnalysisSpec> {
    let before = problems.len();
    let mut cursor = Cursor::new(&command.items, command.head.span);
    let outcome = outcome_name(&mut cursor, command, context, problems);
    let mut said = Said::default();
    read(&mut said, &mut cursor, outcome.as_deref(), context, problems);
    let outcome = outcome?;
    let entry = context.catalogue.outcomes.get(&outcome)?;
    if problems[before..].iter().any(Problem::is_error) {
        return None;
    }
    let estimand = Estimand {
        timepoint: open_key(said.timepoint.take(), entry.timepoints.iter(), "timepoint", "at ", command, &outcome, problems),
        analysis: open_key(said.analysis.take(), entry.analyses.iter(), "analysis set", "", command, &outcome, problems),
        comparison: said.comparison.take(),
        outcome,
    };
    let measure = measure(&said, &estimand, entry, command, context, problems);
    if problems[before..].iter().any(Problem::is_error) {
        return None;
    }
    let measure = measure?;
    let settings = context.settings;
    let mut spec = AnalysisSpec {
        name: None,
        statement: as_run(command, context),
        span: command.span,
        parent: None,
        filters: Vec::new(),
        variance: settings.variance(),
        zero: settings.zero(),
        model: settings.model(measure.value),
        ci: settings.ci(),
        pi: settings.pi(),
        level: settings.level(),
        i2: settings.i2(),
        dependence: declared_preference(context),
        by: Vec::new(),
        tau2_common: Setting::new(false, Origin::Edition(EDITION)),
        rule_branch: None,
        conventions: settings.conventions,
        edition: EDITION,
        measure,
        estimand,
    };
    apply(said, &mut spec);
    fits(&spec, command, problems).then_some(spec)
}

/// `NAME clauses…`
pub fn derive(
    command: &Command,
    parent: &AnalysisSpec,
    parent_name: &str,
    context: &Context,
    problems: &mut Vec<Problem>,
) -> Option<AnalysisSpec> {
    let before = problems.len();
    let mut cursor = Cursor::new(&command.items, command.head.span);
    let mut said = Said::default();
    read(&mut said, &mut cursor, Some(&parent.estimand.outcome), context, problems);
    if problems[before..].iter().any(Problem::is_error) {
        return None;
    }
    let mut spec = parent.clone();
    inherit(&mut spec, parent_name);
    spec.name = None;
    spec.parent = Some(parent_name.to_owned());
    spec.statement = as_run(command, context);
    spec.span = command.span;
    spec.conventions = parent.conventions;
    for (slot, stated) in [
        (&mut spec.estimand.timepoint, said.timepoint.take()),
        (&mut spec.estimand.analysis, said.analysis.take()),
        (&mut spec.estimand.comparison, said.comparison.take()),
    ] {
        if stated.is_some() {
            *slot = stated;
        }
    }
    if said.overrides.model.is_some() {
        spec.rule_branch = None;
    }
    apply(said, &mut spec);
    fits(&spec, command, problems).then_some(spec)
}

/// Marks every setting as inherited.
fn inherit(spec: &mut AnalysisSpec, from: &str) {
    let origin = || Origin::Inherited(from.to_owned());
    spec.measure.origin = origin();
    spec.variance.origin = origin();
    spec.zero.origin = origin();
    spec.model.origin = origin();
    spec.ci.origin = origin();
    spec.pi.origin = origin();
    spec.level.origin = origin();
    spec.i2.origin = origin();
    spec.dependence.origin = origin();
    spec.tau2_common.origin = origin();
}

/// Puts what was said over what stands.
fn apply(said: Said, spec: &mut AnalysisSpec) {
    let stated = || Origin::Stated;
    let o = said.overrides;
    if let Some(x) = o.measure {
        spec.measure = Setting::new(x, stated());
    }
    if let Some(x) = o.variance {
        spec.variance = Setting::new(x, stated());
    }
    if let Some(x) = o.zero {
        spec.zero = Setting::new(x, stated());
    }
    if let Some(x) = o.model {
        spec.model = Setting::new(x, stated());
    }
    if let Some(method) = o.ci {
        spec.ci = Setting::new(CiChoice { method, guarded: false }, stated());
    }
    if let Some(x) = o.pi {
        spec.pi = Setting::new(x, stated());
    }
    if let Some(x) = o.level {
        spec.level = Setting::new(x, stated());
    }
    if let Some(x) = o.i2 {
        spec.i2 = Setting::new(x, stated());
    }
    if let Some(x) = said.dependence {
        spec.dependence = Setting::new(x, stated());
    }
    if let Some(x) = said.tau2_common {
        spec.tau2_common = Setting::new(x, stated());
    }
    if !said.by.is_empty() {
        spec.by = said.by;
    }
    spec.filters.extend(said.filters);
}

/// Settings that contradict each other.
fn fits(spec: &AnalysisSpec, command: &Command, problems: &mut Vec<Problem>) -> bool {
    let before = problems.len();
    if spec.tau2_common.value && spec.by.is_empty() {
        problems.push(
            Problem::error("E212", "`tau2 common` needs subgroups").at(command.span, "no `by`").help("write `by COLUMN tau2 common`"),
        );
    } else if spec.tau2_common.value {
        problems.push(
            Problem::error("E213", "`tau2 common` comes with meta-regression, which this version does not have")
                .at(command.span, "subgroups that share tau2")
                .help("leave it out: each subgroup then has its own tau2"),
        );
    }
    let measure = spec.measure.value;
    let refused = |model: &PoolModel| match model {
        PoolModel::MantelHaenszel if !matches!(measure, Measure::Or | Measure::Rr | Measure::Rd | Measure::Irr | Measure::Ird) => {
            Some(("mh", "or, rr, rd, irr and ird"))
        }
        PoolModel::Peto if !matches!(measure, Measure::Or | Measure::Peto) => Some(("peto", "or and peto")),
        _ => None,
    };
    let models: &[PoolModel] = match &spec.model.value {
        ModelChoice::One(model) => std::slice::from_ref(model),
        ModelChoice::FirstOf(models) => models,
        ModelChoice::Rule(_) => &[],
    };
    if let Some((word, measures)) = models.iter().find_map(refused) {
        problems.push(
            Problem::error("E216", format!("model `{word}` pools {measures}, and the measure is {}", measure.name()))
                .at(command.span, format!("`{word}` does not fit"))
                .help("state another model or measure"),
        );
    } else if models.len() > 1 && models.iter().any(|m| matches!(m, PoolModel::MantelHaenszel | PoolModel::Peto)) {
        problems.push(
            Problem::error("E216", "`mh` and `peto` always apply, and don't stand in a list of models")
                .at(command.span, "a list with them")
                .help("write `model mh` alone"),
        );
    }
    problems.len() == before
}

/// The preference declared for the review, if there is one.
fn declared_preference(context: &Context) -> Setting<Dependence> {
    let declared: Vec<Preference> =
        context.store.preferences.iter().map(|(key, ranking)| Preference { key: key.clone(), ranking: ranking.clone() }).collect();
    if declared.is_empty() {
        Setting::new(Dependence::Refuse, Origin::Edition(EDITION))
    } else {
        Setting::new(Dependence::Prefer(declared), Origin::Set)
    }
}

/// The first item of `pool`.
fn outcome_name(cursor: &mut Cursor, command: &Command, context: &Context, problems: &mut Vec<Problem>) -> Option<String> {
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
fn open_key<'a>(
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
fn measure(
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

/// Reads the clauses. After a mistake it goes on with the next clause.
fn read(said: &mut Said, cursor: &mut Cursor, outcome: Option<&str>, context: &Context, problems: &mut Vec<Problem>) {
    let clauses = vocabulary::verb("pool").map_or(&[][..], |v| v.clauses);
    let reading =
        Reading { lookup: context.lookup, rules: &|name| context.rules.iter().any(|r| r == name), rule_names: context.rules.clone() };
    while !cursor.is_done() {
        if let Err(problem) = one(said, cursor, outcome, context, &reading, problems) {
            problems.push(*problem);
            cursor.recover(clauses);
        }
    }
}

type Step = Result<(), Box<Problem>>;

/// One clause, or one word of the estimand.
fn one(
    said: &mut Said,
    cursor: &mut Cursor,
    outcome: Option<&str>,
    context: &Context,
    reading: &Reading,
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
        _ => return Err(Box::new(stray(item, context))),
    };
    if cursor.peek_word().is_some_and(|w| w.eq_ignore_ascii_case("vs")) {
        return comparison(said, item, cursor, outcome, context).map_err(Box::new);
    }
    let Some(clause) = vocabulary::clause(word) else {
        return analysis_set(said, word, item.span, outcome, context).map_err(Box::new);
    };
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
        ClauseId::Prefer => prefer(said, item.span, cursor),
        ClauseId::Keep => keep(said, item.span, cursor),
        _ => Err(does_not_fit(clause, item.span)),
    }
    .map_err(Box::new)
}

fn does_not_fit(clause: &vocabulary::Clause, span: Span) -> Problem {
    let names: Vec<&str> = vocabulary::verb("pool").map_or(&[][..], |v| v.clauses).iter().map(|id| clause_of(*id).name).collect();
    Problem::error("E214", format!("`{}` does not fit an analysis", clause.name))
        .at(span, "not here")
        .help(format!("the clauses that fit are {}", and_list(&names, 40)))
}

/// A value where a clause word is expected.
fn stray(item: &Item, _context: &Context) -> Problem {
    let problem = Problem::error("E215", "a value stands where a clause begins").at(item.span, "what is this?");
    match &item.kind {
        ItemKind::Quantity(q) if q.unit.as_deref() == Some("%") => {
            problem.help(format!("for the confidence level write `level {}%`", q.text))
        }
        ItemKind::Quantity(_) => problem.help("a stated between-study variance is written `tau2 NUMBER`"),
        ItemKind::Text(_) => problem.help("a study is left out with `exclude \"…\"`, a reason follows `because`"),
        ItemKind::Comma => problem.help("a comma separates values of one clause, never clauses: leave it out"),
        ItemKind::On(_) => problem.help("`on` belongs to `regress`"),
        _ => problem.help("clauses are a word and what it takes, such as `model reml`"),
    }
}

/// A bare word: an analysis set, or a mistake.
fn analysis_set(said: &mut Said, word: &str, span: Span, outcome: Option<&str>, context: &Context) -> Result<(), Problem> {
    let entry = outcome.and_then(|o| context.catalogue.outcomes.get(o));
    let sets: Vec<&str> = entry.map(|e| e.analyses.iter().flatten().map(String::as_str).collect()).unwrap_or_default();
    if let Some(set) = sets.iter().find(|s| s.eq_ignore_ascii_case(word)) {
        return super::settings::repeated(&mut said.analysis, Some((*set).to_owned()), "the analysis set", span);
    }
    if let Some(Value::Text(t) | Value::Word(t)) = (context.lookup)(word)
        && let Some(set) = sets.iter().find(|s| s.eq_ignore_ascii_case(&t))
    {
        return super::settings::repeated(&mut said.analysis, Some((*set).to_owned()), "the analysis set", span);
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
fn clause_with_choice(word: &str) -> Option<&'static str> {
    vocabulary::CLAUSES.iter().find_map(|c| match c.takes {
        vocabulary::Takes::Choice(list) if vocabulary::choice(list, word).is_some() => Some(c.name),
        _ => None,
    })
}

fn comparison(said: &mut Said, first: &Item, cursor: &mut Cursor, outcome: Option<&str>, context: &Context) -> Result<(), Problem> {
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
        Some(found) => super::settings::repeated(&mut said.comparison, Some(found), "the comparison", vs),
        None if known.is_empty() => Err(Problem::error("E235", format!("the rows state no comparison, so `{wanted}` finds none"))
            .at(first.span.to(second.span), "no such comparison")
            .help("comparisons come from the columns `comparison`, or `arm1` and `arm2`")),
        None => Err(Problem::error("E235", format!("there is no comparison `{wanted}`"))
            .at(first.span.to(second.span), "no such comparison")
            .help(format!("the comparisons are {}", and_list(&known, 20)))),
    }
}

fn word_or_text(item: &Item) -> Option<String> {
    match &item.kind {
        ItemKind::Word(w) => Some(w.clone()),
        ItemKind::Text(t) => t.plain(),
        // `3m` reads as a number with a unit, and names a timepoint all the same.
        ItemKind::Quantity(q) => Some(format!("{}{}", q.text, q.unit.as_deref().unwrap_or(""))),
        _ => None,
    }
}

/// A word, a text, or the text a variable holds; `None` where it waits for the data.
fn named(item: &Item, lookup: &Lookup, prefer_variable: impl Fn(&str) -> bool) -> Option<Vec<String>> {
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

fn timepoint(said: &mut Said, word: Span, cursor: &mut Cursor, outcome: Option<&str>, context: &Context) -> Result<(), Problem> {
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
        return super::settings::repeated(&mut said.timepoint, Some((*found).to_owned()), "at", word);
    }
    let problem = Problem::error("E236", format!("there is no timepoint `{name}` for this outcome")).at(item.span, "unknown timepoint");
    Err(match nearest(name, known.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`? It has {}", and_list(&known, 20))),
        None if known.is_empty() => problem.help("the rows state no timepoint (column `timepoint`): leave `at` out"),
        None => problem.help(format!("it has {}", and_list(&known, 20))),
    })
}

fn selection(
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
    for item in items {
        let is_study = |w: &str| !context.catalogue.studies(context.store, w).is_empty();
        let Some(names) = named(item, context.lookup, |w| !is_study(w)) else { continue };
        if names.is_empty() && !matches!(item.kind, ItemKind::Word(_)) {
            problems.push(
                Problem::error("E218", format!("`{}` takes studies", clause_of(id).name))
                    .at(item.span, "not a study")
                    .help("a name with spaces stands in quotes; a condition follows `where`"),
            );
        }
        for name in names {
            let found = context.catalogue.studies(context.store, &name);
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

/// A study that is not there.
pub fn unknown_study(name: &str, span: Span, context: &Context) -> Problem {
    let ids: Vec<&str> = context.catalogue.studies.iter().map(String::as_str).collect();
    let labels = context.store.studies.values().filter_map(|s| s.label.as_deref());
    let problem = Problem::error("E237", format!("there is no study `{name}`")).at(span, "unknown study");
    match nearest(name, ids.iter().copied().chain(labels)) {
        Some(near) if near.contains(' ') || near.contains('-') || near.contains('&') => problem.help(format!("did you mean \"{near}\"?")),
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("the studies are {}", and_list(&ids, 12))),
    }
}

fn because(said: &mut Said, word: Span, cursor: &mut Cursor) -> Result<(), Problem> {
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
    super::settings::repeated(slot, Some(reason), "because", word)
}

fn by(said: &mut Said, word: Span, cursor: &mut Cursor, context: &Context) -> Result<(), Problem> {
    let items = cursor.values();
    if items.is_empty() {
        return Err(nothing_follows(clause_of(ClauseId::By), word));
    }
    if items.len() > 1 {
        return Err(Problem::error("E213", "subgroups by two columns at once are not in this version yet")
            .at(items[1].span, "a second column")
            .help("write two statements, one column each"));
    }
    for item in items {
        let Some(names) = named(item, context.lookup, |w| context.store.column(w).is_none()) else { continue };
        let Some(name) = names.first() else {
            return Err(Problem::error("E218", "`by` takes a column").at(item.span, "not a name"));
        };
        if context.store.column(name).is_none() {
            return Err(unknown_column(name, item.span, context.store));
        }
        said.by.push(name.clone());
    }
    Ok(())
}

/// A column that is not there.
pub fn unknown_column(name: &str, span: Span, store: &Store) -> Problem {
    let names = column_names(store);
    let problem = Problem::error("E238", format!("the data have no column `{name}`")).at(span, "unknown column");
    match nearest(name, names.iter().map(String::as_str)) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("the columns are {}", and_list(&names, 30))),
    }
}

fn combine(said: &mut Said, word: Span, cursor: &mut Cursor, context: &Context) -> Result<(), Problem> {
    let mut rho = None;
    let mut equal = false;
    loop {
        if cursor.take_word("rho").is_some() {
            let Some(item) = cursor.advance() else {
                return Err(Problem::error("E211", "`rho` lacks its value")
                    .at(cursor.end(), "nothing follows")
                    .help("write `combine rho 0.5`"));
            };
            rho = Some(number_of(item, "rho", -1.0, 1.0, context.lookup)?.unwrap_or(0.5));
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

fn prefer(said: &mut Said, word: Span, cursor: &mut Cursor) -> Result<(), Problem> {
    let (key, ranking) = read_preference(cursor, word)?;
    dependence(said, Dependence::Prefer(vec![Preference { key, ranking }]), word)
}

/// `KEY A > B > C`, of the clause and of the statement.
pub fn read_preference(cursor: &mut Cursor, word: Span) -> Result<(String, Vec<String>), Problem> {
    let wrong = |span| {
        Problem::error("E218", "`prefer` takes a key and a ranking")
            .at(span, "expected `KEY A > B`")
            .help("write `prefer instrument RAS > QPR`; keys are instrument, rater, analysis, study, or any column")
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

fn keep(said: &mut Said, word: Span, cursor: &mut Cursor) -> Result<(), Problem> {
    if cursor.take_word("dependent").is_none() {
        return Err(Problem::error("E218", "`keep` is written `keep dependent because \"…\"`")
            .at(word, "no `dependent`")
            .help("write `keep dependent because \"…\"`"));
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

fn dependence(said: &mut Said, value: Dependence, word: Span) -> Result<(), Problem> {
    if said.dependence.is_some() {
        return Err(Problem::error("E210", "two ways with dependent effects")
            .at(word, "a second one")
            .help(format!("keep one of {}", or_list(&["combine", "prefer", "keep dependent"], 5))));
    }
    said.dependence = Some(value);
    Ok(())
}

fn tau2(said: &mut Said, clause: &vocabulary::Clause, word: Span, cursor: &mut Cursor, context: &Context) -> Result<(), Problem> {
    let Some(item) = cursor.advance() else { return Err(nothing_follows(clause, word)) };
    if let Some(choice) = word_of(item).and_then(|w| vocabulary::choice(TAU2_SHARING, w)) {
        let common = choice.value == ChoiceValue::SharedTau2(true);
        return super::settings::repeated(&mut said.tau2_common, Some(common), "tau2", word);
    }
    let model = read_tau2(item, context.lookup).map_err(|p| p.help("write `tau2 0.1`, or with `by` `tau2 separate`"))?;
    if let (Some(_), Some(ModelChoice::One(_))) = (&said.overrides.model, &model) {
        return Err(Problem::error("E212", "a stated tau2 takes the place of a model")
            .at(word, "beside `model`")
            .help("leave out one of them"));
    }
    super::settings::repeated(&mut said.overrides.model, model, "tau2", word)
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

/// The statement in canonical form, with the values of the variables it reads in their places,
/// so that a result of a loop says what it is.
fn as_run(command: &Command, context: &Context) -> String {
    let is_own = |word: &str| {
        vocabulary::clause(word).is_some()
            || clause_with_choice(word).is_some()
            || context.catalogue.outcome(context.store, word).is_some()
            || !context.catalogue.studies(context.store, word).is_empty()
            || context.store.column(word).is_some()
    };
    let mut command = command.clone();
    for item in &mut command.items {
        let ItemKind::Word(word) = &item.kind else { continue };
        if is_own(word) {
            continue;
        }
        match (context.lookup)(word) {
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
