//! Rules 16 and 17: shared controls, and trials whose people are not independent.

use super::context::Context;
use super::finding::{Sink, error};
use super::words::list;
use crate::diagnostic::Severity;
use crate::store::{Design, Row};
use indexmap::IndexMap;

/// Rule 16: a control group that stands in several rows of one synthesis.
pub(crate) fn shared_controls(c: &Context, out: &mut Sink) {
    let declared = !c.store.arms.is_empty();
    for rows in c.syntheses.values() {
        let mut controls: IndexMap<String, Vec<usize>> = IndexMap::new();
        for index in rows {
            let Some(row) = c.get(*index).map(|f| f.row) else { continue };
            let Some(arms) = row.arm1.as_deref().zip(row.arm2.as_deref()) else { continue };
            let with = [row.analysis.as_deref(), row.instrument.as_deref(), row.rater.as_deref(), row.subgroup.as_deref()]
                .map(|x| x.unwrap_or(""));
            controls.entry(format!("{}|{}|{}", row.study, arms.1, with.join("|"))).or_default().push(*index);
        }
        for same in controls.values() {
            let arms: indexmap::IndexSet<&str> = same.iter().filter_map(|i| c.get(*i)?.row.arm1.as_deref()).collect();
            let (Some(first), Some(last), true) = (same.first(), same.last(), arms.len() > 1) else { continue };
            let Some(row) = c.get(*last).map(|f| f.row) else { continue };
            let names: Vec<String> = arms.iter().map(|a| (*a).to_owned()).collect();
            let message = format!("{} are each compared with the same group {}", list(&names, 5), row.arm2.as_deref().unwrap_or(""));
            let help = "its people would count more than once: combine the groups, split the control, or let the model know (rows that name the same arm share its people)";
            let draft = error(16, message, help).with_severity(if declared { Severity::Error } else { Severity::Note });
            if let Some(found) = out.at(*last, "arm2", draft) {
                found.with.push(*first);
            }
        }
    }
}

/// Rule 17: cluster and crossover trials analysed as if people were independent.
pub(crate) fn designs(c: &Context, out: &mut Sink) {
    // A CSV describes no trials: there it is a note, unless a column says the design.
    let severity = if c.bare { Severity::Note } else { Severity::Error };
    for rows in c.studies.values() {
        let Some(first) = rows.iter().copied().find(|i| c.get(*i).is_some_and(|f| !f.row.values.is_empty())).or(rows.first().copied())
        else {
            continue;
        };
        let Some(row) = c.get(first).map(|f| f.row) else { continue };
        match c.store.design_of(row) {
            Design::Cluster { unit } if !allows_for_clusters(c, row) => {
                let what = unit.map_or_else(|| "clusters".to_owned(), |unit| format!("units ({unit})"));
                let message = format!("whole {what} were randomised, and nothing says that the numbers allow for it");
                let help = "give the adjusted estimate, or an ICC and the mean cluster size (columns `icc`, `cluster_size`): counted by person, the trial looks too precise";
                out.at(first, "design", error(17, message, help).with_severity(severity));
            }
            Design::Crossover => {
                let paired = rows.iter().filter_map(|i| c.get(*i)).all(|f| {
                    let has = |name: &str| f.row.values.contains_key(name);
                    has("r") || has("vi") || has("sei") || has("md_se") || has("md_ci_lower") || has("effect_lower") || has("t")
                });
                if !paired {
                    let message = "people crossed over, and the rows compare two groups as if they were others".to_owned();
                    let help = "give the paired difference with its SE, or the correlation between periods (column `r`), or the first period alone";
                    out.at(first, "design", error(17, message, help).with_severity(severity));
                }
            }
            Design::Cluster { .. } | Design::Parallel => {}
        }
    }
}

/// An adjusted analysis, or what is needed for one.
fn allows_for_clusters(c: &Context, row: &Row) -> bool {
    let number = |names: &[&str]| c.store.number_of(row, names).is_some();
    c.store.allows_for_clusters(row) || number(&["design_effect"]) || (number(&["icc"]) && c.store.cluster_size(row).is_some())
}
