//! Studies that are reports of one trial though nobody has said so: they share a registration
//! number or an overlap group.

use super::model::Store;
use super::study::Study;
use super::value::Value;
use indexmap::IndexMap;

/// Where registration numbers may stand.
pub const REGISTRATIONS: &[&str] = &["registrations", "registration", "registration_id", "nct", "trial_registration"];

/// What registries begin their numbers with.
const REGISTRIES: &[&str] = &[
    "NCT", "ISRCTN", "ACTRN", "EUCTR", "DRKS", "CHICTR", "NTR", "NL", "UMIN", "JPRN", "PACTR", "CTRI", "IRCT", "KCT", "SLCTR", "TCTR",
    "RBR", "LBCTR", "PER", "RPCEC",
];

/// The registration numbers in a text, in capitals; `nct 01361698` and `NCT-01361698` are `NCT01361698`.
pub fn registration_numbers(text: &str) -> Vec<String> {
    let parts: Vec<String> = text
        .split([';', ',', ' ', '/', '|', '(', ')', ':', '#'])
        .map(|t| t.trim_matches(|c: char| !c.is_alphanumeric()).to_uppercase())
        .filter(|t| !t.is_empty())
        .collect();
    let mut found: Vec<String> = Vec::new();
    let mut prefix: Option<&str> = None;
    for part in &parts {
        let begins_with_digit = part.starts_with(|c: char| c.is_ascii_digit());
        let whole = match prefix.filter(|_| begins_with_digit) {
            Some(prefix) => format!("{prefix}{part}"),
            None => {
                let split = REGISTRIES.iter().find_map(|r| part.strip_prefix(r)?.strip_prefix(['-', '_']).map(|rest| (r, rest)));
                split.map_or_else(|| part.clone(), |(registry, rest)| format!("{registry}{rest}"))
            }
        };
        prefix = REGISTRIES.iter().copied().find(|r| r == part);
        if whole.len() > 4 && whole.chars().any(|c| c.is_ascii_digit()) && !found.contains(&whole) {
            found.push(whole);
        }
    }
    found
}

/// What links a study to others: its overlap group and its registration numbers.
fn links(study: &Study) -> Vec<String> {
    let mut links: Vec<String> = study.overlap_group.iter().cloned().collect();
    let said = REGISTRATIONS.iter().filter_map(|name| study.field(name).or_else(|| study.characteristics.get(*name).and_then(Value::text)));
    links.extend(said.flat_map(registration_numbers));
    links
}

impl Store {
    /// Finds the studies without a trial of their own that share a link, and names their trial by it.
    pub(super) fn link_studies(&mut self) {
        let mut shared: IndexMap<String, Vec<String>> = IndexMap::new();
        for study in self.studies.values().filter(|s| s.trial.is_none()) {
            for link in links(study) {
                let studies = shared.entry(link).or_default();
                if !studies.contains(&study.id) {
                    studies.push(study.id.clone());
                }
            }
        }
        self.linked.clear();
        for (link, studies) in shared.into_iter().filter(|(_, studies)| studies.len() > 1) {
            // A study that two links bind joins both groups.
            let name = studies.iter().find_map(|s| self.linked.get(s)).cloned().unwrap_or(link);
            for study in studies {
                self.linked.insert(study, name.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::registration_numbers;

    #[test]
    fn numbers_as_people_write_them() {
        for text in ["NCT01361698", "nct 01361698", "NCT-01361698", "NCT01361698 (ClinicalTrials.gov)", "ClinicalTrials.gov: NCT01361698"] {
            assert_eq!(registration_numbers(text), ["NCT01361698"], "{text}");
        }
        assert_eq!(registration_numbers("NTR5033;NL4931"), ["NTR5033", "NL4931"]);
        assert_eq!(registration_numbers("EUCTR2010-012345-67-DE"), ["EUCTR2010-012345-67-DE"]);
        assert!(registration_numbers("none").is_empty());
    }
}
