//! Time of the sensitivity analyses under REML, with all threads.

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::Duration;
use weald::stats::pool::{Model, PoolOptions, Tau2Estimator};
use weald::stats::sensitivity::{
    BootstrapOptions, GoshOptions, GoshSampling, Order, ProfileOptions, Resampling, Ties, Watch, bootstrap, cumulative, gosh, influence,
    leave_one_out, profile,
};

#[path = "peers/studies.rs"]
mod studies;
use studies::studies;

const REML: Model = Model::Random(Tau2Estimator::Reml);

fn sensitivity(c: &mut Criterion) {
    let mut group = c.benchmark_group("sensitivity");
    group.sample_size(10);
    group.warm_up_time(Duration::from_millis(300));
    group.measurement_time(Duration::from_secs(2));
    // The edition's own options: hksj with its guard, Q-profile and prediction interval.
    let o = PoolOptions::default();
    for k in [200, 1_000] {
        let (y, v) = studies(k);
        group.bench_function(format!("leave-one-out k={k}"), |b| b.iter(|| leave_one_out(black_box(&y), &v, &o, Watch::NONE)));
        let order = Order::by(k, |a, b| v[b].total_cmp(&v[a]), Ties::FileOrder);
        group.bench_function(format!("cumulative k={k}"), |b| b.iter(|| cumulative(black_box(&y), &v, &order, &o, Watch::NONE)));
        group.bench_function(format!("influence k={k}"), |b| b.iter(|| influence(black_box(&y), &v, &o, Watch::NONE)));
    }
    let (y, v) = studies(13);
    let complete = GoshOptions { draws: 0, seed: 0, sampling: GoshSampling::Complete };
    group.bench_function("gosh k=13, all 8,191", |b| b.iter(|| gosh(black_box(&y), &v, REML, &complete, Watch::NONE)));
    for resampling in [Resampling::Studies, Resampling::Model] {
        let o = BootstrapOptions { resampling, draws: 10_000, seed: 1, level: 95.0 };
        let name = format!("bootstrap k=13, 10,000 draws of {resampling:?}");
        group.bench_function(name, |b| b.iter(|| bootstrap(black_box(&y), &v, REML, &o, Watch::NONE)));
    }
    let p = ProfileOptions { points: 100, range: None, level: 95.0 };
    group.bench_function("profile k=13, 100 points", |b| b.iter(|| profile(black_box(&y), &v, REML, &p)));
    let (y, v) = studies(40);
    let sampled = GoshOptions { draws: 100_000, seed: 1, sampling: GoshSampling::EachSubset };
    group.bench_function("gosh k=40, 100,000 drawn", |b| b.iter(|| gosh(black_box(&y), &v, REML, &sampled, Watch::NONE)));
    group.finish();
}

criterion_group!(benches, sensitivity);
criterion_main!(benches);
