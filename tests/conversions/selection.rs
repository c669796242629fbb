//! Which of several eligible results were taken, by hand.

use super::{close, results};
use std::fmt::Write;

const SCALES: &str = "study,outcome,instrument,analysis,yi,vi\nA,mood,BDI,itt,0.2,0.04\nA,mood,HAM,itt,0.6,0.04\nB,mood,BDI,itt,0.5,0.04\nB,mood,HAM,itt,0.1,0.04\nC,mood,HAM,itt,0.3,0.04\nC,mood,HAM,cc,0.9,0.04\n";

#[test]
fn ranks_index_and_range_by_hand() {
    let script =
        "outcome mood higher better\nlet a = pool mood itt measure generic model common prefer instrument HAM > BDI\nselection of a";
    let result = results(SCALES, script).remove(1);
    assert_eq!(result["kind"], "selection");
    assert_eq!((&result["eligible"], &result["with_a_choice"]), (&5.into(), &2.into()));
    // A: the better of two, 1; B: the worse of two, 0.
    assert_eq!((&result["rows"][0]["rank"], &result["rows"][0]["position"]), (&1.0.into(), &1.0.into()));
    assert_eq!((&result["rows"][1]["rank"], &result["rows"][1]["position"]), (&2.0.into(), &0.0.into()));
    assert!(result["rows"][2]["rank"].is_null());
    close(&result["pbi"], 0.5, 0.0);
    // Means of three: 1.0, 1.4, 0.6, 1.0 over 3.
    close(&result["selections"], 4.0, 0.0);
    assert_eq!((&result["pooled"], &result["exact"]), (&4.into(), &true.into()));
    close(&result["smallest"], 0.2, 1e-12);
    close(&result["median"], 1.0 / 3.0, 1e-12);
    close(&result["largest"], 1.4 / 3.0, 1e-12);
    close(&result["less_favourable"], 0.25, 0.0);
    // Lower is better: ranks turn round, the range does not.
    let lower = results(SCALES, &script.replace("higher", "lower")).remove(1);
    assert_eq!((&lower["rows"][0]["position"], &lower["rows"][1]["position"]), (&0.0.into(), &1.0.into()));
    assert_eq!(lower["smallest"], result["smallest"]);
    close(&lower["less_favourable"], 0.25, 0.0);
    // Across analysis sets C has a choice too: it took the lower of two.
    let across = results(SCALES, &format!("{script} across analysis")).remove(1);
    close(&across["pbi"], 1.0 / 3.0, 1e-12);
    close(&across["selections"], 8.0, 0.0);
}

#[test]
fn what_was_combined_was_not_chosen() {
    let script = "outcome mood higher better\nlet a = pool mood itt measure generic model common combine rho 0.5\nselection of a";
    let result = results(SCALES, script).remove(1);
    assert!(result["pbi"].is_null() && result["rows"][0]["chosen"].is_null(), "{result}");
    close(&result["largest"], 1.4 / 3.0, 1e-12);
    assert!(result["notes"].as_array().is_some_and(|n| n.iter().any(|n| n["code"] == "W493")));
}

#[test]
fn nothing_to_choose_is_said() {
    let csv = "study,outcome,analysis,yi,vi\nA,mood,itt,0.2,0.04\nC,mood,itt,0.3,0.04\n";
    let result = results(csv, "let a = pool mood itt measure generic model common\nselection of a").remove(1);
    assert!(result["pbi"].is_null() && result["smallest"].is_null());
    assert!(result["notes"].as_array().is_some_and(|n| n.iter().any(|n| n["code"] == "W491")));
}

#[test]
fn many_choices_are_drawn_with_a_seed() {
    let mut csv = "study,outcome,instrument,yi,vi\n".to_owned();
    for study in 0..20 {
        for (i, instrument) in ["X", "Y", "Z"].iter().enumerate() {
            let _ = writeln!(csv, "S{study:02},mood,{instrument},{:.3},0.05", 0.1 + (0.2 + 0.003 * f64::from(study)) * i as f64);
        }
    }
    let script = |seed: u64| {
        format!(
            "outcome mood higher better\nlet a = pool mood measure generic model reml prefer instrument Z > Y > X\nselection of a draws 500 seed {seed}"
        )
    };
    let (first, again, other) =
        (results(&csv, &script(3)).remove(1), results(&csv, &script(3)).remove(1), results(&csv, &script(4)).remove(1));
    assert_eq!((&first["exact"], &first["pooled"], &first["seed"]), (&false.into(), &500.into(), &3.into()));
    close(&first["pbi"], 1.0, 0.0);
    close(&first["less_favourable"], 1.0, 0.0);
    close(&first["median"], 0.3285, 0.02);
    assert_eq!(first["median"], again["median"]);
    // Another seed gives other draws, and the same ends: all smallest and all largest effects.
    assert_ne!(first["median"], other["median"]);
    for result in [&first, &other] {
        close(&result["smallest"], 0.1, 1e-12);
        close(&result["largest"], 0.557, 1e-12);
    }
    // The name of a result works in expressions.
    let script = "outcome mood higher better\nlet a = pool mood measure generic prefer instrument Y > X\nlet s = selection of a draws 10\nprint s.pbi";
    assert_eq!(results(&csv, script).pop().expect("a text")["text"], "0.5");
}
