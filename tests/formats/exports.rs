//! `export`: what is written, and that reading it again gives the same.

use crate::store;
use weald::store::{Memory, to_json};
use weald::{Session, Source};

const BCG: &str = "study,events1,n1,events2,n2,year,alloc\n\
    Aronson 1948,4,123,11,139,1948,random\nFerguson 1949,6,306,29,303,1949,random\nRosenthal 1960,3,231,11,220,1960,random\n\
    Hart 1977,62,13598,248,12867,1977,random\nStein 1953,180,1541,372,1451,1953,alternate\nComstock 1974,186,50634,141,27338,1974,systematic\n";

/// Runs statements on files in memory; what stands in `path` afterwards.
pub fn written(name: &str, bytes: impl Into<Vec<u8>>, script: &str, path: &str) -> Vec<u8> {
    let mut session = Session::with_files(Memory::new().with(name, bytes));
    let run = session.run(&Source::new("a.weald", script));
    let problems: Vec<_> = run.problems.iter().map(|p| &p.problem).collect();
    assert!(run.ok(), "{problems:?}");
    session.files().stored(path).unwrap_or_else(|| panic!("{path} was not written: {problems:?}"))
}

#[test]
fn data_come_back_as_they_were() {
    let tables = [
        ("counts", BCG.to_owned()),
        ("means", "study,outcome,timepoint,analysis,n1,mean1,sd1,n2,mean2,sd2,p,x,from,note\nA,o,post,itt,20,5.50,1.20,21,6,1.3,<0.001,a,\"Table 1, p. 3\",\nB,o,post,cc,30,-5.1,1,29,6.2,1.5,0.04,,Figure 2,\"a \"\"quote\"\"\"\n".to_owned()),
        ("rates", "study,events1,time1,events2,time2\nA,5,100.5,7,90\n".to_owned()),
        ("times", "study,n,mean_pre,sd_pre,mean_post,sd_post,r\nA,30,10,4,12,3,0.60\n".to_owned()),
        ("effects", "study,yi,vi,trial\nA,-0.10,1e-3,T1\nB,0.123456789012345678,0.5,T1\n".to_owned()),
    ];
    for (what, text) in tables {
        let first = store("a.csv", text.clone());
        for (form, path) in [("", "b.csv"), ("", "b.xlsx"), ("", "b.json"), ("as metafor ", "b.csv")] {
            let bytes = written("a.csv", text.clone(), &format!("use \"a.csv\"\nexport data {form}to \"{path}\"\n"), path);
            let again = store(path, bytes);
            assert_eq!(to_json(&again), to_json(&first), "{what} {form}{path}");
        }
    }
}

#[test]
fn an_r_script_holds_data_calls_and_numbers() {
    let script = "use \"a.csv\"\nlet a = pool outcome measure rr\nexport a to \"a.R\"\n";
    let text = String::from_utf8(written("a.csv", BCG, script, "a.R")).expect("UTF-8");
    for part in ["library(metafor)", "method = \"REML\"", "test = \"", "\"Hart 1977\"", "check(\"estimate\"", "check(\"tau2\""] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    // The expected estimate is the result's own, with every digit.
    let json: serde_json::Value = {
        let script = "use \"a.csv\"\nlet a = pool outcome measure rr\nexport a to \"a.json\"\n";
        serde_json::from_slice(&written("a.csv", BCG, script, "a.json")).expect("JSON")
    };
    let estimate = json["results"][0]["estimate"].as_f64().expect("an estimate");
    assert!(text.contains(&format!("coef(res), {estimate:?}, 1e-7")));
    // Parentheses balance outside quotes: R can read it.
    let mut quoted = false;
    let mut depth = 0i32;
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                '(' if !quoted => depth += 1,
                ')' if !quoted => depth -= 1,
                _ => {}
            }
        }
        assert!(depth >= 0);
    }
    assert!(depth == 0 && !quoted);
}

#[test]
fn results_are_written_as_tables() {
    let script = "use \"a.csv\"\nlet a = pool outcome measure rr by alloc\nexport a to \"a.csv2.xlsx\"\nexport a to \"b.csv\"\n";
    let book = written("a.csv", BCG, script, "a.csv2.xlsx");
    assert!(book.starts_with(b"PK"));
    let csv = String::from_utf8(written("a.csv", BCG, script, "b.csv")).expect("UTF-8");
    assert!(csv.lines().count() > 6 && csv.contains("Hart 1977"));
}
