//! How the cells of a workbook show their numbers: the formats of `styles.xml`.

use roxmltree::{Document, Node};
use std::io::{Cursor, Read};

/// No list of formats is larger, unpacked.
const LARGEST: u64 = 32 << 20;

/// How a number is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// As it is, or in a way that says nothing about its digits.
    Plain,
    /// With so many decimals.
    Fixed(usize),
    /// In percent, with so many decimals.
    Percent(usize),
}

/// The formats of a workbook by the number that its cells carry.
#[derive(Debug, Default)]
pub(super) struct Formats(Vec<Shown>);

impl Formats {
    /// Reads them; a workbook without (readable) formats shows all numbers as they are.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let text = zip::ZipArchive::new(Cursor::new(bytes)).ok().and_then(|mut archive| {
            let entry = archive.by_name("xl/styles.xml").ok()?;
            let mut text = String::new();
            entry.take(LARGEST).read_to_string(&mut text).ok()?;
            Some(text)
        });
        text.as_deref().and_then(|t| Document::parse(t).ok()).map_or_else(Formats::default, |d| Formats::of(&d))
    }

    fn of(document: &Document) -> Self {
        let root = document.root_element();
        let child = |name: &'static str| root.children().find(move |n| n.has_tag_name((n.tag_name().namespace().unwrap_or(""), name)));
        let own: Vec<(u32, Shown)> = child("numFmts")
            .into_iter()
            .flat_map(|n| n.children().filter(Node::is_element).collect::<Vec<_>>())
            .filter_map(|n| Some((n.attribute("numFmtId")?.parse().ok()?, shown(n.attribute("formatCode")?))))
            .collect();
        let of_id = |id: u32| match id {
            1 | 3 => Shown::Fixed(0),
            2 | 4 => Shown::Fixed(2),
            9 => Shown::Percent(0),
            10 => Shown::Percent(2),
            _ => own.iter().find(|(own, _)| *own == id).map_or(Shown::Plain, |(_, shown)| *shown),
        };
        let cells = child("cellXfs").into_iter().flat_map(|n| n.children().filter(Node::is_element).collect::<Vec<_>>());
        Formats(cells.map(|n| of_id(n.attribute("numFmtId").and_then(|t| t.parse().ok()).unwrap_or(0))).collect())
    }

    /// How cells of this style are shown.
    pub(super) fn of_style(&self, style: usize) -> Shown {
        self.0.get(style).copied().unwrap_or(Shown::Plain)
    }
}

/// What a format code does to a number's digits: only `0.00`, `#,##0.0`, `0%` and the like are known.
fn shown(code: &str) -> Shown {
    let positive = code.split(';').next().unwrap_or("");
    let (body, percent) = positive.strip_suffix('%').map_or((positive, false), |body| (body, true));
    let (whole, decimals) = body.split_once('.').unwrap_or((body, ""));
    let known = whole.ends_with('0') && whole.bytes().all(|b| matches!(b, b'0' | b'#' | b',')) && decimals.bytes().all(|b| b == b'0');
    match (known, percent) {
        (true, true) => Shown::Percent(decimals.len()),
        (true, false) => Shown::Fixed(decimals.len()),
        (false, _) => Shown::Plain,
    }
}
