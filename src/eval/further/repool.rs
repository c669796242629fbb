//! Pooling again and again: leave-one-out and cumulative.

use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::outcome::{Head, NoteResult, Outcome, PoolResult, RowResult, RowsResult};
use crate::eval::pooling::{Included, again};
use crate::eval::row_scope::value_of;
use crate::eval::state::State;
use crate::language::further::{Cumulate, FurtherSpec, Unit};
use crate::language::value::Value;
use rayon::prelude::*;
use std::cmp::Ordering;

fn result(spec: &FurtherSpec, analysed: &Analysed, rows: Vec<RowResult>, notes: Vec<NoteResult>) -> RowsResult {
    let base = analysed.result.clone();
    RowsResult { head: Head::of(&base, &spec.of, spec.name.clone()), rows, notes, base }
}

/// Pools again without each study, or without all effects of each trial.
pub fn leave_one_out(spec: &FurtherSpec, unit: Unit, analysed: &Analysed, state: &State) -> Result<Outcome, Problem> {
    let included = analysed.included();
    let mut units: Vec<(String, Vec<usize>)> = Vec::new();
    for (i, (candidate, _)) in included.iter().enumerate() {
        let name = match unit {
            Unit::Study => &candidate.study,
            Unit::Trial => &candidate.unit,
        };
        match units.iter_mut().find(|(n, _)| unit == Unit::Trial && n == name) {
            Some((_, members)) => members.push(i),
            None => units.push((name.clone(), vec![i])),
        }
    }
    let rows: Result<Vec<RowResult>, Problem> = units
        .par_iter()
        .map(|(name, members)| {
            let rest: Vec<Included> = included.iter().enumerate().filter(|(i, _)| !members.contains(i)).map(|(_, one)| *one).collect();
            again(&analysed.result.spec, &rest, state, analysed.result.line).map(|pool| RowResult { study: name.clone(), pool: bare(pool) })
        })
        .collect();
    let mut notes = Vec::new();
    if analysed.result.k < 2 {
        notes.push(NoteResult { code: "W401", text: "without its one study nothing is left to pool".into() });
    }
    Ok(Outcome::LeaveOneOut(Box::new(result(spec, analysed, rows?, notes))))
}

/// Pools again as studies are added in the order of a column. Ties are added in file order.
pub fn cumulative(spec: &FurtherSpec, order: &Cumulate, analysed: &Analysed, state: &State) -> Result<Outcome, Problem> {
    let included = analysed.included();
    let key =
        |one: &Included| state.store.rows.get(one.0.row).map_or(Value::Missing, |row| value_of(&state.store.row_value(row, &order.column)));
    let mut keyed: Vec<(Value, Included)> = included.iter().map(|one| (key(one), *one)).collect();
    let missing: Vec<String> = keyed.iter().filter(|(k, _)| *k == Value::Missing).map(|(_, (c, _))| c.study.clone()).collect();
    keyed.retain(|(k, _)| *k != Value::Missing);
    keyed.sort_by(|a, b| if order.descending { compare(&b.0, &a.0) } else { compare(&a.0, &b.0) });
    let sorted: Vec<Included> = keyed.iter().map(|(_, one)| *one).collect();
    let last_of_tie = |i: usize| keyed.get(i + 1).is_none_or(|next| compare(&next.0, &keyed[i].0) != Ordering::Equal);
    let ends: Vec<usize> = (0..sorted.len()).filter(|i| !order.together || last_of_tie(*i)).collect();
    let rows: Result<Vec<RowResult>, Problem> = ends
        .par_iter()
        .enumerate()
        .map(|(position, end)| {
            let start = if position == 0 { 0 } else { ends[position - 1] + 1 };
            let names: Vec<&str> = sorted[start..=*end].iter().map(|(c, _)| c.study.as_str()).collect();
            again(&analysed.result.spec, &sorted[..=*end], state, analysed.result.line)
                .map(|pool| RowResult { study: names.join(", "), pool: bare(pool) })
        })
        .collect();
    let mut notes = Vec::new();
    if !missing.is_empty() {
        notes.push(NoteResult {
            code: "W420",
            text: format!("without a value of `{}`, and never added: {}", order.column, missing.join(", ")),
        });
    }
    let ties = (0..keyed.len()).filter(|i| !last_of_tie(*i)).count();
    if ties > 0 && !order.together {
        notes.push(NoteResult {
            code: "W423",
            text: format!("studies of equal `{}` are added in file order; `ties together` adds them at once", order.column),
        });
    }
    Ok(Outcome::Cumulative(Box::new(result(spec, analysed, rows?, notes))))
}

fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => x.total_cmp(y),
        _ => a.to_string().cmp(&b.to_string()),
    }
}

/// A row says its numbers; what there is to note of each is noted of the whole.
fn bare(pool: PoolResult) -> PoolResult {
    PoolResult { notes: Vec::new(), ..pool }
}
