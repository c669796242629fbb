//! Which call of metafor makes a result, and what to expect of it.

use super::r_text::{Script, number};
use crate::eval::outcome::PoolResult;

/// The word of metafor for a model by inverse variance, or its tau2.
pub(super) fn method(result: &PoolResult) -> Result<String, String> {
    Ok(match result.model.as_deref() {
        Some("common") => "method = \"EE\"".to_owned(),
        Some("hsk") => "method = \"HSk\"".to_owned(),
        Some("given") => {
            let tau2 = result.heterogeneity.as_ref().and_then(|h| h.tau2).unwrap_or(0.0);
            format!("tau2 = {}", number(tau2))
        }
        Some(name @ ("dl" | "he" | "hs" | "sj" | "ml" | "reml" | "eb" | "pm" | "pmm")) => format!("method = \"{}\"", name.to_uppercase()),
        other => return Err(format!("metafor has no function for the model `{}` of this result", other.unwrap_or("none"))),
    })
}

/// The word of metafor for an interval.
pub(super) fn test(ci_method: &str) -> &'static str {
    match ci_method {
        "t" => "t",
        "hksj" => "knha",
        "mhksj" => "adhoc",
        _ => "z",
    }
}

/// The end of each call: narrower bounds of search than metafor's own, so that digits can be compared.
pub(super) const CONTROL: &str = "control = list(threshold = 1e-12, tol = 1e-12, maxiter = 10000)";

/// `rma(…)` of the data frame `data`.
pub(super) fn rma(result: &PoolResult, data: &str) -> Result<String, String> {
    Ok(format!(
        "rma(yi, vi, data = {data}, {}, test = \"{}\", level = {}, {CONTROL})",
        method(result)?,
        test(result.ci_method),
        number(result.level)
    ))
}

/// What to expect of the fit `name` of a pooled result by inverse variance.
pub(super) fn checks(script: &mut Script, name: &str, result: &PoolResult) {
    let of = |what: &str| format!("{name}${what}");
    script.check("studies", &of("k"), Some(result.k as f64));
    estimate(script, name, result);
    let Some(h) = &result.heterogeneity else { return };
    script.check("Q", &of("QE"), Some(h.q));
    script.check("p of Q", &of("QEp"), Some(h.p));
    let random = h.tau2.is_some();
    script.check_within("tau2", &of("tau2"), h.tau2, "1e-6");
    if random && result.model.as_deref() != Some("given") {
        script.check_within("SE of tau2", &of("se.tau2"), h.tau2_se, "1e-6");
    }
    script.check_within("I2", &of("I2"), if random { h.i2_tau2 } else { Some(h.i2_q) }, "1e-4");
    prediction(script, name, result);
}

/// Estimate, standard error, test, interval.
pub(super) fn estimate(script: &mut Script, name: &str, result: &PoolResult) {
    let of = |what: &str| format!("{name}${what}");
    script.check("estimate", &format!("coef({name})"), result.estimate);
    script.check("standard error", &of("se"), result.se);
    script.check("statistic", &of("zval"), result.statistic);
    script.check("p", &of("pval"), result.p);
    script.check("lower limit", &of("ci.lb"), result.ci.map(|c| c[0]));
    script.check("upper limit", &of("ci.ub"), result.ci.map(|c| c[1]));
}

/// The prediction interval: by hand, since metafor's own follows the interval's test.
fn prediction(script: &mut Script, name: &str, result: &PoolResult) {
    let Some(pi) = result.pi else { return };
    let tail = format!("1 - (1 - {} / 100) / 2", number(result.level));
    let quantile = match result.pi_method {
        "riley" => format!("qt({tail}, {name}$k - 2)"),
        "t" => format!("qt({tail}, {name}$k - 1)"),
        "normal" => format!("qnorm({tail})"),
        _ => {
            script.comment("The prediction interval uses the quantile of the confidence interval, as metafor's predict() does.");
            script.check_within("prediction, lower", &format!("predict({name})$pi.lb"), Some(pi[0]), "1e-6");
            script.check_within("prediction, upper", &format!("predict({name})$pi.ub"), Some(pi[1]), "1e-6");
            return;
        }
    };
    let half = format!("{quantile} * sqrt({name}$se^2 + {name}$tau2)");
    script.check_within("prediction, lower", &format!("coef({name}) - {half}"), Some(pi[0]), "1e-6");
    script.check_within("prediction, upper", &format!("coef({name}) + {half}"), Some(pi[1]), "1e-6");
}
