//! What has become of the results since they were first seen, and which of it a record explains.

use super::events::{DataEvent, Happened};
use super::results::{FieldChange, Names, Today, differences, put_back, results, row_of, same};
use super::state::Following;
use crate::protocol::journal::Seen;
use crate::store::Store;
use indexmap::IndexMap;
use std::collections::BTreeSet;

/// A result that is not as it was first seen.
#[derive(Debug, Clone)]
pub struct Change {
    /// Its keys.
    pub key: String,
    /// Its study, as it was called when it was first seen.
    pub study: String,
    /// What became of it.
    pub what: What,
    /// Which of the records explain it, by their number. All of it, or nothing.
    pub explained: bool,
}

/// What became of a result.
#[derive(Debug, Clone)]
pub enum What {
    /// It says something else: where it stands among today's rows, and in which columns.
    Edited(usize, Vec<FieldChange>),
    /// It says something else, and the journal does not know what it said.
    Unknown,
    /// It is gone.
    Gone(Seen),
    /// It was not there.
    New(usize),
}

/// Today's data beside the data that were first seen.
#[derive(Debug)]
pub struct Compared<'a> {
    /// All results that differ.
    pub changes: Vec<Change>,
    /// For each record: the changes it explains, by their places, and for an edit the column; or why it explains none.
    pub records: Vec<Result<Vec<(usize, Option<String>)>, String>>,
    names: Names<'a>,
}

/// Compares. Without a journal nothing is known to differ, and records are held against the data alone.
pub fn compare<'a>(seen: &Following, store: &Store, events: &'a [DataEvent], renamed: &'a IndexMap<String, String>) -> Compared<'a> {
    let first = &seen.first_seen;
    let mut names = Names { of_plan: Some(renamed), studies: Default::default() };
    for event in events.iter().filter(|e| e.kind == Happened::Correction && e.field.as_deref() == Some("study")) {
        if let (Some(before), Some(after)) = (&event.before, &event.after) {
            names.studies.insert(after, before);
        }
    }
    let today = results(store, &names);
    let mut changes = if first.is_empty() { Vec::new() } else { all(seen, &today, store) };
    let records = events.iter().map(|event| explain(event, events, &mut changes, seen, &today, &names)).collect();
    for change in &mut changes {
        change.explained = change.explained
            || matches!(&change.what, What::Edited(_, fields) if fields.iter().all(|f| f.settled(events, &change.study, &change.key)));
    }
    Compared { changes, records, names }
}

fn all(seen: &Following, today: &IndexMap<String, Today>, store: &Store) -> Vec<Change> {
    let first = &seen.first_seen;
    let known: BTreeSet<&String> =
        first.values().filter_map(|s| if let Seen::Says(says) = s { Some(says.keys()) } else { None }).flatten().collect();
    let mut out = Vec::new();
    for (key, seen) in first {
        let study = key.split(" · ").next().unwrap_or_default().to_owned();
        let what = match today.get(key) {
            None => What::Gone(seen.clone()),
            Some(now) => match differences(seen, now, store) {
                None => What::Unknown,
                Some(mut fields) => {
                    // A column that no result had yet is no edit of one.
                    fields.retain(|f| f.before.is_some() || known.contains(&f.field) || crate::store::find_column(&f.field).is_some());
                    if fields.is_empty() {
                        continue;
                    }
                    What::Edited(now.at, fields)
                }
            },
        };
        out.push(Change { key: key.clone(), study, what, explained: false });
    }
    // A result that a later run has seen was not there when results were first seen, all the same.
    let new = today.iter().filter(|(key, _)| !first.contains_key(*key) || seen.late.contains(*key));
    out.extend(new.map(|(key, now)| Change {
        key: key.clone(),
        study: now.says.get("study").cloned().unwrap_or_default(),
        what: What::New(now.at),
        explained: false,
    }));
    out
}

impl FieldChange {
    /// Whether corrections lead from what the column said to what it says.
    fn settled(&self, events: &[DataEvent], study: &str, key: &str) -> bool {
        let mut said = self.before.clone();
        for event in events.iter().filter(|e| e.corrects(study, key, &self.field)) {
            match (&event.before, &event.after) {
                (Some(from), Some(to)) if same(said.as_deref().unwrap_or_default(), from) => said = Some(to.clone()),
                (None, None) => said.clone_from(&self.after),
                (None, Some(to)) => said = Some(to.clone()),
                _ => {}
            }
        }
        // Nothing may be recorded as an empty text.
        same(said.as_deref().unwrap_or_default(), self.after.as_deref().unwrap_or_default())
    }
}

/// What a record explains, or why it fits nothing.
fn explain(
    event: &DataEvent,
    events: &[DataEvent],
    changes: &mut [Change],
    seen: &Following,
    today: &IndexMap<String, Today>,
    names: &Names,
) -> Result<Vec<(usize, Option<String>)>, String> {
    let of = |study: &str| event.studies.iter().any(|s| names.studies.get(s.as_str()).copied().unwrap_or(s) == study);
    let about = |c: &Change| event.signed && (of(&c.study) && event.row.is_none() || event.is_about(&c.study, &c.key));
    let mut explained = Vec::new();
    for (i, change) in changes.iter_mut().enumerate().filter(|(_, c)| about(c)) {
        match (&change.what, event.kind) {
            (What::New(_), Happened::Update | Happened::Late) | (What::Gone(_), Happened::Removal) => explained.push((i, None)),
            (What::Unknown, Happened::Correction) => explained.push((i, event.field.clone())),
            (What::Edited(_, fields), Happened::Correction) => {
                let fits = |f: &&FieldChange| {
                    event.corrects(&change.study, &change.key, &f.field) && f.settled(events, &change.study, &change.key)
                };
                explained.extend(fields.iter().filter(fits).map(|f| (i, Some(f.field.clone()))));
                continue;
            }
            _ => continue,
        }
        change.explained = true;
    }
    if !explained.is_empty() || event.field.as_deref() == Some("study") {
        return Ok(explained);
    }
    let own: Vec<&Today> = today.values().filter(|t| t.says.get("study").is_some_and(|s| of(s))).collect();
    let first = &seen.first_seen;
    let was_there = first.keys().filter(|key| !seen.late.contains(*key)).any(|key| of(key.split(" · ").next().unwrap_or_default()));
    match event.kind {
        Happened::Removal if !own.is_empty() => Err("its results are still in the data".into()),
        Happened::Removal if !first.is_empty() && !was_there => Err("no result of it was there when results were first seen".into()),
        Happened::Update | Happened::Late if was_there => Err("its results were there when results were first seen".into()),
        Happened::Correction => fits_data(event, &own, was_there),
        _ => Ok(explained),
    }
}

/// Whether the data hold what a correction says they hold.
fn fits_data(event: &DataEvent, own: &[&Today], was_there: bool) -> Result<Vec<(usize, Option<String>)>, String> {
    let (Some(field), Some(to)) = (&event.field, &event.after) else { return Ok(Vec::new()) };
    let held: BTreeSet<&str> = own.iter().filter_map(|t| t.says.get(field)).map(String::as_str).collect();
    if !held.iter().any(|value| same(value, to)) {
        let held: Vec<&str> = held.into_iter().collect();
        return Err(match held.as_slice() {
            [] => format!("the data hold nothing under `{field}`"),
            held => format!("the data hold {} under `{field}`", crate::language::suggest::and_list(held, 4)),
        });
    }
    if was_there {
        return Err(format!("`{field}` was {to} already when results were first seen"));
    }
    Ok(Vec::new())
}

impl Compared<'_> {
    /// Today's data with changes taken back; of an edit only the column that is named, where one is.
    pub fn without(&self, store: &Store, taken_back: &[(usize, Option<String>)]) -> Store {
        let mut before = store.clone();
        let mut leave = BTreeSet::new();
        for (change, field) in taken_back.iter().filter_map(|(i, field)| Some((self.changes.get(*i)?, field))) {
            match &change.what {
                What::Edited(at, fields) => {
                    for f in fields.iter().filter(|f| field.as_ref().is_none_or(|field| f.field == *field)) {
                        put_back(&mut before, *at, &f.field, f.before.as_deref());
                    }
                }
                What::Gone(Seen::Says(says)) => before.rows.push(row_of(says, &self.names)),
                What::New(at) => drop(leave.insert(*at)),
                What::Gone(Seen::Digest(_)) | What::Unknown => {}
            }
        }
        let mut at = 0;
        before.rows.retain(|_| {
            at += 1;
            !leave.contains(&(at - 1))
        });
        before.settle();
        before
    }
}
