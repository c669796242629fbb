//! Tables of other programs: what is recognised, what becomes of each column, and what is said.

use crate::{read, store};
use weald::store::{Memory, ReadAs, Store, TableFormat, open_as};

fn numbers(store: &Store, row: usize, names: &[&str]) -> Vec<Option<f64>> {
    names.iter().map(|n| store.rows[row].number(n)).collect()
}

fn said(name: &str, text: &str, code: &str) -> String {
    let (_, problems) = read(name, text);
    let all: Vec<String> = problems.iter().filter(|p| p.code == code).map(|p| p.message.clone()).collect();
    all.join("\n")
}

fn read_as(text: &str, how: &ReadAs) -> weald::store::Loaded {
    open_as(&Memory::new().with("a.csv", text), "a.csv", how)
}

#[test]
fn metafor_counts() {
    let text = "trial,author,year,ai,bi,ci,di,alloc\n1,Aronson,1948,4,119,11,128,random\n2,Ferguson & Simes,1949,6,300,29,274,random\n";
    let store = store("a.csv", text);
    assert_eq!(store.rows[0].study, "Aronson 1948");
    assert_eq!(numbers(&store, 0, &["events1", "n1", "events2", "n2"]), [Some(4.0), Some(123.0), Some(11.0), Some(139.0)]);
    let note = said("a.csv", text, "W390");
    for part in ["`ai` as `events1`", "`ai + bi` as `n1`", "`ci` as `events2`", "`author year` as `study`"] {
        assert!(note.contains(part), "{part}: {note}");
    }
    // The other columns are there too.
    assert!(store.studies["Aronson 1948"].characteristics.contains_key("bi"));
}

#[test]
fn metafor_means_rates_tests_and_times() {
    let means = store("a.csv", "slab,m1i,sd1i,n1i,m2i,sd2i,n2i,ti\nA,5.50,1.2,20,6,1.3,21,2.1\n");
    assert_eq!(numbers(&means, 0, &["mean1", "sd1", "n1", "mean2", "sd2", "n2", "t"]), [5.5, 1.2, 20.0, 6.0, 1.3, 21.0, 2.1].map(Some));
    assert_eq!(means.rows[0].values["mean1"].text, "5.50", "numbers keep their text");
    let rates = store("a.csv", "slab,x1i,t1i,x2i,t2i\nA,5,100,7,90\n");
    assert_eq!(numbers(&rates, 0, &["events1", "time1", "events2", "time2"]), [5.0, 100.0, 7.0, 90.0].map(Some));
    let one = store("a.csv", "slab,xi,ti\nA,5,100\n");
    assert_eq!(numbers(&one, 0, &["events", "time"]), [5.0, 100.0].map(Some));
    let paired = store("a.csv", "slab,m1i,m2i,sd1i,sd2i,ni,ri\nA,12,10,3,4,30,0.6\n");
    assert_eq!(numbers(&paired, 0, &["mean_post", "mean_pre", "sd_post", "sd_pre", "n", "r"]), [12.0, 10.0, 3.0, 4.0, 30.0, 0.6].map(Some));
    let effects = store("a.csv", "slab,yi,vi\nA,0.1,0.02\n");
    assert_eq!((effects.rows[0].study.as_str(), effects.rows[0].number("vi")), ("A", Some(0.02)));
}

#[test]
fn a_tidy_table_stays_tidy() {
    // One column of metafor's beside Weald's numbers is a moderator, with the warning there always was.
    let store = store("a.csv", "study,events1,n1,events2,n2,ai,bi\nA,4,20,5,20,1,2\nB,4,20,5,20,1,2\n");
    assert_eq!(store.rows[0].number("events1"), Some(4.0));
    assert!(said("a.csv", "study,yi,vi,year\nA,1,1,2000\n", "W390").is_empty());
}

#[test]
fn metapsy() {
    let text = "study,condition_arm1,condition_arm2,multi_arm1,multi_arm2,outcome_type,instrument,time,time_weeks,rating,\
                mean_arm1,sd_arm1,n_arm1,mean_arm2,sd_arm2,n_arm2,mean_change_arm1,sd_change_arm1,n_change_arm1,mean_change_arm2,\
                sd_change_arm2,n_change_arm2,event_arm1,totaln_arm1,event_arm2,totaln_arm2,rob\n\
                Abas 2018,cbt,cau,individual,NA,msd,phq-9,post,12,self-report,6.1,4.2,30,9.8,5.0,31,,,,,,,,,,,2\n\
                Abas 2018,cbt,cau,group,NA,msd,phq-9,post,12,self-report,,,,,,,-3.5,4.0,28,-1.0,4.1,29,,,,,2\n\
                Bell 2020,cbt,wl,NA,NA,response,phq-9,fu,26,clinician,,,,,,,,,,,,,12,40,5,41,1\n";
    let store = store("a.csv", text);
    let row = &store.rows[0];
    assert_eq!((row.outcome.as_str(), row.timepoint.as_deref(), row.rater.as_deref()), ("msd", Some("post"), Some("self-report")));
    assert_eq!((row.arm1.as_deref(), row.arm2.as_deref()), (Some("cbt individual"), Some("cau")));
    assert_eq!(numbers(&store, 0, &["mean1", "n2"]), [Some(6.1), Some(31.0)]);
    assert_eq!(numbers(&store, 1, &["mean1", "sd2", "n1"]), [Some(-3.5), Some(4.1), Some(28.0)]);
    assert_eq!(store.row_value(&store.rows[1], "score").text(), Some("change"));
    assert_eq!(numbers(&store, 2, &["events1", "n1", "events2", "n2"]), [12.0, 40.0, 5.0, 41.0].map(Some));
    assert!(said("a.csv", text, "W390").contains("`outcome_type` as `outcome`"));
}

const ARMS: &str = "study,arm,n,mean,sd,age,country,from\n\
    A,CBT,20,5.5,1.2,40,DK,Table 2\nA,placebo,21,6.0,1.3,42,DK,Table 2\n\
    B,CBT,30,5.1,1.0,39,US,Table 1\nB,IPT,31,5.2,1.1,39,US,Table 3\nB,placebo,29,6.2,1.5,41,US,Table 1\n";

#[test]
fn a_row_an_arm() {
    let how = ReadAs { guess_arms: true, ..ReadAs::default() };
    let loaded = read_as(ARMS, &how);
    let store = loaded.store.expect("arms are paired");
    assert_eq!(store.rows.len(), 3);
    assert_eq!(numbers(&store, 0, &["n1", "mean1", "sd1", "n2", "mean2", "sd2"]), [20.0, 5.5, 1.2, 21.0, 6.0, 1.3].map(Some));
    let second = &store.rows[2];
    assert_eq!((second.arm1.as_deref(), second.arm2.as_deref(), second.number("n2")), (Some("IPT"), Some("placebo"), Some(29.0)));
    assert_eq!(second.from.as_deref(), Some("Table 3; Table 1"));
    // What differs between arms has a column for each; what does not, one.
    assert_eq!(store.row_value(second, "age_arm1").number(), Some(39.0));
    assert_eq!(store.row_value(second, "age_arm2").number(), Some(41.0));
    assert_eq!(store.studies["B"].characteristics["country"].text(), Some("US"));
    assert!(loaded.problems.iter().any(|p| p.code == "W390" && p.message.contains("5 rows, one an arm, make 3 comparisons")));
    // `use` keeps to the tidy CSV, where a row may be one group, and says what else it may be.
    let (tidy, problems) = read("a.csv", ARMS);
    assert_eq!(tidy.expect("one group a row").rows.len(), 5);
    assert!(problems.iter().any(|p| p.code == "W390" && p.help.as_deref().is_some_and(|h| h.contains("as arms"))));
}

#[test]
fn the_comparator_is_named_or_asked_for() {
    let text = "study,arm,role,events,n\nA,x,active,3,20\nA,y,control,5,20\nB,y,active,3,30\nB,x,control,4,30\n";
    let as_arms = ReadAs { format: Some(TableFormat::Arms), ..ReadAs::default() };
    let store = read_as(text, &as_arms).store.expect("roles decide");
    assert_eq!((store.rows[1].arm1.as_deref(), store.rows[1].number("events2")), (Some("y"), Some(4.0)));
    let named = ReadAs { control: Some("X".to_owned()), ..as_arms.clone() };
    let store = read_as(text, &named).store.expect("the name decides");
    assert!(store.rows.iter().all(|r| r.arm2.as_deref() == Some("x")));
    let without = "study,arm,events,n\nA,x,3,20\nA,y,5,20\nB,x,3,20\nC,tau,1,20\nC,placebo,1,20\nC,z,1,20\n";
    let problems = read_as(without, &as_arms).problems;
    let messages: Vec<&str> = problems.iter().filter(|p| p.code == "E391").map(|p| p.message.as_str()).collect();
    assert_eq!(messages.len(), 3, "{messages:?}");
    assert!(messages[0].contains("none of the arms `x`, `y`") && messages[1].contains("one arm") && messages[2].contains("several"));
}

#[test]
fn robvis_in_and_out() {
    let text =
        "Study,D1,D2,D3,D4,D5,Overall,Weight\nA,Low,Some concerns,High,Low,No information,High,33.3\nB,Low,Low,Low,Low,Low,Low,66.7\n";
    let store = store("a.csv", text);
    assert_eq!(store.risk_of_bias.len(), 12);
    assert_eq!(store.risk_of_bias[0].tool.as_deref(), Some("RoB 2"));
    assert_eq!((store.risk_of_bias[1].domain.as_str(), store.risk_of_bias[1].judgement.as_str()), ("D2", "some"));
    assert_eq!(store.risk_of_bias[5].domain, "overall");
    let (written, left) = weald::store::robvis_csv(&store, None).expect("there are judgements");
    assert_eq!((written.as_str(), left.len()), (text, 0));
    let robins = "Study,D1,D2,D3,D4,D5,D6,D7,Overall\nA,Low,Moderate,Serious,Critical,Low,Low,Low,Critical\n";
    assert_eq!(crate::store("a.csv", robins).risk_of_bias[0].tool.as_deref(), Some("ROBINS-I"));
    let rob1 = "Study,Random sequence generation,Allocation concealment,Overall\nA,Low,Unclear,Unclear\n";
    let one = crate::store("a.csv", rob1);
    assert_eq!((one.risk_of_bias[0].tool.as_deref(), one.risk_of_bias[1].domain.as_str()), (Some("RoB 1"), "Allocation concealment"));
    let told = ReadAs { tool: Some("QUADAS-2".to_owned()), ..ReadAs::default() };
    assert_eq!(read_as(rob1, &told).store.expect("read").risk_of_bias[0].tool.as_deref(), Some("QUADAS-2"));
    let wrong = ReadAs { format: Some(TableFormat::Robvis), ..ReadAs::default() };
    assert!(read_as("Study,D1,Overall\nA,Fine,Low\n", &wrong).problems.iter().any(|p| p.code == "E323"));
}

#[test]
fn prisma_in_and_out() {
    let text = "data,node,box,description,boxtext,tooltips,url,n\n\
        NA,node4,prevstud,Grey title box; Previous studies,Previous studies,x,prevstud.html,\n\
        database_results,node7,box2,Records identified from: Databases,Databases,x,d.html,1093\n\
        database_specific_results,NA,box2,x,x,x,x,\"PubMed, 600; Embase, with commas, 493\"\n\
        duplicates,node8,box3,x,x,x,x,925\n\
        dbr_excluded,node14,box9,x,x,x,x,\"Wrong population, 7; No control, 6\"\n";
    let store = store("a.csv", text);
    assert_eq!(store.flow.len(), 6);
    assert_eq!((store.flow[2].count, store.flow[2].reason.as_deref()), (493, Some("Embase, with commas")));
    let (written, left) = weald::store::prisma_csv(&store).expect("there are counts");
    assert!(left.is_empty());
    let again = crate::store("a.csv", written.clone());
    assert_eq!(again.flow, store.flow);
    assert_eq!(weald::store::prisma_csv(&again).expect("counts").0, written);
    let wrong = text.replace("925", "xxx").replace("duplicates", "records_screened");
    assert!(read("a.csv", wrong).1.iter().any(|p| p.code == "E308" && p.message.contains("xxx")));
}

#[test]
fn references_are_joined_and_said_to_be() {
    let text = "TY  - JOUR\nAU  - Jensen, S\nAU  - Dalum, H\nTI  - Illness management and recovery: one-year follow-up\nJO  - BMC Psychiatry\nPY  - 2019/02/01\nVL  - 19\nSP  - 65\nDO  - https://doi.org/10.1186/ABC\nER  - \n\n\
        TY  - JOUR\nTI  - Illness Management and Recovery:\n  one-year follow-up\nPY  - 2019\nAN  - 30755179\nDB  - PubMed\nER  - \n\
        TY  - THES\nT1  - Another one altogether\nY1  - 2001\nER  - \nXX  - lost\n";
    let (store, problems) = read("a.ris", text);
    let store = store.expect("references");
    assert_eq!(store.reports.len(), 2);
    let first = &store.reports["Jensen 2019"];
    assert_eq!((first.doi.as_deref(), first.pmid.as_deref()), (Some("10.1186/ABC"), Some("30755179")));
    assert_eq!(
        first.citation.as_deref(),
        Some("Jensen, S; Dalum, H (2019). Illness management and recovery: one-year follow-up. BMC Psychiatry 19:65")
    );
    assert!(problems.iter().any(|p| p.code == "W391" && p.message.starts_with("1 record was")));
    assert!(problems.iter().any(|p| p.code == "W392"));
    // By its content, whatever it is called.
    assert_eq!(crate::store("refs.csv", text.replace("XX  - lost\n", "")).reports.len(), 2);
}

/// `write.csv` of R counts the rows in a column without a name; any other such column is an error.
#[test]
fn row_names_of_r_are_left_out() {
    let (found, problems) = read("r.csv", "\"\",\"study\",\"yi\",\"vi\"\n\"1\",\"A\",0.1,0.2\n\"2\",\"B\",0.3,0.1\n");
    assert_eq!(found.map(|s| s.rows.len()), Some(2));
    assert!(problems.iter().any(|p| p.code == "W390" && p.message.contains("counts the rows")), "{problems:?}");
    let (none, problems) = read("r.csv", ",study,yi,vi\n1,A,0.1,0.2\n1,B,0.3,0.1\n");
    assert!(none.is_none() && problems.iter().any(|p| p.code == "E314"), "{problems:?}");
}

#[test]
fn a_study_with_a_single_arm_is_told() {
    let how = ReadAs { guess_arms: true, ..ReadAs::default() };
    let found = read_as(&format!("{ARMS}C,placebo,22,6.1,1.2,44,DK,Table 1\n"), &how);
    assert!(found.store.is_none());
    let message = found.problems.iter().find(|p| p.code == "E391").map(|p| (p.message.clone(), p.place.clone().and_then(|p| p.row)));
    assert_eq!(message, Some(("there is one arm (`placebo`) where two are compared".to_owned(), Some(7))));
}

#[test]
fn misspelt_judgements_are_told_and_no_rows() {
    for text in ["Study,D1,D2,Overall\nA,Lwo,Hgih,Hi\nB,Loww,Lowly,some\n", "Study,Bias,Missing,Overall\nA,Low,Hgih,High\nB,Low,Low,Low\n"]
    {
        let (none, problems) = read("rob.csv", text);
        assert!(none.is_none() && problems.iter().any(|p| p.code == "E323" && p.message.contains("no judgement")), "{problems:?}");
    }
}

#[test]
fn accents_in_two_encodings_are_one_name_to_the_eye() {
    let (_, problems) = read("a.csv", "study,yi,vi\n\u{e9}t\u{e9},0.1,0.2\ne\u{301}te\u{301},0.3,0.1\n");
    let told: Vec<&str> = problems.iter().filter(|p| p.code == "W311").map(|p| p.message.as_str()).collect();
    assert!(told.len() == 1 && told[0].contains("how their accents are encoded"), "{told:?}");
}

#[test]
fn columns_that_differ_in_case_only_are_refused() {
    let (none, problems) = read("a.csv", "study,yi,vi,age,Age\nA,0.1,0.2,40,41\n");
    assert!(none.is_none() && problems.iter().any(|p| p.code == "E305" && p.message.contains("`age` and `Age`")), "{problems:?}");
}
