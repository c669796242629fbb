//! `weald validate`.

use super::change::author;
use super::say;
use super::today::today;
use crate::cli::CheckFormat;
use crate::diagnostic::Problem;
use crate::language::suggest::count;
use crate::report::findings::{FindingsJson, findings_text};
use crate::store::{Decision, Disk, Disposition, Keeper, Store, open};
use crate::validate::{Finding, validate};
use std::path::Path;

/// A decision given on the command line.
pub struct Settle<'a> {
    /// The findings, by their eight characters.
    pub ids: &'a [String],
    /// What was decided.
    pub decision: Decision,
    /// By whom, if that is said.
    pub by: Option<&'a str>,
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
        match decided(&disk, &found, settle, &name) {
            Ok(saved) => store = saved,
            Err(problems) => {
                say::problems(&crate::session::in_data(&disk, problems));
                return 1;
            }
        }
        found = validate(&store);
    }
    match format {
        CheckFormat::Text => {
            let errors = problems.iter().filter(|p| p.is_error()).count();
            say::problems(&crate::session::in_data(&disk, problems));
            if failed {
                say::out(&format!("{name}: {} in reading it\n", count(errors, "error", "errors")));
            }
            if failed && store.rows.is_empty() {
                return 1;
            }
            // What was not read was not checked.
            let name = if failed { format!("{name}, as far as it was read") } else { name };
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

/// The store with a decision about findings, saved and logged.
fn decided(disk: &Disk, found: &[Finding], settle: &Settle, name: &str) -> Result<Store, Vec<Problem>> {
    if name.ends_with(".csv") || name.ends_with(".tsv") {
        return Err(vec![
            Problem::error("E328", "a CSV holds no decisions about findings")
                .help(format!("take it into a store first: `weald import {name} --to STORE`")),
        ]);
    }
    let author = author(settle.by);
    let Some(by) = author.by.clone() else {
        let problem = Problem::error("E384", "nothing says who decides");
        return Err(vec![problem.help("add `--by NAME`, or set WEALD_AUTHOR")]);
    };
    let keeper = Keeper::open(disk, name, author)?;
    let saved = keeper.save("settle", Some(settle.reason), |store| decide(store, found, settle, &by, name).map_err(|p| vec![p]))?;
    Ok(saved.store)
}

/// Stores a decision about findings.
fn decide(store: &mut Store, found: &[Finding], settle: &Settle, by: &str, name: &str) -> Result<(), Problem> {
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
            by: by.to_owned(),
            reason: settle.reason.to_owned(),
            date: Some(today()),
        });
    }
    Ok(())
}
