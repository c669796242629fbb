//! The change log as text.

use super::Style;
use super::style::Paint;
use crate::store::Entry;

/// The whole log, the oldest first; `lines` tells what an entry changed.
pub fn log_text(entries: &[Entry], lines: impl Fn(&Entry) -> String, style: &Style) -> String {
    let mut out = String::new();
    for entry in entries {
        let by = entry.by.as_ref().map_or_else(String::new, |by| format!(" by {by}"));
        let at = entry.at.as_ref().map_or_else(String::new, |at| format!(", {at}"));
        let undoes = entry.undoes.map_or_else(String::new, |n| format!(" of {n}"));
        out.push_str(&style.paint(&format!("{} {}{undoes}{by}{at}", entry.n, entry.action), Paint::Bold));
        out.push('\n');
        if let Some(because) = &entry.because {
            out.push_str(&format!("  because {because}\n"));
        }
        out.push_str(&lines(entry));
    }
    out
}
