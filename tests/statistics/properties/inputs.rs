//! Texts and data of any kind: no panic, no hang, and what parses prints back.

use super::cases;
use proptest::prelude::*;
use std::time::Duration;
use weald::report::{Hints, Style, render_problems, to_markdown, to_text};
use weald::store::{Files, Memory, open};
use weald::syntax::{completeness, format, paint, parse};
use weald::{Session, Source};

const BCG: &str = include_str!("../../reference/bcg.csv");
const SCRIPTS: [&str; 3] = [
    include_str!("../../syntax/contract.weald"),
    include_str!("../../syntax/language.weald"),
    include_str!("../../../examples/written-in-the-script.weald"),
];

/// Everything that is done with a text: parsed, painted, formatted, checked, run, reported.
fn exercise(text: &str) {
    let source = Source::new("any.weald", text);
    let parsed = parse(&source);
    let _ = (completeness(text, &|word| word == "study"), paint(text).len());
    if parsed.problems.is_empty() {
        let printed = parsed.script.to_string();
        let again = parse(&Source::new("any.weald", printed.clone()));
        assert_eq!(again.problems, [], "printed as\n{printed}");
        assert_eq!(again.script.to_string(), printed, "printed twice");
        if let Ok(laid) = format(&source) {
            assert_eq!(format(&Source::new("any.weald", laid.clone())).as_ref(), Ok(&laid), "laid out twice");
        }
    }
    let files = Memory::new().with("bcg.csv", BCG).with("other.weald", "use \"bcg.csv\"\ninclude \"other.weald\"\n");
    let mut session = Session::with_files(files);
    session.set_time_limit(Some(Duration::from_secs(2)));
    let checked = session.check(&source);
    let ran = session.run(&source);
    for located in checked.problems.iter().chain(&ran.problems) {
        let rendered = render_problems(std::slice::from_ref(&located.problem), &located.source, &Style::plain(80));
        assert!(rendered.contains(located.problem.code), "{rendered}");
    }
    for outcome in &ran.outcomes {
        let _ = (to_text(outcome, &Hints::default(), &Style::plain(60)), to_markdown(outcome, &Hints::default()));
    }
    // A check that finds no error is kept by the run, apart from what only the numbers show.
    if checked.ok() {
        let late = |code: &str| code.starts_with("E3") || code.starts_with("E4") || code.starts_with("E22") || code.starts_with("E23");
        for p in ran.problems.iter().filter(|p| p.problem.is_error()) {
            assert!(late(p.problem.code), "found by the run only: {:?}\n{text}", p.problem);
        }
    }
}

/// Words and signs that the language knows, so that much of it is reached.
fn soup() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "let",
        "if",
        "else",
        "for",
        "in",
        "rule",
        "when",
        "then",
        "otherwise",
        "print",
        "pool",
        "use",
        "set",
        "edition",
        "show",
        "explain",
        "expect",
        "study",
        "outcome",
        "measure",
        "model",
        "ci",
        "pi",
        "level",
        "by",
        "where",
        "exclude",
        "only",
        "because",
        "combine",
        "rho",
        "prefer",
        "keep",
        "dependent",
        "tau2",
        "common",
        "reml",
        "dl",
        "or",
        "rr",
        "smd",
        "wald",
        "hksj",
        "and",
        "not",
        "at",
        "vs",
        "from",
        "include",
        "undo",
        "quit",
        "it",
        "a",
        "b",
        "alloc",
        "year",
        "ablat",
        "random",
        "k",
        "estimate",
        "i2",
        "p",
        "exp",
        "round",
        "list",
        "studies",
        "describe",
        "methods",
        "of",
        "help",
        "instrument",
        "timepoint",
        "higher",
        "lower",
        "better",
        "compare",
        "prefer",
        "save",
        "session",
        "to",
        "check",
        "data",
        "conventions",
        "metafor",
        "revman5",
        "zero",
        "none",
        "report",
    ]);
    let signs = prop::sample::select(vec![
        "(", ")", "[", "]", "{", "}", ",", ":", ".", "=", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "^", "%", "..", "\n",
        "\n  ", " ", "#", "\"", "\\", "\t", "\r\n", "“", "−", "é", "\u{301}", "🦀", "\u{feff}", "\0",
    ]);
    let values = prop::sample::select(vec![
        "0",
        "1",
        "2026",
        "95%",
        "0.5",
        "-1",
        "1e308",
        "1e999",
        "00",
        "\"bcg.csv\"",
        "\"{a.k}\"",
        "\"{a.estimate:.2}\"",
        "\"other.weald\"",
        "4w",
        "24..120",
        "RAS > QPR",
        "outcome",
        "\"Aronson 1948\"",
        "alloc == \"random\"",
        "2019-01-02",
        "0,5",
        ".5",
        "5.",
    ]);
    let piece = prop_oneof![4 => words, 2 => signs, 3 => values].prop_map(str::to_owned);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| {
        let mut text = String::from("use \"bcg.csv\"\nlet a = pool outcome measure or\n");
        for piece in pieces {
            text.push_str(&piece);
            if piece.ends_with(|c: char| c.is_alphanumeric() || c == '"' || c == '%') {
                text.push(' ');
            }
        }
        text
    })
}

/// Any of a few texts.
fn one_of(texts: &[&'static str]) -> impl Strategy<Value = String> + Clone + use<> {
    prop::sample::select(texts.to_vec()).prop_map(str::to_owned)
}

/// A number, from the leaves given.
fn number(leaves: &[&'static str]) -> impl Strategy<Value = String> + Clone + use<> {
    one_of(leaves).prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), one_of(&["+", "-", "*", "/", "^"]), inner.clone()).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
            (one_of(&["exp", "log", "sqrt", "abs", "logit", "tanh"]), inner.clone()).prop_map(|(f, x)| format!("{f}({x})")),
            (inner.clone(), inner.clone()).prop_map(|(x, y)| format!("min({x}, {y})")),
            inner.prop_map(|x| format!("-{x}")),
        ]
    })
}

/// A condition on such numbers.
fn condition(leaves: &[&'static str], others: &[&'static str]) -> impl Strategy<Value = String> + Clone + use<> {
    let compared =
        (number(leaves), one_of(&["==", "!=", "<", "<=", ">", ">="]), number(leaves)).prop_map(|(a, op, b)| format!("{a} {op} {b}"));
    prop_oneof![3 => compared, 1 => one_of(others)].prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (inner.clone(), one_of(&["and", "or"]), inner.clone()).prop_map(|(a, op, b)| format!("({a}) {op} ({b})")),
            inner.prop_map(|x| format!("not ({x})")),
        ]
    })
}

const NUMBERS: [&str; 12] = ["1", "0", "2.5", "1e300", "a.estimate", "a.k", "a.ci[1]", "b.p", "a.i2(q)", "b.tau2", "b.pi[2]", "a.q"];
const COLUMNS: [&str; 5] = ["year", "ablat", "n1", "1960", "events2"];
const FACTS: [&str; 4] = ["true", "false", "\"a\" in [\"a\", \"b\"]", "missing(b.pi[1])"];
const ROW_FACTS: [&str; 4] =
    ["alloc == \"random\"", "alloc in [\"random\", \"alternate\"]", "missing(ablat)", "study != \"TPT Madras 1980\""];

/// Scripts whose statements mostly make sense, so that the run and the renderers are reached.
fn statements() -> impl Strategy<Value = String> {
    let rows = condition(&COLUMNS, &ROW_FACTS);
    let clause = prop_oneof![
        8 => one_of(&[
            "measure rr", "measure rd", "measure as", "model dl", "model [pm, reml]", "model mh", "model common", "model sj", "ci wald", "ci hksj",
            "ci t", "pi riley", "pi none", "level 90%", "level 50%", "i2 q", "tau2 0.1", "by alloc", "by year", "exclude \"Aronson 1948\"",
            "only \"TPT Madras 1980\"", "only \"T*\", \"C*\"", "combine rho 0.5", "keep dependent because \"x\"", "zero none", "model r",
            "exclude where missing(year)", "exclude \"Aronson 1948\" because \"reason\"",
        ]),
        2 => rows.clone().prop_map(|e| format!("where {e}")),
        1 => rows.clone().prop_map(|e| format!("exclude where {e}")),
    ];
    let clauses = prop::collection::vec(clause, 0..3).prop_map(|c| c.join(" "));
    let truth = condition(&NUMBERS, &FACTS);
    let statement = prop_oneof![
        4 => (one_of(&["a", "b", "c"]), clauses.clone()).prop_map(|(n, c)| format!("let {n} = pool outcome measure or {c}")),
        3 => (one_of(&["let b = a", "a", "b", "let c = b"]), clauses).prop_map(|(n, c)| format!("{n} {c}")),
        1 => number(&NUMBERS).prop_map(|e| format!("let x = {e}")),
        2 => number(&NUMBERS).prop_map(|e| format!("print \"value {{{e}:.3}}\"")),
        2 => truth.clone().prop_map(|e| format!("if {e} {{ print a.k }} else {{ show b }}")),
        1 => one_of(&["dl, reml", "common", "sj, pm, mh"]).prop_map(|e| format!("for m in [{e}] {{ let b = a model m level 90%\n  print b.estimate }}")),
        1 => number(&["k", "p(q)", "q", "tau2", "2"]).prop_map(|e| format!("rule r\n  when {e} > 1 then reml ci t\n  otherwise common")),
        1 => rows.prop_map(|e| format!("list studies where {e}")),
        3 => one_of(&[
            "explain a", "show it", "describe", "methods of b", "help pool", "check data", "set level 90%", "set conventions metafor",
            "set conventions revman5", "set ci wald", "use \"bcg.csv\"", "outcome outcome lower better", "save session to \"s.weald\"",
            "study New2020 year 2020\n  outcome: events 3 n 40 vs events 9 n 41", "expect a estimate 0.47 ci [0.3, 0.7] k 13 report only",
            "expect b i2(q) 92% p 0.001 report only", "characteristic alloc random, alternate, systematic",
        ]),
        1 => one_of(&[
            "undo", "quit", "include \"other.weald\"", "print nothing", "a at posttest", "b model nothing", "let pool = 3", "a level 0.9", "a by x",
        ]),
    ];
    prop::collection::vec(statement, 1..9).prop_map(|lines| {
        format!(
            "use \"bcg.csv\"\nrule r\n  when k < 3 then not_pooled\n  otherwise dl\nlet a = pool outcome measure or\nlet b = a where year > 1950\n{}\n",
            lines.join("\n")
        )
    })
}

/// A script of the tests with some characters taken out, put in or doubled.
fn bent() -> impl Strategy<Value = String> {
    let edit = (any::<prop::sample::Index>(), 0_u8..4, prop::sample::select(vec!['"', '(', '{', '\n', ' ', '=', '%', 'é', '-', ',']));
    let lines = (0..SCRIPTS.len(), any::<prop::sample::Index>(), 1_usize..12);
    (lines, prop::collection::vec(edit, 0..5)).prop_map(|((script, from, count), edits)| {
        let all: Vec<&str> = SCRIPTS[script].lines().collect();
        let from = from.index(all.len());
        let mut chars: Vec<char> = all[from..all.len().min(from + count)].join("\n").chars().collect();
        for (at, what, sign) in edits {
            if chars.is_empty() {
                break;
            }
            let at = at.index(chars.len());
            match what {
                0 => {
                    chars.remove(at);
                }
                1 => chars.insert(at, sign),
                2 => chars[at] = sign,
                _ => {
                    let end = chars.len().min(at + 7);
                    let piece: Vec<char> = chars[at..end].to_vec();
                    chars.splice(at..at, piece);
                }
            }
        }
        chars.into_iter().collect()
    })
}

/// Cells that data files hold, and some that they should not.
fn table() -> impl Strategy<Value = String> {
    let cell = prop::sample::select(vec![
        "",
        "NA",
        ".",
        "0",
        "1",
        "-3",
        "1e308",
        "1e-320",
        "12",
        "0,5",
        "1.234,5",
        "<0.001",
        "abc",
        "\"x;y\"",
        "\"a\"\"b\"",
        "é",
        "0.5",
        "1e999",
        "nan",
        "inf",
        "95",
        "\u{a0}7",
        "−2",
        "\"",
        "5%",
    ]);
    let name = prop::sample::select(vec![
        "study",
        "outcome",
        "events1",
        "n1",
        "events2",
        "n2",
        "yi",
        "vi",
        "sei",
        "mean1",
        "sd1",
        "mean2",
        "sd2",
        "t",
        "p",
        "F",
        "favours",
        "trial",
        "timepoint",
        "analysis",
        "r",
        "n",
        "effect",
        "effect_lower",
        "effect_upper",
        "ci_lower",
        "ci_upper",
        "median1",
        "lq1",
        "uq1",
        "year",
        "",
        "Study",
        "ci_level",
        "time1",
        "oe",
        "v",
    ]);
    let separator = prop::sample::select(vec![",", ";", "\t"]);
    let end = prop::sample::select(vec!["\n", "\r\n", "\r"]);
    (prop::collection::vec(name, 0..10), prop::collection::vec(prop::collection::vec(cell, 0..11), 0..7), separator, end).prop_map(
        |(head, rows, separator, end)| {
            let mut text = format!("study{separator}{}{end}", head.join(separator));
            for row in rows {
                text += &format!("S{separator}{}{end}", row.join(separator));
            }
            text
        },
    )
}

/// Opens bytes as a file of this name, and pools whatever comes of it.
fn opened(name: &str, bytes: Vec<u8>) {
    let files = Memory::new().with(name, bytes);
    let loaded = open(&files, name);
    if let Some(store) = loaded.store {
        let saved = Memory::new();
        weald::store::save(&saved, &store, "s.json").expect("a store that was read can be saved");
        let again = open(&saved, "s.json");
        let problems: Vec<_> = again.problems.iter().filter(|p| p.is_error()).collect();
        assert!(again.store.is_some(), "{problems:?}\n{}", String::from_utf8_lossy(&saved.read("s.json").unwrap_or_default()));
        for measure in ["or", "smd", "generic", "rr", "cor"] {
            let mut session = Session::with_store(store.clone());
            let outcomes: Vec<String> = store.outcome_names().into_iter().map(str::to_owned).collect();
            for outcome in outcomes.iter().take(2).filter(|o| !o.contains(['"', '\\', '{', '\n'])) {
                session.run(&Source::new("p", format!("describe\npool \"{outcome}\" measure {measure} keep dependent because \"test\"\n")));
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(120))]

    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        exercise(&text);
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        exercise(&String::from_utf8_lossy(&bytes));
        opened("d.csv", bytes.clone());
        opened("d.json", bytes);
    }

    #[test]
    fn words_of_the_language_in_any_order(text in soup()) {
        exercise(&text);
    }

    #[test]
    fn statements_that_may_make_sense(text in statements()) {
        exercise(&text);
    }

    #[test]
    fn scripts_with_slips(text in bent()) {
        exercise(&text);
    }

    #[test]
    fn tables_of_any_cells(text in table()) {
        opened("d.csv", text.into_bytes());
    }

    #[test]
    fn store_documents_with_slips(at in any::<prop::sample::Index>(), length in 0_usize..9, put in "[\\[\\]{}\":,0-9a-z\\-]{0,4}") {
        let document = include_str!("../../../examples/imr/data/weald.json");
        let chars: Vec<char> = document.chars().collect();
        let at = at.index(chars.len());
        let bent: String = chars[..at].iter().copied().chain(put.chars()).chain(chars[chars.len().min(at + length)..].iter().copied()).collect();
        opened("d.json", bent.into_bytes());
    }
}

#[test]
fn brackets_as_deep_as_they_may_be() {
    for (open, close) in [("(", ")"), ("[", "]"), ("-", ""), ("not ", ""), ("{", "}"), ("\"{", "}\""), ("if 1 == 1 { ", " }")] {
        for depth in [10, 199, 200, 201, 5_000] {
            for before in ["print ", "let x = ", "pool outcome where ", ""] {
                let text = format!("{before}{}1{}\n", open.repeat(depth), close.repeat(depth));
                // The stack that `main` gives; a test thread has less.
                let worker = std::thread::Builder::new().stack_size(64 << 20).spawn(move || exercise(&text)).expect("a thread");
                assert!(worker.join().is_ok(), "{before}{open} {depth} deep");
            }
        }
    }
}
