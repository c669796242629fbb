//! RevMan's files: what is read, and the traps in them.

use crate::{fixture, read, store, zip};
use weald::audit::audit;
use weald::store::{DataKind, Value};

/// The package of Fleiss 1993, the ZIP of data inside the ZIP of the review, as RevMan gives it.
pub fn package() -> Vec<u8> {
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
    assert!(told.message.starts_with("1.1, Bé 2001: `MEAN_1` `10,2`"), "{}", told.message);
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

/// The three hazard ratios of a generic inverse variance outcome as RevMan 5 writes it: the measure
/// as an element, in words, and the logarithm as an attribute. R: exp(weighted.mean(y, 1 / se^2)) and so on.
fn hazard(attributes: &str, element: &str, estimates: bool) -> String {
    let lines: String = [("STD-A", -0.35, 0.21), ("STD-B", -0.02, 0.15), ("STD-C", -0.51, 0.3), ("STD-D", 0.11, 0.25)]
        .iter()
        .map(|(id, y, se): &(&str, f64, f64)| {
            let estimate = if estimates { format!("ESTIMATE=\"{y}\" ") } else { String::new() };
            let z = 1.959_963_984_540_054;
            format!(
                "<IV_DATA STUDY_ID=\"{id}\" {estimate}SE=\"{se}\" EFFECT_SIZE=\"{}\" CI_START=\"{}\" CI_END=\"{}\"/>\n",
                y.exp(),
                (y - z * se).exp(),
                (y + z * se).exp()
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?>\n<COCHRANE_REVIEW><INCLUDED_STUDIES><STUDY ID=\"STD-A\" NAME=\"A\"/><STUDY ID=\"STD-B\" NAME=\"B\"/>\
         <STUDY ID=\"STD-C\" NAME=\"C\"/><STUDY ID=\"STD-D\" NAME=\"D\"/></INCLUDED_STUDIES><COMPARISON NO=\"1\"><NAME>c</NAME>\n\
         <IV_OUTCOME NO=\"1\" METHOD=\"IV\" RANDOM=\"NO\" TOTALS=\"YES\" STUDIES=\"4\" EFFECT_SIZE=\"0.8736154178514526\" CI_START=\"0.7138934009651586\" \
         CI_END=\"1.069072633639621\" CHI2=\"4.1588624720591225\" DF=\"3\" Z=\"1.3115994371363664\" {attributes}>\n<NAME>o</NAME>{element}\n{lines}</IV_OUTCOME></COMPARISON></COCHRANE_REVIEW>"
    )
}

#[test]
fn estimates_of_revman_5_have_their_measure_in_an_element_and_say_whether_they_are_logarithms() {
    let element = "<EFFECT_MEASURE>Hazard Ratio</EFFECT_MEASURE>";
    let named = "<EFFECT_MEASURE>Ratio of speeds</EFFECT_MEASURE>";
    for (what, text) in [
        ("an element", hazard("LOG_DATA=\"YES\"", element, true)),
        ("old files without ESTIMATE", hazard("LOG_DATA=\"YES\"", element, false)),
        ("an attribute in words", hazard("EFFECT_MEASURE=\"HAZARD_RATIO\"", "", true)),
        ("words that are not known", hazard("LOG_DATA=\"YES\"", named, true)),
        ("nothing but the numbers", hazard("", named, true)),
    ] {
        let store = store("a.rm5", text);
        assert!(store.stored_analyses[0].log_data, "{what}");
        let found = &audit(&store).analyses[0];
        assert_eq!((found.differences(), found.uncompared), (0, 0), "{what}: {found:?}");
        let effect = found.result.as_ref().expect("pooled").effect;
        assert!((effect - 0.873_615_417_851_452_6).abs() < 1e-10, "{what}: {effect}");
    }
    // Estimates that the file says are no logarithms stay what they are, and where the results are, it is said.
    let store = store("a.rm5", hazard("LOG_DATA=\"NO\"", element, true));
    assert!(!store.stored_analyses[0].log_data);
    let found = &audit(&store).analyses[0];
    assert!(found.hints.iter().any(|h| h.contains("exponential")), "{:?}", found.hints);
}

#[test]
fn a_number_that_is_none_is_told_with_its_place() {
    let text = String::from_utf8(fixture("fleiss.rm5")).expect("text");
    let (store, problems) = read("a.rm5", text.replacen("EVENTS_1=\"49\"", "EVENTS_1=\"x49\"", 1));
    assert!(store.is_none());
    let told = problems.iter().find(|p| p.code == "E308").expect("the number is told");
    assert!(told.message.starts_with("1.1, MRC-1: `EVENTS_1` `x49`"), "{}", told.message);
    let place = told.place.clone().expect("a place");
    assert_eq!((place.row, place.column.as_deref()), (Some(25), Some("EVENTS_1")));
    assert_eq!(place.to_string(), "a.rm5, line 25, attribute `EVENTS_1`");
    // A decimal comma, a stored result, and a level.
    for (from, to, attribute) in [
        ("EFFECT_SIZE=\"0.7197141500975687\"", "EFFECT_SIZE=\"0,72\"", "EFFECT_SIZE"),
        ("CI_TOTAL=\"95\"", "CI_TOTAL=\"95 percent\"", "CI_TOTAL"),
        ("WEIGHT=\"3.176490004091248\"", "WEIGHT=\"heavy\"", "WEIGHT"),
    ] {
        let problems = read("a.rm5", text.replacen(from, to, 1)).1;
        let at = problems.iter().filter(|p| p.code == "E308").filter_map(|p| p.place.as_ref()?.column.clone()).collect::<Vec<_>>();
        assert_eq!(at, [attribute], "{problems:?}");
    }
    // What RevMan writes where it could not compute a number is none, and right.
    let (store, problems) = read("a.rm5", text.replacen("P_CHI2=\"0.1269422521561745\"", "P_CHI2=\"NaN\"", 1));
    assert!(store.is_some() && problems.is_empty(), "{problems:?}");
    // A line of no included study.
    let problems = read("a.rm5", text.replacen("STUDY_ID=\"STD-CDP\"", "STUDY_ID=\"STD-NOPE\"", 1)).1;
    assert!(problems.iter().any(|p| p.code == "W397" && p.message.contains("STD-NOPE")), "{problems:?}");
    // The package: the CSV in the ZIP, its row and column.
    let rows = String::from_utf8(fixture("fleiss-data-rows.csv")).expect("text").replacen(",246,2267,", ",4x4,2267,", 1);
    let bytes = zip(&[
        ("1-overall-estimates-and-settings.csv", fixture("fleiss-overall-estimates-and-settings.csv")),
        ("1-data-rows.csv", rows.into_bytes()),
    ]);
    let problems = read("f.zip", bytes).1;
    let told = problems.iter().find(|p| p.code == "E308").expect("the number is told");
    assert!(told.message.contains("1.1, AMIS: `Experimental cases` `4x4`"), "{}", told.message);
    assert_eq!(told.place.clone().expect("a place").to_string(), "f.zip/1-data-rows.csv, row 2, column `Experimental cases`");
}

#[test]
fn what_cannot_be_compared_or_counted_is_an_error() {
    let text = String::from_utf8(fixture("fleiss.rm5")).expect("text");
    // Settings that are not known: nothing is compared, and that is said.
    for (from, to) in [("METHOD=\"MH\"", "METHOD=\"XX\""), ("EFFECT_MEASURE=\"OR\"", "EFFECT_MEASURE=\"ZZ\"")] {
        let found = audit(&store("a.rm5", text.replacen(from, to, 1)));
        assert_eq!(found.numbers()[0], 0);
        assert!(found.numbers()[2] > 40 && found.has_errors(), "{:?}", found.numbers());
    }
    let found = audit(&store("a.rm5", text.clone()));
    let counted: Vec<_> = found.analyses[0].compared.iter().take(3).map(|c| (c.name, c.computed, c.agrees)).collect();
    assert_eq!(counted, [("k", 7.0, true), ("n1", 14186.0, true), ("n2", 13817.0, true)]);
    // A study that drops out is named with its reason, and its stored numbers count.
    let found = audit(&store("a.rm5", text.replacen("TOTAL_1=\"615\"", "TOTAL_1=\"0\"", 1)));
    let left = &found.analyses[0].left_out[0];
    assert_eq!((left.study.as_str(), left.why.as_str(), left.place.row), ("MRC-1", "no `TOTAL_1`", Some(25)));
    assert_eq!(left.stored.as_deref(), Some("0.7197141500975687"));
    assert!(found.analyses[0].uncompared >= 5 && found.analyses[0].compared.iter().any(|c| c.name == "k" && !c.agrees));
    // A study whose numbers differ: what was entered, what it gives, what is stored.
    let found = audit(&store("a.rm5", text.replacen("EVENTS_1=\"49\"", "EVENTS_1=\"59\"", 1)));
    let mismatches = &found.analyses[0].mismatches;
    assert_eq!(mismatches.len(), 1);
    assert_eq!((mismatches[0].study.as_str(), mismatches[0].entered.as_str()), ("MRC-1", "59/615 v 67/624"));
    assert!(mismatches[0].computed[0] > 0.88 && mismatches[0].stored[0].starts_with("0.7197"));
}

#[test]
fn later_ways_of_random_effects() {
    // Four mean differences; tau2 by REML is 1.4749647218, and the intervals are computed by hand from it.
    let settings = |columns: &str, values: &str, results: &str| {
        format!(
            "Analysis group,Analysis number,Analysis name,Analysis group name,Data type,Statistical method,Effect measure,Analysis model,Overall estimates,Study CI,Estimate CI,Mean,CI start,CI end{columns}\n\
             1,1,Scores,G,Continuous,IV,Mean Difference,Random effects,true,95%,95%,{results}{values}\n"
        )
    };
    let rows = "Analysis group,Analysis number,Subgroup,Applicability,Study,Experimental mean,Experimental SD,Experimental N,Control mean,Control SD,Control N\n\
        1,1,,OVERALL,A,10,4,30,12,4.2,31\n1,1,,OVERALL,B,12,5,45,12.5,5.1,44\n1,1,,OVERALL,C,8,3,20,11.5,3.3,22\n1,1,,OVERALL,D,11,4.5,60,11.2,4.4,58\n";
    let (reml, hksj) = ("-1.520207,-3.046688,0.006273", "-1.520207,-3.964728,0.924313");
    let stated = ",Heterogeneity estimator,Estimate CI method";
    for (columns, values, results, words) in [
        (stated, ",REML,HKSJ", hksj, "REML, Hartung-Knapp"),
        (stated, ",REML,Wald-type", reml, "(REML)"),
        ("", "", "-1.520814,-3.060302,0.018673", "(DerSimonian-Laird)"),
        // Not said: what its numbers are.
        ("", "", hksj, "not said in the file"),
        ("", "", reml, "not said in the file"),
    ] {
        let bytes = zip(&[
            ("x-overall-estimates-and-settings.csv", settings(columns, values, results).into_bytes()),
            ("x-data-rows.csv", rows.as_bytes().to_vec()),
        ]);
        let (store, problems) = read("x.zip", bytes);
        assert!(problems.is_empty(), "{problems:?}");
        let found = &audit(&store.expect("a store")).analyses[0];
        assert_eq!(found.differences(), 0, "{columns} {results}: {found:?}");
        assert!(found.settings.contains(words), "{}", found.settings);
    }
    // A column of settings that is not known is named.
    let bytes = zip(&[
        ("x-overall-estimates-and-settings.csv", settings(",Moon phase", ",full", reml).into_bytes()),
        ("x-data-rows.csv", rows.as_bytes().to_vec()),
    ]);
    let problems = read("x.zip", bytes).1;
    assert!(problems.iter().any(|p| p.code == "W398" && p.message.contains("`Moon phase` (full)")), "{problems:?}");
}
