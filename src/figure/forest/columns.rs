//! The columns of a forest, and what stands in them.

use super::rows::{Kind, Row};
use super::style::Style;
use crate::eval::outcome::{BiasDomain, Fact, Layout, PictureRequest, PoolResult};
use crate::figure::FigureError;
use crate::number;
use crate::report::compose::effect::{digits, included};

/// What a column holds.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// Names.
    Study,
    /// The picture.
    Plot,
    /// Effect and interval.
    Effect,
    /// Weight in the displayed model.
    Weight,
    /// Standard error.
    Se,
    /// A column of the data.
    Data(String),
    /// Two columns of the data, with a slash: events and people.
    Joined(String, String),
    /// The judgement of a domain, by its place.
    Judgement(usize),
    /// Number of studies of a row's pool.
    K,
    /// Its p.
    P,
    /// Its I2.
    I2,
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// What it holds.
    pub what: What,
    /// Its head.
    pub head: String,
    /// A second line of the head.
    pub under: String,
    /// The head over several neighbours.
    pub over: String,
    /// Whether its cells stand left.
    pub left: bool,
}

impl Column {
    fn new(what: What, head: impl Into<String>) -> Self {
        let left = matches!(what, What::Study);
        Self { what, head: head.into(), under: String::new(), over: String::new(), left }
    }
}

/// Columns of raw data that a layout shows of itself: name, head.
const TWO_GROUPS: [&[(&str, &str)]; 3] =
    [&[("events", "Events"), ("n", "Total")], &[("events", "Events"), ("time", "Time")], &[("mean", "Mean"), ("sd", "SD"), ("n", "Total")]];

/// The columns that a request asks for, or those of its layout.
pub fn columns(result: &PoolResult, rows: &[Row], request: &PictureRequest, style: &Style) -> Result<Vec<Column>, FigureError> {
    let effect = Column { under: style.method_head(result).unwrap_or_default(), ..Column::new(What::Effect, style.effect_head(result)) };
    let study = Column::new(What::Study, style.study);
    // RevMan says over the plot too what is drawn.
    let head = if style.layout == Layout::Revman { effect.head.clone() } else { String::new() };
    let plot = Column { under: effect.under.clone(), ..Column::new(What::Plot, head) };
    let weight = Column::new(What::Weight, if style.layout == Layout::Bmj { "Weight (%)" } else { "Weight" });
    if let Some(names) = &request.columns {
        let mut out = Vec::new();
        for name in names {
            out.push(match name.as_str() {
                "study" => study.clone(),
                "plot" => plot.clone(),
                "effect" => effect.clone(),
                "weight" => weight.clone(),
                "se" => Column::new(What::Se, "SE"),
                "rob" => {
                    out.extend(judgements(request));
                    continue;
                }
                name => Column {
                    left: rows.iter().filter_map(|r| fact(r, name)).any(|f| f.number.is_none()),
                    ..Column::new(What::Data(name.to_owned()), name)
                },
            });
        }
        if !names.iter().any(|n| n == "plot") {
            out.push(plot);
        }
        if !names.iter().any(|n| n == "study") {
            out.insert(0, study);
        }
        return Ok(out);
    }
    if rows.iter().any(|r| r.kind == Kind::Study && r.pool.is_some()) {
        let (p, i2) = (Column::new(What::P, "p"), Column::new(What::I2, "I²"));
        return Ok(vec![study, Column::new(What::K, "k"), plot, effect, p, i2]);
    }
    let raw = raw(rows, request, style);
    let weight: Vec<Column> = included(result).any(|s| s.weight.is_some()).then_some(weight).into_iter().collect();
    let rob = judgements(request);
    let (study, plot, effect) = (vec![study], vec![plot], vec![effect]);
    Ok(match style.layout {
        Layout::Weald => [study, raw, plot, effect, weight, rob].concat(),
        Layout::Revman => [study, raw, weight, effect, plot, rob].concat(),
        Layout::Jama => [study, raw, effect, plot, weight, rob].concat(),
        Layout::Bmj => [study, raw, plot, weight, effect, rob].concat(),
    })
}

/// The raw data that the rows have.
fn raw(rows: &[Row], request: &PictureRequest, style: &Style) -> Vec<Column> {
    let has = |name: &str| rows.iter().any(|r| r.kind == Kind::Study && fact(r, name).is_some());
    let arms = request.arms.clone().unwrap_or_else(|| ["Intervention".into(), "Comparator".into()]);
    for set in TWO_GROUPS {
        if !set.iter().all(|(name, _)| has(&format!("{name}1")) && has(&format!("{name}2"))) {
            continue;
        }
        let group = |g: usize| -> Vec<Column> {
            let over = arms[g - 1].clone();
            let named = |name: &str| format!("{name}{g}");
            match set {
                [(a, _), (b, head)] if style.joined => {
                    let head = if *head == "Total" { "No./total" } else { "No./time" };
                    vec![Column { over, ..Column::new(What::Joined(named(a), named(b)), head) }]
                }
                _ => set.iter().map(|(n, head)| Column { over: over.clone(), ..Column::new(What::Data(named(n)), *head) }).collect(),
            }
        };
        return [group(1), group(2)].concat();
    }
    // Before and after: each mean with its SD, of one group or of two.
    let pair = |when: &str, group: &str, over: String| -> Vec<Column> {
        let of = |name: &str, head: &str| Column { over: over.clone(), ..Column::new(What::Data(format!("{name}_{when}{group}")), head) };
        [of("mean", "Mean"), of("sd", "SD")].into_iter().filter(|c| matches!(&c.what, What::Data(name) if has(name))).collect()
    };
    let people = |name: &str, head: &str| has(name).then(|| Column::new(What::Data(name.into()), head));
    if has("mean_pre") && has("mean_post") {
        let r = people("r", "r").filter(|_| rows.iter().filter(|r| r.kind == Kind::Study).all(|r| fact(r, "r").is_some()));
        let means = [pair("pre", "", "Before".into()), pair("post", "", "After".into())].concat();
        return people("n", "n").into_iter().chain(means).chain(r).collect();
    }
    if has("mean_pre1") && has("mean_post1") && has("mean_pre2") {
        let group = |g: usize| {
            let of = |when: &str, word: &str| pair(when, &g.to_string(), format!("{}, {word}", arms[g - 1]));
            people(&format!("n{g}"), "Total").into_iter().chain(of("pre", "before")).chain(of("post", "after")).collect::<Vec<_>>()
        };
        return [group(1), group(2)].concat();
    }
    let one: &[(&str, &str)] = match () {
        () if has("events") && has("n") => &[("events", "Events"), ("n", "Total")],
        () if has("events") && has("time") => &[("events", "Events"), ("time", "Time")],
        () if has("mean") && has("sd") => &[("mean", "Mean"), ("sd", "SD"), ("n", "Total")],
        () if has("r") && has("n") => &[("r", "r"), ("n", "n")],
        () if has("n1") && has("n2") => &[("n1", "n1"), ("n2", "n2")],
        () if has("n") => &[("n", "n")],
        () => &[],
    };
    one.iter().map(|(name, head)| Column::new(What::Data((*name).into()), *head)).collect()
}

/// A column for each domain of the tool; the overall judgement last.
fn judgements(request: &PictureRequest) -> Vec<Column> {
    let over = if request.domains.len() > 3 { "Risk of bias" } else { "" };
    let column = |(i, domain): (usize, &BiasDomain)| Column { over: over.into(), ..Column::new(What::Judgement(i), domain.mark) };
    request.domains.iter().enumerate().map(column).collect()
}

/// What a row says in a column: as it entered the pool, where a rule has converted it.
fn fact(row: &Row, name: &str) -> Option<Fact> {
    let converted = row.study.into_iter().flat_map(|s| s.conversions.iter().rev()).find_map(|c| c.values.get(name));
    match converted {
        Some([_, after]) => {
            after.map(|x| Fact { number: Some(x), text: if x.fract() == 0.0 { number::plain(x) } else { number::significant(x, 4) } })
        }
        None => row.facts?.values.get(name).cloned(),
    }
}

/// What stands in a column at a row.
pub fn cell(column: &Column, at: usize, rows: &[Row], result: &PoolResult, style: &Style) -> String {
    let row = &rows[at];
    // A pooled row has the sums of all studies, a subgroup's those of its own.
    let summing = match row.kind {
        Kind::Pooled => Some(rows),
        Kind::Group => Some(&rows[rows[..at].iter().rposition(|r| r.kind == Kind::Heading).unwrap_or(0)..at]),
        _ => None,
    };
    match &column.what {
        What::Study => row.label.clone(),
        What::Plot | What::Judgement(_) => String::new(),
        What::Effect => match row.ends {
            Some(ends) => style.interval(row.estimate, ends, digits(result)),
            None if row.kind == Kind::Study => row.estimate.map_or_else(|| number::MISSING.into(), |x| digits(result).show(x)),
            None => String::new(),
        },
        What::Weight if style.layout == Layout::Bmj => row.weight.map(|w| number::fixed(w, 1)).unwrap_or_default(),
        What::Weight => row.weight.map(number::percent).unwrap_or_default(),
        What::Se => row.study.and_then(|s| s.vi).map(|v| number::significant(v.sqrt(), 3)).unwrap_or_default(),
        // Only numbers of people and of events have a sum that says something.
        What::Data(name) if summing.is_some() => {
            summing.filter(|_| summed(name)).and_then(|of| sum(of, name)).map(number::size).unwrap_or_default()
        }
        What::Joined(a, b) if summing.is_some() => match (summing.and_then(|of| sum(of, a)), summing.and_then(|of| sum(of, b))) {
            (Some(a), Some(b)) => format!("{}/{}", number::size(a), number::size(b)),
            _ => String::new(),
        },
        What::Data(name) => match fact(row, name) {
            Some(fact) => text(&fact, name),
            None => people(row, name).map(number::size).unwrap_or_default(),
        },
        What::Joined(first, second) => match (fact(row, first), fact(row, second)) {
            (Some(a), Some(b)) => format!("{}/{}", text(&a, first), text(&b, second)),
            _ => String::new(),
        },
        What::K => row.pool.map(|p| number::count(p.k as u64)).unwrap_or_default(),
        What::P => row.pool.and_then(|p| p.p).map(number::p_cell).unwrap_or_default(),
        What::I2 => row.pool.and_then(|p| p.heterogeneity.as_ref()).map(|h| number::percent(h.i2)).unwrap_or_default(),
    }
}

/// Numbers of people with separators, as their sums have them; everything else as typed.
fn text(fact: &Fact, name: &str) -> String {
    fact.number.filter(|x| summed(name) && x.fract() == 0.0).map_or_else(|| fact.text.clone(), number::size)
}

fn summed(name: &str) -> bool {
    matches!(name, "n" | "n1" | "n2" | "events" | "events1" | "events2" | "time" | "time1" | "time2")
}

/// The people of an effect whose row does not say them, or that was combined of several rows.
fn people(row: &Row, name: &str) -> Option<f64> {
    match name {
        "n1" => row.study?.n1,
        "n2" => row.study?.n2,
        "n" => row.study.filter(|s| s.n2.is_none())?.n1,
        _ => None,
    }
}

/// The sum over the studies drawn; none unless every one says.
fn sum(rows: &[Row], name: &str) -> Option<f64> {
    let of = |r: &Row| fact(r, name).map_or_else(|| people(r, name), |f| f.number);
    rows.iter().filter(|r| r.kind == Kind::Study).map(of).sum()
}
