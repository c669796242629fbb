//! What the decision verbs ask: thresholds, baseline risks, units.

use super::Context;
use super::clauses::word_or_text;
use super::further::Own;
use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, percent_of};
use crate::language::further::{Further, Threshold, ThresholdSide, Units};
use crate::language::settings::{nothing_follows, repeated};
use crate::language::spec::AnalysisSpec;
use crate::language::suggest::{and_list, nearest};
use crate::language::vocabulary::{Clause, ClauseId};
use crate::source::Span;
use crate::syntax::ast::Command;

/// `risk 5%, 10%`
pub(super) fn risks(own: &mut Own, clause: &Clause, span: Span, cursor: &mut Cursor, context: &Context) -> Result<(), Problem> {
    let items = cursor.values();
    if items.is_empty() {
        return Err(nothing_follows(clause, span));
    }
    let mut all = Vec::with_capacity(items.len());
    let mut waits = false;
    for item in items {
        match percent_of(item, clause, context.lookup)? {
            Some(x) if x <= 0.0 || x >= 100.0 => {
                return Err(Problem::error("E207", "a risk without the intervention lies above 0% and below 100%")
                    .at(item.span, "nobody or everybody")
                    .help("write `risk 10%`, or several as in `risk 5%, 10%, 20%`"));
            }
            Some(x) => all.push(x / 100.0),
            None => waits = true,
        }
    }
    if waits {
        all.clear();
    }
    repeated(&mut own.risks, Some(all), clause.name, span)
}

/// `instrument RAS`
pub(super) fn instrument(own: &mut Own, clause: &Clause, span: Span, cursor: &mut Cursor, context: &Context) -> Result<(), Problem> {
    let Some(item) = cursor.advance() else { return Err(nothing_follows(clause, span)) };
    let Some(name) = word_or_text(item) else {
        return Err(Problem::error("E218", "`instrument` takes the name of an instrument").at(item.span, "not a name"));
    };
    let store = context.store;
    let declared = store.instruments.keys().map(String::as_str);
    let mut known: Vec<&str> = declared.chain(store.rows.iter().filter_map(|r| r.instrument.as_deref())).collect();
    known.sort_unstable();
    known.dedup();
    let exact = known.iter().find(|k| **k == name).or_else(|| known.iter().find(|k| k.eq_ignore_ascii_case(&name)));
    let Some(found) = exact else {
        let problem = Problem::error("E239", format!("there is no instrument `{name}`")).at(item.span, "unknown instrument");
        return Err(match nearest(&name, known.iter().copied()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None if known.is_empty() => {
                problem.help(format!("declare it with `instrument {name} for OUTCOME sd 12`, or write `sd 12` in its place"))
            }
            None => problem.help(format!("the instruments are {}", and_list(&known, 20))),
        });
    };
    repeated(&mut own.instrument, Some((*found).to_owned()), clause.name, span)
}

/// The threshold of `probability`; none where the outcome's minimal important difference is it.
pub(super) fn probability(
    own: &Own,
    command: &Command,
    base: &AnalysisSpec,
    context: &Context,
    problems: &mut Vec<Problem>,
) -> Option<Further> {
    let sides =
        [(ClauseId::Beyond, ThresholdSide::Beyond), (ClauseId::Above, ThresholdSide::Above), (ClauseId::Below, ThresholdSide::Below)];
    let mut stated = sides.into_iter().filter_map(|(id, side)| Some(Threshold { side, value: own.number(id)? }));
    let threshold = stated.next();
    if stated.next().is_some() {
        problems.push(
            Problem::error("E212", "`beyond`, `above` and `below` exclude one another")
                .at(command.span, "two thresholds")
                .help("keep one of them, and ask for the other in a statement of its own"),
        );
        return None;
    }
    let declared = context.store.outcomes.get(&base.estimand.outcome).and_then(|o| o.mid.as_ref()).is_some_and(|m| m.value.is_some());
    if threshold.is_none() && !declared {
        problems.push(
            Problem::error("E211", "`probability` lacks the threshold")
                .at(command.span, "beyond what?")
                .help("write `probability of NAME beyond 0.2`, or declare what matters: `outcome ID mid 0.2`"),
        );
        return None;
    }
    Some(Further::Probability(threshold))
}

/// The risks of `absolute`.
pub(super) fn absolute(own: &Own, command: &Command, problems: &mut Vec<Problem>) -> Option<Further> {
    let Some(risks) = &own.risks else {
        problems.push(
            Problem::error("E211", "`absolute` lacks the risk without the intervention")
                .at(command.span, "no `risk`")
                .help("write `absolute of NAME risk 10%`, or several: `risk 5%, 10%, 20%`; they come from studies of the people in question, or from the comparators of these trials"),
        );
        return None;
    };
    Some(Further::Absolute(risks.clone()))
}

/// The units of `re-express`.
pub(super) fn re_express(own: &Own, command: &Command, problems: &mut Vec<Problem>) -> Option<Further> {
    let (sd, mid) = (own.number(ClauseId::Sd), own.number(ClauseId::Mid));
    for (name, value) in [("sd", sd), ("mid", mid)] {
        if value == Some(0.0) {
            problems.push(
                Problem::error("E207", format!("`{name}` is above 0"))
                    .at(command.span, format!("`{name} 0`"))
                    .help(format!("write `{name}` with its size, such as `{name} 5`")),
            );
            return None;
        }
    }
    Some(Further::ReExpress(Units { instrument: own.instrument.clone(), sd, mid }))
}
