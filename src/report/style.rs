//! How text output looks, as decided outside.

/// The medium. The command line decides it; nothing here asks a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Columns of a line.
    pub width: usize,
    /// Whether ANSI colours are wanted.
    pub colour: bool,
    /// Whether box-drawing characters can be shown; else ASCII.
    pub unicode: bool,
}

impl Style {
    /// Unicode, at this width.
    pub fn new(width: usize, colour: bool) -> Self {
        Self { width: width.max(20), colour, unicode: true }
    }

    /// As into a pipe: no colour.
    pub fn plain(width: usize) -> Self {
        Self::new(width, false)
    }

    /// The text in this paint, if colours are wanted.
    pub fn paint(&self, text: &str, paint: Paint) -> String {
        if self.colour && !text.is_empty() { format!("\u{1b}[{}m{text}\u{1b}[0m", paint.code()) } else { text.to_owned() }
    }
}

impl Default for Style {
    fn default() -> Self {
        Self::plain(80)
    }
}

/// The few paints in use, all from the terminal's own palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// Titles and pooled results.
    Bold,
    /// Statements, left-out studies.
    Dim,
    /// Warnings.
    Yellow,
    /// Names of facts, codes of notes.
    Cyan,
}

impl Paint {
    fn code(self) -> &'static str {
        match self {
            Paint::Bold => "1",
            Paint::Dim => "2",
            Paint::Yellow => "33",
            Paint::Cyan => "36",
        }
    }
}
