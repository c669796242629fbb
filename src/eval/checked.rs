//! What the data checks say about the rows of an analysis.

use super::candidates::Candidate;
use super::outcome::{NoteResult, PoolResult};
use super::pooling::Included;
use super::state::State;
use crate::diagnostic::{Problem, Severity};
use crate::language::spec::AnalysisSpec;
use crate::validate::{Finding, rule};
use indexmap::{IndexMap, IndexSet};
use std::collections::BTreeSet;

/// Rules of which `pool` does not remind: what it asks itself, and what is no matter of numbers.
const SILENT: &[u8] = &[11, 14, 16, 18, 23, 26, 29, 30];

/// The rows that can't be as they stand, and so are not pooled: all of them at once.
pub fn refuse(spec: &AnalysisSpec, included: &[Included], state: &State) -> Option<Problem> {
    let rows: BTreeSet<usize> = included.iter().flat_map(|(c, _)| c.rows()).collect();
    let found: Vec<&Finding> = impossible(&rows, state).filter(|f| f.is_open()).collect();
    let first = *found.first()?;
    let code = if first.rule == 1 { "E351" } else { "E357" };
    let told = |f: &Finding| if f.place.file.is_empty() { f.message.clone() } else { format!("{} ({})", f.message, f.place) };
    let studies: IndexSet<String> = found.iter().filter_map(|f| f.study.as_deref()).map(crate::language::suggest::as_written).collect();
    let helps: IndexSet<&str> = found.iter().map(|f| f.help.as_str()).collect();
    let (what, findings) = if found.len() == 1 { ("it", "the finding") } else { ("them", "the findings") };
    let help = format!(
        "{}; or leave {what} out (`exclude {} because \"…\"`), or settle {findings} with a reason (`weald validate`)",
        helps.into_iter().collect::<Vec<_>>().join("; "),
        studies.into_iter().collect::<Vec<_>>().join(", ")
    );
    let problem = Problem::error(code, told(first)).details(found.iter().skip(1).map(|f| told(f)));
    Some(problem.at(spec.span, "pooled here").help(help))
}

/// What the rules 1 and 7 call impossible in some rows, settled or not.
fn impossible<'a>(rows: &'a BTreeSet<usize>, state: &'a State) -> impl Iterator<Item = &'a Finding> {
    let stops = |f: &&Finding| f.severity == Severity::Error && matches!(f.rule, 1 | 7);
    state.checked().iter().filter(stops).filter(|f| f.row.is_some_and(|row| rows.contains(&row)))
}

/// A note on impossible values that are pooled because somebody settled the finding.
pub fn settled(candidates: &[Candidate], state: &State) -> Option<NoteResult> {
    if state.store.dispositions.is_empty() {
        return None;
    }
    let rows: BTreeSet<usize> = candidates.iter().filter(|c| c.is_in()).flat_map(Candidate::rows).collect();
    let part = |f: &Finding| {
        let d = f.disposition.as_ref()?;
        Some(format!("{} ({} by {}: {})", f.message, d.disposition.name(), d.by, d.reason))
    };
    let parts: Vec<String> = impossible(&rows, state).filter_map(part).collect();
    (!parts.is_empty())
        .then(|| NoteResult { code: "W439", text: format!("values that can't be are pooled as they are: {}", parts.join("; ")) })
}

/// One note on the findings about the rows that are pooled, of which nobody was reminded before.
pub fn note(candidates: &[Candidate], state: &State) -> Option<NoteResult> {
    let rows: BTreeSet<usize> = candidates.iter().filter(|c| c.is_in()).flat_map(Candidate::rows).collect();
    // Rule 17 has its answer where a rule of the analysis has adjusted the row.
    let adjusted = |c: &&Candidate| c.is_in() && c.history().iter().any(|h| matches!(h.rule, "cluster" | "crossover"));
    let adjusted: BTreeSet<&str> = candidates.iter().filter(adjusted).map(|c| c.study.as_str()).collect();
    let about = |f: &&Finding| {
        let settled = f.rule == 17 && f.study.as_deref().is_some_and(|s| adjusted.contains(s));
        reminds(f) && !settled && !state.reminded.contains(&f.id) && f.row.is_some_and(|row| rows.contains(&row))
    };
    let mut names: IndexMap<u8, IndexSet<&str>> = IndexMap::new();
    for finding in state.checked().iter().filter(about) {
        names.entry(finding.rule).or_default().extend(finding.study.as_deref());
    }
    if names.is_empty() {
        return None;
    }
    let part = |(number, studies): (&u8, &IndexSet<&str>)| {
        let named = studies.iter().take(MOST).copied().collect::<Vec<_>>().join(", ");
        let more = if studies.len() > MOST { format!(" and {} more", studies.len() - MOST) } else { String::new() };
        format!("{} ({named}{more})", rule(*number).map_or("", |r| r.name))
    };
    let parts: Vec<String> = names.iter().map(part).collect();
    Some(NoteResult {
        code: "W438",
        text: format!("worth a look before these rows are believed: {}; `check data` says more", parts.join("; ")),
    })
}

/// How many studies a reminder names for each rule.
const MOST: usize = 8;

/// Whether `pool` reminds of a finding at all.
fn reminds(f: &Finding) -> bool {
    f.severity != Severity::Note && f.is_open() && !SILENT.contains(&f.rule)
}

/// The findings about the rows of a result: later results are silent about them.
pub fn told(result: &PoolResult, state: &State) -> Vec<String> {
    if !result.notes.iter().any(|n| n.code == "W438") {
        return Vec::new();
    }
    let studies: BTreeSet<&str> = result.studies.iter().filter(|s| s.included).map(|s| s.study.as_str()).collect();
    let same = |own: &Option<String>, wanted: &Option<String>| wanted.is_none() || own == wanted;
    let of_result = |f: &&Finding| {
        f.row.and_then(|row| state.store.rows.get(row)).is_some_and(|row| {
            studies.contains(row.study.as_str())
                && row.outcome == result.outcome
                && same(&row.timepoint, &result.timepoint)
                && same(&row.analysis, &result.analysis)
        })
    };
    state.checked().iter().filter(|f| reminds(f)).filter(of_result).map(|f| f.id.clone()).collect()
}
