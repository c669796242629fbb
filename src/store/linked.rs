//! Studies that are reports of one trial though nobody has said so: they share a registration
//! number or an overlap group.

use super::model::Store;
use super::study::Study;
use super::value::Value;
use indexmap::IndexMap;

/// Where registration numbers may stand.
pub const REGISTRATIONS: &[&str] = &["registrations", "registration", "registration_id", "nct", "trial_registration"];

/// The registration numbers in a text, in capitals.
pub fn registration_numbers(text: &str) -> Vec<String> {
    text.split([';', ',', ' ', '/', '|'])
        .map(|t| t.trim().to_uppercase())
        .filter(|t| t.len() > 4 && t.chars().any(|c| c.is_ascii_digit()))
        .collect()
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
