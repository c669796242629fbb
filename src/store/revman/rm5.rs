//! `.rm5`: one XML document.
//!
//! Traps: the header says ISO-8859-1; ids escape `-` as `_x002d_`; `LOG_EFFECT_SIZE` is a
//! logarithm to base 10 while `SE` belongs to the natural one, so neither serves as data.

use super::build::{Read, ReadRow, add, cell, entered, entered_as_logs, measure_code, tell_wrong};
use crate::diagnostic::Problem;
use crate::store::cell::Cell;
use crate::store::json::finish;
use crate::store::model::Store;
use crate::store::open::Loaded;
use crate::store::problems::Problems;
use crate::store::review::{Report, Review, RobJudgement, Search};
use crate::store::stored_analysis::{DataKind, StoredAnalysis, StoredGroup, Totals};
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
                let mut read = analysis(outcome, kind, number, &names, &lines);
                read.comparison_title.clone_from(&title);
                tell_wrong(&mut read, &mut problems);
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
            problems.push(row.origin.row, Some(column), problem);
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
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Lines(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at).collect())
    }

    fn at(&self, byte: usize) -> usize {
        self.0.partition_point(|end| *end < byte) + 1
    }
}

/// Turns `STD-MRC_x002d_1` back into what was meant.
fn unescape(id: &str) -> String {
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
fn plain(node: Node) -> Option<String> {
    let text: String = node.descendants().filter_map(|n| n.text().filter(|_| n.is_text())).collect::<Vec<_>>().join(" ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|n| n.has_tag_name(name))
}

/// The text of a child `NAME`.
fn name(node: Node) -> Option<String> {
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
fn kind(tag: &str, suffix: &str) -> Option<DataKind> {
    match tag.strip_suffix(suffix)? {
        "DICH" => Some(DataKind::Dichotomous),
        "CONT" => Some(DataKind::Continuous),
        "IPD" => Some(DataKind::OeVariance),
        "IV" => Some(DataKind::GenericInverseVariance),
        _ => None,
    }
}

/// Names of results and the attributes that hold them.
const RESULTS: &[(&str, &str)] = &[
    ("effect", "EFFECT_SIZE"),
    ("ci_lower", "CI_START"),
    ("ci_upper", "CI_END"),
    ("q", "CHI2"),
    ("df", "DF"),
    ("p_q", "P_CHI2"),
    ("i2", "I2"),
    ("tau2", "TAU2"),
    ("z", "Z"),
    ("p", "P_Z"),
    ("q_between", "Q"),
    ("p_between", "P_Q"),
    ("i2_between", "I2_Q"),
];

fn results(node: Node) -> IndexMap<String, Cell> {
    let found = RESULTS.iter().filter_map(|(name, attribute)| Some(((*name).to_owned(), cell(node.attribute(*attribute))?)));
    let mut all: IndexMap<_, _> = found.collect();
    // Without an effect nothing was calculated, and zeros stand for blanks.
    if !all.contains_key("effect") {
        all.clear();
    }
    all
}

/// One outcome with its subgroups and data.
fn analysis(outcome: Node, kind: DataKind, comparison: &str, names: &IndexMap<String, String>, lines: &Lines) -> Read {
    let says = |name: &str| outcome.attribute(name) == Some("YES");
    let label = |name: &str| child(outcome, name).and_then(plain);
    let mut analysis = StoredAnalysis {
        id: format!("{comparison}.{}", outcome.attribute("NO").unwrap_or("1")),
        title: name(outcome),
        data: kind,
        method: outcome.attribute("METHOD").unwrap_or("IV").to_owned(),
        // An attribute of counts and means, a child in words of everything else.
        measure: measure_code(
            &outcome.attribute("EFFECT_MEASURE").map(str::to_owned).or_else(|| label("EFFECT_MEASURE")).unwrap_or_default(),
        ),
        random: says("RANDOM"),
        log_data: true,
        swap_events: says("SWAP_EVENTS"),
        totals: match outcome.attribute("TOTALS") {
            Some("NO") => Totals::None,
            Some("SUB") => Totals::Subgroups,
            _ => Totals::All,
        },
        level_study: cell(outcome.attribute("CI_STUDY")),
        level_total: cell(outcome.attribute("CI_TOTAL")),
        results: results(outcome),
        ..StoredAnalysis::default()
    };
    if kind == DataKind::GenericInverseVariance {
        let said = match outcome.attribute("LOG_DATA") {
            Some("YES") => Some(true),
            Some("NO") => Some(false),
            _ => None,
        };
        let pairs: Vec<(f64, f64)> = outcome
            .descendants()
            .filter(|n| kind_of(*n, "_DATA"))
            .filter_map(|n| Some((cell(n.attribute("ESTIMATE"))?.value, cell(n.attribute("EFFECT_SIZE"))?.value)))
            .collect();
        analysis.log_data = entered_as_logs(said, &analysis.measure, &pairs);
    }
    let grouped = outcome.children().any(|n| kind_of(n, "_SUBGROUP"));
    if !grouped {
        for name in ["q_between", "p_between", "i2_between"] {
            analysis.results.shift_remove(name);
        }
    }
    if !analysis.random {
        analysis.results.shift_remove("tau2");
    }
    let mut rows = Vec::new();
    for node in outcome.children().filter(Node::is_element) {
        if kind_of(node, "_SUBGROUP") {
            let group = name(node).unwrap_or_default();
            let mut results = results(node);
            for gone in ["q_between", "p_between", "i2_between"] {
                results.shift_remove(gone);
            }
            if !analysis.random {
                results.shift_remove("tau2");
            }
            analysis.subgroups.push(StoredGroup { name: group.clone(), results });
            rows.extend(node.children().filter(|n| kind_of(*n, "_DATA")).map(|n| line(n, kind, Some(&group), &analysis, names, lines)));
        } else if kind_of(node, "_DATA") {
            rows.push(line(node, kind, None, &analysis, names, lines));
        }
    }
    let labels = [label("GROUP_LABEL_1").unwrap_or_default(), label("GROUP_LABEL_2").unwrap_or_default()];
    Read { analysis, comparison_title: String::new(), labels, rows }
}

fn kind_of(node: Node, suffix: &str) -> bool {
    kind(node.tag_name().name(), suffix).is_some()
}

/// A study's line.
fn line(node: Node, kind: DataKind, group: Option<&str>, of: &StoredAnalysis, names: &IndexMap<String, String>, lines: &Lines) -> ReadRow {
    let number = |name: &str| cell(node.attribute(name));
    let id = node.attribute("STUDY_ID").unwrap_or("");
    let study = names.get(id).cloned().unwrap_or_else(|| unescape(id.trim_start_matches("STD-")));
    let columns: &[(&'static str, &str)] = match kind {
        DataKind::Dichotomous => &[("events1", "EVENTS_1"), ("n1", "TOTAL_1"), ("events2", "EVENTS_2"), ("n2", "TOTAL_2")],
        DataKind::Continuous => {
            &[("n1", "TOTAL_1"), ("mean1", "MEAN_1"), ("sd1", "SD_1"), ("n2", "TOTAL_2"), ("mean2", "MEAN_2"), ("sd2", "SD_2")]
        }
        DataKind::OeVariance => {
            &[("events1", "EVENTS_1"), ("n1", "TOTAL_1"), ("events2", "EVENTS_2"), ("n2", "TOTAL_2"), ("oe", "O_E"), ("v", "VAR")]
        }
        DataKind::GenericInverseVariance => &[("n1", "TOTAL_1"), ("n2", "TOTAL_2"), ("yi", "ESTIMATE"), ("sei", "SE")],
    };
    let mut wrong = Vec::new();
    let mut values: Vec<(&'static str, Option<Cell>)> = columns
        .iter()
        .map(|(name, attribute)| (*name, entered(node.attribute(*attribute), attribute, &mut wrong)))
        // People that nobody counted are 0 there.
        .map(|(name, value)| (name, value.filter(|c| !(name.starts_with('n') && c.value == 0.0))))
        .collect();
    for (_, value) in values.iter_mut().filter(|(name, value)| *name == "yi" && value.is_none()) {
        // Only older files lack the estimate as entered, and then the effect on the natural scale is logged.
        *value = number("EFFECT_SIZE").map(|effect| if of.log_data { Cell::exact(libm::log(effect.value)) } else { effect });
    }
    let mut results = IndexMap::new();
    for (name, attribute) in
        [("effect", "EFFECT_SIZE"), ("ci_lower", "CI_START"), ("ci_upper", "CI_END"), ("se", "SE"), ("weight", "WEIGHT")]
    {
        if let Some(value) = number(attribute) {
            results.insert(name.to_owned(), value);
        }
    }
    if !results.contains_key("effect") {
        results.clear();
    }
    ReadRow {
        study,
        group: group.map(str::to_owned),
        values,
        results,
        left_out: node.attribute("ESTIMABLE") == Some("NO") && number("WEIGHT").is_none_or(|w| w.value == 0.0),
        note: child(node, "FOOTNOTE").and_then(plain),
        line: lines.at(node.range().start),
        wrong,
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
