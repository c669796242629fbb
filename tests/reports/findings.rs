//! The summary of findings, and ratings of certainty.

use super::*;

fn of_bcg(script: &str) -> TableResult {
    let (run, _) = run_with(
        bcg(),
        &format!(
            "use \"bcg.csv\"\noutcome outcome \"Tuberculosis\" lower better\nlet v = pool outcome measure rr model dl ci wald\n{script}"
        ),
    );
    assert!(run.ok(), "{:?}", run.problems);
    match run.outcomes.last() {
        Some(Outcome::Table(t)) => t.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn absolute_effects_follow_from_the_risk_and_nothing_is_rated_by_itself() {
    let table = of_bcg("summary-of-findings of v risk 2% from \"median of the trials\" reduction 25%");
    let row = &table.rows[0];
    // 20 per 1000 times 0.4893 [0.3449, 0.6942].
    assert_eq!(row[1], "20 per 1000 (median of the trials)");
    assert_eq!(row[2], "10 per 1000 (7 to 14)");
    assert_eq!(row[3], "10 fewer per 1000 (13 fewer to 6 fewer)");
    assert_eq!(row[6], "not rated");
    assert_eq!(row[7], "no statement: the certainty is not rated");
    let notes = table.notes.join("\n");
    // 7.8489 * (0.02 * 0.98 + 0.015 * 0.985) / 0.005^2 = 10792.2 in each group.
    assert!(notes.contains("a reduction of 2.0% by 25.0% (alpha 5%, power 80%): 21,586 people, reached with 357,347"), "{notes}");
    assert_eq!(notes.matches("not rated").count(), 5, "{notes}");
}

#[test]
fn what_is_stated_last_is_of_the_names_before_it() {
    let table = of_bcg("let o = v measure or\nsummary-of-findings of v, o risk 2% from \"x\" reduction 25%");
    assert!(table.rows.iter().all(|row| row[1] == "20 per 1000 (x)"), "{:?}", table.rows);
    assert_eq!(table.notes.join("\n").matches("a reduction of 2.0% by 25.0%").count(), 2, "{:?}", table.notes);
}

#[test]
fn a_rating_is_a_persons_and_the_level_waits_for_all_five_domains() {
    let grade = |domain: &str, level: &str| format!("grade v {domain} {level} by \"A. Reviewer\" because \"…\"\n");
    let four: String = [("start", "high"), ("risk_of_bias", "-1"), ("inconsistency", "-1"), ("indirectness", "0"), ("imprecision", "0")]
        .iter()
        .map(|(d, l)| grade(d, l))
        .collect();
    let last = "summary-of-findings of v risk 2% from \"the trials\"";
    assert_eq!(of_bcg(&format!("{four}{last}")).rows[0][6], "not rated");
    let all = format!("{four}{}{last}", grade("publication_bias", "0"));
    let table = of_bcg(&all);
    assert_eq!(table.rows[0][6], "⊕⊕⊖⊖ low (a, b)");
    assert_eq!(table.rows[0][7], "no statement: the outcome declares no difference that matters (`mid`)");
    let (run, _) = run_with(bcg(), "use \"bcg.csv\"\nlet v = pool outcome measure rr\ngrade v imprecision -1 because \"…\"");
    assert_eq!(messages(&run, "E333"), ["a rating is a person's, and has a reason"]);
}

#[test]
fn clauses_in_parentheses_are_those_of_the_row() {
    let own = |subject: &str| of_bcg(&format!("summary-of-findings of {subject} risk 2% from \"the trials\"")).rows[0].clone();
    let (as_named, anew) = (own("v"), own("(v measure or)"));
    assert!(as_named[4].starts_with("RR 0.49") && anew[4].starts_with("OR 0.47"), "{as_named:?} {anew:?}");
    let (run, _) = run_with(
        bcg(),
        "use \"bcg.csv\"\nlet v = pool outcome measure rr\nswim of (v measure or)\nswim of (v exclude \"TPT Madras 1980\")",
    );
    let tables: Vec<&TableResult> = run.outcomes.iter().filter_map(|o| if let Outcome::Table(t) = o { Some(t) } else { None }).collect();
    assert_eq!(tables[0].columns[3], "OR");
    assert_eq!((tables[0].rows.len(), tables[1].rows.len()), (13, 12));
    let (run, _) = run_with(bcg(), "use \"bcg.csv\"\nlet v = pool outcome measure rr\nsummary-of-findings of (leave-one-out of v)");
    assert_eq!(messages(&run, "E222"), ["in parentheses stands a statement with a result"]);
}

#[test]
fn what_was_rated_of_a_name_is_not_of_what_is_derived_from_it() {
    let rated: String = ["start high", "risk_of_bias -1", "inconsistency 0", "indirectness 0", "imprecision 0", "publication_bias 0"]
        .map(|d| format!("grade v {d} by \"A. Reviewer\" because \"…\"\n"))
        .concat();
    let table = of_bcg(&format!("{rated}summary-of-findings of v, (v measure or) risk 2% from \"the trials\""));
    assert_eq!((table.rows[0][6].as_str(), table.rows[1][6].as_str()), ("⊕⊕⊕⊖ moderate (a)", "not rated"));
    assert!(table.notes.iter().any(|n| n.contains(": v measure or, risk of bias: ")), "{:?}", table.notes);
}

#[test]
fn two_persons_who_rate_differently_are_both_named() {
    let script = "use \"bcg.csv\"\nlet v = pool outcome measure rr\ngrade v imprecision -1 by \"A\" because \"wide\"\n\
        grade v imprecision -2 by \"B\" because \"very wide\"\nsummary-of-findings of v";
    let (run, _) = run_with(bcg(), script);
    assert_eq!(messages(&run, "W333"), ["A and B rate imprecision of `v` differently: −1 and −2"]);
    let Some(Outcome::Table(table)) = run.outcomes.last() else { panic!("{:?}", run.outcomes) };
    let note = table.notes.iter().find(|n| n.contains("imprecision")).expect("a note");
    assert!(note.ends_with("rated −2 by B: very wide (another rating: −1 by A)"), "{note}");
}

#[test]
fn an_information_size_is_of_what_the_measure_has() {
    let (run, _) = run_with(bcg(), "use \"bcg.csv\"\nlet v = pool outcome measure rr\nsummary-of-findings of v delta 0.2");
    assert_eq!(messages(&run, "E218"), ["`delta` is in standard deviations, and measure `rr` compares risks"]);
    let (run, _) = run_with(bcg(), "use \"bcg.csv\"\nlet v = pool outcome measure rr\nsummary-of-findings of v reduction 25%");
    assert_eq!(messages(&run, "E211"), ["`reduction` is of a risk, and `v` states none"]);
    let files =
        || Memory::new().with("smd.csv", "study,outcome,n1,mean1,sd1,n2,mean2,sd2\nA,outcome,30,5,2,30,4,2\nB,outcome,40,5,2,40,4.5,2\n");
    let table = |clause: &str| {
        let (run, _) = run_with(files(), &format!("use \"smd.csv\"\nlet v = pool outcome measure smd\nsummary-of-findings of v{clause}"));
        match run.outcomes.last() {
            Some(Outcome::Table(t)) => t.notes.join("\n"),
            other => panic!("{other:?} {:?}", run.problems),
        }
    };
    assert!(table(" delta 0.2").contains("optimal information size for 0.2 SD (alpha 5%, power 80%): 786 people, not reached with 140"));
    assert!(!table("").contains("optimal information size"));
    let (run, _) =
        run_with(files(), "use \"smd.csv\"\nlet v = pool outcome measure smd\nsummary-of-findings of v risk 20% from \"x\" reduction 25%");
    assert_eq!(messages(&run, "E218"), ["`reduction` is of a risk, and measure `smd` does not compare risks"]);
}

#[test]
fn small_risks_keep_two_digits() {
    let table = of_bcg("summary-of-findings of v risk 0.05% from \"a register\"");
    assert_eq!(
        table.rows[0][1..4],
        ["0.5 per 1000 (a register)", "0.24 per 1000 (0.17 to 0.35)", "0.26 fewer per 1000 (0.33 fewer to 0.15 fewer)"]
    );
}

#[test]
fn the_studies_at_low_risk_speak_alone() {
    let files = super::rob(&[["A", "RoB 2", "overall", "Low", ""], ["B", "RoB 2", "overall", "High", "open list"]]);
    let (run, _) = run_with(files, "use \"data\"\nlet a = pool outcome measure generic model common\nsummary-of-findings of a");
    let Some(Outcome::Table(table)) = run.outcomes.last() else { panic!("{:?}", run.problems) };
    // Study A alone: 0.1 with a standard error of sqrt(0.02).
    assert!(table.notes[0].contains("Low 75.0%, High 25.0%; 1 study at low risk alone: effect 0.10 [-0.18, 0.38]"), "{:?}", table.notes);
}

#[test]
fn an_overall_judgement_by_any_tool_is_seen() {
    // RoB 1 has no overall judgement and stands first.
    let files = || {
        super::rob(&[
            ["A", "RoB 1", "allocation concealment", "low", ""],
            ["B", "RoB 1", "allocation concealment", "low", ""],
            ["A", "RoB 2", "overall", "High", "open list"],
            ["B", "RoB 2", "overall", "Low", ""],
            ["B", "ROBINS-I", "overall", "Serious", "confounded"],
        ])
    };
    let pool = "use \"data\"\nlet a = pool outcome measure generic model common\n";
    let (run, _) = run_with(files(), &format!("{pool}summary-of-findings of a"));
    let Some(Outcome::Table(table)) = run.outcomes.last() else { panic!("{:?}", run.problems) };
    let said = "by weight among judged studies: Low 25.0%, High 75.0% by RoB 2 (2019); Serious 100.0% by ROBINS-I (2016)";
    assert!(table.notes[0].contains(said), "{:?}", table.notes);
    let (_, session) = run_with(files(), &format!("{pool}report to \"r.md\""));
    let text = String::from_utf8(session.files().read("r.md").expect("written")).expect("text");
    assert!(text.contains(said) && !text.contains("no overall judgement of their risk"), "{text}");
    assert!(text.contains("Risk of bias was judged with RoB 1 (2011), RoB 2 (2019) and ROBINS-I (2016)."), "{text}");
}

#[test]
fn what_is_not_pooled_has_no_interval_and_no_test() {
    let script = "use \"bcg.csv\"\nrule few\n  when k < 20 then not_pooled\n  otherwise reml\nlet v = pool outcome measure rr model few\nsummary-of-findings of v\nreport to \"r.md\"";
    let text = String::from_utf8(written(script, "r.md")).expect("text");
    assert!(text.contains("Effects were not pooled, by a rule stated beforehand in the script (few: k \\< 20)."), "{text}");
    for false_here in ["test of the pooled effect", "The model was chosen", "imprecision:  ·"] {
        assert!(!text.contains(false_here), "{false_here}\n{text}");
    }
    assert!(text.contains("v, imprecision: no interval, as nothing was pooled · not rated"), "{text}");
}

#[test]
fn two_differences_that_matter_are_told_and_a_risk_beyond_1_is_named() {
    let csv = "study,outcome,n1,mean1,sd1,n2,mean2,sd2\nA,pain,30,5,2,30,4,2\nB,pain,40,5,2,40,4.5,2\n";
    let table = |instrument: &str| {
        let script = format!(
            "use \"smd.csv\"\noutcome pain \"Pain\" lower better mid 0.3 sd\ninstrument vas for pain sd 25 {instrument}\n\
             let v = pool pain measure smd\nsummary-of-findings of v"
        );
        let (run, _) = run_with(Memory::new().with("smd.csv", csv), &script);
        assert!(run.ok(), "{:?}", run.problems);
        let Some(Outcome::Table(table)) = run.outcomes.last() else { panic!("{:?}", run.outcomes) };
        table.notes.join("\n")
    };
    let said = "the difference that matters is 0.3 SD, and 10 points on vas (0.4 SD); size and limits go by the 0.3 SD";
    assert!(table("mid 10").contains(said), "{}", table("mid 10"));
    assert!(!table("mid 7.5").contains("size and limits go by"));
    let counts = "study,events1,n1,events2,n2\nA,10,20,1,20\nB,9,20,1,20\n";
    let (run, _) = run_with(
        Memory::new().with("c.csv", counts),
        "use \"c.csv\"\nlet v = pool outcome measure rr model common\nsummary-of-findings of v risk 30% from \"x\"",
    );
    let Some(Outcome::Table(table)) = run.outcomes.last() else { panic!("{:?}", run.problems) };
    assert!(table.rows[0][2].contains("to 1000; held within what a risk can be)"), "{:?}", table.rows);
}

#[test]
fn a_report_shows_the_tables_that_were_asked_for_and_what_else_was_rated() {
    let grade = "grade w imprecision -1 by \"A. Reviewer\" because \"wide\"\n";
    let script = format!(
        "use \"bcg.csv\"\nlet v = pool outcome measure rr\nlet w = pool outcome measure or\n{grade}\
         summary-of-findings of v risk 2% from \"an invented population\" reduction 25%\nreport to \"r.md\""
    );
    let text = String::from_utf8(written(&script, "r.md")).expect("text");
    assert!(
        text.contains("20 per 1000 (an invented population)") && text.contains("optimal information size for a reduction of 2.0%"),
        "{text}"
    );
    assert!(text.contains("rated −1 by A. Reviewer: wide"), "w was rated and stands in a table of its own");
    assert_eq!(text.matches("**Summary of findings**").count(), 2);
    assert!(text.contains("ratings of certainty in all five domains, and where each starts, of v, w"), "item 22 is not filled");
}
