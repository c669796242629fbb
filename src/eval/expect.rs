//! `expect`: a result beside printed values.

use super::analysis;
use super::fields;
use super::outcome::{ExpectField, ExpectResult, Outcome, PoolResult};
use super::walk::{Halt, Mode, Step, Walk};
use super::work::Work;
use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, text_of, word_of};
use crate::language::settings::Settings;
use crate::language::spec::{AnalysisSpec, Conventions, Origin, Setting};
use crate::language::suggest::{and_list, nearest};
use crate::language::value::Value;
use crate::language::vocabulary::FIELDS;
use crate::source::Span;
use crate::stats::sensitivity::Watch;
use crate::syntax::ast::{Command, Expr, ExprKind, Item, ItemKind, Quantity, UnaryOp, Word};

/// One printed value.
pub struct Printed {
    /// The field of the result; a pair for intervals, then with the index of the limit.
    pub field: &'static str,
    /// Which limit of a pair.
    pub limit: Option<usize>,
    /// As a number.
    pub value: f64,
    /// As typed: its digits set the tolerance.
    pub text: String,
}

impl Walk<'_, '_> {
    /// `expect NAME FIELD VALUE … [from "SOURCE"] [report only]`
    pub fn expect(&mut self, command: &Command) -> Step {
        let mut cursor = Cursor::new(&command.items, command.head.span);
        let name = cursor.advance().and_then(|i| word_of(i).map(|w| (w.to_owned(), i.span)));
        let Some((name, at)) = name else {
            return self.fail(
                Problem::error("E230", "`expect` lacks the name of a result")
                    .at(command.span, "which one?")
                    .help("write `expect NAME estimate 0.89 ci [-0.03, 1.81]`"),
            );
        };
        let analysis = self.named_analysis(Some((&name, at)), "expect", command.head.span);
        let mut printed = Vec::new();
        let mut from = None;
        let mut report_only = false;
        let mut end: Step = Ok(());
        while let Some(item) = cursor.advance() {
            let word = word_of(item).map(str::to_ascii_lowercase);
            let step = match word.as_deref() {
                Some("from") => text_of(cursor.advance(), "from", item.span).map(|text| from = Some(text)),
                Some("report") => match cursor.take_word("only") {
                    Some(_) => {
                        report_only = true;
                        Ok(())
                    }
                    None => Err(Problem::error("E218", "`report` is written `report only` here")
                        .at(item.span, "no `only`")
                        .help("write `report only`")),
                },
                _ => field(item, &mut cursor).map(|new| printed.extend(new)),
            };
            if let Err(problem) = step {
                end = self.fail(problem);
                break;
            }
        }
        let analysis = analysis?;
        end?;
        if printed.is_empty() {
            return self.fail(
                Problem::error("E211", "`expect` lacks what it expects")
                    .at(command.span, "no field")
                    .help("write `expect NAME estimate 0.89 ci [-0.03, 1.81] k 11`"),
            );
        }
        if self.mode == Mode::Check {
            return Ok(());
        }
        let Some(result) = &analysis.result else { return Err(Halt::Error) };
        if self.stays_sealed(result, "expect", command.span) {
            return Ok(());
        }
        let fields: Vec<ExpectField> = printed.iter().map(|p| compare(p, result)).collect();
        let all = |fields: &[ExpectField]| fields.iter().all(|f| f.verdict == "reproduced");
        let mut verdict = if all(&fields) { "reproduced" } else { "not_reproduced" };
        let mut under = None;
        if verdict == "not_reproduced" {
            for conventions in [Conventions::Metafor, Conventions::Revman5] {
                let spec = under_conventions(&analysis.spec, conventions);
                let line = result.line;
                let same = analysis::run(&spec, self.state, line)
                    .ok()
                    .is_some_and(|other| all(&printed.iter().map(|p| compare(p, &other)).collect::<Vec<_>>()));
                if same {
                    verdict = "reproduced_under_other_conventions";
                    under = Some(conventions.name().to_owned());
                    break;
                }
            }
        }
        if verdict == "not_reproduced" {
            let stop = self.env.stop;
            let stopped = || stop().is_some();
            let work = Work { watch: Watch { stop: &stopped, progress: &|_, _| {} }, seed: self.env.seed };
            under = super::reproduce::conventions(&analysis.spec, result, &printed, self.state, &work);
            if under.is_some() {
                verdict = "reproduced_under_other_conventions";
            }
        }
        self.hint_scale(&printed, result, verdict, command.span);
        self.outcomes.push(Outcome::Expect(ExpectResult {
            statement: command.to_string(),
            line: self.source.line_column(command.span.start).0,
            target: name,
            from,
            report_only,
            fields,
            verdict,
            under,
            span: command.span,
        }));
        Ok(())
    }

    /// A printed ratio beside an estimate that is its logarithm.
    fn hint_scale(&mut self, printed: &[Printed], result: &PoolResult, verdict: &str, span: Span) {
        let natural = |p: &Printed| {
            let Some(display) = result.display.as_ref().and_then(|d| d.estimate) else { return false };
            p.field == "estimate" && result.scale != "identity" && (display - p.value).abs() <= tolerance(&p.text)
        };
        if verdict == "not_reproduced" && printed.iter().any(natural) {
            self.report(
                Problem::note("W208", "the printed estimate is on the natural scale, and `estimate` on the analysis scale")
                    .at(span, "equals the back-transformed result")
                    .help("write `display` and `display_ci` for printed ratios, proportions and correlations"),
            );
        }
    }
}

/// The settings not stated, as another program has them.
fn under_conventions(spec: &AnalysisSpec, conventions: Conventions) -> AnalysisSpec {
    let settings = Settings { conventions: Some(conventions), ..Settings::default() };
    let mut spec = spec.clone();
    let default = |o: &Origin| matches!(o.root(), Origin::Edition(_) | Origin::Conventions(_));
    fn put<T>(slot: &mut Setting<T>, new: Setting<T>, change: bool) {
        if change {
            *slot = new;
        }
    }
    let (m, c, p) = (default(&spec.model.origin), default(&spec.ci.origin), default(&spec.pi.origin));
    put(&mut spec.model, settings.model(spec.measure.value), m);
    put(&mut spec.ci, settings.ci(), c);
    put(&mut spec.pi, settings.pi(), p);
    let (v, z, i) = (default(&spec.variance.origin), default(&spec.zero.origin), default(&spec.i2.origin));
    put(&mut spec.variance, settings.variance(), v);
    put(&mut spec.zero, settings.zero(), z);
    put(&mut spec.i2, settings.i2(), i);
    spec.conventions = Some(conventions);
    spec.rule_branch = None;
    spec
}

/// Half a unit of the last printed digit.
fn tolerance(text: &str) -> f64 {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((m, e)) => (m, e.parse::<i32>().unwrap_or(0)),
        None => (text, 0),
    };
    let decimals = mantissa.split_once('.').map_or(0, |(_, d)| d.len()) as i32;
    0.5 * libm::pow(10.0, f64::from(exponent - decimals))
}

/// A printed value beside the computed one.
pub fn compare(printed: &Printed, result: &PoolResult) -> ExpectField {
    let value = match printed.field {
        // The I2 of the definition in use, for `reproduce`.
        "i2" => result.heterogeneity.as_ref().map_or(Value::Missing, |h| Value::Percent(h.i2)),
        field => fields::value_of(result, field),
    };
    let value = match (value, printed.limit) {
        (Value::List(items), Some(i)) => items.into_iter().nth(i).unwrap_or(Value::Missing),
        (value, _) => value,
    };
    let actual = match value {
        Value::Number(x) | Value::Percent(x) => Some(x),
        _ => None,
    };
    let tolerance = tolerance(&printed.text);
    // A value exactly between two printed ones counts for either: the last bits are not the reader's concern.
    let fits = actual.is_some_and(|a| (a - printed.value).abs() <= tolerance * (1.0 + 1e-9));
    ExpectField {
        field: match printed.limit {
            Some(0) => format!("{} lower", printed.field),
            Some(_) => format!("{} upper", printed.field),
            None => printed.field.to_owned(),
        },
        expected: printed.value,
        expected_text: printed.text.clone(),
        actual,
        tolerance,
        verdict: if fits { "reproduced" } else { "not_reproduced" },
    }
}

/// A field and its printed value or limits.
pub fn field(item: &Item, cursor: &mut Cursor) -> Result<Vec<Printed>, Problem> {
    let (word, args) = match &item.kind {
        ItemKind::Word(w) => (Word { text: w.clone(), span: item.span }, None),
        ItemKind::Call(name, args) => (name.clone(), Some(args.as_slice())),
        _ => {
            return Err(Problem::error("E215", "a printed value follows the name of its field")
                .at(item.span, "which field?")
                .help("write `estimate 0.89 ci [-0.03, 1.81] k 11`"));
        }
    };
    let expectable: Vec<&str> = FIELDS.iter().filter(|f| f.expectable).map(|f| f.name).collect();
    let name = fields::canonical(&word, args, item.span).map_err(|p| if p.code == "E229" { unknown(&word, &expectable) } else { p })?;
    if !expectable.contains(&name) {
        return Err(unknown(&word, &expectable));
    }
    let is_pair = matches!(name, "ci" | "pi" | "display_ci" | "display_pi" | "tau2_ci" | "ci(robust)");
    let is_percent = matches!(name, "i2(q)" | "i2(tau2)" | "i2(between)" | "i2(within)");
    let Some(value) = cursor.advance() else {
        return Err(Problem::error("E211", format!("`{name}` lacks its printed value"))
            .at(item.span, "nothing follows")
            .help(if is_pair { format!("write `{name} [LOWER, UPPER]`") } else { format!("write `{name} VALUE`") }));
    };
    match (&value.kind, is_pair) {
        (ItemKind::List(limits), true) => {
            let limits: Option<Vec<Quantity>> = limits.iter().map(signed).collect();
            match limits.as_deref() {
                Some([a, b]) if a.value <= b.value => Ok(vec![
                    Printed { field: name, limit: Some(0), value: a.value, text: a.text.clone() },
                    Printed { field: name, limit: Some(1), value: b.value, text: b.text.clone() },
                ]),
                Some([low, high]) => Err(Problem::error("E207", "the lower limit is above the upper")
                    .at(value.span, "in the wrong order")
                    .help(format!("write `{name} [{}, {}]`, if the two were swapped", high.text, low.text))),
                Some([a, b, c, d]) => Err(Problem::error("E108", "decimal commas in a list")
                    .at(value.span, "two numbers or four?")
                    .help(format!("numbers have a decimal point: `{name} [{}.{}, {}.{}]`", a.text, b.text, c.text, d.text))),
                _ => Err(Problem::error("E218", format!("`{name}` takes two numbers in brackets"))
                    .at(value.span, "not two numbers")
                    .help(format!("write `{name} [-0.03, 1.81]`"))),
            }
        }
        (ItemKind::Quantity(q), false) => {
            match (q.unit.as_deref(), is_percent) {
                (Some("%"), true) | (None, false) => {}
                (None, true) => {
                    return Err(Problem::error("E206", format!("`{name}` is a percentage"))
                        .at(value.span, "a number without `%`")
                        .help(format!("write `{name} {}%`", q.text)));
                }
                _ => {
                    return Err(Problem::error("E208", format!("`{name}` is a number without a unit"))
                        .at(value.span, "has a unit")
                        .help(format!("write `{name} {}`", q.text)));
                }
            }
            Ok(vec![Printed { field: name, limit: None, value: q.value, text: q.text.clone() }])
        }
        (_, true) => Err(Problem::error("E218", format!("`{name}` takes two numbers in brackets"))
            .at(value.span, "not a list")
            .help(format!("write `{name} [-0.03, 1.81]`"))),
        _ => Err(Problem::error("E208", format!("`{name}` takes a number"))
            .at(value.span, "not a number")
            .help(format!("write `{name} 0.89`"))),
    }
}

fn unknown(word: &Word, names: &[&str]) -> Problem {
    let problem = Problem::error("E229", format!("`expect` knows no field `{}`", word.text)).at(word.span, "unknown field");
    match nearest(&word.text, names.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("the fields are {}", and_list(names, 40))),
    }
}

/// A number with its sign, as a list element holds it.
fn signed(expr: &Expr) -> Option<Quantity> {
    match &expr.kind {
        ExprKind::Number(q) if q.unit.is_none() => Some(q.clone()),
        ExprKind::Unary(UnaryOp::Neg, inner) => signed(inner).map(|q| Quantity { value: -q.value, text: format!("-{}", q.text), ..q }),
        _ => None,
    }
}
