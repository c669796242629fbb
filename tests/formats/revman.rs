//! RevMan's files: what is read, and the traps in them.

use crate::{fixture, read, store, zip};
use weald::audit::audit;
use weald::store::{DataKind, Value};

/// The package of Fleiss 1993, the ZIP of data inside the ZIP of the review, as RevMan gives it.
fn package() -> Vec<u8> {
    let inner = zip(&[
        ("1-analysis-data/1-overall-estimates-and-settings.csv", fixture("fleiss-overall-estimates-and-settings.csv")),
        ("1-analysis-data/1-data-rows.csv", fixture("fleiss-data-rows.csv")),
        ("1-study-data/1-study-information.csv", fixture("fleiss-study-information.csv")),
        ("1-study-data/1-risk-of-bias.csv", fixture("fleiss-risk-of-bias.csv")),
        ("1-study-data/1-included.ris", fixture("fleiss-included.ris")),
    ]);
    zip(&[("Fleiss/1-data.zip", inner), ("Fleiss/1-article.pdf", b"%PDF".to_vec())])
}

#[test]
fn fleiss_agrees_with_the_doubles_of_the_file() {
    for (name, bytes) in [("fleiss.rm5", fixture("fleiss.rm5")), ("fleiss.zip", package())] {
        let found = audit(&store(name, bytes));
        let result = found.analyses[0].result.as_ref().expect("the analysis is pooled");
        for (computed, expected) in [
            (result.effect, 0.896_865_560_913_070_9),
            (result.ci[0], 0.840_514_400_891_779_3),
            (result.ci[1], 0.956_994_708_833_649_1),
            (result.q.expect("seven studies"), 9.946_055_983_220_074),
            (result.i2.expect("seven studies"), 39.674_580_455_583_99),
            (result.z, 3.287_633_061_337_987),
            (result.p, 0.001_010_334_313_000_540_7),
        ] {
            assert!((computed - expected).abs() < 1e-8, "{name}: {computed} is not {expected}");
        }
        assert_eq!(found.analyses[0].differences(), 0, "{name}");
        assert!(found.analyses[0].numbers() > 30, "{name}: {}", found.analyses[0].numbers());
    }
}

#[test]
fn package_and_rm5_hold_the_same_rows() {
    let (xml, package) = (store("fleiss.rm5", fixture("fleiss.rm5")), store("fleiss.zip", package()));
    let rows = |s: &weald::store::Store| {
        let mut rows: Vec<_> = s.rows.iter().map(|r| (r.study.clone(), r.values.clone())).collect();
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        rows
    };
    assert_eq!(rows(&xml), rows(&package));
    // Escaped ids are unescaped only where a name is missing; blank cells of other data types are 0.0 and no numbers.
    assert!(xml.studies.contains_key("ISIS-2"));
    assert!(package.rows.iter().all(|r| !r.values.contains_key("mean1") && !r.values.contains_key("yi")));
    assert!(package.risk_of_bias.is_empty(), "`Not applicable` is no judgement");
    assert_eq!(package.reports.len(), 7, "the references of the package");
    assert_eq!(package.studies["AMIS"].characteristics["year"], Value::infer("1980"));
}

/// One outcome of a minimal review.
fn review(outcome: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<COCHRANE_REVIEW><INCLUDED_STUDIES>\
         <STUDY ID=\"STD-M_x00fc_ller_x002d_A\"/><STUDY ID=\"STD-B\" NAME=\"Bé 2001\"/></INCLUDED_STUDIES>\
         <COMPARISON NO=\"1\"><NAME>c</NAME>{outcome}</COMPARISON></COCHRANE_REVIEW>"
    )
}

#[test]
fn latin_letters_and_escaped_ids() {
    let text = review(
        "<IV_OUTCOME NO=\"1\" EFFECT_MEASURE=\"OR\" METHOD=\"IV\" RANDOM=\"NO\"><NAME>o</NAME>\
         <IV_DATA STUDY_ID=\"STD-M_x00fc_ller_x002d_A\" ESTIMATE=\"-0.5\" SE=\"0.2\" EFFECT_SIZE=\"0.6065\" LOG_EFFECT_SIZE=\"-0.2171\"/>\
         <IV_DATA STUDY_ID=\"STD-B\" SE=\"0.25\" EFFECT_SIZE=\"0.5\" LOG_EFFECT_SIZE=\"-0.30103\"/></IV_OUTCOME>",
    );
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("a letter of ISO 8859-1")).collect();
    let store = store("a.rm5", latin);
    assert_eq!(store.rows[0].study, "Müller-A");
    assert_eq!(store.rows[1].study, "Bé 2001");
    assert_eq!(store.stored_analyses[0].data, DataKind::GenericInverseVariance);
    assert_eq!(store.rows[0].number("yi"), Some(-0.5), "as entered, on the natural log");
    let second = store.rows[1].number("yi").expect("logged from the effect");
    assert!((second - 0.5f64.ln()).abs() < 1e-15, "not LOG_EFFECT_SIZE, which is to base 10: {second}");
}

/// As RevMan 5 writes hazard ratios: the measure in words and in a child, `LOG_DATA` as an attribute.
#[test]
fn a_measure_in_words_is_read_and_its_scale_from_log_data() {
    let outcome = |log: &str, measure: &str, effects: [&str; 2]| {
        review(&format!(
            "<IV_OUTCOME NO=\"1\" {log} METHOD=\"IV\" RANDOM=\"NO\" EFFECT_SIZE=\"0.8188\" CI_START=\"0.6414\" CI_END=\"1.0452\"><NAME>o</NAME>\
             <EFFECT_MEASURE>{measure}</EFFECT_MEASURE>\
             <IV_DATA STUDY_ID=\"STD-M_x00fc_ller_x002d_A\" ESTIMATE=\"-0.35\" SE=\"0.21\" EFFECT_SIZE=\"{}\"/>\
             <IV_DATA STUDY_ID=\"STD-B\" ESTIMATE=\"-0.1\" SE=\"0.15\" EFFECT_SIZE=\"{}\"/></IV_OUTCOME>",
            effects[0], effects[1]
        ))
    };
    let ratios = ["0.7047", "0.9048"];
    for (log, measure, effects, logs, code) in [
        ("LOG_DATA=\"YES\"", "Hazard Ratio", ratios, true, "HR"),
        // The file's own effects tell, where nothing else does.
        ("", "Something else", ratios, true, "Something else"),
        ("LOG_DATA=\"NO\"", "Mean Difference", ["-0.35", "-0.1"], false, "MD"),
        ("", "Difference in weeks", ["-0.35", "-0.1"], false, "Difference in weeks"),
    ] {
        let store = store("a.rm5", outcome(log, measure, effects).into_bytes());
        let analysis = &store.stored_analyses[0];
        assert_eq!((analysis.log_data, analysis.measure.as_str()), (logs, code), "{log} {measure}");
        let found = audit(&store);
        let result = found.analyses[0].result.as_ref().expect("pooled");
        // Weights 1/0.21^2 and 1/0.15^2 by hand: -0.184 [-0.424, 0.056].
        let expected = if logs { (-0.184_461f64).exp() } else { -0.184_461 };
        assert!((result.effect - expected).abs() < 1e-4, "{log} {measure}: {}", result.effect);
        assert!(found.analyses[0].study_differences.is_empty(), "{:?}", found.analyses[0].study_differences);
    }
}

#[test]
fn a_number_with_a_decimal_comma_is_told_and_not_passed_over() {
    let text = review(
        "<CONT_OUTCOME NO=\"1\" EFFECT_MEASURE=\"MD\" METHOD=\"IV\" RANDOM=\"NO\"><NAME>o</NAME>\
         <CONT_DATA STUDY_ID=\"STD-B\" MEAN_1=\"10,2\" SD_1=\"2\" TOTAL_1=\"20\" MEAN_2=\"9\" SD_2=\"2\" TOTAL_2=\"20\"/></CONT_OUTCOME>",
    );
    let (store, problems) = read("a.rm5", text.into_bytes());
    assert!(store.is_none());
    let told = problems.iter().find(|p| p.code == "E308").expect("told");
    assert!(told.message.starts_with("Bé 2001, analysis 1.1: `10,2`"), "{}", told.message);
    assert_eq!(told.place.as_ref().and_then(|p| p.column.as_deref()), Some("MEAN_1"));
}

#[test]
fn a_damaged_file_says_where() {
    for (name, bytes, code) in [
        ("a.rm5", b"<COCHRANE_REVIEW><A></COCHRANE_REVIEW>".to_vec(), "E320"),
        ("a.rm5", b"<OTHER/>".to_vec(), "E322"),
        ("a.rm5", b"".to_vec(), "E320"),
        ("a.rm5", b"<!DOCTYPE x [<!ENTITY a \"b\">]><COCHRANE_REVIEW/>".to_vec(), "E320"),
        ("a.rm5", b"<COCHRANE_REVIEW/>".to_vec(), "E303"),
        ("a.zip", b"PK\x03\x04 cut short".to_vec(), "E320"),
        ("a.zip", zip(&[("b.csv", b"study\nA\n".to_vec())]), "E322"),
    ] {
        let (store, problems) = read(name, bytes);
        assert!(store.is_none());
        assert!(problems.iter().any(|p| p.code == code), "{name}: {problems:?}");
    }
}

#[test]
fn the_package_is_read_by_its_data_types() {
    let settings = "Analysis group,Analysis number,Analysis name,Analysis group name,Data type,Log-scale data,Statistical method,Effect measure,Analysis model,Subgroup estimates,Overall estimates,Study CI,Estimate CI,Mean,CI start,CI end\n\
        1,1,Scores,G,Continuous,false,IV,Mean Difference,Random effects,false,true,95%,90%,0,0,0\n\
        1,2,Hazard,G,Contrast level,true,IV,Hazard Ratio,Fixed effect,false,true,95%,95%,0,0,0\n";
    let rows = "Analysis group,Analysis number,Subgroup,Applicability,Study,GIV Mean,GIV SE,Experimental mean,Experimental SD,Experimental cases,Experimental N,Control mean,Control SD,Control cases,Control N,O-E,Variance,Weight,Mean,CI start,CI end,Footnotes\n\
        1,1,,OVERALL,A,0.0,0.0,5.5,1.2,0.0,20,6.0,1.3,0.0,21,0.0,0.0,0,0,0,0,\n\
        1,2,,OVERALL,A,-0.3,0.1,0.0,0.0,0.0,20,0.0,0.0,0.0,21,0.0,0.0,0,0.7408182,0.608,0.901,\n";
    let bias = "Study,Overall bias (judgement),Domain 1 (judgement): Bias arising from the randomization process,Domain 1 (support): Bias arising from the randomization process\n\
        A,,Some concerns,Not stated\n";
    let with_mark = |text: &str| [b"\xEF\xBB\xBF".to_vec(), text.as_bytes().to_vec()].concat();
    let bytes = zip(&[
        ("x-overall-estimates-and-settings.csv", with_mark(settings)),
        ("x-data-rows.csv", with_mark(rows)),
        ("x-risk-of-bias.csv", with_mark(bias)),
    ]);
    let store = store("x.zip", bytes);
    assert!(store.rows[0].values.get("events1").is_none() && store.rows[0].number("sd2") == Some(1.3));
    assert_eq!(store.rows[1].number("yi"), Some(-0.3));
    assert_eq!(store.stored_analyses[0].level_total.as_ref().map(|c| c.value), Some(90.0));
    assert!(store.stored_analyses[0].random && store.stored_analyses[1].log_data);
    assert!(store.stored_analyses[0].results.is_empty(), "zeros stand for what was not calculated");
    assert_eq!(store.risk_of_bias[0].judgement, "some");
    assert_eq!(store.risk_of_bias[0].support.as_deref(), Some("Not stated"));
    let audited = audit(&store);
    let hazard = audited.analyses[1].result.as_ref().expect("one study");
    assert!((hazard.effect - (-0.3f64).exp()).abs() < 1e-12, "shown as a ratio");
}
