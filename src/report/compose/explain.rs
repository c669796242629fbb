//! `explain`: every setting with its origin, every study's way into the pool, the arithmetic.

use super::effect::included;
use super::{facts, pool};
use crate::eval::outcome::{PoolResult, StudyEffect};
use crate::language::spec::{AnalysisSpec, Filter, Origin};
use crate::report::document::{Align, Block, Cell, Column, Document, Table};
use crate::report::number::{self, significant};
use crate::report::words;

/// The report.
pub fn document(result: &PoolResult) -> Document {
    let mut out = head(result);
    if !result.studies.is_empty() {
        out.push(Block::Heading(2, "Effects".into()));
        out.push(routes(result));
    }
    out.push(Block::Heading(2, "Arithmetic".into()));
    out.push_list(arithmetic(result));
    if let Some(table) = super::rule::alternatives(result) {
        out.push(Block::Heading(2, "What the other branches of the rule would give".into()));
        out.push(table);
    }
    for note in &result.notes {
        out.push(Block::Note { code: note.code.into(), text: note.text.clone() });
    }
    out
}

/// The title, the settings and what was selected.
pub fn head(result: &PoolResult) -> Document {
    let mut out = Document::default();
    out.push(Block::Heading(1, format!("explain {}", pool::title(result))));
    out.push(Block::Code(result.statement.clone()));
    out.push(Block::Heading(2, "Settings".into()));
    out.push(settings(&result.spec));
    out.push(Block::Heading(2, "Selection".into()));
    out.push_list(selection(result));
    out
}

/// Setting, value, origin.
fn settings(spec: &AnalysisSpec) -> Block {
    let mut rows = Vec::new();
    let mut row =
        |name: &str, value: String, origin: &Origin| rows.push(vec![Cell::text(name), Cell::text(value), Cell::text(origin.to_string())]);
    let measure = spec.measure.value;
    row("measure", measure.full_name().into(), &spec.measure.origin);
    if words::has_variances(measure) {
        row("variance", words::variance(spec.variance.value).into(), &spec.variance.origin);
    }
    if words::from_counts(measure) {
        row("zero cells", spec.zero.value.words(measure).into(), &spec.zero.origin);
    }
    let levels = spec.is_multilevel();
    let model = words::model_choice(&spec.model.value);
    row("model", if levels { model.replace("random effects, tau2 by", "multilevel, variances by") } else { model }, &spec.model.origin);
    let ci = if levels && spec.ci.value.method != crate::stats::pool::CiMethod::Wald {
        "t with trials - coefficients df".to_owned()
    } else {
        words::ci_choice(spec.ci.value)
    };
    row("ci", ci, &spec.ci.origin);
    let pi = words::pi(spec.pi.value);
    row("pi", if levels { pi.replace("k - ", "trials - ") } else { pi.to_owned() }, &spec.pi.origin);
    row("level", number::level(spec.level.value), &spec.level.origin);
    row("i2", words::i2_choice(spec.i2.value).into(), &spec.i2.origin);
    for (name, rule, origin) in spec.conversions.settings() {
        // What can't matter to the measure is said where it was set.
        if words::is_converted(name, measure) || !matches!(origin.root(), Origin::Edition(_)) {
            row(name, rule, origin);
        }
    }
    let dependence = words::dependence(&spec.dependence.value).unwrap_or_else(|| "refused".into());
    row("several effects of one trial", dependence, &spec.dependence.origin);
    let robust = spec.robust.value.map_or("none", |kind| kind.name());
    row("robust standard error", robust.into(), &spec.robust.origin);
    if !spec.by.is_empty() {
        row("subgroups", spec.by.join(", "), &Origin::Stated);
        row("tau2 across subgroups", if spec.tau2_common.value { "common" } else { "separate" }.into(), &spec.tau2_common.origin);
    }
    let columns = ["setting", "value", "origin"].map(|head| Column::new(head, Align::Left)).into();
    Block::Table(Table { columns, rows })
}

/// The steps as written, then what they and the data left.
fn selection(result: &PoolResult) -> Vec<String> {
    let because = |b: &Option<String>| b.as_ref().map(|b| format!(" because \"{b}\"")).unwrap_or_default();
    let step = |filter: &Filter| match filter {
        Filter::Exclude { studies, because: b } => format!("exclude {}{}", studies.join(", "), because(b)),
        Filter::Only { studies, because: b } => format!("only {}{}", studies.join(", "), because(b)),
        Filter::Where { text, because: b, .. } => format!("where {text}{} (a missing value drops the row)", because(b)),
        Filter::ExcludeWhere { text, because: b, .. } => format!("exclude where {text}{} (a missing value keeps the row)", because(b)),
    };
    let mut lines: Vec<String> = result.spec.filters.iter().map(step).collect();
    lines.push(format!(
        "{} looked at, {} entered",
        number::plural(result.studies.len(), "effect", "effects"),
        number::count(included(result).count() as u64)
    ));
    lines.extend(facts::left_out(result).into_iter().map(|(_, text)| format!("left out: {text}")));
    lines
}

/// How each effect came about.
fn routes(result: &PoolResult) -> Block {
    let columns = vec![
        Column::new("study", Align::Left),
        Column::new("effect", Align::Decimal),
        Column::new("variance", Align::Decimal),
        Column::dispensable("weight", Align::Decimal, 1),
        Column::new("from", Align::Left),
        Column::new("remarks", Align::Left),
    ];
    let rows = result.studies.iter().map(route).collect();
    Block::Table(Table { columns, rows })
}

fn route(study: &StudyEffect) -> Vec<Cell> {
    let value = |x: Option<f64>| Cell::text(x.map_or_else(|| number::MISSING.into(), |x| significant(x, 5)));
    let mut remarks = study.remarks.clone();
    if study.combined.len() > 1 {
        remarks.push(format!("combined from {}", study.combined.join(", ")));
    }
    remarks.extend(study.source.as_ref().map(|s| format!("source: {s}")));
    if !study.included {
        remarks.push(format!("left out: {}", study.reason.as_deref().unwrap_or("no reason given")));
    }
    vec![
        Cell::text(&study.study),
        value(study.yi),
        value(study.vi),
        Cell::maybe(study.weight.map(number::percent)),
        Cell::maybe(study.from.clone()),
        Cell::text(remarks.join("; ")),
    ]
}

/// From the effects to the interval, with the numbers put in.
fn arithmetic(result: &PoolResult) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(result.rule.as_ref().map(|r| format!("rule {}", facts::rule_taken(r))));
    lines.extend(result.rule.as_ref().filter(|r| r.steps.len() > 1).map(|r| format!("trace: {}", super::rule::trace(r))));
    if let Some(reason) = &result.not_pooled {
        lines.push(format!("not pooled: {}", reason.reason));
        return lines;
    }
    if result.k == 1 {
        lines.push("one study: the result is its own effect and interval".into());
        return lines;
    }
    match &result.multilevel {
        Some(fit) => lines.extend(super::multilevel::arithmetic(fit)),
        None => lines.extend(tau2(result)),
    }
    lines.extend(weights(result));
    if let (Some(estimate), Some(se), Some([lower, upper])) = (result.estimate, result.se, result.ci) {
        lines.push(format!("standard error: {}", significant(se, 6)));
        let quantile = result.df.map_or_else(|| "normal".to_owned(), |df| format!("t({})", number::df(df)));
        let times = if se > 0.0 { (upper - lower) / 2.0 / se } else { f64::NAN };
        lines.push(format!(
            "{} interval ({}): {} +/- {} x {} = [{}, {}], with the {quantile} quantile",
            number::level(result.level),
            words::ci_of(result),
            significant(estimate, 6),
            significant(times, 6),
            significant(se, 6),
            significant(lower, 6),
            significant(upper, 6)
        ));
    }
    lines.extend(result.robust.as_ref().map(|r| format!("robust: {}", facts::robust(r, result))));
    if words::transformed(result) {
        let shown = super::effect::interval(result);
        lines.push(format!("displayed on the natural scale (analysed on the {} scale): {shown}", result.scale.replace('_', " ")));
    }
    lines
}

/// tau2 and the certificate that it is the right root.
fn tau2(result: &PoolResult) -> Vec<String> {
    let Some(tau2) = result.heterogeneity.as_ref().and_then(|h| h.tau2) else { return Vec::new() };
    let mut lines = vec![format!("tau2 = {}", significant(tau2, 6))];
    if let Some(c) = &result.certificate {
        let maxima = number::plural(c.roots_found, "local maximum", "local maxima");
        lines.push(if c.boundary {
            format!("certificate: the maximum is at 0, where the score is {}; {maxima} found", significant(c.score_at_root, 3))
        } else {
            format!(
                "certificate: root within [{}, {}], score there {}; {maxima} found",
                significant(c.bracket[0], 9),
                significant(c.bracket[1], 9),
                significant(c.score_at_root, 3)
            )
        });
        if let (Some(zero), Some(here)) = (c.log_likelihood_at_zero, result.log_likelihood) {
            lines.push(format!("log-likelihood: {} there, {} at tau2 = 0", significant(here, 7), significant(zero, 7)));
        }
    }
    lines
}

/// The sums of inverse-variance pooling; other models weight otherwise.
fn weights(result: &PoolResult) -> Option<String> {
    let model = result.model.as_deref()?;
    if matches!(model, "mh" | "peto") || result.structure.is_some() {
        return None;
    }
    let tau2 = result.heterogeneity.as_ref().and_then(|h| h.tau2).unwrap_or(0.0);
    let (mut sum, mut product) = (0.0, 0.0);
    for study in included(result) {
        let w = 1.0 / (study.vi? + tau2);
        sum += w;
        product += w * study.yi?;
    }
    (sum > 0.0).then(|| {
        format!(
            "estimate: sum of w y / sum of w, w = 1 / (v + tau2): {} / {} = {}",
            significant(product, 6),
            significant(sum, 6),
            significant(product / sum, 6)
        )
    })
}
