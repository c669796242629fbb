//! Column names that were probably meant to be others: those of other programs, and typing errors.

use super::columns::{COLUMNS, find};

/// Names that metafor, meta and common sheets use, without punctuation and in lower case.
#[rustfmt::skip]
const FOREIGN: &[(&str, &str)] = &[
    ("ai", "events1"), ("ci", "events2"), ("bi", "n1"), ("di", "n2"), ("x1i", "events1"), ("x2i", "events2"),
    ("t1i", "time1"), ("t2i", "time2"), ("m1i", "mean1"), ("m2i", "mean2"), ("sd1i", "sd1"), ("sd2i", "sd2"),
    ("n1i", "n1"), ("n2i", "n2"), ("xi", "events"), ("ni", "n"), ("mi", "mean"), ("sdi", "sd"), ("ri", "r"),
    ("te", "yi"), ("sete", "sei"), ("se", "sei"), ("stderr", "sei"), ("variance", "vi"), ("var", "vi"),
    ("es", "yi"), ("effectsize", "yi"), ("smd", "yi"), ("logor", "yi"), ("logrr", "yi"), ("hedgesg", "g"), ("cohensd", "d"),
    ("or", "effect"), ("rr", "effect"), ("hr", "effect"), ("pvalue", "p"), ("pval", "p"), ("tvalue", "t"), ("fvalue", "F"),
    ("cor", "r"), ("correlation", "r"), ("ne", "n1"), ("nc", "n2"), ("total1", "n1"), ("total2", "n2"), ("ntotal1", "n1"), ("ntotal2", "n2"),
    ("meane", "mean1"), ("meanc", "mean2"), ("sde", "sd1"), ("sdc", "sd2"), ("evente", "events1"), ("eventc", "events2"),
    ("lower", "ci_lower"), ("upper", "ci_upper"), ("lcl", "ci_lower"), ("ucl", "ci_upper"), ("cilb", "ci_lower"), ("ciub", "ci_upper"),
    ("cilow", "ci_lower"), ("cihigh", "ci_upper"), ("lowerci", "ci_lower"), ("upperci", "ci_upper"),
    ("slab", "study"), ("studlab", "study"), ("studyid", "study"), ("studyname", "study"), ("author", "study"), ("authors", "study"),
    ("provenance", "from"), ("trialid", "trial"),
];

/// What sheets call the two groups, at the end of a column name.
#[rustfmt::skip]
const SIDES: &[(&str, &str)] = &[
    ("intervention", "1"), ("experimental", "1"), ("treatment", "1"), ("treated", "1"), ("treat", "1"), ("exp", "1"), ("int", "1"), ("trt", "1"),
    ("comparator", "2"), ("control", "2"), ("placebo", "2"), ("ctrl", "2"), ("con", "2"), ("ctl", "2"),
    ("group1", "1"), ("group2", "2"), ("arm1", "1"), ("arm2", "2"), ("grp1", "1"), ("grp2", "2"),
];

/// The column that an unknown name was probably meant to be.
pub fn suggest(name: &str) -> Option<&'static str> {
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if plain.is_empty() {
        return None;
    }
    let same = |wanted: &str| {
        COLUMNS.iter().find(|c| c.name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).eq(wanted.chars())).map(|c| c.name)
    };
    if let Some(found) = same(&plain) {
        return Some(found);
    }
    if let Some((_, meant)) = FOREIGN.iter().find(|(foreign, _)| *foreign == plain) {
        return Some(meant);
    }
    for (side, group) in SIDES {
        if let Some(stem) = plain.strip_suffix(side).filter(|stem| !stem.is_empty()) {
            let stem = match stem {
                "total" | "totaln" | "size" | "sample" => "n",
                "event" => "events",
                other => other,
            };
            return same(&format!("{stem}{group}"));
        }
    }
    if plain.chars().count() < 5 {
        return None;
    }
    COLUMNS
        .iter()
        .filter(|c| c.name.len() >= 5)
        .map(|c| (strsim::damerau_levenshtein(&name.to_lowercase(), &c.name.to_lowercase()), c.name))
        .filter(|(distance, _)| *distance == 1)
        .map(|(_, name)| name)
        .next()
}

/// The nearest of some names, within a third of the word's length, whatever the case.
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let allowed = (word.chars().count() / 3).max(1);
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&word, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Whether the name is that of a column, whatever its case.
pub fn is_known(name: &str) -> bool {
    find(name).is_some()
}
