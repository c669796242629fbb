//! Verbs on a result: `leave-one-out of a`, `regress a on x`, `egger of (pool …)`.

use super::clauses::read_with;
use super::decision;
use super::dependent;
use super::grid::{self, Dimension};
use super::regression::{Questions, no_intercept};
use super::{Context, Said, as_run::as_run, derive, fits, inherited, pool};
use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, choice_of, number_of, word_of};
use crate::language::formula::{self, Formula};
use crate::language::further::{ContrastRow, Cumulate, Draws, Further, FurtherSpec, Point, Unit};
use crate::language::settings::{nothing_follows, repeated};
use crate::language::spec::AnalysisSpec;
use crate::language::vocabulary::{self, ChoiceValue, Clause, ClauseId, Takes, Verb, VerbId};
use crate::source::Span;
use crate::syntax::ast::{Command, Expr, ExprKind, Item, ItemKind};

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
    points: Vec<Point>,
    no_intercept: bool,
    across: Vec<&'static str>,
    /// Of the regression it works on.
    formula: Option<Formula>,
}

impl Own {
    pub(super) fn word(&self, id: ClauseId) -> Option<&'static str> {
        self.words.iter().find(|(i, ..)| *i == id).map(|(_, w, _)| *w)
    }

    pub(super) fn number(&self, id: ClauseId) -> Option<f64> {
        self.numbers.iter().find(|(i, _)| *i == id).map(|(_, x)| *x)
    }
}

/// Finds what a name stands for.
pub struct Named<'a> {
    /// A pooled result: its specification and its name.
    pub pooled: &'a dyn Fn(&str) -> Option<(AnalysisSpec, String)>,
    /// The result of a verb on a result.
    pub further: &'a dyn Fn(&str) -> Option<FurtherSpec>,
}

/// What a verb works on.
struct Target {
    base: AnalysisSpec,
    name: String,
    /// Of a regression.
    formula: Option<Formula>,
}

/// Resolves `VERB of RESULT clauses…`.
pub fn further(verb: &Verb, command: &Command, named: &Named, context: &Context, problems: &mut Vec<Problem>) -> Option<FurtherSpec> {
    let before = problems.len();
    // A formula can stand anywhere among the clauses.
    let takes_formula = verb.clauses.contains(&ClauseId::On);
    let mut formulas: Vec<&Expr> = Vec::new();
    let mut items: Vec<Item> = Vec::with_capacity(command.items.len());
    for item in &command.items {
        match &item.kind {
            ItemKind::On(expr) if takes_formula => formulas.push(expr),
            _ => items.push(item.clone()),
        }
    }
    let mut cursor = Cursor::new(&items, command.head.span);
    if verb.subject == vocabulary::Subject::OfAnalysis && cursor.take_word("of").is_none() {
        problems.push(
            Problem::error("E218", format!("`{}` is followed by `of` and the name of a result", verb.name))
                .at(cursor.peek().map_or(command.head.span, |i| i.span), "no `of`")
                .help(format!("write `{}`", verb.usage)),
        );
        return None;
    }
    let target = target(verb, command, &mut cursor, named, context, problems)?;
    let (parent, parent_name) = (&target.base, &target.name);
    if let Some(second) = formulas.get(1) {
        problems.push(Problem::error("E210", "`on` stands twice").at(second.span, "again").help("keep one of them"));
        return None;
    }
    let mut said = Said::default();
    let mut own = Own::default();
    let question = question(verb, command, &mut cursor, &target, formulas.first().copied(), context, problems)?;
    let asked = target.formula.as_ref().filter(|_| verb.clauses.contains(&ClauseId::At));
    let mut read_own = |clause: &Clause, span: Span, cursor: &mut Cursor| {
        if !verb.clauses.contains(&clause.id) {
            return None;
        }
        Some(match (clause.id, asked) {
            (ClauseId::At, Some(formula)) => Questions { formula, context }.points(cursor, span).map(|points| own.points.extend(points)),
            _ => own_clause(&mut own, clause, span, cursor, context),
        })
    };
    read_with(&mut said, &mut cursor, Some(&parent.estimand.outcome), context, &mut read_own, problems);
    if problems[before..].iter().any(Problem::is_error) {
        return None;
    }
    if !said.by.is_empty() {
        problems.push(
            Problem::error("E214", format!("`by` does not fit `{}`", verb.name)).at(super::clause_span(command, "by"), "subgroups").help(
                if verb.asks_regressions() {
                    "a factor is a moderator: write it after `on`, and `x * z` for effects of x that differ between levels of z"
                } else {
                    "leave it out; `where` keeps one subgroup"
                },
            ),
        );
        return None;
    }
    let mut base = inherited(said, parent, parent_name);
    base.by = Vec::new();
    base.tau2_common.value = false;
    base.statement = as_run(command, context);
    base.span = command.span;
    own.formula.clone_from(&target.formula);
    dependent::fits(verb, &base, command, problems)?;
    let what = match question {
        Some(question) => question.asked(verb, command, &own, &target, formulas.first().copied(), context, problems)?,
        None => what(verb, command, &own, &base, context, problems)?,
    };
    fits(&base, command, problems).then_some(FurtherSpec { name: None, verb: verb.name, base, of: target.name, what })
}

/// `NAME clauses…`, where the name is that of a regression: the same regression, changed.
pub fn derived_regression(
    command: &Command,
    parent: &FurtherSpec,
    name: &str,
    context: &Context,
    problems: &mut Vec<Problem>,
) -> Option<FurtherSpec> {
    let regress = vocabulary::verb("regress")?;
    let again = Command {
        items: std::iter::once(Item { kind: ItemKind::Word(name.to_owned()), span: command.head.span })
            .chain(command.items.clone())
            .collect(),
        ..command.clone()
    };
    let named = Named { pooled: &|_| None, further: &|word| (word == name).then(|| parent.clone()) };
    let mut spec = further(regress, &again, &named, context, problems)?;
    spec.base.statement = as_run(command, context);
    Some(spec)
}

/// What a verb asks of a regression, before its clauses are read.
enum Question {
    Regress,
    Predict,
    Contrast(Vec<ContrastRow>),
    Test(Vec<String>),
    Vif,
    Permute,
}

/// Reads what stands between the name of a regression and the clauses. `Some(None)` where the verb asks none.
fn question(
    verb: &Verb,
    command: &Command,
    cursor: &mut Cursor,
    target: &Target,
    on: Option<&Expr>,
    context: &Context,
    problems: &mut Vec<Problem>,
) -> Option<Option<Question>> {
    let of_regression = || {
        let formula = target.formula.as_ref()?;
        Some(Questions { formula, context })
    };
    let question = match verb.id {
        VerbId::Regress => Ok(Question::Regress),
        VerbId::Permute => Ok(Question::Permute),
        VerbId::Predict => of_regression().map(|_| Question::Predict).ok_or_else(|| no_regression(verb, command, &target.name)),
        VerbId::Vif => of_regression().map(|_| Question::Vif).ok_or_else(|| no_regression(verb, command, &target.name)),
        VerbId::Contrast => match (of_regression(), on) {
            (None, _) => Err(no_regression(verb, command, &target.name)),
            (Some(q), Some(expr)) => q.combination(expr).map(|row| Question::Contrast(vec![row])),
            (Some(q), None) => q.differences(cursor, command.head.span).map(Question::Contrast),
        },
        VerbId::Test => match of_regression() {
            None => Err(no_regression(verb, command, &target.name)),
            Some(q) => q.names(cursor).map(Question::Test),
        },
        _ => return Some(None),
    };
    match question {
        Ok(question) => Some(Some(question)),
        Err(problem) => {
            problems.push(problem);
            None
        }
    }
}

fn no_regression(verb: &Verb, command: &Command, name: &str) -> Problem {
    let short = if name.contains(' ') { "NAME" } else { name };
    let of = if verb.subject == vocabulary::Subject::OfAnalysis { "of " } else { "" };
    Problem::error("E263", format!("`{}` asks a regression, and `{name}` is a pooled effect", verb.name))
        .at(command.items.first().map_or(command.head.span, |i| command.head.span.to(i.span)), "no moderators")
        .help(format!("write `let r = regress {short} on COLUMN` first, then `{} {of}r …`", verb.name))
}

impl Question {
    fn asked(
        self,
        verb: &Verb,
        command: &Command,
        own: &Own,
        target: &Target,
        on: Option<&Expr>,
        context: &Context,
        problems: &mut Vec<Problem>,
    ) -> Option<Further> {
        let stated = match (&self, on) {
            (Self::Regress | Self::Permute, Some(expr)) => Some(formula::read(expr, own.no_intercept, context, problems)?),
            _ => None,
        };
        let inherited = || {
            let mut formula = target.formula.clone()?;
            if own.no_intercept && formula.intercept {
                formula.intercept = false;
            }
            Some(formula)
        };
        let formula = stated.or_else(inherited);
        if let Self::Permute = self {
            return Some(Further::Permute { formula, draws: draws(own, command, problems)? });
        }
        let Some(formula) = formula else {
            problems.push(
                Problem::error("E211", format!("`{}` lacks its moderators", verb.name))
                    .at(command.span, "no `on`")
                    .help(format!("write `{}`, such as `on year`", verb.usage)),
            );
            return None;
        };
        Some(match self {
            Self::Regress | Self::Permute => Further::Regress(formula),
            Self::Predict => Further::Predict { formula, points: own.points.clone() },
            Self::Test(terms) => Further::Test { formula, terms },
            Self::Vif => Further::Vif(formula),
            Self::Contrast(rows) => {
                let mut rows = rows;
                let more = match own.points.as_slice() {
                    [] => Point::new(),
                    [one] => one.clone(),
                    _ => {
                        problems.push(
                            Problem::error("E262", "a contrast is taken at one point")
                                .at(command.span, "several values after `at`")
                                .help("write one value for each moderator"),
                        );
                        return None;
                    }
                };
                for row in &mut rows {
                    if let ContrastRow::Difference { name, points } = row {
                        for point in points.iter_mut() {
                            for (column, value) in &more {
                                point.entry(column.clone()).or_insert_with(|| value.clone());
                            }
                        }
                        for (column, value) in &more {
                            name.push_str(&format!(", {column} {}", super::regression::shown(value)));
                        }
                    }
                }
                Further::Contrast { formula, rows }
            }
        })
    }
}

/// The result a verb works on: a name, or a statement in parentheses.
fn target(
    verb: &Verb,
    command: &Command,
    cursor: &mut Cursor,
    named: &Named,
    context: &Context,
    problems: &mut Vec<Problem>,
) -> Option<Target> {
    let pooled = |(base, name): (AnalysisSpec, String)| Target { base, name, formula: None };
    // Of the verbs on results, those that ask regressions take them.
    let of_regression = |spec: FurtherSpec, name: String, span: Span, problems: &mut Vec<Problem>| match spec.what {
        Further::Regress(formula) if verb.asks_regressions() => Some(Target { base: spec.base, name, formula: Some(formula) }),
        Further::Regress(_) => {
            problems.push(
                Problem::error("E263", format!("`{}` works on a pooled effect, and `{name}` is a regression", verb.name))
                    .at(span, "a regression")
                    .help("name the result that the regression was made from; regressions answer `predict`, `contrast`, `test`, `vif` and `permute`"),
            );
            None
        }
        _ => {
            problems.push(
                Problem::error("E263", format!("`{name}` is the result of `{}`, which `{}` can't use", spec.verb, verb.name))
                    .at(span, "not a pooled effect")
                    .help("name the result of `pool …`"),
            );
            None
        }
    };
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
            if let Some(spec) = (named.further)(word) {
                return of_regression(spec, word.clone(), item.span, problems);
            }
            let found = (named.pooled)(word);
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
            found.map(pooled)
        }
        ItemKind::Paren(expr) => match &expr.kind {
            ExprKind::Command(inner) if vocabulary::verb(&inner.head.text).is_some_and(|v| v.is_further()) => {
                let verb = vocabulary::verb(&inner.head.text)?;
                let spec = further(verb, inner, named, context, problems)?;
                let name = spec.base.statement.clone();
                of_regression(spec, name, item.span, problems)
            }
            ExprKind::Command(inner) if (named.further)(&inner.head.text).is_some() => {
                let parent = (named.further)(&inner.head.text)?;
                let spec = derived_regression(inner, &parent, &inner.head.text, context, problems)?;
                let name = spec.base.statement.clone();
                of_regression(spec, name, item.span, problems)
            }
            ExprKind::Command(inner) => {
                let spec = match (named.pooled)(&inner.head.text) {
                    Some((parent, name)) if vocabulary::verb(&inner.head.text).is_none() => {
                        derive(inner, &parent, &name, context, problems)
                    }
                    _ => pool(inner, context, problems),
                };
                spec.map(|spec| {
                    let name = spec.statement.clone();
                    pooled((spec, name))
                })
            }
            ExprKind::Name(word) => match (named.further)(word) {
                Some(spec) => of_regression(spec, word.clone(), item.span, problems),
                None => (named.pooled)(word).map(pooled),
            },
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
            if context.catalogue.column(context.store, &name).is_none() {
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
        (ClauseId::Across, _) => {
            for item in cursor.values() {
                let known = ["timepoint", "analysis"].into_iter().find(|k| word_of(item).is_some_and(|w| w.eq_ignore_ascii_case(k)));
                match known {
                    Some(key) if !own.across.contains(&key) => own.across.push(key),
                    Some(key) => {
                        return Err(Problem::error("E210", format!("`{key}` stands twice"))
                            .at(item.span, "again")
                            .help("keep one of them"));
                    }
                    None => {
                        return Err(Problem::error("E205", "`across` takes `timepoint`, `analysis` or both")
                            .at(item.span, "none of these")
                            .help("write `across analysis`, or `across timepoint, analysis`"));
                    }
                }
            }
            if own.across.is_empty() { Err(nothing_follows(clause, span)) } else { Ok(()) }
        }
        (ClauseId::NoIntercept, _) => {
            no_intercept(cursor, span)?;
            own.no_intercept = true;
            Ok(())
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
        VerbId::Selection => draws(own, command, problems).map(|draws| Further::Selection { draws, across: own.across.clone() }),
        VerbId::Bootstrap => {
            let kept_apart = base.is_multilevel() || own.formula.is_some();
            let words: &[&'static str] = if kept_apart { &["wild", "webb"] } else { &["nonparametric", "parametric", "wild", "webb"] };
            let method = method(own, verb, words, problems)?;
            let draws = draws(own, command, problems)?;
            if matches!(method, "wild" | "webb") {
                dependent::can_be_wild(base, command, problems)?;
                return Some(Further::Wild { draws, webb: method == "webb", formula: own.formula.clone() });
            }
            Some(Further::Bootstrap { draws, parametric: method == "parametric" })
        }
        VerbId::Profile => Some(Further::Profile),
        VerbId::Robustness => grid::grid(&own.over, base, command, problems).map(Further::Robustness),
        VerbId::Egger => {
            let words: &[&'static str] = if base.is_multilevel() { &["multilevel"] } else { &["classical", "mixed"] };
            let method = method(own, verb, words, problems)?;
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
