//! What one change did, in lines.

use super::change::Change;
use super::keep::Entry;
use serde_json::{Map, Value as Json};

/// A change in lines: the record, and each field with its old and new value.
pub fn change_lines(entry: &Entry) -> String {
    let mut out = String::new();
    if let Some(source) = &entry.source {
        out.push_str(&format!("  from {source}\n"));
    }
    for line in &entry.adopted {
        out.push_str(&format!("  {line}\n"));
    }
    for change in entry.changes.iter().take(MOST) {
        let verb = match (&change.before, &change.after) {
            (None, _) => " is new",
            (_, None) => " is gone",
            _ => "",
        };
        out.push_str(&format!("  {}{verb}\n", change.name()));
        for (field, before, after) in fields(change) {
            out.push_str(&format!("    {field}: {before} → {after}\n"));
        }
    }
    if entry.changes.len() > MOST {
        out.push_str(&format!("  and {} more records\n", entry.changes.len() - MOST));
    }
    out
}

/// How many records of a change are shown.
const MOST: usize = 20;

/// The fields of a change that differ, with their values.
fn fields(change: &Change) -> Vec<(String, String, String)> {
    let (Some(before), Some(after)) = (&change.before, &change.after) else { return Vec::new() };
    let mut out = Vec::new();
    compare("", before, after, &mut out);
    out
}

fn compare(path: &str, before: &Json, after: &Json, out: &mut Vec<(String, String, String)>) {
    match (before, after) {
        (Json::Object(a), Json::Object(b)) if !a.contains_key("number") && !b.contains_key("number") => {
            let none = Json::Null;
            for name in a.keys().chain(b.keys().filter(|name| !a.contains_key(*name))) {
                let inner = match (path, name.as_str()) {
                    ("", "values" | "moderators" | "characteristics") => String::new(),
                    ("", name) => name.to_owned(),
                    (path, name) => format!("{path}.{name}"),
                };
                let (x, y) = (a.get(name).unwrap_or(&none), b.get(name).unwrap_or(&none));
                compare(&inner, x, y, out);
            }
        }
        // Fields that come where there were none, or go where none is left.
        (Json::Null, Json::Object(b)) if !b.contains_key("number") => {
            compare(path, &Json::Object(Map::new()), &Json::Object(b.clone()), out)
        }
        (Json::Object(a), Json::Null) if !a.contains_key("number") => {
            compare(path, &Json::Object(a.clone()), &Json::Object(Map::new()), out)
        }
        (a, b) if a == b => {}
        (a, b) => out.push((path.to_owned(), shown(a), shown(b))),
    }
}

/// A value as a reader would write it.
fn shown(value: &Json) -> String {
    match value {
        Json::Null => "nothing".to_owned(),
        Json::String(text) => text.clone(),
        Json::Object(fields) => fields.get("number").and_then(Json::as_str).map_or_else(|| value.to_string(), str::to_owned),
        other => other.to_string(),
    }
}
