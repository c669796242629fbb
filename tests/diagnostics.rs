//! The index of codes is complete, and its page is generated from it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use weald::diagnostic::codes::CODES;

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
