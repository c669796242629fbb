//! One form for one content: what every reader brings a store into.

use super::cell::is_missing;
use super::columns::{self, ANALYSIS_SETS, COLUMNS, DESCRIPTIVE, find};
use super::model::Store;
use super::row::Row;
use super::value::Value;
use indexmap::{IndexMap, IndexSet};
use std::collections::BTreeSet;

impl Store {
    /// Makes columns consistent: a moderator or characteristic is numeric if all its cells are
    /// numbers and no declaration lists its levels, else text; every row and study knows every
    /// name, missing where nothing is known; keys are trimmed, and missing ones are absent.
    /// Call it after changing rows or studies by hand.
    pub fn settle(&mut self) {
        for row in &mut self.rows {
            row.settle();
        }
        for study in self.studies.values_mut() {
            for name in super::study::STUDY_FIELDS {
                if let Some(field) = study.field_mut(name) {
                    tidy(field);
                }
            }
        }
        self.link_studies();
        let text = self.text_columns();
        align(self.rows.iter_mut().map(|row| &mut row.moderators).collect(), &text);
        align(self.studies.values_mut().map(|study| &mut study.characteristics).collect(), &text);
    }

    /// Names of which some cell is no number, or whose levels are declared.
    fn text_columns(&self) -> BTreeSet<String> {
        let rows = self.rows.iter().flat_map(|row| &row.moderators);
        let studies = self.studies.values().flat_map(|study| &study.characteristics);
        let mut text: BTreeSet<String> = rows
            .chain(studies)
            .filter(|(_, value)| matches!(value, Value::Text(t) if matches!(Value::infer(t), Value::Text(_))))
            .map(|(name, _)| name.clone())
            .collect();
        text.extend(self.characteristics.values().filter(|c| !c.levels.is_empty()).map(|c| c.id.clone()));
        text
    }
}

impl Row {
    /// Trims the keys; missing ones are absent, and a known analysis set is spelt as known.
    /// Numbers stand in the order of the columns.
    pub fn settle(&mut self) {
        for name in DESCRIPTIVE {
            if self.moderators.is_empty() {
                break;
            }
            let own = self.moderators.shift_remove(*name);
            if let Some(text) = own.as_ref().and_then(Value::text).filter(|_| self.key(name).is_none()) {
                self.set_key(name, text);
            }
        }
        for name in [&mut self.study, &mut self.outcome] {
            if name.trim().len() != name.len() {
                *name = name.trim().to_owned();
            }
        }
        for key in [
            &mut self.timepoint,
            &mut self.analysis,
            &mut self.instrument,
            &mut self.rater,
            &mut self.comparison,
            &mut self.arm1,
            &mut self.arm2,
            &mut self.trial,
            &mut self.subgroup,
            &mut self.from,
            &mut self.report,
            &mut self.page,
            &mut self.quote,
            &mut self.unit,
            &mut self.adjusted,
            &mut self.covariates,
            &mut self.reported,
            &mut self.extractor,
            &mut self.consensus,
            &mut self.conversion,
            &mut self.note,
        ] {
            tidy(key);
        }
        if let Some(set) = &mut self.analysis
            && let Some(known) = ANALYSIS_SETS.iter().find(|known| known.eq_ignore_ascii_case(set))
        {
            *set = (*known).to_owned();
        }
        self.values.sort_by_key(position);
    }
}

/// Gives every map the same names in the same order, and each name one kind.
fn align(maps: Vec<&mut IndexMap<String, Value>>, text: &BTreeSet<String>) {
    let mut names: IndexSet<String> = maps.iter().flat_map(|map| map.keys().cloned()).collect();
    // A name with a meaning of its own is an error where it holds something (see `links`), else nothing.
    names.retain(|name| find(name).is_none() || maps.iter().any(|map| map.get(name).is_some_and(|v| !v.is_missing())));
    if names.is_empty() {
        return maps.into_iter().for_each(IndexMap::clear);
    }
    for map in maps {
        let mut old = std::mem::take(map);
        for name in &names {
            let value = old.swap_remove(name).unwrap_or_default();
            let value = match value.text() {
                None => Value::Missing,
                Some(t) if text.contains(name) => Value::of_text(t),
                Some(t) => Value::infer(t),
            };
            map.insert(name.clone(), value);
        }
    }
}

/// Trims a text; a missing one is absent.
fn tidy(text: &mut Option<String>) {
    if text.as_ref().is_none_or(|t| t.trim().len() == t.len() && !is_missing(t)) {
        return;
    }
    *text = text.take().map(|t| t.trim().to_owned()).filter(|t| !is_missing(t));
}

/// Where a column stands in the table.
fn position(name: &str) -> usize {
    find(name).and_then(|found| columns::position(found.name)).unwrap_or(COLUMNS.len())
}
