//! Digests: one text for one content, whatever the form it was stored in.

use super::model::Store;
use super::row::Row;
use crate::digest::sha256;
use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::HashSet;

/// A value as JSON without blanks, keys sorted, and without what says nothing (`null`).
pub(crate) fn canonical<T: Serialize>(value: &T) -> String {
    let mut out = String::new();
    // Serialising into memory can't fail: keys are texts and numbers finite.
    write_canonical(&serde_json::to_value(value).unwrap_or_default(), &mut out);
    out
}

fn write_canonical(value: &Json, out: &mut String) {
    match value {
        Json::Object(fields) => {
            let mut known: Vec<(&String, &Json)> = fields.iter().filter(|(_, v)| !says_nothing(v)).collect();
            known.sort_unstable_by_key(|(name, _)| *name);
            out.push('{');
            for (at, (name, value)) in known.into_iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                out.push_str(&Json::String(name.clone()).to_string());
                out.push(':');
                write_canonical(value, out);
            }
            out.push('}');
        }
        Json::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                write_canonical(item, out);
            }
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

/// Whether a field is as good as absent.
fn says_nothing(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Object(fields) => fields.values().all(says_nothing) && !fields.is_empty(),
        _ => false,
    }
}

impl Row {
    /// The SHA-256 of what the row says: its keys, numbers with their text, moderators and
    /// provenance. Where it was read from, and what is missing, does not enter.
    ///
    /// ```
    /// use weald::store::Row;
    /// let (row, _) = Row::from_pairs("A", "pain", [("yi", "0.20"), ("vi", "0.04")]);
    /// let (same, _) = Row::from_pairs("A", "pain", [("vi", "0.04"), ("year", "NA"), ("yi", "0.20")]);
    /// let (other, _) = Row::from_pairs("A", "pain", [("yi", "0.2"), ("vi", "0.04")]);
    /// assert_eq!(row.sha256(), same.sha256());
    /// assert_ne!(row.sha256(), other.sha256());
    /// ```
    pub fn sha256(&self) -> String {
        sha256(canonical(self).as_bytes())
    }
}

impl Store {
    /// The SHA-256 of what the store says. A CSV, a folder and a document of the same content
    /// have one digest. The order of rows, studies and other entities carries no meaning and
    /// does not enter; that of a ranking or of levels does. Neither does the version of the
    /// format, nor an entity of which nothing is said beyond what the rows say.
    pub fn sha256(&self) -> String {
        let named = |key: fn(&Row) -> Option<&str>| self.rows.iter().filter_map(key).collect::<HashSet<&str>>();
        let parts = [
            ("review", canonical(&self.review)),
            ("outcomes", entities(&self.outcomes, &named(|row| Some(&row.outcome)))),
            ("instruments", entities(&self.instruments, &named(|row| row.instrument.as_deref()))),
            ("timepoints", entities(&self.timepoints, &named(|row| row.timepoint.as_deref()))),
            ("studies", entities(&self.studies, &named(|row| Some(&row.study)))),
            ("analysis_sets", canonical(&self.analysis_sets)),
            ("arms", canonical(&self.arms)),
            ("comparisons", canonical(&self.comparisons)),
            ("characteristics", canonical(&self.characteristics)),
            ("preferences", canonical(&self.preferences)),
            ("reports", canonical(&self.reports)),
            ("rows", unordered(&self.rows)),
            ("risk_of_bias", unordered(&self.risk_of_bias)),
            ("exclusions", unordered(&self.exclusions)),
            ("judgements", unordered(&self.judgements)),
            ("grades", unordered(&self.grades)),
            ("flow", unordered(&self.flow)),
            ("dispositions", unordered(&self.dispositions)),
            ("stored_analyses", canonical(&self.stored_analyses)),
        ];
        // A part that is empty leaves no trace, so that parts of later formats change no digest of today.
        let said = parts.iter().filter(|(_, text)| !matches!(text.as_str(), "" | "null" | "{}" | "[]"));
        sha256(said.map(|(name, text)| format!("{name} {}\n", sha256(text.as_bytes()))).collect::<String>().as_bytes())
    }
}

/// Entities by key, without those of which nothing is said that a row does not say.
fn entities<T: Serialize>(map: &IndexMap<String, T>, in_rows: &HashSet<&str>) -> String {
    let mut lines: Vec<String> = map
        .iter()
        .map(|(id, entity)| (id, canonical(entity)))
        .filter(|(id, text)| text != "{}" || !in_rows.contains(id.as_str()))
        .map(|(id, text)| format!("{}:{text}\n", Json::String(id.clone())))
        .collect();
    lines.sort_unstable();
    lines.concat()
}

/// The digests of some things, sorted.
fn unordered<T: Serialize>(list: &[T]) -> String {
    let mut digests: Vec<String> = list.iter().map(|item| sha256(canonical(item).as_bytes())).collect();
    digests.sort_unstable();
    digests.concat()
}
