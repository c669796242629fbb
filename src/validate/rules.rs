//! The table of rules.

use super::context::Context;
use super::finding::Sink;
use super::{choice, copies, design, direction, overlap, people, record, reported, scale, size, spread};
use crate::diagnostic::Severity;

/// One rule.
pub struct Rule {
    /// Its number; its findings have the code `E` or `W` and 350 + the number.
    pub number: u8,
    /// A few words for it.
    pub name: &'static str,
    /// How bad its findings are, unless its explanation says otherwise.
    pub severity: Severity,
    /// What it checks, why, and with which bounds.
    pub explanation: &'static str,
    /// What it catches.
    pub catches: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// Whether its errors stop `pool`.
    pub stops_pool: bool,
    /// The check; rules that are found along with another have none of their own.
    pub(super) check: Option<fn(&Context, &mut Sink)>,
}

/// The rule of a number.
pub fn rule(number: u8) -> Option<&'static Rule> {
    RULES.iter().find(|r| r.number == number)
}

use Severity::{Error, Warning};

/// All rules, by number.
pub const RULES: &[Rule] = &[
    Rule {
        number: 1,
        name: "outside the scale",
        severity: Error,
        explanation: "A mean lies within the smallest and largest score (`scale_min`, `scale_max`, or those of the instrument), and an SD is at most sqrt((M - min)(max - M) n / (n - 1)), rounding in favour of the data. Means of changes may lie between -(max - min) and max - min.",
        catches: "the wrong scale, a subscale for the total, a sum for the mean of items, a variance for an SD",
        source: "Bhatia and Davis 2000, Am Math Mon 107:353-357",
        stops_pool: true,
        check: Some(scale::range),
    },
    Rule {
        number: 2,
        name: "standard error entered as SD",
        severity: Warning,
        explanation: "The SD is below 0.4 of the median SD of the instrument's other rows, and times the root of n within a factor 1.6 of it. This row and other suspects are left out of the median; 10 people a group at least. An error where the printed p fits the numbers as standard errors and not as SDs. Rows without an instrument are compared within their outcome if there are five of them and their SDs are of one size.",
        catches: "standard errors in the place of SDs: weight and SMD too large by up to the root of n (4.5 for 20 people, 10 for 100)",
        source: "Gøtzsche et al. 2007, JAMA 298:430-437; Cochrane Handbook 6.5.2.2; cut-offs Weald's own",
        stops_pool: false,
        check: Some(spread::spreads),
    },
    Rule {
        number: 3,
        name: "SD too large",
        severity: Warning,
        explanation: "The SD is more than 2.5 times the median SD of the instrument's other rows; it is said where dividing by the root of n makes it usual, and where a standard error stated in `se1` is itself of the size of an SD.",
        catches: "an SD derived twice, an SD entered as a standard error, a variance, another metric",
        source: "Cochrane Handbook 6.5.2.2; cut-off Weald's own",
        stops_pool: false,
        check: None,
    },
    Rule {
        number: 4,
        name: "spreads of the groups",
        severity: Warning,
        explanation: "The SDs of the two groups differ by more than a factor 2, and more than chance allows (two-sided F test, p < 0.01). The SD of a change (of one group, or of each: `sd_change1`, `sd_change2`) lies between the difference and the sum of the SDs before and after, and implies no negative correlation, nor one that is 0.2 off a stated `r`; without the scores before and after nothing is computed from it, and that is said.",
        catches: "SDs of changes among those of scores, one group's standard error, swapped columns",
        source: "Cochrane Handbook 6.5.2.8 (the SD of a change); F test of equal variances",
        stops_pool: false,
        check: Some(spread::arms),
    },
    Rule {
        number: 5,
        name: "GRIM: an impossible mean",
        severity: Warning,
        explanation: "Whole scores of n people on so many items give means that are whole multiples of 1 / (n items). Checked where `items` is known (1 for a sum score), n items is below 10 to the number of printed decimals, and the row is not adjusted. Trailing zeros count.",
        catches: "typing errors, a wrong n",
        source: "Brown and Heathers 2017, Soc Psychol Personal Sci 8:363-369",
        stops_pool: false,
        check: Some(scale::whole_means),
    },
    Rule {
        number: 6,
        name: "GRIMMER, DEBIT: an impossible SD",
        severity: Warning,
        explanation: "The squares of whole scores add up to a whole number, odd or even as their sum is; an SD (denominator n - 1) that no such sum gives can't be. For answers coded 0 and 1, the SD follows from the mean.",
        catches: "typing errors, a wrong n, standard errors among SDs",
        source: "Anaya 2016, PeerJ Preprints 4:e2400v1; Allard 2018 (analytic GRIMMER); Heathers and Brown 2019 (DEBIT)",
        stops_pool: false,
        check: Some(scale::whole_spreads),
    },
    Rule {
        number: 7,
        name: "more people than there are",
        severity: Error,
        explanation: "No more people are analysed than were randomised (`randomised1`, `randomised2`, or the study's `n_randomised`), the groups make the total, and events are at most people (found on reading, E310).",
        catches: "a wrong n, a total in the place of a group, numbers of clusters",
        source: "arithmetic; Cochrane Handbook 5.5",
        stops_pool: true,
        check: Some(people::within_randomised),
    },
    Rule {
        number: 8,
        name: "people come and go",
        severity: Warning,
        explanation: "An intention-to-treat set has one size at a time, n does not rise over follow-up of one outcome and instrument, nor that of a group by more than one person (in the order of `actual_weeks` where all rows have it, else of the names of their times), and the error degrees of freedom of t or F imply about as many people as are stated (within 5% or 5).",
        catches: "numbers of another row or column, people lost and not said",
        source: "arithmetic; Cochrane Handbook 6.2.4",
        stops_pool: false,
        check: Some(people::constant),
    },
    Rule {
        number: 9,
        name: "a test that does not agree with itself",
        severity: Warning,
        explanation: "The printed p is compared with the p of the printed t or F and its degrees of freedom (without them, with any), and of the printed interval (of `effect` on the log where its middle is there). Limits and standard error of one estimate belong together. In rows marked `adjusted no`, means and SDs give t, F, p, difference, its standard error and interval, and standardised difference again, and counts give p, ratios and their interval; each that differs is named. Every number stands for all numbers that are rounded to it, and every usual way of computing it is allowed (Student, Welch and z; Hedges, Cohen and Glass; Pearson, Yates, Fisher and Wald). Where the means or counts of a row give both its p and its interval, the two are not held against one another: tables print Fisher's p beside Wald's interval, and the p of t beside 1.96 standard errors. `yi` beside counts or means is compared unless the row is marked `adjusted yes`, and told where it lies beyond two standard errors of all that they give. Where half of the p fits, and where 0.05 lies between, it is said. A column `conclusion` that says significant or not is compared too.",
        catches: "misprinted p, t, effects, limits or degrees of freedom, numbers of another row, one-sided tests, bounds given as values",
        source: "Nuijten et al. 2016, Behav Res Methods 48:1205-1226 (statcheck)",
        stops_pool: false,
        check: Some(reported::tests),
    },
    Rule {
        number: 10,
        name: "an estimate outside its interval",
        severity: Error,
        explanation: "An interval holds its estimate, within rounding. An error too where `yi`, as printed, is in the middle of its limits on the log only; a warning where an estimate lies more than 0.15 of the half-width off the middle on every scale it may have.",
        catches: "ratios and their logarithms mixed, lost signs, digits of another row",
        source: "arithmetic; Cochrane Handbook 6.3.1",
        stops_pool: true,
        check: Some(reported::intervals),
    },
    Rule {
        number: 11,
        name: "no direction",
        severity: Error,
        explanation: "An outcome that several instruments measure needs a direction, and so does every instrument that runs the other way. An error where any direction is declared, else a note.",
        catches: "effects with opposite signs in one pool",
        source: "MECIR C61; Cochrane Handbook 6.5.1.2",
        stops_pool: false,
        check: Some(direction::stated),
    },
    Rule {
        number: 12,
        name: "signs against words",
        severity: Warning,
        explanation: "The means, events or effect favour the group that the extracted conclusion (a column `conclusion`, such as `favours intervention`, or the name of an arm) does not, by the declared direction; or both groups are more than 0.5 SD worse than at baseline (a row of its own, or `mean_pre1`, `sd_pre1` and those of group 2).",
        catches: "swapped groups, lost signs, a scale that runs the other way",
        source: "Weald's own",
        stops_pool: false,
        check: Some(direction::signs),
    },
    Rule {
        number: 13,
        name: "a very large effect",
        severity: Warning,
        explanation: "The standardised mean difference, from means or from t, F with one numerator degree of freedom, d or g, is beyond 2. Where no n stands beside t or F, two groups of one size are assumed.",
        catches: "standard errors as SDs, errors of unit, tests of repeated measures taken for contrasts",
        source: "Harrer et al. (dmetar, metapsyTools: flagEffectSizes); cut-off Weald's own",
        stops_pool: false,
        check: Some(size::large),
    },
    Rule {
        number: 14,
        name: "one trial counted twice",
        severity: Error,
        explanation: "Studies that share a registration number, an overlap group or a trial each have a row for one outcome and time. Rows that all name a `subgroup` are taken for different people. `pool` refuses such rows until it is told what to do with them.",
        catches: "several reports of one trial",
        source: "Cochrane Handbook 4.6.2, 5.2.1; Tramèr et al. 1997, BMJ 315:635-640",
        stops_pool: true,
        check: Some(overlap::counted_twice),
    },
    Rule {
        number: 15,
        name: "maybe one trial",
        severity: Warning,
        explanation: "Numbers randomised (2 points; of both groups, else `n_randomised` of all), authors that overlap by 0.3 (2), baseline values (3; rows of the time before, or `mean_pre1`, `sd_pre1` and so on), place, overlapping recruitment (`recruitment_start` to `recruitment_end`) and comparison (1 each) are scored; from 3 on, with one of the first three, it is asked. A stored judgement (question `overlap of A and B`, answer `no`) ends it.",
        catches: "reports of one trial without a registration number",
        source: "Cochrane Handbook 4.6.2; Aguilera et al. 2022 (authors alone are unreliable); points Weald's own",
        stops_pool: false,
        check: Some(overlap::suspected),
    },
    Rule {
        number: 16,
        name: "a control counted twice",
        severity: Error,
        explanation: "Two groups of a study are compared with the same group `arm2` in one synthesis. An error in a store that declares arms, else a note.",
        catches: "a shared control group",
        source: "Cochrane Handbook 23.3.4",
        stops_pool: false,
        check: Some(design::shared_controls),
    },
    Rule {
        number: 17,
        name: "people who are not independent",
        severity: Error,
        explanation: "A cluster trial (`design`, or an `allocation_unit` other than persons) says `cluster_adjusted yes`, or gives a `design_effect`, or `icc` and `cluster_size`; a crossover trial gives paired results or the correlation `r`. A note in a tidy CSV.",
        catches: "false precision",
        source: "Cochrane Handbook 23.1.3, 23.2.6",
        stops_pool: false,
        check: Some(design::designs),
    },
    Rule {
        number: 18,
        name: "several rows to choose from",
        severity: Warning,
        explanation: "A study has several rows for one outcome, time and analysis set, and no `prefer` ranks what they differ in. A note in a tidy CSV.",
        catches: "choice after the results are known",
        source: "Page et al. 2016, J Clin Epidemiol 79:31-46; Mayo-Wilson et al. 2017, J Clin Epidemiol 91:95-110",
        stops_pool: false,
        check: Some(choice::several),
    },
    Rule {
        number: 19,
        name: "outside its window",
        severity: Error,
        explanation: "A row's actual time (`weeks`) lies within the window of its timepoint, and no two windows overlap. Checked where timepoints declare `from` and `to`.",
        catches: "times that drift",
        source: "Cochrane Handbook 5.3.5",
        stops_pool: false,
        check: Some(choice::windows),
    },
    Rule {
        number: 20,
        name: "changes and scores mixed",
        severity: Warning,
        explanation: "A standardised synthesis holds rows marked as changes (`score change`) beside others.",
        catches: "SMDs in units of two kinds",
        source: "Cochrane Handbook 10.5.2",
        stops_pool: false,
        check: Some(direction::mixed_scores),
    },
    Rule {
        number: 21,
        name: "numbers that stand twice",
        severity: Warning,
        explanation: "Means and SDs, with too many digits for chance (9 for both groups, 8 for one), agree between two trials, or between two times of one study; so do counts, effects with their variance, and effects with their limits (9 digits). Mean and SD of one group are those of the other (6 digits). A row says in all keys and numbers what another says.",
        catches: "rows copied and not filled in anew, fabricated data",
        source: "INSPECT-SR (Wilkinson et al. 2025)",
        stops_pool: false,
        check: Some(copies::repeated),
    },
    Rule {
        number: 22,
        name: "unlike at baseline",
        severity: Warning,
        explanation: "Groups differ by more than 0.5 SD at baseline, with p < 0.005: in a row of its own, or in `mean_pre1`, `sd_pre1` and those of group 2.",
        catches: "a randomisation that failed or was none",
        source: "INSPECT-SR (Wilkinson et al. 2025); RoB 2, domain 1",
        stops_pool: false,
        check: Some(copies::imbalance),
    },
    Rule {
        number: 23,
        name: "no provenance",
        severity: Error,
        explanation: "A row does not say where its numbers were found (`from`) while others do. In a tidy CSV a note; where no row says it, one note.",
        catches: "numbers that nobody can find again",
        source: "MECIR C43, C46; Cochrane Handbook 5.4",
        stops_pool: false,
        check: Some(record::provenance),
    },
    Rule {
        number: 24,
        name: "extractors disagree",
        severity: Warning,
        explanation: "Two rows with the same keys and different `extractor` hold different numbers, and none is the `consensus`. Where one is, `pool` takes it and leaves those of single extractors out.",
        catches: "open disagreements",
        source: "MECIR C45; Cochrane Handbook 5.5.2",
        stops_pool: false,
        check: Some(record::extractors),
    },
    Rule {
        number: 25,
        name: "medians of skewed data",
        severity: Warning,
        explanation: "A median with quartiles or range is converted to a mean, and the test of skewness rejects at 5%.",
        catches: "conversions that the data don't bear",
        source: "Shi et al. 2023, Res Synth Methods 14:588-604",
        stops_pool: false,
        check: Some(size::skewed),
    },
    Rule {
        number: 26,
        name: "risk of bias not judged",
        severity: Error,
        explanation: "A study with results has no judgement in a store that holds judgements.",
        catches: "gaps",
        source: "MECIR C52; Cochrane Handbook 8.1",
        stops_pool: false,
        check: Some(record::risk_of_bias),
    },
    Rule {
        number: 27,
        name: "retracted or in doubt",
        severity: Warning,
        explanation: "The study's field `retraction` says something other than `no`.",
        catches: "retractions and expressions of concern",
        source: "MECIR C48; INSPECT-SR, domain 1",
        stops_pool: false,
        check: Some(record::retracted),
    },
    Rule {
        number: 29,
        name: "registered after the search",
        severity: Warning,
        explanation: "The date of a registration of the review (or the year and month in an INPLASY number) is later than the last search.",
        catches: "plans that could know their results",
        source: "PRISMA 2020, item 24a; Cochrane Handbook 1.5",
        stops_pool: false,
        check: Some(record::registration),
    },
    Rule {
        number: 30,
        name: "one fact with two values",
        severity: Warning,
        explanation: "Two of the review's `statements` about one fact differ.",
        catches: "contradictions within a report",
        source: "Weald's own",
        stops_pool: false,
        check: Some(record::statements),
    },
];

/// The table for `docs/data-checks.md`.
pub fn markdown() -> String {
    let mut out = String::new();
    for rule in RULES {
        let severity = if rule.severity == Error { "error" } else { "warning" };
        let stops = if rule.stops_pool { ", stops `pool`" } else { "" };
        out.push_str(&format!(
            "### {}. {}{}\n\n",
            rule.number,
            rule.name.get(..1).unwrap_or("").to_uppercase(),
            rule.name.get(1..).unwrap_or("")
        ));
        let letter = if rule.severity == Error { 'E' } else { 'W' };
        out.push_str(&format!("`{letter}{}`, {severity}{stops}. {}\n\n", 350 + u32::from(rule.number), rule.explanation));
        out.push_str(&format!("Catches {}. Source: {}.\n\n", rule.catches, rule.source));
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}
