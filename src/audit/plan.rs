//! Which analyses are computed, and from which rows.

use super::repool::{Line, RHO, RandomBy, Settings, Way};
use crate::stats::effect::{Input, Measure, Options, measures_among};
use crate::store::{Store, StoredAnalysis};
use crate::validate::input_of;
use indexmap::IndexMap;

/// One analysis to compute.
pub(super) struct Task<'a> {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) words: String,
    pub(super) settings: Result<Settings, String>,
    /// The rows that enter.
    pub(super) lines: Vec<Line>,
    /// All rows, those left out too.
    pub(super) all: Vec<Line>,
    pub(super) stored: Option<&'a StoredAnalysis>,
}

pub(super) fn tasks(store: &Store) -> Vec<Task<'_>> {
    if store.stored_analyses.is_empty() { from_rows(store) } else { store.stored_analyses.iter().map(|a| stored(store, a)).collect() }
}

/// A stored analysis with its rows.
fn stored<'a>(store: &Store, analysis: &'a StoredAnalysis) -> Task<'a> {
    let rows = store.rows.iter().enumerate();
    let own = rows.filter(|(_, r)| r.outcome == analysis.outcome && r.comparison.as_deref() == Some(analysis.comparison.as_str()));
    let all: Vec<Line> = own.enumerate().map(|(unit, (row, r))| Line { row, unit, turned: false, input: input_of(r) }).collect();
    let lines = all.iter().zip(&analysis.studies).filter(|(_, s)| !s.left_out).map(|(l, _)| *l);
    let lines: Vec<Line> = if analysis.studies.len() == all.len() { lines.collect() } else { all.clone() };
    let settings = Settings::of(analysis);
    let words = settings.as_ref().map(|s| words(s, analysis)).unwrap_or_default();
    let title = analysis.title.clone().unwrap_or_default();
    Task { id: analysis.id.clone(), title, words, settings, lines, all, stored: Some(analysis) }
}

/// The settings in words.
pub(super) fn words(settings: &Settings, analysis: &StoredAnalysis) -> String {
    let by = settings.random.words();
    let way = match settings.way {
        Way::Common => "inverse variance, fixed effect".to_owned(),
        Way::Random => format!("inverse variance, random effects ({by})"),
        Way::Mh => "Mantel-Haenszel, fixed effect".to_owned(),
        Way::MhRandom => format!("Mantel-Haenszel, random effects ({by})"),
        Way::Peto => "Peto, fixed effect".to_owned(),
        Way::Oe => "O - E and variance, fixed effect".to_owned(),
        Way::Edition => "REML, Hartung-Knapp".to_owned(),
    };
    let measure = if analysis.measure.is_empty() { "estimates" } else { &analysis.measure };
    let logged = if analysis.log_data && !matches!(measure, "OR" | "RR" | "HR") { ", entered as logarithms" } else { "" };
    let swapped = if settings.swap { ", events and non-events swapped" } else { "" };
    format!("{measure}{logged}{swapped}, {way}, {}%", crate::number::plain(settings.level))
}

/// One analysis for each outcome, comparison, time and set, as the edition pools it.
fn from_rows(store: &Store) -> Vec<Task<'_>> {
    let mut found: IndexMap<[Option<&str>; 4], Vec<usize>> = IndexMap::new();
    for (index, row) in store.rows.iter().enumerate() {
        let key = [Some(row.outcome.as_str()), row.comparison.as_deref(), row.timepoint.as_deref(), row.analysis.as_deref()];
        found.entry(key).or_default().push(index);
    }
    found.into_iter().map(|(key, rows)| from_key(store, key, &rows)).collect()
}

fn from_key<'a>(store: &Store, key: [Option<&str>; 4], rows: &[usize]) -> Task<'a> {
    let id = key.iter().flatten().copied().collect::<Vec<_>>().join(" / ");
    let outcome = key[0].and_then(|o| store.outcomes.get(o));
    let mut units: IndexMap<&str, usize> = IndexMap::new();
    let lines: Vec<Line> = rows
        .iter()
        .filter_map(|i| Some((*i, store.rows.get(*i)?)))
        .map(|(row, r)| {
            let next = units.len();
            let unit = *units.entry(store.trial_of(r)).or_insert(next);
            let instrument = r.instrument.as_ref().and_then(|id| store.instruments.get(id)).and_then(|i| i.direction);
            let turned = instrument.zip(outcome.and_then(|o| o.direction)).is_some_and(|(i, o)| i != o);
            Line { row, unit, turned, input: input_of(r) }
        })
        .collect();
    let inputs: Vec<Input> = lines.iter().map(|l| l.input).collect();
    let declared = outcome.and_then(|o| o.measure.as_deref()).and_then(|m| Measure::ALL.iter().copied().find(|x| x.name() == m));
    let measure = declared.map(Ok).unwrap_or_else(|| likely(&inputs));
    let settings = measure.map(|measure| Settings {
        measure,
        way: Way::Edition,
        ratio: measure.is_ratio(),
        swap: false,
        level_study: 95.0,
        level: 95.0,
        random: RandomBy::REVMAN5,
        options: Options::default(),
    });
    let words = settings.as_ref().map(|s| {
        let chosen = if declared.is_some() { "" } else { " (no measure is stated)" };
        let several = if units.len() < lines.len() {
            format!("; several rows of one trial averaged, correlation {RHO} assumed")
        } else {
            String::new()
        };
        format!("{}{chosen}, REML, Hartung-Knapp, 95%{several}", s.measure.name())
    });
    Task {
        id,
        title: outcome.and_then(|o| o.label.clone()).unwrap_or_default(),
        words: words.unwrap_or_default(),
        settings,
        all: lines.clone(),
        lines,
        stored: None,
    }
}

/// The measure that most rows allow, in the order of what reviews use.
fn likely(inputs: &[Input]) -> Result<Measure, String> {
    const USUAL: &[Measure] = &[
        Measure::Or,
        Measure::Smd,
        Measure::Generic,
        Measure::Irr,
        Measure::Zcor,
        Measure::Plo,
        Measure::Irln,
        Measure::Mn,
        Measure::Smcr,
    ];
    let count = |m: Measure| inputs.iter().filter(|i| !measures_among(i, &[m]).is_empty()).count();
    let best = USUAL.iter().copied().map(|m| (m, count(m))).reduce(|a, b| if b.1 > a.1 { b } else { a });
    best.filter(|(_, n)| *n > 0).map(|(m, _)| m).ok_or_else(|| "no row gives an effect".to_owned())
}
