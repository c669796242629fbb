//! The house rules that a compiler does not know, read off the sources: which layer may use
//! which, how long a file may be, and what may not stand in one. `docs/architecture.md` gives
//! the reasons.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What each layer may use of the others; `layer::part` for a part of it only.
const EDGES: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("number", &[]),
    ("digest", &[]),
    ("stats", &[]),
    ("diagnostic", &["source"]),
    ("syntax", &["source", "diagnostic", "number"]),
    ("store", &["source", "diagnostic", "number", "bias", "digest"]),
    (
        "language",
        &[
            "source",
            "diagnostic",
            "number",
            "syntax::ast",
            "syntax::RESERVED",
            // What stands before the cursor is unfinished, and has tokens but no tree.
            "syntax::tokens",
            "syntax::Token",
            "syntax::Kind",
            "syntax::paint",
            "syntax::Tag",
            // Names and rows, to ask what there is; reading and writing is not its business.
            "store::Store",
            "store::Row",
            "store::ColumnKind",
            "store::COLUMNS",
            "store::ANALYSIS_SETS",
            "store::columns_markdown",
            // The words of the domain (enums), never a computation.
            "stats::effect::Measure",
            "stats::effect::Medians",
            "stats::effect::SmdVariance",
            "stats::effect::ZeroPolicy",
            "stats::effect::Groups",
            "stats::effect::Scale",
            "stats::pool::CiMethod",
            "stats::pool::PiMethod",
            "stats::pool::Tau2Estimator",
            "stats::multilevel::RobustKind",
            "stats::regression::Part",
            "stats::regression::Centre",
            "stats::regression::Value",
        ],
    ),
    ("eval", &["source", "bias", "diagnostic", "number", "syntax", "language", "store", "stats", "validate", "protocol"]),
    (
        "report",
        &[
            "axis",
            "source",
            "diagnostic",
            "number",
            "eval::outcome",
            // Findings and audits are results too; the store's word is a finding's decision.
            "validate",
            "audit",
            "protocol",
            "store::Disposition",
            // A change log is told too.
            "store::Change",
            "store::Entry",
            "stats::mh",
            "language::spec",
            "language::conversions",
            "stats::effect",
            "stats::pool",
            "stats::regression",
            "stats::multilevel",
        ],
    ),
    // Plans, locks and their comparison: values and digests, no computation and no files.
    ("protocol", &["source", "diagnostic", "number", "digest"]),
    // The checks of the data, and the audit of a file: numbers and data, no language.
    ("validate", &["source", "diagnostic", "number", "store", "stats"]),
    ("audit", &["source", "diagnostic", "number", "store", "stats", "validate"]),
    ("axis", &[]),
    // The tools for risk of bias: tables of words.
    ("bias", &[]),
    // Pictures of results; the words and decimals are those of reports.
    ("figure", &["axis", "bias", "number", "stats", "eval::outcome", "report::words", "report::compose::effect"]),
    // The whole review: its report, diagrams and tables, from data and results; no computation.
    (
        "publish",
        &[
            "language::spec",
            "language::settings::EDITION",
            "source",
            "diagnostic",
            "number",
            "store",
            "stats",
            "bias",
            "validate",
            "protocol",
            "eval",
            "report",
            "figure",
        ],
    ),
    ("session", &["source", "diagnostic", "number", "syntax", "language", "store", "protocol", "eval", "report", "figure", "publish"]),
    ("cli", &[]),
    ("repl", &["source", "diagnostic", "number", "syntax", "language", "store", "protocol", "eval", "report", "session", "command", "cli"]),
    (
        "command",
        &[
            "source",
            "diagnostic",
            "number",
            "syntax",
            "language",
            "store",
            "stats",
            "validate",
            "audit",
            "digest",
            "protocol",
            "eval",
            "report",
            "session",
            "repl",
            "cli",
        ],
    ),
];

/// The layers that meet the terminal, the environment, the clock and the process.
const EDGE_OF_THE_WORLD: &[&str] = &["main", "command", "repl"];

/// The most lines of a file.
const MOST_LINES: usize = 600;

/// A source file without its comments, texts and tests.
struct File {
    path: String,
    layer: String,
    text: String,
    code: String,
}

impl File {
    /// How many modules down it lies: 1 for the root of a layer.
    fn depth(&self) -> usize {
        let parts: Vec<&str> = self.path.trim_end_matches(".rs").split('/').filter(|p| *p != "mod").collect();
        parts.len()
    }

    fn line_of(&self, at: usize) -> usize {
        self.code[..at].matches('\n').count() + 1
    }

    /// The places of a word or phrase in the code, as `path:line`. Where it begins or ends with
    /// a letter it is a whole word there.
    fn places(&self, phrase: &str) -> Vec<String> {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let whole = |at: usize| {
            let before = phrase.starts_with(word) && self.code[..at].ends_with(word);
            let after = phrase.ends_with(word) && self.code[at + phrase.len()..].starts_with(word);
            !before && !after
        };
        self.code.match_indices(phrase).filter(|(at, _)| whole(*at)).map(|(at, _)| format!("{}:{}", self.path, self.line_of(at))).collect()
    }
}

fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &root, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 100, "only {} files", found.len());
    found
}

fn walk(root: &Path, folder: &Path, found: &mut Vec<File>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(root, &path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).expect("a text").replace("\r\n", "\n");
            let inner = path.strip_prefix(root).expect("inside").to_string_lossy().replace('\\', "/");
            let layer = inner.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
            let code = without_tests(&without_texts(&text));
            found.push(File { path: inner, layer, text, code });
        }
    }
}

/// The code with comments and the insides of literals as spaces; lines stay.
fn without_texts(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut i = 0;
    let blank = |out: &mut String, c: char| out.push(if c == '\n' { '\n' } else { ' ' });
    while i < chars.len() {
        let rest = &chars[i..];
        let previous_is_word = i > 0 && (chars[i - 1].is_alphanumeric() || chars[i - 1] == '_');
        if rest.starts_with(&['/', '/']) {
            while i < chars.len() && chars[i] != '\n' {
                blank(&mut out, chars[i]);
                i += 1;
            }
        } else if rest.starts_with(&['/', '*']) {
            while i < chars.len() && !chars[i..].starts_with(&['*', '/']) {
                blank(&mut out, chars[i]);
                i += 1;
            }
        } else if rest[0] == 'r' && !previous_is_word && raw_hashes(rest).is_some() {
            let hashes = raw_hashes(rest).unwrap_or_default();
            let mut end = vec!['"'];
            end.extend(std::iter::repeat_n('#', hashes));
            i += 2 + hashes;
            out.push('"');
            while i < chars.len() && !chars[i..].starts_with(&end) {
                blank(&mut out, chars[i]);
                i += 1;
            }
            out.push('"');
            i += end.len();
        } else if rest[0] == '"' {
            out.push('"');
            i += 1;
            while i < chars.len() && chars[i] != '"' {
                if chars[i] == '\\' {
                    blank(&mut out, ' ');
                    i += 1;
                }
                if i < chars.len() {
                    blank(&mut out, chars[i]);
                    i += 1;
                }
            }
            out.push('"');
            i += 1;
        } else if rest[0] == '\'' && (rest.get(1) == Some(&'\\') || rest.get(2) == Some(&'\'')) {
            // A character, not a lifetime.
            let mut end = if rest[1] == '\\' { 3 } else { 2 };
            while rest.get(end).is_some_and(|c| *c != '\'') {
                end += 1;
            }
            out.push_str("' '");
            i += end + 1;
        } else {
            out.push(chars[i]);
            i += 1;
        }
    }
    out
}

/// The number of hashes of a raw text that begins here.
fn raw_hashes(rest: &[char]) -> Option<usize> {
    let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
    (rest.get(1 + hashes) == Some(&'"')).then_some(hashes)
}

/// The code up to its tests, which stand at the end of a file.
fn without_tests(code: &str) -> String {
    code.split("#[cfg(test)]").next().unwrap_or_default().to_owned()
}

/// Every path that a `crate::` in the code leads to, braces spread out.
fn crate_paths(code: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        spread("", &code[at + "crate::".len()..], &mut out);
    }
    out
}

/// Reads `a::b`, `a::{b, c::d}` at the start of `code`; the rest after it.
fn spread<'a>(before: &str, code: &'a str, out: &mut Vec<String>) -> &'a str {
    let code = code.trim_start();
    if let Some(mut rest) = code.strip_prefix('{') {
        loop {
            rest = spread(before, rest, out).trim_start();
            if let Some(alias) = rest.strip_prefix("as ") {
                rest = alias.trim_start().trim_start_matches(|c: char| c.is_alphanumeric() || c == '_').trim_start();
            }
            match rest.strip_prefix(',') {
                Some(next) if next.trim_start().starts_with('}') => return &next.trim_start()[1..],
                Some(next) => rest = next,
                None => return rest.strip_prefix('}').unwrap_or(rest),
            }
        }
    }
    let end = code.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(code.len());
    let path = if before.is_empty() { code[..end].to_owned() } else { format!("{before}::{}", &code[..end]) };
    match code[end..].strip_prefix("::") {
        Some(rest) if rest.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '{') => spread(&path, rest, out),
        _ => {
            out.push(path.trim_end_matches("::self").to_owned());
            &code[end..]
        }
    }
}

fn report(rule: &str, broken: &BTreeSet<String>) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.iter().cloned().collect::<Vec<_>>().join("\n  "));
}

#[test]
fn the_reader_of_sources_reads_right() {
    let code = without_texts(
        "use crate::a::{self, b::{c, d as e}, f}; // crate::no\nlet s = \"crate::no \\\" crate::no\"; let c = '\"'; fn f<'a>(x: &'a str) {} r#\"crate::no\"#; crate::g::h(1)",
    );
    assert_eq!(crate_paths(&code), ["a", "a::b::c", "a::b::d", "a::f", "g::h"]);
    assert!(!code.contains("no"), "{code}");
}

#[test]
fn layers_use_only_what_lies_below_them() {
    let mut broken = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for file in files().iter().filter(|f| !["lib", "main"].contains(&f.layer.as_str())) {
        let Some((_, allowed)) = EDGES.iter().find(|(layer, _)| *layer == file.layer) else {
            broken.insert(format!("{}: a layer that the table of edges does not have", file.path));
            continue;
        };
        seen.insert(file.layer.clone());
        for path in crate_paths(&file.code) {
            let inside = |part: &str| path == part || path.starts_with(&format!("{part}::"));
            if !inside(&file.layer) && !allowed.iter().any(|a| inside(a)) {
                broken.insert(format!("{}: crate::{path}", file.path));
            }
        }
        // Going up by `super::` as far as the crate would get around the table.
        let up = "super::".repeat(file.depth());
        for place in file.places(&up) {
            broken.insert(format!("{place}: `{up}` leaves the layer; write `crate::`"));
        }
    }
    report("a layer uses what it should not know", &broken);
    assert_eq!(seen.len(), EDGES.len(), "layers of the table without files: {seen:?}");
}

#[test]
fn no_file_is_longer_than_it_may_be() {
    let long = |f: &File| (f.text.lines().count() > MOST_LINES).then(|| format!("{}: {} lines", f.path, f.text.lines().count()));
    report(&format!("longer than {MOST_LINES} lines: split it by what it holds"), &files().iter().filter_map(long).collect());
}

#[test]
fn nothing_that_can_panic_on_purpose() {
    let words = [".unwrap()", "todo!", "dbg!", "panic!", "unimplemented!", "unreachable!", ".expect(\""];
    let broken = files().iter().flat_map(|f| words.iter().flat_map(|w| f.places(w))).collect();
    report("return a problem or a reason in place of a panic", &broken);
}

#[test]
fn the_terminal_the_environment_and_the_clock_stay_outside() {
    let mut broken = BTreeSet::new();
    for file in files() {
        // Standard error of the panic hook is the only place that may use a macro of std.
        for word in ["println!", "print!", "eprintln!", "eprint!"] {
            if file.layer != "main" {
                broken.extend(file.places(word));
            }
        }
        if EDGE_OF_THE_WORLD.contains(&file.layer.as_str()) {
            continue;
        }
        for word in ["std::env", "io::stdout", "io::stderr", "io::stdin", "SystemTime", "process::", "std::net", "thread::sleep"] {
            broken.extend(file.places(word));
        }
        if file.layer != "session" {
            broken.extend(file.places("Instant"));
        }
        if !file.path.starts_with("store/disk") {
            broken.extend(file.places("std::fs"));
        }
    }
    report("only main, command and repl (session: time limits; store/disk: files) meet the world", &broken);
}

#[test]
fn statistics_are_computed_in_one_place() {
    let mut broken = BTreeSet::new();
    for file in files() {
        if !file.path.starts_with("stats/dist") {
            broken.extend(file.places("statrs::"));
        }
        // std leaves these to the platform, whose last bit differs; `stats::math` and libm don't.
        if file.path != "stats/math.rs" {
            for name in [
                "exp", "exp2", "exp_m1", "ln", "ln_1p", "log", "log2", "log10", "powf", "powi", "cbrt", "hypot", "sin", "cos", "tan",
                "asin", "acos", "atan", "atan2", "sin_cos", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh",
            ] {
                broken.extend(file.places(&format!(".{name}(")));
                broken.extend(file.places(&format!("f64::{name}")));
            }
        }
    }
    report("statrs only in stats/dist; transcendental functions from stats::math or libm", &broken);
}
