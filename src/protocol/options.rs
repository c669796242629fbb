//! What else a verb was asked, in the words in which two analyses differ.

use super::compare::Difference;
use super::record::Key;
use serde_json::Value;

/// The options in which an analysis differs from a planned one, as registered and as run; none for other fields.
pub(super) fn differing(d: &Difference) -> Option<(String, String)> {
    if d.key != Key::Options {
        return None;
    }
    let (before, after) = (d.registered?.value.as_object()?, d.executed?.value.as_object()?);
    let names = before.keys().chain(after.keys().filter(|k| !before.contains_key(*k)));
    let (mut registered, mut executed) = (Vec::new(), Vec::new());
    for name in names.filter(|n| before.get(*n) != after.get(*n)) {
        let one = |value: Option<&Value>| format!("{} {}", name.replace('_', " "), value.map_or_else(|| "not stated".to_owned(), words));
        registered.push(one(before.get(name)));
        executed.push(one(after.get(name)));
    }
    Some((registered.join(", "), executed.join(", ")))
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => "not stated".to_owned(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join("; "),
        // A cell of a grid is known by its settings.
        Value::Object(cell) if cell.contains_key("settings") => words(&cell["settings"]),
        Value::Object(map) => map.iter().map(|(k, v)| format!("{} {}", k.replace('_', " "), words(v))).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
