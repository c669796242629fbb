//! Clean data raise no error, and hardly a warning.

use super::csv;
use std::fmt::Write;
use weald::diagnostic::Severity;
use weald::stats::random::Random;
use weald::validate::validate;

fn reference(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(name);
    std::fs::read_to_string(path).expect("a data set")
}

/// Normal deviates by Box and Muller.
fn normal(random: &mut Random) -> f64 {
    let (u, v): (f64, f64) = (random.uniform().max(1e-300), random.uniform());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// A review of whole-numbered scores with true effects, rounded as papers print them.
fn simulated(seed: u64) -> String {
    let mut random = Random::new(seed);
    let mut text = "study,outcome,timepoint,analysis,instrument,items,scale_min,scale_max,randomised1,randomised2,n1,mean1,sd1,n2,mean2,sd2,t,df,p,adjusted\n".to_owned();
    let tau = 0.3 * random.uniform();
    for study in 0..12 {
        let theta = 0.3 + tau * normal(&mut random);
        let instrument = ["GAF", "PSP"][study % 2];
        let n = (20.0 + 180.0 * random.uniform()).round() as usize;
        let mut group = |shift: f64| {
            let scores: Vec<f64> = (0..n).map(|_| (50.0 + 12.0 * (shift + normal(&mut random))).round().clamp(1.0, 100.0)).collect();
            let mean = scores.iter().sum::<f64>() / n as f64;
            let ss: f64 = scores.iter().map(|x| (x - mean).powi(2)).sum();
            (mean, ss)
        };
        let ((m1, ss1), (m2, ss2)) = (group(theta), group(0.0));
        let df = 2.0 * n as f64 - 2.0;
        let t = (m1 - m2) / ((ss1 + ss2) / df * 2.0 / n as f64).sqrt();
        let p = weald::stats::dist::two_sided_t(t, df);
        let p = if p < 0.001 { "<0.001".to_owned() } else { format!("{p:.3}") };
        let sd = |ss: f64| (ss / (n as f64 - 1.0)).sqrt();
        let _ = writeln!(
            text,
            "S{study},functioning,posttest,itt,{instrument},1,1,100,{n},{n},{n},{m1:.2},{:.2},{n},{m2:.2},{:.2},{t:.2},{df},{p},no",
            sd(ss1),
            sd(ss2)
        );
    }
    text
}

#[test]
fn clean_data_raise_no_error_and_hardly_a_warning() {
    let (mut rows, mut warnings) = (0usize, Vec::new());
    let sets: Vec<(String, String)> = [("bcg".to_owned(), reference("bcg.csv")), ("normand1999".to_owned(), reference("normand1999.csv"))]
        .into_iter()
        .chain((1..=20).map(|seed| (format!("simulated {seed}"), simulated(seed))))
        .collect();
    for (name, text) in &sets {
        let store = csv(text);
        rows += store.rows.len();
        for finding in validate(&store) {
            assert!(finding.severity != Severity::Error, "{name}: {finding:?}");
            // The SD ratio of 0.42 and the effect of -2.3 of normand1999 are what they seem.
            let true_warning = name == "normand1999" && matches!(finding.rule, 4 | 13);
            if finding.severity == Severity::Warning && !true_warning {
                warnings.push(format!("{name}: {}", finding.message));
            }
        }
    }
    assert!(warnings.len() * 50 < rows, "{} false warnings in {rows} rows: {warnings:#?}", warnings.len());
}

#[test]
fn the_true_warnings_of_normand_are_raised() {
    let found = validate(&csv(&reference("normand1999.csv")));
    let at = |rule: u8| found.iter().filter(|f| f.rule == rule).filter_map(|f| f.study.clone()).collect::<Vec<_>>();
    assert_eq!(at(4), ["Orpington-Severe"]);
    assert_eq!(at(13), ["Orpington-Moderate"]);
}

#[test]
fn a_hundred_thousand_rows_are_checked_in_time() {
    // Four times the rows may take eight times as long, and not sixteen.
    let (some, many) = (time_of_checks(25_000), time_of_checks(100_000));
    assert!(many < 8.0 * some + 0.5, "{some} s and {many} s");
}

/// Seconds that the checks of so many rows take.
fn time_of_checks(rows: usize) -> f64 {
    let mut text = "study,outcome,timepoint,analysis,instrument,n1,mean1,sd1,n2,mean2,sd2,country\n".to_owned();
    let mut random = Random::new(5);
    for i in 0..rows {
        let mut x = |a: f64, b: f64| a + (b - a) * random.uniform();
        let (n, m1, s1, m2, s2) = (x(20.0, 200.0).round(), x(40.0, 60.0), x(9.0, 13.0), x(40.0, 60.0), x(9.0, 13.0));
        let _ = writeln!(text, "S{},o{},posttest,itt,X{},{n},{m1:.3},{s1:.3},{n},{m2:.3},{s2:.3},DK", i / 4, i % 7, i % 50);
    }
    let store = csv(&text);
    let started = std::time::Instant::now();
    let found = validate(&store);
    let took = started.elapsed();
    assert!(found.iter().all(|f| f.severity != Severity::Error));
    took.as_secs_f64()
}
