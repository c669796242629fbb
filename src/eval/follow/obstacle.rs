//! What stands in the way of a planned analysis, told apart: what the data do not allow, and what a person can settle.

use crate::diagnostic::Problem;
use crate::eval::plan::PlannedStatement;
use crate::eval::walk::Walk;
use crate::language::suggest::or_list;
use crate::protocol::{Obstacle, obstacle::Source};
use crate::store::{Row, Store};
use std::collections::BTreeSet;

/// Problems of results that follow from what the plan leaves open, not from the data.
const SETTLED_BY_A_PERSON: [&str; 4] = ["E420", "E421", "E422", "E450"];

/// Problems of names that the data do not hold.
const NOT_IN_THE_DATA: [&str; 4] = ["E231", "E234", "E235", "E236"];

impl Walk<'_, '_> {
    /// What an error of a planned statement means for the plan.
    pub fn obstacle(&mut self, planned: &PlannedStatement, error: Option<&Problem>) -> Obstacle {
        if self.state.store.rows.is_empty() {
            return Obstacle::new("no data had been read", Source::Open);
        }
        let Some(error) = error else { return Obstacle::new("it can't be run with these data", Source::Open) };
        let code = error.code;
        if NOT_IN_THE_DATA.contains(&code)
            && let Some(absent) = self.absent(planned)
        {
            return absent;
        }
        let from =
            if code == "E238" || code.starts_with("E4") && !SETTLED_BY_A_PERSON.contains(&code) { Source::Data } else { Source::Open };
        Obstacle::new(&error.message, from)
    }

    /// The first part of the question that the data hold nothing of.
    pub fn absent(&mut self, planned: &PlannedStatement) -> Option<Obstacle> {
        let plan = self.state.follow.plan.clone()?;
        let store = self.planned_store()?;
        let asked = &planned.spec().estimand;
        let of: Vec<&Row> = store.rows.iter().filter(|r| r.outcome == asked.outcome).collect();
        let declared: &Store = &plan.plan.store;
        if of.is_empty() {
            let others = store.rows.iter().map(|r| r.outcome.as_str()).filter(|o| !declared.outcomes.contains_key(*o)).collect();
            return Some(none_of("outcome", &asked.outcome, others));
        }
        let timepoint = asked.timepoint.as_deref()?;
        if of.iter().all(|r| r.timepoint.as_deref() != Some(timepoint)) {
            let others = of.iter().filter_map(|r| r.timepoint.as_deref()).filter(|t| !declared.timepoints.contains_key(*t)).collect();
            return Some(none_of("timepoint", timepoint, others));
        }
        let set = asked.analysis.as_deref()?;
        let none = of.iter().all(|r| r.analysis.as_deref().is_none_or(|a| !a.eq_ignore_ascii_case(set)));
        none.then(|| {
            Obstacle::new(format!("k = 0: the data hold no `{set}` result of `{}` at `{timepoint}`", asked.outcome), Source::NoStudy)
        })
    }
}

/// The data hold nothing of a name. Where they hold a name that the plan does not know, a person has to say whether it is
/// the same.
fn none_of(kind: &str, name: &str, others: BTreeSet<&str>) -> Obstacle {
    let open = !others.is_empty();
    let others: Vec<String> = others.into_iter().map(str::to_owned).collect();
    let mut words = format!("k = 0: the data hold no result of {kind} `{name}`");
    if let Some(first) = others.first() {
        words.push_str(&format!(
            ", and hold {}, which the plan does not name (`{kind} {first} was {name}` says that they are the same)",
            or_list(&others, 4).replace(" or ", " and ")
        ));
    }
    Obstacle::new(words, if open { Source::OtherName } else { Source::NoStudy })
}
