//! What regressions give beside the numbers of the reference: keys, fields, inheritance, every
//! scale, seeds, threads, stops, and how it all reads on the BCG trials.

use crate::scripts::{BCG, one, run, vaccine};
use serde_json::Value;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use weald::eval::Halt;
use weald::eval::outcome::Outcome;
use weald::report::{Hints, Style, csv, to_markdown, to_text};
use weald::store::Memory;
use weald::{Session, Source};

fn json(script: &str) -> Value {
    crate::scripts::json(&run(script)).pop().unwrap_or_else(|| panic!("{script}: no result"))
}

/// Results of a script beside data of its own.
fn with_data(data: &str, script: &str) -> Vec<Value> {
    let mut session = Session::with_files(Memory::new().with("d.csv", data.as_bytes()));
    let run = session.run(&Source::new("script", format!("use \"d.csv\"\n{script}")));
    assert!(run.ok(), "{script}: {:?}", run.problems);
    crate::scripts::json(&run)
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

fn texts(script: &str) -> Vec<String> {
    let texts = run(script).outcomes.into_iter().filter_map(|o| if let Outcome::Text(t) = o { Some(t.text) } else { None });
    texts.collect()
}

#[test]
fn results_have_the_keys_of_the_contract() {
    let r = json("regress vaccine on ablat * alloc ci t");
    assert_eq!(r["kind"], "regress");
    for key in ["id", "statement", "line", "status", "outcome", "measure", "scale", "model", "ci_method", "ci_requested", "k"] {
        assert!(r.get(key).is_some(), "{key}");
    }
    let coefficients = r["coefficients"].as_array().expect("coefficients");
    let terms: Vec<&str> = coefficients.iter().filter_map(|c| c["term"].as_str()).collect();
    let expected = ["intercept", "ablat", "alloc[random]", "alloc[systematic]", "ablat:alloc[random]", "ablat:alloc[systematic]"];
    assert_eq!(terms, expected);
    assert_eq!(keys(&coefficients[0]), ["term", "estimate", "se", "statistic", "df", "p", "ci"]);
    assert_eq!(keys(&r["moderators"]), ["qm", "df", "df2", "p"]);
    assert_eq!((r["moderators"]["df"].as_f64(), r["moderators"]["df2"].as_f64()), (Some(5.0), Some(7.0)));
    assert!(json("regress vaccine on ablat ci wald")["moderators"]["df2"].is_null());
    let pool = json("show vaccine\nvaccine model reml");
    assert_eq!(keys(&r["heterogeneity"]), keys(&pool["heterogeneity"]), "residual heterogeneity is written as any");
    let weights: f64 = r["studies"].as_array().expect("studies").iter().filter_map(|s| s["weight"].as_f64()).sum();
    assert!((weights - 100.0).abs() < 1e-9);
    assert!(json("regress vaccine on ablat - 1 + 0")["r2"].is_null(), "without a constant there is no R2");
}

/// An intercept alone is the pooled mean, and a factor without intercept the subgroups of a common tau2.
#[test]
fn regressions_meet_pools_and_subgroups() {
    let script = "regress vaccine on 1\nregress vaccine on alloc no intercept\nregress vaccine on alloc - 1\n\
                  regress vaccine on 0 + alloc\nvaccine by alloc tau2 common";
    let all = crate::scripts::json(&run(script));
    let pooled = json("vaccine model reml");
    let near = |a: &Value, b: &Value| {
        let (a, b) = (a.as_f64().expect("a number"), b.as_f64().expect("a number"));
        assert!((a - b).abs() < 1e-12 * b.abs().max(1.0), "{a} {b}");
    };
    near(&all[0]["coefficients"][0]["estimate"], &pooled["estimate"]);
    near(&all[0]["coefficients"][0]["ci"][0], &pooled["ci"][0]);
    assert!(all[0]["moderators"].is_null());
    for (i, group) in all[4]["groups"].as_array().expect("groups").iter().enumerate() {
        let c = &all[1]["coefficients"][i];
        assert_eq!(c["term"], format!("alloc[{}]", group["group"].as_str().expect("a level")).as_str());
        near(&c["estimate"], &group["estimate"]);
        near(&c["se"], &group["se"]);
        near(&c["ci"][1], &group["ci"][1]);
        assert_eq!(all[2]["coefficients"][i], *c, "`- 1` is `no intercept`");
        assert_eq!(all[3]["coefficients"][i], *c, "so is `0 +`");
        near(&all[4]["between"]["heterogeneity"]["tau2"], &group["heterogeneity"]["tau2"]);
    }
}

/// The same model in other columns has the same fit.
#[test]
fn codings_change_coefficients_and_not_the_fit() {
    let fit = |formula: &str| {
        let r = json(&format!("regress vaccine on {formula} ci wald"));
        (
            r["heterogeneity"]["tau2"].as_f64().expect("tau2"),
            r["moderators"]["qm"].as_f64().expect("QM"),
            r["coefficients"].as_array().expect("rows").len(),
        )
    };
    let same = |a: &str, b: &str| {
        let (x, y) = (fit(a), fit(b));
        assert!((x.0 - y.0).abs() < 1e-9 && (x.1 - y.1).abs() < 1e-7 * y.1 && x.2 == y.2, "{a} {x:?}, {b} {y:?}");
    };
    same("ablat", "center(ablat)");
    same("center(ablat, 33)", "centre(ablat)");
    same("alloc", "factor(alloc, random)");
    same("powers(ablat, 2)", "poly(ablat, 2)");
    same("ablat", "spline(ablat, 1)");
    same("ablat * alloc", "ablat + alloc + interaction(ablat, alloc)");
    same("ablat * (center(year) + n1)", "ablat * center(year) + n1 * ablat");
    let r = json("regress vaccine on factor(alloc, \"random\") + center(ablat)");
    let terms: Vec<&str> = r["coefficients"].as_array().expect("rows").iter().filter_map(|c| c["term"].as_str()).collect();
    assert_eq!(terms, ["intercept", "alloc[alternate]", "alloc[systematic]", "ablat"]);
}

#[test]
fn a_regression_inherits_and_is_inherited() {
    let script = "let a = vaccine model dl ci wald level 90% exclude \"Aronson 1948\"\nlet r = regress a on ablat\nr ci hksj\nregress r on year\npredict r at ablat 40";
    let all = crate::scripts::json(&run(script));
    assert_eq!((all[1]["model"].as_str(), all[1]["ci_method"].as_str(), all[1]["k"].as_u64()), (Some("dl"), Some("wald"), Some(12)));
    assert_eq!(all[1]["level"], 90);
    assert_eq!((all[2]["ci_method"].as_str(), all[2]["k"].as_u64()), (Some("hksj"), Some(12)));
    assert_eq!(all[2]["coefficients"][1]["term"], "ablat");
    assert_eq!(all[3]["coefficients"][1]["term"], "year");
    assert_eq!((all[3]["model"].as_str(), all[4]["ci_method"].as_str()), (Some("dl"), Some("wald")));
    assert_eq!(all[4]["of"], "r");

    // The branch a rule took is kept.
    let rule = "rule paper\n  when k < 5 then not_pooled\n  when i2(q) >= 50% then dl ci wald\n  otherwise common\n\
                let a = vaccine model paper\nlet r = regress a on ablat\nr where year > 1970";
    let all = crate::scripts::json(&run(rule));
    assert!(all.iter().all(|r| r["model"] == "dl"), "{all:#?}");
    assert!(all[2]["k"].as_u64() < all[1]["k"].as_u64());
}

#[test]
fn every_kind_of_measure_can_be_regressed() {
    let cases = [
        (
            "study,n1,mean1,sd1,n2,mean2,sd2,x\n",
            "20,3,1,21,2,1.1|30,2.5,1,25,2,1|40,2,1.2,40,1.8,1|22,3.1,1,20,2.2,1.4",
            &["md", "smd", "rom", "smdh"][..],
        ),
        ("study,events1,n1,events2,n2,x\n", "3,20,5,21|4,30,9,25|6,40,10,40|2,22,7,20", &["or", "rr", "rd", "as", "peto"]),
        ("study,events1,time1,events2,time2,x\n", "3,200,5,210|4,300,9,250|6,400,10,400|2,220,7,200", &["irr", "ird"]),
        ("study,r,n,x\n", "0.2,30|0.3,40|0.1,50|0.4,25", &["cor", "zcor", "ucor"]),
        ("study,events,n,x\n", "3,30|9,40|5,50|8,25", &["pr", "pln", "plo", "pas", "pft"]),
        ("study,n,mean,sd,x\n", "30,2,1|40,3,1|50,2.5,1|25,2.8,1", &["mn", "mnln"]),
        ("study,yi,vi,x\n", "0.1,0.1|0.3,0.1|0.2,0.1|0.5,0.2", &["generic"]),
    ];
    for (head, rows, measures) in cases {
        let mut data = head.to_owned();
        for (i, row) in rows.split('|').enumerate() {
            data.push_str(&format!("S{i},{row},{}\n", [10, 20, 15, 40][i]));
        }
        for measure in measures {
            let script = format!("let r = regress (pool outcome measure {measure}) on x\npredict r at x 20\npermute r");
            let all = with_data(&data, &script);
            assert_eq!(all[0]["coefficients"].as_array().map(Vec::len), Some(2), "{measure}");
            let row = &all[1]["rows"][0];
            let (low, shown, high) =
                (row["display"]["ci"][0].as_f64(), row["display"]["estimate"].as_f64(), row["display"]["ci"][1].as_f64());
            assert!(low < shown && shown < high, "{measure}: {row}");
            assert_eq!(all[2]["draws"], 24, "{measure}: all orders of four different values");
        }
    }
}

#[test]
fn predictions_take_lists_and_the_studies_own_values() {
    let all = json("predict (regress vaccine on ablat + alloc) at ablat [13, 33], alloc [random, alternate, systematic]");
    let rows = all["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 6);
    assert_eq!((rows[0]["at"]["ablat"].as_f64(), rows[1]["at"]["alloc"].as_str()), (Some(13.0), Some("alternate")));
    let r = json("regress vaccine on ablat + alloc");
    let own = json("predict (regress vaccine on ablat + alloc)");
    let rows = own["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 13);
    for (row, study) in rows.iter().zip(r["studies"].as_array().expect("studies")) {
        assert_eq!(row["study"], study["study"]);
        assert!((row["estimate"].as_f64().expect("a mean") - study["fitted"].as_f64().expect("a fit")).abs() < 1e-12);
    }
    // A contrast is the difference of two predictions; what meets it in no term cancels.
    let difference = json("contrast (regress vaccine on ablat + alloc) alloc random vs systematic")["rows"][0]["estimate"].as_f64();
    let at = |alloc: &str| {
        let row = json(&format!("predict (regress vaccine on ablat + alloc) at ablat 20, alloc {alloc}"));
        row["rows"][0]["estimate"].as_f64().expect("a mean")
    };
    assert!((difference.expect("a difference") - (at("random") - at("systematic"))).abs() < 1e-12);
}

#[test]
fn a_variable_can_stand_for_a_column_a_value_or_a_number_of_draws() {
    let script = "for m in [\"ablat\", \"year\"] { let r = regress vaccine on m }\nlet x = 33\nlet n = 150\n\
                  predict (regress vaccine on ablat) at ablat x\npermute (regress vaccine on ablat + year) draws n";
    let all = crate::scripts::json(&run(script));
    assert_eq!((all[0]["formula"].as_str(), all[1]["formula"].as_str()), (Some("ablat"), Some("year")));
    assert_eq!(all[1]["statement"], "regress vaccine on year");
    assert_eq!(all[2]["rows"][0]["at"]["ablat"], 33);
    assert_eq!((all[3]["draws"].as_u64(), all[3]["exact"].as_bool()), (Some(150), Some(false)));
}

#[test]
fn fields_read_what_the_json_holds() {
    let r = json("regress vaccine on ablat + alloc");
    let script = "let r = regress vaccine on ablat + alloc\n\
        print r.ablat\nprint r.p\nprint r.r2\nprint r.tau2_without\nprint r.se(alloc[random])\nprint r.ci(ablat)[2]\nprint r.p(q)\nprint r.terms\n\
        let c = contrast r alloc random vs alternate, alloc systematic vs alternate\nprint c.p_joint == (r.p) or c.estimates[1] == r.estimate(alloc[random])\n\
        let t = test r ablat\nprint t.p == r.p(ablat) or abs(t.p - r.p(ablat)) < 1e-9\n\
        let v = vif of r\nprint v.largest >= 1\nlet x = permute r draws 99 seed 3\nprint x.draws\nprint x.exact";
    let printed = texts(script);
    let number = |i: usize| printed[i].trim_end_matches('%').parse::<f64>().unwrap_or_else(|_| panic!("{printed:?}"));
    let near = |i: usize, x: &Value| {
        let x = x.as_f64().expect("a number");
        assert!((number(i) - x).abs() < 6e-4 * x.abs().max(1e-9), "{}: {x}", printed[i]);
    };
    near(0, &r["coefficients"][1]["estimate"]);
    near(1, &r["moderators"]["p"]);
    near(2, &r["r2"]);
    near(3, &r["tau2_without"]);
    near(4, &r["coefficients"][2]["se"]);
    near(5, &r["coefficients"][1]["ci"][1]);
    near(6, &r["heterogeneity"]["p"]);
    assert_eq!(printed[7], "[intercept, ablat, alloc[random], alloc[systematic]]");
    assert_eq!(printed[8..], ["true", "true", "true", "99", "false"]);
}

#[test]
fn a_check_computes_nothing_and_blames_nothing() {
    let mut session = vaccine();
    let script = "let r = regress vaccine on ablat * alloc\nlet p = predict r at ablat 33, alloc random\nprint r.ablat + r.estimate(alloc[random]) + p.estimate\n\
                  test r alloc\nlet s = r model dl\nif s.p < 0.05 { contrast s alloc random vs alternate at ablat 30 }\nvif of s\npermute s\nvaccine by alloc, year tau2 common";
    let run = session.check(&Source::new("check", script));
    assert!(run.problems.is_empty(), "{:?}", run.problems);
    assert!(run.outcomes.is_empty());
}

#[test]
fn threads_and_seeds() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("bcg.csv"), BCG).expect("data");
    std::fs::write(
        folder.path().join("s.weald"),
        "use \"bcg.csv\"\nlet a = pool outcome measure rr\npermute (regress a on ablat + year) draws 400\npermute (regress a on ablat) draws 300 seed 5\npermute a\n",
    )
    .expect("a script");
    let bytes = |arguments: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_weald"))
            .args(["run", "s.weald", "--format", "json"])
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .expect("a run");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let one = bytes(&["--threads", "1"]);
    assert!(one == bytes(&["--threads", "3"]), "the number of threads shows");
    assert!(one != bytes(&["--seed", "9"]), "the seed of the command line does nothing");
}

#[test]
fn long_permutations_tell_their_progress_and_are_stopped() {
    let long = "permute (regress vaccine on ablat) draws 10000000";
    let mut limited = vaccine();
    limited.set_time_limit(Some(Duration::from_millis(300)));
    let started = Instant::now();
    let run = limited.run(&Source::new("long", long));
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    assert_eq!(run.halt, Some(Halt::OutOfTime));

    let mut session = vaccine();
    let flag = session.interrupt();
    let other = std::thread::spawn(move || {
        for _ in 0..200 {
            std::thread::sleep(Duration::from_millis(50));
            flag.store(true, Ordering::Relaxed);
        }
    });
    let run = session.run(&Source::new("long", long));
    assert_eq!((run.halt, run.status()), (Some(Halt::Interrupted), 130));
    drop(other);
}

const VERBS: &[(&str, &str)] = &[
    ("regress", "regress vaccine on ablat + alloc"),
    ("predict", "predict (regress vaccine on ablat) at ablat [13, 33, 55]"),
    ("contrast", "contrast (regress vaccine on alloc) alloc random vs alternate, alloc systematic vs alternate"),
    ("test", "test (regress vaccine on ablat + alloc) alloc"),
    ("vif", "vif of (regress vaccine on ablat + year + alloc)"),
    ("permute", "permute (regress vaccine on ablat) draws 500 seed 1"),
];

#[test]
fn on_the_bcg_trials() {
    for (name, statement) in VERBS {
        let outcome = one(statement);
        insta::assert_snapshot!(format!("regression-{name}"), to_text(&outcome, &Hints::default(), &Style::new(100, false)));
        let markdown = to_markdown(&outcome, &Hints::default());
        assert!(markdown.contains("Method: "), "{name}: {markdown}");
        let table = csv::render([&outcome]).expect("CSV");
        assert!(table.lines().count() > 1 && table.contains(name), "{name}: {table}");
    }
}

/// Code and help of the only problem of a script beside data of its own.
fn refusal(data: &str, script: &str) -> (&'static str, String) {
    let mut session = Session::with_files(Memory::new().with("d.csv", data.as_bytes()));
    let run = session.run(&Source::new("script", format!("use \"d.csv\"\n{script}")));
    let [only] = run.problems.as_slice() else { panic!("{script}: {:?}", run.problems) };
    (only.problem.code, only.problem.help.clone().unwrap_or_default())
}

#[test]
fn refusals_that_say_what_to_do() {
    let data = "study,yi,vi,my dose (mg),dose\nA,0.1,0.2,1,1\nB,0.4,0.1,2,3\nC,0.3,0.1,4,2\nD,0.2,0.1,3,5\n";
    let (code, help) = refusal(data, "let a = pool outcome\nregress a on my_dose_mg");
    assert!(code == "E238" && help.contains("such as to `my_dose_mg`"), "{code}: {help}");
    let (code, help) = refusal(data, "let a = pool outcome\nlet r = regress a on dose\nexpect r p 0.05");
    assert!(code == "E263" && help.contains("{r.p}"), "{code}: {help}");
    let same = "study,yi,vi\nA,0.1,0.1\nA,0.3,0.1\nB,0.5,0.1\nB,0.2,0.1\nC,0.4,0.1\n";
    let (code, help) = refusal(same, "let a = pool outcome multilevel\negger of a");
    assert!(code == "E413" && help.contains("another predictor"), "{code}: {help}");
}
