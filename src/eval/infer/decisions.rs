//! Published decisions as a file holds them: what was printed, and what it can stand for.

use super::caution;
use crate::diagnostic::Problem;
use crate::eval::outcome::{Decision, NoteResult};
use crate::eval::state::State;
use crate::language::expr::{self, Scope};
use crate::language::suggest::or_list;
use crate::language::value::Value;
use crate::source::Span;
use crate::stats::q_plane::QPlane;
use crate::syntax::ast::{Command, Expr, Word};
use indexmap::IndexMap;

/// A row of the file, by column.
pub type Record = (usize, IndexMap<String, String>);

/// Reads the file.
pub fn read(path: &str, bytes: &[u8]) -> Result<Vec<Record>, Problem> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(bytes);
    let problem = |text: String| {
        Problem::error("E290", text).help("the columns are `id`, `k`, `i2`, `p`, `decision`; others can stand after `where`")
    };
    let heads: Vec<String> = match reader.headers() {
        Ok(heads) => heads.iter().map(|h| h.trim_start_matches('\u{feff}').to_ascii_lowercase()).collect(),
        Err(e) => return Err(problem(format!("`{path}` can't be read as a CSV file: {e}"))),
    };
    for needed in ["k", "decision"] {
        if !heads.iter().any(|h| h == needed) {
            return Err(problem(format!("`{path}` has no column `{needed}`")));
        }
    }
    let mut out = Vec::new();
    for (i, record) in reader.records().enumerate() {
        let record = record.map_err(|e| problem(format!("`{path}` can't be read as a CSV file: {e}")))?;
        out.push((i + 2, heads.iter().cloned().zip(record.iter().map(str::to_owned)).collect()));
    }
    if out.is_empty() {
        return Err(problem(format!("`{path}` holds no decision")));
    }
    Ok(out)
}

/// The decisions for which the condition holds, and what there is to say of them.
pub fn chosen(records: Vec<Record>, condition: Option<&Expr>, state: &State) -> Result<(Vec<Decision>, Vec<NoteResult>), Problem> {
    let (mut out, mut single, mut unread) = (Vec::new(), Vec::new(), Vec::new());
    let mut odd = Vec::new();
    for (line, record) in records {
        if let Some(condition) = condition
            && expr::condition(condition, &mut RecordScope { record: &record, state })? != Some(true)
        {
            continue;
        }
        let id = record.get("id").filter(|s| !s.is_empty()).cloned().unwrap_or_else(|| format!("row {line}"));
        let text = |name: &str| record.get(name).map(String::as_str).filter(|s| !matches!(*s, "" | "NA" | "."));
        let Some(decision) = text("decision") else {
            unread.push(id);
            continue;
        };
        let Some(word) = word_of(decision) else {
            return Err(Problem::error("E290", format!("row {line} has the decision `{decision}`, which is none that can be compared"))
                .help(format!("a decision is {}", or_list(&["not_pooled", "common", "random", "single"], 10))));
        };
        let k = text("k").and_then(|k| k.parse::<usize>().ok());
        let Some(k) = k else {
            return Err(Problem::error("E290", format!("row {line} has no number of effects")).help("`k` is a whole number"));
        };
        if word == "single" || k < 2 {
            single.push(id);
            continue;
        }
        let i2 = text("i2").map(|t| printed_i2(t, line)).transpose()?;
        let p = text("p").map(|t| printed_p(t, line)).transpose()?;
        let (i2, p, fits) = narrowed(k, i2, p);
        if !fits {
            odd.push(id.clone());
        }
        out.push(Decision { id, k, i2, p, decision: word });
    }
    let mut notes = vec![caution()];
    let mut say = |ids: &[String], code: &'static str, what: &str| {
        if !ids.is_empty() {
            notes.push(NoteResult { code, text: format!("{what}: {}", ids.join(", ")) });
        }
    };
    say(&single, "W306", "single studies, no decision between models");
    say(&unread, "W306", "without a published decision");
    say(&odd, "W307", "the printed I2 and p(q) do not agree within their rounding if I2 is from Q; I2 is taken");
    Ok((out, notes))
}

fn word_of(text: &str) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    Some(match lower.as_str() {
        "not_pooled" | "not pooled" | "none" | "narrative" => "not_pooled",
        "single" | "single study" => "single",
        _ if crate::language::vocabulary::choice(crate::language::vocabulary::MODELS, &lower).is_some() => {
            if matches!(lower.as_str(), "common" | "fixed" | "equal" | "ee" | "fe" | "ce" | "mh" | "peto") { "common" } else { "random" }
        }
        _ => return None,
    })
}

/// What a printed I2 can stand for.
fn printed_i2(text: &str, line: usize) -> Result<[f64; 2], Problem> {
    let bare = text.trim_end_matches('%').trim();
    let value = bare.parse::<f64>().ok().filter(|x| (0.0..=100.0).contains(x));
    let Some(value) = value else {
        return Err(Problem::error("E290", format!("row {line} has the I2 `{text}`, which is no percentage")).help("write `91` or `91%`"));
    };
    let half = 0.5 * libm::pow(10.0, -(bare.split_once('.').map_or(0, |(_, d)| d.len()) as f64));
    Ok([(value - half).max(0.0), (value + half).min(100.0)])
}

/// What a printed p can stand for.
fn printed_p(text: &str, line: usize) -> Result<[f64; 2], Problem> {
    let bare = text.trim_start_matches(['P', 'p']).trim();
    let (op, number) = match bare.chars().next() {
        Some(c @ ('<' | '>' | '=')) => (c, bare[1..].trim()),
        _ => ('=', bare),
    };
    let value = number.parse::<f64>().ok().filter(|x| (0.0..=1.0).contains(x));
    let Some(value) = value else {
        return Err(Problem::error("E290", format!("row {line} has the p `{text}`, which is no probability"))
            .help("write `0.03`, `<0.10` or `>0.10`"));
    };
    let half = 0.5 * libm::pow(10.0, -(number.split_once('.').map_or(0, |(_, d)| d.len()) as f64));
    Ok(match op {
        '<' => [0.0, value],
        '>' => [value, 1.0],
        _ => [(value - half).max(0.0), (value + half).min(1.0)],
    })
}

type Box_ = Option<[f64; 2]>;

/// I2 and p, each narrowed by the other; false where they contradict each other.
fn narrowed(k: usize, i2: Box_, p: Box_) -> (Box_, Box_, bool) {
    let Some(plane) = QPlane::of(k) else { return (i2, p, true) };
    let q_of_i2 = |i2: [f64; 2]| {
        let low = if i2[0] <= 0.0 { 0.0 } else { plane.q_at_i2(i2[0]) };
        [low, if i2[1] >= 100.0 { f64::INFINITY } else { plane.q_at_i2(i2[1]) }]
    };
    let q_of_p = |p: [f64; 2]| [plane.q_at_p(p[1]), if p[0] <= 0.0 { f64::INFINITY } else { plane.q_at_p(p[0]) }];
    let back = |q: [f64; 2]| {
        let p = [if q[1].is_finite() { plane.p(q[1]) } else { 0.0 }, plane.p(q[0])];
        ([plane.i2(q[0]), if q[1].is_finite() { plane.i2(q[1]) } else { 100.0 }], p)
    };
    let q = match (i2.map(q_of_i2), p.map(q_of_p)) {
        (Some(a), Some(b)) => {
            let both = [a[0].max(b[0]), a[1].min(b[1])];
            if both[0] > both[1] {
                let (i2, p) = back(a);
                return (Some(i2), Some(p), false);
            }
            both
        }
        (Some(a), None) | (None, Some(a)) => a,
        (None, None) => return (None, None, true),
    };
    let (i2, p) = back(q);
    (Some(i2), Some(p), true)
}

/// The columns of a record, for conditions.
struct RecordScope<'a> {
    record: &'a IndexMap<String, String>,
    state: &'a State,
}

impl Scope for RecordScope<'_> {
    fn name(&self, name: &str) -> Option<Value> {
        match self.record.get(&name.to_ascii_lowercase()) {
            Some(text) if matches!(text.as_str(), "" | "NA" | ".") => Some(Value::Missing),
            Some(text) => Some(text.parse::<f64>().map_or_else(|_| Value::Text(text.clone()), Value::Number)),
            None => self.state.variables.get(name).cloned(),
        }
    }

    fn call(&self, _: &Word, _: &[Expr], _: Span) -> Option<Result<Value, Problem>> {
        None
    }

    fn field(&self, of: &Value, name: &Word, args: Option<&[Expr]>, span: Span) -> Result<Value, Problem> {
        crate::eval::scope::field(self.state, of, name, args, span)
    }

    fn command(&mut self, command: &Command) -> Result<Value, Problem> {
        Err(Problem::error("E222", "a condition on rows holds no statements")
            .at(command.span, "a statement")
            .help("bind its result with `let` first"))
    }

    fn names(&self) -> Vec<String> {
        self.record.keys().cloned().chain(self.state.variables.keys().cloned()).collect()
    }
}
