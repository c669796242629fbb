//! The data as a locked plan reads them: where data or script declare something otherwise, the plan's
//! declaration stands.

use crate::store::Store;
use indexmap::IndexMap;
use std::sync::Arc;

/// The store in which planned analyses are run. `plan` holds the plan's declarations, `script` those of the
/// script, the plan's among them. `renamed` gives outcomes, timepoints, instruments and arms of the
/// data the names they have in the plan.
pub fn locked(store: &Arc<Store>, plan: &Store, script: &Store, renamed: &IndexMap<String, String>) -> Arc<Store> {
    let mut declared = declarations(store);
    let of_plan = declarations(plan);
    // Rankings that only the script states are not the plan's.
    let own = |key: &String| script.preferences.contains_key(key) && !plan.preferences.contains_key(key);
    let ranked = store.preferences.iter().any(|(key, ranking)| own(key) || plan.preferences.get(key).is_some_and(|p| p != ranking));
    let instruments = script.instruments.keys().any(|id| !plan.instruments.contains_key(id));
    if declared.merge(of_plan.clone()).is_empty() && !ranked && !instruments && renamed.is_empty() {
        return store.clone();
    }
    let mut locked = of_plan;
    // What the plan says stays; what it does not say is completed from the data.
    let mut rest = (**store).clone();
    rest.preferences.retain(|key, _| !own(key) && !plan.preferences.contains_key(key));
    rest.instruments.retain(|id, _| plan.instruments.contains_key(id) || !script.instruments.contains_key(id));
    for row in &mut rest.rows {
        if let Some(name) = renamed.get(&row.outcome) {
            row.outcome.clone_from(name);
        }
        for key in [&mut row.timepoint, &mut row.instrument, &mut row.arm1, &mut row.arm2, &mut row.comparison] {
            if let Some(name) = key.as_ref().and_then(|key| renamed.get(key)) {
                *key = Some(name.clone());
            }
        }
    }
    rest.outcomes.retain(|id, _| !renamed.contains_key(id));
    rest.timepoints.retain(|id, _| !renamed.contains_key(id));
    rest.arms.retain(|id, _| !renamed.contains_key(id));
    rest.comparisons.retain(|_, c| !c.arm1.iter().chain(&c.arm2).any(|arm| renamed.contains_key(arm)));
    rest.instruments.retain(|id, _| (!plan.instruments.contains_key(id) || renamed.is_empty()) && !renamed.contains_key(id));
    locked.preferences = plan.preferences.clone();
    let _ = locked.merge(rest);
    Arc::new(locked)
}

/// What is declared, without results and studies.
fn declarations(of: &Store) -> Store {
    let mut out = Store::default();
    out.outcomes.clone_from(&of.outcomes);
    out.instruments.clone_from(&of.instruments);
    out.timepoints.clone_from(&of.timepoints);
    out.comparisons.clone_from(&of.comparisons);
    out.characteristics.clone_from(&of.characteristics);
    out.arms.clone_from(&of.arms);
    out.analysis_sets.clone_from(&of.analysis_sets);
    out
}
