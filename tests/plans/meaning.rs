//! What changes the meaning of a plan, and what does not.

use weald::protocol::canonical::{Domain, canonical, digest};
use weald::protocol::plan::meaning;
use weald::protocol::{Key, Plan, Role};
use weald::{Session, Source};

pub const CONTRACT: &str = r#"# imr.plan.weald
edition 2026
stage search
outcome recovery "Personal recovery" primary higher better measure smd
timepoint posttest
characteristic comparator tau, waitlist, active
characteristic rob low, some, high
rule pooling                                  # the model is fixed in advance
  when k < 2 then not_pooled
  otherwise reml ci hksj
plan P1 primary: pool recovery at posttest itt model pooling
plan S1 sensitivity of P1: P1 exclude where rob == "high"
plan L1 sensitivity of P1: leave-one-out of P1
plan G1 subgroup of P1: P1 by comparator
"#;

/// A plan that has no errors.
pub fn plan(text: &str) -> Plan {
    let read = Session::default().read_plan(&Source::new("a.plan.weald", text));
    let errors: Vec<_> = read.problems.iter().filter(|p| p.problem.is_error()).map(|p| &p.problem).collect();
    assert!(errors.is_empty(), "{text}\n{errors:?}");
    read.plan
}

/// The digest of what a text means, as a lock holds it; or the first error of it.
pub fn digest_of(text: &str) -> Result<String, String> {
    let read = Session::default().read_plan(&Source::new("a.plan.weald", text));
    match read.problems.iter().find(|p| p.problem.is_error()) {
        Some(p) => Err(format!("{} {}", p.problem.code, p.problem.message)),
        None => Ok(digest(Domain::Plan, &meaning(&read.plan))),
    }
}

/// What the meanings of two texts differ in, for the message of a test that fails.
pub fn difference(a: &str, b: &str) -> String {
    let sorted = |text: &str| serde_json::from_str::<serde_json::Value>(&canonical(&meaning(&plan(text)))).expect("JSON");
    let lines = |text: &str| serde_json::to_string_pretty(&sorted(text)).expect("JSON");
    let (a, b) = (lines(a), lines(b));
    let differ = a.lines().zip(b.lines()).filter(|(a, b)| a != b).take(6);
    differ.map(|(a, b)| format!("{a}  <>  {b}\n")).collect()
}

/// Whether two texts mean the same.
fn same(a: &str, b: &str) -> bool {
    let strip = |text: &str| {
        let mut plan = serde_json::to_value(plan(text)).expect("a plan is JSON");
        without_words(&mut plan);
        plan
    };
    strip(a) == strip(b)
}

fn without_words(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(fields) => {
            for name in ["words", "origin", "statement", "because"] {
                fields.remove(name);
            }
            fields.values_mut().for_each(without_words);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(without_words),
        _ => {}
    }
}

#[test]
fn the_plan_of_the_contract_is_read_without_data() {
    let plan = plan(CONTRACT);
    let ids: Vec<(&str, Role, Option<&str>)> = plan.analyses.iter().map(|a| (a.id.as_str(), a.role, a.parent.as_deref())).collect();
    assert_eq!(
        ids,
        [
            ("P1", Role::Primary, None),
            ("S1", Role::Sensitivity, Some("P1")),
            ("L1", Role::Sensitivity, Some("P1")),
            ("G1", Role::Subgroup, Some("P1"))
        ]
    );
    let of = |id: &str, key| plan.planned(id).and_then(|p| p.record.field(key)).map(|f| f.value.clone()).unwrap_or_default();
    assert_eq!(of("P1", Key::Outcome), "recovery");
    assert_eq!(of("P1", Key::AnalysisSet), "itt");
    assert_eq!(of("P1", Key::Model), "rule");
    assert_eq!(of("S1", Key::Criteria), serde_json::json!([{ "exclude": "rob == \"high\"" }]));
    assert_eq!(of("G1", Key::Subgroups)["by"][0]["levels"], serde_json::json!(["active", "tau", "waitlist"]));
    assert_eq!(plan.planned("L1").map(|p| p.record.kind.as_str()), Some("leave_one_out"));
}

#[test]
fn layout_comments_spelling_of_numbers_and_order_say_nothing() {
    let a = "outcome x primary lower better measure rr mid 0.10\nrule r\n  when i2(q) >= 50% then reml\n  when undefined then common\n  otherwise common\nplan P1 primary: pool x model r level 95%";
    for b in [
        a.replace("0.10", "0.1"),
        a.replace("50%", "50.0%"),
        a.replace("95%", "95.00%"),
        a.replace("rule r", "# a remark\n\nrule r   # another"),
        a.replace("plan P1 primary: pool x", "plan   P1 primary:   pool x  "),
    ] {
        assert!(same(a, &b), "{b}");
    }
    let (x, y) = ("outcome x lower better measure rr\n", "outcome y lower better measure rr\n");
    let rest = "plan P1 primary: pool x\nplan P2 secondary: pool y";
    assert!(same(&format!("{x}{y}{rest}"), &format!("{y}{x}{rest}")));
}

#[test]
fn what_can_change_a_number_changes_the_meaning() {
    let a = CONTRACT;
    for (from, to) in [
        ("higher better", "lower better"),
        ("measure smd", "measure md"),
        ("k < 2 then", "k < 3 then"),
        ("k < 2 then", "k <= 2 then"),
        ("reml ci hksj", "dl ci hksj"),
        ("reml ci hksj", "reml ci wald"),
        ("at posttest itt", "at posttest cc"),
        ("rob == \"high\"", "rob == \"some\""),
        ("P1 exclude where", "P1 where"),
        ("P1 by comparator", "P1 by comparator tau2 common"),
        ("leave-one-out of P1", "cumulative of P1 order rob"),
        ("edition 2026", "edition 2026\nset level 90%"),
        ("edition 2026", "edition 2026\nset conventions metafor"),
        ("primary: pool", "secondary: pool"),
        ("stage search", "stage extraction"),
    ] {
        let b = a.replace(from, to);
        assert_ne!(a, b, "{from}");
        assert!(!same(a, &b), "{from} became {to}");
    }
    let two = "outcome x lower better measure rr\nrule r\n  when k < 2 then not_pooled\n  when k < 5 then common\n  otherwise reml\nplan P1 primary: pool x model r";
    let moved =
        two.replace("  when k < 2 then not_pooled\n  when k < 5 then common\n", "  when k < 5 then common\n  when k < 2 then not_pooled\n");
    assert!(!same(two, &moved));
}

#[test]
fn a_generic_statement_stands_for_one_analysis_each() {
    let text = "outcome x lower better measure rr\noutcome y lower better measure rr\nplan P1 primary: pool x\nplan P2 secondary: pool y\n\
                plan L1 sensitivity: leave-one-out of P*\nplan S1 sensitivity of P*: model dl\nplan F1 small-study of P1: egger when k >= 10\n";
    let plan = plan(text);
    let ids: Vec<&str> = plan.analyses.iter().map(|a| a.id.as_str()).collect();
    assert_eq!(ids, ["P1", "P2", "L1[P1]", "L1[P2]", "S1[P1]", "S1[P2]", "F1"]);
    for (of, ids) in [
        ("P1, P3", "S1[P1] S1[P3]"),
        ("P1..P3", "S1[P1] S1[P2] S1[P3]"),
        ("P2..P3", "S1[P2] S1[P3]"),
        ("P*, P1", "S1[P1] S1[P2] S1[P3]"),
        ("P2", "S1"),
    ] {
        let text = format!("outcome x lower better measure rr\nplan P1 primary: pool x\nplan P2 secondary: pool x cc\nplan P3 secondary: pool x itt\nplan S1 sensitivity of {of}: where k > 1\n")
            .replace("where k > 1", "exclude where dose > 1\nplan L1 sensitivity: leave-one-out of P1..P2")
            .replace("outcome x", "characteristic dose\noutcome x");
        let found: Vec<String> = self::plan(&text).analyses.iter().map(|a| a.id.clone()).filter(|id| id.starts_with('S')).collect();
        assert_eq!(found.join(" "), ids, "{of}");
    }
    let f1 = plan.planned("F1").expect("planned");
    assert_eq!(f1.record.field(Key::Gate).map(|f| f.value.clone()), Some("k >= 10".into()));
    assert_eq!(f1.statement, "egger of P1");
    assert_eq!(plan.planned("S1[P2]").and_then(|p| p.record.field(Key::Tau2Estimator)).map(|f| f.words.as_str()), Some("dl"));
}
