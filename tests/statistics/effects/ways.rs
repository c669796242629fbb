//! Ways in, notes, refusals, scales.

use super::{A, agrees, near, row, table};
use proptest::prelude::*;
use weald::stats::dist::{norm_isf, t_quantile, two_sided_t};
use weald::stats::effect::*;
use weald::stats::math::hedges_j;

fn get(m: Measure, input: &Input) -> Effect {
    effect(m, input, &Options::default()).unwrap_or_else(|e| panic!("{m:?}: {e}"))
}

fn plus(cells: &[(&str, f64)], more: &[(&str, f64)]) -> Input {
    row(&[cells, more].concat())
}

fn with_p(cells: &[(&str, f64)], value: f64, bound: Bound) -> Input {
    Input { p: Some(PValue { value, bound }), ..row(cells) }
}

#[test]
fn the_spread_of_an_arm_in_four_ways() {
    let want = get(Measure::Smd, &row(A));
    let se = |sd: f64, n: f64| sd / n.sqrt();
    let by_se = row(&[("n1", 15.0), ("mean1", 10.0), ("se1", se(2.0, 15.0)), ("n2", 14.0), ("mean2", 8.5), ("se2", se(2.2, 14.0))]);
    let e = get(Measure::Smd, &by_se);
    assert!(agrees(e.yi, want.yi) && agrees(e.vi, want.vi));
    assert_eq!(e.from.text(), "means and SEs");
    assert_eq!(e.notes.len(), 2);
    for level in [None, Some(90.0)] {
        let p = (100.0 - level.unwrap_or(95.0)) / 200.0;
        let (h1, h2) = (-t_quantile(p, 14.0) * se(2.0, 15.0), -t_quantile(p, 13.0) * se(2.2, 14.0));
        let mut by_ci = row(&[
            ("n1", 15.0),
            ("mean1", 10.0),
            ("ci_lower1", 10.0 - h1),
            ("ci_upper1", 10.0 + h1),
            ("n2", 14.0),
            ("mean2", 8.5),
            ("ci_lower2", 8.5 - h2),
            ("ci_upper2", 8.5 + h2),
        ]);
        by_ci.ci_level = level;
        let e = get(Measure::Smd, &by_ci);
        assert!(agrees(e.yi, want.yi) && agrees(e.vi, want.vi));
        assert_eq!(e.from.text(), "means and CIs");
    }
    // A skewed summary is kept and flagged: t .333 > .318 (2, 8, 20 of 40 people).
    let skewed = row(&[
        ("n1", 40.0),
        ("median1", 8.0),
        ("min1", 2.0),
        ("max1", 20.0),
        ("n2", 40.0),
        ("median2", 8.0),
        ("min2", 2.0),
        ("max2", 14.0),
    ]);
    let e = get(Measure::Md, &skewed);
    assert_eq!(e.from.text(), "median and range");
    let flagged: Vec<_> = e.notes.iter().filter(|n| matches!(n, EffectNote::Skewed { .. })).collect();
    assert_eq!(flagged.len(), 1);
    assert!(flagged[0].text().contains("0.333 > 0.318"), "{}", flagged[0].text());
}

#[test]
fn a_mean_difference_becomes_standardised() {
    let want = get(Measure::Smd, &row(A));
    let sd = ((14.0 * 4.0 + 13.0 * 4.84) / 27.0_f64).sqrt();
    let se = sd * (1.0 / 15.0 + 1.0 / 14.0_f64).sqrt();
    let n = [("md", 1.5), ("n1", 15.0), ("n2", 14.0)];
    let e = get(Measure::Smd, &plus(&n, &[("md_se", se)]));
    assert!(agrees(e.yi, want.yi) && agrees(e.vi, want.vi));
    assert_eq!(e.from.text(), "MD and SE → SMD");
    assert!(e.notes.contains(&EffectNote::MdStandardised));
    assert_eq!((e.n1, e.n2, e.n), (Some(15.0), Some(14.0), Some(29.0)));
    let half = norm_isf(0.025) * se;
    let ci = [("md_ci_lower", 1.5 - half), ("md_ci_upper", 1.5 + half)];
    let e = get(Measure::Smd, &plus(&n, &ci));
    assert!(agrees(e.yi, want.yi) && agrees(e.vi, want.vi));
    let e = get(Measure::Md, &plus(&n, &ci));
    assert!(agrees(e.yi, 1.5) && agrees(e.vi, se * se));
    let e = get(Measure::Smd, &plus(&n, &[("sd1", 2.0), ("sd2", 2.2)]));
    assert!(agrees(e.yi, want.yi) && e.from.text() == "MD and SDs → SMD");
    let e = get(Measure::Md, &plus(&n, &[("sd1", 2.0), ("sd2", 2.2)]));
    assert!(agrees(e.vi, 4.0 / 15.0 + 4.84 / 14.0));
}

#[test]
fn a_reported_test_becomes_an_effect() {
    let n = [("n1", 20.0), ("n2", 30.0)];
    let j = hedges_j(48.0);
    let root = (1.0 / 20.0 + 1.0 / 30.0_f64).sqrt();
    let e = get(Measure::Smd, &plus(&n, &[("t", -2.0)]));
    assert!(agrees(e.yi, -2.0 * root * j) && e.from.text() == "t" && e.notes.is_empty());
    // g is taken as it is, d corrected.
    let g = get(Measure::Smd, &plus(&n, &[("g", 0.4)]));
    let d = get(Measure::Smd, &plus(&n, &[("d", 0.4)]));
    assert!(agrees(g.yi, 0.4) && agrees(d.yi, 0.4 * j));
    assert!(agrees(g.vi, 1.0 / 20.0 + 1.0 / 30.0 + 0.16 / 100.0));
    // A z is taken for a t; an effect without sizes has its own error.
    let z = get(Measure::Smd, &plus(&n, &[("z", -2.0)]));
    assert!(agrees(z.yi, -2.0 * root * j) && z.from.text() == "z");
    let own = get(Measure::Smd, &plus(&[("g", 0.4)], &[("sei", 0.2)]));
    assert!(agrees(own.yi, 0.4) && agrees(own.vi, 0.04) && own.from.text() == "g and SE");
    let own = get(
        Measure::Smd,
        &plus(&[("d", 0.4)], &[("ci_lower", 0.4 - 0.2 * 1.959963984540054), ("ci_upper", 0.4 + 0.2 * 1.959963984540054)]),
    );
    assert!(agrees(own.yi, 0.4) && agrees(own.vi, 0.04) && own.from.text() == "d and SE");
    // F and p: sign of the value, else favours, else a note.
    let f = plus(&n, &[("F", 4.0)]);
    let e = get(Measure::Smd, &f);
    assert!(agrees(e.yi, 2.0 * root * j) && e.from.text() == "F, 1 df");
    assert_eq!(e.notes, [EffectNote::SignAssumed { column: "F" }]);
    for (favours, lower_is_better, sign) in [(1, false, 1.0), (2, false, -1.0), (1, true, -1.0), (2, true, 1.0)] {
        let input = Input { favours: Some(favours), ..f };
        let options = Options { lower_is_better, ..Options::default() };
        let e = effect(Measure::Smd, &input, &options).expect("effect");
        assert!(agrees(e.yi, sign * 2.0 * root * j) && e.notes.is_empty());
    }
    let e = get(Measure::Smd, &plus(&n, &[("F", -4.0)]));
    assert!(agrees(e.yi, -2.0 * root * j) && e.notes.is_empty());
    let p = two_sided_t(2.0, 48.0);
    let e = get(Measure::Smd, &with_p(&n, -p, Bound::Exact));
    assert!(agrees(e.yi, -2.0 * root * j) && e.from.text() == "p");
    let e = get(Measure::Smd, &Input { favours: Some(2), ..with_p(&n, p, Bound::Below) });
    assert!(agrees(e.yi, -2.0 * root * j) && e.from.text() == "p, a bound");
    assert_eq!(e.notes, [EffectNote::PAtMost(p)]);
    // A p far in the tail keeps its digits.
    let tiny = get(Measure::Smd, &with_p(&n, 1e-200, Bound::Exact));
    let t = tiny.yi / (root * j);
    assert!((two_sided_t(t, 48.0) / 1e-200 - 1.0).abs() < 1e-9);
    let other_df = plus(&n, &[("df", 40.0)]);
    let e = get(Measure::Smd, &Input { p: Some(PValue { value: 0.03, bound: Bound::Exact }), ..other_df });
    assert!(agrees(e.yi, -t_quantile(0.015, 40.0) * root * j));
}

#[test]
fn a_test_beside_the_data_is_checked() {
    let t = 1.5 / (((14.0 * 4.0 + 13.0 * 4.84) / 27.0_f64) * (1.0 / 15.0 + 1.0 / 14.0)).sqrt();
    let disagrees = |input: &Input, m| {
        let e = get(m, input);
        e.notes.iter().any(|n| matches!(n, EffectNote::TestDisagrees { .. }))
    };
    assert!(!disagrees(&plus(A, &[("t", t), ("F", t * t), ("d", 0.71)]), Measure::Smd));
    assert!(!disagrees(&with_p(A, two_sided_t(t, 27.0), Bound::Exact), Measure::Md));
    assert!(!disagrees(&with_p(A, 0.1, Bound::Below), Measure::Md));
    assert!(disagrees(&plus(A, &[("t", 4.2)]), Measure::Smd));
    assert!(disagrees(&plus(A, &[("t", -t)]), Measure::Smd));
    assert!(disagrees(&plus(A, &[("g", 1.4)]), Measure::Smd));
    assert!(disagrees(&with_p(A, 0.001, Bound::Below), Measure::Md));
    assert!(disagrees(&with_p(A, 0.8, Bound::Exact), Measure::Rom));
    // The means win all the same.
    assert!(agrees(get(Measure::Md, &plus(A, &[("t", 9.0)])).yi, 1.5));
    let counts = table(10.0, 100.0, 25.0, 100.0);
    let p = |value| Input { p: Some(PValue { value, bound: Bound::Exact }), ..counts };
    assert!(!disagrees(&p(0.006), Measure::Or));
    assert!(disagrees(&p(0.5), Measure::Or));
}

#[test]
fn supplied_effects() {
    for (cells, from) in [
        (&[("yi", 0.3), ("vi", 0.04)][..], "effect and variance"),
        (&[("yi", 0.3), ("sei", 0.2)], "effect and SE"),
        (&[("yi", 0.3), ("ci_lower", 0.3 - 0.2 * norm_isf(0.025)), ("ci_upper", 0.3 + 0.2 * norm_isf(0.025))], "effect and CI"),
        (
            &[("yi", 0.3), ("ci_lower", 0.3 - 0.2 * norm_isf(0.05)), ("ci_upper", 0.3 + 0.2 * norm_isf(0.05)), ("ci_level", 90.0)],
            "effect and CI",
        ),
    ] {
        for m in [Measure::Generic, Measure::Or, Measure::Smd, Measure::Hr, Measure::Plo] {
            let e = get(m, &row(cells));
            assert!(agrees(e.yi, 0.3) && agrees(e.vi, 0.04));
            assert_eq!(e.from.text(), from);
        }
    }
    let printed = row(&[("effect", 0.5), ("effect_lower", 0.25), ("effect_upper", 1.0)]);
    let e = get(Measure::Hr, &printed);
    let se = 4f64.ln() / (2.0 * norm_isf(0.025));
    assert!(agrees(e.yi, 0.5f64.ln()) && agrees(e.vi, se * se) && e.notes.is_empty());
    assert_eq!(e.from.text(), "log CI");
    assert!(agrees(get(Measure::Md, &printed).yi, 0.5));
    assert_eq!(get(Measure::Md, &printed).notes.len(), 1);
    let r = row(&[("effect", 0.5), ("effect_lower", 0.2), ("effect_upper", 0.7)]);
    let e = get(Measure::Zcor, &r);
    let se = (0.7f64.atanh() - 0.2f64.atanh()) / (2.0 * norm_isf(0.025));
    assert!(agrees(e.yi, 0.5f64.atanh()) && agrees(e.vi, se * se));
    for m in [Measure::Peto, Measure::Or, Measure::Hr] {
        let e = get(m, &row(&[("oe", -3.0), ("v", 6.0)]));
        assert!(agrees(e.yi, -0.5) && agrees(e.vi, 1.0 / 6.0) && e.from.text() == "O - E and V");
    }
    // `yi` on the natural scale is caught, for every measure; a log one is not.
    let natural = row(&[("yi", 1.37), ("ci_lower", 1.03), ("ci_upper", 1.82)]);
    for m in [Measure::Or, Measure::Generic] {
        let error = effect(m, &natural, &Options::default()).expect_err("natural");
        assert!(matches!(error, NoEffect::YiLooksNatural { .. }));
        assert!(error.text().contains("natural scale"));
    }
    get(Measure::Or, &row(&[("yi", 0.3148), ("ci_lower", 0.0296), ("ci_upper", 0.5988)]));
}

#[test]
fn change_scores() {
    let sds = [("n", 30.0), ("mean_post", 24.0), ("mean_pre", 20.0), ("sd_pre", 5.0), ("sd_post", 4.0)];
    let by_r = get(Measure::Smcc, &plus(&sds, &[("r", 0.6)]));
    let change = (25.0 + 16.0 - 2.0 * 0.6 * 20.0_f64).sqrt();
    let by_sd = get(Measure::Smcc, &row(&[("n", 30.0), ("mean_post", 24.0), ("mean_pre", 20.0), ("sd_change", change)]));
    assert!(agrees(by_r.yi, by_sd.yi) && agrees(by_r.vi, by_sd.vi));
    let e = get(Measure::Smcr, &plus(&sds, &[("sd_change", change)]));
    let want = get(Measure::Smcr, &plus(&sds, &[("r", 0.6)]));
    assert!(agrees(e.yi, want.yi) && agrees(e.vi, want.vi));
    assert!(matches!(e.notes[..], [EffectNote::CorrelationFromChange(r)] if agrees(r, 0.6)));
    let impossible = effect(Measure::Smcr, &plus(&sds, &[("sd_change", 12.0)]), &Options::default());
    assert!(matches!(impossible, Err(NoEffect::Invalid { column: "sd_change", .. })));
}

#[test]
fn refusals_name_the_column() {
    let options = Options::default();
    let refused = |m, input: &Input| effect(m, input, &options).expect_err("refused");
    let change = |column: &str, x: f64| {
        let mut input = row(A);
        assert!(input.set(column, Some(x)));
        input
    };
    for (m, column, x) in [
        (Measure::Smd, "sd1", -2.0),
        (Measure::Md, "n2", 0.0),
        (Measure::Rom, "mean1", f64::NAN),
        (Measure::Smd, "sd2", f64::INFINITY),
        (Measure::Or, "vi", 0.0),
        (Measure::Generic, "sei", -1.0),
        (Measure::Zcor, "r", 1.2),
        (Measure::Or, "events1", -1.0),
        (Measure::Rr, "events1", 16.0),
        (Measure::Hr, "ci_level", 0.95),
        (Measure::Md, "md_se", 0.0),
        (Measure::Peto, "v", 0.0),
        (Measure::Irr, "time1", 0.0),
    ] {
        match refused(m, &change(column, x)) {
            NoEffect::Invalid { column: named, .. } => assert_eq!(named, column),
            other => panic!("{column}: {other:?}"),
        }
    }
    // A moderator that bears the name of a column of other measures does no harm.
    for (column, x) in [("time", 0.0), ("r", 4.0), ("events", -1.0), ("n", 0.0), ("v", -1.0)] {
        assert!(agrees(get(Measure::Md, &change(column, x)).yi, 1.5));
    }
    // Several events per person: no error in a rate.
    let cells = [("events1", 30.0), ("n1", 9.0), ("time1", 50.0), ("events2", 4.0), ("time2", 40.0)];
    get(Measure::Irr, &row(&cells));
    let invalid = |m, cells: &[(&str, f64)], column: &str| match refused(m, &row(cells)) {
        NoEffect::Invalid { column: named, .. } => assert_eq!(named, column),
        other => panic!("{column}: {other:?}"),
    };
    invalid(Measure::Md, &[("yi", 0.9), ("ci_lower", 0.1), ("ci_upper", 0.5)], "yi");
    invalid(Measure::Md, &[("yi", 0.3), ("ci_lower", 0.5), ("ci_upper", 0.1)], "ci_lower");
    invalid(Measure::Or, &[("effect", 0.5), ("effect_lower", -0.1), ("effect_upper", 1.0)], "effect_lower");
    invalid(Measure::Cor, &[("r", 1.0), ("n", 20.0)], "r");
    invalid(Measure::Zcor, &[("r", 0.5), ("n", 3.0)], "n");
    invalid(Measure::Smd, &[("n1", 1.0), ("n2", 2.0), ("t", 2.0)], "n1");
    invalid(Measure::Md, &[("n1", 9.0), ("median1", 5.0), ("lq1", 6.0), ("uq1", 7.0)], "median1");
    for (value, favours) in [(0.0, None), (1.5, None), (0.5, Some(3))] {
        let input = Input { favours, ..with_p(&[("n1", 9.0), ("n2", 9.0)], value, Bound::Exact) };
        let column = if favours.is_some() { "favours" } else { "p" };
        assert!(matches!(refused(Measure::Smd, &input), NoEffect::Invalid { column: c, .. } if c == column));
    }
    let no_spread = row(&[("n1", 9.0), ("mean1", 5.0), ("sd1", 0.0), ("n2", 9.0), ("mean2", 4.0), ("sd2", 0.0)]);
    for m in [Measure::Md, Measure::Smd, Measure::Smd1, Measure::Smdh] {
        assert!(matches!(refused(m, &no_spread), NoEffect::Invalid { .. }), "{m:?}");
    }
    assert!(matches!(refused(Measure::Rom, &change("mean2", -8.5)), NoEffect::NotForThisMeasure { .. }));
    let missing = |m, cells: &[(&str, f64)]| match refused(m, &row(cells)) {
        NoEffect::Missing { needed } => needed,
        other => panic!("{other:?}"),
    };
    assert_eq!(missing(Measure::Smd, &A[..5]), ["sd2"]);
    assert_eq!(missing(Measure::Or, A), ["events1", "events2"]);
    assert_eq!(missing(Measure::Or, &[("yi", 0.2)]), ["vi"]);
    assert_eq!(missing(Measure::Smd, &[("t", 2.0), ("n1", 9.0)]), ["n2"]);
    assert_eq!(missing(Measure::Smd, &[("md", 2.0), ("md_se", 1.0)]), ["n1", "n2"]);
    assert_eq!(missing(Measure::Generic, &[]), ["yi", "vi"]);
    assert_eq!(missing(Measure::Smcr, &[("n", 9.0), ("mean_pre", 1.0), ("mean_post", 2.0), ("sd_pre", 1.0)]), ["r"]);
    for m in Measure::ALL {
        assert!(!missing(*m, &[]).is_empty(), "{m:?}");
    }
}

#[test]
fn what_the_data_allow() {
    use Measure as M;
    assert_eq!(measures_for(&row(A)), [M::Md, M::Smd, M::Smd1, M::Smdh, M::Rom]);
    assert_eq!(measures_for(&table(0.0, 20.0, 0.0, 20.0)), [M::Or, M::Rr, M::Rd, M::As, M::Peto]);
    assert_eq!(measures_for(&row(&[("yi", 0.2), ("vi", 0.1)])), [M::Generic]);
    assert_eq!(measures_for(&row(&[("n1", 9.0), ("n2", 9.0), ("t", 2.0)])), [M::Smd]);
    assert_eq!(measures_for(&row(&[("r", 0.2), ("n", 40.0)])), [M::Cor, M::Zcor, M::Ucor]);
    assert_eq!(
        measures_for(&row(&[("effect", 0.5), ("effect_lower", 0.25), ("effect_upper", 1.0)])),
        [M::Or, M::Rr, M::Hr, M::Irr, M::Generic]
    );
    assert_eq!(measures_for(&Input::default()), []);
}

#[test]
fn scales_and_back() {
    for (m, natural) in [
        (Measure::Or, 0.4),
        (Measure::Md, -3.0),
        (Measure::Zcor, -0.3),
        (Measure::Plo, 0.2),
        (Measure::Pas, 0.2),
        (Measure::Irs, 2.5),
        (Measure::Pln, 0.1),
    ] {
        assert!(agrees(m.display(m.scale().forward(natural), None), natural), "{m:?}");
    }
    for (events, n) in [(0.0, 20.0), (5.0, 50.0), (20.0, 20.0), (33.0, 40.0)] {
        let e = get(Measure::Pft, &row(&[("events", events), ("n", n)]));
        let back = Measure::Pft.display(e.yi, Some(n));
        assert!((back - events / n).abs() < 1e-12, "{events}/{n}: {back}");
        let e = get(Measure::Irft, &row(&[("events", events), ("time", n)]));
        let back = Measure::Irft.display(e.yi, Some(n));
        assert!((back - events / n).abs() < 1e-12, "{events}/{n}: {back}");
    }
    near(Measure::Pft.display(0.1, Some(30.0)), 0.000_351_848_633, 12);
    near(Measure::Irft.display(1.5, Some(30.0)), 2.233_364_197_531, 12);
    assert_eq!(Measure::Pas.display(-0.1, None), 0.0);
    assert!(Measure::Pft.display(0.3, None).is_nan());
    assert_eq!(Measure::Pr.null_value(), None);
    assert_eq!(Measure::Or.null_value(), Some(0.0));
    assert_eq!(serde_json::to_string(&Measure::Smd1).expect("json"), "\"smd1\"");
    for m in Measure::ALL {
        let word = serde_json::to_string(m).expect("json");
        assert_eq!(word.trim_matches('"'), m.name());
        assert!(!m.full_name().is_empty() && !m.citation().is_empty());
    }
}

const POLICIES: [ZeroPolicy; 8] = [
    ZeroPolicy::Edition,
    ZeroPolicy::Metafor,
    ZeroPolicy::Revman5,
    ZeroPolicy::None,
    ZeroPolicy::OnlyZeroStudies,
    ZeroPolicy::AllStudies,
    ZeroPolicy::Tacc,
    ZeroPolicy::DropDoubleZero,
];

proptest! {
    #[test]
    fn an_effect_is_finite_or_refused(
        cells in proptest::collection::vec((0..Input::COLUMNS.len(), prop_oneof![
            -10.0f64..200.0, 0.0f64..1.0, Just(0.0), Just(20.0), any::<f64>()
        ]), 0..24),
        p in proptest::option::of(-1.0f64..1.0),
        policy in 0..8usize,
        measure in 0..Measure::ALL.len(),
    ) {
        let mut input = Input::default();
        for (column, x) in cells {
            input.set(Input::COLUMNS[column], Some(x));
        }
        input.p = p.map(|value| PValue { value, bound: Bound::Exact });
        let options = Options { zero: POLICIES[policy], ..Options::default() };
        match effect(Measure::ALL[measure], &input, &options) {
            Ok(e) => prop_assert!(e.yi.is_finite() && e.vi.is_finite() && e.vi > 0.0),
            Err(e) => prop_assert!(!matches!(e.text().as_str(), "" | "missing: "), "{:?}", e),
        }
    }

    #[test]
    fn swapping_the_groups_turns_the_sign(
        x1 in 0u32..40, x2 in 0u32..40, n1 in 40u32..90, n2 in 40u32..90,
        m1 in 0.1f64..50.0, m2 in 0.1f64..50.0, s1 in 0.1f64..9.0, s2 in 0.1f64..9.0,
        policy in 0..8usize,
    ) {
        use Measure as M;
        let [x1, x2, n1, n2] = [x1, x2, n1, n2].map(f64::from);
        let side = |x1: f64, n1: f64, m1: f64, s1: f64, x2: f64, n2: f64, m2: f64, s2: f64| row(&[
            ("n1", n1), ("n2", n2), ("mean1", m1), ("mean2", m2), ("sd1", s1), ("sd2", s2),
            ("events1", x1), ("events2", x2), ("time1", n1), ("time2", n2),
        ]);
        let (a, b) = (side(x1, n1, m1, s1, x2, n2, m2, s2), side(x2, n2, m2, s2, x1, n1, m1, s1));
        let options = Options { zero: POLICIES[policy], ..Options::default() };
        for m in [M::Md, M::Smd, M::Smdh, M::Rom, M::Or, M::Rr, M::Rd, M::As, M::Peto, M::Irr, M::Ird, M::Irsd] {
            match (effect(m, &a, &options), effect(m, &b, &options)) {
                (Ok(e), Ok(f)) => {
                    prop_assert!((e.yi + f.yi).abs() <= 1e-12 * (1.0 + e.yi.abs()), "{:?}", m);
                    prop_assert!((e.vi / f.vi - 1.0).abs() <= 1e-12, "{:?}", m);
                }
                (e, f) => prop_assert_eq!(e, f),
            }
        }
    }
}
