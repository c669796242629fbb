//! What a plan has stated so far.

use crate::eval::state::State;
use crate::language::further::FurtherSpec;
use crate::language::settings::Settings;
use crate::language::spec::AnalysisSpec;
use crate::language::value::Value;
use crate::protocol::Role;
use crate::protocol::lock::Amendment;
use crate::source::{Source, Span};
use crate::syntax::ast::{Command, Expr};
use indexmap::IndexMap;
use std::sync::Arc;

/// What a plan has stated so far, beside the declarations that every script can make.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Its analyses, by id, in order.
    pub planned: IndexMap<String, Arc<PlannedStatement>>,
    /// What of the results was known, and who says so.
    pub declaration: Option<Declaration>,
    /// How amendments will be documented.
    pub amending: Option<String>,
    /// The text that the plan was reconstructed from, after results were known.
    pub reconstructed: Option<String>,
    /// Designs of studies that are eligible.
    pub designs: Vec<String>,
    /// Criteria that people apply study by study, by id.
    pub criteria: IndexMap<String, String>,
    /// What conclusions are drawn against.
    pub conclude: Vec<String>,
    /// How the risk of bias is judged and used.
    pub rob: Option<RiskOfBias>,
    /// By what certainty is rated, for each planned analysis.
    pub grades: IndexMap<String, Grading>,
    /// Whether planned estimates stay hidden until the lock.
    pub sealed: bool,
    /// Its amendments, in order.
    pub amendments: Vec<Amendment>,
    /// How it is tried on synthetic rows.
    pub dry_run: Option<DryRun>,
}

/// What of the results was known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// `none`, `some`, `all`.
    pub results_seen: String,
    /// By whom.
    pub by: Vec<String>,
    /// The date they give.
    pub on: Option<String>,
}

/// How the risk of bias is judged and used.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RiskOfBias {
    /// The tool.
    pub tool: Option<String>,
    /// The effect of interest: assignment or adherence.
    pub effect: Option<String>,
    /// Per result, outcome or study.
    pub per: Option<String>,
    /// Where judgements are used, sorted.
    pub used_in: Vec<String>,
}

/// By what the certainty of an analysis is rated.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grading {
    /// `mid`, `null`, or a number as exact decimal text.
    pub threshold: Option<String>,
    /// The optimal information size.
    pub ois: Option<SampleSize>,
}

/// Inputs of an information size, as exact decimal text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SampleSize {
    /// The difference to be found.
    pub delta: Option<String>,
    /// Type I error.
    pub alpha: Option<String>,
    /// Power.
    pub power: Option<String>,
}

/// How a plan is tried on synthetic rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DryRun {
    /// Studies.
    pub k: usize,
    /// People of a group, from and to.
    pub n: (u32, u32),
    /// The seed of the rows.
    pub seed: u64,
}

impl DryRun {
    /// What a plan asks for. Where it asks for nothing: a few studies, then enough to pass the numbers of studies that its
    /// rules name, one left out among them.
    pub fn of(state: &State) -> Vec<DryRun> {
        if let Some(dry) = state.plan.dry_run {
            return vec![dry];
        }
        let rules = state.rules.values().map(|rule| crate::eval::record::rule_words(rule, state));
        let named = rules.filter_map(|words| numbers_of_studies(&words)).max().unwrap_or(0);
        let default = DryRun::default();
        let more = DryRun { k: (named + 4).min(500), ..default };
        if more.k > default.k { vec![default, more] } else { vec![default] }
    }
}

/// The largest number that a condition sets against k.
fn numbers_of_studies(words: &str) -> Option<usize> {
    let words: Vec<&str> =
        words.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | ';')).filter(|w| !w.is_empty()).collect();
    let of = |w: &[&str]| match w {
        [k, "<" | "<=" | ">" | ">=" | "==" | "!=", n] if *k == "k" || k.ends_with(".k") => n.parse().ok(),
        _ => None,
    };
    words.windows(3).filter_map(of).max()
}

impl Default for DryRun {
    fn default() -> Self {
        DryRun { k: 6, n: (30, 120), seed: 1 }
    }
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
    /// The settings as they stood at it.
    pub settings: Settings,
    /// The values named before it.
    pub variables: IndexMap<String, Value>,
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
