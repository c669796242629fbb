//! The study store: reading, checking, saving.

use proptest::prelude::*;
use weald::diagnostic::Problem;
use weald::store::*;

/// Problems as `E308 row 3 sd1: message`.
fn told(problems: &[Problem]) -> Vec<String> {
    let line = |p: &Problem| {
        let place = p.place.clone().unwrap_or_default();
        let row = place.row.map_or("-".to_owned(), |r| r.to_string());
        format!("{} {row} {}: {}", p.code, place.column.unwrap_or("-".to_owned()), p.message)
    };
    problems.iter().map(line).collect()
}

fn csv(text: &str) -> Loaded {
    read_csv("d.csv", text.as_bytes())
}

/// The codes with row and column of a CSV's problems.
fn codes(text: &str) -> Vec<String> {
    told(&csv(text).problems).iter().map(|l| l.split(": ").next().unwrap_or("").to_owned()).collect()
}

fn good(text: &str) -> Store {
    let loaded = csv(text);
    assert_eq!(told(&loaded.problems), Vec::<String>::new());
    loaded.store.expect("a store")
}

#[test]
fn a_tidy_csv() {
    let store = good(
        "\u{feff}study,outcome,timepoint,analysis_set,n1,mean1,sd1,n2,mean2,sd2,year,arm_dose\nA,pain,post,ITT,10,1.50,.5,11,NA,2e0,1990,low\n A ,pain,fu,mine,10,1,0.5,11,-2,2,1990,high\nB,pain,post,,5,1,1,5,.,1,1991,low\n",
    );
    assert_eq!(store.study_names(), ["A", "B"]);
    assert_eq!(store.outcome_names(), ["pain"]);
    assert_eq!(store.timepoint_names(), ["post", "fu"]);
    assert_eq!(store.analysis_names(), ["itt", "mine"]);
    assert_eq!(store.moderator_names(), ["arm_dose", "year"]);
    assert_eq!(store.rows[0].values["mean1"].text, "1.50");
    assert_eq!(store.rows[0].number("sd2"), Some(2.0));
    assert!(!store.rows[0].values.contains_key("mean2"));
    assert_eq!(store.column("year"), Some(ColumnKind::Numeric));
    assert_eq!(store.column("arm_dose"), Some(ColumnKind::Categorical(vec!["high".into(), "low".into()])));
    assert_eq!(store.column("n1"), Some(ColumnKind::Numeric));
    assert_eq!(store.column("events1"), None);
    assert_eq!(store.column("nonsense"), None);
    assert_eq!(store.row_value(&store.rows[2], "year").number(), Some(1991.0));
    assert_eq!(store.row_value(&store.rows[1], "arm_dose"), Value::Text("high".into()));
    assert_eq!(store.row_value(&store.rows[1], "study"), Value::Text("A".into()));
    assert_eq!(store.row_value(&store.rows[1], "trial"), Value::Text("A".into()));
    assert_eq!(store.rows[1].origin.row, Some(3));
    assert!(store.studies["A"].characteristics.contains_key("year"));
    assert!(store.rows[0].moderators.contains_key("arm_dose"));
}

#[test]
fn semicolons_tabs_and_decimal_commas() {
    for text in [
        "study;n1;sd1;dose\nA;10;0,5;1,5\nB;9;1;2\n",
        "sep=;\nstudy;n1;sd1;dose\r\nA;10;0,5;1,5\r\nB;9;1;2\r\n",
        "study\tn1\tsd1\tdose\nA\t10\t0,5\t1,5\nB\t9\t1\t2\n",
    ] {
        let store = good(text);
        assert_eq!(store.rows[0].values["sd1"].text, "0.5", "{text}");
        assert_eq!(store.column("dose"), Some(ColumnKind::Numeric));
        assert_eq!(store.row_value(&store.rows[0], "dose").number(), Some(1.5));
    }
    assert_eq!(good("study;n1;sd1\nA;10;0.5\n").rows[0].number("sd1"), Some(0.5));
    assert_eq!(codes("study;n1;sd1\nA;10;0.5\nB;10;0.7\nC;10;0,5\n"), ["E308 4 sd1"]);
    assert_eq!(codes("study;n1;sd1\nA;10;0,5\nB;10;0,7\nC;10;0.5\n"), ["E308 4 sd1"]);
    assert_eq!(good("study,n1,sd1\rA,10,0.5\r").rows[0].number("sd1"), Some(0.5));
}

#[test]
fn cells_that_are_no_numbers() {
    let help = |cell: &str| {
        let loaded = csv(&format!("study,mean1\nA,\"{cell}\"\n"));
        assert_eq!(loaded.problems.len(), 1, "{cell}");
        let p = &loaded.problems[0];
        assert_eq!((p.code, p.place.as_ref().and_then(|p| p.row)), ("E308", Some(2)));
        assert!(p.help.is_some());
        p.message.clone()
    };
    for (cell, message) in [
        ("0,5", "`0,5` has a decimal comma"),
        ("1,234", "`1,234` has a thousands separator"),
        ("1,234,567.8", "`1,234,567.8` has a thousands separator"),
        ("12%", "`12%` is a percentage, not a number"),
        ("1 234", "`1 234` holds a space"),
        ("12 (3)", "`12 (3)` holds more than one number"),
        ("12 ± 3", "`12 ± 3` holds more than one number"),
        ("n/a", "`n/a` is not a number"),
        ("<5", "`<5` is a bound, not a number"),
        ("#DIV/0!", "`#DIV/0!` is a spreadsheet error"),
        ("=A1", "`=A1` is a formula"),
        ("inf", "`inf` is not a finite number"),
        ("1e999", "`1e999` is not a finite number"),
        ("–3", "`–3` begins with a dash that is not a minus"),
        ("twelve", "`twelve` is not a number"),
    ] {
        assert_eq!(help(cell), message);
    }
    let store = good("study,mean1,p\nA,−3.10,<.001\nB,+2,p = 0.04\nC,1e-3,>0.05\n");
    assert_eq!(store.rows[0].values["mean1"].text, "-3.10");
    assert_eq!(store.rows[0].values["p"].bound, Bound::Below);
    assert_eq!(store.rows[0].number("p"), Some(0.001));
    assert_eq!(store.rows[1].values["p"].bound, Bound::Exact);
    assert_eq!(store.rows[2].values["p"].bound, Bound::Above);
}

#[test]
fn all_impossible_values_at_once() {
    let text = "study,events1,n1,sd1,vi,ci_lower,ci_upper,r,p,ci_level,favours,sei\nA,5,4,1,1,1,2,0.5,0.5,95,1,1\nB,1.5,10,-1,0,3,2,1.1,1.2,0.95,3,-1\nC,-1,0,0,1,1,2,-1,0.000,90,2,1\nD,1,2.5,1,1,1,2,0,-0.03,99,2,1\n";
    assert_eq!(
        codes(text),
        [
            "E310 2 events1",
            "E311 3 sd1",
            "E310 3 events1",
            "E313 3 r",
            "E311 3 vi",
            "E311 3 sei",
            "E313 3 p",
            "E313 3 favours",
            "E313 3 ci_level",
            "E312 3 ci_lower",
            "E310 4 n1",
            "W312 4 sd1",
            "E310 4 events1",
            "W313 4 p",
            "E310 5 n1"
        ]
    );
    let loaded = csv(text);
    assert!(loaded.store.is_none() && loaded.draft.is_some());
    assert!(loaded.problems.iter().all(|p| p.help.is_some() && p.place.as_ref().is_some_and(|p| p.file == "d.csv")));
}

#[test]
fn headers() {
    assert_eq!(codes("study_id,yi,vi\nA,1,1\n"), ["E304 1 study"]);
    assert_eq!(
        csv("author,yi,vi\nA,1,1\n").problems[0].help.as_deref(),
        Some("rename `author` to `study`, if it holds the studies' labels")
    );
    assert!(csv("1,2,3\n4,5,6\n").problems.iter().any(|p| p.code == "E304"));
    assert_eq!(codes("study,yi,yi\nA,1,1\n"), ["E305 1 yi"]);
    assert_eq!(codes("study,analysis,analysis_set\nA,itt,itt\n"), ["E305 1 analysis_set"]);
    assert_eq!(good("Study,N1,Mean1,SD1\nA,1,1,1\n").rows[0].number("mean1"), Some(1.0));
    let loaded =
        csv("study,mean_1,sd.1,m2i,Mean 2,evnets1,ai,ci,year,cluster,age,mean_age,rate,n_control,se\nA,1,1,1,1,1,1,1,1,1,1,1,1,1,1\n");
    let warned: Vec<String> = loaded
        .problems
        .iter()
        .map(|p| {
            format!(
                "{} {}",
                p.place.clone().and_then(|p| p.column).unwrap_or_default(),
                p.help.clone().unwrap_or_default().split('`').nth(1).unwrap_or("")
            )
        })
        .collect();
    assert_eq!(
        warned,
        // `ai`, `ci` and `m2i` are read as metafor names them, which the first note says.
        [" as tidy", "mean_1 mean1", "sd.1 sd1", "n_control n2", "se sei"]
    );
    assert!(loaded.store.is_some());
    assert_eq!(codes("study,ci,yi\nA,1,1\n"), Vec::<String>::new());
}

#[test]
fn shapes() {
    assert_eq!(codes(""), ["E303 - -"]);
    assert_eq!(codes("\n\n  \n"), ["E303 - -"]);
    assert_eq!(codes("study,yi\n"), ["E303 - -"]);
    assert_eq!(codes("study,yi\nA,1,2\nB\nC,0,5\n"), ["E306 2 -", "E306 3 -", "E306 4 -"]);
    assert_eq!(good("study,yi,,\nA,1,,\n,,,\n\n,,,\n").rows.len(), 1);
    assert_eq!(codes("study,yi,\nA,1,\nB,2,x\n"), ["E314 3 -"]);
    assert_eq!(codes("study,yi\nA,1\n\"B,2\nC,3\n"), ["E307 3 -"]);
    assert_eq!(codes("study,yi\nA,1\n,2\n"), ["E309 3 study"]);
    let store = good("study,yi\n\n\"A\nB\",1\n\n\nC,2\n");
    assert_eq!(store.rows.iter().map(|r| r.origin.row).collect::<Vec<_>>(), [Some(3), Some(7)]);
    assert_eq!(good("\n\nstudy,yi\nA,1\n").rows[0].origin.row, Some(4));
    assert_eq!(good(&format!("study,yi,note\nA,1,{}\n", "x".repeat(2_000_000))).rows.len(), 1);
    assert_eq!(good("study\nA\n").rows.len(), 1);
    assert!(csv("study,yi,vi,time\nA,1,1,6 months\n").problems[0].help.as_deref().is_some_and(|h| h.contains("`timepoint`")));
}

#[test]
fn encodings() {
    let latin = read_csv("d.csv", b"study,yi\nA,1\nF\xE4rdig,2\n");
    assert_eq!(told(&latin.problems), ["E302 3 -: the file is not UTF-8 (byte 0xE4 near `Färdig,2`)"]);
    assert!(latin.problems[0].help.as_deref().is_some_and(|h| h.contains("Latin-1") && h.contains("CSV UTF-8")));
    assert!(read_csv("d.csv", b"study,yi\nO\x92Neill,2\n").problems[0].help.as_deref().is_some_and(|h| h.contains("Windows-1252")));
    let utf16: Vec<u8> = "study,yi\nA,1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(told(&read_csv("d.csv", &utf16).problems), ["E302 - -: the file is UTF-16, not UTF-8"]);
    let bom: Vec<u8> = [0xFF, 0xFE].into_iter().chain(utf16).collect();
    assert_eq!(read_csv("d.csv", &bom).problems[0].code, "E302");
    assert_eq!(told(&read_csv("d.csv", b"study,yi\nA\0,1\n").problems)[0].split(':').next(), Some("E302 2 -"));
    assert_eq!(read_csv("d.csv", b"PK\x03\x04abc").problems[0].code, "E301");
}

#[test]
fn look_alikes_and_columns_of_words() {
    assert_eq!(
        codes("study,yi,rob\nSmith 2001,1,low\nsmith 2001,2,Low\nSmith  2001,2,low\n"),
        ["W311 3 study", "W311 3 rob", "W311 4 study"]
    );
    assert_eq!(codes("study,yi,year\nA,1,1990\nB,2,1991\nC,2,1992\nD,2,1993\nE,2,1994a\n"), ["W314 6 year"]);
    assert_eq!(codes("study,yi,x\nA,1,1\nB,2,a\nC,2,b\nD,2,2\n"), Vec::<String>::new());
}

#[test]
fn many_problems_are_capped() {
    let text = format!("study,yi\n{}", "A,x\n".repeat(200));
    let problems = csv(&text).problems;
    assert_eq!(problems.len(), CAP + 1);
    assert_eq!(problems[CAP].message, "180 more problems in this file, 180 of them errors");
}

#[test]
fn rows_of_a_script() {
    let (row, problems) = Row::from_pairs(
        "Jensen2019",
        "recovery",
        [("timepoint", "posttest"), ("analysis", "CC"), ("n1", "59"), ("sd1", "12.20"), ("weeks", "8"), ("from", "Table 3")],
    );
    assert!(problems.is_empty());
    assert_eq!((row.analysis.as_deref(), row.from.as_deref()), (Some("cc"), Some("Table 3")));
    assert_eq!(row.values["sd1"].text, "12.20");
    assert_eq!(row.moderators["weeks"].number(), Some(8.0));
    let (_, problems) = Row::from_pairs("A", "o", [("n1", "0"), ("sd1", "x"), ("N1", "4"), ("maen1", "4"), ("sd2", "-1")]);
    let found: Vec<(usize, &str)> = problems.iter().map(|(i, p)| (*i, p.code)).collect();
    assert_eq!(found, [(1, "E308"), (2, "E305"), (2, "E310"), (3, "W310"), (4, "E311")]);
    let mut store = Store::default();
    store.add_row(row);
    assert_eq!(store.study_names(), ["Jensen2019"]);
}

/// A store that has something of everything.
fn full() -> Store {
    let mut store = good(
        "study,outcome,timepoint,analysis,instrument,arm1,arm2,n1,mean1,sd1,n2,mean2,sd2,p,year,from,weeks\nA,pain,post,itt,VAS,drug,placebo,10,1.50,2.0,12,3,1,<0.001,1990,\"Table 2, p. 3\",4\nA,pain,fu,itt,VAS,drug,placebo,10,1e-3,2,12,3,1,,1990,,8.0\n\"B \"\"x\"\"\",pain,post,,,,,,,,,,,0.030,1991,\"line\nbreak\",\n",
    );
    store.review = Some(Review { id: Some("r".into()), title: Some("T".into()), ..Review::default() });
    let outcome = store.ensure_outcome("pain");
    outcome.direction = Some(Direction::LowerBetter);
    outcome.mid = Some(Mid { value: Some(Cell::exact(1.5)), ..Mid::default() });
    store.ensure_instrument("VAS").max = Some(Cell { text: "10.0".into(), value: 10.0, bound: Bound::Exact });
    store.arms.insert("drug".into(), Arm { id: "drug".into(), ..Arm::default() });
    store.arms.insert("placebo".into(), Arm { id: "placebo".into(), ..Arm::default() });
    store.comparisons.insert(
        "c".into(),
        Comparison { id: "c".into(), arm1: vec!["drug".into()], arm2: vec!["placebo".into()], ..Comparison::default() },
    );
    store
        .characteristics
        .insert("grade".into(), Characteristic { id: "grade".into(), levels: vec!["1".into(), "2".into()], ..Characteristic::default() });
    store.preferences.insert("instrument".into(), vec!["VAS".into(), "NRS".into()]);
    store.risk_of_bias.push(RobJudgement {
        study: "A".into(),
        domain: "overall".into(),
        judgement: "low".into(),
        support: Some("said, so".into()),
        ..RobJudgement::default()
    });
    store.exclusions.push(Exclusion { what: "C".into(), reason: Some("design".into()), ..Exclusion::default() });
    store.flow.push(FlowCount { stage: "identified".into(), count: 1093, ..FlowCount::default() });
    let a = store.ensure_study("A");
    a.label = Some("Study A".into());
    a.trial = Some("NCT1".into());
    a.characteristics.insert("grade".into(), Value::Text("1".into()));
    a.characteristics.insert("pages".into(), Value::infer("10.50"));
    store.settle();
    store
}

/// The same store without the places it was read from.
fn bare(mut store: Store) -> Store {
    store.rows.iter_mut().for_each(|row| row.origin = Default::default());
    store
}

#[test]
fn saved_and_opened_again() {
    let store = full();
    for path in ["s.json", "folder", "deep/folder"] {
        let files = Memory::new();
        save(&files, &store, path).expect("saved");
        let again = open(&files, path);
        assert_eq!(told(&again.problems), Vec::<String>::new(), "{path}");
        let again = again.store.expect("a store");
        assert_eq!(bare(again.clone()), bare(store.clone()), "{path}");
        assert_eq!(to_json(&again), to_json(&store));
        assert_eq!(again.row_value(&again.rows[0], "trial"), Value::Text("NCT1".into()));
        assert_eq!(again.risk_of_bias_of(&again.rows[0], "Overall").map(|j| j.judgement.as_str()), Some("low"));
    }
    assert!(save(&Memory::new(), &store, "s.csv").is_err_and(|p| p.code == "E328"));
    assert!(save(&Memory::new(), &store, "s.xlsx").is_err_and(|p| p.code == "E301"));
    let text = "study,n1,sd1,year\nA,10,1.50,1990\nB,11,.5,1991\n";
    let files = Memory::new();
    save(&files, &good(text), "s.csv").expect("saved");
    assert_eq!(files.peek("s.csv").as_deref(), Some(text.as_bytes()));
}

#[test]
fn documents_with_mistakes() {
    let one = |text: &str| told(&read_json("s.json", text.as_bytes()).problems);
    assert_eq!(one("{"), ["E320 1 -: the JSON can't be read: EOF while parsing an object"]);
    assert_eq!(one("[]"), ["E320 - -: the JSON is no study store: it must be an object"]);
    assert_eq!(one("{}"), ["E322 - -: the JSON has no `schema`, so it is no study store"]);
    assert_eq!(one("{\"schema\": 0}"), ["E322 - -: the store has schema version 0; this Weald reads versions 1 to 2"]);
    assert_eq!(one("{\"schema\": 3}"), ["E322 - -: the store has schema version 3; this Weald reads versions 1 to 2"]);
    assert_eq!(one("{\"schema\": 1,\n\"studys\": {}}"), ["E321 2 -: the store has no field `studys` here"]);
    assert_eq!(
        one("{\"schema\": 1, \"outcomes\": {\"a\": {\"direction\": \"higher\"}}}"),
        ["E321 1 -: the store has no word `higher` here"]
    );
    assert_eq!(one("{\"schema\": 1, \"studies\": {\"A\": {}, \"A\": {}}}"), ["E320 1 -: the store can't be read: `A` stands twice"]);
    let text = "{\"schema\": 1,\n\"studies\": {\"Aa\": {\"characteristics\": {\"year\": 1990, \"rob\": \"low\", \"x\": null}}},\n\"outcomes\": {\"pain\": {}},\n\"rows\": [\n {\"study\": \"Aa\", \"outcome\": \"pain\", \"values\": {\"n1\": 5, \"sd1\": -1, \"p\": \"<0.001\"}},\n {\"study\": \"Ab\", \"outcome\": \"pan\", \"values\": {\"n3\": 5},\n  \"moderators\": {\"mean1\": 2}}\n]}";
    let loaded = read_json("s.json", text.as_bytes());
    let found: Vec<String> = told(&loaded.problems).iter().map(|l| l.split(": ").next().unwrap_or("").to_owned()).collect();
    assert_eq!(found, ["E311 5 sd1", "E323 6 study", "E323 6 outcome", "E323 6 n3", "E323 6 mean1"]);
    assert_eq!(loaded.problems[1].help.as_deref(), Some("did you mean `Aa`?"));
}

#[test]
fn folders_made_by_hand() {
    let files = Memory::new()
        .with("imr/studies.csv", "id,label,year,comparator\nA,Study A,1990,tau\nB,Study B,1991,waitlist\n")
        .with("imr/outcomes.csv", "study,outcome,n1,mean1,sd1,tier,kind\nA,pain,10,1,1,x,a\nB,pain,10,1,1,x,b\nB,pain,10,1,1,x,c\n");
    let loaded = open(&files, "imr");
    assert_eq!(told(&loaded.problems), Vec::<String>::new());
    let store = loaded.store.expect("a store");
    assert_eq!(store.row_value(&store.rows[1], "comparator"), Value::Text("waitlist".into()));
    assert_eq!(store.row_value(&store.rows[1], "label"), Value::Text("Study B".into()));
    assert!(store.studies["A"].characteristics.contains_key("tier"));
    let wrong =
        files.with("imr/outcomes.csv", "study,yi\nA,1\nBb,1\n").with("imr/risk_of_bias.csv", "study,domain,judgment\nA,overall,low\n");
    assert_eq!(
        told(&open(&wrong, "imr").problems),
        ["E321 1 judgment: risk of bias has no column `judgment`", "E304 1 judgement: the file has no column `judgement`",]
    );
    let wrong = wrong.with("imr/risk_of_bias.csv", "study,domain,judgement\nA,overall,low\nZ,D1,high\n");
    assert_eq!(
        told(&open(&wrong, "imr").problems),
        [
            "E323 - -: a judgement of `D1` names the study `Z`, which the store does not hold",
            "E323 3 study: a row of `Bb` names the study `Bb`, which the store does not hold",
        ]
    );
    let none = Memory::new().with("x/notes.csv", "a\n");
    assert_eq!(open(&none, "x").problems[0].code, "E301");
}

#[test]
fn paths() {
    let files = Memory::new().with("bcg.csv", "study,yi,vi\nA,1,1\n").with("a.xlsx", "x");
    assert_eq!(open(&files, "bcg").problems[0].help.as_deref(), Some("did you mean `bcg.csv`?"));
    assert_eq!(open(&files, "bgc.csv").problems[0].help.as_deref(), Some("did you mean `bcg.csv`?"));
    assert_eq!(open(&files, "a.xlsx").problems[0].code, "E320");
    let store = open(&files, "bcg.csv").store.expect("a store");
    assert!(save(&files, &store, "./bcg.csv").is_err_and(|p| p.code == "E326"));
    assert!(save(&files, &store, "../b.csv").is_err_and(|p| p.code == "E325"));
    assert!(save(&files, &store, "/b.csv").is_err_and(|p| p.code == "E325"));
}

#[test]
fn a_disk() {
    let base = tempfile::tempdir().expect("a folder");
    let out = base.path().join("out");
    std::fs::create_dir(&out).expect("a folder");
    std::fs::write(base.path().join("d.csv"), "study,yi,vi\nA,1,1\n").expect("written");
    let disk = Disk::new(base.path(), &out, false);
    let store = open(&disk, "d.csv").store.expect("a store");
    assert_eq!(disk.write("../d.csv", b"x").map_err(|p| p.code), Err("E325"));
    assert_eq!(disk.write("/tmp/x.csv", b"x").map_err(|p| p.code), Err("E325"));
    assert_eq!(Disk::new(base.path(), &out, true).write("../e.csv", b"x"), Ok(()));
    let both = Disk::new(base.path(), base.path(), true);
    assert!(open(&both, "d.csv").store.is_some());
    assert_eq!(both.write("out/../d.csv", b"x").map_err(|p| p.code), Err("E326"));
    assert_eq!(disk.write("new/s.json", to_json(&store).as_bytes()), Ok(()));
    assert!(out.join("new/s.json").exists());
    assert_eq!(disk.write("new", b"x").map_err(|p| p.code), Err("E327"));
    assert_eq!(save(&disk, &store, "folder"), Ok(()));
    let names = Disk::new(&out, &out, false).list("folder");
    assert_eq!(names, Some(["digests.json", "rows.csv", "saved.json", "studies.csv", "weald.json"].map(String::from).to_vec()));
    assert_eq!(disk.read("gone.csv").map_err(|p| p.code), Err("E300"));
    assert_eq!(disk.read("out").map_err(|p| p.code), Err("E300"));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(base.path(), out.join("link")).expect("a link");
        assert_eq!(disk.write("link/f.csv", b"x").map_err(|p| p.code), Err("E325"));
        assert_eq!(disk.write("link/new/f.csv", b"x").map_err(|p| p.code), Err("E325"));
        assert!(!base.path().join("new").exists());
    }
}

#[test]
fn joining() {
    let mut store = good("study,yi,vi,year\nA,1,1,1990\n");
    assert!(store.merge(good("study,yi,vi,year,rob\nA,2,1,1990.0,low\nB,1,1,2000,high\n")).is_empty());
    assert_eq!((store.rows.len(), store.studies.len()), (3, 2));
    assert_eq!(store.row_value(&store.rows[0], "rob"), Value::Text("low".into()));
    let conflicts = store.merge(good("study,yi,vi,rob\nB,1,1,low\n"));
    assert_eq!(told(&conflicts), ["E324 - -: rob of characteristics of study `B` has two values: `high` and `low`"]);
    let mut declared = Store::default();
    declared.ensure_outcome("outcome").direction = Some(Direction::HigherBetter);
    assert!(store.merge(declared).is_empty());
    assert_eq!(store.outcomes["outcome"].direction, Some(Direction::HigherBetter));
}

#[test]
fn the_documentation_has_the_tables() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/store.md");
    for (name, table) in [("columns", columns_markdown()), ("known", known_markdown())] {
        let text = std::fs::read_to_string(path).expect("docs/store.md");
        let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
        let (before, rest) = text.split_once(&start).expect("a start");
        let (written, after) = rest.split_once(&end).expect("an end");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, format!("{before}{start}{table}{end}{after}")).expect("written");
        } else {
            assert_eq!(written, table, "run the tests with UPDATE=1");
        }
    }
}

#[test]
fn the_examples_of_the_documentation_are_read() {
    let text = include_str!("../docs/store.md");
    let block = |fence: &str| text.split(fence).nth(1).and_then(|rest| rest.split("```").next()).expect("a block");
    assert_eq!(good(block("```csv\n")).rows.len(), 1);
    let document = read_json("s.json", block("```json\n").as_bytes());
    assert_eq!(told(&document.problems), Vec::<String>::new());
    assert_eq!(document.store.map(|s| s.rows[0].values["sd2"].text.clone()).as_deref(), Some("18.0"));
}

#[test]
fn codes_are_sorted_and_unique() {
    let codes: Vec<&str> = weald::diagnostic::codes::CODES.iter().map(|c| c.code).collect();
    assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
}

/// Texts that a cell may hold.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z][a-zA-Z ,;\"'é−%<>=#\n]{0,8}",
        "-?[0-9]{1,4}(\\.[0-9]{1,3})?",
        "[0-9]e-?[0-9]",
        Just(String::new()),
        Just("NA".to_owned())
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = read_csv("d.csv", &bytes);
        let _ = read_json("d.json", &bytes);
    }

    #[test]
    fn any_text_is_read_without_panic(text in "[a-z0-9,;\t\r\n\"'.%<p é\u{feff}-]{0,200}") {
        let _ = csv(&text);
        let _ = csv(&format!("study,n1,mean1,sd1,p,year\n{text}"));
        let _ = csv(&format!("study;n1;mean1;sd1;p;year\n{text}"));
        let _ = read_json("d.json", format!("{{\"schema\": 1, \"rows\": [{text}]}}").as_bytes());
        let files = Memory::new().with("f/rows.csv", format!("study,n1\n{text}")).with("f/studies.csv", text.clone()).with("f/weald.json", "{\"schema\":1}");
        let _ = open(&files, "f");
    }

    #[test]
    fn what_is_saved_is_what_is_opened(
        rows in proptest::collection::vec(("[A-C][a-z \",]{0,3}", cell(), cell(), cell(), 1u32..900, "[0-9]{1,3}(\\.[0-9]{0,4})?", cell()), 1..8),
        levels in any::<bool>(),
    ) {
        let mut store = Store::default();
        for (study, timepoint, x, y, n, sd, from) in rows {
            let mut row = Row::new(study.trim(), "o");
            row.timepoint = Some(timepoint);
            row.from = Some(from);
            row.moderators.insert("x".into(), Value::infer(&x));
            row.values.insert("n1", Cell::exact(f64::from(n)));
            row.values.insert("sd1", Cell::parse(&sd, Style::default()).expect("a number"));
            let study = store.ensure_study(&row.study);
            study.characteristics.insert("y".into(), Value::infer(&y));
            study.citation = Some(x);
            store.add_row(row);
        }
        if levels {
            let all = store.studies.values().filter_map(|s| s.characteristics["y"].text().map(str::to_owned)).collect();
            store.characteristics.insert("y".into(), Characteristic { id: "y".into(), levels: all, ..Characteristic::default() });
        }
        store.ensure_outcome("o");
        for id in store.timepoint_names().into_iter().map(str::to_owned).collect::<Vec<_>>() {
            store.ensure_timepoint(&id);
        }
        store.settle();
        for path in ["s.json", "folder"] {
            let files = Memory::new();
            prop_assert!(save(&files, &store, path).is_ok());
            let again = open(&files, path);
            prop_assert!(again.store.is_some(), "{:?}", told(&again.problems));
            if let Some(again) = again.store {
                prop_assert_eq!(bare(again), bare(store.clone()));
            }
        }
    }
}
