//! Where standard deviations come from: rows that hold more than one reading of them.

use crate::eval::candidates::Candidate;
use crate::eval::state::State;
use crate::store::{Cell, Row, Store};
use std::sync::Arc;

/// A reading of the spread of some rows.
#[derive(Clone)]
pub struct Source {
    /// In words.
    pub name: String,
    /// The data, read so.
    pub state: Arc<State>,
}

/// How a row can be read besides as it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// Both an SD and a standard error stand there: the standard error counts.
    FromSe,
    /// Both an SD and an interval of the mean stand there: the interval counts.
    FromCi,
    /// Only a standard error stands there: it is entered as if it were an SD.
    SeAsSd,
}

/// More rows than this are read all in one way.
const MOST_ROWS: usize = 4;

/// The data as they stand and under every other reading of the rows that have one.
pub fn sources(state: &State, candidates: &[Candidate]) -> Vec<Source> {
    let mut out = vec![Source { name: "as in the data".into(), state: Arc::new(state.clone()) }];
    for (reading, words) in [
        (Reading::FromSe, "SD from the standard error"),
        (Reading::FromCi, "SD from the interval of the mean"),
        (Reading::SeAsSd, "standard errors entered as standard deviations"),
    ] {
        let rows: Vec<usize> = candidates
            .iter()
            .filter(|c| c.is_in())
            .flat_map(Candidate::rows)
            .filter(|i| state.store.rows.get(*i).is_some_and(|row| can_be(row, reading)))
            .collect();
        let sets: Vec<Vec<usize>> = if rows.is_empty() {
            Vec::new()
        } else if rows.len() > MOST_ROWS {
            vec![rows.clone()]
        } else {
            (1..1_usize << rows.len())
                .map(|bits| rows.iter().enumerate().filter(|(i, _)| bits >> i & 1 == 1).map(|(_, r)| *r).collect())
                .collect()
        };
        for set in sets {
            let mut read = state.clone();
            let store: &mut Store = Arc::make_mut(&mut read.store);
            let mut studies: Vec<String> = Vec::new();
            for i in set {
                if let Some(row) = store.rows.get_mut(i) {
                    if !studies.contains(&row.study) {
                        studies.push(row.study.clone());
                    }
                    reread(row, reading);
                }
            }
            out.push(Source { name: format!("{words}: {}", studies.join(", ")), state: Arc::new(read) });
        }
    }
    out
}

fn has(row: &Row, name: &str) -> bool {
    row.values.contains_key(name)
}

fn can_be(row: &Row, reading: Reading) -> bool {
    let sd = has(row, "sd1") && has(row, "sd2");
    let se = has(row, "se1") && has(row, "se2");
    let ci = ["ci_lower1", "ci_upper1", "ci_lower2", "ci_upper2"].iter().all(|c| has(row, c));
    let means = has(row, "mean1") && has(row, "mean2");
    means
        && match reading {
            Reading::FromSe => sd && se,
            Reading::FromCi => sd && ci,
            Reading::SeAsSd => se && !sd,
        }
}

/// Puts the other reading in place of the SD.
fn reread(row: &mut Row, reading: Reading) {
    for arm in ["1", "2"] {
        let sd = format!("sd{arm}");
        match reading {
            Reading::FromSe | Reading::FromCi => {
                row.values.remove(&sd);
                let other = if reading == Reading::FromSe { ["ci_lower", "ci_upper"].as_slice() } else { ["se"].as_slice() };
                for name in other {
                    row.values.remove(&format!("{name}{arm}"));
                }
            }
            Reading::SeAsSd => {
                let found: Option<Cell> = row.values.remove(&format!("se{arm}"));
                if let Some(cell) = found {
                    row.values.insert(sd, cell);
                }
            }
        }
    }
}
