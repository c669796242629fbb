//! Codes of warnings and notes.

use super::codes::{Code, code};

/// These codes, in order.
pub const CODES: &[Code] = &[
    code(
        "W204",
        "a text is compared that no row holds",
        "The comparison is never true. The help line names the nearest value of the column.",
    ),
    code("W205", "a name is also a word of a clause", "After that clause it is the word. Another name avoids the doubt."),
    code(
        "W206",
        "a condition rests on a value that does not exist",
        "Neither branch of the `if` runs. `missing(x)` asks whether a value is missing.",
    ),
    code(
        "W207",
        "a result is written twice",
        "The data already hold a result of this study for the same outcome, timepoint, set, instrument and comparison. Both are kept, and pooling them asks what to do with dependent effects.",
    ),
    code(
        "W208",
        "`estimate` is on the analysis scale",
        "For ratios, proportions and correlations the printed number is on the natural scale: `display` and `display_ci`.",
    ),
    code(
        "W209",
        "the outcome's own measure goes before `set measure`",
        "An outcome declared with a measure keeps it: a setting for all outcomes does not change what one of them says of itself. A `measure` clause on the statement goes before both.",
    ),
    code(
        "W210",
        "a measure that the data do not allow",
        "No row of the outcome holds the numbers that the measure is computed from, so that nothing is pooled.",
    ),
    code(
        "W211",
        "an instrument of an outcome that is not known",
        "Its direction would never be used. The outcome may be misspelt, or declared only later.",
    ),
    code(
        "W310",
        "a column that looks like another",
        "A column without a meaning of its own is a moderator. Its name looks like that of a column with a meaning; rename it if that was meant.",
    ),
    code(
        "W311",
        "names that differ only in case or spaces",
        "They count as two. If they are one study, outcome or level, write them alike.",
    ),
    code(
        "W312",
        "a standard deviation of 0",
        "Nobody would differ from anybody. Most often 0 stands for `not reported`; then leave the cell empty.",
    ),
    code("W313", "a p-value of 0", "No test gives exactly 0. A printed 0.000 is a bound: write `<0.001`."),
    code(
        "W314",
        "a column is read as words because of a few cells",
        "A moderator is numeric only if all its cells are numbers. Repair the cells named, or leave them empty.",
    ),
    code("W315", "no effect can be computed from a row", "`check data` names the row and what it holds."),
    code(
        "W330",
        "more warnings than are shown",
        "Of one file 20 problems are told, errors first, and the others counted. Many often have one cause.",
    ),
    code("W401", "a single study", "The result is the study's own. Nothing was pooled."),
    code(
        "W402",
        "two studies",
        "Heterogeneity rests on one difference, and t with 1 degree of freedom would be too wide to be of use, so that the edition gives Wald's interval (Gonnermann 2015).",
    ),
    code("W403", "Wald's interval under a common effect", "The interval set before belongs to random effects."),
    code(
        "W404",
        "an interval narrower than Wald's",
        "The edition keeps Wald's interval where the Knapp-Hartung interval would be narrower; one that is asked for by name is given as it is, with this note (Jackson 2017).",
    ),
    code("W405", "all effects are equal", "tau2 is 0."),
    code("W406", "tau2 is estimated as 0", "That does not show that there is no heterogeneity (Viechtbauer 2005)."),
    code("W407", "the likelihood of tau2 has several maxima", "The highest was taken."),
    code("W408", "a prediction interval from few studies", "None below three studies; from three and four it is imprecise (Riley 2011)."),
    code(
        "W409",
        "the Q-profile interval of tau2 is unusual",
        "It is empty, has no upper bound, or excludes the estimate, which rests on another principle (Viechtbauer 2007).",
    ),
    code(
        "W410",
        "a derived analysis keeps the branch of its rule",
        "Applied anew, the rule would choose another model. `model RULE` applies it anew.",
    ),
    code("W411", "a model of the list does not apply", "The next of the list was tried."),
    code(
        "W412",
        "sampling variances are very far apart",
        "The largest is at least ten million times the smallest. A variance in another unit is a common cause.",
    ),
    code("W413", "the test that belongs to the model", "Mantel-Haenszel and Peto come with a chi-squared test of their own."),
    code("W420", "studies in no subgroup", "The column that divides the studies has no value for them. They are in the overall result."),
    code("W421", "no test between subgroups", "Fewer than two subgroups have an estimate of their own with a tau2."),
    code("W422", "a subgroup of one study", "It has no tau2 of its own, so it is not in the test between subgroups."),
    code(
        "W423",
        "studies of equal order in a cumulative analysis",
        "They are added one at a time in the order of the file, which says nothing about time. `ties together` adds them at once.",
    ),
    code(
        "W424",
        "two factors that can't be told apart",
        "Each level of one goes with one level of the other in these studies, so that neither can be tested given the other.",
    ),
    code(
        "W430",
        "dependent effects are pooled as if independent",
        "As asked by `keep dependent because …`. The interval is too narrow where the effects agree.",
    ),
    code("W431", "an excluded study is not there", "`exclude` names a study that has no row in this analysis."),
    code("W432", "an effect rests on a p-value that is a bound", "A p printed as `<0.001` gives the smallest effect compatible with it."),
    code("W433", "the sign of an effect is assumed", "`F` and `p` have no direction. A column `favours` (1 or 2) states it."),
    code(
        "W434",
        "a reported test does not fit the data of its row",
        "The effect comes from the data; the test printed beside them says something else.",
    ),
    code("W435", "medians that look skewed were converted", "The conversion to means assumes no strong skewness (Shi 2023)."),
    code("W436", "effects were turned", "Their instruments run against the outcome, so that their signs were changed, once."),
    code(
        "W437",
        "the Freeman-Tukey scale can mislead",
        "Its values turn back into proportions or rates only through a sample size, and one for all studies can give results outside those of every study (Schwarzer et al. 2019; Röver & Friede 2022). Logits, or logs of rates, need none.",
    ),
    code(
        "W440",
        "too few studies for this question",
        "The statement has a result without rows: nothing was pooled, or too few studies are left.",
    ),
    code(
        "W441",
        "subsets without an estimate",
        "Some subsets of the studies can't be pooled by this model. They are left out of the distribution.",
    ),
    code(
        "W442",
        "too many points for a file",
        "JSON holds the points of up to 131,071 subsets, which are all of 17 studies. Beyond, it holds their distribution; `draws N` asks for a sample.",
    ),
    code(
        "W443",
        "an interval that can't be computed",
        "The bootstrap has no bias-corrected and accelerated interval where all replicates lie on one side of the estimate or the acceleration does not exist.",
    ),
    code(
        "W444",
        "analyses of a grid without a result",
        "Some combinations of the choices don't go together, or leave nothing to pool. They are listed with the reason and counted nowhere.",
    ),
    code(
        "W445",
        "the minimal important difference is in another unit",
        "It belongs to the measure that its outcome states. Intervals in other measures are not held against it.",
    ),
    code(
        "W446",
        "few studies for a bootstrap",
        "Resampled studies can't show more variety than the studies there are. Below ten, bootstrap intervals tend to be too narrow.",
    ),
    code("W447", "nothing is drawn", "`gosh` pools every subset of up to 20 studies, so that `draws` and `seed` change nothing."),
    code(
        "W450",
        "what to know of a test of small-study effects",
        "With fewer than ten studies such tests say little; ties change how a rank test is computed; the text says what applies.",
    ),
    code(
        "W451",
        "another test suits this measure better",
        "The standard error of a standardised mean difference or of a ratio depends on the effect itself, so that a plain regression on it finds asymmetry where there is none.",
    ),
    code(
        "W460",
        "studies without a moderator",
        "They lack a value, or their combined effects differ in it, and are not in the regression. Its k counts those that are.",
    ),
    code(
        "W461",
        "few studies for the number of moderators",
        "Fewer than ten studies per coefficient seldom suffice (Cochrane Handbook, section 10.11.4), and a moderator found in them may not be found again.",
    ),
    code(
        "W462",
        "what to know of a regression",
        "One study alone may decide a coefficient, the effects may lie on the model exactly, or there may be no heterogeneity to explain. The text says which.",
    ),
    code(
        "W463",
        "a prediction beyond the studies",
        "No study has a moderator's value so low or so high: what is said there rests on the shape of the model alone.",
    ),
    code("W464", "nothing can be inflated", "Variance inflation compares a term with the others. A single term has none beside it."),
    code(
        "W465",
        "what a permutation test can show",
        "With few arrangements no small p is possible; where all are tried, nothing is drawn.",
    ),
    code(
        "W470",
        "a variance of a multilevel model is 0, not separable or not identified",
        "An estimate of 0 does not show that there is none. With one effect per trial the two variances only add up; with one trial there is nothing between trials.",
    ),
    code("W471", "few trials", "The variance between trials, and t without degrees of freedom, rest on too little."),
    code(
        "W472",
        "a robust standard error that is weak or does not exist",
        "Below 4 Satterthwaite degrees of freedom neither p nor interval can be trusted (Tipton 2015). With one trial, or a coefficient that one trial decides, there is none.",
    ),
    code(
        "W473",
        "effects of a trial share an arm",
        "Their sampling errors correlate through that arm, from its own numbers, else from sizes (Gleser & Olkin 2009).",
    ),
    code(
        "W474",
        "t stands in place of hksj",
        "Hartung-Knapp's interval belongs to a model without levels; a multilevel one has t with trials - coefficients degrees of freedom.",
    ),
    code(
        "W475",
        "negative weights",
        "Among correlated effects of unequal precision the best estimate can subtract the imprecise ones. A lower `rho` makes them positive.",
    ),
    code(
        "W476",
        "the model takes dependent effects for independent",
        "`robust` corrects the standard error, the test and the interval, not the weights. `multilevel robust` models the dependence as well.",
    ),
    code(
        "W477",
        "a verb takes dependent effects for independent",
        "The analysis is robust in its standard error alone, and this verb does not use it.",
    ),
    code(
        "W478",
        "all sign patterns were used",
        "With few trials a wild bootstrap goes through all sign patterns, so that `draws` and `seed` change nothing and p can't be small.",
    ),
    code(
        "W479",
        "trials with effects in several subgroups",
        "Estimates of separate subgroups are then dependent. `multilevel … by COLUMN tau2 common` compares them in one model.",
    ),
];
