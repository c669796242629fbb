//! The lines below the forest: the pooled effect, heterogeneity, the rule, what was left out.

use super::effect::{digits, has_estimate, included, interval, shown};
use crate::eval::outcome::{HeterogeneityResult, Levels, PoolResult, RobustResult, StudyEffect};
use crate::language::spec::{JudgementRead, RuleTaken};
use crate::report::number;
use crate::report::words;
use crate::stats::mh::ChiSquared;

/// A name with its value.
pub type Fact = (String, String);

fn fact(name: &str, value: String) -> Fact {
    (name.to_owned(), value)
}

/// What was found: effect, prediction, heterogeneity, test between subgroups.
pub fn findings(result: &PoolResult) -> Vec<Fact> {
    let mut out = Vec::new();
    if let Some(reason) = &result.not_pooled {
        out.push(fact("not pooled", format!("{} (k = {})", reason.reason, result.k)));
    } else if has_estimate(result) {
        out.push(fact(if result.k == 1 { "one study" } else { "pooled" }, pooled(result)));
        out.extend(result.robust.as_ref().map(|r| fact("robust", robust(r, result))));
    }
    if let Some(pi) = shown(result).pi.filter(|_| has_estimate(result)) {
        let ends = number::interval(None, Some(pi), digits(result));
        out.push(fact("prediction", format!("{} prediction interval {ends}", number::level(result.level))));
    }
    if let Some(h) = &result.heterogeneity {
        out.push(fact("heterogeneity", heterogeneity(h)));
        out.extend(h.levels.as_ref().map(|l| fact("variances", levels(l))));
    }
    if let Some(tests) = &result.tests {
        let test =
            |t: &ChiSquared| format!("chi-squared({}) = {}, {}", number::df(t.df), number::statistic(t.statistic), number::p_value(t.p));
        let cmh = tests.cmh.as_ref().map(|t| fact("CMH test", format!("no association: {}, continuity-corrected", test(t))));
        out.extend(cmh);
        out.extend(tests.tarone.as_ref().map(|t| fact("Tarone's test", format!("equal odds ratios: {}", test(t)))));
    }
    if let Some(b) = &result.between {
        let test = format!("Q({}) = {}, {}, {} tau2", number::df(b.df), number::statistic(b.q), number::p_value(b.p), b.tau2);
        out.push(fact("between groups", test));
        if let Some(r) = &b.robust {
            let df2 = r.df2.map_or_else(String::new, |df2| format!(", {}", number::fixed(df2, 1)));
            let f = format!("F({}{df2}) = {}, {}", number::df(r.df), number::statistic(r.qm), number::p_value(r.p));
            out.push(fact("between, robust", format!("{f} (HTZ)")));
        }
        for f in b.factors.iter().flatten() {
            let what = match f.factor.split_once(':') {
                Some((one, other)) => format!("interaction of {one} and {other}"),
                None => format!("{} given the other factor", f.factor),
            };
            let test = format!("Q({}) = {}, {}", number::df(f.df), number::statistic(f.q), number::p_value(f.p));
            out.push(fact("", format!("{what}: {test}")));
        }
        if let Some(h) = &b.heterogeneity {
            out.push(fact("within groups", heterogeneity(h)));
        }
    }
    if let Some(rule) = &result.rule {
        out.push(fact("rule", rule_taken(rule)));
    }
    if let Some(directions) = &result.directions {
        out.push(fact("directions", super::rule::directions(directions, result.level)));
    }
    out
}

/// `SMD 0.89 [-0.03, 1.81], t(10) = 2.16, p = 0.056, k = 11 studies, 1,016 people`
fn pooled(result: &PoolResult) -> String {
    let mut parts = vec![format!("{} {}", words::label(result), interval(result))];
    // Where no value means no effect (a proportion, a mean), a test against 0 means nothing.
    let tested = words::null(result).is_some();
    if let Some(x) = result.statistic.filter(|_| tested) {
        let name = result.df.map_or_else(|| "z".to_owned(), |df| format!("t({})", number::df(df)));
        parts.push(format!("{name} = {}", number::statistic(x)));
    }
    parts.extend(result.p.filter(|_| tested).map(number::p_value));
    parts.push(match result.trials {
        Some(trials) => format!("k = {} of {}", number::plural(result.k, "effect", "effects"), number::plural(trials, "trial", "trials")),
        None => format!("k = {}", number::plural(result.k, unit(result, true), unit(result, false))),
    });
    parts.extend(result.participants.map(|n| format!("{} {}", number::count(n), if n == 1 { "person" } else { "people" })));
    parts.join(", ")
}

/// `SMD [0.01, 0.84], SE 0.19, t(15.4) = 3.60, p = 0.003 (cr2, Satterthwaite degrees of freedom)`
pub fn robust(robust: &RobustResult, result: &PoolResult) -> String {
    let mut parts = Vec::new();
    if let Some(ci) = robust.display_ci.filter(|_| words::transformed(result)).or(robust.ci) {
        parts.push(format!("{} {}", words::label(result), number::interval(None, Some(ci), digits(result))));
    }
    parts.extend(robust.se.map(|se| format!("SE {}", number::significant(se, 3))));
    if let (Some(t), Some(df), true) = (robust.statistic, robust.df, words::null(result).is_some()) {
        parts.push(format!("t({}) = {}", number::fixed(df, 1), number::statistic(t)));
        parts.extend(robust.p.map(number::p_value));
    }
    if parts.is_empty() { "none".into() } else { format!("{} ({}, Satterthwaite degrees of freedom)", parts.join(", "), robust.kind) }
}

/// `between trials 0.0651 (SE 0.0321), within 0.0327 (SE 0.0100); I2 63.2% between, 31.7% within`
pub fn levels(levels: &Levels) -> String {
    let se = |se: Option<f64>| se.map(|se| format!(" (SE {})", number::variance(se))).unwrap_or_default();
    let mut text = format!(
        "between trials {}{}, within {}{}",
        number::variance(levels.sigma2.between),
        se(levels.sigma2_se.between),
        number::variance(levels.sigma2.within),
        se(levels.sigma2_se.within)
    );
    if let (Some(between), Some(within)) = (levels.i2_between, levels.i2_within) {
        text.push_str(&format!("; I2 {} between trials, {} within", number::percent(between), number::percent(within)));
    }
    let both = levels.sigma2.between > 0.0 && levels.sigma2.within > 0.0;
    text.extend(levels.icc.filter(|_| both).map(|icc| format!("; true effects of one trial correlate at {}", number::fixed(icc, 2))));
    text
}

/// What k counts: trials, where effects of one were combined.
pub fn unit(result: &PoolResult, one: bool) -> &'static str {
    let trials = result.studies.iter().any(|s| !s.combined.is_empty());
    match (trials, one) {
        (true, true) => "trial",
        (true, false) => "trials",
        (false, true) => "study",
        (false, false) => "studies",
    }
}

/// `Q(10) = 163.23, p < 0.001; tau2 = 0.3380 [0.1300, 1.1810] (Q-profile); I2 (tau2-based) = 92.1% …`
pub fn heterogeneity(h: &HeterogeneityResult) -> String {
    let ends = |ci: Option<[Option<f64>; 2]>, show: fn(f64) -> String| {
        ci.map(|ci| format!(" {}", number::open_interval(ci, show))).unwrap_or_default()
    };
    let mut parts = vec![format!("Q({}) = {}, {}", number::df(h.df), number::statistic(h.q), number::p_value(h.p))];
    if let Some(tau2) = h.tau2 {
        let profile = if h.tau2_ci.is_some() { " (Q-profile)" } else { "" };
        let se = h.tau2_se.filter(|_| tau2 > 0.0).map(|se| format!(" (SE {})", number::variance(se))).unwrap_or_default();
        let name = if h.levels.is_some() { "sum of variances" } else { "tau2" };
        parts.push(format!("{name} = {}{se}{}{profile}", number::variance(tau2), ends(h.tau2_ci, number::variance)));
    }
    let i2 = |definition: &str, value: f64, ci| {
        format!("I2 ({}) = {}{}", words::i2(definition), number::percent(value), ends(ci, number::percent))
    };
    parts.push(i2(h.i2_definition, h.i2, h.i2_ci));
    match (h.i2_definition, h.i2_tau2) {
        ("q", Some(value)) => parts.push(i2("tau2", value, None)),
        ("q", None) => {}
        _ => parts.push(i2("q", h.i2_q, h.i2_q_ci)),
    }
    parts.push(format!("H2 = {}", number::fixed(h.h2, 2)));
    parts.join("; ")
}

/// `paper, branch 2 (p(q) < 0.10 and i2(q) >= 50%): reml, as p(q) = 0.0003, i2(q) = 91.2%`
pub fn rule_taken(rule: &RuleTaken) -> String {
    let value = |(name, x): &(String, f64)| match name.as_str() {
        "p(q)" => format!("p(q){}", number::p_value(*x).trim_start_matches('p')),
        n if n.starts_with("i2") || n.starts_with("share") => format!("{name} = {}", number::percent(*x)),
        _ => format!("{name} = {}", number::significant(*x, 4)),
    };
    let mut values: Vec<String> = rule.values.iter().map(value).collect();
    values.extend(rule.judgements.iter().map(judged));
    let because = if values.is_empty() { String::new() } else { format!(", as {}", values.join(", ")) };
    let kept = if rule.inherited { "; decided for the analysis this one derives from, and kept" } else { "" };
    format!("{}, branch {} ({}): {}{because}{kept}", rule.rule, rule.branch, rule.condition, rule.then)
}

/// `similar_pico = yes (judged by A, B on 2024-05-01: "…")`
fn judged(judgement: &JudgementRead) -> String {
    let on = judgement.on.as_ref().map(|d| format!(" on {d}")).unwrap_or_default();
    let why = judgement.because.as_ref().map(|b| format!(": {b}")).unwrap_or_default();
    format!("{} = {} (judged by {}{on}{why})", judgement.name, judgement.answer, judgement.by.join(" and "))
}

/// Where the effects came from, what was done to them, what was left out.
pub fn material(result: &PoolResult) -> Vec<Fact> {
    let mut out = Vec::new();
    let from = tally(included(result).filter_map(|s| s.from.as_deref().map(|f| (f, ()))));
    let counted: Vec<String> = from.iter().map(|(name, all)| format!("{name} ({})", all.len())).collect();
    match from.as_slice() {
        [] => {}
        [(name, _)] => out.push(fact("computed from", (*name).to_owned())),
        _ => out.push(fact("computed from", counted.join(", "))),
    }
    let merged = |s: &&StudyEffect| s.combined.len() > 1;
    let combined: Vec<String> = included(result).filter(merged).map(|s| format!("{} from {} effects", s.study, s.combined.len())).collect();
    if !combined.is_empty() {
        out.push(fact("combined", combined.join(", ")));
    }
    // What a coded note says of the same studies is not said twice.
    let noted = |remark: &str| remark.starts_with("turned:") || remark.contains("`favours`") || remark.contains("a bound: the effect");
    let remarks =
        tally(included(result).flat_map(|s| s.remarks.iter().filter(move |r| !noted(r)).map(move |r| (r.as_str(), s.study.as_str()))));
    out.extend(remarks.iter().map(|(remark, studies)| fact("remark", format!("{remark}: {}", names(studies)))));
    out.extend(left_out(result));
    out
}

/// Studies left out, by reason.
pub fn left_out(result: &PoolResult) -> Vec<Fact> {
    let reason = |s: &StudyEffect| s.reason.clone().unwrap_or_else(|| "no reason given".into());
    let reasons: Vec<(String, &str)> = result.studies.iter().filter(|s| s.is_left_out()).map(|s| (reason(s), s.study.as_str())).collect();
    let grouped = tally(reasons.iter().map(|(r, s)| (r.as_str(), *s)));
    grouped.iter().map(|(reason, studies)| fact("left out", format!("{} ({reason})", names(studies)))).collect()
}

/// Names in order, a repeated one once with how often.
fn names(studies: &[&str]) -> String {
    let counted = tally(studies.iter().map(|s| (*s, ())));
    let name = |(name, all): &(&str, Vec<()>)| if all.len() > 1 { format!("{name} ({} rows)", all.len()) } else { (*name).to_owned() };
    counted.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// Values by key, keys in order of first appearance.
fn tally<'a, T>(pairs: impl Iterator<Item = (&'a str, T)>) -> Vec<(&'a str, Vec<T>)> {
    let mut out: indexmap::IndexMap<&str, Vec<T>> = indexmap::IndexMap::new();
    for (key, value) in pairs {
        out.entry(key).or_default().push(value);
    }
    out.into_iter().collect()
}
