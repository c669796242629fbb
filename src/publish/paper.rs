//! A report as it is written: blocks, and which items of PRISMA 2020 they answer where.

use super::prisma;
use crate::eval::outcome::{SECTIONS, Section};
use crate::report::document::{Align, Block, Cell, Column, Document, Link, Table};

/// How an item is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// From data and results, or by a person's text.
    Filled,
    /// A person has still to write.
    Gap,
}

/// A report being written.
#[derive(Debug, Default)]
pub struct Paper<'a> {
    /// What stands so far.
    pub document: Document,
    /// What people wrote.
    sections: &'a [Section],
    /// Item, heading and answer, in order of writing.
    answers: Vec<(String, String, Answer)>,
    /// The heading that is open.
    heading: String,
}

impl<'a> Paper<'a> {
    /// An empty report with the texts that people wrote for it.
    pub fn new(sections: &'a [Section]) -> Self {
        Self { sections, ..Self::default() }
    }

    /// A heading.
    pub fn heading(&mut self, level: u8, text: impl Into<String>) {
        self.heading = text.into();
        self.document.push(Block::Heading(level, self.heading.clone()));
    }

    /// A heading that links lead to, for an item.
    pub fn part(&mut self, item: &str, level: u8, text: impl Into<String>) {
        self.document.push(Block::Anchor(anchor(item)));
        self.heading(level, text);
    }

    /// A paragraph.
    pub fn say(&mut self, text: impl Into<String>) {
        self.document.push(Block::Paragraph(text.into()));
    }

    /// A table with its caption; nothing where it has no rows.
    pub fn table(&mut self, caption: impl Into<String>, columns: &[(&str, Align)], rows: Vec<Vec<Cell>>) {
        if rows.is_empty() {
            return;
        }
        let columns = columns.iter().map(|(head, align)| Column::new(*head, *align)).collect();
        self.document.push(Block::Caption(caption.into()));
        self.document.push(Block::Table(Table { columns, rows }));
    }

    /// Notes that an item is answered under the open heading.
    pub fn filled(&mut self, item: &str) {
        self.answers.push((item.to_owned(), self.heading.clone(), Answer::Filled));
    }

    /// A gap: what a person has still to write.
    pub fn gap(&mut self, item: &str, text: impl Into<String>) {
        self.answers.push((item.to_owned(), self.heading.clone(), Answer::Gap));
        self.document.push(Block::Gap { item: item.to_owned(), text: text.into() });
    }

    /// Whether a person wrote this section.
    pub fn has(&self, name: &str) -> bool {
        self.sections.iter().any(|s| s.name == name)
    }

    /// What a person wrote under a name, one paragraph a statement; whether there was anything.
    pub fn wrote(&mut self, name: &str) -> bool {
        let texts: Vec<&str> = self.sections.iter().filter(|s| s.name == name).map(|s| s.text.as_str()).collect();
        for text in &texts {
            for paragraph in text.split("\n\n") {
                self.document.push(Block::Paragraph(paragraph.to_owned()));
            }
        }
        if let Some((_, item, _)) = SECTIONS.iter().find(|s| s.0 == name).filter(|_| !texts.is_empty()) {
            self.filled(item);
        }
        !texts.is_empty()
    }

    /// What a person wrote under a name, or a gap that says what to write.
    pub fn person(&mut self, name: &str) {
        if self.wrote(name) {
            return;
        }
        if let Some((name, item, what)) = SECTIONS.iter().find(|s| s.0 == name) {
            self.gap(item, format!("{what}. Write it as: section {name} \"…\""));
        }
    }

    /// A part of its own that only a person can write.
    pub fn person_part(&mut self, name: &str, level: u8) {
        let Some((_, number, _)) = SECTIONS.iter().find(|s| s.0 == name) else { return };
        let topic = prisma::item(number).map_or("", |i| i.topic);
        let title = match name {
            "interpretation" => "Interpretation",
            "evidence_limits" => "Limitations of the evidence",
            "process_limits" => "Limitations of the review",
            "implications" => "Implications",
            "protocol" => "Protocol",
            _ => topic,
        };
        self.part(number, level, title);
        self.person(name);
    }

    /// The checklist: every item, where it is answered, and whether something is still to be written.
    pub fn checklist(&mut self) {
        self.document.push(Block::Anchor("prisma-checklist".into()));
        self.heading(2, "PRISMA 2020 checklist");
        let mut rows = Vec::new();
        let (mut filled, mut open) = (0, 0);
        for item in prisma::items() {
            let answers: Vec<_> = self.answers.iter().filter(|a| a.0 == item.number).collect();
            let gap = answers.is_empty() || answers.iter().any(|a| a.2 == Answer::Gap);
            if gap {
                open += 1;
            } else {
                filled += 1;
            }
            let mut links: Vec<Link> = Vec::new();
            for (number, heading, _) in &answers {
                if !links.iter().any(|l| l.text == *heading) {
                    links.push(Link { text: heading.clone(), to: anchor(number) });
                }
            }
            let state = match (gap, answers.iter().any(|a| a.2 == Answer::Filled)) {
                (false, _) => "filled",
                (true, true) => "in part",
                (true, false) => "to be written",
            };
            let place = if links.is_empty() { Cell::text("–") } else { Cell::Links(links) };
            rows.push(vec![Cell::text(item.topic), Cell::text(item.number), Cell::text(item.text), place, Cell::text(state)]);
        }
        self.say(format!(
            "{filled} of {} items are filled from data, results and texts; {open} have gaps that a person has to fill.",
            filled + open
        ));
        let columns = [
            ("Topic", Align::Left),
            ("Item", Align::Left),
            ("Checklist item", Align::Left),
            ("Where it is reported", Align::Left),
            ("State", Align::Left),
        ];
        self.table("PRISMA 2020 checklist", &columns, rows);
        self.say(prisma::SOURCE);
    }
}

/// The name of the place where an item is answered.
pub fn anchor(item: &str) -> String {
    format!("prisma-{item}")
}
