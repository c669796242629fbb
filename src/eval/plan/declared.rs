//! A plan in its canonical form: what is hashed, kept in a lock and compared.

use super::open;
use crate::eval::record::{self, of_rule};
use crate::eval::state::State;
use crate::protocol::compare::PLAN_SILENT;
use crate::protocol::{Field, Key, Plan, Planned, Record};
use serde_json::{Map, Value, json};

/// The plan that a script's declarations and `plan` statements make.
pub fn plan(state: &State) -> Plan {
    let before = state.before_data();
    let silent = state.plan.reconstructed.is_some();
    let record = |p: &super::PlannedStatement| {
        let mut record = record::of_planned(p, &before);
        if silent {
            leave_unsaid(&mut record);
        }
        record
    };
    let analyses = state
        .plan
        .planned
        .values()
        .map(|p| Planned {
            id: p.id.clone(),
            role: p.role,
            parent: p.parent.clone(),
            statement: record::in_words(&p.command, &before),
            because: p.because.clone(),
            expects: p.expects.clone(),
            amendment: None,
            record: record(p),
        })
        .collect();
    Plan {
        declared: declared(&before),
        analyses,
        open: open::gaps(state).into_iter().map(|g| g.text).collect(),
        accepted: state
            .accepted
            .iter()
            .map(|a| format!("{}{}: {}", a.code, a.of.as_ref().map(|o| format!(" for {o}")).unwrap_or_default(), a.because))
            .collect(),
    }
}

/// What a reconstructed plan leaves to the edition or the conventions, the text it was made from does not state.
pub(super) fn leave_unsaid(record: &mut Record) {
    // A text that states no criterion is silent of them.
    let no_criterion = |f: &Field| f.key == Key::Criteria && f.value.as_array().is_some_and(Vec::is_empty);
    for field in record.fields.iter_mut().filter(|f| super::items::is_default(&f.origin) || no_criterion(f)) {
        field.origin = PLAN_SILENT.to_owned();
        field.words = PLAN_SILENT.to_owned();
    }
    if let Some(of) = &mut record.of {
        leave_unsaid(of);
    }
}

/// Everything declared beside analyses; keys sorted, order kept where it means something.
fn declared(state: &State) -> Value {
    let store = &state.store;
    let mut out = Map::new();
    let mut add = |name: &str, value: Value| {
        let empty = match &value {
            Value::Object(fields) => fields.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Null => true,
            _ => false,
        };
        if !empty {
            out.insert(name.to_owned(), value);
        }
    };
    if let Some(review) = &store.review {
        add("question", json!(review.question));
        add("stage", json!(review.stage));
    }
    let cell = record::cell;
    add(
        "outcomes",
        Value::Object(
            store
                .outcomes
                .values()
                .map(|o| {
                    let direction = o.direction.map(crate::store::Direction::words);
                    (o.id.clone(), json!({ "role": o.role, "importance": o.importance, "direction": direction, "measure": o.measure, "mid": record::mid(&o.mid) }))
                })
                .collect(),
        ),
    );
    add(
        "instruments",
        Value::Object(
            store
                .instruments
                .values()
                .map(|i| {
                    let direction = i.direction.map(crate::store::Direction::words);
                    let value = json!({ "outcome": i.outcome, "direction": direction, "items": cell(&i.items), "min": cell(&i.min), "max": cell(&i.max), "sd": cell(&i.reference_sd), "mid": record::mid(&i.mid) });
                    (i.id.clone(), value)
                })
                .collect(),
        ),
    );
    add("timepoints", Value::Object(store.timepoints.values().map(|t| (t.id.clone(), record::window(t))).collect()));
    let set = |names: &[String]| {
        let mut names = names.to_vec();
        names.sort();
        names
    };
    add("characteristics", Value::Object(store.characteristics.values().map(|c| (c.id.clone(), json!(set(&c.levels)))).collect()));
    let mut comparisons: Vec<Value> = store.comparisons.values().map(|c| json!({ "arm1": set(&c.arm1), "arm2": set(&c.arm2) })).collect();
    comparisons.sort_by_key(Value::to_string);
    add("comparisons", Value::Array(comparisons));
    // The first hierarchy decides before the second: their order means something.
    add("hierarchies", Value::Array(store.preferences.iter().map(|(key, ranking)| json!({ "key": key, "ranking": ranking })).collect()));
    add("rules", Value::Object(state.rules.iter().map(|(name, rule)| (name.clone(), of_rule(rule, state))).collect()));
    let judgements: Map<String, Value> = state
        .judgements
        .iter()
        .map(|j| {
            // A judgement can be asked for each of several results.
            let name = j.of.as_ref().map_or_else(|| j.name.clone(), |of| format!("{} for {of}", j.name));
            (name, json!({ "of": j.of, "by": set(&j.by), "answer": j.answer.as_ref().map(ToString::to_string) }))
        })
        .collect();
    add("judgements", Value::Object(judgements));
    let draft = &*state.plan;
    add("results_seen", json!(draft.declaration.as_ref().map(|d| &d.results_seen)));
    add("declared_by", draft.declaration.as_ref().map_or(Value::Null, |d| json!(set(&d.by))));
    add("declared_on", json!(draft.declaration.as_ref().and_then(|d| d.on.as_ref())));
    add("reconstructed", json!(draft.reconstructed));
    for (name, value) in practice(draft) {
        add(name, value);
    }
    add("sealed", if draft.sealed { json!(true) } else { Value::Null });
    add("edition", json!(crate::language::settings::EDITION.to_string()));
    Value::Object(out)
}

/// What a plan states of how the review is done beside its analyses; null and empty where it says nothing.
pub(in crate::eval) fn practice(draft: &super::Draft) -> [(&'static str, Value); 5] {
    let sorted = |names: &[String]| {
        let mut names = names.to_vec();
        names.sort();
        json!(names)
    };
    let rob = |r: &super::state::RiskOfBias| json!({ "tool": r.tool, "effect": r.effect, "per": r.per, "used_in": r.used_in });
    let ois = |s: &super::state::SampleSize| json!({ "delta": s.delta, "alpha": s.alpha, "power": s.power });
    let grades = draft.grades.iter().map(|(id, g)| (id.clone(), json!({ "threshold": g.threshold, "ois": g.ois.as_ref().map(ois) })));
    [
        ("designs", sorted(&draft.designs)),
        ("criteria", Value::Object(draft.criteria.iter().map(|(id, text)| (id.clone(), json!(text))).collect())),
        ("conclude", sorted(&draft.conclude)),
        ("risk_of_bias", draft.rob.as_ref().map_or(Value::Null, rob)),
        ("grading", Value::Object(grades.collect())),
    ]
}
