//! Whatever the names and the numbers, no line is too wide and columns stay below each other.

use crate::build;
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;
use weald::eval::outcome::{Outcome, PoolResult, StudyEffect};
use weald::report::{Hints, Style, to_markdown, to_text};

const ESCAPE: char = '\u{1b}';

const NAMES: &[&str] = &[
    "A",
    "Frimodt-Moller, Acharyulu & Kesava Pillai 1973, second report",
    "王伟、李明、张三等人二零一九年多中心随机对照试验研究报告",
    "Nguye\u{302}\u{303}n 2010",
    "כהן ולוי 2001",
    "دراسة 2005",
    "tab\tand\nline \u{1b}[31mred",
    "👩‍👩‍👧‍👦 family 2020",
    "",
    "a|b*c`d",
];

fn effects() -> impl Strategy<Value = f64> {
    prop_oneof![-3.0..3.0_f64, 0.5..0.9_f64, -1e-6..1e-6_f64, -1e12..1e12_f64, Just(0.0)]
}

fn studies(most: usize) -> impl Strategy<Value = Vec<StudyEffect>> {
    let study = (0..NAMES.len(), effects(), prop_oneof![1e-8..4.0_f64, Just(1e10)], 0.0..40.0_f64)
        .prop_map(|(name, y, v, w)| build::study(NAMES[name], y, v, w, [30.0, 12_345.0]));
    prop::collection::vec(study, 0..most)
}

fn result(studies: Vec<StudyEffect>) -> PoolResult {
    let mut r = build::smd();
    r.k = studies.len();
    if r.k == 0 {
        (r.estimate, r.ci, r.pi, r.heterogeneity) = (None, None, None, None);
    }
    r.studies = studies;
    r
}

proptest! {
    #[test]
    fn no_line_is_too_wide(studies in studies(60), width in 20_usize..140, unicode: bool) {
        let style = Style { unicode, ..Style::plain(width) };
        let hints = Hints { sides: Some(["favours usual care".into(), "favours IMR".into()]) };
        let result = result(studies);
        for outcome in [Outcome::Pool(Box::new(result.clone())), Outcome::Explain(Box::new(result))] {
            for line in to_text(&outcome, &hints, &style).lines() {
                prop_assert!(line.width() <= width, "{} > {width}: {line}", line.width());
                prop_assert!(!line.contains(ESCAPE));
            }
            prop_assert!(!to_markdown(&outcome, &hints).contains(ESCAPE));
        }
    }

    #[test]
    fn colour_changes_nothing_else(studies in studies(6), width in 40_usize..120) {
        let outcome = Outcome::Pool(Box::new(result(studies)));
        let coloured = to_text(&outcome, &Hints::default(), &Style::new(width, true));
        prop_assert_eq!(without_colour(&coloured), to_text(&outcome, &Hints::default(), &Style::plain(width)));
    }
}

/// The text without `ESC [ … m`.
fn without_colour(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or("").to_owned();
    let joined = first + &parts.map(|p| p.split_once('m').map_or(p, |(_, rest)| rest)).collect::<String>();
    joined.lines().map(|l| format!("{}\n", l.trim_end())).collect()
}

/// The line at no effect stands in one column, whatever the width of the names.
#[test]
fn the_null_line_is_straight() {
    let studies = NAMES.iter().map(|n| build::study(n, 2.0, 0.02, 10.0, [20.0, 20.0])).collect();
    let text = to_text(&Outcome::Pool(Box::new(result(studies))), &Hints::default(), &Style::plain(100));
    let columns: Vec<usize> = text.lines().filter_map(|l| l.find('│').map(|i| l[..i].width())).collect();
    assert!(columns.len() >= NAMES.len(), "{text}");
    assert!(columns.windows(2).all(|w| w[0] == w[1]), "{text}");
}

#[test]
fn far_out_effects_are_cut_with_an_arrow() {
    let mut r = build::smd();
    r.studies.push(build::study("Outlier", 400.0, 0.01, 1.0, [20.0, 20.0]));
    let text = to_text(&Outcome::Pool(Box::new(r)), &Hints::default(), &Style::plain(100));
    let line = text.lines().find(|l| l.starts_with("Outlier")).unwrap_or("");
    assert!(line.ends_with('→') && line.contains("400.00 [399.80, 400.20]"), "{text}");
    let jensen = text.lines().find(|l| l.starts_with("Jensen")).unwrap_or("");
    assert!(jensen.contains('├') && jensen.contains('┤'), "{text}");
}
