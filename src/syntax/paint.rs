//! Highlighting: a tag for every byte of any text, broken or not.

use super::lex::{Kind, Token, tokens};
use super::{RESERVED, slips};
use crate::source::Span;

/// What a piece of text is, for colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tag {
    /// A reserved word.
    Keyword,
    /// A word or name; what it means, only the vocabulary knows.
    Word,
    /// The name that `let`, `rule` or `for` binds.
    Name,
    /// A quoted text.
    Text,
    /// A number with its unit.
    Number,
    /// `+`, `==`, `and`
    Operator,
    /// Brackets, commas, colons, white space.
    Punctuation,
    /// `# …`
    Comment,
    /// What no line can hold: an open text, a curly quote.
    Error,
}

/// Tags that cover the text, in order, without gaps.
pub fn paint(text: &str) -> Vec<(Span, Tag)> {
    let tokens = tokens(text);
    let mut painted: Vec<(Span, Tag)> = Vec::with_capacity(tokens.len());
    let mut line: Vec<Token> = Vec::new(); // the code of the statement so far, two tokens at most
    for (at, token) in tokens.iter().enumerate() {
        let word = token.text(text);
        let is = |words: &[&str]| words.iter().any(|w| w.eq_ignore_ascii_case(word));
        let after_number = at > 0 && tokens[at - 1].kind == Kind::Number;
        let tag = match token.kind {
            Kind::Comment => Tag::Comment,
            Kind::Text => Tag::Text,
            Kind::OpenText | Kind::Stray => Tag::Error,
            Kind::Number => Tag::Number,
            Kind::Operator if after_number && word == "%" => Tag::Number,
            Kind::Operator if slips::is_foreign(word) => Tag::Error,
            Kind::Operator => Tag::Operator,
            Kind::Word if after_number => Tag::Number,
            Kind::Word if is(RESERVED[0]) => Tag::Keyword,
            Kind::Word if is(RESERVED[1]) && line.is_empty() => Tag::Keyword,
            Kind::Word if line.len() == 1 && binds(line[0], text) => Tag::Name,
            Kind::Word if is(RESERVED[2]) => Tag::Operator,
            Kind::Word => Tag::Word,
            _ => Tag::Punctuation,
        };
        match token.kind {
            Kind::Newline | Kind::Open(b'{') | Kind::Close(b'}') => line.clear(),
            Kind::Open(b'(') => line.clear(),
            _ if token.is_code() && line.len() < 2 => line.push(*token),
            _ => {}
        }
        painted.push((token.span(), tag));
    }
    painted
}

fn binds(token: Token, text: &str) -> bool {
    ["let", "rule", "for"].iter().any(|word| token.is_word(text, word))
}
