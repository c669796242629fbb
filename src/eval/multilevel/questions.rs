//! Questions to a regression with levels or robust errors: predictions, contrasts, joint tests.

use super::regress::{Levelled, coefficient};
use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::further::ask::{at, outside, place};
use crate::eval::further::design;
use crate::eval::further::regress as ordinary;
use crate::eval::outcome::{ContrastResult, Display, Head, NoteResult, Outcome, PredictResult, PredictRow, TestResult};
use crate::eval::pooling::harmonic_n;
use crate::eval::state::State;
use crate::language::formula::Formula;
use crate::language::further::{ContrastRow, FurtherSpec, Point};

/// The regression asked, with its notes.
fn fitted<'a>(
    spec: &FurtherSpec,
    formula: &Formula,
    analysed: &'a Analysed,
    state: &State,
) -> Result<(Levelled<'a>, Vec<NoteResult>), Problem> {
    let settled = &analysed.result.spec;
    if settled.is_multilevel() {
        let levelled = Levelled::fit(spec, formula, analysed, state)?;
        let notes = levelled.notes.clone();
        return Ok((levelled, notes));
    }
    let fitted = ordinary::fit(spec, formula, analysed, state)?;
    let notes = ordinary::notes(&fitted);
    let levelled = Levelled::of(spec, fitted.designed, &fitted.regression, settled, state)?;
    Ok((levelled, notes))
}

fn head(spec: &FurtherSpec, levelled: &Levelled, analysed: &Analysed) -> Head {
    Head { k: levelled.effects.y.len(), ..Head::of(&analysed.result, &spec.of, spec.name.clone()) }
}

/// Mean effects at points; without any, at the values of each effect.
pub fn predict(spec: &FurtherSpec, formula: &Formula, points: &[Point], analysed: &Analysed, state: &State) -> Result<Outcome, Problem> {
    let (levelled, mut notes) = fitted(spec, formula, analysed, state)?;
    let designed = &levelled.designed;
    let places: Vec<(Option<String>, Point)> = if points.is_empty() {
        designed.included.iter().zip(&designed.values).map(|((c, _), at)| (Some(c.study.clone()), at.clone())).collect()
    } else {
        points.iter().map(|p| (None, p.clone())).collect()
    };
    let mut matrix = Vec::with_capacity(places.len());
    let mut beyond: Vec<String> = Vec::new();
    for (study, at) in &places {
        matrix.push(designed.built.row(at).map_err(|e| design::refused(&e, formula, &designed.left_out, spec.base.span))?);
        if study.is_none() {
            outside(at, &designed.values, &mut beyond);
        }
    }
    let found = levelled.combinations(&matrix).map_err(|e| ordinary::refused(e, designed, spec))?;
    let harmonic = harmonic_n(&designed.included);
    let back = |x: f64| spec.base.measure.value.display(x, harmonic);
    let finite = |x: f64| x.is_finite().then_some(x);
    let rows: Vec<PredictRow> = places
        .into_iter()
        .zip(&found)
        .map(|((study, at), mean)| {
            let pi = levelled.prediction(mean);
            let display = Display { estimate: finite(back(mean.estimate)), ci: Some(mean.ci.map(back)), pi: pi.map(|pi| pi.map(back)) };
            PredictRow { study, at, estimate: mean.estimate, se: mean.se, ci: mean.ci, pi, display }
        })
        .collect();
    if !beyond.is_empty() {
        notes.push(NoteResult { code: "W463", text: format!("the regression is carried beyond its studies: {}", beyond.join(", ")) });
    }
    let any = rows.iter().any(|r| r.pi.is_some());
    Ok(Outcome::Predict(Box::new(PredictResult {
        head: head(spec, &levelled, analysed),
        formula: formula.text.clone(),
        ci_method: levelled.method(),
        pi_method: if any { analysed.result.spec.pi.value.name() } else { "none" },
        rows,
        notes,
        base: analysed.result.clone(),
    })))
}

/// Differences and combinations.
pub fn contrast(
    spec: &FurtherSpec,
    formula: &Formula,
    rows: &[ContrastRow],
    analysed: &Analysed,
    state: &State,
) -> Result<Outcome, Problem> {
    let (levelled, notes) = fitted(spec, formula, analysed, state)?;
    let designed = &levelled.designed;
    let (mut names, mut matrix): (Vec<&str>, Vec<Vec<f64>>) = (Vec::new(), Vec::new());
    for row in rows {
        match row {
            ContrastRow::Difference { name, points } => {
                let [first, second] = [&points[0], &points[1]].map(|p| at(designed, formula, p, spec));
                names.push(name);
                matrix.push(first?.iter().zip(&second?).map(|(a, b)| a - b).collect());
            }
            ContrastRow::Combination { name, of } => {
                let mut row = vec![0.0; designed.built.design.columns()];
                for (coefficient, times) in of {
                    row[place(designed, coefficient, spec)?] += times;
                }
                names.push(name);
                matrix.push(row);
            }
        }
    }
    let found = levelled.combinations(&matrix).map_err(|e| ordinary::refused(e, designed, spec))?;
    Ok(Outcome::Contrast(Box::new(ContrastResult {
        head: head(spec, &levelled, analysed),
        formula: formula.text.clone(),
        ci_method: levelled.method(),
        joint: (matrix.len() > 1).then(|| levelled.joint(&matrix)).flatten(),
        rows: names.iter().zip(&found).map(|(name, c)| coefficient(name, c)).collect(),
        notes,
        base: analysed.result.clone(),
    })))
}

/// Terms or coefficients, tested together.
pub fn test(spec: &FurtherSpec, formula: &Formula, terms: &[String], analysed: &Analysed, state: &State) -> Result<Outcome, Problem> {
    let (levelled, notes) = fitted(spec, formula, analysed, state)?;
    let design = &levelled.designed.built.design;
    let mut columns: Vec<usize> = Vec::new();
    for name in terms {
        let own: Vec<usize> = match design.terms().iter().find(|t| t.name == *name) {
            Some(term) => term.columns.clone(),
            None => vec![place(&levelled.designed, name, spec)?],
        };
        columns.extend(own.into_iter().filter(|c| !columns.contains(c)).collect::<Vec<_>>());
    }
    if terms.is_empty() {
        columns = levelled.tested();
    }
    let Some(found) = levelled.joint(&levelled.unit_rows(&columns)) else {
        return Err(Problem::error("E431", "the trials are too few for a test of these coefficients together")
            .at(spec.base.span, "no test")
            .help("test fewer coefficients at once, or one by one"));
    };
    Ok(Outcome::Test(Box::new(TestResult {
        head: head(spec, &levelled, analysed),
        formula: formula.text.clone(),
        ci_method: levelled.method(),
        coefficients: columns.iter().map(|c| design.names()[*c].clone()).collect(),
        test: found,
        notes,
        base: analysed.result.clone(),
    })))
}
