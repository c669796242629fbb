//! The words a clause can choose from.

use super::{Choice, ChoiceValue as V};
use crate::language::spec::{Conventions, I2Definition, PoolModel};
use crate::stats::effect::{Measure as M, Medians, SmdVariance, ZeroPolicy as Z};
use crate::stats::multilevel::RobustKind;
use crate::stats::pool::{CiMethod, PiMethod, Tau2Estimator as T};

/// A row of the table.
const fn choice(name: &'static str, aliases: &'static [&'static str], value: V, source: &'static str, summary: &'static str) -> Choice {
    Choice { name, aliases, summary, source, value }
}

/// A measure.
const fn measure(name: &'static str, value: M, summary: &'static str) -> Choice {
    choice(name, &[], V::Measure(value), value.citation(), summary)
}

/// Effect measures.
pub const MEASURES: &[Choice] = &[
    measure("md", M::Md, "Mean difference"),
    measure("smd", M::Smd, "Standardised mean difference, Hedges' g with the exact correction"),
    choice("smd1", &["glass"], V::Measure(M::Smd1), M::Smd1.citation(), "Standardised by the SD of group 2, Glass' delta"),
    measure("smdh", M::Smdh, "Standardised by the average of the two variances"),
    measure("rom", M::Rom, "Log ratio of means"),
    measure("or", M::Or, "Log odds ratio"),
    measure("rr", M::Rr, "Log risk ratio"),
    measure("rd", M::Rd, "Risk difference"),
    measure("as", M::As, "Arcsine risk difference"),
    measure("peto", M::Peto, "Peto's log odds ratio"),
    measure("hr", M::Hr, "Log hazard ratio, from what is reported"),
    measure("irr", M::Irr, "Log incidence rate ratio"),
    measure("ird", M::Ird, "Incidence rate difference"),
    measure("irsd", M::Irsd, "Difference of square-root rates"),
    measure("cor", M::Cor, "Correlation"),
    measure("zcor", M::Zcor, "Fisher's z of a correlation"),
    measure("ucor", M::Ucor, "Correlation, bias-corrected"),
    measure("pr", M::Pr, "Proportion"),
    measure("pln", M::Pln, "Log proportion"),
    measure("plo", M::Plo, "Logit proportion"),
    measure("pas", M::Pas, "Arcsine square-root proportion"),
    measure("pft", M::Pft, "Freeman-Tukey double arcsine proportion"),
    measure("ir", M::Ir, "Incidence rate"),
    measure("irln", M::Irln, "Log incidence rate"),
    measure("irs", M::Irs, "Square-root incidence rate"),
    measure("irft", M::Irft, "Freeman-Tukey incidence rate"),
    measure("mn", M::Mn, "Mean"),
    measure("mnln", M::Mnln, "Log mean"),
    measure("mc", M::Mc, "Mean change"),
    measure("smcc", M::Smcc, "Mean change standardised by the SD of the change"),
    measure("smcr", M::Smcr, "Mean change standardised by the SD before"),
    measure("romc", M::Romc, "Log ratio of means after and before"),
    measure("dppc", M::Dppc, "Difference of two groups' mean changes, standardised by the pooled SD before"),
    choice("generic", &["giv", "gen"], V::Measure(M::Generic), "", "An effect with its variance, as given"),
];

/// Variances of a standardised mean difference.
pub const VARIANCES: &[Choice] = &[
    choice("ls", &[], V::Variance(SmdVariance::Ls), "Hedges 1982, eq. 8", "The large-sample variance"),
    choice("ub", &[], V::Variance(SmdVariance::Ub), "Hedges 1983, eq. 9", "The unbiased variance"),
];

/// A random-effects model.
const fn random(name: &'static str, value: T, source: &'static str, summary: &'static str) -> Choice {
    choice(name, &[], V::Model(PoolModel::Random(value)), source, summary)
}

/// Models.
pub const MODELS: &[Choice] = &[
    choice(
        "common",
        &["fixed", "equal", "ee", "fe", "ce"],
        V::Model(PoolModel::Common),
        "Birge 1932; Cochran 1937",
        "One true effect, inverse-variance weights",
    ),
    choice("random", &["re"], V::RandomDefault, "", "Random effects with the edition's estimator of tau2"),
    random("dl", T::Dl, "DerSimonian & Laird 1986", "Random effects, DerSimonian-Laird"),
    random("he", T::He, "Hedges 1983; Hedges & Olkin 1985", "Random effects, Hedges"),
    random("hs", T::Hs, "Schmidt & Hunter 1990", "Random effects, Hunter-Schmidt"),
    random("hsk", T::Hsk, "Brannick et al. 2019", "Random effects, Hunter-Schmidt with small-sample correction"),
    random("sj", T::Sj, "Sidik & Jonkman 2005", "Random effects, Sidik-Jonkman"),
    random("ml", T::Ml, "Hardy & Thompson 1996", "Random effects, maximum likelihood"),
    random("reml", T::Reml, "Viechtbauer 2005; Raudenbush 2009", "Random effects, restricted maximum likelihood"),
    random("eb", T::Eb, "Morris 1983; Berkey et al. 1995", "Random effects, empirical Bayes"),
    random("pm", T::Pm, "Paule & Mandel 1982", "Random effects, Paule-Mandel"),
    random("pmm", T::Pmm, "Viechtbauer 2021", "Random effects, median-unbiased Paule-Mandel"),
    choice("mh", &[], V::Model(PoolModel::MantelHaenszel), "Mantel & Haenszel 1959; Robins et al. 1986", "Mantel-Haenszel"),
    choice("peto", &[], V::Model(PoolModel::Peto), "Yusuf et al. 1985", "Peto's one-step method"),
];

/// Intervals.
pub const CI: &[Choice] = &[
    choice("wald", &["z"], V::Ci(CiMethod::Wald), "", "Normal quantile"),
    choice("t", &[], V::Ci(CiMethod::T), "Follmann & Proschan 1999", "Student's t quantile with k - 1 degrees of freedom"),
    choice("hksj", &["hk", "knha"], V::Ci(CiMethod::Hksj), "Hartung & Knapp 2001; Sidik & Jonkman 2002", "Hartung-Knapp-Sidik-Jonkman"),
    choice(
        "mhksj",
        &["adhoc"],
        V::Ci(CiMethod::Mhksj),
        "Knapp & Hartung 2003; Röver et al. 2015",
        "hksj with the standard error never below wald",
    ),
];

/// Prediction intervals.
pub const PI: &[Choice] = &[
    choice("t", &[], V::Pi(PiMethod::T), "Veroniki et al. 2019", "Student's t quantile with k - 1 degrees of freedom"),
    choice(
        "riley",
        &["hts"],
        V::Pi(PiMethod::Riley),
        "Higgins et al. 2009; Riley et al. 2011",
        "Student's t quantile with k - 2 degrees of freedom",
    ),
    choice("normal", &[], V::Pi(PiMethod::Normal), "Skipka 2006", "Normal quantile"),
    choice("matches", &[], V::Pi(PiMethod::Matches), "", "The quantile of the confidence interval"),
    choice("none", &[], V::Pi(PiMethod::None), "", "No prediction interval"),
];

/// Definitions of I2.
pub const I2: &[Choice] = &[
    choice("q", &[], V::I2(I2Definition::Q), "Higgins & Thompson 2002", "(Q - df) / Q"),
    choice("tau2", &[], V::I2(I2Definition::Tau2), "Higgins & Thompson 2002", "tau2 / (tau2 + typical variance)"),
];

/// Zero-cell policies.
pub const ZERO: &[Choice] = &[
    choice("default", &[], V::Zero(Z::Edition), "", "What the edition does with this measure, as methods.md lists"),
    choice("none", &[], V::Zero(Z::None), "", "No correction"),
    choice("only-zero-studies", &[], V::Zero(Z::OnlyZeroStudies), "Gart & Zweifel 1967", "0.5 to every cell of a study that has a zero"),
    choice("all-studies", &[], V::Zero(Z::AllStudies), "", "0.5 to every cell of every study"),
    choice("tacc", &[], V::Zero(Z::Tacc), "Sweeting et al. 2004", "A correction in proportion to the other arm's reciprocal size"),
    choice(
        "drop-double-zero",
        &[],
        V::Zero(Z::DropDoubleZero),
        "",
        "0.5 in studies with a zero; studies without events, or with nothing but events, leave",
    ),
];

/// Corrections of a cluster-robust standard error.
pub const ROBUST: &[Choice] = &[
    choice("cr0", &[], V::Robust(Some(RobustKind::Cr0)), "Liang & Zeger 1986", "The sandwich without a correction"),
    choice("cr1", &[], V::Robust(Some(RobustKind::Cr1)), "Hedges et al. 2010", "Times trials / (trials - 1)"),
    choice("cr1p", &[], V::Robust(Some(RobustKind::Cr1p)), "Hedges et al. 2010", "Times trials / (trials - coefficients)"),
    choice(
        "cr2",
        &[],
        V::Robust(Some(RobustKind::Cr2)),
        "Bell & McCaffrey 2002; Tipton & Pustejovsky 2015",
        "Bias-reduced linearisation; the choice for few trials",
    ),
    choice("none", &[], V::Robust(None), "", "The model's own standard error alone"),
];

/// Other programs' defaults.
pub const CONVENTIONS: &[Choice] = &[
    choice("metafor", &[], V::Conventions(Some(Conventions::Metafor)), "Viechtbauer 2010", "Those of metafor 5.1"),
    choice("revman5", &["revman"], V::Conventions(Some(Conventions::Revman5)), "Deeks & Higgins 2010", "Those of RevMan 5.4"),
    choice("none", &["weald"], V::Conventions(None), "", "The edition's own"),
];

/// Whether subgroups share tau2.
pub const TAU2_SHARING: &[Choice] = &[
    choice("separate", &[], V::SharedTau2(false), "", "Each subgroup has its own tau2"),
    choice("common", &[], V::SharedTau2(true), "", "All subgroups share one tau2"),
];

/// A word that stands for itself.
const fn word(name: &'static str, source: &'static str, summary: &'static str) -> Choice {
    choice(name, &[], V::Word(name), source, summary)
}

/// Predictors of a regression test.
pub const PREDICTORS: &[Choice] = &[
    word("se", "Egger et al. 1997", "The standard error"),
    word("vi", "", "The sampling variance"),
    word("n", "", "The number of people"),
    word("ninv", "", "One over the number of people"),
    word("modified", "Pustejovsky & Rodgers 2019", "The square root of 1/n1 + 1/n2, for standardised mean differences"),
];

/// Variants of tests.
pub const METHODS: &[Choice] = &[
    word("classical", "Egger et al. 1997", "Egger, Ruecker: weighted regression, t with k - 2 df"),
    word("mixed", "Thompson & Sharp 1999", "Egger: meta-regression under the analysis' own model; Ruecker: under DerSimonian and Laird's"),
    word("rosenthal", "Rosenthal 1979", "Fail-safe N: studies of no effect that would make the pooled test non-significant"),
    word("orwin", "Orwin 1983", "Fail-safe N: studies of no effect that would bring the effect down to `target`"),
    word("rosenberg", "Rosenberg 2005", "Fail-safe N: as rosenthal, weighted"),
    word("multilevel", "Rodgers & Pustejovsky 2021", "Egger: the predictor as a moderator of a multilevel analysis"),
    word("rank", "Rücker et al. 2008", "Ruecker: rank correlation of arcsine differences and their variances"),
    word("exact", "Francis 2013", "Excess significance: each study with its own power"),
    word("binomial", "Ioannidis & Trikalinos 2007", "Excess significance: all studies with the mean power"),
    word("chi-squared", "Ioannidis & Trikalinos 2007", "Excess significance: observed against expected, one degree of freedom"),
    word("nonparametric", "Efron 1979", "`bootstrap`: studies are drawn with replacement"),
    word("parametric", "Van den Noortgate & Onghena 2005", "`bootstrap`: effects are simulated from the fitted model"),
    word(
        "wild",
        "Cameron et al. 2008; Joshi et al. 2022",
        "`bootstrap`: a test by which the residuals of whole trials change sign; all sign patterns where they are few",
    ),
    word("webb", "Webb 2023", "`bootstrap`: as wild, with six-point weights, for very few trials"),
];

/// Estimators of trim-and-fill.
pub const TRIM_ESTIMATORS: &[Choice] =
    &[word("l0", "Duval & Tweedie 2000", "L0"), word("r0", "Duval & Tweedie 2000", "R0"), word("q0", "Duval & Tweedie 2000", "Q0")];

/// Sides of a funnel.
pub const SIDES: &[Choice] =
    &[word("left", "", "Studies with small effects are missing"), word("right", "", "Studies with large effects are missing")];

/// Sides of a test.
pub const ALTERNATIVES: &[Choice] = &[
    word("greater", "", "PET-PEESE: effects above no effect are expected; excess significance: more significant studies than expected"),
    word("less", "", "PET-PEESE: effects below no effect are expected"),
    word("two-sided", "", "Excess significance: more or fewer significant studies than expected"),
];

/// Means that Orwin's fail-safe number starts from.
pub const MEANS: &[Choice] =
    &[word("plain", "Orwin 1983", "The plain mean of the effects"), word("weighted", "", "The mean with inverse-variance weights")];

/// Layouts of forests.
pub const LAYOUTS: &[Choice] = &[
    word("weald", "", "Names and data, the plot, effects and weights"),
    word("revman", "", "As RevMan prints it: all columns left of the plot"),
    word("jama", "", "As JAMA prints it: no tau2, P without a leading zero"),
    word("bmj", "", "As The BMJ prints it: events and people with a slash, intervals with `to`"),
];

/// What a rule can run on a result, for `apply`.
pub const RULE_TESTS: &[Choice] = &[
    choice("leave-one-out", &["each"], V::Word("leave-one-out"), "", "Without each study in turn"),
    word("influence", "", "Deletion diagnostics"),
    word("baujat", "", "Which studies make the heterogeneity"),
    word("egger", "Egger et al. 1997", "Egger's test"),
    word("begg", "Begg & Mazumdar 1994", "The rank test"),
    word("harbord", "Harbord et al. 2006", "Harbord's test"),
    word("peters", "Peters et al. 2006", "Peters' test"),
    word("trim-and-fill", "Duval & Tweedie 2000", "Trim-and-fill"),
    word("fail-safe", "Rosenthal 1979", "Fail-safe N"),
];

/// Ways from medians to means.
pub const MEDIANS: &[Choice] = &[
    choice(
        "luo",
        &[],
        V::Medians(Medians::Luo),
        "Luo et al. 2018; Wan et al. 2014; Shi et al. 2020",
        "Mean by Luo 2018, SD by Wan 2014 and Shi 2020",
    ),
    choice("wan", &[], V::Medians(Medians::Wan), "Wan et al. 2014", "Mean and SD by Wan 2014"),
    choice("unskewed", &[], V::Medians(Medians::Unskewed), "Shi et al. 2023", "As `luo`; rows that a test finds skewed are left out"),
    choice("none", &[], V::Medians(Medians::None), "", "Rows with medians are left out"),
];
