//! The syntax layer: what parses, what it means, what is said about the rest.

use proptest::prelude::*;
use weald::diagnostic::Problem;
use weald::source::{Source, Span};
use weald::syntax::ast::*;
use weald::syntax::{Completeness, RESERVED, Tag, completeness, format, paint, parse};

#[path = "syntax/trees.rs"]
mod trees;

const DESIGN: [&str; 3] = [include_str!("syntax/language.weald"), include_str!("syntax/contract.weald"), include_str!("syntax/plan.weald")];

fn source(text: &str) -> Source {
    Source::new("test", text)
}

fn script(text: &str) -> Script {
    let parsed = parse(&source(text));
    assert!(parsed.problems.is_empty(), "{text}\n{:#?}", parsed.problems);
    parsed.script
}

fn statement(text: &str) -> StatementKind {
    let script = script(text);
    script.statements().next().unwrap_or_else(|| panic!("nothing in {text}")).kind.clone()
}

fn command(text: &str) -> Command {
    match statement(text) {
        StatementKind::Command(command) => command,
        other => panic!("{text}: {other:?}"),
    }
}

/// A tree without its spans.
fn shape(value: &impl std::fmt::Debug) -> String {
    let text = format!("{value:?}");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find("Span {") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = &rest[rest.find('}').map_or(rest.len(), |end| end + 1)..];
    }
    out + rest
}

fn items(text: &str) -> Vec<String> {
    let kind = |item: &Item| match &item.kind {
        ItemKind::Word(word) => format!("word {word}"),
        ItemKind::Text(_) => format!("text {item}"),
        ItemKind::Quantity(_) => format!("quantity {item}"),
        ItemKind::Range(..) => format!("range {item}"),
        ItemKind::Ranking(_) => format!("ranking {item}"),
        ItemKind::List(_) => format!("list {item}"),
        ItemKind::Call(..) => format!("call {item}"),
        ItemKind::Paren(inner) => format!("paren {inner}"),
        _ => item.to_string(),
    };
    command(text).items.iter().map(kind).collect()
}

/// Every operator in parentheses.
fn parenthesised(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Unary(op, x) => format!("({} {})", if *op == UnaryOp::Not { "not" } else { "-" }, parenthesised(x)),
        ExprKind::Binary(op, x, y) => format!("({} {op} {})", parenthesised(x), parenthesised(y)),
        ExprKind::Index(x, y) => format!("{}[{}]", parenthesised(x), parenthesised(y)),
        ExprKind::Field { of, name, args: None } => format!("{}.{}", parenthesised(of), name.text),
        _ => expr.to_string(),
    }
}

fn report(text: &str, problem: &Problem) -> String {
    let source = source(text);
    let mut out = format!("{} {}\n", problem.code, problem.message);
    for (span, label) in &problem.labels {
        out += &format!("  [{}] {label}\n", source.slice(*span).escape_debug().to_string().replace("\\\"", "\""));
    }
    out + &format!("  help: {}\n", problem.help.as_deref().unwrap_or("none"))
}

#[test]
fn every_statement_of_the_design_parses() {
    for text in DESIGN {
        script(text);
        let once = format(&source(text)).expect("formats");
        assert_eq!(format(&source(&once)).expect("formats again"), once);
        assert_eq!(shape(&parse(&source(&once)).script), shape(&parse(&source(text)).script));
    }
}

#[test]
fn precedence() {
    for (text, expected) in [
        ("a or b and c", "(a or (b and c))"),
        ("not a or b", "((not a) or b)"),
        ("not a and not b", "((not a) and (not b))"),
        ("not a == b", "(not (a == b))"),
        ("a and b or c and d", "((a and b) or (c and d))"),
        ("a + b * c - d", "((a + (b * c)) - d)"),
        ("a - b - c", "((a - b) - c)"),
        ("a / b * c", "((a / b) * c)"),
        ("a ^ b ^ c", "(a ^ (b ^ c))"),
        ("-a ^ 2", "(- (a ^ 2))"),
        ("2 ^ -a", "(2 ^ (- a))"),
        ("-a * b", "((- a) * b)"),
        ("a * -b", "(a * (- b))"),
        ("--a", "(- (- a))"),
        ("a - -b", "(a - (- b))"),
        ("a < b + 1", "(a < (b + 1))"),
        ("a in [b, c] and d not in [e]", "((a in [b, c]) and (d not in [e]))"),
        ("a.b.c[1] + d(e).f", "(a.b.c[1] + d(e).f)"),
        ("-a.b", "(- a.b)"),
        ("a >= 50% or a<-1", "((a >= 50%) or (a < (- 1)))"),
        ("(a or b) and c", "((a or b) and c)"),
        ("a NOT IN b AND c", "((a not in b) and c)"),
    ] {
        let StatementKind::Print(expr) = statement(&format!("print {text}")) else { panic!("{text}") };
        assert_eq!(parenthesised(&expr), expected, "{text}");
        let StatementKind::Let { value: Bound::Expr(expr), .. } = statement(&format!("let x = {text}")) else { panic!("{text}") };
        assert_eq!(parenthesised(&expr), expected, "let x = {text}");
    }
}

#[test]
fn arguments_are_values() {
    let table: &[(&str, &[&str])] = &[
        ("pool x measure or model dl", &["word x", "word measure", "word or", "word model", "word dl"]),
        ("a ci -0.03 1.81 i2(q) 91%", &["word ci", "quantity -0.03", "quantity 1.81", "call i2(q)", "quantity 91%"]),
        ("a exclude A, \"B\"", &["word exclude", "word A", ",", "text \"B\""]),
        ("a exclude where b == 1 model dl", &["word exclude", "where b == 1", "word model", "word dl"]),
        ("a items 24 range 24..120 x", &["word items", "quantity 24", "word range", "range 24..120", "word x"]),
        ("timepoint p window -2w..4w", &["word p", "word window", "range -2w..4w"]),
        ("prefer instrument RAS > QPR > MARS", &["word instrument", "ranking RAS > QPR > MARS"]),
        ("run P*", &["word P*"]),
        ("a over measure [rr, or] by b", &["word over", "word measure", "list [rr, or]", "word by", "word b"]),
        ("forest of (pool x measure or)", &["word of", "paren (pool x measure or)"]),
        ("a level (1 - 0.05) x", &["word level", "paren 1 - 0.05", "word x"]),
        ("regress a on b + c - 1 no intercept", &["word a", "on b + c - 1", "word no", "word intercept"]),
        ("egger of a when k >= 10", &["word of", "word a", "when k >= 10"]),
        ("impute sd from se, t else x", &["word sd", "word from", "word se", ",", "word t", "word else", "word x"]),
        ("set level = 90%", &["word level", "= 90%"]),
        ("a on-treatment leave-one-out", &["word on-treatment", "word leave-one-out"]),
        ("quit", &[]),
    ];
    for (text, expected) in table {
        assert_eq!(items(text), *expected, "{text}");
    }
}

#[test]
fn right_sides_of_let() {
    for (text, is_command) in [
        ("main", false),
        ("exp(a.estimate)", false),
        ("not a", false),
        ("a - 1", false),
        ("a in [b]", false),
        ("(pool x)", false),
        ("\"text\"", false),
        ("pool outcome measure or", true),
        ("a exclude \"X\"", true),
        ("a where year >= 1960 and alloc == \"random\"", true),
        ("main model dl", true),
        ("leave-one-out of main", true),
        ("a ci -0.03 1.81", true),
        ("pool [x, y] at z", true),
    ] {
        let StatementKind::Let { value, .. } = statement(&format!("let x = {text}")) else { panic!("{text}") };
        assert_eq!(matches!(value, Bound::Command(_)), is_command, "{text}");
    }
}

#[test]
fn spans_lie_in_the_whole_source() {
    let text = "# é\nstudy X \"y\"\n  a at b: n 3\r\nif c.k > 1 { pool d where e == \"f\" }\n";
    let source = source(text);
    let script = script(text);
    let all: Vec<&Statement> = script.statements().collect();
    assert_eq!(source.slice(all[0].span), "study X \"y\"\n  a at b: n 3");
    assert_eq!(source.slice(all[1].span), "if c.k > 1 { pool d where e == \"f\" }");
    let StatementKind::Command(study) = &all[0].kind else { panic!() };
    assert_eq!(source.slice(study.span), "study X \"y\"");
    assert_eq!(source.slice(study.entries[0].items[1].span), "3");
    let StatementKind::If { condition, then, .. } = &all[1].kind else { panic!() };
    assert_eq!((source.slice(condition.span), source.slice(then.span)), ("c.k > 1", "{ pool d where e == \"f\" }"));
    let Line::Statement(inner, _) = &then.lines[0] else { panic!() };
    assert_eq!(source.slice(inner.span), "pool d where e == \"f\"");
}

#[test]
fn texts_hold_values_and_escapes() {
    let StatementKind::Print(Expr { kind: ExprKind::Text(text), .. }) = statement(r#"print "a \"b\" \\ \n\t\{ }{ x.k :.2}""#) else {
        panic!()
    };
    assert_eq!(text.parts[0], TextPart::Literal("a \"b\" \\ \n\t{ }".to_owned()));
    let TextPart::Value { expr, width: None, digits: Some(2) } = &text.parts[1] else { panic!("{text:?}") };
    assert_eq!(expr.to_string(), "x.k");
    assert_eq!(text.to_string(), r#""a \"b\" \\ \n\t\{ }{x.k:.2}""#);
}

#[test]
fn ten_broken_lines_are_ten_problems() {
    let text = "pool a where x = 3\nshow a\npool (b\npool c]\nlet 2x = 3\nprint \"open\npool a where x > 1 && y\n\
                for m in [a] {\n  show m\n  pool m level 0,5\n}\nif a { let = 3 }\nrule r\n  when k < 2 not_pooled\n  \
                otherwise 6-12\nstudy X\n  a: n 3 > 4\n  b: n 3\nshow b\n";
    let parsed = parse(&source(text));
    let lines: Vec<usize> = parsed.problems.iter().map(|p| source(text).line_column(p.span().unwrap_or_default().start).0).collect();
    assert_eq!(lines, [1, 3, 4, 5, 6, 7, 10, 12, 14, 15, 17], "{:#?}", parsed.problems);
    assert_eq!(parsed.script.to_string(), "show a\nshow b\n");
}

/// One slip a line, and everything said about it: `tests/syntax/slips.weald` to `messages.snap`.
#[test]
fn messages() {
    let mut out = String::new();
    for case in include_str!("syntax/slips.weald").split("\n---\n") {
        let text = case.trim_end().replace("<NUL>", "\0").replace("<TAB>", "\t").replace("<ZWSP>", "\u{200b}");
        let problems = parse(&source(&text)).problems;
        assert_eq!(problems.len(), 1, "{text}\n{problems:#?}");
        let problem = &problems[0];
        assert!(problem.help.is_some() && !problem.labels.is_empty(), "{problem:?}");
        assert!(!problem.message.ends_with('.') && problem.message.len() < 160, "{problem:?}");
        out += &format!("{}\n{}\n", case.trim_end(), report(&text, problem));
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("syntax");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("messages", out));
}

#[test]
fn a_clean_script_has_no_false_alarms() {
    for text in [
        "#! /usr/bin/env weald\r\nlet a = 3\r\nrule r\r\n  when k < 2 then b\r\n  otherwise c\r\n",
        "let a = 3\rshow a\r",
        "\u{feff}show a",
        "show\u{a0}a",
        "show \u{430}lloc",
        "LET Größe = POOL x WHERE y AND z",
        "",
        "\n\n",
        "# only a comment",
        "pool x at y,\n  z",
        "pool x where a >\n3",
        "let a = [\n1,\n2,\n]",
        "if a { } else { }",
        "print 1e-3 + 2E5 + 0.5",
        "pool x # a ( comment [ with \" brackets",
    ] {
        script(text);
    }
}

#[test]
fn depth_is_bounded() {
    let many = |text: &str, n: usize| text.repeat(n);
    for n in [5_000, 100_000] {
        for text in [
            format!("print {}1{}", many("(", n), many(")", n)),
            format!("print {}", many("(", n)),
            format!("print {}", many("f([", n)),
            format!("show {}", many("(show ", n)),
            format!("print {}1", many("- ", n)),
            format!("print {}1", many("-", n)),
            format!("print {}a", many("not ", n)),
            format!("print 1{}", many(" + 1", n)),
            format!("print 1{}", many("^1", n)),
            format!("print a{}", many(".b", n)),
            format!("print a{}", many("[1]", n)),
            format!("{}{}", many("if a { ", n), many("}", n)),
            format!("if a {{ b }}{}", many(" else if a { b }", n)),
            many(")", n),
            format!("print \"{}\"", many("{", n)),
        ] {
            // a hundred thousand operators are read in earnest, and slowly when not optimised
            if n > 5_000 && [" + 1", "^1", "[1]", " else"].iter().any(|part| text.contains(part)) {
                continue;
            }
            let problems = parse(&source(&text)).problems;
            assert!(!problems.is_empty() && problems.len() <= n, "{} {}", &text[..20], problems.len());
            paint(&text);
            completeness(&text, &|_| true);
        }
    }
    for text in [
        format!("print {}1{}", many("(", 199), many(")", 199)),
        format!("print {}1{}", many("f(", 199), many(")", 199)),
        format!("show {}a b{}", many("(show ", 150), many(")", 150)),
        format!("print 1{}", many(" + 1", 240)),
        format!("{}{}", many("if a { ", 49), many("}", 49)),
        format!("show {}", many("abc ", 100_000)),
        format!("print \"{}\"", many("abc ", 100_000)),
        format!("print [{}1]", many("1, ", 100_000)),
    ] {
        let script = script(&text);
        let printed = script.to_string();
        assert_eq!(parse(&source(&printed)).script.to_string(), printed);
    }
    // calls that fail at their heart are not tried twice at every level
    let text = format!("show {}@{}", many("f((g ", 90), many("))", 90));
    assert_eq!(parse(&source(&text)).problems.len(), 1);
    let text = format!("show {}1 2{}", many("f((g ", 90), many("))", 90));
    parse(&source(&text));
}

#[test]
fn what_stays_open_at_the_prompt() {
    let takes_entries = |head: &str| head.eq_ignore_ascii_case("study") || head.eq_ignore_ascii_case("rule");
    let open = |text: &str| match completeness(text, &takes_entries) {
        Completeness::Open { why } => why,
        Completeness::Complete => String::new(),
    };
    for (text, why) in [
        ("show a", ""),
        ("", ""),
        ("# comment", ""),
        ("pool x measure or", ""),
        ("pool (x", "`(` is open"),
        ("if a {", "`{` is open"),
        ("if a {\n show b", "`{` is open"),
        ("if a {\n show b\n}", ""),
        ("let x =", "the line goes on after `=`"),
        ("pool x, ", "the line goes on after `,`"),
        ("pool x where a >", "the line goes on after `>`"),
        ("show \"abc", "the text needs its closing `\"`"),
        ("show \"abc\n", ""),
        ("study X country Y", "an empty line ends it"),
        ("study X\n  a: n 3", "an empty line ends it"),
        ("study X\n  a: n 3\n", "an empty line ends it"),
        ("study X\n  a: n 3\n\n", ""),
        ("RULE r", "an empty line ends it"),
        ("study X\n  a: n 3\n\nshow a", ""),
        ("pool x]", ""),
        ("pool x\n(", "`(` is open"),
        ("pool (x\nlet y = 3", ""),
        ("pool “x", ""),
    ] {
        assert_eq!(open(text), why, "{text:?}");
    }
}

fn painted(text: &str) -> Vec<(&str, Tag)> {
    let tags = paint(text);
    let pieces = tags.iter().map(|(span, tag)| (&text[span.start as usize..span.end as usize], *tag));
    pieces.filter(|(piece, _)| !piece.trim().is_empty()).collect()
}

#[test]
fn paint_tags_words() {
    assert_eq!(
        painted("let a = pool x level 95% where b and \"c\" > 1.5 # d"),
        [
            ("let", Tag::Keyword),
            ("a", Tag::Name),
            ("=", Tag::Operator),
            ("pool", Tag::Word),
            ("x", Tag::Word),
            ("level", Tag::Word),
            ("95", Tag::Number),
            ("%", Tag::Number),
            ("where", Tag::Keyword),
            ("b", Tag::Word),
            ("and", Tag::Operator),
            ("\"c\"", Tag::Text),
            (">", Tag::Operator),
            ("1.5", Tag::Number),
            ("# d", Tag::Comment),
        ]
    );
    assert_eq!(painted("show “x").get(1), Some(&("“", Tag::Error)));
    assert_eq!(painted("show \"x").get(1), Some(&("\"x", Tag::Error)));
    assert_eq!(painted("infer rule")[1], ("rule", Tag::Word));
}

#[test]
fn canonical_layout() {
    let text = "\n\nLET   a=pool x   Measure OR   # c\n\n\n\n# lone\nstudy X   # s\n\n     # before\n     a :n 3 vs n 4# t\n     b:\n        n 5\n\
                if a.k>1{show a}else if b{\n# in\nshow b\n\n\n}\nRule r when k<2 then x\n   otherwise   y # o\nlet l=[1 ,\n 2, # two\n3 ]\n";
    let expected = "let a = pool x Measure OR  # c\n\n# lone\nstudy X  # s\n  # before\n  a: n 3 vs n 4  # t\n  b: n 5\n\
                    if a.k > 1 {\n  show a\n} else if b {\n  # in\n  show b\n}\nrule r\n  when k < 2 then x\n  otherwise y  # o\n\
                    # two\nlet l = [1, 2, 3]\n";
    let once = format(&source(text)).expect("formats");
    assert_eq!(once, expected);
    assert_eq!(format(&source(&once)).expect("formats"), once);
    assert!(format(&source("pool (")).is_err());
}

#[test]
fn formatting_keeps_the_breaks_between_words_and_elements() {
    let text = "pool x at y   # why\n      measure md   model reml # end\nlet t = [\n1, 2,\n  3 ]\n\
                for m in [a,\n b] { print m }\nstudy A country B\n   trial C # first\n  x: n 3 mean 4 vs\n     n 5\n";
    let once = format(&source(text)).expect("formats");
    let expected = "# why\npool x at y\n  measure md model reml  # end\nlet t = [\n  1,\n  2,\n  3,\n]\n\
                    for m in [a, b] { print m }\nstudy A country B\n  trial C  # first\n  x: n 3 mean 4 vs\n    n 5\n";
    assert_eq!(once, expected);
    assert_eq!(format(&source(&once)).expect("formats"), once);
}

#[test]
fn a_value_in_a_text_has_a_width_and_digits() {
    let text = "print \"{x:8.2} {x:8} {x:.2} {x}\"\n";
    assert_eq!(format(&source(text)).expect("formats"), text);
    assert!(format(&source("print \"{x:}\"")).is_err());
}

#[test]
fn reserved_words_are_those_of_the_grammar() {
    let grammar = include_str!("../grammar/weald.pest");
    let mut keywords: Vec<&str> = grammar.lines().filter_map(|line| line.strip_prefix("kw_")?.split([' ', '=']).next()).collect();
    let mut reserved: Vec<&str> = RESERVED.concat();
    // `help` begins a statement of its own shape, and is a statement word like the others.
    keywords.retain(|word| *word != "help");
    keywords.sort_unstable();
    reserved.sort_unstable();
    assert_eq!(keywords, reserved);
    for word in RESERVED.concat() {
        let parsed = parse(&source(&format!("let {word} = 3")));
        assert_eq!(parsed.problems.first().map(|p| p.code), Some("E111"), "{word}");
    }
}

/// What must hold for any text at all.
fn total(text: &str) {
    let source = source(text);
    let parsed = parse(&source);
    for (span, _) in parsed.problems.iter().flat_map(|p| &p.labels) {
        assert_eq!(*span, Span::clamp(*span, &source.text));
        assert!((span.end as usize) <= source.text.len() && span.start <= span.end);
    }
    let mut end = 0;
    for (span, _) in paint(text) {
        assert_eq!(span.start, end);
        assert!(text.is_char_boundary(span.end as usize) && span.end > span.start);
        end = span.end;
    }
    assert_eq!(end as usize, text.len());
    completeness(text, &|head| head == "study");
    if let Ok(once) = format(&source) {
        let again = parse(&Source::new("again", &once));
        assert!(again.problems.is_empty(), "{text:?}\n{once}\n{:#?}", again.problems);
        assert_eq!(format(&Source::new("again", &once)).expect("formats again"), once, "{text:?}");
        let statements = |script: &Script| shape(&script.statements().collect::<Vec<_>>());
        assert_eq!(statements(&again.script), statements(&parsed.script), "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        total(&text);
    }

    #[test]
    fn any_mixture_of_tokens_is_survived(pieces in prop::collection::vec(prop::sample::select(trees::PIECES), 0..40)) {
        total(&pieces.concat());
    }

    #[test]
    fn any_mangled_script_is_survived(which in 0..3usize, cuts in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(trees::PIECES)), 1..6)) {
        let mut text: Vec<char> = DESIGN[which].chars().collect();
        for (at, piece) in cuts {
            let at = at.index(text.len());
            let end = (at + piece.len()).min(text.len());
            text.splice(at..end, piece.chars());
        }
        total(&text.into_iter().collect::<String>());
    }

    #[test]
    fn printing_and_parsing_are_inverse(script in trees::script()) {
        let text = script.to_string();
        let parsed = parse(&source(&text));
        prop_assert!(parsed.problems.is_empty(), "{}\n{:#?}", text, parsed.problems);
        prop_assert_eq!(shape(&parsed.script), shape(&script), "{}", text);
        prop_assert_eq!(parsed.script.to_string(), text);
    }
}
