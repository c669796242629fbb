//! `add`, `edit`, `remove` and `undo edit` at the prompt: the same keeper, the same log.

use super::killed::small;
use weald::store::*;
use weald::{Outcome, Session, Source};

fn session() -> Session {
    let files = Memory::new();
    save(&files, &small(), "s").expect("saved");
    let mut session = Session::with_files(files);
    session.allow_editing(|| Author { by: Some("Ann".into()), at: Some("2026-05-31T12:00:00Z".into()) });
    session
}

/// What was printed, or the codes and words of the problems.
fn entry(session: &mut Session, text: &str) -> String {
    let run = session.run_entry(&Source::new("entry", text));
    let problems = run.problems.iter().map(|p| {
        let at = p.problem.span().map(|s| &text[s.start as usize..(s.end as usize).min(text.len())]).unwrap_or_default();
        format!("{} at `{at}`: {}", p.problem.code, p.problem.message)
    });
    let texts = run.outcomes.iter().filter_map(|o| if let Outcome::Text(t) = o { Some(t.text.clone()) } else { None });
    problems.chain(texts).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_record_is_changed_logged_and_brought_back() {
    let mut s = session();
    assert_eq!(entry(&mut s, "use \"s\""), "");
    let first = s.state().store.sha256();
    let told = entry(&mut s, "edit row 2 mean1 1.75, sd1 0.60 because \"Table 3\"");
    assert!(told.contains("mean1: 1.50 → 1.75") && told.contains("sd1: .5 → 0.60"), "{told}");
    assert!(told.ends_with("change 1 of s; `undo edit` takes it back"), "{told}");
    assert_eq!(s.state().store.rows[0].values["sd1"].text, "0.60", "the session has the new number, text for text");
    assert!(entry(&mut s, "add study C year 2020 because \"new report\"").contains("study C is new"));
    assert!(entry(&mut s, "add row study C, outcome pain, n1 12 mean1 2 sd1 1 n2 12 mean2 1 sd2 1").contains("row of C, pain is new"));
    assert_eq!(s.state().store.rows.len(), 3);
    assert!(entry(&mut s, "remove row where study == C and outcome == \"pain\" because \"entered twice\"").contains("is gone"));
    assert!(entry(&mut s, "edit outcome pain direction lower_better").contains("direction: nothing → lower_better"));
    let log = read_log(s.files(), "s").expect("a log");
    assert_eq!(log.iter().map(|e| e.action.as_str()).collect::<Vec<_>>(), ["edit", "add", "add", "remove", "edit"]);
    assert_eq!((log[0].by.as_deref(), log[0].because.as_deref()), (Some("Ann"), Some("Table 3")));
    for n in (1..=5).rev() {
        let told = entry(&mut s, "undo edit");
        assert!(told.ends_with(&format!("takes back change {n}")), "{told}");
    }
    assert_eq!(s.state().store.sha256(), first);
    assert!(entry(&mut s, "undo edit").starts_with("E385"));
    // The log, the last change first.
    let listed = s.run_entry(&Source::new("entry", "list changes"));
    let Some(Outcome::Table(table)) = listed.outcomes.first() else { panic!("{:?}", listed.problems) };
    assert_eq!((table.title.as_str(), table.rows.len()), ("10 changes of s", 10));
    assert_eq!(table.rows[9][..5], ["1", "edit", "Ann", "2026-05-31T12:00:00Z", "Table 3"]);
    assert!(table.rows[9][5].contains("mean1: 1.50 → 1.75") && table.rows[0][1] == "undo of 1", "{:?}", table.rows);
    assert_eq!(open(s.files(), "s").problems, []);
}

#[test]
fn what_is_wrong_is_told_before_anything_is_written() {
    let mut s = session();
    assert!(entry(&mut s, "edit row 2 mean1 3").starts_with("E242 at `edit`"), "nothing is in use");
    entry(&mut s, "use \"s\"");
    for (text, told) in [
        ("edit row 2 mean_1 3", "E384 at `mean_1 3`: the rows have no `mean_1`"),
        ("edit row 2 mean1 3 n1 many", "E308 at `n1 many`"),
        ("edit row 99 mean1 3", "E383 at `99`"),
        ("edit row where study > 2 mean1 3", "E383 at `study > 2"),
        ("edit thing 2 mean1 3", "E383 at `thing`: `thing` is no kind of record"),
        ("edit row 2", "E384"),
        ("remove row 2 mean1 3", "E384 at `mean1`"),
        ("add study A year 2000", "E387 at `A`"),
        ("add row study Nobody, outcome pain, yi 1 vi 1", "E323"),
        ("remove study A", "E384 at `A`: the study `A` has a row"),
        ("edit row 2 mean1", "E211 at `mean1`"),
    ] {
        let found = entry(&mut s, text);
        assert!(found.contains(told), "{text}: {found}");
    }
    assert_eq!(read_log(s.files(), "s").expect("a log").len(), 0);
    // Two statements of one entry: the faulty one keeps the other from being written.
    assert!(entry(&mut s, "edit row 2 mean1 3\nedit row 3 mean1 x").contains("E308"));
}

#[test]
fn a_script_leaves_its_data_alone() {
    let files = Memory::new();
    save(&files, &small(), "s").expect("saved");
    let mut s = Session::with_files(files);
    for text in ["edit row 2 mean1 3", "add study C", "remove row 2", "undo edit"] {
        let told = entry(&mut s, &format!("use \"s\"\n{text}"));
        assert!(told.starts_with("E242") && told.contains("works at the prompt"), "{told}");
    }
    assert_eq!(read_log(s.files(), "s").expect("a log").len(), 0);
}

#[test]
fn undo_of_the_session_keeps_what_was_written_to_the_store() {
    let mut s = session();
    entry(&mut s, "use \"s\"");
    entry(&mut s, "let a = pool pain measure md");
    entry(&mut s, "edit row 2 mean1 3");
    assert_eq!(entry(&mut s, "undo"), "undone: let a = pool pain measure md");
    assert_eq!(s.state().store.rows[0].number("mean1"), Some(3.0), "the store is as it lies");
    assert!(entry(&mut s, "undo edit").contains("mean1: 3 → 1.50"));
    assert_eq!(s.state().store.rows[0].number("mean1"), Some(1.5));
}

#[test]
fn imports_and_saves_into_a_store_are_logged_and_can_be_undone() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("d.csv"), "study,outcome,yi,vi\nA,pain,0.2,0.04\n").expect("written");
    std::fs::write(folder.path().join("e.csv"), "study,outcome,yi,vi\nB,pain,0.3,0.05\n").expect("written");
    let weald = |arguments: &[&str]| {
        let said = super::killed::weald(folder.path(), arguments);
        (said.status.code(), format!("{}{}", String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr)))
    };
    assert_eq!(weald(&["import", "d.csv", "--to", "s"]).0, Some(0));
    let disk = Disk::new(folder.path(), folder.path(), false);
    let log = || read_log(&disk, "s").expect("a log");
    assert_eq!((log().len(), log()[0].action.as_str(), log()[0].by.as_deref()), (1, "import", Some("Ann")));
    assert!(log()[0].source.as_deref().is_some_and(|s| s.starts_with("d.csv, SHA-256 ")), "{:?}", log()[0]);
    let one = open(&disk, "s").store.expect("a store").sha256();
    assert_eq!(weald(&["import", "e.csv", "--to", "s", "--add", "--because", "second search"]).0, Some(0));
    assert_eq!((log().len(), log()[1].because.as_deref(), log()[1].changes.len()), (2, Some("second search"), 2));
    assert_eq!(weald(&["import", "e.csv", "--to", "s", "--add"]).0, Some(1), "the same row twice");
    assert_eq!(weald(&["import", "d.csv", "--to", "s", "--replace"]).0, Some(0));
    assert_eq!(open(&disk, "s").store.expect("a store").sha256(), one);
    assert_eq!(weald(&["undo", "s"]).0, Some(0));
    assert_eq!(open(&disk, "s").store.expect("a store").rows.len(), 2);
    assert_eq!(weald(&["undo", "s"]).0, Some(0));
    assert_eq!(open(&disk, "s").store.expect("a store").sha256(), one);
    let (status, said) = weald(&["undo", "s"]);
    assert!(status == Some(1) && said.contains("change 1 (import) can't be undone"), "{said}");
    // A script that saves over a logged store says what it changed.
    std::fs::write(folder.path().join("a.weald"), "use \"e.csv\"\nsave data to \"s\"\n").expect("written");
    assert_eq!(weald(&["run", "a.weald"]).0, Some(0));
    let last = log().pop().expect("an entry");
    assert_eq!((last.action.as_str(), last.changes.is_empty()), ("save", false));
    assert_eq!(weald(&["undo", "s"]).0, Some(0));
    assert_eq!(open(&disk, "s").store.expect("a store").sha256(), one);
}

#[test]
fn what_was_adopted_is_logged_before_and_after_and_can_be_undone() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("d.csv"), "study,outcome,yi,vi\nA,pain,0.2,0.04\nB,pain,0.3,0.04\n").expect("written");
    let weald = |arguments: &[&str]| super::killed::weald(folder.path(), arguments).status.code();
    let disk = Disk::new(folder.path(), folder.path(), false);
    let values = || {
        let store = open(&disk, "s").store.expect("a store");
        (store.rows[0].number("yi"), store.rows[1].number("yi"))
    };
    let by_hand = |from: &str, to: &str| {
        let rows = folder.path().join("s/rows.csv");
        let text = std::fs::read_to_string(&rows).expect("rows");
        std::fs::write(&rows, text.replace(from, to)).expect("written");
    };
    weald(&["import", "d.csv", "--to", "s"]);
    assert_eq!(weald(&["edit", "s", "row", "2", "yi=0.25"]), Some(0));
    by_hand("0.3,", "0.35,");
    assert_eq!(weald(&["adopt", "s", "--because", "spreadsheet"]), Some(0));
    let last = read_log(&disk, "s").expect("a log").pop().expect("an entry");
    assert!(weald::store::change_lines(&last).contains("yi: 0.3 → 0.35"), "{last:?}");
    assert_eq!((weald(&["undo", "s"]), values()), (Some(0), (Some(0.25), Some(0.3))));
    assert_eq!((weald(&["undo", "s"]), values()), (Some(0), (Some(0.2), Some(0.3))));
    // Without the copy nobody knows what stood there: the value after is logged, and stays.
    by_hand("0.3,", "0.36,");
    std::fs::remove_file(folder.path().join("s/saved.json")).expect("removed");
    assert_eq!(weald(&["adopt", "s", "--because", "again"]), Some(0));
    let adopted = read_log(&disk, "s").expect("a log").pop().map(|e| e.adopted.join("\n")).unwrap_or_default();
    assert!(adopted.contains("line 3 now: B,pain,0.36,0.04"), "{adopted}");
    assert_eq!((weald(&["undo", "s"]), values().1), (Some(1), Some(0.36)));
}

/// A store whose rows name arms that nobody has declared: the first one declared is not alone.
#[test]
fn the_first_arm_declares_those_in_use() {
    let mut store = small();
    for (row, names) in store.rows.iter_mut().zip([["cbt", "wait"], ["drug", "wait"]]) {
        row.arm1 = Some(names[0].to_owned());
        row.arm2 = Some(names[1].to_owned());
    }
    let files = Memory::new();
    save(&files, &store, "s").expect("saved");
    let mut session = Session::with_files(files);
    session.allow_editing(|| Author { by: Some("Ann".into()), at: None });
    assert_eq!(entry(&mut session, "use \"s\""), "");
    let told = entry(&mut session, "add arm cbt label \"CBT\"");
    assert!(told.contains("arm cbt is new") && told.contains("arm wait is new"), "{told}");
    let arms = &session.state().store.arms;
    assert_eq!(arms.get("cbt").and_then(|a| a.label.as_deref()), Some("CBT"), "{told}");
    assert!(["cbt", "drug", "wait"].iter().all(|a| arms.contains_key(*a)), "{told}");
}
