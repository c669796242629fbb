//! `weald lock`.

use super::run::{folder_of, read_script};
use super::{evidence, say};
use crate::cli::PlanFormat;
use crate::diagnostic::{Problem, Severity};
use crate::eval::Located;
use crate::eval::plan::{DryRun, Gap, Shell};
use crate::protocol::Plan;
use crate::protocol::canonical::{Domain, digest};
use crate::protocol::journal::{Event, Journal};
use crate::protocol::lock::{
    Amendment, Conventions, Declared, LOCK_FORMAT, Lock, LockedSource, StoreAtLock, Tool, journal_path, lock_path,
};
use crate::protocol::plan::meaning_of;
use crate::report::plan::LockReport;
use crate::session::{PlanRead, Session};
use crate::source::Source;
use crate::store::{Disk, Store};
use std::path::Path;

/// Options of `weald lock`.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Lock it although it leaves open what it needs, or does not run.
    pub draft: bool,
    /// Planned estimates stay hidden until the lock.
    pub seal: bool,
    /// The data at hand, for their counts.
    pub store: Option<&'a Path>,
    /// How it is printed.
    pub format: PlanFormat,
}

/// `weald lock PLAN`
pub fn plan(path: &Path, options: &Options) -> u8 {
    match lock(path, options) {
        Ok(()) => 0,
        Err(problems) => {
            say::problems(&problems);
            if options.format == PlanFormat::Json {
                say::out(&crate::report::plan::refused_json(&path.display().to_string(), super::run::diagnostics(&problems)));
            }
            1
        }
    }
}

/// The plan file's name within its folder.
fn name_of(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

fn lock(path: &Path, options: &Options) -> Result<(), Vec<Located>> {
    let located = |p: Problem| vec![Session::located(p)];
    let source = read_script(path).map_err(located)?;
    let folder = folder_of(path);
    let mut session = Session::with_files(Disk::new(folder.clone(), folder, false));
    let mut read = session.read_plan(&source);
    let faulty = read.problems.iter().any(|p| p.problem.is_error());
    // What is no text of the language means nothing that could be locked.
    if faulty && (!options.draft || read.problems.iter().any(|p| p.problem.code.starts_with("E1"))) {
        return Err(read.problems);
    }
    if read.plan.analyses.is_empty() {
        if faulty {
            return Err(read.problems);
        }
        let problem = Problem::error("E513", format!("`{}` plans no analysis", path.display()));
        return Err(located(problem.help("write `plan P1 primary: pool OUTCOME …`; `weald new NAME` makes an example")));
    }
    let mut stops = stops(&mut session, &read);
    if !stops.is_empty() && !options.draft {
        read.problems.append(&mut stops);
        return Err(read.problems);
    }
    let unresolved: Vec<String> = read.problems.iter().filter(|p| p.problem.is_error()).map(unresolved).collect();
    read.plan.open.splice(0..0, unresolved.iter().cloned());
    let plan = path.display().to_string();
    let earlier = earlier(&plan).map_err(located)?;
    let amendment = read.state.plan.amendments.iter().rev().find(|a| !earlier.iter().any(|l| l.amendment.as_ref() == Some(a))).cloned();
    if let Some(last) = earlier.last() {
        may_follow(last, &read.plan, amendment.is_some(), &plan).map_err(located)?;
        mark(&mut read.plan, &last.plan, amendment.as_ref().map(|a| a.id.as_str()));
    }
    let (store_at_lock, mut warnings) = store_at_lock(options.store, &read)?;
    let amends = amendment.as_ref().zip(earlier.last());
    warnings.extend(amends.into_iter().flat_map(|(amendment, last)| odd_amendment(amendment, last, &read.plan, &plan)));
    let (file, before) = (lock_path(&plan, earlier.len() + 1), lock_path(&plan, earlier.len()));
    let previous = if earlier.is_empty() { None } else { evidence::read(&before).map(|bytes| crate::digest::sha256(&bytes)) };
    let lock = Lock {
        lock_format: LOCK_FORMAT,
        tool: Tool::this(),
        edition: u32::from(crate::language::settings::EDITION),
        conventions: conventions(&read),
        sources: sources(&name_of(path), &source, &read.included),
        plan_sha256: String::new(),
        analyses: Default::default(),
        plan: read.plan.clone(),
        store_at_lock,
        declared: declared(&read),
        draft: faulty || !stops.is_empty(),
        sealed: options.seal || read.state.plan.sealed,
        sealed_after: options.seal,
        journal_head: journal_head(&plan).map_err(located)?,
        previous_lock: previous,
        amendment,
        lock_sha256: String::new(),
    }
    .with_digests();
    let text = lock.to_text();
    evidence::write(&file, text.as_bytes(), false).map_err(located)?;
    let event = Event::Lock {
        file: name_of(Path::new(&file)),
        file_sha256: crate::digest::sha256(text.as_bytes()),
        plan_sha256: lock.plan_sha256.clone(),
        store_sha256: lock.store_at_lock.snapshot_sha256.clone(),
    };
    evidence::record(&plan, "lock", event).map_err(located)?;
    read.problems.retain(|p| p.problem.severity != Severity::Note);
    read.problems.append(&mut warnings);
    say::problems(&read.problems);
    let rules = crate::eval::plan::rules(&read.state);
    let stops = unresolved.into_iter().chain(stops.iter().map(|s| s.problem.message.clone())).collect();
    let report = LockReport { file: &file, lock: &lock, rules: &rules, stops, diagnostics: super::run::diagnostics(&read.problems) };
    match options.format {
        PlanFormat::Text => say::out(&report.text(&say::style_out(None))),
        PlanFormat::Markdown => say::out(&report.markdown()),
        PlanFormat::Json => say::out(&report.json()),
    }
    Ok(())
}

/// A statement of a draft that does not resolve, for the list of what is left open.
fn unresolved(located: &Located) -> String {
    let line = located.problem.span().map(|s| located.source.line_column(s.start).0);
    let line = line.map(|n| format!(" (line {n})")).unwrap_or_default();
    format!("does not resolve{line}: {}", located.problem.message)
}

/// What is worth a look in an amendment.
fn odd_amendment(amendment: &Amendment, last: &Lock, plan: &Plan, path: &str) -> Vec<Located> {
    let mut odd = Vec::new();
    if digest(Domain::Plan, &crate::protocol::plan::meaning(plan)) == last.plan_sha256 {
        odd.push(format!("amendment `{}` changes nothing that is compared: the plan means what the lock before it holds", amendment.id));
    }
    let journal = journal_path(path);
    let journal = evidence::read(&journal).and_then(|bytes| Journal::read(&journal, &bytes).ok()).unwrap_or_default();
    let locked = journal.entries.iter().rev().find(|e| matches!(e.event, Event::Lock { .. })).and_then(|e| e.time.get(..10));
    // The people's date goes before the machine's.
    let before = last.declared.on.as_deref().or(locked).filter(|on| amendment.date.as_str() < *on);
    if let Some(on) = before {
        odd.push(format!("amendment `{}` is dated {}, before the plan that it amends ({on})", amendment.id, amendment.date));
    }
    let help = "it is locked as it stands; a wrong date or a missing change needs another amendment";
    odd.into_iter().map(|text| Session::located(Problem::warning("W514", text).help(help))).collect()
}

/// What stands in the way of a lock: what is left open, and what does not run on synthetic rows.
fn stops(session: &mut Session, read: &PlanRead) -> Vec<Located> {
    let mut stops: Vec<Located> = read.gaps.iter().filter(|g| g.stops).map(located_gap).collect();
    for shell in tried(session, read) {
        for failed in shell.failed {
            let message = format!("planned analysis `{}` does not run on synthetic rows: {}", shell.id, failed.problem.message);
            let problem = Problem { message, code: "E511", ..failed.problem.clone() };
            let problem = if problem.help.is_some() { problem } else { problem.help("`dry run k 40` in the plan tries it on 40 studies") };
            stops.push(Located { problem, ..failed });
        }
    }
    stops
}

/// The plan on synthetic rows: with as many studies as let most of it run.
pub fn tried(session: &mut Session, read: &PlanRead) -> Vec<Shell> {
    let mut best: Option<Vec<Shell>> = None;
    let failures = |shells: &[Shell]| shells.iter().map(|s| s.failed.len()).sum::<usize>();
    for dry in DryRun::of(&read.state) {
        let shells = session.dry_run(read, dry);
        let failed = failures(&shells);
        if best.as_ref().is_none_or(|b| failed < failures(b)) {
            best = Some(shells);
        }
        if failed == 0 {
            break;
        }
    }
    best.unwrap_or_default()
}

/// A gap as a problem.
pub fn located_gap(gap: &Gap) -> Located {
    let problem = if gap.stops { Problem::error("E510", gap.text.clone()) } else { Problem::warning("W510", gap.text.clone()) };
    let problem = problem.help(gap.help.clone());
    match &gap.at {
        Some((source, span)) => Located { source: source.clone(), at: span.start, problem: problem.at(*span, "left open") },
        None => Session::located(problem),
    }
}

/// The locks there are, in order. What was changed is not built upon.
fn earlier(plan: &str) -> Result<Vec<Lock>, Problem> {
    let journal = journal_path(plan);
    let none = (1..10).all(|n| evidence::read(&lock_path(plan, n)).is_none());
    let known =
        |bytes: Vec<u8>| Journal::read(&journal, &bytes).map_or(true, |j| j.entries.iter().any(|e| matches!(e.event, Event::Lock { .. })));
    // A journal that knows of a lock, where none is, says that it was taken away.
    if none && !evidence::read(&journal).is_some_and(known) {
        return Ok(Vec::new());
    }
    let found = evidence::verified(plan, None);
    match evidence::unsound(&found) {
        Some(problem) => Err(problem),
        None => Ok(found.locks),
    }
}

fn conventions(read: &PlanRead) -> Option<Conventions> {
    let chosen = read.state.settings.conventions?;
    let version = chosen.versioned().rsplit(' ').next().unwrap_or_default().to_owned();
    Some(Conventions { name: chosen.name().to_owned(), version })
}

fn declared(read: &PlanRead) -> Declared {
    let stated = read.state.plan.declaration.clone();
    Declared {
        stage: read.state.script_store().review.as_ref().and_then(|r| r.stage.clone()),
        results_seen: stated.as_ref().map(|d| d.results_seen.clone()),
        by: stated.as_ref().map(|d| d.by.clone()).unwrap_or_default(),
        on: stated.and_then(|d| d.on),
        reconstructed: read.state.plan.reconstructed.clone(),
    }
}

/// A lock follows another if the plan says why, or if that one was a draft.
fn may_follow(last: &Lock, plan: &Plan, amends: bool, name: &str) -> Result<(), Problem> {
    let same = digest(Domain::Plan, &crate::protocol::plan::meaning(plan)) == last.plan_sha256;
    if amends || last.draft && !same {
        return Ok(());
    }
    let problem = Problem::error("E512", format!("`{name}` is locked already, as plan {}", last.fingerprint()));
    Err(if same {
        problem.help("its meaning has not changed since, so that there is nothing to lock")
    } else {
        problem.help("its meaning has changed: say why in the plan, with `amend A1 date \"2024-05-01\" reason better_method \"…\" after data no`; the lock of the amended plan stands beside the first")
    })
}

/// Marks the analyses that an amendment brought or changed; the others keep what they had.
fn mark(plan: &mut Plan, before: &Plan, amendment: Option<&str>) {
    for planned in &mut plan.analyses {
        planned.amendment = match before.planned(&planned.id) {
            Some(known) if meaning_of(known) == meaning_of(planned) => known.amendment.clone(),
            _ => amendment.map(str::to_owned),
        };
    }
}

fn sources(name: &str, source: &Source, included: &[Source]) -> Vec<LockedSource> {
    let own = LockedSource::new(name, &*source.text);
    std::iter::once(own).chain(included.iter().map(|s| LockedSource::new(&*s.name, &*s.text))).collect()
}

/// What the data hold now, and whether that agrees with the declared stage.
fn store_at_lock(path: Option<&Path>, read: &PlanRead) -> Result<(StoreAtLock, Vec<Located>), Vec<Located>> {
    let Some(path) = path else { return Ok((StoreAtLock::default(), Vec::new())) };
    let disk = Disk::new(".", ".", true);
    let loaded = crate::store::open(&disk, &path.display().to_string());
    let Some(store) = loaded.store else { return Err(crate::session::in_data(&disk, loaded.problems)) };
    let mut warnings = Vec::new();
    let stage = read.state.script_store().review.as_ref().and_then(|r| r.stage.clone());
    let early = matches!(stage.as_deref(), Some("protocol" | "search" | "screening"));
    if early && !store.rows.is_empty() {
        let n = crate::number::plural(store.rows.len(), "result row", "result rows");
        let problem = Problem::warning(
            "W512",
            format!("the plan declares stage `{}`, and `{}` holds {n}", stage.unwrap_or_default(), path.display()),
        );
        warnings.push(Session::located(problem.help("state the stage that the review has reached; the lock records the counts")));
    }
    Ok((held(&store), warnings))
}

fn held(store: &Store) -> StoreAtLock {
    let mut out = StoreAtLock {
        snapshot_sha256: Some(store.sha256()),
        studies: store.study_names().len(),
        reports: store.reports.len(),
        ..StoreAtLock::default()
    };
    for row in &store.rows {
        *out.result_rows.entry(row.outcome.clone()).or_insert(0) += 1;
    }
    out
}

/// The digest of the last entry of the journal, if there is one.
fn journal_head(plan: &str) -> Result<Option<String>, Problem> {
    let path = journal_path(plan);
    let Some(bytes) = evidence::read(&path) else { return Ok(None) };
    match Journal::read(&path, &bytes) {
        Ok(journal) => Ok(journal.head().map(str::to_owned)),
        Err(problems) => Err(problems.into_iter().next().unwrap_or_else(|| Problem::error("E553", format!("`{path}` has a gap")))),
    }
}
