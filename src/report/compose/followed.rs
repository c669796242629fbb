//! The tables of a registered plan: differences between protocol and review, what became of each planned analysis,
//! what happened to the data.

use super::standing::interval;
use crate::eval::outcome::{DifferenceRow, EffectShown, EventRow, Happened, PlanReport};
use crate::report::document::{Align, Block, Cell, Column, Document, Table};

/// 'Differences between protocol and review', with what stands beside it.
pub fn differences(report: &PlanReport) -> Document {
    let mut out = Document::default();
    out.push(Block::Heading(1, "Differences between protocol and review".into()));
    out.push(Block::Paragraph(against(report)));
    for similar in &report.similar {
        out.push(Block::Paragraph(format!(
            "{} was not run as registered; a similar unregistered analysis was run: {} {} in the plan, {} in line {} (`{}`).",
            similar.plan, similar.field, similar.registered, similar.executed, similar.line, similar.statement
        )));
    }
    if report.differences.is_empty() {
        out.push(Block::Paragraph("None.".into()));
    } else {
        out.push(Block::Table(table(report)));
    }
    if !report.planned_condition_false.is_empty() {
        out.push(Block::Heading(2, "Planned, condition false or met by no study".into()));
        let rows = report.planned_condition_false.iter().map(|c| vec![Cell::text(&c.id), Cell::text(&c.reason)]).collect();
        out.push(Block::Table(Table { columns: vec![left("planned"), left("why it changes nothing")], rows }));
    }
    if !report.additions.is_empty() {
        out.push(Block::Heading(2, "Analyses beside the plan (post hoc)".into()));
        let rows = report
            .additions
            .iter()
            .map(|a| {
                let mut lines: Vec<String> = a.lines.iter().map(usize::to_string).collect();
                lines.dedup();
                vec![
                    Cell::text(a.code),
                    Cell::text(match &a.plan {
                        Some(plan) => format!("{} of {plan}", a.role.replace('_', "-")),
                        None => a.role.replace('_', "-"),
                    }),
                    Cell::text(a.statements.first().cloned().unwrap_or_default()),
                    Cell::text(lines.join(", ")),
                ]
            })
            .collect();
        out.push(Block::Table(Table { columns: vec![left("code"), left("role"), left("analysis"), left("lines")], rows }));
    }
    criteria(&mut out, report);
    beyond(&mut out, report);
    events(&mut out, report);
    out.push(Block::Paragraph(verdict(report)));
    out
}

/// Registered criteria that people applied.
fn criteria(out: &mut Document, report: &PlanReport) {
    if report.criteria.is_empty() {
        return;
    }
    out.push(Block::Heading(2, "Registered criteria applied".into()));
    let rows = report.criteria.iter().map(|c| {
        let seen = c.seen.as_ref().map(|day| format!(", as stated; the journal has results of {} since {day}", c.plan)).unwrap_or_default();
        let when = c.when.map(|when| format!("{when}{seen}"));
        let judged = [c.by.clone(), c.reason.clone(), when].into_iter().flatten().collect::<Vec<_>>().join("; ");
        vec![
            Cell::text(format!("{}: {}", c.criterion, c.text)),
            Cell::text(&c.plan),
            Cell::text(c.studies.join(", ")),
            Cell::text(judged),
            Cell::text(c.line.to_string()),
            Cell::text(effect(c.shown)),
        ]
    });
    let columns = ["criterion", "of", "left out", "judged by, reason", "line", "effect"].into_iter().map(left).collect();
    out.push(Block::Table(Table { columns, rows: rows.collect() }));
    let mut plans: Vec<&str> = report.criteria.iter().map(|c| c.plan.as_str()).collect();
    plans.dedup();
    for plan in plans {
        let mut sets: Vec<&Vec<String>> = report.criteria.iter().filter(|c| c.plan == plan).map(|c| &c.studies).collect();
        sets.dedup();
        let whole = report
            .planned
            .iter()
            .any(|p| p.id == plan && p.line.is_some_and(|l| report.criteria.iter().all(|c| c.plan != plan || c.line != l)));
        let several = sets.len() + usize::from(whole);
        if several > 1 {
            out.push(Block::Paragraph(format!(
                "{plan} stands in this script with {several} sets of studies: the review has to say which it reports."
            )));
        }
    }
}

/// What data and script hold that the plan does not name.
fn beyond(out: &mut Document, report: &PlanReport) {
    if report.beyond.is_empty() {
        return;
    }
    out.push(Block::Heading(2, "Names that are not the plan's".into()));
    let said = report.beyond.iter().map(|b| {
        let one = |e: &crate::eval::outcome::EventEffect| format!("Without and with them, {}: {}", e.plan, effect(e.shown));
        let effects: Vec<String> = b.effects.iter().filter(|e| e.before.is_some() || e.after.is_some()).map(one).collect();
        if effects.is_empty() { format!("{}.", b.words) } else { format!("{}. {}.", b.words, effects.join("; ")) }
    });
    out.push_list(said.collect());
}

/// What became of each planned analysis.
pub fn status(report: &PlanReport) -> Document {
    let mut out = Document::default();
    out.push(Block::Heading(1, format!("Status of {}", report.path)));
    out.push(Block::Paragraph(against(report)));
    let rows = report
        .planned
        .iter()
        .map(|p| {
            let role = p.role.replace('_', "-");
            let role = p.parent.as_ref().map_or(role.clone(), |parent| format!("{role} of {parent}"));
            vec![
                Cell::text(&p.id),
                Cell::text(role),
                Cell::text(crate::protocol::role::status_words(p.status)),
                Cell::maybe(p.line.map(|l| l.to_string())),
                Cell::maybe(p.detail.clone()),
            ]
        })
        .collect();
    out.push(Block::Table(Table {
        columns: vec![left("planned"), left("role"), left("status"), Column::new("line", Align::Right), left("detail")],
        rows,
    }));
    events(&mut out, report);
    out.push(Block::Paragraph(verdict(report)));
    out
}

fn left(head: &str) -> Column {
    Column::new(head, Align::Left)
}

fn against(report: &PlanReport) -> String {
    match &report.fingerprint {
        Some(fingerprint) => {
            let holds = if report.verified { "verified" } else { "not verified" };
            let draft = if report.draft { ", a draft" } else { "" };
            let kind = report.reconstructed.as_ref();
            let kind = kind.map(|from| format!(" It was {}.", crate::protocol::lock::reconstructed(from))).unwrap_or_default();
            format!("Plan {}, {}, {fingerprint}{draft}, {holds}.{kind}", report.path, report.locked)
        }
        None => format!("Plan {} is not locked: nothing of it is registered.", report.path),
    }
}

fn verdict(report: &PlanReport) -> String {
    if report.fingerprint.is_none() {
        return "Every result is unregistered.".into();
    }
    if let Some(line) = report.stopped {
        return format!("The script stopped at line {line}: what stands below it was not run, and nothing is said of it.");
    }
    if report.complete {
        return "Complete: every difference that asks for a reason has one.".into();
    }
    let waiting = report.differences.iter().filter(|d| d.unexplained);
    let of = |plan: &str| if plan == "all" { "the review".to_owned() } else { plan.to_owned() };
    let mut ids: Vec<String> = waiting.map(|d| format!("{} ({})", of(&d.plan), d.code)).collect();
    ids.dedup();
    let results: usize = report.data_events.iter().filter(|e| e.unexplained).map(|e| e.results.len()).sum();
    let records = match results {
        0 => None,
        1 => Some("a record of what happened to 1 result (`record correction`, `record removal`)".to_owned()),
        n => Some(format!("a record of what happened to {n} results (`record correction`, `record removal`)")),
    };
    let reasons = (!ids.is_empty()).then(|| format!("a reason is asked for {}", ids.join(", ")));
    match (reasons, records) {
        (Some(reasons), Some(records)) => format!("INCOMPLETE: {reasons}, and {records}."),
        (Some(reasons), None) => format!("INCOMPLETE: {reasons}."),
        (None, records) => format!("INCOMPLETE: {} is asked for.", records.unwrap_or_else(|| "a reason".into())),
    }
}

fn table(report: &PlanReport) -> Table {
    let (rows, locked) = (&report.differences, &report.locked);
    // What was written down after the results were known is registered nowhere.
    let registered = if report.reconstructed.is_some() { "reconstructed" } else { "registered" };
    let columns = vec![
        Column::new("#", Align::Right),
        left("item"),
        left(&if locked.is_empty() {
            registered.to_owned()
        } else {
            format!("{registered} ({})", locked.split(',').next().unwrap_or_default())
        }),
        left("done"),
        left("code"),
        // Where a time is stated it is to be read.
        if rows.iter().any(|row| row.when.is_some()) { left("when") } else { Column::dispensable("when", Align::Left, 2) },
        left("reason"),
        left("effect"),
    ];
    let rows = rows
        .iter()
        .enumerate()
        .map(|(i, row)| {
            let plan = if row.plan == "all" { "the review" } else { &row.plan };
            let item = if row.item == "analysis" { plan.to_owned() } else { format!("{plan} {}", row.item) };
            let done = format!("{}{}", row.executed, concerned(&row.studies, &row.details));
            vec![
                Cell::text((i + 1).to_string()),
                Cell::text(item),
                Cell::text(&row.registered),
                Cell::text(done),
                Cell::text(row.code),
                Cell::text(when(row)),
                Cell::text(reason(row)),
                Cell::text(row.shown.map_or_else(String::new, |shown| {
                    // Several changes of one analysis have one effect.
                    let with = if row.is_joint(report) {
                        format!(" (all changes of line {})", row.line.unwrap_or_default())
                    } else {
                        String::new()
                    };
                    format!("{}{with}", effect(shown))
                })),
            ]
        })
        .collect();
    Table { columns, rows }
}

/// The studies a difference concerns, with what it comes to of each where that is known: ` (A: 0.42 → -0.42)`.
pub fn concerned(studies: &[String], details: &[String]) -> String {
    let of_studies = details.iter().any(|d| studies.iter().any(|s| d.starts_with(&format!("{s}:"))));
    let words = match (of_studies, studies.is_empty()) {
        (true, _) | (false, true) => details.join("; "),
        (false, false) => std::iter::once(studies.join(", ")).chain(details.iter().cloned()).collect::<Vec<_>>().join("; "),
    };
    if words.is_empty() { words } else { format!(" ({words})") }
}

/// When it was decided, as stated; and what the journal knows of that.
pub fn when(row: &DifferenceRow) -> String {
    let stated = row.when.unwrap_or("not stated");
    match &row.seen {
        Some(day) => format!("{stated}, as stated; the journal has results of {} since {day}", row.plan),
        None => stated.to_owned(),
    }
}

fn reason(row: &DifferenceRow) -> String {
    match (row.reason_code, &row.reason) {
        (Some(code), Some(text)) => format!("{code}: {text}"),
        (None, Some(text)) => text.clone(),
        _ if row.unexplained => "no reason stated".into(),
        _ => String::new(),
    }
}

/// `0.51 [0.12, 0.90] → 0.49 [-0.01, 0.99]; includes no effect: no → yes`
fn effect(shown: EffectShown) -> String {
    let show = |x: Option<[f64; 3]>| x.map_or_else(|| "no estimate".to_owned(), interval);
    let what = shown.effect.what.map(|what| format!("{what} ")).unwrap_or_default();
    let mut out = format!("{what}{} → {}", show(shown.effect.registered), show(shown.effect.executed));
    if let Some((before, after)) = shown.includes_null {
        let word = |yes: bool| if yes { "yes" } else { "no" };
        out.push_str(&format!("; includes no effect: {} → {}", word(before), word(after)));
    }
    out
}

fn events(out: &mut Document, report: &PlanReport) {
    if report.data_events.is_empty() {
        return;
    }
    out.push(Block::Heading(2, "What happened to the data since the lock".into()));
    let columns = ["event", "of", "before", "after", "by, date, reason", "planned", "k", "effect"].into_iter().map(left).collect();
    let mut rows = Vec::new();
    for event in &report.data_events {
        let touched = event.effects.iter().map(|e| (Some(e.plan.clone()), Some(e)));
        let touched: Vec<_> = if event.effects.is_empty() { vec![(None, None)] } else { touched.collect() };
        for (i, (plan, effect_on)) in touched.into_iter().enumerate() {
            let first = |text: String| if i == 0 { Cell::text(text) } else { Cell::Empty };
            rows.push(vec![
                first(event.event.kind.word().to_owned()),
                first(about(event)),
                first(with_field(event, &event.event.before)),
                first(with_field(event, &event.event.after)),
                first(who(event)),
                Cell::text(plan.unwrap_or_else(|| "none".into())),
                Cell::text(effect_on.map_or_else(String::new, |e| format!("{} → {}", e.k_before, e.k_after))),
                Cell::text(effect_on.filter(|e| e.before.is_some() || e.after.is_some()).map_or_else(String::new, |e| effect(e.shown))),
            ]);
        }
    }
    out.push(Block::Table(Table { columns, rows }));
}

/// The result of an edit, else the studies.
fn about(event: &EventRow) -> String {
    match (event.event.kind, event.results.as_slice()) {
        (Happened::Edited | Happened::Gone, [one]) => one.clone(),
        (Happened::Edited | Happened::Gone, all) => format!("{} results of {}", all.len(), event.event.studies.join(", ")),
        _ => event.event.studies.join(", "),
    }
}

fn with_field(event: &EventRow, value: &Option<String>) -> String {
    match (&event.event.field, value) {
        (Some(field), Some(value)) => format!("{field} {value}"),
        (None, Some(value)) => value.clone(),
        _ => String::new(),
    }
}

fn who(event: &EventRow) -> String {
    let parts = [&event.event.by, &event.event.date, &event.event.reason];
    let mut said: Vec<String> = parts.into_iter().flatten().cloned().collect();
    match event.event.kind {
        Happened::Edited | Happened::Gone if event.unexplained => said.push("no record".into()),
        Happened::Edited | Happened::Gone => said.push("no record; no planned analysis reads it".into()),
        Happened::Appeared => said.push("not there when results were first seen".into()),
        _ => {}
    }
    said.extend(event.misfit.iter().map(|why| format!("does not fit: {why}")));
    said.join("; ")
}
