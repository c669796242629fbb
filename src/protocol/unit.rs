//! Several effects of one trial: how they are made one, and which of its reports speaks for it.

use super::compare::Difference;
use super::executed::Facts;
use super::matching::Differs;
use super::record::{Code, Field, Key, Record};
use serde_json::Value;
use std::collections::BTreeSet;

/// What becomes of several effects of one trial, as a field has it.
fn effects(field: Option<&Field>) -> Option<&Value> {
    field?.value.get("effects")
}

/// The arms, clusters and crossovers beside it.
fn besides(field: Option<&Field>) -> Option<Value> {
    let mut value = field?.value.clone();
    value.as_object_mut()?.remove("effects");
    Some(value)
}

/// Whether the plan asks for one effect of each trial without saying which, and the analysis says it.
pub(super) fn was_open(d: &Difference) -> bool {
    let open = effects(d.registered).is_some_and(|e| e == "one effect for each trial");
    let settled = effects(d.executed).is_some_and(|e| e == "the preferred effect of each trial" || e.get("combine").is_some());
    d.key == Key::UnitOfAnalysis && open && settled && besides(d.registered) == besides(d.executed)
}

/// How the analysis settles which effect of a trial is taken, in words, where the plan left that open.
pub(super) fn chosen(d: &Difference, run: &Record) -> Option<String> {
    let order = run.field(Key::Hierarchy).map(|f| f.words.clone()).filter(|w| w != "none")?;
    was_open(d).then(|| format!("prefer {order}"))
}

/// Whether the plan asks for one effect of each trial, and several reports of one are counted.
pub(super) fn counts_apart(d: &Difference, run: &Facts) -> bool {
    let one = effects(d.registered).is_some_and(|e| e == "one effect for each trial");
    let apart = effects(d.executed).is_some_and(|e| e == "all effects, as if independent");
    one && apart && !several_reports(run).is_empty()
}

/// The studies of trials for which several reports speak.
pub(super) fn several_reports(run: &Facts) -> Vec<String> {
    let several = run.reports().into_values().filter(|reports| reports.len() > 1);
    several.flatten().map(str::to_owned).collect()
}

/// Whether effects of one trial are combined, kept apart or modelled in place of one being taken, or the reverse;
/// or arms, clusters or crossovers are treated otherwise.
pub(super) fn changes(d: &Difference) -> bool {
    let takes_one =
        |f: Option<&Field>| effects(f).is_some_and(|e| e == "one effect for each trial" || e == "the preferred effect of each trial");
    besides(d.registered) != besides(d.executed) || !(takes_one(d.registered) && takes_one(d.executed))
}

/// Whether nothing but an assumed correlation changes.
pub(super) fn assumes_otherwise(d: &Difference) -> bool {
    let without = |f: Option<&Field>| -> Option<Value> {
        let mut value = f?.value.clone();
        let way = value.get_mut("effects")?.as_object_mut()?.values_mut().next()?;
        way.as_object_mut()?.remove("rho").map(|_| value.clone())
    };
    d.key == Key::UnitOfAnalysis && without(d.registered).is_some() && without(d.registered) == without(d.executed)
}

/// Whether a study is of a trial that both analyses take, and for which other reports speak in one than in the other.
pub(super) fn speaks_otherwise(registered: &Facts, executed: &Facts, study: &str) -> bool {
    changed(registered, executed).iter().any(|c| c.registered.contains(study) || c.executed.contains(study))
}

/// A trial for which other reports speak.
struct Changed<'a> {
    trial: &'a str,
    registered: BTreeSet<&'a str>,
    executed: BTreeSet<&'a str>,
}

fn changed<'a>(registered: &'a Facts, executed: &'a Facts) -> Vec<Changed<'a>> {
    let mut after = executed.reports();
    let both = registered.reports().into_iter().filter_map(|(trial, before)| {
        let now = after.remove(trial)?;
        (before != now).then_some(Changed { trial, registered: before, executed: now })
    });
    both.collect()
}

/// Where other reports speak for a trial, that is the difference: the field that brought it about gets the code of
/// overlap, or, where it has changed other trials too, stands beside it.
pub(super) fn other_reports(found: &mut Vec<Differs>, registered: &Facts, executed: &Facts) {
    let changed = changed(registered, executed);
    // A choice that the plan left open is no change.
    let settled = found.iter().any(|d| d.code == Code::Gap && d.key == Key::UnitOfAnalysis);
    if changed.is_empty() || settled {
        return;
    }
    let reports = |studies: &BTreeSet<&str>| studies.iter().copied().collect::<Vec<_>>().join(" and ");
    let one = |c: &Changed, studies: &BTreeSet<&str>| format!("{}: {}", c.trial, reports(studies));
    let registered = changed.iter().map(|c| one(c, &c.registered)).collect::<Vec<_>>().join("; ");
    let executed = changed.iter().map(|c| one(c, &c.executed)).collect::<Vec<_>>().join("; ");
    let moved: BTreeSet<&str> = changed.iter().flat_map(|c| c.registered.symmetric_difference(&c.executed).copied()).collect();
    let concerned = |study: &str| changed.iter().any(|c| c.trial == study || c.registered.contains(study) || c.executed.contains(study));
    let brought = |d: &Differs| matches!(d.code, Code::Uoa | Code::Sel) && d.studies.iter().all(|s| concerned(s));
    found.retain(|d| !brought(d));
    found.push(Differs {
        key: Key::Overlap,
        code: Code::Dup,
        severity: Code::Dup.severity(),
        registered,
        executed,
        studies: moved.into_iter().map(str::to_owned).collect(),
        details: Vec::new(),
    });
}
