//! What the data hold, by name: made once per state of the store, asked by every check.

use crate::store::{ColumnKind, Row, Store};
use indexmap::{IndexMap, IndexSet};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Outcomes with their rows and keys.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// By outcome id, in order of first appearance; declared outcomes without rows too.
    pub outcomes: IndexMap<String, OutcomeEntry>,
    /// Study ids with rows or characteristics.
    pub studies: IndexSet<String>,
    /// Whether these are the names of a plan: nothing is known of studies yet.
    pub before_data: bool,
    /// Before there are data: what columns will hold.
    planned: BTreeMap<String, Arc<ColumnKind>>,
    /// The columns asked for so far.
    columns: Columns,
}

/// Columns by name, each read off the rows when it is first asked for.
#[derive(Debug, Default)]
struct Columns(Mutex<BTreeMap<String, Option<Arc<ColumnKind>>>>);

impl Clone for Columns {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// One outcome.
#[derive(Debug, Clone, Default)]
pub struct OutcomeEntry {
    /// Indices of its rows.
    pub rows: Vec<usize>,
    /// Timepoints of its rows; `None` where a row states none.
    pub timepoints: IndexSet<Option<String>>,
    /// Analysis sets.
    pub analyses: IndexSet<Option<String>>,
    /// Comparisons.
    pub comparisons: IndexSet<String>,
    /// Declared by a plan: nothing is known of its rows.
    pub planned: bool,
}

/// How a row's comparison is called: its `comparison`, or `arm1 vs arm2`.
pub fn comparison_of(row: &Row) -> Option<String> {
    match (&row.comparison, &row.arm1, &row.arm2) {
        (Some(c), _, _) => Some(c.clone()),
        (None, Some(a), Some(b)) => Some(format!("{a} vs {b}")),
        _ => None,
    }
}

impl Catalogue {
    /// The names of a plan: what a store declares, as if every outcome had results at every
    /// timepoint, of every analysis set and comparison.
    pub fn declared(store: &Store) -> Self {
        let mut catalogue = Self::of(store);
        catalogue.before_data = true;
        for entry in catalogue.outcomes.values_mut() {
            entry.planned = true;
            entry.timepoints = store.timepoints.keys().cloned().map(Some).collect();
            entry.analyses = crate::store::ANALYSIS_SETS.iter().map(|s| Some((*s).to_owned())).collect();
            entry.comparisons = store.comparisons.keys().cloned().collect();
        }
        let levels = |names: Vec<&String>| ColumnKind::Categorical(names.into_iter().cloned().collect());
        for column in crate::store::COLUMNS {
            let kind = match column.name {
                _ if column.is_number() => ColumnKind::Numeric,
                "outcome" => levels(store.outcomes.keys().collect()),
                "timepoint" => levels(store.timepoints.keys().collect()),
                "instrument" => levels(store.instruments.keys().collect()),
                "analysis" => ColumnKind::Categorical(crate::store::ANALYSIS_SETS.iter().map(|s| (*s).to_owned()).collect()),
                // What studies, arms and raters are called is not known yet.
                _ => ColumnKind::Categorical(Vec::new()),
            };
            catalogue.planned.insert(column.name.to_owned(), Arc::new(kind));
        }
        for declared in store.characteristics.values() {
            let numeric = declared.levels.is_empty();
            let kind = if numeric { ColumnKind::Numeric } else { ColumnKind::Categorical(declared.levels.clone()) };
            catalogue.planned.insert(declared.id.clone(), Arc::new(kind));
        }
        catalogue
    }

    /// Reads a store's names.
    pub fn of(store: &Store) -> Self {
        let mut catalogue = Catalogue::default();
        for id in store.outcomes.keys() {
            catalogue.outcomes.entry(id.clone()).or_default();
        }
        for id in store.studies.keys() {
            catalogue.studies.insert(id.clone());
        }
        for (i, row) in store.rows.iter().enumerate() {
            let entry = match catalogue.outcomes.get_mut(&row.outcome) {
                Some(entry) => entry,
                None => catalogue.outcomes.entry(row.outcome.clone()).or_default(),
            };
            entry.rows.push(i);
            if entry.timepoints.last() != Some(&row.timepoint) && !entry.timepoints.contains(&row.timepoint) {
                entry.timepoints.insert(row.timepoint.clone());
            }
            if entry.analyses.last() != Some(&row.analysis) && !entry.analyses.contains(&row.analysis) {
                entry.analyses.insert(row.analysis.clone());
            }
            if let Some(c) = comparison_of(row) {
                entry.comparisons.insert(c);
            }
            let same = i > 0 && store.rows.get(i - 1).is_some_and(|before| before.study == row.study);
            if !same && !catalogue.studies.contains(&row.study) {
                catalogue.studies.insert(row.study.clone());
            }
        }
        catalogue
    }

    /// What a column of the store holds, if there is one of that name. `store` is the one
    /// whose names these are.
    pub fn column(&self, store: &Store, name: &str) -> Option<Arc<ColumnKind>> {
        if let Some(kind) = self.planned.get(name) {
            return Some(kind.clone());
        }
        let mut known = self.columns.0.lock().unwrap_or_else(PoisonError::into_inner);
        match known.get(name) {
            Some(kind) => kind.clone(),
            None => {
                let kind = store.column(name).map(Arc::new);
                known.insert(name.to_owned(), kind.clone());
                kind
            }
        }
    }

    /// The outcome that goes by this id or label, case aside if nothing fits exactly.
    pub fn outcome(&self, store: &Store, name: &str) -> Option<String> {
        if self.outcomes.contains_key(name) {
            return Some(name.to_owned());
        }
        let by_label = store.outcomes.values().find(|o| o.label.as_deref() == Some(name)).map(|o| o.id.clone());
        by_label.or_else(|| self.outcomes.keys().find(|id| id.eq_ignore_ascii_case(name)).cloned())
    }

    /// The studies that a name or pattern (`Dalum*`) means: by id, by label, case aside.
    pub fn studies(&self, store: &Store, name: &str) -> Vec<String> {
        if let Some(prefix) = name.strip_suffix('*') {
            return self.studies.iter().filter(|s| s.starts_with(prefix)).cloned().collect();
        }
        if self.studies.contains(name) {
            return vec![name.to_owned()];
        }
        let label = |s: &&String| store.studies.get(*s).and_then(|x| x.label.as_deref()).is_some_and(|l| l.eq_ignore_ascii_case(name));
        let found = self.studies.iter().find(label).or_else(|| self.studies.iter().find(|s| s.eq_ignore_ascii_case(name)));
        found.cloned().into_iter().collect()
    }
}
