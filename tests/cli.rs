//! The command line of the contract: commands, formats, exit statuses, files.

use assert_cmd::Command;
use std::path::Path;

const BCG: &str = include_str!("reference/bcg.csv");

/// A folder with the BCG data and a script.
fn folder(script: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(dir.path().join("bcg.csv"), BCG).expect("data");
    std::fs::write(dir.path().join("a.weald"), script).expect("script");
    dir
}

fn weald(dir: &Path, args: &[&str]) -> (i32, String, String) {
    let out = Command::cargo_bin("weald").expect("binary").current_dir(dir).args(args).env_remove("NO_COLOR").output().expect("runs");
    let text = |b: Vec<u8>| String::from_utf8(b).expect("UTF-8");
    (out.status.code().unwrap_or(-1), text(out.stdout), text(out.stderr))
}

fn json(dir: &Path, args: &[&str]) -> (i32, serde_json::Value) {
    let (status, out, err) = weald(dir, args);
    (status, serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}\n{out}\n{err}")))
}

#[test]
fn status_0_1_2_3() {
    let dir = folder("use \"bcg.csv\"\nlet a = pool outcome measure rr\nexpect a k 13\n");
    assert_eq!(weald(dir.path(), &["run", "a.weald"]).0, 0);
    assert_eq!(weald(dir.path(), &["run", "missing.weald"]).0, 1);
    assert_eq!(weald(dir.path(), &["run"]).0, 2);
    assert_eq!(weald(dir.path(), &["run", "a.weald", "--format", "xml"]).0, 2);
    assert_eq!(weald(dir.path(), &["nonsense"]).0, 2);
    let failing = "use \"bcg.csv\"\nlet a = pool outcome measure rr\nexpect a k 12";
    assert_eq!(weald(dir.path(), &["eval", failing]).0, 3);
    assert_eq!(weald(dir.path(), &["eval", &format!("{failing} report only")]).0, 0);
    // An error comes before a failed expectation.
    assert_eq!(weald(dir.path(), &["eval", &format!("{failing}\nshow b")]).0, 1);
}

#[test]
fn the_results_before_an_error_stand_and_every_error_is_reported() {
    let dir = folder("use \"bcg.csv\"\nlet a = pool outcome measure rr\nlet b = pool outcme measure rr\nb model dl\nlet c = a modl dl\n");
    let (status, document) = json(dir.path(), &["run", "a.weald", "--format", "json"]);
    assert_eq!(status, 1);
    assert_eq!(document["ok"], false);
    assert_eq!(document["results"].as_array().map(Vec::len), Some(1));
    let codes: Vec<&str> = document["diagnostics"].as_array().expect("a list").iter().filter_map(|d| d["code"].as_str()).collect();
    assert_eq!(codes, ["E231", "E217"]);
    assert_eq!(document["diagnostics"][0]["line"], 3);
    assert_eq!(document["diagnostics"][0]["column"], 14);
    assert_eq!(document["diagnostics"][0]["file"], "a.weald");
}

#[test]
fn the_json_of_a_pool_has_the_keys_of_the_contract_in_order() {
    let dir = folder("");
    let (status, document) = json(
        dir.path(),
        &[
            "eval",
            "use \"bcg.csv\"\nlet a = pool outcome measure or model reml ci wald level 95%\nshow a\nexplain a\nprint a.k",
            "--format",
            "json",
        ],
    );
    assert_eq!(status, 0);
    let keys = |v: &serde_json::Value| v.as_object().expect("an object").keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(keys(&document), "weald edition conventions script ok diagnostics results");
    let results = document["results"].as_array().expect("a list");
    assert_eq!(results.len(), 2, "show and explain add nothing");
    assert_eq!(results[1], serde_json::json!({"kind": "text", "text": "13"}));
    assert_eq!(
        keys(&results[0]),
        "kind id statement line status role plan structure outcome timepoint analysis comparison measure scale model ci_method ci_requested \
         pi_method k participants not_pooled estimate se statistic df p level ci pi display heterogeneity log_likelihood studies groups \
         between notes"
    );
    let close = |v: &serde_json::Value, x: f64| assert!((v.as_f64().expect("a number") - x).abs() < 5e-4 * x.abs().max(1.0), "{v} {x}");
    close(&results[0]["estimate"], -0.7452);
    close(&results[0]["se"], 0.1860);
    close(&results[0]["heterogeneity"]["tau2"], 0.3378);
    close(&results[0]["heterogeneity"]["h2"], 12.6146);
    assert_eq!(results[0]["participants"], 357_347);
    assert_eq!(results[0]["studies"][0]["study"], "Aronson 1948");
    assert_eq!(results[0]["studies"][0]["from"], "events");
}

#[test]
fn check_reports_everything_and_computes_nothing() {
    let dir = folder("use \"bcg.csv\"\nlet a = pool outcome measure rr model remll\npool outcome level 0.95 measure rr\nprint a.i2\n");
    let (status, document) = json(dir.path(), &["check", "a.weald", "--format", "json"]);
    assert_eq!(status, 1);
    assert_eq!(document["results"].as_array().map(Vec::len), Some(0));
    let codes: Vec<&str> = document["diagnostics"].as_array().expect("a list").iter().filter_map(|d| d["code"].as_str()).collect();
    assert_eq!(codes, ["E205", "E206"], "what stands on a faulty statement is not blamed");
    let fine = folder("use \"bcg.csv\"\npool outcome measure rr\n");
    assert_eq!(weald(fine.path(), &["check", "a.weald"]), (0, "a.weald: no problems\n".into(), String::new()));
}

#[test]
fn fmt_writes_the_canonical_form_once() {
    let dir = folder("use   \"bcg.csv\"   # data\nlet a=pool outcome measure rr\n");
    assert_eq!(weald(dir.path(), &["fmt", "--check", "a.weald"]).0, 1);
    assert_eq!(weald(dir.path(), &["fmt", "a.weald"]).0, 0);
    assert_eq!(
        std::fs::read_to_string(dir.path().join("a.weald")).expect("there"),
        "use \"bcg.csv\"  # data\nlet a = pool outcome measure rr\n"
    );
    assert_eq!(weald(dir.path(), &["fmt", "--check", "a.weald"]), (0, String::new(), String::new()));
}

#[test]
fn nothing_is_written_outside_the_output_folder_or_over_what_was_read() {
    let dir = folder("");
    let save = |to: &str, more: &[&str]| {
        let statement = format!("use \"bcg.csv\"\nsave data to \"{to}\"");
        let mut args = vec!["eval", statement.as_str()];
        args.extend(more);
        weald(dir.path(), &args)
    };
    assert_eq!(save("out.json", &[]).0, 0);
    assert!(dir.path().join("out.json").exists());
    let (status, _, err) = save("../out.json", &[]);
    assert_eq!(status, 1);
    assert!(err.contains("E325"), "{err}");
    let (status, _, err) = save("bcg.csv", &[]);
    assert_eq!(status, 1);
    assert!(err.contains("E326"), "{err}");
    assert_eq!(save("deep/out.json", &["--out", "results"]).0, 0);
    assert!(dir.path().join("results/deep/out.json").exists());
    assert_eq!(std::fs::read_to_string(dir.path().join("bcg.csv")).expect("there"), BCG);
}

#[test]
fn a_script_ends_when_its_time_is_up() {
    let dir = folder(
        "use \"bcg.csv\"\nlet a = pool outcome measure rr\nfor i in range(1, 100000) { for j in range(1, 100000) { a model pm } }\n",
    );
    let start = std::time::Instant::now();
    let (status, _, err) = weald(dir.path(), &["run", "a.weald", "--time-limit", "0.5", "--format", "csv"]);
    assert_eq!(status, 1);
    assert!(err.contains("E403"), "{err}");
    assert!(start.elapsed().as_secs() < 30);
}

#[test]
fn statements_come_from_standard_input_and_data_from_a_store() {
    let dir = folder("");
    assert_eq!(weald(dir.path(), &["import", "bcg.csv", "--to", "store"]).0, 0);
    let out = Command::cargo_bin("weald")
        .expect("binary")
        .current_dir(dir.path())
        .args(["eval", "-", "--store", "store", "--format", "json"])
        .write_stdin("pool outcome measure rd model common")
        .output()
        .expect("runs");
    let document: serde_json::Value = serde_json::from_slice(&out.stdout).expect("JSON");
    assert_eq!(document["results"][0]["k"], 13);
    assert_eq!(document["results"][0]["measure"], "rd");
}

#[test]
fn new_makes_a_folder_that_runs() {
    let dir = folder("");
    for measure in ["smd", "or", "hr", "zcor", "plo", "irr", "mc", "generic", "mn"] {
        let name = format!("review_{measure}");
        assert_eq!(weald(dir.path(), &["new", &name, "--measure", measure]).0, 0);
        let script = format!("{name}/{name}.weald");
        let (status, out, err) = weald(dir.path(), &["run", &script]);
        assert_eq!((status, err.as_str()), (0, ""), "{measure}");
        assert!(out.contains("k = 1 study"), "{out}");
        assert_eq!(weald(dir.path(), &["fmt", "--check", &script]).0, 0);
    }
    assert_eq!(weald(dir.path(), &["new", "review_or"]).0, 1, "nothing is written over");
    assert_eq!(weald(dir.path(), &["new", "x", "--measure", "orr"]).0, 2);
}

#[test]
fn a_pipe_gets_no_colour_and_lines_fit_the_width() {
    let dir = folder("use \"bcg.csv\"\npool outcome measure rr by alloc\nexplain it\n");
    for width in ["60", "80", "120"] {
        let (_, out, _) = weald(dir.path(), &["run", "a.weald", "--width", width]);
        assert!(!out.contains('\u{1b}'));
        let limit: usize = width.parse().expect("a number");
        for line in out.lines() {
            assert!(line.chars().count() <= limit, "{width}: {line}");
        }
    }
}

#[test]
fn every_format_and_the_shell_helpers_print() {
    let dir = folder("use \"bcg.csv\"\nlet a = pool outcome measure rr\n");
    for (format, start) in [("text", "a: outcome"), ("markdown", "#"), ("csv", "analysis,"), ("json", "{")] {
        let (status, out, _) = weald(dir.path(), &["run", "a.weald", "--format", format]);
        assert_eq!(status, 0);
        assert!(out.starts_with(start), "{out}");
    }
    for shell in ["bash", "zsh", "fish", "powershell"] {
        assert!(weald(dir.path(), &["completions", shell]).1.contains("weald"));
    }
    assert!(weald(dir.path(), &["man"]).1.contains(".TH weald"));
}
