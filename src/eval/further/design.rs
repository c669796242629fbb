//! From the effects of an analysis and a formula to a design: the moderators' values, study by
//! study, and who is left out for want of one.

use crate::diagnostic::Problem;
use crate::eval::candidates::Candidate;
use crate::eval::pooling::Included;
use crate::eval::row_scope::value_of;
use crate::eval::state::State;
use crate::language::formula::Formula;
use crate::language::value::Value;
use crate::source::Span;
use crate::stats::regression::{Built, DesignBuilder, DesignError, Part, Value as Cell};
use std::collections::BTreeMap;

/// A design over some of the effects.
pub struct Designed<'a> {
    /// The design; its rows are the effects of `included`.
    pub built: Built,
    /// The effects with a value of every moderator.
    pub included: Vec<Included<'a>>,
    /// The others, each with the reason.
    pub left_out: Vec<LeftOut>,
    /// Their values of the moderators, effect by effect.
    pub values: Vec<BTreeMap<String, Cell>>,
}

/// An effect that lacks a moderator.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// Its place among the effects given.
    pub effect: usize,
    /// Its study.
    pub study: String,
    /// Why: `no value of year`.
    pub reason: String,
}

/// The design of a formula over effects. `span` is the statement's place.
///
/// An effect that was combined from several has a moderator's value where those agree on it.
pub fn design<'a>(included: &[Included<'a>], formula: &Formula, state: &State, span: Span) -> Result<Designed<'a>, Problem> {
    let columns = formula.columns();
    let mut cells: Vec<Vec<Result<Cell, &'static str>>> = Vec::with_capacity(columns.len());
    for column in &columns {
        cells.push(included.iter().map(|(candidate, _)| cell(candidate, column, state)).collect());
    }
    let mut builder = DesignBuilder::new(included.len());
    for (column, cells) in columns.iter().zip(&cells) {
        let words = cells.iter().flatten().any(|c| matches!(c, Cell::Level(_)));
        builder = if words {
            builder.levels(
                column,
                cells.iter().map(|c| {
                    c.as_ref().ok().map(|c| match c {
                        Cell::Number(x) => crate::number::plain(*x),
                        Cell::Level(l) => l.clone(),
                    })
                }),
            )
        } else {
            builder.numbers(column, cells.iter().map(|c| if let Ok(Cell::Number(x)) = c { Some(*x) } else { None }))
        };
    }
    for term in &formula.terms {
        builder = builder.term(term.clone());
    }
    if !formula.intercept {
        builder = builder.no_intercept();
    }
    let lacking = |effect: usize| {
        let mut reasons: Vec<String> = Vec::new();
        for (column, cells) in columns.iter().zip(&cells) {
            if let Err(why) = &cells[effect] {
                reasons.push(format!("{why} `{column}`"));
            }
        }
        (!reasons.is_empty()).then(|| LeftOut { effect, study: included[effect].0.study.clone(), reason: reasons.join(", ") })
    };
    let left_out: Vec<LeftOut> = (0..included.len()).filter_map(lacking).collect();
    let built = builder.build().map_err(|e| refused(&e, formula, &left_out, span))?;
    if let Some(redundant) = built.design.redundancy() {
        let name = &redundant.name;
        let message = if redundant.of.contains(name) {
            format!("`{name}` stands in the formula twice, in forms that say the same")
        } else {
            let what = if redundant.of.is_empty() {
                "the columns before it".to_owned()
            } else {
                crate::language::suggest::and_list(&redundant.of, 8)
            };
            format!("`{name}` follows from {what}, so that no regression can tell them apart")
        };
        return Err(Problem::error("E430", message)
            .at(span, "redundant moderators")
            .help("leave one of them out of the formula; groups without studies in common also make an interaction redundant"));
    }
    let studies = built.studies.clone();
    let values = studies
        .iter()
        .map(|i| columns.iter().zip(&cells).filter_map(|(c, cells)| Some(((*c).to_owned(), cells[*i].as_ref().ok()?.clone()))).collect())
        .collect();
    Ok(Designed { included: studies.iter().map(|i| included[*i]).collect(), built, left_out, values })
}

/// The value of a moderator for an effect; where it was combined from several, theirs if they agree.
fn cell(candidate: &Candidate, column: &str, state: &State) -> Result<Cell, &'static str> {
    let mut found: Option<Cell> = None;
    for row in candidate.rows() {
        let value = state.store.rows.get(row).map(|row| value_of(&state.store.row_value(row, column)));
        let cell = match value {
            None | Some(Value::Missing) => return Err("no value of"),
            Some(Value::Number(x)) => Cell::Number(x),
            Some(other) => Cell::Level(other.to_string()),
        };
        match &found {
            Some(known) if *known != cell => return Err("its combined effects differ in"),
            _ => found = Some(cell),
        }
    }
    found.ok_or("no value of")
}

/// What the core says against a design, in the words of the formula.
pub fn refused(error: &DesignError, formula: &Formula, left_out: &[LeftOut], span: Span) -> Problem {
    let factor = |column: &str| formula.terms.iter().flatten().any(|p| matches!(p, Part::Factor(c, _) if c == column));
    let problem = |message: String| Problem::error("E430", message).at(span, "this regression");
    match error {
        DesignError::Stats(_) if left_out.is_empty() => {
            problem("no study is left with an effect, so that there is nothing to regress".into())
        }
        DesignError::Stats(_) => {
            problem(format!("no study has a value of every moderator ({})", crate::language::suggest::and_list(&formula.columns(), 8)))
                .help("leave a moderator out of the formula, or put its values into the data")
        }
        DesignError::OneLevel { column, level } => {
            problem(format!("all studies of this regression have the same `{column}`, `{level}`, so that there is nothing to compare"))
                .help("leave it out of the formula, or keep studies that differ in it")
        }
        DesignError::UnknownLevel { column, level, levels } => problem(format!("no study of this regression has `{column}` = `{level}`"))
            .help(format!("the studies have {}", crate::language::suggest::and_list(levels, 12))),
        DesignError::TooFewValues { column, degree } => {
            problem(format!("`{column}` has too few different values for {degree} columns")).help("write a lower degree")
        }
        DesignError::NotNumeric { column } => problem(format!("`{column}` holds words, where numbers are needed"))
            .help(if factor(column) { "write one of its levels" } else { "write the column alone: words enter as a factor" }),
        DesignError::NoValue { column } => {
            problem(format!("a value of `{column}` is needed")).help(format!("write `{column} VALUE` after `at` as well"))
        }
        other => problem(other.to_string()),
    }
}
