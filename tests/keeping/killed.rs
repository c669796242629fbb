//! A save is whole or not at all, wherever it is cut off.

use std::cell::Cell as Counter;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use weald::diagnostic::Problem;
use weald::store::edit::{Which, edit, kind};
use weald::store::*;

/// Files that stop working after so many writes, as if the program had been killed.
struct Dying<'a> {
    files: &'a Memory,
    left: Counter<usize>,
}

impl Dying<'_> {
    fn next(&self) -> Result<(), Problem> {
        match self.left.get() {
            0 => Err(Problem::error("E327", "killed")),
            n => {
                self.left.set(n - 1);
                Ok(())
            }
        }
    }
}

impl Files for Dying<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, Problem> {
        self.files.read(path)
    }
    fn may_write(&self, _: &str) -> Result<(), Problem> {
        Ok(())
    }
    fn replace(&self, path: &str, bytes: &[u8]) -> Result<(), Problem> {
        self.next()?;
        self.files.replace(path, bytes)
    }
    fn remove(&self, path: &str) -> Result<(), Problem> {
        self.next()?;
        self.files.remove(path)
    }
    fn peek(&self, path: &str) -> Option<Vec<u8>> {
        self.files.peek(path)
    }
    fn stored(&self, path: &str) -> Option<Vec<u8>> {
        self.files.peek(path)
    }
    fn lock(&self, path: &str) -> Result<Held, Problem> {
        self.files.lock(path)
    }
    fn exists(&self, path: &str) -> bool {
        self.files.exists(path)
    }
    fn is_dir(&self, path: &str) -> bool {
        self.files.is_dir(path)
    }
    fn list(&self, path: &str) -> Option<Vec<String>> {
        self.files.list(path)
    }
}

pub fn small() -> Store {
    let text = "study,outcome,n1,mean1,sd1,n2,mean2,sd2,year\nA,pain,10,1.50,.5,11,2,1,1990\nB,pain,20,3.1,1.5,21,2.2,1,1991\n";
    let mut store = read_csv("d.csv", text.as_bytes()).store.expect("a store");
    store.ensure_outcome("pain").label = Some("Pain".into());
    store
}

/// Changes a row and its study: two files of a folder.
fn change(store: &mut Store) -> Result<(), Vec<Problem>> {
    let plain = |problems: Vec<(Option<usize>, Problem)>| problems.into_iter().map(|(_, p)| p).collect::<Vec<_>>();
    let row = kind("row").expect("a kind");
    edit(store, row, &Which::Where(vec![("study".into(), "A".into())]), &[("mean1", "1.75")]).map_err(plain)?;
    edit(store, kind("study").expect("a kind"), &Which::Name("A".into()), &[("year", "2001")]).map_err(plain)
}

#[test]
fn cut_off_after_any_write_it_holds_the_old_state_or_the_new() {
    for path in ["s", "s.json"] {
        let (mut olds, mut news) = (0, 0);
        for left in 0.. {
            let files = Memory::new();
            save(&files, &small(), path).expect("saved");
            let old = open(&files, path).store.expect("a store").sha256();
            let dying = Dying { files: &files, left: Counter::new(left) };
            let done = Keeper::open(&dying, path, Author::default()).and_then(|keeper| keeper.save("edit", None, change));
            let loaded = open(&files, path);
            assert_eq!(loaded.problems, [], "{path} after {left} writes");
            let now = loaded.store.expect("a store").sha256();
            if now == old {
                olds += 1
            } else {
                news += 1
            }
            if let Ok(saved) = done {
                assert_eq!(now, saved.store.sha256());
                break;
            }
            // The next writer ends what was begun, and can go on.
            let next = Keeper::open(&files, path, Author::default()).expect("a keeper");
            assert_eq!(next.store().sha256(), now);
            let again = next.save("edit", None, |store| {
                edit(store, kind("study").expect("a kind"), &Which::Name("B".into()), &[("year", "1999")]).map_err(|_| Vec::new())
            });
            let log = read_log(&files, path).expect("a log");
            assert_eq!(log.last().map(|e| e.store.clone()), again.ok().map(|s| s.store.sha256()));
            assert_eq!(open(&files, path).problems, []);
        }
        assert!(olds >= 1 && news >= 4, "{path}: {olds} old, {news} new");
    }
}

/// `weald` with arguments in a folder.
pub fn weald(folder: &Path, arguments: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_weald")).args(arguments).current_dir(folder).env("WEALD_AUTHOR", "Ann").output().expect("weald runs")
}

/// How many times the program is killed; more by `WEALD_KILLS`.
fn kills() -> u32 {
    std::env::var("WEALD_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(40)
}

/// Whether a save is under way, or was cut off: its temporary files are there.
fn writing(folder: &Path) -> bool {
    let names = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name != ".weald.lock").any(|name| name.starts_with(".weald"))
}

#[test]
fn killed_in_the_middle_of_writing_the_last_saved_state_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut text = String::from("study,outcome,n1,mean1,sd1,n2,mean2,sd2,year\n");
    let rows = 4000;
    for i in 0..rows {
        text.push_str(&format!("S{i},pain,20,1.{i:04},1.5,21,2.2,1,1990\n"));
    }
    std::fs::write(folder.path().join("d.csv"), text).expect("written");
    assert!(weald(folder.path(), &["import", "d.csv", "--to", "s"]).status.success());
    let files = Disk::new(folder.path(), folder.path(), false);
    let value = || {
        let loaded = open(&files, "s");
        assert_eq!(loaded.problems, []);
        let store = loaded.store.expect("a store");
        assert_eq!(store.rows.len(), rows);
        (store.rows[0].number("mean1").expect("a mean"), store.studies["S1"].characteristics["year"].clone())
    };
    let begin = |wanted: u32| {
        // The rows, the log and the digests change: the save has several steps.
        Command::new(env!("CARGO_BIN_EXE_weald"))
            .args(["edit", "s", "row", "2", &format!("mean1={wanted}"), "--because", "test"])
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("weald starts")
    };
    let store = folder.path().join("s");
    // How long the writing takes, from its first file to its last.
    let mut child = begin(1000);
    let mut seen: Option<Instant> = None;
    let mut took = Duration::ZERO;
    while child.try_wait().expect("a state").is_none() {
        if writing(&store) {
            took = seen.get_or_insert_with(Instant::now).elapsed();
        }
    }
    let mut last = value();
    assert_eq!(last.0, 1000.0);
    // Only a kill that falls into the writing counts, wherever the machine was slow meanwhile.
    let (mut tries, mut inside, mut new) = (0u32, 0, 0);
    while inside < kills() && tries < 10 * kills() {
        tries += 1;
        let wanted = 1000 + tries;
        let mut child = begin(wanted);
        let ended = loop {
            let ended = child.try_wait().expect("a state");
            if ended.is_some() || writing(&store) {
                break ended;
            }
        };
        // Anywhere between its first file and its last, in even steps of which none is twice the same.
        let share = f64::from(tries * 37 % kills()) / f64::from(kills());
        let until = Instant::now() + took.mul_f64(share);
        while Instant::now() < until {
            std::hint::spin_loop();
        }
        let ended = ended.or(child.try_wait().expect("a state"));
        let _ = child.kill();
        child.wait().expect("it ends");
        let hit = ended.is_none() && writing(&store);
        inside += u32::from(hit);
        took = took.mul_f64(if hit { 1.02 } else { 0.95 });
        let now = value();
        let acknowledged = ended.is_some_and(|status| status.success());
        let saved = now.0 == f64::from(wanted);
        assert!(saved || (!acknowledged && now == last), "{tries}: {now:?}, wanted {wanted} or {last:?}");
        new += u32::from(saved && hit);
        last = now;
    }
    assert_eq!(inside, kills(), "kills that hit the writing, of {tries} ({took:?})");
    // A writer after all that finds no lock, and a log whose chain holds.
    let after = weald(folder.path(), &["edit", "s", "row", "2", "mean1=5"]);
    assert!(after.status.success(), "{}", String::from_utf8_lossy(&after.stderr));
    assert!(read_log(&files, "s").expect("a log").len() > 1);
    let left: Vec<String> = files.list("s").expect("a folder").into_iter().filter(|name| name.starts_with(".weald")).collect();
    assert_eq!(left, Vec::<String>::new());
    if kills() > 40 {
        eprintln!("{tries} saves, {inside} killed in the writing; {new} of these had passed the point of no return; none was lost");
    }
}
