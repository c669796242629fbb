//! Time of pictures. `cargo bench --bench figures`.
//!
//! A statement is timed as a user has it: resolving, drawing, writing into memory. The pool is
//! computed before.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use std::fmt::Write as _;
use std::time::Duration;
use weald::store::Memory;
use weald::{Session, Source};

#[path = "peers/studies.rs"]
mod studies;
use studies::studies;

const BCG: &str = include_str!("../examples/bcg/bcg.csv");

/// A session in which `a` is pooled from so many studies.
fn pooled(k: usize) -> Session {
    let (y, v) = studies(k);
    let mut text = String::from("study,yi,vi,n1,n2\n");
    for (i, (y, v)) in y.iter().zip(&v).enumerate() {
        writeln!(text, "Study {i} of the benchmark,{y:.6},{v:.6},{},{}", 20 + i % 90, 21 + i % 80).expect("a line");
    }
    let mut session = Session::with_files(Memory::new().with("data.csv", text));
    assert!(session.run(&Source::new("before", "use \"data.csv\"\nlet a = pool outcome measure smd")).ok());
    session
}

fn figures(c: &mut Criterion) {
    let mut group = c.benchmark_group("figures");
    group.sample_size(20).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(3));
    let draw = |session: &mut Session, statement: &str| assert!(session.run(&Source::new("draw", statement)).ok(), "{statement}");
    for k in [13, 1_000] {
        let mut session = pooled(k);
        group.bench_function(format!("forest k={k}, SVG"), |b| b.iter(|| draw(&mut session, "forest of a to \"a.svg\"")));
    }
    let mut session = pooled(13);
    for ending in ["png", "pdf"] {
        let statement = format!("forest of a to \"a.{ending}\"");
        group.bench_function(format!("forest k=13, {ending}"), |b| b.iter(|| draw(&mut session, &statement)));
    }
    group.bench_function("BCG from nothing, forest and funnel", |b| {
        let script = "use \"bcg.csv\"\nlet a = pool outcome measure rr\nforest of a to \"a.svg\"\nfunnel of a to \"f.svg\"";
        b.iter_batched(
            || Session::with_files(Memory::new().with("bcg.csv", BCG)),
            |mut session| draw(&mut session, script),
            BatchSize::SmallInput,
        );
    });
    // The whole review as it stands in the examples, with its flow diagram and every format.
    let imr = imr();
    group.bench_function("IMR review from nothing, report in all formats", |b| {
        let script = format!("{}\nreport to \"report.md\"\nreport to \"report.docx\"\nreport bundle to \"review.zip\"\n", imr.1);
        b.iter_batched(
            || Session::with_files(imr.0.iter().fold(Memory::new(), |files, (name, bytes)| files.with(name, bytes.clone()))),
            |mut session| draw(&mut session, &script),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

/// The files of the IMR review, and the script that writes its report.
fn imr() -> (Vec<(String, Vec<u8>)>, String) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/imr");
    let mut files = Vec::new();
    for (at, before) in [(folder.clone(), ""), (folder.join("data"), "data/")] {
        for entry in std::fs::read_dir(at).expect("the folder").map(|e| e.expect("an entry").path()).filter(|p| p.is_file()) {
            let name = entry.file_name().and_then(|n| n.to_str()).expect("a name").to_owned();
            if !name.ends_with(".html") {
                files.push((format!("{before}{name}"), std::fs::read(&entry).expect("its bytes")));
            }
        }
    }
    let script = std::fs::read_to_string(folder.join("report.weald")).expect("the script");
    (files, script)
}

criterion_group!(benches, figures);
criterion_main!(benches);
