//! Pictures: what stands in them, where, and that every number is told beside them.

use resvg::usvg::roxmltree;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use weald::figure::check::faults;
use weald::figure::font::Fonts;
use weald::figure::scene::{Anchor, Scene, Text};
use weald::report::DocumentJson;
use weald::store::Memory;
use weald::{Outcome, Run, Session, Source};

#[path = "figures/plans.rs"]
mod plans;
#[path = "figures/published.rs"]
mod published;
#[path = "figures/sizes.rs"]
mod sizes;

const BCG: &[u8] = include_bytes!("reference/bcg.csv");
const CJK: &[u8] = include_bytes!("figures/cjk.ttf");
const ARABIC: &[u8] = include_bytes!("figures/arabic.ttf");

/// The BCG trials pooled as `a`, by allocation as `g`.
const BEFORE: &str =
    "use \"bcg.csv\"\noutcome outcome \"Tuberculosis\" lower better measure rr\nlet a = pool outcome\nlet g = a by alloc\n";

fn session(data: &[u8]) -> Session {
    let files = Memory::new().with("bcg.csv", BCG).with("data.csv", data).with("cjk.ttf", CJK).with("arabic.ttf", ARABIC);
    Session::with_files(files)
}

fn run(session: &mut Session, script: &str) -> Run {
    let run = session.run(&Source::new("script", script));
    assert!(run.ok(), "{script}: {:?}", run.problems);
    run
}

fn file(session: &Session, path: &str) -> String {
    String::from_utf8(session.files().read(path).expect("written")).expect("UTF-8")
}

/// The SVG and the CSV of a statement that writes `x.svg`, after the BCG trials are pooled.
fn bcg(statement: &str) -> (String, String) {
    let mut session = session(b"");
    let run = run(&mut session, &format!("{BEFORE}{statement}"));
    assert!(!run.problems.iter().any(|p| p.problem.code == "W488"), "{statement}: {:?}", run.problems);
    (file(&session, "x.svg"), file(&session, "x.svg.csv"))
}

/// Every plot of the language, on the BCG trials.
const PLOTS: &[(&str, &str)] = &[
    ("forest", "forest of a to \"x.svg\""),
    ("forest_revman", "forest of a to \"x.svg\" layout revman"),
    ("forest_jama", "forest of a to \"x.svg\" layout jama"),
    ("forest_bmj", "forest of a to \"x.svg\" layout bmj"),
    ("forest_groups", "forest of g to \"x.svg\" title \"By allocation\""),
    ("forest_groups_revman", "forest of g to \"x.svg\" layout revman"),
    ("forest_columns", "forest of a to \"x.svg\" columns study, year, alloc, plot, effect, se order year descending"),
    ("leave_one_out", "forest of (leave-one-out of a) to \"x.svg\""),
    ("cumulative", "forest of (cumulative of a order year) to \"x.svg\" layout revman"),
    ("funnel", "funnel of a to \"x.svg\" labels"),
    ("funnel_filled", "funnel of (trim-and-fill of a) to \"x.svg\""),
    ("bubble", "bubble of (regress a on ablat) to \"x.svg\" labels"),
    ("bubble_second", "bubble of (regress a on alloc + ablat + year) to \"x.svg\" on year"),
    ("baujat", "plot of (baujat of a) to \"x.svg\""),
    ("radial", "radial of a to \"x.svg\" labels"),
    ("labbe", "labbe of a to \"x.svg\""),
    ("gosh", "plot of (gosh of (a where year < 1955)) to \"x.svg\""),
    ("influence", "plot of (influence of a) to \"x.svg\""),
    ("profile", "plot of (profile of a) to \"x.svg\""),
    ("qq", "qq of a to \"x.svg\" labels"),
    ("drapery", "drapery of a to \"x.svg\""),
    ("orchard", "orchard of g to \"x.svg\""),
    ("specification", "plot of (robustness of a over model [reml, dl, common] ci [wald, hksj]) to \"x.svg\""),
];

#[test]
fn pictures_are_as_they_were() {
    for (name, statement) in PLOTS {
        insta::assert_snapshot!(format!("figure_{name}"), bcg(statement).0);
    }
}

/// The texts of an SVG as a scene, so that they can be measured again.
fn texts(svg: &str) -> Scene {
    let document = roxmltree::Document::parse(svg).expect("XML");
    let root = document.root_element();
    let number = |node: roxmltree::Node, name: &str| node.attribute(name).and_then(|x| x.parse::<f64>().ok()).unwrap_or(f64::NAN);
    let mut scene = Scene { width: number(root, "width"), height: number(root, "height"), ..Scene::default() };
    assert_eq!(root.attribute("role"), Some("img"));
    let said = |name: &str| root.children().find(|n| n.has_tag_name(name)).and_then(|n| n.text().map(str::to_owned)).unwrap_or_default();
    (scene.title, scene.description) = (said("title"), said("desc"));
    assert!(scene.title.len() > 5 && scene.description.len() > 20, "no alternative text: {}", scene.title);
    for node in document.descendants().filter(|n| n.has_tag_name("text")) {
        let anchor = match node.attribute("text-anchor") {
            Some("middle") => Anchor::Middle,
            Some("end") => Anchor::End,
            _ => Anchor::Start,
        };
        let text = Text::new([number(node, "x"), number(node, "y")], node.text().unwrap_or_default(), number(node, "font-size"));
        let text = text.bold(node.attribute("font-weight").is_some()).anchored(anchor);
        scene.push(if node.attribute("transform").is_some() { text.upright() } else { text });
    }
    assert!(!svg.contains("NaN") && !svg.contains("inf\""), "a place that does not exist");
    scene
}

fn numbers(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for word in text.split(|c: char| !(c.is_ascii_digit() || ".,".contains(c))) {
        let word = word.trim_matches(['.', ',']);
        if word.chars().any(|c| c.is_ascii_digit()) {
            out.push(word.to_owned());
        }
    }
    out
}

/// Every number drawn in `x.svg` stands in its CSV and in the JSON of the statement that wrote it.
fn told_twice(name: &str, session: &Session, run: &Run) {
    let (svg, csv) = (file(session, "x.svg"), file(session, "x.svg.csv"));
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let cells: Vec<String> = reader.records().flat_map(|r| r.expect("a row").iter().map(str::to_owned).collect::<Vec<_>>()).collect();
    let told: BTreeSet<String> = cells.iter().flat_map(|cell| numbers(cell)).collect();
    let Some(Outcome::File(written)) = run.outcomes.last() else { panic!("{name}: no file") };
    let figure = written.figure.as_ref().expect("numbers");
    let json: BTreeSet<String> = numbers(&figure["rows"].to_string()).into_iter().collect();
    let texts = texts(&svg);
    let drawn = texts.texts();
    assert!(drawn.len() > 10, "{name}");
    for number in drawn.iter().flat_map(|t| numbers(&t.text)) {
        assert!(told.contains(&number), "{name}: {number} is drawn, and not in the CSV");
        assert!(json.contains(&number), "{name}: {number} is drawn, and not in the JSON");
    }
    let rows = figure["rows"].as_array().map(Vec::len);
    assert_eq!(rows, csv::Reader::from_reader(csv.as_bytes()).records().count().into(), "{name}");
}

#[test]
fn every_number_drawn_stands_in_the_csv_and_in_the_json() {
    for (name, statement) in PLOTS {
        let mut session = session(b"");
        let run = run(&mut session, &format!("{BEFORE}{statement}"));
        told_twice(name, &session, &run);
        let source = Source::new("script", statement);
        let document = DocumentJson::new(2026, None, &source, &[], run.outcomes.iter()).render().expect("JSON");
        let document: serde_json::Value = serde_json::from_str(&document).expect("JSON");
        let last = document["results"].as_array().expect("results").last().expect("a result").clone();
        assert_eq!((last["kind"].as_str(), last["path"].as_str()), (Some("file"), Some("x.svg")), "{name}");
    }
}

#[test]
fn texts_never_cover_each_other_or_leave_the_canvas() {
    for (name, statement) in PLOTS {
        let found = faults(&texts(&bcg(statement).0), &Fonts::bundled());
        assert!(found.is_empty(), "{name}: {found:#?}");
    }
}

/// Effects that are hard to draw: name, measure, effect and standard error of study i.
fn kinds() -> Vec<(&'static str, &'static str, fn(usize) -> (f64, f64))> {
    vec![
        ("usual", "generic", |i| (((i * 37 % 23) as f64 - 11.0) / 11.0, 0.1 + (i % 7) as f64 * 0.05)),
        ("huge", "md", |i| (1.0e6 * (1.0 + (i % 5) as f64), 2.0e5 + i as f64)),
        ("tiny", "md", |i| (1.0e-6 * (1.0 + (i % 5) as f64), 3.0e-7)),
        ("one side", "smd", |i| (2.0 + (i % 4) as f64 * 0.3, 0.2 + (i % 3) as f64 * 0.05)),
        ("other side", "smd", |i| (-3.0 - (i % 4) as f64 * 0.3, 0.15)),
        ("far out", "or", |i| (if i == 1 { 9.0 } else { 0.1 * (i % 5) as f64 }, if i == 2 { 20.0 } else { 0.3 })),
        ("equal", "generic", |_| (0.5, 0.2)),
    ]
}

fn data(k: usize, name: impl Fn(usize) -> String, effect: fn(usize) -> (f64, f64)) -> String {
    let mut csv = "study,yi,vi,group\n".to_owned();
    for i in 0..k {
        let (y, se) = effect(i);
        writeln!(csv, "\"{}\",{y},{},{}", name(i), se * se, ["one", "another group with a rather long name"][i % 2]).expect("a line");
    }
    csv
}

const DIRECTION: [&str; 2] = ["lower better", "higher better"];

#[test]
fn forests_of_any_size_and_any_effects_are_clear() {
    let names: [(&str, fn(usize) -> String, &str); 5] = [
        ("short", |i| format!("S{i}"), ""),
        ("long", |i| format!("Der Verein zur Förderung von Übersichtsarbeiten & Partner <{i}>, Universität, zweiter Bericht"), ""),
        ("cjk", |i| format!("東京大学病院 研究 {i}"), " font \"cjk.ttf\""),
        ("arabic", |i| format!("دراسة القاهرة الأولى {i}"), " font \"arabic.ttf\""),
        ("hebrew", |i| format!("מחקר ירושלים {i}"), " font \"arabic.ttf\""),
    ];
    for (i, k) in [1, 3, 14, 60].into_iter().enumerate() {
        for (kind, measure, effect) in kinds() {
            for (script, name, font) in names {
                // Every name with every size; other combinations with the usual effects only.
                if kind != "usual" && script != "long" {
                    continue;
                }
                let csv = data(k, name, effect);
                let mut session = session(csv.as_bytes());
                let better = DIRECTION[i % 2];
                let by = if k > 3 { " by group" } else { "" };
                let mut text = format!(
                    "use \"data.csv\"\noutcome outcome \"Outcome\" {better} measure {measure}\nlet a = pool outcome\nlet b = a{by}\n"
                );
                for layout in ["weald", "revman", "jama", "bmj"] {
                    writeln!(text, "forest of a to \"a-{layout}.svg\" layout {layout}{font}").expect("a line");
                    writeln!(text, "forest of b to \"b-{layout}.svg\" layout {layout}{font} title \"A title that says at some length what stands below it in this picture and why\"").expect("a line");
                }
                let run = run(&mut session, &text);
                let unknown: Vec<_> = run.problems.iter().filter(|p| p.problem.code == "W487").collect();
                assert!(unknown.is_empty(), "{script}: {unknown:?}");
                for layout in ["weald", "revman", "jama", "bmj"] {
                    for which in ["a", "b"] {
                        let svg = file(&session, &format!("{which}-{layout}.svg"));
                        let given = match script {
                            "cjk" => Some(CJK),
                            "arabic" | "hebrew" => Some(ARABIC),
                            _ => None,
                        };
                        let found = faults(&texts(&svg), &Fonts::new(given).expect("a font"));
                        assert!(found.is_empty(), "k = {k}, {kind}, {script}, {layout}, {which}: {found:#?}");
                        let rows = svg.matches("<title>").count();
                        assert!(rows >= k, "k = {k}, {kind}, {layout}: {rows} rows of {k} studies");
                    }
                }
            }
        }
    }
}

#[test]
fn other_plots_of_any_size_and_any_effects_are_clear() {
    for k in [1, 3, 14, 60] {
        for (kind, measure, effect) in kinds() {
            let csv = data(k, |i| format!("A study with a long name, number {i}"), effect);
            let mut session = session(csv.as_bytes());
            let mut text = format!("use \"data.csv\"\nlet a = pool outcome measure {measure}\n");
            for plot in ["funnel", "radial", "qq", "orchard"] {
                writeln!(text, "{plot} of a to \"{plot}.svg\" labels").expect("a line");
            }
            text.push_str("drapery of a to \"drapery.svg\"\n");
            if k == 14 {
                text.push_str("plot of (baujat of a) to \"baujat.svg\"\nplot of (influence of a) to \"influence.svg\"\nplot of (profile of a) to \"profile.svg\"\n");
            }
            run(&mut session, &text);
            for plot in ["funnel", "radial", "qq", "orchard", "drapery", "baujat", "influence", "profile"] {
                let path = format!("{plot}.svg");
                if !session.files().exists(&path) {
                    assert!(k == 1 || k != 14 && ["baujat", "influence", "profile"].contains(&plot), "{plot}, k = {k}, {kind}: not drawn");
                    continue;
                }
                let found = faults(&texts(&file(&session, &path)), &Fonts::bundled());
                assert!(found.is_empty(), "{plot}, k = {k}, {kind}: {found:#?}");
            }
        }
    }
}

#[test]
fn the_check_finds_what_it_looks_for() {
    let fonts = Fonts::bundled();
    let mut scene = Scene { width: 100.0, height: 50.0, ..Scene::default() };
    scene.push(Text::new([5.0, 20.0], "one", 12.0));
    assert_eq!(faults(&scene, &fonts), Vec::<String>::new());
    scene.push(Text::new([20.0, 22.0], "two", 12.0));
    assert_eq!(faults(&scene, &fonts), ["`one` and `two` cover each other"]);
    scene.push(Text::new([95.0, 45.0], "three", 12.0));
    assert_eq!(faults(&scene, &fonts).len(), 2);
    scene.push(Text::new([5.0, 10.0], "up", 12.0).upright());
    assert!(faults(&scene, &fonts).iter().any(|f| f == "`up` leaves the canvas"));
}

#[test]
fn the_area_of_a_square_is_proportional_to_the_weight() {
    let mut session = session(b"");
    let run = run(&mut session, &format!("{BEFORE}forest of a to \"x.svg\""));
    let pool = run.pools().next().expect("a pool");
    let svg = file(&session, "x.svg");
    let document = roxmltree::Document::parse(&svg).expect("XML");
    let side = |n: roxmltree::Node| n.attribute("width").and_then(|x| x.parse::<f64>().ok()).expect("a width");
    let squares: Vec<f64> = document.descendants().filter(|n| n.attribute("fill") == Some("#3b6ea5")).map(side).collect();
    let weights: Vec<f64> = pool.studies.iter().filter_map(|s| s.weight).collect();
    assert_eq!(squares.len(), 13);
    let largest = weights.iter().copied().fold(0.0, f64::max);
    for (side, weight) in squares.iter().zip(&weights) {
        assert!((side * side / (14.0 * 14.0) - weight / largest).abs() < 0.002, "{side} {weight}");
    }
}

#[test]
fn a_row_that_is_cut_has_arrows_and_stays() {
    let csv = "study,yi,vi\nA,0.1,0.01\nB,0.2,0.01\nC,0.3,0.02\nWide,0.2,90\nFar,60,0.02\n";
    let mut session = session(csv.as_bytes());
    run(&mut session, "use \"data.csv\"\nlet a = pool outcome measure md model common\nforest of a to \"x.svg\"");
    let svg = file(&session, "x.svg");
    for name in ["Wide", "Far"] {
        let row = svg.split("<g>").find(|g| g.contains(&format!(">{name}</text>"))).expect("the row");
        assert!(row.contains("<polygon"), "{name}: {row}");
    }
    let arrows = svg.split("<g>").find(|g| g.contains(">Wide</text>")).expect("the row").matches("<polygon").count();
    assert_eq!(arrows, 2);
}

#[test]
fn sides_follow_direction_and_measure() {
    let sides = |better: &str| {
        let mut session = session(b"");
        run(
            &mut session,
            &format!("use \"bcg.csv\"\noutcome outcome \"T\" {better} measure rr\nlet a = pool outcome\nforest of a to \"x.svg\""),
        );
        let scene = texts(&file(&session, "x.svg"));
        let at = |side: &str| scene.texts().iter().find(|t| t.text == format!("Favours {side}")).map(|t| t.at[0]);
        (at("intervention"), at("comparator"))
    };
    let (Some(one), Some(two)) = sides("lower better") else { panic!("no sides") };
    assert!(one < two, "less tuberculosis is better: the intervention's side is the left one");
    let (Some(one), Some(two)) = sides("higher better") else { panic!("no sides") };
    assert!(two < one);
    let mut session = session(b"");
    run(&mut session, "use \"bcg.csv\"\nlet a = pool outcome measure rr\nforest of a to \"x.svg\"");
    assert!(!file(&session, "x.svg").contains("Favours"), "without a direction nothing is favoured");
}

#[test]
fn files_are_what_their_names_say_and_the_same_every_time() {
    for (name, statement) in [PLOTS[4], PLOTS[9], PLOTS[11]] {
        let bytes = |ending: &str| {
            let mut session = session(b"");
            run(&mut session, &format!("{BEFORE}{}", statement.replace("x.svg", &format!("x.{ending}"))));
            session.files().read(&format!("x.{ending}")).expect("written")
        };
        for ending in ["svg", "png", "pdf"] {
            assert!(bytes(ending) == bytes(ending), "{name}.{ending} is not the same every time");
        }
        let svg = bcg(statement).0;
        let scene = texts(&svg);
        let png = resvg::tiny_skia::Pixmap::decode_png(&bytes("png")).expect("a PNG");
        assert_eq!(png.width(), (scene.width as f32 * 3.0).ceil() as u32, "{name}");
        let dark = png.pixels().iter().filter(|p| p.red() < 100).count();
        assert!(dark > 5000, "{name}: {dark} dark pixels");
        let pdf = bytes("pdf");
        assert!(pdf.starts_with(b"%PDF-"), "{name}");
        let holds = |what: &[u8]| pdf.windows(what.len()).any(|w| w == what);
        assert!(holds(b"/ToUnicode") && holds(b"Arimo"), "{name}: the text of the PDF can't be read");
    }
}

#[test]
fn pictures_are_told_and_never_destroy_data() {
    let mut session = session(b"");
    run(&mut session, BEFORE);
    let said = |session: &mut Session, statement: &str| -> Vec<&'static str> {
        session.run(&Source::new("script", statement)).problems.iter().map(|p| p.problem.code).collect()
    };
    assert_eq!(said(&mut session, "forest of a to \"a.gif\""), ["E481"]);
    assert_eq!(said(&mut session, "funnel of a"), ["E211"]);
    assert_eq!(said(&mut session, "forest of a"), Vec::<&str>::new());
    assert_eq!(said(&mut session, "forest of a to \"a.svg\" layout lancet"), ["E205"]);
    assert_eq!(said(&mut session, "forest of a to \"a.svg\" columns study, yaer"), ["E201"]);
    assert_eq!(said(&mut session, "forest of a to \"../a.svg\""), ["E325"]);
    assert_eq!(said(&mut session, "let e = egger of a\nforest of e to \"a.svg\""), ["E480"]);
    assert_eq!(said(&mut session, "forest of (a where year > 2000) to \"a.svg\""), ["W488"]);
    assert_eq!(said(&mut session, "forest of a to \"a.svg\" font \"bcg.csv\""), ["E482"]);
    assert_eq!(said(&mut session, "bubble of (regress a on alloc) to \"a.svg\""), ["W488"]);
    assert!(!session.files().exists("a.svg"));
    // A file that was read stays as it is.
    assert_eq!(said(&mut session, "forest of a to \"data.svg\""), Vec::<&str>::new());
    let files = Memory::new().with("bcg.csv", BCG).with("x.svg.csv", BCG);
    let mut reading = Session::with_files(files);
    run(&mut reading, "use \"x.svg.csv\"\nlet a = pool outcome measure rr");
    assert_eq!(said(&mut reading, "forest of a to \"x.svg\""), ["E326"]);
    assert!(!reading.files().exists("x.svg"), "the picture is not written without its numbers");
}

#[test]
fn letters_that_no_font_has_are_told() {
    let csv = data(3, |i| format!("東京 {i}"), |i| (i as f64, 0.3));
    let mut session = session(csv.as_bytes());
    let run = session.run(&Source::new("script", "use \"data.csv\"\nlet a = pool outcome measure md\nforest of a to \"x.svg\""));
    assert!(run.problems.iter().any(|p| p.problem.code == "W487" && p.problem.message.contains("東京 0")), "{:?}", run.problems);
    assert_eq!(Fonts::bundled().drawable("東京 Tōkyō 0"), "?? Tōkyō 0");
}

#[test]
fn judgements_of_risk_of_bias_have_columns() {
    let rows = "study,outcome,yi,vi\nA,main,0.1,0.02\nB,main,0.3,0.03\nC,main,0.2,0.02\n";
    let judged = "study,domain,judgement\nA,randomisation,low\nA,missing,some\nA,overall,some\nB,randomisation,high\nB,missing,low\nB,overall,high\nC,overall,low\n";
    let files = Memory::new().with("s/weald.json", "{\"schema\": 1}").with("s/rows.csv", rows).with("s/risk_of_bias.csv", judged);
    let mut session = Session::with_files(files);
    run(&mut session, "use \"s\"\nlet a = pool main measure md\nforest of a to \"x.svg\"");
    let (svg, csv) = (file(&session, "x.svg"), file(&session, "x.svg.csv"));
    // Two domains and the overall judgement of A and B, the overall one of C.
    assert_eq!(svg.matches("<circle").count(), 7);
    assert!(svg.contains("#bf0000") && svg.contains("D1 the randomization process") && svg.contains("O overall"), "{svg}");
    assert!(csv.lines().any(|l| l.starts_with("study,B,") && l.contains("High | Low | High")), "{csv}");
    assert_eq!(faults(&texts(&svg), &Fonts::bundled()), Vec::<String>::new());
    run(&mut session, "use \"s\"\nlet a = pool main measure md\nforest of a to \"y.svg\" columns study, plot, effect");
    assert!(!file(&session, "y.svg").contains("<circle"), "only where they are asked for");
}

#[test]
fn marks_of_domains_keep_apart() {
    let rows = "study,outcome,yi,vi\nA,main,0.1,0.02\nB,main,0.3,0.03\n";
    let judged = "study,tool,domain,judgement,support\nA,rob2cluster,D1a,low,\nA,rob2cluster,D1b,low,\nA,rob2cluster,D2,low,\n";
    let files = Memory::new().with("s/weald.json", "{\"schema\": 1}").with("s/rows.csv", rows).with("s/risk_of_bias.csv", judged);
    let mut session = Session::with_files(files);
    run(&mut session, "use \"s\"\nlet a = pool main measure md\nforest of a to \"x.svg\"");
    let svg = texts(&file(&session, "x.svg"));
    let mark = |name: &str| svg.texts().into_iter().find(|t| t.text == name).expect("a head").clone();
    let (a, b) = (mark("D1a"), mark("D1b"));
    let width = |t: &Text| Fonts::bundled().width(&t.text, t.size, t.bold);
    let between = b.at[0] - a.at[0] - (width(&a) + width(&b)) / 2.0;
    assert!(between >= 4.0, "{between}");
}

#[test]
fn a_forest_shows_the_judgements_of_the_tool_asked_for() {
    let rows = "study,outcome,yi,vi\nA,main,0.1,0.02\nB,main,0.3,0.03\n";
    let judged = "study,tool,domain,judgement,support\nA,RoB 2,overall,low,\nB,ROBINS-I,overall,serious,confounded\n";
    let files = Memory::new().with("s/weald.json", "{\"schema\": 1}").with("s/rows.csv", rows).with("s/risk_of_bias.csv", judged);
    let mut session = Session::with_files(files);
    let start = "use \"s\"\nlet a = pool main measure md\n";
    run(&mut session, &format!("{start}forest of a to \"one.svg\"\nforest of a to \"two.svg\" tool \"ROBINS-I\""));
    let footer = |name: &str| texts(&file(&session, name)).texts().iter().map(|t| t.text.clone()).collect::<Vec<_>>().join(" ");
    assert!(footer("one.svg").contains("Risk of bias by RoB 2 (2019)"), "{}", footer("one.svg"));
    assert!(footer("two.svg").contains("Risk of bias by ROBINS-I (2016)"), "{}", footer("two.svg"));
    assert!(footer("one.svg").contains("rows without marks are judged by ROBINS-I (2016) or not at all"));
    for (clause, message) in
        [("RoB 1", "no study drawn is judged by RoB 1 (2011)"), ("Rob 9", "`Rob 9` is no tool of risk of bias that is known")]
    {
        let run = session.run(&Source::new("script", format!("{start}forest of a to \"x.svg\" tool \"{clause}\"")));
        assert!(run.problems.iter().any(|p| p.problem.code == "E201" && p.problem.message == message), "{:?}", run.problems);
    }
}

/// Words that the pictures of the journals never print.
#[test]
fn layouts_keep_the_ways_of_their_journals() {
    let drawn = |layout: &str| {
        let svg = bcg(&format!("forest of g to \"x.svg\" layout {layout}")).0;
        texts(&svg).texts().into_iter().map(|t| t.text.clone()).collect::<Vec<String>>()
    };
    let jama = drawn("jama");
    assert!(jama.contains(&"Source".to_owned()) && jama.iter().any(|t| t.contains("P < .001")), "{jama:?}");
    let results =
        |all: &[String]| all.iter().filter(|t| t.starts_with("Heterogeneity") || t.starts_with("Test")).cloned().collect::<Vec<_>>();
    assert!(results(&jama).iter().all(|t| !t.contains('τ') && !t.contains("0.0")), "{jama:?}");
    let revman = drawn("revman");
    for text in ["Study or Subgroup", "Risk Ratio", "IV, Random, 95% CI", "Subtotal (95% CI)", "Total (95% CI)", "0.49 [0.33, 0.73]"] {
        assert!(revman.contains(&text.to_owned()), "{text}: {revman:?}");
    }
    assert!(revman.iter().any(|t| t == "Heterogeneity: Tau² = 0.3132; Chi² = 152.23, df = 12 (P < 0.00001); I² = 92.2%"), "{revman:?}");
    let bmj = drawn("bmj");
    assert!(bmj.contains(&"0.49 (0.33 to 0.73)".to_owned()) && bmj.contains(&"62/13,598".to_owned()), "{bmj:?}");
    for layout in ["weald", "revman", "jama", "bmj"] {
        let all = drawn(layout).join(" ");
        for always in ["restricted maximum likelihood", "Hartung-Knapp-Sidik-Jonkman", "I² τ²-based", "Status: unregistered"] {
            assert!(all.contains(always), "{layout}: {always}");
        }
    }
}

#[test]
fn effects_beyond_every_number_and_names_beyond_every_width_are_drawn_in_time() {
    let long = "a name ".repeat(8000);
    let csv = format!("study,yi,vi\n{long},700,1\nB,705,1\nC,712,1\nD,720,1\n");
    let mut session = session(csv.as_bytes());
    let started = std::time::Instant::now();
    let run = session.run(&Source::new(
        "script",
        "use \"data.csv\"\nlet a = pool outcome measure or\nforest of a to \"a.svg\"\nfunnel of a to \"f.svg\"",
    ));
    assert!(!run.problems.iter().any(|p| p.problem.is_error()), "{:?}", run.problems);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn raw_columns_are_what_entered_the_pool() {
    let csv = "study,arm1,arm2,n1,mean1,sd1,n2,mean2,sd2\nA,x,z,30,1,1,60,0,1\nA,y,z,30,2,1,60,0,1\nB,x,z,40,1,1,40,0,1\n";
    let mut session = session(csv.as_bytes());
    run(&mut session, "use \"data.csv\"\nlet a = pool outcome measure md multiarm split combine rho 0.5\nforest of a to \"a.svg\"");
    assert!(session.files().exists("a.svg"));
    run(&mut session, "let b = pool outcome measure md multiarm split multilevel\nforest of b to \"b.svg\"");
    let scene = texts(&file(&session, "b.svg"));
    let words: Vec<&str> = scene.texts().into_iter().map(|t| t.text.as_str()).collect();
    assert_eq!(words.iter().filter(|w| **w == "30").count(), 4, "the shared group is split: {words:?}");
    assert!(words.contains(&"100") && words.contains(&"A, x") && words.contains(&"A, y"), "{words:?}");
}
