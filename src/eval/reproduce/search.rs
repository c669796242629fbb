//! Going through the combinations, on all threads.

use super::grid::{self, Effect, Vary, Way};
use super::overlap::{Overlap, overlaps};
use super::sources::{Source, sources};
use crate::diagnostic::Problem;
use crate::eval::candidates::gather;
use crate::eval::dependence;
use crate::eval::expect::{Printed, compare};
use crate::eval::outcome::{ExpectField, PoolResult, ReproduceResult, Reproduced};
use crate::eval::pooling::of_candidates;
use crate::eval::state::State;
use crate::eval::work::Work;
use crate::language::spec::{AnalysisSpec, I2Definition};
use crate::stats::effect::ZeroPolicy;
use crate::stats::pool::PiMethod;
use crate::stats::sensitivity::each;
use indexmap::IndexMap;

/// More combinations than this are not gone through.
const MOST: usize = 40_000;

/// How many matches are kept, and how many of the nearest where none matches.
const KEPT: usize = 100;
const NEAREST: usize = 5;

/// The positions of a combination's choices in their lists.
type Place = [usize; 7];

/// Everything that is varied.
struct Grid {
    ways: Vec<Way>,
    effects: Vec<Effect>,
    zeros: Vec<ZeroPolicy>,
    i2: Vec<I2Definition>,
    pi: Vec<PiMethod>,
    sources: Vec<Source>,
    overlaps: Vec<Overlap>,
}

impl Grid {
    fn sizes(&self) -> Place {
        [self.ways.len(), self.effects.len(), self.zeros.len(), self.i2.len(), self.pi.len(), self.sources.len(), self.overlaps.len()]
    }

    fn len(&self) -> usize {
        self.sizes().iter().product()
    }

    fn place(&self, mut i: usize) -> Place {
        self.sizes().map(|size| {
            let at = i % size;
            i /= size;
            at
        })
    }

    fn spec(&self, base: &AnalysisSpec, p: Place) -> AnalysisSpec {
        let mut spec = grid::with(base, self.ways[p[0]], self.effects[p[1]], self.zeros[p[2]], self.i2[p[3]], self.pi[p[4]]);
        if let Some(dependence) = &self.overlaps[p[6]].dependence {
            spec.dependence.value = dependence.clone();
        }
        spec
    }

    /// The choices of a combination by name; those of which there is one only are left out.
    fn settings(&self, p: Place) -> IndexMap<&'static str, String> {
        let way = self.ways[p[0]];
        let guarded = if way.guarded { ", never narrower than wald" } else { "" };
        let all = [
            ("model", way.model.name(), self.ways.iter().any(|w| w.model != way.model)),
            ("ci", format!("{}{guarded}", way.ci.name()), self.ways.iter().any(|w| (w.ci, w.guarded) != (way.ci, way.guarded))),
            ("effect", grid::effect_words(self.effects[p[1]]), self.effects.len() > 1),
            ("zero", grid::zero_words(self.zeros[p[2]]).to_owned(), self.zeros.len() > 1),
            ("i2", if self.i2[p[3]] == I2Definition::Q { "q" } else { "tau2" }.to_owned(), self.i2.len() > 1),
            ("pi", self.pi[p[4]].name().to_owned(), self.pi.len() > 1),
            ("sd", self.sources[p[5]].name.clone(), self.sources.len() > 1),
            ("overlap", self.overlaps[p[6]].name.clone(), self.overlaps.len() > 1),
        ];
        all.into_iter().filter(|(_, _, varied)| *varied).map(|(name, value, _)| (name, value)).collect()
    }

    fn over(&self) -> IndexMap<&'static str, Vec<String>> {
        let mut out: IndexMap<&'static str, Vec<String>> = IndexMap::new();
        for i in 0..self.len() {
            for (name, value) in self.settings(self.place(i)) {
                let values = out.entry(name).or_default();
                if !values.contains(&value) {
                    values.push(value);
                }
            }
        }
        out
    }

    fn run(&self, base: &AnalysisSpec, p: Place, line: usize) -> Option<PoolResult> {
        let spec = self.spec(base, p);
        let state = &self.sources[p[5]].state;
        let mut candidates = gather(&spec, state).ok()?;
        if let Some(rows) = &self.overlaps[p[6]].rows {
            for candidate in candidates.iter_mut().filter(|c| c.is_in() && !rows.contains(&c.row)) {
                candidate.reason = Some("another report of its trial is taken".into());
            }
        }
        dependence::settle(&spec, &mut candidates, state).ok()?;
        let result = of_candidates(&spec, &mut candidates, state, line).ok()?;
        Some(PoolResult { studies: Vec::new(), ..result })
    }
}

/// Searches all conventions, sources of SDs and overlap choices.
pub fn search(
    spec: &AnalysisSpec,
    result: &PoolResult,
    printed: &[Printed],
    state: &State,
    work: &Work,
) -> Result<ReproduceResult, Problem> {
    let mut left_out = Vec::new();
    let overlaps = overlaps(spec, state, &mut left_out);
    let candidates = gather(spec, state).map_err(|p| p.into_iter().next().unwrap_or_else(Problem::already_reported))?;
    let any_zero = zero_cells(spec, state);
    let mut grid = Grid {
        ways: grid::ways(spec, result, Vary::All),
        effects: grid::effects(spec, Vary::All),
        zeros: grid::zeros(spec, any_zero, Vary::All),
        i2: grid::definitions(spec, printed),
        pi: grid::predictions(spec, printed, Vary::All),
        sources: sources(state, &candidates),
        overlaps,
    };
    if grid.len() > MOST && grid.sources.len() > 1 {
        left_out.push(format!("{} other readings of standard deviations", grid.sources.len() - 1));
        grid.sources.truncate(1);
    }
    if grid.len() > MOST {
        return Err(Problem::error("E289", format!("the search has {} combinations, and goes through at most {MOST}", grid.len()))
            .help("leave studies or reports out first: `exclude`, `prefer`, or a narrower estimand"));
    }
    run(&grid, spec, result, printed, work, left_out)
}

/// Searches the conventions that nobody stated, for `expect`: the first match in words.
pub fn conventions(spec: &AnalysisSpec, result: &PoolResult, printed: &[Printed], state: &State, work: &Work) -> Option<String> {
    let grid = Grid {
        ways: grid::ways(spec, result, Vary::Unstated),
        effects: grid::effects(spec, Vary::Unstated),
        zeros: grid::zeros(spec, zero_cells(spec, state), Vary::Unstated),
        i2: vec![spec.i2.value],
        pi: grid::predictions(spec, printed, Vary::Unstated),
        sources: vec![Source { name: String::new(), state: std::sync::Arc::new(state.clone()) }],
        overlaps: vec![Overlap { name: String::new(), dependence: None, rows: None }],
    };
    let found = run(&grid, spec, result, printed, work, Vec::new()).ok()?;
    let first = found.matches.first()?;
    let words: Vec<String> = first.differs.iter().filter_map(|name| first.settings.get(name).map(|v| format!("{name} {v}"))).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// Whether an effect of the analysis meets a zero cell.
fn zero_cells(spec: &AnalysisSpec, state: &State) -> bool {
    let zero = |row: usize| {
        state.store.rows.get(row).is_some_and(|r| {
            let value = |name: &str| r.values.get(name).map(|c| c.value);
            let full = |events: &str, n: &str| value(events).is_some() && value(events) == value(n);
            ["events", "events1", "events2"].iter().any(|c| value(c) == Some(0.0))
                || full("events1", "n1")
                || full("events2", "n2")
                || full("events", "n")
        })
    };
    gather(spec, state).is_ok_and(|all| all.iter().any(|c| zero(c.row)))
}

fn run(
    grid: &Grid,
    spec: &AnalysisSpec,
    result: &PoolResult,
    printed: &[Printed],
    work: &Work,
    left_out: Vec<String>,
) -> Result<ReproduceResult, Problem> {
    let own = grid.settings([0; 7]);
    let line = result.line;
    let rows: Vec<Option<Reproduced>> = each(
        grid.len(),
        work.watch,
        || (),
        |(), i| {
            let p = grid.place(i);
            let pool = grid.run(spec, p, line)?;
            let settings = grid.settings(p);
            let fields: Vec<ExpectField> = printed.iter().map(|one| compare(one, &pool)).collect();
            let differs: Vec<&'static str> =
                settings.iter().filter(|(name, value)| own.get(*name) != Some(value)).map(|(name, _)| *name).collect();
            Some(Reproduced { distance: distance(&fields), settings, differs, fields })
        },
    )
    .map_err(|e| Problem::error("E401", e.to_string()))?;
    let mut done: Vec<Reproduced> = rows.into_iter().flatten().collect();
    let computed = done.len();
    let order = |r: &Reproduced| (r.differs.len(), r.distance.unwrap_or(f64::INFINITY));
    let is_match = |r: &Reproduced| r.fields.iter().all(|f| f.verdict == "reproduced");
    let (mut matches, mut others): (Vec<Reproduced>, Vec<Reproduced>) = done.drain(..).partition(is_match);
    matches.sort_by(|a, b| order(a).0.cmp(&order(b).0).then(order(a).1.total_cmp(&order(b).1)));
    others.sort_by(|a, b| order(a).1.total_cmp(&order(b).1).then(order(a).0.cmp(&order(b).0)));
    let as_stated = printed.iter().map(|one| compare(one, result)).collect::<Vec<_>>();
    let stated = as_stated.iter().all(|f| f.verdict == "reproduced");
    let mut in_common: IndexMap<&'static str, String> = matches.first().map(|m| m.settings.clone()).unwrap_or_default();
    in_common.retain(|name, value| matches.iter().all(|m| m.settings.get(name) == Some(value)));
    Ok(ReproduceResult {
        statement: String::new(),
        line,
        target: String::new(),
        from: None,
        as_stated,
        over: grid.over(),
        combinations: grid.len(),
        computed,
        matched: matches.len(),
        verdict: match (stated, matches.is_empty()) {
            (true, _) => "reproduced",
            (false, false) => "reproduced_under_other_conventions",
            (false, true) => "not_reproduced",
        },
        nearest: if matches.is_empty() { nearest(others) } else { Vec::new() },
        matches: matches.into_iter().take(KEPT).collect(),
        in_common,
        left_out,
    })
}

/// The first few that give different numbers.
fn nearest(sorted: Vec<Reproduced>) -> Vec<Reproduced> {
    let mut out: Vec<Reproduced> = Vec::new();
    for one in sorted {
        if out.len() == NEAREST {
            break;
        }
        let same = |o: &Reproduced| o.fields.iter().zip(&one.fields).all(|(a, b)| a.actual == b.actual);
        if !out.iter().any(same) {
            out.push(one);
        }
    }
    out
}

/// The largest difference of a field, in units of its tolerance.
fn distance(fields: &[ExpectField]) -> Option<f64> {
    fields.iter().map(|f| f.actual.map(|a| (a - f.expected).abs() / f.tolerance)).try_fold(0.0_f64, |m, d| d.map(|d| m.max(d)))
}
