//! Every example runs, prints what its snapshot holds, and is laid out as `weald fmt` would.
//! A change that is meant is taken over with `INSTA_UPDATE=always cargo test --test examples`.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Scripts, with the status they end with.
const EXAMPLES: &[(&str, i32)] = &[
    ("bcg/bcg.weald", 0),
    ("bcg/pictures.weald", 0),
    ("bcg/planned.weald", 0),
    ("bcg/report.weald", 0),
    ("imr/as-published.weald", 0),
    ("imr/report.weald", 0),
    ("imr/review.weald", 0),
    ("imr/rules.weald", 0),
    ("imr/selection.weald", 0),
    ("imr/standard-errors.weald", 0),
    ("risk-of-bias/rob.weald", 0),
    ("written-in-the-script.weald", 0),
];

/// Plans that are locked beside the scripts that follow them.
const PLANS: &[&str] = &["bcg/bcg.plan.weald", "imr/imr.plan.weald"];

/// A copy of the examples: a run that follows a plan enters what it shows into the journal beside it.
fn copy() -> &'static Path {
    static COPY: std::sync::LazyLock<tempfile::TempDir> = std::sync::LazyLock::new(|| {
        let to = tempfile::tempdir().expect("a folder");
        copy_into(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples"), &to.path().join("examples"));
        to
    });
    COPY.path()
}

fn copy_into(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy_into(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("copied");
        }
    }
}

fn weald(arguments: &[&str]) -> Output {
    weald_in(copy(), arguments)
}

fn weald_in(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_weald")).args(arguments).current_dir(folder).env("NO_COLOR", "1").output().expect("weald runs")
}

fn path_of(example: &str) -> String {
    format!("examples/{example}")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8").replace("\r\n", "\n")
}

fn scripts_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            scripts_below(&path, found);
        } else if path.extension().is_some_and(|e| e == "weald") {
            found.push(path);
        }
    }
}

#[test]
fn every_script_is_listed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut found = Vec::new();
    scripts_below(&root, &mut found);
    let mut found: Vec<String> = found.iter().map(|p| p.strip_prefix(&root).expect("below").to_string_lossy().replace('\\', "/")).collect();
    found.sort();
    let mut listed: Vec<String> = EXAMPLES.iter().map(|(name, _)| *name).chain(PLANS.iter().copied()).map(str::to_owned).collect();
    listed.sort();
    assert_eq!(found, listed);
    let readme = std::fs::read_to_string(root.join("README.md")).expect("a README");
    for name in &found {
        assert!(readme.contains(&format!("`{name}`")), "examples/README.md does not mention {name}");
    }
}

#[test]
fn examples_print_what_they_printed() {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"Weald \d+\.\d+\.\d+", "Weald [version]");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, status) in EXAMPLES {
            // Pictures go where nobody has to clean up.
            let out = tempfile::tempdir().expect("a folder");
            let run = weald(&["run", "--width", "100", "--out", &out.path().to_string_lossy(), &path_of(name)]);
            assert_eq!(run.status.code(), Some(*status), "{name}: {}", text(&run.stderr));
            insta::assert_snapshot!(name.replace(".weald", "").replace('/', "-"), text(&run.stdout));
        }
    });
}

#[test]
fn examples_say_only_what_is_meant() {
    for (name, _) in EXAMPLES {
        let run = weald(&["check", &path_of(name)]);
        assert_eq!(run.status.code(), Some(0), "{name}: {}", text(&run.stderr));
        let codes: Vec<String> = text(&run.stderr).lines().filter(|l| l.starts_with(['E', 'W'])).map(str::to_owned).collect();
        // The IMR review's rule chooses by heterogeneity, as the review says, by two conditions of which
        // one decides alone for a given k, and Weald remarks on both.
        // What a plan has accepted is not remarked on again in the script that follows it.
        let mut codes = codes;
        codes.sort();
        let expected: &[&str] =
            if name.starts_with("imr/") && !name.contains("as-published") && !name.contains("selection") { &["W301", "W303"] } else { &[] };
        assert_eq!(codes, expected, "{name}");
    }
}

#[test]
fn examples_are_laid_out_canonically() {
    for name in EXAMPLES.iter().map(|(name, _)| name).chain(PLANS) {
        let run = weald(&["fmt", "--check", &path_of(name)]);
        assert_eq!(run.status.code(), Some(0), "{name}: {}", text(&run.stdout));
    }
}

/// Locks, chain and journal hold, and a script that shows nothing new leaves the journal as it is.
#[test]
fn locked_plans_hold() {
    // Its own copy: other tests run the same scripts at the same time.
    let own = tempfile::tempdir().expect("a folder");
    copy_into(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples"), &own.path().join("examples"));
    let weald = |arguments: &[&str]| weald_in(own.path(), arguments);
    for (plan, script) in PLANS.iter().zip(["bcg/planned.weald", "imr/as-published.weald"]) {
        let journal = || std::fs::read_to_string(own.path().join(path_of(&plan.replace(".weald", ".journal.jsonl")))).expect("a journal");
        assert_eq!(weald(&["run", &path_of(script)]).status.code(), Some(0), "{script}");
        let before = journal();
        assert!(before.contains("\"kind\":\"results\""), "{script} entered nothing: {before}");
        assert_eq!(weald(&["run", &path_of(script)]).status.code(), Some(0), "{script}");
        assert_eq!(before, journal(), "{script}");
        let run = weald(&["verify", "--format", "json", &path_of(plan)]);
        let found: Value = serde_json::from_slice(&run.stdout).expect("JSON");
        assert_eq!((run.status.code(), &found["verdict"]), (Some(0), &"holds".into()), "{plan}: {found}");
    }
}

/// The results of a script, by name.
fn results(example: &str) -> Vec<Value> {
    let run = weald(&["run", "--format", "json", &path_of(example)]);
    let document: Value = serde_json::from_slice(&run.stdout).expect("JSON");
    assert_eq!(document["ok"], true);
    document["results"].as_array().expect("results").clone()
}

fn pool<'a>(results: &'a [Value], id: &str) -> &'a Value {
    results.iter().find(|r| r["kind"] == "pool" && r["id"] == id).unwrap_or_else(|| panic!("no pool `{id}`"))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// The three pools of the IMR review with most data: `(id, k, estimate, limits, I2 from Q)`, computed from the
/// same rows with metafor.
#[test]
fn the_recovered_pools_of_the_imr_review() {
    let results = results("imr/review.weald");
    let expected = [
        ("recovery", 7, 1.25490, [-0.22079, 2.73058], 94.68),
        ("recovery_followup", 7, 0.55796, [0.12710, 0.98882], 81.47),
        ("functioning_published", 3, 0.97837, [-0.64739, 2.60412], 94.23),
    ];
    for (id, k, estimate, ci, i2) in expected {
        let result = pool(&results, id);
        assert_eq!(result["k"], k, "{id}");
        assert_eq!((&result["model"], &result["ci_method"]), (&"reml".into(), &"wald".into()), "{id}");
        for (found, wanted) in [(&result["estimate"], estimate), (&result["ci"][0], ci[0]), (&result["ci"][1], ci[1])] {
            assert!((number(found) - wanted).abs() < 1e-5, "{id}: {found} beside {wanted}");
        }
        assert!((number(&result["heterogeneity"]["i2_q"]) - i2).abs() < 0.005, "{id}");
    }
    // The Danish trial counts once, unless a script says that its reports stand side by side.
    assert_eq!(pool(&results, "functioning")["k"], 2);
    assert_eq!(pool(&results, "functioning_published")["participants"], 242);
    let never_failing = results.iter().filter(|r| r["kind"] == "expect").all(|r| r["report_only"] == true);
    assert!(never_failing, "no comparison with the published pools may fail the run");
}

/// Rows that can't be converted give no effect to any pool of the script.
#[test]
fn rows_of_tier_d_enter_no_pool() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/imr/data");
    let mut reader = csv::Reader::from_path(root.join("rows.csv")).expect("rows.csv");
    let header = reader.headers().expect("a header").clone();
    let column = |name: &str| header.iter().position(|h| h == name).unwrap_or_else(|| panic!("no column {name}"));
    let rows: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("a row")).collect();
    let ids: std::collections::BTreeSet<&str> =
        rows.iter().map(|r| r.get(column("row_id")).expect("an id").trim_end_matches('b')).collect();
    assert_eq!((rows.len(), ids.len()), (79, 77));
    assert!(rows.iter().all(|r| r.get(column("from")).is_some_and(|f| !f.is_empty())), "every row says where it was found");
    let used = ["posttest", "followup", "baseline"];
    for row in rows.iter().filter(|r| r.get(column("tier")) == Some("D") && used.iter().any(|t| r.get(column("timepoint")) == Some(t))) {
        let place = row.get(column("row_id")).expect("an id");
        let has = |name: &str| !row.get(column(name)).unwrap_or_default().is_empty();
        let people = has("n1") && has("n2");
        let means = people && has("mean1") && has("mean2") && (has("sd1") || has("se1")) && (has("sd2") || has("se2"));
        assert!(!(means || people && ["t", "F", "p", "d"].iter().any(|c| has(c)) || has("md")), "{place} gives an effect");
    }
}

#[test]
fn the_bcg_example_is_reproduced() {
    let results = results("bcg/bcg.weald");
    let verdicts: Vec<&Value> = results.iter().filter(|r| r["kind"] == "expect").map(|r| &r["verdict"]).collect();
    assert_eq!(verdicts.len(), 7);
    assert!(verdicts.iter().all(|v| *v == "reproduced"), "{verdicts:?}");
}

/// The reports that stand beside their scripts are what the scripts write. `UPDATE=1` takes them over.
#[test]
fn committed_reports_are_as_they_come_out() {
    for review in ["bcg", "imr"] {
        let folder = tempfile::tempdir().expect("a folder");
        copy_into(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples"), &folder.path().join("examples"));
        let written = folder.path().join(format!("examples/{review}/report.html"));
        std::fs::remove_file(&written).expect("the committed one");
        let run = weald_in(folder.path(), &["run", &format!("examples/{review}/report.weald")]);
        assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
        let new = std::fs::read_to_string(&written).expect("the report");
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("examples/{review}/report.html"));
        if std::env::var_os("UPDATE").is_some_and(|v| v == "1") {
            std::fs::write(&committed, &new).expect("written");
        }
        let old = std::fs::read_to_string(&committed).unwrap_or_default().replace("\r\n", "\n");
        assert!(old == new, "examples/{review}/report.html is not what its script writes: `UPDATE=1 cargo test --test examples` writes it");
    }
}
