//! The store as a folder that can be read, compared and edited file by file:
//! `weald.json` (what is declared), `studies.csv`, `rows.csv`, `risk_of_bias.csv`.

use super::files::{Files, join};
use super::json::{finish, parse};
use super::model::Store;
use super::origin::{Origin, Whence};
use super::problems::Problems;
use super::read_csv::{lift, read_rows};
use super::review::RobJudgement;
use super::study::{STUDY_FIELDS, Study};
use super::table::Table;
use super::value::Value;
use super::write_csv::{ROB_COLUMNS, risk_of_bias_csv, rows_csv, studies_csv};
use super::{Loaded, near_miss};
use crate::diagnostic::Problem;

/// The file that makes a folder a store.
pub const MANIFEST: &str = "weald.json";
/// The studies of a folder.
const STUDIES: &str = "studies.csv";
/// The rows of a folder; the first is the one Weald writes.
const ROWS: &[&str] = &["rows.csv", "outcomes.csv", "data.csv"];
/// The files of a folder that Weald writes.
pub(crate) const PARTS: &[&str] = &[STUDIES, "rows.csv", RISK_OF_BIAS, MANIFEST];
/// The risk of bias of a folder.
const RISK_OF_BIAS: &str = "risk_of_bias.csv";

/// Reads a folder.
pub(crate) fn open(files: &dyn Files, path: &str) -> Loaded {
    let mut told = Vec::new();
    let mut store = Store::default();
    let own = files.exists(&join(path, MANIFEST));
    if own {
        part(files, path, MANIFEST, &mut told, |_, bytes, problems| {
            if let Some(read) = parse(bytes, problems) {
                store = read;
            }
        });
        if !store.rows.is_empty() || !store.studies.is_empty() || !store.risk_of_bias.is_empty() {
            let file = join(path, MANIFEST);
            let problem =
                Problem::error("E329", format!("`{file}` holds studies, rows or risk of bias, which stand in files of their own"));
            told.push(
                problem
                    .help(format!("move them to `{STUDIES}`, `{}` and `{RISK_OF_BIAS}`, or keep everything in one .json file", "rows.csv")),
            );
        }
    }
    store.whence = Whence(Origin::new(&path.into(), None));
    part(files, path, STUDIES, &mut told, |file, bytes, problems| read_studies(file, bytes, &mut store, problems));
    let Some(rows) = ROWS.iter().find(|name| files.exists(&join(path, name))).filter(|name| !own || **name == "rows.csv") else {
        if own && told.iter().all(|p| !p.is_error()) {
            part(files, path, RISK_OF_BIAS, &mut told, |_, bytes, problems| read_rob(bytes, &mut store, problems));
            return with(told, finish(store, Problems::of(path)));
        }
        if !own {
            // A data package of RevMan that was unpacked.
            if let Some(parts) = super::revman::unpacked(files, path) {
                return with(told, super::revman::read_parts(path, &parts));
            }
            let problem = Problem::error("E301", format!("the folder `{path}` is no study store"));
            told.push(problem.help(format!(
                "a store holds `{MANIFEST}`, or at least `{}` with the data{}",
                ROWS.join("`, `"),
                found_csv(files, path)
            )));
        }
        return Loaded { store: None, draft: None, problems: told };
    };
    part(files, path, rows, &mut told, |file, bytes, problems| {
        store.rows = read_rows(file, bytes, problems).unwrap_or_default().into();
    });
    part(files, path, RISK_OF_BIAS, &mut told, |_, bytes, problems| read_rob(bytes, &mut store, problems));
    if !own {
        let known: Vec<String> = store.studies.values().flat_map(|s| s.characteristics.keys().cloned()).collect();
        lift(&mut store, |name| !known.iter().any(|k| k == name));
    }
    let problems = Problems::of(&join(path, rows));
    if told.iter().any(Problem::is_error) {
        // Links would only repeat what is wrong already.
        store.complete();
        store.settle();
        return with(told, Loaded { store: None, draft: Some(store), problems: Vec::new() });
    }
    with(told, finish(store, problems))
}

/// Reads one file of a folder if it is there.
fn part(files: &dyn Files, folder: &str, name: &str, told: &mut Vec<Problem>, read: impl FnOnce(&str, &[u8], &mut Problems)) {
    let file = join(folder, name);
    if !files.exists(&file) {
        return;
    }
    match files.read(&file) {
        Ok(bytes) => {
            let mut problems = Problems::of(&file);
            read(&file, &bytes, &mut problems);
            // A header without rows is an empty part, not a mistake.
            let empty = |p: &Problem| p.code == "E303" && p.message.ends_with("no rows");
            told.extend(problems.finish().into_iter().filter(|p| !empty(p)));
        }
        Err(problem) => told.push(problem),
    }
}

/// Puts earlier problems before those of the whole.
fn with(mut told: Vec<Problem>, loaded: Loaded) -> Loaded {
    let failed = told.iter().any(Problem::is_error);
    told.extend(loaded.problems);
    match loaded.store {
        Some(store) if failed => Loaded { store: None, draft: Some(store), problems: told },
        store => Loaded { store, draft: loaded.draft, problems: told },
    }
}

/// Names the CSV files of a folder, for a message.
fn found_csv(files: &dyn Files, path: &str) -> String {
    let names: Vec<String> =
        files.list(path).unwrap_or_default().into_iter().filter(|n| n.to_lowercase().ends_with(".csv")).take(5).collect();
    if names.is_empty() { String::new() } else { format!("; or name one of its files: `{}`", names.join("`, `")) }
}

/// Reads `studies.csv`: a study a line, its fields, and every other column a characteristic.
fn read_studies(file: &str, bytes: &[u8], store: &mut Store, problems: &mut Problems) {
    let Some(table) = Table::read(bytes, problems) else { return };
    let position = |wanted: &str| table.header.iter().position(|name| name.eq_ignore_ascii_case(wanted));
    let Some(id) = position("study").or_else(|| position("id")) else {
        let problem = Problem::error("E304", "the file has no column `study`")
            .help("name the column that holds the studies' labels, as the rows write them, `study`");
        return problems.push(Some(table.header_line), Some("study"), problem);
    };
    let comma = table.decimal_comma(|_| false);
    let file = file.into();
    for record in &table.rows {
        let label = record.cell(id);
        if label.is_empty() {
            problems.push(
                Some(record.line),
                Some("study"),
                Problem::error("E309", "the row names no study").help("write the study's label"),
            );
            continue;
        }
        if store.studies.contains_key(label) {
            let problem = Problem::error("E329", format!("the study `{label}` has two lines")).help("join them, or give one another label");
            problems.push(Some(record.line), Some("study"), problem);
            continue;
        }
        let mut study = Study::new(label);
        study.whence = Whence(Origin::new(&file, Some(record.line)));
        for (column, name) in table.header.iter().enumerate().filter(|(column, _)| *column != id) {
            let text = record.cell(column);
            if let Some(field) = study.field_mut(name) {
                *field = (!text.is_empty()).then(|| text.to_owned());
            } else if comma && super::cell::number(text, true).is_some() {
                study.characteristics.insert(name.clone(), Value::infer(&text.replace(',', ".")));
            } else {
                study.characteristics.insert(name.clone(), Value::infer(text));
            }
        }
        store.studies.insert(label.to_owned(), study);
    }
    for name in table.header.iter().filter(|name| **name != "id" && !STUDY_FIELDS.contains(&name.as_str())) {
        if let Some(column) = super::columns::find(name).filter(|c| c.name != "study" && !super::columns::DESCRIPTIVE.contains(&c.name)) {
            let problem = Problem::error("E305", format!("`{name}` belongs to the rows, not to the studies"));
            problems.push(
                Some(table.header_line),
                Some(name),
                problem.help(format!("rename it here; as `{}` it has a meaning of its own", column.name)),
            );
        }
    }
}

/// Reads `risk_of_bias.csv`.
fn read_rob(bytes: &[u8], store: &mut Store, problems: &mut Problems) {
    let Some(table) = Table::read(bytes, problems) else { return };
    let roles: Vec<Option<&str>> =
        table.header.iter().map(|name| ROB_COLUMNS.iter().copied().find(|c| c.eq_ignore_ascii_case(name))).collect();
    for (name, _) in table.header.iter().zip(&roles).filter(|(_, role)| role.is_none()) {
        let help = match near_miss::nearest(name, ROB_COLUMNS.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its columns are {}", ROB_COLUMNS.join(", ")),
        };
        problems.push(
            Some(table.header_line),
            Some(name),
            Problem::error("E321", format!("risk of bias has no column `{name}`")).help(help),
        );
    }
    for wanted in ["study", "domain", "judgement"] {
        if !roles.contains(&Some(wanted)) {
            let problem = Problem::error("E304", format!("the file has no column `{wanted}`"));
            problems.push(
                Some(table.header_line),
                Some(wanted),
                problem.help("each line is one judgement: study, domain (`overall` for the whole), judgement"),
            );
        }
    }
    for record in &table.rows {
        let cell = |name: &str| roles.iter().position(|role| *role == Some(name)).map_or("", |column| record.cell(column)).to_owned();
        let optional = |name: &str| Some(cell(name)).filter(|text| !text.is_empty());
        for wanted in ["study", "domain", "judgement"] {
            if roles.contains(&Some(wanted)) && cell(wanted).is_empty() {
                let problem = Problem::error("E309", format!("the judgement has no {wanted}")).help("fill the cell, or delete the line");
                problems.push(Some(record.line), Some(wanted), problem);
            }
        }
        store.risk_of_bias.push(RobJudgement {
            study: cell("study"),
            outcome: optional("outcome"),
            timepoint: optional("timepoint"),
            analysis: optional("analysis"),
            comparison: optional("comparison"),
            tool: optional("tool"),
            effect: optional("effect"),
            domain: cell("domain"),
            judgement: cell("judgement"),
            support: optional("support"),
            direction: optional("direction"),
            assessor: optional("assessor"),
            date: optional("date"),
        });
    }
}

/// The files of a folder by name. Without judgements that of the risk of bias is written only
/// where there is one already.
pub(crate) fn texts(store: &Store, is_there: impl Fn(&str) -> bool) -> Vec<(String, Option<String>)> {
    let mut declared = store.clone();
    declared.studies.clear();
    declared.rows = super::Rows::default();
    declared.risk_of_bias.clear();
    let mut texts = vec![(STUDIES.to_owned(), Some(studies_csv(store))), ("rows.csv".to_owned(), Some(rows_csv(store)))];
    if !store.risk_of_bias.is_empty() || is_there(RISK_OF_BIAS) {
        texts.push((RISK_OF_BIAS.to_owned(), Some(risk_of_bias_csv(&store.risk_of_bias))));
    }
    texts.push((MANIFEST.to_owned(), Some(super::json::to_json(&declared))));
    texts
}
