//! The design of a regression: one row per study, one named column per coefficient.

use super::small::Orthonormal;
use crate::stats::error::StatsError;
use serde::Serialize;

/// Columns that belong to one term, which stand or fall together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Term {
    /// Its name: `ablat`, `alloc`, `ablat:alloc`.
    pub name: String,
    /// Its columns.
    pub columns: Vec<usize>,
}

/// A column that is a combination of columns before it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Redundancy {
    /// The column.
    pub column: usize,
    /// Its name.
    pub name: String,
    /// The names of the columns that give it, where they can be told.
    pub of: Vec<String>,
}

/// A design matrix with the names of its columns.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Design {
    rows: usize,
    names: Vec<String>,
    terms: Vec<Term>,
    /// By row.
    values: Vec<f64>,
}

impl Design {
    /// From `rows` x `names.len()` values by row; each column is its own term.
    ///
    /// Errors: no columns, or a number of values that is not rows times columns.
    pub fn new(names: Vec<String>, values: Vec<f64>, rows: usize) -> Result<Self, StatsError> {
        let terms = names.iter().enumerate().map(|(i, name)| Term { name: name.clone(), columns: vec![i] }).collect();
        Self::with_terms(names, terms, values, rows)
    }

    /// As [`Design::new`], with columns grouped in terms.
    pub fn with_terms(names: Vec<String>, terms: Vec<Term>, values: Vec<f64>, rows: usize) -> Result<Self, StatsError> {
        if names.is_empty() {
            return Err(StatsError::Undefined { model: "a regression", reason: "its design has no column" });
        }
        if values.len() != rows * names.len() {
            return Err(StatsError::LengthMismatch {
                what: "values of the design and rows times columns",
                left: values.len(),
                right: rows * names.len(),
            });
        }
        Ok(Self { rows, names, terms, values })
    }

    /// The mean of all studies: a single column of ones named `intercept`.
    pub fn intercept(rows: usize) -> Self {
        let name = "intercept".to_owned();
        let terms = vec![Term { name: name.clone(), columns: vec![0] }];
        Self { rows, names: vec![name], terms, values: vec![1.0; rows] }
    }

    /// Number of rows (studies).
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns (coefficients).
    pub fn columns(&self) -> usize {
        self.names.len()
    }

    /// Names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The terms, in order.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Row i.
    pub fn row(&self, i: usize) -> &[f64] {
        &self.values[i * self.names.len()..(i + 1) * self.names.len()]
    }

    /// The index of the first column whose entries are all the same number, not 0.
    pub fn constant(&self) -> Option<usize> {
        (0..self.columns()).find(|&j| self.rows > 0 && self.row(0)[j] != 0.0 && (0..self.rows).all(|i| self.row(i)[j] == self.row(0)[j]))
    }

    /// The same design for some of the studies, in the order given; indices out of range are
    /// an error.
    pub fn select(&self, studies: &[usize]) -> Result<Self, StatsError> {
        if let Some(&bad) = studies.iter().find(|i| **i >= self.rows) {
            return Err(StatsError::LengthMismatch { what: "a row and the rows of the design", left: bad, right: self.rows });
        }
        let values = studies.iter().flat_map(|i| self.row(*i).iter().copied()).collect();
        Ok(Self { rows: studies.len(), values, ..self.clone() })
    }

    /// The first column that is a combination of columns before it, with those.
    pub fn redundancy(&self) -> Option<Redundancy> {
        let (k, p) = (self.rows, self.columns());
        let by_column: Vec<f64> = (0..p).flat_map(|j| (0..k).map(move |i| self.row(i)[j])).collect();
        let column = Orthonormal::new(&by_column, k, p, self.constant()).err()?;
        let before = Orthonormal::new(&by_column[..k * column], k, column, self.constant()).ok();
        let of = before.map_or_else(Vec::new, |before| {
            let mut c = before.coordinates(&by_column[k * column..k * (column + 1)]);
            before.solve(&mut c);
            let size = |j: usize| c[j].abs() * (0..k).fold(0.0, |a: f64, i| a.max(self.row(i)[j].abs()));
            let largest = (0..column).fold(0.0, |a: f64, j| a.max(size(j)));
            (0..column).filter(|j| size(*j) > 1e-7 * largest).map(|j| self.names[j].clone()).collect()
        });
        Some(Redundancy { column, name: self.names[column].clone(), of })
    }
}
