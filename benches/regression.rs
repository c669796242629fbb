//! Time of meta-regressions by number of studies, and of permutation tests.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::Duration;
use weald::stats::pool::{CiMethod, Model, Tau2Estimator};
use weald::stats::regression::{Design, PermutationOptions, RegressOptions, permute, regress};

#[path = "peers/studies.rs"]
mod studies;
use studies::studies;

/// An intercept and moderators without a pattern.
fn design(k: usize, moderators: usize) -> Design {
    let names = (0..=moderators).map(|j| if j == 0 { "intercept".to_owned() } else { format!("x{j}") }).collect();
    let value = |i: usize, j: usize| if j == 0 { 1.0 } else { ((i * (7919 + 104 * j) + 31 * j) % 1009) as f64 / 1009.0 };
    let values = (0..k).flat_map(|i| (0..=moderators).map(move |j| value(i, j))).collect();
    Design::new(names, values, k).expect("a design")
}

fn options(estimator: Tau2Estimator) -> RegressOptions {
    RegressOptions { model: Model::Random(estimator), ci: CiMethod::Wald, guard: false, ..RegressOptions::default() }
}

fn regressions(c: &mut Criterion) {
    let mut group = c.benchmark_group("regress, 3 moderators");
    group.sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
    for k in [13, 1_000, 100_000] {
        let (y, v) = studies(k);
        let x = design(k, 3);
        for estimator in [Tau2Estimator::Dl, Tau2Estimator::Reml, Tau2Estimator::Pm] {
            let o = options(estimator);
            group.bench_function(BenchmarkId::new(estimator.name(), k), |b| b.iter(|| regress(black_box(&y), black_box(&v), &x, &o)));
        }
    }
    group.finish();
}

fn permutations(c: &mut Criterion) {
    let mut group = c.benchmark_group("permutation, 10,000 draws, k = 13, 1 moderator");
    group.sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
    let (y, v) = studies(13);
    let x = design(13, 1);
    let how = PermutationOptions { exact_up_to: 0, ..PermutationOptions::default() };
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        for estimator in [Tau2Estimator::Dl, Tau2Estimator::Reml] {
            let o = options(estimator);
            group.bench_function(BenchmarkId::new(estimator.name(), format!("{threads} threads")), |b| {
                b.iter(|| pool.install(|| permute(black_box(&y), black_box(&v), &x, &o, &how, &|| false)));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, regressions, permutations);
criterion_main!(benches);
