//! A script of R that computes a result again with metafor, and says how far the two agree.

use super::r_calls::{CONTROL, checks, estimate, method, rma, test};
use super::r_text::{Script, number, numbers, quoted, texts};
use crate::eval::outcome::{
    BeggResult, Effects, EggerResult, FailSafeResult, Head, Outcome, PoolResult, RegressResult, RowsResult, TrimAndFillResult,
};
use crate::language::spec::Dependence;
use crate::report::json::VERSION;

/// The script; or why metafor can't compute the result.
pub fn script(outcome: &Outcome, effects: &Effects) -> Result<String, String> {
    let mut out = Script::default();
    match outcome {
        Outcome::Pool(result) => {
            head(&mut out, &result.statement, result.id.as_deref());
            pooled(&mut out, result, effects)?;
        }
        Outcome::LeaveOneOut(r) => after(&mut out, &r.head, &r.base, effects, |out| leave_one_out(out, r, effects))?,
        Outcome::Cumulative(r) => after(&mut out, &r.head, &r.base, effects, |out| cumulative(out, r, effects))?,
        Outcome::Egger(r) => after(&mut out, &r.head, &r.base, effects, |out| egger(out, r))?,
        Outcome::Begg(r) => after(&mut out, &r.head, &r.base, effects, |out| begg(out, r))?,
        Outcome::TrimAndFill(r) => after(&mut out, &r.head, &r.observed.0, effects, |out| trim_and_fill(out, r))?,
        Outcome::FailSafe(r) => after(&mut out, &r.head, &r.base, effects, |out| fail_safe(out, r))?,
        Outcome::Regress(r) => {
            head(&mut out, &r.head.statement, r.head.id.as_deref());
            regression(&mut out, r, effects)?;
        }
        _ => return Err("there is no script of R for this kind of result".to_owned()),
    }
    out.gap();
    out.line("cat(sprintf(\"%d numbers compared, %d differ\\n\", compared, differ))");
    Ok(out.into_text())
}

fn head(out: &mut Script, statement: &str, id: Option<&str>) {
    if let Some(id) = id {
        out.comment(id);
    }
    out.comment(statement);
    out.comment(&format!("Written by Weald {VERSION}. Each `check` prints what R computes beside what Weald gave."));
    out.comment("It needs the package metafor: install.packages(\"metafor\")");
    out.gap();
    out.line("library(metafor)");
    out.gap();
    out.line("compared <- 0");
    out.line("differ <- 0");
    out.line("check <- function(what, computed, expected, within) {");
    out.line("  computed <- as.numeric(computed)[1]");
    out.line("  close <- !is.na(computed) && abs(computed - expected) <= within * max(1, abs(expected))");
    out.line("  compared <<- compared + 1");
    out.line("  if (!close) differ <<- differ + 1");
    out.line(
        "  cat(sprintf(\"%-28s R %17.10f   Weald %17.10f   %s\\n\", what, computed, expected, if (close) \"agrees\" else \"DIFFERS\"))",
    );
    out.line("}");
    out.gap();
}

/// A verb on a result: the data and the analysis itself first.
fn after(
    out: &mut Script,
    of: &Head,
    base: &PoolResult,
    effects: &Effects,
    verb: impl FnOnce(&mut Script) -> Result<(), String>,
) -> Result<(), String> {
    head(out, &of.statement, of.id.as_deref());
    if base.structure.is_some() || matches!(base.model.as_deref(), Some("mh" | "peto")) {
        return Err("there is a script of R for this verb after models by inverse variance alone".to_owned());
    }
    data(out, effects, base);
    out.line(format!("res <- {}", rma(base, "dat")?));
    out.gap();
    verb(out)
}

/// The effects as a data frame.
fn data(out: &mut Script, effects: &Effects, result: &PoolResult) {
    out.comment(&format!(
        "Effects on the analysis scale ({}, {}), with their variances, as Weald computed them.",
        result.measure, result.scale
    ));
    match &result.spec.dependence.value {
        Dependence::Combine { rho, equal } => {
            let how = if *equal { "plainly averaged" } else { "combined by inverse variance" };
            out.comment(&format!("Several effects of one trial were {how} first, at correlation {rho}."));
        }
        Dependence::Keep { .. } => out.comment("Effects of one trial are taken as if independent, as stated."),
        _ => {}
    }
    out.line("dat <- data.frame(");
    out.line(format!("  study = {},", texts(effects.rows.iter().map(|e| e.study.as_str()))));
    if result.structure.is_some() {
        out.line(format!("  trial = {},", texts(effects.rows.iter().map(|e| e.trial.as_str()))));
        out.line(format!("  effect = {},", numbers((1..=effects.rows.len()).map(|i| i as f64))));
    }
    out.line(format!("  yi = {},", numbers(effects.rows.iter().map(|e| e.yi))));
    out.line(format!("  vi = {})", numbers(effects.rows.iter().map(|e| e.vi))));
    out.gap();
}

fn pooled(out: &mut Script, result: &PoolResult, effects: &Effects) -> Result<(), String> {
    if let Some(why) = &result.not_pooled {
        return Err(format!("nothing was pooled: {}", why.reason));
    }
    if effects.rows.is_empty() {
        return Err("no effect entered".to_owned());
    }
    if matches!(result.model.as_deref(), Some("mh" | "peto")) {
        return counts(out, result, effects);
    }
    if result.structure.is_some() {
        return multilevel(out, result, effects);
    }
    data(out, effects, result);
    out.line(format!("res <- {}", rma(result, "dat")?));
    if result.ci_method != result.ci_requested {
        out.comment(&format!("Asked for was the interval {}; Weald's rule gave {} here.", result.ci_requested, result.ci_method));
    }
    out.line("print(res)");
    checks(out, "res", result);
    match &result.groups {
        Some(groups) => subgroups(out, result, groups),
        None => Ok(()),
    }
}

/// Mantel-Haenszel and Peto, from the counts themselves.
fn counts(out: &mut Script, result: &PoolResult, effects: &Effects) -> Result<(), String> {
    if result.groups.is_some() || effects.rows.iter().any(|e| e.oe) {
        return Err("there is a script of R for Mantel-Haenszel and Peto from counts, without subgroups".to_owned());
    }
    let rates = matches!(result.measure, "irr" | "ird");
    let rows: Option<Vec<[f64; 4]>> = effects.rows.iter().map(|e| if rates { e.rates } else { e.counts }).collect();
    let rows = rows.ok_or("a study has no counts of both groups")?;
    let columns = if rates { ["x1i", "t1i", "x2i", "t2i"] } else { ["ai", "n1i", "ci", "n2i"] };
    out.comment("Events and people (or person-time) of both groups, as they entered.");
    out.line("dat <- data.frame(");
    out.line(format!("  study = {},", texts(effects.rows.iter().map(|e| e.study.as_str()))));
    for (i, column) in columns.iter().enumerate() {
        let end = if i == 3 { ")" } else { "," };
        out.line(format!("  {column} = {}{end}", numbers(rows.iter().map(|r| r[i]))));
    }
    out.gap();
    let arguments = columns.map(|c| format!("{c} = {c}")).join(", ");
    let level = number(result.level);
    if result.model.as_deref() == Some("peto") {
        out.line(format!("res <- rma.peto({arguments}, data = dat, level = {level})"));
    } else {
        out.comment("metafor adds 0.5 to the cells of single studies with a zero for Q alone, not for the estimate.");
        out.line(format!("res <- rma.mh({arguments}, measure = \"{}\", data = dat, level = {level})", result.measure.to_uppercase()));
    }
    out.line("print(res)");
    estimate(out, "res", result);
    if let Some(h) = &result.heterogeneity {
        out.check("Q", "res$QE", Some(h.q));
        out.check("p of Q", "res$QEp", Some(h.p));
    }
    Ok(())
}

fn multilevel(out: &mut Script, result: &PoolResult, effects: &Effects) -> Result<(), String> {
    if result.groups.is_some() {
        return Err("there is no script of R for subgroups of a multilevel model".to_owned());
    }
    let Dependence::Multilevel { rho } = result.spec.dependence.value else {
        return Err("there is no script of R for this structure".to_owned());
    };
    data(out, effects, result);
    let variances = match rho {
        Some(rho) => {
            out.line(format!("V <- vcalc(vi, cluster = trial, obs = effect, rho = {}, data = dat)", number(rho)));
            "V"
        }
        None => "vi",
    };
    let method = if result.model.as_deref() == Some("ml") { "ML" } else { "REML" };
    // With a tighter `rel.tol` the default `nlminb` reports no convergence on good data, and metafor stops.
    out.comment("metafor finds both variances by a search; `nlm` with these bounds ends nearest to the best values.");
    out.line(format!(
        "res <- rma.mv(yi, {variances}, random = ~ 1 | trial/effect, data = dat, method = \"{method}\", test = \"t\",\n              \
         level = {}, control = list(optimizer = \"nlm\", gradtol = 1e-8, steptol = 1e-10))",
        number(result.level)
    ));
    out.line("print(res)");
    out.check_within("estimate", "coef(res)", result.estimate, "1e-5");
    out.check_within("standard error", "res$se", result.se, "1e-5");
    if let Some(levels) = result.heterogeneity.as_ref().and_then(|h| h.levels.as_ref()) {
        out.check_within("sigma2 between trials", "res$sigma2[1]", Some(levels.sigma2.between), "1e-4");
        out.check_within("sigma2 within trials", "res$sigma2[2]", Some(levels.sigma2.within), "1e-4");
    }
    out.comment("Weald's interval has (trials - coefficients) degrees of freedom; metafor's test = \"t\" has (effects - coefficients).");
    if let Some(ci) = result.ci {
        let df = result.df.map_or_else(|| "Inf".to_owned(), number);
        let half = format!("qt(1 - (1 - {} / 100) / 2, {df}) * res$se", number(result.level));
        out.check_within("lower limit", &format!("coef(res) - {half}"), Some(ci[0]), "1e-4");
        out.check_within("upper limit", &format!("coef(res) + {half}"), Some(ci[1]), "1e-4");
    }
    if let Some(robust) = &result.robust {
        out.comment(&format!(
            "The robust standard error ({}) is robust(res, cluster = trial, clubSandwich = TRUE), which needs clubSandwich.",
            robust.kind
        ));
    }
    Ok(())
}

fn subgroups(out: &mut Script, result: &PoolResult, groups: &[PoolResult]) -> Result<(), String> {
    let common = result.between.as_ref().is_some_and(|b| b.tau2 == "common");
    out.gap();
    out.comment(if common { "Subgroups with one tau2." } else { "Subgroups, each with its own tau2." });
    let mut rows: Vec<(&str, &str, f64, f64)> = Vec::new();
    for group in groups {
        let name = group.group.as_deref().unwrap_or("");
        let own = group.studies.iter().filter(|s| s.included).filter_map(|s| Some((name, s.study.as_str(), s.yi?, s.vi?)));
        rows.extend(own);
    }
    out.line("sub <- data.frame(");
    out.line(format!("  group = {},", texts(rows.iter().map(|r| r.0))));
    out.line(format!("  study = {},", texts(rows.iter().map(|r| r.1))));
    out.line(format!("  yi = {},", numbers(rows.iter().map(|r| r.2))));
    out.line(format!("  vi = {})", numbers(rows.iter().map(|r| r.3))));
    let level = number(result.level);
    if common {
        let method = method(result)?;
        out.line(format!("sub$group <- factor(sub$group, levels = {})", texts(groups.iter().map(|g| g.group.as_deref().unwrap_or("")))));
        out.line(format!("sg <- rma(yi, vi, mods = ~ 0 + group, data = sub, {method}, level = {level}, {CONTROL})"));
        for (i, group) in groups.iter().enumerate() {
            out.check(&format!("{}: estimate", group.group.as_deref().unwrap_or("")), &format!("coef(sg)[{}]", i + 1), group.estimate);
        }
        if let Some(b) = &result.between {
            out.line(format!("between <- rma(yi, vi, mods = ~ group, data = sub, {method}, test = \"z\", level = {level}, {CONTROL})"));
            if b.factors.is_none() {
                out.check("between groups: Q", "between$QM", Some(b.q));
                out.check("between groups: p", "between$QMp", Some(b.p));
            }
        }
        return Ok(());
    }
    out.line("estimates <- c()");
    out.line("errors <- c()");
    for group in groups {
        let name = group.group.as_deref().unwrap_or("");
        if group.estimate.is_none() || group.model.is_none() {
            out.comment(&format!("{name}: not pooled"));
            continue;
        }
        out.line(format!("sg <- {}", rma(group, &format!("subset(sub, group == {})", quoted(name)))?));
        out.check(&format!("{name}: estimate"), "coef(sg)", group.estimate);
        out.check(&format!("{name}: lower limit"), "sg$ci.lb", group.ci.map(|c| c[0]));
        out.check(&format!("{name}: upper limit"), "sg$ci.ub", group.ci.map(|c| c[1]));
        out.check_within(&format!("{name}: tau2"), "sg$tau2", group.heterogeneity.as_ref().and_then(|h| h.tau2), "1e-6");
        out.comment("The test between groups uses the standard error of the model, whatever the interval.");
        out.line("estimates <- c(estimates, coef(sg)); errors <- c(errors, sqrt(1 / sum(1 / (sg$vi + sg$tau2))))");
    }
    if let Some(b) = result.between.as_ref().filter(|b| b.factors.is_none()) {
        out.line("w <- 1 / errors^2");
        out.line("q <- sum(w * (estimates - sum(w * estimates) / sum(w))^2)");
        out.check("between groups: Q", "q", Some(b.q));
        out.check("between groups: p", "pchisq(q, length(w) - 1, lower.tail = FALSE)", Some(b.p));
    }
    Ok(())
}

fn leave_one_out(out: &mut Script, r: &RowsResult, effects: &Effects) -> Result<(), String> {
    out.comment("Weald keeps the interval of the analysis for each row, and says where its rule gives another; R is asked for that one.");
    for (i, row) in r.rows.iter().enumerate() {
        if row.pool.estimate.is_none() {
            continue;
        }
        // Either each row leaves out one effect, in their order, or all effects of a trial.
        let of_trial = |e: &crate::eval::outcome::ExportedEffect| e.trial == row.study;
        let left: Vec<f64> = match r.rows.len() == effects.rows.len() {
            true => vec![(i + 1) as f64],
            false => effects.rows.iter().enumerate().filter(|(_, e)| of_trial(e)).map(|(at, _)| (at + 1) as f64).collect(),
        };
        let without = format!("dat[-{}, ]", numbers(left));
        out.line(format!("one <- {}", rma(&row.pool, &without)?));
        out.check(&format!("without {}", row.study), "coef(one)", row.pool.estimate);
        out.check("  lower limit", "one$ci.lb", row.pool.ci.map(|c| c[0]));
        out.check("  upper limit", "one$ci.ub", row.pool.ci.map(|c| c[1]));
    }
    Ok(())
}

fn cumulative(out: &mut Script, r: &RowsResult, effects: &Effects) -> Result<(), String> {
    let known = |name: &str| effects.rows.iter().filter(|e| e.study == name).count() == 1;
    if !r.rows.iter().all(|row| known(&row.study)) {
        return Err("a study has several effects, and the order of adding can't be told by its name".to_owned());
    }
    out.line(format!("order <- {}", texts(r.rows.iter().map(|row| row.study.as_str()))));
    for (i, row) in r.rows.iter().enumerate() {
        if row.pool.k < 2 || row.pool.estimate.is_none() {
            continue;
        }
        out.line(format!("one <- {}", rma(&row.pool, &format!("subset(dat, study %in% order[1:{}])", i + 1))?));
        out.check(&format!("with {}", row.study), "coef(one)", row.pool.estimate);
        out.check("  lower limit", "one$ci.lb", row.pool.ci.map(|c| c[0]));
        out.check("  upper limit", "one$ci.ub", row.pool.ci.map(|c| c[1]));
    }
    Ok(())
}

fn egger(out: &mut Script, r: &EggerResult) -> Result<(), String> {
    let predictor = match r.predictor {
        "se" => "sei",
        "vi" => "vi",
        other => return Err(format!("there is no script of R for the predictor `{other}`, which needs sizes of groups")),
    };
    if r.method == "mixed" {
        out.line(format!("test <- regtest(res, predictor = \"{predictor}\")"));
    } else {
        out.line(format!("test <- regtest(x = dat$yi, vi = dat$vi, model = \"lm\", predictor = \"{predictor}\")"));
    }
    out.line("print(test)");
    out.check("statistic", "test$zval", Some(r.statistic));
    out.check("p", "test$pval", Some(r.p));
    if let Some(limit) = &r.limit {
        out.check("limit estimate", "test$est", Some(limit.estimate));
    }
    Ok(())
}

fn begg(out: &mut Script, r: &BeggResult) -> Result<(), String> {
    let exact = if r.method == "exact" { "TRUE" } else { "FALSE" };
    out.line(format!("test <- ranktest(x = dat$yi, vi = dat$vi, exact = {exact})"));
    out.line("print(test)");
    out.check("Kendall's tau", "test$tau", Some(r.tau));
    out.check("p", "test$pval", Some(r.p));
    Ok(())
}

fn trim_and_fill(out: &mut Script, r: &TrimAndFillResult) -> Result<(), String> {
    out.line(format!("filled <- trimfill(res, estimator = \"{}\", side = \"{}\", {CONTROL})", r.estimator.to_uppercase(), r.side));
    out.line("print(filled)");
    out.check("studies filled in", "filled$k0", Some(r.k0 as f64));
    let pool = &r.filled.0;
    out.check("estimate", "coef(filled)", pool.estimate);
    out.check_within("tau2", "filled$tau2", pool.heterogeneity.as_ref().and_then(|h| h.tau2), "1e-6");
    if test(pool.ci_method) == test(r.observed.0.ci_method) {
        out.check("lower limit", "filled$ci.lb", pool.ci.map(|c| c[0]));
        out.check("upper limit", "filled$ci.ub", pool.ci.map(|c| c[1]));
    } else {
        out.comment("The interval of the filled analysis is of another kind than that of the observed one, which metafor keeps.");
    }
    Ok(())
}

fn fail_safe(out: &mut Script, r: &FailSafeResult) -> Result<(), String> {
    let kind = match r.method {
        "rosenthal" => "Rosenthal",
        "rosenberg" => "Rosenberg",
        other => return Err(format!("there is no script of R for fail-safe N by `{other}`, whose target metafor reads otherwise")),
    };
    out.line(format!("n <- fsn(yi, vi, data = dat, type = \"{kind}\")"));
    out.line("print(n)");
    out.comment("metafor rounds up.");
    out.check("fail-safe N", "n$fsnum", Some(r.n as f64));
    Ok(())
}

fn regression(out: &mut Script, r: &RegressResult, effects: &Effects) -> Result<(), String> {
    if r.structure.is_some() {
        return Err("there is no script of R for a multilevel regression".to_owned());
    }
    data(out, effects, &r.base);
    out.comment(&format!("The design of `{}`, a column a coefficient.", r.formula));
    out.line("X <- cbind(");
    for (i, (name, values)) in effects.design.iter().enumerate() {
        let end = if i + 1 == effects.design.len() { ")" } else { "," };
        out.line(format!("  {} = {}{end}", quoted(name), numbers(values.iter().copied())));
    }
    let first = if r.intercept { 2 } else { 1 };
    let columns = effects.design.len();
    let tested = if columns >= first { format!(", btt = {first}:{columns}") } else { String::new() };
    out.line(format!(
        "res <- rma(yi, vi, mods = X, intercept = FALSE, data = dat, {}, test = \"{}\", level = {}{tested}, {CONTROL})",
        method(&r.base)?,
        test(r.ci_method),
        number(r.head.level)
    ));
    out.line("print(res)");
    for (i, c) in r.coefficients.iter().enumerate() {
        let of = |what: &str| format!("res${what}[{}]", i + 1);
        out.check(&c.term, &format!("coef(res)[{}]", i + 1), Some(c.estimate));
        out.check("  standard error", &of("se"), Some(c.se));
        out.check("  p", &of("pval"), Some(c.p));
        out.check("  lower limit", &of("ci.lb"), Some(c.ci[0]));
        out.check("  upper limit", &of("ci.ub"), Some(c.ci[1]));
    }
    if let Some(m) = &r.moderators {
        out.check("QM", "res$QM", Some(m.qm));
        out.check("p of QM", "res$QMp", Some(m.p));
    }
    if let Some(h) = &r.heterogeneity {
        out.check("QE", "res$QE", Some(h.q));
        out.check_within("tau2", "res$tau2", h.tau2, "1e-6");
    }
    Ok(())
}
