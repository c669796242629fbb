//! Time of the tests of small-study effects, by number of studies.

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::Duration;
use weald::stats::pool::{CiMethod, Model, PoolOptions, Tau2Estimator};
use weald::stats::small_study::{
    EggerMethod, EggerOptions, ExcessOptions, TrimAndFillOptions, begg, egger, excess_significance, henmi_copas, trim_and_fill,
};

#[path = "peers/studies.rs"]
mod studies;
use studies::studies;

fn small_study(c: &mut Criterion) {
    for k in [13, 1_000, 100_000] {
        let (y, v) = studies(k);
        let mut group = c.benchmark_group(format!("k={k}"));
        group.sample_size(10);
        group.warm_up_time(Duration::from_millis(200));
        group.measurement_time(Duration::from_millis(500));
        let (y, v) = (black_box(&y[..]), black_box(&v[..]));
        let mixed = EggerMethod::Mixed { model: Model::Random(Tau2Estimator::Reml), ci: CiMethod::Wald, guard: false };
        let mixed = EggerOptions { method: mixed, ..EggerOptions::default() };
        group.bench_function("egger", |b| b.iter(|| egger(y, v, &EggerOptions::default())));
        group.bench_function("egger mixed reml", |b| b.iter(|| egger(y, v, &mixed)));
        group.bench_function("begg", |b| b.iter(|| begg(y, v)));
        let o = PoolOptions::default();
        group.bench_function("trim-and-fill reml l0", |b| b.iter(|| trim_and_fill(y, v, &o, &TrimAndFillOptions::default())));
        group.bench_function("henmi-copas", |b| b.iter(|| henmi_copas(y, v, 95.0)));
        if k <= 1_000 {
            group.bench_function("excess significance exact", |b| b.iter(|| excess_significance(y, v, &ExcessOptions::default())));
        }
        group.finish();
    }
}

criterion_group!(benches, small_study);
criterion_main!(benches);
