//! What the data hold that the plan does not name, and that enters its analyses all the same: results of other
//! instruments, levels of a subgroup factor. The plan selects by rule, so that this is no deviation; it is worth knowing.

use super::state::Following;
use crate::diagnostic::Problem;
use crate::eval::walk::Walk;
use crate::language::suggest::{and_list, nearest};
use crate::protocol::matching::Known;
use crate::store::{Row, Store};
use std::collections::{BTreeMap, BTreeSet};

impl Walk<'_, '_> {
    /// Tells it once for each name.
    pub fn unknown_to_the_plan(&mut self, following: &Following, known: &Known) {
        if following.versions.all.is_empty() || self.state.store.rows.is_empty() {
            return;
        }
        let Some(store) = self.planned_store() else { return };
        let mut found: BTreeMap<Unknown, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
        for planned in following.plan.plan.planned.values() {
            let studies = known.get(&planned.id).map(|facts| facts.studies()).unwrap_or_default();
            let (spec, declared) = (planned.spec(), &following.plan.store);
            let asked = &spec.estimand;
            let instruments: BTreeSet<&str> =
                declared.instruments.values().filter(|i| i.outcome.as_deref() == Some(&asked.outcome)).map(|i| i.id.as_str()).collect();
            let at = |row: &Row| asked.timepoint.is_none() || row.timepoint == asked.timepoint;
            let enters = |row: &&Row| row.outcome == asked.outcome && at(row) && studies.contains(&row.study.as_str());
            for row in store.rows.iter().filter(enters) {
                let mut note = |unknown: Unknown| {
                    let (plans, studies) = found.entry(unknown).or_default();
                    plans.insert(&planned.id);
                    studies.insert(&row.study);
                };
                if let Some(instrument) = row.instrument.as_deref().filter(|i| !instruments.is_empty() && !instruments.contains(i)) {
                    note(Unknown { what: "instrument", of: asked.outcome.clone(), name: instrument.to_owned() });
                }
                for factor in &spec.by {
                    let levels = declared.characteristics.get(factor).map_or(&[][..], |c| &c.levels);
                    let level = level_of(&store, row, factor);
                    let stranger = |level: &&str| !levels.is_empty() && !levels.iter().any(|l| l.eq_ignore_ascii_case(level));
                    if let Some(level) = level.as_deref().filter(stranger) {
                        note(Unknown { what: "level", of: factor.clone(), name: level.to_owned() });
                    }
                }
            }
        }
        let problems: Vec<(String, Problem)> =
            found.iter().map(|(u, (plans, studies))| u.told(plans, studies, &following.plan.store)).collect();
        for (key, problem) in problems {
            if self.state.follow.told.insert(key) {
                self.report(problem);
            }
        }
    }
}

/// A name that the plan does not declare.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Unknown {
    what: &'static str,
    of: String,
    name: String,
}

impl Unknown {
    fn told(&self, plans: &BTreeSet<&str>, studies: &BTreeSet<&str>, declared: &Store) -> (String, Problem) {
        let Unknown { what, of, name } = self;
        let list = |names: &BTreeSet<&str>| and_list(&names.iter().copied().collect::<Vec<_>>(), 4);
        let message = format!(
            "the plan names no {what} `{name}` of `{of}`, and {} with it {} {}",
            list(studies),
            if studies.len() == 1 { "enters" } else { "enter" },
            list(plans)
        );
        let problem = Problem::warning("W524", message);
        let problem = match *what {
            "instrument" => match nearest(name, declared.instruments.keys().map(String::as_str)) {
                Some(near) => problem.help(format!("if it is `{near}`, write `instrument {name} was {near}`; else say it in the review")),
                None => problem.help("what the plan does not name its rules can't rank or turn; say in the review that it was taken"),
            },
            _ => problem.help("its studies are a group of their own; say in the review how it came about"),
        };
        (format!("{what} {of} {name}"), problem)
    }
}

/// What a row or its study says of a factor.
fn level_of(store: &Store, row: &Row, factor: &str) -> Option<String> {
    let own = row.moderators.get(factor).and_then(|v| v.text());
    own.or_else(|| store.studies.get(&row.study)?.characteristics.get(factor)?.text()).map(str::to_owned)
}
