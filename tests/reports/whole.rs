//! The whole report: registration and protocol, counts of analyses, names, files.

use super::*;

/// What stands between two headings of a report in Markdown.
fn under<'a>(text: &'a str, heading: &str) -> &'a str {
    let (_, after) = text.split_once(&format!("# {heading}\n")).unwrap_or_else(|| panic!("no heading {heading}\n{text}"));
    after.split("\n#").next().unwrap_or(after)
}

/// The state of an item in the checklist.
fn state<'a>(text: &'a str, item: &str) -> &'a str {
    let line = text.lines().find(|l| l.contains(&format!("| {item} |"))).unwrap_or_else(|| panic!("no item {item}"));
    line.trim_end_matches(['|', ' ']).rsplit('|').next().unwrap_or_default().trim()
}

fn markdown(files: Memory, script: &str) -> String {
    let (run, session) = run_with(files, &format!("{script}\nreport to \"r.md\""));
    assert!(run.ok(), "{:?}", run.problems);
    String::from_utf8(session.files().read("r.md").expect("written")).expect("text")
}

#[test]
fn registration_and_protocol_are_those_of_the_plan() {
    let files = PLAN.iter().fold(bcg(), |files, (name, text)| files.with(name, *text));
    let text = markdown(files, "follow \"bcg.plan.weald\"\nuse \"bcg.csv\"\nrun plan");
    let registration = under(&text, "Registration");
    for (name, lock) in &PLAN[1..3] {
        let fingerprint = weald::protocol::Lock::read(name, lock.as_bytes()).expect("a lock").fingerprint();
        assert!(registration.contains(&format!("{name} ({fingerprint})")), "{registration}");
    }
    assert!(registration.contains("No receipt of a register"), "{registration}");
    assert!(under(&text, "Protocol").contains("The analyses follow the plan bcg.plan.weald; its text stands in each of its locks."));
    assert!(text.contains("Amendment A1, 2026-11-30, before results were known: missing info: trials from before 1950"), "{text}");
    assert_eq!(["24a", "24b", "24c"].map(|item| state(&text, item)), ["filled"; 3]);
    // Without a plan a person has to write them.
    let text = markdown(bcg(), "use \"bcg.csv\"\nlet v = pool outcome measure rr");
    assert_eq!(["24a", "24b", "24c"].map(|item| state(&text, item)), ["to be written"; 3]);
}

#[test]
fn the_primary_analysis_comes_first_under_its_name() {
    let files = || PLAN.iter().fold(bcg(), |files, (name, text)| files.with(name, *text));
    let first = |script: &str| {
        let text = markdown(files(), &format!("follow \"bcg.plan.weald\"\nuse \"bcg.csv\"\n{script}"));
        let table = text.split("Results of all syntheses").nth(1).expect("the table").to_owned();
        table.lines().filter(|l| l.starts_with("| ")).nth(2).unwrap_or_default().to_owned()
    };
    assert!(first("run S1\nrun P1").starts_with("| P1 | pre-specified |"), "{}", first("run S1\nrun P1"));
    // Another interval in its place is P1 too, with its deviation.
    let instead = "run S1\npool outcome model reml ci wald because peer_review \"asked for\" after results";
    assert!(first(instead).starts_with("| P1 | deviation |"), "{}", first(instead));
}

#[test]
fn every_analysis_is_counted_by_its_status() {
    let script = "use \"bcg.csv\"\nlet v = pool outcome measure rr\nlet g = v by alloc\nleave-one-out of v\nregress v on ablat\negger of v\nprint \"no analysis\"";
    assert!(markdown(bcg(), script).contains("**analyses:** 5 unregistered"));
}

#[test]
fn results_without_a_name_are_called_by_what_they_are_about() {
    let csv = "study,outcome,timepoint,yi,vi\nA,sleep,week 8,0.1,0.02\nB,sleep,week 8,0.4,0.06\nA,sleep,week 52,0.2,0.02\nB,sleep,week 52,0.3,0.06\n";
    let files = Memory::new().with("t.csv", csv);
    let text =
        markdown(files, "use \"t.csv\"\npool sleep at \"week 8\" measure generic\npool sleep at \"week 52\" measure generic model common");
    assert!(text.contains("sleep at week 8") && text.contains("sleep at week 52"), "{text}");
    assert!(!text.contains("line 2") && !text.contains("line 3"), "{text}");
    let files = Memory::new().with("t.csv", "study,yi,vi\nA,0.1,0.02\nB,0.4,0.06\n");
    let text = markdown(files, "use \"t.csv\"\npool outcome measure generic\npool outcome measure generic model common");
    assert!(text.contains("outcome (line 2)") && text.contains("outcome (line 3)"), "{text}");
}

#[test]
fn studies_are_called_by_their_labels() {
    let json = r#"{"schema": 1, "studies": {"A1": {"label": "Able et al. 2001"}, "B2": {"label": "Baker 2002"}, "C3": {"label": "Charlie 2003"}},
        "rows": [{"study": "A1", "outcome": "sleep", "values": {"yi": 0.2, "vi": 0.04}}, {"study": "B2", "outcome": "sleep", "values": {"yi": 0.4, "vi": 0.05}},
                 {"study": "C3", "outcome": "sleep", "values": {"n1": 20}}]}"#;
    let text = markdown(Memory::new().with("t.json", json), "use \"t.json\"\nlet s = pool sleep measure generic\nleave-one-out of s");
    assert!(text.contains("Able et al. 2001") && text.contains("Left out: Charlie 2003"), "{text}");
    for id in ["A1", "B2", "C3"] {
        assert!(!text.split(|c: char| !c.is_alphanumeric()).any(|word| word == id), "{id}\n{text}");
    }
}

#[test]
fn words_of_many_kinds_are_counted_and_levels_named() {
    let csv = "study,yi,vi,design,setting\nA,0.1,0.02,parallel,a hospital in the north\nB,0.4,0.06,parallel,two wards of a clinic\nC,0.3,0.05,cluster,at home\n";
    let text = markdown(Memory::new().with("t.csv", csv), "use \"t.csv\"\npool outcome measure generic");
    assert!(
        text.contains("design: parallel (2), cluster (1)") && text.contains("Described in words, of how many studies: setting (3)"),
        "{text}"
    );
}

#[test]
fn a_file_written_twice_is_told_and_a_folder_in_its_place_leaves_nothing() {
    let before = "use \"bcg.csv\"\nlet v = pool outcome measure rr\n";
    let (run, _) =
        run_with(bcg(), &format!("{before}report to \"r.md\"\nreport to \"r.md\"\nforest of v to \"f.svg\"\nforest of v to \"f.svg\""));
    assert!(run.ok(), "{:?}", run.problems);
    let told = [
        "`r.md` is written twice: this statement's file takes the place of the one before",
        "`f.svg` is written twice: this statement's file takes the place of the one before",
    ];
    assert_eq!(messages(&run, "W336"), told);
    for statement in ["forest of v to \"d.svg\"", "swim of v to \"d.svg\""] {
        let (run, session) = run_with(bcg().with("d.svg/x", "in a folder"), &format!("{before}{statement}"));
        assert_eq!(messages(&run, "E327").len(), 1, "{statement}: {:?}", run.problems);
        assert!(!session.files().exists("d.svg.csv"), "{statement}");
    }
}

#[test]
fn every_count_of_the_package_prisma2020_has_a_box() {
    let pooled = [("reports included", "total", 2, ""), ("total_studies_ma", "", 2, ""), ("total_reports_ma", "", 5, "")];
    let told = flow(&pooled, "pool outcome\nflow to \"f.svg\"");
    assert!(told.iter().any(|t| t.starts_with("E8: 5 reports are said to be in a meta-analysis")), "{told:?}");
    assert!(!told.iter().any(|t| t.contains("fits no box")), "{told:?}");
}

#[test]
fn a_receipt_names_the_register() {
    use weald::protocol::receipt::{Receipt, Registration};
    let registration = Registration {
        registry: "inplasy".into(),
        id: "INPLASY2026110001".into(),
        date: "2026-11-10".into(),
        url: Some("https://inplasy.com/inplasy-2026-11-0001/".into()),
        plan_sha256: "cbf3e25f6c4994b36c7076af43ae70d36584f0dae4599ce034f02c9bb95c363c".into(),
        lock_file_sha256: weald::store::sha256(PLAN[2].1.as_bytes()),
        retrieved: None,
    };
    let receipt = Receipt::new(vec![registration], None).to_text();
    let files = PLAN.iter().fold(bcg(), |files, (name, text)| files.with(name, *text)).with("bcg.plan.receipt.json", receipt);
    let text = markdown(files, "follow \"bcg.plan.weald\"\nuse \"bcg.csv\"\nrun plan");
    let registration = under(&text, "Registration");
    let said = "INPLASY, INPLASY2026110001, 2026-11-10, https://inplasy.com/inplasy-2026-11-0001/: the plan of SHA-256 cbf3e25f…";
    assert!(registration.contains(said) && !registration.contains("No receipt"), "{registration}");
}

/// A plan's lock, as `weald lock` makes it.
fn locked(plan: &str) -> String {
    use weald::protocol::lock::{Declared, Lock, LockedSource, NUMERICS, StoreAtLock, Tool};
    let read = Session::default().read_plan(&Source::new("t.plan.weald", plan));
    assert!(read.problems.iter().all(|p| !p.problem.is_error()), "{:?}", read.problems);
    let lock = Lock {
        lock_format: 1,
        tool: Tool { name: "weald".into(), version: "0.1.0".into(), numerics: NUMERICS.into() },
        edition: 2026,
        conventions: None,
        sources: vec![LockedSource::new("t.plan.weald", plan)],
        plan_sha256: String::new(),
        analyses: indexmap::IndexMap::new(),
        plan: read.plan,
        store_at_lock: StoreAtLock::default(),
        declared: Declared { on: Some("2024-01-01".into()), ..Declared::default() },
        draft: false,
        sealed: false,
        sealed_after: false,
        journal_head: None,
        previous_lock: None,
        amendment: None,
        lock_sha256: String::new(),
    };
    lock.with_digests().to_text()
}

#[test]
fn what_was_planned_stands_first_and_what_was_expected_beside_what_was_found() {
    let plan = "edition 2026\nstage search\noutcome outcome \"Tuberculosis\" primary lower better measure rr\ncharacteristic alloc random, alternate, systematic\ncharacteristic year\n\
        plan P1 primary: pool outcome model reml ci hksj\nplan G1 subgroup of P1: P1 by alloc expects random > alternate\n";
    let files = bcg().with("t.plan.weald", plan).with("t.plan.lock.json", locked(plan));
    let script = "follow \"t.plan.weald\"\nuse \"bcg.csv\"\nrun P1\nlet late = P1 where year > 1960 by alloc\nrun G1";
    let text = markdown(files, script);
    let (planned, late) = (text.find("Tuberculosis (G1)").expect("planned"), text.find("(late)\n").expect("post hoc"));
    assert!(planned < late, "{text}");
    assert!(text.contains("Expected in the plan: random > alternate. Found: alternate 0.58, random 0.38, systematic 0.65 (RR)."), "{text}");
}
