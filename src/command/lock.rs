//! `weald lock`.

use super::run::{folder_of, read_script};
use super::say;
use crate::diagnostic::{Problem, Severity};
use crate::eval::Located;
use crate::eval::plan::{DryRun, Gap, Shell};
use crate::protocol::Plan;
use crate::protocol::canonical::{Domain, digest};
use crate::protocol::lock::{Conventions, Declared, LOCK_FORMAT, Lock, LockedSource, StoreAtLock, Tool, lock_path, plan_stem};
use crate::protocol::plan::meaning_of;
use crate::report::plan::{LockReport, lock_text};
use crate::session::{PlanRead, Session};
use crate::source::Source;
use crate::store::{Disk, Store};
use std::path::{Path, PathBuf};

/// Options of `weald lock`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// Lock it although it leaves open what it needs, or does not run.
    pub draft: bool,
    /// Planned estimates stay hidden until the lock.
    pub seal: bool,
    /// The data at hand, for their counts.
    pub store: Option<&'a Path>,
}

/// `weald lock PLAN`
pub fn plan(path: &Path, options: &Options) -> u8 {
    match lock(path, options) {
        Ok(()) => 0,
        Err(problems) => {
            say::problems(&problems);
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
    let mut session = Session::with_files(Disk::new(folder.clone(), folder.clone(), false));
    let mut read = session.read_plan(&source);
    if read.problems.iter().any(|p| p.problem.is_error()) {
        return Err(read.problems);
    }
    if read.plan.analyses.is_empty() {
        let problem = Problem::error("E513", format!("`{}` plans no analysis", path.display()));
        return Err(located(problem.help("write `plan P1 primary: pool OUTCOME …`; `weald new NAME` makes an example")));
    }
    let (tried, mut stops) = ready(&mut session, &read);
    let draft = options.draft && !stops.is_empty();
    if !stops.is_empty() && !options.draft {
        read.problems.append(&mut stops);
        return Err(read.problems);
    }
    let name = name_of(path);
    let earlier = locks(&folder, &name).map_err(located)?;
    let amendment = read.state.plan.amendments.iter().rev().find(|a| !earlier.iter().any(|(l, _)| l.amendment.as_ref() == Some(a))).cloned();
    if let Some((last, _)) = earlier.last() {
        may_follow(last, &read.plan, amendment.is_some(), &name).map_err(located)?;
        mark(&mut read.plan, &last.plan, amendment.as_ref().map(|a| a.id.as_str()));
    }
    let (store_at_lock, mut warnings) = store_at_lock(options.store, &read)?;
    let conventions = read.state.settings.conventions.map(|c| {
        let version = c.versioned().rsplit(' ').next().unwrap_or_default().to_owned();
        Conventions { name: c.name().to_owned(), version }
    });
    let stated = read.state.plan.declaration.clone();
    let lock = Lock {
        lock_format: LOCK_FORMAT,
        tool: Tool::this(),
        edition: u32::from(crate::language::settings::EDITION),
        conventions,
        sources: sources(&name, &source, &read.included),
        plan_sha256: String::new(),
        analyses: Default::default(),
        plan: read.plan.clone(),
        store_at_lock,
        declared: Declared {
            stage: read.state.script_store().review.as_ref().and_then(|r| r.stage.clone()),
            results_seen: stated.as_ref().map(|d| d.results_seen.clone()),
            by: stated.as_ref().map(|d| d.by.clone()).unwrap_or_default(),
            on: stated.and_then(|d| d.on),
        },
        draft,
        sealed: options.seal || read.state.plan.sealed,
        journal_head: journal_head(&folder, &name),
        previous_lock: earlier.last().map(|(_, bytes)| crate::digest::sha256(bytes)),
        amendment,
        lock_sha256: String::new(),
    }
    .with_digests();
    let file = lock_path(&name, earlier.len() + 1);
    write_new(&folder.join(&file), lock.to_text().as_bytes()).map_err(located)?;
    read.problems.retain(|p| p.problem.severity != Severity::Note);
    read.problems.append(&mut warnings);
    say::problems(&read.problems);
    let report = LockReport { file: &file, lock: &lock, rules: crate::eval::plan::rules(&read.state), gaps: stops_in(&read.gaps), tried: &tried };
    say::out(&lock_text(&report, &say::style_out(None)));
    Ok(())
}

fn stops_in(gaps: &[Gap]) -> Vec<String> {
    gaps.iter().filter(|g| g.stops).map(|g| g.text.clone()).collect()
}

/// Tries the plan on synthetic rows. What stands in the way of a lock.
fn ready(session: &mut Session, read: &PlanRead) -> (Vec<Shell>, Vec<Located>) {
    let mut stops: Vec<Located> = read.gaps.iter().filter(|g| g.stops).map(located_gap).collect();
    let shells = session.dry_run(read, read.state.plan.dry_run.unwrap_or_default());
    for shell in &shells {
        for failed in &shell.failed {
            let why = &failed.problem.message;
            let problem = Problem { message: format!("planned analysis `{}` does not run on synthetic rows: {why}", shell.id), code: "E511", ..failed.problem.clone() };
            stops.push(Located { problem, ..failed.clone() });
        }
    }
    (shells, stops)
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

/// The locks there are, in order, each with its bytes.
fn locks(folder: &Path, name: &str) -> Result<Vec<(Lock, Vec<u8>)>, Problem> {
    let mut out = Vec::new();
    loop {
        let file = lock_path(name, out.len() + 1);
        let path: PathBuf = folder.join(&file);
        match std::fs::read(&path) {
            Ok(bytes) => out.push((Lock::read(&file, &bytes)?, bytes)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(out),
            Err(e) => return Err(Problem::error("E300", format!("`{}` can't be read: {e}", path.display())).help("check that you may read it")),
        }
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
        let problem = Problem::warning("W512", format!("the plan declares stage `{}`, and `{}` holds {n}", stage.unwrap_or_default(), path.display()));
        warnings.push(Session::located(problem.help("state the stage that the review has reached; the lock records the counts")));
    }
    Ok((held(&store), warnings))
}

fn held(store: &Store) -> StoreAtLock {
    let mut out = StoreAtLock {
        snapshot_sha256: Some(store.digest()),
        studies: store.study_names().len(),
        reports: store.reports.len(),
        ..StoreAtLock::default()
    };
    for row in &store.rows {
        *out.result_rows.entry(row.outcome.clone()).or_insert(0) += 1;
    }
    out
}

/// The digest of the last line of the journal, if there is one.
fn journal_head(folder: &Path, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(folder.join(format!("{}.journal.jsonl", plan_stem(name)))).ok()?;
    let last = text.lines().rev().find(|l| !l.trim().is_empty())?;
    let entry: serde_json::Value = serde_json::from_str(last).ok()?;
    entry.get("entry_sha256")?.as_str().map(str::to_owned)
}

/// Writes a file that must not exist yet, whole or not at all.
fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    let failed = |e: std::io::Error| Problem::error("E327", format!("`{}` can't be written: {e}", path.display())).help("nothing was written");
    let mut file = tempfile::NamedTempFile::new_in(folder_of(path)).map_err(failed)?;
    std::io::Write::write_all(&mut file, bytes).map_err(failed)?;
    file.persist_noclobber(path).map(|_| ()).map_err(|e| failed(e.error))
}

/// The dry run that a plan asks for.
pub fn dry(read: &PlanRead) -> DryRun {
    read.state.plan.dry_run.unwrap_or_default()
}
