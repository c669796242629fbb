//! The store as one JSON document.

use super::model::{SCHEMA, Store};
use super::near_miss::nearest;
use super::origin::Origin;
use super::problems::Problems;
use super::{Loaded, checks, look_alikes, totals};
use crate::diagnostic::Problem;
use serde_json::Value as Json;

/// The document, indented, with a final newline.
pub fn to_json(store: &Store) -> String {
    // Serialising a store into memory can't fail: its keys are texts and its numbers finite.
    let mut text = serde_json::to_string_pretty(store).unwrap_or_default();
    text.push('\n');
    text
}

/// The document in one line.
pub(crate) fn to_json_line(store: &Store) -> String {
    let mut text = serde_json::to_string(store).unwrap_or_default();
    text.push('\n');
    text
}

/// Reads a document; `file` is what messages call it.
pub fn read_json(file: &str, bytes: &[u8]) -> Loaded {
    let mut problems = Problems::of(file);
    let Some(mut store) = parse(bytes, &mut problems) else {
        return Loaded { store: None, draft: None, problems: problems.finish() };
    };
    let lines = row_lines(bytes);
    let name: std::sync::Arc<str> = file.into();
    for (index, row) in store.rows.iter_mut().enumerate() {
        row.origin = Origin::new(&name, lines.get(index).copied());
        if row.outcome.is_empty() {
            row.outcome = super::row::DEFAULT_OUTCOME.to_owned();
        }
        for (column, problem) in checks::impossible(row) {
            problems.push(row.origin.row, Some(column), problem);
        }
    }
    finish(store, problems)
}

/// What every stored form has in common: completing, settling, checking the links.
pub(crate) fn finish(mut store: Store, mut problems: Problems) -> Loaded {
    store.complete();
    store.settle();
    problems.extend(store.validate_links());
    problems.extend(store.misfits());
    problems.extend(look_alikes::warnings(&store));
    problems.extend(totals::warnings(&store));
    Loaded::of(store, problems)
}

/// Reads the document itself, without completing it.
pub(crate) fn parse(bytes: &[u8], problems: &mut Problems) -> Option<Store> {
    let text = super::decode::decode(bytes, problems)?;
    let raw: Json = match serde_json::from_str(&text) {
        Ok(raw) => raw,
        Err(error) => {
            problems.push(
                Some(error.line()),
                None,
                Problem::error("E320", format!("the JSON can't be read: {}", plain(&error))).help(format!(
                    "look at line {}, character {}; a comma or a bracket is often missing just before",
                    error.line(),
                    error.column()
                )),
            );
            return None;
        }
    };
    let version = match version(&raw) {
        Ok(version) => version,
        Err(problem) => {
            problems.whole(problem);
            return None;
        }
    };
    let migrated = match raw {
        Json::Object(mut document) => super::migrate::migrate(&mut document, version).then_some(document),
        _ => None,
    };
    // Read from the text, an error has its line.
    let read = match migrated {
        Some(document) => serde_json::from_value::<Store>(Json::Object(document)),
        None => serde_json::from_str::<Store>(&text),
    };
    match read {
        Ok(mut store) => {
            store.schema = SCHEMA;
            store.restore_ids();
            Some(store)
        }
        Err(error) => {
            problems.push(Some(error.line()).filter(|line| *line > 0), None, misfit(&error));
            None
        }
    }
}

/// The version of a document, if it is a store that can be read here.
fn version(raw: &Json) -> Result<u32, Problem> {
    let begins = format!("a store begins with `{{\"schema\": {SCHEMA}, …`");
    let Some(fields) = raw.as_object() else {
        return Err(Problem::error("E320", "the JSON is no study store: it must be an object").help(begins));
    };
    let Some(version) = fields.get("schema") else {
        return Err(Problem::error("E322", "the JSON has no `schema`, so it is no study store").help(begins));
    };
    match version.as_u64().and_then(|v| u32::try_from(v).ok()) {
        Some(known) if (1..=SCHEMA).contains(&known) => Ok(known),
        _ => {
            let newer = version.as_u64().is_some_and(|v| v > u64::from(SCHEMA));
            let help = if newer {
                "it was written by a newer Weald: update this one".to_owned()
            } else {
                format!("the versions are 1 to {SCHEMA}")
            };
            let message = format!("the store has schema version {version}; this Weald reads versions 1 to {SCHEMA}");
            Err(Problem::error("E322", message).help(help))
        }
    }
}

/// Turns serde's message about a field into ours.
pub(crate) fn misfit(error: &serde_json::Error) -> Problem {
    let text = plain(error);
    let mut words = text.split('`').skip(1).step_by(2);
    if text.starts_with("unknown field") || text.starts_with("unknown variant") {
        let word = words.next().unwrap_or("").to_owned();
        let known: Vec<&str> = words.collect();
        let noun = if text.starts_with("unknown field") { "field" } else { "word" };
        let help = match nearest(&word, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => "delete it".to_owned(),
            None => format!("known here: {}", known.join(", ")),
        };
        return Problem::error("E321", format!("the store has no {noun} `{word}` here")).help(help);
    }
    let problem = Problem::error("E320", format!("the store can't be read: {text}"));
    match (error.line(), error.column()) {
        (0, _) => problem.help("docs/store.md shows what each part holds"),
        (line, column) => problem.help(format!("see line {line}, character {column}")),
    }
}

/// serde's message without its position, which the place tells.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or(&text);
    if text.starts_with("recursion limit") {
        return "it is nested too deep".to_owned();
    }
    if let Some((found, wanted)) = text.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected ")) {
        return format!("{} stands where {} belongs", kind(found), kind(wanted));
    }
    text.to_owned()
}

/// serde's words for kinds of value, in those of JSON.
fn kind(words: &str) -> String {
    let plain = match words.split(' ').next().unwrap_or(words) {
        "sequence" => "a list `[ ]`",
        "a" if words == "a sequence" => "a list `[ ]`",
        "map" | "struct" => "an object `{ }`",
        "a" | "an" if words.ends_with("map") || words.ends_with("object") => "an object `{ }`",
        "string" => "a text",
        "a" if words == "a string" => "a text",
        "null" | "unit" => "`null`",
        "boolean" => "true or false",
        "integer" | "floating" => "a number",
        "u32" | "u64" | "i64" | "usize" | "f64" => "a number",
        _ => words,
    };
    plain.to_owned()
}

/// The line on which each element of the top-level array `rows` begins, in valid JSON.
fn row_lines(bytes: &[u8]) -> Vec<usize> {
    let (mut lines, mut line, mut depth) = (Vec::new(), 1usize, 0usize);
    let (mut in_text, mut escaped, mut in_rows) = (false, false, false);
    let (mut text, mut last) = (Vec::new(), Vec::new());
    for &byte in bytes {
        line += usize::from(byte == b'\n');
        if in_text {
            match byte {
                b'"' if !escaped => {
                    in_text = false;
                    last = std::mem::take(&mut text);
                }
                _ => text.push(byte),
            }
            escaped = byte == b'\\' && !escaped;
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'{' | b'[' => {
                if depth == 1 && byte == b'[' && last == b"rows" {
                    in_rows = true;
                } else if depth == 2 && in_rows {
                    lines.push(line);
                }
                depth += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                in_rows &= depth > 1;
            }
            _ => {}
        }
    }
    lines
}
