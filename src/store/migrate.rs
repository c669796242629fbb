//! Documents of earlier versions of the format, brought to the present one step by step.

use super::model::SCHEMA;
use serde_json::{Map, Value as Json, json};

/// Brings a document of an earlier version to the present one; whether that changed anything
/// but the number of the version.
pub(crate) fn migrate(document: &mut Map<String, Json>, version: u32) -> bool {
    let steps: &[fn(&mut Map<String, Json>) -> bool] = &[screening];
    document.insert("schema".to_owned(), SCHEMA.into());
    let changes = steps.iter().skip(version.saturating_sub(1) as usize).filter(|step| step(document)).count();
    changes > 0
}

/// 1 to 2: a report's `decisions`, a word a reviewer, became `screening`, with stage, reviewer,
/// reason and date.
fn screening(document: &mut Map<String, Json>) -> bool {
    let Some(Json::Object(reports)) = document.get_mut("reports") else { return false };
    let mut changed = false;
    for report in reports.values_mut().filter_map(Json::as_object_mut) {
        if let Some(Json::Array(words)) = report.shift_remove("decisions") {
            let screening = words.into_iter().map(|word| json!({"decision": word})).collect();
            report.insert("screening".to_owned(), Json::Array(screening));
            changed = true;
        }
    }
    changed
}
