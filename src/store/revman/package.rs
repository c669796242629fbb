//! The data package: a ZIP of CSVs, alone or inside the ZIP of a review.
//!
//! Traps: inapplicable cells are `0.0`, not blank, so that every row is read by its data type;
//! levels are `95%`; on the log scale `GIV Mean` and `GIV SE` are logarithms while `Mean` and
//! its limits are not; an analysis that was not calculated has zeros everywhere.

use super::build::{Read, ReadRow, add, cell, entered, entered_as_logs, measure_code, tell_wrong};
use crate::diagnostic::Problem;
use crate::store::cell::Cell;
use crate::store::json::finish;
use crate::store::model::Store;
use crate::store::open::Loaded;
use crate::store::problems::Problems;
use crate::store::review::RobJudgement;
use crate::store::stored_analysis::{DataKind, StoredAnalysis, StoredGroup, Totals};
use crate::store::table::{Record, Table};
use crate::store::value::Value;
use indexmap::IndexMap;
use std::io::{Cursor, Read as _};

/// No file of a package is larger, unpacked.
const LARGEST: u64 = 200 << 20;

/// Reads a package.
pub(crate) fn read_package(file: &str, bytes: &[u8]) -> Loaded {
    let mut problems = Problems::of(file);
    let files = match unpack(bytes, 0) {
        Ok(files) => files,
        Err(what) => {
            problems.whole(Problem::error("E320", format!("the ZIP can't be read: {what}")).help("download it again; it may be cut short"));
            return Loaded { store: None, draft: None, problems: problems.finish() };
        }
    };
    let Some(settings) = part(&files, "overall-estimates-and-settings.csv", &mut problems) else {
        let problem = Problem::error("E322", "the ZIP is no RevMan data package: it has no `…-overall-estimates-and-settings.csv`");
        problems.whole(problem.help("in RevMan, download the review's data package; a ZIP of other files is unpacked first"));
        return Loaded { store: None, draft: None, problems: problems.finish() };
    };
    let rows = part(&files, "data-rows.csv", &mut problems).unwrap_or_default();
    let groups = part(&files, "subgroup-estimates.csv", &mut problems).unwrap_or_default();
    let mut store = Store::default();
    studies(&part(&files, "study-information.csv", &mut problems).unwrap_or_default(), &mut store);
    for line in settings.rows() {
        let mut read = analysis(&line);
        let here = |other: &Line| {
            other.get("analysis group") == line.get("analysis group") && other.get("analysis number") == line.get("analysis number")
        };
        for group in groups.rows().filter(|g| here(g)) {
            let mut results = results(&group, read.analysis.random);
            drop_between(&mut results);
            read.analysis.subgroups.push(StoredGroup { name: group.get("subgroup").to_owned(), results });
        }
        read.rows = rows.rows().filter(|r| here(r)).map(|r| data_row(&r, &read.analysis)).collect();
        if read.analysis.subgroups.is_empty() {
            drop_between(&mut read.analysis.results);
        }
        tell_wrong(&mut read, &mut problems);
        add(&mut store, file, read);
    }
    references(&files, &mut store, &mut problems);
    risk_of_bias(&part(&files, "risk-of-bias.csv", &mut problems).unwrap_or_default(), &mut store);
    if store.rows.is_empty() && !problems.any_error() {
        problems.whole(Problem::error("E303", "the package holds no data of analyses").help("its analyses may be empty"));
    }
    for row in &store.rows {
        for (column, problem) in crate::store::checks::impossible(row) {
            problems.push(row.origin.row, Some(column), problem);
        }
    }
    finish(store, problems)
}

/// The CSVs of a ZIP, those of ZIPs in it included.
fn unpack(bytes: &[u8], depth: usize) -> Result<Vec<(String, Vec<u8>)>, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| e.to_string())?;
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|e| e.to_string())?;
        let name = entry.name().map_err(|e| e.to_string())?.to_lowercase();
        let wanted = name.ends_with(".csv") || name.ends_with("-included.ris") || (name.ends_with("-data.zip") && depth < 2);
        if !wanted || entry.is_dir() {
            continue;
        }
        let mut content = Vec::new();
        entry.take(LARGEST + 1).read_to_end(&mut content).map_err(|e| e.to_string())?;
        if content.len() as u64 > LARGEST {
            return Err(format!("`{name}` is too large"));
        }
        if name.ends_with(".zip") {
            files.extend(unpack(&content, depth + 1)?);
        } else {
            files.push((name, content));
        }
    }
    Ok(files)
}

/// A CSV of the package, its columns by name.
#[derive(Default)]
struct Part {
    names: Vec<String>,
    records: Vec<Record>,
}

/// One line of it.
struct Line<'a> {
    part: &'a Part,
    record: &'a Record,
}

impl Part {
    fn rows(&self) -> impl Iterator<Item = Line<'_>> {
        self.records.iter().map(move |record| Line { part: self, record })
    }
}

impl<'a> Line<'a> {
    /// A cell by the beginning of its column's name in lower case.
    fn get(&self, name: &str) -> &'a str {
        let column = self.part.names.iter().position(|n| n == name);
        column.map_or("", |c| self.record.cell(c))
    }

    fn cell(&self, name: &str) -> Option<Cell> {
        cell(Some(self.get(name).trim_end_matches('%')))
    }

    fn says(&self, name: &str) -> bool {
        self.get(name).eq_ignore_ascii_case("true") || self.get(name).eq_ignore_ascii_case("yes")
    }
}

fn part(files: &[(String, Vec<u8>)], ending: &str, problems: &mut Problems) -> Option<Part> {
    let (_, bytes) = files.iter().find(|(name, _)| name.ends_with(ending))?;
    // A part without lines is no problem.
    let mut own = Problems::of(ending);
    let table = Table::read(bytes, &mut own);
    problems.extend(own.finish().into_iter().filter(|p| p.code != "E303"));
    let table = table?;
    let plain = |name: &String| name.to_lowercase().replace('²', "2");
    Some(Part { names: table.header.iter().map(plain).collect(), records: table.rows })
}

/// The reports of the included studies.
fn references(files: &[(String, Vec<u8>)], store: &mut Store, problems: &mut Problems) {
    let Some((name, bytes)) = files.iter().find(|(name, _)| name.ends_with("-included.ris")) else { return };
    let mut own = Problems::of(name);
    if let Some(text) = crate::store::decode::decode(bytes, &mut own) {
        for report in crate::store::foreign::reports(&text, &mut own) {
            if let Some(study) = report.study.clone() {
                let entry = store.ensure_study(&study);
                if entry.citation.is_none() {
                    entry.citation.clone_from(&report.citation);
                }
            }
            store.reports.insert(report.id.clone(), report);
        }
    }
    problems.extend(own.finish());
}

fn studies(part: &Part, store: &mut Store) {
    for line in part.rows() {
        let study = store.ensure_study(line.get("study"));
        if !line.get("year").is_empty() {
            study.characteristics.insert("year".to_owned(), Value::infer(line.get("year")));
        }
        for (column, name) in part.names.iter().enumerate() {
            if let Some(what) = name.strip_prefix("char: ").filter(|_| !line.record.cell(column).is_empty()) {
                study.characteristics.insert(what.to_owned(), Value::Text(line.record.cell(column).to_owned()));
            }
        }
    }
}

const RESULTS: &[(&str, &str)] = &[
    ("effect", "mean"),
    ("ci_lower", "ci start"),
    ("ci_upper", "ci end"),
    ("q", "heterogeneity chi2"),
    ("df", "heterogeneity df"),
    ("p_q", "heterogeneity p"),
    ("i2", "heterogeneity i2"),
    ("tau2", "heterogeneity tau2"),
    ("z", "effect z"),
    ("p", "effect p"),
    ("q_between", "subgroup chi2"),
    ("df_between", "subgroup df"),
    ("p_between", "subgroup p"),
    ("i2_between", "subgroup i2"),
];

/// The results of a line; none where all of estimate and limits are 0: it was not calculated.
fn results(line: &Line, random: bool) -> IndexMap<String, Cell> {
    let mut all: IndexMap<String, Cell> =
        RESULTS.iter().filter_map(|(name, column)| Some(((*name).to_owned(), line.cell(column)?))).collect();
    let zero = |name: &str| all.get(name).is_none_or(|c: &Cell| c.value == 0.0);
    if zero("effect") && zero("ci_lower") && zero("ci_upper") {
        all.clear();
    }
    if !random {
        all.shift_remove("tau2");
    }
    all
}

fn drop_between(results: &mut IndexMap<String, Cell>) {
    for name in ["q_between", "df_between", "p_between", "i2_between"] {
        results.shift_remove(name);
    }
}

/// The settings of an analysis.
fn analysis(line: &Line) -> Read {
    let kind = match line.get("data type").to_lowercase().as_str() {
        "continuous" => DataKind::Continuous,
        t if t.starts_with("o-e") || t.contains("variance") && t.contains("o-e") => DataKind::OeVariance,
        t if t.starts_with("generic") || t.starts_with("contrast") => DataKind::GenericInverseVariance,
        _ => DataKind::Dichotomous,
    };
    let measure = measure_code(line.get("effect measure"));
    let method = match line.get("statistical method").to_uppercase().as_str() {
        m if m.starts_with("PETO") => "PETO".to_owned(),
        m if m.starts_with("MH") || m.starts_with("M-H") || m.starts_with("MANTEL") => "MH".to_owned(),
        m if m.starts_with("EXP") => "EXP_O_E_VAR".to_owned(),
        m if m.starts_with("IV") || m.starts_with("INVERSE") => "IV".to_owned(),
        m => m.to_owned(),
    };
    let random = line.get("analysis model").to_lowercase().starts_with("random");
    let said = line.says("log-scale data").then_some(true);
    let log_data = kind == DataKind::GenericInverseVariance && entered_as_logs(said, &measure, &[]);
    let analysis = StoredAnalysis {
        id: format!("{}.{}", line.get("analysis group"), line.get("analysis number")),
        title: Some(line.get("analysis name").to_owned()).filter(|t| !t.is_empty()),
        data: kind,
        method,
        measure,
        random,
        log_data,
        swap_events: line.says("swap event and non-event"),
        totals: match (line.says("overall estimates"), line.says("subgroup estimates")) {
            (true, _) => Totals::All,
            (false, true) => Totals::Subgroups,
            (false, false) => Totals::None,
        },
        level_study: line.cell("study ci"),
        level_total: line.cell("estimate ci"),
        results: results(line, random),
        ..StoredAnalysis::default()
    };
    let labels = [line.get("experimental group label").to_owned(), line.get("control group label").to_owned()];
    Read { analysis, comparison_title: line.get("analysis group name").to_owned(), labels, rows: Vec::new() }
}

/// A study's line, by the data type of its analysis.
fn data_row(line: &Line, of: &StoredAnalysis) -> ReadRow {
    let columns: Vec<(&'static str, &str)> = match of.data {
        DataKind::Dichotomous => {
            vec![("events1", "experimental cases"), ("n1", "experimental n"), ("events2", "control cases"), ("n2", "control n")]
        }
        DataKind::Continuous => vec![
            ("n1", "experimental n"),
            ("mean1", "experimental mean"),
            ("sd1", "experimental sd"),
            ("n2", "control n"),
            ("mean2", "control mean"),
            ("sd2", "control sd"),
        ],
        DataKind::OeVariance => vec![
            ("events1", "experimental cases"),
            ("n1", "experimental n"),
            ("events2", "control cases"),
            ("n2", "control n"),
            ("oe", "o-e"),
            ("v", "variance"),
        ],
        DataKind::GenericInverseVariance => {
            vec![("n1", "experimental n"), ("n2", "control n"), ("yi", "giv mean"), ("sei", "giv se")]
        }
    };
    let mut wrong = Vec::new();
    // People, variances and standard errors that nobody gave are 0 there.
    let blank = |name: &str, cell: &Cell| matches!(name, "n1" | "n2" | "v" | "sei") && cell.value <= 0.0;
    let values = columns
        .into_iter()
        .map(|(name, column)| (name, entered(Some(line.get(column)), column, &mut wrong).filter(|c| !blank(name, c))))
        .collect();
    let mut results: IndexMap<String, Cell> = [("effect", "mean"), ("ci_lower", "ci start"), ("ci_upper", "ci end"), ("weight", "weight")]
        .iter()
        .filter_map(|(name, column)| Some(((*name).to_owned(), line.cell(column)?)))
        .collect();
    let zero = |name: &str| results.get(name).is_none_or(|c| c.value == 0.0);
    if zero("effect") && zero("ci_lower") && zero("ci_upper") {
        results.clear();
    }
    ReadRow {
        study: line.get("study").to_owned(),
        group: Some(line.get("subgroup").to_owned()).filter(|g| !g.is_empty()),
        values,
        results,
        left_out: line.get("applicability").eq_ignore_ascii_case("not_applicable")
            || line.get("applicability").eq_ignore_ascii_case("none"),
        note: Some(line.get("footnotes").to_owned()).filter(|n| !n.is_empty()),
        line: line.record.line,
        wrong,
    }
}

/// `Domain (judgement): …` beside `Domain (support): …`.
fn risk_of_bias(part: &Part, store: &mut Store) {
    for line in part.rows() {
        for (column, name) in part.names.iter().enumerate() {
            let Some(domain) = name.split_once("(judgement): ").map(|(_, d)| d) else { continue };
            let judgement = match line.record.cell(column).to_lowercase().as_str() {
                "" | "not applicable" => continue,
                t if t.starts_with("low") => "low".to_owned(),
                t if t.starts_with("high") => "high".to_owned(),
                t if t.starts_with("some") => "some".to_owned(),
                t if t.starts_with("unclear") => "unclear".to_owned(),
                t => t.to_owned(),
            };
            let support = name.replace("(judgement)", "(support)");
            store.risk_of_bias.push(RobJudgement {
                study: line.get("study").to_owned(),
                domain: domain.to_owned(),
                judgement,
                support: Some(line.get(&support).to_owned()).filter(|s| !s.is_empty()),
                ..RobJudgement::default()
            });
        }
    }
}
