//! The rows of a forest: headings, studies, subgroups, the pooled effect, its prediction interval.

use super::style::Style;
use crate::eval::outcome::{PictureRequest, PoolResult, RowFacts, RowsResult, StudyEffect};
use crate::figure::FigureError;
use crate::number;
use crate::report::compose::effect::{has_estimate, included, shown, study_shown};
use std::collections::BTreeMap;

/// What a row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The name of a subgroup.
    Heading,
    /// One study.
    Study,
    /// A subgroup's pooled effect.
    Group,
    /// A line of text below a subgroup.
    Note,
    /// The pooled effect.
    Pooled,
    /// Its prediction interval.
    Prediction,
}

impl Kind {
    /// The word in the CSV.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Heading => "heading",
            Kind::Study => "study",
            Kind::Group => "group",
            Kind::Note => "text",
            Kind::Pooled => "pooled",
            Kind::Prediction => "prediction",
        }
    }
}

/// One row, in displayed units.
#[derive(Debug, Clone)]
pub struct Row<'a> {
    /// What it shows.
    pub kind: Kind,
    /// Its name, whole.
    pub label: String,
    /// The point.
    pub estimate: Option<f64>,
    /// The interval.
    pub ends: Option<[f64; 2]>,
    /// Percent of the displayed model.
    pub weight: Option<f64>,
    /// Share of the largest weight, 0 to 1: the area of its square.
    pub share: f64,
    /// The study behind it.
    pub study: Option<&'a StudyEffect>,
    /// What the store says of it; of no single row where several were combined.
    pub facts: Option<&'a RowFacts>,
    /// The pooled result behind it.
    pub pool: Option<&'a PoolResult>,
}

impl Row<'_> {
    fn bare(kind: Kind, label: impl Into<String>) -> Self {
        Row { kind, label: label.into(), estimate: None, ends: None, weight: None, share: 0.0, study: None, facts: None, pool: None }
    }
}

/// What tells an effect listed in a subgroup from the others.
type Key<'a> = (&'a str, Option<u64>, Option<u64>);

fn key(study: &StudyEffect) -> Key<'_> {
    (&study.study, study.yi.map(f64::to_bits), study.vi.map(f64::to_bits))
}

/// The rows of a pooled result.
pub fn of_pool<'a>(result: &'a PoolResult, request: &'a PictureRequest, style: &Style) -> Result<Vec<Row<'a>>, FigureError> {
    if included(result).next().is_none() {
        return Err(FigureError::unfit("no study has an effect to draw", "`show` says why studies are left out"));
    }
    let largest = included(result).filter_map(|s| s.weight).fold(0.0, f64::max);
    let study = |s: &'a StudyEffect, weight: Option<f64>| {
        let (estimate, ends) = study_shown(result, s);
        let facts = if let [row] = s.rows.as_slice() { request.facts.get(row) } else { None };
        let mut labels = s.rows.iter().filter_map(|row| request.facts.get(row)).map(|f| f.label.as_str());
        let label = labels.next().filter(|l| !l.is_empty() && labels.all(|other| other == *l)).unwrap_or(&s.study);
        let label = format!("{label}{}", s.told);
        let share = if largest > 0.0 { weight.unwrap_or(0.0) / largest } else { 0.5 };
        Row { kind: Kind::Study, label, estimate, ends, weight, share, study: Some(s), facts, pool: None }
    };
    let mut rows = Vec::new();
    match &result.groups {
        Some(groups) if groups.iter().any(|g| !g.studies.is_empty()) => {
            let whole: BTreeMap<Key, Option<f64>> = result.studies.iter().rev().map(|s| (key(s), s.weight)).collect();
            for group in groups {
                rows.push(Row::bare(Kind::Heading, group.group.clone().unwrap_or_else(|| number::MISSING.into())));
                let mut own: Vec<Row> = included(group).map(|s| study(s, whole.get(&key(s)).map_or(s.weight, |w| *w))).collect();
                sort(&mut own, request);
                let weight: Option<f64> = own.iter().map(|r| r.weight).sum();
                rows.append(&mut own);
                rows.extend(pooled(group, style, Kind::Group).map(|row| Row { weight, ..row }));
                let notes = group.heterogeneity.as_ref().map(|h| style.heterogeneity(h, true));
                rows.extend(notes.map(|text| Row::bare(Kind::Note, text)));
            }
        }
        _ => {
            rows.extend(included(result).map(|s| study(s, s.weight)));
            sort(&mut rows, request);
        }
    }
    rows.extend(pooled(result, style, Kind::Pooled).filter(|_| result.k > 1));
    if let Some(robust) = result.robust.as_ref().filter(|_| has_estimate(result)) {
        let ends = robust.display_ci.filter(|_| crate::report::words::transformed(result)).or(robust.ci);
        let label = format!("{}, robust ({})", style.pooled(result, false), robust.kind);
        rows.push(Row { estimate: shown(result).estimate, ends, share: 1.0, ..Row::bare(Kind::Pooled, label) });
    }
    if let Some(pi) = shown(result).pi.filter(|_| has_estimate(result)) {
        let label = format!("{} prediction interval", number::level(result.level));
        rows.push(Row { ends: Some(pi), ..Row::bare(Kind::Prediction, label) });
    }
    Ok(rows)
}

fn pooled<'a>(result: &'a PoolResult, style: &Style, kind: Kind) -> Option<Row<'a>> {
    let pooled = has_estimate(result).then(|| shown(result))?;
    let label = style.pooled(result, kind == Kind::Group);
    let weight = (kind == Kind::Pooled && included(result).any(|s| s.weight.is_some())).then_some(100.0);
    Some(Row { estimate: pooled.estimate, ends: pooled.ci, weight, share: 1.0, pool: Some(result), ..Row::bare(kind, label) })
}

/// The rows of a leave-one-out or cumulative analysis; `word` stands before each study.
pub fn of_rows<'a>(word: &str, result: &'a RowsResult, style: &Style) -> Result<Vec<Row<'a>>, FigureError> {
    let row = |study: &str, pool: &'a PoolResult| {
        let pooled = shown(pool);
        let label = format!("{word} {study}");
        Row { estimate: pooled.estimate, ends: pooled.ci, share: 0.4, pool: Some(pool), ..Row::bare(Kind::Study, label) }
    };
    if result.rows.iter().all(|r| r.pool.estimate.is_none()) {
        return Err(FigureError::unfit("no row has an effect to draw", ""));
    }
    let mut rows: Vec<Row> = result.rows.iter().map(|r| row(&r.study, &r.pool)).collect();
    rows.extend(pooled(&result.base, style, Kind::Pooled).map(|r| Row { weight: None, label: "All studies".into(), ..r }));
    Ok(rows)
}

/// Studies by a column; those without a value last, ties in file order.
fn sort(rows: &mut [Row], request: &PictureRequest) {
    let Some((column, descending)) = &request.order else { return };
    let value = |row: &Row| -> (Option<f64>, Option<String>) {
        let fact = row.facts.and_then(|f| f.values.get(column));
        match column.as_str() {
            "effect" => (row.estimate, None),
            "weight" => (row.weight, None),
            "se" => (row.study.and_then(|s| s.vi).map(f64::sqrt), None),
            "study" => (None, Some(row.label.clone())),
            _ => (fact.and_then(|f| f.number), fact.filter(|f| f.number.is_none()).map(|f| f.text.clone())),
        }
    };
    rows.sort_by(|a, b| {
        let (a, b) = (value(a), value(b));
        let turned = |order: std::cmp::Ordering| if *descending { order.reverse() } else { order };
        match (a, b) {
            ((Some(x), _), (Some(y), _)) => turned(x.total_cmp(&y)),
            ((_, Some(x)), (_, Some(y))) => turned(x.cmp(&y)),
            ((None, None), (None, None)) => std::cmp::Ordering::Equal,
            ((None, None), _) => std::cmp::Ordering::Greater,
            (_, (None, None)) => std::cmp::Ordering::Less,
            ((Some(_), _), _) => std::cmp::Ordering::Less,
            _ => std::cmp::Ordering::Greater,
        }
    });
}
