//! The index of diagnostic codes. `docs/diagnostics.md` is generated from it, and a
//! debug assertion holds every [`super::Problem`] to a code listed here.

/// One row of the index.
pub struct Code {
    /// `E203`.
    pub code: &'static str,
    /// What it means, one line.
    pub summary: &'static str,
    /// What a user should know or do, a few sentences.
    pub explanation: &'static str,
}

/// Shorthand for a row.
const fn code(code: &'static str, summary: &'static str, explanation: &'static str) -> Code {
    Code { code, summary, explanation }
}

/// All codes, in order.
pub const CODES: &[Code] = &[
    code("E100", "the line can't be read", "A statement is a verb, what it is about, and clauses. The label shows the first word that does not fit."),
];
