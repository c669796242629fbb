//! `weald validate`.

use super::say;
use crate::cli::CheckFormat;
use crate::diagnostic::Problem;
use crate::report::findings::{FindingsJson, findings_text};
use crate::store::{Decision, Disk, Disposition, Store, open, save};
use crate::validate::{Finding, validate};
use std::path::Path;

/// A decision given on the command line.
pub struct Settle<'a> {
    /// The findings, by their eight characters.
    pub ids: &'a [String],
    /// What was decided.
    pub decision: Decision,
    /// By whom.
    pub by: &'a str,
    /// Why.
    pub reason: &'a str,
}

/// `weald validate STORE`
pub fn store(path: &Path, format: CheckFormat, settle: Option<&Settle>) -> u8 {
    let disk = Disk::new(".", ".", true);
    let name = path.display().to_string();
    let loaded = open(&disk, &name);
    let problems = loaded.problems.clone();
    let failed = loaded.store.is_none();
    let mut store = loaded.store.or(loaded.draft).unwrap_or_default();
    let mut found = validate(&store);
    if let Some(settle) = settle {
        if failed {
            say::problems(&crate::session::in_data(&disk, problems));
            return 1;
        }
        if let Err(problem) = decide(&mut store, &found, settle, &name) {
            say::problem(problem);
            return 1;
        }
        // The store was read in this run, and is written by the user's own request.
        if let Err(problem) = save(&Disk::new(".", ".", true), &store, &name) {
            say::problem(problem);
            return 1;
        }
        found = validate(&store);
    }
    match format {
        CheckFormat::Text => {
            say::problems(&crate::session::in_data(&disk, problems));
            say::out(&findings_text(&name, store.rows.len(), store.study_names().len(), &found, &say::style_out(None)));
        }
        CheckFormat::Json => {
            let json = FindingsJson::of(&found, &problems, store.rows.len());
            say::out(&json.render());
            say::out("\n");
        }
    }
    u8::from(failed || found.iter().any(Finding::is_open_error))
}

/// Stores a decision about findings.
fn decide(store: &mut Store, found: &[Finding], settle: &Settle, name: &str) -> Result<(), Problem> {
    if name.ends_with(".csv") || name.ends_with(".tsv") {
        return Err(Problem::error("E328", "a CSV holds no decisions about findings")
            .help(format!("take it into a store first: `weald import {name} --to STORE`")));
    }
    for id in settle.ids {
        let Some(finding) = found.iter().find(|f| f.id == *id) else {
            return Err(Problem::error("E346", format!("there is no finding `{id}` in `{name}`"))
                .help("`weald validate` prints each finding with its eight characters; a changed value gives others"));
        };
        store.dispositions.retain(|d| d.finding != *id);
        store.dispositions.push(Disposition {
            finding: id.clone(),
            rule: finding.rule,
            study: finding.study.clone(),
            disposition: settle.decision,
            by: settle.by.to_owned(),
            reason: settle.reason.to_owned(),
            date: Some(today()),
        });
    }
    Ok(())
}

/// Today's date in UTC.
fn today() -> String {
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let days = i64::try_from(seconds / 86_400).unwrap_or(0);
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The date that lies so many days after 1 January 1970.
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::civil;

    #[test]
    fn dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(civil(20_514), (2026, 3, 2));
    }
}
