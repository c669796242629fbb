//! What a plan has stated so far.

use crate::language::further::FurtherSpec;
use crate::language::spec::AnalysisSpec;
use crate::protocol::Role;
use crate::source::{Source, Span};
use crate::syntax::ast::{Command, Expr};
use indexmap::IndexMap;
use std::sync::Arc;

/// What a plan has stated so far, beside the declarations that every script can make.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Its analyses, by id, in order.
    pub planned: IndexMap<String, Arc<PlannedStatement>>,
}

/// One planned analysis.
#[derive(Debug, Clone)]
pub struct PlannedStatement {
    /// `P1`; an instance of a generic one is `L1[P1]`.
    pub id: String,
    /// The id of the generic statement it is an instance of.
    pub generic: Option<String>,
    /// What it is for.
    pub role: Role,
    /// The planned analysis it belongs to.
    pub parent: Option<String>,
    /// The statement that runs it, without its gate and reasons.
    pub command: Command,
    /// Under which condition it is run.
    pub gate: Option<Expr>,
    /// Why.
    pub because: Option<String>,
    /// The direction that is expected.
    pub expects: Option<String>,
    /// The text it stands in.
    pub source: Source,
    /// The place of the `plan` statement.
    pub span: Span,
    /// Resolved.
    pub asked: Asked,
}

/// What a planned statement asks, resolved.
#[derive(Debug, Clone)]
pub enum Asked {
    /// A pooled analysis.
    Pool(Box<AnalysisSpec>),
    /// A verb on a result.
    Further(Box<FurtherSpec>),
    /// `apply RULE to NAME`.
    Apply {
        /// The rule.
        rule: String,
        /// What it is applied to.
        of: Box<AnalysisSpec>,
    },
}

impl PlannedStatement {
    /// The specification of the pooled analysis that it is or works on.
    pub fn spec(&self) -> &AnalysisSpec {
        match &self.asked {
            Asked::Pool(spec) | Asked::Apply { of: spec, .. } => spec,
            Asked::Further(further) => &further.base,
        }
    }
}
