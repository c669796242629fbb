//! Statement words that say for the whole review how rows are converted; each is a clause of
//! `pool` as well.

use super::{Group, Subject, Verb, VerbId, verb_row as verb};

/// These verbs, in order of listing.
pub const OF_CONVERSIONS: &[Verb] = &[
    verb!(
        MultiArm,
        "multiarm",
        SettingUp,
        Other,
        &[],
        false,
        "multiarm combine | split | as_given",
        "What is done with several groups of a study that are compared with one",
        "multiarm combine"
    ),
    verb!(
        Cluster,
        "cluster",
        SettingUp,
        Other,
        &[],
        false,
        "cluster icc NUMBER | own [inflate] [from \"SOURCE\"]",
        "How trials that randomised whole clusters are adjusted",
        "cluster icc 0.05 from \"Campbell 2000\""
    ),
    verb!(
        Crossover,
        "crossover",
        SettingUp,
        Other,
        &[],
        false,
        "crossover first_period | paired [r NUMBER] | as_given",
        "What is used of crossover trials",
        "crossover paired r 0.5"
    ),
    verb!(
        Impute,
        "impute",
        SettingUp,
        Other,
        &[],
        false,
        "impute sd [from REPORTED, …] [else not_pooled | borrow same_instrument] [median | largest | pooled]",
        "Where a missing SD comes from, in this order: se, ci, t, p, or the SDs of other studies",
        "impute sd from se, ci, t, p else borrow same_instrument median"
    ),
    verb!(
        Corr,
        "corr",
        SettingUp,
        Other,
        &[],
        false,
        "corr NUMBER | none [from \"SOURCE\"]",
        "The correlation between scores before and after, where none is reported",
        "corr 0.5"
    ),
    verb!(
        Medians,
        "medians",
        SettingUp,
        Other,
        &[],
        false,
        "medians luo | wan | unskewed | none",
        "How medians become means",
        "medians unskewed"
    ),
];
