//! Digests, hand edits, the log, locks and backups.

use super::killed::{small, weald};
use weald::store::edit::{Which, edit, kind};
use weald::store::*;

fn folder() -> Memory {
    let files = Memory::new();
    let mut store = small();
    store.risk_of_bias.push(RobJudgement {
        study: "A".into(),
        domain: "overall".into(),
        judgement: "low".into(),
        ..RobJudgement::default()
    });
    save(&files, &store, "s").expect("saved");
    change(&files, "s", "row", "2", &[("mean1", "1.75")]).expect("changed");
    files
}

fn change(files: &Memory, path: &str, what: &str, which: &str, fields: &[(&str, &str)]) -> Result<Saved, Vec<String>> {
    let told = |problems: Vec<weald::diagnostic::Problem>| problems.iter().map(|p| format!("{} {}", p.code, p.message)).collect::<Vec<_>>();
    let keeper = Keeper::open(files, path, Author { by: Some("Ann".into()), at: Some("2026-05-31T12:00:00Z".into()) }).map_err(told)?;
    let which = Which::Name(which.to_owned());
    let plain = |problems: Vec<(Option<usize>, weald::diagnostic::Problem)>| problems.into_iter().map(|(_, p)| p).collect::<Vec<_>>();
    keeper.save("edit", Some("typo"), |store| edit(store, kind(what).map_err(|p| vec![p])?, &which, fields).map_err(plain)).map_err(told)
}

fn told(files: &Memory, path: &str) -> Vec<String> {
    let line = |p: &weald::diagnostic::Problem| format!("{} {}", p.code, p.message);
    open(files, path).problems.iter().map(line).collect()
}

#[test]
fn any_flipped_byte_changes_nothing_or_is_told() {
    let files = folder();
    let before = open(&files, "s").store.expect("a store");
    let (mut told, mut same) = (0, 0);
    for name in files.list("s").expect("a folder") {
        let path = format!("s/{name}");
        let bytes = files.peek(&path).expect("a file");
        for at in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            files.replace(&path, &flipped).expect("written");
            let loaded = open(&files, "s");
            let about = loaded.problems.iter().any(|p| p.place.as_ref().is_some_and(|place| place.file == path));
            if about {
                told += 1;
            } else {
                assert_eq!(loaded.store.map(|s| s.sha256()), Some(before.sha256()), "{path} byte {at}");
                same += 1;
            }
        }
        files.replace(&path, &bytes).expect("written");
    }
    assert!(told > 1000, "{told} told, {same} the same");
    assert_eq!(open(&files, "s").problems, []);
}

#[test]
fn a_hand_edit_is_named_by_line_and_adopted_with_a_reason() {
    let files = folder();
    let text = String::from_utf8(files.peek("s/rows.csv").expect("rows")).expect("text");
    files.replace("s/rows.csv", text.replace("3.1", "3.4").as_bytes()).expect("written");
    assert_eq!(told(&files, "s"), ["W381 `s/rows.csv` is not as it was saved: line 3 (B) differs"]);
    assert_eq!(open(&files, "s").store.expect("still read").rows[1].number("mean1"), Some(3.4));
    let refused = change(&files, "s", "row", "3", &[("mean1", "3.3")]).expect_err("refused");
    assert_eq!(refused, ["E381 `s/rows.csv` is not as it was saved: line 3 (B) differs"]);
    let keeper = Keeper::open(&files, "s", Author::default()).expect("a keeper");
    let saved = keeper.adopt("corrected in the spreadsheet").expect("adopted");
    assert_eq!(saved.entry.because.as_deref(), Some("corrected in the spreadsheet"));
    assert_eq!(saved.entry.adopted, ["`s/rows.csv` is not as it was saved: line 3 (B) differs"]);
    // Each changed cell with what stood there when the store was saved.
    assert_eq!(
        change_lines(&saved.entry),
        "  `s/rows.csv` is not as it was saved: line 3 (B) differs\n  row of B, pain\n    mean1: 3.1 → 3.4\n"
    );
    assert_eq!(told(&files, "s"), Vec::<String>::new());
    assert_eq!(change(&files, "s", "row", "3", &[("mean1", "3.3")]).map(|s| s.entry.n), Ok(3));
    // Lines that come and go, and files.
    files.replace("s/rows.csv", text.lines().take(2).collect::<Vec<_>>().join("\n").as_bytes()).expect("written");
    files.remove("s/risk_of_bias.csv").expect("removed");
    let found = told(&files, "s");
    assert!(found[0].contains("1 line after line 2 is gone") || found[1].contains("1 line after line 2 is gone"), "{found:?}");
    assert!(found.iter().any(|l| l == "W381 `s/risk_of_bias.csv` is gone, and was there when the store was saved"), "{found:?}");
}

#[test]
fn a_document_names_the_path_of_what_differs() {
    let files = Memory::new();
    save(&files, &small(), "s.json").expect("saved");
    assert_eq!(files.list("").expect("files"), ["s.json"]);
    change(&files, "s.json", "outcome", "pain", &[("mid.value", "10")]).expect("changed");
    assert_eq!(files.list("").expect("files"), ["s.json", "s.json.changes.jsonl", "s.json.digests.json", "s.json.saved.json"]);
    let text = String::from_utf8(files.peek("s.json").expect("a document")).expect("text");
    files.replace("s.json", text.replace("1991", "1992").as_bytes()).expect("written");
    let found = told(&files, "s.json");
    assert_eq!(found.len(), 1);
    assert!(found[0].ends_with("(studies › B › characteristics › year) differs"), "{found:?}");
    files.replace("s.json", text.replace("3.1", "3.9").as_bytes()).expect("written");
    assert!(told(&files, "s.json")[0].ends_with("(rows › entry 2 › values › mean1) differs"), "{:?}", told(&files, "s.json"));
}

#[test]
fn stores_made_by_hand_are_not_bothered() {
    let files = Memory::new().with("d.csv", "study,yi,vi\nA,1,1\n").with("h/rows.csv", "study,yi,vi\nA,1,1\n");
    assert_eq!(told(&files, "d.csv"), Vec::<String>::new());
    assert_eq!(told(&files, "h"), Vec::<String>::new());
    let disk = Disk::new(concat!(env!("CARGO_MANIFEST_DIR"), "/examples"), ".", false);
    assert_eq!(open(&disk, "imr/data").problems, []);
}

#[test]
fn the_log_holds_who_when_why_before_and_after_and_undo_takes_back() {
    let files = folder();
    let first = open(&files, "s").store.expect("a store");
    change(&files, "s", "study", "B", &[("year", "2000"), ("country", "Norway")]).expect("changed");
    let log = read_log(&files, "s").expect("a log");
    assert_eq!(
        (log.len(), log[1].by.as_deref(), log[1].at.as_deref(), log[1].because.as_deref()),
        (2, Some("Ann"), Some("2026-05-31T12:00:00Z"), Some("typo"))
    );
    assert_eq!(log[0].changes[0].before.as_ref().map(|b| b["values"]["mean1"].clone()), Some("1.50".into()));
    assert_eq!(log[0].changes[0].after.as_ref().map(|b| b["values"]["mean1"].clone()), Some(1.75.into()));
    let undo = || Keeper::open(&files, "s", Author::default()).expect("a keeper").undo(None);
    assert_eq!(undo().expect("undone").store.sha256(), first.sha256());
    let back = undo().expect("undone");
    assert_eq!(back.entry.undoes, Some(1));
    assert_eq!(back.store.rows[0].values["mean1"].text, "1.50");
    assert_eq!(undo().expect_err("nothing left")[0].code, "E385");
    assert_eq!(read_log(&files, "s").expect("a log").len(), 4);
    // A line that was changed breaks the chain.
    let text = String::from_utf8(files.peek("s/changes.jsonl").expect("a log")).expect("text");
    files.replace("s/changes.jsonl", text.replacen("Ann", "Bob", 1).as_bytes()).expect("written");
    assert_eq!(read_log(&files, "s").expect_err("broken").code, "E386");
    assert!(told(&files, "s")[0].contains("changes.jsonl"), "{:?}", told(&files, "s"));
}

#[test]
fn records_come_and_go_and_everything_wrong_is_told() {
    let told = |problems: Vec<(Option<usize>, weald::diagnostic::Problem)>| {
        problems.iter().map(|(at, p)| format!("{at:?} {} {}", p.code, p.message)).collect::<Vec<_>>()
    };
    let mut store = small();
    let k = |word: &str| kind(word).expect("a kind");
    use weald::store::edit::{add, remove};
    assert_eq!(kind("rwo").expect_err("unknown").help.as_deref().map(|h| h.starts_with("did you mean `row`?")), Some(true));
    add(&mut store, k("study"), Some("C"), &[("year", "1999"), ("registrations", "NCT1")]).expect("added");
    assert_eq!(store.studies["C"].registrations.as_deref(), Some("NCT1"));
    add(&mut store, k("row"), None, &[("study", "C"), ("outcome", "pain"), ("yi", "0.20"), ("vi", "0.04")]).expect("added");
    assert_eq!(store.rows[2].values["yi"].text, "0.20");
    let wrong =
        edit(&mut store, k("row"), &Which::At(2), &[("yi", "much"), ("vi", "-1"), ("mean_1", "2")]).map_err(told).expect_err("wrong");
    assert_eq!(wrong, ["Some(2) E384 the rows have no `mean_1`"]);
    let wrong = edit(&mut store, k("row"), &Which::At(2), &[("yi", "much"), ("vi", "-1")]).map_err(told).expect_err("wrong");
    assert_eq!(wrong, ["Some(0) E308 `much` is not a number", "Some(1) E311 `vi` is -1: a variance is above 0"]);
    let wrong = edit(&mut store, k("outcome"), &Which::Name("pain".into()), &[("direction", "up"), ("colour", "red")])
        .map_err(told)
        .expect_err("wrong");
    assert_eq!(wrong, ["Some(0) E321 the store has no word `up` here", "Some(1) E321 the store has no field `colour` here"]);
    edit(&mut store, k("outcome"), &Which::Name("pain".into()), &[("direction", "lower_better"), ("mid.value", "1.50"), ("label", "")])
        .expect("edited");
    assert_eq!(store.outcomes["pain"].mid.as_ref().and_then(|m| m.value.as_ref()).map(|c| c.text.as_str()), Some("1.50"));
    assert_eq!(store.outcomes["pain"].label, None);
    add(&mut store, k("arm"), Some("i"), &[("components", "walking; talks"), ("n_randomised", "40")]).expect("added");
    assert_eq!(store.arms["i"].components, ["walking", "talks"]);
    add(&mut store, k("flow"), None, &[("stage", "identified"), ("count", "120")]).expect("added");
    assert_eq!(store.flow[0].count, 120);
    assert_eq!(
        remove(&mut store, k("study"), &Which::Name("C".into())).map_err(told).expect_err("used"),
        ["None E384 the study `C` has a row"]
    );
    let by = Which::Where(vec![("outcome".into(), "pain".into())]);
    assert_eq!(remove(&mut store, k("row"), &by).map_err(told).expect_err("several"), ["None E383 3 rows fit outcome `pain`"]);
    let digest = store.rows[2].sha256();
    remove(&mut store, k("row"), &Which::Name(digest[..10].to_owned())).expect("removed");
    remove(&mut store, k("study"), &Which::Name("C".into())).expect("removed");
    assert_eq!((store.rows.len(), store.studies.len()), (2, 2));
    assert_eq!(
        remove(&mut store, k("flow"), &Which::Name("2".into())).map_err(told).expect_err("no such"),
        ["None E383 no flow count fits `2`"]
    );
}

#[test]
fn the_command_line_edits_logs_undoes_and_keeps_the_old_version() {
    let folder = tempfile::tempdir().expect("a folder");
    let from = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/store-v1");
    std::fs::create_dir(folder.path().join("s")).expect("made");
    for name in ["weald.json", "rows.csv", "studies.csv", "risk_of_bias.csv"] {
        std::fs::copy(format!("{from}/{name}"), folder.path().join("s").join(name)).expect("copied");
    }
    let said = |arguments: &[&str]| {
        let out = weald(folder.path(), arguments);
        (out.status.code(), format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr)))
    };
    let edited = said(&["edit", "s", "row", "--where", "study=Adams", "mean1=4.20", "sd2=", "--because", "Table 2 read again"]);
    assert_eq!(
        edited,
        (
            Some(0),
            "  row of Adams, pain\n    mean1: 4.10 → 4.20\n    sd2: 1.6 → nothing\nchange 1 of s, 1 record; `weald undo s` takes it back\n"
                .into()
        )
    );
    // The files of version 1 stand beside the new ones, byte for byte.
    for name in ["weald.json", "rows.csv", "studies.csv", "risk_of_bias.csv"] {
        let old = std::fs::read(format!("{from}/{name}")).expect("read");
        assert_eq!(std::fs::read(folder.path().join("s").join(format!("{name}.v1.bak"))).expect("a backup"), old, "{name}");
    }
    assert!(std::fs::read_to_string(folder.path().join("s/weald.json")).expect("read").contains("\"schema\": 2"));
    assert_eq!(said(&["add", "s", "study", "Dunn", "year=2022", "--because", "new"]).0, Some(0));
    let (status, text) = said(&["log", "s"]);
    assert_eq!(status, Some(0));
    assert!(
        text.contains("1 edit by Ann, ") && text.contains("because Table 2 read again") && text.contains("study Dunn is new"),
        "{text}"
    );
    assert_eq!(said(&["undo", "s"]).0, Some(0));
    assert_eq!(said(&["undo", "s"]).0, Some(0));
    assert!(std::fs::read_to_string(folder.path().join("s/rows.csv")).expect("read").contains("4.10"));
    assert_eq!(said(&["undo", "s"]).0, Some(1));
    assert_eq!(said(&["edit", "s", "rwo", "2", "mean1=1"]).0, Some(2));
    assert_eq!(said(&["edit", "nowhere", "row", "2", "mean1=1"]).0, Some(1));
    // Two writers.
    let files = Disk::new(folder.path(), folder.path(), false);
    let held = files.lock("s/.weald.lock").expect("a lock");
    let (status, text) = said(&["edit", "s", "row", "2", "mean1=1"]);
    assert!(status == Some(1) && text.contains("E382"), "{text}");
    drop(held);
    assert_eq!(said(&["edit", "s", "row", "2", "mean1=1"]).0, Some(0));
    // A tidy CSV is edited too; a new study comes with its row.
    std::fs::write(folder.path().join("d.csv"), "study,yi,vi,year\nA,0.10,0.2,1990\n").expect("written");
    assert_eq!(said(&["add", "d.csv", "row", "study=B", "yi=0.30", "vi=0.1"]).0, Some(0));
    assert_eq!(std::fs::read_to_string(folder.path().join("d.csv")).expect("read"), "study,yi,vi,year\nA,0.10,0.2,1990\nB,0.30,0.1,\n");
}

/// A CSV keeps the way its owner writes it: the line that was edited is the one that differs.
#[test]
fn an_edited_csv_keeps_its_dialect() {
    let cases: &[(&str, &str, &str)] = &[
        ("semicolons", "\u{feff}Studie;yi;vi;Alter;study\r\nx;0,10;0,2;40,5;A\r\ny;0,30;0,1;39;B\r\n", "0,10"),
        ("excel", "sep=;\nstudy;yi;vi\nA;0,10;0,2\nB;0,30;0,1\n", "0,10"),
        ("r", "\"study\",\"yi\",\"vi\"\n\"A\",0.10,0.2\n\"B\",0.30,0.1\n", "0.10"),
        ("all quoted", "\"study\",\"yi\",\"vi\"\n\"A\",\"0.10\",\"0.2\"\n\"B\",\"0.30\",\"0.1\"\n", "0.10"),
        ("plain", "study,vi,yi,note\nA,0.2,0.10,\"a, b\"\nB,0.1,0.30,\n", "0.10"),
        ("crlf", "vi,yi,study\r\n0.2,0.10,A\r\n0.1,0.30,B\r\n", "0.10"),
    ];
    for (name, text, value) in cases {
        let files = Memory::new().with("d.csv", *text);
        let saved = change(&files, "d.csv", "row", if name == &"excel" { "3" } else { "2" }, &[("yi", "0.15")]);
        assert!(saved.is_ok(), "{name}: {saved:?}");
        let now = String::from_utf8(files.peek("d.csv").expect("the file")).expect("text");
        assert_eq!(now, text.replacen(value, &value.replace("10", "15"), 1), "{name}");
    }
}

#[test]
fn definitions_that_cannot_be_are_refused() {
    let refused = |what: &str, which: &str, fields: &[(&str, &str)]| {
        let files = folder();
        let Ok(keeper) = Keeper::open(&files, "s", Author::default()) else { panic!("the store opens") };
        let kind = kind(what).expect("a kind");
        let added = keeper.save("add", None, |store| {
            weald::store::edit::add(store, kind, (!which.is_empty()).then_some(which), fields)
                .map_err(|p| p.into_iter().map(|p| p.1).collect())
        });
        added.expect_err("refused").iter().map(|p| format!("{} {}", p.code, p.message)).collect::<Vec<_>>()
    };
    assert_eq!(refused("instrument", "BAD", &[("min", "63"), ("max", "0")]), ["E343 `min` of instrument `BAD` is 63, and its `max` is 0"]);
    assert_eq!(refused("instrument", "BAD", &[("items", "0")]), ["E343 `items` of instrument `BAD` is 0"]);
    assert_eq!(refused("arm", "x", &[("n_randomised", "-4")]), ["E343 `n_randomised` of arm `x` is -4"]);
    let files = folder();
    let judge = |judgement: &str, by: &str| {
        let keeper = Keeper::open(&files, "s", Author::default()).map_err(|p| format!("{p:?}"))?;
        let fields = [("study", "B"), ("tool", "RoB 2"), ("domain", "overall"), ("judgement", judgement), ("assessor", by)];
        let saved = keeper.save("add", None, |store| {
            weald::store::edit::add(store, kind("bias").expect("a kind"), None, &fields).map_err(|p| p.into_iter().map(|p| p.1).collect())
        });
        saved.map(|_| ()).map_err(|p| p.iter().map(|p| format!("{} {}", p.code, p.message)).collect::<Vec<_>>().join("; "))
    };
    assert_eq!((judge("low", "Ann"), judge("high", "Bob")), (Ok(()), Ok(())));
    assert_eq!(judge("some", "Ann"), Err("E343 `overall` of `B` is judged by RoB 2 as `low` and as `some`".to_owned()));
}

#[test]
fn a_name_nearly_like_a_known_one_is_asked_about() {
    let files = Memory::new().with("d.csv", "study,n1,yi,vi,year\nA,20,0.1,0.2,1990\nB,30,0.3,0.1,1991\n");
    let told = |what: &str, which: &str, name: &str| change(&files, "d.csv", what, which, &[(name, "5")]).expect_err("refused").join("; ");
    assert_eq!(told("study", "A", "yeer"), "E384 no study has `yeer`");
    assert_eq!(told("row", "2", "nn1"), "E384 the rows have no `nn1`");
    assert!(change(&files, "d.csv", "study", "A", &[("setting", "ward")]).is_ok(), "a name unlike all others is new");
}

#[test]
fn what_a_csv_has_no_place_for_and_what_a_field_cannot_hold() {
    let files = Memory::new().with("d.csv", "study;yi;vi\nA;0,1;0,2\n");
    let added = |files: &Memory, path: &str, what: &str, which: &str, fields: &[(&str, &str)]| {
        let keeper = Keeper::open(files, path, Author::default()).map_err(|p| format!("{p:?}"))?;
        let kind = kind(what).expect("a kind");
        let saved = keeper.save("add", None, |store| {
            weald::store::edit::add(store, kind, (!which.is_empty()).then_some(which), fields)
                .map_err(|p| p.into_iter().map(|p| p.1).collect())
        });
        saved.map_err(|p| p.iter().map(|p| format!("{} {}", p.code, p.message)).collect::<Vec<_>>().join("; "))
    };
    let none = "E328 a CSV holds rows, and studies with their rows: there is no place for this";
    assert_eq!(added(&files, "d.csv", "study", "Zed", &[("year", "2020")]).map(|s| s.entry.n), Err(none.to_owned()));
    assert_eq!(added(&files, "d.csv", "outcome", "mood", &[("label", "Mood")]).map(|s| s.entry.n), Err(none.to_owned()));
    let files = folder();
    let wrong = added(&files, "s", "instrument", "BDI", &[("max", "abc")]).map(|s| s.entry.n).expect_err("no number");
    assert!(wrong.starts_with("E384 `max` can't hold this: `abc` is not a number"), "{wrong}");
    // What is doubtful is told at once, with the file in which it stands.
    let bias = [("study", "B"), ("tool", "RoB 2"), ("domain", "overall"), ("judgement", "lowish")];
    let saved = added(&files, "s", "bias", "", &bias).expect("written");
    assert_eq!(saved.problems.iter().map(|p| p.code).collect::<Vec<_>>(), ["W384"]);
    let read = open(&files, "s").problems;
    assert!(read.iter().any(|p| p.code == "W384" && p.place.as_ref().is_some_and(|p| p.file == "s/risk_of_bias.csv")), "{read:?}");
    // A hand edit is named by its first cell, whatever stands between cells.
    let files = Memory::new().with("d.csv", "study;yi;vi\nA;0,1;0,2\n");
    assert!(change(&files, "d.csv", "row", "2", &[("yi", "0.15")]).is_ok());
    files.replace("d.csv", b"study;yi;vi\nA;0,16;0,2\n").expect("written");
    assert_eq!(told(&files, "d.csv"), ["W381 `d.csv` is not as it was saved: line 2 (A) differs"]);
}
