//! Designs from named columns: factors, interactions, centring, polynomials, splines.

use super::coding::{Coding, Kind};
use super::design::{Design, Term};
use super::spline::{NaturalSpline, OrthogonalPolynomial};
use crate::stats::error::StatsError;
use crate::stats::math::sum;
use serde::Serialize;
use std::collections::BTreeMap;

/// A value of a moderator.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A level of a factor.
    Level(String),
}

impl Value {
    /// As a level: a number in its shortest form.
    pub(crate) fn level(&self) -> String {
        match self {
            Self::Number(x) => format!("{x}"),
            Self::Level(l) => l.clone(),
        }
    }
}

impl From<f64> for Value {
    fn from(x: f64) -> Self {
        Self::Number(x)
    }
}

impl From<&str> for Value {
    fn from(l: &str) -> Self {
        Self::Level(l.to_owned())
    }
}

/// Where a number is centred.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Centre {
    /// At the plain mean of the studies in the regression.
    Mean,
    /// At a stated value.
    At(f64),
}

/// A variable of a term. Numbers stand as they are, levels as a factor.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// The column: a number, or a factor where it holds levels.
    Plain(String),
    /// The column minus a centre.
    Centred(String, Centre),
    /// A factor, also of numbers. The baseline is the first level in code-point order, or the
    /// one stated.
    Factor(String, Option<String>),
    /// Powers 1 to the degree, of the number (minus a centre), or orthogonal polynomials.
    Powers { column: String, degree: usize, centre: Option<Centre> },
    /// Orthogonal polynomials of length 1 over the studies.
    Orthogonal { column: String, degree: usize },
    /// A natural cubic spline with `df` columns: knots at quantiles, boundary at the ends.
    Spline { column: String, df: usize },
    /// A natural cubic spline with stated knots.
    SplineAt { column: String, knots: Vec<f64>, boundary: [f64; 2] },
}

impl Part {
    /// The column it is made of.
    pub fn column(&self) -> &str {
        match self {
            Self::Plain(c) | Self::Centred(c, _) | Self::Factor(c, _) => c,
            Self::Powers { column, .. } | Self::Orthogonal { column, .. } | Self::Spline { column, .. } | Self::SplineAt { column, .. } => {
                column
            }
        }
    }
}

/// Why there is no design.
#[derive(Debug, Clone, PartialEq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum DesignError {
    /// No such column.
    #[error("there is no column {column}")]
    UnknownColumn { column: String },
    /// A column whose number of values is not the number of studies.
    #[error("column {column} has {found} values for {expected} studies")]
    Length { column: String, found: usize, expected: usize },
    /// Arithmetic on levels.
    #[error("column {column} holds words, where numbers are needed")]
    NotNumeric { column: String },
    /// A value that is not a level of the factor.
    #[error("{level} is not a level of {column}, which has {}", levels.join(", "))]
    UnknownLevel { column: String, level: String, levels: Vec<String> },
    /// A factor with one level, which cannot be compared.
    #[error("all studies have the same {column}, {level}, so that there is nothing to compare")]
    OneLevel { column: String, level: String },
    /// A polynomial or spline that needs more different values.
    #[error("{column} has too few different values for {degree} columns")]
    TooFewValues { column: String, degree: usize },
    /// Knots that do not rise within their boundary.
    #[error("the knots of {column} do not rise from one boundary to the other")]
    Knots { column: String },
    /// The same term twice.
    #[error("the term {term} is there twice")]
    Repeated { term: String },
    /// A prediction lacks a value.
    #[error("a value of {column} is needed")]
    NoValue { column: String },
    /// No column at all, or no study with all moderators.
    #[error("{0}")]
    Stats(#[from] StatsError),
}

/// A study that has no value of a moderator.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeftOut {
    /// Its index.
    pub study: usize,
    /// The columns without a value.
    pub columns: Vec<String>,
}

/// A design, the studies in it, and how to make more rows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Built {
    /// One row per study of `studies`.
    pub design: Design,
    /// Indices of the studies with a value of every moderator, rising.
    pub studies: Vec<usize>,
    /// The others, with what they lack.
    pub left_out: Vec<LeftOut>,
    intercept: bool,
    terms: Vec<Vec<Coding>>,
}

impl Built {
    /// The row for given values of the moderators, coded as the studies were.
    ///
    /// Errors: a moderator without value, words where numbers are needed, an unknown level.
    pub fn row(&self, values: &BTreeMap<String, Value>) -> Result<Vec<f64>, DesignError> {
        row(self.intercept, &self.terms, &|column| values.get(column).cloned())
    }
}

/// Collects columns and terms; [`DesignBuilder::build`] makes the design.
#[derive(Debug, Clone, PartialEq)]
pub struct DesignBuilder {
    k: usize,
    columns: BTreeMap<String, Vec<Option<Value>>>,
    terms: Vec<Vec<Part>>,
    intercept: bool,
}

impl DesignBuilder {
    /// For k studies, with an intercept and no term.
    pub fn new(k: usize) -> Self {
        Self { k, columns: BTreeMap::new(), terms: Vec::new(), intercept: true }
    }

    /// Gives a column of numbers; `None` and what is not finite is missing.
    #[must_use]
    pub fn numbers(mut self, name: &str, values: impl IntoIterator<Item = Option<f64>>) -> Self {
        let values = values.into_iter().map(|x| x.filter(|x| x.is_finite()).map(Value::Number)).collect();
        self.columns.insert(name.to_owned(), values);
        self
    }

    /// Gives a column of levels; `None` is missing.
    #[must_use]
    pub fn levels(mut self, name: &str, values: impl IntoIterator<Item = Option<String>>) -> Self {
        self.columns.insert(name.to_owned(), values.into_iter().map(|x| x.map(Value::Level)).collect());
        self
    }

    /// Adds a term: one variable, or the interaction of several.
    #[must_use]
    pub fn term(mut self, parts: Vec<Part>) -> Self {
        self.terms.push(parts);
        self
    }

    /// Adds the terms of all variables and of all their interactions, by number of variables:
    /// `a * b` is a, b, a:b. A term that is there already is not added again.
    #[must_use]
    pub fn crossed(mut self, parts: &[Part]) -> Self {
        for size in 1..=parts.len() {
            for chosen in 1_usize..(1 << parts.len().min(16)) {
                if chosen.count_ones() as usize == size {
                    let term: Vec<Part> = parts.iter().enumerate().filter(|(i, _)| chosen >> i & 1 == 1).map(|(_, p)| p.clone()).collect();
                    if !self.terms.contains(&term) {
                        self.terms.push(term);
                    }
                }
            }
        }
        self
    }

    /// Leaves the intercept out: the first factor then has a column for each level.
    #[must_use]
    pub fn no_intercept(mut self) -> Self {
        self.intercept = false;
        self
    }

    /// The design.
    ///
    /// A factor has a column per level but the first; in an interaction it has all levels
    /// where the term without it is absent, so that the columns always span what the terms
    /// say (Chambers and Hastie 1992, Statistical Models in S, 2.3). Studies that lack a
    /// value of any moderator are left out and listed; levels, centres and knots are those of
    /// the studies that stay.
    ///
    /// Errors: [`DesignError`].
    pub fn build(&self) -> Result<Built, DesignError> {
        let mut used: Vec<&str> = self.terms.iter().flatten().map(Part::column).collect();
        used.sort_unstable();
        used.dedup();
        for name in &used {
            let values = self.columns.get(*name).ok_or_else(|| DesignError::UnknownColumn { column: (*name).to_owned() })?;
            if values.len() != self.k {
                return Err(DesignError::Length { column: (*name).to_owned(), found: values.len(), expected: self.k });
            }
        }
        let (mut studies, mut left_out) = (Vec::new(), Vec::new());
        for study in 0..self.k {
            let lacks = |name: &&&str| self.columns.get(**name).is_some_and(|values| values[study].is_none());
            let columns: Vec<String> = used.iter().filter(lacks).map(|name| (*name).to_owned()).collect();
            if columns.is_empty() {
                studies.push(study);
            } else {
                left_out.push(LeftOut { study, columns });
            }
        }
        if studies.is_empty() {
            return Err(StatsError::NoStudies.into());
        }
        let mut terms: Vec<Vec<Coding>> = Vec::new();
        let mut first_factor = !self.intercept;
        for (i, term) in self.terms.iter().enumerate() {
            if self.terms[..i].iter().any(|other| same(other, term)) {
                let term = term.iter().map(Part::column).collect::<Vec<_>>().join(":");
                return Err(DesignError::Repeated { term });
            }
            let mut codings = Vec::new();
            for (at, part) in term.iter().enumerate() {
                let rest: Vec<Part> = term.iter().enumerate().filter(|(j, _)| *j != at).map(|(_, p)| p.clone()).collect();
                let margin = rest.is_empty() || self.terms.iter().any(|other| same(other, &rest));
                let mut full = !margin;
                if rest.is_empty() && first_factor && self.is_factor(part) {
                    full = true;
                    first_factor = false;
                }
                codings.push(self.coding(part, &studies, full)?);
            }
            terms.push(codings);
        }
        self.assemble(terms, studies, left_out)
    }

    fn assemble(&self, terms: Vec<Vec<Coding>>, studies: Vec<usize>, left_out: Vec<LeftOut>) -> Result<Built, DesignError> {
        let (mut names, mut groups) = (Vec::new(), Vec::new());
        if self.intercept {
            names.push("intercept".to_owned());
            groups.push(Term { name: "intercept".to_owned(), columns: vec![0] });
        }
        for (codings, parts) in terms.iter().zip(&self.terms) {
            let mut own = vec![String::new()];
            for coding in codings {
                let join = |a: &String, b: &String| if a.is_empty() { b.clone() } else { format!("{a}:{b}") };
                own = coding.names().iter().flat_map(|b| own.iter().map(move |a| join(a, b))).collect();
            }
            let columns = (names.len()..names.len() + own.len()).collect();
            groups.push(Term { name: parts.iter().map(Part::column).collect::<Vec<_>>().join(":"), columns });
            names.extend(own);
        }
        let mut values = Vec::with_capacity(studies.len() * names.len());
        for &study in &studies {
            let get = |column: &str| self.columns.get(column).and_then(|c| c[study].clone());
            values.extend(row(self.intercept, &terms, &get)?);
        }
        let design = Design::with_terms(names, groups, values, studies.len())?;
        Ok(Built { design, studies, left_out, intercept: self.intercept, terms })
    }

    fn is_factor(&self, part: &Part) -> bool {
        match part {
            Part::Factor(..) => true,
            Part::Plain(column) => self.columns.get(column).is_some_and(|c| c.iter().any(|v| matches!(v, Some(Value::Level(_))))),
            _ => false,
        }
    }

    fn coding(&self, part: &Part, studies: &[usize], full: bool) -> Result<Coding, DesignError> {
        let column = part.column().to_owned();
        let values: Vec<&Value> =
            self.columns.get(&column).map_or_else(Vec::new, |c| studies.iter().filter_map(|i| c[*i].as_ref()).collect());
        if self.is_factor(part) {
            let baseline = if let Part::Factor(_, baseline) = part { baseline.as_ref() } else { None };
            let levels = levels(&column, &values, baseline)?;
            if levels.len() == 1 && !full {
                return Err(DesignError::OneLevel { column, level: levels.concat() });
            }
            return Ok(Coding { column, kind: Kind::Levels { levels, full } });
        }
        let numbers: Vec<f64> = values.iter().filter_map(|v| if let Value::Number(x) = v { Some(*x) } else { None }).collect();
        if numbers.len() != values.len() {
            return Err(DesignError::NotNumeric { column });
        }
        let centred = |centre: Option<Centre>| match centre {
            None => 0.0,
            Some(Centre::At(x)) => x,
            Some(Centre::Mean) => sum(numbers.iter().copied()) / numbers.len() as f64,
        };
        let few = |degree: usize| DesignError::TooFewValues { column: column.clone(), degree };
        let kind = match part {
            Part::Powers { degree: 0, .. } => return Err(few(0)),
            Part::Powers { degree, centre, .. } => Kind::Powers { label: column.clone(), centre: centred(*centre), degree: *degree },
            Part::Centred(_, centre) => Kind::Powers { label: column.clone(), centre: centred(Some(*centre)), degree: 1 },
            Part::Plain(_) | Part::Factor(..) => Kind::Powers { label: column.clone(), centre: 0.0, degree: 1 },
            Part::Orthogonal { degree, .. } => {
                Kind::Orthogonal(OrthogonalPolynomial::of_data(&numbers, *degree).ok_or_else(|| few(*degree))?)
            }
            Part::Spline { df, .. } => Kind::Spline(NaturalSpline::of_data(&numbers, *df).ok_or_else(|| few(*df))?),
            Part::SplineAt { knots, boundary, .. } => {
                let all: Vec<f64> = [&boundary[..1], knots, &boundary[1..]].concat();
                if !all.windows(2).all(|w| w[0] < w[1]) {
                    return Err(DesignError::Knots { column });
                }
                Kind::Spline(NaturalSpline::new(knots, *boundary))
            }
        };
        Ok(Coding { column, kind })
    }
}

/// The levels, the baseline first, the others in code-point order.
fn levels(column: &str, values: &[&Value], baseline: Option<&String>) -> Result<Vec<String>, DesignError> {
    let mut levels: Vec<String> = values.iter().map(|v| v.level()).collect();
    levels.sort_unstable();
    levels.dedup();
    if let Some(baseline) = baseline {
        let Some(at) = levels.iter().position(|l| l == baseline) else {
            return Err(DesignError::UnknownLevel { column: column.to_owned(), level: baseline.clone(), levels });
        };
        levels[..=at].rotate_right(1);
    }
    Ok(levels)
}

/// Whether two terms hold the same variables, in any order.
fn same(a: &[Part], b: &[Part]) -> bool {
    a.len() == b.len() && a.iter().all(|x| b.contains(x)) && b.iter().all(|x| a.contains(x))
}

/// One row of a design; in an interaction the first variable varies fastest.
fn row(intercept: bool, terms: &[Vec<Coding>], get: &dyn Fn(&str) -> Option<Value>) -> Result<Vec<f64>, DesignError> {
    let mut row = if intercept { vec![1.0] } else { Vec::new() };
    for codings in terms {
        let mut products = vec![1.0];
        for coding in codings {
            let value = get(&coding.column).ok_or_else(|| DesignError::NoValue { column: coding.column.clone() })?;
            let own = coding.values(&value)?;
            products = own.iter().flat_map(|b| products.iter().map(move |a| a * b)).collect();
        }
        row.extend(products);
    }
    Ok(row)
}
