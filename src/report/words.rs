//! What measures and methods are called in a report.

use crate::eval::outcome::PoolResult;
use crate::language::spec::{CiChoice, Dependence, I2Definition, ModelChoice, PoolModel, Preference};
use crate::report::number;
use crate::stats::effect::{Groups, Measure, SmdVariance, ZeroPolicy};
use crate::stats::multilevel::RobustKind;
use crate::stats::pool::{CiMethod, PiMethod};

/// The head of a measure's column.
pub fn short(measure: Measure) -> &'static str {
    use Measure::{
        As, Cor, Dppc, Generic, Hr, Ir, Ird, Irft, Irln, Irr, Irs, Irsd, Mc, Md, Mn, Mnln, Or, Pas, Peto, Pft, Pln, Plo, Pr, Rd, Rom, Romc,
        Rr, Smcc, Smcr, Smd, Smd1, Smdh, Ucor, Zcor,
    };
    match measure {
        Md => "MD",
        Smd | Smd1 | Smdh => "SMD",
        Rom | Romc => "RoM",
        Or => "OR",
        Rr => "RR",
        Rd => "RD",
        As => "arcsine difference",
        Peto => "Peto OR",
        Hr => "HR",
        Irr => "IRR",
        Ird => "IRD",
        Irsd => "IRSD",
        Cor | Zcor | Ucor => "r",
        Pr | Pln | Plo | Pas | Pft => "proportion",
        Ir | Irln | Irs | Irft => "rate",
        Mn | Mnln => "mean",
        Dppc => "dppc",
        Mc => "mean change",
        Smcc | Smcr => "SMC",
        Generic => "effect",
    }
}

/// Whether it is computed from counts, so that zero cells matter.
pub fn from_counts(measure: Measure) -> bool {
    use Measure::{As, Ir, Ird, Irln, Irr, Or, Peto, Pln, Plo, Pr, Rd, Rr};
    matches!(measure, Or | Rr | Rd | As | Peto | Irr | Ird | Pr | Pln | Plo | Ir | Irln)
}

/// Whether a rule about the conversion of rows may touch this measure.
pub fn is_converted(rule: &str, measure: Measure) -> bool {
    use Measure::{Dppc, Md, Rom, Smd, Smd1, Smdh};
    let means = matches!(measure, Md | Smd | Smd1 | Smdh | Rom);
    match rule {
        "impute" => means || measure.groups() == Groups::Paired,
        "medians" => means,
        "corr" => means || measure == Dppc || measure.groups() == Groups::Paired,
        _ => measure.groups() == Groups::Two,
    }
}

/// Whether its variance is a choice.
pub fn has_variances(measure: Measure) -> bool {
    matches!(measure, Measure::Smd | Measure::Smd1)
}

/// `large-sample variance`.
pub fn variance(variance: SmdVariance) -> &'static str {
    match variance {
        SmdVariance::Ls => "large-sample variance",
        SmdVariance::Ub => "unbiased variance",
        SmdVariance::Revman5 => "variance as in RevMan 5",
    }
}

/// What is done with zero cells in a result, to follow "zero cells:". Mantel-Haenszel and
/// Peto pool the counts themselves: a policy that names no correction serves the effects of single
/// studies only.
pub fn zero_cells(result: &PoolResult) -> String {
    let spec = &result.spec;
    let policy = spec.zero.value.words(spec.measure.value);
    let counts = matches!(result.model.as_deref(), Some("mh" | "peto"));
    let stated = matches!(spec.zero.value, ZeroPolicy::OnlyZeroStudies | ZeroPolicy::AllStudies | ZeroPolicy::Tacc);
    match policy {
        _ if counts && stated => format!("{policy}, in the pooled counts too"),
        _ if counts && policy != "no correction" => {
            format!("no correction in the pooled counts, in the effects of single studies {policy}")
        }
        _ => policy.to_owned(),
    }
}

/// Whether values are displayed other than analysed.
pub fn transformed(result: &PoolResult) -> bool {
    result.scale != "identity" && (result.display.is_some() || result.studies.iter().any(|s| s.display.is_some()))
}

/// The head of the effect's column: `OR`, or `log OR` where it is not back-transformed.
pub fn label(result: &PoolResult) -> String {
    let label = short(result.spec.measure.value);
    if result.scale == "identity" || transformed(result) { label.to_owned() } else { format!("{} {label}", result.scale.replace('_', " ")) }
}

/// Whether equal ratios stand equally far apart.
pub fn on_log_axis(result: &PoolResult) -> bool {
    result.scale == "log" && transformed(result)
}

/// No effect, as displayed.
pub fn null(result: &PoolResult) -> Option<f64> {
    let measure = result.spec.measure.value;
    let at = measure.null_value()?;
    Some(if on_log_axis(result) { 1.0 } else { at })
}

/// `random effects, tau2 by restricted maximum likelihood`.
pub fn model(model: PoolModel) -> String {
    match model {
        PoolModel::Common => "common effect, inverse variance".into(),
        PoolModel::Random(e) => format!("random effects, tau2 by {}", e.title()),
        PoolModel::Given(tau2) => format!("random effects, tau2 stated as {}", number::significant(tau2, 6)),
        PoolModel::MantelHaenszel => "common effect, Mantel-Haenszel".into(),
        PoolModel::Peto => "common effect, Peto's one-step method".into(),
    }
}

/// The model as asked for.
pub fn model_choice(choice: &ModelChoice) -> String {
    match choice {
        ModelChoice::One(m) => model(*m),
        ModelChoice::FirstOf(models) => {
            format!("the first that applies of {}", models.iter().map(|m| m.name()).collect::<Vec<_>>().join(", "))
        }
        ModelChoice::Rule(name) => format!("as rule {name} decides"),
    }
}

/// The model that was used, if one was.
pub fn used_model(result: &PoolResult) -> Option<String> {
    let used = result.model.as_deref()?;
    Some(candidates(&result.spec.model.value).into_iter().find(|m| m.name() == used).map_or_else(|| model_word(used), model))
}

/// The model with what it assumes of effects within trials: `multilevel model of effects within
/// trials, variances by restricted maximum likelihood`.
pub fn described(result: &PoolResult, model: String) -> String {
    if result.structure != Some("multilevel") {
        return model;
    }
    let by = model.rsplit(" by ").next().unwrap_or(&model);
    let kind = match &result.spec.dependence.value {
        Dependence::Multilevel { rho: Some(_) } => "correlated and hierarchical effects",
        _ => "multilevel model of effects within trials",
    };
    format!("{kind}, variances by {by}")
}

/// The standard error that does not rest on the model.
pub fn robust(kind: RobustKind) -> String {
    format!("cluster-robust standard error by trial ({}) with Satterthwaite degrees of freedom", kind.name())
}

/// The models a choice names itself.
fn candidates(choice: &ModelChoice) -> Vec<PoolModel> {
    match choice {
        ModelChoice::One(m) => vec![*m],
        ModelChoice::FirstOf(models) => models.clone(),
        ModelChoice::Rule(_) => Vec::new(),
    }
}

/// From the word in the result, where a rule chose.
fn model_word(word: &str) -> String {
    let all = [PoolModel::Common, PoolModel::MantelHaenszel, PoolModel::Peto];
    let estimators = crate::stats::pool::Tau2Estimator::ALL.map(PoolModel::Random);
    all.into_iter().chain(estimators).find(|m| m.name() == word).map_or_else(|| word.to_owned(), model)
}

/// `Hartung-Knapp-Sidik-Jonkman`, from the word in the result.
pub fn ci(word: &str) -> &str {
    match word {
        "wald" => "Wald",
        "t" => "t with k - 1 df",
        "hksj" => "Hartung-Knapp-Sidik-Jonkman",
        "mhksj" => "modified Hartung-Knapp-Sidik-Jonkman",
        "cr0" | "cr1" | "cr1p" | "cr2" => "the robust standard error",
        other => other,
    }
}

/// The interval used: t of a multilevel model counts trials.
pub fn ci_of(result: &PoolResult) -> &str {
    match (result.structure, result.ci_method) {
        (Some("multilevel"), "t") => "t with trials - coefficients df",
        (_, word) => ci(word),
    }
}

/// The prediction interval used: that of a multilevel model counts trials and adds its variances.
pub fn pi_of(result: &PoolResult, method: PiMethod) -> String {
    if result.structure == Some("multilevel") {
        format!("{} from the sum of the variances", pi(method).replace("k - ", "trials - "))
    } else {
        pi(method).to_owned()
    }
}

/// The interval as asked for.
pub fn ci_choice(choice: CiChoice) -> String {
    let guarded = choice.guarded && matches!(choice.method, CiMethod::Hksj | CiMethod::Mhksj);
    format!("{}{}", ci(choice.method.name()), if guarded { ", never narrower than Wald" } else { "" })
}

/// `t with k - 1 df`.
pub fn pi(method: PiMethod) -> &'static str {
    match method {
        PiMethod::None => "none",
        PiMethod::T => "t with k - 1 df",
        PiMethod::Riley => "t with k - 2 df",
        PiMethod::Normal => "normal",
        PiMethod::Matches => "as the confidence interval",
    }
}

/// `tau2-based`, from the word in the result.
pub fn i2(definition: &str) -> &str {
    match definition {
        "tau2" => "tau2-based",
        "q" => "Q-based",
        other => other,
    }
}

/// The definition as asked for.
pub fn i2_choice(choice: I2Definition) -> &'static str {
    match choice {
        I2Definition::ByModel => "tau2-based for random effects, Q-based for common effect",
        I2Definition::Q => "Q-based",
        I2Definition::Tau2 => "tau2-based",
    }
}

/// What was done with several effects of one trial; nothing if they would have stopped the pool.
pub fn dependence(choice: &Dependence) -> Option<String> {
    match choice {
        Dependence::Refuse => None,
        Dependence::Combine { equal: true, rho } => {
            Some(format!("effects of one trial averaged first, at correlation {}", number::significant(*rho, 4)))
        }
        Dependence::Combine { rho, .. } => {
            Some(format!("effects of one trial combined first by inverse variance, at correlation {}", number::significant(*rho, 4)))
        }
        Dependence::Multilevel { rho: None } => Some("effects within trials, a variance between trials and one within".into()),
        Dependence::Multilevel { rho: Some(rho) } => Some(format!(
            "effects within trials, a variance between trials and one within, sampling errors of one trial correlated at {}",
            number::significant(*rho, 4)
        )),
        Dependence::Prefer(preferences) => Some(format!("one effect per trial, by {}", rankings(preferences))),
        Dependence::Keep { because } => Some(format!("dependent effects pooled as independent because \"{because}\"")),
    }
}

/// `instrument (RAS > QPR), then rater (self > clinician)`
pub fn rankings(preferences: &[Preference]) -> String {
    let one = |p: &Preference| format!("{} ({})", p.key, p.ranking.join(" > "));
    preferences.iter().map(one).collect::<Vec<_>>().join(", then ")
}

/// Whether the model used has a between-study variance.
pub fn is_random(result: &PoolResult) -> bool {
    !matches!(result.model.as_deref(), None | Some("common" | "mh" | "peto"))
}

/// A value of the analysis scale on the scale shown; one that needs sample sizes stays.
pub fn back(result: &PoolResult, x: f64) -> f64 {
    let natural = result.spec.measure.value.display(x, None);
    if natural.is_nan() { x } else { natural }
}
