//! What the data checks say about the rows of an analysis.

use super::candidates::Candidate;
use super::outcome::NoteResult;
use super::pooling::Included;
use super::state::State;
use crate::diagnostic::{Problem, Severity};
use crate::language::spec::AnalysisSpec;
use crate::validate::{Finding, rule};
use indexmap::IndexMap;

/// Rules of which `pool` does not remind: what it asks itself, and what is no matter of numbers.
const SILENT: &[u8] = &[11, 14, 16, 18, 23, 26, 29, 30];

/// A row that can't be as it stands, and so is not pooled.
pub fn refuse(spec: &AnalysisSpec, included: &[Included], state: &State) -> Option<Problem> {
    let rows: Vec<usize> = included.iter().flat_map(|(c, _)| c.rows()).collect();
    let found = state.checked().iter().find(|f| {
        let stops = rule(f.rule).is_some_and(|r| r.stops_pool) && matches!(f.rule, 1 | 7) && f.is_open_error();
        stops && f.row.is_some_and(|row| rows.contains(&row))
    })?;
    let code = if found.rule == 1 { "E351" } else { "E357" };
    let study = found.study.clone().unwrap_or_default();
    let place = if found.place.file.is_empty() { String::new() } else { format!(" ({})", found.place) };
    let help = format!(
        "{}; or leave it out (`exclude {} because \"…\"`), or settle the finding with a reason (`weald validate`)",
        found.help,
        crate::language::suggest::as_written(&study)
    );
    Some(Problem::error(code, format!("{}{place}", found.message)).at(spec.span, "pooled here").help(help))
}

/// One note on all findings about the rows that are pooled.
pub fn note(candidates: &[Candidate], state: &State) -> Option<NoteResult> {
    let rows: std::collections::BTreeSet<usize> = candidates.iter().filter(|c| c.is_in()).flat_map(Candidate::rows).collect();
    // Rule 17 has its answer where a rule of the analysis has adjusted the row.
    let adjusted = |c: &&Candidate| c.is_in() && c.history().iter().any(|h| matches!(h.rule, "cluster" | "crossover"));
    let adjusted: std::collections::BTreeSet<&str> = candidates.iter().filter(adjusted).map(|c| c.study.as_str()).collect();
    let about = |f: &&Finding| {
        let severe = f.severity != Severity::Note && f.is_open();
        let settled = f.rule == 17 && f.study.as_deref().is_some_and(|s| adjusted.contains(s));
        severe && !settled && !SILENT.contains(&f.rule) && f.row.is_some_and(|row| rows.contains(&row))
    };
    let mut names: IndexMap<u8, Vec<&str>> = IndexMap::new();
    for finding in state.checked().iter().filter(about) {
        let studies = names.entry(finding.rule).or_default();
        if let Some(study) = finding.study.as_deref().filter(|s| !studies.contains(s)) {
            studies.push(study);
        }
    }
    if names.is_empty() {
        return None;
    }
    let parts: Vec<String> =
        names.iter().map(|(number, studies)| format!("{} ({})", rule(*number).map_or("", |r| r.name), studies.join(", "))).collect();
    Some(NoteResult {
        code: "W438",
        text: format!("worth a look before these rows are believed: {}; `check data` says more", parts.join("; ")),
    })
}
