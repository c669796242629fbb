//! A document as DOCX: the few parts of Office Open XML (ECMA-376) that headings, paragraphs,
//! lists, tables and pictures need, in an archive of fixed dates.

use super::document::{Align, Block, Cell, Column, Document, Figure};
use super::html::{attribute, escape};
use super::text::in_item;
use std::fmt::Write as _;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipWriter};

/// English Metric Units of a CSS pixel.
const EMU: f64 = 9525.0;
/// Around a page, in twentieths of a point.
const EDGE: usize = 1134;
/// A table of more columns than this stands on a page of its own, turned.
const WIDE: usize = 9;
/// The widest picture: 6.5 inches.
const WIDEST: f64 = 624.0;

const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>"#;

const PACKAGE: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>"#;

const NUMBERING: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="360" w:hanging="260"/></w:pPr></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"#;

/// The bytes of the file.
pub fn render(title: &str, document: &Document) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut writer = Writer::default();
    for block in &document.blocks {
        writer.block(block);
    }
    writer.captioned();
    let body = format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><w:body>{}{}</w:body></w:document>"#,
        writer.out,
        section(false)
    );
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), CONTENT_TYPES.as_bytes().to_vec()),
        ("_rels/.rels".into(), PACKAGE.as_bytes().to_vec()),
        ("docProps/core.xml".into(), core(title).into_bytes()),
        ("word/document.xml".into(), body.into_bytes()),
        ("word/numbering.xml".into(), NUMBERING.as_bytes().to_vec()),
        ("word/styles.xml".into(), styles().into_bytes()),
        ("word/_rels/document.xml.rels".into(), relations(writer.pictures.len()).into_bytes()),
    ];
    for (i, png) in writer.pictures.into_iter().enumerate() {
        parts.push((format!("word/media/image{}.png", i + 1), png));
    }
    archive(parts)
}

/// Pages of A4, upright or turned.
fn section(turned: bool) -> String {
    let size = if turned { r#"w:w="16838" w:h="11906" w:orient="landscape""# } else { r#"w:w="11906" w:h="16838""# };
    format!(
        r#"<w:sectPr><w:pgSz {size}/><w:pgMar w:top="{EDGE}" w:right="{EDGE}" w:bottom="{EDGE}" w:left="{EDGE}" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>"#
    )
}

/// An archive of the parts in their order, with the same bytes whenever it is made.
pub fn archive(parts: impl IntoIterator<Item = (String, Vec<u8>)>) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // The first day that the format knows, so that no clock is asked.
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default()).unix_permissions(0o644);
    for (name, bytes) in parts {
        zip.start_file(name, options)?;
        zip.write_all(&bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn core(title: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{}</dc:title><dc:creator>Weald {}</dc:creator><dc:language>en</dc:language></cp:coreProperties>"#,
        escape(title),
        super::json::VERSION
    )
}

fn relations(pictures: usize) -> String {
    let base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rS\" Type=\"{base}/styles\" Target=\"styles.xml\"/><Relationship Id=\"rN\" Type=\"{base}/numbering\" Target=\"numbering.xml\"/>"
    );
    for i in 1..=pictures {
        let _ = write!(out, "<Relationship Id=\"rP{i}\" Type=\"{base}/image\" Target=\"media/image{i}.png\"/>");
    }
    out + "</Relationships>"
}

fn styles() -> String {
    let mut out = String::from(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/><w:sz w:val="20"/><w:lang w:val="en-GB"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="120"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>"#,
    );
    for (level, size) in [(1, 36), (2, 28), (3, 24), (4, 22), (5, 20), (6, 20)] {
        let _ = write!(
            out,
            r#"<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="240" w:after="80"/><w:outlineLvl w:val="{}"/></w:pPr><w:rPr><w:b/><w:sz w:val="{size}"/></w:rPr></w:style>"#,
            level - 1
        );
    }
    for (id, name, properties, run) in [
        ("Caption", "caption", "<w:keepNext/>", "<w:b/>"),
        (
            "Code",
            "Code",
            r#"<w:shd w:val="clear" w:color="auto" w:fill="F3F5F7"/>"#,
            r#"<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New"/><w:sz w:val="18"/>"#,
        ),
        ("Note", "Note", r#"<w:ind w:left="284"/>"#, "<w:i/>"),
        (
            "Gap",
            "Gap",
            r##"<w:pBdr><w:top w:val="dashed" w:sz="8" w:space="4" w:color="8A4B00"/><w:left w:val="dashed" w:sz="8" w:space="4" w:color="8A4B00"/><w:bottom w:val="dashed" w:sz="8" w:space="4" w:color="8A4B00"/><w:right w:val="dashed" w:sz="8" w:space="4" w:color="8A4B00"/></w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="FFF6E8"/>"##,
            "",
        ),
    ] {
        let _ = write!(
            out,
            r#"<w:style w:type="paragraph" w:customStyle="1" w:styleId="{id}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/><w:pPr>{properties}</w:pPr><w:rPr>{run}</w:rPr></w:style>"#
        );
    }
    out + "</w:styles>"
}

/// The body as it grows.
#[derive(Default)]
struct Writer {
    out: String,
    pictures: Vec<Vec<u8>>,
    bookmarks: usize,
    anchors: Vec<String>,
    /// The caption of what follows.
    caption: Option<String>,
}

impl Writer {
    fn block(&mut self, block: &Block) {
        if !matches!(block, Block::Table(_) | Block::Forest(_) | Block::Caption(_)) {
            self.captioned();
        }
        match block {
            Block::Heading(level, text) => self.paragraph(&format!("Heading{}", (*level).clamp(1, 6)), &run(text, false)),
            Block::Code(code) => self.lines("Code", code),
            Block::Text(text) => self.lines("Code", text.trim_end()),
            Block::Facts(facts) => {
                for (name, value) in facts {
                    let head = if name.is_empty() { String::new() } else { run(&format!("{name}: "), true) };
                    self.paragraph("", &(head + &run(value, false)));
                }
            }
            Block::Table(t) => self.table(&t.columns, t.rows.iter().map(Vec::as_slice)),
            Block::Forest(f) => self.table(&f.columns, f.rows.iter().map(|r| r.cells.as_slice())),
            Block::Paragraph(text) => self.paragraph("", &run(text, false)),
            Block::List(items) => {
                for item in items {
                    let _ = write!(
                        self.out,
                        r#"<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>{}</w:p>"#,
                        run(item, false)
                    );
                }
            }
            Block::Note { code, text } => {
                let head = if code.is_empty() { String::new() } else { run(&format!("{code} "), true) };
                self.paragraph("Note", &(head + &run(text, false)));
            }
            Block::Anchor(id) => self.anchors.push(id.clone()),
            Block::Caption(text) => {
                self.captioned();
                self.caption = Some(text.clone());
            }
            Block::Figure(figure) => self.figure(figure),
            Block::Gap { item, text } => {
                let head = run(&format!("To be written{}. ", in_item(item)), true);
                self.paragraph("Gap", &(head + &run(text, false)));
            }
        }
    }

    /// The caption that waits.
    fn captioned(&mut self) {
        if let Some(text) = self.caption.take() {
            self.paragraph("Caption", &run(&text, false));
        }
    }

    fn paragraph(&mut self, style: &str, runs: &str) {
        let properties = if style.is_empty() { String::new() } else { format!("<w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>") };
        let (mut start, mut end) = (String::new(), String::new());
        for id in std::mem::take(&mut self.anchors) {
            self.bookmarks += 1;
            let n = self.bookmarks;
            let _ = write!(start, "<w:bookmarkStart w:id=\"{n}\" w:name=\"{}\"/>", bookmark(&id));
            let _ = write!(end, "<w:bookmarkEnd w:id=\"{n}\"/>");
        }
        let _ = write!(self.out, "<w:p>{properties}{start}{runs}{end}</w:p>");
    }

    fn lines(&mut self, style: &str, text: &str) {
        let runs: Vec<String> = text.lines().map(|l| run(l, false)).collect();
        self.paragraph(style, &runs.join("<w:r><w:br/></w:r>"));
    }

    fn table<'a>(&mut self, columns: &[Column], rows: impl Iterator<Item = &'a [Cell]>) {
        let rows: Vec<&[Cell]> = rows.collect();
        let turned = columns.len() > WIDE;
        if turned {
            let _ = write!(self.out, "<w:p><w:pPr>{}</w:pPr></w:p>", section(false));
        }
        self.captioned();
        let page = if turned { 16838 } else { 11906 } - 2 * EDGE;
        let widths = widths(columns, &rows, page);
        let size = if turned { 14 } else { 18 };
        let border = |side: &str| format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"B0B8C0\"/>");
        let borders: String = ["top", "bottom", "insideH"].map(border).concat();
        let _ = write!(
            self.out,
            "<w:tbl><w:tblPr><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"50\" w:type=\"dxa\"/><w:right w:w=\"50\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>"
        );
        for width in &widths {
            let _ = write!(self.out, "<w:gridCol w:w=\"{width}\"/>");
        }
        self.out.push_str("</w:tblGrid><w:tr><w:trPr><w:tblHeader/></w:trPr>");
        for (column, width) in columns.iter().zip(&widths) {
            self.cell(column.align, *width, &sized(&run(&column.head, true), size));
        }
        self.out.push_str("</w:tr>");
        for cells in rows {
            self.out.push_str("<w:tr>");
            for (i, (column, width)) in columns.iter().zip(&widths).enumerate() {
                let runs = match cells.get(i) {
                    Some(Cell::Links(links)) => links.iter().map(linked).collect::<Vec<_>>().join(&run("; ", false)),
                    Some(other) => run(&other.to_string(), false),
                    None => String::new(),
                };
                self.cell(column.align, *width, &sized(&runs, size));
            }
            self.out.push_str("</w:tr>");
        }
        // Two tables that touch would be one.
        let end = if turned { format!("<w:p><w:pPr>{}</w:pPr></w:p>", section(true)) } else { "<w:p/>".to_owned() };
        let _ = write!(self.out, "</w:tbl>{end}");
    }

    fn cell(&mut self, align: Align, width: usize, runs: &str) {
        let side = if align == Align::Left { "left" } else { "right" };
        let _ = write!(
            self.out,
            "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr><w:p><w:pPr><w:spacing w:after=\"20\"/><w:jc w:val=\"{side}\"/></w:pPr>{runs}</w:p></w:tc>"
        );
    }

    fn figure(&mut self, figure: &Figure) {
        if figure.png.is_empty() {
            self.paragraph("Note", &run(&format!("Figure: {}. {}", figure.title, figure.description), false));
            return;
        }
        self.pictures.push(figure.png.clone());
        let n = self.pictures.len();
        let shrink = (WIDEST / figure.size[0].max(1.0)).min(1.0);
        let [cx, cy] = figure.size.map(|s| (s * shrink * EMU) as u64);
        let (name, description) = (attribute(&figure.title), attribute(&figure.description));
        let drawing = format!(
            r#"<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{cx}" cy="{cy}"/><wp:docPr id="{n}" name="{name}" descr="{description}"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="{n}" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rP{n}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"#
        );
        self.paragraph("", &drawing);
    }
}

/// How wide the columns are, in twentieths of a point: each holds its longest word where that
/// goes, and more the more text it has.
fn widths(columns: &[Column], rows: &[&[Cell]], page: usize) -> Vec<usize> {
    let need: Vec<f64> = columns
        .iter()
        .enumerate()
        .map(|(i, column)| {
            let cells = rows.iter().filter_map(|r| r.get(i)).map(|cell| match cell {
                Cell::Links(links) => links.iter().map(|l| l.text.as_str()).collect::<Vec<_>>().join(" "),
                other => other.to_string(),
            });
            let (mut word, mut text) = (0.0_f64, 0.0_f64);
            for cell in cells.chain([column.head.clone()]) {
                word = cell.split_whitespace().map(|w| w.chars().count() as f64).fold(word, f64::max);
                text = text.max(cell.chars().count() as f64);
            }
            word.min(24.0).max(libm::pow(text.min(200.0), 0.72)) + 1.5
        })
        .collect();
    let all: f64 = need.iter().sum();
    need.iter().map(|n| (page as f64 * n / all) as usize).collect()
}

/// Runs in another size, in half points.
fn sized(runs: &str, size: usize) -> String {
    let size = format!("<w:sz w:val=\"{size}\"/>");
    runs.replace("<w:r><w:t ", &format!("<w:r><w:rPr>{size}</w:rPr><w:t ")).replace("<w:b/></w:rPr>", &format!("<w:b/>{size}</w:rPr>"))
}

/// A piece of text.
fn run(text: &str, bold: bool) -> String {
    let properties = if bold { "<w:rPr><w:b/></w:rPr>" } else { "" };
    format!("<w:r>{properties}<w:t xml:space=\"preserve\">{}</w:t></w:r>", escape(text))
}

fn linked(link: &super::document::Link) -> String {
    format!("<w:hyperlink w:anchor=\"{}\">{}</w:hyperlink>", bookmark(&link.to), run(&link.text, false))
}

/// The name of a bookmark: a letter, then letters, digits and underscores, at most 40.
fn bookmark(id: &str) -> String {
    let plain: String = id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).take(36).collect();
    format!("a_{plain}")
}
