//! The bundled font, and how wide texts are in it.
//!
//! Arimo has the widths of Arial and of Liberation Sans, so that a viewer that lacks it shows
//! the same picture with one of these. What it lacks (Chinese, Arabic, …) comes from a font that
//! the script names.

use super::FigureError;
use rustybuzz::ttf_parser::Face;

/// The family of the bundled font.
pub const FAMILY: &str = "Arimo";

/// Regular and bold.
pub const BUNDLED: [&[u8]; 2] = [include_bytes!("fonts/Arimo-Regular.ttf"), include_bytes!("fonts/Arimo-Bold.ttf")];

/// The first characters have their widths in a table.
const COMMON: usize = 128;

/// Fonts to measure with: the bundled one, and one given.
pub struct Fonts<'a> {
    /// Regular and bold; none where the bundled file can't be read.
    own: [Option<Face<'static>>; 2],
    /// Advances of the first characters, of the size of the font.
    widths: [[f64; COMMON]; 2],
    given: Option<Given<'a>>,
}

struct Given<'a> {
    bytes: &'a [u8],
    face: Face<'a>,
    family: String,
}

impl<'a> Fonts<'a> {
    /// The bundled font, and one more for characters that it lacks.
    pub fn new(given: Option<&'a [u8]>) -> Result<Self, FigureError> {
        let own = BUNDLED.map(|bytes| Face::parse(bytes, 0).ok());
        let widths = std::array::from_fn(|weight| {
            std::array::from_fn(|c| {
                let c = char::from(u8::try_from(c).unwrap_or_default());
                own[weight].as_ref().and_then(|face| advance(face, c)).unwrap_or(0.0)
            })
        });
        let given = match given {
            None => None,
            Some(bytes) => {
                let face = Face::parse(bytes, 0).map_err(|_| FigureError::Font)?;
                let family = family(&face).ok_or(FigureError::Font)?;
                Some(Given { bytes, face, family })
            }
        };
        Ok(Self { own, widths, given })
    }

    /// The bundled font alone.
    pub fn bundled() -> Fonts<'static> {
        Fonts { given: None, ..Fonts::new(None).unwrap_or(Fonts { own: [None, None], widths: [[0.5; COMMON]; 2], given: None }) }
    }

    /// The family of the font given.
    pub fn family(&self) -> Option<&str> {
        self.given.as_ref().map(|g| g.family.as_str())
    }

    /// The bytes of the font given.
    pub fn bytes(&self) -> Option<&'a [u8]> {
        self.given.as_ref().map(|g| g.bytes)
    }

    /// How wide a text is, in pixels. Simple scripts are the sum of their advances, without
    /// kerning, which brings letters nearer; others are shaped.
    pub fn width(&self, text: &str, size: f64, bold: bool) -> f64 {
        let weight = usize::from(bold);
        let mut sum = 0.0;
        for c in text.chars() {
            let code = c as usize;
            if code < COMMON {
                sum += self.widths[weight][code];
            } else if is_shaped(c) {
                return self.shaped(text, weight) * size;
            } else {
                sum += self.one(c, weight);
            }
        }
        sum * size
    }

    /// The advance of one character; a box of one em where no font has it.
    fn one(&self, c: char, weight: usize) -> f64 {
        let own = self.own[weight].as_ref().and_then(|face| advance(face, c));
        own.or_else(|| self.given.as_ref().and_then(|g| advance(&g.face, c))).unwrap_or(1.0)
    }

    /// Width of a text whose letters join, run by run of the font that has them.
    fn shaped(&self, text: &str, weight: usize) -> f64 {
        let mut sum = 0.0;
        let mut run = String::new();
        let own = |c: char| self.own[weight].as_ref().is_some_and(|f| f.glyph_index(c).is_some());
        let mut last = None;
        for c in text.chars() {
            let this = own(c);
            if last.is_some_and(|l| l != this) {
                sum += self.run(&run, weight, last == Some(true));
                run.clear();
            }
            run.push(c);
            last = Some(this);
        }
        sum + self.run(&run, weight, last == Some(true))
    }

    fn run(&self, text: &str, weight: usize, own: bool) -> f64 {
        let bytes = if own { Some(BUNDLED[weight]) } else { self.bytes() };
        let Some(face) = bytes.and_then(|b| rustybuzz::Face::from_slice(b, 0)) else {
            return text.chars().map(|c| self.one(c, weight)).sum();
        };
        let mut buffer = rustybuzz::UnicodeBuffer::new();
        buffer.push_str(text);
        let units = f64::from(face.units_per_em());
        let shaped = rustybuzz::shape(&face, &[], buffer);
        shaped.glyph_positions().iter().map(|p| f64::from(p.x_advance)).sum::<f64>() / units
    }

    /// Whether no font has a character.
    fn without(&self, c: char) -> bool {
        let has = |face: &Face| face.glyph_index(c).is_some();
        !c.is_control()
            && c as usize >= COMMON
            && !self.own[0].as_ref().is_some_and(has)
            && !self.given.as_ref().is_some_and(|g| has(&g.face))
    }

    /// Whether a text has characters that no font has.
    pub fn lacks(&self, text: &str) -> bool {
        text.chars().any(|c| self.without(c))
    }

    /// The text with a question mark for each character that no font has.
    pub fn drawable(&self, text: &str) -> String {
        text.chars().map(|c| if self.without(c) { '?' } else { c }).collect()
    }

    /// The text, or as much of its beginning as fits, with an ellipsis.
    pub fn fitted(&self, text: &str, size: f64, bold: bool, width: f64) -> String {
        if self.width(text, size, bold) <= width {
            return text.to_owned();
        }
        let text = text.trim_end();
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let fits = |at: &usize| self.width(&format!("{}…", &text[..*at]), size, bold) <= width;
        // The longest beginning that fits: a longer text is never narrower.
        let kept = ends.partition_point(fits);
        let end = if kept == 0 { 0 } else { ends[kept - 1] };
        format!("{}…", text[..end].trim_end())
    }

    /// The text, or as much of its beginning and its last word as fits: what tells long names
    /// apart often stands at the end.
    pub fn shortened(&self, text: &str, size: f64, bold: bool, width: f64) -> String {
        if self.width(text, size, bold) <= width {
            return text.to_owned();
        }
        let Some((head, tail)) = text.trim_end().rsplit_once(' ').filter(|(_, tail)| self.width(tail, size, bold) < width / 2.0) else {
            return self.fitted(text, size, bold, width);
        };
        let room = width - self.width(&format!(" {tail}"), size, bold);
        format!("{} {tail}", self.fitted(head, size, bold, room))
    }

    /// The text broken into lines at spaces; a word that is too long stands alone.
    pub fn wrapped(&self, text: &str, size: f64, bold: bool, width: f64) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split(' ').filter(|w| !w.is_empty()) {
            match lines.last_mut() {
                Some(line) if self.width(&format!("{line} {word}"), size, bold) <= width => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(self.fitted(word, size, bold, width)),
            }
        }
        lines
    }
}

fn advance(face: &Face, c: char) -> Option<f64> {
    let glyph = face.glyph_index(c)?;
    Some(f64::from(face.glyph_hor_advance(glyph)?) / f64::from(face.units_per_em()))
}

fn family(face: &Face) -> Option<String> {
    let name = |id| face.names().into_iter().filter(|n| n.name_id == id).find_map(|n| n.to_string());
    name(rustybuzz::ttf_parser::name_id::FAMILY).or_else(|| name(rustybuzz::ttf_parser::name_id::FULL_NAME))
}

/// Whether letters of its script join, stack or stand above each other, so that a width is more than a sum.
fn is_shaped(c: char) -> bool {
    matches!(c as u32, 0x0300..=0x036F | 0x0590..=0x10FF | 0x1780..=0x18AF | 0x1A00..=0x1CFF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFF | 0x10000..=0x1EFFF)
}
