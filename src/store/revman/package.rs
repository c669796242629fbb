//! The data package: a ZIP of CSVs, alone or inside the ZIP of a review.
//!
//! Traps: inapplicable cells are `0.0`, not blank, so that every row is read by its data type;
//! levels are `95%`; on the log scale `GIV Mean` and `GIV SE` are logarithms while `Mean` and
//! its limits are not; an analysis that was not calculated has zeros everywhere.

use super::build::{Read, ReadRow, about, add};
use super::names::{is_ratio, logged_by_data, measure_of};
use super::numbers::Numbers;
use crate::diagnostic::{Place, Problem};
use crate::store::cell::Cell;
use crate::store::files::{Files, join};
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
    match unpack(bytes, 0) {
        Ok(files) => read_parts(file, &files),
        Err(what) => {
            let mut problems = Problems::of(file);
            problems.whole(Problem::error("E320", format!("the ZIP can't be read: {what}")).help("download it again; it may be cut short"));
            Loaded { store: None, draft: None, problems: problems.finish() }
        }
    }
}

/// No package that was unpacked has more folders.
const MOST_FOLDERS: usize = 200;

/// What the settings of a package are called.
const SETTINGS_FILE: &str = "overall-estimates-and-settings.csv";

/// The files of a package that was unpacked into a folder; `None` if there is none.
pub(crate) fn unpacked(files: &dyn Files, folder: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let mut names = Vec::new();
    let mut folders = vec![(folder.to_owned(), 0)];
    let mut looked = 0;
    while let Some((folder, depth)) = folders.pop() {
        // The review's folder, its files, their kinds; a folder of anything else is not searched for long.
        looked += 1;
        if looked > MOST_FOLDERS {
            return None;
        }
        for name in files.list(&folder)? {
            let path = join(&folder, &name);
            if files.is_dir(&path) {
                folders.extend((depth < 3).then_some((path, depth + 1)));
            } else if name.to_lowercase().ends_with(".csv") || name.to_lowercase().ends_with("-included.ris") {
                names.push((name, path));
            }
        }
    }
    if !names.iter().any(|(name, _)| name.to_lowercase().ends_with(SETTINGS_FILE)) {
        return None;
    }
    names.sort();
    Some(names.into_iter().filter_map(|(name, path)| Some((name, files.read(&path).ok()?))).collect())
}

/// Reads the files of a package.
pub(crate) fn read_parts(file: &str, files: &[(String, Vec<u8>)]) -> Loaded {
    let mut problems = Problems::of(file);
    let Some(settings) = part(files, SETTINGS_FILE, &mut problems) else {
        let problem = Problem::error("E322", "the ZIP is no RevMan data package: it has no `…-overall-estimates-and-settings.csv`");
        problems.whole(problem.help("in RevMan, download the review's data package; a ZIP of other files is unpacked first"));
        return Loaded { store: None, draft: None, problems: problems.finish() };
    };
    let rows = part(files, "data-rows.csv", &mut problems).unwrap_or_default();
    let groups = part(files, "subgroup-estimates.csv", &mut problems).unwrap_or_default();
    let mut store = Store::default();
    studies(&part(files, "study-information.csv", &mut problems).unwrap_or_default(), &mut store);
    for line in settings.rows() {
        let mut read = analysis(&mut line.numbers(&settings, &mut problems), &line);
        let here = |other: &Line| {
            other.get("analysis group") == line.get("analysis group") && other.get("analysis number") == line.get("analysis number")
        };
        for group in groups.rows().filter(|g| here(g)) {
            let mut results = results(&mut group.numbers(&groups, &mut problems), &group, read.analysis.random);
            drop_between(&mut results);
            read.analysis.subgroups.push(StoredGroup { name: group.get("subgroup").to_owned(), results });
        }
        let data: Vec<Line> = rows.rows().filter(|r| here(r)).collect();
        if read.analysis.data == DataKind::GenericInverseVariance && line.get("log-scale data").is_empty() {
            let number = |l: &Line, name: &str| l.get(name).parse::<f64>().ok();
            let pairs = data.iter().filter_map(|l| number(l, "giv mean").zip(number(l, "mean")));
            read.analysis.log_data = is_ratio(&read.analysis.measure) || logged_by_data(pairs).unwrap_or(false);
        }
        read.rows = data.iter().map(|r| data_row(&mut r.numbers(&rows, &mut problems), r, &read.analysis)).collect();
        if read.analysis.subgroups.is_empty() {
            drop_between(&mut read.analysis.results);
        }
        add(&mut store, &rows.place, read);
    }
    unknown_settings(&settings, &mut problems);
    references(files, &mut store, &mut problems);
    risk_of_bias(&part(files, "risk-of-bias.csv", &mut problems).unwrap_or_default(), &mut store);
    if store.rows.is_empty() && !problems.any_error() {
        problems.whole(Problem::error("E303", "the package holds no data of analyses").help("its analyses may be empty"));
    }
    for row in &store.rows {
        for (column, problem) in crate::store::checks::impossible(row) {
            problems.push_at(row.place(column), about(row, problem));
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
        let written = entry.name().map_err(|e| e.to_string())?.into_owned();
        let name = written.to_lowercase();
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
            files.push((written, content));
        }
    }
    Ok(files)
}

/// A CSV of the package, its columns by name.
#[derive(Default)]
struct Part {
    /// The package and the CSV in it.
    place: String,
    /// Its columns in lower case, and as written.
    names: Vec<String>,
    written: Vec<String>,
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

    /// Reads its numbers: in the part of the package that it stands in.
    fn numbers<'p>(&self, part: &'p Part, problems: &'p mut Problems) -> Numbers<'p> {
        let id = format!("{}.{}", self.get("analysis group"), self.get("analysis number"));
        let about = [id.as_str(), self.get("study"), self.get("subgroup")];
        let about = about.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(", ");
        Numbers { problems, file: &part.place, about, line: self.record.line }
    }

    /// A number that was entered.
    fn entered(&self, numbers: &mut Numbers, name: &str) -> Option<Cell> {
        numbers.entered(self.written(name), Some(self.get(name).trim_end_matches('%')))
    }

    /// A number that RevMan computed.
    fn computed(&self, numbers: &mut Numbers, name: &str) -> Option<Cell> {
        numbers.computed(self.written(name), Some(self.get(name).trim_end_matches('%')))
    }

    /// The name of a column as the file has it.
    fn written(&self, name: &str) -> &'a str {
        self.part.names.iter().position(|n| n == name).and_then(|at| self.part.written.get(at)).map_or("", String::as_str)
    }

    fn says(&self, name: &str) -> bool {
        self.get(name).eq_ignore_ascii_case("true") || self.get(name).eq_ignore_ascii_case("yes")
    }
}

fn part(files: &[(String, Vec<u8>)], ending: &str, problems: &mut Problems) -> Option<Part> {
    let (name, bytes) = files.iter().find(|(name, _)| name.to_lowercase().ends_with(ending))?;
    let place = format!("{}/{}", problems.file(), name.rsplit(['/', '\\']).next().unwrap_or(name));
    // A part without lines is no problem.
    let mut own = Problems::of(&place);
    let table = Table::read(bytes, &mut own);
    for problem in own.finish().into_iter().filter(|p| p.code != "E303") {
        problems.push_at(problem.place.clone().unwrap_or_default(), problem);
    }
    let table = table?;
    let plain = |name: &String| name.to_lowercase().replace('²', "2");
    Some(Part { place, names: table.header.iter().map(plain).collect(), written: table.header, records: table.rows })
}

/// The reports of the included studies.
fn references(files: &[(String, Vec<u8>)], store: &mut Store, problems: &mut Problems) {
    let Some((name, bytes)) = files.iter().find(|(name, _)| name.to_lowercase().ends_with("-included.ris")) else { return };
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
    ("n1", "experimental n"),
    ("n2", "control n"),
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
fn results(numbers: &mut Numbers, line: &Line, random: bool) -> IndexMap<String, Cell> {
    let mut all: IndexMap<String, Cell> =
        RESULTS.iter().filter_map(|(name, column)| Some(((*name).to_owned(), line.computed(numbers, column)?))).collect();
    // People that nobody counted are 0 there.
    all.retain(|name, cell| !name.starts_with('n') || cell.value > 0.0);
    let zero = |name: &str| all.get(name).is_none_or(|c: &Cell| c.value == 0.0);
    if zero("effect") && zero("ci_lower") && zero("ci_upper") {
        all.retain(|name, _| name.starts_with('n'));
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

/// Columns of settings that say how tau2 is estimated, and how the total's interval is made.
const ESTIMATOR: &[&str] = &["heterogeneity estimator", "heterogeneity method", "tau2 estimator", "between-study variance estimator"];
const INTERVAL: &[&str] = &["estimate ci method", "ci method", "summary effect ci method", "confidence interval method"];

/// Other columns of the settings: read, or without bearing on the results.
const SETTINGS: &[&str] = &[
    "analysis group",
    "analysis number",
    "analysis name",
    "analysis group name",
    "data source",
    "data source eligibility",
    "data type",
    "log-scale data",
    "outcome",
    "intervention grouping",
    "experimental intervention",
    "control intervention",
    "subgroup by",
    "filter criteria",
    "experimental group label",
    "control group label",
    "statistical method",
    "effect measure",
    "unit of effect measure",
    "analysis model",
    "subgroup estimates",
    "overall estimates",
    "test for subgroup differences",
    "swap event and non-event",
    "study ci",
    "estimate ci",
    "experimental cases",
    "experimental n",
    "control cases",
    "control n",
    "mean",
    "ci start",
    "ci end",
    "heterogeneity tau2",
    "heterogeneity chi2",
    "heterogeneity df",
    "heterogeneity p",
    "heterogeneity i2",
    "effect z",
    "effect p",
    "subgroup chi2",
    "subgroup df",
    "subgroup p",
    "subgroup i2",
    "id",
];

/// Names the columns of the settings that mean nothing here: a later RevMan may say there how it computes.
fn unknown_settings(part: &Part, problems: &mut Problems) {
    let known = |name: &str| [SETTINGS, ESTIMATOR, INTERVAL].iter().any(|list| list.contains(&name));
    let filled = |at: usize| part.records.iter().any(|r| !r.cell(at).is_empty());
    let unknown: Vec<String> = (part.names.iter().zip(&part.written).enumerate())
        .filter(|(at, (name, _))| !known(name) && filled(*at))
        .map(|(at, (_, written))| {
            format!("`{written}` ({})", part.records.iter().map(|r| r.cell(at)).find(|t| !t.is_empty()).unwrap_or(""))
        })
        .collect();
    if !unknown.is_empty() {
        let message = format!("columns of settings that are not known here are not used: {}", unknown.join(", "));
        let problem = Problem::warning("W398", message).help("where results do not agree, these settings may be why");
        problems.push_at(Place { file: part.place.clone(), row: Some(1), column: None }, problem);
    }
}

/// The settings of an analysis.
fn analysis(numbers: &mut Numbers, line: &Line) -> Read {
    let kind = match line.get("data type").to_lowercase().as_str() {
        "continuous" => DataKind::Continuous,
        t if t.starts_with("o-e") || t.contains("variance") && t.contains("o-e") => DataKind::OeVariance,
        t if t.starts_with("generic") || t.starts_with("contrast") => DataKind::GenericInverseVariance,
        _ => DataKind::Dichotomous,
    };
    let measure = measure_of(line.get("effect measure"));
    let method = match line.get("statistical method").to_uppercase().as_str() {
        m if m.starts_with("PETO") => "PETO".to_owned(),
        m if m.starts_with("MH") || m.starts_with("M-H") || m.starts_with("MANTEL") => "MH".to_owned(),
        m if m.starts_with("EXP") => "EXP_O_E_VAR".to_owned(),
        m if m.starts_with("IV") || m.starts_with("INVERSE") => "IV".to_owned(),
        m => m.to_owned(),
    };
    let random = line.get("analysis model").to_lowercase().starts_with("random");
    // Where the cell is empty, its rows tell.
    let log_data = kind == DataKind::GenericInverseVariance && line.says("log-scale data");
    let setting = |names: &[&str]| names.iter().map(|n| line.get(n)).find(|t| !t.is_empty()).map(str::to_owned);
    let analysis = StoredAnalysis {
        id: format!("{}.{}", line.get("analysis group"), line.get("analysis number")),
        title: Some(line.get("analysis name").to_owned()).filter(|t| !t.is_empty()),
        data: kind,
        method,
        measure,
        random,
        estimator: setting(ESTIMATOR),
        interval: setting(INTERVAL),
        log_data,
        swap_events: line.says("swap event and non-event"),
        totals: match (line.says("overall estimates"), line.says("subgroup estimates")) {
            (true, _) => Totals::All,
            (false, true) => Totals::Subgroups,
            (false, false) => Totals::None,
        },
        level_study: line.entered(numbers, "study ci"),
        level_total: line.entered(numbers, "estimate ci"),
        results: results(numbers, line, random),
        ..StoredAnalysis::default()
    };
    let labels = [line.get("experimental group label").to_owned(), line.get("control group label").to_owned()];
    Read { analysis, comparison_title: line.get("analysis group name").to_owned(), labels, rows: Vec::new() }
}

/// A study's line, by the data type of its analysis.
fn data_row(numbers: &mut Numbers, line: &Line, of: &StoredAnalysis) -> ReadRow {
    let mut cell = |name: &str| line.entered(numbers, name);
    let values = match of.data {
        DataKind::Dichotomous => vec![
            ("events1", cell("experimental cases")),
            ("n1", cell("experimental n")),
            ("events2", cell("control cases")),
            ("n2", cell("control n")),
        ],
        DataKind::Continuous => vec![
            ("n1", cell("experimental n")),
            ("mean1", cell("experimental mean")),
            ("sd1", cell("experimental sd")),
            ("n2", cell("control n")),
            ("mean2", cell("control mean")),
            ("sd2", cell("control sd")),
        ],
        DataKind::OeVariance => vec![
            ("events1", cell("experimental cases")),
            ("n1", cell("experimental n")),
            ("events2", cell("control cases")),
            ("n2", cell("control n")),
            ("oe", cell("o-e")),
            ("v", cell("variance")),
        ],
        DataKind::GenericInverseVariance => {
            vec![("n1", cell("experimental n")), ("n2", cell("control n")), ("yi", cell("giv mean")), ("sei", cell("giv se"))]
        }
    };
    // Blanks of what is above 0 are zeros there.
    let above = |name: &str| matches!(name, "n1" | "n2" | "v" | "sei");
    let values = values.into_iter().map(|(name, value)| (name, value.filter(|c| !above(name) || c.value > 0.0))).collect();
    let mut results: IndexMap<String, Cell> = [("effect", "mean"), ("ci_lower", "ci start"), ("ci_upper", "ci end"), ("weight", "weight")]
        .iter()
        .filter_map(|(name, column)| Some(((*name).to_owned(), line.computed(numbers, column)?)))
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
