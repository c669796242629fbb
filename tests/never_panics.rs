//! Any text in: problems come out, never a panic, and every problem can be shown.

use proptest::prelude::*;
use std::time::Duration;
use weald::report::{Style, render_problems};
use weald::session::Run;
use weald::store::Memory;
use weald::{Session, Source};

const BCG: &str = include_str!("suite/data/bcg.csv");
const RECOVERY: &str = include_str!("suite/data/recovery.csv");

/// Scripts that run, to be mutated.
const SCRIPTS: &[&str] = &[
    "edition 2026\nuse \"bcg.csv\"\nset ci wald level 95%\nlet a = pool outcome measure rr model reml\nshow a\nprint \"{a.k} trials, {a.estimate:.2}\"\n",
    "use \"bcg.csv\"\nrule paper\n  when k < 2 then not_pooled\n  when p(q) < 0.10 and i2(q) >= 50% then reml\n  otherwise common\nlet a = pool outcome measure or model paper\na exclude \"Aronson 1948\" because \"different vaccine\"\na by alloc\na where year >= 1960 and alloc == \"random\"\n",
    "use \"recovery.csv\"\nlet r = pool recovery at posttest cc measure smd combine rho 0.5\nlet s = pool recovery at posttest cc measure smd prefer instrument RAS > QPR\nexpect r estimate 0.3 ci [-0.1, 0.7] i2(q) 10% k 3 from \"Table 2\" report only\nmethods of r\nexplain s\n",
    "outcome recovery \"Personal recovery\" primary higher better measure smd\ninstrument RAS for recovery items 24 range 24..120 higher better\ntimepoint posttest window -2w..4w\nstudy A \"A 2001\" country Denmark\n  recovery at posttest cc instrument RAS from \"Table 3\": n 59 mean 69.5 sd 12.2 vs n 57 mean 69.2 sd 18.0\nstudy B\n  recovery at posttest cc: t 4.928 n 25 vs n 25\nlet main = pool recovery at posttest\nif main.k >= 2 { print main.ci } else { print \"too few\" }\nfor m in [dl, reml, pm] { main model m }\n",
    "use \"bcg.csv\"\ndescribe\nlist studies where ablat > 40 or not (alloc in [\"random\", \"alternate\"])\nlet x = exp(1) + 2 ^ 3 * (4 - 5) / 6\nprint round(x, 2)\nhelp pool\ncheck data\nsave data to \"out.json\"\n",
];

/// Pieces that scripts are made of, and pieces that break them.
const PIECES: &[&str] = &[
    "pool",
    "use",
    "let",
    "set",
    "rule",
    "when",
    "then",
    "otherwise",
    "if",
    "else",
    "for",
    "in",
    "study",
    "expect",
    "print",
    "outcome",
    "measure",
    "model",
    "reml",
    "rr",
    "exclude",
    "where",
    "by",
    "because",
    "combine rho",
    "prefer",
    "keep dependent",
    "at",
    "=",
    "==",
    "<",
    ">",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\"",
    ":",
    ",",
    "..",
    "%",
    "95%",
    "0.5",
    "-1",
    "1e308",
    "1e-308",
    "NaN",
    "\n",
    "\n  ",
    "\t",
    "#",
    "\\",
    "\u{feff}",
    "\u{201c}",
    "\u{2212}",
    "\u{0}",
    "é",
    "王",
    "🎉",
    "\u{202e}",
    ".",
    "a.k",
    "i2(q)",
    "missing(",
    "range(1, 9)",
    "not",
    "and",
    "or",
];

fn session() -> Session {
    let files = Memory::new().with("bcg.csv", BCG).with("recovery.csv", RECOVERY);
    let mut session = Session::with_files(files);
    session.set_time_limit(Some(Duration::from_secs(5)));
    session
}

/// Shows every problem, narrow and wide.
fn shown(run: &Run) -> Result<(), TestCaseError> {
    for located in &run.problems {
        for width in [40, 100] {
            let text = render_problems(std::slice::from_ref(&located.problem), &located.source, &Style::plain(width));
            prop_assert!(text.starts_with(located.problem.code), "{text}");
            let control = text.chars().find(|c| c.is_control() && *c != '\n');
            prop_assert!(control.is_none(), "{control:?} in {text:?}");
        }
    }
    Ok(())
}

/// Checks and runs a text; what the check finds faulty the run does not take as done.
fn survives(text: &str) -> Result<(), TestCaseError> {
    let source = Source::new("fuzz", text);
    let checked = session().check(&source);
    shown(&checked)?;
    let run = session().run(&source);
    shown(&run)?;
    let undone = text.to_ascii_lowercase().contains("undo");
    prop_assert!(undone || checked.ok() || !run.ok(), "the check finds errors, and the run is fine: {text:?}");
    Ok(())
}

/// A script with pieces put in, taken out, doubled or exchanged.
fn mutated() -> impl Strategy<Value = String> {
    let change = (any::<prop::sample::Index>(), 0..5u8, prop::sample::select(PIECES), 0..12usize);
    (prop::sample::select(SCRIPTS), prop::collection::vec(change, 1..6)).prop_map(|(script, changes)| {
        let mut text: Vec<char> = script.chars().collect();
        for (at, kind, piece, length) in changes {
            let at = at.index(text.len() + 1);
            let end = (at + length).min(text.len());
            match kind {
                0 => drop(text.splice(at..at, piece.chars())),
                1 => drop(text.drain(at..end)),
                2 => drop(text.splice(at..end, piece.chars())),
                3 => {
                    let copy: Vec<char> = text[at..end].to_vec();
                    drop(text.splice(at..at, copy));
                }
                _ => text.truncate(at),
            }
        }
        text.into_iter().collect()
    })
}

/// A hundred of each, or as many as `PROPTEST_CASES` says.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(100)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in any::<String>()) {
        survives(&text)?;
    }

    #[test]
    fn any_pieces(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40), spaced in any::<bool>()) {
        survives(&pieces.join(if spaced { " " } else { "" }))?;
    }

    #[test]
    fn any_mutation(text in mutated()) {
        survives(&text)?;
    }

    #[test]
    fn any_data(bytes in prop::collection::vec(any::<u8>(), 0..200), rows in prop::collection::vec(".{0,40}", 0..6)) {
        let as_csv = format!("study,yi,vi,n1,events1\n{}", rows.join("\n"));
        for (name, data) in [("raw.csv", bytes.clone()), ("raw.json", bytes), ("rows.csv", as_csv.into_bytes())] {
            let mut session = Session::with_files(Memory::new().with(name, data));
            let run = session.run(&Source::new("fuzz", format!("use \"{name}\"\ndescribe\npool outcome measure generic")));
            shown(&run)?;
        }
    }
}

#[test]
fn the_scripts_that_are_mutated_run() {
    for script in SCRIPTS {
        let run = session().run(&Source::new("whole", *script));
        let errors: Vec<&str> = run.problems.iter().filter(|p| p.problem.is_error()).map(|p| p.problem.message.as_str()).collect();
        assert!(run.ok(), "{script}\n{errors:?}");
    }
}
