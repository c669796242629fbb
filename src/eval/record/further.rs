//! An analysis of a result as fields.

use super::number::of_float;
use super::{Fields, of_analysis};
use crate::eval::state::State;
use crate::language::formula::Formula;
use crate::language::further::{ContrastRow, Draws, Further, FurtherSpec, GridCell, Point, ThresholdSide, Unit};
use crate::protocol::{Key, Record};
use crate::stats::regression::{Centre, Part, Value as Level};
use serde_json::{Value, json};

/// The record of a verb on a result.
pub fn of_further(spec: &FurtherSpec, state: &State) -> Record {
    let mut fields = Fields::default();
    if let Some(formula) = spec.what.formula() {
        fields.add(Key::Formula, formula_value(formula), formula.text.clone(), "stated");
    }
    if let Some(draws) = draws(&spec.what) {
        let value = json!({ "draws": draws.draws.map(|d| d.to_string()), "seed": draws.seed.map(|s| s.to_string()) });
        let word = |x: Option<String>| x.unwrap_or_else(|| "by default".to_owned());
        let words = format!("draws {}, seed {}", word(draws.draws.map(|d| d.to_string())), word(draws.seed.map(|s| s.to_string())));
        fields.add(Key::Numerics, value, words, "stated");
    }
    let options = options(&spec.what, state);
    if !options.is_null() {
        let words = words_of(&options);
        fields.add(Key::Options, options, words, "stated");
    }
    fields.record(&spec.verb.replace('-', "_"), Some(of_analysis(&spec.base, state)))
}

/// `{"predictor": "se", "mixed": false}` as `predictor se, mixed no`.
fn words_of(options: &Value) -> String {
    match options {
        Value::Object(fields) => {
            let known = fields.iter().filter(|(_, v)| !v.is_null());
            known.map(|(name, value)| format!("{} {}", name.replace('_', " "), words_of(value))).collect::<Vec<_>>().join(", ")
        }
        Value::Array(items) => items.iter().map(words_of).collect::<Vec<_>>().join("; "),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn formula_value(formula: &Formula) -> Value {
    let mut terms: Vec<Vec<String>> = formula
        .terms
        .iter()
        .map(|term| {
            let mut parts: Vec<String> = term.iter().map(part).collect();
            parts.sort();
            parts
        })
        .collect();
    terms.sort();
    json!({ "terms": terms, "intercept": formula.intercept })
}

fn part(part: &Part) -> String {
    let centre = |c: &Centre| match c {
        Centre::Mean => "mean".to_owned(),
        Centre::At(x) => of_float(*x),
    };
    match part {
        Part::Plain(c) => c.clone(),
        Part::Centred(c, at) => format!("center({c}, {})", centre(at)),
        Part::Factor(c, base) => base.as_ref().map_or_else(|| format!("factor({c})"), |b| format!("factor({c}, {b:?})")),
        Part::Powers { column, degree, centre: at } => {
            at.as_ref().map_or_else(|| format!("powers({column}, {degree})"), |at| format!("powers({column}, {degree}, {})", centre(at)))
        }
        Part::Orthogonal { column, degree } => format!("poly({column}, {degree})"),
        Part::Spline { column, df } => format!("spline({column}, {df})"),
        Part::SplineAt { column, knots, boundary } => {
            let numbers = |x: &[f64]| x.iter().map(|x| of_float(*x)).collect::<Vec<_>>().join(", ");
            format!("spline({column}, [{}], [{}])", numbers(knots), numbers(boundary))
        }
    }
}

fn draws(what: &Further) -> Option<Draws> {
    match what {
        Further::Gosh(draws)
        | Further::Selection { draws, .. }
        | Further::Bootstrap { draws, .. }
        | Further::Wild { draws, .. }
        | Further::Permute { draws, .. } => Some(*draws),
        _ => None,
    }
}

/// What else is asked; null where there is nothing to ask.
fn options(what: &Further, state: &State) -> Value {
    match what {
        Further::LeaveOneOut { unit } => json!({ "left_out": match unit { Unit::Study => "study", Unit::Trial => "trial" } }),
        Further::Cumulative(c) => json!({ "order": c.column, "descending": c.descending, "together": c.together }),
        Further::Influence
        | Further::Blup
        | Further::Baujat
        | Further::Gosh(_)
        | Further::Profile
        | Further::Begg
        | Further::HenmiCopas
        | Further::Regress(_)
        | Further::Vif(_)
        | Further::Permute { .. } => Value::Null,
        Further::Selection { across, .. } => json!({ "across": across }),
        Further::Bootstrap { parametric, .. } => json!({ "parametric": parametric }),
        Further::Wild { webb, .. } => json!({ "webb": webb }),
        Further::Robustness(grid) => json!({ "cells": grid.cells.iter().map(|c| grid_cell(c, state)).collect::<Vec<_>>() }),
        Further::Egger { predictor, mixed } => json!({ "predictor": predictor, "mixed": mixed }),
        Further::TrimAndFill { estimator, side } => json!({ "estimator": estimator, "side": side }),
        Further::FailSafe { method, target, weighted } => {
            json!({ "method": method, "target": target.map(of_float), "weighted": weighted })
        }
        Further::CountTest(name) | Further::Ruecker(name) => json!({ "test": name }),
        Further::PetPeese { expected } => json!({ "expected": expected }),
        Further::ExcessSignificance { method, alternative } => json!({ "method": method, "alternative": alternative }),
        Further::Probability(threshold) => match threshold {
            None => json!({ "threshold": "mid" }),
            Some(t) => {
                let side = match t.side {
                    ThresholdSide::Beyond => "beyond",
                    ThresholdSide::Above => "above",
                    ThresholdSide::Below => "below",
                };
                json!({ side: of_float(t.value) })
            }
        },
        Further::Absolute(risks) => json!({ "risks": risks.iter().map(|r| of_float(*r)).collect::<Vec<_>>() }),
        Further::ReExpress(units) => {
            json!({ "instrument": units.instrument, "sd": units.sd.map(of_float), "mid": units.mid.map(of_float) })
        }
        Further::Predict { points, .. } => json!({ "at": points.iter().map(point).collect::<Vec<_>>() }),
        Further::Contrast { rows, .. } => json!({ "rows": rows.iter().map(contrast).collect::<Vec<_>>() }),
        Further::Test { terms, .. } => {
            let mut terms = terms.clone();
            terms.sort();
            json!({ "terms": terms })
        }
    }
}

fn point(point: &Point) -> Value {
    let value = |v: &Level| match v {
        Level::Number(x) => json!(of_float(*x)),
        Level::Level(text) => json!(text),
    };
    Value::Object(point.iter().map(|(name, v)| (name.clone(), value(v))).collect())
}

fn contrast(row: &ContrastRow) -> Value {
    match row {
        ContrastRow::Difference { points, .. } => json!({ "at": point(&points[0]), "less": point(&points[1]) }),
        ContrastRow::Combination { of, .. } => Value::Object(of.iter().map(|(name, x)| (name.clone(), json!(of_float(*x)))).collect()),
    }
}

/// A cell of a grid: what it sets, as the whole of the analysis says it.
fn grid_cell(cell: &GridCell, state: &State) -> Value {
    json!({ "settings": cell.settings, "analysis": serde_json::to_value(fields_of(cell, state)).unwrap_or_default() })
}

fn fields_of(cell: &GridCell, state: &State) -> serde_json::Map<String, Value> {
    let key = |k: &Key| serde_json::to_value(k).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
    of_analysis(&cell.spec, state).fields.into_iter().map(|f| (key(&f.key), f.value)).collect()
}
