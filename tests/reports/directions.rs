//! Effects counted by their direction, with a variance or without.

use super::*;

const LEANING: &str = "study,n1,n2,yi,vi,favours,reported\nA,30,30,0.4,0.05,,\nB,40,41,0.3,,,\nC,90,91,,,1,direction only\nD,200,210,,,2,direction only\nE,55,57,,,,not significant\n";

#[test]
fn a_direction_without_a_variance_counts() {
    let script =
        "use \"t.csv\"\noutcome outcome \"Sleep\" higher better\nlet p = pool outcome measure generic\nswim of p\nswim of p to \"d.svg\"";
    let (run, session) = run_with(Memory::new().with("t.csv", LEANING), script);
    assert!(run.ok(), "{:?}", run.problems);
    let Some(Outcome::Table(table)) = run.outcomes.get(1) else { panic!("{:?}", run.outcomes) };
    assert_eq!(table.title, "Effects without pooling: Sleep");
    let cells: Vec<[&str; 4]> = table.rows.iter().map(|r| [r[0].as_str(), &r[1], &r[2], &r[3]]).collect();
    assert_eq!(
        cells,
        [
            ["A", "60", "above no effect", "0.40 [-0.04, 0.84]"],
            ["B", "81", "above no effect", "0.30 (no interval)"],
            ["C", "181", "above no effect", "direction only"],
            ["D", "410", "below no effect", "direction only"],
        ]
    );
    let notes = table.notes.join("\n");
    // Three of four: two-sided sign test 2 * 5/16.
    assert!(notes.contains("3 above and 1 below no effect") && notes.contains("sign test p = 0.625"), "{notes}");
    // Only what is given has a range.
    assert!(notes.contains("2 effects: median 0.35"), "{notes}");
    let svg = String::from_utf8(session.files().read("d.svg").expect("written")).expect("text");
    assert_eq!(svg.matches("<polygon").count(), 4);
}

#[test]
fn whom_a_result_favours_is_said_of_the_outcome() {
    let script = "use \"t.csv\"\noutcome outcome lower better\nlet p = pool outcome measure md\nswim of p";
    let csv = "study,n1,mean1,sd1,n2,mean2,sd2,favours\nA,20,3,1,20,4,1,\nB,20,5,,20,4,,\nC,20,,,20,,,1\nD,20,,,20,,,2\n";
    let (run, _) = run_with(Memory::new().with("t.csv", csv), script);
    assert!(run.ok(), "{:?}", run.problems);
    let Some(Outcome::Table(table)) = run.outcomes.get(1) else { panic!("{:?}", run.outcomes) };
    let sides: Vec<&str> = table.rows.iter().map(|r| r[2].as_str()).collect();
    assert_eq!(sides, ["favours intervention", "favours comparator", "favours intervention", "favours comparator"]);
}

#[test]
fn what_a_person_left_out_counts_no_other_way() {
    let script = "use \"t.csv\"\nlet p = pool outcome measure generic exclude \"C\" because \"another population\"\nswim of p";
    let (run, _) = run_with(Memory::new().with("t.csv", LEANING), script);
    let Some(Outcome::Table(table)) = run.outcomes.get(1) else { panic!("{:?}", run.problems) };
    assert_eq!(table.rows.len(), 3, "{:?}", table.rows);
}

#[test]
fn a_rule_that_does_not_pool_counts_them_too() {
    let script = "rule never\n  when k < 100 then not_pooled swim effect_direction\n  otherwise reml\nuse \"t.csv\"\nlet p = pool outcome measure generic model never";
    let (run, _) = run_with(Memory::new().with("t.csv", LEANING), script);
    let found = run.pools().next().and_then(|p| p.directions).expect("directions");
    assert_eq!((found.above, found.below), (3, 1));
}

#[test]
fn the_plot_says_whether_the_analysis_was_planned() {
    let files = PLAN.iter().fold(bcg(), |files, (name, text)| files.with(name, *text));
    let script = "follow \"bcg.plan.weald\"\nuse \"bcg.csv\"\nrun P1\nswim of P1 to \"d.svg\"\nomit S1, S2, L1, G1, M1, F1 because not_applicable_data \"a test\"";
    let (run, session) = run_with(files, script);
    assert!(run.ok(), "{:?}", run.problems);
    let svg = String::from_utf8(session.files().read("d.svg").expect("written")).expect("text");
    let fingerprint = run.followed.as_ref().and_then(|f| f.report.fingerprint.clone()).expect("a lock");
    assert!(svg.contains("Status: PRE-SPECIFIED · P1 · rule pooling") && svg.contains(&format!("; plan {fingerprint}")), "{svg}");
}
