//! The table of included studies (PRISMA 2020, item 17).

use crate::eval::outcome::TableResult;
use crate::number;
use crate::store::{Row, Store, Study, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The most columns of their own: the rest is named below the table.
const MOST: usize = 8;

/// Every included study with its characteristics: those named, or as many as can be read.
pub fn table(store: &Store, columns: &[String]) -> TableResult {
    let studies: Vec<&Study> = included(store).collect();
    let all = known(&studies);
    let (shown, rest): (Vec<String>, Vec<String>) = if columns.is_empty() {
        let at = all.len().min(MOST);
        (all[..at].to_vec(), all[at..].to_vec())
    } else {
        (columns.to_vec(), Vec::new())
    };
    let trials = studies.iter().any(|s| s.trial.is_some());
    let mut rows_of: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in &store.rows {
        rows_of.entry(&row.study).or_default().push(row);
    }
    let mut head = vec!["study".to_owned()];
    if trials {
        head.push("trial".into());
    }
    head.extend(["people", "outcomes"].map(str::to_owned));
    head.extend(shown.iter().map(|name| label(store, name)));
    let rows = studies
        .iter()
        .map(|study| {
            let mut cells = vec![study.label().to_owned()];
            if trials {
                cells.push(study.trial.clone().unwrap_or_default());
            }
            let own = rows_of.get(study.id.as_str()).map_or(&[][..], Vec::as_slice);
            cells.push(people(own));
            cells.push(outcomes(store, own));
            cells.extend(shown.iter().map(|name| value(study, name)));
            cells
        })
        .collect();
    let mut notes =
        vec!["people: the largest groups that a row of the study analyses; an empty cell is not reported in the data".to_owned()];
    if !rest.is_empty() {
        notes.push(format!("also in the data: {}; name columns to choose, as in `characteristics {}`", rest.join(", "), rest[0]));
    }
    let unlike: Vec<&str> = studies.iter().filter(|s| s.retraction.is_some()).map(|s| s.label()).collect();
    if !unlike.is_empty() {
        notes.push(format!("retracted or under concern: {}", unlike.join(", ")));
    }
    TableResult { title: "Characteristics of included studies".into(), columns: head, rows, notes }
}

/// The studies that were not left out of the review.
pub fn included(store: &Store) -> impl Iterator<Item = &Study> {
    let left_out = left_out(store);
    store.studies.values().filter(move |s| !left_out.contains(s.id.as_str()))
}

/// The studies that were left out of the review, not only of analyses.
fn left_out(store: &Store) -> BTreeSet<&str> {
    let word = |text: &Option<String>, word: &str| text.as_deref().is_some_and(|t| t.eq_ignore_ascii_case(word));
    store.exclusions.iter().filter(|e| word(&e.level, "study") && !word(&e.stage, "analysis")).map(|e| e.what.as_str()).collect()
}

/// Characteristics of any of the studies: the declared ones first, then by how many have them.
pub fn known(studies: &[&Study]) -> Vec<String> {
    let mut names: Vec<(String, usize)> = Vec::new();
    for study in studies {
        for (name, value) in &study.characteristics {
            let has = usize::from(!matches!(value, Value::Missing));
            match names.iter_mut().find(|(n, _)| n == name) {
                Some((_, count)) => *count += has,
                None => names.push((name.clone(), has)),
            }
        }
    }
    names.retain(|(_, count)| *count > 0);
    names.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    names.into_iter().map(|(name, _)| name).collect()
}

fn label(store: &Store, name: &str) -> String {
    let declared = store.characteristics.get(name).and_then(|c| c.label.clone()).filter(|l| l.chars().count() <= 30);
    declared.unwrap_or_else(|| name.replace('_', " "))
}

fn value(study: &Study, name: &str) -> String {
    match study.characteristics.get(name) {
        Some(Value::Missing) | None => study.field(name).unwrap_or_default().to_owned(),
        Some(value) => value.to_string(),
    }
}

/// `99 + 99`: the largest groups of a row, or the largest group.
fn people(rows: &[&Row]) -> String {
    let best = rows
        .iter()
        .filter_map(|r| {
            let of = |name: &str| r.values.get(name).map(|c| c.value);
            match (of("n1"), of("n2"), of("n")) {
                (Some(a), Some(b), _) => Some((a + b, format!("{} + {}", number::size(a), number::size(b)))),
                (_, _, Some(n)) => Some((n, number::size(n))),
                _ => None,
            }
        })
        .max_by(|a, b| a.0.total_cmp(&b.0));
    best.map(|b| b.1).unwrap_or_default()
}

fn outcomes(store: &Store, rows: &[&Row]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for row in rows {
        if !names.contains(&row.outcome.as_str()) {
            names.push(&row.outcome);
        }
    }
    names.iter().map(|n| outcome_label(store, n)).collect::<Vec<_>>().join(", ")
}

/// How an outcome is printed.
pub fn outcome_label(store: &Store, id: &str) -> String {
    store.outcomes.get(id).and_then(|o| o.label.clone()).unwrap_or_else(|| id.replace('_', " "))
}
