//! Cuts a text into logical lines. It can't fail, and it finds every line, however
//! broken its neighbours are.
//!
//! A line indented more than the line that opened its statement belongs to it: as an
//! entry if it holds a `:` outside texts and brackets or begins with `when` or
//! `otherwise` (under `rule`), as a continuation otherwise. An open bracket and a
//! trailing comma or operator continue too.

use super::brackets::{Brackets, brackets, starter};
use super::lex::{Kind, Token, is_space, tokens};

/// A text cut into tokens, its brackets matched.
pub(crate) struct Split<'s> {
    pub source: &'s str,
    pub tokens: Vec<Token>,
    pub brackets: Brackets,
    line_starts: Vec<usize>,
}

/// What stands between two line ends, or a statement over several.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Chunk {
    Blank,
    Comment(String),
    /// A statement with its entries; the first segment is the statement itself.
    Statement(Vec<Segment>),
    Blocks(Blocks),
}

/// Tokens `from..to` that the grammar reads as one line.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Segment {
    pub from: usize,
    pub to: usize,
    pub before: Vec<String>,
    pub comment: Option<String>,
    /// The first token of the line whose indentation can't be compared.
    pub mixed: Option<usize>,
    /// It follows entries, as far in as they are, and is none.
    pub stray: bool,
}

/// `if … { } else if … { } else { }` or `for … { }`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Blocks {
    /// Heads with their blocks: tokens of `{` and `}`, and the lines between.
    pub arms: Vec<(Segment, Braces)>,
    pub otherwise: Option<Braces>,
    pub comment: Option<String>,
    /// A token after `}` that does not belong there, or an `else` without braces.
    pub surplus: Option<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Braces {
    pub open: usize,
    pub close: usize,
    pub lines: Vec<Chunk>,
}

impl<'s> Split<'s> {
    pub fn new(source: &'s str) -> Self {
        let tokens = tokens(source);
        let brackets = brackets(source, &tokens);
        let ends = tokens.iter().filter(|t| t.kind == Kind::Newline).map(|t| t.end);
        let line_starts = std::iter::once(0).chain(ends).collect();
        Self { source, tokens, brackets, line_starts }
    }

    /// The logical lines of tokens `at..end`.
    pub fn lines(&self, mut at: usize, end: usize) -> Vec<Chunk> {
        let mut chunks = Vec::new();
        let mut fresh = false; // nothing on this physical line yet
        while at < end {
            let token = self.tokens[at];
            match token.kind {
                Kind::Space => at += 1,
                Kind::Newline => {
                    if fresh && chunks.last() != Some(&Chunk::Blank) {
                        chunks.push(Chunk::Blank);
                    }
                    fresh = true;
                    at += 1;
                }
                Kind::Comment => {
                    chunks.push(Chunk::Comment(self.comment(at)));
                    fresh = false;
                    at += 1;
                }
                _ => {
                    at = self.statement(at, end, &mut chunks);
                    fresh = self.tokens[at - 1].kind == Kind::Newline;
                }
            }
        }
        chunks
    }

    pub fn comment(&self, at: usize) -> String {
        self.tokens[at].text(self.source).trim_end().to_owned()
    }

    fn is_word(&self, at: usize, word: &str) -> bool {
        self.tokens.get(at).is_some_and(|t| t.is_word(self.source, word))
    }

    /// The next token of `at..end` that is code.
    pub fn code(&self, at: usize, end: usize) -> Option<usize> {
        (at..end).find(|i| self.tokens[*i].is_code())
    }

    /// The white space that begins a token's physical line, and the token's distance from the line's start.
    fn indentation(&self, at: usize) -> (&'s str, usize) {
        let start = self.tokens[at].start;
        let line = self.line_starts[self.line_starts.partition_point(|s| *s <= start).saturating_sub(1)];
        let line = &self.source[line..start];
        (&line[..line.find(|c| !is_space(c)).unwrap_or(line.len())], line.len())
    }

    /// Reads the statement that begins at a token; returns where the next line begins.
    fn statement(&self, first: usize, end: usize, chunks: &mut Vec<Chunk>) -> usize {
        let blocks = self.is_word(first, "if") || self.is_word(first, "for");
        let (indent, column) = self.indentation(first);
        let mixed = (indent.contains('\t') && indent.contains(' ')).then_some(first);
        let mut segments = vec![Segment { from: first, to: first + 1, mixed, ..Segment::default() }];
        let (mut entries_at, mut inset_before) = (None, indent);
        let mut comment = None;
        let (mut at, mut last) = (first, first);
        while at < end {
            let Some(segment) = segments.last_mut() else { break };
            match self.tokens[at].kind {
                Kind::Open(b'{') if blocks => {
                    segment.before.extend(comment.take());
                    segment.to = at;
                    return self.blocks(segments.remove(0), at, end, chunks);
                }
                Kind::Open(_) => {
                    let close = self.brackets.close_of(at).filter(|close| *close < end).unwrap_or(at);
                    segment.before.extend(self.comments(at, close));
                    (at, last) = (close + 1, close);
                    segment.to = at;
                }
                Kind::Comment => {
                    comment = Some(self.comment(at));
                    at += 1;
                }
                Kind::Newline => {
                    let Some(next) = self.code(at, end) else { break };
                    let (inset, distance) = self.indentation(next);
                    let joined = self.continues(last) && !starter(self.source, self.tokens[next]);
                    if !joined && distance <= column {
                        break;
                    }
                    let entry = !joined && self.is_entry(first, next, end);
                    let stray = !joined && !entry && entries_at.is_some_and(|entries| distance <= entries);
                    if entry || stray {
                        segment.comment = comment.take();
                        entries_at = entries_at.or(Some(distance));
                        let before = self.comments(at, next);
                        segments.push(Segment { from: next, to: next + 1, before, stray, ..Segment::default() });
                    } else {
                        segment.before.extend(comment.take());
                        segment.before.extend(self.comments(at, next));
                    }
                    let comparable = inset_before.starts_with(inset) || inset.starts_with(inset_before);
                    inset_before = inset;
                    if let Some(segment) = segments.last_mut()
                        && segment.mixed.is_none()
                        && (!comparable || (inset.contains('\t') && inset.contains(' ')))
                    {
                        segment.mixed = Some(next);
                    }
                    at = next;
                }
                Kind::Space => at += 1,
                _ => {
                    last = at;
                    at += 1;
                    segment.to = at;
                }
            }
        }
        if let Some(segment) = segments.last_mut() {
            segment.comment = comment;
        }
        self.hoist(&mut segments[0], chunks);
        chunks.push(Chunk::Statement(segments));
        at.min(end) + usize::from(at < end)
    }

    /// Comments inside a statement go above it.
    fn hoist(&self, segment: &mut Segment, chunks: &mut Vec<Chunk>) {
        chunks.extend(segment.before.drain(..).map(Chunk::Comment));
    }

    fn comments(&self, from: usize, to: usize) -> Vec<String> {
        (from..to).filter(|i| self.tokens[*i].kind == Kind::Comment).map(|i| self.comment(i)).collect()
    }

    /// Whether a line that ends in this token goes on.
    pub fn continues(&self, last: usize) -> bool {
        let token = self.tokens[last];
        let text = token.text(self.source);
        match token.kind {
            Kind::Comma => true,
            Kind::Operator => ["+", "-", "*", "/", "^", "==", "!=", "<", "<=", ">", ">="].contains(&text),
            Kind::Word => ["and", "not"].iter().any(|word| token.is_word(self.source, word)),
            _ => false,
        }
    }

    /// Whether the physical line that begins with token `at` is an entry of the statement that begins with `first`.
    fn is_entry(&self, first: usize, mut at: usize, end: usize) -> bool {
        if self.is_word(at, "when") && self.is_word(first, "rule") || self.is_word(at, "otherwise") {
            return true;
        }
        while at < end {
            match self.tokens[at].kind {
                Kind::Colon => return true,
                Kind::Newline => return false,
                Kind::Open(_) => at = self.brackets.close_of(at).unwrap_or(at),
                _ => {}
            }
            at += 1;
        }
        false
    }

    /// Reads the blocks of an `if` or `for` whose first `{` is at a token.
    fn blocks(&self, head: Segment, open: usize, end: usize, chunks: &mut Vec<Chunk>) -> usize {
        let mut hoisted = head.before.clone();
        let mut blocks = Blocks { arms: Vec::new(), otherwise: None, comment: None, surplus: None };
        let (mut at, looping) = (open, self.is_word(head.from, "for"));
        let mut next_head = Some(head);
        loop {
            // without its `}` a block has no lines of its own: they are read as lines of the script
            let Some(close) = self.brackets.close_of(at).filter(|close| *close < end) else {
                if let Some(head) = next_head {
                    blocks.arms.push((head, Braces { open: at, close: at, lines: Vec::new() }));
                }
                chunks.push(Chunk::Blocks(blocks));
                return at + 1;
            };
            let lines = if self.brackets.is_deep(at, close) { Vec::new() } else { self.lines(at + 1, close) };
            let braces = Braces { open: at, close, lines };
            at = close + 1;
            let Some(head) = next_head.take() else {
                blocks.otherwise = Some(braces);
                break;
            };
            blocks.arms.push((head, braces));
            let Some(word) = self.code(at, end).filter(|next| !looping && self.is_word(*next, "else")) else { break };
            hoisted.extend(self.comments(at, word));
            at = word + 1;
            let next = self.code(at, end).unwrap_or(end);
            let brace = self.brace(next, end);
            if self.is_word(next, "if")
                && let Some(brace) = brace
            {
                hoisted.extend(self.comments(at, brace));
                next_head = Some(Segment { from: next, to: brace, ..Segment::default() });
                at = brace;
            } else if brace == Some(next) {
                at = next;
            } else {
                blocks.surplus = Some(word);
                break;
            }
        }
        while at < end && self.tokens[at].kind != Kind::Newline {
            match self.tokens[at].kind {
                Kind::Comment => blocks.comment = Some(self.comment(at)),
                Kind::Space => {}
                _ => blocks.surplus = blocks.surplus.or(Some(at)),
            }
            at = match self.tokens[at].kind {
                Kind::Open(_) => self.brackets.close_of(at).unwrap_or(at).min(end.saturating_sub(1)) + 1,
                _ => at + 1,
            };
        }
        chunks.extend(hoisted.into_iter().map(Chunk::Comment));
        chunks.push(Chunk::Blocks(blocks));
        at.min(end) + usize::from(at < end)
    }

    /// The first `{` of a line, outside other brackets.
    fn brace(&self, mut at: usize, end: usize) -> Option<usize> {
        while at < end {
            match self.tokens[at].kind {
                Kind::Open(b'{') => return Some(at),
                Kind::Open(_) => at = self.brackets.close_of(at)?,
                Kind::Newline => return None,
                _ => {}
            }
            at += 1;
        }
        None
    }
}
