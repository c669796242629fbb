//! `follow "imr.plan.weald"`: the locked plan's declarations, rules and settings come into force.

use super::state::{Followed, Following};
use crate::diagnostic::Problem;
use crate::eval::located::Located;
use crate::eval::state::State;
use crate::eval::walk::{Environment, Mode, Step, Walk};
use crate::language::cursor::{Cursor, text_of};
use crate::language::settings::Settings;
use crate::protocol::journal::{Journal, SeenRows};
use crate::protocol::lock::{Lock, LockedSource, lock_path, receipt_path};
use crate::protocol::receipt::{Receipt, Registration};
use crate::protocol::verify::{Surroundings, Verdict, verify};
use crate::protocol::{Amendment, Plan, Version, Versions};
use crate::source::{Source, Span};
use crate::store::{Files, Memory, Store};
use crate::syntax::ast::Command;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// More locks than any plan has.
const MOST_LOCKS: usize = 1000;

impl Walk<'_, '_> {
    /// `follow "NAME.plan.weald"`
    pub fn follow(&mut self, command: &Command) -> Step {
        let followed = self.follow_plan(command);
        if followed.is_err() && self.state.follow.plan.is_none() {
            self.state.follow.refused = true;
            self.forgive_planned(command);
        }
        followed
    }

    /// Names of a plan that can't be followed are known all the same, so that what uses them is not blamed.
    fn forgive_planned(&mut self, command: &Command) {
        let Ok(path) = text_of(command.items.first(), "follow", command.head.span) else { return };
        let Some(text) = self.env.files.read(&path).ok().and_then(|bytes| String::from_utf8(bytes).ok()) else { return };
        let plan = self.read_quietly(self.env.files, Source::new(path, text)).0;
        for id in plan.plan.planned.keys() {
            self.state.forgive(id);
        }
    }

    fn follow_plan(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let item = cursor.advance();
        let at = item.map_or(command.span, |i| i.span);
        let path = text_of(item, "follow", command.head.span).map_err(|p| p.help("write `follow \"NAME.plan.weald\"`"));
        let path = self.attempt(path)?;
        self.finish(&mut cursor, command)?;
        if let Some(plan) = &self.state.follow.plan {
            if plan.path == path {
                return Ok(());
            }
            let before = plan.path.clone();
            return self.fail(
                Problem::error("E523", "a script follows one plan")
                    .at(at, format!("`{before}` is followed already"))
                    .help("write a script for each plan, or put the analyses into one plan"),
            );
        }
        let locks = self.read_locks(&path, at)?;
        let following = match locks.last() {
            Some(last) => {
                let files = last.sources.iter().fold(Memory::new(), |files, s| files.with(&s.path, s.text.as_bytes()));
                let source = Source::new(last.sources.first().map_or(path.clone(), |s| s.path.clone()), last.text());
                let state = if last.draft { self.read_draft(&files, source, &path, at) } else { self.read_locked(&files, source)? };
                let verified = self.verify_plan(&path, at);
                let first = match registered(&locks).as_slice() {
                    [(_, first), _, ..] => Some(Arc::new(self.read_lock(first))),
                    _ => None,
                };
                Following { first, ..Self::of_locks(self.env.files, &path, &locks, state, verified) }
            }
            None => self.without_lock(&path, at)?,
        };
        self.take_in(following, at)
    }

    fn read_locks(&mut self, path: &str, at: Span) -> Result<Vec<Lock>, crate::eval::Halt> {
        let mut locks = Vec::new();
        for n in 1..=MOST_LOCKS {
            let file = lock_path(path, n);
            if !self.env.files.exists(&file) {
                break;
            }
            let bytes = self.env.files.read(&file).map_err(|p| p.at_least(at, "its lock"));
            let bytes = self.attempt(bytes)?;
            let lock = Lock::read(&file, &bytes).map_err(|p| p.at_least(at, "its lock"));
            locks.push(self.attempt(lock)?);
        }
        Ok(locks)
    }

    /// A plan that nobody has locked: it is read as it stands, and what it asks is unregistered.
    fn without_lock(&mut self, path: &str, at: Span) -> Result<Following, crate::eval::Halt> {
        let bytes = self.env.files.read(path).map_err(|p| p.at_least(at, "this plan"));
        let bytes = self.attempt(bytes)?;
        let Ok(text) = String::from_utf8(bytes) else {
            self.report(Problem::error("E302", format!("`{path}` is not UTF-8 text")).at(at, "read here").help("save it as UTF-8"));
            return Err(crate::eval::Halt::Error);
        };
        self.report(
            Problem::warning("W520", format!("`{path}` has no lock, so that nothing it says is registered"))
                .at(at, "not locked")
                .help(format!("`weald lock {path}` locks it; until then every result is unregistered")),
        );
        let files = self.env.files;
        let state = self.read_locked(files, Source::new(path, text))?;
        Ok(Following {
            path: path.to_owned(),
            versions: Versions::default(),
            fingerprint: None,
            reconstructed: state.plan.reconstructed.clone(),
            draft: false,
            verified: false,
            sealed: super::evidence::sealed(files, path, &state, &[]),
            locked: String::new(),
            locks: Vec::new(),
            registrations: Vec::new(),
            numerics: None,
            first_seen: SeenRows::new(),
            late: BTreeSet::new(),
            seen: Default::default(),
            first: None,
            criteria: BTreeSet::new(),
            plan: state,
        })
    }

    /// Reads a plan's text as a plan is read, and tells what is wrong with it.
    fn read_locked(&mut self, files: &dyn Files, source: Source) -> Result<State, crate::eval::Halt> {
        let (state, problems) = self.read_quietly(files, source);
        let broken = !problems.is_empty();
        for located in problems {
            self.report_located(located);
        }
        if broken { Err(crate::eval::Halt::Error) } else { Ok(state) }
    }

    /// A locked draft can hold what does not resolve: that is told, and what does is followed.
    fn read_draft(&mut self, files: &dyn Files, source: Source, path: &str, at: Span) -> State {
        self.report(
            Problem::warning("W557", format!("the last lock of `{path}` is a draft: it leaves open what the plan needs"))
                .at(at, "this plan")
                .help(format!("complete the plan and lock it: `weald lock {path}`")),
        );
        let (state, problems) = self.read_quietly(files, source);
        for mut located in problems {
            located.problem.severity = crate::diagnostic::Severity::Warning;
            self.report_located(located);
        }
        state
    }

    /// The plan as a lock has it. What is wrong with an earlier one is told by `verify`.
    fn read_lock(&self, lock: &Lock) -> State {
        let files = lock.sources.iter().fold(Memory::new(), |files, s| files.with(&s.path, s.text.as_bytes()));
        let name = lock.sources.first().map_or("", |s| s.path.as_str());
        self.read_quietly(&files, Source::new(name, lock.text())).0
    }

    /// What a plan's text says, with no data and no names but its own, and the errors in it.
    fn read_quietly(&self, files: &dyn Files, source: Source) -> (State, Vec<Located>) {
        let parsed = crate::syntax::parse(&source);
        let mut state = State::default();
        let mut loaded = BTreeMap::new();
        let mut env = Environment {
            files,
            stop: self.env.stop,
            progress: self.env.progress,
            seed: self.env.seed,
            draw: self.env.draw,
            loaded: &mut loaded,
            history: &[],
            editing: None,
        };
        let mut walk = Walk::new(&mut state, &mut env, Mode::Check, source);
        for problem in parsed.problems {
            walk.report(problem);
        }
        // What stops the walk has been told.
        let _ = walk.lines(&parsed.script.lines);
        walk.state.settle();
        let problems = std::mem::take(&mut walk.problems);
        (state, problems.into_iter().filter(|p| p.problem.is_error()).collect())
    }

    /// Whether the plan, its locks, its receipt and its journal fit one another; what does not is told.
    /// With the journal, where there is one.
    fn verify_plan(&mut self, path: &str, at: Span) -> (bool, Option<Journal>) {
        let files = self.env.files;
        let read = |file: &str| files.exists(file).then(|| files.read(file).ok()).flatten();
        let found = {
            let mut resolve = |sources: &[LockedSource]| -> Result<Plan, String> {
                let Some(first) = sources.first() else { return Err("there is no text".to_owned()) };
                let texts = sources.iter().fold(Memory::new(), |files, s| files.with(&s.path, s.text.as_bytes()));
                let (state, problems) = self.read_quietly(&texts, Source::new(first.path.clone(), first.text.clone()));
                match problems.first() {
                    Some(located) => Err(located.problem.message.clone()),
                    None => Ok(crate::eval::plan::plan(&state)),
                }
            };
            verify(path, &mut Surroundings { read: &read, resolve: &mut resolve, authorities: None })
        };
        let broken = found.checks.iter().filter(|c| c.verdict() == Verdict::Changed);
        if let Some(first) = broken.flat_map(|c| &c.problems).find(|p| p.is_error()) {
            let told = Problem::warning("W555", format!("`{path}` does not verify: {}", first.message)).at(at, "this plan");
            self.report(told.help(format!("what runs is what the locks hold; `weald verify {path}` shows all that was found")));
        }
        (found.holds(), found.journal)
    }

    fn of_locks(files: &dyn Files, path: &str, locks: &[Lock], plan: State, (verified, journal): (bool, Option<Journal>)) -> Following {
        let results_before = |at: usize| journal.as_ref().and_then(|j| j.results_before_lock(at));
        let registered = registered(locks);
        let versions = Versions { all: registered.iter().map(|(at, lock)| version(lock, results_before(*at))).collect() };
        let first = registered.first().map(|(_, lock)| *lock);
        Following {
            path: path.to_owned(),
            fingerprint: locks.last().map(Lock::fingerprint),
            reconstructed: locks.last().and_then(|l| l.declared.reconstructed.clone()),
            draft: locks.last().is_some_and(|l| l.draft),
            verified,
            sealed: super::evidence::sealed(files, path, &plan, locks),
            locked: first
                .map(|l| {
                    let on = l.declared.on.as_ref().map(|on| format!(", declared {on}")).unwrap_or_default();
                    format!("lock {}…{on}", l.plan_sha256.get(..4).unwrap_or_default())
                })
                .unwrap_or_default(),
            locks: locks.iter().enumerate().map(|(i, lock)| (lock_path(path, i + 1), lock.fingerprint())).collect(),
            registrations: registrations(files, path),
            first_seen: journal.as_ref().map(Journal::first_seen).unwrap_or_default(),
            late: journal.as_ref().map(Journal::late).unwrap_or_default(),
            seen: journal
                .iter()
                .flat_map(Journal::seen)
                .map(|(id, e)| (id.to_owned(), e.time.get(..10).unwrap_or(&e.time).to_owned()))
                .collect(),
            first: None,
            numerics: locks.last().map(|l| l.tool.numerics.clone()),
            criteria: criteria(&versions),
            versions,
            plan,
        }
    }

    /// Tells what data or script declare otherwise than the plan: planned analyses run with what was locked. Labels, and
    /// how far the review has come, are no differences.
    pub fn differ_from_plan(&mut self, conflicts: Vec<Problem>, at: Span) {
        let mut told = BTreeSet::new();
        for problem in conflicts {
            let present = problem.message.starts_with("label of ") || problem.message.contains(" of the review has ");
            if !present && told.insert(problem.message.clone()) {
                let (message, help) = (problem.message.clone(), "planned analyses are run with what was locked");
                self.report(Problem::warning("W521", message).at(at, "differs from the plan").help(help));
            }
        }
    }

    /// Declarations and rules come into force; planned analyses are known by their ids.
    fn take_in(&mut self, following: Following, at: Span) -> Step {
        let declared = (**following.plan.script_store()).clone();
        let conflicts = std::cell::RefCell::new(Vec::new());
        self.state.change_store(|store: &mut Store| {
            let found = store.merge(declared.clone());
            conflicts.borrow_mut().extend(found);
        });
        self.differ_from_plan(conflicts.into_inner(), at);
        for (name, rule) in &following.plan.rules {
            self.state.rules.entry(name.clone()).or_insert_with(|| rule.clone());
        }
        self.state.judgements.extend(following.plan.judgements.iter().cloned());
        self.state.accepted.extend(following.plan.accepted.iter().cloned());
        if self.state.settings == Settings::default() {
            self.state.settings = following.plan.settings.clone();
        }
        self.state.follow = Followed { plan: Some(Arc::new(following)), ..Followed::default() };
        Ok(())
    }
}

/// What the receipt beside a plan says of its registration; `verify_plan` tells what is wrong with it.
fn registrations(files: &dyn Files, plan: &str) -> Vec<Registration> {
    let path = receipt_path(plan);
    let bytes = if files.exists(&path) { files.read(&path).ok() } else { None };
    bytes.and_then(|bytes| Receipt::read(&path, &bytes).ok()).map(|receipt| receipt.registrations).unwrap_or_default()
}

/// The locks that count, each with its place among all: drafts are no registration of a plan that was locked whole after them.
fn registered(locks: &[Lock]) -> Vec<(usize, &Lock)> {
    let whole = locks.iter().any(|l| !l.draft);
    locks.iter().enumerate().filter(|(_, l)| !l.draft || !whole).collect()
}

/// A lock, and when the journal has results before it.
fn version(lock: &Lock, results: Option<&str>) -> Version {
    let amendment = lock.amendment.as_ref().map(|a| Amendment {
        id: a.id.clone(),
        date: Some(a.date.clone()),
        code: Some(a.reason_code),
        reason: a.reason.clone(),
        after_results: a.after_data || results.is_some(),
        contradicted: results.filter(|_| !a.after_data).map(str::to_owned),
    });
    Version { plan: lock.plan.clone(), amendment }
}

/// The ids of the criteria that a plan registers, beside its analyses.
fn criteria(versions: &Versions) -> BTreeSet<String> {
    let declared = versions.latest().and_then(|p| p.declared.get("criteria")).and_then(|c| c.as_object());
    declared.into_iter().flat_map(|c| c.keys().cloned()).collect()
}
