//! The store: everything a review knows about its data.

use super::disposition::Disposition;
use super::entities::{AnalysisSet, Arm, Characteristic, Comparison, Instrument, OutcomeDef, Timepoint};
use super::is_default;
use super::maps::unique;
use super::origin::Whence;
use super::review::{Exclusion, FlowCount, Grade, Judgement, Report, Review, RobJudgement};
use super::row::Row;
use super::rows::Rows;
use super::stored_analysis::StoredAnalysis;
use super::study::Study;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// The version of the store format this Weald writes and reads.
pub const SCHEMA: u32 = 2;

/// Studies, results, and what they refer to, each in the order it was entered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Store {
    /// Version of the format.
    pub schema: u32,
    /// The review.
    #[serde(skip_serializing_if = "is_default")]
    pub review: Option<Review>,
    /// Outcomes.
    #[serde(skip_serializing_if = "is_default", deserialize_with = "unique")]
    pub outcomes: IndexMap<String, OutcomeDef>,
    /// Scales, tests, questionnaires.
    #[serde(skip_serializing_if = "is_default", deserialize_with = "unique")]
    pub instruments: IndexMap<String, Instrument>,
    /// Times of measurement.
    #[serde(skip_serializing_if = "is_default", deserialize_with = "unique")]
    pub timepoints: IndexMap<String, Timepoint>,
    /// Analysis sets beside `itt`, `mitt`, `cc` and `pp`.
    #[serde(skip_serializing_if = "is_default", deserialize_with = "unique")]
    pub analysis_sets: IndexMap<String, AnalysisSet>,
    /// Arms.
    #[serde(skip_serializing_if = "is_default", deserialize_with = "unique")]
    pub arms: IndexMap<String, Arm>,
    /// Comparisons of arms.
    #[serde(skip_serializing_if = "is_default", deserialize_with = "unique")]
    pub comparisons: IndexMap<String, Comparison>,
    /// Declared characteristics and their levels.
    #[serde(skip_serializing_if = "is_default", deserialize_with = "unique")]
    pub characteristics: IndexMap<String, Characteristic>,
    /// Which of several results is taken: a key and its ranking, from `prefer KEY A > B`.
    #[serde(skip_serializing_if = "is_default", deserialize_with = "unique")]
    pub preferences: IndexMap<String, Vec<String>>,
    /// Reports of studies.
    #[serde(skip_serializing_if = "is_default", deserialize_with = "unique")]
    pub reports: IndexMap<String, Report>,
    /// Studies.
    #[serde(skip_serializing_if = "is_default", deserialize_with = "unique")]
    pub studies: IndexMap<String, Study>,
    /// Results.
    #[serde(skip_serializing_if = "is_default")]
    #[cfg_attr(test, schemars(with = "Vec<Row>"))]
    pub rows: Rows,
    /// Risk of bias.
    #[serde(skip_serializing_if = "is_default")]
    pub risk_of_bias: Vec<RobJudgement>,
    /// What was left out.
    #[serde(skip_serializing_if = "is_default")]
    pub exclusions: Vec<Exclusion>,
    /// Questions and answers.
    #[serde(skip_serializing_if = "is_default")]
    pub judgements: Vec<Judgement>,
    /// Ratings of certainty.
    #[serde(skip_serializing_if = "is_default")]
    pub grades: Vec<Grade>,
    /// Counts of the flow diagram.
    #[serde(skip_serializing_if = "is_default")]
    pub flow: Vec<FlowCount>,
    /// What was decided about findings of the data checks.
    #[serde(skip_serializing_if = "is_default")]
    pub dispositions: Vec<Disposition>,
    /// Analyses as another program stored them.
    #[serde(skip_serializing_if = "is_default")]
    pub stored_analyses: Vec<StoredAnalysis>,
    /// The folder it was read from, if it was one; not stored.
    #[serde(skip)]
    pub(crate) whence: Whence,
    /// The trial of studies that share a registration number or overlap group; worked out by [`Store::settle`].
    #[serde(skip)]
    pub(super) linked: IndexMap<String, String>,
}

impl Default for Store {
    fn default() -> Self {
        Store {
            schema: SCHEMA,
            review: None,
            outcomes: IndexMap::new(),
            instruments: IndexMap::new(),
            timepoints: IndexMap::new(),
            analysis_sets: IndexMap::new(),
            arms: IndexMap::new(),
            comparisons: IndexMap::new(),
            characteristics: IndexMap::new(),
            preferences: IndexMap::new(),
            reports: IndexMap::new(),
            studies: IndexMap::new(),
            rows: Rows::default(),
            risk_of_bias: Vec::new(),
            exclusions: Vec::new(),
            judgements: Vec::new(),
            grades: Vec::new(),
            flow: Vec::new(),
            dispositions: Vec::new(),
            stored_analyses: Vec::new(),
            whence: Whence::default(),
            linked: IndexMap::new(),
        }
    }
}

impl Store {
    /// Writes each entity's id, which is stored only as its key, into the entity.
    pub(crate) fn restore_ids(&mut self) {
        fn each<T>(map: &mut IndexMap<String, T>, id: impl Fn(&mut T) -> &mut String) {
            for (key, entity) in map {
                id(entity).clone_from(key);
            }
        }
        each(&mut self.outcomes, |e| &mut e.id);
        each(&mut self.instruments, |e| &mut e.id);
        each(&mut self.timepoints, |e| &mut e.id);
        each(&mut self.analysis_sets, |e| &mut e.id);
        each(&mut self.arms, |e| &mut e.id);
        each(&mut self.comparisons, |e| &mut e.id);
        each(&mut self.characteristics, |e| &mut e.id);
        each(&mut self.reports, |e| &mut e.id);
        each(&mut self.studies, |e| &mut e.id);
    }

    /// The outcome of this id, declared bare if it is new.
    pub fn ensure_outcome(&mut self, id: &str) -> &mut OutcomeDef {
        self.outcomes.entry(id.to_owned()).or_insert_with(|| OutcomeDef { id: id.to_owned(), ..OutcomeDef::default() })
    }

    /// The study of this id, bare if it is new.
    pub fn ensure_study(&mut self, id: &str) -> &mut Study {
        self.studies.entry(id.to_owned()).or_insert_with(|| Study::new(id))
    }

    /// The timepoint of this id, declared bare if it is new.
    pub fn ensure_timepoint(&mut self, id: &str) -> &mut Timepoint {
        self.timepoints.entry(id.to_owned()).or_insert_with(|| Timepoint { id: id.to_owned(), ..Timepoint::default() })
    }

    /// The instrument of this id, declared bare if it is new.
    pub fn ensure_instrument(&mut self, id: &str) -> &mut Instrument {
        self.instruments.entry(id.to_owned()).or_insert_with(|| Instrument { id: id.to_owned(), ..Instrument::default() })
    }

    /// Whether it holds nothing that a tidy CSV could not hold: no entity is described, so none
    /// can be asked for.
    pub fn is_bare(&self) -> bool {
        super::open::beyond_rows(self).is_empty()
    }

    /// Adds a row, and its study if that is new.
    pub fn add_row(&mut self, row: Row) {
        self.ensure_study(&row.study);
        self.rows.push(row);
        self.settle();
    }

    /// Declares what the rows mention and nothing else, as a tidy CSV does.
    pub(crate) fn declare_anew(&mut self) {
        self.outcomes.clear();
        self.timepoints.clear();
        self.instruments.clear();
        let mut known = std::mem::take(&mut self.studies);
        self.complete();
        for (id, study) in &mut self.studies {
            if let Some(old) = known.swap_remove(id) {
                *study = old;
            }
        }
    }

    /// Declares what the rows mention, for every kind of entity of which nothing is declared.
    pub(crate) fn complete(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        let (outcomes, timepoints, instruments) = (self.outcomes.is_empty(), self.timepoints.is_empty(), self.instruments.is_empty());
        let studies = self.studies.is_empty();
        for row in &rows {
            if studies && !self.studies.contains_key(&row.study) {
                self.ensure_study(&row.study);
            }
            if outcomes && !self.outcomes.contains_key(&row.outcome) {
                self.ensure_outcome(&row.outcome);
            }
            if let Some(id) = row.timepoint.as_deref().filter(|id| timepoints && !self.timepoints.contains_key(*id)) {
                self.ensure_timepoint(id);
            }
            if let Some(id) = row.instrument.as_deref().filter(|id| instruments && !self.instruments.contains_key(*id)) {
                self.ensure_instrument(id);
            }
        }
        self.rows = rows;
    }
}
