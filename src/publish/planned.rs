//! What became of the plan, and what was changed in the data: in a report, whole (items 20c, 20d, 24c).

use super::Material;
use super::paper::Paper;
use super::roles::Part;
use crate::eval::outcome::{NotDoneRow, PlanReport, PoolResult};
use crate::number;
use crate::protocol::Amendment;
use crate::report::compose::{effect, followed};
use crate::report::document::{Align, Block, Cell, Document};
use crate::store::{Entry, Store, change_lines};

/// A change of more records than this is told by their number.
const MOST: usize = 5;

/// How many analyses were planned, and what became of them: `9 planned: 7 as planned, 2 not done; 1 post hoc`.
pub fn dashboard(plan: &PlanReport) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for row in &plan.planned {
        match counts.iter_mut().find(|c| c.0 == row.status) {
            Some(count) => count.1 += 1,
            None => counts.push((row.status, 1)),
        }
    }
    let counts: Vec<String> = counts.iter().map(|(status, n)| format!("{n} {}", crate::protocol::role::status_words(status))).collect();
    let beside: usize = plan.additions.iter().map(|a| a.lines.len()).sum();
    let counts = if counts.is_empty() { String::new() } else { format!(": {}", counts.join(", ")) };
    format!("{} planned{counts}; {beside} beside the plan", number::plural(plan.planned.len(), "analysis", "analyses"))
}

/// Planned analyses of a part that were not done or could change nothing, one sentence each.
pub fn not_done(paper: &mut Paper, plan: Option<&PlanReport>, part: Part) {
    let Some(plan) = plan else { return };
    let belongs = |role: &str| {
        part == match role {
            "primary" | "secondary" => Part::Synthesis,
            "subgroup" | "meta_regression" => Part::Heterogeneity,
            "sensitivity" => Part::Sensitivity,
            "small_study" => Part::MissingResults,
            _ => Part::Aside,
        }
    };
    let why = |row: &NotDoneRow| {
        let reason = row.reason.clone().unwrap_or_else(|| "no reason stated".into());
        row.reason_code.map_or(reason.clone(), |code| format!("{}: {reason}", code.replace('_', " ")))
    };
    let mut lines: Vec<String> = plan
        .not_done
        .iter()
        .filter(|row| belongs(row.role))
        .map(|row| format!("{}: planned and not done ({})", row.id, why(row)))
        .collect();
    let role = |id: &str| plan.planned.iter().find(|p| p.id == id).map_or("", |p| p.role);
    lines.extend(
        plan.planned_condition_false
            .iter()
            .filter(|row| belongs(role(&row.id)))
            .map(|row| format!("{}: planned, and changes nothing ({})", row.id, row.reason)),
    );
    paper.document.push_list(lines);
}

/// Item 24a: registrations that the data and the plan's receipt name, and the locks of the plan.
pub fn registration(paper: &mut Paper, store: &Store, plan: Option<&PlanReport>) {
    let of_review = store.review.as_ref().map(|r| r.registrations.clone()).unwrap_or_default();
    let mut lines: Vec<String> = Vec::new();
    for r in &of_review {
        lines.push([&r.registry, &r.id, &r.date, &r.url].into_iter().flatten().cloned().collect::<Vec<_>>().join(", "));
    }
    let plan = plan.filter(|p| p.fingerprint.is_some());
    for r in plan.iter().flat_map(|p| &p.registrations) {
        // The receipt says more of a registration that the data name too.
        lines.retain(|line| !line.contains(&r.id));
        let url = r.url.as_ref().map(|url| format!(", {url}")).unwrap_or_default();
        let meaning = r.plan_sha256.get(..8).unwrap_or_default();
        lines.push(format!(
            "{}, {}, {}{url}: the plan of SHA-256 {meaning}…, as its receipt says",
            r.registry.to_uppercase(),
            r.id,
            r.date
        ));
    }
    let registered = !lines.is_empty();
    if let Some(plan) = plan {
        let locks: Vec<String> = plan.locks.iter().map(|(file, fingerprint)| format!("{file} ({fingerprint})")).collect();
        let holds = if plan.verified { "verified" } else { "not verified" };
        lines.push(format!("the plan {}, {}, {holds}: {}", plan.path, plan.locked, locks.join(", ")));
    }
    paper.document.push_list(lines);
    match plan {
        _ if registered => paper.filled("24a"),
        // What was reconstructed from the results says nothing of a registration.
        Some(plan) if plan.reconstructed.is_none() => {
            paper.say("No receipt of a register stands beside the plan: what shows that it came first are its locks.");
            paper.filled("24a");
        }
        _ => paper.gap("24a", "register and number of the registration, or that the review was not registered. Write it as: review ID \"…\" registration \"…\""),
    }
}

/// Item 24b: where the protocol can be read. A plan that was locked is one.
pub fn protocol(paper: &mut Paper, plan: Option<&PlanReport>, archive: Option<&str>) {
    paper.part("24b", 3, "Protocol");
    let plan = plan.filter(|p| p.fingerprint.is_some());
    if let Some(plan) = plan {
        let also = archive.map(|file| format!(", and in the archive {file}")).unwrap_or_default();
        let whole = if plan.locks.len() == 1 { "its text stands in its lock" } else { "its text stands in each of its locks" };
        let kind = plan.reconstructed.as_ref().map(|from| format!(" It was {}.", crate::protocol::lock::reconstructed(from)));
        paper.say(format!("The analyses follow the plan {}; {whole}{also}.{}", plan.path, kind.unwrap_or_default()));
    }
    let own = plan.is_some_and(|p| p.reconstructed.is_none());
    if own {
        paper.filled("24b");
        paper.wrote("protocol");
    } else {
        paper.person("protocol");
    }
}

/// What a plan expected of subgroups, beside what was found.
pub fn expected(paper: &mut Paper, plan: Option<&PlanReport>, pool: &PoolResult) {
    let planned = plan.zip(pool.plan.as_ref()).and_then(|(plan, id)| plan.planned.iter().find(|p| p.id == *id));
    let Some(expects) = planned.and_then(|p| p.expects.as_ref()) else { return };
    let digits = effect::digits(pool);
    let of = |group: &PoolResult| {
        let estimate = effect::shown(group).estimate.map_or_else(|| number::MISSING.into(), |x| digits.show(x));
        format!("{} {estimate}", group.group.as_deref().unwrap_or(number::MISSING))
    };
    let found: Vec<String> = pool.groups.iter().flatten().map(of).collect();
    paper.say(format!("Expected in the plan: {expects}. Found: {} ({}).", found.join(", "), effect::label(pool)));
}

/// Amendments of the plan, each with its date, when it was made and why.
fn amendments(paper: &mut Paper, plan: &PlanReport) {
    let line = |a: &Amendment| {
        let date = a.date.as_ref().map(|d| format!(", {d}")).unwrap_or_default();
        let when = if a.after_results { "after results were known" } else { "before results were known" };
        let code = a.code.map(|c| format!("{}: ", c.name().replace('_', " "))).unwrap_or_default();
        let words = a.words();
        let reason = words.strip_prefix(&format!("{}: ", a.id)).unwrap_or(&words);
        format!("Amendment {}{date}, {when}: {code}{reason}", a.id)
    };
    paper.document.push_list(plan.amendments.iter().map(line).collect());
}

/// The status of every planned analysis and the table of differences.
pub fn write(paper: &mut Paper, plan: &PlanReport) {
    paper.say(format!("{}.", dashboard(plan)));
    amendments(paper, plan);
    embed(paper, "Planned analyses", followed::status(plan));
    embed(paper, "Differences between protocol and review", followed::differences(plan));
}

/// A table of the plan under a heading of the report. What both tables say stands once.
fn embed(paper: &mut Paper, heading: &str, document: Document) {
    paper.heading(4, heading);
    for block in document.blocks {
        match block {
            Block::Heading(1, _) => {}
            Block::Heading(level, text) => paper.document.push(Block::Heading((3 + level).min(6), text)),
            Block::Paragraph(text) if paper.document.blocks.iter().any(|b| matches!(b, Block::Paragraph(t) if *t == text)) => {}
            Block::Table(table) if paper.document.blocks.contains(&Block::Table(table.clone())) => {}
            other => paper.document.push(other),
        }
    }
}

/// What was changed in the data, from the change logs of the stores.
pub fn changes(paper: &mut Paper, material: &Material) {
    let several = material.logs.iter().filter(|(_, entries)| !entries.is_empty()).count() > 1;
    let mut rows = Vec::new();
    for (path, entries) in &material.logs {
        for entry in entries {
            let number = if several { format!("{path} {}", entry.n) } else { entry.n.to_string() };
            let text = |t: &Option<String>| Cell::text(t.clone().unwrap_or_default());
            let action = entry.undoes.map_or(entry.action.clone(), |n| format!("{} of {n}", entry.action));
            rows.push(vec![
                Cell::text(number),
                text(&entry.at),
                text(&entry.by),
                Cell::text(action),
                Cell::text(what(entry)),
                text(&entry.because),
            ]);
        }
    }
    if rows.is_empty() {
        return;
    }
    paper.heading(3, "Changes of the data");
    let columns = ["change", "when", "by", "action", "what", "why"].map(|c| (c, Align::Left));
    paper.table("Change log of the data", &columns, rows);
}

fn what(entry: &Entry) -> String {
    if entry.changes.len() > MOST {
        return number::plural(entry.changes.len(), "record", "records");
    }
    let lines = change_lines(entry);
    let mut out = String::new();
    for line in lines.lines() {
        // A field stands four spaces in, below its record.
        let end = if line.starts_with("    ") { if out.ends_with(')') || out.contains(": ") { "; " } else { ": " } } else { "; " };
        if !out.is_empty() {
            out.push_str(end);
        }
        out.push_str(line.trim());
    }
    out
}
