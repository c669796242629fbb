//! Pooling again and again: leave-one-out and cumulative.

use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::outcome::{Head, NoteResult, Outcome, PoolResult, RowResult, RowsResult};
use crate::eval::pooling::{Included, People, again, refused};
use crate::eval::row_scope::value_of;
use crate::eval::state::State;
use crate::eval::work::Work;
use crate::language::further::{Cumulate, FurtherSpec, Unit};
use crate::language::value::Value;
use crate::stats::sensitivity::{Order, Ties, accumulate, leave_out};
use indexmap::IndexMap;
use std::cmp::Ordering;

fn result(spec: &FurtherSpec, analysed: &Analysed, rows: Vec<RowResult>, notes: Vec<NoteResult>) -> RowsResult {
    let base = analysed.result.clone();
    RowsResult { head: Head::of(&base, &spec.of, spec.name.clone()), rows, notes, base }
}

/// Pools again without each study, or without all effects of each trial.
pub fn leave_one_out(spec: &FurtherSpec, unit: Unit, analysed: &Analysed, state: &State, work: &Work) -> Result<Outcome, Problem> {
    let included = analysed.included();
    let mut units: IndexMap<&str, usize> = IndexMap::new();
    let mut names: Vec<&str> = Vec::new();
    let mut unit_of: Vec<usize> = Vec::new();
    for (candidate, _) in &included {
        let number = match unit {
            Unit::Study => names.len(),
            Unit::Trial => *units.entry(&candidate.trial).or_insert(names.len()),
        };
        if number == names.len() {
            names.push(if unit == Unit::Study { &candidate.study } else { &candidate.trial });
        }
        unit_of.push(number);
    }
    let again = Again::new(&included, analysed, state);
    let pools = if names.len() < 2 {
        names.iter().map(|_| again.pool(&[])).collect::<Result<Vec<_>, _>>()
    } else {
        let left = leave_out(&unit_of, work.watch, |stay| again.pool(stay)).map_err(|e| refused(e, &included, &spec.base))?;
        left.into_iter().map(|l| l.result).collect()
    };
    let rows = numbered(&names).into_iter().zip(pools?).map(|(study, pool)| RowResult { study, pool }).collect();
    let mut notes = Vec::new();
    if analysed.result.k < 2 {
        notes.push(NoteResult { code: "W401", text: "without its one study nothing is left to pool".into() });
    } else if names.len() < 2 {
        notes.push(NoteResult { code: "W440", text: "all effects are of one trial: without it nothing is left to pool".into() });
    }
    Ok(Outcome::LeaveOneOut(Box::new(result(spec, analysed, rows, notes))))
}

/// Names that stand several times are numbered: `district11 (2)`.
fn numbered(names: &[&str]) -> Vec<String> {
    let mut times: IndexMap<&str, usize> = IndexMap::new();
    for name in names {
        *times.entry(name).or_insert(0) += 1;
    }
    let mut seen: IndexMap<&str, usize> = IndexMap::new();
    let mut out = Vec::with_capacity(names.len());
    for name in names {
        let at = seen.entry(name).or_insert(0);
        *at += 1;
        out.push(if times.get(name).is_some_and(|n| *n > 1) { format!("{name} ({at})") } else { (*name).to_owned() });
    }
    out
}

/// Some effects of an analysis, pooled under its specification.
struct Again<'a> {
    included: &'a [Included<'a>],
    people: People,
    analysed: &'a Analysed,
    state: &'a State,
}

impl<'a> Again<'a> {
    fn new(included: &'a [Included<'a>], analysed: &'a Analysed, state: &'a State) -> Self {
        Self { included, people: People::of(included), analysed, state }
    }

    /// A row says its numbers; what there is to note of each is noted of the whole.
    fn pool(&self, effects: &[usize]) -> Result<PoolResult, Problem> {
        let some: Vec<Included> = effects.iter().filter_map(|i| self.included.get(*i).copied()).collect();
        let people = self.people.among(effects.iter().copied());
        let whole = &self.analysed.result;
        let pool = again(&whole.spec, &some, people, self.state, whole.line)?;
        Ok(PoolResult { notes: Vec::new(), ..pool })
    }
}

/// Pools again as studies are added in the order of a column; ties in file order, or at once.
pub fn cumulative(spec: &FurtherSpec, order: &Cumulate, analysed: &Analysed, state: &State, work: &Work) -> Result<Outcome, Problem> {
    let all = analysed.included();
    let key =
        |one: &Included| state.store.rows.get(one.0.row).map_or(Value::Missing, |row| value_of(&state.store.row_value(row, &order.column)));
    let (keyed, without): (Vec<(Value, Included)>, Vec<_>) =
        all.iter().map(|one| (key(one), *one)).partition(|(key, _)| *key != Value::Missing);
    let missing: Vec<&str> = without.iter().map(|(_, (c, _))| c.study.as_str()).collect();
    let included: Vec<Included> = keyed.iter().map(|(_, one)| *one).collect();
    let ties = if order.together { Ties::Together } else { Ties::FileOrder };
    let place = |a: usize, b: usize| {
        let (a, b) = if order.descending { (b, a) } else { (a, b) };
        compare(&keyed[a].0, &keyed[b].0)
    };
    let steps = Order::by(keyed.len(), place, ties);
    let again = Again::new(&included, analysed, state);
    let found = match keyed.len() {
        0 => Vec::new(),
        _ => accumulate(&steps, work.watch, |effects| again.pool(effects)).map_err(|e| refused(e, &all, &spec.base))?,
    };
    let mut rows = Vec::with_capacity(found.len());
    for step in found {
        let names: Vec<&str> = step.added.iter().map(|i| included[*i].0.study.as_str()).collect();
        rows.push(RowResult { study: names.join(", "), pool: step.result? });
    }
    let mut notes = Vec::new();
    if !missing.is_empty() {
        notes.push(NoteResult {
            code: "W420",
            text: format!("without a value of `{}`, and never added: {}", order.column, missing.join(", ")),
        });
    }
    if steps.ties() > 0 && !order.together {
        notes.push(NoteResult {
            code: "W423",
            text: format!("studies of equal `{}` are added in file order; `ties together` adds them at once", order.column),
        });
    }
    Ok(Outcome::Cumulative(Box::new(result(spec, analysed, rows, notes))))
}

fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => x.total_cmp(y),
        _ => a.to_string().cmp(&b.to_string()),
    }
}
