//! Result rows as a journal keeps them: by their keys, each with what it says.

use crate::protocol::journal::{Seen, SeenRows};
use crate::store::{Kind, Row, Store, Value, find_column};
use indexmap::IndexMap;
use std::collections::{BTreeMap, HashMap};

/// What tells results of one study apart.
const KEYS: [&str; 10] = ["outcome", "timepoint", "analysis", "instrument", "rater", "comparison", "arm1", "arm2", "trial", "subgroup"];

/// What an analysis can read beside the keys, the numbers and the moderators. Where a number was found is none of it.
const READ: [&str; 5] = ["unit", "adjusted", "covariates", "reported", "conversion"];

/// What of a study an analysis can read beside its characteristics.
const OF_STUDY: [&str; 2] = ["trial", "overlap_group"];

/// A result of today's data.
#[derive(Debug, Clone)]
pub struct Today {
    /// Where it stands among the rows of the store.
    pub at: usize,
    /// What it says, by column.
    pub says: BTreeMap<String, String>,
}

/// What names of today's data were before.
#[derive(Debug, Clone, Default)]
pub struct Names<'a> {
    /// Outcomes, timepoints, instruments and arms: the script's name, the plan's name.
    pub of_plan: Option<&'a IndexMap<String, String>>,
    /// Studies of which a record says that they were called otherwise: the new name, the name before.
    pub studies: HashMap<&'a str, &'a str>,
}

impl Names<'_> {
    fn plan<'n>(&'n self, name: &'n str) -> &'n str {
        self.of_plan.and_then(|names| names.get(name)).map_or(name, String::as_str)
    }

    fn study<'n>(&'n self, name: &'n str) -> &'n str {
        self.studies.get(name).copied().unwrap_or(name)
    }

    fn key<'n>(&'n self, column: &str, value: &'n str) -> &'n str {
        match column {
            "outcome" | "timepoint" | "instrument" | "comparison" | "arm1" | "arm2" => self.plan(value),
            "study" => self.study(value),
            _ => value,
        }
    }
}

/// Each result by its keys; what has the same keys is counted.
pub fn results(store: &Store, names: &Names) -> IndexMap<String, Today> {
    let mut out = IndexMap::with_capacity(store.rows.len());
    let mut times: HashMap<String, usize> = HashMap::new();
    for (at, row) in store.rows.iter().enumerate() {
        let name = name_of(row, names);
        let n = times.entry(name.clone()).or_insert(0);
        *n += 1;
        let key = if *n == 1 { name } else { format!("{name} ({n})") };
        out.insert(key, Today { at, says: says(row, store, names) });
    }
    out
}

/// The keys of a result in one text.
pub fn name_of(row: &Row, names: &Names) -> String {
    let keys = KEYS.iter().filter_map(|key| row.key(key).map(|value| names.key(key, value)));
    std::iter::once(names.study(&row.study)).chain(keys).collect::<Vec<_>>().join(" · ")
}

/// What is kept of each result of a store.
pub fn seen(results: &IndexMap<String, Today>) -> SeenRows {
    results.iter().map(|(key, today)| (key.clone(), Seen::Says(today.says.clone()))).collect()
}

/// What a row says, by column, with what is known of its study.
pub fn says(row: &Row, store: &Store, names: &Names) -> BTreeMap<String, String> {
    let study = store.studies.get(&row.study);
    let mut out = BTreeMap::new();
    let mut add = |column: &str, text: Option<&str>| {
        if let Some(text) = text.filter(|t| !t.is_empty()) {
            out.insert(column.to_owned(), text.to_owned());
        }
    };
    for (column, value) in study.iter().flat_map(|s| &s.characteristics) {
        add(column, value.text());
    }
    for column in OF_STUDY {
        add(column, study.and_then(|s| s.field(column)));
    }
    for column in ["study"].iter().chain(&KEYS) {
        add(column, row.key(column).map(|value| names.key(column, value)));
    }
    for column in READ {
        add(column, row.key(column));
    }
    for (column, cell) in &row.values {
        add(column, Some(&cell.text));
    }
    for (column, value) in &row.moderators {
        add(column, value.text());
    }
    out
}

/// Whether two texts say the same: the same number, or the same words.
pub fn same(a: &str, b: &str) -> bool {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    a.trim() == b.trim() || matches!((number(a), number(b)), (Some(a), Some(b)) if a == b)
}

/// A column that says something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The column.
    pub field: String,
    /// What it said; none if nothing.
    pub before: Option<String>,
    /// What it says; none if nothing.
    pub after: Option<String>,
}

/// What a row says otherwise than when it was seen. None where only a digest was kept, and it is another.
pub fn differences(seen: &Seen, today: &Today, store: &Store) -> Option<Vec<FieldChange>> {
    let before = match seen {
        Seen::Digest(digest) => return store.rows.get(today.at).is_some_and(|row| row.sha256() == *digest).then(Vec::new),
        Seen::Says(before) => before,
    };
    let columns: std::collections::BTreeSet<&String> = before.keys().chain(today.says.keys()).collect();
    let change = |field: &String| {
        let (before, after) = (before.get(field), today.says.get(field));
        let alike = match (before, after) {
            (Some(before), Some(after)) => same(before, after),
            (None, None) => true,
            _ => false,
        };
        (!alike).then(|| FieldChange { field: field.clone(), before: before.cloned(), after: after.cloned() })
    };
    Some(columns.into_iter().filter_map(change).collect())
}

/// A row as it was seen, under today's names.
pub fn row_of(says: &BTreeMap<String, String>, names: &Names) -> Row {
    let back = |name: &str| {
        let new = names.of_plan.and_then(|m| m.iter().find(|(_, plan)| *plan == name)).map(|(new, _)| new.as_str());
        new.unwrap_or(name).to_owned()
    };
    let text = |column: &str| says.get(column).map(String::as_str).unwrap_or_default();
    let renamed = |column: &str| matches!(column, "timepoint" | "instrument" | "comparison" | "arm1" | "arm2");
    let pairs: Vec<(&str, String)> = says
        .iter()
        .filter(|(column, _)| !matches!(column.as_str(), "study" | "outcome"))
        .map(|(column, value)| (column.as_str(), if renamed(column) { back(value) } else { value.clone() }))
        .collect();
    let pairs = pairs.iter().map(|(column, value)| (*column, value.as_str()));
    Row::from_pairs(text("study"), &back(text("outcome")), pairs).0
}

/// Sets a column of a row, or of its study where it stands there, to what it said.
pub fn put_back(store: &mut Store, at: usize, field: &str, said: Option<&str>) {
    let Some(row) = store.rows.get_mut(at) else { return };
    let known = find_column(field).map(|c| (c.name, c.kind));
    match known {
        Some((name, Kind::Number(_))) => match said.and_then(|text| crate::store::Cell::parse(text, crate::store::Style::default()).ok()) {
            Some(cell) => drop(row.values.insert(name, cell)),
            None => drop(row.values.remove(name)),
        },
        Some((name, Kind::Key)) if said.is_some() => row.set_key(name, said.unwrap_or_default()),
        _ => {
            let value = said.map_or(Value::Missing, Value::infer);
            if let Some(of_study) = store.studies.get_mut(&row.study).and_then(|s| s.characteristics.get_mut(field)) {
                of_study.clone_from(&value);
            } else {
                row.moderators.insert(field.to_owned(), value);
            }
        }
    }
}
