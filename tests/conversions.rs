//! Rows converted by declared rules, from script to JSON, against worked examples of the
//! Cochrane Handbook and against numbers computed by hand.

#[path = "conversions/selection.rs"]
mod selection;

use serde_json::Value;
use weald::store::Memory;
use weald::{Session, Source};

/// What a script gives on a CSV: the JSON of its results.
fn results(csv: &str, script: &str) -> Vec<Value> {
    let mut session = Session::with_files(Memory::new().with("a.csv", csv.as_bytes()));
    let run = session.run(&Source::new("a.weald", format!("edition 2026\nuse \"a.csv\"\n{script}\n")));
    assert!(run.ok(), "{:?}", run.problems);
    run.outcomes.iter().filter(|o| o.is_public()).map(|o| serde_json::to_value(o).expect("JSON")).collect()
}

fn one(csv: &str, script: &str) -> Value {
    results(csv, script).into_iter().next().expect("a result")
}

fn close(actual: &Value, expected: f64, tolerance: f64) {
    let x = actual.as_f64().unwrap_or_else(|| panic!("{actual} is no number"));
    assert!((x - expected).abs() <= tolerance, "{x} is not {expected}");
}

fn step(result: &Value, study: usize, rule: &str) -> Value {
    let steps = result["studies"][study]["conversions"].as_array().cloned().unwrap_or_default();
    steps.into_iter().find(|s| s["rule"] == rule).unwrap_or_else(|| panic!("no step `{rule}` in {}", result["studies"][study]))
}

const ARMS: &str = "study,arm1,arm2,n1,mean1,sd1,n2,mean2,sd2\nA,low,placebo,30,52,10,30,48,11\nA,high,placebo,34,55,12,30,48,11\nB,low,placebo,40,50,9,40,47,10\n";

#[test]
fn arms_are_combined() {
    let result = one(ARMS, "pool outcome measure md model common multiarm combine");
    // (30 * 52 + 34 * 55) / 64; sqrt((29 * 100 + 33 * 144 + 30 * 34 / 64 * 9) / 63).
    let mean: f64 = (30.0 * 52.0 + 34.0 * 55.0) / 64.0;
    let variance: f64 = (29.0 * 100.0 + 33.0 * 144.0 + 30.0 * 34.0 / 64.0 * 9.0) / 63.0;
    close(&result["studies"][0]["yi"], mean - 48.0, 1e-12);
    close(&result["studies"][0]["vi"], variance / 64.0 + 121.0 / 30.0, 1e-12);
    assert_eq!(result["k"], 2);
    assert_eq!(result["participants"], 64 + 30 + 80);
    assert!(result["studies"][1]["reason"].as_str().is_some_and(|r| r.starts_with("combined into")));
    let step = step(&result, 0, "multiarm");
    assert_eq!(step["values"]["n1"], serde_json::json!([30.0, 64.0]));
    assert!(step["text"].as_str().is_some_and(|t| t.contains("low n 30 + high n 34 make n 64")));
}

#[test]
fn a_shared_control_is_split() {
    let result = one(ARMS, "pool outcome measure md model common multiarm split");
    assert_eq!(result["k"], 3);
    // Nobody counts twice.
    assert_eq!(result["participants"], 30 + 34 + 30 + 80);
    close(&result["studies"][0]["vi"], 100.0 / 30.0 + 121.0 / 15.0, 1e-12);
    close(&result["studies"][1]["yi"], 7.0, 1e-12);
    close(&result["studies"][1]["n2"], 15.0, 0.0);
}

#[test]
fn counts_are_combined_and_pooled_by_mantel_haenszel() {
    let csv = "study,arm1,arm2,events1,n1,events2,n2\nA,low,placebo,4,30,9,33\nA,high,placebo,3,31,9,33\nB,low,placebo,5,40,8,40\n";
    let whole = "study,events1,n1,events2,n2\nA,7,61,9,33\nB,5,40,8,40\n";
    for model in ["mh", "peto", "reml"] {
        let measure = if model == "peto" { "peto" } else { "or" };
        let clauses = format!("pool outcome measure {measure} model {model}");
        let (combined, by_hand) = (one(csv, &format!("{clauses} multiarm combine")), one(whole, &clauses));
        close(&combined["estimate"], by_hand["estimate"].as_f64().expect("an estimate"), 1e-12);
        close(&combined["se"], by_hand["se"].as_f64().expect("an error"), 1e-12);
    }
}

#[test]
fn controls_that_differ_are_not_combined_in_silence() {
    let csv = ARMS.replace("55,12,30,48,11", "55,12,30,47,11");
    let mut session = Session::with_files(Memory::new().with("a.csv", csv.as_bytes()));
    let run = session.run(&Source::new("a", "use \"a.csv\"\npool outcome measure md multiarm combine"));
    assert!(run.problems.iter().any(|p| p.problem.code == "E420"), "{:?}", run.problems);
}

/// Section 23.1.4: 63 of 295 children in 10 classrooms, 84 of 330 in 11, ICC 0.02: 40 of 187, 53 of 209.
#[test]
fn the_cluster_example_of_the_handbook() {
    let csv = "study,design,clusters1,clusters2,events1,n1,events2,n2\nA,cluster,10,11,63,295,84,330\nB,parallel,,,10,50,12,50\n";
    let result = one(csv, "pool outcome measure or model common cluster icc 0.02 from \"Handbook 23.1.4\"");
    let values = step(&result, 0, "cluster")["values"].clone();
    for (column, expected) in [("events1", 40.0), ("n1", 187.2), ("events2", 53.3), ("n2", 209.4)] {
        close(&values[column][1], expected, 0.15);
    }
    // A log odds ratio keeps its value, and its variance grows by the design effect.
    let plain = one(csv, "pool outcome measure or model common");
    let inflated = one(csv, "pool outcome measure or model common cluster icc 0.02 inflate");
    let effect = 1.0 + (625.0 / 21.0 - 1.0) * 0.02;
    for result in [&result, &inflated] {
        close(&result["studies"][0]["yi"], plain["studies"][0]["yi"].as_f64().expect("yi"), 1e-12);
        close(&result["studies"][0]["vi"], effect * plain["studies"][0]["vi"].as_f64().expect("vi"), 1e-12);
        assert!(result["studies"][1].get("conversions").is_none());
    }
}

#[test]
fn a_cluster_trial_keeps_its_own_icc_and_says_what_it_lacks() {
    let csv = "study,design,icc,cluster_size,yi,sei\nA,cluster,0.1,11,0.5,0.2\nB,cluster,,11,0.4,0.2\nC,cluster,0.1,,0.4,0.2\nD,cluster,,,0.3,0.2\n";
    let result = one(csv, "pool outcome measure generic model common cluster icc 0.05");
    close(&result["studies"][0]["vi"], 0.04 * 2.0, 1e-12);
    close(&result["studies"][1]["vi"], 0.04 * 1.5, 1e-12);
    close(&result["studies"][2]["vi"], 0.04, 1e-12);
    assert!(result["studies"][2]["remarks"][0].as_str().is_some_and(|r| r.contains("not adjusted")));
    let own = one(csv, "pool outcome measure generic model common cluster icc own");
    close(&own["studies"][1]["vi"], 0.04, 1e-12);
    // Unadjusted, though it could be: a note names it.
    let plain = one(csv, "pool outcome measure generic model common");
    assert!(plain["notes"].as_array().is_some_and(|n| n.iter().any(|n| n["code"] == "W490")), "{}", plain["notes"]);
}

/// Section 23.2.7.3: 10 people, 7.0 (2.38) and 6.5 (2.21), r 0.68: 0.5 (SE 0.583).
#[test]
fn the_crossover_example_of_the_handbook() {
    let csv = "study,design,n1,mean1,sd1,n2,mean2,sd2,r,t\nA,crossover,10,7.0,2.38,10,6.5,2.21,,\nB,crossover,10,7.0,2.38,10,6.5,2.21,0.68,\nC,crossover,10,7.0,2.38,10,6.5,2.21,,0.858\n";
    let result = one(csv, "pool outcome measure md model common crossover paired r 0.68");
    for study in 0..3 {
        close(&result["studies"][study]["yi"], 0.5, 1e-12);
        let vi = result["studies"][study]["vi"].as_f64().expect("vi");
        assert!((vi.sqrt() - 0.583).abs() < 6e-4, "{vi}");
    }
    assert_eq!(result["participants"], 30, "people, not groups");
    let smd = one(csv, "pool outcome measure smd model common crossover paired r 0.68");
    // 0.218 times Hedges' factor with 2 * 9 / (1 + 0.68^2) = 12.3 degrees of freedom, 0.938.
    close(&smd["studies"][0]["yi"], 0.2177 * 0.938, 5e-4);
    // The SD of the differences implies (12.4^2 + 11.9^2 - 9^2) / (2 * 12.4 * 11.9) = 0.726; the standard error is 9 / sqrt(40).
    let csv_of_differences =
        "study,design,n1,mean1,sd1,n2,mean2,sd2,sd_change\nA,crossover,40,53,12.4,40,50,11.9,9.0\nB,crossover,40,53,12.4,40,50,11.9,9.0\n";
    let told = one(csv_of_differences, "pool outcome measure md model common crossover paired r 0.5");
    close(&told["studies"][0]["vi"], 81.0 / 40.0, 1e-12);
    // Without a declared correlation the trial that reports nothing paired is left out.
    let without = one(csv, "pool outcome measure md model common crossover paired");
    assert_eq!(without["k"], 2);
    assert!(without["studies"][0]["reason"].as_str().is_some_and(|r| r.contains("no correlation")));
}

#[test]
fn the_first_period_alone() {
    let csv = "study,design,period,n1,mean1,sd1,n2,mean2,sd2\nA,crossover,1,10,7,2,10,6,2\nA,crossover,2,10,9,2,10,6,2\nB,crossover,,10,9,2,10,6,2\nC,parallel,,20,5,2,20,4,2\n";
    let result = one(csv, "pool outcome measure md model common crossover first_period");
    let included: Vec<bool> = result["studies"].as_array().map(|s| s.iter().map(|s| s["included"] == true).collect()).unwrap_or_default();
    assert_eq!(included, [true, false, false, true]);
}

/// Section 6.5.2.3: 3.8 between 25 and 22 people with p 0.008: t 2.78, SE 1.37, SD 4.69.
#[test]
fn sds_from_t_p_and_intervals() {
    let head = "study,n1,mean1,sd1,se1,n2,mean2,sd2,t,p,md_se,md_ci_lower,md_ci_upper\n";
    let csv = format!(
        "{head}A,25,13.8,,,22,10.0,,,0.008,,,\nB,25,13.8,,,22,10.0,,2.78,,,,\nC,25,13.8,,,22,10.0,,,,1.37,,\nD,25,13.8,,,22,10.0,,,,,1.04,6.56\nE,25,13.8,4,,22,10.0,4,,,,,\nF,25,13.8,,,22,10.0,,,,,,\n"
    );
    let result = one(&csv, "impute sd from se, ci, t, p\npool outcome measure md model common");
    for study in 0..4 {
        let value = step(&result, study, "impute")["values"]["sd1"][1].clone();
        close(&value, 4.69, 0.02);
        close(&result["studies"][study]["vi"], 1.37 * 1.37, 0.02);
    }
    assert_eq!(result["k"], 5);
    assert!(result["studies"][5]["reason"].as_str().is_some_and(|r| r.contains("sd1")));
    // A source that is not named is not used.
    let narrow = one(&csv, "impute sd from t\npool outcome measure md model common");
    assert_eq!(narrow["k"], 2, "{}", narrow["studies"]);
}

#[test]
fn sds_are_borrowed_from_the_same_instrument() {
    let csv = "study,instrument,n1,mean1,sd1,n2,mean2,sd2\nA,GAF,11,50,10,21,48,14\nB,GAF,31,50,12,41,48,8\nC,PSP,30,5,1,30,4,1\nD,GAF,25,53,,25,50,\nE,,25,53,,25,50,\n";
    let sd = |how: &str| {
        let result = one(csv, &format!("pool outcome measure md model common impute sd else borrow same_instrument {how}"));
        assert!(result["studies"][4]["remarks"][0].as_str().is_some_and(|r| r.contains("names no instrument")));
        step(&result, 3, "impute")["values"]["sd1"][1].as_f64().expect("an SD")
    };
    assert_eq!(sd("median"), 11.0);
    assert_eq!(sd(""), 11.0);
    assert_eq!(sd("largest"), 14.0);
    let pooled = ((10.0 * 100.0 + 20.0 * 196.0 + 30.0 * 144.0 + 40.0 * 64.0) / 100.0_f64).sqrt();
    assert!((sd("pooled") - pooled).abs() < 1e-12);
    // Leaving a donor out changes one thing: the borrowed SD stays.
    let two = results(csv, "let a = pool outcome measure md model common impute sd else borrow same_instrument median\na exclude A");
    assert_eq!(two[0]["studies"][3]["vi"], two[1]["studies"][3]["vi"]);
}

/// Section 6.5.2.8: the SD of a change is sqrt(a^2 + b^2 - 2 r a b).
#[test]
fn changes_from_baseline() {
    let csv = "study,n1,mean_pre1,sd_pre1,mean_post1,sd_post1,r1,n2,mean_pre2,sd_pre2,mean_post2,sd_post2,sd_change2\nA,30,20,5,26,4,,30,21,5,22,6,3\nB,30,20,5,26,4,0.8,30,21,5,22,6,\n";
    let result = one(csv, "corr 0.5 from \"Smith 2001\"\npool outcome measure md model common");
    close(&result["studies"][0]["yi"], 5.0, 1e-12);
    close(&result["studies"][0]["vi"], (25.0 + 16.0 - 20.0) / 30.0 + 9.0 / 30.0, 1e-12);
    close(&result["studies"][1]["vi"], (25.0 + 16.0 - 32.0) / 30.0 + (25.0 + 36.0 - 30.0) / 30.0, 1e-12);
    let text = step(&result, 0, "corr")["text"].as_str().unwrap_or_default().to_owned();
    assert!(text.contains("r 0.5 set, Smith 2001") && text.contains("reported"), "{text}");
    // One group before and after.
    let single = "study,n,mean_pre,sd_pre,mean_post,sd_post\nA,30,20,5,26,4\n";
    close(&one(single, "corr 0.5\npool outcome measure mc model common")["studies"][0]["vi"], 21.0 / 30.0, 1e-12);
}

#[test]
fn medians_by_the_declared_method() {
    let csv = "study,n1,median1,lq1,uq1,n2,mean2,sd2\nA,40,8,5,12,40,7,4\nB,60,10,9,25,60,10,4\n";
    let mean = |clause: &str| {
        let result = one(csv, &format!("pool outcome measure md model common {clause}"));
        (result["studies"][0]["yi"].as_f64().map(|y| y + 7.0), result["studies"][1]["included"] == true, result["k"].as_u64())
    };
    // metafor's conv.fivenum: 8.354875 for quartiles 5, 8, 12 of 40 people.
    let (luo, ..) = mean("");
    assert!((luo.expect("a mean") - 8.354875).abs() < 1e-6);
    let (wan, ..) = mean("medians wan");
    assert!((wan.expect("a mean") - 25.0 / 3.0).abs() < 1e-12);
    assert_eq!((mean("medians unskewed").1, mean("medians unskewed").2), (false, Some(1)));
    assert_eq!(mean("medians none").2, Some(0));
}

#[test]
fn rules_are_settings_with_origins() {
    let script = "multiarm combine\nlet a = pool outcome measure md\nlet b = a multiarm split\nexplain b";
    let mut session = Session::with_files(Memory::new().with("a.csv", ARMS.as_bytes()));
    let run = session.run(&Source::new("a", format!("use \"a.csv\"\n{script}")));
    assert!(run.ok(), "{:?}", run.problems);
    let specs: Vec<_> =
        run.outcomes.iter().filter_map(|o| if let weald::Outcome::Pool(p) = o { Some(p.spec.conversions.clone()) } else { None }).collect();
    assert_eq!(specs[0].stated(), ["multiarm combine"]);
    assert_eq!(specs[0].multiarm.origin.to_string(), "set");
    assert_eq!(specs[1].stated(), ["multiarm split"]);
    assert_eq!(specs[1].multiarm.origin.to_string(), "stated");
    assert_eq!(specs[1].corr.origin.to_string(), "inherited from a (edition 2026)");
    // The canonical words read back as the same rules.
    let words = "cluster icc 0.05 inflate from \"Campbell \\\"2000\\\"\" crossover paired r -0.25 impute sd from t, se else borrow same_instrument pooled corr 0.5 from \"x\" medians wan";
    let first = one(ARMS, &format!("multiarm combine\npool outcome measure md {words}"));
    let mut session = Session::with_files(Memory::new().with("a.csv", ARMS.as_bytes()));
    let run = session.run(&Source::new("a", format!("use \"a.csv\"\nmultiarm combine\npool outcome measure md {words}")));
    let Some(weald::Outcome::Pool(pool)) = run.outcomes.first() else { panic!("{:?}", run.problems) };
    let again = pool.spec.conversions.stated().join(" ");
    let second = one(ARMS, &format!("pool outcome measure md {again}"));
    assert_eq!(first["estimate"], second["estimate"]);
    assert!(again.ends_with(words), "{again}");
}

#[test]
fn sds_from_other_numbers_are_steps() {
    let csv = "study,n1,mean1,sd1,se1,ci_lower1,ci_upper1,n2,mean2,sd2,se2,ci_lower2,ci_upper2,median2,lq2,uq2\n\
        SE,40,12,,1.3,,,38,14,,1.2,,,,,\nCI,40,12.2,,,9.8,14.6,38,14.4,,,11.9,16.9,,,\nMED,40,12,8,,,,38,,,,,,14,9,18\n";
    let result = one(csv, "pool outcome measure md model common");
    let steps = |study: usize| result["studies"][study]["conversions"].as_array().cloned().unwrap_or_default();
    let se = steps(0);
    assert_eq!(se.len(), 2, "{se:?}");
    assert_eq!(se[0]["rule"], "spread");
    assert!(se[0]["values"]["sd1"][0].is_null());
    close(&se[0]["values"]["sd1"][1], 1.3 * 40f64.sqrt(), 1e-12);
    close(&se[1]["values"]["sd2"][1], 1.2 * 38f64.sqrt(), 1e-12);
    // qt(0.975, 39) = 2.022691
    close(&steps(1)[0]["values"]["sd1"][1], 2.4 / 2.022_690_920_036_763 * 40f64.sqrt(), 1e-9);
    let medians = steps(2);
    assert_eq!(medians.len(), 1, "{medians:?}");
    assert!(medians[0]["values"]["mean2"][1].is_number() && medians[0]["values"]["sd2"][1].is_number(), "{medians:?}");
    // A bound is said in the text too.
    let mut session =
        Session::with_files(Memory::new().with("a.csv", "study,n1,mean1,sd1,n2,mean2,sd2,p\nA,40,12,8,38,14,8,\nPB,40,12,,38,14,,<0.01\n"));
    let run = session.run(&Source::new("a.weald", "edition 2026\nuse \"a.csv\"\npool outcome measure md model common impute sd from p\n"));
    let style = weald::report::Style { width: 200, ..weald::report::Style::default() };
    let text: String = run.outcomes.iter().map(|o| weald::report::to_text(o, &weald::report::Hints::default(), &style)).collect();
    assert!(text.contains("from p <0.01 of the difference -2, a bound: the SD is at most this"), "{text}");
}

#[test]
fn a_consensus_row_decides_between_extractors() {
    let head = "study,extractor,n1,mean1,sd1,n2,mean2,sd2\nB,GS,30,50,9,30,47,10\n";
    let rows = format!("{head}A,GS,40,52,10,40,48,11\nA,JO,40,53,10,40,48,11\n");
    let decided = one(&format!("{rows}A,consensus,40,52.5,10,40,48,11\n"), "pool outcome measure md model common");
    let studies = decided["studies"].as_array().cloned().unwrap_or_default();
    let included: Vec<&Value> = studies.iter().filter(|s| s["included"] == true).collect();
    assert_eq!(included.len(), 2, "{studies:?}");
    close(&included[1]["yi"], 4.5, 1e-12);
    let reasons: Vec<&str> = studies.iter().filter_map(|s| s["reason"].as_str()).collect();
    assert_eq!(reasons, ["the row of one extractor: the consensus row is taken"; 2]);
    // A choice of the author's goes before it, and without a decision there is none.
    let chosen = one(&format!("{rows}A,consensus,40,52.5,10,40,48,11\n"), "pool outcome measure md model common where extractor == \"GS\"");
    assert!(chosen["studies"].as_array().is_some_and(|all| all.iter().filter(|s| s["included"] == true).count() == 2), "{chosen}");
    let mut session = Session::with_files(Memory::new().with("a.csv", rows.as_bytes()));
    let run = session.run(&Source::new("a.weald", "edition 2026\nuse \"a.csv\"\npool outcome measure md model common\n"));
    let help = run.problems.iter().find(|p| p.problem.code == "E420").and_then(|p| p.problem.help.clone()).unwrap_or_default();
    assert!(help.contains("a row whose extractor is `consensus` decides"), "{help}");
}
