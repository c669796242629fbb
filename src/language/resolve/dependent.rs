//! Verbs on results whose effects are not independent.

use super::clause_span;
use crate::diagnostic::Problem;
use crate::language::spec::{AnalysisSpec, ModelChoice, PoolModel};
use crate::language::vocabulary::{Subject, Verb, VerbId};
use crate::stats::pool::Tau2Estimator;
use crate::syntax::ast::Command;

/// Whether a verb has an answer for a multilevel model.
fn knows_levels(id: VerbId) -> bool {
    use VerbId::{Bootstrap, Contrast, Cumulative, Egger, LeaveOneOut, Predict, Profile, Regress, Robustness, Selection, Test, Vif};
    matches!(
        id,
        LeaveOneOut | Cumulative | Bootstrap | Profile | Robustness | Selection | Egger | Regress | Predict | Contrast | Test | Vif
    )
}

/// Refuses what would take the effects of a multilevel analysis for independent.
pub(super) fn fits(verb: &Verb, base: &AnalysisSpec, command: &Command, problems: &mut Vec<Problem>) -> Option<()> {
    if !base.is_multilevel() || knows_levels(verb.id) {
        return Some(());
    }
    let of = if verb.subject == Subject::OfAnalysis { "of " } else { "" };
    let why = match verb.id {
        VerbId::Influence | VerbId::Baujat => "moves one effect at a time through a model without levels",
        VerbId::Blup => "predicts the effects of a model without levels",
        _ => "takes effects for independent",
    };
    let instead = match verb.id {
        VerbId::Influence | VerbId::Baujat | VerbId::Gosh => "`leave-one-out of NAME by trial` shows what each trial moves; ".to_owned(),
        VerbId::Permute => "`bootstrap of NAME method wild` is the test by resampling for such effects; ".to_owned(),
        _ => String::new(),
    };
    problems.push(
        Problem::error("E423", format!("`{}` {why}, and this analysis keeps several effects of one trial apart", verb.name))
            .at(command.span, "of a multilevel analysis")
            .help(format!("{instead}`{} {of}NAME combine rho 0.5` works on one effect per trial", verb.name)),
    );
    None
}

/// Whether the variances can be estimated anew in every draw.
pub(super) fn can_be_wild(base: &AnalysisSpec, command: &Command, problems: &mut Vec<Problem>) -> Option<()> {
    let fits = |m: &PoolModel| matches!(m, PoolModel::Common | PoolModel::Random(Tau2Estimator::Reml | Tau2Estimator::Ml));
    let refused = match &base.model.value {
        ModelChoice::One(model) => (!fits(model)).then(|| model.name()),
        ModelChoice::FirstOf(models) => models.first().filter(|m| !fits(m)).map(|m| m.name()),
        ModelChoice::Rule(_) => None,
    };
    let Some(model) = refused else { return Some(()) };
    problems.push(
        Problem::error("E411", format!("a wild bootstrap fits `reml`, `ml` or `common` in every draw, and the model is `{model}`"))
            .at(clause_span(command, "model"), "does not fit the model")
            .help("write `bootstrap of NAME model reml method wild`"),
    );
    None
}
