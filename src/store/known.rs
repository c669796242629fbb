//! Characteristics of studies that have a meaning to the checks, and what they hold.

use super::model::Store;
use super::near_miss::nearest;
use super::value::Value;
use crate::bias::tool;
use crate::diagnostic::{Place, Problem};

/// What a known characteristic holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Any text.
    Text,
    /// A number.
    Number,
    /// A year, a month or a day: `2026`, `2026-05`, `2026-05-31`.
    Date,
}

/// The characteristics of a trial that Weald knows: name, what it holds, meaning.
pub const KNOWN: &[(&str, Holds, &str)] = &[
    ("design", Holds::Text, "`parallel`, `cluster`, `crossover` or another word; checked by rule 17"),
    ("allocation_unit", Holds::Text, "what was randomised: people, wards, villages"),
    ("sites", Holds::Text, "where it took place"),
    ("country", Holds::Text, "in which country"),
    ("recruitment_start", Holds::Date, "when recruitment began"),
    ("recruitment_end", Holds::Date, "when it ended"),
    ("n_randomised", Holds::Number, "people randomised"),
    ("icc", Holds::Number, "intracluster correlation"),
    ("cluster_size", Holds::Number, "mean size of the clusters"),
    ("funding", Holds::Text, "who paid"),
    ("conflicts", Holds::Text, "conflicts of interest of its authors"),
    ("inspect_sr", Holds::Text, "how far its trustworthiness was checked (INSPECT-SR)"),
];

/// The table as Markdown, for `docs/store.md`.
pub fn markdown() -> String {
    let mut text = String::from("| characteristic | holds | meaning |\n| --- | --- | --- |\n");
    for (name, holds, meaning) in KNOWN {
        let holds = match holds {
            Holds::Text => "text",
            Holds::Number => "number",
            Holds::Date => "date",
        };
        text.push_str(&format!("| `{name}` | {holds} | {meaning} |\n"));
    }
    text
}

impl Store {
    /// A file of the folder that the store was read from; empty if it was none.
    pub(super) fn file_of(&self, name: &str) -> String {
        let folder = &self.whence.0.file;
        if folder.is_empty() { String::new() } else { super::files::join(folder, name) }
    }

    /// Known characteristics that hold something else, and judgements a known tool does not have.
    pub(crate) fn misfits(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        for study in self.studies.values() {
            for (name, holds, _) in KNOWN {
                let Some(value) = study.characteristics.get(*name).filter(|v| !v.is_missing()) else { continue };
                let (fits, wanted) = match holds {
                    Holds::Text => continue,
                    Holds::Number => (value.number().is_some(), "a number"),
                    Holds::Date => (is_date(value), "a date such as `2026-05-31`, `2026-05` or `2026`"),
                };
                if !fits {
                    let problem = Problem::warning("W383", format!("`{name}` of study `{}` is `{value}`, not {wanted}", study.id));
                    found.push(
                        problem
                            .place(Place { column: Some((*name).to_owned()), ..study.whence.0.place() })
                            .help("checks that need it pass it over; write what else there is to say in a characteristic of another name"),
                    );
                }
            }
        }
        for judgement in &self.risk_of_bias {
            let Some(tool) = judgement.tool.as_deref().and_then(tool) else { continue };
            if !judgement.judgement.is_empty() && tool.level(&judgement.judgement).is_none() {
                let words: Vec<String> = tool.levels.iter().map(|l| l.word().to_lowercase()).collect();
                let message =
                    format!("{} has no judgement `{}` ({} of `{}`)", tool.name, judgement.judgement, judgement.domain, judgement.study);
                let help = match nearest(&judgement.judgement.to_lowercase(), words.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`? Its words are {}", words.join(", ")),
                    None => format!("its words are {}", words.join(", ")),
                };
                let place = Place { file: self.file_of("risk_of_bias.csv"), ..Place::default() };
                let problem = Problem::warning("W384", message).place(place);
                found.push(problem.help(format!("{help}; judgements stand in `risk_of_bias.csv` of a store")));
            }
        }
        found
    }
}

/// Whether a value is a year, a month or a day.
fn is_date(value: &Value) -> bool {
    let Some(text) = value.text() else { return false };
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &&str, n: usize| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
    let fits = |part: &str, most: u32| part.parse().is_ok_and(|x: u32| (1..=most).contains(&x));
    match parts.as_slice() {
        [year] => digits(year, 4),
        [year, month] => digits(year, 4) && digits(month, 2) && fits(month, 12),
        [year, month, day] => digits(year, 4) && digits(month, 2) && digits(day, 2) && fits(month, 12) && fits(day, 31),
        _ => false,
    }
}
