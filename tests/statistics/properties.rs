//! What holds for every input: nothing panics, printing loses nothing, and a result does not
//! depend on the order of the studies, the sign of the effect or its unit. Bounded, so that it
//! runs with the other tests; a longer run is `PROPTEST_CASES=10000 cargo test --test properties`.

mod inputs;
mod invariance;
mod width;

use proptest::test_runner::{Config, FileFailurePersistence};
use weald::store::Memory;
use weald::{Run, Session, Source};

/// So many cases, or what `PROPTEST_CASES` says.
fn cases(n: u32) -> Config {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|x| x.parse().ok());
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/statistics/properties/regressions.txt");
    Config {
        cases: asked.unwrap_or(n),
        max_shrink_iters: 2_000,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(kept))),
        ..Config::default()
    }
}

/// Runs a script beside one data file.
fn run(csv: &str, script: &str) -> Run {
    Session::with_files(Memory::new().with("d.csv", csv)).run(&Source::new("p.weald", script))
}
