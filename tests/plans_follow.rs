//! Scripts that follow a locked plan: what each result is called, and what the table of differences says.
//!
//! A file of `tests/plans/follow` holds cases:
//!
//! ```text
//! ==== another estimator in place of P1 ====
//! ---- plan ----              what is locked; without it the part above the first case, named `plan`
//! ---- amended before ----    a later plan, locked with an `amend` before (or `after`) results
//! ---- data ----              data.csv
//! ---- first seen ----        the data when P1 was first seen, as the journal keeps them
//! ---- sealed ----            the lock was made with `--seal`
//! ---- seen later ----        the data of a second run, which the journal knows too
//! ---- script ----            follows `x.plan.weald`
//! ---- says ----              what the run gives: labels, differences, exit status
//! ```
//!
//! `UPDATE=1 cargo test --test plans_follow` writes what is said now into the files; read it before you keep it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use weald::eval::follow::{Names, results, seen};
use weald::eval::outcome::Outcome;
use weald::protocol::anchor;
use weald::protocol::journal::{Event, Journal, Said, Seen};
use weald::protocol::lock::{
    Amendment, Declared, Lock, LockedSource, NUMERICS, StoreAtLock, Tool, journal_digest_path, journal_path, lock_path,
};
use weald::protocol::{Code, ReasonCode};
use weald::store::Memory;
use weald::{Session, Source};

const PLAN: &str = "x.plan.weald";

struct Case {
    name: String,
    parts: BTreeMap<String, String>,
    order: Vec<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans/follow")
}

fn between<'a>(line: &'a str, mark: &str) -> Option<&'a str> {
    line.strip_prefix(mark)?.strip_prefix(' ')?.strip_suffix(mark)?.strip_suffix(' ')
}

/// The parts above the first case, and the cases.
fn cases(text: &str) -> (BTreeMap<String, String>, Vec<String>, Vec<Case>) {
    let mut shared = Case { name: String::new(), parts: BTreeMap::new(), order: Vec::new() };
    let mut cases: Vec<Case> = Vec::new();
    let mut part = String::new();
    for line in text.lines() {
        if let Some(name) = between(line, "====") {
            cases.push(Case { name: name.to_owned(), parts: BTreeMap::new(), order: Vec::new() });
            part.clear();
        } else if let Some(name) = between(line, "----") {
            part = name.to_owned();
            let case = cases.last_mut().unwrap_or(&mut shared);
            case.order.push(part.clone());
            case.parts.insert(part.clone(), String::new());
        } else if !part.is_empty() {
            let case = cases.last_mut().unwrap_or(&mut shared);
            let body = case.parts.get_mut(&part).expect("a part that has begun");
            body.push_str(line);
            body.push('\n');
        }
    }
    (shared.parts, shared.order, cases)
}

/// A plan's lock, as `weald lock` makes it.
fn lock(text: &str, amendment: Option<Amendment>, previous: Option<String>) -> Lock {
    let read = Session::default().read_plan(&Source::new(PLAN, text));
    let problems: Vec<String> = read.problems.iter().filter(|p| p.problem.is_error()).map(|p| p.problem.message.clone()).collect();
    assert!(problems.is_empty(), "the plan can't be read: {problems:?}\n{text}");
    Lock {
        lock_format: 1,
        tool: Tool { name: "weald".into(), version: "0.1.0".into(), numerics: NUMERICS.into() },
        edition: 2026,
        conventions: None,
        sources: vec![LockedSource::new(PLAN, text)],
        plan_sha256: String::new(),
        analyses: indexmap::IndexMap::new(),
        plan: read.plan,
        store_at_lock: StoreAtLock::default(),
        declared: Declared { on: Some("2024-01-01".into()), ..Declared::default() },
        draft: false,
        sealed: false,
        sealed_after: false,
        journal_head: None,
        previous_lock: previous,
        amendment,
        lock_sha256: String::new(),
    }
    .with_digests()
}

/// What a journal holds when P1 was first seen on these data.
fn first_results(data: &str, digests: bool) -> Event {
    let mut session = Session::with_files(Memory::new().with("data.csv", data));
    let run = session.run(&Source::new("first.weald", "use \"data.csv\""));
    assert!(run.ok(), "{:?}", run.problems);
    let store = &session.state().store;
    let today = results(store, &Names::default());
    let digest = |at: usize| store.rows[at].sha256();
    let rows = if digests { today.iter().map(|(k, t)| (k.clone(), Seen::Digest(digest(t.at)))).collect() } else { seen(&today) };
    Event::Results { store_sha256: store.sha256(), analyses: vec!["P1".into()], rows }
}

/// What a case gives, line by line.
fn says(case: &Case, shared: &BTreeMap<String, String>) -> String {
    let part = |name: &str| case.parts.get(name).or_else(|| shared.get(name)).cloned();
    let mut files = Memory::new();
    let plan = part("plan").expect("a plan");
    let mut locks = vec![lock(&plan, None, None)];
    for when in ["before", "after"] {
        if let Some(text) = case.parts.get(&format!("amended {when}")) {
            let amendment = Amendment {
                id: format!("A{}", locks.len()),
                date: "2024-06-01".into(),
                reason_code: ReasonCode::BetterMethod,
                reason: "a better estimator is known".into(),
                after_data: when == "after",
            };
            let previous = locks.last().map(|l| weald::digest::sha256(l.to_text().as_bytes()));
            locks.push(lock(text, Some(amendment), previous));
        }
    }
    if part("unlocked").is_none() {
        let mut journal = Journal::default();
        let mut previous = None;
        for (i, lock) in locks.iter_mut().enumerate() {
            lock.sealed = case.parts.contains_key("sealed");
            if let Some(numerics) = case.parts.get("numerics") {
                lock.tool.numerics = numerics.trim().to_owned();
                *lock = lock.clone().with_digests();
            }
            lock.journal_head = journal.head().map(str::to_owned);
            lock.previous_lock = previous;
            *lock = lock.clone().with_digests();
            let (text, file) = (lock.to_text(), lock_path(PLAN, i + 1));
            let file_sha256 = weald::digest::sha256(text.as_bytes());
            let said = Said { time: "2024-01-01T09:00:00Z".into(), user: "a".into(), tool: "weald".into(), command: "lock".into() };
            let event = Event::Lock {
                file: file.clone(),
                file_sha256: file_sha256.clone(),
                plan_sha256: lock.plan_sha256.clone(),
                store_sha256: None,
            };
            journal.add(said, event);
            if i == 0 && case.parts.contains_key("results before the amendment") {
                let said = Said { time: "2024-03-01T09:00:00Z".into(), user: "a".into(), tool: "weald".into(), command: "run".into() };
                journal.add(said, first_results(&part("data.csv").expect("data"), false));
            }
            previous = Some(file_sha256);
            files = files.with(&file, text.as_str());
        }
        let digests = case.parts.get("first seen, digests alone");
        if let Some(data) = digests.cloned().or_else(|| part("first seen")).filter(|d| !d.is_empty()) {
            let said = Said { time: "2024-07-01T09:00:00Z".into(), user: "a".into(), tool: "weald".into(), command: "run".into() };
            journal.add(said.clone(), first_results(&data, digests.is_some()));
            // What a run after the first has seen beside it.
            if let Some(later) = part("seen later") {
                let rows =
                    |event| if let Event::Results { store_sha256, rows, .. } = event { (store_sha256, rows) } else { unreachable!() };
                let ((_, before), (store_sha256, mut added)) = (rows(first_results(&data, false)), rows(first_results(&later, false)));
                added.retain(|key, _| !before.contains_key(key));
                journal.add(said, Event::Data { store_sha256, added, changed: Default::default(), removed: Vec::new() });
            }
        }
        let (path, text) = (journal_path(PLAN), journal.to_text());
        files = files.with(&journal_digest_path(PLAN), anchor::text(&path, &[text.as_bytes()]).as_str());
        files = files.with(&path, text.as_str());
    }
    files = files.with(PLAN, locks.last().map_or(plan.as_str(), Lock::text));
    for (name, body) in shared.iter().chain(&case.parts) {
        if let Some((_, extension)) = name.rsplit_once('.')
            && matches!(extension, "csv" | "weald" | "json")
        {
            files = files.with(name, body.as_str());
        }
    }
    let mut session = Session::with_files(files);
    let run = session.run(&Source::new("review.weald", part("script").expect("a script")));
    let mut out = String::new();
    for outcome in &run.outcomes {
        let Ok(value) = serde_json::to_value(outcome) else { continue };
        let Some(status) = value.get("status").and_then(|s| s.as_str()) else { continue };
        let line = value.get("line").and_then(serde_json::Value::as_u64).unwrap_or(0);
        let label = match outcome {
            Outcome::Pool(r) => r.label.clone(),
            other => other.clone().head_mut().and_then(|h| h.label.clone()),
        };
        let _ = writeln!(out, "{line} {status} {}", label.unwrap_or_default());
        assert!(value.get("deviations").is_some(), "{}: no `deviations` in the JSON", case.name);
    }
    if let Some(followed) = &run.followed {
        let report = &followed.report;
        for d in &report.differences {
            let studies = if d.studies.is_empty() { String::new() } else { format!(" ({})", d.studies.join(", ")) };
            let studies = if d.details.is_empty() { studies } else { format!("{studies} [{}]", d.details.join("; ")) };
            let reason = d.reason.as_ref().map(|r| format!("; {}{r}", d.reason_code.map(|c| format!("{c}: ")).unwrap_or_default()));
            let _ = writeln!(
                out,
                "{} {} {} {}: {} → {}{studies}{}",
                d.code,
                d.severity,
                d.plan,
                d.item,
                d.registered,
                d.executed,
                format_args!("{}{}", reason.unwrap_or_default(), d.seen.as_ref().map(|day| format!(" (seen {day})")).unwrap_or_default())
            );
        }
        for a in &report.additions {
            let _ = writeln!(out, "beside: {} {} {}", a.code, a.role, a.plan.as_deref().unwrap_or("of no planned question"));
        }
        for c in &report.planned_condition_false {
            let _ = writeln!(out, "condition: {} {}", c.id, c.reason);
        }
        for s in &report.similar {
            let _ = writeln!(out, "similar: {} {} {} → {}", s.plan, s.field, s.registered, s.executed);
        }
        for c in &report.criteria {
            let _ = writeln!(
                out,
                "criterion: {} of {} leaves out {} {}: {}",
                c.criterion,
                c.plan,
                c.studies.join(", "),
                c.by.as_deref().unwrap_or("nobody"),
                c.reason.as_deref().unwrap_or_default()
            );
        }
        for b in &report.beyond {
            let effects: Vec<String> = b.effects.iter().map(|e| format!("{} k {} → {}", e.plan, e.k_before, e.k_after)).collect();
            let _ = writeln!(out, "beyond: {} [{}]", b.words, effects.join("; "));
        }
        for e in &report.data_events {
            let effects: Vec<String> = e.effects.iter().map(|e| format!("{} k {} → {}", e.plan, e.k_before, e.k_after)).collect();
            let _ = write!(out, "event: {} {} {} [{}]", e.code, e.event.kind.word(), e.event.studies.join(", "), effects.join("; "));
            if !e.results.is_empty() {
                let field = e.event.field.as_deref().unwrap_or_default();
                let (before, after) = (e.event.before.as_deref().unwrap_or_default(), e.event.after.as_deref().unwrap_or_default());
                let _ = write!(out, " {}: {field} {before} → {after}", e.results.join(", "));
            }
            if let Some(why) = &e.misfit {
                let _ = write!(out, " does not fit: {why}");
            }
            let _ = writeln!(out, "{}", if e.unexplained { " UNEXPLAINED" } else { "" });
        }
    }
    for located in &run.problems {
        let _ = writeln!(out, "{} {}", located.problem.code, located.problem.message);
    }
    let _ = writeln!(out, "exit {}", run.status_under_plan());
    out
}

fn all_files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder()).expect("the folder").map(|e| e.expect("an entry").path()).collect();
    files.sort();
    files
}

#[test]
fn every_case_says_what_is_written() {
    let update = std::env::var_os("UPDATE").is_some_and(|v| v == "1");
    let mut wrong = String::new();
    for path in all_files() {
        let text = std::fs::read_to_string(&path).expect("readable");
        let (shared, order, cases) = cases(&text);
        let mut written = String::new();
        for name in &order {
            let _ = write!(written, "---- {name} ----\n{}", shared[name]);
        }
        for case in &cases {
            let said = says(case, &shared);
            let expected = case.parts.get("says").map_or("", |s| s.trim_end());
            if said.trim_end() != expected {
                let _ = writeln!(wrong, "{}: {}\nexpected:\n{expected}\nsaid:\n{said}", path.display(), case.name);
            }
            let _ = writeln!(written, "==== {} ====", case.name);
            for name in case.order.iter().filter(|n| *n != "says") {
                let _ = write!(written, "---- {name} ----\n{}", case.parts[name]);
            }
            let _ = write!(written, "---- says ----\n{said}\n");
        }
        if update {
            std::fs::write(&path, written).expect("writable");
        }
    }
    assert!(update || wrong.is_empty(), "{wrong}");
}

/// A taxonomy of which a code has no example would be a promise that nobody has kept.
#[test]
fn every_code_has_a_case() {
    let all: String = all_files().iter().map(|p| std::fs::read_to_string(p).expect("readable")).collect();
    let says: Vec<&str> = all.lines().collect();
    let shown = |code: Code| {
        let begins = |l: &&str| l.starts_with(&format!("{} ", code.name())) && l.contains('→');
        says.iter().any(begins)
            || says
                .iter()
                .any(|l| l.starts_with(&format!("beside: {} ", code.name())) || l.starts_with(&format!("event: {} ", code.name())))
    };
    let missing: Vec<&str> = Code::ALL.into_iter().filter(|c| !shown(*c)).map(Code::name).collect();
    assert!(missing.is_empty(), "codes that no case shows: {missing:?}");
    let honest = says.iter().filter(|l| l.starts_with("==== honest")).count();
    assert!(honest >= Code::ALL.len(), "{honest} cases of honest work for {} codes", Code::ALL.len());
}

/// What a store's change log says is a record: by whom and why.
#[test]
fn the_change_log_of_a_store_is_a_record() {
    let dir = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).expect("written");
    let weald = |args: &[&str]| {
        let out = std::process::Command::new(env!("CARGO_BIN_EXE_weald")).args(args).current_dir(dir.path()).output().expect("runs");
        (out.status.code(), String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr))
    };
    let rows = |sd: &str| {
        format!(
            "study,outcome,n1,mean1,sd1,n2,mean2,sd2\nA,recovery,50,80,14,50,74,{sd}\nB,recovery,60,81,15,60,78,15\nC,recovery,40,79,14,40,76,14\n"
        )
    };
    write("in.csv", &rows("14"));
    write("x.plan.weald", "edition 2026\noutcome recovery primary higher better measure smd\nplan P1 primary: pool recovery\n");
    write("s.weald", "follow \"x.plan.weald\"\nuse \"st\"\nrun plan\n");
    assert_eq!(weald(&["import", "in.csv", "--to", "st"]).0, Some(0));
    assert_eq!(weald(&["lock", "x.plan.weald", "--draft"]).0, Some(0));
    assert_eq!(weald(&["run", "s.weald"]).0, Some(0));
    let (status, said) = weald(&["edit", "st", "row", "2", "sd2=16", "--by", "RR"]);
    assert_eq!(status, Some(0), "{said}");
    let (status, said) = weald(&["diff", "x.plan.weald", "s.weald"]);
    assert_eq!(status, Some(4), "an edit without a why is no record\n{said}");
    assert!(said.contains("sd2 14") && said.contains("no record"), "{said}");
    assert_eq!(weald(&["undo", "st", "--by", "RR", "--because", "to say why"]).0, Some(0));
    let (status, said) = weald(&["diff", "x.plan.weald", "s.weald"]);
    assert_eq!(status, Some(0), "as it was\n{said}");
    assert_eq!(weald(&["edit", "st", "row", "2", "sd2=16", "--by", "RR", "--because", "typing error"]).0, Some(0));
    let (status, said) = weald(&["diff", "x.plan.weald", "s.weald"]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("typing error") && said.contains("sd2 16"), "{said}");
    assert_eq!(weald(&["remove", "st", "row", "3", "--by", "RR", "--because", "a duplicate"]).0, Some(0));
    let (status, said) = weald(&["diff", "x.plan.weald", "s.weald"]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("a duplicate") && said.contains("3 → 2"), "{said}");
    // What an adoption found is a record, what was edited by hand after it is none.
    let by_hand = |from: &str, to: &str| {
        let path = dir.path().join("st/rows.csv");
        let text = std::fs::read_to_string(&path).expect("the rows");
        assert!(text.contains(from), "{text}");
        std::fs::write(&path, text.replacen(from, to, 1)).expect("written");
    };
    by_hand(",80,", ",81,");
    assert_eq!(weald(&["adopt", "st", "--by", "RR", "--because", "read again"]).0, Some(0));
    let (status, said) = weald(&["diff", "x.plan.weald", "s.weald"]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("read again"), "{said}");
    by_hand(",79,", ",71,");
    let (status, said) = weald(&["diff", "x.plan.weald", "s.weald"]);
    assert_eq!(status, Some(4), "{said}");
}
