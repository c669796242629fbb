//! What a pooled result means for a decision, through the language: probabilities, absolute
//! effects, other units; and the ways in that issue with them.

mod reference;

use reference::{Worst, document, number, text};
use serde_json::Value;
use weald::report::DocumentJson;
use weald::store::Memory;
use weald::{Outcome, Session, Source};

fn run(files: &[(&str, &[u8])], script: &str) -> Vec<Value> {
    let memory = files.iter().fold(Memory::new(), |m, (name, bytes)| m.with(name, *bytes));
    let mut session = Session::with_files(memory);
    let source = Source::new("decisions.weald", script);
    let run = session.run(&source);
    assert!(run.ok(), "{:#?}\n{script}", run.problems.iter().map(|p| &p.problem).collect::<Vec<_>>());
    let json = DocumentJson::new(2026, None, &source, &[], run.outcomes.iter()).render().expect("JSON");
    let document: Value = serde_json::from_str(&json).expect("JSON");
    document["results"].as_array().expect("results").clone()
}

/// What a script prints.
fn printed(files: &[(&str, &[u8])], script: &str) -> Vec<String> {
    let memory = files.iter().fold(Memory::new(), |m, (name, bytes)| m.with(name, *bytes));
    let run = Session::with_files(memory).run(&Source::new("decisions.weald", script));
    assert!(run.ok(), "{:#?}", run.problems.iter().map(|p| &p.problem).collect::<Vec<_>>());
    run.outcomes.iter().filter_map(|o| if let Outcome::Text(t) = o { Some(t.text.clone()) } else { None }).collect()
}

const BCG: &[u8] = include_bytes!("reference/bcg.csv");
const NORMAND: &[u8] = include_bytes!("reference/normand1999.csv");

fn code<'a>(result: &'a Value, wanted: &str) -> Vec<&'a str> {
    let notes = result["notes"].as_array().expect("notes");
    notes.iter().filter(|n| n["code"] == wanted).map(|n| text(n, "text")).collect()
}

#[test]
fn probabilities_beyond_a_threshold() {
    let reference = document("decisions");
    let mut worst = Worst::default();
    for e in reference["probability"].as_array().expect("a list") {
        let (measure, threshold) = (text(e, "measure"), number(e, "threshold").expect("a threshold"));
        let script = format!(
            "use \"bcg.csv\"\nlet a = pool outcome measure {measure} ci hksj pi t\nprobability of a below {threshold}\nprobability of a above {threshold}\n"
        );
        let found = run(&[("bcg.csv", BCG)], &script);
        let place = format!("{measure} {threshold}");
        for (field, key) in [("effect", "effect_below"), ("mean", "mean_below")] {
            worst.check(&place, field, number(e, key), found[1][field].as_f64(), 1e-7);
            let both = found[1][field].as_f64().expect("p") + found[2][field].as_f64().expect("p");
            assert!((both - 1.0).abs() < 1e-14, "{place}");
        }
        assert_eq!((&found[1]["side"], &found[2]["side"]), (&"below".into(), &"above".into()));
    }
    worst.report("probabilities");
}

#[test]
fn the_side_of_a_threshold() {
    let of = |declared: &str, asked: &str| {
        let script = format!("use \"bcg.csv\"\n{declared}\nlet a = pool outcome measure rr\nprobability of a {asked}\n");
        run(&[("bcg.csv", BCG)], &script)[1].clone()
    };
    assert_eq!(of("", "beyond 0.8")["side"], "below");
    assert_eq!(of("", "beyond 1.25")["side"], "above");
    assert_eq!(of("outcome outcome lower better", "beyond 1")["side"], "below");
    assert_eq!(of("outcome outcome higher better", "beyond 1")["side"], "above");
    let mid = of("outcome outcome lower better measure rr mid 0.8", "");
    assert_eq!((&mid["side"], &mid["threshold_from"]), (&"below".into(), &"outcome".into()));
    assert_eq!(mid["effect"], of("", "below 0.8")["effect"]);
    assert!((mid["display_threshold"].as_f64().expect("a threshold") - 0.8).abs() < 1e-15);
    // Without a declared direction the better side is that of the effect.
    assert_eq!(of("outcome outcome measure rr mid 1.25", "")["side"], "below");
}

#[test]
fn without_a_prediction_interval_only_the_mean_has_a_probability() {
    for clause in ["model common", "model mh", "pi none", "only \"Aronson 1948\", \"TPT Madras 1980\""] {
        let script = format!("use \"bcg.csv\"\nprobability of (pool outcome measure or {clause}) below 1\n");
        let found = run(&[("bcg.csv", BCG)], &script);
        let last = found.last().expect("a result");
        assert!(last["effect"].is_null() && last["mean"].is_number(), "{clause}");
        assert_eq!(code(last, "W481").len(), 1, "{clause}");
    }
}

#[test]
fn absolute_effects() {
    let reference = document("decisions");
    let mut worst = Worst::default();
    for e in reference["absolute"].as_array().expect("a list") {
        let (measure, risk) = (text(e, "measure"), number(e, "risk").expect("a risk"));
        let script = format!(
            "use \"bcg.csv\"\noutcome outcome lower better\nlet a = pool outcome measure {measure} ci hksj\nabsolute of a risk {}%\n",
            risk * 100.0
        );
        let found = &run(&[("bcg.csv", BCG)], &script)[1];
        let row = &found["rows"][0];
        let place = format!("{measure} {risk}");
        worst.check(&place, "with", number(e, "with"), row["with"]["estimate"].as_f64(), 1e-8);
        worst.check(&place, "lower", e["ci"][0].as_f64(), row["with"]["ci"][0].as_f64(), 1e-8);
        worst.check(&place, "upper", e["ci"][1].as_f64(), row["with"]["ci"][1].as_f64(), 1e-8);
        worst.check(&place, "nnt", number(e, "nnt"), row["nnt"]["number"].as_f64(), 1e-7);
        for i in [0, 1] {
            worst.check(&place, "nnt end", e["nnt_ci"][i].as_f64(), row["nnt"]["ci"][i]["number"].as_f64(), 1e-6);
        }
        assert_eq!((text(&row["nnt"], "events"), text(&row["nnt"], "is")), ("fewer", "benefit"), "{place}");
        assert_eq!(code(found, "W482").len(), 1);
    }
    worst.report("absolute effects");
}

#[test]
fn a_number_needed_to_treat_through_infinity() {
    let csv = b"study,yi,vi\nA,-0.3,0.04\nB,0.1,0.03\nC,-0.2,0.05\n";
    let of = |declared: &str| {
        run(
            &[("r.csv", csv)],
            &format!("use \"r.csv\"\n{declared}\nlet a = pool outcome measure or model common\nabsolute of a risk 20%\n"),
        )[1]
        .clone()
    };
    let plain = of("");
    let nnt = &plain["rows"][0]["nnt"];
    assert_eq!(nnt["through_infinity"], true);
    assert_eq!((text(nnt, "events"), &nnt["is"]), ("fewer", &Value::Null));
    assert_eq!((text(&nnt["ci"][0], "events"), text(&nnt["ci"][1], "events")), ("fewer", "more"));
    let upper = plain["rows"][0]["difference"]["ci"][1].as_f64().expect("a limit");
    assert!(upper > 0.0);
    assert!((nnt["ci"][1]["number"].as_f64().expect("an end") * upper - 1.0).abs() < 1e-12);
    let good = of("outcome outcome higher better");
    assert_eq!(good["rows"][0]["nnt"]["is"], "harm");
    assert_eq!(good["rows"][0]["nnt"]["ci"][1]["is"], "benefit");
}

#[test]
fn hazard_ratios_and_observed_minus_expected() {
    let reference = document("decisions");
    let mut worst = Worst::default();
    let e = &reference["hazard"];
    let csv = b"study,effect,effect_lower,effect_upper\nA,0.74,0.55,1.00\nB,0.91,0.70,1.18\nC,0.60,0.38,0.95\n";
    let found = run(&[("hr.csv", csv)], "use \"hr.csv\"\nlet a = pool outcome measure hr model common\nabsolute of a risk 30%\n");
    worst.check("hr", "estimate", number(e, "estimate"), found[0]["estimate"].as_f64(), 1e-10);
    worst.check("hr", "se", number(e, "se"), found[0]["se"].as_f64(), 1e-10);
    let with = &found[1]["rows"][0]["with"];
    worst.check("hr", "with", number(e, "with"), with["estimate"].as_f64(), 1e-10);
    worst.check("hr", "lower", e["ci"][0].as_f64(), with["ci"][0].as_f64(), 1e-10);
    worst.check("hr", "upper", e["ci"][1].as_f64(), with["ci"][1].as_f64(), 1e-10);
    let e = &reference["oe"];
    let csv = b"study,oe,v\nA,-4.2,13.1\nB,-1.5,30.2\nC,-6.8,9.7\n";
    for statement in ["measure hr model common", "measure peto model peto", "measure or model common"] {
        let found = &run(&[("oe.csv", csv)], &format!("use \"oe.csv\"\npool outcome {statement}\n"))[0];
        worst.check(statement, "estimate", number(e, "peto"), found["estimate"].as_f64(), 1e-12);
        worst.check(statement, "se", number(e, "se"), found["se"].as_f64(), 1e-12);
        for i in 0..3 {
            worst.check(statement, "yi", e["yi"][i].as_f64(), found["studies"][i]["yi"].as_f64(), 1e-14);
            worst.check(statement, "vi", e["vi"][i].as_f64(), found["studies"][i]["vi"].as_f64(), 1e-14);
        }
        assert_eq!(found["studies"][0]["from"], "O - E and V");
    }
    worst.report("hazard ratios");
}

#[test]
fn standardised_differences_in_other_units() {
    let reference = document("decisions");
    let e = &reference["smd"];
    let mut worst = Worst::default();
    let script =
        "use \"normand1999.csv\"\nlet a = pool outcome measure smd ci hksj\nre-express of a sd 7.5 mid 3\nabsolute of a risk 25%\n";
    let found = run(&[("normand1999.csv", NORMAND)], script);
    let row = |unit: &str| found[1]["rows"].as_array().expect("rows").iter().find(|r| r["as"] == unit).expect("a row").clone();
    for (unit, key) in [("units", "units"), ("mid", "mids"), ("odds_ratio", "odds_ratio")] {
        let row = row(unit);
        for (i, actual) in [&row["estimate"], &row["ci"][0], &row["ci"][1]].into_iter().enumerate() {
            worst.check(unit, "value", e[key][i].as_f64(), actual.as_f64(), 1e-8);
        }
        assert!(row["pi"].is_array());
    }
    let with = |result: &Value, i: usize| {
        let w = &result["rows"][0]["with"];
        [&w["estimate"], &w["ci"][0], &w["ci"][1]][i].as_f64()
    };
    for i in 0..3 {
        worst.check("risk", "more", e["with_more"][i].as_f64(), with(&found[2], i), 1e-8);
    }
    // Where lower is better the event is a score below the cut-off, and a negative effect makes more of it.
    let found = run(&[("normand1999.csv", NORMAND)], &script.replace("let a", "outcome outcome lower better\nlet a"));
    for (i, at) in [0, 2, 1].into_iter().enumerate() {
        worst.check("risk", "less", e["with_less"][at].as_f64(), with(&found[2], i), 1e-8);
    }
    assert_eq!(text(&found[2]["rows"][0]["nnt"], "is"), "benefit");
    worst.report("other units");
}

#[test]
fn units_of_an_instrument() {
    let data = "study A\n  mood instrument BDI: n 30 mean 14 sd 5 vs n 31 mean 16 sd 6\nstudy B\n  mood instrument BDI: n 20 mean 13 sd 4 vs n 21 mean 15 sd 7\nstudy C\n  mood instrument WHO: n 25 mean 60 sd 10 vs n 25 mean 55 sd 11\n";
    let setup = "outcome mood lower better measure smd mid 0.3 sd\ninstrument WHO for mood higher better\n";
    let of = |more: &str, statement: &str| run(&[], &format!("{setup}{more}{data}let a = pool mood\n{statement}\n"))[1].clone();
    let pooled = of("", "re-express of a instrument BDI");
    let sd = ((30.0 * 36.0 + 20.0 * 49.0) / 50.0_f64).sqrt();
    assert!((pooled["sd"].as_f64().expect("an SD") - sd).abs() < 1e-14);
    assert_eq!(text(&pooled, "sd_from"), "pooled over the comparators of A, B");
    assert_eq!((&pooled["mid"], &pooled["mid_unit"]), (&0.3.into(), &"sd".into()));
    let declared = of("instrument BDI for mood sd 8 mid 4\n", "re-express of a instrument BDI");
    assert_eq!((&declared["sd"], &declared["mid"], &declared["mid_unit"]), (&8.into(), &4.into(), &"units".into()));
    let stated = of("instrument BDI for mood sd 8 mid 4\n", "re-express of a instrument BDI sd 9 mid 2");
    assert_eq!((&stated["sd"], &stated["mid"]), (&9.into(), &2.into()));
    // An instrument that runs against its outcome: its units are turned back.
    let value = |r: &Value, unit: &str| {
        r["rows"].as_array().expect("rows").iter().find(|r| r["as"] == unit).and_then(|r| r["estimate"].as_f64()).expect("a value")
    };
    let (own, other) = (of("", "re-express of a sd 10"), of("", "re-express of a instrument WHO sd 10"));
    assert!((value(&own, "units") + value(&other, "units")).abs() < 1e-15);
    assert_eq!((code(&own, "W485").len(), code(&other, "W485").len()), (0, 1));
    assert!((value(&own, "mid") * 0.3 - value(&own, "units") / 10.0).abs() < 1e-15);
}

#[test]
fn mean_differences_and_odds_ratios_in_other_units() {
    let md =
        run(&[("normand1999.csv", NORMAND)], "use \"normand1999.csv\"\nlet a = pool outcome measure md\nre-express of a mid 4 sd 20\n");
    let row = |result: &Value, unit: &str| result["rows"].as_array().expect("rows").iter().find(|r| r["as"] == unit).cloned();
    let estimate = md[0]["estimate"].as_f64().expect("an estimate");
    let of = |result: &Value, unit: &str| row(result, unit).and_then(|r| r["estimate"].as_f64()).expect("a value");
    assert_eq!(of(&md[1], "mid"), estimate / 4.0);
    assert_eq!(of(&md[1], "smd"), estimate / 20.0);
    assert!(row(&md[1], "units").is_none());
    let or = run(&[("bcg.csv", BCG)], "use \"bcg.csv\"\nlet a = pool outcome measure or\nre-express of a\n");
    let smd = or[0]["estimate"].as_f64().expect("an estimate") * 3.0_f64.sqrt() / std::f64::consts::PI;
    assert!((of(&or[1], "smd") - smd).abs() < 1e-15);
    assert!(row(&or[1], "odds_ratio").is_none());
}

#[test]
fn pre_post_control_differences() {
    let reference = document("decisions");
    let e = &reference["morris"];
    let columns = ["n1", "mean_pre1", "mean_post1", "sd_pre1", "sd_post1", "n2", "mean_pre2", "mean_post2", "sd_pre2", "sd_post2", "r"];
    let mut csv = format!("study,{}\n", columns.join(","));
    for (i, row) in e["data"].as_array().expect("rows").iter().enumerate() {
        let cells: Vec<String> = columns.iter().map(|c| row[*c].to_string()).collect();
        csv.push_str(&format!("S{i},{}\n", cells.join(",")));
    }
    let mut worst = Worst::default();
    let found = run(
        &[("m.csv", csv.as_bytes())],
        "use \"m.csv\"\npool outcome measure dppc ci wald\nset conventions revman5\npool outcome measure dppc\n",
    );
    let printed = ["0.77", "0.80", "1.20", "1.05", "0.44"];
    for i in 0..5 {
        let (exact, approximate) = (&found[0]["studies"][i], &found[1]["studies"][i]);
        worst.check("exact", "yi", e["yi"][i].as_f64(), exact["yi"].as_f64(), 1e-12);
        worst.check("exact", "vi", e["vi"][i].as_f64(), exact["vi"].as_f64(), 1e-11);
        worst.check("approximate", "yi", e["yi_approximate"][i].as_f64(), approximate["yi"].as_f64(), 1e-12);
        worst.check("approximate", "vi", e["vi_approximate"][i].as_f64(), approximate["vi"].as_f64(), 1e-11);
        assert_eq!(format!("{:.2}", exact["yi"].as_f64().expect("an effect")), printed[i], "Morris 2008, Table 5");
        assert_eq!(exact["from"], "two groups before and after");
    }
    worst.check("pooled", "estimate", number(e, "pooled"), found[0]["estimate"].as_f64(), 1e-8);
    worst.check("pooled", "se", number(e, "se"), found[0]["se"].as_f64(), 1e-8);
    worst.report("Morris 2008");
    // 100,000 simulated trials: the standard error of their variance is below 0.5% of it.
    let s = &e["simulated"];
    let (simulated, formula) = (number(s, "variance").expect("a variance"), number(s, "formula").expect("a variance"));
    assert!((simulated / formula - 1.0).abs() < 0.015, "{simulated} {formula}");
}

#[test]
fn correlations_of_two_groups_before_and_after() {
    let head = "study,n1,mean_pre1,sd_pre1,mean_post1,sd_post1,n2,mean_pre2,sd_pre2,mean_post2,sd_post2";
    let row = "A,20,30.6,15,38.5,11.6,20,23.1,13.8,19.7,14.8";
    let one = |more: &str, cells: &str| {
        let csv = format!("{head},{more}\n{row},{cells}\n");
        run(&[("m.csv", csv.as_bytes())], "use \"m.csv\"\npool outcome measure dppc\n")[0]["studies"][0].clone()
    };
    let v = |s: &Value| s["vi"].as_f64().expect("a variance");
    let (common, own) = (one("r", "0.47"), one("r1,r2", "0.47,0.47"));
    assert_eq!(v(&common), v(&own));
    // From the SD of the change: s^2 = s0^2 + s1^2 - 2 r s0 s1.
    let change = |s0: f64, s1: f64| (s0 * s0 + s1 * s1 - 2.0 * 0.47 * s0 * s1).sqrt();
    let from_change = one("sd_change1,sd_change2", &format!("{},{}", change(15.0, 11.6), change(13.8, 14.8)));
    assert!((v(&from_change) / v(&common) - 1.0).abs() < 1e-12);
    assert_eq!(from_change["remarks"].as_array().map(Vec::len), Some(2));
    let lower = one("r1,r2", "0.2,0.47");
    assert!(v(&lower) > v(&common));
    let missing = run(&[("m.csv", format!("{head}\n{row}\n").as_bytes())], "use \"m.csv\"\npool outcome measure dppc\n");
    assert_eq!(missing[0]["studies"][0]["reason"], "missing: r1, r2");
}

#[test]
fn fields_of_decisions() {
    let script = "use \"bcg.csv\"\noutcome outcome lower better\nlet a = pool outcome measure or\nlet p = probability of a beyond 0.8\nlet b = absolute of a risk 10%, 20%\nlet u = re-express of a sd 10\nlet h = harbord of a\nlet e = pet-peese of a\nlet x = excess-significance of a\nlet c = henmi-copas of a\nprint p.effect > 0.5 and p.mean > p.effect and p.threshold == 0.8\nprint b.nnt == b.nnts[1] and b.risk < 0.1 and b.differences[2] < b.differences[1]\nprint u.units == 10 * u.smd\nprint h.p > 0.05 and e.chosen == \"pet\" and e.estimate == e.pet and x.observed == 8 and c.estimate == c.estimate\n";
    let said = printed(&[("bcg.csv", BCG)], script);
    assert!(said.iter().all(|t| t == "true"), "{said:?}");
}

#[test]
fn as_tables() {
    let memory = Memory::new().with("bcg.csv", BCG);
    let source = Source::new(
        "d.weald",
        "use \"bcg.csv\"\nlet a = pool outcome measure or\nlet b = absolute of a risk 10%, 20%\nre-express of a sd 10\n",
    );
    let run = Session::with_files(memory).run(&source);
    let csv = weald::report::csv::render(run.outcomes.iter()).expect("CSV");
    assert!(csv.contains("\nanalysis,kind,risk,with_estimate,with_ci_lower,with_ci_upper,"), "{csv}");
    assert_eq!(csv.lines().filter(|l| l.starts_with("b,absolute,0.")).count(), 2);
    assert!(csv.contains(",re_express,smd,"), "{csv}");
}

#[test]
fn tests_as_tables() {
    let script = "use \"bcg.csv\"\nlet a = pool outcome measure or\nlet e = egger of a\nlet t = trim-and-fill of a\nlet h = harbord of a\nlet p = pet-peese of a\nlet x = excess-significance of a\nlet c = henmi-copas of a\nlet q = probability of a below 1\nlet f = fail-safe of a\nlet r = ruecker of a\nlet b = begg of a\n";
    let run = Session::with_files(Memory::new().with("bcg.csv", BCG)).run(&Source::new("d.weald", script));
    let csv = weald::report::csv::render(run.outcomes.iter()).expect("CSV");
    for (name, kind) in [
        ("e", "egger"),
        ("t", "trim_and_fill"),
        ("h", "harbord"),
        ("p", "pet_peese"),
        ("x", "excess_significance"),
        ("c", "henmi_copas"),
        ("q", "probability"),
        ("f", "fail_safe"),
        ("r", "ruecker"),
        ("b", "begg"),
    ] {
        assert!(csv.lines().any(|l| l.starts_with(&format!("{name},{kind},"))), "{kind}\n{csv}");
    }
    let values = |of: &str| -> Vec<(String, String)> {
        let lines: Vec<&str> = csv.lines().collect();
        let at = lines.iter().position(|l| l.starts_with(of)).expect("a row");
        let head = lines[..at].iter().rev().find(|l| l.starts_with("analysis,kind")).expect("a head");
        head.split(',').map(str::to_owned).zip(lines[at].split(',').map(str::to_owned)).collect()
    };
    let harbord = values("h,harbord");
    let p = &harbord.iter().find(|(name, _)| name == "p").expect("p").1;
    assert!(p.starts_with("0.2349719521"), "{p}");
    assert!(values("p,pet_peese").iter().any(|(name, value)| name == "chosen" && value == "pet"));
}
