//! Reports, the flow diagram and its arithmetic, risk of bias, summary of findings, the archive.

use std::collections::BTreeSet;
use std::io::Read;
use weald::eval::outcome::{Outcome, TableResult};
use weald::store::{Files, Memory};
use weald::{Problem, Run, Session, Source};

#[path = "reports/archive.rs"]
mod archive;
#[path = "reports/directions.rs"]
mod directions;
#[path = "reports/findings.rs"]
mod findings;
#[path = "reports/whole.rs"]
mod whole;

const BCG: &[u8] = include_bytes!("reference/bcg.csv");

/// A store of three studies, two of them one trial, with the flow counts given.
fn with_flow(flow: &str) -> String {
    format!(
        r#"{{"schema": 1, "review": {{"title": "Tea for two: a systematic review"}},
        "outcomes": {{"outcome": {{"direction": "higher_better", "measure": "generic"}}}},
        "studies": {{"A": {{}}, "B": {{"trial": "BC"}}, "C": {{"trial": "BC"}}}},
        "rows": [{{"study": "A", "outcome": "outcome", "values": {{"yi": 0.2, "vi": 0.04}}}},
                 {{"study": "B", "outcome": "outcome", "values": {{"yi": 0.4, "vi": 0.05}}}}],
        "flow": [{flow}]}}"#
    )
}

fn run_with(files: Memory, script: &str) -> (Run, Session) {
    let mut session = Session::with_files(files);
    let run = session.run(&Source::new("script.weald", script));
    (run, session)
}

fn messages(run: &Run, code: &str) -> Vec<String> {
    run.problems.iter().map(|p| &p.problem).filter(|p: &&Problem| p.code == code).map(|p| p.message.clone()).collect()
}

fn flow(counts: &[(&str, &str, u64, &str)], script: &str) -> Vec<String> {
    let one = |(stage, stream, count, reason): &(&str, &str, u64, &str)| {
        let reason = if reason.is_empty() { String::new() } else { format!(r#", "reason": "{reason}""#) };
        format!(r#"{{"stage": "{stage}", "stream": "{stream}", "count": {count}{reason}}}"#)
    };
    let counts: Vec<String> = counts.iter().map(one).collect();
    let files = Memory::new().with("store.json", with_flow(&counts.join(", ")));
    let (run, _) = run_with(files, &format!("use \"store.json\"\n{script}\nflow"));
    assert!(run.ok(), "{:?}", run.problems);
    messages(&run, "W331")
}

/// A diagram that adds up.
const SOUND: &[(&str, &str, u64, &str)] = &[
    ("records identified", "databases", 70, "PubMed"),
    ("records identified", "databases", 30, "Embase"),
    ("records identified", "databases", 100, ""),
    ("records identified", "registers", 10, ""),
    ("duplicates removed", "databases", 20, ""),
    ("records screened", "databases", 90, ""),
    ("records excluded", "databases", 80, ""),
    ("reports sought", "databases", 10, ""),
    ("reports not retrieved", "databases", 1, ""),
    ("reports assessed", "databases", 9, ""),
    ("reports excluded", "databases", 4, "wrong population"),
    ("reports excluded", "databases", 3, "no comparison"),
    ("records identified", "citation searching", 5, ""),
    ("screened out", "citation searching", 3, ""),
    ("reports sought", "citation searching", 2, ""),
    ("reports assessed", "citation searching", 2, ""),
    ("reports excluded", "citation searching", 1, "duplicate report"),
    ("reports included", "total", 3, ""),
    ("studies included", "total", 2, ""),
];

/// The diagram with the number of one box changed.
fn changed(stage: &str, stream: &str, reason: &str, to: u64) -> Vec<(&'static str, &'static str, u64, &'static str)> {
    let mut out = SOUND.to_vec();
    let found = out.iter_mut().find(|c| c.0 == stage && c.1 == stream && c.3 == reason).expect("a box of the diagram");
    found.2 = to;
    out
}

#[test]
fn a_diagram_that_adds_up_is_not_complained_of() {
    assert_eq!(flow(SOUND, ""), Vec::<String>::new());
}

#[test]
fn every_check_of_the_flow_diagram_names_both_sides() {
    let of = |stage, stream, reason, to| flow(&changed(stage, stream, reason, to), "");
    assert_eq!(
        of("records identified", "databases", "PubMed", 60),
        ["E1: records from databases is 100, but the sum over the databases listed is 90 (difference 10)"]
    );
    assert_eq!(
        of("duplicates removed", "databases", "", 25),
        ["E2: records screened is 90, but records identified less those removed before screening is 85 (difference 5)"]
    );
    assert_eq!(
        of("records excluded", "databases", "", 79),
        ["E3: reports sought for retrieval is 10, but records screened less records excluded is 11 (difference 1)"]
    );
    assert_eq!(
        of("reports not retrieved", "databases", "", 3),
        ["E4: reports assessed is 9, but reports sought less reports not retrieved is 7 (difference 2)"]
    );
    assert_eq!(
        of("screened out", "citation searching", "", 2),
        [
            "E5: records of other methods excluded before retrieval is 2, but records identified there less reports sought is 3 (difference 1)"
        ]
    );
    assert_eq!(
        of("reports excluded", "databases", "no comparison", 2),
        ["E6: reports of included studies is 3, but reports assessed less reports excluded, over both columns is 4 (difference 1)"]
    );
    let e7 = of("studies included", "total", "", 4);
    assert_eq!(e7[0], "E7: 4 studies are included, but only 3 reports of them");
    assert_eq!(e7[1], "E9: 4 studies are said to be included, but the data hold 2 (reports of one trial count once)");
    let mut pooled = SOUND.to_vec();
    pooled.push(("studies included in meta-analysis", "total", 3, ""));
    assert_eq!(
        flow(&pooled, "pool outcome model common"),
        ["E8: 3 studies are said to be in a meta-analysis, but the pooled analyses of this script use 2 (each with one report)"]
    );
    assert_eq!(flow(&pooled, ""), Vec::<String>::new(), "nothing is pooled, so nothing is compared");
    let mut previous = SOUND.to_vec();
    previous.extend([("previous_studies", "", 5, ""), ("total_studies", "", 8, "")]);
    assert_eq!(flow(&previous, ""), ["E7: total studies is 8, but previous studies and new studies is 7 (difference 1)"]);
}

#[test]
fn counts_that_fit_no_box_and_boxes_without_a_number_are_named() {
    let files = Memory::new().with(
        "store.json",
        with_flow(r#"{"stage": "coffee drunk", "count": 7}, {"stage": "records identified", "stream": "databases", "count": 3}"#),
    );
    let (run, _) = run_with(files, "use \"store.json\"\nflow");
    let Some(Outcome::Table(TableResult { notes, .. })) = run.outcomes.last() else { panic!("{:?}", run.outcomes) };
    assert!(notes.iter().any(|n| n.contains("`coffee drunk`") && n.contains("fits no box")), "{notes:?}");
    assert!(notes.iter().any(|n| n.starts_with("no number for:") && n.contains("Records screened")), "{notes:?}");
}

fn bcg() -> Memory {
    Memory::new().with("bcg.csv", BCG)
}

const REPORT: &str = "use \"bcg.csv\"\nlet vaccine = pool outcome measure rr model reml\nvaccine by alloc\nleave-one-out of vaccine\negger of vaccine\nsection interpretation \"The risk ratio was {vaccine.display:.2} <b>&\"\n";

/// What a run wrote to a path.
fn written(script: &str, path: &str) -> Vec<u8> {
    let (run, session) = run_with(bcg(), script);
    assert!(run.ok(), "{:?}", run.problems);
    session.files().read(path).expect("the file is written")
}

#[test]
fn the_html_is_whole_self_contained_and_the_same_each_time() {
    let script = format!("{REPORT}report to \"r.html\"");
    let html = String::from_utf8(written(&script, "r.html")).expect("text");
    assert_eq!(html.as_bytes(), written(&script, "r.html"), "the same bytes");
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    for outside in ["src=", "url(", "@import", "<script", "<link", "<iframe", "<img"] {
        assert!(!html.contains(outside), "{outside} asks for another file");
    }
    assert!(html.contains("The risk ratio was 0.49 &lt;b&gt;&amp;"), "the text of a person with the number of the result");
    // Every item of the checklist has its row, and every link its place.
    let items = weald::publish::prisma::items().count();
    assert_eq!(items, 42);
    let ids: BTreeSet<&str> = html.split(" id=\"").skip(1).filter_map(|s| s.split('"').next()).collect();
    assert_eq!(ids.len(), html.matches(" id=\"").count(), "no two places have one name");
    for to in html.split("href=\"#").skip(1).filter_map(|s| s.split('"').next()) {
        assert!(ids.contains(to), "nothing stands at #{to}");
    }
    // Headings go down one level at a time.
    let mut depth = 0;
    for (at, _) in html.match_indices("<h") {
        let Some(level) = html[at + 2..].chars().next().and_then(|c| c.to_digit(10)) else { continue };
        assert!(level <= depth + 1, "h{level} after h{depth}");
        depth = level;
    }
    assert_eq!(html.matches("<h1").count(), 1);
    let open = |tag: &str| html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
    for tag in ["table", "thead", "tbody", "tr", "th", "td", "ul", "li", "dl", "figure", "div", "p", "main", "nav"] {
        assert_eq!(open(tag), html.matches(&format!("</{tag}>")).count(), "<{tag}> is closed as often as opened");
    }
}

#[test]
fn numbers_of_the_report_are_those_of_the_results() {
    let (run, session) = run_with(bcg(), &format!("{REPORT}report to \"r.md\""));
    let text = String::from_utf8(session.files().read("r.md").expect("written")).expect("text");
    let pooled = run.pools().next().expect("a pool");
    let display = pooled.display.as_ref().and_then(|d| d.estimate).expect("an estimate");
    assert!(text.contains(&format!("Pooled effect: RR {display:.2}")), "{text}");
    assert!(text.contains("The pooled effect") || text.contains("13 studies"));
    assert!(text.contains("To be written, item 5"), "what nobody wrote is a gap");
    assert!(!text.contains("To be written, item 23a"), "what somebody wrote is none");
}

#[test]
fn a_report_holds_what_came_before_it_and_not_what_comes_after() {
    let script = "use \"bcg.csv\"\nlet one = pool outcome measure rr model dl\nreport to \"a.md\"\nlet two = pool outcome measure or model dl\nreport to \"b.md\"";
    let (_, session) = run_with(bcg(), script);
    let text = |path: &str| String::from_utf8(session.files().read(path).expect("written")).expect("text");
    assert!(text("a.md").contains("(one)") && !text("a.md").contains("(two)"));
    assert!(text("b.md").contains("(one)") && text("b.md").contains("(two)"));
}

#[test]
fn a_report_in_a_session_looks_back_on_entries_before_and_forgets_what_was_undone() {
    let mut session = Session::with_files(bcg());
    for entry in [
        "use \"bcg.csv\"",
        "let one = pool outcome measure rr model dl",
        "let two = pool outcome measure or model dl",
        "undo",
        "report to \"a.md\"",
    ] {
        assert!(session.run_entry(&Source::new("entry", entry)).ok(), "{entry}");
    }
    let text = String::from_utf8(session.files().read("a.md").expect("written")).expect("text");
    assert!(text.contains("(one)") && !text.contains("(two)"));
}

fn parts(zip: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip)).expect("an archive");
    (0..archive.len())
        .map(|i| {
            let mut file = archive.by_index(i).expect("a part");
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).expect("its bytes");
            (file.name().expect("a name").into_owned(), bytes)
        })
        .collect()
}

#[test]
fn the_docx_is_well_formed_and_its_links_lead_somewhere() {
    let bytes = written(&format!("{REPORT}report to \"r.docx\""), "r.docx");
    assert_eq!(bytes, written(&format!("{REPORT}report to \"r.docx\""), "r.docx"));
    let parts = parts(&bytes);
    assert_eq!(parts[0].0, "[Content_Types].xml");
    for (name, bytes) in parts.iter().filter(|p| p.0.ends_with(".xml") || p.0.ends_with(".rels")) {
        let text = std::str::from_utf8(bytes).expect("text");
        assert!(roxmltree::Document::parse(text).is_ok(), "{name} is XML");
    }
    let body = parts.iter().find(|p| p.0 == "word/document.xml").map(|p| String::from_utf8_lossy(&p.1).into_owned()).expect("the text");
    let marks: BTreeSet<&str> = body.split("w:name=\"").skip(1).filter_map(|s| s.split('"').next()).collect();
    let links: Vec<&str> = body.split("w:anchor=\"").skip(1).filter_map(|s| s.split('"').next()).collect();
    assert!(links.len() > 30, "the checklist leads to its places");
    for to in links {
        assert!(marks.contains(to), "nothing stands at {to}");
    }
}

fn rob(rows: &[[&str; 5]]) -> Memory {
    let mut csv = String::from("study,tool,domain,judgement,support\n");
    for row in rows {
        csv.push_str(&row.join(","));
        csv.push('\n');
    }
    Memory::new()
        .with("data/weald.json", r#"{"schema": 1}"#)
        .with("data/rows.csv", "study,outcome,yi,vi\nA,outcome,0.1,0.02\nB,outcome,0.4,0.06\n")
        .with("data/risk_of_bias.csv", csv)
}

#[test]
fn a_domain_judged_twice_is_sought_where_judgements_stand() {
    let (run, _) = run_with(rob(&[["A", "RoB 2", "overall", "low", ""], ["A", "RoB 2", "overall", "high", "open"]]), "use \"data\"");
    let place = run.problems.iter().find(|p| p.problem.code == "E343").and_then(|p| p.problem.place.clone());
    assert_eq!(place.map(|p| p.file), Some("data/risk_of_bias.csv".to_owned()), "{:?}", run.problems);
}

#[test]
fn judgements_are_matched_by_whole_words_and_held_against_their_tool() {
    let files = rob(&[
        ["A", "RoB 2", "D1", "low", ""],
        ["A", "RoB 2", "deviations", "some", "unblinded"],
        ["A", "RoB 2", "D3", "lo", ""],
        ["A", "RoB 2", "D9", "low", ""],
        ["A", "RoB 2", "measurement", "high", ""],
        ["A", "RoB 2", "D5", "low", ""],
        ["A", "RoB 2", "overall", "low", ""],
    ]);
    let (run, _) = run_with(files, "use \"data\"\nrob traffic-light");
    assert_eq!(
        messages(&run, "W332"),
        [
            "A: `D9` is no domain of RoB 2 (2019), which has D1, D2, D3, D4, D5 (randomisation, deviations, missing, measurement, selection) and overall",
            "A, measurement: High has no support text",
            "A: no judgement on D3",
            "A: overall Low is better than its worst domain (High), and no support text says why",
        ]
    );
}

#[test]
fn no_information_in_robins_i_leaves_the_others_as_they_are() {
    let files = rob(&[
        ["A", "ROBINS-I", "confounding", "serious", "confounded"],
        ["A", "ROBINS-I", "selection", "NI", "not described"],
        ["B", "ROBINS-I", "confounding", "moderate", "adjusted"],
        ["B", "ROBINS-I", "selection", "low", ""],
    ]);
    let (run, session) = run_with(
        files,
        "use \"data\"\nrob traffic-light to \"rob.svg\"\nrob summary\nrob traffic-light palette colour-blind to \"cb.svg\"",
    );
    assert!(run.ok(), "{:?}", run.problems);
    let svg = String::from_utf8(session.files().read("rob.svg").expect("written")).expect("text");
    assert!(svg.contains("A: D1 Serious, D2 No information, D3 not judged"), "{svg}");
    assert!(svg.contains("#bf0000") && svg.contains("#4ea1f7") && svg.contains("#e2df07") && svg.contains("#02c100"));
    assert!(!svg.contains("Overall"), "no overall column without overall judgements");
    for domain in ["D1", "D2", "D3", "D4", "D5", "D6", "D7"] {
        assert!(svg.contains(&format!(">{domain}</text>")), "{domain} has its column");
    }
    let blind = String::from_utf8(session.files().read("cb.svg").expect("written")).expect("text");
    assert!(blind.contains("#d95f0e") && !blind.contains("#bf0000"));
}

#[test]
fn shares_by_weight_are_those_of_the_analysis() {
    let files = rob(&[["A", "RoB 2", "D1", "low", ""], ["B", "RoB 2", "D1", "high", "open list"]]);
    let (run, _) =
        run_with(files, "use \"data\"\nlet a = pool outcome measure generic model common\nrob summary weights of a\nrob summary");
    let tables: Vec<&TableResult> = run.outcomes.iter().filter_map(|o| if let Outcome::Table(t) = o { Some(t) } else { None }).collect();
    // Weights of inverse variances 50 and 16.7: 75% and 25%.
    assert_eq!(tables[0].rows[0][3..], ["Low", "75.0%"]);
    assert_eq!(tables[0].rows[1][3..], ["High", "25.0%"]);
    assert_eq!(tables[1].rows[0][3..], ["Low", "50.0%"]);
}

#[test]
fn swim_counts_directions_and_no_significance() {
    let (run, session) = run_with(bcg(), "use \"bcg.csv\"\nlet v = pool outcome measure rr\nswim of v\nswim of v to \"d.svg\"");
    assert!(run.ok(), "{:?}", run.problems);
    let Some(Outcome::Table(table)) = run.outcomes.get(1) else { panic!("{:?}", run.outcomes) };
    assert_eq!(table.rows.len(), 13);
    let notes = table.notes.join("\n");
    // 11 of 13 log risk ratios lie below 0: two-sided sign test 2 * P(X >= 11) = 0.0225.
    assert!(notes.contains("2 above and 11 below no effect"), "{notes}");
    assert!(notes.contains("sign test p = 0.022"), "{notes}");
    assert!(!notes.contains("significan"));
    let svg = session.files().read("d.svg").expect("written");
    assert_eq!(String::from_utf8_lossy(&svg).matches("<polygon").count(), 13);
}

#[test]
fn pictures_of_the_review_hold_their_texts_apart() {
    use weald::eval::outcome::RobRequest;
    use weald::figure::{check::faults, font::Fonts};
    let fonts = Fonts::bundled();
    let clear = |figure: Option<weald::figure::Figure>| {
        let figure = figure.expect("a picture");
        assert_eq!(faults(&figure.scene, &fonts), Vec::<String>::new(), "{}", figure.scene.title);
        let shown: Vec<&str> = figure.twin.rows.iter().map(|r| r.shown.as_str()).collect();
        assert!(!shown.is_empty());
    };
    let store = |json: &str| weald::store::open(&Memory::new().with("s.json", json), "s.json").store.expect("a store");
    let long =
        "a reason for leaving a report out that goes on over several lines of its box, and_one_word_that_is_longer_than_any_box_could_be";
    let counts = [
        String::new(),
        r#"{"stage": "records identified", "stream": "databases", "count": 3}"#.to_owned(),
        format!(
            r#"{{"stage": "reports excluded", "stream": "databases", "count": 12345678, "reason": "{long}"}}, {{"stage": "previous_studies", "count": 4}}, {{"stage": "reports excluded", "stream": "websites", "count": 1, "reason": "{long}"}}, {{"stage": "studies included in meta-analysis", "count": 2}}"#
        ),
    ];
    for counts in &counts[1..] {
        clear(weald::publish::flow::figure(&store(&with_flow(counts)), &fonts));
    }
    assert!(weald::publish::flow::figure(&store(&with_flow(&counts[0])), &fonts).is_none());
    for tool in ["RoB 1", "RoB 2", "RoB 2 cluster", "RoB 2 crossover", "ROBINS-I"] {
        let long = "A study with a name that is rather longer than names of studies are and some more of it 2024";
        for study in ["A", long] {
            let csv = rob(&[
                [
                    study,
                    tool,
                    if tool == "RoB 1" {
                        "A"
                    } else if tool == "RoB 2 cluster" {
                        "D1a"
                    } else {
                        "D1"
                    },
                    "low",
                    "",
                ],
                [study, tool, "overall", "low", ""],
            ]);
            let json = weald::store::open(&csv, "data").draft.or(weald::store::open(&csv, "data").store).expect("a store");
            for summary in [false, true] {
                let (figure, problems) = weald::publish::rob::figure(&json, &RobRequest::default(), summary, &fonts);
                assert!(problems.iter().all(|p| p.contains("no judgement on")), "{problems:?}");
                clear(figure);
            }
        }
    }
    let (run, _) = run_with(bcg(), "use \"bcg.csv\"\nlet v = pool outcome measure rr\nlet w = pool outcome measure or where year > 1970");
    for pool in run.pools() {
        clear(Some(weald::publish::swim::figure(&store(&with_flow("")), pool, None, &fonts)));
    }
}

const PLAN: [(&str, &str); 5] = [
    ("bcg.plan.weald", include_str!("../examples/bcg/bcg.plan.weald")),
    ("bcg.plan.lock.json", include_str!("../examples/bcg/bcg.plan.lock.json")),
    ("bcg.plan.lock.2.json", include_str!("../examples/bcg/bcg.plan.lock.2.json")),
    ("bcg.plan.journal.jsonl", include_str!("../examples/bcg/bcg.plan.journal.jsonl")),
    ("bcg.plan.journal.sha256", include_str!("../examples/bcg/bcg.plan.journal.sha256")),
];

#[test]
fn a_report_under_a_plan_says_what_became_of_it_and_the_archive_too() {
    let files = PLAN.iter().fold(bcg(), |files, (name, text)| files.with(name, *text));
    let script = "follow \"bcg.plan.weald\"\nuse \"bcg.csv\"\nrun S1, S2, L1, G1, M1\n\
        pool outcome model pm ci hksj because peer_review \"a reviewer asked\" after results\n\
        omit F1 because not_applicable_data \"invented: no test was wanted\"\n\
        report to \"r.md\"\nreport to \"r.html\"\nreport bundle to \"r.zip\"\n";
    let (run, session) = run_with(files, script);
    assert!(run.ok(), "{:?}", run.problems);
    let text = String::from_utf8(session.files().read("r.md").expect("written")).expect("text");
    for said in [
        "7 analyses planned",
        "Planned analyses",
        "F1: planned and not done (not applicable data: invented: no test was wanted)",
        "Differences between protocol and review",
        "peer_review: a reviewer asked",
        "missing_info: A1",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    let html = String::from_utf8(session.files().read("r.html").expect("written")).expect("text");
    let fingerprint = run.followed.as_ref().and_then(|f| f.report.fingerprint.clone()).expect("a lock");
    assert!(html.contains("Status: PRE-SPECIFIED · L1") && html.contains(&format!("; plan {fingerprint}")), "in the pictures");
    let parts = parts(&session.files().read("r.zip").expect("written"));
    let names: Vec<&str> = parts.iter().map(|p| p.0.as_str()).collect();
    for name in [
        "files/bcg.plan.weald",
        "files/bcg.plan.lock.json",
        "files/bcg.plan.lock.2.json",
        "files/bcg.plan.journal.jsonl",
        "files/bcg.plan.journal.sha256",
    ] {
        assert!(names.contains(&name), "{names:?}");
    }
    let json = parts.iter().find(|p| p.0 == "results.json").expect("the results");
    let json: serde_json::Value = serde_json::from_slice(&json.1).expect("JSON");
    assert_eq!(json["plan"]["fingerprint"].as_str(), Some(fingerprint.as_str()));
    assert_eq!(json["plan"]["not_done"][0]["id"], "F1");
    let statuses: BTreeSet<&str> = json["results"].as_array().expect("results").iter().filter_map(|r| r["status"].as_str()).collect();
    assert_eq!(statuses, BTreeSet::from(["amended", "deviation", "pre_specified"]));
}

#[test]
fn changes_of_the_data_stand_in_the_report() {
    let entry = |n: u64, prev: &str| {
        format!(
            "{{\"n\":{n},\"at\":\"2026-05-31T12:00:00Z\",\"by\":\"A. Reviewer\",\"action\":\"edit\",\"because\":\"a misprint\",\"adopted\":[\"rows.csv: 1 row\"],\"store\":\"\",\"prev\":\"{prev}\"}}\n"
        )
    };
    let first = entry(1, "");
    let second = entry(2, &weald::store::sha256(first.trim_end().as_bytes()));
    let files = Memory::new()
        .with("data/weald.json", r#"{"schema": 1}"#)
        .with("data/rows.csv", "study,outcome,yi,vi\nA,outcome,0.1,0.02\nB,outcome,0.4,0.06\n")
        .with("data/changes.jsonl", format!("{first}{second}"));
    let (run, session) = run_with(files, "use \"data\"\npool outcome measure generic\nreport to \"r.md\"");
    assert!(run.ok(), "{:?}", run.problems);
    let text = String::from_utf8(session.files().read("r.md").expect("written")).expect("text");
    assert!(text.contains("Changes of the data") && text.contains("a misprint") && text.contains("rows.csv: 1 row"), "{text}");
}

#[test]
fn effects_that_are_not_pooled_are_shown_by_direction() {
    let script = "rule never\n  when k < 100 then not_pooled\n  otherwise reml\nuse \"bcg.csv\"\nlet v = pool outcome measure rr model never\nswim of v\nreport to \"r.md\"";
    let (run, session) = run_with(bcg(), script);
    assert!(run.ok(), "{:?}", run.problems);
    let text = String::from_utf8(session.files().read("r.md").expect("written")).expect("text");
    for said in ["Effects without pooling", "sign test p = 0.022", "combined by Fisher's method", "median", "not pooled"] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    assert!(!text.contains("significan"));
}
