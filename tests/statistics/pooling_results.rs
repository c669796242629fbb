//! What `pool` does at the edges: one, two, three studies, equal effects, the guard, lists.

use weald::stats::error::StatsError;
use weald::stats::heterogeneity::{I2Definition, Tau2Interval};
use weald::stats::pool::{CiMethod, Model, PiMethod, PoolNote, PoolOptions, Pooled, Tau2Estimator, first_that_applies, pool, q_profile};

fn with(y: &[f64], v: &[f64], change: impl Fn(&mut PoolOptions)) -> Pooled {
    let mut o = PoolOptions::default();
    change(&mut o);
    pool(y, v, &o).expect("a result")
}

fn near(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-12 * b.abs().max(1.0), "{a}, expected {b}");
}

#[test]
fn no_study_is_an_error_and_one_is_its_own_result() {
    assert_eq!(pool(&[], &[], &PoolOptions::default()), Err(StatsError::NoStudies));
    for model in [Model::Common, Model::Random(Tau2Estimator::Reml), Model::Given(0.5)] {
        let p = with(&[0.4], &[0.04], |o| o.model = model);
        assert_eq!((p.k, p.estimate, p.ci_used, p.pi), (1, 0.4, CiMethod::Wald, None));
        near(p.se, 0.2);
        near(p.ci[0], 0.4 - 0.2 * 1.959_963_984_540_054);
        assert_eq!(p.weights, [100.0]);
        assert_eq!(p.heterogeneity.tau2, 0.0);
        assert_eq!(p.heterogeneity.tau2_ci, Tau2Interval::NotComputed);
        assert_eq!(p.notes, [PoolNote::SingleStudy]);
    }
}

#[test]
fn two_studies_have_wald_under_the_guard_and_no_prediction() {
    let p = with(&[0.5, 0.9], &[0.02, 0.03], |_| {});
    assert_eq!((p.ci_used, p.pi, p.df), (CiMethod::Wald, None, None));
    assert!(p.notes.contains(&PoolNote::WaldForTwoStudies { asked: CiMethod::Hksj }));
    assert!(p.notes.contains(&PoolNote::PredictionNeedsThree { k: 2 }));
    let literal = with(&[0.5, 0.9], &[0.02, 0.03], |o| {
        (o.guard, o.pi, o.pi_requires_three) = (false, PiMethod::Riley, false);
    });
    assert_eq!((literal.ci_used, literal.df), (CiMethod::Hksj, Some(1.0)));
    assert_eq!(literal.pi_used, PiMethod::Riley);
    assert!(literal.notes.contains(&PoolNote::PredictionDfFloored));
}

#[test]
fn the_guard_puts_wald_in_place_of_a_narrower_interval() {
    // Close effects: HKSJ is far narrower than Wald.
    let (y, v) = ([0.50, 0.51, 0.49, 0.50], [0.04, 0.05, 0.06, 0.04]);
    let guarded = with(&y, &v, |_| {});
    let wald = with(&y, &v, |o| o.ci = CiMethod::Wald);
    let literal = with(&y, &v, |o| o.guard = false);
    assert_eq!((guarded.ci_used, guarded.ci, guarded.p), (CiMethod::Wald, wald.ci, wald.p));
    assert!(guarded.notes.iter().any(|n| matches!(n, PoolNote::NarrowerThanWald { .. })));
    assert!(literal.ci[1] - literal.ci[0] < wald.ci[1] - wald.ci[0]);
    assert!(literal.notes.iter().any(|n| matches!(n, PoolNote::LiteralHksjNarrower { .. })));
    // The prediction interval has the standard error of the interval used.
    near(guarded.pi.expect("an interval")[1] - guarded.estimate, 3.182_446_305_284_263 * wald.se);
    // A wider HKSJ stands.
    let wide = with(&[0.1, 0.9, -0.4, 1.2], &v, |_| {});
    assert_eq!((wide.ci_used, wide.df), (CiMethod::Hksj, Some(3.0)));
    // A common effect has Wald's; `t` is taken literally.
    let common = with(&y, &v, |o| o.model = Model::Common);
    assert_eq!((common.ci_used, common.pi), (CiMethod::Wald, None));
    assert_eq!(common.heterogeneity.i2_definition, I2Definition::Q);
    let t = with(&y, &v, |o| o.ci = CiMethod::T);
    assert_eq!((t.ci_used, t.df), (CiMethod::T, Some(3.0)));
}

#[test]
fn equal_effects_have_results_under_every_model() {
    let (y, v) = ([0.3; 5], [0.1, 0.2, 0.3, 0.4, 0.5]);
    for estimator in Tau2Estimator::ALL {
        let p = with(&y, &v, |o| o.model = Model::Random(estimator));
        assert_eq!((p.heterogeneity.tau2, p.heterogeneity.q), (0.0, 0.0), "{}", estimator.name());
        near(p.estimate, 0.3);
        assert_eq!(p.ci_used, CiMethod::Wald);
        assert_eq!(p.heterogeneity.tau2_ci, Tau2Interval::Empty);
        assert!(p.notes.contains(&PoolNote::AllEffectsEqual));
        assert!(p.notes.contains(&PoolNote::QProfileEmpty));
        let literal = with(&y, &v, |o| o.guard = false);
        assert_eq!((literal.se, literal.p), (0.0, 0.0));
    }
    let zero = with(&[0.0; 4], &[0.1; 4], |o| o.guard = false);
    assert_eq!((zero.se, zero.statistic, zero.p), (0.0, 0.0, 1.0));
}

#[test]
fn a_stated_tau2_is_used_as_stated() {
    let (y, v) = ([0.1, 0.6, -0.2, 0.8], [0.04, 0.05, 0.06, 0.04]);
    let given = with(&y, &v, |o| o.model = Model::Given(0.2));
    assert_eq!((given.heterogeneity.tau2, given.heterogeneity.tau2_se), (0.2, None));
    let none = with(&y, &v, |o| (o.model, o.ci) = (Model::Given(0.0), CiMethod::Wald));
    let common = with(&y, &v, |o| (o.model, o.ci) = (Model::Common, CiMethod::Wald));
    assert_eq!((none.estimate, none.ci), (common.estimate, common.ci));
    for bad in [-0.1, f64::NAN, f64::INFINITY] {
        let o = PoolOptions { model: Model::Given(bad), ..PoolOptions::default() };
        assert!(matches!(pool(&y, &v, &o), Err(StatsError::Tau2 { .. })));
    }
}

#[test]
fn levels_are_percentages() {
    let (y, v) = ([0.1, 0.6, -0.2, 0.8], [0.04, 0.05, 0.06, 0.04]);
    let of = |level: f64| with(&y, &v, |o| (o.ci, o.level) = (CiMethod::Wald, level));
    near((of(90.0).ci[1] - of(90.0).estimate) / of(90.0).se, 1.644_853_626_951_472_7);
    for bad in [0.0, 100.0, -5.0, f64::NAN] {
        let o = PoolOptions { level: bad, ..PoolOptions::default() };
        assert!(matches!(pool(&y, &v, &o), Err(StatsError::Level { .. })));
        assert!(matches!(q_profile(&y, &v, bad), Err(StatsError::Level { .. })));
    }
}

#[test]
fn order_and_sign_do_not_matter_to_a_pool() {
    let (y, v) = ([0.1, 0.6, -0.2, 0.8, 0.3], [0.04, 0.05, 0.001, 0.04, 0.9]);
    let (mut ry, mut rv) = (y, v);
    ry.reverse();
    rv.reverse();
    let (a, b) = (with(&y, &v, |_| {}), with(&ry, &rv, |_| {}));
    near(a.estimate, b.estimate);
    near(a.ci[0], b.ci[0]);
    for (i, w) in a.weights.iter().enumerate() {
        near(*w, b.weights[4 - i]);
    }
    let negated = with(&y.map(|y| -y), &v, |_| {});
    near(negated.estimate, -a.estimate);
    near(negated.ci[0], -a.ci[1]);
    near(negated.p, a.p);
}

#[test]
fn the_first_model_that_applies() {
    let models = [Model::Random(Tau2Estimator::Sj), Model::Random(Tau2Estimator::Reml), Model::Common];
    let o = PoolOptions::default();
    let chosen = first_that_applies(&[0.1, 0.6], &[0.1, 0.2], &models, &o).expect("a result");
    assert_eq!((chosen.index, chosen.passed_over.len()), (0, 0));
    let chosen = first_that_applies(&[0.3; 3], &[0.1, 0.2, 0.3], &models, &o).expect("a result");
    assert_eq!((chosen.index, chosen.pooled.model), (1, models[1]));
    let chosen = first_that_applies(&[0.3], &[0.1], &models, &o).expect("a result");
    assert_eq!((chosen.index, chosen.passed_over.len()), (2, 2));
    assert!(matches!(chosen.passed_over[1].reason, StatsError::TooFewStudies { .. }));
    let e = first_that_applies(&[0.3], &[0.1], &models[..2], &o);
    assert!(matches!(e, Err(StatsError::TooFewStudies { .. })));
    let e = first_that_applies(&[0.3, 0.1], &[0.1, 0.0], &models, &o);
    assert!(matches!(e, Err(StatsError::Variance { index: 1, .. })));
    assert!(matches!(first_that_applies(&[0.3], &[0.1], &[], &o), Err(StatsError::Undefined { .. })));
}

#[test]
fn every_note_reads_as_a_sentence() {
    let notes = [
        PoolNote::NarrowerThanWald { asked: CiMethod::Hksj, half_width: 0.031_94, wald_half_width: 0.217 },
        PoolNote::VariancesFarApart { ratio: 3.2e9 },
        PoolNote::SeveralMaxima { count: 2 },
        PoolNote::QProfileExcludesEstimate { tau2: 0.0, lower: 0.012, upper: 12.5 },
    ];
    for note in notes {
        let text = note.text();
        assert!(!text.ends_with('.') && text.chars().count() > 20, "{text}");
        println!("{text} [{}]", note.source());
    }
}
