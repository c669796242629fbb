//! Costs that must stay linear. Times on a busy machine are worth little, so a test compares
//! two sizes and lets eight times the data take up to thirty-two times as long (linear: 8,
//! quadratic: 64), with three attempts.

use std::fmt::Write as _;
use std::time::{Duration, Instant};
use weald::report::{Hints, Style, to_text};
use weald::store::Memory;
use weald::{Session, Source};

/// The fastest of three runs and renderings.
fn time(csv: &str, script: &str) -> Duration {
    let source = Source::new("speed.weald", script);
    let once = || {
        let mut session = Session::with_files(Memory::new().with("d.csv", csv));
        let start = Instant::now();
        let run = session.run(&source);
        let text: usize = run.outcomes.iter().map(|o| to_text(o, &Hints::default(), &Style::plain(100)).len()).sum();
        let taken = start.elapsed();
        assert!(run.ok() && text > 0, "{:?}", run.problems.first());
        taken
    };
    (0..3).map(|_| once()).min().unwrap_or_default()
}

fn is_linear(what: &str, of: impl Fn(usize) -> (String, String), small: usize) {
    let mut ratios = Vec::new();
    for _ in 0..3 {
        let [(a, b), (c, d)] = [of(small), of(8 * small)];
        let ratio = time(&c, &d).as_secs_f64() / time(&a, &b).as_secs_f64();
        if ratio < 32.0 {
            return;
        }
        ratios.push(ratio);
    }
    panic!("{what}: eight times the data take {ratios:.0?} times as long");
}

fn rows(outcomes: usize, each: usize) -> String {
    let mut text = String::from("study,outcome,yi,vi,year,region\n");
    for i in 0..outcomes * each {
        let (study, outcome) = (i % each, i / each);
        writeln!(text, "S{study},o{outcome},0.{},0.0{},{},{}", i * 7 % 97, i % 9 + 1, 1990 + i % 30, ["a", "b", "c"][i % 3])
            .expect("a line");
    }
    text
}

#[test]
fn studies_of_one_pool() {
    is_linear("studies", |n| (rows(1, n), "use \"d.csv\"\npool o0 model dl".into()), 500);
}

#[test]
fn outcomes_of_a_loop() {
    let script = |n: usize| {
        let names: Vec<String> = (0..n).map(|i| format!("o{i}")).collect();
        format!("use \"d.csv\"\nfor o in [{}] {{ pool o where year > 1995 and region != \"c\" }}", names.join(", "))
    };
    is_linear("outcomes", |n| (rows(n, 10), script(n)), 50);
}

#[test]
fn studies_written_in_the_script() {
    let script = |n: usize| {
        let mut text = String::from("outcome main higher better measure smd\n");
        for i in 0..n {
            writeln!(text, "study S{i} country Denmark\n  main: n 59 mean 6{}.5 sd 12.2 vs n 57 mean 69.2 sd 18.0", i % 10)
                .expect("a line");
        }
        text + "pool main"
    };
    is_linear("studies written", |n| ("study,yi,vi\n".into(), script(n)), 100);
}

#[test]
fn subgroups() {
    let script = "use \"d.csv\"\npool o0 model dl by study keep dependent because \"one study to a subgroup\"".to_owned();
    is_linear("subgroups", |n| (rows(1, n), script.clone()), 100);
}

#[test]
fn statements_and_names() {
    let script = |n: usize| {
        let mut text = String::from("use \"d.csv\"\nlet r = pool o0\n");
        for i in 0..n {
            writeln!(text, "let x{i} = r.estimate + {i}\nlet a{i} = r exclude S{}\nprint x{i}", i % 10).expect("a line");
        }
        text
    };
    is_linear("statements", |n| (rows(1, 10), script(n)), 50);
}

#[test]
fn faults() {
    let script = |n: usize| {
        let mut text = String::from("use \"d.csv\"\n");
        for i in 0..n {
            writeln!(text, "pool missing{i}").expect("a line");
        }
        text
    };
    let time = |n: usize| {
        let mut session = Session::with_files(Memory::new().with("d.csv", rows(1, 10)));
        let start = Instant::now();
        let run = session.check(&Source::new("speed.weald", script(n)));
        assert_eq!(run.problems.len(), n);
        start.elapsed().as_secs_f64()
    };
    let ratios: Vec<f64> = (0..3).map(|_| time(1_600) / time(200)).collect();
    assert!(ratios.iter().any(|r| *r < 32.0), "faults: eight times as many take {ratios:.0?} times as long");
}
