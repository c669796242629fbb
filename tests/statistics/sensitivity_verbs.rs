//! What the sensitivity verbs give beside the numbers of the reference: fields, keys, the whole
//! grid of a robustness analysis, seeds, threads, stops, and how it all reads on the BCG trials.

use crate::scripts::{one, run, vaccine};
use serde_json::Value;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use weald::eval::Halt;
use weald::eval::outcome::{Outcome, PoolResult, RobustnessResult};
use weald::report::{Hints, Style, csv, to_markdown, to_text};
use weald::store::Memory;
use weald::{Session, Source};

fn json(script: &str) -> Value {
    crate::scripts::json(&run(script)).swap_remove(0)
}

/// The text of `print`.
fn printed(script: &str) -> Vec<String> {
    let texts = run(script).outcomes.into_iter().filter_map(|o| if let Outcome::Text(t) = o { Some(t.text) } else { None });
    texts.collect()
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_else(|_| panic!("`{text}` is no number"))
}

fn grid(script: &str) -> RobustnessResult {
    match one(script) {
        Outcome::Robustness(result) => *result,
        other => panic!("{other:?}"),
    }
}

#[test]
fn rows_have_the_keys_of_the_contract() {
    let influence = json("influence of vaccine");
    let keys: Vec<&String> = influence["rows"][0].as_object().expect("a row").keys().collect();
    let contract = ["study", "rstudent", "dffits", "cook_d", "cov_r", "tau2_del", "q_del", "hat", "weight", "dfbetas", "influential"];
    assert_eq!(keys, contract);
    assert_eq!((&influence["kind"], &influence["of"], influence["k"].as_u64()), (&"influence".into(), &"vaccine".into(), Some(13)));
    for (script, kind) in [("leave-one-out of vaccine", "leave_one_out"), ("cumulative of vaccine order year", "cumulative")] {
        let result = json(script);
        let row = result["rows"][3].as_object().expect("a row");
        assert_eq!(result["kind"], kind);
        assert!(!row.contains_key("studies") && row.contains_key("study") && row.contains_key("heterogeneity"), "{row:?}");
        assert!(row["participants"].as_u64().is_some_and(|n| n > 0));
    }
    let robust = json("robustness of vaccine over model [dl, reml] ci [wald, hksj]");
    assert_eq!(robust["rows"][1]["settings"], serde_json::json!({"model": "dl", "ci": "hksj"}));
    assert_eq!(robust["rows"][1]["name"], "model dl, ci hksj");
    assert_eq!(robust["over"], serde_json::json!({"model": ["dl", "reml"], "ci": ["wald", "hksj"]}));
    let bootstrap = json("bootstrap of vaccine model dl draws 200 seed 5");
    assert_eq!((bootstrap["seed"].as_u64(), bootstrap["draws"].as_u64()), (Some(5), Some(200)));
    assert_eq!(bootstrap["rows"][0]["parameter"], "estimate");
    let gosh = json("gosh of vaccine model common");
    assert_eq!((gosh["subsets"].as_u64(), gosh["points"]["estimate"].as_array().map(Vec::len)), (Some(8191), Some(8191)));
}

/// Every field that a verb lists can be read, and none is missing on these data.
#[test]
fn every_field_is_read() {
    let verbs = [
        ("influence of vaccine", "k studies influential rstudent dffits cook_d cov_r tau2_del q_del hat weight dfbetas"),
        ("blup of vaccine", "k studies estimates ses lower upper"),
        ("baujat of vaccine", "k studies heterogeneity influence"),
        ("gosh of vaccine model common", "k subsets smallest median largest other_side"),
        (
            "bootstrap of vaccine model dl draws 5000",
            "k draws seed estimate bias se percentile basic bca tau2 tau2_percentile tau2_basic tau2_bca",
        ),
        ("profile of vaccine", "k tau2 tau2_ci log_likelihood estimate"),
        (
            "robustness of vaccine over model [dl, common]",
            "k analyses computed names estimates lower upper smallest largest sign_changes null_included null_share",
        ),
        ("leave-one-out of vaccine", "k studies estimates lower upper tau2s smallest largest"),
    ];
    for (statement, fields) in verbs {
        let mut script = format!("let x = {statement}\n");
        for field in fields.split(' ') {
            script.push_str(&format!("print \"{{x.{field}}}\"\n"));
        }
        for (field, text) in fields.split(' ').zip(printed(&script)) {
            assert!(!text.is_empty() && text != "NA", "{statement}: {field} is `{text}`");
        }
    }
    let wrong = vaccine().run(&Source::new("wrong", "let x = blup of vaccine\nprint x.hat"));
    assert!(wrong.problems.iter().any(|p| p.problem.code == "E229"), "{:?}", wrong.problems);
}

#[test]
fn fields_are_the_numbers_of_the_result() {
    let texts = printed(
        "let x = leave-one-out of vaccine\nlet y = (vaccine exclude \"Aronson 1948\").estimate\nprint \"{x.estimates[1]:.9}\"\nprint \"{y:.9}\"\nlet b = baujat of vaccine model common\nprint \"{sum(b.heterogeneity):.9}\"\nprint \"{(vaccine model common).q:.9}\"\nlet p = profile of vaccine\nprint \"{p.tau2:.9} {vaccine.tau2:.9}\"",
    );
    assert_eq!(texts[0], texts[1]);
    // Under a common effect the squared residuals sum to Q.
    assert!((number(&texts[2]) - number(&texts[3])).abs() < 1e-8, "{texts:?}");
    let (a, b) = texts[4].split_once(' ').expect("two");
    assert_eq!(a, b);
}

/// What a row of the grid must be: the statement that says the same, run alone.
fn alone(session: &mut Session, settings: &indexmap::IndexMap<&'static str, String>) -> PoolResult {
    let mut script = "vaccine".to_owned();
    for (clause, value) in settings {
        match (*clause, value.as_str()) {
            ("exclude", "none") => {}
            ("exclude", condition) if condition.contains("==") => script.push_str(&format!(" exclude where {condition}")),
            ("exclude", studies) => script.push_str(&format!(" exclude \"{}\"", studies.replace(", ", "\", \""))),
            (clause, value) => script.push_str(&format!(" {clause} {value}")),
        }
    }
    let run = session.run(&Source::new("alone", script.clone()));
    assert!(run.ok(), "{script}: {:?}", run.problems);
    run.pools().next().unwrap_or_else(|| panic!("{script}")).clone()
}

#[test]
fn every_row_of_a_grid_is_the_statement_alone() {
    let result = grid(
        "robustness of vaccine over model [dl, reml, common, mh] ci [wald, hksj] measure [rr, or, rd] exclude [none, \"TPT Madras 1980\", [\"Aronson 1948\", \"TPT Madras 1980\"], alloc == \"alternate\"]",
    );
    assert_eq!((result.rows.len(), result.computed), (96, 96));
    let mut session = vaccine();
    let (mut null, mut signs) = (0, 0);
    let mut estimates: std::collections::BTreeMap<&str, Vec<f64>> = std::collections::BTreeMap::new();
    for row in &result.rows {
        let alone = alone(&mut session, &row.settings);
        assert_eq!(
            (row.pool.estimate, row.pool.ci, row.pool.p, row.pool.k),
            (alone.estimate, alone.ci, alone.p, alone.k),
            "{}",
            row.name()
        );
        let ([low, high], estimate) = (alone.ci.expect("an interval"), alone.estimate.expect("an estimate"));
        null += usize::from(low <= 0.0 && 0.0 <= high);
        signs += usize::from(estimate * result.base.estimate.expect("an estimate") < 0.0);
        estimates.entry(alone.measure).or_default().push(estimate);
    }
    assert_eq!((result.null_included, result.sign_changes), (Some(null), Some(signs)));
    assert!(null > 0, "no interval includes no effect: the count is not tested");
    assert_eq!(result.null_share, Some(null as f64 / 96.0));
    for range in &result.ranges {
        let all = &estimates[range.measure];
        assert_eq!(range.analyses, all.len());
        assert_eq!(range.lowest, all.iter().copied().fold(f64::INFINITY, f64::min));
        assert_eq!(range.highest, all.iter().copied().fold(f64::NEG_INFINITY, f64::max));
        let shown = if range.measure == "rd" { range.lowest } else { libm::exp(range.lowest) };
        assert_eq!(range.display[0], shown);
    }
    assert_eq!(result.ranges.len(), 3);
}

#[test]
fn correlations_and_the_important_difference() {
    let csv = "study,trial,instrument,yi,vi\nA1,A,x,0.30,0.04\nA2,A,y,0.50,0.05\nB1,B,x,0.10,0.03\nB2,B,y,0.20,0.06\nC,C,x,0.60,0.08\n";
    let mut session = Session::with_files(Memory::new().with("d.csv", csv));
    let script = "use \"d.csv\"\noutcome outcome higher better measure smd mid 0.3\nlet a = pool outcome combine rho 0.5 model common ci wald\nrobustness of a over rho [0, 0.5, 0.9] exclude [none, C]";
    let run = session.run(&Source::new("rho", script));
    assert!(run.ok(), "{:?}", run.problems);
    let Some(Outcome::Robustness(result)) = run.outcomes.last() else { panic!("{:?}", run.outcomes) };
    let mut inside = 0;
    for row in &result.rows {
        let exclude = if row.settings["exclude"] == "C" { " exclude C" } else { "" };
        let alone = session.run(&Source::new("alone", format!("a combine rho {}{exclude}", row.settings["rho"])));
        let pool = alone.pools().next().expect("a pool");
        assert_eq!((row.pool.estimate, row.pool.ci), (pool.estimate, pool.ci), "{}", row.name());
        inside += usize::from(pool.ci.is_some_and(|[a, b]| a <= 0.3 && 0.3 <= b));
    }
    let mid = result.mid.as_ref().expect("the important difference");
    assert_eq!((mid.value, mid.intervals, mid.included), (0.3, 6, inside));
    assert!(inside > 0);
    // As a ratio, and on the better side alone.
    let run =
        session.run(&Source::new("combines", "let b = pool outcome keep dependent because \"x\"\nrobustness of b over rho [0.1, 0.5]"));
    assert!(run.problems.iter().any(|p| p.problem.code == "E212"), "{:?}", run.problems);
    let result = grid(
        "outcome outcome lower better mid 0.75 measure rr\nrobustness of vaccine over model [dl, common, reml] exclude [none, \"Hart & Sutherland 1977\"]",
    );
    let mid = result.mid.expect("the important difference");
    let bound = libm::log(0.75);
    let inside = result.rows.iter().filter(|r| r.pool.ci.is_some_and(|[a, b]| a <= bound && bound <= b)).count();
    assert_eq!((mid.intervals, mid.included), (6, inside));
    assert!(inside > 0 && inside < 6, "{inside}");
}

#[test]
fn what_does_not_go_together_is_listed() {
    let result = grid("robustness of vaccine over model [dl, peto] measure [or, rr]");
    assert_eq!((result.rows.len(), result.computed), (4, 3));
    let reason = result.rows[3].pool.not_pooled.as_ref().map(|n| n.reason.clone()).unwrap_or_default();
    assert!(reason.contains("peto"), "{reason}");
    assert!(result.notes.iter().any(|n| n.code == "W444" && n.text.contains("model peto, measure rr")), "{:?}", result.notes);
    let values = grid("let ms = [dl, pm]\nrobustness of vaccine over model ms");
    assert_eq!(values.over["model"], ["dl", "pm"]);
}

#[test]
fn a_rule_is_kept_unless_the_model_is_varied() {
    let rule = "rule r\n  when k >= 13 then dl\n  otherwise common\nlet a = pool outcome measure rr model r\n";
    let kept = grid(&format!("{rule}robustness of a over exclude [none, \"TPT Madras 1980\"]"));
    assert!(kept.rows.iter().all(|r| r.pool.model.as_deref() == Some("dl")), "{:?}", kept.rows);
    let anew = grid(&format!("{rule}robustness of a over exclude [none, \"TPT Madras 1980\"] model [r, reml]"));
    let models: Vec<_> = anew.rows.iter().map(|r| r.pool.model.clone().unwrap_or_default()).collect();
    assert_eq!(models, ["dl", "reml", "common", "reml"]);
}

#[test]
fn mantel_haenszel_in_gosh_and_baujat() {
    let Outcome::Gosh(gosh) = one("gosh of vaccine model mh only \"Aronson 1948\", \"TPT Madras 1980\", \"Comstock et al 1976\"") else {
        panic!("no GOSH")
    };
    let points = gosh.points.clone().expect("points");
    assert_eq!((gosh.subsets, points.k.as_slice()), (7, [1, 1, 2, 1, 2, 2, 3].as_slice()));
    let two = run("vaccine model mh only \"Aronson 1948\", \"Comstock et al 1976\"");
    assert_eq!(points.estimate[4], two.pools().next().and_then(|p| p.estimate).expect("an estimate"));
    let Outcome::Baujat(baujat) = one("baujat of vaccine model mh") else { panic!("no coordinates") };
    let whole = run("vaccine model mh");
    let without = run("vaccine model mh exclude \"Aronson 1948\"");
    let (all, rest) = (whole.pools().next().expect("a pool"), without.pools().next().expect("a pool"));
    let change = (all.estimate.expect("x") - rest.estimate.expect("x")) / rest.se.expect("x");
    assert!((baujat.rows[0].values.influence - change * change).abs() < 1e-12);
}

#[test]
fn a_seed_decides_and_stands_in_the_result() {
    let draws = |script: &str, seed: Option<u64>| {
        let mut session = vaccine();
        if let Some(seed) = seed {
            session.set_seed(seed);
        }
        let run = session.run(&Source::new("seed", script));
        match run.outcomes.last() {
            Some(Outcome::Bootstrap(b)) => (b.seed, b.rows[0].intervals.percentile),
            other => panic!("{other:?}"),
        }
    };
    let script = "bootstrap of vaccine model dl draws 300";
    assert_eq!(draws(script, None), draws(script, Some(2026)));
    assert_ne!(draws(script, None).1, draws(script, Some(7)).1);
    assert_eq!(draws(&format!("{script} seed 7"), None), draws(script, Some(7)));
    assert_eq!(draws(&format!("{script} seed 7"), Some(8)).0, 7);
}

/// 21 studies are sampled: the same bytes on one thread and on three.
#[test]
fn the_same_bytes_on_any_number_of_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut csv = "study,yi,vi\n".to_owned();
    for i in 0..21 {
        csv.push_str(&format!("S{i},{},{}\n", (i * 7 % 11) as f64 / 10.0, 0.02 + (i % 5) as f64 / 100.0));
    }
    std::fs::write(folder.path().join("d.csv"), csv).expect("written");
    let script = "use \"d.csv\"\nlet a = pool outcome\ngosh of a draws 2000 seed 3\nbootstrap of a draws 500\ninfluence of a\nleave-one-out of a\nrobustness of a over model [dl, reml] ci [wald, t]\n";
    std::fs::write(folder.path().join("s.weald"), script).expect("written");
    let bytes = |arguments: &[&str]| {
        let output = assert_cmd::Command::cargo_bin("weald")
            .expect("the program")
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
    let text = String::from_utf8(one).expect("UTF-8");
    assert!(text.contains("\"complete\": false") && text.contains("\"seed\": 3"));
}

#[test]
fn long_work_is_stopped() {
    // A thousand times longer than the test waits.
    let long = "bootstrap of vaccine draws 10000000";
    let mut limited = vaccine();
    limited.set_time_limit(Some(Duration::from_millis(300)));
    let started = Instant::now();
    let run = limited.run(&Source::new("long", long));
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    assert_eq!(run.halt, Some(Halt::OutOfTime));
    assert!(run.problems.iter().any(|p| p.problem.code == "E403"), "{:?}", run.problems);

    let mut session = vaccine();
    let flag = session.interrupt();
    let other = std::thread::spawn(move || {
        // The flag is taken back when a walk begins: it is raised until the run has seen it.
        for _ in 0..200 {
            std::thread::sleep(Duration::from_millis(50));
            flag.store(true, Ordering::Relaxed);
        }
    });
    let started = Instant::now();
    let run = session.run(&Source::new("long", long));
    assert!(started.elapsed() < Duration::from_secs(9), "{:?}", started.elapsed());
    assert_eq!((run.halt, run.status()), (Some(Halt::Interrupted), 130));
    assert!(run.outcomes.is_empty());
    drop(other);
}

#[test]
fn progress_reaches_its_end_and_is_taken_away() {
    let told = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let mut session = vaccine();
    let listener = told.clone();
    session.set_progress(move |done, total| listener.lock().expect("a list").push((done, total)));
    let run = session.run(&Source::new("progress", "bootstrap of vaccine model dl draws 400"));
    assert!(run.ok());
    let told = told.lock().expect("a list");
    assert!(told.contains(&(400, 400)), "{told:?}");
    assert_eq!(told.last(), Some(&(0, 0)));
}

#[test]
fn too_little_gives_an_empty_result_with_a_note() {
    for verb in ["influence", "blup", "baujat", "bootstrap", "profile"] {
        let result = json(&format!("{verb} of vaccine only \"Aronson 1948\""));
        assert_eq!(result["notes"][0]["code"], "W440", "{verb}: {result}");
        assert_eq!(result["rows"].as_array().map_or(0, Vec::len), 0, "{verb}");
    }
    let alone = json("gosh of vaccine only \"Aronson 1948\"");
    assert_eq!(alone["subsets"].as_u64(), Some(1));
}

/// All 2^18 - 1 subsets of 18 studies: too many to be written, their distribution stands for them.
#[test]
fn more_points_than_a_file_holds() {
    let mut csv = "study,yi,vi\n".to_owned();
    for i in 0..18 {
        csv.push_str(&format!("S{i},{},{}\n", (i * 7 % 11) as f64 / 10.0, 0.02 + (i % 5) as f64 / 100.0));
    }
    let mut session = Session::with_files(Memory::new().with("d.csv", csv));
    let run = session.run(&Source::new("many", "use \"d.csv\"\ngosh of (pool outcome model common)"));
    let Some(Outcome::Gosh(gosh)) = run.outcomes.last() else { panic!("{:?}", run.problems) };
    assert_eq!((gosh.subsets, gosh.complete, gosh.points.is_none()), (262_143, true, true));
    assert!(gosh.notes.iter().any(|n| n.code == "W442"), "{:?}", gosh.notes);
    // Single studies are subsets too: the extremes are those of the data.
    let spread = &gosh.distribution["estimate"];
    assert!((spread.smallest, spread.largest) == (0.0, 1.0), "{spread:?}");
}

const VERBS: [(&str, &str); 9] = [
    ("leave_one_out", "leave-one-out of vaccine"),
    ("cumulative", "cumulative of vaccine order year ties together"),
    ("influence", "influence of vaccine model common"),
    ("blup", "blup of vaccine"),
    ("baujat", "baujat of vaccine model common"),
    ("gosh", "gosh of vaccine model dl"),
    ("bootstrap", "bootstrap of vaccine draws 1000 seed 1"),
    ("profile", "profile of vaccine"),
    ("robustness", "robustness of vaccine over model [dl, reml] ci [wald, hksj] measure [rr, or]"),
];

#[test]
fn on_the_bcg_trials() {
    for (name, statement) in VERBS {
        let outcome = one(statement);
        insta::assert_snapshot!(format!("sensitivity-{name}"), to_text(&outcome, &Hints::default(), &Style::new(100, false)));
        let markdown = to_markdown(&outcome, &Hints::default());
        assert!(markdown.contains('|') && markdown.contains("Method: "), "{name}: {markdown}");
        let table = csv::render([&outcome]).expect("CSV");
        assert!(table.lines().count() > 2 && table.contains(name), "{name}: {table}");
        let width = table.lines().next().map(|l| l.split(',').count()).unwrap_or_default();
        assert!(width > 3, "{name}: {table}");
    }
}
