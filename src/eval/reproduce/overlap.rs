//! Several reports of one trial: each alone, combined, or kept as if independent.

use crate::eval::candidates::{Candidate, gather};
use crate::eval::dependence::crowded;
use crate::eval::state::State;
use crate::language::spec::{AnalysisSpec, Dependence};

/// A way with the effects of one trial.
#[derive(Clone, PartialEq)]
pub struct Overlap {
    /// In words.
    pub name: String,
    /// What is done with them; none leaves it as stated.
    pub dependence: Option<Dependence>,
    /// Where one report of each trial is taken: the rows that stay.
    pub rows: Option<Vec<usize>>,
}

/// More choices of reports than this are cut down to one report at a time.
const MOST: usize = 48;

/// The ways, as stated first; what was left out so that the search stays bounded.
pub fn overlaps(spec: &AnalysisSpec, state: &State, left_out: &mut Vec<String>) -> Vec<Overlap> {
    let mut out = vec![Overlap { name: "as stated".into(), dependence: None, rows: None }];
    let Ok(candidates) = gather(spec, state) else { return out };
    let units = crowded(&candidates);
    if units.is_empty() {
        return out;
    }
    let stated = &spec.dependence.value;
    for (name, dependence) in [
        ("combined, rho 0.5", Dependence::Combine { rho: 0.5, equal: false }),
        ("combined, plain mean, rho 0.5", Dependence::Combine { rho: 0.5, equal: true }),
        ("combined, rho 1", Dependence::Combine { rho: 1.0, equal: false }),
        ("kept as if independent", Dependence::Keep { because: "reproduce".into() }),
    ] {
        if *stated != dependence {
            out.push(Overlap { name: name.into(), dependence: Some(dependence), rows: None });
        }
    }
    // One effect of each trial, in every combination.
    let mut sets: Vec<(Vec<usize>, Vec<String>)> = vec![(Vec::new(), Vec::new())];
    let combinations = units.values().fold(1_usize, |n, members| n.saturating_mul(members.len()));
    if combinations > MOST {
        left_out.push(format!("{combinations} ways of taking one effect of each trial"));
        return out;
    }
    for members in units.values() {
        let mut longer = Vec::new();
        for (rows, names) in &sets {
            for member in members {
                let (mut rows, mut names) = (rows.clone(), names.clone());
                rows.push(*member);
                names.push(called(&candidates[*member], members, &candidates, state));
                longer.push((rows, names));
            }
        }
        sets = longer;
    }
    let alone: Vec<usize> = (0..candidates.len()).filter(|i| !units.values().any(|m| m.contains(i))).collect();
    for (chosen, names) in sets {
        let rows = alone.iter().chain(&chosen).map(|i| candidates[*i].row).collect();
        out.push(Overlap {
            name: format!("one of each trial: {}", names.join(", ")),
            dependence: Some(Dependence::Refuse),
            rows: Some(rows),
        });
    }
    out
}

/// The report, with its instrument or row where several effects are of one report.
fn called(candidate: &Candidate, members: &[usize], all: &[Candidate], state: &State) -> String {
    if members.iter().filter(|i| all[**i].study == candidate.study).count() < 2 {
        return candidate.study.clone();
    }
    let row = state.store.rows.get(candidate.row);
    let detail = row.and_then(|r| {
        let keys: Vec<&str> = ["instrument", "rater", "analysis"].iter().filter_map(|k| r.key(k)).collect();
        if keys.is_empty() { r.origin.row.map(|n| format!("row {n}")) } else { Some(keys.join(" ")) }
    });
    detail.map_or_else(|| candidate.study.clone(), |d| format!("{} ({d})", candidate.study))
}
