//! `weald lock`, `weald check` on a plan, `weald new`.

use super::meaning::CONTRACT;
use assert_cmd::Command;
use std::path::Path;
use weald::protocol::Lock;

fn weald(dir: &Path, args: &[&str]) -> (i32, String, String) {
    let out = Command::cargo_bin("weald").expect("binary").current_dir(dir).args(args).output().expect("runs");
    let text = |b: Vec<u8>| String::from_utf8(b).expect("UTF-8");
    (out.status.code().unwrap_or(-1), text(out.stdout), text(out.stderr))
}

fn folder(plan: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    write(dir.path(), plan);
    dir
}

fn write(dir: &Path, plan: &str) {
    std::fs::write(dir.join("imr.plan.weald"), plan).expect("plan");
}

fn lock(dir: &Path, n: usize) -> Lock {
    let file = weald::protocol::lock::lock_path("imr.plan.weald", n);
    Lock::read(&file, &std::fs::read(dir.join(&file)).expect("a lock")).expect("a lock")
}

/// The semantic and the raw digest of a plan locked in a folder of its own.
fn digests(plan: &str) -> (String, String) {
    let dir = folder(plan);
    let (status, _, err) = weald(dir.path(), &["lock", "imr.plan.weald"]);
    assert_eq!(status, 0, "{err}");
    let lock = lock(dir.path(), 1);
    (lock.plan_sha256, lock.sources[0].sha256.clone())
}

#[test]
fn a_lock_holds_what_the_plan_means() {
    let dir = folder(CONTRACT);
    let (status, out, err) = weald(dir.path(), &["lock", "imr.plan.weald"]);
    assert_eq!(status, 0, "{err}");
    let lock = lock(dir.path(), 1);
    assert!(out.contains(&format!("plan {}", lock.fingerprint())), "{out}");
    assert_eq!(lock.analyses.keys().collect::<Vec<_>>(), ["P1", "S1", "L1", "G1"]);
    assert_eq!(lock.text(), CONTRACT);
    assert_eq!(lock.declared.stage.as_deref(), Some("search"));
    assert!(!lock.draft && !lock.sealed && lock.previous_lock.is_none());
    assert!(
        out.contains("Not chosen by the authors") || out.contains("NOT CHOSEN") || out.to_lowercase().contains("not chosen by the authors"),
        "{out}"
    );
    assert_eq!(weald(dir.path(), &["verify", "imr.plan.weald"]).0, 0);
    // A lock is never rewritten.
    let before = std::fs::read(dir.path().join("imr.plan.lock.json")).expect("lock");
    let (status, _, err) = weald(dir.path(), &["lock", "imr.plan.weald"]);
    assert_eq!(status, 1);
    assert!(err.contains("E512"), "{err}");
    assert_eq!(std::fs::read(dir.path().join("imr.plan.lock.json")).expect("lock"), before);
}

#[test]
fn acceptance_a_b_c() {
    let (semantic, raw) = digests(CONTRACT);
    // (a) comment and white space
    let spaced =
        CONTRACT.replace("# the model is fixed in advance", "# another remark\n").replace("P1 by comparator", "P1   by   comparator");
    let (s, r) = digests(&spaced);
    assert_eq!((s == semantic, r == raw), (true, false));
    // (b) a branch of a rule moved
    let two = CONTRACT.replace("  when k < 2 then not_pooled\n", "  when k < 2 then not_pooled\n  when k < 5 then common\n");
    let moved = CONTRACT.replace("  when k < 2 then not_pooled\n", "  when k < 5 then common\n  when k < 2 then not_pooled\n");
    assert_ne!(digests(&two).0, digests(&moved).0);
    // (c) 0.10 and 0.1
    let with = |mid: &str| CONTRACT.replace("measure smd\n", &format!("measure smd mid {mid} sd\n"));
    assert_eq!(digests(&with("0.10")).0, digests(&with("0.1")).0);
    assert_ne!(digests(&with("0.10")).0, digests(&with("0.2")).0);
}

#[test]
fn acceptance_d_other_conventions_are_drift() {
    let dir = folder(CONTRACT);
    assert_eq!(weald(dir.path(), &["lock", "imr.plan.weald"]).0, 0);
    let locked = lock(dir.path(), 1);
    write(dir.path(), &CONTRACT.replace("edition 2026", "edition 2026\nset conventions revman5"));
    assert_eq!(weald(dir.path(), &["verify", "imr.plan.weald"]).0, 1);
    assert_eq!(lock(dir.path(), 1), locked, "the lock keeps its values");
    write(dir.path(), &format!("{CONTRACT}# a remark\n"));
    assert_eq!(weald(dir.path(), &["verify", "imr.plan.weald"]).0, 0);
}

#[test]
fn acceptance_h_i_rules_are_analysed_at_lock_time() {
    let faulty = CONTRACT.replace(
        "  when k < 2 then not_pooled\n  otherwise reml ci hksj",
        "  when p(q) > 0.10 and i2(q) < 50% then common\n  when p(q) < 0.10 and i2(q) > 50% then random",
    );
    let dir = folder(&faulty);
    let (status, _, err) = weald(dir.path(), &["lock", "imr.plan.weald"]);
    assert_eq!(status, 1);
    assert!(err.contains("E246") && err.contains("no branch holds"), "{err}");
    assert!(!dir.path().join("imr.plan.lock.json").exists());
    let collapsing = CONTRACT.replace("  otherwise reml ci hksj", "  when p(q) >= 0.10 or i2(q) < 50% then common\n  otherwise reml");
    let dir = folder(&collapsing);
    let (status, out, err) = weald(dir.path(), &["lock", "imr.plan.weald"]);
    assert_eq!(status, 0, "{err}");
    assert!(err.contains("W301"), "{err}");
    for (k, p, i2) in [
        (2, "0.157", "63.0"),
        (3, "0.135", "56.6"),
        (4, "0.112", "52.0"),
        (5, "0.092", "48.6"),
        (10, "0.035", "38.7"),
        (20, "0.006", "30.2"),
    ] {
        assert!(out.contains(p) && out.contains(i2), "k = {k}: {p}, {i2}\n{out}");
    }
}

#[test]
fn a_plan_that_leaves_open_what_it_needs_is_locked_as_a_draft_only() {
    let dir = folder(&CONTRACT.replace(" higher better", ""));
    let (status, _, err) = weald(dir.path(), &["lock", "imr.plan.weald"]);
    assert_eq!(status, 1);
    assert!(err.contains("E510") && err.contains("has no direction"), "{err}");
    assert!(!dir.path().join("imr.plan.lock.json").exists());
    let (status, out, err) = weald(dir.path(), &["lock", "imr.plan.weald", "--draft"]);
    assert_eq!(status, 0, "{err}");
    assert!(out.contains("as a draft"), "{out}");
    assert!(lock(dir.path(), 1).draft);
    // A draft is followed by the lock of the whole plan, without an amendment.
    write(dir.path(), CONTRACT);
    assert_eq!(weald(dir.path(), &["lock", "imr.plan.weald"]).0, 0);
    assert!(!lock(dir.path(), 2).draft);
    assert_eq!(weald(dir.path(), &["verify", "imr.plan.weald"]).0, 0);
}

/// A draft is shown as one wherever its lock is.
#[test]
fn a_plan_that_does_not_resolve_is_locked_as_a_draft_and_shown_as_one() {
    let dir = folder(&CONTRACT.replace("rob == \"high\"", "robb == \"high\""));
    let (status, _, err) = weald(dir.path(), &["lock", "imr.plan.weald"]);
    assert_eq!(status, 1, "{err}");
    let (status, out, err) = weald(dir.path(), &["lock", "imr.plan.weald", "--draft", "--format", "json"]);
    assert_eq!(status, 0, "{err}");
    let document: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((&document["draft"], document["analyses"].as_array().map(Vec::len)), (&serde_json::json!(true), Some(3)));
    let draft = lock(dir.path(), 1);
    assert!(draft.draft && draft.plan.open[0].starts_with("does not resolve (line 12): "), "{:?}", draft.plan.open);
    let (status, out, err) = weald(dir.path(), &["verify", "imr.plan.weald"]);
    assert!(status == 0 && out.contains("wrote it, a draft, plan ") && !out.contains("W551"), "{out}{err}");
    let (status, out, err) = weald(dir.path(), &["register", "imr.plan.weald", "osf", "ab3", "--on", "2022-10-03"]);
    assert!(status == 0 && out.contains(", a draft") && err.contains("W557"), "{out}{err}");
    std::fs::write(
        dir.path().join("d.csv"),
        "study,outcome,timepoint,analysis,comparator,yi,vi\nA,recovery,posttest,itt,tau,0.1,0.2\nB,recovery,posttest,itt,active,0.1,0.2\n",
    )
    .expect("data");
    std::fs::write(dir.path().join("r.weald"), "follow \"imr.plan.weald\"\nuse \"d.csv\"\nrun plan\n").expect("script");
    let (_, out, err) = weald(dir.path(), &["run", "r.weald"]);
    assert!(out.contains(", a draft, verified") && err.contains("W557") && err.contains("robb"), "{out}{err}");
    // What is no text of the language is no draft either.
    let dir = folder("plan P1 primary: pool (\n");
    assert_eq!(weald(dir.path(), &["lock", "imr.plan.weald", "--draft"]).0, 1);
}

#[test]
fn a_plan_without_a_lock_is_no_plan_that_was_changed() {
    let dir = folder(CONTRACT);
    let (status, out, _) = weald(dir.path(), &["verify", "imr.plan.weald"]);
    assert!(status == 1 && out.contains("not locked") && !out.to_lowercase().contains("changed:"), "{out}");
    let (status, _, err) = weald(dir.path(), &["verify", "other.plan.weald"]);
    assert!(status == 1 && err.contains("E300"), "{err}");
    // A lock that was taken away is not made anew: the journal knows of it.
    assert_eq!(weald(dir.path(), &["lock", "imr.plan.weald"]).0, 0);
    std::fs::remove_file(dir.path().join("imr.plan.lock.json")).expect("the lock");
    let (status, _, err) = weald(dir.path(), &["lock", "imr.plan.weald"]);
    assert!(status == 1 && err.contains("E553"), "{err}");
    assert!(!dir.path().join("imr.plan.lock.json").exists());
}

#[test]
fn only_what_is_sealed_is_unsealed() {
    let dir = folder(CONTRACT);
    let unseal = || weald(dir.path(), &["unseal", "imr.plan.weald", "--reason", "a safety question"]);
    assert!(unseal().2.contains("E562"));
    let (status, out, err) = weald(dir.path(), &["lock", "imr.plan.weald", "--seal"]);
    assert!(status == 0 && out.contains("stay hidden until `weald unseal`"), "{out}{err}");
    let (status, _, err) = unseal();
    assert_eq!(status, 0, "{err}");
    assert!(unseal().2.contains("E562"));
    let dir = folder(&format!("{CONTRACT}seal\n"));
    let (status, out, err) = weald(dir.path(), &["lock", "imr.plan.weald"]);
    assert!(status == 0 && out.contains("were hidden before this lock"), "{out}{err}");
}

/// A lock that was changed stops the script that follows it, and nothing else is blamed for it.
#[test]
fn a_broken_lock_is_told_once() {
    let dir = folder(CONTRACT);
    assert_eq!(weald(dir.path(), &["lock", "imr.plan.weald"]).0, 0);
    let path = dir.path().join("imr.plan.lock.json");
    let text = std::fs::read_to_string(&path).expect("lock").replace("\"search\"", "\"extraction\"");
    std::fs::write(&path, text).expect("lock");
    std::fs::write(dir.path().join("d.csv"), "study,outcome,yi,vi\nA,recovery,0.1,0.2\n").expect("data");
    let script = "follow \"imr.plan.weald\"\nuse \"d.csv\"\nrun plan\nleave-one-out of P1\ndifferences\n";
    std::fs::write(dir.path().join("r.weald"), script).expect("script");
    let (status, _, err) = weald(dir.path(), &["run", "r.weald"]);
    assert!(status == 1 && err.contains("E552"), "{err}");
    assert!(!err.contains("E520") && !err.contains("E243"), "{err}");
}

/// What the session shows of a locked plan enters the journal as what a script shows does.
#[test]
fn the_session_enters_what_it_shows() {
    let dir = folder(CONTRACT);
    assert_eq!(weald(dir.path(), &["lock", "imr.plan.weald"]).0, 0);
    let data = "study,outcome,timepoint,analysis,comparator,rob,yi,vi\nA,recovery,posttest,itt,tau,low,0.1,0.2\nB,recovery,posttest,itt,active,high,0.1,0.2\n";
    std::fs::write(dir.path().join("d.csv"), data.replace("yi,vi", "d,n1,n2").replace(",0.2\n", ",20,20\n")).expect("data");
    let mut session = Command::cargo_bin("weald").expect("binary");
    let typed = "follow \"imr.plan.weald\"\nuse \"d.csv\"\nrun P1\n";
    let out = session.current_dir(dir.path()).arg("repl").write_stdin(typed).output().expect("runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let journal = std::fs::read_to_string(dir.path().join("imr.plan.journal.jsonl")).expect("journal");
    assert!(journal.contains("\"kind\":\"results\"") && journal.contains("weald repl"), "{journal}");
    assert_eq!(weald(dir.path(), &["verify", "imr.plan.weald"]).0, 0);
}

#[test]
fn an_odd_amendment_is_remarked_on() {
    let dir = folder(CONTRACT);
    assert_eq!(weald(dir.path(), &["lock", "imr.plan.weald"]).0, 0);
    write(dir.path(), &format!("{CONTRACT}amend A1 date \"2001-05-01\" reason better_method \"none\" after data no\n"));
    let (status, _, err) = weald(dir.path(), &["lock", "imr.plan.weald"]);
    assert!(status == 0 && err.contains("changes nothing that is compared") && err.contains("before the plan that it amends"), "{err}");
}

/// The settings that every branch of a rule brings are the rule's, and no default stands in their place.
#[test]
fn what_a_rule_sets_is_no_default() {
    let dir = folder(CONTRACT);
    let (_, out, _) = weald(dir.path(), &["lock", "imr.plan.weald"]);
    assert!(!out.contains("never narrower than wald"), "{out}");
    let locked = lock(dir.path(), 1);
    let ci = locked.plan.planned("P1").and_then(|p| p.record.field(weald::protocol::Key::Ci)).expect("a field");
    assert_eq!((ci.words.as_str(), ci.origin.as_str()), ("hksj", "rule pooling"));
}

#[test]
fn a_plan_that_does_not_run_on_synthetic_rows_is_not_locked() {
    let text = "outcome x primary lower better measure rr\nplan P1 primary: pool x itt\nplan P2 secondary: pool x cc\nplan S1 sensitivity of P1: pool x\n";
    let dir = folder(text);
    let (status, _, err) = weald(dir.path(), &["lock", "imr.plan.weald"]);
    assert_eq!(status, 1);
    assert!(err.contains("E511") && err.contains("`S1` does not run on synthetic rows"), "{err}");
}

#[test]
fn an_amended_plan_gets_a_lock_of_its_own() {
    let dir = folder(CONTRACT);
    assert_eq!(weald(dir.path(), &["lock", "imr.plan.weald"]).0, 0);
    let changed = CONTRACT.replace("rob == \"high\"", "rob != \"low\"");
    write(dir.path(), &changed);
    let (status, _, err) = weald(dir.path(), &["lock", "imr.plan.weald"]);
    assert_eq!(status, 1);
    assert!(err.contains("say why in the plan, with `amend"), "{err}");
    write(dir.path(), &format!("{changed}amend A1 date \"2024-05-01\" reason better_method \"few trials at low risk\" after data no\n"));
    let (status, _, err) = weald(dir.path(), &["lock", "imr.plan.weald"]);
    assert_eq!(status, 0, "{err}");
    let second = lock(dir.path(), 2);
    assert_eq!(second.amendment.as_ref().map(|a| a.id.as_str()), Some("A1"));
    let first = std::fs::read(dir.path().join("imr.plan.lock.json")).expect("lock");
    assert_eq!(second.previous_lock, Some(weald::digest::sha256(&first)));
    let amended: Vec<(&str, Option<&str>)> = second.plan.analyses.iter().map(|a| (a.id.as_str(), a.amendment.as_deref())).collect();
    assert_eq!(amended, [("P1", None), ("S1", Some("A1")), ("L1", None), ("G1", None)]);
    assert_eq!(weald(dir.path(), &["verify", "imr.plan.weald"]).0, 0);
}

#[test]
fn a_lock_records_what_the_data_held() {
    let dir = folder(CONTRACT);
    std::fs::write(dir.path().join("d.csv"), "study,outcome,yi,vi\nA,recovery,0.1,0.2\nB,recovery,0.1,0.2\n").expect("data");
    let (status, out, err) = weald(dir.path(), &["lock", "imr.plan.weald", "--store", "d.csv", "--seal"]);
    assert_eq!(status, 0, "{err}");
    assert!(err.contains("W512") && out.contains("recovery 2"), "{out}{err}");
    let lock = lock(dir.path(), 1);
    assert_eq!((lock.store_at_lock.studies, lock.store_at_lock.result_rows.get("recovery"), lock.sealed), (2, Some(&2), true));
    assert!(lock.store_at_lock.snapshot_sha256.is_some());
}

#[test]
fn check_says_what_a_plan_states_and_what_not() {
    let dir = folder(CONTRACT);
    let (status, out, err) = weald(dir.path(), &["check", "imr.plan.weald"]);
    assert_eq!(status, 0, "{err}");
    for needle in
        ["PRISMA-P", "stated", "defaulted", "missing", "INPLASY", "PROSPERO", "Strategy of data synthesis", "declare results_seen"]
    {
        assert!(out.contains(needle), "{needle}\n{out}");
    }
    let (status, out, _) = weald(dir.path(), &["check", "imr.plan.weald", "--format", "json"]);
    assert_eq!(status, 0);
    let document: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(document["ok"], true);
    assert_eq!(document["items"][0]["coverage"], "missing");
    assert!(document["registries"][0]["fields"][0]["text"].is_string());
    let (status, out, _) = weald(dir.path(), &["check", "imr.plan.weald", "--format", "markdown"]);
    assert!(status == 0 && out.contains("| item |"), "{out}");
    let (status, out, _) = weald(dir.path(), &["check", "imr.plan.weald", "--dry-run"]);
    assert!(status == 0 && out.contains("SYNTHETIC"), "{out}");
    write(dir.path(), &CONTRACT.replace(" higher better", ""));
    assert_eq!(weald(dir.path(), &["check", "imr.plan.weald"]).0, 1);
    write(dir.path(), "pool x\n");
    let (status, _, err) = weald(dir.path(), &["lock", "imr.plan.weald"]);
    assert_eq!(status, 1, "{err}");
}

#[test]
fn new_makes_a_plan_that_locks() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for measure in ["smd", "or", "hr", "plo", "generic"] {
        let name = format!("review_{measure}");
        assert_eq!(weald(dir.path(), &["new", &name, "--measure", measure]).0, 0);
        let plan = format!("{name}/{name}.plan.weald");
        assert_eq!(weald(dir.path(), &["fmt", "--check", &plan]).0, 0);
        let (status, out, err) = weald(dir.path(), &["run", &plan]);
        assert!(status == 0 && out.contains("SYNTHETIC"), "{measure}: {out}{err}");
        let (status, _, err) = weald(dir.path(), &["lock", &plan]);
        assert_eq!(status, 0, "{measure}: {err}");
    }
}
