//! PDF with real text, of the same bytes for the same picture.
//!
//! svg2pdf makes the objects; the order in which it writes and numbers some of them hangs on a
//! hash map. Here they are numbered anew in the order in which they are met from the root, so
//! that the file does not vary, and the title and language of the picture are added.

use super::FigureError;
use super::scene::Scene;
use resvg::usvg::Tree;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The file. A PDF point is 1/72 inch, a pixel of the scene 1/96.
pub fn pdf(scene: &Scene, tree: &Tree) -> Result<Vec<u8>, FigureError> {
    let page = svg2pdf::PageOptions { dpi: 96.0 };
    let made = svg2pdf::to_pdf(tree, svg2pdf::ConversionOptions::default(), page);
    let made = made.map_err(|e| FigureError::Renderer(e.to_string()))?;
    in_order(&made, &scene.title).ok_or_else(|| FigureError::Renderer("the PDF can't be put in order".into()))
}

/// An object of a PDF: its text, and its stream from `stream` on, if it has one.
struct Object<'a> {
    text: String,
    stream: &'a [u8],
}

/// The same file with its objects in order.
fn in_order(pdf: &[u8], title: &str) -> Option<Vec<u8>> {
    let mut at = find(pdf, b"\n\n", 0)? + 2;
    let header = &pdf[..at];
    let mut objects: BTreeMap<usize, Object> = BTreeMap::new();
    while !pdf[at..].starts_with(b"xref") {
        let (id, object, end) = object(pdf, at)?;
        objects.insert(id, object);
        at = end;
    }
    let trailer = std::str::from_utf8(pdf.get(find(pdf, b"trailer", at)?..)?).ok()?;
    let entry = |key: &str| references(trailer.split_once(key)?.1).first().copied();
    let (root, info) = (entry("/Root ")?, entry("/Info ")?);
    let catalog = objects.get_mut(&root)?;
    catalog.text = catalog.text.replacen("<<", "<<\n  /Lang (en)\n  /ViewerPreferences << /DisplayDocTitle true >>", 1);
    let about = objects.get_mut(&info)?;
    about.text = about.text.replacen("<<", &format!("<<\n  /Title {}\n  /Creator (Weald)", string(title)), 1);

    // Numbers in the order in which objects are met.
    let mut order: Vec<usize> = Vec::new();
    let mut waiting = vec![info, root];
    while let Some(id) = waiting.pop() {
        if !order.contains(&id) {
            order.push(id);
            waiting.extend(references(&objects.get(&id)?.text).into_iter().rev());
        }
    }
    let number: BTreeMap<usize, usize> = order.iter().enumerate().map(|(i, id)| (*id, i + 1)).collect();
    let mut out = header.to_vec();
    let mut places = Vec::new();
    for (i, id) in order.iter().enumerate() {
        let object = objects.get(id)?;
        places.push(out.len());
        out.extend(format!("{} 0 obj\n{}", i + 1, renumbered(&object.text, &number)).bytes());
        out.extend(object.stream);
        out.extend(b"\nendobj\n\n");
    }
    let start = out.len();
    let mut end = format!("xref\n0 {}\n0000000000 65535 f\r\n", order.len() + 1);
    for place in places {
        let _ = write!(end, "{place:010} 00000 n\r\n");
    }
    let (root, info) = (number.get(&root)?, number.get(&info)?);
    let size = order.len() + 1;
    let _ = write!(end, "trailer\n<<\n  /Size {size}\n  /Root {root} 0 R\n  /Info {info} 0 R\n>>\nstartxref\n{start}\n%%EOF");
    out.extend(end.bytes());
    Some(out)
}

/// The object that begins at a place: its number, what it holds, and where the next begins.
fn object(pdf: &[u8], at: usize) -> Option<(usize, Object<'_>, usize)> {
    let head = find(pdf, b" 0 obj\n", at)?;
    let id = std::str::from_utf8(pdf.get(at..head)?).ok()?.trim().parse().ok()?;
    let from = head + b" 0 obj\n".len();
    let close = find(pdf, b"\nendobj", from)?;
    // A stream comes before any `endobj` that its bytes may hold.
    let stream = find(&pdf[..close], b"\nstream\n", from);
    let until = stream.unwrap_or(close);
    let text = std::str::from_utf8(pdf.get(from..until)?).ok()?;
    let end = match stream {
        Some(start) => {
            let length = text.split_once("/Length ")?.1;
            let length: usize = length.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
            find(pdf, b"\nendobj", start + b"\nstream\n".len() + length)?
        }
        None => close,
    };
    let next = end + b"\nendobj".len();
    let next = next + pdf.get(next..)?.iter().take_while(|b| b.is_ascii_whitespace()).count();
    Some((id, Object { text: sorted(text), stream: pdf.get(until..end)? }, next))
}

/// Entries that only name other objects, one after the other, by their keys: their order says nothing.
fn sorted(text: &str) -> String {
    let mut lines: Vec<&str> = text.split('\n').collect();
    let names = |line: &&str| line.trim_start().starts_with('/') && line.ends_with(" 0 R");
    let mut from = 0;
    while from < lines.len() {
        let run = lines[from..].iter().take_while(|l| names(l)).count();
        // `/F10` after `/F9`.
        lines[from..from + run].sort_by_key(|l| (l.split_whitespace().next().map_or(0, str::len), *l));
        from += run.max(1);
    }
    lines.join("\n")
}

/// The numbers of the objects that a text refers to, in order.
fn references(text: &str) -> Vec<usize> {
    let mut out = Vec::new();
    for (at, _) in text.match_indices(" 0 R") {
        let digits = text[..at].bytes().rev().take_while(u8::is_ascii_digit).count();
        out.extend(text[at - digits..at].parse::<usize>());
    }
    out
}

/// The text with new numbers in its references.
fn renumbered(text: &str, number: &BTreeMap<usize, usize>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(" 0 R") {
        let digits = rest[..at].bytes().rev().take_while(u8::is_ascii_digit).count();
        let (before, id) = rest[..at].split_at(at - digits);
        out.push_str(before);
        match id.parse().ok().and_then(|id: usize| number.get(&id)) {
            Some(new) => out.push_str(&new.to_string()),
            None => out.push_str(id),
        }
        out.push_str(" 0 R");
        rest = &rest[at + " 0 R".len()..];
    }
    out + rest
}

/// A text as a string of a PDF, in any alphabet.
fn string(text: &str) -> String {
    let units: String = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
    format!("<FEFF{units}>")
}

/// Where some bytes stand from a place on.
fn find(bytes: &[u8], what: &[u8], from: usize) -> Option<usize> {
    bytes.get(from..)?.windows(what.len()).position(|w| w == what).map(|at| at + from)
}
