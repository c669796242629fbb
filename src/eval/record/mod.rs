//! An analysis as a [`Record`]: every field that can change a number, in one canonical form,
//! so that two analyses can be compared field by field and a plan has one digest.

mod analysis;
mod condition;
mod further;
mod number;
mod rule;

pub(in crate::eval) use analysis::{cell, mid, window};
pub use analysis::{of_analysis, settled};
pub use condition::{condition, in_words};
pub use further::of_further;
pub use number::decimal;
pub use rule::{of_rule, words as rule_words};

use crate::protocol::{Field, Key, Record};
use serde_json::Value;

/// Fields as they are gathered.
#[derive(Default)]
struct Fields(Vec<Field>);

impl Fields {
    fn add(&mut self, key: Key, value: impl Into<Value>, words: impl Into<String>, origin: impl ToString) {
        self.0.push(Field { key, value: value.into(), words: words.into(), origin: origin.to_string() });
    }

    fn record(mut self, kind: &str, of: Option<Record>) -> Record {
        self.0.sort_by_key(|f| f.key);
        Record { kind: kind.to_owned(), of: of.map(Box::new), fields: self.0 }
    }
}

/// The record of a planned analysis, with the condition under which it is run.
pub fn of_planned(planned: &super::plan::PlannedStatement, state: &super::state::State) -> Record {
    use super::plan::Asked;
    let mut record = match &planned.asked {
        Asked::Pool(spec) => of_analysis(spec, state),
        Asked::Further(spec) => of_further(spec, state),
        Asked::Apply { rule, of } => of_applied(rule, of, state),
    };
    if let Some(gate) = &planned.gate {
        let text = condition(gate, state);
        record.fields.push(Field {
            key: Key::Gate,
            value: text.clone().into(),
            words: format!("when {text}"),
            origin: "stated".to_owned(),
        });
        record.fields.sort_by_key(|f| f.key);
    }
    record
}

/// `apply RULE to NAME`
pub fn of_applied(name: &str, of: &crate::language::spec::AnalysisSpec, state: &super::state::State) -> Record {
    let mut fields = Fields::default();
    if let Some(rule) = state.rules.get(name) {
        fields.add(Key::Rule, of_rule(rule, state), format!("rule {name}"), "stated");
    }
    fields.record("apply", Some(of_analysis(of, state)))
}
