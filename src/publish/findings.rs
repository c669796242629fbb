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
use crate::eval::outcome::{FindingRow, Information, Outcome, PoolResult, Sought, TableResult};
use crate::number;
use crate::report::compose::effect;
use crate::stats::decision::{Absolute, OverRisk, absolute, people_for_means, people_for_risks, smd_to_log_odds};
use crate::store::{Direction, Store};

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
    let mut out = TableResult {
        title: "Summary of findings".into(),
        columns: columns.map(str::to_owned).to_vec(),
        rows: Vec::new(),
        notes: Vec::new(),
    };
    for row in rows {
        let mut cells = line(store, row);
        let signals = signals(store, row, results);
        let first = out.notes.len();
        // The certainty names the notes that say why it was lowered or raised.
        let moved = signals.iter().enumerate().filter(|(_, s)| s.moves).map(|(i, _)| letter(first + i));
        let moved = moved.collect::<Vec<_>>().join(", ");
        if !moved.is_empty() && certainty::level(store, &row.name).is_some() {
            cells[CERTAINTY].push_str(&format!(" ({moved})"));
        }
        out.rows.push(cells);
        out.notes.extend(signals.into_iter().enumerate().map(|(i, s)| format!("{}: {}", letter(first + i), s.text)));
    }
    out.notes.extend(rows.iter().flat_map(|row| contradictions(store, row)));
    if rows.len() > MOST {
        let many = number::plural(rows.len(), "outcome", "outcomes");
        out.notes.push(format!("{many} in one table: GRADE asks for {MOST} at most, those that matter most for a decision"));
    }
    let mut comparisons: Vec<&str> = rows.iter().filter_map(|r| r.result.comparison.as_deref()).collect();
    comparisons.sort_unstable();
    comparisons.dedup();
    if comparisons.len() > 1 {
        out.notes.push(format!("several comparisons in one table ({}): GRADE asks for a table of each", comparisons.join("; ")));
    }
    out
}

/// Instruments whose own difference that matters is another than the outcome's in standard deviations: a statement
/// goes by the outcome's, a reader of points by the instrument's.
fn contradictions(store: &Store, row: &FindingRow) -> Vec<String> {
    let standardised = OverRisk::of(row.result.spec.measure.value).is_some_and(|(_, standardised)| standardised);
    let Some(mid) = row.mid.filter(|_| standardised) else { return Vec::new() };
    let of_outcome = store.instruments.values().filter(|i| i.outcome.as_deref() == Some(row.result.outcome.as_str()));
    let one = |i: &crate::store::Instrument| {
        let (sd, own) = (i.reference_sd.as_ref()?, i.mid.as_ref()?);
        let points = own.value.as_ref().filter(|_| own.unit.as_deref() != Some("sd"))?;
        let as_sd = points.value / sd.value;
        let label = i.label.as_deref().unwrap_or(&i.id);
        ((as_sd - mid).abs() > 0.05 * mid).then(|| {
            format!(
                "{}: the difference that matters is {} SD, and {} points on {label} ({} SD); size and limits go by the {} SD",
                row.name,
                number::plain(mid),
                points.text,
                number::significant(as_sd, 2),
                number::plain(mid)
            )
        })
    };
    of_outcome.filter_map(one).collect()
}

/// The column of certainty.
const CERTAINTY: usize = 6;

/// The most outcomes of a table (Guyatt et al. 2013, J Clin Epidemiol 66:158-172).
const MOST: usize = 7;

/// The letter of a footnote: `a` to `z`, then `aa`.
fn letter(at: usize) -> String {
    let last = char::from(b'a' + (at % 26) as u8);
    if at < 26 { last.to_string() } else { format!("{}{last}", letter(at / 26 - 1)) }
}

/// What bears on a domain, and how it was rated.
struct Signal {
    text: String,
    /// Whether its rating lowers or raises the certainty.
    moves: bool,
}

/// The instruments behind a pooled effect, each with the range of its scores.
fn instruments(store: &Store, pool: &PoolResult) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    let rows = pool.studies.iter().filter(|s| !s.is_left_out()).flat_map(|s| &s.rows);
    for id in rows.filter_map(|row| store.rows.get(*row)?.instrument.as_deref()) {
        let declared = store.instruments.get(id);
        let label = declared.and_then(|i| i.label.clone()).unwrap_or_else(|| id.to_owned());
        let range = declared.and_then(|i| Some(format!(" ({} to {})", i.min.as_ref()?.text, i.max.as_ref()?.text))).unwrap_or_default();
        let name = format!("{label}{range}");
        if !names.contains(&name) {
            names.push(name);
        }
    }
    (!names.is_empty()).then(|| names.join(", "))
}

fn line(store: &Store, row: &FindingRow) -> Vec<String> {
    let pool = &*row.result;
    let name = super::results::title(store, pool);
    let name = instruments(store, pool).map_or(name.clone(), |all| format!("{name}; measured by {all}"));
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

/// Comparator, intervention, difference: per 1000, or in units of an instrument.
fn absolute_cells(store: &Store, row: &FindingRow) -> [String; 3] {
    let pool = &*row.result;
    let none = |text: &str| [text.to_owned(), String::new(), String::new()];
    let Some(estimate) = pool.estimate else { return none("") };
    match (OverRisk::of(pool.spec.measure.value), &row.risk) {
        (Some((over, standardised)), Some((risk, from))) => {
            // The event of a score is being on the better side of a cut-off.
            let lower_better = store.outcomes.get(&pool.outcome).is_some_and(|o| o.direction == Some(Direction::LowerBetter));
            let sign = if lower_better { -1.0 } else { 1.0 };
            let at = |y: f64| absolute(over, if standardised { smd_to_log_odds(sign * y) } else { y }, *risk);
            let with = at(estimate);
            let ends = pool.ci.map(|[a, b]| {
                let (a, b) = (at(a), at(b));
                if a.difference <= b.difference { [a, b] } else { [b, a] }
            });
            let people = if standardised { " on the better side of a cut-off" } else { "" };
            [format!("{} per 1000{people} ({from})", per_thousand(*risk)), risks(with, ends), differences(with, ends)]
        }
        (Some((_, false)), None) => none("no risk stated: add `risk SHARE from \"SOURCE\"`"),
        (Some((_, true)), None) => standardised(store, pool),
        (None, _) => none(""),
    }
}

/// A share of people per 1000: whole people, and two digits of what is less than one.
fn per_thousand(share: f64) -> String {
    let people = 1000.0 * share;
    if people.abs() < 1.0 { number::significant(people, 2) } else { number::fixed(people, 0) }
}

/// `10 per 1000 (7 to 15)`.
fn risks(with: Absolute, ends: Option<[Absolute; 2]>) -> String {
    let shown = format!("{} per 1000", per_thousand(with.risk));
    match ends {
        Some([a, b]) => {
            let held = if a.held || b.held || with.held { "; held within what a risk can be" } else { "" };
            format!("{shown} ({} to {}{held})", per_thousand(a.risk), per_thousand(b.risk))
        }
        None => shown,
    }
}

/// `10 fewer per 1000 (13 fewer to 5 fewer)`, as GRADE writes differences.
fn differences(with: Absolute, ends: Option<[Absolute; 2]>) -> String {
    let said = |x: f64, unit: &str| {
        let n = per_thousand(x.abs());
        match x {
            _ if n == "0" => format!("no difference{unit}"),
            x if x < 0.0 => format!("{n} fewer{unit}"),
            _ => format!("{n} more{unit}"),
        }
    };
    let shown = said(with.difference, " per 1000");
    match ends {
        Some([a, b]) => format!("{shown} ({} to {})", said(a.difference, ""), said(b.difference, "")),
        None => shown,
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
    if row.threshold.as_deref() == Some("null") {
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
fn signals(store: &Store, row: &FindingRow, results: &[&Outcome]) -> Vec<Signal> {
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
    let moves = |domain: &str| ratings.iter().any(|g| g.domain == domain && g.level != "0");
    let mut say = |domain: &str, signal: String| {
        let text = format!("{}, {}: {signal} · {}", row.name, domain.replace('_', " "), rated(domain));
        out.push(Signal { text, moves: moves(domain) });
    };
    say("risk_of_bias", risk_of_bias(store, row));
    say("inconsistency", inconsistency(row));
    say("indirectness", "no signal is computed: compare the characteristics of the studies with the question".into());
    say("imprecision", imprecision(row));
    say("publication_bias", missing(store, row, results));
    for g in ratings.iter().filter(|g| crate::eval::GRADE_DOMAINS.iter().skip(5).any(|d| *d == g.domain)) {
        let text = format!("{}, {}: {}", row.name, g.domain.replace('_', " "), rated(&g.domain));
        out.push(Signal { text, moves: moves(&g.domain) });
    }
    out
}

/// The weight by judgement, and what the studies at low risk say alone.
fn risk_of_bias(store: &Store, row: &FindingRow) -> String {
    let mut parts = vec![super::rob::contributing(store, &row.result).unwrap_or_else(|| "no overall judgements in the data".into())];
    parts.extend(row.low_risk.as_ref().map(|low| {
        let studies = number::plural(low.k, effect::unit(low, true), effect::unit(low, false));
        let shown = if low.estimate.is_some() { effect::interval(low).to_string() } else { "no estimate".into() };
        format!("{studies} at low risk alone: {} {shown}", effect::label(low))
    }));
    parts.join("; ")
}

fn inconsistency(row: &FindingRow) -> String {
    let pool = &*row.result;
    let Some(h) = &pool.heterogeneity else { return "no heterogeneity of one study".into() };
    let mut parts = vec![format!("I2 ({}-based) {}", h.i2_definition, number::percent(h.i2))];
    if let (Some(pi), Some(shown)) = (pool.pi, effect::shown(pool).pi) {
        let ends = number::interval(None, Some(shown), effect::digits(pool));
        let null = pool.spec.measure.value.null_value().unwrap_or(0.0);
        let includes = if pi[0] <= null && null <= pi[1] { "includes" } else { "excludes" };
        parts.push(format!("prediction interval {ends} {includes} {}", effect::no_effect(pool)));
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

/// The interval against no effect and the difference that matters; people against the optimal information size.
fn imprecision(row: &FindingRow) -> String {
    let pool = &*row.result;
    let mut parts = Vec::new();
    if pool.ci.is_none() {
        parts.push(if pool.not_pooled.is_some() { "no interval, as nothing was pooled" } else { "no interval" }.to_owned());
    }
    if let (Some([a, b]), Some(null)) = (pool.ci, pool.spec.measure.value.null_value()) {
        parts.push(format!("the interval {} {}", if a <= null && null <= b { "includes" } else { "excludes" }, effect::no_effect(pool)));
        match (row.mid, row.threshold.as_deref()) {
            (_, Some("null")) => parts.push("which the plan rates by".into()),
            (Some(mid), threshold) => {
                let crossed = [null - mid, null + mid].iter().filter(|t| a < **t && **t < b).count();
                let limits = ["neither limit", "one limit", "both limits"][crossed];
                let by = threshold.map(|t| format!(", which the plan rates by ({t})")).unwrap_or_default();
                parts.push(format!("it crosses {limits} of the difference that matters{by}"));
            }
            (None, _) => {
                parts.push("no difference that matters is declared".into());
                parts.extend(cue(pool, [a, b]));
            }
        }
    }
    parts.extend(row.information.map(|size| information(row, size)));
    parts.join("; ")
}

/// What stands in for a difference that matters where none is declared: a quarter of a risk or of
/// odds (Guyatt et al. 2011, J Clin Epidemiol 64:1283-1293), half a standard deviation.
fn cue(pool: &PoolResult, [a, b]: [f64; 2]) -> Option<String> {
    let measure = pool.spec.measure.value;
    let (limits, said) = match OverRisk::of(measure) {
        Some((_, false)) if measure.is_ratio() => ([libm::log(0.75), libm::log(1.25)], ["0.75", "1.25"]),
        Some((_, true)) => ([-0.5, 0.5], ["-0.5", "0.5"]),
        _ => return None,
    };
    let passed: Vec<&str> = limits.iter().zip(said).filter(|(limit, _)| a < **limit && **limit < b).map(|(_, said)| said).collect();
    let passed = if passed.is_empty() { format!("neither {} nor {}", said[0], said[1]) } else { passed.join(" and ") };
    Some(format!("it passes {passed} (a rule of thumb)"))
}

/// The people that one large trial would need, and how many there are.
fn information(row: &FindingRow, size: Information) -> String {
    let pool = &*row.result;
    let (needed, what) = match (size.difference, OverRisk::of(pool.spec.measure.value), &row.risk) {
        (Sought::Sd(_), Some((_, false)), _) => {
            return "an information size in standard deviations says nothing of risks: state `reduction SHARE`".into();
        }
        (Sought::Sd(delta), ..) => (people_for_means(delta, size.alpha, size.power), format!("{} SD", number::plain(delta))),
        (Sought::Reduction(share), _, Some((risk, _))) => (
            people_for_risks([*risk, risk * (1.0 - share)], size.alpha, size.power),
            format!("a reduction of {} by {}", number::percent(100.0 * risk), number::percent(100.0 * share)),
        ),
        (Sought::Reduction(_), _, None) => return "no information size without a risk".into(),
    };
    let share = |x: f64| format!("{}%", number::plain(100.0 * x));
    let reached = match pool.participants {
        Some(people) if people as f64 >= needed => format!("reached with {}", number::count(people)),
        Some(people) => format!("not reached with {}", number::count(people)),
        None => "the number of people is not known".into(),
    };
    format!(
        "optimal information size for {what} (alpha {}, power {}): {} people, {reached}",
        share(size.alpha),
        share(size.power),
        number::count(needed as u64)
    )
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
    outcome.head().is_some_and(|head| head.of == name) || matches!(outcome, Outcome::RuleRun(r) if r.of == name)
}

/// Item 22 in a report: the tables that statements asked for, and what else somebody rated.
pub fn write(paper: &mut Paper, writing: &Writing) {
    if writing.findings.is_empty() {
        paper.say("No certainty was rated: every result above is shown as not rated.");
        paper.gap(
            "22",
            "ratings of certainty, each by a named person with a reason. Write them as: grade NAME DOMAIN LEVEL by \"NAME\" because \"…\"",
        );
        return;
    }
    for rows in writing.findings {
        listing(paper, table(writing.store, rows, writing.results));
    }
    let open: Vec<&str> = writing
        .findings
        .iter()
        .flatten()
        .filter(|row| certainty::level(writing.store, &row.name).is_none())
        .map(|row| row.name.as_str())
        .collect();
    if open.is_empty() {
        paper.filled("22");
    } else {
        paper.gap("22", format!("ratings of certainty in all five domains, and where each starts, of {}", open.join(", ")));
    }
}
