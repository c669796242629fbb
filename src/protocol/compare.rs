//! Two records, field by field.

use super::record::{Field, Key, Part, Record};
use serde_json::Value;
use std::borrow::Cow;

/// The origin of a value that a reconstructed plan does not state.
pub const PLAN_SILENT: &str = "plan silent";

/// A field in which two records differ. A field that one of them lacks is absent there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference<'a> {
    /// Which field.
    pub key: Key,
    /// As registered.
    pub registered: Option<&'a Field>,
    /// As run.
    pub executed: Option<&'a Field>,
}

impl Difference<'_> {
    /// Whether the plan left the value open.
    pub fn was_open(&self) -> bool {
        use Key as K;
        let settles = self.executed.is_some_and(|f| !f.is_open());
        if settles && self.registered.is_some_and(Field::is_silent) {
            return true;
        }
        match self.key {
            K::Timepoint | K::Comparison | K::AnalysisSet => settles && self.registered.is_some_and(Field::is_open),
            K::Instruments | K::Orientation | K::Window => settles && self.registered.is_none(),
            // The direction stands, and a minimal important difference is added.
            K::Direction => {
                let part = |f: Option<&Field>, name: &str| f.map(|f| f.value[name].clone()).unwrap_or_default();
                part(self.registered, "direction") == part(self.executed, "direction") && part(self.registered, "mid").is_null()
            }
            _ => false,
        }
    }
}

impl Field {
    /// Whether nothing is said: the plan left it to the data.
    pub fn is_open(&self) -> bool {
        self.value.is_null()
    }

    /// Whether the text that a plan was reconstructed from does not state it; the value is what is filled in.
    pub fn is_silent(&self) -> bool {
        self.origin == PLAN_SILENT
    }
}

/// The differing fields of two records, in the order of [`Key`]. What they work on is not looked at.
pub fn differences<'a>(registered: &'a Record, executed: &'a Record) -> Vec<Difference<'a>> {
    let mut keys: Vec<Key> = registered.fields.iter().chain(&executed.fields).map(|f| f.key).collect();
    keys.sort_unstable();
    keys.dedup();
    let value = |f: Option<&'a Field>| f.map_or(&Value::Null, |f| &f.value);
    keys.into_iter()
        .map(|key| Difference { key, registered: registered.field(key), executed: executed.field(key) })
        .filter(|d| value(d.registered) != value(d.executed) && registered.meant(d.key) != executed.meant(d.key))
        .collect()
}

/// Whether two records are of the same question: outcome, timepoint and comparison, by id.
/// What the plan left open agrees with everything.
pub fn same_question(registered: &Record, executed: &Record) -> bool {
    question_differences(registered, executed).is_empty()
}

/// The parts of the question in which two records differ.
pub fn question_differences<'a>(registered: &'a Record, executed: &'a Record) -> Vec<Difference<'a>> {
    let (registered, executed) = (registered.root(), executed.root());
    differences(registered, executed)
        .into_iter()
        .filter(|d| d.key.part() == Part::Key && d.registered.is_some_and(|f| !f.is_open() || d.key == Key::Outcome))
        .filter(|d| !(d.key == Key::Comparison && regrouped(d)))
        .collect()
}

/// Whether two comparisons are of the same arms lumped or split otherwise: on both sides they share arms.
fn regrouped(d: &Difference) -> bool {
    let arms = |f: Option<&Field>| -> Option<[Vec<String>; 2]> {
        let (first, second) = f?.value.as_str()?.split_once(" vs ")?;
        Some([first, second].map(|side| side.split(',').map(|arm| arm.trim().to_lowercase()).collect()))
    };
    match (arms(d.registered), arms(d.executed)) {
        (Some(a), Some(b)) => (0..2).all(|i| a[i].iter().any(|arm| b[i].contains(arm))),
        _ => false,
    }
}

/// Whether two records say the same, numerics aside, and work on the same.
pub fn same(registered: &Record, executed: &Record) -> bool {
    registered.kind == executed.kind
        && differences(registered, executed).iter().all(|d| d.key.part() == Part::Numerics)
        && match (&registered.of, &executed.of) {
            (None, None) => true,
            (Some(a), Some(b)) => same(a, b),
            _ => false,
        }
}

impl Record {
    /// What a field comes to: a prediction interval that `matches` is by the distribution of the confidence interval.
    fn meant(&self, key: Key) -> Cow<'_, Value> {
        let value = self.field(key).map_or(&Value::Null, |f| &f.value);
        // By default a common effect has Wald's interval, and none of prediction; another is its own where it is asked for.
        if key == Key::Pi && self.is_common() && !value.is_null() {
            return Cow::Owned("none".into());
        }
        if key == Key::Ci && self.is_common() && value["never_narrower_than_wald"] == true {
            return Cow::Owned(serde_json::json!({ "method": "wald", "never_narrower_than_wald": false }));
        }
        if key != Key::Pi || value != "matches" {
            return Cow::Borrowed(value);
        }
        match self.field(Key::Ci).and_then(|ci| ci.value["method"].as_str()) {
            Some("wald") => Cow::Owned("normal".into()),
            Some("t" | "hksj") => Cow::Owned("t".into()),
            _ => Cow::Borrowed(value),
        }
    }

    /// Whether effects are pooled as one common effect.
    pub fn is_common(&self) -> bool {
        self.field(Key::Model).is_some_and(|f| f.value == "common")
    }

    /// The pooled analysis that everything stands on.
    pub fn root(&self) -> &Record {
        self.of.as_deref().map_or(self, Record::root)
    }

    /// The same, to change it.
    pub fn root_mut(&mut self) -> &mut Record {
        match self.of {
            Some(ref mut of) => of.root_mut(),
            None => self,
        }
    }

    /// A field, to change it.
    pub fn field_mut(&mut self, key: Key) -> Option<&mut Field> {
        self.fields.iter_mut().find(|f| f.key == key)
    }

    /// Without one field.
    pub fn without(&self, key: Key) -> Record {
        Record { fields: self.fields.iter().filter(|f| f.key != key).cloned().collect(), ..self.clone() }
    }

    /// Whether it compares groups of studies.
    pub fn has_subgroups(&self) -> bool {
        self.field(Key::Subgroups).is_some_and(|f| !f.is_open())
    }
}
