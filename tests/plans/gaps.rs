//! What a plan leaves open, found before there are data.

use weald::{Session, Source};

const OUTCOME: &str = "outcome x primary lower better measure rr\ntimepoint end window 0w..8w pick nearest\n";

fn read(text: &str) -> weald::session::PlanRead {
    Session::default().read_plan(&Source::new("a.plan.weald", text))
}

/// Codes and messages of the errors.
fn errors(text: &str) -> Vec<(&'static str, String)> {
    let problems = read(text).problems;
    problems.into_iter().filter(|p| p.problem.is_error()).map(|p| (p.problem.code, p.problem.message)).collect()
}

#[test]
fn unknown_names_are_found_without_data() {
    for (statement, code) in [
        ("plan P1 primary: pool y", "E231"),
        ("plan P1 primary: pool x at beginning", "E236"),
        ("plan P1 primary: pool x where rob == \"high\"", "E238"),
        ("plan P1 primary: pool x by site", "E238"),
        ("plan P1 primary: pool x model r", "E205"),
        ("plan S1 sensitivity of P1: P1 model dl", "E503"),
        ("plan S1 sensitivity: leave-one-out of Q*", "E503"),
        ("plan P1 primry: pool x", "E205"),
        ("plan P1: pool x", "E211"),
        ("plan P1 primary", "E500"),
        ("plan P1 primary: describe", "E502"),
        ("plan P1 primary: pool x when k > 2", "E504"),
        ("plan P1 primary: pool x\nplan P1 primary: pool x", "E501"),
        ("plan P1 sensitivity: pool x", "E503"),
        ("plan P1 primary: where x > 1", "E503"),
        ("plan P1 primary: pool x\nplan P2 secondary: pool x\nplan L1 sensitivity: leave-one-out of P2..P1", "E503"),
        ("plan P1 primary: pool x\nplan L1 sensitivity: leave-one-out of P1..P4", "E503"),
        ("plan P1 primary: pool x\nplan S1 sensitivity of P1, Q2: model dl", "E503"),
        ("plan P1 primary: pool x\nplan S1 sensitivity of P1, 2: model dl", "E217"),
        ("plan P1 primary: pool x\nplan F1 small-study of P1: egger when i2 > 3", "E227"),
    ] {
        let found = errors(&format!("{OUTCOME}{statement}"));
        assert!(found.iter().any(|(c, _)| *c == code), "{statement}: {found:?}");
    }
}

#[test]
fn rules_with_gaps_judgements_and_loops_without_a_stop_are_refused() {
    for (rule, code) in [
        ("when p(q) > 0.10 and i2(q) < 50% then common\n  when p(q) < 0.10 and i2(q) > 50% then random", "E246"),
        (
            "when k < 2 then not_pooled\n  when i2(q) > 50% then random\n  when i2(q) < 50% then common\n  otherwise not_pooled or random",
            "E282",
        ),
        ("when k < 2 then not_pooled\n  when p(q) > 0.1 and i2(q) < 50% then common\n  otherwise judgment", "E283"),
        ("when k < 2 then not_pooled\n  when i2(q) > 75% then random", "E246"),
        ("when k < 2 then not_pooled\n  when i2(q) > 50% then drop_outliers until i2(q) < 50%\n  otherwise random", "E284"),
        ("when k < 2 then not_pooled\n  when i2(q) > 50% then drop_outliers by max_influence\n  otherwise random", "E284"),
        ("when i2(q) > 50% then random\n  otherwise common", "E281"),
        ("when k < 2 then not_pooled\n  when tau2 > 0 then random\n  otherwise common", "E280"),
    ] {
        let found = errors(&format!("{OUTCOME}rule r\n  {rule}\nplan P1 primary: pool x model r"));
        assert!(found.iter().any(|(c, _)| *c == code), "{rule}: {found:?}");
    }
}

/// All that is wrong with a rule is told at once.
#[test]
fn a_rule_without_an_end_is_looked_into_all_the_same() {
    let text = format!("{OUTCOME}rule r\n  when i2(q) > 75% then reml\nplan P1 primary: pool x model r");
    let found: Vec<&str> = read(&text).problems.iter().map(|p| p.problem.code).collect();
    for code in ["E246", "E281"] {
        assert!(found.contains(&code), "{code}: {found:?}");
    }
}

#[test]
fn rules_read_planned_results() {
    let text = format!(
        "{OUTCOME}plan P1 primary: pool x model reml\nrule r\n  when P1.estimate > 0 then common\n  otherwise reml\n\
         plan P2 secondary: pool x itt model r\nrule t\n  when P1.k >= 10 then egger\n  otherwise none\nplan F1 small-study of P1: apply t to P1"
    );
    assert_eq!(errors(&text), []);
}

#[test]
fn what_is_open_is_told_and_what_is_needed_stops() {
    let two = "instrument A for x higher better\ninstrument B for x higher better\n";
    for (text, needle, stops) in [
        ("outcome x primary measure rr\nplan P1 primary: pool x".to_owned(), "has no direction", true),
        (format!("{OUTCOME}{two}plan P1 primary: pool x"), "nothing says which is taken", true),
        (format!("{OUTCOME}{two}prefer instrument A > C\nplan P1 primary: pool x"), "does not rank `B`", true),
        (format!("{OUTCOME}instrument A for x\nplan P1 primary: pool x"), "instrument `A` has no direction", true),
        (format!("{OUTCOME}plan P1 secondary: pool x"), "no primary analysis", true),
        (format!("{OUTCOME}outcome y primary lower better measure rr\nplan P1 primary: pool x"), "declared outcome `y`", true),
        (format!("{OUTCOME}outcome y secondary lower better measure rr\nplan P1 primary: pool x"), "declared outcome `y`", false),
        (
            format!("{OUTCOME}plan P1 primary: pool x itt\nplan P2 secondary: pool x cc\nplan P3 secondary: pool x"),
            "which analysis set",
            true,
        ),
        (format!("{OUTCOME}plan P1 primary: pool x"), "no analysis set is stated", false),
        (format!("{OUTCOME}plan P1 primary: pool x"), "how much of the results was known", false),
        ("outcome x primary lower better measure rr\nplan P1 primary: pool x".to_owned(), "no timepoint is stated", false),
        (format!("{OUTCOME}judge alike by \"A\"\nplan P1 primary: pool x"), "`alike` is recorded later", false),
    ] {
        let gaps = read(&text).gaps;
        let found = gaps.iter().find(|g| g.text.contains(needle));
        assert_eq!(found.map(|g| g.stops), Some(stops), "{text}\n{gaps:?}");
    }
    let ranked = format!("{OUTCOME}{two}prefer instrument A > B\nplan P1 primary: pool x itt");
    assert!(read(&ranked).gaps.iter().all(|g| !g.stops), "{:?}", read(&ranked).gaps);
}

#[test]
fn studies_named_before_data_are_remarked_on() {
    let read = read(&format!("{OUTCOME}plan P1 primary: pool x exclude Tan2016"));
    assert!(read.problems.iter().any(|p| p.problem.code == "W511"), "{:?}", read.problems);
    assert!(!read.problems.iter().any(|p| p.problem.is_error()));
}

#[test]
fn a_plan_names_only_what_it_declares_whatever_the_data_hold() {
    let files = weald::store::Memory::new().with("d.csv", "study,outcome,yi,vi\nA,seen,0.1,0.2\n");
    let mut session = Session::with_files(files);
    let run = session.run(&Source::new("a", "use \"d.csv\"\nplan P1 primary: pool seen"));
    assert!(!run.ok());
    assert!(run.problems.iter().any(|p| p.problem.is_error()), "{:?}", run.problems);
}
