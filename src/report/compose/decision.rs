//! What a result means for a decision: probabilities, absolute effects, other units.

use super::effect::digits;
use super::frame::{close, fact, open};
use crate::eval::outcome::{AbsoluteResult, AbsoluteRow, Ends, Nnt, NntEnd, ProbabilityResult, ReExpressResult, ReExpressed};
use crate::report::document::{Align, Block, Cell, Column, Document, Table};
use crate::report::number;
use crate::report::words;

/// `0.0%` is not none, `100.0%` not all.
fn probability_of(p: f64) -> String {
    match p {
        p if p > 0.0 && p < 0.0005 => "< 0.1%".to_owned(),
        p if p < 1.0 && p > 0.9995 => "> 99.9%".to_owned(),
        p => number::percent(100.0 * p),
    }
}

/// Probabilities beyond a threshold.
pub fn probability(result: &ProbabilityResult) -> Document {
    let base = &result.base;
    let d = digits(base);
    let named = if result.threshold_from == "clause" { number::plain(result.display_threshold) } else { d.show(result.display_threshold) };
    let asked = format!("{} {} {named}", words::label(base), result.side);
    let by = |df: Option<f64>| df.map_or_else(|| "normal".to_owned(), |df| format!("t with {} df", number::df(df)));
    let mut facts = Vec::new();
    if let Some(p) = result.effect {
        facts.push(fact("new setting", format!("{} that its effect is {asked} ({})", probability_of(p), by(result.effect_df))));
    }
    facts.push(fact("mean effect", format!("{} that it is {asked} ({})", probability_of(result.mean), by(result.mean_df))));
    let source = match (result.threshold_from, result.because) {
        ("outcome", Some(side)) => Some(format!("the outcome's minimal important difference, on {side}")),
        (_, Some(side)) => Some(format!("{}, on {side}", result.side)),
        _ => None,
    };
    facts.extend(source.map(|s| fact("threshold", s)));
    let how = "Probabilities: of the t distribution behind the prediction interval, and of that behind the confidence interval (Higgins et al. 2009).";
    close(open(&result.head, base), facts, &result.notes, base, how)
}

/// Absolute effects.
pub fn absolute(result: &AbsoluteResult) -> Document {
    let base = &result.base;
    let mut out = open(&result.head, base);
    let level = number::level(result.head.level);
    let columns = vec![
        Column::new("risk without", Align::Decimal),
        Column::new(format!("with [{level} CI]"), Align::Left),
        Column::dispensable(format!("{level} prediction"), Align::Left, 1),
        Column::new(format!("per 1,000 [{level} CI]"), Align::Left),
        Column::new(format!("NNT [{level} CI]"), Align::Left),
    ];
    out.push(Block::Table(Table { columns, rows: result.rows.iter().map(cells).collect() }));
    let mut facts = Vec::new();
    if let Some(or) = &result.odds_ratio {
        facts.push(fact("odds ratio", format!("{}, of the standardised difference", number::interval(Some(or.estimate), or.ci, 2))));
    }
    let read = match result.more_is_better {
        Some(_) => "NNT: number needed to treat, for one to benefit (NNTB) or to be harmed (NNTH); rounded up",
        None => {
            "NNT: number needed to treat, for one event more or fewer; rounded up. With `higher better` or `lower better` the outcome says which is benefit"
        }
    };
    facts.push(fact("reading", read));
    let how = "Absolute effects: Cochrane Handbook 6.4, section 15.4; intervals of numbers needed to treat by Altman (1998).";
    close(out, facts, &result.notes, base, how)
}

fn cells(row: &AbsoluteRow) -> Vec<Cell> {
    let shares = row.with.ci.into_iter().flatten().chain([row.risk, row.with.estimate]);
    let smallest = shares.filter(|x| *x > 0.0).fold(1.0, f64::min);
    let d = if smallest >= 0.1 {
        1
    } else if smallest >= 0.001 {
        2
    } else {
        3
    };
    let percent = |x: f64| format!("{}%", number::fixed(100.0 * x, d));
    let ends = |[a, b]: [f64; 2]| format!("[{}, {}]", percent(a), percent(b));
    let with = format!("{}{}", percent(row.with.estimate), row.with.ci.map(|c| format!(" {}", ends(c))).unwrap_or_default());
    let people = |x: f64| number::fixed(1000.0 * x.abs(), usize::from(x.abs() < 0.01));
    let more = |x: f64| if x > 0.0 { "more" } else { "fewer" };
    let difference = match (row.difference.estimate, row.difference.ci) {
        (x, Some([a, b])) if (a < 0.0) != (b > 0.0) || x == 0.0 => {
            // Both ends on one side: the larger number comes last.
            let (near, far) = if a.abs() <= b.abs() { (a, b) } else { (b, a) };
            format!("{} {} [{}, {}]", people(x), more(x + a + b), people(near), people(far))
        }
        (x, Some([a, b])) => format!("{} {} [{} {}, {} {}]", people(x), more(x), people(a), more(a), people(b), more(b)),
        (x, None) => format!("{} {}", people(x), more(x)),
    };
    vec![
        Cell::text(percent(row.risk)),
        Cell::text(with),
        Cell::maybe(row.with.pi.map(ends)),
        Cell::text(difference),
        Cell::text(needed(&row.nnt)),
    ]
}

/// `NNTB 21 [16, 42]`, `NNTB 21 [NNTB 9 to ∞ to NNTH 60]`
fn needed(nnt: &Nnt) -> String {
    let name = |end: &NntEnd| match (end.is, end.events) {
        (Some("benefit"), _) => "NNTB".to_owned(),
        (Some(_), _) => "NNTH".to_owned(),
        (None, events) => format!("one {events} in"),
    };
    let whole = |end: &NntEnd| end.number.map_or_else(|| "∞".to_owned(), |x| number::count(rounded_up(x)));
    let own = format!("{} {}", name(&nnt.number), whole(&nnt.number));
    match &nnt.ci {
        None => own,
        Some([a, b]) if nnt.through_infinity => format!("{own} [{} {} to ∞ to {} {}]", name(a), whole(a), name(b), whole(b)),
        Some([a, b]) => format!("{own} [{}, {}]", whole(a), whole(b)),
    }
}

/// The next whole number, but not beyond a whole number that arithmetic has missed by its last digits.
fn rounded_up(x: f64) -> u64 {
    let near = libm::round(x);
    (if libm::fabs(x - near) < 1e-9 * x { near } else { libm::ceil(x) }) as u64
}

/// Other units.
pub fn re_express(result: &ReExpressResult) -> Document {
    let base = &result.base;
    let mut out = open(&result.head, base);
    let level = number::level(result.head.level);
    let columns = vec![
        Column::new("as", Align::Left),
        Column::new(format!("effect [{level} CI]"), Align::Left),
        Column::dispensable(format!("{level} prediction"), Align::Left, 1),
    ];
    let rows = result.rows.iter().map(|r| line(r, result)).collect();
    out.push(Block::Table(Table { columns, rows }));
    let mut facts = Vec::new();
    if let (Some(sd), Some(from)) = (result.sd, &result.sd_from) {
        facts.push(fact("standard deviation", format!("{}, {from}", number::significant(sd, 4))));
    }
    if let (Some(mid), Some(from)) = (result.mid, &result.mid_from) {
        let unit = if result.mid_unit == Some("sd") { " standard deviations" } else { "" };
        facts.push(fact("important difference", format!("{}{unit}, {from}", number::significant(mid, 4))));
    }
    let how = "Other units: Cochrane Handbook 6.4, section 15.5.3; odds ratios by pi / sqrt(3) (Hasselblad & Hedges 1995; Chinn 2000).";
    close(out, facts, &result.notes, base, how)
}

fn line(row: &ReExpressed, result: &ReExpressResult) -> Vec<Cell> {
    let Ends { estimate, ci, pi } = row.ends;
    let d = number::decimals([estimate].into_iter().chain(ci.into_iter().flatten()));
    let name = match (row.unit, &result.instrument) {
        ("smd", _) => "standardised mean difference".to_owned(),
        ("units", Some(instrument)) => format!("units of {instrument}"),
        ("units", None) => "units of the score".to_owned(),
        ("mid", _) => "minimal important differences".to_owned(),
        _ => "odds ratio".to_owned(),
    };
    vec![
        Cell::text(name),
        Cell::Interval(number::interval(Some(estimate), ci, d)),
        pi.map_or(Cell::Empty, |pi| Cell::Interval(number::interval(None, Some(pi), d))),
    ]
}
