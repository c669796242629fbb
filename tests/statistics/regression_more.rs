//! Designs, questions to a regression, subgroups and permutation tests: against R
//! (`tests/reference/regression_more.R`), metafor 5.1, and themselves.

use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use weald::stats::error::StatsError;
use weald::stats::pool::{CiMethod, Model, PiMethod, PoolOptions, Tau2Estimator, pool};
use weald::stats::regression::{
    Centre, Design, DesignBuilder, DesignError, OwnNote, Part, PermutationOptions, RegressNote, RegressOptions, Value, permute, regress,
    subgroups, two_factors,
};

use crate::reference::{Worst, cases, csv, document, number, text};

const NEVER: fn() -> bool = || false;

fn plain(name: &str) -> Part {
    Part::Plain(name.to_owned())
}

fn numbers(json: &Json) -> Vec<f64> {
    json.as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number")).collect()
}

fn near(a: f64, b: f64, what: &str) {
    assert!((a - b).abs() <= 1e-9 * (1e-3 + b.abs()), "{what}: {a:e}, expected {b:e}");
}

fn literal(model: Model, ci: CiMethod) -> RegressOptions {
    RegressOptions { model, ci, guard: false, ..RegressOptions::default() }
}

const REML: Model = Model::Random(Tau2Estimator::Reml);

/// The log risk ratios of the BCG trials, and a builder with their moderators.
fn bcg() -> (Vec<f64>, Vec<f64>, DesignBuilder) {
    let case = cases().into_iter().find(|c| c.dataset == "bcg" && c.measure == "rr").expect("a case");
    let rows = csv("bcg");
    let mut b = DesignBuilder::new(rows.len());
    for name in ["year", "ablat"] {
        b = b.numbers(name, rows.iter().map(|r| r[name].parse().ok()));
    }
    let b = b.levels("alloc", rows.iter().map(|r| Some(r["alloc"].clone())));
    (case.y, case.v, b)
}

#[test]
fn splines_and_polynomials_are_those_of_r() {
    let x = [44.0, 55.0, 42.0, 52.0, 13.0, 44.0, 19.0, 13.0, 27.0, 42.0, 18.0, 33.0, 33.0];
    let json = document("regression_more");
    let check = |part: Part, expected: &Json, what: &str| {
        let built = DesignBuilder::new(x.len()).numbers("x", x.map(Some)).term(vec![part]).build().expect("a design");
        for (i, row) in expected["rows"].as_array().expect("rows").iter().enumerate() {
            for (a, b) in built.design.row(i)[1..].iter().zip(numbers(row)) {
                near(*a, b, what);
            }
            assert_eq!(built.design.columns() - 1, numbers(row).len());
        }
        let Some(beyond) = expected.get("beyond") else { return };
        for (at, row) in numbers(&expected["at"]).into_iter().zip(beyond.as_array().expect("rows")) {
            let made = built.row(&BTreeMap::from([("x".to_owned(), Value::Number(at))])).expect("a row");
            for (a, b) in made[1..].iter().zip(numbers(row)) {
                near(*a, b, what);
            }
        }
    };
    let column = "x".to_owned();
    for basis in json["bases"].as_array().expect("bases") {
        let df = basis["df"].as_u64().expect("df") as usize;
        check(Part::Spline { column: column.clone(), df }, basis, &format!("ns {df}"));
    }
    let part = Part::SplineAt { column: column.clone(), knots: vec![20.0, 45.0], boundary: [10.0, 50.0] };
    check(part, &json["knots"], "ns with knots");
    check(Part::Orthogonal { column, degree: 3 }, &json["poly"], "poly");
}

#[test]
fn contrasts_predictions_and_inflation_are_those_of_metafor() {
    let json = document("regression_more");
    let e = &json["questions"];
    let (y, v, b) = bcg();
    let built = b.clone().term(vec![plain("ablat")]).term(vec![plain("alloc")]).build().expect("a design");
    let fit = regress(&y, &v, &built.design, &literal(REML, CiMethod::Hksj)).expect("a fit");
    for (i, row) in e["rows"].as_array().expect("rows").iter().enumerate() {
        let p = fit.predict(&numbers(row), PiMethod::Matches).expect("a prediction");
        let of = |key: &str| numbers(&e[key])[i];
        near(p.estimate, of("pred"), "pred");
        near(p.se, of("se"), "pred se");
        near(p.ci[0], of("ci_lower"), "ci");
        near(p.ci[1], of("ci_upper"), "ci");
        let pi = p.pi.expect("an interval");
        near(pi[0], of("pi_lower"), "pi");
        near(pi[1], of("pi_upper"), "pi");
        let [t, riley] = [PiMethod::T, PiMethod::Riley].map(|m| fit.predict(&numbers(row), m).expect("a prediction").pi.expect("pi"));
        assert_eq!(t, pi);
        assert!(riley[1] > pi[1]);
    }
    let values = BTreeMap::from([("ablat".to_owned(), 33.0.into()), ("alloc".to_owned(), "random".into())]);
    assert_eq!(built.row(&values).expect("a row"), numbers(&e["rows"][1]));
    let rows: Vec<(String, Vec<f64>)> = e["contrasts"].as_array().expect("rows").iter().map(|r| (r.to_string(), numbers(r))).collect();
    let c = fit.contrasts(&rows).expect("contrasts");
    for (i, row) in c.rows.iter().enumerate() {
        for (key, value) in [("c_est", row.estimate), ("c_se", row.se), ("c_stat", row.statistic), ("c_p", row.p)] {
            near(value, numbers(&e[key])[i], key);
        }
    }
    let joint = c.joint.expect("a test");
    near(joint.qm, number(e, "joint").expect("qm"), "joint");
    near(joint.p, number(e, "joint_p").expect("p"), "joint p");
    let alloc = fit.test(&[2, 3]).expect("a test");
    near(alloc.qm, number(&e["alloc"], "qm").expect("qm"), "alloc");
    near(alloc.p, number(&e["alloc"], "p").expect("p"), "alloc p");
    for (a, b) in fit.hat.iter().zip(numbers(&e["hat"])).chain(fit.fitted.iter().zip(numbers(&e["fitted"]))) {
        near(*a, b, "hat, fitted");
    }
    for (row, expected) in fit.covariance.iter().zip(e["vb"].as_array().expect("rows")) {
        for (a, b) in row.iter().zip(numbers(expected)) {
            near(*a, b, "covariance");
        }
    }
    let inflation = fit.inflation();
    assert_eq!(inflation.iter().map(|i| (i.term.as_str(), i.columns)).collect::<Vec<_>>(), [("ablat", 1), ("alloc", 2)]);
    near(inflation[0].vif, number(&json["vif"], "ablat").expect("vif"), "gvif");
    near(inflation[1].vif, number(&json["vif"], "alloc").expect("vif"), "gvif");
    let built = b.term(vec![plain("ablat")]).term(vec![plain("year")]).build().expect("a design");
    let fit = regress(&y, &v, &built.design, &literal(REML, CiMethod::Wald)).expect("a fit");
    for (a, b) in fit.inflation().iter().zip(numbers(&json["vif"]["ablat_year"])) {
        near(a.vif, b, "vif");
        near(a.sif * a.sif, b, "sif");
    }
    assert!(matches!(fit.contrasts(&[]), Err(StatsError::Undefined { .. })));
    assert!(matches!(fit.predict(&[1.0], PiMethod::T), Err(StatsError::LengthMismatch { .. })));
    let twice = vec![("a".to_owned(), vec![0.0, 1.0, 0.0]), ("b".to_owned(), vec![0.0, 2.0, 0.0])];
    assert!(fit.contrasts(&twice).expect("rows").joint.is_none());
}

/// A parabola of years about 0 and about their mean are the same model: so must be what it
/// predicts, though the coefficients of the first have twelve digits more before the point.
#[test]
fn predictions_do_not_depend_on_where_a_moderator_starts() {
    let (y, v, b) = bcg();
    let powers = |centre| Part::Powers { column: "year".to_owned(), degree: 2, centre };
    let raw = b.clone().term(vec![powers(None)]).build().expect("a design");
    let centred = b.clone().term(vec![powers(Some(Centre::Mean))]).build().expect("a design");
    let orthogonal = b.term(vec![Part::Orthogonal { column: "year".to_owned(), degree: 2 }]).build().expect("a design");
    assert_eq!(raw.design.names(), ["intercept", "year", "year^2"]);
    let fit = |d: &Design| regress(&y, &v, d, &literal(REML, CiMethod::Hksj)).expect("a fit");
    let fits = [fit(&raw.design), fit(&centred.design), fit(&orthogonal.design)];
    for year in [1933.0, 1950.0, 1968.5, 1980.0] {
        let values = BTreeMap::from([("year".to_owned(), Value::Number(year))]);
        let at = [&raw, &centred, &orthogonal].map(|b| b.row(&values).expect("a row"));
        let p: Vec<_> = fits.iter().zip(&at).map(|(f, x)| f.predict(x, PiMethod::T).expect("a prediction")).collect();
        for other in &p[1..] {
            assert!((p[0].estimate - other.estimate).abs() < 1e-9 * other.se, "{year}: {p:?}");
            assert!((p[0].se / other.se - 1.0).abs() < 1e-9, "{year}: {p:?}");
        }
    }
    for other in &fits[1..] {
        near(fits[0].moderators.as_ref().expect("qm").qm, other.moderators.as_ref().expect("qm").qm, "omnibus");
        near(fits[0].heterogeneity.tau2, other.heterogeneity.tau2, "tau2");
    }
}

#[test]
fn subgroups_with_a_common_tau2_are_those_of_metafor() {
    let mut worst = Worst::default();
    let mut count = 0;
    for case in cases() {
        for s in case.json["subgroups"].as_array().into_iter().flatten().filter(|s| text(s, "tau2") == "common") {
            let given = |key: &str| -> Vec<bool> { case.json[key].as_array().expect(key).iter().map(|x| !x.is_null()).collect() };
            let keep = given("yi").into_iter().zip(given("vi")).map(|(a, b)| a && b);
            let labels = csv(&case.dataset).into_iter().zip(keep).filter(|(_, keep)| *keep).map(|(row, _)| row[text(s, "by")].clone());
            // One set has a study without its grade.
            let rows: Vec<(String, f64, f64)> = labels
                .zip(case.y.iter().zip(&case.v))
                .map(|(l, (y, v))| (l, *y, *v))
                .filter(|(l, _, _)| !l.is_empty() && l != "NA")
                .collect();
            let labels: Vec<String> = rows.iter().map(|r| r.0.clone()).collect();
            let (y, v): (Vec<f64>, Vec<f64>) = rows.iter().map(|r| (r.1, r.2)).unzip();
            let found = subgroups(&y, &v, &labels, PiMethod::T, &literal(REML, CiMethod::Wald)).expect("groups");
            let place = format!("{} {}", case.dataset, case.measure);
            assert_eq!(found.groups.len(), numbers(&s["coef"]).len(), "{place}");
            for ((g, coef), se) in found.groups.iter().zip(numbers(&s["coef"])).zip(numbers(&s["se"])) {
                worst.check(&place, "coef", Some(coef), Some(g.mean.estimate), 1e-8);
                worst.check(&place, "se", Some(se), Some(g.mean.se), 1e-8);
                assert!(g.pi.is_some_and(|pi| pi[0] < g.mean.ci[0] || found.regression.heterogeneity.tau2 == 0.0));
            }
            let between = found.between.expect("a test");
            worst.check(&place, "tau2", number(s, "tau2_value"), Some(found.regression.heterogeneity.tau2), 1e-8);
            worst.check(&place, "q_between", number(s, "q_between"), Some(between.qm), 1e-8);
            worst.check(&place, "df", number(s, "df"), Some(between.df), 0.0);
            worst.check(&place, "p", number(s, "p"), Some(between.p), 1e-8);
            count += 1;
        }
    }
    assert_eq!(count, 11);
    worst.report("subgroups");
}

#[test]
fn a_group_of_one_study_is_shown_and_tested() {
    let (y, v, _) = bcg();
    let labels: Vec<String> = (0..13)
        .map(|i| {
            if i == 4 {
                "b"
            } else if i < 6 {
                "a"
            } else {
                "c"
            }
            .to_owned()
        })
        .collect();
    let found = subgroups(&y, &v, &labels, PiMethod::T, &RegressOptions::default()).expect("groups");
    assert_eq!(found.groups.iter().map(|g| (g.level.as_str(), g.k)).collect::<Vec<_>>(), [("a", 5), ("b", 1), ("c", 7)]);
    let one = &found.groups[1];
    near(one.mean.estimate, y[4], "its own effect");
    assert_eq!((one.q, one.p, one.studies.clone()), (0.0, 1.0, vec![4]));
    assert!(found.regression.notes.contains(&RegressNote::Own(OwnNote::DecidedByOne { study: 4 })));
    let tau2 = found.regression.heterogeneity.tau2;
    let space = found.regression.ci_used;
    assert_eq!(space, CiMethod::Hksj);
    let wald = subgroups(&y, &v, &labels, PiMethod::T, &literal(REML, CiMethod::Wald)).expect("groups");
    near(wald.groups[1].mean.se, libm::sqrt(v[4] + tau2), "its standard error");
    // From its definition: weighted squares of the means about theirs.
    let w: Vec<f64> = wald.groups.iter().map(|g| 1.0 / (g.mean.se * g.mean.se)).collect();
    let mean = w.iter().zip(&wald.groups).map(|(w, g)| w * g.mean.estimate).sum::<f64>() / w.iter().sum::<f64>();
    let q = w.iter().zip(&wald.groups).map(|(w, g)| w * (g.mean.estimate - mean) * (g.mean.estimate - mean)).sum::<f64>();
    near(found.between.as_ref().expect("a test").qm, q, "between");
    let asked = found.between_as_asked.expect("a test");
    assert_eq!((asked.df, asked.df2), (2.0, Some(10.0)));
    // All of one: as many groups as studies.
    let each: Vec<String> = (0..13).map(|i| format!("{i:02}")).collect();
    assert!(matches!(subgroups(&y, &v, &each, PiMethod::T, &RegressOptions::default()), Err(StatsError::TooFewStudies { .. })));
    let common = RegressOptions { model: Model::Common, ..RegressOptions::default() };
    let all = subgroups(&y, &v, &each, PiMethod::T, &common).expect("groups");
    let q = pool(&y, &v, &PoolOptions { model: Model::Common, ..PoolOptions::default() }).expect("a mean").heterogeneity.q;
    near(all.between.expect("a test").qm, q, "all heterogeneity is between");
    let same = vec!["a".to_owned(); 13];
    assert!(subgroups(&y, &v, &same, PiMethod::T, &common).expect("a group").between.is_none());
}

#[test]
fn two_factors_are_those_of_metafor() {
    let json = document("regression_more");
    let e = &json["two_factors"];
    let words =
        |key: &str| -> Vec<String> { e[key].as_array().expect(key).iter().map(|x| x.as_str().expect("a word").to_owned()).collect() };
    let (y, v, _) = bcg();
    let (far, late) = (words("far"), words("late"));
    let found = two_factors(&y, &v, ("far", &far), ("late", &late), PiMethod::T, &literal(REML, CiMethod::Wald)).expect("groups");
    let qm = |key: &str| number(e, key).expect("a number");
    near(found.first.expect("a test").qm, qm("far_qm"), "far");
    near(found.second.expect("a test").qm, qm("late_qm"), "late");
    let interaction = found.interaction.expect("a test");
    near(interaction.qm, qm("interaction_qm"), "interaction");
    assert_eq!(interaction.df, 1.0);
    let cells = found.cells.expect("cells");
    near(cells.regression.heterogeneity.tau2, qm("tau2"), "tau2");
    for ((name, mean), se) in words("cells").iter().zip(numbers(&e["means"])).zip(numbers(&e["se"])) {
        let cell = cells.groups.iter().find(|g| g.level == *name).expect("a cell");
        near(cell.mean.estimate, mean, name);
        near(cell.mean.se, se, name);
    }
    // The same factor twice leaves nothing to tell apart.
    let twice = two_factors(&y, &v, ("far", &far), ("again", &far), PiMethod::T, &RegressOptions::default());
    assert_eq!(twice, Err(StatsError::Redundant { column: 2 }));
}

#[test]
fn exact_permutation_tests_are_those_of_metafor() {
    let (y, v, b) = bcg();
    for e in document("regression_more")["permutations"].as_array().expect("tests") {
        let k = e["k"].as_u64().expect("k") as usize;
        let name = text(e, "design");
        let mut builder = b.clone();
        for part in name.split(" + ").filter(|n| *n != "intercept") {
            builder = builder.term(vec![plain(part)]);
        }
        let whole = builder.build().expect("a design").design;
        let design = whole.select(&(0..k).collect::<Vec<_>>()).expect("a design");
        let model = match text(e, "model") {
            "ee" => Model::Common,
            "dl" => Model::Random(Tau2Estimator::Dl),
            _ => REML,
        };
        let ci = if text(e, "test") == "z" { CiMethod::Wald } else { CiMethod::Hksj };
        let found = permute(&y[..k], &v[..k], &design, &literal(model, ci), &PermutationOptions::default(), &NEVER).expect("a test");
        assert!(found.exact && found.seed.is_none());
        let n = found.draws as f64;
        let expected: Vec<f64> = match &e["p"] {
            Json::Array(_) => numbers(&e["p"]),
            one => vec![one.as_f64().expect("p")],
        };
        println!("{name} {}: {} of {n}", text(e, "model"), expected[0] * n);
        for (c, p) in found.coefficients.iter().zip(expected) {
            // Counts, so equal to the last arrangement.
            assert!((c.p * n - p * n).abs() < 0.01, "{name} {}: {} and {} of {n}", c.term, c.p * n, p * n);
        }
        if let (Some(m), Some(p)) = (&found.moderators, number(e, "qm_p")) {
            assert!((m.p * n - p * n).abs() < 0.01, "{name}: {} and {} of {n}", m.p * n, p * n);
        }
    }
}

#[test]
fn drawn_permutations_repeat_and_stop() {
    let (y, v, b) = bcg();
    let design = b.term(vec![plain("ablat")]).build().expect("a design").design;
    let o = literal(REML, CiMethod::Wald);
    let how = PermutationOptions { draws: 2_000, seed: 7, exact_up_to: 0 };
    let run = |threads: usize, how: &PermutationOptions| {
        let threads = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        threads.install(|| permute(&y, &v, &design, &o, how, &NEVER).expect("a test"))
    };
    let one = run(1, &how);
    assert_eq!(one, run(2, &how));
    assert_eq!(one, run(7, &how));
    assert_ne!(one, run(2, &PermutationOptions { seed: 8, ..how }));
    assert_eq!((one.exact, one.draws, one.seed, one.possible), (false, 2_000, Some(7), Some(6_227_020_800 / 16)));
    assert!(one.coefficients[1].p >= 1.0 / 2_000.0 && one.coefficients[1].p < 0.01, "{one:?}");
    assert_eq!(one.moderators.as_ref().map(|m| m.p), Some(one.coefficients[1].p));
    // Drawn changes of sign come near the exact share, 12 of 8,192.
    let mean = Design::intercept(13);
    let drawn = PermutationOptions { draws: 20_000, ..how };
    let p = permute(&y, &v, &mean, &o, &drawn, &NEVER).expect("a test").coefficients[0].p;
    assert!((p - 12.0 / 8192.0).abs() < 5.0 * libm::sqrt(0.001_464 / 20_000.0), "{p}");
    let asked = AtomicUsize::new(0);
    let stop = || asked.fetch_add(1, Ordering::Relaxed) > 100;
    assert_eq!(permute(&y, &v, &design, &o, &how, &stop), Err(StatsError::Stopped));
    assert!(asked.load(Ordering::Relaxed) < 1_900);
}

#[test]
fn designs_say_what_they_lack() {
    let builder = DesignBuilder::new(5)
        .numbers("dose", [Some(1.0), None, Some(3.0), Some(7.0), Some(f64::NAN)])
        .levels("arm", ["b", "a", "b", "a", "c"].map(|s| Some(s.to_owned())));
    let built = builder.clone().crossed(&[plain("dose"), plain("arm")]).build().expect("a design");
    assert_eq!(built.studies, [0, 2, 3]);
    let left_out: Vec<(usize, Vec<String>)> = built.left_out.iter().map(|l| (l.study, l.columns.clone())).collect();
    assert_eq!(left_out, [(1, vec!["dose".to_owned()]), (4, vec!["dose".to_owned()])]);
    assert_eq!(built.design.names(), ["intercept", "dose", "arm[b]", "dose:arm[b]"]);
    assert_eq!(built.design.row(1), [1.0, 3.0, 1.0, 3.0]);
    let none = builder.clone().no_intercept().term(vec![plain("arm")]).term(vec![plain("dose")]).build().expect("a design");
    assert_eq!(none.design.names(), ["arm[a]", "arm[b]", "dose"]);
    let other = builder.clone().term(vec![Part::Factor("arm".to_owned(), Some("c".to_owned()))]).build().expect("a design");
    assert_eq!(other.design.names(), ["intercept", "arm[a]", "arm[b]"]);
    let nested = builder.clone().term(vec![plain("arm"), plain("dose")]).build().expect("a design");
    assert_eq!(nested.design.names(), ["intercept", "arm[a]:dose", "arm[b]:dose"]);
    let error = |b: DesignBuilder| b.build().expect_err("an error");
    assert_eq!(error(builder.clone().term(vec![plain("age")])), DesignError::UnknownColumn { column: "age".to_owned() });
    assert!(matches!(error(builder.clone().term(vec![plain("dose")]).term(vec![plain("dose")])), DesignError::Repeated { .. }));
    let spline = Part::Spline { column: "dose".to_owned(), df: 5 };
    assert!(matches!(error(builder.clone().term(vec![spline])), DesignError::TooFewValues { .. }));
    let word = Part::Orthogonal { column: "arm".to_owned(), degree: 1 };
    assert!(matches!(error(builder.clone().term(vec![word])), DesignError::NotNumeric { .. }));
    let level = built.row(&BTreeMap::from([("dose".to_owned(), 1.0.into()), ("arm".to_owned(), "c".into())]));
    assert!(matches!(level, Err(DesignError::UnknownLevel { .. })));
    let one = DesignBuilder::new(2).levels("arm", [Some("a".to_owned()), Some("a".to_owned())]).term(vec![plain("arm")]);
    assert!(matches!(error(one), DesignError::OneLevel { .. }));
}

#[test]
fn what_cannot_be_fitted_is_an_error() {
    let (y, v, b) = bcg();
    let x: Vec<f64> = (0..13).flat_map(|i| [1.0, f64::from(i), 3.0 - 2.0 * f64::from(i)]).collect();
    let names = ["intercept", "a", "b"].map(str::to_owned).to_vec();
    let design = Design::new(names, x, 13).expect("a design");
    let of = |d: &Design, o: &RegressOptions| regress(&y, &v, d, o).expect_err("an error");
    assert_eq!(of(&design, &RegressOptions::default()), StatsError::Redundant { column: 2 });
    let redundancy = design.redundancy().expect("one");
    assert_eq!((redundancy.name.as_str(), redundancy.of), ("b", vec!["intercept".to_owned(), "a".to_owned()]));
    let good = b.term(vec![plain("ablat")]).build().expect("a design").design;
    assert!(good.redundancy().is_none());
    assert!(matches!(of(&good.select(&[0, 1]).expect("two"), &RegressOptions::default()), StatsError::LengthMismatch { .. }));
    let two = good.select(&[0, 1]).expect("two");
    let few = regress(&y[..2], &v[..2], &two, &RegressOptions::default());
    assert!(matches!(few, Err(StatsError::TooFewStudies { k: 2, needed: 3, .. })), "{few:?}");
    let common = RegressOptions { model: Model::Common, ..RegressOptions::default() };
    let line = regress(&y[..2], &v[..2], &two, &common).expect("a line through two points");
    assert_eq!((line.heterogeneity.df, line.ci_used), (0.0, CiMethod::Wald));
    near(line.fitted[0], y[0], "on the line");
    let bad = RegressOptions { model: Model::Given(-1.0), ..RegressOptions::default() };
    assert!(matches!(of(&good, &bad), StatsError::Tau2 { .. }));
    let bad = RegressOptions { test_columns: Some(vec![5]), ..RegressOptions::default() };
    assert!(matches!(of(&good, &bad), StatsError::LengthMismatch { .. }));
    let mut x: Vec<f64> = (0..13).flat_map(|i| [1.0, f64::from(i)]).collect();
    x[3] = f64::NAN;
    let hole = Design::new(vec!["intercept".to_owned(), "a".to_owned()], x, 13).expect("a design");
    assert!(matches!(of(&hole, &RegressOptions::default()), StatsError::Count { index: 1, .. }));
}

/// The guard of edition 2026, and what cannot be seen by eye.
#[test]
fn the_guard_never_narrows() {
    let (y, v, b) = bcg();
    let design = b.term(vec![plain("ablat")]).build().expect("a design").design;
    let guarded = |y: &[f64], model, design: &Design| {
        let o = RegressOptions { model, ..RegressOptions::default() };
        regress(y, &v[..y.len()], design, &o).expect("a fit")
    };
    assert_eq!(guarded(&y, REML, &design).ci_used, CiMethod::Hksj);
    assert_eq!(guarded(&y, Model::Common, &design).ci_used, CiMethod::Wald);
    let three = design.select(&[0, 1, 2]).expect("three");
    let fit = guarded(&y[..3], REML, &three);
    assert_eq!(fit.ci_used, CiMethod::Wald);
    assert!(fit.notes.contains(&RegressNote::Own(OwnNote::WaldForOneDegree)));
    assert!(fit.notes.iter().any(|n| matches!(n, RegressNote::Own(OwnNote::FewStudies { k: 3, coefficients: 1 }))));
    // Effects on a line: HKSJ alone would have intervals without width.
    let line: Vec<f64> = (0..13).map(|i| 0.25 - 0.5 * design.row(i)[1]).collect();
    let fit = guarded(&line, REML, &design);
    assert_eq!((fit.ci_used, fit.heterogeneity.tau2), (CiMethod::Wald, 0.0));
    assert!(fit.notes.contains(&RegressNote::Own(OwnNote::ExactFit)));
    near(fit.coefficients[1].estimate, -0.5, "slope");
    let exact = regress(&line, &v, &design, &literal(REML, CiMethod::Hksj)).expect("a fit");
    assert_eq!((exact.coefficients[1].se, exact.coefficients[1].p), (0.0, 0.0));
    for note in &fit.notes {
        assert!(!note.text().is_empty() && !note.text().ends_with('.'));
    }
}
