//! What stands before the cursor: the statement it is in, cut into items, and the word
//! being typed. It reads broken and unfinished text, and looks at nothing else.

use crate::language::vocabulary::{self, FIELDS};
use crate::syntax::{Kind, Token, tokens};

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A word.
    Word,
    /// A text in quotes.
    Text,
    /// A number with its sign and unit, a range.
    Number,
    /// A list, a call, a field, a parenthesis: a value in any case.
    Value,
    /// `==`, `and`, `=`, `{`.
    Operator,
    /// `,`, or the `>` of a ranking.
    Comma,
    /// `:`
    Colon,
}

/// A piece of the statement, bytes `start..end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item<'t> {
    /// What it is.
    pub shape: Shape,
    /// Its text.
    pub text: &'t str,
    /// Where it begins.
    pub start: usize,
}

impl Item<'_> {
    /// Whether it is this word or sign.
    pub fn is(&self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word)
    }

    /// The text without quotes.
    pub fn plain(&self) -> String {
        match self.text.strip_prefix('"') {
            Some(rest) => unescaped(rest.strip_suffix('"').unwrap_or(rest)),
            None => self.text.to_owned(),
        }
    }
}

/// Where the cursor is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Place<'t> {
    /// Where the word being typed begins; the cursor, if none is.
    pub start: usize,
    /// What of the word stands there, without its quote.
    pub word: String,
    /// Whether it began with a quote.
    pub quoted: bool,
    /// The statement before that word: head first.
    pub items: Vec<Item<'t>>,
    /// On an indented line of `study` or `rule`: what of that line stands before the word.
    pub entry: Option<Vec<Item<'t>>>,
    /// The innermost open `(` or `[`, and what stands in it before the word.
    pub inside: Option<(u8, Vec<Item<'t>>)>,
    /// `NAME.`: whose field the word is.
    pub of: Option<String>,
    /// In a comment, where nothing helps.
    pub comment: bool,
}

impl<'t> Place<'t> {
    /// What stands in the line before the word, and whether it is an entry's.
    pub fn line(&self) -> &[Item<'t>] {
        self.entry.as_deref().unwrap_or(&self.items)
    }
}

/// Finds the place at the end of a text.
pub fn place(text: &str) -> Place<'_> {
    let mut tokens = tokens(text);
    let mut place = Place { start: text.len(), ..Place::default() };
    if tokens.last().is_some_and(|t| t.kind == Kind::Comment) {
        place.comment = true;
        return place;
    }
    take_word(text, &mut tokens, &mut place);
    let Line { head, entry, bracket } = line(text, &tokens);
    let (before, after) = match bracket {
        Some(at) => (&tokens[..at], Some(&tokens[at + 1..])),
        None => (&tokens[..], None),
    };
    let entry = entry.filter(|at| *at <= before.len());
    place.items = items(text, &before[head.min(before.len())..entry.unwrap_or(before.len())]);
    place.entry = entry.map(|at| items(text, &before[at..]));
    place.inside = after.zip(bracket).map(|(tokens_in, at)| (text.as_bytes()[tokens[at].start], items(text, tokens_in)));
    place
}

/// Takes the word being typed off the end.
fn take_word(text: &str, tokens: &mut Vec<Token>, place: &mut Place) {
    let word_at = |tokens: &[Token], at: usize| tokens.get(at).is_some_and(|t| t.kind == Kind::Word);
    let n = tokens.len();
    let Some(last) = tokens.last().copied() else { return };
    // `"Hart & Su`
    if last.kind == Kind::OpenText {
        place.quoted = true;
        place.word = unescaped(&last.text(text)[1..]);
        place.start = last.start;
        tokens.pop();
        return;
    }
    // `NAME.i2(ta`, `i2(`: the parenthesis belongs to the name of the field
    let call = match last.kind {
        Kind::Open(b'(') if n >= 2 => Some(n - 2),
        Kind::Word if n >= 3 && tokens[n - 2].kind == Kind::Open(b'(') => Some(n - 3),
        _ => None,
    };
    if let Some(at) = call.filter(|at| word_at(tokens, *at) && is_field_call(tokens[*at].text(text))) {
        place.start = tokens[at].start;
        tokens.truncate(at);
    } else if last.kind == Kind::Word {
        place.start = last.start;
        tokens.pop();
    } else if last.kind == Kind::Operator && last.text(text) == "-" && n >= 2 && word_at(tokens, n - 2) {
        // `drop-`, on the way to `drop-double-zero`
        place.start = tokens[n - 2].start;
        tokens.truncate(n - 2);
    } else if last.kind == Kind::Number {
        place.start = last.start;
        tokens.pop();
    }
    place.word = text[place.start..].to_owned();
    // `NAME.`
    let dot = tokens.last().copied().filter(|t| t.kind == Kind::Dots && t.text(text) == "." && t.end == place.start);
    if dot.is_some()
        && let Some(owner) = tokens.len().checked_sub(2).map(|at| tokens[at]).filter(|t| t.kind == Kind::Word)
    {
        place.of = Some(owner.text(text).to_owned());
        tokens.truncate(tokens.len() - 2);
    }
}

fn is_field_call(word: &str) -> bool {
    FIELDS.iter().any(|f| f.name.split_once('(').is_some_and(|(name, _)| name.eq_ignore_ascii_case(word)))
}

/// Where the statement begins, its line if indented, its innermost open bracket: indices of tokens.
struct Line {
    head: usize,
    entry: Option<usize>,
    bracket: Option<usize>,
}

fn line(text: &str, tokens: &[Token]) -> Line {
    let mut head = 0;
    let mut entry = None;
    let mut open: Vec<(usize, u8, usize)> = Vec::new();
    let mut fresh = true;
    let mut ended = true; // an empty line has ended the statement
    for (at, token) in tokens.iter().enumerate() {
        let in_round = open.last().is_some_and(|(_, byte, _)| *byte != b'{');
        match token.kind {
            Kind::Newline if !in_round => {
                ended |= fresh;
                fresh = true;
                let indented = tokens.get(at + 1).is_some_and(|t| t.kind == Kind::Space);
                let opener = tokens[head..].iter().find(|t| t.is_code()).map_or("", |t| t.text(text));
                let block = open.last().is_some_and(|(_, byte, _)| *byte == b'{');
                if !ended && !block && vocabulary::takes_entries(opener) {
                    entry = Some(at + 1);
                } else if block || !indented || ended {
                    head = at + 1;
                    entry = None;
                }
            }
            Kind::Open(byte) => {
                open.push((at, byte, head));
                if byte == b'{' {
                    head = at + 1;
                    entry = None;
                }
                (fresh, ended) = (false, false);
            }
            Kind::Close(_) => {
                if let Some((_, b'{', before)) = open.pop() {
                    head = before;
                }
                (fresh, ended) = (false, false);
            }
            _ if token.is_code() => (fresh, ended) = (false, false),
            _ => {}
        }
    }
    let bracket = open.iter().rev().take_while(|(_, byte, _)| *byte != b'{').next().map(|(at, ..)| *at);
    Line { head, entry, bracket }
}

/// Tokens as items: what is closed is one value.
fn items<'t>(text: &'t str, tokens: &[Token]) -> Vec<Item<'t>> {
    let mut out: Vec<Item> = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at).copied() {
        let touches = at > 0 && tokens[at - 1].is_code() && tokens[at - 1].end == token.start;
        let mut end = token.end;
        let shape = match token.kind {
            Kind::Word if ["and", "or", "not", "in"].iter().any(|w| token.is_word(text, w)) => Shape::Operator,
            Kind::Word if touches && matches!(tokens[at - 1].kind, Kind::Number) => Shape::Number,
            Kind::Word => Shape::Word,
            Kind::Text | Kind::OpenText => Shape::Text,
            Kind::Number => Shape::Number,
            Kind::Dots => Shape::Value,
            Kind::Operator if token.text(text) == "%" && touches => Shape::Number,
            Kind::Operator
                if token.text(text) == "-" && tokens.get(at + 1).is_some_and(|t| t.kind == Kind::Number && t.start == token.end) =>
            {
                Shape::Number
            }
            Kind::Operator => Shape::Operator,
            Kind::Comma => Shape::Comma,
            Kind::Colon => Shape::Colon,
            Kind::Open(_) => {
                at = close(tokens, at);
                end = tokens.get(at).map_or(text.len(), |t| t.end);
                Shape::Value
            }
            Kind::Close(_) | Kind::Stray => Shape::Operator,
            Kind::Space | Kind::Newline | Kind::Comment => {
                at += 1;
                continue;
            }
        };
        at += 1;
        // `vaccine.i2(q)`, `95%`, `-0.5`, `24..120`, `exp(x)` are one value each.
        let joins = matches!(shape, Shape::Number | Shape::Value | Shape::Word)
            && out.last().is_some_and(|l| l.start + l.text.len() == token.start);
        match out.last_mut().filter(|l| joins && !matches!(l.shape, Shape::Comma | Shape::Colon | Shape::Operator)) {
            Some(last) => {
                last.text = &text[last.start..end];
                last.shape = if last.shape == Shape::Number && shape == Shape::Number { Shape::Number } else { Shape::Value };
            }
            None => out.push(Item { shape, text: &text[token.start..end], start: token.start }),
        }
    }
    out
}

/// The token that closes an open bracket; the last if none does.
fn close(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    tokens.len().saturating_sub(1)
}

/// A text without its backslashes.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    out
}
