//! Sensitivity analyses against metafor: every value of `tests/reference` that belongs to them.

use crate::reference::{Case, Worst, cases, document, text};
use serde_json::Value;
use weald::stats::mh::{ClassicEstimate, MhMeasure, TwoGroups, mantel_haenszel};
use weald::stats::peto::peto;
use weald::stats::pool::{CiMethod, Model, PiMethod, PoolOptions, Pooled, Tau2Estimator};
use weald::stats::sensitivity::{
    GoshOptions, GoshSampling, Order, ProfileOptions, Ties, Watch, accumulate, baujat, blups, cumulative, gosh, influence,
    leave_groups_out, leave_one_out, leave_out, profile,
};

/// How many rows of each table the reference holds.
const ROWS_LEFT_OUT: usize = 1090;
const ROWS_CUMULATIVE: usize = 307;
const ROWS_INFLUENCE: usize = 545;
const ROWS_BLUP: usize = 545;

const REML: Model = Model::Random(Tau2Estimator::Reml);

fn model(name: &str) -> Model {
    let estimator = Tau2Estimator::ALL.into_iter().find(|e| e.name() == name);
    estimator.map_or(Model::Common, Model::Random)
}

fn literal(model: Model, test: &str) -> PoolOptions {
    let ci = match test {
        "z" => CiMethod::Wald,
        "t" => CiMethod::T,
        "knha" => CiMethod::Hksj,
        "adhoc" => CiMethod::Mhksj,
        other => panic!("unknown test {other}"),
    };
    PoolOptions { model, ci, guard: false, pi: PiMethod::None, tau2_ci: false, ..PoolOptions::default() }
}

/// One number of a list of the JSON; nothing where metafor has none.
fn at(json: &Value, field: &str, i: usize) -> Option<f64> {
    json[field][i].as_f64()
}

/// A row of metafor's leave-one-out or cumulative table.
fn row(worst: &mut Worst, place: &str, json: &Value, i: usize, p: &Pooled, tolerance: f64) {
    let h = &p.heterogeneity;
    let fields = [
        ("estimate", p.estimate),
        ("se", p.se),
        ("zval", p.statistic),
        ("tval", p.statistic),
        ("pval", p.p),
        ("ci.lb", p.ci[0]),
        ("ci.ub", p.ci[1]),
        ("Q", h.q),
        ("Qp", h.p),
        ("tau2", h.tau2),
        ("I2", h.i2),
        ("H2", h.h2),
    ];
    for (field, actual) in fields {
        // metafor has no I2 and H2 by this definition for a single study or a common effect.
        let undefined = p.k == 1 && matches!(field, "I2" | "H2" | "Qp");
        let Some(expected) = at(json, field, i).filter(|_| !undefined) else { continue };
        // What stands for 0 by the agreement: see tests/reference/README.md.
        let expected = if field == "I2" && expected < 1e-6 || field == "tau2" && expected < 1e-10 { 0.0 } else { expected };
        worst.check(place, field, Some(expected), Some(actual), tolerance);
    }
}

#[test]
fn leave_one_out_of_every_case() {
    let mut worst = Worst::default();
    let mut rows = 0;
    for Case { dataset, measure, y, v, json } in cases() {
        for (key, m) in [("leave_one_out_reml", REML), ("leave_one_out_ee", Model::Common)] {
            let table = &json[key];
            if table.is_null() {
                continue;
            }
            let results = leave_one_out(&y, &v, &literal(m, "z"), Watch::NONE).expect("results");
            assert_eq!(table["estimate"].as_array().map(Vec::len), Some(results.len()));
            for (i, left) in results.iter().enumerate() {
                assert_eq!((left.rows.as_slice(), left.result.k), ([i].as_slice(), y.len() - 1));
                // A flat likelihood: metafor stopped early. The right values are tested below.
                let flat = (dataset.as_str(), measure.as_str(), key) == ("nielweise2007", "rd", "leave_one_out_reml");
                row(&mut worst, &format!("{dataset} {measure} {key} {i}"), table, i, &left.result, if flat { 1e-6 } else { 1e-8 });
                rows += 1;
            }
        }
    }
    assert_eq!(rows, ROWS_LEFT_OUT);
    worst.report("leave-one-out");
}

#[test]
fn leave_one_out_of_a_flat_likelihood_to_twenty_digits() {
    let expected = &document("profile")["leave_one_out"];
    let case = cases().into_iter().find(|c| c.dataset == text(expected, "dataset") && c.measure == text(expected, "measure"));
    let Case { y, v, .. } = case.expect("the case");
    let results = leave_one_out(&y, &v, &literal(REML, "z"), Watch::NONE).expect("results");
    let mut worst = Worst::default();
    for (i, (expected, left)) in expected["rows"].as_array().expect("rows").iter().zip(&results).enumerate() {
        let p = &left.result;
        for (field, actual) in [("tau2", p.heterogeneity.tau2), ("estimate", p.estimate), ("se", p.se)] {
            let digits: f64 = expected[field].as_str().expect("digits").parse().expect("a number");
            worst.check(&format!("without {i}"), field, Some(digits), Some(actual), if field == "tau2" { 1e-10 } else { 1e-12 });
        }
    }
    assert_eq!(results.len(), 18);
    worst.report("flat likelihood");
}

#[test]
fn cumulative_of_every_case() {
    let mut worst = Worst::default();
    let mut rows = 0;
    for Case { dataset, measure, y, v, json } in cases() {
        let table = &json["cumulative_reml"];
        if table.is_null() {
            continue;
        }
        let order: Vec<usize> = table["order"].as_array().expect("order").iter().map(|i| i.as_u64().expect("a row") as usize - 1).collect();
        let mut ranks = vec![0; order.len()];
        order.iter().enumerate().for_each(|(rank, i)| ranks[*i] = rank);
        let steps = Order::by(y.len(), |a, b| ranks[a].cmp(&ranks[b]), Ties::FileOrder);
        let results = cumulative(&y, &v, &steps, &literal(REML, "z"), Watch::NONE).expect("results");
        for (i, step) in results.iter().enumerate() {
            assert_eq!((step.added.as_slice(), step.result.k), ([order[i]].as_slice(), i + 1));
            row(&mut worst, &format!("{dataset} {measure} step {i}"), table, i, &step.result, 1e-6);
            rows += 1;
        }
    }
    assert_eq!(rows, ROWS_CUMULATIVE);
    worst.report("cumulative");
}

fn influence_rows(worst: &mut Worst, place: &str, json: &Value, y: &[f64], v: &[f64], o: &PoolOptions, tolerance: f64) -> usize {
    let result = influence(y, v, o, Watch::NONE).expect("results");
    for (i, r) in result.rows.iter().enumerate() {
        let fields = [
            ("rstudent", r.rstudent),
            ("dffits", r.dffits),
            ("cook_d", r.cook_d),
            ("cov_r", r.cov_r),
            ("tau2_del", r.tau2_del),
            ("qe_del", r.q_del),
            ("q_del", r.q_del),
            ("hat", r.hat),
            ("weight", r.weight),
            ("dfbetas", r.dfbetas),
        ];
        for (field, actual) in fields {
            if json[field].is_array() {
                worst.check(&format!("{place} {i}"), field, at(json, field, i), Some(actual), tolerance);
            }
        }
        if let Some(flag) = json["influential"][i].as_bool() {
            assert_eq!(r.influential, flag, "{place} {i}: {r:?}");
        }
    }
    result.rows.len()
}

#[test]
fn influence_of_every_case() {
    let mut worst = Worst::default();
    let mut rows = 0;
    for Case { dataset, measure, y, v, json } in cases() {
        let table = &json["influence_reml"];
        if !table.is_null() {
            rows += influence_rows(&mut worst, &format!("{dataset} {measure}"), table, &y, &v, &literal(REML, "z"), 1e-6);
        }
    }
    assert_eq!(rows, ROWS_INFLUENCE);
    worst.report("influence");
}

#[test]
fn blups_of_every_case() {
    let mut worst = Worst::default();
    let mut rows = 0;
    for Case { dataset, measure, y, v, json } in cases() {
        let table = &json["blup_reml"];
        if table.is_null() {
            continue;
        }
        for (i, b) in blups(&y, &v, &literal(REML, "z")).expect("results").rows.iter().enumerate() {
            let place = format!("{dataset} {measure} {i}");
            worst.check(&place, "pred", at(table, "pred", i), Some(b.estimate), 1e-8);
            worst.check(&place, "se", at(table, "se", i), Some(b.se), 1e-8);
            rows += 1;
        }
    }
    assert_eq!(rows, ROWS_BLUP);
    worst.report("BLUPs");
}

/// The cases of `sensitivity.json`: eight pairs of estimator and interval method.
fn more(mut of_fit: impl FnMut(&str, &Value, &[f64], &[f64], &PoolOptions)) {
    for case in document("sensitivity")["cases"].as_array().expect("cases") {
        let list = |key: &str| -> Vec<f64> { case[key].as_array().expect(key).iter().filter_map(Value::as_f64).collect() };
        let (y, v) = (list("y"), list("v"));
        for fit in case["fits"].as_array().expect("fits") {
            let (m, test) = (text(fit, "model"), text(fit, "test"));
            of_fit(&format!("{} {m} {test}", text(case, "dataset")), fit, &y, &v, &literal(model(m), test));
        }
    }
}

#[test]
fn leave_one_out_and_cumulative_by_other_estimators_and_intervals() {
    let mut worst = Worst::default();
    more(|place, fit, y, v, o| {
        for (i, left) in leave_one_out(y, v, o, Watch::NONE).expect("results").iter().enumerate() {
            row(&mut worst, &format!("{place} without {i}"), &fit["leave_one_out"], i, &left.result, 1e-8);
        }
        let backwards = Order::by(y.len(), |a, b| b.cmp(&a), Ties::FileOrder);
        for (i, step) in cumulative(y, v, &backwards, o, Watch::NONE).expect("results").iter().enumerate() {
            row(&mut worst, &format!("{place} step {i}"), &fit["cumulative_reversed"], i, &step.result, 1e-8);
        }
    });
    worst.report("other estimators");
}

#[test]
fn influence_baujat_and_blups_by_other_estimators_and_intervals() {
    let mut worst = Worst::default();
    let mut flagged = 0;
    more(|place, fit, y, v, o| {
        influence_rows(&mut worst, place, &fit["influence"], y, v, o, 1e-6);
        flagged += fit["influence"]["influential"].as_array().map_or(0, |all| all.iter().filter(|f| **f == true).count());
        for (i, b) in baujat(y, v, o, Watch::NONE).expect("results").iter().enumerate() {
            worst.check(&format!("{place} {i}"), "baujat x", at(&fit["baujat"], "x", i), Some(b.heterogeneity), 1e-6);
            worst.check(&format!("{place} {i}"), "baujat y", at(&fit["baujat"], "y", i), Some(b.influence), 1e-6);
        }
        if o.model == Model::Common {
            assert!(blups(y, v, o).is_err());
            return;
        }
        for (i, b) in blups(y, v, o).expect("results").rows.iter().enumerate() {
            let both = [
                ("blup", [b.estimate, b.se, b.ci[0], b.ci[1]]),
                ("ranef", [b.deviation, b.deviation_se, b.deviation_ci[0], b.deviation_ci[1]]),
            ];
            for (name, values) in both {
                for (field, actual) in ["pred", "se", "lower", "upper"].into_iter().zip(values) {
                    worst.check(&format!("{place} {i}"), &format!("{name} {field}"), at(&fit[name], field, i), Some(actual), 1e-8);
                }
            }
        }
    });
    assert!(flagged > 0, "no study is influential: the flag is not tested");
    worst.report("influence, Baujat, BLUPs");
}

#[test]
fn every_subset_of_small_sets() {
    let mut worst = Worst::default();
    let mut points = 0;
    for case in document("sensitivity")["cases"].as_array().expect("cases") {
        let list = |key: &str| -> Vec<f64> { case[key].as_array().expect(key).iter().filter_map(Value::as_f64).collect() };
        let (y, v) = (list("y"), list("v"));
        for expected in case["gosh"].as_array().expect("gosh") {
            let sets = expected["members"].as_array().expect("members");
            let k = (sets.len() + 1).ilog2() as usize;
            let o = GoshOptions { draws: 0, seed: 0, sampling: GoshSampling::EachSubset };
            let all = gosh(&y[..k], &v[..k], model(text(expected, "model")), &o, Watch::NONE).expect("results");
            assert_eq!((all.points.len(), all.sampling), (sets.len(), GoshSampling::Complete));
            for (i, members) in sets.iter().enumerate() {
                let p = &all.points[members.as_u64().expect("a set") as usize - 1];
                let place = format!("{} {} {members}", text(case, "dataset"), text(expected, "model"));
                assert_eq!(Some(p.k as f64), at(expected, "k", i), "{place}");
                worst.check(&place, "estimate", at(expected, "estimate", i), Some(p.estimate), 1e-8);
                worst.check(&place, "q", at(expected, "q", i).filter(|_| p.k > 1).or(Some(0.0)), Some(p.q), 1e-8);
                worst.check(&place, "tau2", at(expected, "tau2", i), Some(p.tau2), 1e-8);
                worst.check(&place, "i2", at(expected, "i2", i).filter(|_| p.k > 1).or(Some(0.0)), Some(p.i2), 1e-8);
                points += 1;
            }
        }
    }
    assert_eq!(points, 4 * (127 + 7 + 127));
    worst.report("GOSH");
}

#[test]
fn groups_of_rows_left_out() {
    let mut worst = Worst::default();
    for case in document("sensitivity")["cases"].as_array().expect("cases") {
        let list = |key: &str| -> Vec<f64> { case[key].as_array().expect(key).iter().filter_map(Value::as_f64).collect() };
        let (y, v) = (list("y"), list("v"));
        let groups: Vec<usize> = (0..y.len()).map(|i| 900 - i / 3).collect();
        let results = leave_groups_out(&y, &v, &groups, &literal(REML, "z"), Watch::NONE).expect("results");
        assert_eq!(results.len(), y.len().div_ceil(3));
        for (expected, left) in case["left_out_by_three"].as_array().expect("rows").iter().zip(&results) {
            let place = format!("{} {:?}", text(case, "dataset"), left.rows);
            let p = &left.result;
            for (field, actual) in [("estimate", p.estimate), ("se", p.se), ("tau2", p.heterogeneity.tau2), ("q", p.heterogeneity.q)] {
                worst.check(&place, field, expected[field].as_f64(), Some(actual), 1e-8);
            }
        }
    }
    worst.report("groups left out");
}

#[test]
fn any_fit_of_some_rows_by_mantel_haenszel_and_peto() {
    let document = document("sensitivity");
    let list = |key: &str| -> Vec<f64> { document["counts"][key].as_array().expect(key).iter().filter_map(Value::as_f64).collect() };
    let counts = ["events1", "n1", "events2", "n2"].map(list);
    let some = |rows: &[usize]| -> [Vec<f64>; 4] { [0, 1, 2, 3].map(|c| rows.iter().map(|i| counts[c][*i]).collect()) };
    let data = |c: &[Vec<f64>; 4], f: &dyn Fn(&TwoGroups<'_>) -> (ClassicEstimate, f64)| {
        f(&TwoGroups { events1: &c[0], size1: &c[1], events2: &c[2], size2: &c[3] })
    };
    let mut worst = Worst::default();
    let mut compare = |place: &str, json: &Value, i: usize, (e, q): &(ClassicEstimate, f64)| {
        let fields = [("estimate", e.estimate), ("se", e.se), ("zval", e.statistic), ("pval", e.p), ("ci.lb", e.ci[0]), ("ci.ub", e.ci[1])];
        for (field, actual) in fields {
            worst.check(place, field, at(json, field, i), Some(actual), 1e-8);
        }
        // One table: metafor's Q is rounding, and 0 here.
        if at(json, "Qp", i) < Some(1.0) {
            worst.check(place, "Q", at(json, "Q", i), Some(*q), 1e-8);
        }
    };
    let each: Vec<usize> = (0..13).collect();
    for expected in document["mh"].as_array().expect("measures") {
        let name = text(expected, "measure");
        let measure = match name {
            "or" => MhMeasure::Or,
            "rr" => MhMeasure::Rr,
            _ => MhMeasure::Rd,
        };
        let fit = |rows: &[usize]| {
            data(&some(rows), &|d| {
                let mh = mantel_haenszel(measure, d, 95.0).expect("a result");
                (mh.result.expect("an estimate"), mh.q.map_or(0.0, |q| q.statistic))
            })
        };
        for (i, left) in leave_out(&each, Watch::NONE, fit).expect("results").iter().enumerate() {
            compare(&format!("{name} without {i}"), &expected["leave_one_out"], i, &left.result);
        }
        let ranks: Vec<f64> = expected["order"].as_array().expect("order").iter().filter_map(Value::as_f64).collect();
        let place = |i: usize| ranks.iter().position(|r| *r == i as f64);
        let order = Order::by(13, |a, b| place(a).cmp(&place(b)), Ties::FileOrder);
        for (i, step) in accumulate(&order, Watch::NONE, fit).expect("results").iter().enumerate() {
            compare(&format!("{name} step {i}"), &expected["cumulative_by_year"], i, &step.result);
        }
    }
    let fit = |rows: &[usize]| {
        data(&some(rows), &|d| {
            let p = peto(d, 95.0).expect("a result");
            (p.result.expect("an estimate"), p.q.map_or(0.0, |q| q.statistic))
        })
    };
    for (i, left) in leave_out(&each, Watch::NONE, fit).expect("results").iter().enumerate() {
        compare(&format!("peto without {i}"), &document["peto"]["leave_one_out"], i, &left.result);
    }
    worst.report("Mantel-Haenszel and Peto");
}

#[test]
fn profile_likelihood_to_twenty_digits() {
    let mut worst = Worst::default();
    let (mut intervals, mut in_pieces) = (0, 0);
    for case in document("profile")["profiles"].as_array().expect("cases") {
        let list = |key: &str| -> Vec<f64> { case[key].as_array().expect(key).iter().filter_map(Value::as_f64).collect() };
        let (y, v) = (list("y"), list("v"));
        let smallest = v.iter().copied().fold(f64::INFINITY, f64::min);
        for expected in case["profiles"].as_array().expect("profiles") {
            let restricted = expected["restricted"] == true;
            let level = expected["level"].as_f64().expect("level");
            let m = Model::Random(if restricted { Tau2Estimator::Reml } else { Tau2Estimator::Ml });
            let p = profile(&y, &v, m, &ProfileOptions { points: 5, range: None, level }).expect("a profile");
            let digits = |value: &Value| -> f64 { value.as_str().expect("digits").parse().expect("a number") };
            let place = format!("{} {restricted} {level}", text(case, "name"));
            worst.check(&place, "ll", Some(digits(&expected["log_likelihood"])), Some(p.best.log_likelihood), 1e-12);
            worst.check(&place, "v + t", Some(smallest + digits(&expected["tau2"])), Some(smallest + p.best.tau2), 1e-12);
            let pieces = expected["pieces"].as_array().expect("pieces");
            assert_eq!(p.interval.pieces.len(), pieces.len(), "{place}: {:?}", p.interval);
            for (piece, (lower, upper)) in pieces.iter().zip(&p.interval.pieces) {
                assert_eq!(*lower == 0.0, digits(&piece[0]) == 0.0, "{place}");
                // At a low level the equation is nearly flat at its roots: digits go as its slope.
                let tolerance = if level < 50.0 { 1e-10 } else { 1e-11 };
                worst.check(&place, "lower", Some(smallest + digits(&piece[0])), Some(smallest + lower), tolerance);
                worst.check(&place, "upper", Some(digits(&piece[1])), *upper, tolerance);
            }
            intervals += 1;
            in_pieces += usize::from(pieces.len() > 1);
            assert_eq!((p.points.len(), p.points[0].tau2), (5, 0.0), "{place}");
            assert!(p.points.iter().all(|point| point.log_likelihood <= p.best.log_likelihood));
        }
    }
    assert!(in_pieces >= 2 && intervals == 62, "{intervals} intervals, {in_pieces} in pieces");
    worst.report("profile likelihood");
}
