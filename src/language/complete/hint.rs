//! The grey hint: what is expected next, from the same patterns as completion.

use super::candidates::{Candidate, all, is_own, matching, written};
use super::names::{Names, OutcomeNames};
use super::place::{Place, Shape, place};
use super::usage::{Part, Spot};
use super::walk::Ahead;
use super::{Expected, expected};
use crate::language::vocabulary::{self, Choice, ClauseId, VerbId, clause_of};

/// A hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// What is shown after the cursor.
    pub shown: String,
    /// What of it the right arrow takes over, if anything.
    pub taken: Option<String>,
}

/// Words shown side by side, at most; more are a placeholder.
const MOST_WORDS: usize = 5;
/// Columns that such words may take.
const MOST_COLUMNS: usize = 60;

/// The hint for a cursor at the end of the text.
pub fn hint(text: &str, names: &Names) -> Option<Hint> {
    let place = place(text);
    if place.comment {
        return None;
    }
    if !place.word.is_empty() || place.quoted {
        return unfinished(text, &place, names);
    }
    let fresh = text.is_empty() || text.ends_with(char::is_whitespace) || text.ends_with(['(', '[', '{']);
    if place.of.is_some() || !fresh {
        return None;
    }
    if place.items.is_empty() && place.inside.is_none() && place.entry.is_none() {
        let new = text.is_empty() && names.outcomes.is_empty();
        return new.then(|| Hint { shown: "use \"FILE\"".to_owned(), taken: None });
    }
    let expected = expected(&place, names);
    let pieces = pieces(&expected, &place, names);
    let shown = pieces.join(" ");
    let shown = match (shown.is_empty(), place.entry.is_some()) {
        (true, _) => return None,
        (false, true) if place.line().is_empty() && text.trim_end().contains('\n') => {
            format!("{}(an empty line ends it)  {shown}", indent(text))
        }
        (false, true) if place.line().is_empty() => format!("{}{shown}", indent(text)),
        (false, _) => shown,
    };
    Some(Hint { taken: only(&expected, &place, names), shown })
}

/// Two spaces at the start of a line that should have them.
fn indent(text: &str) -> &'static str {
    if text.ends_with('\n') { "  " } else { "" }
}

/// A word that has begun: its rest if one word is meant, the words if few are.
fn unfinished(text: &str, place: &Place, names: &Names) -> Option<Hint> {
    let found = matching(place, all(place, names, &|_| Vec::new()));
    let typed = &text[place.start..];
    let exact = found.iter().any(|c| c.text.eq_ignore_ascii_case(typed));
    match found.as_slice() {
        _ if exact => {
            // `pool`: what follows it
            let ahead = format!("{text} ");
            let next = hint(&ahead, names)?;
            Some(Hint { shown: format!(" {}", next.shown), taken: None })
        }
        [one] => {
            let rest = one.text.get(typed.len()..).filter(|_| begins(&one.text, typed))?;
            Some(Hint { shown: rest.to_owned(), taken: Some(rest.to_owned()) })
        }
        few if few.len() <= MOST_WORDS && !few.is_empty() => {
            let words: Vec<&str> = few.iter().map(|c| c.text.as_str()).collect();
            let shown = words.join(" | ");
            (shown.len() <= MOST_COLUMNS).then(|| Hint { shown: format!("  {shown}"), taken: None })
        }
        _ => None,
    }
}

fn begins(text: &str, typed: &str) -> bool {
    text.get(..typed.len()).is_some_and(|t| t.eq_ignore_ascii_case(typed))
}

/// The only word that can come, to be taken over.
fn only(expected: &Expected, place: &Place, names: &Names) -> Option<String> {
    if expected.next.operator || expected.next.due().nth(1).is_some() {
        return None;
    }
    let mut words = all(place, names, &|_| Vec::new());
    words.retain(|w| w.text != "it");
    match words.as_slice() {
        [Candidate { text, .. }] => Some(text.clone()),
        _ => None,
    }
}

/// What is expected, piece by piece, in the order of the usage.
fn pieces(expected: &Expected, place: &Place, names: &Names) -> Vec<String> {
    let next = &expected.next;
    let view = View { expected, place, names, outcome: expected.outcome.as_deref().and_then(|o| names.outcome(o)) };
    let mut out = Vec::new();
    if next.operator && place.inside.is_none() {
        out.extend(view.operators());
    }
    let needed = |way: &Vec<Ahead>| way.first().is_some_and(|a| !a.optional);
    if next.ways.len() > 1 && next.ways.iter().all(needed) {
        // `STUDY | where CONDITION`: several ways to go on, each as far as it must go
        let ways = next.ways.iter().map(|way| {
            let must = way.iter().take_while(|a| !a.optional).filter_map(|a| view.piece(a));
            must.collect::<Vec<_>>().join(" ")
        });
        let mut ways: Vec<String> = ways.filter(|w| !w.is_empty()).collect();
        ways.dedup();
        let between = if ways.iter().any(|w| w.contains(" | ")) { "  or  " } else { " | " };
        out.push(ways.join(between));
        return out;
    }
    if next.operator && view.reads_rows() && !view.is_compared() {
        return out;
    }
    let mut way: Vec<&Ahead> = next.ways.first().into_iter().flatten().collect();
    let analysis = view.is_analysis();
    if analysis {
        way.sort_by_key(|ahead| rank(ahead));
    }
    let waits = way.iter().any(|a| a.due && !a.optional && (a.begun || analysis));
    for ahead in way {
        // What comes after a clause that waits for its value can wait too.
        if waits && ahead.optional && !ahead.due {
            continue;
        }
        let Some(piece) = view.piece(ahead) else { continue };
        // `FIELD VALUE [FIELD VALUE …]` is `FIELD VALUE …`
        if ahead.again && out.len() >= 2 && piece == format!("[{} …]", out[out.len() - 2..].join(" ")) {
            out.push("…".to_owned());
        } else if !ahead.optional || !out.contains(&piece) {
            out.push(piece);
        }
    }
    out
}

/// What most statements want comes first.
fn rank(ahead: &Ahead) -> usize {
    const ORDER: [&str; 9] = ["because", "at", "measure", "variance", "model", "ci", "exclude", "by", "where"];
    match ahead.spots.first().and_then(|s| s.first()) {
        _ if ahead.begun => 0,
        Some(Part::Word(word)) if ahead.optional => 2 + ORDER.iter().position(|o| o == word).unwrap_or(ORDER.len()),
        Some(Part::Slot("SET")) if ahead.optional => 3,
        _ if ahead.optional => 2 + ORDER.len(),
        _ => 1,
    }
}

/// Everything a hint looks at.
struct View<'a, 't> {
    expected: &'a Expected<'t>,
    place: &'a Place<'t>,
    names: &'a Names,
    outcome: Option<&'a OutcomeNames>,
}

impl View<'_, '_> {
    fn reads_rows(&self) -> bool {
        self.place.line().iter().any(|i| i.is("where"))
    }

    fn is_analysis(&self) -> bool {
        self.expected.result.is_some() || self.expected.verb.is_some_and(|v| matches!(v.id, VerbId::Pool | VerbId::Set))
    }

    /// Whether the value before the cursor stands after `==` and its like.
    fn is_compared(&self) -> bool {
        match self.place.line() {
            [.., sign, _] => sign.shape == Shape::Operator && !["and", "or", "not"].iter().any(|w| sign.is(w)),
            _ => false,
        }
    }

    /// After a value: how it is compared, or what joins comparisons.
    fn operators(&self) -> Option<String> {
        let rule = self.expected.verb.is_some_and(|v| v.id == VerbId::Rule);
        if !self.reads_rows() && !rule {
            return None;
        }
        if self.is_compared() {
            return Some("[and | or]".to_owned());
        }
        match self.place.line().last().and_then(|i| self.names.column(i.text)).filter(|_| !rule) {
            Some(column) if !column.levels.is_empty() => Some("== | != \"VALUE\"".to_owned()),
            _ => Some(">= | < NUMBER".to_owned()),
        }
    }

    /// Places that follow each other, as the usage writes them; `None` where they do not help here.
    fn piece(&self, ahead: &Ahead) -> Option<String> {
        let first = ahead.spots.first()?.first()?;
        let clause = if let Part::Word(w) = first { vocabulary::clause(w) } else { None };
        let analysis = self.is_analysis();
        if analysis && ahead.optional {
            match (clause, first) {
                (Some(clause), _) => return self.clause(clause),
                (None, Part::Slot("ARM")) if self.names.arms.len() < 3 => return None,
                _ => {}
            }
        }
        if let Some(clause) = clause.filter(|_| ahead.optional && !ahead.begun) {
            return Some(usual(clause));
        }
        let spots = ahead.spots.iter().enumerate();
        let words: Vec<String> = spots.map(|(at, spot)| self.spot(spot, ahead.due && at == 0)).take_while(|w| !w.is_empty()).collect();
        if words.is_empty() {
            return None;
        }
        // `combine [rho NUMBER] [equal]`: each word that may be left out is one by itself.
        if ahead.optional && ahead.needed == 0 {
            let fresh = |spot: &Spot| matches!(spot.first(), Some(Part::Word(_)));
            let parts = ahead.spots.chunk_by(|_, next| !fresh(next));
            let shown = parts.map(|spots| spots.iter().map(|s| self.spot(s, false)).collect::<Vec<_>>().join(" "));
            return Some(shown.map(|s| format!("[{s}]")).collect::<Vec<_>>().join(" "));
        }
        let shown = format!("{}{}", words.join(" "), if ahead.again && clause.is_none() { " …" } else { "" });
        Some(if ahead.optional { format!("[{shown}]") } else { shown })
    }

    /// One place: with what can stand there if it is the next, else by its name.
    fn spot(&self, spot: &Spot, next: bool) -> String {
        let part = |part: &Part| match part {
            Part::Choice(id, _) if !next => clause_of(*id).name.to_uppercase(),
            Part::Slot("RULE") if !next => String::new(),
            Part::Slot(slot @ ("OUTCOME" | "TIMEPOINT" | "COLUMN" | "MODEL")) if !next => (*slot).to_owned(),
            part => self.part(part),
        };
        let words: Vec<String> = spot.iter().map(part).filter(|w| !w.is_empty()).collect();
        words.join(" | ")
    }

    /// A clause of an analysis, in brackets unless it is needed here.
    fn clause(&self, clause: &'static vocabulary::Clause) -> Option<String> {
        let View { expected, names, outcome, .. } = *self;
        let usual = || Some(usual(clause));
        let derived = expected.result.is_some() || expected.verb.is_some_and(|v| v.id == VerbId::Set);
        let chosen = expected.items.iter().any(|i| ["exclude", "only", "where"].iter().any(|w| i.is(w)));
        match clause.id {
            ClauseId::At => {
                let timepoints = outcome.map(|o| o.timepoints.as_slice()).unwrap_or_default();
                match timepoints {
                    [] => None,
                    [_] if !derived => None,
                    _ if derived => usual(),
                    several => Some(format!("at {}", few(several.iter().map(|t| written(t, false)), "TIMEPOINT"))),
                }
            }
            ClauseId::Measure => {
                let known = derived || names.measure_is_set || outcome.is_none_or(|o| o.measure_is_declared || o.measures == ["generic"]);
                let allowed = outcome.map(|o| o.measures.as_slice()).unwrap_or_default();
                if known { usual() } else { Some(format!("measure {}", few(allowed.iter().map(|m| (*m).to_owned()), "MEASURE"))) }
            }
            ClauseId::Variance => expected.items.iter().any(|i| i.is("smd")).then(|| "[variance ls]".to_owned()),
            ClauseId::Because => chosen.then(|| "because \"REASON\"".to_owned()),
            ClauseId::Tau2 if !expected.items.iter().any(|i| i.is("by")) => None,
            ClauseId::I2 | ClauseId::Zero | ClauseId::Pi | ClauseId::Level if chosen => None,
            _ => usual(),
        }
    }

    fn part(&self, part: &Part) -> String {
        let View { expected, place, names, outcome } = *self;
        match part {
            Part::Word(w) => (*w).to_owned(),
            Part::Text(text) => format!("\"{text}\""),
            Part::Choice(ClauseId::Measure, _) => {
                let allowed = outcome.map(|o| o.measures.as_slice()).unwrap_or_default();
                let all: Vec<&str> = names.outcomes.iter().flat_map(|o| o.measures.iter().copied()).collect();
                let allowed = if allowed.is_empty() { all } else { allowed.to_vec() };
                few(allowed.iter().map(|m| (*m).to_owned()), "MEASURE")
            }
            Part::Choice(_, list) => choices(list),
            Part::Slot("NAME") if expected.meaning("NAME") == "RESULT" => few(
                names
                    .results
                    .iter()
                    .map(|r| r.name.clone())
                    .chain(names.last.iter().filter(|_| names.results.is_empty()).map(|_| "it".to_owned())),
                "NAME",
            ),
            Part::Slot("OUTCOME") => few(names.outcomes.iter().map(|o| written(&o.id, false)), "OUTCOME"),
            Part::Slot("TIMEPOINT") => {
                few(outcome.map_or(&names.timepoints, |o| &o.timepoints).iter().map(|t| written(t, false)), "TIMEPOINT")
            }
            Part::Slot("SET") => match outcome.map(|o| o.sets.as_slice()) {
                None | Some([] | [_]) if place.entry.is_none() => String::new(),
                Some(sets) if !sets.is_empty() => few(sets.iter().cloned(), "SET"),
                _ => "SET".to_owned(),
            },
            Part::Slot("COLUMN") => few(names.columns.iter().filter(|c| !is_own(&c.name)).map(|c| written(&c.name, false)), "COLUMN"),
            Part::Slot("A") => "A > B".to_owned(),
            Part::Slot("STATEMENT") => "pool …".to_owned(),
            Part::Slot("MODEL") => choices(vocabulary::MODELS),
            Part::Slot("RULE") if names.rules.is_empty() => String::new(),
            Part::Slot("RULE") => few(names.rules.iter().cloned(), "RULE"),
            Part::Slot("EXPRESSION" | "CONDITION") if expected.next.in_expression => value(place, names),
            Part::Slot(slot) => (*slot).to_owned(),
        }
    }
}

/// A clause as its usage first writes it, in brackets.
fn usual(clause: &vocabulary::Clause) -> String {
    format!("[{}]", clause.usage.split(" | ").next().unwrap_or(clause.name))
}

/// After an operator: the words of the column compared.
fn value(place: &Place, names: &Names) -> String {
    match place.line() {
        [.., column, op] if op.shape == Shape::Operator => match names.column(column.text) {
            Some(column) if !column.levels.is_empty() => few(column.levels.iter().map(|l| written(l, true)), "\"VALUE\""),
            Some(_) => "NUMBER".to_owned(),
            None => "VALUE".to_owned(),
        },
        _ => "VALUE".to_owned(),
    }
}

fn choices(list: &'static [Choice]) -> String {
    let names: Vec<&str> = list.iter().map(|c| c.name).collect();
    match names.get(..MOST_WORDS) {
        Some(first) if names.len() > MOST_WORDS => format!("{} | …", first.join(" | ")),
        _ => names.join(" | "),
    }
}

/// A few words, or the placeholder for many.
fn few(words: impl IntoIterator<Item = String>, placeholder: &str) -> String {
    let words: Vec<String> = words.into_iter().collect();
    if words.is_empty() || words.len() > MOST_WORDS || words.iter().map(String::len).sum::<usize>() > MOST_COLUMNS {
        return placeholder.to_owned();
    }
    words.join(" | ")
}
