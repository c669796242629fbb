//! What a user waits for: the program from start to finish, and sessions on large data.
//!
//! `cargo bench --bench startup`. The first group starts the binary; the second stays in one
//! process, so that reading, checking and pooling are timed and not the system.

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use weald::store::Memory;
use weald::{Session, Source};

#[path = "peers/studies.rs"]
mod studies;
use studies::studies;

const BCG: &str = include_str!("../examples/bcg/bcg.csv");
const SCRIPT: &str = "edition 2026\nuse \"bcg.csv\"\nlet a = pool outcome measure rr\n";

fn weald(folder: &Path, arguments: &[&str]) {
    let status = Command::new(env!("CARGO_BIN_EXE_weald"))
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("weald runs");
    assert!(status.success());
}

fn from_start_to_finish(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("bcg.csv"), BCG).expect("data");
    std::fs::write(folder.path().join("a.weald"), SCRIPT).expect("script");
    let mut group = c.benchmark_group("start to finish");
    group.sample_size(50).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(3));
    group.bench_function("--version", |b| b.iter(|| weald(folder.path(), &["--version"])));
    group.bench_function("13 studies", |b| b.iter(|| weald(folder.path(), &["run", "a.weald"])));
    group.bench_function("13 studies, JSON", |b| b.iter(|| weald(folder.path(), &["run", "a.weald", "--format", "json"])));
    group.finish();
}

/// A CSV of so many outcomes with so many studies each.
fn outcomes(outcomes: usize, each: usize) -> String {
    let (y, v) = studies(outcomes * each);
    let mut text = String::from("study,outcome,yi,vi,year\n");
    for (i, (y, v)) in y.iter().zip(&v).enumerate() {
        writeln!(text, "S{},o{},{y:.6},{v:.6},{}", i % each, i / each, 1990 + i % 30).expect("a line");
    }
    text
}

/// Data written in a script.
fn written(studies: usize) -> String {
    let mut text = String::from("outcome main higher better measure smd\n");
    for i in 0..studies {
        writeln!(text, "study S{i} country Denmark\n  main: n 59 mean 6{}.5 sd 12.2 vs n 57 mean 69.2 sd 18.0", i % 10).expect("a line");
    }
    text + "pool main\n"
}

fn session(c: &mut Criterion, group: &str, size: usize, data: &str, script: &str) {
    let mut group = c.benchmark_group(group);
    group.sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(3));
    let source = Source::new("bench.weald", script);
    group.bench_function(BenchmarkId::from_parameter(size), |b| {
        b.iter_batched(
            || Session::with_files(Memory::new().with("d.csv", data)),
            |mut session| {
                let run = session.run(&source);
                assert!(run.ok());
                run
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn sessions(c: &mut Criterion) {
    for rows in [1_000, 10_000, 100_000] {
        let data = outcomes(rows / 100, 100);
        session(c, "rows read, nothing pooled", rows, &data, "use \"d.csv\"\n");
        let names: Vec<String> = (0..rows / 100).map(|i| format!("o{i}")).collect();
        let script = format!("use \"d.csv\"\nfor o in [{}] {{ pool o }}\n", names.join(", "));
        session(c, "rows, pooled by outcome of 100 studies", rows, &data, &script);
    }
    for k in [13, 1_000, 100_000] {
        session(c, "studies of one pool", k, &outcomes(1, k), "use \"d.csv\"\npool o0\n");
    }
    for k in [100, 1_000, 4_000] {
        session(c, "studies written in the script", k, "study,yi,vi\n", &written(k));
    }
}

criterion_group!(benches, from_start_to_finish, sessions);
criterion_main!(benches);
