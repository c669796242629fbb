//! What a session knows: data, settings, names. Cheap to copy, so that a check can
//! run ahead and `undo` can step back.

use super::outcome::{Outcome, PoolResult};
use crate::diagnostic::Problem;
use crate::language::catalogue::Catalogue;
use crate::language::further::FurtherSpec;
use crate::language::settings::Settings;
use crate::language::spec::AnalysisSpec;
use crate::language::value::{Kind, Value};
use crate::store::{ColumnKind, Store};
use indexmap::IndexMap;
use std::sync::{Arc, OnceLock};

pub use super::rule::state::{Accepted, Judgement, OutlierLoop, OutlierOrder, Rule, RuleBranch, Share};

/// The state between two statements.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The data: those of the file in use, with what the script has declared and written.
    pub store: Arc<Store>,
    /// What the data checks say of the store, once somebody has asked.
    checks: Arc<OnceLock<Vec<crate::validate::Finding>>>,
    /// Findings of which a result has reminded: the next says nothing of them.
    pub reminded: std::collections::BTreeSet<String>,
    /// What the script has declared and written, which stays when other data are taken.
    script: Arc<Store>,
    /// The file or folder in use, read as it is by itself.
    pub data_path: Option<String>,
    /// How often the store in use was changed where it lies.
    pub edits: usize,
    /// Their names.
    pub catalogue: Arc<Catalogue>,
    /// Defaults.
    pub settings: Settings,
    /// Rules.
    pub rules: IndexMap<String, Arc<Rule>>,
    /// Recorded human judgements, in order; a later one of the same name and analysis counts.
    pub judgements: Vec<Judgement>,
    /// Warnings accepted with a reason.
    pub accepted: Vec<Accepted>,
    /// The plan that is followed, and what was done under it.
    pub follow: super::follow::Followed,
    /// What a plan has stated.
    pub plan: Arc<super::plan::Draft>,
    /// Variables.
    pub variables: IndexMap<String, Value>,
    /// What people wrote for the report, in order.
    pub sections: Vec<super::outcome::Section>,
    /// The summaries of findings that statements asked for, in order.
    pub findings_asked: Vec<Arc<Vec<super::outcome::FindingRow>>>,
    /// Results, by name; statements in parentheses under `#1`, `#2`, …
    pub analyses: IndexMap<String, Arc<Analysis>>,
    /// Results of verbs on results, by name.
    pub findings: IndexMap<String, Arc<Finding>>,
    /// The result that `it` means.
    pub last: Option<Arc<Analysis>>,
    /// How many unnamed results have been kept.
    pub unnamed: usize,
    /// Studies have been written, and their columns and names not been looked at.
    unsettled: bool,
    /// The data could not be read: what stands on them can't be checked, and is not blamed.
    pub no_data: bool,
}

/// A result and what it was asked.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// The specification.
    pub spec: AnalysisSpec,
    /// The result; absent while only checking.
    pub result: Option<PoolResult>,
}

/// The result of a verb on a result.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The verb's word.
    pub verb: &'static str,
    /// What was asked.
    pub spec: FurtherSpec,
    /// The result; absent while only checking.
    pub outcome: Option<Outcome>,
}

impl State {
    /// Declares or writes something, and reads the names again.
    pub fn change_store(&mut self, change: impl Fn(&mut Store)) {
        change(Arc::make_mut(&mut self.script));
        change(Arc::make_mut(&mut self.store));
        self.checks = Arc::default();
        self.catalogue = Arc::new(Catalogue::of(&self.store));
    }

    /// Writes a study. What its rows mean for columns and names is worked out by
    /// [`State::settle`] once for all studies that follow each other.
    pub fn write_study(&mut self, change: impl Fn(&mut Store)) {
        change(Arc::make_mut(&mut self.script));
        change(Arc::make_mut(&mut self.store));
        self.checks = Arc::default();
        self.unsettled = true;
    }

    /// Brings studies that have been written into one form with the rest, and reads the names
    /// again. Every statement but `study` asks for that first.
    pub fn settle(&mut self) {
        if std::mem::take(&mut self.unsettled) {
            self.change_store(Store::settle);
        }
    }

    /// What the script has declared and written.
    pub fn script_store(&self) -> &Arc<Store> {
        &self.script
    }

    /// Takes over what another state has declared, in place of what was declared here; the data stay.
    pub fn declare_as(&mut self, other: &State) {
        self.script = other.script.clone();
    }

    /// What a column holds, if there is one of that name.
    pub fn column(&self, name: &str) -> Option<Arc<ColumnKind>> {
        self.catalogue.column(&self.store, name)
    }

    /// Takes the data of a file in place of those of another; what the script has declared
    /// stays. The problems are facts of which the two give different values.
    pub fn take_store(&mut self, store: Arc<Store>) -> Vec<Problem> {
        let mut problems = Vec::new();
        self.store = if *self.script == Store::default() {
            store
        } else {
            let mut merged = (*store).clone();
            problems = merged.merge((*self.script).clone());
            Arc::new(merged)
        };
        self.checks = Arc::default();
        self.catalogue = Arc::new(Catalogue::of(&self.store));
        problems
    }

    /// The findings of the data checks.
    pub fn checked(&self) -> &[crate::validate::Finding] {
        self.checks.get_or_init(|| crate::validate::validate(&self.store))
    }

    /// The result of that name; `it` is the last.
    pub fn analysis(&self, name: &str) -> Option<&Arc<Analysis>> {
        if name.eq_ignore_ascii_case("it") && !self.analyses.contains_key(name) {
            return self.last.as_ref();
        }
        self.analyses.get(name)
    }

    /// The value of a variable or result.
    pub fn value(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.variables.get(name) {
            return Some(value.clone());
        }
        (self.analysis(name).is_some() || self.findings.contains_key(name)).then(|| Value::Analysis(name.to_owned()))
    }

    /// Takes a name as bound to something unknown: its own statement has been found faulty,
    /// and those that use it shall not be blamed.
    pub fn forgive(&mut self, name: &str) {
        if self.analysis(name).is_none() && !self.variables.contains_key(name) {
            self.variables.insert(name.to_owned(), Value::Unknown(Kind::Any));
        }
    }

    /// Takes a rule as declared, though its statement has been found faulty.
    pub fn forgive_rule(&mut self, name: &str) {
        if !self.rules.contains_key(name) {
            self.rules.insert(name.to_owned(), Arc::new(Rule { name: name.to_owned(), ..Rule::default() }));
        }
    }

    /// Names of results that a user gave.
    pub fn analysis_names(&self) -> Vec<&str> {
        self.analyses.keys().chain(self.findings.keys()).map(String::as_str).filter(|n| !n.starts_with('#')).collect()
    }
}
