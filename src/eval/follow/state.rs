//! What a session knows of the plan it follows.

use crate::eval::outcome::PoolResult;
use crate::eval::state::State;
use crate::protocol::account::Omitted;
use crate::protocol::journal::SeenRows;
use crate::protocol::{Executed, Obstacle, Versions};
use crate::store::Store;
use indexmap::IndexMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A plan that is followed.
#[derive(Debug, Clone)]
pub struct Following {
    /// The plan's file, as the script names it.
    pub path: String,
    /// What the locks hold, the first first.
    pub versions: Versions,
    /// What was pasted into a registry.
    pub fingerprint: Option<String>,
    /// What it was reconstructed from, if it was.
    pub reconstructed: Option<String>,
    /// Whether its last lock is a draft.
    pub draft: bool,
    /// Whether locks, chain, receipt and journal hold.
    pub verified: bool,
    /// Why planned estimates are hidden; none if they are not.
    pub sealed: Option<String>,
    /// The date and the digest of the first lock, in words.
    pub locked: String,
    /// The locks, each with its fingerprint.
    pub locks: Vec<(String, String)>,
    /// Registrations that the receipt names.
    pub registrations: Vec<crate::protocol::receipt::Registration>,
    /// The version of the numerics of the last lock.
    pub numerics: Option<String>,
    /// Results as they were first seen, from the journal.
    pub first_seen: SeenRows,
    /// The keys of those that were not there yet when planned results were first seen.
    pub late: BTreeSet<String>,
    /// The planned analyses whose results the journal has, each with the day.
    pub seen: std::collections::BTreeMap<String, String>,
    /// The plan as the first lock has it, where amendments followed.
    pub first: Option<Arc<State>>,
    /// The plan as it was locked: its declarations, rules, settings and planned statements.
    pub plan: State,
    /// Criteria that the plan registers by an id.
    pub criteria: BTreeSet<String>,
}

/// What has been done under the plan.
#[derive(Debug, Clone, Default)]
pub struct Followed {
    /// Whether a plan was named that could not be followed: what asks for it is not blamed.
    pub refused: bool,
    /// The plan; none if the script follows none.
    pub plan: Option<Arc<Following>>,
    /// What was run, in order.
    pub executed: Vec<Arc<Executed>>,
    /// The pools among them, by their places.
    pub pools: Vec<(usize, Arc<crate::eval::state::Analysis>)>,
    /// Planned rules that were applied and had nothing to run, and why.
    pub idle: IndexMap<String, String>,
    /// Planned analyses that could not be run, and why.
    pub impossible: IndexMap<String, Obstacle>,
    /// What the data hold beyond the plan, of which a person has been told.
    pub told: BTreeSet<String>,
    /// Planned analyses that will not be run, and why.
    pub omitted: Omitted,
    /// Outcomes, timepoints, instruments and arms that are called otherwise than in the plan: the script's name, the plan's name.
    pub renamed: IndexMap<String, String>,
    /// Why names that the data hold both are taken for one: by the script's name.
    pub reasons_of_names: IndexMap<String, crate::protocol::Reason>,
    /// What happened to the data.
    pub events: Vec<super::events::DataEvent>,
    /// What the script states again beside its analyses, with its reasons.
    pub restated: Vec<super::practice::Restatement>,
    /// The rows of its summaries of findings.
    pub findings: Vec<super::practice::Finding>,
    /// The store in which planned analyses are run, with the store it was made of.
    pub locked_store: Option<(Arc<Store>, Arc<Store>)>,
    /// What planned pools give that were computed only for a comparison.
    pub silent: Option<Silent>,
}

/// Results of planned pools, for as long as data and judgements stay what they are.
#[derive(Debug, Clone)]
pub struct Silent {
    /// The data.
    pub store: Arc<Store>,
    /// How many judgements had been recorded.
    pub judgements: usize,
    /// By id: the result, none of what pools nothing, or what stands in its way.
    pub results: IndexMap<String, Result<Option<PoolResult>, Obstacle>>,
}

impl Following {
    /// What pictures say of the lock.
    pub fn mark(&self) -> Option<String> {
        mark(self.fingerprint.as_deref(), self.reconstructed.is_some())
    }
}

/// What pictures say of a lock: its fingerprint, and that its plan was reconstructed, if it was.
pub fn mark(fingerprint: Option<&str>, reconstructed: bool) -> Option<String> {
    let words = if reconstructed { " (reconstructed, results known, registry record not seen)" } else { "" };
    fingerprint.map(|f| format!("{f}{words}"))
}

impl Followed {
    /// Whether an id stands in the plan.
    pub fn has(&self, id: &str) -> bool {
        self.plan.as_ref().is_some_and(|p| p.plan.plan.planned.contains_key(id))
    }

    /// Whether a planned analysis has been run.
    pub fn has_run(&self, id: &str) -> bool {
        self.executed.iter().any(|e| e.ran.as_deref() == Some(id))
    }
}
