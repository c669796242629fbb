//! Sentences for the Methods section of a paper, from the resolved specification.

use super::references::{self, Reference};
use crate::eval::outcome::PoolResult;
use crate::language::spec::{AnalysisSpec, Dependence, Filter, I2Definition, ModelChoice, PoolModel};
use crate::report::json::VERSION;
use crate::report::number;
use crate::report::words;
use crate::stats::pool::{CiMethod, PiMethod, Tau2Estimator};

/// Past-tense sentences with citations, and the references they cite.
pub fn methods(result: &PoolResult) -> String {
    let (text, references) = sentences(result);
    format!("{}\n\nReferences\n{}", text.join(" "), references.iter().map(|r| format!("- {r}")).collect::<Vec<_>>().join("\n"))
}

/// The sentences one by one, and the references, sorted.
pub fn sentences(result: &PoolResult) -> (Vec<String>, Vec<String>) {
    let spec = &result.spec;
    let mut cited = Cited::default();
    let mut text = effects_of(result, &mut cited);
    text.push(pooling(result, &mut cited));
    // Where nothing was pooled there is no pooled effect to test, and no subgroup's either.
    let pooled = result.not_pooled.is_none();
    if pooled {
        text.push(interval(result, &mut cited));
        text.extend(robust(result, &mut cited));
        text.extend(prediction(result, &mut cited));
    }
    if pooled || result.heterogeneity.is_some() {
        text.push(heterogeneity(result, &mut cited));
    }
    text.extend(subgroups(spec, &mut cited).filter(|_| pooled));
    text.extend(ending(result));
    (text, cited.lines())
}

/// How the effects came about.
pub(super) fn effects_of(result: &PoolResult, cited: &mut Cited) -> Vec<String> {
    let mut text = vec![effects(&result.spec, cited)];
    text.extend(zero_cells(result));
    text.extend(super::conversions::sentences(&result.spec, cited));
    text.extend(dependence(&result.spec));
    text
}

/// What was selected and left out, and with which program.
pub(super) fn ending(result: &PoolResult) -> Vec<String> {
    let mut text = selection(&result.spec);
    text.extend(left_out(result));
    text.push(software(&result.spec));
    text
}

/// The references cited so far, in order.
#[derive(Default)]
pub(super) struct Cited(Vec<Reference>);

impl Cited {
    /// ` (Viechtbauer 2005)`, and the reference noted.
    pub(super) fn cite(&mut self, references: impl IntoIterator<Item = Reference>) -> String {
        let mut short = Vec::new();
        for reference in references {
            short.push(reference.0);
            if !self.0.contains(&reference) {
                self.0.push(reference);
            }
        }
        if short.is_empty() { String::new() } else { format!(" ({})", short.join("; ")) }
    }

    /// `- AUTHOR. JOURNAL.`, one a line.
    pub(super) fn list(&self) -> String {
        self.lines().iter().map(|r| format!("- {r}")).collect::<Vec<_>>().join("\n")
    }

    fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.0.iter().flat_map(|r| r.1.split("; ")).map(|r| format!("{r}.")).collect();
        lines.sort();
        lines.dedup();
        lines
    }
}

fn effects(spec: &AnalysisSpec, cited: &mut Cited) -> String {
    let measure = spec.measure.value;
    let name = joined(measure.full_name(), &cited.cite(references::measure(measure)));
    if !words::has_variances(measure) {
        return format!("The effect measure was the {name}.");
    }
    let variance = cited.cite(references::variance(spec.variance.value));
    format!("The effect measure was the {name} with its {}{variance}.", words::variance(spec.variance.value))
}

/// One pair of parentheses: `difference (Hedges' g; Hedges 1981)`.
fn joined(name: &str, citation: &str) -> String {
    match (name.strip_suffix(')'), citation.strip_prefix(" (")) {
        (Some(name), Some(citation)) => format!("{name}; {citation}"),
        _ => format!("{name}{citation}"),
    }
}

fn zero_cells(result: &PoolResult) -> Option<String> {
    words::from_counts(result.spec.measure.value).then(|| format!("Zero cells: {}.", words::zero_cells(result)))
}

fn dependence(spec: &AnalysisSpec) -> Option<String> {
    Some(match &spec.dependence.value {
        Dependence::Refuse => return None,
        Dependence::Combine { rho, equal } => format!(
            "Several effects of one trial were first combined into one, {}, assuming a correlation of {} between them.",
            if *equal { "as their plain mean" } else { "with inverse-variance weights" },
            number::significant(*rho, 4)
        ),
        Dependence::Multilevel { .. } => return None,
        Dependence::Prefer(preferences) => {
            format!("Where a trial had several effects, one was used, chosen by {}.", words::rankings(preferences))
        }
        Dependence::Keep { because } => format!("Several effects of one trial were pooled as if independent ({because})."),
    })
}

fn pooling(result: &PoolResult, cited: &mut Cited) -> String {
    if let Some(reason) = &result.not_pooled {
        return match &result.rule {
            Some(rule) if reason.code == "rule" => {
                format!("Effects were not pooled, by a rule stated beforehand in the script ({}: {}).", rule.rule, rule.condition)
            }
            _ => format!("Effects were not pooled ({}).", reason.reason),
        };
    }
    let by_rule = match (&result.rule, &result.spec.model.value) {
        (Some(rule), _) => format!(" The model was chosen by a rule stated beforehand in the script ({}: {}).", rule.rule, rule.condition),
        (None, ModelChoice::Rule(name)) => format!(" The model was to be chosen by the rule {name}."),
        _ => String::new(),
    };
    let Some(word) = result.model.as_deref() else {
        return format!("Effects were not pooled by a model.{by_rule}");
    };
    let sentence = match word {
        _ if result.structure == Some("multilevel") => multilevel(result, cited),
        "common" => "Effects were pooled under a common-effect model with inverse-variance weights.".to_owned(),
        "mh" => format!("Effects were pooled by the Mantel-Haenszel method{}.", cited.cite([references::MANTEL_HAENSZEL])),
        "peto" => format!("Effects were pooled by Peto's one-step method{}.", cited.cite([references::PETO])),
        word => {
            let tau2 = match Tau2Estimator::ALL.into_iter().find(|e| e.name() == word) {
                Some(e) => format!("estimated by {}{}", e.title(), cited.cite([references::estimator(e)])),
                None => given(&result.spec),
            };
            format!(
                "Effects were pooled under a random-effects model with inverse-variance weights; the between-study variance tau2 was {tau2}."
            )
        }
    };
    sentence + &by_rule
}

pub(super) fn multilevel(result: &PoolResult, cited: &mut Cited) -> String {
    let by = if result.model.as_deref() == Some("ml") { "maximum likelihood" } else { "restricted maximum likelihood" };
    let trials = result.trials.map(|t| format!(" of {}", number::plural(t, "trial", "trials"))).unwrap_or_default();
    let model = match &result.spec.dependence.value {
        Dependence::Multilevel { rho: Some(rho) } => format!(
            "in a model of correlated and hierarchical effects{}, which assumes a correlation of {} between the sampling errors of one trial",
            cited.cite([references::CHE]),
            number::significant(*rho, 4)
        ),
        _ => format!("in a three-level model, effects within trials{}", cited.cite([references::THREE_LEVEL])),
    };
    format!(
        "The {}{trials} were pooled {model}; the variances of true effects between and within trials were estimated by {by}.",
        number::plural(result.k, "effect", "effects")
    )
}

pub(super) fn robust(result: &PoolResult, cited: &mut Cited) -> Option<String> {
    let kind = result.spec.robust.value?;
    let cite = cited.cite([references::robust(kind)]);
    Some(format!(
        "Cluster-robust standard errors by trial were computed with the correction {} and Satterthwaite degrees of freedom{cite}.",
        kind.name().to_uppercase()
    ))
}

fn given(spec: &AnalysisSpec) -> String {
    match &spec.model.value {
        ModelChoice::One(PoolModel::Given(tau2)) => format!("set to {}", number::significant(*tau2, 6)),
        _ => "stated".into(),
    }
}

fn interval(result: &PoolResult, cited: &mut Cited) -> String {
    let level = number::level(result.level);
    let choice = result.spec.ci.value;
    let name = words::ci(choice.method.name());
    let how = match choice.method {
        CiMethod::Wald => "based on the normal distribution (Wald)".to_owned(),
        _ if result.structure == Some("multilevel") && choice.method != CiMethod::Wald => {
            "based on the t distribution with as many degrees of freedom as trials less coefficients".to_owned()
        }
        CiMethod::T => format!("based on the t distribution with k - 1 degrees of freedom{}", cited.cite(references::ci(choice.method))),
        method => format!("by the {name} method{}", cited.cite(references::ci(method))),
    };
    let guard =
        match (choice.guarded && choice.method == CiMethod::Hksj && result.structure.is_none(), result.ci_method == result.ci_requested) {
            (true, true) => format!("; it would have been replaced by Wald's where that was wider{}", cited.cite([references::GUARD])),
            (_, false) => format!("; here the {} interval was used in its place", words::ci(result.ci_method)),
            _ => String::new(),
        };
    format!("The {level} confidence interval and the test of the pooled effect were {how}{guard}.")
}

fn prediction(result: &PoolResult, cited: &mut Cited) -> Option<String> {
    result.pi?;
    let method = result.spec.pi.value;
    let how = match method {
        PiMethod::Matches => "on the same distribution as the confidence interval".to_owned(),
        PiMethod::Normal => "on the normal distribution".to_owned(),
        other => format!("on {}", words::pi_of(result, other).replace(" df", " degrees of freedom")),
    };
    Some(format!("A {} prediction interval was based {how}{}.", number::level(result.level), cited.cite(references::pi(method))))
}

fn heterogeneity(result: &PoolResult, cited: &mut Cited) -> String {
    let q = cited.cite([references::Q]);
    let h = result.heterogeneity.as_ref();
    let tau2 = if h.is_some_and(|h| h.tau2_ci.is_some()) {
        format!(", tau2 with its Q-profile interval{}", cited.cite([references::Q_PROFILE]))
    } else {
        String::new()
    };
    let from = match h.map(|h| h.i2_definition) {
        Some("q") => "from Q",
        Some(_) => "from tau2",
        None if result.spec.i2.value == I2Definition::Q => "from Q",
        None => "as the model requires",
    };
    format!("Heterogeneity was described by Cochran's Q{q}{tau2} and I2, computed {from}{}.", cited.cite([references::I2]))
}

fn subgroups(spec: &AnalysisSpec, cited: &mut Cited) -> Option<String> {
    (!spec.by.is_empty()).then(|| {
        let tau2 = if spec.tau2_common.value { "a common tau2" } else { "separate estimates of tau2" };
        format!(
            "Subgroups by {} were pooled with {tau2} and compared by a chi-squared test{}.",
            spec.by.join(", "),
            cited.cite([references::SUBGROUPS])
        )
    })
}

fn selection(spec: &AnalysisSpec) -> Vec<String> {
    let step = |filter: &Filter| match filter {
        Filter::Where { text, because, .. } => Some(format!("Only rows with {text} were analysed{}.", reason(because.as_deref()))),
        Filter::ExcludeWhere { text, because, .. } => Some(format!("Rows with {text} were excluded{}.", reason(because.as_deref()))),
        Filter::Only { studies, because } => Some(format!("Only {} were analysed{}.", studies.join(", "), reason(because.as_deref()))),
        Filter::Exclude { .. } => None,
    };
    spec.filters.iter().filter_map(step).collect()
}

fn reason(because: Option<&str>) -> String {
    because.map(|b| format!(" ({b})")).unwrap_or_default()
}

fn left_out(result: &PoolResult) -> Option<String> {
    let out: Vec<String> = result
        .studies
        .iter()
        .filter(|s| s.is_left_out())
        .map(|s| format!("{} ({})", s.study, s.reason.as_deref().unwrap_or("no reason given")))
        .collect();
    (!out.is_empty()).then(|| format!("{} left out: {}.", number::plural(out.len(), "effect was", "effects were"), out.join("; ")))
}

fn software(spec: &AnalysisSpec) -> String {
    let defaults = match spec.conventions {
        Some(c) => format!("the defaults of {}", c.versioned()),
        None => format!("the defaults of edition {}", spec.edition),
    };
    format!("All computations used Weald {VERSION} with {defaults}.")
}
