//! Whether everything a store refers to is there.

use super::columns::{ANALYSIS_SETS, DESCRIPTIVE, find};
use super::model::Store;
use super::near_miss::nearest;
use super::row::Row;
use super::study::STUDY_FIELDS;
use crate::diagnostic::Problem;
use indexmap::IndexMap;

impl Store {
    /// Names that rows, instruments, comparisons and judgements use and the store does not
    /// hold. A kind of entity of which nothing is declared is not checked.
    pub fn validate_links(&self) -> Vec<Problem> {
        let mut problems = self.impossible_definitions();
        for row in &self.rows {
            self.row_links(row, &mut problems);
        }
        for instrument in self.instruments.values() {
            if let Some(outcome) = &instrument.outcome {
                let who = format!("instrument `{}`", instrument.id);
                problems.extend(missing(&who, "outcome", outcome, &self.outcomes, &[]));
            }
        }
        for comparison in self.comparisons.values() {
            let who = format!("comparison `{}`", comparison.id);
            for arm in comparison.arm1.iter().chain(&comparison.arm2) {
                problems.extend(missing(&who, "arm", arm, &self.arms, &[]));
            }
        }
        for judgement in &self.risk_of_bias {
            let who = format!("a judgement of `{}`", judgement.domain);
            if !judgement.is_of_synthesis() {
                problems.extend(missing(&who, "study", &judgement.study, &self.studies, &[]));
            }
            if let Some(outcome) = &judgement.outcome {
                problems.extend(missing(&who, "outcome", outcome, &self.outcomes, &[]));
            }
        }
        for report in self.reports.values() {
            if let Some(study) = &report.study {
                problems.extend(missing(&format!("report `{}`", report.id), "study", study, &self.studies, &[]));
            }
        }
        for study in self.studies.values() {
            if super::cell::is_missing(&study.id) || study.id.trim() != study.id {
                let problem = Problem::error("E309", format!("`{}` is no label of a study", study.id));
                problems.push(problem.help("a label is not empty, `NA` or `.`, and has no blanks around it"));
            }
            for (name, _) in study.characteristics.iter().filter(|(_, value)| !value.is_missing()) {
                problems.extend(reserved(&format!("study `{}`", study.id), name, STUDY_FIELDS));
            }
            self.levels(&format!("study `{}`", study.id), &study.characteristics, None, &mut problems);
        }
        problems
    }

    /// The links of one row.
    fn row_links(&self, row: &Row, problems: &mut Vec<Problem>) {
        let who = format!("a row of `{}`", row.study);
        let mut push = |key: &str, found: Option<Problem>| problems.extend(found.map(|p| p.place(row.place(key))));
        if row.study.is_empty() || super::cell::is_missing(&row.study) {
            push("study", Some(Problem::error("E309", "a row names no study").help("write the study's label")));
        } else {
            push("study", missing(&who, "study", &row.study, &self.studies, &[]));
        }
        push("outcome", missing(&who, "outcome", &row.outcome, &self.outcomes, &[]));
        let mut optional = |key: &str, name: &Option<String>, found: &dyn Fn(&str) -> Option<Problem>| {
            push(key, name.as_deref().and_then(found));
        };
        optional("timepoint", &row.timepoint, &|n| missing(&who, "timepoint", n, &self.timepoints, &[]));
        optional("instrument", &row.instrument, &|n| missing(&who, "instrument", n, &self.instruments, &[]));
        optional("comparison", &row.comparison, &|n| missing(&who, "comparison", n, &self.comparisons, &[]));
        optional("arm1", &row.arm1, &|n| missing(&who, "arm", n, &self.arms, &[]));
        optional("arm2", &row.arm2, &|n| missing(&who, "arm", n, &self.arms, &[]));
        optional("analysis", &row.analysis, &|n| missing(&who, "analysis set", n, &self.analysis_sets, ANALYSIS_SETS));
        for name in row.values.keys().filter(|name| !find(name).is_some_and(|c| c.is_number() && c.name == *name)) {
            let problem = Problem::error("E323", format!("{who} has a number `{name}`, which is no column of the tidy CSV"));
            let problem = match super::near_miss::suggest(name) {
                Some(meant) => problem.help(format!("did you mean `{meant}`?")),
                None => problem.help("put it under `moderators`"),
            };
            push(name, Some(problem));
        }
        for (name, _) in row.moderators.iter().filter(|(_, value)| !value.is_missing()) {
            push(name, reserved(&who, name, &[]));
        }
        self.levels(&who, &row.moderators, Some(row), problems);
    }

    /// Values outside the declared levels of their characteristic.
    fn levels(&self, who: &str, values: &IndexMap<String, super::Value>, row: Option<&Row>, problems: &mut Vec<Problem>) {
        for (name, value) in values {
            let Some(levels) = self.characteristics.get(name).map(|c| &c.levels).filter(|l| !l.is_empty()) else {
                continue;
            };
            let Some(text) = value.text().filter(|t| !levels.iter().any(|l| l == t)) else { continue };
            let known = levels.iter().map(|l| format!("`{l}`")).collect::<Vec<_>>().join(", ");
            let help = match nearest(text, levels.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`? The declared levels are {known}"),
                None => format!("the declared levels are {known}"),
            };
            let problem = Problem::error("E323", format!("`{name}` of {who} is `{text}`, which is no declared level")).help(help);
            problems.push(match row {
                Some(row) => problem.place(row.place(name)),
                None => problem,
            });
        }
    }
}

/// Says that something is not declared, if its kind is declared at all.
fn missing<T>(who: &str, noun: &str, name: &str, declared: &IndexMap<String, T>, known: &[&str]) -> Option<Problem> {
    if declared.is_empty() || declared.contains_key(name) || known.contains(&name) {
        return None;
    }
    let names = declared.keys().map(String::as_str).chain(known.iter().copied());
    let help = match nearest(name, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("declare it beside the others, or correct the name ({} declared)", declared.len()),
    };
    Some(Problem::error("E323", format!("{who} names the {noun} `{name}`, which the store does not hold")).help(help))
}

/// Says that a name can't be a moderator or characteristic.
fn reserved(who: &str, name: &str, fields: &[&str]) -> Option<Problem> {
    let taken = find(name).is_some_and(|c| !DESCRIPTIVE.contains(&c.name)) || fields.contains(&name);
    if !taken && !name.is_empty() && name.trim() == name {
        return None;
    }
    let problem = Problem::error("E323", format!("{who} has a moderator called `{name}`"));
    Some(problem.help(if taken {
        "this name has a meaning of its own: put the value in its field"
    } else {
        "give it a name without blanks around it"
    }))
}
