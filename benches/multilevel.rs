//! Time of multilevel fits, robust errors and the wild bootstrap, by size.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::Duration;
use weald::stats::multilevel::{
    Clustered, ComponentProfileOptions, DependentEffects, Level, MultilevelOptions, RobustKind, Sampling, WildOptions, wild_bootstrap,
};
use weald::stats::random::Random;

struct Made {
    y: Vec<f64>,
    v: Vec<f64>,
    study: Vec<usize>,
    x: Vec<f64>,
}

/// Studies of `size` effects each, true variances 0.06 and 0.03, one moderator.
fn made(studies: usize, size: usize) -> Made {
    let mut r = Random::new(7);
    let mut it = Made { y: vec![], v: vec![], study: vec![], x: vec![] };
    for s in 0..studies {
        let level = 0.2 + 0.25 * r.normal();
        for _ in 0..size {
            let v = 0.01 + 0.2 * r.uniform();
            it.y.push(level + 0.17 * r.normal() + v.sqrt() * r.normal());
            it.v.push(v);
            it.study.push(s);
            it.x.extend([1.0, r.normal()]);
        }
    }
    it
}

impl Made {
    fn effects(&self, rho: f64, moderator: bool) -> DependentEffects<'_> {
        let sampling = if rho == 0.0 { Sampling::Independent } else { Sampling::Correlated(rho) };
        DependentEffects { y: &self.y, v: &self.v, study: &self.study, x: moderator.then_some(&self.x), sampling }
    }
}

fn fits(c: &mut Criterion) {
    for (studies, size) in [(11, 5), (200, 5), (20_000, 5), (20, 200)] {
        let data = made(studies, size);
        let mut group = c.benchmark_group(format!("{studies}x{size}"));
        group.sample_size(10);
        group.warm_up_time(Duration::from_millis(300));
        group.measurement_time(Duration::from_secs(1));
        for (name, rho, moderator) in [("three-level", 0.0, false), ("three-level, moderator", 0.0, true), ("rho 0.6", 0.6, false)] {
            let effects = data.effects(rho, moderator);
            group.bench_function(BenchmarkId::new("fit", name), |b| {
                b.iter(|| Clustered::new(black_box(&effects)).and_then(|c| c.fit(&MultilevelOptions::default())));
            });
        }
        let Ok(clustered) = Clustered::new(&data.effects(0.0, true)) else { continue };
        let Ok(fit) = clustered.fit(&MultilevelOptions::default()) else { continue };
        for kind in [RobustKind::Cr1, RobustKind::Cr2] {
            group.bench_function(BenchmarkId::new("robust", kind.name()), |b| {
                b.iter(|| clustered.robust(fit.heterogeneity.sigma2, kind, 95.0));
            });
        }
        let o = ComponentProfileOptions { points: 0, range: None, level: 95.0 };
        group.bench_function("profile interval", |b| b.iter(|| clustered.profile(&fit, Level::Between, &o)));
        if studies <= 200 && size == 5 {
            let w = WildOptions { draws: 999, ..WildOptions::default() };
            let effects = data.effects(0.0, true);
            group.bench_function("wild bootstrap, 999 draws", |b| {
                b.iter(|| wild_bootstrap(&effects, &MultilevelOptions::default(), &[1], &w, &|| false));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, fits);
criterion_main!(benches);
