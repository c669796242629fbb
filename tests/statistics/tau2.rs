//! tau2: the estimate is the best there is, on every set, in any order, unit and sign.

use weald::stats::error::StatsError;
use weald::stats::pool::{Tau2Estimator, tau2};

/// SplitMix64 (Steele, Lea and Flood 2014), so that the sets are the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }
    fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(self.uniform()));
        radius * libm::cos(std::f64::consts::TAU * self.uniform())
    }
    fn log_uniform(&mut self, low: f64, high: f64) -> f64 {
        low * libm::pow(high / low, self.uniform())
    }
}

/// From the definitions, in the plainest way: (log-likelihood ML, REML, Q).
fn plain(y: &[f64], v: &[f64], t: f64) -> (f64, f64, f64) {
    let w = v.iter().map(|v| 1.0 / (v + t));
    let s1: f64 = w.clone().sum();
    let mu = w.clone().zip(y).map(|(w, y)| w * y).sum::<f64>() / s1;
    let q: f64 = w.zip(y).map(|(w, y)| w * (y - mu) * (y - mu)).sum();
    // At most 30 factors between 1e-9 and 1e9: the product stays in range.
    let logs = libm::log(v.iter().map(|v| v + t).product());
    (-0.5 * (logs + q), -0.5 * (logs + libm::log(s1) + q), q)
}

/// 2,001 points from 1e-8 to 1e4 times the smallest variance or spread, and 0.
fn grid(y: &[f64], v: &[f64]) -> impl Iterator<Item = f64> {
    let low = v.iter().copied().fold(f64::INFINITY, f64::min) * 1e-6;
    let spread = y.iter().copied().fold(f64::NEG_INFINITY, f64::max) - y.iter().copied().fold(f64::INFINITY, f64::min);
    let high = 100.0 * (v.iter().copied().fold(0.0, f64::max) + spread * spread);
    let step = libm::log(high / low) / 2000.0;
    std::iter::once(0.0).chain((0..=2000).map(move |i| low * libm::exp(step * f64::from(i))))
}

/// Checks ML, REML, PM and EB on one set; returns (ML maxima, REML maxima).
fn check(y: &[f64], v: &[f64], label: &str) -> [usize; 2] {
    let of = |estimator| tau2(y, v, estimator).unwrap_or_else(|e| panic!("{label}: {e}"));
    let (ml, reml) = (of(Tau2Estimator::Ml), of(Tau2Estimator::Reml));
    let (pm, eb) = (of(Tau2Estimator::Pm), of(Tau2Estimator::Eb));
    let df = (y.len() - 1) as f64;
    assert_eq!(pm.value, eb.value, "{label}");
    let at_zero = plain(y, v, 0.0).2;
    let on_boundary = at_zero <= df;
    assert_eq!(pm.value == 0.0, on_boundary, "{label}");
    let best = (plain(y, v, ml.value).0, plain(y, v, reml.value).1);
    let distance = (plain(y, v, pm.value).2 - df).abs();
    assert!(on_boundary || distance <= 1e-11 * (df + 1.0), "{label}: off by {distance}");
    for t in grid(y, v) {
        let (l, r, q) = plain(y, v, t);
        for (name, value, best, other) in [("ml", ml.value, best.0, l), ("reml", reml.value, best.1, r)] {
            assert!(other <= best + 1e-11 * (1.0 + best.abs()), "{label} {name}: {value} has {best}, {t} has {other}: y {y:?} v {v:?}");
        }
        assert!(on_boundary || distance <= (q - df).abs() + 1e-11 * (df + 1.0), "{label}: {t}");
    }
    [ml, reml].map(|e| {
        let c = e.certificate.expect("a certificate");
        assert!(c.holds() && c.evaluations < 2000, "{label}: {c:?}");
        assert_eq!(c.boundary, e.value == 0.0, "{label}: {c:?}");
        assert!(c.bracket[0] <= e.value && e.value <= c.bracket[1], "{label}: {e:?}");
        c.roots_found
    })
}

#[test]
fn ten_thousand_random_sets() {
    let mut random = Random(2026);
    let mut several = [0; 2];
    let mut zero = 0;
    for set in 0..10_000 {
        let k = 2 + (random.next() % 29) as usize;
        let between = [0.0, 0.1, 1.0][set % 3];
        let v: Vec<f64> = (0..k).map(|_| random.log_uniform(0.01, 1.0)).collect();
        let y: Vec<f64> = v.iter().map(|v| random.normal() * libm::sqrt(v + between)).collect();
        let maxima = check(&y, &v, &format!("set {set}"));
        for i in 0..2 {
            several[i] += usize::from(maxima[i] > 1);
        }
        zero += usize::from(tau2(&y, &v, Tau2Estimator::Reml).is_ok_and(|e| e.value == 0.0));
    }
    println!("several maxima: ML {}, REML {}; REML tau2 exactly 0: {zero}", several[0], several[1]);
}

#[test]
fn small_sets_with_variances_far_apart() {
    let mut random = Random(7);
    let mut several = [0; 2];
    for set in 0..4_000 {
        let k = 2 + (random.next() % 7) as usize;
        let v: Vec<f64> = (0..k).map(|_| random.log_uniform(1e-4, 100.0)).collect();
        let between = random.log_uniform(1e-4, 10.0);
        let y: Vec<f64> = v.iter().map(|v| random.normal() * libm::sqrt(v + between)).collect();
        let maxima = check(&y, &v, &format!("set {set}"));
        for i in 0..2 {
            several[i] += usize::from(maxima[i] > 1);
        }
    }
    println!("several maxima: ML {}, REML {}", several[0], several[1]);
    assert!(several[0] > 10 && several[1] > 10, "the sets are meant to be hard: {several:?}");
}

const FAILING_Y: [f64; 10] = [1.30, 1.94, 0.70, 0.36, 1.31, 0.46, 1.24, 0.71, 0.35, 0.77];
const FAILING_V: [f64; 10] = [0.640, 0.421, 0.992, 0.058, 0.756, 0.634, 0.79, 0.596, 0.457, 0.935];

#[test]
fn the_set_on_which_fisher_scoring_cycles() {
    let e = tau2(&FAILING_Y, &FAILING_V, Tau2Estimator::Reml).expect("an estimate");
    assert!((e.value - 0.081_973_114_4).abs() < 1e-10, "{e:?}");
    let c = e.certificate.expect("a certificate");
    assert_eq!(c.roots_found, 1);
    assert!(c.score_at_root.abs() < 1e-12, "{c:?}");
    assert!(c.evaluations < 60, "{c:?}");
}

#[test]
fn order_sign_and_unit_do_not_matter() {
    let mut random = Random(11);
    for set in 0..200 {
        let k = 2 + (random.next() % 29) as usize;
        let v: Vec<f64> = (0..k).map(|_| random.log_uniform(0.01, 1.0)).collect();
        let y: Vec<f64> = v.iter().map(|v| random.normal() * libm::sqrt(v + 0.3)).collect();
        for estimator in Tau2Estimator::ALL {
            let of = |y: &[f64], v: &[f64]| tau2(y, v, estimator).expect("an estimate");
            let base = of(&y, &v);
            let near = |a: f64, b: f64, what: &str| {
                // Below the smallest variance the digits of tau2 are those of its sum with v.
                assert!((a - b).abs() <= 1e-12 * (b + 0.01), "set {set} {} {what}: {a} and {b}", estimator.name());
            };
            let (mut ry, mut rv) = (y.clone(), v.clone());
            ry.reverse();
            rv.reverse();
            near(of(&ry, &rv).value, base.value, "reversed");
            near(of(&ry, &rv).se, base.se, "reversed, se");
            let negated: Vec<f64> = y.iter().map(|y| -y).collect();
            assert_eq!(of(&negated, &v).value, base.value, "negated");
            for unit in [0.001, 7.0, 1e100] {
                let y: Vec<f64> = y.iter().map(|y| y * unit).collect();
                let v: Vec<f64> = v.iter().map(|v| v * unit * unit).collect();
                let scaled = of(&y, &v);
                near(scaled.value / (unit * unit), base.value, "unit");
                near(scaled.se / (unit * unit), base.se, "unit, se");
            }
            for power in [-300, 2, 400] {
                let y: Vec<f64> = y.iter().map(|y| libm::ldexp(*y, power)).collect();
                let v: Vec<f64> = v.iter().map(|v| libm::ldexp(*v, 2 * power)).collect();
                let back = libm::ldexp(of(&y, &v).value, -2 * power);
                assert_eq!(back, base.value, "a power of two changes no bit");
            }
        }
    }
}

#[test]
fn equal_effects_and_two_studies_have_results() {
    for estimator in Tau2Estimator::ALL {
        let equal = tau2(&[0.3; 4], &[0.1, 0.2, 0.3, 0.4], estimator).expect("an estimate");
        assert_eq!(equal.value, 0.0, "{}", estimator.name());
        assert!(equal.se.is_finite());
        let two = tau2(&[0.0, 2.0], &[0.5, 0.5], estimator).expect("an estimate");
        let expected = match estimator {
            // Equal variances v, SS = 2: by hand.
            Tau2Estimator::Ml | Tau2Estimator::Hs => 0.5,
            Tau2Estimator::Pmm => 2.0 / 0.454_936_423_119_572_7 - 0.5,
            Tau2Estimator::Sj => 2.0 / 1.5,
            _ => 1.5,
        };
        assert!((two.value - expected).abs() < 1e-14, "{}: {two:?}", estimator.name());
    }
}

#[test]
fn what_cannot_be_estimated_is_an_error() {
    let of = |y: &[f64], v: &[f64]| tau2(y, v, Tau2Estimator::Reml).map(|e| e.value);
    assert_eq!(of(&[], &[]), Err(StatsError::NoStudies));
    assert!(matches!(of(&[1.0], &[1.0]), Err(StatsError::TooFewStudies { .. })));
    assert!(matches!(of(&[1.0], &[1.0, 2.0]), Err(StatsError::LengthMismatch { .. })));
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let e = of(&[1.0, 2.0], &[1.0, bad]);
        assert!(matches!(e, Err(StatsError::Variance { index: 1, .. })), "{e:?}");
    }
    let e = of(&[f64::NAN, 2.0], &[1.0, 1.0]);
    assert!(matches!(e, Err(StatsError::Effect { index: 0, .. })), "{e:?}");
    assert_eq!(of(&[1e300, -1e300], &[1e-300, 1.0]), Err(StatsError::Range));
    for (y, v) in [([1e-200, 3e-200], [1e-320, 1e-320]), ([0.0, 1e140], [1e-3, 1e280])] {
        assert!(of(&y, &v).is_ok_and(f64::is_finite), "{y:?}");
    }
}

#[test]
fn a_hundred_thousand_studies_in_either_order() {
    let mut random = Random(3);
    let v: Vec<f64> = (0..100_000).map(|_| random.log_uniform(0.01, 1.0)).collect();
    let y: Vec<f64> = v.iter().map(|v| random.normal() * libm::sqrt(v + 0.1)).collect();
    let (mut ry, mut rv) = (y.clone(), v.clone());
    ry.reverse();
    rv.reverse();
    for estimator in Tau2Estimator::ALL {
        let a = tau2(&y, &v, estimator).expect("an estimate").value;
        let b = tau2(&ry, &rv, estimator).expect("an estimate").value;
        assert!((a - b).abs() <= 1e-13 * a, "{}: {a} and {b}", estimator.name());
        // Sidik-Jonkman's start, the plain variance, biases it upwards here.
        let expected = if estimator == Tau2Estimator::Sj { 0.165 } else { 0.1 };
        assert!((a - expected).abs() < 0.01, "{}: {a}", estimator.name());
    }
}
