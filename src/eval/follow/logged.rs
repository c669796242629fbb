//! What the change log of a store says of its results: who changed what, when and why.

use super::events::{DataEvent, Happened};
use super::results::{Names, name_of, same, says};
use crate::eval::walk::Walk;
use crate::store::{Change, Row, Store, read_log};
use std::collections::BTreeMap;

impl Walk<'_, '_> {
    /// The edits that the change logs of the stores in use hold, oldest first. A log that can't be read says nothing.
    pub fn logged(&self, names: &Names) -> Vec<DataEvent> {
        let mut events = Vec::new();
        for (key, store) in self.env.loaded.iter() {
            let path = key.split('\0').next().unwrap_or_default();
            let log = read_log(self.env.files, path).unwrap_or_default();
            // What was edited by hand after the last entry is adopted by none.
            let intact = log.last().is_some_and(|last| last.store == store.sha256());
            for entry in log {
                let why = entry.because.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
                let said = DataEvent {
                    by: entry.by.clone(),
                    date: entry.at.as_ref().and_then(|at| at.get(..10)).map(str::to_owned),
                    reason: Some(format!("change {} of `{path}`{why}", entry.n)),
                    signed: entry.by.is_some() && entry.because.is_some(),
                    logged: true,
                    ..DataEvent::found(Happened::Correction, Vec::new())
                };
                events.extend(entry.changes.iter().flat_map(|change| of_change(change, &said, names)));
                if intact && entry.changes.is_empty() && !entry.adopted.is_empty() {
                    // What stood there before is known to the journal alone.
                    events.push(said);
                }
            }
        }
        events
    }
}

fn of_change(change: &Change, said: &DataEvent, names: &Names) -> Vec<DataEvent> {
    match change.part.as_str() {
        "rows" => of_row(change, said, names),
        "studies" => of_study(change, said),
        _ => Vec::new(),
    }
}

fn of_row(change: &Change, said: &DataEvent, names: &Names) -> Vec<DataEvent> {
    let row = |value: &Option<serde_json::Value>| value.as_ref().and_then(|v| serde_json::from_value::<Row>(v.clone()).ok());
    let Some(before) = row(&change.before) else { return Vec::new() };
    let of = DataEvent { studies: vec![before.study.clone()], row: Some(name_of(&before, names)), ..said.clone() };
    let Some(after) = row(&change.after) else { return vec![DataEvent { kind: Happened::Removal, ..of }] };
    let none = Store::default();
    differing(&says(&before, &none, names), &says(&after, &none, names), &of)
}

fn of_study(change: &Change, said: &DataEvent) -> Vec<DataEvent> {
    let characteristics = |value: &Option<serde_json::Value>| -> BTreeMap<String, String> {
        let fields = value.as_ref().and_then(|v| v.get("characteristics")).and_then(|c| c.as_object());
        let text = |v: &serde_json::Value| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
        fields.into_iter().flatten().map(|(name, value)| (name.clone(), text(value))).collect()
    };
    let of = DataEvent { studies: change.key.iter().cloned().collect(), ..said.clone() };
    differing(&characteristics(&change.before), &characteristics(&change.after), &of)
}

fn differing(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>, of: &DataEvent) -> Vec<DataEvent> {
    let columns: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differs = |column: &&String| match (before.get(*column), after.get(*column)) {
        (Some(a), Some(b)) => !same(a, b),
        (a, b) => a != b,
    };
    let event = |column: &String| DataEvent {
        field: Some(column.clone()),
        before: Some(before.get(column).cloned().unwrap_or_default()),
        after: Some(after.get(column).cloned().unwrap_or_default()),
        ..of.clone()
    };
    columns.into_iter().filter(differs).map(event).collect()
}
