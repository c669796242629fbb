//! Adding, editing and removing records, by kind, name and fields as texts.

mod fields;
mod kinds;
mod pick;
mod rows;

pub use kinds::{KINDS, Kind, kind};
pub use pick::Which;

use super::model::Store;
use super::study::Study;
use crate::diagnostic::Problem;
use fields::{Fields, set};
use kinds::Part;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A problem, and the index of the field it is about, if it is about one.
pub type AtField = (Option<usize>, Problem);

/// Fields as `NAME=VALUE`; an empty value empties the field.
pub type Given<'a> = &'a [(&'a str, &'a str)];

/// Does what is to be done with the list or map of a kind.
macro_rules! part {
    ($kind:expr, $store:expr, map $map:ident, list $list:ident) => {
        match $kind.part {
            Part::Outcome => $map!($store.outcomes),
            Part::Instrument => $map!($store.instruments),
            Part::Timepoint => $map!($store.timepoints),
            Part::AnalysisSet => $map!($store.analysis_sets),
            Part::Arm => $map!($store.arms),
            Part::Comparison => $map!($store.comparisons),
            Part::Characteristic => $map!($store.characteristics),
            Part::Report => $map!($store.reports),
            Part::Study => $map!($store.studies),
            Part::RiskOfBias => $list!($store.risk_of_bias),
            Part::Exclusion => $list!($store.exclusions),
            Part::Judgement => $list!($store.judgements),
            Part::Grade => $list!($store.grades),
            Part::Flow => $list!($store.flow),
            Part::Row => $list!($store.rows),
            Part::Review => return Err(vec![(None, only_edited())]),
        }
    };
}

/// Adds a record. `id` names it in kinds that have names.
pub fn add(store: &mut Store, kind: &Kind, id: Option<&str>, given: Given) -> Result<(), Vec<AtField>> {
    if kind.part == Part::Row {
        return rows::add(store, given);
    }
    let fields = Fields::of(kind, given)?;
    fields::known(store, kind, given)?;
    macro_rules! map {
        ($map:expr) => {{
            let Some(id) = id.map(str::trim).filter(|id| !id.is_empty()) else {
                let problem = Problem::error("E383", format!("the new {} has no name", kind.name));
                return Err(vec![(None, problem.help(format!("write `add {} NAME`, before its fields", kind.word)))]);
            };
            if $map.contains_key(id) {
                let problem = Problem::error("E387", format!("there is already the {} `{id}`", kind.name));
                return Err(vec![(None, problem.help(format!("change it with `edit {} \"{id}\"`", kind.word)))]);
            }
            let made = set(&$map.get(id).cloned().unwrap_or_default(), &fields)?;
            $map.insert(id.to_owned(), made);
        }};
    }
    macro_rules! list {
        ($list:expr) => {{
            no_name(kind, id)?;
            let made = set(&$list.get($list.len()).cloned().unwrap_or_default(), &fields)?;
            $list.push(made);
        }};
    }
    let first = used_but_undeclared(store, kind);
    part!(kind, store, map map, list list);
    declare(store, kind, first);
    store.restore_ids();
    Ok(())
}

/// The names of a kind that rows and comparisons use where none is declared. Once one is declared,
/// names that are not would be errors, so the first one added declares the others with it.
fn used_but_undeclared(store: &Store, kind: &Kind) -> Vec<String> {
    let names = match kind.part {
        Part::Instrument if store.instruments.is_empty() => store.instrument_names(),
        Part::Timepoint if store.timepoints.is_empty() => store.timepoint_names(),
        Part::Comparison if store.comparisons.is_empty() => store.comparison_names(),
        Part::Arm if store.arms.is_empty() => {
            let mut names = store.arm_names();
            names.extend(store.comparisons.values().flat_map(|c| c.arm1.iter().chain(&c.arm2)).map(String::as_str));
            names
        }
        _ => Vec::new(),
    };
    names.into_iter().map(str::to_owned).collect()
}

/// Declares names that are in use.
fn declare(store: &mut Store, kind: &Kind, names: Vec<String>) {
    for name in names {
        match kind.part {
            Part::Instrument => {
                store.instruments.entry(name).or_default();
            }
            Part::Timepoint => {
                store.timepoints.entry(name).or_default();
            }
            Part::Comparison => {
                store.comparisons.entry(name).or_default();
            }
            Part::Arm => {
                store.arms.entry(name).or_default();
            }
            _ => {}
        }
    }
}

/// Changes a record.
pub fn edit(store: &mut Store, kind: &Kind, which: &Which, given: Given) -> Result<(), Vec<AtField>> {
    if given.is_empty() {
        let problem = Problem::error("E384", "nothing says what is to change");
        return Err(vec![(None, problem.help("give a field and its new value, such as `sd1=12.2`"))]);
    }
    if kind.part == Part::Review {
        let fields = Fields::of(kind, given)?;
        store.review = Some(set(&store.review.clone().unwrap_or_default(), &fields)?);
        return Ok(());
    }
    if kind.part == Part::Row {
        let at = pick::row(store, which).map_err(|p| vec![(None, p)])?;
        return rows::edit(store, at, given);
    }
    let fields = Fields::of(kind, given)?;
    fields::known(store, kind, given)?;
    macro_rules! map {
        ($map:expr) => {{
            let key = pick::key(kind, which, $map.keys().map(String::as_str)).map_err(|p| vec![(None, p)])?;
            if let Some(entity) = $map.get_mut(&key) {
                *entity = set(entity, &fields)?;
            }
        }};
    }
    macro_rules! list {
        ($list:expr) => {{
            let at = pick::entry(kind, which, &$list).map_err(|p| vec![(None, p)])?;
            if let Some(entry) = $list.get_mut(at) {
                *entry = set(entry, &fields)?;
            }
        }};
    }
    part!(kind, store, map map, list list);
    store.restore_ids();
    Ok(())
}

/// Removes a record.
pub fn remove(store: &mut Store, kind: &Kind, which: &Which) -> Result<(), Vec<AtField>> {
    if kind.part == Part::Row {
        let at = pick::row(store, which).map_err(|p| vec![(None, p)])?;
        store.rows.remove(at);
        return Ok(());
    }
    macro_rules! map {
        ($map:expr) => {{
            let key = pick::key(kind, which, $map.keys().map(String::as_str)).map_err(|p| vec![(None, p)])?;
            $map.shift_remove(&key);
        }};
    }
    macro_rules! list {
        ($list:expr) => {{
            let at = pick::entry(kind, which, &$list).map_err(|p| vec![(None, p)])?;
            $list.remove(at);
        }};
    }
    if kind.part == Part::Study {
        still_used(store, which)?;
    }
    part!(kind, store, map map, list list);
    Ok(())
}

/// A study that has rows stays.
fn still_used(store: &Store, which: &Which) -> Result<(), Vec<AtField>> {
    let Which::Name(name) = which else { return Ok(()) };
    let rows = store.rows.iter().filter(|row| row.study == *name).count();
    if rows == 0 {
        return Ok(());
    }
    let count = if rows == 1 { "a row".to_owned() } else { format!("{rows} rows") };
    let problem = Problem::error("E384", format!("the study `{name}` has {count}"));
    Err(vec![(None, problem.help("remove its rows first; a study that is only not to be pooled is left out by `exclude`"))])
}

fn no_name(kind: &Kind, id: Option<&str>) -> Result<(), Vec<AtField>> {
    let Some(id) = id else { return Ok(()) };
    let problem = Problem::error("E383", format!("a {} has no name, and `{id}` is no field", kind.name));
    Err(vec![(None, problem.help("write fields as `NAME=VALUE`"))])
}

fn only_edited() -> Problem {
    Problem::error("E383", "a store has one review").help("change it with `edit review`")
}

/// Whatever can be changed field by field.
trait Record: Serialize + DeserializeOwned + Clone {}
impl<T: Serialize + DeserializeOwned + Clone> Record for T {}

/// Whether a name is a field of a study, and no characteristic.
fn is_study_field(name: &str) -> bool {
    super::study::STUDY_FIELDS.contains(&name) || Study::default().field_mut(name).is_some()
}
