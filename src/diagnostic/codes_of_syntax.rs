//! Codes of lines that can't be read.

use super::codes::{Code, code};

/// These codes, in order.
pub const CODES: &[Code] = &[
    code(
        "E100",
        "the line can't be read",
        "A statement is a verb, what it is about, and clauses. The label shows the first word that does not fit.",
    ),
    code("E101", "a text is not closed", "A text stands between two straight quotes on one line. `\\n` stands for a line end inside it."),
    code(
        "E102",
        "a bracket is not closed, closes nothing, or is closed by one of another kind",
        "The labels show the bracket and where its partner was expected. A bracket that is open continues the line; a line that starts like a statement ends it.",
    ),
    code(
        "E103",
        "something is nested too deep or too long",
        "Brackets, blocks, operators and `else if` stand inside one another up to a limit, so that no script can exhaust memory. Name the inner parts with `let`.",
    ),
    code(
        "E104",
        "a character comes from a word processor",
        "Curly quotes, long dashes and the typographic minus look like characters of the language and are none. Replace them with the straight quote `\"` and the hyphen `-`.",
    ),
    code(
        "E105",
        "a character is invisible or means nothing here",
        "Outside texts a script holds letters, digits and the marks of the language. Invisible characters are refused in texts too, because what can't be seen can't be checked.",
    ),
    code(
        "E106",
        "an escape in a text is unknown",
        "In a text a backslash goes before `\"`, `\\`, `n`, `t` and `{` only. Paths are written with `/` on every system.",
    ),
    code(
        "E107",
        "a value in the braces of a text can't be read",
        "`{expression}` in a text stands for its value, `{expression:.2}` for the value with two digits. A brace itself is written `\\{`. Texts can't stand inside.",
    ),
    code(
        "E108",
        "a number is written in another notation",
        "Numbers have a digit before and after the decimal point and no thousands mark: `0.5`, `1234`, `1e-3`. A comma separates values.",
    ),
    code("E109", "`=` stands where it neither binds nor compares", "`let name = value` binds, `==` compares."),
    code(
        "E110",
        "a word or mark comes from another language",
        "The operators are `and or not in`, `== != < <= > >=` and `+ - * / ^`. A comment begins with `#`, and a statement ends with its line. The help line says what this language has in place of the word.",
    ),
    code(
        "E111",
        "a name is missing or can't be a name",
        "Names begin with a letter and hold letters, digits and `_`. Reserved words can't be names.",
    ),
    code(
        "E112",
        "a block is malformed",
        "`if CONDITION { … } else { … }` and `for NAME in LIST { … }` have their statements in braces; nothing but a comment follows the last brace on its line.",
    ),
    code(
        "E113",
        "the lines of a rule are out of order or incomplete",
        "A rule has lines `when CONDITION then …`, tried in order, and a last line `otherwise …`, all indented under `rule NAME`.",
    ),
    code(
        "E114",
        "tabs and spaces are mixed in the indentation",
        "Whether a line belongs to the one above depends on its indentation, so it has to be comparable. Use spaces.",
    ),
    code("E115", "comparisons are chained", "`a < b < c` is not read as in mathematics; write `a < b and b < c`."),
    code(
        "E116",
        "a value needs quotes or parentheses",
        "Dates, file names and labels with a hyphen before a digit are texts in quotes. An expression among values stands in parentheses. A range is `24..120`.",
    ),
    code(
        "E117",
        "an indented line does not fit its statement",
        "Under a statement stand entries, `header: values`. A line without `:` continues the statement and goes before its entries.",
    ),
];
