//! The names that a plan can use: those it declares, and no others.

use crate::eval::plan::state::Asked;
use crate::eval::state::{Analysis, Finding, State};
use crate::language::catalogue::Catalogue;
use std::sync::Arc;

impl State {
    /// The state as a plan sees it: declarations, rules and settings, planned analyses by
    /// their names, and no data.
    pub fn before_data(&self) -> State {
        let mut script = (**self.script_store()).clone();
        script.rows.clear();
        script.studies.clear();
        script.risk_of_bias.clear();
        let mut state = State::default();
        state.settings = self.settings.clone();
        state.rules = self.rules.clone();
        state.judgements.clone_from(&self.judgements);
        state.accepted.clone_from(&self.accepted);
        state.variables = self.variables.clone();
        state.plan = self.plan.clone();
        state.catalogue = Arc::new(Catalogue::declared(&script));
        state.store = Arc::new(script);
        for (id, planned) in &self.plan.planned {
            match &planned.asked {
                Asked::Pool(spec) => {
                    state.analyses.insert(id.clone(), Arc::new(Analysis { spec: (**spec).clone(), result: None }));
                }
                Asked::Further(spec) => {
                    let finding = Finding { verb: spec.verb, spec: (**spec).clone(), outcome: None };
                    state.findings.insert(id.clone(), Arc::new(finding));
                }
                Asked::Apply { .. } => {}
            }
        }
        state
    }
}
