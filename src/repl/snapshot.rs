//! The names of a session, taken between two entries.

use crate::eval::measures_allowed;
use crate::language::complete::{ColumnNames, FindingName, Names, OutcomeNames, ResultName};
use crate::language::resolve::column_names;
use crate::session::Session;
use crate::store::{ColumnKind, Store};
use std::sync::Arc;

/// The data that the names were last read from.
pub type Seen = Option<Arc<Store>>;

/// Beyond so many rows the words of columns are not gathered.
const MOST_ROWS: usize = 200_000;

/// The names now. Those of the data are read anew only if the data have changed.
pub fn take(session: &Session, last: &Names, seen: &mut Seen) -> Names {
    let state = session.state();
    let same = seen.as_ref().is_some_and(|s| Arc::ptr_eq(s, &state.store));
    let mut names = if same { last.clone() } else { of_data(session) };
    *seen = Some(state.store.clone());
    names.results = state
        .analysis_names()
        .into_iter()
        .filter_map(|name| {
            let outcome = state.analysis(name)?.spec.estimand.outcome.clone();
            Some(ResultName { name: name.to_owned(), outcome })
        })
        .rev()
        .collect();
    names.findings = state
        .findings
        .iter()
        .map(|(name, finding)| FindingName {
            name: name.clone(),
            outcome: finding.spec.base.estimand.outcome.clone(),
            verb: finding.verb,
            fields: crate::eval::fields_of(finding),
        })
        .rev()
        .collect();
    names.last = state.last.as_ref().map(|a| a.spec.estimand.outcome.clone());
    names.variables = state.variables.keys().cloned().collect();
    names.rules = state.rules.keys().cloned().collect();
    names.measure_is_set = state.settings.set.measure.is_some();
    names
}

fn of_data(session: &Session) -> Names {
    let state = session.state();
    let (store, catalogue) = (&state.store, &state.catalogue);
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    let outcomes = catalogue.outcomes.iter().map(|(id, entry)| {
        let declared = store.outcomes.get(id);
        OutcomeNames {
            id: id.clone(),
            label: declared.and_then(|o| o.label.clone()),
            timepoints: entry.timepoints.iter().flatten().cloned().collect(),
            sets: entry.analyses.iter().flatten().cloned().collect(),
            measures: measures_allowed(store, &entry.rows).iter().map(|m| m.name()).collect(),
            measure_is_declared: declared.is_some_and(|o| o.measure.is_some()),
        }
    });
    let levels = |name: &str| match (store.rows.len() <= MOST_ROWS).then(|| store.column(name)).flatten() {
        Some(ColumnKind::Categorical(levels)) => levels,
        _ => Vec::new(),
    };
    Names {
        outcomes: outcomes.collect(),
        studies: catalogue.studies.iter().cloned().collect(),
        columns: column_names(store).into_iter().map(|name| ColumnNames { levels: levels(&name), name }).collect(),
        arms: owned(store.arm_names()),
        instruments: owned(store.instrument_names()),
        timepoints: owned(store.timepoint_names()),
        ..Names::default()
    }
}
