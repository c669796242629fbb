//! Adding and editing result rows: fields are the columns of the tidy CSV.

use super::fields::unheard_of;
use super::{AtField, Given};
use crate::diagnostic::Problem;
use crate::store::cell::{Style, is_missing};
use crate::store::columns::{Kind, find};
use crate::store::model::Store;
use crate::store::row::{DEFAULT_OUTCOME, Row};
use crate::store::value::Value;
use crate::store::{checks, near_miss};
use indexmap::IndexSet;

/// Adds a row at the end.
pub(super) fn add(store: &mut Store, given: Given) -> Result<(), Vec<AtField>> {
    let text = |key: &str| given.iter().find(|(name, _)| find(name).is_some_and(|c| c.name == key)).map(|(_, text)| *text);
    let study = text("study").map(str::trim).filter(|t| !is_missing(t));
    let Some(study) = study else {
        let problem = Problem::error("E309", "the row names no study").help("give `study=NAME`");
        return Err(vec![(None, problem)]);
    };
    let outcome = match text("outcome").map(str::trim) {
        Some(outcome) => outcome.to_owned(),
        None if store.outcomes.len() == 1 => store.outcomes.keys().next().cloned().unwrap_or_default(),
        None => DEFAULT_OUTCOME.to_owned(),
    };
    let others: Vec<(usize, &(&str, &str))> =
        given.iter().enumerate().filter(|(_, (name, _))| !find(name).is_some_and(|c| matches!(c.name, "study" | "outcome"))).collect();
    let (row, problems) = Row::from_pairs(study, &outcome, others.iter().map(|(_, (name, text))| (*name, *text)));
    let wrong: Vec<AtField> =
        problems.into_iter().filter(|(_, p)| p.is_error()).map(|(at, p)| (others.get(at).map(|(index, _)| *index), p)).collect();
    if !wrong.is_empty() {
        return Err(wrong);
    }
    unknown(store, &others)?;
    store.rows.push(row);
    Ok(())
}

/// Changes fields of a row.
pub(super) fn edit(store: &mut Store, at: usize, given: Given) -> Result<(), Vec<AtField>> {
    let others: Vec<(usize, &(&str, &str))> = given.iter().enumerate().collect();
    unknown(store, &others)?;
    let Some(old) = store.rows.get(at) else { return Ok(()) };
    let mut row = old.clone();
    let mut wrong: Vec<AtField> = Vec::new();
    for (index, (name, text)) in given.iter().enumerate() {
        let known = find(name);
        let canonical = known.map_or(name.trim(), |c| c.name);
        if let Some(study) = store.studies.get(&row.study)
            && known.is_none()
            && row.moderators.get(canonical).is_none_or(|v| v.is_missing())
            && study.characteristics.contains_key(canonical)
        {
            let problem = Problem::error("E384", format!("`{canonical}` is a characteristic of the study, not of its row"));
            wrong.push((Some(index), problem.help(format!("write `edit study \"{}\"` with this field", row.study))));
        } else if is_missing(text) {
            match known.map(|c| c.kind) {
                Some(Kind::Key) if matches!(canonical, "study" | "outcome") => {
                    wrong.push((
                        Some(index),
                        Problem::error("E309", format!("a row can't be without {canonical}")).help("name another, or remove the row"),
                    ));
                }
                Some(Kind::Key) => row.set_key(canonical, ""),
                Some(Kind::Number(_)) => {
                    row.values.remove(canonical);
                }
                None => {
                    row.moderators.insert(canonical.to_owned(), Value::Missing);
                }
            }
        } else if let Err(problem) = row.set(canonical, text, Style::default()) {
            wrong.push((Some(index), problem));
        }
    }
    for (column, problem) in checks::impossible(&row).into_iter().filter(|(_, p)| p.is_error()) {
        wrong.push((given.iter().position(|(name, _)| find(name).is_some_and(|c| c.name == column)), problem));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    row.settle();
    if let Some(place) = store.rows.get_mut(at) {
        *place = row;
    }
    Ok(())
}

/// A name that looks like a column and is none would become a moderator unnoticed.
fn unknown(store: &Store, given: &[(usize, &(&str, &str))]) -> Result<(), Vec<AtField>> {
    let known = store.moderator_names();
    let declared = |name: &str| known.contains(&name) || store.characteristics.contains_key(name);
    // Of short names only those of columns that the rows use are near enough.
    let used: IndexSet<&str> = store.rows.iter().flat_map(|row| row.values.keys()).chain(known.iter().copied()).collect();
    let wrong: Vec<AtField> = given
        .iter()
        .filter(|(_, (name, _))| find(name).is_none() && !declared(name.trim()))
        .filter_map(|(index, (name, _))| {
            let name = name.trim();
            let meant = near_miss::suggest(name).or_else(|| near_miss::nearest(name, used.iter().copied()))?;
            Some((Some(*index), unheard_of("the rows have no", name, meant)))
        })
        .collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}
