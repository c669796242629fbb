//! What can be said of a rule before there are data, and what a rule has decided.

use super::effect::interval;
use super::facts;
use crate::eval::outcome::{BranchResult, Directions, PlaneTable, PoolResult, RuleAnalysis, RuleRunResult};
use crate::language::spec::RuleTaken;
use crate::report::document::{Align, Block, Cell, Column, Document, Table};
use crate::report::number;

/// The report of `explain RULE` and `describe RULE`.
pub fn analysis(rule: &RuleAnalysis) -> Document {
    let mut out = Document::default();
    out.push(Block::Heading(1, format!("rule {}", rule.rule)));
    let to = if rule.checked.all_cases { "all cases" } else { "not all cases, there are too many" };
    out.push(Block::Facts(vec![
        ("sets".into(), if rule.sets.is_empty() { "nothing but that effects are pooled".into() } else { rule.sets.join(", ") }),
        ("gone through".into(), format!("{to}, k = {} to {}", rule.checked.from, rule.checked.to)),
    ]));
    out.push(Block::Heading(2, "Branches".into()));
    out.push(branches(rule));
    if !rule.triggers.is_empty() {
        out.push(Block::Heading(2, "What it reads".into()));
        out.push_list(rule.triggers.iter().map(|t| format!("`{}`: {}", t.name, t.definition)).collect());
    }
    section(&mut out, "Left to `otherwise`", &rule.gaps);
    let overlaps: Vec<String> = rule
        .overlaps
        .iter()
        .flat_map(|o| {
            o.at.iter().map(move |at| format!("branches {} and {}: {at}; branch {} decides", o.branches[0], o.branches[1], o.branches[0]))
        })
        .collect();
    section(&mut out, "Where two branches hold", &overlaps);
    let collapses: Vec<String> = rule.collapses.iter().map(|c| format!("branch {}, `{}`: {}", c.branch, c.condition, c.text)).collect();
    section(&mut out, "Conditions that say no more than a part of them", &collapses);
    section(&mut out, "Where a statistic does not exist", &rule.undefined);
    if let Some(table) = &rule.table {
        out.push(Block::Heading(2, "P(Q) and I2 from Q are functions of Q and k".into()));
        out.push(plane(table));
    }
    for note in rule.findings.iter().filter(|n| n.code != "W303") {
        out.push(Block::Note { code: note.code.into(), text: note.text.clone() });
    }
    out
}

fn section(out: &mut Document, title: &str, lines: &[String]) {
    if !lines.is_empty() {
        out.push(Block::Heading(2, title.into()));
        out.push_list(lines.to_vec());
    }
}

fn branches(rule: &RuleAnalysis) -> Block {
    let columns = vec![
        Column::new("", Align::Right),
        Column::new("when", Align::Left),
        Column::new("then", Align::Left),
        Column::new("decides", Align::Left),
    ];
    let mut rows = Vec::new();
    for branch in &rule.branches {
        let mut first = true;
        let never = ["never".to_owned()];
        let decides: &[String] = if branch.decides.is_empty() { &never } else { &branch.decides };
        for at in decides {
            let own = |text: String| if first { Cell::text(text) } else { Cell::Empty };
            rows.push(vec![own(branch.branch.to_string()), own(branch.condition.clone()), own(branch.then.clone()), Cell::text(at)]);
            first = false;
        }
    }
    Block::Table(Table { columns, rows })
}

/// The table of thresholds, p to three decimals.
pub fn plane(table: &PlaneTable) -> Block {
    let i2 = format!("{}%", number::significant(table.i2, 6));
    let p = number::significant(table.p, 6);
    let columns = vec![
        Column::new("k", Align::Right),
        Column::new(format!("p(q) when i2(q) = {i2}"), Align::Decimal),
        Column::new(format!("i2(q) when p(q) = {p}"), Align::Decimal),
        Column::new("where the two thresholds disagree", Align::Left),
    ];
    let rows = table
        .rows
        .iter()
        .map(|row| {
            let zone = format!("i2(q) {} to {}", number::percent(row.between[0]), number::percent(row.between[1]));
            let which = if row.disagree == "p" {
                format!("{zone}: p(q) <= {p} yet i2(q) < {i2}")
            } else {
                format!("{zone}: i2(q) >= {i2} yet p(q) > {p}")
            };
            vec![
                Cell::text(row.k.to_string()),
                Cell::text(number::fixed(row.p_at_i2, 3)),
                Cell::text(number::percent(row.i2_at_p)),
                Cell::text(which),
            ]
        })
        .collect();
    Block::Table(Table { columns, rows })
}

/// The report of `apply RULE to NAME`.
pub fn run(result: &RuleRunResult) -> Document {
    let mut out = Document::default();
    out.push(Block::Heading(1, format!("{}: rule {}", result.of, result.rule.rule)));
    out.push(Block::Code(result.statement.clone()));
    let runs = match (result.runs.as_slice(), &result.saying) {
        ([], Some(saying)) => format!("none: {saying}"),
        ([], None) => "none".to_owned(),
        (verbs, Some(saying)) => format!("{} ({saying})", verbs.join(", ")),
        (verbs, None) => verbs.join(", "),
    };
    out.push(Block::Facts(vec![
        ("runs".into(), runs),
        ("rule".into(), facts::rule_taken(&result.rule)),
        ("trace".into(), trace(&result.rule)),
    ]));
    out
}

/// `k < 2: no → p(q) < 0.1 and i2(q) >= 50%: yes → reml`.
pub fn trace(rule: &RuleTaken) -> String {
    let mut steps: Vec<String> = rule
        .steps
        .iter()
        .filter(|s| s.condition != "otherwise")
        .map(|s| {
            let holds = match s.holds {
                Some(true) => "yes",
                Some(false) => "no",
                None => "can't be said",
            };
            format!("{}: {holds}", s.condition)
        })
        .collect();
    if rule.condition == "otherwise" {
        steps.push("otherwise".into());
    }
    steps.push(rule.then.clone());
    steps.join(" → ")
}

/// The directions of effects in words.
pub fn directions(d: &Directions, level: f64) -> String {
    let none = if d.none > 0 { format!(", {} exactly at no effect", d.none) } else { String::new() };
    format!(
        "{} above and {} below no effect{none}; {} above [{}, {}] ({} interval by Wilson); sign test {}",
        d.above,
        d.below,
        number::percent(100.0 * d.share),
        number::percent(100.0 * d.ci[0]),
        number::percent(100.0 * d.ci[1]),
        number::level(level),
        number::p_value(d.p)
    )
}

/// What the branches not taken would give, for `explain`.
pub fn alternatives(result: &PoolResult) -> Option<Block> {
    if result.alternatives.is_empty() {
        return None;
    }
    let columns = vec![
        Column::new("branch", Align::Right),
        Column::new("when", Align::Left),
        Column::new("then", Align::Left),
        Column::new("gives", Align::Left),
    ];
    let taken = result.rule.as_ref();
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    rows.extend(taken.map(|t| {
        vec![
            Cell::text(format!("{} (taken)", t.branch)),
            Cell::text(&t.condition),
            Cell::text(&t.then),
            Cell::text(gives(Some(result), None)),
        ]
    }));
    let row = |b: &BranchResult| {
        vec![
            Cell::text(b.branch.to_string()),
            Cell::text(&b.condition),
            Cell::text(&b.then),
            Cell::text(gives(b.pool.as_ref(), b.reason.as_deref())),
        ]
    };
    rows.extend(result.alternatives.iter().map(row));
    Some(Block::Table(Table { columns, rows }))
}

fn gives(pool: Option<&PoolResult>, reason: Option<&str>) -> String {
    match pool {
        Some(pool) if pool.not_pooled.is_some() => "not pooled".into(),
        Some(pool) => format!("{} {}, k = {}", crate::report::words::label(pool), interval(pool), pool.k),
        None => reason.unwrap_or("no result").to_owned(),
    }
}
