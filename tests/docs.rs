//! Every snippet of the README and of `docs/` is true.
//!
//! The files of a page live in a folder of their own, which begins with those of
//! `tests/fixtures/docs`, the RevMan file of `examples/audit` and the data of the IMR example in `imr`; its `weald` blocks run one after the other in one session. By fence:
//!
//! - `weald`: runs without an error, and without a warning unless its code is named.
//! - `weald,error,E201`: fails with this code. `weald,warning,W301`: runs, with this warning.
//! - `weald,fresh`: the same, in a new session. `weald,file=NAME`: only writes the file.
//! - `output`: what the block before it prints, to the letter.
//! - `console`: lines after `$ ` are commands (`weald`, `cat`, `ls`, `echo $?`), the rest what they print, to the letter.
//! - `csv`, `json`: loads as data. `csv,file=NAME` writes the file too; `json,output` is left alone.
//! - tables with a column `Weald`: each line of it runs.
//! - `sh`: commands a reader types; only their form is looked at. `rust` in the README is a documentation test.
//!
//! `UPDATE=1 cargo test --test docs` rewrites outputs. Pages made from tables are held by other tests.

#[path = "docs/page.rs"]
mod page;
#[path = "docs/run.rs"]
mod run;

use std::path::{Path, PathBuf};

/// Made from tables, and tested where they are made.
const GENERATED: &[&str] = &["reference.md", "diagnostics.md"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = std::fs::read_dir(root().join("docs"))
        .expect("docs/ exists")
        .map(|entry| entry.expect("docs/ can be read").path())
        .filter(|p| p.extension().is_some_and(|e| e == "md"))
        .filter(|p| !GENERATED.iter().any(|g| p.ends_with(g)))
        .collect();
    pages.sort();
    pages.insert(0, root().join("README.md"));
    pages
}

#[test]
fn every_snippet_is_true() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for path in pages() {
        let name = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
        let text = std::fs::read_to_string(&path).expect("a page can be read").replace("\r\n", "\n");
        let page = page::Page::read(&text);
        assert!(page.problems.is_empty(), "{name}: {:?}", page.problems);
        let outcome = run::page(&page, &name);
        if update && outcome.updated != text {
            std::fs::write(&path, &outcome.updated).expect("a page can be written");
        }
        wrong.extend(outcome.problems.into_iter().filter(|p| !(update && p.is_output)).map(|p| p.text));
    }
    assert!(wrong.is_empty(), "{}\n\n{} wrong; `UPDATE=1 cargo test --test docs` rewrites outputs", wrong.join("\n\n"), wrong.len());
}

/// Relative links lead to files, and those with a `#` to headings.
#[test]
fn links_lead_somewhere() {
    let mut wrong = Vec::new();
    let all = std::fs::read_dir(root().join("docs")).expect("docs/ exists").map(|e| e.expect("docs/ can be read").path());
    for path in all
        .chain(["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|f| root().join(f)))
        .filter(|p| p.extension().is_some_and(|e| e == "md"))
    {
        let text = std::fs::read_to_string(&path).expect("a page can be read");
        for target in page::links(&text) {
            let (file, heading) = target.split_once('#').unwrap_or((&target, ""));
            let to = if file.is_empty() { path.clone() } else { path.parent().unwrap_or(root()).join(file) };
            if !to.exists() {
                wrong.push(format!("{}: {target}", path.display()));
            } else if !heading.is_empty() && !page::headings(&std::fs::read_to_string(&to).unwrap_or_default()).iter().any(|h| h == heading)
            {
                wrong.push(format!("{}: no heading {target}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
