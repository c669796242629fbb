//! The slips that people make, each in its own words: one small function a slip, tried in
//! order. `tests/syntax/slips.weald` shows one line for each, `messages.snap` what is said.

use super::error::{Place, shown};
use super::lex::Kind;
use super::rules::Rule;
use crate::diagnostic::Problem;
use crate::source::Span;

type Special = fn(&Place<'_>) -> Option<Problem>;

/// In order: the first that fits speaks.
const SPECIAL: [Special; 23] = [
    interpolation,
    foreign_comment,
    foreign_word,
    head_without_condition,
    then_without_model,
    rule_words,
    spaced_percent,
    misplaced_keyword,
    bad_binding,
    r_assignment,
    single_equals,
    loop_of,
    when_without_then,
    expression_as_statement,
    hyphen_and_digit,
    glued_number,
    decimal_comma,
    call_with_space,
    field_as_argument,
    braces,
    second_colon,
    comparison_as_argument,
    adjacent_values,
];

/// The words for a known slip.
pub(crate) fn special(place: &Place<'_>) -> Option<Problem> {
    SPECIAL.iter().find_map(|special| special(place))
}

/// Inside a text only `{ }` can go wrong.
fn interpolation(place: &Place<'_>) -> Option<Problem> {
    let (token, text) = place.code.iter().find(|t| t.start < place.at && place.at < t.end).map(|t| (*t, t.text(place.source)))?;
    if token.kind != Kind::Text {
        return None;
    }
    let inside = place.at - token.start;
    let brace = text.get(..inside)?.rfind('{').unwrap_or(0);
    let closed = text[brace..].contains('}');
    let problem = if closed {
        Problem::error("E107", "the value in `{ }` can't be read").at(Span::new(place.at, place.at + 1), "not an expression up to here")
    } else {
        Problem::error("E107", "this `{` is never closed").at(Span::new(token.start + brace, token.start + brace + 1), "opens a value")
    };
    Some(problem.help("`{main.k}` or `{main.estimate:.2}` puts a value into a text; a brace itself is `\\{`"))
}

/// `// …`, `/* … */`
fn foreign_comment(place: &Place<'_>) -> Option<Problem> {
    let at = [place.found, place.found.wrapping_sub(1)].into_iter().find(|at| {
        place.get(*at).is_some_and(|t| t.1 == "/") && place.touch(*at) && place.get(at + 1).is_some_and(|t| matches!(t.1, "/" | "*" | "**"))
    })?;
    Some(
        Problem::error("E110", "a comment begins with `#`")
            .at(place.span(at, at + 1), "from another language")
            .help("write `# …`; it goes on to the end of the line"),
    )
}

/// `while …`, `def …`, `library(…)`
fn foreign_word(place: &Place<'_>) -> Option<Problem> {
    let (token, text) = place.get(0).filter(|t| t.0.kind == Kind::Word && place.rule == Rule::line_statement)?;
    let help = foreign(text)?;
    Some(Problem::error("E110", format!("`{text}` belongs to another language")).at(token.span(), "not a statement").help(help))
}

/// What this language has in place of a statement word of others.
pub(crate) fn foreign(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "while" | "loop" | "repeat" | "until" | "foreach" => "a loop goes through a list: `for m in [dl, reml] { … }`",
        "def" | "function" | "fn" | "func" | "return" | "lambda" => {
            "the language has no functions of a script's own: `let` names values and results, `include \"FILE.weald\"` shares statements"
        }
        "library" | "import" | "require" | "from" => {
            "nothing needs loading; data are taken with `use \"FILE\"`, scripts with `include \"FILE.weald\"`"
        }
        "var" | "const" | "my" => "write `let NAME = …`",
        "elif" | "elsif" | "elseif" => "write `else if CONDITION { … }` after the `}` of the `if`",
        "select" => "rows are listed with `list rows where CONDITION`",
        "rma" | "metagen" | "metabin" | "metacont" | "meta" | "metan" => {
            "effects are pooled with `pool OUTCOME measure M`, such as `pool outcome measure rr`"
        }
        "echo" | "puts" | "println" | "display" | "cat" => "a value is shown with `print`",
        _ => return None,
    })
}

/// `if { … }`, `for x in { … }`
fn head_without_condition(place: &Place<'_>) -> Option<Problem> {
    let before = place.before()?.1;
    if place.found().is_some() || !matches!(place.rule, Rule::line_if | Rule::line_for) {
        return None;
    }
    let (word, what, help) = match before.to_ascii_lowercase().as_str() {
        "if" => ("if", "its condition", "write `if main.k >= 10 { … }`"),
        "in" => ("for", "its list", "write `for m in [dl, reml] { … }`"),
        _ => return None,
    };
    Some(Problem::error("E112", format!("`{word}` lacks {what}")).at(place.code.last()?.span(), "nothing follows").help(help))
}

/// `when k < 2 then`
fn then_without_model(place: &Place<'_>) -> Option<Problem> {
    let (token, before) = place.before()?;
    let ends = place.found().is_none() && matches!(place.rule, Rule::line_when | Rule::line_otherwise);
    let word = before.to_ascii_lowercase();
    (ends && matches!(word.as_str(), "then" | "otherwise")).then(|| {
        Problem::error("E113", format!("`{word}` lacks its model"))
            .at(token.span(), "nothing follows")
            .help(format!("write `{word} reml`, `{word} common` or `{word} not_pooled`"))
    })
}

/// `if …` and `else …` in a rule, and colons after its words.
fn rule_words(place: &Place<'_>) -> Option<Problem> {
    let (token, text) = place.found()?;
    let in_rule = place.starts_with("rule") || place.starts_with("when") || place.starts_with("otherwise");
    let help = match text.to_ascii_lowercase().as_str() {
        "if" | "elif" if place.starts_with("rule") => "a branch is a line `when k < 2 then not_pooled`",
        "else" if in_rule => "the last line of a rule is `otherwise reml`, on a line of its own",
        ":" if place.rule == Rule::line_otherwise => "no `:` follows it: write `otherwise reml`",
        ":" if place.rule == Rule::line_when => "write `then` in its place: `when k < 2 then not_pooled`",
        _ => return None,
    };
    Some(Problem::error("E113", format!("`{text}` has no place in a rule")).at(token.span(), "not a word of rules").help(help))
}

/// `92.1 %`
fn spaced_percent(place: &Place<'_>) -> Option<Problem> {
    let (token, _) = place.found().filter(|t| t.1 == "%")?;
    let (number, text) = place.before().filter(|t| t.0.kind == Kind::Number)?;
    (token.start > number.end).then(|| {
        Problem::error("E100", "`%` stands apart from its number")
            .at(number.span().to(token.span()), "a unit follows at once")
            .help(format!("write `{text}%`"))
    })
}

/// `when`, `then`, `otherwise`, `else` and `where` where no statement can begin with them.
fn misplaced_keyword(place: &Place<'_>) -> Option<Problem> {
    let (token, text) = place.found()?;
    if place.rule != Rule::line_statement || token.kind != Kind::Word || place.found != 0 {
        return None;
    }
    let word = text.to_ascii_lowercase();
    let (message, help) = match word.as_str() {
        "when" | "then" | "otherwise" => {
            ("belongs to a rule", "indent it under its `rule NAME` line: `when k < 2 then not_pooled`, `otherwise reml`")
        }
        "else" => ("has no `if`", "`else` follows the `}` of an `if`: `if a.k > 9 { … } else { … }`"),
        "where" | "on" => ("can't begin a statement", "indent the line if it continues the statement above"),
        _ => return None,
    };
    let code = if matches!(word.as_str(), "when" | "then" | "otherwise") { "E113" } else { "E100" };
    Some(Problem::error(code, format!("`{word}` {message}")).at(token.span(), "not the start of a statement").help(help))
}

/// Names that can't be names, and a missing `=`.
fn bad_binding(place: &Place<'_>) -> Option<Problem> {
    let keyword = ["let", "rule", "for"].into_iter().find(|word| place.starts_with(word))?;
    if place.found > 2 {
        return None;
    }
    let example = match keyword {
        "let" => "let main = pool …",
        "rule" => "rule pooling",
        _ => "for m in [dl, reml] { … }",
    };
    let missing = || Problem::error("E111", format!("`{keyword}` needs a name")).help(format!("write `{example}`"));
    let Some((token, text)) = place.get(1) else {
        return Some(missing().at(place.found_span(), "expected a name"));
    };
    let problem = |message: String, span: Span, label: &str| Some(Problem::error("E111", message).at(span, label));
    let reserved = super::RESERVED.iter().any(|words| words.iter().any(|w| w.eq_ignore_ascii_case(text)));
    match token.kind {
        Kind::Word if keyword == "for" && text.eq_ignore_ascii_case("in") && place.get(2).is_none_or(|t| t.1 != "in") => {
            Some(missing().at(token.span(), "expected a name before this"))
        }
        Kind::Word if reserved => {
            let help = format!("it belongs to the language; choose another name, such as `{text}_1`");
            problem(format!("`{text}` can't be a name"), token.span(), "a reserved word").map(|p| p.help(help))
        }
        Kind::Word if text.contains('-') || text.ends_with('*') => {
            let plain = text.replace('-', "_").replace('*', "");
            problem("a name can't hold `-` or `*`".to_owned(), token.span(), "not a name").map(|p| p.help(format!("write `{plain}`")))
        }
        Kind::Word if place.touch(1) && place.get(2).is_some_and(|t| t.1 == "-") => {
            let to = if place.touch(2) { 3 } else { 2 };
            let plain = place.text(1, to).replace('-', "_");
            problem("a name can't hold `-`".to_owned(), place.span(1, to), "not a name").map(|p| p.help(format!("write `{plain}`")))
        }
        Kind::Number => {
            let to = if place.touch(1) { 2 } else { 1 };
            let plain = place.text(1, to);
            let help = format!("begin with a letter: `x{}`", plain.replace(['.', '-'], "_"));
            problem("a name begins with a letter".to_owned(), place.span(1, to), "begins with a digit").map(|p| p.help(help))
        }
        Kind::Text => problem("a name stands without quotes".to_owned(), token.span(), "a text")
            .map(|p| p.help("names are `snake_case`: letters, digits and `_`")),
        Kind::Word if keyword == "let" && place.found == 2 => {
            if place.get(2).is_some_and(|t| matches!(t.1, "==" | ":" | "<-")) {
                let (token, found) = place.get(2)?;
                return problem("`let` binds with `=`".to_owned(), token.span(), &format!("found `{found}`"))
                    .map(|p| p.help(format!("write `let {text} = …`")));
            }
            let label = if place.found().is_some() { "expected `=` before this" } else { "expected `=`" };
            problem("`=` is missing".to_owned(), place.found_span(), label).map(|p| p.help(format!("write `let {text} = …`")))
        }
        Kind::Word => None,
        _ => Some(missing().at(token.span(), "not a name")),
    }
}

/// `a <- pool …`
fn r_assignment(place: &Place<'_>) -> Option<Problem> {
    let (token, text) = place.get(1).filter(|t| place.found == 1 && (t.1 == "<-" || t.1 == "="))?;
    let name = place.first();
    let message = if text == "=" { "a value is bound with `let`" } else { "`<-` is written `let … =`" };
    Some(Problem::error("E109", message).at(token.span(), "not a statement").help(format!("write `let {name} = …`")))
}

/// `where x = 1`
fn single_equals(place: &Place<'_>) -> Option<Problem> {
    let (token, _) = place.found().filter(|t| t.1 == "=")?;
    if place.starts_with("let") && place.found == 2 || place.found == 0 {
        return None;
    }
    Some(
        Problem::error("E109", "`=` does not compare")
            .at(token.span(), "expected `==`")
            .help(format!("write `{} == …`", place.before().map_or("x", |t| t.1))),
    )
}

/// `for x of [ … ]`
fn loop_of(place: &Place<'_>) -> Option<Problem> {
    if place.rule != Rule::line_for || !place.expects(Rule::kw_in) {
        return None;
    }
    let name = place.get(1).map_or("x", |t| t.1);
    let label = place.found().map_or("the head ends here".to_owned(), |(_, text)| format!("found `{}`", shown(text)));
    Some(
        Problem::error("E112", "`for` goes through a list with `in`")
            .at(place.found_span(), label)
            .help(format!("write `for {name} in [dl, reml] {{ … }}`")),
    )
}

fn when_without_then(place: &Place<'_>) -> Option<Problem> {
    if place.rule != Rule::line_when || !place.expects(Rule::kw_then) {
        return None;
    }
    let label = place.found().map_or("the line ends here".to_owned(), |(_, text)| format!("expected `then` before `{}`", shown(text)));
    Some(Problem::error("E113", "`when` needs `then`").at(place.found_span(), label).help("write `when k < 2 then not_pooled`"))
}

/// `1 + 2`, `exp(x)`: a value alone is no statement.
fn expression_as_statement(place: &Place<'_>) -> Option<Problem> {
    if place.rule != Rule::line_statement || place.found > 1 {
        return None;
    }
    let (token, text) = place.get(0)?;
    let value = matches!(token.kind, Kind::Number | Kind::Text | Kind::Open(b'(' | b'[')) || text == "-";
    let second = place.get(1).map_or("", |t| t.1);
    let operator = ["+", "-", "*", "/", "^", "==", "!=", "<", ">", "<=", ">="].contains(&second);
    let more = token.kind == Kind::Word && (place.touch(0) && (second == "(" || second == ".") || operator && place.found == 1);
    if !value && !more {
        return None;
    }
    let end = place.code.len() - 1;
    let help = match token.kind {
        Kind::Text => "to show a text: `print \"…\"`".to_owned(),
        _ => format!("to see a value: `print {}`", shown(place.text(0, end))),
    };
    Some(Problem::error("E100", "expected a statement").at(place.span(0, end), "a value").help(help))
}

/// `PHQ-9`, `6-12`
fn hyphen_and_digit(place: &Place<'_>) -> Option<Problem> {
    let at = (place.found.saturating_sub(2)..=place.found).find(|at| {
        let left = place.get(*at).is_some_and(|t| matches!(t.0.kind, Kind::Word | Kind::Number));
        let right = place.get(at + 2).is_some_and(|t| t.0.kind == Kind::Number);
        left && right && place.touch(*at) && place.touch(at + 1) && place.get(at + 1).is_some_and(|t| t.1 == "-")
    })?;
    let text = place.text(at, at + 2);
    let (message, help) = if place.get(at)?.0.kind == Kind::Number {
        ("a range is written with `..`", format!("write `{}`; a subtraction goes in parentheses", text.replace('-', "..")))
    } else {
        ("a word can't hold `-` before a digit", format!("put it in quotes, \"{text}\", or write `{}`", text.replace('-', "_")))
    };
    Some(Problem::error("E116", message).at(place.span(at, at + 2), "read as a subtraction").help(help))
}

/// `5_0`, `12x3`
fn glued_number(place: &Place<'_>) -> Option<Problem> {
    let at = (place.found.saturating_sub(1)..=place.found).find(|at| {
        place.touch(*at)
            && place.get(*at).is_some_and(|t| t.0.kind == Kind::Number)
            && place.get(at + 1).is_some_and(|t| t.0.kind == Kind::Word && !t.1.bytes().all(|b| b.is_ascii_alphabetic()))
    })?;
    let text = place.text(at, at + 1);
    Some(
        Problem::error("E108", format!("`{}` is neither a number nor a word", shown(text)))
            .at(place.span(at, at + 1), "begins with a digit")
            .help(format!("a unit has letters only (`4w`); a label goes in quotes: \"{text}\"")),
    )
}

/// `(0,5)`
fn decimal_comma(place: &Place<'_>) -> Option<Problem> {
    place.found().filter(|t| t.0.kind == Kind::Comma)?;
    let (left, right) = (place.found.checked_sub(1)?, place.found + 1);
    let number = |at: usize| place.get(at).is_some_and(|t| t.0.kind == Kind::Number);
    if !(number(left) && number(right) && place.touch(left) && place.touch(place.found)) {
        return None;
    }
    let help = format!("write `{}.{}`", place.get(left)?.1, place.get(right)?.1);
    Some(Problem::error("E108", "a decimal comma").at(place.span(left, right), "one number or two?").help(help))
}

/// `exp (x)` in an expression
fn call_with_space(place: &Place<'_>) -> Option<Problem> {
    place.found().filter(|t| t.1 == "(")?;
    let (name, text) = place.before().filter(|t| t.0.kind == Kind::Word && !place.touch(place.found - 1))?;
    Some(
        Problem::error("E100", format!("`{text}` and its `(` stand apart"))
            .at(name.span().to(place.found_span()), "a call has no space here")
            .help(format!("write `{text}(…)`")),
    )
}

/// `show a.estimate`, `use bcg.csv`
fn field_as_argument(place: &Place<'_>) -> Option<Problem> {
    place.found().filter(|t| t.1 == ".")?;
    let at = place.found.checked_sub(1).filter(|at| place.get(*at).is_some_and(|t| t.0.kind == Kind::Word))?;
    place.get(at + 2).filter(|t| t.0.kind == Kind::Word && place.touch(at) && place.touch(at + 1))?;
    let text = place.text(at, at + 2);
    let file =
        ["csv", "json", "xlsx", "rm5", "zip", "svg", "png", "pdf", "html", "weald"].iter().any(|end| text.ends_with(&format!(".{end}")));
    let problem =
        Problem::error("E116", format!("`{text}` can't stand here as it is")).at(place.span(at, at + 2), "neither a word nor a text");
    Some(problem.help(if file {
        format!("a file name is a text: \"{text}\"")
    } else {
        format!("a value goes in parentheses, `({text})`, a text in quotes")
    }))
}

fn braces(place: &Place<'_>) -> Option<Problem> {
    let (token, text) = place.found().filter(|t| matches!(t.1, "{" | "}"))?;
    Some(
        Problem::error("E112", format!("`{text}` does not fit here"))
            .at(token.span(), "braces belong to `if` and `for`")
            .help("a list is written `[a, b]`; a block follows `if CONDITION` or `for NAME in LIST`"),
    )
}

/// `study A: n 3: d 4`
fn second_colon(place: &Place<'_>) -> Option<Problem> {
    let (token, _) = place.found().filter(|t| t.0.kind == Kind::Colon)?;
    place.code[..place.found].iter().find(|t| t.kind == Kind::Colon)?;
    Some(
        Problem::error("E100", "a line holds one `:`")
            .at(token.span(), "the second")
            .help("begin a new line for what follows, or put a label with `:` in quotes"),
    )
}

/// `p < 0.05` as an argument
fn comparison_as_argument(place: &Place<'_>) -> Option<Problem> {
    let is = |text: &str| ["<", ">", "<=", ">=", "==", "!=", "+", "*", "/", "^", "<-"].contains(&text);
    let at = [place.found, place.found.wrapping_sub(1)].into_iter().find(|at| place.get(*at).is_some_and(|t| is(t.1)))?;
    let in_items = place.expects(Rule::EOI) && !place.expects(Rule::infix) || at + 1 == place.found && place.expects(Rule::word);
    if !in_items || place.expects(Rule::plus) {
        return None;
    }
    let (token, text) = place.get(at)?;
    Some(
        Problem::error("E100", format!("`{text}` can't be read here"))
            .at(token.span(), "an operator among values")
            .help("operators are read after `where`, `when`, `if`, `on`, `=`, `print` and in parentheses; a bound is a text: p \"<0.001\""),
    )
}

/// Two values in a row in an expression: `where alloc == "a" "b"`
fn adjacent_values(place: &Place<'_>) -> Option<Problem> {
    let (token, text) = place.found()?;
    let operator = place.expects(Rule::infix) || place.expects(Rule::plus);
    let value = matches!(token.kind, Kind::Number | Kind::Text | Kind::Word | Kind::Open(b'(' | b'['));
    if !operator || !value || !matches!(place.rule, Rule::line_statement | Rule::line_if | Rule::line_for) {
        return None;
    }
    let (last, before) = place.before()?;
    if place.source.get(last.end..token.start).is_some_and(|between| between.contains('\n')) {
        return Some(
            Problem::error("E100", format!("`{}` stands on a line that continues the one above", shown(text)))
                .at(token.span(), "indented more than the line above")
                .help("move it to the left, if it begins a statement of its own"),
        );
    }
    Some(
        Problem::error("E100", format!("expected an operator before `{}`", shown(text)))
            .at(token.span(), format!("follows `{}` without an operator", shown(before)))
            .help(match (last.kind, token.kind) {
                (Kind::Word, Kind::Word) => {
                    format!(
                        "a field is written `{0}.{1}`, a call `{0}({1})`; conditions are joined with `and` or `or`",
                        shown(before),
                        shown(text)
                    )
                }
                _ => "join conditions with `and` or `or`; compare with `==`; put texts together in one: `\"{a} and {b}\"`".to_owned(),
            }),
    )
}
