//! The statistics that conditions of rules read: which, by which definition, under which model.

use crate::diagnostic::Problem;
use crate::eval::state::State;
use crate::language::settings::model_of;
use crate::language::spec::PoolModel;
use crate::language::suggest::or_list;
use crate::language::vocabulary::{self, MODELS};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind};

/// Which statistic.
#[derive(Debug, Clone, PartialEq)]
pub enum Stat {
    /// How many effects.
    K,
    /// How many people.
    People,
    /// Cochran's Q.
    Q,
    /// The p of Q.
    PofQ,
    /// I2 from Q.
    I2Q,
    /// Q over its degrees of freedom.
    H2,
    /// I2 from tau2.
    I2Tau2,
    /// The between-study variance.
    Tau2,
    /// Its square root.
    Tau,
    /// The percentage of the pooled effects for whose rows a condition holds.
    Share(Box<Expr>),
    /// The number of pooled effects for whose rows a condition holds.
    Studies(Box<Expr>),
    /// A recorded human judgement.
    Judgement,
}

/// A statistic with everything that defines it.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// As conditions write it: `i2(q, common)`.
    pub name: String,
    /// Which.
    pub stat: Stat,
    /// The model its argument fixes.
    pub model: Option<PoolModel>,
}

/// When a statistic exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exists {
    /// Always.
    Always,
    /// From so many effects on.
    From(usize),
    /// Only where the data say it, whatever k.
    IfStated,
}

impl Trigger {
    fn new(name: impl Into<String>, stat: Stat, model: Option<PoolModel>) -> Self {
        Self { name: name.into(), stat, model }
    }

    /// A recorded judgement.
    pub fn judgement(name: &str) -> Self {
        Self::new(name, Stat::Judgement, None)
    }

    /// Whether it rests on a between-study variance whose model is not fixed.
    pub fn depends_on_model(&self) -> bool {
        matches!(self.stat, Stat::Tau2 | Stat::Tau | Stat::I2Tau2) && self.model.is_none()
    }

    /// Whether it is a heterogeneity statistic.
    pub fn is_heterogeneity(&self) -> bool {
        matches!(self.stat, Stat::Q | Stat::PofQ | Stat::I2Q | Stat::H2 | Stat::I2Tau2 | Stat::Tau2 | Stat::Tau)
    }

    /// Whether it is a percentage.
    pub fn is_percent(&self) -> bool {
        matches!(self.stat, Stat::I2Q | Stat::I2Tau2 | Stat::Share(_))
    }

    /// When it exists.
    pub fn exists(&self) -> Exists {
        match self.stat {
            Stat::K | Stat::Studies(_) | Stat::Judgement => Exists::Always,
            Stat::Share(_) => Exists::From(1),
            Stat::People => Exists::IfStated,
            _ => Exists::From(2),
        }
    }

    /// What it is, in words: definition, model, study set.
    pub fn definition(&self) -> String {
        let model = |default: &str| match self.model {
            Some(model) => format!("with tau2 by {}", model.name()),
            None => default.to_owned(),
        };
        match &self.stat {
            Stat::K => "how many effects would be pooled, one a trial where effects are combined".into(),
            Stat::People => "how many people, those of one trial once; it exists where every study says how many".into(),
            Stat::Q => "Cochran's Q, with the weights of the common-effect model, of the effects that would be pooled".into(),
            Stat::PofQ => "the p of Q, chi-squared with k - 1 degrees of freedom".into(),
            Stat::I2Q => "I2 from Q: (Q - df) / Q, with the weights of the common-effect model".into(),
            Stat::H2 => "Q over its degrees of freedom".into(),
            Stat::I2Tau2 => format!("I2 from tau2: tau2 / (tau2 + typical variance), {}", model("under the analysis' default model")),
            Stat::Tau2 => format!("the between-study variance, {}", model("under the analysis' default model")),
            Stat::Tau => format!("the between-study standard deviation, {}", model("under the analysis' default model")),
            Stat::Share(_) => {
                "the percentage of the effects that would be pooled for which the condition holds; a missing value counts as not".into()
            }
            Stat::Studies(_) => "how many of the effects that would be pooled meet the condition; a missing value counts as not".into(),
            Stat::Judgement => "a judgement recorded by `judge`".into(),
        }
    }
}

/// The trigger that an expression names, if it names one.
pub fn trigger_of(expr: &Expr, state: &State) -> Option<Result<Trigger, Problem>> {
    match &expr.kind {
        ExprKind::Name(name) => bare(name, state).map(Ok),
        ExprKind::Call(name, args) => called(&name.text, args, expr.span),
        _ => None,
    }
}

/// A trigger without parentheses.
pub fn bare(name: &str, state: &State) -> Option<Trigger> {
    let lower = name.to_ascii_lowercase();
    let stat = match lower.as_str() {
        "k" => Stat::K,
        "n" | "participants" => Stat::People,
        "q" => Stat::Q,
        "h2" => Stat::H2,
        "tau2" => Stat::Tau2,
        "tau" => Stat::Tau,
        _ => return state.judgements.iter().any(|j| j.name == name).then(|| Trigger::judgement(name)),
    };
    Some(Trigger::new(lower, stat, None))
}

/// A trigger with its definition, model or condition in parentheses.
pub fn called(name: &str, args: &[Expr], span: Span) -> Option<Result<Trigger, Problem>> {
    let lower = name.to_ascii_lowercase();
    match lower.as_str() {
        "share" | "studies" => Some(match args {
            [condition] => {
                let condition = Box::new(condition.clone());
                let text = format!("{lower}({condition})");
                Ok(Trigger::new(text, if lower == "share" { Stat::Share(condition) } else { Stat::Studies(condition) }, None))
            }
            _ => Err(Problem::error("E228", format!("`{lower}` takes one condition on rows"))
                .at(span, "not one condition")
                .help(format!("write `{lower}(rob == \"high\")`"))),
        }),
        "i2" | "p" | "q" | "h2" | "tau2" | "tau" => Some(defined(&lower, args, span)),
        _ => None,
    }
}

/// `i2(q)`, `i2(q, common)`, `i2(tau2, dl)`, `p(q)`, `tau2(reml)`.
fn defined(name: &str, args: &[Expr], span: Span) -> Result<Trigger, Problem> {
    let word = |e: &Expr| if let ExprKind::Name(w) = &e.kind { Some(w.to_ascii_lowercase()) } else { None };
    let own = matches!(name, "i2" | "p");
    let (definition, model) = match (own, args) {
        (true, [d]) => (word(d), None),
        (true, [d, m]) => (word(d), Some(m)),
        (false, [m]) => (None, Some(m)),
        _ if name == "i2" => {
            return Err(Problem::error("E227", "`i2` has two definitions, and they differ")
                .at(span, "which one?")
                .help("write `i2(q)` for (Q - df) / Q or `i2(tau2, reml)` for tau2 / (tau2 + typical variance)"));
        }
        _ => {
            return Err(Problem::error("E228", format!("`{name}` is not asked for like this"))
                .at(span, "not these words in parentheses")
                .help(if own { "write `p(q)`".to_owned() } else { format!("write `{name}`, or `{name}(reml)` under a model") }));
        }
    };
    let stat = match (name, definition.as_deref()) {
        ("i2", Some("q")) => Stat::I2Q,
        ("i2", Some("tau2")) => Stat::I2Tau2,
        ("p", Some("q")) => Stat::PofQ,
        ("q", None) => Stat::Q,
        ("h2", None) => Stat::H2,
        ("tau2", None) => Stat::Tau2,
        ("tau", None) => Stat::Tau,
        _ => {
            return Err(Problem::error("E228", format!("`{name}` has no definition `{}`", definition.unwrap_or_default()))
                .at(span, "unknown definition")
                .help(if name == "p" { "write `p(q)`" } else { "write `i2(q)` or `i2(tau2, reml)`" }));
        }
    };
    let model = model.map(|m| read_model(m, &stat)).transpose()?;
    let inside: Vec<String> = definition.into_iter().chain(model.map(PoolModel::name)).collect();
    Ok(Trigger::new(format!("{name}({})", inside.join(", ")), stat, model))
}

/// The model in parentheses: `common` for what rests on Q, an estimator for what rests on tau2.
fn read_model(expr: &Expr, stat: &Stat) -> Result<PoolModel, Problem> {
    let word = if let ExprKind::Name(w) = &expr.kind { w.as_str() } else { "" };
    let choice = vocabulary::choice(MODELS, word).map(|c| model_of(c.value));
    let of_q = matches!(stat, Stat::Q | Stat::PofQ | Stat::I2Q | Stat::H2);
    match choice {
        Some(PoolModel::Common) if of_q => Ok(PoolModel::Common),
        Some(PoolModel::Random(estimator)) if !of_q => Ok(PoolModel::Random(estimator)),
        Some(_) if of_q => {
            Err(Problem::error("E228", "Q is computed with the weights of the common-effect model, whatever the model of the analysis")
                .at(expr.span, "another model")
                .help("write `common` here, or leave the model out"))
        }
        Some(_) => Err(Problem::error("E228", "there is no tau2 under this model")
            .at(expr.span, "not a random-effects model")
            .help("write an estimator of tau2, such as `reml` or `dl`")),
        None => {
            let names: Vec<&str> = if of_q {
                vec!["common"]
            } else {
                MODELS.iter().filter(|c| matches!(model_of(c.value), PoolModel::Random(_))).map(|c| c.name).collect()
            };
            Err(Problem::error("E228", "the word in parentheses is no model")
                .at(expr.span, "unknown model")
                .help(format!("it takes {}", or_list(&names, 20))))
        }
    }
}
