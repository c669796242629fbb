//! Any text: parsed, printed, painted, checked and run, without a panic; and what parses
//! prints to something that parses to the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::time::Duration;
use weald::report::{Hints, Style, render_problems, to_text};
use weald::store::Memory;
use weald::syntax::{format, paint, parse};
use weald::{Session, Source};

const BCG: &str = include_str!("../../reference/bcg.csv");

fuzz_target!(|text: &str| {
    let source = Source::new("fuzz.weald", text);
    let parsed = parse(&source);
    let _ = paint(text);
    if parsed.problems.is_empty() {
        let printed = parsed.script.to_string();
        let again = parse(&Source::new("fuzz.weald", printed.clone()));
        assert!(again.problems.is_empty(), "{printed}");
        assert_eq!(again.script.to_string(), printed);
    }
    if let Ok(laid) = format(&source) {
        assert_eq!(format(&Source::new("fuzz.weald", laid.clone())), Ok(laid));
    }
    let mut session = Session::with_files(Memory::new().with("bcg.csv", BCG));
    session.set_time_limit(Some(Duration::from_secs(1)));
    session.check(&source);
    let run = session.run(&source);
    for located in &run.problems {
        let _ = render_problems(std::slice::from_ref(&located.problem), &located.source, &Style::plain(80));
    }
    for outcome in &run.outcomes {
        let _ = to_text(outcome, &Hints::default(), &Style::plain(80));
    }
});
