//! Studies without an effect, and what the file counts.

use super::compare::{Compared, count};
use super::plan::Task;
use super::repool::{Line, Repooled, Settings, why_not};
use crate::stats::effect::NoEffect;
use crate::store::{Cell, Row, Store, StoredStudy};
use indexmap::IndexMap;
use std::collections::BTreeSet;

/// A study that the file does not call not estimable, and that has no effect here.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// The study.
    pub study: String,
    /// Its place in the file.
    pub place: crate::diagnostic::Place,
    /// Why there is no effect.
    pub why: String,
    /// The effect that the file stores for it.
    pub stored: Option<String>,
}

/// One line of an analysis with its row and what the file stores.
pub(super) struct Known<'a> {
    pub(super) line: &'a Line,
    pub(super) row: &'a Row,
    pub(super) stored: &'a StoredStudy,
}

/// The lines of an analysis that the file stores.
pub(super) fn known<'a>(store: &'a Store, task: &'a Task) -> Vec<Known<'a>> {
    let Some(stored) = task.stored else { return Vec::new() };
    let pairs = stored.studies.iter().zip(&task.all);
    pairs.filter_map(|(stored, line)| Some(Known { line, row: store.rows.get(line.row)?, stored })).collect()
}

/// Those among them that have no effect.
pub(super) fn left_out(settings: &Settings, known: &[Known]) -> Vec<LeftOut> {
    let found = known.iter().filter(|k| !k.stored.left_out).filter_map(|k| {
        let why = match why_not(settings, k.line)? {
            NoEffect::Missing { needed } => {
                let names: Vec<String> = needed.iter().map(|n| format!("`{}`", k.row.place(n).column.unwrap_or_default())).collect();
                format!("no {}", names.join(", no "))
            }
            other => other.text(),
        };
        let place = k.row.origin.place();
        let weighs = k.stored.results.get("weight").is_none_or(|w| w.value > 0.0);
        let stored = k.stored.results.get("effect").filter(|_| weighs).map(|c| c.text.clone());
        Some(LeftOut { study: k.row.study.clone(), place, why, stored })
    });
    found.collect()
}

/// The studies and people that the file counts, beside those here.
pub(super) fn counted(results: &IndexMap<String, Cell>, settings: &Settings, known: &[Known], found: &Repooled) -> Vec<Compared> {
    let missing = |k: &&Known| matches!(why_not(settings, k.line), Some(NoEffect::Missing { .. } | NoEffect::Invalid { .. }));
    // Those that are pooled; those that are not estimable too; and those that the file leaves out too.
    let pooled: Vec<&Known> = known.iter().filter(|k| !k.stored.left_out && why_not(settings, k.line).is_none()).collect();
    let estimable: Vec<&Known> = known.iter().filter(|k| !k.stored.left_out && !missing(k)).collect();
    let all: Vec<&Known> = known.iter().filter(|k| k.stored.left_out || !missing(k)).collect();
    let sets = [pooled, estimable, all];
    let rows = sets.iter().map(|set| set.len() as f64);
    let studies = sets.iter().map(|set| set.iter().map(|k| k.row.study.as_str()).collect::<BTreeSet<_>>().len() as f64);
    let k: Vec<f64> = std::iter::once(found.k as f64).chain(rows).chain(studies).collect();
    let people = |name: &str| -> Vec<f64> {
        let of = |set: &Vec<&Known>| set.iter().filter_map(|k| k.row.number(name)).sum();
        sets.iter().map(of).collect()
    };
    let compared =
        [count("k", results.get("k"), &k), count("n1", results.get("n1"), &people("n1")), count("n2", results.get("n2"), &people("n2"))];
    compared.into_iter().flatten().collect()
}
