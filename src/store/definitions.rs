//! Definitions that can't be: ranges without room, fewer than no people, two judgements in one place.

use super::cell::Cell;
use super::model::Store;
use crate::diagnostic::{Place, Problem};
use indexmap::IndexMap;

impl Store {
    /// Every impossible value of what the store declares.
    pub(super) fn impossible_definitions(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        for instrument in self.instruments.values() {
            let who = format!("instrument `{}`", instrument.id);
            if let (Some(min), Some(max)) = (&instrument.min, &instrument.max)
                && min.value >= max.value
            {
                found.push(wrong(
                    format!("`min` of {who} is {}, and its `max` is {}", min.text, max.text),
                    "the smallest score lies below the largest: the two may be swapped",
                ));
            }
            at_least(&who, "items", instrument.items.as_ref(), 1.0, &mut found);
            above_0(&who, "step", instrument.step.as_ref(), &mut found);
            above_0(&who, "reference_sd", instrument.reference_sd.as_ref(), &mut found);
        }
        for arm in self.arms.values() {
            let who = format!("arm `{}`", arm.id);
            at_least(&who, "n_randomised", arm.n_randomised.as_ref(), 0.0, &mut found);
            at_least(&who, "n_clusters", arm.n_clusters.as_ref(), 0.0, &mut found);
        }
        for study in self.studies.values() {
            if let Some((value, text)) = study.characteristics.get("n_randomised").and_then(|v| Some((v.number()?, v.text()?)))
                && value < 0.0
            {
                found.push(wrong(format!("`n_randomised` of study `{}` is {text}", study.id), "a number of people is not below 0"));
            }
        }
        self.judged_twice(&mut found);
        found
    }

    /// Two different judgements of one domain, of the same result, by the same tool and assessor.
    fn judged_twice(&self, found: &mut Vec<Problem>) {
        let mut seen: IndexMap<_, &str> = IndexMap::new();
        for j in &self.risk_of_bias {
            let result = [&j.outcome, &j.timepoint, &j.analysis, &j.comparison, &j.effect].map(Option::as_deref);
            let key = (j.study.as_str(), j.domain.as_str(), j.tool.as_deref(), result, j.assessor.as_deref());
            let first = *seen.entry(key).or_insert(&j.judgement);
            if first != j.judgement {
                let tool = j.tool.as_deref().map_or_else(String::new, |tool| format!(" by {tool}"));
                let problem = wrong(
                    format!("`{}` of `{}` is judged{tool} as `{first}` and as `{}`", j.domain, j.study, j.judgement),
                    "keep the judgement that holds; those of two people name their `assessor`, those of two results their `outcome`",
                );
                found.push(problem.place(Place { file: self.file_of("risk_of_bias.csv"), ..Place::default() }));
            }
        }
    }
}

fn wrong(message: String, help: &str) -> Problem {
    Problem::error("E343", message).help(help)
}

fn at_least(who: &str, field: &str, cell: Option<&Cell>, least: f64, found: &mut Vec<Problem>) {
    if let Some(cell) = cell.filter(|cell| cell.value < least) {
        found.push(wrong(
            format!("`{field}` of {who} is {}", cell.text),
            &format!("it is at least {least}; leave it out if it is not known"),
        ));
    }
}

fn above_0(who: &str, field: &str, cell: Option<&Cell>, found: &mut Vec<Problem>) {
    if let Some(cell) = cell.filter(|cell| cell.value <= 0.0) {
        found.push(wrong(format!("`{field}` of {who} is {}", cell.text), "it is above 0; leave it out if it is not known"));
    }
}
