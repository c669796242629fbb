//! Statement words that ask a pooled result further: more tests of small-study effects, and
//! what the result means for a decision.

use super::clauses::ClauseId as C;
use super::{Group, Subject, Verb, VerbId, verb_row as verb};

/// These verbs, in order of listing.
pub const AFTER_POOLING: &[Verb] = &[
    verb!(
        Harbord,
        "harbord",
        Analysis,
        OfAnalysis,
        &[],
        false,
        "harbord of NAME [CLAUSES]",
        "Harbord's test of small-study effects, for odds ratios and risk ratios",
        "harbord of vaccine"
    ),
    verb!(
        Peters,
        "peters",
        Analysis,
        OfAnalysis,
        &[],
        false,
        "peters of NAME [CLAUSES]",
        "Peters' test of small-study effects, for odds ratios and risk ratios",
        "peters of vaccine"
    ),
    verb!(
        Macaskill,
        "macaskill",
        Analysis,
        OfAnalysis,
        &[],
        false,
        "macaskill of NAME [CLAUSES]",
        "Macaskill's test of small-study effects, for odds ratios and risk ratios",
        "macaskill of vaccine"
    ),
    verb!(
        Ruecker,
        "ruecker",
        Analysis,
        OfAnalysis,
        &[C::Method],
        false,
        "ruecker of NAME [method classical | mixed | rank] [CLAUSES]",
        "Ruecker's test of small-study effects on arcsine differences, for counts of two groups",
        "ruecker of vaccine"
    ),
    verb!(
        Deeks,
        "deeks",
        Analysis,
        OfAnalysis,
        &[],
        false,
        "deeks of NAME [CLAUSES]",
        "Deeks' test of small-study effects, for diagnostic odds ratios",
        "deeks of vaccine measure or"
    ),
    verb!(
        PetPeese,
        "pet-peese",
        Analysis,
        OfAnalysis,
        &[C::Alternative],
        false,
        "pet-peese of NAME [alternative greater | less] [CLAUSES]",
        "The effect that regression gives for a study without error, by PET or PEESE",
        "pet-peese of vaccine"
    ),
    verb!(
        ExcessSignificance,
        "excess-significance",
        Analysis,
        OfAnalysis,
        &[C::Method, C::Alternative],
        false,
        "excess-significance of NAME [method exact | binomial | chi-squared] [alternative greater | two-sided] [CLAUSES]",
        "Whether more studies are significant than their power lets expect",
        "excess-significance of vaccine"
    ),
    verb!(
        HenmiCopas,
        "henmi-copas",
        Analysis,
        OfAnalysis,
        &[],
        false,
        "henmi-copas of NAME [CLAUSES]",
        "The common-effect mean with an interval that allows for heterogeneity, so that small studies weigh little",
        "henmi-copas of vaccine"
    ),
    verb!(
        Probability,
        "probability",
        Analysis,
        OfAnalysis,
        &[C::Beyond, C::Above, C::Below],
        false,
        "probability of NAME [beyond NUMBER | above NUMBER | below NUMBER] [CLAUSES]",
        "How probable an effect beyond a threshold is, in a new setting and on average",
        "probability of vaccine beyond 0.8"
    ),
    verb!(
        Absolute,
        "absolute",
        Analysis,
        OfAnalysis,
        &[C::Risk],
        false,
        "absolute of NAME risk PERCENT, PERCENT, … [CLAUSES]",
        "Risks, their difference and the number needed to treat at a risk without the intervention",
        "absolute of vaccine risk 1%, 5%"
    ),
    verb!(
        ReExpress,
        "re-express",
        Analysis,
        OfAnalysis,
        &[C::OnInstrument, C::Sd, C::Mid],
        false,
        "re-express of NAME [instrument ID] [sd NUMBER] [mid NUMBER] [CLAUSES]",
        "A standardised effect in units of an instrument, in minimal important differences, as an odds ratio",
        "re-express of vaccine measure or"
    ),
];
