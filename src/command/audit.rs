//! `weald audit`.

use super::say;
use crate::audit::{Audit, audit};
use crate::cli::AuditFormat;
use crate::diagnostic::Problem;
use crate::report::Style;
use crate::report::audit::{AuditJson, audit_text};
use crate::report::audit_html::audit_html;
use crate::store::{Disk, Files, open};
use std::path::Path;

/// `weald audit FILE`: 1 if a stored result is not what its data give, or an error is open.
pub fn file(path: &Path, format: Option<AuditFormat>, out: Option<&Path>) -> u8 {
    let disk = Disk::new(".", ".", true);
    let name = path.display().to_string();
    let loaded = open(&disk, &name);
    let problems = loaded.problems.clone();
    let located = crate::session::in_data(&disk, problems.clone());
    let format = match (format, by_name(out)) {
        (Some(format), _) => format,
        (None, Some(format)) => format,
        (None, None) => {
            let ending = out.map(|p| p.display().to_string()).unwrap_or_default();
            let problem = Problem::error("E328", format!("an audit is not written to `{ending}`"));
            say::problem(problem.help("name a file that ends with .txt, .html or .json, or say `--format`"));
            return 1;
        }
    };
    let Some(store) = loaded.store.or(loaded.draft) else {
        say::problems(&located);
        if format == AuditFormat::Json && out.is_none() {
            say::out(&(AuditJson::of(&name, &Audit::default(), &problems).render() + "\n"));
        }
        return 1;
    };
    let found = audit(&store);
    let text = match format {
        AuditFormat::Text => {
            let style = if out.is_some() { Style::new(100, false) } else { say::style_out(None) };
            audit_text(&name, &found, &problems, &style)
        }
        AuditFormat::Json => AuditJson::of(&name, &found, &problems).render() + "\n",
        AuditFormat::Html => audit_html(&name, &found, &problems),
    };
    match out {
        None => say::out(&text),
        Some(out) => {
            if let Err(problem) = disk.write(&out.display().to_string(), text.as_bytes()) {
                say::problem(problem);
                return 1;
            }
        }
    }
    if format == AuditFormat::Text || out.is_some() {
        say::problems(&located);
    }
    u8::from(found.has_errors() || problems.iter().any(Problem::is_error))
}

/// The format that the name of the file to write asks for; `None` where it asks for one that there is not.
fn by_name(out: Option<&Path>) -> Option<AuditFormat> {
    let Some(out) = out else { return Some(AuditFormat::Text) };
    match out.extension().and_then(|e| e.to_str()).map(str::to_lowercase).as_deref() {
        Some("html" | "htm") => Some(AuditFormat::Html),
        Some("json") => Some(AuditFormat::Json),
        Some("txt" | "text") | None => Some(AuditFormat::Text),
        Some(_) => None,
    }
}
