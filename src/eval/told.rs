//! What tells the effects of one study apart, where it has several.

use super::outcome::{PoolResult, StudyEffect};
use crate::store::{Row, Store};
use std::collections::BTreeMap;

/// Keys that may differ between rows of one study.
const KEYS: &[&str] = &["instrument", "timepoint", "analysis", "rater", "subgroup", "comparison", "arm1", "arm2"];

/// Gives each of several effects of one study what follows its name: `, RAS`, or ` (2)` where no key tells it.
pub fn apart(result: &mut PoolResult, store: &Store) {
    of_studies(&mut result.studies, store);
    for group in result.groups.iter_mut().flatten() {
        of_studies(&mut group.studies, store);
    }
}

fn of_studies(studies: &mut [StudyEffect], store: &Store) {
    let mut same: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (i, study) in studies.iter().enumerate().filter(|(_, s)| s.included) {
        same.entry(study.study.clone()).or_default().push(i);
    }
    for at in same.into_values().filter(|at| at.len() > 1) {
        let told = names(&at.iter().map(|i| row(&studies[*i], store)).collect::<Vec<_>>());
        for (i, told) in at.into_iter().zip(told) {
            studies[i].told = told;
        }
    }
}

/// The row behind an effect; none where several were combined.
fn row<'a>(study: &StudyEffect, store: &'a Store) -> Option<&'a Row> {
    if let [row] = study.rows.as_slice() { store.rows.get(*row) } else { None }
}

fn names(rows: &[Option<&Row>]) -> Vec<String> {
    let of = |row: &Option<&Row>, key: &str| row.and_then(|r| r.key(key)).unwrap_or_default().to_owned();
    let differs = |key: &&str| rows.iter().any(|r| of(r, key) != of(&rows[0], key));
    let telling: Vec<&str> = KEYS.iter().copied().filter(differs).collect();
    let words = |row: &Option<&Row>| telling.iter().map(|key| of(row, key)).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(", ");
    let all: Vec<String> = rows.iter().map(words).collect();
    let clear = all.iter().enumerate().all(|(n, w)| !w.is_empty() && !all[..n].contains(w));
    (0..rows.len()).map(|n| if clear { format!(", {}", all[n]) } else { format!(" ({})", n + 1) }).collect()
}
