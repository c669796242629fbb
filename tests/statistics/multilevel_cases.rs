//! Dependent effects at the edges: few studies, degenerate data, impossible input, threads,
//! and the wild bootstrap.

use crate::multilevel::made;
use crate::reference::{csv, document, number};
use std::sync::atomic::{AtomicUsize, Ordering};
use weald::stats::error::StatsError;
use weald::stats::multilevel::*;
use weald::stats::pool::{CiMethod, Model, PiMethod, PoolOptions, Tau2Estimator, pool};
use weald::stats::random::Random;

fn near(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance * b.abs().max(1e-300), "{a} {b}");
}

fn plain<'a>(y: &'a [f64], v: &'a [f64], study: &'a [usize]) -> DependentEffects<'a> {
    DependentEffects { y, v, study, x: None, sampling: Sampling::Independent }
}

fn fitted(e: &DependentEffects<'_>) -> Multilevel {
    Clustered::new(e).and_then(|c| c.fit(&MultilevelOptions::default())).expect("a fit")
}

const Y: [f64; 10] = [1.30, 1.94, 0.70, 0.36, 1.31, 0.46, 1.24, 0.71, 0.35, 0.77];
const V: [f64; 10] = [0.640, 0.421, 0.992, 0.058, 0.756, 0.634, 0.79, 0.596, 0.457, 0.935];

#[test]
fn one_effect_per_study_is_random_effects() {
    let study: Vec<usize> = (0..10).collect();
    for (method, estimator) in [(Likelihood::Reml, Tau2Estimator::Reml), (Likelihood::Ml, Tau2Estimator::Ml)] {
        let clustered = Clustered::new(&plain(&Y, &V, &study)).expect("data");
        let fit = clustered.fit(&MultilevelOptions { method, ..MultilevelOptions::default() }).expect("a fit");
        let o = PoolOptions { model: Model::Random(estimator), ci: CiMethod::T, guard: false, pi: PiMethod::T, ..PoolOptions::default() };
        let pooled = pool(&Y, &V, &o).expect("pooled");
        let c = fit.coefficients[0];
        near(fit.heterogeneity.sigma2.between, pooled.heterogeneity.tau2, 1e-11);
        assert_eq!(fit.heterogeneity.sigma2.within, 0.0);
        near(c.estimate, pooled.estimate, 1e-12);
        near(c.se, pooled.se, 1e-12);
        near(c.ci[0], pooled.ci[0], 1e-11);
        near(fit.pi.expect("pi")[1], pooled.pi.expect("pi")[1], 1e-11);
        near(fit.log_likelihood, pooled.log_likelihood.expect("ll"), 1e-12);
        near(fit.heterogeneity.q, pooled.heterogeneity.q, 1e-12);
        near(fit.heterogeneity.i2.expect("i2"), pooled.heterogeneity.i2, 1e-10);
        near(fit.heterogeneity.sigma2_se[0].expect("se"), pooled.heterogeneity.tau2_se.expect("se"), 1e-9);
        assert!(fit.notes.contains(&MultilevelNote::NotSeparable), "{:?}", fit.notes);
        // The same with the variance counted within.
        let within = MultilevelOptions { method, between: Component::Fixed(0.0), ..MultilevelOptions::default() };
        let other = clustered.fit(&within).expect("a fit");
        near(other.heterogeneity.sigma2.within, pooled.heterogeneity.tau2, 1e-11);
        assert_eq!((other.heterogeneity.sigma2.between, other.notes.len()), (0.0, 0));
    }
}

#[test]
fn both_variances_fixed_at_zero_is_a_common_effect() {
    let study = [0, 0, 0, 1, 1, 2, 3, 3, 4, 4];
    let clustered = Clustered::new(&plain(&Y, &V, &study)).expect("data");
    let o = MultilevelOptions {
        between: Component::Fixed(0.0),
        within: Component::Fixed(0.0),
        test: CoefficientTest::Wald,
        ..MultilevelOptions::default()
    };
    let fit = clustered.fit(&o).expect("a fit");
    let pooled = pool(&Y, &V, &PoolOptions { model: Model::Common, ci: CiMethod::Wald, ..PoolOptions::default() }).expect("pooled");
    near(fit.coefficients[0].estimate, pooled.estimate, 1e-13);
    near(fit.coefficients[0].p, pooled.p, 1e-11);
    assert!(fit.edges.without_between.is_none() && fit.certificate.boundary == [false; 2]);
    let fixed = MultilevelOptions { within: Component::Fixed(0.1), ..o };
    assert_eq!(clustered.fit(&fixed).expect("a fit").heterogeneity.sigma2.within, 0.1);
    let bad = MultilevelOptions { within: Component::Fixed(-0.1), ..o };
    assert_eq!(clustered.fit(&bad), Err(StatsError::Tau2 { value: -0.1 }));
    assert_eq!(clustered.fit(&MultilevelOptions { level: 100.0, ..o }), Err(StatsError::Level { value: 100.0 }));
}

#[test]
fn few_effects_and_few_studies() {
    // One effect: its own result.
    let fit = fitted(&plain(&Y[..1], &V[..1], &[5]));
    assert_eq!((fit.coefficients[0].estimate, fit.df), (1.30, None));
    near(fit.coefficients[0].se, 0.8, 1e-15);
    assert_eq!(fit.heterogeneity.i2, None);
    assert!(fit.notes.contains(&MultilevelNote::NormalForT { studies: 1, coefficients: 1 }));
    // One study: no variance between.
    let fit = fitted(&plain(&Y, &V, &[3; 10]));
    assert_eq!(fit.heterogeneity.sigma2.between, 0.0);
    assert!(fit.notes.contains(&MultilevelNote::NotIdentified { level: Level::Between }), "{:?}", fit.notes);
    near(fit.heterogeneity.sigma2.within, 0.081_973_1, 1e-6);
    // Two studies with one effect each, then with two.
    assert_eq!(fitted(&plain(&Y[..2], &V[..2], &[0, 1])).df, Some(1.0));
    let fit = fitted(&plain(&Y[..4], &V[..4], &[0, 0, 1, 1]));
    assert!(fit.certificate.maximum && fit.notes.contains(&MultilevelNote::FewStudies { studies: 2 }));
    assert_eq!(
        Clustered::new(&plain(&Y[..4], &V[..4], &[0; 4])).expect("data").robust(fit.heterogeneity.sigma2, RobustKind::Cr2, 95.0),
        Err(StatsError::TooFewStudies { model: "a robust standard error", k: 1, needed: 2 })
    );
    // All effects equal.
    let fit = fitted(&plain(&[0.4; 6], &V[..6], &[0, 0, 1, 1, 2, 2]));
    assert_eq!((fit.heterogeneity.sigma2.total(), fit.certificate.boundary), (0.0, [true; 2]));
    near(fit.coefficients[0].estimate, 0.4, 1e-15);
    assert!(fit.heterogeneity.icc.is_none());
    // A moderator that tells the studies apart leaves nothing between them.
    let study = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1];
    let x: Vec<f64> = study.iter().flat_map(|s| [1.0, *s as f64]).collect();
    let fit = fitted(&DependentEffects { x: Some(&x), ..plain(&Y, &V, &study) });
    assert!(fit.notes.contains(&MultilevelNote::NotIdentified { level: Level::Between }), "{:?}", fit.notes);
    assert_eq!(fit.coefficients[1].df, None);
}

#[test]
fn impossible_input_is_refused() {
    let study = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4];
    let error = |e: DependentEffects<'_>| Clustered::new(&e).map(|_| ()).expect_err("an error");
    let base = plain(&Y, &V, &study);
    assert_eq!(error(plain(&[], &[], &[])), StatsError::NoStudies);
    assert!(matches!(error(DependentEffects { v: &V[1..], ..base }), StatsError::LengthMismatch { .. }));
    assert!(matches!(error(DependentEffects { study: &study[1..], ..base }), StatsError::LengthMismatch { .. }));
    assert!(matches!(error(DependentEffects { x: Some(&[1.0; 13]), ..base }), StatsError::LengthMismatch { .. }));
    let mut y = Y;
    y[3] = f64::NAN;
    assert!(matches!(error(DependentEffects { y: &y, ..base }), StatsError::Effect { index: 3, .. }));
    let mut v = V;
    v[7] = 0.0;
    assert_eq!(error(DependentEffects { v: &v, ..base }), StatsError::Variance { index: 7, value: 0.0 });
    let twice: Vec<f64> = (0..10).flat_map(|i| [1.0, f64::from(i), 3.0 - f64::from(i)]).collect();
    assert_eq!(error(DependentEffects { x: Some(&twice), ..base }), StatsError::Redundant { column: 2 });
    for value in [1.0, -1.0, f64::NAN] {
        assert!(matches!(
            error(DependentEffects { sampling: Sampling::Correlated(value), ..base }),
            StatsError::Correlation { size: 2, .. }
        ));
    }
    let full: Vec<f64> = (0..100).map(|i| f64::from(u8::from(i % 11 == 0 || i % 7 == 3))).collect();
    let saturated = Clustered::new(&DependentEffects { x: Some(&full), ..base });
    if let Ok(c) = saturated {
        assert!(matches!(c.fit(&MultilevelOptions::default()), Err(StatsError::TooFewStudies { k: 10, needed: 11, .. })));
    }
    let block = |effects: &[usize], covariance: &[f64]| CovarianceBlock { effects: effects.to_vec(), covariance: covariance.to_vec() };
    let (a, b) = (V[0], V[1]);
    for (blocks, reason) in [
        (vec![block(&[0, 1], &[a, 0.1, 0.1])], "square"),
        (vec![block(&[0, 10], &[a, 0.1, 0.1, b])], "does not exist"),
        (vec![block(&[0, 1], &[a, 0.1, 0.1, b]), block(&[1], &[b])], "another covariance"),
        (vec![block(&[0, 2], &[a, 0.1, 0.1, V[2]])], "one study"),
        (vec![block(&[0, 1], &[a, 0.1, 0.1, a])], "diagonal"),
        (vec![block(&[0, 1], &[a, 0.1, 0.2, b])], "symmetric"),
        (vec![block(&[2, 3], &[V[2], 0.0, 0.0, V[3]]), block(&[0, 1], &[a, 0.9, 0.9, b])], "positive definite"),
    ] {
        match error(DependentEffects { sampling: Sampling::Blocks(&blocks), ..base }) {
            StatsError::Covariance { block, reason: told } => {
                assert!(told.contains(reason), "{told}");
                assert_eq!(block, blocks.len() - 1);
            }
            other => panic!("{other}"),
        }
    }
}

/// Order of rows, location, scale and the basis of the design change nothing but the units.
#[test]
fn the_same_analysis_in_other_words() {
    for seed in 0..60 {
        let set = made::made(seed);
        let base = set.effects();
        let clustered = Clustered::new(&base).expect("data");
        let p = clustered.coefficients();
        if clustered.effects() <= p + 1 || clustered.studies() <= p {
            continue;
        }
        let fit = clustered.fit(&MultilevelOptions::default()).expect("a fit");
        let y: Vec<f64> = set.y.iter().map(|y| 1e3 * (y + 50.0)).collect();
        let v: Vec<f64> = set.v.iter().map(|v| 1e6 * v).collect();
        let blocks: Option<Vec<CovarianceBlock>> = set.blocks.as_ref().map(|b| {
            b.iter().map(|b| CovarianceBlock { covariance: b.covariance.iter().map(|c| 1e6 * c).collect(), ..b.clone() }).collect()
        });
        // The last column, if it is not the first, also plus 7 times the intercept.
        let x: Vec<f64> =
            set.x.chunks(p).flat_map(|r| r.iter().enumerate().map(|(j, x)| if j > 0 && j == p - 1 { x + 7.0 } else { *x })).collect();
        let sampling = blocks.as_ref().map_or(Sampling::Correlated(set.rho), |b| Sampling::Blocks(b));
        let moved = fitted(&DependentEffects { y: &y, v: &v, study: &set.study, x: Some(&x), sampling });
        let (a, b) = (fit.heterogeneity.sigma2, moved.heterogeneity.sigma2);
        for (a, b) in [(a.between, b.between), (a.within, b.within)] {
            assert!((b - 1e6 * a).abs() <= 1e6 * 1e-10 * (a + 0.01), "seed {seed}: {a} {b}");
            assert_eq!(a == 0.0, b == 0.0, "seed {seed}");
        }
        near(moved.coefficients[p - 1].se, 1e3 * fit.coefficients[p - 1].se, 1e-9);
        near(moved.heterogeneity.q, fit.heterogeneity.q, 1e-9);
        if p == 1 {
            near(moved.coefficients[0].estimate, 1e3 * (fit.coefficients[0].estimate + 50.0), 1e-11);
        }
    }
}

/// Variances that differ by many orders of magnitude, in one study and between studies.
#[test]
fn variances_far_apart() {
    for seed in 0..200 {
        let mut r = Random::stream(99, seed);
        let m = 3 + r.below(6);
        let (mut y, mut v, mut study) = (vec![], vec![], vec![]);
        for s in 0..m {
            for _ in 0..=r.below(4) {
                let vi = 10_f64.powf(-8.0 + 10.0 * r.uniform());
                v.push(vi);
                study.push(s);
                y.push(10_f64.powf(-2.0 + 4.0 * r.uniform()) * r.normal() + vi.sqrt() * r.normal());
            }
        }
        for rho in [0.0, 0.5] {
            let e = DependentEffects { sampling: Sampling::Correlated(rho), ..plain(&y, &v, &study) };
            let fit = fitted(&e);
            let at = &fit.certificate;
            assert!(at.maximum && at.last_step < 1e-6, "seed {seed} {rho}: {at:?}");
            assert!(fit.coefficients[0].se > 0.0 && fit.coefficients[0].p.is_finite());
            assert!(fit.edges.without_both.expect("ll") <= fit.log_likelihood + 1e-9);
            for edge in [fit.edges.without_between, fit.edges.without_within].into_iter().flatten() {
                assert!(edge <= fit.log_likelihood + 1e-9 * fit.log_likelihood.abs(), "seed {seed}");
            }
        }
    }
}

#[test]
fn predictions_and_intervals() {
    let rows = csv("konstantopoulos2011");
    let of = |c: &str| -> Vec<f64> { rows.iter().map(|r| r[c].parse().expect("a number")).collect() };
    let (y, v, year) = (of("yi"), of("vi"), of("year"));
    let study: Vec<usize> = rows.iter().map(|r| r["study"].trim_start_matches("district").parse().expect("a number")).collect();
    let fit = fitted(&plain(&y, &v, &study));
    assert_eq!((fit.studies, fit.df, fit.effects_per_study), (11, Some(10.0), [3, 11]));
    // t with 10 df: 2.2281388519862747.
    let (c, s) = (fit.coefficients[0], fit.heterogeneity.sigma2);
    near(c.ci[1] - c.estimate, 2.228_138_851_986_275 * c.se, 1e-12);
    let pi = fit.pi.expect("pi");
    near(pi[1] - c.estimate, 2.228_138_851_986_275 * (c.se * c.se + s.total()).sqrt(), 1e-12);
    assert_eq!(fit.predict(&[1.0]).expect("a prediction").pi, pi);
    assert!(matches!(fit.predict(&[1.0, 2.0]), Err(StatsError::LengthMismatch { .. })));
    // The mean at 1990 is the intercept of years since 1990.
    let design = |from: f64| -> Vec<f64> { year.iter().flat_map(|t| [1.0, t - from]).collect() };
    let (a, b) = (design(0.0), design(1990.0));
    let at = |x: &[f64]| fitted(&DependentEffects { x: Some(x), ..plain(&y, &v, &study) });
    let (raw, centred) = (at(&a), at(&b));
    let mean = raw.predict(&[1.0, 1990.0]).expect("a prediction").mean;
    near(mean.estimate, centred.coefficients[0].estimate, 1e-9);
    near(mean.se, centred.coefficients[0].se, 1e-7);
    near(raw.moderators.as_ref().expect("a test").p, raw.coefficients[1].p, 1e-9);
    assert_eq!(raw.pi, None);
    // One row of a robust test is the t test with Satterthwaite df, squared.
    let clustered = Clustered::new(&DependentEffects { x: Some(&a), ..plain(&y, &v, &study) }).expect("data");
    let sigma2 = raw.heterogeneity.sigma2;
    for kind in RobustKind::ALL {
        let robust = clustered.robust(sigma2, kind, 95.0).expect("robust").coefficients[1];
        let test = clustered.robust_test(sigma2, kind, &[vec![0.0, 1.0]]).expect("a test");
        near(test.f.expect("f"), robust.statistic * robust.statistic, 1e-9);
        near(test.p.expect("p"), robust.p, 1e-9);
    }
    let follows = clustered.robust_test(sigma2, RobustKind::Cr2, &[vec![0.0, 1.0], vec![0.0, 2.0]]);
    assert!(matches!(follows, Err(StatsError::Undefined { .. })));
}

/// The same bytes on one thread and on four, with more studies than one thread takes at once.
#[test]
fn threads_change_nothing() {
    let mut r = Random::new(3);
    let (mut y, mut v, mut study) = (vec![], vec![], vec![]);
    for s in 0..3000 {
        let level = r.normal();
        for _ in 0..=r.below(3) {
            v.push(0.05 + r.uniform());
            study.push(s);
            y.push(level + r.normal());
        }
    }
    let run = || {
        let e = DependentEffects { sampling: Sampling::Correlated(0.4), ..plain(&y, &v, &study) };
        let clustered = Clustered::new(&e).expect("data");
        let fit = clustered.fit(&MultilevelOptions::default()).expect("a fit");
        let robust = clustered.robust(fit.heterogeneity.sigma2, RobustKind::Cr2, 95.0).expect("robust");
        let small = plain(&y[..60], &v[..60], &study[..60]);
        let w = WildOptions { draws: 200, weights: WildWeights::Webb, ..WildOptions::default() };
        let wild = wild_bootstrap(&small, &MultilevelOptions::default(), &[0], &w, &|| false).expect("a test");
        (format!("{fit:?}{robust:?}"), wild.statistics)
    };
    let with = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads").install(run);
    assert_eq!(with(1), with(4));
}

fn konstantopoulos() -> (Vec<f64>, Vec<f64>, Vec<usize>, Vec<f64>) {
    let rows = csv("konstantopoulos2011");
    let of = |c: &str| -> Vec<f64> { rows.iter().map(|r| r[c].parse().expect("a number")).collect() };
    let labels: Vec<&String> = rows.iter().map(|r| &r["study"]).collect();
    let study = labels.iter().map(|l| labels.iter().position(|x| x == l).expect("itself")).collect();
    (of("yi"), of("vi"), study, of("year").into_iter().flat_map(|t| [1.0, t]).collect())
}

#[test]
fn all_sign_patterns_as_metafor_refits_them() {
    let json = document("wild");
    let (y, v, study, x) = konstantopoulos();
    for (key, design, kind) in [("intercept", None, RobustKind::Cr0), ("year", Some(x.as_slice()), RobustKind::Cr2)] {
        let e = &json[key];
        let column = number(e, "column").expect("column") as usize;
        let effects = DependentEffects { x: design, ..plain(&y, &v, &study) };
        let w = WildOptions { statistic: kind, ..WildOptions::default() };
        let result = wild_bootstrap(&effects, &MultilevelOptions::default(), &[column], &w, &|| false).expect("a test");
        assert!(result.exact && result.failed == 0);
        assert_eq!(result.draws, 1024);
        near(result.statistic, number(e, "observed").expect("observed"), 1e-6);
        let mut worst: f64 = 0.0;
        for (i, e) in e["first"].as_array().expect("statistics").iter().enumerate() {
            let e = e.as_f64().expect("a number");
            worst = worst.max((result.statistics[i] - e).abs() / (1e-3 + e));
        }
        println!("{key}: p {}, worst statistic {worst:e}", result.p);
        assert!(worst < 1e-5, "{key} {worst}");
        let as_large = number(e, "as_large").expect("as_large");
        assert_eq!(result.as_large as f64, as_large, "{key}");
        assert_eq!(result.p, as_large / 1024.0);
    }
}

#[test]
fn wild_bootstraps_with_drawn_weights() {
    let (y, v, study, x) = konstantopoulos();
    let effects = DependentEffects { x: Some(&x), ..plain(&y, &v, &study) };
    let o = MultilevelOptions::default();
    let webb = WildOptions { weights: WildWeights::Webb, draws: 400, ..WildOptions::default() };
    let run = |w: &WildOptions| wild_bootstrap(&effects, &o, &[1], w, &|| false).expect("a test");
    let result = run(&webb);
    assert!(!result.exact);
    near(result.p, (result.as_large + 1) as f64 / 401.0, 1e-15);
    // The exact p-value is 0.6 or so; 400 draws are within five standard errors of it.
    let exact = run(&WildOptions::default());
    assert!((result.p - exact.p).abs() < 0.13, "{} {}", result.p, exact.p);
    assert_ne!(run(&WildOptions { seed: 2, ..webb }).statistics, result.statistics);
    let corrected = run(&WildOptions { corrected_residuals: true, ..webb });
    assert_ne!(corrected.statistics, result.statistics);
    assert_eq!(corrected.statistic, result.statistic);
    // Fewer draws than patterns: drawn, not all.
    assert!(!run(&WildOptions { draws: 1023, ..WildOptions::default() }).exact);
    // An effect far from 0 in every study.
    let far: Vec<f64> = y.iter().map(|y| y + 3.0).collect();
    let strong = wild_bootstrap(&plain(&far, &v, &study), &o, &[0], &WildOptions::default(), &|| false).expect("a test");
    near(strong.p, 1.0 / 1024.0, 1e-12);
}

#[test]
fn a_wild_bootstrap_stops_and_refuses() {
    let (y, v, study, x) = konstantopoulos();
    let effects = DependentEffects { x: Some(&x), ..plain(&y, &v, &study) };
    let o = MultilevelOptions::default();
    let asked = AtomicUsize::new(0);
    let stop = || asked.fetch_add(1, Ordering::Relaxed) >= 20;
    let w = WildOptions { draws: 1_000_000, weights: WildWeights::Webb, ..WildOptions::default() };
    assert_eq!(wild_bootstrap(&effects, &o, &[1], &w, &stop), Err(StatsError::Stopped));
    assert!(asked.load(Ordering::Relaxed) < 1000);
    for (columns, draws) in [(&[][..], 99), (&[2][..], 99), (&[1, 1][..], 99), (&[1][..], 0)] {
        let w = WildOptions { draws, ..w };
        assert!(matches!(wild_bootstrap(&effects, &o, columns, &w, &|| false), Err(StatsError::Undefined { .. })));
    }
}
