//! Store to CSV text.

use super::columns::COLUMNS;
use super::model::Store;
use super::review::RobJudgement;
use super::row::{DEFAULT_OUTCOME, Row};
use super::study::STUDY_FIELDS;
use super::value::Value;
use indexmap::IndexSet;

/// The rows as a tidy CSV that can stand alone: study characteristics are columns too.
pub fn to_csv(store: &Store) -> String {
    let studies: Vec<String> = STUDY_FIELDS
        .iter()
        .filter(|name| **name != "trial" && store.studies.values().any(|study| study.field(name).is_some()))
        .map(|name| (*name).to_owned())
        .chain(names(store.studies.values().map(|study| &study.characteristics)))
        .collect();
    let has_trial = store.rows.iter().any(|row| row.trial.is_some()) || store.studies.values().any(|s| s.trial.is_some());
    rows(store, &studies, has_trial)
}

/// The rows alone, as `rows.csv` of a folder holds them.
pub(crate) fn rows_csv(store: &Store) -> String {
    rows(store, &[], store.rows.iter().any(|row| row.trial.is_some()))
}

/// What tells where a row comes from stands after all else.
const PLACES: &[&str] = &["extractor", "consensus", "conversion", "report", "page", "quote", "from", "note"];

/// Writes rows with the columns that are used, in the order of the table of columns.
fn rows(store: &Store, of_study: &[String], has_trial: bool) -> String {
    let outcomes = store.rows.iter().any(|row| row.outcome != DEFAULT_OUTCOME);
    let used = |name: &str| match name {
        "study" => true,
        "outcome" => outcomes,
        "trial" => has_trial,
        _ => store.rows.iter().any(|row| row.key(name).is_some() || row.values.contains_key(name)),
    };
    let columns: Vec<&str> = COLUMNS.iter().map(|c| c.name).filter(|name| used(name)).collect();
    let (places, body): (Vec<&str>, Vec<&str>) = columns.into_iter().partition(|name| PLACES.contains(name));
    let moderators = names(store.rows.iter().map(|row| &row.moderators));
    let studies: Vec<&String> = of_study.iter().filter(|name| !moderators.contains(*name)).collect();
    let header = body
        .iter()
        .copied()
        .chain(moderators.iter().map(String::as_str))
        .chain(studies.iter().map(|s| s.as_str()))
        .chain(places.iter().copied());
    let mut lines = vec![header.map(str::to_owned).collect::<Vec<_>>()];
    for row in &store.rows {
        let known = |name: &&str| known(store, row, name, !of_study.is_empty() || has_trial);
        let mut cells: Vec<String> = body.iter().map(known).collect();
        cells.extend(moderators.iter().map(|name| {
            let own = row.moderators.get(name).filter(|v| !v.is_missing());
            own.map_or_else(String::new, |v| v.text().unwrap_or("").to_owned())
        }));
        cells.extend(studies.iter().map(|name| store.row_value_of_study(row, name)));
        cells.extend(places.iter().map(known));
        lines.push(cells);
    }
    table(lines)
}

/// The text of a key or number of a row.
fn known(store: &Store, row: &Row, name: &str, with_trial: bool) -> String {
    match row.values.get(name) {
        Some(cell) => cell.text.clone(),
        None if name == "trial" && with_trial && row.trial.is_none() => {
            store.studies.get(&row.study).and_then(|study| study.trial.clone()).unwrap_or_default()
        }
        None => row.key(name).unwrap_or("").to_owned(),
    }
}

impl Store {
    /// The text of a study's field or characteristic.
    fn row_value_of_study(&self, row: &Row, name: &str) -> String {
        let Some(study) = self.studies.get(&row.study) else { return String::new() };
        let value = study.characteristics.get(name).and_then(Value::text);
        value.or_else(|| study.field(name)).unwrap_or("").to_owned()
    }
}

/// The studies, as `studies.csv` of a folder holds them.
pub(crate) fn studies_csv(store: &Store) -> String {
    let fields: Vec<&str> =
        STUDY_FIELDS.iter().copied().filter(|name| store.studies.values().any(|study| study.field(name).is_some())).collect();
    let characteristics = names(store.studies.values().map(|study| &study.characteristics));
    let mut lines =
        vec![["study"].into_iter().chain(fields.iter().copied()).map(str::to_owned).chain(characteristics.iter().cloned()).collect()];
    for (id, study) in &store.studies {
        let mut cells = vec![id.clone()];
        cells.extend(fields.iter().map(|name| study.field(name).unwrap_or("").to_owned()));
        cells.extend(characteristics.iter().map(|name| study.characteristics.get(name).and_then(Value::text).unwrap_or("").to_owned()));
        lines.push(cells);
    }
    table(lines)
}

/// The columns of `risk_of_bias.csv`.
pub(crate) const ROB_COLUMNS: &[&str] = &[
    "study",
    "outcome",
    "timepoint",
    "analysis",
    "comparison",
    "tool",
    "effect",
    "domain",
    "judgement",
    "support",
    "direction",
    "assessor",
    "date",
];

/// The risk of bias, as `risk_of_bias.csv` of a folder holds it.
pub(crate) fn risk_of_bias_csv(judgements: &[RobJudgement]) -> String {
    let mut lines = vec![ROB_COLUMNS.iter().map(|name| (*name).to_owned()).collect()];
    for j in judgements {
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        lines.push(vec![
            j.study.clone(),
            optional(&j.outcome),
            optional(&j.timepoint),
            optional(&j.analysis),
            optional(&j.comparison),
            optional(&j.tool),
            optional(&j.effect),
            j.domain.clone(),
            j.judgement.clone(),
            optional(&j.support),
            optional(&j.direction),
            optional(&j.assessor),
            optional(&j.date),
        ]);
    }
    table(lines)
}

/// All names of some maps, in order of first appearance.
fn names<'a>(maps: impl Iterator<Item = &'a indexmap::IndexMap<String, Value>>) -> IndexSet<String> {
    maps.flat_map(|map| map.keys().cloned()).collect()
}

/// Lines of cells as CSV, quoted where needed.
pub(crate) fn table(lines: Vec<Vec<String>>) -> String {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    for cells in lines {
        // Writing into memory can't fail, and all lines have as many cells as the header.
        let _ = writer.write_record(&cells);
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}
