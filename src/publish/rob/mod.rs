//! Judgements of risk of bias: tables, figures, and what they say in a report.

mod grid;
mod scene;

use super::characteristics::outcome_label;
use super::figures::Figures;
use super::paper::Paper;
use crate::eval::outcome::{Outcome, PoolResult, RobRequest, TableResult};
use crate::figure::Figure;
use crate::figure::font::Fonts;
use crate::number;
use crate::report::document::{Align, Block, Cell};
use crate::store::Store;
use grid::{Grid, Panel, Shares, grids, word};

/// Judgements study by study, or shares domain by domain, as a table; what does not fit.
pub fn table(store: &Store, request: &RobRequest, summary: bool) -> (TableResult, Vec<String>) {
    let (grids, problems) = grids(store, request);
    let title = if summary { "Risk of bias by domain" } else { "Risk of bias by study" };
    let mut out = TableResult { title: title.into(), columns: Vec::new(), rows: Vec::new(), notes: Vec::new() };
    match grids.as_slice() {
        [] => out.notes.push("the data hold no such judgements: a store folder has them in `risk_of_bias.csv`".into()),
        all if summary => all.iter().for_each(|grid| by_domain(&mut out, store, grid, request)),
        [grid] => by_study(&mut out, store, grid),
        all => by_tool(&mut out, store, all),
    }
    out.notes.extend(grids.iter().filter(|_| !summary).map(marks));
    (out, problems)
}

/// What the marks of a tool's domains mean.
fn marks(grid: &Grid) -> String {
    let marks = grid.tool.domains.iter().map(|d| format!("{} {}", d.mark, d.name)).collect::<Vec<_>>().join("; ");
    format!("{}: {marks}", grid.tool.name)
}

/// One tool: a column for each domain.
fn by_study(out: &mut TableResult, store: &Store, grid: &Grid) {
    out.columns = vec!["study".into(), "result".into()];
    out.columns.extend(grid.tool.domains.iter().map(|d| d.mark.to_owned()));
    out.columns.push("overall".into());
    for panel in &grid.panels {
        for row in &panel.rows {
            let mut cells = vec![row.label.clone(), panel.title(store).unwrap_or_default()];
            cells.extend(row.levels.iter().chain([&row.overall]).map(|l| l.map_or_else(String::new, |l| l.word().to_owned())));
            out.rows.push(cells);
        }
    }
}

/// Several tools: their domains are not the same, so that each judgement is named by its own.
fn by_tool(out: &mut TableResult, store: &Store, grids: &[Grid]) {
    out.columns = ["tool", "study", "result", "domains", "overall"].map(str::to_owned).to_vec();
    for grid in grids {
        for panel in &grid.panels {
            for row in &panel.rows {
                let judged = row.levels.iter().zip(grid.tool.domains).filter_map(|(l, d)| Some(format!("{} {}", d.mark, (*l)?.word())));
                out.rows.push(vec![
                    grid.tool.name.into(),
                    row.label.clone(),
                    panel.title(store).unwrap_or_default(),
                    judged.collect::<Vec<_>>().join(", "),
                    row.overall.map_or_else(String::new, |l| l.word().to_owned()),
                ]);
            }
        }
    }
    out.notes.push("judgements of several tools; `tool \"…\"` chooses one".into());
}

fn by_domain(out: &mut TableResult, store: &Store, grid: &Grid, request: &RobRequest) {
    if out.columns.is_empty() {
        out.columns = ["tool", "result", "domain", "judgement", "share"].map(str::to_owned).to_vec();
        out.notes.push(by(request));
    }
    for panel in &grid.panels {
        for domain in shares(grid, panel, request) {
            for (level, share) in domain.parts {
                let result = panel.title(store).unwrap_or_default();
                out.rows.push(vec![
                    grid.tool.name.into(),
                    result,
                    domain.domain.into(),
                    word(level).into(),
                    number::percent(100.0 * share),
                ]);
            }
        }
    }
}

fn shares(grid: &Grid, panel: &Panel, request: &RobRequest) -> Vec<Shares> {
    match &request.weights {
        Some(pool) => grid.shares(panel, Some(&|study: &str| weight(pool, study))),
        None => grid.shares(panel, None),
    }
}

/// The weight of a study: of all its effects.
fn weight(pool: &PoolResult, study: &str) -> Option<f64> {
    let own: Vec<f64> = pool.studies.iter().filter(|s| s.included && s.study == study).filter_map(|s| s.weight).collect();
    (!own.is_empty()).then(|| own.iter().sum())
}

/// What the shares are of.
fn by(request: &RobRequest) -> String {
    match &request.weights {
        Some(pool) => format!("shares of the weight in {}", pool.id.as_deref().unwrap_or("the analysis")),
        None => "shares of studies, unweighted".into(),
    }
}

/// The figure of the first tool that fits; what does not fit.
pub fn figure(store: &Store, request: &RobRequest, summary: bool, fonts: &Fonts) -> (Option<Figure>, Vec<String>) {
    let (grids, problems) = grids(store, request);
    let figure = grids.first().map(|grid| {
        let mut figure = draw(store, grid, request, summary, fonts);
        if grids.len() > 1 {
            let names: Vec<&str> = grids.iter().map(|g| g.tool.name).collect();
            let text = format!("judgements of several tools: {}; the picture shows the first, `tool \"…\"` chooses one", names.join(", "));
            figure.notes.push(text);
        }
        figure
    });
    (figure, problems)
}

/// The figure of one tool.
fn draw(store: &Store, grid: &Grid, request: &RobRequest, summary: bool, fonts: &Fonts) -> Figure {
    if summary {
        let panels: Vec<(Option<String>, Vec<Shares>)> =
            grid.panels.iter().map(|panel| (panel.title(store), shares(grid, panel, request))).collect();
        scene::summary(grid, &panels, &by(request), request.colour_blind, fonts)
    } else {
        scene::traffic_light(store, grid, request.colour_blind, fonts)
    }
}

/// `A`, `A and B`, `A, B and C`.
fn listed(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => names.concat(),
    }
}

/// Item 11: which tools the judgements are of.
pub fn tools(paper: &mut Paper, store: &Store) {
    let (grids, _) = grids(store, &RobRequest::default());
    if grids.is_empty() {
        return;
    }
    let names: Vec<&str> = grids.iter().map(|g| g.tool.name).collect();
    let mut people: Vec<&str> = store.risk_of_bias.iter().filter_map(|j| j.assessor.as_deref()).collect();
    people.sort_unstable();
    people.dedup();
    let by = if people.is_empty() { String::new() } else { format!(" by {}", listed(&people)) };
    paper.say(format!("Risk of bias was judged with {}{by}.", listed(&names)));
}

/// Item 18.
pub fn write(paper: &mut Paper, store: &Store, figures: &Figures) {
    let request = RobRequest::default();
    let (grids, problems) = grids(store, &request);
    if grids.is_empty() {
        paper.gap(
            "18",
            "assessments of risk of bias for each included study. The data hold none: they stand in `risk_of_bias.csv` of the store",
        );
        return;
    }
    for grid in &grids {
        let fonts = &figures.fonts;
        paper.document.push(figures.block(&draw(store, grid, &request, false, fonts)));
        paper.document.push(figures.block(&draw(store, grid, &request, true, fonts)));
    }
    let several = grids.len() > 1;
    let assessed = store.risk_of_bias.iter().any(|j| !j.is_of_synthesis() && j.assessor.is_some());
    let mut columns = vec!["study", "result", "domain", "judgement", "support"];
    columns.extend(assessed.then_some("judged by"));
    if several {
        columns.insert(1, "tool");
    }
    let rows: Vec<Vec<Cell>> = store
        .risk_of_bias
        .iter()
        .filter(|j| !j.is_of_synthesis())
        .map(|j| {
            let label = store.studies.get(&j.study).map_or(j.study.as_str(), |s| s.label());
            let outcome = j.outcome.as_ref().map(|o| outcome_label(store, o));
            let of = [outcome, j.timepoint.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ");
            let mut cells = [label, &of, &j.domain, &j.judgement, j.support.as_deref().unwrap_or_default()].map(Cell::text).to_vec();
            cells.extend(assessed.then(|| Cell::text(j.assessor.clone().unwrap_or_default())));
            if several {
                cells.insert(1, Cell::text(j.tool_name()));
            }
            cells
        })
        .collect();
    let columns: Vec<(&str, Align)> = columns.into_iter().map(|c| (c, Align::Left)).collect();
    paper.table("Judgements with their support", &columns, rows);
    for text in problems {
        paper.document.push(Block::Note { code: "W332".into(), text });
    }
    paper.filled("18");
}

/// How the weight of a synthesis is spread over judgements of its studies: the overall
/// judgement, by weight.
pub fn contributing(store: &Store, pool: &PoolResult) -> Option<String> {
    let request = RobRequest { weights: Some(Box::new(pool.clone())), ..RobRequest::default() };
    let request = RobRequest { outcome: Some(pool.outcome.clone()), timepoint: pool.timepoint.clone(), ..request };
    let (grids, _) = grids(store, &request);
    // A tool without an overall judgement, such as RoB 1, says nothing here; the others do.
    let of_tool = |grid: &Grid| {
        let shares = shares(grid, grid.panels.iter().find(|p| p.has_overall())?, &request);
        let overall = shares.into_iter().find(|s| s.domain == "Overall")?;
        let parts: Vec<String> =
            overall.parts.iter().map(|(level, share)| format!("{} {}", word(*level), number::percent(100.0 * share))).collect();
        Some((grid.tool.name, parts.join(", ")))
    };
    let found: Vec<(&str, String)> = grids.iter().filter_map(of_tool).collect();
    let said: Vec<String> = match found.as_slice() {
        [] => return None,
        [(_, only)] if grids.len() == 1 => vec![only.clone()],
        several => several.iter().map(|(tool, parts)| format!("{parts} by {tool}")).collect(),
    };
    Some(format!("overall risk of bias by weight among judged studies: {}", said.join("; ")))
}

/// Item 21: judgements about missing evidence, one for each synthesis (ROB-ME); whether there are any.
pub fn missing_evidence(paper: &mut Paper, store: &Store, results: &[&Outcome]) -> bool {
    let rows: Vec<Vec<Cell>> = store
        .risk_of_bias
        .iter()
        .filter(|j| j.is_of_synthesis())
        .map(|j| {
            let cell = |t: &Option<String>| Cell::text(t.clone().unwrap_or_default());
            vec![Cell::text(&j.study), Cell::text(&j.domain), Cell::text(&j.judgement), cell(&j.support), cell(&j.assessor)]
        })
        .collect();
    let any = !rows.is_empty();
    let columns = ["synthesis", "domain", "judgement", "support", "judged by"].map(|c| (c, Align::Left));
    paper.table("Risk of bias due to missing evidence (ROB-ME)", &columns, rows);
    for text in unknown_syntheses(store, results) {
        paper.document.push(Block::Note { code: "W332".into(), text });
    }
    any
}

/// Judgements about a synthesis that no result is called by.
pub fn unknown_syntheses(store: &Store, results: &[&Outcome]) -> Vec<String> {
    let known = |name: &str| results.iter().any(|o| matches!(o, Outcome::Pool(p) if p.id.as_deref() == Some(name)));
    let mut out: Vec<String> = Vec::new();
    for judgement in store.risk_of_bias.iter().filter(|j| j.is_of_synthesis() && !known(&j.study)) {
        let text = format!("ROB-ME names the synthesis `{}`, and no result is called so", judgement.study);
        if !out.contains(&text) {
            out.push(text);
        }
    }
    out
}
