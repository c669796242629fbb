//! A plan: declarations, rules and the analyses that will be run.

use super::record::{Field, Record};
use super::role::Role;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A plan as it is resolved: what a lock keeps, and what is compared.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// What it declares beside analyses, canonical: review, stage, outcomes, instruments, timepoints,
    /// comparisons, hierarchies, rules, judgements announced, `seal`; keys sorted, order kept where it means something.
    pub declared: Value,
    /// Its analyses, in the order of the plan.
    pub analyses: Vec<Planned>,
    /// What it leaves open.
    pub open: Vec<String>,
    /// Warnings accepted, with reasons.
    pub accepted: Vec<String>,
}

/// One planned analysis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// `P1`; an instance of a generic one is `L1[P1]`.
    pub id: String,
    /// What it is for.
    pub role: Role,
    /// The planned analysis it belongs to.
    pub parent: Option<String>,
    /// Its statement, canonical.
    pub statement: String,
    /// Why, where the plan says.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub because: Option<String>,
    /// The direction a subgroup is expected to take.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expects: Option<String>,
    /// The amendment that brought or changed it; none for what stood in the first lock.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub amendment: Option<String>,
    /// Resolved.
    pub record: Record,
}

impl Plan {
    /// The planned analysis of that id.
    pub fn planned(&self, id: &str) -> Option<&Planned> {
        self.analyses.iter().find(|p| p.id == id)
    }
}

/// What of a plan can change a number or a label, as a value whose digest is `plan_sha256`:
/// words, origins, reasons and the order of its analyses do not enter.
pub fn meaning(plan: &Plan) -> Value {
    let mut analyses: Vec<&Planned> = plan.analyses.iter().collect();
    analyses.sort_by(|a, b| a.id.cmp(&b.id));
    json!({"declared": plan.declared, "analyses": analyses.into_iter().map(meaning_of).collect::<Vec<_>>()})
}

/// The same of one analysis.
pub fn meaning_of(planned: &Planned) -> Value {
    json!({
        "id": planned.id,
        "role": planned.role,
        "parent": planned.parent,
        "expects": planned.expects,
        "record": meaning_of_record(&planned.record),
    })
}

fn meaning_of_record(record: &Record) -> Value {
    let mut fields: Vec<&Field> = record.fields.iter().collect();
    fields.sort_by_key(|f| f.key);
    json!({
        "kind": record.kind,
        "of": record.of.as_deref().map(meaning_of_record),
        "fields": fields.into_iter().map(|f| json!([f.key, f.value])).collect::<Vec<_>>(),
    })
}
