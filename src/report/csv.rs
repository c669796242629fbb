//! Results as tidy CSV: a row per pooled effect, study, subgroup and compared value, every digit kept.

use super::number::full;
use crate::eval::outcome::{ExpectResult, LevelProfile, Outcome, PoolResult, StudyEffect, TableResult};
use indexmap::IndexMap;
use serde::Serialize;

/// The columns, in order.
pub const COLUMNS: &[&str] = &[
    "analysis",
    "kind",
    "group",
    "study",
    "outcome",
    "timepoint",
    "analysis_set",
    "comparison",
    "measure",
    "scale",
    "model",
    "ci_method",
    "level",
    "k",
    "participants",
    "n1",
    "n2",
    "estimate",
    "se",
    "variance",
    "ci_lower",
    "ci_upper",
    "pi_lower",
    "pi_upper",
    "statistic",
    "df",
    "p",
    "display_estimate",
    "display_ci_lower",
    "display_ci_upper",
    "display_pi_lower",
    "display_pi_upper",
    "weight",
    "included",
    "reason",
    "from",
    "q",
    "q_df",
    "q_p",
    "tau2",
    "tau2_lower",
    "tau2_upper",
    "i2",
    "i2_definition",
    "h2",
    "trials",
    "sigma2_between",
    "sigma2_within",
    "robust_type",
    "robust_se",
    "robust_df",
    "robust_p",
    "robust_ci_lower",
    "robust_ci_upper",
    "field",
    "printed",
    "computed",
    "tolerance",
    "verdict",
];

/// One table of all analyses and comparisons, then each list after an empty line.
pub fn render<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>) -> Result<String, csv::Error> {
    Ok(tables(outcomes)?.join("\n"))
}

/// The same, table by table.
pub fn tables<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>) -> Result<Vec<String>, csv::Error> {
    let mut rows = Vec::new();
    let mut lists = Vec::new();
    for (i, outcome) in outcomes.into_iter().filter(|o| o.is_public()).enumerate() {
        match outcome {
            Outcome::Pool(result) => pool_rows(result, &analysis(result, i + 1), &mut rows),
            Outcome::Expect(result) => rows.extend(result.fields.iter().map(|f| expect_row(result, f))),
            Outcome::Table(table) => lists.push(list(table)?),
            Outcome::LeaveOneOut(result) | Outcome::Cumulative(result) => {
                let (kind, name) = (kind_of(outcome), place(result.head.id.as_ref(), i + 1));
                rows.extend(result.rows.iter().map(|r| repooled_row(&r.pool, &name, kind, "study", &r.study)));
            }
            Outcome::Robustness(result) => {
                let name = place(result.head.id.as_ref(), i + 1);
                rows.extend(result.rows.iter().map(|r| repooled_row(&r.pool, &name, kind_of(outcome), "group", &r.name())));
            }
            Outcome::TrimAndFill(result) => {
                let name = place(result.head.id.as_ref(), i + 1);
                let pools = [("observed", &result.observed.0), ("filled", &result.filled.0)];
                rows.extend(pools.map(|(which, pool)| repooled_row(pool, &name, kind_of(outcome), "group", which)));
            }
            Outcome::Egger(r) => lists.extend(line_of(&place(r.head.id.as_ref(), i + 1), r.as_ref(), kind_of(outcome))?),
            Outcome::Begg(r) => lists.extend(line_of(&place(r.head.id.as_ref(), i + 1), r.as_ref(), kind_of(outcome))?),
            Outcome::FailSafe(r) => lists.extend(line_of(&place(r.head.id.as_ref(), i + 1), r.as_ref(), kind_of(outcome))?),
            Outcome::Harbord(r) | Outcome::Peters(r) | Outcome::Macaskill(r) | Outcome::Deeks(r) => {
                lists.extend(line_of(&place(r.head.id.as_ref(), i + 1), r.as_ref(), kind_of(outcome))?);
            }
            Outcome::Ruecker(r) => lists.extend(line_of(&place(r.head.id.as_ref(), i + 1), r.as_ref(), kind_of(outcome))?),
            Outcome::PetPeese(r) => lists.extend(line_of(&place(r.head.id.as_ref(), i + 1), r.as_ref(), kind_of(outcome))?),
            Outcome::HenmiCopas(r) => lists.extend(line_of(&place(r.head.id.as_ref(), i + 1), r.as_ref(), kind_of(outcome))?),
            Outcome::Unanswered(r) => lists.extend(line_of(&place(r.head.id.as_ref(), i + 1), r.as_ref(), r.kind)?),
            Outcome::Probability(r) => lists.extend(line_of(&place(r.head.id.as_ref(), i + 1), r.as_ref(), kind_of(outcome))?),
            Outcome::Baujat(r) => lists.extend(table_of(&place(r.head.id.as_ref(), i + 1), kind_of(outcome), &r.rows)?),
            Outcome::Blup(r) => lists.extend(table_of(&place(r.head.id.as_ref(), i + 1), kind_of(outcome), &r.rows)?),
            Outcome::Bootstrap(r) => lists.extend(table_of(&place(r.head.id.as_ref(), i + 1), kind_of(outcome), &r.rows)?),
            Outcome::Gosh(r) => lists.extend(table_of(&place(r.head.id.as_ref(), i + 1), kind_of(outcome), &r.rows)?),
            Outcome::Selection(r) => {
                let name = place(r.head.id.as_ref(), i + 1);
                lists.extend(line_of(&name, r.as_ref(), kind_of(outcome))?);
                lists.extend(table_of(&name, kind_of(outcome), &r.rows)?);
            }
            Outcome::Influence(r) => lists.extend(table_of(&place(r.head.id.as_ref(), i + 1), kind_of(outcome), &r.rows)?),
            Outcome::Regress(r) => lists.extend(table_of(&place(r.head.id.as_ref(), i + 1), kind_of(outcome), &r.coefficients)?),
            Outcome::Predict(r) => lists.extend(table_of(&place(r.head.id.as_ref(), i + 1), kind_of(outcome), &r.rows)?),
            Outcome::Contrast(r) => lists.extend(table_of(&place(r.head.id.as_ref(), i + 1), kind_of(outcome), &r.rows)?),
            Outcome::Test(r) => lists.extend(table_of(&place(r.head.id.as_ref(), i + 1), kind_of(outcome), std::slice::from_ref(&r.test))?),
            Outcome::Vif(r) => lists.extend(table_of(&place(r.head.id.as_ref(), i + 1), kind_of(outcome), &r.rows)?),
            Outcome::Permute(r) => lists.extend(table_of(&place(r.head.id.as_ref(), i + 1), kind_of(outcome), &r.coefficients)?),
            Outcome::Absolute(r) => lists.extend(table_of(&place(r.head.id.as_ref(), i + 1), kind_of(outcome), &r.rows)?),
            Outcome::ReExpress(r) => lists.extend(table_of(&place(r.head.id.as_ref(), i + 1), kind_of(outcome), &r.rows)?),
            Outcome::ExcessSignificance(r) => {
                let name = place(r.head.id.as_ref(), i + 1);
                lists.extend(line_of(&name, r.as_ref(), kind_of(outcome))?);
                lists.extend(table_of(&name, kind_of(outcome), &r.studies)?);
            }
            Outcome::Profile(r) => lists.extend(table_of(&place(r.head.id.as_ref(), i + 1), kind_of(outcome), &r.points)?),
            Outcome::Wild(r) => lists.extend(table_of(&place(r.head.id.as_ref(), i + 1), kind_of(outcome), &r.rows)?),
            Outcome::LevelProfile(r) => {
                let points: Vec<LevelPoint> = r.components.iter().flat_map(level_points).collect();
                lists.extend(table_of(&place(r.head.id.as_ref(), i + 1), kind_of(outcome), &points)?);
            }
            _ => {}
        }
    }
    let mut parts = Vec::new();
    if !rows.is_empty() {
        let head = COLUMNS.iter().map(|c| (*c).to_owned()).collect();
        parts.push(written(std::iter::once(head).chain(rows.into_iter().map(Row::cells)))?);
    }
    parts.extend(lists);
    Ok(parts)
}

/// The verb whose rows these are.
fn kind_of(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Absolute(_) => "absolute",
        Outcome::Baujat(_) => "baujat",
        Outcome::Begg(_) => "begg",
        Outcome::Egger(_) => "egger",
        Outcome::Deeks(_) => "deeks",
        Outcome::FailSafe(_) => "fail_safe",
        Outcome::Harbord(_) => "harbord",
        Outcome::HenmiCopas(_) => "henmi_copas",
        Outcome::Macaskill(_) => "macaskill",
        Outcome::Peters(_) => "peters",
        Outcome::PetPeese(_) => "pet_peese",
        Outcome::Probability(_) => "probability",
        Outcome::Ruecker(_) => "ruecker",
        Outcome::TrimAndFill(_) => "trim_and_fill",
        Outcome::Blup(_) => "blup",
        Outcome::Bootstrap(_) | Outcome::Wild(_) => "bootstrap",
        Outcome::Cumulative(_) => "cumulative",
        Outcome::ExcessSignificance(_) => "excess_significance",
        Outcome::Gosh(_) => "gosh",
        Outcome::Selection(_) => "selection",
        Outcome::Influence(_) => "influence",
        Outcome::LeaveOneOut(_) => "leave_one_out",
        Outcome::Profile(_) | Outcome::LevelProfile(_) => "profile",
        Outcome::Regress(_) => "regress",
        Outcome::Predict(_) => "predict",
        Outcome::Contrast(_) => "contrast",
        Outcome::Test(_) => "test",
        Outcome::Vif(_) => "vif",
        Outcome::Permute(_) => "permute",
        Outcome::ReExpress(_) => "re_express",
        Outcome::Robustness(_) => "robustness",
        _ => "",
    }
}

/// A point of the likelihood of one variance, as a row.
#[derive(Serialize)]
struct LevelPoint {
    level: &'static str,
    value: f64,
    other: f64,
    log_likelihood: f64,
    estimate: Option<f64>,
}

fn level_points(component: &LevelProfile) -> impl Iterator<Item = LevelPoint> {
    component.points.iter().map(|p| LevelPoint {
        level: component.level,
        value: p.value,
        other: p.other,
        log_likelihood: p.log_likelihood,
        estimate: p.coefficients.first().copied(),
    })
}

/// A name for every analysis: its own, or its place among the results.
fn analysis(result: &PoolResult, at: usize) -> String {
    place(result.id.as_ref(), at)
}

fn place(id: Option<&String>, at: usize) -> String {
    id.cloned().unwrap_or_else(|| format!("#{at}"))
}

/// A pool that is a row of another result: which one, in a column of its own.
fn repooled_row(pool: &PoolResult, analysis: &str, kind: &'static str, column: &'static str, name: &str) -> Row {
    let mut row = pooled_row(pool, analysis);
    row.0.retain(|(c, _)| !["kind", column].contains(c));
    row.set("kind", if pool.not_pooled.is_some() { "not_pooled" } else { kind }).set(column, name);
    row
}

/// Rows of numbers under the names that the JSON gives them, a table of its own; nothing without rows.
fn table_of<T: Serialize>(analysis: &str, kind: &str, rows: &[T]) -> Result<Option<String>, csv::Error> {
    let mut columns = vec!["analysis".to_owned(), "kind".to_owned()];
    let mut lines: Vec<IndexMap<String, String>> = Vec::new();
    for row in rows {
        let mut cells = IndexMap::from([(columns[0].clone(), analysis.to_owned()), (columns[1].clone(), kind.to_owned())]);
        let value = serde_json::to_value(row).map_err(|e| csv::Error::from(std::io::Error::other(e)))?;
        flatten("", &value, &mut cells);
        columns.extend(cells.keys().filter(|c| !columns.contains(c)).cloned().collect::<Vec<_>>());
        lines.push(cells);
    }
    if lines.is_empty() {
        return Ok(None);
    }
    let row = |cells: &IndexMap<String, String>| columns.iter().map(|c| cells.get(c).cloned().unwrap_or_default()).collect();
    written(std::iter::once(columns.clone()).chain(lines.iter().map(row))).map(Some)
}

/// The numbers of a result as one row, under the names that the JSON gives them: what it is about,
/// and every value and interval, without its lists and notes.
fn line_of<T: Serialize>(analysis: &str, result: &T, kind: &str) -> Result<Option<String>, csv::Error> {
    const LEFT_OUT: [&str; 9] = ["id", "kind", "statement", "line", "status", "role", "plan", "of", "notes"];
    let mut value = serde_json::to_value(result).map_err(|e| csv::Error::from(std::io::Error::other(e)))?;
    if let Some(object) = value.as_object_mut() {
        let ends = |v: &serde_json::Value| v.as_array().is_none_or(|a| a.len() == 2 && a.iter().all(serde_json::Value::is_number));
        // `analysis` is the name of the result in every table; the set of people keeps the name it has in the others.
        let set = object.shift_remove("analysis");
        object.retain(|name, v| !LEFT_OUT.contains(&name.as_str()) && ends(v));
        object.insert("analysis_set".to_owned(), set.unwrap_or_default());
    }
    table_of(analysis, kind, &[value])
}

/// `ci` of two ends becomes `ci_lower`, `ci_upper`.
fn flatten(name: &str, value: &serde_json::Value, cells: &mut IndexMap<String, String>) {
    use serde_json::Value as V;
    let inner = |part: &str| if name.is_empty() { part.to_owned() } else { format!("{name}_{part}") };
    let text = match value {
        V::Object(parts) => return parts.iter().for_each(|(part, value)| flatten(&inner(part), value, cells)),
        V::Array(ends) => {
            return ["lower", "upper"].iter().zip(ends).for_each(|(part, value)| flatten(&inner(part), value, cells));
        }
        V::Null => String::new(),
        V::Number(x) => x.as_f64().map(full).unwrap_or_default(),
        V::String(text) => text.clone(),
        V::Bool(b) => b.to_string(),
    };
    cells.insert(name.to_owned(), text);
}

/// Lines of CSV.
fn written(rows: impl Iterator<Item = Vec<String>>) -> Result<String, csv::Error> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        writer.write_record(&row)?;
    }
    let bytes = writer.into_inner().map_err(|e| csv::Error::from(std::io::Error::other(e.to_string())))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A list as it stands.
fn list(table: &TableResult) -> Result<String, csv::Error> {
    written(std::iter::once(table.columns.clone()).chain(table.rows.iter().cloned()))
}

/// Cells by the name of their column.
#[derive(Default)]
struct Row(Vec<(&'static str, String)>);

impl Row {
    fn set(&mut self, column: &'static str, value: impl Into<String>) -> &mut Self {
        debug_assert!(COLUMNS.contains(&column), "unlisted column {column}");
        self.0.push((column, value.into()));
        self
    }

    fn text(&mut self, column: &'static str, value: Option<&String>) -> &mut Self {
        self.set(column, value.cloned().unwrap_or_default())
    }

    fn number(&mut self, column: &'static str, value: Option<f64>) -> &mut Self {
        self.set(column, value.map(full).unwrap_or_default())
    }

    fn ends(&mut self, columns: [&'static str; 2], ends: Option<[f64; 2]>) -> &mut Self {
        self.number(columns[0], ends.map(|e| e[0])).number(columns[1], ends.map(|e| e[1]))
    }

    fn cells(self) -> Vec<String> {
        COLUMNS.iter().map(|name| self.0.iter().find(|(c, _)| c == name).map(|(_, v)| v.clone()).unwrap_or_default()).collect()
    }
}

/// The pooled row, the studies, the subgroups.
fn pool_rows(result: &PoolResult, analysis: &str, rows: &mut Vec<Row>) {
    rows.push(pooled_row(result, analysis));
    rows.extend(result.studies.iter().map(|s| study_row(result, s, analysis)));
    for group in result.groups.iter().flatten() {
        rows.push(pooled_row(group, analysis));
    }
    if let Some(between) = &result.between {
        let mut row = Row::default();
        row.set("analysis", analysis).set("kind", "between").number("q", Some(between.q));
        row.number("q_df", Some(between.df)).number("q_p", Some(between.p));
        rows.push(row);
        for factor in between.factors.iter().flatten() {
            let mut row = Row::default();
            row.set("analysis", analysis).set("kind", "between").set("group", &factor.factor).number("q", Some(factor.q));
            row.number("q_df", Some(factor.df)).number("q_p", Some(factor.p));
            rows.push(row);
        }
    }
}

/// What a row of any kind says about its analysis.
fn common(result: &PoolResult, analysis: &str, kind: &str) -> Row {
    let mut row = Row::default();
    row.set("analysis", analysis).set("kind", kind).text("group", result.group.as_ref());
    row.set("outcome", &result.outcome).text("timepoint", result.timepoint.as_ref());
    row.text("analysis_set", result.analysis.as_ref()).text("comparison", result.comparison.as_ref());
    row.set("measure", result.measure).set("scale", result.scale).number("level", Some(result.level));
    row
}

fn pooled_row(result: &PoolResult, analysis: &str) -> Row {
    let kind = match (&result.group, &result.not_pooled) {
        (_, Some(_)) => "not_pooled",
        (Some(_), _) => "group",
        _ => "pooled",
    };
    let mut row = common(result, analysis, kind);
    row.text("model", result.model.as_ref()).set("ci_method", result.ci_method);
    row.set("k", result.k.to_string()).set("participants", result.participants.map(|n| n.to_string()).unwrap_or_default());
    row.number("estimate", result.estimate).number("se", result.se).ends(["ci_lower", "ci_upper"], result.ci);
    row.ends(["pi_lower", "pi_upper"], result.pi);
    row.number("statistic", result.statistic).number("df", result.df).number("p", result.p);
    if let Some(d) = &result.display {
        row.number("display_estimate", d.estimate).ends(["display_ci_lower", "display_ci_upper"], d.ci);
        row.ends(["display_pi_lower", "display_pi_upper"], d.pi);
    }
    if let Some(h) = &result.heterogeneity {
        row.number("q", Some(h.q)).number("q_df", Some(h.df)).number("q_p", Some(h.p)).number("tau2", h.tau2);
        row.number("tau2_lower", h.tau2_ci.and_then(|c| c[0])).number("tau2_upper", h.tau2_ci.and_then(|c| c[1]));
        row.number("i2", Some(h.i2)).set("i2_definition", h.i2_definition).number("h2", Some(h.h2));
    }
    if let Some(levels) = result.heterogeneity.as_ref().and_then(|h| h.levels) {
        row.number("sigma2_between", Some(levels.sigma2.between)).number("sigma2_within", Some(levels.sigma2.within));
    }
    row.number("trials", result.trials.map(|n| n as f64));
    if let Some(r) = &result.robust {
        row.set("robust_type", r.kind).number("robust_se", r.se).number("robust_df", r.df).number("robust_p", r.p);
        row.ends(["robust_ci_lower", "robust_ci_upper"], r.ci);
    }
    row.text("reason", result.not_pooled.as_ref().map(|n| &n.reason));
    row
}

fn study_row(result: &PoolResult, study: &StudyEffect, analysis: &str) -> Row {
    let mut row = common(result, analysis, "study");
    row.set("study", &study.study).number("n1", study.n1).number("n2", study.n2);
    row.number("estimate", study.yi).number("se", study.vi.map(libm::sqrt)).number("variance", study.vi);
    row.ends(["ci_lower", "ci_upper"], study.ci).number("weight", study.weight);
    if let Some((estimate, ci)) = study.display {
        row.number("display_estimate", Some(estimate)).ends(["display_ci_lower", "display_ci_upper"], Some(ci));
    }
    row.set("included", if study.included { "true" } else { "false" });
    row.text("reason", study.reason.as_ref()).text("from", study.from.as_ref());
    row
}

fn expect_row(result: &ExpectResult, field: &crate::eval::outcome::ExpectField) -> Row {
    let mut row = Row::default();
    row.set("analysis", &result.target).set("kind", "expect").set("field", &field.field);
    row.number("printed", Some(field.expected)).number("computed", field.actual).number("tolerance", Some(field.tolerance));
    row.set("verdict", field.verdict).text("from", result.from.as_ref());
    row
}
