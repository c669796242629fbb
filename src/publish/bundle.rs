//! The archive that reproduces a review: script, data, results, pictures and whatever else was
//! read, with a manifest of digests. The same run gives the same bytes.

use super::{Material, Published, written};
use crate::diagnostic::Problem;
use crate::eval::EDITION;
use crate::eval::outcome::Composition;
use crate::report::docx::archive;
use crate::report::json::{DocumentJson, VERSION, diagnostics};
use crate::source::Source;
use crate::store::{sha256, to_json};
use std::collections::BTreeMap;

/// Files that the statement puts into the archive, by their path in it.
pub fn write(asked: &Composition, material: &Material, path: &str) -> Published {
    let mut parts: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let script = name_of(&asked.source.name);
    for (name, bytes) in material.read {
        parts.insert(format!("read/{}", inside(name)), bytes.clone());
    }
    // Paths in a script are relative to its own folder: it stands beside what it has read.
    parts.insert(format!("read/{script}"), material.script.as_bytes().to_vec());
    for (name, bytes) in material.written {
        parts.insert(format!("written/{}", inside(name)), bytes.clone());
    }
    parts.insert("store.json".into(), to_json(&asked.store).into_bytes());
    let source = Source::new(asked.source.name.clone(), material.script);
    let mut document = DocumentJson::new(EDITION, material.conventions, &source, &[], material.results.iter().copied());
    document.diagnostics = material.problems.iter().flat_map(|p| diagnostics(std::slice::from_ref(&p.problem), &p.source)).collect();
    document.ok = !material.problems.iter().any(|p| p.problem.is_error());
    document.plan = material.plan.and_then(|p| serde_json::to_value(p).ok());
    match document.render() {
        Ok(json) => parts.insert("results.json".into(), json.into_bytes()),
        Err(e) => return refused(&format!("the results can't be written: {e}")),
    };
    parts.insert("MANIFEST.txt".into(), manifest(&parts, &script).into_bytes());
    match archive(parts) {
        Ok(bytes) => written(path, bytes),
        Err(e) => refused(&format!("the archive can't be made: {e}")),
    }
}

fn refused(why: &str) -> Published {
    Published { problems: vec![Problem::error("E332", why.to_owned())], ..Published::default() }
}

/// What is in the archive, with digests, and how to run it again.
fn manifest(parts: &BTreeMap<String, Vec<u8>>, script: &str) -> String {
    let mut out = format!("Weald {VERSION}\nRun again: `weald run {script} --out again` in the folder `read`\n\nSHA-256, file\n");
    for (name, bytes) in parts {
        out.push_str(&format!("{}  {name}\n", sha256(bytes)));
    }
    out
}

/// The last part of a path.
fn name_of(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    if name.is_empty() || name.starts_with('<') { "script.weald".into() } else { name.to_owned() }
}

/// A path that stays within the archive.
fn inside(path: &str) -> String {
    let parts: Vec<&str> = path.split(['/', '\\']).filter(|p| !p.is_empty() && *p != "." && *p != "..").collect();
    parts.join("/")
}
