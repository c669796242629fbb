//! Sensitivity analyses where there is no table to compare with: worked examples, edges, the
//! same bits on any number of threads, stopping.

use crate::reference::cases;
use std::sync::atomic::{AtomicUsize, Ordering as Atomic};
use weald::stats::error::StatsError;
use weald::stats::pool::{CiMethod, Model, PiMethod, PoolOptions, Tau2Estimator, pool};
use weald::stats::random::Random;
use weald::stats::sensitivity::{
    BootstrapOptions, GoshOptions, GoshSampling, Order, ProfileOptions, Resampling, Ties, Watch, baujat, blups, bootstrap, cumulative,
    gosh, influence, leave_groups_out, leave_one_out, profile,
};

const REML: Model = Model::Random(Tau2Estimator::Reml);

fn studies(k: usize, seed: u64) -> (Vec<f64>, Vec<f64>) {
    let mut r = Random::new(seed);
    (0..k)
        .map(|_| {
            let v = 0.01 * libm::pow(100.0, r.uniform());
            (r.normal() * libm::sqrt(v + 0.1), v)
        })
        .unzip()
}

fn threads<T: Send>(n: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(n).build().expect("threads").install(work)
}

/// Everything at once, as text with every bit of every number.
fn everything(y: &[f64], v: &[f64]) -> String {
    let o = PoolOptions::default();
    let order = Order::ascending(v, Ties::Together).expect("an order");
    let b = |resampling| BootstrapOptions { resampling, draws: 499, seed: 11, level: 95.0 };
    let g = GoshOptions { draws: 700, seed: 3, sampling: GoshSampling::EachSize };
    format!(
        "{:?}{:?}{:?}{:?}{:?}{:?}{:?}",
        leave_one_out(y, v, &o, Watch::NONE),
        cumulative(y, v, &order, &o, Watch::NONE),
        influence(y, v, &o, Watch::NONE),
        baujat(y, v, &o, Watch::NONE),
        gosh(y, v, REML, &g, Watch::NONE),
        bootstrap(y, v, REML, &b(Resampling::Studies), Watch::NONE),
        bootstrap(y, v, REML, &b(Resampling::Model), Watch::NONE),
    )
}

#[test]
fn the_same_bits_on_one_thread_and_on_many() {
    let (y, v) = studies(30, 1);
    let one = threads(1, || everything(&y, &v));
    assert!(!one.contains("Err("), "{}", &one[..300]);
    for n in [2, 5] {
        assert!(threads(n, || everything(&y, &v)) == one, "{n} threads");
    }
}

#[test]
fn refits_are_bit_for_bit_those_of_pool_for_every_model() {
    let (y, v) = studies(9, 2);
    let mut models: Vec<Model> = Tau2Estimator::ALL.map(Model::Random).to_vec();
    models.extend([Model::Common, Model::Given(0.07)]);
    for model in models {
        let o = PoolOptions { model, ..PoolOptions::default() };
        for (i, left) in leave_one_out(&y, &v, &o, Watch::NONE).expect("results").iter().enumerate() {
            let (mut ys, mut vs) = (y.clone(), v.clone());
            ys.remove(i);
            vs.remove(i);
            let mut alone = pool(&ys, &vs, &o).expect("a result");
            alone.weights.clear();
            assert_eq!(left.result, alone, "{model:?} {i}");
        }
        let g = GoshOptions { draws: 0, seed: 0, sampling: GoshSampling::Complete };
        let all = gosh(&y, &v, model, &g, Watch::NONE).expect("results");
        assert_eq!(all.points.len(), 511);
        for (index, point) in all.points.iter().enumerate().filter(|(i, _)| i % 7 == 0) {
            let rows = all.members(index);
            let of = |x: &[f64]| -> Vec<f64> { rows.iter().map(|i| x[*i]).collect() };
            let alone = pool(&of(&y), &of(&v), &PoolOptions { ci: CiMethod::Wald, ..o }).expect("a result");
            let h = alone.heterogeneity;
            // A single study has no tau2, not even a stated one.
            assert_eq!((point.k, point.estimate, point.tau2, point.q), (alone.k, alone.estimate, h.tau2, h.q), "{model:?} {rows:?}");
            assert_eq!(point.i2, h.i2, "{model:?} {rows:?}");
        }
    }
}

#[test]
fn one_two_and_equal_studies() {
    let o = PoolOptions::default();
    let few = |r: Result<(), StatsError>| matches!(r, Err(StatsError::TooFewStudies { .. }));
    let (y, v) = ([0.3], [0.1]);
    assert!(few(leave_one_out(&y, &v, &o, Watch::NONE).map(drop)));
    assert!(few(influence(&y, &v, &o, Watch::NONE).map(drop)));
    assert!(few(baujat(&y, &v, &o, Watch::NONE).map(drop)));
    assert!(few(profile(&y, &v, REML, &ProfileOptions { points: 3, range: None, level: 95.0 }).map(drop)));
    let b = BootstrapOptions { resampling: Resampling::Studies, draws: 99, seed: 1, level: 90.0 };
    assert!(few(bootstrap(&y, &v, REML, &b, Watch::NONE).map(drop)));
    assert_eq!(blups(&y, &v, &o).expect("one").rows[0].estimate, 0.3);
    let order = Order::ascending(&[1.0], Ties::FileOrder).expect("an order");
    assert_eq!(cumulative(&y, &v, &order, &o, Watch::NONE).expect("one").len(), 1);
    let none: [f64; 0] = [];
    assert_eq!(leave_one_out(&none, &none, &o, Watch::NONE).map(drop), Err(StatsError::NoStudies));
    // A fault is named by its place in all the data, not in what is left.
    let bad = leave_one_out(&[0.1, 0.2, 0.3], &[0.1, 0.1, -1.0], &o, Watch::NONE).map(drop);
    assert_eq!(bad, Err(StatsError::Variance { index: 2, value: -1.0 }));
    assert!(few(leave_groups_out(&[0.1, 0.2], &[0.1, 0.1], &[4, 4], &o, Watch::NONE).map(drop)));

    let (y, v) = ([0.1, 0.9], [0.04, 0.09]);
    let two = leave_one_out(&y, &v, &o, Watch::NONE).expect("results");
    assert_eq!((two[0].result.estimate, two[1].result.estimate), (0.9, 0.1));
    assert!(influence(&y, &v, &o, Watch::NONE).expect("rows").rows.iter().all(|r| r.rstudent.is_finite() && r.dfbetas.is_finite()));

    // All effects equal, hksj literally: standard errors of 0, and yet no NaN.
    let (y, v) = ([0.5; 4], [0.1, 0.2, 0.3, 0.4]);
    let o = PoolOptions { guard: false, ..o };
    for r in influence(&y, &v, &o, Watch::NONE).expect("rows").rows {
        assert_eq!((r.rstudent, r.dffits, r.cook_d, r.dfbetas, r.influential), (0.0, 0.0, 0.0, 0.0, false));
        assert!(!r.cov_r.is_nan());
    }
    let b = bootstrap(&y, &v, REML, &b, Watch::NONE).expect("a result");
    assert_eq!((b.estimate.percentile, b.estimate.bca), ([0.5, 0.5], None));
}

#[test]
fn one_study_that_decides_all_is_flagged() {
    let (y, v) = ([0.1, 0.2, 0.15, 0.12, 3.0], [0.02, 0.03, 0.02, 0.04, 0.03]);
    for ci in [CiMethod::Wald, CiMethod::Hksj] {
        let o = PoolOptions { ci, ..PoolOptions::default() };
        let found = influence(&y, &v, &o, Watch::NONE).expect("rows");
        let flags: Vec<bool> = found.rows.iter().map(|r| r.influential).collect();
        assert_eq!(flags, [false, false, false, false, true], "{found:?}");
        assert!((found.rows.iter().map(|r| r.hat).sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((found.cook_d_limit - 0.454_936_423_119_572_7).abs() < 1e-12);
    }
}

#[test]
fn a_stop_leaves_nothing_half_done() {
    let (y, v) = studies(60, 3);
    let o = PoolOptions::default();
    let asked = AtomicUsize::new(0);
    let watch = Watch { stop: &|| asked.fetch_add(1, Atomic::Relaxed) > 20, progress: &|_, _| {} };
    let g = GoshOptions { draws: 100_000, seed: 1, sampling: GoshSampling::EachSubset };
    let b = BootstrapOptions { resampling: Resampling::Studies, draws: 100_000, seed: 1, level: 95.0 };
    let order = Order::ascending(&v, Ties::FileOrder).expect("an order");
    let stopped = [
        leave_one_out(&y, &v, &o, watch).map(drop),
        cumulative(&y, &v, &order, &o, watch).map(drop),
        influence(&y, &v, &o, watch).map(drop),
        baujat(&y, &v, &o, watch).map(drop),
        gosh(&y, &v, REML, &g, watch).map(drop),
        bootstrap(&y, &v, REML, &b, watch).map(drop),
    ];
    assert!(stopped.iter().all(|r| *r == Err(StatsError::Stopped)), "{stopped:?}");
}

/// Log risk ratios of the BCG trials: metafor 5.1 finds 0.1152 to 0.9647, to a root tolerance of
/// 1e-4; `profile.json` has the digits.
#[test]
fn the_profile_interval_as_metafor_prints_it() {
    let case = cases().into_iter().find(|c| c.dataset == "bcg" && c.measure == "rr").expect("the case");
    let p = profile(&case.y, &case.v, REML, &ProfileOptions { points: 20, range: None, level: 95.0 }).expect("a profile");
    let upper = p.interval.upper.expect("an end");
    assert!((p.interval.lower - 0.1152).abs() < 1e-4 && (upper - 0.9647).abs() < 1e-4, "{:?}", p.interval);
    assert!((p.best.log_likelihood + 12.202_371_42).abs() < 1e-8);
    let o = |tau2| PoolOptions { model: Model::Given(tau2), ci: CiMethod::Wald, pi: PiMethod::None, ..PoolOptions::default() };
    for point in &p.points {
        let held = pool(&case.y, &case.v, &o(point.tau2)).expect("a result");
        assert!((held.estimate - point.estimate).abs() < 1e-13 && (held.se - point.se).abs() < 1e-13);
    }
    assert!((p.points[19].tau2 - 1.2 * upper).abs() < 1e-12);
    assert!(profile(&case.y, &case.v, Model::Random(Tau2Estimator::Dl), &ProfileOptions { points: 0, range: None, level: 95.0 }).is_err());
}

/// The spread of simulated means is the standard error of the model, their coverage its level.
#[test]
fn the_parametric_bootstrap_agrees_with_theory_for_a_common_effect() {
    let (y, v) = studies(12, 4);
    let full = pool(&y, &v, &PoolOptions { model: Model::Common, ci: CiMethod::Wald, ..PoolOptions::default() }).expect("a result");
    let o = BootstrapOptions { resampling: Resampling::Model, draws: 39_999, seed: 9, level: 95.0 };
    let b = bootstrap(&y, &v, Model::Common, &o, Watch::NONE).expect("a result");
    assert!(b.tau2.is_none() && b.estimate.bca.is_none());
    assert!((b.estimate.se / full.se - 1.0).abs() < 0.015, "{} {}", b.estimate.se, full.se);
    for side in 0..2 {
        assert!((b.estimate.percentile[side] - full.ci[side]).abs() < 0.04 * full.se);
        assert!((b.estimate.basic[side] - full.ci[side]).abs() < 0.04 * full.se);
    }
}

/// Percentile, basic and BCa anew from the replicates, in the plainest way.
#[test]
fn bootstrap_intervals_by_their_definitions() {
    let (y, v) = studies(15, 5);
    let o = BootstrapOptions { resampling: Resampling::Studies, draws: 1999, seed: 7, level: 95.0 };
    let b = bootstrap(&y, &v, REML, &o, Watch::NONE).expect("a result");
    assert_eq!((b.k, b.options), (15, o));
    let left: Vec<_> = leave_one_out(&y, &v, &PoolOptions::default(), Watch::NONE).expect("results");
    let tau2 = b.tau2.expect("an estimate of tau2");
    let jackknife_tau2: Vec<f64> = left.iter().map(|l| l.result.heterogeneity.tau2).collect();
    let jackknife: Vec<f64> = left.iter().map(|l| l.result.estimate).collect();
    for (r, jackknife) in [(&b.estimate, jackknife), (&tau2, jackknife_tau2)] {
        let mut sorted = r.values.clone();
        sorted.sort_by(f64::total_cmp);
        assert_eq!(r.percentile, [sorted[49], sorted[1949]]);
        assert_eq!(
            r.basic,
            r.percentile
                .map(|q| (2.0 * r.observed - q).max(if r.observed == tau2.observed { 0.0 } else { -9.0 }))
                .iter()
                .rev()
                .copied()
                .collect::<Vec<_>>()[..]
        );
        let mean = jackknife.iter().sum::<f64>() / 15.0;
        let power = |n: i32| jackknife.iter().map(|x| (mean - x).powi(n)).sum::<f64>();
        let a = power(3) / (6.0 * power(2).powf(1.5));
        let below =
            sorted.iter().filter(|x| **x < r.observed).count() as f64 + 0.5 * sorted.iter().filter(|x| **x == r.observed).count() as f64;
        let z0 = weald::stats::dist::norm_quantile(below / 1999.0);
        for (side, z) in [(0, -1.959_963_984_540_054), (1, 1.959_963_984_540_054)] {
            let share = weald::stats::dist::norm_cdf(z0 + (z0 + z) / (1.0 - a * (z0 + z)));
            let place = 2000.0 * share;
            let bca = r.bca.expect("an interval")[side];
            let near = [sorted[place as usize - 1], sorted[place as usize]];
            assert!(near[0] <= bca && bca <= near[1], "{bca} is not in {near:?}");
        }
    }
    let again = bootstrap(&y, &v, REML, &BootstrapOptions { seed: 8, ..o }, Watch::NONE).expect("a result");
    assert_ne!(again.estimate.values, b.estimate.values);
    let too_few = bootstrap(&y, &v, REML, &BootstrapOptions { draws: 38, ..o }, Watch::NONE);
    assert!(matches!(too_few, Err(StatsError::Undefined { .. })));
}

/// Resampled studies: the mean of the plain means is their mean, its variance SS / k^2.
#[test]
fn resampled_studies_have_the_moments_of_the_bootstrap() {
    let (y, _) = studies(10, 6);
    let v = [0.1; 10];
    let o = BootstrapOptions { resampling: Resampling::Studies, draws: 20_000, seed: 1, level: 95.0 };
    let b = bootstrap(&y, &v, Model::Common, &o, Watch::NONE).expect("a result");
    let mean = y.iter().sum::<f64>() / 10.0;
    let variance = y.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 100.0;
    assert!(b.estimate.bias.abs() < 4.0 * libm::sqrt(variance / 2e4));
    assert!((b.estimate.se * b.estimate.se / variance - 1.0).abs() < 0.05);
}

/// Ties together: one row per distinct key, the last of them all studies.
#[test]
fn ties_enter_together() {
    let (y, v) = studies(6, 7);
    let o = PoolOptions::default();
    let order = Order::ascending(&[3.0, 1.0, 1.0, 2.0, 3.0, 3.0], Ties::Together).expect("an order");
    let rows = cumulative(&y, &v, &order, &o, Watch::NONE).expect("rows");
    assert_eq!(rows.iter().map(|r| r.result.k).collect::<Vec<_>>(), [2, 3, 6]);
    assert_eq!(rows[2].added, [0, 4, 5]);
    let all = pool(&y, &v, &o).expect("a result");
    assert!((rows[2].result.estimate - all.estimate).abs() < 1e-14);
    let short = Order::ascending(&[1.0, 2.0], Ties::Together).expect("an order");
    assert!(matches!(cumulative(&y, &v, &short, &o, Watch::NONE), Err(StatsError::LengthMismatch { .. })));
}
