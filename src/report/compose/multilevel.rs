//! Multilevel models: how their variances were found, and the likelihood of each.

use super::frame::{close, fact, open};
use crate::eval::outcome::{LevelProfile, LevelProfileResult, WildResult};
use crate::report::document::{Align, Block, Cell, Column, Document, Table};
use crate::report::number::{self, significant};
use crate::stats::multilevel::Multilevel;

/// The variances with the certificate that they are the maximum, and the maxima without them.
pub fn arithmetic(fit: &Multilevel) -> Vec<String> {
    let h = &fit.heterogeneity;
    let c = &fit.certificate;
    let mut lines = vec![format!(
        "variances: {} between trials, {} within, of {} effects of {} trials ({} to {} of one)",
        significant(h.sigma2.between, 6),
        significant(h.sigma2.within, 6),
        fit.k,
        fit.studies,
        fit.effects_per_study[0],
        fit.effects_per_study[1]
    )];
    let at = |i: usize| if c.boundary[i] { "at 0".to_owned() } else { format!("score {}", significant(c.score[i], 3)) };
    lines.push(format!(
        "certificate: between {}, within {}; Newton's next step {} of the variances; {} from {} starts{}",
        at(0),
        at(1),
        significant(c.last_step, 3),
        number::plural(c.maxima.len(), "local maximum", "local maxima"),
        c.starts,
        if c.maximum { ", and the curvature there is that of a maximum" } else { "" }
    ));
    let mut edges = vec![format!("{} there", significant(fit.log_likelihood, 7))];
    for (ll, without) in [
        (fit.edges.without_between, "without the variance between"),
        (fit.edges.without_within, "without that within"),
        (fit.edges.without_both, "without both"),
    ] {
        edges.extend(ll.map(|ll| format!("{} {without}", significant(ll, 7))));
    }
    lines.push(format!("log-likelihood: {}", edges.join(", ")));
    lines.push("estimate: generalised least squares, effects weighted by the inverse of their marginal covariance".to_owned());
    lines
}

/// The likelihood of each variance.
pub fn profile(result: &LevelProfileResult) -> Document {
    let mut out = open(&result.head, &result.base);
    let level = number::level(result.head.level);
    let mut facts = Vec::new();
    for component in &result.components {
        out.push(Block::Heading(2, format!("Variance {} trials", component.level)));
        out.push(Block::Table(points(component, result.log_likelihood)));
        let interval = number::open_interval(component.ci, number::variance);
        facts.push(fact(component.level, format!("{} {interval} ({level} profile likelihood)", number::variance(component.estimate))));
    }
    facts.push(fact("log-likelihood", format!("{} at its maximum", number::fixed(result.log_likelihood, 4))));
    let kind = if result.likelihood == "restricted" { "restricted likelihood" } else { "likelihood" };
    let how = format!(
        "Profile: the {kind} of each variance, the other and the mean at their best; an interval holds what a likelihood-ratio test at that level does not reject (Hardy & Thompson 1996; Viechtbauer 2007)."
    );
    close(out, facts, &result.notes, &result.base, &how)
}

/// Every third point; a picture and the JSON have them all.
fn points(component: &LevelProfile, highest: f64) -> Table {
    let columns = vec![
        Column::new(format!("variance {}", component.level), Align::Decimal),
        Column::new("the other", Align::Decimal),
        Column::new("log-likelihood", Align::Decimal),
        Column::new("below maximum", Align::Decimal),
        Column::new("pooled effect", Align::Decimal),
    ];
    let rows = component.points.iter().step_by(3).map(|p| {
        vec![
            Cell::text(number::variance(p.value)),
            Cell::text(number::variance(p.other)),
            Cell::text(number::fixed(p.log_likelihood, 3)),
            Cell::text(number::fixed(highest - p.log_likelihood, 3)),
            Cell::maybe(p.coefficients.first().map(|b| number::fixed(*b, 4))),
        ]
    });
    Table { columns, rows: rows.collect() }
}

/// A cluster wild bootstrap.
pub fn wild(result: &WildResult) -> Document {
    let mut out = open(&result.head, &result.base);
    let columns = vec![
        Column::new(if result.formula.is_some() { "coefficient" } else { "effect" }, Align::Left),
        Column::new("statistic", Align::Decimal),
        Column::new("as large", Align::Right),
        Column::new("p", Align::Decimal),
    ];
    let rows = result.rows.iter().map(|r| {
        let name = match (result.formula.is_some(), r.term.as_str()) {
            (false, _) => "pooled",
            (true, "all") => "all moderators",
            (true, term) => term,
        };
        vec![
            Cell::text(name),
            Cell::text(number::statistic(r.statistic)),
            Cell::text(number::count(r.as_large as u64)),
            Cell::text(number::p_cell(r.p)),
        ]
    });
    out.push(Block::Table(Table { columns, rows: rows.collect() }));
    let draws = number::count(result.draws as u64);
    let many = match (result.exact, result.seed) {
        (true, _) => format!("all {draws} sign patterns of {} trials", result.trials),
        (false, seed) => format!("{draws} over {} trials, seed {}", result.trials, seed.map_or_else(String::new, |s| s.to_string())),
    };
    let mut facts = vec![fact("draws", many)];
    let failed: usize = result.rows.iter().map(|r| r.failed).sum();
    if failed > 0 {
        facts.push(fact("failed", format!("{} without a statistic", number::count(failed as u64))));
    }
    facts.extend(result.formula.as_ref().map(|f| fact("regression", format!("on {f}"))));
    let weights = if result.method == "webb" { "a six-point weight (Webb 2023)" } else { "a sign" };
    let how = format!(
        "Cluster wild bootstrap: the residuals without the effect tested are multiplied by {weights} for each trial, and the whole model is fitted anew; statistic: Wald with the robust covariance cr0 (Cameron et al. 2008; Joshi et al. 2022)."
    );
    close(out, facts, &result.notes, &result.base, &how)
}
