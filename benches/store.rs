//! A store of 100,000 rows: read, checked, pooled.
//!
//! `cargo bench --bench store`; the figures are told in docs/performance.md.

use criterion::{Criterion, criterion_group, criterion_main};
use std::fmt::Write;
use std::hint::black_box;
use weald::stats::random::Random;
use weald::store::{Memory, read_csv};
use weald::validate::validate;
use weald::{Session, Source};

/// Four rows a study, seven outcomes, fifty instruments: two groups with means and SDs each,
/// the same people in every row of a study.
fn rows(n: usize) -> String {
    let mut text = "study,outcome,timepoint,analysis,instrument,n1,mean1,sd1,n2,mean2,sd2,country\n".to_owned();
    let mut random = Random::new(5);
    let mut people = 0.0;
    for i in 0..n {
        let mut x = |a: f64, b: f64| a + (b - a) * random.uniform();
        if i % 4 == 0 {
            people = x(20.0, 200.0).round();
        }
        let (m1, s1, m2, s2) = (x(40.0, 60.0), x(9.0, 13.0), x(40.0, 60.0), x(9.0, 13.0));
        let _ = writeln!(text, "S{},o{},posttest,itt,X{},{people},{m1:.3},{s1:.3},{people},{m2:.3},{s2:.3},DK", i / 4, i % 7, i % 50);
    }
    text
}

fn store(c: &mut Criterion) {
    let text = rows(100_000);
    let mut group = c.benchmark_group("100,000 rows");
    group.sample_size(10);
    group.bench_function("read", |b| b.iter(|| black_box(read_csv("big.csv", text.as_bytes()).store.is_some())));
    let store = read_csv("big.csv", text.as_bytes()).store.unwrap_or_default();
    group.bench_function("validate", |b| b.iter(|| black_box(validate(&store).len())));
    let script = Source::new("big.weald", "use \"big.csv\"\noutcome o0 higher better measure smd\nlet a = pool o0 at posttest itt");
    group.bench_function("read, validate and pool", |b| {
        b.iter(|| {
            let mut session = Session::with_files(Memory::new().with("big.csv", text.as_bytes()));
            black_box(session.run(&script).pools().next().map(|p| p.k))
        });
    });
    group.finish();
}

criterion_group!(benches, store);
criterion_main!(benches);
