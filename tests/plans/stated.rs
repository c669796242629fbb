//! What a plan states beside its analyses, and what it is tried on.

use super::meaning::{CONTRACT, plan};
use weald::eval::plan::{DryRun, items};
use weald::protocol::completeness::{Coverage, registries};
use weald::{Outcome, Session, Source};

const WHOLE: &str = r#"edition 2026
review imr "Illness Management and Recovery" question "Does it help recovery?"
stage search
declare results_seen none by "A. Reviewer", "B. Reviewer" date "2022-10-01"
designs rct, cluster_rct
outcome recovery "Personal recovery" primary critical higher better measure smd mid 0.2 sd
instrument RAS for recovery items 24 range 24..120 higher better
instrument QPR for recovery items 15 range 0..60 higher better
timepoint posttest window -2w..4w pick nearest
compare imr vs tau, waitlist as control
characteristic control tau, waitlist, active
characteristic rob low, some, high
prefer instrument RAS > QPR
use rob rob2 effect assignment per result in sensitivity, grade
rule pooling
  when k < 2 then not_pooled swim effect_direction
  otherwise reml ci hksj
plan P1 primary: pool recovery at posttest itt model pooling
plan P2 secondary: pool recovery at posttest cc model reml
plan S1 sensitivity of P*: exclude where rob == "high"
plan L1 sensitivity: leave-one-out of P*
plan G1 subgroup of P1: by control expects waitlist > tau because "an inactive control"
plan R1 meta-regression of P1: regress P1 on control
plan F1 small-study of P1: egger when k >= 10
criterion C1 "most people were not seen again"
grade P1 threshold mid ois delta 0.20 alpha 0.05 power 0.8
conclude against mid
"#;

fn coverage(text: &str, content: &str) -> Option<(Coverage, String)> {
    let read = Session::default().read_plan(&Source::new("a.plan.weald", text));
    items(&read.state).into_iter().find(|i| i.content == content).map(|i| (i.coverage, i.text))
}

#[test]
fn what_no_analysis_reads_is_part_of_the_plan() {
    let whole = plan(WHOLE);
    assert_eq!(whole.declared["designs"], serde_json::json!(["cluster_rct", "rct"]));
    assert_eq!(whole.declared["grading"]["P1"]["ois"]["delta"], "0.2");
    assert_eq!(whole.declared["risk_of_bias"]["used_in"], serde_json::json!(["grade", "sensitivity"]));
    assert_eq!(whole.declared["results_seen"], "none");
    assert_eq!(whole.planned("G1").and_then(|p| p.expects.as_deref()), Some("waitlist > tau"));
    assert_eq!(whole.planned("G1").and_then(|p| p.because.as_deref()), Some("an inactive control"));
    for (from, to) in [
        ("rct, cluster_rct", "rct"),
        ("rob2 effect assignment", "rob2 effect adherence"),
        ("threshold mid", "threshold null"),
        ("conclude against mid", "conclude against null"),
        ("results_seen none", "results_seen some"),
        ("criterion C1 \"most", "criterion C1 \"some"),
        ("criterion C1", "criterion C2"),
        ("window -2w..4w", "window -2w..6w"),
        ("RAS > QPR", "QPR > RAS"),
        ("range 24..120 higher", "range 24..120 lower"),
        ("mid 0.2 sd", "mid 0.3 sd"),
        ("control tau, waitlist, active", "control tau, waitlist"),
        ("conclude against mid", "conclude against mid\nseal"),
    ] {
        let other = WHOLE.replace(from, to);
        assert_ne!(other, WHOLE, "{from}");
        assert_ne!(plan(&other).declared, whole.declared, "{from} became {to}");
    }
}

#[test]
fn items_are_stated_defaulted_or_missing() {
    for (content, expected) in [
        ("title", Coverage::Stated),
        ("primary outcomes", Coverage::Stated),
        ("time windows", Coverage::Stated),
        ("model and intervals", Coverage::Stated),
        ("heterogeneity", Coverage::Defaulted),
        ("if nothing is pooled", Coverage::Stated),
        ("risk of bias", Coverage::Stated),
        ("certainty of evidence", Coverage::Stated),
    ] {
        assert_eq!(coverage(WHOLE, content).map(|c| c.0), Some(expected), "{content}");
    }
    for content in ["title", "study designs", "time windows", "risk of bias", "meta-bias", "certainty of evidence", "results seen"] {
        assert_eq!(coverage(CONTRACT, content).map(|c| c.0), Some(Coverage::Missing), "{content}");
    }
    let (_, text) = coverage(CONTRACT, "model and intervals").expect("an item");
    assert!(text.contains("not chosen by the authors"), "{text}");
    let read = Session::default().read_plan(&Source::new("a.plan.weald", WHOLE));
    let found = registries(&items(&read.state));
    let names: Vec<&str> = found.iter().map(|r| r.name).collect();
    assert_eq!(names, ["INPLASY", "PROSPERO", "OSF"]);
    let main = found[0].fields.iter().find(|f| f.field == "Main outcome(s)").expect("a field");
    assert!(main.text.contains("Personal recovery (critical; higher is better; at posttest"), "{}", main.text);
    let subgroup = found[1].fields.iter().find(|f| f.field.starts_with("29")).expect("a field");
    assert!(subgroup.text.contains("expecting waitlist > tau, because an inactive control"), "{}", subgroup.text);
}

#[test]
fn amendments_are_stated_or_defaulted() {
    assert_eq!(coverage(WHOLE, "amendments").map(|c| c.0), Some(Coverage::Defaulted));
    let stated = format!("{WHOLE}declare amendments \"entered into the registry within a week\"");
    assert_eq!(coverage(&stated, "amendments"), Some((Coverage::Stated, "Amendments: entered into the registry within a week.".into())));
}

/// Who declares, and when, is part of what a plan means: a declaration is a person's.
#[test]
fn a_declaration_is_part_of_the_meaning() {
    for (from, to) in [("\"B. Reviewer\" date", "\"C. Reviewer\" date"), ("2022-10-01", "2022-10-02")] {
        let other = WHOLE.replace(from, to);
        assert_ne!(super::meaning::digest_of(&other), super::meaning::digest_of(WHOLE), "{from}");
    }
}

/// What a reconstructed plan does not state was chosen by nobody, and nothing deviates from it.
#[test]
fn a_reconstructed_plan_is_silent_where_its_text_is() {
    let text = format!("{WHOLE}declare reconstructed from \"the Methods of a paper\"");
    let plan = plan(&text);
    let p1 = plan.planned("P1").expect("planned");
    let field = |key| p1.record.field(key).expect("a field");
    let (level, set) = (field(weald::protocol::Key::Level), field(weald::protocol::Key::AnalysisSet));
    assert!(level.is_silent() && level.words == "plan silent" && !set.is_silent());
    assert_eq!(coverage(&text, "missing data").map(|c| c.0), Some(Coverage::Missing));
    let (_, words) = coverage(&text, "model and intervals").expect("an item");
    assert!(words.contains("hksj") && !words.contains("95%") && !words.contains("not chosen"), "{words}");
}

#[test]
fn amendments_say_when_why_and_whether_data_had_been_seen() {
    for (statement, code) in [
        ("amend A1 date \"2024-05-01\" reason better_method \"…\"", "E506"),
        ("amend A1 date \"2024-02-30\" reason better_method \"…\" after data no", "E505"),
        ("amend A1 date \"2024-05-01\" reason beter_method \"…\" after data no", "E205"),
        ("amend A1 date \"2024-05-01\" reason better_method \"…\" after data perhaps", "E205"),
        ("declare results_seen none", "E287"),
        ("declare nothing", "E218"),
        ("declare amendments", "E209"),
        ("declare reconstructed from", "E209"),
        ("declare results_seen nothing by \"A\"", "E205"),
        ("grade P9 threshold mid", "E503"),
        ("dry run k 0", "E208"),
        ("dry run n 120..30", "E208"),
        ("conclude", "E218"),
        ("use rob rob2 in sensitivty", "E205"),
    ] {
        let read = Session::default().read_plan(&Source::new("a", format!("{CONTRACT}{statement}")));
        assert!(read.problems.iter().any(|p| p.problem.code == code), "{statement}: {:?}", read.problems);
    }
}

#[test]
fn a_dry_run_gives_shells_marked_as_such() {
    let mut session = Session::default();
    let run = session.run(&Source::new("a.plan.weald", format!("{WHOLE}dry run k 8 n 20..40 seed 3")));
    assert!(run.ok(), "{:?}", run.problems);
    let ids: Vec<&str> =
        run.outcomes.iter().filter_map(|o| if let Outcome::Synthetic(s) = o { Some(s.id.as_str()) } else { None }).collect();
    assert_eq!(ids, ["P1", "P2", "S1[P1]", "S1[P2]", "L1[P1]", "L1[P2]", "G1", "R1", "F1"]);
    assert_eq!(ids.len(), run.outcomes.len(), "no result goes unmarked");
    for outcome in &run.outcomes {
        let text = weald::report::to_text(outcome, &weald::report::Hints::default(), &weald::report::Style::plain(100));
        assert!(text.contains("SYNTHETIC ROWS, NO RESULT") && text.contains("an empty shell"), "{text}");
        // Of the numbers of the results nothing is left.
        let markdown = weald::report::to_markdown(outcome, &weald::report::Hints::default());
        let words =
            |text: &str| text.lines().filter(|l| l.contains('[') || l.contains(" = ")).map(str::to_owned).collect::<Vec<_>>().join("\n");
        let bare = words(&(text + &markdown)).replace("[95% CI]", "").replace("95% prediction", "");
        let digits = bare.char_indices().filter(|(at, c)| c.is_ascii_digit() && !bare[..*at].ends_with(|b: char| b.is_alphanumeric()));
        assert_eq!(digits.count(), 0, "{bare}");
        let json = serde_json::to_value(outcome).expect("JSON");
        assert_eq!(json["kind"], "synthetic");
        assert!(!has_numbers(&json["shell"]), "{json}");
    }
    // The plan leaves no result and no data behind.
    assert!(session.state().store.rows.is_empty());
    assert!(session.state().analyses.is_empty());
}

/// What is sealed says nothing of an estimate, whatever asks for it.
#[test]
fn a_sealed_result_keeps_its_estimate() {
    let data = "study,outcome,year,yi,vi\nA,x,1,0.1,0.01\nB,x,2,0.2,0.01\nC,x,3,0.4,0.01\n";
    let plan = "outcome x primary lower better measure generic\nseal\nplan P1 primary: pool x\n";
    let files = weald::store::Memory::new().with("d.csv", data).with("a.plan.weald", plan);
    let mut session = Session::with_files(files);
    let script = "follow \"a.plan.weald\"\nuse \"d.csv\"\nrun plan\ncumulative of P1 order year\ninfluence of P1\nleave-one-out of P1\n\
                  gosh of P1\nregress P1 on year\nexpect P1 estimate 0.3\nreproduce P1 estimate 0.3 k 3\nmethods of P1\n";
    let run = session.run(&Source::new("a.weald", script));
    assert!(run.ok(), "{:?}", run.problems);
    assert_eq!(run.problems.iter().filter(|p| p.problem.code == "W558").count(), 3, "{:?}", run.problems);
    let json: Vec<serde_json::Value> = run.outcomes.iter().map(|o| serde_json::to_value(o).expect("JSON")).collect();
    let kinds: Vec<&str> = json.iter().filter_map(|o| o["kind"].as_str()).collect();
    assert_eq!(kinds, ["pool", "cumulative", "influence", "leave_one_out", "gosh", "regress"]);
    for outcome in &json {
        assert!(outcome["estimate"].is_null() && outcome["rows"].is_null() && outcome["coefficients"].is_null(), "{outcome}");
    }
}

fn has_numbers(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Number(_) => true,
        serde_json::Value::Array(items) => items.iter().any(has_numbers),
        serde_json::Value::Object(fields) => fields.values().any(has_numbers),
        _ => false,
    }
}

#[test]
fn synthetic_rows_fit_every_measure() {
    for measure in weald::language::vocabulary::MEASURES.iter().map(|m| m.name) {
        let text = format!(
            "outcome x primary lower better measure {measure}\nplan P1 primary: pool x model reml\nplan S1 sensitivity of P1: model common"
        );
        let mut session = Session::default();
        let read = session.read_plan(&Source::new("a", text));
        for shell in session.dry_run(&read, DryRun::default()) {
            let failed: Vec<_> = shell.failed.iter().map(|f| &f.problem.message).collect();
            assert!(failed.is_empty(), "{measure}: {failed:?}");
            assert_eq!(shell.results.len(), 1, "{measure}");
            let Outcome::Pool(pool) = &*shell.results[0].shell else { panic!("{measure}") };
            assert_eq!((pool.k, pool.estimate.is_some()), (6, true), "{measure}");
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_rows() {
    let shells = |seed| {
        let mut session = Session::default();
        let read = session.read_plan(&Source::new("a", WHOLE));
        let results: Vec<String> = session
            .dry_run(&read, DryRun { seed, ..DryRun::default() })
            .into_iter()
            .flat_map(|s| s.results)
            .map(|r| serde_json::to_string(&*r.shell).expect("JSON"))
            .collect();
        results
    };
    assert_eq!(shells(4), shells(4));
    assert_ne!(shells(4), shells(5));
}
