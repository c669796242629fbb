//! Mantel-Haenszel and Peto against metafor, and where margins are empty.

use crate::reference::{Worst, number, text};
use serde_json::Value;
use weald::stats::error::StatsError;
use weald::stats::mh::{ChiSquared, ClassicEstimate, MhMeasure, NoEstimate, TwoGroups, mantel_haenszel};
use weald::stats::peto::{peto, pool_oe};

const HART_MH: f64 = 43.0656382800767;
const HART_MH_PLAIN: f64 = 44.035930888613;
const BCG_MH_PLAIN: f64 = 136.162976744635;
const SPARSE_OR: [f64; 3] = [-0.864392293746504, 0.697022161672799, 3.42060882528151];
const SPARSE_RR: [f64; 3] = [-0.153975933572936, 0.121917831996193, 2.86996563744141];
const SPARSE_RD: [f64; 3] = [-0.0410396694610451, 0.0322610250944935, 4.94932307802975];
const SPARSE_CMH: f64 = 0.930328297752999;
const SPARSE_TARONE: f64 = 4.85488872499727;
const SPARSE_PETO: [f64; 3] = [-0.856158076817383, 0.661085975367261, 4.14512252255119];
const ZERO_MARGIN: [f64; 2] = [8.73931972499554, 0.00311420679056457];

struct Counts([Vec<f64>; 4]);

impl Counts {
    fn read(dataset: &str, size: &str) -> Self {
        let mut rows = crate::reference::csv(dataset);
        rows.retain(|r| !r["events1"].is_empty() && !r["events2"].is_empty());
        let column = |name: String| -> Vec<f64> { rows.iter().map(|r| r[&name].parse().expect("a number")).collect() };
        Self([column("events1".into()), column(format!("{size}1")), column("events2".into()), column(format!("{size}2"))])
    }

    fn new(rows: &[[f64; 4]]) -> Self {
        Self([0, 1, 2, 3].map(|j| rows.iter().map(|r| r[j]).collect()))
    }

    fn groups(&self) -> TwoGroups<'_> {
        let [events1, size1, events2, size2] = &self.0;
        TwoGroups { events1, size1, events2, size2 }
    }
}

fn compare(worst: &mut Worst, place: &str, expected: &Value, e: &ClassicEstimate, q: Option<ChiSquared>, i2: Option<f64>) {
    let mut check = |field: &str, actual: Option<f64>| {
        if let Some(x) = number(expected, field) {
            worst.check(place, field, Some(x), actual, 1e-8);
        }
    };
    check("estimate", Some(e.estimate));
    check("se", Some(e.se));
    check("p", Some(e.p));
    check("ci_lower", Some(e.ci[0]));
    check("ci_upper", Some(e.ci[1]));
    check("q", q.map(|q| q.statistic));
    check("q_p", q.map(|q| q.p));
    check("i2", i2);
}

#[test]
fn every_classic_entry_of_the_reference() {
    let mut worst = Worst::default();
    let mut entries = 0;
    for (dataset, size) in [("bcg", "n"), ("nielweise2007", "n"), ("yusuf1985", "n"), ("hart1999", "time")] {
        let counts = Counts::read(dataset, size);
        let data = counts.groups();
        for expected in crate::reference::document(dataset)["classic"].as_array().expect("classic") {
            entries += 1;
            let (method, measure) = (text(expected, "method"), text(expected, "measure"));
            let place = format!("{dataset} {method} {measure}");
            if method == "peto" {
                let p = peto(&data, 95.0).expect("a result");
                compare(&mut worst, &place, expected, &p.result.expect("an estimate"), p.q, p.i2);
                continue;
            }
            let measure = match measure {
                "or" => MhMeasure::Or,
                "rr" => MhMeasure::Rr,
                "rd" => MhMeasure::Rd,
                "irr" => MhMeasure::Irr,
                _ => MhMeasure::Ird,
            };
            let m = mantel_haenszel(measure, &data, 95.0).expect("a result");
            compare(&mut worst, &place, expected, &m.result.expect("an estimate"), m.q, m.i2);
            let total: f64 = m.weights.iter().sum();
            assert!((total - 100.0).abs() < 1e-10, "{place}: {total}");
            if measure == MhMeasure::Or {
                for (field, test) in [("mh", m.cmh), ("ta", m.tarone)] {
                    let p = format!("{field}_p");
                    worst.check(&place, field, number(expected, field), test.map(|t| t.statistic), 1e-8);
                    worst.check(&place, &p, number(expected, &p), test.map(|t| t.p), 1e-8);
                }
            }
        }
    }
    assert_eq!(entries, 14);
    worst.report("classic");
}

/// Values of metafor 3.8 (`rma.mh`, `rma.peto`) that the shared reference does not hold.
#[test]
fn further_values() {
    let near = |a: f64, b: f64| assert!((a - b).abs() <= 1e-10 * b.abs(), "{a}, expected {b}");
    let hart = Counts::read("hart1999", "time");
    let m = mantel_haenszel(MhMeasure::Irr, &hart.groups(), 95.0).expect("a result");
    near(m.cmh.expect("a test").statistic, HART_MH);
    near(m.cmh_uncorrected.expect("a test").statistic, HART_MH_PLAIN);
    let bcg = Counts::read("bcg", "n");
    let m = mantel_haenszel(MhMeasure::Or, &bcg.groups(), 95.0).expect("a result");
    near(m.cmh_uncorrected.expect("a test").statistic, BCG_MH_PLAIN);
    assert_eq!(m.tarone.map(|t| t.df), Some(12.0));
    // A zero cell, a study without events, one in which everyone has the event.
    let sparse = Counts::new(&[[0.0, 20.0, 5.0, 20.0], [3.0, 30.0, 2.0, 31.0], [0.0, 25.0, 0.0, 24.0], [20.0, 20.0, 21.0, 21.0]]);
    let data = sparse.groups();
    for (measure, [estimate, se, q]) in [(MhMeasure::Or, SPARSE_OR), (MhMeasure::Rr, SPARSE_RR), (MhMeasure::Rd, SPARSE_RD)] {
        let m = mantel_haenszel(measure, &data, 95.0).expect("a result");
        let e = m.result.expect("an estimate");
        near(e.estimate, estimate);
        near(e.se, se);
        near(m.q.expect("a test").statistic, q);
        assert_eq!(m.q_studies, 2);
    }
    let m = mantel_haenszel(MhMeasure::Or, &data, 95.0).expect("a result");
    near(m.tarone.expect("a test").statistic, SPARSE_TARONE);
    near(m.cmh.expect("a test").statistic, SPARSE_CMH);
    let p = peto(&data, 95.0).expect("a result");
    near(p.result.expect("an estimate").estimate, SPARSE_PETO[0]);
    near(p.result.expect("an estimate").se, SPARSE_PETO[1]);
    near(p.q.expect("a test").statistic, SPARSE_PETO[2]);
    assert_eq!(p.informative, 2);
}

#[test]
fn an_empty_margin_leaves_the_test() {
    let counts = Counts::new(&[[0.0, 20.0, 5.0, 20.0], [0.0, 30.0, 2.0, 31.0], [0.0, 25.0, 3.0, 24.0]]);
    for measure in [MhMeasure::Or, MhMeasure::Rr] {
        let m = mantel_haenszel(measure, &counts.groups(), 95.0).expect("a result");
        assert_eq!(m.result, Err(NoEstimate::NumeratorZero));
        let cmh = m.cmh.expect("a test");
        assert!((cmh.statistic - ZERO_MARGIN[0]).abs() < 1e-10 && (cmh.p - ZERO_MARGIN[1]).abs() < 1e-10);
        assert_eq!((m.tarone, m.q), (None, None));
    }
    let m = mantel_haenszel(MhMeasure::Rd, &counts.groups(), 95.0).expect("a result");
    assert!(m.result.is_ok());
    let swapped = Counts::new(&[[5.0, 20.0, 0.0, 20.0]]);
    let m = mantel_haenszel(MhMeasure::Or, &swapped.groups(), 95.0).expect("a result");
    assert_eq!(m.result, Err(NoEstimate::DenominatorZero));
    assert!(m.weights.is_empty());
    let none = Counts::new(&[[0.0, 20.0, 0.0, 20.0], [0.0, 5.0, 0.0, 5.0]]);
    let m = mantel_haenszel(MhMeasure::Or, &none.groups(), 95.0).expect("a result");
    assert_eq!((m.result, m.cmh), (Err(NoEstimate::NoEvents), None));
    assert_eq!(peto(&none.groups(), 95.0).expect("a result").result, Err(NoEstimate::NoEvents));
    let all = Counts::new(&[[20.0, 20.0, 20.0, 20.0]]);
    let m = mantel_haenszel(MhMeasure::Or, &all.groups(), 95.0).expect("a result");
    assert_eq!(m.result, Err(NoEstimate::NoNonEvents));
    assert_eq!(peto(&all.groups(), 95.0).expect("a result").result, Err(NoEstimate::NoNonEvents));
}

#[test]
fn impossible_counts_are_named() {
    let of = |row: [f64; 4]| {
        let counts = Counts::new(&[[1.0, 10.0, 2.0, 10.0], row]);
        mantel_haenszel(MhMeasure::Or, &counts.groups(), 95.0).err()
    };
    for row in [[11.0, 10.0, 1.0, 10.0], [1.0, 0.0, 1.0, 9.0], [1.0, 9.0, -1.0, 9.0], [1.0, 9.0, f64::NAN, 9.0]] {
        assert!(matches!(of(row), Some(StatsError::Count { index: 1, .. })), "{row:?}");
    }
    let empty = Counts::new(&[]);
    assert_eq!(mantel_haenszel(MhMeasure::Rr, &empty.groups(), 95.0).err(), Some(StatsError::NoStudies));
}

#[test]
fn published_observed_minus_expected() {
    let p = pool_oe(&[-3.0, 1.0, 0.0], &[4.0, 2.0, 0.0], 95.0).expect("a result");
    let e = p.result.expect("an estimate");
    assert!((e.estimate + 2.0 / 6.0).abs() < 1e-15 && (e.se - 1.0 / 6.0_f64.sqrt()).abs() < 1e-15);
    assert_eq!((p.informative, p.weights[2]), (2, 0.0));
}
