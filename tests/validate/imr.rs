//! The Illness Management and Recovery review, keys and values only: what its published text
//! shows is found by rule, nothing by name.

use weald::diagnostic::Severity;
use weald::store::{Disk, open};
use weald::validate::{Finding, validate};

fn found() -> Vec<Finding> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/validate");
    let loaded = open(&Disk::new(&root, &root, false), "imr");
    validate(&loaded.store.unwrap_or_else(|| panic!("{:?}", loaded.problems)))
}

/// Rows and columns at which a rule speaks.
fn places(found: &[Finding], rule: u8) -> Vec<(usize, String)> {
    let of = found.iter().filter(|f| f.rule == rule);
    of.filter_map(|f| Some((f.place.row?, f.place.column.clone()?))).collect()
}

#[test]
fn three_reports_of_one_trial() {
    let all = found();
    let of: Vec<&Finding> = all.iter().filter(|f| f.rule == 14).collect();
    assert_eq!(places(&all, 14), [(21, "study".to_owned()), (69, "study".to_owned())]);
    assert!(of.iter().all(|f| f.severity == Severity::Error && f.message.contains("NCT01361698") && f.place.file == "imr/rows.csv"));
}

#[test]
fn standard_errors_entered_as_sds() {
    let all = found();
    let mut at = places(&all, 2);
    at.sort();
    assert_eq!(at.iter().map(|p| p.0).collect::<Vec<_>>(), [24, 25, 28, 32, 35], "the five rows of one table's ITT block");
    // Four printed p-values fit standard errors and not SDs; the fifth fits neither.
    let severe = |row: usize| all.iter().find(|f| f.rule == 2 && f.place.row == Some(row)).map(|f| f.severity);
    for row in [24, 28, 32, 35] {
        assert_eq!(severe(row), Some(Severity::Error), "row {row}");
    }
    assert_eq!(severe(25), Some(Severity::Warning));
}

#[test]
fn tests_that_do_not_agree_with_themselves() {
    let rows: Vec<usize> = places(&found(), 9).into_iter().map(|p| p.0).collect();
    // t(1) = 1.49 and 0.31; t = -0.42 with p = .45; F(2, 80) = 3.55 with .05; F(1, 89) = 8.68 with .002.
    assert_eq!(rows, [18, 19, 29, 39, 41]);
}

#[test]
fn effects_far_from_all_others_and_people_who_are_missing() {
    let all = found();
    assert_eq!(places(&all, 13).iter().map(|p| p.0).collect::<Vec<_>>(), [14, 15, 66], "two of 6 and one of 2.8, from main effects");
    let df = all.iter().any(|f| {
        f.rule == 8 && f.study.as_deref() == Some("Tan2016") && f.message.contains("imply 44 people") && f.message.ends_with("50")
    });
    assert!(df);
}

#[test]
fn registration_after_the_search_and_two_ages() {
    let all = found();
    assert!(all.iter().any(|f| f.rule == 29 && f.message.contains("2022-10") && f.message.contains("2022-02")));
    assert!(all.iter().any(|f| f.rule == 30 && f.message.contains("16") && f.message.contains("18")));
}

#[test]
fn four_teams_counted_as_people() {
    let all = found();
    let cluster: Vec<&Finding> = all.iter().filter(|f| f.rule == 17).collect();
    assert_eq!(cluster.len(), 1);
    // The design stands with the studies, and the place says so.
    assert_eq!(cluster[0].place.to_string(), "imr/studies.csv, row 10, column `design`");
    assert_eq!((cluster[0].study.as_deref(), cluster[0].severity), (Some("Salyers2010"), Severity::Error));
    let files: Vec<&str> = all.iter().filter(|f| matches!(f.rule, 29 | 30)).map(|f| f.place.file.as_str()).collect();
    assert!(!files.is_empty() && files.iter().all(|file| *file == "imr/weald.json"), "{files:?}");
}
