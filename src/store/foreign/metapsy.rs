//! The data standard of Metapsy (docs.metapsy.org): a row per comparison, columns by arm.

use super::{mapped, position};
use crate::store::cell::{is_missing, number};
use crate::store::problems::Problems;
use crate::store::table::Table;

/// Columns of the standard and what they are here.
const SAME: &[(&str, &str)] = &[
    ("outcome_type", "outcome"),
    ("time", "timepoint"),
    ("rating", "rater"),
    ("mean_arm1", "mean1"),
    ("sd_arm1", "sd1"),
    ("n_arm1", "n1"),
    ("event_arm1", "events1"),
    ("mean_arm2", "mean2"),
    ("sd_arm2", "sd2"),
    ("n_arm2", "n2"),
    ("event_arm2", "events2"),
    ("rand_arm1", "randomised1"),
    ("rand_arm2", "randomised2"),
    ("precalc_g", "g"),
];

/// Whether a table follows the standard.
pub(super) fn fits(table: &Table) -> bool {
    ["condition_arm1", "condition_arm2"].iter().all(|name| position(table, name).is_some())
        && ["outcome_type", "instrument", "mean_arm1", "event_arm1", "precalc_g"].iter().any(|name| position(table, name).is_some())
}

/// Gives the columns Weald's names, and says which.
pub(super) fn read(table: &mut Table, problems: &mut Problems) {
    let mut pairs: Vec<(String, String)> = Vec::new();
    // An arm is its condition, and where a study has several of one, what tells them apart.
    for (arm, condition, multi) in [("arm1", "condition_arm1", "multi_arm1"), ("arm2", "condition_arm2", "multi_arm2")] {
        let Some(condition_at) = position(table, condition).filter(|_| position(table, arm).is_none()) else { continue };
        let multi_at = position(table, multi);
        let names = table.rows.iter().map(|row| {
            let parts = [row.cell(condition_at), multi_at.map_or("", |m| row.cell(m))];
            parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ")
        });
        let names: Vec<String> = names.collect();
        table.add_column(arm, names);
        pairs.push((format!("{condition} {multi}"), arm.to_owned()));
    }
    for (from, to) in SAME {
        let Some(column) = position(table, from).filter(|_| position(table, to).is_none()) else { continue };
        if let Some(name) = table.header.get_mut(column) {
            (*to).clone_into(name);
            pairs.push(((*from).to_owned(), (*to).to_owned()));
        }
    }
    // Some name a stretch of weeks there, which is no number.
    if let Some(weeks) = position(table, "time_weeks").filter(|_| position(table, "actual_weeks").is_none())
        && table.rows.iter().all(|row| is_missing(row.cell(weeks)) || number(row.cell(weeks), false).is_some())
        && let Some(name) = table.header.get_mut(weeks)
    {
        "actual_weeks".clone_into(name);
        pairs.push(("time_weeks".to_owned(), "actual_weeks".to_owned()));
    }
    people_of_events(table, &mut pairs);
    changes(table, &mut pairs);
    mapped("Metapsy's columns", &pairs, problems);
}

/// `totaln_arm1` are the people among whom events were counted.
fn people_of_events(table: &mut Table, pairs: &mut Vec<(String, String)>) {
    for (total, n) in [("totaln_arm1", "n1"), ("totaln_arm2", "n2")] {
        let Some(from) = position(table, total) else { continue };
        match position(table, n) {
            None => {
                if let Some(name) = table.header.get_mut(from) {
                    n.clone_into(name);
                }
            }
            Some(to) => fill(table, from, to),
        }
        pairs.push((total.to_owned(), n.to_owned()));
    }
}

/// Change scores stand in for scores where a row has none, and the row says so.
fn changes(table: &mut Table, pairs: &mut Vec<(String, String)>) {
    let wanted = [
        ("mean_change_arm1", "mean1"),
        ("sd_change_arm1", "sd1"),
        ("n_change_arm1", "n1"),
        ("mean_change_arm2", "mean2"),
        ("sd_change_arm2", "sd2"),
        ("n_change_arm2", "n2"),
    ];
    let (Some(change), Some(mean)) = (position(table, "mean_change_arm1"), position(table, "mean1")) else { return };
    let rows: Vec<bool> = table.rows.iter().map(|row| row.cell(mean).is_empty() && !row.cell(change).is_empty()).collect();
    if !rows.contains(&true) {
        return;
    }
    for (from, to) in wanted {
        if let (Some(from), Some(to)) = (position(table, from), position(table, to)) {
            for (row, own) in table.rows.iter_mut().zip(&rows) {
                if *own {
                    let text = row.cell(from).to_owned();
                    if let Some(cell) = row.cells.get_mut(to).filter(|_| !text.is_empty()) {
                        *cell = text;
                    }
                }
            }
        }
    }
    if position(table, "score").is_none() {
        table.add_column("score", rows.iter().map(|own| if *own { "change".to_owned() } else { String::new() }).collect());
    }
    pairs.push(("mean_change_arm1 …".to_owned(), "mean1 … with score change".to_owned()));
}

/// Fills empty cells of one column from another.
fn fill(table: &mut Table, from: usize, to: usize) {
    for row in &mut table.rows {
        let text = row.cell(from).to_owned();
        if let Some(cell) = row.cells.get_mut(to).filter(|c| c.is_empty()) {
            *cell = text;
        }
    }
}
