//! The syntax tree: plain data, a span on every node, nothing resolved.
//!
//! Not every tree is a valid script: verbs, clauses and names get their meaning
//! in `language::check`. `Display` (in `print`) gives the canonical form.

use crate::source::Span;

/// A whole script, line by line, comments and blank lines kept for the formatter.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Script {
    /// In order of the text.
    pub lines: Vec<Line>,
}

/// One logical line.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// One or more empty lines.
    Blank,
    /// `# …`, without the line end.
    Comment(String),
    /// A statement with the comment that ends its line.
    Statement(Statement, Option<String>),
}

impl Script {
    /// The statements, in order.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.lines.iter().filter_map(|line| if let Line::Statement(s, _) = line { Some(s) } else { None })
    }
}

/// A word or name as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As typed; compared without regard to case where the vocabulary is concerned.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// One statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// What it is.
    pub kind: StatementKind,
    /// The whole of it, entries included.
    pub span: Span,
}

/// The shapes of statements. Verbs are not shapes: `pool`, `show`, `study` are all [`StatementKind::Command`].
#[derive(Debug, Clone, PartialEq)]
pub enum StatementKind {
    /// `let name = value`
    Let {
        /// The bound name.
        name: Word,
        /// Expression or statement.
        value: Bound,
    },
    /// `if condition { … } else { … }`
    If {
        /// The condition.
        condition: Expr,
        /// When true.
        then: Block,
        /// When false; `else if` is a block of one `if`.
        otherwise: Option<Block>,
    },
    /// `for name in list { … }`
    For {
        /// The loop variable.
        name: Word,
        /// What is gone through.
        list: Expr,
        /// The body.
        body: Block,
    },
    /// `rule name` with its branches.
    Rule {
        /// Its name.
        name: Word,
        /// `when … then …`, in order.
        branches: Vec<Branch>,
        /// `otherwise …`; absence is reported by the checker.
        otherwise: Option<Vec<Item>>,
        /// Comment lines above `otherwise`.
        otherwise_before: Vec<String>,
        /// The comment that ends its line.
        otherwise_comment: Option<String>,
        /// Items on the header line after the name (e.g. a reason clause).
        items: Vec<Item>,
    },
    /// `print expression`
    Print(Expr),
    /// A verb or a result's name, and what follows.
    Command(Command),
}

/// The right side of `let`.
#[derive(Debug, Clone, PartialEq)]
pub enum Bound {
    /// An expression up to the end of the line.
    Expr(Expr),
    /// A statement.
    Command(Command),
}

/// Statements in braces.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// With comments and blank lines.
    pub lines: Vec<Line>,
    /// From brace to brace.
    pub span: Span,
}

/// `when condition then items`
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// The condition.
    pub condition: Expr,
    /// A model word, `not_pooled`, or clauses.
    pub then: Vec<Item>,
    /// Comment lines above it.
    pub before: Vec<String>,
    /// The comment that ends its line.
    pub comment: Option<String>,
    /// The line.
    pub span: Span,
}

/// `head items… : body` with indented entries.
#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    /// The verb, or the name of a result, or (in an entry) its first word.
    pub head: Word,
    /// What follows it on the line.
    pub items: Vec<Item>,
    /// After a `:` on the line: `plan P1 primary: pool …`.
    pub body: Option<Box<Command>>,
    /// Indented lines that belong to it and hold a `:`.
    pub entries: Vec<Entry>,
    /// Without the entries.
    pub span: Span,
}

/// An indented line: `header: items`.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Before the colon.
    pub header: Vec<Item>,
    /// After it.
    pub items: Vec<Item>,
    /// Comment lines above it.
    pub before: Vec<String>,
    /// The comment that ends its line.
    pub comment: Option<String>,
    /// The line.
    pub span: Span,
}

/// One argument. Clause words are ordinary words: the vocabulary says which are clauses.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// Where.
    pub span: Span,
}

/// The shapes of arguments. A comma makes the next value belong to the same clause:
/// `exclude A, B because "…"` is Word(exclude) Word(A) Comma Word(B) Word(because) Text.
#[derive(Debug, Clone, PartialEq)]
pub enum ItemKind {
    /// `reml`, `leave-one-out`, `P*`.
    Word(String),
    /// `"Hart & Sutherland 1977"`
    Text(Text),
    /// `-0.03`, `95%`, `4w`
    Quantity(Quantity),
    /// `24..120`
    Range(Quantity, Quantity),
    /// `A > B > C`
    Ranking(Vec<Word>),
    /// `[0.1, 0.2]`, `[rr, or]`
    List(Vec<Expr>),
    /// `i2(q)`, `factor(grade)`
    Call(Word, Vec<Expr>),
    /// `( expression )`
    Paren(Box<Expr>),
    /// `where expression`
    Where(Box<Expr>),
    /// `when expression`, outside rules: `egger when k >= 10`
    When(Box<Expr>),
    /// `until expression`: when an outlier loop of a rule stops
    Until(Box<Expr>),
    /// `on expression`
    On(Box<Expr>),
    /// `= expression`
    Assign(Box<Expr>),
    /// `,`
    Comma,
}

/// A number with its sign and unit, as typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// The number.
    pub value: f64,
    /// Without the unit: `0.890`.
    pub text: String,
    /// `%`, `w`, …
    pub unit: Option<String>,
    /// Where.
    pub span: Span,
}

/// A quoted text, with interpolations.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// In order.
    pub parts: Vec<TextPart>,
}

impl Text {
    /// The text, if it holds no interpolation.
    pub fn plain(&self) -> Option<String> {
        self.parts.iter().map(|p| if let TextPart::Literal(s) = p { Some(s.as_str()) } else { None }).collect()
    }
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum TextPart {
    /// Escapes resolved.
    Literal(String),
    /// `{expression:.2}`, `{expression:8.2}`
    Value {
        /// The expression.
        expr: Expr,
        /// Columns it takes at least, from `:8`.
        width: Option<u8>,
        /// Digits after the point, from `:.2`.
        digits: Option<u8>,
    },
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
}

/// The shapes of expressions.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// `0.5`, `50%`, `4w` (never signed: minus is an operator)
    Number(Quantity),
    /// `"random"`
    Text(Text),
    /// `year`, `true`, `reml`
    Name(String),
    /// `[1, 2]`
    List(Vec<Expr>),
    /// `exp(x)`, `p(q)`
    Call(Word, Vec<Expr>),
    /// `a.k`, `a.i2(tau2)`
    Field {
        /// Of what.
        of: Box<Expr>,
        /// Which.
        name: Word,
        /// In parentheses, if any.
        args: Option<Vec<Expr>>,
    },
    /// `a[1]`
    Index(Box<Expr>, Box<Expr>),
    /// `-x`, `not x`
    Unary(UnaryOp, Box<Expr>),
    /// `x + y`
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `( pool … )`
    Command(Box<Command>),
}

/// Prefix operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-`
    Neg,
    /// `not`
    Not,
}

/// Infix operators, from loosest to tightest: or; and; comparison and `in`, `not in`; + -; * /; ^ (right).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum BinaryOp {
    Or,
    And,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    NotIn,
    Add,
    Sub,
    Mul,
    Div,
    Pow,
}
