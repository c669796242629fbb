//! The line of a regression along one moderator, for a bubble plot.

use crate::diagnostic::Problem;
use crate::eval::analysis;
use crate::eval::further;
use crate::eval::outcome::{Outcome, PredictResult, RegressResult};
use crate::eval::walk::Walk;
use crate::eval::work::Work;
use crate::language::further::{Further, FurtherSpec, Point};
use crate::stats::regression::Value;
use crate::stats::sensitivity::Watch;
use indexmap::IndexMap;

/// At how many places the line is computed.
const PLACES: usize = 41;

impl Walk<'_, '_> {
    /// Predictions along a moderator, the others at their mean or most frequent level; nothing if no
    /// moderator has numbers. `on` names the moderator; without it the first with numbers is taken.
    pub(in crate::eval) fn curve(
        &self,
        spec: &FurtherSpec,
        result: &RegressResult,
        on: Option<&str>,
    ) -> Result<Option<(String, PredictResult)>, Vec<Problem>> {
        let columns: Vec<String> = result.terms.columns().into_iter().map(str::to_owned).collect();
        let values = self.moderators(result, &columns);
        let moderator = match on {
            Some(name) => match columns.iter().find(|c| *c == name) {
                Some(name) => name.clone(),
                None => {
                    let all = crate::language::suggest::and_list(&columns.iter().map(String::as_str).collect::<Vec<_>>(), 12);
                    return Err(vec![
                        Problem::error("E201", format!("the regression has no moderator `{name}`")).help(format!("it has {all}")),
                    ]);
                }
            },
            None => match columns.iter().find(|c| !numbers(&values, c).is_empty()) {
                Some(name) => name.clone(),
                None => return Ok(None),
            },
        };
        let along = numbers(&values, &moderator);
        let (low, high) = (along.iter().copied().fold(f64::INFINITY, f64::min), along.iter().copied().fold(f64::NEG_INFINITY, f64::max));
        if low > high {
            return Ok(None);
        }
        let typical: Point = columns.iter().filter(|c| **c != moderator).filter_map(|c| Some((c.clone(), typical(&values, c)?))).collect();
        let place = |i: usize| {
            let mut point = typical.clone();
            point.insert(moderator.clone(), Value::Number(low + (high - low) * i as f64 / (PLACES - 1) as f64));
            point
        };
        let points: Vec<Point> = (0..PLACES).map(place).collect();
        let asked = FurtherSpec {
            name: None,
            verb: "predict",
            base: spec.base.clone(),
            of: spec.of.clone(),
            what: Further::Predict { formula: result.terms.clone(), points },
        };
        let analysed = analysis::analyse(&asked.base, self.state, result.head.line)?;
        let stopped = || (self.env.stop)().is_some();
        let work = Work { watch: Watch { stop: &stopped, progress: self.env.progress }, seed: self.env.seed };
        match further::run(&asked, &analysed, self.state, &work).map_err(|p| vec![p])? {
            Outcome::Predict(curve) => Ok(Some((moderator, *curve))),
            _ => Ok(None),
        }
    }

    /// The values of the moderators in the studies of the regression.
    fn moderators(&self, result: &RegressResult, columns: &[String]) -> Vec<IndexMap<String, crate::store::Value>> {
        let store = &self.state.store;
        let rows = result.studies.iter().filter(|s| s.study.included).filter_map(|s| store.rows.get(*s.study.rows.first()?));
        rows.map(|row| columns.iter().map(|c| (c.clone(), store.row_value(row, c))).collect()).collect()
    }
}

type Values = [IndexMap<String, crate::store::Value>];

fn numbers(values: &Values, column: &str) -> Vec<f64> {
    values.iter().filter_map(|v| v.get(column)?.number()).collect()
}

/// The mean of numbers, or the most frequent level; the first of equally frequent ones.
fn typical(values: &Values, column: &str) -> Option<Value> {
    let numbers = numbers(values, column);
    if !numbers.is_empty() {
        return Some(Value::Number(numbers.iter().sum::<f64>() / numbers.len() as f64));
    }
    let mut counts: IndexMap<&str, usize> = IndexMap::new();
    for text in values.iter().filter_map(|v| v.get(column)?.text()) {
        *counts.entry(text).or_default() += 1;
    }
    let most = counts.values().copied().max()?;
    counts.into_iter().find(|(_, n)| *n == most).map(|(text, _)| Value::Level(text.to_owned()))
}
