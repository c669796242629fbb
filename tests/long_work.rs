//! Long work at the command line: the same bytes on one thread and on many, and Ctrl-C, which
//! ends a long statement within a second.

use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use weald::eval::Halt;
use weald::store::Memory;
use weald::{Outcome, Session, Source};

const BCG: &[u8] = include_bytes!("reference/bcg.csv");

/// A folder with the BCG trials and 24 studies, of which some lack a value.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let mut csv = "study,year,x,yi,vi\n".to_owned();
    for i in 0..24 {
        csv.push_str(&format!(
            "S{i},{},{},{},{}\n",
            1990 + i * 5 % 13,
            i * 3 % 10,
            (i * 7 % 11) as f64 / 10.0,
            0.02 + (i % 5) as f64 / 100.0
        ));
    }
    std::fs::write(folder.path().join("d.csv"), csv).expect("written");
    std::fs::write(folder.path().join("bcg.csv"), BCG).expect("written");
    folder
}

fn weald(folder: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("weald"));
    command.current_dir(folder);
    command
}

const EVERYTHING: &str = "use \"d.csv\"
let a = pool outcome
leave-one-out of a
cumulative of a order year
influence of a
baujat of a
gosh of a draws 3000
gosh of (a where x < 4) model dl
bootstrap of a draws 600
bootstrap of a draws 600 method parametric
profile of a
let r = regress a on x
permute r draws 400
robustness of a over model [dl, reml, common] ci [wald, hksj] exclude [none, S1, x > 5]
for m in [dl, pm, sj] { a model m }
";

#[test]
fn the_same_bytes_on_any_number_of_threads_for_every_verb() {
    let folder = folder();
    std::fs::write(folder.path().join("s.weald"), EVERYTHING).expect("written");
    let bytes = |arguments: &[&str]| {
        let output = weald(folder.path()).args(["run", "s.weald"]).args(arguments).output().expect("a run");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    for format in ["json", "text", "markdown", "csv"] {
        let one = bytes(&["--format", format, "--threads", "1"]);
        for threads in ["2", "5"] {
            assert!(one == bytes(&["--format", format, "--threads", threads]), "{threads} threads show in {format}");
        }
        assert!(one == bytes(&["--format", format]), "a run without a number of threads differs in {format}");
        assert!(one == bytes(&["--format", format, "--seed", "2026"]), "the seed without a word is 2026 in {format}");
        assert!(one != bytes(&["--format", format, "--seed", "9"]), "the seed does nothing in {format}");
    }
}

/// Sends the signal of Ctrl-C.
#[cfg(unix)]
fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("a signal");
    assert!(sent.success());
}

/// How long the program goes on after Ctrl-C, and its exit status. A busy machine gets more than
/// the second that a person would wait; the work itself takes minutes.
#[cfg(unix)]
fn ends(mut child: Child) -> (Duration, Option<i32>) {
    std::thread::sleep(Duration::from_millis(1200));
    assert!(child.try_wait().expect("a state").is_none(), "it ended by itself");
    interrupt(&child);
    let asked = Instant::now();
    while asked.elapsed() < Duration::from_secs(30) {
        if let Some(status) = child.try_wait().expect("a state") {
            return (asked.elapsed(), status.code());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("killed");
    panic!("Ctrl-C does not end it");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_script() {
    let folder = folder();
    let statements = [
        "bootstrap of (pool outcome) draws 10000000",
        "gosh of (pool outcome) draws 10000000",
        "let a = pool outcome\npermute (regress a on x) draws 10000000",
        "let a = pool outcome\nfor i in range(1, 5000) { bootstrap of a draws 5000 }",
    ];
    for statement in statements {
        std::fs::write(folder.path().join("s.weald"), format!("use \"d.csv\"\n{statement}\n")).expect("written");
        let child = weald(folder.path()).args(["run", "s.weald"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a run");
        let (taken, status) = ends(child);
        assert_eq!(status, Some(130), "{statement}");
        assert!(taken < Duration::from_secs(5), "{statement}: {taken:?}");
    }
}

/// Standard input is a script like any other; while it is still being written, nothing runs.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_statements_from_standard_input() {
    let folder = folder();
    for closed in [true, false] {
        let mut child = weald(folder.path())
            .args(["repl", "bcg.csv"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a session");
        let mut input = child.stdin.take().expect("its input");
        input.write_all(b"let a = pool outcome measure rr\nbootstrap of a draws 10000000\n").expect("written");
        let open = (!closed).then_some(input);
        let (taken, status) = ends(child);
        assert_eq!(status, Some(130), "closed: {closed}");
        assert!(taken < Duration::from_secs(5), "closed: {closed}: {taken:?}");
        drop(open);
    }
}

/// The session goes on with what it had.
#[test]
fn a_stopped_statement_leaves_the_session_as_it_was() {
    let mut session = Session::with_files(Memory::new().with("bcg.csv", BCG));
    let run = session.run_entry(&Source::new("one", "use \"bcg.csv\"\nlet a = pool outcome measure rr"));
    assert!(run.ok());
    let flag = session.interrupt();
    let over = Arc::new(AtomicBool::new(false));
    let heard = over.clone();
    // The flag is taken back when a run begins: it is raised until the run has ended.
    let presses = std::thread::spawn(move || {
        while !heard.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(100));
            flag.store(true, Ordering::Relaxed);
        }
    });
    let run = session.run_entry(&Source::new("two", "let b = bootstrap of a draws 10000000"));
    over.store(true, Ordering::Relaxed);
    presses.join().expect("ended");
    assert_eq!(run.halt, Some(Halt::Interrupted));
    let after = session.run_entry(&Source::new("three", "print \"k is {a.k}\""));
    assert!(matches!(after.outcomes.as_slice(), [Outcome::Text(t)] if t.text == "k is 13"), "{after:?}");
    assert!(!session.run_entry(&Source::new("four", "show b")).ok());
}
