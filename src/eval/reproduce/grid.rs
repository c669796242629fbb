//! The conventions that are gone through: model, interval, effect, zero cells, I2, prediction.

use crate::eval::expect::Printed;
use crate::eval::outcome::PoolResult;
use crate::language::spec::{AnalysisSpec, CiChoice, I2Definition, ModelChoice, Origin, PoolModel, Setting};
use crate::stats::effect::{Measure, SmdVariance, ZeroPolicy};
use crate::stats::pool::{CiMethod, PiMethod, Tau2Estimator};

/// A model with an interval that goes with it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Way {
    /// The model.
    pub model: PoolModel,
    /// The interval.
    pub ci: CiMethod,
    /// The edition's reading of the interval, as stated.
    pub guarded: bool,
}

/// Which settings may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vary {
    /// All of them.
    All,
    /// Those that nobody stated.
    Unstated,
}

/// The estimators of tau2 gone through.
const ESTIMATORS: [Tau2Estimator; 8] = [
    Tau2Estimator::Reml,
    Tau2Estimator::Dl,
    Tau2Estimator::Pm,
    Tau2Estimator::Ml,
    Tau2Estimator::Eb,
    Tau2Estimator::Sj,
    Tau2Estimator::He,
    Tau2Estimator::Hs,
];

const INTERVALS: [CiMethod; 4] = [CiMethod::Wald, CiMethod::Hksj, CiMethod::Mhksj, CiMethod::T];

fn may<T>(setting: &Setting<T>, vary: Vary) -> bool {
    vary == Vary::All || matches!(setting.origin.root(), Origin::Edition(_) | Origin::Conventions(_) | Origin::Data)
}

/// The model and interval of the analysis as it is.
pub fn own(spec: &AnalysisSpec, result: &PoolResult) -> Way {
    let model = match &spec.model.value {
        ModelChoice::One(model) => *model,
        ModelChoice::FirstOf(models) => {
            models.iter().copied().find(|m| Some(m.name()) == result.model).unwrap_or(PoolModel::Random(Tau2Estimator::Reml))
        }
        ModelChoice::Rule(_) => match &result.spec.model.value {
            ModelChoice::One(model) => *model,
            _ => PoolModel::Random(Tau2Estimator::Reml),
        },
    };
    Way { model, ci: spec.ci.value.method, guarded: spec.ci.value.guarded }
}

/// Models with the intervals that make sense for each, the analysis' own first.
pub fn ways(spec: &AnalysisSpec, result: &PoolResult, vary: Vary) -> Vec<Way> {
    let own = own(spec, result);
    let measure = spec.measure.value;
    let mut models = vec![own.model];
    if may(&spec.model, vary) {
        models.push(PoolModel::Common);
        models.extend(ESTIMATORS.map(PoolModel::Random));
        if matches!(measure, Measure::Or | Measure::Rr | Measure::Rd) {
            models.push(PoolModel::MantelHaenszel);
        }
        if matches!(measure, Measure::Or | Measure::Peto) {
            models.push(PoolModel::Peto);
        }
    }
    let mut out = vec![own];
    for model in models {
        let intervals: Vec<CiMethod> = match (may(&spec.ci, vary), model) {
            (false, _) => vec![own.ci],
            (true, PoolModel::Random(_) | PoolModel::Given(_)) => INTERVALS.to_vec(),
            (true, _) => vec![CiMethod::Wald],
        };
        for ci in intervals {
            let way = Way { model, ci, guarded: own.guarded && !may(&spec.ci, vary) };
            // An unguarded hksj is the same as the edition's where that was not narrower: both stay.
            if !out.contains(&way) {
                out.push(way);
            }
        }
    }
    out
}

/// An effect measure with the variance of its effects.
pub type Effect = (Measure, SmdVariance);

/// Variants of a standardised mean difference, its own first; other measures have one.
pub fn effects(spec: &AnalysisSpec, vary: Vary) -> Vec<Effect> {
    let own = (spec.measure.value, spec.variance.value);
    let mut out = vec![own];
    let family = matches!(own.0, Measure::Smd | Measure::Smd1 | Measure::Smdh);
    if !family {
        return out;
    }
    let measures: Vec<Measure> = if may(&spec.measure, vary) { vec![Measure::Smd, Measure::Smd1, Measure::Smdh] } else { vec![own.0] };
    for measure in measures {
        let variances: &[SmdVariance] = match measure {
            Measure::Smd if may(&spec.variance, vary) => &[SmdVariance::Ls, SmdVariance::Ub, SmdVariance::Revman5],
            _ => &[SmdVariance::Ls],
        };
        for variance in variances {
            if !out.contains(&(measure, *variance)) {
                out.push((measure, *variance));
            }
        }
    }
    out
}

/// How an effect is called.
pub fn effect_words((measure, variance): Effect) -> String {
    match (measure, variance) {
        (Measure::Smd, SmdVariance::Ls) => "smd, variance ls".into(),
        (Measure::Smd, SmdVariance::Ub) => "smd, variance ub".into(),
        (Measure::Smd, SmdVariance::Revman5) => "smd, variance as RevMan 5".into(),
        (measure, _) => measure.name().into(),
    }
}

/// Policies for zero cells, its own first; one where no effect met a zero.
pub fn zeros(spec: &AnalysisSpec, any_zero: bool, vary: Vary) -> Vec<ZeroPolicy> {
    let mut out = vec![spec.zero.value];
    if any_zero && may(&spec.zero, vary) {
        for policy in [
            ZeroPolicy::Edition,
            ZeroPolicy::Metafor,
            ZeroPolicy::AllStudies,
            ZeroPolicy::Tacc,
            ZeroPolicy::DropDoubleZero,
            ZeroPolicy::None,
        ] {
            if !out.contains(&policy) {
                out.push(policy);
            }
        }
    }
    out
}

/// How a policy is called.
pub fn zero_words(policy: ZeroPolicy) -> &'static str {
    match policy {
        ZeroPolicy::Edition => "default",
        ZeroPolicy::Metafor => "as metafor",
        ZeroPolicy::Revman5 => "as RevMan 5",
        ZeroPolicy::None => "none",
        ZeroPolicy::OnlyZeroStudies => "only-zero-studies",
        ZeroPolicy::AllStudies => "all-studies",
        ZeroPolicy::Tacc => "tacc",
        ZeroPolicy::DropDoubleZero => "drop-double-zero",
    }
}

/// Definitions of I2, where a printed I2 leaves it open.
pub fn definitions(spec: &AnalysisSpec, printed: &[Printed]) -> Vec<I2Definition> {
    let mut out = vec![spec.i2.value];
    if printed.iter().any(|p| p.field == "i2") {
        out = vec![I2Definition::Q, I2Definition::Tau2];
    }
    out
}

/// Prediction intervals, where one is printed.
pub fn predictions(spec: &AnalysisSpec, printed: &[Printed], vary: Vary) -> Vec<PiMethod> {
    let mut out = vec![spec.pi.value];
    if printed.iter().any(|p| matches!(p.field, "pi" | "display_pi")) && may(&spec.pi, vary) {
        for method in [PiMethod::T, PiMethod::Riley, PiMethod::Matches, PiMethod::Normal] {
            if !out.contains(&method) {
                out.push(method);
            }
        }
    }
    out
}

/// The specification with these choices, all of them taken literally.
pub fn with(spec: &AnalysisSpec, way: Way, effect: Effect, zero: ZeroPolicy, i2: I2Definition, pi: PiMethod) -> AnalysisSpec {
    let stated = || Origin::Stated;
    let mut spec = spec.clone();
    spec.model = Setting::new(ModelChoice::One(way.model), stated());
    spec.ci = Setting::new(CiChoice { method: way.ci, guarded: way.guarded }, stated());
    spec.measure = Setting::new(effect.0, stated());
    spec.variance = Setting::new(effect.1, stated());
    spec.zero = Setting::new(zero, stated());
    spec.i2 = Setting::new(i2, stated());
    spec.pi = Setting::new(pi, if pi == spec.pi.value { spec.pi.origin.clone() } else { stated() });
    spec
}
