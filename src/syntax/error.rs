//! What pest reports to what a user can act on.
//!
//! Of pest's error only the place and the expected rules are used. Slips that people make
//! get their own words (`special`); what is left is "expected …".

use super::lex::Token;
use super::rules::{Rule, noun};
use super::special::special;
use super::split::{Segment, Split};
use crate::diagnostic::Problem;
use crate::source::Span;
use pest::error::{Error, ErrorVariant, InputLocation};

/// Where a line stopped making sense.
pub(crate) struct Place<'a> {
    pub source: &'a str,
    /// The code of the line.
    pub code: Vec<Token>,
    /// Index in `code` of what was found; one past the last at the end of the line.
    pub found: usize,
    /// Byte of the source.
    pub at: usize,
    pub rule: Rule,
    expected: Vec<Rule>,
}

impl<'a> Place<'a> {
    pub fn new(split: &Split<'a>, segment: &Segment, rule: Rule, error: &Error<Rule>) -> Self {
        let code: Vec<Token> = split.tokens[segment.from..segment.to].iter().copied().filter(|t| t.is_code()).collect();
        let offset = match error.location {
            InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
        };
        let at = split.tokens[segment.from].start + offset;
        let found = code.iter().position(|t| t.end > at).unwrap_or(code.len());
        let expected = match &error.variant {
            ErrorVariant::ParsingError { positives, .. } => positives.clone(),
            ErrorVariant::CustomError { .. } => Vec::new(),
        };
        Self { source: split.source, code, found, at, rule, expected }
    }

    pub fn expects(&self, rule: Rule) -> bool {
        self.expected.contains(&rule)
    }

    pub fn get(&self, at: usize) -> Option<(Token, &'a str)> {
        self.code.get(at).map(|t| (*t, t.text(self.source)))
    }

    pub fn found(&self) -> Option<(Token, &'a str)> {
        self.get(self.found)
    }

    pub fn before(&self) -> Option<(Token, &'a str)> {
        self.found.checked_sub(1).and_then(|at| self.get(at))
    }

    /// Whether two tokens touch.
    pub fn touch(&self, left: usize) -> bool {
        matches!((self.code.get(left), self.code.get(left + 1)), (Some(l), Some(r)) if l.end == r.start)
    }

    pub fn first(&self) -> &'a str {
        self.get(0).map_or("", |t| t.1)
    }

    pub fn starts_with(&self, word: &str) -> bool {
        self.first().eq_ignore_ascii_case(word)
    }

    pub fn found_span(&self) -> Span {
        match self.found() {
            Some((token, _)) => token.span(),
            None => {
                let end = self.code.last().map_or(self.at, |t| t.end);
                Span::new(end, end + 1)
            }
        }
    }

    /// Bytes from one token of the line to another.
    pub fn span(&self, from: usize, to: usize) -> Span {
        match (self.code.get(from), self.code.get(to)) {
            (Some(from), Some(to)) => Span::new(from.start, to.end),
            _ => self.found_span(),
        }
    }

    pub fn text(&self, from: usize, to: usize) -> &'a str {
        let span = self.span(from, to);
        self.source.get(span.start as usize..span.end as usize).unwrap_or_default()
    }
}

/// A problem for a line that the grammar does not read.
pub(crate) fn explain(place: &Place<'_>) -> Problem {
    if let Some(problem) = special(place) {
        return problem;
    }
    let mut nouns: Vec<(u8, &str)> = place.expected.iter().filter_map(|rule| noun(*rule)).collect();
    nouns.sort_unstable();
    nouns.dedup();
    // what a wider word covers need not be listed
    let (value, clauses) = (nouns.iter().any(|n| n.0 == 2), nouns.iter().any(|n| n.0 == 3));
    let covered = if clauses { 2..=8 } else { 4..=7 };
    if value || clauses {
        let clause = |word: &str| clauses && matches!(word, "`,`" | "`=`" | "`when`" | "`in`");
        nouns.retain(|noun| noun.0 == 3 || !(covered.contains(&noun.0) || clause(noun.1)));
    }
    // the end of the line can be had anywhere; it helps only where little else fits
    if nouns.len() > 3 {
        nouns.retain(|noun| noun.0 != 12);
    }
    nouns.truncate(6);
    let words: Vec<&str> = nouns.into_iter().map(|noun| noun.1).collect();
    let found = place.found().map(|(_, text)| text);
    let message = match (words.as_slice(), found) {
        ([], Some(found)) => format!("`{}` does not fit here", shown(found)),
        ([], None) => "the line ends too early".to_owned(),
        (words, _) => format!("expected {}", either(words)),
    };
    let end = if matches!(place.rule, Rule::line_if | Rule::line_for) { "the head ends here" } else { "the line ends here" };
    let label = found.map_or(end.to_owned(), |found| format!("found `{}`", shown(found)));
    let wants_value = words.contains(&"an expression") || words.contains(&"a clause or a value");
    let help = match (place.before(), found) {
        _ if words.is_empty() && found.is_none() => "shorten the line, or use `let` to name its parts".to_owned(),
        (Some((_, before)), None) if wants_value => format!("write what follows `{}`, or remove it", shown(before)),
        (_, None) => format!("complete the line: {} is missing", either(&words)),
        (_, Some(found)) if words == ["a statement"] => {
            format!("a line begins with a verb or the name of a result, not with `{}`", shown(found))
        }
        (Some((_, before)), Some(found)) if words.is_empty() || !wants_value => {
            format!("something is missing or too much between `{}` and `{}`", shown(before), shown(found))
        }
        (_, Some(found)) => format!("remove `{}`, or put the value that belongs here before it", shown(found)),
    };
    Problem::error("E100", message).at(place.found_span(), label).help(help)
}

/// A token as messages show it.
pub(crate) fn shown(text: &str) -> String {
    if text.chars().count() <= 40 { text.to_owned() } else { text.chars().take(39).chain(['…']).collect() }
}

/// "a, b or c"
fn either(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
