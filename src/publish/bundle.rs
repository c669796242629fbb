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
    // Paths in a script are relative to its own folder: it stands beside what it has read, and so deep
    // that what lies above its folder has room.
    let up = material.read.keys().chain(material.written.keys()).map(|path| above(path)).max().unwrap_or(0);
    let home = vec!["here"; up].join("/");
    for (name, bytes) in material.read {
        parts.insert(inside("files", &home, name), bytes.clone());
    }
    let placed = inside("files", &home, &script);
    parts.insert(placed.clone(), material.script.as_bytes().to_vec());
    for (name, bytes) in material.written {
        parts.insert(inside("written", &home, name), bytes.clone());
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
    parts.insert("MANIFEST.txt".into(), manifest(&parts, &placed).into_bytes());
    match archive(parts) {
        Ok(bytes) => {
            let mut out = written(path, bytes);
            let absolute: Vec<&str> = material.read.keys().map(String::as_str).filter(|p| is_absolute(p)).collect();
            if !absolute.is_empty() {
                let text = format!("the archive runs again only where these files are: {}", absolute.join(", "));
                out.problems.push(Problem::warning("W334", text).help("name files relative to the script"));
            }
            out
        }
        Err(e) => refused(&format!("the archive can't be made: {e}")),
    }
}

fn refused(why: &str) -> Published {
    Published { problems: vec![Problem::error("E332", why.to_owned())], ..Published::default() }
}

/// What is in the archive, with digests, and how to run it again.
fn manifest(parts: &BTreeMap<String, Vec<u8>>, script: &str) -> String {
    let (folder, script) = script.rsplit_once('/').unwrap_or(("", script));
    let mut out = format!("Weald {VERSION}\nRun again: `weald run {script} --out again` in the folder `{folder}`\n\nSHA-256, file\n");
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

fn is_absolute(path: &str) -> bool {
    path.starts_with(['/', '\\']) || path.as_bytes().get(1) == Some(&b':')
}

/// How many folders above that of the script a path leads.
fn above(path: &str) -> usize {
    let (mut depth, mut most) = (0_usize, 0_usize);
    for part in path.split(['/', '\\']).filter(|p| !p.is_empty() && *p != ".") {
        match (part, depth) {
            ("..", 0) => most += 1,
            ("..", _) => depth -= 1,
            _ => depth += 1,
        }
    }
    most
}

/// Where a path stands in the archive, for a script that lies in `home` below the root.
fn inside(root: &str, home: &str, path: &str) -> String {
    let home = if is_absolute(path) { "" } else { home };
    let mut parts: Vec<&str> = Vec::new();
    for part in home.split('/').chain(path.split(['/', '\\'])).filter(|p| !p.is_empty() && *p != ".") {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    format!("{root}/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_keep_their_place_beside_the_script() {
        assert_eq!([above("a.csv"), above("../a.csv"), above("x/../../../a.csv")], [0, 1, 2]);
        assert_eq!(inside("files", "", "data/./a.csv"), "files/data/a.csv");
        assert_eq!(inside("files", "here", "a.csv"), "files/here/a.csv");
        assert_eq!(inside("files", "here", "../a.csv"), "files/a.csv");
    }
}
