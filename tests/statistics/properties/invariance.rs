//! What a pooled result does not depend on, through the language.

use super::{cases, run};
use proptest::prelude::*;
use std::fmt::Write as _;
use weald::PoolResult;

const MODELS: [&str; 11] = ["common", "dl", "he", "hs", "hsk", "sj", "ml", "reml", "eb", "pm", "pmm"];
const INTERVALS: [&str; 4] = ["wald", "t", "hksj", "mhksj"];

/// Effects with variances, two to a dozen.
fn effects() -> impl Strategy<Value = Vec<(f64, f64)>> {
    prop::collection::vec((-2.0..2.0_f64, (-4.0..1.0_f64).prop_map(libm::exp)), 2..13)
}

fn csv(rows: &[(f64, f64)]) -> String {
    let mut text = String::from("study,yi,vi\n");
    for (i, (y, v)) in rows.iter().enumerate() {
        writeln!(text, "S{i},{y:?},{v:?}").expect("a line");
    }
    text
}

fn pooled(csv: &str, clauses: &str) -> PoolResult {
    let run = run(csv, &format!("use \"d.csv\"\npool outcome {clauses}\n"));
    let problems: Vec<_> = run.problems.iter().map(|p| &p.problem).collect();
    assert!(run.ok(), "{problems:?}\n{csv}");
    let result = run.pools().next().expect("a result").clone();
    assert!(result.estimate.is_some(), "{:?}\n{csv}", result.not_pooled);
    result
}

/// Two results that differ by a factor of the effect only, negative or not.
fn same(a: &PoolResult, b: &PoolResult, factor: f64, what: &str) {
    let near = |x: Option<f64>, y: Option<f64>, scale: f64, field: &str| match (x, y) {
        (Some(x), Some(y)) => {
            // Differences of effects cancel, hence the absolute part.
            assert!((x * scale - y).abs() <= 1e-9 * (x * scale).abs() + 1e-10 * scale.abs(), "{what}: {field} {x} times {scale}, {y}");
        }
        (x, y) => assert_eq!(x.is_some(), y.is_some(), "{what}: {field}"),
    };
    let size = factor.abs();
    near(a.estimate, b.estimate, factor, "estimate");
    near(a.se, b.se, size, "se");
    near(a.p, b.p, 1.0, "p");
    for (x, y, field) in [(a.ci, b.ci, "ci"), (a.pi, b.pi, "pi")] {
        let turn = |pair: [f64; 2]| if factor < 0.0 { [pair[1], pair[0]] } else { pair };
        let (x, y) = (x.map(turn), y);
        near(x.map(|x| x[0]), y.map(|y| y[0]), factor, field);
        near(x.map(|x| x[1]), y.map(|y| y[1]), factor, field);
    }
    let (Some(h), Some(g)) = (&a.heterogeneity, &b.heterogeneity) else { panic!("{what}: no heterogeneity") };
    near(h.tau2, g.tau2, size * size, "tau2");
    near(h.tau2_se, g.tau2_se, size * size, "tau2_se");
    near(Some(h.q), Some(g.q), 1.0, "q");
    near(Some(h.i2), Some(g.i2), 1.0, "i2");
    near(Some(h.h2), Some(g.h2), 1.0, "h2");
    near(h.tau2_ci.and_then(|x| x[1]), g.tau2_ci.and_then(|y| y[1]), size * size, "tau2_ci");
    assert_eq!(a.k, b.k, "{what}");
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn order_sign_and_unit(
        rows in effects(),
        model in prop::sample::select(MODELS.to_vec()),
        ci in prop::sample::select(INTERVALS.to_vec()),
        shift in any::<prop::sample::Index>(),
        unit in prop::sample::select(vec![0.001, 0.5, 3.0, 1000.0]),
    ) {
        let clauses = format!("model {model} ci {ci}");
        let base = pooled(&csv(&rows), &clauses);
        let mut turned = rows.clone();
        turned.rotate_left(shift.index(rows.len()));
        turned.reverse();
        same(&base, &pooled(&csv(&turned), &clauses), 1.0, "order");
        let negated: Vec<(f64, f64)> = rows.iter().map(|(y, v)| (-y, *v)).collect();
        same(&base, &pooled(&csv(&negated), &clauses), -1.0, "sign");
        let scaled: Vec<(f64, f64)> = rows.iter().map(|(y, v)| (y * unit, v * unit * unit)).collect();
        same(&base, &pooled(&csv(&scaled), &clauses), unit, "unit");
    }

    #[test]
    fn the_weights_sum_to_100_and_follow_the_studies(rows in effects(), model in prop::sample::select(MODELS.to_vec())) {
        let result = pooled(&csv(&rows), &format!("model {model}"));
        let total: f64 = result.studies.iter().filter_map(|s| s.weight).sum();
        prop_assert!((total - 100.0).abs() < 1e-9, "{}", total);
        for (study, (y, v)) in result.studies.iter().zip(&rows) {
            prop_assert_eq!((study.yi, study.vi), (Some(*y), Some(*v)));
        }
        let mean: f64 = result.studies.iter().filter_map(|s| Some(s.weight? * s.yi?)).sum::<f64>() / 100.0;
        prop_assert!((mean - result.estimate.expect("estimate")).abs() < 1e-9);
    }

    #[test]
    fn groups_of_a_trial_change_places(
        counts in prop::collection::vec((0_u32..30, 30_u32..200, 0_u32..30, 30_u32..200), 2..8),
        measure in prop::sample::select(vec!["or", "rd", "as"]),
        model in prop::sample::select(vec!["common", "reml", "dl", "mh"]),
    ) {
        prop_assume!(counts.iter().filter(|(a, _, b, _)| a + b > 0).count() >= 2);
        prop_assume!(!(measure == "as" && model == "mh"));
        // Margins of Mantel-Haenszel that are not empty.
        prop_assume!(counts.iter().any(|(a, ..)| *a > 0) && counts.iter().any(|(_, _, b, _)| *b > 0));
        let table = |turn: bool| {
            let mut text = String::from("study,events1,n1,events2,n2\n");
            for (i, (a, n, b, m)) in counts.iter().enumerate() {
                let (a, n, b, m) = if turn { (b, m, a, n) } else { (a, n, b, m) };
                writeln!(text, "S{i},{a},{n},{b},{m}").expect("a line");
            }
            text
        };
        let clauses = format!("measure {measure} model {model} ci wald");
        let (one, other) = (pooled(&table(false), &clauses), pooled(&table(true), &clauses));
        let near = |a: Option<f64>, b: Option<f64>| (a.unwrap_or(f64::NAN) - b.unwrap_or(f64::NAN)).abs() < 1e-9;
        prop_assert!(near(one.estimate.map(|x| -x), other.estimate), "{:?} {:?}", one.estimate, other.estimate);
        prop_assert!(near(one.se, other.se) && near(one.p, other.p));
    }

    #[test]
    fn a_standardised_difference_has_no_unit(
        groups in prop::collection::vec((5_u32..80, -3.0..3.0_f64, 0.5..3.0_f64, 5_u32..80, -3.0..3.0_f64, 0.5..3.0_f64), 2..8),
        unit in prop::sample::select(vec![0.01, 7.0, 1000.0]),
        offset in -100.0..100.0_f64,
    ) {
        let table = |unit: f64, offset: f64| {
            let mut text = String::from("study,n1,mean1,sd1,n2,mean2,sd2\n");
            for (i, (n, a, s, m, b, t)) in groups.iter().enumerate() {
                let (a, b, s, t) = (a * unit + offset, b * unit + offset, s * unit, t * unit);
                writeln!(text, "S{i},{n},{a:?},{s:?},{m},{b:?},{t:?}").expect("a line");
            }
            text
        };
        let (one, other) = (pooled(&table(1.0, 0.0), "measure smd"), pooled(&table(unit, offset * unit), "measure smd"));
        let near = |a: Option<f64>, b: Option<f64>| (a.unwrap_or(f64::NAN) - b.unwrap_or(f64::NAN)).abs() < 1e-8;
        prop_assert!(near(one.estimate, other.estimate) && near(one.se, other.se), "{:?} {:?}", one.estimate, other.estimate);
    }
}
