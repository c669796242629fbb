//! Slips that can be told from the tokens alone, before the grammar reads the line:
//! open texts and brackets, characters of word processors, signs of other languages,
//! numbers in other notations. Each has its label on the exact characters.

use super::brackets::{BLOCKS, DEPTH, Fault};
use super::lex::{Kind, Token};
use super::split::{Segment, Split};
use crate::diagnostic::Problem;
use crate::source::Span;

impl Token {
    pub(crate) fn span(self) -> Span {
        Span::new(self.start, self.end)
    }
}

/// The first slip in a segment, if it has one.
pub(crate) fn slip(split: &Split<'_>, segment: &Segment) -> Option<Problem> {
    let (from, to) = (segment.from, segment.to);
    if split.brackets.is_deep(from, to) {
        return fault(split, from, to);
    }
    let mut depth = 0usize;
    for at in from..to {
        let token = split.tokens[at];
        match token.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        let found = match token.kind {
            Kind::OpenText => Some(open_text(split, token)),
            Kind::Text => in_text(split.source, token),
            Kind::Stray => Some(stray(split, at, to)),
            Kind::Operator => operator(split, at),
            Kind::Number | Kind::Dots => number(split, at, to, depth),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    fault(split, from, to).or_else(|| mixed(split, segment)).or_else(|| trailing_comma(split, segment))
}

fn trailing_comma(split: &Split<'_>, segment: &Segment) -> Option<Problem> {
    let last = split.tokens[segment.to - 1];
    (last.kind == Kind::Comma).then(|| {
        Problem::error("E100", "nothing follows the comma")
            .at(last.span(), "expected a value after this")
            .help("remove the comma, or write the next value; a comma at the end of a line continues the line")
    })
}

/// The first fault of a bracket among tokens `from..to`.
pub(crate) fn fault(split: &Split<'_>, from: usize, to: usize) -> Option<Problem> {
    let span = |at: usize| split.tokens[at].span();
    let text = |at: usize| split.tokens[at].text(split.source);
    let closing = |at: usize| match text(at) {
        "(" => ")",
        "[" => "]",
        _ => "}",
    };
    Some(match split.brackets.fault(from, to)? {
        Fault::Unclosed(open, last) => {
            let end = split.tokens[last].end;
            Problem::error("E102", format!("this `{}` is never closed", text(open)))
                .at(span(open), "opened here")
                .at(Span::new(end, end + 1), format!("`{}` expected by here", closing(open)))
                .help(format!("add `{}` where it should end", closing(open)))
        }
        Fault::Mismatch(open, close) => Problem::error("E102", format!("`{}` is closed by `{}`", text(open), text(close)))
            .at(span(close), format!("expected `{}`", closing(open)))
            .at(span(open), "opened here")
            .help(format!("replace `{}` with `{}`, or close the inner bracket first", text(close), closing(open))),
        Fault::Stray(close) => Problem::error("E102", format!("this `{}` closes nothing", text(close)))
            .at(span(close), "no bracket is open here")
            .help(format!("remove this `{}`, or add the bracket that it should close", text(close))),
        Fault::TooDeep(open) => Problem::error("E103", "brackets are nested too deep")
            .at(span(open), "one level too many")
            .help(format!("at most {DEPTH} brackets and {BLOCKS} blocks stand inside one another; use `let` to name the inner parts")),
    })
}

fn mixed(split: &Split<'_>, segment: &Segment) -> Option<Problem> {
    let token = split.tokens[segment.mixed?];
    let line = split.source[..token.start].rfind(['\n', '\r']).map_or(0, |i| i + 1);
    Some(
        Problem::error("E114", "tabs and spaces are mixed in the indentation")
            .at(Span::new(line, token.start), "can't be compared with the lines above")
            .help("indent with spaces only; `weald fmt` uses two"),
    )
}

fn open_text(split: &Split<'_>, token: Token) -> Problem {
    let problem = Problem::error("E101", "the text is not closed")
        .at(Span::new(token.start, token.start + 1), "opened here")
        .at(Span::new(token.end, token.end + 1), "the line ends here");
    if token.end - token.start > 2 && token.text(split.source).ends_with("\\\"") {
        return problem.help("`\\\"` is a quote inside the text: write paths with `/`, a backslash as `\\\\`");
    }
    problem.help("add the closing `\"`; a text can't go on over the line end, `\\n` stands for one")
}

fn in_text(source: &str, token: Token) -> Option<Problem> {
    let text = token.text(source);
    let bytes = text.as_bytes();
    let at = |from: usize, length: usize| Span::new(token.start + from, token.start + from + length);
    if let Some((from, c)) = text.char_indices().find(|(_, c)| is_invisible(*c) && *c != '\t') {
        return Some(invisible(c, at(from, c.len_utf8())));
    }
    let slashed = || text.trim_matches('"').replace("\\\\", "/").replace('\\', "/");
    if text.len() > 4 && bytes[1].is_ascii_alphabetic() && text[2..].starts_with(":\\") && bytes[4].is_ascii_alphanumeric() {
        let problem = Problem::error("E106", "a path is written with `/`, not with `\\`");
        return Some(problem.at(at(3, 1), "a backslash begins an escape").help(format!("write \"{}\"", slashed())));
    }
    let mut from = 1;
    while from + 1 < bytes.len() {
        if bytes[from] != b'\\' {
            from += 1;
            continue;
        }
        let c = text[from + 1..].chars().next()?;
        if !matches!(c, '"' | '\\' | 'n' | 't' | '{') {
            let problem = Problem::error("E106", format!("`\\{c}` means nothing in a text"));
            let help = if c == '}' {
                "a `}` needs no backslash".to_owned()
            } else {
                format!("a backslash goes before \" \\ n t {{ only; write a path with `/` (\"{}\"), a backslash as `\\\\`", slashed())
            };
            return Some(problem.at(at(from, 1 + c.len_utf8()), "not an escape").help(help));
        }
        from += 2;
    }
    None
}

/// Control and direction characters, and marks without width.
fn is_invisible(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{206F}')
}

fn invisible(c: char, span: Span) -> Problem {
    Problem::error("E105", format!("an invisible character, U+{:04X}, stands here", c as u32))
        .at(span, "can't be seen")
        .help("delete it, or retype the words around it")
}

/// A character that no line can hold.
fn stray(split: &Split<'_>, at: usize, to: usize) -> Problem {
    let token = split.tokens[at];
    let c = token.text(split.source).chars().next().unwrap_or_default();
    let word_processor =
        |with: &str, what: &str| Problem::error("E104", format!("`{c}` is {what}")).at(token.span(), format!("should be `{with}`"));
    let straight = "replace it with";
    match c {
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '‘' | '’' | '‚' | '′' | '＂' | '\'' | '`' => {
            let pair = |other: char| {
                let double = |c: char| !matches!(c, '‘' | '’' | '‚' | '′' | '\'' | '`');
                double(c) == double(other) && (c == other || is_curly(other))
            };
            let closing = (at + 1..to).find(|i| {
                let next = split.tokens[*i];
                next.kind == Kind::Stray && next.text(split.source).chars().next().is_some_and(pair)
            });
            let what = if matches!(c, '\'' | '`') { "not a quote of texts" } else { "a curly quote, from a word processor" };
            let problem = word_processor("\"", what);
            let help = "replace it with the straight quote `\"`, at both ends of the text";
            match closing {
                Some(close) => problem.at(split.tokens[close].span(), "and here").help(help),
                None => problem.help(help),
            }
        }
        '−' | '–' | '—' | '‐' | '‑' | '‒' | '﹣' | '－' => {
            word_processor("-", "a dash or minus from a word processor").help(format!("{straight} the hyphen `-`; a range is `24..120`"))
        }
        '×' => word_processor("*", "not an operator").help(format!("{straight} `*`")),
        '÷' => word_processor("/", "not an operator").help(format!("{straight} `/`")),
        '≤' => word_processor("<=", "not an operator").help(format!("{straight} `<=`")),
        '≥' => word_processor(">=", "not an operator").help(format!("{straight} `>=`")),
        '≠' => word_processor("!=", "not an operator").help(format!("{straight} `!=`")),
        '²' => word_processor("2", "a superscript").help("names are plain: `i2`, `tau2`; a square is `^2`"),
        '…' => word_processor("..", "a single character from a word processor").help("a range is `24..120`"),
        '，' | '；' | '：' | '（' | '）' | '％' | '．' => {
            word_processor("", "a full-width character").help(format!("{straight} the plain character of the ASCII keyboard"))
        }
        c if is_invisible(c) => invisible(c, token.span()),
        _ => Problem::error("E105", format!("`{c}` means nothing here"))
            .at(token.span(), "can't be read")
            .help("only texts in quotes may hold this character"),
    }
}

fn is_curly(c: char) -> bool {
    matches!(c, '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '‘' | '’' | '‚' | '′' | '＂')
}

/// Operators of other languages.
fn operator(split: &Split<'_>, at: usize) -> Option<Problem> {
    let token = split.tokens[at];
    let text = token.text(split.source);
    let (message, help) = match text {
        "&&" | "&" => ("is written `and`", "write `where year >= 1960 and alloc == \"random\"`"),
        "||" | "|" => ("is written `or`", "write `where rob == \"low\" or rob == \"some\"`"),
        "!" => ("is written `not`", "write `not x`, or `!=` for \"differs from\""),
        "**" => ("is written `^`", "write `x^2`"),
        "=>" => ("is written `>=`", "write `>=`"),
        "=<" => ("is written `<=`", "write `<=`"),
        "<>" => ("is written `!=`", "write `!=`"),
        "->" | "|>" => ("is not an operator", "name a result with `let`: `let main = pool …`"),
        "~" => ("is not an operator", "a regression is written `regress main on year + dose`"),
        "$" => ("is written `.`", "write `main.k`"),
        "?" => ("is not an operator", "for help write `help pool`"),
        ";" => {
            let problem = Problem::error("E110", "statements end with the line, not with `;`");
            return Some(problem.at(token.span(), "not needed").help("remove it; write one statement a line"));
        }
        _ => return None,
    };
    Some(Problem::error("E110", format!("`{text}` {message}")).at(token.span(), "from another language").help(help))
}

/// Whether an operator is none of this language.
pub(crate) fn is_foreign(operator: &str) -> bool {
    ["&&", "&", "||", "|", "!", "**", "=>", "=<", "<>", "->", "|>", "~", "$", "?", ";"].contains(&operator)
}

/// Numbers in other notations.
fn number(split: &Split<'_>, at: usize, to: usize, depth: usize) -> Option<Problem> {
    let get = |i: usize| split.tokens.get(i).filter(|_| i < to);
    let token = split.tokens[at];
    let text = token.text(split.source);
    let span_to = |last: &Token| Span::new(token.start, last.end);
    let text_to = |last: &Token| &split.source[token.start..last.end];
    if token.kind == Kind::Dots {
        let joined = at > 0 && matches!(split.tokens[at - 1].kind, Kind::Word | Kind::Close(_) | Kind::Number | Kind::Dots);
        let digits = get(at + 1).filter(|t| t.kind == Kind::Number && text == "." && !joined)?;
        let problem = Problem::error("E108", "a number begins with a digit").at(span_to(digits), "no digit before the point");
        return Some(problem.help(format!("write `0{}`", text_to(digits))));
    }
    let (next, after) = (get(at + 1)?, get(at + 2));
    let next_text = next.text(split.source);
    if next.kind == Kind::Dots && next_text == "." {
        let problem = Problem::error("E108", "a number can't end in a point").at(span_to(next), "no digit after the point");
        return Some(problem.help(format!("write `{text}` or `{text}.0`; a date or version is a text in quotes")));
    }
    let after = after.filter(|t| t.kind == Kind::Number)?;
    let right = after.text(split.source);
    if next.kind == Kind::Comma && depth == 0 {
        let thousands = right.len() == 3 && text.len() <= 3 && text != "0" && !text.contains('.');
        let without = if thousands { format!("; a thousand has no mark: `{text}{right}`") } else { String::new() };
        return Some(
            Problem::error("E108", "a decimal comma")
                .at(span_to(after), "one number or two?")
                .help(format!("write `{text}.{right}`; two values have a space after the comma: `{text}, {right}`{without}")),
        );
    }
    let (dash, day) = (get(at + 3)?, get(at + 4)?);
    let hyphens = next_text == "-" && dash.text(split.source) == "-";
    if hyphens && day.kind == Kind::Number && text.len() == 4 && right.len() == 2 && day.end - day.start == 2 {
        let problem = Problem::error("E116", "a date is written as a text").at(span_to(day), "read as a subtraction");
        return Some(problem.help(format!("put it in quotes: \"{}\"", text_to(day))));
    }
    None
}
