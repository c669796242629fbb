//! Pictures of the whole review: flow diagram, risk of bias, directions of effects.

use super::*;

/// A flow diagram of everything that one can hold, judgements of two tools, and three effects.
const REVIEW: &str = r#"{"schema": 1, "review": {"title": "Tea for two: a systematic review"},
"outcomes": {"sleep": {"label": "Hours of sleep", "direction": "higher_better", "measure": "md", "role": "primary"}},
"studies": {"A": {"label": "Able 2001"}, "B": {"label": "Baker 2002", "trial": "BC"}, "C": {"label": "Charlie 2003", "trial": "BC"}},
"rows": [{"study": "A", "outcome": "sleep", "values": {"n1": 20, "mean1": 7.1, "sd1": 1.2, "n2": 21, "mean2": 6.8, "sd2": 1.1}},
         {"study": "B", "outcome": "sleep", "values": {"n1": 220, "mean1": 7.4, "sd1": 1.3, "n2": 218, "mean2": 7.5, "sd2": 1.2}}],
"risk_of_bias": [
 {"study": "A", "tool": "RoB 2", "domain": "D1", "judgement": "low"}, {"study": "A", "tool": "RoB 2", "domain": "D2", "judgement": "some concerns", "support": "open"},
 {"study": "A", "tool": "RoB 2", "domain": "D3", "judgement": "low"}, {"study": "A", "tool": "RoB 2", "domain": "D4", "judgement": "high", "support": "self-report"},
 {"study": "A", "tool": "RoB 2", "domain": "D5", "judgement": "NI", "support": "no protocol"}, {"study": "A", "tool": "RoB 2", "domain": "overall", "judgement": "high", "support": "D4"},
 {"study": "B", "tool": "RoB 2", "domain": "D1", "judgement": "low"}, {"study": "B", "tool": "RoB 2", "domain": "D2", "judgement": "low"},
 {"study": "B", "tool": "RoB 2", "domain": "D3", "judgement": "low"}, {"study": "B", "tool": "RoB 2", "domain": "D4", "judgement": "low"},
 {"study": "B", "tool": "RoB 2", "domain": "D5", "judgement": "low"}, {"study": "B", "tool": "RoB 2", "domain": "overall", "judgement": "low"}],
"flow": [
 {"stage": "records identified", "stream": "databases", "count": 70, "reason": "PubMed"}, {"stage": "records identified", "stream": "databases", "count": 1030, "reason": "Embase"},
 {"stage": "records identified", "stream": "databases", "count": 1100}, {"stage": "records identified", "stream": "registers", "count": 10},
 {"stage": "duplicates removed", "stream": "databases", "count": 1020}, {"stage": "records screened", "stream": "databases", "count": 90},
 {"stage": "records excluded", "stream": "databases", "count": 80}, {"stage": "reports sought", "stream": "databases", "count": 10},
 {"stage": "reports not retrieved", "stream": "databases", "count": 1}, {"stage": "reports assessed", "stream": "databases", "count": 9},
 {"stage": "reports excluded", "stream": "databases", "count": 4, "reason": "wrong population"}, {"stage": "reports excluded", "stream": "databases", "count": 3, "reason": "no comparison"},
 {"stage": "records identified", "stream": "citation searching", "count": 5}, {"stage": "screened out", "stream": "citation searching", "count": 3},
 {"stage": "reports sought", "stream": "citation searching", "count": 2}, {"stage": "reports assessed", "stream": "citation searching", "count": 2},
 {"stage": "reports excluded", "stream": "citation searching", "count": 1, "reason": "duplicate report"},
 {"stage": "previous_studies", "count": 4}, {"stage": "previous_reports", "count": 5}, {"stage": "total_studies", "count": 6}, {"stage": "total_reports", "count": 8},
 {"stage": "reports included", "stream": "total", "count": 3}, {"stage": "studies included", "stream": "total", "count": 2}]}"#;

const PICTURES: &[(&str, &str)] = &[
    ("flow", "flow to \"x.svg\""),
    ("traffic_light", "rob traffic-light to \"x.svg\""),
    ("traffic_light_colour_blind", "rob traffic-light palette colour-blind to \"x.svg\""),
    ("rob_summary", "rob summary to \"x.svg\""),
    ("rob_summary_weights", "rob summary weights of a to \"x.svg\""),
    ("effect_direction", "swim of a to \"x.svg\""),
    ("forest_judged", "forest of a to \"x.svg\""),
    ("forest_judged_revman", "forest of a to \"x.svg\" layout revman"),
];

/// The session, and what the statement wrote.
fn drawn(statement: &str) -> (Session, Run) {
    let mut session = Session::with_files(Memory::new().with("tea.json", REVIEW));
    let run = run(&mut session, &format!("use \"tea.json\"\nlet a = pool sleep\n{statement}"));
    (session, run)
}

#[test]
fn pictures_of_a_review_are_as_they_were() {
    for (name, statement) in PICTURES {
        insta::assert_snapshot!(format!("figure_{name}"), file(&drawn(statement).0, "x.svg"));
    }
}

#[test]
fn every_number_of_a_review_picture_stands_in_the_csv_and_in_the_json() {
    for (name, statement) in PICTURES {
        let (session, run) = drawn(statement);
        told_twice(name, &session, &run);
        let found = faults(&texts(&file(&session, "x.svg")), &Fonts::bundled());
        assert!(found.is_empty(), "{name}: {found:#?}");
    }
}

/// A review of `k` studies, each with its judgements.
fn of_size(k: usize, name: impl Fn(usize) -> String, effect: fn(usize) -> (f64, f64)) -> Memory {
    let mut rows = "study,outcome,yi,vi,n1,n2\n".to_owned();
    let mut bias = "study,tool,domain,judgement,support\n".to_owned();
    for i in 0..k {
        let (y, se) = effect(i);
        writeln!(rows, "\"{}\",outcome,{y},{},{},30", name(i), se * se, 10 + i * 17).expect("a line");
        for (d, domain) in ["D1", "D2", "D3", "D4", "D5", "overall"].iter().enumerate() {
            let judgement = ["low", "some concerns", "high", "no information"][(i + d) % 4];
            writeln!(bias, "\"{}\",RoB 2,{domain},{judgement},said", name(i)).expect("a line");
        }
    }
    Memory::new()
        .with("s/weald.json", "{\"schema\": 1}")
        .with("s/rows.csv", rows)
        .with("s/risk_of_bias.csv", bias)
        .with("cjk.ttf", CJK)
        .with("arabic.ttf", ARABIC)
}

#[test]
fn pictures_of_reviews_of_any_size_are_clear() {
    let names: [(&str, fn(usize) -> String, Option<&'static [u8]>); 4] = [
        ("", |i| format!("S{i}"), None),
        ("", |i| format!("A study with a name that is rather longer than names of studies are, and some more of it {i}"), None),
        (" font \"cjk.ttf\"", |i| format!("東京大学病院 研究 {i}"), Some(CJK)),
        (" font \"arabic.ttf\"", |i| format!("دراسة القاهرة الأولى {i}"), Some(ARABIC)),
    ];
    for k in [1, 3, 14, 60] {
        for (kind, measure, effect) in kinds() {
            for (font, name, bytes) in names {
                if kind != "usual" && !font.is_empty() {
                    continue;
                }
                let mut session = Session::with_files(of_size(k, name, effect));
                let text = format!(
                    "use \"s\"\nlet a = pool outcome measure {measure}\nrob traffic-light to \"t.svg\"{font}\nrob summary to \"b.svg\"{font}\nswim of a to \"d.svg\"{font}\n"
                );
                let run = run(&mut session, &text);
                assert!(!run.problems.iter().any(|p| p.problem.code == "W487"), "{kind}, {font}: {:?}", run.problems);
                for path in ["t.svg", "b.svg", "d.svg"] {
                    let found = faults(&texts(&file(&session, path)), &Fonts::new(bytes).expect("a font"));
                    assert!(found.is_empty(), "{path}, k = {k}, {kind}: {found:#?}");
                }
            }
        }
    }
}

#[test]
fn letters_that_no_font_has_are_told_of_a_review_too() {
    let mut session = Session::with_files(of_size(2, |i| format!("東京 {i}"), |i| (i as f64, 0.3)));
    let run = session.run(&Source::new("script", "use \"s\"\nrob traffic-light to \"t.svg\""));
    assert!(run.problems.iter().any(|p| p.problem.code == "W487" && p.problem.message.contains("東京 0")), "{:?}", run.problems);
}

#[test]
fn judgements_stand_under_the_marks_of_their_tool() {
    let svg = file(&drawn("forest of a to \"x.svg\"").0, "x.svg");
    let scene = texts(&svg);
    let words: Vec<&str> = scene.texts().into_iter().map(|t| t.text.as_str()).collect();
    for mark in ["D1", "D5", "O"] {
        assert!(words.contains(&mark), "{words:?}");
    }
    let said = words.join(" ");
    assert!(said.contains("D1 the randomization process"), "{said}");
    assert!(said.contains("+ low, ! some concerns, × high, ? no information"), "{said}");
    assert!(words.contains(&"?"), "no information has its sign");
}
