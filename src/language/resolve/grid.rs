//! `robustness of NAME over CLAUSE [VALUE, VALUE …] …`: the choices, and every combination of them.

use super::clauses::named;
use super::selection::unknown_study;
use super::{Context, Said, apply, fits};
use crate::diagnostic::Problem;
use crate::language::cursor::{Cursor, number_of, word_of};
use crate::language::further::{Grid, GridCell};
use crate::language::settings::{Overrides, Reading};
use crate::language::spec::{AnalysisSpec, Dependence, Filter, ModelChoice, Origin, Setting};
use crate::language::suggest::or_list;
use crate::language::value::Value;
use crate::language::vocabulary::{self, ClauseId};
use crate::source::Span;
use crate::syntax::ast::{Command, Expr, ExprKind, Item, ItemKind, Quantity, UnaryOp};
use indexmap::IndexMap;

/// More analyses than anyone reads.
const MOST: usize = 20_000;

/// The clauses that can be varied; `None` for those that are no settings.
const NAMES: [(&str, Option<ClauseId>); 7] = [
    ("model", Some(ClauseId::Model)),
    ("ci", Some(ClauseId::Ci)),
    ("measure", Some(ClauseId::Measure)),
    ("variance", Some(ClauseId::Variance)),
    ("zero", Some(ClauseId::Zero)),
    ("rho", None),
    ("exclude", None),
];

/// A clause with its values.
pub(super) struct Dimension {
    name: &'static str,
    levels: Vec<(String, Change)>,
    span: Span,
}

/// What one value does to the analysis.
enum Change {
    Settings(Box<Overrides>),
    Rho(f64),
    Exclude(Filter),
    Nothing,
}

/// Reads the clauses after `over`, up to the first that can't be varied.
pub(super) fn over(into: &mut Vec<Dimension>, word: Span, cursor: &mut Cursor, context: &Context) -> Result<(), Problem> {
    let names: Vec<&str> = NAMES.iter().map(|n| n.0).collect();
    let known = |word: &str| NAMES.iter().find(|n| n.0.eq_ignore_ascii_case(word));
    let before = into.len();
    while let Some((name, id)) = cursor.peek_word().and_then(known).copied() {
        let span = cursor.advance().map_or(word, |i| i.span);
        if into.iter().any(|d| d.name == name) {
            return Err(Problem::error("E210", format!("`{name}` stands twice")).at(span, "again").help("put all values into one list"));
        }
        let mut levels: Vec<(String, Change)> = Vec::new();
        for item in elements(cursor, context) {
            let Some((text, change)) = level(name, id, &item, context)? else { continue };
            if levels.iter().any(|(t, _)| *t == text) {
                return Err(Problem::error("E210", format!("`{text}` stands twice in the list of `{name}`"))
                    .at(item.span, "again")
                    .help("keep one of them"));
            }
            levels.push((text, change));
        }
        if levels.is_empty() && !waits(cursor, context) {
            return Err(Problem::error("E211", format!("`{name}` lacks its values"))
                .at(span, "no list follows")
                .help(format!("write the values in a list, such as `over {}`", example(name))));
        }
        into.push(Dimension { name, levels, span });
    }
    if into.len() == before {
        let at = cursor.peek().map_or(word, |i| i.span);
        return Err(Problem::error("E211", "`over` lacks the choices to vary")
            .at(at, "a clause with a list stands here")
            .help(format!("write `over model [dl, reml] ci [wald, hksj]`; what can be varied is {}", or_list(&names, 10))));
    }
    Ok(())
}

fn example(name: &str) -> &'static str {
    match name {
        "ci" => "ci [wald, hksj]",
        "measure" => "measure [rr, or]",
        "variance" => "variance [ls, ub]",
        "zero" => "zero [none, tacc]",
        "rho" => "rho [0.3, 0.5, 0.7]",
        "exclude" => "exclude [none, STUDY]",
        _ => "model [dl, reml]",
    }
}

/// Whether the list before was a variable that waits for the data.
fn waits(cursor: &Cursor, context: &Context) -> bool {
    cursor.previous().and_then(word_of).and_then(|w| (context.lookup)(w)).is_some_and(|v| v.is_unknown())
}

/// The values that stand here: of a list, of a variable that holds one, or separated by commas.
fn elements(cursor: &mut Cursor, context: &Context) -> Vec<Item> {
    let of_variable = |item: &Item| match word_of(item).and_then(|w| (context.lookup)(w)) {
        Some(Value::List(values)) => Some(values.iter().filter_map(|v| item_of_value(v, item.span)).collect()),
        _ => None,
    };
    match cursor.peek() {
        Some(Item { kind: ItemKind::List(elements), .. }) => {
            cursor.advance();
            elements.iter().map(item_of).collect()
        }
        Some(item) if is_clause(item) => Vec::new(),
        Some(item) => match of_variable(item) {
            Some(values) => {
                cursor.advance();
                values
            }
            None => cursor.values().into_iter().cloned().collect(),
        },
        None => Vec::new(),
    }
}

/// Whether a word begins the next clause.
fn is_clause(item: &Item) -> bool {
    word_of(item).is_some_and(|w| vocabulary::clause(w).is_some())
}

fn item_of_value(value: &Value, span: Span) -> Option<Item> {
    let kind = match value {
        Value::Word(w) | Value::Text(w) => ItemKind::Word(w.clone()),
        Value::Number(x) => ItemKind::Quantity(Quantity { value: *x, text: crate::number::full(*x), unit: None, span }),
        _ => return None,
    };
    Some(Item { kind, span })
}

/// An element of a list as the argument it stands for.
fn item_of(expr: &Expr) -> Item {
    let kind = match &expr.kind {
        ExprKind::Name(name) => ItemKind::Word(name.clone()),
        ExprKind::Text(text) => ItemKind::Text(text.clone()),
        ExprKind::Number(q) => ItemKind::Quantity(q.clone()),
        ExprKind::List(elements) => ItemKind::List(elements.clone()),
        ExprKind::Unary(UnaryOp::Neg, of) => match &of.kind {
            ExprKind::Number(q) => {
                ItemKind::Quantity(Quantity { value: -q.value, text: format!("-{}", q.text), unit: q.unit.clone(), span: expr.span })
            }
            _ => ItemKind::Paren(Box::new(expr.clone())),
        },
        _ => ItemKind::Paren(Box::new(expr.clone())),
    };
    Item { kind, span: expr.span }
}

/// What one value is called, and does; `None` where it waits for the data.
fn level(name: &str, id: Option<ClauseId>, item: &Item, context: &Context) -> Result<Option<(String, Change)>, Problem> {
    match (name, id) {
        (_, Some(id)) => setting(id, item, context),
        ("rho", _) => {
            let Some(rho) = number_of(item, "rho", -1.0, 1.0, context.lookup)? else { return Ok(None) };
            Ok(Some((crate::number::significant(rho, 6), Change::Rho(rho))))
        }
        _ => exclusion(item, context),
    }
}

fn setting(id: ClauseId, item: &Item, context: &Context) -> Result<Option<(String, Change)>, Problem> {
    let reading =
        Reading { lookup: context.lookup, rules: &|name| context.rules.iter().any(|r| r == name), rule_names: context.rules.clone() };
    let mut overrides = Overrides::default();
    let items = std::slice::from_ref(item);
    overrides.read(id, item.span, &mut Cursor::new(items, item.span), &reading)?;
    let o = &overrides;
    let text = match id {
        ClauseId::Model => o.model.as_ref().map(|m| match m {
            ModelChoice::One(model) => model.name(),
            ModelChoice::Rule(rule) => rule.clone(),
            ModelChoice::FirstOf(models) => models.iter().map(|m| m.name()).collect::<Vec<_>>().join(" or "),
        }),
        ClauseId::Ci => o.ci.map(|c| c.name().to_owned()),
        ClauseId::Measure => o.measure.map(|m| m.name().to_owned()),
        // The words of these are what is written, whatever they stand for.
        _ => word_of(item).map(str::to_owned),
    };
    let waits = *o == Overrides::default();
    Ok(text.filter(|_| !waits).map(|text| (text, Change::Settings(Box::new(overrides)))))
}

/// `none`, a study, a list of studies, or a condition on rows.
fn exclusion(item: &Item, context: &Context) -> Result<Option<(String, Change)>, Problem> {
    let is_study = |w: &str| !context.catalogue.studies(context.store, w).is_empty();
    if word_of(item).is_some_and(|w| w.eq_ignore_ascii_case("none") && !is_study(w)) {
        return Ok(Some(("none".into(), Change::Nothing)));
    }
    if let ItemKind::Paren(condition) = &item.kind {
        if let Some(problem) = (context.check_condition)(condition).into_iter().find(Problem::is_error) {
            return Err(problem);
        }
        let text = condition.to_string();
        let filter = Filter::ExcludeWhere { condition: condition.clone(), text: text.clone(), because: None };
        return Ok(Some((text, Change::Exclude(filter))));
    }
    let items: Vec<Item> = match &item.kind {
        ItemKind::List(elements) => elements.iter().map(item_of).collect(),
        _ => vec![item.clone()],
    };
    let mut studies: Vec<String> = Vec::new();
    let mut names = Vec::new();
    for item in &items {
        let Some(found) = named(item, context.lookup, |w| !is_study(w)) else { return Ok(None) };
        if found.is_empty() {
            return Err(Problem::error("E218", "`exclude` takes studies")
                .at(item.span, "not a study")
                .help("write `exclude [none, \"STUDY A\", [\"STUDY A\", \"STUDY B\"], rob == \"high\"]`"));
        }
        for name in found {
            let of_name = context.catalogue.studies(context.store, &name);
            if of_name.is_empty() {
                return Err(unknown_study(&name, item.span, context));
            }
            studies.extend(of_name);
            names.push(name);
        }
    }
    Ok(Some((names.join(", "), Change::Exclude(Filter::Exclude { studies, because: None }))))
}

/// Every combination of the values, the last clause varying fastest.
pub(super) fn grid(dimensions: &[Dimension], base: &AnalysisSpec, command: &Command, problems: &mut Vec<Problem>) -> Option<Grid> {
    if dimensions.is_empty() {
        problems.push(
            Problem::error("E211", "`robustness` lacks the choices to vary")
                .at(command.span, "no `over`")
                .help("write `robustness of NAME over model [dl, reml] ci [wald, hksj]`"),
        );
        return None;
    }
    if let Some(rho) = dimensions.iter().find(|d| d.name == "rho")
        && !matches!(base.dependence.value, Dependence::Combine { .. } | Dependence::Multilevel { .. })
    {
        problems.push(
            Problem::error("E212", "`rho` varies the correlation of `combine` or `multilevel`, and this analysis has neither")
                .at(rho.span, "no `combine`, no `multilevel`")
                .help("put it before `over`: `robustness of NAME combine rho 0.5 over rho [0.3, 0.5, 0.7]`"),
        );
        return None;
    }
    let size = dimensions.iter().fold(1_usize, |n, d| n.saturating_mul(d.levels.len()));
    if size > MOST {
        problems.push(
            Problem::error("E207", format!("a grid has at most {MOST} analyses, and this would have {size}"))
                .at(command.span, "too many combinations")
                .help("write several statements, each with some of the choices"),
        );
        return None;
    }
    let cell = |index: usize| {
        let mut said = Said::default();
        let mut rho = None;
        let mut settings: IndexMap<&'static str, String> = IndexMap::new();
        let mut left = size;
        for dimension in dimensions {
            left /= dimension.levels.len().max(1);
            let Some((text, change)) = dimension.levels.get(index / left.max(1) % dimension.levels.len().max(1)) else { continue };
            settings.insert(dimension.name, text.clone());
            match change {
                Change::Settings(overrides) => said.overrides = said.overrides.and_then(overrides),
                Change::Rho(value) => rho = Some(*value),
                Change::Exclude(filter) => said.filters.push(filter.clone()),
                Change::Nothing => {}
            }
        }
        let mut spec = base.clone();
        if said.overrides.model.is_some() {
            spec.rule_branch = None;
        }
        apply(said, &mut spec);
        let varied = match (rho, &spec.dependence.value) {
            (Some(rho), Dependence::Combine { equal, .. }) => Some(Dependence::Combine { rho, equal: *equal }),
            (Some(rho), Dependence::Multilevel { .. }) => Some(Dependence::Multilevel { rho: Some(rho) }),
            _ => None,
        };
        spec.dependence = varied.map_or(spec.dependence, |d| Setting::new(d, Origin::Stated));
        let mut unfit = Vec::new();
        fits(&spec, command, &mut unfit);
        GridCell { settings, spec, unfit: unfit.into_iter().next().map(|p| p.message) }
    };
    let over = dimensions.iter().map(|d| (d.name, d.levels.iter().map(|(text, _)| text.clone()).collect())).collect();
    Some(Grid { over, cells: (0..size).map(cell).collect() })
}
