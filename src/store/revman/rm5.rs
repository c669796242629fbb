//! `.rm5`: one XML document.
//!
//! Traps: the header says ISO-8859-1; ids escape `-` as `_x002d_`; `LOG_EFFECT_SIZE` is a
//! logarithm to base 10 while `SE` belongs to the natural one, so neither serves as data.

use super::build::{about, add};
use super::rm5_analysis::Reader;
use crate::diagnostic::Problem;
use crate::store::json::finish;
use crate::store::model::Store;
use crate::store::open::Loaded;
use crate::store::problems::Problems;
use crate::store::review::{Report, Review, RobJudgement, Search};
use crate::store::stored_analysis::DataKind;
use crate::store::value::Value;
use indexmap::IndexMap;
use roxmltree::{Document, Node, ParsingOptions};

/// Reads a `.rm5`.
pub(crate) fn read_rm5(file: &str, bytes: &[u8]) -> Loaded {
    let mut problems = Problems::of(file);
    let text = decode(bytes);
    let options = ParsingOptions { allow_dtd: false, nodes_limit: 20_000_000, ..ParsingOptions::default() };
    let document = match Document::parse_with_options(&text, options) {
        Ok(document) => document,
        Err(error) => {
            let line = usize::try_from(error.pos().row).ok();
            let problem =
                Problem::error("E320", format!("the XML can't be read: {error}")).help("open the file in RevMan and save it again");
            problems.push(line, None, problem);
            return Loaded { store: None, draft: None, problems: problems.finish() };
        }
    };
    let root = document.root_element();
    if root.tag_name().name() != "COCHRANE_REVIEW" {
        let problem = Problem::error("E322", format!("the XML is no RevMan review: it begins with `{}`", root.tag_name().name()));
        problems.whole(problem.help("a review of RevMan 5 begins with `COCHRANE_REVIEW`"));
        return Loaded { store: None, draft: None, problems: problems.finish() };
    }
    let mut store = Store { review: Some(review(root)), ..Store::default() };
    let names = studies(root, &mut store);
    let lines = Lines::of(&text);
    for comparison in root.descendants().filter(|n| n.has_tag_name("COMPARISON")) {
        let number = comparison.attribute("NO").unwrap_or("1");
        let title = name(comparison).unwrap_or_else(|| format!("Comparison {number}"));
        for outcome in comparison.children().filter(Node::is_element) {
            if let Some(kind) = kind(outcome.tag_name().name(), "_OUTCOME") {
                let mut reader = Reader { file, names: &names, lines: &lines, problems: &mut problems };
                let mut read = reader.analysis(outcome, kind, number);
                read.comparison_title.clone_from(&title);
                add(&mut store, file, read);
            }
        }
    }
    risk_of_bias(root, &names, &mut store);
    if store.rows.is_empty() {
        problems
            .whole(Problem::error("E303", "the review holds no data of analyses").help("it may be a protocol, or hold its data as text"));
    }
    for row in &store.rows {
        for (column, problem) in crate::store::checks::impossible(row) {
            problems.push_at(row.place(column), about(row, problem));
        }
    }
    finish(store, problems)
}

/// The text in the encoding of its header; a byte-order mark, or text that is UTF-8 whatever the header says, is.
fn decode(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let head = bytes.get(..bytes.len().min(200)).unwrap_or(bytes);
    let says_latin = String::from_utf8_lossy(head).to_uppercase().contains("ISO-8859-1");
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) if says_latin => bytes.iter().map(|b| latin(*b)).collect(),
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// A byte of Windows-1252, which files that claim ISO-8859-1 often hold.
fn latin(byte: u8) -> char {
    match byte {
        0x91 | 0x92 => '\'',
        0x93 | 0x94 => '"',
        0x96 => '\u{2013}',
        0x97 => '\u{2014}',
        0x85 => '\u{2026}',
        0x80..=0x9f => '\u{fffd}',
        other => char::from(other),
    }
}

/// The line on which a byte stands.
pub(super) struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Lines(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at).collect())
    }

    pub(super) fn at(&self, byte: usize) -> usize {
        self.0.partition_point(|end| *end < byte) + 1
    }
}

/// Turns `STD-MRC_x002d_1` back into what was meant.
pub(super) fn unescape(id: &str) -> String {
    let mut out = String::new();
    let mut rest = id;
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 6).and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
        match (code, rest.get(at + 6..at + 7)) {
            (Some(c), Some("_")) => {
                out.push_str(&rest[..at]);
                out.push(c);
                rest = &rest[at + 7..];
            }
            _ => {
                out.push_str(&rest[..at + 2]);
                rest = &rest[at + 2..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// All text in an element, in one line.
pub(super) fn plain(node: Node) -> Option<String> {
    let text: String = node.descendants().filter_map(|n| n.text().filter(|_| n.is_text())).collect::<Vec<_>>().join(" ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

pub(super) fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|n| n.has_tag_name(name))
}

/// The text of a child `NAME`.
pub(super) fn name(node: Node) -> Option<String> {
    child(node, "NAME").and_then(plain)
}

fn review(root: Node) -> Review {
    let title = root.descendants().find(|n| n.has_tag_name("TITLE")).and_then(plain);
    let searched = root.descendants().find(|n| n.has_tag_name("LAST_SEARCH")).and_then(|n| child(n, "DATE"));
    let date = searched.and_then(|d| {
        let part = |name: &str| d.attribute(name).and_then(|t| t.trim().parse::<u32>().ok());
        let year = part("YEAR")?;
        Some(match (part("MONTH"), part("DAY")) {
            (Some(month), Some(day)) => format!("{year}-{month:02}-{day:02}"),
            (Some(month), None) => format!("{year}-{month:02}"),
            _ => format!("{year}"),
        })
    });
    Review {
        id: root.attribute("ID").map(str::to_owned),
        title,
        searches: date.map(|date| Search { date: Some(date), ..Search::default() }).into_iter().collect(),
        ..Review::default()
    }
}

/// The included studies; by id, their names.
fn studies(root: Node, store: &mut Store) -> IndexMap<String, String> {
    let mut names = IndexMap::new();
    let included = root.descendants().find(|n| n.has_tag_name("INCLUDED_STUDIES"));
    for study in included.into_iter().flat_map(|n| n.children()).filter(|n| n.has_tag_name("STUDY")) {
        let Some(id) = study.attribute("ID") else { continue };
        let label = study.attribute("NAME").map_or_else(|| unescape(id.trim_start_matches("STD-")), str::to_owned);
        let label = label.trim().to_owned();
        let mut reports = Vec::new();
        let entry = store.ensure_study(&label);
        if let Some(year) = study.attribute("YEAR").filter(|y| !y.trim().is_empty()) {
            entry.characteristics.insert("year".to_owned(), Value::infer(year));
        }
        if let Some(source) = study.attribute("DATA_SOURCE") {
            entry.characteristics.insert("data_source".to_owned(), Value::infer(source));
        }
        for (index, reference) in study.children().filter(|n| n.has_tag_name("REFERENCE")).enumerate() {
            let part = |name: &str| child(reference, name).and_then(plain);
            let parts: Vec<String> = ["AU", "TI", "SO", "YR", "VL", "NO", "PG"].iter().filter_map(|n| part(n)).collect();
            if parts.is_empty() {
                continue;
            }
            let citation = parts.join(". ");
            if reference.attribute("PRIMARY") == Some("YES") || index == 0 {
                entry.citation = Some(citation.clone());
            }
            if index == 0
                && let Some(authors) = part("AU")
            {
                entry.characteristics.insert("authors".to_owned(), Value::Text(authors));
            }
            let report = format!("{label} {}", index + 1);
            reports.push(Report { id: report, study: Some(label.clone()), citation: Some(citation), ..Report::default() });
        }
        store.reports.extend(reports.into_iter().map(|r| (r.id.clone(), r)));
        names.insert(id.to_owned(), label);
    }
    names
}

/// The kind of data that an element's name tells.
pub(super) fn kind(tag: &str, suffix: &str) -> Option<DataKind> {
    match tag.strip_suffix(suffix)? {
        "DICH" => Some(DataKind::Dichotomous),
        "CONT" => Some(DataKind::Continuous),
        "IPD" => Some(DataKind::OeVariance),
        "IV" => Some(DataKind::GenericInverseVariance),
        _ => None,
    }
}

/// The judgements: an item is a domain, `YES` low risk, `NO` high, `UNKNOWN` unclear.
fn risk_of_bias(root: Node, names: &IndexMap<String, String>, store: &mut Store) {
    for item in root.descendants().filter(|n| n.has_tag_name("QUALITY_ITEM")) {
        let Some(domain) = name(item) else { continue };
        for entry in item.descendants().filter(|n| n.has_tag_name("QUALITY_ITEM_DATA_ENTRY")) {
            let judgement = match entry.attribute("RESULT") {
                Some("YES") => "low",
                Some("NO") => "high",
                Some("UNKNOWN") => "unclear",
                _ => continue,
            };
            let Some(study) = entry.attribute("STUDY_ID").and_then(|id| names.get(id)) else { continue };
            store.risk_of_bias.push(RobJudgement {
                study: study.clone(),
                tool: Some("RoB 1".to_owned()),
                domain: domain.clone(),
                judgement: judgement.to_owned(),
                support: child(entry, "DESCRIPTION").and_then(plain),
                ..RobJudgement::default()
            });
        }
    }
}
