//! One digest for one content.

use weald::store::{Files, Memory, Store, open, save, sha256};

const DATA: &str = "study,outcome,timepoint,n1,mean1,sd1,n2,mean2,sd2,dose,year\n\
    A,pain,post,10,1.50,.5,11,2,1,low,1990\n\
    A,pain,later,10,1.20,.5,11,2,1,high,1990\n\
    B,pain,post,20,3.1,1.5,21,2.2,1,NA,1991\n";

fn read(files: &Memory, path: &str) -> Store {
    let loaded = open(files, path);
    assert_eq!(loaded.problems, []);
    loaded.store.expect("a store")
}

fn of(text: &str) -> Store {
    read(&Memory::new().with("d.csv", text), "d.csv")
}

#[test]
fn known_vectors() {
    assert_eq!(sha256(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/// Plans lock this value: if it changes, locks of before do not hold any more.
#[test]
fn the_digest_of_a_store_is_the_same_in_every_version() {
    let store = of(DATA);
    assert_eq!(store.sha256(), "77664131ca5efc097a05a409546e1fb08d99dc606bd8ccab8361e86c8a0b5bdd");
    let text = r#"{"moderators":{"dose":"low"},"outcome":"pain","study":"A","timepoint":"post","values":{"mean1":"1.50","mean2":2,"n1":10,"n2":11,"sd1":".5","sd2":1}}"#;
    assert_eq!(store.rows[0].sha256(), sha256(text.as_bytes()));
}

#[test]
fn every_form_has_the_same_digest() {
    let store = of(DATA);
    let files = Memory::new();
    for path in ["s.json", "s.csv", "s"] {
        save(&files, &store, path).expect("saved");
        let again = read(&files, path);
        assert_eq!(again.sha256(), store.sha256(), "{path}");
        let rows = |store: &Store| store.rows.iter().map(weald::store::Row::sha256).collect::<Vec<_>>();
        assert_eq!(rows(&again), rows(&store), "{path}");
    }
    assert!(files.exists("s/weald.json"));
}

#[test]
fn order_has_no_meaning_and_every_text_has() {
    let store = of(DATA);
    let mut lines: Vec<&str> = DATA.lines().collect();
    lines[1..].reverse();
    assert_eq!(of(&lines.join("\n")).sha256(), store.sha256());
    for (old, new) in [("1.50", "1.5"), ("low", "mid"), ("1991", "1992"), ("later", "late"), ("B,", "C,"), ("2.2", "2.3")] {
        assert_ne!(of(&DATA.replacen(old, new, 1)).sha256(), store.sha256(), "{old}");
    }
}
