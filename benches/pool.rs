//! Time of each tau2 estimator, and of a whole analysis, by number of studies.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::Duration;
use weald::stats::pool::{PoolOptions, Tau2Estimator, pool, tau2};

#[path = "peers/studies.rs"]
mod studies;
use studies::studies;

fn estimators(c: &mut Criterion) {
    for k in [13, 1_000, 100_000, 1_000_000] {
        let (y, v) = studies(k);
        let mut group = c.benchmark_group(format!("k={k}"));
        group.sample_size(10);
        group.warm_up_time(Duration::from_millis(300));
        group.measurement_time(Duration::from_secs(1));
        for estimator in Tau2Estimator::ALL {
            group.bench_function(BenchmarkId::new("tau2", estimator.name()), |b| {
                b.iter(|| tau2(black_box(&y), black_box(&v), estimator));
            });
        }
        group.bench_function("pool", |b| {
            b.iter(|| pool(black_box(&y), black_box(&v), &PoolOptions::default()));
        });
        group.finish();
    }
}

criterion_group!(benches, estimators);
criterion_main!(benches);
