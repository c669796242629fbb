//! What the words of a line are, for colours: `syntax::paint` and the vocabulary together.

use super::complete::Names;
use super::vocabulary::{self, Choice, Takes, Verb};
use crate::source::Span;
use crate::syntax::{Tag, paint};

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// A statement word.
    Verb,
    /// A clause word, or a word that belongs to the statement.
    Clause,
    /// A word that a clause chooses from.
    Choice,
    /// A name that the session knows, a field, a name being given.
    Name,
    /// A function.
    Function,
    /// Quoted text.
    Text,
    /// A number.
    Number,
    /// A comment.
    Comment,
    /// What no line can hold.
    Error,
    /// All else.
    Plain,
}

/// Classes that cover the text, in order, without gaps.
pub fn classes(text: &str, names: &Names) -> Vec<(Span, Class)> {
    let painted = paint(text);
    let mut reader = Reader { names, verb: None, derived: false, choices: None, fresh: true, after_let: false };
    let mut out = Vec::with_capacity(painted.len());
    for (at, (span, tag)) in painted.iter().enumerate() {
        let piece = slice(text, *span);
        let next = painted.get(at + 1).map_or("", |(s, _)| slice(text, *s));
        let before = at.checked_sub(1).and_then(|i| painted.get(i)).map_or("", |(s, _)| slice(text, *s));
        let last = span.end as usize == text.len();
        out.push((*span, reader.class(piece, *tag, before, next, last)));
    }
    out
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end as usize).unwrap_or_default()
}

struct Reader<'n> {
    names: &'n Names,
    verb: Option<&'static Verb>,
    derived: bool,
    choices: Option<&'static [Choice]>,
    /// At the start of a statement.
    fresh: bool,
    after_let: bool,
}

impl Reader<'_> {
    fn class(&mut self, piece: &str, tag: Tag, before: &str, next: &str, last: bool) -> Class {
        let class = match tag {
            Tag::Comment => return Class::Comment,
            Tag::Text => Class::Text,
            // A text that is still being typed.
            Tag::Error if last && piece.starts_with('"') => Class::Text,
            Tag::Error => Class::Error,
            Tag::Number => Class::Number,
            Tag::Name => Class::Name,
            Tag::Operator if piece.starts_with(char::is_alphabetic) && !self.is_choice(piece) => Class::Clause,
            Tag::Operator if self.is_choice(piece) => Class::Choice,
            Tag::Operator => {
                self.fresh = self.after_let && piece == "=";
                return Class::Plain;
            }
            Tag::Punctuation => {
                if piece.contains('\n') && !next.starts_with([' ', '\t']) || matches!(piece, "{" | "(") {
                    self.start();
                    self.derived = false;
                }
                return Class::Plain;
            }
            Tag::Keyword if self.fresh => {
                self.start();
                self.after_let = piece.eq_ignore_ascii_case("let");
                self.verb = vocabulary::verb(piece);
                Class::Verb
            }
            Tag::Keyword => {
                self.choices = None;
                Class::Clause
            }
            Tag::Word => self.word(piece, before, next),
        };
        self.fresh = false;
        class
    }

    fn start(&mut self) {
        (self.fresh, self.verb, self.choices, self.after_let) = (true, None, None, false);
    }

    fn is_choice(&self, piece: &str) -> bool {
        self.choices.is_some_and(|list| vocabulary::choice(list, piece).is_some())
    }

    fn word(&mut self, piece: &str, before: &str, next: &str) -> Class {
        if before == "." {
            return Class::Name;
        }
        if self.fresh {
            self.verb = vocabulary::verb(piece);
            if self.verb.is_some() {
                return Class::Verb;
            }
            self.derived = self.names.is_result(piece);
        }
        if self.is_choice(piece) {
            return Class::Choice;
        }
        let fits = self.derived
            || self.verb.is_none_or(|v| {
                v.clauses.is_empty() || v.clauses.iter().any(|c| vocabulary::clause_of(*c).name.eq_ignore_ascii_case(piece))
            });
        if !self.fresh
            && let Some(clause) = vocabulary::clause(piece).filter(|_| fits)
        {
            self.choices = if let Takes::Choice(list) = clause.takes { Some(list) } else { None };
            return Class::Clause;
        }
        if next.starts_with('(') && vocabulary::function(piece).is_some() {
            return Class::Function;
        }
        if self.names.knows(piece) {
            return Class::Name;
        }
        let own = |verb: &Verb| verb.usage.split(|c: char| !c.is_alphanumeric() && c != '-').any(|w| w == piece);
        if self.verb.is_some_and(own) { Class::Clause } else { Class::Plain }
    }
}
