//! The PRISMA 2020 flow diagram: its boxes, its arithmetic, and the diagram itself.

mod boxes;
mod checks;
mod scene;

use super::characteristics::included;
use super::figures::Figures;
use super::paper::Paper;
use crate::eval::outcome::{Outcome, TableResult};
use crate::figure::Figure;
use crate::figure::font::Fonts;
use crate::number;
use crate::report::document::{Align, Block, Cell};
use crate::store::{BoxId, Store};
use boxes::{Diagram, boxes};
use checks::Known;
use std::collections::BTreeSet;

/// The boxes that have a number, with what does not add up and what is empty below.
pub fn table(store: &Store, results: &[&Outcome]) -> TableResult {
    let diagram = filled(store);
    let mut rows = Vec::new();
    for b in boxes() {
        let Some(count) = diagram.count(b.id) else { continue };
        let n = count.value().map(number::count).unwrap_or_default();
        rows.push(vec![b.label.to_owned(), n, count.note.clone().unwrap_or_default()]);
        rows.extend(count.parts.iter().map(|(what, n)| vec![format!("  {what}"), number::count(*n), String::new()]));
    }
    let mut notes = Vec::new();
    if diagram.is_empty() {
        notes.push("the data hold no counts: they stand under `flow` of the store, each with stage, stream and count".to_owned());
    } else {
        let empty = diagram.empty();
        if !empty.is_empty() {
            notes.push(format!("no number for: {}", empty.join("; ")));
        }
    }
    for (stage, stream, n) in &diagram.unplaced {
        notes.push(format!("`{stage}` ({stream}, {n}) fits no box of the diagram"));
    }
    if rows.is_empty() && !diagram.is_empty() {
        notes.push("the boxes are named in docs/reports.md".into());
    }
    let faults = faults(store, results);
    if faults.is_empty() && !diagram.is_empty() {
        notes.push("the numbers add up, as far as there are numbers (checks E1 to E9)".into());
    }
    TableResult { title: "PRISMA 2020 flow diagram".into(), columns: ["box", "n", "note"].map(str::to_owned).to_vec(), rows, notes }
}

/// The picture; none without counts.
pub fn figure(store: &Store, fonts: &Fonts) -> Option<Figure> {
    let diagram = filled(store);
    (!diagram.is_empty()).then(|| scene::figure(&diagram, fonts))
}

/// The counts of a store; studies and reports that no count gives are those of the data.
fn filled(store: &Store) -> Diagram {
    let mut diagram = Diagram::of(store);
    if !diagram.is_empty() {
        let known = known(store, &[]);
        diagram.fill(BoxId::NewStudies, known.trials);
        diagram.fill(BoxId::NewReports, known.reports);
    }
    diagram
}

/// What does not add up.
pub fn faults(store: &Store, results: &[&Outcome]) -> Vec<String> {
    let diagram = Diagram::of(store);
    let mut out = diagram.doubled.clone();
    out.extend(checks::faults(&diagram, &known(store, results)));
    out
}

/// What the data and the analyses say for themselves.
fn known(store: &Store, results: &[&Outcome]) -> Known {
    let trial = |id: &str| store.studies.get(id).and_then(|s| s.trial.clone()).unwrap_or_else(|| id.to_owned());
    let all: Vec<&str> = included(store).map(|s| s.id.as_str()).collect();
    let trials: BTreeSet<String> = all.iter().map(|id| trial(id)).collect();
    let of_studies = store.reports.values().filter(|r| r.reason.is_none() && r.study.as_deref().is_some_and(|s| all.contains(&s))).count();
    let reports = if of_studies > 0 { of_studies } else { all.len() };
    let mut pooled: BTreeSet<&str> = BTreeSet::new();
    let mut any = false;
    for result in results {
        if let Outcome::Pool(pool) = result
            && pool.not_pooled.is_none()
            && pool.k > 1
        {
            any = true;
            pooled.extend(pool.studies.iter().filter(|s| !s.is_left_out()).map(|s| s.study.as_str()));
        }
    }
    // Effects that were combined name the trial, not a study of the data.
    let pooled: BTreeSet<&str> = pooled.into_iter().filter(|id| store.studies.contains_key(*id)).collect();
    let pooled_trials: BTreeSet<String> = pooled.iter().map(|id| trial(id)).collect();
    Known {
        trials: trials.len() as u64,
        reports: reports as u64,
        pooled_trials: any.then_some(pooled_trials.len() as u64),
        pooled_reports: any.then_some(pooled.len() as u64),
    }
}

/// Item 16a in a report.
pub fn write(paper: &mut Paper, store: &Store, results: &[&Outcome], figures: &Figures) {
    let diagram = filled(store);
    if diagram.is_empty() {
        paper.gap("16a", "the results of search and selection. The data hold no counts: they stand under `flow` of the store");
        return;
    }
    paper.document.push(figures.block(&scene::figure(&diagram, &figures.fonts)));
    let table = table(store, results);
    let rows = table.rows.iter().map(|r| r.iter().map(Cell::text).collect()).collect();
    paper.table("Counts of the flow diagram", &[("box", Align::Left), ("n", Align::Right), ("note", Align::Left)], rows);
    for text in table.notes {
        paper.document.push(Block::Note { code: String::new(), text });
    }
    for text in faults(store, results) {
        paper.document.push(Block::Note { code: "W331".into(), text });
    }
    paper.filled("16a");
    let missing = [BoxId::DatabaseResults, BoxId::Screened, BoxId::Assessed].iter().any(|id| diagram.value(*id).is_none());
    if missing {
        paper.gap("16a", format!("the numbers that are missing: {}", diagram.empty().join("; ")));
    }
}
