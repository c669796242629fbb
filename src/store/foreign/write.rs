//! Stores as other programs' tables. Each says what the table can't hold.

use super::prisma::in_package;
use super::robvis::{WEIGHT, WORDS};
use crate::store::columns::find;
use crate::store::model::Store;
use crate::store::open::beyond_rows;
use crate::store::value::Value;
use crate::store::write_csv::{table, to_csv};
use indexmap::{IndexMap, IndexSet};

/// What a table does not hold of the store, in words.
pub type Left = Vec<String>;

/// The rows as a tidy CSV.
pub fn tidy_csv(store: &Store) -> (String, Left) {
    (to_csv(store), beyond_rows(store).into_iter().map(str::to_owned).collect())
}

/// Weald's columns and the arguments of `escalc`.
const ESCALC: &[(&str, &str)] = &[
    ("n1", "n1i"),
    ("mean1", "m1i"),
    ("sd1", "sd1i"),
    ("events1", "ai"),
    ("time1", "t1i"),
    ("n2", "n2i"),
    ("mean2", "m2i"),
    ("sd2", "sd2i"),
    ("events2", "ci"),
    ("time2", "t2i"),
    ("n", "ni"),
    ("mean", "mi"),
    ("sd", "sdi"),
    ("events", "xi"),
    ("time", "ti"),
    ("r", "ri"),
    ("t", "ti"),
    ("d", "di"),
    ("p", "pi"),
];

/// The rows with the names that `escalc` takes: `slab` for the study, `ai` or `x1i` for events.
///
/// Every other column keeps its name, and so does one whose new name would be read back as
/// something else. Numbers that `escalc` has no argument for are named.
pub fn metafor_csv(store: &Store) -> (String, Left) {
    let (text, mut left) = tidy_csv(store);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let mut lines: Vec<Vec<String>> = reader.records().filter_map(Result::ok).map(|r| r.iter().map(str::to_owned).collect()).collect();
    let Some(header) = lines.first_mut() else { return (text, left) };
    let own = header.clone();
    let mut kept: IndexSet<usize> = IndexSet::new();
    // What is read back under another name keeps its own; that may change how the others are read.
    loop {
        *header = escalc_names(&own, &kept);
        let again = super::metafor::names(header);
        let lost: Vec<usize> = (0..own.len()).filter(|i| again.get(*i) != own.get(*i) && !kept.contains(i)).collect();
        if lost.is_empty() {
            break;
        }
        kept.extend(lost);
    }
    let unknown: Vec<String> = header
        .iter()
        .zip(&own)
        .filter(|(now, before)| now == before && !matches!(before.as_str(), "yi" | "vi" | "sei"))
        .filter(|(_, before)| find(before).is_some_and(|c| c.is_number()))
        .map(|(name, _)| format!("`{name}`"))
        .collect();
    if !unknown.is_empty() {
        left.push(format!("names that `escalc` knows for {} (they keep their own)", unknown.join(", ")));
    }
    (table(lines), left)
}

/// A header with the names that `escalc` takes, but for the columns that keep theirs.
fn escalc_names(own: &[String], kept: &IndexSet<usize>) -> Vec<String> {
    let has = |name: &str| own.iter().any(|h| h == name);
    let rates = has("time1");
    let two_groups = has("n1");
    // `m1i` is a mean of group 1, or, without groups, one after: never both in one table.
    let paired = has("mean_post") && !two_groups;
    let new = |(at, name): (usize, &String)| {
        let new = match name.as_str() {
            _ if kept.contains(&at) => name,
            "study" => "slab",
            "events1" if rates => "x1i",
            "events2" if rates => "x2i",
            "mean_post" if paired => "m1i",
            "mean_pre" if paired => "m2i",
            "sd_post" if paired => "sd1i",
            "sd_pre" if paired => "sd2i",
            other => ESCALC.iter().find(|(own, _)| *own == other).map_or(other, |(_, theirs)| *theirs),
        };
        // A moderator may be called like an argument: it stays, and the column keeps Weald's name.
        if has(new) { name.clone() } else { new.to_owned() }
    };
    own.iter().enumerate().map(new).collect()
}

/// The judgements of one tool: a line a study, domains in the order of the store, `Overall`.
/// `None` if there are none.
pub fn robvis_csv(store: &Store, tool: Option<&str>) -> Option<(String, Left)> {
    let tools: IndexSet<Option<&str>> = store.risk_of_bias.iter().map(|j| j.tool.as_deref()).collect();
    let chosen = match tool {
        Some(tool) => tools.iter().copied().find(|t| t.is_some_and(|t| t.eq_ignore_ascii_case(tool)))?,
        None => tools.first().copied()?,
    };
    let mut left = Vec::new();
    let others: Vec<&str> = tools.iter().filter(|t| **t != chosen).map(|t| t.unwrap_or("no tool")).collect();
    if !others.is_empty() {
        left.push(format!("judgements by {}", others.join(", ")));
    }
    let mut domains: IndexSet<&str> = IndexSet::new();
    let mut lines: IndexMap<&str, IndexMap<&str, &str>> = IndexMap::new();
    let (mut repeated, mut more) = (0usize, false);
    for j in store.risk_of_bias.iter().filter(|j| j.tool.as_deref() == chosen) {
        if j.domain != "overall" {
            domains.insert(&j.domain);
        }
        let line = lines.entry(&j.study).or_default();
        if line.contains_key(j.domain.as_str()) {
            repeated += 1;
        } else {
            line.insert(&j.domain, &j.judgement);
        }
        more |= j.support.is_some() || j.direction.is_some() || j.assessor.is_some() || j.date.is_some();
    }
    if repeated > 0 {
        left.push(format!("{repeated} judgements of studies that have one for several results: the first is written"));
    }
    if more {
        left.push("support, direction, assessor and date of judgements".to_owned());
    }
    let word = |own: &str| WORDS.iter().find(|(o, _)| *o == own).map_or_else(|| own.to_owned(), |(_, theirs)| (*theirs).to_owned());
    let weight = |study: &str| store.studies.get(study).and_then(|s| s.characteristics.get(WEIGHT)).and_then(Value::text);
    let weights = lines.keys().any(|s| weight(s).is_some());
    let mut header: Vec<String> = ["Study"].into_iter().chain(domains.iter().copied()).map(str::to_owned).collect();
    header.push("Overall".to_owned());
    header.extend(weights.then(|| "Weight".to_owned()));
    let mut out = vec![header];
    for (study, line) in &lines {
        let mut cells = vec![(*study).to_owned()];
        cells.extend(domains.iter().chain(&["overall"]).map(|d| line.get(d).map_or_else(String::new, |own| word(own))));
        cells.extend(weights.then(|| weight(study).unwrap_or("").to_owned()));
        out.push(cells);
    }
    Some((table(out), left))
}

/// The counts of the flow as the package PRISMA2020 reads them; `None` if there are none it knows.
pub fn prisma_csv(store: &Store) -> Option<(String, Left)> {
    let mut left = Vec::new();
    let unknown: IndexSet<&str> =
        store.flow.iter().map(|f| f.stage.as_str()).filter(|s| !in_package().any(|(b, _)| b.data == *s)).collect();
    if unknown.len() < store.flow.iter().map(|f| f.stage.as_str()).collect::<IndexSet<_>>().len() {
        if !unknown.is_empty() {
            left.push(format!("the counts `{}`, which are no boxes of the diagram", unknown.into_iter().collect::<Vec<_>>().join("`, `")));
        }
    } else {
        return None;
    }
    let head = ["data", "node", "box", "description", "boxtext", "tooltips", "url", "n"];
    let mut lines = vec![head.map(str::to_owned).to_vec()];
    let missing = |text: &str| if text.is_empty() { "NA".to_owned() } else { text.to_owned() };
    for (flow_box, package) in in_package() {
        let counts: Vec<String> = store
            .flow
            .iter()
            .filter(|f| f.stage == flow_box.data)
            .map(|f| match &f.reason {
                Some(reason) if package.listed => format!("{reason}, {}", f.count),
                _ => f.count.to_string(),
            })
            .collect();
        let n = counts.join("; ");
        lines.push(vec![
            flow_box.data.to_owned(),
            missing(package.node),
            package.box_name.to_owned(),
            package.text.to_owned(),
            package.text.to_owned(),
            package.text.to_owned(),
            format!("{}.html", flow_box.data),
            n,
        ]);
    }
    Some((table(lines), left))
}
