//! What differs between two states of a store, record by record, and the way back.

use super::model::Store;
use indexmap::IndexMap;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// One record that came, went, or became another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The part of the store: `rows`, `studies`, as in the document.
    pub part: String,
    /// Its key, in parts that have keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Its place in the part, from 0.
    pub at: usize,
    /// What it was; nothing if it is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Json>,
    /// What it is; nothing if it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Json>,
}

/// Does the same to every part of a store.
macro_rules! each_part {
    ($one:ident, $map:ident, $list:ident) => {
        $one!(review);
        $map!(outcomes);
        $map!(instruments);
        $map!(timepoints);
        $map!(analysis_sets);
        $map!(arms);
        $map!(comparisons);
        $map!(characteristics);
        $map!(preferences);
        $map!(reports);
        $map!(studies);
        $list!(rows);
        $list!(risk_of_bias);
        $list!(exclusions);
        $list!(judgements);
        $list!(grades);
        $list!(flow);
        $list!(dispositions);
        $list!(stored_analyses);
    };
}

/// The changes that make `after` of `before`, in the order in which they apply.
pub(crate) fn between(before: &Store, after: &Store) -> Vec<Change> {
    let mut out = Vec::new();
    macro_rules! one {
        ($part:ident) => {
            if before.$part != after.$part {
                let json = |value: &Option<_>| value.as_ref().map(json);
                out.push(Change {
                    part: stringify!($part).into(),
                    key: None,
                    at: 0,
                    before: json(&before.$part),
                    after: json(&after.$part),
                });
            }
        };
    }
    macro_rules! map {
        ($part:ident) => {
            maps(stringify!($part), &before.$part, &after.$part, &mut out)
        };
    }
    macro_rules! list {
        ($part:ident) => {
            lists(stringify!($part), &before.$part, &after.$part, &mut out)
        };
    }
    each_part!(one, map, list);
    out
}

impl Change {
    /// The change that takes this one back.
    pub(crate) fn reversed(&self) -> Change {
        Change { before: self.after.clone(), after: self.before.clone(), ..self.clone() }
    }

    /// Makes the change, if the record is as it was.
    pub(crate) fn apply(&self, store: &mut Store) -> Result<(), String> {
        let other = || format!("{} is not as it was then", self.name());
        macro_rules! one {
            ($part:ident) => {
                if self.part == stringify!($part) {
                    if store.$part.as_ref().map(json) != self.before {
                        return Err(other());
                    }
                    store.$part = self.after.clone().map(read).transpose()?;
                    return Ok(());
                }
            };
        }
        macro_rules! map {
            ($part:ident) => {
                if self.part == stringify!($part) {
                    let key = self.key.clone().unwrap_or_default();
                    if store.$part.get(&key).map(json) != self.before {
                        return Err(other());
                    }
                    match self.after.clone().map(read).transpose()? {
                        None => {
                            store.$part.shift_remove(&key);
                        }
                        Some(value) if self.before.is_some() => {
                            store.$part.insert(key, value);
                        }
                        Some(value) => {
                            let at = self.at.min(store.$part.len());
                            store.$part.shift_insert(at, key, value);
                        }
                    }
                    store.restore_ids();
                    return Ok(());
                }
            };
        }
        macro_rules! list {
            ($part:ident) => {
                if self.part == stringify!($part) {
                    let there = store.$part.get(self.at).map(json);
                    if self.before.is_some() && there != self.before {
                        return Err(other());
                    }
                    match (self.before.is_some(), self.after.clone().map(read).transpose()?) {
                        (true, None) => {
                            store.$part.remove(self.at);
                        }
                        (true, Some(value)) => {
                            if let Some(place) = store.$part.get_mut(self.at) {
                                *place = value;
                            }
                        }
                        (false, Some(value)) => {
                            let at = self.at.min(store.$part.len());
                            store.$part.insert(at, value);
                        }
                        (false, None) => {}
                    }
                    return Ok(());
                }
            };
        }
        each_part!(one, map, list);
        Err(format!("there is no part `{}`", self.part))
    }

    /// What it is about, in words.
    pub fn name(&self) -> String {
        let value = self.after.as_ref().or(self.before.as_ref());
        let text = |field: &str| value.and_then(|v| v.get(field)).and_then(Json::as_str);
        let noun = match self.part.as_str() {
            "review" => return "the review".to_owned(),
            "rows" => {
                let keys = ["study", "outcome", "timepoint", "analysis", "instrument", "comparison", "subgroup"];
                return format!("row of {}", keys.iter().filter_map(|k| text(k)).collect::<Vec<_>>().join(", "));
            }
            "risk_of_bias" => {
                return format!(
                    "risk of bias of {}",
                    ["study", "outcome", "domain"].iter().filter_map(|k| text(k)).collect::<Vec<_>>().join(", ")
                );
            }
            "analysis_sets" => "analysis set",
            "studies" => "study",
            "flow" => "flow count",
            "stored_analyses" => "stored analysis",
            other => other.strip_suffix('s').unwrap_or(other),
        };
        match &self.key {
            Some(key) => format!("{noun} {key}"),
            None => format!("{noun} {}", self.at + 1),
        }
    }
}

/// A record as JSON, without what is missing.
fn json<T: Serialize>(value: &T) -> Json {
    let mut json = serde_json::to_value(value).unwrap_or_default();
    without_missing(&mut json);
    json
}

fn without_missing(json: &mut Json) {
    if let Json::Object(fields) = json {
        fields.values_mut().for_each(without_missing);
        fields.retain(|_, value| !value.is_null() && value.as_object().is_none_or(|o| !o.is_empty()));
    }
}

fn read<T: DeserializeOwned>(json: Json) -> Result<T, String> {
    serde_json::from_value(json).map_err(|e| e.to_string())
}

fn maps<T: PartialEq + Serialize>(part: &str, before: &IndexMap<String, T>, after: &IndexMap<String, T>, out: &mut Vec<Change>) {
    let change = |key: &String, at, before: Option<&T>, after: Option<&T>| Change {
        part: part.to_owned(),
        key: Some(key.clone()),
        at,
        before: before.map(json),
        after: after.map(json),
    };
    let mut gone = 0;
    for (at, (key, old)) in before.iter().enumerate() {
        match after.get(key) {
            None => {
                out.push(change(key, at - gone, Some(old), None));
                gone += 1;
            }
            Some(new) if new != old => push_if_different(out, change(key, at, Some(old), Some(new))),
            Some(_) => {}
        }
    }
    for (at, (key, new)) in after.iter().enumerate().filter(|(_, (key, _))| !before.contains_key(*key)) {
        out.push(change(key, at, None, Some(new)));
    }
}

fn lists<T: PartialEq + Serialize>(part: &str, before: &[T], after: &[T], out: &mut Vec<Change>) {
    let front = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let most = before.len().min(after.len()) - front;
    let back = before.iter().rev().zip(after.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    let (old, new) = (&before[front..before.len() - back], &after[front..after.len() - back]);
    let change = |at, before: Option<&T>, after: Option<&T>| Change {
        part: part.to_owned(),
        key: None,
        at,
        before: before.map(json),
        after: after.map(json),
    };
    let both = old.len().min(new.len());
    for (at, (a, b)) in old.iter().zip(new).enumerate().filter(|(_, (a, b))| a != b) {
        push_if_different(out, change(front + at, Some(a), Some(b)));
    }
    for gone in &old[both..] {
        out.push(change(front + both, Some(gone), None));
    }
    for (at, come) in new[both..].iter().enumerate() {
        out.push(change(front + both + at, None, Some(come)));
    }
}

/// A value that is known to be missing, where it was unknown, is no change.
fn push_if_different(out: &mut Vec<Change>, change: Change) {
    if change.before != change.after {
        out.push(change);
    }
}
