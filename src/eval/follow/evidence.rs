//! Whether what lies beside a plan holds, and whether its estimates are sealed.

use super::state::Followed;
use crate::diagnostic::Problem;
use crate::eval::state::State;
use crate::eval::walk::Walk;
use crate::language::spec::AnalysisSpec;
use crate::protocol::Plan;
use crate::protocol::journal::{Event, Journal};
use crate::protocol::lock::{Lock, LockedSource, journal_path};
use crate::protocol::verify::{Surroundings, Verdict, verify};
use crate::source::{Source, Span};
use crate::store::{Files, Memory};

/// The code of a result that is hidden.
pub const SEALED: &str = "sealed";

impl Walk<'_, '_> {
    /// Whether plan, locks, receipt and journal hold. Where they do not, a warning says so, and what was locked is run all the same.
    pub(super) fn verified(&mut self, path: &str, at: Span) -> bool {
        let files = self.env.files;
        let read = |path: &str| if files.exists(path) { files.read(path).ok() } else { None };
        let found = verify(path, &mut Surroundings { read: &read, resolve: &mut |sources| self.meaning(sources), authorities: None });
        let broken = found.checks.iter().filter(|c| c.verdict() == Verdict::Changed);
        let first = broken.flat_map(|c| &c.problems).find(|p| p.is_error()).map(|p| p.message.clone());
        if let Some(message) = &first {
            self.report(
                Problem::warning("W555", format!("`{path}` does not verify: {message}"))
                    .at(at, "this plan")
                    .help(format!("what runs is what the locks hold; `weald verify {path}` shows all that was found")),
            );
        }
        first.is_none()
    }

    /// What sources mean, the plan first.
    fn meaning(&mut self, sources: &[LockedSource]) -> Result<Plan, String> {
        let Some(first) = sources.first() else { return Err("there is no text".to_owned()) };
        let texts = sources.iter().fold(Memory::new(), |files, s| files.with(&s.path, s.text.as_bytes()));
        let before = self.problems.len();
        let read = self.read_locked(&texts, Source::new(first.path.clone(), first.text.clone()));
        let problem = self.problems.get(before).map(|located| located.problem.message.clone());
        // They are those of another text; the verification tells of the first.
        self.problems.truncate(before);
        read.map(|state| crate::eval::plan::plan(&state)).map_err(|_| problem.unwrap_or_else(|| "it can't be read".to_owned()))
    }
}

/// Why planned estimates are hidden: a plan that says `seal`, until it is locked; a lock made with `--seal`. Unsealing ends it.
pub(super) fn sealed(files: &dyn Files, path: &str, plan: &State, locks: &[Lock]) -> Option<String> {
    let asks = match locks.last() {
        None => plan.plan.sealed,
        // A plan that says `seal` is sealed until the lock; a lock that says it alone was made with `--seal`.
        Some(lock) => lock.sealed && !plan.plan.sealed,
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

impl Followed {
    /// Why the estimates of an analysis are hidden; none if they are not. Those of every outcome that the plan analyses are.
    pub fn sealed(&self, spec: &AnalysisSpec) -> Option<&str> {
        let plan = self.plan.as_ref()?;
        let reason = plan.sealed.as_deref()?;
        let outcome = self.renamed.get(&spec.estimand.outcome).unwrap_or(&spec.estimand.outcome);
        plan.plan.plan.planned.values().any(|p| p.spec().estimand.outcome == *outcome).then_some(reason)
    }
}
