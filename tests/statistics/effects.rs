//! Effect sizes against the reference values (`tests/reference`), hand-checked values,
//! zero-cell policies, ways in, and the reasons for no effect.

// Expected values that happen to be constants are figures of the oracle.
#![allow(clippy::approx_constant)]

mod ways;

use serde_json::Value;
use weald::stats::effect::*;

fn row(cells: &[(&str, f64)]) -> Input {
    let mut input = Input::default();
    for (column, value) in cells {
        assert!(input.set(column, Some(*value)), "no column {column}");
    }
    input
}

fn read(name: &str) -> Value {
    let path = format!("{}/tests/reference/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("file")).expect("json")
}

fn rows_of(name: &str) -> Vec<Input> {
    let path = format!("{}/tests/reference/{name}.csv", env!("CARGO_MANIFEST_DIR"));
    let mut reader = csv::Reader::from_path(path).expect("file");
    let header = reader.headers().expect("header").clone();
    reader
        .records()
        .map(|record| {
            let mut input = Input::default();
            for (column, cell) in header.iter().zip(&record.expect("record")) {
                if Input::COLUMNS.contains(&column) {
                    input.set(column, cell.parse().ok());
                }
            }
            input
        })
        .collect()
}

fn measure(word: &str) -> Measure {
    let found = Measure::ALL.iter().find(|m| m.name() == word);
    *found.unwrap_or_else(|| panic!("no measure {word}"))
}

/// Relative 1e-8; an expected 0 within 1e-10.
fn agrees(got: f64, want: f64) -> bool {
    if want == 0.0 { got.abs() <= 1e-10 } else { ((got - want) / want).abs() <= 1e-8 }
}

fn near(got: f64, want: f64, digits: i32) {
    let half_unit = 0.5 * 10f64.powi(-digits) * 1.000_001;
    assert!((got - want).abs() <= half_unit, "{got}, not {want}");
}

fn numbers(v: &Value) -> Vec<f64> {
    v.as_array().expect("list").iter().map(|x| x.as_f64().expect("number")).collect()
}

#[test]
fn every_effect_of_every_data_set() {
    let mut checked = 0;
    for name in [
        "bcg",
        "normand1999",
        "raudenbush1985",
        "hackshaw1998",
        "molloy2014",
        "pritz1997",
        "hart1999",
        "nielweise2007",
        "yusuf1985",
        "bangertdrowns2004",
    ] {
        let rows = rows_of(name);
        for case in read(&format!("{name}.json"))["cases"].as_array().expect("cases") {
            let label = case["measure"].as_str().expect("label");
            let (word, variant) = label.split_once(':').unwrap_or((label, ""));
            let mut options = Options::metafor();
            if variant == "ub" {
                options.smd_variance = SmdVariance::Ub;
            }
            let (yi, vi) = (case["yi"].as_array().expect("yi"), case["vi"].as_array().expect("vi"));
            assert_eq!(yi.len(), rows.len(), "{name} {label}");
            for (i, input) in rows.iter().enumerate() {
                match (effect(measure(word), input, &options), yi[i].as_f64(), vi[i].as_f64()) {
                    (Ok(e), Some(y), Some(v)) => {
                        assert!(agrees(e.yi, y), "{name} {label} yi[{i}]: {} not {y}", e.yi);
                        assert!(agrees(e.vi, v), "{name} {label} vi[{i}]: {} not {v}", e.vi);
                        checked += 2;
                    }
                    (Err(NoEffect::Missing { .. }), None, None) => {}
                    other => panic!("{name} {label} row {i}: {other:?}"),
                }
            }
        }
    }
    println!("{checked} values");
    assert_eq!(checked, 1108);
}

fn from_columns(table: &Value, columns: &[&str], i: usize) -> Input {
    let mut input = Input::default();
    for column in columns {
        let x = table[column][i].as_f64().expect("number");
        if *column == "p" {
            input.p = Some(PValue { value: x, bound: Bound::Exact });
        } else {
            assert!(input.set(column, Some(x)), "no column {column}");
        }
    }
    input
}

#[test]
fn conversions() {
    let all = read("conversions.json");
    let options = Options::metafor();
    let compare = |label: &str, m: Measure, input: &Input, yi: f64, vi: f64| {
        let e = effect(m, input, &options).unwrap_or_else(|e| panic!("{label}: {e}"));
        assert!(agrees(e.yi, yi), "{label}: yi {} not {yi}", e.yi);
        assert!(agrees(e.vi, vi), "{label}: vi {} not {vi}", e.vi);
    };
    for (key, column) in [("smd_from_t", "t"), ("smd_from_p", "p"), ("smd_from_F", "F"), ("smd_from_d", "d")] {
        let table = &all[key];
        for (i, (y, v)) in numbers(&table["yi"]).into_iter().zip(numbers(&table["vi"])).enumerate() {
            let input = from_columns(table, &["n1", "n2", column], i);
            compare(&format!("{key}[{i}]"), Measure::Smd, &input, y, v);
        }
    }
    let table = &all["from_ci"];
    for (i, v) in numbers(&table["vi"]).into_iter().enumerate() {
        let input = from_columns(table, &["yi", "ci_lower", "ci_upper"], i);
        compare("from_ci", Measure::Md, &input, table["yi"][i].as_f64().expect("yi"), v);
    }
    let table = &all["pre_post"];
    for m in [Measure::Smcr, Measure::Smcc, Measure::Mc, Measure::Romc] {
        let want = &table[m.name()];
        for (i, (y, v)) in numbers(&want["yi"]).into_iter().zip(numbers(&want["vi"])).enumerate() {
            let columns = ["n", "mean_pre", "sd_pre", "mean_post", "sd_post", "r"];
            compare(m.name(), m, &from_columns(table, &columns, i), y, v);
        }
    }
}

#[test]
fn means_and_sds_from_medians() {
    let all = read("conversions.json");
    let tables = [
        (&all["five_number"]["input"], &all["five_number"]["methods"][0]),
        (&all["median_iqr"]["input"], &all["median_iqr"]),
        (&all["median_range"]["input"], &all["median_range"]),
    ];
    for (inputs, want) in tables {
        for (i, cells) in inputs.as_array().expect("rows").iter().enumerate() {
            let mut input = row(&[("n2", 50.0), ("mean2", 10.0), ("sd2", 3.0)]);
            for (column, x) in cells.as_object().expect("row") {
                assert!(input.set(&format!("{column}1"), x.as_f64()));
            }
            let e = effect(Measure::Md, &input, &Options::default()).expect("effect");
            let (mean, sd) = (want["mean"][i].as_f64(), want["sd"][i].as_f64());
            let (mean, sd) = (mean.expect("mean"), sd.expect("sd"));
            let n = input.n1.expect("n");
            assert!(agrees(e.yi + 10.0, mean), "{i}: {} not {mean}", e.yi + 10.0);
            assert!(agrees(e.vi - 9.0 / 50.0, sd * sd / n), "{i}: variance");
            assert!(e.notes.contains(&EffectNote::FromMedian { group: 1 }));
        }
    }
}

const A: &[(&str, f64)] = &[("n1", 15.0), ("mean1", 10.0), ("sd1", 2.0), ("n2", 14.0), ("mean2", 8.5), ("sd2", 2.2)];

#[test]
fn published_single_values() {
    let get = |m, cells: &[(&str, f64)]| effect(m, &row(cells), &Options::default()).expect("effect");
    let change: &[(&str, f64)] = &[("n", 30.0), ("mean_post", 24.0), ("mean_pre", 20.0), ("sd_pre", 5.0), ("sd_post", 5.0), ("r", 0.6)];
    for (m, cells, yi, vi) in [
        (Measure::Smcr, change, 0.7791, 0.0368),
        (Measure::Smcc, change, 0.8711, 0.0460),
        (Measure::Zcor, &[("r", 0.4), ("n", 53.0)], 0.4236, 0.0200),
        (Measure::Plo, &[("events", 5.0), ("n", 50.0)], -2.1972, 0.2222),
        (Measure::Pft, &[("events", 5.0), ("n", 50.0)], 0.3343, 0.0050),
        (Measure::Rom, A, 0.1615, 0.0075),
        (Measure::Md, A, 1.5, 0.6124),
        (Measure::Or, &[("effect", 1.37), ("effect_lower", 1.03), ("effect_upper", 1.82)], 0.3148, 0.0211),
    ] {
        let e = get(m, cells);
        near(e.yi, yi, 4);
        near(e.vi, vi, 4);
    }
    let five = [("n2", 9.0), ("mean2", 0.0), ("sd2", 3.0), ("n1", 40.0), ("median1", 8.0), ("lq1", 5.0), ("uq1", 12.0)];
    let quartiles = get(Measure::Md, &five);
    near(quartiles.yi, 8.354_875, 6);
    near(((quartiles.vi - 1.0) * 40.0).sqrt(), 5.382_509, 6);
    let all = [&five[..], &[("min1", 2.0), ("max1", 20.0)]].concat();
    let both = get(Measure::Md, &all);
    near(both.yi, 8.667_198, 6);
    near(((both.vi - 1.0) * 40.0).sqrt(), 4.645_538, 6);
    assert_eq!(both.from.text(), "means, spreads of several kinds");
    // Rates, with metafor's figures.
    for (m, yi, vi) in [
        (Measure::Ir, 0.1, 0.002),
        (Measure::Irln, -2.302_585_092_994_05, 0.2),
        (Measure::Irs, 0.316_227_766_016_838, 0.005),
        (Measure::Irft, 0.331_318_963_765_307, 0.005),
    ] {
        let e = get(m, &[("events", 5.0), ("time", 50.0)]);
        assert!(agrees(e.yi, yi) && agrees(e.vi, vi), "{m:?} {e:?}");
    }
    for (m, yi, vi) in [(Measure::Mn, 5.0, 0.2), (Measure::Mnln, 1.609_437_912_434_1, 0.008)] {
        let e = get(m, &[("mean", 5.0), ("sd", 2.0), ("n", 20.0)]);
        assert!(agrees(e.yi, yi) && agrees(e.vi, vi), "{m:?} {e:?}");
    }
    let unequal = [("n1", 15.0), ("mean1", 10.0), ("sd1", 2.0), ("n2", 24.0), ("mean2", 8.5), ("sd2", 3.2)];
    assert!(agrees(get(Measure::Smdh, &unequal).yi, 0.550_663_263_371_791));
    let glass = get(Measure::Smd1, &unequal);
    assert!(agrees(glass.yi, 0.453_268_181_788_951) && agrees(glass.vi, 0.112_613_584_262_964));
}

#[test]
fn variances_of_smd() {
    // Statistics of the same data under the conventions of several programs.
    let get = |o: &Options| effect(Measure::Smd, &row(A), o).expect("effect");
    let ls = get(&Options::default());
    near(ls.vi, 0.146_415, 6);
    let ub = Options { smd_variance: SmdVariance::Ub, ..Options::default() };
    near(get(&ub).vi, 0.147_648, 6);
    let revman = get(&Options::revman5());
    near(revman.vi, 0.147_724, 6);
    let sd = ((14.0 * 4.0 + 13.0 * 4.84) / 27.0_f64).sqrt();
    assert!(agrees(revman.yi, 1.5 / sd * (1.0 - 3.0 / (4.0 * 29.0 - 9.0))));
    assert!(agrees(ls.yi, 1.5 / sd * weald::stats::math::hedges_j(27.0)));
}

fn table(x1: f64, n1: f64, x2: f64, n2: f64) -> Input {
    row(&[("events1", x1), ("n1", n1), ("events2", x2), ("n2", n2)])
}

fn with(zero: ZeroPolicy) -> Options {
    Options { zero, ..Options::default() }
}

#[test]
fn zero_cells_by_policy() {
    use ZeroPolicy as Z;
    let get = |m, t: &Input, z| effect(m, t, &with(z)).map(|e| (e.yi, e.vi));
    let one = table(0.0, 20.0, 5.0, 20.0);
    for z in [Z::Edition, Z::Metafor, Z::Revman5, Z::OnlyZeroStudies, Z::Tacc, Z::DropDoubleZero] {
        let (yi, vi) = get(Measure::Or, &one, z).expect("or");
        near(yi, -2.677, 3);
        near(vi, 2.295, 3);
        let (yi, vi) = get(Measure::Rr, &one, z).expect("rr");
        near(yi, -2.398, 3);
        near(vi, 2.0866, 4);
    }
    // RD: the raw estimate, or the corrected one of metafor.
    for z in [Z::Edition, Z::Revman5, Z::Tacc, Z::None] {
        let (yi, vi) = get(Measure::Rd, &one, z).expect("rd");
        assert!(agrees(yi, -0.25) && agrees(vi, 0.25 * 0.75 / 20.0));
    }
    near(get(Measure::Rd, &one, Z::Metafor).expect("rd").0, -0.238, 3);
    assert_eq!(get(Measure::Or, &one, Z::None), Err(NoEffect::ZeroCell));
    // Nobody and everybody.
    let none = table(0.0, 20.0, 0.0, 30.0);
    let all = table(20.0, 20.0, 20.0, 20.0);
    for m in [Measure::Or, Measure::Rr, Measure::Peto] {
        for z in [Z::Edition, Z::Revman5, Z::Tacc, Z::None, Z::DropDoubleZero] {
            assert_eq!(get(m, &none, z), Err(NoEffect::DoubleZero), "{m:?} {z:?}");
            assert_eq!(get(m, &all, z), Err(NoEffect::AllEvents), "{m:?} {z:?}");
        }
    }
    let (_, vi) = get(Measure::Rr, &all, Z::Metafor).expect("kept");
    near(vi, 0.0023, 4);
    let (yi, vi) = get(Measure::Or, &table(0.0, 20.0, 0.0, 15.0), Z::Metafor).expect("kept");
    near(yi, -0.28, 2);
    near(vi, 4.11, 2);
    // Double-zero stays in RD: 0, with 0.5 in the variance only.
    let e = effect(Measure::Rd, &none, &with(Z::Edition)).expect("rd");
    assert_eq!(e.yi, 0.0);
    let v = |x: f64, n: f64| x / n * (1.0 - x / n) / n;
    assert!(agrees(e.vi, v(0.5, 21.0) + v(0.5, 31.0)));
    assert!(e.zero_adjusted);
    assert!(e.notes[0].text().contains("variance only"));
    assert_eq!(get(Measure::Rd, &none, Z::None), Err(NoEffect::ZeroCell));
    assert_eq!(get(Measure::Rd, &none, Z::DropDoubleZero), Err(NoEffect::DoubleZero));
    let (yi, vi) = get(Measure::Rd, &none, Z::Metafor).expect("rd");
    assert!(agrees(yi, 0.007_680_491_551_459_29) && agrees(vi, 0.001_618_691_490_101_77));
    // A full cell alone is a zero, too (no non-events), and 0 of n against n of n.
    let full = table(20.0, 20.0, 25.0, 30.0);
    let (yi, vi) = get(Measure::Rr, &full, Z::Edition).expect("rr");
    assert!(agrees(yi, 0.171_211_200_741_705) && agrees(vi, 0.008_119_061_944_211_21));
    // Peto: uncorrected, except under metafor.
    let (yi, vi) = get(Measure::Peto, &one, Z::Edition).expect("peto");
    let v = 20.0 * 20.0 * 5.0 * 35.0 / (1600.0 * 39.0);
    assert!(agrees(yi, -2.5 / v) && agrees(vi, 1.0 / v));
    let (yi, vi) = get(Measure::Peto, &one, Z::Metafor).expect("peto");
    assert!(agrees(yi, -1.898_148_148_148_148) && agrees(vi, 0.759_259_259_259_259));
    // Arcsine: never.
    for z in [Z::Edition, Z::Metafor, Z::AllStudies] {
        let (yi, vi) = get(Measure::As, &one, z).expect("as");
        assert!(agrees(yi, -0.523_598_775_598_299) && agrees(vi, 0.025));
    }
    // Every study.
    let (yi, _) = get(Measure::Or, &table(1.0, 10.0, 2.0, 10.0), Z::AllStudies).expect("or");
    assert!(agrees(yi, (1.5_f64 / 9.5).ln() - (2.5_f64 / 8.5).ln()));
    // Treatment arm: n1/N to the cells of group 1, n2/N to those of group 2.
    let (yi, vi) = get(Measure::Or, &table(0.0, 30.0, 4.0, 10.0), Z::Tacc).expect("or");
    let cells = [0.75_f64, 30.75, 4.25, 6.25];
    assert!(agrees(yi, (cells[0] / cells[1]).ln() - (cells[2] / cells[3]).ln()));
    assert!(agrees(vi, cells.iter().map(|c| 1.0 / c).sum()));
    // Without a zero no policy but `every study` changes anything.
    let plain = table(4.0, 40.0, 7.0, 41.0);
    for m in [Measure::Or, Measure::Rr, Measure::Rd, Measure::Peto, Measure::As] {
        let want = get(m, &plain, Z::None).expect("plain");
        for z in [Z::Edition, Z::Metafor, Z::Revman5, Z::OnlyZeroStudies, Z::Tacc, Z::DropDoubleZero] {
            assert_eq!(get(m, &plain, z), Ok(want));
        }
    }
}

#[test]
fn zero_cells_of_rates_and_proportions() {
    use ZeroPolicy as Z;
    let time = |x1, t1, x2, t2| row(&[("events1", x1), ("time1", t1), ("events2", x2), ("time2", t2)]);
    let get = |m, t: &Input, z| effect(m, t, &with(z)).map(|e| (e.yi, e.vi));
    let close = |got: Result<(f64, f64), NoEffect>, yi: f64, vi: f64| {
        let (y, v) = got.expect("effect");
        assert!(agrees(y, yi) && agrees(v, vi), "{y} {v}");
    };
    let one = time(0.0, 20.0, 5.0, 22.0);
    for z in [Z::Edition, Z::Metafor] {
        close(get(Measure::Irr, &one, z), -2.302_585_092_994_046, 2.181_818_181_818_182);
    }
    close(get(Measure::Ird, &one, Z::Metafor), -0.225, 0.012_613_636_363_636_36);
    close(get(Measure::Ird, &one, Z::Edition), -5.0 / 22.0, 5.0 / 484.0);
    close(get(Measure::Irsd, &one, Z::Metafor), -0.476_731_294_622_796, 0.023_863_636_363_636_4);
    let none = time(0.0, 20.0, 0.0, 30.0);
    close(get(Measure::Irr, &none, Z::Metafor), 1.5_f64.ln(), 4.0);
    close(get(Measure::Ird, &none, Z::Edition), 0.0, 0.5 / 400.0 + 0.5 / 900.0);
    assert_eq!(get(Measure::Irr, &none, Z::DropDoubleZero), Err(NoEffect::DoubleZero));
    assert_eq!(get(Measure::Irr, &one, Z::None), Err(NoEffect::ZeroCell));
    for (x, wants) in [
        (
            0.0,
            [
                (Measure::Pr, 0.023_809_523_809_523_8, 0.001_106_791_923_118_45),
                (Measure::Pln, -3.737_669_618_283_368, 1.952_380_952_380_952_3),
                (Measure::Plo, -3.713_572_066_704_31, 2.048_780_487_804_878),
                (Measure::Pas, 0.0, 0.0125),
                (Measure::Pft, 0.109_993_988_697_730, 0.012_195_121_951_219_51),
            ],
        ),
        (
            20.0,
            [
                (Measure::Pr, 0.976_190_476_190_476_2, 0.001_106_791_923_118_45),
                (Measure::Pln, -0.024_097_551_579_060_5, 0.001_161_440_185_830_43),
                (Measure::Plo, 3.713_572_066_704_31, 2.048_780_487_804_878),
                (Measure::Pas, 1.570_796_326_794_897, 0.0125),
                (Measure::Pft, 1.460_802_338_097_167, 0.012_195_121_951_219_51),
            ],
        ),
    ] {
        let p = row(&[("events", x), ("n", 20.0)]);
        for (m, yi, vi) in wants {
            for z in [Z::Edition, Z::Metafor, Z::Revman5] {
                close(get(m, &p, z), yi, vi);
            }
        }
        assert_eq!(get(Measure::Plo, &p, Z::None), Err(NoEffect::ZeroCell));
    }
    let r = row(&[("events", 0.0), ("time", 20.0)]);
    close(get(Measure::Ir, &r, Z::Edition), 0.025, 0.00125);
    close(get(Measure::Irln, &r, Z::Edition), -3.688_879_454_113_94, 2.0);
    close(get(Measure::Irs, &r, Z::Edition), 0.0, 0.0125);
    close(get(Measure::Irft, &r, Z::Edition), 0.111_803_398_874_989, 0.0125);
}

#[test]
fn unbiased_correlations_of_small_samples() {
    // 30-digit hypergeometric series.
    for (r, n, yi, vi) in [
        (0.01, 6.0, 0.01272953576453403, 0.19993518881915015),
        (-0.9, 5.0, -0.9312538232118537, 0.0044067237160597735),
        (0.011, 5.0, 0.01715879529296418, 0.2498528095434577),
        (0.005, 8.0, 0.005658807062766083, 0.1428479938329525),
        (0.3, 400.0, 0.300344737166374, 0.0020744946705555773),
    ] {
        let input = row(&[("r", r), ("n", n)]);
        let e = effect(Measure::Ucor, &input, &Options::default()).expect("effect");
        let close = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-12;
        assert!(close(e.yi, yi) && close(e.vi, vi), "{r} {n}: {e:?}");
    }
}
