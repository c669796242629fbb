//! Whether what stands at the prompt is a whole entry, or waits for more lines.

use super::brackets::Fault;
use super::lex::Kind;
use super::split::Split;

/// The answer of [`completeness`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completeness {
    /// It can be run, or is wrong in a way that no further line mends.
    Complete,
    /// It goes on.
    Open {
        /// What is open: for the prompt.
        why: String,
    },
}

/// Whether a text typed so far is complete. `stays_open` says which statements (by their
/// first word) take entries and so stay open until an empty line.
pub fn completeness(text: &str, stays_open: &dyn Fn(&str) -> bool) -> Completeness {
    let split = Split::new(text);
    let open = |why: &str| Completeness::Open { why: why.to_owned() };
    let Some(last) = split.tokens.iter().rposition(|t| t.is_code()) else { return Completeness::Complete };
    let finished = blank_end(&split, last);
    let token = split.tokens[last];
    if token.kind == Kind::OpenText && !split.tokens[last..].iter().any(|t| t.kind == Kind::Newline) {
        return open("the text needs its closing `\"`");
    }
    // a bracket that a later line has ended is a problem to show, not one to wait for
    let mut unclosed = split.brackets.faults.iter().filter_map(|(_, fault)| match fault {
        Fault::Unclosed(open, end) if *end == last => Some(*open),
        _ => None,
    });
    let broken =
        split.brackets.faults.iter().any(|(_, fault)| !matches!(fault, Fault::Unclosed(_, end) if *end == last));
    let text_open = split.tokens.iter().any(|t| t.kind == Kind::OpenText);
    if let Some(bracket) = unclosed.next().filter(|_| !broken && !text_open) {
        return open(&format!("`{}` is open", split.tokens[bracket].text(text)));
    }
    if finished {
        return Completeness::Complete;
    }
    if split.continues(last) || token.text(text) == "=" {
        return open(&format!("the line goes on after `{}`", token.text(text)));
    }
    // the last statement: the last line that is not indented
    let mut first = None;
    for (at, token) in split.tokens.iter().enumerate() {
        let fresh = at == 0 || split.tokens[at - 1].kind == Kind::Newline;
        if fresh && token.is_code() {
            first = Some(*token);
        }
    }
    match first.filter(|t| t.kind == Kind::Word).map(|t| t.text(text)) {
        Some(head) if stays_open(head) => open("an empty line ends it"),
        _ => Completeness::Complete,
    }
}

/// Whether an empty line follows the last word.
fn blank_end(split: &Split<'_>, last: usize) -> bool {
    split.tokens[last..].iter().filter(|t| t.kind == Kind::Newline).count() >= 2
}
