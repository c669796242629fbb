//! What the columns of a tidy CSV are.

use super::columns::{Column, find};
use super::near_miss::suggest;
use super::problems::Problems;
use super::row::near_miss_warning;
use super::table::Table;
use super::value::Value;
use crate::diagnostic::Problem;

/// What one column of a file is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Role {
    /// A column with a meaning of its own.
    Known(&'static Column),
    /// A moderator.
    Moderator(String),
    /// A second column of the same meaning; an error was reported.
    Ignored,
}

/// Assigns the columns; what is wrong or doubtful goes to the problems.
pub(crate) fn roles(table: &Table, problems: &mut Problems) -> Vec<Role> {
    let mut roles: Vec<Role> = Vec::new();
    for name in &table.header {
        let role = match find(name) {
            None => {
                // Names are found in any case: of two that differ in nothing else, which would be meant?
                let twin =
                    |role: &&Role| matches!(role, Role::Moderator(other) if other != name && other.to_lowercase() == name.to_lowercase());
                if let Some(Role::Moderator(other)) = roles.iter().find(twin) {
                    let message = format!("the columns `{other}` and `{name}` differ in case only, and names are read in any case");
                    problems.push(
                        Some(table.header_line),
                        Some(name),
                        Problem::error("E305", message).help("rename or delete one of them"),
                    );
                }
                Role::Moderator(name.clone())
            }
            Some(column) if roles.contains(&Role::Known(column)) => {
                let message = format!("two columns mean `{}`; one is called `{name}`", column.name);
                problems.push(Some(table.header_line), Some(name), Problem::error("E305", message).help("rename or delete one of them"));
                Role::Ignored
            }
            Some(column) => Role::Known(column),
        };
        roles.push(role);
    }
    let has = |name: &str| roles.iter().any(|role| matches!(role, Role::Known(c) if c.name == name));
    if !has("study") {
        problems.push(Some(table.header_line), Some("study"), no_study(table));
    }
    for name in &table.header {
        // `ci` alone may be anything; beside `ai` it is metafor's count of events.
        let alone = matches!(name.as_str(), "ai" | "bi" | "ci" | "di")
            && !(table.header.iter().any(|n| n == "ai") && table.header.iter().any(|n| n == "ci"));
        if let Some(meant) = suggest(name).filter(|meant| !alone && find(name).is_none() && *meant != "study" && !has(meant)) {
            problems.push(Some(table.header_line), Some(name), near_miss_warning(name, meant));
        }
    }
    roles
}

/// Says that the column `study` is missing, and which may be meant.
fn no_study(table: &Table) -> Problem {
    let problem = Problem::error("E304", "the file has no column `study`");
    let numbers = table.header.iter().filter(|name| Value::infer(name).number().is_some()).count();
    if numbers * 2 > table.header.len() {
        return problem.help("the first line holds numbers, not names: put a header above it");
    }
    let near = |name: &&String| {
        let lower = name.to_lowercase();
        suggest(name) == Some("study")
            || lower.starts_with("study")
            || matches!(lower.as_str(), "id" | "trial" | "label" | "reference" | "paper")
    };
    if let [one] = table.header.as_slice()
        && let Some(mark) = ['|', ';', '\t', ':'].into_iter().find(|m| one.contains(*m))
    {
        return problem.help(format!("the cells stand between `{mark}`; separate them with `,`, `;` or tabs"));
    }
    match table.header.iter().find(near) {
        Some(name) => problem.help(format!("rename `{name}` to `study`, if it holds the studies' labels")),
        None => problem.help("name the column that holds the studies' labels `study`"),
    }
}
