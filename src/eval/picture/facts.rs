//! What a picture needs of the store beside the result.

use super::clauses::{Asked, OWN_COLUMNS};
use crate::bias::{self, Level, Tool};
use crate::eval::further::mid_half_width;
use crate::eval::outcome::{BiasDomain, Fact, Format, Outcome, PictureRequest, Plot, PoolResult, RowFacts, StudyEffect};
use crate::store::{Row, Store, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Columns of raw data that layouts show of themselves.
const RAW: &[&str] = &[
    "events1",
    "n1",
    "events2",
    "n2",
    "time1",
    "time2",
    "mean1",
    "sd1",
    "mean2",
    "sd2",
    "events",
    "n",
    "time",
    "mean",
    "sd",
    "r",
    "mean_pre",
    "sd_pre",
    "mean_post",
    "sd_post",
    "mean_pre1",
    "sd_pre1",
    "mean_post1",
    "sd_post1",
    "mean_pre2",
    "sd_pre2",
    "mean_post2",
    "sd_post2",
];

/// The request, with the facts of every row that is drawn.
pub fn request(
    plot: Plot,
    subject: Outcome,
    asked: &Asked,
    font: Option<Vec<u8>>,
    store: &Store,
    fingerprint: Option<String>,
) -> PictureRequest {
    let subject = super::labelled(subject, store);
    let pool = pool_of(&subject);
    let studies: Vec<&StudyEffect> = pool.into_iter().flat_map(|p| &p.studies).filter(|s| s.included).collect();
    let wanted = asked.columns.iter().flatten().chain(asked.order.iter().map(|(c, _)| c)).map(String::as_str);
    let columns: Vec<&str> = RAW.iter().copied().chain(wanted.filter(|c| !OWN_COLUMNS.contains(c))).collect();
    let rows: Vec<usize> = studies.iter().flat_map(|s| s.rows.iter().copied()).collect();
    let mut tools = tools(store, &rows);
    // The one asked for stands first; a stable sort leaves the others as they are.
    tools.sort_by_key(|t| asked.tool.is_some_and(|(wanted, _)| *t != wanted));
    let tool = tools.first().copied();
    let mut facts: BTreeMap<usize, RowFacts> =
        rows.iter().filter_map(|i| Some((*i, of_row(store, store.rows.get(*i)?, &columns, tool)))).collect();
    let outcome = pool.or_else(|| base_of(&subject)).and_then(|p| store.outcomes.get(&p.outcome));
    PictureRequest {
        plot,
        format: asked.format.unwrap_or(Format::Svg),
        layout: asked.layout,
        columns: asked.columns.clone(),
        order: asked.order.clone(),
        title: asked.title.clone(),
        labels: asked.labels,
        font,
        bias_tools: tools.iter().map(|t| t.name).collect(),
        arms: arms(store, &rows),
        mid: pool.zip(outcome).and_then(|(p, o)| mid_half_width(o, p.spec.measure.value, p.measure)),
        domains: tool.map(|tool| domains(tool, &mut facts)).unwrap_or_default(),
        facts,
        curve: None,
        outcome: outcome.and_then(|o| o.label.clone()),
        fingerprint,
        subject,
    }
}

/// The pooled result a picture is about.
fn pool_of(subject: &Outcome) -> Option<&PoolResult> {
    match subject {
        Outcome::Pool(pool) => Some(pool),
        Outcome::LeaveOneOut(rows) | Outcome::Cumulative(rows) => Some(&rows.base),
        Outcome::TrimAndFill(trim) => Some(&trim.observed.0),
        Outcome::Regress(result) => Some(&result.base),
        _ => None,
    }
}

/// The analysis that a diagnostic or sensitivity analysis works on.
fn base_of(subject: &Outcome) -> Option<&PoolResult> {
    match subject {
        Outcome::Baujat(result) => Some(&result.base),
        Outcome::Gosh(result) => Some(&result.base),
        Outcome::Influence(result) => Some(&result.base),
        Outcome::Profile(result) => Some(&result.base),
        Outcome::Robustness(result) => Some(&result.base),
        _ => None,
    }
}

/// Adds the values of a column, such as the moderator of a bubble plot.
pub fn add_column(request: &mut PictureRequest, column: Option<&str>, store: &Store) {
    let Some(column) = column else { return };
    for (row, facts) in &mut request.facts {
        let own = store.rows.get(*row).map(|r| of_row(store, r, &[column], None));
        facts.values.extend(own.into_iter().flat_map(|f| f.values));
    }
}

fn of_row(store: &Store, row: &Row, columns: &[&str], tool: Option<&Tool>) -> RowFacts {
    let fact = |name: &&str| {
        let fact = match store.row_value(row, name) {
            Value::Missing => return None,
            Value::Number { value, text } => Fact { number: Some(value), text },
            Value::Text(text) => Fact { number: None, text },
        };
        Some(((*name).to_owned(), fact))
    };
    RowFacts {
        label: store.row_value(row, "label").text().unwrap_or(&row.study).to_owned(),
        values: columns.iter().filter_map(fact).collect(),
        judgements: tool.map(|tool| judgements(store, row, tool)).unwrap_or_default(),
    }
}

/// The tools that judged the rows drawn, in the order of the data.
fn tools(store: &Store, rows: &[usize]) -> Vec<&'static Tool> {
    let studies: BTreeSet<&str> = rows.iter().filter_map(|i| store.rows.get(*i)).map(|r| r.study.as_str()).collect();
    let mut out: Vec<&'static Tool> = Vec::new();
    for tool in store.risk_of_bias.iter().filter(|j| studies.contains(j.study.as_str())).filter_map(|j| bias::tool(j.tool_name())) {
        if !out.contains(&tool) {
            out.push(tool);
        }
    }
    out
}

/// What a tool judged of a row: domain by domain, the whole last. A word that is none of its
/// judgements is left out; `rob traffic-light` names it.
fn judgements(store: &Store, row: &Row, tool: &Tool) -> Vec<Option<Level>> {
    let domain = |word: &str| tool.domain(word).or_else(|| word.trim().eq_ignore_ascii_case("overall").then_some(tool.domains.len()));
    let of = |at: usize| store.risk_of_bias_where(row, |j| domain(&j.domain) == Some(at) && bias::tool(j.tool_name()) == Some(tool));
    (0..=tool.domains.len()).map(|at| of(at).and_then(|j| tool.level(&j.judgement))).collect()
}

/// The columns of a tool: all its domains if any is judged, the whole if it is. Columns that stay empty go.
fn domains(tool: &Tool, facts: &mut BTreeMap<usize, RowFacts>) -> Vec<BiasDomain> {
    let judged = |at: usize| facts.values().any(|f| f.judgements.get(at).is_some_and(Option::is_some));
    let last = tool.domains.len();
    let kept: Vec<usize> = (0..=last).filter(|at| if *at < last { (0..last).any(judged) } else { judged(last) }).collect();
    for facts in facts.values_mut() {
        facts.judgements = kept.iter().map(|at| facts.judgements.get(*at).copied().flatten()).collect();
    }
    kept.iter()
        .map(|at| tool.domains.get(*at).map_or(BiasDomain { mark: "O", name: "Overall" }, |d| BiasDomain { mark: d.mark, name: d.name }))
        .collect()
}

/// The two groups, where all rows name the same.
fn arms(store: &Store, rows: &[usize]) -> Option<[String; 2]> {
    let one = |key: &str| {
        let mut names = rows.iter().filter_map(|i| store.rows.get(*i)).map(|r| r.key(key));
        let first = names.next()??;
        names.all(|n| n == Some(first)).then(|| store.arms.get(first).and_then(|a| a.label.clone()).unwrap_or_else(|| first.to_owned()))
    };
    Some([one("arm1")?, one("arm2")?])
}
