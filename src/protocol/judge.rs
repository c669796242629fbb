//! The differences of an executed analysis from a planned one: code, severity, and the studies they concern.

use super::compare::{Difference, differences};
use super::details::details;
use super::executed::{Claim, Executed, Facts};
use super::matching::{Differs, Known};
use super::plan::Planned;
use super::record::{Code, Field, Grade, Key, Part, Record};
use super::role::Role;
use super::{options, ruled, unit};

/// The differences of an analysis from a planned one, each with its code and severity.
pub fn judge(planned: &Planned, run: &Executed, known: &Known) -> Vec<Differs> {
    let facts = known.get(&planned.id).cloned().unwrap_or_default();
    let mut found = differences(&planned.record, &run.record);
    let mut out = role_change(planned, run);
    out.extend(ruled::settled(planned, &facts, run, &mut found));
    found.retain(|d| !(d.key == Key::Orientation && only_lists_differ(d)));
    let chosen = found.iter().any(|d| d.key == Key::UnitOfAnalysis && unit::was_open(d));
    let ranked = found.iter().any(|d| d.key == Key::Hierarchy);
    let combines = found.iter().any(|d| d.key == Key::UnitOfAnalysis && unit::changes(d));
    let instruments = found.iter().any(|d| d.key == Key::Instruments);
    let model = found.iter().any(|d| d.key == Key::Model);
    for difference in found {
        // That one result of several is taken goes with the order in which it is chosen.
        let follows = match difference.key {
            // An instrument that is new has a direction that is new.
            Key::Orientation => instruments && difference.registered.is_none(),
            Key::UnitOfAnalysis => ranked && !combines && !chosen,
            Key::Hierarchy => combines || chosen,
            // An estimator that is there on one side alone goes with the model.
            Key::Tau2Estimator => model && (difference.registered.is_none() || difference.executed.is_none()),
            _ => false,
        };
        if follows {
            continue;
        }
        if difference.key == Key::Gate && difference.executed.is_none() {
            // Run by hand: in order where its condition holds.
            if let Some((false, words)) = &facts.gate {
                out.push(differs(planned, &difference, Some(words.clone())));
            }
            continue;
        }
        let by_set = matches!(difference.key, Key::Criteria | Key::Named) && run.facts.effects.is_some() && facts.effects.is_some();
        let criterion = difference.key == Key::Criteria && planned.role == Role::Sensitivity;
        if by_set && !criterion && !is_eligibility(planned, &difference) && !difference.was_open() {
            continue;
        }
        let mut found = differs(planned, &difference, unit::chosen(&difference, &run.record));
        if difference.key == Key::Ci {
            let wald = |r: &Record, f: Option<&Field>| r.is_common() && f.is_some_and(|f| f.value["never_narrower_than_wald"] == true);
            if wald(&planned.record, difference.registered) {
                found.registered = "wald".to_owned();
            }
            if wald(&run.record, difference.executed) {
                found.executed = "wald".to_owned();
            }
        }
        if by_set && criterion {
            found.studies = moved(&facts, &run.facts);
        }
        if found.code == Code::Uoa && unit::counts_apart(&difference, &run.facts) {
            found.code = Code::Dup;
            found.studies = unit::several_reports(&run.facts);
        }
        out.push(found);
    }
    let same_measure = !out.iter().any(|d| matches!(d.key, Key::Measure));
    out.extend(studies_moved(&planned.record, &facts, run, &out, same_measure));
    for d in out.iter_mut().filter(|d| d.studies.is_empty() && concerns_studies(d.key)) {
        d.studies = other_effects(&facts, &run.facts);
    }
    unit::other_reports(&mut out, &facts, &run.facts);
    for d in &mut out {
        d.details = details(d.code, &d.studies, &facts, &run.facts);
    }
    out
}

/// One field, judged.
pub(super) fn differs(planned: &Planned, d: &Difference, executed: Option<String>) -> Differs {
    let words = |f: Option<&Field>| f.map_or_else(|| "not stated".to_owned(), |f| f.words.clone());
    let mut registered = words(d.registered);
    let mut code = d.key.code(planned.role);
    if d.was_open() {
        code = Code::Gap;
    }
    if is_eligibility(planned, d) {
        code = Code::Elig;
    }
    if d.key == Key::UnitOfAnalysis && unit::was_open(d) {
        code = Code::Gap;
        // A plan made from a text that does not state it says so itself.
        if !d.registered.is_some_and(Field::is_silent) {
            registered = "not stated".to_owned();
        }
    }
    if unit::assumes_otherwise(d) {
        code = Code::Imp;
    }
    let mut severity = code.severity();
    if code == Code::I2d && !reads_i2(&planned.record) {
        severity = Grade::T;
    }
    let (registered, executed) = match options::differing(d).filter(|_| executed.is_none()) {
        Some((before, after)) => (before, Some(after)),
        None => (registered, executed),
    };
    if d.key.part() == Part::Numerics {
        severity = Grade::T;
    }
    Differs {
        key: d.key,
        code,
        severity,
        registered,
        executed: executed.unwrap_or_else(|| words(d.executed)),
        studies: Vec::new(),
        details: Vec::new(),
    }
}

/// Whether two lists of instruments differ while those in both have the same direction.
fn only_lists_differ(d: &Difference) -> bool {
    let (Some(a), Some(b)) = (d.registered, d.executed) else { return false };
    let (Some(a), Some(b)) = (a.value.as_object(), b.value.as_object()) else { return false };
    a.iter().all(|(id, direction)| b.get(id).is_none_or(|other| other == direction))
}

/// Whether a criterion asks for the design of a study: who is eligible, and no longer who is left out. A planned
/// sensitivity analysis has a criterion of its own.
fn is_eligibility(planned: &Planned, d: &Difference) -> bool {
    let says =
        |f: Option<&Field>| f.is_some_and(|f| f.words.split(|c: char| !c.is_alphanumeric()).any(|w| w == "design" || w == "designs"));
    d.key == Key::Criteria && planned.role != Role::Sensitivity && (says(d.registered) || says(d.executed))
}

fn reads_i2(record: &Record) -> bool {
    record.field(Key::Rule).is_some_and(|f| f.words.contains("i2") || f.value.to_string().contains("i2"))
}

/// An outcome that is primary in the plan and secondary in the script, or the reverse.
pub(super) fn role_change(planned: &Planned, run: &Executed) -> Vec<Differs> {
    // A secondary analysis of a primary outcome is what it was.
    let changed = run.claims.as_ref().filter(|claim| planned.role.name() == claim.of);
    changed
        .map(|Claim { registered, executed, .. }| Differs {
            key: Key::Outcome,
            code: Code::Role,
            severity: Code::Role.severity(),
            registered: registered.clone(),
            executed: executed.clone(),
            studies: Vec::new(),
            details: Vec::new(),
        })
        .into_iter()
        .collect()
}

/// Studies that the plan's selection takes today and the analysis does not, and the reverse; results of one study
/// chosen otherwise.
fn studies_moved(planned: &Record, facts: &Facts, run: &Executed, found: &[Differs], same_measure: bool) -> Vec<Differs> {
    let (Some(_), Some(_)) = (&facts.effects, &run.facts.effects) else { return Vec::new() };
    let (before, after) = (facts.studies(), run.facts.studies());
    // A trial for which another of its reports speaks is neither left out nor taken in again.
    let stays = |study: &&&str| unit::speaks_otherwise(facts, &run.facts, study);
    let out: Vec<String> = before.iter().filter(|s| !after.contains(s) && !stays(s)).map(|s| (*s).to_owned()).collect();
    let back: Vec<String> = after.iter().filter(|s| !before.contains(s) && !stays(s)).map(|s| (*s).to_owned()).collect();
    // Where the plan is silent of criteria, one that is stated settles them.
    let settled = |d: &Differs| d.key == Key::Criteria && d.code == Code::Gap;
    let eligible = found.iter().any(|d| matches!(d.code, Code::Elig | Code::SenChanged) || settled(d));
    let selection = [Key::Criteria, Key::Named];
    let selects = !eligible && differences(planned, &run.record).iter().any(|d| selection.contains(&d.key));
    let of = |code: Code, registered: String, executed: String, studies: Vec<String>| Differs {
        key: Key::Named,
        code,
        severity: code.severity(),
        registered,
        executed,
        studies,
        details: Vec::new(),
    };
    let mut moved = Vec::new();
    if selects && !out.is_empty() {
        moved.push(of(Code::ExcAdded, format!("k = {}", before.len()), format!("without {}", out.join(", ")), out.clone()));
    }
    if selects && !back.is_empty() {
        moved.push(of(Code::ExcDropped, format!("without {}", back.join(", ")), format!("k = {}", after.len()), back.clone()));
    }
    let explained = found.iter().any(|d| concerns_studies(d.key) && d.key != Key::Outcome);
    let other: Vec<String> = other_effects(facts, &run.facts).into_iter().filter(|s| !stays(&&s.as_str())).collect();
    if selects && same_measure && !explained && out.is_empty() && back.is_empty() && !other.is_empty() {
        moved.push(of(
            Code::Sel,
            "the result that the plan's order chooses".into(),
            format!("another result of {}", other.join(", ")),
            other,
        ));
    }
    moved
}

/// The studies that one of the two takes and the other does not.
fn moved(registered: &Facts, executed: &Facts) -> Vec<String> {
    let (before, after) = (registered.studies(), executed.studies());
    let mut moved: Vec<String> = before.iter().filter(|s| !after.contains(s)).map(|s| (*s).to_owned()).collect();
    moved.extend(after.iter().filter(|s| !before.contains(s)).map(|s| (*s).to_owned()));
    moved.sort();
    moved
}

/// Whether a change of this field can move studies or change their effects.
fn concerns_studies(key: Key) -> bool {
    matches!(
        key,
        Key::Criteria
            | Key::AnalysisSet
            | Key::Instruments
            | Key::Direction
            | Key::Orientation
            | Key::Window
            | Key::Hierarchy
            | Key::UnitOfAnalysis
            | Key::MissingData
            | Key::Overlap
            | Key::Zero
    )
}

/// The studies whose effect is another, or that only one of the two takes.
pub(super) fn other_effects(registered: &Facts, executed: &Facts) -> Vec<String> {
    let (Some(a), Some(b)) = (&registered.effects, &executed.effects) else { return Vec::new() };
    let close = |x: f64, y: f64| (x - y).abs() <= 1e-12 * x.abs().max(y.abs()).max(1.0);
    let has = |list: &[super::executed::UsedEffect], e: &super::executed::UsedEffect| {
        list.iter().any(|o| o.study == e.study && close(o.yi, e.yi) && close(o.vi, e.vi))
    };
    let mut studies: Vec<String> =
        a.iter().filter(|e| !has(b, e)).chain(b.iter().filter(|e| !has(a, e))).map(|e| e.study.clone()).collect();
    studies.sort();
    studies.dedup();
    studies
}
