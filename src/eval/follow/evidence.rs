//! Whether the estimates of a plan are sealed.

use super::state::Followed;
use crate::diagnostic::Problem;
use crate::eval::outcome::PoolResult;
use crate::eval::state::State;
use crate::eval::walk::Walk;
use crate::language::spec::AnalysisSpec;
use crate::protocol::journal::{Event, Journal};
use crate::protocol::lock::{Lock, journal_path};
use crate::source::Span;
use crate::store::Files;

/// The code of a result that is hidden.
pub const SEALED: &str = "sealed";

/// Why planned estimates are hidden: a plan that says `seal`, until it is locked; a lock made with `--seal`. Unsealing ends it.
pub fn sealed(files: &dyn Files, path: &str, plan: &State, locks: &[Lock]) -> Option<String> {
    let asks = match locks.last() {
        None => plan.plan.sealed,
        // A plan that says `seal` is sealed until the lock; a lock that says it alone was made with `--seal`, as locks
        // of earlier versions show.
        Some(lock) => lock.sealed_after || lock.sealed && !plan.plan.sealed,
    };
    if !asks {
        return None;
    }
    let journal = journal_path(path);
    let bytes = if files.exists(&journal) { files.read(&journal).ok() } else { None };
    let journal = bytes.and_then(|bytes| Journal::read(&journal, &bytes).ok()).unwrap_or_default();
    let locked = journal.entries.iter().rposition(|e| matches!(e.event, Event::Lock { .. })).map_or(0, |at| at + 1);
    if journal.entries[locked..].iter().any(|e| matches!(e.event, Event::Unseal { .. })) {
        return None;
    }
    let until = if locks.is_empty() { format!("until `{path}` is locked") } else { "by its lock".to_owned() };
    Some(format!("planned estimates are sealed {until}; `weald unseal {path} --reason \"…\"` shows them, and the journal says so"))
}

impl Walk<'_, '_> {
    /// Whether the estimates of a result are hidden, so that `verb` would say something of them; that is told.
    pub fn stays_sealed(&mut self, result: &PoolResult, verb: &str, at: Span) -> bool {
        let Some(hidden) = result.not_pooled.as_ref().filter(|n| n.code == SEALED) else { return false };
        let told = Problem::warning("W558", format!("`{verb}` says nothing here: {}", hidden.reason)).at(at, "a sealed result");
        self.report(told.help("`explain` shows the settings of a sealed result; its effects and counts are never hidden"));
        true
    }
}

impl Followed {
    /// Why the estimates of an analysis are hidden; none if they are not. Those of every outcome that the plan analyses are.
    pub fn sealed(&self, spec: &AnalysisSpec) -> Option<&str> {
        let plan = self.plan.as_ref()?;
        let reason = plan.sealed.as_deref()?;
        let outcome = self.renamed.get(&spec.estimand.outcome).unwrap_or(&spec.estimand.outcome);
        plan.plan.plan.planned.values().any(|p| p.spec().estimand.outcome == *outcome).then_some(reason)
    }
}
