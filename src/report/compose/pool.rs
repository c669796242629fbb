//! A pooled analysis: title, studies, findings, notes, method.

use super::{Hints, facts, groups, plot};
use crate::eval::outcome::PoolResult;
use crate::report::document::{Block, Document};
use crate::report::methods;

/// The report of a pooled analysis.
pub fn document(result: &PoolResult, hints: &Hints) -> Document {
    let mut out = Document::default();
    out.push(Block::Heading(1, title(result)));
    out.push(Block::Code(result.statement.clone()));
    out.blocks.extend(plot::forest(result, hints));
    out.blocks.extend(groups::table(result));
    let mut facts = facts::findings(result);
    facts.extend(facts::material(result));
    if !facts.is_empty() {
        out.push(Block::Facts(facts));
    }
    for note in &result.notes {
        out.push(Block::Note { code: note.code.into(), text: note.text.clone() });
    }
    out.push(Block::Paragraph(methods::line(result)));
    out
}

/// `recovery: personal_recovery at posttest, cc, imr vs tau`
pub fn title(result: &PoolResult) -> String {
    let mut out = result.id.as_ref().map(|id| format!("{id}: ")).unwrap_or_default();
    out.push_str(&result.outcome);
    if let Some(t) = &result.timepoint {
        out.push_str(&format!(" at {t}"));
    }
    for part in [&result.analysis, &result.comparison, &result.group].into_iter().flatten() {
        out.push_str(&format!(", {part}"));
    }
    out
}
