//! Questions to a regression: predictions, contrasts, joint tests, variance inflation.

use super::design::{self, Designed};
use super::regress::{Fitted, fit, notes};
use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::outcome::{ContrastResult, Display, Head, NoteResult, Outcome, PredictResult, PredictRow, TestResult, VifResult};
use crate::eval::pooling::harmonic_n;
use crate::eval::state::State;
use crate::language::formula::Formula;
use crate::language::further::{ContrastRow, FurtherSpec, Point};
use crate::language::suggest::{and_list, nearest};
use crate::stats::pool::PiMethod;
use crate::stats::regression::Value;

fn head(spec: &FurtherSpec, fitted: &Fitted, analysed: &Analysed) -> Head {
    let mut head = Head::of(&analysed.result, &spec.of, spec.name.clone());
    head.k = fitted.regression.k;
    head
}

/// Mean effects at points; without any, at the values of each study.
pub fn predict(spec: &FurtherSpec, formula: &Formula, points: &[Point], analysed: &Analysed, state: &State) -> Result<Outcome, Problem> {
    let fitted = fit(spec, formula, analysed, state)?;
    let designed = &fitted.designed;
    let places: Vec<(Option<String>, Point)> = if points.is_empty() {
        designed.included.iter().zip(&designed.values).map(|((c, _), at)| (Some(c.study.clone()), at.clone())).collect()
    } else {
        points.iter().map(|p| (None, p.clone())).collect()
    };
    let refused = |e| design::refused(&e, formula, &designed.left_out, spec.base.span);
    let stats = |e| super::regress::refused(e, designed, spec);
    let options = &fitted.material.options;
    let harmonic = harmonic_n(&designed.included);
    let measure = spec.base.measure.value;
    let back = |x: f64| measure.display(x, harmonic);
    let finite = |x: f64| x.is_finite().then_some(x);
    let mut pi_used = PiMethod::None;
    let mut rows = Vec::with_capacity(places.len());
    let mut beyond: Vec<String> = Vec::new();
    for (study, at) in places {
        let row = designed.built.row(&at).map_err(refused)?;
        let found = fitted.regression.predict(&row, options.pi).map_err(stats)?;
        let pi = found.pi.filter(|_| !(options.pi_requires_three && fitted.regression.k < 3));
        if pi.is_some() {
            pi_used = found.pi_used;
        }
        outside(&at, &designed.values, &mut beyond);
        let display = Display { estimate: finite(back(found.estimate)), ci: Some(found.ci.map(back)), pi: pi.map(|pi| pi.map(back)) };
        rows.push(PredictRow { study, at, estimate: found.estimate, se: found.se, ci: found.ci, pi, display });
    }
    let mut remarks = notes(&fitted);
    if !beyond.is_empty() {
        remarks.push(NoteResult { code: "W463", text: format!("the regression is carried beyond its studies: {}", beyond.join(", ")) });
    }
    Ok(Outcome::Predict(Box::new(PredictResult {
        head: head(spec, &fitted, analysed),
        formula: formula.text.clone(),
        ci_method: fitted.regression.ci_used.name(),
        pi_method: pi_used.name(),
        rows,
        notes: remarks,
        base: analysed.result.clone(),
    })))
}

/// Numbers outside the range of the studies, each told once.
pub fn outside(at: &Point, studies: &[Point], told: &mut Vec<String>) {
    for (column, value) in at {
        let Value::Number(x) = value else { continue };
        let numbers = || studies.iter().filter_map(|s| if let Some(Value::Number(x)) = s.get(column) { Some(*x) } else { None });
        let (low, high) = (numbers().fold(f64::INFINITY, f64::min), numbers().fold(f64::NEG_INFINITY, f64::max));
        if low <= high && (*x < low || *x > high) {
            let plain = crate::number::plain;
            let text = format!("{column} {} (theirs are {} to {})", plain(*x), plain(low), plain(high));
            if !told.contains(&text) {
                told.push(text);
            }
        }
    }
}

/// Differences and combinations.
pub fn contrast(
    spec: &FurtherSpec,
    formula: &Formula,
    rows: &[ContrastRow],
    analysed: &Analysed,
    state: &State,
) -> Result<Outcome, Problem> {
    let fitted = fit(spec, formula, analysed, state)?;
    let designed = &fitted.designed;
    let mut asked: Vec<(String, Vec<f64>)> = Vec::new();
    for row in rows {
        asked.push(match row {
            ContrastRow::Difference { name, points } => {
                let [first, second] = [&points[0], &points[1]].map(|p| at(designed, formula, p, spec));
                (name.clone(), first?.iter().zip(&second?).map(|(a, b)| a - b).collect())
            }
            ContrastRow::Combination { name, of } => {
                let mut row = vec![0.0; fitted.regression.p];
                for (coefficient, times) in of {
                    row[place(designed, coefficient, spec)?] += times;
                }
                (name.clone(), row)
            }
        });
    }
    let found = fitted.regression.contrasts(&asked).map_err(|e| super::regress::refused(e, designed, spec))?;
    Ok(Outcome::Contrast(Box::new(ContrastResult {
        head: head(spec, &fitted, analysed),
        formula: formula.text.clone(),
        ci_method: fitted.regression.ci_used.name(),
        joint: found.joint.filter(|_| found.rows.len() > 1),
        rows: found.rows,
        notes: notes(&fitted),
        base: analysed.result.clone(),
    })))
}

/// The row of a design at a point; moderators that meet none of those stated in a term are
/// equal on both sides of a contrast, whatever they are.
pub fn at(designed: &Designed, formula: &Formula, point: &Point, spec: &FurtherSpec) -> Result<Vec<f64>, Problem> {
    let mut full = point.clone();
    for column in formula.columns() {
        let meets =
            formula.terms.iter().any(|t| t.iter().any(|p| p.column() == column) && t.iter().any(|p| point.contains_key(p.column())));
        if !full.contains_key(column) && !meets {
            full.extend(designed.values.first().and_then(|v| v.get(column)).map(|v| (column.to_owned(), v.clone())));
        }
    }
    designed.built.row(&full).map_err(|e| design::refused(&e, formula, &designed.left_out, spec.base.span))
}

/// The place of a coefficient by its name.
pub fn place(designed: &Designed, name: &str, spec: &FurtherSpec) -> Result<usize, Problem> {
    let names = designed.built.design.names();
    names.iter().position(|n| n == name).ok_or_else(|| no_coefficient(name, names, spec))
}

fn no_coefficient(name: &str, names: &[String], spec: &FurtherSpec) -> Problem {
    let problem = Problem::error("E261", format!("the regression has no coefficient `{name}`")).at(spec.base.span, "unknown coefficient");
    match nearest(name, names.iter().map(String::as_str)) {
        Some(near) => problem.help(format!("did you mean `{near}`? It has {}", and_list(names, 20))),
        None => problem.help(format!("it has {}", and_list(names, 20))),
    }
}

/// Terms or coefficients, tested together.
pub fn test(spec: &FurtherSpec, formula: &Formula, terms: &[String], analysed: &Analysed, state: &State) -> Result<Outcome, Problem> {
    let fitted = fit(spec, formula, analysed, state)?;
    let design = &fitted.designed.built.design;
    let mut columns: Vec<usize> = Vec::new();
    for name in terms {
        let own: Vec<usize> = match design.terms().iter().find(|t| t.name == *name) {
            Some(term) => term.columns.clone(),
            None => vec![place(&fitted.designed, name, spec)?],
        };
        columns.extend(own.into_iter().filter(|c| !columns.contains(c)).collect::<Vec<_>>());
    }
    if terms.is_empty() {
        columns.clone_from(&fitted.regression.test_columns);
    }
    let found = fitted.regression.test(&columns).map_err(|e| super::regress::refused(e, &fitted.designed, spec))?;
    Ok(Outcome::Test(Box::new(TestResult {
        head: head(spec, &fitted, analysed),
        formula: formula.text.clone(),
        ci_method: fitted.regression.ci_used.name(),
        coefficients: columns.iter().map(|c| design.names()[*c].clone()).collect(),
        test: found,
        notes: notes(&fitted),
        base: analysed.result.clone(),
    })))
}

/// Variance inflation.
pub fn vif(spec: &FurtherSpec, formula: &Formula, analysed: &Analysed, state: &State) -> Result<Outcome, Problem> {
    let fitted = fit(spec, formula, analysed, state)?;
    let mut remarks = notes(&fitted);
    let rows = fitted.regression.inflation();
    if rows.len() < 2 {
        remarks.push(NoteResult { code: "W464", text: "with fewer than two terms nothing can be inflated".into() });
    }
    Ok(Outcome::Vif(Box::new(VifResult {
        head: head(spec, &fitted, analysed),
        formula: formula.text.clone(),
        rows,
        notes: remarks,
        base: analysed.result.clone(),
    })))
}
