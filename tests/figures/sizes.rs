//! Every kind of picture, with few and many studies, long names and other scripts: texts never
//! cover each other or leave the canvas.

use super::*;

/// Trials with counts, a year and a group; in some groups nobody has an event.
fn trials(k: usize, name: fn(usize) -> String) -> String {
    let mut csv = "study,events1,n1,events2,n2,year,group\n".to_owned();
    for i in 0..k {
        let (n1, n2) = (20 + i * 13 % 90, 25 + i * 7 % 80);
        let group = ["one", "another group with a rather long name"][i % 2];
        writeln!(csv, "\"{}\",{},{n1},{},{n2},{},{group}", name(i), i * 5 % 9, 1 + i * 3 % 11, 1980 + i * 7 % 40).expect("a line");
    }
    csv
}

/// Name, statement, and the fewest and most studies it is drawn of here.
const KINDS: &[(&str, &str, [usize; 2])] = &[
    ("funnel", "funnel of a to \"x.svg\" labels", [1, 60]),
    ("filled", "funnel of (trim-and-fill of a) to \"x.svg\"", [3, 60]),
    ("bubble", "bubble of (regress a on year) to \"x.svg\" labels", [14, 60]),
    ("radial", "radial of a to \"x.svg\" labels", [1, 60]),
    ("labbe", "labbe of a to \"x.svg\" labels", [1, 60]),
    ("qq", "qq of a to \"x.svg\" labels", [3, 60]),
    ("drapery", "drapery of a to \"x.svg\"", [1, 60]),
    ("orchard", "orchard of a to \"x.svg\" labels", [1, 60]),
    ("orchard of groups", "orchard of (a by group) to \"x.svg\" labels", [14, 60]),
    ("baujat", "plot of (baujat of a) to \"x.svg\" labels", [3, 14]),
    ("influence", "plot of (influence of a) to \"x.svg\"", [3, 14]),
    ("profile", "plot of (profile of a) to \"x.svg\"", [3, 14]),
    ("gosh", "plot of (gosh of a) to \"x.svg\"", [3, 3]),
    ("specification", "plot of (robustness of a over model [reml, dl, common] ci [wald, hksj]) to \"x.svg\"", [3, 14]),
    ("leave-one-out", "forest of (leave-one-out of a) to \"x.svg\"", [3, 14]),
    ("cumulative", "forest of (cumulative of a order year) to \"x.svg\" layout jama", [3, 60]),
    ("directions", "swim of a to \"x.svg\"", [1, 60]),
];

type Names = (&'static str, fn(usize) -> String, Option<&'static [u8]>, &'static str);

const NAMES: [Names; 3] = [
    ("long", |i| format!("Der Verein zur Förderung von Übersichtsarbeiten & Partner, Universität, zweiter Bericht <{i}>"), None, ""),
    ("cjk", |i| format!("東京大学病院 研究 {i}"), Some(CJK), " font \"cjk.ttf\""),
    ("arabic", |i| format!("دراسة القاهرة الأولى {i}"), Some(ARABIC), " font \"arabic.ttf\""),
];

#[test]
fn every_kind_of_any_size_in_any_script_is_clear() {
    let mut drawn = 0;
    for k in [1, 3, 14, 60] {
        for (script, name, font, clause) in NAMES {
            // Other scripts take other widths, not other layouts: two sizes show them.
            if script != "long" && k != 3 && k != 14 {
                continue;
            }
            let mut session = session(trials(k, name).as_bytes());
            run(&mut session, "use \"data.csv\"\noutcome outcome lower better measure rr\nlet a = pool outcome");
            for (at, (kind, statement, [least, most])) in
                KINDS.iter().filter(|(.., [least, most])| (*least..=*most).contains(&k)).enumerate()
            {
                // What a test has read is not overwritten: each picture has a file of its own.
                let path = format!("{at}.svg");
                let found = run(&mut session, &format!("{}{clause}", statement.replace("x.svg", &path)));
                let said: Vec<&str> = found.problems.iter().map(|p| p.problem.code).filter(|c| *c == "W488").collect();
                assert!(said.is_empty(), "{kind}, k = {k} of {least} to {most}: not drawn, {:?}", found.problems);
                let lacking = found.problems.iter().find(|p| p.problem.message.contains("lacks letters"));
                assert!(lacking.is_none(), "{kind}, {script}: {lacking:?}");
                let faults = faults(&texts(&file(&session, &path)), &Fonts::new(font).expect("a font"));
                assert!(faults.is_empty(), "{kind}, k = {k}, {script}: {faults:#?}");
                drawn += 1;
            }
        }
    }
    assert_eq!(drawn, 110);
}

#[test]
fn judgements_of_any_number_of_studies_in_any_script_are_clear() {
    for k in [1, 3, 14, 60] {
        for (script, name, font, clause) in NAMES {
            let mut bias = String::from("study,tool,domain,judgement,support\n");
            let mut rows = String::from("study,outcome,yi,vi\n");
            for i in 0..k {
                writeln!(rows, "\"{}\",outcome,0.{},0.0{}", name(i), i % 9, 1 + i % 8).expect("a line");
                for (d, domain) in ["D1", "D2", "D3", "D4", "D5", "overall"].iter().enumerate() {
                    let judgement = ["low", "some concerns", "high"][(i + d) % 3];
                    writeln!(bias, "\"{}\",RoB 2,{domain},{judgement},told", name(i)).expect("a line");
                }
            }
            let files = Memory::new()
                .with("data/weald.json", r#"{"schema": 1}"#)
                .with("data/rows.csv", rows)
                .with("data/risk_of_bias.csv", bias)
                .with("cjk.ttf", CJK)
                .with("arabic.ttf", ARABIC);
            let mut session = Session::with_files(files);
            run(&mut session, "use \"data\"\nlet a = pool outcome measure generic");
            for (path, statement) in [
                ("a.svg", "rob traffic-light to \"a.svg\""),
                ("b.svg", "rob summary weights of a to \"b.svg\""),
                ("c.svg", "forest of a to \"c.svg\" layout bmj"),
            ] {
                run(&mut session, &format!("{statement}{clause}"));
                let faults = faults(&texts(&file(&session, path)), &Fonts::new(font).expect("a font"));
                assert!(faults.is_empty(), "{statement}, k = {k}, {script}: {faults:#?}");
            }
        }
    }
}

#[test]
fn scores_before_and_after_stand_beside_their_change() {
    let csv = "study,n,mean_pre,sd_pre,mean_post,sd_post,r\nA,30,20.5,5.1,23.5,5.3,0.5\nB,40,21.5,4.9,25.5,5.6,0.6\n";
    let mut session = session(csv.as_bytes());
    let run = run(&mut session, "use \"data.csv\"\nlet a = pool outcome measure mc\nforest of a to \"x.svg\"");
    told_twice("change", &session, &run);
    let svg = file(&session, "x.svg");
    for shown in ["Before", "After", "20.5", "5.1", "25.5", "5.6", "0.6"] {
        assert!(svg.contains(&format!(">{shown}<")), "{shown}\n{svg}");
    }
}

#[test]
fn effects_of_one_study_are_told_apart_in_words_and_in_pictures() {
    let csv = "study,instrument,yi,vi\nA,RAS,0.3,0.04\nA,QPR,0.5,0.05\nB,RAS,0.2,0.03\nB,RAS,0.1,0.03\nC,QPR,0.4,0.06\n";
    let mut session = session(csv.as_bytes());
    let text =
        "use \"data.csv\"\nlet a = pool outcome measure generic multilevel\nforest of a to \"x.svg\"\norchard of a to \"o.svg\" labels";
    let found = run(&mut session, text);
    let weald::report::document::Document { blocks } = weald::report::compose::document(&found.outcomes[0], &Default::default());
    let shown = format!("{blocks:?}");
    for name in ["A, RAS", "A, QPR", "B (1)", "B (2)"] {
        assert!(shown.contains(name), "{name}\n{shown}");
        assert!(file(&session, "x.svg").contains(&format!(">{name}<")), "{name}");
        assert!(file(&session, "o.svg.csv").contains(name), "{name}");
    }
    assert!(file(&session, "x.svg").contains(">C<"));
}

#[test]
fn a_footer_names_the_band_and_corrected_cells_and_how_i2_is_defined() {
    let rows = "study,n1,events1,n2,events2\nNone,50,0,52,4\nSome,40,3,41,8\nAll,30,30,30,28\n";
    let mut session = Session::with_files(Memory::new().with("z.csv", rows));
    let script = "use \"z.csv\"\noutcome outcome \"Death\" lower better mid 0.2\nrule few\n  when k < 9 then not_pooled\n  otherwise reml\n\
        let c = pool outcome measure rr model common\nforest of c to \"z.svg\"\nlet n = pool outcome measure rr model few\nforest of n to \"n.svg\"";
    run(&mut session, script);
    // Lines wrap: words are compared without their breaks.
    let words = |name: &str| texts(&file(&session, name)).texts().iter().map(|t| t.text.clone()).collect::<Vec<_>>().join(" ");
    let (pooled, apart) = (words("z.svg"), words("n.svg"));
    assert!(pooled.contains("Zero cells: 0.5 added to every cell: None, All"), "{pooled}");
    assert!(pooled.contains("Yellow band: effects from"), "{pooled}");
    assert!(apart.contains("Nothing pooled; I² from Q") || apart.contains("nothing pooled; I² Q-based"), "{apart}");
    let (svg, _) = bcg("forest of g to \"x.svg\"");
    assert!(svg.contains("alternate, Subtotal: ") && svg.contains("random, Subtotal: "), "a description names the groups");
    assert!(!svg.contains("Yellow band") && !svg.contains("Zero cells"));
}

#[test]
fn petos_odds_ratios_pooled_by_inverse_variances_are_petos_pool() {
    let head = |clauses: &str| bcg(&format!("forest of (a {clauses}) to \"x.svg\" layout revman")).0;
    assert!(head("measure peto model common").contains(">Peto, Fixed, 95% CI<"));
    assert!(head("measure or model common").contains(">IV, Fixed, 95% CI<"));
}

#[test]
fn a_footer_says_which_intervals_are_of_another_kind() {
    // Alternate allocation has two trials, whose interval is Wald's.
    for statement in ["forest of g to \"x.svg\"", "orchard of g to \"x.svg\""] {
        assert!(bcg(statement).0.contains("Intervals of another kind: alternate (k = 2): by Wald"), "{statement}");
    }
}
