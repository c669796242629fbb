//! What is done with several effects of one trial: `combine`, `multilevel`, `robust`, `prefer`,
//! `keep dependent`.

use super::clauses::word_or_text;
use super::{Context, Said, clause_span};
use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, choice_of, number_of, text_of, word_of};
use crate::language::settings::{EDITION, repeated};
use crate::language::spec::{AnalysisSpec, Dependence, ModelChoice, Origin, PoolModel, Preference, Setting};
use crate::language::suggest::or_list;
use crate::language::value::Value;
use crate::language::vocabulary::{self, ChoiceValue, ClauseId, ROBUST, clause_of};
use crate::source::Span;
use crate::stats::multilevel::RobustKind;
use crate::stats::pool::{CiMethod, Tau2Estimator};
use crate::syntax::ast::{Command, Item, ItemKind};

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
            rho = Some(correlation(cursor, context, "combine")?);
        } else if cursor.take_word("equal").is_some() {
            equal = true;
        } else {
            break;
        }
    }
    let Some(rho) = rho else {
        let near = cursor.peek().and_then(|item| Some((word_of(item)?, item.span)));
        if let Some((typed, at)) = near.filter(|(typed, _)| crate::language::suggest::nearest(typed, ["rho"]).is_some()) {
            let problem = Problem::error("E217", format!("`{typed}` does not fit `combine`")).at(at, "unknown word");
            return Err(problem.help("did you mean `rho`?"));
        }
        return Err(Problem::error("E211", "`combine` needs the correlation between effects of one trial")
            .at(word, "no `rho`")
            .help("write `combine rho 0.5`; the value is an assumption, so try others too"));
    };
    dependence(said, Dependence::Combine { rho, equal }, word)
}

/// The number after `rho` of a clause.
fn correlation(cursor: &mut Cursor, context: &Context, clause: &str) -> Result<f64, Problem> {
    let Some(item) = cursor.advance() else {
        return Err(Problem::error("E211", "`rho` lacks its value")
            .at(cursor.end(), "no number")
            .help(format!("write `{clause} rho 0.5`")));
    };
    let number = number_of(item, "`rho`", -1.0, 1.0, context.lookup);
    let help = format!("`rho` is the correlation between the effects of one trial, such as `{clause} rho 0.5`");
    Ok(number.map_err(|p| p.help(help))?.unwrap_or(0.5))
}

pub(super) fn multilevel(said: &mut Said, word: Span, cursor: &mut Cursor, context: &Context) -> Result<(), Problem> {
    let rho = match cursor.take_word("rho") {
        Some(_) => Some(correlation(cursor, context, "multilevel")?),
        None => None,
    };
    dependence(said, Dependence::Multilevel { rho }, word)
}

/// `robust`, `robust cr1`; the word after it is its own unless it begins something else.
pub(super) fn robust(
    said: &mut Said,
    word: Span,
    cursor: &mut Cursor,
    context: &Context,
    is_set: impl Fn(&str) -> bool,
) -> Result<(), Problem> {
    let own = |w: &str| {
        let variable = || matches!((context.lookup)(w), Some(Value::Word(_) | Value::Text(_) | Value::Unknown(_)));
        vocabulary::choice(ROBUST, w).is_some()
            || (vocabulary::clause(w).is_none() && !is_set(w) && (variable() || w.to_ascii_lowercase().starts_with("cr")))
    };
    let mut kind = Some(RobustKind::Cr2);
    if let Some(item) = cursor.peek().filter(|i| word_of(i).is_some_and(own)) {
        cursor.advance();
        if let Some(choice) = choice_of(item, clause_of(ClauseId::Robust), ROBUST, context.lookup)?
            && let ChoiceValue::Robust(chosen) = choice.value
        {
            kind = chosen;
        }
    }
    repeated(&mut said.robust, Some(kind), "robust", word)
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
            .help(format!("keep one of {}", or_list(&["combine", "multilevel", "prefer", "keep dependent"], 5))));
    }
    said.dependence = Some(value);
    Ok(())
}

/// Whether the variances of a multilevel model can be estimated so.
pub fn estimates_variances(model: &PoolModel) -> bool {
    matches!(model, PoolModel::Random(Tau2Estimator::Reml | Tau2Estimator::Ml))
}

/// Models and intervals that `multilevel` and `robust` do not go with.
pub(super) fn contradictions(spec: &AnalysisSpec, command: &Command, problems: &mut Vec<Problem>) {
    let models: &[PoolModel] = match &spec.model.value {
        ModelChoice::One(model) => std::slice::from_ref(model),
        ModelChoice::FirstOf(models) => models,
        ModelChoice::Rule(_) => &[],
    };
    let none_fits = !models.is_empty() && !models.iter().any(estimates_variances);
    if spec.is_multilevel() && none_fits {
        problems.push(
            Problem::error("E216", format!("a multilevel model is estimated by `reml` or `ml`, and the model is `{}`", models[0].name()))
                .at(clause_span(command, "model"), "does not go with `multilevel`")
                .help("write `model reml`, or take one effect per trial first with `combine rho 0.5`"),
        );
    }
    let ci = spec.ci.value;
    if spec.is_multilevel() && is_hksj(ci.method) && !ci.guarded && spec.ci.origin == Origin::Stated {
        problems.push(
            Problem::error("E216", format!("`ci {}` belongs to a model without levels", ci.method.name()))
                .at(clause_span(command, "ci"), "does not go with `multilevel`")
                .help("write `ci t` (trials - coefficients degrees of freedom) or `ci wald`; `robust cr2` gives an interval that does not rest on the model's variances"),
        );
    }
    if spec.robust.value.is_some()
        && let Some(model) = models.iter().find(|m| matches!(m, PoolModel::MantelHaenszel | PoolModel::Peto))
    {
        problems.push(
            Problem::error("E216", format!("`robust` corrects an inverse-variance model, and the model is `{}`", model.name()))
                .at(clause_span(command, "robust"), "does not go with the model")
                .help("write `model reml` or `model common`, or `robust none`"),
        );
    }
}

/// Whether an interval is Hartung-Knapp's or its modification.
pub fn is_hksj(method: CiMethod) -> bool {
    matches!(method, CiMethod::Hksj | CiMethod::Mhksj)
}
