//! Which bracket closes which, over the whole text at once, and what is wrong with them.
//!
//! A forgotten bracket must not swallow the script: inside `( )` and `[ ]` a line that
//! starts like a statement, no further in than the line of the bracket, ends the bracket.

use super::lex::{Kind, Token};
use std::collections::HashMap;

/// Brackets inside brackets, at most: what walks the tree is recursive.
pub(crate) const DEPTH: usize = 200;
/// Blocks inside blocks, at most.
pub(crate) const BLOCKS: usize = 50;

/// What is wrong with a bracket. Numbers are indices of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Never closed; its line, as far as it was read, ends with the second token.
    Unclosed(usize, usize),
    /// Closed by a bracket of another kind.
    Mismatch(usize, usize),
    /// Closes nothing.
    Stray(usize),
    /// Nested too deep.
    TooDeep(usize),
}

/// All brackets of a text.
pub(crate) struct Brackets {
    partner: HashMap<usize, usize>,
    /// In order of the tokens where they are seen first.
    pub faults: Vec<(usize, Fault)>,
    deep: Vec<usize>,
}

impl Brackets {
    /// The index of the token that closes this opening one.
    pub fn close_of(&self, open: usize) -> Option<usize> {
        self.partner.get(&open).copied()
    }

    /// Whether something among tokens `from..to` is nested too deep.
    pub fn is_deep(&self, from: usize, to: usize) -> bool {
        self.deep.get(self.deep.partition_point(|d| *d < from)).is_some_and(|d| *d < to)
    }

    /// The first fault among tokens `from..to`.
    pub fn fault(&self, from: usize, to: usize) -> Option<Fault> {
        let first = self.faults.partition_point(|f| f.0 < from);
        self.faults.get(first).filter(|f| f.0 < to).map(|f| f.1)
    }
}

/// An open bracket: its token, its character, how far in its line begins.
struct Open {
    token: usize,
    byte: u8,
    indent: usize,
}

/// Matches the brackets of a text.
pub(crate) fn brackets(source: &str, tokens: &[Token]) -> Brackets {
    let mut found = Brackets { partner: HashMap::new(), faults: Vec::new(), deep: Vec::new() };
    let mut stack: Vec<Open> = Vec::new();
    let mut blocks = 0;
    let (mut indent, mut last) = (0, 0);
    for (at, token) in tokens.iter().enumerate() {
        if at == 0 || tokens[at - 1].kind == Kind::Newline {
            indent = if token.kind == Kind::Space { token.end - token.start } else { 0 };
            let first = at + usize::from(token.kind == Kind::Space);
            while stack
                .last()
                .is_some_and(|open| open.byte != b'{' && indent <= open.indent && starts(source, tokens, first))
            {
                found.unclosed(&mut stack, last);
            }
        }
        match token.kind {
            Kind::Open(byte) => {
                blocks += usize::from(byte == b'{');
                stack.push(Open { token: at, byte, indent });
                if stack.len() > DEPTH || blocks > BLOCKS {
                    found.faults.push((at, Fault::TooDeep(at)));
                    found.deep.push(at);
                }
            }
            Kind::Close(b'}') if blocks > 0 => {
                while stack.last().is_some_and(|open| open.byte != b'{') {
                    found.unclosed(&mut stack, last);
                }
                blocks -= 1;
                if let Some(open) = stack.pop() {
                    found.partner.insert(open.token, at);
                }
            }
            Kind::Close(byte) => match stack.last() {
                Some(open) if byte != b'}' && open.byte != b'{' => {
                    if byte != if open.byte == b'(' { b')' } else { b']' } {
                        found.faults.push((open.token, Fault::Mismatch(open.token, at)));
                    }
                    found.partner.insert(open.token, at);
                    stack.pop();
                }
                _ => found.faults.push((at, Fault::Stray(at))),
            },
            _ => {}
        }
        if token.is_code() {
            last = at;
        }
    }
    while !stack.is_empty() {
        found.unclosed(&mut stack, last);
    }
    found.faults.sort_by_key(|fault| fault.0);
    found
}

impl Brackets {
    fn unclosed(&mut self, stack: &mut Vec<Open>, last: usize) {
        if let Some(open) = stack.pop() {
            self.faults.push((open.token, Fault::Unclosed(open.token, last)));
        }
    }
}

/// Whether a line starts as a statement does: with its keyword, or two words in a row.
fn starts(source: &str, tokens: &[Token], first: usize) -> bool {
    let Some(token) = tokens.get(first).filter(|t| t.kind == Kind::Word) else { return false };
    if starter(source, *token) {
        return true;
    }
    let operator = |t: Token| ["and", "or", "not", "in"].iter().any(|word| t.is_word(source, word));
    let space = tokens.get(first + 1).is_some_and(|t| t.kind == Kind::Space);
    let next = tokens.get(first + 2);
    space
        && !operator(*token)
        && next.is_some_and(|t| matches!(t.kind, Kind::Word | Kind::Text | Kind::Number) && !operator(*t))
}

/// A word that can only begin a statement.
pub(crate) fn starter(source: &str, token: Token) -> bool {
    ["let", "if", "for", "rule", "print"].iter().any(|word| token.is_word(source, word))
}
