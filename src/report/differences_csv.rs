//! The table of differences between protocol and review as CSV.

use crate::eval::outcome::{DifferenceRow, PlanReport};
use crate::number::full;

const COLUMNS: [&str; 19] = [
    "plan",
    "role",
    "status",
    "line",
    "code",
    "severity",
    "item",
    "registered",
    "done",
    "studies",
    "when",
    "reason_code",
    "reason",
    "registered_estimate",
    "registered_lower",
    "registered_upper",
    "estimate",
    "lower",
    "upper",
];

/// One row for each difference; effects on the analysis scale, every digit kept.
pub fn render(report: &PlanReport) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for row in &report.differences {
        writer.write_record(cells(row))?;
    }
    let bytes = writer.into_inner().map_err(|e| csv::Error::from(e.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn cells(row: &DifferenceRow) -> Vec<String> {
    let mut out = vec![
        row.plan.clone(),
        row.role.unwrap_or_default().to_owned(),
        row.status.to_owned(),
        row.line.map(|l| l.to_string()).unwrap_or_default(),
        row.code.to_owned(),
        row.severity.to_owned(),
        row.item.clone(),
        row.registered.clone(),
        row.executed.clone(),
        row.studies.join("; "),
        row.when.map(|_| super::compose::followed::when(row)).unwrap_or_default(),
        row.reason_code.unwrap_or_default().to_owned(),
        row.reason.clone().unwrap_or_default(),
    ];
    for side in [row.effect.and_then(|e| e.registered), row.effect.and_then(|e| e.executed)] {
        match side {
            Some(numbers) => out.extend(numbers.map(full)),
            None => out.extend([String::new(), String::new(), String::new()]),
        }
    }
    out
}
