//! A plan, its locks, its receipt and its journal: each alone can't be changed unseen.

use std::collections::BTreeMap;
use weald::digest::sha256;
use weald::protocol::anchor;
use weald::protocol::journal::{Event, Journal, Said};
use weald::protocol::lock::{Declared, LOCK_FORMAT, Lock, LockedSource, StoreAtLock, Tool};
use weald::protocol::receipt::{Receipt, Registration};
use weald::protocol::verify::{Subject, Surroundings, Verdict, Verification, verify};
use weald::protocol::{Plan, stamp};
use weald::{Session, Source};

pub const PLAN: &str = "\
edition 2026
outcome recovery primary higher better measure smd
timepoint posttest
plan P1 primary: pool recovery at posttest itt model reml ci hksj
plan L1 sensitivity of P1: leave-one-out of P1
";

pub type Folder = BTreeMap<String, Vec<u8>>;

pub fn resolved(text: &str) -> Result<Plan, String> {
    let read = Session::default().read_plan(&Source::new("imr.plan.weald", text));
    match read.problems.iter().find(|p| p.problem.is_error()) {
        Some(p) => Err(p.problem.message.clone()),
        None => Ok(read.plan),
    }
}

fn lock(text: &str, version: &str, before: Option<&[u8]>, journal: &Journal) -> Lock {
    Lock {
        lock_format: LOCK_FORMAT,
        tool: Tool { name: "weald".into(), version: version.into(), numerics: "2026.1".into() },
        edition: 2026,
        conventions: None,
        sources: vec![LockedSource::new("imr.plan.weald", text)],
        plan_sha256: String::new(),
        analyses: Default::default(),
        plan: resolved(text).expect("a plan"),
        store_at_lock: StoreAtLock::default(),
        declared: Declared::default(),
        draft: false,
        sealed: false,
        sealed_after: false,
        journal_head: journal.head().map(str::to_owned),
        previous_lock: before.map(sha256),
        amendment: None,
        lock_sha256: String::new(),
    }
    .with_digests()
}

fn said(command: &str) -> Said {
    Said { time: "2022-10-01T09:00:00Z".into(), user: "a".into(), tool: "weald 0.1.0".into(), command: command.into() }
}

/// A plan locked twice and registered.
pub fn folder(version: &str) -> Folder {
    let mut journal = Journal::default();
    let mut files = Folder::new();
    let mut before: Option<Vec<u8>> = None;
    let second = PLAN.replace("ci hksj", "ci wald");
    for (text, file) in [(PLAN, "imr.plan.lock.json"), (&second, "imr.plan.lock.2.json")] {
        let lock = lock(text, version, before.as_deref(), &journal);
        let bytes = lock.to_text().into_bytes();
        let event =
            Event::Lock { file: file.into(), file_sha256: sha256(&bytes), plan_sha256: lock.plan_sha256.clone(), store_sha256: None };
        journal.add(said("lock"), event);
        if before.is_none() {
            let registration = Registration {
                registry: "inplasy".into(),
                id: "INPLASY2022100005".into(),
                date: "2022-10-03".into(),
                url: None,
                plan_sha256: lock.plan_sha256,
                lock_file_sha256: sha256(&bytes),
                retrieved: None,
            };
            let receipt = Receipt::new(vec![registration], journal.head().map(str::to_owned)).to_text().into_bytes();
            let event = Event::Register { registry: "inplasy".into(), id: "INPLASY2022100005".into(), file_sha256: sha256(&receipt) };
            journal.add(said("register"), event);
            files.insert("imr.plan.receipt.json".into(), receipt);
        }
        files.insert(file.into(), bytes.clone());
        before = Some(bytes);
    }
    files.insert("imr.plan.weald".into(), second.into_bytes());
    let text = journal.to_text().into_bytes();
    files.insert("imr.plan.journal.sha256".into(), anchor::text("imr.plan.journal.jsonl", &[&text]).into_bytes());
    files.insert("imr.plan.journal.jsonl".into(), text);
    files
}

pub fn verified(files: &Folder) -> Verification {
    let mut resolve = |sources: &[LockedSource]| resolved(&sources[0].text);
    verify("imr.plan.weald", &mut Surroundings { read: &|path| files.get(path).cloned(), resolve: &mut resolve, authorities: None })
}

fn codes(found: &Verification) -> Vec<&'static str> {
    found.checks.iter().flat_map(|c| &c.problems).map(|p| p.code).collect()
}

fn edited(files: &Folder, file: &str, edit: impl Fn(&str) -> String) -> Folder {
    let mut files = files.clone();
    let before = String::from_utf8(files[file].clone()).expect("text");
    let after = edit(&before);
    assert_ne!(before, after, "the edit of {file} changes nothing");
    files.insert(file.into(), after.into_bytes());
    files
}

#[test]
fn what_nobody_touched_holds() {
    let found = verified(&folder("0.1.0"));
    assert_eq!(found.verdict(), Verdict::Holds, "{:?}", codes(&found));
    assert_eq!(found.locks.len(), 2);
}

#[test]
fn text_without_meaning_is_a_warning_and_meaning_is_not() {
    let files = folder("0.1.0");
    for (what, from, to) in [
        ("a comment", "plan P1", "# a remark\nplan P1"),
        ("layout", "plan P1 primary:", "plan  P1   primary :"),
        ("the spelling of a clause", "model reml ci wald", "ci wald model reml"),
        (
            "the order of declarations",
            "outcome recovery primary higher better measure smd\ntimepoint posttest",
            "timepoint posttest\noutcome recovery primary higher better measure smd",
        ),
    ] {
        let found = verified(&edited(&files, "imr.plan.weald", |t| t.replace(from, to)));
        assert_eq!((found.verdict(), codes(&found)), (Verdict::Warning, vec!["W550"]), "{what}");
    }
    for (what, from, to) in [
        ("the model", "model reml", "model dl"),
        ("the interval", "ci wald", "ci t"),
        ("the measure", "measure smd", "measure md"),
        ("the direction", "higher better", "lower better"),
        ("the set", "itt", "cc"),
        ("a role", "P1 primary", "P1 secondary"),
        ("an analysis less", "plan L1 sensitivity of P1: leave-one-out of P1\n", ""),
        ("an analysis more", "plan L1", "plan G1 small-study of P1: egger of P1\nplan L1"),
        ("what can't be read", "plan L1", "plam L1"),
    ] {
        let found = verified(&edited(&files, "imr.plan.weald", |t| t.replace(from, to)));
        assert_eq!((found.verdict(), codes(&found)), (Verdict::Changed, vec!["E556"]), "{what}");
    }
}

/// Any character of any file but the plan, replaced by another: always found.
#[test]
fn no_character_of_a_lock_receipt_or_journal_changes_unseen() {
    let files = folder("0.1.0");
    for (name, bytes) in files.iter().filter(|(name, _)| !name.ends_with(".weald")) {
        let places: Vec<usize> = (0..bytes.len()).filter(|&i| !bytes[i].is_ascii_whitespace()).collect();
        for at in places.iter().step_by(211) {
            let mut files = files.clone();
            if let Some(bytes) = files.get_mut(name) {
                bytes[*at] = if bytes[*at] == b'7' { b'3' } else { b'7' };
            }
            assert!(!verified(&files).holds(), "{name}, byte {at}");
        }
    }
}

#[test]
fn nothing_can_be_taken_away() {
    let files = folder("0.1.0");
    for (name, code) in [
        ("imr.plan.weald", "E556"),
        ("imr.plan.lock.json", "E555"),
        ("imr.plan.lock.2.json", "E553"),
        ("imr.plan.receipt.json", "E558"),
        ("imr.plan.journal.jsonl", "E557"),
        ("imr.plan.journal.sha256", "E557"),
    ] {
        let mut files = files.clone();
        files.remove(name);
        let found = verified(&files);
        assert!(!found.holds() && codes(&found).contains(&code), "{name}: {:?}", codes(&found));
    }
    for lines in 1..4 {
        let found = verified(&edited(&files, "imr.plan.journal.jsonl", |t| t.lines().take(lines).map(|l| format!("{l}\n")).collect()));
        assert!(codes(&found).contains(&"E553"), "a journal of {lines} lines");
    }
    let gap = edited(&files, "imr.plan.journal.jsonl", |t| {
        t.lines().enumerate().filter(|(i, _)| *i != 2).map(|(_, l)| format!("{l}\n")).collect()
    });
    let found = verified(&gap);
    let journal = found.checks.iter().find(|c| c.subject == Subject::Journal).expect("a check of the journal");
    assert!(journal.problems[0].message.contains("gap before entry 3"), "{}", journal.problems[0].message);
    assert!(verified(&Folder::new()).checks.iter().any(|c| c.problems.iter().any(|p| p.code == "E554")));
}

/// Who changes one file and makes its own digests anew is found out by the others.
#[test]
fn new_digests_in_one_file_do_not_help() {
    let files = folder("0.1.0");
    let mut forged = Lock::read("imr.plan.lock.2.json", &files["imr.plan.lock.2.json"]).expect("a lock");
    forged.declared.results_seen = Some("none".into());
    let mut changed = files.clone();
    changed.insert("imr.plan.lock.2.json".into(), forged.with_digests().to_text().into_bytes());
    assert_eq!(codes(&verified(&changed)), ["E553"]);

    let receipt = Receipt::read("r", &files["imr.plan.receipt.json"]).expect("a receipt");
    let mut registrations = receipt.registrations;
    registrations[0].date = "2022-01-03".into();
    let mut changed = files.clone();
    changed.insert("imr.plan.receipt.json".into(), Receipt::new(registrations, receipt.journal_head).to_text().into_bytes());
    assert_eq!(codes(&verified(&changed)), ["E558"]);

    // The end of a journal, with digests that fit one another: the digest of the whole tells.
    let journal = Journal::read("j", &files["imr.plan.journal.jsonl"]).expect("a journal");
    let mut end = Journal { entries: journal.entries[..2].to_vec(), ..Journal::default() };
    let last = journal.entries[2].clone();
    end.add(Said { time: "2022-01-01T09:00:00Z".into(), ..said(&last.command) }, last.event);
    let mut changed = files.clone();
    changed.insert("imr.plan.journal.jsonl".into(), end.to_text().into_bytes());
    assert_eq!(codes(&verified(&changed)), ["E553"]);
    // So does a journal that says it is of a format before there was one.
    end.format = 1;
    changed.insert("imr.plan.journal.jsonl".into(), end.to_text().into_bytes());
    assert_eq!(codes(&verified(&changed)), ["E553"]);

    let mut anew = Journal::default();
    for entry in journal.entries {
        anew.add(Said { time: "2022-01-01T09:00:00Z".into(), ..said(&entry.command) }, entry.event);
    }
    let mut changed = files.clone();
    changed.insert("imr.plan.journal.jsonl".into(), anew.to_text().into_bytes());
    let found = codes(&verified(&changed));
    assert!(found.contains(&"E553") && found.contains(&"E558"), "{found:?}");
}

#[test]
fn a_lock_of_an_earlier_version_holds() {
    let mut files = Folder::new();
    for name in ["imr.plan.weald", "imr.plan.lock.json", "imr.plan.lock.2.json", "imr.plan.receipt.json", "imr.plan.journal.jsonl"] {
        let path = format!("{}/tests/plans/old/{name}", env!("CARGO_MANIFEST_DIR"));
        files.insert(name.into(), std::fs::read(path).expect("a file of the old lock"));
    }
    let found = verified(&files);
    assert!(found.holds(), "{:?}", found.checks);
    assert_eq!(found.locks[0].tool.version, "0.0.9");
    // What this version would fill in otherwise is said, and never an error.
    assert!(codes(&found).iter().all(|c| *c == "W551"), "{:?}", codes(&found));
}

#[test]
fn a_lock_of_a_later_format_is_not_guessed_at() {
    let later = edited(&folder("0.1.0"), "imr.plan.lock.json", |t| t.replace("\"lock_format\": 1", "\"lock_format\": 2"));
    assert!(codes(&verified(&later)).contains(&"E551"));
}

fn stamps(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/plans/stamps/{name}", env!("CARGO_MANIFEST_DIR"))).expect("a file of the time stamps")
}

#[test]
fn tokens_of_openssl_hold_and_no_byte_of_them_can_change() {
    let digest = sha256(&stamps("stamped.txt"));
    let nonce = stamp::asked(&stamps("stamped.tsq")).and_then(|a| a.nonce);
    assert_eq!(stamp::asked(&stamps("stamped.tsq")).map(|a| a.imprint), Some(digest.clone()));
    for (token, authority) in [("rsa.tsr", "rsa.pem"), ("p256.tsr", "p384.pem")] {
        let bytes = stamps(token);
        let stamp = stamp::check(&bytes, &digest, nonce.as_deref(), Some(&stamps(authority))).expect(token);
        assert!(stamp.time.starts_with("20") && stamp.time.ends_with('Z'), "{}", stamp.time);
        assert_eq!((stamp.repeats, stamp.traced.is_some()), (Some(true), true));
        assert_eq!(stamp::check(&bytes, &digest, None, None).map(|s| (s.repeats, s.traced)), Ok((None, None)));
        let refused = |nonce, authority: &str| stamp::check(&bytes, &digest, nonce, Some(&stamps(authority)));
        assert!(refused(nonce.as_deref(), "other.pem").is_err_and(|e| e.contains("none of the authorities")));
        assert!(refused(Some("01"), authority).is_err_and(|e| e.contains("number of the request")));
        assert!(stamp::check(&bytes, &sha256(b"other"), None, None).is_err_and(|e| e.contains("other bytes")));
        let mut silent = Vec::new();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x01;
            if stamp::check(&changed, &digest, nonce.as_deref(), Some(&stamps(authority))).is_ok() {
                silent.push(at);
            }
        }
        // Outside what is signed lie the status, version numbers and the parameters of algorithms: no more than these.
        assert!(silent.len() < 24, "{token}: {silent:?}");
    }
    assert!(stamp::check(b"", &digest, None, None).is_err());
    assert!(stamp::check(&stamps("stamped.tsq"), &digest, None, None).is_err());
}
