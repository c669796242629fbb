//! The GRADE summary of findings: absolute effects beside relative ones, what bears on each
//! domain, and the ratings that persons made. Weald proposes no rating.
//!
//! Sources: Guyatt GH et al. J Clin Epidemiol 2011;64:383-394 and the series on GRADE;
//! plain statements, Santesso N et al. J Clin Epidemiol 2020;119:126-135; SMD in other units,
//! Cochrane Handbook 15.5.

use super::certainty;
use super::characteristics::outcome_label;
use super::paper::Paper;
use super::roles::Part;
use super::whole::{Writing, listing};
use crate::eval::outcome::{FindingRow, InformationSize, Outcome, PoolResult, TableResult};
use crate::number;
use crate::report::compose::effect;
use crate::stats::decision::{OverRisk, absolute};
use crate::stats::dist::norm_quantile;
use crate::stats::effect::Measure;
use crate::store::Store;

/// What the table is called.
const TITLE: &str = "Summary of findings";

/// The table, its signals and ratings below it.
pub fn table(store: &Store, rows: &[FindingRow], results: &[&Outcome]) -> TableResult {
    let columns = [
        "outcome",
        "comparator",
        "intervention",
        "difference",
        "relative or standardised effect",
        "people (studies)",
        "certainty",
        "what happens",
    ];
    let mut out = TableResult { title: TITLE.into(), columns: columns.map(str::to_owned).to_vec(), rows: Vec::new(), notes: Vec::new() };
    for row in rows {
        out.rows.push(line(store, row));
        out.notes.extend(signals(store, row, results));
    }
    out
}

fn line(store: &Store, row: &FindingRow) -> Vec<String> {
    let pool = &*row.result;
    let name = super::results::title(store, pool);
    let people = format!(
        "{} ({})",
        pool.participants.map_or_else(|| "not known".into(), number::count),
        number::plural(pool.k, effect::unit(pool, true), effect::unit(pool, false))
    );
    let rated = certainty::level(store, &row.name);
    let certainty = rated.map_or_else(|| "not rated".into(), certainty::shown);
    if pool.estimate.is_none() {
        // An outcome without data is a finding too: its row stays.
        let why = pool.not_pooled.as_ref().map_or_else(|| "no estimate".to_owned(), |n| format!("not pooled: {}", n.reason));
        return vec![name, String::new(), String::new(), why, String::new(), people, certainty, String::new()];
    }
    let [comparator, intervention, difference] = absolute_cells(store, row);
    let relative = format!("{} {}", effect::label(pool), effect::interval(pool));
    vec![name, comparator, intervention, difference, relative, people, certainty, statement(store, row, rated)]
}

/// What an effect says of a risk.
fn over(measure: Measure) -> Option<OverRisk> {
    match measure {
        Measure::Or | Measure::Peto => Some(OverRisk::OddsRatio),
        Measure::Rr => Some(OverRisk::RiskRatio),
        Measure::Rd => Some(OverRisk::RiskDifference),
        Measure::Hr => Some(OverRisk::HazardRatio),
        _ => None,
    }
}

/// Comparator, intervention, difference: per 1000, or in units of an instrument.
fn absolute_cells(store: &Store, row: &FindingRow) -> [String; 3] {
    let pool = &*row.result;
    let none = |text: &str| [text.to_owned(), String::new(), String::new()];
    let Some(estimate) = pool.estimate else { return none("") };
    match (over(pool.spec.measure.value), &row.risk) {
        (Some(over), Some((risk, from))) => {
            let at = |y: f64| absolute(over, y, *risk);
            let per = |p: f64| number::fixed(1000.0 * p, 0);
            let ends = |get: &dyn Fn(f64) -> f64| {
                pool.ci.map(|[a, b]| {
                    let (a, b) = (get(a), get(b));
                    if a <= b { [a, b] } else { [b, a] }
                })
            };
            let show = |value: f64, ends: Option<[f64; 2]>| match ends {
                Some([a, b]) => format!("{} per 1000 [{}, {}]", per(value), per(a), per(b)),
                None => format!("{} per 1000", per(value)),
            };
            let with = at(estimate);
            let word = if with.difference < 0.0 { "fewer" } else { "more" };
            let difference = show(with.difference, ends(&|y| at(y).difference));
            [
                format!("{} per 1000 ({from})", per(*risk)),
                show(with.risk, ends(&|y| at(y).risk)),
                format!("{difference}: {} {word} per 1000", per(with.difference.abs())),
            ]
        }
        (Some(_), None) => none("no risk stated: add `risk SHARE from \"SOURCE\"`"),
        (None, _) if matches!(pool.spec.measure.value, Measure::Smd | Measure::Smd1 | Measure::Smdh) => standardised(store, pool),
        (None, _) => none(""),
    }
}

/// A standardised difference in the units of the instruments that have a standard deviation.
fn standardised(store: &Store, pool: &PoolResult) -> [String; 3] {
    let mut shown = Vec::new();
    for instrument in store.instruments.values().filter(|i| i.outcome.as_deref() == Some(pool.outcome.as_str())) {
        let Some(sd) = &instrument.reference_sd else { continue };
        let scaled = |x: f64| x * sd.value;
        let d = number::decimals(pool.estimate.map(scaled));
        let units = number::interval(pool.estimate.map(scaled), pool.ci.map(|c| c.map(scaled)), d);
        let label = instrument.label.as_deref().unwrap_or(&instrument.id);
        let source = instrument.reference_source.as_ref().map(|s| format!(", {s}")).unwrap_or_default();
        shown.push(format!("{units} points on {label} (SD {}{source})", sd.text));
    }
    let difference = if shown.is_empty() {
        "in standard deviations only: no instrument of the outcome has an SD (`instrument ID for OUTCOME sd …`)".to_owned()
    } else {
        shown.join("; ")
    };
    [String::new(), String::new(), difference]
}

/// The plain statement, by size and certainty; none without a rating and a difference that matters.
fn statement(store: &Store, row: &FindingRow, rated: Option<i64>) -> String {
    let pool = &*row.result;
    let (Some(level), Some(estimate)) = (rated, pool.estimate) else { return "no statement: the certainty is not rated".into() };
    let outcome = outcome_label(store, &pool.outcome).to_lowercase();
    if level == 1 {
        return format!("The evidence is very uncertain about the effect on {outcome}.");
    }
    if row.against_null {
        return "no statement: certainty is rated against no effect, and a statement needs a difference that matters".into();
    }
    let Some(mid) = row.mid else { return "no statement: the outcome declares no difference that matters (`mid`)".into() };
    let verb = match level {
        4 => "results in",
        3 => "likely results in",
        _ => "may result in",
    };
    let size = if estimate.abs() < mid { "little to no difference" } else { "a difference that matters" };
    let side = pool.sides.as_ref().filter(|_| estimate.abs() >= mid).map(|[l, r]| format!(" ({})", if estimate < 0.0 { l } else { r }));
    format!("The intervention {verb} {size} in {outcome}{}.", side.unwrap_or_default())
}

/// What bears on each domain, and how a person rated it.
fn signals(store: &Store, row: &FindingRow, results: &[&Outcome]) -> Vec<String> {
    let pool = &*row.result;
    let ratings = certainty::ratings(store, &row.name);
    let rated = |domain: &str| match ratings.iter().find(|g| g.domain == domain) {
        Some(g) => {
            let by = g.rater.as_deref().unwrap_or("nobody named");
            let others: Vec<String> = store
                .grades
                .iter()
                .filter(|o| o.analysis == g.analysis && o.domain == g.domain && o.level != g.level)
                .map(|o| format!("{} by {}", o.level.replace('-', "−"), o.rater.as_deref().unwrap_or("nobody named")))
                .collect();
            let others = if others.is_empty() { String::new() } else { format!(" (another rating: {})", others.join(", ")) };
            format!("rated {} by {by}: {}{others}", g.level.replace('-', "−"), g.reason.as_deref().unwrap_or("no reason given"))
        }
        None => "not rated".to_owned(),
    };
    let mut out = Vec::new();
    let mut say =
        |domain: &str, signal: String| out.push(format!("{}, {}: {signal} · {}", row.name, domain.replace('_', " "), rated(domain)));
    say("risk_of_bias", super::rob::contributing(store, pool).unwrap_or_else(|| "no overall judgements in the data".into()));
    say("inconsistency", inconsistency(row));
    say("indirectness", "no signal is computed: compare the characteristics of the studies with the question".into());
    say("imprecision", imprecision(row));
    say("publication_bias", missing(store, row, results));
    for g in ratings.iter().filter(|g| crate::eval::GRADE_DOMAINS.iter().skip(5).any(|d| *d == g.domain)) {
        out.push(format!("{}, {}: {}", row.name, g.domain.replace('_', " "), rated(&g.domain)));
    }
    out
}

fn inconsistency(row: &FindingRow) -> String {
    let pool = &*row.result;
    let Some(h) = &pool.heterogeneity else { return "no heterogeneity of one study".into() };
    let mut parts = vec![format!("I2 ({}-based) {}", h.i2_definition, number::percent(h.i2))];
    if let (Some(pi), Some(shown)) = (pool.pi, effect::shown(pool).pi) {
        let ends = number::interval(None, Some(shown), effect::decimals(pool));
        let null = pool.spec.measure.value.null_value().unwrap_or(0.0);
        let includes = if pi[0] <= null && null <= pi[1] { "includes" } else { "excludes" };
        parts.push(format!("prediction interval {ends} {includes} no effect"));
        if let Some(mid) = row.mid {
            let beyond = [pi[0] <= null - mid, pi[1] >= null + mid];
            parts.push(
                match beyond {
                    [true, true] => "it reaches differences that matter on both sides",
                    [false, false] => "it holds no difference that matters",
                    _ => "it reaches a difference that matters on one side",
                }
                .into(),
            );
        }
    }
    if let Some(estimate) = pool.estimate {
        let own: Vec<[f64; 2]> = pool.studies.iter().filter(|s| s.included).filter_map(|s| s.ci).collect();
        let away = own.iter().filter(|[a, b]| estimate < *a || estimate > *b).count();
        parts.push(format!("{away} of {} intervals exclude the pooled effect", own.len()));
    }
    parts.join("; ")
}

/// The interval against no effect and the difference that matters; people against the optimal
/// information size of a stated difference between two groups.
fn imprecision(row: &FindingRow) -> String {
    let pool = &*row.result;
    let mut parts = Vec::new();
    let null = pool.spec.measure.value.null_value();
    if let (Some([a, b]), Some(null)) = (pool.ci, null) {
        parts.push(format!("the interval {} no effect", if a <= null && null <= b { "includes" } else { "excludes" }));
        match row.mid {
            Some(mid) => {
                let crossed = [null - mid, null + mid].iter().filter(|t| a < **t && **t < b).count();
                parts.push(format!("it crosses {crossed} of the 2 limits of the difference that matters"));
            }
            None if row.against_null => parts.push("certainty is rated against no effect".into()),
            None => parts.push("no difference that matters is declared".into()),
        }
    }
    match (row.size, pool.participants) {
        (Some(size), Some(people)) => {
            let needed = 2.0 * per_arm(size);
            let word = if people as f64 >= needed { "reached" } else { "not reached" };
            parts.push(format!(
                "optimal information size for {} SD (alpha {}, power {}): {} people, {word} with {}",
                number::plain(size.delta),
                number::level(100.0 * size.alpha),
                number::level(100.0 * size.power),
                number::count(needed as u64),
                number::count(people)
            ));
        }
        (Some(_), None) => parts.push("the number of people is not known".into()),
        (None, _) => {}
    }
    parts.join("; ")
}

/// People in each of two groups to find a standardised difference, by a two-sided test.
fn per_arm(size: InformationSize) -> f64 {
    let z = norm_quantile(1.0 - size.alpha / 2.0) + norm_quantile(size.power);
    (2.0 * z * z / (size.delta * size.delta)).ceil()
}

fn missing(store: &Store, row: &FindingRow, results: &[&Outcome]) -> String {
    let pool = &*row.result;
    let unusable = pool.studies.iter().filter(|s| s.is_left_out() && s.reason.as_deref().is_some_and(|r| r.starts_with("missing"))).count();
    let mut parts = vec![format!("{} known that can't be used", number::plural(unusable, "result", "results"))];
    let tests = results.iter().filter(|o| super::roles::of(o) == Part::MissingResults && of_result(o, &row.name)).count();
    parts.push(match tests {
        0 if pool.k < 10 => "no test of small-study effects (fewer than 10 studies)".to_owned(),
        0 => "no test of small-study effects was run".to_owned(),
        n => format!("{} of small-study effects in this script", number::plural(n, "test", "tests")),
    });
    for j in store.risk_of_bias.iter().filter(|j| j.is_of_synthesis() && j.study == row.name) {
        parts.push(format!("ROB-ME, {}: {}", j.domain, j.judgement));
    }
    parts.join("; ")
}

/// Whether a result works on the analysis of that name.
fn of_result(outcome: &Outcome, name: &str) -> bool {
    serde_json::to_value(outcome).ok().and_then(|v| v.get("of").and_then(|o| o.as_str()).map(|o| o == name)).unwrap_or(false)
        || matches!(outcome, Outcome::RuleRun(r) if r.of == name)
}

/// Item 22 in a report: the analyses that somebody rated, or all primary syntheses.
pub fn write(paper: &mut Paper, writing: &Writing) {
    let store = writing.store;
    // A statement of the script says risks and differences; its table stands as it is.
    let stated = writing.results.iter().filter_map(|o| match o {
        Outcome::Table(t) if t.title == TITLE => Some(t),
        _ => None,
    });
    let stated: Vec<&TableResult> = stated.collect();
    if !stated.is_empty() {
        stated.into_iter().for_each(|t| listing(paper, t.clone()));
        paper.filled("22");
        return;
    }
    let rated = |p: &&PoolResult| p.id.as_ref().is_some_and(|id| store.grades.iter().any(|g| g.analysis == *id));
    let rows: Vec<FindingRow> = writing
        .pools(Part::Synthesis)
        .filter(rated)
        .map(|p| FindingRow {
            name: p.id.clone().unwrap_or_default(),
            result: Box::new(p.clone()),
            risk: None,
            against_null: false,
            size: None,
            mid: crate::eval::mid_of(store, p),
        })
        .collect();
    if rows.is_empty() {
        paper.say("No certainty was rated: every result above is shown as not rated.");
        paper.gap(
            "22",
            "ratings of certainty, each by a named person with a reason. Write them as: grade NAME DOMAIN LEVEL by \"NAME\" because \"…\"",
        );
    } else {
        listing(paper, table(store, &rows, writing.results));
        paper.filled("22");
    }
}
