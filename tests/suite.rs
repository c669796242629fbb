//! Wrong scripts and broken data files, each with exactly what Weald says about it.
//!
//! A file of `tests/suite` holds cases:
//!
//! ```text
//! ==== a name nobody bound ====
//! ---- with bcg.csv ----                      a file of tests/suite/data
//! ---- my.csv as latin-1 ----                 a file of its own, here in another encoding
//! study,yi,vi
//! ---- script ----                            what `weald run script.weald` reads
//! use "bcg.csv"
//! ---- $ weald check script.weald ----        another command line
//! ---- output ----                            standard output, where it matters
//! ---- status 1 ----                          exit status, and standard error word by word
//! E200 …
//! ```
//!
//! In scripts and files `«5000 × (»` stands for that many copies. `UPDATE=1 cargo test
//! --test suite` writes what Weald says now into the files; read the difference before
//! you keep it.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A part of a case: `---- head ----` and the lines below it.
struct Part {
    head: String,
    body: String,
}

/// One case.
struct Case {
    name: String,
    parts: Vec<Part>,
}

/// What came of it.
struct Said {
    status: i32,
    output: String,
    problems: String,
    took: Duration,
}

/// Longer than this and something hangs, even in a debug build on a busy machine; a case takes milliseconds.
const TOO_LONG: Duration = Duration::from_secs(30);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite")
}

/// `name` of `==== name ====`.
fn between<'a>(line: &'a str, mark: &str) -> Option<&'a str> {
    line.strip_prefix(mark)?.strip_prefix(' ')?.strip_suffix(mark)?.strip_suffix(' ')
}

fn cases(text: &str) -> (String, Vec<Case>) {
    let (mut preface, mut cases) = (String::new(), Vec::<Case>::new());
    for line in text.lines() {
        if let Some(name) = between(line, "====") {
            cases.push(Case { name: name.to_owned(), parts: Vec::new() });
        } else if let (Some(head), Some(case)) = (between(line, "----"), cases.last_mut()) {
            case.parts.push(Part { head: head.to_owned(), body: String::new() });
        } else {
            let part = cases.last_mut().and_then(|c| c.parts.last_mut());
            let into = part.map_or(&mut preface, |p| &mut p.body);
            into.push_str(line);
            into.push('\n');
        }
    }
    // An output may end in an empty line of its own.
    for part in cases.iter_mut().flat_map(|c| &mut c.parts).filter(|p| p.head != "output") {
        let end = part.body.trim_end_matches('\n').len();
        part.body.truncate(end);
        if !part.body.is_empty() {
            part.body.push('\n');
        }
    }
    (preface, cases)
}

/// Writes out `«5000 × (»`.
fn expanded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('«') {
        let (inside, after) = after.split_once('»').expect("« is closed by »");
        let (count, what) = inside.split_once(" × ").expect("«COUNT × TEXT»");
        out.push_str(before);
        out.push_str(&what.replace("\\n", "\n").repeat(count.parse().expect("a count")));
        rest = after;
    }
    out + rest
}

/// The bytes of a file in the encoding its head names.
fn encoded(text: &str, encoding: &str) -> Vec<u8> {
    match encoding {
        "utf-8" => text.into(),
        "bom" => format!("\u{feff}{text}").into(),
        "crlf" => text.replace('\n', "\r\n").into(),
        "cr" => text.replace('\n', "\r").into(),
        "latin-1" => text.chars().map(|c| u8::try_from(u32::from(c)).expect("a latin-1 character")).collect(),
        "utf-16" => "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        "escaped" => text.replace("\\0", "\0").into(),
        "no-newline" => text.trim_end().into(),
        other => panic!("unknown encoding {other}"),
    }
}

impl Case {
    fn run(&self) -> Said {
        let folder = tempfile::tempdir().expect("a folder");
        let mut arguments = vec!["run".to_owned(), "script.weald".to_owned()];
        for part in &self.parts {
            let head = part.head.as_str();
            if head == "output" || head.starts_with("status ") {
                continue;
            } else if let Some(line) = head.strip_prefix("$ weald ") {
                arguments = words(line);
            } else if let Some(name) = head.strip_prefix("with ") {
                std::fs::copy(self::folder().join("data").join(name), folder.path().join(name)).expect("a file of tests/suite/data");
            } else {
                let (name, encoding) = head.split_once(" as ").unwrap_or((head, "utf-8"));
                let name = if name == "script" { "script.weald" } else { name };
                let path = folder.path().join(name);
                std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                std::fs::write(path, encoded(&expanded(&part.body), encoding)).expect("a file");
            }
        }
        let start = Instant::now();
        let ran = Command::new(env!("CARGO_BIN_EXE_weald"))
            .args(&arguments)
            .current_dir(folder.path())
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .output()
            .expect("the program runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("what Weald says is UTF-8");
        Said { status: ran.status.code().unwrap_or(-1), output: text(ran.stdout), problems: text(ran.stderr), took: start.elapsed() }
    }

    /// The case with what was said in place of what was expected.
    fn with(&self, said: &Said) -> String {
        let mut out = format!("==== {} ====\n", self.name);
        for part in self.parts.iter().filter(|p| !p.head.starts_with("status ")) {
            let end = said.output.trim_end_matches('\n').len();
            let said = if end == 0 { String::new() } else { said.output[..end].to_owned() + "\n" };
            let body = if part.head == "output" { &said } else { &part.body };
            let _ = write!(out, "---- {} ----\n{body}", part.head);
        }
        let _ = write!(out, "---- status {} ----\n{}", said.status, said.problems);
        let end = out.trim_end_matches('\n').len();
        out.truncate(end);
        out + "\n\n"
    }

    fn without_blank_end(&self) -> String {
        let mut out = format!("==== {} ====\n", self.name);
        for part in &self.parts {
            let _ = write!(out, "---- {} ----\n{}", part.head, part.body);
        }
        let end = out.trim_end_matches('\n').len();
        out.truncate(end);
        out + "\n\n"
    }
}

/// The words of a command line; single quotes hold one together.
fn words(line: &str) -> Vec<String> {
    let quoted = line.split('\'').enumerate();
    quoted
        .flat_map(|(i, part)| if i % 2 == 1 { vec![part.to_owned()] } else { part.split_whitespace().map(str::to_owned).collect() })
        .collect()
}

fn files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder())
        .expect("tests/suite")
        .map(|e| e.expect("an entry").path())
        .filter(|p| p.extension().is_some_and(|e| e == "weald"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_case_says_exactly_this() {
    let update = std::env::var_os("UPDATE").is_some_and(|v| v == "1");
    let (mut wrong, mut count, mut broken) = (String::new(), 0, false);
    for file in files() {
        let text = std::fs::read_to_string(&file).expect("a file of cases");
        let (preface, cases) = cases(&text);
        let half = cases.len().div_ceil(2).max(1);
        let said: Vec<Said> = std::thread::scope(|scope| {
            let runs: Vec<_> = cases.chunks(half).map(|some| scope.spawn(|| some.iter().map(Case::run).collect::<Vec<_>>())).collect();
            runs.into_iter().flat_map(|r| r.join().expect("no case ends the runner")).collect()
        });
        let mut now = preface;
        for (case, said) in cases.iter().zip(&said) {
            count += 1;
            let place = format!("{}: {}", file.file_name().unwrap_or_default().to_string_lossy(), case.name);
            if said.status == 70 || said.status < 0 {
                let _ = write!(wrong, "\n{place}: a defect\n{}", said.problems);
                broken = true;
            }
            if said.took > TOO_LONG {
                let _ = write!(wrong, "\n{place}: took {:?}\n", said.took);
                broken = true;
            }
            let expected = case.without_blank_end();
            let actual = case.with(said);
            if expected != actual {
                let _ = write!(wrong, "\n{place}\n--- expected\n{expected}--- said\n{actual}");
            }
            now.push_str(&actual);
        }
        let now = now.trim_end().to_owned() + "\n";
        if update && now != text {
            std::fs::write(&file, now).expect("a file of cases");
        }
    }
    assert!(wrong.is_empty() || update && !broken, "{wrong}");
    assert!(count >= 150, "{count} cases");
}

#[test]
fn no_two_cases_have_one_name() {
    let mut names = std::collections::BTreeSet::new();
    for file in files() {
        for case in cases(&std::fs::read_to_string(&file).expect("a file of cases")).1 {
            assert!(names.insert(case.name.clone()), "two cases are called `{}`", case.name);
        }
    }
}
