//! The index of codes is complete, and its page is generated from it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use weald::diagnostic::codes::{CODES, markdown};

fn rust_files(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("a folder of the crate") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

/// Every `"E123"` or `"W123"` in a text.
fn codes_in(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('"').filter_map(|(at, _)| {
        let code = text.get(at + 1..at + 5)?;
        let closed = text.get(at + 5..at + 6) == Some("\"");
        let shape = code.starts_with(['E', 'W']) && code[1..].bytes().all(|b| b.is_ascii_digit());
        (closed && shape).then_some(code)
    })
}

#[test]
fn the_index_lists_exactly_the_codes_in_use() {
    let mut files = Vec::new();
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut used = BTreeSet::new();
    for file in files.iter().filter(|f| !f.ends_with("diagnostic/codes.rs")) {
        let text = std::fs::read_to_string(file).expect("a source file");
        used.extend(codes_in(&text).map(str::to_owned));
    }
    assert!(used.len() > 100, "the search finds the codes of the source: {used:?}");
    let listed: BTreeSet<String> = CODES.iter().map(|c| c.code.to_owned()).collect();
    let unlisted: Vec<_> = used.difference(&listed).collect();
    let unused: Vec<_> = listed.difference(&used).collect();
    assert!(unlisted.is_empty(), "codes in src that src/diagnostic/codes.rs does not list: {unlisted:?}");
    assert!(unused.is_empty(), "codes in src/diagnostic/codes.rs that nothing uses: {unused:?}");
}

#[test]
fn the_index_is_in_order_and_reads_as_sentences() {
    for pair in CODES.windows(2) {
        assert!(pair[0].code < pair[1].code, "{} stands before {}", pair[0].code, pair[1].code);
    }
    for code in CODES {
        assert!(!code.summary.ends_with('.'), "{}: a summary has no full stop", code.code);
        assert!(code.explanation.ends_with('.'), "{}: an explanation ends with a full stop", code.code);
        assert!(!code.explanation.replace("!=", "").contains('!'), "{}: no exclamation marks", code.code);
    }
}

#[test]
fn the_page_is_made_from_the_index() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diagnostics.md");
    if std::env::var_os("UPDATE").is_some_and(|v| v == "1") {
        std::fs::write(&path, markdown()).expect("docs/diagnostics.md");
    }
    let page = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(page == markdown(), "docs/diagnostics.md is not what the index gives: `UPDATE=1 cargo test --test diagnostics` writes it");
    for code in CODES {
        assert!(page.contains(&format!("### {}: ", code.code)), "{} belongs to no family of the page", code.code);
    }
}

/// Codes that no case of the suite can show, and why.
const WITHOUT_A_CASE: &[(&str, &str)] = &[
    ("E512", "tests/plans shows it"),
    ("E527", "it takes a lock; tests/plans/follow has them"),
    ("W524", "it takes a lock; tests/plans/follow has them"),
    ("E550", "tests/plans shows what is said of locks, receipts, journals and tokens"),
    ("E551", "tests/plans shows what is said of locks, receipts, journals and tokens"),
    ("E552", "tests/plans shows what is said of locks, receipts, journals and tokens"),
    ("E553", "tests/plans shows what is said of locks, receipts, journals and tokens"),
    ("E554", "tests/plans shows what is said of locks, receipts, journals and tokens"),
    ("E555", "tests/plans shows what is said of locks, receipts, journals and tokens"),
    ("E556", "tests/plans shows what is said of locks, receipts, journals and tokens"),
    ("E557", "tests/plans shows what is said of locks, receipts, journals and tokens"),
    ("E558", "tests/plans shows what is said of locks, receipts, journals and tokens"),
    ("E559", "tests/plans shows what is said of locks, receipts, journals and tokens"),
    ("E560", "tests/plans shows what is said of locks, receipts, journals and tokens"),
    ("E561", "tests/plans shows what is said of locks, receipts, journals and tokens"),
    ("E562", "tests/plans shows what is said of locks, receipts, journals and tokens"),
    ("W333", "tests/reports shows it"),
    ("W334", "tests/reports shows it"),
    ("W335", "tests/reports shows it"),
    ("W397", "tests/formats shows it"),
    ("W398", "it takes a package of a later RevMan; tests/formats has one"),
    ("W487", "tests/figures shows it"),
    ("W490", "tests/conversions shows it"),
    ("W491", "tests/conversions shows it"),
    ("W492", "tests/conversions shows it"),
    ("W493", "tests/conversions shows it"),
    ("W510", "tests/plans shows it"),
    ("W512", "tests/plans shows it"),
    ("W513", "tests/plans shows it"),
    ("W514", "tests/plans shows it"),
    ("W522", "it takes a lock; tests/plans/follow has them"),
    ("W550", "tests/plans shows what is said of locks, receipts, journals and tokens"),
    ("W551", "tests/plans shows what is said of locks, receipts, journals and tokens"),
    ("W552", "tests/plans shows what is said of locks, receipts, journals and tokens"),
    ("W553", "tests/plans shows what is said of locks, receipts, journals and tokens"),
    ("W554", "tests/plans shows what is said of locks, receipts, journals and tokens"),
    ("W555", "tests/plans shows what is said of locks, receipts, journals and tokens"),
    ("W556", "tests/plans shows what is said of locks, receipts, journals and tokens"),
    ("W557", "tests/plans shows it"),
    ("W558", "it takes a sealed plan; tests/plans has them"),
    ("E346", "a word of `weald validate`, which no script says"),
    ("E357", "tests/validate shows the rules of the data checks"),
    ("E382", "it takes two programs at once; tests/keeping has them"),
    ("W442", "it takes 2^18 pools, too long for a case"),
    (
        "W403",
        "the statistical core says it to callers of the library who ask for a guarded interval; the language asks for Wald's there itself",
    ),
];

#[test]
fn every_code_has_a_case_in_the_suite() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite");
    let mut shown = BTreeSet::new();
    for entry in std::fs::read_dir(folder).expect("tests/suite") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|e| e == "weald") {
            let text = std::fs::read_to_string(path).expect("a file of cases");
            let words = text.split(|c: char| !c.is_ascii_alphanumeric());
            shown.extend(words.filter(|w| CODES.iter().any(|c| c.code == *w)).map(str::to_owned));
        }
    }
    for code in CODES {
        let excused = WITHOUT_A_CASE.iter().any(|(c, _)| *c == code.code);
        assert!(shown.contains(code.code) || excused, "no case of tests/suite shows {}: {}", code.code, code.summary);
        assert!(!(shown.contains(code.code) && excused), "{} has a case now: take it from the list", code.code);
    }
}
