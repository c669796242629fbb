//! Which simple rules fit published decisions.

use crate::eval::outcome::{Decision, DecisionSet, Fit, InferResult};
use crate::report::document::{Align, Block, Cell, Column, Document, Table};
use crate::report::number;

/// The report.
pub fn document(result: &InferResult) -> Document {
    let mut out = Document::default();
    out.push(Block::Heading(1, format!("rules that fit the decisions of {}", result.file)));
    out.push(Block::Code(result.statement.clone()));
    out.push(decisions(&result.decisions));
    for question in &result.questions {
        out.push(Block::Heading(2, question.question.to_owned()));
        out.push(Block::Paragraph(format!("{}.", question.verdict)));
        out.push_list(fits(question));
        out.push_list(question.against.clone());
    }
    if result.questions.is_empty() {
        out.push(Block::Paragraph("All decisions are of one kind: every rule that gives it fits.".into()));
    }
    for note in &result.notes {
        out.push(Block::Note { code: note.code.into(), text: note.text.clone() });
    }
    out
}

fn decisions(all: &[Decision]) -> Block {
    let columns = vec![
        Column::new("pool", Align::Left),
        Column::new("k", Align::Right),
        Column::new("i2(q), as printed", Align::Left),
        Column::new("p(q), from i2(q) and k", Align::Left),
        Column::new("decision", Align::Left),
    ];
    let i2 = |x: f64| number::percent(x);
    let p = |x: f64| if x > 0.0 && x < 1e-4 { "<0.0001".to_owned() } else { number::fixed(x, 4) };
    let range = |r: Option<[f64; 2]>, show: &dyn Fn(f64) -> String| match r {
        Some([a, b]) if show(a) == show(b) => Cell::text(show(a)),
        Some([a, b]) => Cell::text(format!("{} to {}", show(a), show(b))),
        None => Cell::Empty,
    };
    let row = |d: &Decision| {
        vec![Cell::text(&d.id), Cell::text(d.k.to_string()), range(d.i2, &i2), range(d.p, &p), Cell::text(d.decision.replace('_', " "))]
    };
    Block::Table(Table { columns, rows: all.iter().map(row).collect() })
}

fn fits(question: &DecisionSet) -> Vec<String> {
    let line = |fit: &Fit| {
        let rounding = if fit.whatever_rounding {
            "whatever the values were before rounding"
        } else {
            "for some of the values that round to the printed ones"
        };
        let ranges: Vec<String> = fit.ranges.iter().map(|[a, b]| format!("{} to {}", limit(*a), limit(*b))).collect();
        format!("`{}` fits, {rounding}; so do thresholds from {}", fit.condition, ranges.join(" and from "))
    };
    question.one.iter().chain(question.two.iter().take(8)).map(line).collect()
}

fn limit(x: f64) -> String {
    if x.is_finite() { number::significant(x, 4) } else { "any".into() }
}
