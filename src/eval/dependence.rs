//! Several effects of one trial.

use super::candidates::Candidate;
use super::row_scope::value_of;
use super::state::State;
use crate::diagnostic::Problem;
use crate::language::conversions::MultiArm;
use crate::language::spec::{AnalysisSpec, Dependence, Preference};
use crate::language::value::Value;
use crate::stats::combine::{Weighting, combine};
use indexmap::IndexMap;

/// Makes one effect of each unit, as the specification says; refuses where it says nothing.
pub fn settle(spec: &AnalysisSpec, candidates: &mut [Candidate], state: &State) -> Result<(), Problem> {
    super::timepoint::pick(spec, candidates, state);
    match &spec.dependence.value {
        Dependence::Keep { .. } | Dependence::Multilevel { .. } => Ok(()),
        // A robust standard error allows for what the model takes as independent.
        Dependence::Refuse if spec.robust.value.is_some() => Ok(()),
        Dependence::Refuse => refuse(spec, candidates, state, None),
        Dependence::Prefer(preferences) => {
            for preference in preferences {
                prefer(preference, candidates, state);
            }
            if spec.robust.value.is_some() { Ok(()) } else { refuse(spec, candidates, state, Some(preferences)) }
        }
        Dependence::Combine { rho, equal } => join(*rho, *equal, candidates, spec),
    }
}

/// Units with more than one effect, by the candidates' positions.
pub fn crowded(candidates: &[Candidate]) -> IndexMap<String, Vec<usize>> {
    let mut units: IndexMap<String, Vec<usize>> = IndexMap::new();
    for (i, candidate) in candidates.iter().enumerate().filter(|(_, c)| c.is_in()) {
        match units.get_mut(&candidate.unit) {
            Some(members) => members.push(i),
            None => {
                units.insert(candidate.unit.clone(), vec![i]);
            }
        }
    }
    units.retain(|_, members| members.len() > 1);
    units
}

/// How the effects of a unit differ, for the message: the values of the keys that differ among them.
pub(super) fn describe(candidate: &Candidate, siblings: &[&Candidate], state: &State) -> String {
    let Some(row) = state.store.rows.get(candidate.row) else { return candidate.study.clone() };
    let keys = ["instrument", "rater", "timepoint", "analysis", "comparison", "arm1", "arm2"];
    let differing = keys.iter().filter_map(|key| {
        let own = row.key(key)?;
        let differs = siblings.iter().any(|s| state.store.rows.get(s.row).and_then(|r| r.key(key)) != Some(own));
        differs.then(|| format!("{key} {own}"))
    });
    let detail: Vec<String> = differing.collect();
    let place = match (&*row.origin.file, row.origin.row) {
        ("", _) | (_, None) => String::new(),
        (file, Some(line)) => format!(" ({file}, row {line})"),
    };
    if detail.is_empty() { format!("{}{place}", candidate.study) } else { format!("{}, {}{place}", candidate.study, detail.join(", ")) }
}

fn refuse(spec: &AnalysisSpec, candidates: &[Candidate], state: &State, preferences: Option<&[Preference]>) -> Result<(), Problem> {
    let crowded = crowded(candidates);
    let Some((first, _)) = crowded.first() else { return Ok(()) };
    let mut lines = Vec::new();
    for (unit, members) in crowded.iter().take(8) {
        let siblings: Vec<&Candidate> = members.iter().map(|i| &candidates[*i]).collect();
        let rows: Vec<String> = siblings.iter().map(|c| describe(c, &siblings, state)).collect();
        lines.push(format!("{unit}: {}", counted(&rows).join("; ")));
    }
    if crowded.len() > 8 {
        lines.push(format!("… and {} more", crowded.len() - 8));
    }
    let message = match (preferences, crowded.len()) {
        (Some(_), _) => format!("`prefer` leaves several effects of one trial (`{first}`)"),
        (None, 1) => format!("trial `{first}` would enter the pool with several effects, which are not independent"),
        (None, n) => format!("{n} trials would enter the pool with several effects each, which are not independent"),
    };
    let preferable = ["instrument", "rater", "analysis", "study"].into_iter().find_map(|key| preferable(key, &crowded, candidates, state));
    let label = if preferences.is_some() { "not decided by what is preferred" } else { "says nothing about dependent effects" };
    let prefer = preferable.map_or_else(String::new, |p| format!("`{p}` takes one of them; "));
    // Comparisons with one control: its people must not count twice.
    let differ = |members: &Vec<usize>, key: &str| {
        let value = |i: &usize| state.store.rows.get(candidates[*i].row).and_then(|r| r.key(key));
        members.iter().any(|i| value(i) != members.first().and_then(value))
    };
    let arms = crowded.values().any(|members| ["arm1", "arm2", "comparison"].iter().any(|key| differ(members, key)));
    let extracted = crowded.values().any(|members| {
        let rows: Vec<_> = members.iter().filter_map(|i| state.store.rows.get(candidates[*i].row)).collect();
        super::consensus::undecided(&rows)
    });
    let consensus = if extracted { "a row whose extractor is `consensus` decides between extractors; " } else { "" };
    let ruled = spec.conversions.multiarm.value != MultiArm::AsGiven;
    let arms = match arms {
        true if ruled => "`multiarm` leaves arms as they are whose shared group has other numbers in each row: correct them; ",
        true => "`multiarm combine` makes one group of the arms that share a control; `multiarm split` shares its people out among them; ",
        false => "",
    };
    Err(Problem::error("E420", message).at(spec.span, label).details(lines).help(format!(
        "ways out: {consensus}{arms}`combine rho 0.5` makes one effect per trial first; `multilevel` keeps them all, with a variance between and one within trials; `robust` corrects the standard error for them; {prefer}`keep dependent because \"…\"` pools them as if independent and marks the result; `exclude STUDY` leaves one report out"
    )))
}

/// The rows of a trial; those that nothing tells apart are counted.
fn counted(rows: &[String]) -> Vec<String> {
    let mut out: Vec<(&String, usize)> = Vec::new();
    for row in rows {
        match out.iter_mut().find(|(known, _)| *known == row) {
            Some((_, n)) => *n += 1,
            None => out.push((row, 1)),
        }
    }
    out.into_iter()
        .map(|(row, n)| if n > 1 { format!("{row}, {n} times, with nothing that tells them apart") } else { row.clone() })
        .collect()
}

/// A runnable preference: a key whose values tell the effects of a trial apart.
fn preferable(key: &str, crowded: &IndexMap<String, Vec<usize>>, candidates: &[Candidate], state: &State) -> Option<String> {
    let mut values: Vec<String> = Vec::new();
    for members in crowded.values() {
        let own: Vec<&str> = members.iter().filter_map(|i| state.store.rows.get(candidates[*i].row).and_then(|r| r.key(key))).collect();
        let mut distinct = own.clone();
        distinct.dedup();
        if own.len() < members.len() || distinct.len() < members.len() {
            return None;
        }
        for value in own {
            if !values.iter().any(|v| v == value) {
                values.push(value.to_owned());
            }
        }
    }
    let is_word = |s: &String| s.chars().all(|c| c.is_alphanumeric() || c == '_') && s.starts_with(char::is_alphabetic);
    (values.len() > 1 && values.len() <= 5 && values.iter().all(is_word)).then(|| format!("prefer {key} {}", values.join(" > ")))
}

fn prefer(preference: &Preference, candidates: &mut [Candidate], state: &State) {
    for members in crowded(candidates).into_values() {
        let rank = |i: usize| -> usize {
            let row = state.store.rows.get(candidates[i].row);
            let value = row.map(|r| value_of(&state.store.row_value(r, &preference.key)));
            let text = match value {
                Some(Value::Text(t)) => t,
                Some(v) => v.to_string(),
                None => String::new(),
            };
            preference.ranking.iter().position(|r| r.eq_ignore_ascii_case(&text)).unwrap_or(usize::MAX)
        };
        let ranks: Vec<(usize, usize)> = members.iter().map(|i| (*i, rank(*i))).collect();
        let Some(best) = ranks.iter().map(|(_, r)| *r).min() else { continue };
        for (i, r) in ranks {
            if r > best {
                candidates[i].reason =
                    Some(format!("another result of its trial is preferred ({} {})", preference.key, preference.ranking.join(" > ")));
            }
        }
    }
}

fn join(rho: f64, equal: bool, candidates: &mut [Candidate], spec: &AnalysisSpec) -> Result<(), Problem> {
    let weighting = if equal { Weighting::Equal } else { Weighting::InverseVariance };
    for (unit, members) in crowded(candidates) {
        let effects: Vec<_> = members.iter().filter_map(|i| candidates[*i].effect.clone()).collect();
        let y: Vec<f64> = effects.iter().map(|e| e.yi).collect();
        let v: Vec<f64> = effects.iter().map(|e| e.vi).collect();
        let (yi, vi) = combine(&y, &v, rho, weighting).map_err(|e| {
            Problem::error("E421", format!("the effects of `{unit}` can't be combined: {e}"))
                .at(spec.span, "with this `rho`")
                .help("a correlation so low is impossible among so many effects: write a larger one, such as `rho 0.5`")
        })?;
        let largest =
            |get: fn(&crate::stats::effect::Effect) -> Option<f64>| effects.iter().map(get).try_fold(0.0_f64, |m, x| x.map(|x| m.max(x)));
        let mut studies: Vec<String> = Vec::new();
        for i in &members {
            if !studies.contains(&candidates[*i].study) {
                studies.push(candidates[*i].study.clone());
            }
        }
        let first = members[0];
        let rows: Vec<usize> = members.iter().map(|i| candidates[*i].row).collect();
        let mut joined = effects[0].clone();
        joined.yi = yi;
        joined.vi = vi;
        joined.n1 = largest(|e| e.n1);
        joined.n2 = largest(|e| e.n2);
        joined.n = largest(|e| e.n);
        joined.zero_adjusted = effects.iter().any(|e| e.zero_adjusted);
        let routes: Vec<&str> = effects.iter().map(|e| e.from.text()).collect();
        let mut notes = Vec::new();
        for effect in &effects {
            for note in &effect.notes {
                if !notes.contains(note) {
                    notes.push(note.clone());
                }
            }
        }
        joined.notes = notes;
        let remark = format!("{} effects combined ({}), rho {rho}", members.len(), distinct(&routes));
        let mut told = candidates[members[0]].remarks.clone();
        for i in members.iter().skip(1) {
            for said in &candidates[*i].remarks {
                if !told.contains(said) {
                    told.push(said.clone());
                }
            }
            candidates[*i].reason = Some(format!("{}the effect of {unit}", super::outcome::COMBINED));
        }
        let one = &mut candidates[first];
        one.effect = Some(joined);
        told.push(remark);
        one.remarks = told;
        one.combined.clone_from(&studies);
        one.combined_rows = rows;
        if studies.len() > 1 {
            one.study = unit;
        }
    }
    Ok(())
}

fn distinct(words: &[&str]) -> String {
    let mut out: Vec<&str> = Vec::new();
    for word in words {
        if !out.contains(word) {
            out.push(word);
        }
    }
    out.join(", ")
}
