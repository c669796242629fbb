//! Items 5 to 15: what data and specifications say of the methods, and what people have to add.

use super::characteristics::outcome_label;
use super::paper::Paper;
use super::roles::Part;
use super::whole::Writing;
use crate::eval::labelled;
use crate::eval::outcome::{Outcome, PoolResult, StudyEffect};
use crate::number;
use crate::report::document::{Align, Block, Cell};
use crate::report::methods;
use std::collections::BTreeMap;

/// The section.
pub fn write(paper: &mut Paper, writing: &Writing) {
    paper.heading(2, "Methods");
    paper.person_part("eligibility", 3);
    sources(paper, writing);
    for name in ["search", "selection", "collection"] {
        paper.person_part(name, 3);
    }
    data_items(paper, writing);
    paper.person_part("variables", 3);
    paper.part("11", 3, "Study risk of bias assessment");
    super::rob::tools(paper, writing.store);
    paper.person("bias_methods");
    measures(paper, writing);
    eligibility_matrix(paper, writing);
    preparation(paper, writing);
    paper.part("13c", 3, "Tabulation and display");
    paper.say("Effects of single studies and pooled effects are tabulated with their intervals and weights, one table for each synthesis; ratios stand on a logarithmic axis. Effects that were left out stand in a table of their own, each with its reason.");
    paper.filled("13c");
    synthesis(paper, writing);
    asked(paper, writing, "13e", "Exploration of heterogeneity", Part::Heterogeneity, "No subgroup analysis or meta-regression was run.");
    asked(paper, writing, "13f", "Sensitivity analyses: methods", Part::Sensitivity, "No sensitivity analysis was run.");
    paper.part("14", 3, "Reporting bias assessment");
    let tests = statements(writing, Part::MissingResults);
    if !tests.is_empty() {
        paper.say("Small-study effects were looked for as these statements say.");
        paper.document.push_list(tests);
        paper.filled("14");
        paper.wrote("missing_results");
    } else {
        paper.person("missing_results");
    }
    paper.part("15", 3, "Certainty assessment");
    paper.say("Certainty is rated by named persons, domain by domain (GRADE), each rating with its reason; what nobody rated is shown as not rated.");
    paper.person("certainty");
}

/// Item 6.
fn sources(paper: &mut Paper, writing: &Writing) {
    paper.part("6", 3, "Information sources");
    let searches = writing.store.review.as_ref().map(|r| r.searches.clone()).unwrap_or_default();
    let rows: Vec<Vec<Cell>> =
        searches.iter().map(|s| [&s.source, &s.date, &s.note].map(|t| Cell::text(t.clone().unwrap_or_default())).to_vec()).collect();
    paper.table("Searches", &[("source", Align::Left), ("last searched", Align::Left), ("note", Align::Left)], rows);
    let complete = !searches.is_empty() && searches.iter().all(|s| s.source.is_some() && s.date.is_some());
    if complete {
        paper.filled("6");
        paper.wrote("sources");
    } else {
        paper.person("sources");
    }
}

/// Item 10a.
fn data_items(paper: &mut Paper, writing: &Writing) {
    paper.part("10a", 3, "Outcomes");
    let store = writing.store;
    let rows = store.outcomes.values().map(|o| {
        let instruments: Vec<String> = store
            .instruments
            .values()
            .filter(|i| i.outcome.as_deref() == Some(&o.id))
            .map(|i| i.label.clone().unwrap_or_else(|| i.id.clone()))
            .collect();
        let mid = o
            .mid
            .as_ref()
            .and_then(|m| m.value.as_ref().map(|v| format!("{}{}", v.text, m.unit.as_ref().map(|u| format!(" {u}")).unwrap_or_default())));
        vec![
            Cell::text(outcome_label(store, &o.id)),
            Cell::text(o.role.clone().unwrap_or_default()),
            Cell::text(o.direction.map(|d| d.words()).unwrap_or_default()),
            Cell::text(instruments.join("; ")),
            Cell::text(mid.unwrap_or_default()),
        ]
    });
    let columns = ["outcome", "role", "direction", "instruments", "smallest difference that matters"].map(|c| (c, Align::Left));
    paper.table("Outcomes for which data were sought", &columns, rows.collect());
    paper.person("outcomes");
}

/// Item 12.
fn measures(paper: &mut Paper, writing: &Writing) {
    paper.part("12", 3, "Effect measures");
    let mut lines: Vec<String> = Vec::new();
    for pool in writing.pools(Part::Synthesis) {
        let line = format!("{}: {}", outcome_label(writing.store, &pool.outcome), pool.spec.measure.value.full_name());
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    if lines.is_empty() {
        paper.gap("12", "effect measures: the script pools nothing before this report");
    } else {
        paper.document.push_list(lines);
        paper.filled("12");
    }
}

/// The most syntheses that have a column each.
const ACROSS: usize = 8;

/// Item 13a: which studies were eligible for which synthesis, and why not.
fn eligibility_matrix(paper: &mut Paper, writing: &Writing) {
    paper.part("13a", 3, "Eligibility for synthesis");
    let pools: Vec<&PoolResult> = writing.pools(Part::Synthesis).collect();
    if pools.is_empty() {
        paper.gap("13a", "how it was decided which studies were eligible for each synthesis");
        return;
    }
    paper.say("A study enters a synthesis if the data have a result of its outcome, time and set of people that no condition of the statement leaves out.");
    let mut reasons: Vec<String> = Vec::new();
    let names = super::results::names(writing.store, &pools);
    let mut rows = Vec::new();
    let by_study: Vec<BTreeMap<&str, Vec<&StudyEffect>>> = pools
        .iter()
        .map(|pool| {
            let mut of: BTreeMap<&str, Vec<&StudyEffect>> = BTreeMap::new();
            pool.studies.iter().for_each(|s| of.entry(&s.study).or_default().push(s));
            of
        })
        .collect();
    for study in super::characteristics::included(writing.store) {
        let mut cells = vec![study.label().to_owned()];
        for of in &by_study {
            let own = of.get(study.id.as_str()).map_or(&[][..], Vec::as_slice);
            cells.push(if own.is_empty() {
                "–".to_owned()
            } else if own.iter().any(|s| !s.is_left_out()) {
                "in".to_owned()
            } else {
                let reason = own[0].reason.clone().unwrap_or_else(|| "no reason given".into());
                let at = reasons.iter().position(|r| *r == reason).unwrap_or_else(|| {
                    reasons.push(reason);
                    reasons.len() - 1
                });
                format!("out ({})", at + 1)
            });
        }
        rows.push(cells);
    }
    if names.len() <= ACROSS {
        let mut columns = vec![("study", Align::Left)];
        columns.extend(names.iter().map(|n| (n.as_str(), Align::Left)));
        let rows = rows.into_iter().map(|row| row.into_iter().map(Cell::text).collect()).collect();
        paper.table("Studies by synthesis", &columns, rows);
    } else {
        // A column for each of many syntheses fits no page: their names stand in the cells.
        let columns = ["study", "enters", "out"].map(|c| (c, Align::Left));
        paper.table("Studies by synthesis", &columns, rows.iter().map(|row| listed(row, &names)).collect());
    }
    let mut legend = vec![if names.len() <= ACROSS {
        "in: enters the synthesis; –: the data have no such result".to_owned()
    } else {
        "of syntheses that are not named the data have no result of the study".to_owned()
    }];
    legend.extend(reasons.iter().enumerate().map(|(i, r)| format!("out ({}): {r}", i + 1)));
    paper.document.push_list(legend);
    paper.filled("13a");
}

/// A study with the syntheses it enters, and those that leave it out.
fn listed(row: &[String], names: &[String]) -> Vec<Cell> {
    let (study, states) = row.split_first().map_or(("", row), |(first, rest)| (first.as_str(), rest));
    let all = || states.iter().zip(names);
    let enters: Vec<&str> = all().filter(|(state, _)| *state == "in").map(|(_, name)| name.as_str()).collect();
    let out: Vec<String> = all().filter_map(|(state, name)| Some(format!("{name} {}", state.strip_prefix("out ")?))).collect();
    vec![Cell::text(study), Cell::text(enters.join(", ")), Cell::text(out.join(", "))]
}

/// Item 13b: from what effects were computed, and what was converted.
fn preparation(paper: &mut Paper, writing: &Writing) {
    paper.part("13b", 3, "Data preparation");
    let mut sources: Vec<(String, usize)> = Vec::new();
    let mut remarks: Vec<(String, Vec<String>)> = Vec::new();
    for pool in writing.pools(Part::Synthesis) {
        for study in pool.studies.iter().filter(|s| s.yi.is_some()) {
            if let Some(from) = &study.from {
                match sources.iter_mut().find(|s| s.0 == *from) {
                    Some(s) => s.1 += 1,
                    None => sources.push((from.clone(), 1)),
                }
            }
            let label = writing.store.studies.get(&study.study).map_or(study.study.as_str(), |s| s.label());
            for remark in &study.remarks {
                match remarks.iter_mut().find(|r| r.0 == *remark) {
                    Some((_, of)) if of.iter().any(|l| l == label) => {}
                    Some((_, of)) => of.push(label.to_owned()),
                    None => remarks.push((remark.clone(), vec![label.to_owned()])),
                }
            }
        }
    }
    if sources.is_empty() {
        paper.gap("13b", "how data were prepared: the script computes no effect before this report");
        return;
    }
    let rows = sources.iter().map(|(from, n)| vec![Cell::text(from), Cell::text(n.to_string())]).collect();
    paper.table("What the effects of the syntheses were computed from", &[("from", Align::Left), ("effects", Align::Right)], rows);
    paper.document.push_list(remarks.iter().map(|(remark, of)| format!("{remark}: {}", of.join(", "))).collect());
    paper.filled("13b");
}

/// Item 13d: sentences that hold for all syntheses, then those that hold for some.
fn synthesis(paper: &mut Paper, writing: &Writing) {
    paper.part("13d", 3, "Synthesis methods");
    // Of one study nothing is pooled, and nothing is to be said of how.
    let (pools, single): (Vec<&PoolResult>, Vec<&PoolResult>) = writing.pools(Part::Synthesis).partition(|p| p.k > 1);
    let mut sentences: Vec<(String, Vec<String>)> = Vec::new();
    let mut references: Vec<String> = Vec::new();
    for (pool, name) in pools.iter().zip(super::results::names(writing.store, &pools)) {
        let (own, cited) = match labelled(Outcome::Pool(Box::new((*pool).clone())), writing.store) {
            Outcome::Pool(pool) => methods::sentences(&pool),
            _ => continue,
        };
        for sentence in own {
            match sentences.iter_mut().find(|s| s.0 == sentence) {
                Some((_, of)) => of.push(name.clone()),
                None => sentences.push((sentence, vec![name.clone()])),
            }
        }
        references.extend(cited);
    }
    references.sort();
    references.dedup();
    let (all, some): (Vec<_>, Vec<_>) = sentences.into_iter().partition(|(_, of)| of.len() == pools.len());
    if !all.is_empty() {
        paper.say(all.into_iter().map(|s| s.0).collect::<Vec<_>>().join(" "));
    }
    paper.document.push_list(some.into_iter().map(|(sentence, of)| format!("{}: {sentence}", of.join(", "))).collect());
    if !references.is_empty() {
        paper.document.push(Block::Heading(4, "References of the methods".into()));
        paper.document.push_list(references);
    }
    if !single.is_empty() {
        let names = super::results::names(writing.store, &single);
        paper.say(format!("Fewer than two studies, so that nothing was pooled: {}.", names.join(", ")));
    }
    if !pools.is_empty() || !single.is_empty() {
        paper.filled("13d");
    }
    paper.person("synthesis");
}

/// What was asked of the results of a part.
fn asked(paper: &mut Paper, writing: &Writing, item: &str, heading: &str, part: Part, none: &str) {
    paper.part(item, 3, heading);
    let lines = statements(writing, part);
    if lines.is_empty() {
        paper.say(none);
    } else {
        paper.document.push_list(lines);
    }
    paper.filled(item);
}

/// The statements of a part, each with its name and status.
fn statements(writing: &Writing, part: Part) -> Vec<String> {
    let line = |outcome: &&Outcome| {
        let (id, statement, status) = match outcome {
            Outcome::Pool(pool) => (pool.id.as_ref(), &pool.statement, pool.status),
            other => other.head().map(|head| (head.id.as_ref(), &head.statement, head.status))?,
        };
        let status = if status == "unregistered" { String::new() } else { format!(" ({})", crate::protocol::role::status_words(status)) };
        let name = id.map(|id| format!("{id}: ")).unwrap_or_default();
        Some(format!("{name}{statement}{status}"))
    };
    let mut lines: Vec<String> = writing.of(part).filter_map(|o| line(&o)).collect();
    let many = lines.len();
    lines.dedup();
    lines.truncate(60);
    if many > lines.len() {
        lines.push(format!("and {} more", number::count((many - lines.len()) as u64)));
    }
    lines
}
