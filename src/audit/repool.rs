//! An analysis pooled again, under the settings that its file states.

use crate::stats::combine::{Weighting, combine};
use crate::stats::dist::{chi2_sf, norm_isf};
use crate::stats::effect::{Input, Measure, NoEffect, Options, effect};
use crate::stats::heterogeneity::i2_from_q;
use crate::stats::math::{exp, sqrt, sum};
use crate::stats::mh::{MhMeasure, TwoGroups, mantel_haenszel};
use crate::stats::peto::{peto, pool_oe};
use crate::stats::pool::{CiMethod, Model, PiMethod, PoolOptions, Tau2Estimator, pool};
use crate::store::{DataKind, StoredAnalysis};

/// What to do with rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The measure.
    pub measure: Measure,
    /// How it is pooled.
    pub way: Way,
    /// Whether results are shown as ratios.
    pub ratio: bool,
    /// Whether events and non-events are swapped.
    pub swap: bool,
    /// Level of the studies' intervals.
    pub level_study: f64,
    /// Level of the total.
    pub level: f64,
    /// How random effects by inverse variance are pooled.
    pub random: RandomBy,
    /// How effects are made.
    pub options: Options,
}

/// The estimator of tau2 and the interval of the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RandomBy {
    /// The estimator.
    pub tau2: Tau2Estimator,
    /// The interval.
    pub ci: CiMethod,
}

impl RandomBy {
    /// What RevMan 5 does, always.
    pub const REVMAN5: Self = RandomBy { tau2: Tau2Estimator::Dl, ci: CiMethod::Wald };
    /// What later versions can do.
    pub const OTHERS: [Self; 3] = [
        RandomBy { tau2: Tau2Estimator::Reml, ci: CiMethod::Wald },
        RandomBy { tau2: Tau2Estimator::Reml, ci: CiMethod::Hksj },
        RandomBy { tau2: Tau2Estimator::Dl, ci: CiMethod::Hksj },
    ];

    /// In words.
    pub fn words(self) -> &'static str {
        match (self.tau2, self.ci) {
            (Tau2Estimator::Reml, CiMethod::Hksj) => "REML, Hartung-Knapp-Sidik-Jonkman",
            (Tau2Estimator::Reml, _) => "REML",
            (_, CiMethod::Hksj) => "DerSimonian-Laird, Hartung-Knapp-Sidik-Jonkman",
            _ => "DerSimonian-Laird",
        }
    }

    /// As a file says it; `None` where it says nothing, or what is not known.
    fn stated(analysis: &StoredAnalysis) -> Option<Self> {
        let tau2 = analysis.estimator.as_deref().map(str::to_lowercase).and_then(|t| {
            let is = |words: &[&str]| words.iter().any(|w| t.contains(w));
            let reml = is(&["reml", "restricted"]).then_some(Tau2Estimator::Reml);
            reml.or_else(|| (t == "dl" || is(&["dersimonian"])).then_some(Tau2Estimator::Dl))
        });
        let ci = analysis.interval.as_deref().map(str::to_lowercase).and_then(|t| {
            let is = |words: &[&str]| words.iter().any(|w| t.contains(w));
            is(&["hksj", "hartung", "knapp"]).then_some(CiMethod::Hksj).or_else(|| is(&["wald", "normal"]).then_some(CiMethod::Wald))
        });
        (tau2.is_some() || ci.is_some()).then(|| RandomBy { tau2: tau2.unwrap_or(Tau2Estimator::Dl), ci: ci.unwrap_or(CiMethod::Wald) })
    }
}

/// A method and model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Way {
    /// Inverse variance, one common effect.
    Common,
    /// Inverse variance, DerSimonian and Laird.
    Random,
    /// Mantel-Haenszel.
    Mh,
    /// Inverse-variance weights, tau2 by DerSimonian and Laird with Q about the Mantel-Haenszel estimate.
    MhRandom,
    /// Peto, from counts.
    Peto,
    /// Observed minus expected.
    Oe,
    /// As edition 2026 pools: REML, Hartung-Knapp.
    Edition,
}

/// One row's numbers.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// Its index in the store.
    pub row: usize,
    /// Rows of one unit are combined first (edition only).
    pub unit: usize,
    /// Whether its instrument runs against its outcome.
    pub turned: bool,
    /// Its numbers.
    pub input: Input,
}

/// A result, effects as shown (ratios on the natural scale).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Repooled {
    /// Studies with an effect.
    pub k: usize,
    /// The effect.
    pub effect: f64,
    /// Its interval.
    pub ci: [f64; 2],
    /// Heterogeneity.
    pub q: Option<f64>,
    /// Its degrees of freedom.
    pub df: f64,
    /// Its p.
    pub p_q: Option<f64>,
    /// I2 from Q, in percent.
    pub i2: Option<f64>,
    /// tau2, of random effects.
    pub tau2: Option<f64>,
    /// The test of no effect, without sign.
    pub z: f64,
    /// Its p.
    pub p: f64,
    /// Each line: effect, limits, standard error on the analysis scale, weight in percent.
    pub lines: Vec<Option<LineResult>>,
    /// On the analysis scale, to test subgroups.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
}

/// A study's own result.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LineResult {
    /// The effect as shown.
    pub effect: f64,
    /// Its limits.
    pub ci: [f64; 2],
    /// The standard error on the analysis scale.
    pub se: f64,
    /// Weight in percent; `None` without a pooled effect.
    pub weight: Option<f64>,
}

impl Settings {
    /// The settings of a RevMan analysis, or what of them is not known here.
    pub fn of(analysis: &StoredAnalysis) -> Result<Self, String> {
        let unknown = || {
            let measure = if analysis.measure.is_empty() {
                "no effect measure".to_owned()
            } else {
                format!("the effect measure `{}`", analysis.measure)
            };
            Err(format!("{measure} with the method `{}` is not known here", analysis.method))
        };
        let method = analysis.method.to_uppercase();
        let by = RandomBy::stated(analysis).unwrap_or(RandomBy::REVMAN5);
        let inverse = if analysis.random { Way::Random } else { Way::Common };
        let (measure, way) = match (analysis.data, analysis.measure.as_str(), method.as_str()) {
            (DataKind::Dichotomous, measure, method) => {
                let measure = match measure {
                    "OR" => Measure::Or,
                    "RR" => Measure::Rr,
                    "RD" => Measure::Rd,
                    "PETO_OR" => Measure::Peto,
                    _ => return unknown(),
                };
                let way = match method {
                    "PETO" => Way::Peto,
                    "MH" | "IV" if measure == Measure::Peto => Way::Peto,
                    // tau2 from Mantel and Haenszel's Q is DerSimonian and Laird's.
                    "MH" if analysis.random && by.tau2 == Tau2Estimator::Dl => Way::MhRandom,
                    "MH" if analysis.random => Way::Random,
                    "MH" => Way::Mh,
                    "IV" => inverse,
                    _ => return unknown(),
                };
                (measure, way)
            }
            (DataKind::Continuous, "MD", "IV" | "") => (Measure::Md, inverse),
            (DataKind::Continuous, "SMD", "IV" | "") => (Measure::Smd, inverse),
            (DataKind::OeVariance, _, "EXP_O_E_VAR" | "PETO" | "IV" | "") if analysis.random => (Measure::Generic, Way::Random),
            (DataKind::OeVariance, _, "EXP_O_E_VAR" | "PETO" | "IV" | "") => (Measure::Generic, Way::Oe),
            (DataKind::GenericInverseVariance, _, "IV" | "") => (Measure::Generic, inverse),
            _ => return unknown(),
        };
        let level = |cell: &Option<crate::store::Cell>| cell.as_ref().map_or(95.0, |c| c.value);
        let ratio = match analysis.data {
            DataKind::OeVariance => true,
            DataKind::GenericInverseVariance => analysis.log_data,
            _ => measure.is_ratio(),
        };
        Ok(Settings {
            measure,
            way,
            ratio,
            swap: analysis.swap_events,
            level_study: level(&analysis.level_study),
            level: level(&analysis.level_total),
            random: by,
            options: Options::revman5(),
        })
    }

    /// Other ways in which a later RevMan may have pooled it, where its file does not say how.
    pub(super) fn others(&self, analysis: &StoredAnalysis) -> Vec<Settings> {
        if !analysis.random || RandomBy::stated(analysis).is_some() || !matches!(self.way, Way::Random | Way::MhRandom) {
            return Vec::new();
        }
        let way = |by: RandomBy| if by.tau2 == Tau2Estimator::Dl { self.way } else { Way::Random };
        RandomBy::OTHERS.iter().map(|by| Settings { random: *by, way: way(*by), ..self.clone() }).collect()
    }

    fn shown(&self, x: f64) -> f64 {
        if self.ratio { exp(x) } else { x }
    }
}

/// Pools lines; `Err` says why there is no result.
pub fn repool(settings: &Settings, lines: &[Line]) -> Result<Repooled, String> {
    let inputs: Vec<Input> = lines.iter().map(|line| prepared(settings, &line.input)).collect();
    let effects: Vec<Option<(f64, f64)>> = inputs
        .iter()
        .zip(lines)
        .map(|(input, line)| own_effect(settings, input).map(|(y, v)| if line.turned { (-y, v) } else { (y, v) }))
        .collect();
    let included: Vec<usize> = (0..lines.len()).filter(|i| usable(settings, &inputs[*i], effects[*i])).collect();
    if included.is_empty() {
        return Err("no study has an effect that can be computed from its row".to_owned());
    }
    let mut out = match settings.way {
        Way::Mh | Way::Peto => counted(settings, &inputs, &included)?,
        Way::Oe => observed(settings, &inputs, &included)?,
        Way::Common | Way::Random | Way::MhRandom => inverse(settings, &inputs, &effects, &included)?,
        Way::Edition => edition(settings, lines, &effects, &included)?,
    };
    let z = norm_isf(0.5 * (1.0 - settings.level_study / 100.0));
    let weights = std::mem::take(&mut out.1);
    let mut result = out.0;
    result.lines = effects
        .iter()
        .enumerate()
        .map(|(i, found)| {
            let (y, v) = (*found)?;
            let se = sqrt(v);
            let weight = included.binary_search(&i).ok().and_then(|at| weights.get(at).copied());
            Some(LineResult { effect: settings.shown(y), ci: [settings.shown(y - z * se), settings.shown(y + z * se)], se, weight })
        })
        .collect();
    Ok(result)
}

/// Events and non-events swapped, if the analysis says so.
fn prepared(settings: &Settings, input: &Input) -> Input {
    let mut input = *input;
    if settings.swap {
        input.events1 = input.n1.zip(input.events1).map(|(n, e)| n - e);
        input.events2 = input.n2.zip(input.events2).map(|(n, e)| n - e);
    }
    if let (Some(oe), Some(v), true) = (input.oe, input.v, settings.measure == Measure::Generic && input.yi.is_none()) {
        (input.yi, input.vi) = ((v > 0.0).then(|| oe / v), (v > 0.0).then(|| 1.0 / v));
    }
    input
}

/// Why a line gives no effect, under its analysis.
pub(super) fn why_not(settings: &Settings, line: &Line) -> Option<NoEffect> {
    let input = prepared(settings, &line.input);
    if settings.way == Way::Oe {
        let missing = |needed: Vec<&'static str>| Some(NoEffect::Missing { needed });
        return match (input.oe, input.v) {
            (Some(_), Some(v)) if v > 0.0 => None,
            (None, Some(_)) => missing(vec!["oe"]),
            (Some(_), _) => missing(vec!["v"]),
            _ => missing(vec!["oe", "v"]),
        };
    }
    effect(settings.measure, &input, &settings.options).err()
}

fn own_effect(settings: &Settings, input: &Input) -> Option<(f64, f64)> {
    effect(settings.measure, input, &settings.options).ok().map(|e| (e.yi, e.vi))
}

/// Whether a line enters: by its effect, or, where counts are pooled, by its counts.
fn usable(settings: &Settings, input: &Input, own: Option<(f64, f64)>) -> bool {
    match settings.way {
        Way::Oe => input.oe.is_some() && input.v.is_some_and(|v| v > 0.0),
        _ => own.is_some(),
    }
}

type Pooled = (Repooled, Vec<f64>);

/// Counts of the included studies, in columns.
fn columns(inputs: &[Input], included: &[usize]) -> Result<[Vec<f64>; 4], String> {
    let mut out: [Vec<f64>; 4] = Default::default();
    for input in included.iter().filter_map(|i| inputs.get(*i)) {
        let row = [input.events1, input.n1, input.events2, input.n2];
        for (column, value) in out.iter_mut().zip(row) {
            column.push(value.ok_or("a study lacks its counts")?);
        }
    }
    Ok(out)
}

fn mh_measure(measure: Measure) -> MhMeasure {
    match measure {
        Measure::Rr => MhMeasure::Rr,
        Measure::Rd => MhMeasure::Rd,
        _ => MhMeasure::Or,
    }
}

fn counted(settings: &Settings, inputs: &[Input], included: &[usize]) -> Result<Pooled, String> {
    let [e1, n1, e2, n2] = columns(inputs, included)?;
    let data = TwoGroups { events1: &e1, size1: &n1, events2: &e2, size2: &n2 };
    let (result, q, weights) = if settings.way == Way::Peto {
        let found = peto(&data, settings.level).map_err(|e| e.to_string())?;
        (found.result, found.q, found.weights)
    } else {
        let found = mantel_haenszel(mh_measure(settings.measure), &data, settings.level).map_err(|e| e.to_string())?;
        (found.result, found.q, found.weights)
    };
    let e = result.map_err(|e| e.text().to_owned())?;
    Ok((classic(settings, included.len(), e, q), weights))
}

fn observed(settings: &Settings, inputs: &[Input], included: &[usize]) -> Result<Pooled, String> {
    let pairs: Vec<(f64, f64)> = included.iter().filter_map(|i| inputs.get(*i)).filter_map(|x| x.oe.zip(x.v)).collect();
    let (oe, v): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
    let found = pool_oe(&oe, &v, settings.level).map_err(|e| e.to_string())?;
    let e = found.result.map_err(|e| e.text().to_owned())?;
    Ok((classic(settings, included.len(), e, found.q), found.weights))
}

fn classic(settings: &Settings, k: usize, e: crate::stats::mh::ClassicEstimate, q: Option<crate::stats::mh::ChiSquared>) -> Repooled {
    let several = q.filter(|q| q.df > 0.0);
    Repooled {
        k,
        effect: settings.shown(e.estimate),
        ci: e.ci.map(|x| settings.shown(x)),
        q: several.map(|q| q.statistic),
        df: q.map_or(0.0, |q| q.df),
        p_q: several.map(|q| q.p),
        i2: several.map(|q| i2_from_q(q.statistic, q.df)),
        tau2: None,
        z: e.statistic.abs(),
        p: e.p,
        lines: Vec::new(),
        estimate: e.estimate,
        se: e.se,
    }
}

/// Inverse variance with Wald's interval, as RevMan 5 has it.
fn inverse(settings: &Settings, inputs: &[Input], effects: &[Option<(f64, f64)>], included: &[usize]) -> Result<Pooled, String> {
    let (y, v): (Vec<f64>, Vec<f64>) = included.iter().filter_map(|i| effects.get(*i).copied().flatten()).unzip();
    // Q about the Mantel-Haenszel estimate, and tau2 from it.
    let about_mh = match settings.way {
        Way::MhRandom => counted(&Settings { way: Way::Mh, ..settings.clone() }, inputs, included)?.0.q,
        _ => None,
    };
    let model = match (settings.way, about_mh) {
        (Way::Common, _) => Model::Common,
        (Way::MhRandom, Some(q)) => {
            let s1 = sum(v.iter().map(|v| 1.0 / v));
            let s2 = sum(v.iter().map(|v| 1.0 / (v * v)));
            Model::Given(((q - (y.len() as f64 - 1.0)) / (s1 - s2 / s1)).max(0.0))
        }
        _ => Model::Random(settings.random.tau2),
    };
    let options = PoolOptions {
        model,
        ci: if settings.way == Way::Common { CiMethod::Wald } else { settings.random.ci },
        guard: false,
        pi: PiMethod::None,
        level: settings.level,
        tau2_ci: false,
        ..PoolOptions::default()
    };
    let found = pool(&y, &v, &options).map_err(|e| e.to_string())?;
    Ok((of_pool(settings, &found, about_mh), found.weights))
}

fn of_pool(settings: &Settings, found: &crate::stats::pool::Pooled, about_mh: Option<f64>) -> Repooled {
    let h = &found.heterogeneity;
    let several = found.k > 1;
    let q = about_mh.unwrap_or(h.q);
    let df = found.k as f64 - 1.0;
    Repooled {
        k: found.k,
        effect: settings.shown(found.estimate),
        ci: found.ci.map(|x| settings.shown(x)),
        q: several.then_some(q),
        df,
        p_q: several.then(|| chi2_sf(q, df)),
        i2: several.then(|| i2_from_q(q, df)),
        tau2: (several && found.model != Model::Common).then_some(h.tau2),
        z: found.statistic.abs(),
        p: found.p,
        lines: Vec::new(),
        estimate: found.estimate,
        se: found.se,
    }
}

/// Correlation assumed between results of one trial.
pub(super) const RHO: f64 = 0.5;

/// Edition 2026: one effect a trial (several averaged, correlation 0.5), REML, Hartung-Knapp.
fn edition(settings: &Settings, lines: &[Line], effects: &[Option<(f64, f64)>], included: &[usize]) -> Result<Pooled, String> {
    let mut units: indexmap::IndexMap<usize, Vec<usize>> = indexmap::IndexMap::new();
    for i in included {
        units.entry(lines.get(*i).map_or(0, |l| l.unit)).or_default().push(*i);
    }
    let (mut y, mut v) = (Vec::new(), Vec::new());
    for members in units.values() {
        let (ys, vs): (Vec<f64>, Vec<f64>) = members.iter().filter_map(|i| effects.get(*i).copied().flatten()).unzip();
        let (one, variance) = combine(&ys, &vs, RHO, Weighting::Equal).map_err(|e| e.to_string())?;
        y.push(one);
        v.push(variance);
    }
    let options = PoolOptions { level: settings.level, ..PoolOptions::default() };
    let found = pool(&y, &v, &options).map_err(|e| e.to_string())?;
    let mut weights = vec![0.0; included.len()];
    for (members, weight) in units.values().zip(&found.weights) {
        for i in members {
            if let Some(slot) = included.iter().position(|x| x == i).and_then(|at| weights.get_mut(at)) {
                *slot = weight / members.len() as f64;
            }
        }
    }
    Ok((of_pool(settings, &found, None), weights))
}
