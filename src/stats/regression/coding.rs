//! How one variable becomes columns: numbers, powers, splines, levels of a factor.

use super::builder::{DesignError, Value};
use super::spline::{NaturalSpline, OrthogonalPolynomial};

/// The columns of one variable, fixed by the data of the fit and used for predictions too.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Coding {
    /// Name of the variable.
    pub column: String,
    /// What is made of it.
    pub kind: Kind,
}

/// See [`Coding`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// Powers 1 to `degree` of the number minus `centre`; `label` names the first.
    Powers { label: String, centre: f64, degree: usize },
    /// Orthogonal polynomials.
    Orthogonal(OrthogonalPolynomial),
    /// A natural spline.
    Spline(NaturalSpline),
    /// One column per level, without the first unless `full`.
    Levels { levels: Vec<String>, full: bool },
}

impl Coding {
    /// Names of the columns.
    pub fn names(&self) -> Vec<String> {
        let name = &self.column;
        match &self.kind {
            Kind::Powers { label, degree, .. } => {
                (1..=*degree).map(|d| if d == 1 { label.clone() } else { format!("{label}^{d}") }).collect()
            }
            Kind::Orthogonal(p) => (1..=p.columns()).map(|i| format!("poly({name}, {})[{i}]", p.columns())).collect(),
            Kind::Spline(s) => (1..=s.columns()).map(|i| format!("ns({name}, {})[{i}]", s.columns())).collect(),
            Kind::Levels { levels, full } => levels[usize::from(!full)..].iter().map(|l| format!("{name}[{l}]")).collect(),
        }
    }

    /// The columns for one value.
    pub fn values(&self, value: &Value) -> Result<Vec<f64>, DesignError> {
        if let Kind::Levels { levels, full } = &self.kind {
            let level = value.level();
            let Some(at) = levels.iter().position(|l| *l == level) else {
                return Err(DesignError::UnknownLevel { column: self.column.clone(), level, levels: levels.clone() });
            };
            return Ok((usize::from(!full)..levels.len()).map(|l| if l == at { 1.0 } else { 0.0 }).collect());
        }
        let Value::Number(x) = value else {
            return Err(DesignError::NotNumeric { column: self.column.clone() });
        };
        Ok(match &self.kind {
            Kind::Powers { centre, degree, .. } => {
                let d = x - centre;
                std::iter::successors(Some(d), |p| Some(p * d)).take(*degree).collect()
            }
            Kind::Orthogonal(p) => p.at(*x),
            Kind::Spline(s) => s.at(*x),
            Kind::Levels { .. } => Vec::new(),
        })
    }
}
