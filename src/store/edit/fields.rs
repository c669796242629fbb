//! Setting fields of a record from texts.

use super::kinds::{Kind, Part};
use super::{AtField, Given, Record, is_study_field};
use crate::diagnostic::Problem;
use crate::store::cell::is_missing;
use crate::store::json::misfit;
use crate::store::known::KNOWN;
use crate::store::model::Store;
use crate::store::near_miss::nearest;
use crate::store::study::STUDY_FIELDS;
use crate::store::value::Value;
use indexmap::IndexSet;
use serde_json::{Map, Value as Json};

/// Fields by the path to where they stand in the document, with the text to be read.
pub(super) struct Fields<'a>(Vec<(usize, Vec<&'a str>, &'a str)>);

impl<'a> Fields<'a> {
    pub(super) fn of(kind: &Kind, given: Given<'a>) -> Result<Self, Vec<AtField>> {
        let mut fields: Vec<(usize, Vec<&'a str>, &'a str)> = Vec::new();
        let mut wrong = Vec::new();
        for (index, (name, text)) in given.iter().enumerate() {
            let name = name.trim();
            let path = match kind.part {
                Part::Study if !is_study_field(name) => {
                    vec!["characteristics", name.strip_prefix("characteristics.").unwrap_or(name)]
                }
                _ => name.split('.').collect(),
            };
            if fields.iter().any(|(_, other, _)| *other == path) {
                wrong.push((Some(index), Problem::error("E305", format!("`{name}` is given twice")).help("give each field once")));
            }
            if path.iter().any(|part| part.trim().is_empty()) {
                wrong.push((Some(index), Problem::error("E384", format!("`{name}` is no name of a field")).help("write `NAME=VALUE`")));
            }
            fields.push((index, path, text.trim()));
        }
        if wrong.is_empty() { Ok(Fields(fields)) } else { Err(wrong) }
    }
}

/// A characteristic that no study has, called nearly like one: it would be a new one unnoticed.
pub(super) fn known(store: &Store, kind: &Kind, given: Given) -> Result<(), Vec<AtField>> {
    if kind.part != Part::Study {
        return Ok(());
    }
    let names: IndexSet<&str> = store
        .studies
        .values()
        .flat_map(|study| study.characteristics.keys().map(String::as_str))
        .chain(store.characteristics.keys().map(String::as_str))
        .collect();
    let others = || names.iter().copied().chain(STUDY_FIELDS.iter().copied()).chain(KNOWN.iter().map(|(name, _, _)| *name));
    let wrong = given.iter().enumerate().filter_map(|(index, (name, _))| {
        let name = name.trim().strip_prefix("characteristics.").unwrap_or(name.trim());
        if is_study_field(name) || others().any(|other| other == name) {
            return None;
        }
        Some((Some(index), unheard_of("no study has", name, nearest(name, others())?)))
    });
    let wrong: Vec<AtField> = wrong.collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// Says that a name is new, and nearly one that is known.
pub(super) fn unheard_of(nobody: &str, name: &str, meant: &str) -> Problem {
    let help = format!("did you mean `{meant}`? A new one is declared first: `add characteristic {name}`");
    Problem::error("E384", format!("{nobody} `{name}`")).help(help)
}

/// A record with its fields set. Every field that does not fit is told.
pub(super) fn set<T: Record>(record: &T, fields: &Fields) -> Result<T, Vec<AtField>> {
    let mut json = serde_json::to_value(record).unwrap_or_default();
    let mut wrong = Vec::new();
    for (index, path, text) in &fields.0 {
        let mut first = None;
        let fits = readings(path, text).into_iter().find_map(|value| {
            let mut tried = json.clone();
            put(&mut tried, path, value);
            match serde_json::from_value::<T>(tried.clone()) {
                Ok(_) => Some(tried),
                Err(error) => {
                    first.get_or_insert(error);
                    None
                }
            }
        });
        match (fits, first) {
            (Some(tried), _) => json = tried,
            (None, Some(error)) => wrong.push((Some(*index), unfit(path, &error))),
            (None, None) => {}
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    serde_json::from_value(json).map_err(|e| vec![(None, misfit(&e))])
}

/// Says why a field can't hold a value.
fn unfit(path: &[&str], error: &serde_json::Error) -> Problem {
    let problem = misfit(error);
    match problem.message.strip_prefix("the store can't be read: ") {
        Some(why) => {
            Problem::error("E384", format!("`{}` can't hold this: {why}", path.join("."))).help("docs/store.md shows what each field holds")
        }
        None => problem,
    }
}

/// What a text may stand for, the likeliest first: nothing, JSON, a text, a number, a list.
fn readings(path: &[&str], text: &str) -> Vec<Json> {
    if is_missing(text) {
        return vec![Json::Null];
    }
    if path.first() == Some(&"characteristics") {
        return serde_json::to_value(Value::infer(text)).into_iter().collect();
    }
    let parsed = serde_json::from_str::<Json>(text).ok();
    let mut all = Vec::new();
    if let Some(json) = parsed.clone().filter(|j| j.is_array() || j.is_object()) {
        all.push(json);
    }
    all.push(Json::String(text.to_owned()));
    all.extend(parsed.filter(|j| j.is_number() || j.is_boolean()));
    all.push(Json::Array(text.split(';').map(str::trim).filter(|t| !t.is_empty()).map(|t| Json::String(t.to_owned())).collect()));
    all
}

/// Puts a value where a path leads; nothing takes away what is there.
fn put(json: &mut Json, path: &[&str], value: Json) {
    let Some((name, rest)) = path.split_first() else { return };
    if !json.is_object() {
        *json = Json::Object(Map::new());
    }
    let Some(fields) = json.as_object_mut() else { return };
    if rest.is_empty() {
        // An unknown field is put there all the same, so that reading the record tells of it.
        fields.insert((*name).to_owned(), value);
    } else {
        put(fields.entry((*name).to_owned()).or_insert(Json::Null), rest, value);
    }
}
