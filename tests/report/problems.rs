//! Problems as miette reports and as JSON.

use weald::diagnostic::{Place, Problem, Severity};
use weald::report::json::{ColumnJson, diagnostics};
use weald::report::{Style, render_problems};
use weald::source::{Source, Span};

fn problem(severity: Severity, code: &'static str, message: &str) -> Problem {
    Problem { severity, code, message: message.into(), labels: Vec::new(), help: None, place: None, details: Vec::new() }
}

fn source() -> Source {
    Source::new("a.weald", "use \"x.csv\"\npool recovry at posttest\n  model remll\n")
}

fn examples() -> Vec<Problem> {
    vec![
        problem(Severity::Error, "E201", "no outcome is called `recovry`")
            .at(Span::new(17, 24), "found here")
            .help("did you mean `recovery`?"),
        problem(Severity::Warning, "W301", "an SD must be positive")
            .place(Place { file: "data.csv".into(), row: Some(5), column: Some("sd1".into()) })
            .details(["Jensen2019,59,69.5,-12.2".to_owned()])
            .help("leave the cell empty if it is not known"),
    ]
}

#[test]
fn as_text() {
    let expected = "\
E201

  × no outcome is called `recovry`
   ╭─[a.weald:2:6]
 1 │ use \"x.csv\"
 2 │ pool recovry at posttest
   ·      ───┬───
   ·         ╰── found here
 3 │   model remll
   ╰────
  help: did you mean `recovery`?

W301

  ⚠ an SD must be positive
  │ data.csv, row 5, column `sd1`
  │   Jensen2019,59,69.5,-12.2
  help: leave the cell empty if it is not known
";
    assert_eq!(render_problems(&examples(), &source(), &Style::plain(72)), expected);
}

#[test]
fn as_json() {
    let all = diagnostics(&examples(), &source());
    assert_eq!((all[0].file.as_str(), all[0].line, &all[0].column), ("a.weald", Some(2), &Some(ColumnJson::Number(6))));
    assert_eq!((all[1].file.as_str(), all[1].line, &all[1].column), ("data.csv", Some(5), &Some(ColumnJson::Name("sd1".into()))));
}

/// Spans past the end, over several lines or inside a character are moved, never refused.
#[test]
fn any_span_is_shown() {
    let source = Source::new("<eval>", "pool π\nmodel 王");
    for start in 0..24 {
        for end in start..24 {
            let text =
                render_problems(&[problem(Severity::Error, "E100", "x").at(Span::new(start, end), "here")], &source, &Style::plain(60));
            assert!(text.contains("here") && !text.contains("Failed to read"), "{start}..{end}: {text}");
        }
    }
}

#[test]
fn nothing_to_say() {
    assert_eq!(render_problems(&[], &source(), &Style::default()), "");
}
