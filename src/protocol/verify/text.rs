//! The plan file against its last lock: the same text, the same meaning, or neither.

use super::{Check, Subject, Surroundings, Verification, folder};
use crate::diagnostic::Problem;
use crate::protocol::canonical::{Domain, canonical, digest};
use crate::protocol::lock::{Lock, LockedSource};
use crate::protocol::plan::{Plan, meaning, meaning_of};
use std::collections::BTreeSet;

/// Compares the plan file with the last lock.
pub fn check(plan: &str, around: &mut Surroundings, found: &mut Verification) {
    let Some(lock) = found.locks.last().cloned() else { return };
    let mut now = Vec::new();
    for (at, source) in lock.sources.iter().enumerate() {
        let path = if at == 0 { plan.to_owned() } else { format!("{}{}", folder(plan), source.path) };
        let Some(bytes) = (around.read)(&path) else {
            let problem = Problem::error("E556", format!("`{path}` is missing: it was locked, and its text stands in the lock"))
                .help("take it back from where it was archived, or from the lock's `sources`");
            found.checks.push(Check::new(Subject::Plan, path, "missing").with([problem]));
            continue;
        };
        match String::from_utf8(bytes) {
            Ok(text) => now.push((path, LockedSource::new(&source.path, text))),
            Err(_) => {
                let problem = Problem::error("E556", format!("`{path}` was locked as a text, and is not UTF-8 now"))
                    .help("take it back from where it was archived, or from the lock's `sources`");
                found.checks.push(Check::new(Subject::Plan, path, "not a text").with([problem]));
            }
        }
    }
    if now.len() < lock.sources.len() {
        return;
    }
    let changed: Vec<&str> =
        now.iter().zip(&lock.sources).filter(|((_, now), then)| now.sha256 != then.sha256).map(|((path, _), _)| path.as_str()).collect();
    // Both texts are resolved by this version, so that a difference is one of the texts.
    let locked = (around.resolve)(&lock.sources);
    found.checks.extend(drift(plan, &lock, &locked));
    if changed.is_empty() {
        found.checks.push(Check::new(Subject::Plan, plan, "the text that was locked"));
        return;
    }
    let texts: Vec<LockedSource> = now.iter().map(|(_, source)| source.clone()).collect();
    let problem = match (locked, (around.resolve)(&texts)) {
        (_, Err(why)) => Problem::error("E556", format!("`{plan}` was changed since it was locked, and can't be read now: {why}"))
            .help(format!("`weald check {plan}` shows every problem of the text")),
        (Err(_), Ok(now)) if digest(Domain::Plan, &meaning(&now)) == lock.plan_sha256 => {
            text_only(&changed, reworded(&lock.plan, &now, &lock.sources, &texts))
        }
        (Err(_), Ok(now)) => other_meaning(plan, &lock.plan, &now),
        (Ok(then), Ok(now)) if canonical(&meaning(&then)) == canonical(&meaning(&now)) => {
            text_only(&changed, reworded(&then, &now, &lock.sources, &texts))
        }
        (Ok(then), Ok(now)) => other_meaning(plan, &then, &now),
    };
    let words =
        if problem.is_error() { "means something else than what was locked" } else { "another text with the meaning that was locked" };
    found.checks.push(Check::new(Subject::Plan, changed.first().copied().unwrap_or(plan), words).with([problem]));
}

/// Words that change no number and that a reader goes by: reasons, expectations, amendments.
fn reworded(then: &Plan, now: &Plan, locked: &[LockedSource], texts: &[LockedSource]) -> Vec<String> {
    let said = |plan: &Plan, id: &str| plan.planned(id).map(|p| (p.because.clone(), p.expects.clone()));
    let other = now.analyses.iter().filter(|p| said(then, &p.id) != said(now, &p.id)).map(|p| format!("the reason of {}", p.id));
    let amendments = |sources: &[LockedSource]| -> BTreeSet<String> {
        let lines = sources.iter().flat_map(|s| s.text.lines()).map(str::trim);
        lines.filter(|l| l.starts_with("amend ")).map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    };
    let (before, after) = (amendments(locked), amendments(texts));
    let ids: BTreeSet<&str> = before.symmetric_difference(&after).filter_map(|l| l.split_whitespace().nth(1)).collect();
    other.chain(ids.into_iter().map(|id| format!("amendment {id}"))).collect()
}

fn text_only(changed: &[&str], reworded: Vec<String>) -> Problem {
    let files: Vec<String> = changed.iter().map(|f| format!("`{f}`")).collect();
    if !reworded.is_empty() {
        let message = format!(
            "the text of {} was changed since the lock: what can change a number was not, and {} reads otherwise",
            files.join(", "),
            reworded.join(", ")
        );
        return Problem::warning("W550", message)
            .help("scripts go on following what was locked; the lock's `sources` hold the words as they were");
    }
    Problem::warning("W550", format!("the text of {} was changed since the lock, its meaning was not", files.join(", ")))
        .help("comments, layout, spelling of numbers and the order of independent statements mean nothing")
}

fn other_meaning(plan: &str, then: &Plan, now: &Plan) -> Problem {
    Problem::error("E556", format!("`{plan}` means something else than what was locked"))
        .help(format!(
            "scripts go on following what was locked; to change the plan add `amend` and run `weald lock {plan}`, else undo the change"
        ))
        .details(differences(then, now))
}

/// Says where this version of Weald gives the locked text another meaning than the version that locked it.
fn drift(plan: &str, lock: &Lock, locked: &Result<Plan, String>) -> Option<Check> {
    let by = format!("{} {}", lock.tool.name, lock.tool.version);
    let problem = match locked {
        // A draft can hold what does not resolve.
        Err(_) if lock.draft => return None,
        Err(why) => Problem::warning("W551", format!("this version can't read the text that {by} locked: {why}"))
            .help(format!("results as locked need {by}; the lock itself is unharmed")),
        Ok(now) if digest(Domain::Plan, &meaning(now)) == lock.plan_sha256 => return None,
        Ok(now) => Problem::warning("W551", format!("this version resolves the locked text otherwise than {by} did"))
            .help("the lock itself is unharmed; its `plan` says how each setting stood when it was locked")
            .details(differences(&lock.plan, now)),
    };
    Some(Check::new(Subject::Plan, plan, "resolved otherwise by this version").with([problem]))
}

/// What differs between two plans, one line each.
pub fn differences(then: &Plan, now: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    let empty = serde_json::Map::new();
    let (a, b) = (then.declared.as_object().unwrap_or(&empty), now.declared.as_object().unwrap_or(&empty));
    let mut names: Vec<&String> = a.keys().chain(b.keys().filter(|k| !a.contains_key(*k))).collect();
    names.sort();
    for name in names {
        match (a.get(name), b.get(name)) {
            (Some(_), None) => lines.push(format!("{name}: no longer declared")),
            (None, Some(_)) => lines.push(format!("{name}: declared now")),
            (Some(x), Some(y)) if canonical(x) != canonical(y) => lines.extend(declared(name, x, y)),
            _ => {}
        }
    }
    for planned in &then.analyses {
        let Some(other) = now.planned(&planned.id) else {
            lines.push(format!("{}: no longer planned", planned.id));
            continue;
        };
        if canonical(&meaning_of(planned)) == canonical(&meaning_of(other)) {
            continue;
        }
        let before = lines.len();
        if planned.role != other.role {
            lines.push(format!("{}: {} → {}", planned.id, planned.role.name(), other.role.name()));
        }
        for field in &planned.record.fields {
            match other.record.field(field.key) {
                Some(new) if canonical(&new.value) != canonical(&field.value) => {
                    lines.push(format!("{}: {} → {}", planned.id, field.words, new.words));
                }
                Some(_) => {}
                None => lines.push(format!("{}: {} → not stated", planned.id, field.words)),
            }
        }
        for new in other.record.fields.iter().filter(|f| planned.record.field(f.key).is_none()) {
            lines.push(format!("{}: not stated → {}", planned.id, new.words));
        }
        if lines.len() == before {
            lines.push(format!("{}: what it works on or belongs to", planned.id));
        }
    }
    lines.extend(now.analyses.iter().filter(|p| then.planned(&p.id).is_none()).map(|p| format!("{}: planned now", p.id)));
    lines
}

/// What differs in one kind of declaration: entry by entry where it has names.
fn declared(name: &str, then: &serde_json::Value, now: &serde_json::Value) -> Vec<String> {
    let (Some(a), Some(b)) = (then.as_object(), now.as_object()) else {
        return vec![format!("{name}: {} → {}", canonical(then), canonical(now))];
    };
    let mut lines = Vec::new();
    for (key, value) in a {
        match b.get(key) {
            None => lines.push(format!("{name} {key}: no longer declared")),
            Some(other) if canonical(other) != canonical(value) => lines.push(format!("{name} {key}: changed")),
            Some(_) => {}
        }
    }
    lines.extend(b.keys().filter(|k| !a.contains_key(*k)).map(|key| format!("{name} {key}: declared now")));
    lines
}
