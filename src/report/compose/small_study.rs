//! Tests of small-study effects, trim-and-fill, fail-safe N.

use super::effect::{digits, shown};
use super::pool::title;
use crate::eval::outcome::{
    BeggResult, EggerResult, FailSafeResult, Head, Line, NoteResult, PoolResult, TrimAndFillResult, UnansweredResult,
};
use crate::report::document::{Block, Document};
use crate::report::methods;
use crate::report::number;
use crate::report::words;

pub(super) type Fact = (String, String);

pub(super) fn fact(name: &str, text: String) -> Fact {
    (name.to_owned(), text)
}

pub(super) fn page(head: &Head, base: &PoolResult, facts: Vec<Fact>, notes: &[NoteResult], method: String) -> Document {
    let mut out = Document::default();
    let name = head.id.as_ref().map(|id| format!("{id}: ")).unwrap_or_default();
    out.push(Block::Heading(1, format!("{name}{}", title(&PoolResult { id: None, ..base.clone() }))));
    out.push(Block::Code(head.statement.clone()));
    out.push(Block::Facts(facts));
    for note in notes {
        out.push(Block::Note { code: note.code.into(), text: note.text.clone() });
    }
    out.push(Block::Paragraph(format!("{method} Analysis tested: {}", methods::line(base).trim_start_matches("Method: "))));
    out
}

pub(super) fn line(l: &Line, decimals: usize) -> String {
    format!("{}", number::interval(Some(l.estimate), Some(l.ci), decimals))
}

/// A verb whose question has no answer in these data.
pub fn unanswered(result: &UnansweredResult) -> Document {
    page(&result.head, &result.base, Vec::new(), &result.notes, "Method: no result.".to_owned())
}

/// Two decimals, or as many as a slope on sizes of studies needs.
fn slope_decimals(slope: &Line) -> usize {
    number::decimals([slope.estimate, slope.ci[0], slope.ci[1]]).max(2)
}

/// Egger's test.
pub fn egger(result: &EggerResult) -> Document {
    let base = &result.base;
    let name = result.df.map_or_else(|| "z".to_owned(), |df| format!("t({})", number::df(df)));
    let mut facts = vec![
        fact(
            "test",
            format!(
                "{name} = {}, {}, k = {}",
                number::statistic(result.statistic),
                number::p_value(result.p),
                match base.trials {
                    Some(_) => number::plural(result.head.k, "effect", "effects"),
                    None => number::plural(result.head.k, "study", "studies"),
                }
            ),
        ),
        fact("slope", format!("{}, SE {}", line(&result.slope, slope_decimals(&result.slope)), number::significant(result.slope.se, 3))),
    ];
    if let Some(r) = &result.robust {
        let ci = r.ci.map(|ci| format!("slope {}, ", number::interval(None, Some(ci), 2))).unwrap_or_default();
        let test = match (r.statistic, r.df, r.p) {
            (Some(t), Some(df), Some(p)) => format!("t({}) = {}, {}", number::fixed(df, 1), number::statistic(t), number::p_value(p)),
            _ => "no test".to_owned(),
        };
        facts.push(fact("robust", format!("{ci}{test} ({}, Satterthwaite degrees of freedom)", r.kind)));
    }
    if let Some(limit) = &result.limit {
        let d = digits(base);
        let back = |x: f64| words::back(base, x);
        let on = number::interval(Some(back(limit.estimate)), Some(limit.ci.map(back)), d);
        facts.push(fact("limit", format!("{} {on}, the effect of a study of unlimited precision", words::label(base))));
    }
    facts.extend(result.tau2.map(|t| fact("tau2", format!("{}, residual", number::variance(t)))));
    let on = match result.predictor {
        "vi" => "the sampling variance",
        "n" => "the number of people",
        "ninv" => "one over the number of people",
        "modified" => "sqrt(1/n1 + 1/n2) (Pustejovsky & Rodgers 2019)",
        _ => "the standard error",
    };
    let method = if result.method == "multilevel" {
        format!(
            "Method: Egger's test in a multilevel model, the effects regressed on {on} (Rodgers & Pustejovsky 2021; Fernández-Castilla et al. 2021)."
        )
    } else if result.method == "mixed" {
        format!("Method: mixed-effects meta-regression of the effects on {on}.")
    } else {
        format!("Method: Egger's test, weighted regression of the effects on {on}, t with k - 2 df (Egger et al. 1997).")
    };
    page(&result.head, base, facts, &result.notes, method)
}

/// Begg and Mazumdar's test.
pub fn begg(result: &BeggResult) -> Document {
    let facts = vec![fact(
        "test",
        format!(
            "Kendall's tau = {}, {} ({}), k = {}",
            number::fixed(result.tau, 3),
            number::p_value(result.p),
            result.method,
            number::plural(result.head.k, "study", "studies")
        ),
    )];
    page(
        &result.head,
        &result.base,
        facts,
        &result.notes,
        "Method: rank correlation of standardised effects and variances (Begg & Mazumdar 1994).".into(),
    )
}

/// Trim-and-fill.
pub fn trim_and_fill(result: &TrimAndFillResult) -> Document {
    let (observed, filled) = (&result.observed.0, &result.filled.0);
    let d = digits(observed);
    let one = |p: &PoolResult| {
        let s = shown(p);
        let mut text = format!("{} {}, k = {}", words::label(p), number::interval(s.estimate, s.ci, d), p.k);
        if let Some(tau2) = p.heterogeneity.as_ref().and_then(|h| h.tau2) {
            text.push_str(&format!(", tau2 = {}", number::variance(tau2)));
        }
        text
    };
    let se = result.k0_se.map(|x| format!(" (SE {})", number::significant(x, 3))).unwrap_or_default();
    let mut facts = vec![
        fact("missing", format!("{}{se} on the {} side", number::plural(result.k0, "study", "studies"), result.side)),
        fact("observed", one(observed)),
        fact("filled", one(filled)),
    ];
    if !result.studies.is_empty() {
        let names: Vec<&str> = result.studies.iter().map(|s| s.mirrors.as_str()).collect();
        facts.push(fact("mirrors of", names.join(", ")));
    }
    let method = format!(
        "Method: trim-and-fill, estimator {}, the same model trimming and filling (Duval & Tweedie 2000).",
        result.estimator.to_uppercase()
    );
    page(&result.head, observed, facts, &result.notes, method)
}

/// Fail-safe N.
pub fn fail_safe(result: &FailSafeResult) -> Document {
    let what = match (result.method, result.target) {
        ("orwin", Some(target)) => format!("studies of no effect would bring the mean effect down to {}", number::plain(target)),
        _ => format!("studies of no effect would make the combined test non-significant at {}", number::plain(result.alpha)),
    };
    let facts = vec![fact("fail-safe N", format!("{}: so many {what}", number::count(result.n)))];
    let method = match result.method {
        "orwin" if result.mean == Some("weighted") => "Method: Orwin 1983, from the inverse-variance weighted mean of the effects.",
        "orwin" => "Method: Orwin 1983, from the plain mean of the effects.",
        "rosenberg" => "Method: Rosenberg 2005, weighted, two-tailed.",
        _ => "Method: Rosenthal 1979, Stouffer's combined test, one-tailed.",
    };
    page(&result.head, &result.base, facts, &result.notes, method.into())
}
