//! The whole report, section by section, in the order of PRISMA 2020.

use super::characteristics;
use super::figures::Figures;
use super::paper::Paper;
use super::results::{sentence, title};
use super::roles::{self, Part};
use super::{Material, methods, planned, tables};
use crate::eval::labelled;
use crate::eval::outcome::{Composition, FindingRow, Outcome, PlanReport, Plot, PoolResult, TableResult};
use crate::number;
use crate::report::compose::{self, Hints, effect};
use crate::report::document::{Align, Block, Cell, Document};
use crate::report::json::VERSION;
use crate::store::{Store, Study, sha256};
use std::collections::BTreeSet;

/// What the parts of a report are written from.
pub struct Writing<'a> {
    /// The data.
    pub store: &'a Store,
    /// The results, in order.
    pub results: &'a [&'a Outcome],
    /// What draws them.
    pub figures: &'a Figures<'a>,
    /// What became of the plan, where one is followed.
    pub plan: Option<&'a PlanReport>,
    /// Tables of findings to show.
    pub findings: &'a [Vec<FindingRow>],
}

impl<'a> Writing<'a> {
    /// The results of a part, in order.
    pub fn of(&self, part: Part) -> impl Iterator<Item = &'a Outcome> {
        self.results.iter().copied().filter(move |o| roles::of(o) == part)
    }

    /// The pooled results of a part.
    pub fn pools(&self, part: Part) -> impl Iterator<Item = &'a PoolResult> {
        self.of(part).filter_map(|o| if let Outcome::Pool(p) = o { Some(&**p) } else { None })
    }
}

/// The title and the document.
pub fn document(asked: &Composition, material: &Material, figures: &Figures) -> (String, Document) {
    let store = &*asked.store;
    // What was planned stands before what was done beside it.
    let mut ordered = material.results.clone();
    ordered.sort_by_key(|o| matches!(roles::status(o), Some("post_hoc" | "unregistered")) && material.plan.is_some());
    let writing = Writing { store, results: &ordered, figures, plan: material.plan, findings: &asked.findings };
    let review = store.review.clone().unwrap_or_default();
    let mut paper = Paper::new(&asked.sections);
    let title = review.title.clone().or(review.id.clone()).unwrap_or_else(|| "A systematic review".into());
    paper.part("1", 1, title.clone());
    match &review.title {
        Some(t) if t.to_lowercase().contains("systematic review") => paper.filled("1"),
        Some(_) => paper.gap("1", "a title that names the report a systematic review. Write it as: review ID \"…\""),
        None => paper.gap("1", "the title of the review. Write it as: review ID \"…\""),
    }
    facts(&mut paper, &writing, &asked.source.name);
    paper.person_part("abstract", 2);

    paper.heading(2, "Introduction");
    paper.person_part("rationale", 3);
    paper.part("4", 3, "Objectives");
    match &review.question {
        Some(question) if !paper.has("objectives") => {
            paper.say(question.clone());
            paper.filled("4");
        }
        _ => paper.person("objectives"),
    }
    methods::write(&mut paper, &writing);
    results(&mut paper, &writing);

    paper.heading(2, "Discussion");
    for name in ["interpretation", "evidence_limits", "process_limits", "implications"] {
        paper.person_part(name, 3);
    }
    other(&mut paper, &writing, material);
    paper.checklist();
    (title, paper.document)
}

/// A longer text is no level that sorts studies.
const LEVEL: usize = 30;

/// What stands under the title.
fn facts(paper: &mut Paper, writing: &Writing, script: &str) {
    let store = writing.store;
    let mut facts: Vec<(String, String)> = Vec::new();
    let mut fact = |name: &str, value: String| facts.push((name.to_owned(), value));
    if let Some(review) = &store.review {
        for r in &review.registrations {
            let parts = [r.registry.clone(), r.id.clone(), r.date.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ");
            fact("registration", parts);
        }
        if let Some(stage) = &review.stage {
            fact("stage", stage.clone());
        }
    }
    let rows = number::plural(store.rows.len(), "row", "rows");
    fact("data", format!("{rows} of {}", number::plural(store.studies.len(), "study", "studies")));
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for status in writing.results.iter().filter_map(|o| roles::status(o)) {
        match counts.iter_mut().find(|c| c.0 == status) {
            Some(c) => c.1 += 1,
            None => counts.push((status, 1)),
        }
    }
    let status: Vec<String> = counts.iter().map(|(s, n)| format!("{n} {}", crate::protocol::role::status_words(s))).collect();
    match writing.plan {
        Some(plan) => {
            let lock = plan.fingerprint.as_ref().map_or("not locked".to_owned(), |f| {
                format!("{f}, {}, {}", plan.locked, if plan.verified { "verified" } else { "not verified" })
            });
            fact("plan", format!("{}, {lock}", plan.path));
            fact("analyses", planned::dashboard(plan));
        }
        None if !status.is_empty() => fact("analyses", status.join(", ")),
        None => {}
    }
    // The name alone: where the script was called from says nothing of the review.
    let script = script.rsplit(['/', '\\']).next().unwrap_or(script);
    fact("made by", format!("Weald {VERSION} from {script}; every number comes from a result of that script"));
    paper.document.push(Block::Facts(facts));
}

/// Items 16 to 22.
fn results(paper: &mut Paper, writing: &Writing) {
    let store = writing.store;
    paper.heading(2, "Results");
    paper.part("16a", 3, "Study selection");
    super::flow::write(paper, store, writing.results, writing.figures);
    paper.part("16b", 3, "Excluded studies");
    let excluded = tables::exclusions(store, writing.results);
    if excluded.rows.is_empty() {
        paper.gap("16b", "the studies that might appear to meet the criteria but were excluded, each with its reason. The data hold none: they stand under `exclusions` of the store");
    } else {
        listing(paper, excluded);
        paper.filled("16b");
    }
    paper.part("17", 3, "Study characteristics");
    listing(paper, characteristics::table(store, &[]));
    let cited = characteristics::included(store).filter(|s| s.citation.is_some()).count();
    let all = characteristics::included(store).count();
    if cited == all && all > 0 {
        let items = characteristics::included(store).map(|s| format!("{}: {}", s.label(), s.citation.clone().unwrap_or_default()));
        paper.document.push_list(items.collect());
        paper.filled("17");
    } else {
        paper.filled("17");
        paper.gap("17", format!("the citations of included studies: the data have them for {cited} of {all}"));
    }
    paper.part("18", 3, "Risk of bias in studies");
    super::rob::write(paper, store, writing.figures);

    paper.part("20b", 3, "Results of syntheses");
    let any = writing.pools(Part::Synthesis).next().is_some();
    if any {
        listing(paper, super::results::table(store, writing.results));
        for item in ["19", "20a", "20b"] {
            paper.filled(item);
        }
    } else {
        paper.gap("20b", "results: the script pools nothing before this report");
    }
    planned::not_done(paper, writing.plan, Part::Synthesis);
    for (i, pool) in writing.pools(Part::Synthesis).enumerate() {
        if i == 0 {
            paper.document.push(Block::Anchor(super::paper::anchor("19")));
            paper.document.push(Block::Anchor(super::paper::anchor("20a")));
        }
        synthesis(paper, writing, pool);
    }
    part(paper, writing, "20c", "Possible causes of heterogeneity", Part::Heterogeneity, "no subgroup analysis or meta-regression was run");
    part(paper, writing, "20d", "Sensitivity analyses", Part::Sensitivity, "no sensitivity analysis was run");
    paper.part("21", 3, "Reporting biases");
    planned::not_done(paper, writing.plan, Part::MissingResults);
    let judged = super::rob::missing_evidence(paper, store, writing.results);
    let tests: Vec<&Outcome> = writing.of(Part::MissingResults).collect();
    for outcome in &tests {
        embed(paper, outcome, 4);
    }
    if tests.is_empty() && !judged {
        paper.gap("21", "an assessment of risk of bias due to missing results: the script runs no test of small-study effects, and the data hold no such judgement");
    } else {
        for pool in writing.pools(Part::Synthesis).filter(|p| p.k >= 10) {
            paper.document.push(writing.figures.plot(Plot::Funnel, &Outcome::Pool(Box::new(pool.clone()))));
        }
        paper.say("Small-study effects have other causes than missing results too; a test of asymmetry does not tell them apart.");
        paper.filled("21");
    }
    paper.part("22", 3, "Certainty of evidence");
    super::findings::write(paper, writing);
    for outcome in writing.of(Part::Certainty) {
        embed(paper, outcome, 4);
    }
    let compared: Vec<&Outcome> = writing.of(Part::Published).collect();
    if !compared.is_empty() {
        paper.heading(3, "Comparison with published numbers");
        published(paper, &compared);
    }
}

/// One synthesis: its sentence, its studies, what was found, how it was done.
fn synthesis(paper: &mut Paper, writing: &Writing, pool: &PoolResult) {
    paper.heading(4, title(writing.store, pool));
    if pool.status != "unregistered" {
        let plan = pool.plan.as_ref().map(|p| format!(" ({p})")).unwrap_or_default();
        paper.document.push(Block::Facts(vec![("status".into(), format!("{}{plan}", crate::protocol::role::status_words(pool.status)))]));
    }
    paper.say(sentence(pool));
    contributing(paper, writing.store, pool);
    if pool.not_pooled.is_some() && pool.k > 1 && effect::null(pool).is_some() {
        let drawn = super::swim::figure(writing.store, pool, writing.figures.fingerprint, &writing.figures.fonts);
        paper.document.push(writing.figures.block(&drawn));
        listing(paper, super::swim::table(writing.store, pool));
    }
    let outcome = Outcome::Pool(Box::new(pool.clone()));
    forest(paper, writing, &outcome);
    embed_blocks(paper, compose::document(&labelled(outcome.clone(), writing.store), &Hints { sides: pool.sides.clone() }), 4, true);
}

/// The forest of a result with more than one effect.
fn forest(paper: &mut Paper, writing: &Writing, outcome: &Outcome) {
    if !matches!(outcome, Outcome::Pool(pool) if pool.k < 2) {
        paper.document.push(writing.figures.plot(Plot::Forest, outcome));
    }
}

/// Characteristics and risk of bias of the studies that contribute (item 20a).
fn contributing(paper: &mut Paper, store: &Store, pool: &PoolResult) {
    // A study of several effects is one study.
    let ids: BTreeSet<&str> = pool.studies.iter().filter(|s| !s.is_left_out()).map(|s| s.study.as_str()).collect();
    let (mut parts, mut texts) = (Vec::new(), Vec::new());
    let studies: Vec<&Study> = store.studies.values().filter(|s| ids.contains(s.id.as_str())).collect();
    // One study has its row in the table of characteristics.
    for name in characteristics::known(&studies).into_iter().filter(|_| studies.len() > 1) {
        let mut levels: Vec<(String, usize)> = Vec::new();
        let mut numbers: Vec<f64> = Vec::new();
        for value in studies.iter().filter_map(|s| s.characteristics.get(&name)) {
            numbers.extend(value.number());
            let value = value.to_string();
            match levels.iter_mut().find(|l| l.0 == value) {
                _ if value.is_empty() => {}
                Some(l) => l.1 += 1,
                None => levels.push((value, 1)),
            }
        }
        let name = name.replace('_', " ");
        let of_numbers = numbers.len() > 1 && numbers.len() == levels.iter().map(|l| l.1).sum::<usize>();
        if of_numbers && (levels.len() > 3 || levels.len() == studies.len()) {
            let (low, high) = numbers.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(*x), b.max(*x)));
            parts.push(format!("{name}: {} to {}", number::plain(low), number::plain(high)));
        } else if !levels.is_empty() {
            // Levels that hold several studies sort them; remarks of one's own are only counted.
            let sorts =
                levels.len() <= 6 && (levels.len() < studies.len().max(3)) && levels.iter().all(|(l, _)| l.chars().count() <= LEVEL);
            if sorts {
                let levels: Vec<String> = levels.into_iter().map(|(l, n)| format!("{l} ({n})")).collect();
                parts.push(format!("{name}: {}", levels.join(", ")));
            } else {
                let known: usize = levels.iter().map(|l| l.1).sum();
                texts.push(format!("{name} ({known})"));
            }
        }
    }
    if !parts.is_empty() {
        paper.say(format!("Contributing studies by their characteristics: {}.", parts.join("; ")));
    }
    if !texts.is_empty() {
        paper.say(format!("Described in words, of how many studies: {}; the table of characteristics has them.", texts.join(", ")));
    }
    match super::rob::contributing(store, pool) {
        Some(bias) => paper.say(format!("{}{}.", bias[..1].to_uppercase(), &bias[1..])),
        None => paper.say("The data hold no overall judgement of their risk of bias."),
    }
}

/// All results of a part, or a statement that there are none.
fn part(paper: &mut Paper, writing: &Writing, item: &str, heading: &str, part: Part, none: &str) {
    paper.part(item, 3, heading);
    let found: Vec<&Outcome> = writing.of(part).collect();
    if found.is_empty() {
        paper.say(format!("In this script {none}."));
    }
    planned::not_done(paper, writing.plan, part);
    for outcome in found {
        if let Outcome::Pool(pool) = outcome {
            paper.heading(4, title(writing.store, pool));
            paper.say(sentence(pool));
            if let Some(between) = &pool.between {
                let (q, df, p) = (number::statistic(between.q), number::df(between.df), number::p_value(between.p));
                paper.say(format!("Test between subgroups ({} tau2): Q({df}) = {q}, {p}.", between.tau2));
            }
            planned::expected(paper, writing.plan, pool);
            if !pool.spec.by.is_empty() || pool.groups.is_some() {
                forest(paper, writing, outcome);
                let shown = labelled(outcome.clone(), writing.store);
                embed_blocks(paper, compose::document(&shown, &Hints { sides: pool.sides.clone() }), 4, true);
            } else {
                paper.document.push(Block::Code(pool.statement.clone()));
            }
        } else {
            embed(paper, &labelled(outcome.clone(), writing.store), 4);
            if let Some(plot) = roles::plot_of(outcome) {
                paper.document.push(writing.figures.plot(plot, outcome));
            }
        }
    }
    paper.filled(item);
}

/// A result as it is printed, its headings at a level.
fn embed(paper: &mut Paper, outcome: &Outcome, level: u8) {
    let document = compose::document(outcome, &Hints::default());
    match roles::heading(outcome) {
        Some(heading) => {
            paper.heading(level, heading);
            embed_blocks(paper, document, level, true);
        }
        None => embed_blocks(paper, document, level, false),
    }
}

/// Blocks of a result's own report, its headings moved to a level or left out.
fn embed_blocks(paper: &mut Paper, document: Document, level: u8, without_title: bool) {
    for block in document.blocks {
        match block {
            Block::Heading(1, _) if without_title => {}
            Block::Heading(l, text) => paper.document.push(Block::Heading((level + l - 1).min(6), text)),
            other => paper.document.push(other),
        }
    }
}

/// A list with its notes.
pub fn listing(paper: &mut Paper, table: TableResult) {
    let columns: Vec<(&str, Align)> = table.columns.iter().map(|c| (c.as_str(), Align::Left)).collect();
    let rows = table.rows.iter().map(|r| r.iter().map(Cell::text).collect()).collect();
    paper.table(table.title, &columns, rows);
    for text in table.notes {
        paper.document.push(Block::Note { code: String::new(), text });
    }
}

/// What was printed elsewhere beside what was computed here.
fn published(paper: &mut Paper, compared: &[&Outcome]) {
    let mut rows = Vec::new();
    for outcome in compared {
        match outcome {
            Outcome::Expect(e) => {
                for (i, f) in e.fields.iter().enumerate() {
                    let own = |text: &str| if i == 0 { Cell::text(text) } else { Cell::Empty };
                    let digits = f.expected_text.split_once('.').map_or(0, |(_, d)| d.len());
                    rows.push(vec![
                        own(&e.target),
                        own(e.from.as_deref().unwrap_or_default()),
                        Cell::text(&f.field),
                        Cell::text(&f.expected_text),
                        Cell::maybe(f.actual.map(|a| number::fixed(a, digits))),
                        Cell::text(f.verdict.replace('_', " ")),
                    ]);
                }
            }
            other => embed(paper, other, 4),
        }
    }
    let columns = [
        ("result", Align::Left),
        ("printed in", Align::Left),
        ("field", Align::Left),
        ("printed", Align::Decimal),
        ("computed", Align::Decimal),
        ("verdict", Align::Left),
    ];
    paper.table("Printed and computed", &columns, rows);
}

/// Items 24 to 27.
fn other(paper: &mut Paper, writing: &Writing, material: &Material) {
    let store = writing.store;
    paper.heading(2, "Other information");
    paper.part("24a", 3, "Registration");
    planned::registration(paper, store, writing.plan);
    planned::protocol(paper, writing.plan, material.archive.as_deref());
    paper.part("24c", 3, "Amendments and deviations");
    if let Some(plan) = writing.plan {
        planned::write(paper, plan);
        paper.filled("24c");
    }
    if !paper.wrote("amendments") && writing.plan.is_none() {
        paper.person("amendments");
    }
    paper.person_part("support", 3);
    paper.person_part("interests", 3);
    paper.part("27", 3, "Availability of data, code and other materials");
    paper.say(match &material.archive {
        Some(file) => format!(
            "Data, script, results and pictures are in the archive {file}, which the script writes; its MANIFEST.txt has the SHA-256 of each file and says how to run it again."
        ),
        None => "The script writes no archive of data, script and results; report bundle to \"FILE.zip\" would.".to_owned(),
    });
    let rows: Vec<Vec<Cell>> = material.read.iter().map(|(name, bytes)| vec![Cell::text(name), Cell::text(sha256(bytes))]).collect();
    paper.table("Files that the script has read", &[("file", Align::Left), ("SHA-256", Align::Left)], rows);
    paper.person("availability");
    let decided = tables::dispositions(store);
    if !decided.rows.is_empty() {
        paper.heading(3, "Data checks");
        listing(paper, decided);
    }
    planned::changes(paper, material);
}
