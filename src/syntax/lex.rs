//! A total tokenizer: every byte of any text belongs to exactly one token.
//!
//! It knows just enough to cut lines, to match brackets, to paint and to name what
//! stands at a place. What a line means, only the grammar knows.

use pest::unicode::{XID_CONTINUE, XID_START};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Spaces and tabs.
    Space,
    /// `\n`, `\r\n` or `\r`.
    Newline,
    /// `# …`
    Comment,
    /// A text with both its quotes.
    Text,
    /// A text that its line ends.
    OpenText,
    /// `0.5`, `1e-3`, without a unit.
    Number,
    /// A letter or a number's unit and what follows: `reml`, `leave-one-out`, `P*`.
    Word,
    /// `==`, `+`, `%`, and what other languages use: `&&`, `<-`, `;`.
    Operator,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `.` or `..`
    Dots,
    /// `(`, `[`, `{`
    Open(u8),
    /// `)`, `]`, `}`
    Close(u8),
    /// A character that no line can hold.
    Stray,
}

/// A token: bytes `start..end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

impl Token {
    /// Neither space nor comment nor line end.
    pub fn is_code(self) -> bool {
        !matches!(self.kind, Kind::Space | Kind::Newline | Kind::Comment)
    }

    /// Its text.
    pub fn text(self, source: &str) -> &str {
        &source[self.start..self.end]
    }

    /// Whether it is this word, in any case.
    pub fn is_word(self, source: &str, word: &str) -> bool {
        self.kind == Kind::Word && self.text(source).eq_ignore_ascii_case(word)
    }
}

/// Spaces of word processors count as spaces.
pub(crate) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{FEFF}' | '\u{A0}' | '\u{2007}' | '\u{2009}' | '\u{202F}' | '\u{3000}')
}

/// Cuts a text into tokens that cover it.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(source.len() / 4 + 1);
    let mut start = 0;
    while let Some(first) = source[start..].chars().next() {
        let (kind, length) = token(&source[start..], first, tokens.last().copied());
        let end = start + length.max(first.len_utf8());
        tokens.push(Token { kind, start, end });
        start = end;
    }
    tokens
}

/// Longest first.
const OPERATORS: [&str; 29] = [
    "==", "!=", ">=", "<=", "=>", "=<", "<>", "<-", "->", "&&", "||", "**", "|>", "=", "<", ">", "+", "-", "*", "/", "^", "%", "!", "&",
    "|", ";", "~", "$", "?",
];

fn token(rest: &str, first: char, before: Option<Token>) -> (Kind, usize) {
    let while_true = |test: fn(char) -> bool| rest.find(|c| !test(c)).unwrap_or(rest.len());
    match first {
        '\r' if rest.starts_with("\r\n") => (Kind::Newline, 2),
        '\n' | '\r' => (Kind::Newline, 1),
        '#' => (Kind::Comment, rest.find(['\n', '\r']).unwrap_or(rest.len())),
        '"' => text(rest),
        ',' => (Kind::Comma, 1),
        ':' => (Kind::Colon, 1),
        '.' => (Kind::Dots, if rest.starts_with("..") { 2 } else { 1 }),
        '(' | '[' | '{' => (Kind::Open(first as u8), 1),
        ')' | ']' | '}' => (Kind::Close(first as u8), 1),
        c if is_space(c) => (Kind::Space, while_true(is_space)),
        c if c.is_ascii_digit() => (Kind::Number, number(rest)),
        c if XID_START(c) => (Kind::Word, word(rest)),
        // `5_0`: the rest of what began as a number
        c if XID_CONTINUE(c) && before.is_some_and(|t| t.kind == Kind::Number) => (Kind::Word, word(rest)),
        _ => match OPERATORS.iter().find(|operator| rest.starts_with(**operator)) {
            Some(operator) => (Kind::Operator, operator.len()),
            None => (Kind::Stray, first.len_utf8()),
        },
    }
}

/// A text ends at the next quote that no backslash precedes, or with its line.
fn text(rest: &str) -> (Kind, usize) {
    let mut escaped = true; // the opening quote
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'\n' | b'\r' => return (Kind::OpenText, at),
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return (Kind::Text, at + 1),
            _ => {}
        }
    }
    (Kind::OpenText, rest.len())
}

fn number(rest: &str) -> usize {
    let digits = |from: usize| rest[from..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len(), |n| from + n);
    let mut end = digits(0);
    if rest[end..].starts_with('.') && digits(end + 1) > end + 1 {
        end = digits(end + 1);
    }
    if rest[end..].starts_with(['e', 'E']) {
        let sign = usize::from(rest[end + 1..].starts_with(['+', '-']));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    end
}

fn word(rest: &str) -> usize {
    let mut end = 0;
    let mut chars = rest.chars().peekable();
    while let Some(c) = chars.next() {
        let hyphen = c == '-' && end > 0 && chars.peek().is_some_and(|next| XID_START(*next));
        if !(XID_CONTINUE(c) || hyphen) {
            break;
        }
        end += c.len_utf8();
    }
    let star = rest[end..].starts_with('*') && !rest[end + 1..].chars().next().is_some_and(|c| XID_CONTINUE(c) || c == '*' || c == '(');
    end + usize::from(star)
}
