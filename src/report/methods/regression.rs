//! Sentences for the Methods section about a meta-regression.

use super::paper::{Cited, effects_of, ending};
use super::references;
use crate::eval::outcome::{PoolResult, RegressResult};
use crate::report::number;
use crate::report::words;
use crate::stats::pool::{CiMethod, Tau2Estimator};
use crate::stats::regression::Part;

/// Past-tense sentences with citations, and the references they cite.
pub fn regression(result: &RegressResult) -> String {
    let mut cited = Cited::default();
    let base = PoolResult {
        studies: result.studies.iter().map(|s| s.study.clone()).collect(),
        heterogeneity: result.heterogeneity.clone(),
        k: result.head.k,
        ..result.base.clone()
    };
    let mut text = effects_of(&base, &mut cited);
    text.push(model(result, &mut cited));
    text.extend(coding(result));
    text.push(inference(result, &mut cited));
    text.extend(super::paper::robust(&base, &mut cited));
    if result.r2.is_some() {
        let by_tau2 = if result.tau2_without.is_some() { cited.cite([references::RAUDENBUSH]) } else { String::new() };
        text.push(format!("R2 was the share of the heterogeneity without moderators that they account for{by_tau2}."));
    }
    text.extend(ending(&base));
    format!("{}\n\nReferences\n{}", text.join(" "), cited.list())
}

fn model(result: &RegressResult, cited: &mut Cited) -> String {
    let on = if result.intercept { String::new() } else { ", without an intercept".to_owned() };
    if result.structure == Some("multilevel") {
        let pooled = super::paper::multilevel(&PoolResult { k: result.head.k, trials: result.trials, ..result.base.clone() }, cited);
        return format!("{} The moderators {}{on} stood in the model.", pooled.replace(" were pooled ", " were analysed "), result.formula);
    }
    match result.head.model.as_deref() {
        Some("common") | None => format!(
            "Effects were regressed on {}{on} by weighted least squares with inverse-variance weights and no residual heterogeneity.",
            result.formula
        ),
        Some(word) => {
            let tau2 = match Tau2Estimator::ALL.into_iter().find(|e| e.name() == word) {
                Some(e) => format!("estimated by {}{}", e.title(), cited.cite([references::estimator(e)])),
                None => "stated".to_owned(),
            };
            format!(
                "Effects were regressed on {}{on} in a mixed-effects meta-regression with inverse-variance weights; the residual between-study variance tau2 was {tau2}.",
                result.formula
            )
        }
    }
}

/// What became of the columns, where that is a choice.
fn coding(result: &RegressResult) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for part in result.terms.terms.iter().flatten() {
        let sentence = match part {
            Part::Centred(c, _) => format!("The column {c} was centred."),
            Part::Factor(c, Some(level)) => format!("The levels of {c} were compared with {level}."),
            Part::Orthogonal { column, degree } => format!("Orthogonal polynomials of {column} up to degree {degree} were used."),
            Part::Spline { column, df } => format!("A natural cubic spline of {column} with {df} columns was used, knots at quantiles."),
            _ => continue,
        };
        if !out.contains(&sentence) {
            out.push(sentence);
        }
    }
    out
}

fn inference(result: &RegressResult, cited: &mut Cited) -> String {
    let level = number::level(result.head.level);
    let used = match result.ci_method {
        "wald" => "the normal distribution and the chi-squared test (Wald)".to_owned(),
        "t" if result.structure == Some("multilevel") => {
            "t and F distributions with as many degrees of freedom as trials less coefficients".to_owned()
        }
        "t" => "t and F distributions with k - p degrees of freedom".to_owned(),
        word => format!(
            "the {} method with t and F distributions of k - p degrees of freedom{}",
            words::ci(word),
            cited.cite(references::ci(CiMethod::Hksj).into_iter().chain([references::KNAPP]))
        ),
    };
    let guarded = result.structure.is_none() && result.base.spec.ci.value.guarded && matches!(result.ci_method, "hksj" | "mhksj");
    let instead = if guarded {
        format!("; Wald's would have replaced them where it was wider{}", cited.cite([references::GUARD]))
    } else if result.ci_method == result.ci_requested {
        String::new()
    } else {
        format!(", in place of the {} method, which does not apply here or would have been narrower", words::ci(result.ci_requested))
    };
    format!("Tests of coefficients and of all moderators together and {level} confidence intervals used {used}{instead}.")
}
