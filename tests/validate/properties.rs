//! Simulated data: correct ones are never accused, and standard errors among SDs are seen.

use super::{csv, of};
use proptest::prelude::*;
use std::fmt::Write;
use weald::stats::consistency::{Granularity, Printed, PrintedP, Range, debit, grim, grimmer, largest_sd, mean_within, p_from_means};
use weald::stats::random::Random;

fn possible(verdict: Granularity) -> bool {
    !matches!(verdict, Granularity::Impossible { .. })
}

/// Mean and SD (n - 1) as a program prints them.
fn printed(scores: &[f64], decimals: usize) -> (Printed, Printed, String, String) {
    let n = scores.len() as f64;
    let mean = scores.iter().sum::<f64>() / n;
    let sd = (scores.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    let (m, s) = (format!("{mean:.decimals$}"), format!("{sd:.decimals$}"));
    (Printed::parse(&m).expect("a number"), Printed::parse(&s).expect("a number"), m, s)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn scores_that_exist_never_fail(
        scores in prop::collection::vec(prop::collection::vec(0u32..7, 1..5), 2..60),
        decimals in 0usize..4,
    ) {
        // A person's score is the mean of whole-numbered items.
        let items = scores.iter().map(Vec::len).min().unwrap_or(1);
        let people: Vec<f64> = scores.iter().map(|s| f64::from(s.iter().take(items).sum::<u32>()) / items as f64).collect();
        let (mean, sd, ..) = printed(&people, decimals);
        let n = people.len() as f64;
        prop_assert!(possible(grim(mean, n, items as f64)));
        prop_assert!(possible(grimmer(mean, sd, n, items as f64)));
        let scale = Range { low: 0.0, high: 6.0 };
        prop_assert!(mean_within(mean, scale));
        let most = largest_sd(mean, n, scale).expect("a mean within the scale");
        prop_assert!(sd.range().low <= most * (1.0 + 1e-9));
    }

    #[test]
    fn answers_that_exist_never_fail(answers in prop::collection::vec(0u32..2, 2..300), decimals in 1usize..4) {
        let answers: Vec<f64> = answers.into_iter().map(f64::from).collect();
        let (mean, sd, ..) = printed(&answers, decimals);
        prop_assert!(possible(debit(mean, sd, answers.len() as f64)));
    }

    #[test]
    fn a_correct_p_of_printed_means_fits(
        a in prop::collection::vec(0u32..40, 5..40),
        b in prop::collection::vec(0u32..40, 5..40),
    ) {
        let (a, b): (Vec<f64>, Vec<f64>) = (a.into_iter().map(f64::from).collect(), b.into_iter().map(f64::from).collect());
        let spread = |x: &[f64]| x.iter().any(|y| *y != x[0]);
        prop_assume!(spread(&a) && spread(&b));
        let (n1, n2) = (a.len() as f64, b.len() as f64);
        let moments = |x: &[f64]| { let m = x.iter().sum::<f64>() / x.len() as f64; (m, x.iter().map(|y| (y - m).powi(2)).sum::<f64>()) };
        let ((m1, ss1), (m2, ss2)) = (moments(&a), moments(&b));
        let se = ((ss1 + ss2) / (n1 + n2 - 2.0) * (1.0 / n1 + 1.0 / n2)).sqrt();
        let p = weald::stats::dist::two_sided_t((m1 - m2) / se, n1 + n2 - 2.0);
        let (pm1, ps1, ..) = printed(&a, 1);
        let (pm2, ps2, ..) = printed(&b, 1);
        let range = p_from_means([pm1, pm2], [ps1, ps2], [n1, n2]).expect("two groups");
        let p = Printed::parse(&format!("{p:.3}")).expect("a number");
        prop_assert!(PrintedP::Exact(p).fits(&range), "{p:?} outside {range:?}");
    }
}

#[test]
fn wrong_means_are_often_seen() {
    // Of means that 20 people can't have, one in five of two decimals is possible: 80% are seen.
    let seen = (0..100).filter(|cents| {
        let text = format!("3.{cents:02}");
        matches!(grim(Printed::parse(&text).expect("a number"), 20.0, 1.0), Granularity::Impossible { .. })
    });
    assert_eq!(seen.count(), 80);
}

#[test]
fn a_standard_error_for_an_sd_is_caught_nine_times_in_ten() {
    let mut random = Random::new(20_26);
    let uniform = |random: &mut Random, a: f64, b: f64| a + (b - a) * random.uniform();
    let (mut caught, mut sets, mut false_alarms) = (0, 0, 0);
    for _ in 0..400 {
        let centre = uniform(&mut random, 2.0, 30.0);
        let rows = 5 + (uniform(&mut random, 0.0, 6.0) as usize);
        let wrong = uniform(&mut random, 0.0, rows as f64) as usize;
        let mut text = "study,instrument,n1,mean1,sd1,n2,mean2,sd2\n".to_owned();
        for row in 0..rows {
            let mut arm = || {
                let n = uniform(&mut random, 20.0, 200.0).round();
                let sd = centre * uniform(&mut random, 0.75, 1.25);
                let sd = if row == wrong { sd / n.sqrt() } else { sd };
                let mean = uniform(&mut random, 40.0, 45.0);
                format!("{n},{mean:.2},{sd:.2}")
            };
            let (a, b) = (arm(), arm());
            let _ = writeln!(text, "S{row},X,{a},{b}");
        }
        let found = of(&csv(&text), 2);
        sets += 1;
        caught += usize::from(found.iter().any(|f| f.place.row == Some(wrong + 2)));
        false_alarms += found.iter().filter(|f| f.place.row != Some(wrong + 2)).count();
    }
    println!("standard errors for SDs: {caught} of {sets} caught, {false_alarms} false alarms");
    assert!(caught * 10 >= sets * 9, "{caught} of {sets}");
    assert_eq!(false_alarms, 0);
}
