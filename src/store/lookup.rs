//! Asking a store: names, columns, and the value of a name in a row.

use super::columns::{self, ANALYSIS_SETS, Kind};
use super::model::Store;
use super::review::RobJudgement;
use super::row::Row;
use super::study::STUDY_FIELDS;
use super::value::Value;
use indexmap::IndexSet;
use std::collections::BTreeSet;

/// What the values of a column are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnKind {
    /// Numbers.
    Numeric,
    /// Words: those that occur, in code-point order (the first is the baseline).
    Categorical(Vec<String>),
}

impl Store {
    /// The ids of the outcomes.
    pub fn outcome_names(&self) -> Vec<&str> {
        self.union(self.outcomes.keys(), "outcome")
    }

    /// The ids of the studies.
    pub fn study_names(&self) -> Vec<&str> {
        self.union(self.studies.keys(), "study")
    }

    /// The ids of the timepoints.
    pub fn timepoint_names(&self) -> Vec<&str> {
        self.union(self.timepoints.keys(), "timepoint")
    }

    /// The analysis sets that are declared or occur.
    pub fn analysis_names(&self) -> Vec<&str> {
        self.union(self.analysis_sets.keys(), "analysis")
    }

    /// The ids of the comparisons.
    pub fn comparison_names(&self) -> Vec<&str> {
        self.union(self.comparisons.keys(), "comparison")
    }

    /// The ids of the instruments.
    pub fn instrument_names(&self) -> Vec<&str> {
        self.union(self.instruments.keys(), "instrument")
    }

    /// The ids of the arms, declared or named by a row.
    pub fn arm_names(&self) -> Vec<&str> {
        let mut names = self.union(self.arms.keys(), "arm1");
        for name in self.rows.iter().filter_map(|row| row.arm2.as_deref()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The names of moderators and characteristics: of rows, of studies, then declared ones.
    pub fn moderator_names(&self) -> Vec<&str> {
        let rows = self.rows.iter().flat_map(|row| row.moderators.keys());
        let studies = self.studies.values().flat_map(|study| study.characteristics.keys());
        let names: IndexSet<&str> = rows.chain(studies).chain(self.characteristics.keys()).map(String::as_str).collect();
        names.into_iter().collect()
    }

    /// Declared ids, then those that only rows mention.
    fn union<'a>(&'a self, declared: impl Iterator<Item = &'a String>, key: &'static str) -> Vec<&'a str> {
        let used = self.rows.iter().filter_map(|row| row.key(key));
        let names: IndexSet<&str> = declared.map(String::as_str).chain(used).collect();
        names.into_iter().collect()
    }

    /// What a name holds, if any row, study or declaration knows it: moderators and
    /// characteristics, then keys, then statistic columns.
    pub fn column(&self, name: &str) -> Option<ColumnKind> {
        let rows = self.rows.iter().filter_map(|row| row.moderators.get(name));
        let studies = self.studies.values().filter_map(|study| study.characteristics.get(name));
        let values: Vec<&Value> = rows.chain(studies).collect();
        let declared = self.characteristics.get(name);
        if !values.is_empty() || declared.is_some() {
            if values.iter().any(|v| v.number().is_some()) && !values.iter().any(|v| matches!(v, Value::Text(_))) {
                return Some(ColumnKind::Numeric);
            }
            let used: BTreeSet<&str> = values.iter().filter_map(|v| v.text()).collect();
            let levels = match declared.filter(|_| used.is_empty()) {
                Some(declared) => declared.levels.clone(),
                None => used.into_iter().map(str::to_owned).collect(),
            };
            return Some(ColumnKind::Categorical(levels));
        }
        let column = columns::find(name);
        if let Some(column) = column.filter(|c| c.is_number()) {
            return self.rows.iter().any(|row| row.values.contains_key(column.name)).then_some(ColumnKind::Numeric);
        }
        let known = column.is_some() || name == "comparator" || STUDY_FIELDS.contains(&name);
        let levels: BTreeSet<String> =
            self.rows.iter().filter(|_| known).filter_map(|row| self.row_value(row, name).text().map(str::to_owned)).collect();
        let always = matches!(column.map(|c| c.name), Some("study" | "outcome" | "trial"));
        (always || !levels.is_empty()).then(|| ColumnKind::Categorical(levels.into_iter().collect()))
    }

    /// The value of a name in a row: its moderators, its study's characteristics and fields,
    /// its keys (`comparator` is `arm2` unless a characteristic says otherwise), its numbers.
    pub fn row_value(&self, row: &Row, name: &str) -> Value {
        let study = self.studies.get(&row.study);
        let own = row.moderators.get(name).filter(|v| !v.is_missing());
        if let Some(value) = own.or_else(|| study.and_then(|s| s.characteristics.get(name))) {
            return value.clone();
        }
        let text = |text: Option<&str>| text.map_or(Value::Missing, |t| Value::Text(t.to_owned()));
        match columns::find(name).map(|c| (c.name, c.kind)) {
            Some(("trial", _)) => text(Some(self.trial_of(row))),
            Some((key, Kind::Key)) => text(row.key(key)),
            Some((number, Kind::Number(_))) => {
                row.values.get(number).map_or(Value::Missing, |cell| Value::Number { value: cell.value, text: cell.text.clone() })
            }
            None if name == "comparator" => text(row.arm2.as_deref()),
            None if name == "label" => text(study.map(|s| s.label())),
            None => text(study.and_then(|s| s.field(name))),
        }
    }

    /// The trial a row belongs to: its own, else its study's, else that of studies with which its
    /// study shares a registration number or overlap group, else the study itself.
    pub fn trial_of<'a>(&'a self, row: &'a Row) -> &'a str {
        let of_study = || self.studies.get(&row.study).and_then(|study| study.trial.as_deref());
        let linked = || self.linked.get(&row.study).map(String::as_str);
        row.trial.as_deref().or_else(of_study).or_else(linked).unwrap_or(&row.study)
    }

    /// The rows of an outcome, in order.
    pub fn rows_of<'a>(&'a self, outcome: &'a str) -> impl Iterator<Item = &'a Row> {
        self.rows.iter().filter(move |row| row.outcome == outcome)
    }

    /// Whether a name is an analysis set: a known, a declared or a used one.
    pub fn is_analysis(&self, name: &str) -> bool {
        ANALYSIS_SETS.contains(&name)
            || self.analysis_sets.contains_key(name)
            || self.rows.iter().any(|row| row.analysis.as_deref() == Some(name))
    }

    /// The judgement on a domain (`overall` for the whole) that fits a row best: one on its
    /// outcome and time before one on its outcome before one on the study.
    pub fn risk_of_bias_of(&self, row: &Row, domain: &str) -> Option<&RobJudgement> {
        self.risk_of_bias_where(row, |j| j.domain.eq_ignore_ascii_case(domain))
    }

    /// The same among judgements that are so.
    pub fn risk_of_bias_where(&self, row: &Row, is: impl Fn(&RobJudgement) -> bool) -> Option<&RobJudgement> {
        let fits = |own: &Option<String>, wanted: Option<&str>| own.is_none() || own.as_deref() == wanted;
        self.risk_of_bias
            .iter()
            .filter(|j| j.study == row.study && is(j))
            .filter(|j| fits(&j.outcome, Some(&row.outcome)) && fits(&j.timepoint, row.timepoint.as_deref()))
            .max_by_key(|j| (j.outcome.is_some(), j.timepoint.is_some()))
    }

    /// The domains judged, in order, `overall` last.
    pub fn risk_of_bias_domains(&self) -> Vec<&str> {
        let mut domains: IndexSet<&str> = self.risk_of_bias.iter().map(|j| j.domain.as_str()).collect();
        let overall: Vec<&str> = domains.iter().copied().filter(|d| d.eq_ignore_ascii_case("overall")).collect();
        domains.retain(|d| !d.eq_ignore_ascii_case("overall"));
        domains.into_iter().chain(overall).collect()
    }
}
