//! The session at the prompt: completion, hints and colours by table; entries, `undo`,
//! expressions alone; and the program itself with its input from a pipe.

use assert_cmd::Command;
use proptest::prelude::*;
use weald::language::complete::{ColumnNames, Names, OutcomeNames, ResultName, complete, hint};
use weald::language::highlight::{Class, classes};
use weald::store::Memory;
use weald::{Outcome, Session, Source};

/// Two outcomes: one with timepoints and sets, one without.
fn names() -> Names {
    let s = |list: &[&str]| list.iter().map(|x| (*x).to_owned()).collect::<Vec<_>>();
    let column = |name: &str, levels: &[&str]| ColumnNames { name: name.into(), levels: s(levels) };
    Names {
        outcomes: vec![
            OutcomeNames {
                id: "recovery".into(),
                label: Some("Personal recovery".into()),
                timepoints: s(&["posttest", "followup"]),
                sets: s(&["itt", "cc"]),
                measures: vec!["smd", "md"],
                measure_is_declared: true,
            },
            OutcomeNames { id: "death".into(), measures: vec!["or", "rr", "rd"], ..OutcomeNames::default() },
        ],
        studies: s(&["Tan2016", "Hart & Sutherland 1977", "Jensen2019", "Hasson2007", "where"]),
        columns: vec![column("year", &[]), column("alloc", &["random", "alternate"])],
        timepoints: s(&["posttest", "followup"]),
        instruments: s(&["RAS"]),
        results: vec![ResultName { name: "main".into(), outcome: "recovery".into() }],
        last: Some("recovery".into()),
        variables: s(&["cut"]),
        rules: s(&["paper"]),
        ..Names::default()
    }
}

fn list(folder: &str) -> Vec<String> {
    match folder {
        "." => ["bcg.csv", "imr/", "a.weald", "notes.txt"].map(str::to_owned).into(),
        "imr" => ["rows.csv", "deep/"].map(str::to_owned).into(),
        _ => Vec::new(),
    }
}

fn completed(line: &str) -> (usize, Vec<String>) {
    let found = complete(line, line.len(), &names(), &list);
    (found.start, found.candidates.into_iter().map(|c| c.text).collect())
}

/// The candidates are these, in this order.
#[test]
fn tab_offers_exactly() {
    for (line, expected) in [
        ("po", &["pool "][..]),
        ("quit", &["quit"]),
        ("pool ", &["recovery", "death"]),
        ("pool rec", &["recovery "]),
        ("let a = pool d", &["death "]),
        ("pool recovery at ", &["posttest", "followup"]),
        ("pool death measure ", &["or", "rr", "rd"]),
        ("pool death measure r", &["rr", "rd"]),
        ("pool death measure smd", &["smd", "smd1", "smdh"]),
        ("pool death measure or model r", &["random", "reml"]),
        ("pool death measure or model pa", &["paper "]),
        ("main model [dl, rem", &["reml "]),
        ("main ci ", &["wald", "t", "hksj", "mhksj"]),
        ("main pi ", &["t", "riley", "normal", "matches", "none"]),
        ("main zero drop-", &["drop-double-zero "]),
        ("main exclude Ha", &["\"Hart & Sutherland 1977\"", "Hasson2007"]),
        ("main exclude \"Ha", &["\"Hart & Sutherland 1977\"", "\"Hasson2007\""]),
        ("main exclude sutherland", &["\"Hart & Sutherland 1977\" "]),
        ("main only Tan2016, J", &["Jensen2019 "]),
        ("main by ", &["year", "alloc"]),
        ("main where al", &["alloc "]),
        ("main where alloc == ", &["\"random\"", "\"alternate\""]),
        ("main where alloc in [\"random\", ", &["\"random\"", "\"alternate\""]),
        ("main prefer alloc ", &["random", "alternate"]),
        ("main prefer alloc random > ", &["random", "alternate"]),
        ("main keep ", &["dependent "]),
        ("show ", &["main", "it"]),
        ("methods ", &["of "]),
        ("methods of ", &["main", "it"]),
        ("harbord of ", &["main", "it"]),
        ("pet-peese of main alternative ", &["greater", "less"]),
        ("ruecker of main method ", &["classical", "mixed", "rank"]),
        ("excess-significance of main method b", &["binomial "]),
        ("re-express of main in", &["instrument "]),
        ("absolute of main ri", &["risk "]),
        ("main.est", &["estimate"]),
        ("main.i2(", &["i2(q)", "i2(tau2)", "i2(between)", "i2(within)"]),
        ("print exp(main.i2(t", &["i2(tau2)"]),
        ("nothing.est", &[]),
        ("expect main i2", &["i2(q)", "i2(tau2)", "i2(between)", "i2(within)"]),
        ("use \"b", &["\"bcg.csv\" "]),
        ("use ", &["\"bcg.csv\"", "\"imr/", "rob"]),
        ("use \"imr/", &["\"imr/rows.csv\"", "\"imr/deep/"]),
        ("include ", &["\"imr/", "\"a.weald\""]),
        ("help mode", &["model "]),
        ("help model rem", &["reml "]),
        ("help hk", &["hksj "]),
        ("set conv", &["conventions "]),
        ("list ", &["studies", "outcomes", "rows", "columns", "analyses", "rules", "changes"]),
        ("save ", &["session", "data"]),
        ("if main.k > 3 { show ", &["main", "it"]),
        ("( pool ", &["recovery", "death"]),
        ("rule r\n", &["when", "otherwise"]),
        ("rule r\n  when k < 2 then no", &["not_pooled "]),
        ("rule r\n  when i2", &["i2(q)", "i2(tau2, reml)"]),
        ("study A\n  rec", &["recovery "]),
        ("study A\n  recovery at ", &["posttest", "followup"]),
        ("study A\n  recovery: n 3 me", &["mean", "median", "mean_pre", "mean_post"]),
        ("study A\n  recovery: n 3\n\npool ", &["recovery", "death"]),
        ("pool recovery # ", &[]),
        ("print \"main.", &[]),
    ] {
        assert_eq!(completed(line).1, expected, "{line:?}");
    }
}

/// Among the candidates are these; and what they replace begins here.
#[test]
fn tab_offers_among_others() {
    for (line, start, some) in [
        ("", 0, &["main", "it", "pool", "use", "help", "quit"][..]),
        ("pool recovery ", 14, &["at", "itt", "cc", "measure", "model", "exclude", "by"]),
        ("main exclude ", 13, &["Tan2016", "\"Hart & Sutherland 1977\"", "where", "\"where\""]),
        ("main exclude Tan2016 ", 21, &["because", "model"]),
        ("main where year ", 16, &[">=", "and"]),
        ("main where alloc == \"random\" ", 29, &["and", "model", "because"]),
        ("let x = ", 8, &["main", "cut", "pool", "exp("]),
        ("let x = pool death measure or ", 30, &["model"]),
        ("print ", 6, &["main", "cut", "exp("]),
        ("help ", 5, &["pool", "measure", "fields"]),
        ("rule r\n  when k < 2 ", 20, &["then", "and"]),
        ("study A\n  recovery at posttest ", 31, &["itt", "cc", "from", ":"]),
        ("regress ", 8, &["main"]),
        ("regress main ", 13, &["on "]),
        ("regress main on ", 16, &["year", "alloc", "factor(", "spline("]),
        ("regress main on year ", 21, &["+", "*", "model", "no"]),
        ("predict main at ", 16, &["year", "alloc"]),
        ("predict main at alloc ", 22, &["random", "alternate"]),
        ("contrast main alloc random vs ", 30, &["alternate"]),
        ("permute main draws 100 ", 23, &["seed", "model"]),
        ("expect main estimate 0.5 ", 25, &["ci", "from", "report"]),
    ] {
        let (at, found) = completed(line);
        assert_eq!(at, start, "{line:?}");
        for word in some {
            assert!(found.iter().any(|f| f == word), "{line:?} lacks {word}: {found:?}");
        }
    }
}

/// What has been said is not offered again; what does not fit is not offered.
#[test]
fn tab_does_not_offer() {
    for (line, none) in [
        ("main model dl ", &["model"][..]),
        ("pool recovery cc at posttest ", &["at", "itt"]),
        ("pool ", &["measure", "main"]),
        ("main by ", &["pool"]),
        ("use \"", &["\"notes.txt\"", "\"a.weald\""]),
        ("", &["verify", "audit"]),
        ("regress main on year ", &["and", "=="]),
        ("regress main on ", &["exp("]),
    ] {
        let (_, found) = completed(line);
        for word in none {
            assert!(!found.iter().any(|f| f.trim_end() == *word), "{line:?} offers {word}");
        }
    }
}

#[test]
fn the_space_after_a_word_is_not_doubled() {
    let found = complete("po recovery", 2, &names(), &list);
    assert_eq!(found.candidates[0].text, "pool");
}

#[test]
fn hints_name_what_comes_next() {
    for (line, expected) in [
        ("", None),
        ("po", Some("ol")),
        ("pool", Some(" recovery | death")),
        ("pool ", Some("recovery | death")),
        ("pool death ", Some("measure or | rr | rd [model MODEL] [ci wald]")),
        ("pool recovery ", Some("at posttest | followup [itt | cc] [measure MEASURE]")),
        ("pool death measure ", Some("or | rr | rd")),
        ("pool death measure or ", Some("[model MODEL] [ci wald] [exclude STUDY, …]")),
        ("main exclude ", Some("STUDY | where CONDITION")),
        ("main exclude Tan2016 ", Some("because \"REASON\"")),
        ("main where alloc ", Some("== | != \"VALUE\"")),
        ("main where year ", Some(">= | < NUMBER")),
        ("main where year > 1960 ", Some("[and | or]")),
        ("main keep ", Some("dependent because \"REASON\"")),
        ("main combine ", Some("[rho NUMBER] [equal]")),
        ("expect main ", Some("FIELD VALUE … [from \"SOURCE\"] [report only]")),
        ("let ", Some("NAME = EXPRESSION | pool …")),
        ("if ", Some("CONDITION { … } else { … }")),
        ("use ", Some("\"FILE\"")),
        ("save ", Some("session to \"FILE.weald\" | data to \"FILE.json\"")),
        ("rule r\n", Some("  when CONDITION then not_pooled | MODEL  or  otherwise not_pooled | MODEL")),
        ("rule r\n  otherwise dl\n", Some("  (an empty line ends it)")),
        ("quit", None),
        ("pool recovery # ", None),
        ("nonsense here ", None),
    ] {
        let found = hint(line, &names()).map(|h| h.shown);
        match (&found, expected) {
            (Some(found), Some(expected)) => assert!(found.starts_with(expected), "{line:?}: {found:?}"),
            (found, expected) => assert_eq!(found.as_deref(), expected, "{line:?}"),
        }
    }
    let empty = hint("", &Names::default()).map(|h| h.shown);
    assert_eq!(empty.as_deref(), Some("use \"FILE\""));
    assert_eq!(hint("pool rec", &names()).and_then(|h| h.taken).as_deref(), Some("overy"));
}

#[test]
fn words_are_painted_by_their_place() {
    use Class::{Choice, Clause, Comment, Error, Function, Name, Number, Plain, Text, Verb};
    for (line, expected) in [
        ("pool death measure or # x", &[Verb, Name, Clause, Choice, Comment][..]),
        ("let b = main exclude \"Hart & S", &[Verb, Name, Name, Clause, Text]),
        ("main model reml ci 95%", &[Name, Clause, Choice, Clause, Number, Number]),
        ("print exp(main.estimate)", &[Verb, Function, Name, Name]),
        ("show nobody", &[Verb, Plain]),
        ("methods of main", &[Verb, Clause, Name]),
        ("pool “x”", &[Verb, Error, Plain, Error]),
        ("main where year > 1960 and alloc == \"random\"", &[Name, Clause, Name, Number, Clause, Name, Text]),
        ("rule r\n  when k < 2 then dl\n  otherwise reml", &[Verb, Name, Clause, Plain, Number, Clause, Plain, Clause, Plain]),
    ] {
        let found = classes(line, &names());
        let text = |span: &weald::Span| &line[span.start as usize..span.end as usize];
        let words = found.iter().filter(|(s, c)| *c != Plain || text(s).chars().any(char::is_alphanumeric));
        let words: Vec<Class> = words.map(|(_, c)| *c).collect();
        assert_eq!(words, expected, "{line:?} {found:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Whatever is typed: nothing panics, the colours cover the text, candidates replace a part of it.
    #[test]
    fn any_line_can_be_typed(line in r#"(pool|main|study A\n|rule r\n|let x =|use|help|\PC)?( |\.|\(|\[|\{|"|,|>|==|i2\(|recovery|main|where|exclude|measure|or|model|at|[0-9]|\n|\PC){0,12}"#) {
        let names = names();
        let painted: String = classes(&line, &names).iter().map(|(s, _)| &line[s.start as usize..s.end as usize]).collect();
        prop_assert_eq!(&painted, &line);
        for (at, _) in line.char_indices().chain([(line.len(), ' ')]) {
            let found = complete(&line, at, &names, &list);
            prop_assert!(found.start <= at && line.is_char_boundary(found.start));
            let _ = hint(&line[..at], &names);
        }
    }
}

const BCG: &str = "study,events1,n1,events2,n2\nA,4,123,11,139\nB,6,306,29,303\nC,3,231,11,220\n";

fn session() -> Session {
    Session::with_files(Memory::new().with("bcg.csv", BCG))
}

/// Runs entries one after the other; what the last one printed, or its problems.
fn entries(session: &mut Session, lines: &[&str]) -> String {
    let mut said = String::new();
    for (at, line) in lines.iter().enumerate() {
        let run = session.run_entry(&Source::new(format!("entry {}", at + 1), line));
        let texts = run.outcomes.iter().map(|o| match o {
            Outcome::Text(t) => t.text.clone(),
            Outcome::Value(v) => v.clone(),
            Outcome::Pool(p) => format!("k = {}", p.k),
            other => format!("{other:?}"),
        });
        let problems = run.problems.iter().map(|p| {
            let span = p.problem.span().unwrap_or_default();
            format!("{} at `{}` of `{}`", p.problem.code, p.source.slice(span), p.source.text.trim_end())
        });
        said = texts.chain(problems).collect::<Vec<_>>().join("; ");
    }
    said
}

const START: [&str; 2] = ["use \"bcg.csv\"", "let vaccine = pool outcome measure rr model dl ci wald"];

#[test]
fn an_expression_alone_prints_its_value() {
    for (entry, expected) in [
        ("1 + 1", "2"),
        ("  2 * (3 + 4)  # why not", "14"),
        ("vaccine.k", "3"),
        ("vaccine.k >= 3 and true", "true"),
        ("exp(0)", "1"),
        ("\"{vaccine.k} trials\"", "3 trials"),
        ("[1, 2]", "[1, 2]"),
        ("not true", "false"),
        ("true", "true"),
        ("-3", "-3"),
    ] {
        let mut session = session();
        entries(&mut session, &START);
        assert_eq!(entries(&mut session, &[entry]), expected, "{entry}");
    }
}

#[test]
fn errors_of_an_expression_point_at_what_was_typed() {
    for (entry, expected) in [
        ("vacine.k + 1", "E201 at `vacine` of `vacine.k + 1`"),
        ("  exq(1)", "E202 at `exq` of `exq(1)`"),
        ("vaccine.kk", "E229 at `kk` of `vaccine.kk`"),
        // These are statements, however wrong.
        ("pol outcome", "E200 at `pol` of `pol outcome`"),
        ("vaccine modle dl", "E217 at `modle` of `vaccine modle dl`"),
    ] {
        let mut session = session();
        entries(&mut session, &START);
        assert_eq!(entries(&mut session, &[entry]).replace("of `  ", "of `"), expected, "{entry}");
    }
}

#[test]
fn undo_takes_back_what_changed_something() {
    let mut session = session();
    entries(&mut session, &START);
    assert_eq!(entries(&mut session, &["let cut = 2", "show vaccine", "cut + 1", "help pool", "undo"]), "undone: let cut = 2");
    assert!(entries(&mut session, &["cut + 1"]).starts_with("E201"));
    assert_eq!(session.history(), START);
    assert_eq!(entries(&mut session, &["undo", "undo"]), "undone: use \"bcg.csv\"");
    assert!(session.state().store.rows.is_empty());
    assert_eq!(entries(&mut session, &["undo"]), "nothing to undo");
}

#[test]
fn a_statement_that_fails_leaves_no_trace() {
    let mut session = session();
    entries(&mut session, &START);
    session.set_time_limit(Some(std::time::Duration::from_millis(30)));
    let said = entries(&mut session, &["for i in range(1, 100000) { for j in range(1, 100) { let x = i } }"]);
    assert!(said.starts_with("E403"), "{said}");
    session.set_time_limit(None);
    assert!(session.state().variables.is_empty());
    assert_eq!(session.history(), START);
    assert_eq!(entries(&mut session, &["vaccine.k"]), "3");
}

#[test]
fn the_saved_session_runs() {
    let files = Memory::new().with("bcg.csv", BCG);
    let mut session = Session::with_files(files);
    entries(&mut session, &START);
    entries(&mut session, &["rule r\n  when k < 2 then dl\n  otherwise reml\n", "vaccine.k + 1", "help", "save session to \"s.weald\""]);
    let saved = String::from_utf8(session.files().read("s.weald").expect("saved")).expect("text");
    assert_eq!(saved, format!("{}\n{}\nrule r\n  when k < 2 then dl\n  otherwise reml\nprint vaccine.k + 1\n", START[0], START[1]));
    let mut again = self::session();
    let run = again.run(&Source::new("s.weald", &saved));
    assert!(run.ok(), "{:?}", run.problems);
}

fn weald(arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("bcg.csv"), BCG).expect("written");
    let mut command = Command::cargo_bin("weald").expect("built");
    let output = command.args(arguments).current_dir(folder.path()).write_stdin(input).output().expect("ran");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_pipe_is_run_as_a_script() {
    assert_eq!(weald(&[], "print 1 + 1\n"), (Some(0), "2\n".into(), String::new()));
    assert_eq!(weald(&["repl"], "2 + 3"), (Some(0), "5\n".into(), String::new()));
    assert_eq!(weald(&[], ""), (Some(0), String::new(), String::new()));
    let (status, out, err) = weald(&["repl", "bcg.csv"], "let a = pool outcome measure rr\nprint \"{a.k} trials\"\n");
    assert_eq!((status, err.as_str()), (Some(0), ""));
    assert!(out.contains("pooled, reml") && out.ends_with("3 trials\n") && !out.contains("Weald 0"), "{out}");
}

#[test]
fn a_pipe_ends_with_the_status_of_a_run() {
    let (status, out, err) = weald(&["repl", "bcg.csv"], "let a = pool outcome measure rr\nexpect a k 4\n");
    assert_eq!(status, Some(3), "{out}{err}");
    let (status, out, err) = weald(&[], "print 1\nprint nothing\nprint 3\n");
    assert_eq!((status, out.as_str()), (Some(1), "1\n"));
    assert!(err.contains("E201") && err.contains("<stdin>:2"), "{err}");
    let (status, out, err) = weald(&["repl", "missing.csv"], "print 1\n");
    assert_eq!((status, out.as_str()), (Some(1), ""));
    assert!(err.contains("E300"), "{err}");
}
