//! Tables of what was left out and of what was decided about the data.

use super::roles;
use crate::eval::outcome::{Outcome, TableResult};
use crate::store::Store;
use crate::validate;
use std::collections::BTreeSet;

/// What was left out of the review, with the reason (items 16b and 13a).
pub fn exclusions(store: &Store, results: &[&Outcome]) -> TableResult {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for report in store.reports.values() {
        if let Some(reason) = &report.reason {
            let what = report.citation.clone().unwrap_or_else(|| report.id.clone());
            rows.push(vec![what, "report".into(), "full text".into(), reason.clone(), String::new(), String::new()]);
        }
    }
    for e in &store.exclusions {
        let what = store.studies.get(&e.what).map_or(e.what.as_str(), |s| s.label()).to_owned();
        let reason = [e.reason.clone(), e.text.clone()].into_iter().flatten().collect::<Vec<_>>().join(": ");
        let cell = |text: &Option<String>| text.clone().unwrap_or_default();
        rows.push(vec![what, cell(&e.level), cell(&e.stage), reason, cell(&e.by), cell(&e.date)]);
    }
    let mut seen: BTreeSet<Vec<String>> = BTreeSet::new();
    // Effects that a synthesis could not or should not use: what a reader misses in its table.
    for result in results {
        let Outcome::Pool(pool) = result else { continue };
        if roles::of_pool(pool) != roles::Part::Synthesis {
            continue;
        }
        for study in pool.studies.iter().filter(|s| s.is_left_out()) {
            let stage = format!("analysis {}", super::results::called(store, pool));
            let reason = study.reason.clone().unwrap_or_else(|| "no reason given".into());
            let label = store.studies.get(&study.study).map_or(study.study.as_str(), |s| s.label()).to_owned();
            let row = vec![label, "effect".into(), stage, reason, String::new(), String::new()];
            if seen.insert(row.clone()) {
                rows.push(row);
            }
        }
    }
    let columns = ["what", "level", "stage", "reason", "by", "date"].map(str::to_owned).to_vec();
    TableResult { title: "Excluded, with reasons".into(), columns, rows, notes: Vec::new() }
}

/// What the data checks found, and what was decided about it.
pub fn dispositions(store: &Store) -> TableResult {
    let mut rows = Vec::new();
    let found = validate::validate(store);
    for finding in &found {
        let (state, by, reason, date) = match &finding.disposition {
            Some(d) => (d.disposition.name(), d.by.clone(), d.reason.clone(), d.date.clone().unwrap_or_default()),
            None => ("open", String::new(), String::new(), String::new()),
        };
        let study = finding.study.clone().unwrap_or_default();
        rows.push(vec![finding.code(), study, finding.message.clone(), state.to_owned(), by, reason, date]);
    }
    // Decisions about what is found no more: the data were changed since.
    for d in store.dispositions.iter().filter(|d| !found.iter().any(|f| f.id == d.finding)) {
        let what = validate::rule(d.rule).map_or_else(String::new, |r| r.name.to_owned());
        let cells = [
            format!("rule {}", d.rule),
            d.study.clone().unwrap_or_default(),
            what,
            format!("{}, found no more", d.disposition.name()),
            d.by.clone(),
            d.reason.clone(),
            d.date.clone().unwrap_or_default(),
        ];
        rows.push(cells.to_vec());
    }
    let columns = ["code", "study", "finding", "decision", "by", "reason", "date"].map(str::to_owned).to_vec();
    TableResult { title: "Data checks and what was decided".into(), columns, rows, notes: Vec::new() }
}
