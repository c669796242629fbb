//! Every format once in, out and in again: nothing changes.

use crate::exports::written;
use crate::revman::package;
use crate::{fixture, read, store};
use weald::store::{Memory, ReadAs, Store, open, open_as, save, tidy_csv, to_json};

const WIDE: &str = "study,outcome,timepoint,analysis,n1,mean1,sd1,n2,mean2,sd2,p,age,country,from\n\
    A,mood,post,itt,20,5.50,1.20,21,6.0,1.3,<0.05,40.5,DK,\"Table 2, p. 7\"\n\
    B,mood,post,itt,30,5.1,1.00,29,6.2,1.5,,39,US,Table 1\n";
const LONG: &str = "study,arm,n,mean,sd,from\n\
    A,CBT,20,5.50,1.20,Table 2\nA,placebo,21,6.0,1.3,Table 2\nB,CBT,30,5.1,1.00,Table 1\nB,placebo,29,6.2,1.5,Table 1\n";
const METAFOR: &str = "slab,ai,n1i,ci,n2i,year\nAronson 1948,4,123,11,139,1948\nFerguson 1949,6,306,29,303,1949\n";
const METAPSY: &str = "study,condition_arm1,condition_arm2,outcome_type,instrument,time,mean_arm1,sd_arm1,n_arm1,mean_arm2,sd_arm2,n_arm2\n\
    A,cbt,wl,msd,bdi,post,10.50,5.2,30,14.0,6.1,31\n";

/// Reads a file as `weald import` does: a table with a row an arm is recognised.
fn imported(name: &str, bytes: impl Into<Vec<u8>>) -> Store {
    let how = ReadAs { guess_arms: true, ..ReadAs::default() };
    let loaded = open_as(&Memory::new().with(name, bytes), name, &how);
    loaded.store.unwrap_or_else(|| panic!("{name}: {:?}", loaded.problems))
}

/// Saves a store and opens it again.
fn through(first: &Store, path: &str) -> Store {
    let files = Memory::new();
    save(&files, first, path).unwrap_or_else(|p| panic!("{path}: {p:?}"));
    open(&files, path).store.expect("what was saved opens")
}

#[test]
fn tables_in_either_shape() {
    for (name, text) in [("wide", WIDE), ("long", LONG), ("metafor", METAFOR), ("metapsy", METAPSY)] {
        let first = imported("a.csv", text);
        for path in ["b.csv", "b.json", "b"] {
            assert_eq!(through(&first, path).sha256(), first.sha256(), "{name} through {path}");
        }
        // And as a script exports them: each form read again, and exported again to the same bytes.
        let as_arms = if name == "long" { " as arms" } else { "" };
        for (form, path) in [("", "b.csv"), ("", "b.xlsx"), ("", "b.json"), ("as metafor ", "b.csv")] {
            let export = |name: &str, bytes: Vec<u8>, how: &str| {
                written(name, bytes, &format!("use \"{name}\"{how}\nexport data {form}to \"out/{path}\"\n"), &format!("out/{path}"))
            };
            let once = export("a.csv", text.into(), as_arms);
            let again = store(path, once.clone());
            assert_eq!(to_json(&again), to_json(&first), "{name} {form}{path}");
            let twice = store(path, export(path, once, ""));
            assert_eq!(to_json(&twice), to_json(&first), "{name} {form}{path}, twice");
        }
    }
}

/// Rows of several kinds in one table: what `escalc` has no name for keeps its own, and is named.
#[test]
fn mixed_rows_through_metafor() {
    for (what, text, unknown) in [
        (
            "before and after",
            "study,n1,mean1,sd1,n2,mean2,sd2,n,mean_pre,sd_pre,mean_post,sd_post,r\nA,30,10,3,31,12,3.1,,,,,,\nB,,,,,,,30,10,3,12,3.1,0.5\n",
            "`mean_pre`",
        ),
        (
            "medians and effects",
            "study,n1,mean1,sd1,n2,mean2,sd2,median1,lq1,uq1,median2,lq2,uq2,se1,se2,md,md_se\nA,30,10,3,31,12,3.1,,,,,,,,,,\nB,30,,,31,,,12,8,17,13,8,18,,,,\nC,30,10,,31,12,,,,,,,,0.5,0.6,,\nD,30,,,31,,,,,,,,,,,-2,0.8\n",
            "`median1`",
        ),
        ("tests without sizes", "study,t,p,g,vi\nA,2.1,0.04,0.4,0.04\nB,,<0.01,0.6,0.05\n", "`g`"),
        (
            "counts, rates and one group",
            "study,n1,events1,n2,events2,time1,time2,events,time,n,t,d,ai\nA,50,5,51,7,,,,,,1.1,0.2,x\nB,,5,,7,100,110,,,,,,y\nC,,,,,,,4,90,,,,z\n",
            "`d`",
        ),
    ] {
        let first = imported("a.csv", text);
        let (written, left) = weald::store::metafor_csv(&first);
        assert!(written.starts_with("slab,"), "{what}: {written}");
        assert!(left.iter().any(|l| l.contains(unknown)), "{what}: {left:?}");
        let (again, problems) = read("b.csv", written.clone());
        let again = again.unwrap_or_else(|| panic!("{what}: {problems:?}\n{written}"));
        assert_eq!(to_json(&again), to_json(&first), "{what}: {written}");
    }
    // Effects as `escalc` leaves them, with author and year for a label.
    let escalc = imported("a.csv", "trial,author,year,tpos,yi,vi\n1,Aronson,1948,4,-0.889,0.326\n2,Ferguson,1949,6,-1.585,0.195\n");
    assert_eq!(escalc.rows.iter().map(|r| r.study.as_str()).collect::<Vec<_>>(), ["Aronson 1948", "Ferguson 1949"]);
}

#[test]
fn files_of_revman() {
    for (name, bytes) in [("fleiss.rm5", fixture("fleiss.rm5")), ("fleiss.zip", package())] {
        let first = store(name, bytes);
        for path in ["b.json", "b"] {
            assert_eq!(through(&first, path).sha256(), first.sha256(), "{name} through {path}");
        }
        // A table keeps the rows and the studies' characteristics, and names what it leaves out.
        let (text, left) = tidy_csv(&first);
        let again = store("b.csv", text.clone());
        assert_eq!(tidy_csv(&again).0, text, "{name}");
        assert_eq!(again.rows.len(), first.rows.len());
        assert!(left.iter().any(|what| what == "stored analyses"), "{left:?}");
        for (a, b) in again.rows.iter().zip(first.rows.iter()) {
            assert_eq!((&a.study, &a.outcome, &a.values), (&b.study, &b.outcome, &b.values));
        }
    }
}

#[test]
fn a_package_that_was_unpacked_is_the_package() {
    let zipped = store("fleiss.zip", package());
    let files = [
        ("data/1-analysis-data/1-overall-estimates-and-settings.csv", "fleiss-overall-estimates-and-settings.csv"),
        ("data/1-analysis-data/1-data-rows.csv", "fleiss-data-rows.csv"),
        ("data/1-study-data/1-study-information.csv", "fleiss-study-information.csv"),
        ("data/1-study-data/1-risk-of-bias.csv", "fleiss-risk-of-bias.csv"),
        ("data/1-study-data/1-included.ris", "fleiss-included.ris"),
    ];
    let memory = files.iter().fold(Memory::new(), |memory, (path, name)| memory.with(path, fixture(name)));
    for folder in ["data", "data/1-analysis-data"] {
        let loaded = open(&memory, folder);
        let found = loaded.store.unwrap_or_else(|| panic!("{folder}: {:?}", loaded.problems));
        assert_eq!(found.rows.len(), zipped.rows.len(), "{folder}");
    }
    assert_eq!(open(&memory, "data").store.map(|s| s.sha256()), Some(zipped.sha256()));
    // One of its files alone says what it belongs to.
    let (none, problems) = read("1-data-rows.csv", fixture("fleiss-data-rows.csv"));
    assert!(none.is_none() && problems.len() == 1 && problems[0].code == "E322", "{problems:?}");
    assert!(problems[0].help.as_deref().is_some_and(|h| h.contains(".zip") && h.contains("folder")), "{problems:?}");
}

/// Weeks of Metapsy are weeks here where all are numbers; as stretches they stay what they were.
#[test]
fn weeks_of_metapsy() {
    let text = |weeks: &str| {
        format!(
            "study,condition_arm1,condition_arm2,outcome_type,instrument,time,time_weeks,mean_arm1,sd_arm1,n_arm1,mean_arm2,sd_arm2,n_arm2\nA,cbt,wl,msd,bdi,post,{weeks},10.50,5.2,30,14.0,6.1,31\n"
        )
    };
    assert_eq!(imported("a.csv", text("12")).rows.first().and_then(|r| r.number("actual_weeks")), Some(12.0));
    let other = imported("a.csv", text("12-16"));
    assert_eq!(other.rows.first().and_then(|r| r.number("actual_weeks")), None);
}
