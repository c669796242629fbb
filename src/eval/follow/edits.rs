//! Results that were edited since they were first seen, and of which nobody has said so.

use super::events::DataEvent;
use crate::protocol::journal::{Event, Journal};
use crate::store::Store;
use indexmap::IndexMap;

/// What tells results of one study apart.
const KEYS: [&str; 10] = ["outcome", "timepoint", "analysis", "instrument", "rater", "comparison", "arm1", "arm2", "trial", "subgroup"];

/// Each result with its digest, by its keys; what has the same keys is counted.
pub fn digests(store: &Store) -> IndexMap<String, String> {
    let mut out = IndexMap::with_capacity(store.rows.len());
    for row in &store.rows {
        let keys = KEYS.iter().filter_map(|key| row.key(key));
        let name = std::iter::once(row.study.as_str()).chain(keys).collect::<Vec<_>>().join(" · ");
        let mut key = name.clone();
        let mut n = 1;
        while out.contains_key(&key) {
            n += 1;
            key = format!("{name} ({n})");
        }
        out.insert(key, row.sha256());
    }
    out
}

/// The digests with which results were first seen.
pub fn first_seen(journal: &Journal) -> IndexMap<String, String> {
    let mut out = IndexMap::new();
    for entry in &journal.entries {
        let (Event::Results { rows: seen, .. } | Event::Data { added: seen, .. }) = &entry.event else { continue };
        for (key, digest) in seen {
            out.entry(key.clone()).or_insert_with(|| digest.clone());
        }
    }
    out
}

/// The results that say something else than when they were first seen, or are gone, and whose study no recorded
/// event names: by study.
pub fn unrecorded(first: &IndexMap<String, String>, now: &IndexMap<String, String>, events: &[DataEvent]) -> Vec<(String, String)> {
    let study = |key: &str| key.split(" · ").next().unwrap_or_default().to_owned();
    let recorded = |study: &str| events.iter().any(|e| e.studies.iter().any(|s| s == study));
    first
        .iter()
        .filter(|(key, digest)| now.get(*key) != Some(digest))
        .map(|(key, _)| (study(key), key.clone()))
        .filter(|(study, _)| !recorded(study))
        .collect()
}
