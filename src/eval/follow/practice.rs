//! What a review does otherwise than planned beside its analyses: eligible designs, risk of bias, certainty.
//!
//! A script that follows a plan states these again where they have changed, with a reason. What its data and its
//! summary of findings show stands beside what it states.

use super::state::Following;
use crate::bias::tool;
use crate::eval::outcome::DifferenceRow;
use crate::eval::plan::{SampleSize, practice};
use crate::eval::state::State;
use crate::eval::walk::{Halt, Walk};
use crate::protocol::{Account, Code, Executed, Grade, Reason, Status};
use crate::store::Store;
use crate::syntax::ast::Command;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What is stated again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Restated {
    /// `designs`
    Designs,
    /// `criterion ID`
    Criterion(String),
    /// `use rob`
    RiskOfBias,
    /// `grade ID threshold …`
    Grading(String),
    /// `conclude`
    Conclusions,
}

/// Where something was stated again, and why.
#[derive(Debug, Clone)]
pub struct Restatement {
    what: Restated,
    line: usize,
    reason: Option<Reason>,
}

/// A row of a summary of findings.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The result's name.
    pub name: String,
    /// The optimal information size it is set against.
    pub size: Option<SampleSize>,
    /// Where.
    pub line: usize,
    /// Why it is not as planned.
    pub reason: Option<Reason>,
}

impl Walk<'_, '_> {
    /// Notes that a statement of plans stands in a script that follows one, and takes its reason out.
    pub fn restated(&mut self, command: &Command, what: Restated) -> Result<Command, Halt> {
        if self.state.follow.plan.is_none() {
            return Ok(command.clone());
        }
        let (command, said) = self.reasons(command)?;
        let line = self.source.line_column(command.span.start).0;
        self.state.follow.restated.retain(|r| r.what != what);
        self.state.follow.restated.push(Restatement { what, line, reason: said.because });
        Ok(command)
    }
}

/// A difference before it is a row.
struct Found {
    plan: String,
    code: Code,
    item: &'static str,
    registered: String,
    executed: String,
    studies: Vec<String>,
}

/// The rows of the table for what is done otherwise beside the analyses.
pub(super) fn differences(state: &State, following: &Following, account: &Account, executed: &[Executed]) -> Vec<DifferenceRow> {
    let Some(latest) = following.versions.latest() else { return Vec::new() };
    let row = |found: Found, what: &Restated, findings: Option<&Finding>| {
        let said = state.follow.restated.iter().find(|r| r.what == *what);
        let reason = findings.and_then(|f| f.reason.as_ref()).or_else(|| said.and_then(|r| r.reason.as_ref()));
        self::row(found, Status::Deviation, findings.map(|f| f.line).or_else(|| said.map(|r| r.line)), reason)
    };
    let mut rows: Vec<DifferenceRow> = amended(following);
    let stated: Value =
        practice(&state.plan).into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<serde_json::Map<_, _>>().into();
    rows.extend(designs(&latest.declared, &stated).map(|f| row(f, &Restated::Designs, None)));
    rows.extend(criteria(&latest.declared, &stated).into_iter().map(|(id, f)| row(f, &Restated::Criterion(id), None)));
    rows.extend(risk_of_bias(&latest.declared, &stated, &state.store).map(|f| row(f, &Restated::RiskOfBias, None)));
    let registered = latest.declared.get("grading").and_then(Value::as_object);
    let given = stated.get("grading").and_then(Value::as_object);
    for (id, now) in given.into_iter().flatten() {
        let before = registered.and_then(|r| r.get(id));
        if before != Some(now) {
            rows.push(row(graded(id, before, Some(now)), &Restated::Grading(id.clone()), None));
        }
    }
    rows.extend(conclusions(&latest.declared, &stated).map(|f| row(f, &Restated::Conclusions, None)));
    for finding in &state.follow.findings {
        let of =
            account.labels.iter().zip(executed).find(|(_, e)| [&e.name, &e.ran].contains(&&Some(finding.name.clone()))).map(|(l, _)| l);
        let planned = of.and_then(|l| l.stands_for());
        let found = match planned {
            None => Some(Found {
                plan: "all".into(),
                code: Code::Grd,
                item: "summary of findings",
                registered: "planned analyses".into(),
                executed: format!("`{}` too, which is not in the plan", finding.name),
                studies: Vec::new(),
            }),
            Some(id) => {
                let before = given.and_then(|g| g.get(id)).or_else(|| registered.and_then(|r| r.get(id)));
                other_size(id, before, finding.size.as_ref())
            }
        };
        rows.extend(found.map(|f| row(f, &Restated::Grading(planned.unwrap_or_default().to_owned()), Some(finding))));
    }
    rows
}

fn row(found: Found, mut status: Status, line: Option<usize>, reason: Option<&Reason>) -> DifferenceRow {
    let severity = found.code.severity();
    if found.code == Code::Gap && status == Status::Deviation {
        status = Status::Clarified;
    }
    DifferenceRow {
        plan: found.plan,
        role: None,
        status: status.name(),
        line,
        code: found.code.name(),
        severity: severity.name(),
        item: found.item.into(),
        registered: found.registered,
        executed: found.executed,
        seen: None,
        when: reason.and_then(|r| r.when).map(crate::protocol::Timing::words),
        reason_code: reason.and_then(|r| r.code).map(crate::protocol::ReasonCode::name),
        reason: reason.map(|r| r.text.clone()),
        effect: None,
        shown: None,
        studies: found.studies,
        details: Vec::new(),
        unexplained: status == Status::Deviation && matches!(severity, Grade::E | Grade::M) && reason.is_none(),
    }
}

/// What amendments changed of this since the first lock.
fn amended(following: &Following) -> Vec<DifferenceRow> {
    let versions = &following.versions.all;
    let mut rows = Vec::new();
    for pair in versions.windows(2) {
        let [before, after] = pair else { continue };
        let Some(amendment) = &after.amendment else { continue };
        let reason = Reason {
            code: amendment.code,
            text: format!("{}: {}", amendment.id, amendment.reason),
            when: Some(if amendment.after_results {
                crate::protocol::Timing::AfterResults
            } else {
                crate::protocol::Timing::BeforeResults
            }),
        };
        let (before, after) = (&before.plan.declared, &after.plan.declared);
        let empty = Store::default();
        let mut found: Vec<Found> = Vec::new();
        found.extend(designs(before, after));
        found.extend(criteria(before, after).into_iter().map(|(_, found)| found));
        found.extend(risk_of_bias(before, after, &empty));
        found.extend(conclusions(before, after));
        let grading = |of: &Value| of.get("grading").and_then(Value::as_object).cloned().unwrap_or_default();
        let (old, new) = (grading(before), grading(after));
        let ids: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        found.extend(ids.into_iter().filter(|id| old.get(*id) != new.get(*id)).map(|id| graded(id, old.get(id), new.get(id))));
        rows.extend(found.into_iter().map(|f| row(f, Status::Amended, None, Some(&reason))));
    }
    rows
}

fn list(value: Option<&Value>) -> Option<Vec<&str>> {
    let names: Vec<&str> = value?.as_array()?.iter().filter_map(Value::as_str).collect();
    (!names.is_empty()).then_some(names)
}

fn in_words(names: Option<Vec<&str>>) -> String {
    names.map_or_else(|| "not stated".to_owned(), |names| names.join(", "))
}

fn designs(registered: &Value, now: &Value) -> Option<Found> {
    other_list(registered, now, "designs", "designs", Code::Elig)
}

/// Criteria that say something else than planned, or that the plan does not have; by their ids.
fn criteria(registered: &Value, now: &Value) -> Vec<(String, Found)> {
    let of = |v: &Value| v.get("criteria").and_then(Value::as_object).cloned().unwrap_or_default();
    let (before, after) = (of(registered), of(now));
    let text = |v: Option<&Value>| v.and_then(Value::as_str).map_or_else(|| "not stated".to_owned(), str::to_owned);
    let other = after.iter().filter(|(id, now)| before.get(*id) != Some(now));
    let found = |(id, now): (&String, &Value)| {
        let (registered, executed) = (text(before.get(id)), format!("{id}: {}", text(Some(now))));
        let code = if before.is_empty() { Code::Gap } else { Code::Elig };
        (id.clone(), Found { plan: "all".into(), code, item: "criteria", registered, executed, studies: Vec::new() })
    };
    other.map(found).collect()
}

fn conclusions(registered: &Value, now: &Value) -> Option<Found> {
    other_list(registered, now, "conclude", "conclusions", Code::Grd)
}

/// A list that is stated otherwise; one that the plan left open is settled.
fn other_list(registered: &Value, now: &Value, name: &str, item: &'static str, code: Code) -> Option<Found> {
    let (before, after) = (list(registered.get(name)), list(now.get(name)));
    (after.is_some() && before != after).then(|| Found {
        plan: "all".into(),
        code: if before.is_some() { code } else { Code::Gap },
        item,
        registered: in_words(before),
        executed: in_words(after),
        studies: Vec::new(),
    })
}

/// The parts in which risk of bias is judged or used otherwise: as the data show it, else as it is stated again.
fn risk_of_bias(registered: &Value, now: &Value, store: &Store) -> Option<Found> {
    let (before, stated) = (registered.get("risk_of_bias")?, now.get("risk_of_bias"));
    let shown = Shown::of(store);
    let (mut registered, mut executed, mut studies) = (Vec::new(), Vec::new(), BTreeSet::new());
    for part in ["tool", "effect", "per", "used_in"] {
        let was = before.get(part).filter(|v| is_said(v));
        let (in_data, by) = shown.part(part, was.and_then(Value::as_str));
        let Some(is) = in_data.or_else(|| stated.and_then(|s| s.get(part)).filter(|v| is_said(v)).map(|v| words(part, v))) else {
            continue;
        };
        let Some(was) = was.map(|v| words(part, v)) else { continue };
        if was != is {
            registered.push(format!("{}{was}", name(part)));
            executed.push(format!("{}{is}", name(part)));
            studies.extend(by);
        }
    }
    (!executed.is_empty()).then(|| Found {
        plan: "all".into(),
        code: Code::Rob,
        item: "risk of bias",
        registered: registered.join(", "),
        executed: executed.join(", "),
        studies: studies.into_iter().collect(),
    })
}

fn is_said(value: &Value) -> bool {
    !value.is_null() && value.as_array().is_none_or(|a| !a.is_empty())
}

fn name(part: &str) -> &'static str {
    match part {
        "effect" => "effect of ",
        "per" => "per ",
        "used_in" => "used in ",
        _ => "",
    }
}

fn words(part: &str, value: &Value) -> String {
    match value {
        Value::String(text) if part == "tool" => tool(text).map_or_else(|| text.clone(), |t| t.short().to_owned()),
        Value::String(text) => text.clone(),
        Value::Array(_) => in_words(list(Some(value))),
        other => other.to_string(),
    }
}

/// What the judgements in the data show.
struct Shown<'s> {
    judged: Vec<&'s crate::store::RobJudgement>,
}

impl<'s> Shown<'s> {
    fn of(store: &'s Store) -> Shown<'s> {
        Shown { judged: store.risk_of_bias.iter().filter(|j| !j.is_of_synthesis()).collect() }
    }

    /// A part of it, and the studies in which it is not as planned; none where the data do not say.
    fn part(&self, part: &str, planned: Option<&str>) -> (Option<String>, BTreeSet<String>) {
        let planned = planned.map(|p| words(part, &json!(p)));
        let said = |j: &&&crate::store::RobJudgement| match part {
            "tool" => j.tool.as_ref().map(|t| words(part, &json!(t))),
            "effect" => j.effect.clone().filter(|e| ["assignment", "adherence"].contains(&e.as_str())),
            // A judgement of an outcome at a time is of a result; a plan per result or outcome asks for one of these.
            "per" if j.outcome.is_none() => Some("study".to_owned()),
            "per" => planned.clone().filter(|p| p != "study").or(Some("result".to_owned())),
            _ => None,
        };
        let mut found = BTreeSet::new();
        let mut otherwise = BTreeSet::new();
        for judgement in &self.judged {
            if let Some(value) = said(&judgement) {
                if planned.as_ref().is_some_and(|p| *p != value) {
                    otherwise.insert(judgement.study.clone());
                }
                found.insert(value);
            }
        }
        let all = (!found.is_empty()).then(|| found.into_iter().collect::<Vec<_>>().join(" and "));
        (all, otherwise)
    }
}

/// By what the certainty of an analysis is rated otherwise.
fn graded(id: &str, registered: Option<&Value>, now: Option<&Value>) -> Found {
    let one = |v: Option<&Value>| v.map_or_else(|| "not stated".to_owned(), grading);
    let code = if registered.is_some() { Code::Grd } else { Code::Gap };
    Found { plan: id.to_owned(), code, item: "certainty", registered: one(registered), executed: one(now), studies: Vec::new() }
}

fn grading(value: &Value) -> String {
    let threshold = value["threshold"].as_str().map(|t| format!("threshold {t}"));
    let size = value.get("ois").filter(|o| !o.is_null()).map(size);
    let parts: Vec<String> = threshold.into_iter().chain(size).collect();
    parts.join(", ")
}

fn size(value: &Value) -> String {
    let part = |name: &str| value[name].as_str().map(|x| format!(" {name} {x}")).unwrap_or_default();
    format!("ois{}{}{}", part("delta"), part("alpha"), part("power"))
}

/// An information size in the table that is not the planned one.
fn other_size(id: &str, registered: Option<&Value>, shown: Option<&SampleSize>) -> Option<Found> {
    let shown = shown?;
    let now = json!({ "delta": shown.delta, "alpha": shown.alpha, "power": shown.power });
    let planned = registered.and_then(|r| r.get("ois")).filter(|o| !o.is_null());
    let same = planned.is_some_and(|p| p["delta"] == now["delta"]);
    (!same).then(|| Found {
        plan: id.to_owned(),
        code: if planned.is_some() { Code::Grd } else { Code::Gap },
        item: "certainty",
        registered: planned.map_or_else(|| "not stated".to_owned(), size),
        executed: size(&now),
        studies: Vec::new(),
    })
}
