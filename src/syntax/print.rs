//! The canonical form: how a tree is written. Parsing it gives the tree back.

use super::ast::{
    BinaryOp, Block, Bound, Branch, Command, Entry, Expr, ExprKind, Item, ItemKind, Line, Quantity, Script, Statement, StatementKind, Text,
    TextPart, UnaryOp,
};
use crate::source::Span;
use std::fmt::{Display, Formatter, Result};

/// A block of one short statement stays on its line up to this width.
const WIDTH: usize = 100;
/// How far entries and blocks are indented.
const INDENT: &str = "  ";

/// Where lines break inside a statement: nowhere, or where its author broke them.
#[derive(Clone, Copy)]
struct Breaks<'s>(Option<&'s str>);

impl Breaks<'_> {
    /// Whether the author broke the line between two nodes.
    fn between(self, before: Span, next: Span) -> bool {
        self.0.and_then(|text| text.get(before.end as usize..next.start as usize)).is_some_and(|gap| gap.contains('\n'))
    }
}

/// The canonical form with the line breaks that the author of `text` chose inside statements.
pub fn laid_out(script: &Script, text: &str) -> String {
    written(&script.lines, Breaks(Some(text))).into_iter().map(|line| line + "\n").collect()
}

impl Display for Script {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        written(&self.lines, Breaks(None)).iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl Display for Statement {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&statement(self, None, Breaks(None)).join("\n"))
    }
}

impl Display for Command {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&command(self, Breaks(None)).join("\n"))
    }
}

/// Lines as text, runs of blank ones collapsed.
fn written(lines: &[Line], breaks: Breaks<'_>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for line in lines {
        match line {
            Line::Blank if out.last().is_none_or(String::is_empty) => {}
            Line::Blank => out.push(String::new()),
            Line::Comment(text) => out.push(text.trim_end().to_owned()),
            Line::Statement(one, comment) => out.extend(statement(one, comment.as_deref(), breaks)),
        }
    }
    while out.last().is_some_and(String::is_empty) {
        out.pop();
    }
    out
}

fn indented(lines: Vec<String>) -> impl Iterator<Item = String> {
    lines.into_iter().map(|line| if line.is_empty() { line } else { format!("{INDENT}{line}") })
}

fn commented(mut line: String, comment: Option<&str>) -> String {
    if let Some(comment) = comment {
        line.push_str("  ");
        line.push_str(comment.trim_end());
    }
    line
}

/// A statement with the comment that ends it, above its entries.
fn statement(statement: &Statement, comment: Option<&str>, breaks: Breaks<'_>) -> Vec<String> {
    let mut lines = match &statement.kind {
        StatementKind::Let { name, value } => match value {
            Bound::Expr(value) => parted(format!("let {} = {}", name.text, spread(value, breaks))),
            Bound::Command(value) => {
                let mut lines = command(value, breaks);
                if let Some(first) = lines.first_mut() {
                    *first = format!("let {} = {first}", name.text);
                }
                lines
            }
        },
        StatementKind::Print(value) => parted(format!("print {}", spread(value, breaks))),
        StatementKind::Command(one) => command(one, breaks),
        StatementKind::Rule { name, branches, otherwise, otherwise_before, otherwise_comment, items } => {
            let mut lines = vec![format!("rule {}{}", name.text, after(items))];
            for branch in branches {
                lines.extend(noted(&branch.before, branch.to_string(), branch.comment.as_deref()));
            }
            if let Some(items) = otherwise {
                lines.extend(noted(otherwise_before, format!("otherwise{}", after(items)), otherwise_comment.as_deref()));
            }
            lines
        }
        StatementKind::For { name, list, body } => {
            blocks(vec![(format!("for {} in {}", name.text, spread(list, breaks)), body)], None, comment, breaks)
        }
        StatementKind::If { condition, then, otherwise } => {
            let mut arms = vec![(format!("if {condition}"), then)];
            let mut rest = otherwise.as_ref();
            while let Some(block) = rest
                && let [Line::Statement(Statement { kind: StatementKind::If { condition, then, otherwise }, .. }, None)] =
                    block.lines.as_slice()
            {
                arms.push((format!("else if {condition}"), then));
                rest = otherwise.as_ref();
            }
            blocks(arms, rest, comment, breaks)
        }
    };
    let at = match &statement.kind {
        StatementKind::Rule { .. } => 0,
        StatementKind::Command(one) | StatementKind::Let { value: Bound::Command(one), .. } => head(one, breaks).len() - 1,
        _ => lines.len() - 1,
    };
    if let Some(line) = lines.get_mut(at) {
        *line = commented(std::mem::take(line), comment);
    }
    lines
}

/// A text of one or several lines as lines.
fn parted(text: String) -> Vec<String> {
    text.split('\n').map(str::to_owned).collect()
}

/// An expression; a list whose author began its first element on a new line has one element a line.
fn spread(expr: &Expr, breaks: Breaks<'_>) -> String {
    if let ExprKind::List(elements) = &expr.kind
        && let Some(first) = elements.first()
        && breaks.between(Span { end: expr.span.start, ..expr.span }, first.span)
    {
        let lines: String = elements.iter().map(|element| format!("{INDENT}{element},\n")).collect();
        return format!("[\n{lines}]");
    }
    expr.to_string()
}

/// Heads with their blocks: on one line if they fit, else a line for each statement. Every block is written once,
/// or nested ones would take exponential time.
fn blocks(arms: Vec<(String, &Block)>, otherwise: Option<&Block>, comment: Option<&str>, breaks: Breaks<'_>) -> Vec<String> {
    let arms = arms.into_iter().chain(otherwise.map(|block| ("else".to_owned(), block)));
    let arms: Vec<(String, &Block, Vec<String>)> = arms.map(|(head, block)| (head, block, written(&block.lines, breaks))).collect();
    if let Some(line) = one_line(&arms)
        && !line.contains('\n')
        && line.chars().count() + comment.map_or(0, |c| c.chars().count() + 2) <= WIDTH
    {
        return vec![line];
    }
    let mut lines: Vec<String> = Vec::new();
    for (head, _, inner) in arms {
        match lines.last_mut() {
            Some(last) => *last = format!("}} {head} {{"),
            None => lines.extend(parted(format!("{head} {{"))),
        }
        lines.extend(indented(inner));
        lines.push("}".to_owned());
    }
    lines
}

fn one_line(arms: &[(String, &Block, Vec<String>)]) -> Option<String> {
    let mut line = String::new();
    for (head, block, inner) in arms {
        let inner = match (block.lines.as_slice(), inner.as_slice()) {
            ([], _) => " ".to_owned(),
            ([Line::Statement(_, None)], [single]) => format!(" {single} "),
            _ => return None,
        };
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&format!("{head} {{{inner}}}"));
    }
    Some(line)
}

/// A command, its entries indented under it.
fn command(command: &Command, breaks: Breaks<'_>) -> Vec<String> {
    let mut lines = head(command, breaks);
    for entry in &command.entries {
        let text = format!("{}:{}", broken(&entry.header, None, breaks).trim_start(), broken(&entry.items, None, breaks));
        lines.extend(noted(&entry.before, text, entry.comment.as_deref()));
    }
    lines
}

/// A command without its entries, continued lines indented.
fn head(command: &Command, breaks: Breaks<'_>) -> Vec<String> {
    let mut text = format!("{}{}", command.head.text, broken(&command.items, Some(command.head.span), breaks));
    if let Some(body) = &command.body {
        text.push_str(&format!(": {}", head(body, breaks).join("\n").trim_start()));
    }
    parted(text)
}

/// Items with a space, or the author's line break, before each.
fn broken(items: &[Item], mut before: Option<Span>, breaks: Breaks<'_>) -> String {
    let mut out = String::new();
    for item in items {
        if item.kind != ItemKind::Comma {
            let breaks_here = before.is_some_and(|span| breaks.between(span, item.span));
            out.push_str(if breaks_here { "\n  " } else { " " });
        }
        out.push_str(&item.to_string());
        before = Some(item.span);
    }
    out
}

/// An indented line below its comments.
fn noted(before: &[String], line: String, comment: Option<&str>) -> impl Iterator<Item = String> {
    let mut lines = before.to_vec();
    lines.extend(parted(commented(line, comment)));
    indented(lines)
}

impl Display for Entry {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}:{}", joined(&self.header), after(&self.items))
    }
}

impl Display for Branch {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "when {} then{}", self.condition, after(&self.then))
    }
}

/// Items with a space before each.
fn after(items: &[Item]) -> String {
    broken(items, None, Breaks(None))
}

pub fn joined(items: &[Item]) -> String {
    after(items).trim_start().to_owned()
}

fn list(exprs: &[Expr]) -> String {
    exprs.iter().map(Expr::to_string).collect::<Vec<_>>().join(", ")
}

/// A name as it is written: in quotes unless it is one word.
fn name(text: &str) -> String {
    match super::lex::tokens(text).as_slice() {
        [token] if token.kind == super::lex::Kind::Word => text.to_owned(),
        _ => Text { parts: vec![TextPart::Literal(text.to_owned())] }.to_string(),
    }
}

impl Display for Item {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.kind {
            ItemKind::Word(word) => f.write_str(word),
            ItemKind::Text(text) => text.fmt(f),
            ItemKind::Quantity(quantity) => quantity.fmt(f),
            ItemKind::Range(low, high) => write!(f, "{low}..{high}"),
            ItemKind::Ranking(words) => f.write_str(&words.iter().map(|w| name(&w.text)).collect::<Vec<_>>().join(" > ")),
            ItemKind::List(exprs) => write!(f, "[{}]", list(exprs)),
            ItemKind::Call(name, args) => write!(f, "{}({})", name.text, list(args)),
            ItemKind::Paren(expr) if matches!(expr.kind, ExprKind::Command(_)) => expr.fmt(f),
            ItemKind::Paren(expr) => write!(f, "({expr})"),
            ItemKind::Where(expr) => write!(f, "where {expr}"),
            ItemKind::When(expr) => write!(f, "when {expr}"),
            ItemKind::Until(expr) => write!(f, "until {expr}"),
            ItemKind::On(expr) => write!(f, "on {expr}"),
            ItemKind::Assign(expr) => write!(f, "= {expr}"),
            ItemKind::Comma => f.write_str(","),
        }
    }
}

impl Display for Quantity {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}{}", self.text, self.unit.as_deref().unwrap_or_default())
    }
}

impl Display for Text {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str("\"")?;
        for part in &self.parts {
            match part {
                TextPart::Literal(text) => {
                    for c in text.chars() {
                        match c {
                            '"' => f.write_str("\\\"")?,
                            '\\' => f.write_str("\\\\")?,
                            '\n' => f.write_str("\\n")?,
                            '\t' => f.write_str("\\t")?,
                            '{' => f.write_str("\\{")?,
                            c => write!(f, "{c}")?,
                        }
                    }
                }
                TextPart::Value { expr, width, digits } => {
                    let width = width.map_or_else(String::new, |w| w.to_string());
                    let digits = digits.map_or_else(String::new, |d| format!(".{d}"));
                    let colon = if width.is_empty() && digits.is_empty() { "" } else { ":" };
                    write!(f, "{{{expr}{colon}{width}{digits}}}")?;
                }
            }
        }
        f.write_str("\"")
    }
}

/// How tightly an expression binds.
fn binding(kind: &ExprKind) -> u8 {
    match kind {
        ExprKind::Unary(UnaryOp::Not, _) => 3,
        ExprKind::Unary(UnaryOp::Neg, _) => 7,
        ExprKind::Binary(op, ..) => strength(*op),
        // `5.k` would be read as a number
        ExprKind::Number(_) => 9,
        _ => 10,
    }
}

fn strength(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Or => 1,
        BinaryOp::And => 2,
        BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => 4,
        BinaryOp::In | BinaryOp::NotIn => 4,
        BinaryOp::Add | BinaryOp::Sub => 5,
        BinaryOp::Mul | BinaryOp::Div => 6,
        BinaryOp::Pow => 8,
    }
}

/// An expression, in parentheses if it binds less than this.
fn bound(expr: &Expr, least: u8) -> String {
    if binding(&expr.kind) < least { format!("({expr})") } else { expr.to_string() }
}

impl Display for BinaryOp {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            BinaryOp::Or => "or",
            BinaryOp::And => "and",
            BinaryOp::Eq => "==",
            BinaryOp::Ne => "!=",
            BinaryOp::Lt => "<",
            BinaryOp::Le => "<=",
            BinaryOp::Gt => ">",
            BinaryOp::Ge => ">=",
            BinaryOp::In => "in",
            BinaryOp::NotIn => "not in",
            BinaryOp::Add => "+",
            BinaryOp::Sub => "-",
            BinaryOp::Mul => "*",
            BinaryOp::Div => "/",
            BinaryOp::Pow => "^",
        })
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.kind {
            ExprKind::Number(quantity) => quantity.fmt(f),
            ExprKind::Text(text) => text.fmt(f),
            ExprKind::Name(name) => f.write_str(name),
            ExprKind::List(exprs) => write!(f, "[{}]", list(exprs)),
            ExprKind::Call(name, args) => write!(f, "{}({})", name.text, list(args)),
            ExprKind::Field { of, name, args: None } => write!(f, "{}.{}", bound(of, 10), name.text),
            ExprKind::Field { of, name, args: Some(args) } => {
                write!(f, "{}.{}({})", bound(of, 10), name.text, list(args))
            }
            ExprKind::Index(of, index) => write!(f, "{}[{index}]", bound(of, 10)),
            ExprKind::Unary(UnaryOp::Not, inner) => write!(f, "not {}", bound(inner, 3)),
            ExprKind::Unary(UnaryOp::Neg, inner) => write!(f, "-{}", bound(inner, 7)),
            ExprKind::Binary(op, left, right) => {
                let strength = strength(*op);
                let (left_least, right_least) = match op {
                    BinaryOp::Pow => (strength + 1, strength),
                    _ if strength == 4 => (strength + 1, strength + 1),
                    _ => (strength, strength + 1),
                };
                write!(f, "{} {op} {}", bound(left, left_least), bound(right, right_least))
            }
            ExprKind::Command(command) => write!(f, "({command})"),
        }
    }
}
