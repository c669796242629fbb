//! Tests of small-study effects from the counts or sizes of two groups.

use super::fit;
use super::refusal::{Refusal, refused};
use super::small_study::{notes, sizes};
use crate::diagnostic::Problem;
use crate::eval::analysis::Analysed;
use crate::eval::candidates::is_turned;
use crate::eval::outcome::{CountTestResult, Head, Line, Outcome, RueckerResult};
use crate::eval::pooling::values;
use crate::eval::state::State;
use crate::language::further::FurtherSpec;
use crate::stats::effect::Measure;
use crate::stats::mh::TwoGroups;
use crate::stats::pool::{CiMethod, Model, Tau2Estimator};
use crate::stats::small_study::{self as core, Coefficient, EggerMethod, EggerOptions, HarbordMeasure, KendallP};

/// The counts of the pooled rows. Where an effect was turned, the groups change places.
struct Counts {
    columns: [Vec<f64>; 4],
}

impl Counts {
    fn of(spec: &FurtherSpec, analysed: &Analysed, state: &State) -> Result<Self, Problem> {
        let mut columns: [Vec<f64>; 4] = Default::default();
        for (candidate, _) in analysed.included() {
            let lacking = |what: &str| {
                Problem::error("E416", format!("`{}` needs the counts of both groups, and {what}", spec.verb))
                    .at(spec.base.span, "needs counts")
                    .help("the columns are `events1`, `n1`, `events2` and `n2`; a study without them can be left out with `exclude`")
            };
            if !candidate.combined.is_empty() {
                return Err(lacking(&format!("the effects of `{}` were combined", candidate.study)));
            }
            let row = state.store.rows.get(candidate.row);
            let names = if row.is_some_and(|r| is_turned(r, &spec.base, state)) {
                ["events2", "n2", "events1", "n1"]
            } else {
                ["events1", "n1", "events2", "n2"]
            };
            for (column, name) in columns.iter_mut().zip(names) {
                match candidate.number(name, state) {
                    Some(x) => column.push(x),
                    None => return Err(lacking(&format!("`{}` has no `{name}`", candidate.study))),
                }
            }
        }
        Ok(Self { columns })
    }

    fn groups(&self) -> TwoGroups<'_> {
        let [events1, size1, events2, size2] = &self.columns;
        TwoGroups { events1, size1, events2, size2 }
    }
}

fn line(c: &Coefficient) -> Line {
    Line { estimate: c.estimate, se: c.se, ci: c.ci }
}

/// Harbord's, Peters', Macaskill's and Deeks' regressions.
pub fn regression(spec: &FurtherSpec, test: &'static str, analysed: &Analysed, state: &State) -> Result<Outcome, Refusal> {
    let base = analysed.result.clone();
    let level = base.spec.level.value;
    let measure = base.spec.measure.value;
    let included = analysed.included();
    let (y, _) = values(&included);
    let elsewhere = "write `ruecker of NAME`, or for another kind of data `egger of NAME`";
    let found = if test == "deeks" {
        let why = "is for log diagnostic odds ratios";
        fit::one_of(spec, &base, &[Measure::Or], why, "for a log odds ratio write `deeks of NAME measure or`, else `egger of NAME`")?;
        let (n1, n2) = (sizes(spec, analysed, "n1")?, sizes(spec, analysed, "n2")?);
        core::deeks(&y, &n1, &n2, level)
    } else {
        fit::one_of(spec, &base, &[Measure::Or, Measure::Rr, Measure::Peto], "is for odds ratios and risk ratios", elsewhere)?;
        let counts = Counts::of(spec, analysed, state)?;
        match test {
            "harbord" => {
                let of = if measure == Measure::Rr { HarbordMeasure::Rr } else { HarbordMeasure::Or };
                core::harbord(&counts.groups(), of, level)
            }
            "peters" => core::peters(&y, &counts.groups(), level),
            _ => core::macaskill(&y, &counts.groups(), level),
        }
    }
    .map_err(|e| refused(spec, e))?;
    let mut head = Head::of(&base, &spec.of, spec.name.clone());
    head.k = found.k;
    let result = Box::new(CountTestResult {
        head,
        test,
        statistic: found.statistic,
        df: found.df,
        p: found.p,
        slope: line(&found.slope),
        limit: (test != "macaskill").then(|| line(&found.intercept)),
        left_out: found.left_out.iter().filter_map(|i| included.get(*i)).map(|(c, _)| c.study.clone()).collect(),
        notes: notes(&found.notes),
        base,
    });
    Ok(match test {
        "harbord" => Outcome::Harbord(result),
        "peters" => Outcome::Peters(result),
        "macaskill" => Outcome::Macaskill(result),
        _ => Outcome::Deeks(result),
    })
}

/// Ruecker's tests on arcsine differences.
pub fn ruecker(spec: &FurtherSpec, method: &'static str, analysed: &Analysed, state: &State) -> Result<Outcome, Refusal> {
    use Measure::{As, Or, Peto, Rd, Rr};
    let base = analysed.result.clone();
    fit::one_of(spec, &base, &[Or, Rr, Rd, As, Peto], "compares the risks of two groups", "write `egger of NAME`")?;
    let counts = Counts::of(spec, analysed, state)?;
    let head = Head::of(&base, &spec.of, spec.name.clone());
    let empty = RueckerResult {
        head,
        method,
        statistic: None,
        df: None,
        p: f64::NAN,
        slope: None,
        limit: None,
        tau2: None,
        tau: None,
        distribution: None,
        notes: Vec::new(),
        base,
    };
    let result = if method == "rank" {
        let found = core::ruecker_rank(&counts.groups()).map_err(|e| refused(spec, e))?;
        let distribution = match found.method {
            KendallP::Exact => "exact",
            KendallP::NormalTies => "normal, ties corrected",
            KendallP::Normal => "normal",
        };
        RueckerResult { p: found.p, tau: Some(found.tau), distribution: Some(distribution), notes: notes(&found.notes), ..empty }
    } else {
        let method = match method {
            "mixed" => EggerMethod::Mixed { model: Model::Random(Tau2Estimator::Dl), ci: CiMethod::T, guard: false },
            _ => EggerMethod::Classical,
        };
        let options = EggerOptions { method, level: empty.head.level, ..EggerOptions::default() };
        let found = core::ruecker(&counts.groups(), &options).map_err(|e| refused(spec, e))?;
        RueckerResult {
            statistic: Some(found.statistic),
            df: found.df,
            p: found.p,
            slope: Some(line(&found.slope)),
            limit: Some(line(&found.intercept)),
            tau2: found.tau2,
            notes: notes(&found.notes),
            ..empty
        }
    };
    Ok(Outcome::Ruecker(Box::new(result)))
}
