//! Random syntax trees that the parser can give, and pieces of broken ones.

use proptest::prelude::*;
use weald::source::Span;
use weald::syntax::ast::*;

pub const PIECES: &[&str] = &[
    "let ",
    "if ",
    "for ",
    "rule ",
    "print ",
    "when ",
    "then ",
    "otherwise ",
    "else ",
    "where ",
    "on ",
    "and ",
    "or ",
    "not ",
    "in ",
    "pool",
    "x",
    "a.k",
    "P*",
    "leave-one-out",
    "study ",
    "é",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "\"text\"",
    "\"{a:.2}\"",
    "\\",
    "\n",
    "\n  ",
    "\n\t",
    "\r\n",
    "\r",
    " ",
    "  ",
    "# c\n",
    "#",
    ":",
    ": ",
    ",",
    ", ",
    ".",
    "..",
    "=",
    " = ",
    "==",
    "!=",
    "<",
    ">",
    ">=",
    "+",
    "-",
    "*",
    "/",
    "^",
    "%",
    "1",
    "0.5",
    "95%",
    "4w",
    "1e-3",
    "-",
    "“",
    "−",
    ";",
    "&&",
    "\0",
    "'",
    "f(x)",
    "24..120",
    "A > B",
    "\u{feff}",
    "\u{a0}",
];

const SPAN: Span = Span { start: 0, end: 0 };

fn word(text: &str) -> Word {
    Word { text: text.to_owned(), span: SPAN }
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(&["a", "b2", "year", "Größe", "x_1", "estimate", "k"][..]).prop_map(str::to_owned)
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![name(), prop::sample::select(&["leave-one-out", "P*", "or", "on-treatment", "rule"][..]).prop_map(str::to_owned)]
}

fn quantity(signed: bool) -> impl Strategy<Value = Quantity> {
    let text = prop::sample::select(&["0", "0.50", "12", "1e-3"][..]);
    let unit = prop::sample::select(&[None, Some("%"), Some("w")][..]);
    (text, unit, any::<bool>()).prop_map(move |(text, unit, minus)| {
        let text = if signed && minus { format!("-{text}") } else { text.to_owned() };
        Quantity { value: text.parse().unwrap_or_default(), text, unit: unit.map(str::to_owned), span: SPAN }
    })
}

fn literal() -> impl Strategy<Value = TextPart> {
    prop::collection::vec(prop::sample::select(&["a", " ", "\"", "\\", "\n", "\t", "{", "}", "é", "#", "$"][..]), 1..6)
        .prop_map(|parts| TextPart::Literal(parts.concat()))
}

fn expr(kind: ExprKind) -> Expr {
    Expr { kind, span: SPAN }
}

/// Expressions; with texts, and in parentheses statements, where they can stand.
fn exprs(texts: bool) -> BoxedStrategy<Expr> {
    let leaf = prop_oneof![name().prop_map(|n| expr(ExprKind::Name(n))), quantity(false).prop_map(|q| expr(ExprKind::Number(q))),];
    let leaf = if texts { prop_oneof![3 => leaf, 1 => text().prop_map(|t| expr(ExprKind::Text(t)))].boxed() } else { leaf.boxed() };
    leaf.prop_recursive(4, 24, 3, move |inner| {
        let some = || prop::collection::vec(inner.clone(), 0..3);
        let binary = prop::sample::select(
            &[
                BinaryOp::Or,
                BinaryOp::And,
                BinaryOp::Eq,
                BinaryOp::Ne,
                BinaryOp::Lt,
                BinaryOp::Le,
                BinaryOp::Gt,
                BinaryOp::Ge,
                BinaryOp::In,
                BinaryOp::NotIn,
                BinaryOp::Add,
                BinaryOp::Sub,
                BinaryOp::Mul,
                BinaryOp::Div,
                BinaryOp::Pow,
            ][..],
        );
        prop_oneof![
            4 => (binary, inner.clone(), inner.clone())
                .prop_map(|(op, x, y)| expr(ExprKind::Binary(op, Box::new(x), Box::new(y)))),
            1 => (any::<bool>(), inner.clone()).prop_map(|(not, x)| {
                expr(ExprKind::Unary(if not { UnaryOp::Not } else { UnaryOp::Neg }, Box::new(x)))
            }),
            1 => (name(), some()).prop_map(|(n, args)| expr(ExprKind::Call(word(&n), args))),
            1 => (inner.clone(), name(), prop::option::of(some())).prop_map(|(of, n, args)| {
                expr(ExprKind::Field { of: Box::new(of), name: word(&n), args })
            }),
            1 => (inner.clone(), inner.clone()).prop_map(|(x, y)| expr(ExprKind::Index(Box::new(x), Box::new(y)))),
            1 => (some(), words()).prop_map(|(mut list, alone)| {
                list.push(expr(ExprKind::Name(alone)));
                expr(ExprKind::List(list))
            }),
            1 => (name(), name(), inner.clone()).prop_map(|(head, first, condition)| {
                let items = vec![item(ItemKind::Word(first)), item(ItemKind::Where(Box::new(condition)))];
                expr(ExprKind::Command(Box::new(plain_command(&head, items))))
            }),
        ]
    })
    .boxed()
}

fn text() -> BoxedStrategy<Text> {
    // two literals in a row would be one
    let number = || prop::option::of(0..20u8);
    let value = (exprs(false), number(), number()).prop_map(|(expr, width, digits)| TextPart::Value { expr, width, digits });
    (prop::option::of(literal()), prop::option::of(value), prop::option::of(literal()))
        .prop_map(|(before, value, after)| {
            let after = if value.is_some() { after } else { None };
            Text { parts: before.into_iter().chain(value).chain(after).collect() }
        })
        .boxed()
}

fn item(kind: ItemKind) -> Item {
    Item { kind, span: SPAN }
}

fn plain_command(head: &str, items: Vec<Item>) -> Command {
    Command { head: word(head), items, body: None, entries: Vec::new(), span: SPAN }
}

/// Arguments; after an expression stands a word, or the expression would go on.
fn items(when: bool) -> BoxedStrategy<Vec<Item>> {
    let clause = (0..if when { 4 } else { 3 }, exprs(true), name()).prop_map(|(which, expr, after)| {
        let expr = Box::new(expr);
        let kind = match which {
            0 => ItemKind::Where(expr),
            1 => ItemKind::On(expr),
            2 => ItemKind::Assign(expr),
            _ => ItemKind::When(expr),
        };
        vec![item(kind), item(ItemKind::Word(after))]
    });
    let value = prop_oneof![
        3 => words().prop_map(ItemKind::Word),
        1 => text().prop_map(ItemKind::Text),
        1 => quantity(true).prop_map(ItemKind::Quantity),
        1 => (quantity(true), quantity(true)).prop_map(|(low, high)| ItemKind::Range(low, high)),
        1 => prop::collection::vec(name().prop_map(|n| word(&n)), 2..4).prop_map(ItemKind::Ranking),
        1 => prop::collection::vec(exprs(true), 0..3).prop_map(ItemKind::List),
        1 => (name(), prop::collection::vec(exprs(true), 0..3)).prop_map(|(n, args)| ItemKind::Call(word(&n), args)),
        1 => exprs(true).prop_map(|x| ItemKind::Paren(Box::new(x))),
    ];
    let values = prop::collection::vec(value, 1..3).prop_map(|values| {
        let mut out = Vec::new();
        for (at, value) in values.into_iter().enumerate() {
            if at > 0 {
                out.push(item(ItemKind::Comma));
            }
            out.push(item(value));
        }
        out
    });
    (name(), prop::collection::vec(prop_oneof![1 => clause, 3 => values], 0..4))
        .prop_map(|(first, rest)| std::iter::once(item(ItemKind::Word(first))).chain(rest.into_iter().flatten()).collect())
        .boxed()
}

fn commands() -> impl Strategy<Value = Command> {
    (words().prop_filter("a head", |w| !["P*", "or", "rule"].contains(&w.as_str())), items(true))
        .prop_map(|(head, items)| plain_command(&head, items))
}

fn comment() -> impl Strategy<Value = Option<String>> {
    prop::option::weighted(0.2, Just("# so: \"it (is".to_owned()))
}

fn before() -> impl Strategy<Value = Vec<String>> {
    comment().prop_map(|c| c.into_iter().collect())
}

fn with_entries() -> impl Strategy<Value = StatementKind> {
    let entry = (items(false), items(true), before(), comment()).prop_map(|(header, items, before, comment)| Entry {
        header,
        items,
        before,
        comment,
        span: SPAN,
    });
    let body = prop::option::of(commands().prop_map(Box::new));
    (commands(), body, prop::collection::vec(entry, 0..3))
        .prop_map(|(command, body, entries)| StatementKind::Command(Command { body, entries, ..command }))
}

fn rules() -> impl Strategy<Value = StatementKind> {
    let branch = (exprs(true), items(false), before(), comment()).prop_map(|(condition, then, before, comment)| Branch {
        condition,
        then,
        before,
        comment,
        span: SPAN,
    });
    let otherwise = prop::option::of((items(false), before(), comment()));
    (name(), prop::collection::vec(branch, 0..3), otherwise, prop::option::of(items(false))).prop_map(|(n, branches, last, items)| {
        let (otherwise, otherwise_before, otherwise_comment) = match last {
            Some((items, before, comment)) => (Some(items), before, comment),
            None => (None, Vec::new(), None),
        };
        StatementKind::Rule { name: word(&n), branches, otherwise, otherwise_before, otherwise_comment, items: items.unwrap_or_default() }
    })
}

fn line(depth: u32) -> BoxedStrategy<Line> {
    let simple = prop_oneof![
        (name(), exprs(true)).prop_map(|(n, x)| StatementKind::Let { name: word(&n), value: Bound::Expr(x) }),
        (name(), commands()).prop_map(|(n, c)| StatementKind::Let { name: word(&n), value: Bound::Command(c) }),
        exprs(true).prop_map(StatementKind::Print),
        with_entries(),
        rules(),
    ];
    let kind = if depth == 0 {
        simple.boxed()
    } else {
        let block = || prop::collection::vec(line(depth - 1), 0..3).prop_map(|lines| Block { lines, span: SPAN });
        prop_oneof![
            4 => simple,
            1 => (name(), exprs(true), block()).prop_map(|(n, list, body)| StatementKind::For { name: word(&n), list, body }),
            1 => (exprs(true), block(), prop::option::of(block()))
                .prop_map(|(condition, then, otherwise)| StatementKind::If { condition, then, otherwise }),
        ]
        .boxed()
    };
    let statement = (kind, comment()).prop_map(|(kind, comment)| Line::Statement(Statement { kind, span: SPAN }, comment));
    prop_oneof![5 => statement, 1 => Just(Line::Comment("# alone".to_owned()))].boxed()
}

pub fn script() -> impl Strategy<Value = Script> {
    prop::collection::vec(line(2), 0..4).prop_map(|lines| Script { lines })
}
