//! A store as the checks see it: each row with its groups, its scale and what is said of it.

use crate::stats::consistency::{Printed, PrintedP, Range};
use crate::stats::math::sqrt;
use crate::store::{Bound, Row, STUDY_FIELDS, Store, Value, find_column};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashSet};

/// A map in the order of insertion whose hashing is quick: a hundred thousand rows are looked up by many rules.
pub(crate) type Quick<K, V> = indexmap::IndexMap<K, V, foldhash::fast::RandomState>;

/// The store and its rows, looked up once.
pub(crate) struct Context<'a> {
    pub(crate) store: &'a Store,
    /// Whether it describes no entity, as a tidy CSV.
    pub(crate) bare: bool,
    pub(crate) rows: Vec<Facts<'a>>,
    /// Names of moderators and characteristics.
    names: HashSet<&'a str>,
    /// Rows of one study, by study, in order of appearance.
    pub(crate) studies: Quick<&'a str, Vec<usize>>,
    /// Rows of one outcome and time: what one synthesis may hold.
    pub(crate) syntheses: Quick<(&'a str, Option<&'a str>, Option<&'a str>), Vec<usize>>,
    /// The columns in which any row has a number.
    columns: HashSet<&'a str>,
}

/// A row with what is known about it.
pub(crate) struct Facts<'a> {
    pub(crate) row: &'a Row,
    pub(crate) groups: Vec<Group>,
    pub(crate) scale: Option<Range>,
    pub(crate) items: Option<f64>,
    pub(crate) step: f64,
    pub(crate) score: Score,
    pub(crate) adjusted: Option<bool>,
    pub(crate) p: Option<PrintedP>,
    /// Degrees of freedom: of t, or the second of F.
    pub(crate) df: Option<f64>,
    /// The first of F; 1 unless said.
    pub(crate) df1: f64,
}

/// One group's numbers, and the columns they stand in.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) mean_column: &'static str,
    pub(crate) sd_column: &'static str,
    pub(crate) n: Option<f64>,
    pub(crate) mean: Option<Printed>,
    pub(crate) sd: Option<Printed>,
    pub(crate) se: Option<Printed>,
    pub(crate) se_column: &'static str,
}

/// What a mean is a mean of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Score {
    Post,
    Change,
    Unknown,
}

/// mean, SD, SE, n of the groups a row can hold.
const GROUPS: &[[&str; 4]] = &[
    ["mean1", "sd1", "se1", "n1"],
    ["mean2", "sd2", "se2", "n2"],
    ["mean", "sd", "se", "n"],
    ["mean_pre", "sd_pre", "se_pre", "n"],
    ["mean_post", "sd_post", "se_post", "n"],
];

impl Group {
    /// The SD, stated or from the standard error.
    pub(crate) fn spread(&self) -> Option<f64> {
        self.sd.map(|sd| sd.value).or_else(|| Some(self.se?.value * sqrt(self.n?)))
    }
}

impl<'a> Context<'a> {
    pub(crate) fn new(store: &'a Store) -> Self {
        let mut studies: Quick<&str, Vec<usize>> = Quick::default();
        let mut syntheses: Quick<_, Vec<usize>> = Quick::default();
        let mut columns = HashSet::new();
        let mut before: Option<&Row> = None;
        for (index, row) in store.rows.iter().enumerate() {
            studies.entry(row.study.as_str()).or_default().push(index);
            let key = (row.outcome.as_str(), row.timepoint.as_deref(), row.comparison.as_deref());
            syntheses.entry(key).or_default().push(index);
            // Rows of a table have the same columns, mostly.
            if before.is_none_or(|b| !b.values.keys().eq(row.values.keys())) {
                columns.extend(row.values.keys());
            }
            before = Some(row);
        }
        let named = Named::of(store);
        let rows = store.rows.par_iter().map(|row| facts(store, row, &named)).collect();
        Context { store, bare: store.is_bare(), rows, names: store.moderator_names().into_iter().collect(), studies, syntheses, columns }
    }

    /// Whether any row has a number in a column.
    pub(crate) fn holds(&self, column: &str) -> bool {
        self.columns.contains(column)
    }

    /// The row of an index.
    pub(crate) fn get(&self, index: usize) -> Option<&Facts<'a>> {
        self.rows.get(index)
    }

    /// A text about a row: a moderator, a characteristic or field of its study, a key.
    pub(crate) fn said(&self, row: &Row, names: &[&str]) -> Option<String> {
        let names = names.iter().filter(|name| self.may_be_said(name));
        names.into_iter().find_map(|name| known(self.store, row, name)).filter(|t| !t.trim().is_empty())
    }

    /// Whether anything goes by a name, so that a hundred thousand rows are not asked in vain.
    fn may_be_said(&self, name: &str) -> bool {
        let in_rows = |c: &crate::store::Column| !c.is_number() || self.columns.contains(c.name);
        self.names.contains(name) || STUDY_FIELDS.contains(&name) || find_column(name).is_some_and(in_rows)
    }

    /// A number about a row.
    pub(crate) fn number(&self, row: &Row, names: &[&str]) -> Option<f64> {
        self.said(row, names)?.trim().parse().ok()
    }

    /// A text about a study.
    pub(crate) fn of_study(&self, study: &str, names: &[&str]) -> Option<String> {
        let study = self.store.studies.get(study)?;
        names
            .iter()
            .find_map(|name| study.characteristics.get(*name).and_then(Value::text).or_else(|| study.field(name)).map(str::to_owned))
            .filter(|t| !t.trim().is_empty())
    }
}

/// What is said of a row under a name.
fn known(store: &Store, row: &Row, name: &str) -> Option<String> {
    store.row_value(row, name).text().map(str::to_owned)
}

/// Which optional names occur at all, so that rows are not asked in vain.
struct Named<'a>(BTreeMap<&'a str, bool>);

const OPTIONAL: &[&str] = &["score", "score_type", "adjusted", "df", "df1", "df2", "p_op"];

impl<'a> Named<'a> {
    fn of(store: &'a Store) -> Self {
        let names: std::collections::BTreeSet<&str> = store.moderator_names().into_iter().collect();
        let there = |name: &&str| names.contains(*name) || (**name == *"adjusted" && store.rows.iter().any(|row| row.adjusted.is_some()));
        Named(OPTIONAL.iter().map(|name| (*name, there(name))).collect())
    }

    fn get(&self, store: &Store, row: &Row, name: &str) -> Option<String> {
        self.0.get(name).filter(|there| **there)?;
        known(store, row, name)
    }
}

fn facts<'a>(store: &'a Store, row: &'a Row, named: &Named<'_>) -> Facts<'a> {
    let cell = |name: &str| row.values.get(name).filter(|c| c.bound == Bound::Exact).and_then(|c| Printed::parse(&c.text));
    let exact = |name: &str| row.values.get(name).map(|c| c.value);
    let groups = GROUPS
        .iter()
        .map(|[mean, sd, se, n]| Group {
            mean_column: mean,
            sd_column: sd,
            se_column: se,
            n: exact(n),
            mean: cell(mean),
            sd: cell(sd).filter(|sd| sd.value > 0.0),
            se: cell(se),
        })
        .filter(|g| g.mean.is_some() || g.sd.is_some() || g.se.is_some())
        .collect();
    let instrument = row.instrument.as_ref().and_then(|id| store.instruments.get(id));
    let of_instrument = |pick: fn(&crate::store::Instrument) -> &Option<crate::store::Cell>| {
        instrument.and_then(|i| pick(i).as_ref()).map(|cell| cell.value)
    };
    let low = exact("scale_min").or_else(|| of_instrument(|i| &i.min));
    let high = exact("scale_max").or_else(|| of_instrument(|i| &i.max));
    let said = |name: &str| named.get(store, row, name);
    let number = |name: &str| said(name).and_then(|t| t.trim().parse::<f64>().ok()).filter(|x| *x > 0.0);
    let has_t = row.values.contains_key("t");
    Facts {
        row,
        groups,
        scale: low.zip(high).filter(|(l, h)| l < h).map(|(low, high)| Range { low, high }),
        items: exact("items").or_else(|| of_instrument(|i| &i.items)),
        step: of_instrument(|i| &i.step).filter(|s| *s > 0.0).unwrap_or(1.0),
        score: score(said("score").or_else(|| said("score_type")).as_deref(), row.timepoint.as_deref()),
        adjusted: said("adjusted").and_then(|t| truth(&t)),
        p: printed_p(row, said("p_op").as_deref()),
        df: if has_t { number("df").or_else(|| number("df2")).or_else(|| number("df1")) } else { number("df2").or_else(|| number("df")) },
        df1: number("df1").filter(|_| !has_t).unwrap_or(1.0),
    }
}

/// Whether a row's means are changes.
fn score(said: Option<&str>, timepoint: Option<&str>) -> Score {
    let has = |text: &str, words: &[&str]| words.iter().any(|w| text.to_lowercase().contains(w));
    match said {
        Some(text) if has(text, &["change", "gain", "difference from baseline"]) => Score::Change,
        Some(text) if has(text, &["post", "final", "endpoint"]) => Score::Post,
        _ if timepoint.is_some_and(|t| has(t, &["change score", "change from"])) => Score::Change,
        _ => Score::Unknown,
    }
}

fn truth(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "yes" | "true" | "1" | "y" | "adjusted" => Some(true),
        "no" | "false" | "0" | "n" | "unadjusted" | "crude" => Some(false),
        _ => None,
    }
}

/// The row's p; a sign in a column `p_op` (`<`, `>`) makes it a bound.
fn printed_p(row: &Row, op: Option<&str>) -> Option<PrintedP> {
    // A one-sided p is not held against tests, which are two-sided.
    if row.values.get("p_sides").is_some_and(|cell| cell.value == 1.0) {
        return None;
    }
    let cell = row.values.get("p")?;
    let value = cell.value.abs();
    match (cell.bound, op.map(str::trim)) {
        (Bound::Below, _) | (_, Some("<" | "<=" | "≤")) => Some(PrintedP::Below(value)),
        (Bound::Above, _) | (_, Some(">" | ">=" | "≥")) => Some(PrintedP::Above(value)),
        _ => Printed::parse(cell.text.trim_start_matches('-')).map(PrintedP::Exact),
    }
}
