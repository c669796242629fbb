//! Properties, golden values, edges and cost.

use super::{literal, mixed, model};
use crate::reference::{Case, cases};
use weald::stats::effect::Measure;
use weald::stats::error::StatsError;
use weald::stats::mh::TwoGroups;
use weald::stats::pool::{CiMethod, PoolOptions};
use weald::stats::small_study::{
    EggerOptions, ExcessOptions, ExcessTest, Expected, FailSafeMethod, FailSafeOptions, HarbordMeasure, KendallP, MissingEstimator,
    OrwinMean, PetOrPeese, PetPeeseOptions, Predictor, PredictorKind, SmallStudyNote, TieRule, TrimAndFillOptions, begg, deeks, egger,
    excess_significance, fail_safe, harbord, henmi_copas, pet_peese, peters, ruecker, ruecker_rank, trim_and_fill,
};

fn bcg_rr() -> Case {
    cases().into_iter().find(|c| c.dataset == "bcg" && c.measure == "rr").expect("a case")
}

fn near(actual: f64, printed: f64, digits: i32) {
    assert!((actual - printed).abs() <= 0.5 * 10_f64.powi(-digits) * 1.000_001, "{actual}, printed {printed}");
}

/// The BCG trials as metafor 5.1 prints them.
#[test]
fn printed_values_of_the_bcg_trials() {
    let Case { y, v, .. } = bcg_rr();
    let e = egger(&y, &v, &EggerOptions { method: mixed(model("reml"), CiMethod::Wald), ..EggerOptions::default() }).expect("Egger");
    near(e.statistic, -0.8033, 4);
    near(e.p, 0.4218, 4);
    let e = egger(&y, &v, &EggerOptions::default()).expect("Egger");
    near(e.statistic, -1.4013, 4);
    near(e.p, 0.1887, 4);
    assert_eq!(e.df, Some(11.0));
    let b = begg(&y, &v).expect("Begg");
    near(b.tau, 0.0256, 4);
    near(b.p, 0.9524, 4);
    assert_eq!(b.method, KendallP::Exact);
    let fill = |name: &str, estimator| {
        let t = trim_and_fill(&y, &v, &literal(model(name)), &TrimAndFillOptions { estimator, ..TrimAndFillOptions::default() });
        t.expect("trim-and-fill")
    };
    let t = fill("reml", MissingEstimator::L0);
    assert_eq!((t.k0, t.side.name(), t.side_from_regression), (1, "right", true));
    near(t.filled.estimate, -0.6571, 4);
    assert_eq!([MissingEstimator::L0, MissingEstimator::R0, MissingEstimator::Q0].map(|e| fill("ee", e).k0), [4, 4, 5]);
    near(fill("ee", MissingEstimator::R0).k0_p.expect("p"), 0.0312, 4);
    let n = |method| fail_safe(&y, &v, &FailSafeOptions { method, alpha: 0.05 }).expect("a number").n;
    assert_eq!(n(FailSafeMethod::Rosenthal), 598);
    assert_eq!(n(FailSafeMethod::Orwin { target: -0.1, mean: OrwinMean::Weighted }), 43);
    assert_eq!(n(FailSafeMethod::Orwin { target: -0.1, mean: OrwinMean::Plain }), 84);
    assert_eq!(n(FailSafeMethod::Rosenberg), 370);
    let h = henmi_copas(&y, &v, 95.0).expect("Henmi-Copas");
    near(h.estimate, -0.4303, 4);
    near(h.ci[0], -1.1555, 4);
    // Printed as 0.2949, where metafor's root search stops early; 0.29498 to more digits.
    near(h.ci[1], 0.294_98, 5);
    let reml = weald::stats::pool::pool(&y, &v, &literal(model("reml"))).expect("a result");
    let o = ExcessOptions { theta: Some(reml.estimate), tau2: reml.heterogeneity.tau2, ..ExcessOptions::default() };
    near(excess_significance(&y, &v, &o).expect("excess").p, 0.5841, 4);
}

#[test]
fn sign_scale_and_order_do_not_matter() {
    let Case { y, v, .. } = bcg_rr();
    let turned: Vec<f64> = y.iter().map(|y| -8.0 * y).collect();
    let wider: Vec<f64> = v.iter().map(|v| 64.0 * v).collect();
    let order = [5, 2, 12, 0, 7, 1, 9, 3, 11, 4, 10, 6, 8];
    let (ys, vs): (Vec<f64>, Vec<f64>) = order.iter().map(|i| (y[*i], v[*i])).unzip();
    let close = |a: f64, b: f64| assert!((a - b).abs() <= 1e-12 * b.abs(), "{a} {b}");
    for method in [weald::stats::small_study::EggerMethod::Classical, mixed(model("reml"), CiMethod::Hksj)] {
        let o = EggerOptions { method, ..EggerOptions::default() };
        let [a, b, c] = [(&y, &v), (&turned, &wider), (&ys, &vs)].map(|(y, v)| egger(y, v, &o).expect("a result"));
        close(b.statistic, -a.statistic);
        close(c.statistic, a.statistic);
        close(b.limit.expect("a limit").ci[0], -8.0 * a.limit.expect("a limit").ci[1]);
    }
    let [a, b, c] = [(&y, &v), (&turned, &wider), (&ys, &vs)].map(|(y, v)| begg(y, v).expect("a result"));
    assert_eq!((a.tau, a.p), (-b.tau, b.p));
    assert_eq!((a.tau, a.p), (c.tau, c.p));
    let o = literal(model("ee"));
    let t = TrimAndFillOptions::default();
    let [a, b, c] = [(&y, &v), (&turned, &wider), (&ys, &vs)].map(|(y, v)| trim_and_fill(y, v, &o, &t).expect("a result"));
    assert!(a.side != b.side && a.side == c.side);
    assert_eq!([a.k0, b.k0, c.k0], [4; 3]);
    close(b.filled.estimate, -8.0 * a.filled.estimate);
    close(c.filled.estimate, a.filled.estimate);
    assert_eq!(a.studies.iter().map(|s| s.mirrors).collect::<Vec<_>>(), c.studies.iter().map(|s| order[s.mirrors]).collect::<Vec<_>>());
    let [a, b, c] = [(&y, &v), (&turned, &wider), (&ys, &vs)].map(|(y, v)| henmi_copas(y, v, 95.0).expect("a result"));
    close(b.critical, a.critical);
    close(c.critical, a.critical);
    close(b.ci[0], -8.0 * a.ci[1]);
    let [a, b] = [(&y, &v), (&turned, &wider)].map(|(y, v)| excess_significance(y, v, &ExcessOptions::default()).expect("a result"));
    close(b.p, a.p);
    close(b.limit.expect("a limit"), -8.0 * a.limit.expect("a limit"));
}

#[test]
fn tied_effects_are_taken_in_file_order_and_it_is_said() {
    // Three data sets of the reference in which the order of tied effects decides.
    for (dataset, measure, name, estimator) in [
        ("bangertdrowns2004", "generic", "ee", MissingEstimator::L0),
        ("hackshaw1998", "generic", "ee", MissingEstimator::Q0),
        ("pritz1997", "pas", "reml", MissingEstimator::R0),
    ] {
        let case = cases().into_iter().find(|c| c.dataset == dataset && c.measure == measure).expect("a case");
        let run = |y: &[f64], v: &[f64], ties| {
            let options = TrimAndFillOptions { estimator, ties, ..TrimAndFillOptions::default() };
            trim_and_fill(y, v, &literal(model(name)), &options).expect("a result")
        };
        let t = run(&case.y, &case.v, TieRule::FileOrder);
        let range = t.notes.iter().find_map(|n| match n {
            SmallStudyNote::TiesDecide { k0, estimate } => Some((*k0, *estimate)),
            _ => None,
        });
        let (k0, estimate) = range.unwrap_or_else(|| panic!("{dataset}: {:?}", t.notes));
        assert!(k0[0] <= t.k0 && t.k0 <= k0[1] && estimate[0] <= t.filled.estimate && t.filled.estimate <= estimate[1]);
        let (ry, rv): (Vec<f64>, Vec<f64>) = case.y.iter().copied().zip(case.v.iter().copied()).rev().unzip();
        let back = run(&ry, &rv, TieRule::FileOrder);
        assert!((t.filled.estimate - back.filled.estimate).abs() > 1e-6, "{dataset}: the order should matter here");
        let (a, b) = (run(&case.y, &case.v, TieRule::LargerVariance), run(&ry, &rv, TieRule::LargerVariance));
        assert_eq!(a.k0, b.k0);
        assert!((a.filled.estimate - b.filled.estimate).abs() < 1e-12, "{dataset}");
    }
}

#[test]
fn few_studies_are_noted_not_refused() {
    let (y, v) = ([0.1, 0.5, 0.2], [0.01, 0.04, 0.09]);
    let few = SmallStudyNote::FewStudies { k: 3 };
    assert!(egger(&y, &v, &EggerOptions::default()).expect("a result").notes.contains(&few));
    assert!(begg(&y, &v).expect("a result").notes.contains(&few));
    assert!(pet_peese(&y, &v, &PetPeeseOptions::default()).expect("a result").notes.contains(&few));
    assert!(fail_safe(&y, &v, &FailSafeOptions::default()).expect("a result").notes.contains(&few));
    assert!(excess_significance(&y, &v, &ExcessOptions::default()).expect("a result").notes.contains(&few));
    assert!(henmi_copas(&y, &v, 95.0).expect("a result").notes.contains(&few));
    let t = trim_and_fill(&y, &v, &PoolOptions::default(), &TrimAndFillOptions::default()).expect("a result");
    assert!(t.notes.contains(&few));
    let Case { y, v, .. } = bcg_rr();
    assert!(egger(&y, &v, &EggerOptions::default()).expect("a result").notes.is_empty());
    // Every note reads as a sentence without a final stop.
    for note in [few, SmallStudyNote::LeftOut { count: 2 }, SmallStudyNote::Cycle { smallest: 1, largest: 2 }] {
        assert!(note.text().len() > 20 && !note.text().ends_with('.'), "{}", note.text());
    }
}

#[test]
fn what_does_not_exist_says_why() {
    let same = [0.04; 4];
    let y = [0.1, 0.5, 0.2, 0.3];
    assert!(matches!(egger(&y, &same, &EggerOptions::default()), Err(StatsError::Undefined { .. })));
    assert!(matches!(pet_peese(&y, &same, &PetPeeseOptions::default()), Err(StatsError::Undefined { .. })));
    let t = TrimAndFillOptions::default();
    assert!(matches!(trim_and_fill(&y, &same, &literal(model("ee")), &t), Err(StatsError::Undefined { .. })));
    for side in [weald::stats::small_study::Side::Left, weald::stats::small_study::Side::Right] {
        assert!(trim_and_fill(&y, &same, &literal(model("ee")), &TrimAndFillOptions { side: Some(side), ..t }).is_ok());
    }
    let two = (&y[..2], &[0.1, 0.2][..]);
    assert!(matches!(egger(two.0, two.1, &EggerOptions::default()), Err(StatsError::TooFewStudies { k: 2, needed: 3, .. })));
    assert!(matches!(egger(&[], &[], &EggerOptions::default()), Err(StatsError::NoStudies)));
    let n = [10.0, 0.0, 5.0, 5.0];
    let o = EggerOptions { predictor: Predictor::Ninv(&n), ..EggerOptions::default() };
    assert!(matches!(egger(&y, &[0.1, 0.2, 0.3, 0.4], &o), Err(StatsError::Count { index: 1, .. })));
    let orwin = |target| FailSafeOptions { method: FailSafeMethod::Orwin { target, mean: OrwinMean::Plain }, alpha: 0.05 };
    for target in [0.0, -0.1, f64::NAN] {
        assert!(fail_safe(&y, &same, &orwin(target)).is_err(), "{target}");
    }
    let within = fail_safe(&y, &same, &orwin(0.4)).expect("a result");
    assert_eq!(within.n, 0);
    assert!(within.notes.iter().any(|n| matches!(n, SmallStudyNote::WithinTarget { .. })));
    for alpha in [0.0, 1.0, 5.0, f64::NAN] {
        assert!(fail_safe(&y, &same, &FailSafeOptions { alpha, ..FailSafeOptions::default() }).is_err());
    }
    assert!(henmi_copas(&y, &same, 0.95 * 200.0).is_err());
}

#[test]
fn effects_all_alike() {
    let (y, v) = ([0.3; 5], [0.01, 0.04, 0.09, 0.02, 0.05]);
    let e = egger(&y, &v, &EggerOptions::default()).expect("a result");
    assert!(e.slope.estimate.abs() < 1e-14 && (e.limit.expect("a limit").estimate - 0.3).abs() < 1e-14);
    let t = trim_and_fill(&y, &v, &PoolOptions::default(), &TrimAndFillOptions::default()).expect("a result");
    assert_eq!((t.k0, t.filled.estimate), (0, 0.3));
    let h = henmi_copas(&y, &v, 95.0).expect("a result");
    assert!(h.tau2 == 0.0 && h.critical > 1.0 && h.critical < 1.96, "{h:?}");
    assert!(matches!(begg(&y, &v), Err(StatsError::Undefined { .. })));
}

#[test]
fn henmi_and_copas_of_one_and_two_studies() {
    let one = henmi_copas(&[0.3], &[0.04], 95.0).expect("a result");
    assert!((one.ci[1] - (0.3 + 1.959_963_984_540_054 * 0.2)).abs() < 1e-14);
    assert_eq!(one.notes, [SmallStudyNote::SingleStudy]);
    let two = henmi_copas(&[0.3, 0.9], &[0.04, 0.02], 95.0).expect("a result");
    assert!(two.critical.is_finite() && two.ci[0] < 0.7 && two.ci[1] > 0.7);
    // One study with nearly all the weight, and variances 1e7 apart.
    let far = henmi_copas(&[0.3, 0.9, 0.1, 0.5], &[1e-9, 0.02, 0.03, 0.01], 95.0).expect("a result");
    assert!(far.ci[0].is_finite() && far.ci[1] > far.ci[0], "{far:?}");
}

#[test]
fn pet_or_peese_by_the_side_of_the_test() {
    // A clear effect: PET is significant upwards, and PEESE is taken.
    let v = [0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15];
    let y = [0.81, 0.80, 0.83, 0.85, 0.84, 0.9, 0.95];
    let o = PetPeeseOptions::default();
    let p = pet_peese(&y, &v, &o).expect("a result");
    assert_eq!((p.chosen, p.expected_positive), (PetOrPeese::Peese, true));
    assert_eq!(p.estimate(), &p.peese);
    let p = pet_peese(&y, &v, &PetPeeseOptions { expected: Expected::Negative, ..o }).expect("a result");
    assert_eq!(p.chosen, PetOrPeese::Pet);
    assert!(p.p_one_sided > 0.95);
    let down: Vec<f64> = y.iter().map(|y| -y).collect();
    let q = pet_peese(&down, &v, &o).expect("a result");
    assert_eq!((q.chosen, q.expected_positive), (PetOrPeese::Peese, false));
}

#[test]
fn studies_without_events_leave_the_tests_from_counts() {
    let events1 = [0.0, 4.0, 10.0, 3.0, 20.0];
    let size1 = [20.0, 50.0, 80.0, 30.0, 200.0];
    let events2 = [0.0, 9.0, 15.0, 8.0, 30.0];
    let size2 = [22.0, 48.0, 85.0, 33.0, 190.0];
    let all = TwoGroups { events1: &events1, size1: &size1, events2: &events2, size2: &size2 };
    let rest = TwoGroups { events1: &events1[1..], size1: &size1[1..], events2: &events2[1..], size2: &size2[1..] };
    let y = [f64::NAN, -1.0, -0.4, -1.06, -0.5];
    for measure in [HarbordMeasure::Or, HarbordMeasure::Rr] {
        let (a, b) = (harbord(&all, measure, 95.0).expect("a result"), harbord(&rest, measure, 95.0).expect("a result"));
        assert_eq!((a.k, &a.left_out[..], a.statistic), (4, &[0][..], b.statistic));
        assert!(a.notes.contains(&SmallStudyNote::LeftOut { count: 1 }));
    }
    let (a, b) = (peters(&y, &all, 95.0).expect("a result"), peters(&y[1..], &rest, 95.0).expect("a result"));
    assert_eq!(a.slope, b.slope);
    assert!(matches!(deeks(&y, &size1, &size2, 95.0), Err(StatsError::Effect { index: 0, .. })));
    // The arcsine difference needs no events.
    assert_eq!(ruecker(&all, &EggerOptions::default()).expect("a result").k, 5);
    assert_eq!(ruecker_rank(&all).expect("a result").k, 5);
    let bad = TwoGroups { events1: &[30.0], size1: &[20.0], events2: &[1.0], size2: &[20.0] };
    assert!(matches!(harbord(&bad, HarbordMeasure::Or, 95.0), Err(StatsError::Count { .. })));
}

#[test]
fn the_measure_suggests_another_test() {
    let note = SmallStudyNote::for_measure;
    assert_eq!(note(Measure::Smd, PredictorKind::Se), Some(SmallStudyNote::SmdWithItsError));
    assert_eq!(note(Measure::Smd, PredictorKind::Modified), None);
    assert_eq!(note(Measure::Or, PredictorKind::Se), Some(SmallStudyNote::RatioWithItsError));
    assert_eq!(note(Measure::Md, PredictorKind::Se), None);
}

#[test]
fn hksj_of_a_regression_is_guarded_on_demand() {
    let v = [0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15];
    let y = [0.50, 0.51, 0.50, 0.52, 0.53, 0.52, 0.54];
    let run = |guard| {
        let method = weald::stats::small_study::EggerMethod::Mixed { model: model("reml"), ci: CiMethod::Hksj, guard };
        egger(&y, &v, &EggerOptions { method, ..EggerOptions::default() }).expect("a result")
    };
    let (literal, guarded) = (run(false), run(true));
    assert_eq!((literal.ci_used, guarded.ci_used), (Some(CiMethod::Hksj), Some(CiMethod::Wald)));
    assert!(guarded.p > literal.p && guarded.notes.contains(&SmallStudyNote::NarrowerThanWald));
}

/// Cost grows with the work: a hundred times the studies in not much more than that time.
#[test]
fn many_studies() {
    let k = 20_000;
    let mut state = 7_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let v: Vec<f64> = (0..k).map(|_| 0.01 + next()).collect();
    let y: Vec<f64> = v.iter().map(|v| 0.2 + (next() + next() + next() - 1.5) * v.sqrt() * 2.0).collect();
    assert_eq!(begg(&y, &v).expect("a result").method, KendallP::Normal);
    assert!(egger(&y, &v, &EggerOptions { method: mixed(model("reml"), CiMethod::Wald), ..EggerOptions::default() }).is_ok());
    assert!(trim_and_fill(&y, &v, &literal(model("dl")), &TrimAndFillOptions::default()).is_ok());
    assert!(henmi_copas(&y, &v, 95.0).is_ok());
    let binomial = ExcessOptions { test: ExcessTest::Binomial, ..ExcessOptions::default() };
    assert!(excess_significance(&y, &v, &binomial).is_ok());
    assert!(excess_significance(&y[..3_000], &v[..3_000], &ExcessOptions::default()).is_ok());
    assert!(pet_peese(&y, &v, &PetPeeseOptions::default()).is_ok());
}
