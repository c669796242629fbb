//! Rules 14 and 15: reports of one trial, known and suspected.

use super::context::{Context, Quick};
use super::finding::{Sink, error, warning};
use super::words::{list, sig};
use crate::stats::consistency::{Shared, jaccard, overlap_score};
use crate::store::{REGISTRATIONS, Row, registration_numbers};
use indexmap::{IndexMap, IndexSet};
use std::collections::BTreeSet;

/// Why two studies are known to be one trial.
fn links(c: &Context) -> IndexMap<String, IndexSet<String>> {
    let mut links: IndexMap<String, IndexSet<String>> = IndexMap::new();
    for (study, rows) in &c.studies {
        let mut of = |why: String| {
            links.entry(why).or_default().insert((*study).to_owned());
        };
        let row = rows.first().and_then(|i| c.get(*i)).map(|f| f.row);
        let registered = c.of_study(study, REGISTRATIONS).or_else(|| row.and_then(|r| c.said(r, REGISTRATIONS)));
        for number in registered.iter().flat_map(|t| registration_numbers(t)) {
            of(format!("registration {number}"));
        }
        if let Some(group) = c.of_study(study, &["overlap_group"]) {
            of(format!("overlap group {group}"));
        }
        let trials: IndexSet<&str> = rows.iter().filter_map(|i| c.get(*i)).map(|f| c.store.trial_of(f.row)).collect();
        for trial in trials.into_iter().filter(|t| t != study) {
            of(format!("trial {trial}"));
        }
    }
    links.retain(|_, studies| studies.len() > 1);
    links
}

/// Rule 14: one trial counts once in a synthesis.
pub(crate) fn counted_twice(c: &Context, out: &mut Sink) {
    let mut told: BTreeSet<(usize, Vec<String>)> = BTreeSet::new();
    for (why, studies) in links(c) {
        for rows in c.syntheses.values() {
            let here: Vec<usize> = rows
                .iter()
                .copied()
                .filter(|i| c.get(*i).is_some_and(|f| studies.contains(&f.row.study) && !f.row.values.is_empty()))
                .collect();
            let names: IndexSet<&str> = here.iter().filter_map(|i| c.get(*i)).map(|f| f.row.study.as_str()).collect();
            let disjoint = here.iter().filter_map(|i| c.get(*i)).all(|f| f.row.subgroup.is_some());
            let Some((later, true)) = names.last().copied().map(|later| (later, names.len() > 1 && !disjoint)) else { continue };
            let Some(at) = here.iter().copied().find(|i| c.get(*i).is_some_and(|f| f.row.study == later)) else { continue };
            let all: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
            if !told.insert((at, all.clone())) {
                continue;
            }
            let message = format!("{} report one trial ({why}), and each has a row for this outcome and time", list(&all, 6));
            let help = "its people would count more than once: keep one report, or combine them; if the people are not the same, say so in `subgroup`";
            if let Some(found) = out.at(at, "study", error(14, message, help)) {
                found.with = here.iter().copied().filter(|i| *i != at).collect();
            }
        }
    }
}

/// Rule 15: reports that may be of one trial: what they share is scored, and the answer is a person's.
pub(crate) fn suspected(c: &Context, out: &mut Sink) {
    let known: Vec<IndexSet<String>> = links(c).into_values().collect();
    let portraits: Vec<Portrait> = c.studies.keys().map(|s| Portrait::of(c, s)).collect();
    let mut by_numbers: Quick<(u64, u64), usize> = Quick::default();
    for pair in portraits.iter().filter_map(|p| p.people) {
        *by_numbers.entry(pair).or_default() += 1;
    }
    // Pairs are looked for where something strong is shared, so that many studies stay quick.
    let mut buckets: Quick<Trait, Vec<usize>> = Quick::default();
    for (index, p) in portraits.iter().enumerate() {
        let people = p.people.map(|(a, b)| Trait::People(a, b));
        let said = p.baseline.iter().map(|b| Trait::Baseline(b)).chain(p.authors.iter().map(|a| Trait::Author(a)));
        for key in people.into_iter().chain(said) {
            buckets.entry(key).or_default().push(index);
        }
    }
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    // What dozens of studies share tells nothing.
    for bucket in buckets.values().filter(|b| b.len() <= 12) {
        for (at, a) in bucket.iter().enumerate() {
            pairs.extend(bucket.iter().skip(at + 1).map(|b| (*a.min(b), *a.max(b))));
        }
    }
    for (a, b) in pairs {
        let (Some(a), Some(b)) = (portraits.get(a), portraits.get(b)) else { continue };
        let is_known = known.iter().any(|group| group.contains(a.study) && group.contains(b.study));
        if a.study == b.study || is_known || answered(c, a.study, b.study) {
            continue;
        }
        let shared = Shared {
            registration: false,
            authors: jaccard(&a.authors, &b.authors),
            numbers: a.people.is_some()
                && a.people == b.people
                && a.people.is_some_and(|p| by_numbers.get(&p).is_some_and(|k| *k <= if p.1 == 0 { 2 } else { 4 })),
            baseline: a.baseline.iter().any(|x| b.baseline.contains(x)),
            place: same(&a.place, &b.place),
            recruitment: a.recruitment.zip(b.recruitment).is_some_and(|(a, b)| a.0 <= b.1 && b.0 <= a.1),
            intervention: same(&a.intervention, &b.intervention),
        };
        let (score, ask) = overlap_score(&shared);
        if !ask {
            continue;
        }
        let mut what = Vec::new();
        if shared.numbers
            && let Some((x, y)) = a.people
        {
            what.push(if y == 0 { format!("both randomised {x} people") } else { format!("both have {x} and {y} people") });
        }
        if let Some(j) = shared.authors.filter(|j| *j > 0.0) {
            what.push(format!("their authors overlap by {}", sig(j)));
        }
        for (is, text) in [
            (shared.baseline, "they have the same values at baseline"),
            (shared.place, "they are from the same place"),
            (shared.recruitment, "they recruited at the same time"),
            (shared.intervention, "they compare the same things"),
        ] {
            if is {
                what.push(text.to_owned());
            }
        }
        let message = format!("may report the same trial as {}: {} (score {score})", a.study, list(&what, 6));
        let help =
            "look for registration numbers in both reports; then give both one `trial`, or store the judgement that they do not overlap";
        if let Some(found) = out.study(b.study, "study", warning(15, message, help)) {
            found.with.extend(c.studies.get(a.study).into_iter().flatten().take(1));
        }
    }
}

/// What two reports of one trial may share.
#[derive(PartialEq, Eq, Hash)]
enum Trait<'a> {
    People(u64, u64),
    Baseline(&'a str),
    Author(&'a str),
}

/// What is compared of a study.
struct Portrait<'a> {
    study: &'a str,
    people: Option<(u64, u64)>,
    authors: Vec<String>,
    place: Option<String>,
    /// From and to, in months.
    recruitment: Option<(i64, i64)>,
    intervention: Option<String>,
    baseline: Vec<String>,
}

impl<'a> Portrait<'a> {
    fn of(c: &Context<'a>, study: &'a str) -> Self {
        let rows: Vec<_> = c.studies.get(study).into_iter().flatten().filter_map(|i| c.get(*i)).collect();
        let of = |names: &[&str]| c.of_study(study, names).or_else(|| rows.first().and_then(|f| c.said(f.row, names)));
        let count = |x: f64| x as u64;
        // Randomised, or analysed by intention to treat.
        let people = rows
            .iter()
            .find_map(|f| f.row.number("randomised1").zip(f.row.number("randomised2")))
            .or_else(|| {
                let number = |names: &[&str]| of(names).and_then(|t| t.trim().parse::<f64>().ok());
                number(&["n_intervention", "n_randomised1", "n_treatment"]).zip(number(&["n_control", "n_randomised2"]))
            })
            .or_else(|| {
                let itt = rows.iter().filter(|f| matches!(f.row.analysis.as_deref(), Some("itt")));
                itt.filter_map(|f| f.row.number("n1").zip(f.row.number("n2"))).max_by(|a, b| (a.0 + a.1).total_cmp(&(b.0 + b.1)))
            })
            .filter(|(a, b)| *a >= 1.0 && *b >= 1.0)
            // Where only all together are told, there is no second number.
            .or_else(|| {
                let total = of(&["n_randomised", "randomised", "n_randomized", "randomized"])?;
                Some((total.trim().parse::<f64>().ok()?, 0.0))
            })
            .filter(|(a, b)| a + b >= 20.0)
            .map(|(a, b)| (count(a), count(b)));
        let authors = of(&["authors"]).map(|t| t.split([';', ',', '&']).map(|n| n.trim().to_lowercase()).filter(|n| n.len() > 2).collect());
        let pair = |row: &Row, names: [&str; 4]| {
            let text = |name: &str| row.values.get(name).map(|cell| cell.text.clone());
            let values = [text(names[0])?, text(names[1])?, text(names[2])?, text(names[3])?];
            let digits = values.iter().map(|v| v.chars().filter(char::is_ascii_digit).count()).sum::<usize>();
            (digits >= 9).then(|| format!("{} {}", row.instrument.as_deref().unwrap_or(""), values.join(" ")))
        };
        // In rows of the time before, or beside what came after.
        let at_baseline = |row: &Row| row.timepoint.as_deref().is_some_and(|t| t.to_lowercase().starts_with("base"));
        let baseline = rows.iter().filter_map(|f| {
            let own = at_baseline(f.row).then(|| pair(f.row, ["mean1", "sd1", "mean2", "sd2"])).flatten();
            own.or_else(|| pair(f.row, ["mean_pre1", "sd_pre1", "mean_pre2", "sd_pre2"]))
        });
        Portrait {
            study,
            people,
            authors: authors.unwrap_or_default(),
            place: of(&["sites", "site"]).map(|t| t.to_lowercase()).or_else(|| of(&["country"]).map(|t| countries(&t))),
            recruitment: {
                let month = |names: &[&str]| of(names).and_then(|t| month(&t));
                month(&["recruitment_start", "recruitment"]).map(|from| (from, month(&["recruitment_end"]).unwrap_or(from).max(from)))
            },
            intervention: of(&["intervention", "condition", "comparison", "versus"]).map(|t| t.to_lowercase()),
            baseline: baseline.collect(),
        }
    }
}

/// Countries by their codes, in order: `Denmark; USA` and `US, DK` are the same place.
fn countries(text: &str) -> String {
    let code = |name: &str| {
        let lower = name.to_lowercase();
        let upper = name.to_uppercase();
        let found = match lower.as_str() {
            "uk" | "united kingdom" | "great britain" => rust_iso3166::from_alpha2("GB"),
            "usa" | "united states" => rust_iso3166::from_alpha2("US"),
            "the netherlands" | "netherlands" => rust_iso3166::from_alpha2("NL"),
            "south korea" => rust_iso3166::from_alpha2("KR"),
            _ if name.len() == 2 => rust_iso3166::from_alpha2(&upper),
            _ if name.len() == 3 => rust_iso3166::from_alpha3(&upper),
            _ => rust_iso3166::ALL.iter().find(|c| c.name.to_lowercase() == lower).copied(),
        };
        found.map_or(lower, |country| country.alpha2.to_lowercase())
    };
    let mut all: Vec<String> = text.split([';', ',', '/', '&']).map(str::trim).filter(|t| !t.is_empty()).map(code).collect();
    all.sort_unstable();
    all.dedup();
    all.join(" ")
}

/// The month of a date such as `2011-03-15`, `2011-03` or `2011`, counted from year 0.
fn month(text: &str) -> Option<i64> {
    let mut parts = text.trim().split(['-', '/', '.']).map(|p| p.parse::<i64>().ok());
    let year = parts.next()?.filter(|y| (1900..2200).contains(y))?;
    let month = parts.next().flatten().filter(|m| (1..=12).contains(m)).unwrap_or(1);
    Some(12 * year + month - 1)
}

fn same(a: &Option<String>, b: &Option<String>) -> bool {
    a.is_some() && a == b
}

/// Whether somebody has answered that two studies do not overlap.
fn answered(c: &Context, a: &str, b: &str) -> bool {
    c.store.judgements.iter().any(|j| {
        let asked = j.question.to_lowercase().contains("overlap") && j.question.contains(a) && j.question.contains(b);
        asked && j.answer.trim().to_lowercase().starts_with("no")
    })
}

#[cfg(test)]
mod tests {
    use super::countries;

    #[test]
    fn one_country_under_several_names() {
        assert_eq!(countries("Denmark; USA"), countries("US, dk"));
        assert_eq!(countries("DNK"), "dk");
        assert_eq!(countries("UK"), countries("United Kingdom"));
        assert_eq!(countries("Atlantis"), "atlantis");
    }
}
