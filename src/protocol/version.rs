//! The versions of a plan: what the first lock holds, and what amendments made of it.

use super::deviation::ReasonCode;
use super::plan::{Plan, Planned};
use super::record::{Field, Key, Part, Record};
use std::collections::BTreeMap;

/// A plan as one lock holds it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Version {
    /// The plan.
    pub plan: Plan,
    /// The amendment that made it; none for the first.
    pub amendment: Option<Amendment>,
}

/// What an amendment says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Amendment {
    /// `A1`.
    pub id: String,
    /// When.
    pub date: Option<String>,
    /// The reason's code.
    pub code: Option<ReasonCode>,
    /// Why.
    pub reason: String,
    /// Whether results had been seen: as it says, or as the journal shows.
    pub after_results: bool,
    /// When the journal has results of the plan, where it has them before this amendment, which says that none had been seen.
    pub contradicted: Option<String>,
}

impl Amendment {
    /// `A1: a better estimator is known`
    pub fn words(&self) -> String {
        let said = format!("{}: {}", self.id, self.reason);
        match &self.contradicted {
            Some(time) => format!("{said} (it says that no results had been seen; the journal has some of {time})"),
            None => said,
        }
    }
}

/// All versions, the first lock first; never empty.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Versions {
    /// In the order of the locks.
    pub all: Vec<Version>,
}

/// A planned analysis in one of the versions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InVersion<'a> {
    /// It.
    pub planned: &'a Planned,
    /// Where in the order of locks.
    pub at: usize,
}

impl Versions {
    /// The plan as it stands now.
    pub fn latest(&self) -> Option<&Plan> {
        self.all.last().map(|v| &v.plan)
    }

    /// The plan that was in force before results were seen.
    pub fn before_results(&self) -> usize {
        self.all.iter().rposition(|v| v.amendment.as_ref().is_none_or(|a| !a.after_results)).unwrap_or(0)
    }

    /// The analyses of the plan as it stands now, each as the last version has it.
    pub fn analyses(&self) -> impl Iterator<Item = InVersion<'_>> {
        let at = self.all.len().saturating_sub(1);
        self.latest().into_iter().flat_map(|p| &p.analyses).map(move |planned| InVersion { planned, at })
    }

    /// A planned analysis, as the last version has it.
    pub fn planned(&self, id: &str) -> Option<&Planned> {
        self.latest()?.planned(id)
    }

    /// The forms in which a planned analysis has stood, that hold for a comparison: the last version, the last before
    /// results, and the first; each form once, with the first version that has it.
    pub fn forms(&self) -> Vec<InVersion<'_>> {
        let mut order = vec![self.all.len().saturating_sub(1), self.before_results(), 0];
        order.dedup();
        let mut forms: Vec<InVersion> = Vec::new();
        for at in order {
            for planned in self.all.get(at).into_iter().flat_map(|v| &v.plan.analyses) {
                if !forms.iter().any(|f| f.planned.id == planned.id && f.planned.same_as(planned)) {
                    forms.push(InVersion { planned, at: self.since(planned, at) });
                }
            }
        }
        forms
    }

    /// The first version from which on, up to `at`, an analysis has stood in this form.
    fn since(&self, planned: &Planned, at: usize) -> usize {
        let has = |i: usize| self.all.get(i).and_then(|v| v.plan.planned(&planned.id)).is_some_and(|p| p.same_as(planned));
        (0..at).rev().take_while(|&i| has(i)).last().unwrap_or(at)
    }

    /// The amendment that changed an analysis after it had stood in this form; none where it stands so still.
    pub fn changed_since(&self, form: InVersion) -> Option<&Amendment> {
        let same = |v: &Version| v.plan.planned(&form.planned.id).is_some_and(|p| p.same_as(form.planned));
        if self.all.last().is_none_or(same) {
            return None;
        }
        self.all.iter().skip(form.at + 1).find(|v| !same(v)).and_then(|v| v.amendment.as_ref())
    }

    /// The amendment that brought an analysis into this form; none where it stood so in the first lock.
    pub fn amendment(&self, form: InVersion) -> Option<&Amendment> {
        self.all.get(form.at)?.amendment.as_ref()
    }

    /// The same with what plans left to the data filled in as the data have it, by the id of the analysis: where the
    /// data leave one possibility, taking it settles nothing.
    #[must_use]
    pub fn filled(&self, by_data: &BTreeMap<String, Vec<Field>>) -> Versions {
        let mut out = self.clone();
        for planned in out.all.iter_mut().flat_map(|v| &mut v.plan.analyses) {
            let found = by_data.get(&planned.id).or_else(|| by_data.get(planned.parent.as_ref()?));
            planned.record.fill(found.map_or(&[][..], Vec::as_slice));
        }
        out
    }

    /// How the first lock has it.
    pub fn first(&self, id: &str) -> Option<&Record> {
        self.all.first()?.plan.planned(id).map(|p| &p.record)
    }
}

impl Planned {
    /// Whether two versions mean the same by it; origins and words aside.
    fn same_as(&self, other: &Planned) -> bool {
        self.role == other.role && self.parent == other.parent && super::compare::same(&self.record, &other.record)
    }
}

impl Record {
    /// Fills in open fields of the question.
    fn fill(&mut self, found: &[Field]) {
        for field in self.fields.iter_mut().filter(|f| f.is_open() && is_of_the_question(f.key)) {
            if let Some(by_data) = found.iter().find(|f| f.key == field.key && !f.is_open()) {
                field.value.clone_from(&by_data.value);
                field.words.clone_from(&by_data.words);
            }
        }
        if let Some(of) = &mut self.of {
            of.fill(found);
        }
    }
}

fn is_of_the_question(key: Key) -> bool {
    key.part() == Part::Key || key == Key::AnalysisSet
}
